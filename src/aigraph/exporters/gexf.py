"""GEXF 1.3, Gephi's own format: what GraphML cannot carry.

Each edge has a kind, so that Gephi's import keeps parallel relations apart instead of merging them (a second fact of
one relation between one pair gets a kind of its own). Dates become intervals for the timeline: a fact exists from its
date on, a thing from its first fact on; undated ones are always there. Colour, size and place are in the viz namespace.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from xml.sax.saxutils import escape, quoteattr

from aigraph.exporters.columns import Cell, Table, clean, flatten

if TYPE_CHECKING:
    import networkx as nx

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd"
 version="1.3">
<meta><creator>aigraph</creator></meta>
"""
_KINDS = {"string": "string", "int": "integer", "double": "double"}
_OWN = {"label", "size", "color", "x", "y", "weight"}  # said by GEXF's own attributes, not by columns
_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def write(graph: nx.MultiDiGraph, path: Path) -> list[Path]:
    """Write the whole graph; returns [path]."""
    flat = flatten(graph)
    starts = _starts(graph)
    keys = sorted(graph.edges(keys=True), key=str)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD)
        dates = ' timeformat="date" timerepresentation="interval"' if any(starts.values()) else ""
        mode = "dynamic" if dates else "static"
        file.write(f'<graph mode="{mode}" defaultedgetype="directed" idtype="string"{dates}>\n')
        _columns(file, flat.nodes, "node")
        _columns(file, flat.edges, "edge")
        file.write("<nodes>\n")
        for row in flat.nodes.rows:
            label = row.get("label", row["id"])
            file.write(f"<node id={_quoted(row['id'])} label={_quoted(label)}{_from(starts[str(row['id'])])}>")
            file.write(f"{_values(row, flat.nodes)}{_viz(row)}</node>\n")
        file.write("</nodes>\n<edges>\n")
        for row, (_, _, key) in zip(flat.edges.rows, keys, strict=True):
            ends = f"source={_quoted(row['source'])} target={_quoted(row['target'])}"
            says = f"label={_quoted(row['label'])} kind={_quoted(key)} weight={_quoted(row['weight'])}"
            start = _from(_day(str(row.get("date", ""))))
            file.write(f"<edge id={_quoted(row['id'])} {ends} {says}{start}>{_values(row, flat.edges)}</edge>\n")
        file.write("</edges>\n</graph>\n</gexf>\n")
    return [path]


def _starts(graph: nx.MultiDiGraph) -> dict[str, str]:
    """Node -> the day of its first fact; "" where it has none or one without a date, which keeps it always there."""
    days: dict[str, list[str]] = {node: [] for node in graph}
    for source, target, data in graph.edges(data=True):
        for node in {source, target}:
            days[node].append(_day(data["date"]))
    return {node: min(found) if found and all(found) else "" for node, found in days.items()}


def _day(date: str) -> str:
    """A whole day for GEXF: a month or year begins on its first; "" for what is no ISO date."""
    if not _ISO.fullmatch(date[:10]):
        return ""
    return (date[:10] + "-01-01")[:10] if len(date) < 7 else (date[:10] + "-01")[:10]


def _from(day: str) -> str:
    return f' start="{day}"' if day else ""


def _columns(file: TextIO, table: Table, domain: str) -> None:
    file.write(f'<attributes class="{domain}" mode="static">\n')
    for name, kind in table.types.items():
        if name not in _OWN:
            file.write(f'<attribute id="{name}" title="{name}" type="{_KINDS[kind]}"/>\n')
    file.write("</attributes>\n")


def _values(row: dict[str, Cell], table: Table) -> str:
    cells = [
        f'<attvalue for="{name}" value={_quoted(row[name])}/>'
        for name in table.types
        if name in row and name not in _OWN
    ]
    return f"<attvalues>{''.join(cells)}</attvalues>" if cells else ""


def _viz(row: dict[str, Cell]) -> str:
    place = f'<viz:position x="{row["x"]}" y="{row["y"]}" z="0.0"/>'
    red, green, blue = bytes.fromhex(str(row["color"])[1:])
    color = f'<viz:color r="{red}" g="{green}" b="{blue}"/>'
    return f'{color}<viz:size value="{row["size"]}"/>{place}'


def _quoted(value: Cell) -> str:
    # a raw line break or tab in an attribute would be read back as a space
    marks = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
    return quoteattr(clean(value), marks) if isinstance(value, str) else f'"{escape(repr(value))}"'
