"""From proposals to mentions: tokens, layers, the tagger's labels, and the one rule by which proposals compete."""

import pytest
from tests.made_analysis import mentions_of

from aigraph.errors import ModelFileError
from aigraph.model import Mention
from aigraph.recognise.features import bracket_context, sequence_features, shape_of, tokens_of
from aigraph.recognise.layers import CaseCounts, lexicon_layer, list_layer, load_org_endings, load_word_lists
from aigraph.recognise.lexicon import Lexicon, LexiconEntry
from aigraph.recognise.mentions import choose_mentions
from aigraph.recognise.tagger import NameTagger, spans_of, tagging_lines
from aigraph.text.normalise import normalise

ORG, MODEL = "Organization", "Model"


def entry(ident: str, kind: str, *names: str, weak: tuple[str, ...] = ()) -> LexiconEntry:
    return LexiconEntry(ident, kind, "Company" if kind == ORG else None, ((names[0], "en"),), names[1:], weak)


LEXICON = Lexicon(
    [
        entry("lumen-4", MODEL, "Lumen-4"),
        entry("starworks", ORG, "Starworks", "星工科技"),
        entry("cedar-org", ORG, "Cedar"),
        entry("cedar-app", "Software", "Cedar"),
        entry("routing", "Technique", "Sparse Routing"),
        entry("applet", ORG, "Applet Inc", weak=("Applet",)),
    ]
)


def tagged(text: str, *names: tuple[str, str, float]) -> list[Mention]:
    """Every occurrence of the names as the tagger would propose it."""
    scores = {surface: score for surface, _, score in names}
    found = mentions_of(text, [(surface, kind) for surface, kind, _ in names])
    return [Mention(m.start, m.end, m.type, "tagger", scores[text[m.start : m.end]]) for m in found]


def chosen(text: str, proposals: list[Mention]) -> list[Mention]:
    norm = normalise(text)
    return choose_mentions(norm, proposals, LEXICON.find(norm), LEXICON)


def names(text: str, mentions: list[Mention]) -> list[tuple[str, str]]:
    return [(text[m.start : m.end], m.type) for m in mentions]


