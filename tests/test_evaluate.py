"""Scores are counted by hand here, on graphs small enough to see through."""

import json

import pytest
from rdflib import Graph

from aigraph.errors import AigraphError
from aigraph.quality.evaluate import Tally, loose_key, read_gold, same_value, score_graph

PREFIXES = """
@prefix aig: <https://w3id.org/aigraph/ontology#> . @prefix id: <https://w3id.org/aigraph/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
GOLD = {
    "doc": "a.txt",
    "entities": [
        {"id": "e1", "type": "Model", "name": "Lumen-2", "aliases": ["流明 2"]},
        {"id": "e2", "type": "Organization", "name": "華星科技"},
        {"id": "e3", "type": "Benchmark", "name": "MathTrail", "alt_types": ["Dataset"]},
        {"id": "e4", "type": "Person", "name": "Ada Quill"},
        {"id": "e5", "type": "Event", "name": "Spring Summit"},
    ],
    "relations": [
        {"s": "e1", "p": "developedBy", "o": "e2"},
        {"s": "e4", "p": "worksFor", "o": "e2"},
        {"s": "e1", "p": "evaluatedOn", "o": "e3", "polarity": "negated"},
    ],
    "figures": [
        {"s": "e1", "p": "contextLength", "value": 128000},
        {"s": "e1", "p": "releaseDate", "value": "2025-08"},
    ],
    "scores": [{"model": "e1", "benchmark": "e3", "value": 71.6}],
    "events": [
        {"type": "Release", "date": "2025-08", "participants": ["e1"], "name": None},
        {"type": "Conference", "date": None, "participants": ["e2"], "name": "Spring Summit"},
    ],
}


def graph_of(turtle: str) -> Graph:
    return Graph().parse(data=PREFIXES + turtle, format="turtle")


PARTLY_RIGHT = """
id:lumen a aig:Model ; skos:prefLabel "Lumen 2" ; aig:developedBy id:star ; aig:contextLength 131072 ;
    aig:releaseDate "2025-08-21" ; aig:evaluatedOn id:trail .
