"""Cue words by sense (ontology/grammar/triggers.toml) found in running text.

A cue is a hint ("this clause is about a release"), never a verdict. Matching is one pass of an Aho-Corasick
automaton over the lower-cased text; Latin cues must stand as whole words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from aigraph.text.normalise import lowered
from aigraph.wordlists import grammar


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue word in the text: offsets and the senses it may have."""

    start: int
    end: int
    senses: tuple[str, ...]


class CueMatcher:
    """Finds cue words. Build it once; it holds no state of a document."""

    def __init__(self, senses: dict[str, dict[str, list[str]]]) -> None:
        """`senses` maps a sense to its words by language; a trailing * of a Latin word matches any ending."""
        import ahocorasick_rs

        words: dict[str, list[str]] = {}
        self._open: set[str] = set()
        for sense, by_language in senses.items():
            for word in [w for group in by_language.values() for w in group]:
                plain = word.lower()
                if plain.endswith("*") or plain.startswith("*"):
                    plain = plain.strip("*")
                    self._open.add(plain)
                if sense not in words.setdefault(plain, []):
                    words[plain].append(sense)
        self.senses = tuple(senses)
        self._words = sorted(words)
        self._senses = [tuple(words[w]) for w in self._words]
        self._automaton = ahocorasick_rs.AhoCorasick(self._words, matchkind=ahocorasick_rs.MatchKind.Standard)

    def find(self, norm: str) -> list[Cue]:
        """All cues of a text in order, longest first where they overlap."""
        lower = lowered(norm)
        found = []
        for k, start, end in self._automaton.find_matches_as_indexes(lower, overlapping=True):
            word = self._words[k]
            if word[0].isascii() and word[0].isalnum():
                if start and lower[start - 1].isascii() and lower[start - 1].isalnum():
                    continue
                stop = end
                if word in self._open:
                    while stop < len(lower) and lower[stop].isascii() and lower[stop].isalpha():
                        stop += 1
                elif end < len(lower) and lower[end].isascii() and lower[end].isalnum() and word[-1].isalnum():
                    continue
                found.append((start, -stop, k))
            else:
                found.append((start, -end, k))
        found.sort()
        out: list[Cue] = []
        position = 0
        for start, end, k in found:
            if start >= position:
                out.append(Cue(start, -end, self._senses[k]))
                position = -end
        return out


@cache
def load_cues() -> CueMatcher:
    """The package's own cue words."""
    return CueMatcher(grammar("triggers"))
