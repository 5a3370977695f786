"""The whole job, readable aloud: read documents, extract each, assemble one graph, write the exports.

Documents stream: one is in memory at a time, and what it gave goes to disk before the next is read. A document that
fails never stops a run: it is named with its reason and the rest goes on. It refuses to write half an export: files
appear whole or stay as they were. The same documents give the same bytes.
"""

from __future__ import annotations

import gc
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from aigraph.errors import AigraphError, OntologyError, StoreError
from aigraph.model import STATED, Document, Extraction

if TYPE_CHECKING:
    from spacy.language import Language

    from aigraph.graph.assemble import Assembler
    from aigraph.review.apply import Reviewer
    from aigraph.storage.store import GraphStore

logger = logging.getLogger(__name__)

Progress = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What one document gave, in numbers, and what it could not give, in words."""

    id: str
    name: str
    lang: str | None
    date: str | None
    characters: int
    blocks: tuple[tuple[str, int], ...]  # (kind, how many), sorted
    mentions: int
    entities: int
    relations: int
    figures: int
    results: int
    events: int
    notes: tuple[str, ...] = ()
    path: str | None = None  # of the file, as it was named

    @property
    def facts(self) -> int:
        """Relations, figures, measured results and events together."""
        return self.relations + self.figures + self.results + self.events


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that gave nothing, and why. `expected` is False for an error nobody foresaw: a bug to report."""

    name: str
    reason: str
    expected: bool = True


@dataclass(frozen=True, slots=True)
class Totals:
    """The merged graph in numbers: things and stated facts count once, however many documents name them."""

    entities: int = 0
    relations: int = 0
    figures: int = 0
    results: int = 0
    events: int = 0
    quads: int = 0


@dataclass(slots=True)
class BuildResult:
    """What a run did: documents in the order they were read, failures, the files written."""

    documents: list[DocumentSummary] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    review: list[str] = field(default_factory=list)  # what became of the decisions; stale ones are named

    @property
    def ok(self) -> bool:
        """Whether every document was read and extracted."""
        return not self.failures


def extract_all(
    sources: Sequence[Path | str],
    *,
    result: BuildResult,
    date: str | None = None,
    nlp: Language | None = None,
    progress: Progress | None = None,
    reviewer: Reviewer | None = None,
) -> Iterator[Extraction]:
    """One Extraction a document, in the order of the sources; failures and summaries are added to `result`.

    `date` is the publication date of documents that do not say their own. `progress` is told each name beforehand.
    `reviewer` carries out what people decided about what is read. Raises OntologyError where schema or lexicon are
    not whole, before the first document is extracted.
    """
    from aigraph.readers import ReadFailure, read_documents

    for found in read_documents(sources, date=date):
        if isinstance(found, ReadFailure):
            result.failures.append(Failure(found.source, found.reason))
            continue
        if progress:
            progress(found.name)
        nlp = nlp or _loaded()
        extraction = guarded(found, result, partial(_extract, nlp, reviewer))
        if extraction is not None:
            yield extraction


def _loaded() -> Language:
    """The language pipeline, with schema and lexicon read: their faults are theirs, not those of a document."""
    from aigraph.nlp import create_pipeline
    from aigraph.recognise.lexicon import load_lexicon
    from aigraph.recognise.tagger import load_tagger
    from aigraph.relate.scorer import load_relation_model
    from aigraph.schema import load_schema

    load_schema()
    load_lexicon()
    load_tagger()
    load_relation_model()
    _freeze()
    return create_pipeline()


@cache
def _freeze() -> None:
    """What was read lives to the end of the process: the collector need not walk through it again and again.

    Once only: what a later call would freeze with it may be garbage by then.
    """
    gc.freeze()


def _extract(nlp: Language, reviewer: Reviewer | None, document: Document) -> Extraction:
    from aigraph.nlp import extract_document

    extraction = extract_document(nlp, document)
    return extraction if reviewer is None else reviewer.apply(extraction)


