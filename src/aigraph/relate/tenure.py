"""Since when and until when somebody works somewhere, as the sentence says it.

Read are a stretch ("from March 2020 until May 2022"), the date beside a word of leaving or joining, and a date behind
"since" or "until". It refuses to choose: between several people, between several dates, between leaving and joining,
between employers that do not stand in the date's own clause, and to take a date of another clause for that of this one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from aigraph.model import Literal
from aigraph.relate.candidates import Candidate
from aigraph.relate.context import Slot
from aigraph.relate.cues import Cue, CueMatcher, load_cues
from aigraph.text.normalise import lowered
from aigraph.wordlists import alternation, grammar

_NEAR = 24  # characters between a word of leaving or joining and the employer it means, where there are several
_SENSES = ("leave", "join", "appoint", "neither")
_BEGINS = frozenset({"join", "appoint"})


def tenure(norm: str, candidate: Candidate) -> dict[str, str]:
    """`from` and `until` of the employment, as far as the sentence says them for sure."""
    site = candidate.site
    clause = _Clauses(norm, candidate)
    dates = clause.dates
    people = {slot.entity for slot in site.slots if slot.type == "Person"}
    if not dates or len(people) != 1 or any(date.value is None for date in dates):
        return {}
    if len(dates) == 2:
        first, last = dates
        gap = lowered(norm[first.end : last.start]).strip()
        begin, end = str(first.value), str(last.value)
        if not _words().between.fullmatch(gap) or begin >= end or first.low or last.low or not clause.own(first):
            return {}
        if not clause.anchored(replace(first, end=last.end)):
            return {}
        return {"from": begin, "until": end}
    if len(dates) > 2:
        return {}
    (date,) = dates
    if date.low is not None and date.high is not None:
        sure = date.unit is None and clause.own(date) and clause.anchored(date)  # a quarter is no stretch of office
        return {"from": str(date.low), "until": str(date.high)} if sure else {}
    name = clause.framed(date) or clause.told(date)
    return {name: str(date.value)} if name and not (name == "from" and clause.left()) else {}


@dataclass(frozen=True)
class _Words:
    """The compiled words of ontology/grammar/tenure.toml."""

    cues: CueMatcher
    between: re.Pattern[str]
    begins: re.Pattern[str]
    ends: re.Pattern[str]
    opens: re.Pattern[str]
    opened: re.Pattern[str]
    origin: re.Pattern[str]
    onward: re.Pattern[str]
    besides: re.Pattern[str]
    alone: re.Pattern[str]
    borders: str


@cache
def _words() -> _Words:
    table = grammar("tenure")
    lists = {name: alternation(words) for name, words in table["dates"].items() if name != "borders"}
    return _Words(
        CueMatcher({sense: table[sense] for sense in _SENSES}),
        between=re.compile(lists["between"]),
        begins=re.compile(rf"(?<![a-z]){lists['begins']}\s*$"),
        ends=re.compile(rf"(?<![a-z])(?<!not ){lists['ends']}\s*$"),
        opens=re.compile(rf"{lists['opens']}\s*$"),
        opened=re.compile(rf"\s*{lists['opened']}"),
        origin=re.compile(rf"(?<![a-z]){lists['origin_en']}(?![a-z])|{lists['origin_zh']}\s*$"),
        onward=re.compile(lists["onward"]),
        besides=re.compile(lists["besides"]),
        alone=re.compile(rf"\s*{lists['alone']}?\s*$"),
        borders=table["dates"]["borders"],
    )


class _Clauses:
    """One sentence cut into clauses, with what stands in each."""

    def __init__(self, norm: str, candidate: Candidate) -> None:
        self.site, self.person, self.employer = candidate.site, candidate.subject, candidate.object
        self.text = lowered(norm)
        literals = [slot.literal for slot in self.site.slots if slot.literal is not None]
        self.dates: Sequence[Literal] = [literal for literal in literals if literal.kind == "date"]
        inside = {k for slot in self.site.slots for k in range(slot.start, slot.end)}
        cuts = [k for k in range(self.site.start, self.site.end) if norm[k] in _words().borders and k not in inside]
        self.spans = list(pairwise([self.site.start - 1, *cuts, self.site.end]))

    def at(self, place: int) -> int:
        """The number of the clause that holds an offset."""
        return next(k for k, (start, end) in enumerate(self.spans) if start < place <= end or place < self.site.start)

    def names(self, kind: str, number: int | None = None) -> set[str | None]:
        """The things of a type in a clause, or in the sentence."""
        slots = [slot for slot in self.site.slots if slot.type == kind]
        return {slot.entity for slot in slots if number is None or self.at(slot.start) == number}

    def own(self, date: Literal) -> bool:
        """Whether a date can be about no employer but this one: the only one of the sentence, or of its clause."""
        assert self.employer is not None
        kind, one = self.employer.type, {self.employer.entity}
        return self.names(kind) == one or self.names(kind, self.at(date.start)) == one

    def framed(self, date: Literal) -> str | None:
        """Which end the words right before and behind a date say it is."""
        before, after = self.text[self.site.start : date.start], self.text[date.end : self.site.end]
        if not self.own(date) or not self.anchored(date):
            return None
        words = _words()
        if words.ends.search(before):
            return "until"
        if words.begins.search(before):
            return "from"
        opens = words.opens.search(before) and words.opened.match(after)
        return "from" if opens and self._of_office(date) else None

    def anchored(self, date: Literal) -> bool:
        """Whether the date's clause names a side of the fact, or is nothing but the date, behind a clause that does."""
        number = self.at(date.start)
        start, end = self.spans[number]
        before, words = self.text[start + 1 : date.start].strip(), _words()
        bare = not self.text[date.end : end].strip(" .\N{IDEOGRAPHIC FULL STOP}") and (
            words.ends.fullmatch(before) or words.begins.fullmatch(before)
        )
        assert self.employer is not None
        sides = {self.at(slot.start) for slot in (self.person, self.employer)}
        if number in sides:
            gap = self.text[date.end : self.employer.start]
            return not _words().besides.search(gap)
        return (bool(bare) and number - 1 in sides) or (self._alone(date) and number + 1 in sides)

    def _alone(self, date: Literal) -> bool:
        """Whether the date is a clause by itself."""
        start, end = self.spans[self.at(date.start)]
        before, after = self.text[start + 1 : date.start], self.text[date.end : end]
        return _words().alone.match(before) is not None and not after.strip()

    def _of_office(self, date: Literal) -> bool:
        """Whether the date's clause speaks of an office or of taking one."""
        start, end = self.spans[self.at(date.start)]
        found = load_cues().find(self.text[max(start, 0) : end])
        return any({"office", "join"} & set(cue.senses) for cue in found)

    def left(self) -> bool:
        """Whether the employer is told of as the one that the person came from."""
        assert self.employer is not None
        start, _ = self.spans[self.at(self.employer.start)]
        return _words().origin.search(self.text[start + 1 : self.employer.start]) is not None

    def told(self, date: Literal) -> str | None:
        """Which end the date is, by a word of leaving or of joining in its clause; None where both are told of."""
        found = _words().cues.find(self.text[self.site.start : self.site.end])
        cues = [Cue(c.start + self.site.start, c.end + self.site.start, c.senses) for c in found]
        senses = {sense for cue in cues for sense in cue.senses}
        if "neither" in senses or ("leave" in senses) == bool(senses & _BEGINS):
            return None
        if any(self._beside(cue, date) and self._does(cue) and self._means(cue) for cue in cues if self._so(cue)):
            return "until" if "leave" in senses else "from"
        return None

    def _beside(self, cue: Cue, date: Literal) -> bool:
        """Whether the date is of the word's clause, or a clause by itself before it, with no other name between."""
        assert self.employer is not None
        here, there = self.at(cue.start), self.at(date.start)
        if here != there and not (there == here - 1 and self._alone(date)):
            return False
        low, high = min(cue.end, date.end), max(cue.start, date.start)
        own = {self.person.entity, self.employer.entity}
        return {slot.entity for slot in self.site.slots if slot.is_name and low <= slot.start < high} <= own

    def _does(self, cue: Cue) -> bool:
        """Whether it is the person who leaves or joins: nobody else is named before the word in its clause."""
        slots = [slot for slot in self.site.slots if slot.is_name and self.at(slot.start) == self.at(cue.start)]
        before = [slot for slot in slots if slot.end <= cue.start]
        after = [slot for slot in slots if slot.start >= cue.end]
        if before and before[-1].type == "Person":
            return True
        if "appoint" in cue.senses and self._is_employer(before[-1:]) and after:
            return after[0].type == "Person"
        if not before:
            assert self.employer is not None
            near = max(self.at(slot.start) for slot in (self.person, self.employer)) >= self.at(cue.start) - 1
            return near and self.person.end <= cue.start
        people = [slot for slot in before if slot.type == "Person"]
        return bool(people) and self._is_employer(before[-1:]) and not self._speaks(people[-1].end, cue.start)

    def _so(self, cue: Cue) -> bool:
        """Whether nothing in the word's clause denies it."""
        start, end = self.spans[self.at(cue.start)]
        pieces = self.text[max(start, 0) : cue.start], self.text[cue.end : end]
        return not any("negation" in found.senses for piece in pieces for found in load_cues().find(piece))

    def _is_employer(self, slots: Sequence[Slot]) -> bool:
        assert self.employer is not None
        return any(slot.entity == self.employer.entity for slot in slots)

    def _speaks(self, start: int, end: int) -> bool:
        return any("speech" in cue.senses for cue in load_cues().find(self.text[start:end]))

    def _means(self, cue: Cue) -> bool:
        """Whether the word means this employer: the only one, or the one right behind the word."""
        assert self.employer is not None
        if "leave" in cue.senses and self.employer.start >= cue.end:  # "left for", "left, went to": the next one
            beyond = self.at(self.employer.start) != self.at(cue.start)
            if beyond or _words().onward.search(self.text[cue.end : self.employer.start]):
                return False
        employers = [slot for slot in self.site.slots if slot.type == self.employer.type]
        if len({slot.entity for slot in employers}) == 1:
            return True
        behind = [slot for slot in employers if slot.start >= cue.end and self.at(slot.start) == self.at(cue.start)]
        return self._is_employer(behind[:1]) and behind[0].start - cue.end <= _NEAR
