"""What a run does to a store that others use as well: it reads and extracts alone, and writes in short turns.

A file is read, and what seems to be new in it extracted, between the turns; what becomes of a text is decided within
one, by what the store and the list of sources hold then. So what others did meanwhile counts: an extraction that is not
needed any more is dropped, and one that is missing is made before the next turn.

It refuses to put an older reading of a file over a newer one: a file that changed since it was read is read again.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path

import pyoxigraph as ox

from aigraph.model import Document, Extraction
from aigraph.pipeline import BuildResult, DocumentSummary, Extractor, Failure, Progress, guarded, summarise
from aigraph.readers import READERS, ReadFailure, read_found
from aigraph.readers.sources import Found, find_sources
from aigraph.storage.documents import describe_document, named, texts_of
from aigraph.storage.ledger import Entry, Ledger
from aigraph.storage.store import GraphStore
from aigraph.storage.turns import Step, Turns

Extract = Callable[[Document], Extraction]
_TRIES = 3  # how often a file is read that changes while it is


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


@dataclass(slots=True)
class _File:
    """A file as it was read, and what is known of it; without `where` it is standard input."""

    found: Found
    date: str | None
    asked: bool
    where: str | None = None
    digest: str | None = None
    state: tuple[int, int] | None = None  # as the file system tells one state of it from the next
    tries: int = 1
    now: set[str] = field(default_factory=set)  # the texts it gives
    table: bool = False
    stale: dict[str, str | None] = field(default_factory=dict)  # hash -> name of what it gave before and not now
    failed: bool = False
    outdated: bool = False


@dataclass(slots=True)
class _Text:
    """A document that a file gives, and what was extracted from it, under the id and name it had then."""

    file: _File
    document: Document
    asked: Document | None = None
    extraction: Extraction | None = None


class Keeper:
    """A store with its ledger, the steps that are to be taken, and the result so far."""

    def __init__(
        self, store: Path, extract: Extract, progress: Progress | None, *, wait: float, anew: bool = False
    ) -> None:
        """`anew`: extract what is there already, too."""
        self.extract = extract
        self.progress = progress
        self.anew = anew
        self.result = KeepResult()
        self._turns = Turns(store, wait=wait)
        self._again: list[_File] = []
        self._done: set[str] = set()  # hashes of what was extracted in this run and taken in
        self._begun: set[str] = set()  # hashes of what was extracted, or is to be
        with self._turns.turn() as opened:
            self.ledger = Ledger(store)
            self._seen = {} if self._turns.remote else texts_of(opened.inner)

    def __enter__(self) -> Keeper:
        return self

    def __exit__(self, *_: object) -> None:
        self.ledger.__exit__()
        self._turns.close()

    @property
    def store(self) -> GraphStore:
        """The store; open during a turn only."""
        return self._turns.store

    def finish(self) -> KeepResult:
        """The result, when all steps are taken, with what became of review decisions."""
        self._turns.settle()
        while self._again:
            file = self._again.pop(0)
            self.take(file.found, date=file.date, asked=file.asked, tries=file.tries + 1)
            self._turns.settle()
        if self.anew:
            with self._turns.turn():
                self._name_sourceless()
        if isinstance(self.extract, Extractor) and self.extract.decides:
            with self._turns.turn() as store:
                self.result.review += self.extract.report(None if self.anew else store)
        return self.result

    def soon(self, step: Step) -> None:
        """Have a step taken after those that wait already."""
        self._turns.soon(step)

    def load(self, key: str, quads: set[ox.Quad]) -> None:
        """A step: a document of a dump."""
        (self.result.loaded if self.store.add_quads(key, quads) else self.result.unchanged).append(key)

    # -- reading, with the store closed --------------------------------------------------------------------------

    def take(self, found: Found, *, date: str | None, asked: bool, tries: int = 1) -> None:
        """Bring the store up to what a file holds now.

        `asked`: a person named it, so that what was withdrawn comes back.
        """
        path = found.source.path
        file = _File(found, date, asked, tries=tries)
        if path is None:
            for one in read_found(found, date=date):
                self._read(file, one)
            return
        file.where, file.state, file.digest = os.path.abspath(path), _state(path), _digest(path)
        if file.digest is not None and not self.anew and self._complete(file.where, file.digest, asked=asked):
            self.result.unchanged.append(found.source.name)
            return
        documents = read_found(found, date=date)
        first = list(islice(documents, 2))
        file.table = len(first) > 1
        # of a table all rows are known before the first one replaces another
        every = read_found(found, date=date) if file.table else first
        file.now = {one.sha256 for one in every if isinstance(one, Document)}
        self._turns.soon(partial(self._begin, file, file.where))
        for one in chain(first, documents):
            self._read(file, one)
        self._turns.soon(partial(self._end, file, file.where))

    def _complete(self, where: str, digest: str, *, asked: bool) -> bool:
        """Whether the store has all that a file with these bytes gives."""
        entry = self.ledger.file(where)
        if entry is None or entry.bytes != digest or (asked and self.ledger.texts(where, withdrawn=True)):
            return False
        return all(self._known(sha) for sha in self.ledger.texts(where))

    def _known(self, sha256: str) -> tuple[str, str] | None:
        """Id and name of the document with this text, as far as can be told without a turn."""
        if not self._turns.remote:
            return self._seen.get(sha256)
        with self._turns.turn() as store:
            key = store.find(sha256)
            return None if key is None else (key, describe_document(store.inner, key).name)

    def _read(self, file: _File, one: Document | ReadFailure) -> None:
        """Make a step of a text of a file, extracted where it seems to be new."""
        if isinstance(one, ReadFailure):
            self.result.failures.append(Failure(one.source, one.reason))
            file.failed = True
        elif not file.outdated:
            text = _Text(file, one)
            if (wanted := self._wanted(text)) is not None:
                self._prepare(text, wanted)
            self._turns.soon(partial(self._take_in, text))

    def _wanted(self, text: _Text) -> Document | None:
        """The document to be extracted ahead; a guess, which the step puts right."""
        sha, known = text.document.sha256, self._known(text.document.sha256)
        if sha in self._begun or (not self.anew and (known is not None or self.ledger.sources(sha))):
            return None
        if self._withdrawn(text):
            return None
        self._begun.add(sha)
        return text.document if known is None else replace(text.document, id=known[0], name=known[1])

    def _withdrawn(self, text: _Text) -> bool:
        """Whether somebody removed this text, and nobody asked for it again."""
        file = text.file
        return not file.asked and file.where is not None and self.ledger.withdrawn(file.where, text.document.sha256)

    def _prepare(self, text: _Text, document: Document) -> None:
        """Extract a document; what goes wrong is in the result."""
        if self.progress:
            self.progress(document.name)
        text.asked = document
        text.extraction = guarded(document, self.result, self.extract)

    # -- steps of one file, each within a turn -------------------------------------------------------------------

    def _begin(self, file: _File, where: str) -> None:
        """A step: what the file gave before and does not give now."""
        if not self._overtaken(file):
            self.ledger.begin(where, file.found.source.name, file.date)
            file.stale = {sha: self._name(sha) for sha in self.ledger.texts(where) if sha not in file.now}

    def _overtaken(self, file: _File) -> bool:
        """Whether the file changed since it was read, so that it is to be read again."""
        if not file.outdated and file.tries < _TRIES and file.where is not None:
            state = _state(Path(file.where))
            if None not in (state, file.state) and state != file.state:
                file.outdated = True
                self._again.append(file)
        return file.outdated

    def _take_in(self, text: _Text) -> Callable[[], None] | None:
        """A step: a text in the place of those it replaces."""
        file, document, sha = text.file, text.document, text.document.sha256
        if self._overtaken(file) or self._withdrawn(text):
            return None
        known = self.store.find(sha)
        new = known is None or (self.anew and sha not in self._done)
        if new:
            wanted = document
            if known is not None:
                wanted = replace(document, id=known, name=describe_document(self.store.inner, known).name)
            if text.asked != wanted:
                return partial(self._prepare, text, wanted)
        if known is not None:
            self._note_known(document, known, file.where)
        if file.where is not None:
            self.ledger.note(file.where, sha)
        stale = [old for old, name in file.stale.items() if not file.table or name == document.name]
        if new and not self._write(text, stale, known):
            file.failed = True
            return None
        for old in stale:
            self._let_go(file.where, old)
            del file.stale[old]
        return None

    def _note_known(self, document: Document, known: str, where: str | None) -> None:
        if self.anew:
            return
        stored = describe_document(self.store.inner, known)
        if stored.name == document.name or (where is not None and where in self.ledger.sources(document.sha256)):
            self.result.unchanged.append(document.name)
        else:
            self.result.same.append((document.name, known))

    def _write(self, text: _Text, stale: list[str], known: str | None) -> bool:
        """Write what was extracted in the place of stale texts; False where that failed."""
        file, extraction = text.file, text.extraction
        self._done.add(text.document.sha256)
        if extraction is None or text.asked is None:
            return False
        gone = [key for key in map(self.store.find, self._sole(file.where, stale)) if key is not None]

        def write(_: Document) -> DocumentSummary:
            self.store.add(extraction, replaces=gone)
            return summarise(extraction)

        summary = guarded(text.asked, self.result, write)
        if summary is None:
            return False
        self.result.documents.append(summary)
        self.result.replaced += gone
        if known is None and not gone:
            self._name_clash(text.document, file.where)
        return True

    def _end(self, file: _File, where: str) -> None:
        """A step: what the file does not give any more goes, where all of it could be read."""
        if self._overtaken(file):
            return
        if file.failed:
            if file.stale:
                name = file.found.source.name
                self.result.notes.append(f"{name}: could not be read whole; what the store had of it before is kept")
            return
        for sha in file.stale:
            self._let_go(where, sha)
        for sha in self.ledger.texts(where, withdrawn=True):
            if sha not in file.now:
                self.ledger.strike(where, sha)
        if file.digest is not None and _state(Path(where)) == file.state:
            self.ledger.finish(where, file.digest)

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

    def refresh(self, entry: Entry, *, prune: bool) -> None:
        """Bring the store up to what a file that it remembers holds now."""
        if not os.path.isfile(entry.path):
            self._turns.soon(partial(self._vanished, entry, prune=prune))
        elif self.ledger.texts(entry.path) or not self.ledger.texts(entry.path, withdrawn=True):
            for found in find_sources([entry.path], READERS.keys()):
                if isinstance(found, ReadFailure):
                    self.result.failures.append(Failure(found.source, found.reason))
                else:
                    source = replace(found.source, name=entry.name)
                    self.take(replace(found, source=source), date=entry.date, asked=False)

    def _vanished(self, entry: Entry, *, prune: bool) -> None:
        """A step: a file that is no longer there."""
        texts = self.ledger.texts(entry.path)
        ids = tuple(sorted(key for key in map(self.store.find, texts) if key is not None))
        if prune or not ids:
            for sha in texts:
                self._let_go(entry.path, sha)
            self.ledger.forget(entry.path)
        if ids:
            self.result.vanished.append(Vanished(entry.path, ids))

    def _name_sourceless(self) -> None:
        """Say which documents could not be read again because no file gives them."""
        for key, sha in self.store.documents().items():
            if not self.ledger.sources(sha):
                self.result.notes.append(
                    f"{key}: no file is known that gives it (standard input, or a dump); left as it is"
                )


def _state(path: Path) -> tuple[int, int] | None:
    """What changes when a file is written; None where there is no regular file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if stat.S_ISREG(found.st_mode) else None


def _digest(path: Path) -> str | None:
    """The sha256 of the bytes of a file; None where it cannot be opened, which the reader will say."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
