"""Names of places in running text, as literals of kind "place": what aig:location is read from.

Places are no entities of the vocabulary; their names stay text. Holds no list itself: ontology/grammar/places.csv.
"""

from __future__ import annotations

import csv
from functools import cache

from aigraph.model import Literal
from aigraph.paths import ontology_dir
from aigraph.text.normalise import normalise


class PlaceMatcher:
    """Finds place names; Latin ones as whole words, with their capital."""

    def __init__(self) -> None:
        """Compile places.csv; without the file nothing is found."""
        import ahocorasick_rs

        names: set[str] = set()
        path = ontology_dir() / "grammar" / "places.csv"
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                names = {normalise(row["name"]) for row in csv.DictReader(file) if len(row["name"]) > 1}
        self._names = sorted(names)
        self._automaton = ahocorasick_rs.AhoCorasick(self._names, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    def find(self, norm: str, text: str) -> list[Literal]:
        """Place literals of a document in order; the value is the name as the text writes it."""
        out = []
        for _, start, end in self._automaton.find_matches_as_indexes(norm):
            latin = norm[start].isascii()
            if latin and start and norm[start - 1].isascii() and (norm[start - 1].isalnum() or norm[start - 1] in "-_"):
                continue
            if latin and end < len(norm) and norm[end].isascii() and norm[end].isalnum():
                continue
            out.append(Literal(start, end, "place", text[start:end]))
        return out


@cache
def load_places() -> PlaceMatcher:
    """The package's own places."""
    return PlaceMatcher()
