"""The decisions file: TOML, one `[[decision]]` a decision, read whole and only ever appended to.

TOML because it has comments, quotes every name safely, is known to editors, and a block added at its end is valid
whatever stands above. The action is the key, its target the value:

    [[decision]]                                       # comments stay: nothing here is ever rewritten
    reject = ["Xinghe-2", "contextLength", 128]        # thing, property, value
    document = "a.txt"                                 # optional: only in this document
    quote = "128"                                      # optional: only where the sentence has these words
    who = "Li Ming"                                    # who, when, why: as the person writes them, or not at all
    when = 2026-11-22
    why = "128K; the K was lost"

To say that two names were looked at and are not one thing: reject = ["A", "sameAs", "B"].
Order counts only between decisions on the same target: the later one holds. Every error names file, line and remedy.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from aigraph.errors import DecisionError
from aigraph.review.records import ACTIONS, ON_FACTS, SAME, Decision, Value

DEFAULT_FILE = Path("decisions.toml")
HEADER = "decision"

# Adding an action: a row here (the keys that may stand beside it), its name in ACTIONS, its effect in `things` or
# `facts`. True: the key must be there.
_SIGNED = {"who": False, "when": False, "why": False}
KEYS: Mapping[str, Mapping[str, bool]] = {
    "accept": {"document": False, "quote": False, **_SIGNED},
    "reject": {"document": False, "quote": False, **_SIGNED},
    "retype": {"to": True, "type": False, "document": False, **_SIGNED},
    "merge": {"type": False, **_SIGNED},
    "split": {"name": False, "document": False, "as": False, "to": False, "type": False, **_SIGNED},
    "alias": {"name": True, "lang": False, "type": False, **_SIGNED},
}
_FIELDS: Mapping[str, str] = {"as": "label"}
_HEADER_LINE = re.compile(rf"\s*\[\[\s*[\"']?{HEADER}[\"']?\s*\]\]\s*(#.*)?")
_WHERE = re.compile(r"\(at line (\d+), column \d+\)")
_WHEN = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """The decisions of a file, in its order. Raises DecisionError for one that cannot be understood."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DecisionError(f"{path}: the decisions cannot be read: {error.strerror}; name another file") from error
    except UnicodeDecodeError as error:
        raise DecisionError(f"{path}: is not UTF-8 ({error}); save it as UTF-8") from error
    return parse_decisions(text, str(path))


