"""The commands that look at the graph as a network, as a person meets them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.made_graph import HOSTILE, small

from aigraph.cli import main
from aigraph.graph.serialise import write_lines
from aigraph.measures.analyse import METRICS
from aigraph.measures.projection import PROJECTIONS
from aigraph.render.views import VIEWS


@pytest.fixture(scope="module")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "graph.nq"
    write_lines(sorted(f"{quad} ." for quad in small()), path)
    return path


@pytest.fixture
def call(made_file: Path) -> Any:
    def run(*args: object) -> Result:
        return CliRunner().invoke(main, [*map(str, args)], env={"AIGRAPH_GRAPH": str(made_file), "COLUMNS": "200"})

    return run


@pytest.fixture
def rows(call: Any) -> Any:
    """The same rows from CSV and JSON, or the test fails."""

    def ask(*args: object) -> list[dict[str, Any]]:
        first, second = call(*args, "--format", "json"), call(*args, "--format", "csv")
        assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
        found: list[dict[str, Any]] = json.loads(first.stdout)
        plain = list(csv.DictReader(io.StringIO(second.stdout)))
        assert [list(row) for row in plain] == [list(row) for row in found]
        assert len(call(*args).stdout.splitlines()) >= len(found)
        return found

    return ask


class TestCompare:
    def test_sets_results_relations_and_measures_side_by_side(self, rows: Any) -> None:
        found = rows("compare", "r1", "GPT-4o")
        aime = next(row for row in found if row["what"] == "AIME 2024")
        assert (aime["DeepSeek-R1"], aime["GPT-4o"], aime["sentence"]) == ("79.8 %", "9.3 %", "79.8% on AIME 2024")
        assert [row["what"] for row in found if row["section"] == "In common"] == ["AIME 2024"]
        measures = {row["what"]: row for row in found if row["section"] == "Measures"}
        assert set(measures) == set(METRICS)
        assert measures["degree"]["DeepSeek-R1"] == "6 (#2 / 14)"

    def test_speaks_chinese(self, rows: Any) -> None:
        assert "英伟达" in rows("compare", "nvidia", "deepseek", "--lang", "zh")[0]

    def test_an_unknown_name_offers_the_nearest(self, call: Any) -> None:
        result = call("compare", "nvidea", "deepseek")
        assert result.exit_code == 3
        assert "NVIDIA" in result.stderr

    def test_a_thing_beside_itself_keeps_two_columns(self, rows: Any) -> None:
        assert {"NVIDIA (1)", "NVIDIA (2)"} <= set(rows("compare", "nvidia", "nvidia")[0])


class TestSimilar:
    def test_names_what_is_shared(self, rows: Any) -> None:
        found = rows("similar", "DeepSeek-R1")
        assert [(row["rank"], row["name"], row["shared"]) for row in found] == [
            (1, "GPT-4o", "AIME 2024"),
            (2, "DeepSeek-V3", "DeepSeek"),
        ]
        assert found[0]["similarity"] > found[1]["similarity"]

    def test_looks_at_one_projection(self, rows: Any) -> None:
        assert [row["name"] for row in rows("similar", "Tiger Fund", "-p", "investment")] == ["High-Flyer"]

    def test_says_so_where_nothing_is(self, call: Any) -> None:
        assert "shares a neighbour with AIME 2024" in call("similar", "AIME 2024").stderr


class TestBridges:
    def test_largest_first_with_the_facts_of_each(self, rows: Any) -> None:
        found = rows("bridges")
        assert (found[0]["cuts off"], found[0]["relation"]) == (3, "trainedOnHardware")
        assert found[0]["sentence"] == "V3 was trained on 2,048 H800."
        assert [row["cuts off"] for row in found] == sorted((row["cuts off"] for row in found), reverse=True)
        assert [row["relation"] for row in rows("bridges", "--top", 1)] == ["trainedOnHardware"]

    def test_of_a_projection(self, rows: Any) -> None:
        assert {row["subject"] for row in rows("bridges", "-p", "investment")} == {"High-Flyer", "Tiger Fund"}


class TestChanges:
    def test_growth_and_shape_a_row_a_period(self, rows: Any) -> None:
        found = rows("changes", "--by", "year")
        assert [(row["period"], row["facts"], row["all facts"]) for row in found] == [
            ("2023", 1, 1), ("2024", 1, 2), ("2025", 15, 17),
        ]  # fmt: skip
        assert (found[0]["things"], found[0]["pieces"], found[0]["largest"]) == (2, 1, 1.0)
        assert len(rows("changes")) > len(found)

    def test_who_rose_between_two_dates(self, rows: Any) -> None:
        found = rows("changes", "--from", "2024", "--to", "2025", "--metric", "degree", "--top", 5)
        assert "DeepSeek-R1" in {row["name"] for row in found}
        assert all(row["place 2024"] in (None, "") and row["place 2025"] <= 5 for row in found)

    def test_one_date_alone_is_wrong_usage(self, call: Any) -> None:
        assert call("changes", "--from", "2024").exit_code == 2
        assert call("changes", "--from", "soon", "--to", "2025").exit_code == 2

    def test_an_unknown_metric_lists_the_known(self, call: Any) -> None:
        result = call("changes", "--from", "2024", "--to", "2025", "-m", "fame")
        assert result.exit_code == 3
        assert "pagerank" in result.stderr


class TestPathsAndRanks:
    def test_k_shortest_paths_bring_their_facts(self, rows: Any) -> None:
        found = rows("path", "梁文锋", "GPT-4o", "--count", 3)
        assert {row["path"] for row in found} == {1, 2, 3}
        assert any(row["relation"] == "basedOn" and row["sentence"] == "R1 was trained from V3." for row in found)
        steps = [len({(r["subject"], r["object"]) for r in found if r["path"] == n}) for n in (1, 2, 3)]
        assert steps == sorted(steps)

    @pytest.mark.parametrize("metric", METRICS)
    def test_every_measure_by_its_name(self, rows: Any, metric: str) -> None:
        found = rows("rank", "--metric", metric)
        assert [row[metric] for row in found] == sorted((row[metric] for row in found), reverse=True)
        assert len(found) == 14

    @pytest.mark.parametrize("name", PROJECTIONS)
    def test_every_projection_by_its_name(self, rows: Any, name: str) -> None:
        assert rows("rank", "--projection", name)
        assert rows("communities", "--projection", name)

    def test_help_names_every_measure_and_projection(self, call: Any) -> None:
        said = call("rank", "--help").stdout
        assert all(name in said for name in (*METRICS, *PROJECTIONS))

    def test_sampled_betweenness_says_from_how_many_and_how_stable(self, call: Any) -> None:
        result = call("rank", "--metric", "betweenness", "--samples", 6, "--format", "json")
        assert len(json.loads(result.stdout)) == 14
        every = json.loads(call("rank", "-m", "betweenness", "--samples", 14, "-f", "json").stdout)
        assert every == json.loads(call("rank", "-m", "betweenness", "-f", "json").stdout)
        assert "6 of 14 things" in result.stderr
        assert "%" in result.stderr
        assert call("rank", "--samples", 6).exit_code == 2

    def test_leiden_by_its_name(self, rows: Any) -> None:
        pytest.importorskip("networkit", reason="Leiden is in the extra 'analysis'")
        assert sum(row["size"] for row in rows("communities", "--method", "leiden")) <= 14


@pytest.mark.parametrize("suffix", [".png", ".svg"])
@pytest.mark.parametrize(
    "command",
    [
        ("rank", "--metric", "degree"),
        ("communities",),
        ("path", "liang", "gpt-4o", "--count", "3"),
        ("compare", "DeepSeek-V3", HOSTILE),
        ("changes", "--by", "year"),
    ],
    ids=lambda command: command[0],
)
def test_plots_are_pictures_and_the_same_each_time(
    call: Any, command: tuple[str, ...], suffix: str, tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib", reason="plots are in the extra 'plots'")
    one, two = tmp_path / f"1{suffix}", tmp_path / f"2{suffix}"
    for file in (one, two):
        result = call(*command, "--plot", file)
        assert result.exit_code == 0, result.output
        assert f"wrote {file}" in result.stderr
    assert one.read_bytes().startswith(b"\x89PNG" if suffix == ".png" else b"<?xml")
    assert one.read_bytes() == two.read_bytes()


def test_a_price_in_a_name_is_no_formula(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="plots are in the extra 'plots'")
    import networkx as nx

    from aigraph.render.plots import plot_communities, plot_ranking

    graph = nx.MultiDiGraph()
    for node in "ab":
        label = f"{node} from $1_{{ to $2"
        graph.add_node(node, label=label, label_en=label, type="Model", aliases=())
    graph.add_edge("a", "b")
    assert plot_ranking(graph, tmp_path / "r.svg", metric="degree").exists()
    assert plot_communities(graph, [["a", "b"]], tmp_path / "c.svg").exists()


@pytest.mark.parametrize("kind", VIEWS)
def test_every_view_is_a_table_in_the_terminal_and_csv_on_request(
    call: Any, rows: Any, kind: str, tmp_path: Path
) -> None:
    names = ("DeepSeek-V3", "GPT-4o")[: VIEWS[kind].names[0]]
    found = rows("view", *names, "--kind", kind)
    assert found
    assert {"sentence", "document"} <= set(found[0])
    assert any(row["sentence"] for row in found)
    assert call("view", *names, "--kind", kind, "--out", tmp_path / "v.csv").exit_code == 0
    with (tmp_path / "v.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(found)
