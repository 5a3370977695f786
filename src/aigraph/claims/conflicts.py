"""Where sources disagree: the values of one property side by side, who said each and when, and which one stands.

The judging is done in `history`; this only says it in words. Facts that no other contradicts are not here, nor values
that merely followed one another in time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from aigraph.ask.accounts import narrowed, phrase, property_name, shown, told_of
from aigraph.ask.dossier import name_of
from aigraph.ask.facts import Article, Facts, short
from aigraph.claims.history import DEPRECATED, NORMAL, PREFERRED, Claim, Saying, Series, histories
from aigraph.graph.rdf import Node


@dataclass(frozen=True, slots=True)
class Position:
    """One side of a disagreement, in words.

    `about` is what narrows the property (per month, on which benchmark); `said_by` names the speaker where the text
    does, else the document; `when` are the days it is said for, "" where nobody says; `facts` are ids for `explain`.
    """

    thing: str
    property: str
    about: str
    value: str
    said_by: tuple[str, ...]
    when: tuple[str, ...]
    rank: str
    why: str
    sentence: str
    facts: tuple[str, ...]


def conflicts(store: ox.Store, nodes: Iterable[Node] | None = None, *, lang: str = "en") -> list[Position]:
    """Every disagreement in the graph or about the given things, most voices first, the sides of each together."""
    nodes = list(nodes) if nodes is not None else None
    told = told_of(store, nodes)
    wanted = {short(node.value) for node in nodes} if nodes is not None else None
    disputed = [
        series
        for series in histories(told.facts, told.articles)
        if series.disputed and (wanted is None or wanted & _parties(series))
    ]
    disputed.sort(key=lambda series: -sum(claim.voices for claim in series.claims))
    return [position for series in disputed for position in _positions(store, series, told, lang)]


def _parties(series: Series) -> set[str]:
    """The things a series is about."""
    values = set() if series.is_figure else {str(claim.value) for claim in series.claims}
    return {series.subject, *values, *(str(value) for name, value in series.keys if name == "object")}


def _positions(store: ox.Store, series: Series, told: Facts, lang: str) -> Iterable[Position]:
    keys = dict(series.keys)
    office = keys.pop("office", None)
    about = narrowed(store, keys.items(), lang)
    if series.is_figure and "object" in keys:  # a measured figure is told by what it was measured on
        about = "; ".join(filter(None, (name_of(store, str(keys["object"]), lang), about)))
    head = (name_of(store, series.subject, lang), property_name(str(office or series.predicate), lang), about)
    for claim in series.claims:
        value = shown(store, series.predicate, claim.value, {**keys, **dict(claim.shade)}, lang)
        if not series.is_figure:
            value = name_of(store, str(claim.value), lang)
        yield _position(store, head, value, claim.sayings, told, claim.rank, reason(claim, lang), lang)
        if claim.denials:
            denied = phrase("words", "not", lang) + (" " if lang.startswith("en") else "") + value
            gone = claim.rank == DEPRECATED
            why = phrase("why", "newer", lang) if gone else ""
            yield _position(store, head, denied, claim.denials, told, PREFERRED if gone else NORMAL, why, lang)


def reason(claim: Claim, lang: str) -> str:
    """Why a value has its rank, in words."""
    group = "why" if claim.rank == PREFERRED or claim.why[:1] in (("denied",), ("closed",), ("ended",)) else "against"
    if claim.why == ("less exact",):
        group = "why"
    return phrase("words", "and", lang).join(phrase(group, rule, lang) for rule in claim.why)


def _position(
    store: ox.Store,
    head: tuple[str, str, str],
    value: str,
    sayings: tuple[Saying, ...],
    told: Facts,
    rank: str,
    why: str,
    lang: str,
) -> Position:
    return Position(
        *head,
        value=value,
        said_by=tuple(dict.fromkeys(speaker(store, saying, told.articles, lang) for saying in sayings)),
        when=tuple(dict.fromkeys(saying.when or "" for saying in sayings)),
        rank=rank,
        why=why,
        sentence=next((source.quote for saying in sayings for source in saying.sources), ""),
        facts=tuple(sorted({saying.fact for saying in sayings})),
    )


def speaker(store: ox.Store, saying: Saying, articles: dict[str, Article], lang: str) -> str:
    """Who says it: the speaker the text names, and the document it stands in."""
    article = articles.get(saying.document or "")
    title = article.title if article else (saying.document or "")
    if saying.speaker is None:
        return title
    name = name_of(store, saying.speaker, lang)
    return name + phrase("words", "brackets", lang, title) if title else name
