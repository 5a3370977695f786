"""Figures in a text: money, percentages, sizes, counts, scores and their kin, in canonical units.

It reads one sentence or block at a time and decides by the words next to the number only. A number that could be
part of a name, a year or a list mark is no figure; a magnitude without digits has the value None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from aigraph.clock import find_times
from aigraph.model import Literal
from aigraph.numerals import Number, find_numbers, modifier_after, modifier_before, tables
from aigraph.prices import attach, token_phrases
from aigraph.units import Unit, currency_before, unit_at
from aigraph.wordlists import alternation, grammar

CONTEXT_REACH = 16  # characters of the clause before a number that may say what it counts
PRICE_REACH = 12  # the same for a word that tells money from a counter
WINDOW_REACH = 40  # the same for a bare 128K, whose topic often stands farther off
LARGEST_SCORE = 100_000.0
YEARS = (1900, 2099)
LONGEST_BARE = 7  # digits; longer ones are identifiers
_CLOSERS = ")\N{FULLWIDTH RIGHT PARENTHESIS}\N{IDEOGRAPHIC COMMA}]"
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Found:
    """A literal with the number it came from, while ranges are still open."""

    literal: Literal
    number: Number


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    units, numbers = grammar("units"), grammar("numbers")
    ranges, rank, bare = numbers["ranges"], units["rank"], units["bare"]
    dash, words = alternation(ranges["dashes"]), alternation(ranges["words"], boundary=True)
    fixed = units["fixed"]
    ordinals = alternation(numbers["ordinals"])
    return {
        "separator": re.compile(rf"[ ]?(?:(?P<dash>{dash})|(?P<word>{words}))[ ]?"),
        "and": re.compile(rf"[ ]{alternation(ranges['between_and'])}[ ]"),
        "between": re.compile(rf"(?i:{alternation(ranges['between'])})[ ]$"),
        "opener": re.compile(rf"(?<![A-Za-z])(?:{alternation(ranges['openers'])})[^,，;；。、]{{0,8}}$"),
        "percent": re.compile(rf"{alternation(fixed['percent_prefix'])}[ ]?$"),
        "fixed": re.compile(rf"(?<![A-Za-z]){alternation(fixed['multiple'], boundary=True)}"),
        "ordinal": re.compile(rf"{alternation(rank['ordinal'])}[ ]?$"),
        "rank_after": re.compile(rf"[ ]?{alternation(rank['after'])}"),
        "rank_void": re.compile(rf"[ ]?{alternation(rank['void_after'])}"),
        "rank_before": re.compile(rf"{alternation(rank['before'])}[ ]?{alternation(rank['ordinal'])}[ ]?$"),
        "rank_sign": re.compile(rf"(?<![A-Za-z0-9]){alternation(rank['sign'])}[ ]?$"),
        "rank_gate": re.compile(alternation(rank["gate"])),
        "rank_english": re.compile(
            rf"(?<![A-Za-z])(?:(?P<ctx>(?i:{alternation([w for w in rank['before'] if w.isascii()])})[ ](?:the[ ])?)"
            rf"(?P<o1>(?i:{ordinals})|\d+(?:st|nd|rd|th))(?![A-Za-z-])|(?P<o2>(?i:{ordinals})|\d+(?:st|nd|rd|th)){alternation(rank['place'])})"
        ),
        "elo_before": re.compile(rf"(?<![A-Za-z]){alternation(units['elo']['before'])}[ ]?[:=]?(?:[^\d,，;；。]{{0,3}})$"),
        "void_after": re.compile(rf"[ ]?{alternation(bare['void_after'])}"),
        "void_before": re.compile(rf"(?<![A-Za-z0-9])(?:{alternation(bare['void_before'])})[ ]?$"),
        "clause_end": re.compile("[" + re.escape("".join(bare["clause_end"])) + "]"),
        "resolution": re.compile(rf"[ ]?{alternation(units['resolution']['words'])}"),
        "latin_name": re.compile(r"[A-Za-z0-9.]*[A-Z0-9][A-Za-z0-9.+-]*[ ]$"),
        "list_mark": re.compile(r"(?:^|\n)[ \t#>*(\uff08\u3010\[-]*$"),
        "slang_follow": re.compile(rf"[ ]?(?:$|\n|{alternation(units['currency_slang']['follow'])})"),
        "price_word": re.compile(alternation(units["currency_slang"]["price_words"])),
        "section": re.compile(r"[ \t\u3000]+[^\W\d]"),
        "next_cell": re.compile(r"[ \t]+[+-]?[0-9]"),
        "one_counter": re.compile(alternation(numbers["zh"]["count_word"])),
    }


@cache
def _context() -> tuple[re.Pattern[str], dict[str, str], re.Pattern[str], dict[str, str]]:
    data = grammar("units")
    before = {w: kind for kind, ws in data["context"].items() for w in ws}
    after = {w: kind for kind, ws in data["context_after"].items() for w in ws}
    return re.compile(alternation(before)), before, re.compile(rf"[ ]?(?P<w>{alternation(after)})"), after


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
    literals = _without_overlap(money + found + times + others)
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
    return [Literal(m.start(), m.end(), "multiple", float(values[m.group()]), "x")
            for m in _patterns()["fixed"].finditer(text)]


def _english_ranks(text: str) -> list[Literal]:
    ordinals = grammar("numbers")["ordinals"]
    out: list[Literal] = []
    if not _patterns()["rank_gate"].search(text):
        return out
    for m in _patterns()["rank_english"].finditer(text):
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
        if own:
            out.append(own)
        i += 1
    return out


def _range(text: str, first: Number, own: Literal | None, second: Number, lang: str) -> list[Literal] | None:
    pats = _patterns()
    for stop in sorted({own.end if own else first.end, first.end}, reverse=True):
        joint = pats["separator"].match(text, stop)
        if not joint and pats["between"].search(text[max(0, first.start - 10) : first.start]):
            joint = pats["and"].match(text, stop)
        start = second.start
        if joint and (prefix := currency_before(text, start, lang)) and own and own.kind == "money":
            start = prefix[0]
        if joint and joint.end() == start:
            break
    else:
        return None
    if first.value is not None and second.letter and not first.letter and pats["latin_name"].search(text[max(0, first.start - 24) : first.start]):
        return []  # "Llama 2-13B" is a name
    other = classify(text, second, lang)
    opened = bool(pats["opener"].search(text[max(0, first.start - 12) : first.start]))
    return _joined(first, own, second, other, opened=opened, dash=bool(joint.groupdict().get("dash")))


def _joined(first: Number, own: Literal | None, second: Number, other: Literal | None, *, opened: bool, dash: bool) -> list[Literal] | None:
    if own and own.kind == "money" and (other is None or other.kind in ("score", "count") and other.unit is None):
        other = _copy(own, second, second.value if second.value is None else _scaled_value(second))
        if not first.scaled and not first.letter and (second.scaled or second.letter) and own.value is not None:
            own = replace(own, value=_whole(float(own.value) * _factor(second)))
    if other is None or other.value is None or isinstance(other.value, str) or second.value in (None, 0.0):
        return None
    if other.kind == "score" and other.unit is None:
        return None
    weak = own is None or own.kind in ("score", "count") and own.unit is None or first.letter != "" and own.kind != other.kind
    if weak:
        raw = second.value / second.scale if not first.scaled and not first.letter else second.value
        ratio = float(other.value) / raw if raw else 1.0
        if first.value is None:
            return None
        value = first.value * ratio
        if value > float(other.value) and first.value <= float(other.value) and not second.scaled:
            value = first.value
        own = replace(other, start=first.start, end=first.end, value=_whole(value), modifier=None)
    assert own is not None  # for the type checker: the weak branch has just filled it
    if (own.kind, own.unit, own.currency) != (other.kind, other.unit, other.currency) or own.value is None:
        return None
    low, high = float(own.value), float(other.value)
    if opened or not low < high:
        return [own, other] if weak and not dash or opened else None
    return [replace(own, end=other.end, low=_whole(low), high=_whole(high))]


def _copy(model: Literal, number: Number, value: float | None) -> Literal:
    return replace(model, start=number.start, end=number.end, value=None if value is None else _whole(value), per=None)


def _factor(number: Number) -> float:
    return tables()["letter_scales"][number.letter] if number.letter else number.scale


def _scaled_value(number: Number) -> float:
    value = number.value or 0.0
    return round(value * tables()["letter_scales"][number.letter], 6) if number.letter else value


def _whole(value: float) -> float | int:
    """An int where the figure is one, else a float without binary dust."""
    value = round(value, 9)
    return int(value) if value == int(value) else value


def classify(text: str, number: Number, lang: str) -> Literal | None:
    """The literal that one number makes with its neighbours, or None where it is no figure."""
    special = _prefixed(text, number, lang)
    if special is not None:
        return special[0]
    unit = unit_at(text, number.end, lang)
    if unit and unit.slang and not _price_near(text, number, unit):
        unit = replace(unit, kind="count", unit=unit.word, currency=None)
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
    counted = unit.kind in ("count", "people") and unit.currency is None
    if counted and number.decimal and not number.scaled and not number.letter and not unit.word.isascii():
        return False
    if unit.digits and not number.arabic or unit.kind == "version" and (number.letter or number.scaled):
        return False
    if not number.arabic and number.value == 1 and unit.kind in ("count", "people", "users", "money", "length", "weight"):
        return False
    if number.letter and number.letter in "mtbk" and unit.kind in ("length", "weight", "duration"):
        return False
    if unit.kind == "duration" and unit.unit == "year" and number.arabic and _is_year(number):
        return False
    if unit.kind == "score" and not number.arabic and number.value is not None and number.value < 20:
        return False
    if unit.kind == "count" and number.start and _patterns()["ordinal"].search(text[max(0, number.start - 2) : number.start]):
        return False
    return True


def _prefixed(text: str, number: Number, lang: str) -> tuple[Literal | None] | None:
    """What the sign before the number decides: currency, percent, rank, Elo. A 1-tuple, or None where no sign stands."""
    pats = _patterns()
    low = max(0, number.start - 16)
    window = text[low : number.start]
    sign = currency_before(text, number.start, lang)
    if sign:
        start, currency = sign
        value = None if number.value is None else _whole(_scaled_value(number))
        end = number.end
        trailing = unit_at(text, end, lang)
        if trailing and trailing.kind == "money" and not trailing.slang and trailing.currency in (currency, None):
            end = trailing.end
        elif trailing and trailing.kind == "money" and currency is None:
            currency, end = trailing.currency, trailing.end
        if not (number.letter and number.letter in "k" and not number.arabic):
            return (Literal(start, end, "money", value, currency=currency, modifier=_modifier(text, start, end, number)),)
    if m := pats["percent"].search(window):
        start = low + m.start()
        value = None if number.value is None else _whole(number.value)
        return (Literal(start, number.end, "percent", value, "%", modifier=_modifier(text, start, number.end, number)),)
    if pats["ordinal"].search(window):
        return (_rank(text, number, window),)
    if (m := pats["rank_sign"].search(window)) and not number.scaled and number.value is not None and "." not in text[number.start:number.end]:
        return (Literal(low + m.start(), number.end, "rank", _whole(number.value)),)
    if (m := pats["elo_before"].search(window)) and number.arabic and number.value is not None and number.value >= 100:
        return (Literal(number.start, number.end, "elo", _whole(number.value), "Elo", modifier=number.modifier),)
    return None


def _rank(text: str, number: Number, window: str) -> Literal | None:
    """第 3 is a rank only with a rank word around it or at the end of its clause; 第 3 章 never is."""
    pats = _patterns()
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
    modifier = _modifier(text, number.start, unit.end, number)
    if unit.kind == "version":
        return Literal(number.start, unit.end, "version", text[number.start : number.end])
    value: float | int | None = None
    if number.value is not None:
        value = _whole(_scaled_value(number) * unit.factor)
    if unit.kind == "count" and number.scaled and _patterns()["one_counter"].fullmatch(unit.word):
        kind = _kind_by_context(text, number)
        if kind in ("parameters", "transistors", "users"):
            return Literal(number.start, unit.end, kind, value, modifier=modifier)
    return Literal(number.start, unit.end, unit.kind, value, unit.unit, unit.currency, modifier=modifier)


def _price_near(text: str, number: Number, unit: Unit) -> bool:
    """Is 块 money here? Only beside a price word, and never before a noun it counts."""
    pats = _patterns()
    if number.letter or not pats["slang_follow"].match(text, unit.end):
        return False
    behind = text[unit.end : unit.end + PRICE_REACH]
    stop = pats["clause_end"].search(behind)
    around = _clause_before(text, number.start, PRICE_REACH) + " " + (behind[: stop.start()] if stop else behind)
    return bool(pats["price_word"].search(around))


def _clause_before(text: str, start: int, reach: int) -> str:
    window = text[max(0, start - reach) : start]
    ends = list(_patterns()["clause_end"].finditer(window))
    return window[ends[-1].end() :] if ends else window


def _kind_by_context(text: str, number: Number, reach: int = CONTEXT_REACH) -> str | None:
    """The kind that the nearest context word in the same clause gives a number without unit."""
    pattern, kinds, _, _ = _context()
    last = None
    for last in pattern.finditer(_clause_before(text, number.start, reach)):
        pass
    return kinds[last.group()] if last else None


def _letter(text: str, number: Number) -> Literal | None:
    """A bare 7B, 128K, 1.8T: parameters or tokens, by the word around it; B and T alone mean parameters."""
    _, _, after_pattern, after_kinds = _context()
    pats = _patterns()
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
        kind = kind if kind == "parameters" or letter == "T" and kind else near if near in ("money", "users") else "parameters"
    elif kind != "tokens" or letter == "B":
        near = _kind_by_context(text, number) or _tokens_in_sentence(text, number)
        kind = near or kind
        if kind == "parameters" and letter == "K":
            kind = None
    if kind is None and number.letter not in "KM":
        return None
    modifier = _modifier(text, number.start, number.end, number)
    value = None if number.value is None else _whole(_scaled_value(number))
    return Literal(number.start, number.end, kind or "count", value, "tokens" if kind == "tokens" else None, modifier=modifier)


def _tokens_in_sentence(text: str, number: Number) -> str | None:
    """"tokens" where a context-length word stands within reach on either side of a bare K or M."""
    pattern, kinds, _, _ = _context()
    low = max(0, number.start - WINDOW_REACH)
    around = (text[low : number.start], text[number.end : number.end + CONTEXT_REACH])
    for window in around:
        for m in pattern.finditer(window.replace("\n", "|")):
            if kinds[m.group()] == "tokens":
                return "tokens"
    return None


def _magnitude(text: str, number: Number) -> Literal | None:
    """A number with a spelled-out scale and no unit: its kind comes from the clause, else it is a bare count."""
    if not number.arabic and number.value is not None and number.value in (1e4, 1e8, 1e12) and number.end - number.start == 1:
        return None
    _, _, after_pattern, after_kinds = _context()
    follow = after_pattern.match(text, number.end)
    kind = _kind_by_context(text, number)
    if kind is None and follow and after_kinds[follow["w"]] == "parameters" and (number.value or 0) >= 1e8:
        kind = "parameters"
    if kind is None and not number.arabic:
        return None
    value = None if number.value is None else _whole(number.value)
    unit = {"tokens": "tokens", "elo": "Elo"}.get(kind or "")
    return Literal(number.start, number.end, kind or "count", value, unit, modifier=_modifier(text, number.start, number.end, number))


def _bare(text: str, number: Number) -> Literal | None:
    """A number without anything: a score if nothing speaks against it."""
    pats = _patterns()
    if not number.arabic or number.value is None:
        return None
    before, after = text[number.start - 1 : number.start], text[number.end : number.end + 1]
    surface = text[number.start : number.end]
    window = text[max(0, number.start - 24) : number.start]
    if before in tuple("-/:~–—") and before or after in tuple("-/~–—") and after or after.isascii() and after.isalpha():
        return None
    if surface[0] == "0" and not number.decimal or len(surface.replace(",", "")) > LONGEST_BARE + number.decimal * 4:
        return None
    if _is_year(number) or number.value > LARGEST_SCORE or pats["void_after"].match(text, number.end) or pats["void_before"].search(window):
        return None
    if number.decimal:
        heading = pats["list_mark"].search(window) and pats["section"].match(text, number.end)
        return None if heading and not number.signed else _score(text, number)
    if pats["list_mark"].search(window) and not number.signed:
        return None
    free = pats["next_cell"].match(text, number.end) or after == "" or "," in surface or pats["clause_end"].match(after) or after in _CLOSERS
    if pats["latin_name"].search(window) and not free:
        return None
    return _score(text, number)


def _score(text: str, number: Number) -> Literal:
    value = None if number.value is None else _whole(number.value)
    return Literal(number.start, number.end, "score", value, modifier=modifier_before(text, number.start))


def _is_year(number: Number) -> bool:
    return not number.decimal and not number.scaled and number.value is not None and YEARS[0] <= number.value <= YEARS[1]