class TestChoice:
    def test_a_bracket_that_only_closes_in_a_name_ends_it(self):
        text = "她得过星辰 (XCup) 北湖杯 (GBP)。"
        found = chosen(text, tagged(text, ("XCup) 北湖杯", "Benchmark", 0.9)))
        assert names(text, found) == [("XCup", "Benchmark"), ("北湖杯", "Benchmark")]
        whole = chosen("Lumen (Pro) Max 发布", tagged("Lumen (Pro) Max 发布", ("Lumen (Pro) Max", MODEL, 0.9)))
        assert names("Lumen (Pro) Max 发布", whole) == [("Lumen (Pro) Max", MODEL)]

    @pytest.mark.parametrize(
        ("proposal", "kept"),
        [
            ("“Kestrel”", "Kestrel"),
            ("《Kestrel", "Kestrel"),
            ("Kestrel，", "Kestrel"),
            ("Kestrel (Pro)", "Kestrel (Pro)"),
        ],
    )
    def test_quotes_and_punctuation_at_the_ends_fall_away(self, proposal, kept):
        text = f"发布 {proposal} 模型"
        assert names(text, chosen(text, tagged(text, (proposal, MODEL, 0.9)))) == [(kept, MODEL)]

    def test_an_open_bracket_ends_a_name_and_begins_another(self):
        text = "发布 Kestrel（Falco 模型"
        assert names(text, chosen(text, tagged(text, ("Kestrel（Falco", MODEL, 0.9)))) == [
            ("Kestrel", MODEL),
            ("Falco", MODEL),
        ]

    @pytest.mark.parametrize("surface", ["2025", "3.5", "——", "%"])
    def test_numbers_and_signs_are_no_names(self, surface):
        text = f"发布 {surface} 了"
        assert chosen(text, tagged(text, (surface, MODEL, 0.99))) == []

    def test_generic_terms_are_no_names(self):
        word = sorted(w for w in load_word_lists().generic if len(w) > 3)[0]
        text = f"about {word} now"
        assert chosen(text, tagged(text, (word, MODEL, 0.99))) == []

    def test_a_guess_of_the_tagger_is_dropped(self):
        text = "发布 Kestrel 了"
        assert chosen(text, tagged(text, ("Kestrel", MODEL, 0.2))) == []

    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("Lumen-4-INT4 is smaller", "Lumen-4-INT4"),
            ("Lumen-4-Q3_K_M+ is smaller", "Lumen-4-Q3_K_M+"),
            ("a Lumen-4-based app", "Lumen-4"),
            ("Lumen-4 -INT4", "Lumen-4"),
        ],
    )
    def test_a_name_is_not_cut_out_of_a_longer_one(self, text, kept):
        (m,) = choose_mentions(text, tagged(text, ("Lumen-4", MODEL, 0.9)), [], LEXICON)
        assert text[m.start : m.end] == kept

    def test_a_hyphen_between_two_names_joins_nothing(self):
        text = "Lumen-4-Starworks"
        found = choose_mentions(text, tagged(text, ("Lumen-4", MODEL, 0.9), ("Starworks", ORG, 0.9)), [], LEXICON)
        assert [text[m.start : m.end] for m in found] == ["Lumen-4", "Starworks"]

    def test_strong_lexicon_names_fill_what_the_tagger_passed_over(self):
        text = "星工科技 发布 Lumen-4"
        found = chosen(text, [])
        assert names(text, found) == [("星工科技", ORG), ("Lumen-4", MODEL)]
        assert [m.lexicon_id for m in found] == ["starworks", "lumen-4"]

    @pytest.mark.parametrize("surface", ["Applet", "Sparse Routing", "Cedar"])
    def test_weak_homonymous_and_common_names_need_the_tagger(self, surface):
        assert chosen(f"the {surface} here", []) == []

    def test_a_name_found_once_is_found_wherever_it_stands(self):
        text = "Kestrel 发布。Kestrel 更快，Kestrels 和 Kestrel-2 不算。"
        first = Mention(0, 7, MODEL, "tagger", 0.9)
        found = chosen(text, [first])
        assert [(m.start, m.source) for m in found] == [(0, "tagger"), (text.index("Kestrel 更快"), "propagation")]
        assert found[1].score < found[0].score

    def test_a_name_gets_one_type_in_a_document(self):
        text = "Kestrel 发布。Kestrel 融资。Kestrel 上线。"
        proposals = tagged(text, ("Kestrel", MODEL, 0.9))
        proposals[1] = Mention(proposals[1].start, proposals[1].end, ORG, "tagger", 0.7)
        assert {m.type for m in chosen(text, proposals)} == {MODEL}

    def test_a_name_that_the_lexicon_knows_for_two_things_may_be_both(self):
        text = "Cedar 公司发布了 Cedar 软件"
        proposals = tagged(text, ("Cedar", ORG, 0.9))
        proposals[1] = Mention(proposals[1].start, proposals[1].end, "Software", "tagger", 0.9)
        found = chosen(text, proposals)
        assert [(m.type, m.lexicon_id) for m in found] == [(ORG, "cedar-org"), ("Software", "cedar-app")]

    def test_a_weak_name_that_the_tagger_found_gets_its_row(self):
        text = "Applet said so"
        (found,) = chosen(text, tagged(text, ("Applet", ORG, 0.9)))
        assert (found.lexicon_id, found.subtype) == ("applet", "Company")

    def test_mentions_do_not_overlap_and_the_taggers_own_wins(self):
        text = "发布 Lumen-4 Nova 模型"
        found = chosen(text, tagged(text, ("Lumen-4 Nova", MODEL, 0.8)))
        assert names(text, found) == [("Lumen-4 Nova", MODEL)]
        assert found[0].lexicon_id is None

    def test_the_same_proposals_give_the_same_mentions_in_any_order(self):
        text = "Kestrel 与 星工科技，Kestrel 与 Cedar"
        proposals = tagged(text, ("Kestrel", MODEL, 0.9), ("Cedar", ORG, 0.8))
        assert chosen(text, proposals) == chosen(text, proposals[::-1])


