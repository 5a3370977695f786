"""Plots of measures and growth as PNG or SVG (matplotlib, an optional extra). The ending of the path says which.

The same data give the same file: no date, no random ids. Names in Chinese need a font that has them; the first one
found on the machine is used, and where there is none the labels fall back to English.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from aigraph import analyse
from aigraph.analyse import MissingExtra
from aigraph.periods import periods
from aigraph.render.look import style_of

if TYPE_CHECKING:
    import networkx as nx

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
    label = str(data.get(f"label_{lang}", data.get("label", "")))
    if has_chinese or label.isascii():
        return label
    return next((name for name in data.get("aliases", ()) if name.isascii()), str(data.get("id", label)))


def _save(plt: Any, figure: Any, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    dated = {"Date": None} if path.suffix.lower() == ".svg" else {"Software": None}
    figure.savefig(path, dpi=150, metadata=dated)
    plt.close(figure)
    return path
