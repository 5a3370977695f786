"""Every export, read back by other tools and by a reader that applies Gephi's rules."""

from __future__ import annotations

import csv
from pathlib import Path

import networkx as nx
import pytest
from tests.gephi_rules import graphml_schema_file, read_gexf, read_graphml
from tests.made_graph import HOSTILE, Made, big, small

from aigraph.errors import UnknownFormat
from aigraph.exporters import EXPORTERS, export, format_for
from aigraph.measures.projection import to_networkx

NODES, EDGES = 14, 19


@pytest.fixture(scope="module")
def graphml(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(small(), tmp_path_factory.mktemp("out") / "graph.graphml")[0]


@pytest.fixture(scope="session")
def graphml_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return graphml_schema_file(tmp_path_factory.mktemp("schema"))


def awkward() -> Made:
    """Names and values that break careless writers."""
    made = Made()
    made.document("d", "Doc \u0001 \ufffe & <co>", "2025-01-01")
    made.thing("a/b,c", "Model", "tab\tnew\nline\rreturn \u0007 & < > \" ' ]]>")
    made.thing("node-1", "Model", "𝔘nicode 🦙 深度")
    made.thing("x", "Organization", "")
    for n in range(3):
        made.say("a/b,c", "developedBy", "@x", {"d": f"quote {n}"}, pointInTime=f"202{n}")
    made.say("a/b,c", "uses", "@a/b,c", {"d": "itself"}, 0.0)
    made.say("a/b,c", "trainingTokens", 10**20, {"d": "many"})
    made.say("node-1", "trainingTokens", "a lot", {"d": "words instead of a number"})
    made.say("node-1", "price", 1.5, {"d": "x"})
    made.say("node-1", "price", float("inf"), {"d": "y"})
    return made


def test_graphml_keeps_every_node_and_relation(graphml: Path) -> None:
    read = nx.read_graphml(graphml)
    assert (len(read), read.number_of_edges()) == (NODES, EDGES)
    assert read.nodes["deepseek"]["type"] == "Organization"
    assert read.nodes["deepseek-v3"]["parameterCount"] == 671e9
    assert {"size", "color", "x", "y", "label"} <= set(read.nodes["deepseek"])
    values = [data for _, _, data in read.edges(data=True) if data["relation"] == "developedBy"]
    assert any("DeepSeek released DeepSeek-R1." in data["quotes"] for data in values)
    assert max(data["weight"] for data in values) == 2.0


def test_graphml_in_igraph_has_the_same_counts(graphml: Path) -> None:
    igraph = pytest.importorskip("igraph")
    read = igraph.Graph.Read_GraphML(str(graphml))
    assert (read.vcount(), read.ecount()) == (NODES, EDGES)
    assert HOSTILE in read.vs["label"]


def test_graphml_by_gephis_rules_has_no_issue_and_loses_nothing(graphml: Path) -> None:
    read = read_graphml(graphml)
    assert read.issues == []
    assert (len(read.nodes), len(read.edges)) == (NODES, EDGES)


@pytest.mark.parametrize("make", [small, lambda: awkward().store, lambda: big(300, 900), lambda: Made().store])
def test_graphml_is_valid_against_its_schema(make: object, tmp_path: Path, graphml_schema: Path) -> None:
    from lxml import etree

    path = export(make(), tmp_path / "g.graphml")[0]  # type: ignore[operator]
    schema = etree.XMLSchema(etree.parse(str(graphml_schema)))
    schema.assertValid(etree.parse(str(path)))


def test_awkward_names_and_values_survive(tmp_path: Path) -> None:
    path = export(awkward().store, tmp_path / "g.graphml")[0]
    read = read_graphml(path)
    assert read.issues == []
    assert (len(read.nodes), len(read.edges)) == (3, 4)
    labels = {values.get("label") for values in read.nodes.values()}
    assert "tab\tnew\nline\rreturn \ufffd & < > \" ' ]]>" in labels
    assert "𝔘nicode 🦙 深度" in labels
    tokens = {v["trainingTokens"] for v in read.nodes.values() if "trainingTokens" in v}
    assert tokens == {"100000000000000000000", "a lot"}


def test_the_same_graph_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = export(small(), tmp_path / "a.graphml")[0], export(small(), tmp_path / "b.graphml")[0]
    assert one.read_bytes() == two.read_bytes()


def test_csv_tables_hold_the_graph_and_no_formula_runs(tmp_path: Path) -> None:
    made = Made()
    made.thing("a", "Model", "=1+1")
    made.thing("b", "Organization", "深度求索")
    made.say("a", "developedBy", "@b", {})
    nodes, edges = export(made.store, tmp_path / "g.csv")
    with nodes.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Label"] for row in rows] == ["'=1+1", "深度求索"]
    with edges.open(encoding="utf-8-sig", newline="") as file:
        assert [(r["Source"], r["Target"], r["relation"]) for r in csv.DictReader(file)] == [("a", "b", "developedBy")]


def test_format_is_told_by_the_ending_and_unknown_ones_name_the_known() -> None:
    assert format_for(Path("g.graphml")) == "graphml"
    assert format_for(Path("g.rdf12.ttl")) == "rdf12"
    with pytest.raises(UnknownFormat, match="graphml"):
        format_for(Path("g.docx"))
    with pytest.raises(UnknownFormat, match="graphml"):
        export(small(), "g.x", format="word")


def test_every_row_of_the_registry_has_its_writer(tmp_path: Path) -> None:
    store = small()
    for name, row in EXPORTERS.items():
        written = export(store, tmp_path / f"graph{row.suffix}", format=name)
        assert written, name
        assert all(path.stat().st_size > 0 for path in written), name


def test_nothing_of_the_graph_is_changed_by_an_export(tmp_path: Path) -> None:
    store = small()
    before = sorted(map(str, store))
    export(store, tmp_path / "g.graphml")
    assert sorted(map(str, store)) == before
    assert to_networkx(store).number_of_edges() == EDGES


@pytest.mark.parametrize("make", [small, lambda: awkward().store, lambda: big(200, 600)])
def test_gexf_by_gephis_rules_merges_no_parallel_relation(make: object, tmp_path: Path) -> None:
    store = make()  # type: ignore[operator]
    graph = to_networkx(store)
    read = read_gexf(export(store, tmp_path / "g.gexf")[0])
    assert read.issues == []
    assert (len(read.nodes), len(read.edges)) == (len(graph), graph.number_of_edges())


def test_gexf_dates_are_intervals_from_the_first_fact_on(tmp_path: Path) -> None:
    path = export(small(), tmp_path / "g.gexf")[0]
    read = read_gexf(path)
    starts = {(s, t, kind): values["start"] for s, t, kind, values in read.edges.values()}
    assert starts["highflyer", "deepseek", "investedIn"] == "2023-05-01"
    assert starts["tiger", "deepseek", "investedIn"] == ""
    assert read.nodes["nvidia"]["start"] == "2025-03-01"
    assert read.nodes["deepseek"]["start"] == ""  # one of its facts has no date, so it is always there
    assert nx.read_gexf(path, version="1.3").number_of_edges() == EDGES


def test_brief_reads_as_text_and_nothing_in_it_is_markup(tmp_path: Path) -> None:
    text = export(small(), tmp_path / "g.md")[0].read_text(encoding="utf-8")
    assert "## DeepSeek" in text
    assert "“R1 was trained from V3.” (DeepSeek opens its model)" in text
    assert "evaluated" in text
    assert "79.8 %" in text
    assert "<img" not in text


@pytest.mark.parametrize("suffix", [".ttl", ".nq", ".trig", ".jsonld"])
def test_rdf_files_read_back_as_the_same_graph(suffix: str, tmp_path: Path) -> None:
    import pyoxigraph as ox
    import rdflib

    store = small()
    path = export(store, tmp_path / f"g{suffix}")[0]
    again = ox.Store()
    again.load(path=str(path))
    if suffix in {".ttl", ".jsonld"}:
        assert set(again) == {quad for quad in store if quad.graph_name == ox.DefaultGraph()}
    else:
        assert set(again) == set(store)
    dataset = rdflib.Dataset()
    dataset.parse(path)
    assert sum(1 for _ in dataset.quads()) == len(again)
    assert export(store, tmp_path / f"h{suffix}")[0].read_bytes() == path.read_bytes()


def test_rdf12_reifies_each_statement_and_oxigraph_reads_it_back(tmp_path: Path) -> None:
    import pyoxigraph as ox

    path = export(small(), tmp_path / "g.rdf12.ttl")[0]
    again = ox.Store()
    again.load(path=str(path), format=ox.RdfFormat.TURTLE)
    query = """PREFIX aig: <https://w3id.org/aigraph/ontology#> PREFIX id: <https://w3id.org/aigraph/id/>
    PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
    SELECT ?c WHERE { ?r rdf:reifies <<( id:deepseek-r1 aig:basedOn id:deepseek-v3 )>> ; aig:confidence ?c }"""
    assert [float(row["c"].value) for row in again.query(query)] == [0.8]  # type: ignore[union-attr,index]
    assert "rdf:subject" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["graphml", "gexf"])
