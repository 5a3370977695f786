"""Places beside each other, ties that hold parts together, shape over time; and equality with networkx at scale."""

from __future__ import annotations

import networkx as nx
import pytest
from bench.analytics import EXACT, REFERENCES, apart, made
from tests.made_graph import small

from aigraph.errors import UnknownName
from aigraph.measures import analyse
from aigraph.measures.periods import periods, structures, until
from aigraph.measures.projection import to_networkx
from aigraph.measures.standing import Cut, cuts, standings


@pytest.fixture(scope="module")
def graph() -> nx.MultiDiGraph:
    return to_networkx(small())


@pytest.fixture(scope="module")
def dense() -> nx.MultiDiGraph:
    return made(600, 1800)  # over COMPILED_FROM, so that the optional engine takes part where it is installed


def test_every_measure_has_its_reference() -> None:
    assert set(REFERENCES) == set(analyse.METRICS)
    assert EXACT <= 1e-8


@pytest.mark.parametrize("metric", REFERENCES)
def test_the_benchmark_compares_equal_numbers(dense: nx.MultiDiGraph, metric: str) -> None:
    assert apart(analyse.METRICS[metric](dense), REFERENCES[metric](dense)) <= EXACT


def test_the_benchmark_notices_another_number_or_node() -> None:
    assert apart({"a": 1.0, "b": 2.0}, {"a": 1.0, "b": 2.5}) == 0.5
    with pytest.raises(ValueError):
        apart({"a": 1.0}, {"b": 1.0})


def test_the_benchmark_measures_a_call_in_a_process_of_its_own() -> None:
    from bench.analytics import measured

    run = measured(lambda: bytearray(b"x") * 40_000_000)
    assert len(run.value) == 40_000_000
    assert run.megabytes >= 0  # a fork begins at its parent's peak, so a small call may add nothing
    assert run.seconds > 0
    assert run.seconds > 0


def test_standings_hold_score_and_place_in_every_measure(graph: nx.MultiDiGraph) -> None:
    rows = {row.metric: row for row in standings(graph, ("deepseek", "tiger"))}
    assert set(rows) == set(analyse.METRICS)
    assert (rows["degree"].scores, rows["degree"].places, rows["degree"].highest) == ((8.0, 1.0), (1, 11), 8.0)
    scores = analyse.betweenness(graph)
    assert rows["betweenness"].scores == pytest.approx((scores["deepseek"], 0.0), abs=1e-11)
    with pytest.raises(UnknownName, match="deepseek"):
        standings(graph, ("deepsek",))


def test_cuts_say_how_much_hangs_by_a_tie(graph: nx.MultiDiGraph) -> None:
    found = cuts(graph)
    assert found[0] == Cut("deepseek-v3", "h800", 3)  # H800, NVIDIA and its conference
    assert found[1].size == 2
    assert {(cut.one, cut.other) for cut in found} == set(analyse.bridges(graph))


@pytest.mark.parametrize("seed", range(5))
def test_cuts_equal_taking_each_bridge_away(seed: int) -> None:
    graph = nx.relabel_nodes(nx.gnm_random_graph(60, 62, seed=seed), lambda n: f"n{n:02}")
    for cut in cuts(graph):
        without = graph.copy()
        without.remove_edge(cut.one, cut.other)
        sides = [len(nx.node_connected_component(without, node)) for node in (cut.one, cut.other)]
        assert cut.size == min(sides)
    assert len(cuts(graph)) == sum(1 for _ in nx.bridges(graph))


def test_structure_follows_the_graph_over_time(graph: nx.MultiDiGraph) -> None:
    rows = structures(graph, "year")
    assert [row.period for row in rows] == [row.period for row in periods(graph, "year")]
    assert (rows[0].things, rows[0].ties, rows[0].pieces, rows[0].largest, rows[0].mean_ties) == (2, 1, 1, 1.0, 1.0)
    last = analyse.ordered(until(graph, "2025"))
    assert (rows[-1].things, rows[-1].ties) == (len(last), last.number_of_edges())
    assert rows[-1].clustering == pytest.approx(nx.transitivity(last))
    assert structures(nx.MultiDiGraph()) == []


def test_structure_counts_pieces_apart() -> None:
    graph = nx.MultiDiGraph()
    for source, target, date in (("a", "b", "2024-01"), ("c", "d", "2025-02"), ("d", "e", "2025-03")):
        graph.add_edge(source, target, date=date)
    assert [(row.period, row.pieces, row.largest) for row in structures(graph, "year")] == [
        ("2024", 1, 1.0),
        ("2025", 2, 0.6),
    ]


def test_samples_of_an_empty_and_of_a_tiny_graph() -> None:
    assert analyse.sampled_betweenness(nx.MultiDiGraph(), 10).scores == {}
    tiny = analyse.sampled_betweenness(nx.path_graph(["a", "b", "c"]), 10)
    assert (tiny.samples, tiny.scores) == (3, {"a": 0.0, "b": 1.0, "c": 0.0})
