"""The README is kept: its stanza works, its commands exist, its links lead somewhere."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from tests.test_patterns import run

from aigraph.cli import COMMANDS
from aigraph.relate.patterns import PatternSet
from aigraph.schema import load_schema


@pytest.fixture(scope="module")
def readme(request):
    return (request.config.rootpath / "README.md").read_text(encoding="utf-8")


def test_the_relation_it_shows_can_be_added_by_its_stanza_alone(readme, root, tmp_path):
    stanza = re.search(r"```turtle\n(.*?)```", readme, re.DOTALL)
    assert stanza
    shutil.copytree(root / "ontology", tmp_path / "ontology")
    with (tmp_path / "ontology" / "relations.ttl").open("a", encoding="utf-8") as file:
        file.write("\n" + stanza[1])

    schema = load_schema(tmp_path / "ontology")
    patterns = PatternSet(schema)
    wordings = schema.relations["suedBy"].wordings

    assert {one.lang for one in wordings} == {"en", "zh"}
    for one in wordings:
        for example in one.examples:
            assert ("suedBy", "s", "o") in {
                (hit.predicate, hit.subject_key, hit.object_key) for hit in run(example, one.lang, patterns)
            }
        for example in one.counter_examples:
            assert not [hit for hit in run(example, one.lang, patterns) if hit.predicate == "suedBy"]


@pytest.mark.slow
def test_the_added_relation_is_extracted_without_any_other_change(readme, root, tmp_path):
    for part in ("src", "ontology"):
        shutil.copytree(root / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    stanza = re.search(r"```turtle\n(.*?)```", readme, re.DOTALL)
    with (tmp_path / "ontology" / "relations.ttl").open("a", encoding="utf-8") as file:
        file.write("\n" + stanza[1])
    news = "OpenAI has sued Anthropic over its name.\n\n英伟达正式起诉英特尔。\n"
    (tmp_path / "news.txt").write_text(news, encoding="utf-8")

    def aigraph(*words):
        return subprocess.run(
            [sys.executable, "-m", "aigraph", *words], cwd=tmp_path, check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": str(tmp_path / "src")}, encoding="utf-8",
        )  # fmt: skip

    aigraph("extract", "news.txt", "--out", "news.nq")
    checked = aigraph("validate", "--graph", "news.nq", "--text", "news.txt")

    said = (tmp_path / "news.nq").read_text(encoding="utf-8")
    assert re.search(r"id/anthropic> <[^>]+#suedBy> <[^>]+id/openai>", said)
    assert re.search(r"#suedBy> <[^>]+id/nvidia>", said)
    assert "violation" not in checked.stdout


def test_names_every_command(readme):
    assert [name for name in COMMANDS if f"`{name}" not in readme and f"aigraph {name}" not in readme] == []


def test_links_lead_to_files_of_the_project(readme, root):
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", readme) if "://" not in link]

    assert links
    assert [link for link in links if not (root / link).exists()] == []


def test_nothing_is_left_to_fill_in(readme):
    assert "<!--" not in readme
