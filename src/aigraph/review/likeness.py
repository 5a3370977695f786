"""Links to look at: things of a graph that look alike but were not united, and names that were.

Never shown: pairs that the project says are different (names with different numbers, pairs of never_merge.csv, two rows
of the lexicon), and pairs that a fact already ties to each other. What is shown says why it was left, or why it was
joined. Likeness is the share of common letter pairs (Dice), found through an index, so that not all are compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from aigraph.ask.dossier import document_of
from aigraph.ask.facts import Source, short
from aigraph.graph.rdf import ID, PREFIXES, term
from aigraph.recognise.link import never_merge, versions_differ
from aigraph.review.cases import Case, Party, Passage, Things
from aigraph.review.records import SAME, Decision
from aigraph.text.normalise import name_key

ALIKE = 0.8  # least share of common letter pairs
MIN_LENGTH = 4  # of a name's key: shorter ones are alike by chance
COMMON = 300  # a letter pair in more names than this finds nothing by itself
_MERGED = ox.DefaultGraph()


def link_cases(store: ox.Store, things: Things) -> Iterator[Case]:
    """Pairs that look alike, the likest first, then names that were joined, by name."""
    pairs = list(_alike(things))
    joined = list(_joined(things))
    shown = {name for _, one, other, _ in pairs for name in (one.name, other.name)}
    quotes = _Quotes(store, shown | {name for one, other, _ in joined for name in (one.name, other)})
    for _, one, other, why in pairs:
        yield Case(
            "alike",
            f"{one.name} ({one.type}) and {other.name} ({other.type})",
            (one, other),
            why,
            _uniting(one, other),
            Decision("reject", (one.reference, SAME, other.reference)),
            passages=tuple(quotes.first(one.name, other.name)),
        )
    for one, name, why in joined:
        yield Case(
            "joined",
            f"{one.name} ({one.type}) is also called {name}",
            (one,),
            why,
            Decision("accept", (one.reference, SAME, name)),
            Decision("split", (one.reference,), name=name),
            passages=tuple(quotes.both(one.name, name)),
        )


def _uniting(one: Party, other: Party) -> Decision:
    """The decision that makes one thing of two; of two classes, the first one's."""
    if one.type != other.type:
        return Decision("retype", (other.reference,), to=one.type, type=other.type)
    return Decision("merge", (one.reference, other.reference))


# -- alike ------------------------------------------------------------------------------------------------------------


def _alike(things: Things) -> Iterator[tuple[float, Party, Party, str]]:
    """(likeness, thing, other thing, why they were not united), the likest first."""
    best: dict[tuple[str, str], float] = {}
    owners = {
        key: [short(iri) for iri in iris if not iri.startswith(PREFIXES["event"])]
        for key, iris in things.names.index().items()
    }
    for one, other, share in _near(owners):
        for a in owners[one]:
            for b in owners[other]:
                if a != b:
                    pair = (min(a, b), max(a, b))
                    best[pair] = max(best.get(pair, 0.0), share)
    found = []
    for (a, b), share in best.items():
        parties = _ordered(things, things.party(a), things.party(b))
        if why := _left_because(things, *parties, share):
            found.append((share, *parties, why))
    yield from sorted(found, key=lambda row: (-row[0], row[1].name, row[2].name, row[1].id, row[2].id))


def _ordered(things: Things, one: Party, other: Party) -> tuple[Party, Party]:
    """The one that stands in the lexicon first, for its name and class are kept."""
    pair = sorted((one, other), key=lambda p: (not things.is_listed(p.id), p.name, p.id))
    return pair[0], pair[1]


def _near(owners: Iterable[str]) -> Iterator[tuple[str, str, float]]:
    """Pairs of keys with their likeness; a key that several things share is paired with itself."""
    grams = {key: {key[i : i + 2] for i in range(len(key) - 1)} for key in sorted(owners) if len(key) >= MIN_LENGTH}
    where: dict[str, list[str]] = defaultdict(list)
    for key in owners:
        yield key, key, 1.0
    for key, mine in grams.items():
        common = Counter(other for gram in mine if len(where[gram]) <= COMMON for other in where[gram])
        for other in common:
            share = 2 * len(mine & grams[other]) / (len(mine) + len(grams[other]))
            if share >= ALIKE:
                yield other, key, share
        for gram in mine:
            where[gram].append(key)


