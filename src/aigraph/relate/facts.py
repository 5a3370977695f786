"""From judged candidates to statements and benchmark results, each with its sentence and qualifiers."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from aigraph.model import STATED, Analysis, BenchmarkResult, Evidence, Literal, Statement
from aigraph.relate.candidates import Candidate
from aigraph.relate.pairs import Pair
from aigraph.relate.qualify import polarity_of, qualifiers_of
from aigraph.relate.reader import Judged
from aigraph.relate.targets import EVENT, EVENT_DATE, SCORE_BENCHMARK, SCORE_MODEL
from aigraph.schema import load_schema

UNSURE_LOGIT = -2.0  # polarity logit above which a cue of denial, plan or condition beside the names is believed
DENIED_LOGIT = 1.0  # a reading this sure of a relation that is sure to be no stated fact is kept with its status
AT = "pointInTime"
BOTH_SIDES = 0.35  # geometric mean of a result's two ties: one sure side makes up for a doubtful other
MAX_EVIDENCE = 3  # places kept of one fact in one document; the best read ones
UNITS = {"percent": "%", "elo": "Elo", "score": "points", "multiple": "x"}


def is_helper(predicate: str) -> bool:
    """True for the decisions that statements are built from, but that are none themselves."""
    return predicate.startswith((EVENT, "score.")) or predicate == EVENT_DATE


def tied_statements(state: Analysis) -> list[Statement]:
    """The facts that the form of the text gives (bibliographic entries)."""
    at = {m.start: m.entity for m in reversed(state.mentions)}
    starts = [x.start for x in state.sentences]
    out = []
    for tie in state.ties:
        s, o = at.get(tie.subject), at.get(tie.object)
        k = bisect_right(starts, tie.subject) - 1
        if s is None or o is None or s == o or k < 0 or state.sentences[k].end <= tie.subject:
            continue
        start, end = min(state.sentences[k].start, tie.object), state.sentences[k].end
        quote = state.text[start:end]
        evidence = Evidence(state.document.id, start, end, quote, tie.rule, tie.confidence)
        out.append(Statement(s, tie.predicate, o, False, (evidence,), confidence=tie.confidence))
    return out


def statements_of(state: Analysis, judged: Sequence[Judged], threshold: float) -> list[Statement]:
    """Relations and figures, those that are denied, planned or supposed among them with their status."""
    out = []
    symmetric = {name for name, r in load_schema().relations.items() if r.symmetric}
    seen: set[tuple[str, str, Any]] = set()
    taken = _own_dates(judged, threshold)
    for j in judged:
        s, p, o = j.pair.key
        if is_helper(p) or (isinstance(o, tuple) and o[0] == "#"):  # no value: a date that nobody can resolve
            continue
        reading = j.pair.best
        status = polarity_of(state, reading.candidate)
        if j.probability > threshold:
            status = status if status in STATED or reading.unstated > UNSURE_LOGIT else "asserted"
        elif not (reading.logit > DENIED_LOGIT and reading.unstated > 0 and status not in STATED):
            continue
        if p in symmetric and (o, p, s) in seen:
            continue
        seen.add((s, p, o))
        out.append(_statement(state, j, status, taken.get((s, reading.candidate.site.index), frozenset())))
    return out


def _own_dates(judged: Sequence[Judged], threshold: float) -> dict[tuple[str, int], set[str]]:
    """(thing, sentence) -> the dates there that are facts about the thing themselves, and so date nothing else."""
    out: dict[tuple[str, int], set[str]] = defaultdict(set)
    for j in judged:
        slot = j.pair.best.candidate.object
        date = slot.literal if slot is not None else None
        if date is not None and date.kind == "date" and j.probability > threshold and not is_helper(j.pair.key[1]):
            out[j.pair.key[0], j.pair.best.candidate.site.index].add(str(date.value))
    return out


def _statement(state: Analysis, j: Judged, status: str, taken: AbstractSet[str]) -> Statement:
    s, p, _ = j.pair.key
    slot = j.pair.best.candidate.object
    assert slot is not None
    figure = slot.literal is not None
    value = _value(p, slot.literal) if slot.literal is not None else slot.entity
    assert value is not None
    return Statement(
        subject=s,
        predicate=p,
        object=value,
        is_figure=figure,
        evidence=evidence_of(state, j.pair, round(j.probability, 4)),
        qualifiers=tuple(
            (name, v) for name, v in qualifiers_of(state, p, j.pair.best.candidate) if name != AT or v not in taken
        ),
        polarity=status,
        confidence=round(j.probability, 4),
    )


def _value(predicate: str, literal: Literal) -> str | int | float:
    value = literal.value
    assert value is not None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def evidence_of(state: Analysis, pair: Pair, confidence: float) -> tuple[Evidence, ...]:
    """The sentences of the best readings; a name that was carried in does not stretch the quote."""
    out: dict[tuple[int, int], Evidence] = {}
    for reading in pair.readings[:MAX_EVIDENCE]:
        if reading is not pair.best and reading.logit < 0:
            break
        site = reading.candidate.site
        rule = rule_of(reading.candidate, pair.key[1])
        if (site.start, site.end) not in out:
            quote = state.text[site.start : site.end]
            out[site.start, site.end] = Evidence(
                state.document.id, site.start, site.end, quote, rule, confidence
            )
    return tuple(out[k] for k in sorted(out))


def rule_of(candidate: Candidate, predicate: str) -> str:
    """What read it: the wording that fired, else the trained part with the way the names were tied."""
    fired = candidate.wordings.get(predicate)
    return f"wording:{fired[1]}" if fired else f"trained:{candidate.role or 'sentence'}"


def results_of(state: Analysis, judged: Sequence[Judged]) -> tuple[list[BenchmarkResult], list[Statement]]:
    """Benchmark results, and the evaluatedOn statement that goes with each."""
    tied: dict[int, dict[str, list[Judged]]] = defaultdict(lambda: {SCORE_MODEL: [], SCORE_BENCHMARK: []})
    for j in judged:
        slot = j.pair.best.candidate.object
        if j.pair.key[1] in (SCORE_MODEL, SCORE_BENCHMARK) and slot is not None:
            tied[slot.start][j.pair.key[1]].append(j)
    results, statements, seen = [], [], set()
    for start in sorted(tied):
        models, benchmarks = (_likeliest(tied[start][k]) for k in (SCORE_MODEL, SCORE_BENCHMARK))
        if not models or not benchmarks:
            continue
        model, benchmark = models[0], benchmarks[0]
        if (model.probability * benchmark.probability) ** 0.5 < BOTH_SIDES:
            continue
        slot = benchmark.pair.best.candidate.object
        assert slot is not None and slot.literal is not None
        value = slot.literal.value
        if not isinstance(value, (int, float)):
            continue
        confidence = round(model.probability * benchmark.probability, 4)
        evidence = evidence_of(state, benchmark.pair, confidence)
        m, b = model.pair.key[0], benchmark.pair.key[0]
        unit = slot.literal.unit or UNITS.get(slot.literal.kind)
        if (m, b, float(value)) in seen:
            continue
        seen.add((m, b, float(value)))
        status = _status_of_result(state, model, benchmark)
        results.append(
            BenchmarkResult(m, b, float(value), unit, evidence, polarity=status, confidence=confidence)
        )
        statements.append(
            Statement(m, "evaluatedOn", b, False, evidence, polarity=status, confidence=confidence)
        )
    return results, statements


def _status_of_result(state: Analysis, model: Judged, benchmark: Judged) -> str:
    """A result is denied, planned or supposed where either of its ties is."""
    for reading in (model.pair.best, benchmark.pair.best):
        status = polarity_of(state, reading.candidate)
        if status != "asserted" and (status in STATED or reading.unstated > UNSURE_LOGIT):
            return status
    return "asserted"


def _likeliest(judged: Iterable[Judged]) -> list[Judged]:
    return sorted(judged, key=lambda j: (-j.probability, j.pair.key[0]))
