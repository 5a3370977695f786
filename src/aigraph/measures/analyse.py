"""Measures, communities and paths on the graph that `projection` gives.

Every function takes a networkx graph, returns plain dicts, lists or records in a stable order, and changes nothing.
Directions: PageRank and HITS follow the relations; the other measures read a relation both ways, because "X is
developed by Y" ties both alike. Parallel facts count as weight where the measure knows weights. It refuses to guess:
an unknown metric or node raises, with the known or nearest names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from aigraph.errors import AigraphError, UnknownName
from aigraph.measures.arrays import Edges, compiled, edges

if TYPE_CHECKING:
    import networkx as nx

SEED = 20250101  # of Louvain's order of visits: fixed, so that community numbers never change between runs
DAMPING = 0.85
ITERATIONS = 1000  # of the power methods; they stop earlier, at TOLERANCE
TOLERANCE = 1e-12
# From this many nodes on, rustworkx (optional, same numbers, tested) takes over closeness and k-core.
COMPILED_FROM = 500
LARGE = 5000  # betweenness: below it the own way is fast enough, and the page's numbers do not hang on an extra

Scores = dict[str, float]


class MissingExtra(AigraphError):
    """A measure needs an optional package that is not installed."""


def ordered(graph: nx.Graph, *, directed: bool = False) -> nx.Graph:
    """`graph` without parallel edges and loops, nodes and edges in sorted order; `weight` counts the merged facts.

    Sorted order makes every algorithm that breaks ties by insertion give the same answer in every run.
    """
    import networkx as nx

    out: nx.Graph = nx.DiGraph() if directed else nx.Graph()
    out.add_nodes_from(sorted(graph))
    weights: dict[tuple[str, str], float] = {}
    for source, target, data in graph.edges(data=True):
        pair = (source, target) if directed or source <= target else (target, source)
        if source != target:
            weights[pair] = weights.get(pair, 0) + data.get("weight", 1)
    out.add_weighted_edges_from((s, t, w) for (s, t), w in sorted(weights.items()))
    return out


def degree(graph: nx.Graph) -> Scores:
    """The number of facts a node takes part in, as subject or object (not normalised)."""
    return {node: float(count) for node, count in sorted(graph.degree())}


def pagerank(graph: nx.Graph) -> Scores:
    """PageRank (damping 0.85, weights = number of facts), as networkx defines it; sums to 1."""
    import numpy as np

    nodes, source, target, weight = edges(graph, directed=True)
    count = len(nodes)
    if not count:
        return {}
    out = np.bincount(source, weight, count)
    share = weight / out[source] if len(source) else weight
    dangling = out == 0
    rank = np.full(count, 1 / count)
    for _ in range(ITERATIONS):
        spread = np.bincount(target, rank[source] * share, count) + rank[dangling].sum() / count
        new = DAMPING * spread + (1 - DAMPING) / count
        moved = np.abs(new - rank).sum()
        rank = new
        if moved < TOLERANCE:
            break
    return dict(zip(nodes, rank.tolist(), strict=True))


def hits(graph: nx.Graph) -> tuple[Scores, Scores]:
    """Hubs and authorities (Kleinberg), each summing to 1."""
    import numpy as np

    nodes, source, target, weight = edges(graph, directed=True)
    count = len(nodes)
    if not len(source):
        even = dict.fromkeys(nodes, 1 / count) if count else {}
        return even, dict(even)
    hub = np.full(count, 1 / count)
    for _ in range(ITERATIONS):
        authority = np.bincount(target, hub[source] * weight, count)
        authority = authority / authority.sum()
        new = np.bincount(source, authority[target] * weight, count)
        new = new / new.sum()
        moved = np.abs(new - hub).sum()
        hub = new
        if moved < TOLERANCE:
            break
    authority = np.bincount(target, hub[source] * weight, count)
    authority = authority / authority.sum()
    return dict(zip(nodes, hub.tolist(), strict=True)), dict(zip(nodes, authority.tolist(), strict=True))


def eigenvector(graph: nx.Graph) -> Scores:
    """Eigenvector centrality (unweighted, length 1). On a graph in pieces the largest eigenvalue's piece takes all."""
    import numpy as np
    from scipy.sparse import csr_array

    nodes, source, target, _ = edges(graph)
    count = len(nodes)
    if not count:
        return {}
    both, other = np.concatenate([source, target]), np.concatenate([target, source])
    ties = csr_array((np.ones(len(both)), (both, other)), shape=(count, count))
    vector = np.full(count, count**-0.5)
    for _ in range(ITERATIONS):
        new = vector + ties @ vector  # A + I: no oscillation on two-sided graphs
        new = new / np.linalg.norm(new)
        moved = np.abs(new - vector).sum()
        vector = new
        if moved < TOLERANCE:
            break
    return dict(zip(nodes, vector.tolist(), strict=True))


