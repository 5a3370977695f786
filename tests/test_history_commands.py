"""conflicts, timeline, diff, and asking as of a day, as a person meets them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.made_history import AUTUMN, EVERY, SPRING, SUMMER, WINTER, price, says, told

from aigraph.ask.accounts import phrases
from aigraph.cli import main
from aigraph.model import Extraction
from aigraph.storage.store import GraphStore


def call(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("history") / "graph.nq"
    GraphStore.build(EVERY).dump(path)
    return path


def test_every_phrase_has_both_languages_and_the_same_places():
    for group in phrases().values():
        for name, both in group.items():
            assert set(both) == {"en", "zh"}, name
            assert both["en"].count("{") == both["zh"].count("{"), name


class TestConflicts:
    def test_table_names_things_values_speakers_days_ranks_and_reasons(self, graph):
        found = rows(call("conflicts", "-g", graph, "-f", "csv"))

        columns = ("thing", "property", "value", "said by", "when", "rank", "why")
        assert [tuple(row[column] for column in columns) for row in found] == [
            ("Nimbra", "founded on", "2019", "spring.txt; winter.txt", "2024-04-01; 2025-02-01", "preferred",
             "more independent documents"),
            ("Nimbra", "founded on", "2018", "autumn.txt", "2024-10-10", "normal", "fewer independent documents"),
            ("Ostrel", "evaluated on (TestBench)", "69.9 %", "winter.txt", "2025-02-01", "preferred", "newer"),
            ("Ostrel", "evaluated on (TestBench)", "71.5 %", "autumn.txt", "2024-10-10", "normal", "older"),
            ("Alpha Fund", "partner of", "Nimbra", "winter.txt", "2025-02-01", "deprecated",
             "denied by a later document"),
            ("Alpha Fund", "partner of", "not Nimbra", "summer.txt", "2025-07-20", "preferred", "newer"),
        ]  # fmt: skip
        assert "Nimbra" in call("conflicts", "-g", graph).stdout

    def test_of_one_thing_by_a_chinese_name_in_chinese(self, graph):
        found = json.loads(call("conflicts", "欧斯特", "-g", graph, "--lang", "zh-Hans", "-f", "json").stdout)

        assert [(row["thing"], row["property"], row["why"]) for row in found] == [
            ("欧斯特", "评测于", "更新"), ("欧斯特", "评测于", "较旧"),
        ]  # fmt: skip
        assert found[0]["sentence"] == "Ostrel has 69.9% on TestBench."
        assert found[0]["facts"][0].startswith("result/")

    def test_what_follows_in_time_is_no_conflict(self, graph):
        result = call("conflicts", "Ann Lee", "-g", graph)

        assert result.exit_code == 0
        assert "no two sources disagree about Ann Lee" in result.stderr

    def test_an_unknown_name_offers_the_nearest(self, graph):
        result = call("conflicts", "Nimbre", "-g", graph)

        assert result.exit_code == 3
        assert "nearest: Nimbra" in result.stderr


class TestTimeline:
    def test_in_order_with_sentences_and_the_undated_apart(self, graph):
        found = rows(call("timeline", "Ostrel", "-g", graph, "-f", "csv"))

        assert [(r["date"], r["dated"], r["kind"], r["until"]) for r in found] == [
            ("2024-03-05", "stated", "Release", ""),
            ("2024-04-01", "published", "developed by", ""),
            ("2024-04-01", "published", "price", "2024-10-10"),
            ("2024-10-10", "published", "evaluated on", ""),
            ("2024-10-10", "published", "price", "2025-02-01"),
            ("2025-02-01", "published", "evaluated on", ""),
            ("2025-02-01", "published", "price", ""),
            ("2025-07-20", "published", "price", ""),
            ("", "", "context length", ""),
        ]
        assert found[2]["what"] == "4 USD (per: 1M input tokens)"
        assert found[2]["sentence"] == "Ostrel costs $4."
        assert [r["status"] for r in found if r["status"]] == ["reported"]
        table = call("timeline", "Ostrel", "-g", graph).stdout
        assert table.index("undated") > table.index("2025-07-20")

    def test_can_be_cut_and_keeps_the_undated(self, graph):
        found = rows(call("timeline", "Ostrel", "-g", graph, "-f", "csv", "--from", "2024-10", "--until", "2024"))

        assert {r["date"] for r in found} == {"2024-10-10", ""}

    def test_what_others_do_to_it_is_told_whole(self, graph):
        found = rows(call("timeline", "凌波科技", "-g", graph, "-f", "csv", "--lang", "zh-Hans"))

        assert ("2024-05", "stated", "投资", "Alpha Fund → 凌波科技") in [
            (r["date"], r["dated"], r["kind"], r["what"]) for r in found
        ]


class TestAsOf:
    def test_query_answers_as_of_a_day_and_says_what_is_left_out(self, graph):
        result = call("query", "price-history", "product=ostrel", "-g", graph, "--as-of", "2024-12", "-f", "json")

        assert [row["price"] for row in json.loads(result.stdout)] == [2]
        assert "published later, left out: 2; without a date, kept: 1; facts over by then: 1" in result.stderr

    def test_show_too(self, graph):
        result = call("show", "Ann Lee", "-g", graph, "--as-of", "2024-12")

        assert "worksFor: Nimbra" in result.stdout and "rank preferred" in result.stdout

    def test_ranks_can_be_asked_for(self, graph):
        text = "SELECT ?o { ?f rdf:predicate aig:price ; rdf:object ?o ; aig:rank 'preferred' }"

        assert rows(call("query", text, "-g", graph, "-f", "csv")) == []
        assert rows(call("query", text, "-g", graph, "-f", "csv", "--ranks")) == [{"o": "1.5"}]

    def test_no_date_and_no_day_are_refused(self, graph):
        assert call("query", "ASK {}", "-g", graph, "--as-of", "June").exit_code == 2
        assert "goes with --as-of" in call("query", "ASK {}", "-g", graph, "--dated-only").stderr


class TestDiff:
    def test_brief_between_dates_in_chinese(self, graph):
        result = call("diff", "2024-06", "2025-06", "-g", graph, "--lang", "zh")

        assert result.exit_code == 0
        assert result.stdout.startswith("# 变化简报：2024-06 → 2025-06\n")
        assert "- 欧斯特（每：1M input tokens）：4 USD → 1.5 USD（2025-02-01）" in result.stdout
        assert "**首席执行官**\n\n- 凌波科技：李安 → 陈波（2025-02-01）" in result.stdout
        assert "- 凌波科技（Alpha Fund）：计划 → 肯定" not in result.stdout  # the plan is still told beside it
        assert "documents without a date: 1" in result.stderr

    def test_between_builds_what_is_gone_says_why(self, tmp_path):
        GraphStore.build([SPRING, SUMMER]).dump(tmp_path / "a.nq")
        GraphStore.build([AUTUMN, WINTER]).dump(tmp_path / "b.nq")

        text = call("diff", tmp_path / "a.nq", tmp_path / "b.nq").stdout
        found = json.loads(call("diff", tmp_path / "a.nq", tmp_path / "b.nq", "-f", "json").stdout)

        assert found["documents_gone"] == ["spring.txt", "summer.txt"]
        assert [(c["thing"], c["property"], c["before"], c["after"]) for c in found["values"]] == [
            ("Nimbra", "chief executive", "Ann Lee", "Bo Chen"),
            ("Ostrel", "price", "4 USD", "1.5 USD"),
        ]
        assert [(c["before"], c["after"]) for c in found["statuses"]] == [("planned", "asserted")]
        assert {c["why"] for c in found["facts_gone"]} == {"withdrawn"}
        assert "- Newcomer: Nimbra (its documents were withdrawn)" in text
        assert [thing["name"] for thing in found["things_gone"]] == ["Newcomer"]

    def test_an_office_left_to_nobody_is_over(self, tmp_path):
        left = replace(WINTER, statements=tuple(s for s in WINTER.statements if dict(s.qualifiers).get("former")))
        GraphStore.build([SPRING, left]).dump(tmp_path / "g.nq")
        GraphStore.build([SPRING]).dump(tmp_path / "old.nq")

        by_dates = json.loads(call("diff", "2024", "2025", "-g", tmp_path / "g.nq", "-f", "json").stdout)
        builds = call("diff", tmp_path / "old.nq", tmp_path / "g.nq").stdout

        assert "- Nimbra: Ann Lee → (none) (over since 2025-02-01)" in builds
        (over,) = [c for c in by_dates["facts_gone"] + by_dates["values"] if c["why"] == "over"]
        assert (over["when"], over["before"]) == ("2025-02-01", "Ann Lee")

    def test_the_same_graph_has_no_changes(self, graph):
        name = str(graph).replace("_", "\\_")

        assert call("diff", graph, graph).stdout == f"# What changed from {name} to {name}\n\nNothing changed.\n"

    def test_long_sections_are_cut_and_say_so(self, graph):
        assert "… and 6 more" in call("diff", "2024-06", "2025-08", "-g", graph, "-n", "1").stdout

    def test_a_date_and_a_graph_are_not_compared(self, graph):
        result = call("diff", "2024", graph)

        assert result.exit_code == 2
        assert "two graphs or two dates" in result.stderr

    def test_a_graph_that_is_not_there_is_named(self, graph, tmp_path):
        result = call("diff", graph, tmp_path / "none.nq")

        assert result.exit_code == 3
        assert "none.nq" in result.stderr

    def test_a_corrected_document_is_neither_new_nor_withdrawn(self, tmp_path):
        def version(name: str, *facts: tuple[str, object], more: str = "") -> Extraction:
            found = told(name, "2024-04-01", *facts, names=more)
            return replace(found, document=replace(found.document, id=found.document.sha256[:16]))

        def rekeyed(found: Extraction) -> Extraction:
            key = found.document.id
            statements = (
                replace(s, evidence=tuple(replace(e, document=key) for e in s.evidence)) for s in found.statements
            )
            return replace(found, statements=tuple(statements))

        by, cheap = ("Ostrel is by Nimbra.", says("ostrel", "developedBy", "nimbra")), ("Ostrel costs $4.", price(4))
        first = rekeyed(version("a.txt", by, cheap))
        second = rekeyed(version("a.txt", by, more="A line without facts."))
        other = rekeyed(version("b.txt", by))
        GraphStore.build([first]).dump(tmp_path / "a.nq")
        GraphStore.build([second]).dump(tmp_path / "b.nq")
        GraphStore.build([second, other]).dump(tmp_path / "c.nq")

        found = json.loads(call("diff", tmp_path / "a.nq", tmp_path / "b.nq", "-f", "json").stdout)
        assert [found[f"documents_{what}"] for what in ("new", "corrected", "gone")] == [[], ["a.txt"], []]
        assert found["confirmed"] == 0
        assert [(c["property"], c["why"]) for c in found["facts_gone"]] == [("price", "corrected")]
        text = call("diff", tmp_path / "a.nq", tmp_path / "c.nq").stdout
        assert "facts that more documents say: 1." in text
        assert "## Corrected documents (1)\n\n- a.txt\n" in text
        assert "## New documents (1)\n\n- b.txt\n" in text
        assert "- Ostrel (per: 1M input tokens): 4 USD (its documents were corrected" in text

    def test_a_folder_without_a_graph_is_told_for_readers(self, tmp_path):
        (tmp_path / "plain").mkdir()
        result = call("diff", tmp_path / "plain", tmp_path / "plain")

        assert result.exit_code == 3
        assert "plain: holds no graph to read; name a graph file, or the folder of a store" in result.stderr
