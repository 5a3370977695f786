"""Human review: decisions in a plain file, carried out at every build, and written into the graph as provenance.

`file` reads and appends the file, `apply` is the stage between extraction and assembling, `provenance` writes what was
decided, `queue` finds what awaits a decision and `walk` leads a person through it.
"""
