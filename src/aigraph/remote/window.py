"""The part of a remote graph that a change has to look at, fetched in a few queries whatever the number of look-ups.

It holds the old graphs of the documents that change, what the merged graph makes of the things in them, and what other
documents say of what may go. `changes.plan` reads it as it reads the embedded store, so that both follow one set of
rules. It refuses to be asked for anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import pyoxigraph as ox

from aigraph.graph.rdf import (
    ALT_LABEL,
    CONFIDENCE,
    LABEL,
    OTHER_NAME,
    PREF_LABEL,
    PREFERRED_NAME,
    SOURCE_CONFIDENCE,
    Node,
)
from aigraph.remote.client import Rows
from aigraph.remote.reader import DOCUMENTS, MERGED, Reader, quad_of, restored

AT_ONCE = 100  # things asked for in one query
ELSEWHERE = Node("urn:aigraph:elsewhere")  # stands for any other document that says a triple
_SUMMARY = (CONFIDENCE, PREF_LABEL, ALT_LABEL, LABEL)
_NAMING = (PREFERRED_NAME, OTHER_NAME)


class Window:
    """What `plan` may ask of a store, for one change."""

    def __init__(self, reader: Reader, parts: Mapping[Node, set[ox.Quad]]) -> None:
        self.reader = reader
        self.changing = tuple(parts)
        self.store = ox.Store()
        gone: list[ox.Quad] = []
        come: list[ox.Quad] = []
        for graph, new in parts.items():
            old = set(reader.graph(graph))
            self.store.extend(old)
            gone += old - new
            come += new - old
        changed = [*gone, *come]
        named_or_graded = (q.subject for q in changed if q.predicate in (*_NAMING, SOURCE_CONFIDENCE))
        self._summaries(dict.fromkeys(named_or_graded))
        self._confidences(dict.fromkeys(q.subject for q in changed if q.predicate == SOURCE_CONFIDENCE))
        self._said_elsewhere(gone)

    def quads_for_pattern(self, subject: Any, predicate: Any, value: Any, graph: Any) -> Iterator[ox.Quad]:
        """Look up what was fetched."""
        return self.store.quads_for_pattern(subject, predicate, value, graph)

    def query(self, text: str) -> Rows:
        """Votes for a name, counted by the endpoint, for they may be very many."""
        return self.reader.client.rows(text)

    def _summaries(self, things: Iterable[Any]) -> None:
        """What the merged graph has of confidence and labels."""
        wanted = " ".join(map(str, _SUMMARY))
        pattern = self.reader.inside("?s ?p ?o")
        for some in _batches(things):
            rows = self._rows("?s ?p ?o", f"VALUES ?s {{ {some} }} VALUES ?p {{ {wanted} }} {pattern}")
            self.store.extend(restored(quad_of(row, MERGED) for row in rows))

    def _confidences(self, facts: Iterable[Any]) -> None:
        """What each other document alone makes of a fact."""
        for some in _batches(facts):
            pattern = f"VALUES ?s {{ {some} }} GRAPH ?g {{ ?s {SOURCE_CONFIDENCE} ?o }}"
            rows = self._rows("?g ?s ?o", f"{pattern} {self._others()}")
            self.store.extend(restored(quad_of({**row, "p": SOURCE_CONFIDENCE}, row["g"]) for row in rows))

    def _said_elsewhere(self, gone: list[ox.Quad]) -> None:
        """Which of the triples and names that go another document says too."""
        pairs: dict[str, None] = {}
        for quad in gone:
            if quad.predicate in _NAMING:
                pairs.update(dict.fromkeys(f"({quad.subject} {one})" for one in _NAMING))
            elif quad.predicate != SOURCE_CONFIDENCE:
                pairs[f"({quad.subject} {quad.predicate})"] = None
        for some in _batches(pairs):
            pattern = f"VALUES (?s ?p) {{ {some} }} GRAPH ?g {{ ?s ?p ?o }}"
            rows = self._rows("DISTINCT ?s ?p ?o", f"{pattern} {self._others()}")
            self.store.extend(restored((quad_of(row, ELSEWHERE) for row in rows), gone))

    def _others(self) -> str:
        """That ?g is a document, and none of those that change."""
        return f'FILTER(STRSTARTS(STR(?g), "{DOCUMENTS}") && ?g NOT IN ({", ".join(map(str, self.changing))}))'

    def _rows(self, columns: str, pattern: str) -> Rows:
        return self.reader.client.rows(f"SELECT {columns} WHERE {{ {pattern} }}")


def _batches(terms: Iterable[Any]) -> Iterator[str]:
    """The terms as text, AT_ONCE together."""
    source = iter(terms)
    while some := " ".join(str(one) for one in islice(source, AT_ONCE)):
        yield some
