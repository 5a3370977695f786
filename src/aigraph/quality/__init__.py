"""How good a graph is: shapes, quotes and plausibility, precision and recall on gold annotation, the report of a build.

It flags, counts and explains. It refuses to delete or mend anything.
"""
