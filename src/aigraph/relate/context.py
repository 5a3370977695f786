"""What a relation can be read from: the slots of each sentence, and the names that carry over into it.

A slot is a linked name or a literal. The context of a sentence is what a reader keeps in mind for dropped subjects:
the names of the headings above, of the sentences just before in the same block, of the table header, of the title.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from aigraph.model import Analysis, Block, Literal, Mention
from aigraph.recognise.nested import SOURCE as NESTED
from aigraph.text.normalise import normalise
from aigraph.wordlists import grammar

NAME, LITERAL = 0, 1
CARRY_SENTENCES = 5  # sentences of the same section that still lend their names; more adds noise, not recall
SCORE_KINDS = frozenset({"score", "percent", "elo", "multiple"})  # kinds of figures that a test gives
MAIN_TYPES = frozenset({"Organization", "Model", "Software", "Hardware"})
PASSAGE, MARGIN = 60, 20  # sentences: a file may hold many articles, so no name rules beyond about a page or two
LOOSE_HEADER = 3  # sentences above a table that may be its header, where the layout does not tell
CARRY_PER_TYPE = 4  # nearest carried names kept for each type


@dataclass(slots=True)
class Slot:
    """A name (entity id) or a literal inside a sentence."""

    start: int
    end: int
    type: str  # vocabulary class, or the literal's kind
    entity: str | None  # entity id for names
    literal: Literal | None = None
    sentence: int = -1
    order: int = 0  # position among the slots of its sentence
    score: float = 1.0
    surface: str = ""
    group: int = -1  # members of one list share a number, unique in the document; -1 stands alone

    @property
    def is_name(self) -> bool:
        """True for names, false for literals."""
        return self.entity is not None


@dataclass(slots=True)
class Carried:
    """A name that carries over into a sentence, and how: prev, heading, header, caption, column, lead, title, main."""

    slot: Slot
    role: str
    distance: int  # sentences (prev) or heading levels (heading) away


@dataclass(slots=True)
class Site:
    """One sentence with its slots and the names carried into it."""

    index: int
    start: int
    end: int
    block: Block
    slots: list[Slot] = field(default_factory=list)
    carried: list[Carried] = field(default_factory=list)
    nested: list[tuple[Slot, Slot]] = field(default_factory=list)  # (host, name inside it)
    columns: dict[int, Slot] = field(default_factory=dict)  # rows: order of a slot -> the name that heads its column
    orders: dict[str, list[int]] = field(default_factory=dict)  # type -> orders of its slots
    first_name: int = 1 << 30  # order of the first slot that is a name

    def count(self, kind: str, low: int, high: int) -> int:
        """How many slots of a type have an order from `low` to below `high`; logarithmic in the slots."""
        orders = self.orders.get(kind, [])
        return bisect.bisect_left(orders, high) - bisect.bisect_left(orders, low)


def build_sites(analysis: Analysis) -> list[Site]:
    """The sites of a document in order. Linear in sentences, apart from sorting."""
    sites = [Site(s.index, s.start, s.end, analysis.blocks[s.block]) for s in analysis.sentences]
    starts = [s.start for s in sites]
    for slot in _slots(analysis):
        k = bisect.bisect_right(starts, slot.start) - 1
        if k >= 0 and slot.end <= sites[k].end:
            slot.sentence = k
            slot.order = len(sites[k].slots)
            sites[k].slots.append(slot)
            sites[k].orders.setdefault(slot.type, []).append(slot.order)
            if slot.is_name:
                sites[k].first_name = min(sites[k].first_name, slot.order)
    _coordinate(sites, analysis.norm)
    _nest(sites, analysis.mentions)
    _carry(sites, analysis.blocks)
    _head_columns(sites, analysis.blocks)
    return sites


def _head_columns(sites: Sequence[Site], blocks: Sequence[Block]) -> None:
    """Tie each figure of a table row to the name above it: by cells where these fit, else by counting.

    Flattened tables lose their cell borders, but a row with as many figures as the header has names still tells.
    """
    header_of = {site.block.index: site for site in sites if site.block.kind == "row"}
    above: Sequence[Site] = ()
    for k, site in enumerate(sites):
        if site.block.kind != "row":
            continue
        if k == 0 or sites[k - 1].block.kind != "row":
            above = sites[max(0, k - LOOSE_HEADER) : k]
        header = None if site.block.parent is None else header_of.get(site.block.parent)
        measured = _measured(site)
        loose = _loose_header(above, len(measured))
        if header is not None and (loose is None or sum(s.is_name for s in header.slots) >= len(measured)):
            _head_row(site, header)
        elif loose is not None:
            site.columns = {f.order: h for f, h in zip(measured, loose.slots, strict=True)}


def _head_row(site: Site, header: Site) -> None:
    heads = [s for s in header.slots if s.is_name]
    figures = [s for s in site.slots if not s.is_name]
    if not heads or not figures:
        return
    if len(site.block.cells) == len(header.block.cells) > 1:
        by_column = {_column(header.block, s): s for s in reversed(heads)}
        for figure in figures:
            head = by_column.get(_column(site.block, figure))
            if head is not None:
                site.columns[figure.order] = head
    elif len(heads) in (len(figures), len(figures) + 1):
        site.columns = {f.order: h for f, h in zip(figures, heads[-len(figures) :], strict=True)}


def _measured(site: Site) -> list[Slot]:
    return [s for s in site.slots if s.literal is not None and s.literal.kind in SCORE_KINDS]


def _loose_header(above: Sequence[Site], figures: int) -> Site | None:
    """The line above a table that names its tests, with a note in between or not: as many tests as figures."""
    for site in above:
        if len(site.slots) == figures > 1 and all(s.type == "Benchmark" for s in site.slots):
            return site
    return None


def _column(block: Block, slot: Slot) -> int:
    return next((i for i, (a, b) in enumerate(block.cells) if a <= slot.start < max(b, a + 1)), -1)


def _coordinate(sites: Sequence[Site], norm: str) -> None:
    """Number the lists of names: neighbours of one type with nothing but a connective between them."""
    group = 0
    for site in sites:
        for a, b in zip(site.slots, site.slots[1:], strict=False):
            if a.is_name and a.type == b.type and norm[a.end : b.start].strip().lower() in _connectives():
                if a.group < 0:
                    group += 1
                    a.group = group
                b.group = a.group


@cache
def _connectives() -> frozenset[str]:
    return frozenset(normalise(word) for word in grammar("connectives")["between"])


def _nest(sites: Sequence[Site], mentions: Sequence[Mention]) -> None:
    inner = [m for m in mentions if m.source == NESTED and m.entity is not None]
    starts = [m.start for m in inner]
    for site in sites:
        k = bisect.bisect_left(starts, site.start)
        for host in site.slots:
            if not host.is_name:
                continue
            while k < len(inner) and inner[k].start < host.end:
                if inner[k].start >= host.start and inner[k].entity != host.entity:
                    m = inner[k]
                    slot = Slot(m.start, m.end, m.type, m.entity, sentence=site.index, order=host.order, score=m.score)
                    site.nested.append((host, slot))
                k += 1


def _slots(analysis: Analysis) -> list[Slot]:
    outer = [m for m in analysis.mentions if m.entity is not None and m.source != NESTED]
    text = analysis.text
    slots = [Slot(m.start, m.end, m.type, m.entity, score=m.score, surface=text[m.start : m.end]) for m in outer]
    covered = sorted((m.start, m.end) for m in outer)
    begins = [c[0] for c in covered]
    for literal in analysis.literals:
        k = bisect.bisect_left(begins, literal.end) - 1
        if k >= 0 and covered[k][1] > literal.start:  # part of a name: GPT-4 is no quantity
            continue
        slots.append(Slot(literal.start, literal.end, literal.kind, None, literal))
    return sorted(slots, key=lambda s: (s.start, s.end))


def _carry(sites: Sequence[Site], blocks: Sequence[Block]) -> None:
    """Fill `carried` of every site, nearest first: sentences before, headings, lead, speaker, main names."""
    by_block: dict[int, list[Site]] = {}
    for site in sites:
        by_block.setdefault(site.block.index, []).append(site)
    leads = _leads(sites)
    title = next((s for s in sites if any(x.is_name for x in s.slots)), None)
    passages = [_main_names(sites[max(0, k - MARGIN) : k + PASSAGE + MARGIN]) for k in range(0, len(sites), PASSAGE)]
    speakers = _speakers(sites)
    for k, site in enumerate(sites):
        carrier = _Carrier(site)
        for back in range(1, CARRY_SENTENCES + 1):
            before = sites[k - back] if k >= back else None
            if before is None or (
                before.block.parent != site.block.parent and before.block.index != site.block.index
            ):
                break
            carrier.offer(before.slots, "prev", back)
        _carry_headings(carrier, site, by_block, blocks, sites)
        if site.block.speaker in speakers:
            carrier.offer([speakers[site.block.speaker]], "speaker", 0)
        lead = leads.get(site.block.parent)
        if lead is not None and lead is not site:
            carrier.offer(lead.slots, "lead", 1)
        if title is not None and title is not site and k < PASSAGE + MARGIN:
            carrier.offer(title.slots, "title", 1)
        carrier.offer(passages[k // PASSAGE], "main", 0)


class _Carrier:
    """Takes names for one site until there are enough of their type."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._room: dict[tuple[str, bool], int] = {}
        self._have = {x.entity for x in site.slots if x.is_name}

    def offer(self, slots: Iterable[Slot], role: str, distance: int) -> None:
        """Carry the names among `slots` that are new here."""
        for slot in slots:
            room = slot.type, role == "main"  # a main name always finds room
            if slot.is_name and slot.entity not in self._have and self._room.get(room, 0) < CARRY_PER_TYPE:
                self._room[room] = self._room.get(room, 0) + 1
                self._have.add(slot.entity)
                self.site.carried.append(Carried(slot, role, distance))


