"""Graph, tables, views and cards that show themselves in a notebook: objects with `_repr_html_`.

A page is an iframe that carries all of it (`srcdoc`), so that neither its style nor its script touches the notebook,
and nothing is fetched; a table is plain HTML. In a plain console they are a line of text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from aigraph.measures.projection import named, to_networkx

if TYPE_CHECKING:
    import networkx as nx
    import pyoxigraph

PAGE_UP_TO = 5000  # things: a page of as many is about 10 MB in the notebook's file


@dataclass(frozen=True, slots=True)
class Shown:
    """A page for a notebook cell; `height` in pixels."""

    html: str
    title: str
    height: int = 640

    def _repr_html_(self) -> str:
        frame = f'width="100%" height="{self.height}" style="border:1px solid #ccc;border-radius:6px"'
        return f'<iframe title="{escape(self.title)}" srcdoc="{escape(self.html)}" {frame}></iframe>'

    def __repr__(self) -> str:
        return f"<{self.title}: shown in notebooks; {len(self.html):,} characters of HTML>"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows for a notebook cell; every text is escaped. Beyond `limit` rows the cell says how many there are more."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    limit: int = 100

    def _repr_html_(self) -> str:
        heads = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
        lines = [
            "<tr>" + "".join(f"<td>{escape(_text(row.get(column)))}</td>" for column in self.columns) + "</tr>"
            for row in self.rows[: self.limit]
        ]
        left = len(self.rows) - self.limit
        more = f"<p>and {left:,} more rows</p>" if left > 0 else ""
        return f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{chr(10).join(lines)}\n</tbody>\n</table>{more}"

    def __repr__(self) -> str:
        return f"<table: shown in notebooks; {len(self.rows):,} rows of {', '.join(self.columns)}>"


def show_rows(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] | None = None) -> Table:
    """Rows as a table; the columns are, unless given, the keys in the order in which they first occur."""
    kept = tuple(rows)
    names = dict.fromkeys(name for row in kept for name in row) if columns is None else columns
    return Table(tuple(names), kept)


def show_ranking(
    source: pyoxigraph.Store | nx.MultiDiGraph, metric: str = "pagerank", *, top: int = 20, lang: str = "en"
) -> Table:
    """The most central things by a measure. Raises UnknownName."""
    from aigraph.measures import analyse

    graph = _graph(source)
    rows = [
        {"rank": place, "name": graph.nodes[node][f"label_{lang}"], "type": graph.nodes[node]["type"], metric: score}
        for place, (node, score) in enumerate(analyse.rank(graph, metric, top), 1)
    ]
    return show_rows(rows, ("rank", "name", "type", metric))


def show_store(source: pyoxigraph.Store) -> Shown | Table:
    """A store as its page, or, where that would weigh down the notebook (PAGE_UP_TO), the number of things by type."""
    graph = to_networkx(source)
    if len(graph) <= PAGE_UP_TO:
        return show_graph(graph)
    kinds = Counter(data["type"] for _, data in graph.nodes(data=True))
    ordered = sorted(kinds.items(), key=lambda row: (-row[1], row[0]))
    return show_rows([{"type": kind, "things": count} for kind, count in ordered])


def show_graph(source: pyoxigraph.Store | nx.MultiDiGraph, *, title: str = "aigraph", lang: str = "en") -> Shown:
    """The interactive page of a store or graph."""
    from aigraph.render.page import page_html

    return Shown(page_html(_graph(source), title=title, lang=lang), title)


def show_view(source: pyoxigraph.Store | nx.MultiDiGraph, kind: str, *names: str, lang: str = "en") -> Shown:
    """One of the views of `views.VIEWS`. Raises UnknownName, ValueError."""
    from aigraph.render.sheets import texts
    from aigraph.render.view_page import sheets_html
    from aigraph.render.views import view

    sheets = view(_graph(source), kind, *names, lang=lang)
    title = " · ".join([texts(lang)[kind], *names])
    return Shown(sheets_html(sheets, title=title, lang=lang), title, 480)


def show_card(source: pyoxigraph.Store | nx.MultiDiGraph, name: str, *, lang: str = "en") -> Shown:
    """All that is known of one thing. Raises UnknownName."""
    graph = _graph(source)
    from aigraph.render.view_page import sheets_html
    from aigraph.render.views import view

    title = str(graph.nodes[named(graph, name)][f"label_{lang}"])
    return Shown(sheets_html(view(graph, "company", name, lang=lang), title=title, lang=lang), title, 420)


def _graph(source: pyoxigraph.Store | nx.MultiDiGraph) -> nx.MultiDiGraph:
    import networkx as nx

    return source if isinstance(source, nx.MultiDiGraph) else to_networkx(source)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
