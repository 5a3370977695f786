"""How things stand beside each other: places in every measure, and what hangs by a single tie.

Built on `analyse`, which has the measures themselves. It refuses to sum places up into one verdict: a thing may lead
in one measure and trail in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aigraph.measures import analyse

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, slots=True)
class Standing:
    """One measure: scores and places (1 is the highest) of the things asked for, in that order, and the highest score.

    Equal scores share a place.
    """

    metric: str
    scores: tuple[float, ...]
    places: tuple[int, ...]
    highest: float


@dataclass(frozen=True, slots=True)
class Cut:
    """A tie between two things without which `size` things would lose all connection with the rest of their piece."""

    one: str
    other: str
    size: int


def standings(graph: nx.Graph, nodes: tuple[str, ...]) -> list[Standing]:
    """Scores and places of `nodes` in every measure of METRICS. Raises UnknownName."""
    for node in nodes:
        analyse.known(graph, node)
    found = []
    for metric, measure in analyse.METRICS.items():
        # 12 digits: what differs beyond is the order of addition, not the graph
        scores = {node: float(f"{score:.12g}") for node, score in measure(graph).items()}
        mine = tuple(scores[node] for node in nodes)
        places = tuple(1 + sum(other > score for other in scores.values()) for score in mine)
        found.append(Standing(metric, mine, places, max(scores.values())))
    return found


def cuts(graph: nx.Graph) -> list[Cut]:
    """Every bridge with what it holds: the smaller side's number of things, largest first, then by name. Linear."""
    import networkx as nx

    simple = analyse.ordered(graph)
    size: dict[str, int] = {}  # things in a node's subtree of a depth-first walk, and in its whole piece
    whole: dict[str, int] = {}
    parent: dict[str, str] = {}
    for piece in nx.connected_components(simple):
        root = min(piece)
        tree = list(nx.dfs_edges(simple, root))
        size.update(dict.fromkeys(piece, 1))
        whole.update(dict.fromkeys(piece, len(piece)))
        parent.update({child: above for above, child in tree})
        for above, child in reversed(tree):  # a child is found after its parent, so all below it is counted by now
            size[above] += size[child]
    found = []
    for one, other in analyse.bridges(graph):
        below = size[one if parent.get(one) == other else other]  # a bridge is an edge of every such tree
        found.append(Cut(one, other, min(below, whole[one] - below)))
    return sorted(found, key=lambda cut: (-cut.size, cut.one, cut.other))
