"""Asking the graph: SPARQL text, a file of it, or one of the saved queries in ontology/queries.

A saved query opens with comments: its help, then one line a parameter,

    # param: NAME KIND DEFAULT DESCRIPTION

each followed, where one likes, by the same in Chinese (the page and --lang zh show it),

    # zh: HELP OR DESCRIPTION

where KIND is one of KINDS, DEFAULT is `-` for a parameter that must be given and `*` for one that may be left open.
A given parameter stands for the SPARQL variable ?NAME wherever that is written (so it is not selected as a column); it
is a term of RDF, written with its escapes, so that no value can change a query. Names are looked up by any alias, in
any spelling of the same name.

It refuses updates and never answers with half a result: a broken query raises QueryError with line and column, an
unknown name raises UnknownName with the nearest ones.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, product
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from aigraph.ask.nearest import nearest_names
from aigraph.ask.saved import Param, SavedQuery, header_of
from aigraph.errors import QueryError, UnknownName
from aigraph.graph.rdf import ALT_LABEL, PREF_LABEL, PREFIXES, TYPE, entity_node, term, typed_literal
from aigraph.paths import ontology_dir
from aigraph.storage.store import GraphStore
from aigraph.text.normalise import name_key

Value = str | int | float | bool | None
LANGUAGES = ("en", "zh-hans", "zh-hant")
NEAREST = 5  # names offered for an unknown one

_POSITION = re.compile(r"error at (\d+):(\d+): *(.*)", re.DOTALL)
_PARAM = re.compile(r"#\s*param:\s+(\w+)\s+(\w+)\s+(\S+)\s+(.+)")
_CHINESE = re.compile(r"#\s*zh:\s*(.*)")
_SAVED_NAME = re.compile(r"[\w-]+")
# The tokens of SPARQL in which a variable's letters would not be a variable, and variables themselves.
_TOKEN = re.compile(
    r"""\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
    r"""|<[^<>"{}|^`\\\s]*>|#[^\n]*|[?$]\w+""",
    re.DOTALL,
)
_XSD = PREFIXES["xsd"]


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


def parse_saved(name: str, text: str) -> SavedQuery:
    """A saved query from its file's text. Raises QueryError for a parameter line that is not in the stated form."""
    about: list[str] = []
    chinese: list[str] = []
    params: list[Param] = []
    for line in header_of(text):
        if translated := _CHINESE.match(line):
            if params:
                params[-1] = replace(params[-1], help_zh=params[-1].help_zh + translated[1].strip())
            else:
                chinese.append(translated[1].strip())
        elif re.match(r"#\s*param:", line):
            params.append(_param(name, line))
        else:
            about.append(line.lstrip("# ").rstrip())
    return SavedQuery(name, " ".join(filter(None, about)), tuple(params), text, "".join(chinese))


def _param(name: str, line: str) -> Param:
    found = _PARAM.fullmatch(line.strip())
    if not found or found[2] not in KINDS:
        raise QueryError(
            f"saved query {name}: {line!r} is not '# param: NAME KIND DEFAULT DESCRIPTION'; kinds: {', '.join(KINDS)}"
        )
    return Param(found[1], found[2], None if found[3] == "-" else found[3], found[4])


@cache
def saved_queries() -> Mapping[str, SavedQuery]:
    """All saved queries by name, sorted."""
    files = sorted((ontology_dir() / "queries").glob("*.rq"))
    return {file.stem: parse_saved(file.stem, file.read_text(encoding="utf-8")) for file in files}


