"""`compare` and `similar`: a thing beside another, and the things most like it."""

from __future__ import annotations

from pathlib import Path

import click

from aigraph.commands.completion import names_of_things
from aigraph.commands.options import format_option, graph_option, open_graph, plot_option, projection_option
from aigraph.commands.output import say, write_rows


@click.command(short_help="Two things side by side.")
@click.argument("one", metavar="A", shell_complete=names_of_things)
@click.argument("other", metavar="B", shell_complete=names_of_things)
@graph_option
@click.option("--lang", type=click.Choice(("en", "zh")), default="en", show_default=True, help="Language of names.")
@plot_option("Draw how both stand in every measure")
@format_option("table", "csv", "json", "markdown")
def compare(one: str, other: str, graph: Path, lang: str, plot: Path | None, form: str) -> None:
    """Two things side by side: figures, results and relations with a sentence each, what both are tied to, and their
    score and place in every measure.

    \b
    Examples:
      aigraph compare DeepSeek-V3 GPT-4o
      aigraph compare OpenAI Anthropic --format csv
      aigraph compare NVIDIA AMD --plot standing.svg
    """
    from aigraph.measures.projection import named, to_networkx
    from aigraph.measures.standing import standings
    from aigraph.render.sheets import flat_rows, standing_sheet
    from aigraph.render.views import view

    with open_graph(graph) as store:
        nx_graph = to_networkx(store.inner)
    pair = (named(nx_graph, one), named(nx_graph, other))
    sheets = view(nx_graph, "compare", *pair, lang=lang)
    measured = standings(nx_graph, pair)
    columns, rows = flat_rows([*sheets, standing_sheet(measured, sheets[0].columns[1:], len(nx_graph), lang)])
    write_rows(columns, rows, form)
    if plot is not None:
        from aigraph.render.plots import plot_standings

        say(f"wrote {plot_standings(nx_graph, pair, measured, plot)}")


@click.command(short_help="The things most like one.")
@click.argument("name", shell_complete=names_of_things)
@graph_option
@projection_option
@click.option("--top", "-n", type=click.IntRange(1), default=10, show_default=True, help="How many.")
@format_option("table", "csv", "json", "markdown")
def similar(name: str, graph: Path, projection: str, top: int, form: str) -> None:
    """Things of the same type that share neighbours with NAME; a neighbour that few have counts more (Adamic-Adar).

    \b
    Examples:
      aigraph similar DeepSeek-V3
      aigraph similar OpenAI --projection investment --format json
    """
    from aigraph.measures import analyse
    from aigraph.measures.projection import named, project

    with open_graph(graph) as store:
        nx_graph = project(store.inner, projection)
    node = named(nx_graph, name)
    near = analyse.ordered(nx_graph)
    rows = [
        {"rank": place, "name": nx_graph.nodes[other]["label"], "type": nx_graph.nodes[other]["type"],
         "similarity": float(f"{score:.6g}"), "id": other,
         "shared": ", ".join(str(nx_graph.nodes[n]["label"]) for n in sorted(set(near[node]) & set(near[other])))}
        for place, (other, score) in enumerate(analyse.similar(nx_graph, node, top), 1)
    ]  # fmt: skip
    write_rows(("rank", "name", "type", "similarity", "shared", "id"), rows, form)
    if not rows:
        say(f"nothing of its type shares a neighbour with {nx_graph.nodes[node]['label']}")
