"""Plots of measures and growth as PNG or SVG (matplotlib, an optional extra). The ending of the path says which.

The same data give the same file: no date, no random ids. Names in Chinese need a font that has them; the first one
found on the machine is used, and where there is none the labels fall back to English.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from aigraph.measures import analyse
from aigraph.measures.analyse import MissingExtra
from aigraph.measures.periods import periods
from aigraph.render.look import style_of

if TYPE_CHECKING:
    import networkx as nx

    from aigraph.measures.analyse import Hop
    from aigraph.measures.standing import Standing

CHINESE_FONTS = ("Noto Sans CJK SC", "Noto Serif CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei")


def plot_ranking(
    graph: nx.Graph, path: Path | str, *, metric: str = "pagerank", top: int = 20, lang: str = "en"
) -> Path:
    """Bars of the `top` nodes of a measure, coloured by type. Raises UnknownName, MissingExtra."""
    rows = analyse.rank(graph, metric, top)[::-1]
    plt, has_chinese = _pyplot()
    wanted = lang if lang != "zh" or has_chinese else "en"
    figure, axes = plt.subplots(figsize=(8, 0.32 * len(rows) + 1.2), layout="constrained")
    labels = [_legible(graph.nodes[node], wanted, has_chinese) for node, _ in rows]
    colors = [style_of(graph.nodes[node].get("type", ""))["color"] for node, _ in rows]
    axes.barh(range(len(rows)), [score for _, score in rows], color=colors)
    axes.set_yticks(range(len(rows)), labels)
    axes.set_xlabel(metric)
    axes.spines[["top", "right"]].set_visible(False)
    return _save(plt, figure, Path(path))


def plot_growth(graph: nx.MultiDiGraph, path: Path | str, *, by: str = "month") -> Path:
    """Facts a period as bars, things known so far as a line. Raises UnknownName, MissingExtra."""
    found = periods(graph, by)
    plt, _ = _pyplot()
    figure, axes = plt.subplots(figsize=(9, 4), layout="constrained")
    places = range(len(found))
    axes.bar(places, [period.facts for period in found], color="#4e79a7", label="facts")
    axes.plot(places, [period.total_things for period in found], color="#e15759", marker="o", label="things so far")
    step = max(1, len(found) // 16)
    axes.set_xticks(list(places)[::step], [period.period for period in found][::step], rotation=45, ha="right")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    return _save(plt, figure, Path(path))


def plot_communities(graph: nx.Graph, parts: list[list[str]], path: Path | str, *, top: int = 10) -> Path:
    """The network drawn with its `top` communities in colour, each named after its best tied thing. MissingExtra."""
    from aigraph.render.layout import positions

    plt, has_chinese = _pyplot()
    from matplotlib.collections import LineCollection

    places = positions(graph, parts)
    figure, axes = plt.subplots(figsize=(10, 8), layout="constrained")
    pairs = sorted({(source, target) for source, target, *_ in graph.edges()})
    lines = [(places[source], places[target]) for source, target in pairs]
    axes.add_collection(LineCollection(lines, colors="#c9c9c9", linewidths=0.4, zorder=1))
    for number, part in enumerate(parts):
        color = plt.get_cmap("tab10")(number % 10) if number < top else "#d9d9d9"
        axes.scatter(*zip(*(places[node] for node in part), strict=True), s=14, color=[color], zorder=2)
        if number < top and len(part) > 1:
            leader = min(part, key=lambda node: (-graph.degree(node), node))
            name = _legible(graph.nodes[leader], "en", has_chinese)
            axes.annotate(name, places[leader], fontsize=8, zorder=3)
    axes.invert_yaxis()  # the layout's y grows downwards, as on screens
    axes.set_axis_off()
    return _save(plt, figure, Path(path))


def plot_paths(graph: nx.Graph, found: list[list[Hop]], path: Path | str) -> Path:
    """Each path as a row of things, with the relations of every step above its line. Raises MissingExtra."""
    plt, has_chinese = _pyplot()
    longest = max((len(hops) for hops in found), default=1)
    figure, axes = plt.subplots(figsize=(2.6 * (longest + 1), 1.2 * max(1, len(found)) + 0.4), layout="constrained")
    for row, hops in enumerate(found):
        nodes = [hops[0].source, *(hop.target for hop in hops)]
        axes.plot(range(len(nodes)), [-row] * len(nodes), color="#9a9a9a", zorder=1)
        colors = [style_of(graph.nodes[node].get("type", ""))["color"] for node in nodes]
        axes.scatter(range(len(nodes)), [-row] * len(nodes), s=90, color=colors, zorder=2)
        for place, node in enumerate(nodes):
            name = _legible(graph.nodes[node], "en", has_chinese)
            axes.text(place, -row - 0.18, name, ha="center", va="top", fontsize=8)
        for place, hop in enumerate(hops):
            said = dict.fromkeys(name for fact in hop.facts for name in _relations(fact))
            axes.text(place + 0.5, -row + 0.08, ", ".join(said), ha="center", va="bottom", fontsize=7)
    axes.set_xlim(-0.5, longest + 0.5)
    axes.set_ylim(-len(found) + 0.3, 0.5)
    axes.set_axis_off()
    return _save(plt, figure, Path(path))


def plot_standings(graph: nx.Graph, nodes: tuple[str, ...], rows: list[Standing], path: Path | str) -> Path:
    """Bars of some things in every measure, as a share of the highest score in the graph. Raises MissingExtra."""
    plt, has_chinese = _pyplot()
    figure, axes = plt.subplots(figsize=(8, 0.6 * len(rows) + 1.2), layout="constrained")
    height = 0.8 / len(nodes)
    for number, node in enumerate(nodes):
        shares = [row.scores[number] / row.highest if row.highest else 0.0 for row in rows]
        name = _legible(graph.nodes[node], "en", has_chinese)
        axes.barh([place + number * height for place in range(len(rows))], shares, height=height, label=name)
    axes.set_yticks([place + height * (len(nodes) - 1) / 2 for place in range(len(rows))], [row.metric for row in rows])
    axes.invert_yaxis()
    axes.set_xlabel("share of the highest in the graph")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    return _save(plt, figure, Path(path))


def _relations(fact: dict[str, Any]) -> tuple[str, ...]:
    """What a fact of a path is called: its relation, or why a projection ties its ends."""
    return (fact["predicate"],) if "predicate" in fact else tuple(map(str, fact.get("via", ())))


def _pyplot() -> tuple[Any, bool]:
    """matplotlib without a screen, and whether a font with Chinese was found."""
    try:
        import matplotlib
    except ImportError as error:
        raise MissingExtra("plots need matplotlib: pip install 'aigraph[plots]'") from error
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib import font_manager

    have = {font.name for font in font_manager.fontManager.ttflist}
    chinese = [name for name in CHINESE_FONTS if name in have]
    matplotlib.rcParams["font.family"] = ["DejaVu Sans", *chinese[:1]]
    matplotlib.rcParams["svg.hashsalt"] = "aigraph"  # else ids in SVG files are random
    return plt, bool(chinese)


def _legible(data: dict[str, Any], lang: str, has_chinese: bool) -> str:
    """A name that the font can show, with its dollar signs marked: matplotlib reads formulas between them."""
    label = str(data.get(f"label_{lang}", data.get("label", "")))
    if not has_chinese and not label.isascii():
        label = next((name for name in data.get("aliases", ()) if name.isascii()), str(data.get("id", label)))
    return label.replace("$", r"\$")


def _save(plt: Any, figure: Any, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    dated = {"Date": None} if path.suffix.lower() == ".svg" else {"Software": None}
    figure.savefig(path, dpi=150, metadata=dated)
    plt.close(figure)
    return path
