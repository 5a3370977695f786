"""Views: what they show, where it comes from, and that they show it harmlessly."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import networkx as nx
import pytest
from tests.made_graph import HOSTILE, Made, small

from aigraph.errors import UnknownName
from aigraph.measures.projection import named, to_networkx
from aigraph.render.sheets import flat_rows
from aigraph.render.view_page import sheets_html, write_view
from aigraph.render.views import VIEWS, view


@pytest.fixture(scope="module")
def graph() -> nx.MultiDiGraph:
    return to_networkx(small())


def test_leaderboard_has_a_row_a_model_and_marks_the_best(graph: nx.MultiDiGraph) -> None:
    (sheet,) = view(graph, "leaderboard")
    assert sheet.columns == ("model", "AIME 2024")
    cells = {row["model"].text: row["AIME 2024"] for row in sheet.rows}
    assert (cells["DeepSeek-R1"].text, cells["DeepSeek-R1"].best) == ("79.8 %", True)
    assert not cells["GPT-4o"].best
    assert cells["DeepSeek-R1"].facts[0]["evidence"][0]["quote"] == "79.8% on AIME 2024"
    _, rows = flat_rows(view(graph, "leaderboard", "AIME 2024"))
    assert [(row["model"], row["value"], row["metric"]) for row in rows] == [
        ("DeepSeek-R1", "79.8", "pass@1"),
        ("GPT-4o", "9.3", ""),
    ]


def test_values_in_different_units_are_not_ranked() -> None:
    made = Made()
    made.document("d", "D", None)
    for n in range(2):
        made.thing(f"m{n}", "Model", f"M{n}")
    made.thing("b", "Benchmark", "B")
    made.result("m0", "b", 70, "%", {"d": "70%"})
    made.result("m1", "b", 2000, "Elo", {"d": "2000"})
    (sheet,) = view(to_networkx(made.store), "leaderboard")
    assert not any(row["B"].best for row in sheet.rows)


def test_company_groups_facts_by_relation_with_their_details(graph: nx.MultiDiGraph) -> None:
    sheets = view(graph, "company", "深度求索")
    titles = [sheet.title for sheet in sheets]
    assert "← developed by" in titles
    rounds = next(sheet for sheet in sheets if sheet.title == "← invested in")
    assert [row["what"].text for row in rounds.rows] == ["High-Flyer", "High-Flyer", "Tiger Fund"]
    assert rounds.rows[0]["details"].text == "at: 2023-05"
    columns, rows = flat_rows(sheets)
    assert columns[0] == "section"
    assert any(row["sentence"] == "Liang Wenfeng founded DeepSeek." for row in rows)


def test_timeline_is_in_order_and_can_be_narrowed(graph: nx.MultiDiGraph) -> None:
    (sheet,) = view(graph, "timeline")
    dates = [row["date"].text for row in sheet.rows]
    assert dates == ["2023-05", "2024-05", "2025-01-20", "2025-03"]
    assert "DeepSeek" in sheet.rows[2]["who"].text
    (narrow,) = view(graph, "timeline", "NVIDIA")
    assert [row["what"].text for row in narrow.rows] == ["GTC 2025"]


def test_lineage_is_a_tree_from_the_oldest_down(graph: nx.MultiDiGraph) -> None:
    (sheet,) = view(graph, "lineage", "R1")
    assert [(row["name"].text, row["name"].depth) for row in sheet.rows] == [("DeepSeek-V3", 0), ("DeepSeek-R1", 1)]
    with pytest.raises(UnknownName, match="family"):
        view(graph, "lineage", "NVIDIA")


def test_lineage_ends_in_circles() -> None:
    made = Made()
    for name in "abc":
        made.thing(name, "Model", name.upper())
    for source, target in ("ab", "bc", "ca"):
        made.say(source, "successorOf", f"@{target}", {})
    (sheet,) = view(to_networkx(made.store), "lineage")
    assert {row["name"].text for row in sheet.rows} == {"A", "B", "C"}
    (sheet,) = view(to_networkx(made.store), "lineage", "B")
    assert {row["name"].text for row in sheet.rows} == {"A", "B", "C"}


def test_compare_sets_side_by_side_and_names_what_is_shared(graph: nx.MultiDiGraph) -> None:
    table, shared = view(graph, "compare", "DeepSeek-R1", "GPT-4o")
    aime = next(row for row in table.rows if row["what"].text == "AIME 2024")
    assert (aime["DeepSeek-R1"].text, aime["GPT-4o"].text) == ("79.8 %", "9.3 %")
    assert [row["what"].text for row in shared.rows] == ["AIME 2024"]


@pytest.mark.parametrize("kind", VIEWS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_view_is_harmless_html_and_csv_in_both_languages(kind: str, lang: str, tmp_path: Path) -> None:
    store = small()
    names = ("DeepSeek-V3", HOSTILE)[: VIEWS[kind].names[0]]
    html = write_view(store, kind, tmp_path / "v.html", *names, lang=lang).read_text(encoding="utf-8")
    assert "<script" not in html
    assert "<img" not in html
    assert not re.search(r"<[^>]*(src|href)=", html)
    assert "<blockquote>" in html
    path = write_view(store, kind, tmp_path / "v.csv", *names, lang=lang)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert "sentence" in rows[0]


def test_an_empty_graph_says_so() -> None:
    empty = to_networkx(Made().store)
    assert "says nothing" in sheets_html(view(empty, "leaderboard"), title="t")


def test_wrong_names_are_refused_with_what_is_known(graph: nx.MultiDiGraph) -> None:
    with pytest.raises(UnknownName, match="leaderboard"):
        view(graph, "galaxy")
    with pytest.raises(ValueError, match="2 names"):
        view(graph, "compare", "DeepSeek")
    with pytest.raises(UnknownName, match="nearest: NVIDIA"):
        view(graph, "company", "nvidea")


def test_names_are_found_in_any_script_width_and_case(graph: nx.MultiDiGraph) -> None:
    for name in ("nvidia", "NVIDIA", "英伟达", "輝達", "ＮＶＩＤＩＡ"):
        assert named(graph, name) == "nvidia"
    assert named(graph, "deepseek v3") == "deepseek-v3"


def test_an_event_without_a_name_is_called_by_its_kind_in_either_language() -> None:
    made = Made()
    made.document("d", "D", "2025-01-02")
    made.thing("m", "Model", "M")
    made.event("e", "Release", "2025-01-01", ["m"], {"d": "M is out."}, "Release: M (2025-01-01)")
    graph = to_networkx(made.store)
    (sheet,) = view(graph, "timeline", lang="zh")
    assert [(row["kind"].text, row["what"].text, row["who"].text) for row in sheet.rows] == [("发布", "M", "")]
    (members,) = view(graph, "company", "m", lang="zh")
    assert members.rows[0]["what"].text == "发布：M (2025-01-01)"
