"""Who speaks where in a document: the turns of an interview or talk, each with its speaker.

A speaker is an entity of the document where exactly one person there is called so, else the label as written. It
refuses to guess a speaker for running text, or between two persons of one name.
"""

from __future__ import annotations

from bisect import bisect_right

from aigraph.model import Extraction
from aigraph.text.normalise import name_key

_PERSON = "Person"


class Speakers:
    """The turns of one document, for look-ups by offset."""

    def __init__(self, extraction: Extraction) -> None:
        self._turns = sorted((b.start, b.end, b.speaker.strip()) for b in extraction.blocks if b.speaker)
        self._starts = [start for start, _, _ in self._turns]
        self._people: dict[str, set[str]] = {}
        for entity in extraction.entities if self._turns else ():
            if entity.type == _PERSON:
                for name, _ in ((entity.name, entity.lang), *entity.aliases):
                    self._people.setdefault(name_key(name), set()).add(entity.id)

    def at(self, offset: int) -> tuple[str, bool] | None:
        """Who speaks at this character: (entity id, True) or (label, False); None outside every turn."""
        place = bisect_right(self._starts, offset) - 1
        if place < 0 or offset >= self._turns[place][1]:
            return None
        label = self._turns[place][2]
        known = self._people.get(name_key(label), set())
        return (min(known), True) if len(known) == 1 else (label, False)
