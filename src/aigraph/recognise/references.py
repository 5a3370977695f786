"""Bibliographic entries: who wrote which publication, read from the form of the entry alone.

Forms: `Surname, Given et al. "Title."`, `Surname, I., Surname, I. et al. Title. Venue`, `Surname I, et al. Title.`,
and, in a reference list, `Organization, Title`. Only the first author is taken. What fits no form is left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain

from aigraph.model import Analysis, Block, Mention, Tie
from aigraph.wordlists import alternation, grammar

SOURCE = "reference"
RULE = "grammar:reference"
_MARK = re.compile(r"(?:[-*•]\s*+)?(?:\[\d{1,3}\]|\(\d{1,3}\)|\d{1,3}[.)、])?\s*+")
_WORD = re.compile(r"[A-Z\u00c0-\u00de][\w'’\u00c0-\u024f-]{1,24}")
_INITIAL = re.compile(r"[A-Z]\.?")
_NO_WORD = re.compile(r"(?!\w)")
_JOINT = re.compile(r",? (?:and |& )?")
_OTHERS = alternation(grammar("connectives")["and_others"])
# What follows the authors.
_QUOTED = re.compile(rf"(?:\s*+,?\s*+{_OTHERS},?)?\s*+(?:\(\d{{4}}\))?[.,]?\s*+[\"“](?P<title>[^\"”\n]{{8,240}})[\"”]")
_PLAIN = re.compile(rf",?\s*+{_OTHERS}[.,]*+\s++(?P<title>[A-Z][^\n]{{7,240}}?)(?=[.?](?:\s|$)|\[[A-Z]\])")
_MOST = 9  # authors of one entry
_LONGEST = 600  # characters of an entry
_TITLE_AFTER = re.compile(
    r"^\s*(?:\(\d{4}\))?[,，:：]\s*[\"“《]?(?P<title>[^\n\"”《》]{6,240}?)"
    r"(?=[\"”》]|[.,。，]?\s*(?:<?https?://|\[|$))"
)
_ENDING = " .,;"


def read_references(state: Analysis) -> None:
    """Replace what other components found inside an entry's author and title by the entry's own reading."""
    entries = list(_academic(state))
    known = {author.start for author, _ in entries}
    others = {t: a for a, t in _by_organisation(state) if a.start not in known}
    entries += [(others[t], t) for t in _outside(others, [(a.start, t.end) for a, t in entries])]
    state.mentions = _outside(state.mentions, [(m.start, m.end) for pair in entries for m in pair])
    for author, title in entries:
        state.mentions += [author, title]
        state.ties.append(Tie(title.start, "authoredBy", author.start, RULE, 0.9))
    state.mentions.sort(key=lambda m: (m.start, -m.end))


def _outside(mentions: Iterable[Mention], spans: Iterable[tuple[int, int]]) -> list[Mention]:
    """The mentions that overlap none of the spans."""
    ordered = sorted(spans)
    starts = [start for start, _ in ordered]
    reached = list(accumulate((end for _, end in ordered), max, initial=-1))  # by the spans up to each
    return [m for m in mentions if reached[bisect_left(starts, m.end)] <= m.start]


def _academic(state: Analysis) -> Iterator[tuple[Mention, Mention]]:
    position = 0
    for line in state.norm.split("\n"):
        entry = _entry(line) if len(line) < _LONGEST else None
        if entry is not None:
            author, title = ((position + start, position + end) for start, end in entry)
            yield _mention(state.norm, *author, "Person"), _mention(state.norm, *title, "Publication")
        position += len(line) + 1


def _entry(line: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Where the first author and the title stand in a line that is an entry of either academic form."""
    mark = _MARK.match(line)
    start = mark.end() if mark else 0
    ends = tuple(dict.fromkeys(_authors(line, start)))
    for rest in (_QUOTED, _PLAIN) if ends else ():
        failed: set[tuple[int, int]] = set()
        for end in ends:
            title = _after_authors(line, end, _MOST - 1, rest, failed)
            if title is not None:
                return (start, end), title.span("title")
    return None


