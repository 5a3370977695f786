"""Sorted N-Quads lines, and the formats made from them by one pass: Turtle, TriG, JSON-LD, N-Triples, N-Quads.

A line is one quad in canonical N-Quads without the line end; a line of the merged (default) graph has no graph name.
Everything streams: sorting spills to temporary files, writers hold one subject at a time. The same set of lines gives
the same bytes, whatever order it came in. It refuses to guess a format: `FORMATS` lists what there is.
"""

from __future__ import annotations

import heapq
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from aigraph.errors import UnknownFormat
from aigraph.graph.rdf import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph as ox

CHUNK = 200_000  # lines sorted in memory at once: about 60 MB

_CHAR = "A-Za-z0-9_\u3400-\u9fff"
_LOCAL = re.compile(f"[{_CHAR}][{_CHAR}-]*(?:\\.[{_CHAR}-]+)*")  # names that Turtle takes without escapes
_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_BY_LENGTH = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))
_XSD = PREFIXES["xsd"]


def sort_lines(lines: Iterable[str], *, chunk: int = CHUNK) -> Iterator[str]:
    """The distinct lines in code-point order, with at most `chunk` of them in memory."""
    source = iter(lines)
    with ExitStack() as stack:
        runs: list[Iterable[str]] = [sorted(set(islice(source, chunk)))]
        while part := sorted(set(islice(source, chunk))):
            spill = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n"))
            spill.writelines(line + "\n" for line in part)
            spill.seek(0)
            runs.append(line.rstrip("\n") for line in spill)
        previous = None
        for line in heapq.merge(*runs):
            if line != previous:
                yield line
            previous = line


def parts_of(line: str) -> tuple[str, str, str, str]:
    """Subject, predicate, object and graph ("" for the merged graph) of a line, each as it is written there."""
    subject, predicate, rest = line.split(" ", 2)
    rest = rest.removesuffix(" .")
    if not rest.endswith(">"):
        return subject, predicate, rest, ""
    at = rest.rfind(" <")
    # A literal's datatype hangs on its quote; only a graph name stands after a blank outside the quotes.
    if at < 0 or (rest.startswith('"') and '"' in rest[at:]):
        return subject, predicate, rest, ""
    return subject, predicate, rest[:at], rest[at + 1 :]


def shorten(iri: str) -> str | None:
    """The prefixed name of an address, where one exists that needs no escapes."""
    for prefix, namespace in _BY_LENGTH:
        if iri.startswith(namespace):
            local = iri[len(namespace) :]
            return f"{prefix}:{local}" if _LOCAL.fullmatch(local) else None
    return None


def _turtle_term(term: str) -> str:
    """A term of N-Quads as Turtle writes it."""
    if term.startswith("<"):
        return shorten(term[1:-1]) or term
    if not term.endswith(">"):
        return term
    quoted, _, datatype = term.rpartition("^^")
    value = quoted[1:-1]
    if datatype == f"<{_XSD}integer>" and re.fullmatch(r"[+-]?\d+", value):
        return value
    if datatype == f"<{_XSD}decimal>" and re.fullmatch(r"[+-]?\d*\.\d+", value):
        return value
    if datatype == f"<{_XSD}boolean>" and value in ("true", "false"):
        return value
    return f"{quoted}^^{_turtle_term(datatype)}"


def _turtle_subjects(lines: Iterable[str]) -> Iterator[str]:
    """One paragraph a subject; its class first, then predicates in the order of the lines."""
    for subject, group in groupby(map(parts_of, lines), key=lambda parts: parts[0]):
        rows: dict[str, list[str]] = {}
        for _, predicate, value, _ in group:
            values = rows.setdefault(predicate, [])
            if not values or values[-1] != value:
                values.append(value)
        ordered = sorted(rows.items(), key=lambda row: row[0] != _RDF_TYPE)
        said = " ;\n    ".join(
            f"{'a' if predicate == _RDF_TYPE else _turtle_term(predicate)} "
            + ", ".join(dict.fromkeys(map(_turtle_term, values)))
            for predicate, values in ordered
        )
        yield f"{_turtle_term(subject)} {said} .\n"


