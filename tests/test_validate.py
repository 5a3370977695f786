"""Checking: shapes in batches, quotes against offsets and texts, and findings for people."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from tests.made_extractions import TEXT, extraction

from aigraph.cli import main
from aigraph.errors import OntologyError
from aigraph.graph.rdf import entity_node, term
from aigraph.model import Event, Extraction, Statement
from aigraph.paths import ontology_dir
from aigraph.quality.validate import validate
from aigraph.schema import load_schema
from aigraph.storage.store import GraphStore

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix aig: <https://w3id.org/aigraph/ontology#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
aig:StatementShape a sh:NodeShape ; sh:targetClass rdf:Statement ;
  sh:property [ sh:path aig:confidence ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:decimal ] ;
  sh:property [ sh:path prov:wasDerivedFrom ; sh:minCount 1 ;
    sh:class oa:SpecificResource ; sh:node aig:PassageShape ] .
aig:PassageShape a sh:NodeShape ; sh:property [ sh:path ( oa:hasSelector oa:exact ) ; sh:minCount 1 ] .
aig:ModelShape a sh:NodeShape ; sh:targetClass aig:Model ;
  sh:property [ sh:path skos:prefLabel ; sh:minCount 1 ; sh:uniqueLang true ] ;
  sh:property [ sh:path aig:developedBy ; sh:class aig:Organization ;
    sh:message "made by something that is no organisation" ] ;
  sh:property [ sh:path aig:contextLength ; sh:minInclusive 200000 ;
    sh:severity sh:Warning ; sh:message "implausible" ] .
"""


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    file = tmp_path / "shapes.ttl"
    file.write_text(SHAPES, encoding="utf-8")
    return file


@pytest.fixture
def store() -> GraphStore:
    return GraphStore.build([extraction("a.txt"), extraction("b.txt", extra_text="B.")])


@pytest.mark.parametrize("batch", [10, 100_000])
def test_a_good_graph_conforms_in_batches_of_any_size(store: GraphStore, shapes: Path, batch: int):
    report = validate(store, shapes=shapes, batch=batch)

    assert report.conforms
    assert report.triples == len(store)
    assert report.quotes == 10
    assert [(finding.severity, finding.subject, finding.value) for finding in report.findings] == [
        ("Warning", "Xinghe-2 contextLength 128000", "128000")
    ]


def test_the_written_file_is_checked_the_same_way(store: GraphStore, shapes: Path, tmp_path: Path):
    store.dump(tmp_path / "graph.ttl")

    assert validate(tmp_path / "graph.ttl", shapes=shapes) == validate(store, shapes=shapes)


def test_a_wrong_type_is_told_with_fact_message_and_property(store: GraphStore, shapes: Path):
    store.inner.add(ox.Quad(entity_node("xinghe-2"), term("developedBy"), entity_node("li-ming")))

    report = validate(store, shapes=shapes, batch=10)

    assert not report.conforms
    finding = report.findings[0]
    assert (finding.subject, finding.severity, finding.path) == ("Xinghe-2", "Violation", "aig:developedBy")
    assert finding.message == "made by something that is no organisation"
    assert finding.value == "id:li-ming"
    text = "\n".join(report.lines())
    assert "1 violation(s), 1 warning(s)" in text
    assert "Violation: Xinghe-2: made by something that is no organisation" in text


def test_a_fact_without_confidence_is_told_with_its_sentence(store: GraphStore, shapes: Path):
    (fact,) = [
        quad.subject
        for quad in store.inner.quads_for_pattern(None, term("rdf:predicate"), term("worksFor"), ox.DefaultGraph())
    ]
    for quad in list(store.inner.quads_for_pattern(fact, term("confidence"), None, ox.DefaultGraph())):
        store.inner.remove(quad)

    (finding,) = [item for item in validate(store, shapes=shapes).findings if item.severity == "Violation"]

    assert finding.subject == "Li Ming worksFor Example AI"
    assert finding.sentence == "Li Ming is CEO of Example AI"
    assert finding.path == "aig:confidence"


