"""Tokens and features of the name tagger: characters for Han, runs for Latin letters and digits.

The tokens are the tagger's own, finer than any word segmenter's, so that a name never depends on a word border
being right; the segmenter's words and tags come in as features only. Offsets are those of the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

TOKEN = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u03ff]+|[0-9]+|[^\sA-Za-z0-9\u00c0-\u024f\u0370-\u03ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_OPENING = dict(zip("《“「『（(【[‘〈", "》”」』）)】]’〉", strict=True))
_CLOSING = {v: k for k, v in _OPENING.items()}
_DIGITS = "0123456789"


class Token(NamedTuple):
    """A tagging unit: offsets, its lower-cased form and its shape class."""

    start: int
    end: int
    form: str
    shape: str
    glued: bool  # no space between it and the token before


def tokens_of(norm: str, start: int, end: int) -> list[Token]:
    """The tagger's tokens between two offsets of the normalised text."""
    out: list[Token] = []
    last = -1
    for m in TOKEN.finditer(norm, start, end):
        start, stop = m.span()
        out.append(Token(start, stop, *_looks(m.group()), start == last))
        last = stop
    return out


@lru_cache(maxsize=50_000)
def _looks(word: str) -> tuple[str, str]:
    """The form and the shape of a word."""
    return word.lower(), shape_of(word)


def shape_of(word: str) -> str:
    """Coarse form of a token: H for Han, digits by length, Latin by its pattern of capitals, else the sign itself."""
    first = word[0]
    if first.isdigit():
        return f"d{min(len(word), 5)}"
    if _HAN.match(first):
        return "H"
    if first.isalpha():
        if word.isupper():
            return "A" if len(word) == 1 else f"AA{min(len(word), 4)}"
        if word.islower():
            return "a" if len(word) == 1 else "aa"
        return "Aa" if word[1:].islower() else "aA"
    return word


def bracket_context(tokens: Sequence[Token]) -> list[str]:
    """For each token the innermost bracket or quotation mark it stands in, '' outside."""
    stack: list[str] = []
    out = []
    for token in tokens:
        if token.form in _CLOSING and _CLOSING[token.form] in stack:
            while stack and stack.pop() != _CLOSING[token.form]:
                pass
        out.append(stack[-1] if stack else "")
        if token.form in _OPENING:
            stack.append(token.form)
    return out


def sequence_features(
    tokens: Sequence[Token], layers: Sequence[Sequence[str]] = (), anchors: Sequence[str] = ()
) -> list[list[str]]:
    """Feature strings of each token of one line.

    `layers` are parallel tag sequences from other sources (lexicon, segmenter, word lists); each one adds its tags at
    the token and its neighbours. An empty tag adds nothing. `anchors` gives the common word that a token is part of,
    '' for tokens that could be part of a name: the nearest anchors on both sides say what a name does or has done.
    """
    shapes = ["<2", "<1", *[t.shape for t in tokens], ">1", ">2"]
    rows = _windows([t.form for t in tokens], shapes)
    glued = [*[t.glued for t in tokens[1:]], False]
    for i, (x, token, bracket) in enumerate(zip(rows, tokens, bracket_context(tokens), strict=True)):
        form = token.form
        if len(form) > 2 and token.shape[0] in "Aa":
            x += ("f2=" + form[:2], "f3=" + form[:3], "l2=" + form[-2:], "l3=" + form[-3:])
        if token.glued:
            x += ("g", "g=" + shapes[i + 1] + "|" + token.shape)
        if glued[i]:
            x.append("h")
        if bracket:
            x.append("q=" + bracket)
    for k, layer in enumerate(layers):
        if any(layer):
            _add_layer(rows, k, layer, shapes)
    if anchors:
        _anchor_features(rows, anchors)
    return rows


def _windows(forms: Sequence[str], s: Sequence[str]) -> list[list[str]]:
    """What stands at each token and around it; the shapes `s` are given with two marks more on each side."""
    n = len(forms)
    w = ["<2", "<1", *forms, ">1", ">2"]
    pairs = [a + "|" + b for a, b in pairwise(w)]  # pairs[j] stands at w[j] and w[j + 1]
    threes = [a + b + c for a, b, c in zip(w, w[1:], w[2:], strict=False)]
    out = []
    for i in range(n):
        j = i + 2
        before, here = pairs[i + 1], pairs[j]
        x = [
            "b",
            "w=" + w[j],
            "w-1=" + w[i + 1],
            "w+1=" + w[j + 1],
            "w-2=" + w[i],
            "w+2=" + w[j + 2],
            "p=" + before,
            "n=" + here,
            "pp=" + pairs[i],
            "nn=" + pairs[j + 1],
            "t=" + before + "|" + w[j + 1],
            *_shape_features(s[i], s[i + 1], s[j], s[j + 1], s[j + 2]),
        ]
        if i >= 3:
            x.append("p3=" + threes[i - 1])
        if i + 3 < n:
            x.append("n3=" + threes[j + 1])
        out.append(x)
    return out


@lru_cache(maxsize=50_000)
def _shape_features(ll: str, left: str, here: str, right: str, rr: str) -> tuple[str, ...]:
    """What the shapes of a token and of two neighbours on each side say."""
    before, after = left + "|" + here, here + "|" + right
    return (
        "s=" + here,
        "sp=" + before,
        "sn=" + after,
        "st=" + before + "|" + right,
        "s5=" + ll + "|" + before + "|" + right + "|" + rr,
    )


def _anchor_features(rows: list[list[str]], anchors: Sequence[str]) -> None:
    """The nearest common word before and after each token, with its distance in tokens."""
    n = len(anchors)
    right = [("$", n)] * n
    for i in range(n - 1, 0, -1):
        right[i - 1] = (anchors[i], i) if anchors[i] else right[i]
    a, at = "^", -1
    for i, row in enumerate(rows):
        b, bt = right[i]
        near, far = _DIGITS[min(i - at, 8)], _DIGITS[min(bt - i, 8)]
        la, ra = "la=" + a, "ra=" + b
        row += (la, ra, la + near, ra + far, "lr=" + a + "|" + b, "ld=" + near + far)
        if anchors[i]:
            a, at = anchors[i], i


def _add_layer(rows: list[list[str]], k: int, layer: Sequence[str], shapes: Sequence[str]) -> None:
    """Add the features of the layer with number `k` to the rows."""
    for row, before, tag, after, shape in zip(
        rows, ["", *layer], layer, [*layer[1:], ""], shapes[2:], strict=False
    ):
        if tag or before or after:
            row += _layer_features(k, before, tag, after, shape)


@lru_cache(maxsize=50_000)
def _layer_features(k: int, before: str, tag: str, after: str, shape: str) -> tuple[str, ...]:
    """What a layer's tags at a token and its neighbours say."""
    x = []
    if tag:
        x += [f"L{k}={tag}", f"L{k}s={tag}|{shape}"]
    if before:
        x.append(f"L{k}-={before}")
    if after:
        x.append(f"L{k}+={after}")
    return (*x, f"L{k}t={before}|{tag}|{after}")
