"""What checking a graph found, in words for people: which fact, in which sentence, what is wrong, what to do.

A finding about a value of a thing is one about the fact that says so: it is looked up, with the places it was read in.
Nothing here checks anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pyoxigraph as ox

from aigraph.ask.accounts import phrase
from aigraph.ask.facts import short
from aigraph.ask.query import label_of
from aigraph.graph.rdf import Node, term
from aigraph.graph.serialise import shorten
from aigraph.model import STATED

SEVERITIES = ("Violation", "Warning", "Info")
MAX_SENTENCES = 3  # shown a finding
_MERGED = ox.DefaultGraph()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which fact or thing, in which sentence, what, and how bad."""

    subject: str  # "Xinghe-2 contextLength 128"
    message: str
    severity: str  # Violation, Warning or Info
    passages: tuple[tuple[str, str], ...] = ()  # (file name of the document, quote) of the places it was read in
    path: str = ""  # the property that is wrong, as a prefixed name
    value: str = ""
    iri: str = ""  # what was checked
    fact: str = ""  # id of the fact, for `aigraph explain`

    @property
    def sentence(self) -> str:
        """The first sentence the fact was read in, or an empty text."""
        return self.passages[0][1] if self.passages else ""


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What was checked and what was found, worst first."""

    findings: tuple[Finding, ...]
    triples: int
    quotes: int  # quotes compared with their offsets
    texts: int  # quotes compared with the text of their document
    lang: str = "en"  # of the report for people; rows keep their names in every language

    @property
    def conforms(self) -> bool:
        """Whether nothing worse than a warning was found."""
        return not any(finding.severity == "Violation" for finding in self.findings)

    def lines(self, limit: int | None = None) -> Iterator[str]:
        """The report for people: a summary, then at most `limit` findings with their sentences."""
        counts = Counter(finding.severity for finding in self.findings)
        found = [self._say("count", counts[kind], self._kind(kind).lower()) for kind in SEVERITIES if counts[kind]]
        summary = self._say("comma").join(found) or self._say("nothing")
        yield self._say("summary", self.triples, self.quotes, self.texts, summary)
        for finding in self.findings[:limit]:
            yield from self._told(finding)
        if limit is not None and len(self.findings) > limit:
            yield self._say("more", len(self.findings) - limit)

    def _told(self, finding: Finding) -> Iterator[str]:
        yield self._say("finding", self._kind(finding.severity), finding.subject, finding.message)
        if (finding.path or finding.value) and finding.fact in ("", fact_id(finding.iri)):
            place = self._say("at", finding.path or self._say("itself"))
            yield "    " + (self._say("value", place, finding.value) if finding.value else place)
        for document, quote in finding.passages[:MAX_SENTENCES]:
            yield "    " + self._say("passage", document, quote)
        if len(finding.passages) > MAX_SENTENCES:
            yield "    " + self._say("places", len(finding.passages) - MAX_SENTENCES)
        if finding.fact:
            yield "    " + self._say("look", finding.fact)

    def _kind(self, severity: str) -> str:
        return self._say(severity.lower())

    def _say(self, name: str, *filled: object) -> str:
        return phrase("check", name, self.lang, *filled)

    columns: ClassVar[tuple[str, ...]] = (
        "severity",
        "subject",
        "message",
        "path",
        "value",
        "document",
        "sentence",
        "fact",
    )

    def rows(self, limit: int | None = None) -> Iterator[dict[str, str]]:
        """The findings as rows with these columns, a row for each sentence."""
        for one in self.findings[:limit]:
            for document, sentence in one.passages or (("", ""),):
                values = (one.severity, one.subject, one.message, one.path, one.value, document, sentence, one.fact)
                yield dict(zip(self.columns, values, strict=True))


def describe(store: ox.Store, iri: str, lang: str = "en") -> str:
    """A fact, result, event, passage or thing in a few words, with names in a language."""
    node = ox.NamedNode(iri)

    def first(name: str) -> str:
        values = values_of(store, node, name) or [""]
        return (label_of(store, values[0], lang) if "://" in values[0] else None) or short_name(values[0])

    if predicate := first("rdf:predicate"):
        return f"{first('rdf:subject')} {predicate.removeprefix('aig:')} {first('rdf:object')}"
    if benchmark := first("benchmark"):
        return phrase("check", "result", lang, first("model"), benchmark, first("value") + first("unit"))
    if source := values_of(store, node, "oa:hasSource"):
        named = values_of(store, ox.NamedNode(source[0]), "schema:name")
        return phrase("check", "passage of", lang, named[0] if named else short_name(source[0]))
    return label_of(store, iri, lang) or short_name(iri)


def passages_of(store: ox.Store, iri: str) -> tuple[tuple[str, str], ...]:
    """(file name, quote) of the places that a fact stands on, or of a passage itself, sorted."""
    found = set()
    for passage in [*values_of(store, Node(iri), "prov:wasDerivedFrom"), iri]:
        sources = values_of(store, Node(passage), "oa:hasSource")
        names = [name for source in sources for name in values_of(store, Node(source), "dcterms:identifier")]
        for selector in values_of(store, Node(passage), "oa:hasSelector"):
            for exact in values_of(store, Node(selector), "oa:exact"):
                found.add(((names or sources or [""])[0], " ".join(exact.split())))
    return tuple(sorted(found))


def statement_of(store: ox.Store, subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> str | None:
    """The address of the statement that says so, a standing one first; None where the graph has none."""
    found = []
    for quad in store.quads_for_pattern(None, term("rdf:object"), value, _MERGED):
        node = quad.subject
        if not isinstance(node, ox.NamedNode):
            continue
        if subject in values_of(store, node, "rdf:subject") and predicate in values_of(store, node, "rdf:predicate"):
            stands = bool(STATED & set(values_of(store, node, "polarity")))
            found.append((not stands, node.value))
    return min(found)[1] if found else None


def fact_id(iri: str) -> str:
    """The id by which `aigraph explain` knows a fact; empty for what is none."""
    key = short(iri)
    return key if key.startswith(("statement/", "result/", "event/")) else ""


def values_of(store: ox.Store, node: ox.NamedNode, name: str) -> list[str]:
    """The values of a property, sorted."""
    quads = store.quads_for_pattern(node, term(name), None, _MERGED)
    return sorted(quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode | ox.Literal))


def short_name(text: str) -> str:
    """An address as a prefixed name; any other text as it is."""
    return (shorten(text) or text) if "://" in text else text
