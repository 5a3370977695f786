"""A store that several commands write by turns: it is open, and locked, only while something is written.

What takes long (reading and extracting a document) happens between two turns, when others may read or write. What is to
be written waits as steps, and about every second those that wait are taken in one turn. Whoever comes back finds the
store as the others left it, so nothing that was seen in one turn may be relied on in the next.

An endpoint has no lock, and stays open. It refuses to give up in the middle of a run because somebody reads for a
while: it waits up to PATIENCE.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aigraph.remote.settings import is_endpoint
from aigraph.storage.store import GraphStore, open_store

SPAN = 1.0  # seconds for which finished work is gathered, and that a turn may last
GAP = 0.15  # seconds between two turns that follow at once: those who wait look every 0.05 s
PATIENCE = 600.0  # seconds to wait for others in the middle of a run
_STEPS = 500  # steps that wait at most, so that what they hold fits in memory

# Answers what must be done with the store closed before the step can be taken; None where it has been taken.
Step = Callable[[], Callable[[], None] | None]


class Turns:
    """Opens a store again and again; `store` is there during a turn only."""

    def __init__(self, place: Path, *, wait: float) -> None:
        """`wait`: seconds to wait for others in the first turn, in which nothing is lost yet."""
        self.place = place
        self.remote = is_endpoint(place)
        self._wait = wait
        self._open: GraphStore | None = None
        self._steps: deque[Step] = deque()
        self._due = 0.0
        self._last = 0.0

    @property
    def store(self) -> GraphStore:
        """The open store. Raises RuntimeError between turns."""
        if self._open is None:
            raise RuntimeError(f"{self.place}: the store is only open during a turn")
        return self._open

    @contextmanager
    def turn(self) -> Iterator[GraphStore]:
        """The store, open for as long as the block lasts. Raises StoreError where it cannot be had."""
        if self._open is None:
            self._open = open_store(self.place, wait=self._wait)
            self._wait = max(self._wait, PATIENCE)
        try:
            yield self._open
        finally:
            if not self.remote:
                self.close()

    def soon(self, step: Step) -> None:
        """Have a step taken after those that wait already: now, if the next one would come too late for them."""
        now = time.monotonic()
        if not self._steps:
            self._due = now + SPAN
            self._last = max(self._last, now - SPAN / 2)  # what went before has waited for nobody
        self._steps.append(step)
        coming, self._last = now + (now - self._last), now
        if self.remote or coming >= self._due or len(self._steps) >= _STEPS:
            self.settle()

    def settle(self) -> None:
        """Take all steps that wait, in as many turns as it needs. Raises StoreError where the store cannot be had."""
        while self._steps:
            first = None
            with self.turn():
                until = time.monotonic() + SPAN
                while self._steps:
                    first = self._steps[0]()
                    if first is None:
                        self._steps.popleft()
                    if first is not None or time.monotonic() >= until:
                        break
            if first is not None:
                first()
            elif self._steps:
                time.sleep(GAP)

    def close(self) -> None:
        """Let go of the store."""
        store, self._open = self._open, None
        if store is not None:
            store.close()