def betweenness(graph: nx.Graph) -> Scores:
    """Exact betweenness, normalised: the share of shortest paths between other nodes that pass through this one."""
    found = edges(graph)
    engine = compiled(found, LARGE)
    if engine is None:
        from aigraph.measures.brandes import brandes

        scores = brandes(len(found.nodes), found.source, found.target).tolist()
        return dict(zip(found.nodes, scores, strict=True))
    import rustworkx

    return _named(found, rustworkx.betweenness_centrality(engine, normalized=True))


def closeness(graph: nx.Graph) -> Scores:
    """Closeness (Wasserman-Faust for graphs in pieces): how near the rest is, 0 for an isolated node."""
    import networkx as nx

    found = edges(graph)
    engine = compiled(found, COMPILED_FROM)
    if engine is None:
        return nx.closeness_centrality(ordered(graph))
    import rustworkx

    return _named(found, rustworkx.closeness_centrality(engine, wf_improved=True))


def core_number(graph: nx.Graph) -> Scores:
    """The largest k for which the node belongs to the k-core."""
    import networkx as nx

    found = edges(graph)
    engine = compiled(found, COMPILED_FROM)
    if engine is None:
        return {node: float(core) for node, core in nx.core_number(ordered(graph)).items()}
    import rustworkx

    return _named(found, rustworkx.core_number(engine))


# One row a measure: name on the command line -> function of a graph.
METRICS: dict[str, Callable[[nx.Graph], Scores]] = {
    "degree": degree,
    "pagerank": pagerank,
    "betweenness": betweenness,
    "closeness": closeness,
    "eigenvector": eigenvector,
    "hubs": lambda graph: hits(graph)[0],
    "authorities": lambda graph: hits(graph)[1],
    "k-core": core_number,
}


def rank(graph: nx.Graph, metric: str = "pagerank", top: int | None = 20) -> list[tuple[str, float]]:
    """(node, score) from the highest down, equal scores by id. Raises UnknownName for a metric not in METRICS."""
    if metric not in METRICS:
        raise UnknownName(f"no metric is called {metric!r}; there are: {', '.join(METRICS)}")
    return by_score(METRICS[metric](graph))[:top]


def by_score(scores: Scores) -> list[tuple[str, float]]:
    """(node, score) from the highest down, equal scores by id."""
    # 12 digits: what differs beyond is the order of addition, not the graph
    return sorted(scores.items(), key=lambda row: (-float(f"{row[1]:.12g}"), row[0]))


def communities(graph: nx.Graph, *, method: str = "louvain", seed: int = SEED) -> list[list[str]]:
    """Communities (weights = facts), largest first, each sorted; nodes without relations stand alone.

    `method` is a name in COMMUNITIES: "louvain" (networkx), or "leiden" (networkit, an optional extra: faster, and its
    parts are better knit). The same graph and seed give the same parts. Raises UnknownName.
    """
    if method not in COMMUNITIES:
        raise UnknownName(f"no way to find communities is called {method!r}; there are: {', '.join(COMMUNITIES)}")
    simple = ordered(graph)
    nodes = list(simple)
    found = COMMUNITIES[method](simple, seed)
    return sorted((sorted(nodes[i] for i in part) for part in found), key=lambda part: (-len(part), part))


def _louvain(simple: nx.Graph, seed: int) -> list[list[int]]:
    import networkx as nx

    # integers: sets of names would be walked in hash order, which differs from run to run
    numbered = nx.convert_node_labels_to_integers(simple)
    return [list(part) for part in nx.community.louvain_communities(numbered, weight="weight", seed=seed)]


def _leiden(simple: nx.Graph, seed: int) -> list[list[int]]:
    try:
        import networkit
    except ImportError as error:
        raise MissingExtra("Leiden needs networkit: pip install 'aigraph[analysis]', or use louvain") from error
    threads = networkit.getMaxNumberOfThreads()
    networkit.setSeed(seed, False)
    networkit.setNumberOfThreads(1)  # several threads would race, and the parts differ from run to run
    try:
        number = {node: i for i, node in enumerate(simple)}
        out = networkit.Graph(len(simple), weighted=True)
        for source, target, weight in simple.edges(data="weight"):
            out.addEdge(number[source], number[target], weight)
        search = networkit.community.ParallelLeiden(out, randomize=False)
        search.run()
        parts: dict[int, list[int]] = {}
        for i, part in enumerate(search.getPartition().getVector()):
            parts.setdefault(part, []).append(i)
    finally:
        networkit.setNumberOfThreads(threads)
    return list(parts.values())


