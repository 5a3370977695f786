"""One extraction as RDF: every quad stands in the named graph of its document, in the shape of the vocabulary page.

A document's graph is complete in itself: its `schema:Article`, the entities it names with their types, the plain
triples of what it states, one `rdf:Statement` a fact with qualifiers, and the passages (`oa:SpecificResource`, one a
span, shared by all facts read from it). Node addresses are made from content, so that the same fact in two documents
is the same node. Three properties are local to a document graph, because their value differs from document to
document: `aig:sourceConfidence`, `aig:preferredName` and `aig:otherName`; `assemble` turns them into `aig:confidence`
and the SKOS labels of the merged (default) graph.

What is negated, planned or hypothetical never stands as a plain triple, an `aig:BenchmarkResult` or an `aig:Event`.
It refuses a document of which one quote differs from its text: nothing of it is written.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from aigraph.errors import EvidenceMismatch, StoreError
from aigraph.graph.names import names_of
from aigraph.graph.speakers import Speakers
from aigraph.model import STATED, BenchmarkResult, Entity, Event, Evidence, Extraction, Statement
from aigraph.review.records import Reviewed
from aigraph.schema import AIG, ID, load_schema
from aigraph.schema import PREFIXES as VOCABULARY_PREFIXES

PREFIXES = {
    **VOCABULARY_PREFIXES,
    "doc": ID + "doc/",
    "event": ID + "event/",
    "evidence": ID + "evidence/",
    "result": ID + "result/",
    "statement": ID + "statement/",
}
DATE_QUALIFIERS = frozenset({"pointInTime", "from", "until"})
ENTITY_QUALIFIERS = frozenset({"onBenchmark", "saidBy"})  # qualifiers whose value may be the id of an entity
MAX_CONFIDENCE = 0.999  # of any reading, however many documents say it: they may all repeat one error
CONTEXT = 32  # characters kept before and after a quote, so that it can be found again in a changed copy

_DATE_TYPES = (
    (re.compile(r"\d{4}-\d\d-\d\d"), "date"),
    (re.compile(r"\d{4}-\d\d"), "gYearMonth"),
    (re.compile(r"\d{4}"), "gYear"),
)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")

Node = ox.NamedNode
Term = ox.NamedNode | ox.Literal


def term(name: str) -> Node:
    """The node of a prefixed name ("skos:prefLabel"); a name without prefix belongs to the vocabulary."""
    prefix, colon, local = name.partition(":")
    return Node(PREFIXES[prefix] + local) if colon else Node(AIG + name)


TYPE = term("rdf:type")
SOURCE_CONFIDENCE = term("sourceConfidence")
PREFERRED_NAME = term("preferredName")
OTHER_NAME = term("otherName")
LOCAL = frozenset({SOURCE_CONFIDENCE, PREFERRED_NAME, OTHER_NAME})  # stand in document graphs only
CONFIDENCE = term("confidence")
PREF_LABEL, ALT_LABEL, LABEL = term("skos:prefLabel"), term("skos:altLabel"), term("rdfs:label")
MERGED = frozenset({CONFIDENCE, PREF_LABEL, ALT_LABEL, LABEL})  # stand in the merged graph only


def entity_node(entity_id: str) -> Node:
    """The node of an entity id."""
    return Node(ID + entity_id)


def document_node(document_id: str) -> Node:
    """The node of a document, which is also the name of its graph."""
    return Node(PREFIXES["doc"] + document_id)


def typed_literal(value: Any, datatype: str | None = None) -> ox.Literal:
    """A value as a literal, in the lexical form that Oxigraph keeps: numbers without exponent or closing zeros.

    `datatype` is a name of XSD; "date" stands for date, gYearMonth or gYear, as exact as the value. Without one, or
    where the value does not fit it, the value's own kind decides.
    """
    if isinstance(value, bool):
        return ox.Literal("true" if value else "false", datatype=term("xsd:boolean"))
    if isinstance(value, int | float) and datatype != "string":
        whole = value == int(value)
        text = str(int(value)) if whole else format(Decimal(repr(value)), "f")
        kind = "integer" if whole and datatype != "decimal" else "decimal"
        return ox.Literal(text, datatype=term("xsd:" + kind))
    text = str(value)
    if datatype == "date":
        for pattern, kind in _DATE_TYPES:
            if pattern.fullmatch(text):
                return ox.Literal(text, datatype=term("xsd:" + kind))
    return ox.Literal(text)


def figure_literal(predicate: str, value: Any) -> ox.Literal:
    """The value of a figure, in the datatype that the ontology gives the property."""
    figure = load_schema().figures.get(predicate)
    return typed_literal(value, figure.datatype if figure else None)


def decimal_literal(value: float) -> ox.Literal:
    """A share between 0 and 1 as xsd:decimal with at most four decimals, in the form that Oxigraph keeps."""
    return ox.Literal(f"{value:.4f}".rstrip("0").rstrip("."), datatype=term("xsd:decimal"))


def literal(quad: ox.Quad) -> ox.Literal:
    """The object of a quad whose property takes literals only."""
    if not isinstance(quad.object, ox.Literal):
        raise StoreError(f"{quad.predicate} of {quad.subject} is not a literal but {quad.object}: build the graph anew")
    return quad.object


def name_of(quad: ox.Quad) -> tuple[str, str]:
    """The object of a naming quad as (text, language tag)."""
    value = literal(quad)
    return value.value, value.language or ""


def content_id(*parts: object) -> str:
    """A short, stable name for a node, made from what it says."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:20]


