"""The records that flow from stage to stage: read, normalise, segment, recognise, link, relate, assemble.

All offsets are in characters (Unicode code points) of `Document.text`, half-open, and `text[start:end]` is the
quote. Records are frozen; the one mutable thing is `Analysis`, the working state of one document that the pipeline
components fill in order. Nothing here knows a file format, a word of any language or a graph library.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

POLARITIES = ("asserted", "negated", "hypothetical", "planned", "reported")
STATED = frozenset({"asserted", "reported"})  # the polarities that also stand as plain triples


@dataclass(frozen=True, slots=True)
class Document:
    """One text as it was read. `text` is sacred: it is never rewritten, only pointed into."""

    id: str  # stable and IRI-safe: slug of the name + first 12 hex digits of sha256
    name: str  # file name, or "file.jsonl#3" for a row of a table
    text: str
    sha256: str  # of the UTF-8 text
    date: str | None = None  # publication: "YYYY-MM-DD", "YYYY-MM" or "YYYY"; None when nobody says
    title: str | None = None
    url: str | None = None
    lang: str | None = None  # zh-Hans, zh-Hant or en: the main language, set by `segment`
    media_type: str = "text/plain"
    notes: tuple[str, ...] = ()  # what reading could not use, for the report
    path: str | None = None  # of the file, as it was named; tells two files of one name apart, and is never written


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of lines with one role. Blocks cover the text in order and do not overlap."""

    index: int
    kind: str  # heading, paragraph, item, row (of a table), code, quote, turn, reference, boilerplate
    start: int
    end: int
    level: int = 0  # headings: 1 is the highest; items: nesting depth from 1
    parent: int | None = None  # index of the heading (or list intro, or table header row) this stands under
    lang: str = "en"  # zh-Hans, zh-Hant or en
    speaker: str | None = None  # turns: the speaker's label as written
    cells: tuple[tuple[int, int], ...] = ()  # rows: offsets of each cell


@dataclass(frozen=True, slots=True)
class Sentence:
    """The smallest unit of evidence. Sentences of one block follow each other and never cross its border."""

    index: int
    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A figure or date standing in the text, in canonical unit. Unknown stays None, never a guess.

    kind: date, duration, money, percent, parameters, tokens, memory (GB), bandwidth, power (W), performance,
    transistors, people, users, count (with `unit` = the counter or noun as written), length, score (bare number),
    elo, rank, multiple (times as much), version, licence, temperature, weight, time.
    """

    start: int
    end: int
    kind: str
    value: float | int | str | None  # numbers canonical (360 亿 -> 36000000000); dates ISO, as exact as the text
    unit: str | None = None  # "%", "PFLOPS", "TOPS", "GB", "Elo", counter word; None where bare
    currency: str | None = None  # ISO 4217
    per: str | None = None  # "1M input tokens", "1M output tokens", "1M tokens", "month", "year", "unit", ...
    low: float | str | None = None  # ranges: both ends; `value` is then the lower end
    high: float | str | None = None
    modifier: str | None = None  # about, over, under, up-to, nearly: what stands before or after the number
    relative: bool = False  # dates: resolved from the document's date or a date stated nearby


@dataclass(frozen=True, slots=True)
class Mention:
    """A name standing in the text, with its type (a class of the vocabulary, without prefix)."""

    start: int
    end: int
    type: str  # Organization, Model, Person, Hardware, Benchmark, Event, Software, Technique, Dataset, Publication
    source: str  # the component that proposed it: lexicon, grammar, tagger, propagation, ...
    score: float = 1.0
    subtype: str | None = None  # Company, University, ... for organisations
    lexicon_id: str | None = None  # row of the lexicon, where one is certain
    entity: str | None = None  # id of the Entity it was linked to, set by `link`


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing in the graph. `id` is IRI-safe and the same in every document that names the same thing."""

    id: str
    type: str  # one of the ten core classes
    subtype: str | None = None
    name: str = ""  # preferred label, as written in the text (or in the lexicon)
    lang: str = "en"  # language tag of `name`
    aliases: tuple[tuple[str, str], ...] = ()  # (label, language tag), sorted; every other name seen or known
    lexicon_id: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a document says it. Invariant, asserted at write time: document.text[start:end] == exact."""

    document: str  # Document.id
    start: int
    end: int
    exact: str
    rule: str = ""  # the template, grammar or trained part that read it
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Statement:
    """A relation (object is an Entity id) or a figure (object is a literal value)."""

    subject: str  # Entity id
    predicate: str  # property of the vocabulary, without prefix
    object: str | int | float  # Entity id for relations; the value in canonical unit for figures
    is_figure: bool
    evidence: tuple[Evidence, ...]
    qualifiers: tuple[tuple[str, Any], ...] = ()  # sorted (name, value): role, former, currency, per, condition, ...
    polarity: str = "asserted"
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class BenchmarkResult:
    """One measured figure: a node of class aig:BenchmarkResult."""

    model: str  # Entity id of what was measured
    benchmark: str  # Entity id
    value: float
    unit: str | None
    evidence: tuple[Evidence, ...]
    qualifiers: tuple[tuple[str, Any], ...] = ()  # metric, setting, pointInTime
    polarity: str = "asserted"
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Event:
    """A dated or named happening: a node of class aig:Event."""

    type: str  # Release, Funding, Acquisition, Conference, Award, Policy, Personnel, PriceChange, Partnership, ...
    date: str | None
    participants: tuple[str, ...]  # Entity ids, sorted
    evidence: tuple[Evidence, ...]
    name: str | None = None  # only where the event has a proper name (CES 2025)
    entity: str | None = None  # Entity id, for a named event that is itself a mention
    polarity: str = "asserted"
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one document gave: what `assemble` and `store` take. Independent of every other document."""

    document: Document
    entities: tuple[Entity, ...] = ()
    statements: tuple[Statement, ...] = ()
    results: tuple[BenchmarkResult, ...] = ()
    events: tuple[Event, ...] = ()
    mentions: tuple[Mention, ...] = ()
    blocks: tuple[Block, ...] = ()
    notes: tuple[str, ...] = ()  # what gave nothing and why; merges with their reason


@dataclass(frozen=True, slots=True)
class Tie:
    """A fact that the form of the text gives by itself, between the mentions that start at the two offsets."""

    subject: int
    predicate: str
    object: int
    rule: str
    confidence: float


@dataclass(slots=True)
class Analysis:
    """The working state of one document inside the pipeline; each component reads some fields and fills others."""

    document: Document
    norm: str = ""  # same length as the text: width and radicals folded, Traditional -> Simplified
    blocks: list[Block] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    literals: list[Literal] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    entities: dict[str, Entity] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    results: list[BenchmarkResult] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The original characters."""
        return self.document.text
