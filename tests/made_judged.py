"""Judged facts made by hand: real candidates of a text, with the probability that the test wants."""

from __future__ import annotations

from aigraph.model import Analysis
from aigraph.relate.candidates import Candidate
from aigraph.relate.pairs import FLOOR, Reading, group
from aigraph.relate.reader import Judged, candidate_finder, surface_names


def all_candidates(state: Analysis) -> list[Candidate]:
    finder = candidate_finder()
    return list(finder.find(state.norm, finder.sentences(state), surface_names(state)))


def judged(
    state: Analysis,
    predicate: str,
    subject: str,
    obj: str | None = None,
    *,
    probability: float = 0.9,
    logit: float = 2.0,
    unstated: float = FLOOR,
) -> Judged:
    """The fact between the slots with these surfaces (`obj` as the beginning of the surface), over all its readings."""

    def surface(slot: object) -> str:
        return state.text[slot.start : slot.end]  # type: ignore[attr-defined]

    found = [
        c
        for c in all_candidates(state)
        if predicate in c.predicates
        and surface(c.subject) == subject
        and ((c.object is None) if obj is None else (c.object is not None and surface(c.object).startswith(obj)))
    ]
    assert found, f"no candidate {subject} {predicate} {obj}"
    (pair, *others) = group((predicate, Reading(logit - (c.role != ""), c, unstated)) for c in found)
    assert not others, "name the slots more exactly"
    return Judged(pair, probability)
