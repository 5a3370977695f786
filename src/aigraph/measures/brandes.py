"""Exact betweenness by Brandes' algorithm for many sources at once, as products of sparse matrices.

The same numbers as networkx, several times sooner, with numpy and scipy alone. Undirected simple graphs only. Memory is
bounded by CELLS; a very long, thin graph costs a product for each step of its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

CELLS = 1_000_000  # numbers in one working matrix: 8 MB each


def brandes(count: int, source: Any, target: Any, starts: Sequence[int] | None = None) -> Any:
    """Normalised betweenness of `count` nodes, given the edges as two arrays of node numbers (each edge once).

    With `starts` only the paths that begin at these nodes are summed, on the same scale.
    """
    import numpy as np
    from scipy.sparse import csr_array

    both, other = np.concatenate([source, target]), np.concatenate([target, source])
    ties = csr_array((np.ones(len(both)), (both, other)), shape=(count, count))
    score = np.zeros(count)
    every = np.arange(count) if starts is None else np.array(starts, dtype=int)
    step = max(16, CELLS // max(count, 1))
    for first in range(0, len(every), step):
        chosen = every[first : first + step]
        column = np.arange(len(chosen))
        ways = np.zeros((count, len(chosen)))  # number of shortest paths from each source
        ways[chosen, column] = 1
        level = np.where(ways > 0, 0, -1)
        front, depth = ways.copy(), 0
        while front.any():
            depth += 1
            front = np.where(level < 0, ties @ front, 0)
            level[front > 0] = depth
            ways += front
        passing = np.zeros_like(ways)  # dependency of each source on each node, from the farthest level back
        for far in range(depth - 1, 0, -1):
            share = np.divide(1 + passing, ways, out=np.zeros_like(ways), where=level == far)
            passing += np.where(level == far - 1, ways * (ties @ share), 0)
        passing[chosen, column] = 0
        score += passing.sum(axis=1)
    if count > 2:
        score /= (count - 1) * (count - 2)
    return score
