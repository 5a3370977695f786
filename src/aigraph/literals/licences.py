"""Licences named in a text, as SPDX identifiers. The names come from ontology/grammar/licences.csv; without that file
there are none. A licence name that is also another name (MIT the university) counts only beside a licence word."""

from __future__ import annotations

import csv
import re
from functools import cache

from aigraph.model import Literal
from aigraph.paths import ontology_dir
from aigraph.wordlists import alternation, grammar

CUE_REACH = 24  # characters around an ambiguous name in which a licence word must stand


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str]] | None:
    path = ontology_dir() / "grammar" / "licences.csv"
    if not path.is_file():
        return None
    names: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            spdx = (row.get("spdx") or "").strip()
            for name in [spdx, *(row.get("aliases") or "").split("|")]:
                if name.strip():
                    names.setdefault(" ".join(name.split()), spdx)
    if not names:
        return None
    return re.compile(rf"{alternation(names)}(?![A-Za-z0-9])(?![.-]\d)"), names


@cache
def _cues() -> tuple[re.Pattern[str], frozenset[str]]:
    data = grammar("units")["licence"]
    return re.compile(alternation(data["cues"]), re.IGNORECASE), frozenset(data["ambiguous"])


def find_licences(text: str) -> list[Literal]:
    """Every licence name in `text` (kind licence, value its SPDX spelling), sorted, not overlapping."""
    known = _names()
    if known is None:
        return []
    pattern, names = known
    cues, ambiguous = _cues()
    out = []
    for m in pattern.finditer(text):
        spdx = names.get(" ".join(m.group().split()))
        before = text[m.start() - 1 : m.start()]
        if spdx is None or before and before.isascii() and (before.isalnum() or before == "-"):
            continue
        around = text[max(0, m.start() - CUE_REACH) : m.start()] + " " + text[m.end() : m.end() + CUE_REACH]
        if m.group() in ambiguous and not cues.search(around):
            continue
        out.append(Literal(m.start(), m.end(), "licence", spdx))
    return out
