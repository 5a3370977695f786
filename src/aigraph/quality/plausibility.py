"""What looks wrong about a fact and no shape can say: dates after their own document, things related to themselves.

A finding here is a warning: it flags and changes nothing. A document without a date says nothing about the future. The
words stand with the shapes; a file of shapes without them turns the check off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import pyoxigraph as ox

from aigraph.claims.agreement import later
from aigraph.graph.rdf import AIG, Node, term
from aigraph.model import STATED
from aigraph.quality.findings import Finding, describe, fact_id, passages_of, values_of
from aigraph.schema import load_schema

_MERGED = ox.DefaultGraph()


def after_its_document(store: ox.Store, node: Node) -> str | None:
    """A date that is stated as a fact and lies after the publication of every document that says so."""
    if values_of(store, node, "rdf:predicate"):
        if values_of(store, node, "rdf:predicate")[0].removeprefix(AIG) not in _dated():
            return None
        dates = values_of(store, node, "rdf:object")
    else:
        dates = values_of(store, node, "date")
    published = [day for passage in values_of(store, node, "prov:wasDerivedFrom") for day in _published(store, passage)]
    last = max(published, default=None)
    if not dates or last is None or not all(later(date, day) for date in dates for day in published):
        return None
    return f": {dates[0]} > {last}"


def to_itself(store: ox.Store, node: Node) -> str | None:
    """A relation of a thing to itself."""
    subject, target = (values_of(store, node, name) for name in ("rdf:subject", "rdf:object"))
    return "" if subject and subject == target else None


# Adding a check: a function (store, node of a statement or event) -> what follows its message, None where nothing is
# wrong; its row here, by the shape in shapes.ttl that has the message.
CHECKS: Mapping[str, Callable[[ox.Store, Node], str | None]] = {
    "NotAfterItsDocumentShape": after_its_document,
    "NotToItselfShape": to_itself,
}


def implausible(store: ox.Store, nodes: Iterable[Node], messages: Mapping[str, str], lang: str) -> Iterator[Finding]:
    """A warning for each standing fact among `nodes` that a check finds wrong; `messages` by the name of the shape."""
    for node in nodes:
        kinds = set(values_of(store, node, "rdf:type"))
        if not kinds & _FACTS or not STATED & set(values_of(store, node, "polarity")):
            continue
        for name, check in CHECKS.items():
            if name in messages and (more := check(store, node)) is not None:
                yield Finding(
                    describe(store, node.value, lang),
                    messages[name] + more,
                    "Warning",
                    passages_of(store, node.value),
                    iri=node.value,
                    fact=fact_id(node.value),
                )


_FACTS = {term("rdf:Statement").value, term("Event").value}


def _dated() -> set[str]:
    return {figure.name for figure in load_schema().figures.values() if "date" in figure.kinds}


def _published(store: ox.Store, passage: str) -> Iterator[str]:
    for source in values_of(store, Node(passage), "oa:hasSource"):
        yield from values_of(store, Node(source), "schema:datePublished")
