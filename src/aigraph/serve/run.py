"""Runs the application on an address until it is told to stop. It refuses an address that another program holds."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import uvicorn

from aigraph.errors import StoreError
from aigraph.serve.app import application
from aigraph.serve.copies import Copies
from aigraph.serve.settings import Settings


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises StoreError where the address cannot be had."""
    found: socket.socket | None = None
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        found = socket.socket(family, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
    except OSError as error:
        if found is not None:
            found.close()
        why = error.strerror or error
        raise StoreError(f"cannot listen on {host} port {port}: {why}; name another --port") from error
    return found


def address_of(listener: socket.socket) -> str:
    """The address a browser takes."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


class _Server(uvicorn.Server):
    """Says when it answers."""

    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.ready()


def serve_forever(settings: Settings, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; `ready` is told the address once questions are answered.

    Raises StoreError where the graph cannot be opened or the address cannot be had.
    """
    with listen(host, port) as listener:
        copies = Copies(settings)
        try:
            asyncio.run(copies.open())
            config = uvicorn.Config(
                application(settings, copies), log_level="warning", lifespan="on", server_header=False,
                timeout_graceful_shutdown=3,
            )  # fmt: skip
            server = _Server(config)
            server.ready = lambda: ready(address_of(listener))
            server.run(sockets=[listener])
        finally:
            copies.close()
