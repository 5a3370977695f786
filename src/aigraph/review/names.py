"""Which things of a document a decision means, and which id a name gets.

Both follow from the decision, the lexicon and the one document alone, so that a graph grown document by document and
a graph built anew are the same graph. A reference is a name in any spelling, or `id:` and the id of a thing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from aigraph.model import BenchmarkResult, Entity, Event, Extraction, Mention, Statement
from aigraph.text.normalise import name_key

ID_MARK = "id:"
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


@dataclass(slots=True)
class Desk:
    """The working state of one document while decisions are carried out."""

    extraction: Extraction
    entities: dict[str, Entity]
    mentions: list[Mention]
    statements: list[Statement]
    results: list[BenchmarkResult]
    events: list[Event]
    moved: dict[str, str] = field(default_factory=dict)  # id before -> id now
    _index: dict[str, set[str]] | None = None

    @classmethod
    def of(cls, extraction: Extraction) -> Desk:
        """A desk with everything the extraction holds."""
        return cls(
            extraction,
            {entity.id: entity for entity in extraction.entities},
            list(extraction.mentions),
            list(extraction.statements),
            list(extraction.results),
            list(extraction.events),
        )

    def is_document(self, wanted: str | None) -> bool:
        """Whether a decision for this document (None: for all) is about the one on the desk."""
        document = self.extraction.document
        return wanted is None or wanted in (document.name, document.title, document.url, document.id)

    def find(self, reference: str, kind: str | None = None) -> list[str]:
        """Ids of the things so called, sorted; `kind` is a class they must have."""
        if reference.startswith(ID_MARK):
            key = self.now(reference.removeprefix(ID_MARK))
            found = {key} & self.entities.keys()
        else:
            found = self._names().get(name_key(reference), set()) or {self.now(reference)} & self.entities.keys()
        return sorted(i for i in found if kind is None or kind in (self.entities[i].type, self.entities[i].subtype))

    def now(self, key: str) -> str:
        """The id that a thing of this id has by now."""
        seen = {key}
        while (after := self.moved.get(key)) is not None and after not in seen:
            seen.add(after)
            key = after
        return key

    def _names(self) -> dict[str, set[str]]:
        if self._index is None:
            self._index = defaultdict(set)
            for entity in self.entities.values():
                for name in names_of(entity):
                    self._index[name_key(name)].add(entity.id)
        return self._index

    def put(self, entity: Entity) -> None:
        """Lay a thing on the desk, united with one of the same id."""
        known = self.entities.get(entity.id)
        self.entities[entity.id] = entity if known is None else united(known, entity)
        self._index = None

    def take(self, key: str) -> Entity:
        """Take a thing off the desk."""
        self._index = None
        return self.entities.pop(key)

    def rename(self, old: str, new: str) -> None:
        """Mentions and facts of one id go to another."""
        if old == new:
            return
        self.moved[old] = new
        self.moved.pop(new, None)
        self.mentions = [replace(m, entity=new) if m.entity == old else m for m in self.mentions]
        self.statements = [statement_with(s, old, new) for s in self.statements]
        self.results = [result_with(r, old, new) for r in self.results]
        self.events = [event_with(e, old, new) for e in self.events]


def names_of(entity: Entity) -> tuple[str, ...]:
    """Every name of a thing."""
    return tuple(dict.fromkeys((entity.name, *(name for name, _ in entity.aliases))))


def united(kept: Entity, other: Entity) -> Entity:
    """One thing with the names of both; the first one's own name stays the preferred one."""
    aliases = {*kept.aliases, *other.aliases, (other.name, other.lang)} - {(kept.name, kept.lang)}
    return replace(
        kept,
        aliases=tuple(sorted(alias for alias in aliases if alias[0])),
        subtype=kept.subtype or other.subtype,
        lexicon_id=kept.lexicon_id or other.lexicon_id,
    )


def language_of(name: str, document_lang: str | None) -> str:
    """Language tag of a name: its script, with the document's variant of Chinese."""
    if not _HAN.search(name):
        return "en"
    return "zh-Hant" if document_lang == "zh-Hant" else "zh-Hans"


def id_for(name: str, kind: str, *, other_than: str | None = None) -> str:
    """The id of a thing of this name and core class: that of its row in the lexicon, else one made from the name."""
    from aigraph.recognise.lexicon import load_lexicon
    from aigraph.recognise.link import slug

    if name.startswith(ID_MARK):
        return name.removeprefix(ID_MARK)
    lexicon = load_lexicon()
    rows = [row.id for row in (*lexicon.by_name(name), *lexicon.by_weak_name(name)) if row.type == kind]
    return next((row for row in rows if row != other_than), f"{kind.lower()}-{slug(name)}")


def _swap_qualifiers(qualifiers: Iterable[tuple[str, object]], old: str, new: str) -> tuple[tuple[str, object], ...]:
    from aigraph.graph.rdf import ENTITY_QUALIFIERS

    return tuple((name, new if name in ENTITY_QUALIFIERS and value == old else value) for name, value in qualifiers)


def statement_with(fact: Statement, old: str, new: str) -> Statement:
    """The statement about another thing."""
    return replace(
        fact,
        subject=new if fact.subject == old else fact.subject,
        object=new if not fact.is_figure and fact.object == old else fact.object,
        qualifiers=_swap_qualifiers(fact.qualifiers, old, new),
    )


def result_with(fact: BenchmarkResult, old: str, new: str) -> BenchmarkResult:
    """The result of another thing."""
    return replace(
        fact,
        model=new if fact.model == old else fact.model,
        benchmark=new if fact.benchmark == old else fact.benchmark,
        qualifiers=_swap_qualifiers(fact.qualifiers, old, new),
    )


def event_with(fact: Event, old: str, new: str) -> Event:
    """The event with another thing in it."""
    if old not in fact.participants and fact.entity != old:
        return fact
    return replace(
        fact,
        participants=tuple(sorted({new if one == old else one for one in fact.participants})),
        entity=new if fact.entity == old else fact.entity,
    )
