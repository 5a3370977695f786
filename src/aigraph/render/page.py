"""The interactive page: one HTML file with everything in it, which asks the network for nothing.

Built on the vis-network bundle that pyvis ships. A content security policy in the page allows exactly the scripts that
were written into it, by their hashes, and no connection at all: a name or sentence that looks like markup stays text,
and could not run even if it became markup.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from aigraph.errors import AigraphError
from aigraph.render.payload import embed, payload

if TYPE_CHECKING:
    import networkx as nx
    import pyoxigraph

# Read by the browser in this order; each file has one concern and says which in its first line.
SCRIPTS = (
    "dom.js", "data.js", "state.js", "filter.js", "arrange.js", "canvas.js", "labels.js", "motion.js", "search.js",
    "card.js", "panel.js", "save.js", "main.js",
)  # fmt: skip
LANGUAGES = ("en", "zh")


def write_page(store: pyoxigraph.Store, path: Path | str, *, title: str = "aigraph", lang: str = "en") -> Path:
    """Write the page of a whole store and return its path. `lang` ("en" or "zh") is the interface's first language."""
    from aigraph.measures.projection import to_networkx

    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page_html(to_networkx(store), title=title, lang=lang), encoding="utf-8", newline="\n")
    return path


def page_html(graph: nx.MultiDiGraph, *, title: str = "aigraph", lang: str = "en") -> str:
    """The page of a graph from `projection.to_networkx`, as text."""
    if lang not in LANGUAGES:
        raise ValueError(f"no interface in {lang!r}; there are: {', '.join(LANGUAGES)}")
    data = payload(graph, title=title, lang=lang)
    scripts = [_inline(vis_network()), *(_inline(static(name)) for name in SCRIPTS)]
    values = {
        "policy": _policy(scripts),
        "title": html.escape(title),
        "style": static("page.css"),
        "data": embed(data),
        "scripts": "\n".join(f"<script>{script}</script>" for script in scripts),
    }
    # one pass: a "{{...}}" inside the data is not looked at again
    return re.sub(r"\{\{(\w+)\}\}", lambda m: values[m.group(1)], static("page.html"))


def static(name: str) -> str:
    """The text of a file in static/."""
    return (Path(__file__).parent / "static" / name).read_text(encoding="utf-8")


def vis_network() -> str:
    """The newest vis-network bundle that the installed pyvis carries."""
    lib = files("pyvis") / "templates" / "lib"
    names = [folder.name for folder in lib.iterdir() if folder.name.startswith("vis-")]
    found = sorted(names, key=lambda name: [int(part) for part in re.findall(r"\d+", name)])
    if not found:
        raise AigraphError("the installed pyvis has no vis-network bundle; reinstall it: pip install -I pyvis")
    return (lib / found[-1] / "vis-network.min.js").read_text(encoding="utf-8")


def _inline(script: str) -> str:
    """A script as it can stand between script tags: nothing in it closes them, no reference to a map outside."""
    script = re.sub(r"^//# sourceMappingURL=.*$", "", script, flags=re.MULTILINE)
    return re.sub(r"</(script)", r"<\\/\1", script, flags=re.IGNORECASE)


def _policy(scripts: list[str]) -> str:
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    allowed = " ".join(f"'sha256-{value}'" for value in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
