"""From readings to facts: all candidates of one (subject, predicate, object) together, described by a few numbers.

What a single sentence leaves open, the document often settles: the same pair read twice, a better rival for the same
subject or object, a name that contains the other. These numbers feed the second, tree-based decision.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from math import log10
from typing import Any

import numpy as np

from aigraph.model import Analysis, Literal
from aigraph.relate.candidates import Candidate
from aigraph.relate.features import family_of, likeness
from aigraph.relate.targets import EVENT

Key = tuple[str, str, Any]  # subject entity, predicate, object: entity id, or ("=", kind, value), or ("#", offset)

FLOOR = -9.0  # the logit that stands for "no such reading"
ROLES = {"": 0, "prev": 1, "heading": 2, "header": 3, "title": 4, "nested": 5, "column": 6, "lead": 7, "main": 8}
ROLES |= {"caption": 9, "speaker": 10}
KINDS = {"paragraph": 0, "heading": 1, "item": 2, "row": 3, "turn": 4, "quote": 5, "code": 6, "reference": 7}
LANGS = {"zh-Hans": 0, "zh-Hant": 1, "en": 2}


@dataclass(slots=True)
class Reading:
    """One candidate with the logit of one predicate, and the logit of its being no stated fact (a denial, a plan).

    `logit` is the mean of what the linear part and the network say; the two are kept beside it.
    """

    logit: float
    candidate: Candidate
    unstated: float = FLOOR
    linear: float = FLOOR
    network: float = FLOOR


@dataclass(slots=True)
class Pair:
    """All readings of one possible fact, best first."""

    key: Key
    readings: list[Reading] = field(default_factory=list)

    @property
    def best(self) -> Reading:
        """The most likely reading: the evidence."""
        return self.readings[0]


def object_key(candidate: Candidate, predicate: str) -> Any:
    """What counts as the same object: the entity, the value, or (scores, events) the place in the text."""
    slot = candidate.object
    if slot is None:
        return ("#", candidate.site.index)
    if slot.literal is None:
        return slot.entity
    if predicate.startswith("score.") or slot.literal.value is None:
        return ("#", slot.start)
    return ("=", slot.type, slot.literal.value)


def group(readings: Iterable[tuple[str, Reading]]) -> list[Pair]:
    """Pairs in the order of their first reading; `readings` come as (predicate, reading)."""
    pairs: dict[Key, Pair] = {}
    for predicate, reading in readings:
        c = reading.candidate
        assert c.subject.entity is not None
        key = (c.subject.entity, predicate, object_key(c, predicate))
        pairs.setdefault(key, Pair(key)).readings.append(reading)
    for pair in pairs.values():
        pair.readings.sort(key=lambda r: -r.logit)
    return list(pairs.values())


class DocumentFacts:
    """What the numbers of a pair need to know of the whole document."""

    def __init__(self, analysis: Analysis, names: Mapping[str, str]) -> None:
        """One pass over the mentions."""
        self.length = max(len(analysis.text), 1)
        self.names = names
        self.counts = Counter(m.entity for m in analysis.mentions)
        self.first: dict[str | None, int] = {}
        self.score: dict[str | None, float] = defaultdict(float)
        for m in analysis.mentions:
            self.first.setdefault(m.entity, m.start)
            self.score[m.entity] = max(self.score[m.entity], m.score)
        self.known = {e.id for e in analysis.entities.values() if e.lexicon_id}
        by_type: Counter[str] = Counter()
        for m in analysis.mentions:
            by_type[m.type] += 1
        self.share = {m.entity: self.counts[m.entity] / by_type[m.type] for m in analysis.mentions}
        self.lang = LANGS.get(analysis.document.lang or "en", 2)
        self.dated = analysis.document.date is not None


def _above(numbers: Sequence[float], limit: float) -> int:
    """How many of the sorted numbers are greater than the limit."""
    return len(numbers) - bisect_right(numbers, limit)


class _Field:
    """The pairs that share a predicate and one side, by their other side: sorted once, asked for every pair."""

    def __init__(self, found: Sequence[tuple[float, Any]], family: Mapping[str, str]) -> None:
        self._best_first = sorted(found, key=lambda x: -x[0])
        self._logits = [x for x, _ in reversed(self._best_first)]
        self._own: dict[Any, list[float]] = defaultdict(list)
        self._families: dict[str, list[tuple[float, Any]]] = defaultdict(list)
        for logit, key in reversed(self._best_first):
            self._own[key].append(logit)
        for logit, key in self._best_first:
            if isinstance(key, str) and family.get(key):
                self._families[family[key]].append((logit, key))

    def rivals(self, logit: float, own: Any) -> list[float]:
        """Lead over the best other one; how many others are better, how many are likely, how many there are."""
        best = next((x for x, key in self._best_first if key != own), FLOOR)
        mine = self._own.get(own, [])
        better, likely = (_above(self._logits, limit) - _above(mine, limit) for limit in (logit, -0.5))
        return [logit - best, better, likely, len(self._logits) - len(mine)]

    def kin(self, family: str, own: Any) -> float:
        """The best logit of another name of the family; FLOOR where there is none."""
        return next((x for x, key in self._families.get(family, ()) if key != own), FLOOR)


class PairNumbers:
    """Computes the numbers of every pair of a document."""

    def __init__(self, pairs: list[Pair], facts: DocumentFacts, targets: Sequence[str]) -> None:
        """Index the pairs by subject, object and both, to know each one's rivals; `targets` number the predicates."""
        self.pairs, self.facts = pairs, facts
        self._targets = {name: i for i, name in enumerate(targets)}
        by_subject: dict[Any, list[tuple[float, Any]]] = defaultdict(list)
        by_object: dict[Any, list[tuple[float, Any]]] = defaultdict(list)
        self._by_both: dict[Any, dict[str, float]] = defaultdict(dict)
        self._family = {e: family_of(name) for e, name in facts.names.items()}
        self._types: dict[str, str] = {}
        self._groups: dict[int, set[str]] = defaultdict(set)
        self._fields: dict[tuple[str, Any, bool], dict[Any, float]] = defaultdict(dict)
        self._best_in_group: dict[tuple[int, str, Any, bool], list[tuple[float, str]]] = {}
        for pair in pairs:
            s, p, o = pair.key
            logit = pair.best.logit
            self._fields[p, s, True][o] = logit
            self._fields[p, o, False][s] = logit
            for reading in pair.readings:
                for slot in (reading.candidate.subject, reading.candidate.object):
                    if slot is not None and slot.group >= 0 and slot.entity:
                        self._groups[slot.group].add(slot.entity)
            for slot in (pair.best.candidate.subject, pair.best.candidate.object):
                if slot is not None and slot.entity:
                    self._types[slot.entity] = slot.type
            by_subject[s, p].append((logit, o))
            by_object[self._place(pair), p].append((logit, s))
            self._by_both[s, self._place(pair)][p] = logit
        self._by_subject = {key: _Field(found, self._family) for key, found in by_subject.items()}
        self._by_object = {key: _Field(found, self._family) for key, found in by_object.items()}

    @staticmethod
    def _place(pair: Pair) -> Any:
        """Entities by id; literals by where they stand, for a number belongs to one subject."""
        slot = pair.best.candidate.object
        if slot is None or slot.literal is None:
            return pair.key[2]
        return ("#", slot.start)

    def matrix(self) -> np.ndarray:
        """One row a pair, float32."""
        return np.array([self._row(pair) for pair in self.pairs], dtype=np.float32).reshape(len(self.pairs), -1)

    def _row(self, pair: Pair) -> list[float]:
        s, p, o = pair.key
        best = pair.best
        c = best.candidate
        logits = [r.logit for r in pair.readings]
        inside = [r.logit for r in pair.readings if r.candidate.role == ""]
        row = [
            float(self._targets.get(p, -1)),
            best.logit,
            logits[1] if len(logits) > 1 else FLOOR,
            sum(max(0.0, x + 1) for x in logits),
            len(logits),
            len(inside),
            inside[0] if inside else FLOOR,
            ROLES[c.role],
            min(c.distance, 30),
            c.forward,
            c.rivals,
            KINDS.get(c.site.block.kind, 9),
            c.subject.order,
            c.object.order if c.object else -1,
            len(c.site.slots),
            c.site.end - c.site.start,
            max((r.candidate.wordings.get(p, (0.0,))[0] for r in pair.readings), default=0.0),
            sum(w for r in pair.readings[:3] for q, (w, _) in r.candidate.wordings.items() if q != p),
            best.linear,
            best.network,
            max(r.linear for r in pair.readings),
            max(r.network for r in pair.readings),
            best.unstated,
            min(r.unstated for r in pair.readings[:3]),
        ]
        place = self._place(pair)
        row += self._by_subject[s, p].rivals(best.logit, o)
        row += self._by_object[place, p].rivals(best.logit, s)
        row += self._siblings(pair)
        row += self._others(s, p, place)
        row += self._named(s, o if isinstance(o, str) else None)
        row += _literal_numbers(c.object.literal if c.object else None)
        row += self._kin(s, p, o, place)
        return row

    def _kin(self, s: str, p: str, o: Any, place: Any) -> list[float]:
        """The best logit of the same predicate for names of the subject's family, and of the object's."""
        mine, theirs = self._family.get(s, ""), self._family.get(o, "") if isinstance(o, str) else ""
        return [self._by_object[place, p].kin(mine, s), self._by_subject[s, p].kin(theirs, o)]

    def _siblings(self, pair: Pair) -> list[float]:
        """The best logit of the same predicate for the other members of the object's list, and of the subject's."""
        s, p, o = pair.key
        c = pair.best.candidate
        row = []
        for slot, by_object in ((c.object, True), (c.subject, False)):
            best = FLOOR
            if slot is not None and slot.group >= 0:
                ranked = self._in_group(slot.group, p, s if by_object else o, by_object)
                best = max(best, next((logit for logit, member in ranked if member != slot.entity), FLOOR))
            row.append(best)
        return row

    def _in_group(self, group: int, p: str, fixed: Any, by_object: bool) -> list[tuple[float, str]]:
        """The two best members of a list under one predicate and other side: looked up once, not for every member."""
        key = (group, p, fixed, by_object)
        if key not in self._best_in_group:
            members, field = self._groups[group], self._fields[p, fixed, by_object]
            fewer = members if len(members) < len(field) else field
            found = [(field[member], member) for member in fewer if member in field and member in members]
            self._best_in_group[key] = nlargest(2, found)
        return self._best_in_group[key]

    def _others(self, s: str, p: str, place: Any) -> list[float]:
        """The same two the other way round, and under other predicates."""
        same = self._by_both[s, place]
        back = self._by_both.get((place, s), {})
        others = [x for q, x in same.items() if q != p and not q.startswith(EVENT)]
        named = [same.get(q, FLOOR) if q != p else FLOOR for q in _COMPANIONS]
        return [back.get(p, FLOOR), max(others, default=FLOOR), max(back.values(), default=FLOOR), *named]

    def _named(self, s: str, o: str | None) -> list[float]:
        f = self.facts
        row = [f.counts[s], f.share.get(s, 0), f.first.get(s, 0) / f.length, f.score[s], s in f.known, f.length, f.lang]
        row += [f.dated, _TYPES.get(self._type(s), 9), len(f.names.get(s, ""))]
        if o is None:
            return [*row, 0, 0, 0, 0, 0, -1, 0, *([0] * 6)]
        row += [f.counts[o], f.share.get(o, 0), f.first.get(o, 0) / f.length, f.score[o], o in f.known]
        row += [_TYPES.get(self._type(o), 9), (f.first.get(o, 0) - f.first.get(s, 0)) / 100]
        return [*row, *likeness(f.names.get(s, ""), f.names.get(o, ""))]

    def _type(self, entity: str) -> str:
        return self._types.get(entity, "")


_COMPANIONS = tuple(
    "developedBy founderOf worksFor investedIn acquired partnerOf variantOf successorOf basedOn outperforms uses "
    "supports competitorOf partOf releaseDate on.date".split()
)
_TYPES = {
    name: i
    for i, name in enumerate(
        "Organization Model Person Hardware Benchmark Event Software Technique Dataset Publication".split()
    )
}
_LITERALS = tuple(
    "date money percent parameters tokens memory power performance transistors people users count score elo multiple "
    "licence place".split()
)


def _literal_numbers(literal: Literal | None) -> list[float]:
    if literal is None:
        return [-1, 0, 0, 0, 0, 0]
    size = log10(literal.value) if isinstance(literal.value, (int, float)) and literal.value > 0 else 0.0
    return [
        _LITERALS.index(literal.kind) if literal.kind in _LITERALS else 20,
        size,
        literal.currency is not None,
        literal.per is not None,
        len(str(literal.value or "")) if literal.kind == "date" else 0,
        literal.relative,
    ]
