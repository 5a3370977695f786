"""Saved queries: files of SPARQL with a help text and parameters, and the values that parameters are bound to.

A saved query opens with comments: its help, then one line a parameter,

    # param: NAME KIND DEFAULT DESCRIPTION

each followed, where one likes, by the same in Chinese (the page and --lang zh show it),

    # zh: HELP OR DESCRIPTION

where KIND is one of KINDS, DEFAULT is `-` for a parameter that must be given and `*` for one that may be left open.
"name:Person|Organization" takes names of things of these classes only. A given parameter stands for the SPARQL variable
?NAME wherever that is written (so it is not selected as a column); it is a term of RDF, written with its escapes, so
that no value can change a query. It refuses a property that neither the ontology nor the graph knows.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product, takewhile
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from aigraph.ask.names import NEAREST, Names
from aigraph.ask.nearest import nearest_names
from aigraph.errors import QueryError, UnknownName
from aigraph.graph.rdf import TYPE, term, typed_literal
from aigraph.paths import ontology_dir
from aigraph.schema import AIG, load_schema
from aigraph.text.normalise import name_key

INLINE = "the query"  # what a query that was given as text is called

_PARAM = re.compile(r"#\s*param:\s+(\w+)\s+(\w+)(?::([\w|]+))?\s+(\S+)\s+(.+)")
_CHINESE = re.compile(r"#\s*zh:\s*(.*)")
_SAVED_NAME = re.compile(r"[\w-]+")
# The tokens of SPARQL in which a variable's letters would not be a variable, and variables themselves.
_TOKEN = re.compile(
    r"""\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
    r"""|<[^<>"{}|^`\\\s]*>|#[^\n]*|[?$]\w+""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a saved query. `default` is None where it must be given, "*" where it may be left open."""

    name: str
    kind: str
    default: str | None
    help: str
    classes: tuple[str, ...] = ()  # of a name: the classes, any of which the thing must have; none: any thing
    help_zh: str = ""

    def about(self, lang: str) -> str:
        """What it is, in Chinese for any Chinese `lang` where the file says it so."""
        return _in_language(self.help, self.help_zh, lang)


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query file: its name, its help, what it asks for, and its text."""

    name: str
    help: str
    params: tuple[Param, ...]
    text: str
    help_zh: str = ""

    def about(self, lang: str) -> str:
        """The help, in Chinese for any Chinese `lang` where the file gives it so."""
        return _in_language(self.help, self.help_zh, lang)

    @property
    def called(self) -> str:
        """What messages call it."""
        return self.name if self.name == INLINE else f"query {self.name}"


def _in_language(english: str, chinese: str, lang: str) -> str:
    return chinese if chinese and lang.lower().startswith("zh") else english


def header_of(text: str) -> list[str]:
    """The comment lines that a query begins with."""
    return list(takewhile(lambda line: line.startswith("#"), text.splitlines()))


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
    if not found or found[2] not in KINDS or (found[3] and found[2] != "name"):
        raise QueryError(
            f"saved query {name}: {line!r} is not '# param: NAME KIND DEFAULT DESCRIPTION'; "
            f"kinds: {', '.join(KINDS)}; a name may say of which classes (name:Person|Organization)"
        )
    default = None if found[4] == "-" else found[4]
    return Param(found[1], found[2], default, found[5], tuple(found[3].split("|")) if found[3] else ())


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
        return SavedQuery(INLINE, "", (), query)
    known = saved_queries()
    if query.strip() not in known:
        near = difflib.get_close_matches(query.strip(), known, NEAREST)
        hint = f"did you mean {', '.join(near)}?" if near else f"saved are: {', '.join(known)}"
        raise QueryError(f"no saved query {query.strip()!r}; {hint}")
    return known[query.strip()]


# -- values of parameters -------------------------------------------------------------------------------------------


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
    """A property of the ontology, of another vocabulary, or one that facts of this graph have."""
    try:
        node = term(text if ":" in text else "aig:" + text)
    except (KeyError, ValueError):
        raise QueryError(f"{text!r} is not a property; write its name (developedBy) or prefixed name") from None
    schema = load_schema()
    known = (*schema.relations, *schema.figures)
    name = node.value.removeprefix(AIG)
    if node.value.startswith(AIG) and name not in known:
        said = names.store.quads_for_pattern(None, term("rdf:predicate"), node, ox.DefaultGraph())
        if not any(True for _ in said):
            near = ", ".join(nearest_of(name, known)) or "none; they are " + ", ".join(sorted(known))
            raise UnknownName(f"the ontology has no property {text!r}; nearest: {near}")
    return [node]


def nearest_of(name: str, known: tuple[str, ...]) -> list[str]:
    """The terms that look most like this one, best first."""
    by_key = {name_key(one): one for one in known}
    return [by_key[key] for key in nearest_names(name, by_key, NEAREST)]


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

    def bound(found: re.Match[str]) -> str:
        name = found[0][1:]
        return f" {values[name]} " if found[0][0] in "?$" and name in values else found[0]

    return _TOKEN.sub(bound, text) if values else text


def bindings(query: SavedQuery, params: Mapping[str, str], names: Names) -> Iterator[dict[str, Any]]:
    """Every way to bind the parameters. Raises QueryError for an unknown or missing one, UnknownName for a name.

    UnknownName, too, where a name is only of things of a class that the parameter does not take.
    """
    known = {param.name: param for param in query.params}
    for name in params:
        if name not in known:
            raise QueryError(f"{query.called} has no parameter {name!r}; it takes: {', '.join(known) or 'none'}")
    choices: list[list[tuple[str, Any]]] = []
    for param in query.params:
        value = params.get(param.name, param.default)
        if value is None:
            raise QueryError(f"{query.called} needs {param.name}: {param.help}")
        if value != "*":
            found = KINDS[param.kind](names, value)
            if param.classes:
                found = _of_class(query, param, value, found, names.store)
            choices.append([(param.name, one) for one in found])
    return (dict(choice) for choice in product(*choices))


def _of_class(query: SavedQuery, param: Param, value: str, nodes: list[Any], store: ox.Store) -> list[Any]:
    """The things that have a class which the parameter takes, or no class at all."""
    typed = {node: store.quads_for_pattern(node, TYPE, None, ox.DefaultGraph()) for node in nodes}
    types = {node: {getattr(q.object, "value", "").removeprefix(AIG) for q in typed[node]} for node in nodes}
    fitting = [node for node in nodes if not types[node] or types[node] & set(param.classes)]
    if not fitting:
        core = load_schema().core_types
        seen = {one for some in types.values() for one in some}
        has = ", ".join(sorted(seen & set(core)) or sorted(seen))
        raise UnknownName(
            f"{value!r} is of class {has}, but {param.name} of {query.called} takes {' or '.join(param.classes)}: "
            f"{param.help}"
        )
    return fitting
