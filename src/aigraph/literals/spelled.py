"""Date shapes that name their year or month by another date, and those with two readings (8/5/2025).

Where both readings are possible and nothing decides between them, the value stays None.
"""

from __future__ import annotations

import re

from aigraph.literals.calendars import Partial, partial, shift_months
from aigraph.literals.resolve import Context, Resolved, _span
from aigraph.wordlists import grammar

__all__ = ["birth", "day_of_month", "half_of_year", "month_of_year", "slashed"]

_STEPS = {"last": -1, "this": 0, "next": 1}


def _month(m: re.Match[str]) -> int:
    return int(grammar("dates")["en"]["months"][m["mon"]])


def _year(groups: dict[str, str | None], ctx: Context) -> int | None:
    """The year that "last year", "this year", "next year" or "the same year" means; None where unknown."""
    if groups.get("same_year"):
        return ctx.said.year if ctx.said else None
    step = next(n for name, n in _STEPS.items() if groups.get(f"{name}_year"))
    return ctx.anchor.year + step if ctx.anchor else None


def month_of_year(m: re.Match[str], ctx: Context) -> Resolved | None:
    """August of the same year, 5 May last year."""
    groups = m.groupdict()
    year = _year(groups, ctx)
    found = partial(year, _month(m), int(groups["d"]) if groups.get("d") else None) if year else None
    return Resolved(found, True)


def half_of_year(m: re.Match[str], ctx: Context, span: tuple[int, int, str]) -> Resolved | None:
    """The second half of next year; None where no such words stand in the shape."""
    groups = m.groupdict()
    if not any(groups.get(f"{name}_year") for name in (*_STEPS, "same")):
        return None
    return _span(_year(groups, ctx), True, *span)


def day_of_month(m: re.Match[str], ctx: Context) -> Resolved | None:
    """The 20th of this month."""
    step = next(n for name, n in _STEPS.items() if m[f"{name}_month"])
    month = shift_months(ctx.anchor, step) if ctx.anchor else None
    return Resolved(partial(month.year, month.month, int(m["d"])) if month else None, True)


def birth(m: re.Match[str], ctx: Context) -> Resolved | None:
    """A year of birth in two digits: 88 is 1988."""
    return Resolved(Partial(1900 + int(m["yy"])))


def slashed(m: re.Match[str], ctx: Context) -> Resolved | None:
    """8/5/2025 or 8/5-8/6/2025: month or day first, whichever the calendar or the document's date decides."""
    year = int(m["y"])
    pairs = [(int(m["a"]), int(m["b"]))] + ([(int(m["a2"]), int(m["b2"]))] if m["a2"] else [])
    readings: list[tuple[Partial, Partial]] = []
    for flipped in (False, True):
        days = [partial(year, b, a) if flipped else partial(year, a, b) for a, b in pairs]
        if days[0] and days[-1] and days[0].first <= days[-1].first:
            readings.append((days[0], days[-1]))
    if not readings:
        return None
    if len(readings) == 2 and readings[0] != readings[1]:
        anchor = ctx.anchor
        if anchor is None or anchor.month is None:
            return Resolved(None)
        distance = [abs((high.first - anchor.first).days) for _, high in readings]
        if distance[0] == distance[1]:
            return Resolved(None)
        readings = [readings[distance.index(min(distance))]]
    low, high = readings[0]
    return Resolved(low) if low == high else Resolved(low, False, low.iso, high.iso)
