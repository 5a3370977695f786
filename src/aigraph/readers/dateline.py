"""The date that a text states about itself near its top: a dateline, a byline or a dated title.

Only a full date on a short line that is no sentence counts; anything less stays unknown.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache
from typing import Any

from aigraph.errors import OntologyError
from aigraph.paths import ontology_dir
from aigraph.text.normalise import normalise

_SENTENCE = re.compile("[\\u3002\\uff01\\uff1f\\uff1b]|[a-z]\\. [A-Z]|[a-z]\\.$")


@cache
def _grammar() -> tuple[tuple[re.Pattern[str], ...], re.Pattern[str], dict[str, int], int, int]:
    path = ontology_dir() / "grammar" / "boilerplate.toml"
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))["dateline"]
        patterns = tuple(re.compile(pattern) for pattern in table["patterns"])
        months = {name: number for number, name in enumerate(table["months"], start=1)}
        return patterns, re.compile(table["span"]), months, table["lines"], table["max_width"]
    except (OSError, tomllib.TOMLDecodeError, KeyError, re.error) as error:
        raise OntologyError(f"ontology/grammar/boilerplate.toml [dateline]: {error!r}; restore the section") from error


def stated_date(text: str) -> str | None:
    """The first full date on the top lines, as YYYY-MM-DD; None where no short line carries one."""
    patterns, span, months, count, limit = _grammar()
    lines = [line.strip() for line in text[:4000].split("\n") if line.strip()]
    for line in lines[:count]:
        if len(line) > limit:
            continue
        folded = normalise(line)
        if _SENTENCE.search(folded):
            continue
        found = _first(patterns, span, months, folded)
        if found is not None:
            return found
    return None


def _first(
    patterns: tuple[re.Pattern[str], ...], span: re.Pattern[str], months: dict[str, int], line: str
) -> str | None:
    for pattern in patterns:
        for match in pattern.finditer(line):
            parts = match.groupdict()
            month = months[parts["name"].lower()] if parts.get("name") else int(parts["m"])
            day = int(parts["d"])
            last = span.match(line, match.end())
            try:
                begin = date(int(parts["y"]), month, day)
                if last is None:
                    return begin.isoformat()
                end = date(begin.year, int(last["m"] or month), int(last["d"]))
                return (end if end >= begin else begin).isoformat()
            except ValueError:
                continue  # 2025.13.45 is a version or a range, not a date
    return None
