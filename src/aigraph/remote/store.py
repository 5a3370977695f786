"""The graph at a SPARQL 1.1 endpoint: the same documents, rules and answers as in the embedded store.

A change is planned here from the part of the graph that it touches, fetched in a few queries, and sent as one update,
which is as much of a transaction as SPARQL offers. Where it is larger than the endpoint takes at once, it goes in
several, in an order in which a document is known only when all of it is there, so that the same call finishes what was
cut off. Bulk loads go by the graph store protocol, graph by graph.

It refuses to be safe for two writers at once: SPARQL has no lock. Readers there may be any number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox

from aigraph.errors import StoreError
from aigraph.graph.assemble import Assembler
from aigraph.graph.dumps import read_parts
from aigraph.graph.rdf import Node, term
from aigraph.graph.serialise import parts_of, sort_lines
from aigraph.remote.client import Client
from aigraph.remote.reader import DOCUMENTS, MERGED, Reader
from aigraph.remote.settings import Endpoint
from aigraph.remote.window import Window
from aigraph.storage.changes import plan
from aigraph.storage.documents import Stored
from aigraph.storage.store import GraphStore

if TYPE_CHECKING:
    import rdflib

LOAD_LINES = 100_000  # triples in one request of a bulk load
Row = tuple[str, ox.Quad]  # "DELETE" or "INSERT", and what
_SHA256 = str(term("sha256"))


class RemoteStore(GraphStore):
    """A graph kept at an endpoint, with all that a GraphStore does; `inner` is a reader instead of a store."""

    def __init__(self, endpoint: Endpoint | Path, *, write: bool = True) -> None:
        """Connect to an endpoint, or to the one that a file describes. Raises StoreError for wrong settings."""
        self.endpoint = endpoint if isinstance(endpoint, Endpoint) else Endpoint.read(endpoint)
        if write and self.endpoint.update is None:
            raise StoreError(f'{self.endpoint}: can only be read; to change it add update = "ADDRESS"')
        self.path = self.endpoint.file
        self.client = Client(self.endpoint)
        self.reader = Reader(self.client)
        self.inner = cast(ox.Store, self.reader)  # answers what our code asks of a store

    # -- documents -----------------------------------------------------------------------------------------------

    def stored(self) -> list[Stored]:
        """The documents at the endpoint, sorted by id; two queries, however many there are."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self.reader.articles():
            found[row["s"].value][row["p"].value] = row["o"].value
        facts = self.reader.facts_by_document()

        def document(address: str, said: Mapping[str, str]) -> Stored:
            name, title, date, sha256 = (
                said.get(term(one).value)
                for one in ("dcterms:identifier", "schema:name", "schema:datePublished", "sha256")
            )
            key = address.removeprefix(DOCUMENTS)
            return Stored(key, name or "", title or "", date, sha256 or "", facts.get(address, 0))

        return [document(address, said) for address, said in sorted(found.items())]

    def _replace(self, parts: Mapping[Node, set[ox.Quad]]) -> bool:
        """Make the named graphs exactly these parts, and the merged graph follow."""
        self.reader.forget()
        change = plan(cast(ox.Store, Window(self.reader, parts)), parts)
        if not change:
            return False
        rows: list[Row] = [("DELETE", quad) for quad in change.delete] + [("INSERT", quad) for quad in change.insert]
        operations: list[str] = []
        source = iter(sorted(rows, key=_rank))
        while some := list(islice(source, self.endpoint.at_once)):
            if operations:
                self.client.update(";\n".join(operations))
            operations = self._operations(some)
        self.client.update(";\n".join([*operations, *(f"DROP SILENT GRAPH {graph}" for graph in change.drop)]))
        self.reader.forget()
        return True

    def _operations(self, rows: Iterable[Row]) -> list[str]:
        """Parts of a change as operations of an update, each on one graph.

        Virtuoso 7.2 does not delete some literals, and does not say so, where an operation names several graphs.
        """
        operations = []
        for (_, insert, _), same in groupby(rows, key=_rank):
            quads = [quad for _, quad in same]
            body = self.reader.inside(_block(f"{quad.triple} ." for quad in quads), quads[0].graph_name)
            operations.append(f"{'INSERT' if insert else 'DELETE'} DATA {{ {body} }}")
        return operations

    # -- bulk ----------------------------------------------------------------------------------------------------

    def is_empty(self) -> bool:
        """Whether the endpoint holds no document."""
        return next(self.reader.documents(limit=1), None) is None

    def load(self, dump: Path) -> list[str]:
        """Load the documents of an N-Quads dump and return the ids of those that were new or changed.

        In bulk into an endpoint that holds no document yet (a load that was cut off is done again), else document by
        document.
        """
        if not self.is_empty():
            return [key for key, quads in read_parts(dump) if self.add_quads(key, quads)]
        with Assembler() as assembler:
            loaded = [key for key, quads in read_parts(dump) if assembler.add_quads(key, quads)]
            self._load_lines(assembler.lines())
        self.reader.forget()
        return loaded

    def _load_lines(self, lines: Iterable[str]) -> None:
        """Fill the graphs; the hashes by which documents are known come last."""
        known: list[str] = []
        at_once = LOAD_LINES if self.endpoint.graphs else self.endpoint.at_once
        by_graph = sort_lines(f"{parts_of(line)[3]}\t{line}" for line in lines)
        for graph, rows in groupby(by_graph, key=lambda row: row.split("\t", 1)[0]):
            source = _triples(rows, known if not graph else None)
            begun = False
            while part := list(islice(source, at_once)):
                self._put(graph, part, add=begun)
                begun = True
        self._put("", known, add=True)

    def _put(self, graph: str, lines: list[str], *, add: bool) -> None:
        """Write lines of N-Triples into a graph ("" for the merged graph), in the place of what it has, or to it."""
        name = Node(graph[1:-1]) if graph else self.reader.merged
        if self.endpoint.graphs:
            self.client.put_graph(name.value if name else None, lines, add=add)
            return
        clear = "" if add else f"CLEAR SILENT {f'GRAPH {name}' if name else 'DEFAULT'};\n"
        self.client.update(f"{clear}INSERT DATA {{ {self.reader.inside(_block(lines), name or MERGED)} }}")

    # -- reading -------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """The number of triples of the merged graph."""
        return self.reader.count()

    def copy(self) -> GraphStore:
        """All graphs in memory, for what walks through the whole graph."""
        store = GraphStore()
        store.inner.bulk_extend(self.reader)
        return store

    def graph(self) -> rdflib.Graph:
        """The merged graph as an rdflib Graph that asks the endpoint; to be read only."""
        from aigraph.remote.rdflib_store import merged_graph

        return merged_graph(self.client)

    def dataset(self) -> rdflib.Dataset:
        """All graphs of the endpoint as an rdflib Dataset that asks it; to be read only."""
        from aigraph.remote.rdflib_store import whole_dataset

        return whole_dataset(self.client)

    def _repr_html_(self) -> str:
        """The graph as a notebook shows it."""
        return self.copy()._repr_html_()

    def close(self) -> None:
        """Let go of the connections."""
        self.client.close()


def _block(lines: Iterable[str]) -> str:
    return "\n".join(["", *lines, ""])


def _triples(rows: Iterable[str], known: list[str] | None) -> Iterator[str]:
    """Keyed lines of one graph as N-Triples; those by which a document is known go to the list instead."""
    for row in rows:
        subject, predicate, value, _ = parts_of(row.split("\t", 1)[1])
        line = f"{subject} {predicate} {value} ."
        if known is not None and predicate == _SHA256:
            known.append(line)
        else:
            yield line


def _rank(row: Row) -> tuple[int, bool, str]:
    """Where a part of a change comes in the order in which a repeated call can finish what was cut off.

    What a document says is compared with its own graph, so the merged graph changes first. Documents are known by their
    hash in the merged graph, so that changes after all else.
    """
    what, quad = row
    inside = quad.graph_name != MERGED
    step = (2 + inside) if str(quad.predicate) == _SHA256 else int(inside)
    return step, what == "INSERT", str(quad.graph_name)
