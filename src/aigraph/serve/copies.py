"""The copies of the graph that are served: one at a time is current, older ones live until their last reader is done.

Nobody ever writes to a copy, so readers need no lock and see one state from beginning to end. Whoever writes to the
store (`aigraph add`, an update through the endpoint) makes the current copy out of date; the watcher takes a new one
and new questions go there. It refuses to stop serving because a new state cannot be read: the old one stays, and the
log says why.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import aigraph
from aigraph.ask.facts import Value
from aigraph.claims.snapshot import told_ranks
from aigraph.errors import StoreError
from aigraph.serve.keeper import stamp
from aigraph.serve.search import SearchIndex
from aigraph.serve.settings import Settings
from aigraph.storage.folder import Lock

log = logging.getLogger("aigraph.serve")
_ROOM = "aigraph-serve-"
_YOUNG = 60  # seconds in which a folder may still be without its lock
_PAUSE = 15  # intervals to leave a source alone that could not be read


def child_environment() -> dict[str, str]:
    """The environment in which a child process finds this very package."""
    root = str(Path(aigraph.__file__).resolve().parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}


def sweep() -> None:
    """Remove the copies of servers that were killed: the lock on their folder is free."""
    if sys.platform == "win32":  # where it always is
        return
    for room in Path(tempfile.gettempdir()).glob(f"{_ROOM}*"):
        with contextlib.suppress(OSError):  # of a server that runs, of somebody else, or just gone
            if time.time() - room.stat().st_mtime > _YOUNG:
                lock = Lock(room, alone=True)
                shutil.rmtree(room, ignore_errors=True)
                lock.release()


class Copy:
    """One state of the graph: its folder, a reader in this process, and what is worked out of it once."""

    def __init__(self, folder: Path, source_stamp: str) -> None:
        self.folder = folder
        self.stamp = source_stamp
        self.store = ox.Store.read_only(str(folder))
        self.readers = 0
        self.notes: dict[str, Any] = {}  # answers that hold for this state, by what they answer
        self._search: SearchIndex | None = None
        self._ranks: dict[str, tuple[tuple[str, Value], ...]] | None = None
        self._lock = threading.Lock()
        self._ranking = threading.Lock()

    def search(self) -> SearchIndex:
        """The index of names; built by whoever asks first, the others wait for it."""
        with self._lock:
            if self._search is None:
                self._search = SearchIndex(self.store)
            return self._search

    def ranks(self) -> dict[str, tuple[tuple[str, Value], ...]]:
        """Fact -> its rank, end and successor, where it is not just normal; worked out by whoever asks first."""
        with self._ranking:
            if self._ranks is None:
                self._ranks = told_ranks(self.store)
            return self._ranks


class Copies:
    """Makes copies, hands out the current one, and removes those that nobody reads any more."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        sweep()
        self._room = Path(tempfile.mkdtemp(prefix=_ROOM))
        self._mine = Lock(self._room, alone=True)
        self.taken = 0
        self._change = asyncio.Lock()
        self.after_change: Callable[[], Awaitable[None]] | None = None
        self.latest: Copy | None = None

    @property
    def current(self) -> Copy:
        """The copy that new questions go to. Raises StoreError before the first one is taken."""
        if self.latest is None:
            raise StoreError(f"{self.settings.graph} is not opened yet; await open() first")
        return self.latest

    async def refresh(self, update: dict[str, Any] | None = None) -> dict[str, Any]:
        """Take a new copy and make it current; answers {"status": 200} or a status with a message."""
        async with self._change:
            self.taken += 1
            target = self._room / str(self.taken)
            done = await self._keep(target, update)
            if done["status"] != 200:
                shutil.rmtree(target, ignore_errors=True)
                return done
            new = await asyncio.to_thread(Copy, target, done["stamp"])
            old, self.latest = self.latest, new
            if old is not None:
                self._drop(old)
        if self.after_change is not None:
            await self.after_change()
        return done

    async def _keep(self, target: Path, update: dict[str, Any] | None) -> dict[str, Any]:
        task = {
            "source": str(self.settings.graph), "target": str(target), "update": update, "ranks": self.settings.ranks,
        }  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "aigraph.serve.keeper", env=child_environment(),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            talk = process.communicate(json.dumps(task).encode())
            out, _ = await (asyncio.wait_for(talk, self.settings.timeout) if update else talk)
        except TimeoutError:
            late = f"the update took longer than {self.settings.timeout:g} s; nothing of it was done"
            return {"status": 503, "message": late}
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if not out:
            return {"status": 500, "message": "the process that reads the store ended without an answer"}
        answer: dict[str, Any] = json.loads(out)
        return answer

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[Copy]:
        """The current copy, kept for as long as the block lasts."""
        copy = self.current
        copy.readers += 1
        try:
            yield copy
        finally:
            self.release(copy)

    def release(self, copy: Copy) -> None:
        """One reader of a copy less."""
        copy.readers -= 1
        self._drop(copy)

    def _drop(self, copy: Copy) -> None:
        if copy is not self.current and copy.readers == 0:
            shutil.rmtree(copy.folder, ignore_errors=True)

    async def open(self) -> None:
        """Take the first copy. Raises StoreError where there is nothing to serve."""
        done = await self.refresh()
        if done["status"] != 200:
            raise StoreError(done["message"])

    async def watch(self) -> None:
        """Follow the source until cancelled: take a new copy of a changed store, and of a file once it is at rest."""
        seen = self.current.stamp
        await self._prepare()
        while True:
            await asyncio.sleep(self.settings.refresh)
            now = await asyncio.to_thread(stamp, self.settings.graph)
            if now and now != self.current.stamp and (now == seen or self.settings.graph.is_dir()):
                done = await self.refresh()
                if done["status"] != 200:
                    log.warning("the changed graph is not served yet: %s", done["message"])
                    await asyncio.sleep(self.settings.refresh * _PAUSE)
                else:
                    await self._prepare()
            seen = now

    async def _prepare(self) -> None:
        """Build the index and the ranks of the current copy before somebody waits for it."""
        async with self.reading() as copy:
            await asyncio.to_thread(copy.search)
            await asyncio.to_thread(copy.ranks)

    def close(self) -> None:
        """Remove all copies."""
        self._mine.release()
        shutil.rmtree(self._room, ignore_errors=True)
