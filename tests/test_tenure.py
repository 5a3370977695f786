"""Since when and until when somebody works somewhere: read where the sentence leaves no choice, else not at all."""

from __future__ import annotations

import hashlib
import re

import pytest

from aigraph.literals.dates import find_dates
from aigraph.model import Analysis, Block, Document
from aigraph.relate.candidates import Candidate
from aigraph.relate.context import Site, Slot
from aigraph.relate.qualify import qualifiers_of
from aigraph.relate.when import held_at
from aigraph.text.normalise import normalise

NAME = re.compile(r"\[([^\]|]+)\|([PO])(!?)\]")


def said(marked: str) -> dict[str, str]:
    """When the first person of a sentence with marked names works for the employer (of several, the one with `!`)."""
    return held_at(*sentence_of(marked))


def sentence_of(marked: str) -> tuple[Analysis, str, Candidate]:
    text, slots, at = "", [], 0
    for found in NAME.finditer(marked):
        text += marked[at : found.start()]
        kind = "Person" if found[2] == "P" else "Organization"
        slots.append((len(text), len(text) + len(found[1]), kind, found[1], found[3]))
        text, at = text + found[1], found.end()
    text += marked[at:]
    norm = normalise(text)
    names = [(Slot(start, end, kind, name), mark) for start, end, kind, name, mark in slots]
    site = Site(0, 0, len(text), Block(0, "paragraph", 0, len(text)))
    site.slots = [slot for slot, _ in names]
    site.slots += [Slot(d.start, d.end, "date", None, d) for d in find_dates(norm, anchor="2025-06-01")]
    site.slots.sort(key=lambda slot: slot.start)
    person = next(slot for slot, _ in names if slot.type == "Person")
    orgs = [(slot, mark) for slot, mark in names if slot.type == "Organization"]
    employer = next((slot for slot, mark in orgs if mark), orgs[0][0])
    state = Analysis(Document("d", "d", text, hashlib.sha256(text.encode()).hexdigest()), norm=norm)
    candidate = Candidate(person, employer, site, ("worksFor",), [], "", 0, True, 0, {})
    return state, "worksFor", candidate


@pytest.mark.parametrize(
    ("sentence", "end"),
    [
        ("[Ana Roe|P] left [Nimbra|O] in September 2024.", "2024-09"),
        ("[Ana Roe|P] left [Nimbra|O] on January 15, 2025.", "2025-01-15"),
        ("In May 2024, [Ana Roe|P] resigned as CTO of [Nimbra|O].", "2024-05"),
        ("[Ana Roe|P], the CTO of [Nimbra|O], stepped down in May 2024.", "2024-05"),
        ("[Ana Roe|P], formerly of [Kelp|O], left [Nimbra|O!] in May 2024.", "2024-05"),
        ("[Ana Roe|P] was CEO of [Nimbra|O] until May 2024.", "2024-05"),
        ("[王强|P]于2024年5月离开[远岚|O]。", "2024-05"),
        ("2024年5月，[王强|P]从[远岚|O]离职。", "2024-05"),
        ("[远岚|O]CTO[王强|P]2024年5月卸任。", "2024-05"),
        ("[王强|P]任[远岚|O]CEO，直到2024年5月。", "2024-05"),
    ],
)
def test_the_date_of_leaving_is_the_end(sentence: str, end: str):
    assert said(sentence) == {"until": end}


@pytest.mark.parametrize(
    ("sentence", "begin"),
    [
        ("[Ana Roe|P] joined [Nimbra|O] in March 2020.", "2020-03"),
        ("[Nimbra|O] appointed [Ana Roe|P] chief executive in March 2020.", "2020-03"),
        ("[Ana Roe|P] was appointed CTO of [Nimbra|O] in March 2020.", "2020-03"),
        ("[Ana Roe|P] has been CEO of [Nimbra|O] since 2020.", "2020"),
        ("2020年3月，[王强|P]加入[远岚|O]。", "2020-03"),
        ("[远岚|O]于2020年3月任命[王强|P]为CTO。", "2020-03"),
        ("[王强|P]自2020年3月起担任[远岚|O]CTO。", "2020-03"),
    ],
)
def test_the_date_of_joining_is_the_beginning(sentence: str, begin: str):
    assert said(sentence) == {"from": begin}


