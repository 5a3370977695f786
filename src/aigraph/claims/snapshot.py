"""The graph as of a date, and the graph with its ranks: views to ask like any other graph, made when asked for.

As of a day the view has what was said by then and holds on it. Left out are: documents published later, with all that
only they say; what begins later (a stated time, the date of an event); and what was over by then (a stated end, or a
later value of the same single-valued property, as `history` tells). A document without a date is kept, for nobody says
it is later, unless only dated ones are asked for; a date that contains the day ("2025-06" for 2025-06-15) is not later.
What the kept documents say of former times ("former chief executive") is kept: it was so said.

Each fact of a view carries `aig:rank`, closed ones `aig:closedOn` and `aig:closedBy` where known. Confidence and labels
are those of the kept documents alone, where the graph has its document graphs. The store asked is never changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import pyoxigraph as ox

from aigraph.ask.facts import Fact, Facts, Source, Thing, Value, read_facts, short, value_of
from aigraph.claims.agreement import later
from aigraph.claims.history import NORMAL, Saying, Series, histories
from aigraph.graph.assemble import confidence_quad, doubt, label_quads
from aigraph.graph.rdf import (
    ALT_LABEL,
    CONFIDENCE,
    ID,
    LABEL,
    LOCAL,
    OTHER_NAME,
    PREF_LABEL,
    PREFERRED_NAME,
    SOURCE_CONFIDENCE,
    Node,
    literal,
    name_of,
    term,
    typed_literal,
)
from aigraph.model import STATED

RANK, CLOSED_ON, CLOSED_BY = term("rank"), term("closedOn"), term("closedBy")
_MERGED = ox.DefaultGraph()
_SOURCE, _SELECTOR, _MENTIONS = term("oa:hasSource"), term("oa:hasSelector"), term("schema:mentions")
_DERIVED = term("prov:wasDerivedFrom")
_LABELS = frozenset({PREF_LABEL, ALT_LABEL, LABEL})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A view of a graph as of a day, with what was left out of it.

    `later` and `undated` are ids of documents (the undated ones are in the view unless it is of dated ones only);
    `ahead` are ids of facts that had not begun, `closed` those that were over by then, with the day ("" if unknown).
    """

    store: ox.Store
    facts: Facts
    later: tuple[str, ...]
    undated: tuple[str, ...]
    ahead: tuple[str, ...]
    closed: Mapping[str, str]


def snapshot(store: ox.Store, day: str, *, dated_only: bool = False) -> Snapshot:
    """The graph as of `day` (YYYY, YYYY-MM or YYYY-MM-DD; a month or year counts to its end)."""
    read = read_facts(store)
    late = {article.id for article in read.articles.values() if later(article.date, day)}
    undated = {article.id for article in read.articles.values() if article.date is None}
    hidden = late | undated if dated_only else late
    said = [_restricted(fact, hidden) for fact in read.facts if not fact.sources or _kept(fact.sources, hidden)]
    ahead = {fact.id for fact in said if later(_begin(fact, read), day)}
    begun = [fact for fact in said if fact.id not in ahead]
    series = histories(begun, read.articles)
    closed = _over(series, day)
    facts = [fact for fact in begun if fact.id not in closed]
    gone = {fact.id for fact in read.facts} - {fact.id for fact in facts}
    view = ox.Store()
    view.bulk_extend(_Pruned(store, read, facts, gone, hidden).quads())
    view.bulk_extend(rank_quads(facts, series))
    articles = {key: article for key, article in read.articles.items() if key not in hidden}
    held = Facts(_things(view, read), articles, facts)
    return Snapshot(view, held, tuple(sorted(late)), tuple(sorted(undated)), tuple(sorted(ahead)), closed)


def ranked(store: ox.Store) -> ox.Store:
    """A copy of the graph in memory in which every fact carries its rank, closed ones when and by what."""
    read = read_facts(store)
    view = ox.Store()
    view.bulk_extend(store)
    view.bulk_extend(rank_quads(read.facts, histories(read.facts, read.articles)))
    return view


