"""The graph on disk or in memory: an embedded Oxigraph store behind rdflib's interface.

The default graph holds what all documents say together, each triple once: ask it, and no query needs GRAPH or
DISTINCT. One named graph a document holds that document's own part, so that it can be replaced or withdrawn. Every
change is one transaction: a document is in the store whole or not at all, also after a crash.

It refuses a second writer: Oxigraph locks its folder. It never asks with Oxigraph's union of all graphs, which gives a
triple of two documents twice.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from aigraph.assemble import Assembler, Subject, confidence_quad, doubt, label_quads, merged
from aigraph.errors import StoreError
from aigraph.model import Extraction
from aigraph.rdf import (
    ALT_LABEL,
    CONFIDENCE,
    LABEL,
    LOCAL,
    OTHER_NAME,
    PREF_LABEL,
    PREFERRED_NAME,
    PREFIXES,
    SOURCE_CONFIDENCE,
    TYPE,
    Node,
    document_node,
    literal,
    name_of,
    term,
    write_extraction,
)
from aigraph.serialise import sort_lines, write_lines

if TYPE_CHECKING:
    import rdflib

LOAD_LINES = 200_000  # quads loaded at once: 300 MB; half as many save little, twice as many take half a gigabyte
_SUFFIXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
}
_MERGED = ox.DefaultGraph()


class GraphStore:
    """A graph one can ask, extend and write out. Without `path` it lives in memory."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        try:
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
            self.inner = ox.Store() if path is None else ox.Store(str(path))
        except OSError as error:
            raise StoreError(
                f"{path}: the store cannot be opened: {error}. If another aigraph command has it open, let that "
                "finish; otherwise name another folder"
            ) from error

    @classmethod
    def build(cls, extractions: Iterable[Extraction], path: Path | None = None) -> GraphStore:
        """A new store of these documents, loaded in bulk. Raises StoreError where `path` holds a store already."""
        with Assembler() as assembler:
            for extraction in extractions:
                assembler.add(extraction)
            return cls.from_lines(assembler.lines(), path)

    @classmethod
    def from_lines(cls, lines: Iterable[str], path: Path | None = None) -> GraphStore:
        """A new store of N-Quads lines, loaded in bulk; on disk it appears whole or not at all."""
        if path is None:
            store = cls()
            store._load_lines(lines)
            return store
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise StoreError(f"{path}: holds something already; add to it, or name a new folder")
        partial = path.with_name(path.name + ".part")
        shutil.rmtree(partial, ignore_errors=True)  # left by a run that was killed
        with cls(partial) as store:
            store._load_lines(lines)
        partial.replace(path)
        return cls(path)

    @classmethod
    def read(cls, source: Path) -> GraphStore:
        """A graph file (.ttl .nt .nq .trig .jsonld .rdf) in memory, or a store folder as it stands on disk."""
        if source.is_dir():
            return cls(source)
        store = cls()
        store._load(source)
        return store

    def _load(self, file: Path) -> None:
        if file.suffix.lower() not in _SUFFIXES:
            raise StoreError(f"{file}: not a graph file; known endings: {' '.join(_SUFFIXES)}")
        try:
            self.inner.bulk_load(path=str(file), format=_SUFFIXES[file.suffix.lower()])
        except (OSError, SyntaxError, ValueError) as error:
            raise StoreError(f"{file}: cannot be read as a graph: {error}") from error

    def _load_lines(self, lines: Iterable[str]) -> None:
        """Load in parts: given a whole file, Oxigraph's bulk loader takes 1 GB of memory for a million quads.

        Only for lines of our own: a blank node would be another one in each part.
        """
        source = iter(lines)
        while part := list(islice(source, LOAD_LINES)):
            self.inner.bulk_load(input="\n".join(part), format=ox.RdfFormat.N_QUADS)

    # -- documents -----------------------------------------------------------------------------------------------

    def documents(self) -> dict[str, str]:
        """The documents in the store, sorted: document id -> sha256 of its text."""
        before = len(PREFIXES["doc"]) + 1
        articles = self.inner.quads_for_pattern(None, TYPE, term("schema:Article"), _MERGED)
        ids = sorted(str(quad.subject)[before:-1] for quad in articles)
        return {key: self._one(document_node(key), term("sha256")) for key in ids}

    def add(self, extraction: Extraction) -> bool:
        """Add a document, or replace what the store has of it, in one transaction; False where nothing changes.

        Raises EvidenceMismatch or StoreError before anything is written.
        """
        return self._replace(document_node(extraction.document.id), set(write_extraction(extraction)))

    def remove(self, document_id: str) -> None:
        """Withdraw a document; what another document says too stays. Raises StoreError for an unknown one."""
        graph = document_node(document_id)
        if not self.inner.contains_named_graph(graph):
            known = ", ".join(list(self.documents())[:10]) or "none"
            raise StoreError(f"no document {document_id!r} in the store; it holds: {known}")
        self._replace(graph, set())

    def _replace(self, graph: Node, new: set[ox.Quad]) -> bool:
        """Make the named graph exactly `new`, and the merged graph follow. Cost grows with the two, not the store."""
        old = set(self.inner.quads_for_pattern(None, None, None, graph))
        gone, come = old - new, new - old
        if not gone and not come:
            return False
        delete = [*gone, *(merged(quad) for quad in gone if quad.predicate not in LOCAL and self._only_in(quad, graph))]
        insert = [*come, *(merged(quad) for quad in come if quad.predicate not in LOCAL)]
        local: dict[Subject, set[ox.Quad]] = {quad.subject: set() for quad in gone if quad.predicate in LOCAL}
        for quad in new:
            if quad.predicate in LOCAL:
                local.setdefault(quad.subject, set()).add(quad)
        for node, said in local.items():
            before, after = self._summary(node), self._summarise(node, graph, said)
            delete += before - after
            insert += after - before
        self._commit(delete, insert, None if new else graph)
        return True

    def _only_in(self, quad: ox.Quad, graph: Node) -> bool:
        """Whether no other document says this triple."""
        others = self.inner.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return all(other.graph_name in (graph, _MERGED) for other in others)

    def _summary(self, node: Subject) -> set[ox.Quad]:
        """Confidence and labels of a node as the merged graph has them."""
        found: set[ox.Quad] = set()
        for predicate in (CONFIDENCE, PREF_LABEL, ALT_LABEL, LABEL):
            found.update(self.inner.quads_for_pattern(node, predicate, None, _MERGED))
        return found

    def _summarise(self, node: Subject, graph: Node, here: set[ox.Quad]) -> set[ox.Quad]:
        """Confidence and labels of a node as they are to be, when `here` is what `graph` says of it locally."""
        said = set(here)
        for predicate in LOCAL:
            others = self.inner.quads_for_pattern(node, predicate, None, None)
            said.update(quad for quad in others if quad.graph_name != graph)
        doubts = [doubt(float(literal(quad).value)) for quad in said if quad.predicate == SOURCE_CONFIDENCE]
        votes = Counter(name_of(quad) for quad in said if quad.predicate == PREFERRED_NAME)
        names = {name_of(quad) for quad in said if quad.predicate == OTHER_NAME}
        found = set(label_quads(node, votes, names))
        if doubts:
            found.add(confidence_quad(node, sum(doubts)))
        return found

    def _commit(self, delete: Iterable[ox.Quad], insert: Iterable[ox.Quad], drop: Node | None) -> None:
        """Carry out one transaction; a SPARQL update is the only form in which Oxigraph deletes and inserts at once."""
        update = f"DELETE DATA {{\n{_data(delete)}}};\nINSERT DATA {{\n{_data(insert)}}}"
        if drop is not None:
            update += f";\nDROP SILENT GRAPH {drop}"
        try:
            self.inner.update(update)
        except (OSError, SyntaxError) as error:
            raise StoreError(f"{self.path or 'memory'}: the change was not written: {error}") from error

    # -- reading -------------------------------------------------------------------------------------------------

    def _one(self, subject: Node, predicate: Node) -> str:
        quad = next(self.inner.quads_for_pattern(subject, predicate, None, _MERGED), None)
        return literal(quad).value if quad is not None else ""

    def __len__(self) -> int:
        """The number of triples of the merged graph."""
        return sum(1 for _ in self.inner.quads_for_pattern(None, None, None, _MERGED))

    def lines(self) -> Iterator[str]:
        """All graphs as sorted N-Quads lines."""
        return sort_lines(f"{quad} ." for quad in self.inner)

    def dump(self, path: Path, format: str | None = None) -> None:
        """Write the graph; the format is that of the ending unless named: ttl, nt, jsonld (the merged graph), nq, trig.

        Streams, and gives the same bytes for the same content whatever the order in which it came.
        """
        write_lines(self.lines(), path, format)

    def graph(self) -> rdflib.Graph:
        """The merged graph as an rdflib Graph over this store (string queries run in Oxigraph)."""
        from oxrdflib import OxigraphStore
        from rdflib import Graph
        from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

        return _bound(Graph(store=OxigraphStore(store=self.inner), identifier=DATASET_DEFAULT_GRAPH_ID))

    def dataset(self) -> rdflib.Dataset:
        """All graphs as an rdflib Dataset over this store."""
        from oxrdflib import OxigraphStore
        from rdflib import Dataset

        return _bound(Dataset(store=OxigraphStore(store=self.inner)))

    def _repr_html_(self) -> str:
        """The graph as a notebook shows it: the interactive page, or a table of its types where it is large."""
        from aigraph.render.notebook import show_store

        return show_store(self.inner)._repr_html_()

    def close(self) -> None:
        """Write what is pending and let go of the folder."""
        if self.path is not None:
            self.inner.flush()
        del self.inner

    def __enter__(self) -> GraphStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _bound(graph: Any) -> Any:
    for prefix, namespace in sorted(PREFIXES.items()):
        graph.bind(prefix, namespace)
    return graph


def _data(quads: Iterable[ox.Quad]) -> str:
    """Quads as the body of DELETE DATA or INSERT DATA."""
    rows = []
    for quad in sorted(quads, key=str):
        triple = f"{quad.subject} {quad.predicate} {quad.object} ."
        rows.append(triple if quad.graph_name == _MERGED else f"GRAPH {quad.graph_name} {{ {triple} }}")
    return "".join(row + "\n" for row in rows)
