"""Terms of the vocabulary that a query names and that do not exist, with those they look most like.

SPARQL answers nothing, and no error, where a name is misspelt; this says which one it was. It refuses to hold up a
query: an unknown term may be somebody's own, and one that the graph itself uses is not counted as unknown.
"""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox

from aigraph.ask.guard import tokens
from aigraph.ask.saved import nearest_of
from aigraph.paths import ontology_dir
from aigraph.schema import AIG, FILES

_PREFIX = "aig:"


@cache
def vocabulary() -> frozenset[str]:
    """Every term that the ontology describes, without prefix: classes, properties, qualifiers, terms about facts."""
    found: set[str] = set()
    for name in FILES:
        for quad in ox.parse(path=str(ontology_dir() / name), format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(AIG):
                found.add(quad.subject.value.removeprefix(AIG))
    return frozenset(found)


def named_terms(text: str) -> list[str]:
    """The terms of the vocabulary that SPARQL text names, in order, by prefix or whole address."""
    found: dict[str, None] = {}
    last = ""
    for token in tokens(text):
        if token.kind == "iri":
            address = token.text[1:-1]
            if last == _PREFIX and address != AIG:
                return []  # the prefix stands for another vocabulary
            if address.startswith(AIG):
                found[address.removeprefix(AIG)] = None
        elif token.kind == "name" and token.text.startswith(_PREFIX):
            found[token.text.removeprefix(_PREFIX)] = None
        last = token.text
    return [name for name in found if name]


def unknown_terms(store: ox.Store, text: str) -> list[tuple[str, list[str]]]:
    """Each term of `text` that neither the ontology nor the graph knows, with the nearest that the ontology has."""
    named = [name for name in named_terms(text) if name not in vocabulary()]
    return [(name, nearest_of(name, tuple(sorted(vocabulary())))) for name in named if not _used(store, name)]


def _used(store: ox.Store, name: str) -> bool:
    try:
        node = ox.NamedNode(AIG + name)
    except ValueError:
        return False
    patterns = ((None, node, None), (None, None, node), (node, None, None))
    return any(True for s, p, o in patterns for _ in store.quads_for_pattern(s, p, o, ox.DefaultGraph()))