def rank_quads(facts: Iterable[Fact], series: Iterable[Series]) -> Iterator[ox.Quad]:
    """Rank, end and successor of each fact; one that has no rivals is `normal`."""
    ranks: dict[str, str] = {}
    ends: dict[str, list[Saying]] = defaultdict(list)
    for one in series:
        for claim in one.claims:
            ranks.update(dict.fromkeys(claim.facts, claim.rank))
            for saying in claim.sayings:
                ends[saying.fact].append(saying)
    for key in sorted({fact.id for fact in facts}):
        node = _node(key)
        if node is None:
            continue
        yield ox.Quad(node, RANK, ox.Literal(ranks.get(key, NORMAL)))
        sayings = ends.get(key, [])
        if not sayings or any(saying.open for saying in sayings):
            continue
        last = max(sayings, key=lambda saying: (saying.ended or "", saying.ended_by or ""))
        if last.ended:
            yield ox.Quad(node, CLOSED_ON, typed_literal(last.ended, "date"))
        if last.ended_by and (by := _node(last.ended_by)):
            yield ox.Quad(node, CLOSED_BY, by)


def told_ranks(store: ox.Store) -> dict[str, tuple[tuple[str, Value], ...]]:
    """What `rank_quads` says of each fact of a graph, as qualifiers; facts that are normal and open are left out."""
    read = read_facts(store)
    found: dict[str, list[tuple[str, Value]]] = defaultdict(list)
    for quad in rank_quads(read.facts, histories(read.facts, read.articles)):
        name = next(name for name in ("rank", "closedOn", "closedBy") if term(name) == quad.predicate)
        if isinstance(quad.subject, ox.NamedNode):
            found[short(quad.subject.value)].append((name, value_of(quad.object)))
    return {key: tuple(said) for key, said in found.items() if said != [("rank", NORMAL)]}


def _over(series: Iterable[Series], day: str) -> dict[str, str]:
    """The facts of which every saying was over by `day`, with the last end; those that are told as former stay."""
    sayings: dict[str, list[Saying]] = defaultdict(list)
    for one in series:
        for claim in one.claims:
            for saying in claim.sayings:
                sayings[saying.fact].append(saying)
    return {
        fact: max(saying.ended or "" for saying in mine)
        for fact, mine in sorted(sayings.items())
        if all(not s.open and not s.over and not later(s.ended, day) for s in mine)
    }


def _kept(sources: Iterable[Source], hidden: set[str]) -> bool:
    return any(source.document not in hidden for source in sources)


def _restricted(fact: Fact, hidden: set[str]) -> Fact:
    """The fact with the sources that are left."""
    if all(source.document not in hidden for source in fact.sources):
        return fact
    return replace(fact, sources=tuple(source for source in fact.sources if source.document not in hidden))


def _begin(fact: Fact, read: Facts) -> str | None:
    """Since when the fact holds, where the text says so: for a part in an event, its date."""
    if fact.polarity not in STATED:
        return None  # a plan is no less a plan for lying ahead
    said = dict(fact.qualifiers)
    stated = said.get("from") or said.get("pointInTime")
    if stated is None and fact.predicate == "participatedIn" and str(fact.object) in read.things:
        return read.things[str(fact.object)].date
    return str(stated) if stated else None


def _node(key: str) -> Node | None:
    """The node of a record's id; None for a blank node and for a plain triple, which has none."""
    if key.startswith("_:") or " " in key:
        return None
    return Node(key if "://" in key else ID + key)


def _things(view: ox.Store, read: Facts) -> dict[str, Thing]:
    kept = {str(quad.subject)[1:-1] for quad in view.quads_for_pattern(None, term("rdf:type"), None, _MERGED)}
    return {key: thing for key, thing in read.things.items() if thing.iri in kept}


