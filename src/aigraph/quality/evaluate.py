"""Score a graph against gold annotation: precision, recall and F1 by type and property, through nothing but the RDF.

The gold is one JSON file a document (entities, relations, figures, scores, events). What is compared is what a reader
of the graph can see: labels, classes and plain triples. It refuses to look at confidence, evidence or anything the
extractor knows about itself, so that any tool that writes the vocabulary can be measured the same way.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aigraph.errors import AigraphError
from aigraph.model import STATED
from aigraph.schema import AIG, Schema, load_schema

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

BY_EVENTS = "participatedIn"  # counted with the events, not as a relation

# Two figures are the same when they differ by less than rounding in the text explains (relative), two scores when
# they differ by less than the first decimal (absolute). 128K is 128,000 to one writer and 131,072 to another.
TOLERANCE = 0.011
CONTEXT_TOLERANCE = 0.05
SCORE_TOLERANCE = 0.051

# Signs that two spellings of a name may differ in: blanks, hyphens, dashes, middle dots, quotes, title marks, brackets.
IGNORED = re.compile(
    "[\\s\\-_\u2010-\u2015\u00b7\u30fb'\"\u2018\u2019\u201c\u201d\u300a-\u300d()\uff08\uff09]"
)

GROUPS: dict[str, Callable[[str], bool]] = {
    "entities": lambda kind: kind.startswith("entity:"),
    "relations": lambda kind: kind.startswith("relation:"),
    "figures": lambda kind: kind.startswith("figure:"),
    "scores": lambda kind: kind == "score",
    "events": lambda kind: kind.startswith("event:"),
    "facts": lambda kind: kind.startswith(("relation:", "figure:", "event:")) or kind == "score",
    "names (any type)": lambda kind: kind == "name",
}

WHOLE = frozenset({"score", "name"})  # kinds that are a group by themselves


@dataclass(frozen=True, slots=True)
class Row:
    """The counts of one kind: how many gold items were found, and how many found items are gold."""

    gold: int
    hit: int
    found: int
    right: int

    @property
    def recall(self) -> float | None:
        """Share of the gold that was found; None where the gold has none."""
        return self.hit / self.gold if self.gold else None

    @property
    def precision(self) -> float | None:
        """Share of what was found that is in the gold; None where nothing was found."""
        return self.right / self.found if self.found else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; None where one is missing or both are 0."""
        recall, precision = self.recall, self.precision
        if recall is None or precision is None or recall + precision == 0:
            return None
        return 2 * recall * precision / (recall + precision)


@dataclass(slots=True)
class Tally:
    """Counts by kind, with the items missed and the items too many, in the order they were met."""

    gold: Counter[str] = field(default_factory=Counter)
    hit: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str]] = field(default_factory=list)
    extra: list[tuple[str, str]] = field(default_factory=list)

    def expect(self, kind: str, ok: bool, what: str) -> None:
        """Count one gold item."""
        self.gold[kind] += 1
        self.hit[kind] += ok
        if not ok:
            self.missed.append((kind, what))

    def offer(self, kind: str, ok: bool, what: str) -> None:
        """Count one item of the graph."""
        self.found[kind] += 1
        self.right[kind] += ok
        if not ok:
            self.extra.append((kind, what))

    def add(self, other: Tally) -> None:
        """Pool the counts of another document into this one."""
        for mine, theirs in ((self.gold, other.gold), (self.hit, other.hit), (self.found, other.found)):
            mine.update(theirs)
        self.right.update(other.right)
        self.missed += other.missed
        self.extra += other.extra

    def row(self, belongs: Callable[[str], bool]) -> Row:
        """The pooled counts of every kind that `belongs`."""
        counters = (self.gold, self.hit, self.found, self.right)
        return Row(*(sum(n for kind, n in counter.items() if belongs(kind)) for counter in counters))

    def rows(self) -> dict[str, Row]:
        """Every group, then every single kind, by name; a kind that is all of a group has no second row."""
        kinds = sorted((set(self.gold) | set(self.found)) - WHOLE)
        return {name: self.row(belongs) for name, belongs in GROUPS.items()} | {k: self.row(k.__eq__) for k in kinds}


