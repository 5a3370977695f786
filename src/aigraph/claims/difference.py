"""What changed between two graphs, or between two dates of one: things, facts, values, status, and what is gone.

A fact is the same in both where it says the same (subject, property, object, qualifiers, status). A single-valued
property whose standing value is another one is a changed value and is told once, not as one fact gone and one new; a
fact that only passed from planned to stated, or was denied, is a change of status. It refuses to weigh changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import pyoxigraph as ox

from aigraph.ask.accounts import narrowed, property_name, shown
from aigraph.ask.dossier import name_of
from aigraph.ask.facts import Fact, Facts, Source, Thing, read_facts, short
from aigraph.claims.history import PREFERRED, Claim, Key, histories
from aigraph.claims.snapshot import Snapshot
from aigraph.graph.rdf import term

_DATING = frozenset({"pointInTime", "from", "until"})
GONE = ("over", "withdrawn", "corrected", "unread")  # why a fact is gone


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that came, went or became another, in words; `before` and `after` are "" where there is none.

    `status` is the polarity where it is not "asserted". `why` says of a fact that is gone: over (since `when`),
    withdrawn with its documents, corrected (its documents no longer say it), or unread. `fact` is an id.
    """

    thing: str
    property: str
    about: str
    before: str
    after: str
    when: str
    status: str
    why: str
    said_by: tuple[str, ...]
    sentence: str
    fact: str


@dataclass(frozen=True, slots=True)
class NewThing:
    """A thing or event that came or went: name, class (of events, the kind), date (events only)."""

    name: str
    type: str
    date: str
    id: str


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes, each list sorted: by property and name, things by class and name.

    A document that is in both under the same file name, with another text, is corrected: neither new nor gone.
    """

    documents_new: tuple[str, ...]
    documents_corrected: tuple[str, ...]
    documents_gone: tuple[str, ...]
    values: tuple[Change, ...]
    statuses: tuple[Change, ...]
    things_new: tuple[NewThing, ...]
    events_new: tuple[NewThing, ...]
    facts_new: tuple[Change, ...]
    facts_gone: tuple[Change, ...]
    events_gone: tuple[NewThing, ...]
    things_gone: tuple[NewThing, ...]
    confirmed: int  # facts that more documents say than before

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two graphs, with its facts; `over` are facts left out of it because they were over, with the day."""

    store: ox.Store
    facts: Facts
    over: Mapping[str, str]

    @classmethod
    def of(cls, store: ox.Store) -> Side:
        """A graph as it is."""
        return cls(store, read_facts(store), {})

    @classmethod
    def at(cls, view: Snapshot) -> Side:
        """A graph as of a date."""
        return cls(view.store, view.facts, view.closed)


Signature = tuple[str, str, str, str]


def difference(before: Side, after: Side, *, lang: str = "en") -> Difference:
    """What changed from `before` to `after`, in words of `lang`."""
    return _Differ(before, after, lang).found()


def _signature(fact: Fact) -> Signature:
    return fact.subject, fact.predicate, str(fact.object), str(fact.qualifiers)


