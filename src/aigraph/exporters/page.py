"""The interactive page as one more export format; render.page does the work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyoxigraph


def write(store: pyoxigraph.Store, path: Path) -> list[Path]:
    """Write the page; returns [path]."""
    from aigraph.render.page import write_page

    return [write_page(store, path)]
