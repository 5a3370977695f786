"""The page in a real browser: Chromium driven by Playwright. Skipped, with the reason, where either is missing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.gephi_rules import graphml_schema_file
from tests.made_graph import HOSTILE, big, small

from aigraph.render.page import write_page

pytestmark = pytest.mark.browser
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


class Page:
    """One opened page, with all that it said and asked for."""

    def __init__(self, tab: Any, path: Path) -> None:
        self.tab = tab
        self.path = path
        self.said: list[str] = []
        self.asked: list[str] = []
        tab.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        tab.on("pageerror", lambda error: self.said.append(str(error)))
        tab.on("request", lambda request: self.asked.append(request.url))

    def open(self, fragment: str = "") -> Page:
        self.tab.goto("about:blank")
        self.tab.goto(f"file://{self.path}{fragment}")
        self.tab.wait_for_selector("html[data-ready=yes]")
        return self

    def js(self, script: str) -> Any:
        return self.tab.evaluate(script)

    def shown(self) -> set[str]:
        return set(self.js("[...AIG.seen.nodes].map((i) => AIG.nodes[i].id)"))

    def at(self, name: str) -> tuple[float, float]:
        """Where a node is on the screen."""
        place = self.js(
            f"(() => {{ const p = AIG.place(AIG.byNodeId.get('{name}'));"
            "const d = AIG.network.canvasToDOM({x: p[0], y: p[1]});"
            "const b = AIG.byId('canvas').getBoundingClientRect(); return [d.x + b.left, d.y + b.top]; })()"
        )
        return place[0], place[1]

    def search(self, text: str) -> None:
        self.tab.fill("#search", text)
        self.tab.press("#search", "Enter")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    api = pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install playwright")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    return {
        "small": write_page(small(), folder / "small.html", title="Small"),
        "big": write_page(big(2000, 6000), folder / "big.html", title="Big"),
    }


@pytest.fixture
def opened(browser: Any, files: dict[str, Path]) -> Iterator[Callable[..., Page]]:
    tabs: list[Page] = []

    def make(name: str = "small", fragment: str = "", **options: Any) -> Page:
        tab = browser.new_page(viewport={"width": 1300, "height": 850}, **options)
        tabs.append(Page(tab, files[name]))
        return tabs[-1].open(fragment)

    yield make
    for page in tabs:  # whatever a test did: no error, no request, nothing hostile ran
        assert page.said == []
        assert [url for url in page.asked if not url.startswith(("file:", "blob:", "about:", "data:"))] == []
        assert page.js("window.hacked") is None
        page.tab.close()


def test_it_opens_with_everything_drawn_and_asks_for_nothing(opened: Callable[..., Page]) -> None:
    page = opened()
    assert len(page.shown()) == 14
    assert page.js("AIG.network.body.nodeIndices.length") == 14
    assert "14 of 14" in page.tab.inner_text("#status")
    assert len(page.asked) == 1


def test_hostile_names_run_nothing_wherever_they_are_shown(opened: Callable[..., Page]) -> None:
    page = opened()
    page.search("</script>")
    assert page.tab.inner_text("#card h2").strip() == HOSTILE
    assert HOSTILE in page.tab.inner_text("#card blockquote >> nth=0")
    assert page.tab.locator("#card a").count() == 0  # the document's address is a script, so it is no link
    page.tab.fill("#search", "<img")
    assert page.tab.locator("#suggestions img").count() == 0
    assert HOSTILE in page.tab.inner_text("#suggestions")
    page.tab.click("#card >> text=DeepSeek-V3")
    page.tab.wait_for_timeout(100)


def test_search_suggests_by_alias_in_any_script(opened: Callable[..., Page]) -> None:
    page = opened()
    for query, name in (("輝達", "NVIDIA"), ("深度", "DeepSeek"), ("r1", "DeepSeek-R1"), ("ＡＩＭＥ", "AIME 2024")):
        page.search(query)
        assert page.tab.inner_text("#card h2").strip() == name, query
    page.tab.fill("#search", "no such thing")
    assert "Nothing" in page.tab.inner_text("#suggestions")


def test_a_click_on_a_node_shows_its_facts_with_sentence_document_and_date(opened: Callable[..., Page]) -> None:
    page = opened()
    page.tab.mouse.click(*page.at("deepseek"))
    page.tab.wait_for_selector("#card h2")
    card = page.tab.inner_text("#card")
    assert "深度求索" in card
    assert "Liang Wenfeng founded DeepSeek." in card
    assert "DeepSeek opens its model · 2025-01-20" in card
    assert page.tab.get_attribute("#card a >> nth=0", "href") == "https://example.org/a?b=1&c=2"
    page.tab.click("#card .link >> text=Liang Wenfeng")
    assert page.tab.inner_text("#card h2").strip() == "Liang Wenfeng"


def test_a_click_on_a_line_shows_its_sentences(opened: Callable[..., Page]) -> None:
    page = opened()
    (x1, y1), (x2, y2) = page.at("deepseek-r1"), page.at("deepseek-v3")
    page.tab.mouse.click(x1 + (x2 - x1) * 0.45, y1 + (y2 - y1) * 0.45)
    card = page.tab.inner_text("#card")
    assert "R1 was trained from V3." in card
    assert "0.8" in card


def test_the_legend_filters_types(opened: Callable[..., Page]) -> None:
    page = opened()
    page.tab.click("#legend button[data-type=Model]")
    assert "deepseek-r1" not in page.shown()
    page.tab.click("#legend button[data-type=Model]")
    assert "deepseek-r1" in page.shown()


def test_confidence_document_and_relation_filters(opened: Callable[..., Page]) -> None:
    page = opened()
    page.js("AIG.change({confidence: 0.7})")
    assert "tiger" not in page.shown()
    page.tab.click("#reset")
    page.tab.select_option("#doc", "d2")
    assert page.shown() == {"deepseek-r1", "deepseek", "h800", "nvidia", "gtc"}
    page.tab.click("#reset")
    page.tab.click("#relations summary")
    page.tab.uncheck("#relations input[value=investedIn]")
    assert "highflyer" not in page.shown()
    assert "deepseek" in page.shown()


def test_the_time_slider_filters_by_date(opened: Callable[..., Page]) -> None:
    page = opened()
    page.tab.uncheck("#undated")
    assert "tiger" not in page.shown()
    page.tab.focus("#to")
    for _ in range(2):
        page.tab.keyboard.press("ArrowLeft")
    assert page.js("AIG.state.to") == "2024-05"
    assert page.shown() == {"highflyer", "deepseek"}


def test_expand_collapse_hide_and_back(opened: Callable[..., Page]) -> None:
    page = opened(fragment="#base=none&add=deepseek-v3")
    assert page.shown() == {"deepseek-v3"}
    page.js("AIG.pick(AIG.byNodeId.get('deepseek-v3'))")
    page.tab.click("#card >> text=Expand")
    assert page.shown() == {"deepseek-v3", "deepseek", "deepseek-r1", "moe", "h800", "evil"}
    page.js("AIG.pick(AIG.byNodeId.get('moe'))")
    page.tab.click("#card >> text=Hide")
    assert "moe" not in page.shown()
    page.tab.click("[data-do=back]")
    page.tab.wait_for_function("AIG.seen.nodes.has(AIG.byNodeId.get('moe').i)")
    page.js("AIG.toggle('open', 'deepseek-v3', false)")
    assert "h800" not in page.shown()


def test_path_between_two_picked_nodes_with_its_facts(opened: Callable[..., Page]) -> None:
    page = opened()
    page.search("liang")
    page.tab.click("#card button:has-text('Path from here')")
    page.search("gpt-4o")
    page.tab.click("#card button:has-text('Path to here')")
    path = page.tab.inner_text("#card .path")
    assert page.js("AIG.seen.route.map((i) => AIG.nodes[i].id)") == ["liang", "deepseek", "deepseek-r1", "gpt-4o"]
    assert "R1 beats GPT-4o." in path
    page.js("AIG.change({offRels: ['outperforms', 'evaluatedOn']})")
    assert "Nothing connects" in page.tab.inner_text("#card .path")


def drawn(page: Page, name: str, what: str) -> Any:
    """What vis-network draws of a node."""
    return page.js(f"AIG.network.body.nodes[AIG.byNodeId.get('{name}').i].options.{what}")


def test_size_follows_the_chosen_measure(opened: Callable[..., Page]) -> None:
    page = opened()
    assert drawn(page, "deepseek", "size") > drawn(page, "gpt-4o", "size")  # degree: 8 against 2
    page.tab.select_option("#size", "k-core")  # both are in the 2-core
    assert drawn(page, "deepseek", "size") == drawn(page, "gpt-4o", "size") > drawn(page, "tiger", "size")
    page.tab.select_option("#size", "betweenness")
    assert drawn(page, "moe", "size") == drawn(page, "tiger", "size") < drawn(page, "h800", "size")


def test_colours_by_type_or_by_community(opened: Callable[..., Page]) -> None:
    page = opened()
    of = "color.background"
    assert drawn(page, "deepseek", of) == drawn(page, "nvidia", of) != drawn(page, "deepseek-r1", of)
    page.tab.select_option("#color", "group")
    same = page.js("(([a, b]) => AIG.nodes[a].group === AIG.nodes[b].group)"
                   "(['deepseek', 'nvidia'].map((n) => AIG.byNodeId.get(n).i))")  # fmt: skip
    assert not same
    assert drawn(page, "deepseek", of) != drawn(page, "nvidia", of)
    assert drawn(page, "tiger", of) == drawn(page, "deepseek", of)


def test_communities_open_one_by_one(opened: Callable[..., Page]) -> None:
    page = opened()
    page.tab.select_option("#base", "groups")
    assert page.shown() == set()
    groups = page.js("AIG.seen.groups")
    assert len(groups) > 1
    page.js("AIG.change({groups: [AIG.byNodeId.get('tiger').group]})")
    assert {"tiger", "highflyer", "deepseek"} <= page.shown() < set(page.js("AIG.nodes.map((n) => n.id)"))
    assert len(page.js("AIG.seen.groups")) == len(groups) - 1


def test_fit_brings_everything_back_onto_the_screen(opened: Callable[..., Page]) -> None:
    page = opened()
    page.js("AIG.network.moveTo({position: {x: 90000, y: 0}, scale: 3})")
    assert page.at("deepseek")[0] < 0
    page.tab.click("[data-do=fit]")
    page.tab.wait_for_timeout(700)
    for name in page.shown():
        x, y = page.at(name)
        assert 0 < x < 1300 and 0 < y < 850


def test_hidden_and_pinned_by_keys_and_shown_again(opened: Callable[..., Page]) -> None:
    page = opened()
    page.search("moe")
    page.tab.focus("#canvas")
    page.tab.keyboard.press("p")
    assert "moe" in page.js("AIG.state.pin")
    page.tab.keyboard.press("p")
    assert "moe" not in page.js("AIG.state.pin")
    page.tab.keyboard.press("h")
    assert "moe" not in page.shown()
    page.tab.click("#panel button:has-text('hidden')")
    assert "moe" in page.shown()


def test_dark_mode_and_chinese(opened: Callable[..., Page]) -> None:
    page = opened(color_scheme="dark")
    assert page.js("document.documentElement.dataset.theme") == "dark"
    page.tab.click("[data-do=theme]")
    assert page.js("getComputedStyle(document.body).backgroundColor") == "rgb(251, 251, 249)"
    page.tab.click("[data-do=lang]")
    page.search("nvidia")
    assert page.tab.inner_text("#card h2").strip() == "英伟达"
    assert "展开" in page.tab.inner_text("#card .actions")
    assert page.js("document.documentElement.lang") == "zh-Hans"


def test_the_link_restores_the_view(opened: Callable[..., Page]) -> None:
    page = opened()
    page.search("deepseek-v3")
    page.tab.click("#legend button[data-type=Person]")
    page.tab.select_option("#size", "pagerank")
    page.js("AIG.change({lang: 'zh', theme: 'dark', pin: {moe: [5, 7]}, confidence: 0.55})")
    page.tab.wait_for_timeout(400)
    before = page.js("JSON.stringify([AIG.state, [...AIG.seen.nodes]])")
    fragment = page.js("location.hash")
    again = opened(fragment=fragment)
    assert again.js("JSON.stringify([AIG.state, [...AIG.seen.nodes]])") == before


def test_a_broken_link_opens_the_usual_view(opened: Callable[..., Page]) -> None:
    broken = "#lang=xx&base=evil&sel=nobody&view=a,b,c&pin=1&top=-5&groups=99&size=__proto__&confidence=x"
    page = opened(fragment=broken)
    assert page.js("[AIG.state.lang, AIG.state.base, AIG.state.sel, AIG.state.size]") == ["en", "top", "", "degree"]
    assert page.js("AIG.state.view === null || AIG.state.view.every(isFinite)")


def test_keys_work_without_a_mouse(opened: Callable[..., Page]) -> None:
    page = opened()
    page.tab.keyboard.press("/")
    page.tab.keyboard.type("h800")
    page.tab.keyboard.press("ArrowDown")
    page.tab.keyboard.press("Enter")
    assert page.tab.inner_text("#card h2").strip() == "H800"
    page.tab.focus("#canvas")
    page.tab.keyboard.press("h")
    assert "h800" not in page.shown()
    scale = page.js("AIG.network.getScale()")
    page.tab.keyboard.press("+")
    assert page.js("AIG.network.getScale()") > scale
    page.tab.keyboard.press("t")
    page.tab.keyboard.press("?")
    assert page.tab.is_visible("#help")


def test_dragging_a_node_pins_it_and_dragging_the_ground_moves_the_view(opened: Callable[..., Page]) -> None:
    page = opened()
    x, y = page.at("moe")
    page.tab.mouse.move(x, y)
    page.tab.mouse.down()
    page.tab.mouse.move(x + 60, y + 30, steps=5)
    page.tab.mouse.up()
    assert "moe" in page.js("AIG.state.pin")
    before = page.at("deepseek")
    page.tab.mouse.move(300, 120)
    page.tab.mouse.down()
    page.tab.mouse.move(350, 160, steps=5)
    page.tab.mouse.up()
    page.tab.wait_for_timeout(300)
    after = page.at("deepseek")
    assert (round(after[0] - before[0]), round(after[1] - before[1])) == (50, 40)


def test_the_wheel_zooms_about_the_pointer(opened: Callable[..., Page]) -> None:
    page = opened()
    x, y = page.at("nvidia")
    scale = page.js("AIG.network.getScale()")
    page.tab.mouse.move(x, y)
    for _ in range(4):
        page.tab.mouse.wheel(0, -200)
    page.tab.wait_for_timeout(500)
    assert page.js("AIG.network.getScale()") > 1.5 * scale
    again = page.at("nvidia")
    assert again == pytest.approx((x, y), abs=3)  # the pointer itself is on whole pixels


def test_export_of_the_view_as_picture_and_graphml(opened: Callable[..., Page], tmp_path: Path) -> None:
    import networkx as nx

    page = opened()
    page.tab.click("#legend button[data-type=Software]")
    with page.tab.expect_download() as waiting:
        page.tab.click("[data-do=graphml]")
    waiting.value.save_as(tmp_path / "view.graphml")
    read = nx.read_graphml(tmp_path / "view.graphml")
    assert (len(read), read.number_of_edges()) == (13, 18)
    with page.tab.expect_download() as waiting:
        page.tab.click("[data-do=png]")
    waiting.value.save_as(tmp_path / "view.png")
    assert (tmp_path / "view.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_large_graph_opens_on_its_backbone(opened: Callable[..., Page]) -> None:
    page = opened("big")
    assert 100 < len(page.shown()) <= 120
    assert "of 2000 things" in page.tab.inner_text("#status")
    page.tab.select_option("#base", "all")
    assert len(page.shown()) == 2000


def test_pan_and_zoom_stay_fluid_with_everything_shown(opened: Callable[..., Page]) -> None:
    page = opened("big", "#base=all")
    frames = page.js(
        """async () => {
          const canvas = AIG.byId("canvas"), drawn = canvas.querySelector("canvas");
          const box = canvas.getBoundingClientRect();
          const at = (n) => ({ bubbles: true, cancelable: true, isPrimary: true, pointerId: 1, button: 0,
            clientX: box.left + 300 + 150 * Math.sin(n / 9), clientY: box.top + 200 + 90 * Math.cos(n / 9) });
          let frames = 0, going = true;
          const count = () => { frames += 1; if (going) requestAnimationFrame(count); };
          requestAnimationFrame(count);
          const start = performance.now();
          drawn.dispatchEvent(new PointerEvent("pointerdown", at(0)));
          for (let n = 0; performance.now() - start < 1500; n++) {
            if (n % 3) drawn.dispatchEvent(new PointerEvent("pointermove", at(n)));
            else drawn.dispatchEvent(new WheelEvent("wheel", { ...at(n), deltaY: n % 2 ? 30 : -30 }));
            await new Promise((done) => setTimeout(done, 10));
          }
          drawn.dispatchEvent(new PointerEvent("pointerup", at(0)));
          going = false;
          return frames / ((performance.now() - start) / 1000);
        }"""
    )
    assert frames >= 30


@pytest.mark.slow
def test_twenty_thousand_nodes_open_on_communities(browser: Any, tmp_path: Path) -> None:
    import time

    path = write_page(big(20_000, 60_000), tmp_path / "huge.html")
    page = Page(browser.new_page(viewport={"width": 1300, "height": 850}), path)
    start = time.perf_counter()
    page.open()
    page.js("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert time.perf_counter() - start < 5
    groups = page.js("AIG.seen.groups")
    assert len(groups) > 20
    page.tab.mouse.click(
        *page.js(
            "(() => { const [x, y] = AIG.groupPlace(AIG.seen.groups[0]); const d = AIG.network.canvasToDOM({x, y});"
            "const b = AIG.byId('canvas').getBoundingClientRect(); return [d.x + b.left, d.y + b.top]; })()"
        )
    )
    page.tab.wait_for_function("AIG.seen.nodes.size > 0")
    assert len(page.js("AIG.seen.groups")) == len(groups) - 1
    assert page.said == []
    page.tab.close()


def test_the_page_works_inside_a_notebook(browser: Any, tmp_path: Path) -> None:
    from aigraph.render.notebook import show_graph

    path = tmp_path / "cell.html"
    path.write_text(f"<!doctype html><body>{show_graph(small())._repr_html_()}</body>", encoding="utf-8")
    page = Page(browser.new_page(viewport={"width": 1300, "height": 850}), path)
    page.tab.goto(f"file://{path}")
    frame = page.tab.frame_locator("iframe")
    frame.locator("html[data-ready=yes]").wait_for()
    frame.locator("#search").fill("nvidia")
    frame.locator("#search").press("Enter")
    assert frame.locator("#card h2").inner_text().strip() == "NVIDIA"
    frame.locator("[data-do=back]").click()
    frame.locator("#card").wait_for(state="hidden")
    assert page.said == []
    page.tab.close()


def test_a_small_screen_shows_the_graph_first(browser: Any, files: dict[str, Path]) -> None:
    page = Page(browser.new_page(viewport={"width": 420, "height": 800}), files["small"]).open()
    assert not page.tab.is_visible("#panel")
    page.tab.click("[data-do=panel]")
    assert page.tab.is_visible("#legend")
    assert page.said == []
    page.tab.close()


def test_graphml_of_the_view_is_valid(opened: Callable[..., Page], tmp_path: Path) -> None:
    from lxml import etree

    text = opened().js("AIG.graphml()")
    etree.XMLSchema(etree.parse(str(graphml_schema_file(tmp_path)))).assertValid(etree.fromstring(text.encode()))
