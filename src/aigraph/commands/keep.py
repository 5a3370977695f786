"""`add`, `remove`, `refresh` and `documents`: a store that is kept from day to day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from aigraph.commands.build import INPUTS
from aigraph.commands.options import WAIT, date_option, decisions_option, format_option, store_option
from aigraph.commands.output import progress, say, write_rows

if TYPE_CHECKING:
    from aigraph.storage.keep import KeepResult


@click.command(epilog=INPUTS, short_help="Documents into a store; only what is new is read.")
@click.argument("sources", nargs=-1, required=True)
@store_option
@date_option
@decisions_option
def add(sources: tuple[str, ...], store: Path, date: str | None, decisions: Path | None) -> None:
    """Add SOURCES to a store, or make one. A text that is in it already changes nothing and is not extracted.

    A file that was added before and has changed replaces what it gave then, and nothing else. A run that was killed is
    finished by running it again. An .nq file of `aigraph build` is loaded as it is, without extracting anything.

    \b
    Examples:
      aigraph add news/
      aigraph add exports/graph.nq
      aigraph add report.pdf --store projects/chips --date 2025-08
      aigraph query models-by-developer developer=DeepSeek --graph projects/chips
    """
    from aigraph.storage.keep import add_documents

    with progress("reading") as step:
        result = add_documents(sources, store, date=date, decisions=decisions, progress=step, wait=WAIT)
    _report(result, store)


@click.command(short_help="Read again what changed since it was added.")
@store_option
@click.option("--all", "everything", is_flag=True, help="Extract every document anew, as after an upgrade of aigraph.")
@click.option("--prune", is_flag=True, help="Withdraw the documents of files that are no longer there.")
@decisions_option
def refresh(store: Path, everything: bool, prune: bool, decisions: Path | None) -> None:
    """Bring a store up to date with the files its documents came from.

    Files that changed are read again and replace their own facts only. Files that vanished are named; their documents
    stay unless --prune is given. What `aigraph remove` withdrew stays out.

    \b
    Examples:
      aigraph refresh
      aigraph refresh --all --decisions decisions.toml
    """
    from aigraph.storage.keep import refresh_documents

    with progress("reading") as step:
        result = refresh_documents(
            store, everything=everything, prune=prune, decisions=decisions, progress=step, wait=WAIT
        )
    for one in result.vanished:
        gone = "withdrawn" if prune else "kept; --prune withdraws them"
        say(f"vanished: {one.path} ({', '.join(one.documents)}: {gone})")
    _report(result, store)


@click.command(short_help="Withdraw documents from a store.")
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@store_option
def remove(documents: tuple[str, ...], store: Path) -> None:
    """Withdraw each DOCUMENT, named by id, name, title, the beginning of its id or hash, or the file it came from.

    What another document says too stays in the graph.

    \b
    Examples:
      aigraph remove news/monday.txt
      aigraph remove monday-4f2a --store projects/chips
    """
    from aigraph.storage.keep import remove_documents

    for one in remove_documents(documents, store, wait=WAIT):
        say(f"{store}: removed {one.id} ({one.facts:,} facts)")


@click.command(short_help="What is in a store.")
@store_option
@click.option("--sources", is_flag=True, help="Also the files that each document came from.")
@format_option("table", "csv", "json", "markdown")
def documents(store: Path, sources: bool, form: str) -> None:
    """List the documents of a store: id, title, date, beginning of the hash, and how many facts each gave.

    \b
    Examples:
      aigraph documents
      aigraph documents --store projects/chips --format csv
    """
    from aigraph.storage.keep import list_documents

    short = 12 if form in ("table", "markdown") else None
    rows = [
        {
            "id": one.id,
            "title": one.title,
            "date": one.date,
            "sha256": one.sha256[:short],
            "facts": one.facts,
            "sources": " ".join(files),
        }
        for one, files in list_documents(store, wait=WAIT)
    ]
    write_rows(("id", "title", "date", "sha256", "facts", *(("sources",) if sources else ())), rows, form)


def _report(result: KeepResult, store: Path) -> None:
    """What became of each document, and the documented exit code."""
    rows = [{"document": one.name, "id": one.id, "facts": one.facts} for one in result.documents]
    if rows:
        write_rows(("document", "id", "facts"), rows)
    for name, key in result.same:
        say(f"{name}: the same text as {key}, which is in the store")
    for name, reason in ((one.name, one.reason) for one in result.failures):
        say(f"failed: {name}: {reason}")
    for line in [*result.notes, *result.review]:
        say(line)
    counts = (
        (len(result.documents), "extracted"),
        (len(result.loaded), "loaded"),
        (len(result.replaced), "of an older version replaced"),
        (len(result.removed), "withdrawn"),
        (len(result.unchanged) + len(result.same), "unchanged"),
        (len(result.failures), "failed"),
    )
    say(f"{store}: " + (", ".join(f"{count:,} {what}" for count, what in counts if count) or "nothing to do"))
    if result.failures:
        click.get_current_context().exit(2 if result.untouched else 1)
