"""Links mentions to entities: what names one thing inside a document, and which id it has in the graph.

Names join by equal key, by a shared lexicon row, by a definition in brackets, or as the short form of exactly one
longer name. Never on likeness alone: names whose versions, sizes or other digits differ stay apart, whatever else they
share. Every join beyond equal keys is noted with its reason.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

from aigraph.model import Analysis, Entity, Mention
from aigraph.paths import ontology_dir
from aigraph.recognise.layers import load_org_endings
from aigraph.recognise.lexicon import Lexicon, load_lexicon
from aigraph.recognise.nested import SOURCE as NESTED
from aigraph.text.normalise import name_key, normalise
from aigraph.wordlists import grammar

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_QUOTES = " \t\"'“”‘’「」『』"
MAX_INTRODUCTION = 24  # characters between a name and its other name in brackets
_OPEN, _CLOSE = "(（", ")）"
SHORTENED = frozenset({"Organization", "Person"})  # types whose names are shortened to a part of them


@dataclass(slots=True)
class Cluster:
    """All mentions of one thing inside a document."""

    type: str
    mentions: list[Mention] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)
    surfaces: set[str] = field(default_factory=set)  # folded, with their spaces


def link(analysis: Analysis, *, lexicon: Lexicon | None = None) -> None:
    """Set `entity` on every mention and fill `analysis.entities`; notes say why names were joined."""
    lexicon = lexicon or load_lexicon()
    clusters = _by_key(analysis.norm, analysis.mentions)
    for left, right, reason in _joins(analysis, clusters):
        _join(clusters, left, right, reason, analysis.notes)
    unique = list({id(c): c for c in clusters.values()}.values())
    linked: list[Mention] = []
    for cluster in unique:
        entity = _entity(analysis, cluster, lexicon)
        if entity.id in analysis.entities:
            entity = _united(analysis.entities[entity.id], entity)
        analysis.entities[entity.id] = entity
        linked += [replace(m, entity=entity.id) for m in cluster.mentions]
    analysis.mentions = sorted(linked, key=lambda m: (m.start, -m.end))


def versions_differ(a: str, b: str) -> bool:
    """True where both names carry numbers and these are not the same: GPT-4.5 and GPT-4, 72B and 7B, H100 and H200."""
    x, y = _NUMBER.findall(a), _NUMBER.findall(b)
    return bool(x or y) and x != y


def never_merge(a: str, b: str) -> bool:
    """Whether the two are listed as near names of different things (ontology/grammar/never_merge.csv)."""
    return frozenset((name_key(a), name_key(b))) in _never_merged()


@cache
def _never_merged() -> frozenset[frozenset[str]]:
    path = ontology_dir() / "grammar" / "never_merge.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset(frozenset((name_key(r["a"]), name_key(r["b"]))) for r in csv.DictReader(file))


@cache
def definers() -> frozenset[str]:
    """What the text says before another name of the same thing (ontology/grammar/connectives.toml)."""
    return frozenset(normalise(word).casefold() for word in grammar("connectives")["defines"])


def _by_key(norm: str, mentions: Sequence[Mention]) -> dict[tuple[str, str], Cluster]:
    clusters: dict[tuple[str, str], Cluster] = {}
    by_row: dict[str, Cluster] = {}
    for m in mentions:
        key = name_key(norm[m.start : m.end])
        cluster = clusters.get((m.type, key))
        if cluster is None and m.lexicon_id:
            cluster = by_row.get(m.lexicon_id)
        if cluster is None:
            cluster = Cluster(m.type)
        clusters[m.type, key] = cluster
        cluster.mentions.append(m)
        cluster.keys.add(key)
        cluster.surfaces.add(norm[m.start : m.end].casefold())
        if m.lexicon_id:
            cluster.rows.add(m.lexicon_id)
            by_row.setdefault(m.lexicon_id, cluster)
    return clusters


Join = tuple[tuple[str, str], tuple[str, str], str]


def _joins(analysis: Analysis, clusters: dict[tuple[str, str], Cluster]) -> Iterator[Join]:
    yield from _bracketed(analysis)
    yield from _shortened(clusters)


def _bracketed(analysis: Analysis) -> Iterator[Join]:
    """Name（Name）of one type: a definition, unless the second is a variant of the first or something else."""
    norm = analysis.norm
    outer = [m for m in analysis.mentions if m.source != NESTED]
    for a, b in pairwise(outer):
        between = norm[a.end : b.start].strip()
        if a.type != b.type or not between or between[0] not in _OPEN or len(between) > MAX_INTRODUCTION:
            continue
        marker = between[1:].strip(_QUOTES + ":：").casefold()
        if norm[b.end : b.end + 3].strip(_QUOTES)[:1] not in tuple(_CLOSE) or (marker and marker not in definers()):
            continue
        x, y = norm[a.start : a.end], norm[b.start : b.end]
        if _is_closed(x) and _is_closed(y) and _is_definition(a.type, x, y, said=bool(marker)):
            yield (a.type, name_key(x)), (b.type, name_key(y)), f"defined in brackets: {x} ({y})"


def _is_closed(name: str) -> bool:
    """Whether every bracket in the name is closed in it; a name that is cut across one names nothing."""
    depth = 0
    for char in name:
        depth += (char in _OPEN) - (char in _CLOSE)
        if depth < 0:
            return False
    return depth == 0


def _is_definition(kind: str, a: str, b: str, *, said: bool) -> bool:
    """Another script, an abbreviation or a short form; never a variant. `said`: the text calls it another name."""
    if versions_differ(a, b) or never_merge(a, b):
        return False
    x, y = name_key(a), name_key(b)
    if x in y or y in x:
        short, long = sorted((x, y), key=len)
        before, _, after = long.partition(short)
        return said or (kind == "Organization" and load_org_endings().is_filler(before, after))
    if bool(_HAN.search(a)) != bool(_HAN.search(b)):
        return True
    words = re.findall(r"[A-Za-z]+|[0-9]+", a)
    if kind == "Person" or len(words) < 2 or not y.isascii():
        return said
    return said or y == "".join(w[0] for w in words).lower() or (sum(c.isupper() for c in b) > 1 and _abbreviates(y, x))


def _abbreviates(short: str, long: str) -> bool:
    """Whether the letters of the short name stand in the long one in this order, from its first."""
    rest = iter(long)
    return 2 <= len(short) < len(long) and short[0] == long[0] and all(c in rest for c in short)


def _shortened(clusters: dict[tuple[str, str], Cluster]) -> Iterator[Join]:
    """A name that is a part of exactly one longer name of its type, where such names are shortened that way."""
    by_type: dict[str, list[str]] = defaultdict(list)
    for (kind, key), cluster in clusters.items():
        if any(m.source != NESTED for m in cluster.mentions):
            by_type[kind].append(key)
    for kind in sorted(SHORTENED & set(by_type)):
        index = _LongerNames(kind, by_type[kind], clusters)
        for short in index.keys:
            longer = [k for k in index.of(short) if _shortens(kind, short, k, clusters)]
            roots = {id(clusters[kind, k]) for k in longer}
            if len(roots) == 1 and id(clusters[kind, short]) not in roots:
                yield (kind, longer[-1]), (kind, short), f"short form: {short} of {longer[-1]}"
                index.add(clusters[kind, short])  # what was joined goes by the short form too from now on


class _LongerNames:
    """Which names may be the long form of a short one: an index of their parts, so that not all are compared."""

    def __init__(self, kind: str, keys: Sequence[str], clusters: dict[tuple[str, str], Cluster]) -> None:
        self.keys = sorted(keys, key=lambda k: (len(k), k))
        self._kind, self._clusters = kind, clusters
        self._rank = {key: i for i, key in enumerate(self.keys)}
        self._by_part: dict[str | tuple[str, ...], set[str]] = defaultdict(set)
        for key in self.keys:
            self._index(key, clusters[kind, key])

    def add(self, cluster: Cluster) -> None:
        """Index the names of a cluster again, which has grown."""
        for key in cluster.keys & self._rank.keys():
            self._index(key, cluster)

    def of(self, short: str) -> list[str]:
        """The names behind `short` in order that it may be a part of; `_shortens` has the last word."""
        parts: list[str | tuple[str, ...]] = [short]
        if self._kind == "Person":
            parts += [tuple(s.split()) for s in self._clusters[self._kind, short].surfaces]
        found = {key for part in parts for key in self._by_part.get(part, ())}
        return sorted((k for k in found if self._rank[k] > self._rank[short]), key=self._rank.__getitem__)

    def _index(self, key: str, cluster: Cluster) -> None:
        parts: set[str | tuple[str, ...]] = set()
        if self._kind == "Person":
            parts |= {key[:1], key[-2:]}
            for words in (s.split() for s in cluster.surfaces):
                parts |= {tuple(w) for n in range(1, len(words)) for w in (words[:n], words[-n:])}
        else:
            starts, ends = load_org_endings().cuts(key)
            parts |= {key[a:b] for a in starts for b in ends if a < b}
        for part in parts:
            self._by_part[part].add(key)


def _shortens(kind: str, short: str, long: str, clusters: dict[tuple[str, str], Cluster]) -> bool:
    if versions_differ(short, long) or (clusters[kind, short].rows and clusters[kind, long].rows):
        return False
    if kind == "Person":
        if _HAN.search(short):  # the family name alone, or the given name
            family = len(short) == 1 and long.startswith(short)
            return len(long) in (2, 3, 4) and (family or (len(short) == 2 and len(long) > 2 and long.endswith(short)))
        return any(
            _is_part_of_name(a.split(), b.split())
            for a in clusters[kind, short].surfaces
            for b in clusters[kind, long].surfaces
        )
    if len(short) < 2 or short not in long:
        return False
    before, _, after = long.partition(short)
    return (before, after) != ("", "") and load_org_endings().is_filler(before, after)


def _is_part_of_name(short: list[str], long: list[str]) -> bool:
    """Whole words at the beginning or the end of a personal name."""
    n = len(short)
    return 0 < n < len(long) and short in (long[:n], long[-n:])


def _join(
    clusters: dict[tuple[str, str], Cluster],
    left: tuple[str, str],
    right: tuple[str, str],
    reason: str,
    notes: list[str],
) -> None:
    a, b = clusters.get(left), clusters.get(right)
    if a is None or b is None or a is b or (a.rows and b.rows and a.rows != b.rows):
        return
    if any(versions_differ(x, y) or never_merge(x, y) for x in a.keys for y in b.keys):
        return
    a.mentions += b.mentions
    a.keys |= b.keys
    a.rows |= b.rows
    a.surfaces |= b.surfaces
    for key in b.keys:
        clusters[b.type, key] = a
    notes.append(f"joined by {reason}")


def _entity(analysis: Analysis, cluster: Cluster, lexicon: Lexicon) -> Entity:
    counts = Counter(analysis.text[m.start : m.end] for m in cluster.mentions)
    surfaces = sorted(counts, key=lambda s: (-len(name_key(s)), -counts[s], s))
    row = lexicon.entries[sorted(cluster.rows)[0]] if cluster.rows else None
    subtype = (row.subtype if row else None) or next((m.subtype for m in cluster.mentions if m.subtype), None)
    if subtype is None and cluster.type == "Organization":
        subtype = load_org_endings().subtype_of(surfaces)
    aliases = {(s, _language(s, analysis)) for s in surfaces}
    if row is None:
        name = surfaces[0]
        ident = f"{cluster.type.lower()}-{slug(name)}"
        lang = _language(name, analysis)
    else:
        aliases |= set(row.labels) | {(a, _language(a, analysis)) for a in row.aliases}
        name, lang = row.labels[0] if row.labels else (surfaces[0], _language(surfaces[0], analysis))
        ident = row.id
    aliases.discard((name, lang))
    return Entity(ident, cluster.type, subtype, name, lang, tuple(sorted(aliases)), row.id if row else None)


def _united(a: Entity, b: Entity) -> Entity:
    aliases = {*a.aliases, *b.aliases, (b.name, b.lang)} - {(a.name, a.lang)}
    return replace(a, aliases=tuple(sorted(aliases)), subtype=a.subtype or b.subtype)


def _language(surface: str, analysis: Analysis) -> str:
    """Language tag of a name: its script, with the document's variant of Chinese."""
    if not _HAN.search(surface):
        return "en"
    return "zh-Hant" if analysis.document.lang == "zh-Hant" else "zh-Hans"


def slug(name: str) -> str:
    """IRI-safe form of a name's key: equal for names that are equal but for case, width, script and spacing."""
    return "".join(c if c.isalnum() or c in ".+" else f"-{ord(c):x}" for c in name_key(name)).strip("-")
