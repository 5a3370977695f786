"""When a fact holds, as its own sentence says it: a point in time, or a beginning and an end.

Only properties to which the ontology allows these qualifiers get them, and only from a sentence that names both sides
of the fact and exactly one date (for what has a beginning and an end, see `tenure`). It refuses to choose between two
dates, to carry a date over from another sentence, and to take the day of a report for that of what is reported.
"""

from __future__ import annotations

from functools import cache

from aigraph.model import Analysis, Literal
from aigraph.relate.candidates import Candidate
from aigraph.relate.tenure import tenure
from aigraph.schema import LANGS, load_schema
from aigraph.text.normalise import lowered


def held_at(state: Analysis, predicate: str, candidate: Candidate) -> dict[str, str]:
    """The qualifiers pointInTime, or from and until, that the sentence gives; empty where it gives none for sure."""
    allowed = _allowed(predicate)
    if not allowed or candidate.role != "":
        return {}
    site, target = candidate.site, candidate.object
    clause = lowered(state.norm[site.start : site.end])
    if any(word in clause for word in _reporting()):
        return {}
    if "pointInTime" not in allowed:
        return tenure(state.norm, candidate)
    own = target.literal if target is not None else None
    literals = [slot.literal for slot in site.slots if slot.literal is not None and slot.literal is not own]
    dates = [literal for literal in literals if literal.kind == "date"]
    if len({(date.value, date.low, date.high) for date in dates}) != 1:
        return {}
    return _stated(dates[0], allowed)


def _stated(date: Literal, allowed: frozenset[str]) -> dict[str, str]:
    """A stretch of time as its two ends, any other date as a point."""
    if date.low is not None and date.high is not None:
        return {"from": str(date.low), "until": str(date.high)} if {"from", "until"} <= allowed else {}
    return {"pointInTime": str(date.value)} if date.value is not None else {}


@cache
def _allowed(predicate: str) -> frozenset[str]:
    schema = load_schema()
    known = schema.relations.get(predicate) or schema.figures.get(predicate)
    return frozenset({"pointInTime", "from", "until"} & set(known.qualifiers)) if known else frozenset()


@cache
def _reporting() -> tuple[str, ...]:
    """Words that say that somebody else is speaking (word class BREAK), in lower case."""
    return tuple(lowered(word) for lang in LANGS for word in load_schema().words.get(("BREAK", lang), ()))
