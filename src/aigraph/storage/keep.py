"""A store that is kept up to date: documents are added, corrected, withdrawn, and read again when their files change.

A document is its text, known by its hash: what is in the store already is not extracted again, whatever it is called
and wherever it lies. What replaces what goes by file: when a file no longer gives a text that it gave before, that
text goes, unless another file gives it as well. So two files of one name in two folders stay two documents, and a row
that moved in its table stays the same document.

Every document is one transaction, and a run that was killed is finished by the same call. It refuses to drop what it
cannot read: where a file fails, the store keeps what it had of it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from aigraph.graph.dumps import SUFFIX, read_parts
from aigraph.model import Document, Extraction
from aigraph.pipeline import BuildResult, DocumentSummary, Extractor, Failure, Progress, guarded, summarise
from aigraph.readers import READERS, ReadFailure, read_found
from aigraph.readers.reading import iso_date
from aigraph.readers.sources import Found, find_sources
from aigraph.remote.settings import is_endpoint
from aigraph.storage.documents import Stored, describe_document, named
from aigraph.storage.folder import is_store
from aigraph.storage.ledger import Entry, Ledger
from aigraph.storage.store import GRAPH_SUFFIXES, GraphStore, open_store

Extract = Callable[[Document], Extraction]


@dataclass(frozen=True, slots=True)
class Vanished:
    """A file that is no longer there, and the ids of the documents that came from it."""

    path: str
    documents: tuple[str, ...]


@dataclass(slots=True)
class KeepResult(BuildResult):
    """What a run did. `documents` are those that were extracted; the rest is what else became of the sources."""

    unchanged: list[str] = field(default_factory=list)  # names of files of which nothing had to be read again
    same: list[tuple[str, str]] = field(default_factory=list)  # (name, id under which its text is in the store)
    loaded: list[str] = field(default_factory=list)  # ids taken from a dump, without extracting
    replaced: list[str] = field(default_factory=list)  # ids that gave way to the text their file has now
    removed: list[str] = field(default_factory=list)  # ids withdrawn
    vanished: list[Vanished] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def untouched(self) -> bool:
        """Whether nothing could be read at all."""
        return bool(self.failures) and not (
            self.documents or self.loaded or self.unchanged or self.same or self.vanished
        )


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
    the whole pipeline, with the `decisions` of review), `wait` the seconds to wait for others who have the store open.
    Documents that fail are in the result, not raised. Raises StoreError where the store cannot be opened.
    """
    given = iso_date(date)
    dumps = [Path(source) for source in sources if str(source).lower().endswith(SUFFIX)]
    fresh = dumps.pop(0) if dumps and _is_new(store) else None
    loaded = [] if fresh is None else _load(fresh, store)
    with _Keeper(store, extract or Extractor(decisions=decisions), progress, wait=wait) as keeper:
        keeper.result.loaded += loaded
        for dump in dumps:
            for key, quads in read_parts(dump):
                (keeper.result.loaded if keeper.store.add_quads(key, quads) else keeper.result.unchanged).append(key)
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
    with _Keeper(store, extract or Extractor(decisions=decisions), progress, wait=wait) as keeper:
        for entry in keeper.ledger.files():
            keeper.refresh(entry, everything=everything, prune=prune)
        if everything:
            keeper.name_sourceless()
        return keeper.finish(whole=everything)


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
    given = [graph.find(sha) for sha in ledger.texts(os.path.abspath(name))]
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


