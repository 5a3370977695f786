"""Reads the RDF graph back into plain records: things, documents, and facts with the sentences they stand on.

Everything that shows or counts the graph (projection, exporters, page) starts here, so that the RDF shape is known in
one place. It makes few passes over the store, one a predicate, and keeps no quad. It refuses to infer: a class or
relation that is not written in the store is not in the result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aigraph.schema import AIG, DCTERMS, ID, OA, PROV, RDF, RDFS, SCHEMA, SKOS, XSD, load_schema

if TYPE_CHECKING:
    import pyoxigraph

RESULT_TYPE = "BenchmarkResult"
# Properties that hold a statement, result or event together; every other aig: property says something.
_BOOKKEEPING = frozenset(
    {"confidence", "polarity", "eventType", "date", "participant", "model", "benchmark"}
    | {"sourceConfidence", "preferredName", "otherName", "rule"}  # how it was read, not what was said
)
_TITLES = (SCHEMA + "headline", SCHEMA + "name", DCTERMS + "title", RDFS + "label")
_DATES = (SCHEMA + "datePublished", DCTERMS + "issued", DCTERMS + "date")

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Source:
    """One place in one document: the quote, with its offsets in characters where the graph has them.

    `speaker` is who says it there, in an interview or talk: the id of a thing, or a name as written.
    """

    document: str
    quote: str
    start: int | None = None
    end: int | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A document the graph was read from. Dates are ISO, as exact as known, or None."""

    id: str
    title: str
    date: str | None = None
    lang: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """A node: one named thing or event. `labels` maps a language tag ("" where none is given) to the preferred name."""

    id: str
    iri: str
    type: str
    subtype: str | None
    labels: tuple[tuple[str, str], ...]
    aliases: tuple[tuple[str, str], ...] = ()  # (text, language tag)
    event_type: str | None = None
    date: str | None = None  # events only

    @property
    def label(self) -> str:
        """The name to show where no language is asked for: English, else any, else the id."""
        return self.label_in("en")

    def label_in(self, lang: str) -> str:
        """The preferred name in `lang` ("en" or "zh"), else a preferred name in any language, else the id."""
        for tag, text in self.labels:
            if tag.lower().split("-")[0] == lang:
                return text
        return self.labels[0][1] if self.labels else self.id


@dataclass(frozen=True, slots=True)
class Fact:
    """A relation (object is a Thing id), a figure (object is a value), or a result (a relation with a value)."""

    id: str
    subject: str
    predicate: str
    object: Value
    is_figure: bool
    qualifiers: tuple[tuple[str, Value], ...] = ()
    polarity: str = "asserted"
    confidence: float = 1.0
    sources: tuple[Source, ...] = ()


@dataclass(slots=True)
class Facts:
    """A whole graph as records; every list and dict is in sorted order."""

    things: dict[str, Thing] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)


def short(iri: str) -> str:
    """The id a person would write: the part after the project's id namespace, or the IRI itself elsewhere."""
    return iri[len(ID) :] if iri.startswith(ID) else iri


def value_of(term: Any) -> Value:
    """The Python value of a term: numbers and booleans as such, everything else as text."""
    datatype = getattr(term, "datatype", None)
    if datatype is None:
        return short(_name(term))
    kind = datatype.value.removeprefix(XSD)
    text: str = term.value
    try:
        if kind in {"integer", "long", "int", "nonNegativeInteger"}:
            return int(text)
        if kind in {"decimal", "double", "float"}:
            number = float(text)
            return int(number) if number.is_integer() and abs(number) < 2**53 else number
    except ValueError:
        return text  # an ill-typed literal stays readable as it was written
    return text in {"true", "1"} if kind == "boolean" else text


def _name(term: Any) -> str:
    """A key for a subject or object node; blank nodes keep their mark."""
    return term.value if type(term).__name__ != "BlankNode" else f"_:{term.value}"