class _Differ:
    """Two graphs under comparison."""

    def __init__(self, before: Side, after: Side, lang: str) -> None:
        self.before, self.after, self.lang = before, after, lang
        self.old, self.new = (self._table(side.facts) for side in (before, after))
        self.corrected = _corrected(before, after)
        self.told: set[str] = set()  # facts that a changed value or status has told already

    @staticmethod
    def _table(facts: Facts) -> dict[tuple[Signature, str], Fact]:
        """Facts by what they say; taking part in an event is told with the event."""
        return {(_signature(f), f.polarity): f for f in facts.facts if f.predicate != "participatedIn"}

    def found(self) -> Difference:
        values = tuple(self._values())
        statuses = tuple(self._statuses())
        came = [fact for key, fact in self.new.items() if key not in self.old and fact.id not in self.told]
        went = [fact for key, fact in self.old.items() if key not in self.new and fact.id not in self.told]
        things = [self._things(a, b) for a, b in ((self.after, self.before), (self.before, self.after))]
        (new_things, new_events), (gone_things, gone_events) = things
        return Difference(
            documents_new=self._documents(self.after, self.before),
            documents_corrected=tuple(sorted(self.after.facts.articles[key].title for key in self.corrected.values())),
            documents_gone=self._documents(self.before, self.after),
            values=_sorted(values),
            statuses=_sorted(statuses),
            things_new=new_things,
            events_new=new_events,
            facts_new=_sorted(self._change(self.after, fact, after=self._text(self.after, fact)) for fact in came),
            facts_gone=_sorted(map(self._gone, went)),
            events_gone=gone_events,
            things_gone=gone_things,
            confirmed=sum(self._confirmed(key, fact) for key, fact in self.new.items()),
        )

    def _confirmed(self, key: tuple[Signature, str], fact: Fact) -> bool:
        old = self.old.get(key)
        return old is not None and len(_documents_of(fact)) > len(_documents_of(old))

    # -- what changed ---------------------------------------------------------------------------------------------

    def _values(self) -> Iterator[Change]:
        """Single-valued properties with another value that stands."""
        both = []
        for side in (self.before, self.after):
            read = histories(side.facts.facts, side.facts.articles)
            both.append({(s.subject, s.predicate, s.keys): s for s in read})
        for key in sorted(both[0].keys() & both[1].keys(), key=str):
            old, new = (_standing(series[key].claims) for series in both)
            if not old or {str(c.value) for c in old} == {str(c.value) for c in new}:
                continue
            for series in both:
                self.told.update(fact for claim in series[key].claims for fact in claim.facts)
            last = new or sorted(both[1][key].claims, key=lambda claim: claim.closed or "")[-1:]
            yield self._changed(key, old, new, last[0], both[1][key].is_figure)

    def _changed(self, key: Key, old: list[Claim], new: list[Claim], last: Claim, is_figure: bool) -> Change:
        """One changed value; `last` is the claim it is told by, of which none stands where `new` is empty."""
        subject, predicate, keys = key
        said = dict(keys)

        def text(side: Side, claim: Claim) -> str:
            if not is_figure:
                return self._name(str(claim.value))
            return shown(side.store, predicate, claim.value, {**said, **dict(claim.shade)}, self.lang)

        ended = max((self.after.over.get(fact, "") for claim in old for fact in claim.facts), default="")
        first = min(last.sayings, key=lambda saying: (saying.when or "9999", saying.fact))
        return replace(
            self._quoted(first.sources),
            thing=self._name(subject),
            property=property_name(str(said.pop("office", predicate)), self.lang),
            about=self._about(list(said.items())),
            before=" / ".join(text(self.before, claim) for claim in old),
            after=" / ".join(text(self.after, claim) for claim in new),
            when=(first.when if new else last.closed or ended) or "",
            why="" if new else "over",
            fact=first.fact,
        )

    def _statuses(self) -> Iterator[Change]:
        """Facts that say the same as before in another tone."""
        before = {signature: fact for (signature, _), fact in sorted(self.old.items())}
        for (signature, polarity), fact in sorted(self.new.items()):
            old = before.get(signature)
            if old is None or (signature, polarity) in self.old or (signature, old.polarity) in self.new:
                continue
            if not self.told & {fact.id, old.id}:
                self.told |= {fact.id, old.id}
                change = self._change(self.after, fact, before=old.polarity, after=polarity)
                text = self._text(self.after, fact)
                yield replace(change, about="; ".join(filter(None, (text, change.about))), status="")

    def _gone(self, fact: Fact) -> Change:
        change = self._change(self.before, fact, before=self._text(self.before, fact))
        if fact.id in self.after.over:
            return replace(change, why="over", when=self.after.over[fact.id])
        documents = _documents_of(fact)
        if documents & self.after.facts.articles.keys() or not fact.sources:
            return replace(change, why="unread")
        return replace(change, why="corrected" if documents & self.corrected.keys() else "withdrawn")

    # -- in words -------------------------------------------------------------------------------------------------

    def _name(self, thing: str) -> str:
        side = self.after if thing in self.after.facts.things else self.before
        return name_of(side.store, thing, self.lang)

    def _text(self, side: Side, fact: Fact) -> str:
        said = dict(fact.qualifiers)
        if fact.is_figure:
            return shown(side.store, fact.predicate, fact.object, said, self.lang)
        value = f" {shown(side.store, 'value', said['value'], said, self.lang)}" if "value" in said else ""
        return self._name(str(fact.object)) + value

    def _about(self, qualifiers: list[tuple[str, object]]) -> str:
        store = self.after.store
        place = next((self._name(str(value)) for name, value in qualifiers if name == "object"), "")
        rest = narrowed(store, [(n, v) for n, v in qualifiers if n not in _DATING], self.lang)  # type: ignore[misc]
        return "; ".join(filter(None, (place, rest)))

    def _change(self, side: Side, fact: Fact, *, before: str = "", after: str = "") -> Change:
        said = dict(fact.qualifiers)
        published = [a.date for s in fact.sources if (a := side.facts.articles.get(s.document)) and a.date]
        return replace(
            self._quoted(fact.sources),
            thing=self._name(fact.subject),
            property=property_name(fact.predicate, self.lang),
            about=self._about(list(fact.qualifiers)),
            before=before,
            after=after,
            when=str(said.get("from") or said.get("pointInTime") or min(published, default="")),
            status="" if fact.polarity == "asserted" else fact.polarity,
            fact=fact.id,
        )

    def _quoted(self, sources: Iterable[Source]) -> Change:
        """A change that has only its sentence and documents yet."""
        sources = list(sources)
        known = {**self.before.facts.articles, **self.after.facts.articles}
        titles = dict.fromkeys(known[s.document].title for s in sources if s.document in known)
        quote = sources[0].quote if sources else ""
        return Change("", "", "", "", "", "", "", "", tuple(titles), quote, "")

    def _documents(self, here: Side, there: Side) -> tuple[str, ...]:
        both = self.corrected.keys() | set(self.corrected.values())
        new = here.facts.articles.keys() - there.facts.articles.keys() - both
        return tuple(sorted(here.facts.articles[key].title for key in new))

    def _things(self, here: Side, there: Side) -> tuple[tuple[NewThing, ...], tuple[NewThing, ...]]:
        """Things and events that only `here` has."""
        new = [thing for key, thing in here.facts.things.items() if key not in there.facts.things]
        rows = [(thing.type == "Event", self._thing(thing)) for thing in new]
        rows.sort(key=lambda row: (row[1].date, row[1].type, row[1].name, row[1].id))
        return tuple(t for event, t in rows if not event), tuple(t for event, t in rows if event)

    def _thing(self, thing: Thing) -> NewThing:
        name = self._name(thing.id)
        kind = thing.event_type or thing.type
        return NewThing(name.removeprefix(f"{kind}: "), property_name(kind, self.lang), thing.date or "", thing.id)


