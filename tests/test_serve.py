"""The endpoint beside the protocol's own tests: limits, refusals, forms, updates, changes of the store."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
import threading
import time
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from tests.serving import serving
from tests.told import told

from aigraph.ask.guard import asks_load, asks_service
from aigraph.cli import main
from aigraph.errors import StoreError
from aigraph.serve.app import application
from aigraph.serve.negotiate import GRAPHS, TABLES, choose
from aigraph.serve.settings import Settings
from aigraph.serve.updates import DatasetConflict, with_dataset
from aigraph.storage.store import GraphStore

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"


def sparql(query, **fields):
    return "/sparql?" + urlencode({"query": query, **fields})


@pytest.fixture(scope="module")
def served(graph_file):
    with serving(Settings(graph_file, timeout=2, limit=20, workers=3)) as running:
        yield running


class TestLimits:
    def test_a_query_whose_time_is_over_is_stopped_and_the_server_goes_on(self, served):
        started = time.monotonic()
        answer = served.ask("GET", sparql(ENDLESS))

        assert answer.status == 503
        assert "2 s" in answer.text
        assert 1.9 < time.monotonic() - started < 9
        assert served.ask("GET", sparql("ASK {}")).status == 200

    def test_quick_queries_do_not_wait_for_a_slow_one(self, served):
        slow = [threading.Thread(target=served.ask, args=("GET", sparql(ENDLESS))) for _ in range(2)]
        for thread in slow:
            thread.start()
        time.sleep(0.2)
        answers = [served.ask("GET", sparql("ASK {}")) for _ in range(5)]

        assert [answer.status for answer in answers] == [200] * 5
        assert all(thread.is_alive() for thread in slow)
        for thread in slow:
            thread.join()

    def test_who_finds_no_free_worker_is_told(self, graph_file):
        answers = []
        with serving(Settings(graph_file, timeout=0.6, workers=1, answer_bytes=1000)) as narrow:
            threads = [
                threading.Thread(target=lambda: answers.append(narrow.ask("GET", sparql(ENDLESS)))) for _ in range(4)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

            assert {answer.status for answer in answers} == {503}
            assert any("busy" in answer.text for answer in answers)
            assert narrow.ask("GET", sparql("ASK {}")).status == 200
            too_long = narrow.ask("GET", sparql("SELECT * { ?s ?p ?o }"))
            assert (too_long.status, "1,000 bytes" in too_long.text) == (422, True)

    @pytest.mark.parametrize("form", ["json", "xml", "csv", "tab-separated-values"])
    def test_too_many_rows_are_refused_not_cut(self, served, form):
        kind = f"text/{form}" if form in ("csv", "tab-separated-values") else f"application/sparql-results+{form}"
        exact = served.ask("GET", sparql("SELECT * { ?s ?p ?o } LIMIT 20"), headers={"Accept": kind})
        more = served.ask("GET", sparql("SELECT * { ?s ?p ?o } LIMIT 21"), headers={"Accept": kind})

        assert (exact.status, exact.type) == (200, kind)
        assert more.status == 422
        assert "more than 20 rows" in more.text and "LIMIT" in more.text

    def test_line_ends_within_values_are_not_rows(self, served):
        query = 'SELECT ?x { VALUES ?x { "a},{' + "\\n" * 50 + '},{" } }'
        for kind in TABLES:
            assert served.ask("GET", sparql(query), headers={"Accept": kind}).status == 200

    def test_too_many_triples_are_refused(self, served):
        assert served.ask("GET", sparql("CONSTRUCT WHERE { ?s ?p ?o }")).status == 422

    def test_a_query_that_crashes_its_process_harms_no_other(self, served):
        answer = served.ask("POST", "/sparql", b"ASK {" + b"{" * 200_000, {"Content-Type": "application/sparql-query"})
        assert answer.status in (400, 500)
        assert served.ask("GET", sparql("ASK {}")).status == 200

    def test_a_request_without_end_is_refused(self, served):
        body = b"#" * (2 << 20)
        with contextlib.suppress(OSError):  # closed while we still sent
            assert served.ask("POST", "/sparql", body, {"Content-Type": "application/sparql-query"}).status == 413
        assert served.ask("GET", sparql("ASK {}")).status == 200

    @pytest.mark.parametrize("name", ["timeout", "limit", "workers", "refresh"])
    def test_no_limit_can_be_switched_off(self, graph_file, name):
        with pytest.raises(ValueError, match=name):
            Settings(graph_file, **{name: 0})


class TestRefusals:
    @pytest.mark.parametrize(
        "query",
        [
            "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "SELECT * { service silent <http://127.0.0.1:9/> { ?s ?p ?o } }",
            "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:x { ?s ?p ?o } }",
            "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICESILENT:x { ?s ?p ?o } }",
            "SELECT * { ?s ?p 1SERVICE<http://127.0.0.1:9/> { ?s ?p ?o } }",
            "SELECT * { # quiet\rSERVICE ?x { ?s ?p ?o } }",
            "PREFIX e: <e:> SELECT * { ?s ?p e:.SERVICE<http://127.0.0.1:9/> { } }",
            "SELECT * { ?s ?p ?a FILTER(?a<?b#c> '''\n) SERVICE <http://127.0.0.1:9/> { } } #'''",
        ],
    )
    def test_service_is_found_however_it_is_written(self, served, query):
        assert asks_service(query)
        answer = served.ask("GET", sparql(query))
        assert answer.status == 403
        assert "SERVICE" in answer.text

    @pytest.mark.parametrize(
        "query",
        [
            'ASK { ?s ?p "SERVICE <http://x/> { }" }',
            'ASK { ?s ?p """\nSERVICE <http://x/> { ?s ?p "x" }\n""" }',
            "# SERVICE <http://x/> {}\nASK {}",
            "PREFIX service: <http://x/service#> ASK { ?service service:SERVICE <http://x/SERVICE#service> }",
            'ASK { ?s ?p "a"@en-service }',
            "PREFIX e: <http://x/> ASK { GRAPH e:my-service { ?s ?p ?o } }",
        ],
    )
    def test_the_word_alone_is_no_service(self, served, query):
        assert not asks_service(query)
        assert served.ask("GET", sparql(query)).status == 200

    def test_load_is_found_and_the_word_is_not(self):
        assert asks_load("LOAD <http://x/>")
        assert asks_load("CLEAR ALL; load silent <http://x/>")
        assert asks_load("PREFIX : <http://x/> LOAD:y")
        assert not asks_load("INSERT DATA { <http://x/load> <http://x/p> 'LOAD <http://x/>' }")
        assert not asks_load("PREFIX load: <http://x/> INSERT DATA { load:a load:b load:c }")

    def test_a_worker_can_open_no_socket(self, served):
        """The second guard: were SERVICE to come through, the process could still not connect."""
        code = "import socket\nfrom aigraph.serve.confine import without_sockets\n"
        code += "print(without_sockets())\ntry:\n socket.socket()\n print('opened')\nexcept OSError: print('refused')"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        assert done in (["True", "refused"], ["False", "opened"])

    def test_updates_are_off(self, served):
        answer = served.ask("POST", "/sparql", b"CLEAR ALL", {"Content-Type": "application/sparql-update"})
        assert answer.status == 403
        assert "read-only" in answer.text

    def test_a_broken_query_is_told_where(self, served):
        answer = served.ask("GET", sparql("SELECT *\n{ ?s ?p }"))
        assert answer.status == 400
        assert re.search(r"error at 2:\d+", answer.text)

    def test_no_method_but_those_of_the_protocol(self, served):
        for method in ("PUT", "DELETE", "PATCH"):
            answer = served.ask(method, "/sparql")
            assert answer.status == 405
            assert "GET" in answer.headers["allow"]

    @pytest.mark.parametrize("path", ["/sparql?query=%ff", "/sparql?query=ASK%7B%7D&default-graph-uri=not+an+address"])
    def test_what_cannot_be_read_is_400(self, served, path):
        assert served.ask("GET", path).status == 400