@pytest.mark.parametrize(
    ("sentence", "begin", "end"),
    [
        ("[Ana Roe|P] was CTO of [Nimbra|O] from March 2020 until May 2022.", "2020-03", "2022-05"),
        ("[Ana Roe|P] was CEO of [Nimbra|O] from January 2000 to February 2014.", "2000-01", "2014-02"),
        ("[王强|P]自2020年3月至2022年5月任[远岚|O]CTO。", "2020-03", "2022-05"),
        ("[王强|P]自2020年3月起至2022年5月任[远岚|O]CTO。", "2020-03", "2022-05"),
        ("From March 2020 until May 2022, [Ana Roe|P] was CTO of [Nimbra|O].", "2020-03", "2022-05"),
        ("2019年至2023年，[王强|P]任[远岚|O]CEO。", "2019", "2023"),
    ],
)
def test_a_stretch_has_both_ends(sentence: str, begin: str, end: str):
    assert said(sentence) == {"from": begin, "until": end}


@pytest.mark.parametrize(
    "sentence",
    [
        "[Ana Roe|P] left [Nimbra|O] in May 2024 and [Ben Low|P] left too.",
        "[Ana Roe|P] left [Nimbra|O] in May 2024 and came back in June 2025.",
        "[Ana Roe|P] left [Nimbra|O] to join [Kelp|O] in May 2024.",
        "[Ana Roe|P], formerly of [Nimbra|O!], left [Kelp|O] in May 2024.",
        "In May 2024, [Ana Roe|P], who left [Nimbra|O], founded a company.",
        "[Ana Roe|P] left [Nimbra|O!] to start [Kelp|O] in May 2024.",
        "[Ana Roe|P] said [Nimbra|O] left the alliance in May 2024.",
        "[Nimbra|O] joined the alliance in May 2024, said [Ana Roe|P].",
        "[Nimbra|O] joined forces with [Ana Roe|P] in May 2024.",
        "[Ana Roe|P] did not leave [Nimbra|O] in May 2024; she never left.",
        "It was not until May 2024 that [Ana Roe|P] spoke for [Nimbra|O].",
        "After leaving [Nimbra|O], [Ana Roe|P] founded a company in May 2024.",
        "Former [Nimbra|O] CTO [Ana Roe|P] founded a company in May 2024.",
        "[Ana Roe|P] worked at [Nimbra|O!], and from 2019 to 2023 was CTO of [Kelp|O].",
        "[Ana Roe|P], who joined from [Nimbra|O] in May 2024, spoke.",
        "[Ana Roe|P] joined in May 2024 from [Nimbra|O].",
        "[Ana Roe|P] became chief executive in May 2024 after a career at [Nimbra|O].",
        "[Ana Roe|P], finance director (since 2023, from [Nimbra|O]).",
        "The paper, out since May 2024, is by [Ana Roe|P] of [Nimbra|O].",
        "The fair goes on until May 2024, when [Ana Roe|P] of [Nimbra|O] speaks.",
        "[Ana Roe|P] stepped down in May 2024 to return to teaching at [Nimbra|O].",
        "[Ana Roe|P], who shaped the group until 2023 and has her chair at [Nimbra|O], spoke.",
        "[Ana Roe|P], who went to [Nimbra|O], learned a lot, and in 2024 joined the league, spoke.",
        "He fishes from May to July, and [Ana Roe|P] lectures at [Nimbra|O].",
        "2024年5月[王强|P]离职，去了[远岚|O]。",
        "[远岚|O]发言人[王强|P]称，2024年一季度会试装新版。",
        "[远岚|O]发言人[王强|P]步出会场，2026至2028年经费已获核定。",
        "[王强|P]和[远岚|O]从2024年5月起试用两台机器。",
        "[王强|P]离开[远岚|O]后，于2024年5月创业。",
        "据[王强|P]介绍，[远岚|O]2024年5月加入联盟。",
        "2024年5月，有媒体报道[王强|P]离开[远岚|O]。",
        "2024年5月，[远岚|O]CEO[王强|P]发布了新模型。",
    ],
)
def test_nothing_is_read_where_there_is_a_choice(sentence: str):
    assert said(sentence) == {}


def test_a_lone_beginning_is_not_that_of_an_office_told_as_former():
    state, predicate, candidate = sentence_of("[Ana Roe|P] once led [Nimbra|O] and joined the board in May 2024.")

    assert held_at(state, predicate, candidate) == {"from": "2024-05"}
    assert dict(qualifiers_of(state, predicate, candidate)) == {"former": True}
