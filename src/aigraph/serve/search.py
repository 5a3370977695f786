"""Search over all names of the graph: exact, by beginning, within a name; and the nearest names for an unknown one.

Built once a state of the graph, in one pass over the labels; names are compared by `normalise.name_key`, so width,
script (Simplified or Traditional), case, spaces and hyphens do not count. It refuses to rank by meaning: the order is
how the query sits in the name, then how much the graph says of the thing, then the name.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from aigraph.graph.rdf import ALT_LABEL, PREF_LABEL, term
from aigraph.text.normalise import name_key

NEAREST = 8
_CANDIDATES = 400  # names compared letter by letter for a query that nothing matches
_MERGED = ox.DefaultGraph()
_ROLES = ("rdf:subject", "rdf:object", "model", "benchmark", "participant")


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing found: its address, the name that matched, how ("exact", "prefix" or "part"), and its number of facts."""

    iri: str
    matched: str
    how: str
    facts: int


class SearchIndex:
    """The names of one state of the graph."""

    def __init__(self, store: ox.Store) -> None:
        rows: set[tuple[str, str, str]] = set()
        keys: dict[str, str] = {}
        for predicate in (PREF_LABEL, ALT_LABEL):
            for quad in store.quads_for_pattern(None, predicate, None, _MERGED):
                if isinstance(quad.object, ox.Literal) and isinstance(quad.subject, ox.NamedNode):
                    name = quad.object.value
                    if name not in keys:
                        keys[name] = name_key(name)
                    rows.add((keys[name], name, quad.subject.value))
        self.rows = sorted(rows)
        self._keys = [row[0] for row in self.rows]
        self._starts: list[int] = []
        length = 0
        for key in self._keys:
            self._starts.append(length)
            length += len(key) + 1
        self._text = "\n".join(self._keys)
        self.facts: Counter[str] = Counter()
        for role in _ROLES:
            for quad in store.quads_for_pattern(None, term(role), None, _MERGED):
                if isinstance(quad.object, ox.NamedNode):
                    self.facts[quad.object.value] += 1
                if role == "participant" and isinstance(quad.subject, ox.NamedNode):
                    self.facts[quad.subject.value] += 1
        self._pairs: dict[str, list[int]] | None = None

    def find(self, query: str) -> list[Hit]:
        """All things with a name that is, begins with or contains the query, best first; each thing once."""
        key = name_key(query) if query.strip() else ""
        if not key:
            return []
        best: dict[str, tuple[int, int, str, str]] = {}
        for place in self._places(key):
            found, name, iri = self.rows[place]
            how = 0 if found == key else 1 if found.startswith(key) else 2
            rank = (how, -self.facts[iri], found, name)
            if iri not in best or rank < best[iri]:
                best[iri] = rank
        ways = ("exact", "prefix", "part")
        ordered = sorted(best.items(), key=lambda item: (item[1], item[0]))
        return [Hit(iri, name, ways[how], -facts) for iri, (how, facts, _, name) in ordered]

    def _places(self, key: str) -> set[int]:
        """The rows whose key contains `key`."""
        found = set()
        at = self._text.find(key)
        while at >= 0:
            row = bisect_left(self._starts, at + 1) - 1
            found.add(row)
            if row + 1 == len(self._starts):
                break
            at = self._text.find(key, self._starts[row + 1])
        return found

    def nearest(self, query: str) -> list[str]:
        """The names that look most like the query, best first."""
        key = name_key(query)
        counts: Counter[int] = Counter()
        for pair in _pairs_of(key):
            counts.update(self._index().get(pair, ()))
        likely = sorted(counts, key=lambda row: (-counts[row] / (len(self._keys[row]) + len(key)), row))[:_CANDIDATES]
        names: dict[str, str] = {}
        for row in likely:
            names.setdefault(self._keys[row], self.rows[row][1])
        return [names[near] for near in difflib.get_close_matches(key, names, NEAREST, 0.5)]

    def _index(self) -> dict[str, list[int]]:
        """Two neighbouring letters -> the rows in whose key they stand."""
        if self._pairs is None:
            pairs: defaultdict[str, list[int]] = defaultdict(list)
            for row, key in enumerate(self._keys):
                for pair in _pairs_of(key):
                    pairs[pair].append(row)
            self._pairs = dict(pairs)
        return self._pairs


def _pairs_of(key: str) -> set[str]:
    edged = f" {key} "
    return {edged[at : at + 2] for at in range(len(edged) - 1)}
