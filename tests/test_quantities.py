"""Figures: a table of cases, and the promises that hold for every text."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from aigraph.figures.numerals import han_value
from aigraph.literals.literals import find_literals
from aigraph.model import Literal

CASES = Path(__file__).parent / "cases"
REQUIRED = 0.98


def load(name: str) -> list[dict]:
    """The rows of a case table."""
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def shown(text: str, literal: Literal) -> dict:
    """A literal as the case tables write it: only what it says."""
    row: dict = {"surface": text[literal.start : literal.end], "kind": literal.kind, "value": literal.value}
    for name in ("unit", "currency", "per", "low", "high", "modifier"):
        if getattr(literal, name) is not None:
            row[name] = getattr(literal, name)
    if literal.relative:
        row["relative"] = True
    return row


def wrong(rows: list[dict]) -> list[tuple]:
    """The cases of a table that come out otherwise than written: (text, found, expected)."""
    bad = []
    for row in rows:
        literals = find_literals(row["text"], lang=row["lang"], anchor=row["anchor"])
        found = [shown(row["text"], x) for x in literals]
        if found != row["expected"]:
            bad.append((row["text"], found, row["expected"]))
    return bad


def test_table_of_figures_is_right() -> None:
    rows = load("quantities.jsonl")
    bad = wrong(rows)

    assert len(rows) >= 200
    assert len(bad) <= len(rows) * (1 - REQUIRED), bad


def test_tables_hold_enough_cases_and_negatives() -> None:
    rows = load("quantities.jsonl") + load("dates.jsonl")

    assert len(rows) >= 300
    assert sum(1 for row in rows if row.get("negative")) >= 60
    assert len(wrong(rows)) <= len(rows) * (1 - REQUIRED)


@pytest.mark.parametrize("name", ["quantities.jsonl", "dates.jsonl"])
def test_literals_are_sorted_and_do_not_overlap(name: str) -> None:
    text = "\n".join(row["text"] for row in load(name))
    literals = find_literals(text, anchor="2024-11-06")

    assert all(a.end <= b.start for a, b in itertools.pairwise(literals))
    assert all(a.start < a.end for a in literals)


def test_offset_moves_every_position() -> None:
    text = "2024 年 3 月融资 8 亿美元,采用 Apache 2.0 协议"
    plain, moved = find_literals(text), find_literals(text, offset=100)

    assert plain
    assert [(x.start + 100, x.end + 100, x.value) for x in plain] == [(x.start, x.end, x.value) for x in moved]


def test_ambiguous_yen_sign_has_no_currency_in_english() -> None:
    assert find_literals("¥500", lang="en")[0].currency is None
    assert find_literals("¥500", lang="zh-Hans")[0].currency == "CNY"


def test_bare_yuan_of_traditional_text_has_no_currency() -> None:
    literal = find_literals("价格 500 元", lang="zh-Hant")[0]

    assert (literal.kind, literal.value, literal.currency) == ("money", 500, None)


@pytest.mark.parametrize(
    ("run", "value"),
    [
        ("十五", 15),
        ("三千六百亿", 360_000_000_000),
        ("两百万", 2_000_000),
        ("三千零六", 3006),
        ("三千六", 3600),
        ("二〇二五", 2025),
        ("五六", None),
        ("一亿五千万", 150_000_000),
        ("一万亿", 1_000_000_000_000),
    ],
)
def test_chinese_numerals(run: str, value: int | None) -> None:
    assert han_value(run) == value


def test_plain_text_costs_almost_nothing() -> None:
    import time

    text = "模型能力的提升让整个行业重新审视自己的路线。" * 20_000
    find_literals("2024 年")  # patterns are compiled once
    start = time.perf_counter()

    assert find_literals(text) == []
    assert time.perf_counter() - start < 2.0


def test_long_runs_stay_linear() -> None:
    for text in ("9" * 50_000, "一" * 50_000, "1," * 25_000, "2024-" * 10_000, "3 月" * 10_000, "- " * 30_000):
        assert isinstance(find_literals(text, anchor="2024-11-06"), list)
