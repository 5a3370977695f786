"""When a fact holds: only what its own sentence says, of one date, where the ontology allows it."""

from __future__ import annotations

import hashlib

import pytest

from aigraph.model import Analysis, Block, Document, Literal
from aigraph.relate.candidates import Candidate
from aigraph.relate.context import Site, Slot
from aigraph.relate.when import held_at
from aigraph.text.normalise import normalise


def held(text: str, predicate: str, *dates: tuple[str, str, str | None], role: str = "", own: str | None = None):
    """What `held_at` finds in a sentence; dates are (words, ISO date, ISO end or None), `own` the fact's own date."""
    document = Document("d", "d", text, hashlib.sha256(text.encode()).hexdigest())
    state = Analysis(document, norm=normalise(text))
    site = Site(0, 0, len(text), Block(0, "paragraph", 0, len(text)))
    subject = Slot(0, 1, "Person" if predicate == "worksFor" else "Organization", "a")
    target = Slot(1, 2, "Organization", "b")
    site.slots += [subject, target]
    for words, value, end in dates:
        start = text.index(words)
        low, high = (value, end) if end else (None, None)
        literal = Literal(start, start + len(words), "date", value, low=low, high=high)
        slot = Slot(start, start + len(words), "date", None, literal)
        site.slots.append(slot)
        if value == own:
            target = slot
    candidate = Candidate(subject, target, site, (predicate,), [], role, 0, True, 0, {})
    return held_at(state, predicate, candidate)


MAY = ("2024年5月", "2024-05", None)


def test_the_one_date_of_the_sentence_is_the_point_in_time():
    assert held("2024年5月，红杉投资了远岚。", "investedIn", MAY) == {"pointInTime": "2024-05"}
    assert held("In May 2024 Alpha backed Nimbra.", "investedIn", ("May 2024", "2024-05", None)) == {
        "pointInTime": "2024-05"
    }


def test_a_stretch_of_time_is_a_beginning_and_an_end_where_these_are_allowed():
    years = ("2019年至2023年", "2019", "2023")

    assert held("2019年至2023年，沈予安任远岚 CEO。", "worksFor", years) == {"from": "2019", "until": "2023"}
    assert held("2019年至2023年，红杉投资了远岚。", "investedIn", years) == {}


@pytest.mark.parametrize(
    ("text", "predicate", "dates", "role"),
    [
        ("2024年5月，红杉投资了远岚，2025年追加。", "investedIn", (MAY, ("2025年", "2025", None)), ""),
        ("红杉投资了远岚。", "investedIn", (), ""),
        ("2024年5月，他说。", "investedIn", (MAY,), "prev"),
        ("2024年5月有媒体报道称红杉投资了远岚。", "investedIn", (MAY,), ""),
        ("2024年5月，远岚发布了 Lumo。", "developedBy", (MAY,), ""),
        ("2024年5月，沈予安任远岚 CEO。", "worksFor", (MAY,), ""),
    ],
    ids=["two dates", "no date", "a side from another sentence", "a report's date", "not allowed", "no point allowed"],
)
def test_nothing_is_said_where_it_is_not_sure(text, predicate, dates, role):
    assert held(text, predicate, *dates, role=role) == {}


def test_the_fact_s_own_date_is_not_when_it_holds():
    assert held("2024年5月，远岚成立。", "investedIn", MAY, own="2024-05") == {}
    assert held("5 月说 2024年5月。", "investedIn", MAY, ("5 月", "2025-05", None), own="2025-05") == {
        "pointInTime": "2024-05"
    }
