"""The trained decisions as arithmetic: sums of weights, walks down trees, files that come back, the untrained."""

import io

import numpy as np
import pytest

from aigraph.errors import ModelFileError
from aigraph.model import Block
from aigraph.relate.candidates import Candidate
from aigraph.relate.context import Site, Slot
from aigraph.relate.pairs import FLOOR
from aigraph.relate.scorer import LinearPart, RelationModel, TreePart, load_model, load_relation_model
from aigraph.relate.targets import all_targets
from aigraph.training.trees import trees_from


def candidate(features: list[int], predicates: tuple[str, ...]) -> Candidate:
    site = Site(0, 0, 10, Block(0, "paragraph", 0, 10))
    return Candidate(Slot(0, 1, "Model", "m"), Slot(2, 3, "Model", "n"), site, predicates, features, "", 1, True, 0, {})


def linear(targets: tuple[str, ...], weights: dict[tuple[int, str], float], bias: list[float]) -> LinearPart:
    vocabulary = np.array(sorted({f for f, _ in weights}), dtype=np.int32)
    keys = list(weights)
    return LinearPart(
        targets,
        vocabulary,
        np.array([targets.index(p) for _, p in keys], dtype=np.int8),
        np.searchsorted(vocabulary, [f for f, _ in keys]).astype(np.int32),
        np.array([weights[k] for k in keys], dtype=np.float32),
        np.array(bias),
    )


def stump(feature: int, threshold: float, low: float, high: float) -> TreePart:
    return TreePart(
        np.array([0], dtype=np.int32),
        np.array([feature], dtype=np.int16),
        np.array([threshold], dtype=np.float32),
        np.array([~0], dtype=np.int32),
        np.array([~1], dtype=np.int32),
        np.array([low, high], dtype=np.float32),
        2,
    )


PART = linear(
    ("uses", "supports", "basedOn"), {(5, "uses"): 2.0, (9, "uses"): -0.5, (9, "supports"): 1.0}, [-1.0, 0.5, np.nan]
)


class TestLinear:
    def test_a_logit_is_the_bias_and_the_weights_of_the_features_it_knows(self):
        (row,) = PART.logits([candidate([5, 9, 77], ("uses", "supports"))])
        assert row.tolist() == pytest.approx([0.5, 1.5])

    def test_each_candidate_gets_its_own_predicates_in_their_order(self):
        found = PART.logits(
            [candidate([5], ("supports",)), candidate([5], ("supports", "uses")), candidate([9], ("supports",))]
        )
        assert [row.tolist() for row in found] == [[0.5], [0.5, 1.0], [1.5]]

    def test_an_untrained_predicate_is_at_the_floor(self):
        (row,) = PART.logits([candidate([5], ("basedOn", "uses"))])
        assert row.tolist() == [FLOOR, 1.0]

    def test_unknown_features_say_nothing(self):
        (row,) = PART.logits([candidate([1, 2, 3], ("uses",))])
        assert row.tolist() == [-1.0]

    def test_many_candidates_are_judged_as_few_are(self):
        many = [candidate([5, 9] if i % 2 else [9], ("uses",)) for i in range(5000)]
        logits = [row[0] for row in PART.logits(many)]
        assert logits[:2] == pytest.approx([-1.5, 0.5]) and logits[-2:] == pytest.approx([-1.5, 0.5])

    def test_the_first_column_is_shared_by_all(self):
        assert PART.shared_logits([candidate([5], ("supports",)), candidate([1], ("uses",))]) == pytest.approx(
            [1.0, -1.0]
        )
        assert PART.shared_logits([]) == []

    def test_a_shared_column_that_was_never_trained_is_at_the_floor(self):
        part = linear(("unstated",), {(5, "unstated"): 1.0}, [np.nan])
        assert part.shared_logits([candidate([5], ("uses",))]) == [FLOOR]


class TestTrees:
    def test_a_row_goes_left_at_and_under_the_threshold(self):
        matrix = np.array([[0, 1.0], [0, 2.0], [0, 3.0]], dtype=np.float32)
        found = stump(1, 2.0, -2.0, 2.0).probabilities(matrix)
        assert found == pytest.approx([0.1192, 0.1192, 0.8808], abs=1e-4)

    def test_no_rows(self):
        assert stump(0, 0.0, -1.0, 1.0).probabilities(np.empty((0, 3), dtype=np.float32)).tolist() == []

    def test_trees_of_several_depths_add_up(self):
        def split(feature, threshold, left, right):
            return {
                "split_index": 0,
                "split_feature": feature,
                "threshold": threshold,
                "left_child": left,
                "right_child": right,
            }

        deep = split(0, 1.0, {"leaf_value": -1.0}, split(1, 5.0, {"leaf_value": 0.5}, {"leaf_value": 2.0}))
        part = trees_from({"tree_info": [{"tree_structure": deep}, {"tree_structure": {"leaf_value": 0.25}}]})
        found = part.probabilities(np.array([[0, 9], [2, 5], [2, 6]], dtype=np.float32))
        assert found == pytest.approx(1 / (1 + np.exp(-np.array([-0.75, 0.75, 2.25]))), abs=1e-6)


class TestFile:
    def model(self) -> RelationModel:
        polarity = linear(("unstated",), {(3, "unstated"): 1.0}, [0.0])
        return RelationModel(PART, stump(0, 0.0, -1.0, 1.0), polarity, 0.46)

    def saved(self) -> bytes:
        file = io.BytesIO()
        self.model().save(file)
        return file.getvalue()

    def test_the_same_model_gives_the_same_bytes(self):
        assert self.saved() == self.saved()

    def test_a_model_comes_back_as_it_was(self, tmp_path):
        path = tmp_path / "relations.npz"
        path.write_bytes(self.saved())
        back = load_model(str(path))
        c = candidate([5, 9], ("uses", "supports"))
        assert back.linear.logits([c])[0].tolist() == PART.logits([c])[0].tolist()
        assert back.threshold == 0.46

    def test_a_property_added_since_is_left_to_its_wordings(self, tmp_path):
        path = tmp_path / "relations.npz"
        path.write_bytes(self.saved())
        back = load_model(str(path))
        assert set(all_targets()) <= set(back.linear.targets)
        (row,) = back.linear.logits([candidate([5], ("developedBy",))])
        assert row.tolist() == [FLOOR]

    @pytest.mark.parametrize("content", [b"", b"not a zip", None])
    def test_a_missing_or_damaged_file_is_named(self, tmp_path, content):
        path = tmp_path / "relations.npz"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(ModelFileError, match=r"relations\.npz.*aigraph train"):
            load_model(str(path))

    def test_a_truncated_file_is_named(self, tmp_path):
        path = tmp_path / "relations.npz"
        path.write_bytes(self.saved()[:-40])
        with pytest.raises(ModelFileError, match=r"relations\.npz"):
            load_model(str(path))

    def test_a_file_of_other_arrays_is_named(self, tmp_path):
        path = tmp_path / "relations.npz"
        np.savez(path, something=np.array([1]))
        with pytest.raises(ModelFileError, match="aigraph train"):
            load_model(str(path))

    def test_the_shipped_weights_fit_the_shipped_ontology(self):
        model = load_relation_model()
        assert set(all_targets()) <= set(model.linear.targets)
        assert 0 < model.threshold < 1
        assert model.polarity.targets == ("unstated",)
