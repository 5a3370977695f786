"""The lexicon as a matcher: whole names, the longest first, versions kept apart, weak names marked, rows checked."""

from itertools import pairwise

import pytest

from aigraph.errors import OntologyError
from aigraph.literals.places import load_places
from aigraph.paths import ontology_dir
from aigraph.recognise.lexicon import Lexicon, LexiconEntry, load_lexicon, read_entries
from aigraph.text.normalise import normalise

HEAD = "id,subtype,en,zh,hant,aliases,weak\n"


def entry(ident: str, kind: str, *names: str, weak: tuple[str, ...] = ()) -> LexiconEntry:
    return LexiconEntry(ident, kind, None, ((names[0], "en"),), names[1:], weak)


LEXICON = Lexicon(
    [
        entry("lumen-4", "Model", "Lumen-4"),
        entry("lumen-4-mini", "Model", "Lumen-4 mini"),
        entry("l40", "Hardware", "L40"),
        entry("arc", "Benchmark", "ARC"),
        entry("starworks", "Organization", "Starworks", "星工科技", "Star Works AI"),
        entry("cedar-org", "Organization", "Cedar"),
        entry("cedar-app", "Software", "Cedar"),
        entry("apple", "Organization", "Applet Inc", weak=("苹", "Applet")),
        entry("sparse", "Technique", "稀疏 路由器"),
    ]
)


def found(text: str) -> list[tuple[str, list[str], bool]]:
    norm = normalise(text)
    return [(text[m.start : m.end], [e.id for e in m.entries], m.weak) for m in LEXICON.find(norm)]


def surfaces(text: str) -> list[str]:
    return [surface for surface, _, _ in found(text)]


class TestMatching:
    @pytest.mark.parametrize(
        "text", ["Lumen-4.5", "Lumen-4o", "Lumen-45", "xLumen-4", "Lumen-4-32k", "L40S", "L400", "ARCH", "L40-2"]
    )
    def test_a_name_inside_a_longer_one_is_no_match(self, text):
        assert surfaces(f"on {text} today") == []

    @pytest.mark.parametrize("text", ["Lumen-4", "lumen 4", "LUMEN－4", "Lumen-4。", "(Lumen-4)", "Lumen-4."])
    def test_case_width_spaces_and_hyphens_fold(self, text):
        assert [ids for _, ids, _ in found(text)] == [["lumen-4"]]

    def test_han_around_a_latin_name_is_a_border(self):
        assert surfaces("星工科技发布Lumen-4，基于L40训练") == ["星工科技", "Lumen-4", "L40"]

    def test_the_longest_name_wins(self):
        assert surfaces("Lumen-4 mini and Lumen-4") == ["Lumen-4 mini", "Lumen-4"]

    def test_short_latin_names_keep_their_case(self):
        assert surfaces("an arc, an Arc and ARC") == ["ARC"]

    def test_parts_of_a_name_may_be_written_without_a_space(self):
        assert surfaces("采用稀疏路由器和稀疏 路由器") == ["稀疏路由器", "稀疏 路由器"]

    def test_a_name_of_two_things_gives_both(self):
        assert found("Cedar") == [("Cedar", ["cedar-app", "cedar-org"], False)]

    def test_weak_names_are_marked_and_keep_their_case_in_latin(self):
        assert found("Applet") == [("Applet", ["apple"], True)]
        assert found("applet") == []
        assert found("Applet Inc") == [("Applet Inc", ["apple"], False)]

    def test_offsets_hold_where_lower_case_is_longer_than_the_text(self):
        text = "İİİ Starworks 与 İ Lumen-4"
        assert surfaces(text) == ["Starworks", "Lumen-4"]

    def test_traditional_text_is_matched_by_simplified_names(self):
        assert surfaces("星工科技與 Cedar") == ["星工科技", "Cedar"]

    def test_matches_come_in_order_without_overlap(self):
        matches = LEXICON.find(normalise("Cedar Star Works AI Lumen-4 mini ARC 星工科技"))
        assert all(a.end <= b.start for a, b in pairwise(matches))

    def test_an_empty_text(self):
        assert LEXICON.find("") == []


