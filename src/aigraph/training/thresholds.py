"""Chooses, for each predicate, the probability above which a fact is stated: precision first.

Chosen on cross-validated probabilities of the training documents: the threshold with the best F1 among those that
reach the wanted precision, or the one with the best precision where none does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

WANTED_PRECISION = 0.73
GRID = np.arange(0.20, 0.86, 0.02)
PRIOR = 12  # pseudo-counts at the overall precision, so that a handful of examples decides little


def cross_probabilities(matrix: np.ndarray, stated: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """The probability of each pair by trees that have not seen its document."""
    from aigraph.training.relations import fit_trees

    out = np.zeros(len(stated))
    for k in sorted(set(fold.tolist())):
        rest = fold == k
        out[rest] = fit_trees(matrix[~rest], stated[~rest]).probabilities(matrix[rest])
    return out


def choose_thresholds(
    matrix: np.ndarray, stated: np.ndarray, fold: np.ndarray, predicates: Sequence[str]
) -> dict[str, float]:
    """Predicate -> threshold."""
    probability = cross_probabilities(matrix, stated, fold)
    names = np.array(predicates)
    overall = {t: _precision(probability, stated, t) for t in GRID}
    return {str(p): _best(probability[names == p], stated[names == p], overall) for p in sorted(set(predicates))}


def _precision(probability: np.ndarray, stated: np.ndarray, threshold: float) -> float:
    found = probability > threshold
    return float(stated[found].sum() / max(1, found.sum()))


def _best(probability: np.ndarray, stated: np.ndarray, overall: dict[float, float]) -> float:
    total = max(1, int(stated.sum()))
    scored = []
    for threshold, prior in overall.items():
        found = probability > threshold
        right = int(stated[found].sum())
        precision = (right + PRIOR * prior) / (int(found.sum()) + PRIOR)
        recall = right / total
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        scored.append((precision >= WANTED_PRECISION, f1 if precision >= WANTED_PRECISION else precision, -threshold))
    return round(float(-max(scored)[2]), 2)
