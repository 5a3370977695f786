"""The endpoint behind rdflib's API, to be read: rdflib's own SPARQLStore over our connection.

Ours brings what rdflib's connector lacks (Digest and tokens, kept connections, errors that say something) and hides
where stores leave the standard. It refuses to write: documents are added through the store, which keeps them whole.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pyoxigraph as ox
from rdflib import Dataset, Graph, URIRef
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from rdflib.query import Result

from aigraph.graph.rdf import PREFIXES
from aigraph.remote.client import Client
from aigraph.remote.settings import OWN_DEFAULT

_JSON = ox.QueryResultsFormat.JSON


class ClientStore(SPARQLStore):
    """rdflib's read-only store of an endpoint, asking through a Client."""

    def __init__(self, client: Client) -> None:
        super().__init__(client.endpoint.query)
        self.client = client

    def _query(self, *args: Any, **kwargs: Any) -> Result:
        """Every question of rdflib ends here: the text, and the graph it is asked of."""
        text, graph = args[0], kwargs.get("default_graph")
        answer = self.client.query(text, graph=None if graph in (None, DATASET_DEFAULT_GRAPH_ID) else str(graph))
        if not isinstance(answer, list):
            return Result.parse(BytesIO(answer.serialize(format=_JSON)), format="json")
        result = Result("CONSTRUCT")
        lines = ox.serialize((ox.Triple(*triple) for triple in answer), format=ox.RdfFormat.N_TRIPLES)
        result.graph = Graph().parse(data=lines, format="nt")
        return result


def merged_graph(client: Client) -> Graph:
    """The merged graph."""
    name = client.endpoint.merged
    own = name == OWN_DEFAULT
    return _bound(Graph(ClientStore(client), identifier=DATASET_DEFAULT_GRAPH_ID if own else URIRef(name)))


def whole_dataset(client: Client) -> Dataset:
    """All graphs, the merged one too where it has a name."""
    dataset = Dataset(ClientStore(client))
    _bound(dataset)
    return dataset


def _bound(graph: Graph) -> Graph:
    for prefix, namespace in sorted(PREFIXES.items()):
        graph.bind(prefix, namespace)
    return graph
