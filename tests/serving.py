"""A served graph for tests: the real server on a free port of the loopback, and plain requests to it."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import uvicorn

from aigraph.serve.app import application
from aigraph.serve.run import listen
from aigraph.serve.settings import Settings


@dataclass(frozen=True)
class Answer:
    """What came back; `type` is the media type without parameters."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0]

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Served:
    """A running server."""

    host: str
    port: int
    app: Any
    token: str | None = None

    @property
    def base(self) -> str:
        return f"http://{self.host}:{self.port}"

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request, with exactly the headers named here (and the token where there is one)."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            given = dict(headers or {})
            if self.token is not None:
                given["Authorization"] = f"Bearer {self.token}"
            if body is not None:
                given["Content-Length"] = str(len(body))
            for name, value in given.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """The server for as long as the block lasts."""
    listener = listen("127.0.0.1", 0)
    app = application(settings)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            thread.join(0.02)
        host, port = listener.getsockname()
        yield Served(host, port, app, settings.update_token)
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
