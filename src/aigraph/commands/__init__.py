"""One file per group of commands. A command parses, calls the library, prints; the work is done elsewhere."""
