"""Times of day ("10:05", "上午十点", "3:30 p.m.") as literals of kind time.

They are read so that nothing else takes them for figures; a duration is no time of day.
"""

from __future__ import annotations

import re
from functools import cache

from aigraph.figures.numerals import han_value
from aigraph.model import Literal
from aigraph.wordlists import alternation, grammar

_DIGITAL = re.compile(r"(?<![\d:.])(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d)(?::[0-5]\d)?(?![\d:])")


@cache
def _spoken() -> re.Pattern[str]:
    clock, numbers = grammar("units")["clock"], grammar("numbers")
    digits = "".join([*numbers["digits"], *numbers["small_scales"]])
    hour = rf"(?P<h>[01]?\d|2[0-4]|[{digits}]{{1,3}})"
    minute = rf"(?P<m>[0-5]?\d|[{digits}]{{1,3}}){alternation(clock['minute'])}"
    return re.compile(
        rf"(?P<part>{alternation(clock['parts'])})[ ]?{hour}[ ]?{alternation(clock['hour'])}"
        rf"(?:[ ]?(?:(?P<half>{alternation(clock['half'])})|(?P<quarter>{alternation(clock['quarter'])})|{minute}))?"
    )


@cache
def _english() -> re.Pattern[str]:
    clock = grammar("units")["clock"]
    return re.compile(
        rf"(?<![\d:.$])(?P<h>1[0-2]|0?[1-9])(?::(?P<m>[0-5]\d))?[ ]?"
        rf"(?:(?P<am>{alternation(clock['am'])})|(?P<pm>{alternation(clock['pm'])}))(?![A-Za-z])"
    )


def _number(written: str) -> int | None:
    value = float(written) if written.isdecimal() and written.isascii() else han_value(written)
    return None if value is None else int(value)


def find_times(text: str) -> list[Literal]:
    """Times of day in `text`, sorted, not overlapping; `value` is "HH:MM" in 24 hours."""
    clock = grammar("units")["clock"]
    found: dict[int, Literal] = {}
    for m in _DIGITAL.finditer(text):
        found[m.start()] = Literal(m.start(), m.end(), "time", f"{int(m['h']):02d}:{m['m']}")
    for m in _english().finditer(text):
        hour = int(m["h"]) % 12 + (12 if m["pm"] else 0)
        found[m.start()] = Literal(m.start(), m.end(), "time", f"{hour:02d}:{m['m'] or '00'}")
    for m in _spoken().finditer(text):
        hour_or_none = _number(m["h"])
        if hour_or_none is None or hour_or_none > 24:
            continue
        late = m["part"] in clock["afternoon"] and hour_or_none < 12
        minute = 30 if m["half"] else 15 if m["quarter"] else (_number(m["m"]) or 0 if m["m"] else 0)
        found[m.start("h")] = Literal(
            m.start("h"), m.end(), "time", f"{(hour_or_none + 12 * late) % 24:02d}:{minute:02d}"
        )
    out: list[Literal] = []
    for start in sorted(found):
        if not out or start >= out[-1].end:
            out.append(found[start])
    return out
