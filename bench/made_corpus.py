"""A made corpus for measuring: extractions in the shape of real news, as many as asked for, always the same.

A few things are in very many documents and most in few (Zipf), names come in two languages, sentences carry one to
three facts, and every quote really stands in its text. Nothing here is true, and nothing is extracted: what is measured
with it is the store, not the reading.
"""

from __future__ import annotations

import hashlib
import random
from bisect import bisect
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from aigraph.model import BenchmarkResult, Document, Entity, Event, Evidence, Extraction, Mention, Statement

SEED = 20251122
KINDS = (("Organization", 0.2), ("Model", 0.4), ("Person", 0.2), ("Benchmark", 0.08), ("Technique", 0.12))
SYLLABLES = "ka ro mi ten sul vor lin dex pha qui nor bel tar zen ori cas".split()
HAN = "星河云海山川智能深远明光启辰天元方舟"
ROLES = ("CEO", "CTO", "researcher")
DISSENT = 0.08  # of the sentences contradict what the others say
DAYS = 28

Span = tuple[int, int, int, str, Entity]  # start, end, number of the thing, relation, other thing


def entity(number: int) -> Entity:
    """The number-th thing there is: same number, same thing, in every corpus."""
    rng = random.Random(SEED * 1_000_003 + number)
    kind = rng.choices([name for name, _ in KINDS], [share for _, share in KINDS])[0]
    name = "".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))).capitalize() + f"-{number}"
    aliases = [("".join(rng.choices(HAN, k=3)) + str(number), "zh-Hans")]
    if rng.random() < 0.5:
        aliases.append((name.replace("-", " "), "en"))
    return Entity(name.lower(), kind, None, name, "en", tuple(sorted(aliases)))


class Corpus:
    """Documents numbered from 0; number k is the same whatever was made before it.

    Things have one truth each (a model one maker, one date, one size), that most sentences repeat and few contradict.
    """

    def __init__(self, *, things: int = 40_000, entities: int = 14, sentences: int = 16) -> None:
        self.entities, self.sentences = entities, sentences
        self.entity = cache(entity)
        self.friends = cache(self._friends)
        self.weights = list(accumulate(1 / (rank + 10) for rank in range(things)))

    def pick(self, rng: random.Random) -> int:
        """A thing, the low numbers far more often than the high ones."""
        return bisect(self.weights, rng.random() * self.weights[-1])

    def nearest(self, number: int, kind: str) -> Entity:
        """The thing of a kind with the highest number up to this one, or the first."""
        below = (self.entity(k) for k in range(number, -1, -1))
        return next((e for e in below if e.type == kind), None) or self.nearest(number + 10, kind)

    def _friends(self, number: int) -> dict[str, Entity]:
        """What a thing has to do with, by relation: always the same."""
        rng, own = random.Random(SEED * 7 + number), self.entity(number)
        if own.type == "Person":
            return {"worksFor": self.nearest(int(rng.random() ** 2 * 3_000), "Organization")}
        if own.type != "Model":
            return {}
        found = {
            "developedBy": self.nearest(int(rng.random() ** 2 * 3_000), "Organization"),
            "usesTechnique": self.nearest(int(rng.random() ** 2 * 2_000), "Technique"),
            "evaluatedOn": self.nearest(int(rng.random() ** 2 * 1_000), "Benchmark"),
        }
        if number > 20 and rng.random() < 0.4:
            found["basedOn"] = self.nearest(int(number * 0.6), "Model")
        return found

    def documents(self, count: int, *, first: int = 0) -> Iterator[Extraction]:
        """Documents `first` to `first + count - 1`."""
        for number in range(first, first + count):
            yield self.document(number)

    def document(self, number: int, *, version: int = 0) -> Extraction:
        """One document; another `version` is the same document, corrected: some of it is new, most is as it was."""
        rng = random.Random(SEED + number)
        picked = list(dict.fromkeys(self.pick(rng) for _ in range(self.entities)))
        spans: list[Span] = []
        lines, at = [], 0
        for k in range(self.sentences):
            one = rng.choice(picked)
            relation, two = rng.choice([*self.friends(one).items(), ("", self.entity(rng.choice(picked)))])
            line = _line(rng, f"{number}-{k}", self.entity(one).name, two.name)
            if version and k % 5 == 0:
                line = f"Correction {version}: {line}"
            lines.append(line)
            spans.append((at, at + len(line), one, relation, two))
            at += len(line) + 1
        text = "\n".join(lines)
        sha = hashlib.sha256(text.encode()).hexdigest()
        day = f"2025-{number // DAYS % 12 + 1:02d}-{number % DAYS + 1:02d}"
        doc = Document(
            f"note-{number}-{sha[:12]}", f"note-{number}.txt", text, sha, day, title=f"Note {number}", lang="zh-Hans"
        )
        return self._facts(doc, spans, rng)

    def _facts(self, doc: Document, spans: list[Span], rng: random.Random) -> Extraction:
        statements, results, events, mentions = [], [], [], []
        chosen: dict[str, Entity] = {}
        for start, end, number, relation, two in spans:
            one = self.entity(number)
            chosen[one.id], chosen[two.id] = one, two
            confidence = round(rng.uniform(0.3, 0.95), 3)
            evidence = (Evidence(doc.id, start, end, doc.text[start:end], f"rule-{rng.randint(1, 40)}", confidence),)
            at = doc.text.index(one.name, start)
            mentions.append(Mention(at, at + len(one.name), one.type, "lexicon", entity=one.id))
            if relation == "evaluatedOn":
                score = (number % 800 + 100 + rng.randint(0, 3)) / 10
                results.append(BenchmarkResult(one.id, two.id, score, "%", evidence, (("metric", "pass@1"),)))
            elif relation:
                role = (("role", ROLES[number % 3]),) if relation == "worksFor" else ()
                statements.append(Statement(one.id, relation, two.id, False, evidence, role, confidence=confidence))
            if relation == "developedBy":
                events.append(Event("Release", _date(number, rng), tuple(sorted((one.id, two.id))), evidence))
            if one.type == "Model":
                size = (number % 700 + 1 + (rng.random() < DISSENT)) * 1_000_000_000
                statements.append(Statement(one.id, "parameterCount", size, True, evidence, confidence=confidence))
                statements.append(Statement(one.id, "releaseDate", _date(number, rng), True, evidence))
        return Extraction(
            doc, tuple(chosen.values()), tuple(statements), tuple(results), tuple(events), tuple(mentions)
        )


def _line(rng: random.Random, key: str, one: str, two: str) -> str:
    """A sentence with both names."""
    if rng.random() < 0.6:
        return f"According to note {key}, {one} and {two} were named together, with a figure of {rng.randint(1, 900)}."
    return f"记录{key}显示，{one}与{two}于2025年共同发布，数值为{rng.randint(1, 900)}。"


def _date(number: int, rng: random.Random) -> str:
    """The month of a model, sometimes told one year late."""
    return f"{2019 + number % 6 + (rng.random() < DISSENT)}-{number % 12 + 1:02d}"
