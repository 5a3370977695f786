"""Reading decisions back from a graph: what was decided about a fact or a thing, by whom, when and why."""

from __future__ import annotations

import pyoxigraph as ox

from aigraph.graph.rdf import Node, term

_MERGED = ox.DefaultGraph()


def reviews_of(store: ox.Store, node: Node) -> tuple[str, ...]:
    """Each decision that touched the fact or thing, in one line, sorted."""
    found = []
    for quad in store.quads_for_pattern(node, term("prov:wasInfluencedBy"), None, _MERGED):
        if not isinstance(quad.object, ox.NamedNode):
            continue
        review = quad.object
        (text,) = (said.value for said in _values(store, review, "decisionText"))
        agents = (agent for agent in _values(store, review, "prov:wasAssociatedWith") if isinstance(agent, Node))
        text += "".join(f", by {name.value}" for agent in agents for name in _values(store, agent, "schema:name"))
        text += "".join(f", {day.value}" for day in _values(store, review, "reviewedOn"))
        text += "".join(f": {why.value}" for why in _values(store, review, "reason"))
        found.append(text)
    return tuple(sorted(found))


def _values(store: ox.Store, node: Node, name: str) -> list[ox.NamedNode | ox.Literal]:
    quads = store.quads_for_pattern(node, term(name), None, _MERGED)
    return sorted((quad.object for quad in quads if isinstance(quad.object, ox.NamedNode | ox.Literal)), key=str)