class Extractor:
    """Extracts one document after the other; loads the language pipeline when the first one comes, not before."""

    def __init__(self, *, decisions: Path | None = None) -> None:
        """`decisions` is a file of what people decided in review. Raises DecisionError where it is not understood."""
        self._reviewer = _reviewer(decisions)
        self._nlp: Language | None = None

    def __call__(self, document: Document) -> Extraction:
        """All that the document gives. Raises AigraphError."""
        self._nlp = self._nlp or _loaded()
        return _extract(self._nlp, self._reviewer, document)

    @property
    def decides(self) -> bool:
        """Whether there are decisions to carry out, and so something to report."""
        return self._reviewer is not None

    def report(self, store: GraphStore | None = None) -> list[str]:
        """What became of the decisions; `store`: what was carried out there before is not called stale."""
        from aigraph.review.provenance import carried_out

        known = carried_out(store.inner) if store is not None else None
        return [*self._reviewer.report(known)] if self._reviewer else []


def guarded(document: Document, result: BuildResult, work: Callable[[Document], T]) -> T | None:
    """Do the work on one document; whatever goes wrong is recorded under its name.

    Raises OntologyError as it is: it is no fault of the document, and the next one would meet it too.
    """
    try:
        return work(document)
    except OntologyError:
        raise
    except AigraphError as error:
        result.failures.append(Failure(document.name, str(error)))
    except Exception as error:  # one bad document must not cost the others: recorded, logged, counted
        logger.exception("%s: unexpected error", document.name)
        reason = f"unexpected {type(error).__name__}: {error}; please report it with this document"
        result.failures.append(Failure(document.name, reason, expected=False))
    return None


def summarise(extraction: Extraction) -> DocumentSummary:
    """The numbers of one extraction."""
    document = extraction.document
    return DocumentSummary(
        id=document.id,
        name=document.name,
        lang=document.lang,
        date=document.date,
        characters=len(document.text),
        blocks=tuple(sorted(Counter(block.kind for block in extraction.blocks).items())),
        mentions=len(extraction.mentions),
        entities=len(extraction.entities),
        relations=sum(not statement.is_figure for statement in extraction.statements),
        figures=sum(statement.is_figure for statement in extraction.statements),
        results=len(extraction.results),
        events=len(extraction.events),
        notes=extraction.notes,
        path=document.path,
    )


def extract_graph(
    sources: Sequence[Path | str],
    *,
    result: BuildResult,
    date: str | None = None,
    nlp: Language | None = None,
    progress: Progress | None = None,
    decisions: Path | None = None,
) -> GraphStore:
    """The graph of the sources in memory, for one-shot runs; failures and summaries are added to `result`."""
    from aigraph.graph.assemble import Assembler
    from aigraph.storage.store import GraphStore

    reviewer = _reviewer(decisions)
    read = extract_all(sources, result=result, date=date, nlp=nlp, progress=progress, reviewer=reviewer)
    with Assembler() as assembler:
        _assemble(assembler, read, result)
        result.review += reviewer.report() if reviewer else ()
        return GraphStore.from_lines(assembler.lines())


def _reviewer(decisions: Path | None) -> Reviewer | None:
    """Who carries out the decisions of a file; None without one. Raises DecisionError before any work is done."""
    from aigraph.review.apply import Reviewer

    return None if decisions is None else Reviewer.read(decisions)


