"""How every node looks: place, size, colour and community, worked out once for the page and for all exports.

Colours and labels come from the ontology, shapes and the labels of qualifiers from theme.toml. A class that neither
knows is grey and round; a term without a label is shown as its own name in words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from aigraph.measures import analyse
from aigraph.render.layout import positions
from aigraph.schema import load_schema

if TYPE_CHECKING:
    import networkx as nx

UNKNOWN = {"color": "#8d8f94", "shape": "dot"}


@dataclass(frozen=True, slots=True)
class Look:
    """One node: place in layout units (y downwards), diameter, "#rrggbb", shape, community number from 0, PageRank."""

    x: float
    y: float
    size: float
    color: str
    shape: str
    community: int
    pagerank: float


def _digits(number: float) -> float:
    """Nine significant digits: what differs beyond depends on the processor, not on the graph."""
    return float(f"{number:.9g}")


@cache
def theme() -> dict[str, Any]:
    """The table of colours, shapes and sizes."""
    return tomllib.loads(Path(__file__).with_name("theme.toml").read_text(encoding="utf-8"))


def style_of(kind: str) -> dict[str, str]:
    """Colour and shape of a class; a subclass looks like its core class."""
    known = load_schema().entity_types.get(kind)
    if known is None:
        return UNKNOWN
    return {"color": known.colour or UNKNOWN["color"], "shape": theme()["shapes"].get(known.core, UNKNOWN["shape"])}


@cache
def term_labels() -> dict[str, dict[str, str]]:
    """Class, property, kind of event or qualifier -> {"en": ..., "zh": ...}."""
    schema = load_schema()
    found = {name: dict(label) for name, label in theme()["qualifiers"].items()}
    for group in (schema.events, schema.figures, schema.relations, schema.entity_types):
        found |= {name: dict(term.labels) for name, term in group.items()}
    return found


def label_of(term: str) -> dict[str, str]:
    """The English and Chinese label of a class or property; camel case becomes words where the ontology has none."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", term)
    plain = words if term[:1].isupper() else words.lower()
    known = term_labels().get(term, {})
    return {"en": known.get("en", plain), "zh": known.get("zh", known.get("en", plain))}


def event_name(data: dict[str, Any], lang: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The label of a node; an event that is only called by its kind ("Release: ...") has the kind in `lang`.

    `names`: what takes part in it, by label, as it is called in `lang` (see `companions`).
    """
    label, kind = str(data[f"label_{lang}"]), str(data.get("event_type", ""))
    if kind and label == kind:
        return label_of(kind)[lang]
    if not kind or not label.startswith(f"{kind}: "):
        return label
    said = label[len(kind) + 2 :]
    listed, date = (said, "") if not (m := _DATE_BEHIND.search(said)) else (said[: m.start()], m.group())
    listed = ", ".join(names.get(name, name) for name in listed.split(", "))
    return label_of(kind)[lang] + ("：" if lang == "zh" else ": ") + listed + date


_DATE_BEHIND = re.compile(r" \([\d-]+\)$")


def companions(graph: nx.MultiDiGraph, node: str, lang: str) -> dict[str, str]:
    """Label -> name in `lang` of what an event is tied to; empty for anything else."""
    if not graph.nodes[node].get("event_type"):
        return {}
    tied = (graph.nodes[other] for other in {*graph.predecessors(node), *graph.successors(node)})
    return {data["label"]: data[f"label_{lang}"] for data in tied}


def looks(graph: nx.MultiDiGraph) -> dict[str, Look]:
    """The look of every node of the whole graph, by node id in sorted order."""
    simple = analyse.ordered(graph)
    parts = analyse.communities(graph)
    community = {node: number for number, part in enumerate(parts) for node in part}
    places = positions(simple, parts)
    score = analyse.pagerank(graph)
    highest = max(score.values(), default=1.0)
    lowest = min(score.values(), default=0.0)
    span = (highest - lowest) or 1.0
    size = theme()["size"]
    found = {}
    for node in simple:
        style = style_of(graph.nodes[node].get("type", ""))
        # the root keeps the few giants from making all others look alike
        share = ((score[node] - lowest) / span) ** 0.5
        diameter = round(size["least"] + size["more"] * share, 1)
        x, y = places[node]
        found[node] = Look(x, y, diameter, style["color"], style["shape"], community[node], _digits(score[node]))
    return found
