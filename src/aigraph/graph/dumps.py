"""A dump taken apart into documents: N-Quads in which each document has its own named graph, as `build` writes them.

Only the document graphs are taken; what all documents say together is made from them anew, so that a dump that was cut,
joined from several or written before a correction still gives a store that is right. It refuses a file of which a
named graph is not the graph of a document.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from aigraph.errors import StoreError
from aigraph.graph.rdf import PREFIXES, TYPE, term
from aigraph.graph.serialise import parts_of, read_lines, sort_lines

SUFFIX = ".nq"
Part = tuple[str, set[ox.Quad]]  # the id of a document, and the quads of its graph


def read_parts(path: Path) -> Iterator[Part]:
    """The documents of a dump, sorted by id, one in memory at a time. Raises StoreError where it is no such dump."""
    rows = 0
    try:
        for graph, lines in groupby(_by_graph(path), key=lambda row: row.split("\t", 1)[0]):
            text = "\n".join(line.split("\t", 1)[1] for line in lines)
            yield _part(path, graph, set(ox.parse(text, format=ox.RdfFormat.N_QUADS)))
            rows += 1
    except (OSError, ValueError, SyntaxError) as error:  # also text that is not UTF-8
        raise StoreError(f"{path}: cannot be read as N-Quads: {error}") from error
    if not rows:
        raise StoreError(f"{path}: holds no document graph; only an N-Quads file of `aigraph build` or `export` does")


def _by_graph(path: Path) -> Iterator[str]:
    """The lines of named graphs, sorted by graph, each with its graph and a tab in front."""
    keyed = ((parts_of(line)[3], line) for line in read_lines(path) if line.strip() and not line.startswith("#"))
    return sort_lines(f"{graph}\t{line}" for graph, line in keyed if graph)


def _part(path: Path, graph: str, quads: set[ox.Quad]) -> Part:
    node = ox.NamedNode(graph[1:-1])
    prefix = PREFIXES["doc"]
    if not node.value.startswith(prefix) or ox.Quad(node, TYPE, term("schema:Article"), node) not in quads:
        raise StoreError(f"{path}: {graph} is not the graph of a document; load an N-Quads file of `aigraph build`")
    return node.value.removeprefix(prefix), quads
