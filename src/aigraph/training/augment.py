"""Copies of annotated documents with other names: the tagger learns what surrounds a name, not the names themselves.

A name is replaced by another of its type and script from the same corpus, the same everywhere in the document.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence

from aigraph.training.corpus import GoldDocument, GoldSpan

SHARE = 0.7  # of the names of a copy are replaced
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")

Pool = dict[tuple[str, str, bool], list[str]]


def name_pool(documents: Sequence[GoldDocument]) -> Pool:
    """Names by type, script and variant of Chinese."""
    pool: dict[tuple[str, str, bool], set[str]] = defaultdict(set)
    for document in documents:
        for span in document.spans:
            surface = document.text[span.start : span.end]
            pool[_kind(document, span, surface)].add(surface)
    return {kind: sorted(names) for kind, names in pool.items()}


def renamed_copy(document: GoldDocument, pool: Pool) -> GoldDocument:
    """The document with most of its names replaced; the same document gives the same copy."""
    chance = random.Random(document.name)
    chosen: dict[str, str] = {}
    parts: list[str] = []
    spans: list[GoldSpan] = []
    length = position = 0
    for span in document.spans:
        surface = document.text[span.start : span.end]
        if surface not in chosen:
            names = pool[_kind(document, span, surface)]
            chosen[surface] = chance.choice(names) if chance.random() < SHARE else surface
        before = document.text[position : span.start]
        parts += [before, chosen[surface]]
        length += len(before) + len(chosen[surface])
        spans.append(GoldSpan(length - len(chosen[surface]), length, span.type, span.entity))
        position = span.end
    parts.append(document.text[position:])
    return GoldDocument(document.name + "~", "".join(parts), document.gold, tuple(spans))


def _kind(document: GoldDocument, span: GoldSpan, surface: str) -> tuple[str, str, bool]:
    script = ("han" if _HAN.search(surface) else "") + ("latin" if _LATIN.search(surface) else "")
    return span.type, script, document.gold.get("lang") == "zh-Hant"
