"""Decisions about things: split, retype, merge and alias, carried out in this order on the desk of one document.

A union goes by the id that the kept name has, whether or not the kept thing stands in this document; so every document
gives the same id. A union is within a class (retype comes first, where two classes were read). It never guesses which
thing a sentence means: where both sides of a split stand in one sentence, its facts stay and the sentence is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from aigraph.model import BenchmarkResult, Entity, Event, Evidence, Mention, Statement
from aigraph.review.names import (
    ID_MARK,
    Desk,
    event_with,
    id_for,
    language_of,
    names_of,
    result_with,
    statement_with,
)
from aigraph.review.records import Applied, Decision
from aigraph.schema import load_schema
from aigraph.text.normalise import name_key

F = TypeVar("F", Statement, BenchmarkResult, Event)


@dataclass(frozen=True, slots=True)
class Union:
    """All names that merges, taken together, give to one thing; the first of the first merge is kept."""

    kept: str
    references: tuple[str, ...]
    kind: str | None
    decisions: tuple[Decision, ...]


def unions(decisions: Sequence[Decision]) -> tuple[Union, ...]:
    """The merges with their chains closed: B into A and C into B is B and C into A, in any order."""
    parent: dict[tuple[str | None, str], tuple[str | None, str]] = {}
    shown: dict[tuple[str | None, str], str] = {}

    def root(key: tuple[str | None, str]) -> tuple[str | None, str]:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for decision in decisions:
        keys = [(decision.type, _key(str(reference))) for reference in decision.target]
        for key, reference in zip(keys, decision.target, strict=True):
            shown.setdefault(key, str(reference))
            parent.setdefault(key, key)
            if root(key) != root(keys[0]):
                parent[root(key)] = root(keys[0])
    members: dict[tuple[str | None, str], list[str]] = defaultdict(list)
    for key in parent:
        members[root(key)].append(shown[key])
    mine: dict[tuple[str | None, str], list[Decision]] = defaultdict(list)
    for decision in decisions:
        mine[root((decision.type, _key(str(decision.target[0]))))].append(decision)
    return tuple(
        Union(shown[top], tuple(dict.fromkeys([shown[top], *names])), top[0], tuple(mine[top]))
        for top, names in members.items()
    )


def _key(reference: str) -> str:
    return reference if reference.startswith(ID_MARK) else name_key(reference)


# -- split ----------------------------------------------------------------------------------------------------------


def split(desk: Desk, decision: Decision) -> Iterator[Applied]:
    """Part a name off, or what this one document means."""
    if not desk.is_document(decision.document):
        return
    for key in desk.find(str(decision.target[0]), decision.type):
        entity = desk.entities[key]
        mine = [m for m in desk.mentions if m.entity == key and _is_parted(desk, m, decision)]
        known = decision.name is None or any(name_key(n) == name_key(decision.name) for n in names_of(entity))
        if mine or known:
            yield _part(desk, entity, mine, decision)


def _is_parted(desk: Desk, mention: Mention, decision: Decision) -> bool:
    written = desk.extraction.document.text[mention.start : mention.end]
    return decision.name is None or name_key(written) == name_key(decision.name)


def _part(desk: Desk, entity: Entity, mine: Sequence[Mention], decision: Decision) -> Applied:
    """Give the mentions `mine` of a thing, and the facts read from them, to a thing of their own."""
    label = decision.label or decision.name or entity.name
    kind, subtype = _class(decision.to) if decision.to else (entity.type, entity.subtype)
    new = id_for(label, kind, other_than=entity.id)
    rest = _without(entity, {name_key(decision.name)} if decision.name else set())
    if new == entity.id and rest.name and kind == entity.type:  # the old id was made from the name parted off
        kept = id_for(rest.name, rest.type)
        desk.take(entity.id)
        desk.put(replace(rest, id=kept))
        desk.rename(entity.id, kept)
        desk.moved.pop(entity.id, None)
        rest = desk.entities[kept]
        mine = [replace(m, entity=kept) for m in mine]
    elif decision.name is not None:
        desk.take(entity.id)
        desk.put(rest)
    if not mine:
        return Applied(decision, (rest.id,))
    lang = language_of(label, desk.extraction.document.lang)
    surfaces = {desk.extraction.document.text[m.start : m.end] for m in mine} - {label}
    aliases = tuple(sorted((s, language_of(s, desk.extraction.document.lang)) for s in surfaces))
    others = [m for m in desk.mentions if m.entity == rest.id and m not in set(mine)]
    desk.put(Entity(new, kind, subtype, label, lang, aliases))
    remarks = _share_facts(desk, rest.id, new, mine, others)
    parted = set(mine)
    desk.mentions = [replace(m, entity=new, type=kind) if m in parted else m for m in desk.mentions]
    if not others and not _is_used(desk, rest.id):
        desk.take(rest.id)
        return Applied(decision, (new,), remarks=remarks)
    return Applied(decision, tuple(sorted({rest.id, new})), remarks=remarks)


def _without(entity: Entity, keys: set[str]) -> Entity:
    """The thing without the names of these keys."""
    aliases = tuple(alias for alias in entity.aliases if name_key(alias[0]) not in keys)
    if name_key(entity.name) not in keys:
        return replace(entity, aliases=aliases)
    best = min(aliases, key=lambda a: (-len(name_key(a[0])), a), default=("", entity.lang))
    return replace(entity, name=best[0], lang=best[1], aliases=tuple(a for a in aliases if a != best))


def _is_used(desk: Desk, key: str) -> bool:
    return (
        any(key in (s.subject, s.object) or key in (v for _, v in s.qualifiers) for s in desk.statements)
        or any(key in (r.model, r.benchmark) or key in (v for _, v in r.qualifiers) for r in desk.results)
        or any(key in e.participants or key == e.entity for e in desk.events)
    )


def _share_facts(desk: Desk, old: str, new: str, mine: Sequence[Mention], others: Sequence[Mention]) -> tuple[str, ...]:
    """Move the facts whose sentences have the parted mentions only; name the sentences that have both."""
    remarks: list[str] = []

    def goes(evidence: Evidence) -> bool:
        def within(mentions: Sequence[Mention]) -> bool:
            return any(evidence.start <= m.start and m.end <= evidence.end for m in mentions)

        here, there = within(mine), within(others)
        if here and there:
            remarks.append(f"both names stand in “{' '.join(evidence.exact.split())}”; its facts stay with {old}")
        return (here and not there) or (not here and not there and not others)

    def share(facts: list[F], moved: Callable[[F, str, str], F]) -> list[F]:
        out: list[F] = []
        for fact in facts:
            other = moved(fact, old, new)
            gone = tuple(e for e in fact.evidence if other != fact and goes(e))
            stays = tuple(e for e in fact.evidence if e not in gone)
            out += [replace(fact, evidence=stays)] if stays else []
            out += [replace(other, evidence=gone)] if gone else []
        return out

    desk.statements = share(desk.statements, statement_with)
    desk.results = share(desk.results, result_with)
    desk.events = share(desk.events, event_with)
    return tuple(dict.fromkeys(remarks))


# -- retype, merge, alias ---------------------------------------------------------------------------------------------


def _class(name: str) -> tuple[str, str | None]:
    """Core class and subclass of a class name."""
    core = load_schema().core(name)
    return core, None if core == name else name


def retype(desk: Desk, decision: Decision) -> Iterator[Applied]:
    """Give a thing another class; its id follows, so that it is one with the thing that other documents read so."""
    from aigraph.recognise.link import never_merge

    if not desk.is_document(decision.document) or decision.to is None:
        return
    kind, subtype = _class(decision.to)
    for key in desk.find(str(decision.target[0]), decision.type):
        entity = desk.entities[key]
        changed = replace(entity, type=kind, subtype=subtype)
        remarks: tuple[str, ...] = ()
        if kind != entity.type and entity.lexicon_id is None:
            new = id_for(entity.name, kind)
            there = names_of(desk.entities[new]) if new in desk.entities else ()
            if any(never_merge(a, b) for a in names_of(entity) for b in there):
                remarks = (f"{entity.name} keeps its id: {new} has a name that may never be merged with it",)
            else:
                changed = replace(changed, id=new)
        desk.take(key)
        desk.put(changed)
        desk.rename(key, changed.id)
        desk.mentions = [replace(m, type=kind) if m.entity == changed.id else m for m in desk.mentions]
        if kind != "Event":
            desk.events = [replace(e, entity=None) if e.entity == changed.id else e for e in desk.events]
        yield Applied(decision, (changed.id,), remarks=remarks)


def merge(desk: Desk, union: Union) -> Iterator[Applied]:
    """Unite all things that the union names, class by class."""
    found = {key: desk.entities[key] for name in union.references for key in desk.find(name, union.kind)}
    by_class: dict[str, list[Entity]] = defaultdict(list)
    for entity in found.values():
        by_class[entity.type].append(entity)
    touched: dict[Decision, set[str]] = {}
    busy: set[Decision] = set()
    for kind, entities in sorted(by_class.items()):
        new = id_for(union.kept, kind)
        hit = {d: _others(desk, d, kind) for d in union.decisions}
        if [e.id for e in entities] == [new] and not any(hit.values()):
            continue  # the kept thing alone, under its own id
        for decision, others in hit.items():
            if others or not any(hit.values()):
                touched.setdefault(decision, set()).add(new)
            if others:
                busy.add(decision)
        kept = next((e for e in entities if e.id == new), entities[0])
        whole = _named(desk, replace(kept, id=new), union.kept)
        for entity in entities:
            desk.take(entity.id)
            desk.put(whole if entity is kept else replace(entity, id=new))
        desk.entities[new] = _named(desk, desk.entities[new], union.kept)
        for entity in entities:
            desk.rename(entity.id, new)
    for decision in union.decisions:
        if decision in touched:
            yield Applied(decision, tuple(sorted(touched[decision])), idle=decision not in busy)


def _others(desk: Desk, decision: Decision, kind: str) -> bool:
    """Whether the document has a thing under a name that the decision does not keep."""
    return any(
        desk.entities[key].type == kind for name in decision.target[1:] for key in desk.find(str(name), decision.type)
    )


def _named(desk: Desk, entity: Entity, kept: str) -> Entity:
    """The thing under the name that is kept: the lexicon's, where it has a row, else the one the person wrote."""
    from aigraph.recognise.lexicon import load_lexicon

    row = load_lexicon().entries.get(entity.id)
    lang = desk.extraction.document.lang
    if row is not None:
        name, tag = row.labels[0] if row.labels else (entity.name, entity.lang)
        more = {*row.labels, *((alias, language_of(alias, lang)) for alias in row.aliases)}
    elif kept.startswith(ID_MARK):
        return entity
    else:
        name, tag, more = kept, language_of(kept, lang), set()
    aliases = {*entity.aliases, (entity.name, entity.lang), *more} - {(name, tag)}
    return replace(
        entity, name=name, lang=tag, aliases=tuple(sorted(aliases)), lexicon_id=row.id if row else entity.lexicon_id
    )


def alias(desk: Desk, decision: Decision) -> Iterator[Applied]:
    """Add a name to a thing; things of that name elsewhere stay what they are (merge unites)."""
    name = decision.name or ""
    tag = decision.lang or language_of(name, desk.extraction.document.lang)
    for key in desk.find(str(decision.target[0]), decision.type):
        entity = desk.entities[key]
        if (name, tag) != (entity.name, entity.lang):
            desk.take(key)
            desk.put(replace(entity, aliases=tuple(sorted({*entity.aliases, (name, tag)}))))
        yield Applied(decision, (key,))
