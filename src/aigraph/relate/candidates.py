"""Candidate facts: pairs of slots that could stand in some relation, with the features to judge them by.

A candidate is a pair of a name and a name or literal, found in one sentence or with one of them carried into it.
Which predicates are possible follows from the schema's domains and ranges alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from aigraph.model import Analysis
from aigraph.relate.context import Carried, Site, Slot, build_sites
from aigraph.relate.cues import Cue, CueMatcher
from aigraph.relate.features import (
    MaskedSentence,
    carried_features,
    landing_features,
    literal_features,
    mask,
    name_features,
    nested_features,
    pair_features,
    single_features,
)
from aigraph.relate.patterns import PatternSet
from aigraph.relate.patterns import Slot as PatternSlot

FEATURE_BITS = 20
_MASK = (1 << FEATURE_BITS) - 1
REMEMBERED = 200_000  # features whose numbers are kept: 25 MB
MAX_APART = 14  # slots between the two; farther pairs are almost never a stated fact
MAX_TABLE_APART = 40  # rows of a table are wide


@dataclass(slots=True)
class Sentence:
    """A sentence made ready for reading: its slots, its masked words, its cue words."""

    site: Site
    masked: MaskedSentence
    cues: Sequence[Cue]


@dataclass(slots=True)
class Candidate:
    """One way to read a fact: subject and object slots at a site, and the hashed features of the reading."""

    subject: Slot
    object: Slot | None  # None: a name by itself, as a participant in some event
    site: Site
    predicates: tuple[str, ...]
    features: list[int]
    role: str  # "" where both stand in the sentence, else how one was carried in
    distance: int  # skeleton items between the two, or the carried distance
    forward: bool  # the subject stands first, or is the carried one
    rivals: int  # slots of the object's type between the two
    wordings: dict[str, tuple[float, str]]  # predicate -> (weight, template id) of the wordings that fired


class CandidateFinder:
    """Finds the candidates of a document; holds no state of any document."""

    def __init__(
        self,
        allowed: Mapping[tuple[str, str], tuple[str, ...]],
        singles: Mapping[str, tuple[str, ...]],
        *,
        cues: CueMatcher,
        patterns: PatternSet,
        cut: Callable[[str], Iterable[str]],
    ) -> None:
        """`allowed`: (subject type, object type or literal kind) -> predicates; `singles`: type -> event predicates;
        `cut` splits a run of Han into words."""
        self._allowed = allowed
        self._singles = singles
        self._cues = cues
        self._patterns = patterns
        self._cut = cut

    def sentences(self, analysis: Analysis) -> list[Sentence]:
        """The sentences of a document in order, those without any name too: they are context."""
        cues = self._cues.find(analysis.norm)
        out = []
        k = 0
        for site in build_sites(analysis):
            while k < len(cues) and cues[k].start < site.start:
                k += 1
            stop = k
            while stop < len(cues) and cues[stop].end <= site.end:
                stop += 1
            out.append(Sentence(site, mask(analysis.norm, site, self._cut, cues[k:stop]), cues[k:stop]))
        return out

    def find(self, norm: str, sentences: Iterable[Sentence], names: Mapping[str, str]) -> Iterator[Candidate]:
        """Candidates in text order; `names` gives each entity's name for the features of likeness."""
        for sentence in sentences:
            site = sentence.site
            if site.slots and (site.carried or any(s.is_name for s in site.slots)):
                yield from self._of_site(norm, site, sentence.masked, names)

    def _of_site(
        self, norm: str, site: Site, masked: MaskedSentence, names: Mapping[str, str]
    ) -> Iterator[Candidate]:
        wordings = self._wordings(norm, site)
        reach = MAX_TABLE_APART if site.block.kind == "row" else MAX_APART
        for j, b in enumerate(site.slots):
            for a in site.slots[max(0, j - reach) : j]:
                yield from self._pair(site, masked, a, b, names, wordings)
            heads = [Carried(site.columns[b.order], "column", 0)] if b.order in site.columns else []
            yield from self._carried(site, masked, [*site.carried, *heads], b, names)
            if b.is_name and b.type in self._singles:
                hashed = _hash("S:", single_features(site, masked, b), b, None, names)
                yield Candidate(b, None, site, self._singles[b.type], hashed, "", 0, True, 0, {})

        for host, inner in site.nested:
            strings = nested_features(norm, host, inner)
            for role, s, o in (("F:", host, inner), ("R:", inner, host)):
                predicates = self._allowed.get((s.type, o.type))
                if predicates:
                    hashed = _hash(role, strings, s, o, names)
                    yield Candidate(s, o, site, predicates, hashed, "nested", 0, s is host, 0, {})

    def _wordings(self, norm: str, site: Site) -> dict[tuple[int, int], dict[str, tuple[float, str]]]:
        """(subject order, object order) -> predicates whose wordings fired, with weight and template."""
        slots = []
        end = site.start
        for s in site.slots:
            if s.start >= end:
                slots.append(PatternSlot(s.start, s.end, s.type if s.is_name else f"literal:{s.type}", str(s.order)))
                end = s.end
        found: dict[tuple[int, int], dict[str, tuple[float, str]]] = {}
        for hit in self._patterns.match(norm, site.start, site.end, site.block.lang, slots):
            pair = int(hit.subject_key), int(hit.object_key)
            found.setdefault(pair, {})[hit.predicate] = (hit.weight, hit.template_id)
        return found

    def _pair(
        self,
        site: Site,
        masked: MaskedSentence,
        a: Slot,
        b: Slot,
        names: Mapping[str, str],
        wordings: Mapping[tuple[int, int], dict[str, tuple[float, str]]],
    ) -> Iterator[Candidate]:
        if a.entity == b.entity:  # the same thing twice, or two literals
            return
        forward, backward = self._allowed.get((a.type, b.type)), self._allowed.get((b.type, a.type))
        if not forward and not backward:
            return
        strings = pair_features(site, masked, a, b)
        distance = masked.item_at[b.order] - masked.item_at[a.order]
        for ahead, predicates in ((True, forward), (False, backward)):
            if predicates:
                s, o = (a, b) if ahead else (b, a)
                rivals = site.count(o.type, a.order + 1, b.order)
                fired = wordings.get((s.order, o.order), {})
                hashed = _hash("F:" if ahead else "R:", [*strings, *("pat=" + p for p in sorted(fired))], s, o, names)
                yield Candidate(s, o, site, predicates, hashed, "", distance, ahead, rivals, fired)

    def _carried(
        self, site: Site, masked: MaskedSentence, names_carried: Iterable[Carried], b: Slot, names: Mapping[str, str]
    ) -> Iterator[Candidate]:
        landing = _Landing(site, masked, b)
        for carried in names_carried:
            a = carried.slot
            if a.entity == b.entity:
                continue
            forward, backward = self._allowed.get((a.type, b.type)), self._allowed.get((b.type, a.type))
            if not forward and not backward:
                continue
            strings = carried_features(site, carried, b)
            rivals = site.count(a.type, 0, len(site.slots))
            for ahead, predicates in ((True, forward), (False, backward)):
                if predicates:
                    s, o = (a, b) if ahead else (b, a)
                    prefix = "F:" if ahead else "R:"
                    hashed = _hash(prefix, strings, s, o, names, landing.numbers(prefix))
                    role, distance = carried.role, carried.distance
                    yield Candidate(s, o, site, predicates, hashed, role, distance, ahead, rivals, {})


