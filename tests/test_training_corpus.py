"""Training material and its preparation: spans from names, what an annotation confirms, renamed copies, threshold.

No weights are trained here beyond a toy's; the shipped corpus is only looked at.
"""

from pathlib import Path

import numpy as np
import pytest
from tests.made_analysis import analysis
from tests.made_judged import all_candidates

from aigraph.model import Mention
from aigraph.recognise.link import link
from aigraph.relate.pairs import Reading, group
from aigraph.training.alignment import gold_entities, gold_facts, label, pair_is_stated, same_value
from aigraph.training.augment import name_pool, renamed_copy
from aigraph.training.corpus import ONLY_TRAINED_ON, GoldDocument, held_out, load_corpus, project_spans
from aigraph.training.relations import FOLDS, _fit, _sparse, fold_of, linear_part
from aigraph.training.tagger import labelled_lines, train_tagger
from aigraph.training.thresholds import GRID, choose_threshold

CORPUS = Path(__file__).resolve().parent / "corpus"
TEXT = "Starworks 发布 Lumen-2。Lumen-2 有 70 亿参数，Lumen-20 没有。\nOakline 没有投资 Starworks。\n"


def gold(**facts: list[dict]) -> dict:
    return {
        "lang": "zh-Hans",
        "date": None,
        "entities": [
            {"id": "e1", "type": "Organization", "name": "Starworks", "aliases": []},
            {"id": "e2", "type": "Model", "name": "Lumen-2", "aliases": ["流明二"]},
            {"id": "e3", "type": "Organization", "name": "Oakline", "aliases": []},
        ],
        **facts,
    }


FACTS = {
    "relations": [
        {"s": "e2", "p": "developedBy", "o": "e1", "evidence": "Starworks 发布 Lumen-2。"},
        {"s": "e3", "p": "investedIn", "o": "e1", "evidence": "Oakline 没有投资 Starworks。", "polarity": "negated"},
        {"s": "e1", "p": "partnerOf", "o": "e3", "evidence": ""},
    ],
    "figures": [{"s": "e2", "p": "parameterCount", "value": 7e9, "evidence": "Lumen-2 有 70 亿参数"}],
    "scores": [{"model": "e2", "benchmark": "e3", "value": 71.5, "evidence": ""}],
    "events": [
        {"type": "Release", "date": "2025-08", "participants": ["e1", "e2"], "evidence": "Starworks 发布 Lumen-2。"}
    ],
}


def document(text: str = TEXT, name: str = "made", **facts: list[dict]) -> GoldDocument:
    annotation = gold(**(facts or FACTS))
    return GoldDocument(name, text, annotation, tuple(project_spans(text, annotation)))


def prepared(doc: GoldDocument):
    state = analysis(doc.text, literals=True)
    state.mentions = [Mention(s.start, s.end, s.type, "annotation") for s in doc.spans]
    link(state)
    return state, gold_facts(doc), gold_entities(doc, state)


class TestSpans:
    def test_every_occurrence_of_every_name_longest_first(self):
        spans = [(TEXT[s.start : s.end], s.entity) for s in document().spans]
        assert spans == [
            ("Starworks", "e1"),
            ("Lumen-2", "e2"),
            ("Lumen-2", "e2"),
            ("Oakline", "e3"),
            ("Starworks", "e1"),
        ]
        assert all(a.end <= b.start for a, b in zip(document().spans, document().spans[1:], strict=False))

    def test_an_alias_stands_for_its_thing(self):
        doc = document("流明二很快，Starworks 的流明二。")
        assert [s.entity for s in doc.spans] == ["e2", "e1", "e2"]

    def test_a_latin_name_inside_a_word_is_none(self):
        annotation = {"entities": [{"id": "e", "type": "Model", "name": "Lumen"}]}
        text = "Lumens preLumen Lumen4 用Lumen做"
        found = [s.start for s in project_spans(text, annotation)]
        assert text.index("用") + 1 in found and 0 not in found and text.index("preLumen") + 3 not in found

    def test_a_name_of_two_things_goes_with_the_nearest_evidence(self):
        text = "Cedar 公司成立。\n\n很久以后，另一段。\n\nCedar 软件发布。"
        annotation = {
            "entities": [
                {"id": "org", "type": "Organization", "name": "Cedar"},
                {"id": "app", "type": "Software", "name": "Cedar"},
            ],
            "figures": [
                {"s": "org", "p": "foundedDate", "value": "2020", "evidence": "Cedar 公司成立。"},
                {"s": "app", "p": "releaseDate", "value": "2020", "evidence": "Cedar 软件发布。"},
            ],
        }
        assert [s.entity for s in project_spans(text, annotation)] == ["org", "app"]

    def test_empty_names_are_ignored(self):
        annotation = {"entities": [{"id": "e", "type": "Model", "name": " ", "aliases": [""]}]}
        assert project_spans("a b c", annotation) == []


