"""Lines of a text and what can be told of one line alone: width, end mark, marker, page furniture.

Decides nothing that needs the neighbouring lines; that is `blocks`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from aigraph.text.block_grammar import LayoutGrammar, Style

_MD_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
_EMPHASIS = re.compile(r"[*_`]+")
_WIDE = re.compile(
    r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\U00020000-\U0003ffff]"
)
_CELL_GAP = re.compile(r"\t+| {2,}|\s*\u3000\s*")
_LATIN_LETTER = re.compile(r"[A-Za-z]")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(slots=True)
class Line:
    """One line without its surrounding blanks; `start` and `end` are offsets into the text, `text` is normalised."""

    start: int
    end: int
    text: str
    raw: str
    indent: int
    blank_before: bool
    width: int

    @property
    def plain(self) -> str:
        """The line without Markdown emphasis and heading signs."""
        return _EMPHASIS.sub("", _MD_HEADING.sub("", self.text, count=1)).strip()


def width(text: str) -> int:
    """Columns on a fixed-width screen: Han and full-width signs 2, everything else 1."""
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def split_lines(text: str, norm: str) -> list[Line]:
    """Every line that holds something, in order. Lines are those of the normalised text."""
    lines: list[Line] = []
    position, blank = 0, True
    for full in norm.split("\n"):
        stripped = full.strip()
        if stripped:
            lead = len(full) - len(full.lstrip())
            start = position + lead
            end = start + len(stripped)
            indent = sum(4 if c == "\t" else 2 if c == "\u3000" else 1 for c in text[position:start])
            lines.append(Line(start, end, stripped, text[start:end], indent, blank, width(stripped)))
        blank = not stripped
        position += len(full) + 1
    return lines


def markdown_level(line: Line) -> int:
    """1 to 6 for a Markdown heading, else 0."""
    match = _MD_HEADING.match(line.text)
    return len(match.group(1)) if match else 0


def heading_style(line: Line, grammar: LayoutGrammar) -> Style | None:
    """The numbering style of a line that begins like a numbered heading."""
    plain = line.plain
    for style in grammar.headings:
        subject = line.raw if style.raw else plain
        if style.pattern.match(subject):
            return style
    return None


def item_style(line: Line, grammar: LayoutGrammar) -> tuple[Style, int | None, int] | None:
    """Style, number and length of the list marker of a line; None where it is no list item."""
    for style in grammar.items:
        match = style.pattern.match(line.text)
        if match is None:
            continue
        if style.name == "bullet" and line.text.startswith("**"):
            return None
        number = int(match.group(1)) if style.numbered else None
        return style, number, match.end()
    return None


def ends_sentence(text: str, grammar: LayoutGrammar) -> bool:
    """Whether a line is complete: a full stop, question or exclamation mark, possibly inside closing signs."""
    bare = text.rstrip(grammar.closing_signs + " ")
    if not bare:
        return False
    if bare[-1] == ".":
        return len(bare) > 1 and not bare[-2].isspace()
    if bare[-1] not in grammar.sentence_ends:
        return False
    return not (len(bare) > 1 and bare[-2] in grammar.broken_before_stop)


def has_end_mark(text: str, grammar: LayoutGrammar) -> bool:
    """Whether a line ends as running text does (also comma or colon); a question mark does not count."""
    bare = text.rstrip(grammar.closing_signs + " ") or text
    return bare[-1] in grammar.end_marks or (bare[-1] == "." and len(bare) > 1)


def is_furniture(line: Line, grammar: LayoutGrammar) -> bool:
    """Whether the line belongs to the page (rule, image, byline, share bar, notice) and not to the article."""
    if grammar.rule.match(line.text):
        return True
    marker = item_style(line, grammar)
    plain = (line.text[marker[2] :] if marker else line.text).lstrip("*_># ")
    if line.width <= grammar.page_width and (grammar.page_start.match(plain) or grammar.page_start.match(line.text)):
        return True
    if line.width <= grammar.page_width and grammar.page_anywhere.search(line.text):
        return True
    return bool(grammar.contents.match(plain))


def is_capitals(text: str) -> bool:
    """Whether an English line is written in capitals only, as headings are."""
    letters = _LATIN_LETTER.findall(text)
    return (
        len(letters) >= 5
        and " " in text.strip()
        and all(c.isupper() for c in letters)
        and len(letters) > len(text) // 2
    )


def has_letter(text: str) -> bool:
    """Whether there is any letter or Han character."""
    return _LETTER.search(text) is not None


def wide_cells(line: Line) -> list[tuple[int, int]]:
    """Offsets of what stands between tabs, several blanks or ideographic spaces."""
    cells: list[tuple[int, int]] = []
    position = 0
    for gap in _CELL_GAP.finditer(line.raw):
        cells.append((line.start + position, line.start + gap.start()))
        position = gap.end()
    cells.append((line.start + position, line.end))
    return [cell for cell in cells if cell[0] < cell[1]]


def wrap_width(lines: Sequence[Line], grammar: LayoutGrammar) -> int | None:
    """The column at which a converter broke the lines, or None where lines are whole paragraphs.

    Wrapped text shows it by many adjoining lines of nearly equal width that end in the middle of a sentence.
    """
    full = sorted(
        line.width
        for line, after in pairwise(lines)
        if not after.blank_before and line.width >= 40 and item_style(after, grammar) is None
    )
    if len(full) < 3:
        return None
    top = full[int(len(full) * 0.8)]
    near = sum(0.78 * top <= value <= 1.1 * top for value in full)
    return top if near >= 0.6 * len(full) and top <= 320 else None
