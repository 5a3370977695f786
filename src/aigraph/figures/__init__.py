"""Numbers and what they say: the number as written, its unit, kind and modifier, up to prices and cells of tables.

It decides by the words next to the number and refuses to say what a figure belongs to (that is for `relate`), or to
take for a figure what may be part of a name.
"""
