"""A small SPARQL endpoint over Oxigraph, for tests that need one that asks for a password, fails or cuts answers.

It speaks query, update and graph store by the book. What a real store does otherwise is tested with Virtuoso.
"""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

USER, SECRET = "用户", "päss"
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Made:
    """The endpoint: its store, what it was asked, and what it shall do instead of answering."""

    store: ox.Store = field(default_factory=ox.Store)
    authorization: str | None = None
    requests: list[tuple[str, str, str]] = field(default_factory=list)  # (method, path, content)
    instead: Callable[[str, str], Answer | None] = lambda path, content: None
    address: str = ""

    def basic(self) -> None:
        """Ask for a password from now on."""
        self.authorization = "Basic " + b64encode(f"{USER}:{SECRET}".encode()).decode()

    def answer(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        path, asked = urlsplit(url).path, parse_qs(urlsplit(url).query, keep_blank_values=True)
        content = body.decode()
        if self.authorization and headers.get("Authorization") != self.authorization:
            return 401, {"WWW-Authenticate": "Basic"}, b"who are you?"
        self.requests.append((method, path, content))
        if given := self.instead(path, content):
            return given
        try:
            if path == "/update":
                self.store.update(content)
                return 204, {}, b""
            if path == "/graphs":
                return self._graph(method, asked, body)
            return self._query(parse_qs(content), headers["Accept"])
        except (SyntaxError, ValueError) as error:
            return 400, {}, str(error).encode()

    def _query(self, form: dict[str, list[str]], accept: str) -> Answer:
        graphs = [ox.NamedNode(name) for name in form.get("default-graph-uri", [])]
        found = self.store.query(form["query"][0], **({"default_graph": graphs} if graphs else {}))
        if isinstance(found, ox.QueryTriples):
            return 200, {"Content-Type": "application/n-triples"}, found.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
        kind = ox.QueryResultsFormat.XML if "xml" in accept else ox.QueryResultsFormat.JSON
        return 200, {"Content-Type": kind.media_type}, found.serialize(format=kind) or b""

    def _graph(self, method: str, asked: dict[str, list[str]], body: bytes) -> Answer:
        graph = ox.DefaultGraph() if "default" in asked else ox.NamedNode(asked["graph"][0])
        if method == "GET":
            triples = [quad.triple for quad in self.store.quads_for_pattern(None, None, None, graph)]
            return 200, {}, ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
        if method == "PUT":
            self.store.clear_graph(graph)
        self.store.bulk_load(body, format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
        return 204, {}, b""


@contextmanager
def made_endpoint() -> Iterator[Made]:
    """The endpoint on loopback, at a free port."""
    made = Made()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer: the second would wait 40 ms for the first to be confirmed

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, content = made.answer(self.command, self.path, dict(self.headers), body)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