class _Keeper:
    """An open store with its ledger, and the result so far."""

    def __init__(self, store: Path, extract: Extract, progress: Progress | None, *, wait: float) -> None:
        self.store = open_store(store, wait=wait)
        self.ledger = Ledger(store)
        self.extract = extract
        self.progress = progress
        self.result = KeepResult()
        self._anew: set[str] = set()  # hashes extracted in this run

    def __enter__(self) -> _Keeper:
        return self

    def __exit__(self, *_: object) -> None:
        self.ledger.__exit__()
        self.store.close()

    def finish(self, *, whole: bool = False) -> KeepResult:
        """The result, with what became of review decisions; `whole`: all documents of the store were extracted."""
        if isinstance(self.extract, Extractor):
            self.result.review += self.extract.report(None if whole else self.store)
        return self.result

    # -- one file ------------------------------------------------------------------------------------------------

    def take(self, found: Found, *, date: str | None, asked: bool, anew: bool = False) -> None:
        """Bring the store up to what a file holds now.

        `asked`: a person named it, so that what was withdrawn comes back. `anew`: extract what is there already, too.
        """
        name, path = found.source.name, found.source.path
        if path is None:
            self._texts(read_found(found, date=date), None, set(), anew=anew)
            return
        where, digest = os.path.abspath(path), _digest(path)
        if digest is not None and not anew and self._complete(where, digest, asked=asked):
            self.result.unchanged.append(name)
            return
        self.ledger.begin(where, name, date)
        skipped = set() if asked else set(self.ledger.texts(where, withdrawn=True))
        documents = read_found(found, date=date)
        first = list(islice(documents, 2))
        now = {one.sha256 for one in first if isinstance(one, Document)}
        if len(first) > 1:  # a table: all its rows are known before the first one replaces another
            now = {one.sha256 for one in read_found(found, date=date) if isinstance(one, Document)}
        stale = {sha: self._name(sha) for sha in self.ledger.texts(where) if sha not in now}
        failures = len(self.result.failures)
        self._texts(chain(first, documents), where, skipped, stale, anew=anew, table=len(first) > 1)
        if len(self.result.failures) > failures:
            if stale:
                self.result.notes.append(f"{name}: could not be read whole; what the store had of it before is kept")
            return
        for sha in stale:
            self._let_go(where, sha)
        for sha in self.ledger.texts(where, withdrawn=True):
            if sha not in now:
                self.ledger.strike(where, sha)
        if digest is not None:
            self.ledger.finish(where, digest)

    def _complete(self, where: str, digest: str, *, asked: bool) -> bool:
        """Whether the store has all that a file with these bytes gives."""
        entry = self.ledger.file(where)
        if entry is None or entry.bytes != digest or (asked and self.ledger.texts(where, withdrawn=True)):
            return False
        return all(self.store.find(sha) for sha in self.ledger.texts(where))

    def _texts(
        self,
        documents: Iterable[Document | ReadFailure],
        where: str | None,
        skipped: set[str],
        stale: dict[str, str | None] | None = None,
        *,
        anew: bool,
        table: bool = False,
    ) -> None:
        """Take in the texts of one file; `stale` (hash -> name) is what it gave before, and loses what is replaced."""
        stale = {} if stale is None else stale
        for found in documents:
            if isinstance(found, ReadFailure):
                self.result.failures.append(Failure(found.source, found.reason))
            elif found.sha256 not in skipped:
                old = [sha for sha, name in stale.items() if not table or name == found.name]
                if self._take_text(found, where, old, anew=anew):
                    for sha in old:
                        del stale[sha]

    def _take_text(self, document: Document, where: str | None, stale: list[str], *, anew: bool) -> bool:
        """Take in one text in the place of the stale ones; False where it failed and they are to stay."""
        sha = document.sha256
        known = self.store.find(sha)
        if known is not None:
            self._note_known(document, known, where, anew=anew)
        if where is not None:
            self.ledger.note(where, sha)
        if known is None or (anew and sha not in self._anew):
            self._anew.add(sha)
            gone = [key for key in map(self.store.find, self._sole(where, stale)) if key is not None]
            if known is not None:
                document = replace(document, id=known, name=describe_document(self.store.inner, known).name)
            if self._store(document, gone) is None:
                return False
            self.result.replaced += gone
            if known is None and not gone:
                self._name_clash(document, where)
        for old in stale:
            self._let_go(where, old)
        return True

    def _note_known(self, document: Document, known: str, where: str | None, *, anew: bool) -> None:
        if anew:
            return
        stored = describe_document(self.store.inner, known)
        if stored.name == document.name or (where is not None and where in self.ledger.sources(document.sha256)):
            self.result.unchanged.append(document.name)
        else:
            self.result.same.append((document.name, known))

    def _store(self, document: Document, gone: list[str]) -> DocumentSummary | None:
        """Extract a document and write it in the place of others; None where that failed."""
        if self.progress:
            self.progress(document.name)

        def work(document: Document) -> DocumentSummary:
            extraction = self.extract(document)
            self.store.add(extraction, replaces=gone)
            return summarise(extraction)

        summary = guarded(document, self.result, work)
        if summary is not None:
            self.result.documents.append(summary)
        return summary

    def _sole(self, where: str | None, texts: Iterable[str]) -> Iterator[str]:
        """Those texts that no other file gives."""
        return (sha for sha in texts if self.ledger.sources(sha) in ([], [where]))

    def _let_go(self, where: str | None, sha: str) -> None:
        """A file gives a text no more: withdraw it where no other file gives it."""
        if where is None:
            return
        for sole in self._sole(where, [sha]):
            key = self.store.find(sole)
            if key is not None:
                self.store.remove(key)
                self.result.removed.append(key)
        self.ledger.strike(where, sha)

    def _name(self, sha256: str) -> str | None:
        key = self.store.find(sha256)
        return None if key is None else describe_document(self.store.inner, key).name

    def _name_clash(self, document: Document, where: str | None) -> None:
        """Say so where a document from elsewhere has the same name: it may be an older version."""
        for key in named(self.store.inner, document.name):
            stored = describe_document(self.store.inner, key)
            if where not in self.ledger.sources(stored.sha256) and key != document.id:
                self.result.notes.append(
                    f"{document.name}: the store has another document of this name from elsewhere, and keeps both; "
                    f"if it is an older version: aigraph remove {key}"
                )
                return

    # -- files remembered ----------------------------------------------------------------------------------------

    def refresh(self, entry: Entry, *, everything: bool, prune: bool) -> None:
        """Bring the store up to what a file that it remembers holds now."""
        texts = self.ledger.texts(entry.path)
        if not os.path.isfile(entry.path):
            self._vanished(entry, texts, prune=prune)
        elif texts or not self.ledger.texts(entry.path, withdrawn=True):
            for found in find_sources([entry.path], READERS.keys()):
                if isinstance(found, ReadFailure):
                    self.result.failures.append(Failure(found.source, found.reason))
                else:
                    source = replace(found.source, name=entry.name)
                    self.take(replace(found, source=source), date=entry.date, asked=False, anew=everything)

    def _vanished(self, entry: Entry, texts: list[str], *, prune: bool) -> None:
        ids = tuple(sorted(key for key in map(self.store.find, texts) if key is not None))
        if prune or not ids:
            for sha in texts:
                self._let_go(entry.path, sha)
            self.ledger.forget(entry.path)
        if ids:
            self.result.vanished.append(Vanished(entry.path, ids))

    def name_sourceless(self) -> None:
        """Say which documents could not be read again because no file gives them."""
        for key, sha in self.store.documents().items():
            if not self.ledger.sources(sha):
                self.result.notes.append(
                    f"{key}: no file is known that gives it (standard input, or a dump); left as it is"
                )


def _digest(path: Path) -> str | None:
    """The sha256 of the bytes of a file; None where it cannot be opened, which the reader will say."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