def test_quotes_are_compared_with_the_texts(store: GraphStore, shapes: Path):
    ids = sorted(store.documents())
    texts = {ids[0]: TEXT, ids[1]: TEXT + "B."}
    changed = texts | {ids[1]: "?" + TEXT}

    good = validate(store, shapes=shapes, texts=texts)
    bad = validate(store, shapes=shapes, texts=changed)

    assert (good.quotes, good.texts, good.conforms) == (10, 10, True)
    violations = [item for item in bad.findings if item.severity == "Violation"]
    assert len(violations) == 5
    assert all(item.message.startswith("the text reads") for item in violations)
    assert violations[0].subject == "a passage of b.txt"


def test_offsets_that_do_not_fit_the_quote_are_found_without_the_text(store: GraphStore, shapes: Path):
    end = next(quad for quad in store.inner.quads_for_pattern(None, term("oa:end"), None, ox.DefaultGraph()))
    store.inner.remove(end)
    store.inner.add(ox.Quad(end.subject, end.predicate, ox.Literal(9999)))

    messages = [item.message for item in validate(store, shapes=shapes).findings if item.severity == "Violation"]

    assert len(messages) == 1
    assert "characters, its offsets" in messages[0]


def test_one_document_can_be_checked_alone(store: GraphStore, shapes: Path):
    first = sorted(store.documents())[0]

    part = validate(store, shapes=shapes, documents=[first])

    assert part.conforms
    assert part.quotes == 5
    assert 0 < part.triples < len(store)


def test_findings_can_be_cut_short(store: GraphStore, shapes: Path):
    for number in range(5):
        store.inner.add(ox.Quad(entity_node(f"model-{number}"), term("rdf:type"), term("Model")))

    lines = list(validate(store, shapes=shapes).lines(limit=2))

    assert sum(line.startswith("Violation") for line in lines) == 2
    assert lines[-1] == "... and 4 more"


@pytest.mark.parametrize(
    "content",
    [
        None,
        "no turtle",
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <a:b> a sh:NodeShape ; sh:targetNode <a:c> ; sh:minLength <a:d> .",
    ],
)
def test_missing_or_broken_shapes_are_named(store: GraphStore, tmp_path: Path, content: str | None):
    file = tmp_path / "broken.ttl"
    if content is not None:
        file.write_text(content, encoding="utf-8")

    with pytest.raises(OntologyError, match=r"shapes|broken\.ttl"):
        validate(store, shapes=file)


# -- what is implausible ----------------------------------------------------------------------------------------------


def with_figure(predicate: str, value: object, *, subject: str = "xinghe-2", **more: str) -> Extraction:
    """The made extraction with one more figure, on its first sentence."""
    found = extraction("odd.txt")
    figure = Statement(subject, predicate, value, True, found.statements[0].evidence, **more)  # type: ignore[arg-type]
    return replace(found, statements=(figure,), results=(), events=())


