"""Linking inside one document: what joins, what stays apart, which id and labels come out, what is told of joins."""

import re

import pytest
from tests.made_analysis import analysis, entity_of, linked

from aigraph.recognise import link as linking
from aigraph.recognise.link import link, slug

ORG, MODEL, PERSON = "Organization", "Model", "Person"


def same(text: str, a: tuple[str, str], b: tuple[str, str], *, known: bool = False) -> bool:
    state = linked(text, (a, b), known=known)
    return entity_of(state, a[0]) == entity_of(state, b[0])


class TestJoins:
    @pytest.mark.parametrize(
        ("a", "b"),
        [
            ("Lumen-2", "lumen 2"),
            ("Lumen-2", "ＬＵＭＥＮ－２"),
            ("Lumen-2", "Lumen2"),
            ("星雲模型", "星云模型"),
            ("K·M", "KM"),
        ],
    )
    def test_width_case_script_spaces_and_hyphens_do_not_count(self, a, b):
        assert same(f"{a} 发布。后来 {b} 更新。", (a, MODEL), (b, MODEL))

    @pytest.mark.parametrize(("a", "b"), [("英伟达", "NVIDIA"), ("輝達", "NVIDIA"), ("月之暗面", "Moonshot AI")])
    def test_names_of_one_lexicon_row(self, a, b):
        assert same(f"{a} 与 {b}", (a, ORG), (b, ORG), known=True)

    @pytest.mark.parametrize(
        ("text", "a", "b", "kind"),
        [
            ("星工科技（Starworks）成立。", "星工科技", "Starworks", ORG),
            ("星工科技 (Starworks) 成立。", "星工科技", "Starworks", ORG),
            ("Starworks（星工科技）成立。", "Starworks", "星工科技", ORG),
            ("星工科技（英文名 “Starworks”）成立。", "星工科技", "Starworks", ORG),
            ("Sparse Cedar Routing (SCR) helps.", "Sparse Cedar Routing", "SCR", "Technique"),
        ],
    )
    def test_a_definition_in_brackets(self, text, a, b, kind):
        assert same(text, (a, kind), (b, kind))

    @pytest.mark.parametrize(
        ("long", "short", "kind"),
        [
            ("星工科技有限公司", "星工科技", ORG),
            ("星工科技集团", "星工科技", ORG),
            ("北京星工科技有限公司", "星工科技", ORG),
            ("Mara Whitfield", "Whitfield", PERSON),
            ("Mara Whitfield", "Mara", PERSON),
            ("岑若川", "若川", PERSON),
        ],
    )
    def test_the_short_form_of_exactly_one_longer_name(self, long, short, kind):
        assert same(f"{long}今天说。{short}没有回应。", (long, kind), (short, kind))

    def test_every_join_is_told_with_its_reason(self):
        text = "星工科技（Starworks）的 Mara Whitfield。Whitfield 说。"
        state = linked(text, (("星工科技", ORG), ("Starworks", ORG), ("Mara Whitfield", PERSON), ("Whitfield", PERSON)))
        assert [n.split(":")[0] for n in state.notes] == ["joined by defined in brackets", "joined by short form"]
        assert "Starworks" in state.notes[0] and "whitfield" in state.notes[1]


class TestApart:
    @pytest.mark.parametrize(
        ("text", "a", "b"),
        [
            ("星工科技（即将被 Starworks 收购）。", "星工科技", "Starworks"),  # words around the name in the bracket
            ("星工科技（竞争对手：Starworks）。", "星工科技", "Starworks"),
            ("星工科技（Starworks 的对手）。", "星工科技", "Starworks"),
            ("星工科技、Starworks", "星工科技", "Starworks"),
            ("Oakline (Starworks) said.", "Oakline", "Starworks"),  # two plain names of one script
        ],
    )
    def test_what_is_no_definition(self, text, a, b):
        assert not same(text, (a, ORG), (b, ORG))

    def test_a_name_cut_across_a_bracket_defines_nothing(self):
        text = "她得过星辰 (XC) 和国际北湖奖 (GBP)。"
        state = linked(text, (("XC) 和国际北湖奖", "Benchmark"), ("GBP", "Benchmark")))
        assert len(state.entities) == 2
        assert state.notes == []

    def test_other_types(self):
        assert not same("星河（Starriver）发布。", ("星河", MODEL), ("Starriver", ORG))
        assert not same("Lumen 与 lumen", ("Lumen", ORG), ("lumen", MODEL))

    def test_two_lexicon_rows_even_where_a_bracket_says_so(self):
        assert not same("百度（Baichuan AI）", ("百度", ORG), ("Baichuan AI", ORG), known=True)

    def test_a_short_form_of_two_longer_names_stays_open(self):
        names = (("Mara Whitfield", PERSON), ("Jon Whitfield", PERSON), ("Whitfield", PERSON))
        state = linked("Mara Whitfield 和 Jon Whitfield 来了，Whitfield 发言。", names)
        assert len(state.entities) == 3
        assert state.notes == []

    def test_short_forms_are_for_people_and_organisations_only(self):
        assert not same("Lumen Pro 发布，Lumen 降价。", ("Lumen Pro", MODEL), ("Lumen", MODEL))

    def test_a_number_in_one_of_the_names_keeps_a_short_form_apart(self):
        assert not same("星工 2 公司和星工公司。", ("星工 2 公司", ORG), ("星工公司", ORG))


