"""Completion at the prompt: through click, and through a real bash that reads the printed script."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner
from tests.made_history import EVERY

from aigraph.cli import main
from aigraph.commands.completion import SHELLS, labels
from aigraph.storage.store import GraphStore


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("completion") / "graph.nq"
    GraphStore.build(EVERY).dump(path)
    return path


@pytest.fixture
def offered(graph: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AIGRAPH_GRAPH", str(graph))

    def ask(*words: str) -> list[str]:
        shell = ShellComplete(main, {}, "aigraph", "_AIGRAPH_COMPLETE")
        return [item.value for item in shell.get_completions(list(words[:-1]), words[-1])]

    return ask


def test_names_complete_in_any_script(offered):
    assert offered("show", "nim") == ["Nimbra"]
    assert offered("show", "凌") == ["凌波科技"]
    assert offered("show", "淩波") == ["凌波科技"]  # the traditional form, where nothing is written so
    assert offered("timeline", "Ann") == ["Ann Lee"]
    assert offered("compare", "Nimbra", "Os") == offered("path", "Nimbra", "Os") == ["Ostrel"]
    assert offered("conflicts", "zzz") == []


def test_the_graph_named_on_the_line_is_asked(offered, tmp_path):
    GraphStore.build(EVERY[4:]).dump(tmp_path / "small.ttl")

    assert offered("show", "--graph", str(tmp_path / "small.ttl"), "") == ["欧斯特", "Ostrel"]
    assert offered("show", "--graph", str(tmp_path / "none.nq"), "") == []


def test_the_usual_store_is_asked_where_the_usual_file_is_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AIGRAPH_GRAPH", raising=False)
    GraphStore.build(EVERY, tmp_path / "aigraph-store").close()

    shell = ShellComplete(main, {}, "aigraph", "_AIGRAPH_COMPLETE")
    assert [item.value for item in shell.get_completions(["show"], "nim")] == ["Nimbra"]


def test_names_are_the_same_from_every_kind_of_graph(graph, tmp_path):
    store = GraphStore.build(EVERY, tmp_path / "store")
    store.close()
    GraphStore.build(EVERY).dump(tmp_path / "graph.ttl")

    names = labels(graph)
    assert "陈波" in names and "Alpha Fund" in names
    assert names == labels(tmp_path / "store") == labels(tmp_path / "graph.ttl")


def test_saved_queries_and_their_parameters(offered):
    assert offered("query", "lead") == ["leaderboard"]
    assert offered("query", "timeline", "") == ["name=", "from=", "until="]
    assert offered("query", "timeline", "name=Nimbra", "u") == ["until="]
    assert offered("query", "timeline", "name=Ni") == ["name=Nimbra"]
    assert offered("query", "evidence", "property=develop") == ["property=developedBy"]
    assert offered("query", "evidence", "other=陈") == ["other=陈波"]
    assert offered("query", "no-such", "") == []


def test_prefixes_and_properties(offered):
    assert offered("query", "SELECT ?m WHERE { ?m aig:developed") == ["SELECT ?m WHERE { ?m aig:developedBy"]
    assert offered("query", "SELECT ?m WHERE { ?m sk") == ["SELECT ?m WHERE { ?m skos:"]
    assert offered("explain", "Ostrel", "pri") == ["price"]
    assert offered("explain", "Ostrel", "aig:pri") == ["aig:price"]
    assert offered("explain", "Os") == ["Ostrel"]


def test_commands_and_formats_complete(offered):
    assert offered("time") == ["timeline"]
    assert offered("diff", "a", "b", "--format", "m") == ["markdown"]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_printed_for_every_shell(shell):
    result = CliRunner().invoke(main, ["completion", shell])

    assert result.exit_code == 0
    assert "_AIGRAPH_COMPLETE" in result.stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=result.stdout, text=True, check=True)


def test_another_shell_is_refused():
    assert CliRunner().invoke(main, ["completion", "tcsh"]).exit_code == 2


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine")
@pytest.mark.parametrize(
    ("line", "reply"),
    [
        (["aigraph", "show", "Ann"], ["Ann\\ Lee"]),
        (["aigraph", "show", "凌"], ["凌波科技"]),
        (["aigraph", "show", '"Ann'], ["Ann Lee"]),
        (["aigraph", "query", "timeline", "name", "=", "Alp"], ["Alpha\\ Fund"]),
        (["aigraph", "query", "timeline", "un"], ["until="]),
        (["aigraph", "query", "timeline", "name", "="], ["Bo\\ Chen"]),
        (["aigraph", "explain", "Ostrel", "aig", ":", "pri"], ["price"]),
    ],
    ids=" ".join,
)
def test_bash_puts_words_together_and_quotes_names(line, reply, graph, tmp_path):
    """`COMP_WORDS` as bash makes them: "=" and ":" are words of their own."""
    command = tmp_path / "aigraph"
    command.write_text(f"#!{sys.executable}\nfrom aigraph.cli import main\nmain()\n", encoding="utf-8")
    command.chmod(0o755)
    script = CliRunner().invoke(main, ["completion", "bash"]).stdout
    words = " ".join("'" + word.replace("'", "'\\''") + "'" for word in line)
    asked = f"""{script}
        compopt() {{ :; }}
        COMP_WORDS=({words}); COMP_CWORD={len(line) - 1}
        _aigraph_completion '{command}'
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    env = {**os.environ, "AIGRAPH_GRAPH": str(graph), "LC_ALL": "C.UTF-8", "PYTHONPATH": os.pathsep.join(sys.path)}

    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, env=env, check=True)

    found = done.stdout.splitlines()
    assert set(reply) <= set(found), (found, done.stderr)
