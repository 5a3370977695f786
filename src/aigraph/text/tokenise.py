"""A spaCy tokenizer for mixed Chinese and English: jieba's words for Han, one linear pattern for everything else.

Words and spaces rebuild the exact text. Recognition must not rely on these borders being right: jieba cuts unknown
names apart, and nothing here mends that. Importing this module registers "aigraph.Tokenizer.v1" with spaCy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from spacy.tokens import Doc
from spacy.util import registry

from aigraph.text.normalise import normalise

if TYPE_CHECKING:
    from pathlib import Path

    from spacy.language import Language
    from spacy.vocab import Vocab

# Han runs; numbers with their dots and commas; Latin words with inner apostrophes and the + and # of C++ and C#;
# runs of blanks; any other character by itself. Every character falls into exactly one branch.
_PIECE = re.compile(
    r"(?P<han>[\u3400-\u9fff\uf900-\ufaff\u2e80-\u2fdf\U00020000-\U0003ffff]+)"
    r"|\d+(?:[.,]\d+)*"
    r"|[^\W\d_\u3400-\u9fff\uf900-\ufaff\u2e80-\u2fdf\U00020000-\U0003ffff]+"
    r"(?:['\u2019][^\W\d_\u2e80-\u9fff\uf900-\ufaff]+)*[+#]{0,2}"
    r"|(?P<blank>\s+)"
    r"|.",
    re.DOTALL,
)


@cache
def _cut() -> Callable[[str], list[str]]:
    """The segmenter for Han runs: rjieba, or jieba where rjieba is not installed; both give the same words."""
    try:
        import rjieba
    except ImportError:
        import logging

        import jieba

        jieba.setLogLevel(logging.WARNING)
        lcut: Callable[[str], list[str]] = jieba.lcut
        return lcut
    cut: Callable[[str], list[str]] = rjieba.cut
    return cut


def han_words(text: str) -> list[str]:
    """The words of a run of Han characters. Traditional is cut as its Simplified form, which jieba knows better."""
    words = _cut()(normalise(text))
    if sum(map(len, words)) != len(text):
        return list(text)
    position, original = 0, []
    for word in words:
        original.append(text[position : position + len(word)])
        position += len(word)
    return original


def words_and_spaces(text: str) -> tuple[list[str], list[bool]]:
    """Tokens of a text, and whether one blank follows each. Other white space becomes tokens of its own."""
    words: list[str] = []
    spaces: list[bool] = []
    for piece in _pieces(text):
        if piece[0] == " " and words and not spaces[-1] and not words[-1].isspace():
            spaces[-1] = True
            piece = piece[1:]
            if not piece:
                continue
        words.append(piece)
        spaces.append(False)
    return words, spaces


def _pieces(text: str) -> Iterator[str]:
    for match in _PIECE.finditer(text):
        if match.lastgroup == "han":
            yield from han_words(match.group())
        else:
            yield match.group()


class Tokenizer:
    """Callable from text to Doc, as `Language.tokenizer` wants it."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words, spaces = words_and_spaces(text)
        return Doc(self.vocab, words=words, spaces=spaces)

    # spaCy saves and loads every tokenizer with its pipeline; this one has no state.
    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, _data: bytes, **_: Any) -> Tokenizer:
        return self

    def to_disk(self, _path: str | Path, **_: Any) -> None:
        return None

    def from_disk(self, _path: str | Path, **_: Any) -> Tokenizer:
        return self


@registry.tokenizers("aigraph.Tokenizer.v1")  # type: ignore[untyped-decorator]
def create_tokenizer() -> Callable[[Language], Tokenizer]:
    """The factory that a spaCy config names: {"nlp": {"tokenizer": {"@tokenizers": "aigraph.Tokenizer.v1"}}}."""

    def build(nlp: Language) -> Tokenizer:
        return Tokenizer(nlp.vocab)

    return build
