"""Format of the lexicon files of things (not people, organisations, events) and of four word lists of the grammar."""

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import opencc
import pytest

from aigraph.paths import ontology_dir

KINDS = ("model", "hardware", "benchmark", "software", "technique", "dataset", "publication")
HEADER = ["id", "subtype", "en", "zh", "hant", "aliases", "weak"]
FLOORS = {
    "model": 450,
    "hardware": 260,
    "benchmark": 220,
    "software": 420,
    "technique": 240,
    "dataset": 140,
    "publication": 70,
}
VARIANT_KINDS = {"size", "mode", "edition", "modality", "stage", "quant"}


@cache
def simplify(text: str) -> str:
    return str(_converter().convert(text))


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(name: str) -> str:
    """What the lexicon treats as one spelling: script, case, spaces and hyphens do not count."""
    return re.sub(r"[\s\-_]+", "", simplify(name).lower())


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, strict=True))


@cache
def lexicon(kind: str) -> list[dict[str, str]]:
    return read(ontology_dir() / "lexicon" / f"{kind}.csv")


def grammar(name: str) -> Path:
    return ontology_dir() / "grammar" / name


def strong_names(row: dict[str, str]) -> set[str]:
    """Folded names of a row that may stand alone: a preferred name repeated under `weak` may not."""
    weak = {fold(name) for name in row["weak"].split("|")}
    names = [row["en"], row["zh"], row["hant"], *row["aliases"].split("|")]
    return {fold(name) for name in names if name} - weak


