"""Kills a process that keeps a store, again and again, and looks at what is left. Run by test_keep_kills.py.

Nothing here opens a store in this process: each run and each look is a fork that ends with its RocksDB threads.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

from tests.test_keep import TEXT, made

from aigraph.errors import StoreError, UnknownName
from aigraph.graph.assemble import assemble
from aigraph.model import Document
from aigraph.readers import document_id, read_documents
from aigraph.storage import turns
from aigraph.storage.keep import add_documents, list_documents, refresh_documents, remove_documents
from aigraph.storage.store import GraphStore

FILES = 24
turns.GAP = 0.01
MEDIA = "text/plain; charset=utf-8"
SOON, LATE = 0.01, 0.35  # seconds from the start of a run to its end by force


def forked(work: object, *arguments: object) -> int:
    """The process id of a fork that does the work and ends: 0 where it went well."""
    child = os.fork()
    if child:
        return child
    try:
        work(*arguments)  # type: ignore[operator]
    except BaseException as error:  # noqa: BLE001 - the parent only sees the exit code, the person what is printed
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)  # noqa: T201
        os._exit(1)
    os._exit(0)


def write_files(folder: Path, version: int) -> None:
    """The files of a version: some change, some stay, one is another's text."""
    folder.mkdir(exist_ok=True)
    for k in range(FILES):
        (folder / f"f{k}.txt").write_text(_text(k, version), encoding="utf-8")


def keep(folder: Path, store: Path) -> None:
    result = add_documents([folder], store, extract=made)
    assert not result.failures, result.failures


def load(dump: Path, store: Path) -> None:
    add_documents([dump], store)


def refresh(store: Path, everything: bool) -> None:
    result = refresh_documents(store, extract=made, everything=everything)
    assert not result.failures, result.failures


def remove(paths: list[Path], store: Path) -> None:
    remove_documents(map(str, paths), store)


def remove_rest(paths: list[Path], store: Path) -> None:
    """What is left of a removal that was killed."""
    for path in paths:
        try:
            remove_documents([str(path)], store)
        except UnknownName:
            continue
    left = {file for _, files in list_documents(store) for file in files}
    assert not left & set(map(str, paths)), "a document that was removed is there"


def dump_of(store: Path, dump: Path) -> None:
    with GraphStore.read(store) as opened:
        opened.dump(dump)


def look(folder: Path, store: Path, versions: int, *, whole: bool = False) -> None:
    """The store opens for reading and for writing, and is exactly the graph of the documents that it names."""
    texts = {}
    for text in (_text(k, version) for k in range(FILES) for version in range(versions + 1)):
        texts[hashlib.sha256(text.encode()).hexdigest()] = text
    if not store.exists():
        return
    seen = []
    try:
        with GraphStore.read(store) as opened:
            seen = list(opened.lines())
    except StoreError as error:  # killed before the folder was a store, or a moment after
        if "not the folder of a store" not in str(error) and "holds nothing" not in str(error):
            raise
    with GraphStore(store) as opened:
        stored = opened.stored()
        lines = list(opened.lines())
    assert seen == lines, "readers see something else than writers"
    present = []
    for one in stored:
        assert one.id == document_id(one.name, one.sha256)
        present.append(made(Document(one.id, one.name, texts[one.sha256], one.sha256, media_type=MEDIA)))
    assert lines == list(assemble(present)), f"{len(stored)} documents, and the graph is not theirs"
    if whole:
        expected = {one.sha256 for one in read_documents([folder]) if isinstance(one, Document)}
        assert {one.sha256 for one in stored} == expected, "the run did not finish what was left"


def _text(k: int, version: int) -> str:
    return f"{TEXT}{k % (FILES - 1)} v{version if k % 3 else 0}"


def killed_while(rng: random.Random, work: object, *arguments: object) -> bool:
    """Start a run and kill it after a random time; False where it was quicker."""
    child = forked(work, *arguments)
    time.sleep(rng.uniform(SOON, LATE))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, "a run failed by itself"
    return os.WIFSIGNALED(status)


def must(work: object, *arguments: object) -> None:
    """Do something in a fork; it must go well."""
    _, status = os.waitpid(forked(work, *arguments), 0)
    assert status == 0, f"{work} {arguments}"


def additions(folder: Path, kills: int) -> str:
    rng = random.Random(20251122)
    files, store = folder / "files", folder / "kb"
    version = killed = finished = 0
    write_files(files, version)
    while killed < kills:
        turns.SPAN = rng.choice((0.03, 1.0))  # some documents in a turn, or all in one
        if killed_while(rng, keep, files, store):
            killed += 1
            must(look, files, store, version)
        else:
            must(done, files, store, version)
            finished += 1
            version += 1
            write_files(files, version)
    must(keep, files, store)
    must(done, files, store, version)
    return f"{killed} kills, {finished} runs finished, {version + 1} versions"


def others(folder: Path, kills: int) -> str:
    """Kills bulk loads, refreshes and removals, each of them this often."""
    rng = random.Random(20261122)
    files, base, store, dump = (folder / name for name in ("files", "base", "kb", "kb.nq"))
    write_files(files, 0)
    must(keep, files, base)
    must(dump_of, base, dump)
    gone = [files / f"f{k}.txt" for k in range(1, FILES - 1)]
    counts = {"load": 0, "refresh": 0, "remove": 0}
    while min(counts.values()) < kills:
        way = min(counts, key=lambda name: counts[name])
        shutil.rmtree(store, ignore_errors=True)
        turns.SPAN = rng.choice((0.05, 1.0))
        write_files(files, int(way == "refresh"))
        everything = rng.random() < 0.5
        if way == "load":
            run, again, work = load, load, (dump, store)
        else:
            shutil.copytree(base, store)
            run, again = (refresh, refresh) if way == "refresh" else (remove, remove_rest)
            work = (store, everything) if way == "refresh" else (gone, store)
        counts[way] += killed_while(rng, run, *work)
        must(look, files, store, 1)
        must(again, *work)
        must(look if way == "remove" else done, files, store, 1)
    return ", ".join(f"{count} kills of {way}" for way, count in counts.items())


def done(folder: Path, store: Path, versions: int) -> None:
    look(folder, store, versions, whole=True)


if __name__ == "__main__":
    print({"add": additions, "others": others}[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3])))  # noqa: T201
