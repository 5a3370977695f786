"""The served pages in a real browser: the editor works offline, completes from this graph, and asks no other host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.browser.test_page import CHROMIUM, FLAGS
from tests.serving import serving

from aigraph.serve.settings import Settings

pytestmark = pytest.mark.browser


class Tab:
    """A browser tab on the server, with all that it said and asked for."""

    def __init__(self, tab: Any, base: str) -> None:
        self.tab = tab
        self.base = base
        self.said: list[str] = []
        self.asked: list[str] = []
        tab.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        tab.on("pageerror", lambda error: self.said.append(str(error)))
        tab.context.on("request", lambda request: self.asked.append(request.url))

    def open(self, path: str) -> Any:
        self.tab.goto(self.base + path)
        return self.tab

    def editor(self) -> Any:
        self.open("/").wait_for_selector("html[data-ready=yes]")
        return self.tab

    def foreign(self) -> list[str]:
        return [url for url in self.asked if not url.startswith((self.base, "data:", "blob:"))]


@pytest.fixture
def tab(graph_file) -> Iterator[Tab]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    api = pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install playwright")
    with serving(Settings(graph_file)) as served, api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield Tab(running.new_page(), served.base)
        running.close()


def test_the_editor_asks_completes_and_stays_on_this_server(tab):
    page = tab.editor()
    page.click(".yasqe_queryButton")
    page.wait_for_selector(".yasr_results a:has-text('lumen-2')")

    # a prefix is declared as soon as it is written
    code = "document.querySelector('.tabPanel.active .CodeMirror, .active .CodeMirror').CodeMirror"
    page.evaluate(f"{code}.setValue('SELECT * {{ ?s ')")
    page.evaluate(f"{code}.focus(); {code}.setCursor(0, 99)")
    page.keyboard.type("schema:")
    page.wait_for_function(f"{code}.getValue().includes('PREFIX schema: <https://schema.org/>')")

    # a property is completed from the ontology
    page.evaluate(f"{code}.setValue('PREFIX aig: <https://w3id.org/aigraph/ontology#>\\nSELECT * {{ ?s aig:develo')")
    page.evaluate(f"{code}.focus(); {code}.setCursor(1, 99)")
    page.keyboard.press("Control+Space")
    page.wait_for_function(
        f"{code}.getValue().includes('aig:developedBy') || document.querySelector('.CodeMirror-hints')"
    )
    assert tab.foreign() == []
    assert tab.said == []


def test_a_saved_query_opens_as_a_tab_and_its_links_lead_here(tab):
    page = tab.editor()
    page.click("summary:has-text('leaderboard')")
    page.fill("form[data-query=leaderboard] input", "MathTrial")
    page.click("form[data-query=leaderboard] button")
    page.wait_for_selector("form[data-query=leaderboard] .error:has-text('MathTrail')")
    page.fill("form[data-query=leaderboard] input", "MathTrail")
    page.click("form[data-query=leaderboard] button")
    page.wait_for_selector(".yasr_results:has-text('71.6')")
    with page.expect_popup() as popup:
        page.click(".yasr_results a:has-text('lumen-2')")
    popup.value.wait_for_selector("h1:has-text('Lumen-2')")

    assert popup.value.url == tab.base + "/id/lumen-2.html"
    assert tab.foreign() == []


def test_from_search_to_a_thing_to_its_neighbour(tab):
    page = tab.open("/?lang=zh")
    page.fill("input[name=q]", "星工")
    page.press("input[name=q]", "Enter")
    page.click(".hits a")
    page.wait_for_selector("h1:has-text('星工科技')")
    page.click(".facts a:has-text('流明 2')")
    page.wait_for_selector("h1:has-text('流明 2')")

    assert page.locator("mark b").count() > 2
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert tab.foreign() == []
    assert tab.said == []
