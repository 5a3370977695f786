"""Plain text and Markdown: kept as they are, but for line ends. Markdown marks stay; the block model reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aigraph.errors import UnreadableDocument
from aigraph.readers.dateline import stated_date
from aigraph.readers.encoding import decode
from aigraph.readers.reading import ReadFailure, Reading, Source, unix_lines

_MD_TITLE = re.compile(r"#\s+(.{1,200})")


def read_text(source: Source) -> Iterator[Reading | ReadFailure]:
    """One reading: the whole text."""
    yield _read(source, "text/plain")


def read_markdown(source: Source) -> Iterator[Reading | ReadFailure]:
    """One reading: the whole text; its title is the first line where that is a first-level heading."""
    yield _read(source, "text/markdown")


def _read(source: Source, media_type: str) -> Reading:
    decoded, encoding = decode(source.read_bytes())
    text = unix_lines(decoded)
    if not text.strip():
        raise UnreadableDocument("is empty; there is nothing to read")
    first = text.lstrip().split("\n", 1)[0]
    match = _MD_TITLE.match(first)
    title = match.group(1).strip("#* ") if match else None
    return Reading(text, title or None, stated_date(text), media_type=f"{media_type}; charset={encoding}")
