"""PDF: the text layer page by page, as the file gives it.

Nothing is de-hyphenated or re-ordered: the block model joins broken lines. Scans without a text layer are refused.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

from aigraph.errors import UnreadableDocument
from aigraph.readers.dateline import stated_date
from aigraph.readers.reading import ReadFailure, Reading, Source, unix_lines


def read_pdf(source: Source) -> Iterator[Reading | ReadFailure]:
    """One reading: all pages, a blank line between them; the title is the one in the file's properties."""
    import pypdf
    from pypdf.errors import PyPdfError

    data = source.read_bytes()
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        document = pypdf.PdfReader(io.BytesIO(data))
        if document.is_encrypted and not document.decrypt(""):
            raise UnreadableDocument("is locked by a password; remove it and read the file again")
        pages = [unix_lines(page.extract_text() or "") for page in document.pages]
        title = document.metadata.title if document.metadata else None
    except UnreadableDocument:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError) as error:
        # pypdf lets any of these through on damaged files
        raise UnreadableDocument(f"is no intact PDF ({error}); repair or export it again") from error
    text = "\n\n".join(page.strip("\n") for page in pages if page.strip())
    text = text.encode("utf-8", "replace").decode("utf-8")
    if not text.strip():
        raise UnreadableDocument("has no text layer (a scan?); run text recognition on it first")
    name = title.strip() if isinstance(title, str) and title.strip() else None
    yield Reading(text, name, stated_date(text), media_type="application/pdf")
