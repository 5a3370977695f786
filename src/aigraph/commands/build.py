"""`build` and `extract`: from documents to a graph, with a summary for the person who waits."""

from __future__ import annotations

from pathlib import Path

import click

from aigraph.commands.options import date_option, decisions_option
from aigraph.commands.output import console, progress, say
from aigraph.pipeline import BuildResult

INPUTS = (
    "Files, folders or globs; - reads standard input. Known: .txt .md .html .pdf .docx .jsonl .csv .tsv, any encoding. "
    "Rows of a table have the columns text, title, date, url."
)


@click.command(epilog=INPUTS, short_help="Documents to graph, page and report.")
@click.argument("sources", nargs=-1, required=True)
@click.option(
    "--out",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("exports"),
    show_default=True,
    help="Folder for the graph, the page and the report.",
)
@date_option
@decisions_option
def build(sources: tuple[str, ...], out: Path, date: str | None, decisions: Path | None) -> None:
    """Make one graph of SOURCES: graph.nq, .ttl, .jsonld, .graphml, .html and report.md in the folder OUT.

    \b
    Examples:
      aigraph build seeds/ --out exports/
      aigraph build "news/*.html" report.pdf --date 2025-08-27
      aigraph build seeds/ --decisions decisions.toml
      cat article.txt | aigraph build - --out one/
    """
    from aigraph import pipeline

    with progress("reading") as step:
        result = pipeline.build(sources, out, date=date, progress=step, decisions=decisions)
    summary(result)
    finish(result)


@click.command(epilog=INPUTS, short_help="Documents to one graph file.")
@click.argument("sources", nargs=-1, required=True, metavar="FILES...")
@click.option(
    "--out",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Graph file; its ending says the format (see `aigraph export --list`).",
)
@date_option
@decisions_option
def extract(sources: tuple[str, ...], out: Path, date: str | None, decisions: Path | None) -> None:
    """Make a graph file of FILES in one go, without a store, page or report.

    \b
    Examples:
      aigraph extract article.txt --out article.ttl
      aigraph extract a.txt b.html --out both.graphml --date 2025-08
    """
    from aigraph import pipeline
    from aigraph.exporters import export, format_for

    format_for(out)  # an ending nobody writes is refused before the work, not after it
    result = BuildResult()
    with (
        progress("reading") as step,
        pipeline.extract_graph(sources, result=result, date=date, progress=step, decisions=decisions) as store,
    ):
        if result.documents:
            result.files += export(store.inner, out)
    finish(result)


def summary(result: BuildResult) -> None:
    """What each document gave, for the terminal."""
    from rich import box
    from rich.table import Table

    from aigraph.quality.report import titles

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("document", overflow="fold")
    table.add_column("language")
    for heading in ("characters", "blocks", "mentions", "things", "relations", "figures", "results", "events"):
        table.add_column(heading, justify="right")
    for title, one in zip(titles(result.documents), result.documents, strict=True):
        counts = (one.characters, sum(n for _, n in one.blocks), one.mentions, one.entities, one.relations, one.figures,
                  one.results, one.events)  # fmt: skip
        table.add_row(title, one.lang or "", *(f"{count:,}" for count in counts))
    if not result.documents:
        return
    console().print(table)
    t = result.totals
    console().print(
        f"together: {t.entities:,} things, {t.relations:,} relations, {t.figures:,} figures, {t.results:,} measured "
        f"results, {t.events:,} events ({t.quads:,} quads)"
    )


def finish(result: BuildResult) -> None:
    """Name what failed and what was written, and leave with the documented exit code."""
    for failure in result.failures:
        say(f"failed: {failure.name}: {failure.reason}")
    for line in result.review:
        say(line)
    for file in result.files:
        say(f"wrote {file}")
    if not result.documents:
        say("no document could be read; nothing was written")
        click.get_current_context().exit(2)
    if result.failures:
        total = len(result.failures) + len(result.documents)
        say(f"{len(result.failures)} of {total} documents failed, the rest is built")
        click.get_current_context().exit(1)
