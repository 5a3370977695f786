"""Wordings against their own examples, and the engine's promises: nearest mention, clause borders, bounded length."""

from __future__ import annotations

import re
from typing import Any

import pytest

from aigraph.errors import OntologyError
from aigraph.relate import wording
from aigraph.relate.patterns import PatternHit, PatternSet, Slot, compile_patterns
from aigraph.schema import FigureType, RelationType, Wording, load_schema

SCHEMA = load_schema()
PATTERNS = compile_patterns(SCHEMA)
TERMS: list[RelationType | FigureType] = [*SCHEMA.relations.values(), *SCHEMA.figures.values()]
MARKED = re.compile(r"\[([^\[\]|]+)\|([A-Za-z]+)\|([so]?)\]")

EXAMPLES = [(t, w, e) for t in TERMS for w in t.wordings for e in w.examples]
COUNTER_EXAMPLES = [(t, w, e) for t in TERMS for w in t.wordings for e in w.counter_examples]


def build(marked: str) -> tuple[str, list[Slot]]:
    """The plain sentence and its slots; keys are "s", "o" or a number."""
    text, slots, at = "", [], 0
    for found in MARKED.finditer(marked):
        text += marked[at : found.start()]
        kind = found[2] if found[2][0].isupper() else f"literal:{found[2]}"
        key = found[3] or str(len(slots))
        slots.append(Slot(len(text), len(text) + len(found[1]), kind, key))
        text += found[1]
        at = found.end()
    return text + marked[at:], slots


def run(marked: str, lang: str, patterns: PatternSet = PATTERNS) -> list[PatternHit]:
    """Hits over the whole marked sentence."""
    text, slots = build(marked)
    return patterns.match(text, 0, len(text), lang, slots)


def ids(cases: list[tuple[RelationType | FigureType, Wording, str]]) -> list[str]:
    """Readable case names."""
    return [f"{w.id}-{i}" for i, (_, w, _) in enumerate(cases)]


@pytest.mark.parametrize(("term", "one", "example"), EXAMPLES, ids=ids(EXAMPLES))
def test_example_is_read(term: RelationType | FigureType, one: Wording, example: str) -> None:
    """Each example gives its fact, and the wording it stands at is one that matches it."""
    text, slots = build(example)
    pairs = {(h.predicate, h.subject_key, h.object_key) for h in run(example, one.lang)}
    own = PATTERNS.run_one(one.id, text, 0, len(text), slots)

    assert (term.name, "s", "o") in pairs or getattr(term, "symmetric", False) and (term.name, "o", "s") in pairs
    assert ("s", "o") in {(h.subject_key, h.object_key) for h in own}


@pytest.mark.parametrize(("term", "one", "example"), COUNTER_EXAMPLES, ids=ids(COUNTER_EXAMPLES))
def test_counter_example_is_not_read(term: RelationType | FigureType, one: Wording, example: str) -> None:
    """No wording of the same property reads the pair of a counter-example."""
    hits = [h for h in run(example, one.lang) if h.predicate == term.name]

    assert not [h for h in hits if {h.subject_key, h.object_key} == {"s", "o"}]


@pytest.mark.parametrize("term", TERMS, ids=lambda t: t.name)
def test_each_property_has_wordings_and_a_counter_example_per_language(term: RelationType | FigureType) -> None:
    """No property is worded in one language only, and each language has a near miss to guard against."""
    for lang in ("zh", "en"):
        mine = [w for w in term.wordings if w.lang == lang]

        assert mine
        assert any(w.counter_examples for w in mine)


def test_lists_give_every_pair() -> None:
    """A coordinated subject and object list multiply out."""
    subjects = "[甲司|Organization|]和[乙司|Organization|]"
    hits = run(subjects + "联合发布了 [Foo-1|Model|]、[Foo-2|Model|] 和全新的 [Bar|Model|]", "zh")
    pairs = {(h.subject_key, h.object_key) for h in hits if h.predicate == "developedBy"}

    assert pairs == {(s, o) for s in ("2", "3", "4") for o in ("0", "1")}


def test_bracket_after_a_name_is_not_a_member() -> None:
    """The other name in an apposition bracket is passed over, and the facts of the first are kept."""
    hits = run("[甲司|Organization|o]（[Alpha|Organization|]）发布 [Foo-1|Model|s]", "zh-Hans")

    assert {(h.subject_key, h.object_key) for h in hits if h.predicate == "developedBy"} == {("s", "o")}