class TestForms:
    @pytest.mark.parametrize("kind", list(TABLES))
    def test_every_form_of_a_table(self, served, kind):
        answer = served.ask("GET", sparql("SELECT ?d { ?m aig:developedBy ?d }"), headers={"Accept": kind})
        assert (answer.status, answer.type) == (200, kind)
        assert b"starworks" in answer.body
        assert "Accept" in answer.headers["vary"]

    @pytest.mark.parametrize("kind", list(GRAPHS)[:4])
    def test_every_form_of_a_graph(self, served, kind):
        answer = served.ask("GET", sparql("DESCRIBE id:oak-capital"), headers={"Accept": kind})
        triples = list(ox.parse(answer.body, format=ox.RdfFormat.from_media_type(kind)))
        assert answer.type == kind
        assert any("Oak Capital" in str(triple) for triple in triples)

    def test_a_form_nobody_has_is_406_and_says_which_there_are(self, served):
        answer = served.ask("GET", sparql("SELECT * {}"), headers={"Accept": "image/png"})
        assert answer.status == 406
        assert "text/csv" in answer.text

    def test_head_is_get_without_a_body(self, served):
        answer = served.ask("HEAD", sparql("ASK {}"))
        assert (answer.status, answer.body) == (200, b"")
        assert answer.type == "application/sparql-results+json"

    def test_options_and_cors(self, served):
        assert served.ask("OPTIONS", "/sparql").status == 204
        asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
        before = served.ask("OPTIONS", "/sparql", headers=asked | {"Access-Control-Request-Headers": "content-type"})
        answer = served.ask("GET", sparql("ASK {}"), headers={"Origin": "https://a.example"})

        assert before.status == 200
        for found in (before, answer):
            assert found.headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-credentials" not in found.headers
        assert "authorization" not in before.headers["access-control-allow-headers"].lower()

    @pytest.mark.parametrize(
        ("accept", "chosen"),
        [
            (None, "application/sparql-results+json"),
            ("*/*", "application/sparql-results+json"),
            ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
            ("text/*;q=0.7, */*;q=0.1", "text/csv"),
            ("application/json;q=0, */*", "application/sparql-results+json"),
            ("TEXT/CSV ; Q=0.3", "text/csv"),
            ("text/csv;q=wrong, text/tab-separated-values;q=0.1", "text/tab-separated-values"),
            ("text/csv;q=0", None),
            ("nonsense", None),
        ],
    )
    def test_negotiation(self, accept, chosen):
        assert choose(accept, TABLES) == chosen

    def test_graphs_prefer_turtle(self):
        assert choose("*/*", GRAPHS) == "text/turtle"


