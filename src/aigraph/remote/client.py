"""The three protocols of SPARQL 1.1 over HTTP: query, update, graph store. Terms and rows are Oxigraph's.

Every answer that is not the whole answer is an error: a store that cuts rows or runs out of time says so in a header at
best (Virtuoso), and half an answer would be taken for what the graph says. It follows no redirects, for a password must
not travel to a place nobody named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyoxigraph as ox
import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from aigraph.errors import QueryError, StoreError
from aigraph.graph.rdf import PREFIXES
from aigraph.remote.settings import Endpoint

Rows = list[dict[str, Any]]

_RESULTS = {
    "json": ("application/sparql-results+json", ox.QueryResultsFormat.JSON),
    "xml": ("application/sparql-results+xml", ox.QueryResultsFormat.XML),
}
_TRIPLES = "application/n-triples"
_CONNECT = 10.0  # seconds
_SHOWN = 300  # characters of what the endpoint said, in an error
_GRAPH_FORMS = re.compile(r"\s*(?:(?:PREFIX\s+\S*\s*|BASE\s*)<[^>]*>\s*|#[^\n]*\n)*\s*(CONSTRUCT|DESCRIBE)\b", re.I)
_VIRTUOSO_ASK = "__ASK_RETVAL"  # Virtuoso answers ASK with a row
_TRUTH = {True: '{"head": {}, "boolean": true}', False: '{"head": {}, "boolean": false}'}


class _Bearer(AuthBase):
    """Sends a token."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


# Adding a kind of authentication: one row here, one name in settings.AUTH.
_AUTH: dict[str, Callable[[str, str], AuthBase | None]] = {
    "none": lambda user, secret: None,
    "basic": lambda user, secret: HTTPBasicAuth(user.encode(), secret.encode()),
    "digest": lambda user, secret: HTTPDigestAuth(user, secret),
    "bearer": lambda user, secret: _Bearer(secret),
}


def with_prefixes(text: str) -> str:
    """The query with the usual prefixes that it uses and does not declare, on its first line."""
    lines = [
        f"PREFIX {prefix}: <{namespace}> "
        for prefix, namespace in sorted(PREFIXES.items())
        if re.search(rf"\b{prefix}:", text) and not re.search(rf"PREFIX\s+{prefix}\s*:", text, re.IGNORECASE)
    ]
    return "".join(lines) + text