# One row a way: name on the command line -> function of a simple graph and a seed, giving parts as node numbers.
COMMUNITIES: dict[str, Callable[[nx.Graph, int], list[list[int]]]] = {"louvain": _louvain, "leiden": _leiden}


@dataclass(frozen=True, slots=True)
class Sampled:
    """Estimated scores, from how many sources, and how far two halves of them agree on the top (0..1)."""

    scores: Scores = field(hash=False)
    samples: int
    stability: float
    top: int


def sampled_betweenness(graph: nx.Graph, samples: int, *, top: int = 20, seed: int = SEED) -> Sampled:
    """Betweenness from `samples` sources drawn with a fixed seed, for graphs on which the exact one takes too long.

    An estimate is not a ranking: `stability` says which share of the `top` nodes two halves of the sample have in
    common. Take more samples, or the exact measure, where it is low.
    """
    from random import Random

    from aigraph.measures.brandes import brandes

    nodes, source, target, _ = edges(graph)
    if not nodes:
        return Sampled({}, 0, 1.0, top)
    samples = min(max(samples, 2), len(nodes))
    drawn = Random(seed).sample(range(len(nodes)), samples)
    halves = [brandes(len(nodes), source, target, half) for half in (drawn[::2], drawn[1::2]) if half]
    merged = sum(halves) * (len(nodes) / samples)  # what the rest of the nodes would add if it were like these
    best = [{nodes[i] for i in sorted(range(len(nodes)), key=lambda i: (-part[i], nodes[i]))[:top]} for part in halves]
    shared = len(set.intersection(*best)) / max(1, min(top, len(nodes)))
    return Sampled(dict(zip(nodes, merged.tolist(), strict=True)), samples, shared, top)


def modularity(graph: nx.Graph, parts: list[list[str]]) -> float:
    """How much denser than chance the parts are inside (Newman), on the undirected weighted graph."""
    import networkx as nx

    simple = ordered(graph)
    return float(nx.community.modularity(simple, parts)) if simple.size() else 0.0


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a path: the facts that tie `source` and `target`, in whichever direction they are stated."""

    source: str
    target: str
    facts: tuple[dict[str, Any], ...] = field(hash=False)


def paths(graph: nx.Graph, start: str, goal: str, *, k: int = 1) -> list[list[Hop]]:
    """The `k` shortest simple paths between two nodes, shortest first, with the facts along them.

    Relations are walked both ways. An empty list means that nothing connects them. Raises UnknownName.
    """
    import networkx as nx

    for node in (start, goal):
        known(graph, node)
    if start == goal:
        return []
    simple = ordered(graph)
    if not nx.has_path(simple, start, goal):
        return []
    found = islice(nx.shortest_simple_paths(simple, start, goal), k)
    return [[hop(graph, a, b) for a, b in pairwise(way)] for way in found]


def hop(graph: nx.Graph, one: str, other: str) -> Hop:
    """The step between two neighbours with every fact that ties them."""
    return Hop(one, other, _between(graph, one, other))


def bridges(graph: nx.Graph) -> list[tuple[str, str]]:
    """Pairs whose tie is the only one between two parts of the graph, sorted."""
    import networkx as nx

    return sorted((min(pair), max(pair)) for pair in nx.bridges(ordered(graph)))


def similar(graph: nx.Graph, node: str, top: int = 10) -> list[tuple[str, float]]:
    """Nodes of the same type that share neighbours with `node`, by Adamic-Adar: a rare neighbour counts more."""
    from math import log

    known(graph, node)
    simple = ordered(graph)
    kind = graph.nodes[node].get("type")
    scores: Scores = {}
    for middle in simple[node]:
        for other in simple[middle]:
            if other != node and graph.nodes[other].get("type") == kind:
                scores[other] = scores.get(other, 0.0) + 1 / log(simple.degree(middle))
    return by_score(scores)[:top]


def _between(graph: nx.Graph, one: str, other: str) -> tuple[dict[str, Any], ...]:
    found = []
    for source, target in dict.fromkeys([(one, other), (other, one)] if graph.is_directed() else [(one, other)]):
        data = graph.get_edge_data(source, target) or {}
        rows = [data[key] for key in sorted(data)] if graph.is_multigraph() else [data] * bool(data)
        found += [{"subject": source, "object": target, **row} for row in rows]
    return tuple(found)


def known(graph: nx.Graph, node: str) -> None:
    """Raises UnknownName, with the nearest ids, where the graph has no such node."""
    if node not in graph:
        near = get_close_matches(node, sorted(map(str, graph)), n=3)
        hint = f"; near: {', '.join(near)}" if near else ""
        raise UnknownName(f"the graph has no node {node!r}{hint}")


def _named(found: Edges, scores: Any) -> Scores:
    return {node: float(scores[i]) for i, node in enumerate(found.nodes)}
