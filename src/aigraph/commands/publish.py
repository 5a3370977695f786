"""`export` and `validate`: hand the graph on, and check it first."""

from __future__ import annotations

from pathlib import Path

import click

from aigraph.commands.options import format_option, graph_option, lang_option, open_graph
from aigraph.commands.output import FORMATS, say, write_rows


@click.command(short_help="Write the graph in another format.")
@click.argument("out", type=click.Path(path_type=Path), required=False)
@graph_option
@click.option("--format", "-f", "form", help="Format; by default what the ending of OUT says.")
@click.option("--list", "listing", is_flag=True, help="List the formats and what they are for.")
def export(out: Path | None, graph: Path, form: str | None, listing: bool) -> None:
    """Write the graph to OUT in another format.

    For Gephi take .gexf: it keeps every relation and has the dates for the timeline. From .graphml Gephi joins all
    relations of one pair into one edge and adds up their weights, unless its import dialog is told not to merge
    (More options, Edges merge strategy). For Neo4j: cypher-shell -f graph.cypher.

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


@click.command(short_help="Check shapes and quotes.")
@graph_option
@click.option("--shapes", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Your own SHACL shapes.")
@click.option(
    "--text",
    "texts",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Document or folder to compare the quotes with; repeatable.",
)
@click.option("--limit", type=click.IntRange(0), default=50, show_default=True, help="List at most this many findings.")
@lang_option
@format_option("text", *FORMATS)
def validate(graph: Path, shapes: Path | None, texts: tuple[Path, ...], limit: int, lang: str, form: str) -> None:
    """Check the graph against the SHACL shapes, every quote against its offsets, and facts for what is implausible.

    Each finding names the fact, the sentence it was read in, and what is wrong, in the language of --lang. Exit code 1
    where the graph does not conform; warnings flag what is implausible (a context length of 128, a release in 1925)
    and change nothing: reject a wrong reading with `aigraph review` or in the file of decisions.

    \b
    Examples:
      aigraph validate
      aigraph validate --text seeds/ --graph exports/graph.nq
      aigraph validate --lang zh-Hans --format csv > findings.csv
    """
    from aigraph.model import Document
    from aigraph.quality.validate import validate as check
    from aigraph.readers import read_documents

    documents = [found for found in read_documents(texts) if isinstance(found, Document)]
    with open_graph(graph) as store:
        report = check(store, shapes=shapes, texts={one.id: one.text for one in documents}, lang=lang)
    if form == "text":
        for line in report.lines(limit):
            click.echo(line)
    else:
        write_rows(report.columns, report.rows(limit), form)
    if not report.conforms:
        click.get_current_context().exit(1)
