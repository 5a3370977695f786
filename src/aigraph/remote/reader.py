"""An endpoint read as if it were an Oxigraph store, so that what asks a graph need not know where it is kept.

The merged graph of an endpoint is its default graph, or a named one that is shown as the default graph here. A thing
is fetched whole at its first look-up and remembered. Only graphs of documents are seen: whatever else an endpoint
holds is none of our business.

It refuses to guess at numbers: some stores keep whole decimals as integers, or large integers as decimals, so each gets
the datatype that our own writer gives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import pyoxigraph as ox

from aigraph.errors import StoreError
from aigraph.graph.rdf import CONFIDENCE, PREFIXES, SOURCE_CONFIDENCE, Node, term
from aigraph.remote.client import Client, Rows
from aigraph.remote.settings import OWN_DEFAULT
from aigraph.schema import load_schema

MERGED = ox.DefaultGraph()
DOCUMENTS = PREFIXES["doc"]
_INTEGER, _DECIMAL, _BOOLEAN = term("xsd:integer"), term("xsd:decimal"), term("xsd:boolean")
_NUMBERS = (_INTEGER, _DECIMAL)
_OBJECT, _PREDICATE = term("rdf:object"), term("rdf:predicate")
_SHA256 = term("sha256")
_TRUTH = {"1": "true", "0": "false"}


@cache
def decimal_properties() -> frozenset[Node]:
    """The properties whose numbers are decimals also where they are whole."""
    figures = (term(name) for name, figure in load_schema().figures.items() if figure.datatype == "decimal")
    return frozenset({term("value"), CONFIDENCE, SOURCE_CONFIDENCE, *figures})


def restored(quads: Iterable[ox.Quad], beside: Iterable[ox.Quad] = ()) -> list[ox.Quad]:
    """The quads with numbers and truth values in the datatype and form in which we write them.

    The value of a statement has the datatype of its property, which is looked for in these quads and those `beside`.
    """
    quads = list(quads)
    property_of = {q.subject: q.object for some in (quads, beside) for q in some if q.predicate == _PREDICATE}
    return [_restored(quad, property_of) for quad in quads]


def _restored(quad: ox.Quad, property_of: dict[Any, Any]) -> ox.Quad:
    value = quad.object
    if not isinstance(value, ox.Literal):
        return quad
    if value.datatype == _BOOLEAN:
        new = ox.Literal(_TRUTH.get(value.value, value.value), datatype=_BOOLEAN)
    elif value.datatype in _NUMBERS and "." not in value.value:
        of = property_of.get(quad.subject) if quad.predicate == _OBJECT else quad.predicate
        new = ox.Literal(value.value, datatype=_DECIMAL if of in decimal_properties() else _INTEGER)
    else:
        return quad
    return ox.Quad(quad.subject, quad.predicate, new, quad.graph_name)


class Reader:
    """What our code asks of an Oxigraph store, asked of an endpoint. Remembers things until `forget`."""

    def __init__(self, client: Client) -> None:
        self.client = client
        merged = client.endpoint.merged
        self.merged = None if merged == OWN_DEFAULT else Node(merged)
        self._things: dict[Any, list[ox.Quad]] = {}

    def forget(self) -> None:
        """The endpoint has changed."""
        self._things.clear()

    def query(self, text: str, *, prefixes: object = None) -> Any:
        """Ask the merged graph. Raises SyntaxError with line and column before anything is sent."""
        ox.Store().query(text, prefixes=PREFIXES)
        return self.client.query(text, graph=self.merged and self.merged.value)

    def inside(self, pattern: str, graph: Any = MERGED) -> str:
        """A pattern as it is written for a graph."""
        name = self.merged if graph == MERGED else graph
        return pattern if name is None else f"GRAPH {name} {{ {pattern} }}"

    def count(self, graph: Any = MERGED) -> int:
        """How many triples a graph has."""
        rows = self.client.rows(f"SELECT (COUNT(*) AS ?n) WHERE {{ {self.inside('?s ?p ?o', graph)} }}")
        return int(rows[0]["n"].value)

    def contains_named_graph(self, graph: Node) -> bool:
        """Whether there is a triple in a graph."""
        return bool(self.client.rows(f"SELECT ?s WHERE {{ {self.inside('?s ?p ?o', graph)} }} LIMIT 1"))

    def named_graphs(self) -> Iterator[Any]:
        """The graphs of all documents, sorted."""
        yield from sorted(self.documents(), key=str)

    def documents(self, *, limit: int | None = None) -> Iterator[Any]:
        """The nodes of the documents, which are the names of their graphs."""
        most = "" if limit is None else f" LIMIT {limit}"
        for row in self.client.rows(f"SELECT DISTINCT ?s WHERE {{ {self.inside(f'?s {_SHA256} ?o')} }}{most}"):
            yield row["s"]

    def graph(self, graph: Any = MERGED) -> list[ox.Quad]:
        """All quads of a graph. Raises StoreError where the endpoint gives a part of them only."""
        count = self.count(graph)
        if not count:
            return []
        name = self.merged if graph == MERGED else graph
        triples = self.client.graph(None if name is None else name.value)
        quads = {ox.Quad(one.subject, one.predicate, one.object, graph) for one in triples}
        if len(quads) != count:
            of = name or "its default graph"
            raise StoreError(
                f"{self.client.endpoint}: gives {len(quads):,} of the {count:,} triples of {of}; it cuts answers, or "
                "somebody writes to it: have its limit on rows raised, or try again"
            )
        return restored(quads)

    def __iter__(self) -> Iterator[ox.Quad]:
        yield from self.graph()
        for name in self.named_graphs():
            yield from self.graph(name)

    def quads_for_pattern(self, subject: Any, predicate: Any, value: Any, graph: Any) -> Iterator[ox.Quad]:
        """The quads that have these terms; None stands for any, as a graph for all of them."""
        if subject is not None and graph == MERGED:
            found = self._thing(subject)
        elif (subject, predicate, value) == (None, None, None) and graph is not None:
            found = self.graph(graph)
        else:
            found = restored(self._fetch(subject, predicate, value, graph))
        for quad in found:
            if (predicate is None or quad.predicate == predicate) and (value is None or quad.object == value):
                yield quad

    def _thing(self, subject: Any) -> list[ox.Quad]:
        """All that the merged graph says of a thing."""
        if subject not in self._things:
            self._things[subject] = restored(self._fetch(subject, None, None, MERGED))
        return self._things[subject]

    def _fetch(self, subject: Any, predicate: Any, value: Any, graph: Any) -> Iterator[ox.Quad]:
        """Quads as the endpoint gives them, of a graph or (None) of the merged graph and the documents."""
        if isinstance(value, ox.Literal) and value.datatype in (*_NUMBERS, _BOOLEAN):
            value = None  # the endpoint may know it in another form
        terms = {"s": subject, "p": predicate, "o": value}
        pattern = " ".join(f"?{name}" if bound is None else str(bound) for name, bound in terms.items())
        names = " ".join(f"?{name}" for name, bound in terms.items() if bound is None)
        if graph is None:
            for row in self.client.rows(f"SELECT {names} ?g WHERE {{ GRAPH ?g {{ {pattern} }} }}"):
                if row["g"] == self.merged or row["g"].value.startswith(DOCUMENTS):
                    yield quad_of({**terms, **row}, MERGED if row["g"] == self.merged else row["g"])
            if self.merged is None:
                yield from self._fetch(subject, predicate, value, MERGED)
            return
        # A query without a variable would have no rows to tell yes from no.
        ask = f"SELECT {names or '(COUNT(*) AS ?n)'} WHERE {{ {self.inside(pattern, graph)} }}"
        for row in self.client.rows(ask):
            if names or row["n"].value != "0":
                yield quad_of({**terms, **row}, graph)

    def articles(self) -> Rows:
        """One row for each property of each document."""
        return self.client.rows(
            f"SELECT ?s ?p ?o WHERE {{ {self.inside(f'?s {_SHA256} ?sha . ?s ?p ?o')} "
            f"FILTER(?p != {term('schema:mentions')}) }}"
        )

    def facts_by_document(self) -> dict[str, int]:
        """How many facts each document gave, by the address of the document."""
        rows = self.client.rows(
            f"SELECT ?g (COUNT(?s) AS ?n) WHERE {{ GRAPH ?g {{ ?s {SOURCE_CONFIDENCE} ?o }} }} GROUP BY ?g"
        )
        return {row["g"].value: int(row["n"].value) for row in rows}


def quad_of(row: dict[str, Any], graph: Any) -> ox.Quad:
    """A row of ?s ?p ?o as a quad."""
    return ox.Quad(row["s"], row["p"], row["o"], graph)
