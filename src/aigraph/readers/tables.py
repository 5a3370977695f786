"""JSON Lines and CSV: every row is a document of its own, with the columns text, title, date and url.

Rows stream; a bad row is reported and the next one read. CSV may be cut by commas, semicolons, tabs or bars: the first
row tells which. A date is read in any form that a text may have it in; one that is none is noted, and the row read.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, TextIO

from aigraph.errors import UnreadableDocument
from aigraph.readers.dateline import stated_date
from aigraph.readers.encoding import detect
from aigraph.readers.reading import ReadFailure, Reading, Source, iso_date, unix_lines
from aigraph.text.normalise import normalise

_SAMPLE = 1 << 16
_MAX_CELL = 1 << 30
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:[.]\d+)?(?:[ ]?(?:[AaPp][Mm]|Z|[+-]\d{2}:?\d{2}))?")  # beside a date
_DELIMITERS = ",;\t|"


def _open(source: Source) -> TextIO:
    """The decoded stream of a source. Raises UnreadableDocument where it cannot be opened or is no text."""
    if source.data is not None:
        binary: BinaryIO = io.BytesIO(source.data)
    else:
        assert source.path is not None, "a source has a path or data"
        try:
            binary = source.path.open("rb")
        except OSError as error:
            raise UnreadableDocument(
                f"cannot be opened: {error.strerror or error}; check the path and its rights"
            ) from error
    sample = binary.read(_SAMPLE)
    if not sample.strip():
        binary.close()
        raise UnreadableDocument("is empty; there is nothing to read")
    try:
        encoding = detect(sample, whole=len(sample) < _SAMPLE)
    except UnreadableDocument:
        binary.close()
        raise
    binary.seek(0)
    return io.TextIOWrapper(binary, encoding=encoding, newline="")


def _reading(row: dict[str, Any], number: int, media_type: str) -> Reading:
    """One row as a reading. Raises UnreadableDocument or ValueError, saying what is wrong with the row."""
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise UnreadableDocument("has no text in its column 'text'")
    text = unix_lines(text)
    given, notes = _date(row.get("date"))
    title, url = (str(row[key]).strip() if row.get(key) else None for key in ("title", "url"))
    return Reading(text, title, given or stated_date(text), url, media_type, f"#{number}", given is not None, notes)


def _date(value: object) -> tuple[str | None, tuple[str, ...]]:
    """The date in a cell, written in any of the ways a text may write it; a note where it is none."""
    try:
        return iso_date(value), ()
    except ValueError:
        found = _written_date(normalise(str(value)).strip())
    note = f"the date {str(value)[:40]!r} of its row was not understood; write it as 2025-08-21, 2025-08 or 2025"
    return found, () if found else (note,)


def _written_date(written: str) -> str | None:
    """The one date that `written` is, as exact as it says; None where it says more, less or something relative."""
    from aigraph.literals.dates import find_dates

    found = find_dates(written)
    if len(found) != 1 or found[0].relative or found[0].low is not None or not isinstance(found[0].value, str):
        return None
    rest = written[: found[0].start] + written[found[0].end :]
    return None if any(char.isalnum() for char in _CLOCK.sub("", rest)) else found[0].value


def read_jsonl(source: Source) -> Iterator[Reading | ReadFailure]:
    """A reading per line that holds a JSON object."""
    with _open(source) as stream:
        number = 0
        try:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield _json_row(source.name, line, number)
        except UnicodeDecodeError as error:
            yield ReadFailure(f"{source.name}#{number + 1}", f"is not valid {error.encoding}; the rest was not read")


def _json_row(name: str, line: str, number: int) -> Reading | ReadFailure:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise UnreadableDocument("is no JSON object; write one object with a key 'text' a line")
        return _reading(row, number, "application/jsonl")
    except (UnreadableDocument, ValueError, RecursionError) as error:
        return ReadFailure(f"{name}#{number}", f"row skipped: {error}")


def read_csv(source: Source) -> Iterator[Reading | ReadFailure]:
    """A reading per row; the first row names the columns, and by it one sees what separates them."""
    csv.field_size_limit(_MAX_CELL)
    with _open(source) as stream:
        number = 0
        try:
            for number, row in enumerate(_rows(stream), start=1):
                try:
                    yield _reading(row, number, "text/csv")
                except (UnreadableDocument, ValueError) as error:
                    yield ReadFailure(f"{source.name}#{number}", f"row skipped: {error}")
        except (UnicodeDecodeError, csv.Error) as error:
            yield ReadFailure(f"{source.name}#{number + 1}", f"cannot be parsed ({error}); the rest was not read")


def _rows(stream: TextIO) -> csv.DictReader[str]:
    """The rows below the header, by column. Raises UnreadableDocument where no separator gives a column 'text'."""
    head = next((line for line in stream if line.strip()), "")
    for delimiter in _DELIMITERS:
        names = [name.strip().lower() for name in next(csv.reader([head], delimiter=delimiter), [])]
        if "text" in names:
            return csv.DictReader(stream, names, delimiter=delimiter)
    raise UnreadableDocument(
        f"has no column 'text' in its first row ({' '.join(head.split())[:60]!r}); name the columns "
        "text,title,date,url, cut by commas, semicolons, tabs or bars"
    )
