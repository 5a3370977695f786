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

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from aigraph.errors import OntologyError
from aigraph.paths import ontology_dir
from aigraph.query import label_of
from aigraph.rdf import PREFIXES, TYPE, document_node, term
from aigraph.serialise import parts_of, shorten, sort_lines
from aigraph.store import GraphStore

if TYPE_CHECKING:
    import rdflib

BATCH = 40_000  # triples checked at once: about 100 MB in rdflib

_SH = "http://www.w3.org/ns/shacl#"
_PASSAGES = PREFIXES["evidence"]
_MERGED = ox.DefaultGraph()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which fact or thing, in which sentence, what, and how bad."""

    subject: str  # "Xinghe-2 contextLength 128"
    message: str
    severity: str  # Violation, Warning or Info
    sentence: str = ""
    path: str = ""  # the property that is wrong, as a prefixed name
    value: str = ""
    iri: str = ""


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What was checked and what was found, worst first."""

    findings: tuple[Finding, ...]
    triples: int
    quotes: int  # quotes compared with their offsets
    texts: int  # quotes compared with the text of their document

    @property
    def conforms(self) -> bool:
        """Whether nothing worse than a warning was found."""
        return not any(finding.severity == "Violation" for finding in self.findings)

    def lines(self, limit: int | None = None) -> Iterator[str]:
        """The report for people: a summary, then at most `limit` findings with their sentences."""
        counts = Counter(finding.severity for finding in self.findings)
        found = (
            ", ".join(f"{counts[kind]} {kind.lower()}(s)" for kind in _SEVERITIES if counts[kind]) or "nothing wrong"
        )
        yield f"{self.triples} triples and {self.quotes} quotes checked ({self.texts} against their text): {found}"
        for finding in self.findings[:limit]:
            yield f"{finding.severity}: {finding.subject}: {finding.message}"
            if finding.path or finding.value:
                yield f"    at {finding.path or '(the thing itself)'}" + (f": {finding.value}" if finding.value else "")
            if finding.sentence:
                yield f"    in “{finding.sentence}”"
        if limit is not None and len(self.findings) > limit:
            yield f"... and {len(self.findings) - limit} more"


_SEVERITIES = ("Violation", "Warning", "Info")


def validate(
    source: GraphStore | Path,
    *,
    shapes: Path | None = None,
    documents: Collection[str] | None = None,
    texts: Mapping[str, str] | None = None,
    batch: int = BATCH,
) -> ValidationReport:
    """Check a store, a store folder or a graph file; `documents` (ids) checks only what those documents say.

    `texts` (document id -> text) lets every quote be compared with the characters at its offsets. Raises
    OntologyError where the shapes are missing or broken.
    """
    store = GraphStore.read(source) if isinstance(source, Path) else source
    shape_graph = _read_shapes(shapes or ontology_dir() / "shapes.ttl")
    findings: set[Finding] = set()
    triples = quotes = compared = 0
    for subjects in _batches(store.inner, documents, batch):
        triples += len(subjects.triples)
        findings.update(_check_shapes(store.inner, subjects, shape_graph))
        for finding, with_text in _check_quotes(store.inner, subjects, texts or {}):
            quotes += 1
            compared += with_text
            if finding is not None:
                findings.add(finding)
    order = sorted(
        findings, key=lambda f: (_SEVERITIES.index(f.severity), f.subject, f.message, f.path, f.value, f.iri)
    )
    return ValidationReport(tuple(order), triples, quotes, compared)


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


def _check_shapes(store: ox.Store, batch: _Batch, shapes: rdflib.Graph) -> Iterator[Finding]:
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
        messages = sorted(str(message) for message in results.objects(result, URIRef(_SH + "resultMessage")))
        path = results.value(result, URIRef(_SH + "resultPath"))
        value = results.value(result, URIRef(_SH + "value"))
        severity = str(results.value(result, URIRef(_SH + "resultSeverity")) or "").removeprefix(_SH)
        yield Finding(
            subject=describe(store, str(focus)),
            message=" / ".join(messages) or "does not fit its shape",
            severity=severity if severity in _SEVERITIES else "Violation",
            sentence=_sentence(store, str(focus)),
            path=_short(str(path)) if isinstance(path, URIRef) else "",
            value="" if value is None else _short(str(value)),
            iri=str(focus),
        )


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


def _check_quotes(store: ox.Store, batch: _Batch, texts: Mapping[str, str]) -> Iterator[tuple[Finding | None, bool]]:
    """For every passage of the batch: what is wrong with its quote, and whether its text was there to compare."""
    passages = {triple.subject for triple in batch.triples if triple.predicate == term("oa:hasSource")}
    for passage in sorted((node for node in passages if isinstance(node, ox.NamedNode)), key=str):
        source = _values(store, passage, "oa:hasSource")
        selectors = [ox.NamedNode(iri) for iri in _values(store, passage, "oa:hasSelector")]
        exact, start, end = (
            [value for selector in selectors for value in _values(store, selector, "oa:" + name)]
            for name in ("exact", "start", "end")
        )
        text = texts.get(source[0].removeprefix(PREFIXES["doc"])) if source else None
        problem = _quote_problem(exact, start, end, text)
        finding = None
        if problem:
            quote = exact[0] if exact else ""
            finding = Finding(
                describe(store, passage.value), problem, "Violation", quote, "oa:exact", "", passage.value
            )
        yield finding, text is not None


def _quote_problem(exact: list[str], start: list[str], end: list[str], text: str | None) -> str:
    if len(exact) != 1 or len(start) != 1 or len(end) != 1:
        return "a passage needs one quote, one start and one end"
    first, last = int(start[0]), int(end[0])
    if last - first != len(exact[0]):
        return f"the quote has {len(exact[0])} characters, its offsets {first}-{last} have {last - first}"
    if text is not None and text[first:last] != exact[0]:
        return f"the text reads {text[first:last]!r} at {first}-{last}"
    return ""


# -- words for people -------------------------------------------------------------------------------------------------


def describe(store: ox.Store, iri: str) -> str:
    """A fact, result, event, passage or thing in a few words."""
    node = ox.NamedNode(iri)

    def first(name: str) -> str:
        values = _values(store, node, name)
        return (label_of(store, values[0], "en") if "://" in values[0] else None) or _short(values[0]) if values else ""

    if predicate := first("rdf:predicate"):
        return f"{first('rdf:subject')} {predicate.removeprefix('aig:')} {first('rdf:object')}"
    if benchmark := first("benchmark"):
        return f"{first('model')} on {benchmark}: {first('value')}{first('unit')}"
    if source := _values(store, node, "oa:hasSource"):
        named = _values(store, ox.NamedNode(source[0]), "schema:name")
        return f"a passage of {named[0] if named else _short(source[0])}"
    return label_of(store, iri, "en") or _short(iri)


def _sentence(store: ox.Store, iri: str) -> str:
    """The first sentence that a fact stands on, or that a passage quotes."""
    for passage in [*_values(store, ox.NamedNode(iri), "prov:wasDerivedFrom"), iri]:
        for selector in _values(store, ox.NamedNode(passage), "oa:hasSelector"):
            for exact in _values(store, ox.NamedNode(selector), "oa:exact"):
                return " ".join(exact.split())
    return ""


def _values(store: ox.Store, node: ox.NamedNode, name: str) -> list[str]:
    quads = store.quads_for_pattern(node, term(name), None, _MERGED)
    return sorted(quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode | ox.Literal))


def _short(text: str) -> str:
    return (shorten(text) or text) if "://" in text else text
