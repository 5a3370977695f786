"""The graph on disk or in memory: an embedded Oxigraph store behind rdflib's interface.

The default graph holds what all documents say together, each triple once: ask it, and no query needs GRAPH or
DISTINCT. One named graph a document holds that document's own part, so that it can be replaced or withdrawn. Every
change is one transaction: a document is in the store whole or not at all, also after a crash.

It refuses a second writer, and readers in other processes beside a writer: the folder is locked. It never asks with
Oxigraph's union of all graphs, which gives a triple of two documents twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyoxigraph as ox

from aigraph.errors import StoreError
from aigraph.graph.assemble import Assembler
from aigraph.graph.dumps import read_parts
from aigraph.graph.rdf import PREFIXES, Node, document_node, literal, term, write_extraction
from aigraph.graph.serialise import sort_lines, write_lines
from aigraph.model import Extraction
from aigraph.remote.settings import is_endpoint
from aigraph.storage.changes import plan
from aigraph.storage.documents import Stored, document_with, find_document, stored_documents
from aigraph.storage.folder import LOAD_LINES, SMALL_LINES, Lock, fill_folder, load_lines, new_folder, open_folder

if TYPE_CHECKING:
    import rdflib

GRAPH_SUFFIXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
}
_MERGED = ox.DefaultGraph()
_AFTER = 5.0  # seconds to wait for others who found a new store before its maker came back to it


class GraphStore:
    """A graph one can ask, extend and write out. Without `path` it lives in memory."""

    def __init__(self, path: Path | None = None, *, write: bool = True, wait: float = 0.0) -> None:
        """Open the store in the folder `path`, for one writer or many readers; `wait`: seconds to wait for others."""
        self.path = path
        self._writes = write
        self._lock: Lock | None = None
        if path is None:
            self.inner = ox.Store()
        else:
            self.inner, self._lock = open_folder(path, write=write, wait=wait)

    @classmethod
    def build(cls, extractions: Iterable[Extraction], path: Path | None = None) -> GraphStore:
        """A new store of these documents, loaded in bulk. Raises StoreError where `path` holds a store already."""
        with Assembler() as assembler:
            for extraction in extractions:
                assembler.add(extraction)
            return cls.from_lines(assembler.lines(), path)

    @classmethod
    def from_lines(cls, lines: Iterable[str], path: Path | None = None, *, at_once: int = LOAD_LINES) -> GraphStore:
        """A new store of our own N-Quads lines, loaded in bulk; on disk it appears whole or not at all.

        `at_once` lines are loaded together: a million take 1.2 GB of memory and the least room on disk.
        """
        if path is None:
            store = cls()
            load_lines(store.inner, lines, at_once=min(at_once, SMALL_LINES))
            return store
        with new_folder(path) as folder:
            fill_folder(folder, lines, at_once=at_once)
        return cls(path, wait=_AFTER)

    @classmethod
    def from_dump(cls, dump: Path, path: Path | None = None) -> GraphStore:
        """A new store of the documents of an N-Quads dump, loaded in bulk. Raises StoreError where it is none."""
        with nullcontext() if path is None else new_folder(path) as folder, Assembler() as assembler:
            for document_id, quads in read_parts(dump):
                assembler.add_quads(document_id, quads)
            if folder is None:
                return cls.from_lines(assembler.lines())
            fill_folder(folder, assembler.lines(), at_once=LOAD_LINES)
        return cls(path, wait=_AFTER)

    @classmethod
    def read(cls, source: Path, *, wait: float = 0.0) -> GraphStore:
        """A graph file (.ttl .nt .nq .trig .jsonld .rdf) in memory, a store folder or an endpoint, only to be read.

        Many may read a folder at once, and none while one writes: `wait` says how many seconds to wait for that. An
        endpoint is named by the .toml file that describes it.
        """
        if is_endpoint(source):
            return open_store(source, write=False)
        if source.is_dir():
            return cls(source, write=False, wait=wait)
        store = cls()
        store._load(source)
        return store

    def _load(self, file: Path) -> None:
        if file.suffix.lower() not in GRAPH_SUFFIXES:
            raise StoreError(f"{file}: not a graph file; known endings: {' '.join(GRAPH_SUFFIXES)}")
        try:
            self.inner.bulk_load(path=str(file), format=GRAPH_SUFFIXES[file.suffix.lower()])
        except (OSError, SyntaxError, ValueError) as error:
            raise StoreError(f"{file}: cannot be read as a graph: {error}") from error

    # -- documents -----------------------------------------------------------------------------------------------

    def documents(self) -> dict[str, str]:
        """The documents in the store, sorted: document id -> sha256 of its text."""
        return {document.id: document.sha256 for document in self.stored()}

    def stored(self) -> list[Stored]:
        """The documents in the store, sorted by id."""
        return stored_documents(self.inner)

    def document(self, name: str) -> Stored:
        """The document with this id, name, title or beginning of an id or hash. Raises UnknownName otherwise."""
        return find_document(self.inner, name)

    def find(self, sha256: str) -> str | None:
        """The id of the document with this text, whatever it is called; None where there is none."""
        return document_with(self.inner, sha256)

    def add(self, extraction: Extraction, *, replaces: Collection[str] = ()) -> bool:
        """Add a document, or replace what the store has of it, in one transaction; False where nothing changes.

        The documents with the ids `replaces` go in the same transaction. A text that the store knows under another id
        is the same document, and changes nothing. Raises EvidenceMismatch or StoreError before anything is written.
        """
        document = extraction.document
        known = self.find(document.sha256)
        parts: dict[Node, set[ox.Quad]] = {document_node(old): set() for old in replaces}
        if known is None or known == document.id or known in replaces:
            parts[document_node(document.id)] = set(write_extraction(extraction))
        return self._replace(parts)

    def add_quads(self, document_id: str, quads: set[ox.Quad]) -> bool:
        """Add a document that is RDF already, as the quads of its graph, in one transaction; as `add` otherwise."""
        node = document_node(document_id)
        hashes = [quad for quad in quads if quad.subject == node and quad.predicate == term("sha256")]
        known = self.find(literal(hashes[0]).value) if hashes else None
        return known in (None, document_id) and self._replace({node: quads})

    def remove(self, document_id: str) -> None:
        """Withdraw a document; what another document says too stays. Raises UnknownName for an unknown one."""
        self._replace({document_node(find_document(self.inner, document_id).id): set()})

    def _replace(self, parts: Mapping[Node, set[ox.Quad]]) -> bool:
        """Make the named graphs exactly these parts, and the merged graph follow, in one transaction."""
        change = plan(self.inner, parts)
        if not change:
            return False
        try:
            self.inner.update(change.update())
        except (OSError, SyntaxError) as error:
            raise StoreError(f"{self.path or 'memory'}: the change was not written: {error}") from error
        return True

    # -- reading -------------------------------------------------------------------------------------------------

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
        if self.path is not None and self._writes:
            self.inner.flush()
        del self.inner
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(place: Path, *, write: bool = True, wait: float = 0.0) -> GraphStore:
    """The store in a folder, or at the endpoint that a .toml file describes. Raises StoreError as these do."""
    if not is_endpoint(place):
        return GraphStore(place, write=write, wait=wait)
    from aigraph.remote.store import RemoteStore

    return RemoteStore(place, write=write)


def _bound(graph: Any) -> Any:
    for prefix, namespace in sorted(PREFIXES.items()):
        graph.bind(prefix, namespace)
    return graph
