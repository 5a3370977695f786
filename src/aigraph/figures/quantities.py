"""Figures in a text: money, percentages, sizes, counts, scores and their kin, in canonical units.

It reads one sentence or block at a time and decides by the words next to the number only. A number that could be
part of a name, a year or a list mark is no figure; a magnitude without digits has the value None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from aigraph.figures.classify import classify, factor, scaled_value, whole
from aigraph.figures.clock import find_times
from aigraph.figures.figurepatterns import patterns
from aigraph.figures.numerals import Number, find_numbers
from aigraph.figures.prices import attach, token_phrases
from aigraph.figures.units import currency_before
from aigraph.model import Literal
from aigraph.wordlists import grammar

Span = tuple[int, int]


def find_quantities(norm: str, *, lang: str = "zh-Hans", offset: int = 0, taken: Sequence[Span] = ()) -> list[Literal]:
    """All figures of `norm` (a sentence or block, normalised), sorted and not overlapping, but no dates.

    `taken` are spans that are no figures (dates); `offset` is added to every position.
    """
    every = list(find_numbers(norm))
    times = find_times(norm) if every else []
    phrases = token_phrases(norm) if every else []
    blocked = sorted([*taken, *((t.start, t.end) for t in times), *((s, e) for s, e, _, _ in phrases)])
    found = _fixed(norm) + _english_ranks(norm)
    numbers = _free(every, sorted(blocked + [(f.start, f.end) for f in found]))
    figures = _merge_ranges(norm, numbers, lang)
    money = attach(norm, [f for f in figures if f.kind == "money"])
    others = [f for f in figures if f.kind != "money"]
    literals = _clear_of(_without_overlap(money + found + times + others), sorted(taken))
    return [replace(lit, start=lit.start + offset, end=lit.end + offset) for lit in literals]


def _free(numbers: list[Number], blocked: list[Span]) -> list[Number]:
    """The numbers that touch no blocked span; both lists are sorted, so one pass is enough."""
    free, i = [], 0
    for number in numbers:
        while i < len(blocked) and blocked[i][1] <= number.start:
            i += 1
        if i == len(blocked) or blocked[i][0] >= number.end:
            free.append(number)
    return free


def _clear_of(literals: list[Literal], taken: list[Span]) -> list[Literal]:
    """The literals that touch no taken span: a unit word may have reached into a date."""
    clear, i = [], 0
    for literal in literals:
        while i < len(taken) and taken[i][1] <= literal.start:
            i += 1
        if i == len(taken) or taken[i][0] >= literal.end:
            clear.append(literal)
    return clear


def _without_overlap(literals: list[Literal]) -> list[Literal]:
    """Earlier lists win over later ones where spans touch; the result is sorted."""
    chosen: list[Literal] = []
    last_end = -1
    order = {id(lit): i for i, lit in enumerate(literals)}
    for lit in sorted(literals, key=lambda x: (x.start, order[id(x)])):
        if lit.start >= last_end:
            chosen.append(lit)
            last_end = lit.end
    return chosen


def _fixed(text: str) -> list[Literal]:
    values = grammar("units")["fixed"]["multiple"]
    return [
        Literal(m.start(), m.end(), "multiple", float(values[m.group()]), "x")
        for m in patterns()["fixed"].finditer(text)
    ]


def _english_ranks(text: str) -> list[Literal]:
    ordinals = grammar("numbers")["ordinals"]
    out: list[Literal] = []
    if not patterns()["rank_gate"].search(text):
        return out
    for m in patterns()["rank_english"].finditer(text):
        name = "o1" if m["o1"] else "o2"
        word = m[name].lower()
        weak = bool(m["ctx"]) and m["ctx"].split()[0].lower() in ("is", "at", "in")
        if weak or word == "second" and text[m.end(name) : m.end(name) + 1].isalpha():
            continue
        value = ordinals.get(word) or int(re.sub(r"\D", "", word))
        out.append(Literal(m.start(name), m.end(name), "rank", value))
    return out


def _merge_ranges(text: str, numbers: list[Number], lang: str) -> list[Literal]:
    """Classify every number; two that stand around a dash or a "to" become one literal with low and high."""
    out: list[Literal] = []
    i = 0
    while i < len(numbers):
        first = numbers[i]
        own = classify(text, first, lang)
        second = numbers[i + 1] if i + 1 < len(numbers) else None
        pair = _range(text, first, own, second, lang) if second else None
        if pair is not None:
            out += pair
            i += 2
            continue
        if own is None and second:
            own = _first_price(text, first, second, lang)
        if own:
            out.append(own)
        i += 1
    return out


def _first_price(text: str, first: Number, second: Number, lang: str) -> Literal | None:
    """The 15 of "15/75 dollars": money of the same currency as the number behind the slash."""
    plain = first.arabic and second.arabic and not first.scaled and not second.scaled and not first.letter
    if not plain or text[first.end : second.start] != "/":
        return None
    price = classify(text, second, lang)
    return _copy(price, first, first.value) if price and price.kind == "money" else None


def _range(text: str, first: Number, own: Literal | None, second: Number, lang: str) -> list[Literal] | None:
    pats = patterns()
    for stop in sorted({own.end if own else first.end, first.end}, reverse=True):
        joint = pats["separator"].match(text, stop)
        head = own.start if own else first.start
        if not joint and pats["between"].search(text[max(0, head - 10) : head]):
            joint = pats["and"].match(text, stop)
        start = second.start
        if joint and (prefix := currency_before(text, start, lang)) and own and own.kind == "money":
            start = prefix[0]
        if joint and joint.end() == start:
            break
    else:
        return None
    if (
        first.value is not None
        and second.letter
        and not first.letter
        and pats["latin_name"].search(text[max(0, first.start - 24) : first.start])
    ):
        return []  # "Llama 2-13B" is a name
    other = classify(text, second, lang)
    opened = bool(pats["opener"].search(text[max(0, first.start - 12) : first.start]))
    return _joined(first, own, second, other, opened=opened, dash=bool(joint.groupdict().get("dash")))


def _joined(
    first: Number, own: Literal | None, second: Number, other: Literal | None, *, opened: bool, dash: bool
) -> list[Literal] | None:
    if own and own.kind == "money" and (other is None or other.kind in ("score", "count") and other.unit is None):
        other = _copy(own, second, second.value if second.value is None else scaled_value(second))
        if not first.scaled and not first.letter and (second.scaled or second.letter) and own.value is not None:
            own = replace(own, value=whole(float(own.value) * factor(second)))
    elif (
        own
        and other
        and own.kind == other.kind == "money"
        and own.value is not None
        and not opened
        and (not first.scaled and not first.letter and (second.scaled or second.letter))
    ):
        own = replace(own, value=whole(float(own.value) * factor(second)))  # $5 to $10 million
    if other is None or other.value is None or isinstance(other.value, str) or second.value in (None, 0.0):
        return None
    if other.kind == "score" and other.unit is None:
        return None
    weak = (
        own is None
        or own.kind in ("score", "count")
        and own.unit is None
        or first.letter != ""
        and own.kind != other.kind
    )
    if weak:
        raw = second.value / second.scale if not first.scaled and not first.letter else second.value
        ratio = float(other.value) / raw if raw else 1.0
        if first.value is None:
            return None
        value = first.value * ratio
        if value > float(other.value) and first.value <= float(other.value) and not second.scaled:
            value = first.value
        own = replace(other, start=first.start, end=first.end, value=whole(value), modifier=None)
    assert own is not None  # for the type checker: the weak branch has just filled it
    if (own.kind, own.unit, own.currency) != (other.kind, other.unit, other.currency) or own.value is None:
        return None
    low, high = float(own.value), float(other.value)
    if opened or not low < high:
        return [own, other] if weak and not dash or opened else None
    return [replace(own, end=other.end, low=whole(low), high=whole(high))]


def _copy(model: Literal, number: Number, value: float | None) -> Literal:
    return replace(model, start=number.start, end=number.end, value=None if value is None else whole(value), per=None)
