"""From linked mentions and literals to facts: relations, figures, benchmark results, events."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from aigraph.recognise.nested import SOURCE as NESTED

if TYPE_CHECKING:
    from aigraph.model import Analysis
    from aigraph.relate.reader import Judged

__all__ = ["read_facts"]


def read_facts(state: Analysis) -> None:
    """Fill statements, results and events of an analysed document, each with its evidence."""
    from aigraph.relate.facts import results_of, statements_of, tied_statements
    from aigraph.relate.happenings import events_of
    from aigraph.relate.reader import judge
    from aigraph.relate.scorer import load_relation_model

    threshold = load_relation_model().threshold
    judged = _outside_entries(state, judge(state))
    state.statements = [*tied_statements(state), *statements_of(state, judged, threshold)]
    state.results, measured = results_of(state, judged)
    have = {(s.subject, s.predicate, s.object) for s in state.statements if s.polarity == "asserted"}
    state.statements += [s for s in measured if (s.subject, s.predicate, s.object) not in have]
    unique = {(s.subject, s.predicate, s.object, s.polarity): s for s in reversed(state.statements)}
    state.statements = list(reversed(unique.values()))
    state.events = events_of(state, judged, state.statements, threshold)
    _drop_unused_inner_names(state)


def _outside_entries(state: Analysis, judged: list[Judged]) -> list[Judged]:
    """Without what was read inside bibliographic entries: their form says all there is, the rest is a title's words."""
    starts = sorted(s.start for s in state.sentences)
    entries = {bisect_right(starts, tie.subject) - 1 for tie in state.ties}
    return [j for j in judged if j.pair.best.candidate.site.index not in entries]


def _drop_unused_inner_names(state: Analysis) -> None:
    """A name that only stands inside others is in the graph for the facts it takes part in, else not at all."""
    used = {m.entity for m in state.mentions if m.source != NESTED}
    for s in state.statements:
        used |= {s.subject, None if s.is_figure else str(s.object)}
    for r in state.results:
        used |= {r.model, r.benchmark}
    for e in state.events:
        used |= {e.entity, *e.participants}
    state.entities = {i: e for i, e in state.entities.items() if i in used}
    state.mentions = [m for m in state.mentions if m.entity in used]
