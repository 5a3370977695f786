"""Two CSV tables, nodes and edges, as spreadsheets, pandas and Gephi's spreadsheet import read them.

UTF-8 with a byte order mark, so that spreadsheet programs show Chinese; RFC 4180 quoting. A cell that starts like a
formula gets an apostrophe: a name taken from a text must not run in someone's spreadsheet.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from aigraph.exporters.columns import Table, flatten
from aigraph.render.sheets import spreadsheet_safe

if TYPE_CHECKING:
    import networkx as nx


def write(graph: nx.MultiDiGraph, path: Path) -> list[Path]:
    """Write NAME.nodes.csv and NAME.edges.csv for a path NAME.csv; returns both."""
    flat = flatten(graph)
    stem = path.with_suffix("") if path.suffix.lower() == ".csv" else path
    nodes, edges = stem.with_name(stem.name + ".nodes.csv"), stem.with_name(stem.name + ".edges.csv")
    _write(nodes, flat.nodes, {"id": "Id", "label": "Label"}, ["id"])
    _write(edges, flat.edges, _EDGE_NAMES, ["source", "target", "id"])
    return [nodes, edges]


# Gephi's spreadsheet import knows these spellings.
_EDGE_NAMES = {"id": "Id", "source": "Source", "target": "Target", "label": "Label", "weight": "Weight"}


def _write(path: Path, table: Table, names: dict[str, str], first: list[str]) -> None:
    columns = [*first, *table.types]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, lineterminator="\r\n")
        rows.writerow([names.get(column, column) for column in columns])
        for row in table.rows:
            rows.writerow([spreadsheet_safe(row.get(column, "")) for column in columns])