class TestEntities:
    def test_every_mention_points_at_an_entity_of_its_type_and_stays_in_order(self):
        state = linked("Starworks 发布 Lumen-2，Starworks 称 lumen 2 更快。", (("Starworks", ORG), ("Lumen-2", MODEL)))
        assert [m.start for m in state.mentions] == sorted(m.start for m in state.mentions)
        assert all(state.entities[m.entity].type == m.type for m in state.mentions)

    def test_a_lexicon_row_gives_id_labels_and_subtype(self):
        state = linked("英伟达发布新卡。", (("英伟达", ORG),), known=True)
        (entity,) = state.entities.values()
        assert entity.id == entity.lexicon_id == "nvidia"
        assert entity.name == "NVIDIA" and entity.subtype == "Company"
        assert ("英伟达", "zh-Hans") in entity.aliases
        assert (entity.name, entity.lang) not in entity.aliases

    def test_an_unknown_name_keeps_its_spelling_and_its_other_spellings(self):
        state = linked(
            "星工科技（Starworks）成立，starworks 融资。", (("星工科技", ORG), ("Starworks", ORG), ("starworks", ORG))
        )
        (entity,) = state.entities.values()
        labels = {(entity.name, entity.lang), *entity.aliases}
        assert labels == {("星工科技", "zh-Hans"), ("Starworks", "en"), ("starworks", "en")}
        assert list(entity.aliases) == sorted(entity.aliases)

    def test_traditional_names_are_tagged_as_such(self):
        state = linked("這家公司叫星雲動力，總部設於臺北，員工約百人。", (("星雲動力", ORG),))
        (entity,) = state.entities.values()
        assert (entity.name, entity.lang) == ("星雲動力", "zh-Hant")

    def test_the_ending_of_an_organisation_tells_its_subtype(self):
        state = linked("北湖大学成立。", (("北湖大学", ORG),))
        assert next(iter(state.entities.values())).subtype == "University"

    @pytest.mark.parametrize("name", ["Lumen-2", "星雲 3.5", "Café α-7", "A/B & C#", "模型（新）", "№ 5", "Модель"])
    def test_ids_are_safe_in_addresses(self, name):
        state = linked(f"{name} 发布。", ((name, MODEL),))
        (ident,) = state.entities
        assert re.fullmatch(r"model-[^\s<>\"{}|\\^`%#?/]+", ident)

    def test_an_id_is_the_same_in_every_document_and_spelling(self):
        one = linked("Lumen 2 Pro 发布。", (("Lumen 2 Pro", MODEL),))
        two = linked("We tried LUMEN-2-pro today.", (("LUMEN-2-pro", MODEL),))
        assert set(one.entities) == set(two.entities)

    def test_the_same_state_gives_the_same_entities_and_notes(self):
        text = "星工科技（Starworks）的 Mara Whitfield 说，Whitfield 和星工科技集团一起。"
        names = (
            ("星工科技", ORG),
            ("Starworks", ORG),
            ("Mara Whitfield", PERSON),
            ("Whitfield", PERSON),
            ("星工科技集团", ORG),
        )
        first, second = linked(text, names), linked(text, names)
        assert first.entities == second.entities and first.mentions == second.mentions and first.notes == second.notes

    def test_nothing_to_link(self):
        state = analysis("没有名字。")
        link(state)
        assert state.entities == {} and state.mentions == [] and state.notes == []


def test_slug_never_comes_out_empty():
    assert slug("!!!") and slug("トヨタ") and slug("??") != slug("!!!")


class TestManyNames:
    def test_short_forms_are_found_without_comparing_all_names_with_all(self, monkeypatch):
        letters = [chr(97 + i // 26) + chr(97 + i % 26) for i in range(500)]
        people = [f"{pair.title()}ra {pair.title()}lin" for pair in letters]
        compared = []
        real = linking._shortens
        monkeypatch.setattr(linking, "_shortens", lambda *args: compared.append(args) or real(*args))
        state = linked("; ".join([*people, "Aara"]), [(name, PERSON) for name in [*people, "Aara"]])
        assert entity_of(state, "Aara") == entity_of(state, people[0])
        assert len(compared) < 5 * len(people)

    def test_a_name_that_grew_by_a_join_lends_its_new_short_form(self):
        names = ["Sam Linden", "Sam", "Linden", "Samuel Harris Linden"]
        state = linked("; ".join(names), [(name, PERSON) for name in names])
        assert entity_of(state, "Sam") == entity_of(state, "Sam Linden")
        assert len(state.entities) == len({m.entity for m in state.mentions})

    def test_an_organisation_between_a_place_and_a_legal_form(self):
        assert same("北京星工有限公司。星工", ("北京星工有限公司", ORG), ("星工", ORG))