class TestNames:
    def test_by_name_folds_as_names_do(self):
        assert [e.id for e in LEXICON.by_name("LUMEN 4")] == ["lumen-4"]
        assert LEXICON.by_name("Lumen-5") == []

    def test_weak_names_are_asked_for_apart(self):
        assert LEXICON.by_name("Applet") == []
        assert [e.id for e in LEXICON.by_weak_name("Applet")] == ["apple"]

    def test_a_preferred_name_listed_as_weak_is_weak(self):
        item = entry("apple", "Organization", "Apple", "Apple Inc", weak=("Apple",))
        assert list(item.names()) == ["Apple Inc"]


class TestFiles:
    def test_rows_become_entries_sorted_by_id(self, tmp_path):
        (tmp_path / "model.csv").write_text(HEAD + "z1,,Z-1,泽一,澤一,Z1|Zee,\na1,,A-1,,,,A\n", encoding="utf-8")
        first, second = read_entries(tmp_path)
        assert (first.id, first.weak, first.labels) == ("a1", ("A",), (("A-1", "en"),))
        assert second.labels == (("Z-1", "en"), ("泽一", "zh-Hans"), ("澤一", "zh-Hant"))
        assert second.aliases == ("Z1", "Zee") and second.type == "Model" and second.subtype is None

    @pytest.mark.parametrize("row", [",,Name,,,,", "id,,,,,,"])
    def test_a_row_without_id_or_name_is_named(self, tmp_path, row):
        (tmp_path / "model.csv").write_text(HEAD + row + "\n", encoding="utf-8")
        with pytest.raises(OntologyError, match=r"model\.csv line 2"):
            read_entries(tmp_path)

    def test_a_row_may_leave_out_its_last_cells(self, tmp_path):
        (tmp_path / "model.csv").write_text(HEAD + "short,,row\n", encoding="utf-8")
        assert [(e.id, e.labels, e.aliases) for e in read_entries(tmp_path)] == [("short", (("row", "en"),), ())]

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            ("id,en\na,A\n", r"model\.csv line 1: has no column subtype, zh, hant, aliases, weak; name"),
            ("", r"model\.csv line 1: has no column id"),
            (HEAD + "a,,A,,,,,more\n", r"model\.csv line 2: has more cells than columns"),
            (HEAD + "a,,A,,,,\nb,Company,B,,,,\n", r"model\.csv line 3: no subtype 'Company' of Model .*leave"),
            (HEAD + "a,,A,,,,\nb,,B,,,,\na,,C,,,,\n", r"model\.csv line 4: the id 'a' stands in model\.csv line 2"),
        ],
    )
    def test_a_fault_is_told_with_its_line_and_what_to_do(self, tmp_path, content, says):
        (tmp_path / "model.csv").write_text(content, encoding="utf-8")
        with pytest.raises(OntologyError, match=says):
            read_entries(tmp_path)

    def test_an_id_stands_in_one_file(self, tmp_path):
        for stem in ("model", "software"):
            (tmp_path / f"{stem}.csv").write_text(HEAD + f"a,,{stem},,,,\n", encoding="utf-8")
        with pytest.raises(OntologyError, match=r"software\.csv line 2: the id 'a' stands in model\.csv line 2"):
            read_entries(tmp_path)

    def test_text_in_another_encoding_is_named(self, tmp_path):
        (tmp_path / "model.csv").write_bytes(HEAD.encode() + "a,,智,,,,\n".encode("gb18030"))
        with pytest.raises(OntologyError, match=r"model\.csv: cannot be read as CSV in UTF-8"):
            read_entries(tmp_path)

    def test_no_two_shipped_rows_share_an_id(self):
        ids = [e.id for e in read_entries(ontology_dir() / "lexicon")]
        assert len(ids) == len(set(ids))
        assert len(load_lexicon().entries) == len(ids)


class TestPlaces:
    """Names of places in running text, as literals."""

    @pytest.mark.parametrize(
        ("text", "places"),
        [
            ("总部位于北京和臺北", ["北京", "臺北"]),
            ("an office in Singapore.", ["Singapore"]),
            ("Singapore-based", ["Singapore"]),
            ("Singaporean food, singapore", []),
            ("没有地名", []),
        ],
    )
    def test_whole_names_as_written(self, text, places):
        found = load_places().find(normalise(text), text)
        assert [x.value for x in found] == places
        assert all(x.kind == "place" and text[x.start : x.end] == x.value for x in found)
