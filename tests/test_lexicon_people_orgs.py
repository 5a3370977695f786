"""The hand-kept names of organisations, persons and events, and the word lists of name grammars, are well formed."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest

from aigraph.paths import ontology_dir

FIELDS = ["id", "subtype", "en", "zh", "hant", "aliases", "weak"]
SUBTYPES = {
    "Company",
    "ResearchInstitute",
    "University",
    "GovernmentBody",
    "InvestmentFirm",
    "MediaOutlet",
    "Team",
    "Community",
}
LEAST = {"organization": 750, "person": 350, "event": 60}
LEAST_OF_SUBTYPE = {"InvestmentFirm": 130, "University": 110}
LANGUAGES = {"zh-Hans", "zh-Hant", "en"}
LEXICON = pytest.mark.parametrize("name", sorted(LEAST))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def lexicon(name: str) -> list[dict[str, str]]:
    return rows_of(ontology_dir() / "lexicon" / f"{name}.csv")


def grammar(name: str) -> Path:
    return ontology_dir() / "grammar" / name


def split(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def strong(row: dict[str, str]) -> set[str]:
    """Every name of a row that needs no context: what stands in `weak` too is weak, even a preferred name."""
    names = {row["en"], row["zh"], row["hant"], *split(row["aliases"])} - {""} - set(split(row["weak"]))
    return {name.casefold() for name in names}


@LEXICON
def test_header_order_and_size(name: str) -> None:
    rows = lexicon(name)
    assert list(rows[0]) == FIELDS
    assert all(None not in row and None not in row.values() for row in rows), "a row has too many or too few cells"
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids)
    assert len(rows) >= LEAST[name]


@LEXICON
def test_ids_are_slugs_and_unique(name: str) -> None:
    ids = [row["id"] for row in lexicon(name)]
    assert len(ids) == len(set(ids))
    assert [i for i in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", i)] == []


def test_ids_are_unique_over_all_lexicon_files() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ontology_dir() / "lexicon").glob("*.csv")):
        for row in rows_of(path):
            places[row["id"]].add(path.stem)
    assert {i: files for i, files in places.items() if len(files) > 1 and files & set(LEAST)} == {}


@LEXICON
def test_no_blank_or_repeated_name(name: str) -> None:
    for row in lexicon(name):
        assert row["en"] or row["zh"], f"{row['id']} has no preferred name"
        names = split(row["aliases"])
        for cell in [row["en"], row["zh"], row["hant"], *names, *split(row["weak"])]:
            assert cell == cell.strip(), f"{row['id']}: space around {cell!r}"
            assert "\n" not in cell and "  " not in cell
        assert "" not in names and "" not in split(row["weak"]), f"{row['id']} has an empty alias"
        assert len(names) == len(set(names)), f"{row['id']} repeats an alias"
        assert not set(names) & set(split(row["weak"])), f"{row['id']} has an alias that is strong and weak"


@LEXICON
def test_no_strong_name_belongs_to_two_rows(name: str) -> None:
    owners: dict[str, list[str]] = defaultdict(list)
    for row in lexicon(name):
        for label in strong(row):
            owners[label].append(row["id"])
    assert {label: ids for label, ids in owners.items() if len(ids) > 1} == {}


@LEXICON
def test_no_strong_name_is_a_single_character(name: str) -> None:
    assert [row["id"] for row in lexicon(name) if any(len(label) < 2 for label in strong(row))] == []


@LEXICON
def test_names_stand_in_the_right_column(name: str) -> None:
    for row in lexicon(name):
        assert not re.search(r"^[\u4e00-\u9fff]+$", row["en"]), f"{row['id']}: Chinese in the English column"
        for column in ("zh", "hant"):
            if row[column] and row[column] != row["en"]:
                assert re.search(r"[\u3400-\u9fff]", row[column]), f"{row['id']}: no Chinese in {column}"


def test_subtypes_are_those_of_the_vocabulary() -> None:
    counts: dict[str, int] = defaultdict(int)
    for row in lexicon("organization"):
        counts[row["subtype"]] += 1
    assert set(counts) == SUBTYPES
    assert {kind: counts[kind] for kind, least in LEAST_OF_SUBTYPE.items() if counts[kind] < least} == {}
    assert {row["subtype"] for other in ("person", "event") for row in lexicon(other)} == {""}


@pytest.mark.parametrize(
    ("file", "wanted", "label"),
    [
        ("organization", "nvidia", "輝達"),
        ("organization", "baai", "北京智源人工智能研究院"),
        ("organization", "carnegie-mellon-university", "CMU"),
        ("organization", "university-of-science-and-technology-of-china", "中科大"),
        ("organization", "synced", "机器之心"),
        ("organization", "microsoft-research-asia", "MSRA"),
        ("person", "jensen-huang", "老黄"),
        ("person", "elon-musk", "马斯克"),
        ("person", "sam-altman", "奧特曼"),
        ("person", "liang-wenfeng", "Wenfeng Liang"),
        ("event", "waic", "世界人工智能大会"),
        ("event", "computex", "台北国际电脑展"),
    ],
)
def test_a_known_name_leads_to_its_row(file: str, wanted: str, label: str) -> None:
    assert [row["id"] for row in lexicon(file) if label.casefold() in strong(row)] == [wanted]


@pytest.mark.parametrize(
    ("file", "wanted", "label"),
    [
        ("organization", "apple", "Apple"),
        ("organization", "figure-ai", "Figure"),
        ("organization", "fair", "FAIR"),
        ("event", "microsoft-build", "Build"),
    ],
)
def test_an_ordinary_word_is_only_a_weak_name(file: str, wanted: str, label: str) -> None:
    assert all(label.casefold() not in strong(row) for row in lexicon(file))
    assert wanted in {row["id"] for row in lexicon(file) if label in split(row["weak"])}


def test_events_carry_no_year() -> None:
    for row in lexicon("event"):
        assert not [label for label in strong(row) if re.search(r"(19|20)\d\d", label)], row["id"]


@pytest.mark.parametrize(
    ("name", "least", "shape"),
    [
        ("surnames_zh.txt", 450, r"[\u3400-\u9fff]{1,4}"),
        ("given_names_en.txt", 1200, r"[^\W\d_]+(-[^\W\d_]+)*"),
    ],
)
def test_plain_word_lists(name: str, least: int, shape: str) -> None:
    words = grammar(name).read_text(encoding="utf-8").splitlines()
    assert len(words) >= least
    assert len(words) == len(set(words))
    assert [word for word in words if not re.fullmatch(shape, word)] == []


@pytest.mark.parametrize(
    ("name", "head", "least", "allowed"),
    [
        ("org_suffixes.csv", ["suffix", "lang", "subtype"], 150, SUBTYPES),
        (
            "titles.csv",
            ["title", "lang", "kind"],
            250,
            {"role", "honorific", "former-marker", "founder-marker"},
        ),
        ("places.csv", ["name", "lang", "canonical"], 700, None),
    ],
)
def test_word_tables(name: str, head: list[str], least: int, allowed: set[str] | None) -> None:
    rows = rows_of(grammar(name))
    assert list(rows[0]) == head
    assert len(rows) >= least
    assert {row["lang"] for row in rows} == LANGUAGES
    keys = [(row["lang"], row[head[0]]) for row in rows]
    assert keys == sorted(set(keys)), "rows are sorted by language and word, each once"
    for row in rows:
        assert all(cell and cell == cell.strip() for cell in row.values()), row
    if allowed is not None:
        assert {row[head[2]] for row in rows} == allowed


def test_canonical_places_are_places_themselves() -> None:
    rows = rows_of(grammar("places.csv"))
    known = {(row["lang"], row["name"]) for row in rows}
    assert [row for row in rows if (row["lang"], row["canonical"]) not in known] == []
