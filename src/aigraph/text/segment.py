"""Cuts blocks into sentences, and names the language of a document.

A sentence is the smallest unit of evidence, so a doubtful border is not cut: abbreviations, decimals, initials and
stops that a conversion left inside a sentence hold it together, and a semicolon never ends one. Table rows and
headings are one sentence each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aigraph.model import Block, Sentence
from aigraph.text.block_grammar import LayoutGrammar, layout_grammar
from aigraph.text.language import document_language

_WHOLE = frozenset({"row", "heading", "boilerplate", "code", "reference"})
_WORD_BEFORE = re.compile(r"[A-Za-z][A-Za-z.]*$")
_NEXT_WORD = re.compile(r"\s+[\"'“‘(\[]*([A-Za-z]+|\d)?")
_INITIALS = re.compile(r"(?:[A-Z]\.)+[A-Z]$")
_STRAIGHT = '"*_'
_OPENING_QUOTES = "\"'“‘「『（(【["


def main_language(text: str) -> str:
    """The main language of a text: zh-Hans, zh-Hant or en."""
    return document_language(text)


def split_sentences(text: str, norm: str, blocks: Sequence[Block]) -> list[Sentence]:
    """Sentences of all blocks in order; together they cover each block but for the blanks between them."""
    grammar = layout_grammar()
    sentences: list[Sentence] = []
    spaced_stops = _spaced_stops(norm)
    for block in blocks:
        if block.kind in _WHOLE:
            cuts = [block.end]
        else:
            cuts = [*_borders(norm, block, grammar, spaced_stops), block.end]
        start = block.start
        for cut in cuts:
            first, last = _trim(norm, start, cut)
            if first < last:
                sentences.append(Sentence(len(sentences), block.index, first, last))
            start = cut
    return sentences


def _trim(norm: str, start: int, end: int) -> tuple[int, int]:
    piece = norm[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _spaced_stops(norm: str) -> bool:
    """Whether this text sets a blank before its stops as a rule (scans do); then such a blank is no scar."""
    stops = norm.count("\N{IDEOGRAPHIC FULL STOP}")
    return stops > 0 and norm.count(" \N{IDEOGRAPHIC FULL STOP}") > stops * 0.4


def _borders(norm: str, block: Block, grammar: LayoutGrammar, spaced_stops: bool) -> Iterator[int]:
    """Offsets right behind each sentence but the last."""
    closing = re.escape(grammar.closing_signs)
    marks = re.compile(f"[{re.escape(grammar.sentence_ends)}.]+(?P<signs>[{closing}]*)")
    rest = re.compile(rf"[{closing}\s]*[^{closing}\s]")
    first = block.start
    for match in marks.finditer(norm, block.start, block.end):
        end = match.end()
        run = norm[match.start() : match.start("signs")]
        if set(run) == {"."}:
            ends = _starts_anew(norm, end, block.end) if len(run) > 1 else _english_stop(norm, block, match, grammar)
        else:
            scar = not spaced_stops and _is_scar(norm, block.start, match.start(), grammar)
            ends = not scar and not _is_inside(norm, block, end, run)
        if ends and rest.match(norm, end, block.end):
            end -= _opening(norm[first : match.start()], match["signs"])
            yield end
            first = end


def _opening(sentence: str, signs: str) -> int:
    """How many of the signs behind a stop open the next sentence: a straight quote or emphasis without a partner."""
    count = 0
    while count < len(signs) and signs[-1 - count] in _STRAIGHT and not sentence.count(signs[-1 - count]) % 2:
        if signs[-1 - count] != '"' and sentence.count(signs[-1 - count]) % 4:
            break
        count += 1
    return count


def _is_inside(norm: str, block: Block, end: int, run: str) -> bool:
    """Dots of omission, and ASCII marks glued to the next word, do not end a sentence."""
    if set(run) <= {"\N{HORIZONTAL ELLIPSIS}"}:
        return True
    return run[-1] in "!?" and run.isascii() and not _after_ascii_mark(norm, end, block.end)


def _is_scar(norm: str, first: int, stop: int, grammar: LayoutGrammar) -> bool:
    """A stop behind a blank or an opening sign: left there by a broken conversion."""
    before = norm[stop - 1] if stop > first else ""
    return before in grammar.broken_before_stop or before.isspace()


def _after_ascii_mark(norm: str, end: int, last: int) -> bool:
    following = norm[end : end + 1]
    return end >= last or following.isspace() or ord(following) >= 0x2E80 or following in _OPENING_QUOTES


def _starts_anew(norm: str, end: int, last: int) -> bool:
    following = norm[end : min(end + 40, last)]
    match = _NEXT_WORD.match(following)
    return bool(match and match.group(1) and match.group(1)[0].isupper())


def _english_stop(norm: str, block: Block, found: re.Match[str], grammar: LayoutGrammar) -> bool:
    """Whether the one full stop that was found ends an English sentence."""
    stop, end = found.span()
    if end >= block.end:
        return True
    following = norm[end : min(end + 40, block.end)]
    if not following[0].isspace():
        glued = ord(following[0]) >= 0x4E00 and end - stop == 1 and norm[stop - 1 : stop].isalpha()
        return glued and block.lang != "en"
    match = _NEXT_WORD.match(following)
    word = match.group(1) if match else None
    if word and word[0].islower():
        return False
    before = _WORD_BEFORE.search(norm[max(block.start, stop - 20) : stop])
    if before is None:
        list_number = norm[max(block.start, stop - 3) : stop].strip().isdigit() and stop - block.start <= 3
        return not list_number
    token = before.group().rstrip(".")
    if token in grammar.before_number:
        return not (word and word[0].isdigit())
    if token in grammar.ending_too:
        return word in grammar.starters
    if _INITIALS.match(token):
        return word in grammar.starters
    if token in grammar.abbreviations:
        return False
    return not (len(token) == 1 and token.isupper() and norm[stop - 2 : stop - 1] in ("", " ", ".", "("))
