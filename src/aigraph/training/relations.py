"""Trains the relation reader from annotated documents: linear part, polarity, trees, threshold. Deterministic.

The linear part is fitted five times on four fifths of the documents, so that the trees learn from logits of documents
that it has not seen; names come from taggers trained the same way.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from aigraph.model import Analysis
from aigraph.relate.candidates import FEATURE_BITS, Candidate
from aigraph.relate.network import Network, places_of
from aigraph.relate.pairs import FLOOR, DocumentFacts, Pair, PairNumbers, Reading, group
from aigraph.relate.passages import Passages, read_passages
from aigraph.relate.reader import KEEP, candidate_finder, mixed, surface_names
from aigraph.relate.scorer import LinearPart, RelationModel
from aigraph.relate.targets import all_targets
from aigraph.training.alignment import FactIndex, gold_entities, gold_facts, label, pair_is_stated
from aigraph.training.corpus import LESS_TYPICAL, GoldDocument
from aigraph.training.examples import WordingExample, verdict
from aigraph.training.thresholds import choose_threshold, cross_probabilities
from aigraph.training.trees import fit_trees

FOLDS = 5
REGULARISATION = 0.3  # C of the linear part, the best of 0.1, 0.3, 1 and 3 on the training folds
NEGATIVES = (20, 1500)  # kept negatives: so many a positive, and so many at least; the bias is corrected for it
MIN_POSITIVES = 8  # fewer examples teach nothing; such a predicate is left to its wordings
NETWORKS = 4
EXAMPLE_WEIGHT = 5  # each example of the ontology counts as so many pairs of a document


def network_fold(name: str) -> int:
    """The part of the documents that a network is not trained on; not `fold_of`'s."""
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
    documents: Sequence[tuple[GoldDocument, Analysis]], examples: Sequence[tuple[WordingExample, Analysis]] = ()
) -> tuple[list[Prepared], dict[str, Rows]]:
    """Candidates of all documents, and of single sentences after them, as training rows by predicate."""
    rows: dict[str, Rows] = defaultdict(Rows)
    prepared = []
    for document, analysis in documents:
        facts, entities = gold_facts(document), gold_entities(document, analysis)
        judge = partial(label, facts=facts, entities=entities)
        prepared.append(_prepare(document, analysis, facts, entities, judge, rows))
    for example, analysis in examples:
        prepared.append(_prepare(example.document, analysis, {}, {}, partial(verdict, example), rows))
    return prepared, rows


def _prepare(
    document: GoldDocument,
    analysis: Analysis,
    facts: FactIndex,
    entities: Mapping[str, set[str]],
    judge: Callable[[Candidate, str], tuple[int, bool]],
    rows: dict[str, Rows],
) -> Prepared:
    """One document; its rows go to `rows`, each with the verdict that `judge` gives."""
    finder, names = candidate_finder(), surface_names(analysis)
    found = []
    sentences = finder.sentences(analysis)
    for candidate in finder.find(analysis.norm, sentences, names):
        places = []
        for predicate in candidate.predicates:
            row = rows[predicate]
            confirmed, stated = judge(candidate, predicate)
            places.append((predicate, len(row.confirmed)))
            row.features.append(candidate.features)
            row.confirmed.append(confirmed)
            row.stated.append(stated)
            row.fold.append(fold_of(document.name))
        found.append((candidate, places))
    passages = read_passages([x.site for x in sentences], [x.masked for x in sentences])
    return Prepared(document, analysis, facts, entities, names, found, passages)


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


