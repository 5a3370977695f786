"""The stage between extraction and assembling: decisions carried out on one document after the other.

`apply_decisions` is a pure function of one extraction and the decisions, whatever other documents say. Decisions about
things come first (split, retype, merge, alias), then those about facts; the place in the file counts only between
decisions on one target. Nothing is dropped in silence: what each decision did is in `Reviewed.reviews`, what a person
should look at in the notes, and a decision that no document has a use for any more is named by `Reviewer.report`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from aigraph.model import Extraction
from aigraph.recognise.link import versions_differ
from aigraph.review.facts import decide, set_aside
from aigraph.review.file import read_decisions
from aigraph.review.names import Desk
from aigraph.review.records import ON_FACTS, Applied, Decision, Reviewed
from aigraph.review.things import Union, alias, merge, retype, split, unions


def apply_decisions(extraction: Extraction, decisions: Sequence[Decision]) -> Extraction:
    """The extraction after the decisions: a `Reviewed` where one of them touched it, else the very same."""
    return _apply(extraction, decisions, unions([d for d in decisions if d.action == "merge"]))


def _apply(extraction: Extraction, decisions: Sequence[Decision], joined: Sequence[Union]) -> Extraction:
    desk = Desk.of(extraction)
    applied: list[Applied] = []
    # A later retype of the same thing finds it as the earlier one left it, and holds.
    for action, carry_out in (("split", split), ("retype", retype)):
        for decision in decisions:
            if decision.action == action:
                applied += carry_out(desk, decision)
    for union in joined:
        applied += merge(desk, union)
    for decision in decisions:
        if decision.action == "alias":
            applied += alias(desk, decision)
    on_facts = decide(desk, [d for d in decisions if d.action in ON_FACTS])
    applied = set_aside(desk, [replace(a, things=_there(desk, a.things)) for a in applied])
    standing = {id(fact) for facts in (desk.statements, desk.results, desk.events) for fact in facts}
    applied += [replace(a, accepted=tuple(f for f in a.accepted if id(f) in standing)) for a in on_facts]
    if not applied:
        return extraction
    fields = {name: getattr(extraction, name) for name in Extraction.__dataclass_fields__}
    fields |= {
        "entities": tuple(desk.entities[key] for key in sorted(desk.entities)),
        "statements": tuple(desk.statements),
        "results": tuple(desk.results),
        "events": tuple(desk.events),
        "mentions": tuple(desk.mentions),
        "notes": (*(f"{a.decision.place}: {r}" for a in applied for r in a.remarks), *extraction.notes),
    }
    return Reviewed(**fields, reviews=tuple(applied))


def _there(desk: Desk, ids: Iterable[str]) -> tuple[str, ...]:
    """The ids as they are after all decisions, of what is still there."""
    return tuple(sorted({desk.now(key) for key in ids} & desk.entities.keys()))


class Reviewer:
    """The decisions of a run, and what has become of each of them so far."""

    def __init__(self, decisions: Sequence[Decision]) -> None:
        self.decisions = tuple(decisions)
        self._unions = unions([d for d in self.decisions if d.action == "merge"])
        self._documents: Counter[int] = Counter()

    @classmethod
    def read(cls, path: Path) -> Reviewer:
        """The decisions of a file. Raises DecisionError."""
        return cls(read_decisions(path))

    def apply(self, extraction: Extraction) -> Extraction:
        """`apply_decisions`, and a note of which decisions touched the document."""
        after = _apply(extraction, self.decisions, self._unions)
        if isinstance(after, Reviewed):
            touched = {id(one.decision) for one in after.reviews if not one.idle}
            self._documents.update(touched)
        return after

    def stale(self, known: Callable[[Decision], bool] = lambda decision: False) -> list[Decision]:
        """Decisions that touched no document of this run, nor are `known` to a store from an earlier one."""
        return [d for d in self.decisions if not self._documents[id(d)] and not known(d)]

    def report(self, known: Callable[[Decision], bool] | None = None) -> Iterator[str]:
        """What became of the decisions, for people: how many were carried out, and each that needs a look.

        `known` says of a decision whether it stands in the store to which documents were added; without it the run is
        taken for all documents there are.
        """
        if not self.decisions:
            return
        stale = self.stale(known or (lambda decision: False))
        counts = Counter(d.action for d in self.decisions if self._documents[id(d)])
        did = ", ".join(f"{number} {action}" for action, number in sorted(counts.items())) or "none"
        total = f"{len(self.decisions)} decision{'' if len(self.decisions) == 1 else 's'}"
        word = "stale" if known is None else "waiting"
        yield f"{total}: carried out {did}; {len(stale)} {word}"
        for decision in stale:
            why = (
                "no document says this any more; correct the names or take it out"
                if known is None
                else "nothing read now says this; `aigraph refresh --all` carries it out on what the store has"
            )
            yield f"{word}: {decision.place}: {decision.text}: {why}"
        for decision in self.decisions:
            if decision.action == "merge":
                for a, b in combinations(map(str, decision.target), 2):
                    if versions_differ(a, b):
                        yield f"look again: {decision.place}: {a} and {b} have different numbers in their names"
