"""Where the documents of a store came from: which file gave which text, so that a file that changes can be read again.

It lies beside the graph and not in it (paths of one machine are nobody else's business), as a small SQLite database.
A text is noted before the store takes it and struck out after the store has let go of it, so that a run that was
killed is understood: what is noted and not in the store is still to be read. Losing this file loses no fact; adding
the files again makes it anew.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from aigraph.errors import StoreError
from aigraph.remote.settings import is_endpoint

FILE = "aigraph.sources"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, name TEXT NOT NULL, date TEXT, bytes TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS texts (
    path TEXT NOT NULL, sha256 TEXT NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (path, sha256)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_text ON texts (sha256);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that was read. `bytes` is the sha256 of its bytes when all of it was taken in, None while it is not."""

    path: str
    name: str  # of its document, or the beginning of the names of its rows
    date: str | None  # given for documents that say none
    bytes: str | None


def _file(store: Path) -> Path:
    """Where the list lies: in the folder of the store, or beside the file that describes an endpoint."""
    return store.with_suffix(".sources") if is_endpoint(store) else store / FILE


class Ledger:
    """The sources of one store. Without a folder it forgets everything in the end."""

    def __init__(self, folder: Path | None) -> None:
        self._where = folder or Path("memory")
        try:
            self._db = sqlite3.connect(":memory:" if folder is None else _file(folder), isolation_level=None)
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise StoreError(
                f"{_file(self._where)}: the list of sources cannot be read ({error}); move it away, add the files again"
            ) from error

    @classmethod
    def read(cls, folder: Path) -> Ledger:
        """The sources of a store, or none where the list is missing; for those who only look."""
        return cls(folder if _file(folder).is_file() else None)

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def files(self) -> list[Entry]:
        """All files, sorted by path."""
        return [Entry(*row) for row in self._db.execute("SELECT path, name, date, bytes FROM files ORDER BY path")]

    def file(self, path: str) -> Entry | None:
        """What is known of a file."""
        row = self._db.execute("SELECT path, name, date, bytes FROM files WHERE path = ?", (path,)).fetchone()
        return Entry(*row) if row else None

    def texts(self, path: str, *, withdrawn: bool = False) -> list[str]:
        """The hashes of the texts that a file gave and that are (or are to be) in the store; or of the withdrawn."""
        query = "SELECT sha256 FROM texts WHERE path = ? AND withdrawn = ? ORDER BY sha256"
        return [row[0] for row in self._db.execute(query, (path, int(withdrawn)))]

    def withdrawn(self, path: str, sha256: str) -> bool:
        """Whether a text of a file was withdrawn and is to stay out."""
        query = "SELECT 1 FROM texts WHERE path = ? AND sha256 = ? AND withdrawn = 1"
        return self._db.execute(query, (path, sha256)).fetchone() is not None

    def sources(self, sha256: str) -> list[str]:
        """The files that give a text, sorted."""
        query = "SELECT path FROM texts WHERE sha256 = ? AND withdrawn = 0 ORDER BY path"
        return [row[0] for row in self._db.execute(query, (sha256,))]

    def begin(self, path: str, name: str, date: str | None) -> None:
        """A file is about to be read."""
        self._db.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, NULL)", (path, name, date))

    def note(self, path: str, sha256: str) -> None:
        """A file gives this text."""
        self._db.execute("INSERT OR REPLACE INTO texts VALUES (?, ?, 0)", (path, sha256))

    def strike(self, path: str, sha256: str) -> None:
        """A file does not give this text any more."""
        self._db.execute("DELETE FROM texts WHERE path = ? AND sha256 = ?", (path, sha256))

    def finish(self, path: str, bytes_: str) -> None:
        """All of a file with these bytes is in the store."""
        self._db.execute("UPDATE files SET bytes = ? WHERE path = ?", (bytes_, path))

    def withdraw(self, sha256: str) -> None:
        """A text is not wanted any more, whatever file gives it, until the file is added again."""
        self._db.execute("UPDATE texts SET withdrawn = 1 WHERE sha256 = ?", (sha256,))

    def forget(self, path: str) -> None:
        """A file is gone for good."""
        self._db.execute("DELETE FROM texts WHERE path = ?", (path,))
        self._db.execute("DELETE FROM files WHERE path = ?", (path,))
