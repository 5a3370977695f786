"""What the endpoint says of itself: a SPARQL 1.1 service description with the VoID figures of the graph.

It claims no feature that is switched off: no federated query, no dereferencing of graphs, updates only where the
operator allows them.
"""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from aigraph.graph.rdf import TYPE
from aigraph.serve.worker import GRAPHS

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_RESULT_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "RDF_XML", "JSON-LD",
)  # fmt: skip
PREFIXES = {"sd": _SD, "void": _VOID, "formats": _FORMATS, "xsd": _XSD}
COUNTS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
    "documents": "SELECT (COUNT(*) AS ?n) { ?d a <https://schema.org/Article> }",
}


def describe(endpoint: str, counts: dict[str, int], *, updates: bool) -> list[ox.Triple]:
    """The description of the service at `endpoint`; `counts` are VoID properties with their values."""
    service, dataset, graph = ox.NamedNode(endpoint + "#service"), ox.BlankNode("dataset"), ox.BlankNode("graph")
    said: list[tuple[Any, Any, Any]] = [
        (service, TYPE, _sd("Service")),
        (service, _sd("endpoint"), ox.NamedNode(endpoint)),
        (service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        (service, _sd("defaultDataset"), dataset),
        (dataset, TYPE, _sd("Dataset")),
        (dataset, _sd("defaultGraph"), graph),
        (graph, TYPE, _sd("Graph")),
        (graph, TYPE, ox.NamedNode(_VOID + "Dataset")),
        (graph, ox.NamedNode(_VOID + "sparqlEndpoint"), ox.NamedNode(endpoint)),
        (graph, ox.NamedNode(_VOID + "uriSpace"), ox.Literal("https://w3id.org/aigraph/id/")),
    ]
    if updates:
        said.append((service, _sd("supportedLanguage"), _sd("SPARQL11Update")))
    said += [(service, _sd("resultFormat"), ox.NamedNode(_FORMATS + name)) for name in _RESULT_FORMATS]
    for name, number in counts.items():
        value = ox.Literal(str(number), datatype=ox.NamedNode(_XSD + "integer"))
        said.append((graph, ox.NamedNode(_VOID + name), value))
    return [ox.Triple(*triple) for triple in said]


def written(triples: list[ox.Triple], form: str) -> bytes:
    """The description in one of the forms of graphs."""
    body = ox.serialize(triples, format=GRAPHS[form], prefixes=PREFIXES)
    assert body is not None
    return body


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)
