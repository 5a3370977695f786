"""Kills a process that keeps a store, again and again, and looks at what is left. Run by test_keep_kills.py.

Nothing here opens a store in this process: each run and each look is a fork that ends with its RocksDB threads.
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
import time
from pathlib import Path

from tests.test_keep import TEXT, made

from aigraph.errors import StoreError
from aigraph.graph.assemble import assemble
from aigraph.model import Document
from aigraph.readers import document_id, read_documents
from aigraph.storage.keep import add_documents
from aigraph.storage.store import GraphStore

FILES = 24
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


def main(folder: Path, kills: int) -> None:
    rng = random.Random(20251122)
    files, store = folder / "files", folder / "kb"
    version = killed = finished = 0
    write_files(files, version)
    while killed < kills:
        child = forked(keep, files, store)
        time.sleep(rng.uniform(SOON, LATE))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or status == 0, f"a run failed by itself after {killed} kills"
        whole = not os.WIFSIGNALED(status)
        killed += not whole
        _, status = os.waitpid(forked(done if whole else look, files, store, version), 0)
        assert status == 0, f"after {killed} kills"
        if whole:
            finished += 1
            version += 1
            write_files(files, version)
    os.waitpid(forked(keep, files, store), 0)
    _, status = os.waitpid(forked(done, files, store, version), 0)
    assert status == 0, "at the end"
    print(f"{killed} kills, {finished} runs finished, {version + 1} versions")  # noqa: T201


def done(folder: Path, store: Path, versions: int) -> None:
    look(folder, store, versions, whole=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
