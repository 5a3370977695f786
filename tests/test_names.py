"""What a thing is called in each language: the lexicon's own name first, its nicknames only where they are written."""

from __future__ import annotations

from collections import Counter

import pytest

from aigraph.graph import names
from aigraph.graph.assemble import choose_labels
from aigraph.graph.names import names_of
from aigraph.model import Entity
from aigraph.recognise.lexicon import LexiconEntry, load_entries

ROWS = {
    "nimbra": LexiconEntry(
        "nimbra", "Organization", None, (("Nimbra", "en"), ("远岚", "zh-Hans"), ("遠嵐", "zh-Hant")),
        ("一坏", "NMB", "远岚公司"), (),
    ),
    "ian-marlow": LexiconEntry(
        "ian-marlow", "Person", None, (("Ian Marlow", "en"), ("伊恩·马洛", "zh-Hans")), ("Marlow", "马洛"), ()
    ),
    "kelp": LexiconEntry("kelp", "Model", None, (("Kelp", "en"),), ("一带", "海带"), ()),
}  # fmt: skip


@pytest.fixture(autouse=True)
def rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "load_entries", lambda: ROWS)


def entity(ident: str, *aliases: tuple[str, str], name: str | None = None) -> Entity:
    row = ROWS[ident]
    return Entity(ident, row.type, None, name or row.labels[0][0], "en", tuple(sorted(aliases)), ident)


def preferred(thing: Entity, **seen: int) -> dict[str, str]:
    return {tag: name for name, tag, best in names_of(thing, Counter(seen)) if best}


def test_a_language_the_text_is_not_in_has_the_lexicon_s_own_name():
    nimbra = entity(
        "nimbra", ("NMB", "en"), ("一坏", "zh-Hans"), ("远岚", "zh-Hans"), ("远岚公司", "zh-Hans"), ("遠嵐", "zh-Hant")
    )
    assert preferred(nimbra, Nimbra=3) == {"en": "Nimbra", "zh-Hans": "远岚", "zh-Hant": "遠嵐"}
    assert preferred(nimbra, 一坏=5, NMB=9) == {"en": "Nimbra", "zh-Hans": "远岚", "zh-Hant": "遠嵐"}
    assert ("一坏", "zh-Hans", False) in list(names_of(nimbra, {}))


def test_traditional_script_follows_the_row_s_simplified_name_where_it_gives_no_other():
    ian = entity("ian-marlow", ("伊恩·马洛", "zh-Hans"), ("馬洛", "zh-Hant"))

    assert preferred(ian, 馬洛=4) == {"en": "Ian Marlow", "zh-Hans": "伊恩·马洛", "zh-Hant": "伊恩·馬洛"}
    assert "zh-Hant" not in preferred(entity("ian-marlow", ("伊恩·马洛", "zh-Hans")))


def test_further_names_are_preferred_only_where_the_text_writes_them():
    kelp = entity("kelp", ("一带", "zh-Hans"), ("海带", "zh-Hans"))

    assert preferred(kelp, Kelp=1) == {"en": "Kelp"}
    assert preferred(kelp, 海带=1) == {"en": "Kelp", "zh-Hans": "海带"}
    merged, others = choose_labels(Counter({("Kelp", "en"): 1}), [("一带", "zh-Hans"), ("海带", "zh-Hans")])
    assert (merged, others) == ([("Kelp", "en")], [("一带", "zh-Hans"), ("海带", "zh-Hans")])


def test_a_name_taken_away_or_given_by_a_person_counts():
    assert preferred(entity("nimbra", ("远岚公司", "zh-Hans")), 远岚公司=1)["zh-Hans"] == "远岚公司"
    assert preferred(entity("kelp", ("昆布", "zh-Hans")))["zh-Hans"] == "昆布"
    assert preferred(entity("nimbra", ("Nimbra", "en"), name="Nimbra Two"))["en"] == "Nimbra Two"


def test_every_row_of_the_lexicon_is_read_once():
    assert len(load_entries()) > 1000
    assert load_entries() is load_entries()
    assert [key for key, row in load_entries().items() if row.id != key] == []
