"""Decisions about facts: accept and reject; and the facts that decisions about things leave without a footing.

A rejected reading is taken from the fact's evidence; a fact without any left does not stand. Where decisions meet in
one reading, the later one holds. A fact that no longer fits the domain and range of its property is set aside by the
decision that retyped or merged its thing, and named.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from aigraph.model import BenchmarkResult, Event, Evidence, Statement
from aigraph.review.names import Desk
from aigraph.review.records import SAME, AnyFact, Applied, Decision
from aigraph.schema import load_schema

PARTICIPATED = "participatedIn"
RESULT = "evaluatedOn"  # the property under which a result is named: thing, evaluatedOn, benchmark, figure


@dataclass(slots=True)
class _Effect:
    """What one decision did, while it is being carried out."""

    accepted: list[AnyFact] = field(default_factory=list)
    rejected: list[AnyFact] = field(default_factory=list)
    hits: int = 0


def decide(desk: Desk, decisions: Sequence[Decision]) -> list[Applied]:
    """Carry out accepts and rejects; what is left of the facts stays on the desk."""
    mine = [d for d in decisions if desk.is_document(d.document)]
    by_property: dict[str, list[Decision]] = defaultdict(list)
    by_subject: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for decision in mine:
        by_property[str(decision.target[1])].append(decision)
        for key in desk.find(str(decision.target[0])):
            by_subject[str(decision.target[1]), key].append(decision)
    effects: dict[int, _Effect] = {id(decision): _Effect() for decision in mine}
    order = {id(decision): number for number, decision in enumerate(mine)}

    def settle(fact: AnyFact, named: str, *subjects: str) -> list[AnyFact]:
        found = {id(d): d for key in subjects for d in by_subject.get((named, key), ()) if _means(desk, d, fact)}
        return _settle(fact, sorted(found.values(), key=lambda d: order[id(d)]), effects) if found else [fact]

    statements = [one for s in desk.statements for one in settle(s, s.predicate, s.subject)]
    results = [one for r in desk.results for one in settle(r, RESULT, r.model)]
    events = [one for e in desk.events for one in settle(e, e.type, *e.participants)]
    desk.statements = [one for one in statements if isinstance(one, Statement)]
    desk.results = [one for one in results if isinstance(one, BenchmarkResult)]
    desk.events = [one for one in events if isinstance(one, Event)]
    return [*_looked_at(desk, by_property[SAME]), *_took_part(desk, by_property[PARTICIPATED])] + [
        Applied(d, accepted=tuple(effects[id(d)].accepted), rejected=tuple(effects[id(d)].rejected))
        for d in mine
        if effects[id(d)].hits
    ]


def _looked_at(desk: Desk, decisions: Iterable[Decision]) -> Iterator[Applied]:
    """Pairs of names that a person looked at: nothing changes, but it is known that somebody did."""
    for decision in decisions:
        one, other = (desk.find(str(name)) for name in (decision.target[0], decision.target[2]))
        if one or other:
            wrong = decision.action == "reject" and set(one) & set(other)
            remark = f"{decision.target[0]} and {decision.target[2]} are one thing here; part them with split"
            yield Applied(decision, tuple(sorted({*one, *other})), remarks=(remark,) if wrong else ())


def _took_part(desk: Desk, decisions: Iterable[Decision]) -> Iterator[Applied]:
    """Who took part in a named event: an event's record lists its participants, there is no fact for each."""
    for decision in decisions:
        members, named = desk.find(str(decision.target[0])), desk.find(str(decision.target[2]))
        hits = [e for e in desk.events if e.entity in named and set(e.participants) & set(members)]
        if not hits:
            continue
        if decision.action == "accept":
            yield Applied(decision, tuple(sorted({*members, *named})))
            continue
        gone = tuple(
            Statement(member, PARTICIPATED, str(e.entity), False, e.evidence)
            for e in hits
            for member in e.participants
            if member in members
        )
        desk.events = [
            replace(e, participants=tuple(p for p in e.participants if p not in members)) if e in hits else e
            for e in desk.events
        ]
        yield Applied(decision, rejected=gone)


