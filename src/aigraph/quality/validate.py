"""Checking a graph against the shapes of ontology/shapes.ttl, with findings that people can read.

pySHACL does the checking, on one batch of subjects after the other: it costs 30 to 80 s for a million triples and
keeps its data in Python objects, so that a batch bounds memory and a few documents can be checked alone. Each batch
brings the passages its facts stand on and the classes of whatever it points to. Beside the shapes, every quote is
compared with its offsets, and with the text of its document where that is given.

A finding of severity Violation means the graph does not conform; Warning and Info only flag (a context length of 128
is implausible, not impossible). Nothing is ever deleted or mended here. Shapes that look along inverse paths from
one batch into another are not supported.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from aigraph.ask.accounts import phrase
from aigraph.errors import OntologyError
from aigraph.graph.rdf import PREFIXES, TYPE, document_node, term
from aigraph.graph.serialise import parts_of, sort_lines
from aigraph.paths import ontology_dir
from aigraph.quality.findings import (
    SEVERITIES,
    Finding,
    ValidationReport,
    describe,
    fact_id,
    passages_of,
    short_name,
    statement_of,
    values_of,
)
from aigraph.quality.plausibility import CHECKS, implausible
from aigraph.quality.vocabulary import add_vocabulary
from aigraph.schema import load_schema
from aigraph.storage.store import GraphStore

if TYPE_CHECKING:
    import rdflib

BATCH = 40_000  # triples checked at once: about 100 MB in rdflib

_SH = "http://www.w3.org/ns/shacl#"
_PASSAGES = PREFIXES["evidence"]
_MERGED = ox.DefaultGraph()


def validate(
    source: GraphStore | Path,
    *,
    shapes: Path | None = None,
    documents: Collection[str] | None = None,
    texts: Mapping[str, str] | None = None,
    batch: int = BATCH,
    lang: str = "en",
) -> ValidationReport:
    """Check a store, a store folder or a graph file; `documents` (ids) checks only what those documents say.

    `texts` (document id -> text) lets every quote be compared with the characters at its offsets; `lang` (en, zh-Hans,
    ...) is the language of the findings. Raises OntologyError where the shapes are missing or broken.
    """
    store = GraphStore.read(source) if isinstance(source, Path) else source
    shape_graph = _read_shapes(shapes or ontology_dir() / "shapes.ttl")
    add_vocabulary(shape_graph, load_schema())
    messages = {name: said for name in CHECKS if (said := _shape_message(shape_graph, name, lang))}
    findings: set[Finding] = set()
    triples = quotes = compared = 0
    for subjects in _batches(store.inner, documents, batch):
        triples += len(subjects.triples)
        findings.update(_check_shapes(store.inner, subjects, shape_graph, lang))
        findings.update(implausible(store.inner, sorted(subjects.nodes, key=str), messages, lang))
        for finding, with_text in _check_quotes(store.inner, subjects, texts or {}, lang):
            quotes += 1
            compared += with_text
            if finding is not None:
                findings.add(finding)
    order = sorted(findings, key=lambda f: (SEVERITIES.index(f.severity), f.subject, f.message, f.path, f.value, f.iri))
    return ValidationReport(tuple(order), triples, quotes, compared, lang)


@dataclass(slots=True)
class _Batch:
    """Whole descriptions of some subjects."""

    nodes: set[ox.NamedNode]
    triples: list[ox.Triple]


def _batches(store: ox.Store, documents: Collection[str] | None, size: int) -> Iterator[_Batch]:
    """The subjects of the merged graph in sorted order, whole, about `size` triples at a time."""
    batch = _Batch(set(), [])
    for node in _subjects(store, documents):
        batch.nodes.add(node)
        batch.triples.extend(_about(store, node))
        if len(batch.triples) >= size:
            yield batch
            batch = _Batch(set(), [])
    if batch.triples:
        yield batch


def _subjects(store: ox.Store, documents: Collection[str] | None) -> Iterator[ox.NamedNode]:
    graphs: Iterable[Any] = [_MERGED] if documents is None else map(document_node, sorted(documents))
    quads = (quad for graph in graphs for quad in store.quads_for_pattern(None, None, None, graph))
    lines = sort_lines(f"{quad.subject} _ _ ." for quad in quads if isinstance(quad.subject, ox.NamedNode))
    for subject, _ in groupby(lines, key=lambda line: parts_of(line)[0]):
        yield ox.NamedNode(subject[1:-1])


def _about(store: ox.Store, node: ox.NamedNode) -> Iterator[ox.Triple]:
    return (quad.triple for quad in store.quads_for_pattern(node, None, None, _MERGED))


def _context(store: ox.Store, batch: _Batch) -> Iterator[ox.Triple]:
    """What the batch points to: passages with their selectors whole, of everything else the classes."""
    waiting = {triple.object for triple in batch.triples if isinstance(triple.object, ox.NamedNode)} - batch.nodes
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        if not node.value.startswith(_PASSAGES):
            yield from (quad.triple for quad in store.quads_for_pattern(node, TYPE, None, _MERGED))
            continue
        for triple in _about(store, node):
            yield triple
            if isinstance(triple.object, ox.NamedNode) and triple.object not in seen | batch.nodes:
                seen.add(triple.object)
                waiting.add(triple.object)


# -- shapes ---------------------------------------------------------------------------------------------------------


def _read_shapes(path: Path) -> rdflib.Graph:
    from rdflib import Graph

    if not path.is_file():
        raise OntologyError(f"{path}: no shapes to check against: restore the file or reinstall the package")
    graph = Graph()
    try:
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            graph.add(_to_rdflib(quad.triple))
    except (SyntaxError, ValueError, OSError) as error:
        raise OntologyError(f"{path}: not valid Turtle: {error}") from error
    return graph


def _check_shapes(store: ox.Store, batch: _Batch, shapes: rdflib.Graph, lang: str) -> Iterator[Finding]:
    """Run pySHACL on one batch; what it says of nodes that only came along as context is left out."""
    from pyshacl import validate as check
    from pyshacl.errors import ReportableRuntimeError, ValidationFailure
    from rdflib import RDF, Graph, URIRef

    data = Graph()
    for triple in (*batch.triples, *_context(store, batch)):
        data.add(_to_rdflib(triple))
    try:
        _, results, _ = check(data, shacl_graph=shapes, inplace=True, allow_infos=True, allow_warnings=True)
    except (ReportableRuntimeError, ValidationFailure) as error:
        raise OntologyError(f"the shapes cannot be used: {error}") from error
    if not isinstance(results, Graph):
        raise OntologyError(f"the shapes cannot be used: {results}")
    for result in results.subjects(RDF.type, URIRef(_SH + "ValidationResult")):
        focus = results.value(result, URIRef(_SH + "focusNode"))
        if not isinstance(focus, URIRef) or ox.NamedNode(str(focus)) not in batch.nodes:
            continue
        yield _finding(store, results, result, shapes, lang)


def _finding(store: ox.Store, results: rdflib.Graph, result: Any, shapes: rdflib.Graph, lang: str) -> Finding:
    """One validation result in words; a value of a thing is told as the fact that says so."""
    from rdflib import URIRef

    path, value, shape = (results.value(result, URIRef(_SH + name)) for name in ("resultPath", "value", "sourceShape"))
    focus = str(results.value(result, URIRef(_SH + "focusNode")))
    severity = str(results.value(result, URIRef(_SH + "resultSeverity")) or "").removeprefix(_SH)
    finding = Finding(
        subject=describe(store, focus, lang),
        message=_message(results, result, lang) + _expected(shapes, shape),
        severity=severity if severity in SEVERITIES else "Violation",
        passages=passages_of(store, focus),
        path=short_name(str(path)) if isinstance(path, URIRef) else "",
        value="" if value is None else short_name(str(value)),
        iri=focus,
        fact=fact_id(focus),
    )
    if finding.fact or value is None or not isinstance(path, URIRef):
        return finding
    fact = statement_of(store, focus, str(path), _from_rdflib(value))
    if fact is None:
        return finding
    told = describe(store, fact, lang)
    return replace(finding, subject=told, passages=passages_of(store, fact), fact=fact_id(fact))


def _message(results: rdflib.Graph, result: Any, lang: str) -> str:
    """What is wrong, in the language asked for, else in any."""
    from rdflib import URIRef

    return _in(lang, results.objects(result, URIRef(_SH + "resultMessage"))) or phrase("check", "shape", lang)


def _shape_message(shapes: rdflib.Graph, name: str, lang: str) -> str:
    """The message of a shape that is checked here, not by pySHACL."""
    from rdflib import URIRef

    return _in(lang, shapes.objects(URIRef(PREFIXES["aig"] + name), URIRef(_SH + "message")))


def _in(lang: str, texts: Iterable[Any]) -> str:
    said, main = list(texts), lang.split("-")[0]
    mine = [one for one in said if (getattr(one, "language", None) or main).startswith(main)] or said
    return " / ".join(sorted(map(str, mine)))


def _expected(shapes: rdflib.Graph, shape: Any) -> str:
    """The bounds of a shape, where it has them."""
    from rdflib import URIRef

    low, high = (shapes.value(shape, URIRef(_SH + edge)) for edge in ("minInclusive", "maxInclusive"))
    return "" if low is None and high is None else f" [{'' if low is None else low} ... {'' if high is None else high}]"


def _from_rdflib(value: Any) -> Any:
    """A term of rdflib as one of Oxigraph."""
    from rdflib import BNode, URIRef

    if isinstance(value, URIRef):
        return ox.NamedNode(str(value))
    if isinstance(value, BNode):
        return ox.BlankNode(str(value))
    if value.language:
        return ox.Literal(str(value), language=value.language)
    return ox.Literal(str(value), datatype=ox.NamedNode(str(value.datatype or PREFIXES["xsd"] + "string")))


def _to_rdflib(triple: ox.Triple) -> Any:
    """The triple in rdflib's terms; lexical forms are kept as they are."""
    from rdflib import BNode, Literal, URIRef

    def node(value: Any) -> Any:
        if isinstance(value, ox.NamedNode):
            return URIRef(value.value)
        if isinstance(value, ox.BlankNode):
            return BNode(value.value)
        if value.language:
            return Literal(value.value, lang=value.language)
        plain = value.datatype.value == PREFIXES["xsd"] + "string"
        return Literal(value.value, datatype=None if plain else URIRef(value.datatype.value), normalize=False)

    return node(triple.subject), node(triple.predicate), node(triple.object)


