"""The extractor is as good as it was: F1 on held-out documents against the figures of tests/eval/baseline.json.

`python -m tests.eval.make_baseline` raises the recorded figures; lowering one is done by hand (tests/eval/README.md).
"""

import json

import pytest
from tests.eval.make_baseline import BASELINE, documents, lower, measure, raised, read_baseline, write_baseline

TOLERANCE = 0.01


@pytest.mark.slow
def test_no_figure_is_lower_than_recorded():
    worse = lower(read_baseline(), measure(), tolerance=TOLERANCE)
    assert not worse, "\n".join(worse)


def test_what_is_recorded_covers_every_language_and_kind_of_fact():
    recorded = read_baseline()
    assert set(recorded) == {"all", "zh-Hans", "zh-Hant", "en"}
    assert set(recorded["all"]) == {"entities", "relations", "figures", "scores", "events", "facts"}
    assert all({"entities", "relations", "figures", "events", "facts"} <= set(groups) for groups in recorded.values())
    assert all(0 < value <= 1 for groups in recorded.values() for value in groups.values())


def test_it_was_recorded_on_the_documents_that_are_held_out_now():
    assert json.loads(BASELINE.read_text(encoding="utf-8"))["documents"] == len(documents())


def test_recording_raises_and_never_lowers(tmp_path):
    old = {"all": {"entities": 0.8, "facts": 0.6}}
    new = {"all": {"entities": 0.7, "facts": 0.65, "events": 0.4}, "en": {"facts": 0.5}}
    figures = raised(old, new)
    assert figures == {"all": {"entities": 0.8, "facts": 0.65, "events": 0.4}, "en": {"facts": 0.5}}
    write_baseline(figures, tmp_path / "baseline.json")
    assert read_baseline(tmp_path / "baseline.json") == figures
    assert read_baseline(tmp_path / "none.json") == {}


def test_only_what_falls_by_more_than_the_tolerance_counts():
    old = {"all": {"entities": 0.8, "facts": 0.6}}
    assert lower(old, {"all": {"entities": 0.795, "facts": 0.58}}, tolerance=TOLERANCE) == [
        "all facts: F1 0.5800, was 0.6000"
    ]
    assert lower(old, {}, tolerance=TOLERANCE) != []  # a group that is gone is a fall
    assert lower({}, old, tolerance=TOLERANCE) == []
