"""The application: which path is answered by what, and what holds for every answer.

It refuses to start without a graph, and to write to a file: updates need a store folder.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aigraph.errors import StoreError
from aigraph.serve.copies import Copies
from aigraph.serve.endpoint import Endpoint
from aigraph.serve.pages import Site
from aigraph.serve.pool import Pool
from aigraph.serve.settings import Settings

_ALWAYS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))


class _Headers:
    """Adds the headers that every answer has."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *_ALWAYS]}
            await send(message)

        await self.app(scope, receive, with_headers)


class _Any:
    """An endpoint that gets every method, so that it can say itself which ones it takes."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.requests import Request

        response = await self.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)


def application(settings: Settings, copies: Copies | None = None) -> Starlette:
    """The ASGI application that serves a graph, from `copies` where the caller has opened them already.

    Raises StoreError where updates were allowed on a file; starting it raises StoreError where there is no graph.
    """
    if settings.update_token is not None and not settings.graph.is_dir():
        raise StoreError(f"{settings.graph}: updates need a store folder; a graph file is only read")
    copies = copies or Copies(settings)
    pool = Pool(settings, copies)
    site = Site(settings, copies)
    endpoint = _Any(Endpoint(settings, copies, pool))

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        watcher: asyncio.Task[Any] | None = None
        try:
            if copies.latest is None:
                await copies.open()
            await pool.warm()
            watcher = asyncio.create_task(copies.watch())
            yield
        finally:
            if watcher is not None:
                watcher.cancel()
            await pool.close()
            copies.close()

    routes = [
        Route("/", site.home),
        Route("/sparql", endpoint),
        Route("/sparql/", endpoint),
        Route("/search", site.search),
        Route("/completions.json", site.completions),
        Route("/queries/{name}", site.saved),
        Route("/id/{path:path}", site.thing),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]
    # Any page may read; none can send credentials, and Authorization is not among the headers it may set.
    cors = Middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "HEAD", "POST", "OPTIONS"],
        allow_headers=["Accept", "Content-Type", "Accept-Language"], allow_credentials=False, max_age=86400,
    )  # fmt: skip
    app = Starlette(routes=routes, middleware=[Middleware(_Headers), cors], lifespan=life)
    app.state.copies = copies
    return app
