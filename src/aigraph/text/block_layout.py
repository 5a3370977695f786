"""What the lines of one text are to each other: which go on, which stand over others, where the page was broken.

`Page` answers questions about single lines in their surroundings and changes nothing; `blocks` walks over the lines
and asks. Every answer looks at a bounded number of neighbours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aigraph.text.block_grammar import LayoutGrammar, layout_grammar
from aigraph.text.block_lines import (
    Line,
    ends_sentence,
    has_end_mark,
    has_letter,
    heading_style,
    is_capitals,
    is_furniture,
    item_style,
    markdown_level,
    split_lines,
    wrap_width,
)
from aigraph.text.block_tables import Table, find_tables
from aigraph.text.block_turns import Turn, find_strangers, find_turns, split_at_speakers

FENCE = re.compile(r"(?:```|~~~)")
REFERENCE = re.compile(r"\[\d{1,3}\]\s*\S")
_ASCII_WORD_BREAK = re.compile(r"[a-z]-$")
_ADDRESS = re.compile(r"(?:https?:|www\.|\S@\S)")
_SEPARATED = re.compile(r" [|.\u00b7] | {3,}|\S[ ]?\u3000+\S|\S {2,}\S+ {2,}")
_BOLD_LINE = re.compile(r"(?:\*\*|__)[^*_]+(?:\*\*|__)\s*[:：]?$")
_OPEN_ENDS = "\uff0c\u3001(\uff08\u201c\u300c\u300a"
_CLOSING_STARTS = "\uff0c\u3002\u3001\uff09)"
_LONG_LINE = 60
_HALF_LINE = 30
_WRAPPED_LINE = 110  # a line this wide without an end mark is no headline


@dataclass(slots=True)
class Page:
    """The lines of a text with all that was found in them beforehand, by index of line."""

    lines: list[Line]
    tables: dict[int, Table]
    turns: dict[int, Turn]
    strangers: frozenset[int]  # lines of a transcript that open like a turn, of nobody that is known to speak
    furniture: set[int]
    wrap: int | None
    run_on: bool  # a transcript whose line breaks were lost: lines begin anywhere, so a short one is no heading
    grammar: LayoutGrammar

    @classmethod
    def read(cls, text: str, norm: str) -> Page:
        """Lines, tables, turns and page furniture of a text; `norm` is `normalise(text)`."""
        grammar = layout_grammar()
        lines, speakers = split_at_speakers(split_lines(text, norm), grammar)
        tables = find_tables(lines, grammar)
        in_table = {k for table in tables.values() for k in range(table.first, table.last)}
        turns = {k: turn for k, turn in find_turns(lines, grammar, speakers).items() if k not in in_table}
        strangers = find_strangers(lines, turns, grammar) - in_table
        taken = in_table | turns.keys()
        furniture = {k for k, line in enumerate(lines) if k not in taken and is_furniture(line, grammar)}
        wrap = wrap_width([line for k, line in enumerate(lines) if k not in in_table], grammar)
        return cls(lines, tables, turns, strangers, furniture, wrap, bool(speakers), grammar)

    def is_ordinal(self, i: int) -> bool:
        """A line of nothing but a number, with a short headline and then text below it."""
        if not self.grammar.ordinal.match(self.lines[i].plain) or i + 2 >= len(self.lines):
            return False
        headline = self.lines[i + 1]
        taken = i + 1 in self.tables or i + 1 in self.furniture or i + 1 in self.turns
        if taken or headline.width > self.grammar.max_width:
            return False
        if headline.text[-1] in "\uff0c,":
            return self.lines[i + 2].width <= self.grammar.max_width_latin and i + 2 not in self.tables
        if ends_sentence(headline.text.rstrip("?\uff1f"), self.grammar) or not has_letter(headline.text):
            return False
        return self.is_prose(i + 2) or i + 2 in self.turns or item_style(self.lines[i + 2], self.grammar) is not None

    def is_listed(self, i: int, name: str) -> bool:
        """Whether a line with this numbering stands in a plain list of such lines."""
        neighbours = [k for k in (i - 1, i + 1) if 0 <= k < len(self.lines)]
        styles = [heading_style(self.lines[k], self.grammar) for k in neighbours]
        same = [style for style in styles if style is not None and style.name == name]
        return name.startswith("han") and bool(same) and not any(self.is_prose(k) for k in neighbours if k > i)

    def short(self, i: int) -> bool:
        """Whether a line could be a headline: not too wide, and without an end mark."""
        line, grammar = self.lines[i], self.grammar
        limit = grammar.max_width_latin if line.text.isascii() else grammar.max_width + 18
        return line.width <= limit and not has_end_mark(line.plain or line.text, grammar)

    def is_prose(self, i: int) -> bool:
        """Whether a line is running text: it ends as a sentence does, or is too long for a label."""
        line = self.lines[i]
        return i not in self.tables and i not in self.furniture and not markdown_level(line) and (
            line.width > 72 or (line.width > 24 and has_end_mark(line.text, self.grammar))
        )  # fmt: skip

    def starts_block(self, i: int) -> bool:
        """Whether line i opens something of its own and so cannot continue a paragraph."""
        line = self.lines[i]
        if i in self.tables or i in self.turns or i in self.strangers or i in self.furniture or markdown_level(line):
            return True
        if FENCE.match(line.text) or line.text.startswith(">") or REFERENCE.match(line.text):
            return True
        if item_style(line, self.grammar) is not None:
            return True
        return heading_style(line, self.grammar) is not None and self.short(i)

    def continues(self, i: int) -> bool:
        """Whether line i + 1 goes on with the paragraph of line i."""
        after = self.lines[i + 1]
        line = self.lines[i]
        if self.starts_block(i + 1):
            return False
        if after.blank_before:
            return self._broken(i) and self.is_prose(i + 1) and line.width >= _HALF_LINE
        if _ASCII_WORD_BREAK.search(line.text) or after.text[0] in self.grammar.end_marks:
            return True
        if self.wrap is None:
            return self._broken(i) and line.width >= _LONG_LINE and after.indent <= line.indent
        if line.width >= 0.75 * self.wrap:
            return True
        done = ends_sentence(line.text, self.grammar)
        return not done and line.width >= 0.5 * self.wrap and line.indent <= after.indent

    def _broken(self, i: int) -> bool:
        """Whether the sentence of line i plainly goes on in line i + 1: open at the end, or continued at the start."""
        line, after, grammar = self.lines[i], self.lines[i + 1], self.grammar
        last, first = line.text[-1], after.text[0]
        if ends_sentence(line.text, grammar) or _ADDRESS.search(line.text):
            return False
        if last in _OPEN_ENDS or first in grammar.continuation_starts + _CLOSING_STARTS:
            return True
        if last in grammar.broken_before_stop or last in grammar.end_marks or last in grammar.closing_signs:
            return False
        return (first.islower() and first.isascii()) or (line.width >= _WRAPPED_LINE and after.width >= _LONG_LINE)

    def joined(self, i: int) -> int:
        """Index behind the last line of the paragraph that begins with line i."""
        item = item_style(self.lines[i], self.grammar) is not None
        last = i + 1
        while last < len(self.lines):
            full = not item or self.lines[last - 1].width >= 0.85 * (self.wrap or _LONG_LINE)
            if not (full and self.continues(last - 1)) and not self._hangs(i, last):
                break
            last += 1
        return last

    def _hangs(self, first: int, k: int) -> bool:
        """Whether line k is indented under the list item that began on line `first`."""
        line = self.lines[k]
        marker = item_style(self.lines[first], self.grammar)
        deeper = line.indent >= self.lines[first].indent + 2
        return marker is not None and deeper and not line.blank_before and not self.starts_block(k)

    def is_bare_heading(self, i: int, before: str | None) -> bool:
        """A short line without number that stands over running text: `Background`, in capitals or bold.

        `before` is the kind of the block before, None at the start.
        """
        line = self.lines[i]
        plain = line.plain
        if not plain or not has_letter(plain) or not self.short(i) or i + 1 >= len(self.lines):
            return False
        if _BOLD_LINE.match(line.text) or is_capitals(plain):
            return True
        if _ADDRESS.search(plain) or self.continues(i):
            return False
        limit = 80 if plain.isascii() else self.grammar.max_width
        after = self.lines[i + 1]
        if line.width > limit or plain[0] in self.grammar.closing_signs or plain[0].islower():
            return False
        if (
            _SEPARATED.search(line.raw)
            or self.grammar.caption.match(plain)
            or (before == "paragraph" and self._follows_name(i))
        ):
            return False
        ended = not self.run_on and i > 0 and ends_sentence(self.lines[i - 1].text, self.grammar)
        after_head = before in (None, "boilerplate", "row") or (before == "heading" and not plain[0].isdigit())
        fresh = line.blank_before or ended or (not self.run_on and after_head)
        listed = item_style(after, self.grammar) is not None and not after.blank_before
        if i + 1 in self.tables:
            return fresh
        return fresh and (self.is_prose(i + 1) or listed) and line.width < after.width * 1.5

    def _follows_name(self, i: int) -> bool:
        """Whether the line is an office under a name, as beside a pull quote: two short lines, neither a heading."""
        name = self.lines[i - 1] if i else None
        if name is None or name.width > 24 or self.lines[i].width > 40:
            return False
        return not any(c.isdigit() for c in name.text) and not has_end_mark(name.text, self.grammar)
