"""What the page's script is given: nodes, facts and their sentences as compact rows of JSON.

Names and quotes are data: the JSON is written so that no text in it can close the script element it lies in. Rows
refer to types, relations, documents and quotes by number, so that a sentence used by ten facts is stored once.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aigraph.measures import analyse
from aigraph.render.look import Look, companions, event_name, label_of, looks, style_of, theme

if TYPE_CHECKING:
    import networkx as nx

TOP = 120  # nodes of the first view: as many as can carry a label on one screen
GROUPS_FROM = 3000  # above this many nodes the page opens on communities
GROUP_TOP = 150  # nodes shown when a community is opened
BETWEENNESS_TO = 4999  # exact betweenness costs nodes x relations; on larger graphs the page does without
FONT = 'system-ui, "Segoe UI", "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'


def payload(graph: nx.MultiDiGraph, *, title: str, lang: str) -> dict[str, Any]:
    """The page's data for the whole graph. `lang` is the interface's first language, "en" or "zh"."""
    look = looks(graph)
    tables = _Tables(graph)
    nodes = [_node_row(graph, node, look[node], tables) for node in look]
    number = {node: i for i, node in enumerate(look)}
    facts = [_fact_row(f["predicate"], f, tables, number[n], -1) for n in look for f in graph.nodes[n]["figures"]]
    for source, target, key in sorted(graph.edges(keys=True), key=str):
        data = graph[source][target][key]
        facts.append(_fact_row(data["predicate"], data, tables, number[source], number[target]))
    return {
        "title": title,
        "lang": lang,
        "types": [{"id": name, **label_of(name), **style_of(name)} for name in tables.types],
        "relations": [{"id": name, **label_of(name)} for name in tables.relations],
        "terms": {name: label_of(name) for name in sorted(tables.terms)},
        "docs": list(tables.documents.values()),
        "quotes": list(tables.quotes),
        "nodes": nodes,
        "facts": facts,
        "measures": _measures(graph, look),
        "palette": theme()["communities"]["colors"],
        "options": {
            "network": network_options(),
            "top": TOP,
            "groupsFrom": GROUPS_FROM,
            "groupTop": GROUP_TOP,
            "size": theme()["size"],
            "font": FONT,
        },
        "strings": json.loads((Path(__file__).parent / "static" / "strings.json").read_text(encoding="utf-8")),
    }


def embed(data: dict[str, Any]) -> str:
    """JSON that is safe inside a script element: no "<" survives, so nothing can close it or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def network_options() -> dict[str, Any]:
    """vis-network's options: pyvis's own, with physics off and the drawing kept plain, because places are given."""
    from pyvis.network import Network

    network = Network(directed=True)
    network.toggle_physics(False)
    network.toggle_hide_edges_on_drag(True)
    options: dict[str, Any] = json.loads(network.options.to_json())
    options.pop("configure", None)
    options["physics"] = {"enabled": False}
    options["layout"] = {"improvedLayout": False}
    options["edges"] = {"arrows": {"to": {"enabled": True, "scaleFactor": 0.45}}, "smooth": False, "selectionWidth": 1}
    options["nodes"] = {"font": {"size": 0}, "labelHighlightBold": False}
    options["interaction"] |= {"hover": True, "dragView": False, "zoomView": False, "selectConnectedEdges": False}
    return options


class _Tables:
    """The numbered tables that rows refer to; documents and types in sorted order, the rest as first met."""

    def __init__(self, graph: nx.MultiDiGraph) -> None:
        counts: dict[str, int] = {}
        for _, data in graph.nodes(data=True):
            counts[data["type"]] = counts.get(data["type"], 0) + 1
        self.types = {name: i for i, name in enumerate(sorted(counts, key=lambda name: (-counts[name], name)))}
        self.relations: dict[str, int] = {}
        self.terms: set[str] = set()
        self.quotes: dict[str, int] = {}
        articles = graph.graph["documents"].values()
        ordered = sorted(articles, key=lambda a: (a["date"] or "9999", a["title"], a["id"]))
        self.documents = {a["id"]: {k: a[k] for k in ("id", "title", "date", "url")} for a in ordered}
        self.document_number = {name: i for i, name in enumerate(self.documents)}


def _node_row(graph: nx.MultiDiGraph, node: str, look: Look, tables: _Tables) -> list[Any]:
    data = graph.nodes[node]
    en, zh = (event_name(data, lang, companions(graph, node, lang)) for lang in ("en", "zh"))
    return [
        data["id"],
        en,
        zh if zh != en else 0,
        tables.types[data["type"]],
        data["subtype"] and label_of(data["subtype"]),
        list(data["aliases"]),
        look.x,
        look.y,
        look.community,
        data.get("event_type") and label_of(data["event_type"]),
        data.get("date", ""),
    ]


def _fact_row(predicate: str, data: dict[str, Any], tables: _Tables, source: int, target: int) -> list[Any]:
    relation = tables.relations.setdefault(predicate, len(tables.relations))
    places = [
        [tables.document_number[e["document"]], tables.quotes.setdefault(e["quote"], len(tables.quotes))]
        for e in data["evidence"]
    ]
    qualifiers = dict(data["qualifiers"])
    unit = data.get("unit") or qualifiers.pop("unit", None) or qualifiers.pop("currency", None)
    tables.terms.update(qualifiers)
    return [
        source,
        target,
        relation,
        round(data["confidence"], 3),
        data["polarity"],
        data["date"],
        sorted(qualifiers.items()),
        data.get("value"),
        unit,
        places,
    ]


def _measures(graph: nx.MultiDiGraph, look: dict[str, Look]) -> dict[str, list[float]]:
    found = {"degree": analyse.degree(graph), "pagerank": {node: one.pagerank for node, one in look.items()}}
    if len(graph) <= BETWEENNESS_TO:
        found["betweenness"] = analyse.betweenness(graph)
    found["k-core"] = analyse.core_number(graph)
    return {name: [float(f"{scores[node]:.6g}") for node in look] for name, scores in found.items()}
