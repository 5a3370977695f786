"""A store kept from day to day: what is added, replaced, withdrawn, read again; and what each of that costs."""

from __future__ import annotations

import gc
import hashlib
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from tests.made_extractions import ENTITIES, TEXT, extraction, quote

from aigraph.cli import main
from aigraph.errors import StoreError, UnknownName
from aigraph.graph.assemble import assemble
from aigraph.graph.rdf import document_node, write_extraction
from aigraph.model import Document, Extraction
from aigraph.storage.changes import plan
from aigraph.storage.folder import is_store
from aigraph.storage.keep import KeepResult, add_documents, list_documents, refresh_documents, remove_documents
from aigraph.storage.ledger import FILE, Ledger
from aigraph.storage.store import GraphStore


def made(document: Document) -> Extraction:
    """What `extraction` gives, for a document that was really read from a file; fails where the text says so."""
    if "unreadable" in document.text:
        raise StoreError(f"{document.name}: made to fail")
    base = extraction("x.txt")
    words = {e.exact: quote(document, e.exact) for s in base.statements for e in s.evidence if e.exact in document.text}
    said = [replace(s, evidence=tuple(words[e.exact] for e in s.evidence)) for s in base.statements
            if all(e.exact in words for e in s.evidence)]  # fmt: skip
    return Extraction(document, ENTITIES, tuple(said))


