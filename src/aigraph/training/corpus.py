"""Annotated documents, as the trained parts need them: gold names laid over the text as spans.

Annotation is document-level (names, not offsets), so every occurrence of a name or alias becomes a span of its
entity; where one surface belongs to two entities the annotated evidence decides. Refuses to guess beyond that.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HELD_OUT_SHARE = 5  # one document in five, by hash of its name
# Names of documents that were written for training and never measured on.
ONLY_TRAINED_ON = re.compile(r"(?:[o-v]|z[a-h])\d")
# Names of documents written here, to be varied and difficult: less like what people read than the others.
LESS_TYPICAL = re.compile(r"(?:[o-v]|[xy]|z[a-h])\d")


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """One occurrence of an annotated name: offsets, type, entity id of the annotation file."""

    start: int
    end: int
    type: str
    entity: str


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A text with its annotation and the spans derived from it."""

    name: str
    text: str
    gold: dict[str, Any]
    spans: tuple[GoldSpan, ...]


def held_out(name: str) -> bool:
    """True for what is kept apart from training and tuning: a fifth of the documents not written for training alone."""
    if ONLY_TRAINED_ON.match(name):
        return False
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % HELD_OUT_SHARE == 0


def load_corpus(folder: Path, *, texts: Path | None = None) -> list[GoldDocument]:
    """All annotated documents of a folder (NAME.json beside NAME.txt, or texts elsewhere), sorted by name."""
    documents = []
    for path in sorted(folder.glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        if "entities" not in gold:
            continue
        text = ((texts or folder) / f"{path.stem}.txt").read_text(encoding="utf-8")
        documents.append(GoldDocument(path.stem, text, gold, tuple(project_spans(text, gold))))
    return documents


def project_spans(text: str, gold: dict[str, Any]) -> list[GoldSpan]:
    """Occurrences of all names and aliases, longest first, without overlap, in order of their offsets."""
    owners: dict[str, list[dict[str, Any]]] = {}
    for entity in gold["entities"]:
        for surface in {entity["name"], *entity.get("aliases", [])}:
            if surface.strip():
                owners.setdefault(surface, []).append(entity)
    quotes = _evidence_ranges(text, gold)
    taken = bytearray(len(text))
    spans = []
    for surface in sorted(owners, key=lambda s: (-len(s), s)):
        at = text.find(surface)
        while at >= 0:
            end = at + len(surface)
            if not any(taken[at:end]) and _is_whole(text, at, end):
                entity = _choose(owners[surface], at, end, quotes)
                spans.append(GoldSpan(at, end, entity["type"], entity["id"]))
                taken[at:end] = b"\1" * (end - at)
            at = text.find(surface, at + 1)
    return sorted(spans, key=lambda s: s.start)


def _is_whole(text: str, start: int, end: int) -> bool:
    """A Latin or numeric surface must not be part of a longer word."""
    first, last = text[start], text[end - 1]
    before, after = text[start - 1 : start], text[end : end + 1]
    if first.isascii() and first.isalnum() and before.isascii() and before.isalnum():
        return first.isdigit() != before.isdigit() and not first.isdigit()
    if last.isascii() and last.isalnum() and after.isascii() and after.isalnum():
        return last.isalpha() and after.isdigit() is False and after.isalpha() is False
    return True


def _evidence_ranges(text: str, gold: dict[str, Any]) -> dict[str, list[tuple[int, int]]]:
    ranges: dict[str, list[tuple[int, int]]] = {}
    for kind in ("relations", "figures", "scores", "events"):
        for item in gold.get(kind, []):
            quote = item.get("evidence") or ""
            at = text.find(quote) if quote else -1
            if at < 0:
                continue
            ids = [item.get(k) for k in ("s", "o", "model", "benchmark")] + list(item.get("participants", []))
            for entity in ids:
                if entity:
                    ranges.setdefault(entity, []).append((at, at + len(quote)))
    return ranges


def _choose(
    entities: list[dict[str, Any]], start: int, end: int, quotes: dict[str, list[tuple[int, int]]]
) -> dict[str, Any]:
    if len(entities) == 1:
        return entities[0]

    def distance(entity: dict[str, Any]) -> int:
        gaps = [max(a - start, end - b, 0) for a, b in quotes.get(entity["id"], [])]
        return min(gaps, default=10**6)

    return min(entities, key=lambda e: (distance(e), e["id"]))
