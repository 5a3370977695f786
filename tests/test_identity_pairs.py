"""No two different things become one: versions, sizes, variants, dates, products, people, also in brackets.

The pairs are made from the version grammar (series, version, size, edition, mode, date) with invented and known series,
beside those of ontology/grammar/never_merge.csv. The other way round, every name of a lexicon row must reach that row.
"""

from __future__ import annotations

import csv
from itertools import combinations

import pytest
from tests.made_analysis import Named, analysis, row_of

from aigraph.model import Mention
from aigraph.paths import ontology_dir
from aigraph.recognise.lexicon import LexiconEntry, load_lexicon
from aigraph.recognise.link import link, versions_differ
from aigraph.text.normalise import converter, name_key, normalise

Pair = tuple[Named, Named]

SERIES = ("Lumen", "Kestrel", "GPT", "Qwen", "DeepSeek", "星河")
VERSIONS = ("2", "2.5", "3", "3.5", "3.7", "4", "4.1", "4.5", "4o", "V3", "V3.1", "V3.2", "R1", "o1", "o3", "A1", "X1")
SIZES = ("0.5B", "7B", "8x7B", "14B", "30B-A3B", "32B", "72B", "235B-A22B", "1.8T")
EDITIONS = ("mini", "nano", "Lite", "Flash", "Turbo", "Pro", "Plus", "Max", "Ultra", "Air", "Sonnet", "Opus", "Haiku")
MODES = ("Instruct", "Base", "Chat", "Thinking", "Preview", "Zero", "Distill", "Coder", "Math", "VL", "Audio", "Edit")
DATES = ("0324", "0528", "0711", "20240513", "20240806", "2024-11-20", "2507", "2512")
CARDS = ("H100", "H200", "H20", "H800", "A100", "A800", "B200", "GB200", "B300", "RTX 4090", "RTX 4090 D", "RTX 5090")
CARDS += ("RTX 4090 Ti", "RTX 4080 Super", "A100 40GB", "A100 80GB", "M3", "M3 Pro", "M3 Max", "M4", "910B", "910C")
HAN_EDITIONS = ("极速版", "标准版", "专业版", "旗舰版", "轻量版", "预览版")


def version_pairs() -> list[Pair]:
    """Pairs of different things that share most of their name."""
    pairs: list[Pair] = []

    def add(kind: str, *names: str) -> None:
        pairs.extend(((a, kind), (b, kind)) for a, b in combinations(names, 2))

    for series in SERIES[:4]:
        add("Model", *(f"{series}-{v}" for v in VERSIONS[:9]))
    for series in SERIES[4:]:
        add("Model", *(f"{series}-{v}" for v in VERSIONS[9:]))
    for series in ("Kestrel2.5", "Qwen2.5"):
        add("Model", f"{series}", *(f"{series}-{size}" for size in SIZES))
    for base in ("Lumen 3", "Claude 3.5"):
        add("Model", base, *(f"{base} {edition}" for edition in EDITIONS))
    add("Model", "Kestrel-V3", *(f"Kestrel-V3-{mode}" for mode in MODES))
    add("Model", "Lumen-Image", "Lumen-Image-Edit", "Lumen-Image-2", "Lumen-Video", "Lumen-Audio")
    add("Model", "Qwen-Image", "Qwen-Image-Edit", "Qwen-VL", "Qwen-Audio", "Qwen")
    add("Model", "o1", "o1-mini", "o1-pro", "o1-preview", "o3", "o3-mini", "o4-mini")
    for base in ("DeepSeek-R1", "Lumen-4o"):
        add("Model", base, *(f"{base}-{date}" for date in DATES))
    add("Hardware", *CARDS)
    add("Model", "星河大模型 3.0", *(f"星河大模型 3.0 {edition}" for edition in HAN_EDITIONS))
    add("Model", "Kestrel-7B", "Kestrel-7B-Instruct", "Kestrel-7B-Instruct-GPTQ", "Kestrel-72B-Instruct")
    add("Benchmark", "NorthBench", "NorthBench 2024", "NorthBench 2025", "NorthBench v2", "NorthBench-Hard")
    add("Software", "CedarKit", "CedarKit 2", "CedarKit 2.1", "CedarKit Pro", "CedarKit-Lite")
    add("Organization", "百度", "百川")
    add("Organization", "阿里云", "阿里健康")
    return list(dict.fromkeys(pairs))


