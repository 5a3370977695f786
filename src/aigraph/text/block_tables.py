"""Finds tables in lines: Markdown pipes, tabs or wide gaps, and flattened ones with single blanks between the cells.

Only layout is read: which cell is a model or a score is for later stages. A flattened row whose cells cannot be told
apart is fitted to the number of columns of its header; where no header fits, the trailing values still are cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from aigraph.text.block_grammar import LayoutGrammar
from aigraph.text.block_lines import Line, has_end_mark, item_style, markdown_level, wide_cells

Cells = tuple[tuple[int, int], ...]

_SEPARATOR = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_TOKEN = re.compile(r"\S+")
_VALUE = re.compile(
    r"[-+~<>\u2264\u2265\u2248\u00b1]{0,2}(?:US|NT|HK)?[$\u20ac\u00a3\u00a5]?\d[\d,.:]*(?:[%\u2030\u00b0+*\u2020]|[A-Za-z/]{1,9}\d?[A-Za-z]?|[\u4e00-\u9fff]{1,3})?[,;]?$"
)
_VERSION = re.compile(r"(?:[vV]?\d+(?:\.\d+)*|\(.*\)?|.*\))$")
_CLAUSE = re.compile("[\uff0c\uff1a\uff1b\u3001]|, [a-z]")
_MAX_FLAT = 150  # a wider line is prose
_MAX_CELL = 60
_MAX_TOKENS = 40
_MAX_TRIES = 4
_MAX_COLUMNS = 10


@dataclass(slots=True)
class Table:
    """Rows of lines[first:last]; each row is (number of lines, cells). The first row is the header if `header`."""

    first: int
    last: int
    rows: list[tuple[int, Cells]]
    header: bool


def find_tables(lines: Sequence[Line], grammar: LayoutGrammar) -> dict[int, Table]:
    """Index of the first line -> table, for every table of the text."""
    tables: dict[int, Table] = {}
    vertical = _vertical_tables(lines, grammar)
    finders = (_pipe_table, _wide_table, _flat_table)
    failed: dict[int, tuple[int, int]] = {}  # finder -> (end of the run it refused, how often)
    i = 0
    while i < len(lines):
        table = vertical.get(i)
        for number, find in enumerate(finders):
            end, tries = failed.get(number, (0, 0))
            if table is not None or (i < end and tries >= _MAX_TRIES):
                continue  # a long run that is no table is not tried from each of its lines: that would be quadratic
            found = find(lines, i, grammar)
            if isinstance(found, Table):
                table = found
            else:
                failed[number] = (found, tries + 1 if found == end else 1)
        if table is not None:
            tables[i] = table
            i = table.last
        else:
            i += 1
    return tables


def _run(lines: Sequence[Line], i: int, count: int) -> int:
    """End of the run of adjoining lines from `i` with at least `count` pipes."""
    last = i
    while last < len(lines) and lines[last].text.count("|") >= count and (last == i or not lines[last].blank_before):
        last += 1
    return last


def _pipe_cells(line: Line) -> Cells:
    text, start, end = line.text, 0, len(line.text)
    if text.startswith("|"):
        start = 1
    if text.endswith("|") and end > start:
        end -= 1
    cells = []
    position = start
    for part in text[start:end].split("|"):
        lead = len(part) - len(part.lstrip())
        body = part.strip()
        cells.append((line.start + position + lead, line.start + position + lead + len(body)))
        position += len(part) + 1
    return tuple(cells)


def _pipe_table(lines: Sequence[Line], i: int, _grammar: LayoutGrammar) -> Table | int:
    """The table that begins on line i, or the end of the run of lines that is none."""
    if "|" not in lines[i].text:
        return i + 1
    last = _run(lines, i, 1 if lines[i].text.startswith("|") else 2)
    separated = i + 1 < last and _SEPARATOR.match(lines[i + 1].text) is not None
    if not separated and i + 1 < len(lines) and _SEPARATOR.match(lines[i + 1].text) and "|" in lines[i + 1].text:
        last = max(_run(lines, i, 1), i + 2)
        separated = True
    if last - i < 2 or (not separated and len({line.text.strip("|").count("|") for line in lines[i:last]}) > 2):
        return last
    rows: list[tuple[int, Cells]] = []
    k = i
    while k < last:
        size = 1
        while k + size < last and _SEPARATOR.match(lines[k + size].text):
            size += 1
        rows.append((size, _pipe_cells(lines[k])))
        k += size
    figures = [
        _values([line.text[a - line.start : b - line.start] for a, b in _pipe_cells(line)]) for line in lines[i:last]
    ]
    named = separated or (not figures[0] and any(figures))
    return Table(i, last, rows, named and len(rows) > 1)


def _slice(line: Line, cell: tuple[int, int]) -> str:
    return line.text[max(0, cell[0] - line.start) : cell[1] - line.start]


def _values(cells: Sequence[str]) -> int:
    return sum(bool(cell) and _VALUE.match(cell.replace(" ", "")) is not None for cell in cells)


def _wide_table(lines: Sequence[Line], i: int, grammar: LayoutGrammar) -> Table | int:
    """The table that begins on line i, or the end of the run of lines that is none."""
    counts: list[int] = []
    last = i
    while last < len(lines) and (last == i or not lines[last].blank_before):
        line = lines[last]
        cells = wide_cells(line)
        narrow = all(end - start <= _MAX_CELL for start, end in cells)
        if (
            len(cells) < 2
            or not narrow
            or grammar.caption.match(line.text)
            or (item_style(line, grammar) and len(cells) < 3)
            or markdown_level(line)
        ):
            break
        counts.append(len(cells))
        last += 1
    if len(counts) < 2 or (len(counts) == 2 and max(counts) < 3):
        return last
    body = max(set(counts[1:]), key=counts[1:].count)
    if body < 2 or any(abs(n - body) > 1 for n in counts):
        return last
    rows: list[tuple[int, Cells]] = []
    for line, count in zip(lines[i:last], counts, strict=True):
        row: Cells = tuple(wide_cells(line))
        if count == body - 1 and line is lines[i] and line.indent >= 1:
            row = ((line.start, line.start), *row)
        rows.append((1, row))
    first, others = rows[0][1], rows[1:]
    header = _values([_slice(lines[i], c) for c in first]) == 0 and any(
        _values([_slice(line, c) for c in cells]) for line, (_, cells) in zip(lines[i + 1 : last], others, strict=True)
    )
    if not header and not any(_values([_slice(line, c) for c in wide_cells(line)]) for line in lines[i:last]):
        return last
    return Table(i, last, rows, header)


def _is_value(token: str, grammar: LayoutGrammar) -> bool:
    return token in grammar.placeholders or _VALUE.match(token) is not None


def _tokens(line: Line, grammar: LayoutGrammar) -> list[tuple[int, int]]:
    """Blank-separated pieces of a row, units and brackets joined to the figure before them."""
    pieces: list[tuple[int, int]] = []
    figure = False
    for match in _TOKEN.finditer(line.text):
        token = match.group()
        start, end = line.start + match.start(), line.start + match.end()
        if pieces and figure and (token in grammar.units or token[0] in "(\uff08"):
            pieces[-1] = (pieces[-1][0], end)
            continue
        pieces.append((start, end))
        figure = _VALUE.match(token) is not None
    return pieces


def _is_value_cell(line: Line, cell: tuple[int, int], grammar: LayoutGrammar) -> bool:
    return _is_value(_slice(line, cell).split(" ")[0], grammar)


def _flat_row(line: Line, grammar: LayoutGrammar) -> int:
    """How many values a line of a flattened table holds, 0 where it cannot be one."""
    if line.width > _MAX_FLAT or " " not in line.text or has_end_mark(line.text, grammar):
        return 0
    if markdown_level(line) or (item_style(line, grammar) is not None and not line.text[0].isalnum()):
        return 0
    pieces = _tokens(line, grammar)
    if not 2 < len(pieces) <= _MAX_TOKENS:
        return 0
    if _CLAUSE.search(line.text):
        return 0
    found = [_is_value_cell(line, piece, grammar) for piece in pieces]
    values = sum(found)
    adjoining = any(a and b for a, b in pairwise(found[1:]))
    return values if adjoining and len(pieces) - values <= 5 + values else 0


def _header_cells(line: Line, grammar: LayoutGrammar) -> list[tuple[int, int]]:
    """Column names: blank-separated, with versions, years and known second words joined to the name before."""
    cells: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(line.text):
        token = match.group()
        start, end = line.start + match.start(), line.start + match.end()
        if cells and (token in grammar.continuations or _VERSION.match(token)):
            cells[-1] = (cells[-1][0], end)
        else:
            cells.append((start, end))
    return cells


def _flat_header(line: Line, grammar: LayoutGrammar) -> bool:
    if line.width > _MAX_FLAT or has_end_mark(line.text, grammar) or markdown_level(line):
        return False
    tokens = line.text.split()
    return 3 <= len(tokens) <= _MAX_TOKENS and not any(_is_value(t, grammar) and not _VERSION.match(t) for t in tokens)


def _flat_table(lines: Sequence[Line], i: int, grammar: LayoutGrammar) -> Table | int:
    """The table that begins on line i, or the end of the run of lines that is none."""
    header = _flat_header(lines[i], grammar) and not _flat_row(lines[i], grammar)
    first = i + 1 if header else i
    last = first
    while last < len(lines) and (last == i or not lines[last].blank_before) and _flat_row(lines[last], grammar):
        last += 1
    if last - first < (2 if header else 3):
        return last
    body = lines[first:last]
    pieces = [_tokens(line, grammar) for line in body]
    rows: list[tuple[int, Cells]] = []
    columns = 1 + min(sum(_is_value_cell(ln, c, grammar) for c in p[1:]) for ln, p in zip(body, pieces, strict=True))
    if header:
        names = _header_cells(lines[i], grammar)
        raw_names = _split_names(lines[i])
        if min(map(len, pieces)) < len(names):
            return last
        joined_fits = len(names) >= columns
        names = names if joined_fits else raw_names
        columns = len(names)
        rows.append((1, tuple(names)))
    if min(map(len, pieces)) < columns:
        return last
    template = _template(body, pieces, columns, grammar)
    rows.extend((1, _fit(line, p, columns, template, grammar)) for line, p in zip(body, pieces, strict=True))
    return Table(i, last, rows, header)


def _vertical_tables(lines: Sequence[Line], grammar: LayoutGrammar) -> dict[int, Table]:
    """Tables with every cell on a line of its own: first the column names, then row after row of the same shape."""
    tables: dict[int, Table] = {}
    i = 0
    while i < len(lines):
        last = i
        while last < len(lines) and _is_cell_line(lines[last], last == i, grammar):
            last += 1
        if last - i >= 9:
            table = _vertical_table(lines, i, last, grammar)
            if table is not None:
                tables[table.first] = table
        i = max(last, i + 1)
    return tables


def _vertical_table(lines: Sequence[Line], first: int, last: int, grammar: LayoutGrammar) -> Table | None:
    """The table in lines[first:last] that covers most of them."""
    values = [_is_value(line.text.split(" ")[0], grammar) for line in lines[first:last]]
    if True not in values:
        return None
    names = values.index(True)
    best: tuple[int, int, int] | None = None  # lines covered, start, columns
    for columns in range(3, _MAX_COLUMNS + 1):
        for start in (names - columns, names - columns + 1):
            if start < 0:
                continue
            rows = _vertical_rows(lines[first + start : last], values[start:], columns, grammar)
            if rows >= 3 and (best is None or rows * columns > best[0]):
                best = (rows * columns, first + start, columns)
    if best is None:
        return None
    covered, at, columns = best
    cells = [(line.start, line.end) for line in lines[at : at + covered]]
    body = [(columns, tuple(cells[k : k + columns])) for k in range(0, covered, columns)]
    return Table(at, at + covered, body, True)


def _is_cell_line(line: Line, first: bool, grammar: LayoutGrammar) -> bool:
    if (line.blank_before and not first) or line.width > 40 or markdown_level(line) or has_end_mark(line.text, grammar):
        return False
    marker = item_style(line, grammar)
    return marker is None


def _vertical_rows(lines: Sequence[Line], values: Sequence[bool], columns: int, grammar: LayoutGrammar) -> int:
    """How many rows, header included, have the shape of the first row below the header."""
    shape = values[columns : 2 * columns]
    if len(shape) < columns or all(shape) or sum(shape) < 2:
        return 1
    count = 1
    while (count + 1) * columns <= len(values):
        row = range(count * columns, (count + 1) * columns)
        if any(values[k] != s and lines[k].text not in grammar.placeholders for k, s in zip(row, shape, strict=True)):
            break
        count += 1
    return count


def _split_names(line: Line) -> list[tuple[int, int]]:
    return [(line.start + m.start(), line.start + m.end()) for m in _TOKEN.finditer(line.text)]


def _template(
    body: Sequence[Line], pieces: Sequence[list[tuple[int, int]]], columns: int, grammar: LayoutGrammar
) -> list[bool | None]:
    """Per column whether it holds values, as the rows with exactly that many pieces show; None where unknown."""
    votes: list[list[bool]] = [[] for _ in range(columns)]
    for line, row in zip(body, pieces, strict=True):
        if len(row) == columns:
            for column, cell in enumerate(row):
                if _slice(line, cell) not in grammar.placeholders:
                    votes[column].append(_is_value_cell(line, cell, grammar))
    template = [sum(v) * 2 > len(v) if v else (False if k == 0 else None) for k, v in enumerate(votes)]
    trailing = min(_trailing(line, row, grammar) for line, row in zip(body, pieces, strict=True))
    for column in range(max(1, columns - trailing), columns):
        template[column] = True if template[column] is None else template[column]
    return template


def _trailing(line: Line, row: Sequence[tuple[int, int]], grammar: LayoutGrammar) -> int:
    """How many values stand at the end of a row without a gap."""
    count = 0
    while count < len(row) and _is_value_cell(line, row[-1 - count], grammar):
        count += 1
    return count


def _join_cost(left: str, right: str, first: bool) -> float:
    """How unlikely it is that two adjoining pieces are one cell."""
    left_value, right_value = _VALUE.match(left) is not None, _VALUE.match(right) is not None
    if left_value and right_value:
        return 1.0 if first else 2.5
    if right_value:
        return 0.2 if first else 0.6
    digits = any(c.isdigit() for c in left)
    mixed = (left[-1] >= "\u2e80") != (right[0] >= "\u2e80")
    return 1.0 + 1.0 * digits + 1.0 * mixed + (0.0 if first else 0.1)


def _fit(
    line: Line, pieces: list[tuple[int, int]], columns: int, template: Sequence[bool | None], grammar: LayoutGrammar
) -> Cells:
    """The cheapest way to make `columns` cells of the pieces (dynamic programme over pieces and columns)."""
    count = len(pieces)
    if count == columns:
        return tuple(pieces)
    texts = [_slice(line, p) for p in pieces]
    spare = count - columns
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for column in range(columns):
        states: dict[int, tuple[float, int]] = {}
        for begin, (cost, _) in sorted(best[-1].items()):
            total = cost
            for end in range(begin + 1, min(begin + spare + 1, count) + 1):
                if end > begin + 1:
                    total += _join_cost(texts[end - 2], texts[end - 1], column == 0)
                wanted = template[column]
                fits = wanted is None or wanted == _is_value_cell(line, pieces[begin], grammar)
                price = total + (0.0 if fits or texts[begin] in grammar.placeholders else 2.0)
                if end not in states or price < states[end][0]:
                    states[end] = (price, begin)
        best.append(states)
    cells: list[tuple[int, int]] = []
    end = count
    for column in range(columns, 0, -1):
        begin = best[column][end][1]
        cells.append((pieces[begin][0], pieces[end - 1][1]))
        end = begin
    return tuple(reversed(cells))
