"""Runs queries in worker processes: some at the same time, each within its time, one never in the way of another.

A worker whose time is over, whose client went away, or that crashed, is killed and replaced by a new one when one is
needed. A question is answered from the copy of the graph that was current when it came. It refuses to queue without
end: who finds no free worker within the time limit is told so.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import Any

from aigraph.serve.copies import Copies, Copy, child_environment
from aigraph.serve.frames import Frame, pack, receive
from aigraph.serve.settings import Settings

_NOT_STARTED = (asyncio.IncompleteReadError, OSError, TimeoutError)
_START = 30.0  # seconds a worker may take to open its copy
_LOW = 10  # priority of a query that takes longer than _QUICK; 0 is normal, 19 the lowest
_QUICK = 1.0  # seconds after which a query gives way to others


class Worker:
    """One process; it has the copy open that its last task was about."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, copy: Copy, memory: int) -> Worker:
        """A worker that is ready for its first task."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "aigraph.serve.worker", str(copy.folder), str(memory), env=child_environment(),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        worker = cls(process)
        try:
            await asyncio.wait_for(worker._answer(), _START)
        except BaseException:
            await worker.stop()
            raise
        return worker

    async def ask(self, copy: Copy, task: dict[str, Any]) -> Frame:
        """The answer to a task about a copy; raises IncompleteReadError or OSError where the process dies over it."""
        assert self.process.stdin is not None
        self.process.stdin.write(pack({**task, "folder": str(copy.folder)}))
        await self.process.stdin.drain()
        return await self._answer()

    async def _answer(self) -> Frame:
        assert self.process.stdout is not None
        return await receive(self.process.stdout)

    def give_way(self) -> bool:
        """Lower the priority of the process for good, where the system has priorities; True, as it is then spent."""
        if hasattr(os, "setpriority"):
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self.process.pid, _LOW)
        return True

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
        self._coming: asyncio.Future[None] | None = None
        self._closed = False
        copies.after_change = self.follow

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
        try:
            worker = await self._take(copy)
        except _NOT_STARTED:
            return {"status": 503, "message": "no process could be started for the query; try again later"}, b""
        keep = False
        try:
            async with asyncio.timeout(limit):
                asking = asyncio.ensure_future(worker.ask(copy, task))
                await asyncio.wait((asking,), timeout=_QUICK)
                slow = not asking.done() and worker.give_way()
                frame = await asking
            keep = not slow
            return frame
        except TimeoutError:
            return {"status": 503, "message": f"the query took longer than {limit:g} s and was stopped"}, b""
        except (asyncio.IncompleteReadError, OSError):
            what = "the query needed more memory than a query may use, or nests too deeply; it was stopped"
            return {"status": 500, "message": what}, b""
        finally:
            if keep:
                self._idle.append(worker)
            else:
                await asyncio.shield(worker.stop())

    async def _take(self, copy: Copy) -> Worker:
        if not self._idle or len(self._idle) == 1:
            self._prepare(copy)
        while self._idle:
            worker = self._idle.pop()
            if worker.process.returncode is None:
                return worker
        return await Worker.start(copy, self.settings.memory)

    def _prepare(self, copy: Copy) -> None:
        """Start one worker for the next question, so that it need not wait, unless one is on its way."""
        if self._coming is None or self._coming.done():
            self._coming = asyncio.ensure_future(self._spare(copy))

    async def _spare(self, copy: Copy) -> None:
        copy.readers += 1
        try:
            worker = await Worker.start(copy, self.settings.memory)
        except _NOT_STARTED:
            return  # the question that needs a worker will say so
        finally:
            self.copies.release(copy)
        if len(self._idle) < self.settings.workers and not self._closed:
            self._idle.append(worker)
        else:
            await worker.stop()

    async def warm(self) -> None:
        """Have two workers ready, so that the first questions need not wait."""
        async with self.copies.reading() as copy:
            started = await asyncio.gather(*(Worker.start(copy, self.settings.memory) for _ in range(2)))
        self._idle += started

    async def follow(self) -> None:
        """Let the idle workers open the current copy, and so let go of the older one."""
        waiting, self._idle = self._idle, []
        async with self.copies.reading() as copy:
            for worker in waiting:
                try:
                    await asyncio.wait_for(worker.ask(copy, {}), _START)
                    self._idle.append(worker)
                except _NOT_STARTED:
                    await worker.stop()

    async def close(self) -> None:
        """Stop all workers."""
        self._closed = True
        if self._coming is not None:
            await self._coming
        while self._idle:
            await self._idle.pop().stop()
