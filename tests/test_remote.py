"""A graph at a SPARQL endpoint: the same graph as in the embedded store, whatever store stands behind the endpoint.

Most tests run twice: against a small endpoint made of Oxigraph, and against Debian's Virtuoso where it is installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner
from tests.made_endpoint import SECRET, USER, Made, made_endpoint
from tests.made_extractions import ENTITIES, extraction
from tests.virtuoso import server as virtuoso

from aigraph.ask.query import run_query
from aigraph.cli import main
from aigraph.errors import QueryError, StoreError, UnknownName
from aigraph.graph.assemble import assemble
from aigraph.graph.rdf import entity_node
from aigraph.graph.serialise import write_lines
from aigraph.model import Document, Extraction
from aigraph.remote.settings import Endpoint
from aigraph.remote.store import RemoteStore
from aigraph.schema import AIG
from aigraph.storage.keep import add_documents, list_documents, remove_documents
from aigraph.storage.store import GraphStore

MERGED = "https://example.org/merged"


@pytest.fixture
def made() -> Iterator[Made]:
    with made_endpoint() as made:
        yield made


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[virtuoso.Server]:
    if why := virtuoso.missing():
        pytest.skip(why)
    with virtuoso.running(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


@pytest.fixture(params=["made", "made, its own default graph", "made, no graph store", "virtuoso"])
def endpoint(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """An endpoint that holds no document."""
    if request.param == "virtuoso":
        server = request.getfixturevalue("running")
        monkeypatch.setenv("REMOTE_SECRET", virtuoso.SECRET)
        server.clear()
        return server.endpoint(MERGED)
    made = request.getfixturevalue("made")
    if "default" in request.param:
        return at(made, merged="default")
    return at(made, graphs=None, results="xml") if "no graph store" in request.param else at(made)


def at(made: Made, **more: object) -> Endpoint:
    places = {"query": "/query", "update": "/update", "graphs": "/graphs"}
    settings = {name: made.address + path for name, path in places.items()} | {"merged": MERGED}
    return Endpoint(**(settings | more))


def many(count: int = 4) -> list[Extraction]:
    return [
        extraction(f"d{i}.txt", extra_text=f"Number {i}.", confidence=0.5 + 0.05 * i, date=f"2025-03-0{i + 1}")
        for i in range(count)
    ]


def dump(tmp_path: Path, items: list[Extraction]) -> Path:
    file = tmp_path / "dump.nq"
    write_lines(assemble(items), file)
    return file


def described(endpoint: Endpoint, tmp_path: Path) -> Path:
    """The endpoint as a file of settings."""
    names = ("query", "update", "graphs", "merged", "auth", "user", "secret_env", "results", "at_once")
    given = {name: getattr(endpoint, name) for name in names}
    lines = [f"{name} = {value if isinstance(value, int) else repr(value)}" for name, value in given.items() if value]
    file = tmp_path / "team.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


# -- adding, replacing, removing --------------------------------------------------------------------------------------


def test_documents_come_change_and_go_as_in_the_embedded_store(endpoint: Endpoint):
    items = many(3)
    changed = replace(items[1], statements=items[1].statements[1:])
    with RemoteStore(endpoint) as store:
        assert [store.add(item) for item in items] == [True, True, True]
        assert list(store.lines()) == list(assemble(items))

        assert not store.add(items[1])
        assert store.add(changed)
        assert list(store.lines()) == list(assemble([items[0], changed, items[2]]))

        store.remove(items[0].document.id)
        assert list(store.lines()) == list(assemble([changed, items[2]]))
        store.remove(changed.document.id)
        store.remove(items[2].document.id)
        assert list(store.lines()) == []
        assert store.documents() == {}


def test_a_document_gives_way_to_another_in_one_change(endpoint: Endpoint):
    old, other, new = many(3)
    with RemoteStore(endpoint) as store:
        store.add(old)
        store.add(other)

        assert store.add(new, replaces=[old.document.id])

        assert list(store.lines()) == list(assemble([other, new]))


def test_votes_of_other_documents_decide_the_name(endpoint: Endpoint):
    renamed = [
        replace(item, entities=(replace(ENTITIES[1], name="Xinghe Two"), *ENTITIES[:1], *ENTITIES[2:]))
        for item in many(2)
    ]
    items = [*renamed, extraction("c.txt", extra_text="yy")]
    with RemoteStore(endpoint) as store:
        for item in items:
            store.add(item)
        store.remove(items[0].document.id)

        assert list(store.lines()) == list(assemble(items[1:]))


def test_names_in_many_scripts_and_whole_and_large_numbers_come_back_as_they_went(endpoint: Endpoint):
    base = extraction("x.txt", extra_text="A. ")
    nasty = 'says "x" \\ back\ttab\nline 😀 \u2028 三 <b> . ;'
    figures = (
        replace(base.statements[2], object=671_000_000_000),
        replace(base.statements[3], object=80.0),
        replace(base.statements[3], object=0.00001),
    )
    aliases = (("深度求索", "zh-Hans"), ("深度求索", "zh-Hant"))
    item = replace(
        base,
        entities=(replace(ENTITIES[0], name=nasty, aliases=aliases), *ENTITIES[1:]),
        statements=(*base.statements, *figures),
        results=(replace(base.results[0], value=80.0), *base.results[1:]),
    )
    with RemoteStore(endpoint) as store:
        store.add(item)

        assert list(store.lines()) == list(assemble([item]))
        assert not store.add(item)
        store.remove(item.document.id)
        assert list(store.lines()) == []


def test_a_change_larger_than_a_request_goes_in_several(endpoint: Endpoint):
    items = many(2)
    with RemoteStore(replace(endpoint, at_once=100)) as store:
        for item in items:
            store.add(item)
        store.remove(items[0].document.id)

        assert list(store.lines()) == list(assemble(items[1:]))


def test_a_change_is_one_request(made: Made):
    with RemoteStore(at(made)) as store:
        store.add(many(1)[0])

    assert sum(path == "/update" for _, path, _ in made.requests) == 1


@pytest.mark.parametrize(("what", "at_once"), [("add", 90), ("replace", 15), ("remove", 90)])
def test_what_was_cut_off_is_finished_by_the_same_call(made: Made, what: str, at_once: int):
    items = many(2)
    changed = replace(items[1], statements=items[1].statements[2:], results=())
    expected = list(assemble({"add": items, "replace": [items[0], changed], "remove": items[:1]}[what]))
    store = RemoteStore(at(made, at_once=at_once))

    def change() -> None:
        if what == "remove":
            store.remove(items[1].document.id)
        else:
            store.add(items[1] if what == "add" else changed)

    for steps in count():
        made.store.clear()
        for item in items[: 1 if what == "add" else 2]:
            store.add(item)
        left = iter(range(steps))
        made.instead = lambda path, _, left=left: (
            (503, {}, b"") if path == "/update" and next(left, None) is None else None
        )
        cut = False
        try:
            change()
        except StoreError:
            cut = True
        made.instead = lambda path, _: None
        if not cut:
            break
        if what == "add":
            assert items[1].document.id not in store.documents()
        change()
        assert list(store.lines()) == expected, steps

    assert list(store.lines()) == expected
    assert steps >= 3


# -- bulk -------------------------------------------------------------------------------------------------------------


def test_a_dump_loads_in_bulk(endpoint: Endpoint, tmp_path: Path):
    items = many(3)
    with RemoteStore(endpoint) as store:
        assert store.is_empty()
        assert store.load(dump(tmp_path, items)) == sorted(item.document.id for item in items)

        assert list(store.lines()) == list(assemble(items))
        assert not store.is_empty()
        assert store.load(dump(tmp_path, many(4))) == [many(4)[3].document.id]
        assert list(store.lines()) == list(assemble(many(4)))


def test_a_bulk_load_that_was_cut_off_is_done_again(made: Made, tmp_path: Path):
    items = many(3)
    file = dump(tmp_path, items)
    store = RemoteStore(at(made))
    left = iter(range(3))
    made.instead = lambda path, _: (503, {}, b"") if path == "/graphs" and next(left, None) is None else None
    with pytest.raises(StoreError, match="503"):
        store.load(file)
    made.instead = lambda path, _: None

    assert store.documents() == {}
    assert len(store.load(file)) == 3
    assert list(store.lines()) == list(assemble(items))


# -- asking -----------------------------------------------------------------------------------------------------------


def test_it_answers_as_the_embedded_store_does(endpoint: Endpoint, tmp_path: Path):
    items = many(3)
    here = GraphStore.build(items)
    with RemoteStore(endpoint) as store:
        store.load(dump(tmp_path, items))

        assert store.stored() == here.stored()
        assert len(store) == len(here)
        assert store.document("d1.txt") == here.document("d1.txt")
        with pytest.raises(UnknownName, match="d1-txt"):
            store.document("dd1.txt")
        for query, params in (
            ("SELECT ?m ?v { ?m aig:contextLength ?v }", {}),
            ("ASK { ?m a aig:Model }", {}),
            ("ASK { ?m a aig:Hardware }", {}),
            ("CONSTRUCT { ?m aig:developedBy ?o } WHERE { ?m aig:developedBy ?o }", {}),
            ("leaderboard", {"benchmark": "TestBench"}),
            ("models-by-developer", {"developer": "示例智能"}),
            ("disputed", {}),
            ("who-left", {}),
            ("funding-rounds", {}),
            ("evidence", {"subject": "xinghe 2"}),
        ):
            mine, theirs = run_query(store, query, params), run_query(here, query, params)
            assert mine.columns == theirs.columns, query
            assert sorted(map(str, mine)) == sorted(map(str, theirs)), query
        assert list(store.copy().lines()) == list(here.lines())


def test_other_graphs_of_the_endpoint_are_left_alone(endpoint: Endpoint):
    item = many(1)[0]
    with RemoteStore(endpoint) as store:
        foreign = f"INSERT DATA {{ GRAPH <urn:others> {{ {entity_node('xinghe-2')} <{AIG}contextLength> 5 }} }}"
        store.client.update(foreign)
        store.add(item)
        assert list(store.lines()) == list(assemble([item]))
        store.remove(item.document.id)

        assert list(store.lines()) == []
        assert store.client.rows("SELECT ?o { GRAPH <urn:others> { ?s ?p ?o } }")[0]["o"].value == "5"


def test_rdflib_users_get_the_merged_graph_and_the_documents(endpoint: Endpoint):
    item = many(1)[0]
    with RemoteStore(endpoint) as store:
        store.add(item)
        graph = store.graph()
        model = rdflib.URIRef(entity_node("xinghe-2").value)

        assert len(graph) == len(store)
        assert (model, rdflib.RDF.type, rdflib.URIRef(AIG + "Model")) in graph
        assert [int(value) for value in graph.objects(model, rdflib.URIRef(AIG + "contextLength"))] == [128000]
        assert len(graph.query("SELECT ?m { ?m a aig:Model }")) == 2
        assert len(graph.query("CONSTRUCT { ?m a aig:Model } WHERE { ?m a aig:Model }").graph) == 2
        with pytest.raises(TypeError, match="read only"):
            graph.add((model, rdflib.RDF.type, model))
        rows = store.dataset().query("SELECT DISTINCT ?g { GRAPH ?g { ?s aig:sourceConfidence ?o } }")
        assert [str(row[0]) for row in rows] == [f"https://w3id.org/aigraph/id/doc/{item.document.id}"]


# -- what goes wrong ----------------------------------------------------------------------------------------------


def test_a_down_endpoint_is_named():
    with pytest.raises(StoreError, match=r"http://127.0.0.1:9/query cannot be reached .*is it up\?"):
        RemoteStore(Endpoint(query="http://127.0.0.1:9/query"), write=False).documents()


def test_a_slow_endpoint_is_given_up(made: Made):
    import time

    def slow(path: str, content: str) -> None:
        time.sleep(0.5)

    made.instead = slow
    with pytest.raises(StoreError, match=r"did not answer within 0.1 seconds"):
        RemoteStore(at(made, timeout=0.1)).documents()


@pytest.mark.parametrize("auth", ["basic", "bearer"])
def test_passwords_and_tokens(made: Made, monkeypatch: pytest.MonkeyPatch, auth: str):
    made.basic()
    if auth == "bearer":
        made.authorization = "Bearer token-1"
    endpoint = at(made, auth=auth, user=USER, secret_env="REMOTE_SECRET")
    monkeypatch.setenv("REMOTE_SECRET", "wrong")
    with pytest.raises(StoreError, match=rf"refuses user {USER} \(HTTP 401: who are you\?\); check auth \({auth}\)"):
        RemoteStore(endpoint).documents()

    monkeypatch.setenv("REMOTE_SECRET", SECRET if auth == "basic" else "token-1")
    with RemoteStore(endpoint) as store:
        assert store.add(many(1)[0])

    monkeypatch.delenv("REMOTE_SECRET")
    with pytest.raises(StoreError, match="the variable REMOTE_SECRET is not set"):
        RemoteStore(endpoint)


def test_virtuoso_refuses_a_wrong_password_and_a_missing_path(
    running: virtuoso.Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("REMOTE_SECRET", "wrong")
    with pytest.raises(StoreError, match=r"-auth refuses user dba \(HTTP 401"):
        RemoteStore(running.endpoint(MERGED)).add(many(1)[0])
    wrong = replace(running.endpoint(MERGED), query=running.http + "/nothing", auth="none")
    with pytest.raises(StoreError, match=r"/nothing answers HTTP 404"):
        RemoteStore(wrong).documents()


def test_virtuoso_takes_no_change_larger_than_it_can_and_says_how(
    running: virtuoso.Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("REMOTE_SECRET", virtuoso.SECRET)
    lines = [f'<a:{i}> <a:p> "值 {i}"@zh-hans .' for i in range(8000)]
    store = RemoteStore(running.endpoint(MERGED))
    with pytest.raises(StoreError, match=r"memory exhausted.*set at_once lower"):
        store.client.update(f"INSERT DATA {{ GRAPH <a:g> {{ {' '.join(lines)} }} }}")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((200, {"Content-Type": "text/html"}, b"<p>hello"), "answered with text/html, which cannot be read"),
        ((302, {"Location": "http://other.example/"}, b""), "sends on to http://other.example/"),
        ((500, {}, b"out of memory"), "answers HTTP 500: out of memory"),
        ((200, {"X-SPARQL-MaxRows": "10000"}, b"{}"), "gives no more than 10000 rows"),
        ((200, {"X-SQL-State": "S1TAT", "X-SQL-Message": "timed out"}, b"{}"), "a part of the answer only: timed out"),
    ],
)
def test_half_and_wrong_answers_are_errors(made: Made, answer: tuple[int, dict[str, str], bytes], message: str):
    made.instead = lambda path, content: answer
    with pytest.raises(StoreError, match=message):
        RemoteStore(at(made)).documents()


def test_a_graph_that_comes_cut_short_is_refused(made: Made):
    store = RemoteStore(at(made))
    store.add(many(1)[0])
    made.instead = lambda path, _: (200, {}, b"<a:s> <a:p> <a:o> .\n") if path == "/graphs" else None

    with pytest.raises(StoreError, match=r"gives 1 of the .* triples of .*it cuts answers"):
        store.add(replace(many(1)[0], events=()))


def test_a_wrong_query_is_shown_with_its_place(endpoint: Endpoint):
    store = RemoteStore(endpoint, write=False)
    with pytest.raises(QueryError, match=r"query, line 1, column 1\d"):
        run_query(store, "SELECT ?x { ?x ")
    with pytest.raises(QueryError, match="line 1"):
        run_query(store, "INSERT DATA { <a:b> <a:c> 1 }")


def test_an_endpoint_without_update_is_read_only(made: Made):
    with pytest.raises(StoreError, match=r"can only be read; to change it add update ="):
        RemoteStore(at(made, update=None))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("query = 3", "query is 3; write text in quotes"),
        ("", 'names no endpoint; add query = "http://HOST/sparql"'),
        ('query = "localhost:80"', "query is 'localhost:80'; write the address"),
        ('query = "http://h/"\nauth = "magic"', "auth is 'magic'; it can be none, basic, digest, bearer"),
        ('query = "http://h/"\nauth = "basic"\nuser = "u"', "say who with secret_env"),
        ('query = "http://h/"\nauth = "digest"\nsecret_env = "S"', "no user is named"),
        ('query = "http://h/"\npassword = "x"', "'password' is no setting of an endpoint; known: query, update"),
        ('query = "http://h/"\nmerged = "no address"', "merged is 'no address'"),
        ('query = "http://h/"\nat_once = 0', "must be more than nothing"),
        ("query", "cannot be read as the settings"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(tmp_path: Path, text: str, message: str):
    file = tmp_path / "team.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(StoreError, match=rf"team.toml: .*{message}"):
        Endpoint.read(file)


# -- the kept store and the commands ------------------------------------------------------------------------------


def test_files_are_kept_at_an_endpoint_as_in_a_folder(endpoint: Endpoint, tmp_path: Path):
    team = described(endpoint, tmp_path)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"{name} says something.", encoding="utf-8")

    def extract(document: Document) -> Extraction:
        return replace(extraction(), document=document, entities=(), statements=(), results=(), events=(), mentions=())

    def add(*names: str) -> object:
        return add_documents([tmp_path / name for name in names], team, extract=extract)

    assert len(add("a.txt", "b.txt").documents) == 2
    assert len(add("a.txt", "b.txt").unchanged) == 2
    (tmp_path / "a.txt").write_text("It says something else now.", encoding="utf-8")
    assert len(add("a.txt").replaced) == 1
    assert [Path(files[0]).name for _, files in list_documents(team)] == ["a.txt", "b.txt"]
    assert len(remove_documents([str(tmp_path / "b.txt")], team)) == 1
    assert [one.title for one, _ in list_documents(team)] == ["a.txt"]


def test_commands_take_the_file_of_an_endpoint(endpoint: Endpoint, tmp_path: Path):
    team = str(described(endpoint, tmp_path))
    file = dump(tmp_path, many(2))

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
        return result.output

    assert "2 loaded" in run("add", str(file), "--store", team)
    assert "2 unchanged" in run("add", str(file), "--store", team)
    assert "d1-txt" in run("documents", "--store", team)
    assert "Xinghe-2" in run("query", "models-by-developer", "developer=Example AI", "--graph", team)
    assert "developedBy: Example AI" in run("show", "Xinghe-2", "--graph", team)
    assert "test.rule" in run("explain", "Xinghe-2", "developedBy", "Example AI", "--graph", team)
    assert "Xinghe-2" in run("rank", "--graph", team)
    assert "removed d1-txt" in run("remove", "d1.txt", "--store", team)


def test_the_address_of_an_endpoint_is_answered_with_the_file_to_write(tmp_path: Path):
    for arguments in (["documents", "--store"], ["show", "x", "--graph"], ["add", "x", "--store"]):
        result = CliRunner().invoke(main, [*arguments, "http://localhost:8890/sparql"])

        assert result.exit_code == 3
        assert 'query = "http://localhost:8890/sparql"' in result.output