def _settle(fact: AnyFact, hits: Iterable[Decision], effects: dict[int, _Effect]) -> list[AnyFact]:
    """The fact with the readings that are left, in a list; an empty one where none is."""
    verdict: dict[int, Decision] = {}
    for decision in hits:
        for number, evidence in enumerate(fact.evidence):
            if _is_quoted(decision.quote, evidence):
                verdict[number] = decision
                effects[id(decision)].hits += 1
    rejected: dict[int, list[Evidence]] = defaultdict(list)
    kept: list[Evidence] = []
    accepted: dict[int, None] = {}
    for number, evidence in enumerate(fact.evidence):
        held = verdict.get(number)
        if held is not None and held.action == "reject":
            rejected[id(held)].append(evidence)
            continue
        kept.append(evidence)
        if held is not None:
            accepted[id(held)] = None
    for key, evidences in rejected.items():
        effects[key].rejected.append(replace(fact, evidence=tuple(evidences)))
    if not kept:
        return []
    left = replace(fact, evidence=tuple(kept))
    if accepted:
        left = replace(left, confidence=1.0)
    for key in accepted:
        effects[key].accepted.append(left)
    return [left]


def _is_quoted(quote: str | None, evidence: Evidence) -> bool:
    if quote is None:
        return True
    asked, exact = " ".join(quote.split()), " ".join(evidence.exact.split())
    return asked in exact or exact in asked


def _means(desk: Desk, decision: Decision, fact: AnyFact) -> bool:
    """Whether a decision on this thing and property means the fact's value."""
    wanted = decision.target[2] if len(decision.target) > 2 else None
    if isinstance(fact, Event):
        return wanted is None or _equals(fact.date or "", wanted)
    if isinstance(fact, BenchmarkResult):
        if fact.benchmark not in desk.find(str(wanted)):
            return False
        if len(decision.target) < 4:  # that it was measured there: without that no figure stands, with it none is right
            return decision.action == "reject"
        return _equals(fact.value, decision.target[3])
    if len(decision.target) > 3:
        return False
    return _equals(fact.object, wanted) if fact.is_figure else str(fact.object) in desk.find(str(wanted))


def _equals(value: object, wanted: object) -> bool:
    if str(value).casefold() == str(wanted).casefold():
        return True
    try:
        return math.isclose(float(str(value)), float(str(wanted)), rel_tol=1e-9)
    except ValueError:
        return False


def set_aside(desk: Desk, applied: list[Applied]) -> list[Applied]:
    """Take away the facts that no longer fit their property, with the decision that brought it about."""
    cause = {key: number for number, one in enumerate(applied) for key in one.things}
    aside: dict[int, list[AnyFact]] = defaultdict(list)

    def fits(fact: Statement | BenchmarkResult, ends: tuple[str, ...], well: bool) -> bool:
        why = next((cause[end] for end in ends if end in cause), None)
        if why is None or well:
            return True
        aside[why].append(fact)
        return False

    desk.statements = [s for s in desk.statements if fits(s, _ends(s), _fits(desk, s))]
    desk.results = [r for r in desk.results if fits(r, _ends(r), _may(desk, RESULT, r.model, r.benchmark))]
    return [
        replace(
            one,
            rejected=(*one.rejected, *aside[number]),
            remarks=(*one.remarks, *(f"no longer fits, set aside: {told(desk, fact)}" for fact in aside[number])),
        )
        if number in aside
        else one
        for number, one in enumerate(applied)
    ]


def _ends(fact: Statement | BenchmarkResult) -> tuple[str, ...]:
    if isinstance(fact, BenchmarkResult):
        return fact.model, fact.benchmark
    return (fact.subject,) if fact.is_figure else (fact.subject, str(fact.object))


def _fits(desk: Desk, fact: Statement) -> bool:
    if fact.is_figure:
        figure = load_schema().figures.get(fact.predicate)
        return figure is None or desk.entities[fact.subject].type in figure.domain
    return _may(desk, fact.predicate, fact.subject, str(fact.object))


def _may(desk: Desk, predicate: str, subject: str, target: str) -> bool:
    schema = load_schema()
    kinds = desk.entities[subject].type, desk.entities[target].type
    return subject != target and (predicate not in schema.relations or schema.allows(predicate, *kinds))


def told(desk: Desk, fact: AnyFact) -> str:
    """A fact in a few words."""

    def name(key: str) -> str:
        entity = desk.entities.get(key)
        return f"{entity.name} ({entity.subtype or entity.type})" if entity else key

    if isinstance(fact, Event):
        return f"{fact.type} {fact.date or ''}: {', '.join(map(name, fact.participants))}"
    if isinstance(fact, BenchmarkResult):
        return f"{name(fact.model)} {RESULT} {name(fact.benchmark)} {fact.value:g}{fact.unit or ''}"
    return f"{name(fact.subject)} {fact.predicate} {fact.object if fact.is_figure else name(str(fact.object))}"
