"""The commands as a person meets them: help, answers, messages, exit codes."""

import csv
import io
import json
import os
import subprocess
import sys
import types

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
        assert result.exit_code == 3
        assert "did you mean Model" in result.stderr

    def test_a_type_that_nothing_here_has_is_an_empty_answer(self, graph_file):
        result = call("rank", "-g", graph_file, "--type", "University")
        assert (result.exit_code, "nothing here is a University" in result.stderr) == (0, True)

    def test_a_path_from_a_thing_to_itself_is_an_error_that_says_so(self, graph_file):
        result = call("path", "Lumen-2", "lumen 2", "-g", graph_file)

        assert result.exit_code == 3
        assert "one thing" in result.stderr

    @pytest.mark.parametrize(
        "words",
        [("show", "Lumen-2"), ("show", "Lumen-2", "--format", "json"), ("rank", "--format", "csv"), ("rank",)],
    )
    def test_a_reader_that_has_enough_is_no_failure(self, graph_file, root, words):
        command = [sys.executable, "-m", "aigraph", *words, "--graph", str(graph_file)]
        reading, writing = os.pipe()
        os.close(reading)
        try:
            done = subprocess.run(
                command, stdout=writing, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(root / "src")}
            )
        finally:
            os.close(writing)

        assert (done.returncode, done.stderr) == (0, b"")

    def test_an_unknown_metric_lists_the_known_and_fails(self, graph_file):
        result = call("rank", "-g", graph_file, "--metric", "fame")

        assert result.exit_code == 3
        assert "pagerank" in result.stderr

    def test_a_missing_graph_says_what_to_do(self, tmp_path):
        result = call("rank", "-g", tmp_path / "none.nq")

        assert result.exit_code == 3
        assert "aigraph build" in result.stderr

    def test_a_plot_is_drawn_beside_the_table(self, graph_file, tmp_path):
        pytest.importorskip("matplotlib", reason="needs the extra 'plots'")
        result = call("rank", "-g", graph_file, "--plot", tmp_path / "r.svg")

        assert result.exit_code == 0
        assert (tmp_path / "r.svg").read_bytes().startswith(b"<?xml")
        assert call("rank", "-g", graph_file, "--plot", tmp_path / "r.svg", "--type", "Model").exit_code == 2


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
        assert float(rows["relation:developedBy"]["f1"]) == 1
        assert float(rows["entities"]["recall"]) == 1

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


GOOD = {
    "good.txt": "2025 年 8 月 21 日，DeepSeek 发布 DeepSeek-V3.1，上下文窗口为 128K。\n".encode(),
    "legacy.txt": ("英伟达发布新的芯片，人工智能公司纷纷采购，市场反应热烈。\n" * 5).encode("gb18030"),
    "page.md": b"# News\n\nOpenAI released GPT-4o in May 2024.\n",
}
BAD = {
    "empty.txt": (b"", "empty"),
    "binary.txt": (bytes(range(256)) * 20, "binary"),
    "broken.pdf": (b"%PDF-1.4 nonsense", "PDF"),
    "wrong.txt": ("人工智能公司发布模型。\n".encode() * 20 + b"\xff\x81 \xf0\x28" + "研究".encode() * 20, "UTF-8"),
}


