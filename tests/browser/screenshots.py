"""Pictures of the page for the README and for whoever wants to look: default view, an entity, a path, time, dark.

    python -m tests.browser.screenshots exports/graph.nq pictures/

What is opened is chosen by the graph itself (its most central things), so the command works on any graph.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import networkx as nx
from tests.browser.test_page import CHROMIUM, FLAGS

from aigraph.measures import analyse
from aigraph.measures.projection import to_networkx
from aigraph.render.page import write_page
from aigraph.storage.store import GraphStore


def choose(graph: nx.MultiDiGraph) -> tuple[str, str, str]:
    """The best connected thing, and two well connected ones that lie far apart."""
    ranked = [node for node, _ in analyse.rank(graph, "degree", 40)]
    simple = analyse.ordered(graph)
    far = (0, ranked[0], ranked[0])
    for number, start in enumerate(ranked):
        lengths = nx.single_source_shortest_path_length(simple, start)
        for goal in ranked[number + 1 :]:
            if lengths.get(goal, 0) > far[0]:
                far = (lengths[goal], start, goal)
    return ranked[0], far[1], far[2]


def shoot(graph_file: Path, out: Path) -> list[Path]:
    """Write the pictures into `out`; returns their paths."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    with GraphStore.read(graph_file) as store, tempfile.TemporaryDirectory() as folder:
        page_file = write_page(store.inner, Path(folder) / "graph.html")
        top, start, goal = choose(to_networkx(store.inner))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            tab = browser.new_page(viewport={"width": 1400, "height": 900}, color_scheme="light")
            tab.goto(f"file://{page_file}")
            tab.wait_for_selector("html[data-ready=yes]")
            written = [
                _take(tab, out / "default.png", "AIG.fit()"),
                _take(tab, out / "entity.png", "AIG.pick(AIG.byNodeId.get(name))", top),
                _take(tab, out / "path.png", _PATH, [start, goal]),
                _take(tab, out / "timeline.png", _LAST_HALF),
                _take(tab, out / "dark.png", "AIG.change({...AIG.fresh(), lang: 'zh', theme: 'dark'}, {fit: true})"),
            ]
            browser.close()
    return written


_PATH = "AIG.change({sel: '', a: pair[0], b: pair[1]}, {fitRoute: true})"
_LAST_HALF = """(() => {
  const months = AIG.months;
  const from = months[Math.floor(months.length / 2)];
  AIG.change({a: '', b: '', add: [], from, undated: false}, {fit: true});
})()"""


def _take(tab: Any, path: Path, script: str, value: Any = None) -> Path:
    tab.evaluate(f"(given) => {{ const name = given, pair = given; {script}; }}", value)
    tab.wait_for_timeout(400)
    tab.screenshot(path=str(path))
    return path


if __name__ == "__main__":
    if len(sys.argv) != 3 or CHROMIUM is None:
        sys.exit(__doc__ if CHROMIUM else "no Chromium on this machine: apt-get install chromium")
    sys.stdout.writelines(f"{picture}\n" for picture in shoot(Path(sys.argv[1]), Path(sys.argv[2])))