class _Columns:
    """Column-wise access to a store: its merged (default) graph where that holds the statements, else all graphs."""

    def __init__(self, store: pyoxigraph.Store) -> None:
        from pyoxigraph import DefaultGraph, NamedNode

        self.store = store
        merged = next(store.quads_for_pattern(None, NamedNode(RDF + "subject"), None, DefaultGraph()), None)
        self.graph = DefaultGraph() if merged is not None else None

    def pairs(self, predicate: str) -> Iterator[tuple[str, Any]]:
        """(subject, object term) of every quad with this predicate; the same pair may come twice from two graphs."""
        from pyoxigraph import NamedNode

        for quad in self.store.quads_for_pattern(None, NamedNode(predicate), None, self.graph):
            yield _name(quad.subject), quad.object

    def one(self, *predicates: str) -> dict[str, Any]:
        """subject -> least value, of the first predicate that has one: the same answer in any order of reading."""
        found: dict[str, Any] = {}
        for predicate in predicates:
            here: dict[str, Any] = {}
            for subject, term in self.pairs(predicate):
                if subject not in found and (subject not in here or str(term) < str(here[subject])):
                    here[subject] = term
            found.update(here)
        return found

    def many(self, predicate: str) -> dict[str, list[str]]:
        """subject -> sorted object names, each once."""
        found: dict[str, set[str]] = {}
        for subject, term in self.pairs(predicate):
            found.setdefault(subject, set()).add(_name(term))
        return {subject: sorted(names) for subject, names in found.items()}

    def predicates(self) -> list[str]:
        """Every predicate in use, sorted."""
        rows = self.store.query("SELECT DISTINCT ?p WHERE { ?s ?p ?o }", use_default_graph_as_union=self.graph is None)
        return sorted(row["p"].value for row in rows)  # type: ignore[union-attr,index]


def read_facts(store: pyoxigraph.Store) -> Facts:
    """All things, documents and facts of `store` (default and named graphs together), in a stable order.

    Statements of every polarity are returned; plain triples that no statement backs are kept with confidence 1 and no
    source, so that a graph from elsewhere can be looked at as well.
    """
    columns = _Columns(store)
    out = Facts()
    classes = columns.many(RDF + "type")
    out.things = _things(columns, classes)
    sources = _Sources(columns)
    out.articles = _articles(columns, sources.documents())
    confidence = columns.one(AIG + "confidence")
    polarity = columns.one(AIG + "polarity")

    def graded(key: str, **parts: Any) -> Fact:
        grade = confidence.get(key)
        return Fact(
            id=short(key),
            polarity=polarity[key].value if key in polarity else "asserted",
            confidence=float(grade.value) if grade is not None else 1.0,
            sources=sources.of(key),
            **parts,
        )

    skeleton = _skeleton(columns, classes, out.things)
    qualifiers, plain = _said(columns, skeleton, out.things)
    facts = [graded(key, **parts, qualifiers=_sorted(qualifiers.get(key, []))) for key, parts in skeleton.items()]
    for more in (_participations(columns, out.things, graded), plain):  # only what nothing above has said already
        known = {(f.subject, f.predicate, f.object) for f in facts}
        facts += [f for f in more if (f.subject, f.predicate, f.object) not in known]
    out.facts = sorted(facts, key=lambda f: (f.subject, f.predicate, str(f.object), str(f.qualifiers), f.id))
    return out


def _things(columns: _Columns, classes: dict[str, list[str]]) -> dict[str, Thing]:
    core = {AIG + name: name for name in load_schema().core_types}
    preferred: dict[str, set[tuple[str, str]]] = {}
    other: dict[str, set[tuple[str, str]]] = {}
    for predicate, into in ((SKOS + "prefLabel", preferred), (SKOS + "altLabel", other), (RDFS + "label", other)):
        for subject, term in columns.pairs(predicate):
            if term.value.strip():
                into.setdefault(subject, set()).add((getattr(term, "language", None) or "", term.value))
    event_type, date = columns.one(AIG + "eventType"), columns.one(AIG + "date")
    things = []  # the vocabulary promises a core class beside any subclass
    for iri, kinds in classes.items():
        mine = [core[k] for k in kinds if k in core]
        if not mine:
            continue
        labels = sorted(preferred.get(iri, set()) or other.get(iri, set()))
        taken = {text for _, text in labels}
        aliases = sorted((text, tag) for tag, text in other.get(iri, set()) if text not in taken)
        kind = event_type[iri].value if iri in event_type else None
        if not labels and kind:
            labels = [("", kind)]
        sub = next((k[len(AIG) :] for k in kinds if k.startswith(AIG) and k not in core), None)
        day = date[iri].value if iri in date else None
        things.append(Thing(short(iri), iri, mine[0], sub, tuple(labels), tuple(aliases), kind, day))
    return {thing.id: thing for thing in sorted(things, key=lambda t: t.id)}


def _articles(columns: _Columns, wanted: set[str]) -> dict[str, Article]:
    for subject, term in columns.pairs(RDF + "type"):
        if term.value == SCHEMA + "Article":
            wanted.add(subject)
    titles, dates = columns.one(*_TITLES), columns.one(*_DATES)
    langs, urls = columns.one(SCHEMA + "inLanguage", DCTERMS + "language"), columns.one(SCHEMA + "url")

    def text(column: dict[str, Any], key: str) -> str | None:
        return column[key].value if key in column else None

    found = {}
    for key in sorted(wanted):
        name = short(key)
        title = text(titles, key) or name
        found[name] = Article(name, title, text(dates, key), text(langs, key), text(urls, key))
    return found


