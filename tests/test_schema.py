"""The ontology as records: complete in both languages, consistent with itself and with the vocabulary's contract."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from aigraph.errors import OntologyError
from aigraph.model import POLARITIES
from aigraph.paths import ontology_dir
from aigraph.schema import AIG, FILES, LANGS, PREFIXES, load_schema

SCHEMA = load_schema()
CORE = [
    "Organization",
    "Model",
    "Person",
    "Hardware",
    "Benchmark",
    "Event",
    "Software",
    "Technique",
    "Dataset",
    "Publication",
]
RELATIONS = [
    "developedBy",
    "authoredBy",
    "worksFor",
    "founderOf",
    "studiedAt",
    "partOf",
    "investedIn",
    "acquired",
    "partnerOf",
    "competitorOf",
    "variantOf",
    "successorOf",
    "basedOn",
    "usesTechnique",
    "trainedOnHardware",
    "trainedOnDataset",
    "supports",
    "evaluatedOn",
    "outperforms",
    "uses",
    "describes",
    "participatedIn",
]
FIGURES = [
    "releaseDate",
    "foundedDate",
    "birthDate",
    "parameterCount",
    "activeParameterCount",
    "contextLength",
    "trainingTokens",
    "trainingCost",
    "license",
    "price",
    "memory",
    "power",
    "transistorCount",
    "computePerformance",
    "valuation",
    "fundingAmount",
    "revenue",
    "userCount",
    "employeeCount",
    "location",
]
EVENTS = [
    "Release",
    "Funding",
    "Acquisition",
    "Conference",
    "Award",
    "Policy",
    "Personnel",
    "PriceChange",
    "Partnership",
    "Legal",
    "Other",
]


def test_vocabulary_is_whole() -> None:
    """Every class and property of the contract is there, in its order, and nothing else is called a core class."""
    assert list(SCHEMA.core_types) == CORE
    assert [name for name in SCHEMA.relations if name in RELATIONS] == RELATIONS
    assert [name for name in SCHEMA.figures if name in FIGURES] == FIGURES
    assert [name for name in SCHEMA.events if name in EVENTS] == EVENTS


@pytest.mark.parametrize("name", [*SCHEMA.relations, *SCHEMA.figures, *SCHEMA.entity_types, *SCHEMA.events])
def test_labels_and_meanings_in_both_languages(name: str) -> None:
    """Label and definition are told apart and not empty."""
    for table in (SCHEMA.relations, SCHEMA.figures, SCHEMA.entity_types, SCHEMA.events):
        term = table.get(name)
        if term is not None:
            assert set(term.labels) == set(term.definitions) == set(LANGS)
            assert all(term.labels.values())
            assert all(len(text) > 3 for text in term.definitions.values())


def test_domains_and_ranges_are_core_classes() -> None:
    """What relations and figures connect are the ten core classes, so that no reader needs inference."""
    for relation in SCHEMA.relations.values():
        assert set(relation.domain) | set(relation.range) <= set(CORE)
    for figure in SCHEMA.figures.values():
        assert set(figure.domain) <= set(CORE)
        assert figure.kinds


def test_symmetric_and_same_kind_relations() -> None:
    """Partner and competitor hold both ways; comparisons stay within one kind of thing."""
    assert [name for name in RELATIONS if SCHEMA.relations[name].symmetric] == ["partnerOf", "competitorOf"]
    assert SCHEMA.allows("variantOf", "Model", "Model")
    assert not SCHEMA.allows("variantOf", "Model", "Hardware")
    assert SCHEMA.allows("worksFor", "Person", "University")
    assert not SCHEMA.allows("worksFor", "Company", "Person")


def test_subclasses_know_their_core_class_and_colour() -> None:
    """A company is an organisation, also in drawings."""
    assert SCHEMA.core("Company") == "Organization"
    assert SCHEMA.entity_types["Company"].colour == SCHEMA.entity_types["Organization"].colour
    assert all(t.colour and t.colour.startswith("#") for t in SCHEMA.entity_types.values())


def test_unknown_names_list_the_known() -> None:
    """A mistyped class or property is an error that helps."""
    with pytest.raises(OntologyError, match=r"known: .*Organization"):
        SCHEMA.core("Organisation")
    with pytest.raises(OntologyError, match="developedBy"):
        SCHEMA.predicate("developed")


def test_figures_carry_unit_and_bounds() -> None:
    """Plausibility is data."""
    context = SCHEMA.figures["contextLength"]

    assert context.unit == "token"
    assert context.bounds == (256.0, 1e9)
    assert SCHEMA.figures["valuation"].functional
    assert SCHEMA.figures["price"].keys == ("currency", "per", "condition")
    assert SCHEMA.figures["birthDate"].unchanging and not SCHEMA.figures["price"].unchanging


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A private copy of the ontology's Turtle."""
    for name in FILES:
        shutil.copy(ontology_dir() / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("cut", "message"),
    [
        ('rdfs:label "acquired"@en , "收购"@zh ;', "rdfs:label@en"),
        ("rdfs:domain aig:Organization ;", "rdfs:domain"),
        ("rdfs:range aig:Organization ;", "rdfs:range"),
        (', "收购"@zh', "rdfs:label@zh"),
    ],
)
def test_incomplete_stanza_is_named(copy: Path, cut: str, message: str) -> None:
    """A stanza that lacks a label, domain or range is refused, with the file and what is missing."""
    text = (copy / "relations.ttl").read_text(encoding="utf-8")
    assert cut in text
    (copy / "relations.ttl").write_text(text.replace(cut, ""), encoding="utf-8")

    with pytest.raises(OntologyError, match=f"relations.ttl.*{message}"):
        load_schema(copy)


