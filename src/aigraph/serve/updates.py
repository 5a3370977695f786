"""The dataset that a protocol request names for an update, written into the update as USING clauses.

Oxigraph's `update` takes no dataset beside the text, so using-graph-uri and using-named-graph-uri become the clauses
that the protocol defines them by. It refuses an update that has USING or WITH of its own (the protocol says so), and
changes nothing else: INSERT DATA, CLEAR and the like stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aigraph.ask.guard import Token, tokens


class DatasetConflict(ValueError):
    """The update names its dataset itself, and the request does too."""


def with_dataset(update: str, default: Sequence[str], named: Sequence[str]) -> str:
    """The update with a USING clause for each graph in every operation that has a pattern.

    Raises DatasetConflict where an operation has USING or WITH, ValueError for an address that cannot be written.
    """
    if not default and not named:
        return update
    clauses = "".join(f"USING {_iri(graph)} " for graph in default)
    clauses += "".join(f"USING NAMED {_iri(graph)} " for graph in named)
    inserts: list[tuple[int, str]] = []
    for operation in _operations(update):
        inserts += _inserts(operation, update, clauses)
    for place, text in sorted(inserts, reverse=True):
        update = update[:place] + text + update[place:]
    return update


def _iri(graph: str) -> str:
    if any(char in '<>"{}|^`\\' or ord(char) <= 0x20 for char in graph):
        raise ValueError(f"{graph!r} is not an address of a graph")
    return f"<{graph}>"


def _operations(update: str) -> Iterator[list[tuple[int, Token]]]:
    """The tokens of each operation, with the depth of braces each one stands at."""
    depth = 0
    operation: list[tuple[int, Token]] = []
    for token in tokens(update):
        if token.text == "}":
            depth -= 1
        if token.text == ";" and depth == 0:
            yield operation
            operation = []
        else:
            operation.append((depth, token))
        if token.text == "{":
            depth += 1
    yield operation


def _inserts(operation: list[tuple[int, Token]], update: str, clauses: str) -> list[tuple[int, str]]:
    words = [token for depth, token in operation if depth == 0 and token.kind == "word"]
    verbs = [token.text.upper() for token in words]
    if "USING" in verbs or "WITH" in verbs:
        raise DatasetConflict(
            "the update has a USING or WITH clause, and the request has using-graph-uri or using-named-graph-uri; "
            "only one of the two may say what the update reads"
        )
    if "WHERE" not in verbs:
        return []
    where = words[verbs.index("WHERE")]
    place = verbs.index("WHERE")
    if place and verbs[place - 1] == "DELETE":  # DELETE WHERE { P } is short for DELETE { P } WHERE { P }
        verb = words[place - 1]
        braces = [token.start for depth, token in operation if depth == 0 and token.text in ("{", "}")]
        if len(braces) == 2 and not any(verb.start < start < where.start for start in braces):
            return [(where.start, f"{update[braces[0] : braces[1] + 1]} {clauses}")]
    return [(where.start, clauses)]
