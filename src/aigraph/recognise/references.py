"""Bibliographic entries: who wrote which publication, read from the form of the entry alone.

Forms: `Surname, Given et al. "Title."`, `Surname, I., Surname, I. et al. Title. Venue`, `Surname I, et al. Title.`,
and, in a reference list, `Organization, Title`. Only the first author is taken. What fits no form is left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from aigraph.model import Analysis, Block, Mention, Tie
from aigraph.wordlists import alternation, grammar

SOURCE = "reference"
RULE = "grammar:reference"
_MARK = r"(?:[-*•]\s*)?(?:\[\d{1,3}\]|\(\d{1,3}\)|\d{1,3}[.)、])?\s*"
_WORD = r"(?>[A-Z\u00c0-\u00de][\w'’\u00c0-\u024f-]{1,24})"  # atomic: a hyphen is never tried twice
_GIVEN = rf"(?:{_WORD}|[A-Z]\.?)(?:[ -](?:{_WORD}|[A-Z]\.?)){{0,2}}"
_FULL = rf"{_WORD}(?: {_WORD})?, {_GIVEN}"  # Zhang, Qiang
_SHORT = rf"{_WORD}(?: {_WORD})? [A-Z]{{1,2}}\.?"  # Kwon W
_OTHERS = alternation(grammar("connectives")["and_others"])
_TAIL = rf"(?:\s*,?\s*{_OTHERS},?)?\s*(?:\(\d{{4}}\))?[.,]?\s*"
_AUTHORS = rf"(?P<author>{_FULL}|{_SHORT})(?![\w])(?:,? (?:and |& )?(?:{_FULL}|{_SHORT})(?![\w])){{0,8}}"
_QUOTED = re.compile(rf"^{_MARK}{_AUTHORS}{_TAIL}[\"“](?P<title>[^\"”\n]{{8,240}})[\"”]")
_PLAIN = re.compile(
    rf"^{_MARK}{_AUTHORS},?\s*{_OTHERS}[.,]*\s+(?P<title>[A-Z][^\n]{{7,240}}?)(?=[.?](?:\s|$)|\[[A-Z]\])"
)
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
        if len(line) < 600:
            m = _QUOTED.match(line) or _PLAIN.match(line)
            if m is not None:
                yield (
                    _mention(state.norm, position, m, "author", "Person"),
                    _mention(state.norm, position, m, "title", "Publication"),
                )
        position += len(line) + 1


def _by_organisation(state: Analysis) -> Iterator[tuple[Mention, Mention]]:
    """Entries of a reference list that open with a known name."""
    by_start: dict[int, Mention] = {m.start: m for m in state.mentions if m.type in ("Organization", "Person")}
    for block in state.blocks:
        if block.kind != "reference":
            continue
        for start, end in _lines(state.norm, block):
            mark = re.match(_MARK, state.norm[start:end])
            author = by_start.get(start + (mark.end() if mark else 0))
            if author is None or author.end >= end:
                continue
            m = _TITLE_AFTER.match(state.norm[author.end : end])
            if m is not None:
                yield author, _mention(state.norm, author.end, m, "title", "Publication")


def _lines(norm: str, block: Block) -> Iterator[tuple[int, int]]:
    start = block.start
    for line in norm[block.start : block.end].split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _mention(norm: str, offset: int, m: re.Match[str], group: str, kind: str) -> Mention:
    start, end = offset + m.start(group), offset + m.end(group)
    while kind == "Publication" and end > start and norm[end - 1] in _ENDING:
        end -= 1
    return Mention(start, end, kind, SOURCE, 0.9)


def without_addresses(norm: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Mentions outside web addresses: what stands in an address names a page, not a thing."""
    return _outside(mentions, [m.span() for m in _ADDRESS.finditer(norm)])


_ADDRESS = re.compile(r"(?:https?://|www\.)[A-Za-z0-9./?=&%#_~:@+,;!-]+")
