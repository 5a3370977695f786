"""Events: who takes part in what and when, several sentences of one event joined, different ones kept apart."""

import pytest
from tests.made_analysis import linked
from tests.made_judged import judged

from aigraph.model import Analysis, Evidence, Statement
from aigraph.relate.happenings import Draft, _joined, events_of

ORG, MODEL = "Organization", "Model"


def made(text: str, *names: tuple[str, str], literals: bool = True) -> Analysis:
    return linked(text, names, literals=literals, date="2025-08-27")


def quote(state: Analysis, words: str) -> tuple[Evidence, ...]:
    start = state.text.index(words)
    return (Evidence(state.document.id, start, start + len(words), words, "by hand", 0.9),)


def say(state: Analysis, words: str, subject: str, predicate: str, obj: str, **more: object) -> Statement:
    return Statement(subject, predicate, obj, predicate == "releaseDate", quote(state, words), confidence=0.8, **more)  # type: ignore[arg-type]


class TestNamed:
    TEXT = "Starworks 于 2025 年 8 月 20 日发布 Lumen-2。"
    NAMES = (("Starworks", ORG), ("Lumen-2", MODEL))

    def test_the_participants_of_one_sentence_are_one_event(self):
        state = made(self.TEXT, *self.NAMES)
        facts = [judged(state, "event.Release", n, probability=p) for n, p in (("Starworks", 0.7), ("Lumen-2", 0.9))]
        (event,) = events_of(state, facts, [], 0.5)
        assert event.type == "Release" and event.participants == ("model-lumen2", "organization-starworks")
        assert event.confidence == 0.9
        assert event.evidence[0].exact == self.TEXT

    def test_its_date_is_the_likeliest_of_its_sentence(self):
        state = made(self.TEXT, *self.NAMES)
        facts = [judged(state, "event.Release", "Lumen-2"), judged(state, "on.date", "Lumen-2", "2025")]
        (event,) = events_of(state, facts, [], 0.5)
        assert event.date == "2025-08-20"

    def test_the_one_date_that_its_sentence_says_is_its_own(self):
        state = made(self.TEXT, *self.NAMES)
        (event,) = events_of(state, [judged(state, "event.Release", "Lumen-2")], [], 0.5)
        assert event.date == "2025-08-20"

    @pytest.mark.parametrize(
        "text",
        [
            "Starworks 发布 Lumen-2。2025 年 8 月 20 日，会议召开。",
            "Starworks 于 2024 年成立，2025 年 8 月发布 Lumen-2。",
        ],
    )
    def test_without_a_date_or_with_several_there_is_none(self, text):
        state = made(text, *self.NAMES)
        (event,) = events_of(state, [judged(state, "event.Release", "Lumen-2")], [], 0.5)
        assert event.date is None

    def test_what_is_below_its_threshold_takes_no_part(self):
        state = made(self.TEXT, *self.NAMES)
        facts = [judged(state, "event.Release", n, probability=p) for n, p in (("Starworks", 0.4), ("Lumen-2", 0.9))]
        (event,) = events_of(state, facts, [], 0.5)
        assert event.participants == ("model-lumen2",)

    def test_the_maker_of_what_is_released_takes_part(self):
        state = made("Lumen-2 于今日发布。它由 Starworks 研发。", *self.NAMES)
        maker = say(state, "它由 Starworks 研发。", "model-lumen2", "developedBy", "organization-starworks")
        (event,) = events_of(state, [judged(state, "event.Release", "Lumen-2")], [maker], 0.5)
        assert "organization-starworks" in event.participants

    def test_a_denied_maker_does_not(self):
        state = made("Lumen-2 于今日发布。它并非由 Starworks 研发。", *self.NAMES)
        maker = say(
            state,
            "它并非由 Starworks 研发。",
            "model-lumen2",
            "developedBy",
            "organization-starworks",
            polarity="negated",
        )
        (event,) = events_of(state, [judged(state, "event.Release", "Lumen-2")], [maker], 0.5)
        assert event.participants == ("model-lumen2",)

    def test_a_plan_that_both_readers_see_is_a_plan(self):
        state = made("Starworks 计划发布 Lumen-2。", *self.NAMES)
        (event,) = events_of(state, [judged(state, "event.Release", "Lumen-2", unstated=2.0)], [], 0.5)
        assert event.polarity == "planned"

    def test_a_conference_is_named_by_its_participant_of_that_type(self):
        state = made("Starworks 亮相 Cedar Summit。", ("Starworks", ORG), ("Cedar Summit", "Event"))
        facts = [judged(state, "event.Conference", n) for n in ("Starworks", "Cedar Summit")]
        (event,) = events_of(state, facts, [], 0.5)
        assert (event.name, event.entity) == ("Cedar Summit", "event-cedarsummit")
        assert event.participants == ("organization-starworks",)


