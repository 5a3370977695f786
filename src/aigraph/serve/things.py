"""What a page shows of one address: a thing with its facts by relation, a document with its passages, one fact.

Reads a copy of the graph through `dossier` and adds what a page needs: names in the reader's language, the words
around each quote, links. It refuses to leave out: a denied or planned fact stands there with its mark. Everything is
text; the templates escape it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote as percent

import pyoxigraph as ox

from aigraph.ask import dossier
from aigraph.ask.facts import Fact, Value, short
from aigraph.graph.rdf import ENTITY_QUALIFIERS, ID, TYPE, term
from aigraph.render.look import event_name, label_of
from aigraph.schema import load_schema
from aigraph.text.normalise import lowered

_MERGED = ox.DefaultGraph()
_FACT_KINDS = ("statement/", "result/")
MENTIONS = term("schema:mentions")
_WAYS = {"figure": 0, "out": 1, "in": 2}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the interface's language ("en" or "zh") and the tag in which names are preferred."""

    ui: str = "en"
    names: str = "en"


@dataclass(frozen=True, slots=True)
class Link:
    """Something with a page here, or an address elsewhere, or (without `href`) plain text."""

    text: str
    href: str | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence in its document; `pieces` is the quote in parts, each with whether it is a name of the fact."""

    document: Link
    date: str
    before: str
    pieces: tuple[tuple[str, bool], ...]
    after: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """A fact as it stands on a page."""

    id: str
    href: str
    subject: Link
    relation: str
    target: Link
    qualifiers: tuple[tuple[str, Link], ...]
    polarity: str
    confidence: float
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The facts of one relation in one direction: "figure", "out" (the thing is subject) or "in".

    `rows` is a part of the `total`, from `first` on.
    """

    key: str
    heading: str
    way: str
    first: int
    total: int
    rows: tuple[Row, ...]


def path_of(thing: str) -> str:
    """The path of a thing's page on this server."""
    return "/id/" + percent(thing, safe="/:@!$&'()*+,;=~-._")


