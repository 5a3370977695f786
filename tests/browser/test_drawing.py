"""What an analyst sees on the drawing: labels that cover nothing and are whole, paths named, the view in its place."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from tests.browser.test_page import Page, browser, files, opened  # noqa: F401  fixtures

from aigraph.measures.projection import to_networkx
from aigraph.render.payload import payload

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
DISCS = """[...AIG.seen.nodes].map((i) => {
  const [x, y] = AIG.place(AIG.nodes[i]);
  const at = AIG.network.canvasToDOM({ x, y });
  return [AIG.nodes[i].id, at.x, at.y, AIG.diameter(i) / 2 * AIG.network.getScale()];
})"""


def written(page: Page) -> list[tuple[str, float, float, float, float]]:
    page.js("AIG.network.redraw()")
    page.js("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return [tuple(row) for row in page.js("AIG.written")]


def apart(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two boxes (left, top, width, height) do not overlap."""
    return (
        one[0] + one[2] <= other[0] or other[0] + other[2] <= one[0]
        or one[1] + one[3] <= other[1] or other[1] + other[3] <= one[1]
    )  # fmt: skip


@pytest.mark.parametrize("fragment", ["", "#base=all", "#lang=zh&top=60"])
def test_labels_cover_neither_each_other_nor_a_node_and_are_never_cut(opened: Open, fragment: str) -> None:  # noqa: F811
    page = opened("big", fragment)
    labels = written(page)
    wide = page.js("AIG.byId('canvas').clientWidth")
    assert len(labels) > 40
    assert all(left >= 0 and left + width <= wide for _, left, _, width, _ in labels)
    assert all(apart(a[1:], b[1:]) for a, b in combinations(labels, 2))
    discs = [(x - r, y - r, 2 * r, 2 * r) for _, x, y, r in page.js(DISCS) if r > 3]
    assert all(apart(label[1:], disc) for label in labels for disc in discs)


def test_the_first_view_holds_as_many_as_it_says_each_tied_to_another(opened: Open) -> None:  # noqa: F811
    page = opened("big")
    assert "120 of 2000" in page.tab.inner_text("#status")
    tied = page.js("[...new Set([...AIG.seen.bundles.values()].flatMap(({s, t}) => [s, t]))].length")
    assert tied == 120


def test_everything_on_a_path_is_named(opened: Open) -> None:  # noqa: F811
    page = opened("big")
    page.js("AIG.change({a: 'n0', b: 'n1999'}, {fitRoute: true})")
    names = page.js("AIG.seen.route.map((i) => AIG.caption(AIG.nodes[i]))")
    assert len(names) > 3
    assert set(names) <= {row[0] for row in written(page)}


def test_filtered_and_arranged_anew_all_of_it_is_in_view(opened: Open) -> None:  # noqa: F811
    page = opened("big")
    page.search("Thing number 7")
    page.tab.click("#card .close")
    page.tab.click("#legend button[data-type=Model]")
    page.tab.wait_for_timeout(100)
    box = page.js("[AIG.byId('canvas').clientWidth, AIG.byId('canvas').clientHeight]")
    outside = [name for name, x, y, _ in page.js(DISCS) if not (0 < x < box[0] and 0 < y < box[1])]
    assert outside in ([], ["n7"])  # the one that was searched for is not of the first view


def test_expanding_brings_the_neighbours_into_view(opened: Open) -> None:  # noqa: F811
    page = opened("big")
    page.tab.click("#reset")
    top = page.js("AIG.nodes[[...AIG.seen.core][0]].id")
    page.js(f"AIG.pick(AIG.byNodeId.get('{top}'))")
    page.tab.click("#card button:has-text('Expand')")
    near = set(page.js(f"AIG.byNodeId.get('{top}').facts.flatMap((f) => [AIG.nodes[f.s].id, AIG.nodes[f.t].id])"))
    assert len(near) > 20
    box = page.js("[AIG.byId('canvas').clientWidth, AIG.byId('canvas').clientHeight]")
    assert all(0 < x < box[0] and 0 < y < box[1] for name, x, y, _ in page.js(DISCS) if name in near)


def test_an_opened_community_can_be_told_apart(opened: Open) -> None:  # noqa: F811
    page = opened("big", "#base=groups&groups=0")
    discs = page.js(DISCS)
    assert len(discs) > 30
    covered = [a for a, b in combinations(discs, 2) if (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2 < max(a[3], b[3]) ** 2]
    assert len(covered) <= len(discs) / 20  # of the middle of one under another


def test_an_event_without_a_name_goes_by_kind_and_date_in_either_language(opened: Open) -> None:  # noqa: F811
    page = opened()
    made = "AIG.caption({kind: {en: 'Release', zh: '发布'}, date: '2025-01', names: {en: '%s', zh: '%s'}})"
    assert page.js(made % ("Release: Cedar (2025-01)", "发布：雪松 (2025-01)")) == "Release 2025-01"
    assert page.js(made % ("Release Party", "发布会")) == "Release Party"
    page.js("AIG.change({lang: 'zh'})")
    assert page.js(made % ("Release: Cedar (2025-01)", "发布：雪松 (2025-01)")) == "发布 2025-01"
    assert page.js(made % ("Release Party", "发布会")) == "发布会"


def test_every_text_follows_the_language_however_it_was_chosen(opened: Open) -> None:  # noqa: F811
    page = opened()
    page.js("AIG.change({lang: 'zh'})")
    texts = page.js("[...document.querySelectorAll('button, label, h3, summary, option, dd, #status')].map((e) => "
                    "e.childElementCount ? '' : e.textContent).concat(AIG.byId('search').placeholder, "
                    "[...document.querySelectorAll('[title]')].map((e) => e.title))")  # fmt: skip
    kept = ("English", "PNG", "GraphML", "PageRank", "文章", "DeepSeek", "Hopper", "GTC", "Undated note")
    latin = [text for text in texts if text and not any("\u4e00" <= c <= "\u9fff" for c in text)]
    assert [text for text in latin if any(c.isalpha() for c in text) and not any(k in text for k in kept)] == []
    page.tab.go_back()
    page.tab.wait_for_function("AIG.byId('search').placeholder === AIG.strings.en.search")


def test_the_legend_claims_no_colour_that_the_drawing_does_not_have(opened: Open) -> None:  # noqa: F811
    page = opened()
    colours = "[...document.querySelectorAll('#legend .dot')].map((e) => getComputedStyle(e).backgroundColor)"
    assert len(set(page.js(colours))) > 4
    page.tab.select_option("#color", "group")
    assert len(set(page.js(colours))) == 1


def test_what_takes_part_in_an_event_is_named_in_the_language_too() -> None:
    from tests.made_graph import Made

    made = Made()
    made.document("d", "D", "2025-01-02")
    made.thing("c", "Model", "Cedar", "雪松")
    made.thing("o", "Organization", "Moss, Inc", "青苔")
    made.event("e", "Release", "2025-01-01", ["c", "o"], {"d": "Out."}, "Release: Cedar, Fern (2025-01-01)")
    data: dict[str, Any] = payload(to_networkx(made.store), title="t", lang="en")
    row = next(row for row in data["nodes"] if "Fern" in str(row[1]))
    assert row[1:3] == ["Release: Cedar, Fern (2025-01-01)", "发布：雪松, Fern (2025-01-01)"]
