"""What a sentence can be read with: its own slots, and the names that carry over into it from around."""

from dataclasses import replace

import pytest
from tests.made_analysis import analysis, linked

from aigraph.model import Literal, Mention
from aigraph.recognise.link import link
from aigraph.recognise.nested import SOURCE as NESTED
from aigraph.relate.context import CARRY_PER_TYPE, CARRY_SENTENCES, Site, build_sites

ORG, MODEL, PERSON, BENCH = "Organization", "Model", "Person", "Benchmark"


def sites_of(text: str, *names: tuple[str, str], literals: bool = False) -> tuple[list[Site], str]:
    state = linked(text, names, literals=literals)
    return build_sites(state), text


def site_with(sites: list[Site], text: str, words: str) -> Site:
    return next(s for s in sites if words in text[s.start : s.end])


def carried(site: Site, text: str) -> list[tuple[str, str]]:
    return [(text[c.slot.start : c.slot.end], c.role) for c in site.carried]


class TestSlots:
    def test_names_and_figures_in_order_each_in_its_sentence(self):
        sites, text = sites_of(
            "Starworks 发布 Lumen-2。它有 70 亿参数。", ("Starworks", ORG), ("Lumen-2", MODEL), literals=True
        )
        shown = [[(text[s.start : s.end], s.is_name, s.order) for s in site.slots] for site in sites]
        assert shown[0] == [("Starworks", True, 0), ("Lumen-2", True, 1)]
        assert [(name, order) for _, name, order in shown[1]] == [(False, 0)]
        assert sites[1].slots[0].literal.value == 7_000_000_000

    def test_a_figure_inside_a_name_is_no_slot(self):
        state = linked("Lumen-70B 发布", (("Lumen-70B", MODEL),))
        state.literals = [Literal(6, 9, "parameters", 70_000_000_000)]
        (site,) = build_sites(state)
        assert [s.is_name for s in site.slots] == [True]

    def test_members_of_a_list_share_a_number(self):
        sites, _ = sites_of(
            "Lumen、Kestrel 和 Falco 与 Oakline 发布，Moss 没有。",
            ("Lumen", MODEL), ("Kestrel", MODEL), ("Falco", MODEL), ("Oakline", ORG), ("Moss", MODEL),
        )  # fmt: skip
        groups = [s.group for s in sites[0].slots]
        assert groups[0] == groups[1] == groups[2] >= 0
        assert groups[3] == groups[4] == -1

    def test_names_inside_names_are_kept_with_their_host(self):
        state = analysis("Starworks Beacon 发布", (("Starworks Beacon", "Hardware"),))
        state.mentions.append(Mention(0, 9, ORG, NESTED))
        link(state)
        (site,) = build_sites(state)
        assert [s.type for s in site.slots] == ["Hardware"]
        assert [(host.type, inner.type) for host, inner in site.nested] == [("Hardware", ORG)]

    def test_no_names_no_sites_with_slots(self):
        sites, _ = sites_of("没有名字。也没有数字。")
        assert all(not s.slots and not s.carried for s in sites)


