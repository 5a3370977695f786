"""Dates: a table of cases, what they count from, and the date that a document states of itself."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from aigraph.literals.calendars import parse_iso, partial
from aigraph.literals.dates import document_date, find_dates
from aigraph.literals.literals import find_literals
from aigraph.model import Analysis, Document
from aigraph.nlp import find_all_literals, prepare

CASES = Path(__file__).parent / "cases" / "dates.jsonl"
REQUIRED = 0.98


def values(text: str, **options: object) -> list[str | float | int | None]:
    """The values of all dates in a text."""
    return [x.value for x in find_dates(text, **options)]  # type: ignore[arg-type]


def test_table_of_dates_is_right() -> None:
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    bad = []
    for row in rows:
        found = [
            (row["text"][x.start : x.end], x.kind, x.value, x.low, x.high, x.relative)
            for x in find_literals(row["text"], lang=row["lang"], anchor=row["anchor"])
        ]
        wanted = [
            (e["surface"], e["kind"], e["value"], e.get("low"), e.get("high"), e.get("relative", False))
            for e in row["expected"]
        ]
        if found != wanted:
            bad.append((row["text"], found, wanted))

    assert len(rows) >= 120
    assert len(bad) <= len(rows) * (1 - REQUIRED), bad


@pytest.mark.parametrize(
    "text",
    [
        "昨日",
        "上周五",
        "3 月 17 日",
        "18 日",
        "去年 10 月",
        "次日",
        "两年后",
        "本月",
        "第三季度",
        "yesterday",
        "last October",
    ],
)
def test_relative_dates_without_anchor_stay_unknown(text: str) -> None:
    assert values(text) == [None]


def test_stated_date_of_the_text_before_is_used() -> None:
    assert values("次日签约", stated="2024-03-04") == ["2024-03-05"]
    assert values("同年 9 月", stated="2021") == ["2021-09"]


def test_days_follow_the_month_of_a_heading() -> None:
    text = "3 月\n14 日,GPT-4 问世。\n16 日,百度跟进。\n4 月\n13 日,开庭。"

    assert values(text, anchor="2023-12-29") == ["2023-03", "2023-03-14", "2023-03-16", "2023-04", "2023-04-13"]


def test_founding_year_dates_nothing_that_follows() -> None:
    assert values("公司 2021 年 4 月成立,10 月底完成融资", anchor="2025-11-28") == ["2021-04", "2025-10"]


def test_weekday_beside_a_date_is_no_second_date() -> None:
    assert values("2024 年 3 月 18 日(周一)") == ["2024-03-18"]
    assert values("Monday, March 18, 2024", lang="en") == ["2024-03-18"]


@pytest.mark.parametrize("text", ["2 月 30 日", "2024-13-45", "13 月", "耗时 19 天", "三个月", "two years", "7 日内"])
def test_no_dates(text: str) -> None:
    assert values(text, anchor="2024-11-06") == []


@pytest.mark.parametrize(
    ("head", "date"),
    [
        ("AI 早报|2024 年 3 月 18 日 星期一\n\n1、开源\n当地时间 3 月 17 日,某公司发布", "2024-03-18"),
        ("一篇稿子\n\n发布时间:2025-11-06 | 分类:法律 | 作者:某某\n\n正文", "2025-11-06"),
        ("对话某人\n\n采访|甲  整理|乙    2025.06.27\n\n正文。", "2025-06-27"),
        ("周刊 · 第 41 期(2024.07.22—07.28)\n\n一、模型", "2024-07-28"),
        ("Title\nBy A. Writer | March 18, 2024\n\nThe company said on March 2, 2023 that it would.", "2024-03-18"),
        ("Title\nPublished: 18 March 2024\n\nText.", "2024-03-18"),
        ("【新闻稿】2025年4月22日,昆明——某公司今日推出新模型。", "2025-04-22"),
        ("对谈\n主播:甲  录制:2025年3月25日 / 上线:3月27日\n\n正文", "2025-03-27"),
        ("# 白皮书\n二〇二五年四月二十二日\n\n摘要", "2025-04-22"),
        ("某公司成立于 2019 年 8 月,总部在无锡。2024 年 6 月 3 日,它完成了 C 轮融资,投资方有三家机构参与其中。", None),
        ("一周汇总(10月7日~10月13日)\n\n10 日,大会举行。", None),
        ("没有日期的文字。", None),
    ],
)
def test_document_date(head: str, date: str | None) -> None:
    assert document_date(head) == date


def test_calendar_refuses_impossible_days() -> None:
    assert partial(2023, 2, 29) is None
    assert partial(2024, 2, 29) is not None
    assert parse_iso("soon") is None
    assert parse_iso("2024-03-18T10:00:00+08:00") == partial(2024, 3, 18)


@pytest.mark.slow
def test_dates_of_one_endless_line_cost_no_more_than_those_of_many_lines() -> None:
    sentence = "OpenAI released it on May 3, 2024 and then something happened."

    def seconds(between: str) -> float:
        text = between.join([sentence] * 8000)
        began = time.process_time()
        assert len(find_dates(text)) == 8000
        return time.process_time() - began

    assert seconds(" ") < 4 * seconds("\n")  # 10 times as much where each date copied its line


@pytest.mark.parametrize(
    ("head", "section"), [("## 2024年5月\n", True), ("* (2024年5月) :\n", True), ("见 2024年5月\n", False)]
)
def test_only_a_date_alone_in_its_line_heads_what_follows(head: str, section: bool) -> None:
    text = head + "2023年12月1日先行发布。\n12日，模型开源。"
    assert (find_dates(text)[-1].value == "2024-05-12") is section


FILLER = "这一段说的是别的事情，与日期没有关系。" * 25


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2024年3月5日发布。\n\n后来，4月20日晚它开源了。", "2024-04-20"),  # near above
        ("2024年5月发布，1月20日立项。", "2024-01-20"),  # on its line
        ("2023年5月下旬，他接受采访。\n\n最近动作不断。1月20日晚发布新品。", None),  # of that year, or the next?
        (f"2024年3月5日发布。{FILLER}\n\n4月20日晚它开源了。", None),  # too far above
        (f"It began on March 5, 2024. {'And so it went on. ' * 30}\n\nIt ended on April 20.", None),
        (f"2024年3月5日发布。{FILLER}\n\n第四季度盈利。", None),
        (f"2024年3月5日发布。{FILLER}\n\n中秋节放假。", None),
        (f"2024年3月5日发布。{FILLER}\n\n20日盈利。", None),
    ],
)
def test_without_a_date_of_the_document_a_year_comes_from_near_above_or_not_at_all(text: str, last: str | None) -> None:
    assert values(text)[-1] == last
    assert values(text, anchor="2024-06-01")[-1] is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# 甲\n2024年3月5日发布。\n# 乙\n4月20日开源。", ["2024-03-05", None]),
        ("# 甲\n2024年3月5日发布。\n## 乙\n4月20日开源。", ["2024-03-05", None]),
        ("# 2024年\n## 3月\n5日发布。\n## 4月\n20日开源。", ["2024", "2024-03", "2024-03-05", "2024-04", "2024-04-20"]),
        ("# 2024年\n## 甲\n4月20日开源。\n# 乙\n4月21日开源。", ["2024", "2024-04-20", None]),
        ("2024年3月5日发布。\n# 乙\n4月20日开源，当天下架，次月重来。", ["2024-03-05", None, None, None]),
    ],
)
def test_a_heading_ends_the_reach_of_a_year_unless_it_stands_under_it(text: str, expected: list[str | None]) -> None:
    headings = [(m.start(), len(m[0])) for m in re.finditer("^#+", text, re.MULTILINE)]

    assert values(text, headings=headings) == expected


def test_a_document_knows_its_headings() -> None:
    text = "# 融资\n\n2023年5月2日，星工完成融资。\n\n# 产品\n\n9月20日，星工发布新品。\n"
    state = Analysis(Document("a", "a", text, "0" * 64))
    prepare(state)

    assert [x.value for x in find_all_literals(state) if x.kind == "date"] == ["2023-05-02", None]
