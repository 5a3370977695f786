"""Where given names stand in a text, the longest first, Latin ones as whole words: one pass however many the names.

It knows exact spellings only: what may be spelled otherwise is the lexicon's affair.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import groupby

_ALNUM = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_DIGITS = frozenset("0123456789")


class SurfaceFinder:
    """All occurrences of some names in one text, asked for by stretches of it."""

    def __init__(self, norm: str, surfaces: Iterable[str], *, versions: bool = False) -> None:
        """`versions`: a Latin name before a further version part (-2, .5) is another name and is passed over."""
        import ahocorasick_rs

        self._norm, self._versions = norm, versions
        automaton = ahocorasick_rs.AhoCorasick(sorted(set(surfaces)), matchkind=ahocorasick_rs.MatchKind.Standard)
        raw = sorted((a, -b) for _, a, b in automaton.find_matches_as_indexes(norm, overlapping=True))
        self._found = [
            (start, [-end for _, end in group])
            for start, group in groupby(raw, key=lambda x: x[0])
            if not (norm[start] in _ALNUM and start and norm[start - 1] in _ALNUM)
        ]
        self._starts = [start for start, _ in self._found]

    def find(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Half-open offsets inside norm[low:high] in order, without overlap; a name may end at `high` inside a word."""
        k = bisect_left(self._starts, low)
        while k < len(self._found) and self._starts[k] < high:
            start, ends = self._found[k]
            end = next((e for e in ends if e <= high and self._ends_well(e, high)), None)
            if end is None:
                k += 1
            else:
                yield start, end
                k = bisect_left(self._starts, end, k + 1)

    def _ends_well(self, end: int, high: int) -> bool:
        """Whether a name that ends here is whole, as far as the text before `high` tells."""
        norm = self._norm
        if norm[end - 1] not in _ALNUM or end == high:
            return True
        if norm[end] in _ALNUM:
            return False
        return not (self._versions and norm[end] in "-." and end + 1 < high and norm[end + 1] in _DIGITS)
