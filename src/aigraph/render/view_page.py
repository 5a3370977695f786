"""Sheets as one HTML file without any script, or as CSV.

Every text goes through html.escape; the page's policy allows no script at all, so that nothing in a name or sentence
could run. A cell with facts opens (HTML's own details element) to its sentences, each with document and date.
"""

from __future__ import annotations

import csv
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from aigraph.measures.projection import to_networkx
from aigraph.render.sheets import STATIC, Cell, Sheet, flat_rows, spreadsheet_safe, texts
from aigraph.render.views import view

if TYPE_CHECKING:
    import pyoxigraph

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def write_view(store: pyoxigraph.Store, kind: str, path: Path | str, *names: str, lang: str = "en") -> Path:
    """Write the view `kind` of a store to `path`, as CSV where that is its ending and as HTML otherwise.

    Raises UnknownName for an unknown view or thing, ValueError for too few or too many names.
    """
    path = Path(path)
    sheets = view(to_networkx(store), kind, *names, lang=lang)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".csv":
        columns, rows = flat_rows(sheets)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\r\n")
            writer.writeheader()
            writer.writerows({name: spreadsheet_safe(text) for name, text in row.items()} for row in rows)
    else:
        title = " · ".join([texts(lang)[kind], *names])
        path.write_text(sheets_html(sheets, title=title, lang=lang), encoding="utf-8", newline="\n")
    return path


def sheets_html(sheets: list[Sheet], *, title: str, lang: str = "en") -> str:
    """The whole page as text."""
    body = "".join(_sheet(sheet, lang, alone=len(sheets) == 1) for sheet in sheets)
    if not any(sheet.rows for sheet in sheets):
        body = f"<p>{escape(texts(lang)['nothing'])}</p>"
    style = (STATIC / "views.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="{"zh-Hans" if lang == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n"
        f"{body}</body>\n</html>\n"
    )


def _sheet(sheet: Sheet, lang: str, *, alone: bool) -> str:
    head = "" if alone else f"<h2>{escape(sheet.title)}</h2>\n"
    return head + {"table": _table, "timeline": _timeline, "tree": _tree}[sheet.shape](sheet, lang)


def _heading(sheet: Sheet, column: str, lang: str) -> str:
    own = sheet.named and column != sheet.columns[0]
    return escape(column if own else texts(lang).get(column, column))


def _table(sheet: Sheet, lang: str) -> str:
    heads = "".join(f'<th scope="col">{_heading(sheet, column, lang)}</th>' for column in sheet.columns)
    lines = []
    for row in sheet.rows:
        first, *rest = (row.get(column, Cell("")) for column in sheet.columns)
        cells = "".join(('<td class="best">' if cell.best else "<td>") + _cell(cell) + "</td>" for cell in rest)
        lines.append(f'<tr><th scope="row">{_cell(first)}</th>{cells}</tr>\n')
    table = f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{''.join(lines)}</tbody>\n</table>"
    return f'<div class="scroll">{table}</div>\n'


def _timeline(sheet: Sheet, lang: str) -> str:
    lines = []
    for row in sheet.rows:
        who = f' <span class="quiet">{escape(row["who"].text)}</span>' if row["who"].text else ""
        kind = f'<span class="kind">{escape(row["kind"].text)}</span>'
        lines.append(f"<li><time>{escape(row['date'].text)}</time>{kind}{_cell(row['what'])}{who}</li>\n")
    return f'<ol class="timeline">\n{"".join(lines)}</ol>\n'


def _tree(sheet: Sheet, lang: str) -> str:
    lines = []
    for row in sheet.rows:
        said = " · ".join(filter(None, (row["relation"].text, row["date"].text)))
        more = f'<span class="quiet">{escape(said)}</span>' if said else ""
        lines.append(f'<li style="--depth:{row["name"].depth}">{_cell(row["name"])}{more}</li>\n')
    return f'<ul class="tree">\n{"".join(lines)}</ul>\n'


def _cell(cell: Cell) -> str:
    if not any(fact["evidence"] for fact in cell.facts):
        return escape(cell.text)
    quotes = []
    seen = set()
    for fact in cell.facts:
        for place in fact["evidence"]:
            if (place["document"], place["quote"]) in seen:
                continue
            seen.add((place["document"], place["quote"]))
            source = " · ".join(filter(None, (place["title"], place["date"])))
            quotes.append(f"<blockquote>{escape(place['quote'])}<footer>{escape(source)}</footer></blockquote>")
    return f"<details><summary>{escape(cell.text)}</summary>{''.join(quotes)}</details>"
