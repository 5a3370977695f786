"""What a view is made of: sheets of rows whose cells know the facts they rest on. No format, no colour, no question."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aigraph.measures.standing import Standing

STATIC = Path(__file__).parent / "static"

Fact = dict[str, Any]  # attributes of an edge or figure from `projection.to_networkx`, with its evidence


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and the facts that say it; `best` marks the leading value of a column, `depth` the place in a tree."""

    text: str
    facts: tuple[Fact, ...] = ()
    best: bool = False
    depth: int = 0


@dataclass(slots=True)
class Sheet:
    """One titled table. `columns` are keys of the rows and keys of the interface texts, or texts where `named`.

    `shape` says how HTML shows it: table, timeline (first column is the date) or tree (first column is indented).
    `flat` holds rows for CSV and terminals where they differ from what HTML shows.
    """

    title: str
    columns: tuple[str, ...]
    rows: list[dict[str, Cell]] = field(default_factory=list)
    shape: str = "table"
    named: bool = False
    flat: list[dict[str, str]] | None = None


@cache
def texts(lang: str) -> dict[str, str]:
    """The headings of views in "en" or "zh"."""
    found: dict[str, str] = json.loads((STATIC / "views.json").read_text(encoding="utf-8"))[lang]
    return found


def quoted(facts: Iterable[Fact]) -> dict[str, str]:
    """The first sentence that says one of the facts, its document and date."""
    for fact in facts:
        for place in fact["evidence"]:
            return {"sentence": place["quote"], "document": place["title"], "published": place["date"]}
    return {"sentence": "", "document": "", "published": ""}


def spreadsheet_safe(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula, marked as text; everything else as it is."""
    return "'" + value if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def flat_rows(sheets: list[Sheet]) -> tuple[list[str], list[dict[str, str]]]:
    """Columns and rows of all sheets as plain texts, each row with its sentence: for CSV, JSON and terminals."""
    rows: list[dict[str, str]] = []
    for sheet in sheets:
        section = {"section": sheet.title} if len(sheets) > 1 else {}
        if sheet.flat is not None:
            rows += [section | row for row in sheet.flat]
            continue
        for row in sheet.rows:
            texts = {name: row[name].text if name in row else "" for name in sheet.columns}
            rows.append(section | texts | quoted(fact for cell in row.values() for fact in cell.facts))
    return list(dict.fromkeys(name for row in rows for name in row)), rows


def standing_sheet(rows: list[Standing], names: tuple[str, ...], things: int, lang: str) -> Sheet:
    """A row a measure: the score of each of `names` and its place among all `things`."""
    sheet = Sheet(texts(lang)["measures"], ("what", *names), named=True)
    for row in rows:
        cells = zip(names, row.scores, row.places, strict=True)
        said = {name: Cell(f"{score:.6g} (#{place} / {things})") for name, score, place in cells}
        sheet.rows.append({"what": Cell(row.metric), **said})
    return sheet
