"""Writers, one file a format: each takes the graph and a path.

To add a format: one module here with `write(graph, path)`, one row in EXPORTERS. Graph formats take the networkx view
(`projection.to_networkx`); RDF formats take the store itself, because only that holds every quad. `export` hands each
writer what it needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from aigraph.errors import UnknownFormat

if TYPE_CHECKING:
    import pyoxigraph


@dataclass(frozen=True, slots=True)
class Exporter:
    """Where the writer lives, the file ending it goes by, what it is fed ("graph" or "store"), and what it is for."""

    module: str
    suffix: str
    takes: str
    says: str


# One row a format: name on the command line -> writer.
EXPORTERS: dict[str, Exporter] = {
    "graphml": Exporter("graphml", ".graphml", "graph", "GraphML 1.0; Gephi merges its parallel relations"),
    "gexf": Exporter("gexf", ".gexf", "graph", "GEXF 1.3, Gephi's own: every relation, dates as intervals"),
    "csv": Exporter("tables", ".csv", "graph", "two tables, NAME.nodes.csv and NAME.edges.csv"),
    "cypher": Exporter("cypher", ".cypher", "graph", "MERGE statements that Neo4j loads"),
    "markdown": Exporter("brief", ".md", "graph", "a brief to read: what is known of the most central things"),
    "turtle": Exporter("rdf", ".ttl", "store", "RDF, the merged graph"),
    "nquads": Exporter("rdf", ".nq", "store", "RDF with one named graph a document"),
    "trig": Exporter("rdf", ".trig", "store", "the same in the manner of Turtle"),
    "jsonld": Exporter("rdf", ".jsonld", "store", "the merged graph as JSON-LD"),
    "rdf12": Exporter("rdf12", ".rdf12.ttl", "store", "RDF 1.2 Turtle: statements as reified triple terms"),
    "html": Exporter("page", ".html", "store", "the interactive page, one file"),
}


def format_for(path: Path) -> str:
    """The format a file name asks for by its ending. Raises UnknownFormat, listing the endings."""
    name = path.name.lower()
    fitting = [(len(row.suffix), key) for key, row in EXPORTERS.items() if name.endswith(row.suffix)]
    if not fitting:
        endings = ", ".join(sorted(row.suffix for row in EXPORTERS.values()))
        raise UnknownFormat(f"{path.name}: no format is known for this ending; known endings: {endings}")
    return max(fitting)[1]


def export(store: pyoxigraph.Store, path: Path | str, *, format: str | None = None) -> list[Path]:
    """Write `store` to `path` in `format` (by default what the ending says); returns the files written, in order.

    Raises UnknownFormat for a name not in EXPORTERS. The same graph gives the same bytes.
    """
    path = Path(path)
    name = format or format_for(path)
    if name not in EXPORTERS:
        raise UnknownFormat(f"no export format is called {name!r}; there are: {', '.join(EXPORTERS)}")
    row = EXPORTERS[name]
    writer = import_module(f"aigraph.exporters.{row.module}")
    path.parent.mkdir(parents=True, exist_ok=True)
    if row.takes == "store":
        return list(writer.write(store, path))
    from aigraph.measures.projection import to_networkx

    return list(writer.write(to_networkx(store), path))
