"""Wordings against their own examples, and the engine's promises: nearest mention, clause borders, bounded length."""

from __future__ import annotations

import re

import pytest

from aigraph import wording
from aigraph.errors import OntologyError
from aigraph.patterns import PatternHit, PatternSet, Slot, compile_patterns
from aigraph.schema import FigureType, RelationType, Wording, load_schema

SCHEMA = load_schema()
PATTERNS = compile_patterns(SCHEMA)
TERMS: list[RelationType | FigureType] = [*SCHEMA.relations.values(), *SCHEMA.figures.values()]
MARKED = re.compile(r"\[([^\[\]|]+)\|([A-Za-z]+)\|([so]?)\]")

EXAMPLES = [(t, w, e) for t in TERMS for w in t.wordings for e in w.examples]
COUNTER_EXAMPLES = [(t, w, e) for t in TERMS for w in t.wordings for e in w.counter_examples]


def build(marked: str) -> tuple[str, list[Slot]]:
    """The plain sentence and its slots; keys are "s", "o" or a number."""
    text, slots, at = "", [], 0
    for found in MARKED.finditer(marked):
        text += marked[at : found.start()]
        kind = found[2] if found[2][0].isupper() else f"literal:{found[2]}"
        key = found[3] or str(len(slots))
        slots.append(Slot(len(text), len(text) + len(found[1]), kind, key))
        text += found[1]
        at = found.end()
    return text + marked[at:], slots


def run(marked: str, lang: str, patterns: PatternSet = PATTERNS) -> list[PatternHit]:
    """Hits over the whole marked sentence."""
    text, slots = build(marked)
    return patterns.match(text, 0, len(text), lang, slots)


def ids(cases: list[tuple[RelationType | FigureType, Wording, str]]) -> list[str]:
    """Readable case names."""
    return [f"{w.id}-{i}" for i, (_, w, _) in enumerate(cases)]


@pytest.mark.parametrize(("term", "one", "example"), EXAMPLES, ids=ids(EXAMPLES))
def test_example_is_read(term: RelationType | FigureType, one: Wording, example: str) -> None:
    """Each example gives its fact, and the wording it stands at is one that matches it."""
    text, slots = build(example)
    pairs = {(h.predicate, h.subject_key, h.object_key) for h in run(example, one.lang)}
    own = PATTERNS.run_one(one.id, text, 0, len(text), slots)

    assert (term.name, "s", "o") in pairs or getattr(term, "symmetric", False) and (term.name, "o", "s") in pairs
    assert ("s", "o") in {(h.subject_key, h.object_key) for h in own}


@pytest.mark.parametrize(("term", "one", "example"), COUNTER_EXAMPLES, ids=ids(COUNTER_EXAMPLES))
def test_counter_example_is_not_read(term: RelationType | FigureType, one: Wording, example: str) -> None:
    """No wording of the same property reads the pair of a counter-example."""
    hits = [h for h in run(example, one.lang) if h.predicate == term.name]

    assert not [h for h in hits if {h.subject_key, h.object_key} == {"s", "o"}]
