"""The lexicon (ontology/lexicon/*.csv): names and aliases of known things, found in one pass over the text.

Matching folds case, script and the spaces or hyphens between parts of a name; a Latin name must stand as a whole, and
one followed by a further version part (GPT-4 in GPT-4.5, H20 in H200) is no match. Holds names and types, no facts.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aigraph.errors import OntologyError
from aigraph.paths import ontology_dir
from aigraph.schema import load_schema
from aigraph.text.normalise import lowered, name_key, normalise

TYPES = {
    "organization": "Organization",
    "model": "Model",
    "person": "Person",
    "hardware": "Hardware",
    "benchmark": "Benchmark",
    "event": "Event",
    "software": "Software",
    "technique": "Technique",
    "dataset": "Dataset",
    "publication": "Publication",
}
COLUMNS = ("id", "subtype", "en", "zh", "hant", "aliases", "weak")
_SEPARATOR = re.compile(r"[ \-]+")
_JOINT = re.compile(r"(?<=[a-z])(?=[0-9])|(?<=[0-9])(?=[a-z])")


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """One row: a known thing with its names."""

    id: str
    type: str
    subtype: str | None
    labels: tuple[tuple[str, str], ...]  # (preferred name, language tag)
    aliases: tuple[str, ...]
    weak: tuple[str, ...]  # names that are also ordinary words

    def names(self) -> Iterator[str]:
        """Every strong name; a name listed as weak is weak even where it is the preferred one."""
        weak = set(self.weak)
        yield from (name for name, _ in self.labels if name not in weak)
        yield from (name for name in self.aliases if name not in weak)


@dataclass(frozen=True, slots=True)
class LexiconMatch:
    """A stretch of text that equals a known name; several entries where the name is shared."""

    start: int
    end: int
    entries: tuple[LexiconEntry, ...]
    weak: bool


def read_entries(folder: Path) -> list[LexiconEntry]:
    """All rows of the lexicon, sorted by id. Raises OntologyError for a file or row that is not whole, with its line.

    A row has an id of its own, a name, and no subtype or one that the ontology puts under the type of its file.
    """
    entries: dict[str, LexiconEntry] = {}
    places: dict[str, str] = {}
    for stem, type_ in TYPES.items():
        path = folder / f"{stem}.csv"
        if not path.exists():
            continue
        for number, row in _rows(path):
            place = f"{path.name} line {number}"
            entry = _entry(row, type_, place)
            if entry.id in entries:
                raise OntologyError(
                    f"{place}: the id {entry.id!r} stands in {places[entry.id]} already; join the rows or change one id"
                )
            entries[entry.id], places[entry.id] = entry, place
    return [entries[id_] for id_ in sorted(entries)]


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of every row, empty cells for those a row leaves out at its end."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise OntologyError(
                    f"{path.name} line 1: has no column {', '.join(missing)}; name the columns {','.join(COLUMNS)}"
                )
            for row in rows:
                if None in row:
                    raise OntologyError(
                        f"{path.name} line {rows.line_num}: has more cells than columns; quote a name with a comma"
                    )
                yield rows.line_num, {name: row[name] or "" for name in COLUMNS}
    except (UnicodeDecodeError, csv.Error) as error:
        raise OntologyError(f"{path.name}: cannot be read as CSV in UTF-8 ({error}); save it as that") from error


def _entry(row: dict[str, str], type_: str, place: str) -> LexiconEntry:
    """One row as an entry; `place` is told where it is not whole."""
    labels = [(row["en"], "en"), (row["zh"], "zh-Hans"), (row["hant"], "zh-Hant")]
    entry = LexiconEntry(
        row["id"],
        type_,
        row["subtype"] or None,
        tuple((n, lang) for n, lang in labels if n),
        tuple(a for a in row["aliases"].split("|") if a),
        tuple(a for a in row["weak"].split("|") if a),
    )
    if not entry.id or not (entry.labels or entry.aliases):
        raise OntologyError(f"{place}: a row needs an id and a name")
    if entry.subtype is not None and entry.subtype not in _subtypes(type_):
        known = ", ".join(_subtypes(type_)) or "none"
        raise OntologyError(
            f"{place}: no subtype {entry.subtype!r} of {type_} in the ontology (there are: {known}); "
            "leave the cell empty, or add the class to entities.ttl"
        )
    return entry


@cache
def _subtypes(type_: str) -> tuple[str, ...]:
    types = load_schema().entity_types.values()
    return tuple(one.name for one in types if one.parent is not None and one.core == type_)


class Lexicon:
    """The compiled lexicon: an automaton over all spellings, and an index by name key."""

    def __init__(self, entries: list[LexiconEntry]) -> None:
        """Compile; a second for some ten thousand names at most."""
        import ahocorasick_rs

        self.entries = {e.id: e for e in entries}
        spellings: dict[str, list[tuple[LexiconEntry, bool, bool]]] = {}
        self._by_key: dict[str, list[LexiconEntry]] = {}
        self._by_weak_key: dict[str, list[LexiconEntry]] = {}
        for entry in entries:
            for name, weak in [*((n, False) for n in entry.names()), *((n, True) for n in entry.weak)]:
                exact = name.isascii() and (len(name) <= 3 or weak)  # short Latin names keep their case
                by_key = (self._by_weak_key if weak else self._by_key).setdefault(name_key(name), [])
                if entry not in by_key:
                    by_key.append(entry)
                for spelling in _spellings(normalise(name)):
                    spellings.setdefault(spelling, []).append((entry, weak, exact))
        self._exact = {normalise(n) for e in entries for n in (*e.names(), *e.weak)}
        self._spellings = sorted(spellings)
        self._owners = [spellings[s] for s in self._spellings]
        self._automaton = ahocorasick_rs.AhoCorasick(self._spellings, matchkind=ahocorasick_rs.MatchKind.Standard)

    def by_name(self, name: str) -> list[LexiconEntry]:
        """Entries with this strong name, compared by `name_key`."""
        return self._by_key.get(name_key(name), [])

    def by_weak_name(self, name: str) -> list[LexiconEntry]:
        """Entries with this name as a weak one: right only where the context says that it is a name."""
        return self._by_weak_key.get(name_key(name), [])

    def find(self, norm: str) -> list[LexiconMatch]:
        """Matches of a normalised text in order, the longest first where they overlap."""
        lower = lowered(norm)
        raw = []
        for k, start, end in self._automaton.find_matches_as_indexes(lower, overlapping=True):
            if _whole(lower, start, end):
                owners = [(e, w) for e, w, exact in self._owners[k] if not exact or norm[start:end] in self._exact]
                if owners:
                    raw.append((start, -end, owners))
        raw.sort(key=lambda x: x[:2])
        out: list[LexiconMatch] = []
        position = 0
        for start, minus_end, owners in raw:
            if start >= position:
                strong = [e for e, weak in owners if not weak]
                chosen = {e.id: e for e in (strong or [e for e, _ in owners])}
                out.append(LexiconMatch(start, -minus_end, tuple(chosen[i] for i in sorted(chosen)), not strong))
                position = -minus_end
        return out


def _spellings(name: str) -> set[str]:
    """Lower-cased spellings of a name that differ only by spaces and hyphens between its parts."""
    lower = name.lower()
    found = {lower}
    if _SEPARATOR.search(lower):
        found |= {_SEPARATOR.sub(glue, lower) for glue in (" ", "-")}
        closed = _SEPARATOR.sub("", lower)
        if len(closed) > 4 and any(c.isdigit() or ord(c) > 0x2E80 for c in closed):
            found.add(closed)
    return found


def _whole(lower: str, start: int, end: int) -> bool:
    """Whether a match stands by itself: no letter or digit of the same Latin word, no further version part."""
    first, last = lower[start], lower[end - 1]
    before = lower[start - 1] if start else " "
    after = lower[end] if end < len(lower) else " "
    if first.isascii() and first.isalnum() and before.isascii() and before.isalnum():
        return False
    if not (last.isascii() and last.isalnum()):
        return True
    if after.isascii() and after.isalnum():
        return False
    beyond = lower[end + 1] if end + 1 < len(lower) else " "
    if after == "." and last.isdigit() and beyond.isdigit():
        return False
    return not (after in "-_" and beyond.isascii() and beyond.isalnum() and last.isdigit())


@cache
def load_entries() -> Mapping[str, LexiconEntry]:
    """The rows of the package's own lexicon by id, in order; read without compiling them."""
    return {entry.id: entry for entry in read_entries(ontology_dir() / "lexicon")}


@cache
def load_lexicon() -> Lexicon:
    """The package's own lexicon."""
    return Lexicon(list(load_entries().values()))
