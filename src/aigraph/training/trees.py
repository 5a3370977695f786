"""Trains the boosted trees that decide about a pair from its numbers, and unfolds them into plain arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from aigraph.relate.scorer import TreePart

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
