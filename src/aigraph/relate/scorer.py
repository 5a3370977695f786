"""The trained decisions of the relation reader: a linear model over the words, then trees over the numbers of a pair.

Both are plain arrays evaluated with numpy, so that nothing but numpy is needed at run time. The trees are gradient
boosted (Friedman 2001; trained with LightGBM), the linear part is logistic regression on hashed features.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import chain
from typing import IO
from zipfile import BadZipFile

import numpy as np

from aigraph.errors import ModelFileError
from aigraph.relate.candidates import FEATURE_BITS, Candidate
from aigraph.relate.network import Network
from aigraph.relate.pairs import FLOOR
from aigraph.relate.targets import all_targets

WEIGHTS = "relations.npz"
CHUNK = 1024  # candidates weighed at a time: bounds the memory of wide documents
TREE_ROWS = 64  # rows that are walked down all trees at a time: what a processor keeps at hand


@dataclass(slots=True)
class LinearPart:
    """Logits of every (candidate, predicate): one sparse weight column a predicate."""

    targets: tuple[str, ...]
    vocabulary: np.ndarray  # sorted feature hashes that carry a weight
    columns: np.ndarray  # predicate of each weight
    rows: np.ndarray  # place in the vocabulary of each weight
    values: np.ndarray
    bias: np.ndarray  # NaN for a predicate that was never trained

    def __post_init__(self) -> None:
        self._lookup = np.full(1 << FEATURE_BITS, len(self.vocabulary), dtype=np.int32)
        self._lookup[self.vocabulary] = np.arange(len(self.vocabulary), dtype=np.int32)
        dense = np.zeros((len(self.vocabulary) + 1, len(self.targets)), dtype=np.float32)
        dense[self.rows, self.columns] = self.values
        self._dense = dense
        self._index = {name: i for i, name in enumerate(self.targets)}

    _lookup: np.ndarray = None  # type: ignore[assignment]
    _dense: np.ndarray = None  # type: ignore[assignment]
    _index: dict[str, int] = None  # type: ignore[assignment]

    def logits(self, candidates: Sequence[Candidate]) -> list[np.ndarray]:
        """For each candidate the logits of its own predicates, in their order."""
        out: list[np.ndarray] = [np.empty(0)] * len(candidates)
        groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for i, c in enumerate(candidates):
            groups[c.predicates].append(i)
        for predicates, members in groups.items():
            columns = np.array([self._index[p] for p in predicates], dtype=np.intp)
            for low in range(0, len(members), CHUNK):
                part = members[low : low + CHUNK]
                rows, starts = self._rows([candidates[i].features for i in part])
                weights = self._dense.ravel().take(rows[:, None] * np.intp(len(self.targets)) + columns)
                sums = np.add.reduceat(weights, starts, axis=0) + self.bias[columns]
                for i, row in zip(part, np.where(np.isnan(sums), FLOOR, sums), strict=True):
                    out[i] = row
        return out

    def shared_logits(self, candidates: Sequence[Candidate]) -> list[float]:
        """The logit of the first column for each candidate, whatever its predicates; FLOOR where never trained."""
        if not candidates or np.isnan(self.bias[0]):
            return [FLOOR] * len(candidates)
        rows, starts = self._rows([c.features for c in candidates])
        found: list[float] = (np.add.reduceat(self._dense[rows, 0], starts) + self.bias[0]).tolist()
        return found

    def _rows(self, features: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
        """The place in the vocabulary of all features one after the other, and where those of each candidate begin."""
        ends = np.cumsum(np.fromiter(map(len, features), dtype=np.intp, count=len(features)))
        flat = np.fromiter(chain.from_iterable(features), dtype=np.int32, count=int(ends[-1]))
        return self._lookup[flat], np.append(0, ends[:-1])


@dataclass(slots=True)
class TreePart:
    """An ensemble of binary trees in arrays; a negative child is the complement of a leaf's index."""

    roots: np.ndarray  # first node of each tree
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    leaf: np.ndarray
    depth: int

    def __post_init__(self) -> None:
        inner, leaves = len(self.feature), len(self.leaf)
        ends = np.arange(inner, inner + leaves)  # the leaves stand behind the nodes, each its own child
        left, right, roots = (np.where(x < 0, inner + ~x, x) for x in (self.left, self.right, self.roots))
        self._children = np.stack([np.append(left, ends), np.append(right, ends)], axis=1).ravel().astype(np.intp)
        self._feature = np.append(self.feature, np.zeros(leaves, dtype=np.intp)).astype(np.intp)
        self._threshold = np.append(self.threshold, np.zeros(leaves, dtype=self.threshold.dtype))
        depths = _depths(roots, left, right, inner)
        order = np.argsort(-depths, kind="stable")
        self._roots, self._back = roots[order].astype(np.intp), np.argsort(order)
        self._deeper = [int((depths > level).sum()) for level in range(int(depths.max(initial=0)))]

    _children: np.ndarray = None  # type: ignore[assignment]  # left and right child of each node in turn
    _feature: np.ndarray = None  # type: ignore[assignment]
    _threshold: np.ndarray = None  # type: ignore[assignment]
    _roots: np.ndarray = None  # type: ignore[assignment]  # the deepest tree first
    _back: np.ndarray = None  # type: ignore[assignment]  # where each tree stands in that order
    _deeper: list[int] = None  # type: ignore[assignment]  # how many trees go on below each level

    def probabilities(self, matrix: np.ndarray) -> np.ndarray:
        """The probability of each row."""
        total = np.empty(len(matrix), dtype=np.float64)
        for low in range(0, len(matrix), TREE_ROWS):
            part = matrix[low : low + TREE_ROWS]
            total[low : low + TREE_ROWS] = self.leaf[self._ends(part) - len(self.feature)].sum(axis=0, dtype=np.float64)
        return 1.0 / (1.0 + np.exp(-total))

    def _ends(self, matrix: np.ndarray) -> np.ndarray:
        """[trees, rows]: the node at which each row ends in each tree; all trees are walked down together."""
        count, width = matrix.shape
        values, row = matrix.ravel(), np.arange(count) * width
        nodes = np.repeat(self._roots[:, None], count, axis=1)
        for deeper in self._deeper:
            at = nodes[:deeper]
            above = values.take(row + self._feature.take(at)) > self._threshold.take(at)
            nodes[:deeper] = self._children.take(2 * at + above)
        found: np.ndarray = nodes[self._back]
        return found


