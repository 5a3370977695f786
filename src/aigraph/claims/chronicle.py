"""The timeline of one thing: its dated facts and events in order, each with its sentences; undated ones apart.

An entry stands at the date its text states (the day of an event or release, a point in time, a beginning), else at the
day its first document was published, and says which of the two it is. What neither gives has no date and is not put
anywhere. Plans, suppositions and denials are there with their mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from aigraph.ask.accounts import narrowed, property_name, shown, told_of
from aigraph.ask.dossier import name_of
from aigraph.ask.facts import Fact, Facts, Source, short
from aigraph.claims.agreement import is_date
from aigraph.claims.conflicts import speaker
from aigraph.claims.history import Saying, histories, sayings_of
from aigraph.graph.rdf import Node

STATED, PUBLISHED = "stated", "published"  # where a date comes from
_DATING = frozenset({"pointInTime", "from", "until", "date", "eventType"})  # qualifiers that say when, not what


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact or event. `date` is ISO, as exact as known, None where nobody says; `dated` says where it is from.

    `until` is the day from which a single value holds no longer; `rank` as in `history`, None for
    what may have many values; `said_by` the speakers or
    documents; `fact` an id for `explain`.
    """

    date: str | None
    dated: str | None
    kind: str
    what: str
    about: str
    until: str | None
    rank: str | None
    polarity: str
    said_by: tuple[str, ...]
    sentences: tuple[Source, ...]
    fact: str


def timeline(
    store: ox.Store, nodes: Iterable[Node], *, lang: str = "en", start: str = "", end: str = "9999"
) -> list[Entry]:
    """What is known of these things, oldest first, the undated ones last.

    `start` and `end` cut the dated ones (both ends count, as exact as given).
    """
    nodes = list(nodes)
    told = told_of(store, nodes)
    mine = {short(node.value) for node in nodes}
    ends = _ends(told)
    found: dict[str, Entry] = {}
    for fact in told.facts:
        if fact.id in found or not mine & {fact.subject, str(fact.object)}:
            continue
        entry = _entry(store, fact, told, mine, ends, lang)
        if entry.date is None or (entry.date[: len(start)] >= start and entry.date[: len(end)] <= end):
            found[fact.id] = entry
    every = list(found.values())
    return sorted(every, key=lambda e: (e.date is None, e.date or "", e.kind, e.what, e.about, e.fact))


def _ends(told: Facts) -> dict[str, tuple[str, list[Saying]]]:
    """Fact -> its rank and the sayings that know its end."""
    found: dict[str, tuple[str, list[Saying]]] = {}
    for series in histories(told.facts, told.articles):
        for claim in series.claims:
            for saying in claim.sayings:
                found.setdefault(saying.fact, (claim.rank, []))[1].append(saying)
    return found


def _entry(
    store: ox.Store, fact: Fact, told: Facts, mine: set[str], ends: dict[str, tuple[str, list[Saying]]], lang: str
) -> Entry:
    sayings = sayings_of(fact, told.articles)
    date, dated = _when(fact, sayings)
    rank, judged = ends.get(fact.id, (None, []))
    over = bool(judged) and not any(saying.open for saying in judged)
    kind, what = _said(store, fact, mine, lang)
    return Entry(
        date=date,
        dated=dated,
        kind=kind,
        what=what,
        about=narrowed(store, [pair for pair in fact.qualifiers if pair[0] not in _DATING], lang),
        until=max((saying.ended for saying in judged if saying.ended), default=None) if over else None,
        rank=rank,
        polarity=fact.polarity,
        said_by=tuple(dict.fromkeys(speaker(store, saying, told.articles, lang) for saying in sayings)),
        sentences=fact.sources,
        fact=fact.id,
    )


def _when(fact: Fact, sayings: list[Saying]) -> tuple[str | None, str | None]:
    """The date of a fact and whether its text states it or its earliest document was published then."""
    said = dict(fact.qualifiers)
    stated = said.get("from") or said.get("pointInTime") or said.get("date")
    if stated:
        return str(stated), STATED
    if fact.is_figure and is_date(fact.object):
        return str(fact.object), STATED
    published = min((saying.said for saying in sayings if saying.said), default=None)
    return published, PUBLISHED if published else None


def _said(store: ox.Store, fact: Fact, mine: set[str], lang: str) -> tuple[str, str]:
    """The kind of a fact, and the rest of it: the whole sentence of it where the thing is not its subject."""
    said = dict(fact.qualifiers)
    if "eventType" in said:
        kind = property_name(str(said["eventType"]), lang)
        name = name_of(store, str(fact.object), lang)
        return kind, name.removeprefix(f"{said['eventType']}: ")
    kind = property_name(fact.predicate, lang)
    what = shown(store, fact.predicate, fact.object, said, lang)
    if "value" in said and not fact.is_figure:
        what = f"{name_of(store, str(fact.object), lang)} {shown(store, 'value', said['value'], said, lang)}"
    if fact.subject in mine:
        return kind, what
    return kind, f"{name_of(store, fact.subject, lang)} → {what}"
