"""The report: what it counts, what it says of failures, and that it never changes by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.made_extractions import extraction

from aigraph.pipeline import DocumentSummary, Failure, Totals, summarise
from aigraph.quality.report import TopNode, report_lines, titles, top_nodes, write_report
from aigraph.storage.store import GraphStore

TOTALS = Totals(entities=5, relations=2, figures=3, results=1, events=1, quads=200)


def named(name: str, path: str | None) -> DocumentSummary:
    return replace(empty(), name=name, path=path)


def empty(notes: tuple[str, ...] = ()) -> DocumentSummary:
    return DocumentSummary("e", "empty.txt", "en", None, 120, (("paragraph", 2),), 3, 1, 0, 0, 0, 0, notes)


def test_top_nodes_count_stated_facts_only():
    store = GraphStore.build([extraction()])

    found = top_nodes(store.inner, limit=3)

    # Xinghe-2: developedBy, releaseDate, contextLength, price, one result, one release; not the plan.
    assert found[0] == TopNode("Xinghe-2", "Model", 6)
    assert [node.name for node in found] == ["Xinghe-2", "Example AI", "Li Ming"]
    assert top_nodes(store.inner, limit=1, label_lang="zh-Hans")[0].name == "星河-2"


def test_each_document_says_what_was_read_and_what_it_gave():
    lines = list(report_lines([summarise(extraction())], [], TOTALS, []))

    assert "1 document read, 0 failed." in lines
    assert any(line.startswith("| a.txt | zh-Hans | 2025-02-03 |") for line in lines)
    assert "- Gave: 1 mention of 5 entities; 3 relations, 3 figures, 2 results, 2 events." in lines
    assert "  - row 3: no subject" in lines


def test_what_gave_nothing_is_said_with_the_reason():
    lines = list(report_lines([empty()], [Failure("bad.bin", "binary: not a text")], TOTALS, []))

    assert "- bad.bin: binary: not a text" in lines
    assert any(line.startswith("- No facts:") for line in lines)
    assert "- Read: 120 characters, en: 2 paragraphs." in lines


@pytest.mark.parametrize(
    ("mentions", "entities", "says"),
    [
        (0, 0, "- No facts: no name was found in it."),
        (3, 1, "- No facts: only one thing is named in it, and nothing read about it was sure enough to be kept."),
        (3, 2, "- No facts: 2 things are named in it, and nothing read about them was sure enough to be kept."),
    ],
)
def test_why_a_document_gave_no_fact(mentions: int, entities: int, says: str):
    lines = report_lines([replace(empty(), mentions=mentions, entities=entities)], [], TOTALS, [])

    assert [line for line in lines if "No facts" in line] == [says]


def test_files_of_one_name_go_by_as_much_of_their_path_as_tells_them_apart():
    paths = ("in/a/x.txt", "in/b/x.txt", "in/b/y.txt", "old/b/x.txt", None)
    documents = [named((path or "x.txt").rpartition("/")[2], path) for path in paths]
    documents += [named("x.csv#1", "a/x.csv#1"), named("x.csv#1", "b/x.csv#1"), named("x.csv#2", "a/x.csv#2")]

    told = titles(documents)

    assert told == ["a/x.txt", "in/b/x.txt", "y.txt", "old/b/x.txt", "x.txt", "a/x.csv#1", "b/x.csv#1", "x.csv#2"]
    lines = list(report_lines(documents, [], TOTALS, []))
    assert [line[3:] for line in lines if line.startswith("## ")][-len(told) :] == told
    assert sum(line.startswith("| in/b/x.txt |") for line in lines) == 1


def test_long_notes_are_counted_not_listed():
    lines = list(report_lines([empty(tuple(f"note {i}" for i in range(50)))], [], TOTALS, []))

    assert "- Notes (50):" in lines
    assert lines[-1] == "  - and 30 more"


def test_names_are_text_never_markup():
    hostile = "<script>alert(1)</script> | a\nb"
    lines = list(report_lines([], [Failure(hostile, "x")], TOTALS, [TopNode(hostile, "Model", 1)]))

    assert not any("<script" in line for line in lines)
    assert "| &lt;script>alert(1)&lt;/script> \\| a b | Model | 1 |" in lines


def test_the_same_records_give_the_same_bytes(tmp_path: Path):
    for name in ("one.md", "two.md"):
        write_report(tmp_path / "out" / name, [summarise(extraction())], [], TOTALS, [])

    first = (tmp_path / "out" / "one.md").read_bytes()
    assert first == (tmp_path / "out" / "two.md").read_bytes()
    assert first.startswith(b"# What the graph was made from\n")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["one.md", "two.md"]