def _depths(roots: np.ndarray, left: np.ndarray, right: np.ndarray, inner: int) -> np.ndarray:
    """How many nodes the longest way down each tree passes."""
    depths = np.zeros(len(roots), dtype=np.intp)
    tree, level = np.flatnonzero(roots < inner), roots[roots < inner]
    while len(level):
        depths[tree] += 1
        tree, level = np.tile(tree, 2), np.append(left[level], right[level])
        tree, level = tree[level < inner], level[level < inner]
    return depths


@dataclass(slots=True)
class RelationModel:
    """Everything that `aigraph train` learned about relations."""

    linear: LinearPart
    trees: TreePart
    polarity: LinearPart  # one column: the logit of a fact being negated, planned, hypothetical
    threshold: float  # the least probability of a stated fact
    networks: tuple[Network, ...] = ()  # their mean counts: each was trained without a part of the documents
    network_targets: tuple[str, ...] = ()  # the columns of their logits

    def save(self, file: IO[bytes]) -> None:
        """Write the arrays; the same arrays give the same bytes."""
        arrays: dict[str, np.ndarray] = {}
        for name, part in (("linear", self.linear), ("polarity", self.polarity)):
            arrays[name + "_targets"] = np.array(part.targets)
            for field in ("vocabulary", "columns", "rows", "values", "bias"):
                arrays[f"{name}_{field}"] = getattr(part, field)
        for field in ("roots", "feature", "threshold", "left", "right", "leaf"):
            arrays["trees_" + field] = getattr(self.trees, field)
        arrays["network_targets"] = np.array(self.network_targets)
        for i, network in enumerate(self.networks):
            for name in sorted(network.weights):
                arrays[f"network{i}_{name}"] = network.weights[name].astype(np.float16)
        arrays["trees_depth"] = np.array([self.trees.depth])
        arrays["threshold"] = np.array([self.threshold])
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


def load_model(path: str) -> RelationModel:
    """Read a weight file. Raises ModelFileError where it is missing, damaged or of another vocabulary."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            data = {name: arrays[name] for name in arrays.files}
        model = RelationModel(
            _linear(data, "linear"),
            TreePart(
                roots=data["trees_roots"],
                feature=data["trees_feature"],
                threshold=data["trees_threshold"],
                left=data["trees_left"],
                right=data["trees_right"],
                leaf=data["trees_leaf"],
                depth=int(data["trees_depth"][0]),
            ),
            _linear(data, "polarity"),
            float(data["threshold"][0]),
            _networks(data),
            tuple(data.get("network_targets", np.empty(0)).tolist()),
        )
    except (OSError, EOFError, KeyError, ValueError, BadZipFile) as error:
        raise ModelFileError(f"cannot read the relation weights {path}: {error}; run `aigraph train`") from error
    unknown = set(all_targets()) - set(model.linear.targets)
    if unknown:  # a property added to the ontology since: its wordings alone decide
        _add_untrained(model.linear, tuple(sorted(unknown)))
    return model


def _networks(data: dict[str, np.ndarray]) -> tuple[Network, ...]:
    parts: dict[int, dict[str, np.ndarray]] = defaultdict(dict)
    for key, values in data.items():
        head, _, name = key.partition("_")
        if head.startswith("network") and head != "network":
            parts[int(head.removeprefix("network"))][name] = values.astype(np.float32)
    return tuple(Network(parts[i]) for i in sorted(parts))


def _linear(data: dict[str, np.ndarray], name: str) -> LinearPart:
    fields = (data[f"{name}_{f}"] for f in ("vocabulary", "columns", "rows", "values", "bias"))
    vocabulary, columns, rows, values, bias = fields
    return LinearPart(
        tuple(data[name + "_targets"].tolist()), vocabulary, columns, rows, values.astype(np.float32), bias
    )


def _add_untrained(part: LinearPart, names: tuple[str, ...]) -> None:
    part.targets = (*part.targets, *names)
    part.bias = np.concatenate((part.bias, np.full(len(names), np.nan)))
    part.__post_init__()


@cache
def load_relation_model() -> RelationModel:
    """The package's own weights."""
    with as_file(files("aigraph").joinpath("weights", WEIGHTS)) as path:
        return load_model(str(path))
