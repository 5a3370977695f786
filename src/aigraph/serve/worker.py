"""The process that evaluates queries: `python -m aigraph.serve.worker FOLDER MEMORY`, one question at a time.

Reads frames on standard input and answers on standard output (see `frames`). Each task names the copy of the store it
is about, which is opened read-only; a task without a query only opens it. The process opens no socket and may be
killed at any moment: nothing it holds is worth keeping. It refuses to answer in part: an answer over the limit is a
message, not its first rows. It ends when its standard input does.
"""

from __future__ import annotations

import io
import os
import sys
import threading
from queue import SimpleQueue
from typing import Any

import pyoxigraph as ox

from aigraph.serve import confine
from aigraph.serve.frames import Frame, read_frame, write_frame

TABLES = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
GRAPHS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_ROW_MARKS = {"json": b"},{", "xml": b"<result", "csv": b"\n", "tsv": b"\n"}  # at least as many as rows, less one


class TooLarge(Exception):
    """The answer goes beyond the limit on rows or bytes."""


class _Bounded(io.BytesIO):
    """A buffer that refuses to grow beyond `most` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self.most:
            raise TooLarge(f"{self.most:,} bytes")
        return super().write(data)


def answer(store: ox.Store, task: dict[str, Any]) -> Frame:
    """The answer to a task: `status` 200 with `format`, or another status with a message for people."""
    try:
        results = store.query(
            task["query"],
            base_iri=task["base"],
            prefixes=task["prefixes"],
            default_graph=None if task["default"] is None else [ox.NamedNode(iri) for iri in task["default"]],
            named_graphs=None if task["named"] is None else [ox.NamedNode(iri) for iri in task["named"]],
        )
        tabular = not isinstance(results, ox.QueryTriples)
        form = task["tabular" if tabular else "graph"]
        if form is None:
            return {"status": 406, "tabular": tabular}, b""
        body = _table(results, form, task) if tabular else _graph(results, form, task)
        return {"status": 200, "format": form, "tabular": tabular}, body
    except SyntaxError as error:
        return {"status": 400, "message": f"the query is malformed: {error}"}, b""
    except TooLarge as error:
        return {"status": 422, "limit": str(error)}, b""
    except ValueError as error:
        return {"status": 400, "message": str(error)}, b""
    except (OSError, RuntimeError) as error:
        return {"status": 500, "message": f"the query could not be evaluated: {error}"}, b""


def _table(results: Any, form: str, task: dict[str, Any]) -> bytes:
    buffer = _Bounded(task["bytes"])
    results.serialize(buffer, TABLES[form])
    body = buffer.getvalue()
    if body.count(_ROW_MARKS[form]) >= task["limit"] and isinstance(results, ox.QuerySolutions):
        if _rows(body, form) > task["limit"]:
            raise TooLarge(f"{task['limit']:,} rows")
    return body


def _rows(body: bytes, form: str) -> int:
    """The number of rows, exactly."""
    if form == "csv":
        import csv

        csv.field_size_limit(len(body) + 1)
        return sum(1 for _ in csv.reader(io.StringIO(body.decode(), newline=""))) - 1
    found: Any = ox.parse_query_results(body, format=TABLES[form])
    return sum(1 for _ in found)


def _graph(results: Any, form: str, task: dict[str, Any]) -> bytes:
    triples: dict[ox.Triple, None] = {}  # Oxigraph may give a triple of the answer more than once
    for triple in results:
        triples[triple] = None
        if len(triples) > task["limit"]:
            raise TooLarge(f"{task['limit']:,} triples")
    buffer = _Bounded(task["bytes"])
    ox.serialize(triples, buffer, GRAPHS[form], prefixes=task["prefixes"])
    return buffer.getvalue()


def _feed(source: Any, tasks: SimpleQueue[dict[str, Any]]) -> None:
    """Hand on the tasks as they come; when the server is gone, stop at once, in the middle of a query too."""
    while (frame := read_frame(source)) is not None:
        tasks.put(frame[0])
    os._exit(0)


def main(folder: str, memory: int) -> None:
    """Serve tasks until standard input ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not fall between the frames
    confine.without_sockets()
    confine.at_most(memory)
    store = ox.Store.read_only(folder)
    opened = folder
    tasks: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.Thread(target=_feed, args=(sys.stdin.buffer, tasks), daemon=True).start()
    write_frame(out, {"status": 200}, b"")
    while True:
        task = tasks.get()
        if task["folder"] != opened:  # a newer copy: opening it takes a tenth of what a new process takes
            del store
            opened = task["folder"]
            store = ox.Store.read_only(opened)
        write_frame(out, *(answer(store, task) if "query" in task else ({"status": 200}, b"")))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
