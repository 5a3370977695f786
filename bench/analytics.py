"""The measures beside networkx's own: seconds, memory, and how far the numbers lie apart.

    .venv/bin/python bench/analytics.py
    .venv/bin/python bench/analytics.py --nodes 20000 --edges 60000 --alone
    .venv/bin/python bench/analytics.py --nodes 100000 --edges 500000 --skip betweenness --skip closeness

Prints a row for each measure on one random graph with hubs and communities. Each run is a process of its own, so that
`MB` is what that measure alone added to the memory. `--alone` leaves networkx out, for graphs where it takes minutes;
`--skip` leaves a measure out: betweenness and closeness of all nodes take nodes x relations.
"""

from __future__ import annotations

import argparse
import os
import pickle
import random
import resource
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import networkx as nx

from aigraph.measures import analyse

EXACT = 1e-8  # how far a measure may lie from networkx's number, absolutely


def made(nodes: int, edges: int, *, seed: int = 7) -> nx.MultiDiGraph:
    """A graph with communities of about 60 and some hubs; the same for the same numbers."""
    rng = random.Random(seed)
    graph = nx.MultiDiGraph()
    graph.add_nodes_from((f"n{n:06}", {"type": "Model"}) for n in range(nodes))
    left = edges
    while left:
        low = 60 * rng.randrange(max(1, nodes // 60))
        high = min(nodes, low + 60)
        source = rng.randrange(low, high)
        near = rng.random() < 0.85
        target = low + int((high - low) * rng.random() ** 3) if near else int(nodes * rng.random() ** 4)
        if source != target:
            graph.add_edge(f"n{source:06}", f"n{target:06}")
            left -= 1
    return graph


def plain(graph: nx.MultiDiGraph, *, directed: bool = False) -> nx.Graph:
    """What networkx is given: no parallel edges, the number of facts as weight."""
    return analyse.ordered(graph, directed=directed)


# Measure -> how networkx computes it from the same graph, to the full accuracy that its arguments allow.
REFERENCES: dict[str, Callable[[nx.MultiDiGraph], dict[str, float]]] = {
    "degree": lambda graph: dict(graph.degree()),
    "pagerank": lambda graph: nx.pagerank(plain(graph, directed=True), tol=1e-14, max_iter=5000),
    "betweenness": lambda graph: nx.betweenness_centrality(plain(graph)),
    "closeness": lambda graph: nx.closeness_centrality(plain(graph)),
    "eigenvector": lambda graph: nx.eigenvector_centrality(plain(graph), tol=1e-13, max_iter=5000),
    "hubs": lambda graph: nx.hits(plain(graph, directed=True), tol=1e-14, max_iter=5000)[0],
    "authorities": lambda graph: nx.hits(plain(graph, directed=True), tol=1e-14, max_iter=5000)[1],
    "k-core": lambda graph: nx.core_number(plain(graph)),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What one call gave, its seconds, and the MB by which memory grew at most."""

    value: Any
    seconds: float
    megabytes: float


def apart(ours: dict[str, float], theirs: dict[str, float]) -> float:
    """The largest difference between two measures of the same nodes."""
    if ours.keys() != theirs.keys():
        raise ValueError("the two do not measure the same nodes")
    return max((abs(ours[node] - theirs[node]) for node in ours), default=0.0)


def measured(work: Callable[[], Any]) -> Run:
    """Run `work` in a forked process."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(read)
            before = resource_mb()
            began = time.perf_counter()
            value = work()
            run = Run(value, time.perf_counter() - began, resource_mb() - before)
            with os.fdopen(write, "wb") as pipe:
                pickle.dump(run, pipe)
        except Exception:  # noqa: BLE001  whatever it was is printed, and the parent finds the pipe empty
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        found: Run = pickle.load(pipe)
    os.waitpid(child, 0)
    return found


def measures(graph: nx.MultiDiGraph, *, alone: bool, skip: list[str]) -> None:
    """A row a measure."""
    print(f"{'measure':<14}{'s':>8}{'MB':>7}{'networkx s':>12}{'MB':>7}{'faster':>9}{'apart':>10}")
    for name, measure in analyse.METRICS.items():
        if name in skip:
            continue
        ours = measured(lambda measure=measure: measure(graph))  # type: ignore[misc]
        row = f"{name:<14}{ours.seconds:8.3f}{ours.megabytes:7.0f}"
        if not alone:
            theirs = measured(lambda name=name: REFERENCES[name](graph))  # type: ignore[misc]
            ratio = theirs.seconds / ours.seconds
            row += f"{theirs.seconds:12.3f}{theirs.megabytes:7.0f}{ratio:8.1f}x{apart(ours.value, theirs.value):10.0e}"
        print(row, flush=True)


def ways() -> list[str]:
    """The ways to find communities that this installation has; asking for one loads what it imports."""
    found = []
    for method in analyse.COMMUNITIES:
        try:
            analyse.communities(made(100, 200), method=method)
        except analyse.MissingExtra as error:
            print(error)
        else:
            found.append(method)
    return found


def communities(graph: nx.MultiDiGraph) -> None:
    """A row a way to find communities."""
    print(f"\n{'communities':<14}{'s':>8}{'MB':>7}{'parts':>8}{'modularity':>12}")
    for method in ways():
        run = measured(lambda method=method: analyse.communities(graph, method=method))  # type: ignore[misc]
        quality = analyse.modularity(graph, run.value)
        print(f"{method:<14}{run.seconds:8.3f}{run.megabytes:7.0f}{len(run.value):8d}{quality:12.4f}", flush=True)


def samples(graph: nx.MultiDiGraph, exact: bool) -> None:
    """A row a number of samples: how stable the estimate says it is, and how much of the exact top 20 it has."""
    best = {node for node, _ in analyse.rank(graph, "betweenness", 20)} if exact else set()
    print(f"\n{'betweenness of':<18}{'s':>8}{'stability':>11}" + f"{'of the true top 20':>20}" * exact)
    for count in (100, 500, 1000):
        run = measured(lambda count=count: analyse.sampled_betweenness(graph, count))  # type: ignore[misc]
        found = {node for node, _ in analyse.by_score(run.value.scores)[:20]}
        row = f"{run.value.samples:>7} samples   {run.seconds:8.3f}{run.value.stability:11.2f}"
        print(row + (f"{len(best & found):>17}/20" if exact else ""), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=2000)
    parser.add_argument("--edges", type=int, default=6000)
    parser.add_argument("--skip", action="append", default=[], choices=analyse.METRICS, help="leave this measure out")
    parser.add_argument("--alone", action="store_true", help="leave networkx out")
    args = parser.parse_args()
    small = made(100, 200)
    for name, measure in analyse.METRICS.items():  # loads what each imports, so that no row pays for it
        measure(small)
        REFERENCES[name](small)
    graph = made(args.nodes, args.edges)
    print(f"{args.nodes:,} nodes, {args.edges:,} edges; process {resource_mb():.0f} MB before\n", flush=True)
    measures(graph, alone=args.alone, skip=args.skip)
    communities(graph)
    samples(graph, exact=not args.alone and "betweenness" not in args.skip)


def resource_mb() -> float:
    """The highest resident memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
