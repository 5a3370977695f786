"""What several test modules share: sample texts, a command runner, and the rule that tests make no network request.

Tests build their records by hand where they can, and load the language pipeline once where they cannot.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.told import told

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """Connections leave this machine in no test; loopback and local sockets stay open."""
    if "browser" in request.keywords:
        yield
        return
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "localhost"
        if host not in ("localhost", "127.0.0.1", "::1"):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield


@pytest.fixture(scope="session")
def graph_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of `told` as N-Quads, the file every asking command reads."""
    from aigraph.graph.assemble import assemble
    from aigraph.graph.serialise import write_lines

    path = tmp_path_factory.mktemp("graph") / "graph.nq"
    write_lines(assemble(told()), path)
    return path
