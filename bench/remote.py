"""A graph at an endpoint: Virtuoso on this machine, loaded in bulk, grown by one document, asked.

    .venv/bin/python bench/remote.py                   200,000 triples in the merged graph (about two minutes)
    .venv/bin/python bench/remote.py --triples 20000

Needs Debian's virtuoso-opensource; it is started on loopback in a temporary folder and stopped in the end.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from aigraph.ask.query import run_query
from aigraph.remote.store import RemoteStore
from aigraph.storage.store import GraphStore
from made_corpus import Corpus
from store import QUERIES, TRIPLES_EACH, count_lines, questions, write_corpus

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.virtuoso import server as virtuoso

NEW = 10  # documents added, one by one
RUNS = 5
AT_ONCE = 4000  # triples in a request; tests/virtuoso/virtuoso.ini says why


def grow(store: RemoteStore, first: int) -> Iterator[tuple[float, float]]:
    """The milliseconds that each of NEW documents takes to add, and to withdraw again."""
    for extraction in Corpus().documents(NEW, first=first):
        began = time.perf_counter()
        store.add(extraction)
        added = time.perf_counter()
        store.remove(extraction.document.id)
        yield 1000 * (added - began), 1000 * (time.perf_counter() - added)


def say_growth(store: RemoteStore, first: int, where: str) -> None:
    added, removed = (statistics.median(times) for times in zip(*grow(store, first), strict=True))
    print(f"one document into {where}: {added:.0f} ms; withdrawn again: {removed:.0f} ms (median of {NEW})")


def ask(store: GraphStore, text: str) -> tuple[float, int]:
    """The median milliseconds of a query, and its rows."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        rows = len(run_query(store, text))
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times), rows


def measure(server: virtuoso.Server, folder: Path, triples: int) -> None:
    documents = triples // TRIPLES_EACH
    dump = folder / "graph.nq"
    write_corpus(dump, documents)
    with RemoteStore(replace(server.endpoint("https://example.org/bench"), at_once=AT_ONCE)) as store:
        say_growth(store, documents, "an empty store")
        began = time.perf_counter()
        store.load(dump)
        took, quads = time.perf_counter() - began, count_lines(dump)
        print(f"bulk load of {quads:,} quads ({len(store):,} merged): {took:.1f} s, {quads / took:,.0f} a second")
        say_growth(store, documents + NEW, "that store")  # others: Virtuoso keeps the plans that it made when empty
        began = time.perf_counter()
        here = store.copy()
        print(f"copied back into memory: {time.perf_counter() - began:.1f} s; equal: {same(here, dump)}")
        print("\n| query | rows | Virtuoso, ms | here in memory, ms |\n|---|---|---|---|")
        texts = questions()
        for name in QUERIES:
            there, rows = ask(store, texts[name])
            mine, expected = ask(here, texts[name])
            said = f"{rows:,}" if rows == expected else f"{rows:,} (not {expected:,})"
            print(f"| {name} | {said} | {there:.1f} | {mine:.1f} |")


def same(store: GraphStore, dump: Path) -> bool:
    with dump.open(encoding="utf-8") as lines:
        return set(store.lines()) == {line.rstrip("\n") for line in lines}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=200_000)
    options = parser.parse_args()
    if why := virtuoso.missing():
        sys.exit(why)
    os.environ["REMOTE_SECRET"] = virtuoso.SECRET
    with tempfile.TemporaryDirectory(prefix="aigraph-") as name, virtuoso.running(Path(name)) as server:
        measure(server, Path(name), options.triples)


if __name__ == "__main__":
    main()