STANZA = """
@prefix aig: <https://w3id.org/aigraph/ontology#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
aig:mentors a aig:Relation ; rdfs:label "mentors"@en , "指导"@zh ; skos:definition "Advises."@en , "担任导师。"@zh ;
    rdfs:domain aig:Person ; rdfs:range aig:Person {wordings} .
"""
EN = """; aig:wording [ aig:template "{s} mentors {o}"@en ; aig:weight 0.9 ;
    skos:example "[A|Person|s] mentors [B|Person|o]"@en ]"""
ZH = """; aig:wording [ aig:template "{s}指导{o}"@zh ; aig:weight 0.9 ;
    skos:example "[甲|Person|s]指导[乙|Person|o]"@zh ]"""


@pytest.mark.parametrize(
    ("wordings", "message"),
    [
        (EN, "no aig:wording in zh"),
        (ZH, "no aig:wording in en"),
        (EN + ZH.split(" ;\n    skos:example")[0] + "]", "skos:example@zh"),
        (EN + ZH.replace("aig:weight 0.9 ;", ""), "weight"),
    ],
)
def test_incomplete_wording_is_named(copy: Path, wordings: str, message: str) -> None:
    """A property needs wordings in both languages, each with example and weight."""
    with (copy / "relations.ttl").open("a", encoding="utf-8") as file:
        file.write(STANZA.replace("{wordings}", wordings))

    with pytest.raises(OntologyError, match=message):
        load_schema(copy)


def test_a_relation_is_added_by_one_stanza(copy: Path) -> None:
    """The complete stanza is all a new relation takes."""
    with (copy / "relations.ttl").open("a", encoding="utf-8") as file:
        file.write(STANZA.replace("{wordings}", EN + ZH))

    added = load_schema(copy).relations["mentors"]

    assert added.domain == ("Person",)
    assert [w.id for w in added.wordings] == ["mentors.en.01", "mentors.zh.01"]


def test_missing_and_broken_files(copy: Path) -> None:
    """A missing file and a syntax error are told apart."""
    (copy / "events.ttl").write_text("aig:Broken a", encoding="utf-8")
    with pytest.raises(OntologyError, match="not valid Turtle"):
        load_schema(copy)

    (copy / "events.ttl").unlink()
    with pytest.raises(OntologyError, match="missing"):
        load_schema(copy.parent / copy.name / ".")


def test_prefixes_are_the_contract() -> None:
    """schema.org is written with https, our own terms under one namespace."""
    assert PREFIXES["schema"] == "https://schema.org/"
    assert PREFIXES["aig"] == AIG
    assert SCHEMA.relations["developedBy"].iri == AIG + "developedBy"


