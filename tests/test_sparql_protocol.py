"""The W3C tests of the SPARQL 1.1 Protocol (34) and of its service description (3), each by its name.

Written from the specifications; requests and expectations follow the suite's manifests (sparql11/protocol and
sparql11/service-description of w3c/rdf-tests), our addresses in place of theirs. Run against the real server with
updates allowed, on a store with three named graphs of one triple each.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from tests.serving import Answer, Served, serving

from aigraph.serve.settings import Settings

G = [f"http://graphs.example/data{number}" for number in range(4)]  # data0 is in no store
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
TABULAR = {
    "application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values",
}  # fmt: skip
BOOLEAN = {"application/sparql-results+json", "application/sparql-results+xml"}
RDF = {"text/turtle", "application/n-triples", "application/rdf+xml"}
A = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DOCUMENT = "http://xmlns.com/foaf/0.1/Document"
RESOURCE = "http://purl.org/dc/terms/BibliographicResource"


@dataclass(frozen=True)
class Step:
    """A request and what the suite expects: a class of status, an answer of ASK, media types."""

    method: str = "POST"
    path: str = ""
    type: str | None = None
    body: str | None = None
    encoding: str = "utf-8"
    good: bool = True
    boolean: bool | None = None
    types: set[str] = field(default_factory=set)


def address(**fields: str | list[str]) -> str:
    """The endpoint's path with these parameters; "_" stands for "-"."""
    text = urlencode([(k.replace("_", "-"), v) for k, values in fields.items() for v in _many(values)], quote_via=quote)
    return "/sparql" + ("?" + text if text else "")


def _many(values: str | list[str]) -> list[str]:
    return [values] if isinstance(values, str) else values


def ask(body: str, expected: bool = True, **dataset: str | list[str]) -> Step:
    """A query by direct POST."""
    return Step(path=address(**dataset), type=QUERY, body=body, boolean=expected, types=BOOLEAN)


def update(body: str, **dataset: str | list[str]) -> Step:
    """An update by direct POST."""
    return Step(path=address(**dataset), type=UPDATE, body=body)


def typed(*graphs: int) -> str:
    """INSERT DATA that types each graph in itself as a document, after everything else is dropped."""
    rows = "\n".join(f"GRAPH <{G[number]}> {{ <{G[number]}> a <{DOCUMENT}> }}" for number in graphs)
    return f"DROP ALL ;\nINSERT DATA {{\n{rows}\n}} ;\n"


OUT = "http://graphs.example/out"
COPY = f"INSERT {{ GRAPH <{OUT}> {{ ?s a <{RESOURCE}> }} }} WHERE "


def in_out(*graphs: int, but_not: int | None = None) -> str:
    """ASK whether these are resources in OUT now, and that one is not."""
    rows = " ".join(f"<{G[number]}> a <{RESOURCE}> ." for number in graphs)
    other = f"FILTER NOT EXISTS {{ GRAPH <{OUT}> {{ <{G[but_not]}> a <{RESOURCE}> }} }}" if but_not else ""
    return f"ASK {{ GRAPH <{OUT}> {{ {rows} }} {other} }}"


BOTH = f"ASK {{ <{G[1]}> a ?type . <{G[2]}> a ?type }}"
NAMED = f"GRAPH ?g1 {{ <{G[1]}> a ?type }} GRAPH ?g2 {{ <{G[2]}> a ?type }}"

