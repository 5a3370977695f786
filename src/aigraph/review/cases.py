"""What a person is shown and asked: one case a doubtful fact, a pair of names that look alike, or a union made.

A case carries the decisions that accepting and rejecting it would write, so that whoever shows it needs no rules.
Things are named by their preferred name where that is theirs alone and gives their id, else by `id:` and the id.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from aigraph.ask.names import Names
from aigraph.graph.rdf import ALT_LABEL, ID, PREF_LABEL, TYPE
from aigraph.recognise.lexicon import load_lexicon
from aigraph.recognise.link import slug
from aigraph.review.names import ID_MARK
from aigraph.review.records import Decision
from aigraph.schema import AIG, load_schema
from aigraph.text.normalise import name_key

_MERGED = ox.DefaultGraph()


@dataclass(frozen=True, slots=True)
class Passage:
    """A quote with what stands around it; `marks` are the names in the quote, as half-open offsets."""

    document: str  # file name
    before: str
    quote: str
    after: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a case: how a decision names it, what it is called, and its class."""

    id: str
    reference: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Case:
    """Something to decide."""

    kind: str  # fact, alike (two things that may be one), joined (two names that were made one thing)
    title: str
    parties: tuple[Party, ...]
    why: str  # fact: the rules that read it; alike: why they were not united; joined: why they were
    accept: Decision
    reject: Decision
    confidence: float | None = None
    details: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()


class Things:
    """The things of a graph as decisions name them."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self.names = Names(store)
        self._index = self.names.index()
        self._listed = load_lexicon().entries

    def party(self, key: str) -> Party:
        """A thing by its id."""
        labels = self.labels(key)
        kind = self.kind(key)
        name = min(labels, key=lambda text: (not text.isascii(), text), default=key)
        listed = self.is_listed(key)
        given = [text for text in labels if f"{kind.lower()}-{slug(text)}" == key]
        known = [name] if listed and labels else given
        alone = [text for text in known if len(self._index.get(name_key(text), ())) == 1]
        return Party(key, alone[0] if alone else ID_MARK + key, given[0] if given and not listed else name, kind)

    def is_listed(self, key: str) -> bool:
        """Whether a thing is a row of the lexicon."""
        return key in self._listed

    def labels(self, key: str) -> list[str]:
        """The preferred names of a thing, sorted."""
        return self._values(key, PREF_LABEL)

    def all_names(self, key: str) -> list[str]:
        """Every name of a thing, the preferred ones first."""
        return list(dict.fromkeys((*self.labels(key), *self._values(key, ALT_LABEL))))

    def kind(self, key: str) -> str:
        """The core class of a thing, or an empty text."""
        core = load_schema().core_types
        quads = self.store.quads_for_pattern(ox.NamedNode(ID + key), TYPE, None, _MERGED)
        kinds = (quad.object.value.removeprefix(AIG) for quad in quads if isinstance(quad.object, ox.NamedNode))
        return min((kind for kind in kinds if kind in core), default="")

    def ids(self, reference: str) -> set[str]:
        """The ids that a reference in a decision may mean in this graph."""
        if reference.startswith(ID_MARK):
            return {reference.removeprefix(ID_MARK)}
        return {iri.removeprefix(ID) for iri in self._index.get(name_key(reference), ())} or {reference}

    def _values(self, key: str, predicate: ox.NamedNode) -> list[str]:
        quads = self.store.quads_for_pattern(ox.NamedNode(ID + key), predicate, None, _MERGED)
        return sorted({quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)})