def test_every_turtle_file_parses_and_every_own_term_is_defined() -> None:
    """All files of the folder are valid, and an aig: term that is used is also described somewhere."""
    from pyoxigraph import NamedNode, RdfFormat, parse

    described, used = set(), set()
    for path in sorted(ontology_dir().glob("*.ttl")):
        for quad in parse(path=str(path), format=RdfFormat.TURTLE):
            used |= {t.value for t in (quad.predicate, quad.object) if isinstance(t, NamedNode)}
            if quad.predicate.value.endswith(("#label", "#type")):
                described.add(getattr(quad.subject, "value", ""))

    assert {term for term in used if term.startswith(AIG)} <= described


def test_polarity_scheme_equals_the_records() -> None:
    """The SKOS scheme of polarities and model.POLARITIES are one list."""
    from pyoxigraph import NamedNode, RdfFormat, Store

    store = Store()
    store.load(path=str(ontology_dir() / "core.ttl"), format=RdfFormat.TURTLE)
    skos = PREFIXES["skos"]
    concepts = [
        q.subject for q in store.quads_for_pattern(None, NamedNode(skos + "inScheme"), NamedNode(AIG + "Polarities"))
    ]
    names = {next(store.quads_for_pattern(c, NamedNode(skos + "notation"), None)).object.value for c in concepts}

    assert names == set(POLARITIES)


def _shape_rows(query: str) -> set[tuple[str, ...]]:
    """Rows of a query over shapes.ttl, names without prefix."""
    from pyoxigraph import RdfFormat, Store

    store = Store()
    store.load(path=str(ontology_dir() / "shapes.ttl"), format=RdfFormat.TURTLE)
    prefixes = f"PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX aig: <{AIG}> PREFIX rdf: <{PREFIXES['rdf']}> "
    return {tuple(term.value.removeprefix(AIG) for term in row) for row in store.query(prefixes + query)}


def test_shapes_repeat_the_domains_and_ranges_of_the_schema() -> None:
    """SHACL cannot read rdfs:domain unions, so shapes.ttl repeats those of the contract: no drifting apart."""
    either = "sh:class|sh:or/rdf:rest*/rdf:first/sh:class"
    domains = _shape_rows(f"SELECT ?p ?c {{ ?shape sh:targetSubjectsOf ?p ; {either} ?c }}")
    ranges = _shape_rows(f"SELECT ?p ?c {{ ?shape sh:targetSubjectsOf ?p ; sh:property [ sh:path ?p ; {either} ?c ] }}")
    terms = [SCHEMA.predicate(name) for name in (*RELATIONS, *FIGURES)]

    assert domains == {(t.name, c) for t in terms for c in t.domain}
    assert ranges == {(name, c) for name in RELATIONS for c in SCHEMA.relations[name].range}


def test_shapes_repeat_the_bounds_of_the_figures() -> None:
    """Plausible values: one list in figures.ttl, the same in shapes.ttl, as warnings."""
    rows = _shape_rows(
        "SELECT ?p ?low ?high { ?shape sh:targetSubjectsOf ?p ; sh:property "
        "[ sh:path ?p ; sh:minInclusive ?low ; sh:maxInclusive ?high ; sh:severity sh:Warning ] }"
    )
    found = {name: (float(low), float(high)) for name, low, high in rows}

    figures = [SCHEMA.figures[name] for name in FIGURES]
    assert found == {f.name: f.bounds for f in figures if f.bounds[0] is not None}


