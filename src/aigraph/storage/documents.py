"""The documents of a store: what there is to say about each, and which one a person means.

A document is known by its id (its name and the beginning of its hash). People may name it in other ways, as long as
only one document fits; it refuses to pick among several.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from aigraph.errors import StoreError, UnknownName
from aigraph.graph.rdf import PREFIXES, SOURCE_CONFIDENCE, TYPE, Node, document_node, literal, term

NEAREST = 5  # documents offered for an unknown one
_MERGED = ox.DefaultGraph()
_ID = re.compile(r"[\w.-]+")
_HASH = re.compile(r"[0-9a-f]{6,64}")


@dataclass(frozen=True, slots=True)
class Stored:
    """One document of a store. `facts`: relations, figures, results and events that it gave, of every polarity."""

    id: str
    name: str
    title: str
    date: str | None
    sha256: str
    facts: int


def _id(quad: ox.Quad) -> str:
    """The id of the document that a quad is about."""
    return str(quad.subject)[1:-1].removeprefix(PREFIXES["doc"])


def document_with(store: ox.Store, sha256: str) -> str | None:
    """The id of the document with this hash, whatever it is called; None where there is none."""
    return min(map(_id, store.quads_for_pattern(None, term("sha256"), ox.Literal(sha256), _MERGED)), default=None)


def document_ids(store: ox.Store) -> list[str]:
    """The ids of all documents, sorted."""
    return sorted(map(_id, store.quads_for_pattern(None, TYPE, term("schema:Article"), _MERGED)))


def stored_documents(store: ox.Store) -> list[Stored]:
    """All documents, sorted by id."""
    return [describe_document(store, key) for key in document_ids(store)]


def texts_of(store: ox.Store) -> dict[str, tuple[str, str]]:
    """All documents by the hash of their text: (id, name)."""
    found = {_id(q): literal(q).value for q in store.quads_for_pattern(None, term("sha256"), None, _MERGED)}
    names = {_id(q): literal(q).value for q in store.quads_for_pattern(None, term("dcterms:identifier"), None, _MERGED)}
    return {sha: (key, names.get(key, "")) for key, sha in sorted(found.items(), reverse=True)}


def describe_document(store: ox.Store, document_id: str) -> Stored:
    """One document by its id."""
    node = document_node(document_id)
    facts = store.quads_for_pattern(None, SOURCE_CONFIDENCE, None, node)
    return Stored(
        id=document_id,
        name=_one(store, node, "dcterms:identifier") or "",
        title=_one(store, node, "schema:name") or "",
        date=_one(store, node, "schema:datePublished"),
        sha256=_one(store, node, "sha256") or "",
        facts=sum(1 for _ in facts),
    )


def named(store: ox.Store, name: str, predicate: str = "dcterms:identifier") -> list[str]:
    """The ids of the documents that have this name, sorted."""
    return sorted(map(_id, store.quads_for_pattern(None, term(predicate), ox.Literal(name), _MERGED)))


def find_document(store: ox.Store, name: str) -> Stored:
    """The document with this id, name, title, or beginning of an id or hash (six digits at least).

    Raises UnknownName, with the nearest, where there is none, and StoreError where several fit.
    """
    if _ID.fullmatch(name) and store.contains_named_graph(document_node(name)):
        return describe_document(store, name)
    for found in (named(store, name), named(store, name, "schema:name"), _beginning(store, name)):
        if len(found) > 1:
            listed = ", ".join(found[:NEAREST]) + (", ..." if len(found) > NEAREST else "")
            raise StoreError(f"{name!r} stands for {len(found)} documents; name one by its id: {listed}")
        if found:
            return describe_document(store, found[0])
    raise UnknownName(_unknown(store, name))


def _beginning(store: ox.Store, name: str) -> list[str]:
    """The ids that begin so, or whose hash does."""
    if len(name) < 3:
        return []
    found = {key for key in document_ids(store) if key.startswith(name)}
    if _HASH.fullmatch(name):
        for quad in store.quads_for_pattern(None, term("sha256"), None, _MERGED):
            if literal(quad).value.startswith(name):
                found.add(_id(quad))
    return sorted(found)


def _unknown(store: ox.Store, name: str) -> str:
    documents = {one.id: one for one in stored_documents(store)}
    if not documents:
        return f"no document {name!r}: the store holds none yet; `aigraph add FILES` adds some"
    near = nearest(name, documents.values())
    offered = f"nearest: {', '.join(near)}" if near else f"it holds: {', '.join(list(documents)[:NEAREST])}"
    return f"no document {name!r} in the store; {offered} (`aigraph documents` lists all)"


def nearest(name: str, documents: Iterable[Stored]) -> list[str]:
    """The ids of the documents whose id, name or title is most like `name`, best first."""
    by_word: dict[str, dict[str, None]] = {}
    for one in documents:
        for word in (one.id, one.name, one.title, one.name.rpartition("/")[2], one.id[:-13]):
            by_word.setdefault(word.lower(), {})[one.id] = None
    close = difflib.get_close_matches(name.lower(), by_word, NEAREST * 3, 0.5)
    return list(dict.fromkeys(key for word in close for key in by_word[word]))[:NEAREST]


def _one(store: ox.Store, subject: Node, predicate: str) -> str | None:
    quad = next(store.quads_for_pattern(subject, term(predicate), None, _MERGED), None)
    return literal(quad).value if quad is not None else None
