"""What one number says, by the words next to it: the kind, unit, currency and modifier of a figure.

A number that could be part of a name, a year or a list mark is no figure. It looks at one number at a time: ranges are
the business of `quantities`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from math import isfinite

from aigraph.figures.figurepatterns import context, patterns
from aigraph.figures.numerals import Number, modifier_after, modifier_before, tables
from aigraph.figures.units import Unit, currency_before, unit_at
from aigraph.model import Literal
from aigraph.wordlists import grammar

CONTEXT_REACH = 16  # characters of the clause before a number that may say what it counts
PRICE_REACH = 12  # the same for a word that tells money from a counter
WINDOW_REACH = 40  # the same for a bare 128K, whose topic often stands farther off
LARGEST_SCORE = 100_000.0
SMALLEST_MODEL = 1e8  # parameters; a smaller bare magnitude counts something else
LARGEST_RANK = 100  # behind a sign: #212 is the number of an issue
YEARS = (1900, 2099)
LONGEST_BARE = 7  # digits; longer ones are identifiers
_OPENERS = ("(", "\N{FULLWIDTH LEFT PARENTHESIS}")
_QUOTE_ENDS = ("\u201d", "\u300d", "\u300f", "\u300b", '"')
_CLOSERS = ")\N{FULLWIDTH RIGHT PARENTHESIS}\N{IDEOGRAPHIC COMMA}]"


def factor(number: Number) -> float:
    """What the scale word or letter of a number multiplies by."""
    return tables()["letter_scales"][number.letter] if number.letter else number.scale


def scaled_value(number: Number) -> float:
    """The value with its scale letter applied (32K is 32000.0)."""
    value = number.value or 0.0
    return round(value * tables()["letter_scales"][number.letter], 6) if number.letter else value


def whole(value: float) -> float | int:
    """An int where the figure is one, else a float without binary dust."""
    if not isfinite(value):
        return value
    value = round(value, 9)
    return int(value) if value == int(value) else value


def classify(text: str, number: Number, lang: str) -> Literal | None:
    """The literal that one number makes with its neighbours, or None where it is no figure."""
    special = _prefixed(text, number, lang)
    if special is not None:
        return special[0]
    unit = unit_at(text, number.end, lang)
    if unit is None and number.scaled and text[number.end : number.end + 1] in _OPENERS:
        inner = unit_at(text, number.end + 1, lang)  # 1305 亿(美元)
        if inner and inner.kind == "money" and not inner.slang and text[inner.end : inner.end + 1] in _CLOSERS:
            unit = replace(inner, end=inner.end + 1)
    if unit and unit.slang and not _price_near(text, number, unit):
        unit = replace(unit, kind="count", unit=unit.word, currency=None)
    if unit and unit.word in grammar("units")["minutes"]["word"] and number.arabic:
        if patterns()["hours_before"].search(text[max(0, number.start - 8) : number.start]):
            unit = replace(unit, kind="duration", unit="minute")
    if unit and unit.kind == "people" and unit.word in grammar("units")["bits"]["unit"]:
        if patterns()["bits"].search(_clause_before(text, number.start, CONTEXT_REACH)):
            unit = replace(unit, kind="count")
    if unit and _fits(text, number, unit):
        return _with_unit(text, number, unit)
    if number.modifier == "over" and not number.scaled and not number.letter:
        return None
    if number.letter:
        return _letter(text, number)
    if number.scaled:
        return _magnitude(text, number)
    return _bare(text, number)


def _fits(text: str, number: Number, unit: Unit) -> bool:
    """Unit words are common characters: an article ("one model") or a long Latin name behind it is no count."""
    if unit.kind == "multiple" and text[unit.end : unit.end + 1].isascii() and text[unit.end : unit.end + 1].isalnum():
        return False
    counted = unit.kind in ("count", "people") and unit.currency is None
    if counted and text[number.start] == "0":
        return False
    if unit.kind == "people" and patterns()["top"].search(text[max(0, number.start - 2) : number.start]):
        return False
    named = counted and unit.word.isascii() and not number.scaled and "," not in text[number.start : number.end]
    if named and patterns()["acronym"].search(text[max(0, number.start - 24) : number.start]):
        return False  # "RTX 5090 cards" counts nothing
    if counted and number.decimal and not number.scaled and not number.letter and not unit.word.isascii():
        return False
    if unit.digits and not number.arabic or unit.kind == "version" and (number.letter or number.scaled):
        return False
    if (
        not number.arabic
        and number.value == 1
        and unit.kind in ("count", "people", "users", "money", "length", "weight")
    ):
        return False
    if number.letter and number.letter in "mtbk" and unit.kind in ("length", "weight", "duration"):
        return False
    if unit.kind == "duration" and unit.unit == "year" and number.arabic and _is_year(number):
        return False
    if unit.kind == "score" and not number.arabic and number.value is not None and number.value < 20:
        return False
    return not (
        unit.kind == "count"
        and number.start
        and patterns()["ordinal"].search(text[max(0, number.start - 2) : number.start])
    )


def _prefixed(text: str, number: Number, lang: str) -> tuple[Literal | None] | None:
    """What a sign before the number decides: currency, percent, rank, Elo. None where no sign stands."""
    pats = patterns()
    low = max(0, number.start - 16)
    window = text[low : number.start]
    sign = currency_before(text, number.start, lang)
    if sign:
        start, currency = sign
        value = None if number.value is None else whole(scaled_value(number))
        dotted = currency in grammar("units")["thousands_dot"]["codes"] and not number.scaled and not number.letter
        if value is not None and dotted and pats["thousands_dot"].fullmatch(text, number.start, number.end):
            value = whole(round(value * 1000))
        end = number.end
        trailing = unit_at(text, end, lang)
        if trailing and trailing.kind == "money" and not trailing.slang:
            bare = trailing.word in grammar("units")["currency_bare"]["words"]
            if bare or trailing.currency in (currency, None):
                end = trailing.end
            elif currency is None:
                currency, end = trailing.currency, trailing.end
        if not (number.letter and number.letter in "k" and not number.arabic):
            return (
                Literal(start, end, "money", value, currency=currency, modifier=_modifier(text, start, end, number)),
            )
    if m := pats["percent"].search(window):
        start = low + m.start()
        value = None if number.value is None else whole(number.value)
        return (Literal(start, number.end, "percent", value, "%", modifier=_modifier(text, start, number.end, number)),)
    if pats["ordinal"].search(window):
        return (_rank(text, number, window),)
    if (
        (m := pats["rank_sign"].search(window))
        and not number.scaled
        and number.value is not None
        and "." not in text[number.start : number.end]
    ):
        if number.value > LARGEST_RANK:
            return (None,)
        return (Literal(low + m.start(), number.end, "rank", whole(number.value)),)
    small = pats["small_rank"].search(window)
    if small and number.arabic and not number.decimal and pats["small_rank_after"].match(text, number.end):
        return (Literal(low + small.start(), number.end, "rank", whole(number.value or 0.0)),)
    if (m := pats["elo_before"].search(window)) and number.arabic and number.value is not None and number.value >= 100:
        return (Literal(number.start, number.end, "elo", whole(number.value), "Elo", modifier=number.modifier),)
    return None


def _rank(text: str, number: Number, window: str) -> Literal | None:
    """第 3 is a rank only with a rank word around it or at the end of its clause; 第 3 章 never is."""
    pats = patterns()
    if number.value is None or number.value != int(number.value):
        return None
    start = number.start - (len(window) - pats["ordinal"].search(window).start())  # type: ignore[union-attr]
    if m := pats["rank_after"].match(text, number.end):
        return Literal(start, m.end(), "rank", int(number.value))
    if pats["rank_void"].match(text, number.end):
        return None
    if pats["rank_before"].search(window) or pats["clause_end"].match(text, number.end) or number.end == len(text):
        return Literal(start, number.end, "rank", int(number.value))
    return None


def _modifier(text: str, start: int, end: int, number: Number) -> str | None:
    return number.modifier or modifier_before(text, start) or modifier_after(text, end)


def _with_unit(text: str, number: Number, unit: Unit) -> Literal:
    modifier = "over" if text[number.end] == "+" else _modifier(text, number.start, unit.end, number)
    if unit.kind == "version":
        return Literal(number.start, unit.end, "version", text[number.start : number.end])
    value: float | int | None = None
    if number.value is not None:
        value = whole((scaled_value(number) + unit.plus) * unit.factor)
    if unit.kind == "memory" and patterns()["per_second"].search(text[max(0, number.start - 12) : number.start]):
        speed = whole(scaled_value(number)) if number.value is not None else None
        return Literal(number.start, unit.end, "bandwidth", speed, f"{unit.word}/s", modifier=modifier)
    if unit.kind == "count" and number.scaled and patterns()["one_counter"].fullmatch(unit.word):
        kind = _kind_by_context(text, number)
        if kind in ("parameters", "transistors", "users"):
            return Literal(number.start, unit.end, kind, value, modifier=modifier)
    return Literal(number.start, unit.end, unit.kind, value, unit.unit, unit.currency, modifier=modifier)


def _price_near(text: str, number: Number, unit: Unit) -> bool:
    """Is 块 money here? Only beside a price word, and never before a noun it counts."""
    pats = patterns()
    if number.letter or not pats["slang_follow"].match(text, unit.end):
        return False
    behind = text[unit.end : unit.end + PRICE_REACH]
    stop = pats["clause_end"].search(behind)
    around = _clause_before(text, number.start, PRICE_REACH) + " " + (behind[: stop.start()] if stop else behind)
    return bool(pats["price_word"].search(around))


def _clause_before(text: str, start: int, reach: int) -> str:
    window = text[max(0, start - reach) : start]
    ends = list(patterns()["clause_end"].finditer(window))
    return window[ends[-1].end() :] if ends else window


def _kind_by_context(text: str, number: Number, reach: int = CONTEXT_REACH) -> str | None:
    """The kind that the nearest context word in the same clause gives a number without unit."""
    pattern, kinds, _, _ = context()
    words = pattern.findall(_clause_before(text, number.start, reach))
    return kinds[words[-1]] if words else None


def _letter(text: str, number: Number) -> Literal | None:
    """A bare 7B, 128K, 1.8T: parameters or tokens, by the word around it; B and T alone mean parameters."""
    _, _, after_pattern, after_kinds = context()
    pats = patterns()
    if text[number.end : number.end + 1] == "-" and text[number.end + 1 : number.end + 2].isascii():
        follow = after_pattern.match(text, number.end + 1)
        if not follow:
            return None
    if pats["resolution"].match(text, number.end):
        return None
    letter = number.letter.upper()
    follow = after_pattern.match(text, number.end)
    kind = after_kinds[follow["w"]] if follow else None
    if letter in "BT" and number.letter.isupper() or number.letter == "b":
        near = _kind_by_context(text, number)
        kind = (
            kind
            if kind == "parameters" or letter == "T" and kind
            else near
            if near in ("money", "users")
            else "parameters"
        )
    elif kind != "tokens" or letter == "B":
        near = _kind_by_context(text, number) or _tokens_in_sentence(text, number)
        kind = near or kind
        if kind == "parameters" and letter == "K":
            kind = None
    thousand = number.letter == "k" and (number.value or 0) >= 10 and text[number.end - 2].isdigit()  # 20.2k stars
    if kind is None and number.letter not in "KM" and not thousand:
        return None
    modifier = _modifier(text, number.start, number.end, number)
    value = None if number.value is None else whole(scaled_value(number))
    return Literal(
        number.start, number.end, kind or "count", value, "tokens" if kind == "tokens" else None, modifier=modifier
    )


def _tokens_in_sentence(text: str, number: Number) -> str | None:
    """ "tokens" where a context-length word stands within reach on either side of a bare K or M."""
    pattern, kinds, _, _ = context()
    low = max(0, number.start - WINDOW_REACH)
    around = (text[low : number.start], text[number.end : number.end + CONTEXT_REACH])
    for window in around:
        for m in pattern.finditer(window.replace("\n", "|")):
            if kinds[m.group()] == "tokens":
                return "tokens"
    return None


def _only_parameters(text: str, number: Number) -> bool:
    """Does the sentence up to the number speak of parameters and of nothing else that is counted?"""
    pattern, kinds, _, _ = context()
    window = text[max(0, number.start - WINDOW_REACH) : number.start]
    ends = [window.rfind(mark) for mark in grammar("units")["bare"]["sentence_end"]]
    return {kinds[w] for w in pattern.findall(window[max(ends) + 1 :])} == {"parameters"}


def _magnitude(text: str, number: Number) -> Literal | None:
    """A number with a spelled-out scale and no unit: its kind comes from the clause, else it is a bare count."""
    if (
        not number.arabic
        and number.value is not None
        and number.value in (1e4, 1e8, 1e12)
        and number.end - number.start == 1
    ):
        return None
    _, _, after_pattern, after_kinds = context()
    follow = after_pattern.match(text, number.end)
    kind = _kind_by_context(text, number)
    if kind is None and follow and after_kinds[follow["w"]] == "parameters" and (number.value or 0) >= 1e8:
        kind = "parameters"
    if kind is None and not number.arabic:
        return None
    if kind is None and (number.value or 0) >= SMALLEST_MODEL and _only_parameters(text, number):
        kind = "parameters"
    value = None if number.value is None else whole(number.value)
    unit = {"tokens": "tokens", "elo": "Elo"}.get(kind or "")
    return Literal(
        number.start,
        number.end,
        kind or "count",
        value,
        unit,
        modifier=_modifier(text, number.start, number.end, number),
    )


def _bare(text: str, number: Number) -> Literal | None:
    """A number without anything: a score if nothing speaks against it."""
    pats = patterns()
    if number.value is None:
        return None
    if not number.arabic:
        ahead = pats["noun_ahead"].match(text, number.end) if number.value > 1 else None
        return Literal(number.start, number.end, "count", whole(number.value), _noun(ahead)) if ahead else None
    before, after = text[number.start - 1 : number.start], text[number.end : number.end + 1]
    surface = text[number.start : number.end]
    window = text[max(0, number.start - 24) : number.start]
    if before in tuple("-/:~–—") and before or after in tuple("-/~–—") and after or after.isascii() and after.isalpha():
        return None
    if pats["top"].search(window) or _named(text, number, window):
        return None
    if after == ":" and text[number.end + 1 : number.end + 2].isdigit():
        return None
    if surface[0] == "0" and not number.decimal or len(surface.replace(",", "")) > LONGEST_BARE + number.decimal * 4:
        return None
    if (
        _is_year(number)
        or number.value > LARGEST_SCORE
        or pats["void_after"].match(text, number.end)
        or pats["void_before"].search(window)
    ):
        return None
    if ahead := pats["noun_ahead"].match(text, number.end):
        return Literal(number.start, number.end, "count", whole(number.value), _noun(ahead))
    if number.decimal:
        heading = pats["list_mark"].search(window) and pats["section"].match(text, number.end)
        return None if heading and not number.signed else _score(text, number)
    if pats["list_mark"].search(window) and not number.signed:
        return None
    free = (
        pats["next_cell"].match(text, number.end)
        or after == ""
        or "," in surface
        or pats["clause_end"].match(after)
        or after in _CLOSERS
    )
    if pats["latin_name"].search(window) and not free:
        return None
    return _score(text, number)


def _noun(ahead: re.Match[str]) -> str:
    """The counted noun: GPUs, or a chip in the plural (A100s)."""
    return ahead["noun"] or ahead["chips"]


def _named(text: str, number: Number, window: str) -> bool:
    """Is a bare number the number of a product, a model name, a reference or a telephone?"""
    pats = patterns()
    if window.endswith("[") and text[number.end : number.end + 1] == "]":
        return True
    if pats["phone"].search(window) or pats["product_line"].search(window):
        return True
    small = 1 <= (number.value or 0.0) < 10 and number.end - number.start <= 3
    titled = pats["title_before"].search(window) and pats["title_after"].match(text, number.end)
    if small and text.startswith(_QUOTE_ENDS, number.end) and pats["quoted"].search(window):
        return True
    if small and titled:
        return True  # Claude 3.5 Sonnet
    if not pats["version"].fullmatch(text, number.start, number.end) or pats["next_cell"].match(text, number.end):
        return False
    return bool(pats["software"].search(window)) and not pats["measure"].search(window)  # PyTorch 2.7


def _score(text: str, number: Number) -> Literal:
    value = None if number.value is None else whole(number.value)
    return Literal(number.start, number.end, "score", value, modifier=modifier_before(text, number.start))


def _is_year(number: Number) -> bool:
    plain = not number.decimal and not number.scaled and number.end - number.start == len("2024")
    return plain and number.value is not None and YEARS[0] <= number.value <= YEARS[1]
