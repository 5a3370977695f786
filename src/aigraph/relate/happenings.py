"""Events: who takes part in what, when. Built from the participants that sentences name and from dated facts."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aigraph.model import STATED, Analysis, Event, Evidence, Statement
from aigraph.relate.facts import evidence_of
from aigraph.relate.qualify import polarity_of
from aigraph.relate.reader import Judged
from aigraph.relate.targets import EVENT, EVENT_DATE

# Facts that are themselves the trace of an event of a type: a funding round, a purchase.
TRACES = {"investedIn": "Funding", "acquired": "Acquisition", "releaseDate": "Release"}
# The types whose participants tell an event from others of its type: a release is known by what was released.
_THINGS = frozenset({"Model", "Software", "Hardware", "Dataset", "Benchmark", "Publication"})
TELLING = {
    "Release": _THINGS,
    "PriceChange": _THINGS,
    "Personnel": frozenset({"Person"}),
    "Award": frozenset({"Person", "Event"}),
    "Policy": frozenset({"Publication"}),
    "Conference": frozenset({"Event"}),
}


@dataclass(slots=True)
class Draft:
    """An event in the making: one sentence's view of it."""

    type: str
    site: int
    block: int
    start: int
    participants: dict[str, float]
    evidence: list[Evidence]
    date: str | None = None
    status: str = "asserted"
    main: set[str] = field(default_factory=set)  # participants that tell this event from others of its type


def events_of(
    state: Analysis, judged: Sequence[Judged], statements: Sequence[Statement], threshold: float
) -> list[Event]:
    """The events of a document in text order, those of several sentences joined."""
    passed = [j for j in judged if j.probability > threshold]
    dates = _dates(passed)
    drafts = [*_named(state, passed), *_traced(statements)]
    written = sorted((x.start, str(x.value or "")) for x in state.literals if x.kind == "date")
    for draft in drafts:
        if draft.date is None:
            draft.date = _date_of(draft, dates) or _only_date(draft, written)
    drafts.sort(key=lambda d: (d.type, d.start, d.date or ""))
    makers = _makers(statements)
    joined = _joined(drafts)
    out = [_event(state, d, makers) for d in joined if d.participants]
    return sorted(out, key=lambda e: (e.evidence[0].start, e.type, e.date or "", e.participants))


def _dates(judged: Iterable[Judged]) -> dict[str, list[tuple[float, int, str]]]:
    """Entity -> (probability, sentence, date) of the dates tied to it as an event's."""
    out: dict[str, list[tuple[float, int, str]]] = defaultdict(list)
    for j in judged:
        s, p, o = j.pair.key
        if p in (EVENT_DATE, "releaseDate") and isinstance(o, tuple) and o[0] == "=":
            for reading in j.pair.readings[:3]:
                out[s].append((j.probability, reading.candidate.site.index, str(o[2])))
    return out


def _date_of(draft: Draft, dates: dict[str, list[tuple[float, int, str]]]) -> str | None:
    """The likeliest date tied to a participant in this sentence."""
    near = [(p, d) for e in draft.participants for p, site, d in dates.get(e, ()) if site == draft.site]
    return max(near, default=(0.0, None), key=lambda x: (x[0], x[1] or ""))[1]


def _only_date(draft: Draft, written: Sequence[tuple[int, str]]) -> str | None:
    """The date that the event's sentence says, where it says no other; `written` are the dates of the text in order."""
    quote = draft.evidence[0]
    inside = written[bisect_left(written, (quote.start, "")) : bisect_left(written, (quote.end, ""))]
    said = {value for _, value in inside}
    return said.pop() or None if len(said) == 1 else None


