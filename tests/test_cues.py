"""Cue words: longest first, whole words in Latin, open endings, several senses, offsets that hold."""

from itertools import pairwise

import pytest

from aigraph.relate.cues import CueMatcher, load_cues
from aigraph.relate.qualify import ORDER, STATUS

CUES = CueMatcher(
    {
        "release": {"zh": ["发布", "开源发布"], "en": ["releas*", "launch", "rolled out"]},
        "open": {"zh": ["开源"], "en": ["open-sourc*"]},
        "former": {"zh": ["前"], "en": ["ex-*", "former"]},
        "leave": {"en": ["former"]},
    }
)


def found(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(text[c.start : c.end], c.senses) for c in CUES.find(text)]


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("星工开源发布模型", ["开源发布"]),
        ("先开源，后发布", ["开源", "发布"]),
        ("It releases what it released", ["releases", "released"]),
        ("LAUNCH now", ["LAUNCH"]),
        ("launched relaunch prelease", []),
        ("was rolled out", ["rolled out"]),
        ("an ex-Starworks man", ["ex-starworks"]),
        ("用launch发布", ["launch", "发布"]),
        ("", []),
    ],
)
def test_words(text, cues):
    assert [c.lower() for c, _ in found(text)] == [c.lower() for c in cues]


def test_a_word_may_have_several_senses():
    assert found("a former chief") == [("former", ("former", "leave"))]


def test_cues_come_in_order_without_overlap():
    cues = CUES.find("开源发布开源发布 released 前 former")
    assert all(a.end <= b.start for a, b in pairwise(cues))


def test_offsets_hold_where_lower_case_is_longer_than_the_text():
    assert [c for c, _ in found("İİ 发布 launch")] == ["发布", "launch"]


def test_the_shipped_cues_have_every_sense_that_a_status_is_read_from():
    matcher = load_cues()
    assert set(ORDER) == set(STATUS) <= set(matcher.senses)


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("星工没有发布模型", "negation"),
        ("Starworks did not release it", "negation"),
        ("据传星工将推出新卡", "rumour"),
        ("reportedly out soon", "rumour"),
        ("计划明年发布", "plan"),
        ("plans to launch", "plan"),
        ("如果星工发布", "hypothesis"),
        ("if it ships", "hypothesis"),
    ],
)
def test_shipped_words_of_status(text, sense):
    assert sense in {s for c in load_cues().find(text) for s in c.senses}
