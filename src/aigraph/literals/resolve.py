"""Turns the shapes of datepatterns into ISO dates: absolute ones as written, relative ones from the document's date
(the anchor) or the nearest date the text has stated. Without such a date the value stays None; it never guesses."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache

from aigraph.figures.numerals import han_value
from aigraph.literals.calendars import (
    Partial,
    from_day,
    nearest_year,
    partial,
    shift_days,
    shift_months,
    week_month,
    weekday,
)
from aigraph.literals.context import Context, Resolved
from aigraph.literals.datepatterns import day_words, month_words, year_words
from aigraph.wordlists import alternation, grammar


@cache
def _near_future() -> re.Pattern[str]:
    return re.compile(rf"[ ]?{alternation(grammar('dates')['zh_near_future']['words'])}")


def number(written: str | None) -> int | None:
    """A day, month, year or count in Arabic or Chinese digits; None where it is neither."""
    if not written:
        return None
    if written.isascii():
        return int(written)
    value = han_value(written)
    return None if value is None or value != int(value) else int(value)


def year_of(groups: dict[str, str | None], ctx: Context) -> tuple[int | None, bool]:
    """(year or None where unknown, relative) of a shape with a year or a word for one."""
    if groups.get("y"):
        year = number(groups["y"])
        return (year + 2000 if year is not None and len(groups["y"] or "") == 2 and year < 100 else year), False
    source, distance = year_words()[groups["yw"] or ""]
    base = ctx.anchor if source == "anchor" else ctx.said
    return (base.year + distance if base else None), True


def _span(year: int | None, relative: bool, first: int, last: int, unit: str) -> Resolved:
    if year is None:
        return Resolved(None, True, unit=unit)
    return Resolved(partial(year), relative, f"{year:04d}-{first:02d}", f"{year:04d}-{last:02d}", unit)


def _part(groups: dict[str, str | None]) -> tuple[int, int, str] | None:
    """(first month, last month, name) of a quarter or half year in the shape."""
    quarter = number(groups.get("q") or groups.get("q2"))
    if quarter and 1 <= quarter <= 4:
        return quarter * 3 - 2, quarter * 3, "quarter"
    count = number(groups.get("qn"))
    if count and 2 <= count <= 3:
        return 1, count * 3, "quarters"
    if groups.get("h1") or groups.get("h") == "1":
        return 1, 6, "half"
    if groups.get("h2") or groups.get("h") == "2":
        return 7, 12, "half"
    return None


def dated(m: re.Match[str], ctx: Context) -> Resolved | None:
    """A year (number or word) with whatever follows it: month, day, quarter, half, season."""
    groups = m.groupdict()
    year, relative = year_of(groups, ctx)
    if groups.get("y") and (year is None or not 1500 <= year <= 2100):
        return None
    if span := _part(groups):
        return _span(year, relative, *span)
    month, day = number(groups.get("m")), number(groups.get("d"))
    if year is None:
        source = year_words()[groups["yw"] or ""][0]
        return Resolved(None, True) if source == "anchor" or month else None
    if (
        groups.get("yw") in grammar("dates")["zh_anaphora"]["same_year"][1:]
        and not month
        and not ctx.same_sentence(m.start())
    ):
        return None  # "back then" is no date
    found = partial(year, month, day)
    return Resolved(found, relative) if found else None


def month_day(m: re.Match[str], ctx: Context) -> Resolved | None:
    """A month, or a month and a day, without a year."""
    groups = m.groupdict()
    month, day = number(groups.get("m")), number(groups.get("d"))
    if month is None or not 1 <= month <= 12 or day is not None and not partial(2024, month, day):
        return None
    return Resolved(without_year(month, day, m.start(), ctx, m.end()), True)


def without_year(month: int, day: int | None, position: int, ctx: Context, end: int = -1) -> Partial | None:
    """The year by the stated date of the same sentence, else by the heading, the anchor, or a stated date near above.

    A stated date above the line gives its year forwards only: of an earlier month nobody can say which year it is of.
    """
    stated = ctx.stated
    future = ctx.future(position)
    candidate = nearest_year(ctx.anchor, month, day, future=future) if ctx.anchor else None
    if candidate and ctx.anchor and end > 0 and not future and _near_future().match(ctx.text, end):
        coming = nearest_year(ctx.anchor, month, day, future=True)
        if coming and coming.first - ctx.anchor.last < ctx.anchor.first - candidate.last:
            candidate = coming
    told = ctx.same_sentence(position) and not ctx.origin(position) or ctx.handed
    if stated and stated.month and ctx.stated_absolute and told:
        own = partial(stated.year, month, day)
        if own and own.last >= stated.first and (candidate is None or own.first <= candidate.first):
            return own
    section = ctx.section_at(position)
    if section and section.month is None:
        return partial(section.year, month, day)
    if candidate:
        return candidate
    near = ctx.near(position) or section
    own = partial(near.year, month, day) if near else None
    if near and own and own.last < near.first and not ctx.same_line(position):
        return None
    return own


def month_word(m: re.Match[str], ctx: Context) -> Resolved | None:
    """This month, last month, the same month; perhaps with a day."""
    source, distance = month_words()[m["mw"]]
    near = ctx.stated if ctx.stated and ctx.stated.month and ctx.same_line(m.start()) else ctx.anchor
    base = ctx.anchor if source == "anchor" else near if source == "line" else ctx.said
    month = shift_months(base, distance) if base else None
    if month is None:
        return Resolved(None, True)
    day = number(m["d"])
    if not day:
        return Resolved(month, True)
    found = partial(month.year, month.month, day)
    return Resolved(found, True) if found else None


def bare_day(m: re.Match[str], ctx: Context) -> Resolved | None:
    """A day without month: of the month stated on the line or in the heading, else the latest before the anchor."""
    day = number(m["d"])
    if day is None or not 1 <= day <= 31:
        return None
    if not m["d"].isascii() and m.group().endswith(grammar("dates")["zh"]["numbered"]):
        return None
    stated, anchor = ctx.near(m.start()), ctx.anchor
    for base in (stated if stated and stated.month and ctx.same_line(m.start()) else None, ctx.section_at(m.start())):
        if base and base.month and (found := partial(base.year, base.month, day)):
            return Resolved(found, True)
    if anchor and anchor.month:
        here = partial(anchor.year, anchor.month, day)
        ahead = here and anchor.day and here.first > anchor.last
        if here and (not ahead or ctx.future(m.start())):
            return Resolved(here, True)
        before = shift_months(anchor, -1)
        return Resolved(partial(before.year, before.month, day) if before else None, True)
    if stated and stated.month:
        return Resolved(partial(stated.year, stated.month, day), True)
    return Resolved(None, True)


def day_word(m: re.Match[str], ctx: Context) -> Resolved | None:
    """Today, yesterday, the same day, the next day."""
    source, distance = day_words()[m["dw"]]
    base = ctx.anchor if source == "anchor" else ctx.nearest_day(m.start())
    if base is None:
        return Resolved(None, True)
    if source == "stated" and distance == 0:
        return Resolved(base, True)
    return Resolved(shift_days(base, distance), True)


def quarter(m: re.Match[str], ctx: Context) -> Resolved | None:
    """A quarter or half year without a year: coming where the sentence says so, else the latest that has begun."""
    span = _part(m.groupdict())
    if span is None:
        return None
    return _quarter(span, m.start(), ctx)


def _quarter(span: tuple[int, int, str], position: int, ctx: Context) -> Resolved:
    stated = ctx.stated
    if stated and ctx.same_sentence(position) and ctx.stated_absolute and stated.month is None:
        return _span(stated.year, True, *span)
    anchor = ctx.anchor
    if not anchor or not anchor.month:
        near = ctx.near(position)
        return _span(anchor.year if anchor else near.year if near else None, True, *span)
    year = anchor.year
    begun = span[1] if span[2] == "quarters" else span[0]  # several quarters together are over, not begun
    if begun > anchor.month and not ctx.future(position, whole_sentence=True):
        year -= 1
    elif span[1] < anchor.month and ctx.future(position):
        year += 1
    return _span(year, True, *span)


def week_day(m: re.Match[str], ctx: Context) -> Resolved | None:
    """Wednesday, last Friday, this Wednesday. Right behind a full date a weekday only repeats it."""
    if ctx.stated_end >= 0 and ctx.stated_absolute and not ctx.text[ctx.stated_end : m.start()].strip(" (（,，\t"):
        return None
    data = grammar("dates")
    weeks = data["zh_weeks"][m["ww"]] if m["ww"] else None
    return _weekday(data["zh"]["weekday"][m["wd"]], weeks, m.start(), ctx)


def _weekday(index: int, weeks: int | None, position: int, ctx: Context) -> Resolved:
    if not ctx.anchor:
        return Resolved(None, True)
    return Resolved(weekday(ctx.anchor, index, weeks, future=ctx.future(position)), True)


def week(m: re.Match[str], ctx: Context) -> Resolved | None:
    """Last week, this week: the month, where the whole week lies in one."""
    weeks = grammar("dates")["zh_weeks"][m["ww"]]
    return Resolved(week_month(ctx.anchor, weeks) if ctx.anchor else None, True)


def shift(m: re.Match[str], ctx: Context) -> Resolved | None:
    """Two years later, five days ago, half a year ago."""
    groups = m.groupdict()
    sign = -1 if groups["ago"] else 1
    if groups["half_year"]:
        return shifted(6 * sign, "month", m.start(), ctx)
    count = number(groups["n"])
    unit = next(u for u in ("month", "week", "day", "year") if groups[f"u_{u}"])
    if count is None or groups["more"]:
        return Resolved(None, True)
    return shifted(sign * count, unit, m.start(), ctx)


def shifted(count: int, unit: str, position: int, ctx: Context) -> Resolved:
    """So many units before or after: "later" counts from the stated date, "ago" from the line's or the anchor."""
    stated = ctx.stated
    near = stated if stated and stated.day and ctx.same_line(position) else None
    base = (ctx.said or ctx.anchor) if count > 0 else (near if unit == "day" else None) or ctx.anchor or stated
    if base is None:
        return Resolved(None, True)
    if unit == "year":
        return Resolved(partial(base.year + count), True)
    if unit == "month":
        return Resolved(shift_months(base, count), True)
    if unit == "week":
        return Resolved(week_month(base, count), True)
    return Resolved(shift_days(base, count), True)


