"""Projections and measures: what they keep, and that they equal networkx."""

from __future__ import annotations

import networkx as nx
import pytest
from tests.made_graph import big, small

from aigraph.ask.facts import read_facts
from aigraph.errors import UnknownName
from aigraph.measures import analyse
from aigraph.measures.periods import periods, shifts, until
from aigraph.measures.projection import PROJECTIONS, project, to_networkx


@pytest.fixture(scope="module")
def graph() -> nx.MultiDiGraph:
    return to_networkx(small())


@pytest.fixture(scope="module")
def large() -> nx.MultiDiGraph:
    return to_networkx(big(700, 2100))


def test_every_stated_relation_is_an_edge_with_its_sentences(graph: nx.MultiDiGraph) -> None:
    assert (len(graph), graph.number_of_edges()) == (14, 19)
    edge = graph["deepseek-r1"]["deepseek"]["developedBy"]
    assert [e["document"] for e in edge["evidence"]] == ["d1", "d2"]
    assert edge["evidence"][0]["quote"] == "DeepSeek released DeepSeek-R1."
    assert (edge["confidence"], edge["date"]) == (0.9, "2025-01-20")


def test_parallel_facts_with_other_qualifiers_stay_apart(graph: nx.MultiDiGraph) -> None:
    rounds = graph["highflyer"]["deepseek"]
    assert sorted(rounds) == ["investedIn", "investedIn#2"]
    assert sorted(data["date"] for data in rounds.values()) == ["2023-05", "2024-05"]


def test_results_are_edges_with_a_value_and_denied_facts_are_left_out(graph: nx.MultiDiGraph) -> None:
    result = graph["deepseek-r1"]["aime"]["evaluatedOn"]
    assert (result["value"], result["unit"], result["qualifiers"]) == (79.8, "%", {"metric": "pass@1"})
    assert not graph.has_edge("gpt-4o", "deepseek-r1")
    assert to_networkx(small(), polarities=("negated",)).has_edge("gpt-4o", "deepseek-r1", "outperforms")


def test_nodes_carry_names_types_and_figures(graph: nx.MultiDiGraph) -> None:
    node = graph.nodes["deepseek"]
    assert (node["type"], node["subtype"], node["label_zh"], node["aliases"]) == (
        "Organization",
        "Company",
        "深度求索",
        ("幻方 AI",),
    )
    figures = {f["predicate"]: f["value"] for f in graph.nodes["deepseek-v3"]["figures"]}
    assert figures == {"license": "MIT", "parameterCount": 671_000_000_000}
    assert graph.nodes["release-r1"]["date"] == "2025-01-20"


def test_filters_keep_only_what_is_asked_for() -> None:
    graph = to_networkx(small(), predicates=["developedBy"], types=["Model", "Company"])
    assert {data["predicate"] for _, _, data in graph.edges(data=True)} == {"developedBy"}
    assert {data["type"] for _, data in graph.nodes(data=True)} == {"Model", "Organization"}


def test_reading_is_the_same_in_any_order_of_insertion() -> None:
    store = small()
    import pyoxigraph as ox

    turned = ox.Store()
    for quad in reversed(list(store)):
        turned.add(quad)
    assert read_facts(store) == read_facts(turned)


@pytest.mark.parametrize(
    ("name", "nodes", "edges"),
    [("investment", 3, 2), ("co-investment", 2, 1), ("model-benchmark", 3, 2), ("lineage", 2, 1), ("all", 14, 19)],
)
def test_named_projections(graph: nx.MultiDiGraph, name: str, nodes: int, edges: int) -> None:
    out = project(graph, name)
    assert (len(out), out.number_of_edges()) == (nodes, edges)


def test_co_mention_joins_what_one_sentence_names(graph: nx.MultiDiGraph) -> None:
    assert project(graph, "co-mention").has_edge("deepseek-r1", "deepseek")


def test_unknown_projection_names_the_known_ones(graph: nx.MultiDiGraph) -> None:
    with pytest.raises(UnknownName, match="lineage"):
        project(graph, "galaxy")
    assert "all" in PROJECTIONS


@pytest.mark.parametrize("fixture", ["graph", "large"])
def test_measures_equal_networkx(fixture: str, request: pytest.FixtureRequest) -> None:
    graph = request.getfixturevalue(fixture)
    directed, both = analyse.ordered(graph, directed=True), analyse.ordered(graph)
    pytest.importorskip("scipy", reason="networkx's own PageRank and HITS need scipy")
    near = {"abs": 1e-8, "rel": 0}
    assert analyse.pagerank(graph) == pytest.approx(nx.pagerank(directed, tol=1e-14, max_iter=2000), **near)
    assert analyse.betweenness(graph) == pytest.approx(nx.betweenness_centrality(both), **near)
    assert analyse.closeness(graph) == pytest.approx(nx.closeness_centrality(both), **near)
    assert analyse.core_number(graph) == nx.core_number(both)