TESTS: dict[str, list[Step]] = {
    "query_post_form": [
        Step(path=address(default_graph_uri=G[0]), type=FORM, body="query=ASK%20%7B%7D", boolean=True, types=BOOLEAN)
    ],
    "query_dataset_default_graphs_get": [
        Step("GET", address(query=BOTH, default_graph_uri=[G[1], G[2]]), boolean=True, types=BOOLEAN)
    ],
    "query_dataset_default_graphs_post": [ask(BOTH, default_graph_uri=[G[1], G[2]])],
    "query_dataset_named_graphs_post": [ask(f"ASK {{ {NAMED} }}", named_graph_uri=[G[1], G[2]])],
    "query_dataset_named_graphs_get": [
        Step("GET", address(query=f"ASK {{ {NAMED} }}", named_graph_uri=[G[1], G[2]]), boolean=True, types=BOOLEAN)
    ],
    "query_dataset_full": [
        ask(f"ASK {{ <{G[3]}> a ?type {NAMED} }}", default_graph_uri=G[3], named_graph_uri=[G[1], G[2]])
    ],
    "query_multiple_dataset": [ask(f"ASK FROM <{G[3]}> {{ {NAMED} }}", named_graph_uri=[G[1], G[2]])],
    "query_get": [Step("GET", address(query="ASK {}", default_graph_uri=G[0]), boolean=True, types=BOOLEAN)],
    "query_content_type_select": [
        Step(path=address(default_graph_uri=G[0]), type=QUERY, body="SELECT (1 AS ?value) {}", types=TABULAR)
    ],
    "query_content_type_ask": [Step(path=address(default_graph_uri=G[0]), type=QUERY, body="ASK {}", types=BOOLEAN)],
    "query_content_type_describe": [
        Step(path=address(default_graph_uri=G[0]), type=QUERY, body="DESCRIBE <http://example.org/>", types=RDF)
    ],
    "query_content_type_construct": [
        Step(path=address(default_graph_uri=G[0]), type=QUERY, body="CONSTRUCT { <s> <p> 1 } WHERE {}", types=RDF)
    ],
    "update_dataset_default_graph": [
        update(typed(1) + COPY + f"{{ ?s a <{DOCUMENT}> }}", using_graph_uri=G[1]),
        ask(in_out(1)),
    ],
    "update_dataset_default_graphs": [
        update(typed(1, 2, 3) + COPY + f"{{ ?s a <{DOCUMENT}> }}", using_graph_uri=[G[1], G[2]]),
        ask(in_out(1, 2, but_not=3)),
    ],
    "update_dataset_named_graphs": [
        update(typed(1, 2, 3) + COPY + f"{{ GRAPH ?g {{ ?s a <{DOCUMENT}> }} }}", using_named_graph_uri=[G[1], G[2]]),
        ask(in_out(1, 2, but_not=3)),
    ],
    "update_dataset_full": [
        update(
            typed(1, 2, 3) + f"INSERT {{ GRAPH <{OUT}> {{ ?s <http://example.org/in> ?in }} }} WHERE {{"
            f"{{ GRAPH ?g {{ ?s a <{DOCUMENT}> }} BIND(?g AS ?in) }} UNION "
            f'{{ ?s a <{DOCUMENT}> BIND("default" AS ?in) }} }}',
            using_graph_uri=G[1],
            using_named_graph_uri=G[2],
        ),
        ask(
            f'ASK {{ GRAPH <{OUT}> {{ <{G[1]}> <http://example.org/in> "default" . '
            f"<{G[2]}> <http://example.org/in> <{G[2]}> }} "
            f"FILTER NOT EXISTS {{ GRAPH <{OUT}> {{ <{G[3]}> ?p ?o }} }} }}"
        ),
    ],
    "update_post_form": [Step(path="/sparql", type=FORM, body="update=CLEAR+ALL")],
    "update_post_direct": [update("CLEAR ALL")],
    "update_base_uri": [
        update(
            "CLEAR SILENT GRAPH <http://example.org/base-test/> ; INSERT DATA { GRAPH <http://example.org/base-test/> "
            "{ <http://example.org/s> <http://example.org/p> <test> } }"
        ),
        ask(
            "ASK { GRAPH <http://example.org/base-test/> { <http://example.org/s> <http://example.org/p> ?o "
            'FILTER (isIRI(?o) && STR(?o) != "test") } }'
        ),
    ],
    "query_post_direct": [ask("ASK {}")],
    "bad_query_method": [Step("PUT", address(query="ASK {}", default_graph_uri=G[0]), type=FORM, good=False)],
    "bad_multiple_queries": [Step("GET", address(query=["ASK {}", "SELECT * {}"]), good=False)],
    "bad_query_wrong_media_type": [Step(path="/sparql", type="text/plain", body="ASK {}", good=False)],
    "bad_query_missing_form_type": [Step(path="/sparql", body="query=ASK%20%7B%7D", good=False)],
    "bad_query_missing_direct_type": [Step(path="/sparql", body="ASK {}", good=False)],
    "bad_query_non_utf8": [
        Step(path="/sparql", type=f"{QUERY}; charset=UTF-16", body="ASK {}", encoding="utf-16", good=False)
    ],
    "bad_query_syntax": [Step("GET", address(query="ASK {"), good=False)],
    "bad_update_get": [Step("GET", address(update="CLEAR ALL"), good=False)],
    "bad_multiple_updates": [
        Step(path="/sparql", type=FORM, body="update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", good=False)
    ],
    "bad_update_wrong_media_type": [Step(path="/sparql", type="text/plain", body="CLEAR NAMED", good=False)],
    "bad_update_missing_form_type": [Step(path="/sparql", body="update=CLEAR%20NAMED", good=False)],
    "bad_update_non_utf8": [
        Step(path="/sparql", type=f"{UPDATE}; charset=UTF-16", body="CLEAR NAMED", encoding="utf-16", good=False)
    ],
    "bad_update_syntax": [Step(path="/sparql", type=FORM, body="update=CLEAR%20XYZ", good=False)],
    "bad_update_dataset_conflict": [
        Step(
            path=address(using_named_graph_uri="http://example/people"),
            type=UPDATE,
            body="PREFIX foaf: <http://xmlns.com/foaf/0.1/> WITH <http://example/addresses> "
            "DELETE { ?person foaf:givenName 'Bill' } INSERT { ?person foaf:givenName 'William' } "
            "WHERE { ?person foaf:givenName 'Bill' }",
            good=False,
        )
    ],
}
# The suite's stores hold the three graphs before these tests; the update tests set their own.
UNCHANGED = [name for name in TESTS if not name.startswith("update_")]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("protocol") / "store"
    store = ox.Store(str(folder))
    for graph in G[1:]:
        node = ox.NamedNode(graph)
        store.add(ox.Quad(node, ox.NamedNode(A), ox.NamedNode(DOCUMENT), node))
    store.flush()
    del store
    with serving(Settings(folder, update_token="protocol tests")) as running:
        yield running