class TestShipped:
    def test_a_fifth_is_held_out_by_name_alone(self):
        names = [p.stem for p in CORPUS.glob("*.json") if not ONLY_TRAINED_ON.match(p.stem)]
        share = sum(map(held_out, names)) / len(names)
        assert len(names) > 200 and 0.13 < share < 0.27
        assert [held_out(n) for n in names] == [held_out(n) for n in names]

    def test_all_three_languages_are_held_out(self):
        documents = load_corpus(CORPUS)
        assert [d.name for d in documents] == sorted(d.name for d in documents)
        assert {d.gold["lang"] for d in documents if held_out(d.name)} == {"zh-Hans", "zh-Hant", "en"}
        assert all(d.text[s.start : s.end].strip() for d in documents[:20] for s in d.spans)

    def test_folds_are_about_equal(self):
        counts = np.bincount([fold_of(p.stem) for p in CORPUS.glob("*.json")], minlength=FOLDS)
        assert len(counts) == FOLDS and counts.min() > 0.5 * counts.mean()

    def test_a_file_without_entities_is_no_annotation(self, tmp_path):
        (tmp_path / "a.json").write_text("{}", encoding="utf-8")
        assert load_corpus(tmp_path) == []


class TestAlignment:
    def test_scores_and_events_are_taken_apart(self):
        facts = gold_facts(document())
        assert facts["score.model"]["e2"][0].object == 71.5 and facts["score.benchmark"]["e3"][0].object == 71.5
        assert set(facts["event.Release"]) == {"e1", "e2"} == set(facts["on.date"])
        assert set(facts["partnerOf"]) == {"e1", "e3"}  # symmetric
        assert not facts["investedIn"]["e3"][0].stated

    def test_a_predicted_thing_stands_for_the_annotated_one_with_its_name(self):
        _, _, entities = prepared(document())
        assert entities["model-lumen2"] == {"e2"} and entities["organization-starworks"] == {"e1"}

    def candidate(self, state, predicate: str, subject: str, obj: str, sentence: int = 0):
        return next(
            c for c in all_candidates(state)
            if predicate in c.predicates and c.object is not None and c.role == "" and c.site.index >= sentence
            and state.text[c.subject.start : c.subject.end] == subject
            and state.text[c.object.start : c.object.end].startswith(obj)
        )  # fmt: skip

    def test_a_reading_is_confirmed_in_its_evidence(self):
        state, facts, entities = prepared(document())
        assert label(self.candidate(state, "developedBy", "Lumen-2", "Starworks"), "developedBy", facts, entities) == (
            1,
            True,
        )
        assert (
            label(self.candidate(state, "parameterCount", "Lumen-2", "70 亿"), "parameterCount", facts, entities)[0]
            == 1
        )

    def test_a_denial_is_confirmed_as_unstated(self):
        state, facts, entities = prepared(document())
        c = self.candidate(state, "investedIn", "Oakline", "Starworks")
        assert label(c, "investedIn", facts, entities) == (1, False)
        assert not pair_is_stated(group([("investedIn", Reading(1.0, c))])[0], facts, entities)

    def test_a_right_pair_read_elsewhere_is_neither(self):
        text = TEXT + "Starworks 与 Lumen-2 同行。\n"
        state, facts, entities = prepared(document(text))
        last = max(s.index for s in state.sentences)
        c = self.candidate(state, "developedBy", "Lumen-2", "Starworks", sentence=last)
        assert label(c, "developedBy", facts, entities)[0] == -1
        assert pair_is_stated(group([("developedBy", Reading(1.0, c))])[0], facts, entities)

    def test_what_nobody_annotated_is_no_fact(self):
        state, facts, entities = prepared(document())
        c = self.candidate(state, "uses", "Starworks", "Lumen-2")
        assert label(c, "uses", facts, entities)[0] == 0

    @pytest.mark.parametrize(
        ("predicate", "a", "b", "same"),
        [
            ("parameterCount", 7e9, 7.05e9, True),
            ("parameterCount", 7e9, 7.2e9, False),
            ("contextLength", 128000, 131072, True),
            ("releaseDate", "2025-08", "2025-08", True),
            ("releaseDate", "2025-08", "2025-08-01", False),
            ("license", "Apache-2.0", "apache 2.0", True),
            ("license", "MIT", "Apache-2.0", False),
            ("price", 2, None, False),
            ("price", "n/a", 2, False),
        ],
    )
    def test_values(self, predicate, a, b, same):
        assert same_value(predicate, a, b) is same


