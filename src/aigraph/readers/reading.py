"""What a reader gives back and what it reads from: one small record each, shared by all formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from aigraph.errors import UnreadableDocument

_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[T ]\d{1,2}:\d{2}.{0,30})?$")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Reading:
    """One text out of a file, with what the file itself says about it."""

    text: str
    title: str | None = None
    date: str | None = None
    url: str | None = None
    media_type: str = "text/plain"
    part: str = ""  # "#3" for the third row of a table
    explicit: bool = False  # the date was given for this very text (a column), not found in page metadata
    notes: tuple[str, ...] = ()  # what could not be used, for the report


@dataclass(frozen=True, slots=True)
class ReadFailure:
    """A source that gave no document, and why, in words for the person who named it."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, or bytes already at hand (stdin)."""

    name: str
    path: Path | None = None
    data: bytes | None = None

    def read_bytes(self) -> bytes:
        """The whole content. Raises UnreadableDocument where it is empty or the system refuses it."""
        data = self.data
        if data is None:
            assert self.path is not None, "a source has a path or data"
            try:
                data = self.path.read_bytes()
            except OSError as error:
                raise UnreadableDocument(
                    f"cannot be opened: {error.strerror or error}; check the path and its rights"
                ) from error
        if not data.strip():
            raise UnreadableDocument("is empty; there is nothing to read")
        return data


Reader = Callable[[Source], Iterator[Reading | ReadFailure]]


def iso_date(value: object) -> str | None:
    """A date as "YYYY-MM-DD", "YYYY-MM" or "YYYY"; None for nothing. Raises ValueError for what is no date."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    match = _ISO.match(str(value).strip())
    if match is None:
        raise ValueError(f"{value!r} is no date; write it as 2025-08-21, 2025-08 or 2025")
    parts = [int(part) for part in match.groups() if part]
    date(*[*parts, 1, 1][:3])
    return "-".join(f"{part:04d}" if k == 0 else f"{part:02d}" for k, part in enumerate(parts))


def unix_lines(text: str) -> str:
    """The text with every line end as a newline, and without a byte order mark at its front."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def well_formed(text: str) -> str:
    """The text with half surrogate pairs, which no file can hold, as replacement characters; same length."""
    return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