def never_merge_pairs() -> list[Pair]:
    """The pairs of the never-merge list, each name with the types that the lexicon knows for it."""
    with (ontology_dir() / "grammar" / "never_merge.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["a"], row["b"]) for row in csv.DictReader(file)]
    pairs: list[Pair] = []
    for a, b in rows:
        left, right = types_of(a), types_of(b)
        shared = sorted(left & right)
        if shared:
            pairs += [((a, kind), (b, kind)) for kind in shared]
        elif left and right:
            pairs.append(((a, min(left)), (b, min(right))))
        else:  # one of them is in no lexicon: it would get the type of the other
            kind = min(left | right, default="Model")
            pairs.append(((a, kind), (b, kind)))
    return pairs


def types_of(name: str) -> set[str]:
    lexicon = load_lexicon()
    return {e.type for found in (lexicon.by_name(name), lexicon.by_weak_name(name)) for e in found}


def texts_of(a: str, b: str) -> tuple[str, ...]:
    return f"{a} 和 {b} 都很强。", f"{a}（{b}）很强。", f"{b}（{a}）很强。", f"Both {a} ({b}) are out."


def merged(pairs: list[Pair], *, known: bool) -> list[str]:
    """The texts in which two things became one."""
    found = []
    for left, right in pairs:
        for text in texts_of(left[0], right[0]):
            state = analysis(text, (left, right), known=known)
            assert len(state.mentions) == 2, text
            link(state)
            if len({m.entity for m in state.mentions}) != 2:
                found.append(f"{text} [{left[1]}] {'; '.join(state.notes)}")
    return found


def report(found: list[str], pairs: list[Pair]) -> str:
    return f"{len(found)} false merges over {len(pairs)} pairs, e.g.\n" + "\n".join(found[:12])


def test_there_are_at_least_500_pairs_of_different_names() -> None:
    pairs = version_pairs()
    assert len(pairs) >= 500
    assert all(name_key(a) != name_key(b) for (a, _), (b, _) in pairs)


@pytest.mark.parametrize("known", [False, True], ids=["nobody knows the names", "with lexicon rows"])
def test_versions_sizes_editions_modes_and_dates_stay_apart(known: bool) -> None:
    pairs = version_pairs()
    found = merged(pairs, known=known)
    assert not found, report(found, pairs)


def test_the_never_merge_list_is_kept() -> None:
    pairs = never_merge_pairs()
    assert len(pairs) > 500
    found = merged(pairs, known=True)
    assert not found, report(found, pairs)


UNITS = ("云", "研究院", "资本")
ORGANIZATIONS: list[Pair] = [
    *((("星工", "Organization"), (f"星工{unit}", "Organization")) for unit in UNITS),
    *((("Starworks", "Organization"), (f"Starworks {unit}", "Organization")) for unit in ("Cloud", "Research")),
    *(((a, "Organization"), (b, "Organization"))
      for a, b in (("Google", "Google DeepMind"), ("微软", "微软亚洲研究院"), ("腾讯", "腾讯云"))),
]  # fmt: skip


def test_a_part_of_an_organisation_is_another_organisation() -> None:
    found = merged(ORGANIZATIONS, known=True)
    assert not found, report(found, ORGANIZATIONS)


PEOPLE = [
    ("Dan", "Daniela Brook"),
    ("Eric", "Erica Brown"),
    ("Sam", "Samantha Reed"),
    ("Lee", "Ann Ashlee"),
    ("王海", "王海峰"),
    ("李明", "李明哲"),
    ("陈静", "陈静怡"),
]


@pytest.mark.parametrize(("a", "b"), PEOPLE)
def test_a_name_that_another_only_begins_with_is_another_person(a: str, b: str) -> None:
    found = merged([((a, "Person"), (b, "Person"))], known=False)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("kind", "a", "b"),
    [
        ("Software", "Cedar", "Cedar#"),
        ("Software", "Cedar", "Cedar+"),
        ("Model", "Lumen 3 70B", "Lumen 370B"),
        ("Model", "Lumen-4.5", "Lumen-45"),
        ("Software", "トヨタ AI", "ソニー AI"),
        ("Model", "Модель 1", "Проект 1"),
        ("Model", "가람 2", "누리 2"),
    ],
)
def test_signs_and_scripts_that_tell_two_names_apart_tell_their_ids_apart(kind: str, a: str, b: str) -> None:
    state = analysis(f"{a} 和 {b} 都很强。", [(a, kind), (b, kind)])
    link(state)
    assert len({m.entity for m in state.mentions}) == 2, [m.entity for m in state.mentions]