def check_evidence(extraction: Extraction) -> None:
    """Raise EvidenceMismatch unless every quote equals the text of the document at its offsets."""
    document = extraction.document
    facts: Sequence[Statement | BenchmarkResult | Event]
    for facts in (extraction.statements, extraction.results, extraction.events):
        for fact in facts:
            if not fact.evidence:
                raise EvidenceMismatch(f"{document.name}: a fact without evidence: {fact}; nothing of it was written")
            for evidence in fact.evidence:
                found = document.text[evidence.start : evidence.end] if evidence.start >= 0 else ""
                if evidence.document != document.id or found != evidence.exact or not found:
                    raise EvidenceMismatch(
                        f"{document.name}: characters {evidence.start}-{evidence.end} read {found[:60]!r}, but rule "
                        f"{evidence.rule or '(unnamed)'} quotes {evidence.exact[:60]!r} of document "
                        f"{evidence.document}; nothing of it was written"
                    )


def write_extraction(extraction: Extraction) -> Iterator[ox.Quad]:
    """All quads of one document, in its own named graph, without repeats.

    Raises EvidenceMismatch before the first quad where a quote is not in the text, and StoreError where a fact names
    an entity that the extraction does not describe or an id cannot be an address.
    """
    check_evidence(extraction)
    try:
        quads = list(_Writer(extraction).quads())
    except (KeyError, OverflowError, ValueError) as error:
        raise StoreError(f"{extraction.document.name}: cannot be written as RDF: {error}") from error
    return iter(dict.fromkeys(quads))


