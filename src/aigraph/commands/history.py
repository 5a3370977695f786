"""`conflicts`, `timeline` and `diff`: who disagrees, what happened when, and what changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aigraph.commands.completion import names_of_things
from aigraph.commands.options import PartialDate, format_option, graph_option, lang_option, open_graph
from aigraph.commands.output import say, write_rows

if TYPE_CHECKING:
    from aigraph.claims.chronicle import Entry
    from aigraph.claims.difference import Side

DATE = r"\d{4}(-\d\d(-\d\d)?)?"
SENTENCE = 60  # characters of a sentence in a table; the other formats have it whole


@click.command(short_help="Where sources disagree, and which value stands.")
@click.argument("name", required=False, shell_complete=names_of_things)
@graph_option
@lang_option
@format_option("table", "csv", "json", "markdown")
def conflicts(name: str | None, graph: Path, lang: str, form: str) -> None:
    """Where sources disagree in the whole graph or about NAME: the values, who said each, when, its rank and why.

    Of values of one time the one is preferred that comes first by: not expressly denied; stated, not rumoured; newer;
    more independent documents; higher confidence (for what never changes, documents before age). A value that a later
    document denies is deprecated; where nothing tells values apart, all are normal. All of them are kept.

    \b
    Examples:
      aigraph conflicts
      aigraph conflicts DeepSeek-R1 --lang zh-Hans
      aigraph conflicts --format json
    """
    from aigraph.ask.names import Names
    from aigraph.claims.conflicts import conflicts as found_conflicts

    with open_graph(graph) as store:
        nodes = Names(store.inner).find(name) if name is not None else None
        found = found_conflicts(store.inner, nodes, lang=lang)
    if form == "json":
        click.echo(json.dumps([asdict(position) for position in found], ensure_ascii=False, indent=1))
        return
    rows = [
        {"thing": p.thing, "property": p.property + (f" ({p.about})" if p.about else ""), "value": p.value,
         "said by": "; ".join(p.said_by), "when": "; ".join(day or "undated" for day in p.when),
         "rank": p.rank, "why": p.why, "sentence": " ".join(p.sentence.split())}
        for p in found
    ]  # fmt: skip
    columns = ("thing", "property", "value", "said by", "when", "rank", "why", "sentence")
    write_rows(columns[:-1] if form == "table" else columns, rows, form)
    if not rows:
        say("no two sources disagree" + (f" about {name}" if name else ""))


@click.command(short_help="What happened to a thing, in order.")
@click.argument("name", shell_complete=names_of_things)
@click.option("--from", "start", type=PartialDate(), help="Nothing dated before (YYYY[-MM[-DD]]).")
@click.option("--until", "end", type=PartialDate(), help="Nothing dated after.")
@graph_option
@lang_option
@format_option("table", "csv", "json", "markdown")
def timeline(name: str, start: str | None, end: str | None, graph: Path, lang: str, form: str) -> None:
    """Facts and events of NAME in order of time, each with its sentence; the undated ones apart, at the end.

    `dated` says where the date is from: `stated` in the text, or `published`, the day of the first document that says
    it. `until` is the day from which a later value stands.

    \b
    Examples:
      aigraph timeline DeepSeek
      aigraph timeline DeepSeek-R1 --from 2025 --format markdown
      aigraph timeline NVIDIA --lang zh-Hans --format json
    """
    from aigraph.ask.names import Names
    from aigraph.claims.chronicle import timeline as found_timeline

    with open_graph(graph) as store:
        nodes = Names(store.inner).find(name)
        found = found_timeline(store.inner, nodes, lang=lang, start=start or "", end=end or "9999")
    if form == "json":
        click.echo(json.dumps([asdict(entry) for entry in found], ensure_ascii=False, indent=1))
        return
    rows = list(map(_entry_row, found))
    columns = ("date", "dated", "kind", "what", "until", "rank", "status", "sentence", "said by")
    if form != "table":
        write_rows(columns, rows, form)
        return
    for part, title in ((True, None), (False, "undated")):
        some = [_brief(row) for row, entry in zip(rows, found, strict=True) if (entry.date is not None) == part]
        if some:
            full = {key for row in some for key in columns if row[key]}
            write_rows([column for column in columns if column in full], some, form, title=title)


def _brief(row: dict[str, str]) -> dict[str, str]:
    """The row for a table: a long sentence is cut."""
    sentence = row["sentence"]
    return {**row, "sentence": sentence if len(sentence) <= SENTENCE else sentence[: SENTENCE - 1] + "…"}


def _entry_row(entry: Entry) -> dict[str, str]:
    return {
        "date": entry.date or "",
        "dated": entry.dated or "",
        "kind": entry.kind,
        "what": entry.what + (f" ({entry.about})" if entry.about else ""),
        "until": entry.until or "",
        "rank": entry.rank or "",
        "status": "" if entry.polarity == "asserted" else entry.polarity,
        "sentence": next((" ".join(place.quote.split()) for place in entry.sentences), ""),
        "said by": "; ".join(entry.said_by),
    }


@click.command(short_help="What changed between two graphs or two dates.")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@graph_option
@click.option("--lang", type=click.Choice(("en", "zh")), default="en", show_default=True, help="Language of the brief.")
@click.option("--top", "-n", type=click.IntRange(1), help="At most this many items a section (Markdown only).")
@click.option("--dated-only", is_flag=True, help="Between dates: leave out documents without a date.")
@format_option("markdown", "json")
def diff(before: str, after: str, graph: Path, lang: str, top: int | None, dated_only: bool, form: str) -> None:
    """A brief of what changed from A to B: two graph files or store folders, or two dates of the one named by --graph.

    New and corrected documents (the same file name, another text), changed values, changes of status, new things,
    events and facts, and what is gone and why. Between dates, each side is the graph as of that date (see `query
    --as-of`).

    \b
    Examples:
      aigraph diff old/graph.nq exports/graph.nq
      aigraph diff 2025-05 2025-08 --lang zh
      aigraph diff 2024 2025-06-30 --graph store/ --format json
    """
    from aigraph.claims.difference import difference
    from aigraph.render.changes import change_lines

    with _sides(before, after, graph, dated_only) as (old, new):
        found = difference(old, new, lang=lang)
    if form == "json":
        click.echo(json.dumps({"from": before, "to": after, **asdict(found)}, ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(change_lines(found, before, after, lang, top)))


@contextmanager
def _sides(before: str, after: str, graph: Path, dated_only: bool) -> Iterator[tuple[Side, Side]]:
    """The two graphs to compare, open while they are compared."""
    import re

    from aigraph.claims.difference import Side
    from aigraph.claims.snapshot import snapshot

    dates = [re.fullmatch(DATE, text) is not None and not Path(text).exists() for text in (before, after)]
    if dates[0] != dates[1]:
        raise click.UsageError(f"compare two graphs or two dates, not a date with a graph ({before}, {after})")
    if dates[0]:
        days = [PartialDate().convert(text, None, None) for text in (before, after)]
        if days[0] > days[1]:
            say(f"{before} is after {after}: what came in between reads as gone")
        with open_graph(graph) as store:
            views = [snapshot(store.inner, day, dated_only=dated_only) for day in days]
        if views[0].undated and not dated_only:
            say(f"documents without a date: {len(views[0].undated)}, counted on both sides unless --dated-only")
        yield Side.at(views[0]), Side.at(views[1])
        return
    if dated_only:
        raise click.UsageError("--dated-only goes with two dates")
    with open_graph(Path(before)) as old, open_graph(Path(after)) as new:
        yield Side.of(old.inner), Side.of(new.inner)
