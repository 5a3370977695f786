"""The publication date that the head of a text states: masthead, byline, dateline. None when unclear, never a guess.

A date counts only where its place says that it is the text's own: behind a label ("published"), in a short line of
the masthead, or in a dateline. A date inside a sentence of the story never counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from aigraph.model import Literal
from aigraph.wordlists import alternation, grammar

HEAD = 600  # characters of a text in which a masthead or byline stands
SHORT_LINE = 64  # characters a masthead line may have beside its date
LABEL_REACH = 14  # characters between a label and its date


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    data = grammar("dates")["document_date"]
    weak = alternation(data["weak_labels"])
    return {
        "label": re.compile(
            rf"(?<![A-Za-z])(?:(?i:{alternation(data['labels'])})[ \t]*[:\uff1a|][ \t]*|"
            rf"(?:^|[\s|\u00b7(\uff08])(?i:{alternation(data['labels'])})[ \t]*(?:on\b)?[ \t]*)$"
        ),
        "weak": re.compile(rf"(?<![A-Za-z])(?i:{weak})[ \t]*[ \t:\uff1a|]*$"),
        "label_after": re.compile(rf"[ \t]*(?:{alternation(data['after'])})"),
        "dateline": re.compile(rf"[ \t]*{alternation(data['dateline'])}"),
        "place": re.compile(r"[,\uff0c][ ]?[^\s,\uff0c\u3002]{2,8}(?:\u2014\u2014|--|\u2014)"),
        "event": re.compile(alternation(data["event_words"])),
        "sentence": re.compile(r"[\u3002;\uff1b!?\uff01\uff1f]|[a-z]{2}[.](?=\s+[A-Z])"),
    }


def choose(head: str, dates: list[Literal], full: Callable[[Literal], str | None]) -> str | None:
    """The date of the best kind of evidence: label, then masthead, then weak label; None where it conflicts."""
    ranked: dict[int, list[str]] = {}
    for literal in dates:
        value = full(literal)
        rank = _rank(head, literal) if value else None
        if value and rank is not None:
            ranked.setdefault(rank, []).append(value)
    for rank in sorted(ranked):
        values = ranked[rank]
        if rank == 1:
            return values[0] if len(set(values)) == 1 or len(values[0]) == 10 else None
        return values[0] if len(set(values)) == 1 else None
    return None


def _rank(head: str, literal: Literal) -> int | None:
    """0 labelled or a dateline, 1 masthead line, 2 weak label (recorded, updated); None for a date of the story."""
    pats = _patterns()
    start = head.rfind("\n", 0, literal.start) + 1
    end = head.find("\n", literal.end)
    line_end = len(head) if end < 0 else end
    before, after = head[start : literal.start], head[literal.end : line_end]
    near = before[-LABEL_REACH:]
    if pats["weak"].search(near):
        return None if literal.relative else 2
    if pats["label"].search(near):
        return 0
    if literal.relative:
        return None
    if pats["label_after"].match(after) or pats["dateline"].match(after):
        return 0
    if (
        not before.strip(" \t*#>[(\u3010\uff08")
        and pats["place"].match(after)
        or before.rstrip().endswith("\u3011")
        and pats["place"].match(after)
    ):
        return 0
    if pats["event"].search(before) or pats["event"].match(after.lstrip()):
        return None
    rest = before + after
    if len(rest.strip()) <= SHORT_LINE and not pats["sentence"].search(rest) and not rest.rstrip().endswith("."):
        return 1
    opening = head[:start].count("\n") <= 4 and not before.strip(" \t*#>[(\u3010\uff08")
    return 1 if opening and re.match(r"[ \t\u3000]{1,}\S|[ \t]*[(\uff08|\u00b7]", after) else None