def test_gephi_lites_readers_keep_every_node_and_relation(name: str, tmp_path: Path) -> None:
    """graphology is what Gephi Lite reads files with; AIGRAPH_NODE_MODULES names a folder that has it installed."""
    import json
    import os
    import shutil
    import subprocess

    modules = os.environ.get("AIGRAPH_NODE_MODULES")
    if not modules or not shutil.which("node"):
        pytest.skip("needs node and AIGRAPH_NODE_MODULES with graphology, graphology-graphml, -gexf and @xmldom/xmldom")
    path = export(small(), tmp_path / f"g.{name}")[0]
    script = f"""
      global.DOMParser = require("@xmldom/xmldom").DOMParser;
      const {{ MultiDirectedGraph }} = require("graphology");
      const text = require("fs").readFileSync({json.dumps(str(path))}, "utf8");
      const graph = require("graphology-{name}").parse(MultiDirectedGraph, text);
      console.log(JSON.stringify([graph.order, graph.size, graph.getNodeAttribute("deepseek", "type")]));
    """
    environment = {**os.environ, "NODE_PATH": modules}
    said = subprocess.run(["node", "-e", script], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(said.stdout) == [NODES, EDGES, "Organization"]


def test_who_exports_for_gephi_is_told_which_format_keeps_every_relation() -> None:
    from click.testing import CliRunner

    from aigraph.cli import main

    help_text = " ".join(CliRunner().invoke(main, ["export", "--help"]).output.split())
    assert "For Gephi take .gexf: it keeps every relation" in help_text
    assert "Edges merge strategy" in help_text
    assert "merges its parallel relations" in EXPORTERS["graphml"].says
