"""Which value holds when, which one stands, and by which rule: on facts made by hand."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from aigraph.ask.facts import Article, Fact, Source
from aigraph.claims.agreement import agree, later, reach, vaguer
from aigraph.claims.history import Series, histories

DATES = {"jan": "2025-01-10", "mar": "2025-03-02", "jun": "2025-06-20", "year": "2025", "old": "2024-02", "none": None}
ARTICLES = {f"doc/{name}": Article(f"doc/{name}", name, date) for name, date in DATES.items()}
ARTICLES |= {f"doc/{name}2": Article(f"doc/{name}2", name, date) for name, date in DATES.items()}


def fact(value: Any, /, *documents: str, of: str = "m", predicate: str = "price", polarity: str = "asserted",
         confidence: float = 0.9, quote: str = "", is_figure: bool = True, **said: Any) -> Fact:  # fmt: skip
    sources = tuple(Source(f"doc/{d}", quote or f"{d} says {value}", 0, 9) for d in documents)
    label = f"statement/{value}-{'-'.join(documents)}-{polarity}-{sorted(said.items())}"
    return Fact(label, of, predicate, value, is_figure, tuple(sorted(said.items())), polarity, confidence, sources)


def one(*facts: Fact) -> Series:
    """The only series of these facts, the same in whatever order they come."""
    found = histories(facts, ARTICLES)
    for order in itertools.islice(itertools.permutations(facts), 24):
        assert histories(order, ARTICLES) == found
    (series,) = found
    return series


def ranks(series: Series) -> list[tuple[Any, str, tuple[str, ...]]]:
    return [(claim.value, claim.rank, claim.why) for claim in series.claims]


class TestDates:
    @pytest.mark.parametrize(
        ("new", "old", "answer"),
        [("2025-07", "2025-06-30", True), ("2025-06-30", "2025-07", False), ("2025-06", "2025", False),
         ("2025", "2025-06", False), (None, "2025", False), ("2025", None, False), ("2026", "2025-12-31", True)],
    )  # fmt: skip
    def test_a_date_is_later_only_where_it_surely_is(self, new, old, answer):
        assert later(new, old) is answer


class TestAgreement:
    @pytest.mark.parametrize(
        ("a", "b", "answer"),
        [
            ((671, {}), (670, {"modifier": "about"}), True),
            ((671, {}), (680, {"modifier": "about"}), False),
            ((671, {}), (600, {"modifier": "over"}), True),
            ((671, {}), (700, {"modifier": "over"}), False),
            ((671, {}), (700, {"modifier": "up-to"}), True),
            ((5, {}), (4, {"high": 8, "low": 4}), True),
            ((671, {}), (671.03, {}), True),
            ((2, {}), (1.75, {}), False),
            (("2025-01", {}), ("2025-01-20", {}), True),
            (("2025-01", {}), ("2025-02-20", {}), False),
            (("Apache-2.0", {}), ("apache 2.0", {}), True),
            (("MIT", {}), ("Apache-2.0", {}), False),
            ((True, {}), (1.5, {}), False),
        ],
    )
    def test_values_contradict_each_other_only_as_exactly_as_they_are_said(self, a, b, answer):
        assert agree(*a, *b) is answer
        assert agree(*b, *a) is answer

    def test_the_reach_of_a_number_follows_its_digits_and_modifier(self):
        assert reach(670, {"modifier": "about"}) == (665, 675)
        assert reach(0.5, {}) == (0.5, 0.5)
        assert vaguer("2025", {}, "2025-01", {}) and not vaguer("2025-01", {}, "2025", {})


class TestOneAtATime:
    def test_a_later_value_closes_the_earlier_and_keeps_it(self):
        series = one(fact(2, "jan"), fact(1, "mar"))

        assert ranks(series) == [(1, "preferred", ("newer",)), (2, "normal", ("closed",))]
        old = series.claims[1]
        assert (old.open, old.closed, old.spells) == (False, "2025-03-02", (("2025-01-10", "2025-03-02"),))
        assert old.closed_by == series.claims[0].facts[0]
        assert not series.disputed

    def test_a_value_that_comes_back_holds_twice(self):
        series = one(fact(2, "jan", "jun"), fact(1, "mar"))

        assert series.claims[0].value == 2
        assert series.claims[0].spells == (("2025-01-10", "2025-03-02"), ("2025-06-20", None))
        assert series.claims[1].closed == "2025-06-20"

    def test_a_stated_time_goes_before_that_of_the_document(self):
        series = one(fact(2, "jan"), fact(1, "jun", pointInTime="2024"))

        assert [claim.value for claim in series.claims] == [2, 1]
        assert series.claims[1].closed == "2025-01-10"
        assert series.claims[1].sayings[0].stated

    def test_a_stated_end_closes_without_a_successor(self):
        series = one(fact(2, "jan", until="2025-02"))

        assert ranks(series) == [(2, "normal", ("ended",))]
        assert (series.claims[0].closed, series.claims[0].closed_by) == ("2025-02", None)

    def test_a_stretch_that_is_told_of_later_is_over_and_closes_nobody(self):
        office = {"of": "bo", "predicate": "worksFor", "is_figure": False, "role": "CEO"}
        heir = fact("nimbra", "mar", **office)
        for said in ({"until": "2024-05"}, {"until": "2024-05", "former": True}):
            series = one(heir, fact("nimbra", "jun", **{**office, "of": "ann"}, **said))
            assert ranks(series) == [("bo", "preferred", ("newer",)), ("ann", "normal", ("ended",))]
            assert (series.claims[1].closed, series.claims[1].spells) == ("2024-05", ())
            assert not series.disputed
        for said in ({}, {"former": True}):
            stretch = {"from": "2000-01", "until": "2014-02", **said}
            series = one(heir, fact("nimbra", "jun", **{**office, "of": "ann"}, **stretch))
            assert series.claims[1].spells == (("2000-01", "2014-02"),)
            assert (series.claims[1].why, series.claims[1].closed) == (("ended",), "2014-02")

    def test_what_one_says_of_an_end_closes_what_others_said_before(self):
        office = {"predicate": "worksFor", "is_figure": False, "role": "CEO"}
        series = one(
            fact("nimbra", "old", of="ann", **office),
            fact("nimbra", "jun", of="ann", former=True, until="2024-09", **office),
        )
        assert (series.claims[0].open, series.claims[0].spells) == (False, (("2024-02", "2024-09"),))

    def test_values_of_other_conditions_stand_beside_each_other(self):
        facts = [fact(2, "jan", per="month"), fact(1, "mar", per="year"), fact(9, "mar", currency="USD")]
        found = histories(facts, ARTICLES)

        assert [series.keys for series in found] == [(("currency", "USD"),), (("per", "month"),), (("per", "year"),)]
        assert all(series.claims[0].rank == "preferred" for series in found)

    def test_a_rumour_closes_nothing_that_is_stated(self):
        series = one(fact(2, "jan"), fact(1, "mar", polarity="reported"))

        assert ranks(series) == [(2, "preferred", ("stated",)), (1, "normal", ("stated",))]

    def test_what_has_no_date_closes_nothing_and_is_not_closed(self):
        series = one(fact(2, "none"), fact(1, "mar", "mar2"))

        assert series.disputed
        assert ranks(series) == [(1, "preferred", ("documents",)), (2, "normal", ("documents",))]
        assert all(claim.open for claim in series.claims)

    def test_a_year_is_neither_before_nor_after_a_day_of_it(self):
        series = one(fact(2, "year"), fact(1, "mar"))

        assert series.disputed
        assert all(claim.open for claim in series.claims)


class TestDisagreement:
    def test_two_sources_of_one_day_are_both_kept_and_more_documents_stand_first(self):
        series = one(fact(2, "jan", confidence=0.99), fact(1, "jan2", "jan"))

        assert series.disputed
        assert ranks(series) == [(1, "preferred", ("documents",)), (2, "normal", ("documents",))]

    def test_a_sentence_printed_twice_is_one_voice(self):
        series = one(fact(2, "jan", "jan2", quote="It costs 2."), fact(1, "jan", confidence=0.95))
        assert [claim.voices for claim in series.claims] == [1, 1]
        assert ranks(series)[0] == (1, "preferred", ("confidence",))

    def test_where_nothing_tells_them_apart_none_is_preferred(self):
        series = one(fact(2, "jan"), fact(1, "jan2"))

        assert ranks(series) == [(1, "normal", ("tied",)), (2, "normal", ("tied",))]

    def test_values_of_one_document_are_not_played_off_against_each_other(self):
        series = one(fact(2, "jan", confidence=0.99), fact(8, "jan"))

        assert ranks(series) == [(2, "normal", ("one source",)), (8, "normal", ("one source",))]

    def test_a_later_denial_deprecates_and_an_earlier_one_does_not(self):
        gone = one(fact(2, "jan"), fact(2, "mar", polarity="negated"))
        kept = one(fact(2, "mar"), fact(2, "jan", polarity="negated"))

        assert ranks(gone) == [(2, "deprecated", ("denied",))]
        assert ranks(kept) == [(2, "preferred", ("newer",))]
        assert gone.disputed and kept.disputed

    def test_a_denial_makes_way_for_the_older_value(self):
        series = one(fact(2, "jan"), fact(1, "mar"), fact(1, "jun", polarity="negated"))

        assert [(c.value, c.rank, c.open) for c in series.claims] == [(2, "preferred", True), (1, "deprecated", True)]

    def test_the_less_exact_gives_way_to_what_it_covers(self):
        series = one(fact("2025-01", "mar", of="m", predicate="releaseDate"),
                     fact("2025-01-20", "jan", of="m", predicate="releaseDate"))  # fmt: skip

        assert not series.disputed
        assert ranks(series) == [("2025-01-20", "preferred", ("only",)), ("2025-01", "normal", ("less exact",))]

    def test_spellings_of_one_value_are_one_value(self):
        series = one(fact("Apache-2.0", "jan", predicate="license"), fact("Apache 2.0", "mar", predicate="license"))

        assert len(series.claims) == 1 and series.claims[0].voices == 2


class TestUnchanging:
    def test_age_says_less_than_documents(self):
        said = {"predicate": "foundedDate", "of": "org"}
        series = one(fact("2019", "old", "jan", **said), fact("2018", "jun", **said))

        assert series.disputed and series.unchanging
        assert ranks(series) == [("2019", "preferred", ("documents",)), ("2018", "normal", ("documents",))]
        assert all(claim.open for claim in series.claims)

    def test_results_of_one_setting_disagree_and_of_two_do_not(self):
        said = {"predicate": "evaluatedOn", "is_figure": False, "unit": "%"}
        a, b = fact("aime", "jan", value=79.8, **said), fact("aime", "mar", value=71.2, **said)
        other = fact("aime", "mar", value=60.1, metric="pass@1", **said)

        disputed, alone = histories([a, b, other], ARTICLES)
        assert (disputed.keys, disputed.disputed) == ((("object", "aime"), ("unit", "%")), True)
        assert ranks(disputed)[0] == (71.2, "preferred", ("newer",))
        assert not alone.disputed


class TestOffices:
    def office(self, who: str, *documents: str, role: str = "CEO", **said: Any) -> Fact:
        return fact("org", *documents, of=who, role=role, predicate="worksFor", is_figure=False, **said)

    def test_a_new_chief_executive_closes_the_former_whatever_the_role_is_called(self):
        series = one(self.office("ann", "jan"), self.office("bo", "jun", role="首席執行官"))

        assert (series.subject, series.keys) == ("org", (("office", "office-chief-executive"),))
        assert [(c.value, c.rank, c.closed) for c in series.claims] == [
            ("bo", "preferred", None), ("ann", "normal", "2025-06-20"),
        ]  # fmt: skip

    def test_former_ends_an_office_without_naming_the_next(self):
        series = one(self.office("ann", "jan"), self.office("ann", "jun", former=True))

        assert ranks(series) == [("ann", "normal", ("closed",))]
        assert series.claims[0].closed == "2025-06-20"

    def test_a_former_holder_is_no_rival(self):
        series = one(self.office("ann", "jan", former=True), self.office("bo", "jan2"))

        assert not series.disputed
        assert ranks(series) == [("bo", "preferred", ("newer",)), ("ann", "normal", ("ended",))]

    def test_roles_that_many_hold_are_no_series(self):
        several = [self.office("ann", "jan", role="engineer"), self.office("bo", "mar", role="co-CEO")]
        assert histories(several, ARTICLES) == []


class TestRelations:
    def test_a_relation_that_is_stated_and_denied_is_disputed(self):
        said = {"predicate": "partnerOf", "is_figure": False}
        series = one(fact("b", "jan", of="a", **said), fact("a", "mar", of="b", polarity="negated", **said))

        assert series.disputed
        assert ranks(series) == [("b", "deprecated", ("denied",))]

    def test_a_relation_nobody_denies_is_no_series(self):
        assert histories([fact("b", "jan", of="a", predicate="partnerOf", is_figure=False)], ARTICLES) == []

    def test_plans_and_suppositions_are_no_values(self):
        assert histories([fact(2, "jan", polarity="planned"), fact(3, "jan", polarity="hypothetical")], ARTICLES) == []
