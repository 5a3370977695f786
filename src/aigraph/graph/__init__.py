"""From extractions to RDF: one named graph a document, what they say together, and both as sorted lines and files.

It refuses a document of which one quote differs from its text, and never lets the order of documents show.
"""