def test_nearest_mention_wins() -> None:
    """A gap never passes a mention of the template's own classes."""
    hits = run("[甲司|Organization|]投资的[乙司|Organization|o]今天发布了 [Foo-1|Model|s]", "zh-Hans")

    assert {h.object_key for h in hits if h.predicate == "developedBy"} == {"o"}


@pytest.mark.parametrize("sign", ["。", "！", "？", "；"])
def test_no_hit_across_a_clause_border(sign: str) -> None:
    """Sentence and clause signs stop every gap."""
    assert not run(f"[甲司|Organization|o]今天{sign}发布了 [Foo-1|Model|s]", "zh-Hans")


def test_name_that_hangs_on_a_preposition_is_no_subject_past_the_comma() -> None:
    """In "built on A, beats B" it is not A that beats B."""
    hits = run("以 [Foo-1|Model|] 为底座，大幅超越 [Bar|Model|]", "zh-Hans")

    assert not [h for h in hits if h.predicate == "outperforms"]


def test_later_clause_keeps_its_subject() -> None:
    """An object of an earlier clause is passed over, whether of the same class or of another."""
    same = run("[Foo|Hardware|] 搭载 [Bar|Hardware|]，功耗 [400W|power|]", "zh-Hans")
    other = run("[沈予安|Person|]曾任[甲司|Organization|]顾问，后来创办[乙司|Organization|]", "zh-Hans")

    assert {(h.subject_key, h.object_key) for h in same if h.predicate == "power"} == {("0", "2")}
    assert ("0", "2") in {(h.subject_key, h.object_key) for h in other if h.predicate == "founderOf"}


def test_empty_slot_stands_for_a_carried_subject() -> None:
    """A subject known from elsewhere can be put in as a slot without characters."""
    text = "CEO 沈予安表示满意"
    slots = [Slot(0, 0, "Company", "org"), Slot(4, 7, "Person", "person")]
    hits = PATTERNS.match(text, 0, len(text), "zh-Hans", slots)

    assert [(h.predicate, h.subject_key, h.object_key) for h in hits] == [("worksFor", "person", "org")]


def test_offsets_point_into_the_document() -> None:
    """start and end enclose both mentions, in offsets of the text given, whatever was folded or dropped."""
    text = "前文。“甲司”　发布了《Foo-1》！"
    slots = [Slot(4, 6, "Organization", "o"), Slot(12, 17, "Model", "s")]
    (hit,) = PATTERNS.match(text, 3, len(text), "zh-Hant", slots)

    assert text[4:6] == "甲司"
    assert text[12:17] == "Foo-1"
    assert (hit.start, hit.end) == (4, 17)


def test_hits_are_the_same_every_time() -> None:
    """Order and content do not depend on hashing."""
    marked = "[甲司|Organization|]与[乙司|Organization|]合作，[甲司|Organization|]发布 [Foo-1|Model|]"

    assert run(marked, "zh") == run(marked, "zh")
    assert [h.start for h in run(marked, "zh")] == sorted(h.start for h in run(marked, "zh"))


@pytest.mark.parametrize("template", ["{s}.*{o}", "{s}a+{o}", "({s}|x){2}{o}", "{s}{s}{o}", "{s}", "{s}(a{o}"])
def test_templates_outside_the_language_are_refused(template: str) -> None:
    """Unbounded or repeated parts, missing or doubled slots and open brackets are errors, not slow patterns."""
    with pytest.raises(OntologyError):
        wording.parse_template(template)


@pytest.mark.parametrize("one", PATTERNS.templates, ids=lambda t: t.wording.id)
def test_expression_is_bounded(one: Any) -> None:
    """Linear by structure: each expression matches a limited number of characters, none repeats a repeat."""
    source = one.source
    widest = one.regex.pattern
    outside = re.sub(r"\[[^\]]*\]|\\.", "x", source)

    assert widest == source
    assert not re.search(r"[*+]", outside)
    assert len(re.findall(r"\{0,60\}|\{0,25\}", outside)) <= 2 * wording.MAX_GAPS
    assert not re.search(r"\{0,\d+\}(?:\)\??)*\{0,", outside)


def test_long_adversarial_sentence_is_read() -> None:
    """20,000 characters of names and verbs without a border are one pass, not a power of it."""
    unit = "[甲司|Organization|]发布使用采用"
    text, slots = build(unit * 2500)
    hits = PATTERNS.match(text, 0, len(text), "zh-Hans", slots)

    assert len(text) >= 20_000
    assert {h.predicate for h in hits} <= set(SCHEMA.relations)
