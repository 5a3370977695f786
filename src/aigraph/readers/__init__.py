"""Reading: from files of many formats to `Document` records whose text every later offset points into.

To add a format, write a `Reader` in a file of its own and add its endings to READERS. A source that cannot be read is
a `ReadFailure` among the documents, never an exception: one bad file does not stop the others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from aigraph.errors import UnreadableDocument
from aigraph.model import Document
from aigraph.readers.docx import read_docx
from aigraph.readers.html import read_html
from aigraph.readers.pdf import read_pdf
from aigraph.readers.plain import read_markdown, read_text
from aigraph.readers.reading import Reader, ReadFailure, Reading, Source, iso_date, well_formed
from aigraph.readers.sources import Found, Meta, find_sources
from aigraph.readers.tables import read_csv, read_jsonl

__all__ = ["READERS", "ReadFailure", "Reader", "Reading", "Source", "document_id", "read_documents", "read_found"]

READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".csv": read_csv,
    ".tsv": read_csv,
}
_UNSAFE = re.compile(r"[^a-z0-9]+")
_MAX_SLUG = 60
_PAGE = re.compile(rb"\s*(?:<!--.{0,400}?-->\s*)?<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)


def document_id(name: str, sha256: str) -> str:
    """The id of a document: its name in safe letters (or "document"), a hyphen, the first 12 digits of its hash."""
    stem, row = name.rsplit("#", 1) if re.search(r"#\d+$", name) else (name, "")
    stem = re.sub(r"\.[A-Za-z]{2,8}$", "", stem)
    slug = _UNSAFE.sub("-", f"{stem}-{row}".lower()).strip("-")[:_MAX_SLUG].strip("-")
    return f"{slug or 'document'}-{sha256[:12]}"


def read_documents(sources: Iterable[str | Path], *, date: str | None = None) -> Iterator[Document | ReadFailure]:
    """Documents of files, folders, globs and "-" (standard input), one after the other, with what could not be read.

    `date` ("YYYY-MM-DD", "YYYY-MM" or "YYYY") is the date of every document for which neither a manifest nor a row
    gives one; it wins over dates found in the page or text. Raises ValueError where `date` is no date.
    """
    given = iso_date(date)
    for found in find_sources(sources, READERS.keys()):
        if isinstance(found, ReadFailure):
            yield found
        else:
            yield from read_found(found, date=given)


def read_found(found: Found, *, date: str | None = None) -> Iterator[Document | ReadFailure]:
    """The documents of one file, with what could not be read of it; `date` as in `read_documents`."""
    source = found.source
    label = str(source.path) if source.path is not None else source.name
    try:
        for reading in _reader(source)(source):
            if isinstance(reading, ReadFailure):
                yield reading
            else:
                yield _document(source, reading, found.meta, date)
    except UnreadableDocument as error:
        yield ReadFailure(label, str(error))


def _reader(source: Source) -> Reader:
    """The reader for a source: by its ending, for standard input by its first bytes, else plain text."""
    if source.data is not None:
        if source.data.startswith(b"%PDF"):
            return read_pdf
        if source.data.startswith(b"PK\x03\x04"):
            return read_docx
        return read_html if _PAGE.match(source.data[:2000]) else read_text
    return READERS.get(Path(source.name).suffix.lower(), read_text)


def _document(source: Source, reading: Reading, meta: Meta, given: str | None) -> Document:
    full = source.name + reading.part
    path = source.path.as_posix() + reading.part if source.path is not None else None
    text = well_formed(reading.text)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    stated = reading.date if reading.explicit else None
    return Document(
        id=document_id(full, digest),
        name=full,
        text=text,
        sha256=digest,
        date=stated or meta.date or given or reading.date,
        title=meta.title if meta.title and not reading.part else reading.title,
        url=meta.url if meta.url and not reading.part else reading.url,
        lang=meta.lang,
        media_type=reading.media_type,
        notes=reading.notes,
        path=path,
    )
