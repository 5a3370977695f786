"""Merging documents, the store, and the files written from it."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from tests.made_extractions import ENTITIES, extraction

from aigraph.errors import EvidenceMismatch, StoreError, UnknownFormat, UnknownName
from aigraph.graph.assemble import Assembler, assemble, belief, choose_labels, doubt
from aigraph.graph.rdf import ID, entity_node, term
from aigraph.graph.serialise import parts_of, sort_lines
from aigraph.model import Extraction
from aigraph.storage.store import GraphStore

AIG = rdflib.Namespace("https://w3id.org/aigraph/ontology#")


def many(count: int = 4) -> list[Extraction]:
    return [
        extraction(f"d{i}.txt", extra_text=f"Number {i}.", confidence=0.5 + 0.05 * i, date=f"2025-03-0{i + 1}")
        for i in range(count)
    ]


def merged(store: GraphStore) -> set[ox.Triple]:
    return {quad.triple for quad in store.inner.quads_for_pattern(None, None, None, ox.DefaultGraph())}


def one(store: GraphStore, query: str) -> list[list[str]]:
    prefixes = {"aig": str(AIG), "id": ID, "skos": term("skos:").value, "rdf": term("rdf:").value}
    return [[value.value for value in row] for row in store.inner.query(query, prefixes=prefixes)]


# -- merging --------------------------------------------------------------------------------------------------------


def test_confidences_of_independent_documents_add_up():
    store = GraphStore.build([extraction("a.txt", confidence=0.5), extraction("b.txt", extra_text="x", confidence=0.6)])

    rows = one(store, "SELECT ?c { ?s rdf:predicate aig:developedBy ; aig:confidence ?c }")

    assert rows == [["0.8"]]


@pytest.mark.parametrize(
    ("shares", "expected"), [([0.9] * 20, 0.999), ([0.999] * 99, 0.999), ([0.0], 0.0), ([0.25], 0.25)]
)
def test_confidence_stays_between_nothing_and_nearly_certain(shares: list[float], expected: float):
    assert belief(sum(map(doubt, shares))) == expected


def test_only_what_a_person_accepted_is_certain():
    assert belief(doubt(1.0) + doubt(0.3)) == 1.0


def test_order_of_documents_never_shows():
    items = many()
    shuffled = random.Random(7).sample(items, len(items))

    assert list(assemble(items)) == list(assemble(shuffled))


def test_a_document_given_twice_counts_once():
    item = extraction()

    assert list(assemble([item, item])) == list(assemble([item]))


def test_most_documents_choose_the_preferred_name_and_the_rest_stay_as_others():
    votes = {("Beta", "en"): 2, ("Alpha", "en"): 1, ("甲", "zh-Hans"): 1}
    preferred, others = choose_labels(Counter(votes), [("Aardvark", "en"), ("乙", "zh-Hans")])

    assert preferred == [("Beta", "en"), ("甲", "zh-Hans")]
    assert others == [("Aardvark", "en"), ("Alpha", "en"), ("乙", "zh-Hans")]


def test_one_preferred_label_a_language_and_rdfs_label_repeats_it():
    renamed = replace(
        extraction("b.txt", extra_text="x"),
        entities=(replace(ENTITIES[1], name="Xinghe Two"), *ENTITIES[:1], *ENTITIES[2:]),
    )
    store = GraphStore.build([extraction("a.txt"), extraction("c.txt", extra_text="yy"), renamed])

    preferred = one(store, "SELECT ?l { id:xinghe-2 skos:prefLabel ?l } ORDER BY ?l")
    assert preferred == [["Xinghe-2"], ["星河-2"]]
    assert ["Xinghe Two"] in one(store, "SELECT ?l { id:xinghe-2 skos:altLabel ?l }")
    assert (
        one(store, "SELECT ?l { id:xinghe-2 <http://www.w3.org/2000/01/rdf-schema#label> ?l } ORDER BY ?l") == preferred
    )


def test_the_merged_graph_has_each_triple_once_and_no_local_property():
    store = GraphStore.build(many())

    (count,) = one(store, "SELECT (COUNT(*) AS ?n) { id:xinghe-2 aig:developedBy ?o }")
    assert count == ["1"]
    assert one(store, "SELECT ?s { ?s aig:sourceConfidence|aig:preferredName|aig:otherName ?o }") == []
    assert one(store, "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { id:xinghe-2 aig:developedBy ?o } }") == [["4"]]


def test_a_refused_document_leaves_no_trace():
    bad = extraction("bad.txt", extra_text="bad")
    bad = replace(bad, events=(replace(bad.events[0], evidence=(replace(bad.events[0].evidence[0], exact="?"),)),))

    with Assembler() as assembler:
        assembler.add(extraction())
        with pytest.raises(EvidenceMismatch):
            assembler.add(bad)
        lines = list(assembler.lines())

    assert lines == list(assemble([extraction()]))


# -- adding, replacing, removing --------------------------------------------------------------------------------------


def test_adding_one_by_one_equals_loading_in_bulk():
    items = many()
    store = GraphStore()
    for item in items:
        assert store.add(item)

    assert list(store.lines()) == list(GraphStore.build(reversed(items)).lines())


def test_adding_again_changes_nothing():
    store = GraphStore.build(many())
    before = list(store.lines())

    assert not store.add(many()[2])
    assert list(store.lines()) == before


@pytest.mark.parametrize("gone", [0, 3])
def test_removing_keeps_what_another_document_says(gone: int):
    items = many()
    store = GraphStore.build(items)

    store.remove(items[gone].document.id)

    rest = [item for i, item in enumerate(items) if i != gone]
    assert list(store.lines()) == list(assemble(rest))
    assert len(store.documents()) == 3


def test_removing_every_document_leaves_an_empty_store():
    items = many(2)
    store = GraphStore.build(items)
    for item in items:
        store.remove(item.document.id)

    assert list(store.lines()) == []
    assert store.documents() == {}
    assert list(store.inner.named_graphs()) == []


def test_a_changed_reading_replaces_only_its_own_part():
    items = many(3)
    store = GraphStore.build(items)
    changed = replace(items[1], statements=items[1].statements[1:])

    assert store.add(changed)

    assert list(store.lines()) == list(assemble([items[0], changed, items[2]]))


def test_a_refused_document_changes_nothing_in_the_store():
    store = GraphStore.build(many(1))
    before = list(store.lines())
    bad = extraction("bad.txt", extra_text="bad")
    wrong = replace(bad.statements[0], evidence=(replace(bad.statements[0].evidence[0], exact="?"),))

    with pytest.raises(EvidenceMismatch):
        store.add(replace(bad, statements=(*bad.statements, wrong)))
    assert list(store.lines()) == before


def test_documents_are_known_by_the_hash_of_their_text():
    items = many(2)
    store = GraphStore.build(items)

    assert store.documents() == {item.document.id: item.document.sha256 for item in items}
    with pytest.raises(UnknownName, match=r"no document 'nothing'.*d0-txt"):
        store.remove("nothing")


# -- on disk ------------------------------------------------------------------------------------------------------


def test_a_store_on_disk_opens_again_with_the_same_graph(tmp_path: Path):
    items = many(2)
    with GraphStore.build(items, tmp_path / "store") as store:
        before = list(store.lines())
    with GraphStore(tmp_path / "store") as again:
        assert list(again.lines()) == before
        assert again.documents().keys() == {item.document.id for item in items}
        assert again.add(extraction("new.txt", extra_text="new"))


def test_a_second_writer_is_refused_with_a_reason(tmp_path: Path):
    with GraphStore(tmp_path / "store"), pytest.raises(StoreError, match="another aigraph command"):
        GraphStore(tmp_path / "store")


def test_building_over_a_store_is_refused(tmp_path: Path):
    GraphStore.build(many(1), tmp_path / "store").close()

    with pytest.raises(StoreError, match="holds something already"):
        GraphStore.build(many(1), tmp_path / "store")


def test_of_two_first_loads_into_one_store_the_second_is_refused_and_the_first_goes_on(tmp_path: Path):
    items = many(2)
    wanted = list(GraphStore.build(items).lines())

    def lines() -> Iterator[str]:
        yield wanted[0]
        with pytest.raises(StoreError, match="another aigraph command is making this store"):
            GraphStore.from_lines(wanted, tmp_path / "big")
        yield from wanted[1:]

    with GraphStore.from_lines(lines(), tmp_path / "big") as store:
        assert list(store.lines()) == wanted
    assert [path.name for path in tmp_path.iterdir()] == ["big"]


def test_what_a_killed_load_left_is_in_nobodys_way(tmp_path: Path):
    with GraphStore(tmp_path / "big.part") as left:
        left.add(extraction("old.txt"))

    with GraphStore.build(many(1), tmp_path / "big") as store:
        assert list(store.documents()) == [many(1)[0].document.id]
    assert not (tmp_path / "big.part").exists()


def test_a_folder_of_somebody_else_is_not_emptied_to_make_a_store(tmp_path: Path):
    (tmp_path / "big.part").mkdir()
    (tmp_path / "big.part" / "notes.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(StoreError, match=r"big\.part.*holds 'notes\.txt'"):
        GraphStore.build(many(1), tmp_path / "big")
    assert (tmp_path / "big.part" / "notes.txt").exists()


def test_a_load_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path: Path):
    def lines() -> Iterator[str]:
        yield from GraphStore.build(many(1)).lines()
        (tmp_path / "big").mkdir()
        (tmp_path / "big" / "other").touch()  # somebody makes another store meanwhile

    with pytest.raises(StoreError, match="the store could not be written"):
        GraphStore.from_lines(lines(), tmp_path / "big")
    assert [path.name for path in tmp_path.iterdir()] == ["big"]


@pytest.mark.parametrize(("name", "content"), [("a.ttl", "this is no turtle"), ("a.xyz", "?"), ("none.ttl", None)])
def test_a_file_that_is_no_graph_is_refused_by_name(tmp_path: Path, name: str, content: str | None):
    file = tmp_path / name
    if content is not None:
        file.write_text(content, encoding="utf-8")

    with pytest.raises(StoreError, match=name):
        GraphStore.read(file)


# -- written files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["ttl", "nt", "nq", "trig", "jsonld"])
def test_every_format_reads_back_as_the_same_graph_in_two_readers(tmp_path: Path, ending: str):
    store = GraphStore.build(many(2))
    file = tmp_path / f"graph.{ending}"

    store.dump(file)

    assert merged(GraphStore.read(file)) == merged(store)
    graph = rdflib.Dataset() if ending in ("nq", "trig") else rdflib.Graph()
    graph.parse(file)
    assert len(graph.default_graph if isinstance(graph, rdflib.Dataset) else graph) == len(store)


@pytest.mark.parametrize("ending", ["ttl", "nt", "nq", "trig", "jsonld"])
def test_same_content_gives_same_bytes_whatever_the_order(tmp_path: Path, ending: str):
    items = many(3)
    GraphStore.build(items).dump(tmp_path / f"one.{ending}")
    grown = GraphStore(tmp_path / "store")
    for item in reversed(items):
        grown.add(item)
    grown.dump(tmp_path / f"two.{ending}")

    assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()


def test_turtle_is_grouped_by_subject_with_prefixed_names(tmp_path: Path):
    GraphStore.build([extraction()]).dump(tmp_path / "graph.ttl")
    text = (tmp_path / "graph.ttl").read_text(encoding="utf-8")

    assert text.count("\nid:xinghe-2 a aig:Model ;\n") == 1
    assert "    aig:contextLength 128000 ;\n" in text
    assert '    aig:releaseDate "2025-01"^^xsd:gYearMonth .\n' in text
    assert "aig:price 0.5" in text
    assert "<https://w3id.org/aigraph/" not in text.split("\n\n", 1)[1]


def test_jsonld_is_compact_with_one_node_a_line(tmp_path: Path):
    GraphStore.build([extraction()]).dump(tmp_path / "graph.jsonld")

    data = json.loads((tmp_path / "graph.jsonld").read_text(encoding="utf-8"))
    (model,) = [node for node in data["@graph"] if node["@id"] == "id:xinghe-2"]
    assert model["@type"] == ["aig:Model"]
    assert model["aig:developedBy"] == {"@id": "id:example-ai"}
    assert model["aig:contextLength"] == 128000
    assert model["aig:releaseDate"] == {"@value": "2025-01", "@type": "xsd:gYearMonth"}


def test_an_unknown_format_names_the_known_ones_and_leaves_no_file(tmp_path: Path):
    with pytest.raises(UnknownFormat, match=r"ttl, nt, nq, trig, jsonld"):
        GraphStore.build([extraction()]).dump(tmp_path / "graph.xls")
    assert list(tmp_path.iterdir()) == []


def test_sorting_spills_to_disk_and_drops_repeats():
    lines = [f"line {i % 50:03d}" for i in range(500)]

    assert list(sort_lines(iter(lines), chunk=40)) == sorted(set(lines))


@pytest.mark.parametrize(
    "quad",
    [
        ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal('says "x <y>'), ox.NamedNode("a:g")),
        ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal(" <y>", datatype=ox.NamedNode("a:t"))),
        ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal("三 . <x> .", language="zh-Hans")),
        ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.NamedNode("a:o"), ox.NamedNode("a:g")),
        ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.NamedNode("a:o")),
    ],
)
def test_a_line_is_taken_apart_where_its_terms_end(quad: ox.Quad):
    graph = "" if quad.graph_name == ox.DefaultGraph() else str(quad.graph_name)

    assert parts_of(f"{quad} .") == (str(quad.subject), str(quad.predicate), str(quad.object), graph)


def test_hostile_names_and_quotes_survive_every_format(tmp_path: Path):
    nasty = 'a "quoted" \\ back\tslash\r\n<script> 😀 \u2028 . ;'
    base = extraction("x.txt", extra_text=nasty)
    entities = (replace(base.entities[0], name=nasty), *base.entities[1:])
    store = GraphStore.build([replace(base, entities=entities)])

    for ending in ("ttl", "nq", "trig", "jsonld", "nt"):
        store.dump(tmp_path / f"graph.{ending}")
        assert merged(GraphStore.read(tmp_path / f"graph.{ending}")) == merged(store)
        rdflib.Dataset().parse(tmp_path / f"graph.{ending}")


# -- rdflib -------------------------------------------------------------------------------------------------------


def test_rdflib_users_get_the_merged_graph_and_the_documents():
    items = many(2)
    store = GraphStore.build(items)

    graph = store.graph()
    assert list(graph.objects(rdflib.URIRef(entity_node("xinghe-2").value), AIG.developedBy)) == [
        rdflib.URIRef(entity_node("example-ai").value)
    ]
    rows = list(graph.query("SELECT ?o WHERE { id:xinghe-2 aig:contextLength ?o }"))
    assert [str(row[0]) for row in rows] == ["128000"]
    names = {str(context.identifier) for context in store.dataset().graphs()}
    assert {ID + "doc/" + item.document.id for item in items} <= names