GOOD = """
@prefix aig: <https://w3id.org/aigraph/ontology#> . @prefix id: <https://w3id.org/aigraph/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix oa: <http://www.w3.org/ns/oa#> .
@prefix schema: <https://schema.org/> .
id:m a aig:Model ; skos:prefLabel "Foo-1"@en ; aig:developedBy id:c ; aig:contextLength 128000 .
id:c a aig:Organization , aig:Company ; skos:prefLabel "Bar"@en .
id:s a rdf:Statement ; rdf:subject id:m ; rdf:predicate aig:developedBy ; rdf:object id:c ;
    aig:confidence 0.9 ; aig:polarity "asserted" ; prov:wasDerivedFrom id:e .
id:e a oa:SpecificResource ; oa:hasSource id:d ; oa:hasSelector id:q , id:p .
id:q a oa:TextQuoteSelector ; oa:exact "Bar released Foo-1" . id:p a oa:TextPositionSelector ; oa:start 0 ; oa:end 18 .
id:d a schema:Article ; schema:name "news" ; aig:sha256 "SHA" .
id:b a aig:Benchmark ; skos:prefLabel "Baz"@en .
id:r a aig:BenchmarkResult ; aig:model id:m ; aig:benchmark id:b ; aig:value 81.2 ; aig:unit "%" ;
    aig:confidence 0.9 ; aig:polarity "reported" ; prov:wasDerivedFrom id:e .
""".replace("SHA", "0" * 64)


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("", "", None),
        ("aig:confidence 0.9", "aig:confidence 1.5", "Violation"),
        ('aig:polarity "asserted"', 'aig:polarity "sure"', "Violation"),
        ('aig:polarity "asserted" ; prov:wasDerivedFrom id:e', 'aig:polarity "asserted"', "Violation"),
        ("oa:start 0", "oa:start 20", "Violation"),
        ("oa:hasSelector id:q , id:p", "oa:hasSelector id:q", "Violation"),
        ("aig:developedBy id:c ;", "aig:developedBy id:b ;", "Violation"),
        ('skos:prefLabel "Bar"@en', 'skos:altLabel "Bar"@en', "Violation"),
        ("aig:contextLength 128000", "aig:contextLength 8", "Warning"),
        ("aig:value 81.2", "aig:value 812", "Warning"),
    ],
)
def test_shapes_find_what_is_wrong(old: str, new: str, severity: str | None) -> None:
    """A sound graph conforms; each single fault is found, implausible values only as warnings."""
    from pyshacl import validate
    from rdflib import Graph, Namespace

    shapes = Graph().parse(ontology_dir() / "shapes.ttl")
    data = Graph().parse(data=GOOD.replace(old, new, 1) if old else GOOD, format="turtle")
    _, report, _ = validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph)
    found = {
        str(s).rpartition("#")[2] for s in report.objects(None, Namespace("http://www.w3.org/ns/shacl#").resultSeverity)
    }

    assert found == ({severity} if severity else set())


def _terms() -> dict[str, dict[str, list[object]]]:
    """Every own term that the files describe: name -> predicate -> values."""
    from pyoxigraph import RdfFormat, parse

    found: dict[str, dict[str, list[object]]] = {}
    for name in FILES:
        for quad in parse(path=str(ontology_dir() / name), format=RdfFormat.TURTLE):
            subject = str(getattr(quad.subject, "value", ""))
            if subject.startswith(AIG):
                facts = found.setdefault(subject.removeprefix(AIG), {})
                facts.setdefault(quad.predicate.value, []).append(quad.object)
    return found


def test_every_term_has_a_label_and_a_meaning_in_both_languages() -> None:
    """Word classes and offices, too: whoever browses the ontology reads them."""
    from aigraph.schema import RDFS, SKOS

    for name, facts in _terms().items():
        for predicate in (RDFS + "label", SKOS + "definition"):
            assert sorted(getattr(v, "language", "") for v in facts.get(predicate, [])) == ["en", "zh"], name


SEVERAL = {"date", "pointInTime", "from", "until", "high", "closedOn", "reviewedOn", "ofDate"}  # datatypes
ANYTHING = {"participant", "closedBy", "ofSubject", "ofProperty", "ofObject", "saidBy", "preferredName", "otherName"}


def test_every_property_has_a_range_unless_several_are_right() -> None:
    """Properties of things and statements; those in which the ontology describes itself are annotations."""
    from aigraph.schema import OWL, RDF, RDFS

    properties = (OWL + "ObjectProperty", OWL + "DatatypeProperty", RDF + "Property")
    without = {
        name
        for name, facts in _terms().items()
        if any(getattr(v, "value", "") in properties for v in facts.get(RDF + "type", []))
        and RDFS + "range" not in facts
    }

    assert without <= SEVERAL | ANYTHING
