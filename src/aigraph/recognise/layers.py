"""Tag layers for the name tagger: what the lexicon, the segmenter and the word lists say of each token.

A layer is one short tag a token ('' says nothing). Layers inform the tagger, none of them decides.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import cache
from math import log10

from aigraph.paths import ontology_dir
from aigraph.recognise.features import Token
from aigraph.recognise.lexicon import LexiconMatch
from aigraph.text.normalise import lowered, name_key, normalise
from aigraph.wordlists import grammar

MAX_FILLER = 12  # characters of the longest legal form or place worth looking for
ANCHOR_CLASSES = frozenset({"f2", "f3", "f4", "f5", "f6"})  # counted a hundred times or more
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


class Segmenter:
    """The Chinese segmenter's words and tags (rjieba), and how common each word is in jieba's dictionary."""

    def __init__(self) -> None:
        """Reads the dictionary that the jieba package ships; a third of a second."""
        import importlib.resources

        import rjieba

        self._tag = rjieba.tag
        self._particles = frozenset(grammar("connectives")["particles"])
        self._bucket: dict[str, str] = {}
        with importlib.resources.files("jieba").joinpath("dict.txt").open(encoding="utf-8") as lines:
            for line in lines:
                word, count, _ = line.split(" ")
                if len(word) > 1:
                    self._bucket[word] = f"f{int(log10(int(count) + 1))}"

    def layers(
        self, norm: str, start: int, end: int, tokens: Sequence[Token]
    ) -> tuple[list[str], list[str], list[str]]:
        """Part of speech with position in the word, frequency class of the word (Han), and the anchor words."""
        speech: list[str] = []
        common: list[str] = []
        anchor: list[str] = []
        for word, tag in self._tag(norm[start:end]):
            length = len(word)
            bucket = self._bucket.get(word, "" if length == 1 else "f-")
            speech.append("B" + tag)
            speech += ["I" + tag] * (length - 1)
            common += [bucket] * length
            anchor += [word if bucket in ANCHOR_CLASSES or word in self._particles else ""] * length
        places = [t.start - start if t.shape == "H" else -1 for t in tokens]
        return (
            [speech[k] if k >= 0 else "" for k in places],
            [common[k] if k >= 0 else "" for k in places],
            [anchor[k] if k >= 0 else _latin_anchor(t) for k, t in zip(places, tokens, strict=True)],
        )


def _latin_anchor(token: Token) -> str:
    """Lower-case words and punctuation are anchors; capitals, digits and hyphens may be parts of names."""
    if token.shape == "aa" or (token.shape == "a" and not token.glued):
        return token.form
    return token.form if token.shape[0] not in "AaHd" and token.form not in "-._/+&'’·:" else ""


def lexicon_layer(matches: Sequence[LexiconMatch], tokens: Sequence[Token]) -> list[str]:
    """Position in the match (B, I, E, S) with its types; a tilde marks a name that is also an ordinary word."""
    out = [""] * len(tokens)
    k = bisect_left([m.end for m in matches], tokens[0].start) if tokens else 0
    for i, token in enumerate(tokens):
        while k < len(matches) and matches[k].end <= token.start:
            k += 1
        if k == len(matches):
            break
        match = matches[k]
        if match.start <= token.start and token.end <= match.end:
            types = "/".join(sorted({e.type[:4] for e in match.entries})) + ("~" if match.weak else "")
            opens, closes = token.start == match.start, token.end == match.end
            out[i] = ("S" if opens and closes else "B" if opens else "E" if closes else "I") + types
    return out


class WordLists:
    """Small closed lists of ontology/grammar: surnames, given names, places, titles, endings of organisations."""

    def __init__(self) -> None:
        """Read the lists; a missing one says nothing."""
        import ahocorasick_rs

        folder = ontology_dir() / "grammar"
        words: dict[str, set[str]] = {}

        def add(word: str, tag: str) -> None:
            words.setdefault(normalise(word).lower(), set()).add(tag)

        for name, column, tag in (
            ("org_suffixes.csv", "suffix", "o"),
            ("titles.csv", "title", "t"),
            ("places.csv", "name", "p"),
            ("variant_words.csv", "word", "v"),
        ):
            path = folder / name
            if path.exists():
                with path.open(encoding="utf-8", newline="") as file:
                    for row in csv.DictReader(file):
                        add(row[column], tag)
        for name, tag in (("surnames_zh.txt", "s"), ("given_names_en.txt", "g"), ("generic_terms.txt", "x")):
            path = folder / name
            if path.exists():
                for line in path.read_text(encoding="utf-8").splitlines():
                    if line.strip():
                        add(line.strip(), tag)
        self._words = sorted(words)
        self._tags = ["".join(sorted(words[w])) for w in self._words]
        self._automaton = ahocorasick_rs.AhoCorasick(self._words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
        self.generic = frozenset(w for w, tags in words.items() if "x" in tags)

    def find(self, norm: str) -> list[tuple[int, int, str]]:
        """(start, end, tag) of the longest list words, in order; Latin words must stand whole."""
        lower = lowered(norm)
        out = []
        for k, start, end in self._automaton.find_matches_as_indexes(lower):
            if lower[start].isascii() and start and lower[start - 1].isascii() and lower[start - 1].isalnum():
                continue
            if lower[end - 1].isascii() and end < len(lower) and lower[end].isascii() and lower[end].isalnum():
                continue
            out.append((start, end, self._tags[k]))
        return out


def list_layer(found: Sequence[tuple[int, int, str]], tokens: Sequence[Token]) -> list[str]:
    """The word list tag of each token, with B for the first and I for further tokens of the word."""
    out = [""] * len(tokens)
    k = 0
    for i, token in enumerate(tokens):
        while k < len(found) and found[k][1] <= token.start:
            k += 1
        if k < len(found) and found[k][0] <= token.start and token.end <= found[k][1]:
            out[i] = ("B" if token.start == found[k][0] else "I") + found[k][2]
    return out


class CaseCounts:
    """How a Latin word is written elsewhere in the document: what tells a name from a capitalised common word."""

    def __init__(self, norm: str) -> None:
        """One pass over the document."""
        lower: Counter[str] = Counter()
        upper: Counter[str] = Counter()
        for m in _LATIN_WORD.finditer(norm):
            word = m.group()
            (lower if word.islower() else upper)[word.lower()] += 1
        self._lower, self._upper = lower, upper

    def layer(self, tokens: Sequence[Token]) -> list[str]:
        """u/l classes: written with a capital (1, 2, 3+ times), also written without."""
        out = []
        for token in tokens:
            if token.shape[0] not in "Aa" or token.shape == "a":
                out.append("")
                continue
            u, low = self._upper.get(token.form, 0), self._lower.get(token.form, 0)
            out.append(f"u{min(u, 3)}l{min(low, 2)}")
        return out


@cache
def load_segmenter() -> Segmenter:
    """The shared segmenter."""
    return Segmenter()


@cache
def load_word_lists() -> WordLists:
    """The package's own word lists."""
    return WordLists()


