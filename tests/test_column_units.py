"""Figures of bare cells read by the unit of their column: prices, sizes, captions; and what stays as it was."""

import pytest

from aigraph.model import Analysis, Document, Literal
from aigraph.nlp import find_all_literals, prepare


def cells(text: str, lang: str = "en") -> dict[str, Literal]:
    """Surface -> literal of everything the text holds."""
    state = Analysis(Document("d", "d.txt", text, "", lang=lang))
    prepare(state)
    return {text[x.start : x.end]: x for x in find_all_literals(state)}


def table(*rows: str) -> str:
    head, *rest = rows
    ruler = "|" + "---|" * (head.count("|") - 1)
    return "\n".join(["Some words first.", "", head, ruler, *rest, ""])


@pytest.mark.parametrize(
    ("head", "cell", "kind", "value", "per"),
    [
        ("Price (USD/1M tokens)", "0.55", "money", 0.55, "1M tokens"),
        ("Input ($/1M tokens)", "2.5", "money", 2.5, "1M input tokens"),
        ("现价（输入，元/千 tokens）", "0.0008", "money", 0.0008, "1K input tokens"),
        ("输出价（元/百万 token）", "16", "money", 16, "1M output tokens"),
        ("Memory (GB)", "96", "memory", 96, None),
        ("功耗（W）", "310", "power", 310, None),
        ("Power, W", "450", "power", 450, None),
        ("显存/GB", "24", "memory", 24, None),
        ("算力（TOPS，INT8）", "1,035", "performance", 1035, None),
        ("累计融资（亿元）", "3.5", "money", 350_000_000, None),
        ("raised (US$ m)", "22", "money", 22_000_000, None),
    ],
)
def test_the_head_says_the_unit(head, cell, kind, value, per):
    lang = "en" if head.isascii() else "zh-Hans"
    found = cells(table(f"| Name | {head} |", f"| Orca-2 | {cell} |", f"| Seal-1 | {cell} |"), lang)[cell]
    assert (found.kind, found.value, found.per) == (kind, value, per)


def test_two_numbers_of_a_cell_take_their_own_word_of_the_head():
    text = table("| 模型 | 价格（输入/输出，美元每百万 token） |", "| Orca-2 | 0.80/3.20 |", "| Seal-1 | 0.25/2.00 |")
    found = cells(text, "zh-Hans")
    assert found["0.80"].per == "1M input tokens"
    assert found["3.20"].per == "1M output tokens"
    assert found["3.20"].currency == "USD"


def test_a_caption_in_brackets_says_it_where_the_head_does_not():
    text = "## 价格（元/百万 tokens）\n\n| 档位 | 输入 | 输出 |\n|---|---|---|\n| Lite | 0.5 | 1 |\n| Pro | 2 | 6 |\n"
    found = cells(text, "zh-Hans")
    assert (found["0.5"].kind, found["0.5"].per) == ("money", "1M input tokens")
    assert (found["6"].value, found["6"].per) == (6, "1M output tokens")


@pytest.mark.parametrize(
    ("head", "cell", "kinds"),
    [
        ("MMLU", "81.9", {"score"}),
        ("32 users", "1410", {"score", "count", None}),
        ("Rank", "3", {"score", "rank"}),
        ("Memory (GB)", "96 W", {"power"}),
    ],
)
def test_other_cells_stay_as_they_were(head, cell, kinds):
    found = cells(table(f"| Name | {head} |", f"| Orca-2 | {cell} |", f"| Seal-1 | {cell} |"))
    assert (found[cell].kind if cell in found else None) in kinds


def test_the_first_column_and_other_rows_are_left_alone():
    found = cells(table("| Size (GB) | Score |", "| 96 | 81.5 |", "| 48 | 70.5 |"))
    assert found["81.5"].kind == "score"
    assert found["96"].kind == "score"