id:star a aig:Company ; rdfs:label "华星科技" .
id:trail a aig:Dataset ; skos:prefLabel "MathTrail" .
id:ada a aig:Organization ; skos:altLabel "Ada Quill" .
id:noise a aig:Model ; skos:prefLabel "Noise" ; aig:developedBy id:star .
id:r1 a aig:BenchmarkResult ; aig:model id:lumen ; aig:benchmark id:trail ; aig:value 71.65 .
id:r2 a aig:BenchmarkResult ; aig:model id:lumen ; aig:benchmark id:trail ; aig:value 80.0 .
id:v1 a aig:Event ; aig:eventType "Release" ; aig:date "2025-08" ; aig:participant id:lumen .
id:v2 a aig:Event ; skos:prefLabel "Spring Summit" .
"""


class TestCounts:
    def rows(self):
        rows = score_graph(graph_of(PARTLY_RIGHT), GOLD).rows()
        return {name: (r.gold, r.hit, r.found, r.right) for name, r in rows.items()}

    def test_entities_match_across_scripts_subclasses_and_other_accepted_types(self):
        rows = self.rows()
        assert rows["entity:Model"] == (1, 1, 2, 1)
        assert rows["entity:Organization"] == (1, 1, 2, 1)
        assert rows["entity:Dataset"] == (0, 0, 1, 1)
        assert rows["entity:Benchmark"] == (1, 1, 0, 0)
        assert rows["entity:Person"] == (1, 0, 0, 0)
        assert rows["entities"] == (4, 3, 5, 3)

    def test_a_name_found_under_another_type_counts_as_name(self):
        assert self.rows()["names (any type)"] == (4, 4, 0, 0)

    def test_a_denied_relation_that_stands_as_fact_counts_against_precision_twice(self):
        rows = self.rows()
        assert rows["relation:evaluatedOn"] == (0, 0, 2, 0)
        assert rows["relation:developedBy"] == (1, 1, 2, 1)
        assert rows["relation:worksFor"] == (1, 0, 0, 0)

    def test_figures_are_compared_by_their_kind(self):
        rows = self.rows()
        assert rows["figure:contextLength"] == (1, 1, 1, 1)
        assert rows["figure:releaseDate"] == (1, 0, 1, 0)

    def test_scores_and_events(self):
        rows = self.rows()
        assert rows["scores"] == (1, 1, 2, 1)
        assert not {"score", "name"} & set(rows)  # they would repeat the rows of their groups
        assert rows["event:Release"] == (1, 1, 1, 1)
        assert rows["event:Conference"] == (1, 1, 0, 0)

    def test_facts_pool_all_but_names_and_entities(self):
        assert self.rows()["facts"] == (7, 5, 9, 4)


def test_a_symmetric_relation_is_right_from_either_side_and_counted_in_both_directions():
    gold = {
        "entities": [{"id": i, "type": "Organization", "name": i.upper()} for i in "ab"],
        "relations": [{"s": "a", "p": "partnerOf", "o": "b"}],
    }
    graph = graph_of('id:a a aig:Organization ; rdfs:label "A" . id:b a aig:Organization ; rdfs:label "B" ; '
                     "aig:partnerOf id:a .")

    row = score_graph(graph, gold).rows()["relation:partnerOf"]

    assert (row.gold, row.hit, row.found, row.right) == (1, 1, 1, 1)


def test_one_thing_listed_twice_in_the_gold_counts_once():
    gold = {"entities": [{"id": "a", "type": "Model", "name": "Nova"}, {"id": "b", "type": "Model", "name": "nova"}]}

    row = score_graph(graph_of('id:n a aig:Model ; rdfs:label "Nova" .'), gold).rows()["entities"]

    assert (row.gold, row.hit) == (1, 1)


def test_nothing_expected_and_nothing_found_has_no_figures():
    row = Tally().rows()["facts"]
    assert (row.recall, row.precision, row.f1) == (None, None, None)


def test_all_wrong_has_no_f1_but_is_told_apart_from_nothing():
    tally = Tally()
    tally.expect("score", False, "x")
    tally.offer("score", False, "y")

    row = tally.rows()["scores"]

    assert (row.recall, row.precision, row.f1) == (0.0, 0.0, None)


def test_tallies_of_several_documents_pool():
    total = Tally()
    for _ in range(2):
        total.add(score_graph(graph_of(PARTLY_RIGHT), GOLD))

    row = total.rows()["facts"]

    assert (row.gold, row.hit, row.found, row.right) == (14, 10, 18, 8)
    assert row.f1 == pytest.approx(2 * (10 / 14) * (8 / 18) / (10 / 14 + 8 / 18))


@pytest.mark.parametrize(
    ("prop", "expected", "found", "same"),
    [
        ("contextLength", 128000, "131072", True),
        ("contextLength", 128000, "200000", False),
        ("parameterCount", 671000000000, "671000000000", True),
        ("parameterCount", 70000000000, "72000000000", False),
        ("releaseDate", "2025-08", "2025-08-21", False),
        ("license", "MIT", "MIT License", True),
        ("location", "杭州", "杭州市", True),
        ("price", 0.14, "0.14", True),
        ("price", 0.14, "unknown", False),
    ],
)
def test_same_value(prop, expected, found, same):
    assert same_value(prop, expected, found) is same


def test_loose_key_joins_spellings_but_not_versions():
    assert loose_key("DeepSeek－V3.1") == loose_key("deepseek v3.1")
    assert loose_key("輝達") == loose_key("辉达") or loose_key("台積電") == loose_key("台积电")
    assert loose_key("GPT-4") != loose_key("GPT-4o")


def test_a_gold_file_that_names_an_unlisted_entity_is_refused_with_its_name(tmp_path):
    path = tmp_path / "g.json"
    path.write_text(json.dumps({"entities": [], "relations": [{"s": "e9", "p": "uses", "o": "e9"}]}), encoding="utf-8")

    with pytest.raises(AigraphError, match="e9"):
        read_gold(path)


def test_a_gold_file_that_is_not_json_is_refused_with_its_path(tmp_path):
    path = tmp_path / "g.json"
    path.write_text("not json", encoding="utf-8")

    with pytest.raises(AigraphError, match=r"g\.json"):
        read_gold(path)