class _Pruned:
    """The quads of a store without what a view leaves out."""

    def __init__(self, store: ox.Store, read: Facts, facts: list[Fact], gone: set[str], hidden: set[str]) -> None:
        self.store = store
        self.hidden = {str(_node(document)) for document in hidden}
        self.gone = {str(node) for key in gone if (node := _node(key))} | self.hidden
        self.gone |= self._passages() | self._unmentioned()
        backed = {self._plain(fact) for fact in facts if fact.polarity in STATED}
        stated = {self._plain(fact) for fact in read.facts if fact.polarity in STATED and fact.id in gone}
        self.unbacked = stated - backed

    @staticmethod
    def _plain(fact: Fact) -> tuple[str, str, str]:
        """Subject, property and object, as far as they tell plain triples apart."""
        return str(_node(fact.subject)), str(term(fact.predicate)), str(fact.object)

    def _passages(self) -> set[str]:
        """Passages of the documents that are left out, with their selectors."""
        passages = {
            quad.subject
            for quad in self.store.quads_for_pattern(None, _SOURCE, None, None)
            if str(quad.object) in self.hidden
        }
        found = {str(passage) for passage in passages}
        for passage in passages:
            found |= {str(quad.object) for quad in self.store.quads_for_pattern(passage, _SELECTOR, None, None)}
        return found

    def _unmentioned(self) -> set[str]:
        """Things that only documents left out name."""
        mentions: dict[str, bool] = {}
        for quad in self.store.quads_for_pattern(None, _MENTIONS, None, None):
            thing = str(quad.object)
            mentions[thing] = mentions.get(thing, False) or str(quad.subject) not in self.hidden
        return {thing for thing, kept in mentions.items() if not kept}

    def _said_by_hidden(self) -> set[ox.Triple]:
        """Triples that only documents left out say, where the graph has its document graphs."""
        return {
            quad.triple
            for document in sorted(self.hidden)
            for quad in self.store.quads_for_pattern(None, None, None, Node(document[1:-1]))
            if all(
                str(other.graph_name) in self.hidden or other.graph_name == _MERGED
                for other in self.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            )
        }

    def quads(self) -> Iterator[ox.Quad]:
        """What is left, with confidence and labels as the kept documents have them."""
        summaries, theirs = self._summaries(), self._said_by_hidden()
        for quad in self.store:
            subject, target = str(quad.subject), str(quad.object)
            if subject in self.gone or target in self.gone or str(quad.graph_name) in self.hidden:
                continue
            if quad.predicate == CONFIDENCE and (subject, CONFIDENCE) in summaries:
                continue
            if quad.predicate in _LABELS and quad.graph_name == _MERGED and (subject, LABEL) in summaries:
                continue
            if theirs and quad.graph_name == _MERGED and quad.triple in theirs:
                continue
            if self.unbacked and self._triple(quad) in self.unbacked:
                continue
            yield quad
        for found in summaries.values():
            yield from found

    @staticmethod
    def _triple(quad: ox.Quad) -> tuple[str, str, str]:
        """The same of a quad."""
        return str(quad.subject), str(quad.predicate), str(value_of(quad.object))

    def _summaries(self) -> dict[tuple[str, Node], list[ox.Quad]]:
        """Confidence and labels, made anew for what a document that is left out has a say in."""
        local: dict[str, list[ox.Quad]] = defaultdict(list)
        touched = set()
        for predicate in LOCAL:
            for quad in self.store.quads_for_pattern(None, predicate, None, None):
                if str(quad.graph_name) in self.hidden:
                    touched.add(str(quad.subject))
                else:
                    local[str(quad.subject)].append(quad)
        found: dict[tuple[str, Node], list[ox.Quad]] = {}
        for subject in sorted(touched & local.keys()):
            mine = local[subject]
            node = mine[0].subject
            doubts = [doubt(float(literal(quad).value)) for quad in mine if quad.predicate == SOURCE_CONFIDENCE]
            if doubts:
                found[subject, CONFIDENCE] = [confidence_quad(node, sum(doubts))]
            votes = Counter(name_of(quad) for quad in mine if quad.predicate == PREFERRED_NAME)
            names = {name_of(quad) for quad in mine if quad.predicate == OTHER_NAME}
            if votes or names:
                found[subject, LABEL] = list(label_quads(node, votes, names))
        return found
