"""Reads facts out of a linked document: candidates, their probabilities, and what is stated, denied or planned.

The one place where the trained parts and the wordings of the ontology meet. A property that was never trained is
decided by its wordings alone, so that a new stanza in the ontology works at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from aigraph.model import Analysis
from aigraph.patterns import PatternSet, compile_patterns
from aigraph.relate.candidates import Candidate, CandidateFinder
from aigraph.relate.cues import load_cues
from aigraph.relate.pairs import DocumentFacts, Pair, PairNumbers, Reading, group
from aigraph.relate.scorer import RelationModel, load_relation_model
from aigraph.relate.targets import allowed_pairs, single_targets
from aigraph.schema import load_schema

KEEP = -5.0  # logit below which a reading is never a fact; nine in ten candidates end here
WORDING_ONLY = 0.85  # least weight of a wording that decides by itself
CHUNK = 20_000  # candidates judged at a time; bounds memory on book-length documents


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


def judge(state: Analysis, *, model: RelationModel | None = None) -> list[Judged]:
    """Every possible fact that is worth a thought, in text order, with its probability."""
    model = model or load_relation_model()
    names = surface_names(state)
    readings: list[tuple[str, Reading]] = []
    chunk: list[Candidate] = []
    untrained = frozenset(p for p, b in zip(model.linear.targets, model.linear.bias.tolist(), strict=True) if b != b)

    def flush() -> None:
        readings.extend(_readings(chunk, model, untrained))
        chunk.clear()

    for candidate in candidate_finder().find(state, names):
        chunk.append(candidate)
        if len(chunk) >= CHUNK:
            flush()
    flush()
    pairs = group(readings)
    if not pairs:
        return []
    numbers = PairNumbers(pairs, DocumentFacts(state, names), model.linear.targets)
    probabilities = model.trees.probabilities(numbers.matrix())
    return [
        Judged(pair, _by_wording(pair) if pair.key[1] in untrained else float(p))
        for pair, p in zip(pairs, probabilities, strict=True)
    ]


def _readings(
    candidates: list[Candidate], model: RelationModel, untrained: frozenset[str]
) -> Iterable[tuple[str, Reading]]:
    kept: list[tuple[str, float, Candidate]] = []
    for candidate, logits in zip(candidates, model.linear.logits(candidates), strict=True):
        for predicate, logit in zip(candidate.predicates, logits.tolist(), strict=True):
            if logit > KEEP or (predicate in untrained and predicate in candidate.wordings):
                kept.append((predicate, logit, candidate))
    unique = list({id(c): c for _, _, c in kept}.values())
    polar = dict(zip(map(id, unique), model.polarity.shared_logits(unique), strict=True))
    for predicate, logit, candidate in kept:
        yield predicate, Reading(logit, candidate, polar[id(candidate)])


def _by_wording(pair: Pair) -> float:
    predicate = pair.key[1]
    weight = max((r.candidate.wordings.get(predicate, (0.0, ""))[0] for r in pair.readings), default=0.0)
    return weight if weight >= WORDING_ONLY else 0.0
