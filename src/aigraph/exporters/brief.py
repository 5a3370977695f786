"""A Markdown brief: how large the graph is, and what it says of its most central things, each fact with its sentence.

Meant to be read, so it chooses: TOP things by PageRank, at most FACTS facts each. Names and quotes are escaped, so that
nothing in them becomes a link, a picture or markup.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aigraph.measures import analyse
from aigraph.render.look import label_of

if TYPE_CHECKING:
    import networkx as nx

TOP = 25
FACTS = 12
QUOTE = 240  # characters of a quote


def write(graph: nx.MultiDiGraph, path: Path) -> list[Path]:
    """Write the brief; returns [path]."""
    path.write_text("\n".join(_lines(graph)) + "\n", encoding="utf-8", newline="\n")
    return [path]


def plain(text: str) -> str:
    """`text` on one line with everything Markdown or HTML would act on made harmless."""
    flat = re.sub(r"\s+", " ", text).strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]#|~!])", r"\\\1", flat)


def _lines(graph: nx.MultiDiGraph) -> list[str]:
    documents = graph.graph["documents"]
    figures = sum(len(data["figures"]) for _, data in graph.nodes(data=True))
    lines = ["# What the graph says", ""]
    lines += [f"{len(graph)} things, {graph.number_of_edges()} relations and {figures} figures"]
    lines += [f"from {len(documents)} documents.", "", "| type | things |", "| --- | ---: |"]
    counts: dict[str, int] = {}
    for _, data in graph.nodes(data=True):
        counts[data["type"]] = counts.get(data["type"], 0) + 1
    by_count = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    lines += [f"| {plain(label_of(kind)['en'])} | {count} |" for kind, count in by_count]
    for node, _ in analyse.rank(graph, "pagerank", TOP):
        lines += _about(graph, node)
    lines += ["", "## Documents", ""]
    ordered = sorted(documents.values(), key=lambda d: (d["date"] or "9999", d["title"], d["id"]))
    lines += [f"- {d['date'] or 'undated'} {plain(d['title'])}" for d in ordered]
    return lines


def _about(graph: nx.MultiDiGraph, node: str) -> list[str]:
    data = graph.nodes[node]
    other = dict.fromkeys([data["label_zh"], *data["aliases"]])
    other.pop(data["label"], None)
    lines = ["", f"## {plain(data['label'])}", "", plain(label_of(data["subtype"] or data["type"])["en"])]
    if other:
        lines[-1] += f"; also {plain(', '.join(other))}"
    facts: list[tuple[Any, ...]] = []
    for figure in data["figures"]:
        name, value = label_of(figure["predicate"])["en"], plain(str(figure["value"]))
        facts.append((False, -figure["confidence"], name, value, figure))
    for source, target, edge in [*graph.out_edges(node, data=True), *graph.in_edges(node, data=True)]:
        name = label_of(edge["predicate"])["en"]
        said = plain(graph.nodes[target if source == node else source]["label"])
        value = f" ({edge['value']} {edge.get('unit') or ''})".replace(" )", ")") if "value" in edge else ""
        event = bool(graph.nodes[target].get("event_type"))  # events come last: a thing takes part in many
        facts.append((event, -edge["confidence"], name if source == node else f"← {name}", said + value, edge))
    facts.sort(key=lambda row: row[:4])
    lines.append("")
    for _, _, name, said, fact in facts[:FACTS]:
        lines.append(f"- {name}: {said}{_quote(fact)}")
    if len(facts) > FACTS:
        lines.append(f"- and {len(facts) - FACTS} more")
    return lines


def _quote(fact: dict[str, Any]) -> str:
    if not fact["evidence"]:
        return ""
    first = fact["evidence"][0]
    quote = first["quote"] if len(first["quote"]) <= QUOTE else first["quote"][: QUOTE - 1] + "…"
    more = f", and {len(fact['evidence']) - 1} more" if len(fact["evidence"]) > 1 else ""
    return f" — “{plain(quote)}” ({plain(first['title'])}{more})"
