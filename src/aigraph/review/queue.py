"""What awaits a decision: facts below a confidence, in the order of doubt, and links, in the order of likeness.

Reads a built graph. Left out is what was decided: what a review in the graph has touched, and what the decisions file
says already, though the graph be older than it. Only what stands is asked about; a denied or planned fact is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

import pyoxigraph as ox

from aigraph.ask.dossier import Explanation, document_of, explain, find_facts
from aigraph.ask.facts import Fact, Source, short
from aigraph.graph.rdf import CONFIDENCE, ID, PREFIXES, term
from aigraph.model import STATED
from aigraph.review.cases import Case, Passage, Things
from aigraph.review.facts import RESULT
from aigraph.review.likeness import link_cases
from aigraph.review.records import ON_FACTS, SAME, Decision, Value
from aigraph.text.normalise import name_key

BELOW = 0.6  # confidence under which a fact is asked about
KINDS = ("facts", "links")
MAX_PASSAGES = 3  # shown a case
_MERGED = ox.DefaultGraph()
_FACTS = tuple(PREFIXES[kind] for kind in ("statement", "result", "event"))
_INFLUENCED = term("prov:wasInfluencedBy")

_ANY = "*"

Key = tuple[str, ...]


def awaiting(
    store: ox.Store,
    decisions: Sequence[Decision] = (),
    *,
    below: float = BELOW,
    kinds: Sequence[str] = KINDS,
    limit: int | None = None,
) -> list[Case]:
    """The cases without a decision, facts first, at most `limit`; in the same order for the same graph."""
    things = Things(store)
    decided = {key for decision in decisions for key in _keys(things, decision)}
    cases: list[Iterator[Case]] = []
    if "facts" in kinds:
        cases.append(fact_cases(store, things, below))
    if "links" in kinds:
        cases.append(link_cases(store, things))
    return list(islice((case for case in chain(*cases) if not _case_keys(things, case) & decided), limit))


def _keys(things: Things, decision: Decision) -> set[Key]:
    """What a decision is about, by the ids of this graph: the same key, whatever name was used."""
    if decision.action == "merge":
        return {key for name in decision.target[1:] for key in _pairs(things, decision.target[0], name)}
    if decision.action == "split" and decision.name:
        return _pairs(things, decision.target[0], decision.name)
    if decision.action == "retype":
        return {(decision.action, key, decision.type or "") for key in things.ids(str(decision.target[0]))}
    if decision.action in ON_FACTS and decision.target[1] == SAME:
        return _pairs(things, decision.target[0], decision.target[2])
    if decision.action not in ON_FACTS:
        return set()
    subject, predicate, *rest = decision.target
    values = [""] if not rest else [_written(rest[0]), *things.ids(str(rest[0]))]
    tails: list[Key] = [(_written(rest[1]),)] if len(rest) > 1 else [()]
    if decision.action == "reject" and predicate == RESULT and len(rest) == 1:
        tails = [(), (_ANY,)]  # no figure stands of what was not measured
    ends = [(value, *tail) for value in values for tail in tails]
    return {(key, str(predicate), *end) for key in things.ids(str(subject)) for end in ends}


def _case_keys(things: Things, case: Case) -> set[Key]:
    """What the case is about; a result is also about any figure of the same system on the same benchmark."""
    keys = _keys(things, case.accept) | _keys(things, case.reject)
    return keys | {(*key[:3], _ANY) for key in keys if len(key) == 4}


def _pairs(things: Things, one: Value, other: Value) -> set[Key]:
    """Two things, or one thing and a name of it."""
    mine, others = things.ids(str(one)), things.ids(str(other))
    apart = others - mine or {f"name {name_key(str(other))}"}
    return {(SAME, *sorted((a, b))) for a in mine for b in apart}


def _written(value: Value) -> str:
    try:
        return f"{float(value):.10g}"
    except ValueError:
        return str(value).casefold()


# -- facts ------------------------------------------------------------------------------------------------------------


def fact_cases(store: ox.Store, things: Things, below: float) -> Iterator[Case]:
    """The standing facts under a confidence that no review has touched, the most doubtful first."""
    found = []
    for quad in store.quads_for_pattern(None, CONFIDENCE, None, _MERGED):
        if not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.object, ox.Literal):
            continue
        confidence = float(quad.object.value)
        reviewed = any(True for _ in store.quads_for_pattern(quad.subject, _INFLUENCED, None, _MERGED))
        if confidence < below and quad.subject.value.startswith(_FACTS) and not reviewed:
            found.append((confidence, quad.subject.value))
    cases = (_fact_case(store, things, iri) for _, iri in sorted(found))
    yield from (case for case in cases if case is not None)


def _fact_case(store: ox.Store, things: Things, iri: str) -> Case | None:
    (fact,) = find_facts(store, (short(iri),))
    if fact.polarity not in STATED:
        return None
    said = dict(fact.qualifiers)
    parties = [things.party(key) for key in _members(store, iri, fact)]
    if not parties:
        return None
    target: tuple[Value, ...]
    if iri.startswith(PREFIXES["event"]):
        kind, day = str(said.pop("eventType", "")), str(said.pop("date", ""))
        target = (parties[0].reference, kind, day)
        title = f"{' '.join(filter(None, (kind, day)))}: {', '.join(party.name for party in parties)}"
    elif fact.is_figure:
        target = (parties[0].reference, fact.predicate, fact.object)
        title = f"{parties[0].name} {fact.predicate} {fact.object}"
    else:
        target = (parties[0].reference, fact.predicate, parties[1].reference)
        title = f"{parties[0].name} {fact.predicate} {parties[1].name}"
        if iri.startswith(PREFIXES["result"]):
            target = (*target, said.get("value", 0))
            title += f" {said.pop('value', '')}{said.pop('unit', '')}"
    told = explain(store, fact)
    return Case(
        "fact",
        " ".join(title.split()),
        tuple(parties),
        ", ".join(told.rules),
        Decision("accept", target),
        Decision("reject", target),
        fact.confidence,
        tuple(f"{name}: {value}" for name, value in sorted(said.items(), key=str)),
        tuple(_passages(store, told)),
    )


def _members(store: ox.Store, iri: str, fact: Fact) -> list[str]:
    if iri.startswith(PREFIXES["event"]):
        quads = store.quads_for_pattern(ox.NamedNode(iri), term("participant"), None, _MERGED)
        return sorted(short(quad.object.value) for quad in quads if isinstance(quad.object, ox.NamedNode))
    return [fact.subject] if fact.is_figure else [fact.subject, str(fact.object)]


def _passages(store: ox.Store, told: Explanation) -> Iterator[Passage]:
    for source, namings in told.namings[:MAX_PASSAGES]:
        marks = [
            (naming.start - source.start, naming.start - source.start + len(naming.written))
            for naming in namings
            if naming.written and naming.start is not None and source.start is not None
        ]
        before, after = (_beside(store, source, side) for side in ("prefix", "suffix"))
        yield Passage(document_of(store, source)[0], before, source.quote, after, tuple(sorted(marks)))


def _beside(store: ox.Store, source: Source, side: str) -> str:
    """What stands before or after a quote on its line, as far as the graph keeps it."""
    node = ID + f"evidence/{source.document.removeprefix('doc/')}-{source.start}-{source.end}-quote"
    quads = store.quads_for_pattern(ox.NamedNode(node), term("oa:" + side), None, _MERGED)
    text = next((quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)), "")
    return text.rsplit("\n", 1)[-1] if side == "prefix" else text.split("\n", 1)[0]
