"""`rank`, `path` and `communities`: the graph as a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from aigraph.commands.completion import names_of_things
from aigraph.commands.options import format_option, graph_option, open_graph, plot_option, projection_option
from aigraph.commands.output import console, say, write_rows
from aigraph.errors import UnknownName


@click.command(short_help="The most central things.")
@graph_option
@click.option("--metric", "-m", default="pagerank", show_default=True, help="Measure; an unknown one lists the known.")
@projection_option
@click.option("--type", "-t", "kind", help="Only things of this type (Model, Organization, ...).")
@click.option("--top", "-n", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@click.option("--samples", type=click.IntRange(2), help="Estimate betweenness from so many things; says how stable.")
@plot_option("Draw it too")
@format_option("table", "csv", "json", "markdown")
def rank(
    graph: Path,
    metric: str,
    projection: str,
    kind: str | None,
    top: int,
    samples: int | None,
    plot: Path | None,
    form: str,
) -> None:
    """Rank things by how they stand in the graph.

    Measures: degree, pagerank, betweenness, closeness, eigenvector, hubs, authorities (HITS), k-core. Projections:
    all, investment, co-investment, model-benchmark, co-mention, lineage.

    \b
    Examples:
      aigraph rank
      aigraph rank --metric betweenness --type Organization --top 10
      aigraph rank --projection investment --format csv
      aigraph rank --metric betweenness --samples 1000
    """
    from aigraph.measures import analyse
    from aigraph.measures.projection import project

    if plot is not None and kind is not None:
        raise click.UsageError("--plot draws things of every type; leave --type out")
    if samples is not None and (metric != "betweenness" or plot is not None):
        raise click.UsageError("--samples goes with --metric betweenness, and without --plot")
    with open_graph(graph) as store:
        nx_graph = project(store.inner, projection)
    if kind is not None:
        _known_type(kind, nx_graph)
    scores = analyse.rank(nx_graph, metric, top=None) if samples is None else _estimated(nx_graph, samples, top)
    things = nx_graph.nodes
    chosen = [(n, s) for n, s in scores if kind is None or kind in (things[n]["type"], things[n]["subtype"])]
    rows = [
        {"rank": place, "name": things[node]["label"], "type": things[node]["type"],
         "facts": nx_graph.degree(node), metric: float(f"{score:.6g}"), "id": node}
        for place, (node, score) in enumerate(chosen[:top], 1)
    ]  # fmt: skip
    write_rows(("rank", "name", "type", "facts", metric, "id"), rows, form)
    if plot is not None:
        from aigraph.render.plots import plot_ranking

        say(f"wrote {plot_ranking(nx_graph, plot, metric=metric, top=top)}")
    if kind and not rows:
        types = sorted({data["type"] for _, data in nx_graph.nodes(data=True)})
        say(f"nothing here is a {kind}; the graph has {', '.join(types)}")


def _known_type(kind: str, nx_graph: Any) -> None:
    """Raises UnknownName, with the nearest, for a type that neither the ontology nor the graph has."""
    from aigraph.ask.nearest import nearest_names
    from aigraph.schema import load_schema
    from aigraph.text.normalise import name_key

    met = {data[key] for _, data in nx_graph.nodes(data=True) for key in ("type", "subtype") if data[key]}
    types = {name_key(name): name for name in sorted(met | set(load_schema().entity_types))}
    if kind not in types.values():
        near = [types[key] for key in nearest_names(kind, types)] or load_schema().core_types
        raise UnknownName(f"there is no type {kind!r}; did you mean {', '.join(near)}?")


def _estimated(nx_graph: Any, samples: int, top: int) -> list[tuple[str, float]]:
    """Sampled betweenness from the highest down; how far to trust its order goes to standard error."""
    from aigraph.measures import analyse

    found = analyse.sampled_betweenness(nx_graph, samples, top=top)
    say(
        f"estimated from {found.samples} of {len(nx_graph)} things; two halves of the sample share "
        f"{found.stability:.0%} of their first {min(top, len(nx_graph))}: take more where that is low"
    )
    return analyse.by_score(found.scores)


@click.command(short_help="Which things belong together.")
@graph_option
@projection_option
@click.option("--method", default="louvain", show_default=True, help="louvain, or leiden (extra 'analysis').")
@click.option("--top", "-n", type=click.IntRange(1), default=10, show_default=True, help="How many communities.")
@plot_option("Draw the network with its communities in colour")
@format_option("table", "csv", "json", "markdown")
def communities(graph: Path, projection: str, method: str, top: int, plot: Path | None, form: str) -> None:
    """Groups of things that are tied among themselves more than to the rest, largest first.

    \b
    Examples:
      aigraph communities
      aigraph communities --projection investment --method leiden --format json
    """
    from aigraph.measures import analyse
    from aigraph.measures.projection import project

    with open_graph(graph) as store:
        nx_graph = project(store.inner, projection)
    every = analyse.communities(nx_graph, method=method)
    parts = [part for part in every if len(part) > 1]
    place = {node: number for number, (node, _) in enumerate(analyse.rank(nx_graph, top=None))}
    rows = [
        {"community": number, "size": len(part),
         "members": ", ".join(str(nx_graph.nodes[n]["label"]) for n in sorted(part, key=place.__getitem__))}
        for number, part in enumerate(parts[:top], 1)
    ]  # fmt: skip
    write_rows(("community", "size", "members"), rows, form)
    if plot is not None:
        from aigraph.render.plots import plot_communities

        say(f"wrote {plot_communities(nx_graph, every, plot, top=top)}")


@click.command(short_help="How two things are connected.")
@click.argument("start", metavar="A", shell_complete=names_of_things)
@click.argument("goal", metavar="B", shell_complete=names_of_things)
@graph_option
@click.option("--count", "-k", type=click.IntRange(1), default=1, show_default=True, help="How many paths.")
@projection_option
@plot_option("Draw the paths")
@format_option("text", "csv", "json", "markdown")
def path(start: str, goal: str, graph: Path, count: int, projection: str, plot: Path | None, form: str) -> None:
    """How two things are connected: the shortest paths, with the facts and sentences along them.

    \b
    Examples:
      aigraph path "DeepSeek-V3" NVIDIA
      aigraph path OpenAI "Alibaba Cloud" --count 3 --format json
    """
    from aigraph.ask.facts import short
    from aigraph.ask.names import Names
    from aigraph.measures import analyse
    from aigraph.measures.projection import project

    with open_graph(graph) as store:
        names = Names(store.inner)
        starts, goals = ([short(node.value) for node in names.find(name)] for name in (start, goal))
        if starts == goals and len(starts) == 1:
            raise UnknownName(f"{start} and {goal} are one thing (id {starts[0]}): name two different ones")
        nx_graph = project(store.inner, projection)
    # one name may stand for several things, and a projection leaves some out
    ends = [(a, b) for a in starts for b in goals if a != b and a in nx_graph and b in nx_graph]
    every = [hops for a, b in ends for hops in analyse.paths(nx_graph, a, b, k=count)]
    found = sorted(every, key=len)[:count]
    if not found:
        say(f"nothing in the graph connects {start} and {goal}")
        return
    rows = [row for number, hops in enumerate(found, 1) for hop in hops for row in hop_rows(nx_graph, number, hop)]
    if form == "text":
        _print_paths(rows)
    else:
        write_rows(("path", "subject", "relation", "object", "confidence", "sentence", "document"), rows, form)
    if plot is not None:
        from aigraph.render.plots import plot_paths

        say(f"wrote {plot_paths(nx_graph, found, plot)}")


def _print_paths(rows: list[dict[str, Any]]) -> None:
    """Each path as its facts, each fact with its sentence below."""
    out = console()
    number = 0
    for row in rows:
        if row["path"] != number:
            number = row["path"]
            out.print(f"path {number}", style="bold")
        sure = "" if row["confidence"] is None else f"  [{row['confidence']:.2f}]"
        out.print(f"  {row['subject']} {row['relation']} {row['object']}{sure}", style="cyan")
        if row["sentence"]:
            out.print(f"    “{' '.join(row['sentence'].split())}”")
            out.print(f"      {row['document']}", style="dim")


def hop_rows(nx_graph: Any, number: int, hop: Any) -> list[dict[str, Any]]:
    """One row a fact that ties the two ends of a hop, with the first sentence that says it."""
    return [
        {
            "path": number,
            "subject": nx_graph.nodes[fact["subject"]]["label"],
            "relation": fact.get("predicate", ", ".join(map(str, fact.get("via", ())))),
            "object": nx_graph.nodes[fact["object"]]["label"],
            "confidence": fact.get("confidence"),
            "sentence": next((place["quote"] for place in fact.get("evidence", ())), ""),
            "document": next((place["title"] for place in fact.get("evidence", ())), ""),
        }
        for fact in hop.facts
    ]
