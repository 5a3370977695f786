"""The block model: what each stretch of lines is, and under which heading, list intro or header row it stands.

Works on layout alone, for plain text, Markdown and what converters leave of HTML, PDF and scans. Lines that a
converter broke are joined again; nothing is moved, cleaned or dropped: blocks are offsets, they never overlap, and
every character that is not blank lies in exactly one of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from aigraph.block_grammar import LayoutGrammar, layout_grammar
from aigraph.block_lines import (
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
from aigraph.block_tables import Table, find_tables
from aigraph.block_turns import Turn, find_turns
from aigraph.language import block_language, document_language
from aigraph.model import Block

_FENCE = re.compile(r"(?:```|~~~)")
_REFERENCE = re.compile(r"\[\d{1,3}\]\s*\S")
_ASCII_WORD_BREAK = re.compile(r"[a-z]-$")
_BOLD_LINE = re.compile(r"(?:\*\*|__)[^*_]+(?:\*\*|__)\s*[:：]?$")
_RANK_TITLE, _RANK_ITEM, _RANK_BARE, _RANK_CAPTION = 0, 60, 70, 90
_TITLE_LINES = 3
_LONG_LINE = 60


def split_blocks(text: str, norm: str) -> list[Block]:
    """All blocks of a text in order. `norm` is `normalise(text)`.

    `parent` is the index of the governing heading; for list items the enclosing item or the paragraph that announces
    the list, where there is one; for the rows of a table its header row.
    """
    return _Splitter(text, norm).run()


@dataclass(slots=True)
class _Splitter:
    """Walks over the lines once; each `_take_*` consumes the lines of one block, or none, and says how many."""

    text: str
    norm: str
    grammar: LayoutGrammar = field(default_factory=layout_grammar)
    lines: list[Line] = field(default_factory=list)
    tables: dict[int, Table] = field(default_factory=dict)
    turns: dict[int, Turn] = field(default_factory=dict)
    furniture: set[int] = field(default_factory=set)
    wrap: int | None = None
    main: str = "en"
    blocks: list[Block] = field(default_factory=list)
    outline: list[tuple[int, int]] = field(default_factory=list)  # (rank, block index) of the open headings
    items: list[tuple[int, str, int]] = field(default_factory=list)  # (indent, style, block index) of the open items
    numbering: dict[str, bool] = field(default_factory=dict)  # numbered style -> whether its numbers are headings
    in_references: bool = False
    speaker: str | None = None

    def run(self) -> list[Block]:
        self.lines = split_lines(self.text, self.norm)
        self.tables = find_tables(self.lines, self.grammar)
        in_table = {k for t in self.tables.values() for k in range(t.first, t.last)}
        self.turns = {k: t for k, t in find_turns(self.lines, self.grammar).items() if k not in in_table}
        self.furniture = {
            k for k, line in enumerate(self.lines)
            if k not in in_table and k not in self.turns and is_furniture(line, self.grammar)
        }  # fmt: skip
        self.wrap = wrap_width([ln for k, ln in enumerate(self.lines) if k not in in_table], self.grammar)
        self.main = document_language(self.text)
        i = self._take_title()
        takers = (
            self._take_fence, self._take_quote, self._take_table, self._take_furniture, self._take_markdown_heading,
            self._take_turn, self._take_reference, self._take_numbered, self._take_item, self._take_heading,
        )  # fmt: skip
        while i < len(self.lines):
            i += next((n for take in takers if (n := take(i))), 0) or self._take_paragraph(i)
        return self.blocks

    # -- building ---------------------------------------------------------------------------------------------------

    def _add(self, kind: str, first: int, last: int, *, level: int = 0, parent: int | None = None) -> int:
        """Append the block of lines[first:last] and return its index."""
        start, end = self.lines[first].start, self.lines[last - 1].end
        index = len(self.blocks)
        lang = block_language(self.text[start:end], self.main)
        self.blocks.append(Block(index, kind, start, end, level, parent, lang))
        if kind not in ("item", "boilerplate"):
            self.items.clear()
        return index

    def _under(self) -> int | None:
        return self.outline[-1][1] if self.outline else None

    def _add_heading(self, first: int, last: int, rank: int, level: int | None = None) -> int:
        while self.outline and self.outline[-1][0] >= rank:
            self.outline.pop()
        parent = self._under()
        depth = self.blocks[parent].level + 1 if parent is not None else 2
        if rank == _RANK_TITLE:
            depth = 1
        elif rank == _RANK_ITEM:
            depth = max(3, depth)
        index = self._add("heading", first, last, level=level or depth, parent=parent)
        self.outline.append((rank, index))
        bare = self.lines[first].plain.strip(":：[]【】 \u3000").casefold()
        self.in_references = bare in self.grammar.reference_headings
        self.speaker = None
        if rank < _RANK_ITEM:
            self.numbering.clear()
        return index

    # -- one kind of block each -------------------------------------------------------------------------------------

    def _take_title(self) -> int:
        """The first line that is no page furniture, where it looks like a title."""
        for i in range(min(_TITLE_LINES, len(self.lines))):
            if i in self.furniture:
                continue
            line = self.lines[i]
            taken = i in self.tables or i in self.turns or item_style(line, self.grammar) is not None
            plain = line.plain
            if taken or line.width > 160 or _FENCE.match(line.text) or not has_letter(plain) or plain.startswith((">", "http")):
                return 0
            if plain[-1] in "\N{IDEOGRAPHIC FULL STOP}.,;:：，；、" or (i + 1 < len(self.lines) and self._continues(i)):
                return 0
            for k in range(i):
                self._add("boilerplate", k, k + 1)
            self._add_heading(i, i + 1, _RANK_TITLE, 1)
            return i + 1
        return 0

    def _take_fence(self, i: int) -> int:
        match = _FENCE.match(self.lines[i].text)
        if match is None:
            return 0
        for k in range(i + 1, len(self.lines)):
            if self.lines[k].text.startswith(match.group()):
                self._add("code", i, k + 1, parent=self._under())
                return k + 1 - i
        self._add("code", i, i + 1, parent=self._under())
        return 1

    def _take_quote(self, i: int) -> int:
        last = i
        while last < len(self.lines) and self.lines[last].text.startswith(">") and (last == i or not self.lines[last].blank_before):
            last += 1
        if last > i:
            self._add("quote", i, last, parent=self._under())
        return last - i

    def _take_table(self, i: int) -> int:
        table = self.tables.get(i)
        if table is None:
            return 0
        header: int | None = None
        at = i
        for number, (size, cells) in enumerate(table.rows):
            parent = header if header is not None else self._under()
            index = self._add("row", at, at + size, parent=parent)
            block = self.blocks[index]
            self.blocks[index] = replace(block, cells=cells, lang=block.lang)
            if number == 0 and table.header:
                header = index
            at += size
        while self.outline and self.outline[-1][0] == _RANK_CAPTION:
            self.outline.pop()
        return table.last - i

    def _take_furniture(self, i: int) -> int:
        if i not in self.furniture:
            return 0
        self._add("boilerplate", i, i + 1, parent=self._under())
        return 1

    def _take_markdown_heading(self, i: int) -> int:
        level = markdown_level(self.lines[i])
        if not level:
            return 0
        self._add_heading(i, i + 1, level, level)
        return 1

    def _take_turn(self, i: int) -> int:
        turn = self.turns.get(i)
        if turn is None:
            return 0
        last = self._joined(i)
        index = self._add("turn", i, last, parent=self._under())
        self.speaker = turn.label
        self.blocks[index] = replace(self.blocks[index], speaker=turn.label)
        return last - i

    def _take_reference(self, i: int) -> int:
        line = self.lines[i]
        if not self.in_references and not (_REFERENCE.match(line.text) and line.width > 20):
            return 0
        if self.in_references and self._is_bare_heading(i) and not _REFERENCE.match(line.text):
            return 0
        last = self._joined(i)
        self._add("reference", i, last, parent=self._under())
        return last - i

    def _take_numbered(self, i: int) -> int:
        """A numbered line that is the headline of what follows, not an item of a list."""
        found = item_style(self.lines[i], self.grammar)
        if found is None or found[1] is None or self.lines[i].indent >= 4:
            return 0
        style, number, _ = found
        if number == 1 or style.name not in self.numbering:
            self.numbering[style.name] = self._is_news_number(i, style.name)
        if not self.numbering[style.name] or not self._short(i):
            return 0
        self._add_heading(i, i + 1, _RANK_ITEM)
        return 1

    def _is_news_number(self, i: int, style: str) -> bool:
        if not self._short(i) or i + 1 >= len(self.lines):
            return False
        after = item_style(self.lines[i + 1], self.grammar)
        if i + 1 in self.tables:
            return True
        if after is not None:
            return after[0].name != style and not self.items
        return self._is_prose(i + 1)

    def _take_item(self, i: int) -> int:
        found = item_style(self.lines[i], self.grammar)
        if found is None:
            return 0
        style, indent = found[0].name, self.lines[i].indent
        while self.items and not self._nests(i, self.items[-1], style):
            self.items.pop()
        parent = self.items[-1][2] if self.items else self._list_intro()
        last = self._joined(i)
        index = self._add("item", i, last, level=len(self.items) + 1, parent=parent)
        self.items.append((indent, style, index))
        return last - i

    def _nests(self, i: int, above: tuple[int, str, int], style: str) -> bool:
        """Whether the item on line i lies inside the open item `above`."""
        indent, outer, _ = above
        if self.lines[i].indent > indent + 1:
            return True
        return self.lines[i].indent >= indent and style != outer and all(open_style != style for _, open_style, _ in self.items)

    def _list_intro(self) -> int | None:
        """The item before this one lends its intro; else the paragraph or turn just before that ends in a colon."""
        last = self.blocks[-1] if self.blocks else None
        if last is not None and last.kind == "item":
            while last.kind == "item" and last.parent is not None:
                last = self.blocks[last.parent]
            return last.index if last.kind in ("paragraph", "turn", "heading") else None
        if last is not None and last.kind in ("paragraph", "turn") and self.norm[last.end - 1] in ":：":
            return last.index
        return self._under()

    def _take_heading(self, i: int) -> int:
        line = self.lines[i]
        if i + 1 < len(self.lines) and i + 1 in self.tables and self.grammar.caption.match(line.plain):
            self._add_heading(i, i + 1, _RANK_CAPTION)
            return 1
        style = heading_style(line, self.grammar)
        if style is not None and self._short(i) and not self._is_listed(i, style.name):
            self._add_heading(i, i + 1, style.rank)
            return 1
        if self._is_bare_heading(i):
            self._add_heading(i, i + 1, _RANK_BARE)
            return 1
        return 0

    def _is_listed(self, i: int, name: str) -> bool:
        """Whether a line with this numbering stands in a plain list of such lines."""
        neighbours = [k for k in (i - 1, i + 1) if 0 <= k < len(self.lines)]
        same = [k for k in neighbours if (s := heading_style(self.lines[k], self.grammar)) is not None and s.name == name]
        return name.startswith("han") and bool(same) and not any(self._is_prose(k) for k in neighbours if k > i)

    def _take_paragraph(self, i: int) -> int:
        last = self._joined(i)
        kind = "turn" if self.speaker is not None and self._is_prose(i) else "paragraph"
        index = self._add(kind, i, last, parent=self._under())
        if kind == "turn":
            self.blocks[index] = replace(self.blocks[index], speaker=self.speaker)
        return last - i

    # -- questions about lines --------------------------------------------------------------------------------------

    def _short(self, i: int) -> bool:
        line, grammar = self.lines[i], self.grammar
        limit = grammar.max_width_latin if line.text.isascii() else grammar.max_width + 18
        return line.width <= limit and not has_end_mark(line.plain or line.text, grammar)

    def _is_prose(self, i: int) -> bool:
        """Whether a line is running text: it ends as a sentence does, or is too long for a label."""
        line = self.lines[i]
        return i not in self.tables and i not in self.furniture and (
            line.width > 72 or (line.width > 24 and has_end_mark(line.text, self.grammar))
        )  # fmt: skip

    def _starts_block(self, i: int) -> bool:
        """Whether line i opens something of its own and so cannot continue a paragraph."""
        line = self.lines[i]
        if i in self.tables or i in self.turns or i in self.furniture or markdown_level(line):
            return True
        if _FENCE.match(line.text) or line.text.startswith(">") or _REFERENCE.match(line.text):
            return True
        if item_style(line, self.grammar) is not None:
            return True
        return heading_style(line, self.grammar) is not None and self._short(i)

    def _continues(self, i: int) -> bool:
        """Whether line i + 1 goes on with the paragraph of line i."""
        after = self.lines[i + 1]
        line = self.lines[i]
        if after.blank_before or self._starts_block(i + 1):
            return False
        if _ASCII_WORD_BREAK.search(line.text) or after.text[0] in self.grammar.end_marks:
            return True
        done = ends_sentence(line.text, self.grammar)
        if self.wrap is not None:
            return line.width >= 0.75 * self.wrap or (not done and line.width >= 0.5 * self.wrap and line.indent <= after.indent)
        return not done and line.width >= _LONG_LINE and after.indent <= line.indent

    def _joined(self, i: int) -> int:
        """Index behind the last line of the paragraph that begins with line i."""
        last = i + 1
        while last < len(self.lines) and (self._continues(last - 1) or self._hangs(i, last)):
            last += 1
        return last

    def _hangs(self, first: int, k: int) -> bool:
        """Whether line k is indented under the list item that began on line `first`."""
        line = self.lines[k]
        marker = item_style(self.lines[first], self.grammar)
        deeper = line.indent >= self.lines[first].indent + 2
        return marker is not None and deeper and not line.blank_before and not self._starts_block(k)

    def _is_bare_heading(self, i: int) -> bool:
        """A short line without number that stands over running text: `Background`, in capitals or bold."""
        line = self.lines[i]
        plain = line.plain
        if not plain or not has_letter(plain) or not self._short(i) or i + 1 >= len(self.lines):
            return False
        if _BOLD_LINE.match(line.text) or is_capitals(plain):
            return True
        limit = 80 if plain.isascii() else self.grammar.max_width
        after = self.lines[i + 1]
        if line.width > limit or plain[0] in self.grammar.closing_signs or plain[0].islower():
            return False
        fresh = line.blank_before or i == 0 or ends_sentence(self.lines[i - 1].text, self.grammar) or (
            bool(self.blocks) and self.blocks[-1].kind in ("heading", "boilerplate", "row")
        )  # fmt: skip
        stands_over = self._is_prose(i + 1) or (item_style(after, self.grammar) is not None and not after.blank_before)
        return fresh and stands_over and line.width < after.width * 1.5
