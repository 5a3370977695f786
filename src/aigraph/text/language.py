"""Which of zh-Hans, zh-Hant and en a text is written in, from counts of its characters.

Only these three are told apart; every other language comes out as the nearest of them. No dictionary of words is
used: Traditional and Simplified differ by the characters that OpenCC maps, Chinese and English by script.
"""

from __future__ import annotations

import re
from functools import cache

from aigraph.text.normalise import converter

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u2e80-\u2fdf]")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_SHORT_LATIN = 4  # so few Latin words inside a Chinese document are a name, not an English paragraph


@cache
def _marked() -> tuple[frozenset[str], frozenset[str]]:
    """Characters that only Traditional and only Simplified text uses."""
    every = [chr(point) for point in range(0x4E00, 0xA000)]
    joined = "\n".join(every)
    simple = converter("t2s").convert(joined).split("\n")
    traditional = converter("s2t").convert(joined).split("\n")
    hant = frozenset(c for c, s in zip(every, simple, strict=True) if c != s)
    hans = frozenset(c for c, t in zip(every, traditional, strict=True) if c != t) - hant
    return hant, hans


def _variant(text: str, otherwise: str) -> str:
    hant_only, hans_only = _marked()
    hant = sum(map(hant_only.__contains__, text))
    hans = sum(map(hans_only.__contains__, text))
    if hant == hans:
        return otherwise
    return "zh-Hant" if hant > hans else "zh-Hans"


def _chinese_share(text: str) -> float | None:
    """Han characters against Latin words, a word counted as two characters; None where there is neither."""
    han, words = len(_HAN.findall(text)), len(_WORD.findall(text))
    return han / (han + 2 * words) if han or words else None


def document_language(text: str) -> str:
    """The main language of a whole text: zh-Hans, zh-Hant or en."""
    share = _chinese_share(text)
    if share is None or share < 0.3:
        return "en"
    return _variant(text, "zh-Hans")


def block_language(text: str, main: str, near: str | None = None) -> str:
    """The language of one block of a document whose main language is `main`.

    Bare figures and a few Latin words say nothing: they take the language of the block before (`near`).
    """
    share = _chinese_share(text)
    if share is None or (share == 0.0 and len(_WORD.findall(text)) < _SHORT_LATIN):
        return near or main
    if share == 0.0:
        return "en"
    chinese = main != "en" if 0.1 < share < 0.5 else share >= 0.5
    if not chinese:
        return "en"
    return _variant(text, main if main != "en" else "zh-Hans")
