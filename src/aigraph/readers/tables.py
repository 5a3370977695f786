"""JSON Lines and CSV: every row is a document of its own, with the columns text, title, date and url.

Rows stream; a bad row is reported and the next one read.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, TextIO

from aigraph.errors import UnreadableDocument
from aigraph.readers.dateline import stated_date
from aigraph.readers.encoding import detect
from aigraph.readers.reading import ReadFailure, Reading, Source, iso_date, unix_lines

_SAMPLE = 1 << 16
_MAX_CELL = 1 << 30


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
    given = iso_date(row.get("date"))
    title, url = (str(row[key]).strip() if row.get(key) else None for key in ("title", "url"))
    return Reading(text, title, given or stated_date(text), url, media_type, f"#{number}", given is not None)


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
    """A reading per row; the first row names the columns."""
    csv.field_size_limit(_MAX_CELL)
    with _open(source) as stream:
        rows = csv.DictReader(stream, delimiter="\t" if source.name.lower().endswith(".tsv") else ",")
        number = 0
        try:
            rows.fieldnames = [name.strip().lower() for name in rows.fieldnames or ()]
            if "text" not in rows.fieldnames:
                raise UnreadableDocument("has no column 'text'; name the columns text,title,date,url in the first row")
            for number, row in enumerate(rows, start=1):
                try:
                    yield _reading(row, number, "text/csv")
                except (UnreadableDocument, ValueError) as error:
                    yield ReadFailure(f"{source.name}#{number}", f"row skipped: {error}")
        except (UnicodeDecodeError, csv.Error) as error:
            yield ReadFailure(f"{source.name}#{number + 1}", f"cannot be parsed ({error}); the rest was not read")