class OrgEndings:
    """What organisation names are lengthened by (places before, legal forms after), and what their ending says."""

    def __init__(self) -> None:
        """Read org_suffixes.csv, legal_forms.txt and places.csv."""
        self._subtype: dict[str, str] = {}
        self._places: set[str] = set()
        self._fillers: set[str] = set()
        folder = ontology_dir() / "grammar"
        suffixes, places = folder / "org_suffixes.csv", folder / "places.csv"
        if suffixes.exists():
            with suffixes.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    self._subtype[name_key(row["suffix"])] = row["subtype"]
        forms = folder / "legal_forms.txt"
        if forms.exists():
            self._fillers = {name_key(line) for line in forms.read_text(encoding="utf-8").splitlines() if line.strip()}
        if places.exists():
            with places.open(encoding="utf-8", newline="") as file:
                self._places = {name_key(row["name"]) for row in csv.DictReader(file)}
        self._place_lengths = sorted({len(place) for place in self._places})

    def subtype_of(self, surfaces: Sequence[str]) -> str | None:
        """The subtype that the longest known ending of a name gives."""
        for surface in surfaces:
            key = name_key(surface)
            for start in range(1, len(key)):
                if key[start:] in self._subtype:
                    return self._subtype[key[start:]]
        return None

    def is_filler(self, before: str, after: str) -> bool:
        """True where only places stand before and only places and legal forms after: the same organisation, shorter."""
        if before and before not in self._places:
            return False
        reached = {0}  # offsets of `after` that can be reached by whole fillers
        for start in range(len(after)):
            if start in reached:
                ends = range(start + 1, min(len(after), start + MAX_FILLER) + 1)
                reached |= {e for e in ends if self._is_one(after[start:e])}
        return len(after) in reached

    def cuts(self, name: str) -> tuple[list[int], list[int]]:
        """Where a shorter name may begin (behind a place) and end (before places and legal forms) inside this one."""
        starts = [0, *(n for n in self._place_lengths if name[:n] in self._places)]
        ends = [len(name)]
        start = len(name) - 1
        while start > 0 and ends[-1] - start <= MAX_FILLER:
            if any(e - start <= MAX_FILLER and self._is_one(name[start:e]) for e in ends):
                ends.append(start)
            start -= 1
        return starts, ends

    def _is_one(self, word: str) -> bool:
        return word in self._fillers or word in self._places


@cache
def load_org_endings() -> OrgEndings:
    """The package's own endings."""
    return OrgEndings()