def fit_networks(
    prepared: Sequence[Prepared], rows: dict[str, Rows], typical: Sequence[bool], measured: Sequence[Prepared]
) -> tuple[Network, ...]:
    """One network for each part of the documents, trained on the others; leaves in the rows of the `measured` ones the
    logit of the network that has not seen the document. `typical`: which are read again at the end."""
    from aigraph.training.network import Example, one_processor, train_network

    column = {name: i for i, name in enumerate(all_targets())}
    examples: list[Example] = []
    for p, again in zip(prepared, typical, strict=True):
        places = places_of([c for c, _ in p.candidates], p.passages, p.names)
        verdicts = [
            (i, column[name], rows[name].confirmed[row])
            for i, (_, predicates) in enumerate(p.candidates)
            for name, row in predicates
        ]
        owner, target, said = np.array(verdicts, dtype=np.int32).reshape(-1, 3).T
        read, tied = p.passages, (places.subject, places.object, places.ties)
        examples.append(Example(read.ids, read.at, read.entity, *tied, owner, target, said, again))
    for row in rows.values():
        row.network = np.full(len(row.confirmed), FLOOR)
    folds = [network_fold(p.document.name) for p in prepared]
    parts = ([e for k, e in zip(folds, examples, strict=True) if k != part] for part in range(NETWORKS))
    # One processor a network: products this small are not worth sharing out, and a sum has one order then.
    context, count = get_context("spawn"), min(NETWORKS, os.cpu_count() or 1)
    with ProcessPoolExecutor(max_workers=count, mp_context=context, initializer=one_processor) as workers:
        networks = tuple(workers.map(partial(train_network, targets=len(column)), parts, range(NETWORKS)))
    for p in measured:
        _leave_logits(networks[network_fold(p.document.name)], p, rows, column)
    return networks


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
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(numbers, stated, fold) of every pair of every document."""
    matrices, stated, fold = [], [], []
    for prepared in documents:
        pairs = pairs_of(prepared, rows, unstated)
        if not pairs:
            continue
        matrices.append(_numbers(prepared, pairs))
        stated += [pair_is_stated(pair, prepared.facts, prepared.entities) for pair in pairs]
        fold += [fold_of(prepared.document.name)] * len(pairs)
    return np.concatenate(matrices), np.array(stated, dtype=int), np.array(fold)


def example_rows(
    examples: Sequence[tuple[WordingExample, Prepared]], rows: dict[str, Rows], unstated: dict[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """(numbers, stated) of the marked pairs of single sentences."""
    matrices, stated = [], []
    for example, prepared in examples:
        pairs = pairs_of(prepared, rows, unstated)
        verdicts = [verdict(example, pair.best.candidate, pair.key[1])[0] for pair in pairs]
        known = [k for k, v in enumerate(verdicts) if v >= 0]
        if known:
            matrices.append(_numbers(prepared, pairs)[known])
            stated += [verdicts[k] for k in known]
    return np.concatenate(matrices), np.array(stated, dtype=int)


def _numbers(prepared: Prepared, pairs: list[Pair]) -> np.ndarray:
    facts = DocumentFacts(prepared.analysis, prepared.names)
    return PairNumbers(pairs, facts, all_targets()).matrix()


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
) -> RelationModel:
    """Train on annotated documents with their analyses (names found and linked) and write the weights.

    `annotated` are the same documents with the annotated names in place of the found ones: they teach the linear part
    the wordings of facts whose names were missed; the trees see only what will really be found. The `examples`
    teach all of them.
    """
    everything, rows = prepare_rows([*documents, *annotated], examples)
    prepared, taught = everything[: len(documents)], everything[len(documents) + len(annotated) :]
    columns = fit_linear(rows)
    polarity, unstated = fit_polarity(rows)
    typical = [not LESS_TYPICAL.match(d.name) for d, _ in (*documents, *annotated)] + [False] * len(taught)
    networks = fit_networks(everything, rows, typical, [*prepared, *taught])
    matrix, stated, fold = tree_rows(prepared, rows, unstated)
    chosen = choose_threshold(cross_probabilities(matrix, stated, fold), stated)
    if examples:
        more, right = example_rows([(e, p) for (e, _), p in zip(examples, taught, strict=True)], rows, unstated)
        matrix = np.concatenate([matrix, *[more] * EXAMPLE_WEIGHT])
        stated = np.concatenate([stated, *[right] * EXAMPLE_WEIGHT])
    status = linear_part({"unstated": polarity} if polarity is not None else {}, ("unstated",))
    trees, linear = fit_trees(matrix, stated), linear_part(columns, all_targets())
    model = RelationModel(linear, trees, status, chosen, networks, all_targets())
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        model.save(file)
    return model
