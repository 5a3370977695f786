"""The page as a file: self-contained, safe, complete, the same in every run; and the layout."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import networkx as nx
import pytest
from tests.made_graph import HOSTILE, Made, big, small

from aigraph.measures.projection import to_networkx
from aigraph.render import layout, page
from aigraph.render.look import label_of, looks, style_of, theme
from aigraph.render.page import page_html, write_page
from aigraph.render.payload import embed
from aigraph.schema import load_schema


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = write_page(small(), tmp_path_factory.mktemp("page") / "graph.html", title="Five & <documents>")
    return path.read_text(encoding="utf-8")


def data_of(html: str) -> dict:  # type: ignore[type-arg]
    found = re.search(r'<script type="application/json" id="graph-data">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found.group(1))


def test_the_page_is_one_file_that_names_no_address_to_fetch(html: str) -> None:
    outside = re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search(r"(src|href)\s*=\s*[\"'](?!#)", outside)
    assert "@import" not in html
    assert "url(" not in page.static("page.css")
    assert "sourceMappingURL" not in html
    assert "default-src 'none'" in html


def test_hostile_names_stay_inside_the_data(html: str) -> None:
    assert HOSTILE not in html
    assert "<img" not in html
    labels = [row[1] for row in data_of(html)["nodes"]]
    assert HOSTILE in labels
    assert HOSTILE in data_of(html)["quotes"]
    assert "<title>Five &amp; &lt;documents&gt;</title>" in html


def test_a_name_that_looks_like_a_slot_of_the_template_stays_a_name() -> None:
    made = Made()
    made.thing("a", "Model", "{{scripts}} {{data}}")
    assert data_of(page_html(to_networkx(made.store)))["nodes"][0][1] == "{{scripts}} {{data}}"


@pytest.mark.parametrize("text", ["</script>", "<!--<script>", "]]>", "\u2028\u2029", "\\u003c"])
def test_embedded_json_reads_back_and_closes_nothing(text: str) -> None:
    written = embed({"x": text})
    assert "<" not in written
    assert json.loads(written) == {"x": text}


def test_only_the_scripts_written_into_the_page_may_run(html: str) -> None:
    import base64
    import hashlib

    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(scripts) == len(page.SCRIPTS) + 1
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy.group(1)


def test_the_data_holds_every_fact_with_its_sentence_and_document(html: str) -> None:
    data = data_of(html)
    graph = to_networkx(small())
    figures = sum(len(node["figures"]) for _, node in graph.nodes(data=True))
    assert len(data["facts"]) == graph.number_of_edges() + figures
    fact = next(f for f in data["facts"] if f[7] == 79.8)
    assert [data["quotes"][q] for _, q in fact[9]] == ["79.8% on AIME 2024"]
    assert data["docs"][fact[9][0][0]]["title"] == "DeepSeek opens its model"
    assert set(data["measures"]) == {"pagerank", "degree", "betweenness", "k-core"}


def test_both_interface_languages_have_the_same_texts(html: str) -> None:
    strings = data_of(html)["strings"]
    assert set(strings["en"]) == set(strings["zh"])
    used = set(re.findall(r'A\.t\("([^"]+)"', html)) | set(re.findall(r'data-t(?:itle)?="([^"]+)"', html))
    assert used <= set(strings["en"])


def test_every_class_has_a_look_and_an_unknown_one_is_grey() -> None:
    styles = [style_of(name) for name in load_schema().core_types]
    assert len({style["color"] for style in styles}) == len(styles)
    assert set(theme()["shapes"]) == set(load_schema().core_types)
    assert style_of("Company")["color"] == style_of("Organization")["color"]
    assert style_of("Spaceship") == {"color": "#8d8f94", "shape": "dot"}
    assert label_of("Model") == {"en": "AI model", "zh": "模型"} or "zh" in label_of("Model")
    assert label_of("someNewRelation") == {"en": "some new relation", "zh": "some new relation"}


def test_the_same_graph_gives_the_same_page() -> None:
    assert page_html(to_networkx(small())) == page_html(to_networkx(small()))


def test_an_empty_graph_has_a_page() -> None:
    assert data_of(page_html(to_networkx(Made().store)))["nodes"] == []


def test_an_unknown_interface_language_is_refused() -> None:
    with pytest.raises(ValueError, match="zh"):
        page_html(to_networkx(Made().store), lang="fr")


def test_layout_keeps_nodes_apart_and_communities_together() -> None:
    graph = to_networkx(big(400, 1200))
    found = looks(graph)
    places = sorted((look.x, look.y) for look in found.values())
    assert len(set(places)) == len(graph)
    from scipy.spatial import cKDTree

    near = cKDTree(places).query_pairs(layout.EDGE * 0.2)
    assert len(near) < len(graph) * 0.02

    def distance(a: str, b: str) -> float:
        return float(((found[a].x - found[b].x) ** 2 + (found[a].y - found[b].y) ** 2) ** 0.5)

    tied = [distance(s, t) for s, t in graph.edges()]
    nodes = sorted(graph)
    apart = [distance(a, b) for a, b in zip(nodes, nodes[7:], strict=False)]
    assert sum(tied) / len(tied) < 0.6 * sum(apart) / len(apart)


def test_nodes_without_relations_stand_below_the_rest() -> None:
    graph = nx.path_graph([f"n{i}" for i in range(5)])
    graph.add_nodes_from(["z1", "z2"])
    places = layout.positions(graph, [["n0", "n1", "n2", "n3", "n4"], ["z1"], ["z2"]])
    assert min(places["z1"][1], places["z2"][1]) > max(places[f"n{i}"][1] for i in range(5))


@pytest.mark.slow
def test_two_thousand_nodes_are_written_in_seconds(tmp_path: Path) -> None:
    store = big(2000, 6000)
    start = time.perf_counter()
    write_page(store, tmp_path / "big.html")
    assert time.perf_counter() - start < 10


def test_plots_are_written_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="plots are in the extra 'plots'")
    from aigraph.render.plots import plot_growth, plot_ranking

    graph = to_networkx(small())
    for suffix in (".png", ".svg"):
        one = plot_ranking(graph, tmp_path / f"a{suffix}", metric="degree", top=5, lang="zh").read_bytes()
        assert one == plot_ranking(graph, tmp_path / f"b{suffix}", metric="degree", top=5, lang="zh").read_bytes()
        assert plot_growth(graph, tmp_path / f"c{suffix}", by="year").stat().st_size > 1000


def test_notebook_objects_show_themselves_and_carry_no_loose_markup() -> None:
    from aigraph.render.notebook import show_card, show_graph, show_view

    store = small()
    for shown in (show_graph(store), show_view(store, "timeline"), show_card(store, HOSTILE)):
        html = shown._repr_html_()
        assert html.count("<") == 2  # the iframe, opened and closed
        assert html.startswith("<iframe")
        assert "HTML" in repr(shown)


def test_a_store_shows_itself_as_its_page_and_a_large_one_as_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    from aigraph.render import notebook
    from aigraph.storage.store import GraphStore

    store = GraphStore()
    store.inner.extend(small())
    assert store._repr_html_() == notebook.show_graph(store.inner)._repr_html_()
    assert "DeepSeek-R1" in store._repr_html_()
    monkeypatch.setattr(notebook, "PAGE_UP_TO", 5)
    html = store._repr_html_()
    assert "<tr><td>Organization</td><td>4</td></tr>" in html
    assert "<iframe" not in html


def test_answers_and_rankings_are_tables_in_a_notebook_with_every_text_escaped() -> None:
    from aigraph.ask.query import run_query
    from aigraph.render.notebook import show_ranking, show_rows

    asked = run_query(small(), "SELECT ?s ?n WHERE { ?s aig:license ?n } ORDER BY ?n", label_lang="en")
    html = asked._repr_html_()
    assert "<thead><tr><th>s</th><th>n</th></tr></thead>" in html
    assert "<td>MIT</td>" in html
    assert "<img" not in html and "&lt;img" in html
    ranking = show_ranking(small(), "degree", top=2, lang="zh")
    assert "<tr><td>1</td><td>深度求索</td><td>Organization</td><td>8</td></tr>" in ranking._repr_html_()
    assert "2 rows of rank, name, type, degree" in repr(ranking)
    long = show_rows([{"n": n, "none": None, "<b>": 0.123456789} for n in range(103)])._repr_html_()
    assert long.count("<tr>") == 101
    assert "and 3 more rows" in long
    assert "<td>0.123457</td>" in long and "<th>&lt;b&gt;</th>" in long
