"""Dates in a text as ISO values, as exact as the text says them: find_dates, and the date a document states of itself.

Durations are no dates. A relative date without anything to count from has the value None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from aigraph.literals import docdate, resolve, spelled
from aigraph.literals.calendars import Partial, parse_iso, partial, shift_days, shift_months, week_month
from aigraph.literals.datepatterns import patterns
from aigraph.literals.resolve import Context, Resolved
from aigraph.model import Literal
from aigraph.wordlists import alternation, grammar

__all__ = ["document_date", "find_dates"]

Handler = Callable[[re.Match[str], Context], Resolved | None]


def _absolute(m: re.Match[str], ctx: Context) -> Resolved | None:
    groups = m.groupdict()
    if groups.get("y2") is not None or groups.get("m2") is not None:
        return _iso_range(m)
    month = groups.get("m") or groups.get("md")
    found = partial(
        int(groups.get("y") or groups.get("ye") or 0),
        int(month) if month else None,
        int(groups["d"]) if groups.get("d") else None,
    )
    return Resolved(found) if found else None


def _iso_range(m: re.Match[str]) -> Resolved | None:
    low = partial(int(m["y"]), int(m["m"]), int(m["d"]))
    high = partial(int(m["y2"] or m["y"]), int(m["m2"]), int(m["d2"]))
    return Resolved(low, False, low.iso, high.iso) if low and high and low.first < high.first else None


def _years(m: re.Match[str], ctx: Context) -> Resolved | None:
    low, high = int(m["y1"]), int(m["y2"])
    return Resolved(Partial(low), False, str(low), str(high)) if low < high else None


def _brackets(m: re.Match[str], ctx: Context) -> Resolved | None:
    low = resolve.without_year(int(m["m"]), int(m["d"]), m.start(), ctx)
    high = resolve.without_year(int(m["m2"]), int(m["d2"]), m.start(), ctx)
    if not low or not high:
        return Resolved(None, True) if not ctx.anchor and partial(2024, int(m["m"]), int(m["d"])) else None
    if low.first >= high.first:
        return None
    return Resolved(low, True, low.iso, high.iso)


def _months(m: re.Match[str], ctx: Context) -> Resolved | None:
    first, last = resolve.number(m["m"]), resolve.number(m["m2"])
    if not first or not last or not first < last <= 12:
        return None
    if m["y"] or m["yw"]:
        year, relative = resolve.year_of(m.groupdict(), ctx)
        if year is None:
            return Resolved(None, True)
        return Resolved(Partial(year, first), relative, f"{year:04d}-{first:02d}", f"{year:04d}-{last:02d}")
    low, high = (resolve.without_year(n, None, m.start(), ctx) for n in (first, last))
    return Resolved(low, True, low.iso, high.iso) if low and high else Resolved(None, True)


def _none(m: re.Match[str], ctx: Context) -> Resolved | None:
    return Resolved(None)


def _month_of(m: re.Match[str]) -> int:
    return int(grammar("dates")["en"]["months"][m["mon"]])


def _en_full(m: re.Match[str], ctx: Context) -> Resolved | None:
    groups = m.groupdict()
    month = _month_of(m)
    low = partial(int(m["y"]), month, int(groups["d"]) if groups.get("d") else None)
    if low is None:
        return None
    high = partial(low.year, month, int(groups["d2"])) if groups.get("d2") else None
    return Resolved(low, False, low.iso, high.iso) if high else Resolved(low)


def _en_month_day(m: re.Match[str], ctx: Context) -> Resolved | None:
    groups = m.groupdict()
    day = int(groups["d"]) if groups.get("d") else None
    if day and not partial(2024, _month_of(m), day):
        return None
    low = resolve.without_year(_month_of(m), day, m.start(), ctx)
    last = int(groups["d2"]) if groups.get("d2") else 0
    high = partial(low.year, _month_of(m), last) if low and day and last > day else None
    return Resolved(low, True, low.iso, high.iso) if low and high else Resolved(low, True)


def _en_quarter(m: re.Match[str], ctx: Context) -> Resolved | None:
    en = grammar("dates")["en"]
    number = en["quarters"].get(m["qo"]) or (int(m["q"]) if m["q"] else None)
    half = int(en["halves"].get(m["ho"]) or m["h"] or 1)
    span = (number * 3 - 2, number * 3, "quarter") if number else (half * 6 - 5, half * 6, "half")
    if m["y"]:
        return resolve._span(int(m["y"]), False, *span)
    if named := spelled.half_of_year(m, ctx, span):
        return named
    if m["lq"] and ctx.anchor is None:
        return Resolved(None, True)
    return resolve._quarter(span, m.start(), ctx)


def _en_short(m: re.Match[str], ctx: Context) -> Resolved | None:
    return Resolved(Partial(2000 + int(m["yy"])))


def _en_month_word(m: re.Match[str], ctx: Context) -> Resolved | None:
    if not ctx.anchor:
        return Resolved(None, True)
    month, anchor = _month_of(m), ctx.anchor
    year = anchor.year
    if m["last"] and anchor.month and month >= anchor.month:
        year -= 1
    elif m["next"] and anchor.month and month <= anchor.month:
        year += 1
    return Resolved(Partial(year, month), True)


def _en_which(m: re.Match[str], ctx: Context) -> Resolved | None:
    anchor = ctx.anchor
    if m["season"] and not (m["this"] or m["last"] or m["next"]):
        return None
    if not anchor:
        return Resolved(None, True)
    step = -1 if m["last"] else 1 if m["next"] else 0
    if m["week"]:
        return Resolved(week_month(anchor, step), True)
    if m["month"]:
        return Resolved(shift_months(anchor, step), True)
    if m["quarter"]:
        return _adjacent_quarter(anchor, step)
    if m["season"] and step:
        return Resolved(None, True)
    return Resolved(partial(anchor.year + step), True)


def _adjacent_quarter(anchor: Partial, step: int) -> Resolved:
    if not anchor.month:
        return Resolved(None, True)
    index = anchor.year * 4 + (anchor.month - 1) // 3 + step
    first = index % 4 * 3 + 1
    return resolve._span(index // 4, True, first, first + 2, "quarter")


def _quarter_word(m: re.Match[str], ctx: Context) -> Resolved | None:
    """This quarter, the last quarter, counted from the document's date."""
    step = grammar("dates")["zh_quarters"][m["qw"]]
    return _adjacent_quarter(ctx.anchor, step) if ctx.anchor else Resolved(None, True)


