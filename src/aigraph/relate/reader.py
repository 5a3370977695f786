"""Reads facts out of a linked document: candidates, their probabilities, and what is stated, denied or planned.

The one place where the trained parts and the wordings of the ontology meet. A property that was never trained is
decided by its wordings alone, so that a new stanza in the ontology works at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np
from threadpoolctl import ThreadpoolController

from aigraph.model import Analysis
from aigraph.relate.candidates import Candidate, CandidateFinder, Sentence
from aigraph.relate.cues import load_cues
from aigraph.relate.network import places_of, read_all
from aigraph.relate.pairs import DocumentFacts, Pair, PairNumbers, Reading, group
from aigraph.relate.passages import read_passages
from aigraph.relate.patterns import PatternSet, compile_patterns
from aigraph.relate.scorer import RelationModel, load_relation_model
from aigraph.relate.targets import allowed_pairs, single_targets
from aigraph.schema import load_schema

KEEP = -5.0  # logit below which a reading is never a fact; nine in ten candidates end here
WORDING_ONLY = 0.85  # least weight of a wording that decides by itself
LEAST = -12.0  # a part that is surer than this of "no" counts no more
CHUNK = 10_000  # candidates judged at a time; bounds memory on book-length documents


@dataclass(frozen=True, slots=True)
class Judged:
    """A possible fact with its probability of being stated."""

    pair: Pair
    probability: float


def segmenter() -> Callable[[str], Iterable[str]]:
    """The segmenter that cuts Han into words for the features."""
    import rjieba

    cut: Callable[[str], Iterable[str]] = rjieba.cut
    return cut


@cache
def load_patterns() -> PatternSet:
    """The compiled wordings of the package's ontology."""
    return compile_patterns(load_schema())


@cache
def candidate_finder() -> CandidateFinder:
    """The package's own candidate finder."""
    return CandidateFinder(
        allowed_pairs(), single_targets(), cues=load_cues(), patterns=load_patterns(), cut=segmenter()
    )


def surface_names(state: Analysis) -> dict[str, str]:
    """Entity id -> its longest surface in this document."""
    names: dict[str, str] = {}
    for m in state.mentions:
        surface = state.text[m.start : m.end]
        if m.entity is not None and len(surface) > len(names.get(m.entity, "")):
            names[m.entity] = surface
    return names


@cache
def _processors() -> ThreadpoolController:
    return ThreadpoolController()


def judge(state: Analysis, *, model: RelationModel | None = None) -> list[Judged]:
    """Every possible fact that is worth a thought, in text order, with its probability.

    On one processor: sharing out products this small costs more than it saves, and makes sums differ by machine.
    """
    with _processors().limit(limits=1, user_api="blas"):
        return _judge(state, model or load_relation_model())


def _judge(state: Analysis, model: RelationModel) -> list[Judged]:
    names = surface_names(state)
    finder = candidate_finder()
    sentences = finder.sentences(state)
    weigh = Weigher(model, sentences, names)
    candidates = finder.find(state.norm, sentences, names)
    readings: list[tuple[str, Reading]] = []
    while chunk := list(islice(candidates, CHUNK)):
        readings.extend(weigh(chunk))
    pairs = group(readings)
    if not pairs:
        return []
    numbers = PairNumbers(pairs, DocumentFacts(state, names), model.linear.targets)
    probabilities = model.trees.probabilities(numbers.matrix())
    return [
        Judged(pair, _by_wording(pair) if pair.key[1] in weigh.untrained else float(p))
        for pair, p in zip(pairs, probabilities, strict=True)
    ]


class Weigher:
    """Gives the candidates of one document their logits: the mean of the linear part and the networks."""

    def __init__(self, model: RelationModel, sentences: Sequence[Sentence], names: Mapping[str, str]) -> None:
        """Read the document once with every network."""
        self.model, self.names = model, names
        linear = model.linear
        self.untrained = frozenset(p for p, b in zip(linear.targets, linear.bias.tolist(), strict=True) if b != b)
        self._column = {name: i for i, name in enumerate(model.network_targets)}
        self._passages = read_passages([s.site for s in sentences], [s.masked for s in sentences])
        self._states = read_all(model.networks, self._passages)

    def __call__(self, candidates: Sequence[Candidate]) -> list[tuple[str, Reading]]:
        """The readings worth keeping, each under its predicate."""
        predicates = [p for c in candidates for p in c.predicates]
        owner = [i for i, c in enumerate(candidates) for _ in c.predicates]
        columns = np.array([self._column.get(p, -1) for p in predicates])
        linear = np.concatenate(self.model.linear.logits(candidates))
        network, read = linear.copy(), columns >= 0
        network[read] = self._network(candidates)[np.array(owner)[read], columns[read]]
        worth = np.maximum(linear, LEAST) + np.maximum(network, LEAST) > 2 * KEEP  # that is, `mixed` above KEEP
        worded = [p in self.untrained and p in candidates[i].wordings for i, p in zip(owner, predicates, strict=True)]
        kept = [
            (candidates[owner[k]], predicates[k], float(linear[k]), float(network[k]))
            for k in np.flatnonzero(worth | worded).tolist()
        ]
        unique = list({id(c): c for c, *_ in kept}.values())
        polar = dict(zip(map(id, unique), self.model.polarity.shared_logits(unique), strict=True))
        return [(p, Reading(mixed(a, b), c, polar[id(c)], a, b)) for c, p, a, b in kept]

    def _network(self, candidates: Sequence[Candidate]) -> np.ndarray:
        places = places_of(candidates, self._passages, self.names)
        total = np.zeros((len(candidates), len(self._column)), dtype=np.float32)
        for network, states in zip(self.model.networks, self._states, strict=True):
            total += network.logits(states, self._passages, places)
        return total / max(1, len(self.model.networks))


def mixed(linear: float, network: float) -> float:
    """One logit from the two parts."""
    return (max(linear, LEAST) + max(network, LEAST)) / 2


def _by_wording(pair: Pair) -> float:
    predicate = pair.key[1]
    weight = max((r.candidate.wordings.get(predicate, (0.0, ""))[0] for r in pair.readings), default=0.0)
    return weight if weight >= WORDING_ONLY else 0.0
