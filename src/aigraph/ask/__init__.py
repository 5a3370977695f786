"""Asking the graph: SPARQL and saved queries, the graph read back as records, all that is told of one thing.

It refuses to infer, to change the graph, and to choose between values that contradict each other (`claims` does).
"""
