"""The process that touches the store itself: makes the copy that is served, and carries out updates.

`python -m aigraph.serve.keeper` reads one task in JSON on standard input, answers in JSON, ends. A store folder is
locked as any other writer locks it, copied (RocksDB's checkpoint: hard links on the same file system) and let go again
within milliseconds, so `aigraph add` and the server can share it. Killed at any moment, it leaves the store as it was:
an update is one transaction. It refuses a folder that holds no store: opening one would make it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from aigraph.errors import StoreError
from aigraph.serve import confine
from aigraph.storage.folder import is_store, open_folder

PATIENCE = 20.0  # seconds to wait for another writer to finish
_BRIEFLY = 1.0  # seconds to wait for readers in other processes, beside whom the copy takes longer


def stamp(source: Path) -> str:
    """What changes whenever the content of a graph file or store folder does; "" where there is nothing."""
    try:
        if source.is_dir():
            files = [file for file in source.iterdir() if file.suffix in (".sst", ".log")]
            return " ".join(sorted(f"{f.name}:{f.stat().st_size}" for f in files if f.stat().st_size))
        state = source.stat()
        return f"{state.st_mtime_ns}:{state.st_size}"
    except OSError:  # between two states of another process's work: looks changed until it is done
        return ""


def copy(source: Path, target: Path, update: dict[str, Any] | None = None) -> dict[str, Any]:
    """Make `target` a store with the content of `source`, after carrying out `update`; the answer holds the stamp."""
    if not source.is_dir():
        return _load(source, target)
    if not is_store(source):
        return {"status": 500, "message": f"{source}: no graph store in this folder; make one with `aigraph add`"}
    try:
        store, lock = open_folder(source, write=True, wait=PATIENCE if update else _BRIEFLY)
    except StoreError:
        if update:
            raise
        return _copy_beside_readers(source, target)
    if update is not None:
        store.update(update["text"], base_iri=update["base"], prefixes=update["prefixes"])
        store.flush()
    store.backup(str(target))
    done = {"status": 200, "stamp": stamp(source)}  # taken while no one else can write
    del store
    lock.release()
    return done


def _load(source: Path, target: Path) -> dict[str, Any]:
    from aigraph.storage.store import GRAPH_SUFFIXES

    before = stamp(source)
    form = GRAPH_SUFFIXES.get(source.suffix.lower())
    if form is None:
        return {"status": 500, "message": f"{source}: not a graph file; known endings: {' '.join(GRAPH_SUFFIXES)}"}
    store = ox.Store(str(target))
    store.bulk_load(path=str(source), format=form)
    store.flush()
    return {"status": 200, "stamp": before}


def _copy_beside_readers(source: Path, target: Path) -> dict[str, Any]:
    """Copy quad by quad while others read: a checkpoint of a store opened for reading lacks its newest changes."""
    store, lock = open_folder(source, write=False, wait=PATIENCE)
    copied = ox.Store(str(target))
    copied.bulk_extend(iter(store))
    copied.flush()
    done = {"status": 200, "stamp": stamp(source)}
    del store
    lock.release()
    return done


def add_ranks(target: Path) -> None:
    """Give every fact of a copy its rank, and closed ones their end, as `aigraph query --ranks` does."""
    from aigraph.ask.facts import read_facts
    from aigraph.claims.history import histories
    from aigraph.claims.snapshot import rank_quads

    store = ox.Store(str(target))
    read = read_facts(store)
    store.bulk_extend(rank_quads(read.facts, histories(read.facts, read.articles)))
    store.flush()


def main() -> None:
    """Carry out the task on standard input."""
    task = json.load(sys.stdin)
    confine.without_sockets()
    try:
        done = copy(Path(task["source"]), Path(task["target"]), task.get("update"))
        if task["ranks"] and done["status"] == 200:
            add_ranks(Path(task["target"]))
    except SyntaxError as error:
        what = "the update is malformed" if task.get("update") else f"{task['source']} is no readable graph"
        done = {"status": 400, "message": f"{what}: {error}"}
    except StoreError as error:
        done = {"status": 503, "message": str(error)}
    except (OSError, RuntimeError, ValueError) as error:
        done = {"status": 500, "message": f"{task['source']}: {error}"}
    sys.stdout.write(json.dumps(done))


if __name__ == "__main__":
    main()
