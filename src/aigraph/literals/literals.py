"""The front door of the figure and date grammar: every date, figure and licence that stands in a sentence or block.

It reads words only and decides nothing about what a figure belongs to. Unknown stays None, never a guess.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from math import isfinite

from aigraph.figures.quantities import find_quantities
from aigraph.literals.dates import document_date, find_dates
from aigraph.literals.licences import find_licences
from aigraph.model import Literal

__all__ = ["document_date", "find_literals"]


def find_literals(
    norm: str,
    *,
    lang: str = "zh-Hans",
    anchor: str | None = None,
    offset: int = 0,
    stated: str | None = None,
    headings: Sequence[tuple[int, int]] = (),
) -> list[Literal]:
    """All literals of `norm` (normalised text, same length as the original), sorted, not overlapping.

    `anchor` is the document's date (ISO, maybe partial) and `stated` the last date stated before `norm`: relative
    dates count from them. `headings` are the (start, level) of those in `norm`, which end the reach of a year stated
    above. `offset` is added to every start and end. Linear in the length of `norm`.
    """
    dates = find_dates(norm, lang=lang, anchor=anchor, stated=stated, headings=headings)
    starts = [d.start for d in dates]
    licences = []
    for licence in find_licences(norm):
        k = bisect_left(starts, licence.end) - 1  # the last date that begins before its end
        if k < 0 or dates[k].end <= licence.start:
            licences.append(licence)
    taken = sorted((x.start, x.end) for x in [*dates, *licences])
    figures = find_quantities(norm, lang=lang, taken=taken)
    literals = sorted([*dates, *licences, *filter(_is_finite, figures)], key=lambda x: x.start)
    return [_moved(x, offset) for x in literals] if offset else literals


def _is_finite(literal: Literal) -> bool:
    """False for figures with more digits than a number can hold: nothing that a text means."""
    return not isinstance(literal.value, float) or isfinite(literal.value)


def _moved(literal: Literal, offset: int) -> Literal:
    from dataclasses import replace

    return replace(literal, start=literal.start + offset, end=literal.end + offset)