def run(served: Served, step: Step) -> Answer:
    """Send a step's request and check what is expected of the answer."""
    body = step.body.encode(step.encoding) if step.body is not None else None
    answer = served.ask(step.method, step.path, body, {"Content-Type": step.type} if step.type else {})
    if step.good:
        assert 200 <= answer.status < 400, answer.text
    else:
        assert 400 <= answer.status < 500, answer.text
        assert len(answer.text.split()) > 4, "a refusal says why in words"
    if step.types:
        assert answer.type in step.types
    if step.boolean is not None:
        assert json.loads(answer.body)["boolean"] is step.boolean
    return answer


def test_the_suite_is_whole():
    assert len(TESTS) == 34


@pytest.mark.parametrize("name", [*UNCHANGED, *(name for name in TESTS if name not in UNCHANGED)])
def test_protocol(served, name):
    for step in TESTS[name]:
        run(served, step)


@pytest.fixture
def three_graphs(served):
    """The store with the suite's three graphs and nothing else."""
    run(served, update(typed(1, 2, 3)))


@pytest.mark.usefixtures("three_graphs")
class TestDatasetForReal:
    """The suite's dataset tests would also pass where the parameters are ignored; these would not."""

    def test_a_graph_not_named_is_not_read(self, served):
        run(served, ask(BOTH, False, default_graph_uri=G[1]))
        run(served, ask(f"ASK {{ {NAMED} }}", False, named_graph_uri=G[1]))
        run(served, ask("ASK { ?s ?p ?o }", False, named_graph_uri=G[1]))
        run(served, ask("ASK { GRAPH ?g { ?s ?p ?o } }", False, default_graph_uri=G[1]))

    def test_the_protocol_goes_before_from(self, served):
        run(served, ask(f"ASK FROM <{G[3]}> {{ ?s ?p ?o }}", False, named_graph_uri=G[1]))

    def test_no_union_without_being_asked(self, served):
        run(served, ask("ASK { ?s ?p ?o }", False))

    def test_the_base_is_the_endpoint(self, served):
        answer = run(served, Step(type=QUERY, path="/sparql", body="CONSTRUCT { <s> <p> 1 } WHERE {}"))
        assert f"<{served.base}/s>" in answer.text


