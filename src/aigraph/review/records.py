"""The records of human review: a decision as a person wrote it, and an extraction with what was decided about it.

A decision names its target by what survives re-extraction: names or ids of things, property and value, and where only
one occurrence is meant the document's name or words of the quote. Never offsets, never hashes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from aigraph.model import BenchmarkResult, Event, Extraction, Statement

ACTIONS = ("accept", "reject", "retype", "merge", "split", "alias")
ON_FACTS = frozenset({"accept", "reject"})
SAME = "sameAs"  # accept or reject = ["A", "sameAs", "B"]: two names were looked at, and are one thing or are not

Value = str | int | float | bool
AnyFact = Statement | BenchmarkResult | Event


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. Which fields may stand beside which action is said in `review.file`."""

    action: str
    # accept, reject: thing, property or kind of event, value[, figure of a result]; merge: the name kept and the
    # others; retype, split, alias: the one thing.
    target: tuple[Value, ...]
    name: str | None = None  # split: the name parted off; alias: the name added
    label: str | None = None  # split: what the parted thing is called from now on (`as` in the file)
    to: str | None = None  # retype, split: the class it gets
    type: str | None = None  # the class it has, where a name stands for several things
    lang: str | None = None  # alias: language tag of the name
    document: str | None = None  # only where this document says so: its file name, title, address or id
    quote: str | None = None  # accept, reject: only where the sentence has these words
    who: str | None = None
    when: str | None = None
    why: str | None = None
    place: str = field(default="", compare=False)  # "decisions.toml, line 12", for messages

    @property
    def text(self) -> str:
        """The decision in one line, without who, when and why."""
        parts = [self.action, " | ".join(map(str, self.target))]
        for word, value in (
            ("name", self.name), ("as", self.label), ("to", self.to), ("type", self.type), ("lang", self.lang),
            ("in", self.document), ("where", self.quote),
        ):  # fmt: skip
            if value is not None:
                parts.append(f"{word} {value}")
        return ", ".join([" ".join(parts[:2]), *parts[2:]])


@dataclass(frozen=True, slots=True)
class Applied:
    """What one decision did in one document."""

    decision: Decision
    things: tuple[str, ...] = ()  # ids, as they are after all decisions
    accepted: tuple[AnyFact, ...] = ()
    rejected: tuple[AnyFact, ...] = ()  # no longer among the facts of the extraction
    remarks: tuple[str, ...] = ()  # what the person should look at
    idle: bool = False  # a merge in a document that has the kept name only


@dataclass(frozen=True, slots=True)
class Reviewed(Extraction):
    """An extraction after the decisions, with each decision that touched it; `rdf` writes these as provenance."""

    reviews: tuple[Applied, ...] = ()
