"""A text as people see it: folded for matching, its language, its blocks (headings, lists, tables) and its sentences.

Everything is offsets into the text as it was read. It refuses to change, move or drop a character of it.
"""
