"""Which of two values that contradict each other comes first, and by which rule (the order is stated in `history`).

It refuses to decide where no rule does: two values may be tied, and those of one source are not weighed at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aigraph.claims.agreement import later

if TYPE_CHECKING:
    from aigraph.claims.history import Claim, Saying


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules compare: worked out once for a claim, however many rivals it has."""

    denied: bool
    reported: bool
    latest: str | None
    voices: int
    confidence: float
    sources: frozenset[tuple[str | None, str | None]]  # document and speaker

    @classmethod
    def of(cls, claim: Claim) -> Standing:
        """Where a claim stands."""
        return cls._of(claim.sayings, denied=bool(claim.denials))

    @classmethod
    def without_denials(cls, claim: Claim) -> Standing:
        """Where a claim stands towards its own denials."""
        return cls._of(claim.sayings, denied=False)

    @classmethod
    def of_denials(cls, claim: Claim) -> Standing:
        """Where the denials of a claim stand."""
        return cls._of(claim.denials, denied=False)

    @classmethod
    def _of(cls, sayings: tuple[Saying, ...], *, denied: bool) -> Standing:
        return cls(
            denied=denied,
            reported=all(saying.reported for saying in sayings),
            latest=max((saying.when for saying in sayings if saying.when), default=None),
            voices=voices(sayings),
            confidence=max((saying.confidence for saying in sayings), default=0.0),
            sources=frozenset((saying.document, saying.speaker) for saying in sayings),
        )


def before(one: Standing, other: Standing, *, unchanging: bool) -> tuple[bool, str]:
    """Whether `one` comes before `other`, and the rule that tells them apart: "tied" where none does."""
    rules: list[tuple[str, Any, Any]] = [
        ("denial", not one.denied, not other.denied),
        ("stated", not one.reported, not other.reported),
        ("newer", later(one.latest, other.latest), later(other.latest, one.latest)),
        ("documents", one.voices, other.voices),
        ("confidence", one.confidence, other.confidence),
    ]
    if unchanging:
        rules[2], rules[3] = rules[3], rules[2]
    alone = len(one.sources) == 1 and one.sources == other.sources
    for name, mine, theirs in rules[:2] if alone else rules:
        if mine != theirs:
            return bool(mine > theirs), name
    return False, "one source" if alone else "tied"


def voices(sayings: Iterable[Saying]) -> int:
    """Documents that say it, where those that share a sentence word for word count once."""
    group: dict[str, str] = {}

    def root(name: str) -> str:
        while group.setdefault(name, name) != name:
            group[name] = group[group[name]]
            name = group[name]
        return name

    documents = set()
    for saying in sayings:
        document = f"document {saying.document or ''}"
        documents.add(document)
        for source in saying.sources:
            group[root(document)] = root("sentence " + "".join(source.quote.split()))
    return len({root(document) for document in documents})
