"""An unknown name offers the nearest ones: typos, two-character Chinese names, other scripts, in every command."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from tests.made_history import EVERY

from aigraph.ask.nearest import nearest_names
from aigraph.cli import main
from aigraph.storage.store import GraphStore
from aigraph.text.normalise import name_key

NAMES = ("百度", "华为", "阿里", "阿里巴巴", "深度求索", "梁文锋", "英伟达", "DeepSeek", "DeepSeek-R1", "Liang Wenfeng")
KEYS = {name_key(name): name for name in NAMES}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("百渡", "百度"), ("百", "百度"), ("阿里吧吧", "阿里巴巴"), ("英偉大", "英伟达"), ("梁文風", "梁文锋"),
     ("深度", "深度求索"), ("Depseek", "DeepSeek"), ("deepseke r1", "DeepSeek-R1"), ("Liang", "Liang Wenfeng"),
     ("wenfeng", "Liang Wenfeng")],
)  # fmt: skip
def test_the_name_that_was_meant_comes_first(typed, meant):
    assert KEYS[nearest_names(typed, KEYS)[0]] == meant
    assert nearest_names(typed, reversed(list(KEYS))) == nearest_names(typed, KEYS)


def test_nothing_is_offered_for_what_is_like_nothing():
    assert nearest_names("zzqqxx", KEYS) == []
    assert nearest_names("", KEYS) == []


@pytest.mark.parametrize(
    "words",
    [("show", "凌波科極"), ("timeline", "凌波科極"), ("conflicts", "凌波科極"), ("explain", "凌波科極", "price", "2"),
     ("path", "凌波科極", "Ostrel"), ("path", "Ostrel", "凌波科極"), ("compare", "凌波科極", "Ostrel"),
     ("similar", "凌波科極"), ("view", "--kind", "company", "凌波科極"), ("query", "facts", "name=凌波科極")],
    ids=" ".join,
)  # fmt: skip
def test_every_command_that_takes_a_name_offers_the_nearest(words, tmp_path_factory):
    graph = tmp_path_factory.getbasetemp() / "nearest.nq"
    if not graph.exists():
        GraphStore.build(EVERY).dump(graph)

    result = CliRunner().invoke(main, [*words, "-g", str(graph)])

    assert result.exit_code == 3
    assert "凌波科極" in result.stderr
    assert "nearest: " in result.stderr and ("凌波科技" in result.stderr or "Nimbra" in result.stderr)


@pytest.mark.parametrize("name", ["凌波科技", "淩波科技", "NIMBRA", "ｎｉｍｂｒａ"])
@pytest.mark.parametrize("command", ["show", "timeline", "similar"])
def test_other_scripts_and_widths_are_the_same_name(command, name, tmp_path_factory):
    graph = tmp_path_factory.getbasetemp() / "nearest.nq"
    if not graph.exists():
        GraphStore.build(EVERY).dump(graph)

    assert CliRunner().invoke(main, [command, name, "-g", str(graph)]).exit_code == 0