def build(
    sources: Sequence[Path | str],
    out: Path,
    *,
    date: str | None = None,
    progress: Progress | None = None,
    decisions: Path | None = None,
) -> BuildResult:
    """Read `sources` and write graph.nq, .ttl, .jsonld, .graphml, .html and report.md into the folder `out`.

    `sources` are files, folders, globs or "-" for standard input; `date` is the publication date of documents that do
    not give their own; `decisions` a file of what people decided in review. Documents that fail are in the result, not
    raised. Where no document could be read, nothing is written. Raises AigraphError where `out` cannot be written, and
    DecisionError where `decisions` cannot be understood.
    """
    from aigraph.graph.assemble import Assembler
    from aigraph.graph.serialise import write_lines

    result = BuildResult()
    reviewer = _reviewer(decisions)
    with Assembler() as assembler:
        read = extract_all(sources, result=result, date=date, progress=progress, reviewer=reviewer)
        _assemble(assembler, read, result)
        result.review += reviewer.report() if reviewer else ()
        if not result.documents:
            return result
        try:
            quads = out / "graph.nq"
            write_lines(assembler.lines(), quads)
            result.files.append(quads)
            _write_exports(result, out)
        except OSError as error:
            raise StoreError(f"{out}: cannot be written ({error}); name another folder with --out") from error
    return result


def _assemble(assembler: Assembler, extractions: Iterable[Extraction], result: BuildResult) -> None:
    """Add each extraction; one that cannot be written (a quote that is not in its text) is a failure like any other."""
    for extraction in extractions:

        def add(_: Document, extraction: Extraction = extraction) -> DocumentSummary:
            assembler.add(extraction)
            return summarise(extraction)

        summary = guarded(extraction.document, result, add)
        if summary is not None:
            result.documents.append(summary)


def _write_exports(result: BuildResult, out: Path) -> None:
    """Everything that is made from the N-Quads, in the order in which it is cheap to make."""
    from aigraph.exporters import export
    from aigraph.graph.serialise import merged_only, read_lines, write_lines
    from aigraph.quality.report import top_nodes, write_report
    from aigraph.storage.folder import SMALL_LINES
    from aigraph.storage.store import GraphStore

    quads = out / "graph.nq"
    for name in ("graph.ttl", "graph.jsonld"):
        write_lines(read_lines(quads), out / name)
        result.files.append(out / name)
    # On disk, and only what the documents say together: memory stays small however many they are.
    with (
        TemporaryDirectory(prefix="aigraph-") as folder,
        GraphStore.from_lines(merged_only(read_lines(quads)), Path(folder) / "store", at_once=SMALL_LINES) as store,
    ):
        for name in ("graph.graphml", "graph.html"):
            result.files += export(store.inner, out / name)
        result.totals = count(store, quads=sum(1 for _ in read_lines(quads)))
        top = top_nodes(store.inner)
    write_report(out / "report.md", result.documents, result.failures, result.totals, top, result.review)
    result.files.append(out / "report.md")


def count(store: GraphStore, *, quads: int) -> Totals:
    """The merged graph of a store in numbers; `quads` are those of all graphs, which the store need not hold."""
    from pyoxigraph import DefaultGraph, Literal, NamedNode

    from aigraph.graph.rdf import PREFIXES, TYPE, term
    from aigraph.schema import load_schema

    def subjects(predicate: NamedNode, value: NamedNode | Literal) -> set[Any]:
        return {quad.subject for quad in store.inner.quads_for_pattern(None, predicate, value, DefaultGraph())}

    stated = set().union(*(subjects(term("polarity"), Literal(tone)) for tone in STATED))
    said = list(store.inner.quads_for_pattern(None, term("rdf:object"), None, DefaultGraph()))
    things = set().union(*(subjects(TYPE, term(name)) for name in load_schema().core_types))
    composed = PREFIXES["event"]  # events without a name of their own are no entities
    return Totals(
        entities=sum(not thing.value.startswith(composed) for thing in things),
        relations=sum(quad.subject in stated and isinstance(quad.object, NamedNode) for quad in said),
        figures=sum(quad.subject in stated and isinstance(quad.object, Literal) for quad in said),
        results=len(subjects(TYPE, term("BenchmarkResult"))),
        events=len({quad.subject for quad in store.inner.quads_for_pattern(None, term("eventType"), None)} & stated),
        quads=quads,
    )
