"""The library of saved queries: on a made graph with and without ranks, and on the graph of the checkout where it has
facts of the kind; every answer the same twice, in every form."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.made_history import EVERY

from aigraph.ask.query import run_query
from aigraph.ask.saved import saved_queries
from aigraph.claims.snapshot import ranked
from aigraph.cli import main
from aigraph.storage.store import GraphStore

# For each query and parameter that must be given: what gives a value for it, where the graph has such facts at all.
PROBES = {
    "disputed": "SELECT ?x { ?x aig:releaseDate ?a, ?b FILTER(STR(?a) < STR(?b)) }",
    "evidence": "SELECT ?x { ?f rdf:subject ?x ; prov:wasDerivedFrom ?p }",
    "facts": "SELECT ?x { ?f rdf:subject ?x ; prov:wasDerivedFrom ?p }",
    "funding-rounds": "SELECT ?x { ?f rdf:predicate aig:investedIn ; rdf:object ?x ; aig:polarity 'asserted' }",
    "hardware-used-by": "SELECT ?x { ?x aig:trainedOnHardware|aig:uses|aig:basedOn ?h . ?h a aig:Hardware }",
    "investors-of": "SELECT ?x { ?y aig:investedIn ?x }",
    "leaderboard": "SELECT ?x { ?r a aig:BenchmarkResult ; aig:benchmark ?x }",
    "lineage": "SELECT ?x { ?x aig:variantOf|aig:successorOf|aig:basedOn ?y }",
    "models-by-developer": "SELECT ?x { ?m aig:developedBy ?x ; a aig:Model }",
    "price-history": "SELECT ?x { ?x aig:price ?p }",
    "timeline": "SELECT ?x { ?e aig:participant ?x ; aig:date ?d ; a aig:Event }",
    "top-benchmarks": "SELECT ?x { ?r a aig:BenchmarkResult ; aig:benchmark ?x }",
    "who-left": "SELECT ?x { ?f aig:former true ; rdf:subject ?x ; rdf:predicate aig:worksFor }",
}


@pytest.fixture(scope="module")
def made() -> GraphStore:
    return GraphStore.build(EVERY)


@pytest.fixture(scope="module")
def built(root: Path) -> GraphStore:
    path = root / "exports" / "graph.nq"
    if not path.is_file():
        pytest.skip("exports/graph.nq is not built: `aigraph build seeds --out exports` makes it")
    return GraphStore.read(path)


def test_every_query_has_a_probe():
    assert set(PROBES) == set(saved_queries())


@pytest.mark.parametrize("name", sorted(PROBES))
def test_it_answers_on_the_graph_of_the_checkout(built: GraphStore, name: str):
    found = run_query(built, PROBES[name], limit=1).rows
    if not found:
        pytest.skip(f"the graph has no facts that {name} asks for")
    needed = {param.name: str(found[0]["x"]) for param in saved_queries()[name].params if param.default is None}

    first = run_query(built, name, needed, label_lang="zh-Hans")

    assert len(first) >= 1
    assert first == run_query(built, name, needed, label_lang="zh-Hans")


def rows(store: object, name: str, /, *columns: str, **params: str) -> list[tuple[object, ...]]:
    return [tuple(row[column] for column in columns) for row in run_query(store, name, params, label_lang="en")]  # type: ignore[arg-type]


def test_price_history_tells_ends_and_rank_where_ranks_are_asked_for(made: GraphStore):
    plain = rows(made, "price-history", "price", "said", "until", product="Ostrel")
    with_ranks = rows(ranked(made.inner), "price-history", "price", "until", "rank", product="Ostrel")

    assert [row[:2] for row in plain] == [(4, "2024-04-01"), (2, "2024-10-10"), (1.5, "2025-02-01"), (1, "2025-07-20")]
    assert {until for *_, until in plain} == {None}
    assert with_ranks == [
        (4, "2024-10-10", "normal"), (2, "2025-02-01", "normal"), (1.5, None, "preferred"), (1, None, "normal"),
    ]  # fmt: skip


def test_who_left_knows_who_was_followed_by_another(made: GraphStore):
    assert rows(made, "who-left", "person", "until") == [("Ann Lee", None)]
    assert rows(ranked(made.inner), "who-left", "person", "until", who="李安") == [
        ("Ann Lee", "2025-02-01"), ("Ann Lee", None),
    ]  # fmt: skip


def test_disputed_leaves_out_what_only_followed_in_time(made: GraphStore):
    assert rows(made, "disputed", "thing", "property", "values") == [
        ("Nimbra", "foundedDate", 2),
        ("Ostrel", "evaluatedOn", 2),
    ]
    assert rows(ranked(made.inner), "disputed", "thing", "property", "values", "least", "most") == [
        ("Nimbra", "foundedDate", 2, "2018", "2019"),
        ("Ostrel", "evaluatedOn", 2, Decimal("69.9"), Decimal("71.5")),
        ("Ostrel", "price", 2, 1, Decimal("1.5")),
    ]


def test_the_others_on_the_made_graph(made: GraphStore):
    assert rows(made, "leaderboard", "model", "value", benchmark="TestBench") == [
        ("Ostrel", Decimal("71.5")), ("Ostrel", Decimal("69.9")),
    ]  # fmt: skip
    assert rows(made, "models-by-developer", "model", developer="凌波科技") == [("Newcomer",), ("Ostrel",)]
    assert rows(made, "investors-of", "investor", "date", company="Nimbra") == [("Alpha Fund", "2024-05")]
    assert rows(made, "timeline", "date", "what", name="Nimbra") == [
        ("2018", "foundedDate"), ("2019", "foundedDate"), ("2024-03-05", "Release"), ("2025-11-11", "Conference"),
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["table", "csv", "json", "markdown"])
def test_every_form_has_the_rows(form: str, made: GraphStore, tmp_path: Path):
    made.dump(tmp_path / "g.nq")

    words = ["query", "leaderboard", "benchmark=TestBench", "-g", str(tmp_path / "g.nq"), "-f", form]
    out = CliRunner().invoke(main, words)

    assert out.exit_code == 0
    if form == "json":
        assert [row["value"] for row in json.loads(out.stdout)] == [71.5, 69.9]
    elif form == "csv":
        assert [row["value"] for row in csv.DictReader(io.StringIO(out.stdout))] == ["71.5", "69.9"]
    else:
        assert out.stdout.index("71.5") < out.stdout.index("69.9")
    if form == "markdown":
        assert out.stdout.splitlines()[1].startswith("| ---")
