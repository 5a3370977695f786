"""Working states made by hand: a text, the names that stand in it, and nothing that was trained.

`known=True` gives a name the lexicon row that recognition would give it; the default is a name nobody knows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from aigraph.literals.literals import find_literals
from aigraph.model import Analysis, Document, Extraction, Literal, Mention
from aigraph.recognise.lexicon import load_lexicon
from aigraph.recognise.link import link
from aigraph.text.blocks import split_blocks
from aigraph.text.normalise import normalise
from aigraph.text.segment import main_language, split_sentences

if TYPE_CHECKING:
    from spacy.language import Language

Named = tuple[str, str]  # (surface, type)


def document(text: str, *, name: str = "made.txt", date: str | None = None, lang: str | None = None) -> Document:
    sha = hashlib.sha256(text.encode()).hexdigest()
    return Document(f"made-{sha[:12]}", name, text, sha, date=date, lang=lang or main_language(text))


def row_of(surface: str, kind: str) -> str | None:
    """The one lexicon row that has this name and type; a weak name counts, as it does in recognition."""
    lexicon = load_lexicon()
    for found in (lexicon.by_name(surface), lexicon.by_weak_name(surface)):
        rows = [e.id for e in found if e.type == kind]
        if rows:
            return rows[0] if len(rows) == 1 else None
    return None


def mentions_of(text: str, names: Iterable[Named], *, known: bool = False) -> list[Mention]:
    """Every occurrence of each name that no longer name covers, in order."""
    taken = bytearray(len(text))
    found = []
    for surface, kind in sorted(set(names), key=lambda n: (-len(n[0]), n)):
        row = row_of(surface, kind) if known else None
        at = text.find(surface)
        while at >= 0:
            end = at + len(surface)
            if not any(taken[at:end]):
                found.append(Mention(at, end, kind, "test", lexicon_id=row))
                taken[at:end] = b"\1" * (end - at)
            at = text.find(surface, at + 1)
    return sorted(found, key=lambda m: m.start)


def analysis(
    text: str, names: Iterable[Named] = (), *, known: bool = False, literals: bool = False, date: str | None = None
) -> Analysis:
    """Blocks, sentences and mentions of a text; figures and dates too, where `literals`. Nothing is linked yet."""
    state = Analysis(document(text, date=date))
    state.norm = normalise(text)
    state.blocks = split_blocks(text, state.norm)
    state.sentences = split_sentences(text, state.norm, state.blocks)
    state.mentions = mentions_of(text, names, known=known)
    if literals:
        state.literals = find_literals(state.norm, lang=state.document.lang or "en", anchor=date)
    return state


def linked(
    text: str, names: Iterable[Named], *, known: bool = False, literals: bool = False, date: str | None = None
) -> Analysis:
    """The same, with entities."""
    state = analysis(text, names, known=known, literals=literals, date=date)
    link(state)
    return state


def entity_of(state: Analysis, surface: str) -> str:
    """The entity that the first mention with this surface was linked to."""
    return next(str(m.entity) for m in state.mentions if state.text[m.start : m.end] == surface)


def literal(kind: str, value: float | str | None, **more: object) -> Literal:
    """A figure without a place, for what asks only about its value."""
    return Literal(0, 1, kind, value, **more)  # type: ignore[arg-type]


@cache
def pipeline() -> Language:
    """The whole pipeline with the shipped weights, loaded once a session."""
    from aigraph.nlp import create_pipeline

    return create_pipeline()


def extract(text: str, *, date: str | None = None) -> Extraction:
    """Everything that the shipped pipeline reads in a text."""
    from aigraph.nlp import extract_document

    return extract_document(pipeline(), document(text, date=date))
