"""Numbers as written: Arabic and Chinese digits, scales, modifiers. Finds them; says nothing about what they count.

A number glued to a Latin name (a version, a product number) is refused here, so that no later stage can take it
for a figure. A magnitude without a digit ("hundreds of millions") has no value: it stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from aigraph.figures.units import unit_at
from aigraph.wordlists import alternation, grammar

_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"


NAME_REACH = 40  # characters of a Latin name looked back at from a hyphen


@dataclass(frozen=True, slots=True)
class Number:
    """One number in the text. `value` is None for a vague magnitude; `scaled` tells a spelled-out scale."""

    start: int
    end: int
    value: float | None
    arabic: bool
    decimal: bool = False
    scaled: bool = False
    scale: float = 1.0
    letter: str = ""  # a trailing K, M, B or T whose meaning the unit decides; not yet applied to `value`
    modifier: str | None = None
    signed: bool = False


@cache
def tables() -> dict[str, dict[str, float]]:
    """Digits, scales and English number words as plain dicts."""
    data = grammar("numbers")
    return {
        k: dict(data[k]) for k in ("digits", "small_scales", "large_scales", "en_scales", "letter_scales", "en_words")
    }


def _either_case(words: Iterable[str]) -> str:
    """An alternation of plain literals, small and with a capital, which the engine can skip to (no flags)."""
    return alternation([*words, *(w.capitalize() for w in words)])


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data = grammar("numbers")
    zh = data["zh"]
    digits, small, large = ("".join(data[k]) for k in ("digits", "small_scales", "large_scales"))
    scale = f"[{small}]?[{small}]?[{large}]+|[{small}]"
    inside = alternation(zh["over_inside"])
    word_scale = alternation(data["en_scales"], boundary=True)
    letters = "".join(sorted(data["letter_scales"]))
    english = alternation([*data["en_words"]])
    return {
        "scan": re.compile(
            rf"(?P<arabic>{_ARABIC})|(?P<han>[{digits}{small}{large}]+(?:{alternation(zh['point'])}[{digits}]+"
            rf"(?=[ ]?[{small}{large}%]))?)|(?P<vague>{alternation(zh['vague'])}(?=[{small}{large}]))"
        ),
        # One character class in front lets the engine skip to the few places where a number can begin.
        "trigger": re.compile(f"[0-9{digits}{small}{large}{''.join(sorted({w[0] for w in zh['vague']}))}]"),
        "english": re.compile(rf"{_either_case(data['en_words'])}(?:-{english})?(?![A-Za-z])"),
        "scale": re.compile(
            rf"[ ]?(?P<in1>{inside})?[ ]?(?!{alternation(zh['scale_blocks'])})(?:{alternation(zh['count_word'])}"
            rf"(?=[{large}]))?(?P<scale>{scale})(?P<in2>{inside})?"
        ),
        "inside": re.compile(rf"[ ]?(?P<in>{inside})(?=[ ]?[^\W\d_])"),
        "few": re.compile(rf"(?P<in>{alternation([*zh['over_inside'], *zh['few']])})(?=[ ]?[^\W\d_])"),
        "word": re.compile(rf"[ \t-]*(?P<word>(?i:{word_scale}))"),
        "letter": re.compile(rf"[ ]?(?P<letter>[{letters}])(?![A-Za-z0-9/])"),
        "hundred": re.compile(rf"[ ]{list(data['en_words'])[-1]}(?![A-Za-z])"),
        "vague_scale": re.compile(rf"[{small}{large}]+"),
        "plain_scale": re.compile(rf"[{small}{large}]+$"),
    }


def han_value(run: str) -> float | None:
    """The value of a run of Chinese numerals ("三千六百亿" is 360000000000.0); None where it is no number."""
    data = tables()
    digits, small, large = data["digits"], data["small_scales"], data["large_scales"]
    if all(c in digits for c in run):
        return (
            None
            if len(run) in (2, 3) and "0" not in {str(digits[c]) for c in run}
            else float("".join(str(digits[c]) for c in run))
        )
    total = section = 0.0
    current: float | None = None
    last_scale = 1.0
    for char in run:
        if char in digits:
            if current not in (None, 0.0):
                return None
            current = float(digits[char])
        elif char in small:
            section += (1.0 if current is None else current) * small[char]
            current, last_scale = None, small[char]
        else:
            section += current or 0.0
            base = section or (total if total else 1.0)
            total = base * large[char] if not section else total + section * large[char]
            section, current, last_scale = 0.0, None, large[char]
    if current:  # a trailing digit directly behind a scale counts tenths of it: 三千六 is 3600, 三千零六 is 3006
        tail = last_scale / 10 if last_scale >= 100 and run[-2] not in digits else 1.0
        section += current * tail
    return total + section


def scale_value(run: str) -> float:
    """The factor of a run of scale characters: 万亿 is 1e12, 千 is 1e3."""
    data = tables()
    product = 1.0
    for char in run:
        product *= data["small_scales"].get(char) or data["large_scales"][char]
    return product


@cache
def _before() -> tuple[re.Pattern[str], dict[str, str]]:
    words = grammar("numbers")["modifiers_before"]
    names = {w.lower(): name for name, ws in words.items() for w in ws}
    return re.compile(rf"(?P<m>{alternation(names)})[ \t]*$", re.IGNORECASE), names


@cache
def _after() -> tuple[re.Pattern[str], dict[str, str]]:
    words = grammar("numbers")["modifiers_after"]
    names = {w.lower(): name for name, ws in words.items() for w in ws}
    return re.compile(
        rf"[ \t]?(?P<m>{alternation(names, boundary=True)})"
        rf"(?!{alternation(grammar('numbers')['modifiers_after_void'])})",
        re.IGNORECASE,
    ), names


def modifier_before(text: str, start: int) -> str | None:
    """The modifier (about, over, under, up-to, nearly) that ends right before `start`, or None."""
    pattern, names = _before()
    window = text[max(0, start - 20) : start]
    found = pattern.search(window)
    if not found:
        return None
    word = found["m"].lower()
    if text[start : start + 1].isdigit() and word in grammar("numbers")["zh"]["before_scale_only"]:
        return None
    if word[0].isascii() and word[0].isalpha() and found.start() and window[found.start() - 1].isalnum():
        return None
    return names.get(" ".join(word.split()))


def modifier_after(text: str, end: int) -> str | None:
    """The modifier that stands right behind `end`, or None."""
    pattern, names = _after()
    found = pattern.match(text, end)
    return names.get(found["m"].lower()) if found else None


def glued(text: str, start: int, end: int) -> bool:
    """Is the number part of a Latin name, an address, a decimal chain or an identifier?"""
    before = text[start - 1] if start else ""
    if before and (before.isascii() and before.isalpha() or before in "_@" or "α" <= before <= "ω"):
        return True
    if before and before in "-./:" and start > 1:
        prior = text[start - 2]
        if prior.isascii() and prior.isalpha() or (prior.isdigit() and before in "./"):
            return True
        if before == "-" and prior.isdigit() and _in_name(text, start - 1):
            return True
    after = text[end : end + 2]
    if len(after) == 2 and after[0] in "._" and after[1].isalnum() and after[1].isascii():
        return True
    return after[:1] == "_"


def _second_price(text: str, start: int, end: int) -> bool:
    """Is this the 75 of "15/75 dollars"? A slash between digits is no name where money stands behind."""
    if start < 2 or text[start - 1] != "/" or not text[start - 2].isdigit():
        return False
    i = start - 1
    while i and start - i < NAME_REACH and (text[i - 1].isdigit() or text[i - 1] == "."):
        i -= 1
    if i and (text[i - 1].isascii() and text[i - 1].isalpha() or text[i - 1] in "/-_"):
        return False
    unit = unit_at(text, end, "")
    return unit is not None and unit.kind == "money" and not unit.slang


def _in_name(text: str, end: int) -> bool:
    """Does the run of letters, digits, dots and hyphens that ends at `end` hold a letter (Qwen2.5-)?"""
    i = end
    while i and end - i < NAME_REACH and text[i - 1].isascii() and (text[i - 1].isalnum() or text[i - 1] in ".-"):
        i -= 1
        if text[i].isalpha():
            return True
    return False


def find_numbers(text: str) -> Iterator[Number]:
    """Every number of the text from left to right, not overlapping."""
    pats = _patterns()
    spoken = [n for m in pats["english"].finditer(text) if (n := _english(text, m))]
    scan, trigger, position, upcoming = pats["scan"], pats["trigger"], 0, 0
    while start := trigger.search(text, position):
        found = scan.match(text, start.start())
        number = _read(text, found) if found else None
        position = max(number.end, found.end()) if number and found else found.end() if found else start.end()
        while number and upcoming < len(spoken) and spoken[upcoming].start < number.start:
            yield spoken[upcoming]
            upcoming += 1
        if number and not (upcoming and number.start < spoken[upcoming - 1].end):
            yield number
    yield from spoken[upcoming:]


def _read(text: str, found: re.Match[str]) -> Number | None:
    start, end = found.span()
    if found["arabic"]:
        if glued(text, start, end) and not _second_price(text, start, end):
            return None
        sign = ""
        if start and text[start - 1] in "+-−" and (start == 1 or text[start - 2] in " \t\n|(,:;　"):
            sign = text[start - 1]
        value = float(found["arabic"].replace(",", ""))
        number = _scaled(text, start, end, value, decimal="." in found["arabic"])
        if not sign or number.scaled:
            return number
        return Number(
            start - 1,
            number.end,
            -value if sign != "+" else value,
            True,
            number.decimal,
            letter=number.letter,
            modifier=number.modifier,
            signed=True,
        )
    if found["han"]:
        return _han(text, start, end)
    tail = _patterns()["vague_scale"].match(text, end)
    return Number(start, tail.end(), None, False, scaled=True) if tail else None


def _scaled(text: str, start: int, end: int, value: float, *, decimal: bool) -> Number:
    """Apply a scale word behind an Arabic number, keep a scale letter aside."""
    pats = _patterns()
    if m := pats["scale"].match(text, end):
        factor = scale_value(m["scale"])
        modifier = "over" if m["in1"] or m["in2"] else None
        stop = m.end()
        return Number(start, stop, _times(value, factor), True, decimal, True, factor, modifier=modifier)
    if m := pats["word"].match(text, end):
        factor = tables()["en_scales"][m["word"].lower()]
        return Number(start, m.end(), _times(value, factor), True, decimal, True, factor)
    if m := pats["letter"].match(text, end):
        return Number(start, m.end(), value, True, decimal, letter=m["letter"])
    if not decimal and (m := pats["inside"].match(text, end)):
        return Number(start, m.end(), value, True, decimal, modifier="over")
    return Number(start, end, value, True, decimal)


def _times(value: float, factor: float) -> float:
    """Multiply without the dust of binary fractions: 14.8 x 1e12 is 14800000000000."""
    return round(value * factor, 6)


def _han(text: str, start: int, end: int) -> Number | None:
    run = text[start:end]
    points = grammar("numbers")["zh"]["point"]
    data = tables()
    inside = _patterns()["few"].match(text, end)
    cut = next((i for i, c in enumerate(run) if c in points), -1)
    if cut > 0:
        whole = han_value(run[:cut])
        if whole is None:
            return None
        value = float(f"{int(whole)}." + "".join(str(data["digits"][c]) for c in run[cut + 1 :]))
        return _rescaled(_scaled(text, start, end, value, decimal=True))
    bare = _patterns()["plain_scale"].fullmatch(run)
    value_or_none = scale_value(run) if bare else han_value(run)
    if value_or_none is None:
        return None
    large = any(c in data["large_scales"] for c in run)
    stop, modifier = (inside.end(), "over") if inside else (end, None)
    if inside and (m := _patterns()["scale"].match(text, inside.end())):  # 十多亿, 三百多万
        factor = scale_value(m["scale"])
        return Number(start, m.end(), _times(value_or_none, factor), False, scaled=True, scale=factor, modifier="over")
    if (m := _patterns()["scale"].match(text, end)) and text[end : m.end()].strip() and not inside:
        factor = scale_value(m["scale"])
        return Number(start, m.end(), _times(value_or_none, factor), False, scaled=True, scale=factor)
    return Number(start, stop, value_or_none, False, scaled=large, modifier=modifier)


def _rescaled(number: Number) -> Number:
    return Number(
        number.start, number.end, number.value, False, True, number.scaled, number.scale, modifier=number.modifier
    )


def _english(text: str, found: re.Match[str]) -> Number | None:
    words = tables()["en_words"]
    before = text[found.start() - 1] if found.start() else " "
    if before == "-" or before.isascii() and before.isalpha():
        return None
    parts = found.group().lower().split("-")
    value = float(sum(words[p] for p in parts))
    if len(parts) == 2 and (words[parts[0]] < 20 or words[parts[1]] > 9):
        return None
    if found.group().lower() == "hundred":
        return None
    end = found.end()
    if hundred := _patterns()["hundred"].match(text, end):
        value, end = value * 100, hundred.end()
    m = _patterns()["word"].match(text, end)
    if m:
        factor = tables()["en_scales"][m["word"].lower()]
        return Number(found.start(), m.end(), value * factor, False, scaled=True, scale=factor)
    return Number(found.start(), end, value, False)
