"""RDF 1.2 Turtle: each statement reifies its triple by a triple term, instead of describing it in three triples.

Qualifiers, confidence and evidence hang on the reifier as before. rdflib cannot read this yet, Oxigraph can; so it is
an extra export, never the only one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from aigraph.schema import PREFIXES, RDF

if TYPE_CHECKING:
    import pyoxigraph

_PARTS = ("subject", "predicate", "object")


def write(store: pyoxigraph.Store, path: Path) -> list[Path]:
    """Write the store, all graphs merged; returns [path]."""
    import pyoxigraph as ox

    parts = {part: ox.NamedNode(RDF + part) for part in _PARTS}
    kind, statement, reifies = (ox.NamedNode(RDF + name) for name in ("type", "Statement", "reifies"))
    found: dict[str, dict[Any, Any]] = {}
    for part, name in parts.items():
        found[part] = {quad.subject: quad.object for quad in store.quads_for_pattern(None, name, None, None)}
    whole = found["subject"].keys() & found["predicate"].keys() & found["object"].keys()
    replaced = set(parts.values())
    rows = set()
    for quad in store:
        typing = quad.predicate == kind and quad.object == statement
        if not (quad.subject in whole and (typing or quad.predicate in replaced)):
            rows.add(ox.Triple(quad.subject, quad.predicate, quad.object))
    for key in whole:
        triple = ox.Triple(found["subject"][key], found["predicate"][key], found["object"][key])
        rows.add(ox.Triple(key, reifies, triple))
    ordered = sorted(rows, key=lambda row: (str(row.subject), str(row.predicate), str(row.object)))
    ox.serialize(ordered, str(path), format=ox.RdfFormat.TURTLE, prefixes=dict(PREFIXES))
    return [path]
