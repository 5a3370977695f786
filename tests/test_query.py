"""Asking: saved queries, text and files, names in any spelling, and errors that say where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.made_extractions import ENTITIES, document, extraction, quote

from aigraph.ask.names import Names
from aigraph.ask.query import run_query
from aigraph.ask.saved import bind, find_query, parse_saved, saved_queries
from aigraph.errors import QueryError, UnknownName
from aigraph.graph.rdf import ID
from aigraph.model import BenchmarkResult, Entity, Event, Extraction, Statement
from aigraph.storage.store import GraphStore

EXPECTED = {
    "leaderboard", "models-by-developer", "price-history", "who-left", "investors-of", "lineage", "hardware-used-by",
    "timeline", "disputed", "facts", "evidence", "top-benchmarks", "funding-rounds",
}  # fmt: skip


def more() -> Extraction:
    """A second document, with what the first has not: investors, hardware, lineage, a dispute."""
    doc = document("more.txt", "Facts about Xinghe-2, X100 chips, Alpha Fund and others.", date="2025-06-01")
    said = (quote(doc, "Facts about Xinghe-2, X100 chips, Alpha Fund and others."),)
    entities = (
        *ENTITIES,
        Entity("xinghe-1", "Model", None, "Xinghe-1", "en"),
        Entity("x100", "Hardware", None, "X100", "en"),
        Entity("alpha-fund", "Organization", "InvestmentFirm", "Alpha Fund", "en"),
        Entity("example-platform", "Software", None, "Example AI", "en"),
    )

    def relation(subject: str, name: str, other: str, **qualifiers: object) -> Statement:
        return Statement(subject, name, other, False, said, tuple(sorted(qualifiers.items())))

    return Extraction(
        doc,
        entities,
        (
            relation("xinghe-2", "successorOf", "xinghe-1"),
            relation("xinghe-2", "trainedOnHardware", "x100", count=2000),
            relation("alpha-fund", "investedIn", "example-ai", amount=5000000, currency="USD", pointInTime="2024-05"),
            Statement("xinghe-2", "contextLength", 256000, True, said),
            *(Statement("xinghe-2", "trainingTokens", value, True, said) for value in (10**12, 2 * 10**12)),
            Statement("xinghe-2", "price", 0.25, True, said, (("currency", "USD"), ("per", "1M input tokens"))),
        ),
        (BenchmarkResult("xinghe-1", "testbench", 66, "%", said),),
        (Event("Funding", "2024-05-06", ("alpha-fund", "example-ai"), said),),
    )


@pytest.fixture(scope="module")
def store() -> GraphStore:
    return GraphStore.build([extraction(), more()])


def rows(store: GraphStore, name: str, **params: str) -> list[list[object]]:
    return [list(row.values()) for row in run_query(store, name, params, label_lang="en")]


def test_every_promised_query_is_saved_with_help_and_described_parameters():
    saved = saved_queries()

    assert set(saved) >= EXPECTED
    for query in saved.values():
        assert query.help, query.name
        assert all(param.help for param in query.params), query.name


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_saved_query_answers_something(store: GraphStore, name: str):
    values = {
        "benchmark": "TestBench", "developer": "Example AI", "product": "Xinghe-2", "company": "Example AI",
        "model": "Xinghe-2", "user": "Xinghe-2", "name": "Xinghe-2", "subject": "Xinghe-2",
    }  # fmt: skip
    query = saved_queries()[name]
    params = {param.name: values[param.name] for param in query.params if param.default is None}

    assert len(run_query(store, name, params)) >= 1


def test_leaderboard_ranks_by_value_and_leaves_out_what_was_only_planned(store: GraphStore):
    found = run_query(store, "leaderboard", {"benchmark": "testbench"}, label_lang="en")

    assert [(row["model"], row["value"], row["unit"], row["metric"]) for row in found] == [
        ("Xinghe-2", 71.5, "%", "pass@1"),
        ("Xinghe-1", 66, "%", None),
    ]
    assert found.rows[0]["quote"] == "Xinghe-2 by Example AI reaches 71.5% on TestBench"


def test_who_left_where(store: GraphStore):
    assert rows(store, "who-left")[0][:3] == ["Li Ming", "Example AI", "CEO"]
    assert rows(store, "who-left", who="Li Ming", where="Example AI") != []
    with pytest.raises(UnknownName, match="'Xinghe-2' is of class Model, but who of query who-left takes Person"):
        rows(store, "who-left", who="Xinghe-2")


def test_price_history_runs_with_time(store: GraphStore):
    found = run_query(store, "price-history", {"product": "xinghe 2"})

    assert [(row["said"], row["price"]) for row in found] == [("2025-02-03", 0.5), ("2025-06-01", 0.25)]


def test_investors_lineage_hardware_and_rounds(store: GraphStore):
    assert rows(store, "investors-of", company="Example AI")[0][:4] == ["Alpha Fund", 5000000, "USD", "2024-05"]
    assert rows(store, "lineage", model="Xinghe-1") == [["Xinghe-2", "successorOf", "Xinghe-1"]]
    assert rows(store, "hardware-used-by", user="Example AI")[0][:4] == ["Xinghe-2", "trainedOnHardware", "X100", 2000]
    rounds = run_query(store, "funding-rounds", {"of": "Example AI"}, label_lang="en")
    assert [(row["investor"], row["date"]) for row in rounds] == [("Alpha Fund", "2024-05"), (None, "2024-05-06")]


def test_timeline_is_ordered_and_can_be_cut(store: GraphStore):
    whole = run_query(store, "timeline", {"name": "Example AI"})
    late = run_query(store, "timeline", {"name": "Example AI", "from": "2024-06", "until": "2025"})

    assert [(row["date"], row["what"]) for row in whole] == [("2024-05-06", "Funding"), ("2025-01", "Release")]
    assert [row["what"] for row in late] == ["Release"]


def test_disputed_facts_name_both_ends(store: GraphStore):
    found = run_query(store, "disputed", label_lang="en")

    (tokens,) = found
    assert [tokens[name] for name in ("thing", "property", "values", "least", "most")] == [
        "Xinghe-2", "trainingTokens", 2, 10**12, 2 * 10**12,
    ]  # fmt: skip


def test_facts_mark_what_is_not_asserted(store: GraphStore):
    found = run_query(store, "facts", {"name": "OtherNet-1"}, label_lang="en")

    assert [(row["relation"], row["polarity"]) for row in found] == [("outperforms", "hypothetical")]


def test_evidence_gives_document_offsets_and_words(store: GraphStore):
    (row,) = run_query(store, "evidence", {"subject": "Li Ming", "property": "worksFor"})

    text = extraction().document.text
    assert text[int(str(row["start"])) : int(str(row["end"]))] == row["quote"] == "Li Ming is CEO of Example AI"
    assert row["document"] == "a.txt"


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Xinghe-2", "xinghe 2", "星河-2", "XINGHE2", "id:xinghe-2", ID + "xinghe-2"])
def test_a_thing_is_found_by_any_of_its_names(store: GraphStore, name: str):
    assert [node.value for node in Names(store.inner).find(name)] == [ID + "xinghe-2"]


@pytest.mark.parametrize("name", ["Xinghe-2", "id:xinghe-2", ID + "xinghe-2"])
def test_a_label_and_an_address_are_found_without_reading_every_name(
    store: GraphStore, name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Names, "index", lambda names: pytest.fail("every name was read"))

    assert [node.value for node in Names(store.inner).find(name)] == [ID + "xinghe-2"]


def test_two_things_of_one_name_are_both_asked(store: GraphStore):
    assert len(Names(store.inner).find("Example AI")) == 2
    assert len(run_query(store, "models-by-developer", {"developer": "Example AI"})) == 1


def test_an_unknown_name_offers_the_nearest(store: GraphStore):
    with pytest.raises(UnknownName, match=r"'Xinge-2'; nearest: .*Xinghe-2"):
        run_query(store, "lineage", {"model": "Xinge-2"})


def test_a_name_cannot_change_the_query(store: GraphStore):
    with pytest.raises(UnknownName):
        run_query(store, "lineage", {"model": "> } ; DROP ALL ; { <"})
    found = run_query(store, "disputed", {"only": "trainingTokens"})
    assert {row["property"] for row in found} == {"https://w3id.org/aigraph/ontology#trainingTokens"}


# -- text, files, forms ---------------------------------------------------------------------------------------------


def test_only_variables_are_bound():
    text = "SELECT * { ?s ?p \"?x\", '''it's ?x''', ?x, $x, ?xy, <a:?x> } # ?x"

    bound = bind(text, {"x": ox.Literal('"?x')})

    value = ' "\\"?x" '
    assert bound == f"SELECT * {{ ?s ?p \"?x\", '''it's ?x''', {value}, {value}, ?xy, <a:?x> }} # ?x"


def test_text_knows_the_prefixes_and_gives_python_values(store: GraphStore):
    (row,) = run_query(store, "SELECT ?d ?n { id:xinghe-2 aig:releaseDate ?d OPTIONAL { id:xinghe-2 aig:none ?n } }")

    assert row == {"d": "2025-01", "n": None}


def test_a_file_is_asked_with_its_parameters(store: GraphStore, tmp_path: Path):
    file = tmp_path / "mine.rq"
    file.write_text("# Mine\n# param: who name - Who\nSELECT ?o { ?who aig:worksFor ?o }", encoding="utf-8")

    assert run_query(store, file, {"who": "Li Ming"}, label_lang="zh-Hans").rows == ({"o": "示例智能"},)
    with pytest.raises(QueryError, match="needs who: Who"):
        run_query(store, str(file))


def test_ask_and_construct_and_limit(store: GraphStore):
    assert run_query(store, "ASK { id:li-ming aig:worksFor id:example-ai }").rows == ({"answer": True},)
    built = run_query(store, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?p = aig:developedBy) }")
    assert built.columns == ("subject", "predicate", "object")
    assert len(built) == 1
    assert len(run_query(store, "SELECT ?s { ?s ?p ?o }", limit=3)) == 3


def test_a_graph_file_answers_like_the_store(store: GraphStore, tmp_path: Path):
    for ending in ("ttl", "nq", "jsonld"):
        store.dump(tmp_path / f"g.{ending}")
        for name, params in (("leaderboard", {"benchmark": "TestBench"}), ("facts", {"name": "Example AI"})):
            assert run_query(tmp_path / f"g.{ending}", name, params) == run_query(store, name, params)


def test_a_syntax_error_shows_line_column_and_text(store: GraphStore):
    with pytest.raises(QueryError, match=r"line 2, column 8: expected") as caught:
        run_query(store, "SELECT * {\n?s ?p }")

    assert str(caught.value).startswith("the query, line 2, column 8: ")
    assert str(caught.value).endswith("\n  ?s ?p }\n         ^")


def test_updates_are_refused(store: GraphStore):
    before = len(store)
    with pytest.raises(QueryError):
        run_query(store, "DELETE WHERE { ?s ?p ?o }")
    assert len(store) == before


@pytest.mark.parametrize(
    ("query", "params", "message"),
    [
        ("leaderbord", {}, "did you mean leaderboard"),
        ("nothing-like-it", {}, "saved are: .*timeline"),
        ("leaderboard", {}, "needs benchmark"),
        ("leaderboard", {"bench": "x"}, "no parameter 'bench'; it takes: benchmark"),
        ("timeline", {"name": "Xinghe-2", "from": "May"}, "not a date"),
        ("disputed", {"only": "no such:thing"}, "not a property"),
        ("missing.rq", {}, "cannot be read"),
    ],
)
def test_what_is_wrong_is_said(store: GraphStore, query: str, params: dict[str, str], message: str):
    with pytest.raises(QueryError, match=message):
        run_query(store, query, params)


def test_a_broken_parameter_line_is_refused():
    with pytest.raises(QueryError, match="kinds: name, property"):
        parse_saved("x", "# Help\n# param: a colour - A colour\nSELECT * {}")


def test_help_and_parameters_are_told_in_chinese_where_the_file_says_them_so():
    found = parse_saved(
        "x",
        "# Who\n# where.\n# zh: 谁在\n# zh: 哪里。\n# param: who name - Who\n# zh: 谁\n"
        "# param: at name * Where\nSELECT * {}",
    )

    assert (found.about("en"), found.about("zh-Hant"), found.about("zh")) == ("Who where.", "谁在哪里。", "谁在哪里。")
    assert [param.about("zh-Hans") for param in found.params] == ["谁", "Where"]
    assert [param.about("en") for param in found.params] == ["Who", "Where"]


def test_every_saved_query_is_told_in_both_languages():
    for query in saved_queries().values():
        assert query.help_zh and all(param.help_zh for param in query.params), query.name
        assert "zh:" not in query.about("en") + "".join(param.about("en") for param in query.params)


def test_a_ready_store_of_another_maker_is_taken_too():
    plain = ox.Store()
    plain.load(b'<a:b> <a:c> "1" .', format=ox.RdfFormat.N_TRIPLES)

    assert run_query(plain, "SELECT ?o { ?s ?p ?o }").rows == ({"o": "1"},)
    assert find_query("SELECT ?o { ?s ?p ?o }").called == "the query"


def test_labels_fall_back_to_another_language():
    base = extraction()
    entities = (replace(ENTITIES[0], name="示例智能", lang="zh-Hans", aliases=()), *ENTITIES[1:])
    store = GraphStore.build([replace(base, entities=entities)])

    (row,) = run_query(store, "SELECT ?o { id:li-ming aig:worksFor ?o }", label_lang="en")
    assert row["o"] == "示例智能"