class TestTraced:
    TEXT = "Oakline 投资 Starworks。\n\nStarworks 收购 Mossfield。\n"
    NAMES = (("Oakline", ORG), ("Starworks", ORG), ("Mossfield", ORG))

    @pytest.mark.parametrize(("predicate", "kind"), [("investedIn", "Funding"), ("acquired", "Acquisition")])
    def test_a_fact_that_is_an_event(self, predicate, kind):
        state = made(self.TEXT, *self.NAMES)
        s = say(state, "Oakline 投资 Starworks。", "organization-oakline", predicate, "organization-starworks")
        (event,) = events_of(state, [], [s], 0.5)
        assert event.type == kind
        assert event.participants == ("organization-oakline", "organization-starworks")
        assert event.evidence == s.evidence

    def test_a_release_date_is_a_release(self):
        state = made("Lumen-2 于 2025 年 8 月发布。", ("Lumen-2", MODEL))
        s = say(state, "Lumen-2 于 2025 年 8 月发布。", "model-lumen2", "releaseDate", "2025-08")
        (event,) = events_of(state, [], [s], 0.5)
        assert (event.type, event.date, event.participants) == ("Release", "2025-08", ("model-lumen2",))

    @pytest.mark.parametrize("polarity", ["negated", "planned", "hypothetical"])
    def test_what_is_not_stated_leaves_no_trace(self, polarity):
        state = made(self.TEXT, *self.NAMES)
        s = say(
            state,
            "Oakline 投资 Starworks。",
            "organization-oakline",
            "investedIn",
            "organization-starworks",
            polarity=polarity,
        )
        assert events_of(state, [], [s], 0.5) == []

    def test_two_investors_of_one_firm_are_one_round(self):
        state = made("Oakline 与 Mossfield 投资 Starworks。", *self.NAMES)
        words = "Oakline 与 Mossfield 投资 Starworks。"
        both = [
            say(state, words, f"organization-{n}", "investedIn", "organization-starworks")
            for n in ("oakline", "mossfield")
        ]
        (event,) = events_of(state, [], both, 0.5)
        assert len(event.participants) == 3

    def test_events_come_in_text_order_and_the_same_every_time(self):
        state = made(self.TEXT, *self.NAMES)
        facts = [
            say(state, "Starworks 收购 Mossfield。", "organization-starworks", "acquired", "organization-mossfield"),
            say(state, "Oakline 投资 Starworks。", "organization-oakline", "investedIn", "organization-starworks"),
        ]
        first, second = events_of(state, [], facts, 0.5), events_of(state, [], facts[::-1], 0.5)
        assert [e.type for e in first] == ["Funding", "Acquisition"]
        assert first == second


class TestJoining:
    def draft(
        self, *who: str, date: str | None = None, start: int = 0, status: str = "asserted", main: str = ""
    ) -> Draft:
        evidence = [Evidence("d", start, start + 1, "x", "r", 0.9)]
        return Draft("Funding", start, 0, start, dict.fromkeys(who, 0.5), evidence, date, status, set(main.split()))

    def number(self, *drafts: Draft) -> int:
        return len(_joined(drafts))

    def test_one_main_participant_and_no_other_date(self):
        assert self.number(self.draft("a", "c", main="c"), self.draft("b", "c", start=9, main="c")) == 1

    def test_other_dates_are_other_events(self):
        pair = self.draft("a", "c", date="2024", main="c"), self.draft("b", "c", date="2025", start=9, main="c")
        assert self.number(*pair) == 2

    def test_another_main_participant_is_another_event(self):
        assert self.number(self.draft("a", "c", main="c"), self.draft("a", "d", start=9, main="d")) == 2

    def test_a_plan_and_a_fact_are_two(self):
        assert self.number(self.draft("c", main="c"), self.draft("c", start=9, status="planned", main="c")) == 2

    def test_the_date_of_one_is_the_date_of_both(self):
        (event,) = _joined([self.draft("c", main="c"), self.draft("c", date="2025", start=9, main="c")])
        assert event.date == "2025" and len(event.evidence) == 2
