"""What a question may not do, may not lose, and is told when it asks for what there is not."""

from __future__ import annotations

import csv
import io
import json
import random
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from tests.made_extractions import extraction
from tests.made_graph import Made

from aigraph.ask.names import Names
from aigraph.ask.query import plain_value, run_query
from aigraph.ask.saved import saved_queries
from aigraph.ask.terms import named_terms, vocabulary
from aigraph.claims.snapshot import ranked
from aigraph.cli import main
from aigraph.errors import QueryError, UnknownName
from aigraph.graph.rdf import ID, PREFIXES
from aigraph.schema import AIG, load_schema
from aigraph.storage.store import GraphStore
from aigraph.text.normalise import name_key, name_keys


@pytest.fixture(scope="module")
def store() -> GraphStore:
    return GraphStore.build([extraction()])


@pytest.fixture(scope="module")
def graph(store: GraphStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("asking") / "graph.nq"
    store.dump(path)
    return path


def ask(graph: Path, *args: str) -> Result:
    return CliRunner().invoke(main, ["query", *args, "--graph", str(graph)])


class TestDigits:
    VALUES = "SELECT ?n { VALUES ?n { 1234567890 1234567890.25 0.30000000000000000001 2024 12345678901234567890 } }"
    WRITTEN = ("1234567890", "1234567890.25", "0.30000000000000000001", "2024", "12345678901234567890")

    def test_csv_and_markdown_have_them_all(self, graph):
        assert ask(graph, self.VALUES, "-f", "csv").stdout.split() == ["n", *self.WRITTEN]
        assert [line.strip("| ") for line in ask(graph, self.VALUES, "-f", "markdown").stdout.splitlines()[2:]] == [
            *self.WRITTEN
        ]

    def test_json_has_them_as_numbers(self, graph):
        found = json.loads(ask(graph, self.VALUES, "-f", "json").stdout, parse_float=Decimal)

        assert [str(row["n"]) for row in found] == [*self.WRITTEN]
        assert all(isinstance(row["n"], int | Decimal) for row in found)
        assert json.loads(ask(graph, "SELECT ?n { VALUES ?n { UNDEF } FILTER(false) }", "-f", "json").stdout) == []

    def test_a_table_separates_thousands_but_not_of_what_may_be_a_year(self, graph):
        shown = ask(graph, self.VALUES).stdout.split()

        assert shown[2:] == [
            "1,234,567,890", "1,234,567,890.25", "0.30000000000000000001", "2024", "12,345,678,901,234,567,890",
        ]  # fmt: skip

    def test_what_is_no_number_of_its_datatype_stays_text(self):
        def plain(text: str, kind: str) -> object:
            return plain_value(ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + kind)))

        assert [plain("x", "integer"), plain("1_0", "int"), plain("NaN", "decimal"), plain("INF", "double")] == [
            "x", "1_0", "NaN", "INF",
        ]  # fmt: skip
        assert [plain("7", "long"), plain("0.50", "decimal"), plain("1.5E3", "double")] == [7, Decimal("0.50"), 1500.0]
        assert [plain("true", "boolean"), plain("0", "boolean"), plain("yes", "boolean")] == [True, False, "yes"]


class TestService:
    def test_nothing_is_sent(self, graph, store):
        asked = "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
        result = ask(graph, asked)

        assert result.exit_code == 3
        assert "asks another endpoint (SERVICE), and nothing here is sent" in result.stderr
        with pytest.raises(QueryError, match="SERVICE"):
            run_query(store, asked.replace("SERVICE", "service silent"))
        assert len(run_query(store, "SELECT ?service { ?service ?p 'SERVICE' }")) == 0

    def test_what_fails_while_rows_are_read_is_a_query_error(self, store):
        class Failing:
            """Stands for a graph that breaks off in the middle of an answer."""

            def query(self, text: str, **_: object) -> object:
                def rows():
                    yield from store.inner.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1")
                    raise OSError("the disk is gone")

                return rows()

        with pytest.raises(QueryError, match="the query: the disk is gone"):
            run_query(Failing(), "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")  # type: ignore[arg-type]


