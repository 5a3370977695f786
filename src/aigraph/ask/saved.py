"""What a saved query is: its text, its parameters, and what is said of them in either language.

It refuses to read files and to know what kinds of parameters there are: see `query`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a saved query. `default` is None where it must be given, "*" where it may be left open."""

    name: str
    kind: str
    default: str | None
    help: str
    help_zh: str = ""

    def about(self, lang: str) -> str:
        """What it is, in Chinese for any Chinese `lang` where the file says it so."""
        return _in_language(self.help, self.help_zh, lang)


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query file: its name, its help, what it asks for, and its text."""

    name: str
    help: str
    params: tuple[Param, ...]
    text: str
    help_zh: str = ""

    def about(self, lang: str) -> str:
        """The help, in Chinese for any Chinese `lang` where the file gives it so."""
        return _in_language(self.help, self.help_zh, lang)


def _in_language(english: str, chinese: str, lang: str) -> str:
    return chinese if chinese and lang.lower().startswith("zh") else english


def header_of(text: str) -> list[str]:
    """The comment lines that a query begins with."""
    return list(takewhile(lambda line: line.startswith("#"), text.splitlines()))