class TestBuildOnRealFiles:
    """The whole job on small files: reading, language pipeline, store, exports."""

    @pytest.fixture
    def folder(self, tmp_path):
        folder = tmp_path / "in"
        folder.mkdir()
        for name, data in GOOD.items():
            (folder / name).write_bytes(data)
        return folder

    @pytest.fixture
    def mixed(self, folder):
        for name, (data, _) in BAD.items():
            (folder / name).write_bytes(data)
        (folder / "locked.txt").symlink_to(folder / "nowhere.txt")
        return folder

    def test_bad_input_is_named_with_its_reason_and_the_rest_is_built(self, mixed, tmp_path):
        out = tmp_path / "out"

        result = call("build", mixed, "--out", out)

        assert result.exit_code == 1
        for name, (_, reason) in BAD.items():
            line = next(line for line in result.stderr.splitlines() if name in line)
            assert reason in line
        assert "locked.txt" in result.stderr
        report = (out / "report.md").read_text(encoding="utf-8")
        graph = (out / "graph.nq").read_text(encoding="utf-8")
        for name in (*BAD, "locked.txt", *GOOD):
            assert name in report
        assert all(f'"{name}"' in graph for name in GOOD)
        assert not any(f'"{name}"' in graph for name in BAD)

    def test_the_good_ones_give_the_same_graph_with_and_without_bad_company(self, mixed, tmp_path):
        call("build", mixed, "--out", tmp_path / "mixed")
        for name in (*BAD, "locked.txt"):
            (mixed / name).unlink()

        result = call("build", mixed, "--out", tmp_path / "clean")

        assert result.exit_code == 0
        assert (tmp_path / "mixed/graph.nq").read_bytes() == (tmp_path / "clean/graph.nq").read_bytes()

    def test_building_again_changes_no_byte(self, folder, tmp_path):
        out = tmp_path / "out"
        call("build", folder, "--out", out)
        first = {path.name: path.read_bytes() for path in out.iterdir()}

        call("build", folder, "--out", out)

        assert {path.name: path.read_bytes() for path in out.iterdir()} == first
        assert len(first) == 6

    def test_another_process_with_another_hash_seed_gives_the_same_bytes(self, folder, tmp_path, root):
        for seed in "12":
            subprocess.run(
                [sys.executable, "-m", "aigraph", "build", str(folder), "--out", str(tmp_path / seed)],
                env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root / "src")},
                check=True, capture_output=True,
            )  # fmt: skip

        one, two = ({p.name: p.read_bytes() for p in (tmp_path / seed).iterdir()} for seed in "12")

        assert [name for name in one if one[name] != two[name]] == []

    def test_nothing_readable_exits_with_2_and_leaves_no_folder(self, tmp_path):
        (tmp_path / "empty.txt").write_bytes(b"")

        result = call("build", tmp_path / "empty.txt", "--out", tmp_path / "out")

        assert result.exit_code == 2
        assert "empty" in result.stderr
        assert not (tmp_path / "out").exists()

    def test_a_missing_file_is_named(self, tmp_path):
        result = call("build", tmp_path / "nowhere.txt", "--out", tmp_path / "out")

        assert result.exit_code == 2
        assert "nowhere.txt" in result.stderr

    def test_standard_input_is_a_document(self, tmp_path):
        result = call("build", "-", "--out", tmp_path / "out", input=GOOD["good.txt"])

        assert result.exit_code == 0
        assert "DeepSeek" in (tmp_path / "out/graph.ttl").read_text(encoding="utf-8")

    def test_extract_writes_one_graph_and_nothing_else(self, folder, tmp_path):
        result = call("extract", folder / "good.txt", "--out", tmp_path / "one" / "g.ttl", "--date", "2025-08")

        assert result.exit_code == 0
        assert [path.name for path in (tmp_path / "one").iterdir()] == ["g.ttl"]
        assert "DeepSeek-V3.1" in (tmp_path / "one/g.ttl").read_text(encoding="utf-8")

    def test_extract_refuses_an_unknown_ending_before_the_work(self, folder, tmp_path):
        result = call("extract", folder / "good.txt", "--out", tmp_path / "g.xyz")

        assert result.exit_code == 3
        assert ".ttl" in result.stderr

    def test_what_was_built_can_be_asked(self, folder, tmp_path):
        call("build", folder, "--out", tmp_path / "out")
        graph = tmp_path / "out" / "graph.nq"

        assert "DeepSeek-V3.1" in call("show", "deepseek v3.1", "-g", graph).stdout
        assert call("validate", "-g", graph, "--text", folder).exit_code == 0
        rows = json.loads(call("query", "SELECT ?m WHERE { ?m a aig:Model }", "-g", graph, "-f", "json").stdout)
        assert {"DeepSeek-V3.1", "GPT-4o"} <= {row["m"] for row in rows}


