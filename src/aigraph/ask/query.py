"""Asking the graph: SPARQL text, a file of it, or one of the saved queries in ontology/queries.

Numbers come as exactly as the graph has them: whole ones as int, others as Decimal.

It refuses updates, never answers with half a result, and asks nobody else: a broken query raises QueryError with line
and column, and so does a SERVICE clause, unless the graph lies at an endpoint, which then decides for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from aigraph.ask.guard import asks_service
from aigraph.ask.names import Names
from aigraph.ask.saved import SavedQuery, bind, bindings, find_query
from aigraph.errors import QueryError
from aigraph.graph.rdf import PREF_LABEL, PREFIXES
from aigraph.storage.store import GraphStore

Value = str | int | float | Decimal | bool | None

_POSITION = re.compile(r"error at (\d+):(\d+): *(.*)", re.DOTALL)
_XSD = PREFIXES["xsd"]
_WHOLE = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_WHOLE_KINDS = frozenset(
    {"integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"}
    | {"negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"}
)


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The answer: column names, and rows as dicts (unbound -> None; ASK gives one column `answer`)."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, Value], ...]

    def __iter__(self) -> Iterator[dict[str, Value]]:
        return iter(self.rows)

    def _repr_html_(self) -> str:
        """The rows as a notebook shows them."""
        from aigraph.render.notebook import show_rows

        return show_rows(self.rows, self.columns)._repr_html_()

    def __len__(self) -> int:
        return len(self.rows)


def run_query(
    source: GraphStore | ox.Store | Path,
    query: str | Path,
    params: Mapping[str, str] | None = None,
    *,
    label_lang: str | None = None,
    limit: int | None = None,
) -> QueryResult:
    """Ask a store, a store folder or a graph file.

    `query` is SPARQL text (the usual prefixes are known), a path to a .rq file, or the name of a saved query. With
    `label_lang` ("en", "zh-Hans", ...) things appear by their preferred label in that language (else in any);
    without, by their address. `limit` keeps the first rows.
    """
    store = _open(source)
    found = find_query(query)
    ways = list(bindings(found, params or {}, Names(store)))
    answers = [_ask(store, found, way) for way in ways]
    rows = _rows(answers)
    kept = list(islice(rows, limit))
    if label_lang is not None:
        kept = _labelled(store, kept, label_lang)
    return QueryResult(answers[0][0], tuple(kept))


def _rows(answers: list[tuple[tuple[str, ...], Iterable[dict[str, Value]]]]) -> Iterator[dict[str, Value]]:
    """The rows of all answers; what the query says of two things of one name comes once."""
    seen: set[tuple[tuple[str, Value], ...]] = set()
    for _, rows in answers:
        for row in rows:
            if len(answers) > 1:
                key = tuple(row.items())
                if key in seen:
                    continue
                seen.add(key)
            yield row


def _open(source: GraphStore | ox.Store | Path) -> ox.Store:
    store = GraphStore.read(source) if isinstance(source, Path) else source
    return store.inner if isinstance(store, GraphStore) else store


def _ask(store: ox.Store, query: SavedQuery, way: dict[str, Any]) -> tuple[tuple[str, ...], Iterable[dict[str, Value]]]:
    text = bind(query.text, way)
    if isinstance(store, ox.Store) and asks_service(text):
        raise QueryError(
            f"{query.called} asks another endpoint (SERVICE), and nothing here is sent over the network; "
            "ask that endpoint itself, or describe it in a .toml file and name that with --graph"
        )
    try:
        answer = store.query(text, prefixes=PREFIXES)
    except SyntaxError as error:
        raise QueryError(_explain(query.called, text, str(error))) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"{query.called}: {error}") from error
    if isinstance(answer, ox.QueryBoolean):
        return ("answer",), [{"answer": bool(answer)}]
    if isinstance(answer, ox.QuerySolutions):
        columns = tuple(variable.value for variable in answer.variables)
        return columns, ({name: plain_value(row[name]) for name in columns} for row in _read(query, answer))
    names = ("subject", "predicate", "object")
    return names, (dict(zip(names, map(plain_value, triple), strict=True)) for triple in _read(query, answer))


def _read(query: SavedQuery, answer: Any) -> Iterator[Any]:
    """The rows or triples of an answer. They are worked out as they are read, and may fail then."""
    try:
        yield from answer
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"{query.called}: {error}") from error


def _explain(name: str, text: str, message: str) -> str:
    """A syntax error with its place and the line it is in."""
    found = _POSITION.search(message)
    if not found:
        return f"{name}: {message}"
    number, column = int(found[1]), int(found[2])
    lines = text.splitlines()
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    return f"{name}, line {number}, column {column}: {found[3].strip()}\n  {line}\n  {' ' * (column - 1)}^"


def plain_value(value: Any) -> Value:
    """A term as a Python value: numbers and truth values as such, everything else as text.

    Whole numbers are int and decimals Decimal, so that no digit is lost; what is no number of its datatype, and what
    no finite number can say, stays text.
    """
    if value is None:
        return None
    if not isinstance(value, ox.Literal):
        return value.value if isinstance(value, ox.NamedNode) else str(value)
    kind, text = value.datatype.value.removeprefix(_XSD), value.value
    if kind in _WHOLE_KINDS:
        return int(text) if _WHOLE.fullmatch(text) else text
    if kind == "decimal":
        return Decimal(text) if _DECIMAL.fullmatch(text) else text
    if kind in ("double", "float"):
        try:
            return number if isfinite(number := float(text)) else text
        except ValueError:
            return text
    return text in ("true", "1") if kind == "boolean" and text in ("true", "1", "false", "0") else text


def label_of(store: ox.Store, iri: str, lang: str) -> str | None:
    """The preferred label of a thing in `lang`, else in its broader language, else the first there is."""
    found: dict[str, str] = {}
    for quad in store.quads_for_pattern(ox.NamedNode(iri), PREF_LABEL, None, ox.DefaultGraph()):
        if isinstance(quad.object, ox.Literal):
            found[quad.object.language or ""] = quad.object.value
    wanted = lang.lower()
    order = sorted(found, key=lambda tag: (tag != wanted, tag.split("-")[0] != wanted.split("-")[0], tag))
    return found[order[0]] if order else None


def _labelled(store: ox.Store, rows: list[dict[str, Value]], lang: str) -> list[dict[str, Value]]:
    """The rows with labels or prefixed names in the place of addresses."""
    from aigraph.graph.serialise import shorten

    seen: dict[str, str] = {}

    def show(value: Value) -> Value:
        if not isinstance(value, str) or "://" not in value or re.search(r"\s|[<>\"{}|\\^`]", value):
            return value
        if value not in seen:
            seen[value] = label_of(store, value, lang) or _short_property(shorten(value)) or value
        return seen[value]

    return [{name: show(value) for name, value in row.items()} for row in rows]


def _short_property(name: str | None) -> str | None:
    """Names of the vocabulary go without their prefix."""
    return name.removeprefix("aig:") if name else None