def _left_because(things: Things, one: Party, other: Party, share: float) -> str | None:
    """Why two things were not united; None where it is settled that they are two."""
    if not one.type or not other.type or all(things.is_listed(p.id) for p in (one, other)):
        return None  # no named things, or two rows of the lexicon
    if one.type != other.type:
        return f"the same name was read as {one.type} and as {other.type}" if share == 1 else None
    names, others = things.all_names(one.id), things.all_names(other.id)
    if any(versions_differ(a, b) or never_merge(a, b) for a in names for b in others):
        return None
    if _tied(things.store, one.id, other.id):
        return None
    return f"{share:.0%} of their letter pairs are the same, but no text says they are one"


def _tied(store: ox.Store, one: str, other: str) -> bool:
    a, b = ox.NamedNode(ID + one), ox.NamedNode(ID + other)
    return any(True for x, y in ((a, b), (b, a)) for _ in store.quads_for_pattern(x, None, y, _MERGED))


# -- joined -----------------------------------------------------------------------------------------------------------


def _joined(things: Things) -> Iterator[tuple[Party, str, str]]:
    """(thing, other name, why it was joined) of every name that a text gave, and no list or person."""
    from aigraph.recognise.lexicon import load_lexicon

    entries = load_lexicon().entries
    seen = sorted(
        {short(iri) for iris in things.names.index().values() for iri in iris if PREFIXES["event"] not in iri}
    )
    for key in seen:
        one = things.party(key)
        if not one.type or _decided(things.store, key):
            continue
        row = entries.get(key)
        known = {name_key(name) for name in (*row.names(), *row.weak)} if row else {name_key(one.name)}
        for name in things.all_names(key):
            if name_key(name) not in known:
                known.add(name_key(name))
                yield one, name, _joined_because(things.all_names(key), name)


def _decided(store: ox.Store, key: str) -> bool:
    """Whether a person gave the thing a name, or united it with another."""
    reviews = store.quads_for_pattern(ox.NamedNode(ID + key), term("prov:wasInfluencedBy"), None, _MERGED)
    actions = {
        str(decision.object)
        for review in reviews
        if isinstance(review.object, ox.NamedNode)
        for decision in store.quads_for_pattern(review.object, term("decision"), None, _MERGED)
    }
    return bool(actions & {'"merge"', '"alias"'})


def _joined_because(names: Iterable[str], name: str) -> str:
    """Which rule of linking joins such names."""
    keys = [name_key(other) for other in names if other != name]
    if any(name_key(name) in key or key in name_key(name) for key in keys):
        return "joined as a short form"
    return "joined by a definition in brackets"


class _Quotes:
    """The first passages in which names stand, found in one pass over all quotes."""

    def __init__(self, store: ox.Store, names: Iterable[str]) -> None:
        import ahocorasick_rs

        self._store = store
        self._where: dict[str, list[str]] = defaultdict(list)
        self._text: dict[str, str] = {}
        ordered = sorted(names)
        automaton = ahocorasick_rs.AhoCorasick(ordered)
        quads = store.quads_for_pattern(None, term("oa:exact"), None, _MERGED) if ordered else ()
        for quad in quads:
            if isinstance(quad.object, ox.Literal) and isinstance(quad.subject, ox.NamedNode):
                found = set(automaton.find_matches_as_strings(quad.object.value, overlapping=True))
                for name in found:
                    self._where[name].append(quad.subject.value)
                if found:
                    self._text[quad.subject.value] = quad.object.value

    def first(self, *names: str) -> Iterator[Passage]:
        """One passage a name."""
        for name in dict.fromkeys(names):
            if where := self._where.get(name):
                yield self._passage(min(where), (name,))

    def both(self, one: str, other: str) -> Iterator[Passage]:
        """The passage that has both names, else one of each."""
        if together := set(self._where.get(one, ())) & set(self._where.get(other, ())):
            yield self._passage(min(together), (one, other))
        else:
            yield from self.first(one, other)

    def _passage(self, selector: str, names: Iterable[str]) -> Passage:
        text = self._text[selector]
        passage = ox.NamedNode(selector.removesuffix("-quote"))
        sources = self._store.quads_for_pattern(passage, term("oa:hasSource"), None, _MERGED)
        document = next((quad.object.value for quad in sources if isinstance(quad.object, ox.NamedNode)), "")
        named = document_of(self._store, Source(short(document), text))[0] if document else ""
        marks = [(text.index(name), text.index(name) + len(name)) for name in names if name in text]
        return Passage(named, "", text, "", tuple(sorted(marks)))
