"""Speaker labels of interviews and transcripts.

A label is a speaker when it is a known question or answer sign, or when it recurs and what follows it talks as people
do; and beside a label that asks, one that answers it, however drily. Recurring labels of data lists (price, licence)
are refused. A line that opens like a turn, but with a label that is not accepted, is nobody's: it ends the turn before.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from aigraph.text.block_grammar import LayoutGrammar
from aigraph.text.block_lines import Line, width

_LABEL = re.compile(
    r"(?P<lead>[*_>\s]{0,4})(?P<label>[^\s:：*_|][^:：*_|\n]{0,40}?)(?P<mid>[*_\s]{0,4})"
    r"[:：](?P<tail>[*_]{0,2})\s*"
)
_CALL = re.compile(
    r"(?P<label>(?:Q|A)(?: \([^()]{1,60}\))?"
    r"|[A-Z][A-Z.'-]+(?: [A-Z][A-Z.'-]+){0,3}(?:, [^\t]{1,60}?)?)(?:\t| {2,})\s*(?=\S)"
)
_INLINE = re.compile(
    "(?:^|(?<=[\u3002\uff01\uff1f?!\u2026\u201d]))"
    "(?P<label>[\u4e00-\u9fff\u00b7]{2,5}|[A-Z][a-z]{1,15}(?: [A-Z][a-z]{1,15}){0,2})[:\uff1a]"
)
_MIN_INLINE = 4
_SENTENCE_SIGNS = re.compile("[\u3002\uff0c\uff01\uff1f?!;\u201c\u300c\u300a\u3010\\[#]")
_NUMBER = re.compile(r"\d{1,3}$")
_MIN_TURN = 8
# What a speaker's label looks like: a few Han characters, or words with capitals ("Ana de Witt", "Speaker 2").
_NAME_LIKE = re.compile(
    "[\u4e00-\u9fff\u00b7]{2,6}[A-Z0-9]{0,2}|[A-Z][\\w.'&-]*(?: (?:[A-Z][\\w.'&-]*|d[aeiu]|v[ao]n|der|\\d{1,2})){0,4}"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A line that opens with a speaker's label; offsets into the text."""

    label: str
    start: int
    end: int


_Opening = tuple[int, Turn, str]  # index of the line, the turn it would open, its speech


def _candidate(line: Line, grammar: LayoutGrammar) -> tuple[str, int, int, int] | None:
    """Label, its offsets and where the speech starts, within the line's normalised text."""
    match = _LABEL.match(line.text)
    if match is None or width(match["label"]) > grammar.speaker_width or _SENTENCE_SIGNS.search(match["label"]):
        return None
    return match["label"].strip(), match.start("label"), match.end("label"), match.end()


def _key(label: str) -> str:
    """The part of a label that recurs: without brackets, office and emphasis."""
    return _shown(label).casefold()


def _shown(label: str) -> str:
    return re.split(r"[(\uff08,，|/]", label, maxsplit=1)[0].strip()


def _bare(label: str) -> str:
    """A label without brackets and number: Q1 (Reiter) -> Q."""
    return _NUMBER.sub("", re.split(r"[(\uff08]", label, maxsplit=1)[0].strip())


def _known(label: str, grammar: LayoutGrammar) -> bool:
    return _bare(label) in grammar.questions or _bare(label) in grammar.answers


def split_at_speakers(lines: list[Line], grammar: LayoutGrammar) -> tuple[list[Line], frozenset[str]]:
    """Lines cut before each speaker, in transcripts that lost their line breaks (answer?Name:question...).

    Only labels that recur behind sentence ends or at line starts, and talk, are cut at; they are returned beside the
    lines. Other texts stay as they are, and no label is returned.
    """
    seen: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        for match in _INLINE.finditer(line.text):
            seen[match["label"]].append(line.text[match.end() : match.end() + 80])
    labels = [label for label, speeches in sorted(seen.items()) if _is_person(label, speeches, grammar)]
    if len(labels) < 2:
        return lines, frozenset()
    border = re.compile("(?:" + "|".join(map(re.escape, labels)) + ")[:\uff1a]")
    cuts = [[m.start() for m in border.finditer(line.text) if m.start() > 0] for line in lines]
    if sum(map(len, cuts)) < _MIN_INLINE:
        return lines, frozenset()
    pieces = [piece for line, places in zip(lines, cuts, strict=True) for piece in _cut(line, places)]
    return pieces, frozenset(label.casefold() for label in labels)


def _is_person(label: str, speeches: Sequence[str], grammar: LayoutGrammar) -> bool:
    if label.casefold() in grammar.never_speakers or _known(label, grammar):
        return False
    return _talks(speeches, True, grammar)


def _cut(line: Line, cuts: Sequence[int]) -> list[Line]:
    pieces: list[Line] = []
    borders = [0, *cuts, len(line.text)]
    for first, last in pairwise(borders):
        text = line.text[first:last].rstrip()
        start = line.start + first
        raw = line.raw[first : first + len(text)]
        blank = line.blank_before if first == 0 else False
        pieces.append(Line(start, start + len(text), text, raw, line.indent, blank, width(text)))
    return pieces


