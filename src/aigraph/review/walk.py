"""Leading a person through what awaits: one case at a time, one key each, every decision in the file at once.

It holds no rule of what is right and no terminal: keys and lines come from a `Hand`, words go to a `say`. Going back
takes nothing out of the file: what is decided then is added, and of two decisions on one target the later holds.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from aigraph.errors import DecisionError
from aigraph.review.cases import Case, Party
from aigraph.review.file import append_decision, format_decision, parse_decisions
from aigraph.review.records import Decision
from aigraph.schema import load_schema

# Adding a key: a row here, a branch in `Walk._answer`.
KEYS = {
    "a": "accept",
    "r": "reject",
    "t": "retype",
    "m": "merge",
    "l": "alias",
    "s": "skip",
    "b": "back",
    "q": "quit",
}
PAUSES = ("s", " ", "\r", "\n")  # keys that go on without a decision


class Hand(Protocol):
    """Where keys and lines come from."""

    def key(self) -> str:
        """The next key, in lower case; an empty text at the end of the input."""

    def line(self, prompt: str) -> str:
        """A line; an empty one takes the question back."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What the person has every decision say; nothing of it comes from anywhere else."""

    who: str | None = None
    when: str | None = None
    ask_why: bool = False


@dataclass(slots=True)
class Walk:
    """A walk through cases. `run` returns how many decisions were written."""

    cases: Sequence[Case]
    file: Path
    hand: Hand
    say: Callable[[str], None]
    show: Callable[[Case, int, int], None]  # the case, its number from 1, how many there are
    signature: Signature = field(default_factory=Signature)
    written: int = 0

    def run(self) -> int:
        """Until the last case, the end of the input or the key for quitting."""
        position = 0
        while 0 <= position < len(self.cases):
            case = self.cases[position]
            self.show(case, position + 1, len(self.cases))
            step = self._ask(case)
            if step is None:
                break
            position = max(0, position + step)
        return self.written

    def _ask(self, case: Case) -> int | None:
        """How many cases to go on; None to stop."""
        while True:
            key = self.hand.key()
            if key in ("", "q", "\x03", "\x04"):
                return None
            if key in PAUSES:
                return 1
            if key == "b":
                return -1
            if key not in KEYS:
                self.say(f"{key!r} is no key here: {keys_line()}")
                continue
            try:
                decision = self._answer(key, case)
            except DecisionError as error:
                self.say(str(error))
                continue
            if decision is not None:
                self._write(decision)
                return 1
            self.say("nothing written")

    def _answer(self, key: str, case: Case) -> Decision | None:
        """The decision that a key means; None where the person took the question back. Raises DecisionError."""
        if key in "ar":
            return case.accept if key == "a" else case.reject
        if key == "m" and case.kind == "alike" and case.parties[0].type == case.parties[1].type:
            return case.accept
        side = self._side(case)
        if side is None:
            return None
        if key == "t":
            to = self._class(side)
            return Decision("retype", (side.reference,), to=to, type=side.type or None) if to else None
        if key == "m":
            other = self.hand.line(f"which name is the same thing as {side.name}?")
            asked = Decision("merge", (side.reference, other), type=side.type or None)
        else:
            other = self.hand.line(f"which other name has {side.name}?")
            asked = Decision("alias", (side.reference,), name=other, type=side.type or None)
        return self._checked(asked) if other else None

    def _side(self, case: Case) -> Party | None:
        """The thing a question is about, asked for where there are several."""
        parties = list(dict.fromkeys(case.parties))
        if len(parties) == 1:
            return parties[0]
        listed = "  ".join(f"{number} {party.name}" for number, party in enumerate(parties, start=1))
        said = self.hand.line(f"which thing? {listed}")
        if said.isdigit() and 1 <= int(said) <= len(parties):
            return parties[int(said) - 1]
        if said:
            self.say(f"there is no {said!r}; write a number from 1 to {len(parties)}")
        return None

    def _class(self, side: Party) -> str | None:
        known = load_schema().entity_types
        said = self.hand.line(f"{side.name} is of class {side.type or 'unknown'}; which is right?")
        if not said:
            return None
        by_name = {name.casefold(): name for name in known}
        if found := by_name.get(said.casefold()):
            return found
        near = difflib.get_close_matches(said, known, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
        raise DecisionError(f"no class {said!r}; {hint}")

    def _checked(self, decision: Decision) -> Decision:
        """The decision, after the file's own checks. Raises DecisionError."""
        (checked,) = parse_decisions(format_decision(decision), "this decision")
        return checked

    def _write(self, decision: Decision) -> None:
        why = self.hand.line("why?") or None if self.signature.ask_why else None
        signed = replace(decision, who=self.signature.who, when=self.signature.when, why=why)
        append_decision(self.file, signed)
        self.written += 1
        self.say(f"written: {signed.text}")


def keys_line() -> str:
    """The keys in one line."""
    return "  ".join(f"{key} {name}" for key, name in KEYS.items())


def pieces(case: Case, number: int) -> Iterator[tuple[str, str]]:
    """A passage as (text, role) with the roles context, quote and name, in order."""
    passage = case.passages[number]
    yield passage.before, "context"
    at = 0
    for start, end in passage.marks:
        if start >= at:
            yield passage.quote[at:start], "quote"
            yield passage.quote[start:end], "name"
            at = end
    yield passage.quote[at:], "quote"
    yield passage.after, "context"