class _Sources:
    """Statement -> places in documents, through occurrence and selectors."""

    def __init__(self, columns: _Columns) -> None:
        self.derived = columns.many(PROV + "wasDerivedFrom")
        self.source = columns.one(OA + "hasSource")
        self.selectors = columns.many(OA + "hasSelector")
        self.exact = columns.one(OA + "exact")
        self.start = columns.one(OA + "start")
        self.end = columns.one(OA + "end")
        self.speaker = columns.one(AIG + "saidBy")

    def documents(self) -> set[str]:
        """The IRI of every document something was read from."""
        return {_name(term) for term in self.source.values()}

    def of(self, key: str) -> tuple[Source, ...]:
        """The places a statement, result or event stands on, by document and offset."""
        found = set()
        for place in self.derived.get(key, ()):
            if place not in self.source:
                continue
            chosen = [place, *self.selectors.get(place, ())]
            quote = next((self.exact[s].value for s in chosen if s in self.exact), "")
            start = next((int(self.start[s].value) for s in chosen if s in self.start), None)
            end = next((int(self.end[s].value) for s in chosen if s in self.end), None)
            speaker = str(value_of(self.speaker[place])) if place in self.speaker else None
            found.add(Source(short(_name(self.source[place])), quote, start, end, speaker))
        return tuple(sorted(found, key=lambda s: (s.document, s.start or 0, s.end or 0, s.quote)))


def _skeleton(
    columns: _Columns, classes: dict[str, list[str]], things: dict[str, Thing]
) -> dict[str, dict[str, Any]]:
    """Statement or result key -> subject, predicate, object, is_figure; only those whose ends are known things."""
    found: dict[str, dict[str, Any]] = {}
    subject, predicate, obj = (columns.one(RDF + part) for part in ("subject", "predicate", "object"))
    for key in subject.keys() & predicate.keys() & obj.keys():
        name = predicate[key].value
        is_figure = hasattr(obj[key], "datatype")
        about, value = short(_name(subject[key])), value_of(obj[key])
        if about in things and name.startswith(AIG) and (is_figure or value in things):
            found[key] = {"subject": about, "predicate": name[len(AIG) :], "object": value, "is_figure": is_figure}
    model, benchmark = columns.one(AIG + "model"), columns.one(AIG + "benchmark")
    for key in model.keys() & benchmark.keys():
        about, test = short(_name(model[key])), short(_name(benchmark[key]))
        if AIG + RESULT_TYPE in classes.get(key, ()) and about in things and test in things:
            found[key] = {"subject": about, "predicate": "evaluatedOn", "object": test, "is_figure": False}
    return dict(sorted(found.items()))


def _said(
    columns: _Columns, skeleton: dict[str, dict[str, Any]], things: dict[str, Thing]
) -> tuple[dict[str, list[tuple[str, Value]]], list[Fact]]:
    """Qualifiers of the statements and results, and the plain triples about things."""
    schema = load_schema()
    qualifiers: dict[str, list[tuple[str, Value]]] = {}
    plain: set[Fact] = set()
    for predicate in columns.predicates():
        name = predicate.removeprefix(AIG)
        if name == predicate or name in _BOOKKEEPING:
            continue
        for subject, term in columns.pairs(predicate):
            if subject in skeleton:
                qualifiers.setdefault(subject, []).append((name, value_of(term)))
            elif (about := short(subject)) in things and (name in schema.relations or name in schema.figures):
                is_figure = hasattr(term, "datatype")
                value = value_of(term)
                if is_figure or value in things:
                    plain.add(Fact(f"{about} {name} {value}", about, name, value, is_figure))
    return qualifiers, list(plain)


def _participations(columns: _Columns, things: dict[str, Thing], graded: Any) -> list[Fact]:
    """What an event lists as its participants, turned round so that it reads like any other relation."""
    found = []
    for event, members in columns.many(AIG + "participant").items():
        for member in map(short, members):
            if short(event) in things and member in things:
                fact = graded(event, subject=member, predicate="participatedIn", object=short(event), is_figure=False)
                found.append(fact)
    return found


def _sorted(pairs: list[tuple[str, Value]]) -> tuple[tuple[str, Value], ...]:
    return tuple(sorted(set(pairs), key=lambda pair: (pair[0], str(pair[1]))))