def find_query(query: str | Path) -> SavedQuery:
    """A saved query by name, a query file, or query text. Raises QueryError where it is none of these."""
    if isinstance(query, Path) or query.endswith((".rq", ".sparql")):
        path = Path(query)
        try:
            return parse_saved(path.stem, path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise QueryError(f"{path}: cannot be read as a query file: {error}") from error
    if not _SAVED_NAME.fullmatch(query.strip()):
        return SavedQuery("query", "", (), query)
    known = saved_queries()
    if query.strip() not in known:
        near = difflib.get_close_matches(query.strip(), known, NEAREST)
        hint = f"did you mean {', '.join(near)}?" if near else f"saved are: {', '.join(known)}"
        raise QueryError(f"no saved query {query.strip()!r}; {hint}")
    return known[query.strip()]


class Names:
    """Every name in the graph, for look-ups in any spelling. Built at the first name that no label equals exactly."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self._index: dict[str, dict[str, None]] | None = None
        self._shown: dict[str, str] = {}

    def find(self, name: str) -> list[ox.NamedNode]:
        """The things that carry this name (as label, alias, id or address), sorted; raises UnknownName for none."""
        nodes = self._exact(name) or self._addressed(name) or self._spelt(name) or self._addressed("id:" + name)
        if nodes:
            return [ox.NamedNode(iri) for iri in sorted(nodes)]
        near = self.nearest(name)
        hint = (
            f"nearest: {', '.join(near)}" if near else "no name comes near it; `aigraph rank` lists the graph's names"
        )
        raise UnknownName(f"nothing in the graph is called {name!r}; {hint}")

    def nearest(self, name: str) -> list[str]:
        """The names that look most like this one, best first."""
        index = self.index()
        return [self._shown[key] for key in nearest_names(name, index, NEAREST)]

    def index(self) -> dict[str, dict[str, None]]:
        """Key of a name -> addresses of the things so called."""
        if self._index is None:
            self._index = {}
            preferred: set[str] = set()
            for predicate in (PREF_LABEL, ALT_LABEL):
                for quad in self.store.quads_for_pattern(None, predicate, None, ox.DefaultGraph()):
                    text = getattr(quad.object, "value", "")
                    key = name_key(text)
                    self._index.setdefault(key, {})[str(quad.subject)[1:-1]] = None
                    if predicate == PREF_LABEL or key not in preferred:
                        self._shown[key] = min(self._shown.get(key, text), text)
                    if predicate == PREF_LABEL:
                        preferred.add(key)
        return self._index

    def _exact(self, name: str) -> set[str]:
        literals = [ox.Literal(name), *(ox.Literal(name, language=language) for language in LANGUAGES)]
        return {
            str(quad.subject)[1:-1]
            for predicate, value in product((PREF_LABEL, ALT_LABEL), literals)
            for quad in self.store.quads_for_pattern(None, predicate, value, ox.DefaultGraph())
        }

    def _spelt(self, name: str) -> set[str]:
        return set(self.index().get(name_key(name), {}))

    def _addressed(self, name: str) -> set[str]:
        if not name.startswith("id:") and "://" not in name:
            return set()
        try:
            node = ox.NamedNode(name) if "://" in name else entity_node(name.removeprefix("id:"))
        except ValueError:
            return set()
        known = any(True for _ in self.store.quads_for_pattern(node, TYPE, None, ox.DefaultGraph()))
        return {node.value} if known else set()


def _number(names: Names, text: str) -> list[Any]:
    try:
        return [typed_literal(int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text))]
    except (ValueError, OverflowError):
        raise QueryError(f"{text!r} is not a number") from None


def _date(names: Names, text: str) -> list[Any]:
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        raise QueryError(f"{text!r} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD")
    return [ox.Literal(text)]


def _property(names: Names, text: str) -> list[Any]:
    try:
        return [term(text if ":" in text else "aig:" + text)]
    except (KeyError, ValueError):
        raise QueryError(f"{text!r} is not a property; write its name (developedBy) or prefixed name") from None


# Adding a kind of parameter: one function (names, text) -> the terms it may stand for, one row here.
KINDS: dict[str, Callable[[Names, str], list[Any]]] = {
    "name": lambda names, text: names.find(text),  # several things may share a name: the query is asked of each
    "property": _property,
    "text": lambda names, text: [ox.Literal(text)],
    "number": _number,
    "date": _date,  # bound as text, to be compared with STR(?date)
}


def bind(text: str, values: Mapping[str, Any]) -> str:
    """The query with the variables of `values` replaced by their terms; strings, addresses and comments stay."""

    def replace(found: re.Match[str]) -> str:
        name = found[0][1:]
        return f" {values[name]} " if found[0][0] in "?$" and name in values else found[0]

    return _TOKEN.sub(replace, text) if values else text


def bindings(query: SavedQuery, params: Mapping[str, str], names: Names) -> Iterator[dict[str, Any]]:
    """Every way to bind the parameters. Raises QueryError for an unknown or missing one, UnknownName for a name."""
    known = {param.name: param for param in query.params}
    for name in params:
        if name not in known:
            raise QueryError(f"query {query.name} has no parameter {name!r}; it takes: {', '.join(known) or 'none'}")
    choices: list[list[tuple[str, Any]]] = []
    for param in query.params:
        value = params.get(param.name, param.default)
        if value is None:
            raise QueryError(f"query {query.name} needs {param.name}: {param.help}")
        if value != "*":
            choices.append([(param.name, found) for found in KINDS[param.kind](names, value)])
    return (dict(choice) for choice in product(*choices))


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
    try:
        text = bind(query.text, way)
        answer = store.query(text, prefixes=PREFIXES)
    except SyntaxError as error:
        raise QueryError(_explain(query.name, text, str(error))) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"query {query.name}: {error}") from error
    if isinstance(answer, ox.QueryBoolean):
        return ("answer",), [{"answer": bool(answer)}]
    if isinstance(answer, ox.QuerySolutions):
        columns = tuple(variable.value for variable in answer.variables)
        return columns, ({name: plain_value(row[name]) for name in columns} for row in answer)
    names = ("subject", "predicate", "object")
    return names, (dict(zip(names, map(plain_value, triple), strict=True)) for triple in answer)


def _explain(name: str, text: str, message: str) -> str:
    """A syntax error with its place and the line it is in."""
    found = _POSITION.search(message)
    if not found:
        return f"query {name}: {message}"
    number, column = int(found[1]), int(found[2])
    lines = text.splitlines()
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    return f"query {name}, line {number}, column {column}: {found[3].strip()}\n  {line}\n  {' ' * (column - 1)}^"


def plain_value(value: Any) -> Value:
    """A term as a Python value: numbers and truth values as such, everything else as text."""
    if value is None:
        return None
    if not isinstance(value, ox.Literal):
        return value.value if isinstance(value, ox.NamedNode) else str(value)
    kind = value.datatype.value.removeprefix(_XSD)
    if kind == "integer":
        return int(value.value)
    if kind in ("decimal", "double", "float"):
        return float(value.value)
    return value.value == "true" if kind == "boolean" else value.value


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