@pytest.mark.parametrize(
    ("predicate", "value", "subject", "says"),
    [
        ("contextLength", 128, "xinghe-2", "context length: implausible value [256 ... 1000000000]"),
        ("releaseDate", "1925", "xinghe-2", "release date: implausible year [1940 ... 2099]"),
        ("releaseDate", "1925-03", "xinghe-2", "release date: implausible year [1940 ... 2099]"),
        ("foundedDate", "0225", "example-ai", "founded on: implausible year [1000 ... 2099]"),
        ("birthDate", "1025-01-01", "li-ming", "born on: implausible year [1500 ... 2099]"),
        ("parameterCount", 7, "xinghe-2", "parameter count: implausible value [100000 ... 100000000000000]"),
        ("releaseDate", "2025-03", "xinghe-2", "after the publication of its document: a plan, or a date read wrongly: "
         "2025-03 > 2025-02-03"),
    ],
)  # fmt: skip
def test_implausible_values_flag_with_fact_sentence_and_bounds(predicate: str, value: object, subject: str, says: str):
    store = GraphStore.build([with_figure(predicate, value, subject=subject)])
    before = list(store.lines())

    report = validate(store)

    (finding,) = report.findings
    assert finding.severity == "Warning"
    assert says in finding.message
    assert finding.subject.endswith(f"{predicate} {value}")
    assert finding.passages == (("odd.txt", "示例智能于2025年1月发布了星河-2模型，上下文 128K。"),)
    assert finding.fact.startswith("statement/")
    assert report.conforms
    assert list(store.lines()) == before
    text = "\n".join(report.lines())
    assert f"look at it: aigraph explain {finding.fact}" in text
    assert "in odd.txt: “示例智能于2025年1月发布了星河-2模型，上下文 128K。”" in text


@pytest.mark.parametrize(
    ("predicate", "value", "polarity"),
    [("contextLength", 512, "asserted"), ("releaseDate", "2025", "asserted"), ("releaseDate", "2031", "planned"),
     ("releaseDate", "2025-02-03", "reported"), ("releaseDate", "1956", "asserted")],
)  # fmt: skip
def test_what_can_be_is_not_flagged(predicate: str, value: object, polarity: str):
    store = GraphStore.build([with_figure(predicate, value, polarity=polarity)])

    assert not validate(store).findings


def test_an_event_of_long_ago_a_thing_related_to_itself_and_more_active_than_all_parameters_are_flagged():
    found = with_figure("parameterCount", 7_000_000)
    read = found.statements[0].evidence
    store = GraphStore.build([
        replace(
            found,
            statements=(
                *found.statements,
                Statement("xinghe-2", "activeParameterCount", 9_000_000, True, read),
                Statement("xinghe-2", "variantOf", "xinghe-2", False, read),
            ),
            events=(Event("Release", "1925", ("xinghe-2",), read), Event("Release", "2031", ("xinghe-2",), read)),
        )
    ])  # fmt: skip

    found_wrong = {(f.severity, f.message.split(":")[0]) for f in validate(store).findings}

    assert found_wrong == {
        ("Warning", "active parameter count"),
        ("Warning", "a thing is related to itself"),
        ("Warning", "implausible year of an event [1940 ... 2099]"),
        ("Warning", "a stated date lies after the publication of its document"),
    }


def test_findings_are_told_in_either_language():
    store = GraphStore.build([with_figure("contextLength", 128)])

    english, chinese = (validate(store, lang=lang).findings[0] for lang in ("en", "zh-Hans"))

    assert english.message.startswith("context length: implausible value [")
    assert chinese.message.startswith("上下文长度：数值不合常理 [")
    assert chinese.subject == "星河-2 contextLength 128"


def test_the_report_itself_is_in_the_language_asked_for(store: GraphStore, shapes: Path):
    odd = GraphStore.build([with_figure("contextLength", 128)])
    english, chinese = ("\n".join(validate(odd, lang=lang).lines()) for lang in ("en", "zh-Hant"))

    assert "Warning: " in english and "look at it: aigraph explain" in english and "quotes checked" in english
    assert not re.search(r"Warning|look at|checked|quotes|[a-z]\(s\)", chinese)
    assert "警告：星河-2 contextLength 128：" in chinese and "查看：aigraph explain statement/" in chinese
    assert "已检查" in chinese and "警告 1 条" in chinese

    ids = sorted(store.documents())
    wrong = validate(store, shapes=shapes, texts={ids[0]: "?"}, lang="zh-Hans").findings[0]
    assert wrong.message.startswith("原文 ") and wrong.subject.endswith("中的一段")