def _header() -> str:
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(PREFIXES.items())) + "\n"


def merged_only(lines: Iterable[str]) -> Iterator[str]:
    """The lines of the merged graph."""
    return (line for line in lines if not parts_of(line)[3])


def write_turtle(lines: Iterable[str], file: TextIO) -> None:
    """The merged graph, grouped by subject, with prefixed names."""
    file.write(_header())
    for paragraph in _turtle_subjects(merged_only(lines)):
        file.write(paragraph + "\n")


def write_trig(lines: Iterable[str], file: TextIO) -> None:
    """All graphs: the merged one first, then one block a document. Sorts the lines once more, by graph."""
    file.write(_header())
    keyed = sort_lines(f"{parts_of(line)[3]}\t{line}" for line in lines)
    for graph, group in groupby((row.split("\t", 1) for row in keyed), key=lambda row: row[0]):
        paragraphs = _turtle_subjects(row[1] for row in group)
        if graph:
            file.write(f"{_turtle_term(graph)} {{\n")
        for paragraph in paragraphs:
            file.write(paragraph + "\n")
        if graph:
            file.write("}\n\n")


def write_ntriples(lines: Iterable[str], file: TextIO) -> None:
    """The merged graph, one triple a line."""
    file.writelines(line + "\n" for line in merged_only(lines))


def write_nquads(lines: Iterable[str], file: TextIO) -> None:
    """All graphs, one quad a line."""
    file.writelines(line + "\n" for line in lines)


def write_jsonld(lines: Iterable[str], file: TextIO) -> None:
    """The merged graph as compact JSON-LD: the prefixes as context, then one line a node."""
    from pyoxigraph import RdfFormat, parse

    context = dict(sorted(PREFIXES.items()))
    file.write('{"@context": ' + json.dumps(context) + ',\n "@graph": [')
    separator = "\n"
    for subject, group in groupby(merged_only(lines), key=lambda line: line.split(" ", 1)[0]):
        node = _json_node(subject[1:-1], parse("\n".join(group), format=RdfFormat.N_TRIPLES))
        file.write(separator + json.dumps(node, ensure_ascii=False))
        separator = ",\n"
    file.write("\n]}\n")


def _json_node(subject: str, quads: Iterable[ox.Quad]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": shorten(subject) or subject}
    kinds: list[str] = []
    rows: dict[str, list[Any]] = {}
    for quad in quads:
        name = quad.predicate.value
        if f"<{name}>" == _RDF_TYPE:
            kinds.append(_json_value(quad.object)["@id"])
        else:
            rows.setdefault(shorten(name) or name, []).append(_json_value(quad.object))
    if kinds:
        node["@type"] = kinds
    return node | {name: values[0] if len(values) == 1 else values for name, values in rows.items()}


def _json_value(value: Any) -> Any:
    if not hasattr(value, "datatype"):
        return {"@id": shorten(value.value) or value.value}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    kind = value.datatype.value
    if kind == _XSD + "string":
        return value.value
    if kind == _XSD + "integer" and re.fullmatch(r"0|-?[1-9]\d{0,14}", value.value):
        return int(value.value)
    if kind == _XSD + "boolean":
        return value.value == "true"
    return {"@value": value.value, "@type": shorten(kind) or kind}


# Adding a format: one function `write(lines, file)` above, one row here.
FORMATS: dict[str, Callable[[Iterable[str], TextIO], None]] = {
    "ttl": write_turtle,
    "nt": write_ntriples,
    "nq": write_nquads,
    "trig": write_trig,
    "jsonld": write_jsonld,
}


def write_lines(lines: Iterable[str], path: Path, format: str | None = None) -> None:
    """Write sorted lines to `path` in `format` (default: the file's ending). The file appears whole or not at all."""
    name = (format or path.suffix.lstrip(".")).lower()
    if name not in FORMATS:
        raise UnknownFormat(f"{path}: no RDF format {name!r}; known: {', '.join(FORMATS)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            FORMATS[name](lines, file)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read_lines(path: Path) -> Iterator[str]:
    """The lines of an N-Quads file."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n")