class TestAsking:
    def test_show_gives_facts_with_sentences_and_places(self, graph_file):
        result = call("show", "流明 2", "-g", graph_file)

        assert result.exit_code == 0
        assert "Starworks released Lumen-2 in August 2025." in result.stdout
        assert "one.txt, 2025-08-27, characters 0-42" in result.stdout

    def test_show_json_holds_every_fact(self, graph_file):
        (thing,) = json.loads(call("show", "Lumen-2", "-g", graph_file, "--format", "json").stdout)

        assert thing["id"] == "lumen-2"
        assert {"developedBy", "contextLength", "evaluatedOn", "participatedIn", "releaseDate"} == {
            fact["predicate"] for fact in thing["facts"]
        }

    def test_what_is_denied_is_shown_with_its_mark(self, graph_file):
        assert "negated" in call("show", "Ada Island", "-g", graph_file).stdout

    def test_an_unknown_name_offers_the_nearest(self, graph_file):
        result = call("show", "Lumen", "-g", graph_file)

        assert result.exit_code == 3
        assert "Lumen-2" in result.stderr

    def test_explain_by_words_shows_rule_confidence_and_naming(self, graph_file):
        result = call("explain", "Lumen-2", "developedBy", "Starworks", "-g", graph_file)

        assert result.exit_code == 0
        for part in ("read by: by hand", "alone: 0.90", "written “流明 2” at character 32", "statement/"):
            assert part in result.stdout

    def test_explain_by_id(self, graph_file):
        (thing,) = json.loads(call("show", "Lumen-2", "-g", graph_file, "--format", "json").stdout)
        key = next(fact["id"] for fact in thing["facts"] if fact["predicate"] == "contextLength")

        (one,) = json.loads(call("explain", key, "-g", graph_file, "--format", "json").stdout)

        assert one["fact"]["object"] == 128000
        assert one["namings"][0][1][0]["written"] == "Lumen-2"

    @pytest.mark.parametrize(
        ("words", "offers"),
        [
            (("Lumen-2", "ownedBy", "Starworks"), "developedBy"),
            (("Lumen-2", "developedBy", "MathTrail"), "Starworks"),
            (("statement/nothing",), "aigraph show"),
        ],
    )
    def test_explain_says_what_there_is_instead(self, graph_file, words, offers):
        result = call("explain", *words, "-g", graph_file)

        assert result.exit_code == 3
        assert offers in result.stderr

    def test_explain_needs_one_or_three_words(self, graph_file):
        assert call("explain", "Lumen-2", "developedBy", "-g", graph_file).exit_code == 2

    @pytest.mark.parametrize("form", ["table", "csv", "json", "markdown"])
    def test_a_saved_query_answers_in_every_format(self, graph_file, form):
        result = call("query", "leaderboard", "benchmark=MathTrail", "-g", graph_file, "--format", form)

        assert result.exit_code == 0
        assert "71.6" in result.stdout
        assert "Lumen-2" in result.stdout

    def test_a_query_file_is_read(self, graph_file, tmp_path):
        (tmp_path / "q.rq").write_text("SELECT ?m WHERE { ?m a aig:Model }", encoding="utf-8")
        assert "Lumen-2" in call("query", tmp_path / "q.rq", "-g", graph_file).stdout

    def test_a_broken_query_fails_with_its_place(self, graph_file):
        result = call("query", "SELECT ?s WHERE {", "-g", graph_file)

        assert result.exit_code == 3
        assert "line 1" in result.stderr

    def test_query_needs_something_to_ask_and_well_formed_parameters(self, graph_file):
        assert call("query", "-g", graph_file).exit_code == 2
        assert call("query", "leaderboard", "MathTrail", "-g", graph_file).exit_code == 2

    def test_list_names_saved_queries_without_a_graph(self):
        assert "leaderboard" in call("query", "--list").stdout


def test_progress_stays_off_when_nobody_watches(graph_file, tmp_path):
    (tmp_path / "a.txt").write_text("OpenAI released GPT-4o.\n", encoding="utf-8")
    result = call("build", tmp_path / "a.txt", "--out", tmp_path / "out")
    assert "\x1b[" not in result.stderr


class TestLooking:
    def test_the_page_goes_to_a_file(self, graph_file, tmp_path):
        result = call("view", "-g", graph_file, "--out", tmp_path / "p.html", "--lang", "zh")

        assert result.exit_code == 0
        assert "Lumen-2" in (tmp_path / "p.html").read_text(encoding="utf-8")

    def test_a_view_prints_rows_with_their_sentences(self, graph_file):
        rows = json.loads(call("view", "--kind", "leaderboard", "-g", graph_file, "-f", "json").stdout)
        assert any("71.6" in str(row) and "Lumen-2 scores" in str(row) for row in rows)

    def test_a_view_goes_to_html_by_its_name(self, graph_file, tmp_path):
        result = call("view", "Lumen-2", "Starworks", "--kind", "compare", "-g", graph_file, "-o", tmp_path / "c.html")

        assert result.exit_code == 0
        assert "Starworks" in (tmp_path / "c.html").read_text(encoding="utf-8")

    def test_too_few_names_or_no_place_is_wrong_usage(self, graph_file):
        assert call("view", "--kind", "compare", "Lumen-2", "-g", graph_file).exit_code == 2
        assert call("view", "-g", graph_file).exit_code == 2
        assert call("view", "Lumen-2", "-g", graph_file).exit_code == 2

    def test_an_unknown_view_lists_the_known(self, graph_file):
        result = call("view", "--kind", "poem", "-g", graph_file)

        assert result.exit_code == 3
        assert "leaderboard" in result.stderr

    def test_communities_name_their_members(self, graph_file):
        rows = json.loads(call("communities", "-g", graph_file, "-f", "json").stdout)
        assert any("Lumen-2" in row["members"] for row in rows)


class TestTrain:
    def test_hands_the_corpus_on_and_says_what_was_written(self, monkeypatch, tmp_path):
        seen = []

        def train(corpus, out, *, with_held_out=False):
            seen.append((corpus, out, with_held_out))
            return types.SimpleNamespace(documents=4, characters=1234, held_out=1, weights=(("names.crf", 10),))

        monkeypatch.setitem(sys.modules, "aigraph.training", types.SimpleNamespace(train=train))
        result = call("train", tmp_path, "--out", tmp_path / "weights", "--all")

        assert result.exit_code == 0
        assert seen == [(tmp_path, tmp_path / "weights", True)]
        assert "4 documents" in result.stdout
        assert "names.crf" in result.stderr

    def test_a_missing_extra_is_named(self, monkeypatch, tmp_path):
        monkeypatch.setitem(sys.modules, "aigraph.training", None)
        result = call("train", tmp_path, "--out", tmp_path / "weights")

        assert result.exit_code == 3
        assert "aigraph[train]" in result.stderr
