"""Places for nodes: communities as discs that keep clear of each other, then a short relaxation of the whole.

Pure arithmetic on arrays with fixed starts: the same graph gives the same places. It needs no physics in the browser.
Near-linear in nodes and edges: repulsion only looks at neighbours in space. It refuses nothing: an empty graph has no
places, and nodes without relations stand in rows below the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx as nx

EDGE = 100.0  # the length a relation would like to have, in layout units
DISC = 0.62  # radius of a community's disc = DISC * EDGE * sqrt(members)
GOLDEN = 2.399963229728653  # the angle of a sunflower's seeds: even cover of a disc without chance
STEPS = 120  # of relaxation; fewer on big graphs, see _steps
CLEAR = 0.42  # no two nodes nearer than CLEAR * EDGE in the end

Places = dict[str, tuple[float, float]]


def positions(simple: nx.Graph, parts: list[list[str]]) -> Places:
    """(x, y) of every node of an undirected simple graph, given its communities; whole numbers, y downwards."""
    import numpy as np

    tied = [[node for node in part if simple.degree(node)] for part in parts]
    tied = [part for part in tied if part]
    alone = sorted(node for node in simple if not simple.degree(node))
    nodes = [node for part in tied for node in part]
    number = {node: i for i, node in enumerate(nodes)}
    group = np.array([g for g, part in enumerate(tied) for _ in part], dtype=int)
    edges = np.array([(number[s], number[t]) for s, t in simple.edges()], dtype=int).reshape(-1, 2)
    if nodes:
        centres = _discs(np.array([len(part) for part in tied]), group, edges)
        place = _sunflowers(tied, simple) + centres[group]
        place = _relax(place, edges, centres[group])
        place -= place.mean(axis=0)
    else:
        place = np.zeros((0, 2))
    found = {node: (float(round(x)), float(round(y))) for node, (x, y) in zip(nodes, place.tolist(), strict=True)}
    return found | _rows(alone, place)


def _discs(sizes: Any, group: Any, edges: Any) -> Any:
    """Centres of the communities: springs between those that share relations, no overlap, a pull to the middle."""
    import numpy as np

    count = len(sizes)
    radius = DISC * EDGE * np.sqrt(sizes) + EDGE * 0.5
    tie = np.zeros((count, count))
    np.add.at(tie, (group[edges[:, 0]], group[edges[:, 1]]), 1.0)
    tie = tie + tie.T
    np.fill_diagonal(tie, 0)
    tie /= np.maximum(tie.sum(axis=1), 1.0)[:, None]  # a share of what the community is tied to
    index = np.arange(count)
    area = np.sqrt(np.cumsum(radius**2))
    centre = np.stack([np.cos(index * GOLDEN), np.sin(index * GOLDEN)], axis=1) * area[:, None]
    centre[0] = 0
    apart = radius[:, None] + radius[None, :]
    for step in range(_steps(count * 4)):
        cooling = 1 - step / STEPS
        gap = centre[:, None, :] - centre[None, :, :]
        distance = np.sqrt((gap**2).sum(axis=2)) + 1e-6
        push = np.maximum(apart - distance, 0) * 0.3 - tie * np.maximum(distance - apart, 0) * 0.3 * cooling
        move = (gap / distance[:, :, None] * push[:, :, None]).sum(axis=1) - centre * 0.02 * cooling
        length = np.sqrt((move**2).sum(axis=1)) + 1e-6
        centre = centre + move * np.minimum(1, radius / length)[:, None]
    return centre


def _sunflowers(tied: list[list[str]], simple: nx.Graph) -> Any:
    """Each community as a sunflower round its own middle, the best connected node in the centre."""
    import numpy as np

    rows = []
    for part in tied:
        by_degree = sorted(part, key=lambda node: (-simple.degree(node), node))
        seat = {node: i for i, node in enumerate(by_degree)}
        rows += [seat[node] for node in part]
    seats = np.array(rows, dtype=float)
    radius = DISC * EDGE * np.sqrt(seats)
    return np.stack([np.cos(seats * GOLDEN), np.sin(seats * GOLDEN)], axis=1) * radius[:, None]


def _relax(place: Any, edges: Any, home: Any) -> Any:
    """Springs along relations against repulsion between near nodes, each held loosely to its community's centre."""
    import numpy as np
    from scipy.spatial import cKDTree

    count = len(place)
    degree = np.maximum(np.bincount(edges.ravel(), minlength=count), 1)
    steps = _steps(count)
    for step in range(steps):
        heat = EDGE * 0.5 * (1 - step / steps) + 2
        move = (home - place) * 0.01
        along = place[edges[:, 1]] - place[edges[:, 0]]
        length = np.sqrt((along**2).sum(axis=1)) + 1e-6
        pull = along * ((length - EDGE) / length * 0.5)[:, None]
        for axis in (0, 1):
            # a hub's springs are shared out, or its neighbours would fold onto one point
            move[:, axis] += np.bincount(edges[:, 0], pull[:, axis], count) / degree
            move[:, axis] -= np.bincount(edges[:, 1], pull[:, axis], count) / degree
        move += _repulsion(place, cKDTree(place).query_pairs(EDGE * 1.5, output_type="ndarray"), EDGE * 1.5, 0.6)
        size = np.sqrt((move**2).sum(axis=1)) + 1e-6
        place = place + move * np.minimum(1, heat / size)[:, None]
    for _ in range(20):
        pairs = cKDTree(place).query_pairs(EDGE * CLEAR, output_type="ndarray")
        if not len(pairs):
            break
        place = place + _repulsion(place, pairs, EDGE * CLEAR, 0.5)
    return place


def _repulsion(place: Any, pairs: Any, reach: float, strength: float) -> Any:
    """The push on every node from those nearer than `reach`, growing as they near; equal places part by index."""
    import numpy as np

    count = len(place)
    one, other = pairs[:, 0], pairs[:, 1]
    gap = place[one] - place[other]
    distance = np.sqrt((gap**2).sum(axis=1))
    same = distance < 1e-6
    gap[same] = np.stack([np.cos(one[same] * GOLDEN), np.sin(one[same] * GOLDEN)], axis=1)
    distance[same] = 1.0
    push = gap / distance[:, None] * ((reach - np.minimum(distance, reach)) * strength)[:, None]
    total = np.zeros((count, 2))
    crowd = np.maximum(np.bincount(pairs.ravel(), minlength=count), 1) ** 0.5
    for axis in (0, 1):
        total[:, axis] = np.bincount(one, push[:, axis], count) - np.bincount(other, push[:, axis], count)
    return total / crowd[:, None]


def _rows(alone: list[str], place: Any) -> Places:
    """Nodes without relations, in rows under everything else."""
    if not alone:
        return {}
    width = max(6, int((len(alone) * 4) ** 0.5))
    top = float(place[:, 1].max()) + 2 * EDGE if len(place) else 0.0
    return {
        node: (float(round((i % width - width / 2) * EDGE)), float(round(top + i // width * EDGE * 0.6)))
        for i, node in enumerate(alone)
    }


def _steps(count: int) -> int:
    """How long to relax: 120 steps to about 3,000 nodes, then fewer, never under 30."""
    return max(30, min(STEPS, 400_000 // max(count, 1)))
