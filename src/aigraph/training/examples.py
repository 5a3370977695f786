"""The examples and counter-examples of the ontology's wordings as the smallest of documents.

Annotated documents are long and full of names; a user also gives a single sentence. These sentences teach every part
what is rare in documents, and the last decision that nothing but one sentence can be enough. Only the marked pair under
the wording's own property is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aigraph.relate.candidates import Candidate
from aigraph.schema import FigureType, RelationType, load_schema
from aigraph.training.corpus import GoldDocument, GoldSpan

LANGUAGES = {"zh": "zh-Hans", "en": "en"}
SUBJECT, OBJECT = "s", "o"  # how the ontology marks the pair
_MARKED = re.compile(r"\[([^\[\]|]+)\|([A-Za-z]+)\|([so]?)\]")


@dataclass(frozen=True, slots=True)
class WordingExample:
    """One sentence, the property it is an example of, whether it states it, and where the marked pair stands."""

    document: GoldDocument
    predicate: str
    stated: bool
    subject: int
    object: int
    symmetric: bool  # the property holds both ways


def wording_examples() -> Iterator[WordingExample]:
    """Every example and counter-example of the ontology, in the order of its files."""
    schema = load_schema()
    terms: list[RelationType | FigureType] = [*schema.relations.values(), *schema.figures.values()]
    for term in terms:
        symmetric = isinstance(term, RelationType) and term.symmetric
        for wording in term.wordings:
            for stated, sentences in ((True, wording.examples), (False, wording.counter_examples)):
                for number, marked in enumerate(sentences):
                    name = f"{wording.id}-{'yes' if stated else 'no'}-{number}"
                    document, at = _document(name, marked, LANGUAGES[wording.lang])
                    if at.keys() >= {SUBJECT, OBJECT}:
                        yield WordingExample(document, term.name, stated, at[SUBJECT], at[OBJECT], symmetric)


def _document(name: str, marked: str, lang: str) -> tuple[GoldDocument, dict[str, int]]:
    """The sentence without its marks, its names as spans, and where the subject and the object begin."""
    text, at = "", 0
    spans: list[GoldSpan] = []
    entities: dict[str, dict[str, Any]] = {}
    starts: dict[str, int] = {}
    for number, found in enumerate(_MARKED.finditer(marked)):
        text += marked[at : found.start()]
        entity = found[3] or str(number)
        starts.setdefault(entity, len(text))
        if found[2][0].isupper():  # a name; figures are found by their own grammar
            spans.append(GoldSpan(len(text), len(text) + len(found[1]), found[2], entity))
            entities.setdefault(entity, {"id": entity, "type": found[2], "name": found[1], "aliases": []})
        text += found[1]
        at = found.end()
    text += marked[at:]
    gold = {"lang": lang, "entities": list(entities.values())}
    return GoldDocument(name, text, gold, tuple(spans)), starts


def verdict(example: WordingExample, candidate: Candidate, predicate: str) -> tuple[int, bool]:
    """(1 stated, 0 not stated, -1 nobody knows; whether it is a fact): what stands the wrong way round is none."""
    s, o = candidate.subject, candidate.object
    if predicate != example.predicate or o is None:
        return -1, True
    if (s.start, o.start) == (example.subject, example.object):
        return int(example.stated), True
    turned = (o.start, s.start) == (example.subject, example.object) and not example.symmetric
    return (0 if turned else -1), True