def _named(state: Analysis, judged: Sequence[Judged]) -> list[Draft]:
    drafts: dict[tuple[str, int], Draft] = {}
    for j in judged:
        entity, predicate, _ = j.pair.key
        if not predicate.startswith(EVENT):
            continue
        candidate = j.pair.best.candidate
        site = candidate.site
        key = predicate[len(EVENT) :], site.index
        if key not in drafts:
            evidence = list(evidence_of(state, j.pair, round(j.probability, 4)))
            drafts[key] = Draft(key[0], site.index, site.block.index, site.start, {}, evidence)
            status = polarity_of(state, candidate)
            drafts[key].status = status if status in STATED or j.pair.best.unstated > 0 else "asserted"
        draft = drafts[key]
        if state.entities[entity].type in TELLING.get(draft.type, ()):
            draft.main.add(entity)
        draft.participants[entity] = max(draft.participants.get(entity, 0.0), j.probability)
    return list(drafts.values())


def _traced(statements: Sequence[Statement]) -> list[Draft]:
    drafts = []
    for s in statements:
        if s.predicate not in TRACES or s.polarity not in STATED:
            continue
        evidence = s.evidence[0]
        who = {s.subject: s.confidence}
        date = None
        if s.is_figure:
            date = str(s.object)
            main = {s.subject}
        else:
            who[str(s.object)] = s.confidence
            main = {str(s.object)}
        kind = TRACES[s.predicate]
        drafts.append(Draft(kind, -1, -1, evidence.start, who, list(s.evidence), date, s.polarity, main))
    return drafts


def _joined(drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts of one event made one: the same sentence and type, or a shared main participant and no other date."""
    out: list[Draft] = []
    places: dict[tuple[str, str, str | int], set[int]] = defaultdict(set)  # where a draft that is the same can stand
    for draft in drafts:
        near = {i for key in _traits(draft) for i in places[key]}
        for known in (out[i] for i in sorted(near)):
            if _same(known, draft):
                for e, p in draft.participants.items():
                    known.participants[e] = max(p, known.participants.get(e, 0.0))
                known.date = known.date or draft.date
                known.main |= draft.main
                known.evidence += [e for e in draft.evidence if e not in known.evidence]
                break
        else:
            known = draft
            out.append(draft)
        at = next(i for i in (*sorted(near), len(out) - 1) if out[i] is known)
        for key in _traits(known):
            places[key].add(at)
    return out


def _traits(draft: Draft) -> list[tuple[str, str, str | int]]:
    """A participant or a sentence: drafts of one event share at least one of these, and type and status."""
    places: list[str | int] = [*sorted(draft.participants), *sorted({e.start for e in draft.evidence})]
    return [(draft.type, draft.status, place) for place in places]


def _same(a: Draft, b: Draft) -> bool:
    """One sentence and a shared participant; or, across sentences, what tells such events apart is shared."""
    if a.date and b.date and a.date != b.date:
        return False
    shared = a.participants.keys() & b.participants.keys()
    starts = {e.start for e in a.evidence}
    if any(e.start in starts for e in b.evidence):
        return bool(shared) or a.date == b.date
    if a.main and b.main:
        return 2 * len(a.main & b.main) >= min(len(a.main), len(b.main)) and bool(a.main & b.main)
    return len(shared) >= 2


def _makers(statements: Sequence[Statement]) -> dict[str, str]:
    return {
        s.subject: str(s.object) for s in statements if s.predicate == "developedBy" and s.polarity in STATED
    }


def _event(state: Analysis, draft: Draft, makers: dict[str, str]) -> Event:
    who = set(draft.participants)
    if draft.type == "Release":
        who |= {makers[e] for e in draft.participants if e in makers}
    named = sorted(e for e in who if state.entities[e].type == "Event") if draft.type in ("Conference", "Award") else []
    entity = named[0] if len(named) == 1 else None
    evidence = tuple(sorted(draft.evidence[:3], key=lambda e: (e.start, e.end)))
    return Event(
        type=draft.type,
        date=draft.date,
        participants=tuple(sorted(who - {entity} if entity else who)),
        evidence=evidence,
        name=state.entities[entity].name if entity else None,
        entity=entity,
        polarity=draft.status,
        confidence=round(max(draft.participants.values()), 4),
    )
