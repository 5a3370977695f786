"""The graph as networkx sees it: whole, or projected onto one question.

`to_networkx` keeps every relation as an edge of its own, with sentence, document and date; figures become node
attributes. PROJECTIONS names the smaller graphs analysts ask for. Nothing is inferred or weighted by hand: a weight is
a count of facts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import combinations
from typing import TYPE_CHECKING, Any

from aigraph.ask.facts import Article, Fact, Facts, Thing, read_facts
from aigraph.ask.nearest import nearest_names
from aigraph.errors import UnknownName
from aigraph.model import STATED
from aigraph.text.normalise import name_key

if TYPE_CHECKING:
    import networkx as nx
    import pyoxigraph

# Sentences that name more things than this (long lists) say little about any pair of them: co-mention leaves them out.
MAX_CO_MENTION = 30


def to_networkx(
    store: pyoxigraph.Store | Facts,
    *,
    predicates: Collection[str] | None = None,
    types: Collection[str] | None = None,
    polarities: Collection[str] = STATED,
) -> nx.MultiDiGraph:
    """Every thing as a node and every relation as an edge of its own.

    Node attributes: id, iri, label, label_en, label_zh, type, subtype, aliases, figures (list of dicts), and for events
    event_type and date. Edge attributes: predicate, confidence, polarity, date, qualifiers, evidence (list of dicts
    with quote, document, title, date, start, end); measured results carry value and unit too. The edge key is the
    predicate, with "#2", "#3" where one pair has several such facts. `graph["documents"]` lists the documents.

    `predicates` and `types` (names of the vocabulary, without prefix) keep only those relations and those nodes;
    `polarities` is by default what the texts state, not what they deny, plan or suppose.
    """
    import networkx as nx

    read = store if isinstance(store, Facts) else read_facts(store)
    graph = nx.MultiDiGraph()
    graph.graph["documents"] = {article.id: _article(article) for article in read.articles.values()}
    for thing in read.things.values():
        if types is None or thing.type in types or thing.subtype in types:
            graph.add_node(thing.id, **_node(thing))
    for fact in read.facts:
        if fact.polarity not in polarities or fact.subject not in graph:
            continue
        if fact.is_figure:
            if predicates is None or fact.predicate in predicates:
                graph.nodes[fact.subject]["figures"].append({"value": fact.object, **_stated(fact, read)})
        elif fact.object in graph and (predicates is None or fact.predicate in predicates):
            target = str(fact.object)
            key, number = fact.predicate, 2
            while graph.has_edge(fact.subject, target, key):
                key, number = f"{fact.predicate}#{number}", number + 1
            graph.add_edge(fact.subject, target, key=key, **_edge(fact, read, graph.nodes[target]))
    return graph


def _node(thing: Thing) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": thing.id,
        "iri": thing.iri,
        "label": thing.label,
        "label_en": thing.label_in("en"),
        "label_zh": thing.label_in("zh"),
        "type": thing.type,
        "subtype": thing.subtype or "",
        "aliases": tuple(dict.fromkeys(text for text, _ in thing.aliases)),
        "figures": [],
    }
    if thing.type == "Event":
        found |= {"event_type": thing.event_type or "", "date": thing.date or ""}
    return found


def _article(article: Article) -> dict[str, str]:
    return {
        "id": article.id,
        "title": article.title,
        "date": article.date or "",
        "lang": article.lang or "",
        "url": article.url or "",
    }


def _evidence(fact: Fact, articles: dict[str, Article]) -> list[dict[str, Any]]:
    return [
        {
            "quote": source.quote,
            "document": source.document,
            "title": articles[source.document].title,
            "date": articles[source.document].date or "",
            "start": source.start,
            "end": source.end,
        }
        for source in fact.sources
    ]


def _stated(fact: Fact, read: Facts) -> dict[str, Any]:
    evidence = _evidence(fact, read.articles)
    # a qualifier may name a thing (on which benchmark, said by whom): it is shown by name
    qualifiers = {name: read.things[str(v)].label if v in read.things else v for name, v in fact.qualifiers}
    said = qualifiers.get("pointInTime") or min((e["date"] for e in evidence if e["date"]), default="")
    return {
        "predicate": fact.predicate,
        "confidence": fact.confidence,
        "polarity": fact.polarity,
        "date": str(said),
        "qualifiers": qualifiers,
        "evidence": evidence,
    }


def _edge(fact: Fact, read: Facts, target: dict[str, Any]) -> dict[str, Any]:
    found = _stated(fact, read)
    for name in ("value", "unit"):
        if name in found["qualifiers"]:
            found[name] = found["qualifiers"].pop(name)
    if target.get("date"):  # an event says itself when it was; the article may be later
        found["date"] = target["date"]
    return found


def _simple(graph: nx.MultiDiGraph, pairs: Iterable[tuple[str, str, str]], *, directed: bool) -> nx.Graph:
    """A graph of weighted pairs (source, target, reason), with the nodes' attributes; reasons are kept, sorted."""
    import networkx as nx

    out: nx.Graph = nx.DiGraph() if directed else nx.Graph()
    out.graph.update(graph.graph)
    for source, target, why in sorted(pairs):
        if source == target:
            continue
        for node in (source, target):
            if node not in out:
                out.add_node(node, **graph.nodes[node])
        if out.has_edge(source, target):
            out[source][target]["weight"] += 1
            out[source][target]["via"] = (*out[source][target]["via"], why)
        else:
            out.add_edge(source, target, weight=1, via=(why,))
    return out


