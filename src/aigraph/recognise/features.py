"""Tokens and features of the name tagger: characters for Han, runs for Latin letters and digits.

The tokens are the tagger's own, finer than any word segmenter's, so that a name never depends on a word border
being right; the segmenter's words and tags come in as features only. Offsets are those of the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

TOKEN = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u03ff]+|[0-9]+|[^\sA-Za-z0-9\u00c0-\u024f\u0370-\u03ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_OPENING = dict(zip("《“「『（(【[‘〈", "》”」』）)】]’〉", strict=True))
_CLOSING = {v: k for k, v in _OPENING.items()}


@dataclass(frozen=True, slots=True)
class Token:
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
        word = m.group()
        out.append(Token(m.start(), m.end(), word.lower(), shape_of(word), m.start() == last))
        last = m.end()
    return out


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
    n = len(tokens)
    form = ["<2", "<1", *[t.form for t in tokens], ">1", ">2"]
    shape = ["<2", "<1", *[t.shape for t in tokens], ">1", ">2"]
    brackets = bracket_context(tokens)
    out = []
    for i in range(n):
        j = i + 2
        w, s = form, shape
        x = [
            "b",
            "w=" + w[j],
            "w-1=" + w[j - 1],
            "w+1=" + w[j + 1],
            "w-2=" + w[j - 2],
            "w+2=" + w[j + 2],
            "p=" + w[j - 1] + "|" + w[j],
            "n=" + w[j] + "|" + w[j + 1],
            "pp=" + w[j - 2] + "|" + w[j - 1],
            "nn=" + w[j + 1] + "|" + w[j + 2],
            "t=" + w[j - 1] + "|" + w[j] + "|" + w[j + 1],
            "s=" + s[j],
            "sp=" + s[j - 1] + "|" + s[j],
            "sn=" + s[j] + "|" + s[j + 1],
            "st=" + s[j - 1] + "|" + s[j] + "|" + s[j + 1],
            "s5=" + s[j - 2] + "|" + s[j - 1] + "|" + s[j] + "|" + s[j + 1] + "|" + s[j + 2],
        ]
        if i >= 3:
            x.append("p3=" + tokens[i - 3].form + w[j - 2] + w[j - 1])
        if i + 3 < n:
            x.append("n3=" + w[j + 1] + w[j + 2] + tokens[i + 3].form)
        token = tokens[i]
        if len(token.form) > 2 and token.shape[0] in "Aa":
            x += ["f2=" + token.form[:2], "f3=" + token.form[:3], "l2=" + token.form[-2:], "l3=" + token.form[-3:]]
        if token.glued:
            x.append("g")
            x.append("g=" + s[j - 1] + "|" + s[j])
        if i + 1 < n and tokens[i + 1].glued:
            x.append("h")
        if brackets[i]:
            x.append("q=" + brackets[i])
        for k, layer in enumerate(layers):
            _layer_features(x, k, layer, i, n, s[j])
        out.append(x)
    if anchors:
        _anchor_features(out, anchors)
    return out


def _anchor_features(rows: list[list[str]], anchors: Sequence[str]) -> None:
    """The nearest common word before and after each token, with its distance in tokens."""
    n = len(anchors)
    left: list[tuple[str, int]] = [("^", 0)] * n
    right: list[tuple[str, int]] = [("$", 0)] * n
    last = ("^", -1)
    for i in range(n):
        left[i] = last
        if anchors[i]:
            last = (anchors[i], i)
    last = ("$", n)
    for i in range(n - 1, -1, -1):
        right[i] = last
        if anchors[i]:
            last = (anchors[i], i)
    for i, row in enumerate(rows):
        (a, at), (b, bt) = left[i], right[i]
        near, far = min(i - at, 8), min(bt - i, 8)
        row += [f"la={a}", f"ra={b}", f"la={a}{near}", f"ra={b}{far}", f"lr={a}|{b}", f"ld={near}{far}"]


def _layer_features(x: list[str], k: int, layer: Sequence[str], i: int, n: int, shape: str) -> None:
    tag = layer[i]
    if tag:
        x.append(f"L{k}={tag}")
        x.append(f"L{k}s={tag}|{shape}")
    before = layer[i - 1] if i else ""
    after = layer[i + 1] if i + 1 < n else ""
    if before:
        x.append(f"L{k}-={before}")
    if after:
        x.append(f"L{k}+={after}")
    if tag or before or after:
        x.append(f"L{k}t={before}|{tag}|{after}")
