"""The publication date that the head of a text states: masthead, byline, dateline. None when unclear, never a guess."""

from __future__ import annotations

HEAD = 600  # characters of a text in which a masthead or byline stands


def document_date(norm_head: str) -> str | None:
    """The ISO date (full, or a month) that the first HEAD characters give as the text's own; None when unclear."""
    return None
