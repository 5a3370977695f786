"""Names found in a text: the same places as one alternation of all of them finds, the longest first."""

import re

from hypothesis import given
from hypothesis import strategies as st

from aigraph.recognise.surfaces import SurfaceFinder

TEXT = st.text("ab1-. 星é", max_size=30)
NAMES = st.lists(st.text("ab1-星é", min_size=1, max_size=4), min_size=1, max_size=6)


def by_alternation(text: str, names: list[str], versions: bool) -> re.Pattern[str]:
    def one(name: str) -> str:
        left = r"(?<![A-Za-z0-9])" if name[0].isascii() and name[0].isalnum() else ""
        right = r"(?![A-Za-z0-9]|[-.][0-9])" if versions else r"(?![A-Za-z0-9])"
        return left + re.escape(name) + (right if name[-1].isascii() and name[-1].isalnum() else "")

    return re.compile("|".join(one(name) for name in sorted(set(names), key=lambda s: (-len(s), s))))


@given(TEXT, NAMES, st.booleans(), st.integers(0, 30), st.integers(0, 30))
def test_the_same_as_one_alternation(text, names, versions, low, high):
    low, high = min(low, len(text)), min(high, len(text))
    expected = [m.span() for m in by_alternation(text, names, versions).finditer(text, low, high)]
    assert list(SurfaceFinder(text, names, versions=versions).find(low, high)) == expected


def test_no_names_no_places():
    assert list(SurfaceFinder("Lumen-2", []).find(0, 7)) == []


def test_a_version_is_another_name():
    text = "Lumen and Lumen-2"
    assert list(SurfaceFinder(text, ["Lumen"], versions=True).find(0, len(text))) == [(0, 5)]
    assert list(SurfaceFinder(text, ["Lumen"]).find(0, len(text))) == [(0, 5), (10, 15)]
