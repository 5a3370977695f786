"""How the graph grew: its facts by year or month, and whose standing changed between two dates.

Dates are those of the facts (a stated point in time, an event's date, else the article's). Facts without a date are
counted apart and never guessed into a period.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aigraph.errors import UnknownName
from aigraph.measures.analyse import METRICS, ordered

if TYPE_CHECKING:
    import networkx as nx

LENGTHS = {"year": 4, "month": 7}  # characters of an ISO date


@dataclass(frozen=True, slots=True)
class Period:
    """One year or month: facts dated in it, things first seen in it, and totals up to its end."""

    period: str
    facts: int
    new_things: int
    total_facts: int
    total_things: int


@dataclass(frozen=True, slots=True)
class Structure:
    """The graph at the end of a period, as a whole.

    `pieces`: parts without any connection; `largest`: the share of things in the largest of them; `ties`: pairs of
    things with a fact between them; `mean_ties`: ties of a thing on average; `clustering`: the share of "two
    neighbours of one thing" that are tied themselves.
    """

    period: str
    things: int
    ties: int
    pieces: int
    largest: float
    mean_ties: float
    clustering: float


@dataclass(frozen=True, slots=True)
class Shift:
    """A node's place in a ranking before and after a date; None where it was not there before."""

    node: str
    before: int | None
    after: int
    score: float


def periods(graph: nx.MultiDiGraph, by: str = "month") -> list[Period]:
    """The growth of the graph, oldest period first; periods without facts are left out. `by` is "year" or "month"."""
    if by not in LENGTHS:
        raise UnknownName(f"no period is called {by!r}; there are: {', '.join(LENGTHS)}")
    facts: dict[str, int] = {}
    first: dict[str, str] = {}
    for source, target, data in graph.edges(data=True):
        date = data["date"]
        if len(date) < LENGTHS[by]:
            continue
        period = date[: LENGTHS[by]]
        facts[period] = facts.get(period, 0) + 1
        for node in (source, target):
            first[node] = min(first.get(node, period), period)
    found = []
    total_facts = total_things = 0
    for period in sorted(facts):
        new = sum(when == period for when in first.values())
        total_facts += facts[period]
        total_things += new
        found.append(Period(period, facts[period], new, total_facts, total_things))
    return found


def structures(graph: nx.MultiDiGraph, by: str = "month") -> list[Structure]:
    """How the shape of the graph changed: one row for each period of `periods`, oldest first."""
    import networkx as nx

    found = []
    for period in periods(graph, by):
        simple = ordered(until(graph, period.period))
        pieces = [len(piece) for piece in nx.connected_components(simple)]
        things, ties = len(simple), simple.number_of_edges()
        found.append(
            Structure(
                period=period.period,
                things=things,
                ties=ties,
                pieces=len(pieces),
                largest=max(pieces) / things,
                mean_ties=2 * ties / things,
                clustering=float(nx.transitivity(simple)),
            )
        )
    return found


def until(graph: nx.MultiDiGraph, date: str) -> nx.MultiDiGraph:
    """The graph as it stood at the end of `date` (a year, month or day): dated facts up to it, and what they tie."""
    import networkx as nx

    out = nx.MultiDiGraph(**graph.graph)
    for source, target, key, data in sorted(graph.edges(keys=True, data=True), key=lambda edge: str(edge[:3])):
        if data["date"] and data["date"][: len(date)] <= date:
            for node in (source, target):
                if node not in out:
                    out.add_node(node, **graph.nodes[node])
            out.add_edge(source, target, key=key, **data)
    return out


def shifts(
    graph: nx.MultiDiGraph, before: str, after: str, metric: str = "pagerank", top: int = 20
) -> list[Shift]:
    """Who rose into the `top` of a measure between the ends of two dates: largest rise first, newcomers by place."""
    if metric not in METRICS:
        raise UnknownName(f"no metric is called {metric!r}; there are: {', '.join(METRICS)}")
    old, new = (_places(METRICS[metric](until(graph, date))) for date in (before, after))
    found = [Shift(node, old[node][0] if node in old else None, place, score) for node, (place, score) in new.items()]
    risen = [shift for shift in found if shift.after <= top and (shift.before is None or shift.before > shift.after)]
    return sorted(risen, key=lambda s: (-((s.before or len(new) + 1) - s.after), s.after, s.node))


def _places(scores: dict[str, float]) -> dict[str, tuple[int, float]]:
    ranked = sorted(scores.items(), key=lambda row: (-float(f"{row[1]:.12g}"), row[0]))
    return {node: (place, score) for place, (node, score) in enumerate(ranked, start=1)}
