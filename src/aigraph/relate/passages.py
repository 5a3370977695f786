"""The text as the network reads it: sentences packed into passages of tokens, each token a handful of feature numbers.

Names stand as their types and figures as their kinds, like in `features`; words bring their characters or their ends
along, so that a word never seen before still resembles one that was. It refuses any look at a predicate.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log10
from zlib import crc32

import numpy as np

from aigraph.relate.context import Site, Slot
from aigraph.relate.features import MaskedSentence

TOKEN_BITS = 14
LENGTH = 192  # tokens of a passage: a few sentences, so that what was said just before is still in view
WIDTH = 10  # features of a token
OVERLAP = 40  # tokens of the passage before that a passage begins with
SENSES = 3  # of these at most so many senses of a cue word
_TOKEN_MASK = (1 << TOKEN_BITS) - 1

Token = tuple[int, ...]  # the numbers of its features


@dataclass(slots=True)
class Passages:
    """A document for the network: token features, and where each slot stands."""

    tokens: np.ndarray  # int32 [passages, LENGTH]: the kind of each token; 0 is no token
    kinds: np.ndarray  # uint16 [kinds, WIDTH]: the features of each kind of token, for most come again; 0 is no feature
    at: np.ndarray  # int32: the token of each slot, counted over all passages
    first: list[int]  # row of the first slot of each sentence in `at`
    entity: np.ndarray  # int32: slots of one thing share a number; each figure has its own

    @property
    def ids(self) -> np.ndarray:
        """The features of every token: uint16 [passages, LENGTH, WIDTH]."""
        found: np.ndarray = self.kinds[self.tokens]
        return found

    def row(self, slot: Slot) -> int:
        """The place of a slot in `at`; a name inside a name stands where its host does."""
        return self.first[slot.sentence] + slot.order


def hashed(text: str) -> int:
    """The number of a token feature; 0 is kept for none."""
    return (crc32(text.encode()) & _TOKEN_MASK) or 1


@lru_cache(maxsize=50_000)
def _word(form: str) -> tuple[int, ...]:
    parts = ["w=" + form]
    if "\u3400" <= form[0] <= "\u9fff":
        parts += ["c=" + c for c in form[:4]] if len(form) > 1 else []
    elif form.isalpha() and len(form) > 3:
        parts += ["p=" + form[:4], "s=" + form[-3:]]
    return tuple(map(hashed, parts))


@lru_cache(maxsize=10_000)
def _feature(text: str) -> int:
    return hashed(text)


def _slot(slot: Slot, new: bool) -> tuple[int, ...]:
    literal = slot.literal
    if literal is None:
        parts = [f"new={new}|{slot.type}", f"g={slot.group >= 0}", "name"]
    else:
        parts = [f"lu={literal.unit}", f"lc={literal.currency}", f"lp={literal.per}", f"lm={literal.modifier}"]
        if isinstance(literal.value, (int, float)) and literal.value > 0:
            parts.append(f"lv={literal.kind}{int(log10(literal.value))}")
        if literal.kind == "date":
            parts.append(f"ld={len(str(literal.value or ''))}{literal.relative}")
    return (_feature(f"<{slot.type}>"), *map(_feature, parts))


def _sentence(site: Site, masked: MaskedSentence, new_block: bool, seen: set[str | None]) -> list[Token]:
    """The tokens of one sentence, a mark of its block first."""
    tokens: list[Token] = []
    for word in masked.words:
        if word.slot < 0:
            tokens.append(_word(word.form))
        else:
            slot = site.slots[word.slot]
            tokens.append(_slot(slot, slot.entity not in seen))
            seen.add(slot.entity)
    starts = [word.start for word in masked.words]
    for item in masked.items:
        if item.senses and starts:
            k = max(0, bisect_right(starts, item.start) - 1)
            room = min(SENSES, WIDTH - len(tokens[k]))
            tokens[k] += tuple(_feature("m:" + sense) for sense in item.senses[:room])
    block = site.block
    mark = ["[S]", "bk=" + block.kind, f"nb={new_block}", f"lang={block.lang}"]
    return [tuple(map(_feature, mark)), *tokens]


def read_passages(sites: Sequence[Site], masked: Sequence[MaskedSentence]) -> Passages:
    """Pack the sentences of a document, in order; a longer sentence than a passage loses its end."""
    seen: set[str | None] = set()
    passages: list[list[Token]] = [[]]
    at: list[int] = []
    first: list[int] = []
    numbers: dict[str | int, int] = {}
    entity: list[int] = []
    block = -1
    for site, words in zip(sites, masked, strict=True):
        tokens = _sentence(site, words, site.block.index != block, seen)[:LENGTH]
        block = site.block.index
        if passages[-1] and len(passages[-1]) + len(tokens) > LENGTH:
            shared = min(OVERLAP, LENGTH - len(tokens))
            passages.append(passages[-1][-shared:] if shared else [])
        begin = (len(passages) - 1) * LENGTH + len(passages[-1])
        first.append(len(at))
        for slot in site.slots:
            entity.append(numbers.setdefault(slot.entity or len(entity), len(numbers)))
        at += [begin + min(i + 1, len(tokens) - 1) for i in words.at]
        passages[-1] += tokens
    return Passages(*_packed(passages), np.array(at, dtype=np.int32), first, np.array(entity, dtype=np.int32))


def _packed(passages: Sequence[Sequence[Token]]) -> tuple[np.ndarray, np.ndarray]:
    """The kind of each token, and the features of each kind."""
    numbers: dict[Token, int] = {(): 0}
    tokens = np.zeros((len(passages), LENGTH), dtype=np.int32)
    for row, passage in zip(tokens, passages, strict=True):
        row[: len(passage)] = [numbers.setdefault(token[:WIDTH], len(numbers)) for token in passage]
    kinds = np.zeros((len(numbers), WIDTH), dtype=np.uint16)
    for number, token in enumerate(numbers):
        kinds[number, : len(token)] = token
    return tokens, kinds
