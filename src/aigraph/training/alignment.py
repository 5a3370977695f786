"""Which candidates an annotation confirms: predicted names and figures laid beside the annotated facts.

A predicted entity stands for every annotated one that shares a surface with it. A reading is confirmed where the
evidence of the annotated fact overlaps its sentence; a right pair read elsewhere is neither right nor wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aigraph.model import STATED, Analysis
from aigraph.quality.evaluate import same_value as scorer_accepts
from aigraph.relate.candidates import Candidate
from aigraph.relate.pairs import Pair
from aigraph.relate.targets import EVENT, EVENT_DATE, NO_RELATION, SCORE_BENCHMARK, SCORE_MODEL
from aigraph.schema import load_schema
from aigraph.text.normalise import name_key
from aigraph.training.corpus import GoldDocument

NEAR = 400  # characters within which a score's evidence must lie to vouch for the number


@dataclass(frozen=True, slots=True)
class GoldFact:
    """One annotated fact in the reader's own terms; `object` is an entity id, a value, or None for events."""

    subject: str
    object: Any
    start: int
    end: int
    stated: bool


FactIndex = dict[str, dict[str, list[GoldFact]]]  # predicate -> subject -> facts


def gold_facts(document: GoldDocument) -> FactIndex:
    """The annotated facts by predicate and subject, with scores and events taken apart as the reader decides them."""
    out: FactIndex = defaultdict(lambda: defaultdict(list))
    symmetric = {name for name, r in load_schema().relations.items() if r.symmetric}

    def add(predicate: str, subject: str, obj: Any, item: dict[str, Any]) -> None:
        quote = item.get("evidence") or ""
        at = document.text.find(quote) if quote else -1
        stated = item.get("polarity", "asserted") in STATED
        out[predicate][subject].append(GoldFact(subject, obj, at, at + len(quote) if at >= 0 else -1, stated))

    for r in document.gold.get("relations", []):
        if r["p"] not in NO_RELATION:
            add(r["p"], r["s"], r["o"], r)
            if r["p"] in symmetric:
                add(r["p"], r["o"], r["s"], r)
    for f in document.gold.get("figures", []):
        add(f["p"], f["s"], f["value"], f)
    for s in document.gold.get("scores", []):
        add(SCORE_MODEL, s["model"], s["value"], s)
        add(SCORE_BENCHMARK, s["benchmark"], s["value"], s)
    for v in document.gold.get("events", []):
        for participant in v["participants"]:
            add(EVENT + v["type"], participant, None, v)
            if v.get("date"):
                add(EVENT_DATE, participant, v["date"], v)
    return out


def gold_entities(document: GoldDocument, analysis: Analysis) -> dict[str, set[str]]:
    """Predicted entity id -> annotated entity ids that share a surface with it."""
    by_key: dict[str, set[str]] = defaultdict(set)
    for e in document.gold["entities"]:
        for name in (e["name"], *e.get("aliases", [])):
            by_key[name_key(name)].add(e["id"])
    out: dict[str, set[str]] = defaultdict(set)
    for m in analysis.mentions:
        if m.entity is not None:
            out[m.entity] |= by_key.get(name_key(document.text[m.start : m.end]), set())
    return out


def same_value(predicate: str, gold: Any, found: Any) -> bool:
    """As the scorer compares: dates exactly, texts by containment, numbers within about a percent."""
    if found is None:
        return False
    return str(gold) == str(found) if predicate == EVENT_DATE else scorer_accepts(predicate, gold, found)


def label(
    candidate: Candidate, predicate: str, facts: FactIndex, entities: Mapping[str, set[str]]
) -> tuple[int, bool]:
    """(1 confirmed here, 0 not annotated, -1 annotated but read elsewhere; whether it is stated as a fact)."""
    verdict, stated = 0, False
    subjects = entities.get(candidate.subject.entity or "", set())
    if not subjects or predicate not in facts:
        return 0, False
    site = candidate.site
    for fact in facts_about(facts[predicate], subjects):
        if not _same_object(candidate, predicate, fact, entities):
            continue
        if 0 <= fact.start < site.end and fact.end > site.start:
            verdict, stated = 1, stated or fact.stated
        elif verdict == 0 and candidate.object is not None:
            verdict = -1
    return verdict, stated


def facts_about(by_subject: Mapping[str, list[GoldFact]], subjects: set[str]) -> Iterator[GoldFact]:
    """The facts of some subjects."""
    for subject in sorted(subjects):
        yield from by_subject.get(subject, ())


def _same_object(candidate: Candidate, predicate: str, fact: GoldFact, entities: Mapping[str, set[str]]) -> bool:
    slot = candidate.object
    if slot is None:
        return True
    if slot.literal is None:
        return fact.object in entities.get(slot.entity or "", set())
    return same_value(predicate, fact.object, slot.literal.value)


def pair_is_stated(pair: Pair, facts: FactIndex, entities: Mapping[str, set[str]]) -> bool:
    """Whether the document's annotation states this fact at all (scores and events: at about this place)."""
    s, p, _ = pair.key
    candidate = pair.best.candidate
    for fact in facts_about(facts.get(p, {}), entities.get(s, set())):
        if not fact.stated or not _same_object(candidate, p, fact, entities):
            continue
        if candidate.object is None:
            if fact.start < candidate.site.end and fact.end > candidate.site.start:
                return True
        elif p not in (SCORE_MODEL, SCORE_BENCHMARK) or (
            fact.start - NEAR <= candidate.object.start <= fact.end + NEAR
        ):
            return True
    return False
