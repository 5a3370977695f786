"""What an operator can set of the server. It refuses values that would switch a limit off."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """`graph` is a graph file or a store folder. Times in seconds, sizes in bytes.

    `limit` is in rows or triples of one answer. Updates exist only with an `update_token`, and on a store folder.
    """

    graph: Path
    timeout: float = 30.0
    limit: int = 100_000
    workers: int = 8  # queries that run at the same time; the next ones wait, at most as long as one may take
    memory: int = 4 << 30  # address space of one worker
    answer_bytes: int = 128 << 20
    request_bytes: int = 1 << 20
    refresh: float = 2.0  # how often the graph is looked at for changes
    update_token: str | None = None
    ranks: bool = False  # whether every fact carries its rank; worked out anew for each copy

    def __post_init__(self) -> None:
        for name in ("timeout", "limit", "workers", "memory", "answer_bytes", "request_bytes", "refresh"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be more than 0, not {getattr(self, name)}")
        if self.update_token is not None and len(self.update_token) < 8:
            raise ValueError(f"an update token needs 8 characters; take for example {secrets.token_urlsafe(16)}")