@pytest.mark.parametrize("kind", KINDS)
def test_columns_size_and_order(kind: str) -> None:
    with (ontology_dir() / "lexicon" / f"{kind}.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle, strict=True))

    assert rows[0] == HEADER
    assert all(len(row) == len(HEADER) for row in rows)
    assert len(rows) - 1 >= FLOORS[kind]
    assert [row[0] for row in rows[1:]] == sorted(row[0] for row in rows[1:])


def test_ids_are_slugs_and_unique_over_all_files() -> None:
    ids = [row["id"] for path in sorted((ontology_dir() / "lexicon").glob("*.csv")) for row in read(path)]

    assert [name for name, times in Counter(ids).items() if times > 1] == []
    mine = [row["id"] for kind in KINDS for row in lexicon(kind)]
    assert [name for name in mine if not re.fullmatch(r"[a-z0-9]+([.\-]+[a-z0-9]+)*", name)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_has_a_name_and_no_blank_or_padded_part(kind: str) -> None:
    for row in lexicon(kind):
        assert row["en"] or row["zh"], row
        assert row["subtype"] == "", row
        for column in HEADER:
            parts = row[column].split("|") if row[column] else []
            assert all(part and part == part.strip() for part in parts), row
            assert len(parts) == len(set(parts)), row
        assert not re.search("[《》]", "".join(row.values())), row


@pytest.mark.parametrize("kind", KINDS)
def test_preferred_english_is_latin_and_chinese_comes_in_both_scripts(kind: str) -> None:
    for row in lexicon(kind):
        assert not re.search("[\u4e00-\u9fff]", row["en"]), row
        assert bool(row["zh"]) == bool(row["hant"]), row


@pytest.mark.parametrize("kind", KINDS)
def test_no_strong_name_is_claimed_twice_in_a_file(kind: str) -> None:
    owners: dict[str, str] = {}
    clashes = []
    for row in lexicon(kind):
        for name in sorted(strong_names(row)):
            if name in owners:
                clashes.append((name, owners[name], row["id"]))
            owners[name] = row["id"]

    assert clashes == []


def test_no_name_stands_strongly_for_two_kinds_of_things() -> None:
    kinds: dict[str, set[str]] = {}
    for kind in KINDS:
        for row in lexicon(kind):
            for name in strong_names(row):
                kinds.setdefault(name, set()).add(kind)

    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    "word", ["Gemini", "Sora", "Spark", "Transformer", "Operator", "元宝", "可灵", "Claude", "SAM"]
)
def test_ordinary_words_are_weak(word: str) -> None:
    rows = [row for kind in KINDS for row in lexicon(kind)]

    assert any(word in row["weak"].split("|") for row in rows)
    assert not any(fold(word) in strong_names(row) for row in rows)


@pytest.mark.parametrize(
    ("kind", "name", "owner"),
    [
        ("model", "GPT-4o", "gpt-4o"),
        ("model", "GPT-4", "gpt-4"),
        ("model", "通義千問", "model-qwen"),
        ("hardware", "昇騰 910B", "ascend-910b"),
        ("software", "文心一言", "software-ernie-bot"),
        ("technique", "檢索增強生成", "technique-retrieval-augmented-generation"),
        ("benchmark", "人类最后的考试", "benchmark-humanitys-last-exam"),
        ("publication", "生成式人工智能服务管理暂行办法", "publication-interim-measures-for-generative-ai-services"),
    ],
)
def test_known_names_find_their_row(kind: str, name: str, owner: str) -> None:
    found = [row["id"] for row in lexicon(kind) if fold(name) in strong_names(row)]

    assert found == [owner]


def test_variant_words() -> None:
    rows = read(grammar("variant_words.csv"))

    assert list(rows[0]) == ["word", "lang", "kind"]
    assert len(rows) >= 140
    assert {row["kind"] for row in rows} == VARIANT_KINDS
    assert {row["lang"] for row in rows} == {"en", "zh-Hans", "zh-Hant"}
    assert all(row["word"] and row["word"] == row["word"].strip() for row in rows)
    doubles = Counter((row["word"].lower(), row["lang"]) for row in rows)
    assert [key for key, times in doubles.items() if times > 1] == []


def test_licences() -> None:
    rows = read(grammar("licences.csv"))

    assert list(rows[0]) == ["spdx", "aliases"]
    assert len(rows) >= 40
    assert {"Apache-2.0", "MIT", "CC-BY-4.0"} <= {row["spdx"] for row in rows}
    assert all(row["spdx"] and "" not in (row["aliases"] or "-").split("|") for row in rows)
    by_name: dict[str, set[str]] = {}
    for row in rows:
        for name in (row["spdx"], *row["aliases"].split("|")):
            by_name.setdefault(fold(name), set()).add(row["spdx"])
    by_name.pop("", None)
    assert {name: ids for name, ids in by_name.items() if len(ids) > 1} == {}


def test_never_merge_names_differ_and_belong_to_different_rows() -> None:
    rows = read(grammar("never_merge.csv"))
    owners: dict[str, set[str]] = {}
    for kind in KINDS:
        for row in lexicon(kind):
            for name in strong_names(row):
                owners.setdefault(name, set()).add(row["id"])

    assert list(rows[0]) == ["a", "b"]
    assert len(rows) >= 150
    assert all(row["a"] and row["b"] and fold(row["a"]) != fold(row["b"]) for row in rows)
    pairs = Counter(frozenset((fold(row["a"]), fold(row["b"]))) for row in rows)
    assert [pair for pair, times in pairs.items() if times > 1] == []
    one_row = [row for row in rows if owners.get(fold(row["a"]), set()) & owners.get(fold(row["b"]), set())]
    assert one_row == []


def test_generic_terms_are_never_strong_names() -> None:
    terms = grammar("generic_terms.txt").read_text(encoding="utf-8").splitlines()
    names = {name for kind in KINDS for row in lexicon(kind) for name in strong_names(row)}

    assert len(terms) >= 350
    assert all(term and term == term.strip() for term in terms)
    assert len(terms) == len({term.lower() for term in terms})
    assert {"大模型", "大语言模型", "大語言模型", "LLM", "GPU", "AI", "智能体", "API", "CEO"} <= set(terms)
    assert sorted(term for term in terms if fold(term) in names) == []
