"""What the relation reader decides: the schema's properties, and the helpers that scores and events are built from.

`score.model` and `score.benchmark` tie a measured number to what was measured and where; `on.date` ties a participant
to the date of its event; `event.<Type>` says that a name takes part in an event of that type in this sentence.
"""

from __future__ import annotations

from functools import cache

from aigraph.relate.context import SCORE_KINDS
from aigraph.schema import Schema, load_schema

SCORED = ("Model", "Software", "Hardware")
SCORE_MODEL, SCORE_BENCHMARK, EVENT_DATE, EVENT = "score.model", "score.benchmark", "on.date", "event."
NO_RELATION = frozenset({"participatedIn"})  # follows from the events


@cache
def allowed_pairs() -> dict[tuple[str, str], tuple[str, ...]]:
    """(subject type, object type or literal kind) -> what could hold between the two, sorted."""
    schema = load_schema()
    table: dict[tuple[str, str], set[str]] = {}
    for name, relation in schema.relations.items():
        if name in NO_RELATION:
            continue
        for s in relation.domain:
            for o in relation.range:
                if schema.allows(name, s, o):
                    table.setdefault((s, o), set()).add(name)
    for name, figure in schema.figures.items():
        for s in figure.domain:
            for kind in figure.kinds:
                table.setdefault((s, kind), set()).add(name)
    for kind in sorted(SCORE_KINDS):
        for s in SCORED:
            table.setdefault((s, kind), set()).add(SCORE_MODEL)
        table.setdefault(("Benchmark", kind), set()).add(SCORE_BENCHMARK)
    for s in event_types():
        table.setdefault((s, "date"), set()).add(EVENT_DATE)
    return {pair: tuple(sorted(names)) for pair, names in sorted(table.items())}


def event_types() -> tuple[str, ...]:
    """The types that can take part in an event."""
    return ("Organization", "Model", "Person", "Hardware", "Software", "Publication", "Event", "Benchmark", "Dataset")


@cache
def single_targets() -> dict[str, tuple[str, ...]]:
    """Type -> event predicates."""
    events = tuple(EVENT + name for name in sorted(_schema().events))
    return dict.fromkeys(event_types(), events)


@cache
def all_targets() -> tuple[str, ...]:
    """Every predicate that is decided, in a fixed order."""
    names = {p for ps in allowed_pairs().values() for p in ps} | {p for ps in single_targets().values() for p in ps}
    return tuple(sorted(names))


def _schema() -> Schema:
    return load_schema()
