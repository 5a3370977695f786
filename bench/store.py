"""The store at a million triples: loading, asking beside rdflib, and what one more document costs.

    .venv/bin/python bench/store.py                   everything (about five minutes, 2 GB of memory)
    .venv/bin/python bench/store.py --part load
    .venv/bin/python bench/store.py --part ask --triples 200000

The corpus is made (see made_corpus.py) and goes through the writer and the assembler like any other. Each load is a
process of its own, so that `MB` is what it took. See store_readers.py for readers beside a writer.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from aigraph.ask.query import run_query
from aigraph.graph.assemble import Assembler
from aigraph.graph.rdf import PREFIXES
from aigraph.graph.serialise import merged_only, read_lines, write_lines
from aigraph.storage.folder import LOAD_LINES, SMALL_LINES
from aigraph.storage.store import GraphStore
from made_corpus import Corpus

TRIPLES_EACH, QUADS_EACH, FACTS_EACH = 222, 560, 21  # a document's share of the merged graph, of all graphs, of facts
FACTS = 100_000
NEW = 25  # documents added, one by one
TYPICAL = 60  # rank of the things that are asked about
SPREAD = 21  # things (or facts) asked for their evidence, at equal steps of rank by sentences
RUNS, SLOW_RUNS, SLOW = 21, 3, 0.5  # repetitions of a question; fewer where one takes more than SLOW seconds

SENTENCES = "prov:wasDerivedFrom ?e . ?e oa:hasSource ?doc ; oa:hasSelector/oa:exact ?q }"
HEAVIEST = "of the heaviest thing"
EVIDENCE = {  # asked of a spread
    "evidence of a thing": "SELECT ?f ?q ?doc WHERE { ?f rdf:subject ASKED ; " + SENTENCES,
    "evidence of a fact": "SELECT ?q ?doc WHERE { ASKED " + SENTENCES,
}
PREFIX_LINES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
QUERIES = {
    "look-up by name": 'SELECT ?s WHERE { ?s skos:prefLabel "NAME"@en }',
    "two hops": "SELECT ?who WHERE { id:MODEL aig:developedBy ?o . ?who aig:worksFor ?o }",
    "all two hops, grouped": "SELECT ?o (COUNT(?p) AS ?n) WHERE { ?m aig:developedBy ?o . ?m aig:usesTechnique ?t . "
    "?p aig:worksFor ?o } GROUP BY ?o ORDER BY DESC(?n) ?o LIMIT 20",
    "count a developer": "SELECT ?o (COUNT(?m) AS ?n) WHERE { ?m aig:developedBy ?o } GROUP BY ?o",
    "group by year": "SELECT ?y (COUNT(*) AS ?n) WHERE { ?m aig:releaseDate ?d BIND(SUBSTR(STR(?d), 1, 4) AS ?y) } "
    "GROUP BY ?y",
    "text in names": 'SELECT ?s WHERE { ?s skos:prefLabel ?l FILTER(CONTAINS(LCASE(STR(?l)), "roka")) }',
    "path basedOn+": "SELECT DISTINCT ?o WHERE { id:NEWER aig:basedOn+ ?o }",
    "path basedOn*, back": "SELECT DISTINCT ?n WHERE { ?n aig:basedOn* id:MODEL }",
    "two optionals, sorted": "SELECT ?m ?c ?d WHERE { ?m aig:developedBy id:FIRM OPTIONAL { ?m aig:parameterCount ?c } "
    "OPTIONAL { ?m aig:releaseDate ?d } } ORDER BY ?m ?c ?d",
    "evidence of a thing": EVIDENCE["evidence of a thing"].replace("ASKED", "id:MODEL"),
    "mean confidence": "SELECT ?o (AVG(?c) AS ?mean) WHERE { ?f rdf:predicate aig:developedBy ; rdf:object ?o ; "
    "aig:confidence ?c } GROUP BY ?o",
}
# Saved queries with what they are asked about.
SAVED = {
    "disputed": (),
    "evidence": ("subject",),
    "facts": ("name",),
    "funding-rounds": (),
    "hardware-used-by": ("user",),
    "investors-of": ("company",),
    "leaderboard": ("benchmark",),
    "lineage": ("model",),
    "models-by-developer": ("developer",),
    "price-history": ("product",),
    "timeline": ("name",),
    "top-benchmarks": (),
    "who-left": (),
}
KIND_OF = {"benchmark": "Benchmark", "developer": "Organization", "company": "Organization"}


def size(folder: Path) -> float:
    """What a folder holds, in MB."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def peak() -> float:
    """The most memory this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def now() -> float:
    """The memory of this process, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """The answer of a function called in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def write_corpus(path: Path, documents: int) -> int:
    """The N-Quads of a corpus; returns the number of facts."""
    facts = 0
    with Assembler() as assembler:
        for extraction in Corpus().documents(documents):
            facts += len(extraction.statements) + len(extraction.results) + len(extraction.events)
            assembler.add(extraction)
        write_lines(assembler.lines(), path)
    return facts


def load(source: Path, target: Path, at_once: int) -> tuple[float, float, float, float]:
    """Seconds, seconds of the processor, MB on disk and MB of memory that a bulk load takes."""
    began, worked = time.perf_counter(), time.process_time()
    GraphStore.from_lines(read_lines(source), target, at_once=at_once).close()
    return time.perf_counter() - began, time.process_time() - worked, size(target), peak()


def count_lines(path: Path) -> int:
    """How many quads a file has."""
    return sum(1 for _ in read_lines(path))


def measure_load(folder: Path, triples: int) -> None:
    """Loads of the merged graph, of as many quads in all graphs, and of the merged graph with all document graphs."""
    everything, half, plain = folder / "all.nq", folder / "half.nq", folder / "merged.nq"
    write_corpus(everything, round(triples / TRIPLES_EACH))
    write_corpus(half, round(triples / QUADS_EACH))
    write_lines(merged_only(read_lines(everything)), plain)
    rows = [
        ("merged graph only", plain, LOAD_LINES),
        ("merged graph only, in parts", plain, SMALL_LINES),
        ("document graphs and merged", half, LOAD_LINES),
        ("document graphs and merged, in parts", half, SMALL_LINES),
        ("the same, of twice as many documents", everything, LOAD_LINES),
    ]
    print(f"{'load':37} {'quads':>10} {'s':>6} {'CPU s':>6} {'MB disk':>8} {'bytes/quad':>10} {'MB memory':>10}")
    for name, source, at_once in rows:
        quads = count_lines(source)
        seconds, worked, disk, memory = apart(load, source, folder / "kb", at_once)
        print(f"{name:37} {quads:10,} {seconds:6.1f} {worked:6.1f} {disk:8.1f}", end=" ")
        print(f"{1e6 * disk / quads:10.0f} {memory:10,.0f}", flush=True)
        shutil.rmtree(folder / "kb")


# -- asking ---------------------------------------------------------------------------------------------------------


def timed(work: Callable[[], int]) -> tuple[float, int]:
    """The median of the milliseconds that a question takes, and the number of its rows."""
    times = []
    while len(times) < (RUNS if not times or times[0] < SLOW else SLOW_RUNS):
        began = time.perf_counter()
        rows = work()
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times), rows


def timed_each(ask: Callable[[Any], int], ways: Sequence[Any]) -> tuple[float, list[int]]:
    """The median over the ways to ask of the milliseconds of each, and the rows of each."""
    found = [timed(lambda way=way: ask(way)) for way in ways]
    return statistics.median(taken for taken, _ in found), [rows for _, rows in found]


def questions() -> dict[str, str]:
    """The queries, asked about things that neither every document nor hardly any names."""
    corpus = Corpus()
    some = {kind: corpus.nearest(TYPICAL, kind) for kind in ("Model", "Organization")}
    firm, newest = some["Organization"], next(k for k in range(300, 0, -1) if "basedOn" in corpus.friends(k))
    names = {"NAME": some["Model"].name, "MODEL": some["Model"].id, "FIRM": firm.id, "NEWER": corpus.entity(newest).id}
    found = {}
    for title, text in QUERIES.items():
        for word, value in names.items():
            text = text.replace(word, value)
        found[title] = PREFIX_LINES + text
    return found


def spread(store: GraphStore, columns: str) -> list[dict[str, Any]]:
    """SPREAD things, or facts, at equal steps of rank: from the one with the most sentences to one with the fewest."""
    pattern = "?fact rdf:subject ?thing ; rdf:predicate ?property ; prov:wasDerivedFrom ?e"
    ordered = f"GROUP BY {columns} ORDER BY DESC(?n) {columns}"
    found = run_query(store, f"SELECT {columns} (COUNT(?e) AS ?n) WHERE {{ {pattern} }} {ordered}").rows
    return [found[k * (len(found) - 1) // (SPREAD - 1)] for k in range(SPREAD)]


def all_questions(store: GraphStore) -> dict[str, list[str]]:
    """Every question as it is asked: of one thing, or of each of a spread."""
    things, facts = spread(store, "?thing"), spread(store, "?fact ?thing ?property")
    asked = {title: [text] for title, text in questions().items() if title not in EVIDENCE}
    for title, rows, name in (
        ("evidence of a thing", things, "thing"),
        (HEAVIEST, things[:1], "thing"),
        ("evidence of a fact", facts, "fact"),
    ):
        text = PREFIX_LINES + EVIDENCE.get(title, EVIDENCE["evidence of a thing"])
        asked[title] = [text.replace("ASKED", f"<{row[name]}>") for row in rows]
    return asked


def rows_of(store: GraphStore, text: str) -> int:
    """How many rows a question has."""
    answer: Any = store.inner.query(text)
    return sum(1 for _ in answer)


def measure_ask(folder: Path, triples: int) -> None:
    """The same questions to rdflib, the store on disk and the one in memory, in turns; then the saved queries."""
    import rdflib

    everything, plain = folder / "all.nq", folder / "merged.nq"
    if not everything.exists():
        write_corpus(everything, round(triples / TRIPLES_EACH))
        write_lines(merged_only(read_lines(everything)), plain)
    GraphStore.from_lines(read_lines(everything), folder / "asked").close()
    memory = GraphStore.from_lines(read_lines(plain))
    before, began, graph = now(), time.perf_counter(), rdflib.Graph()
    graph.parse(plain, format="ox-nt")
    print(f"\nrdflib: {len(graph):,} triples loaded in {time.perf_counter() - began:.1f} s, {now() - before:,.0f} MB")
    gc.collect()
    gc.freeze()  # else each collection walks through the millions of objects that rdflib made, at the others' cost
    with GraphStore.read(folder / "asked") as store:
        measure_questions(graph, store, memory)
        measure_saved(store, memory)


def measure_questions(graph: Any, store: GraphStore, memory: GraphStore) -> None:
    """The questions in turns; the rows are those of the middle thing where a spread is asked about."""
    ratios: dict[str, list[float]] = {"disk": [], "memory": []}
    print(f"{'median ms':24} {'rows':>7} {'rdflib':>9} {'disk':>8} {'faster':>8} {'memory':>8} {'faster':>8}")
    for title, texts in all_questions(memory).items():
        (r, n), (d, dn), (m, mn) = (
            timed_each(lambda text: len(list(graph.query(text))), texts),
            timed_each(lambda text: rows_of(store, text), texts),
            timed_each(lambda text: rows_of(memory, text), texts),
        )
        note = "" if n == dn == mn else f"  rows differ: {n} {dn} {mn}"
        rows = statistics.median_low(dn)
        print(f"{title:24} {rows:7,} {r:9.2f} {d:8.2f} {r / d:7.1f}x {m:8.2f} {r / m:7.1f}x{note}", flush=True)
        if title == HEAVIEST:
            print(f"{'  rows a ms':24} {'':7} {rows / r:9.1f} {rows / d:8.1f} {'':8} {rows / m:8.1f}")
        ratios["disk"].append(r / d)
        ratios["memory"].append(r / m)
    for name, found in ratios.items():
        middle, mean = statistics.median(found), statistics.geometric_mean(found)
        print(f"{name}: median {middle:.1f}x, geometric mean {mean:.1f}x")


def measure_saved(store: GraphStore, memory: GraphStore) -> None:
    """The saved queries, with the look-up of the names they are asked about."""
    corpus = Corpus()
    asked: list[tuple[str, str, list[dict[str, str]]]] = []
    for name, needed in SAVED.items():
        params = {param: corpus.nearest(TYPICAL, KIND_OF.get(param, "Model")).name for param in needed}
        asked.append((name, name, [params]))
    things = [{"subject": row["thing"]} for row in spread(memory, "?thing")]
    facts = [
        {"subject": row["thing"], "property": row["property"].partition("#")[2]}
        for row in spread(memory, "?fact ?thing ?property")
    ]
    asked += [
        ("evidence of a thing", "evidence", things),
        (HEAVIEST, "evidence", things[:1]),
        ("evidence of a property", "evidence", facts),
    ]
    print(f"\n{'saved query':24} {'rows':>7} {'median ms':>10}")
    for title, name, ways in asked:
        milliseconds, rows = timed_each(lambda way, name=name: len(run_query(store, name, way).rows), ways)
        print(f"{title:24} {statistics.median_low(rows):7,} {milliseconds:10.1f}", flush=True)


# -- growing --------------------------------------------------------------------------------------------------------


def add_times(folder: Path, first: int) -> Iterator[float]:
    """The seconds each of NEW documents takes to add, and to withdraw again, into a store that is closed afterwards."""
    with GraphStore(folder) as store:
        for extraction in Corpus().documents(NEW, first=first):
            began = time.perf_counter()
            store.add(extraction)
            yield time.perf_counter() - began
            store.remove(extraction.document.id)


def measure_growth(folder: Path) -> None:
    """One more document into an empty store, and into one of FACTS facts; in turns, so that other work hits both."""
    documents = FACTS // FACTS_EACH
    facts = write_corpus(folder / "big.nq", documents)
    GraphStore.from_lines(read_lines(folder / "big.nq"), folder / "big").close()
    GraphStore(folder / "empty").close()
    times: dict[str, list[float]] = {"empty": [], "big": []}
    for _ in range(3):
        for name, seen in times.items():
            seen += add_times(folder / name, documents)
    empty, big = (1000 * statistics.median(seen) for seen in times.values())
    quads = count_lines(folder / "big.nq")
    print(f"\nadding one document, median of {len(times['big'])}, ms: {empty:.1f} into an empty store, {big:.1f} into")
    print(f"one of {facts:,} facts ({quads:,} quads): {big / empty:.2f} times")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=("load", "ask", "grow"), help="only this part")
    parser.add_argument("--triples", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aigraph-bench-") as name:
        folder = Path(name)
        if options.part in (None, "load"):
            measure_load(folder, options.triples)
        if options.part in (None, "ask"):
            measure_ask(folder, options.triples)
        if options.part in (None, "grow"):
            measure_growth(folder)


if __name__ == "__main__":
    main()
