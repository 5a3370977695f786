"""What people see of the server: pages of things, documents and facts, search, the query page, the command."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from pathlib import Path
from urllib.parse import quote, unquote, urlencode

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from tests.made_graph import HOSTILE, Made, small
from tests.made_history import EVERY
from tests.serving import serving

from aigraph.cli import main
from aigraph.serve.copies import sweep
from aigraph.serve.search import SearchIndex
from aigraph.serve.settings import Settings
from aigraph.serve.things import path_of, pieces
from aigraph.storage.store import GraphStore


def sparql(query):
    return "/sparql?" + urlencode({"query": query})


@pytest.fixture(scope="module")
def served(graph_file):
    with serving(Settings(graph_file)) as running:
        yield running


class TestPages:
    def get(self, served, path, **headers):
        answer = served.ask("GET", path, headers=headers)
        while answer.status == 303:
            answer = served.ask("GET", answer.headers["location"], headers=headers)
        return answer

    def test_an_address_leads_to_the_form_asked_for(self, served):
        for accept, ending in (("text/html", "html"), ("text/turtle", "ttl"), ("application/ld+json", "jsonld")):
            answer = served.ask("GET", "/id/lumen-2?lang=zh", headers={"Accept": accept})
            assert (answer.status, answer.headers["location"]) == (303, f"/id/lumen-2.{ending}?lang=zh")
            assert "Accept" in answer.headers["vary"]
        assert served.ask("GET", "/id/lumen-2", headers={"Accept": "image/png"}).status == 406

    def test_a_thing_with_its_facts_sentences_and_sources(self, served):
        page = self.get(served, "/id/lumen-2", Accept="text/html").text
        assert "<h1>Lumen-2</h1>" in page
        assert "流明 2" in page
        assert '<a href="/id/starworks">Starworks</a>' in page
        assert "<mark><b>Starworks</b> released <b>Lumen-2</b> in August 2025.</mark>" in page
        assert "128,000 token" in page
        assert "71.6" in page
        assert re.search(r'href="/id/doc/one-\w+">one.txt</a> · <time>2025-08-27</time>', page)
        assert 'href="/id/lumen-2.ttl"' in page

    def test_what_is_denied_says_so(self, served):
        assert "denied" in self.get(served, "/id/island", Accept="text/html").text
        assert "否认" in self.get(served, "/id/island?lang=zh", Accept="text/html").text

    def test_the_value_that_stands_is_first_and_marked(self, tmp_path):
        GraphStore.build(EVERY).dump(tmp_path / "graph.nq")
        for ranks in (False, True):  # the same page, whether or not the graph itself says the ranks
            with serving(Settings(tmp_path / "graph.nq", ranks=ranks)) as prices:
                page = prices.ask("GET", "/id/ostrel.html?lang=en").text
            section = next(part for part in page.split("<section>") if "costs $4" in part)
            rows = [re.sub("<[^>]+>", " ", row) for row in section.split("<li")[1:]]
            marked = [row for row in rows if "preferred" in row]
            assert len(marked) == 1 and "1.5" in marked[0], rows
            assert marked[0] == rows[0]
            assert "closed on" in rows[-1] and "preferred" not in rows[-1]

    def test_languages(self, served):
        wanted = {"Accept-Language": "fr, zh-CN;q=0.9, en;q=0.5"}
        chinese = self.get(served, "/id/starworks", Accept="text/html", **wanted)
        assert "<h1>星工科技</h1>" in chinese.text
        assert chinese.headers["content-language"] == "zh"
        english = self.get(served, "/id/starworks?lang=en", Accept="text/html", **{"Accept-Language": "zh"})
        assert "<h1>Starworks</h1>" in english.text
        assert 'href="/id/lumen-2?lang=en"' in english.text

    def test_the_data_of_a_thing_is_complete_in_itself(self, served):
        store = ox.Store()
        store.load(served.ask("GET", "/id/lumen-2.nt").body, format=ox.RdfFormat.N_TRIPLES)
        oa, prov = "http://www.w3.org/ns/oa#", "http://www.w3.org/ns/prov#"
        quotes = store.query(
            f"SELECT ?q {{ ?f <{prov}wasDerivedFrom>/<{oa}hasSelector>/<{oa}exact> ?q }} ORDER BY ?q"
        )
        assert next(row["q"].value for row in quotes) == "Lumen-2 reads 128K tokens."
        for ending in ("ttl", "rdf", "jsonld"):
            assert served.ask("GET", f"/id/lumen-2.{ending}").status == 200

    def test_many_facts_of_a_relation_come_in_pages(self, tmp_path):
        made = Made()
        made.thing("hub", "Model", "Hub")
        for number in range(130):
            made.thing(f"m{number}", "Model", f"M{number}")
            made.say(f"m{number}", "basedOn", "@hub", {"d1": f"M{number} is based on Hub."})
        file = tmp_path / "graph.nq"
        file.write_bytes(made.store.dump(format=ox.RdfFormat.N_QUADS))
        with serving(Settings(file)) as hub:
            first = hub.ask("GET", "/id/hub.html?lang=en").text
            link = re.search(r'href="([^"]+)">30 more on the next pages', first)[1]
            second = hub.ask("GET", link.replace("&amp;", "&")).text
        named = [set(re.findall(r'href="/id/(m\d+)\?', page)) for page in (first, second)]
        assert [len(names) for names in named] == [100, 30]
        assert not named[0] & named[1]

    def test_documents_facts_and_events_have_pages(self, served):
        page = self.get(served, "/id/lumen-2", Accept="text/html").text
        document = re.search(r'href="(/id/doc/one-\w+)"', page)[1]
        statement = re.search(r'href="(/id/statement/\w+)"', page)[1]
        event = re.search(r'href="(/id/event/\w+)"', page)[1]

        text = re.sub("</?b>", "", self.get(served, document, Accept="text/html").text)
        assert "Lumen-2 reads 128K tokens." in text
        assert "by hand" in self.get(served, statement, Accept="text/html").text
        assert "Starworks" in self.get(served, event, Accept="text/html").text
        graph = list(ox.parse(served.ask("GET", document + ".ttl").body, format=ox.RdfFormat.TURTLE))
        assert any("sourceConfidence" in str(triple) for triple in graph)

    def test_a_passage_has_a_plain_page(self, served, graph_file):
        passage = re.search(r"id/(evidence/[^>]+-\d+-\d+)>", graph_file.read_text(encoding="utf-8"))[1]
        assert "selector" in self.get(served, f"/id/{passage}", Accept="text/html").text.lower()

    def test_an_unknown_address_offers_the_nearest_names(self, served):
        answer = self.get(served, "/id/starwork", Accept="text/html")
        assert answer.status == 404
        assert "Starworks" in answer.text
        assert served.ask("GET", "/id/starwork", headers={"Accept": "text/turtle"}).status == 404
        assert served.ask("GET", "/id/" + quote("a b<c>"), headers={"Accept": "text/html"}).status == 404

    def test_every_page_forbids_foreign_content(self, served):
        for path in ("/", "/id/lumen-2.html", "/search?q=lumen", "/id/nothing-like-it"):
            answer = served.ask("GET", path, headers={"Accept": "text/html"})
            policy = answer.headers["content-security-policy"]
            assert policy.startswith("default-src 'none'")
            assert "http" not in policy and "unsafe-eval" not in policy
            assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)
            assert answer.headers["x-content-type-options"] == "nosniff"
            if path != "/":
                assert "script" not in policy


class TestHostileNames:
    @pytest.fixture(scope="class")
    @staticmethod
    def hostile(tmp_path_factory):
        file = tmp_path_factory.mktemp("hostile") / "graph.nq"
        file.write_bytes(small().dump(format=ox.RdfFormat.N_QUADS))
        with serving(Settings(file)) as running:
            yield running

    def test_a_name_is_never_markup(self, hostile):
        paths = ["/id/evil.html", "/id/deepseek-v3.html", "/search?q=script", "/search"]
        paths.append("/search?" + urlencode({"q": HOSTILE}))
        for path in paths:
            page = hostile.ask("GET", path, headers={"Accept": "text/html"})
            assert page.status == 200
            assert "&lt;img src=x" in page.text or path == paths[-1]
            assert "<img" not in page.text
            assert "<script>window" not in page.text

    def test_an_event_is_named_in_the_readers_language(self, hostile):
        assert "GTC 2025" in hostile.ask("GET", "/id/nvidia.html?lang=zh").text


class TestSearch:
    def ask(self, served, query, **fields):
        return json.loads(served.ask("GET", "/search?" + urlencode({"q": query, "format": "json", **fields})).body)

    @pytest.mark.parametrize("query", ["Starworks", "starworks", "ＳＴＡＲＷＯＲＫＳ", "星工科技", "星工", "STAR"])
    def test_any_spelling_and_beginning(self, served, query):
        assert self.ask(served, query)["results"][0]["id"] == "starworks"

    def test_the_whole_name_goes_before_a_part(self, served):
        found = self.ask(served, "lumen-2")["results"]
        assert (found[0]["id"], found[0]["how"]) == ("lumen-2", "exact")

    def test_an_unknown_name_gets_the_nearest(self, served):
        found = self.ask(served, "Starwroks")
        assert (found["total"], found["nearest"][0]) == (0, "Starworks")
        assert "Starworks" in served.ask("GET", "/search?q=Starwroks").text

    def test_labels_follow_the_language(self, served):
        assert self.ask(served, "starworks", lang="zh")["results"][0]["label"] == "星工科技"

    def test_pages_of_results_join_up(self, served):
        every = [hit["id"] for hit in self.ask(served, "")["results"]]
        pages = [self.ask(served, "", limit=2, offset=first)["results"] for first in range(0, len(every), 2)]
        assert [hit["id"] for page in pages for hit in page] == every
        assert len(set(every)) == len(every) > 3

    def test_wrong_numbers_are_told(self, served):
        assert served.ask("GET", "/search?q=a&limit=many").status == 400

    def test_json_by_accept(self, served):
        assert served.ask("GET", "/search?q=a", headers={"Accept": "application/json"}).type == "application/json"

    def test_a_large_index_is_quick(self):
        store = ox.Store()
        label = ox.NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
        store.bulk_extend(
            ox.Quad(ox.NamedNode(f"http://e/{n}"), label, ox.Literal(f"Name {n * 7919 % 20000} 模型", language="en"))
            for n in range(20_000)
        )
        index = SearchIndex(store)
        index.nearest("warm")
        started = time.perf_counter()
        assert len(index.find("name 1999")) == 11
        assert index.nearest("Nmae 1999 模型")
        assert time.perf_counter() - started < 0.5


class TestQueryPage:
    def test_the_editor_is_the_one_that_is_recorded(self, root):
        folder = root / "src" / "aigraph" / "serve" / "static" / "yasgui"
        rows = (folder / "README.md").read_text(encoding="utf-8")
        recorded = dict(re.findall(r"\| (\S+) \| ([0-9a-f]{64}) \|", rows))
        assert set(recorded) == {"yasgui.min.js", "yasgui.min.css"}
        for name, checksum in recorded.items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == checksum
        assert "MIT" in (folder / "LICENSES.txt").read_text(encoding="utf-8")

    def test_it_lists_the_saved_queries_and_loads_nothing_from_elsewhere(self, served, root):
        page = served.ask("GET", "/").text
        for file in (root / "ontology" / "queries").glob("*.rq"):
            assert f'data-query="{file.stem}"' in page
        for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
            assert served.ask("GET", path).status == 200

    def test_completions_are_the_ontologys(self, served):
        known = json.loads(served.ask("GET", "/completions.json").body)
        assert known["prefixes"]["aig"] == "https://w3id.org/aigraph/ontology#"
        assert "https://w3id.org/aigraph/ontology#developedBy" in known["properties"]
        assert "https://w3id.org/aigraph/ontology#Model" in known["classes"]

    def test_a_saved_query_with_its_parameter_runs_as_it_is(self, served):
        text = served.ask("GET", "/queries/leaderboard?" + urlencode({"benchmark": "mathtrail"})).text
        assert "id/mathtrail>" in text and "# param" not in text
        assert b"71.6" in served.ask("GET", sparql(text), headers={"Accept": "application/json"}).body

    def test_saved_queries_are_told_in_the_reader_s_language(self, served):
        english, chinese = (served.ask("GET", f"/?lang={lang}").text for lang in ("en", "zh"))
        assert "Leaderboard of a benchmark" in english and 'placeholder="The benchmark, by any' in english
        assert "某基准的排行榜" in chinese and 'placeholder="基准，任一名称均可"' in chinese
        assert "Leaderboard of a benchmark" not in chinese
        text = served.ask("GET", "/queries/leaderboard?benchmark=mathtrail&lang=zh-Hans").text
        assert text.startswith("# 某基准的排行榜") and "Leaderboard" not in text and "zh:" not in text

    def test_an_unknown_name_is_told_with_the_nearest(self, served):
        answer = served.ask("GET", "/queries/leaderboard?benchmark=MathTrial")
        assert answer.status == 404
        assert "MathTrail" in answer.text


class TestPieces:
    def test_the_longest_name_wins_and_latin_names_are_whole_words(self):
        names = ("R1", "DeepSeek", "DEEPSEEK-R1", "深度求索")
        found = list(pieces("深度求索的 DeepSeek-R1 beats R12, R1.", names))
        assert [text for text, name in found if name] == ["深度求索", "DeepSeek-R1", "R1"]
        assert "".join(text for text, _ in found) == "深度求索的 DeepSeek-R1 beats R12, R1."

    def test_no_names_no_marks(self):
        assert list(pieces("text", ())) == [("text", False)]


class TestCommand:
    def test_without_a_graph_it_says_how_to_make_one(self, tmp_path):
        done = CliRunner().invoke(main, ["serve", "--graph", str(tmp_path / "none.nq")])
        assert done.exit_code == 3
        assert "aigraph build" in done.output

    def test_a_folder_without_a_store_is_not_made_one(self, tmp_path):
        done = CliRunner().invoke(main, ["serve", "--graph", str(tmp_path), "--port", "0"])
        assert done.exit_code == 3
        assert "no graph store" in done.output
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("text", ["not a graph", ""])
    def test_a_file_that_is_no_graph(self, tmp_path, text):
        file = tmp_path / "x.txt"
        file.write_text(text, encoding="utf-8")
        done = CliRunner().invoke(main, ["serve", "--graph", str(file), "--port", "0"])
        assert done.exit_code == 3
        assert "not a graph file" in done.output

    def test_a_short_token_is_wrong_usage(self, graph_file):
        done = CliRunner().invoke(main, ["serve", "--graph", str(graph_file), "--update-token", "abc"])
        assert done.exit_code == 2

    def test_a_port_in_use_is_told(self, served, graph_file):
        done = CliRunner().invoke(main, ["serve", "--graph", str(graph_file), "--port", str(served.port)])
        assert done.exit_code == 3
        assert str(served.port) in done.output and "--port" in done.output


def test_no_copy_is_left_behind(graph_file, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with serving(Settings(graph_file)) as served:
        assert served.ask("GET", sparql("ASK {}")).status == 200
        assert [path.name.startswith("aigraph-serve-") for path in tmp_path.iterdir()] == [True]
    assert list(Path(tmp_path).iterdir()) == []


def test_copies_of_killed_servers_are_removed_and_those_of_running_ones_are_not(graph_file, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with serving(Settings(graph_file)) as served:
        running = next(tmp_path.iterdir())
        left = tmp_path / "aigraph-serve-left"
        (left / "1").mkdir(parents=True)
        for folder in (running, left):
            os.utime(folder, (0, 0))
        sweep()
        assert list(tmp_path.iterdir()) == [running]
        assert served.ask("GET", sparql("ASK {}")).status == 200


def test_percent_encoding_of_ids_round_trips():
    assert unquote(path_of("organization-深度求索/x?y#z%")) == "/id/organization-深度求索/x?y#z%"
    assert not re.search(r"[?#]|[^\x21-\x7e]", path_of("organization-深度求索/x?y#z%"))
