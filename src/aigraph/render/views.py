"""Views that answer one question each: leaderboard, company, timeline, lineage, compare.

Each takes the networkx view of the whole graph and gives sheets; what is shown is what facts say, conflicts included:
several values of one figure stand side by side, the best attested first. Nothing is averaged, filled in or ranked by
hand. `view_page` turns sheets into HTML and CSV.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aigraph.errors import UnknownName
from aigraph.measures.projection import named, project
from aigraph.render.look import companions, event_name, label_of
from aigraph.render.sheets import Cell, Fact, Sheet, quoted, texts

if TYPE_CHECKING:
    import networkx as nx

TIMELINE_RELATIONS = ("investedIn", "acquired")  # dated relations beside the events
BENCHMARKS = 14  # columns of the leaderboard; more do not fit a page, the flat rows have all


def leaderboard(graph: nx.MultiDiGraph, lang: str, subject: str | None = None) -> list[Sheet]:
    """Models by benchmarks with the reported values; with a subject (a benchmark) only that column, best first."""
    only = named(graph, subject) if subject else None
    cells: dict[str, dict[str, list[Fact]]] = {}
    for model, benchmark, data in graph.edges(data=True):
        if data["predicate"] == "evaluatedOn" and "value" in data and only in (None, benchmark):
            cells.setdefault(benchmark, {}).setdefault(model, []).append(data)
    if only and only not in cells:
        raise UnknownName(f"the graph has no measured result on {graph.nodes[only]['label']}")
    columns = sorted(cells, key=lambda b: (-len(cells[b]), _name(graph, b, lang), b))
    models = sorted({model for found in cells.values() for model in found})
    count = {model: sum(model in cells[b] for b in columns) for model in models}
    models.sort(key=lambda m: (-_top(cells[only].get(m, [])) if only else -count[m], _name(graph, m, lang), m))
    shown = columns[:BENCHMARKS]
    best = {b: _best(cells[b]) for b in shown}
    sheet = Sheet(label_of("Benchmark")[lang], ("model", *(_name(graph, b, lang) for b in shown)), named=True, flat=[])
    for model in models:
        row = {"model": Cell(_name(graph, model, lang))}
        for benchmark in shown:
            facts = sorted(cells[benchmark].get(model, []), key=_weight)
            if facts:
                leads = _top(facts) == best[benchmark]
                row[_name(graph, benchmark, lang)] = Cell(_values(facts), tuple(facts), best=leads)
        if len(row) > 1:
            sheet.rows.append(row)
        for benchmark in columns:
            for fact in sorted(cells[benchmark].get(model, []), key=_weight):
                sheet.flat.append(_result_row(graph, model, benchmark, fact, lang))  # type: ignore[union-attr]
    return [sheet]


def company(graph: nx.MultiDiGraph, lang: str, subject: str) -> list[Sheet]:
    """Everything about one thing (of any type, in spite of the name), a sheet a relation."""
    node = named(graph, subject)
    columns = ("what", "details", "date", "confidence")
    figures = Sheet(texts(lang)["figures"], columns)
    for fact in sorted(graph.nodes[node]["figures"], key=lambda f: (f["predicate"], _weight(f))):
        text = f"{label_of(fact['predicate'])[lang]}: {_number(fact['value'])}"
        figures.rows.append(_fact_row(text, fact, lang))
    sheets = [figures] if figures.rows else []
    groups: dict[tuple[str, str], list[tuple[str, Fact]]] = {}
    for _, target, data in graph.out_edges(node, data=True):
        groups.setdefault(("→", data["predicate"]), []).append((target, data))
    for source, _, data in graph.in_edges(node, data=True):
        groups.setdefault(("←", data["predicate"]), []).append((source, data))
    for (arrow, predicate), found in sorted(groups.items(), key=lambda g: (-len(g[1]), g[0])):
        sheet = Sheet(f"{arrow} {label_of(predicate)[lang]}", columns)
        dated = [(fact["date"] or "9999", _name(graph, other, lang), fact) for other, fact in found]
        for _, name, fact in sorted(dated, key=lambda row: row[:2]):
            value = f": {_values([fact])}" if "value" in fact else ""
            sheet.rows.append(_fact_row(name + value, fact, lang))
        sheets.append(sheet)
    return sheets


def timeline(graph: nx.MultiDiGraph, lang: str, subject: str | None = None) -> list[Sheet]:
    """Releases, funding and other dated events in order; with a subject only those it takes part in."""
    only = named(graph, subject) if subject else None
    rows: list[tuple[str, str, dict[str, Cell]]] = []
    for node, data in graph.nodes(data=True):
        members = sorted(source for source, _, fact in graph.in_edges(node, data=True) if _joins(fact))
        if data.get("date") and only in (None, node, *members):
            facts = tuple(fact for _, _, fact in graph.in_edges(node, data=True) if _joins(fact))
            who = ", ".join(_name(graph, member, lang) for member in members)
            kind = data["event_type"] or "Event"
            if who and str(data["label"]).startswith(f"{kind}: "):  # it has no name of its own
                what, who = who, ""
            else:
                what = _name(graph, node, lang)
            rows.append(_dated(data["date"], kind, what, who, facts, lang))
        told = any(graph.nodes[e].get("event_type") == "Release" for _, e in graph.out_edges(node))
        if only in (None, node) and not told:  # a release told as an event stands there already
            for fact in data["figures"]:
                if fact["predicate"] == "releaseDate":
                    rows.append(_dated(str(fact["value"]), "releaseDate", _name(graph, node, lang), "", (fact,), lang))
    for source, target, fact in graph.edges(data=True):
        if fact["predicate"] in TIMELINE_RELATIONS and fact["qualifiers"].get("pointInTime"):
            if only in (None, source, target):
                what = f"{_name(graph, source, lang)} → {_name(graph, target, lang)}"
                rows.append(_dated(fact["date"], fact["predicate"], what, "", (fact,), lang))
    rows.sort(key=lambda row: row[:2])
    sheet = Sheet(texts(lang)["timeline"], ("date", "kind", "what", "who"), shape="timeline")
    sheet.rows = [row for _, _, row in rows]
    return [sheet]


def lineage(graph: nx.MultiDiGraph, lang: str, subject: str | None = None) -> list[Sheet]:
    """Families as trees: under each thing what is a variant of it, follows it or was built from it."""
    ancestry = project(graph, "lineage")
    only = named(graph, subject) if subject else None
    if only and only not in ancestry:
        raise UnknownName(f"the graph knows no family, predecessor or base of {graph.nodes[only]['label']}")
    roots = [node for node in sorted(ancestry) if not ancestry.out_degree(node)]
    sheet = Sheet(texts(lang)["lineage"], ("name", "relation", "date"), shape="tree")
    seen: set[str] = set()

    def grow(node: str, parent: str | None, depth: int) -> None:
        ties = ancestry[node][parent]["via"] if parent else ()
        facts = tuple(f for f in _facts(graph, node, parent or node) if f["predicate"] in ties)
        relations = ", ".join(dict.fromkeys(label_of(f["predicate"])[lang] for f in facts))
        date = next((str(f["value"]) for f in graph.nodes[node]["figures"] if f["predicate"] == "releaseDate"), "")
        name = Cell(_name(graph, node, lang), facts, depth=depth)
        sheet.rows.append({"name": name, "relation": Cell(relations), "date": Cell(date)})
        if node in seen:  # reached on two ways (or in a circle): its children stand at the first place
            return
        seen.add(node)
        for child in sorted(ancestry.predecessors(node), key=lambda n: (_name(graph, n, lang), n)):
            grow(child, node, depth + 1)

    if only:
        import networkx as nx

        family = nx.descendants(ancestry, only) | {only}
        roots = [root for root in roots if root in family] or [only]
    for root in roots:
        grow(root, None, 0)
    for node in sorted(ancestry):  # circles have no root
        if not only and node not in seen:
            grow(node, None, 0)
    return [sheet]


def compare(graph: nx.MultiDiGraph, lang: str, subject: str, other: str) -> list[Sheet]:
    """Two things side by side: figures, results, relations; then what both are tied to."""
    pair = (named(graph, subject), named(graph, other))
    names = tuple(_name(graph, node, lang) for node in pair)
    if names[0] == names[1]:
        names = (f"{names[0]} (1)", f"{names[1]} (2)")
    table: dict[tuple[int, str], dict[int, list[tuple[str, Fact]]]] = {}
    for side, node in enumerate(pair):
        for fact in graph.nodes[node]["figures"]:
            key = (0, label_of(fact["predicate"])[lang])
            table.setdefault(key, {}).setdefault(side, []).append((_number(fact["value"]), fact))
        for _, target, fact in graph.out_edges(node, data=True):
            if "value" in fact:
                key, text = (1, _name(graph, target, lang)), _values([fact])
            else:
                key, text = (2, f"→ {label_of(fact['predicate'])[lang]}"), _name(graph, target, lang)
            table.setdefault(key, {}).setdefault(side, []).append((text, fact))
        for source, _, fact in graph.in_edges(node, data=True):
            key = (3, f"← {label_of(fact['predicate'])[lang]}")
            table.setdefault(key, {}).setdefault(side, []).append((_name(graph, source, lang), fact))
    sheet = Sheet(" / ".join(names), ("what", *names), named=True)
    for (_, label), sides in sorted(table.items(), key=lambda row: row[0]):
        row = {"what": Cell(label)}
        for side, said in sides.items():
            said.sort(key=lambda one: (_weight(one[1]), one[0]))
            row[names[side]] = Cell("; ".join(dict.fromkeys(text for text, _ in said)), tuple(fact for _, fact in said))
        sheet.rows.append(row)
    shared = sorted(set(_around(graph, pair[0])) & set(_around(graph, pair[1])))
    both = Sheet(texts(lang)["in common"], sheet.columns, named=True)
    for node in shared:
        row = {"what": Cell(_name(graph, node, lang))}
        for side, end in enumerate(pair):
            facts = tuple(_facts(graph, end, node) + _facts(graph, node, end))
            row[names[side]] = Cell(", ".join(dict.fromkeys(label_of(f["predicate"])[lang] for f in facts)), facts)
        both.rows.append(row)
    return [sheet, both] if both.rows else [sheet]


@dataclass(frozen=True, slots=True)
class View:
    """A view: its function, and how many names it needs (least, most)."""

    make: Callable[..., list[Sheet]]
    names: tuple[int, int]
    says: str


# One row a view: name on the command line -> function.
VIEWS: dict[str, View] = {
    "leaderboard": View(leaderboard, (0, 1), "models by benchmarks, each value with its sentence; or one benchmark"),
    "company": View(company, (1, 1), "everything known of one company, or of any other thing"),
    "timeline": View(timeline, (0, 1), "releases, funding and other dated events; or those of one thing"),
    "lineage": View(lineage, (0, 1), "model families as trees; or the family of one model"),
    "compare": View(compare, (2, 2), "two things side by side, and what they have in common"),
}


def view(graph: nx.MultiDiGraph, kind: str, *names: str, lang: str = "en") -> list[Sheet]:
    """The sheets of a view. Raises UnknownName for an unknown view or thing, ValueError for too few or many names."""
    if kind not in VIEWS:
        raise UnknownName(f"no view is called {kind!r}; there are: {', '.join(VIEWS)}")
    least, most = VIEWS[kind].names
    if not least <= len(names) <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        raise ValueError(f"the view {kind} takes {wanted} names, not {len(names)}")
    return VIEWS[kind].make(graph, lang, *names)


def _name(graph: nx.MultiDiGraph, node: str, lang: str) -> str:
    return event_name(graph.nodes[node], lang, companions(graph, node, lang))


def _joins(fact: Fact) -> bool:
    return bool(fact["predicate"] == "participatedIn")


def _around(graph: nx.MultiDiGraph, node: str) -> list[str]:
    return [*graph.successors(node), *graph.predecessors(node)]


def _facts(graph: nx.MultiDiGraph, source: str, target: str) -> list[Fact]:
    data = graph.get_edge_data(source, target) or {}
    return [data[key] for key in sorted(data)]


def _weight(fact: Fact) -> tuple[float, int, str]:
    """The best attested first."""
    return -fact["confidence"], -len(fact["evidence"]), str(fact.get("value", ""))


def _top(facts: list[Fact]) -> float:
    return max((float(f["value"]) for f in facts if isinstance(f["value"], int | float)), default=float("-inf"))


def _best(column: dict[str, list[Fact]]) -> float | None:
    """The highest value of a column, or None where nothing can be compared: one model, or more than one unit."""
    units = {fact.get("unit") for facts in column.values() for fact in facts}
    return max(_top(facts) for facts in column.values()) if len(column) > 1 and len(units) == 1 else None


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _values(facts: list[Fact]) -> str:
    return " / ".join(dict.fromkeys(f"{_number(f['value'])} {f.get('unit') or ''}".strip() for f in facts))


def _details(fact: Fact, lang: str) -> str:
    said = [f"{label_of(name)[lang]}: {value}" for name, value in sorted(fact["qualifiers"].items())]
    return "; ".join([fact["polarity"], *said] if fact["polarity"] != "asserted" else said)


def _fact_row(text: str, fact: Fact, lang: str) -> dict[str, Cell]:
    return {
        "what": Cell(text, (fact,)),
        "details": Cell(_details(fact, lang)),
        "date": Cell(fact["date"]),
        "confidence": Cell(f"{fact['confidence']:.2f}"),
    }


def _result_row(graph: nx.MultiDiGraph, model: str, benchmark: str, fact: Fact, lang: str) -> dict[str, str]:
    row = {"model": _name(graph, model, lang), "benchmark": _name(graph, benchmark, lang)}
    row |= {"value": str(fact["value"]), "unit": fact.get("unit") or ""}
    row |= {name: str(fact["qualifiers"].get(name, "")) for name in ("metric", "setting")}
    return row | {"confidence": f"{fact['confidence']:.2f}"} | quoted([fact])


def _dated(
    date: str, kind: str, what: str, who: str, facts: tuple[Fact, ...], lang: str
) -> tuple[str, str, dict[str, Cell]]:
    cells = {"date": Cell(date), "kind": Cell(label_of(kind)[lang]), "what": Cell(what, facts), "who": Cell(who)}
    return date, f"{kind} {what}", cells