def _en_weekday(m: re.Match[str], ctx: Context) -> Resolved | None:
    following = ctx.text[m.end() : m.end() + 2]
    if following[:1] == "," and following[1:].strip() == "" and _near_english_date(ctx.text, m.end()):
        return None
    if ctx.stated_end >= 0 and not ctx.text[ctx.stated_end : m.start()].strip(" (（,，"):
        return None
    weeks = -1 if m["last"] else 1 if m["next"] else 0 if m["this"] else None
    return resolve._weekday(grammar("dates")["en"]["weekdays"][m["wd"]], weeks, m.start(), ctx)


def _near_english_date(text: str, position: int) -> bool:
    months = alternation(grammar("dates")["en"]["months"])
    return bool(re.match(rf"[, ]+(?:\d{{1,2}}[ ])?{months}", text[position : position + 16]))


def _en_day(m: re.Match[str], ctx: Context) -> Resolved | None:
    days = grammar("dates")["en"]["days"][" ".join(m["dw"].lower().split())]
    return Resolved(shift_days(ctx.anchor, days) if ctx.anchor else None, True)


def _en_shift(m: re.Match[str], ctx: Context) -> Resolved | None:
    en = grammar("dates")["en"]
    count = en["articles"].get(m["n"].lower()) or int(m["n"])
    return resolve.shifted(-count if m["ago"] else count, en["units"][m["u"].lower()], m.start(), ctx)


