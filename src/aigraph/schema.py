"""The only reader of the ontology's Turtle: classes, relations, figures, events and their wordings as frozen records.

It refuses incomplete stanzas: a term without a label and meaning in both languages, without domain and range, or a
wording without an example raises OntologyError naming term, file and what is missing. It neither compiles nor matches
wordings (`patterns` does) and never reads the lexicon.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from aigraph.errors import OntologyError
from aigraph.paths import ontology_dir

if TYPE_CHECKING:
    from pyoxigraph import Literal as RdfLiteral

AIG = "https://w3id.org/aigraph/ontology#"
ID = "https://w3id.org/aigraph/id/"
DOC = "https://w3id.org/aigraph/doc/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SCHEMA = "https://schema.org/"
PROV = "http://www.w3.org/ns/prov#"
OA = "http://www.w3.org/ns/oa#"
DCTERMS = "http://purl.org/dc/terms/"

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "aig": AIG,
        "id": ID,
        "rdf": RDF,
        "rdfs": RDFS,
        "owl": OWL,
        "xsd": XSD,
        "skos": SKOS,
        "schema": SCHEMA,
        "prov": PROV,
        "oa": OA,
        "dcterms": DCTERMS,
    }
)

LANGS = ("en", "zh")
FILES = ("core.ttl", "entities.ttl", "relations.ttl", "figures.ttl", "events.ttl")


@dataclass(frozen=True, slots=True)
class Wording:
    """One way a fact is worded: a template of `wording`, its weight (0..1) and the sentences that test it."""

    id: str  # "developedBy.zh.03": predicate, language, place in the file
    lang: str  # zh or en
    template: str
    weight: float
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """What every term has: its name without prefix, and label and meaning by language (en, zh)."""

    name: str
    labels: Mapping[str, str] = field(hash=False)
    definitions: Mapping[str, str] = field(hash=False)

    @property
    def iri(self) -> str:
        """The full address of the term."""
        return AIG + self.name


@dataclass(frozen=True, slots=True)
class EntityType(Term):
    """A class of named things; `core` is the one of the ten core classes it falls under (itself for those)."""

    parent: str | None = None
    core: str = ""
    colour: str | None = None  # "#rrggbb" for drawings; subclasses inherit that of their core class


@dataclass(frozen=True, slots=True)
class RelationType(Term):
    """A property between two entities; `domain` and `range` are classes, any one of which is allowed."""

    domain: tuple[str, ...] = ()
    range: tuple[str, ...] = ()
    symmetric: bool = False
    same_kind: bool = False  # subject and object must be of one core class
    inverse: str | None = None
    unchanging: bool = False  # one value for ever; of a measured relation, one figure
    keys: tuple[str, ...] = ()  # qualifiers that tell several single values apart
    qualifiers: tuple[str, ...] = ()
    wordings: tuple[Wording, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureType(Term):
    """A property whose object is a literal; `kinds` are those of `model.Literal`, `datatype` a name of XSD."""

    domain: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    datatype: str = "string"
    unit: str | None = None  # canonical unit, for readers
    functional: bool = False  # one value at a time: a later value replaces the earlier, unless it is `unchanging`
    unchanging: bool = False  # one value for ever: another one contradicts it
    keys: tuple[str, ...] = ()  # qualifiers that tell several single values apart
    bounds: tuple[float | None, float | None] = (None, None)  # plausible lowest and highest value
    qualifiers: tuple[str, ...] = ()
    wordings: tuple[Wording, ...] = ()


@dataclass(frozen=True, slots=True)
class EventType(Term):
    """A kind of happening with the words that announce it, by language."""

    triggers: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Office(Term):
    """An office that one person holds at a time: the relation it is held through, and the roles that name it."""

    relation: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """The whole vocabulary, by name without prefix, in the order of the files."""

    entity_types: Mapping[str, EntityType] = field(hash=False)
    relations: Mapping[str, RelationType] = field(hash=False)
    figures: Mapping[str, FigureType] = field(hash=False)
    events: Mapping[str, EventType] = field(hash=False)
    words: Mapping[tuple[str, str], tuple[str, ...]] = field(hash=False)  # (word class, language) -> words
    offices: Mapping[str, Office] = field(hash=False)

    @property
    def core_types(self) -> tuple[str, ...]:
        """The ten core classes."""
        return tuple(t.name for t in self.entity_types.values() if t.parent is None)

    def core(self, name: str) -> str:
        """The core class of a class. Raises OntologyError for an unknown one."""
        if name not in self.entity_types:
            raise OntologyError(f"no class {name!r} in the ontology; known: {', '.join(self.entity_types)}")
        return self.entity_types[name].core

    def predicate(self, name: str) -> RelationType | FigureType:
        """A relation or figure by name. Raises OntologyError for an unknown one, naming the known."""
        found = self.relations.get(name) or self.figures.get(name)
        if found is None:
            known = ", ".join((*self.relations, *self.figures))
            raise OntologyError(f"no property {name!r} in the ontology; known: {known}")
        return found

    def allows(self, predicate: str, subject_type: str, object_type: str) -> bool:
        """Whether the relation may hold between two classes (subclasses count as their core class)."""
        relation = self.relations[predicate]
        subject, obj = self.core(subject_type), self.core(object_type)
        if relation.same_kind and subject != obj:
            return False
        return subject in relation.domain and obj in relation.range


@cache
def load_schema(folder: Path | None = None) -> Schema:
    """Read the ontology in `folder` (default: the package's). Raises OntologyError on a missing or incomplete part."""
    return _Reader(folder or ontology_dir()).schema()


class _Reader:
    """Holds the triples by subject while the records are built; the files' order is kept."""

    def __init__(self, folder: Path) -> None:
        self.origin: dict[str, str] = {}
        self.triples: dict[str, dict[str, list[Any]]] = {}
        for name in FILES:
            self._parse(folder / name)

    def _parse(self, path: Path) -> None:
        from pyoxigraph import RdfFormat, parse

        if not path.is_file():
            raise OntologyError(f"{path} is missing: restore it from the repository or reinstall the package")
        try:
            for quad in parse(path=str(path), format=RdfFormat.TURTLE):
                key = str(quad.subject)
                self.origin.setdefault(key, path.name)
                self.triples.setdefault(key, {}).setdefault(quad.predicate.value, []).append(quad.object)
        except (SyntaxError, ValueError) as error:
            raise OntologyError(f"{path.name} is not valid Turtle: {error}") from error

    def schema(self) -> Schema:
        parents = {name: self._parent(node) for name, node in self._of_type(AIG + "EntityType")}
        return Schema(
            entity_types=MappingProxyType(
                {n: self._entity(n, node, parents) for n, node in self._of_type(AIG + "EntityType")}
            ),
            relations=MappingProxyType({n: self._relation(n, node) for n, node in self._of_type(AIG + "Relation")}),
            figures=MappingProxyType({n: self._figure(n, node) for n, node in self._of_type(AIG + "Figure")}),
            events=MappingProxyType({n: self._event(n, node) for n, node in self._of_type(AIG + "EventType")}),
            words=MappingProxyType(self._words()),
            offices=MappingProxyType({n: self._office(n, node) for n, node in self._of_type(AIG + "Office")}),
        )

    # -- lookups ----------------------------------------------------------------------------------------------

    def _of_type(self, iri: str) -> Iterable[tuple[str, str]]:
        """Name and node of every resource of a class, in file order."""
        for node, facts in self.triples.items():
            if any(value.value == iri for value in facts.get(RDF + "type", ())):
                yield node.strip("<>").removeprefix(AIG), node

    def _values(self, node: str, predicate: str) -> list[Any]:
        return self.triples.get(node, {}).get(predicate, [])

    def _texts(self, node: str, predicate: str, lang: str) -> tuple[str, ...]:
        return tuple(v.value for v in self._values(node, predicate) if _lang(v) == lang)

    def _one(self, node: str, predicate: str) -> str | None:
        values = self._values(node, predicate)
        return values[0].value if values else None

    def _names(self, node: str, predicate: str) -> tuple[str, ...]:
        return tuple(v.value.removeprefix(AIG) for v in self._values(node, predicate))

    def _fail(self, node: str, problem: str) -> OntologyError:
        where = self.origin.get(node, "ontology")
        return OntologyError(f"{where}: {node} {problem}; complete the stanza")

    def _both(self, node: str, predicate: str, what: str) -> Mapping[str, str]:
        """One text in each language, or an error naming the missing one."""
        found = {}
        for lang in LANGS:
            texts = self._texts(node, predicate, lang)
            if len(texts) != 1:
                raise self._fail(node, f"needs exactly one {what}@{lang}, has {len(texts)}")
            found[lang] = texts[0]
        return MappingProxyType(found)

    def _head(self, name: str, node: str) -> dict[str, Any]:
        return {
            "name": name,
            "labels": self._both(node, RDFS + "label", "rdfs:label"),
            "definitions": self._both(node, SKOS + "definition", "skos:definition"),
        }

    def _classes(self, node: str, predicate: str, what: str) -> tuple[str, ...]:
        """A class or the members of an owl:unionOf list."""
        names: list[str] = []
        for value in self._values(node, predicate):
            union = self._values(str(value), OWL + "unionOf")
            names.extend(self._list(union[0]) if union else [value.value.removeprefix(AIG)])
        if not names:
            raise self._fail(node, f"has no {what}")
        return tuple(names)

    def _list(self, head: Any) -> Iterable[str]:
        while head.value != RDF + "nil":
            yield self._values(str(head), RDF + "first")[0].value.removeprefix(AIG)
            head = self._values(str(head), RDF + "rest")[0]

    # -- records ----------------------------------------------------------------------------------------------

    def _parent(self, node: str) -> str | None:
        ours = [v.value for v in self._values(node, RDFS + "subClassOf") if v.value.startswith(AIG)]
        return ours[0].removeprefix(AIG) if ours else None

    def _entity(self, name: str, node: str, parents: Mapping[str, str | None]) -> EntityType:
        core = name
        while (above := parents.get(core)) is not None:
            if above not in parents:
                raise self._fail(node, f"is a subclass of {above}, which is not defined")
            core = above
        return EntityType(
            **self._head(name, node),
            parent=parents[name],
            core=core,
            colour=self._one(f"<{AIG}{core}>", AIG + "colour"),
        )

    def _relation(self, name: str, node: str) -> RelationType:
        types = {v.value for v in self._values(node, RDF + "type")}
        return RelationType(
            **self._head(name, node),
            domain=self._classes(node, RDFS + "domain", "rdfs:domain"),
            range=self._classes(node, RDFS + "range", "rdfs:range"),
            symmetric=OWL + "SymmetricProperty" in types,
            same_kind=self._one(node, AIG + "sameKind") == "true",
            inverse=next(iter(self._names(node, OWL + "inverseOf")), None),
            unchanging=self._one(node, AIG + "unchanging") == "true",
            keys=self._names(node, AIG + "keyQualifier"),
            qualifiers=self._names(node, AIG + "qualifier"),
            wordings=self._wordings(name, node),
        )

    def _figure(self, name: str, node: str) -> FigureType:
        kinds = self._names(node, AIG + "literalKind")
        if not kinds:
            raise self._fail(node, "has no aig:literalKind")
        low, high = (self._one(node, AIG + edge) for edge in ("plausibleMin", "plausibleMax"))
        unchanging = self._one(node, AIG + "unchanging") == "true"
        return FigureType(
            **self._head(name, node),
            domain=self._classes(node, RDFS + "domain", "rdfs:domain"),
            kinds=kinds,
            datatype=self._classes(node, RDFS + "range", "rdfs:range")[0].removeprefix(XSD),
            unit=self._one(node, AIG + "unit"),
            functional=unchanging or self._one(node, AIG + "oneAtATime") == "true",
            unchanging=unchanging,
            keys=self._names(node, AIG + "keyQualifier"),
            bounds=(float(low) if low else None, float(high) if high else None),
            qualifiers=self._names(node, AIG + "qualifier"),
            wordings=self._wordings(name, node),
        )

    def _office(self, name: str, node: str) -> Office:
        relation = next(iter(self._names(node, AIG + "heldThrough")), None)
        words = [word for lang in LANGS for word in self._texts(node, AIG + "word", lang)]
        if relation is None or not words:
            raise self._fail(node, "needs aig:heldThrough and aig:word")
        return Office(**self._head(name, node), relation=relation, words=tuple(dict.fromkeys(words)))

    def _event(self, name: str, node: str) -> EventType:
        triggers = {lang: self._texts(node, AIG + "trigger", lang) for lang in LANGS}
        if not all(triggers.values()) and name != "Other":
            raise self._fail(node, "needs aig:trigger words in both languages")
        return EventType(**self._head(name, node), triggers=MappingProxyType(triggers))

    def _wordings(self, name: str, node: str) -> tuple[Wording, ...]:
        """The wordings of one property; each language needs at least one, each wording an example."""
        found: list[Wording] = []
        counts = dict.fromkeys(LANGS, 0)
        for value in self._values(node, AIG + "wording"):
            blank = str(value)
            templates = self._values(blank, AIG + "template")
            if len(templates) != 1 or _lang(templates[0]) not in LANGS:
                raise self._fail(node, "has a wording without exactly one aig:template tagged en or zh")
            lang = _lang(templates[0])
            counts[lang] += 1
            examples = self._texts(blank, SKOS + "example", lang)
            weight = float(self._one(blank, AIG + "weight") or 0)
            if not examples or not 0 < weight <= 1:
                problem = f"wording {templates[0].value!r} needs a skos:example@{lang} and a weight in (0,1]"
                raise self._fail(node, problem)
            found.append(
                Wording(
                    f"{name}.{lang}.{counts[lang]:02d}",
                    lang,
                    templates[0].value,
                    weight,
                    examples,
                    self._texts(blank, AIG + "counterExample", lang),
                )
            )
        missing = [lang for lang in LANGS if not counts[lang]]
        if missing:
            raise self._fail(node, f"has no aig:wording in {', '.join(missing)}")
        return tuple(found)

    def _words(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Word classes: names that templates use for a group of words, e.g. {RELEASE}."""
        found = {}
        for name, node in self._of_type(AIG + "WordClass"):
            key = self._one(node, SKOS + "notation") or name
            for lang in LANGS:
                if words := self._texts(node, AIG + "word", lang):
                    found[key, lang] = words
        return found


def _lang(literal: RdfLiteral) -> str:
    return str(getattr(literal, "language", None) or "")
