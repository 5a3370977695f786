"""Bibliographic entries: first author and title by the form of the entry, and nothing where the form does not fit."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.made_analysis import analysis

from aigraph.model import Block, Mention
from aigraph.recognise.references import RULE, _outside, read_references, without_addresses


def read(text: str, *names: tuple[str, str], kind: str | None = None):
    state = analysis(text, names)
    if kind:
        state.blocks = [Block(0, kind, 0, len(text))]
    read_references(state)
    return state


def entries(state) -> list[tuple[str, str]]:
    at = {m.start: state.text[m.start : m.end] for m in state.mentions}
    return [(at[t.object], at[t.subject]) for t in state.ties]


@pytest.mark.parametrize(
    ("line", "author", "title"),
    [
        (
            '[1] Brook, Ada et al. "Cedar: Sparse Routing at Scale." 2024.',
            "Brook, Ada",
            "Cedar: Sparse Routing at Scale",
        ),
        ('[12] Kwan W, Field R, et al. "Growing Small Models."', "Kwan W", "Growing Small Models"),
        ("Kwan W, et al. Growing Small Models. Journal of Trees, 2023.", "Kwan W", "Growing Small Models"),
        ('3. Brook, Ada, Field, Ron (2021). "A Study of Gates"', "Brook, Ada", "A Study of Gates"),
    ],
)
def test_academic_entries(line, author, title):
    state = read(line)
    assert entries(state) == [(author, title)]
    assert {(m.type, m.source) for m in state.mentions} == {("Person", "reference"), ("Publication", "reference")}
    assert state.ties[0].predicate == "authoredBy" and state.ties[0].rule == RULE


def test_an_organisation_as_author_in_a_reference_list():
    text = "[4] Starworks, Cedar Technical Report, https://example.org/cedar"
    state = read(text, ("Starworks", "Organization"), kind="reference")
    assert entries(state) == [("Starworks", "Cedar Technical Report")]


def test_an_organisation_outside_a_reference_list_is_left_alone():
    state = read("Starworks, Cedar and others met.", ("Starworks", "Organization"), ("Cedar", "Model"))
    assert state.ties == [] and len(state.mentions) == 2


@pytest.mark.parametrize(
    "line",
    ["Brook said that Cedar is fast.", "Hello, World", '"Cedar" is a model.', "张伟说模型很快。", "1. Cedar 发布"],
)
def test_plain_sentences_are_no_entries(line):
    assert read(line).ties == []


def test_the_entry_replaces_what_others_found_inside_it_and_nothing_else():
    text = 'Cedar came first.\n[1] Brook, Ada et al. "Cedar: Sparse Routing at Scale." 2024.'
    state = read(text, ("Cedar", "Model"), ("Sparse Routing", "Technique"))
    assert [(state.text[m.start : m.end], m.type) for m in state.mentions] == [
        ("Cedar", "Model"),
        ("Brook, Ada", "Person"),
        ("Cedar: Sparse Routing at Scale", "Publication"),
    ]


def test_very_long_lines_are_read_in_linear_time():
    text = "Brook, Ada, " * 40_000
    assert read(text).ties == []


def test_names_that_can_be_cut_in_many_ways_are_given_up_soon():
    line = ("Ab-CdAb AB, A-AbABAb-Cd" * 30)[:590]  # as one pattern: 1.1 s a line
    began = time.process_time()
    assert read("\n".join([line] * 5)).ties == []
    assert time.process_time() - began < 1


def test_an_author_may_be_cut_short_where_the_list_goes_on_only_then():
    assert entries(read("Zhang WX, O'Brien AB. 等 “A Title Worth Reading”")) == [("Zhang WX", "A Title Worth Reading")]


def test_names_inside_addresses_are_dropped():
    text = "见 https://example.org/Cedar?x=Lumen 和 Cedar，www.lumen.example/Lumen"
    state = analysis(text, (("Cedar", "Model"), ("Lumen", "Model")))
    kept = without_addresses(state.norm, state.mentions)
    assert [m.start for m in kept] == [text.index("Cedar，")]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), max_size=6), st.integers(0, 20), st.integers(1, 5))
def test_outside_means_touching_no_span(spans, start, length):
    mention = Mention(start, start + length, "Model", "made")
    spans = [(a, a + n) for a, n in spans]
    touched = any(a < mention.end and mention.start < b for a, b in spans)
    assert _outside([mention], spans) == ([] if touched else [mention])