class Desk:
    """A folder with files and a store, and a count of what was extracted."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = folder, folder / "kb"
        self.extracted: list[str] = []

    def extract(self, document: Document) -> Extraction:
        self.extracted.append(document.name)
        return made(document)

    def write(self, name: str, more: str = "", text: str = TEXT) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + more, encoding="utf-8")
        return path

    def add(self, *sources: Path) -> KeepResult:
        self.extracted.clear()
        return add_documents(sources, self.store, extract=self.extract)

    def refresh(self, **options: bool) -> KeepResult:
        self.extracted.clear()
        return refresh_documents(self.store, extract=self.extract, **options)

    def names(self) -> list[str]:
        return [one.name for one, _ in list_documents(self.store)]

    def lines(self) -> list[str]:
        with GraphStore.read(self.store) as store:
            return list(store.lines())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# -- add --------------------------------------------------------------------------------------------------------------


def test_adding_again_changes_nothing_and_extracts_nothing(desk: Desk):
    files = [desk.write("a.txt", "1"), desk.write("b.txt", "2")]

    first = desk.add(*files)
    assert [one.name for one in first.documents] == ["a.txt", "b.txt"] == desk.extracted
    before = desk.lines()
    again = desk.add(*files)

    assert (again.documents, again.unchanged, desk.extracted) == ([], ["a.txt", "b.txt"], [])
    assert desk.lines() == before


def test_a_changed_file_replaces_its_own_facts_only(desk: Desk):
    a, b = desk.write("a.txt", "1"), desk.write("b.txt", "2")
    desk.add(a, b)
    old = {one.name: one.id for one, _ in list_documents(desk.store)}

    desk.write("a.txt", text="Li Ming is CEO of Example AI, they say.")
    result = desk.add(a, b)

    assert result.replaced == [old["a.txt"]]
    assert desk.extracted == ["a.txt"]
    other = Desk(desk.folder / "fresh")
    add_documents([a, b], other.store, extract=made)
    assert desk.lines() == other.lines()


def test_two_files_of_one_name_stay_two_documents_and_it_is_said(desk: Desk):
    one, two = desk.write("x/r.txt", "1"), desk.write("y/r.txt", "2")

    result = desk.add(one, two)
    assert len(desk.names()) == 2
    assert any("another document of this name" in note for note in result.notes)
    desk.write("x/r.txt", "3")
    result = desk.add(one)

    assert len(result.replaced) == 1
    assert sorted(file for _, files in list_documents(desk.store) for file in files) == [str(one), str(two)]


def test_the_same_text_under_another_name_is_the_same_document(desk: Desk):
    a, copy = desk.write("a.txt"), desk.write("copy.txt")
    desk.add(a)
    (known,) = (one.id for one, _ in list_documents(desk.store))

    result = desk.add(copy)

    assert result.same == [("copy.txt", known)]
    assert desk.extracted == []
    assert [files for _, files in list_documents(desk.store)] == [[str(a), str(copy)]]


def test_a_text_stays_while_another_file_gives_it(desk: Desk):
    a, copy = desk.write("a.txt"), desk.write("copy.txt")
    desk.add(a, copy)
    desk.write("a.txt", "changed")

    assert desk.add(a).replaced == []
    assert len(desk.names()) == 2
    desk.write("copy.txt", "changed, too")
    assert len(desk.add(copy).replaced) == 1
    assert len(desk.names()) == 2


def test_the_store_itself_knows_a_text_by_its_hash():
    store = GraphStore()
    item = extraction("a.txt")
    store.add(item)
    twin = replace(item, document=replace(item.document, id="other", name="other.txt"))

    assert not store.add(twin)
    assert list(store.lines()) == list(assemble([item]))


def test_a_row_that_moves_in_its_table_is_not_extracted_again(desk: Desk):
    rows = [{"text": TEXT + str(k)} for k in range(4)]
    table = desk.write("t.jsonl", text="".join(json.dumps(row) + "\n" for row in rows))
    desk.add(table)
    desk.write("t.jsonl", text="".join(json.dumps(row) + "\n" for row in [{"text": TEXT + "new"}, *rows[:3]]))

    result = desk.add(table)

    assert desk.extracted == ["t.jsonl#1"]
    assert len(result.removed) + len(result.replaced) == 1
    shas = {hashlib.sha256((TEXT + more).encode()).hexdigest() for more in ("new", "0", "1", "2")}
    assert {one.sha256 for one, _ in list_documents(desk.store)} == shas


def test_what_fails_keeps_what_was_there_and_is_tried_again(desk: Desk):
    a, b = desk.write("a.txt", "1"), desk.write("b.txt", "2")
    desk.add(a, b)
    before = desk.lines()
    desk.write("a.txt", "unreadable")

    result = desk.add(a, b)
    assert [(one.name, one.expected) for one in result.failures] == [("a.txt", True)]
    assert desk.lines() == before
    desk.write("a.txt", "readable")
    assert [one.name for one in desk.add(a).documents] == ["a.txt"]
    assert len(desk.names()) == 2


def test_a_file_that_cannot_be_read_at_all_keeps_what_was_there(desk: Desk):
    a = desk.write("a.txt")
    desk.add(a)
    desk.write("a.txt", text="")

    result = desk.add(a)

    assert len(result.failures) == 1
    assert result.untouched
    assert desk.names() == ["a.txt"]


# -- remove -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.txt", "id", "sha", "path"])
def test_a_document_is_removed_by_any_of_its_names(desk: Desk, name: str):
    a, b = desk.write("a.txt", "1"), desk.write("b.txt", "2")
    desk.add(a, b)
    one = next(one for one, _ in list_documents(desk.store) if one.name == "a.txt")
    named = {"a.txt": one.name, "id": one.id, "sha": one.sha256[:8], "path": str(a)}[name]

    assert [gone.id for gone in remove_documents([named], desk.store)] == [one.id]
    assert desk.names() == ["b.txt"]


def test_an_unknown_document_names_the_nearest_and_nothing_is_removed(desk: Desk):
    desk.add(desk.write("monday.txt", "1"), desk.write("tuesday.txt", "2"))

    with pytest.raises(UnknownName, match=r"no document 'mondy.txt'.*nearest: monday-"):
        remove_documents(["tuesday.txt", "mondy.txt"], desk.store)
    assert desk.names() == ["monday.txt", "tuesday.txt"]


def test_a_name_of_two_documents_is_refused_with_their_ids(desk: Desk):
    desk.add(desk.write("x/r.txt", "1"), desk.write("y/r.txt", "2"))

    with pytest.raises(StoreError, match=r"stands for 2 documents.*r-[0-9a-f]{12}, r-[0-9a-f]{12}"):
        remove_documents(["r.txt"], desk.store)


def test_what_was_withdrawn_stays_out_of_a_refresh_and_comes_back_when_added(desk: Desk):
    rows = "".join(json.dumps({"text": TEXT + str(k)}) + "\n" for k in range(3))
    a, table = desk.write("a.txt"), desk.write("t.jsonl", text=rows)
    desk.add(a, table)
    remove_documents(["a.txt", "t.jsonl#2"], desk.store)

    assert desk.refresh().documents == []
    desk.write("t.jsonl", text=rows + json.dumps({"text": TEXT + "new"}) + "\n")
    desk.refresh()
    assert desk.names() == ["t.jsonl#1", "t.jsonl#3", "t.jsonl#4"]
    desk.add(a, table)
    assert desk.names() == ["a.txt", "t.jsonl#1", "t.jsonl#2", "t.jsonl#3", "t.jsonl#4"]


# -- refresh ----------------------------------------------------------------------------------------------------------


def test_refresh_reads_again_only_what_changed_under_the_name_it_had(desk: Desk):
    desk.write("in/sub/a.txt", "1")
    desk.write("in/b.txt", "2")
    desk.add(desk.folder / "in")
    desk.write("in/sub/a.txt", "changed")

    result = desk.refresh()

    assert desk.extracted == ["sub/a.txt"]
    assert result.unchanged == ["b.txt"]
    assert sorted(desk.names()) == ["b.txt", "sub/a.txt"]


def test_refresh_remembers_the_date_that_was_given(desk: Desk):
    a = desk.write("a.txt")
    add_documents([a], desk.store, date="2024-05", extract=made)
    desk.write("a.txt", "changed")
    desk.refresh()

    assert [one.date for one, _ in list_documents(desk.store)] == ["2024-05"]


def test_a_vanished_file_is_named_and_kept_unless_pruned(desk: Desk):
    a, b = desk.write("a.txt", "1"), desk.write("b.txt", "2")
    desk.add(a, b)
    a.unlink()

    kept = desk.refresh()
    assert [one.path for one in kept.vanished] == [str(a)]
    assert desk.names() == ["a.txt", "b.txt"]
    assert desk.refresh(prune=True).removed == list(kept.vanished[0].documents)
    assert desk.names() == ["b.txt"]
    assert desk.refresh(prune=True).vanished == []


def test_refresh_all_extracts_each_text_once_and_keeps_its_id(desk: Desk):
    a, copy = desk.write("a.txt"), desk.write("copy.txt")
    desk.add(copy, a)
    (before,) = (one.id for one, _ in list_documents(desk.store))
    desk.extract = lambda document: desk.extracted.append(document.name) or replace(made(document), statements=())  # type: ignore[method-assign,func-returns-value]

    result = desk.refresh(everything=True)

    assert [one.id for one in result.documents] == [before]
    assert desk.extracted == ["copy.txt"]
    assert [one.facts for one, _ in list_documents(desk.store)] == [0]


def test_a_lost_list_of_sources_costs_no_fact(desk: Desk):
    a = desk.write("a.txt")
    desk.add(a)
    before = desk.lines()
    (desk.store / FILE).unlink()

    assert desk.refresh(everything=True).notes[0].startswith("a-")
    assert desk.add(a).unchanged == ["a.txt"]
    assert desk.lines() == before
    with Ledger(desk.store) as ledger:
        assert [entry.path for entry in ledger.files()] == [str(a)]


# -- what changes in the store ----------------------------------------------------------------------------------------


def _random_step(rng: random.Random, known: dict[int, Extraction]) -> Callable[[GraphStore], object]:
    """Add, replace or remove one document, with names and confidences that disagree from document to document."""
    number = rng.randrange(8)
    if number in known and rng.random() < 0.4:
        old = known.pop(number)
        return lambda store: store.remove(old.document.id)
    base = extraction(f"d{number}.txt", extra_text=str(rng.random()), confidence=rng.choice((0.2, 0.5, 0.9, 0.99)))
    names = [rng.choice(("Xinghe Two", "Xinghe-2", "XH2")), rng.choice(("星河-2", "星河二"))]
    entity = replace(ENTITIES[1], name=names[0], aliases=((names[1], "zh-Hans"), (rng.choice("PQ"), "fr")))
    parts = rng.sample(base.statements, rng.randint(1, len(base.statements)))
    new = replace(base, entities=(ENTITIES[0], entity, *ENTITIES[2:]), statements=tuple(parts))
    gone = [known[number].document.id] if number in known else []
    known[number] = new
    return lambda store: store.add(new, replaces=gone)


@pytest.mark.parametrize("seed", range(6))
def test_any_history_gives_the_graph_of_the_documents_that_are_left(seed: int):
    rng = random.Random(seed)
    known: dict[int, Extraction] = {}
    store = GraphStore()

    for _ in range(25):
        _random_step(rng, known)(store)
        assert list(store.lines()) == list(assemble(known.values()))


def test_a_version_takes_the_place_of_another_in_one_transaction():
    old, new = extraction("a.txt"), extraction("a.txt", extra_text="corrected")
    store = GraphStore.build([old])

    assert store.add(new, replaces=[old.document.id])

    assert list(store.lines()) == list(assemble([new]))


class Counting:
    """A store that counts the quads it hands out."""

    def __init__(self, store: ox.Store) -> None:
        self.store, self.quads = store, 0

    def quads_for_pattern(self, *pattern: object) -> Iterator[ox.Quad]:
        for quad in self.store.quads_for_pattern(*pattern):
            self.quads += 1
            yield quad

    def query(self, text: str) -> object:
        return self.store.query(text)


def test_what_is_read_to_add_a_document_does_not_grow_with_the_store():
    new = extraction("new.txt")
    parts = {document_node(new.document.id): set(write_extraction(new))}
    read = []
    for count in (10, 150):
        store = GraphStore.build(extraction(f"{k}.txt", extra_text=str(k)) for k in range(count))
        counting = Counting(store.inner)
        plan(counting, parts)
        read.append(counting.quads)

    assert read[1] <= read[0]


# -- the folder -------------------------------------------------------------------------------------------------------


def test_many_read_a_store_at_once_and_none_beside_a_writer(tmp_path: Path):
    GraphStore.build([extraction()], tmp_path / "kb").close()

    with GraphStore.read(tmp_path / "kb") as one, GraphStore.read(tmp_path / "kb") as two:
        assert len(one) == len(two) > 0
        with pytest.raises(StoreError, match="is reading or writing this store"):
            GraphStore(tmp_path / "kb")
    with GraphStore(tmp_path / "kb"), pytest.raises(StoreError, match="is writing this store"):
        GraphStore.read(tmp_path / "kb")


def test_a_folder_that_is_no_store_is_left_alone(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    for open_, told in ((GraphStore, "not the folder of a store"), (GraphStore.read, "holds no graph to read")):
        with pytest.raises(StoreError, match=told):
            open_(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("left", [["LOG", "LOCK", "IDENTITY"], ["MANIFEST-000001", "LOG", "000001.dbtmp"]])
def test_a_store_that_was_being_made_when_it_was_killed_opens(tmp_path: Path, left: list[str]):
    for name in left:
        (tmp_path / name).write_bytes(b"")

    assert not is_store(tmp_path)
    with GraphStore(tmp_path) as store:
        assert store.add(extraction())


# -- dumps ------------------------------------------------------------------------------------------------------------


def dump(path: Path, *items: Extraction) -> Path:
    GraphStore.build(items).dump(path)
    return path


def test_a_dump_makes_a_store_and_extracts_nothing(desk: Desk):
    items = [extraction(f"{k}.txt", extra_text=str(k)) for k in range(3)]
    file = dump(desk.folder / "graph.nq", *items)

    result = desk.add(file)

    assert (len(result.loaded), desk.extracted) == (3, [])
    assert desk.lines() == list(assemble(items))
    assert len(desk.add(file).unchanged) == 3


def test_a_dump_joins_what_a_store_has(desk: Desk):
    items = [extraction(f"{k}.txt", extra_text=str(k)) for k in range(3)]
    desk.add(dump(desk.folder / "one.nq", *items[:2]))

    result = desk.add(dump(desk.folder / "two.nq", *items[1:]))

    assert (len(result.loaded), len(result.unchanged)) == (1, 1)
    assert desk.lines() == list(assemble(items))


def test_two_dumps_and_a_merged_graph_that_is_wrong_give_the_right_store(desk: Desk):
    items = [extraction(f"{k}.txt", extra_text=str(k)) for k in range(2)]
    both = [dump(desk.folder / f"{k}.nq", item) for k, item in enumerate(items)]
    joined = desk.folder / "joined.nq"
    joined.write_text("".join(file.read_text(encoding="utf-8") for file in both), encoding="utf-8")

    desk.add(joined)

    assert desk.lines() == list(assemble(items))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<a:s> <a:p> <a:o> <a:g> .", "is not the graph of a document"),
        ("<a:s> <a:p> <a:o> .", "holds no document graph"),
        ("no quads at all <https://x>", "cannot be read as N-Quads"),
        ("", "holds no document graph"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_dump_is_refused_and_makes_no_store(desk: Desk, content: str | None, message: str):
    file = desk.folder / "x.nq"
    if content is not None:
        file.write_text(content, encoding="utf-8")

    with pytest.raises(StoreError, match=message):
        desk.add(file)
    assert not desk.store.exists()


def test_a_graph_that_is_no_dump_is_not_read_as_prose(desk: Desk):
    GraphStore.build([extraction()]).dump(desk.folder / "x.ttl")

    result = desk.add(desk.folder / "x.ttl", desk.write("a.txt"))

    assert [one.name for one in result.failures] == [str(desk.folder / "x.ttl")]
    assert desk.names() == ["a.txt"]


# -- commands ---------------------------------------------------------------------------------------------------------


def run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(word) for word in words])
    code, output = result.exit_code, result.output
    del result
    gc.collect()  # the frames of an error hold the store open, until the process ends or they are collected
    return code, output


def test_the_commands_say_what_became_of_each_document(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("aigraph.pipeline.Extractor.__call__", lambda self, document: made(document))
    a = desk.write("a.txt", "1")

    assert run("add", a, "--store", desk.store)[0] == 0
    assert "1 unchanged" in run("add", a, "--store", desk.store)[1]
    code, listed = run("documents", "--store", desk.store, "--format", "json", "--sources")
    (row,) = json.loads(listed)
    assert (code, row["id"][:2], len(row["sha256"]), row["sources"]) == (0, "a-", 64, str(a))
    a.unlink()
    assert f"vanished: {a}" in run("refresh", "--store", desk.store)[1]
    code, said = run("remove", "a.tx", "--store", desk.store)
    assert (code, row["id"] in said) == (3, True)
    assert run("remove", "a.txt", "--store", desk.store)[0] == 0
    assert json.loads(run("documents", "--store", desk.store, "--format", "json")[1]) == []


@pytest.mark.parametrize("command", ["documents", "refresh", "remove x"])
def test_a_store_that_is_not_there_is_named_and_not_made(tmp_path: Path, command: str):
    code, said = run(*command.split(), "--store", tmp_path / "none")

    assert code == 3
    assert "there is no such store" in said
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "command",
    ["query SELECT(COUNT(*)AS?n){?s?p?o}", "show Xinghe-2", "rank", "path Xinghe-2 Li", "validate", "explain Xinghe-2"],
)
def test_asking_commands_take_a_store_folder(desk: Desk, command: str):
    with GraphStore.build([extraction()], desk.store) as store:
        store.dump(desk.folder / "graph.nq")

    from_store = run(*command.split(), "--graph", desk.store)
    assert from_store == run(*command.split(), "--graph", desk.folder / "graph.nq")


def test_export_takes_a_store_folder(desk: Desk):
    GraphStore.build([extraction()], desk.store).close()

    assert run("export", desk.folder / "x.nq", "--graph", desk.store)[0] == 0
    assert (desk.folder / "x.nq").read_text(encoding="utf-8").splitlines() == desk.lines()
