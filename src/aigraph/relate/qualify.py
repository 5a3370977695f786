"""The status of a fact and its qualifiers, read from the words around its two names.

Which sense a word has is data (ontology/grammar/triggers.toml); which sense means which status is said here once.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import Any

from aigraph.model import Analysis, Literal
from aigraph.paths import ontology_dir
from aigraph.relate.candidates import Candidate
from aigraph.relate.context import Slot
from aigraph.relate.cues import load_cues
from aigraph.relate.when import held_at
from aigraph.text.normalise import lowered, normalise

STATUS = {"negation": "negated", "plan": "planned", "hypothesis": "hypothetical", "rumour": "reported"}
ORDER = ("negation", "hypothesis", "plan", "rumour")
AROUND = 14  # characters before the first and after the second name that still speak of the fact
PRICED = frozenset({"price", "trainingCost", "fundingAmount", "valuation", "revenue"})
OFFICE = frozenset({"worksFor"})
_BREAKS = "，,；;"  # between clauses


def polarity_of(state: Analysis, candidate: Candidate) -> str:
    """negated, hypothetical, planned or reported by the first cue of that order near the names; else asserted."""
    start, end = _stretch(candidate)
    low, high = max(candidate.site.start, start - AROUND), min(candidate.site.end, end + AROUND)
    senses = {s for cue in load_cues().find(state.norm[low:high]) for s in cue.senses}
    if candidate.role == "" or len(senses & STATUS.keys()) == 1:
        for sense in ORDER:
            if sense in senses:
                return STATUS[sense]
    return "asserted"


def _stretch(candidate: Candidate) -> tuple[int, int]:
    slots = [candidate.subject] if candidate.object is None else [candidate.subject, candidate.object]
    inside = [s for s in slots if candidate.site.start <= s.start < candidate.site.end]
    return min(s.start for s in inside), max(s.end for s in inside)


def qualifiers_of(state: Analysis, predicate: str, candidate: Candidate) -> tuple[tuple[str, Any], ...]:
    """Sorted (name, value) pairs that the sentence gives for this fact."""
    found: dict[str, Any] = {}
    literal = candidate.object.literal if candidate.object else None
    if literal is not None:
        found |= _of_literal(predicate, literal)
    start, end = _stretch(candidate)
    if predicate in OFFICE:
        found |= _office(state, candidate, start, end)
    if predicate == "trainedOnHardware" and candidate.object is not None:
        found |= _count(candidate)
    if predicate == "outperforms":
        benchmarks = [s for s in candidate.site.slots if s.type == "Benchmark"]
        if len({s.entity for s in benchmarks}) == 1:
            found["onBenchmark"] = benchmarks[0].entity
    found |= held_at(state, predicate, candidate)
    if found.get("former") and "until" not in found:
        found.pop("from", None)  # of what is over, a lone beginning is more likely that of the next office
    return tuple(sorted((k, v) for k, v in found.items() if v is not None))


def _of_literal(predicate: str, literal: Literal) -> dict[str, Any]:
    found: dict[str, Any] = {"modifier": literal.modifier}
    if predicate in PRICED:
        found |= {"currency": literal.currency, "per": literal.per}
    if predicate == "computePerformance":
        found["unit"] = literal.unit
    if literal.high is not None and literal.kind != "date":
        found |= {"low": literal.low, "high": literal.high}
    return found


def _office(state: Analysis, candidate: Candidate, start: int, end: int) -> dict[str, Any]:
    """The title that goes with the two, and whether the office is a past one.

    What is said of another organisation in the sentence is left to it: a title right behind that one's name, and the
    clause in which it stands apart from this one.
    """
    assert candidate.object is not None
    low, high = max(candidate.site.start, start - AROUND), min(candidate.site.end, end + AROUND)
    person, own = candidate.subject, candidate.object
    rivals = [s for s in candidate.site.slots if s.type == "Organization" and s.entity != own.entity]
    parted = any(person.end <= s.start < own.start for s in rivals)
    if parted:
        low = max(low, *(state.norm.rfind(c, low, own.start) + 1 for c in _BREAKS))
    behind = max(own.end, person.end)
    if any(s.start >= behind for s in rivals):
        high = min([high, *(at for c in _BREAKS if (at := state.norm.find(c, behind, high)) >= 0)])
    titles = [(a + low, b + low) for a, b in load_titles().find(state.norm[low:high])]
    titles = [t for t in titles if t[1] <= person.start or t[0] >= person.end]
    titles = [t for t in titles if not any(s.end <= t[0] <= s.end + 1 for s in rivals)]
    found: dict[str, Any] = {}
    if titles and candidate.role == "":
        a, b = min(titles, key=lambda t: (*_nearness(t, person, own), t[0] - t[1]))
        found["role"] = state.text[a:b]
    for cue in load_cues().find(state.norm[low:high]):
        if "former" in cue.senses and "join" not in cue.senses:
            found["former"] = True
    return found


def _nearness(title: tuple[int, int], person: Slot, own: Slot) -> tuple[int, int]:
    """(how a title stands to the two, characters from the second of them): right behind the organisation's name, else
    between them, else beyond the organisation, else beyond the person."""
    a, b = title
    first, second = sorted((person, own), key=lambda s: s.start)
    gap = max(a - second.end, second.start - b)
    if 0 <= a - own.end <= 1:
        return 0, gap
    if first.end <= a < second.start:
        return 1, gap
    beyond_own = a >= own.end if own is second else b <= own.start
    return (2 if beyond_own else 3), gap


def _count(candidate: Candidate) -> dict[str, Any]:
    hardware = candidate.object
    assert hardware is not None
    before = [s for s in candidate.site.slots if s.literal and s.literal.kind == "count" and s.end <= hardware.start]
    if before and hardware.start - before[-1].end <= 4 and before[-1].literal is not None:
        return {"count": before[-1].literal.value}
    return {}


class Titles:
    """Job titles of ontology/grammar/titles.csv in running text."""

    def __init__(self) -> None:
        """Compile the list; without the file nothing is found."""
        import ahocorasick_rs

        titles: set[str] = set()
        path = ontology_dir() / "grammar" / "titles.csv"
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                rows = csv.DictReader(file)
                titles = {normalise(r["title"]).lower() for r in rows if r["kind"] in ("role", "founder-marker")}
        self._automaton = ahocorasick_rs.AhoCorasick(
            sorted(titles), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
        )

    def find(self, norm: str) -> list[tuple[int, int]]:
        """Offsets of the longest titles in order; Latin ones as whole words."""
        out = []
        for _, a, b in self._automaton.find_matches_as_indexes(lowered(norm)):
            before, after = norm[a - 1 : a], norm[b : b + 1]
            latin = norm[a].isascii()
            if not (latin and ((before.isascii() and before.isalnum()) or (after.isascii() and after.isalnum()))):
                out.append((a, b))
        return out


@cache
def load_titles() -> Titles:
    """The package's own titles."""
    return Titles()