class TestUnknown:
    @pytest.mark.parametrize(
        ("query", "params", "message"),
        [
            ("disputed", {"only": "contextlenght"}, "no property 'contextlenght'; nearest: contextLength"),
            ("evidence", {"subject": "Xinghe-2", "property": "aig:pricee"}, "no property 'aig:pricee'; nearest: price"),
            ("leaderboard", {"benchmark": "Xinghe-2"}, "is of class Model, but benchmark of query leaderboard takes"),
        ],
    )
    def test_property_and_class_are_named(self, store, query, params, message):
        with pytest.raises(UnknownName, match=message):
            run_query(store, query, params)

    def test_a_property_that_only_the_graph_has_is_asked_for(self):
        made = Made()
        made.thing("a", "Organization", "A")
        made.say("a", "ownProperty", 5, {}, 0.5, "asserted")

        with pytest.raises(UnknownName):
            run_query(made.store, "evidence", {"subject": "A", "property": "otherProperty"})
        run_query(made.store, "evidence", {"subject": "A", "property": "ownProperty"})

    def test_terms_of_free_text_draw_a_warning_and_the_answer_comes(self, graph):
        result = ask(
            graph, "SELECT ?m { ?m aig:developedby ?o ; a aig:Model . FILTER('aig:wrong' != 'x') }", "-f", "csv"
        )

        assert (result.exit_code, result.stdout) == (0, "m\n")
        assert result.stderr == "the vocabulary has no aig:developedby; nearest: developedBy, closedBy\n"
        assert ask(graph, "SELECT ?f { ?f aig:polarity 'planned' ; aig:rank ?r ; aig:closedOn ?d }").stderr == ""

    def test_terms_are_read_from_names_and_addresses_of_our_vocabulary_only(self):
        assert named_terms(f"SELECT * {{ ?s aig:a/<{AIG}b> ?o }} # aig:c") == ["a", "b"]
        assert named_terms("PREFIX aig: <http://other/> SELECT * { ?s aig:a ?o }") == []
        assert {"developedBy", "confidence", "BenchmarkResult", "pointInTime"} <= vocabulary()

    def test_the_classes_of_parameters_are_in_the_ontology(self):
        asked = {one for query in saved_queries().values() for param in query.params for one in param.classes}

        assert {"Benchmark", "Person", "Organization"} <= asked <= set(load_schema().core_types)


class TestNames:
    def test_keys_of_many_are_the_keys_of_each(self):
        rng = random.Random(7)
        signs = "aB3.5 -_·+#①➀²３Ａ發髮後×ßİﬁ㎏(),'’ \u0301\u2e81\u1369台灣\n\u2028"
        names = ["".join(rng.choices(signs[:-2], k=rng.randint(0, 9))) for _ in range(3000)]

        assert name_keys(names) == [name_key(name) for name in names]
        assert name_keys([*names[:50], "a\nb", "c\u2028d"]) == [name_key(n) for n in (*names[:50], "a\nb", "c\u2028d")]
        assert name_keys([]) == []
        assert [name_key(n) for n in ("GPT 3.5", "3 70B", "1. 5", "v²-3", "--", "a_b")] == [
            "gpt3.5", "3-70b", "1-5", "v2-3", "--", "ab",
        ]  # fmt: skip

    def test_labels_of_any_language_name_what_they_name(self):
        made = Made()
        made.thing("a", "Organization", "Alpha")
        made.add(ID + "a", PREFIXES["skos"] + "altLabel", ox.Literal("Ａｌｐｈａ 社", language="ja"))
        made.thing("b", "Organization", "ALPHA")

        names = Names(made.store)
        assert [node.value for node in names.find("alpha社")] == [ID + "a"]
        assert [node.value for node in names.find("al-pha")] == [ID + "a", ID + "b"]
        assert names.called("nothing") == set()
        assert {key: sorted(some) for key, some in names.index().items()} == {
            "alpha": [ID + "a", ID + "b"], "alpha社": [ID + "a"],
        }  # fmt: skip
        assert names.nearest("alphaa") == ["ALPHA", "Ａｌｐｈａ 社"]


def test_csv_is_readable_again(graph):
    rows = list(csv.DictReader(io.StringIO(ask(graph, "leaderboard", "benchmark=TestBench", "-f", "csv").stdout)))
    assert [row["value"] for row in rows] == ["71.5"]


class TestDisputed:
    def made(self, *days: str | None) -> Made:
        """A price a document, each another one."""
        made = Made()
        made.thing("m", "Model", "M")
        for number, day in enumerate(days):
            made.document(f"d{number}", "A document", day)
            made.say("m", "price", number + 1, {f"d{number}": "a price"}, currency="USD")
        return made

    def disputed(self, store: ox.Store) -> list[tuple[object, object]]:
        return [(row["day"], row["values"]) for row in run_query(store, "disputed")]

    def test_a_price_cut_is_no_dispute_but_two_prices_of_a_day_are(self):
        assert self.disputed(self.made("2025-01-01", "2025-02-01").store) == []
        assert self.disputed(self.made("2025-01-01", "2025-01-01", "2025-02-01").store) == [("2025-01-01", 2)]

    def test_with_ranks_what_no_later_value_closed_is_compared(self):
        view = ranked(self.made("2025-01-01", "2025-02-01", "2025-02-01", None).store)

        assert self.disputed(view) == [(None, 3)]
