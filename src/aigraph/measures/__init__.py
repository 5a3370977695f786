"""The graph as a network: projections, centralities, communities, paths, ties that hold it together, growth over time.

It reads the graph and changes nothing. It refuses to weight by hand or to sum measures up into one verdict.
"""