def _each(value: Any) -> tuple[Any, ...]:
    """The values of a qualifier: none, one, or the members of a list."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


class _Writer:
    """Writes one extraction; remembers which passages it has described."""

    def __init__(self, extraction: Extraction) -> None:
        self.extraction = extraction
        self.graph = document_node(extraction.document.id)
        self.entities = {entity.id: entity for entity in extraction.entities}
        self.spans: set[tuple[int, int]] = set()
        self.speakers = Speakers(extraction)
        self.reviews = extraction.reviews if isinstance(extraction, Reviewed) else ()

    def quads(self) -> Iterator[ox.Quad]:
        yield from self.document()
        surfaces = self.surfaces()
        for entity in self.extraction.entities:
            yield from self.entity(entity, surfaces[entity.id])
        for statement in self.extraction.statements:
            yield from self.statement(statement)
        for result in self.extraction.results:
            yield from self.result(result)
        for event in self.extraction.events:
            yield from self.event(event)
        for node, confidence in sorted(self.confidences().items(), key=lambda item: item[0].value):
            yield self.quad(node, SOURCE_CONFIDENCE, decimal_literal(confidence))
        if self.reviews:
            from aigraph.review.provenance import review_quads

            yield from review_quads(self, self.reviews)

    def quad(self, subject: Node, predicate: Node | str, value: Term) -> ox.Quad:
        predicate = term(predicate) if isinstance(predicate, str) else predicate
        return ox.Quad(subject, predicate, value, self.graph)

    def node(self, entity_id: str) -> Node:
        if entity_id not in self.entities:
            raise KeyError(f"a fact names the entity {entity_id!r}, which the extraction does not describe")
        return entity_node(entity_id)

    def document(self) -> Iterator[ox.Quad]:
        document = self.extraction.document
        node = self.graph
        yield self.quad(node, TYPE, term("schema:Article"))
        yield self.quad(node, "schema:name", ox.Literal(document.title or document.name))
        yield self.quad(node, "dcterms:identifier", ox.Literal(document.name))
        yield self.quad(node, "sha256", ox.Literal(document.sha256))
        yield self.quad(node, "characters", typed_literal(len(document.text)))
        yield self.quad(node, "schema:encodingFormat", ox.Literal(document.media_type))
        if document.date:
            yield self.quad(node, "schema:datePublished", typed_literal(document.date, "date"))
        if document.lang:
            yield self.quad(node, "schema:inLanguage", ox.Literal(document.lang))
        if document.url:
            yield self.quad(node, "schema:url", ox.Literal(document.url, datatype=term("xsd:anyURI")))

    def surfaces(self) -> dict[str, Counter[str]]:
        """How often the document writes each name of each entity."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        text = self.extraction.document.text
        for mention in self.extraction.mentions:
            if mention.entity is not None:
                counts[mention.entity][text[mention.start : mention.end]] += 1
        return counts

    def entity(self, entity: Entity, seen: Counter[str]) -> Iterator[ox.Quad]:
        node = entity_node(entity.id)
        yield self.quad(node, TYPE, term(entity.type))
        if entity.subtype:
            yield self.quad(node, TYPE, term(entity.subtype))
        yield self.quad(self.graph, "schema:mentions", node)
        for name, language, preferred in names_of(entity, seen):
            yield self.quad(node, PREFERRED_NAME if preferred else OTHER_NAME, ox.Literal(name, language=language))

    def statement(self, statement: Statement) -> Iterator[ox.Quad]:
        subject, predicate = self.node(statement.subject), term(statement.predicate)
        value = self.value(statement)
        node = self.statement_node(statement)
        if statement.polarity in STATED:
            yield self.quad(subject, predicate, value)
        yield self.quad(node, TYPE, term("rdf:Statement"))
        yield self.quad(node, "rdf:subject", subject)
        yield self.quad(node, "rdf:predicate", predicate)
        yield self.quad(node, "rdf:object", value)
        yield from self.qualifiers(node, statement.qualifiers)
        yield from self.provenance(node, statement.polarity, statement.evidence)

    def value(self, statement: Statement) -> Term:
        if statement.is_figure:
            return figure_literal(statement.predicate, statement.object)
        return self.node(str(statement.object))

    def statement_node(self, statement: Statement) -> Node:
        value = self.value(statement)
        key = content_id(
            statement.subject, statement.predicate, value, self.qualifier_key(statement.qualifiers), statement.polarity
        )
        return term("statement:" + key)

    def result(self, result: BenchmarkResult) -> Iterator[ox.Quad]:
        node = self.result_node(result)
        yield self.quad(node, TYPE, term("BenchmarkResult" if result.polarity in STATED else "UnassertedResult"))
        yield self.quad(node, "model", self.node(result.model))
        yield self.quad(node, "benchmark", self.node(result.benchmark))
        yield self.quad(node, "value", typed_literal(result.value, "decimal"))
        if result.unit:
            yield self.quad(node, "unit", ox.Literal(result.unit))
        yield from self.qualifiers(node, result.qualifiers)
        yield from self.provenance(node, result.polarity, result.evidence)

    def result_node(self, result: BenchmarkResult) -> Node:
        key = content_id(
            result.model, result.benchmark, typed_literal(result.value, "decimal"), result.unit or "",
            self.qualifier_key(result.qualifiers), result.polarity,
        )  # fmt: skip
        return term("result:" + key)

    def event(self, event: Event) -> Iterator[ox.Quad]:
        node = self.event_node(event)
        stated = event.polarity in STATED
        yield self.quad(node, TYPE, term("Event" if stated else "UnassertedEvent"))
        yield self.quad(node, "eventType", ox.Literal(event.type))
        if event.date:
            yield self.quad(node, "date", typed_literal(event.date, "date"))
        for participant in event.participants:
            if self.node(participant) != node:
                yield self.quad(node, "participant", self.node(participant))
        named = event.entity is not None and stated
        if not named:
            label = event.name or self.event_label(event)
            yield self.quad(node, PREFERRED_NAME, ox.Literal(label, language=self.language_of(label, event)))
        # Documents may tell of a named event in several tones; that there is such an event, all of them assert.
        yield from self.provenance(node, "asserted" if named else event.polarity, event.evidence)

    def event_node(self, event: Event) -> Node:
        if event.entity is not None and event.polarity in STATED:
            return self.node(event.entity)
        key = content_id(event.type, event.date or "", " ".join(event.participants), event.name or "", event.polarity)
        return term("event:" + key)

    def event_label(self, event: Event) -> str:
        """What an unnamed event is called: its kind, who took part, and when."""
        names = ", ".join(self.entities[participant].name for participant in event.participants)
        return f"{event.type}: {names}" + (f" ({event.date})" if event.date else "")

    def language_of(self, label: str, event: Event) -> str:
        """Composed labels begin with an English word; proper names follow their script."""
        main = self.extraction.document.lang or ""
        if event.name and _HAN.search(label):
            return main if main.startswith("zh") else "zh-Hans"
        return "en"

    def qualifiers(self, node: Node, qualifiers: Iterable[tuple[str, Any]]) -> Iterator[ox.Quad]:
        for name, value in qualifiers:
            for one in _each(value):
                yield self.quad(node, name, self.qualifier(name, one))

    def qualifier(self, name: str, value: Any) -> Term:
        if name in ENTITY_QUALIFIERS and value in self.entities:
            return entity_node(value)
        return typed_literal(value, "date" if name in DATE_QUALIFIERS else None)

    def qualifier_key(self, qualifiers: Iterable[tuple[str, Any]]) -> str:
        rows = (f"{name}={self.qualifier(name, one)}" for name, value in qualifiers for one in _each(value))
        return "\x1e".join(sorted(rows))

    def provenance(self, node: Node, polarity: str, evidences: Iterable[Evidence]) -> Iterator[ox.Quad]:
        yield self.quad(node, "polarity", ox.Literal(polarity))
        for evidence in evidences:
            passage = f"{self.extraction.document.id}-{evidence.start}-{evidence.end}"
            yield self.quad(node, "prov:wasDerivedFrom", term("evidence:" + passage))
            if evidence.rule:
                yield self.quad(node, "rule", ox.Literal(evidence.rule))
            if (evidence.start, evidence.end) not in self.spans:
                self.spans.add((evidence.start, evidence.end))
                yield from self.passage(term("evidence:" + passage), evidence)

    def passage(self, node: Node, evidence: Evidence) -> Iterator[ox.Quad]:
        text = self.extraction.document.text
        quote, position = Node(node.value + "-quote"), Node(node.value + "-position")
        yield self.quad(node, TYPE, term("oa:SpecificResource"))
        yield self.quad(node, "oa:hasSource", self.graph)
        yield self.quad(node, "oa:hasSelector", quote)
        yield self.quad(node, "oa:hasSelector", position)
        if speaker := self.speakers.at(evidence.start):
            name, is_entity = speaker
            yield self.quad(node, "saidBy", entity_node(name) if is_entity else ox.Literal(name))
        yield self.quad(quote, TYPE, term("oa:TextQuoteSelector"))
        yield self.quad(quote, "oa:exact", ox.Literal(evidence.exact))
        yield self.quad(quote, "oa:prefix", ox.Literal(text[max(0, evidence.start - CONTEXT) : evidence.start]))
        yield self.quad(quote, "oa:suffix", ox.Literal(text[evidence.end : evidence.end + CONTEXT]))
        yield self.quad(position, TYPE, term("oa:TextPositionSelector"))
        yield self.quad(position, "oa:start", typed_literal(evidence.start))
        yield self.quad(position, "oa:end", typed_literal(evidence.end))

    def confidences(self) -> dict[Node, float]:
        """What this document alone makes of each fact: the best of its readings; 1 is a person's word only."""
        accepted = {self.fact_node(fact) for one in self.reviews for fact in one.accepted}
        best: dict[Node, float] = {}
        found = self.extraction
        facts: list[Statement | BenchmarkResult | Event] = [*found.statements, *found.results, *found.events]
        for fact in facts:
            node = self.fact_node(fact)
            highest = 1.0 if node in accepted else MAX_CONFIDENCE
            best[node] = max(best.get(node, 0.0), min(max(fact.confidence, 0.0), highest))
        return best

    def fact_node(self, fact: Statement | BenchmarkResult | Event) -> Node:
        """The node under which a fact stands."""
        if isinstance(fact, Statement):
            return self.statement_node(fact)
        return self.result_node(fact) if isinstance(fact, BenchmarkResult) else self.event_node(fact)