SD, VOID = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"


@pytest.fixture
def description(served):
    """The answer to a bare GET, and what it says."""
    answer = served.ask("GET", "/sparql")
    store = ox.Store()
    store.load(answer.body, format=ox.RdfFormat.from_media_type(answer.type))
    return answer, store


class TestServiceDescription:
    def test_returns_rdf(self, description):
        answer, store = description
        assert answer.status == 200
        assert answer.type in RDF
        assert len(store) > 5

    def test_has_endpoint_triple(self, served, description):
        _, store = description
        assert store.query(f"ASK {{ ?service <{SD}endpoint> <{served.base}/sparql> }}")

    def test_conforms_to_schema(self, description):
        """Domains, ranges and counts of the vocabulary, for every term that the description uses."""
        _, store = description
        service = f"?service a <{SD}Service>"
        assert store.query(f"ASK {{ {service} ; <{SD}endpoint> ?e FILTER(isIRI(?e)) }}")
        assert len(list(store.query(f"SELECT ?s {{ ?s <{SD}endpoint> ?e }}"))) == 1
        languages = {row["l"].value for row in store.query(f"SELECT ?l {{ ?s <{SD}supportedLanguage> ?l }}")}
        assert languages == {SD + "SPARQL11Query", SD + "SPARQL11Update"}
        formats = {row["f"].value for row in store.query(f"SELECT ?f {{ ?s <{SD}resultFormat> ?f }}")}
        assert len(formats) == 8 and all(name.startswith("http://www.w3.org/ns/formats/") for name in formats)
        assert store.query(
            f"ASK {{ {service} ; <{SD}defaultDataset> ?d . ?d a <{SD}Dataset> ; <{SD}defaultGraph> ?g . "
            f"?g a <{SD}Graph> ; <{VOID}triples> ?n FILTER(isNumeric(?n)) }}"
        )
        used = {quad.predicate.value.removeprefix(SD) for quad in store if quad.predicate.value.startswith(SD)}
        assert used == {"endpoint", "supportedLanguage", "resultFormat", "defaultDataset", "defaultGraph"}

    @pytest.mark.parametrize("kind", sorted(RDF | {"application/ld+json"}))
    def test_is_negotiated(self, served, kind):
        answer = served.ask("GET", "/sparql", headers={"Accept": f"image/png, {kind};q=0.5"})
        assert answer.type == kind
        assert ox.parse(answer.body, format=ox.RdfFormat.from_media_type(kind))

    def test_a_browser_is_led_to_the_query_page(self, served):
        answer = served.ask("GET", "/sparql", headers={"Accept": "text/html,application/xml;q=0.9,*/*;q=0.8"})
        assert (answer.status, answer.headers["location"]) == (303, "/")

    def test_a_form_nobody_has_is_406(self, served):
        assert served.ask("GET", "/sparql", headers={"Accept": "image/png"}).status == 406
