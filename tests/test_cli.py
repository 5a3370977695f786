"""The commands as a person meets them: help, answers, messages, exit codes."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from aigraph.cli import COMMANDS, main


def call(*args, **options):
    return CliRunner().invoke(main, [str(arg) for arg in args], **options)


class TestHelp:
    def test_lists_every_command_and_the_exit_codes(self):
        result = call("--help")

        assert result.exit_code == 0
        assert all(f"  {name} " in result.output for name in COMMANDS)
        assert "Exit codes" in result.output

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_command_explains_itself_with_an_example(self, name):
        result = call(name, "--help")

        assert result.exit_code == 0
        assert f"aigraph {name}" in result.output.split("Example")[1]

    def test_short_option_works(self):
        assert call("-h").output == call("--help").output

    def test_version(self):
        from aigraph import __version__

        assert call("--version").output.strip().endswith(__version__)

    def test_an_unknown_command_is_wrong_usage(self):
        assert call("frobnicate").exit_code == 2


class TestRank:
    def test_table_names_things_not_ids(self, graph_file):
        result = call("rank", "--graph", graph_file)

        assert result.exit_code == 0
        assert "Starworks" in result.stdout

    def test_json_is_ordered_and_numbered(self, graph_file):
        rows = json.loads(call("rank", "-g", graph_file, "--metric", "degree", "--format", "json").stdout)

        assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
        assert rows[0]["degree"] == max(row["degree"] for row in rows)

    def test_type_keeps_only_that_type(self, graph_file):
        rows = json.loads(call("rank", "-g", graph_file, "--type", "Model", "--format", "json").stdout)
        assert {row["type"] for row in rows} == {"Model"}

    def test_an_absent_type_says_which_there_are(self, graph_file):
        result = call("rank", "-g", graph_file, "--type", "Modle")
        assert "Organization" in result.stderr

    def test_an_unknown_metric_lists_the_known_and_fails(self, graph_file):
        result = call("rank", "-g", graph_file, "--metric", "fame")

        assert result.exit_code == 3
        assert "pagerank" in result.stderr

    def test_a_missing_graph_says_what_to_do(self, tmp_path):
        result = call("rank", "-g", tmp_path / "none.nq")

        assert result.exit_code == 3
        assert "aigraph build" in result.stderr


class TestPath:
    def test_shows_facts_with_their_sentences_in_any_script(self, graph_file):
        result = call("path", "Oak Capital", "流明 2", "-g", graph_file, "--format", "json")
        rows = json.loads(result.stdout)

        assert rows[0]["relation"] == "investedIn"
        assert "橡树资本 Oak Capital 投资了星工科技。" in {row["sentence"] for row in rows}

    def test_an_unknown_name_fails_with_the_nearest(self, graph_file):
        result = call("path", "Starwork", "Lumen-2", "-g", graph_file)

        assert result.exit_code == 3
        assert "Starworks" in result.stderr


class TestExport:
    def test_list_names_formats(self):
        assert "graphml" in call("export", "--list").stdout

    def test_writes_by_ending(self, graph_file, tmp_path):
        result = call("export", tmp_path / "g.graphml", "-g", graph_file)

        assert result.exit_code == 0
        assert "Starworks" in (tmp_path / "g.graphml").read_text(encoding="utf-8")

    def test_an_unknown_ending_lists_the_known(self, graph_file, tmp_path):
        result = call("export", tmp_path / "g.xyz", "-g", graph_file)

        assert result.exit_code == 3
        assert ".graphml" in result.stderr

    def test_needs_somewhere_to_write(self):
        assert call("export").exit_code == 2


class TestEvaluate:
    GOLD = {  # noqa: RUF012
        "entities": [
            {"id": "a", "type": "Model", "name": "Lumen-2"},
            {"id": "b", "type": "Organization", "name": "Starworks"},
        ],
        "relations": [{"s": "a", "p": "developedBy", "o": "b"}],
    }

    @pytest.fixture
    def gold(self, tmp_path):
        path = tmp_path / "graph.json"
        path.write_text(json.dumps(self.GOLD), encoding="utf-8")
        return path

    def test_scores_a_graph_made_earlier(self, graph_file, gold):
        result = call("evaluate", graph_file, gold, "--format", "csv")
        rows = {row["kind"]: row for row in csv.DictReader(io.StringIO(result.stdout))}

        assert result.exit_code == 0
        assert rows["relation:developedBy"]["f1"] == "1"
        assert rows["entities"]["recall"] == "1"

    def test_a_floor_that_is_not_reached_exits_with_1(self, graph_file, gold):
        assert call("evaluate", graph_file, gold, "--floor", "facts=0.99").exit_code == 1
        assert call("evaluate", graph_file, gold, "--floor", "relations=0.1").exit_code == 0

    def test_a_floor_for_an_unknown_group_is_wrong_usage(self, graph_file, gold):
        assert call("evaluate", graph_file, gold, "--floor", "poems=1").exit_code == 2

    def test_misses_are_listed_on_request(self, graph_file, gold):
        assert "MathTrail" in call("evaluate", graph_file, gold, "--misses", "3").stderr

    def test_folders_are_paired_by_name(self, graph_file, gold, tmp_path):
        folder = tmp_path / "texts"
        folder.mkdir()
        (folder / "graph.nq").write_bytes(graph_file.read_bytes())

        assert call("evaluate", folder, gold.parent).exit_code == 0
        assert call("evaluate", folder, folder).exit_code == 2


@pytest.mark.parametrize("bad", ["yesterday", "2025-13", "2025-02-30", "25"])
def test_a_date_that_no_calendar_has_is_wrong_usage(bad, tmp_path):
    result = call("build", tmp_path, "--date", bad)

    assert result.exit_code == 2
    assert "date" in result.stderr
