"""Graph, views and cards that show themselves in a notebook: objects with `_repr_html_`.

Each is an iframe that carries its whole page (`srcdoc`), so that neither its style nor its script touches the notebook,
and nothing is fetched. In a plain console they are a line of text.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from aigraph.projection import named, to_networkx

if TYPE_CHECKING:
    import networkx as nx
    import pyoxigraph


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
