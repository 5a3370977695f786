"""Whether two dates or two values contradict each other, each taken as exact as it was written and no further.

"2025" does not contradict "2025-06", nor "about 670 billion" 671 billion. It refuses to order what is not ordered: of
two dates one of which lies within the other, neither is later, and a date nobody gave is neither before nor after any.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from aigraph.text.normalise import name_key

_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
EXACT_DIGITS = 3  # a number of so many digits or more may be another one rounded: 671 billion and 671.03 billion


def later(one: str | None, other: str | None) -> bool:
    """Whether `one` is surely after `other`; dates are YYYY, YYYY-MM or YYYY-MM-DD, None where nobody says."""
    if not one or not other:
        return False
    return one > other and not one.startswith(other)


def is_date(value: Any) -> bool:
    """Whether a value is an ISO date, as exact as known."""
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


def agree(one: Any, said_of_one: Mapping[str, Any], other: Any, said_of_other: Mapping[str, Any]) -> bool:
    """Whether two values can both be true; the mappings are their qualifiers (modifier, low, high)."""
    if one == other:
        return True
    if is_number(one) and is_number(other):
        low, high = reach(one, said_of_one)
        least, most = reach(other, said_of_other)
        return low <= most and least <= high
    if is_date(one) and is_date(other):
        return one.startswith(other) or other.startswith(one)
    return isinstance(one, str) and isinstance(other, str) and name_key(one) == name_key(other)


def vaguer(one: Any, said_of_one: Mapping[str, Any], other: Any, said_of_other: Mapping[str, Any]) -> bool:
    """Whether `one` leaves more open than `other`: a coarser date, a wider range."""
    if is_number(one) and is_number(other):
        low, high = reach(one, said_of_one)
        least, most = reach(other, said_of_other)
        return high - low > most - least
    return is_date(one) and is_date(other) and len(one) < len(other)


def is_number(value: Any) -> bool:
    """Whether a value can be more or less than another."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def reach(value: float, said: Mapping[str, Any]) -> tuple[float, float]:
    """The lowest and highest number that `value` with its modifier or range may stand for."""
    high = said.get("high")
    if is_number(high):
        return min(value, high), max(value, high)  # type: ignore[type-var,return-value]
    modifier = said.get("modifier")
    if modifier == "over":
        return value, math.inf
    if modifier in ("under", "up-to"):
        return -math.inf, value
    digits, half = _last_digit(value)
    if modifier in ("about", "nearly") or digits >= EXACT_DIGITS:
        return value - half, value + half
    return value, value


def _last_digit(value: float) -> tuple[int, float]:
    """The number of significant digits, and half a unit of the last of them: 670 -> (2, 5.0), 2.19 -> (3, 0.005)."""
    mantissa, exponent = f"{value:.12e}".split("e")
    digits = len(mantissa.lstrip("-").replace(".", "").rstrip("0")) or 1
    return digits, 0.5 * 10.0 ** (int(exponent) - digits + 1)
