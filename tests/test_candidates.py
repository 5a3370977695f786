"""Candidate facts: which pairs may stand in which relation, and what is known of each reading before it is judged."""

import pytest
from tests.made_analysis import analysis, linked

from aigraph.model import Analysis, Mention
from aigraph.recognise.link import link
from aigraph.recognise.nested import SOURCE as NESTED
from aigraph.relate.candidates import FEATURE_BITS, Candidate, CandidateFinder
from aigraph.relate.context import build_sites
from aigraph.relate.cues import load_cues
from aigraph.relate.features import likeness, literal_features, mask, name_features
from aigraph.relate.pairs import Reading, group
from aigraph.relate.patterns import compile_patterns
from aigraph.relate.reader import candidate_finder, surface_names
from aigraph.relate.targets import EVENT, all_targets, allowed_pairs, event_types, single_targets
from aigraph.schema import load_schema

ORG, MODEL, PERSON, BENCH = "Organization", "Model", "Person", "Benchmark"


def candidates(state: Analysis, finder: CandidateFinder | None = None) -> list[Candidate]:
    finder = finder or candidate_finder()
    return list(finder.find(state.norm, finder.sentences(state), surface_names(state)))


def shown(state: Analysis, *, singles: bool = False) -> list[tuple[str, str, str]]:
    text = state.text
    return [
        (text[c.subject.start : c.subject.end], text[c.object.start : c.object.end] if c.object else "", c.role)
        for c in candidates(state)
        if singles or c.object is not None
    ]


class TestTargets:
    def test_what_may_hold_follows_the_schema(self):
        pairs = allowed_pairs()
        assert "developedBy" in pairs[MODEL, ORG]
        assert "developedBy" not in pairs.get((ORG, MODEL), ())
        assert "parameterCount" in pairs[MODEL, "parameters"]
        assert (PERSON, "parameters") not in pairs
        assert "score.benchmark" in pairs[BENCH, "percent"]

    def test_relations_of_one_kind_only(self):
        pairs = allowed_pairs()
        assert "outperforms" in pairs[MODEL, MODEL]
        assert "outperforms" not in pairs.get((MODEL, "Hardware"), ())

    def test_every_relation_and_figure_is_decided_somewhere(self):
        schema = load_schema()
        assert (set(schema.relations) - {"participatedIn"}) | set(schema.figures) <= set(all_targets())
        assert {EVENT + name for name in schema.events} <= set(all_targets())
        assert list(all_targets()) == sorted(all_targets())

    def test_types_that_take_part_in_events(self):
        assert set(single_targets()) == set(event_types())


class TestFinder:
    def test_a_pair_is_read_in_the_directions_that_the_schema_allows(self):
        state = linked("Starworks 发布 Lumen-2。", (("Starworks", ORG), ("Lumen-2", MODEL)))
        pairs = {
            (s, o): c for (s, o, _), c in zip(shown(state), [c for c in candidates(state) if c.object], strict=True)
        }
        assert "developedBy" in pairs["Lumen-2", "Starworks"].predicates
        assert not pairs["Lumen-2", "Starworks"].forward
        assert "uses" in pairs["Starworks", "Lumen-2"].predicates

    def test_types_without_a_relation_are_no_candidates(self):
        state = linked("Ada Island 和 Bo Field", (("Ada Island", PERSON), ("Bo Field", PERSON)))
        assert shown(state) == []

    def test_a_thing_is_never_tied_to_itself(self):
        state = linked("Starworks 与 starworks 合作", (("Starworks", ORG), ("starworks", ORG)))
        assert shown(state) == []

    def test_two_figures_are_never_tied(self):
        state = linked("从 70 亿到 80 亿参数", (), literals=True)
        assert candidates(state) == []

    def test_a_carried_name_meets_the_figures_of_the_sentence(self):
        state = linked("Lumen-2 发布。参数为 70 亿。", (("Lumen-2", MODEL),), literals=True)
        assert ("Lumen-2", "70 亿", "prev") in [(s, o.removeprefix("参数为 ")[:4], r) for s, o, r in shown(state)]

    def test_a_name_inside_a_name_meets_its_host(self):
        state = analysis("Starworks Beacon 发布", (("Starworks Beacon", "Hardware"),))
        state.mentions.append(Mention(0, 9, ORG, NESTED))
        link(state)
        assert ("Starworks Beacon", "Starworks", "nested") in shown(state)

    def test_the_head_of_a_column_meets_its_figures(self):
        text = "| 基准 | Lumen-2 | Kestrel |\n|---|---|---|\n| MathTrail | 71.5 | 68.2 |\n"
        state = linked(text, (("Lumen-2", MODEL), ("Kestrel", MODEL), ("MathTrail", BENCH)), literals=True)
        columns = {(s, o) for s, o, role in shown(state) if role == "column"}
        assert columns == {("Lumen-2", "71.5"), ("Kestrel", "68.2")}

    def test_each_name_is_asked_for_its_events(self):
        state = linked("Starworks 发布。", (("Starworks", ORG),))
        (single,) = [c for c in candidates(state) if c.object is None]
        assert single.predicates == single_targets()[ORG]

    def test_rivals_between_the_two_are_counted(self):
        state = linked("Lumen-2 出自 Starworks、Oakline。", (("Lumen-2", MODEL), ("Starworks", ORG), ("Oakline", ORG)))
        rivals = {
            state.text[c.object.start : c.object.end]: c.rivals
            for c in candidates(state)
            if c.object and c.forward and c.role == "" and c.subject.type == MODEL
        }
        assert rivals == {"Starworks": 0, "Oakline": 1}

    def test_the_wording_that_fired_is_kept_with_its_weight(self):
        state = linked("Starworks 发布了 Lumen-2。", (("Starworks", ORG), ("Lumen-2", MODEL)))
        fired = [c.wordings for c in candidates(state) if c.object and "developedBy" in c.predicates]
        weight, template = fired[0]["developedBy"]
        assert 0 < weight <= 1 and template.startswith("developedBy.zh.")

    def test_features_are_sorted_small_and_the_same_every_time(self):
        state = linked(
            "Starworks 发布了 Lumen-2，参数 70 亿。", (("Starworks", ORG), ("Lumen-2", MODEL)), literals=True
        )
        first, second = candidates(state), candidates(state)
        assert [c.features for c in first] == [c.features for c in second]
        assert all(c.features == sorted(set(c.features)) for c in first)
        assert all(0 <= f < 1 << FEATURE_BITS for c in first for f in c.features)

    def test_names_are_masked(self):
        one = linked("Starworks 发布了 Lumen。", (("Starworks", ORG), ("Lumen", MODEL)))
        two = linked("Oakhollow 发布了 Kestr。", (("Oakhollow", ORG), ("Kestr", MODEL)))
        assert [c.features for c in candidates(one)] == [c.features for c in candidates(two)]

    def test_a_finder_of_ones_own(self):
        finder = CandidateFinder(
            {(MODEL, ORG): ("grownBy",)}, {}, cues=load_cues(), patterns=compile_patterns(load_schema()), cut=list
        )
        state = linked("Starworks 发布了 Lumen-2。", (("Starworks", ORG), ("Lumen-2", MODEL)))
        assert [c.predicates for c in candidates(state, finder)] == [("grownBy",)]


