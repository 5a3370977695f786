"""`export` and `validate`: hand the graph on, and check it first."""

from __future__ import annotations

from pathlib import Path

import click

from aigraph.commands.options import graph_option, open_graph
from aigraph.commands.output import say, write_rows


@click.command()
@click.argument("out", type=click.Path(path_type=Path), required=False)
@graph_option
@click.option("--format", "-f", "form", help="Format; by default what the ending of OUT says.")
@click.option("--list", "listing", is_flag=True, help="List the formats and what they are for.")
def export(out: Path | None, graph: Path, form: str | None, listing: bool) -> None:
    """Write the graph to OUT in another format.

    \b
    Examples:
      aigraph export --list
      aigraph export graph.gexf
      aigraph export neo4j.cypher --graph exports/graph.nq
    """
    from aigraph.exporters import EXPORTERS
    from aigraph.exporters import export as write

    if listing:
        rows = [{"format": name, "ending": row.suffix, "for": row.says} for name, row in EXPORTERS.items()]
        write_rows(("format", "ending", "for"), rows)
        return
    if out is None:
        raise click.UsageError("say where to write: aigraph export graph.gexf (or --list for the formats)")
    with open_graph(graph) as store:
        for file in write(store.inner, out, format=form):
            say(f"wrote {file}")