class Pages:
    """Makes the contents of pages from one copy, for one reader; remembers names for as long as it lives."""

    def __init__(
        self,
        store: ox.Store,
        reader: Reader,
        words: Mapping[str, str],
        ranks: Mapping[str, tuple[tuple[str, Value], ...]] | None = None,
    ) -> None:
        """`ranks`: what is to be shown of facts whose graph does not say their rank."""
        self.store = store
        self.ranks = ranks or {}
        self.reader = reader
        self.words = words  # the interface's texts; "term X" names a property that the ontology does not label
        self._links: dict[str, Link] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._documents: dict[str, tuple[Link, str]] = {}

    # -- names ---------------------------------------------------------------------------------------------------

    def word(self, name: str) -> str:
        """The label of a class, property or qualifier."""
        return self.words.get(f"term {name}") or label_of(name)[self.reader.ui]

    def link(self, thing: str) -> Link:
        """The name of a thing (by its id) and the way to its page."""
        if thing not in self._links:
            name = dossier.name_of(self.store, thing, self.reader.names)
            if thing.startswith("event/"):
                kind = self._one(ox.NamedNode(ID + thing), "eventType")
                names = {"label_en": name, "label_zh": name, "event_type": kind}
                name = event_name(names, self.reader.ui)
            if "://" in thing:
                self._links[thing] = Link(thing, thing if thing.startswith(("http://", "https://")) else None)
            else:
                self._links[thing] = Link(name, path_of(thing), thing)
        return self._links[thing]

    def document(self, document: str) -> tuple[Link, str]:
        """The title of a document with the way to its page, and its date or ""."""
        if document not in self._documents:
            node = ox.NamedNode(ID + document)
            title = self._one(node, "schema:headline") or self._one(node, "schema:name") or document
            date = self._one(node, "schema:datePublished")
            self._documents[document] = Link(title, path_of(document), document), date
        return self._documents[document]

    def _one(self, node: Any, predicate: str) -> str:
        values = (q.object for q in self.store.quads_for_pattern(node, term(predicate), None, _MERGED))
        return min((value.value for value in values if not isinstance(value, ox.Triple)), default="")

    def _names_of(self, thing: str) -> tuple[str, ...]:
        if thing not in self._names:
            try:
                self._names[thing] = dossier.describe(self.store, ox.NamedNode(ID + thing)).names
            except ValueError:  # not an address: a value that reads like an id
                self._names[thing] = ()
        return self._names[thing]

    # -- facts ---------------------------------------------------------------------------------------------------

    def groups(self, node: ox.NamedNode, *, only: str = "", first: int = 0, most: int = 100) -> list[Group]:
        """The facts about a thing by relation: figures, what it does, what is done to it, and events last.

        Each group begins with what stands, then the surest facts, ends with what is over, and holds at most `most`;
        `only` is the key of one group, of which the facts from `first` on are given.
        """
        about = short(node.value)
        found: dict[tuple[bool, int, str, str], list[Fact]] = {}
        for fact in dossier.facts_about(self.store, node):
            way = "figure" if fact.is_figure else "out" if fact.subject == about else "in"
            found.setdefault((fact.predicate == "participatedIn", _WAYS[way], fact.predicate, way), []).append(fact)
        groups = []
        ordered = sorted(found.items(), key=lambda item: (*item[0][:2], -len(item[1]), item[0]))
        for (*_, predicate, way), facts in ordered:
            key = f"{way}:{predicate}"
            if only and key != only:
                continue
            start = first if only else 0
            facts = sorted(map(self._ranked, facts), key=lambda fact: (_place(fact), -fact.confidence, fact.id))
            rows = tuple(self.row(fact) for fact in facts[start : start + most])
            groups.append(Group(key, self.word(predicate), way, start, len(facts), rows))
        return groups

    def _ranked(self, fact: Fact) -> Fact:
        """The fact with its rank, where the graph does not say it."""
        if fact.id not in self.ranks or "rank" in dict(fact.qualifiers):
            return fact
        return replace(fact, qualifiers=(*fact.qualifiers, *self.ranks[fact.id]))

    def row(self, fact: Fact) -> Row:
        """A fact ready to be shown."""
        fact = self._ranked(fact)
        names = self.names_in(fact)
        target = Link(self._figure(fact)) if fact.is_figure else self.link(str(fact.object))
        return Row(
            fact.id,
            path_of(fact.id),
            self.link(fact.subject) if fact.subject else Link(""),
            self.word(fact.predicate) if fact.subject else "",  # an event by itself: who took part is in its name
            target,
            tuple((self.word(k), self._qualifier(k, v)) for k, v in fact.qualifiers if not _understood(k, v)),
            fact.polarity,
            fact.confidence,
            tuple(self._passages(fact, names)),
        )

    def names_in(self, fact: Fact) -> list[str]:
        """Every name of the things that a fact is about."""
        things = [fact.subject, *([] if fact.is_figure else [str(fact.object)])]
        if fact.id.startswith("event/"):
            members = self.store.quads_for_pattern(ox.NamedNode(ID + fact.id), term("participant"), None, _MERGED)
            things += sorted(short(quad.object.value) for quad in members if isinstance(quad.object, ox.NamedNode))
        return [name for thing in things if thing for name in self._names_of(thing)]

    def _figure(self, fact: Fact) -> str:
        known = load_schema().figures.get(fact.predicate)
        unit = known.unit if known and known.unit and "unit" not in dict(fact.qualifiers) else ""
        return f"{plain(fact.object)} {unit}".strip()

    def _qualifier(self, name: str, value: Value) -> Link:
        if name in ENTITY_QUALIFIERS and isinstance(value, str) and self._names_of(value):
            return self.link(value)
        if isinstance(value, str) and value.startswith("doc/"):
            return self.document(value)[0]
        if isinstance(value, str) and value.startswith(_FACT_KINDS):
            return Link(self.words["fact"], path_of(value), value)
        text = plain(value)
        return Link(self.words.get(f"{name} {text}", text))

    def _passages(self, fact: Fact, names: list[str]) -> Iterator[Passage]:
        for source in fact.sources:
            link, date = self.document(source.document)
            before, after = self._around(source.document, source.start, source.end)
            yield Passage(
                link, date, before, tuple(pieces(source.quote, names)), after, source.start or 0, source.end or 0
            )

    def _around(self, document: str, start: int | None, end: int | None) -> tuple[str, str]:
        """The words just before and after a quote."""
        if start is None:
            return "", ""
        passage = ox.NamedNode(f"{ID}evidence/{document.removeprefix('doc/')}-{start}-{end}")
        for quad in self.store.quads_for_pattern(passage, term("oa:hasSelector"), None, _MERGED):
            before, after = (self._one(quad.object, edge) for edge in ("oa:prefix", "oa:suffix"))
            if before or after:  # of other lines only what joins the quote
                return before.rpartition("\n")[2], after.partition("\n")[0]
        return "", ""

    # -- documents -----------------------------------------------------------------------------------------------

    def document_facts(self, node: ox.NamedNode) -> list[tuple[Passage, list[Row]]]:
        """The passages of a document in the order of the text, each with the facts that were read from it."""
        ids: set[str] = set()  # an event that has a name is a thing, not a fact
        for kind in ("rdf:Statement", "BenchmarkResult", "Event"):
            for quad in self.store.quads_for_pattern(None, TYPE, term(kind), node):
                ids |= {key for key in (short(str(quad.subject)[1:-1]),) if key.startswith((*_FACT_KINDS, "event/"))}
        found: dict[tuple[int, int], tuple[Passage, list[Row]]] = {}
        names: dict[tuple[int, int], list[str]] = {}
        here = short(node.value)
        for key in sorted(ids):
            for fact in dossier.find_facts(self.store, (key,)):
                row = self.row(fact)
                for passage in row.passages:
                    if passage.document.id == here:
                        place = passage.start, passage.end
                        found.setdefault(place, (passage, []))[1].append(row)
                        names.setdefault(place, []).extend(self.names_in(fact))
        return [
            (replace(passage, pieces=tuple(pieces("".join(text for text, _ in passage.pieces), names[place]))), rows)
            for place, (passage, rows) in sorted(found.items(), key=lambda item: item[0])
        ]

    def mentions(self, node: ox.NamedNode) -> list[Link]:
        """The things that a document names."""
        named = self.store.quads_for_pattern(node, MENTIONS, None, _MERGED)
        found = [self.link(short(q.object.value)) for q in named if isinstance(q.object, ox.NamedNode)]
        return sorted(found, key=lambda link: (link.text.casefold(), link.id))

    def properties(self, node: ox.NamedNode, *but: ox.NamedNode) -> list[tuple[str, Link]]:
        """The triples of an address, property by property, without the properties `but`."""
        rows = []
        for quad in self.store.quads_for_pattern(node, None, None, _MERGED):
            if quad.predicate in but:
                continue
            name = re.split(r"[#/]", quad.predicate.value)[-1]
            if isinstance(quad.object, ox.NamedNode):
                rows.append((self.word(name), self.link(short(quad.object.value))))
            elif isinstance(quad.object, ox.Literal):
                rows.append((self.word(name), Link(quad.object.value)))
        return sorted(rows, key=lambda row: (row[0], row[1].text))


