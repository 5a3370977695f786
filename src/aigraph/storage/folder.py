"""The folder of a store on disk: told from other folders, opened for one writer or many readers, loaded in bulk.

Oxigraph lets one process write, and calls it undefined to read beside it. So whoever opens a folder through here locks
it first: writers alone, readers together. What is refused: a folder that holds something else, and an open that would
have to wait (longer than asked).
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from aigraph.errors import StoreError

if sys.platform != "win32":
    import fcntl

LOCK = "aigraph.lock"
# Oxigraph sorts and compresses this many quads at once, in 1.2 GB. Files of parts overlap, and RocksDB then merges them
# without compression: 200,000 at once need a third of the memory and leave a folder half as large again.
LOAD_LINES = 1_000_000
SMALL_LINES = 200_000
_PAUSE = 0.05
_BUFFER = 1 << 20  # bytes
_SOME = 4_000  # lines
# What may stand in a folder whose store was being made when the process was killed.
_OURS = re.compile(
    r"aigraph\..+|LOG(\.old.*)?|LOCK|IDENTITY|MANIFEST-\d+|OPTIONS-\d+(\.dbtmp)?|\d+\.(log|sst|dbtmp)|CURRENT\..+"
)


def is_store(path: Path) -> bool:
    """Whether a folder holds a store."""
    return (path / "CURRENT").is_file()


class Lock:
    """A lock on a store folder, shared or alone, held until `release` or the end of the process, however that comes."""

    def __init__(self, folder: Path, *, alone: bool, wait: float = 0.0) -> None:
        """Raises BlockingIOError where others still have it after `wait` seconds."""
        self._file: int | None = None
        if sys.platform == "win32":  # Oxigraph's own lock still keeps out a second writer
            return
        try:
            self._file = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError:
            if alone:
                raise
            return  # nobody can write where nobody may create a file
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(self._file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= until:
                    self.release()
                    raise
                time.sleep(_PAUSE)

    def of(self, folder: Path) -> bool:
        """Whether it is the lock of the folder that has this name now, and not of one that had it before."""
        if self._file is None:
            return True
        try:
            return os.path.samestat(os.fstat(self._file), (folder / LOCK).stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let others in."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __del__(self) -> None:
        self.release()


def open_folder(path: Path, *, write: bool, wait: float = 0.0) -> tuple[ox.Store, Lock]:
    """The store in a folder; a writer makes the folder where there is none. `wait`: seconds to wait for others.

    Raises StoreError where the folder is in use or no store.
    """
    if not write and path.exists() and not is_store(path):
        raise StoreError(
            f"{path}: holds no graph to read; name a graph file, or the folder of a store "
            "(`aigraph add FILES --store FOLDER` makes one)"
        )
    if path.exists() and not is_store(path) and (not path.is_dir() or _foreign(path)):
        raise StoreError(f"{path}: is not the folder of a store; name another, or one that does not exist yet")
    if not write and not path.exists():
        raise StoreError(f"{path}: there is no such store; make one with `aigraph add FILES --store {path}`")
    try:
        if write:
            path.mkdir(parents=True, exist_ok=True)
        lock = Lock(path, alone=write, wait=wait)
    except BlockingIOError as error:
        does = "reading or writing" if write else "writing"
        raise StoreError(
            f"{path}: another aigraph command is {does} this store; try again when it has finished"
        ) from error
    except OSError as error:
        raise StoreError(f"{path}: the store cannot be opened: {error}; name another folder") from error
    try:
        store = ox.Store(str(path)) if write or sys.platform == "win32" else ox.Store.read_only(str(path))
        for log in path.glob("LOG.old.*") if write else ():  # RocksDB keeps a thousand, 140 kB each
            log.unlink(missing_ok=True)
        return store, lock
    except RuntimeError as error:  # Oxigraph would write its first mark, and may not
        lock.release()
        raise StoreError(f"{path}: holds nothing: the run that made it was killed; repeat the `aigraph add`") from error
    except OSError as error:
        lock.release()
        raise StoreError(
            f"{path}: the store cannot be opened: {error}. If another aigraph command has it open, let that finish; "
            "otherwise name another folder"
        ) from error


def _foreign(path: Path) -> list[str]:
    """What a folder holds that is not ours."""
    return [name for name in os.listdir(path) if not _OURS.fullmatch(name)]


def load_lines(store: ox.Store, lines: Iterable[str], *, at_once: int) -> None:
    """Load N-Quads lines in bulk, `at_once` together: the more, the smaller the folder and the larger the memory.

    Only for lines of our own: they are not checked, and a blank node would be another one in each part.
    """
    source = iter(lines)
    for first in source:
        part = _Stream(chain([first], islice(source, at_once - 1)))
        store.bulk_load(input=io.BufferedReader(part, _BUFFER), format=ox.RdfFormat.N_QUADS, lenient=True)


class _Stream(io.RawIOBase):
    """Lines as a file to be read, so that they are never together in memory."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer, or as much of it as there is."""
        while len(self._rest) < len(buffer):
            some = list(islice(self._lines, _SOME))
            if not some:
                break
            self._rest += ("\n".join(some) + "\n").encode()
        given = self._rest[: len(buffer)]
        self._rest = self._rest[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to make a store in, which becomes `path` at the end of the block: whole or not at all.

    Raises StoreError where something is there, another process makes it as well, or it cannot be written.
    """
    _must_be_new(path)
    partial = path.with_name(path.name + ".part")
    lock = _lock_new(partial)
    try:
        _must_be_new(path)  # it may be there since, from whoever had the lock
        _empty(partial)  # what a run left that was killed
        yield partial
        partial.replace(path)
    except OSError as error:
        _discard(partial)
        raise StoreError(
            f"{path}: the store could not be written: {error}; nothing of it was kept, repeat the command"
        ) from error
    except BaseException:
        _discard(partial)
        raise
    finally:
        lock.release()


def fill_folder(folder: Path, lines: Iterable[str], *, at_once: int) -> None:
    """Make a store of N-Quads lines in a folder that is locked."""
    store = ox.Store(str(folder))
    load_lines(store, lines, at_once=at_once)
    store.flush()


def _must_be_new(path: Path) -> None:
    """Raise StoreError where something is there."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise StoreError(f"{path}: holds something already; add to it, or name a new folder")


def _lock_new(partial: Path) -> Lock:
    """The lock on a folder in which a store is made, and the folder. Raises StoreError where another has it."""
    try:
        partial.mkdir(parents=True, exist_ok=True)
        if not is_store(partial) and (foreign := _foreign(partial)):
            raise StoreError(f"{partial}: is needed to make the store, and holds {min(foreign)!r}; move it away")
        lock = Lock(partial, alone=True)
    except (BlockingIOError, FileNotFoundError) as error:  # not there any more: the other has just finished
        raise StoreError(
            f"{partial}: another aigraph command is making this store; try again when it has finished"
        ) from error
    except OSError as error:
        raise StoreError(f"{partial}: the store cannot be made: {error}; name another folder") from error
    if not lock.of(partial):  # the other has finished, and the lock went with its folder
        lock.release()
        raise StoreError(f"{partial}: another aigraph command has just made this store; try again")
    return lock


def _empty(folder: Path) -> None:
    """Remove what is in a locked folder, but the lock."""
    for found in folder.iterdir():
        if found.name != LOCK:
            found.unlink()


def _discard(folder: Path) -> None:
    """Remove a locked folder that is of no use, as far as possible: what is left goes in the next run."""
    shutil.rmtree(folder, ignore_errors=True)
