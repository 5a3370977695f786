"""A store that others use while documents are read into it: who gets in, and what becomes of what both change."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.made_extractions import TEXT
from tests.test_keep import made

from aigraph.graph.assemble import assemble
from aigraph.model import Document, Extraction
from aigraph.storage.folder import Lock
from aigraph.storage.keep import add_documents, list_documents, refresh_documents, remove_documents
from aigraph.storage.store import GraphStore

ROOT = Path(__file__).parents[1]
MEDIA = "text/plain; charset=utf-8"
SLOW = """
import sys, time
from pathlib import Path
from tests.test_keep import made
from aigraph.storage.keep import add_documents

def slow(document):
    time.sleep(0.4)
    return made(document)

result = add_documents(sys.argv[2:], Path(sys.argv[1]), extract=slow)
assert not result.failures, result.failures
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "kb"


def write(path: Path, more: str = "") -> Path:
    path.write_text(TEXT + more, encoding="utf-8")
    return path


def meanwhile(name: str, work: Callable[[], object]) -> Callable[[Document], Extraction]:
    """An extractor during which, at the document of this name, somebody else does the work."""

    def extract(document: Document) -> Extraction:
        if document.name == name:
            work()
        return made(document)

    return extract


def hashes(store: Path) -> dict[str, str]:
    return {one.sha256: one.name for one, _ in list_documents(store)}


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_whole(store: Path, texts: dict[str, str]) -> bool:
    """Whether the store is the graph of its documents, each once; `texts`: hash -> text."""
    with GraphStore.read(store) as opened:
        known = [(one.id, one.name, texts[one.sha256], one.sha256) for one in opened.stored()]
        documents = [Document(*one, media_type=MEDIA) for one in known]
        return list(opened.lines()) == list(assemble(made(one) for one in documents))


@pytest.mark.skipif(sys.platform == "win32", reason="locks are those of POSIX")
def test_another_process_asks_and_adds_while_documents_are_read(tmp_path: Path, store: Path):
    files = [write(tmp_path / f"{k}.txt", str(k)) for k in range(8)]
    command = [sys.executable, "-c", SLOW, str(store), *map(str, files)]
    path = os.pathsep.join([str(ROOT), *sys.path])
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}) as running:
        until = time.monotonic() + 60
        while not (store / "aigraph.sources").exists() or not list_documents(store, wait=5):
            assert running.poll() is None and time.monotonic() < until
            time.sleep(0.05)
        before = len(list_documents(store, wait=5))
        result = add_documents([write(tmp_path / "mine.txt", "mine")], store, extract=made, wait=5)
        assert running.poll() is None, "the other run ended before it was seen to let others in"
        assert 0 < before < len(files)
        assert [one.name for one in result.documents] == ["mine.txt"]
        assert running.wait() == 0
    assert sorted(hashes(store).values()) == sorted([*(file.name for file in files), "mine.txt"])


def test_no_lock_is_held_while_a_document_is_extracted(tmp_path: Path, store: Path):
    free = []

    def try_it() -> None:
        lock = Lock(store, alone=True)
        free.append(True)
        lock.release()

    result = add_documents([write(tmp_path / "a.txt")], store, extract=meanwhile("a.txt", try_it))

    assert (free, len(result.documents)) == ([True], 1)
    refresh_documents(store, everything=True, extract=meanwhile("a.txt", try_it))
    assert free == [True, True]


def test_what_another_run_added_meanwhile_is_not_added_twice(tmp_path: Path, store: Path):
    a = write(tmp_path / "a.txt")

    result = add_documents([a], store, extract=meanwhile("a.txt", lambda: add_documents([a], store, extract=made)))

    assert (result.documents, result.unchanged) == ([], ["a.txt"])
    assert is_whole(store, {sha(a): a.read_text(encoding="utf-8")})
    again = add_documents([a], store, extract=made)
    assert again.unchanged == ["a.txt"]


def test_what_another_run_removed_meanwhile_comes_back_where_it_was_asked_for(tmp_path: Path, store: Path):
    a, b = write(tmp_path / "a.txt", "1"), write(tmp_path / "b.txt", "2")
    add_documents([b], store, extract=made)
    copy = write(tmp_path / "copy.txt", "2")

    result = add_documents(
        [a, copy], store, extract=meanwhile("a.txt", lambda: remove_documents(["b.txt"], store))
    )

    assert [one.name for one in result.documents] == ["a.txt", "copy.txt"]
    assert sorted(hashes(store).values()) == ["a.txt", "copy.txt"]


def test_what_another_run_removed_meanwhile_stays_out_of_a_refresh(tmp_path: Path, store: Path):
    a, b = write(tmp_path / "a.txt", "1"), write(tmp_path / "b.txt", "2")
    add_documents([a, b], store, extract=made)

    refresh_documents(
        store, everything=True, extract=meanwhile("a.txt", lambda: remove_documents(["b.txt"], store))
    )

    assert list(hashes(store).values()) == ["a.txt"]


def test_an_older_reading_of_a_file_does_not_replace_a_newer_one(tmp_path: Path, store: Path):
    a = write(tmp_path / "a.txt", "1")
    add_documents([a], store, extract=made)
    write(a, "version 2")
    done: list[bool] = []

    def correct() -> None:
        if not done:
            done.append(True)
            write(a, "the third version")
            add_documents([a], store, extract=made)

    add_documents([a], store, extract=meanwhile("a.txt", correct))

    assert hashes(store) == {sha(a): "a.txt"}
    assert is_whole(store, {sha(a): a.read_text(encoding="utf-8")})
    assert add_documents([a], store, extract=made).unchanged == ["a.txt"]


def test_a_file_that_changes_all_the_time_is_read_in_the_end(tmp_path: Path, store: Path):
    a = write(tmp_path / "a.txt")
    count = iter(range(100))

    def extract(document: Document) -> Extraction:
        write(a, "more" * (1 + next(count)))
        return made(document)

    result = add_documents([a], store, extract=extract)

    assert len(result.documents) == 1
    assert next(count) == 3
    assert len(add_documents([a], store, extract=made).replaced) == 1


def test_what_fails_while_it_is_written_lets_the_others_in(tmp_path: Path, store: Path):
    files = [write(tmp_path / f"{k}.txt", str(k)) for k in range(3)]

    def extract(document: Document) -> Extraction:
        Lock(store, alone=True).release()
        found = made(document)
        if document.name != "0.txt":
            return found
        said = found.statements[0]
        wrong = replace(said, evidence=tuple(replace(one, exact="not there") for one in said.evidence))
        return replace(found, statements=(wrong,))

    result = add_documents(files, store, extract=extract)

    assert [one.name for one in result.failures] == ["0.txt"]
    assert sorted(hashes(store).values()) == ["1.txt", "2.txt"]
