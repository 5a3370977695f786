"""What must change in a store when documents come, change or go: which quads to delete and which to insert.

The cost follows what the documents say, not what the store holds: a triple that goes is looked up until one other
document is found that says it too; doubts are added up until the confidence can rise no further; votes for a name are
counted over all documents only where a vote could change which name is preferred.

It reads and writes nothing but the store it is given, and decides nothing: the rules are those of `assemble`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import pyoxigraph as ox

from aigraph.graph.assemble import MAX_CONFIDENCE, Name, Subject, belief, confidence_quad, doubt, label_quads, merged
from aigraph.graph.rdf import (
    ALT_LABEL,
    CONFIDENCE,
    LABEL,
    LOCAL,
    OTHER_NAME,
    PREF_LABEL,
    PREFERRED_NAME,
    SOURCE_CONFIDENCE,
    Node,
    literal,
    name_of,
)

_MERGED = ox.DefaultGraph()
_NAMING = (PREFERRED_NAME, OTHER_NAME)


@dataclass(slots=True)
class Change:
    """Quads to delete and to insert, and graphs that are empty afterwards, in one transaction."""

    delete: list[ox.Quad] = field(default_factory=list)
    insert: list[ox.Quad] = field(default_factory=list)
    drop: list[Node] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.delete or self.insert)

    def swap(self, before: set[ox.Quad], after: set[ox.Quad]) -> None:
        """Have the one instead of the other."""
        self.delete += before - after
        self.insert += after - before

    def update(self) -> str:
        """The change as one SPARQL update: the only form in which Oxigraph deletes and inserts at once."""
        text = f"DELETE DATA {{\n{_data(self.delete)}}};\nINSERT DATA {{\n{_data(self.insert)}}}"
        return text + "".join(f";\nDROP SILENT GRAPH {graph}" for graph in self.drop)


def _data(quads: Iterable[ox.Quad]) -> str:
    """Quads as the body of DELETE DATA or INSERT DATA."""
    rows: dict[str, list[str]] = defaultdict(list)
    for quad in quads:
        graph = "" if quad.graph_name == _MERGED else str(quad.graph_name)
        rows[graph].append(f"{quad.subject} {quad.predicate} {quad.object} .\n")
    merged_graph = rows.pop("", [])
    return "".join([*merged_graph, *(f"GRAPH {graph} {{\n{''.join(lines)}}}\n" for graph, lines in rows.items())])


def plan(store: ox.Store, parts: Mapping[Node, set[ox.Quad]]) -> Change:
    """What makes each of the named graphs exactly its new part (empty: withdrawn), and the merged graph follow."""
    gone: list[ox.Quad] = []
    come: list[ox.Quad] = []
    for graph, new in parts.items():
        old = set(store.quads_for_pattern(None, None, None, graph))
        gone += old - new
        come += new - old
    change = Change([*gone], [*come])
    if not change:
        return change
    change.drop += [graph for graph, new in parts.items() if not new]
    others = _Others(store, frozenset(parts))
    still = {merged(quad) for new in parts.values() for quad in new if quad.predicate not in LOCAL}
    change.insert += dict.fromkeys(merged(quad) for quad in come if quad.predicate not in LOCAL)
    leaving = dict.fromkeys(merged(quad) for quad in gone if quad.predicate not in LOCAL)
    change.delete += (quad for quad in leaving if quad not in still and not others.say(quad))
    for node, here in _changed(SOURCE_CONFIDENCE, gone, come, parts).items():
        change.swap(others.summary(node, CONFIDENCE), others.confidence(node, here))
    left, joined = _by_subject(gone), _by_subject(come)
    kept = _by_subject(quad for new in parts.values() for quad in new) if left else {}
    for node in dict.fromkeys([*left, *joined]):
        before = others.summary(node, PREF_LABEL, ALT_LABEL, LABEL)
        change.swap(before, others.labels(node, before, left.get(node, []), joined.get(node, []), kept.get(node, [])))
    return change


def _changed(
    predicate: Node, gone: Iterable[ox.Quad], come: Iterable[ox.Quad], parts: Mapping[Node, set[ox.Quad]]
) -> dict[Subject, list[ox.Quad]]:
    """The subjects of which a quad with this predicate goes or comes, with all such quads they will have in `parts`."""
    found: dict[Subject, list[ox.Quad]] = {
        quad.subject: [] for quads in (gone, come) for quad in quads if quad.predicate == predicate
    }
    for new in parts.values():
        for quad in new:
            if quad.predicate == predicate and quad.subject in found:
                found[quad.subject].append(quad)
    return found


def _by_subject(quads: Iterable[ox.Quad]) -> dict[Subject, list[ox.Quad]]:
    """The quads that name a thing, by the thing."""
    found: dict[Subject, list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        if quad.predicate in _NAMING:
            found[quad.subject].append(quad)
    return found


def _preferred(quads: Iterable[ox.Quad], predicate: Node = PREFERRED_NAME) -> set[Name]:
    return {name_of(quad) for quad in quads if quad.predicate == predicate}


class _Others:
    """What a store holds beside the graphs that change."""

    def __init__(self, store: ox.Store, changing: frozenset[Node]) -> None:
        self.store = store
        self.changing = changing

    def quads(self, subject: Subject, predicate: Node, value: Any = None) -> Iterator[ox.Quad]:
        """What the documents that do not change say."""
        for quad in self.store.quads_for_pattern(subject, predicate, value, None):
            if quad.graph_name != _MERGED and quad.graph_name not in self.changing:
                yield quad

    def say(self, quad: ox.Quad) -> bool:
        """Whether one of them says this triple."""
        return any(True for _ in self.quads(quad.subject, quad.predicate, quad.object))

    def summary(self, node: Subject, *predicates: Node) -> set[ox.Quad]:
        """What the merged graph has of a node."""
        return {quad for p in predicates for quad in self.store.quads_for_pattern(node, p, None, _MERGED)}

    def confidence(self, node: Subject, here: list[ox.Quad]) -> set[ox.Quad]:
        """The merged confidence of a fact, given what the changing documents will say; empty where nobody says it."""
        total, said = 0, False
        for quad in chain(here, self.quads(node, SOURCE_CONFIDENCE)):
            total, said = total + doubt(float(literal(quad).value)), True
            if belief(total) >= MAX_CONFIDENCE:  # more doubts would add to the sum, and nothing to the belief
                break
        return {confidence_quad(node, total)} if said else set()

    def labels(
        self, node: Subject, before: set[ox.Quad], left: list[ox.Quad], joined: list[ox.Quad], here: list[ox.Quad]
    ) -> set[ox.Quad]:
        """The merged labels of a thing when these names leave it, join it, and are here in the changing documents."""
        known = {name_of(quad) for quad in [*before, *joined]}
        lost = {name_of(quad) for quad in left} - {name_of(quad) for quad in here}
        known -= {name for name in lost if not self.name(node, name)}
        preferred, won = _preferred(before, PREF_LABEL), _preferred(joined)
        touched = {name_of(quad)[1] for quad in [*left, *joined]}
        # Where the preferred name of each language only gains votes, and no other does, nothing has to be counted.
        if won <= preferred and touched <= {language for _, language in won} and not _preferred(left):
            votes: Counter[Name] = Counter(preferred)
        elif not before:
            votes = Counter(name_of(quad) for quad in joined if quad.predicate == PREFERRED_NAME)
        else:
            votes = self.votes(node, left, joined)
        return set(label_quads(node, votes, known))

    def name(self, node: Subject, name: Name) -> bool:
        """Whether one of them calls the thing so."""
        value = ox.Literal(name[0], language=name[1] or None)
        return any(True for predicate in _NAMING for _ in self.quads(node, predicate, value))

    def votes(self, node: Subject, left: list[ox.Quad], joined: list[ox.Quad]) -> Counter[Name]:
        """How many documents will prefer each name of a thing; the engine counts, for there may be very many."""
        pattern = f"GRAPH ?g {{ {node} {PREFERRED_NAME} ?name }}"
        votes: Counter[Name] = Counter()
        rows: Any = self.store.query(f"SELECT ?name (COUNT(?g) AS ?n) WHERE {{ {pattern} }} GROUP BY ?name")
        for row in rows:
            votes[row["name"].value, row["name"].language or ""] = int(row["n"].value)
        for quads, step in ((left, -1), (joined, 1)):
            for quad in quads:
                if quad.predicate == PREFERRED_NAME:
                    votes[name_of(quad)] += step
        return +votes
