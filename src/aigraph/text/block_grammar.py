"""The words and patterns of layout, read once from ontology/grammar: headings, lists, tables, speakers, page furniture.

Only loads and compiles; what the patterns mean for a line is decided in `block_lines`, `block_tables` and `blocks`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from aigraph.errors import OntologyError
from aigraph.paths import ontology_dir
from aigraph.text.normalise import normalise


@dataclass(frozen=True, slots=True)
class Style:
    """A way to number a heading or mark a list item. `raw` patterns see the original characters."""

    name: str
    pattern: re.Pattern[str]
    rank: int = 0
    numbered: bool = False
    raw: bool = False


@dataclass(frozen=True)
class LayoutGrammar:
    """Everything the block model and the sentence splitter know about the look of text."""

    headings: tuple[Style, ...]
    items: tuple[Style, ...]
    end_marks: str
    sentence_ends: str
    closing_signs: str
    opening_signs: str
    broken_before_stop: str
    max_width: int
    max_width_latin: int
    reference_headings: frozenset[str]
    caption: re.Pattern[str]
    continuation_starts: str
    ordinal: re.Pattern[str]
    placeholders: frozenset[str]
    units: frozenset[str]
    continuations: frozenset[str]
    abbreviations: frozenset[str]
    before_number: frozenset[str]
    ending_too: frozenset[str]
    starters: frozenset[str]
    rule: re.Pattern[str]
    page_start: re.Pattern[str]
    page_anywhere: re.Pattern[str]
    page_width: int
    contents: re.Pattern[str]
    questions: frozenset[str]
    answers: frozenset[str]
    person_words: re.Pattern[str]
    never_speakers: frozenset[str]
    speaker_width: int


def _load(name: str) -> dict[str, Any]:
    path = ontology_dir() / "grammar" / name
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise OntologyError(f"ontology/grammar/{name}: {error}; restore the file or mend that line") from error


def _union(patterns: list[str]) -> re.Pattern[str]:
    """One pattern of many; each may set flags of its own at its beginning."""
    parts = [f"(?i:{p[4:]})" if p.startswith("(?i)") else f"(?:{p})" for p in patterns]
    return re.compile("|".join(parts))


def _words(values: list[str]) -> frozenset[str]:
    return frozenset(normalise(value) for value in values)


@cache
def layout_grammar() -> LayoutGrammar:
    """The compiled grammar. Raises OntologyError, naming file and cause, where a file is missing or malformed."""
    head, page, talk = _load("headings.toml"), _load("boilerplate.toml"), _load("speakers.toml")
    try:
        return _compile(head, page, talk)
    except (KeyError, re.error) as error:
        raise OntologyError(f"ontology/grammar (headings, boilerplate or speakers): {error!r}") from error


def _compile(head: dict[str, Any], page: dict[str, Any], talk: dict[str, Any]) -> LayoutGrammar:
    def style(row: dict[str, Any]) -> Style:
        return Style(
            row["name"],
            re.compile(row["pattern"]),
            row.get("rank", 0),
            row.get("numbered", False),
            row.get("raw", False),
        )

    tables, sentences = head["tables"], head["sentences"]
    han = "|".join(map(re.escape, sorted(_words(talk["person_words"]))))
    latin = "|".join(map(re.escape, sorted(talk["person_words_en"])))
    return LayoutGrammar(
        headings=tuple(style(row) for row in head["heading"]),
        items=tuple(style(row) for row in head["item"]),
        end_marks=head["end_marks"],
        sentence_ends=head["sentence_ends"],
        closing_signs=head["closing_signs"],
        opening_signs=head["opening_signs"],
        broken_before_stop=head["broken_before_stop"],
        max_width=head["max_width"],
        max_width_latin=head["max_width_latin"],
        reference_headings=frozenset(w.casefold() for w in _words(head["reference_headings"])),
        caption=re.compile(head["caption"]),
        continuation_starts=head["continuation_starts"],
        ordinal=re.compile(head["ordinal"]),
        placeholders=_words(tables["placeholders"]),
        units=_words(tables["units"]),
        continuations=_words(tables["continuations"]),
        abbreviations=_words(sentences["abbreviations"]),
        before_number=_words(sentences["before_number"]),
        ending_too=_words(sentences["ending_too"]),
        starters=_words(sentences["starters"]),
        rule=re.compile(page["rule"]),
        page_start=_union(page["start"]),
        page_anywhere=_union(page["anywhere"]),
        page_width=page["max_width"],
        contents=re.compile(page["contents"]),
        questions=_words(talk["questions"]),
        answers=_words(talk["answers"]),
        person_words=re.compile(rf"(?:{han})|\b(?:{latin})\b"),
        never_speakers=frozenset(w.casefold() for w in _words(talk["never"])),
        speaker_width=talk["max_width"],
    )