@pytest.mark.parametrize(
    ("a", "b"), [("GPT-4", "GPT-4.5"), ("H100", "H200"), ("Qwen2.5-7B", "Qwen2.5-72B"), ("V3", "V3.1")]
)
def test_other_numbers_are_another_version(a: str, b: str) -> None:
    assert versions_differ(a, b) and versions_differ(b, a)
    assert not versions_differ(a, a)


# ---- the names of one thing --------------------------------------------------------------------------------------


def spellings(entry: LexiconEntry) -> list[str]:
    """The strong names of a row, and its Simplified names as a text in Traditional characters writes them."""
    names = list(dict.fromkeys(entry.names()))
    han = [name for name in names if any("\u3400" <= c <= "\u9fff" for c in name)]
    return list(dict.fromkeys([*names, *(converter("s2t").convert(name) for name in han)]))


def shares_type(name: str, entry: LexiconEntry) -> bool:
    """True where another row of the same type has this name: which one is meant only a sentence can say."""
    return any(e.id != entry.id and e.type == entry.type for e in load_lexicon().by_name(name))


def test_the_names_of_one_thing_in_three_scripts_reach_one_entity() -> None:
    total, right, wrong = 0, 0, []
    for entry in load_lexicon().entries.values():
        if len({lang for _, lang in entry.labels}) < 2:
            continue
        names = [name for name in spellings(entry) if not shares_type(name, entry)]
        state = analysis("\n".join(names) + "\n")
        at = 0
        for name in names:
            row = row_of(name, entry.type)
            state.mentions.append(Mention(at, at + len(name), entry.type, "test", lexicon_id=row))
            at += len(name) + 1
        link(state)
        for m in state.mentions:
            total += 1
            right += m.entity == entry.id
            if m.entity != entry.id:
                wrong.append(f"{entry.id}: {state.text[m.start : m.end]} -> {m.entity}")
    print(f"names brought together: {right} of {total} ({right / total:.4f})")  # noqa: T201  the figure is the point
    assert total > 9000
    assert right / total >= 0.97, wrong[:20]


def test_the_names_of_one_thing_are_found_in_running_text() -> None:
    """Recognition by the lexicon alone: a strong name with blanks around it is matched whole, with its row."""
    lexicon = load_lexicon()
    total, right, wrong = 0, 0, []
    for entry in lexicon.entries.values():
        if len({lang for _, lang in entry.labels}) < 2:
            continue
        for name in entry.names():
            norm = normalise(f"， {name} ，")
            whole = [m for m in lexicon.find(norm) if m.start == 2 and m.end == len(norm) - 2]
            total += 1
            ok = bool(whole) and entry in whole[0].entries
            right += ok
            if not ok:
                wrong.append(f"{entry.id}: {name}")
    assert right / total >= 0.97, (right / total, wrong[:20])
