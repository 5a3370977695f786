"""Dates and magnitudes against a table read by eye, made without looking at the grammar: tests/cases/independent.jsonl.

What the rows say and how they were made stands in tests/cases/README.md.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest

from aigraph.literals.literals import find_literals
from aigraph.model import Literal
from aigraph.text.normalise import normalise

CASES = Path(__file__).parent / "cases" / "independent.jsonl"
REQUIRED = {"date": 0.98, "magnitude": 0.98}
# The same size in two units is the same size.
SCALE = {"": 1.0, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}
BASES = ("FLOPS", "OPS", "B/s", "B", "W")
SMALL = {"cm": ("m", 0.01), "mm": ("m", 0.001), "km": ("m", 1000.0), "m": ("m", 1.0), "g": ("g", 1.0)} | {
    "kg": ("g", 1000.0)
}


def rows(kind: str) -> list[dict]:
    """The rows of one kind."""
    every = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    return [row for row in every if row["kind"] == kind]


def touching(row: dict) -> list[Literal]:
    """What the finder says of the form of a row: every literal that shares a character with it."""
    norm = normalise(row["text"])
    start = row["text"].index(row["form"])
    end = start + len(row["form"])
    found = find_literals(norm, lang=row["lang"], anchor=row["anchor"])
    return [x for x in found if x.start < end and x.end > start]


def date_right(row: dict) -> bool:
    """Whether the dates found are one of those that a reader accepts; None: no date at all, or an unknown one."""
    found = [x for x in touching(row) if x.kind == "date"]
    for accepted in row["expect"]:
        if accepted is None:
            if all(x.value is None for x in found):
                return True
        elif "low" in accepted:
            if [(x.low, x.high) for x in found] == [(accepted["low"], accepted["high"])]:
                return True
        elif [x.value for x in found] == [accepted["value"]]:
            return True
    return False


def base(value: float, unit: str | None) -> tuple[float, str | None]:
    """A value and its unit with the prefix taken into the value."""
    if unit in SMALL:
        return value * SMALL[unit][1], SMALL[unit][0]
    for name in BASES:
        if unit and unit.endswith(name) and unit[: -len(name)] in SCALE:
            return value * SCALE[unit[: -len(name)]], name
    return value, unit


def per_million(value: float, per: str | None) -> tuple[float, str | None]:
    """A price per 1,000 tokens as a price per million."""
    match = re.fullmatch(r"1K (.*tokens)", per or "")
    return (value * 1000, f"1M {match[1]}") if match else (value, per)


def magnitude_right(row: dict) -> bool:
    """Whether one literal at the form has the kind, value, unit, currency and per that a reader expects."""
    wanted = row["expect"]
    found = [x for x in touching(row) if x.kind not in ("date", "version", "licence")]
    if wanted is None:
        return all(x.value is None for x in found)
    return any(_same(x, wanted) for x in found)


def _same(literal: Literal, wanted: dict) -> bool:
    if literal.kind not in wanted["kinds"] or not isinstance(literal.value, int | float):
        return False
    value, per = per_million(float(literal.value), literal.per)
    if "low" in wanted:
        right = (literal.low, literal.high) == (wanted["low"], wanted["high"])
    elif "unit" in wanted:
        found, expected = base(value, literal.unit), base(wanted["value"], wanted["unit"])
        right = math.isclose(found[0], expected[0], rel_tol=1e-9) and found[1] == expected[1]
    else:
        right = math.isclose(value, wanted["value"], rel_tol=1e-9) and literal.low is None
    if "currency" in wanted and literal.currency not in wanted["currency"]:
        return False
    return right and ("per" not in wanted or per in wanted["per"])


RIGHT = {"date": date_right, "magnitude": magnitude_right}


def misses(kind: str) -> list[tuple]:
    """The rows that come out otherwise than a reader expects, with what was found."""
    return [
        (row["id"], row["text"], row["form"], row["expect"], touching(row))
        for row in rows(kind)
        if not RIGHT[kind](row)
    ]


@pytest.mark.parametrize("kind", ["date", "magnitude"])
def test_share_right(kind: str) -> None:
    wrong = misses(kind)
    share = 1 - len(wrong) / len(rows(kind))

    assert share >= REQUIRED[kind], f"{kind}: {share:.3f} right; {wrong}"


def test_table_is_large_and_spread() -> None:
    every = rows("date") + rows("magnitude")

    assert len(rows("date")) >= 160 and len(rows("magnitude")) >= 160
    assert len({row["doc"] for row in every}) >= 100
    assert {row["lang"] for row in every} == {"zh-Hans", "zh-Hant", "en"}
    assert sum(row["expect"] in (None, [None]) for row in every) >= 60
    assert len({row["id"] for row in every}) == len(every)
