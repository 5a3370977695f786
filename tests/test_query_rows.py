"""The saved queries that are written for speed give the rows that a walk over the facts in Python gives."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import pyoxigraph as ox
import pytest
from tests.made_graph import Made

from aigraph.ask.query import Value, run_query
from aigraph.ask.saved import saved_queries
from aigraph.schema import AIG, ID, OA, PROV, RDF, SCHEMA, load_schema

NARROWED = {
    "per": ("month", "unit"), "period": ("year",), "condition": ("batch",), "currency": ("USD", "CNY"), "unit": ("GB",),
    "pointInTime": ("2024", "2025"), "role": ("CEO", "CTO"), "until": ("2023",), "former": (True,),
    "closedOn": ("2025-01",),
}  # fmt: skip
COLUMNS = ("per", "condition", "currency", "period")
QUOTES = {f"s{n}": f"Sentence {n % 17} 第{n}句" for n in range(40)}  # a passage, and what it says
QUERY = saved_queries()["disputed"].text
DATES = {f"d{n}": None if n == 3 else f"2025-0{n + 1}-02" for n in range(4)}


@dataclass(frozen=True)
class Fact:
    """What is put into the graph, to be counted here."""

    subject: str
    predicate: str
    value: str | int  # a thing's name begins with @
    polarity: str
    said: dict[str, tuple[Value, ...]]
    passages: tuple[str, ...]

    @property
    def object(self) -> Value:
        """The value as a query gives it."""
        return ID + self.value[1:] if isinstance(self.value, str) and self.value[0] == "@" else self.value


@dataclass(frozen=True)
class Result:
    """A measured result that is put into the graph."""

    model: str
    benchmark: str
    value: float
    metric: str | None


def results(rng: random.Random) -> list[Result]:
    """Results that repeat and contradict each other."""
    metrics = ("pass@1", None)
    some = [f"t{n}" for n in range(6)]
    return [
        Result(rng.choice(some), rng.choice(some), rng.choice((71.5, 72.5, 73.5)), rng.choice(metrics))
        for _ in range(60)
    ]


def facts(rng: random.Random) -> list[Fact]:
    """Figures and offices that repeat, contradict, deny and narrow each other, and share their sentences."""
    found = []
    for _ in range(600):
        predicate = rng.choice(
            ("price", "parameterCount", "license", "fundingAmount", "worksFor", "worksFor", "developedBy")
        )
        value: str | int = rng.randint(1, 4)
        if predicate in ("worksFor", "developedBy"):
            value = f"@t{rng.randint(0, 3)}"
        elif predicate == "license":
            value = rng.choice(("MIT", "Apache-2.0", "a licence of their own"))
        said = {name: tuple(rng.sample(some, rng.randint(1, len(some)))) for name, some in NARROWED.items()}
        said = {name: some for name, some in said.items() if rng.random() < 0.25}
        polarity = rng.choice(("asserted", "asserted", "reported", "negated", "planned"))
        passages = tuple(rng.sample(sorted(QUOTES), rng.randint(1, 3)))
        found.append(Fact(f"t{rng.randint(0, 5)}", predicate, value, polarity, said, passages))
    return found


def graph(all_facts: list[Fact], all_results: list[Result]) -> ox.Store:
    """The facts as a graph: some sentences carry several of them."""
    made = Made()
    for name, day in DATES.items():
        made.document(name, f"Title of {name}", day)
        made.add(ID + name, SCHEMA + "name", ox.Literal(f"{name}.txt"))
    for n in range(6):
        made.thing(f"t{n}", "Organization", f"Thing {n}")
        made.add(f"{ID}t{n}", RDF + "type", ox.NamedNode(AIG + "Person"))  # it works for others, too
    for n, (passage, quote) in enumerate(QUOTES.items()):
        at = ID + passage
        made.add(at, OA + "hasSource", ox.NamedNode(f"{ID}d{n % len(DATES)}"))
        made.add(at, OA + "hasSelector", ox.NamedNode(at + "/a"))
        made.add(at, OA + "hasSelector", ox.NamedNode(at + "/b"))
        made.add(at + "/a", OA + "start", ox.Literal(n))
        made.add(at + "/a", OA + "end", ox.Literal(n + 5))
        made.add(at + "/b", OA + "exact", ox.Literal(quote))
    for fact in all_facts:
        said = {name: list(some) for name, some in fact.said.items()}
        made.say(fact.subject, fact.predicate, fact.value, {}, 0.5, fact.polarity, **said)
        for passage in fact.passages:
            made.add(f"{ID}statement/{made.count:05d}", PROV + "wasDerivedFrom", ox.NamedNode(ID + passage))
    for one in all_results:
        made.result(one.model, one.benchmark, one.value, "%", {}, **{"metric": one.metric} if one.metric else {})
    return made.store


def stated(fact: Fact) -> bool:
    return fact.polarity in ("asserted", "reported")


def disputed(all_facts: list[Fact], results: list[Result], only: str | None) -> list[list[Value]]:
    values: dict[tuple[Value, ...], set[Value]] = defaultdict(set)
    figures = load_schema().figures
    for fact in all_facts:
        figure = figures.get(fact.predicate)
        if figure is None or not figure.functional or not stated(fact) or "closedOn" in fact.said:
            continue
        days: set[str | None] = {None}
        if not figure.unchanging:
            published = {DATES[document_of(passage)] for passage in fact.passages}
            days = {str(day) for day in fact.said.get("pointInTime", ())} or published - {None} or {None}
        apart = ("currency",) if figure.unchanging else ("per", "condition", "currency", "period")
        for narrowed in product(*(fact.said.get(n, (None,)) if n in apart else (None,) for n in COLUMNS)):
            for day in days:
                values[ID + fact.subject, AIG + fact.predicate, None, *narrowed, None, None, None, day].add(fact.value)
    for one in results:
        key = (ID + one.model, AIG + "evaluatedOn", ID + one.benchmark, *(None,) * 4, "%", one.metric, None, None)
        values[key].add(one.value)
    return [
        [*key, len(some), min(some), max(some)]  # type: ignore[type-var]
        for key, some in values.items()
        if len(some) > 1 and only in (None, str(key[1]).removeprefix(AIG))
    ]


def document_of(passage: str) -> str:
    return list(DATES)[int(passage[1:]) % len(DATES)]


def who_left(all_facts: list[Fact], who: str | None, where: str | None) -> list[list[Value]]:
    rows: list[list[Value]] = []
    for fact in all_facts:
        over = "former" in fact.said or "closedOn" in fact.said
        asked = who in (None, ID + fact.subject) and where in (None, fact.object)
        if fact.predicate == "worksFor" and stated(fact) and over and asked:
            closed = (None,) if "former" in fact.said else fact.said["closedOn"]
            quote = min(QUOTES[passage] for passage in fact.passages)
            for role, until in product(fact.said.get("role", (None,)), fact.said.get("until", closed)):
                rows.append([ID + fact.subject, fact.object, role, until, 0.5, len(fact.passages), quote])
    return rows


def evidence(all_facts: list[Fact], subject: str, relation: str | None, other: str | None) -> list[list[Value]]:
    rows: list[list[Value]] = []
    for fact in all_facts:
        if fact.subject == subject and relation in (None, fact.predicate) and other in (None, fact.object):
            for passage in fact.passages:
                n = int(passage[1:])
                name, day = list(DATES.items())[n % len(DATES)]
                place: list[Value] = [QUOTES[passage], f"{name}.txt", n, n + 5, day]
                rows.append([AIG + fact.predicate, fact.object, fact.polarity, 0.5, *place])
    return rows


@pytest.mark.parametrize("seed", range(4))
def test_fast_queries_give_what_a_walk_over_the_facts_gives(seed: int):
    rng = random.Random(seed)
    all_facts, all_results = facts(rng), results(rng)
    store = graph(all_facts, all_results)

    def same(expected: list[list[Value]], name: str, **params: str) -> None:
        answer = [
            [float(cell) if isinstance(cell, Decimal) else cell for cell in row.values()]
            for row in run_query(store, name, params)
        ]
        assert len(expected) > 0, (name, params)
        assert sorted(map(str, answer)) == sorted(map(str, expected)), (name, params)

    same(disputed(all_facts, all_results, None), "disputed")
    for only in ("license", "parameterCount", "evaluatedOn"):
        same(disputed(all_facts, all_results, only), "disputed", only=only)
    assert len(run_query(store, "disputed", {"only": "fundingAmount"})) == 0  # several rounds are no dispute
    same(who_left(all_facts, None, None), "who-left")
    gone = who_left(all_facts, None, None)[0]
    same(who_left(all_facts, str(gone[0]), None), "who-left", who=str(gone[0]))
    same(who_left(all_facts, None, ID + "t2"), "who-left", where="Thing 2")
    same(who_left(all_facts, str(gone[0]), str(gone[1])), "who-left", who=str(gone[0]), where=str(gone[1]))
    some = next(fact for fact in all_facts if fact.predicate == "worksFor")
    about = {"subject": ID + some.subject}
    same(evidence(all_facts, some.subject, None, None), "evidence", **about)
    same(evidence(all_facts, some.subject, "worksFor", None), "evidence", property="worksFor", **about)
    same(evidence(all_facts, some.subject, None, str(some.object)), "evidence", other=str(some.object), **about)


def test_disputed_compares_what_the_ontology_calls_single_valued():
    named = [
        set(re.findall(r"aig:(\w+)", part)) for part in re.findall(r"VALUES \?property \{(.*?)\}", QUERY, re.DOTALL)
    ]
    figures = [figure for figure in load_schema().figures.values() if figure.functional]
    forever, for_a_time = ([f for f in figures if f.unchanging == kind] for kind in (True, False))

    assert named == [{f.name for f in forever}, {f.name for f in for_a_time}, {f.name for f in for_a_time}]
    assert {key for f in forever for key in f.keys} == {"currency"}
    assert {key for f in for_a_time for key in f.keys} == set(COLUMNS)
    measured = [relation for relation in load_schema().relations.values() if relation.unchanging]
    assert [(relation.name, set(relation.keys)) for relation in measured] == [
        ("evaluatedOn", {"unit", "metric", "setting"})
    ]