def _carry_headings(
    carrier: _Carrier, site: Site, by_block: dict[int, list[Site]], blocks: Sequence[Block], sites: Sequence[Site]
) -> None:
    """The names of the headings above, those inside longer names too; of a table the sentence that introduces it."""
    parent, level = site.block.parent, 1
    while parent is not None and level <= 4:
        for above in by_block.get(parent, ()):
            row = blocks[parent].kind == "row"
            carrier.offer([*above.slots, *(inner for _, inner in above.nested)], "header" if row else "heading", level)
            if row and above.index:
                carrier.offer(sites[above.index - 1].slots, "caption", 1)
        parent, level = blocks[parent].parent, level + 1
    if site.block.kind == "row" and site.block.parent is None and site.index:
        carrier.offer(sites[site.index - 1].slots, "caption", 1)


def _leads(sites: Sequence[Site]) -> dict[int | None, Site]:
    """The first sentence with names under each heading."""
    leads: dict[int | None, Site] = {}
    for site in sites:
        if site.block.kind != "heading" and any(s.is_name for s in site.slots):
            leads.setdefault(site.block.parent, site)
    return leads


def _main_names(sites: Sequence[Site]) -> list[Slot]:
    """The name of each type that a passage speaks of most: what its sentences without a subject are about."""
    counts: Counter[tuple[str, str | None]] = Counter()
    first: dict[str | None, Slot] = {}
    for site in sites:
        for slot in site.slots:
            if slot.is_name and slot.type in MAIN_TYPES:
                counts[slot.type, slot.entity] += 1
                first.setdefault(slot.entity, slot)
    best: dict[str, Slot] = {}
    for (kind, entity), _ in sorted(counts.items(), key=lambda x: (-x[1], first[x[0][1]].start)):
        best.setdefault(kind, first[entity])
    return [best[kind] for kind in sorted(best)]


def _speakers(sites: Sequence[Site]) -> dict[str | None, Slot]:
    """Speaker label -> the person it names: the same text, else the one person it is a part of."""
    people: dict[str, Slot] = {}
    for site in sites:
        for slot in site.slots:
            if slot.type == "Person" and slot.surface:
                people.setdefault(slot.surface, slot)
    found: dict[str | None, Slot] = {}
    for label in sorted({s.block.speaker for s in sites if s.block.speaker}):
        whole = people.get(label)
        parts = {x.entity: x for name, x in people.items() if label in name or name in label}
        if whole is not None:
            found[label] = whole
        elif len(parts) == 1:
            found[label] = next(iter(parts.values()))
    return found