class _Landing:
    """The features of a slot that names are carried to: read once and numbered once for all of them."""

    def __init__(self, site: Site, masked: MaskedSentence, slot: Slot) -> None:
        self._of = site, masked, slot
        self._strings: list[str] = []
        self._numbers: dict[str, dict[int, None]] = {}

    def numbers(self, prefix: str) -> dict[int, None]:
        """The numbers under a prefix, in order."""
        if prefix not in self._numbers:
            self._strings = self._strings or landing_features(*self._of)
            self._numbers[prefix] = dict.fromkeys(sorted({_NUMBERS[prefix][x] for x in self._strings}))
        return self._numbers[prefix]


def _hash(
    prefix: str,
    strings: Iterable[str],
    s: Slot,
    o: Slot | None,
    names: Mapping[str, str],
    known: Iterable[int] = (),
) -> list[int]:
    """The numbers of the strings, of what subject and object say of each other, and the `known` ones, in order."""
    extra: Sequence[str] = ()
    if o is not None and o.literal is not None:
        extra = literal_features(o.literal, s.type)
    elif o is not None:
        extra = name_features(names.get(s.entity or "", ""), names.get(o.entity or "", ""))
    numbers = _NUMBERS[prefix]
    return sorted([*known, *{numbers[x] for x in (*strings, *extra)}.difference(known)])


class _Numbers(dict[str, int]):
    """The numbers of features under one prefix, remembered: most come up again within a few sentences."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.prefix = prefix

    def __missing__(self, feature: str) -> int:
        if len(self) >= REMEMBERED:
            self.clear()
        number = self[feature] = crc32((self.prefix + feature).encode()) & _MASK
        return number


_NUMBERS = {prefix: _Numbers(prefix) for prefix in ("F:", "R:", "S:")}