class TestFeatures:
    def test_a_masked_sentence_has_a_place_for_every_slot(self):
        state = linked("Starworks 发布了 Lumen-2，很快。", (("Starworks", ORG), ("Lumen-2", MODEL)))
        (site,) = build_sites(state)
        masked = mask(state.norm, site, list, load_cues().find(state.norm))
        assert [masked.words[i].form for i in masked.at] == ["<Organization>", "<Model>"]
        assert [masked.items[i].form for i in masked.item_at] == ["<Organization>", "<Model>"]
        assert masked.words[-1].clause == 2  # one comma, one full stop before the end of the count

    @pytest.mark.parametrize(
        ("a", "b", "feature"),
        [
            ("Lumen 3", "Lumen 2", "nv=>w"),
            ("Lumen", "Lumen 2", "nm=a<b"),
            ("Lumen 2", "Lumen", "nm=b<a"),
            ("Lumen", "lumen", "nm=same"),
        ],
    )
    def test_how_names_resemble_each_other(self, a, b, feature):
        assert feature in name_features(a, b)

    def test_likeness_has_one_length(self):
        assert len({len(likeness(a, b)) for a in ("", "Lumen 2", "星河") for b in ("", "Lumen 3", "星河 4")}) == 1

    def test_a_figure_tells_kind_and_size(self):
        from tests.made_analysis import literal

        f = literal_features(literal("parameters", 7_000_000_000), MODEL)
        assert "lk=parameters|Model" in f and "lv=parameters9" in f


class TestGroups:
    def test_readings_of_one_fact_come_together_best_first(self):
        state = linked("Starworks 发布 Lumen-2。Lumen-2 由 Starworks 推出。", (("Starworks", ORG), ("Lumen-2", MODEL)))
        found = [c for c in candidates(state) if "developedBy" in c.predicates and c.role == ""]
        pairs = group([("developedBy", Reading(float(i), c)) for i, c in enumerate(found)])
        assert len(found) == 2 and len(pairs) == 1
        assert [r.logit for r in pairs[0].readings] == [1.0, 0.0]

    def test_equal_values_are_one_fact_and_measured_ones_are_told_apart_by_place(self):
        text = "Lumen-2 得 71.5 分，Lumen-2 又得 71.5 分。"
        state = linked(text, (("Lumen-2", MODEL),), literals=True)
        found = [
            c for c in candidates(state) if c.object is not None and "score.model" in c.predicates and c.role == ""
        ]
        places = {c.object.start for c in found}
        assert len(group([("score.model", Reading(0.0, c)) for c in found])) == len(places) == 2
