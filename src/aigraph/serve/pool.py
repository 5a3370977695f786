"""Runs queries in worker processes: some at the same time, each within its time, one never in the way of another.

A worker whose time is over, whose client went away, or that crashed, is killed and replaced by a new one when one is
needed. Workers of an older copy of the graph finish their question and go. It refuses to queue without end: who finds
no free worker within the time limit is told so.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import Any

from aigraph.serve.copies import Copies, Copy, child_environment
from aigraph.serve.frames import Frame, pack, receive
from aigraph.serve.settings import Settings

_START = 30.0  # seconds a worker may take to open its copy


class Worker:
    """One process with one copy open."""

    def __init__(self, copy: Copy, process: asyncio.subprocess.Process) -> None:
        self.copy = copy
        self.process = process

    @classmethod
    async def start(cls, copy: Copy, memory: int) -> Worker:
        """A worker that is ready for its first task."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "aigraph.serve.worker", str(copy.folder), str(memory), env=child_environment(),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        worker = cls(copy, process)
        try:
            await asyncio.wait_for(worker._answer(), _START)
        except BaseException:
            await worker.stop()
            raise
        return worker

    async def ask(self, task: dict[str, Any]) -> Frame:
        """The answer to a task; raises IncompleteReadError or OSError where the process dies over it."""
        assert self.process.stdin is not None
        self.process.stdin.write(pack(task))
        await self.process.stdin.drain()
        return await self._answer()

    async def _answer(self) -> Frame:
        assert self.process.stdout is not None
        return await receive(self.process.stdout)

    async def stop(self) -> None:
        """Kill the process and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


class Pool:
    """At most `settings.workers` workers, started when needed."""

    def __init__(self, settings: Settings, copies: Copies) -> None:
        self.settings = settings
        self.copies = copies
        self._slots = asyncio.Semaphore(settings.workers)
        self._idle: list[Worker] = []
        copies.on_change = self.drop_stale

    async def run(self, task: dict[str, Any]) -> Frame:
        """The answer to a task, or a frame whose status says why there is none."""
        limit = self.settings.timeout
        try:
            await asyncio.wait_for(self._slots.acquire(), limit)
        except TimeoutError:
            return {"status": 503, "message": f"all {self.settings.workers} workers are busy; try again later"}, b""
        try:
            async with self.copies.reading() as copy:
                return await self._run(task, copy, limit)
        finally:
            self._slots.release()

    async def _run(self, task: dict[str, Any], copy: Copy, limit: float) -> Frame:
        worker = await self._take(copy)
        done = False
        try:
            frame = await asyncio.wait_for(worker.ask(task), limit)
            done = True
            return frame
        except TimeoutError:
            return {"status": 503, "message": f"the query took longer than {limit:g} s and was stopped"}, b""
        except (asyncio.IncompleteReadError, OSError):
            what = "the query needed more memory than a query may use, or nests too deeply; it was stopped"
            return {"status": 500, "message": what}, b""
        finally:
            if done and copy is self.copies.current:
                self._idle.append(worker)
            else:
                await asyncio.shield(worker.stop())

    async def _take(self, copy: Copy) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if worker.copy is copy and worker.process.returncode is None:
                return worker
            await worker.stop()
        return await Worker.start(copy, self.settings.memory)

    async def warm(self) -> None:
        """Have two workers ready, so that the first questions need not wait."""
        async with self.copies.reading() as copy:
            started = await asyncio.gather(*(Worker.start(copy, self.settings.memory) for _ in range(2)))
        self._idle += started

    async def drop_stale(self) -> None:
        """Stop the idle workers of older copies."""
        stale = [worker for worker in self._idle if worker.copy is not self.copies.current]
        self._idle = [worker for worker in self._idle if worker.copy is self.copies.current]
        for worker in stale:
            await worker.stop()

    async def close(self) -> None:
        """Stop all workers."""
        while self._idle:
            await self._idle.pop().stop()
