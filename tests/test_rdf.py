"""The RDF of one document: shape, typing, identity, and what is never written."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox
import pytest
from tests.made_extractions import ENTITIES, document, extraction, quote

from aigraph.errors import EvidenceMismatch, StoreError
from aigraph.graph.rdf import (
    LOCAL,
    TYPE,
    document_node,
    entity_node,
    figure_literal,
    term,
    typed_literal,
    write_extraction,
)
from aigraph.model import Event, Extraction, Statement


def store_of(*extractions: Extraction) -> ox.Store:
    store = ox.Store()
    for item in extractions:
        store.extend(write_extraction(item))
    return store


def objects(store: ox.Store, subject: ox.NamedNode, predicate: str) -> list[str]:
    found = store.quads_for_pattern(subject, term(predicate), None, None)
    return sorted(getattr(quad.object, "value", "") for quad in found)


def subjects(store: ox.Store, predicate: str, value: ox.NamedNode) -> list[ox.NamedNode]:
    return [quad.subject for quad in store.quads_for_pattern(None, term(predicate), value, None)]


def statements(store: ox.Store, predicate: str) -> list[ox.NamedNode]:
    return subjects(store, "rdf:predicate", term(predicate))


def test_everything_stands_in_the_graph_of_its_document():
    item = extraction()

    graphs = {quad.graph_name for quad in write_extraction(item)}

    assert graphs == {document_node(item.document.id)}
    assert document_node("x").value == "https://w3id.org/aigraph/id/doc/x"


def test_same_input_gives_the_same_quads_in_the_same_order_without_repeats():
    first, second = list(write_extraction(extraction())), list(write_extraction(extraction()))

    assert first == second
    assert len(first) == len(set(first))


def test_asserted_relation_is_a_plain_triple_and_a_statement_with_its_sentence():
    item = extraction()
    store = store_of(item)

    assert objects(store, entity_node("xinghe-2"), "developedBy") == [entity_node("example-ai").value]
    (node,) = statements(store, "developedBy")
    assert objects(store, node, "rdf:subject") == [entity_node("xinghe-2").value]
    assert objects(store, node, "polarity") == ["asserted"]
    assert objects(store, node, "sourceConfidence") == ["0.8"]
    assert objects(store, node, "rule") == ["test.rule"]
    (passage,) = objects(store, node, "prov:wasDerivedFrom")
    selectors = [ox.NamedNode(iri) for iri in objects(store, ox.NamedNode(passage), "oa:hasSelector")]
    (exact,) = [text for selector in selectors for text in objects(store, selector, "oa:exact")]
    (start,) = [text for selector in selectors for text in objects(store, selector, "oa:start")]
    (end,) = [text for selector in selectors for text in objects(store, selector, "oa:end")]
    assert item.document.text[int(start) : int(end)] == exact == "示例智能于2025年1月发布了星河-2模型，上下文 128K。"
    assert objects(store, ox.NamedNode(passage), "oa:hasSource") == [document_node(item.document.id).value]


def test_a_quote_keeps_what_stands_before_and_after_it():
    store = store_of(extraction())
    (selector,) = subjects(store, "oa:exact", ox.Literal("Li Ming is CEO of Example AI"))

    assert objects(store, selector, "oa:prefix")[0].endswith("71.5% on TestBench; ")
    assert objects(store, selector, "oa:suffix")[0].startswith(".\nIt may beat")


def test_facts_of_one_sentence_share_its_passage():
    store = store_of(extraction())
    passages = {
        tuple(objects(store, statements(store, name)[0], "prov:wasDerivedFrom"))
        for name in ("developedBy", "releaseDate", "contextLength")
    }

    assert len(passages) == 1
    (passage,) = passages.pop()
    assert len(objects(store, ox.NamedNode(passage), "oa:hasSelector")) == 2


def test_what_is_not_stated_stands_only_as_a_statement_or_under_a_class_of_its_own():
    store = store_of(extraction())

    assert objects(store, entity_node("xinghe-2"), "outperforms") == []
    (node,) = statements(store, "outperforms")
    assert objects(store, node, "polarity") == ["hypothetical"]
    assert objects(store, node, "onBenchmark") == [entity_node("testbench").value]
    (result,) = subjects(store, "rdf:type", term("UnassertedResult"))
    assert objects(store, result, "model") == [entity_node("othernet-1").value]
    assert len(subjects(store, "rdf:type", term("BenchmarkResult"))) == 1
    assert len(subjects(store, "rdf:type", term("UnassertedEvent"))) == 1
    assert len(subjects(store, "rdf:type", term("Event"))) == 1


@pytest.mark.parametrize("polarity", ["asserted", "reported"])
def test_asserted_and_reported_facts_stand_as_plain_triples(polarity: str):
    base = extraction()
    item = replace(base, statements=(replace(base.statements[0], polarity=polarity),))

    assert objects(store_of(item), entity_node("xinghe-2"), "developedBy")


@pytest.mark.parametrize(
    ("value", "asked", "lexical", "datatype"),
    [
        ("2025-08-21", "date", "2025-08-21", "date"),
        ("2025-08", "date", "2025-08", "gYearMonth"),
        ("2025", "date", "2025", "gYear"),
        ("2025", None, "2025", "string"),
        ("spring 2025", "date", "spring 2025", "string"),
        (671000000000, "integer", "671000000000", "integer"),
        (36000000000.0, "integer", "36000000000", "integer"),
        (20, "decimal", "20", "decimal"),
        (20.0, "decimal", "20", "decimal"),
        (1.5, "integer", "1.5", "decimal"),
        (0.0000001, None, "0.0000001", "decimal"),
        (71.6, None, "71.6", "decimal"),
        (2.0, "string", "2.0", "string"),
        (True, None, "true", "boolean"),
    ],
)
def test_literals_carry_their_type_and_read_as_written(value: object, asked: str | None, lexical: str, datatype: str):
    made = typed_literal(value, asked)

    assert (made.value, made.datatype) == (lexical, term("xsd:" + datatype))


def test_figures_have_the_datatype_of_the_ontology():
    assert figure_literal("price", 20).datatype == term("xsd:decimal")
    assert figure_literal("contextLength", 128000.0).value == "128000"
    assert figure_literal("releaseDate", "2025-08").datatype == term("xsd:gYearMonth")
    assert figure_literal("license", "2.0").datatype == term("xsd:string")
    assert figure_literal("notInTheOntology", 5).datatype == term("xsd:integer")


def test_types_names_and_core_class():
    store = store_of(extraction())

    kinds = objects(store, entity_node("example-ai"), "rdf:type")
    assert kinds == sorted([term("Organization").value, term("Company").value])
    assert objects(store, entity_node("xinghe-2"), "preferredName") == ["Xinghe-2", "星河-2"]
    assert objects(store, entity_node("xinghe-2"), "otherName") == ["Xinghe 2"]


def test_the_document_node_says_what_was_read():
    item = extraction(url="https://example.org/a", title="A title")
    store, node = store_of(item), document_node(item.document.id)

    assert objects(store, node, "rdf:type") == [term("schema:Article").value]
    assert objects(store, node, "schema:name") == ["A title"]
    assert objects(store, node, "schema:datePublished") == ["2025-02-03"]
    assert objects(store, node, "schema:inLanguage") == ["zh-Hans"]
    assert objects(store, node, "schema:url") == ["https://example.org/a"]
    assert objects(store, node, "sha256") == [item.document.sha256]
    assert objects(store, node, "characters") == [str(len(item.document.text))]


def test_qualifiers_are_part_of_what_a_statement_says():
    doc = document()
    office = quote(doc, "Li Ming is CEO of Example AI")
    roles = ("CEO", "founder", "CEO")
    item = Extraction(
        doc,
        ENTITIES,
        tuple(Statement("li-ming", "worksFor", "example-ai", False, (office,), (("role", role),)) for role in roles),
    )

    store = store_of(item)

    assert len(statements(store, "worksFor")) == 2
    assert len(objects(store, entity_node("li-ming"), "worksFor")) == 1


def test_a_qualifier_may_have_several_values_or_none():
    base = extraction()
    offices = replace(base.statements[4], qualifiers=(("role", ("CEO", "founder")), ("until", None)))
    store = store_of(replace(base, statements=(offices,)))

    (node,) = statements(store, "worksFor")
    assert objects(store, node, "role") == ["CEO", "founder"]
    assert objects(store, node, "until") == []


def test_the_same_fact_in_two_documents_is_one_statement_with_two_sources():
    store = store_of(extraction("a.txt"), extraction("b.txt", extra_text="More."))

    nodes = set(statements(store, "developedBy"))
    assert len(nodes) == 1
    assert len(objects(store, nodes.pop(), "prov:wasDerivedFrom")) == 2


def test_a_named_event_is_the_entity_itself():
    doc = document()
    sentence = quote(doc, "Xinghe-2 by Example AI reaches 71.5% on TestBench")
    fair = replace(ENTITIES[3], id="testfair", type="Event", name="TestFair")
    event = Event("Conference", "2025", ("example-ai",), (sentence,), "TestFair", "testfair", "reported")
    store = store_of(Extraction(doc, (*ENTITIES, fair), events=(event,)))

    node = entity_node("testfair")
    assert objects(store, node, "eventType") == ["Conference"]
    assert objects(store, node, "polarity") == ["asserted"]
    assert objects(store, node, "participant") == [entity_node("example-ai").value]
    assert objects(store, node, "preferredName") == ["TestFair"]
    assert subjects(store, "rdf:type", term("Event")) == [node]


def test_an_unnamed_event_is_called_by_what_happened():
    store = store_of(extraction())
    (node,) = subjects(store, "rdf:type", term("Event"))

    assert objects(store, node, "preferredName") == ["Release: Example AI, Xinghe-2 (2025-01)"]
    assert objects(store, node, "date") == ["2025-01"]


def test_the_best_reading_of_a_fact_gives_its_confidence():
    base = extraction()
    once, twice = base.statements[0], replace(base.statements[0], confidence=0.95)
    store = store_of(replace(base, statements=(once, twice)))

    assert objects(store, statements(store, "developedBy")[0], "sourceConfidence") == ["0.95"]


def test_local_properties_never_stand_as_merged_ones():
    predicates = {quad.predicate for quad in write_extraction(extraction())}

    assert predicates >= LOCAL
    assert predicates.isdisjoint({term("confidence"), term("skos:prefLabel"), term("skos:altLabel")})
    assert TYPE in predicates


@pytest.mark.parametrize("spoil", ["exact", "offset", "document", "none"])
def test_a_wrong_quote_refuses_the_whole_document(spoil: str):
    base = extraction()
    good = base.statements[0].evidence[0]
    wrong = {
        "exact": (replace(good, exact="something else"),),
        "offset": (replace(good, start=good.start + 1),),
        "document": (replace(good, document="another"),),
        "none": (),
    }[spoil]
    item = replace(base, statements=(replace(base.statements[0], evidence=wrong),))

    with pytest.raises(EvidenceMismatch, match=r"a\.txt: .*nothing of it was written"):
        write_extraction(item)


def test_a_fact_about_an_undescribed_entity_is_refused_by_name():
    base = extraction()

    with pytest.raises(StoreError, match="nobody"):
        write_extraction(replace(base, statements=(replace(base.statements[0], object="nobody"),)))
