"""What a query or update asks for beyond the graph itself: SERVICE and LOAD are found by reading the text in tokens.

Strings, comments, addresses, variables and language tags are tokens of their own, so a sentence with the word in it
passes. Where two readings are possible the suspicious one counts: Oxigraph takes keywords without a space around them
("SERVICE:x"), and `<` as "less than" where the standard reads an address. It refuses to guess what an operation means;
that is left to the engine, and on Linux the kernel is a second guard (`confine`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKENS = re.compile(
    r"""(?P<skip>[\s\ufeff]+|\#[^\r\n]*)"""
    r"""|(?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)"""
    r"""|(?P<variable>[?$]\w+)"""
    r"""|(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)"""
    r"""|(?P<name>(?:_|[^\W\d_][\w.-]*)?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*)"""
    r"""|(?P<word>[^\W\d]\w*)"""
    r"""|(?P<mark>\\.|.)""",
    re.DOTALL,
)
_PLAIN_NAME = re.compile(r"(?:[A-Za-z][A-Za-z0-9_-]*)?:[A-Za-z0-9_-]*")
_HIERARCHICAL = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind (a group of the pattern), its text, and where it starts."""

    kind: str
    text: str
    start: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of SPARQL text without blanks and comments; any text gives tokens."""
    for found in _TOKENS.finditer(text):
        kind = found.lastgroup or "mark"
        if kind != "skip":
            yield Token(kind, found[0], found.start())


def asks_service(text: str) -> bool:
    """Whether a query or update contains a SERVICE clause, or text that Oxigraph could read as one."""
    return any(_is_clause(found, place) for found, place in _candidates(text, "service"))


def asks_load(text: str) -> bool:
    """Whether an update contains a LOAD operation, or text that Oxigraph could read as one."""
    return any(_opens_operation(found, place) for found, place in _candidates(text, "load"))


def _candidates(text: str, word: str) -> Iterator[tuple[list[Token], int]]:
    """Each place of a keyword or prefixed name with this word in it."""
    if word not in text.lower():
        return
    found = list(tokens(text))
    for place, token in enumerate(found):
        if (token.kind in ("word", "name") and word in token.text.lower()) or _two_readings(token):
            yield found, place


def _two_readings(token: Token) -> bool:
    """An address in which Oxigraph could see "less than" and the start of a comment or string."""
    return token.kind == "iri" and ("#" in token.text or "'" in token.text) and not _HIERARCHICAL.match(token.text)


def _is_clause(found: list[Token], place: int) -> bool:
    token = found[place]
    if token.kind != "name":
        return True
    after = [follower.text for follower in found[place + 1 : place + 4]]
    if "service" in token.text.partition(":")[0].lower():
        return after[:1] == ["{"]
    return "{" in after and not _PLAIN_NAME.fullmatch(token.text)


def _opens_operation(found: list[Token], place: int) -> bool:
    token = found[place]
    if token.kind != "name":
        return True
    first = place == 0 or found[place - 1].text == ";" or found[place - 1].kind == "iri"  # after a PREFIX, too
    return first and "load" in token.text.partition(":")[0].lower()
