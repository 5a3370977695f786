"""RDF files: Turtle, N-Triples and JSON-LD of the merged graph, N-Quads and TriG with one named graph a document.

The ending of the path says which; `serialise` writes them, sorted, so that the bytes are the same in every run.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aigraph.graph.serialise import sort_lines, write_lines

if TYPE_CHECKING:
    import pyoxigraph


def write(store: pyoxigraph.Store, path: Path) -> list[Path]:
    """Write the store in the format of the ending; returns [path]. Raises UnknownFormat for an ending it has not."""
    write_lines(sort_lines(f"{quad} ." for quad in store), path)
    return [path]
