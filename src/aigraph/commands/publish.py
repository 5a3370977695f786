"""`export` and `validate`: hand the graph on, and check it first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aigraph.commands.options import format_option, graph_option, lang_option, open_graph
from aigraph.commands.output import FORMATS, say, write_rows

if TYPE_CHECKING:
    from aigraph.storage.store import GraphStore


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
    and change nothing: reject a wrong reading with `aigraph review` or in the file of decisions. The shapes follow the
    ontology: a relation that was added there is checked by its stanza. A file of --text that no document of the graph
    was read from is named.

    \b
    Examples:
      aigraph validate
      aigraph validate --text seeds/ --graph exports/graph.nq
      aigraph validate --lang zh-Hans --format csv > findings.csv
    """
    from aigraph.quality.validate import validate as check

    with open_graph(graph) as store:
        report = check(store, shapes=shapes, texts=_texts(store, texts) if texts else {}, lang=lang)
    if form == "text":
        for line in report.lines(limit):
            click.echo(line)
    else:
        write_rows(report.columns, report.rows(limit), form)
    if not report.conforms:
        click.get_current_context().exit(1)


def _texts(store: GraphStore, files: tuple[Path, ...]) -> dict[str, str]:
    """The texts of the graph's documents by id; files that gave none of them are named on standard error."""
    from aigraph.model import Document
    from aigraph.readers import read_documents

    known: dict[str, list[str]] = {}
    for key, sha256 in store.documents().items():
        known.setdefault(sha256, []).append(key)
    texts = {}
    for found in read_documents(files):
        if not isinstance(found, Document):
            say(f"{found.source}: {found.reason}")
        elif found.sha256 in known:
            texts.update(dict.fromkeys(known[found.sha256], found.text))
        else:
            say(f"{found.path or found.name}: no document of the graph has this text; nothing was compared with it")
    return texts
