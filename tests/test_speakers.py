"""Who says so: the speaker of an interview's turn stands on the passage, is read back, and is named in reports."""

from __future__ import annotations

from dataclasses import replace

from tests.made_history import SPRING, WINTER, price, told

from aigraph.ask.facts import read_facts
from aigraph.ask.names import Names
from aigraph.claims.chronicle import timeline
from aigraph.claims.conflicts import conflicts
from aigraph.graph.speakers import Speakers
from aigraph.model import Block, Extraction
from aigraph.storage.store import GraphStore


def interview() -> Extraction:
    """Two turns that give two prices: by a person the graph knows, and by one it does not."""
    made = told("talk.txt", "2025-02-01", ("It costs $3, I think.", price(3)), ("No, $2.", price(2)), names="ann")
    text = made.document.text
    cut = text.index("No")
    turns = (Block(0, "turn", 0, cut, speaker="李安"), Block(1, "turn", cut, len(text) - 4, speaker="Reporter"))
    return replace(made, blocks=turns)


def test_a_speaker_is_a_known_person_or_the_label_as_written():
    talk = Speakers(interview())

    assert talk.at(0) == ("ann", True)
    assert talk.at(interview().document.text.index("No")) == ("Reporter", False)
    assert talk.at(len(interview().document.text) - 1) is None
    assert Speakers(SPRING).at(0) is None


def test_a_name_of_two_persons_stays_a_label():
    doubled = interview()
    twin = replace(doubled.entities[0], id="another-ann", name="李安")

    assert Speakers(replace(doubled, entities=(*doubled.entities, twin))).at(0) == ("李安", False)


def test_the_passage_has_its_speaker_and_reports_name_both():
    store = GraphStore.build([interview(), WINTER])

    spoken = {(fact.object, source.speaker) for fact in read_facts(store.inner).facts for source in fact.sources}
    assert {(3, "ann"), (2, "Reporter"), (1.5, None)} <= spoken
    sides = {p.value: p.said_by for p in conflicts(store.inner, Names(store.inner).find("Ostrel"), lang="en")}
    assert sides == {
        "3 USD": ("Ann Lee (talk.txt)",), "2 USD": ("Reporter (talk.txt)",), "1.5 USD": ("winter.txt",),
    }  # fmt: skip
    (entry,) = [e for e in timeline(store.inner, Names(store.inner).find("Ostrel"), lang="zh") if e.what == "3 USD"]
    assert entry.said_by == ("李安（talk.txt）",)