def _place(fact: Fact) -> int:
    """Where a fact belongs in its group, by its rank: what stands is first, what is over or denied last."""
    said = dict(fact.qualifiers)
    if said.get("rank") == "deprecated" or "closedOn" in said or "closedBy" in said:
        return 2
    return int(said.get("rank") != "preferred")


def _understood(name: str, value: Value) -> bool:
    """Whether a qualifier goes without saying: the kind of an event begins its name."""
    return name == "eventType" or (name, value) == ("rank", "normal")


def plain(value: Value) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return f"{value:,}" if isinstance(value, int | float) else value


def kind_of(store: ox.Store, node: ox.NamedNode) -> str | None:
    """What an address is: "thing", "document", "fact", "other", or None where the graph says nothing of it."""
    types = {q.object for q in store.quads_for_pattern(node, TYPE, None, _MERGED)}
    if term("schema:Article") in types:
        return "document"
    if types and short(node.value).startswith(_FACT_KINDS):
        return "fact"
    if types and not short(node.value).startswith("evidence/"):
        return "thing"
    return "other" if next(store.quads_for_pattern(node, None, None, _MERGED), None) else None


def _edge(char: str) -> bool:
    return char.isascii() and char.isalnum()


def name_spans(quote: str, names: Iterable[str]) -> list[tuple[int, int]]:
    """Where names stand in a quote, in order and without overlap, the longest first.

    Case does not count; a Latin name counts only where it is a word of its own.
    """
    text = lowered(quote)
    taken: list[tuple[int, int]] = []
    for name in sorted({lowered(name) for name in names if name}, key=lambda name: (-len(name), name)):
        at = text.find(name)
        while at >= 0:
            end = at + len(name)
            inside = (at > 0 and _edge(name[0]) and _edge(text[at - 1])) or (
                end < len(text) and _edge(name[-1]) and _edge(text[end])
            )
            if not inside and all(end <= start or at >= stop for start, stop in taken):
                taken.append((at, end))
            at = text.find(name, at + 1)
    return sorted(taken)


def pieces(quote: str, names: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """A quote in parts, in order; True marks a name."""
    at = 0
    for start, end in name_spans(quote, names):
        if start > at:
            yield quote[at:start], False
        yield quote[start:end], True
        at = end
    if at < len(quote):
        yield quote[at:], False


def triples_about(store: ox.Store, node: ox.NamedNode, kind: str) -> list[ox.Triple]:
    """What the graph says of an address, its facts with their passages too; of a document its whole graph."""
    if kind == "document":
        return sorted({quad.triple for quad in store.quads_for_pattern(None, None, None, node)}, key=str)
    found: set[ox.Triple] = set()
    seen: set[Any] = set()

    def take(subject: Any) -> None:
        if subject in seen:
            return
        seen.add(subject)
        for quad in store.quads_for_pattern(subject, None, None, _MERGED):
            found.add(quad.triple)
            if quad.predicate in (term("prov:wasDerivedFrom"), term("oa:hasSelector")):
                take(quad.object)

    take(node)
    for role in ("rdf:subject", "rdf:object", "model", "benchmark", "participant"):
        for quad in store.quads_for_pattern(None, term(role), node, _MERGED):
            take(quad.subject)
    found.update(quad.triple for quad in store.quads_for_pattern(None, None, node, _MERGED))
    return sorted(found, key=str)
