"""Word lists of the figure and date grammar: reads ontology/grammar/*.toml and turns lists into alternations.

It refuses to hold any word itself: a missing or malformed file is an OntologyError, never a silent default.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from typing import Any

from aigraph.errors import OntologyError
from aigraph.paths import ontology_dir

_LATIN = re.compile(r"[A-Za-z]")


@cache
def grammar(name: str) -> dict[str, Any]:
    """The tables of ontology/grammar/<name>.toml. Raises OntologyError where it is missing or is no TOML."""
    path = ontology_dir() / "grammar" / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OntologyError(f"cannot read {path}: {error.strerror}; reinstall the package") from error
    except tomllib.TOMLDecodeError as error:
        raise OntologyError(f"{path} is no valid TOML ({error}); correct the file") from error


def alternation(words: Iterable[str], *, boundary: bool = False) -> str:
    """A regex group that matches the longest of `words`; with `boundary`, Latin words end at a word border.

    Inner spaces match any run of blanks (none beside Han). Raises OntologyError for an empty list: an empty
    alternation would match everywhere.
    """
    parts = []
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        pattern = r"[ \t]*".join(re.escape(p) for p in word.split(" ")) if not word.isascii() else _spaced(word)
        if boundary and _LATIN.match(word[-1]):
            pattern += r"(?![A-Za-z0-9])"
        parts.append(pattern)
    if not parts:
        raise OntologyError("an empty word list in ontology/grammar; give it at least one word")
    return "(?:" + "|".join(parts) + ")"


def _spaced(word: str) -> str:
    """An ASCII phrase whose inner blanks may be any run of blanks; border blanks stay as they are."""
    inner = word.strip(" ")
    body = r"[ \t]+".join(re.escape(p) for p in inner.split(" "))
    head = r"[ \t]+" if word.startswith(" ") else ""
    tail = r"[ \t]+" if word.endswith(" ") and inner else ""
    return head + body + tail
