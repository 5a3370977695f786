"""Word documents: paragraphs and tables in their order, with Markdown marks for headings, list items and rows.

Headers, footers, comments and text boxes are left out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from aigraph.errors import UnreadableDocument
from aigraph.readers.dateline import stated_date
from aigraph.readers.reading import ReadFailure, Reading, Source, unix_lines

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)


def read_docx(source: Source) -> Iterator[Reading | ReadFailure]:
    """One reading: the body of the document; the title is the one in its properties."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    data = source.read_bytes()
    try:
        document = docx.Document(io.BytesIO(data))
        text = unix_lines("\n".join(_lines(document)))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        # lxml's syntax errors are SyntaxErrors
        raise UnreadableDocument(f"is no intact Word document ({error}); save it again as .docx") from error
    if not text.strip():
        raise UnreadableDocument("holds no text; there is nothing to read")
    title = (document.core_properties.title or "").strip() or None
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    yield Reading(text, title, stated_date(text), media_type=media_type)


def _lines(document: Any) -> Iterator[str]:
    from docx.table import Table

    for part in document.iter_inner_content():
        if isinstance(part, Table):
            yield from _rows(part)
            yield ""
        elif part.text.strip():
            yield _mark(part.style.name if part.style is not None else "") + part.text
            yield ""


def _mark(style: str) -> str:
    match = _HEADING.match(style)
    if match:
        return "#" * max(1, min(6, int(match.group(1)))) + " "
    if style.lower() == "title":
        return "# "
    if style.lower().startswith("list number"):
        return "1. "
    return "- " if style.lower().startswith("list") else ""


def _rows(table: Any) -> Iterator[str]:
    for number, row in enumerate(table.rows):
        cells = [" ".join(cell.text.split()).replace("|", "/") for cell in row.cells]
        yield "| " + " | ".join(cells) + " |"
        if number == 0:
            yield "|" + "---|" * len(cells)
