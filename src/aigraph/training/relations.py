"""Trains the relation reader from annotated documents: linear part, polarity, trees, thresholds. Deterministic.

The linear part is fitted five times on four fifths of the documents, so that the trees learn from logits of documents
that it has not seen; names come from taggers trained the same way.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from aigraph.model import Analysis
from aigraph.relate.candidates import FEATURE_BITS, Candidate
from aigraph.relate.network import Network, places_of
from aigraph.relate.pairs import FLOOR, DocumentFacts, Pair, PairNumbers, Reading, group
from aigraph.relate.passages import Passages, read_passages
from aigraph.relate.reader import KEEP, candidate_finder, mixed, surface_names
from aigraph.relate.scorer import LinearPart, RelationModel, TreePart
from aigraph.relate.targets import all_targets
from aigraph.training.alignment import FactIndex, gold_entities, gold_facts, label, pair_is_stated
from aigraph.training.corpus import GoldDocument
from aigraph.training.examples import WordingExample, example_rows

FOLDS = 5
REGULARISATION = 0.3  # C of the linear part, the best of 0.1, 0.3, 1 and 3 on the training folds
NEGATIVES = (20, 1500)  # kept negatives: so many a positive, and so many at least; the bias is corrected for it
MIN_POSITIVES = 8  # fewer examples teach nothing; such a predicate is left to its wordings
TREES = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 63,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "verbose": -1,
    "seed": 1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
}
ROUNDS = 300
NETWORKS = 3
EXAMPLE_WEIGHT = 5  # each example of the ontology counts as so many pairs of a document


def network_fold(name: str) -> int:
    """The part of the documents that a network, and a tagger to find names with, is not trained on; not `fold_of`'s."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) // 5 % NETWORKS


