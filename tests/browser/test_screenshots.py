"""The pictures of the page: the command that makes them makes five that show different things, on any graph.

AIGRAPH_PICTURES names a folder in which they are to be kept, for whoever looks at what a run of the tests produced.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from tests.browser.screenshots import choose, shoot
from tests.browser.test_page import CHROMIUM
from tests.made_graph import small

from aigraph.graph.serialise import write_lines
from aigraph.measures.projection import to_networkx

pytestmark = pytest.mark.browser


def test_what_is_shown_is_chosen_by_the_graph() -> None:
    top, start, goal = choose(to_networkx(small()))
    assert top == "deepseek"
    assert {start, goal} <= set(to_networkx(small()))
    assert start != goal


def test_the_command_takes_every_picture(tmp_path: Path) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install playwright")
    graph = tmp_path / "graph.nq"
    write_lines(sorted(f"{quad} ." for quad in small()), graph)
    pictures = shoot(graph, Path(os.environ.get("AIGRAPH_PICTURES", tmp_path / "pictures")))
    assert [picture.stem for picture in pictures] == ["default", "entity", "path", "timeline", "dark"]
    taken = [picture.read_bytes() for picture in pictures]
    assert len(set(taken)) == 5
    for data in taken:
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", data[16:24]) == (1400, 900)
        assert len(data) > 20_000  # a page with something drawn on it