class TestCarried:
    def test_the_sentences_before_lend_their_names_nearest_first(self):
        sites, text = sites_of("Starworks 成立。Lumen-2 发布。它很快。", ("Starworks", ORG), ("Lumen-2", MODEL))
        found = [(c.role, c.distance, text[c.slot.start : c.slot.end]) for c in sites[2].carried]
        assert found[:2] == [("prev", 1, "Lumen-2"), ("prev", 2, "Starworks")]

    def test_far_sentences_do_not(self):
        filler = "天气不错。" * (CARRY_SENTENCES + 1)
        sites, text = sites_of(
            "开头。Starworks 成立。" + filler + "它很快。Kestrel 在此。Kestrel。", ("Starworks", ORG), ("Kestrel", ORG)
        )
        site = site_with(sites, text, "它很快")
        assert ("Starworks", "prev") not in carried(site, text)

    def test_a_name_of_the_sentence_itself_is_not_carried_again(self):
        sites, text = sites_of("Starworks 成立。Starworks 融资。", ("Starworks", ORG))
        assert carried(sites[1], text) == []

    def test_the_heading_carries_through_its_items(self):
        text = "# 年度盘点\n\n## Lumen-2\n\n1. 参数为 70 亿。\n2. 支持长文本。\n\n## Kestrel\n\n1. 很小。\n"
        sites, text = sites_of(text, ("Lumen-2", MODEL), ("Kestrel", MODEL))
        assert ("Lumen-2", "heading") in carried(site_with(sites, text, "支持长文本"), text)
        last = carried(site_with(sites, text, "很小"), text)
        assert last[0] == ("Kestrel", "heading")
        assert ("Lumen-2", "heading") not in last

    def test_a_section_does_not_take_sentences_of_the_one_before(self):
        text = "# 甲\n\nStarworks 发布 Lumen-2。\n\n# 乙\n\n它很快。\n"
        sites, text = sites_of(text, ("Starworks", ORG), ("Lumen-2", MODEL))
        assert all(role != "prev" for _, role in carried(site_with(sites, text, "它很快"), text))

    def test_so_many_of_a_type_and_no_more(self):
        names = [f"Kestrel{c}" for c in "ABCDEFG"]
        sites, _ = sites_of("、".join(names) + " 发布。它很快。", *((n, MODEL) for n in names))
        roles = [c.role for c in sites[1].carried if c.slot.type == MODEL]
        assert roles.count("prev") == CARRY_PER_TYPE

    def test_each_name_is_carried_once(self):
        text = "# Starworks\n\nStarworks 发布 Lumen-2。\n\nLumen-2 很快。\n\n它便宜。\n"
        sites, _ = sites_of(text, ("Starworks", ORG), ("Lumen-2", MODEL))
        for site in sites:
            entities = [c.slot.entity for c in site.carried]
            assert len(entities) == len(set(entities))

    @pytest.mark.parametrize("label", ["Ada Island", "Island"])
    def test_the_speaker_of_a_turn_by_the_whole_name_or_a_part_of_one(self, label):
        text = "Ada Island 是嘉宾。" + "天气不错。" * (CARRY_SENTENCES + 1) + "\n\n我们在训练。\n"
        state = linked(text, (("Ada Island", PERSON),))
        state.blocks[-1] = replace(state.blocks[-1], kind="turn", speaker=label)
        assert ("Ada Island", "speaker") in carried(site_with(build_sites(state), text, "我们"), text)

    def test_a_speaker_that_two_names_fit_is_nobody(self):
        text = "Ada Island 和 Bo Island 是嘉宾。" + "天气不错。" * 4 + "\n\n我们在训练。\n"
        state = linked(text, (("Ada Island", PERSON), ("Bo Island", PERSON)))
        state.blocks[-1] = replace(state.blocks[-1], kind="turn", speaker="Island")
        assert "speaker" not in [role for _, role in carried(site_with(build_sites(state), text, "我们"), text)]


class TestTables:
    TABLE = (
        "各模型成绩如下，单位为百分。\n\n| 基准 | Lumen-2 | Kestrel |\n|---|---|---|\n"
        "| MathTrail | 71.5 | 68.2 |\n| NorthBench | 60.1 | 59.9 |\n"
    )
    NAMES = (("Lumen-2", MODEL), ("Kestrel", MODEL), ("MathTrail", BENCH), ("NorthBench", BENCH))

    def test_each_figure_of_a_row_goes_with_the_name_above_it(self):
        state = linked(self.TABLE, self.NAMES, literals=True)
        text = self.TABLE
        for words, figures in (("MathTrail", ("71.5", "68.2")), ("NorthBench", ("60.1", "59.9"))):
            row = site_with(build_sites(state), text, words)
            heads = {
                text[s.start : s.end]: text[h.start : h.end]
                for s in row.slots
                for o, h in row.columns.items()
                if o == s.order
            }
            assert [heads.get(f) for f in figures] == ["Lumen-2", "Kestrel"]

    def test_a_row_without_its_cell_does_not_shift(self):
        text = self.TABLE.replace("| 71.5 | 68.2 |", "| - | 68.2 |")
        state = linked(text, self.NAMES, literals=True)
        row = site_with(build_sites(state), text, "MathTrail")
        heads = [text[h.start : h.end] for h in row.columns.values()]
        assert heads == ["Kestrel"]

    def test_a_note_between_header_and_rows_does_not_part_them(self):
        text = (
            "Model  MathTrail  NorthBench  Licence\n(MathTrail is pass@1)\n"
            "Lumen-2  71.5  68.2  MIT\nKestrel  60.1  59.9  MIT\n"
        )
        state = linked(text, self.NAMES, literals=True)
        row = site_with(build_sites(state), text, "Kestrel")
        tied = {text[s.start : s.end]: row.columns.get(s.order) for s in row.slots}
        assert {k: text[h.start : h.end] for k, h in tied.items() if h} == {"60.1": "MathTrail", "59.9": "NorthBench"}

    def test_the_header_carries_into_its_rows(self):
        sites, text = sites_of(self.TABLE, *self.NAMES)
        assert ("Lumen-2", "header") in carried(site_with(sites, text, "NorthBench"), text)
