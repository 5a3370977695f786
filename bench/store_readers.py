"""Many read a store while one writes: is there an error, or ever half a document?

    .venv/bin/python bench/store_readers.py --minutes 10

One process holds the store on disk, as a server does: a thread adds, corrects and withdraws documents without a pause,
eight others ask. Each answer is checked: a document is there with all its quads or with none, never in two versions
at once, and what it says is in the merged graph as well. Prints a row a minute, and the outcome.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from aigraph.graph.rdf import LOCAL, document_node, term, write_extraction
from aigraph.model import Extraction
from aigraph.storage.store import GraphStore
from made_corpus import Corpus

MOVING = 120  # documents that come, change and go
VERSIONS = 2
PAUSE = 0.01  # seconds between two questions of one reader: a machine that is shared stays usable
_SOURCE = term("oa:hasSource")


@dataclass(frozen=True)
class Version:
    """A version of a document, with what an answer about it must say."""

    extraction: Extraction
    quads: int
    passages: int

    @property
    def graph(self) -> str:
        """The name of its graph."""
        return str(document_node(self.extraction.document.id))


@dataclass
class Tally:
    """What the threads saw."""

    reads: int = 0
    writes: int = 0
    absent: int = 0
    torn: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def versions(corpus: Corpus, number: int) -> list[Version]:
    """The versions of one document."""
    found = []
    for version in range(VERSIONS):
        extraction = corpus.document(number, version=version)
        quads = set(write_extraction(extraction))
        found.append(Version(extraction, len(quads), sum(quad.predicate == _SOURCE for quad in quads)))
    return found


def whole(store: GraphStore, document: list[Version]) -> tuple[bool, str | None]:
    """Whether the document is there, and what is torn about it."""
    graphs = " ".join(version.graph for version in document)
    rows: Any = store.inner.query(
        f"SELECT ?g (COUNT(*) AS ?n) WHERE {{ VALUES ?g {{ {graphs} }} GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g"
    )
    found = {str(row["g"]): int(row["n"].value) for row in rows if row["g"] is not None}
    expected = {version.graph: version.quads for version in document}
    if len(found) > 1:
        return True, f"two versions at once: {found}"
    for graph, count in found.items():
        if count != expected[graph]:
            return True, f"{graph} has {count} of {expected[graph]} quads"
    return bool(found), None


def united(store: GraphStore, document: list[Version]) -> tuple[bool, str | None]:
    """Whether the merged graph has all that a document says, and its passages only while it is there."""
    local = ", ".join(sorted(map(str, LOCAL)))
    seen = False
    for version in document:
        graph = version.graph
        rows: Any = store.inner.query(
            f"""SELECT ?own ?lost ?passages WHERE {{
              {{ SELECT (COUNT(*) AS ?own) WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }} }}
              {{ SELECT (COUNT(*) AS ?lost) WHERE {{
                   GRAPH {graph} {{ ?s ?p ?o }} FILTER(?p NOT IN ({local})) FILTER NOT EXISTS {{ ?s ?p ?o }} }} }}
              {{ SELECT (COUNT(*) AS ?passages) WHERE {{ ?s {_SOURCE} {graph} }} }} }}"""
        )
        own, lost, passages = (int(value.value) for value in next(iter(rows)))
        if lost or passages != (version.passages if own else 0):
            return bool(own), f"{graph}: {own} quads, {lost} not merged, {passages} of {version.passages} passages"
        seen = seen or bool(own)
    return seen, None


def read(store: GraphStore, documents: list[list[Version]], tally: Tally, stop: threading.Event, seed: int) -> None:
    """Ask about one document after the other until told to stop."""
    rng = random.Random(seed)
    while not stop.is_set():
        check = rng.choice((whole, united))
        began = time.perf_counter()
        try:
            present, torn = check(store, rng.choice(documents))
        except Exception as error:  # noqa: BLE001 - counting them is what this is for
            with tally.lock:
                tally.errors.append(f"{type(error).__name__}: {error}")
            continue
        with tally.lock:
            tally.reads += 1
            tally.absent += not present
            tally.times.append(time.perf_counter() - began)
            if torn:
                tally.torn.append(torn)
        time.sleep(PAUSE)


def write(store: GraphStore, documents: list[list[Version]], tally: Tally, stop: threading.Event) -> None:
    """Add, correct and withdraw documents until told to stop."""
    rng = random.Random(1)
    there: dict[int, int] = {}
    while not stop.is_set():
        number = rng.randrange(len(documents))
        at = there.get(number)
        try:
            if at is not None and rng.random() < 0.25:
                store.remove(documents[number][there.pop(number)].extraction.document.id)
            else:
                new = rng.randrange(VERSIONS)
                old = [] if at in (None, new) else [documents[number][at or 0].extraction.document.id]
                store.add(documents[number][new].extraction, replaces=old)
                there[number] = new
        except Exception as error:  # noqa: BLE001 - as above
            with tally.lock:
                tally.errors.append(f"writer, {type(error).__name__}: {error}")
        tally.writes += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=0.2)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--documents", type=int, default=500, help="documents that stay as they are (default 500)")
    options = parser.parse_args()
    corpus, tally, stop = Corpus(), Tally(), threading.Event()
    with (
        tempfile.TemporaryDirectory(prefix="aigraph-bench-") as folder,
        GraphStore.build(corpus.documents(options.documents), Path(folder) / "kb") as store,
    ):
        moving = [versions(corpus, options.documents + k) for k in range(MOVING)]
        work = [partial(read, store, moving, tally, stop, seed) for seed in range(options.readers)]
        threads = [threading.Thread(target=one) for one in [*work, partial(write, store, moving, tally, stop)]]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        watch(tally, stop, began, options.minutes)
        for thread in threads:
            thread.join()
    for line in [*tally.errors[:5], *tally.torn[:5]]:
        print(line)
    print(f"{len(tally.errors)} errors, {len(tally.torn)} torn reads")


def watch(tally: Tally, stop: threading.Event, began: float, minutes: float) -> None:
    """Print what happens, a row a minute, until the time is over."""
    print("minute     reads  document absent   writes  median ms  99 % ms  errors  torn")
    last = began + 60 * minutes
    while (now := time.perf_counter()) < last:
        time.sleep(max(0.0, min(60.0, last - now)))
        with tally.lock:
            times = sorted(tally.times) or [0.0]
            tally.times.clear()
            print(
                f"{(time.perf_counter() - began) / 60:6.1f} {tally.reads:9,} {tally.absent:16,} {tally.writes:8,} "
                f"{1000 * statistics.median(times):10.1f} {1000 * times[int(len(times) * 0.99)]:8.1f} "
                f"{len(tally.errors):7} {len(tally.torn):5}",
                flush=True,
            )
    stop.set()


if __name__ == "__main__":
    main()
