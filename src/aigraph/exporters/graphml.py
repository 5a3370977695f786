"""GraphML 1.0, written by hand, because networkx repeats edge ids in a multigraph and Gephi then drops relations.

Valid against the GraphML schema: unique edge ids, distinct key ids for node and edge columns, one type a column. Names
of columns are those Gephi gives a meaning to (label, weight, size, color, x, y). Gephi merges parallel edges on import
unless told not to (the GEXF export carries the kind that stops it). It refuses nothing: characters that XML cannot
hold are replaced.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from xml.sax.saxutils import escape, quoteattr

from aigraph.exporters.columns import Cell, Table, flatten

if TYPE_CHECKING:
    import networkx as nx

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""
_NAME_TOKEN = re.compile(r"[A-Za-z0-9._\-]+")  # a safe part of what the schema allows as an id


def write(graph: nx.MultiDiGraph, path: Path) -> list[Path]:
    """Write the whole graph; returns [path]."""
    flat = flatten(graph)
    ids = node_ids([str(row["id"]) for row in flat.nodes.rows])
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD)
        _keys(file, flat.nodes, "node", "n_")
        _keys(file, flat.edges, "edge", "e_")
        file.write('<graph id="G" edgedefault="directed">\n')
        for row in flat.nodes.rows:
            file.write(f"<node id={quoteattr(ids[str(row['id'])])}>{_data(row, flat.nodes, 'n_')}</node>\n")
        for row in flat.edges.rows:
            ends = f"source={quoteattr(ids[str(row['source'])])} target={quoteattr(ids[str(row['target'])])}"
            file.write(f'<edge id="{row["id"]}" {ends}>{_data(row, flat.edges, "e_")}</edge>\n')
        file.write("</graph>\n</graphml>\n")
    return [path]


def node_ids(names: list[str]) -> dict[str, str]:
    """Node id in the graph -> id in the file: the same where XML allows it as a name token, else "node-N"."""
    plain = {name for name in names if _NAME_TOKEN.fullmatch(name)}
    found = {}
    for number, name in enumerate(names, start=1):
        token = name if name in plain else f"node-{number}"
        while name not in plain and token in plain:
            token += "-"
        found[name] = token
    return found


def _keys(file: TextIO, table: Table, domain: str, prefix: str) -> None:
    for name, kind in table.types.items():
        file.write(f'<key id="{prefix}{name}" for="{domain}" attr.name={quoteattr(name)} attr.type="{kind}"/>\n')


def _data(row: dict[str, Cell], table: Table, prefix: str) -> str:
    return "".join(f'<data key="{prefix}{name}">{_text(row[name])}</data>' for name in table.types if name in row)


def _text(value: Cell) -> str:
    # repr of a finite float is what xs:double reads; \r would be normalised to \n by any XML reader
    return escape(value, {"\r": "&#13;"}) if isinstance(value, str) else repr(value)
