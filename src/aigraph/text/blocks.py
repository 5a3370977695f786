"""The block model: what each stretch of lines is, and under which heading, list intro or header row it stands.

Works on layout alone, for plain text, Markdown and what converters leave of HTML, PDF and scans. Lines that a
converter broke are joined again; nothing is moved, cleaned or dropped: blocks are offsets, they never overlap, and
every character that is not blank lies in exactly one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from aigraph.model import Block
from aigraph.text.block_layout import FENCE, REFERENCE, Page
from aigraph.text.block_lines import has_letter, heading_style, item_style, markdown_level
from aigraph.text.language import block_language, document_language

_RANK_TITLE, _RANK_ORDINAL, _RANK_ITEM, _RANK_BARE, _RANK_CAPTION = 0, 30, 60, 70, 90
_TITLE_LINES = 3
_NO_TITLE_END = "\N{IDEOGRAPHIC FULL STOP}.,;:：，；、"
_SENTENCES = re.compile('[^\u3002.!?]*(?:\u3002|[.!?] [A-Z"\u201c]).*[!?\uff01\uff1f]$')  # more than one
_MAX_DEPTH = 8


def split_blocks(text: str, norm: str) -> list[Block]:
    """All blocks of a text in order. `norm` is `normalise(text)`.

    `parent` is the index of the governing heading; for list items the enclosing item or the paragraph that announces
    the list, where there is one; for the rows of a table its header row.
    """
    return _Splitter(text, norm, Page.read(text, norm)).run()


@dataclass(slots=True)
class _Splitter:
    """Walks over the lines once; each `_take_*` consumes the lines of one block, or none, and says how many."""

    text: str
    norm: str
    page: Page
    main: str = "en"
    blocks: list[Block] = field(default_factory=list)
    outline: list[tuple[int, int]] = field(default_factory=list)  # (rank, block index) of the open headings
    items: list[tuple[int, str, int]] = field(default_factory=list)  # (indent, style, block index) of the open items
    numbering: dict[str, bool] = field(default_factory=dict)  # numbered style -> whether its numbers are headings
    in_references: bool = False
    speaker: str | None = None

    def run(self) -> list[Block]:
        self.main = document_language(self.text)
        i = self._take_title()
        takers = (
            self._take_fence, self._take_quote, self._take_table, self._take_furniture, self._take_markdown_heading,
            self._take_turn, self._take_reference, self._take_numbered, self._take_item, self._take_heading,
        )  # fmt: skip
        while i < len(self.page.lines):
            if i in self.page.strangers:
                self.speaker = None
            i += next((n for take in takers if (n := take(i))), 0) or self._take_paragraph(i)
        return self.blocks

    # -- building ---------------------------------------------------------------------------------------------------

    def _add(self, kind: str, first: int, last: int, *, level: int = 0, parent: int | None = None) -> int:
        """Append the block of lines[first:last] and return its index."""
        start, end = self.page.lines[first].start, self.page.lines[last - 1].end
        index = len(self.blocks)
        near = self.blocks[-1].lang if self.blocks else self.main
        lang = block_language(self.text[start:end], self.main, near)
        self.blocks.append(Block(index, kind, start, end, level, parent, lang))
        if kind not in ("item", "boilerplate"):
            self.items.clear()
        return index

    def _kind_before(self) -> str | None:
        return self.blocks[-1].kind if self.blocks else None

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
        bare = self.page.lines[first].plain.strip(":：[]【】 \u3000").casefold()
        self.in_references = bare in self.page.grammar.reference_headings
        self.speaker = None
        if rank < _RANK_ITEM:
            self.numbering.clear()
        return index

    # -- one kind of block each -------------------------------------------------------------------------------------

    def _take_title(self) -> int:
        """The first line that is no page furniture, where it looks like a title."""
        for i in range(min(_TITLE_LINES, len(self.page.lines))):
            if i in self.page.furniture:
                continue
            line = self.page.lines[i]
            taken = i in self.page.tables or i in self.page.turns or item_style(line, self.page.grammar) is not None
            plain = line.plain
            if (
                taken
                or line.width > 160
                or FENCE.match(line.text)
                or not has_letter(plain)
                or plain.startswith((">", "http"))
            ):
                return 0
            if plain[-1] in _NO_TITLE_END or _SENTENCES.match(plain):
                return 0
            if i + 1 < len(self.page.lines) and self.page.continues(i):
                return 0
            for k in range(i):
                self._add("boilerplate", k, k + 1)
            self._add_heading(i, i + 1, _RANK_TITLE, 1)
            return i + 1
        return 0

    def _take_fence(self, i: int) -> int:
        match = FENCE.match(self.page.lines[i].text)
        if match is None:
            return 0
        for k in range(i + 1, len(self.page.lines)):
            if self.page.lines[k].text.startswith(match.group()):
                self._add("code", i, k + 1, parent=self._under())
                return k + 1 - i
        self._add("code", i, i + 1, parent=self._under())
        return 1

    def _take_quote(self, i: int) -> int:
        last = i
        while (
            last < len(self.page.lines)
            and self.page.lines[last].text.startswith(">")
            and (last == i or not self.page.lines[last].blank_before)
        ):
            last += 1
        if last > i:
            self._add("quote", i, last, parent=self._under())
        return last - i

    def _take_table(self, i: int) -> int:
        table = self.page.tables.get(i)
        if table is None:
            return 0
        header: int | None = None
        at = i
        for number, (size, cells) in enumerate(table.rows):
            parent = header if header is not None else self._under()
            index = self._add("reference" if self.in_references else "row", at, at + size, parent=parent)
            self.blocks[index] = replace(self.blocks[index], cells=cells)
            if number == 0 and table.header:
                header = index
            at += size
        while self.outline and self.outline[-1][0] == _RANK_CAPTION:
            self.outline.pop()
        return table.last - i

    def _take_furniture(self, i: int) -> int:
        if i not in self.page.furniture:
            return 0
        self._add("boilerplate", i, i + 1, parent=self._under())
        return 1

    def _take_markdown_heading(self, i: int) -> int:
        level = markdown_level(self.page.lines[i])
        if not level:
            return 0
        self._add_heading(i, i + 1, level, level)
        return 1

    def _take_turn(self, i: int) -> int:
        turn = self.page.turns.get(i)
        if turn is None:
            return 0
        last = self.page.joined(i)
        index = self._add("turn", i, last, parent=self._under())
        self.speaker = turn.label
        self.blocks[index] = replace(self.blocks[index], speaker=turn.label)
        return last - i

    def _take_reference(self, i: int) -> int:
        line = self.page.lines[i]
        if not self.in_references and not (REFERENCE.match(line.text) and line.width > 20):
            return 0
        if self.in_references and self.page.is_bare_heading(i, self._kind_before()) and not REFERENCE.match(line.text):
            return 0
        last = self.page.joined(i)
        self._add("reference", i, last, parent=self._under())
        return last - i

    def _take_numbered(self, i: int) -> int:
        """A numbered line that is the headline of what follows, not an item of a list."""
        found = item_style(self.page.lines[i], self.page.grammar)
        if found is None or found[1] is None or self.page.lines[i].indent >= 4:
            return 0
        style, number, _ = found
        if number == 1 or style.name not in self.numbering:
            self.numbering[style.name] = self._is_news_number(i, style.name)
        if not self.numbering[style.name] or not self.page.short(i):
            return 0
        self._add_heading(i, i + 1, _RANK_ITEM)
        return 1

    def _is_news_number(self, i: int, style: str) -> bool:
        if not self.page.short(i) or i + 1 >= len(self.page.lines):
            return False
        after = item_style(self.page.lines[i + 1], self.page.grammar)
        if i + 1 in self.page.tables:
            return True
        if after is not None:
            return after[0].name != style and not self.items
        return self.page.is_prose(i + 1)

    def _take_item(self, i: int) -> int:
        found = item_style(self.page.lines[i], self.page.grammar)
        if found is None:
            return 0
        style, indent = found[0].name, self.page.lines[i].indent
        if (found[1] or 0) > 1 and all(open_style != style for _, open_style, _ in self.items):
            self.items.clear()  # the list this number continues began outside the open one
            while self.numbering.get(style) and self.outline and self.outline[-1][0] >= _RANK_ITEM:
                self.outline.pop()
            intro = self._under()
        else:
            intro = self._list_intro()
        while self.items and (len(self.items) >= _MAX_DEPTH or not self._nests(i, self.items[-1], style)):
            self.items.pop()
        parent = self.items[-1][2] if self.items else intro
        last = self.page.joined(i)
        index = self._add("item", i, last, level=len(self.items) + 1, parent=parent)
        self.items.append((indent, style, index))
        return last - i

    def _nests(self, i: int, above: tuple[int, str, int], style: str) -> bool:
        """Whether the item on line i lies inside the open item `above`."""
        indent, outer, _ = above
        if self.page.lines[i].indent > indent + 1:
            return True
        return (
            self.page.lines[i].indent >= indent
            and style != outer
            and all(open_style != style for _, open_style, _ in self.items)
        )

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
        line = self.page.lines[i]
        if i + 1 < len(self.page.lines) and i + 1 in self.page.tables and self.page.grammar.caption.match(line.plain):
            self._add_heading(i, i + 1, _RANK_CAPTION)
            return 1
        if self.page.is_ordinal(i):
            last = i + 3 if self.page.lines[i + 1].text[-1] in "\uff0c," else i + 2
            self._add_heading(i, last, _RANK_ORDINAL)
            return last - i
        style = heading_style(line, self.page.grammar)
        if style is not None and self.page.short(i) and not self.page.is_listed(i, style.name):
            self._add_heading(i, i + 1, style.rank)
            return 1
        if self.page.is_bare_heading(i, self._kind_before()):
            self._add_heading(i, i + 1, _RANK_BARE)
            return 1
        return 0

    def _take_paragraph(self, i: int) -> int:
        last = self.page.joined(i)
        aside = self.page.lines[i].text[0] in "[(（【"
        kind = (
            "turn"
            if self.speaker is not None and not aside and (self.page.run_on or self.page.is_prose(i))
            else "paragraph"
        )
        index = self._add(kind, i, last, parent=self._under())
        if kind == "turn":
            self.blocks[index] = replace(self.blocks[index], speaker=self.speaker)
        return last - i
