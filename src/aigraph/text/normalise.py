"""Same-length normalisation: what is matched is folded, what is quoted stays the original.

`normalise` maps each character of a text to exactly one character, so that an offset into the result is an offset
into the original. It refuses every fold that would change the length (ligatures, roman numerals, Taiwan wording):
names that need those belong into the lexicon as aliases. `name_key` compares names; its length means nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

# Radicals that NFKC leaves alone, from Unicode's EquivalentUnifiedIdeograph: code point -> code point.
_RADICALS = """
2E81:5382 2E82:4E5B 2E83:4E5A 2E84:4E59 2E85:4EBB 2E86:5182 2E88:5200 2E89:5202 2E8A:535C 2E8E:5140 2E8F:5C23
2E90:5C22 2E92:5DF3 2E93:5E7A 2E94:5F51 2E95:5F50 2E96:5FC4 2E98:624C 2E99:6535 2E9B:65E1 2E9C:65E5 2E9D:6708
2E9E:6B7A 2E9F:6BCD 2EA0:6C11 2EA1:6C35 2EA2:6C3A 2EA3:706C 2EA4:722B 2EA5:722B 2EA6:4E2C 2EA7:725B 2EA8:72AD
2EA9:738B 2EAA:758B 2EAB:76EE 2EAC:793A 2EAD:793B 2EAF:7CF9 2EB0:7E9F 2EB1:7F53 2EB2:7F52 2EB6:7F8A 2EB9:8002
2EBA:8080 2EBB:807F 2EBC:8089 2EBD:81FC 2EBE:8279 2EBF:8279 2EC0:8279 2EC1:864E 2EC2:8864 2EC3:8980 2EC4:897F
2EC5:89C1 2EC6:89D2 2EC8:8BA0 2EC9:8D1D 2ECB:8F66 2ECC:8FB6 2ECD:8FB6 2ECE:8FB6 2ECF:9091 2ED0:9485 2ED1:957F
2ED2:957F 2ED3:957F 2ED4:95E8 2ED6:961D 2ED7:96E8 2ED8:9752 2ED9:97E6 2EDA:9875 2EDB:98CE 2EDC:98DE 2EDD:98DF
2EDE:98DF 2EDF:98E0 2EE0:9963 2EE2:9A6C 2EE3:9AA8 2EE4:9B3C 2EE5:9C7C 2EE6:9E1F 2EE7:5364 2EE8:9EA6 2EE9:9EC4
2EEA:9EFE 2EEB:6589 2EEC:9F50 2EED:6B6F 2EEE:9F7F 2EEF:9F99 2EF0:9F99 2EF1:9F9F 2EF2:9F9F 2EF3:9F9F
"""
# Ranges in which NFKC is taken wherever it gives one character; everything else is left as it stands.
_NFKC_RANGES = (
    (0x2F00, 0x2FDF),  # Kangxi radicals
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0x2F800, 0x2FA1F),
    (0xFF01, 0xFF5E),  # full-width forms
    (0xFFE0, 0xFFE6),
    (0x1D400, 0x1D7FF),  # mathematical letters and digits, used for bold and italics in posts
    (0x00B5, 0x00B5),  # micro sign
)
# Full-width punctuation that is the ordinary Chinese form: exclamation, brackets, comma, colon, semicolon, question.
_KEPT = frozenset((0xFF01, 0xFF08, 0xFF09, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF1F))
_HYPHENS = (0x2010, 0x2011, 0x2012, 0x2212, 0xFE63)
_LINE_ENDS = (0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029)
_INVISIBLE = (
    0xAD,
    0x34F,
    0x61C,
    0x180E,
    0xFEFF,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
)
_LETTER_APOSTROPHE = re.compile(
    "(?<=[A-Za-z])[\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}](?=[A-Za-z])"
)
_RETURN = re.compile(r"\r(?=\n)")
_HAN_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")


@cache
def _table() -> dict[int, str]:
    """Code point -> replacement of one character, for `str.translate`."""
    table: dict[int, str] = {}
    for first, last in _NFKC_RANGES:
        for point in range(first, last + 1):
            folded = unicodedata.normalize("NFKC", chr(point))
            if len(folded) == 1 and point not in _KEPT:
                table[point] = folded
    for pair in _RADICALS.split():
        radical, ideograph = pair.split(":")
        table[int(radical, 16)] = chr(int(ideograph, 16))
    table.update((point, "-") for point in _HYPHENS)
    for point in range(0x3001):
        kind = unicodedata.category(chr(point))
        if kind == "Zs" or (kind == "Cc" and chr(point) not in "\t\n\r"):
            table[point] = " "
    table.update((point, " ") for point in _INVISIBLE)
    table.update((point, "\n") for point in _LINE_ENDS)
    table.update((point, "\N{REPLACEMENT CHARACTER}") for point in range(0xD800, 0xE000))  # OpenCC cannot encode them
    return table


@cache
def converter(config: str) -> Any:
    """The OpenCC converter of that name ("t2s", "s2t"), loaded once."""
    import opencc

    return opencc.OpenCC(config)


@cache
def _simplified_char(char: str) -> str:
    folded = converter("t2s").convert(char)
    return folded if len(folded) == 1 else char


def _simplified_run(match: re.Match[str]) -> str:
    run = match.group()
    folded: str = converter("t2s").convert(run)
    return folded if len(folded) == len(run) else "".join(map(_simplified_char, run))


def _simplify(text: str) -> str:
    """Traditional -> Simplified; where a line would change its length, run by run, then character by character."""
    folded: str = converter("t2s").convert(text)
    if len(folded) == len(text) and folded.count("\n") == text.count("\n"):
        lines, folded_lines = text.split("\n"), folded.split("\n")
        if all(len(a) == len(b) for a, b in zip(lines, folded_lines, strict=True)):
            return folded
    return _HAN_RUN.sub(_simplified_run, text)


def normalise(text: str) -> str:
    """The text folded for matching, character for character: len(normalise(x)) == len(x).

    Folded: full-width Latin, digits and signs (Chinese punctuation stays), radicals and compatibility ideographs,
    every kind of space and invisible character -> " ", odd line ends -> newline, typographic hyphens -> "-",
    apostrophes between letters -> "'", Traditional -> Simplified.
    """
    if text.isascii():
        return _RETURN.sub(" ", text).replace("\r", "\n").translate(_table())
    folded = _RETURN.sub(" ", text).replace("\r", "\n").translate(_table())
    folded = _simplify(_LETTER_APOSTROPHE.sub("'", folded))
    assert len(folded) == len(text), "normalisation changed the length of the text"
    return folded


_KEY_SIGNS = frozenset("+#&/%")
_KEY_GAPS = frozenset(" -_\N{MIDDLE DOT}\N{KATAKANA MIDDLE DOT}\N{BULLET}\N{EN DASH}\N{EM DASH}")

_DROPPED = re.compile(r"(?:[^\w+#&/%]|_)+")
_DROPPED_ASCII = {point: None for point in range(128) if _DROPPED.fullmatch(chr(point))}
# Digits in the sense of str.isdigit on both sides of what is dropped: more than \d, so that none is missed.
_DIGIT = r"[\d\u1369-\u1371\u19da\u24f5-\u24ff\u2776-\u2792\U00010a40-\U00010e68\U00011052-\U0001105a]"
_BETWEEN_DIGITS = re.compile(rf"{_DIGIT}(?:[^\w+#&/%]|_)+(?={_DIGIT})")
_ANY_LINE_END = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def lowered(norm: str) -> str:
    """Lower case of the same length: the few letters that grow when lowered stay as they are."""
    lower = norm.lower()
    return lower if len(lower) == len(norm) else "".join(c.lower() if len(c.lower()) == 1 else c for c in norm)


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """The key under which two spellings are the same name: width, script, case, spacing and hyphens do not count.

    Dots stay between digits (3.5 is not 35) and a gap between two digits stays as one hyphen (3 70B is not 370B);
    "+", "#", "&", "/" and "%" stay. A name of nothing but signs is its own key.
    """
    return _key(_folded(name))


def name_keys(names: Sequence[str]) -> list[str]:
    """The key of each name: what `name_key` gives, several times as fast for thousands of names.

    They are folded together, a name a line; a name that holds a line end is folded alone, as all are where the lines
    of the folded text are not theirs.
    """
    if any(_ANY_LINE_END.search(name) for name in names):
        return [name_key(name) for name in names]
    plain = [place for place, name in enumerate(names) if name.isascii()]
    others = [place for place, name in enumerate(names) if not name.isascii()]
    keys = [""] * len(names)
    for places in (plain, others):
        lines = _folded("\n".join(names[place] for place in places)).split("\n") if places else []
        if len(lines) != len(places):
            lines = [_folded(names[place]) for place in places]
        for place, line in zip(places, lines, strict=True):
            keys[place] = _key(line)
    return keys


def _folded(name: str) -> str:
    """The name without differences of width, script and case."""
    folded = unicodedata.normalize("NFKC", normalise(unicodedata.normalize("NFKC", name)).casefold())
    return normalise(folded).replace("\N{MULTIPLICATION SIGN}", "x")


def _key(folded: str) -> str:
    """The key of a folded name."""
    if folded.isalnum():
        return folded
    if not _BETWEEN_DIGITS.search(folded):
        kept_only = folded.translate(_DROPPED_ASCII) if folded.isascii() else _DROPPED.sub("", folded)
        return kept_only or folded.strip()
    kept: list[str] = []
    gap = dot = False
    for char in folded:
        if char.isalnum() or char in _KEY_SIGNS:
            if (gap or dot) and kept and kept[-1].isdigit() and char.isdigit():
                kept.append("." if dot else "-")
            kept.append(char)
            gap = dot = False
        elif char == ".":
            dot = not gap and not dot
            gap = True
        elif char in _KEY_GAPS or char.isspace():
            gap, dot = True, False
    return "".join(kept) or folded.strip()
