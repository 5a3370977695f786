"""Cypher for Neo4j (4.4 and later): the constraint, then things and relations in batches, MERGEd by key.

One statement a line, each with its semicolon: `cypher-shell -f graph.cypher`, or pasted into Neo4j Browser. Loading it
twice changes nothing. Texts are written as string literals in which nothing can end the literal early. Quotes and
documents stay lists, which Neo4j knows; it refuses no text: what XML cannot hold is replaced here as in the
other exports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aigraph.exporters.columns import clean

if TYPE_CHECKING:
    import networkx as nx

BATCH = 500  # rows of one statement: small enough for a default heap


def write(graph: nx.MultiDiGraph, path: Path) -> list[Path]:
    """Write the whole graph; returns [path]."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("CREATE CONSTRAINT thing_id IF NOT EXISTS FOR (n:Thing) REQUIRE n.id IS UNIQUE;\n")
        for labels, rows in _grouped((_labels(data), _node(data)) for _, data in sorted(graph.nodes(data=True))):
            for batch in _batches(rows):
                file.write(f"UNWIND {_literal(batch)} AS row MERGE (n:Thing {{id: row.id}}) SET n += row, n{labels};\n")
        edges = sorted(graph.edges(keys=True), key=str)
        named = ((_type(graph[s][t][k]["predicate"]), _edge(s, t, k, graph[s][t][k])) for s, t, k in edges)
        for kind, rows in _grouped(named):
            for batch in _batches(rows):
                file.write(
                    f"UNWIND {_literal(batch)} AS row "
                    "MATCH (a:Thing {id: row.source}) MATCH (b:Thing {id: row.target}) "
                    f"MERGE (a)-[r:{kind} {{key: row.key}}]->(b) SET r += row.says;\n"
                )
    return [path]


def _node(data: dict[str, Any]) -> dict[str, Any]:
    row = {name: data[name] for name in ("id", "iri", "label", "label_en", "label_zh", "type")}
    row["aliases"] = list(data["aliases"])
    for name in ("subtype", "event_type", "date"):
        if data.get(name):
            row[name] = data[name]
    for figure in data["figures"]:  # a property holds one kind of value: text, as several texts may give several values
        row.setdefault(f"figure_{figure['predicate']}", []).append(str(figure["value"]))
    return row


def _edge(source: str, target: str, key: str, data: dict[str, Any]) -> dict[str, Any]:
    own = ("predicate", "confidence", "polarity", "date", "value", "unit")
    says = {name: data[name] for name in own if data.get(name) not in (None, "")}
    says |= {name: value for name, value in data["qualifiers"].items() if name not in says}
    says["quotes"] = [e["quote"] for e in data["evidence"]]
    says["documents"] = [e["title"] for e in data["evidence"]]
    return {"source": source, "target": target, "key": key, "says": says}


def _labels(data: dict[str, Any]) -> str:
    return "".join(f":{_name(label)}" for label in (data["type"], data["subtype"]) if label)


def _type(predicate: str) -> str:
    """developedBy -> DEVELOPED_BY, as Neo4j users write relation types."""
    return _name(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", predicate).upper())


def _name(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text) else "`" + text.replace("`", "``") + "`"


def _grouped(pairs: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for key, row in pairs:
        found.setdefault(key, []).append(row)
    yield from sorted(found.items())


def _batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_name(name)}: {_literal(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) < 2**63:
        return str(value)
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        return repr(value)
    return _text(str(value))


def _text(text: str) -> str:
    marks = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    written = "".join(marks.get(c, c) for c in clean(text))
    # old servers read \uXXXX before anything else, even after a backslash: keep the two signs apart
    return "'" + written.replace("\\\\u", "\\\\' + 'u") + "'"