def _en_same(m: re.Match[str], ctx: Context) -> Resolved | None:
    stated = ctx.said
    if not stated:
        return None
    return Resolved(
        Partial(stated.year) if m["year"] else Partial(stated.year, stated.month) if m["month"] else stated, True
    )


def _en_anaphora(m: re.Match[str], ctx: Context) -> Resolved | None:
    stated = ctx.said
    if not stated:
        return Resolved(None, True)
    if m["ny"] or m["py"]:
        return Resolved(partial(stated.year + (1 if m["ny"] else -1)), True)
    if m["nm"]:
        return Resolved(shift_months(stated, 1), True)
    return Resolved(shift_days(stated, 1 if m["nd"] else -1), True)


# Shape -> what reads it. A new shape needs its pattern in datepatterns and one row here.
HANDLERS: dict[str, Handler] = {
    "iso": _absolute,
    "isomonth": _absolute,
    "compact": _absolute,
    "spaced": _absolute,
    "cited": _absolute,
    "yq": lambda m, ctx: (lambda s: resolve._span(int(m["y"]), False, *s) if s else None)(resolve._part(m.groupdict())),
    "brackets": _brackets,
    "decade": _none,
    "years": _years,
    "slash": spelled.slashed,
    "birth": spelled.birth,
    "festival": resolve.festival,
    "dated": resolve.dated,
    "months": _months,
    "month": resolve.month_day,
    "zoned": resolve.month_day,
    "monthword": resolve.month_word,
    "day": resolve.bare_day,
    "quarter": resolve.quarter,
    "dayword": resolve.day_word,
    "quarterword": _quarter_word,
    "en_fy": _absolute,
    "weekday": resolve.week_day,
    "week": resolve.week,
    "shift": resolve.shift,
    "yearpart": resolve.year_part,
    "en_mdy": _en_full,
    "en_dmy": _en_full,
    "en_my": _en_full,
    "en_md": _en_month_day,
    "en_dm": _en_month_day,
    "en_q": _en_quarter,
    "en_years": _years,
    "en_year": _absolute,
    "en_decade": _none,
    "en_short": _en_short,
    "en_monthword": _en_month_word,
    "en_month": _en_month_day,
    "en_bracket": _en_month_day,
    "en_month_of": spelled.month_of_year,
    "en_nth": spelled.day_of_month,
    "en_which": _en_which,
    "en_weekday": _en_weekday,
    "en_day": _en_day,
    "en_shift": _en_shift,
    "en_same": _en_same,
    "en_ana": _en_anaphora,
}
# Shapes whose match begins with words that introduce the date but are no part of it: the group that is the date.
CORE = {"zoned": ("m",), "en_year": ("y",), "cited": ("y", "ye"), "en_month": ("mon",), "en_years": ("y1",)}
# Shapes without a year. One that nobody can date leaves "the same day" behind it without a day, too.
YEARLESS = frozenset(("brackets", "months", "month", "zoned", "day", "en_md", "en_dm", "en_month", "en_bracket"))