@dataclass(slots=True)
class _Reading:
    """One gold document laid over one graph: which nodes each gold entity may be."""

    nodes: dict[str, set[Node]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


@cache
def _simplify() -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC("tw2sp").convert
    return convert


@cache
def loose_key(name: str) -> str:
    """What two spellings of one name share: width, script, case, spaces, hyphens, quotes and brackets are dropped.

    Not the key by which the graph itself joins names: a measure must not share the folding that it measures.
    """
    folded = _simplify()(unicodedata.normalize("NFKC", name)).casefold()
    return IGNORED.sub("", folded)


def read_gold(path: Path) -> dict[str, Any]:
    """One gold file. Raises AigraphError when it is not JSON of the expected shape."""
    try:
        gold = json.loads(path.read_text(encoding="utf-8"))
        known = {entity["id"] for entity in gold["entities"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AigraphError(f"{path}: no gold annotation ({error}); it needs a JSON object with 'entities'") from error
    used = {r[k] for r in gold.get("relations", []) for k in "so"} | {f["s"] for f in gold.get("figures", [])}
    used |= {s[k] for s in gold.get("scores", []) for k in ("model", "benchmark")}
    used |= {p for v in gold.get("events", []) for p in v["participants"]}
    if missing := sorted(used - known):
        raise AigraphError(f"{path}: facts name entities that the file does not list: {', '.join(missing[:5])}")
    return dict(gold)


def score_graph(graph: Graph, gold: Mapping[str, Any]) -> Tally:
    """Lay the gold of one document over the graph made from that document, and count."""
    return _Scorer(graph, gold).run()


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None


def same_value(prop: str, expected: object, literal: object) -> bool:
    """Whether a figure of the graph says what the gold says: dates exactly, texts by containment, numbers nearly."""
    figure = load_schema().figures.get(prop)
    kind = figure.datatype if figure else ""
    if kind == "date":
        return str(literal) == str(expected)
    if kind == "string":
        a, b = loose_key(str(expected)), loose_key(str(literal))
        return bool(a and b) and (a in b or b in a)
    x, y = _number(expected), _number(literal)
    if x is None or y is None:
        return loose_key(str(expected)) == loose_key(str(literal))
    share = CONTEXT_TOLERANCE if prop == "contextLength" else TOLERANCE
    return abs(x - y) <= max(abs(x), 1e-9) * share


class _Scorer:
    """One graph against one gold; lives for one call of score_graph."""

    def __init__(self, graph: Graph, gold: Mapping[str, Any]) -> None:
        from rdflib import Namespace
        from rdflib.namespace import RDF, RDFS, SKOS

        self.graph, self.gold, self.tally, self.aig = graph, gold, Tally(), Namespace(AIG)
        self.schema: Schema = load_schema()
        self.rdf_type, self.sub_class = RDF.type, RDFS.subClassOf
        self.label_properties = (SKOS.prefLabel, SKOS.altLabel, RDFS.label)
        self.types = self._read_types()
        self.by_name: dict[str, set[Node]] = defaultdict(set)
        for node in self.types:
            for prop in self.label_properties:
                for label in graph.objects(node, prop):
                    self.by_name[loose_key(str(label))].add(node)
        self.matched: set[Node] = set()
        self.reading = _Reading()

    def run(self) -> Tally:
        self._entities()
        self._relations()
        self._figures()
        self._scores()
        self._events()
        for node, types in self.types.items():
            if "Event" not in types:
                self.tally.offer(f"entity:{min(types)}", node in self.matched, self._label(node))
        return self.tally

    def _read_types(self) -> dict[Node, set[str]]:
        """Core classes of every node that has one, through the subclasses that the ontology and the graph declare."""
        parents: dict[Node, set[Node]] = defaultdict(set)
        for narrow, wide in self.graph.subject_objects(self.sub_class):
            parents[narrow].add(wide)
        for kind in self.schema.entity_types.values():
            if kind.parent is not None:
                parents[self.aig[kind.name]].add(self.aig[kind.parent])
        core: dict[Node, str] = {self.aig[name]: name for name in self.schema.core_types}
        types: dict[Node, set[str]] = {}
        for node, declared in sorted(self.graph.subject_objects(self.rdf_type)):
            waiting, seen = [declared], {declared}
            while waiting:
                cls = waiting.pop()
                if cls in core:
                    types.setdefault(node, set()).add(core[cls])
                    continue
                fresh = parents[cls] - seen
                seen |= fresh
                waiting.extend(fresh)
        return types

    def _label(self, node: Node) -> str:
        for prop in (self.label_properties[0], self.label_properties[2]):
            labels = sorted(str(label) for label in self.graph.objects(node, prop))
            if labels:
                return labels[0]
        return str(node)

    def _entities(self) -> None:
        counted: set[tuple[str, str]] = set()
        for entity in self.gold["entities"]:
            keys = {loose_key(name) for name in (entity["name"], *entity.get("aliases", []))}
            wanted = {entity["type"], *entity.get("alt_types", [])}
            loose = {node for key in keys for node in self.by_name.get(key, ())}
            typed = {node for node in loose if self.types[node] & wanted}
            identity = (loose_key(entity["name"]), entity["type"])
            if entity["type"] != "Event" and identity not in counted:
                wrong = sorted({t for node in loose for t in self.types[node]}) if loose and not typed else []
                hint = f" [as {', '.join(wrong)}]" if wrong else ""
                self.tally.expect(f"entity:{entity['type']}", bool(typed), entity["name"] + hint)
                self.tally.expect("name", bool(loose), entity["name"])
            counted.add(identity)
            self.matched |= typed
            self.reading.nodes[entity["id"]] = loose
            self.reading.names[entity["id"]] = entity["name"]

    def _relations(self) -> None:
        nodes, names = self.reading.nodes, self.reading.names
        gold = [r for r in self.gold.get("relations", []) if r["p"] != BY_EVENTS]
        properties = sorted({*self.schema.relations, *(r["p"] for r in gold)} - {BY_EVENTS})
        symmetric = {name for name, relation in self.schema.relations.items() if relation.symmetric}
        stated = {p: set(self.graph.subject_objects(self.aig[p])) for p in properties}
        used: dict[str, set[tuple[Node, Node]]] = defaultdict(set)
        for relation in gold:
            p = relation["p"]
            either_way = stated[p] | {(o, s) for s, o in stated[p]} if p in symmetric else stated[p]
            pairs = {(s, o) for s in nodes[relation["s"]] for o in nodes[relation["o"]]} & either_way
            what = f"{names[relation['s']]} {p} {names[relation['o']]}"
            polarity = relation.get("polarity", "asserted")
            if polarity in STATED:
                self.tally.expect(f"relation:{p}", bool(pairs), what)
                used[p] |= pairs | ({(o, s) for s, o in pairs} if p in symmetric else set())
            elif pairs:
                self.tally.offer(f"relation:{p}", False, f"stated as fact though {polarity}: {what}")
        for p in properties:
            for s, o in sorted(stated[p]):
                self.tally.offer(f"relation:{p}", (s, o) in used[p], f"{self._label(s)} {p} {self._label(o)}")

    def _figures(self) -> None:
        right: set[tuple[Node, str, Node]] = set()
        gold = self.gold.get("figures", [])
        for figure in gold:
            p = figure["p"]
            good = {
                (node, p, value)
                for node in self.reading.nodes[figure["s"]]
                for value in self.graph.objects(node, self.aig[p])
                if same_value(p, figure["value"], value)
            }
            if figure.get("polarity", "asserted") in STATED:
                what = f"{self.reading.names[figure['s']]} {p} {figure['value']}"
                self.tally.expect(f"figure:{p}", bool(good), what)
            right |= good
        for p in sorted({figure["p"] for figure in gold}):
            for node, value in sorted(self.graph.subject_objects(self.aig[p])):
                if node in self.types:
                    self.tally.offer(f"figure:{p}", (node, p, value) in right, f"{self._label(node)} {p} {value}")

    def _scores(self) -> None:
        graph, nodes, names = self.graph, self.reading.nodes, self.reading.names
        results = [
            (node, graph.value(node, self.aig["model"]), graph.value(node, self.aig["benchmark"]),
             _number(graph.value(node, self.aig["value"])))
            for node in sorted(graph.subjects(self.rdf_type, self.aig["BenchmarkResult"]), key=str)
        ]  # fmt: skip
        right: set[Node] = set()
        for item in self.gold.get("scores", []):
            models, benchmarks = nodes[item["model"]], nodes[item["benchmark"]]
            good = {
                node
                for node, model, benchmark, value in results
                if model in models and benchmark in benchmarks
                and value is not None and abs(value - float(item["value"])) < SCORE_TOLERANCE
            }  # fmt: skip
            what = f"{names[item['model']]} on {names[item['benchmark']]} = {item['value']}"
            self.tally.expect("score", bool(good), what)
            right |= good
        for node, model, benchmark, value in results:
            who, where = (self._label(n) if n is not None else "?" for n in (model, benchmark))
            self.tally.offer("score", node in right, f"{who} on {where} = {value}")

    def _events(self) -> None:
        found = list(self._found_events())
        right: set[Node] = set()
        for event in self.gold.get("events", []):
            parts = {node for p in event["participants"] for node in self.reading.nodes[p]}
            good = {
                node
                for node, kinds, dates, who in found
                if event["type"].casefold() in {kind.casefold() for kind in kinds}
                and (not parts or parts & who)
                and (event.get("date") is None or event["date"] in dates)
            }
            if event.get("name") and not good:
                named = self.by_name.get(loose_key(event["name"]), set())
                good = {node for node in named if "Event" in self.types[node]}
            people = [self.reading.names[p] for p in event["participants"]]
            self.tally.expect(f"event:{event['type']}", bool(good), f"{event['type']} {event.get('date')} {people}")
            right |= good
        for node, kinds, dates, who in found:
            if kinds or who:  # an event that is only a name is neither right nor wrong as a fact
                kind = min(kinds) if kinds else "?"
                people = sorted(self._label(w) for w in who)
                self.tally.offer(f"event:{kind}", node in right, f"{kind} {sorted(dates)} {people}")

    def _found_events(self) -> Iterable[tuple[Node, set[str], set[str], set[Node]]]:
        graph = self.graph
        for node in sorted(set(graph.subjects(self.rdf_type, self.aig["Event"])), key=str):
            kinds = {re.split(r"[#/]", str(k))[-1] for k in graph.objects(node, self.aig["eventType"])}
            dates = {str(d) for d in graph.objects(node, self.aig["date"])}
            who = set(graph.objects(node, self.aig["participant"]))
            who |= set(graph.subjects(self.aig[BY_EVENTS], node))
            yield node, kinds, dates, who