def fold_of(name: str) -> int:
    """The fold of a document, by hash of its name."""
    return int(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


@dataclass(slots=True)
class Rows:
    """Training rows of one predicate."""

    features: list[list[int]] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    stated: list[bool] = field(default_factory=list)
    fold: list[int] = field(default_factory=list)
    logit: np.ndarray = field(default_factory=lambda: np.empty(0))  # of a linear part that has not seen the document
    network: np.ndarray = field(default_factory=lambda: np.empty(0))  # the same of a network


@dataclass(slots=True)
class Prepared:
    """One document with its candidates and what the annotation says of them."""

    document: GoldDocument
    analysis: Analysis
    facts: FactIndex
    entities: Mapping[str, set[str]]
    names: Mapping[str, str]
    candidates: list[tuple[Candidate, list[tuple[str, int]]]]  # with the row of each predicate
    passages: Passages


def prepare_rows(
    documents: Sequence[tuple[GoldDocument, Analysis]],
) -> tuple[list[Prepared], dict[str, Rows]]:
    """Candidates of all documents as training rows by predicate."""
    finder = candidate_finder()
    rows: dict[str, Rows] = defaultdict(Rows)
    prepared = []
    for document, analysis in documents:
        facts, entities = gold_facts(document), gold_entities(document, analysis)
        names = surface_names(analysis)
        found = []
        sentences = finder.sentences(analysis)
        for candidate in finder.find(analysis.norm, sentences, names):
            places = []
            for predicate in candidate.predicates:
                row = rows[predicate]
                confirmed, stated = label(candidate, predicate, facts, entities)
                places.append((predicate, len(row.confirmed)))
                row.features.append(candidate.features)
                row.confirmed.append(confirmed)
                row.stated.append(stated)
                row.fold.append(fold_of(document.name))
            found.append((candidate, places))
        passages = read_passages([x.site for x in sentences], [x.masked for x in sentences])
        prepared.append(Prepared(document, analysis, facts, entities, names, found, passages))
    return prepared, rows


@dataclass(slots=True)
class Column:
    """A fitted logistic regression on hashed features."""

    features: np.ndarray
    weights: np.ndarray
    bias: float

    def decide(self, matrix: Any) -> np.ndarray:
        """Logits of the rows of a sparse matrix."""
        return np.asarray(matrix[:, self.features] @ self.weights + self.bias)


def _sparse(features: Sequence[Sequence[int]]) -> Any:
    from scipy import sparse

    index = np.concatenate([np.asarray(x, dtype=np.int32) for x in features])
    pointer = np.concatenate(([0], np.cumsum([len(x) for x in features])))
    ones = np.ones(len(index), dtype=np.float32)
    return sparse.csr_matrix((ones, index, pointer), shape=(len(features), 1 << FEATURE_BITS))


def _fit(matrix: Any, y: np.ndarray, chosen: np.ndarray) -> Column | None:
    """Fit on the chosen rows with a share of the negatives; None where there are too few positives."""
    from sklearn.linear_model import LogisticRegression

    positives = int(y[chosen].sum())
    if positives < 3:
        return None
    keep = min(1.0, (NEGATIVES[0] * positives + NEGATIVES[1]) / max(1, int(chosen.sum()) - positives))
    chosen = chosen & ((y == 1) | (np.random.RandomState(0).rand(len(y)) < keep))
    if y[chosen].all():
        return None
    part = matrix[chosen]
    columns = np.flatnonzero(np.bincount(part.indices, minlength=part.shape[1]) >= 2)
    model = LogisticRegression(
        C=REGULARISATION, solver="liblinear", dual=True, tol=0.02, max_iter=60, random_state=0
    )
    model.fit(part[:, columns], y[chosen])
    return Column(columns, model.coef_[0].astype(np.float32), float(model.intercept_[0] + np.log(keep)))


def fit_linear(rows: dict[str, Rows]) -> dict[str, Column]:
    """One column a predicate; leaves in each row the logit of a model that has not seen its document."""
    columns: dict[str, Column] = {}
    for predicate in sorted(rows):
        row = rows[predicate]
        y = np.array(row.confirmed)
        row.logit = np.full(len(y), FLOOR)
        known, fold = y >= 0, np.array(row.fold)
        if y[known].sum() < MIN_POSITIVES:
            continue
        matrix = _sparse(row.features)
        for k in range(FOLDS):
            column = _fit(matrix, y, known & (fold != k))
            rest = fold == k
            if column is not None and rest.any():
                row.logit[rest] = column.decide(matrix[rest])
        column = _fit(matrix, y, known)
        if column is not None:
            columns[predicate] = column
    return columns


def fit_polarity(rows: dict[str, Rows]) -> tuple[Column | None, dict[str, np.ndarray]]:
    """The column that tells denials, plans and hypotheses from facts, and its cross-fitted logit of every row."""
    features, y, fold = [], [], []
    for predicate in sorted(rows):
        row = rows[predicate]
        for x, confirmed, stated, k in zip(row.features, row.confirmed, row.stated, row.fold, strict=True):
            if confirmed == 1:
                features.append(x)
                y.append(int(not stated))
                fold.append(k)
    logits = {p: np.full(len(rows[p].confirmed), FLOOR) for p in rows}
    if sum(y) < MIN_POSITIVES:
        return None, logits
    matrix, target, folds = _sparse(features), np.array(y), np.array(fold)
    everything = np.ones(len(y), dtype=bool)
    parts = [_fit(matrix, target, folds != k) for k in range(FOLDS)]
    for predicate in sorted(rows):
        row = rows[predicate]
        own, sparse = np.array(row.fold), _sparse(row.features)
        for k, column in enumerate(parts):
            if column is not None and (own == k).any():
                logits[predicate][own == k] = column.decide(sparse[own == k])
    return _fit(matrix, target, everything), logits


def fit_networks(prepared: Sequence[Prepared], rows: dict[str, Rows], measured: int) -> tuple[Network, ...]:
    """One network for each part of the documents, trained on the others; leaves in the rows of the first `measured`
    documents the logit of the network that has not seen them."""
    from aigraph.training.network import Example, train_network

    column = {name: i for i, name in enumerate(all_targets())}
    examples: list[Example] = []
    for p in prepared:
        places = places_of([c for c, _ in p.candidates], p.passages, p.names)
        verdicts = [
            (i, column[name], rows[name].confirmed[row])
            for i, (_, predicates) in enumerate(p.candidates)
            for name, row in predicates
        ]
        candidate, target, verdict = np.array(verdicts, dtype=np.int32).reshape(-1, 3).T
        read = p.passages
        examples.append(
            Example(
                read.ids, read.at, read.entity, places.subject, places.object, places.ties, candidate, target, verdict
            )
        )
    for row in rows.values():
        row.network = np.full(len(row.confirmed), FLOOR)
    networks = []
    for part in range(NETWORKS):
        seen = [e for p, e in zip(prepared, examples, strict=True) if network_fold(p.document.name) != part]
        networks.append(train_network(seen, len(column), seed=part))
        for p in prepared[:measured]:
            if network_fold(p.document.name) == part:
                _leave_logits(networks[-1], p, rows, column)
    return tuple(networks)


def _leave_logits(network: Network, p: Prepared, rows: dict[str, Rows], column: Mapping[str, int]) -> None:
    places = places_of([c for c, _ in p.candidates], p.passages, p.names)
    logits = network.logits(network.read(p.passages), p.passages, places)
    for i, (_, predicates) in enumerate(p.candidates):
        for name, row in predicates:
            rows[name].network[row] = logits[i, column[name]]


def pairs_of(prepared: Prepared, rows: dict[str, Rows], unstated: dict[str, np.ndarray]) -> list[Pair]:
    """The grouped candidates of a document with their cross-fitted logits."""
    readings = (
        (p, Reading(logit, c, float(unstated[p][i]), float(rows[p].logit[i]), float(rows[p].network[i])))
        for c, places in prepared.candidates
        for p, i in places
        if (logit := mixed(float(rows[p].logit[i]), float(rows[p].network[i]))) > KEEP
    )
    return group(readings)


def tree_rows(
    documents: Sequence[Prepared], rows: dict[str, Rows], unstated: dict[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """(numbers, stated, fold, predicate) of every pair of every document."""
    matrices, stated, fold, predicates = [], [], [], []
    for prepared in documents:
        pairs = pairs_of(prepared, rows, unstated)
        if not pairs:
            continue
        facts = DocumentFacts(prepared.analysis, prepared.names)
        matrices.append(PairNumbers(pairs, facts, all_targets()).matrix())
        stated += [pair_is_stated(pair, prepared.facts, prepared.entities) for pair in pairs]
        fold += [fold_of(prepared.document.name)] * len(pairs)
        predicates += [pair.key[1] for pair in pairs]
    return np.concatenate(matrices), np.array(stated, dtype=int), np.array(fold), predicates


def fit_trees(matrix: np.ndarray, stated: np.ndarray) -> TreePart:
    """Boosted trees on the numbers of the pairs."""
    import lightgbm

    booster = lightgbm.train(TREES, lightgbm.Dataset(matrix, stated), ROUNDS)
    return trees_from(booster.dump_model())


def trees_from(dumped: dict[str, Any]) -> TreePart:
    """LightGBM's own description of its trees as arrays."""
    feature: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    leaf: list[float] = []
    deepest = 0

    def add(node: dict[str, Any], depth: int) -> int:
        nonlocal deepest
        deepest = max(deepest, depth)
        if "split_index" not in node:
            leaf.append(node["leaf_value"])
            return ~(len(leaf) - 1)
        at = len(feature)
        feature.append(node["split_feature"])
        threshold.append(node["threshold"])
        left.append(0)
        right.append(0)
        left[at] = add(node["left_child"], depth + 1)
        right[at] = add(node["right_child"], depth + 1)
        return at

    roots = [add(tree["tree_structure"], 0) for tree in dumped["tree_info"]]
    return TreePart(
        np.array(roots, dtype=np.int32),
        np.array(feature, dtype=np.int16),
        np.array(threshold, dtype=np.float32),
        np.array(left, dtype=np.int32),
        np.array(right, dtype=np.int32),
        np.array(leaf, dtype=np.float32),
        deepest + 1,
    )


def linear_part(columns: Mapping[str, Column], targets: Sequence[str]) -> LinearPart:
    """Fitted columns as one sparse table; weights too small to matter are dropped."""
    kept = {name: np.abs(c.weights) > 0.02 for name, c in columns.items()}
    used = sorted({int(f) for name, c in columns.items() for f in c.features[kept[name]]})
    vocabulary = np.array(used, dtype=np.int32)
    rows, cols, values = [], [], []
    bias = np.full(len(targets), np.nan)
    for i, name in enumerate(targets):
        if name not in columns:
            continue
        column = columns[name]
        bias[i] = column.bias
        mask = kept[name]
        rows.append(np.searchsorted(vocabulary, column.features[mask]).astype(np.int32))
        cols.append(np.full(int(mask.sum()), i, dtype=np.int16))
        values.append(column.weights[mask].astype(np.float16))
    return LinearPart(
        tuple(targets), vocabulary, np.concatenate(cols), np.concatenate(rows), np.concatenate(values), bias
    )


def train_relations(
    documents: Sequence[tuple[GoldDocument, Analysis]],
    path: Path,
    *,
    annotated: Sequence[tuple[GoldDocument, Analysis]] = (),
    examples: Sequence[tuple[WordingExample, Analysis]] = (),
    thresholds: Mapping[str, float] | None = None,
) -> RelationModel:
    """Train on annotated documents with their analyses (names found and linked) and write the weights.

    `annotated` are the same documents with the annotated names in place of the found ones: they teach the linear part
    the wordings of facts whose names were missed; the trees see only what will really be found, and the `examples`.
    """
    from aigraph.training.thresholds import choose_thresholds

    everything, rows = prepare_rows([*documents, *annotated])
    prepared = everything[: len(documents)]
    columns = fit_linear(rows)
    polarity, unstated = fit_polarity(rows)
    networks = fit_networks(everything, rows, len(documents))
    matrix, stated, fold, predicates = tree_rows(prepared, rows, unstated)
    chosen = dict(thresholds) if thresholds else choose_thresholds(matrix, stated, fold, predicates)
    status = linear_part({"unstated": polarity} if polarity is not None else {}, ("unstated",))
    trees, linear = fit_trees(matrix, stated), linear_part(columns, all_targets())
    model = RelationModel(linear, trees, status, chosen, networks, all_targets())
    if examples:
        more, right = example_rows(examples, model)
        model.trees = fit_trees(
            np.concatenate([matrix, *[more] * EXAMPLE_WEIGHT]), np.concatenate([stated, *[right] * EXAMPLE_WEIGHT])
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        model.save(file)
    return model