def _raw(text: str) -> Iterator[tuple[int, str, re.Match[str]]]:
    """(rank, shape, match) of every shape, line by line; a shape does not cross a line end."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        rank = 0
        for gate, shapes in patterns():
            if gate.search(text, start, end):
                for name, pattern in shapes:
                    rank += 1
                    for m in pattern.finditer(text, start, end):
                        yield rank, name, m
            rank += 100
        start = end


def _matches(text: str) -> Iterator[tuple[int, int, str, re.Match[str]]]:
    """All shapes in reading order without overlaps; where two begin together the longer one, then the earlier row."""
    found = []
    for rank, name, m in _raw(text):
        start, end = m.span()
        if name in CORE:
            start = max(m.start(core) for core in CORE[name])
        elif text[start] == " ":
            start += 1
        found.append((start, -end, rank, name, m))
    found.sort(key=lambda f: f[:3])
    for start, end, _, name, m in found:
        yield start, -end, name, m


def document_date(norm_head: str) -> str | None:
    """The publication date (ISO: a day, or a month) that the first ~600 characters state; None when unclear."""
    head = norm_head[: docdate.HEAD]
    return docdate.choose(head, find_dates(head), _full)


def _full(literal: Literal) -> str | None:
    """The value for a masthead: the end of a range, at least exact to the month."""
    value = literal.high if isinstance(literal.high, str) and literal.unit is None else literal.value
    return value if isinstance(value, str) and len(value) >= 7 else None


@cache
def _joint() -> re.Pattern[str]:
    return re.compile(rf"[ ]?{alternation(grammar('dates')['zh']['range'])}[ ]?")


def find_dates(
    norm: str,
    *,
    lang: str = "zh-Hans",
    anchor: str | None = None,
    offset: int = 0,
    stated: str | None = None,
    headings: Sequence[tuple[int, int]] = (),
) -> list[Literal]:
    """All dates of `norm`, sorted and not overlapping; values ISO, ranges with low and high.

    `anchor` is the document's date (ISO, maybe partial), `stated` the last date the text before `norm` has stated.
    Without them relative dates have the value None. `headings` are the (start, level) of those in `norm`: without an
    anchor a date above one gives no year to what stands below.
    """
    given = stated is not None
    ctx = Context(norm, parse_iso(anchor), headings, parse_iso(stated), handed=given, stated_absolute=given)
    out: list[Literal] = []
    last = -1
    for start, end, name, m in _matches(norm):
        if start < last:
            continue
        resolved = HANDLERS[name](m, ctx)
        if resolved is None:
            if name == "month" and m["d"]:
                last = end  # an impossible day is no date, and neither is its second half
            continue
        value = resolved.date.iso if resolved.date else None
        literal = Literal(
            start, end, "date", value, resolved.unit, low=resolved.low, high=resolved.high, relative=resolved.relative
        )
        out.append(literal)
        last = end
        if resolved.date:
            _remember(ctx, resolved, start, end)
        elif name in YEARLESS:
            ctx.missed = True
    merged = _merge(norm, out)
    return [replace(lit, start=lit.start + offset, end=lit.end + offset) for lit in merged]


def _remember(ctx: Context, resolved: Resolved, start: int, end: int) -> None:
    ctx.missed = False
    ctx.stated, ctx.stated_end, ctx.stated_absolute, ctx.handed = resolved.date, end, not resolved.relative, False
    if resolved.date and resolved.date.day:
        ctx.stated_day, ctx.stated_day_end = resolved.date, end
    if resolved.date and not resolved.date.day and _heads(ctx.text, start, end):
        ctx.head(resolved.date, start)


_MARKS = " \t#*:-[]()"  # what may stand beside the date in a heading
_LINE_END = re.compile(rf"[{re.escape(_MARKS)}]*\n")


def _heads(text: str, start: int, end: int) -> bool:
    """Whether the date is all that its line says, and another line follows; looks no farther than the next word."""
    while start and text[start - 1] in _MARKS:
        start -= 1
    return (start == 0 or text[start - 1] == "\n") and _LINE_END.match(text, end) is not None


def _merge(text: str, literals: list[Literal]) -> list[Literal]:
    """Two dates around a dash or "to" are one range from the first to the second."""
    out: list[Literal] = []
    for lit in literals:
        last = out[-1] if out else None
        joint = _joint().fullmatch(text, last.end, lit.start) if last else None
        if (
            last
            and joint
            and last.value
            and lit.value
            and last.low is None
            and lit.low is None
            and str(last.value) < str(lit.value)
        ):
            out[-1] = replace(last, end=lit.end, low=last.value, high=lit.value, relative=last.relative)
        else:
            out.append(lit)
    return out