# -- quotes ---------------------------------------------------------------------------------------------------------


def _check_quotes(
    store: ox.Store, batch: _Batch, texts: Mapping[str, str], lang: str
) -> Iterator[tuple[Finding | None, bool]]:
    """For every passage of the batch: what is wrong with its quote, and whether its text was there to compare."""
    passages = {triple.subject for triple in batch.triples if triple.predicate == term("oa:hasSource")}
    for passage in sorted((node for node in passages if isinstance(node, ox.NamedNode)), key=str):
        source = values_of(store, passage, "oa:hasSource")
        selectors = [ox.NamedNode(iri) for iri in values_of(store, passage, "oa:hasSelector")]
        exact, start, end = (
            [value for selector in selectors for value in values_of(store, selector, "oa:" + name)]
            for name in ("exact", "start", "end")
        )
        text = texts.get(source[0].removeprefix(PREFIXES["doc"])) if source else None
        problem = _quote_problem(exact, start, end, text, lang)
        finding = None
        if problem:
            quote = exact[0] if exact else ""
            named = passages_of(store, passage.value) or (("", quote),)
            finding = Finding(
                describe(store, passage.value, lang), problem, "Violation", named, "oa:exact", "", passage.value
            )
        yield finding, text is not None


def _quote_problem(exact: list[str], start: list[str], end: list[str], text: str | None, lang: str) -> str:
    if len(exact) != 1 or len(start) != 1 or len(end) != 1:
        return phrase("check", "selectors", lang)
    first, last = int(start[0]), int(end[0])
    if last - first != len(exact[0]):
        return phrase("check", "length", lang, len(exact[0]), first, last, last - first)
    if text is not None and text[first:last] != exact[0]:
        return phrase("check", "reads", lang, text[first:last], first, last)
    return ""
