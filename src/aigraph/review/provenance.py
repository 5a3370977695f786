"""Decisions as provenance: one `aig:Review` (a `prov:Activity`) each, linked from what it touched.

A statement, result, event or thing that a decision touched has `prov:wasInfluencedBy` its review; the review says what
was decided and, as far as the person wrote it, who, when and why. A rejected fact is no statement any more: it stands
as an `aig:RejectedFact` with its passages, so that one can ask what was rejected, and no query meets it by accident.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from aigraph.graph.rdf import ID, TYPE, Node, content_id, entity_node, figure_literal, term, typed_literal
from aigraph.model import BenchmarkResult, Event
from aigraph.review.records import AnyFact, Applied, Decision

if TYPE_CHECKING:
    from aigraph.graph.rdf import _Writer

INFLUENCED = term("prov:wasInfluencedBy")


def review_node(decision: Decision) -> Node:
    """The node of a decision, made from all it says."""
    signed = (decision.who or "", decision.when or "", decision.why or "")
    return Node(f"{ID}review/{content_id(decision.text, *signed)}")


def carried_out(store: ox.Store) -> Callable[[Decision], bool]:
    """Whether a decision stands in a store, because an earlier run carried it out."""

    def known(decision: Decision) -> bool:
        return any(True for _ in store.quads_for_pattern(review_node(decision), TYPE, None, ox.DefaultGraph()))

    return known


def review_quads(writer: _Writer, reviews: Iterable[Applied]) -> Iterator[ox.Quad]:
    """Everything that the decisions leave in the graph of one document."""
    for applied in reviews:
        review = review_node(applied.decision)
        yield from _review(writer, review, applied.decision)
        for key in applied.things:
            yield writer.quad(entity_node(key), INFLUENCED, review)
        for fact in applied.accepted:
            yield writer.quad(writer.fact_node(fact), INFLUENCED, review)
        for fact in applied.rejected:
            yield from _rejected(writer, review, fact)


def _review(writer: _Writer, node: Node, decision: Decision) -> Iterator[ox.Quad]:
    yield writer.quad(node, TYPE, term("Review"))
    yield writer.quad(node, TYPE, term("prov:Activity"))
    yield writer.quad(node, "decision", ox.Literal(decision.action))
    yield writer.quad(node, "decisionText", ox.Literal(decision.text))
    if decision.who:
        agent = Node(f"{ID}reviewer/{content_id(decision.who)}")
        yield writer.quad(node, "prov:wasAssociatedWith", agent)
        yield writer.quad(agent, TYPE, term("prov:Agent"))
        yield writer.quad(agent, "schema:name", ox.Literal(decision.who))
    if decision.when:
        yield writer.quad(node, "reviewedOn", typed_literal(decision.when, "date"))
    if decision.why:
        yield writer.quad(node, "reason", ox.Literal(decision.why))


def _rejected(writer: _Writer, review: Node, fact: AnyFact) -> Iterator[ox.Quad]:
    node = Node(f"{ID}rejected/{content_id(*_said(fact))}")
    yield writer.quad(node, TYPE, term("RejectedFact"))
    yield writer.quad(node, INFLUENCED, review)
    for name, value in _parts(fact):
        yield writer.quad(node, name, value)
    for evidence in fact.evidence:
        passage = term(f"evidence:{evidence.document}-{evidence.start}-{evidence.end}")
        yield writer.quad(node, "prov:wasDerivedFrom", passage)
        yield from writer.passage(passage, evidence)


def _said(fact: AnyFact) -> tuple[object, ...]:
    return (*(f"{name} {value}" for name, value in _parts(fact)), fact.polarity)


def _parts(fact: AnyFact) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
    if isinstance(fact, Event):
        yield from (("ofSubject", entity_node(one)) for one in fact.participants)
        yield "ofProperty", term("eventType")
        yield "ofObject", ox.Literal(fact.type)
        if fact.date:
            yield "ofDate", typed_literal(fact.date, "date")
    elif isinstance(fact, BenchmarkResult):
        yield "ofSubject", entity_node(fact.model)
        yield "ofProperty", term("evaluatedOn")
        yield "ofObject", entity_node(fact.benchmark)
        yield "ofValue", typed_literal(fact.value, "decimal")
    else:
        yield "ofSubject", entity_node(fact.subject)
        yield "ofProperty", term(fact.predicate)
        thing = None if fact.is_figure else entity_node(str(fact.object))
        yield "ofObject", thing or figure_literal(fact.predicate, fact.object)
