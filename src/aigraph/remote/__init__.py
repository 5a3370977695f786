"""A graph kept at a SPARQL 1.1 endpoint, for teams that outgrow one machine: a file of settings names the endpoint."""
