"""What a date that is not whole counts from at its place in the text: stated dates, headings, the document's own.

Remembers and looks around; it resolves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from aigraph.literals.calendars import Partial
from aigraph.wordlists import alternation, grammar

FUTURE_REACH = 24  # characters of the clause before a date that may say it is still to come
YEAR_REACH = 400  # characters over which a stated date gives its year to one without, where the document has no date


@dataclass(frozen=True, slots=True)
class Resolved:
    """A date shape with its meaning. `date` None: a date, but nobody can say which."""

    date: Partial | None
    relative: bool = False
    low: str | None = None
    high: str | None = None
    unit: str | None = None


@dataclass(slots=True)
class Context:
    """What relative dates count from: `stated` is the last date of the text, `section` that of its last heading.

    `headings` are the (start, level) of the text's headings, in order.
    """

    text: str
    anchor: Partial | None
    headings: Sequence[tuple[int, int]] = ()
    stated: Partial | None = None
    stated_end: int = -1
    stated_absolute: bool = False
    stated_day: Partial | None = None  # the last one that is exact to the day
    stated_day_end: int = -1
    section: Partial | None = None
    handed: bool = field(default=False)  # `stated` was handed in by the caller: it counts as the same line
    sections: list[tuple[int, Partial]] = field(default_factory=list)  # (level, date) of the dated headings still open
    passed: int = 0  # how many headings were met so far
    missed: bool = False  # since `stated` the text named a date that nobody can say

    @property
    def said(self) -> Partial | None:
        """What "the same day", "the next month" count from: the last date, unless nobody can say which it was."""
        return None if self.missed else self.stated

    def _pass(self, position: int) -> tuple[int, int]:
        """Meet the headings up to `position`, each of which closes what is not above it; the last as (start, level)."""
        while self.passed < len(self.headings) and self.headings[self.passed][0] <= position:
            self._close(self.headings[self.passed][1])
            self.passed += 1
        return self.headings[self.passed - 1] if self.passed else (-1, 0)

    def _close(self, level: int) -> None:
        while self.sections and self.sections[-1][0] >= level:
            self.sections.pop()

    def head(self, date: Partial, start: int) -> None:
        """Remember the date that is a line of its own: it heads what follows, up to the next heading of its level."""
        self.section = date
        heading, level = self._pass(start)
        if heading < 0 or self.text.find("\n", heading, start) >= 0:
            level += 1  # no heading itself: one level below the one it stands under
        self._close(level)
        self.sections.append((level, date))

    def section_at(self, position: int) -> Partial | None:
        """The date of the heading above. Where nothing else tells the year, only one whose section is still open."""
        if self.anchor is not None:
            return self.section
        self._pass(position)
        return self.sections[-1][1] if self.sections else None

    def near(self, position: int) -> Partial | None:
        """The stated date, where it is near enough to give its year: in the same section and not far above."""
        if self.stated is None or self.handed or self.anchor is not None:
            return self.stated
        heading, _ = self._pass(position)
        return self.stated if heading < self.stated_end and position - self.stated_end <= YEAR_REACH else None

    def same_line(self, position: int) -> bool:
        """Does the stated date stand on the line of `position`?"""
        return self.handed or self.stated_end >= 0 and self.text.find("\n", self.stated_end, position) < 0

    def same_sentence(self, position: int) -> bool:
        """Does the stated date stand in the sentence of `position`?"""
        return self.stated_end >= 0 and not _sentence_end().search(self.text, self.stated_end, position)

    def nearest_day(self, position: int) -> Partial | None:
        """The last date exact to the day, if it stands on this line or nothing else was stated; else the last date."""
        if self.missed:
            return None
        day = self.stated_day
        if day and (self.text.find("\n", self.stated_day_end, position) < 0 or self.stated is None or self.stated.day):
            return day
        return self.stated

    def origin(self, position: int) -> bool:
        """Does a word of founding or birth stand between the stated date and `position`?"""
        return bool(_origin().search(self.text, max(0, self.stated_end), position))

    def future(self, position: int, *, whole_sentence: bool = False) -> bool:
        """Does a word right before `position` say that the date is still to come?"""
        window = self.text[max(0, position - FUTURE_REACH) : position]
        ends = list((_sentence_end() if whole_sentence else _clause_end()).finditer(window))
        if _future().search(window, ends[-1].end() if ends else 0):
            return True
        window = self.text[max(0, position - 2 * FUTURE_REACH) : position]  # Latin words are twice as long
        ends = list((_sentence_end() if whole_sentence else _clause_end()).finditer(window))
        return bool(_future_english().search(window, ends[-1].end() if ends else 0))


@cache
def _sentence_end() -> re.Pattern[str]:
    return re.compile("[" + re.escape("".join(grammar("units")["bare"]["sentence_end"])) + "]")


@cache
def _clause_end() -> re.Pattern[str]:
    return re.compile("[" + re.escape("".join(grammar("units")["bare"]["clause_end"])) + "]")


@cache
def _origin() -> re.Pattern[str]:
    return re.compile(alternation(grammar("dates")["zh_anaphora"]["origin"]))


@cache
def _future() -> re.Pattern[str]:
    words = grammar("dates")["zh_future"]
    void = "".join(rf"(?<!{re.escape(w)})" for w in words["plan_void_before"])
    return re.compile(rf"{alternation(words['words'])}|{void}{alternation(words['plan'])}")


@cache
def _future_english() -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z])(?i:{alternation(grammar('dates')['zh_future']['english'], boundary=True)})")
