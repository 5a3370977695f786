"""Things by their names: any alias, in any spelling of the same name, an id or an address.

A name that is written as the graph has it costs one look-up. Any other spelling reads every label once, and folds them
together; which things they name is looked up for the ones that fit. It refuses to guess: a name that nothing carries
raises UnknownName with the nearest ones.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pyoxigraph as ox

from aigraph.ask.nearest import nearest_names
from aigraph.errors import UnknownName
from aigraph.graph.rdf import ALT_LABEL, PREF_LABEL, TYPE, entity_node
from aigraph.text.normalise import name_key, name_keys

LANGUAGES = ("en", "zh-hans", "zh-hant")
NEAREST = 5  # names offered for an unknown one


class Names:
    """Every name in the graph, for look-ups in any spelling. Labels are read at the first name that none equals."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self._labels: list[tuple[list[Any], list[str]]] | None = None
        self._shown: dict[str, str] | None = None
        self._index: dict[str, dict[str, None]] | None = None

    def find(self, name: str) -> list[ox.NamedNode]:
        """The things that carry this name (as label, alias, id or address), sorted; raises UnknownName for none."""
        nodes = self._exact(name) or self._addressed(name) or self.called(name) or self._addressed("id:" + name)
        if nodes:
            return [ox.NamedNode(iri) for iri in sorted(nodes)]
        near = self.nearest(name)
        hint = (
            f"nearest: {', '.join(near)}" if near else "no name comes near it; `aigraph rank` lists the graph's names"
        )
        raise UnknownName(f"nothing in the graph is called {name!r}; {hint}")

    def nearest(self, name: str) -> list[str]:
        """The names that look most like this one, best first."""
        if self._shown is None:
            self._shown = {}
            for labels, keys in reversed(self._read()):  # how a preferred label writes it comes before other spellings
                found: dict[str, str] = {}
                for label, key in zip(labels, keys, strict=True):
                    text = getattr(label, "value", "")
                    found[key] = min(found.get(key, text), text)
                self._shown.update(found)
        return [self._shown[key] for key in nearest_names(name, self._shown, NEAREST)]

    def index(self) -> dict[str, dict[str, None]]:
        """Key of a name -> addresses of the things so called, for those who ask of very many names."""
        if self._index is None:
            self._index = {}
            quads = [q for p in (PREF_LABEL, ALT_LABEL) for q in self._naming(p, None)]
            for quad, key in zip(quads, name_keys([getattr(q.object, "value", "") for q in quads]), strict=True):
                self._index.setdefault(key, {})[str(quad.subject)[1:-1]] = None
        return self._index

    def called(self, name: str) -> set[str]:
        """The addresses of the things of this name, in any spelling; none where there is none."""
        wanted = name_key(name)
        return self._of_literals(
            [one for some, keys in self._read() for one, key in zip(some, keys, strict=True) if key == wanted]
        )

    def _read(self) -> list[tuple[list[Any], list[str]]]:
        """The preferred and the other labels, each list with its keys. Labels alone take a fifth of what quads take."""
        if self._labels is None:
            self._labels = []
            for predicate in (PREF_LABEL, ALT_LABEL):
                answer: Any = self.store.query(f"SELECT DISTINCT ?label {{ ?thing {predicate} ?label }}")
                labels = [row[0] for row in answer]
                self._labels.append((labels, name_keys([getattr(label, "value", "") for label in labels])))
        return self._labels

    def _exact(self, name: str) -> set[str]:
        return self._of_literals([ox.Literal(name), *(ox.Literal(name, language=tag) for tag in LANGUAGES)])

    def _of_literals(self, labels: Any) -> set[str]:
        """The addresses of the things with one of these labels."""
        pairs = product((PREF_LABEL, ALT_LABEL), labels)
        return {str(quad.subject)[1:-1] for predicate, label in pairs for quad in self._naming(predicate, label)}

    def _naming(self, predicate: ox.NamedNode, label: Any) -> Any:
        return self.store.quads_for_pattern(None, predicate, label, ox.DefaultGraph())

    def _addressed(self, name: str) -> set[str]:
        if not name.startswith("id:") and "://" not in name:
            return set()
        try:
            node = ox.NamedNode(name) if "://" in name else entity_node(name.removeprefix("id:"))
        except ValueError:
            return set()
        known = any(True for _ in self.store.quads_for_pattern(node, TYPE, None, ox.DefaultGraph()))
        return {node.value} if known else set()
