"""Calendar arithmetic on partial dates ("2024-03" is a month, not its first day). It guesses nothing: what cannot be
computed is None."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

AHEAD = 45  # days after the document's date up to which a day without a year still counts as coming, not as past
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class Partial:
    """A year, a month or a day; `month` and `day` are None where the text does not say."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def iso(self) -> str:
        """YYYY, YYYY-MM or YYYY-MM-DD."""
        parts = [f"{self.year:04d}"] + [f"{p:02d}" for p in (self.month, self.day) if p is not None]
        return "-".join(parts)

    @property
    def first(self) -> date:
        """The first day it covers."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The last day it covers."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


def partial(year: int, month: int | None = None, day: int | None = None) -> Partial | None:
    """The date, or None where the calendar has no such day."""
    if not 1000 <= year <= 2999 or month is not None and not 1 <= month <= 12:
        return None
    if day is not None and (month is None or not 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return Partial(year, month, day)


def parse_iso(text: str | None) -> Partial | None:
    """A Partial from YYYY, YYYY-MM or YYYY-MM-DD (a time behind it is ignored); None for anything else."""
    found = _ISO.match(text or "")
    if not found:
        return None
    return partial(int(found[1]), *(int(g) if g else None for g in found.groups()[1:]))


def from_day(day: date) -> Partial:
    """A full date as a Partial."""
    return Partial(day.year, day.month, day.day)


def shift_days(base: Partial, days: int) -> Partial | None:
    """Days later or earlier; None where the base is no full date."""
    return from_day(base.first + timedelta(days=days)) if base.day else None


def shift_months(base: Partial, months: int) -> Partial | None:
    """The month so many months later or earlier; None where the base has no month."""
    if base.month is None:
        return None
    index = base.year * 12 + base.month - 1 + months
    return partial(index // 12, index % 12 + 1)


def week_month(base: Partial, weeks: int) -> Partial | None:
    """The month of a whole week (Monday to Sunday), counted from the base's week; None where it spans two months."""
    if not base.day:
        return None
    monday = base.first - timedelta(days=base.first.weekday()) + timedelta(weeks=weeks)
    sunday = monday + timedelta(days=6)
    return Partial(monday.year, monday.month) if (monday.year, monday.month) == (sunday.year, sunday.month) else None


def weekday(base: Partial, index: int, weeks: int | None, *, future: bool = False) -> Partial | None:
    """A day of the week: of a week counted from the base's, or (weeks None) the latest one not after the base."""
    if not base.day:
        return None
    monday = base.first - timedelta(days=base.first.weekday())
    day = monday + timedelta(days=index, weeks=weeks or 0)
    if weeks is None:
        if future and day < base.first:
            day += timedelta(weeks=1)
        elif not future and day > base.first:
            day -= timedelta(weeks=1)
    return from_day(day)


def nearest_year(anchor: Partial, month: int, day: int | None, *, future: bool = False) -> Partial | None:
    """The year of a day or month that stands without one: the latest not more than AHEAD days after the anchor."""
    limit = anchor.last + timedelta(days=AHEAD) if anchor.month else anchor.last
    for year in (limit.year, limit.year - 1, limit.year - 4):  # the last one for a 29 February
        found = partial(year, month, day)
        if found and found.first <= limit:
            if future and anchor.month and found.last < anchor.first:
                return partial(year + 1, month, day) or found
            return found
    return None
