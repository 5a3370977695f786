"""A graph as arrays of numbers, which is how measures of many nodes get by without a slow second graph.

Nothing is measured here. Parallel relations become one edge whose weight counts them; loops are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import networkx as nx


class Edges(NamedTuple):
    """Node names in sorted order; ends and weights of the edges, sorted by their ends, as arrays of node numbers."""

    nodes: list[str]
    source: Any
    target: Any
    weight: Any


def edges(graph: nx.Graph, *, directed: bool = False) -> Edges:
    """The graph without parallel edges and loops; undirected unless `directed`, each edge from the lower number."""
    import numpy as np

    nodes = sorted(graph)
    number = {node: i for i, node in enumerate(nodes)}
    rows = [(number[s], number[t], weight) for s, t, weight in graph.edges(data="weight", default=1)]
    table = np.array(rows, dtype=float).reshape(-1, 3)
    source, target = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    if not directed:
        source, target = np.minimum(source, target), np.maximum(source, target)
    kept = source != target
    pairs, place = np.unique(source[kept] * len(nodes) + target[kept], return_inverse=True)
    weight = np.bincount(place, table[kept, 2], len(pairs))
    return Edges(nodes, pairs // max(1, len(nodes)), pairs % max(1, len(nodes)), weight)


def compiled(found: Edges, least: int) -> Any:
    """The undirected graph for rustworkx (optional), where it has at least that many nodes; else None."""
    if len(found.nodes) < least:
        return None
    try:
        import rustworkx
    except ImportError:
        return None
    out = rustworkx.PyGraph(multigraph=False)
    out.add_nodes_from(found.nodes)
    out.add_edges_from_no_data(list(zip(found.source.tolist(), found.target.tolist(), strict=True)))
    return out