class Client:
    """A connection to one endpoint. Raises StoreError for whatever goes wrong on the way."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.accept, self.format = _RESULTS[endpoint.results]
        secret = endpoint.secret() if endpoint.auth != "none" else ""
        self._auth = _AUTH[endpoint.auth](endpoint.user or "", secret)
        self._session = requests.Session()

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def _connection(self, address: str) -> requests.Session:
        """A kept connection, or without TLS a new one: on a kept one Virtuoso's answers wait 40 ms for a receipt."""
        if address.startswith("http:"):
            self._session.close()
            self._session = requests.Session()
        self._session.trust_env = not self.endpoint.on_this_machine  # proxies of the environment, for other machines
        self._session.auth = self._auth
        return self._session

    def rows(self, text: str) -> Rows:
        """The rows of a SELECT whose graphs are all named in it."""
        response = self._ask(text, self.accept, {})
        try:
            answer: Any = ox.parse_query_results(response.content, format=self.format)
        except (SyntaxError, ValueError) as error:
            raise StoreError(self._unreadable(response, error)) from error
        names = [variable.value for variable in answer.variables]
        return [{name: row[name] for name in names} for row in answer]

    def query(self, text: str, *, graph: str | None = None) -> Any:
        """What Oxigraph's `query` gives, but triples as a list; `graph` None is the endpoint's own default graph.

        Raises QueryError where the endpoint refuses the query.
        """
        dataset = {} if graph is None else {"default-graph-uri": graph}
        text = with_prefixes(text)
        if _GRAPH_FORMS.match(text):
            response = self._ask(text, _TRIPLES, dataset)
            return self._triples(response)
        response = self._ask(text, self.accept, dataset)
        try:
            answer = ox.parse_query_results(response.content, format=self.format)
        except (SyntaxError, ValueError) as error:
            raise StoreError(self._unreadable(response, error)) from error
        if isinstance(answer, ox.QuerySolutions) and [v.value for v in answer.variables] == [_VIRTUOSO_ASK]:
            yes = any(row[_VIRTUOSO_ASK].value not in ("0", "false") for row in answer)
            return ox.parse_query_results(_TRUTH[yes], format=ox.QueryResultsFormat.JSON)
        return answer

    def update(self, text: str) -> None:
        """Carry out an update, in one request."""
        if self.endpoint.update is None:
            raise StoreError(f'{self.endpoint}: can only be read; to change it add update = "ADDRESS"')
        headers = {"Content-Type": "application/sparql-update"}
        self._send("POST", self.endpoint.update, data=text.encode(), headers=headers)

    def graph(self, graph: str | None) -> list[ox.Triple]:
        """The triples of a graph (None: the default graph), by the graph store protocol where there is one."""
        if self.endpoint.graphs is None:
            pattern = "?s ?p ?o" if graph is None else f"GRAPH <{graph}> {{ ?s ?p ?o }}"
            return self._triples(self._ask(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}", _TRIPLES, {}))
        headers = {"Accept": _TRIPLES}
        return self._triples(self._send("GET", self.endpoint.graphs, params=_graph(graph), headers=headers))

    def put_graph(self, graph: str | None, lines: Iterable[str], *, add: bool = False) -> None:
        """Make a graph (None: the default graph) these lines of N-Triples, or `add` them to it."""
        if self.endpoint.graphs is None:
            raise StoreError(f'{self.endpoint}: names no graph store; add graphs = "ADDRESS"')
        body = "\n".join([*lines, ""]).encode()
        method = "POST" if add else "PUT"
        self._send(method, self.endpoint.graphs, params=_graph(graph), data=body, headers={"Content-Type": _TRIPLES})

    def _ask(self, text: str, accept: str, dataset: Mapping[str, str]) -> requests.Response:
        form = {"query": text, **dataset}
        return self._send("POST", self.endpoint.query, data=form, headers={"Accept": accept})

    def _triples(self, response: requests.Response) -> list[ox.Triple]:
        try:
            return [quad.triple for quad in ox.parse(response.content, format=ox.RdfFormat.N_TRIPLES)]
        except (SyntaxError, ValueError) as error:
            raise StoreError(self._unreadable(response, error)) from error

    def _unreadable(self, response: requests.Response, error: Exception) -> str:
        kind = response.headers.get("Content-Type", "nothing named")
        return (
            f"{self.endpoint}: {response.url} answered with {kind}, which cannot be read ({error}); is it the address "
            f"of a SPARQL endpoint? Otherwise try results = one of: {', '.join(_RESULTS)}"
        )

    def _send(self, method: str, address: str, **more: Any) -> requests.Response:
        limits = (_CONNECT, self.endpoint.timeout)
        try:
            session = self._connection(address)
            response = session.request(method, address, timeout=limits, allow_redirects=False, **more)
        except requests.Timeout as error:
            raise StoreError(
                f"{self.endpoint}: {address} did not answer within {self.endpoint.timeout:g} seconds; ask for less, or "
                "set timeout higher"
            ) from error
        except requests.RequestException as error:
            raise StoreError(f"{self.endpoint}: {address} cannot be reached ({_reason(error)}); is it up?") from error
        self._check(response, address, len(more.get("data", "")))
        return response

    def _check(self, response: requests.Response, address: str, size: int) -> None:
        """Raise for every answer that is an error, or not the whole answer."""
        said = " ".join(response.text[:_SHOWN].split()) if response.status_code >= 400 else ""
        if response.status_code in (401, 403):
            who = f"user {self.endpoint.user}" if self.endpoint.user else "nobody"
            raise StoreError(
                f"{self.endpoint}: {address} refuses {who} (HTTP {response.status_code}{said and ': ' + said}); "
                f"check auth ({self.endpoint.auth}), user and the secret, and what this user may do there"
            )
        if 300 <= response.status_code < 400:
            place = response.headers.get("Location", "another place")
            raise StoreError(f"{self.endpoint}: {address} sends on to {place}; if you trust that, name it instead")
        if response.status_code == 400 and address == self.endpoint.query and response.url == address:
            raise QueryError(f"{address} refuses the query: {said}")
        if response.status_code >= 400:
            hint = "; if the request was too large for it, set at_once lower" if size > 10_000 else ""
            raise StoreError(f"{self.endpoint}: {address} answers HTTP {response.status_code}: {said or '-'}{hint}")
        if limit := response.headers.get("X-SPARQL-MaxRows"):
            raise StoreError(
                f"{self.endpoint}: {address} gives no more than {limit} rows and left some out; have its limit raised "
                "(Virtuoso: ResultSetMaxRows), or ask for less with LIMIT"
            )
        if response.headers.get("X-SQL-State"):
            said = response.headers.get("X-SQL-Message", "it ran out of time")
            raise StoreError(f"{self.endpoint}: {address} gave a part of the answer only: {said}")


def _graph(name: str | None) -> dict[str, str]:
    """How the graph store protocol names a graph."""
    return {"default": ""} if name is None else {"graph": name}


def _reason(error: BaseException) -> str:
    """The innermost cause, which is the one that says something."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return str(error) or type(error).__name__