def test_eigenvector_and_hits_equal_networkx(large: nx.MultiDiGraph) -> None:
    pytest.importorskip("scipy", reason="networkx's own HITS needs scipy")
    both = analyse.ordered(large)
    theirs = nx.eigenvector_centrality(both, max_iter=5000, tol=1e-13)
    assert analyse.eigenvector(large) == pytest.approx(theirs, abs=1e-8, rel=0)
    hubs, authorities = nx.hits(analyse.ordered(large, directed=True), tol=1e-14, max_iter=5000)
    ours = analyse.hits(large)
    assert ours[0] == pytest.approx(hubs, abs=1e-7, rel=0)
    assert ours[1] == pytest.approx(authorities, abs=1e-7, rel=0)


def test_measures_of_an_empty_graph_are_empty() -> None:
    empty = nx.MultiDiGraph()
    assert all(metric(empty) == {} for metric in analyse.METRICS.values())
    assert analyse.communities(empty) == []


def test_rank_orders_by_score_then_name(graph: nx.MultiDiGraph) -> None:
    assert analyse.rank(graph, "degree", 2) == [("deepseek", 8.0), ("deepseek-r1", 6.0)]
    with pytest.raises(UnknownName, match="pagerank"):
        analyse.rank(graph, "fame")


def test_communities_are_stable_and_cover_the_graph(large: nx.MultiDiGraph) -> None:
    parts = analyse.communities(large)
    shuffled = nx.MultiDiGraph()
    shuffled.add_nodes_from(reversed(list(large.nodes(data=True))))
    shuffled.add_edges_from(reversed(list(large.edges(data=True))))
    assert analyse.communities(shuffled) == parts
    assert sorted(node for part in parts for node in part) == sorted(large)
    assert analyse.modularity(large, parts) > 0.4


def test_paths_bring_the_facts_along(graph: nx.MultiDiGraph) -> None:
    first, *rest = analyse.paths(graph, "liang", "gpt-4o", k=3)
    assert [hop.target for hop in first] == ["deepseek", "deepseek-r1", "gpt-4o"]
    assert {fact["predicate"] for fact in first[0].facts} == {"founderOf", "worksFor"}
    assert first[0].facts[0]["evidence"][0]["quote"].startswith("Liang Wenfeng")
    assert [len(way) for way in rest] == sorted(len(way) for way in rest)


def test_no_path_is_an_empty_answer_and_an_unknown_node_an_error(graph: nx.MultiDiGraph) -> None:
    alone = graph.copy()
    alone.add_node("island", type="Model")
    assert analyse.paths(alone, "liang", "island") == []
    with pytest.raises(UnknownName, match="deepseek"):
        analyse.paths(graph, "deepsek", "liang")


def test_bridges_and_similar_nodes(graph: nx.MultiDiGraph) -> None:
    assert ("deepseek-v3", "moe") in analyse.bridges(graph)
    assert next(node for node, _ in analyse.similar(graph, "deepseek-r1")) in {"gpt-4o", "deepseek-v3"}


def test_leiden_is_stable_and_knits_no_worse_than_louvain(large: nx.MultiDiGraph) -> None:
    pytest.importorskip("networkit", reason="Leiden is in the extra 'analysis'")
    parts = analyse.communities(large, method="leiden")
    assert parts == analyse.communities(large, method="leiden")
    assert sorted(node for part in parts for node in part) == sorted(large)
    assert analyse.modularity(large, parts) > analyse.modularity(large, analyse.communities(large)) - 0.05
    with pytest.raises(UnknownName, match="louvain"):
        analyse.communities(large, method="astrology")


def test_sampled_betweenness_says_how_far_to_trust_it(large: nx.MultiDiGraph) -> None:
    exact = analyse.betweenness(large)
    every = analyse.sampled_betweenness(large, len(large))
    assert every.scores == pytest.approx(exact, abs=1e-9, rel=0)
    few, many = analyse.sampled_betweenness(large, 20), analyse.sampled_betweenness(large, 400)
    assert (few.samples, many.samples) == (20, 400)
    assert 0 <= few.stability <= many.stability <= 1