def parse_decisions(text: str, name: str = "decisions") -> tuple[Decision, ...]:
    """The decisions of a text; `name` stands in messages. Raises DecisionError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _WHERE.search(str(error))
        where = f", line {found[1]}" if found else ""
        said = _WHERE.sub("", str(error)).strip()
        raise DecisionError(f'{name}{where}: not TOML: {said}; put names in double quotes, \\" inside them') from error
    others = sorted(set(data) - {HEADER})
    if others:
        line = _line_of(text, others[0])
        raise DecisionError(f"{name}, line {line}: {others[0]!r} stands alone; begin each decision with [[{HEADER}]]")
    rows = data.get(HEADER, [])
    if not isinstance(rows, list):
        raise DecisionError(f"{name}, line {_line_of(text, HEADER)}: write [[{HEADER}]] with two brackets")
    lines = text.splitlines()
    starts = _starts(lines, len(rows))
    return tuple(_decision(row, _Place(name, lines, start)) for row, start in zip(rows, starts, strict=True))


def _starts(lines: list[str], count: int) -> list[int]:
    """Index of the header line of each decision."""
    found = [number for number, line in enumerate(lines) if _HEADER_LINE.fullmatch(line)]
    if len(found) != count:  # a header inside a text of several lines is none: what stands before it is not whole
        found = [number for number in found if _is_whole("\n".join(lines[:number]))]
    return (found + [0] * count)[:count]


def _is_whole(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _line_of(text: str, key: str) -> int:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip(" [\"'").startswith(key):
            return number
    return 1


class _Place:
    """Where a decision stands, for messages that point at one of its keys."""

    def __init__(self, name: str, lines: list[str], start: int) -> None:
        self.name, self.lines, self.start = name, lines, start

    def __str__(self) -> str:
        return f"{self.name}, line {self.start + 1}"

    def fail(self, problem: str, key: str | None = None) -> DecisionError:
        number = self.start
        for offset, line in enumerate(self.lines[self.start + 1 :], start=1):
            if _HEADER_LINE.fullmatch(line):
                break
            if key is not None and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                number = self.start + offset
                break
        return DecisionError(f"{self.name}, line {number + 1}: {problem}")


def _decision(row: Any, place: _Place) -> Decision:
    if not isinstance(row, dict):
        raise place.fail(f"write [[{HEADER}]] on a line of its own and one key a line below it")
    actions = [key for key in row if key in ACTIONS]
    if len(actions) != 1:
        problem = f"has {' and '.join(actions)}" if actions else "says no action"
        near = [word for key in row for word in difflib.get_close_matches(key, ACTIONS, 1)]
        hint = f"did you mean {near[0]}?" if near and not actions else f"write one of {', '.join(ACTIONS)}"
        raise place.fail(f"the decision {problem}; {hint}", actions[1] if actions else None)
    action = actions[0]
    keys = KEYS[action]
    for key in row:
        if key != action and key not in keys:
            near = difflib.get_close_matches(key, keys, 1)
            hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(keys)}"
            raise place.fail(f"{action} takes no {key!r}; {hint}", key)
    for key, needed in keys.items():
        if needed and key not in row:
            raise place.fail(f'{action} needs {key!r}: add a line {key} = "..."', action)
    fields: dict[str, Any] = {_FIELDS.get(key, key): _text(row[key], key, place) for key in row if key != action}
    decision = Decision(action, _target(action, row[action], place), **fields, place=str(place))
    _check(decision, place)
    return decision


def _text(value: Any, key: str, place: _Place) -> str:
    if isinstance(value, datetime):
        value = value.date()
    text = value.isoformat() if isinstance(value, date) else value
    if key == "when" and isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str) or not text.strip():
        raise place.fail(f'{key} is a text; write {key} = "..."', key)
    if key == "when" and not _WHEN.fullmatch(text):
        raise place.fail(f'when is a date, not {text!r}; write 2026-11-22, "2026-11" or "2026"', key)
    return text


_FORMS = {
    **dict.fromkeys(ON_FACTS, '["thing", "property", value]'),
    "merge": '["name to keep", "other name"]',
    **dict.fromkeys(("retype", "split", "alias"), '"thing"'),
}


def _target(action: str, value: Any, place: _Place) -> tuple[Value, ...]:
    items = list(value) if isinstance(value, list) else [value]
    items = [item.isoformat() if isinstance(item, date) else item for item in items]
    size = (2, 4) if action in ON_FACTS else (2, 99) if action == "merge" else (1, 1)
    right = size[0] <= len(items) <= size[1] and all(isinstance(item, str | int | float) for item in items)
    names = items[:2] if action in ON_FACTS else items
    if not right or not all(isinstance(name, str) and name.strip() for name in names):
        raise place.fail(f"{action} is written {action} = {_FORMS[action]}", action)
    return tuple(items)


def _check(decision: Decision, place: _Place) -> None:
    """What needs the ontology: known classes and properties, and pairs that may never be one thing."""
    from aigraph.schema import load_schema

    schema = load_schema()
    for key, name in (("to", decision.to), ("type", decision.type)):
        if name is not None and name not in schema.entity_types:
            raise place.fail(f"no class {name!r}; {_nearest(name, schema.entity_types)}", key)
    if decision.action in ON_FACTS:
        said = str(decision.target[1])
        known = {**schema.relations, **schema.figures, **schema.events, SAME: None}
        if said not in known:
            raise place.fail(f"no property or kind of event {said!r}; {_nearest(said, known)}", decision.action)
        if len(decision.target) == 2 and said not in schema.events:
            raise place.fail(f"{decision.action} needs the value as well: {_FORMS['accept']}", decision.action)
        if len(decision.target) == 4 and said != "evaluatedOn":
            raise place.fail("only evaluatedOn takes a figure as fourth", decision.action)
    if decision.action == "split" and not (decision.name or (decision.document and decision.label)):
        raise place.fail('split needs name = "the name parted off", or document and as (the new name)', "split")
    if decision.action == "merge":
        _may_merge(decision, place)


def _may_merge(decision: Decision, place: _Place) -> None:
    from itertools import combinations

    from aigraph.recognise.link import never_merge

    for a, b in combinations(map(str, decision.target), 2):
        if never_merge(a, b):
            raise place.fail(
                f"{a} and {b} are listed as different things (ontology/grammar/never_merge.csv); "
                "take the pair out of that list or this decision out of this file", "merge",
            )  # fmt: skip


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.5)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"


# -- writing --------------------------------------------------------------------------------------------------------


def format_decision(decision: Decision) -> str:
    """The decision as a block of the file."""
    return "\n".join([f"[[{HEADER}]]", *_lines(decision)]) + "\n"


def _lines(decision: Decision) -> Iterator[str]:
    alone = decision.action in ("retype", "split", "alias")
    target = _toml(decision.target[0]) if alone else f"[{', '.join(map(_toml, decision.target))}]"
    yield f"{decision.action} = {target}"
    for key in KEYS[decision.action]:
        value = getattr(decision, _FIELDS.get(key, key))
        if value is not None:
            whole_day = key == "when" and len(value) == 10
            yield f"{key} = {value if whole_day else _toml(value)}"


def _toml(value: Value) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower() if isinstance(value, bool) else repr(value)


def append_decision(path: Path, decision: Decision) -> None:
    """Add a decision at the end of the file, made where it is missing; what stands there stays byte for byte."""
    try:
        before = path.read_bytes() if path.exists() else b""
        gap = "" if not before else "\n" if before.endswith(b"\n") else "\n\n"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(gap + format_decision(decision))
    except OSError as error:
        raise DecisionError(f"{path}: the decision was not written: {error.strerror}; name another file") from error
