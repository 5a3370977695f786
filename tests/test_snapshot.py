"""The graph as of a date: what was said by then and holds on it, with ranks; in memory, on disk, from a file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.made_history import AUTUMN, EVERY, SPRING, SUMMER, WINTER

from aigraph.ask.names import Names
from aigraph.ask.query import run_query
from aigraph.claims.snapshot import ranked, snapshot
from aigraph.storage.store import GraphStore

PRICES = "SELECT ?o ?rank { ?f rdf:predicate aig:price ; rdf:object ?o ; aig:rank ?rank } ORDER BY ?o"


@pytest.fixture(scope="module")
def store() -> GraphStore:
    return GraphStore.build(EVERY)


def prices(view: ox.Store) -> list[tuple[object, object]]:
    return [(row["o"], row["rank"]) for row in run_query(view, PRICES)]


@pytest.mark.parametrize(
    ("day", "held"),
    [("2024-05", [(4, "preferred")]), ("2024-10-09", [(4, "preferred")]), ("2024-10-10", [(2, "preferred")]),
     ("2025-02", [(1.5, "preferred")]), ("2025", [(1, "normal"), (1.5, "preferred")]), ("2024-03", [])],
)  # fmt: skip
def test_a_price_holds_until_a_later_one(store, day, held):
    view = snapshot(store.inner, day).store

    assert prices(view) == held
    assert [row["o"] for row in run_query(view, "SELECT ?o { ?s aig:price ?o } ORDER BY ?o")] == [v for v, _ in held]


def test_what_later_documents_say_is_out_with_its_things_and_names(store):
    view = snapshot(store.inner, "2025-06-30")

    assert view.later == (f"doc/{SUMMER.document.id}",)
    assert not run_query(view.store, "ASK { id:newcomer ?p ?o }").rows[0]["answer"]
    assert not run_query(view.store, "ASK { ?p oa:exact ?q FILTER(CONTAINS(?q, 'Newcomer')) }").rows[0]["answer"]
    assert "newcomer" not in view.facts.things
    assert run_query(view.store, "ASK { id:nimbra aig:partnerOf id:fund }").rows[0]["answer"]


def test_an_office_is_left_when_another_has_it_and_what_is_told_as_former_stays(store):
    query = "SELECT ?who ?former { ?f aig:role ?r ; rdf:subject ?who OPTIONAL { ?f aig:former ?former } } ORDER BY ?who"

    early = run_query(snapshot(store.inner, "2024-12").store, query, label_lang="en").rows
    late = run_query(snapshot(store.inner, "2025-03").store, query, label_lang="en").rows

    assert early == ({"who": "Ann Lee", "former": None},)
    assert late == ({"who": "Ann Lee", "former": True}, {"who": "Bo Chen", "former": None})


def test_what_has_not_begun_is_out_and_what_is_only_planned_stays(store):
    view = snapshot(store.inner, "2025-08")

    assert len(view.ahead) == 1
    assert not run_query(view.store, "ASK { ?e aig:eventType 'Conference' }").rows[0]["answer"]
    assert run_query(view.store, "ASK { ?f aig:polarity 'planned' }").rows[0]["answer"]
    assert snapshot(store.inner, "2025-12").ahead == ()


def test_undated_documents_stay_unless_only_dated_ones_are_asked_for(store):
    has = "ASK { id:ostrel aig:contextLength 128000 }"

    assert run_query(snapshot(store.inner, "2024").store, has).rows[0]["answer"]
    assert len(snapshot(store.inner, "2024").undated) == 1
    assert not run_query(snapshot(store.inner, "2024", dated_only=True).store, has).rows[0]["answer"]


def test_a_view_after_all_documents_differs_by_the_closed_only(store):
    view = snapshot(store.inner, "2030")

    assert view.later == ()
    closed = {str(quad.subject) for quad in store.inner} - {str(quad.subject) for quad in view.store}
    assert {iri[1:-1].rsplit("/", 1)[0].rsplit("/", 1)[-1] for iri in closed} == {"statement"}
    assert len(closed) == len(view.closed)
    assert sorted(view.closed.values()) == ["2024-10-10", "2025-02-01", "2025-02-01"]  # two prices and an office


def test_confidence_and_labels_are_those_of_the_kept_documents(store):
    query = "SELECT ?c { ?f rdf:predicate aig:foundedDate ; rdf:object '2019'^^xsd:gYear ; aig:confidence ?c }"

    assert run_query(snapshot(store.inner, "2024-06").store, query).rows == ({"c": Decimal("0.8")},)
    assert run_query(store, query).rows == ({"c": Decimal("0.96")},)


@pytest.mark.parametrize("day", ["2024-03", "2024-05", "2025-01", "2025-03-31", "2025-08"])
def test_the_view_is_that_of_a_graph_of_the_earlier_documents(store, day):
    """Nothing of a later document shows through."""
    earlier = GraphStore.build([one for one in EVERY if one.document.date and one.document.date <= day])
    whole, part = (set(map(str, snapshot(s.inner, day, dated_only=True).store)) for s in (store, earlier))

    assert whole == part


def test_adding_and_removing_documents_leaves_ranks_right():
    earlier = GraphStore.build([SPRING, AUTUMN])
    grown = GraphStore.build([SPRING, AUTUMN])
    grown.add(WINTER)
    grown.remove(WINTER.document.id)
    assert set(map(str, ranked(grown.inner))) == set(map(str, ranked(earlier.inner)))


def test_ranks_name_the_end_and_the_successor(store):
    view = ranked(store.inner)
    query = """SELECT ?o ?rank ?on ?next { ?f rdf:predicate aig:price ; rdf:object ?o ; aig:rank ?rank
        OPTIONAL { ?f aig:closedOn ?on ; aig:closedBy/rdf:object ?next } } ORDER BY ?o"""

    assert [tuple(row.values()) for row in run_query(view, query)] == [
        (1, "normal", None, None),
        (1.5, "preferred", None, None),
        (2, "normal", "2025-02-01", 1.5),
        (4, "normal", "2024-10-10", 2),
    ]
    assert not list(store.inner.quads_for_pattern(None, ox.NamedNode("https://w3id.org/aigraph/ontology#rank"), None))


def test_a_graph_file_without_document_graphs_has_views_too(store: GraphStore, tmp_path: Path):
    store.dump(tmp_path / "g.ttl")
    read = GraphStore.read(tmp_path / "g.ttl")

    view = snapshot(read.inner, "2024-11").store

    assert prices(view) == [(2, "preferred")]
    assert not run_query(view, "ASK { id:newcomer a ?type }").rows[0]["answer"]
    assert Names(view).find("凌波科技")