class TestUpdates:
    @pytest.fixture
    def folder(self, tmp_path):
        with GraphStore.build(told(), tmp_path / "kb"):
            pass
        return tmp_path / "kb"

    def test_only_with_the_token(self, folder):
        update = b"INSERT DATA { <http://e/s> <http://e/p> 1 }"
        kind = {"Content-Type": "application/sparql-update"}
        with serving(Settings(folder, update_token="a long secret")) as served:
            served.token = None
            assert served.ask("POST", "/sparql", update, kind).status == 401
            served.token = "another one"
            assert served.ask("POST", "/sparql", update, kind).status == 401
            served.token = "a long secret"
            assert served.ask("POST", "/sparql", update, kind).status == 204
            assert b"true" in served.ask("GET", sparql("ASK { <http://e/s> <http://e/p> 1 }")).body
            assert served.ask("POST", "/sparql", b"LOAD <http://e/x>", kind).status == 403
            assert served.ask("POST", "/sparql", b"INSERT DATA {", kind).status == 400
        with GraphStore(folder) as store:
            assert store.inner.query("ASK { <http://e/s> <http://e/p> 1 }")

    def test_another_program_adds_meanwhile(self, folder):
        with serving(Settings(folder, refresh=0.05)) as served:
            query = sparql('ASK { ?d dcterms:identifier "two.txt" }')
            assert b"true" in served.ask("GET", query).body
            with GraphStore(folder) as store:
                store.remove(next(key for key in store.documents() if key.startswith("two")))
            end = time.monotonic() + 10
            while b"true" in served.ask("GET", query).body:
                assert time.monotonic() < end, "the change was never served"
                time.sleep(0.05)

    def test_a_quiet_store_is_not_copied_again(self, folder):
        with serving(Settings(folder, refresh=0.02)) as served:
            before = served.ask("GET", sparql("ASK {}"))
            time.sleep(0.6)
            room = served.app.state.copies
            assert before.status == 200
            assert room.taken == 1

    def test_a_graph_file_is_followed_too_and_a_broken_one_is_not(self, graph_file, tmp_path):
        file = tmp_path / "graph.nq"
        shutil.copy(graph_file, file)
        with serving(Settings(file, refresh=0.05)) as served:
            file.write_text("<http://e/s> <http://e/p> <http://e/o> .\nbroken", encoding="utf-8")
            time.sleep(0.8)
            assert b"true" in served.ask("GET", sparql("ASK { ?m aig:developedBy ?d }")).body

    def test_the_media_types_that_are_taken_are_named(self, tmp_path):
        GraphStore(tmp_path / "kb").close()
        for token, offered in ((None, ["x-www-form-urlencoded", "sparql-query"]), ("a" * 12, ["sparql-update"])):
            with serving(Settings(tmp_path / "kb", update_token=token)) as served:
                answer = served.ask("POST", "/sparql", b"ASK {}", {"Content-Type": "text/plain"})
            assert answer.status == 415
            named = [kind.removeprefix("application/") for kind in answer.headers["accept-post"].split(", ")]
            assert set(offered) <= set(named)
            assert ("sparql-update" in named) == (token is not None)

    def test_the_help_offers_only_what_can_be_served(self):
        said = CliRunner().invoke(main, ["serve", "--help"]).output
        assert "endpoint (.toml)" not in said
        assert "not counted" in " ".join(said.split())

    def test_ranks_where_asked_for(self, graph_file):
        query = sparql("ASK { ?fact aig:rank 'normal' }")
        with serving(Settings(graph_file, ranks=True)) as served:
            assert b"true" in served.ask("GET", query).body

    def test_a_store_that_others_read_is_served_too(self, folder):
        with GraphStore.read(folder), serving(Settings(folder)) as served:
            assert b"true" in served.ask("GET", sparql("ASK { ?m aig:developedBy ?d }")).body

    def test_a_file_takes_no_updates(self, graph_file):
        with pytest.raises(StoreError, match="store folder"):
            application(Settings(graph_file, update_token="a long secret"))

    def test_using_clauses(self):
        assert with_dataset("CLEAR ALL", ["http://g/1"], []) == "CLEAR ALL"
        assert with_dataset("DELETE WHERE { ?s ?p ?o }", ["http://g/1"], ["http://g/2"]) == (
            "DELETE { ?s ?p ?o } USING <http://g/1> USING NAMED <http://g/2> WHERE { ?s ?p ?o }"
        )
        text = "INSERT { ?s <p> 'WHERE' } WHERE { ?s ?p ?o } ; INSERT DATA { <a> <b> 'where' }"
        assert with_dataset(text, ["http://g/1"], []) == text.replace("} WHERE", "} USING <http://g/1> WHERE", 1)
        with pytest.raises(DatasetConflict):
            with_dataset("WITH <http://g/1> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", ["http://g/1"], [])
        with pytest.raises(ValueError, match="not an address"):
            with_dataset("DELETE WHERE { ?s ?p ?o }", ["x> WHERE {} ; DROP ALL #"], [])

    def test_a_short_token_is_refused(self, tmp_path):
        with pytest.raises(ValueError, match="8 characters"):
            Settings(tmp_path, update_token="short")
