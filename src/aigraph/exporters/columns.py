"""The attribute columns that every graph format writes: flat, typed, never None, never a list.

Readers such as Gephi lose a column that changes its type or holds a list, and lower-case column names; so each column
here has one type, missing values are left out, several values are joined by " | ", no two names differ only in case.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aigraph.render.look import Look, label_of, looks

if TYPE_CHECKING:
    import networkx as nx

JOIN = " | "
# XML 1.0 has no place for these; they are shown as the replacement character instead of breaking the file.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Cell = str | int | float


@dataclass(slots=True)
class Table:
    """`types` maps column name -> "string", "int" or "double", in order; `rows` hold only the values that exist."""

    types: dict[str, str]
    rows: list[dict[str, Cell]]


@dataclass(slots=True)
class Flat:
    """A graph as two tables. Node rows have "id"; edge rows have "id" (unique), "source" and "target"."""

    nodes: Table
    edges: Table
    looks: dict[str, Look]


_NODE_TYPES = {
    "label": "string",
    "type": "string",
    "subtype": "string",
    "label_en": "string",
    "label_zh": "string",
    "aliases": "string",
    "iri": "string",
    "event_type": "string",
    "date": "string",
    "community": "int",
    "facts": "int",
    "pagerank": "double",
    "size": "double",
    "color": "string",
    "x": "double",
    "y": "double",
}
_EDGE_TYPES = {
    "label": "string",
    "relation": "string",
    "weight": "double",
    "confidence": "double",
    "polarity": "string",
    "date": "string",
    "value": "double",
    "unit": "string",
    "qualifiers": "string",
    "quotes": "string",
    "documents": "string",
    "color": "string",
}


def clean(text: str) -> str:
    """`text` with what XML cannot hold replaced by U+FFFD."""
    return _NOT_XML.sub("\ufffd", text)


def flatten(graph: nx.MultiDiGraph) -> Flat:
    """Both tables of the whole graph, nodes by id, edges by subject, object and key."""
    look = looks(graph)
    kinds = _figure_kinds(graph)
    nodes = Table(_NODE_TYPES | kinds, [])
    for node in sorted(graph):
        nodes.rows.append({"id": node} | _filled(_node_row(graph.nodes[node], look[node], graph.degree(node), kinds)))
    edges = Table(dict(_EDGE_TYPES), [])
    ordered = sorted(graph.edges(keys=True), key=str)
    for number, (source, target, key) in enumerate(ordered, start=1):
        row = _filled(_edge_row(graph[source][target][key], look[source].color))
        edges.rows.append({"id": f"s{number}", "source": source, "target": target} | row)
    return Flat(nodes, edges, look)


def _node_row(data: dict[str, Any], look: Look, facts: int, kinds: dict[str, str]) -> dict[str, Any]:
    row = {name: data.get(name) for name in ("label", "type", "subtype", "label_en", "label_zh", "iri")}
    row |= {"event_type": data.get("event_type"), "date": data.get("date"), "aliases": JOIN.join(data["aliases"])}
    row |= {"community": look.community, "facts": facts, "pagerank": look.pagerank}
    # y grows downwards on screens and upwards in Gephi
    row |= {"size": look.size, "color": look.color, "x": look.x, "y": -look.y}
    for name, kind in kinds.items():
        mine = [f for f in data["figures"] if f["predicate"] == name]
        if mine and kind == "double":
            row[name] = float(max(mine, key=lambda f: (f["confidence"], len(f["evidence"]), f["value"]))["value"])
        elif mine:
            row[name] = JOIN.join(dict.fromkeys(str(f["value"]) for f in mine))
    return row


def _edge_row(data: dict[str, Any], color: str) -> dict[str, Any]:
    value = data.get("value")
    return {
        "label": label_of(data["predicate"])["en"],
        "relation": data["predicate"],
        "weight": float(max(1, len({e["document"] for e in data["evidence"]}))),  # Gephi drops edges of weight 0
        "confidence": float(data["confidence"]),
        "polarity": data["polarity"],
        "date": data["date"],
        "value": float(value) if isinstance(value, int | float) else None,
        "unit": data.get("unit"),
        "qualifiers": "; ".join(f"{name}={value}" for name, value in sorted(data["qualifiers"].items())),
        "quotes": JOIN.join(dict.fromkeys(e["quote"] for e in data["evidence"])),
        "documents": JOIN.join(dict.fromkeys(e["title"] for e in data["evidence"])),
        "color": color,
    }


def _figure_kinds(graph: nx.MultiDiGraph) -> dict[str, str]:
    """Figure predicate -> "double" where every value is a number, else "string"; names that would clash are marked."""
    found: dict[str, str] = {}
    for _, data in graph.nodes(data=True):
        for figure in data["figures"]:
            number = isinstance(figure["value"], int | float) and not isinstance(figure["value"], bool)
            if found.get(figure["predicate"]) != "string":
                found[figure["predicate"]] = "double" if number else "string"
    taken = {name.lower() for name in _NODE_TYPES}
    return {name: found[name] for name in sorted(found) if name.lower() not in taken}


def _filled(row: dict[str, Any]) -> dict[str, Cell]:
    """Only what exists: no None, no empty text, no NaN; text cleaned for XML."""
    out: dict[str, Cell] = {}
    for name, value in row.items():
        if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
            continue
        out[name] = clean(value) if isinstance(value, str) else value
    return out
