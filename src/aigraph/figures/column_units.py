"""Figures of table cells whose unit stands elsewhere: in the head of their column, or in the line above the table.

"| Price (USD/1M tokens) |" over "| 0.5 |" says what "0.5 USD/1M tokens" says. The words of the head are put around the
number of the cell and the grammar of figures reads them together, so that this module knows no unit itself. A cell
that names a unit of its own is left alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from aigraph.figures.quantities import find_quantities
from aigraph.model import Block, Literal

BARE = frozenset({"score", "count", "multiple", "version", "rank"})  # kinds of numbers without any unit
TAKEN = frozenset(
    "money parameters tokens memory bandwidth power performance transistors people users percent".split()
)
LONGEST_HEAD = 60  # characters; a longer cell or caption is prose
CAPTIONS = 2  # blocks above a table that may name its unit

_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w.])")
_CELL = re.compile(r"[~\u2248<>\u2264\u2265]?\s*\d[\d,.]*(?:\s*(?:/|->|\u2192|-|~)\s*\d[\d,.]*)?\s*[*\u2020+]?")
_OPEN, _CLOSE = r"(\[\uff08\u3010", r")\]\uff09\u3011"
_COMMA = r",;:\uff0c\uff1b\uff1a\u3001"
_BRACKET = re.compile(rf"[{_OPEN}]([^{_OPEN}{_CLOSE}]{{1,40}})[{_CLOSE}]")
_TAIL = re.compile(rf"[{_COMMA}/\s]+([^{_COMMA}]{{1,30}})$")
_EITHER = re.compile(rf"([^\s/{_OPEN}{_CLOSE}{_COMMA}]+)\s*[/\uff0f]\s*([^\s/{_OPEN}{_CLOSE}{_COMMA}]+)")
_SIGN = re.compile(r"((?:US|HK|NT|S|A|C|R)?[$\u20ac\u00a3\u00a5\u20b9\u20a9])\s*(.*)", re.DOTALL)


def with_column_units(norm: str, blocks: Sequence[Block], literals: Sequence[Literal]) -> list[Literal]:
    """The literals, with those of bare cells read by the unit of their column. Sorted if `literals` are.

    Linear in the cells. The offsets stay those of the number; nothing is read from one row into another.
    """
    starts = [x.start for x in literals]
    read: dict[tuple[str, ...], Literal | None] = {}
    captions: dict[int, str] = {}
    kept: dict[int, Literal] = {x.start: x for x in literals}
    for block in blocks:
        if block.kind != "row" or block.parent is None or blocks[block.parent].kind != "row":
            continue
        header = blocks[block.parent]
        if len(header.cells) != len(block.cells):
            continue
        if header.index not in captions:
            captions[header.index] = _caption(norm, header, blocks)
        for column, (start, end) in enumerate(block.cells):
            head = norm[slice(*header.cells[column])].strip()
            if column == 0 or len(head) > LONGEST_HEAD or _CELL.fullmatch(norm[start:end].strip()) is None:
                continue
            words = head, captions[header.index]
            there = literals[bisect_left(starts, start) : bisect_left(starts, end)]
            for number in _NUMBER.finditer(norm, start, end):
                own = next((x for x in there if x.start < number.end() and x.end > number.start()), None)
                if own is None or (own.kind in BARE and own.low is None and own.unit is None):
                    found = _read(norm, number, (start, end), words, block.lang, read)
                    if found is not None:
                        place = own or found
                        kept[place.start] = replace(
                            found, start=place.start, end=place.end, modifier=place.modifier
                        )
    return sorted(kept.values(), key=lambda x: x.start)


def _caption(norm: str, header: Block, blocks: Sequence[Block]) -> str:
    """What stands in brackets in the lines right above a table: "Prices (USD per 1M tokens)"."""
    found = []
    for above in blocks[max(0, header.index - CAPTIONS) : header.index]:
        text = norm[above.start : above.end].strip()
        if above.kind != "row" and len(text) <= LONGEST_HEAD:
            found += [m[1] for m in _BRACKET.finditer(text)]
    return found[-1] if found else ""


def _read(
    norm: str,
    number: re.Match[str],
    cell: tuple[int, int],
    words: tuple[str, str],
    lang: str,
    read: dict[tuple[str, ...], Literal | None],
) -> Literal | None:
    half = ""  # of a cell with two numbers: "2.00/12.00"
    if norm[number.end() : cell[1]].lstrip().startswith("/"):
        half = "first"
    elif norm[cell[0] : number.start()].rstrip().endswith("/"):
        half = "second"
    key = number[0], *words, half
    if key not in read:
        directed = [x for head in _halves(words[0], half) for x in _readings(number[0], head, words[1], lang)]
        found = next((x for x in directed if x.per and x.per.split()[1:2] in (["input"], ["output"])), None)
        every = sorted(_readings(number[0], *words, lang), key=lambda x: x.kind != "money")  # a price per 1K tokens
        read[key] = found or next(iter(every), None)
    found = read[key]
    return found and replace(found, start=number.start(), end=number.end())


def _halves(head: str, half: str) -> Iterator[str]:
    """The head as it reads for one of two numbers: of "input/output" only the word for that number."""
    if half:
        for m in _EITHER.finditer(head):
            yield head[: m.start()] + (m[1] if half == "first" else m[2]) + head[m.end() :]


def _readings(number: str, head: str, caption: str, lang: str) -> Iterator[Literal]:
    """What the number says with the unit of its head, of its caption, or with the whole head as unit."""
    for topic, unit in _units(head, caption):
        signed = _SIGN.fullmatch(unit)
        before, after = (signed[1], signed[2]) if signed else ("", unit)
        lead = f"{topic} {before}"
        text = f"{lead}{number}{'' if after[:1] == '/' else ' '}{after}"
        for literal in find_quantities(text, lang=lang):
            covers = literal.start <= len(lead) and literal.end >= len(lead) + len(number)
            named = literal.start < len(lead) or literal.end > len(lead) + len(number)
            if covers and named and literal.kind in TAKEN and literal.low is None:
                yield literal


def _units(head: str, caption: str) -> Iterator[tuple[str, str]]:
    bracket = _BRACKET.search(head)
    if bracket is not None:
        topic = (head[: bracket.start()] + " " + head[bracket.end() :]).strip()
        yield topic, bracket[1].strip()
        parts = [x.strip() for x in re.split(f"[{_COMMA}]", bracket[1])]
        for part in parts if len(parts) > 1 else ():
            yield " ".join([topic, *(x for x in parts if x != part)]), part
        return
    tail = _TAIL.search(head)
    if tail is not None and not head[: tail.start()].strip().isdigit():  # "32 users" is a condition, no unit
        yield head[: tail.start()], tail[1].strip()
    if caption:
        yield head, caption.strip()
