"""A store that is kept up to date: documents are added, corrected, withdrawn, and read again when their files change.

A document is its text, known by its hash: what is in the store already is not extracted again, whatever it is called
and wherever it lies. What replaces what goes by file: when a file no longer gives a text that it gave before, that
text goes, unless another file gives it as well. So two files of one name in two folders stay two documents, and a row
that moved in its table stays the same document.

Every document is one transaction, and a run that was killed is finished by the same call. The store is locked while
something is written, not while documents are read, so that others ask and add meanwhile. It refuses to drop what it
cannot read: where a file fails, the store keeps what it had of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from aigraph.graph.dumps import SUFFIX, read_parts
from aigraph.pipeline import Extractor, Failure, Progress
from aigraph.readers import READERS, ReadFailure
from aigraph.readers.reading import iso_date
from aigraph.readers.sources import find_sources
from aigraph.remote.settings import is_endpoint
from aigraph.storage.documents import Stored
from aigraph.storage.folder import is_store
from aigraph.storage.keeper import Extract, Keeper, KeepResult, Vanished
from aigraph.storage.ledger import Ledger
from aigraph.storage.store import GRAPH_SUFFIXES, GraphStore, open_store

__all__ = ["KeepResult", "Vanished", "add_documents", "list_documents", "refresh_documents", "remove_documents"]


def add_documents(
    sources: Sequence[Path | str],
    store: Path,
    *,
    date: str | None = None,
    decisions: Path | None = None,
    progress: Progress | None = None,
    extract: Extract | None = None,
    wait: float = 0.0,
) -> KeepResult:
    """Read what is new in `sources` (files, folders, globs, "-") into the store in the folder `store`, or make one.

    A file of N-Quads (.nq) is a dump of documents that were extracted before; a new store is loaded from it in bulk.

    `date` is the publication date of documents that do not give their own, `extract` what reads a document (default:
    the whole pipeline, with the `decisions` of review), `wait` the seconds to wait for others who have the store open
    when the run begins. Documents that fail are in the result, not raised. Raises StoreError where the store cannot be
    opened.
    """
    given = iso_date(date)
    dumps = [Path(source) for source in sources if str(source).lower().endswith(SUFFIX)]
    fresh = dumps.pop(0) if dumps and _is_new(store) else None
    loaded = [] if fresh is None else _load(fresh, store)
    with Keeper(store, extract or Extractor(decisions=decisions), progress, wait=wait) as keeper:
        keeper.result.loaded += loaded
        for dump in dumps:
            for key, quads in read_parts(dump):
                keeper.soon(partial(keeper.load, key, quads))
        for found in find_sources(_texts(sources, keeper.result), READERS.keys()):
            if isinstance(found, ReadFailure):
                keeper.result.failures.append(Failure(found.source, found.reason))
            else:
                keeper.take(found, date=given, asked=True)
        return keeper.finish()


def _texts(sources: Iterable[Path | str], result: KeepResult) -> Iterator[Path | str]:
    """The sources that are no graphs; a graph that is no dump would be read as if it were prose, and is refused."""
    for source in sources:
        suffix = Path(source).suffix.lower()
        if suffix not in GRAPH_SUFFIXES:
            yield source
        elif suffix != SUFFIX:
            reason = "is a graph without its documents; give the .nq file that `aigraph build` or `export` writes"
            result.failures.append(Failure(str(source), reason))


def _is_new(store: Path) -> bool:
    """Whether there is no store in this folder, or no document at this endpoint."""
    if not is_endpoint(store):
        return not store.exists()
    from aigraph.remote.store import RemoteStore

    with RemoteStore(store) as remote:
        return remote.is_empty()


def _load(dump: Path, store: Path) -> list[str]:
    """Make a store of a dump, or fill an endpoint; returns the ids of its documents."""
    if is_endpoint(store):
        from aigraph.remote.store import RemoteStore

        with RemoteStore(store) as remote:
            return remote.load(dump)
    with GraphStore.from_dump(dump, store) as graph:
        return list(graph.documents())


def refresh_documents(
    store: Path,
    *,
    everything: bool = False,
    prune: bool = False,
    decisions: Path | None = None,
    progress: Progress | None = None,
    extract: Extract | None = None,
    wait: float = 0.0,
) -> KeepResult:
    """Read again the files that changed since they were added; with `everything` all of them, extracting all anew.

    A file that vanished is named in the result and its documents are kept, unless `prune` withdraws them. Raises
    StoreError where there is no store.
    """
    _must_exist(store)
    reader = extract or Extractor(decisions=decisions)
    with Keeper(store, reader, progress, wait=wait, anew=everything) as keeper:
        for entry in keeper.ledger.files():
            keeper.refresh(entry, prune=prune)
        return keeper.finish()


def remove_documents(names: Iterable[str], store: Path, *, wait: float = 0.0) -> list[Stored]:
    """Withdraw documents by id, name, title, beginning of id or hash, or the file they came from, and return them.

    A fact that another document says too stays. Nothing is removed where one name is unknown (UnknownName, with the
    nearest) or stands for several documents (StoreError).
    """
    _must_exist(store)
    with open_store(store, wait=wait) as graph, Ledger(store) as ledger:
        found = {one.id: one for name in names for one in _meant(graph, ledger, name)}
        for one in found.values():
            ledger.withdraw(one.sha256)  # first: a refresh after a kill must not bring it back
            graph.remove(one.id)
        return list(found.values())


def _meant(graph: GraphStore, ledger: Ledger, name: str) -> list[Stored]:
    """The documents a person means: all that a file gave, or one. Raises UnknownName or StoreError."""
    path = os.path.abspath(name)
    # what is marked as withdrawn and still there is what a removal left that was killed
    given = [graph.find(sha) for sha in (*ledger.texts(path), *ledger.texts(path, withdrawn=True))]
    return [graph.document(key) for key in given if key is not None] or [graph.document(name)]


def list_documents(store: Path, *, wait: float = 0.0) -> list[tuple[Stored, list[str]]]:
    """The documents in a store, sorted by id, each with the files it came from. Raises StoreError without a store."""
    _must_exist(store)
    with GraphStore.read(store, wait=wait) as graph, Ledger.read(store) as ledger:
        return [(one, ledger.sources(one.sha256)) for one in graph.stored()]


def _must_exist(store: Path) -> None:
    """Raise StoreError unless there is a store."""
    if not is_store(store) and not is_endpoint(store):
        GraphStore(store, write=False).close()
