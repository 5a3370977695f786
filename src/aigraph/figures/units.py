"""Which unit stands behind a number: a lookup over ontology/grammar/units.toml. It computes no values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from aigraph.wordlists import alternation, grammar

LONG_LATIN = 4  # Latin unit words from this length on match in any case; shorter ones (MW, mW) only as written


@dataclass(frozen=True, slots=True)
class Unit:
    """One row of units.toml, as found behind a number: `end` is where it stops in the text."""

    kind: str
    unit: str | None
    factor: float = 1.0
    currency: str | None = None
    word: str = ""
    digits: bool = False
    slang: bool = False
    end: int = 0
    plus: float = 0.0  # added to the value: "one and a half months"


def _pattern(word: str, row: dict[str, list[str]]) -> str:
    text = alternation([word], boundary=True)
    if word.isascii() and len(word) >= LONG_LATIN:
        text = f"(?i:{text})"
    if row.get("not_before"):
        text += f"(?!{alternation(row['not_before'])})"
    if row.get("only_before"):
        text += f"(?=[ ]?{alternation(row['only_before'])})"
    return text


def _key(word: str) -> str:
    return "".join(word.split())


def _money_rows(data: dict) -> list[tuple[str, dict, Unit]]:
    rows: list[tuple[str, dict, Unit]] = [
        (w, {}, Unit("money", None, currency=code)) for code, ws in data["currencies"].items() for w in ws
    ]
    for table, factor in (("currency_cents", 0.01), ("currency_tenths", 0.1)):
        rows += [(w, {}, Unit("money", None, factor, code)) for code, ws in data[table].items() for w in ws]
    bare = data["currency_bare"]
    rows += [(w, {"not_before": bare["not_before"]}, Unit("money", None, currency="?")) for w in bare["words"]]
    slang = data["currency_slang"]
    return rows + [(w, {}, Unit("money", None, currency=slang["currency"], slang=True)) for w in slang["words"]]


@cache
def _index() -> dict[str, tuple[re.Pattern[str], dict[str, Unit]]]:
    """By first character (lower case): one pattern of all words that begin so, and word -> row."""
    data = grammar("units")
    rows = _money_rows(data)
    for row in data["unit"]:
        unit = Unit(
            row["kind"],
            row.get("unit"),
            row.get("factor", 1.0),
            digits=row.get("digits", False),
            plus=row.get("plus", 0.0),
        )
        rows += [(word, row, unit) for word in row["words"]]
    first: dict[str, list[tuple[str, str, Unit]]] = {}
    for word, row, unit in rows:
        first.setdefault(word[0].lower(), []).append((word, _pattern(word, row), unit))
    index = {}
    for char, entries in first.items():
        entries.sort(key=lambda e: -len(e[0]))  # stable: of two equal words the earlier row counts
        units: dict[str, Unit] = {}
        for word, _, unit in entries:
            units.setdefault(_key(word), unit)
            if word.isascii() and len(word) >= LONG_LATIN:
                units.setdefault(_key(word).lower(), unit)
        index[char] = (re.compile("|".join(p for _, p, _ in entries)), units)
    return index


@cache
def _gap() -> re.Pattern[str]:
    adjectives = alternation(grammar("units")["adjectives"]["words"], boundary=True)
    return re.compile(rf"\+?[ \t]?(?:{adjectives}[ \t]?)?")


@cache
def _counter_gap() -> re.Pattern[str]:
    adjectives = alternation(grammar("units")["adjectives"]["words"], boundary=True)
    return re.compile(rf"[ \t]?{alternation(grammar('numbers')['zh']['count_word'])}[ \t]?{adjectives}[ \t]?")


def unit_at(text: str, position: int, lang: str) -> Unit | None:
    """The unit that stands at `position`, after at most a blank, a hyphen (Latin) or one known adjective."""
    if (counted := _counter_gap().match(text, position)) and (unit := _at(text, counted.end(), lang)):
        return unit
    tried = set()
    plain = position + 1 if text[position : position + 1] in (" ", "\t") else position
    starts = [plain, position]
    if text[position : position + 1] == "-" and text[position + 1 : position + 2].isalpha():
        starts.append(position + 1)
    gap = _gap().match(text, position)
    if gap:
        starts.append(gap.end())
    for start in starts:
        if start not in tried and (unit := _at(text, start, lang)):
            return unit
        tried.add(start)
    return None


def _at(text: str, start: int, lang: str) -> Unit | None:
    entry = _index().get(text[start : start + 1].lower())
    if not entry:
        return None
    pattern, units = entry
    found = pattern.match(text, start)
    if not found:
        return None
    word = found.group()
    row = units.get(_key(word)) or units[_key(word).lower()]
    currency = row.currency
    if currency == "?":
        currency = grammar("units")["currency_bare"].get(lang) or None
    unit = " ".join(word.split()).lstrip("-") if row.unit == "=" else row.unit
    return Unit(row.kind, unit, row.factor, currency, word, row.digits, row.slang, found.end(), row.plus)


@cache
def _prefix() -> tuple[re.Pattern[str], dict[str, str]]:
    data = grammar("units")
    codes = {w: code for code, ws in data["currency_prefix"].items() for w in ws}
    words = [*codes, *data["currency_prefix_by_lang"]]
    return re.compile(rf"{alternation(words)}[ \t]?$"), codes


def currency_before(text: str, start: int, lang: str) -> tuple[int, str | None] | None:
    """(start of the sign, ISO 4217 code or None where the sign is ambiguous) of a currency right before a number."""
    pattern, codes = _prefix()
    low = max(0, start - 8)
    window = text[low:start]
    found = pattern.search(window)
    if not found:
        return None
    word = found.group().rstrip()
    at = low + found.start()
    if word[0].isalpha() and word[0].isascii() and at and text[at - 1].isascii() and text[at - 1].isalnum():
        return None
    if word in codes:
        return at, codes[word]
    by_lang = grammar("units")["currency_prefix_by_lang"][word]
    return at, by_lang.get(lang) or None