def _corrected(before: Side, after: Side) -> dict[str, str]:
    """Id of a document of `before` -> id of the only one of `after` that has its file name and is not in both."""
    gone, new = (_by_file_name(here, there) for here, there in ((before, after), (after, before)))
    return {gone[name][0]: new[name][0] for name in sorted(gone) if len(gone[name]) == len(new.get(name, ())) == 1}


def _by_file_name(here: Side, there: Side) -> dict[str, list[str]]:
    """File name -> the documents so called that only `here` has."""
    found: dict[str, list[str]] = {}
    for quad in here.store.quads_for_pattern(None, term("dcterms:identifier"), None, ox.DefaultGraph()):
        key = short(str(quad.subject)[1:-1])
        if isinstance(quad.object, ox.Literal) and key in here.facts.articles and key not in there.facts.articles:
            found.setdefault(quad.object.value, []).append(key)
    return found


def _standing(claims: Iterable[Claim]) -> list[Claim]:
    """The value that stands, else all that are open."""
    claims = list(claims)
    return [c for c in claims if c.rank == PREFERRED] or [c for c in claims if c.open]


def _documents_of(fact: Fact) -> set[str]:
    return {source.document for source in fact.sources}


def _sorted(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda c: (c.property, c.thing, c.about, c.before, c.after, c.fact)))