def festival(m: re.Match[str], ctx: Context) -> Resolved | None:
    """A festival by the table of its days; only the year where the words say "around" it."""
    data = grammar("dates")
    name = m["fest"]
    year: int | None
    relative = True
    if m["y"] or m["yw"]:
        year, relative = year_of(m.groupdict(), ctx)
        found = festival_day(name, year) if year else None
    elif ctx.anchor:
        limit = ctx.anchor.last + timedelta(days=45)
        days = [festival_day(name, y) for y in (limit.year, limit.year - 1)]
        found = next((d for d in days if d and d.first <= limit), None)
    elif near := ctx.near(m.start()):
        found = festival_day(name, near.year)
    else:
        found = None
    if found and m["loose"]:
        found = Partial(found.year)
    del data
    return Resolved(found, relative)


def festival_day(name: str, year: int) -> Partial | None:
    """The day of a festival in a year; None outside the table."""
    data = grammar("dates")
    if name in data["festivals"]:
        month, day = data["festivals"][name].split("-")
        return partial(year, int(month), int(day))
    days = {d[:4]: d for d in data["lunar"][name]}
    found = days.get(f"{year:04d}")
    return partial(*(int(p) for p in found.split("-"))) if found else None


def year_part(m: re.Match[str], ctx: Context) -> Resolved | None:
    """The end or beginning of the document's own year."""
    return Resolved(partial(ctx.anchor.year) if ctx.anchor else None, True)


__all__ = ["Context", "Resolved", "from_day"]
