"""Which value of a thing holds when, who says so, and which one stands.

A series is one property of one thing of which there is one value (at a time, or for ever): what the ontology marks
`aig:oneAtATime` or `aig:unchanging`, told apart by its `aig:keyQualifier`s; a measured figure; the holder of an office.
Its values are kept, all of them, in this order of rank:

 - a later value closes the earlier one from the day on that is known of it (for what never changes, nothing closes);
   what is only rumoured closes nothing that is stated;
 - of the values that remain open the one stands (`preferred`) that comes before each of the others by the first of
   these that tells them apart: not denied before denied; stated before rumoured; newer before older; said by more
   independent documents (the same sentence printed twice is one voice) before fewer; higher confidence before lower.
   For what never changes, documents count before age. Where nothing tells them apart all stay `normal`, and so do
   values that one and the same document (or speaker in it) gives: a condition is more likely missing than one wrong;
 - a value that a later document expressly denies is `deprecated` and closes nothing; every other one is `normal`.

A value holds from the time the text states for it, else from the day its document was published: no date is made up,
and what has none is neither closed nor closes. Nothing here depends on the order of documents, and nothing is stored:
it is worked out from the facts that are there when one asks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from aigraph.ask.facts import Article, Fact, Source, Value
from aigraph.claims.agreement import agree, later, vaguer
from aigraph.claims.ranking import Standing, before, voices
from aigraph.model import STATED
from aigraph.schema import load_schema
from aigraph.text.normalise import name_key

PREFERRED, NORMAL, DEPRECATED = "preferred", "normal", "deprecated"
_SHADES = ("modifier", "low", "high")  # qualifiers that widen a figure


@dataclass(frozen=True, slots=True)
class Saying:
    """One document, or one speaker in it, saying a value, on one or more places.

    Dates are ISO, as exact as known; None where nobody says.
    """

    fact: str
    document: str | None
    said: str | None  # when the document was published
    when: str | None  # since when it holds, where the text states it, else `said`
    stated: bool  # whether the text states `when`
    until: str | None  # till when it held, where the text states it
    over: bool  # said to be no longer so
    denied: bool
    reported: bool
    confidence: float
    speaker: str | None
    sources: tuple[Source, ...]
    open: bool = True  # False where it is known to hold no longer
    ended: str | None = None  # the day from which it does not
    ended_by: str | None = None  # the other fact that says so


@dataclass(frozen=True, slots=True)
class Claim:
    """One value of a series with all who say or deny it.

    `rank` is preferred, normal or deprecated, `why` the names of the rules that decided (see TEXTS of the brief);
    `open` is whether it still holds as far as anybody says; if not, `closed` is the day from which it does not (None
    where nobody says), `closed_by` the fact that says so (None where its own does). `spells` are the stretches (from,
    until) in which it held.
    """

    value: Value
    shade: tuple[tuple[str, Value], ...]
    sayings: tuple[Saying, ...]
    denials: tuple[Saying, ...] = ()
    rank: str = NORMAL
    why: tuple[str, ...] = ()
    open: bool = True
    closed: str | None = None
    closed_by: str | None = None
    spells: tuple[tuple[str | None, str | None], ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """The ids of the facts that state it, sorted."""
        return tuple(sorted({saying.fact for saying in self.sayings}))

    @property
    def latest(self) -> str | None:
        """The newest day for which it is said, None where no saying has one."""
        return max((saying.when for saying in self.sayings if saying.when), default=None)

    @property
    def voices(self) -> int:
        """Independent documents: those that print the same sentence count once, and so do places of one document."""
        return voices(self.sayings)


@dataclass(frozen=True, slots=True)
class Series:
    """One property of one thing with its values, the one that stands first. For an office, values are people."""

    subject: str
    predicate: str
    keys: tuple[tuple[str, Value], ...]  # what tells it from the thing's other series of this property
    unchanging: bool
    is_figure: bool  # whether values are literals, not things
    claims: tuple[Claim, ...] = field(default=())
    disputed: bool = False  # whether two sources disagree about the same time


Key = tuple[str, str, tuple[tuple[str, Value], ...]]


def histories(facts: Iterable[Fact], articles: Mapping[str, Article]) -> list[Series]:
    """The series of these facts, sorted by thing and property. Planned and supposed facts are no values of any.

    A relation that may have many values comes too where one of them is both stated and denied.
    """
    grouped: dict[Key, list[tuple[Value, Fact]]] = {}
    shape: dict[Key, tuple[bool, bool]] = {}
    told = [fact for fact in facts if fact.polarity in STATED or fact.polarity == "negated"]
    denied = {_tie(fact) for fact in told if fact.polarity == "negated" and not fact.is_figure}
    for fact in told:
        for key, value, unchanging, is_figure in _places(fact, denied):
            grouped.setdefault(key, []).append((value, fact))
            shape[key] = (unchanging, is_figure)
    found = []
    for key in sorted(grouped, key=str):
        claims = _claims(grouped[key], articles)
        if claims:
            found.append(_judged(Series(*key, *shape[key], tuple(claims))))
    return found


def _tie(fact: Fact) -> tuple[str, str, str]:
    """A relation between two things, whichever way round a symmetric one is written."""
    relation = load_schema().relations.get(fact.predicate)
    ends = (fact.subject, str(fact.object))
    one, other = sorted(ends) if relation is not None and relation.symmetric else ends
    return one, fact.predicate, other


def _places(fact: Fact, denied: set[tuple[str, str, str]]) -> Iterator[tuple[Key, Value, bool, bool]]:
    """The series a fact belongs to, with its value there; several for the holder of several offices."""
    schema, said = load_schema(), dict(fact.qualifiers)
    figure, relation = schema.figures.get(fact.predicate), schema.relations.get(fact.predicate)
    if figure is not None and fact.is_figure and figure.functional:
        keys = tuple((name, said[name]) for name in figure.keys if name in said)
        yield (fact.subject, fact.predicate, keys), fact.object, figure.unchanging, True
    elif relation is not None and relation.unchanging and "value" in said:
        keys = tuple((name, said[name]) for name in relation.keys if name in said)
        yield (fact.subject, fact.predicate, (("object", fact.object), *keys)), said["value"], True, True
    elif relation is not None and not fact.is_figure:
        roles = [str(value) for name, value in fact.qualifiers if name == "role"]
        for office in sorted({found for role in roles if (found := _offices().get((fact.predicate, name_key(role))))}):
            yield (str(fact.object), fact.predicate, (("office", office),)), fact.subject, False, False
        if (tie := _tie(fact)) in denied:
            yield (tie[0], fact.predicate, (("object", tie[2]),)), tie[2], False, False


@cache
def _offices() -> dict[tuple[str, str], str]:
    """(relation, key of a role) -> the office of one holder that it names."""
    offices = load_schema().offices.values()
    return {(office.relation, name_key(word)): office.name for office in offices for word in office.words}


def sayings_of(fact: Fact, articles: Mapping[str, Article]) -> list[Saying]:
    """Who says a fact and when, a saying a document and speaker, sorted; one without document where none is known."""
    said = dict(fact.qualifiers)
    stated = said.get("from") or said.get("pointInTime")
    until, former = str(said["until"]) if "until" in said else None, said.get("former") is True
    named = str(said["saidBy"]) if "saidBy" in said else None
    told: dict[tuple[str | None, str | None], list[Source]] = {}
    for source in fact.sources:
        told.setdefault((source.document, source.speaker or named), []).append(source)
    found = []
    for (document, speaker), sources in sorted(told.items(), key=str) or [((None, named), [])]:
        article = articles.get(document or "")
        date = article.date if article else None
        found.append(
            Saying(
                fact=fact.id,
                document=document,
                said=date,
                when=str(stated) if stated else date,
                stated=bool(stated),
                until=until,
                # a stretch of time is told by its ends; an end alone tells what is over once a document looks back
                over=(former and not (until and stated)) or (not stated and later(date, until)),
                denied=fact.polarity == "negated",
                reported=fact.polarity == "reported",
                confidence=fact.confidence,
                speaker=speaker,
                sources=tuple(sources),
            )
        )
    return found


def _claims(rows: list[tuple[Value, Fact]], articles: Mapping[str, Article]) -> list[Claim]:
    """The values of one series, sorted; a value that is only denied is not among them."""
    shades: dict[str, list[tuple[tuple[str, Value], ...]]] = {}
    values: dict[str, Value] = {}
    sayings: dict[str, list[Saying]] = {}
    for value, fact in rows:
        key = name_key(value) if isinstance(value, str) and fact.is_figure else str(value)
        values[key] = min(values.get(key, value), value, key=str)
        shade = tuple((name, one) for name, one in fact.qualifiers if name in _SHADES)
        shades.setdefault(key, []).append(shade)
        sayings.setdefault(key, []).extend(sayings_of(fact, articles))
    found = []
    for key in sorted(values):
        every = sorted(sayings[key], key=lambda s: (s.when or "", s.fact, s.document or ""))
        stated = tuple(s for s in every if not s.denied)
        if stated:  # exact as soon as one says it exactly
            shade = min(shades[key], key=lambda shade: (len(shade), str(shade)))
            found.append(Claim(values[key], shade, stated, tuple(s for s in every if s.denied)))
    return found


# -- judging --------------------------------------------------------------------------------------------------------


def differ(one: Claim, other: Claim) -> bool:
    """Whether the two values contradict each other."""
    return not agree(one.value, dict(one.shade), other.value, dict(other.shade))


def _judged(series: Series) -> Series:
    """The series with its values closed and ranked, and whether it is disputed."""
    begins = _Begins(series)
    closed = [_closed(claim, begins) for claim in series.claims]
    standing = [claim for claim in closed if claim.open and not _denied(claim)]
    contenders = [claim for claim in standing if not _covered(claim, standing)]
    stands = [(claim, Standing.of(claim)) for claim in contenders]
    ranked = [_ranked(claim, closed, stands, series.unchanging) for claim in closed]
    order = {PREFERRED: 0, NORMAL: 1, DEPRECATED: 2}
    # the rank, then the newest first; the value itself keeps the order stable where nothing else does
    ranked.sort(key=lambda claim: (str(claim.value), str(claim.shade)))
    ranked.sort(key=lambda claim: claim.latest or "", reverse=True)
    ranked.sort(key=lambda claim: (order[claim.rank], not claim.open))
    return replace(series, claims=tuple(ranked), disputed=_disputed(series))


class _Begins:
    """On which days the values of a series begin, asked once for each of them."""

    def __init__(self, series: Series) -> None:
        self.claims = series.claims
        self.days: dict[bool, dict[str, dict[int, str]]] = {False: {}, True: {}}  # with rumours -> day -> claim -> fact
        for place, claim in enumerate(self.claims if not series.unchanging else ()):
            for saying in claim.sayings if not _denied(claim) else ():
                if saying.when and not saying.over:
                    for rumours in (False, True) if not saying.reported else (True,):
                        on_day = self.days[rumours].setdefault(saying.when, {})
                        on_day[place] = min(on_day.get(place, saying.fact), saying.fact)

    def of_rivals(self, claim: Claim, *, rumours: bool) -> list[tuple[str, str]]:
        """(day, fact) of the days on which a value that contradicts the claim begins; rumours only where asked for."""
        rivals = {place for place, other in enumerate(self.claims) if differ(claim, other)}
        found = []
        for day, on_day in self.days[rumours].items():
            facts = [fact for place, fact in on_day.items() if place in rivals]
            if facts:
                found.append((day, min(facts)))
        return found


def _closed(claim: Claim, begins: _Begins) -> Claim:
    """The claim with the end of each of its sayings and of itself, where none of them is open."""
    over = sorted({(day, s.fact) for s in claim.sayings for day in (s.until, s.said if s.over else None) if day})
    after = {tone: sorted(over + begins.of_rivals(claim, rumours=tone)) for tone in {s.reported for s in claim.sayings}}
    sayings = tuple(_ended(saying, after[saying.reported]) for saying in claim.sayings)
    starts: dict[tuple[bool, str | None, str | None], str | None] = {}
    for saying in sayings:
        if not saying.over:  # sayings are sorted by time: the first is the earliest
            starts.setdefault((saying.open, saying.ended, saying.ended_by), saying.when)
    spells = tuple((start, end) for (_, end, _), start in starts.items())
    claim = replace(claim, sayings=sayings, spells=spells)
    if any(saying.open for saying in sayings):
        return claim
    last = max(sayings, key=lambda s: (s.ended or "", s.ended_by or ""))
    return replace(claim, open=False, closed=last.ended, closed_by=last.ended_by)


def _ended(saying: Saying, after: list[tuple[str, str]]) -> Saying:
    """The saying with its end: the one it states, else the first of `after` that is surely later."""
    if saying.over:
        return replace(saying, open=False, ended=saying.until)
    ends: list[tuple[str, str | None]] = [(saying.until, None)] if saying.until else []
    if saying.when:  # "~" sorts behind every date that begins with the same
        place = bisect_right(after, (saying.when + "~", ""))
        ends += after[place : place + 1]
    if not ends:
        return saying
    day, by = min(ends, key=lambda end: (end[0], end[1] or ""))
    return replace(saying, open=False, ended=day, ended_by=by)


def _denied(claim: Claim) -> bool:
    """Whether a document later than all who say it expressly denies it."""
    return any(later(denial.when, claim.latest) for denial in claim.denials)


def _covered(claim: Claim, claims: list[Claim]) -> bool:
    """Whether another value says the same more exactly."""
    shade = dict(claim.shade)
    return any(
        not differ(claim, other) and vaguer(claim.value, shade, other.value, dict(other.shade))
        for other in claims
        if other.value != claim.value
    )


def _ranked(claim: Claim, claims: list[Claim], stands: list[tuple[Claim, Standing]], unchanging: bool) -> Claim:
    """The claim with its rank and the rules that gave it; `stands` are the contenders."""
    if _denied(claim):
        return replace(claim, rank=DEPRECATED, why=("denied",))
    if not claim.open:
        return replace(claim, why=("closed",) if claim.closed_by else ("ended",))
    mine = next((standing for other, standing in stands if other is claim), None)
    if mine is None:
        return replace(claim, why=("less exact",))
    rivals = [standing for other, standing in stands if differ(claim, other)]
    verdicts = [before(mine, rival, unchanging=unchanging) for rival in rivals]
    if claim.denials:  # of its own time or earlier: a later one has been dealt with
        both = Standing.without_denials(claim), Standing.of_denials(claim)
        verdicts.append(before(*both, unchanging=unchanging))
    if not verdicts:
        alone = not any(differ(claim, other) for other in claims)
        return replace(claim, rank=PREFERRED, why=("only",) if alone else ("newer",))
    won = all(win for win, _ in verdicts)
    rules = tuple(dict.fromkeys(rule for win, rule in verdicts if win == won))
    return replace(claim, rank=PREFERRED if won else NORMAL, why=rules)


def _disputed(series: Series) -> bool:
    """Whether two values that contradict each other, or a value and its denial, are said of times that may be one."""
    for place, one in enumerate(series.claims):
        if one.denials:
            return True
        for other in series.claims[place + 1 :]:
            if differ(one, other) and (series.unchanging or _meet(one, other)):
                return True
    return False


def _meet(one: Claim, other: Claim) -> bool:
    """Whether the two are said of a time that may be the same."""
    days, others = ({saying.when for saying in claim.sayings if not saying.over} for claim in (one, other))
    return any(not later(a, b) and not later(b, a) for a in days for b in others)