def test_the_command_writes_text_or_rows(tmp_path: Path):
    GraphStore.build([with_figure("contextLength", 128)]).dump(tmp_path / "graph.nq")
    call = ["validate", "--graph", str(tmp_path / "graph.nq")]

    text, rows = (CliRunner().invoke(main, [*call, "--format", form]) for form in ("text", "json"))

    assert (text.exit_code, rows.exit_code) == (0, 0)
    assert "0 violation" not in text.output
    assert "1 warning(s)" in text.output
    (row,) = json.loads(rows.stdout)
    assert (row["severity"], row["subject"], row["document"]) == ("Warning", "Xinghe-2 contextLength 128", "odd.txt")


def test_a_graph_of_every_kind_of_fact_fits_the_shapes_that_ship(store: GraphStore):
    if not (ontology_dir() / "shapes.ttl").is_file():
        pytest.skip("ontology/shapes.ttl is not there")

    report = validate(store)

    assert report.conforms, "\n".join(report.lines())


def test_an_added_relation_is_checked_by_what_its_stanza_says(store: GraphStore, monkeypatch: pytest.MonkeyPatch):
    """No list and no shape is written for it: domain, range and label come from the ontology."""
    schema = load_schema()
    added = replace(
        schema.relations["partOf"], name="mentors", domain=("Person",), range=("Person", "Organization"),
        labels={"en": "mentors", "zh": "指导"},
    )  # fmt: skip
    grown = replace(schema, relations={**schema.relations, "mentors": added})
    person, firm, model = (entity_node(name) for name in ("li-ming", "example-ai", "xinghe-2"))
    store.inner.add(ox.Quad(person, term("mentors"), firm))
    unknown = [ox.NamedNode(f"https://w3id.org/aigraph/id/statement/{n}") for n in ("a", "b")]
    for node, name in zip(unknown, ("mentors", "mentor"), strict=True):
        for predicate, value in (("rdf:type", term("rdf:Statement")), ("rdf:predicate", term(name))):
            store.inner.add(ox.Quad(node, term(predicate), value))

    def said() -> set[tuple[str, str]]:
        found = validate(store).findings
        return {(f.message, f.iri.rsplit("/", 1)[1]) for f in found if re.search("vocabulary|class", f.message)}

    assert said() == {("needs one property of the vocabulary", "a"), ("needs one property of the vocabulary", "b")}
    monkeypatch.setattr("aigraph.quality.validate.load_schema", lambda: grown)
    assert said() == {("needs one property of the vocabulary", "b")}
    store.inner.add(ox.Quad(model, term("mentors"), model))
    assert said() == {
        ("needs one property of the vocabulary", "b"),
        ("mentors: the subject is of another class", "xinghe-2"),
        ("mentors: the object is of another class", "xinghe-2"),
    }


def test_a_kind_of_event_that_the_ontology_does_not_know_is_a_violation():
    found = extraction("a.txt")
    odd = replace(found.events[0], type="Picnic")

    report = validate(GraphStore.build([replace(found, events=(odd, *found.events[1:]))]))

    assert [f.message for f in report.findings if f.severity == "Violation"] == ["needs a kind of the scheme"]


def test_a_text_that_is_not_in_the_graph_is_named(tmp_path: Path):
    GraphStore.build([extraction("a.txt"), extraction("b.txt")]).dump(tmp_path / "graph.nq")
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "other.txt").write_text("Something else.", encoding="utf-8")
    (folder / "renamed.txt").write_text(TEXT, encoding="utf-8", newline="")
    (folder / "empty.txt").write_bytes(b"")

    result = CliRunner().invoke(main, ["validate", "-g", str(tmp_path / "graph.nq"), "--text", str(folder)])

    told = result.stderr.splitlines()
    assert len(told) == 2
    assert told[0].endswith("empty.txt: is empty; there is nothing to read")
    assert told[1].endswith("other.txt: no document of the graph has this text; nothing was compared with it")
    assert "(10 against their text)" in result.stdout
