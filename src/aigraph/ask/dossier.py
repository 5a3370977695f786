"""Everything the graph says of one thing, and everything that stands behind one fact.

Reads by address, a few look-ups a fact, so that the cost follows the thing and not the graph. It refuses to rank or
drop: what is denied or planned is there with its mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox

from aigraph.ask.facts import Fact, Source, short, value_of
from aigraph.ask.names import Names
from aigraph.ask.query import label_of
from aigraph.errors import UnknownName
from aigraph.graph.rdf import ALT_LABEL, CONFIDENCE, ID, PREF_LABEL, TYPE, Node, term
from aigraph.review.told import reviews_of
from aigraph.schema import AIG

_MERGED = ox.DefaultGraph()
_SUBJECT, _PREDICATE, _OBJECT = term("rdf:subject"), term("rdf:predicate"), term("rdf:object")
_MODEL, _BENCHMARK, _PARTICIPANT = term("model"), term("benchmark"), term("participant")
_OF_SUBJECT = term("ofSubject")
_RULE, _POLARITY, _DERIVED = term("rule"), term("polarity"), term("prov:wasDerivedFrom")
_FACT_KINDS = ("statement/", "result/", "event/")
_REJECTED_KIND = "rejected/"
REJECTED = "rejected"  # the polarity of what a review rejected: the graph does not say it any more
# What holds a fact together; every other property of the vocabulary on it is a qualifier.
_FRAME = frozenset({"confidence", "polarity", "rule", "model", "benchmark", "participant", "sourceConfidence"})


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with all its names: (text, language tag), the preferred ones first."""

    id: str
    types: tuple[str, ...]
    preferred: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every name once, the preferred ones first."""
        return tuple(dict.fromkeys(text for text, _ in (*self.preferred, *self.others)))


@dataclass(frozen=True, slots=True)
class Naming:
    """How one side of a fact stands in the quote: the name written there, or None where context supplied it."""

    id: str
    name: str
    written: str | None
    start: int | None = None  # in characters of the document


@dataclass(frozen=True, slots=True)
class Explanation:
    """A fact with the rules that read it, what each document alone makes of it, and how its names were linked."""

    fact: Fact
    rules: tuple[str, ...]
    by_document: tuple[tuple[str, float], ...]  # (document id, confidence there)
    namings: tuple[tuple[Source, tuple[Naming, ...]], ...]
    reviews: tuple[str, ...] = ()  # what people decided about the fact and about the things in it


def _values(store: ox.Store, node: Any, predicate: Node) -> list[Any]:
    return [quad.object for quad in store.quads_for_pattern(node, predicate, None, _MERGED)]


def _subjects(store: ox.Store, predicate: Node, node: Any) -> list[Any]:
    return [quad.subject for quad in store.quads_for_pattern(None, predicate, node, _MERGED)]


def name_of(store: ox.Store, thing: str, lang: str) -> str:
    """What to call a thing in `lang`: its preferred label, else its id."""
    return (label_of(store, ID + thing, lang) if _node(ID + thing) else None) or thing


def describe(store: ox.Store, node: ox.NamedNode) -> Named:
    """Names and classes of a thing."""

    def labels(predicate: Node) -> tuple[tuple[str, str], ...]:
        return tuple(sorted({(v.value, v.language or "") for v in _values(store, node, predicate)}))

    types = sorted(short(t.value).removeprefix(AIG) for t in _values(store, node, TYPE))
    return Named(short(node.value), tuple(types), labels(PREF_LABEL), labels(ALT_LABEL))


def facts_about(store: ox.Store, node: ox.NamedNode) -> list[Fact]:
    """Every relation, figure, measured result and event the thing takes part in, in a stable order."""
    found = {fact for key in (_SUBJECT, _OBJECT, _MODEL, _BENCHMARK) for fact in _subjects(store, key, node)}
    facts = [_fact(store, key) for key in found]
    for event in _subjects(store, _PARTICIPANT, node):
        facts.append(replace(_fact(store, event), subject=short(node.value)))
    if _values(store, node, _PARTICIPANT):  # the thing is an event itself
        facts += [
            replace(_fact(store, node), subject=short(member.value)) for member in _values(store, node, _PARTICIPANT)
        ]
    return sorted(facts, key=lambda f: (f.subject, f.predicate, str(f.object), str(f.qualifiers), f.id))


def _fact(store: ox.Store, key: Any) -> Fact:
    """One fact by its node; results read as `evaluatedOn` with a value, events as `participatedIn` without subject."""
    rows: dict[str, list[Any]] = {}
    for quad in store.quads_for_pattern(key, None, None, _MERGED):
        rows.setdefault(quad.predicate.value, []).append(quad.object)
    if subject := rows.get(_SUBJECT.value):
        about, predicate = short(subject[0].value), rows[_PREDICATE.value][0].value.removeprefix(AIG)
        target = rows[_OBJECT.value][0]
    elif models := rows.get(_MODEL.value):
        about, predicate, target = short(models[0].value), "evaluatedOn", rows[_BENCHMARK.value][0]
    else:
        about, predicate, target = "", "participatedIn", key
    qualifiers = [
        (name.removeprefix(AIG), value_of(value))
        for name, values in rows.items()
        if name.startswith(AIG) and name.removeprefix(AIG) not in _FRAME
        for value in values
    ]
    confidence = rows.get(CONFIDENCE.value)
    return Fact(
        id=short(key.value),
        subject=about,
        predicate=predicate,
        object=value_of(target),
        is_figure=isinstance(target, ox.Literal),
        qualifiers=tuple(sorted(qualifiers, key=str)),
        polarity=rows[_POLARITY.value][0].value if _POLARITY.value in rows else "asserted",
        confidence=float(confidence[0].value) if confidence else 1.0,
        sources=tuple(sorted(_sources(store, rows.get(_DERIVED.value, [])), key=str)),
    )


def _sources(store: ox.Store, passages: list[Any]) -> Iterator[Source]:
    for passage in passages:
        held: dict[str, Any] = {}
        for node in (passage, *_values(store, passage, term("oa:hasSelector"))):
            for quad in store.quads_for_pattern(node, None, None, _MERGED):
                held.setdefault(quad.predicate.value, quad.object)
        if (source := held.get(term("oa:hasSource").value)) is None:
            continue
        start, end = (held.get(term(edge).value) for edge in ("oa:start", "oa:end"))
        quote, speaker = (held.get(term(name).value) for name in ("oa:exact", "saidBy"))
        yield Source(
            document=short(source.value),
            quote=quote.value if quote else "",
            start=int(start.value) if start else None,
            end=int(end.value) if end else None,
            speaker=str(value_of(speaker)) if speaker is not None else None,
        )


def document_of(store: ox.Store, source: Source) -> tuple[str, ...]:
    """The file name of the document a passage stands in and, where known, its date."""
    node = ox.NamedNode(ID + source.document)
    names = _values(store, node, term("dcterms:identifier")) or _values(store, node, term("schema:name"))
    dates = _values(store, node, term("schema:datePublished"))
    return (names[0].value if names else source.document, *(date.value for date in dates[:1]))


def find_facts(store: ox.Store, words: tuple[str, ...]) -> list[Fact]:
    """The facts that `words` ask for: one id or address of a fact, or subject, property and object (name or value).

    Where the graph does not say it but a review rejected it, the rejected fact. Raises UnknownName where there is none,
    saying what there is instead.
    """
    if len(words) == 1:
        iri = words[0] if "://" in words[0] else ID + words[0].removeprefix("id:")
        node = _node(iri)
        if node is not None and short(iri).startswith(_FACT_KINDS) and _values(store, node, TYPE):
            return [_fact(store, node)]
        if node is not None and short(iri).startswith(_REJECTED_KIND) and _values(store, node, TYPE):
            return [_rejected_fact(store, node)]
        raise UnknownName(f"no fact has the id {words[0]!r}; `aigraph show NAME --format json` gives ids of facts")
    subject, predicate, target = words
    names = Names(store)
    nodes = names.find(subject)
    facts = [fact for node in nodes for fact in facts_about(store, node) if fact.subject == short(node.value)]
    mine = [fact for fact in facts if fact.predicate == predicate.removeprefix("aig:")]
    if wanted := [fact for fact in mine if _is(fact, target, names)]:
        return wanted
    rejected = [_rejected_fact(store, key) for node in nodes for key in _subjects(store, _OF_SUBJECT, node)]
    rejected = [fact for fact in rejected if fact.predicate == predicate.removeprefix("aig:")]
    if rejected := [fact for fact in rejected if _is(fact, target, names)]:
        return sorted(rejected, key=lambda fact: fact.id)
    if not mine:
        known = ", ".join(sorted({fact.predicate for fact in facts})) or "nothing"
        raise UnknownName(f"the graph does not say {predicate!r} of {subject}; it says: {known}")
    known = ", ".join(dict.fromkeys(name_of(store, str(fact.object), "en") for fact in mine))
    raise UnknownName(f"{subject} {predicate} has no {target!r} in the graph; it has: {known}")


def _rejected_fact(store: ox.Store, key: Any) -> Fact:
    """What a review rejected, by its node, with the passages it was read from."""
    target = _values(store, key, term("ofObject"))[0]
    said = [(name, value_of(v)) for name in ("value", "date") for v in _values(store, key, term(f"of{name.title()}"))]
    return Fact(
        id=short(key.value),
        subject=min(short(node.value) for node in _values(store, key, _OF_SUBJECT)),
        predicate=short(_values(store, key, term("ofProperty"))[0].value).removeprefix(AIG),
        object=value_of(target),
        is_figure=isinstance(target, ox.Literal),
        qualifiers=tuple(said),
        polarity=REJECTED,
        confidence=0.0,
        sources=tuple(sorted(_sources(store, _values(store, key, _DERIVED)), key=str)),
    )


def _node(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None


def _is(fact: Fact, target: str, names: Names) -> bool:
    if fact.is_figure:
        return str(fact.object) == target.replace(",", "")
    return str(fact.object) in {short(iri) for iri in names.called(target)} | {target}


def explain(store: ox.Store, fact: Fact, *, lang: str = "en") -> Explanation:
    """What stands behind a fact."""
    node = ox.NamedNode(ID + fact.id)
    local: Iterator[Any] = store.quads_for_pattern(node, term("sourceConfidence"), None, None)
    by_document = sorted((short(quad.graph_name.value), float(quad.object.value)) for quad in local)
    sides = [fact.subject] if fact.is_figure else [fact.subject, str(fact.object)]
    if fact.predicate == "participatedIn":
        members = {short(member.value) for member in _values(store, node, _PARTICIPANT)}
        sides = sorted(members | {fact.subject} - {""})
    namings = [(source, tuple(_naming(store, side, source, lang) for side in sides)) for source in fact.sources]
    rules = tuple(sorted(value.value for value in _values(store, node, _RULE)))
    decided = [said for key in (fact.id, *sides) for said in reviews_of(store, ox.NamedNode(ID + key))]
    return Explanation(fact, rules, tuple(by_document), tuple(namings), tuple(dict.fromkeys(decided)))


def _naming(store: ox.Store, thing: str, source: Source, lang: str) -> Naming:
    """The longest name of the thing that stands in the quote."""
    node = _node(ID + thing)
    names = describe(store, node).names if node else ()
    for name in sorted(names, key=lambda name: (-len(name), name)):
        if found := re.search(re.escape(name), source.quote, re.IGNORECASE):
            start = None if source.start is None else source.start + found.start()
            return Naming(thing, name_of(store, thing, lang), found[0], start)
    return Naming(thing, name_of(store, thing, lang), None)