class TestTagger:
    @pytest.mark.parametrize(
        ("labels", "spans"),
        [
            ("O B-Model I-Model O", [(1, 3, "Model")]),
            ("B-Model B-Model", [(0, 1, "Model"), (1, 2, "Model")]),
            ("I-Model O I-Person", [(0, 1, "Model"), (2, 3, "Person")]),
            ("B-Model I-Person I-Person", [(0, 1, "Model"), (1, 3, "Person")]),
            ("O O", []),
            ("", []),
        ],
    )
    def test_labels_become_spans(self, labels, spans):
        assert list(spans_of(labels.split())) == spans

    def test_a_damaged_weight_file_is_named(self, tmp_path):
        path = tmp_path / "names.crf"
        path.write_bytes(b"no weights")
        with pytest.raises(ModelFileError, match=r"names\.crf.*aigraph train"):
            NameTagger(str(path))

    def test_lines_carry_their_own_offsets_and_one_row_a_token(self):
        norm = normalise("星工科技发布 Lumen-4。\n\n　\nStarworks said")
        lines = list(tagging_lines(norm, LEXICON.find(norm)))
        assert [norm[t[0].start : t[-1].end] for t, _ in lines] == ["星工科技发布 Lumen-4。", "Starworks said"]
        assert all(len(tokens) == len(features) for tokens, features in lines)


class TestTokens:
    def test_han_by_character_latin_and_digits_by_run(self):
        norm = "用Lumen-4.5训练 é2"
        tokens = tokens_of(norm, 0, len(norm))
        assert [t.form for t in tokens] == ["用", "lumen", "-", "4", ".", "5", "训", "练", "é", "2"]
        assert [norm[t.start : t.end].lower() for t in tokens] == [t.form for t in tokens]
        assert [t.glued for t in tokens[-2:]] == [False, True]

    @pytest.mark.parametrize(
        ("word", "shape"),
        [
            ("模", "H"),
            ("2025", "d4"),
            ("1234567", "d5"),
            ("A", "A"),
            ("GPT", "AA3"),
            ("abc", "aa"),
            ("Cedar", "Aa"),
            ("iPad", "aA"),
            ("-", "-"),
        ],
    )
    def test_shapes(self, word, shape):
        assert shape_of(word) == shape

    def test_the_innermost_bracket_is_known_and_unbalanced_ones_do_no_harm(self):
        norm = "a《b（c）d》e）f"
        context = dict(zip(norm, bracket_context(tokens_of(norm, 0, len(norm))), strict=True))
        assert (context["a"], context["b"], context["c"], context["d"], context["e"], context["f"]) == (
            "",
            "《",
            "（",
            "《",
            "",
            "",
        )

    def test_features_have_one_row_a_token_and_name_the_neighbours(self):
        tokens = tokens_of("星工 Lumen", 0, 8)
        rows = sequence_features(tokens, [["", "B", "I"]], ["星", "", ""])
        assert len(rows) == 3
        assert "w=lumen" in rows[2] and "w-1=工" in rows[2] and "L0=I" in rows[2] and "la=星" in rows[2]
        assert rows == sequence_features(tokens, [["", "B", "I"]], ["星", "", ""])


class TestLayers:
    def test_lexicon_tags_tell_place_type_and_weakness(self):
        norm = "Sparse Routing 与 Applet"
        tokens = tokens_of(norm, 0, len(norm))
        assert lexicon_layer(LEXICON.find(norm), tokens) == ["BTech", "ETech", "", "SOrga~"]

    def test_list_words_must_stand_whole(self):
        norm = "bigceo ceo"
        found = [norm[a:b] for a, b, _ in load_word_lists().find(norm)]
        assert found.count("ceo") <= 1
        assert list_layer([(7, 10, "t")], tokens_of(norm, 0, len(norm))) == ["", "Bt"]

    def test_how_a_word_is_written_elsewhere(self):
        norm = "Rose said. The rose. Kestrel Kestrel Kestrel Kestrel"
        tokens = tokens_of(norm, 0, len(norm))
        layer = dict(zip([t.form for t in tokens], CaseCounts(norm).layer(tokens), strict=True))
        assert layer["kestrel"] == "u3l0" and layer["said"] == "u0l1"

    @pytest.mark.parametrize(
        ("before", "after", "filler"),
        [("", "有限公司", True), ("北京", "", True), ("", "云雀", False), ("大", "", False)],
    )
    def test_what_organisations_are_lengthened_by(self, before, after, filler):
        assert load_org_endings().is_filler(before, after) is filler
