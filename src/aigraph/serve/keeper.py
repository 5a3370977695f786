"""The process that touches the store itself: makes the copy that is served, and carries out updates.

`python -m aigraph.serve.keeper` reads one task in JSON on standard input, answers in JSON, ends. A store folder is
opened as its one writer, copied (RocksDB's checkpoint: hard links on the same file system) and let go again within
milliseconds, so `aigraph add` and the server can share it. Killed at any moment, it leaves the store as it was: an
update is one transaction. It refuses a folder that holds no store: opening one would make it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from aigraph.serve import confine

ENDINGS = (".nq", ".ttl", ".nt", ".trig", ".jsonld", ".rdf")
PATIENCE = 20.0  # seconds to wait for another writer to finish
_STEP = 0.05


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
        before = stamp(source)
        form = ox.RdfFormat.from_extension(source.suffix.lower().lstrip("."))
        if form is None or source.suffix.lower() not in ENDINGS:  # Oxigraph takes .txt for N-Triples
            return {"status": 500, "message": f"{source}: not a graph file; known endings: {' '.join(ENDINGS)}"}
        store = ox.Store(str(target))
        store.bulk_load(path=str(source), format=form)
        store.flush()
        return {"status": 200, "stamp": before}
    if not (source / "CURRENT").is_file():
        return {"status": 500, "message": f"{source}: no graph store in this folder; make one with `aigraph build`"}
    store = _open(source)
    if update is not None:
        store.update(update["text"], base_iri=update["base"], prefixes=update["prefixes"])
        store.flush()
    store.backup(str(target))
    return {"status": 200, "stamp": stamp(source)}  # taken while no one else can write


def _open(source: Path) -> ox.Store:
    """The store, as soon as no other process writes to it."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return ox.Store(str(source))
        except OSError as error:
            if "lock" not in str(error).lower() or time.monotonic() > end:
                raise
            time.sleep(_STEP)


def main() -> None:
    """Carry out the task on standard input."""
    task = json.load(sys.stdin)
    confine.without_sockets()
    try:
        done = copy(Path(task["source"]), Path(task["target"]), task.get("update"))
    except SyntaxError as error:
        what = "the update is malformed" if task.get("update") else f"{task['source']} is no readable graph"
        done = {"status": 400, "message": f"{what}: {error}"}
    except (OSError, RuntimeError, ValueError) as error:
        done = {"status": 500, "message": f"{task['source']}: {error}"}
    sys.stdout.write(json.dumps(done))


if __name__ == "__main__":
    main()