def find_turns(
    lines: Sequence[Line], grammar: LayoutGrammar, speakers: frozenset[str] = frozenset()
) -> dict[int, Turn]:
    """Index of line -> turn, for every line that opens a turn; `speakers` are labels already known (casefolded)."""
    turns: dict[int, Turn] = {}
    asking: set[int] = set()
    seen: dict[str, list[_Opening]] = defaultdict(list)
    for index, line in enumerate(lines):
        found = _candidate(line, grammar)
        if found is None:
            continue
        label, first, last, speech = found
        turn = Turn(line.raw[first:last].strip(), line.start, line.end)
        if _known(label, grammar) or _key(label) in speakers:
            turns[index] = turn
            if _asks([line.text[speech:]], grammar) or _bare(label) in grammar.questions:
                asking.add(index)
        elif _key(label) and _key(label) not in grammar.never_speakers:
            seen[_key(label)].append((index, turn, line.text[speech:]))
    for found_turns in seen.values():
        speeches = [speech for _, _, speech in found_turns]
        if _talks(speeches, bool(turns), grammar):
            turns.update((index, turn) for index, turn, _ in found_turns)
            if _asks(speeches, grammar):
                asking.update(index for index, _, _ in found_turns)
    turns.update(_answers(seen, turns, asking))
    turns.update(_calls(lines, grammar))
    return turns if len(turns) > 1 else {}


def _asks(speeches: Sequence[str], grammar: LayoutGrammar) -> bool:
    """Whether at least half of what a label says are questions."""
    return 2 * sum(_is_question(speech, grammar) for speech in speeches) >= len(speeches)


def _is_question(speech: str, grammar: LayoutGrammar) -> bool:
    return speech.rstrip(grammar.closing_signs)[-1:] in ("?", "\uff1f")


def _answers(seen: Mapping[str, Sequence[_Opening]], turns: Mapping[int, Turn], asking: Set[int]) -> dict[int, Turn]:
    """The turns of labels that look like names and stand between the turns of one that asks, beginning next to one."""
    found: dict[int, Turn] = {}
    openings = sorted({*turns, *(index for group in seen.values() for index, _, _ in group)})
    next_to = {after for before, after in pairwise(openings) if before in asking}
    questions = sorted(asking)
    for group in seen.values():
        at = [index for index, _, _ in group]
        lengthy = 2 * sum(len(speech) >= _MIN_TURN for _, _, speech in group) >= len(group)
        stretches = {bisect(questions, index) for index in at} - {0}
        if at[0] in turns or len(stretches) < 2 or next_to.isdisjoint(at) or not lengthy:
            continue
        if all(_NAME_LIKE.fullmatch(_shown(turn.label)) for _, turn, _ in group):
            found.update((index, turn) for index, turn, _ in group)
    return found


def find_strangers(lines: Sequence[Line], turns: Mapping[int, Turn], grammar: LayoutGrammar) -> frozenset[int]:
    """Lines between and after these turns that open with what may be a speaker's label and is not known to be one: who
    speaks there nobody can say, least of all the speaker before."""
    found: set[int] = set()
    for index in range(min(turns, default=len(lines)), len(lines)):
        if index not in turns and (candidate := _candidate(lines[index], grammar)) is not None:
            label = candidate[0]
            data = _key(label) in grammar.never_speakers or grammar.person_words.search(label)
            if not data and _NAME_LIKE.fullmatch(_shown(label)):
                found.add(index)
    return frozenset(found)


def _talks(speeches: Sequence[str], interview: bool, grammar: LayoutGrammar) -> bool:
    if len(speeches) < 2:
        return False
    asking = [_is_question(s, grammar) for s in speeches]
    telling = [grammar.person_words.search(s) is not None for s in speeches]
    personal = sum(a or t for a, t in zip(asking, telling, strict=True))
    lengthy = sum(len(s) >= _MIN_TURN for s in speeches)
    needed = 0.2 if interview else 0.5
    return lengthy * 2 >= len(speeches) and personal >= needed * len(speeches) and personal > 0


def _calls(lines: Sequence[Line], grammar: LayoutGrammar) -> dict[int, Turn]:
    """Turns of earnings calls: a name in capitals, a wide gap, the speech."""
    found: dict[int, tuple[Turn, bool]] = {}
    for index, line in enumerate(lines):
        match = _CALL.match(line.text)
        if match and len(line.text) - match.end() >= _MIN_TURN:
            asks = match["label"][0] in "QA" and match["label"][1:2] in ("", " ")
            found[index] = (Turn(line.raw[: match.end("label")], line.start, line.end), asks)
    speech = sum(grammar.person_words.search(lines[i].text) is not None for i in found)
    if len(found) < 3 or speech * 3 < len(found) or not any(asks for _, asks in found.values()):
        return {}
    return {index: turn for index, (turn, _) in found.items()}