def _after_authors(
    line: str, at: int, left: int, rest: re.Pattern[str], failed: set[tuple[int, int]]
) -> re.Match[str] | None:
    """What follows up to `left` more authors. As one pattern this would try every way to cut the names in two.

    Each place is tried once: `failed` keeps those from which nothing follows.
    """
    if (at, left) in failed:
        return None
    joint = _JOINT.match(line, at) if left else None
    for end in dict.fromkeys(_authors(line, joint.end())) if joint else ():
        found = _after_authors(line, end, left - 1, rest, failed)
        if found is not None:
            return found
    found = rest.match(line, at)
    if found is None:
        failed.add((at, left))
    return found


def _authors(line: str, at: int) -> Iterator[int]:
    """Where one author that begins at `at` may end, the longer reading first: `Zhang, Qiang` before `Kwon W`."""
    word = _WORD.match(line, at)
    if word is None:
        return
    second = _WORD.match(line, word.end() + 1) if line.startswith(" ", word.end()) else None
    surnames = [m.end() for m in (second, word) if m is not None]
    full = (end for s in surnames if line.startswith(", ", s) for end in _given(line, s + 2, 2))
    short = (end for s in surnames if line.startswith(" ", s) for end in _initials(line, s + 1))
    for end in chain(full, short):
        if _NO_WORD.match(line, end):
            yield end


def _given(line: str, at: int, more: int) -> Iterator[int]:
    """Ends of a given name or initial at `at`, with up to `more` behind it."""
    word, initial = _WORD.match(line, at), _INITIAL.match(line, at)
    ends = [word.end()] if word else []
    if initial:
        ends += range(initial.end(), at, -1)  # with its stop, then without
    for end in ends:
        if more and line[end : end + 1] in (" ", "-"):
            yield from _given(line, end + 1, more - 1)
        yield end


def _initials(line: str, at: int) -> Iterator[int]:
    """Ends of one or two initials at `at`, with their stop or without."""
    for count in (2, 1):
        end = at + count
        letters = line[at:end]
        if len(letters) == count and letters.isascii() and letters.isalpha() and letters.isupper():
            if line.startswith(".", end):
                yield end + 1
            yield end


def _by_organisation(state: Analysis) -> Iterator[tuple[Mention, Mention]]:
    """Entries of a reference list that open with a known name."""
    by_start: dict[int, Mention] = {m.start: m for m in state.mentions if m.type in ("Organization", "Person")}
    for block in state.blocks:
        if block.kind != "reference":
            continue
        for start, end in _lines(state.norm, block):
            mark = _MARK.match(state.norm, start, end)
            author = by_start.get(mark.end() if mark else start)
            if author is None or author.end >= end:
                continue
            m = _TITLE_AFTER.match(state.norm[author.end : end])
            if m is not None:
                start, stop = m.span("title")
                yield author, _mention(state.norm, author.end + start, author.end + stop, "Publication")


def _lines(norm: str, block: Block) -> Iterator[tuple[int, int]]:
    start = block.start
    for line in norm[block.start : block.end].split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _mention(norm: str, start: int, end: int, kind: str) -> Mention:
    while kind == "Publication" and end > start and norm[end - 1] in _ENDING:
        end -= 1
    return Mention(start, end, kind, SOURCE, 0.9)


def without_addresses(norm: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Mentions outside web addresses: what stands in an address names a page, not a thing."""
    return _outside(mentions, [m.span() for m in _ADDRESS.finditer(norm)])


_ADDRESS = re.compile(
    r"(?:https?://|www\.)[A-Za-z0-9./?=&%#_~:@+,;!-]+"
    r"|(?<=\]\()[^()\s]{1,500}(?=[)\s])"  # where a Markdown link or picture leads, relative ones too
)
