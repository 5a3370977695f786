"""The graph as RDF files: Turtle (all named graphs merged), N-Quads, TriG and JSON-LD, sorted, with the usual prefixes.

The ending of the path says which. Sorting makes the bytes the same in every run; blank nodes keep their labels.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aigraph.errors import UnknownFormat
from aigraph.facts import AIG, DCTERMS, ID, OA, PROV, RDF, RDFS, SCHEMA, SKOS, XSD

if TYPE_CHECKING:
    import pyoxigraph

PREFIXES = {
    "aig": AIG,
    "id": ID,
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "schema": SCHEMA,
    "dcterms": DCTERMS,
    "prov": PROV,
    "oa": OA,
    "xsd": XSD,
}


def write(store: pyoxigraph.Store, path: Path) -> list[Path]:
    """Write the store in the format of the ending (.ttl, .nq, .trig, .jsonld, .nt); returns [path]."""
    import pyoxigraph as ox

    formats = {
        ".ttl": ox.RdfFormat.TURTLE,
        ".nt": ox.RdfFormat.N_TRIPLES,
        ".nq": ox.RdfFormat.N_QUADS,
        ".trig": ox.RdfFormat.TRIG,
        ".jsonld": ox.RdfFormat.JSON_LD,
    }
    if path.suffix not in formats:
        raise UnknownFormat(f"{path.name}: an RDF file ends in one of {', '.join(formats)}")
    kind = formats[path.suffix]
    if kind.supports_datasets:
        save(store, path, kind)
    else:
        save({ox.Triple(q.subject, q.predicate, q.object) for q in store}, path, kind)
    return [path]


def save(rows: Iterable[Any], path: Path, kind: pyoxigraph.RdfFormat) -> None:
    """Write triples or quads in sorted order."""
    import pyoxigraph as ox

    def key(row: Any) -> tuple[str, ...]:
        graph = str(getattr(row, "graph_name", ""))
        return graph, str(row.subject), str(row.predicate), str(row.object)

    ox.serialize(sorted(rows, key=key), str(path), format=kind, prefixes=PREFIXES)
