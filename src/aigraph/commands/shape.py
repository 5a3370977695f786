"""`bridges` and `changes`: what holds the graph together, and how it changed over time."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aigraph.commands.options import (
    PartialDate,
    format_option,
    graph_option,
    open_graph,
    plot_option,
    projection_option,
)
from aigraph.commands.output import say, write_rows

if TYPE_CHECKING:
    import networkx as nx


@click.command(short_help="Ties on which a connection hangs.")
@graph_option
@projection_option
@click.option("--top", "-n", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@format_option("table", "csv", "json", "markdown")
def bridges(graph: Path, projection: str, top: int, form: str) -> None:
    """Pairs of things whose tie is the only one between two parts of the graph; `cuts off` says how many things the
    smaller part has.

    \b
    Examples:
      aigraph bridges
      aigraph bridges --projection investment --top 5 --format csv
    """
    from aigraph.commands.network import hop_rows
    from aigraph.measures.analyse import hop
    from aigraph.measures.projection import project
    from aigraph.measures.standing import cuts

    with open_graph(graph) as store:
        nx_graph = project(store.inner, projection)
    rows = [
        {"cuts off": cut.size, **row}
        for number, cut in enumerate(cuts(nx_graph)[:top], 1)
        for row in hop_rows(nx_graph, number, hop(nx_graph, cut.one, cut.other))
    ]
    write_rows(("cuts off", "subject", "relation", "object", "confidence", "sentence", "document"), rows, form)
    if not rows:
        say("no part of the graph hangs by a single tie")


@click.command(short_help="How the graph changed over time.")
@graph_option
@click.option("--by", type=click.Choice(("year", "month")), default="month", show_default=True, help="Length of a row.")
@click.option("--from", "before", type=PartialDate(), help="With --to: who rose between the ends of these dates.")
@click.option("--to", "after", type=PartialDate(), help="The later date (YYYY[-MM[-DD]]).")
@click.option("--metric", "-m", default="pagerank", show_default=True, help="Measure for --from and --to.")
@click.option("--top", "-n", type=click.IntRange(1), default=20, show_default=True, help="Places for --from and --to.")
@plot_option("Draw the growth")
@format_option("table", "csv", "json", "markdown")
def changes(
    graph: Path, by: str, before: str | None, after: str | None, metric: str, top: int, plot: Path | None, form: str
) -> None:
    """How the graph grew and its shape changed, a row a period; or who rose between two dates.

    Facts count from the date they state, else from that of their article; facts without a date are left out. A piece
    is a part without any connection to the rest, `largest` the share of things in the largest piece.

    \b
    Examples:
      aigraph changes --by year
      aigraph changes --from 2024 --to 2025-06 --metric betweenness
      aigraph changes --format csv --plot growth.png
    """
    from aigraph.measures.projection import to_networkx

    if (before is None) != (after is None):
        raise click.UsageError("--from and --to go together")
    with open_graph(graph) as store:
        nx_graph = to_networkx(store.inner)
    if before is not None and after is not None:
        _risen(nx_graph, before, after, metric, top, form)
    else:
        _grown(nx_graph, by, form)
    if plot is not None:
        from aigraph.render.plots import plot_growth

        say(f"wrote {plot_growth(nx_graph, plot, by=by)}")


def _risen(nx_graph: nx.MultiDiGraph, before: str, after: str, metric: str, top: int, form: str) -> None:
    """Who entered or rose within the first places; an empty cell for who was not there."""
    from aigraph.measures.periods import shifts

    rows = [
        {"name": nx_graph.nodes[s.node]["label"], "type": nx_graph.nodes[s.node]["type"], f"place {before}": s.before,
         f"place {after}": s.after, metric: float(f"{s.score:.6g}"), "id": s.node}
        for s in shifts(nx_graph, before, after, metric, top)
    ]  # fmt: skip
    write_rows(("name", "type", f"place {before}", f"place {after}", metric, "id"), rows, form)


def _grown(nx_graph: nx.MultiDiGraph, by: str, form: str) -> None:
    """What came in each period, and the shape of the whole at its end."""
    from aigraph.measures.periods import periods, structures

    rows = [
        {"period": new.period, "facts": new.facts, "new things": new.new_things, "all facts": new.total_facts}
        | {key.replace("_", " "): float(f"{value:.4g}") if isinstance(value, float) else value
           for key, value in asdict(shape).items() if key != "period"}
        for new, shape in zip(periods(nx_graph, by), structures(nx_graph, by), strict=True)
    ]  # fmt: skip
    columns = ("period", "facts", "new things", "all facts", "things", "ties", "pieces", "largest", "mean ties")
    write_rows((*columns, "clustering"), rows, form)
    if not rows:
        say("no fact of the graph has a date")
