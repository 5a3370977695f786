"""exports/report.md: what was read, what each document gave, what gave nothing and why, and the graph in numbers.

It takes small records, so that documents can stream, and writes no clock, machine or path: the same graph gives the
same bytes. It judges nothing; `validate` does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pyoxigraph as ox

from aigraph.ask.query import label_of
from aigraph.graph.rdf import PREFIXES, TYPE, term
from aigraph.schema import load_schema

if TYPE_CHECKING:
    from aigraph.pipeline import DocumentSummary, Failure, Totals

MAX_NOTES = 20  # shown a document; the rest are counted
_MERGED = ox.DefaultGraph()


@dataclass(frozen=True, slots=True)
class TopNode:
    """A thing with the number of facts it takes part in."""

    name: str
    type: str
    facts: int


def top_nodes(store: ox.Store, *, limit: int = 20, label_lang: str = "en") -> list[TopNode]:
    """The things that most facts are about, with ties by name. A planned or denied fact does not count."""
    degree: dict[str, int] = {}
    stated = {
        quad.subject
        for tone in ("asserted", "reported")
        for quad in store.quads_for_pattern(None, term("polarity"), ox.Literal(tone), _MERGED)
    }
    for name in ("rdf:subject", "rdf:object", "model", "benchmark", "participant"):
        for quad in store.quads_for_pattern(None, term(name), None, _MERGED):
            if isinstance(quad.object, ox.NamedNode) and quad.subject in stated:
                degree[quad.object.value] = degree.get(quad.object.value, 0) + 1
    # Names are looked up for the first few only; what is cut at one degree is cut by address.
    first = sorted(degree, key=lambda iri: (-degree[iri], iri))[:limit]
    nodes = [TopNode(label_of(store, iri, label_lang) or iri, _core_type(store, iri), degree[iri]) for iri in first]
    return sorted(nodes, key=lambda node: (-node.facts, node.name, node.type))


def _core_type(store: ox.Store, iri: str) -> str:
    kinds = [
        quad.object.value.removeprefix(PREFIXES["aig"])
        for quad in store.quads_for_pattern(ox.NamedNode(iri), TYPE, None, _MERGED)
        if isinstance(quad.object, ox.NamedNode)
    ]
    return min((kind for kind in kinds if kind in load_schema().core_types), default="")


def write_report(
    path: Path,
    documents: Sequence[DocumentSummary],
    failures: Sequence[Failure],
    totals: Totals,
    top: Sequence[TopNode],
    review: Sequence[str] = (),
) -> None:
    """Write the report to `path`; it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(line + "\n" for line in report_lines(documents, failures, totals, top, review))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def report_lines(
    documents: Sequence[DocumentSummary],
    failures: Sequence[Failure],
    totals: Totals,
    top: Sequence[TopNode],
    review: Sequence[str] = (),
) -> Iterable[str]:
    """The report in Markdown, line by line."""
    yield "# What the graph was made from"
    yield ""
    yield f"{_count(len(documents), 'document')} read, {len(failures)} failed."
    yield from _totals(totals)
    yield from _overview(documents)
    yield from _failures(failures)
    yield from _review(review)
    yield from _top(top)
    for title, document in zip(titles(documents), documents, strict=True):
        yield from _document(title, document)


def titles(documents: Sequence[DocumentSummary]) -> list[str]:
    """A title for each document: its name; of several of one name as much of its path as tells them apart."""
    paths: dict[str, set[str]] = {}
    for document in documents:
        paths.setdefault(document.name, set()).add(document.path or "")
    shared = {name: Counter(chain.from_iterable(map(_tails, same))) for name, same in paths.items() if len(same) > 1}
    return [_title(document, shared[document.name]) if document.name in shared else document.name
            for document in documents]  # fmt: skip


def _tails(path: str) -> list[tuple[str, ...]]:
    """The ends of a path, the shortest first."""
    parts = PurePosixPath(path).parts
    return [parts[-count:] for count in range(1, len(parts) + 1)]


def _title(document: DocumentSummary, shared: Counter[tuple[str, ...]]) -> str:
    if document.path is None:
        return document.name
    tails = _tails(document.path)[len(PurePosixPath(document.name).parts) - 1 :]
    return PurePosixPath(*next((tail for tail in tails if shared[tail] == 1), tails[-1])).as_posix()


def _totals(totals: Totals) -> Iterable[str]:
    yield from _section("The graph")
    yield from _table(
        ("entities", "relations", "figures", "results", "events", "quads"),
        [(totals.entities, totals.relations, totals.figures, totals.results, totals.events, totals.quads)],
    )


def _overview(documents: Sequence[DocumentSummary]) -> Iterable[str]:
    yield from _section("Documents")
    rows = [
        (title, d.lang or "unknown", d.date or "unknown", d.characters, d.mentions, d.entities,
         d.relations, d.figures, d.results, d.events)
        for title, d in zip(titles(documents), documents, strict=True)
    ]  # fmt: skip
    head = (
        "document", "language", "date", "characters", "mentions", "entities", "relations", "figures", "results",
        "events",
    )  # fmt: skip
    yield from _table(head, rows)


def _failures(failures: Sequence[Failure]) -> Iterable[str]:
    if failures:
        yield from _section("What could not be read")
        for failure in failures:
            yield f"- {_text(failure.name)}: {_text(failure.reason)}"


def _review(review: Sequence[str]) -> Iterable[str]:
    if review:
        yield from _section("What people decided")
        for line in review:
            yield f"- {_text(line)}"


def _top(top: Sequence[TopNode]) -> Iterable[str]:
    yield from _section("Things that most facts are about")
    yield from _table(("name", "type", "facts"), [(node.name, node.type, node.facts) for node in top])


def _document(title: str, document: DocumentSummary) -> Iterable[str]:
    yield from _section(title)
    blocks = ", ".join(f"{_count(number, kind)}" for kind, number in document.blocks) or "no blocks"
    yield f"- Read: {_count(document.characters, 'character')}, {document.lang or 'language unknown'}: {blocks}."
    yield (
        f"- Gave: {_count(document.mentions, 'mention')} of {document.entities} entities; "
        f"{_count(document.relations, 'relation')}, {_count(document.figures, 'figure')}, "
        f"{_count(document.results, 'result')}, {_count(document.events, 'event')}."
    )
    if not document.facts:
        yield f"- No facts: {_nothing(document)}."
    if document.notes:
        yield f"- Notes ({len(document.notes)}):"
        for note in document.notes[:MAX_NOTES]:
            yield f"  - {_text(note)}"
        if len(document.notes) > MAX_NOTES:
            yield f"  - and {len(document.notes) - MAX_NOTES} more"


def _nothing(document: DocumentSummary) -> str:
    """Why a document gave no fact, as far as its numbers tell."""
    if not document.mentions:
        return "no name was found in it"
    if document.entities == 1:
        return "only one thing is named in it, and nothing read about it was sure enough to be kept"
    return f"{document.entities} things are named in it, and nothing read about them was sure enough to be kept"


def _section(title: str) -> Iterable[str]:
    yield from ("", f"## {_text(title)}", "")


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterable[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(_text(cell).replace("|", "\\|") for cell in row) + " |"


def _text(value: object) -> str:
    """A value on one line, with nothing that Markdown or a browser would run."""
    return " ".join(str(value).split()).replace("&", "&amp;").replace("<", "&lt;")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