class TestCopies:
    def test_a_copy_has_other_names_in_the_same_places(self):
        documents = [document(), document("Kestrel 与 Oakline 合作。Mossfield 旁观。", "other")]
        annotation = {
            **gold(),
            "entities": [
                {"id": "f1", "type": "Organization", "name": n} for n in ("Oakline", "Mossfield", "Fernhill", "Rookery")
            ],
        }
        text = "Oakline、Mossfield、Fernhill、Rookery。"
        documents.append(GoldDocument("third", text, annotation, tuple(project_spans(text, annotation))))
        pool = name_pool(documents)
        copy = renamed_copy(documents[0], pool)
        assert copy.name != documents[0].name
        assert [(s.type, s.entity) for s in copy.spans] == [(s.type, s.entity) for s in documents[0].spans]
        surfaces = {}
        for mine, theirs in zip(documents[0].spans, copy.spans, strict=True):
            name = copy.text[theirs.start : theirs.end]
            assert surfaces.setdefault(TEXT[mine.start : mine.end], name) == name  # the same everywhere
            assert name in pool[mine.type, "latin", False]
        assert renamed_copy(documents[0], pool) == copy

    def test_the_text_between_the_names_is_kept(self):
        doc = document()
        copy = renamed_copy(doc, name_pool([doc]))
        assert "没有投资" in copy.text and copy.text.count("\n") == doc.text.count("\n")


class TestFitting:
    def test_labels_follow_the_spans(self):
        lines = labelled_lines(document())
        flat = [label for _, labels in lines for label in labels]
        assert flat.count("B-Model") >= 2 and flat.count("B-Organization") == 3
        assert all(len(f) == len(x) for f, x in lines)

    def test_a_toy_tagger_gives_the_same_bytes_twice(self, tmp_path):
        lines = [labelled_lines(document())]
        for name in ("a.crf", "b.crf"):
            train_tagger(lines, tmp_path / name, iterations=5)
        assert (tmp_path / "a.crf").read_bytes() == (tmp_path / "b.crf").read_bytes()

    def test_a_toy_column_learns_the_feature_that_tells(self):
        features = [[1, 7], [2, 7]] * 10
        y = np.array([1, 0] * 10)
        column = _fit(_sparse(features), y, np.ones(20, dtype=bool))
        assert column is not None
        logits = column.decide(_sparse([[1, 7], [2, 7]]))
        assert logits[0] > 0 > logits[1]

    def test_too_few_examples_teach_nothing(self):
        y = np.array([1, 1, 0, 0])
        assert _fit(_sparse([[1], [1], [2], [2]]), y, np.ones(4, dtype=bool)) is None

    def test_columns_become_one_table_with_gaps_for_the_untrained(self):
        features = [[1, 7], [2, 7]] * 10
        column = _fit(_sparse(features), np.array([1, 0] * 10), np.ones(20, dtype=bool))
        part = linear_part({"uses": column}, ("supports", "uses"))
        assert np.isnan(part.bias[0]) and not np.isnan(part.bias[1])
        assert set(part.vocabulary.tolist()) <= {1, 2, 7} and set(part.columns.tolist()) == {1}

    def test_the_threshold_rises_where_precision_asks_for_it(self):
        rng = np.random.RandomState(0)
        probability = np.concatenate([rng.uniform(0.5, 1, 200), rng.uniform(0.2, 0.6, 400)])
        stated = np.array([1] * 200 + [0] * 400)
        chosen = choose_threshold(probability, stated)
        assert GRID[0] < chosen < GRID[-1]
        assert stated[probability > chosen].mean() >= 0.77 > stated[probability > chosen - 0.02].mean()
        assert choose_threshold(probability, np.zeros(600, dtype=int)) == round(float(GRID[-1]), 2)
