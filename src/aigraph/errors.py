"""Every failure aigraph raises on purpose: one class a cause, so that callers can tell them apart.

A message names the thing, the place and the next step. Only the CLI prints and exits.
"""


class AigraphError(Exception):
    """Base of all errors aigraph raises on purpose."""


class UnreadableDocument(AigraphError):
    """A file could not be turned into text: empty, binary, damaged, locked or wrongly encoded."""


class UnknownFormat(AigraphError):
    """No reader or exporter is registered for this name or file ending."""


class OntologyError(AigraphError):
    """A stanza, lexicon row or grammar file in ontology/ is incomplete or contradicts another."""


class EvidenceMismatch(AigraphError):
    """A quote does not equal the original text at its offsets; nothing of that document is written."""


class QueryError(AigraphError):
    """A SPARQL query is malformed, or a saved query or parameter does not exist."""


class UnknownName(AigraphError):
    """No entity in the graph carries this name; the message offers the nearest ones."""


class StoreError(AigraphError):
    """The graph store cannot be opened, read or written."""


class ModelFileError(AigraphError):
    """A trained weight file is missing or was made by another version."""


class DecisionError(AigraphError):
    """A file of review decisions cannot be read, or one of its decisions cannot be carried out."""
