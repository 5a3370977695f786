"""The SPARQL 1.1 Protocol at /sparql: which operation a request is, what it may do, and in which form it is answered.

It refuses what the protocol calls malformed with 4xx and a sentence that says what to do: two queries in one request,
a body without or with a wrong media type, text that is not UTF-8, an update by GET. An answer comes whole or not at
all: one that is over the limits is a message with status 422, a query whose time is over one with 503.
"""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from aigraph.ask.guard import asks_load, asks_service
from aigraph.graph.rdf import PREFIXES
from aigraph.serve import description
from aigraph.serve.copies import Copies
from aigraph.serve.negotiate import GRAPHS, HTML, TABLES, choose
from aigraph.serve.pool import Pool
from aigraph.serve.settings import Settings
from aigraph.serve.updates import with_dataset

METHODS = "GET, HEAD, POST, OPTIONS"
_FORM, _QUERY, _UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"


class Refused(Exception):
    """A request that is not carried out: a status, a message for people, and headers that go with it."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}

    def response(self) -> Response:
        """The refusal as an answer."""
        return PlainTextResponse(f"{self}\n", self.status, self.headers)


@dataclass(frozen=True, slots=True)
class Operation:
    """A query or update with the dataset that the request names; None where it names none."""

    kind: str  # "query", "update" or "describe"
    text: str
    default: tuple[str, ...]
    named: tuple[str, ...]


def operation(method: str, query_string: bytes, headers: Headers, body: bytes) -> Operation:
    """What a request asks for. Raises Refused for a malformed one."""
    if method not in ("GET", "HEAD", "POST"):
        raise Refused(405, f"{method} is no operation of this endpoint; use GET or POST", {"Allow": METHODS})
    fields = _fields(query_string, "the address")
    if method == "POST":
        fields += _posted(headers, body)
    queries = [value for name, value in fields if name == "query"]
    updates = [value for name, value in fields if name == "update"]
    if updates and method != "POST":
        raise Refused(400, "an update must come by POST")
    if len(queries) + len(updates) > 1:
        raise Refused(400, "one request carries one query or one update; this one has several")
    if not queries and not updates:
        if method == "POST":
            raise Refused(400, "the request has neither a query nor an update; send query=... or update=...")
        return Operation("describe", "", (), ())
    kind = "query" if queries else "update"
    names = ("default-graph-uri", "named-graph-uri") if queries else ("using-graph-uri", "using-named-graph-uri")
    default, named = (tuple(value for name, value in fields if name == wanted) for wanted in names)
    return Operation(kind, (queries or updates)[0], default, named)


def _fields(text: bytes, where: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError as error:  # UnicodeError is one
        raise Refused(400, f"{where} is not percent-encoded UTF-8: {error}") from error


def _posted(headers: Headers, body: bytes) -> list[tuple[str, str]]:
    """The fields of a POST body; a direct query or update counts as the field that it stands for."""
    given = headers.get("content-type", "")
    kind, *params = (part.strip().lower() for part in given.split(";"))
    charset = next((p.partition("=")[2].strip("\" '") for p in params if p.startswith("charset=")), "utf-8")
    if kind not in (_FORM, _QUERY, _UPDATE):
        what = f"the media type {kind!r}" if kind else "a body without a media type"
        offered = {"Accept-Post": f"{_FORM}, {_QUERY}"}
        raise Refused(415, f"{what} is not taken; send {_FORM}, {_QUERY} or {_UPDATE}", offered)
    if charset not in ("utf-8", "utf8"):
        raise Refused(400, f"the charset {charset!r} is not taken; SPARQL is sent in UTF-8")
    if kind == _FORM:
        return _fields(body, "the body")
    try:
        return [("query" if kind == _QUERY else "update", body.decode("utf-8"))]
    except UnicodeDecodeError as error:
        raise Refused(400, f"the body is not UTF-8: {error}") from error


class Endpoint:
    """Answers the requests of /sparql."""

    def __init__(self, settings: Settings, copies: Copies, pool: Pool) -> None:
        self.settings = settings
        self.copies = copies
        self.pool = pool

    async def __call__(self, request: Request) -> Response:
        """The answer to any request."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": METHODS})
        try:
            body = await limited_body(request, self.settings.request_bytes)
            asked = operation(request.method, request.scope["query_string"], request.headers, body)
            if asked.kind == "describe":
                return await self._describe(request)
            if asked.kind == "update":
                return await self._update(request, asked)
            return await self._query(request, asked)
        except Refused as refusal:
            if "Accept-Post" in refusal.headers and self.settings.update_token is not None:
                refusal.headers["Accept-Post"] += f", {_UPDATE}"
            return refusal.response()
        except ClientDisconnect:
            return Response(status_code=499)

    async def _query(self, request: Request, asked: Operation) -> Response:
        if asks_service(asked.text):
            raise Refused(403, "SERVICE is switched off: this endpoint asks no other one; remove the clause")
        accept = request.headers.get("accept")
        types = {"tabular": choose(accept, TABLES), "graph": choose(accept, GRAPHS)}
        task = self._task(request, asked.text)
        task |= {"tabular": TABLES.get(types["tabular"] or ""), "graph": GRAPHS.get(types["graph"] or "")}
        if asked.default or asked.named:
            task |= {"default": asked.default, "named": asked.named}
        head, body = await self._while_connected(request, task)
        if head["status"] == 406:
            offers = TABLES if head["tabular"] else GRAPHS
            raise Refused(406, f"the answer can be had as {', '.join(offers)}; not as {accept}", {"Vary": "Accept"})
        if "limit" in head:
            raise Refused(422, f"the answer has more than {head['limit']}, the most this endpoint gives; add LIMIT")
        if head["status"] != 200:
            raise Refused(head["status"], head["message"])
        media = types["tabular" if head["tabular"] else "graph"]
        return Response(body, headers={"Vary": "Accept", "Cache-Control": "no-cache"}, media_type=_with_charset(media))

    def _task(self, request: Request, query: str) -> dict[str, Any]:
        return {
            "query": query, "base": endpoint_address(request), "prefixes": PREFIXES, "default": None, "named": None,
            "limit": self.settings.limit, "bytes": self.settings.answer_bytes,
        }  # fmt: skip

    async def _while_connected(self, request: Request, task: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Run a query for as long as somebody waits for it."""
        run = asyncio.ensure_future(self.pool.run(task))
        gone = asyncio.ensure_future(request.receive())  # the body is read: what comes next is the end
        try:
            await asyncio.wait((run, gone), return_when=asyncio.FIRST_COMPLETED)
            if not run.done():
                raise ClientDisconnect
            return run.result()
        finally:
            for task_left in (run, gone):
                task_left.cancel()

    async def _update(self, request: Request, asked: Operation) -> Response:
        if self.settings.update_token is None:
            raise Refused(403, "this endpoint is read-only; the operator can allow updates with --update-token")
        given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        if not hmac.compare_digest(given, self.settings.update_token.encode()):
            raise Refused(401, "an update needs the token: Authorization: Bearer ...", {"WWW-Authenticate": "Bearer"})
        if asks_load(asked.text) or asks_service(asked.text):
            raise Refused(403, "LOAD and SERVICE are switched off: this endpoint asks no other host")
        try:
            text = with_dataset(asked.text, asked.default, asked.named)
        except ValueError as error:
            raise Refused(400, str(error)) from error
        update = {"text": text, "base": endpoint_address(request), "prefixes": PREFIXES}
        done = await self.copies.refresh(update)
        if done["status"] != 200:
            raise Refused(done["status"], done["message"])
        return Response(status_code=204)

    async def _describe(self, request: Request) -> Response:
        offers = GRAPHS | HTML
        accept = request.headers.get("accept")
        media = choose(accept, offers)
        if media is None:
            raise Refused(406, f"the description can be had as {', '.join(offers)}; not as {accept}")
        if offers[media] == "html":
            return RedirectResponse("/", 303, headers={"Vary": "Accept"})
        counts = await self._counts(request)
        triples = description.describe(
            endpoint_address(request), counts, updates=self.settings.update_token is not None
        )
        body = description.written(triples, GRAPHS[media])
        return Response(body, headers={"Vary": "Accept"}, media_type=_with_charset(media))

    async def _counts(self, request: Request) -> dict[str, int]:
        """The figures of the graph; those that take longer than a query may are left out."""
        notes = self.copies.current.notes
        if "counts" not in notes:
            found = {}
            for name, query in description.COUNTS.items():
                head, body = await self.pool.run(self._task(request, query) | {"tabular": "tsv", "graph": None})
                if head["status"] == 200:
                    found[name] = int(body.split(b"\n")[1])
            notes["counts"] = found
        counts: dict[str, int] = notes["counts"]
        return counts


def endpoint_address(request: Request) -> str:
    """The address of the endpoint as the client knows it; also the base of relative addresses."""
    return f"{request.url.scheme}://{request.url.netloc}/sparql"


async def limited_body(request: Request, most: int) -> bytes:
    """The body, read no further than the limit. Raises Refused for a longer one."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise Refused(413, f"the request is longer than {most:,} bytes")
    return body


def _with_charset(media: str | None) -> str | None:
    """Text types say their encoding; the others are UTF-8 by definition."""
    return f"{media}; charset=utf-8" if media and media.startswith("text/") else media
