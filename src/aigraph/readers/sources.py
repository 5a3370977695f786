"""From what a user names (files, folders, globs, "-") to the files to read, in a fixed order, with their manifest.

A folder may hold `manifest.toml`: metadata of its files, never a document itself. Hidden files, read-mes, licences and
files that plainly hold no prose (images, code, data of other programs) are passed over in silence.
"""

from __future__ import annotations

import glob
import os
import sys
import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aigraph.readers.reading import ReadFailure, Source, iso_date

MANIFEST = "manifest.toml"
_STDIN = "-"
_NO_DOCUMENTS = frozenset(
    (
        ".png .jpg .jpeg .gif .webp .svg .ico .bmp .tif .tiff .mp3 .mp4 .wav .mov .avi .css .js .mjs .map .woff .woff2 "
        ".ttf .otf .py .pyc .sh .toml .yaml .yml .ini .cfg .lock .json .xml .log .zip .gz .tar .xz .7z .bak .tmp .db "
        ".sqlite .sqlite3 .parquet .ttl .nq .nt .jsonld .graphml .rq .bib"
    ).split()
)
_ABOUT = ("readme", "license", "licence", "copying", "notice", "changelog", "manifest")


@dataclass(frozen=True, slots=True)
class Meta:
    """What a manifest says about one file."""

    title: str | None = None
    date: str | None = None
    url: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, and what the manifest beside it says."""

    source: Source
    meta: Meta = field(default_factory=Meta)


def find_sources(named: Iterable[str | Path], suffixes: Collection[str]) -> Iterator[Found | ReadFailure]:
    """Files in the order named, folders and globs sorted; each file once. `suffixes` are those that a reader knows."""
    seen: set[str] = set()
    for name in named:
        for found in _expand(str(name), suffixes):
            if isinstance(found, Found) and found.source.path is not None:
                real = os.path.realpath(found.source.path)
                if real in seen:
                    continue
                seen.add(real)
            yield found


def _expand(name: str, suffixes: Collection[str]) -> Iterator[Found | ReadFailure]:
    if name == _STDIN:
        yield Found(Source("stdin", data=sys.stdin.buffer.read()))
        return
    path = Path(name)
    if path.is_dir():
        yield from _folder(path, suffixes)
    elif path.exists():
        manifest, failure = _manifest(path.parent)
        if failure is not None:
            yield failure
        yield Found(Source(path.name, path), manifest.get(path.name, Meta()))
    elif glob.has_magic(name):
        matches = sorted(glob.glob(name, recursive=True))
        if not matches:
            yield ReadFailure(name, "matches no file; check the pattern")
        for match in matches:
            yield from _expand(match, suffixes)
    else:
        yield ReadFailure(name, "does not exist; check the path")


def _folder(folder: Path, suffixes: Collection[str]) -> Iterator[Found | ReadFailure]:
    failures: list[OSError] = []
    empty = True
    for parent, folders, files in os.walk(folder, onerror=failures.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(parent)
        manifest, failure = _manifest(here)
        if failure is not None:
            yield failure
        for name in sorted(files):
            path = here / name
            suffix = path.suffix.lower()
            if name.startswith(".") or suffix in _NO_DOCUMENTS or path.stem.lower().startswith(_ABOUT):
                continue
            empty = False
            if suffix not in suffixes:
                yield ReadFailure(
                    str(path),
                    f"has an ending no reader knows ({suffix or 'none'}); name the file itself to read it as text",
                )
                continue
            yield Found(Source(path.relative_to(folder).as_posix(), path), manifest.get(name, Meta()))
    for error in failures:
        yield ReadFailure(str(error.filename), f"cannot be opened: {error.strerror}; check its rights")
    if empty and not failures:
        yield ReadFailure(str(folder), "holds no document")


def _manifest(folder: Path) -> tuple[dict[str, Meta], ReadFailure | None]:
    """File name -> metadata of the manifest of a folder; empty where there is none or it is malformed."""
    path = folder / MANIFEST
    if not path.is_file():
        return {}, None
    try:
        rows: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8")).get("document", [])
        return {str(row["file"]): _meta(row) for row in rows}, None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return {}, ReadFailure(
            str(path), f"manifest ignored: {error!r}; each [[document]] needs a file, dates as 2025-08-21"
        )


def _meta(row: dict[str, Any]) -> Meta:
    title, url, lang = (str(row[key]) if row.get(key) else None for key in ("title", "url", "lang"))
    return Meta(title, iso_date(row.get("date")), url, lang)
