"""What awaits a decision, the walk through it, and the command."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.made_extractions import ENTITIES, extraction

from aigraph.cli import main
from aigraph.commands.review import _Typing
from aigraph.model import Entity, Event, Extraction
from aigraph.review.apply import Reviewer, apply_decisions
from aigraph.review.file import parse_decisions, read_decisions
from aigraph.review.queue import awaiting
from aigraph.review.records import Decision
from aigraph.review.walk import KEYS, Signature, Walk, pieces
from aigraph.storage.store import GraphStore


def doubtful() -> Extraction:
    """The made extraction with two doubtful facts, a thing that looks like another, and a name read twice."""
    found = extraction()
    shares = {"developedBy": 0.5, "contextLength": 0.3}
    return replace(
        found,
        entities=(
            *ENTITIES,
            Entity("model-othernett1", "Model", None, "OtherNett-1", "en"),
            Entity("software-testbench", "Software", None, "TestBench", "en"),
            Entity("organization-wideopen", "Organization", None, "Wide Open", "en", (("WO", "en"),)),
        ),
        statements=tuple(replace(s, confidence=shares.get(s.predicate, 0.9)) for s in found.statements),
    )


@pytest.fixture
def store() -> GraphStore:
    return GraphStore.build([doubtful()])


class Script:
    """Keys and lines from a list."""

    def __init__(self, *said: str) -> None:
        self.said = list(said)

    def key(self) -> str:
        return self.said.pop(0) if self.said else ""

    line = lambda self, prompt: self.key()  # noqa: E731


def walk(store: GraphStore, file: Path, *said: str, signature: Signature | None = None) -> tuple[list[str], list[str]]:
    """Walk with these keys; what was shown and what was said."""
    shown: list[str] = []
    told: list[str] = []
    known = read_decisions(file) if file.exists() else ()
    cases = awaiting(store.inner, known)
    Walk(
        cases, file, Script(*said), told.append, lambda c, n, of: shown.append(c.title), signature or Signature()
    ).run()
    return shown, told


# -- what awaits ------------------------------------------------------------------------------------------------------


def test_doubtful_facts_come_first_the_most_doubtful_of_all_at_the_top(store: GraphStore):
    cases = awaiting(store.inner)

    assert [(c.kind, c.title) for c in cases] == [
        ("fact", "Xinghe-2 contextLength 128000"),
        ("fact", "Xinghe-2 developedBy Example AI"),
        ("alike", "TestBench (Software) and TestBench (Benchmark)"),
        ("alike", "OtherNet-1 (Model) and OtherNett-1 (Model)"),
        ("joined", "Example AI (Organization) is also called 示例智能"),
        ("joined", "Wide Open (Organization) is also called WO"),
        ("joined", "Xinghe-2 (Model) is also called 星河-2"),
    ]


def test_an_undated_event_has_no_stray_colon_in_its_title():
    found = extraction()
    events = tuple(
        Event(kind, day, ("xinghe-2",), found.events[0].evidence, confidence=0.2)
        for kind, day in (("PriceChange", None), ("Release", "2025-02"))
    )
    cases = awaiting(GraphStore.build([replace(found, events=events)]).inner, kinds=["facts"])

    assert sorted(case.title for case in cases) == ["PriceChange: Xinghe-2", "Release 2025-02: Xinghe-2"]


def test_a_case_shows_its_sentence_with_the_names_marked_rule_and_confidence(store: GraphStore):
    case = awaiting(store.inner)[1]

    assert (case.confidence, case.why) == (0.5, "test.rule")
    assert list(pieces(case, 0)) == [
        ("", "context"), ("", "quote"), ("示例智能", "name"), ("于2025年1月发布了", "quote"), ("星河-2", "name"),
        ("模型，上下文 128K。", "quote"), ("", "context"),
    ]  # fmt: skip
    assert case.reject == Decision("reject", ("id:xinghe-2", "developedBy", "id:example-ai"))


def test_links_say_why_they_were_left_or_made(store: GraphStore):
    cases = {c.title: c for c in awaiting(store.inner, kinds=["links"])}

    alike = cases["OtherNet-1 (Model) and OtherNett-1 (Model)"]
    assert alike.why == "94% of their letter pairs are the same, but no text says they are one"
    assert alike.accept.action == "merge"
    twice = cases["TestBench (Software) and TestBench (Benchmark)"]
    assert twice.why == "the same name was read as Software and as Benchmark"
    assert (twice.accept.action, twice.accept.to) == ("retype", "Software")
    joined = cases["Wide Open (Organization) is also called WO"]
    assert joined.why == "joined by a definition in brackets"
    assert joined.reject == Decision("split", ("Wide Open",), name="WO")


def test_names_that_are_settled_to_be_different_are_not_asked_about():
    pairs = [("A100", "H100"), ("Novanet-1", "Novanet-2"), ("AlphaGeometry", "AlphaGeometry 2")]
    entities = tuple(
        Entity(f"model-{n}", "Model", None, name, "en")
        for n, name in enumerate(name for pair in pairs for name in pair)
    )
    found = Extraction(extraction().document, entities=entities)

    assert not awaiting(GraphStore.build([found]).inner, kinds=["links"])


@pytest.mark.parametrize("by_name", ["Xinghe-2", "id:xinghe-2", "星河-2"])
def test_what_the_file_decides_is_not_asked_again_whatever_name_it_uses(store: GraphStore, by_name: str):
    text = (
        f'[[decision]]\nreject = ["{by_name}", "contextLength", 128000]\n'
        f'[[decision]]\nmerge = ["OtherNett-1", "OtherNet-1"]\n'
        f'[[decision]]\nsplit = "Wide Open"\nname = "wo"\n'
        f'[[decision]]\nretype = "TestBench"\ntype = "Benchmark"\nto = "Software"\n'
        f'[[decision]]\naccept = ["{by_name}", "sameAs", "星河-2"]\n'
    )
    left = [c.title for c in awaiting(store.inner, parse_decisions(text))]

    assert left[0] == "Xinghe-2 developedBy Example AI"
    assert not [title for title in left if "OtherNett" in title or "WO" in title or "TestBench" in title]


def test_what_the_graph_was_built_with_is_not_asked_again():
    decisions = parse_decisions('[[decision]]\naccept = ["Xinghe-2", "contextLength", 128000]')
    store = GraphStore.build([apply_decisions(doubtful(), decisions)])

    assert awaiting(store.inner, kinds=["facts"])[0].title == "Xinghe-2 developedBy Example AI"
    assert "Xinghe-2 contextLength 128000" not in [c.title for c in awaiting(store.inner, below=1.1)]


# -- the walk ---------------------------------------------------------------------------------------------------------


def test_each_key_writes_its_decision_at_once(store: GraphStore, tmp_path: Path):
    file = tmp_path / "decisions.toml"
    file.write_text("# mine\n", encoding="utf-8")

    shown, told = walk(store, file, "a", "r", "s", "m", "q")

    assert file.read_text(encoding="utf-8").startswith("# mine\n\n[[decision]]\naccept = ")
    assert [d.action for d in read_decisions(file)] == ["accept", "reject", "merge"]
    assert len(shown) == 5
    assert told[0] == "written: accept id:xinghe-2 | contextLength | 128000"


def test_a_walk_resumes_where_it_stopped(store: GraphStore, tmp_path: Path):
    file = tmp_path / "decisions.toml"
    first, _ = walk(store, file, "a")
    second, _ = walk(store, file, "r", "q")

    assert first[1] == second[0]
    assert first[0] not in second


def test_back_asks_again_and_the_later_decision_holds(store: GraphStore, tmp_path: Path):
    file = tmp_path / "decisions.toml"
    shown, _ = walk(store, file, "r", "b", "a", "b", "b", "b", "q")

    assert shown[0] == shown[2] == shown[-1]
    found = Reviewer(read_decisions(file)).apply(doubtful())
    assert [s.confidence for s in found.statements if s.predicate == "contextLength"] == [1.0]


def test_questions_take_words_and_refuse_what_cannot_be(store: GraphStore, tmp_path: Path):
    file = tmp_path / "decisions.toml"
    said = [
        "t", "Softwear",  # no such class: the case is asked again
        "t", "",  # taken back
        "t", "software", "l", "3", "l", "2", "Example", "q",
    ]  # fmt: skip
    _, told = walk(store, file, *said)

    assert told[0] == "no class 'Softwear'; did you mean Software?"
    assert told[1] == "nothing written"
    assert "there is no '3'; write a number from 1 to 2" in told
    retype, alias = read_decisions(file)
    assert (retype.target, retype.to, retype.type) == (("id:xinghe-2",), "Software", "Model")
    assert (alias.target, alias.name) == (("id:example-ai",), "Example")


def test_a_pair_that_may_never_be_merged_is_refused(tmp_path: Path):
    found = replace(
        extraction(),
        entities=(*ENTITIES[:1], Entity("model-a100", "Model", None, "A100", "en"), *ENTITIES[1:]),
        statements=(replace(extraction().statements[2], subject="model-a100", confidence=0.1),),
        results=(), events=(),
    )  # fmt: skip
    file = tmp_path / "decisions.toml"
    _, told = walk(GraphStore.build([found]), file, "m", "H100", "q")

    assert "never_merge.csv" in told[0]
    assert not file.exists()


def test_who_when_and_why_come_from_the_person_only(store: GraphStore, tmp_path: Path):
    file = tmp_path / "decisions.toml"
    walk(store, file, "a", "r", "the K was lost", signature=Signature())
    walk(store, file, "r", "said otherwise", signature=Signature("Li Ming", "2026-11", ask_why=True))

    plain, *_, signed = read_decisions(file)
    assert (plain.who, plain.when, plain.why) == (None, None, None)
    assert (signed.who, signed.when, signed.why) == ("Li Ming", "2026-11", "said otherwise")


# -- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def graph(store: GraphStore, tmp_path: Path) -> Path:
    store.dump(tmp_path / "graph.nq")
    return tmp_path / "graph.nq"


def test_the_command_walks_by_pipe(graph: Path, tmp_path: Path):
    file = tmp_path / "d.toml"
    arguments = ["review", "--graph", str(graph), "--decisions", str(file), "--who", "Li", "--when", "2026-11-22"]
    answer = CliRunner().invoke(main, arguments, input="reject\n\nx\nskip\nq\n")

    assert answer.exit_code == 0, answer.output
    assert "[1/7] Xinghe-2 contextLength 128000" in answer.output
    assert "[星河-2]模型，上下文 128K。" in answer.output
    assert "confidence 0.30, test.rule" in answer.output
    assert "'x' is no key here: a accept" in answer.output
    assert "1 decision written to" in answer.output
    assert [(d.who, d.when) for d in read_decisions(file)] == [("Li", "2026-11-22")]


@pytest.mark.parametrize("form", ["csv", "json", "table", "markdown"])
def test_what_awaits_can_be_listed(graph: Path, tmp_path: Path, form: str):
    file = tmp_path / "d.toml"
    arguments = ["review", "--list", "--graph", str(graph), "--decisions", str(file), "--kind", "facts", "-f", form]
    answer = CliRunner().invoke(main, arguments)

    assert answer.exit_code == 0, answer.output
    assert not file.exists()
    rows = {
        "csv": lambda: list(csv.DictReader(io.StringIO(answer.stdout))),
        "json": lambda: json.loads(answer.stdout),
    }.get(form)
    if rows is None:
        assert "Xinghe-2 contextLength 128000" in answer.stdout
    else:
        assert [(row["kind"], float(row["confidence"])) for row in rows()] == [("fact", 0.3), ("fact", 0.5)]


def test_wrong_input_is_told_with_the_next_step(graph: Path, tmp_path: Path):
    broken = tmp_path / "broken.toml"
    broken.write_text("[[decision]]\nreject = 3\n", encoding="utf-8")

    for arguments, code, says in (
        (["--decisions", str(broken)], 3, "broken.toml, line 2: reject is written"),
        (["--graph", str(tmp_path / "none.nq")], 3, "make one with `aigraph build FILES`"),
        (["--below", "7"], 2, "0<=x<=1"),
        (["--when", "tomorrow"], 2, "write 2025, 2025-08 or 2025-08-21"),
    ):
        answer = CliRunner().invoke(main, ["review", "--graph", str(graph), *arguments])
        assert (answer.exit_code, says in answer.output) == (code, True), answer.output


def test_nothing_to_decide_is_said(graph: Path, tmp_path: Path):
    answer = CliRunner().invoke(main, ["review", "--graph", str(graph), "--below", "0", "--kind", "facts"])

    assert (answer.exit_code, "nothing awaits a decision" in answer.output) == (0, True)


def test_the_help_names_every_key():
    answer = CliRunner().invoke(main, ["review", "--help"])

    assert all(f"{key} {name}" in answer.output for key, name in KEYS.items())


def test_keys_typed_ahead_wait_and_an_arrow_is_one_key(monkeypatch: pytest.MonkeyPatch):
    typed = iter(["Rb", "\x1b[A", "q"])
    monkeypatch.setattr("click.getchar", lambda: next(typed))
    hand = _Typing()

    assert [hand.key() for _ in range(4)] == ["r", "b", "\x1b[a", "q"]


def test_a_person_who_breaks_off_keeps_what_was_written(monkeypatch: pytest.MonkeyPatch):
    def broken() -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("click.getchar", broken)

    assert _Typing().key() == ""


def test_what_a_person_united_is_not_asked_about_as_if_a_rule_had():
    decisions = parse_decisions('[[decision]]\nmerge = ["Xinghe-2", "OtherNet-1"]\n')
    store = GraphStore.build([apply_decisions(doubtful(), decisions)])

    assert not [c for c in awaiting(store.inner, kinds=["links"]) if c.kind == "joined" and "OtherNet-1" in c.title]


@pytest.mark.parametrize("command", [["build", "news.txt"], ["extract", "news.txt", "--out", "news.ttl"]])
def test_the_decisions_of_the_current_folder_are_found_and_checked_before_any_work(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news.txt").write_text("OpenAI released GPT-5.", encoding="utf-8")
    (tmp_path / "decisions.toml").write_text('\n[[decision]]\naccept = ["GPT-5"]\n', encoding="utf-8")

    answer = CliRunner().invoke(main, command)

    assert answer.exit_code == 3
    assert "decisions.toml, line 3: accept is written" in answer.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["decisions.toml", "news.txt"]
