"""The file that stands for a SPARQL endpoint wherever a store or a graph is named.

    query = "http://localhost:8890/sparql"
    update = "http://localhost:8890/sparql-auth"              # without it the graph can only be read
    graphs = "http://localhost:8890/sparql-graph-crud-auth"   # SPARQL graph store protocol, for bulk loads
    auth = "digest"
    user = "dba"
    secret_env = "AIGRAPH_SECRET"

What stores differ in is a key here, and never code. It refuses secrets in the file (`secret_env` names the variable
that holds the password or token) and keys it does not know.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aigraph.errors import StoreError

SUFFIX = ".toml"
OWN_DEFAULT = "default"  # as `merged`: the merged graph is the default graph of the endpoint
AUTH = ("none", "basic", "digest", "bearer")
RESULTS = ("json", "xml")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """How to reach a SPARQL 1.1 endpoint. Raises StoreError for values that cannot be meant."""

    query: str  # address of the SPARQL protocol's query operation
    update: str | None = None  # of its update operation; None: read-only
    graphs: str | None = None  # of the graph store protocol; None: bulk loads go through `update`
    merged: str = "https://w3id.org/aigraph/graph"  # the named graph that holds what all documents say, or "default"
    auth: str = "none"  # one of AUTH
    user: str | None = None
    secret_env: str | None = None  # variable of the environment with the password or the token
    results: str = "json"  # in which of RESULTS rows are asked for; Virtuoso writes xml three times as fast
    at_once: int = 100_000  # triples in one request; Virtuoso takes 500 (4000 without MaxQueryCostEstimationTime)
    timeout: float = 60.0  # seconds until an answer has to begin
    file: Path | None = None  # where this was read from

    def __post_init__(self) -> None:
        for name in ("query", "update", "graphs"):
            address = getattr(self, name)
            if address is not None and (urlsplit(address).scheme not in ("http", "https") or not _host(address)):
                raise StoreError(f"{self}: {name} is {address!r}; write the address as http://HOST/PATH")
        for name, known in (("auth", AUTH), ("results", RESULTS)):
            if getattr(self, name) not in known:
                raise StoreError(f"{self}: {name} is {getattr(self, name)!r}; it can be {', '.join(known)}")
        if self.merged != OWN_DEFAULT and (":" not in self.merged or set(self.merged) & set(' <>"{}|\\^`')):
            raise StoreError(f"{self}: merged is {self.merged!r}; write the address of a graph, or {OWN_DEFAULT!r}")
        if self.at_once < 1 or self.timeout <= 0:
            raise StoreError(f"{self}: at_once and timeout must be more than nothing")
        if self.auth != "none" and not self.secret_env:
            raise StoreError(f'{self}: auth is {self.auth!r}; say who with secret_env = "NAME OF A VARIABLE"')
        if self.auth in ("basic", "digest") and not self.user:
            raise StoreError(f'{self}: auth is {self.auth!r} and no user is named; add user = "NAME"')

    def __str__(self) -> str:
        return str(self.file or self.query)

    def secret(self) -> str:
        """The password or token. Raises StoreError where the variable is not set."""
        value = os.environ.get(self.secret_env or "")
        if not value:
            raise StoreError(f"{self}: the variable {self.secret_env} is not set; it holds the password or token")
        return value

    @property
    def on_this_machine(self) -> bool:
        """Whether the endpoint listens on loopback, where no proxy can reach it."""
        return _host(self.query) in _LOOPBACK

    @classmethod
    def read(cls, file: Path) -> Endpoint:
        """The settings in a file. Raises StoreError where it cannot be read or a key is unknown or missing."""
        if not file.exists():
            raise StoreError(f'{file}: there is no such file; write  query = "http://HOST/sparql"  into it')
        try:
            given: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise StoreError(f"{file}: cannot be read as the settings of an endpoint: {error}") from error
        kinds: dict[str, tuple[type, ...]] = {"at_once": (int,), "timeout": (int, float)}
        known = [one.name for one in fields(cls) if one.name != "file"]
        for name, value in given.items():
            if name not in known:
                raise StoreError(f"{file}: {name!r} is no setting of an endpoint; known: {', '.join(known)}")
            if not isinstance(value, kinds.get(name, (str,))) or isinstance(value, bool):
                wanted = "a number" if name in kinds else "text in quotes"
                raise StoreError(f"{file}: {name} is {value!r}; write {wanted}")
        if "query" not in given:
            raise StoreError(f'{file}: names no endpoint; add query = "http://HOST/sparql"')
        return cls(**given, file=file)


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def is_endpoint(store: Path) -> bool:
    """Whether the name of a store is that of an endpoint's settings. Raises StoreError for an address itself."""
    scheme, colon, rest = store.as_posix().partition(":/")
    if colon and scheme in ("http", "https"):
        address = f"{scheme}://{rest.lstrip('/')}"
        raise StoreError(
            f'{address}: an endpoint is named by a file that describes it; write  query = "{address}"  and, to change '
            'it, update = "..." into a file such as endpoint.toml, and name that file'
        )
    return store.suffix.lower() == SUFFIX