def _edges(graph: nx.MultiDiGraph, *predicates: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [(s, t, data) for s, t, data in graph.edges(data=True) if data["predicate"] in predicates]


def investment(graph: nx.MultiDiGraph) -> nx.Graph:
    """Who put money into or bought whom, directed from the investor; `via` names the relation."""
    chosen = _edges(graph, "investedIn", "acquired")
    return _simple(graph, ((s, t, data["predicate"]) for s, t, data in chosen), directed=True)


def co_investment(graph: nx.MultiDiGraph) -> nx.Graph:
    """Organisations joined by a third one: two investors of one company, or two companies of one investor."""
    investors: dict[str, set[str]] = {}
    companies: dict[str, set[str]] = {}
    for source, target, _ in _edges(graph, "investedIn"):
        investors.setdefault(target, set()).add(source)
        companies.setdefault(source, set()).add(target)
    pairs = [
        (a, b, middle)
        for groups in (investors, companies)
        for middle, members in groups.items()
        for a, b in combinations(sorted(members), 2)
    ]
    return _simple(graph, pairs, directed=False)


def model_benchmark(graph: nx.MultiDiGraph) -> nx.Graph:
    """What was measured on what, directed to the benchmark; the weight counts the reported figures and mentions."""
    return _simple(graph, ((s, t, _shown(d)) for s, t, d in _edges(graph, "evaluatedOn")), directed=True)


def _shown(data: dict[str, Any]) -> str:
    return f"{data['value']} {data.get('unit', '')}".strip() if "value" in data else data["predicate"]


def co_mention(graph: nx.MultiDiGraph) -> nx.Graph:
    """Things with facts from the same sentence; the weight counts the sentences."""
    in_sentence: dict[tuple[str, str], set[str]] = {}
    for source, target, data in graph.edges(data=True):
        for place in data["evidence"]:
            in_sentence.setdefault((place["document"], place["quote"]), set()).update((source, target))
    for node, data in graph.nodes(data=True):
        for figure in data["figures"]:
            for place in figure["evidence"]:
                in_sentence.setdefault((place["document"], place["quote"]), set()).add(node)
    pairs = [
        (a, b, document)
        for (document, _), members in in_sentence.items()
        if len(members) <= MAX_CO_MENTION
        for a, b in combinations(sorted(members), 2)
    ]
    return _simple(graph, pairs, directed=False)


def lineage(graph: nx.MultiDiGraph) -> nx.Graph:
    """What came from what, directed from the newer or derived thing to its predecessor, base or family."""
    chosen = _edges(graph, "successorOf", "basedOn", "variantOf")
    return _simple(graph, ((s, t, data["predicate"]) for s, t, data in chosen), directed=True)


def whole(graph: nx.MultiDiGraph) -> nx.Graph:
    """Every relation, as it is."""
    return graph


# One row a projection: name on the command line -> function of the whole graph.
PROJECTIONS: dict[str, Callable[[nx.MultiDiGraph], nx.Graph]] = {
    "all": whole,
    "investment": investment,
    "co-investment": co_investment,
    "model-benchmark": model_benchmark,
    "co-mention": co_mention,
    "lineage": lineage,
}


def project(source: pyoxigraph.Store | Facts | nx.MultiDiGraph, name: str = "all") -> nx.Graph:
    """The projection `name` of a store or of its whole graph. Raises UnknownName, listing the known ones."""
    import networkx as nx

    if name not in PROJECTIONS:
        raise UnknownName(f"no projection is called {name!r}; there are: {', '.join(PROJECTIONS)}")
    graph = source if isinstance(source, nx.MultiDiGraph) else to_networkx(source)
    return PROJECTIONS[name](graph)


def named(graph: nx.Graph, name: str) -> str:
    """The node with this id, label or alias, in any spelling and script. Of several the one with most facts.

    Raises UnknownName with the nearest names.
    """
    if name in graph:
        return name
    wanted = name_key(name)
    known: dict[str, list[str]] = {}
    for node, data in graph.nodes(data=True):
        for label in (node, data["label_en"], data["label_zh"], *data["aliases"]):
            known.setdefault(name_key(label), []).append(node)
    if wanted in known:
        return min(known[wanted], key=lambda node: (-graph.degree(node), node))
    near = [graph.nodes[known[key][0]]["label"] for key in nearest_names(name, known)]
    hint = f"; nearest: {', '.join(dict.fromkeys(near))}" if near else ""
    raise UnknownName(f"the graph has nothing called {name!r}{hint}")
