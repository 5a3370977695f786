"""From many documents to one graph: each keeps its own named graph, and the default graph holds what they say together.

The merged graph is the union of the document graphs, each triple once, with the three local properties replaced:
 - `aig:confidence`, one a fact: the chance that at least one of its documents read it right (noisy-or), at most 0.999,
   and 1 only where a person accepted it;
 - `skos:prefLabel`, one a language: the name that most documents prefer (each has one vote a language; for a thing in
   the lexicon the vote is always the lexicon's name), ties by code point; `rdfs:label` repeats it;
 - `skos:altLabel`: every other name.
Sums are kept in whole numbers, so that the order of documents never shows. Documents stream: memory grows with the
distinct facts and entities, not with the documents or their evidence.
"""

from __future__ import annotations

import math
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from aigraph.graph.rdf import (
    ALT_LABEL,
    CONFIDENCE,
    LABEL,
    LOCAL,
    MAX_CONFIDENCE,
    OTHER_NAME,
    PREF_LABEL,
    PREFERRED_NAME,
    SOURCE_CONFIDENCE,
    Node,
    decimal_literal,
    literal,
    name_of,
    write_extraction,
)
from aigraph.graph.serialise import read_lines, sort_lines
from aigraph.model import Extraction

_SCALE = 1_000_000
_CERTAIN = 1_000_000_000 * _SCALE  # stands for -log(0): more than readings can add up to

Name = tuple[str, str]  # (text, language tag)
Subject = ox.NamedNode | ox.BlankNode | ox.Triple


def doubt(confidence: float) -> int:
    """A confidence as a whole number that adds up over documents: -log(1 - confidence), in millionths."""
    return _CERTAIN if confidence >= 1 else round(-math.log1p(-max(confidence, 0.0)) * _SCALE)


def belief(doubts: int) -> float:
    """The confidence that a sum of `doubt`s stands for: at most MAX_CONFIDENCE, but 1 where a person accepted it."""
    return 1.0 if doubts >= _CERTAIN else min(MAX_CONFIDENCE, round(-math.expm1(-doubts / _SCALE), 4))


def choose_labels(votes: Counter[Name], names: Iterable[Name]) -> tuple[list[Name], list[Name]]:
    """The preferred name of each language, and all other names, both sorted.

    A language in which no document prefers a name has other names only; what has no vote at all prefers the first in
    code-point order of each language.
    """
    best: dict[str, Name] = {}
    known = {*votes, *names}
    for name in sorted(+votes or known, key=lambda name: (name[1], -votes[name], name[0])):
        best.setdefault(name[1], name)
    preferred = sorted(best.values())
    return preferred, sorted(known - set(preferred))


def label_quads(node: Subject, votes: Counter[Name], names: Iterable[Name]) -> Iterator[ox.Quad]:
    """The labels of one thing in the merged graph."""
    preferred, others = choose_labels(votes, names)
    for text, language in preferred:
        yield ox.Quad(node, PREF_LABEL, ox.Literal(text, language=language))
        yield ox.Quad(node, LABEL, ox.Literal(text, language=language))
    for text, language in others:
        yield ox.Quad(node, ALT_LABEL, ox.Literal(text, language=language))


def confidence_quad(node: Subject, doubts: int) -> ox.Quad:
    """The one confidence of a fact in the merged graph."""
    return ox.Quad(node, CONFIDENCE, decimal_literal(belief(doubts)))


def merged(quad: ox.Quad) -> ox.Quad:
    """The quad as it stands in the merged graph."""
    return ox.Quad(quad.subject, quad.predicate, quad.object)


class Merger:
    """Collects what differs between documents, and says in the end what the merged graph makes of it."""

    def __init__(self) -> None:
        self.doubts: dict[str, int] = defaultdict(int)
        self.votes: dict[str, Counter[Name]] = defaultdict(Counter)
        self.names: dict[str, set[Name]] = defaultdict(set)

    def take(self, quad: ox.Quad) -> None:
        """Note one quad with a local property; others are ignored."""
        subject = str(quad.subject)
        if quad.predicate == SOURCE_CONFIDENCE:
            self.doubts[subject] += doubt(float(literal(quad).value))
        elif quad.predicate == PREFERRED_NAME:
            self.votes[subject][name_of(quad)] += 1
        elif quad.predicate == OTHER_NAME:
            self.names[subject].add(name_of(quad))

    def quads(self) -> Iterator[ox.Quad]:
        """Confidence and labels of everything taken, for the merged graph."""
        for subject in sorted(self.doubts):
            yield confidence_quad(Node(subject[1:-1]), self.doubts[subject])
        for subject in sorted(self.votes.keys() | self.names.keys()):
            yield from label_quads(Node(subject[1:-1]), self.votes[subject], self.names[subject])


class Assembler:
    """Writes documents one after the other; `lines` then gives the whole graph, sorted.

    A document is written whole or not at all: `add` raises EvidenceMismatch or StoreError before its first line.
    Use it in a `with` block: the lines wait in a temporary folder.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="aigraph-")
        self._path = Path(self._folder.name) / "quads.nq"
        self._file = self._path.open("w", encoding="utf-8", newline="\n")
        self._merger = Merger()
        self._seen: set[str] = set()

    def __enter__(self) -> Assembler:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._folder.cleanup()

    def add(self, extraction: Extraction) -> int:
        """Write one document and return the number of its quads; the same document a second time adds nothing."""
        if extraction.document.id in self._seen:
            return 0
        return self.add_quads(extraction.document.id, list(write_extraction(extraction)))

    def add_quads(self, document_id: str, quads: Collection[ox.Quad]) -> int:
        """Write one document that is RDF already, as the quads of its own graph."""
        if document_id in self._seen:
            return 0
        self._seen.add(document_id)
        for quad in quads:
            self._file.write(f"{quad} .\n")
            if quad.predicate in LOCAL:
                self._merger.take(quad)
            else:
                self._file.write(f"{merged(quad)} .\n")
        return len(quads)

    def lines(self) -> Iterator[str]:
        """All quads of all graphs as sorted N-Quads lines, each once. No document can be added afterwards."""
        if not self._file.closed:
            self._file.writelines(f"{quad} .\n" for quad in self._merger.quads())
            self._file.close()
        return sort_lines(read_lines(self._path))


def assemble(extractions: Iterable[Extraction]) -> Iterator[str]:
    """The graph of these documents as sorted N-Quads lines (see Assembler)."""
    with Assembler() as assembler:
        for extraction in extractions:
            assembler.add(extraction)
        yield from assembler.lines()