def test_periods_count_dated_facts_and_newcomers(graph: nx.MultiDiGraph) -> None:
    rows = periods(graph, "year")
    assert [row.period for row in rows] == ["2023", "2024", "2025"]
    assert rows[-1].total_facts == 17
    assert rows[0].new_things == 2
    with pytest.raises(UnknownName, match="month"):
        periods(graph, "week")


def test_until_and_shifts_follow_the_dates(graph: nx.MultiDiGraph) -> None:
    assert sorted(until(graph, "2024")) == ["deepseek", "highflyer"]
    assert until(graph, "2024").number_of_edges() == 2
    risen = shifts(graph, "2024", "2025", "degree", top=5)
    assert all(shift.before is None for shift in risen)
    assert "deepseek-r1" in {shift.node for shift in risen}
    assert "deepseek" not in {shift.node for shift in risen}


def test_what_the_store_writes_is_read_back_whole() -> None:
    from aigraph.model import BenchmarkResult, Document, Entity, Event, Evidence, Extraction, Statement
    from aigraph.storage.store import GraphStore

    def read(number: int) -> Extraction:
        text = f"DeepSeek made R1. R1 has 79.8% on AIME. 671B, it is said. Note {number}."
        date = f"2025-0{number}-01"
        doc = Document(f"d{number}", f"d{number}.txt", text, f"{number}" * 64, date=date, title=f"T{number}")

        def seen(quote: str) -> tuple[Evidence, ...]:
            start = text.index(quote)
            return (Evidence(doc.id, start, start + len(quote), quote, "rule", 0.8),)

        names = (("deepseek", "Organization", "DeepSeek"), ("r1", "Model", "R1"), ("aime", "Benchmark", "AIME"))
        return Extraction(
            doc,
            tuple(Entity(ident, kind, None, name) for ident, kind, name in names),
            (
                Statement("r1", "developedBy", "deepseek", False, seen("DeepSeek made R1"), confidence=0.8),
                Statement("r1", "parameterCount", 671_000_000_000, True, seen("671B"), (("saidBy", "deepseek"),)),
                Statement("deepseek", "investedIn", "deepseek", False, seen("Note"), polarity="negated"),
            ),
            (BenchmarkResult("r1", "aime", 79.8, "%", seen("79.8%"), (("metric", "pass@1"),)),),
            (Event("Release", "2025-01", ("deepseek", "r1"), seen("R1 has")),),
        )

    graph = to_networkx(GraphStore.build([read(1), read(2)]).inner)
    assert sorted(data["predicate"] for _, _, data in graph.edges(data=True)) == [
        "developedBy",
        "evaluatedOn",
        "participatedIn",
        "participatedIn",
    ]
    assert [e["title"] for e in graph["r1"]["deepseek"]["developedBy"]["evidence"]] == ["T1", "T2"]
    result = graph["r1"]["aime"]["evaluatedOn"]
    assert (result["value"], result["qualifiers"], result["evidence"][0]["start"]) == (79.8, {"metric": "pass@1"}, 25)
    assert [(f["predicate"], f["qualifiers"]) for f in graph.nodes["r1"]["figures"]] == [
        ("parameterCount", {"saidBy": "DeepSeek"})
    ]
    event = next(node for node, data in graph.nodes(data=True) if data["type"] == "Event")
    assert graph.nodes[event]["figures"] == []
    assert graph.nodes[event]["label"].startswith("Release")


@pytest.mark.parametrize("size", [0, 1, 2, 3, 60])
def test_betweenness_of_paths_stars_and_pieces(size: int) -> None:
    for made in (nx.path_graph(size), nx.star_graph(size), nx.disjoint_union(nx.cycle_graph(size), nx.path_graph(4))):
        named = nx.relabel_nodes(made, {n: f"n{n:03}" for n in made})
        assert analyse.betweenness(named) == pytest.approx(nx.betweenness_centrality(named), abs=1e-12, rel=0)


def test_the_optional_engine_gives_the_same_numbers(large: nx.MultiDiGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rustworkx", reason="rustworkx is in the extra 'analysis'")
    own = analyse.betweenness(large)
    monkeypatch.setattr(analyse, "LARGE", 0)
    assert analyse.betweenness(large) == pytest.approx(own, abs=1e-8, rel=0)
    monkeypatch.setattr(analyse, "COMPILED_FROM", 10**9)
    slow = analyse.closeness(large)
    monkeypatch.setattr(analyse, "COMPILED_FROM", 0)
    assert analyse.closeness(large) == pytest.approx(slow, abs=1e-8, rel=0)
