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
FIGURES = ("parameterCount", "contextLength", "trainingTokens")
DAYS = 28


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
    """`documents` numbers documents from 0; number k is the same whatever was made before it."""

    def __init__(self, *, things: int = 40_000, entities: int = 22, sentences: int = 16) -> None:
        self.entities, self.sentences = entities, sentences
        self.entity = cache(entity)
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(things)))

    def pick(self, rng: random.Random) -> int:
        """A thing, the low numbers far more often than the high ones."""
        return bisect(self.weights, rng.random() * self.weights[-1])

    def documents(self, count: int, *, first: int = 0) -> Iterator[Extraction]:
        """Documents `first` to `first + count - 1`."""
        for number in range(first, first + count):
            yield self.document(number)

    def document(self, number: int, *, version: int = 0) -> Extraction:
        """One document; another `version` is the same document, corrected: some of it is new, most is as it was."""
        rng = random.Random(SEED + number)
        chosen = [self.entity(k) for k in dict.fromkeys(self.pick(rng) for _ in range(self.entities))]
        lines, spans, at = [], [], 0
        for k in range(self.sentences):
            one, two = rng.choice(chosen), rng.choice(chosen)
            if k == self.sentences - 1:
                rng.random()
            line = (
                f"According to note {number}-{k}, {one.name} and {two.name} were named together, with a figure of "
                f"{rng.randint(1, 900)} for {rng.choice(chosen).name}."
                if rng.random() < 0.6
                else f"记录{number}-{k}显示，{one.name}与{two.name}于2025年共同发布，数值为{rng.randint(1, 900)}。"
            )
            if version and k % 5 == 0:
                line = f"Correction {version}: {line}"
            lines.append(line)
            spans.append((at, at + len(line), one, two))
            at += len(line) + 1
        text = "\n".join(lines)
        sha = hashlib.sha256(text.encode()).hexdigest()
        name = f"note-{number}.txt"
        day = f"2025-{number // DAYS % 12 + 1:02d}-{number % DAYS + 1:02d}"
        doc = Document(f"note-{number}-{sha[:12]}", name, text, sha, date=day, title=f"Note {number}", lang="zh-Hans")
        return _facts(doc, chosen, spans, rng)


def _facts(
    doc: Document, chosen: list[Entity], spans: list[tuple[int, int, Entity, Entity]], rng: random.Random
) -> Extraction:
    statements, results, events, mentions = [], [], [], []
    for start, end, one, two in spans:
        confidence = round(rng.uniform(0.3, 0.95), 3)
        evidence = (Evidence(doc.id, start, end, doc.text[start:end], f"rule-{rng.randint(1, 40)}", confidence),)
        at = start + doc.text[start:end].index(one.name)
        mentions.append(Mention(at, at + len(one.name), one.type, "lexicon", entity=one.id))
        kinds = {one.type: one, two.type: two}
        if {"Model", "Organization"} <= kinds.keys():
            maker, made = kinds["Organization"], kinds["Model"]
            statements.append(Statement(made.id, "developedBy", maker.id, False, evidence, confidence=confidence))
            events.append(Event("Release", doc.date, tuple(sorted((maker.id, made.id))), evidence))
        elif {"Person", "Organization"} <= kinds.keys():
            role = (("role", rng.choice(("CEO", "CTO", "researcher"))),)
            person, firm = kinds["Person"], kinds["Organization"]
            statements.append(Statement(person.id, "worksFor", firm.id, False, evidence, role, confidence=confidence))
        elif {"Model", "Benchmark"} <= kinds.keys():
            score = rng.randint(100, 990) / 10
            model, test = kinds["Model"], kinds["Benchmark"]
            results.append(BenchmarkResult(model.id, test.id, score, "%", evidence, (("metric", "pass@1"),)))
        elif {"Model", "Technique"} <= kinds.keys():
            statements.append(
                Statement(
                    kinds["Model"].id, "usesTechnique", kinds["Technique"].id, False, evidence, confidence=confidence
                )
            )
        elif one.type == two.type == "Model" and one != two:
            newer, older = sorted((one, two), key=lambda e: int(e.id.rsplit("-", 1)[1]), reverse=True)
            statements.append(Statement(newer.id, "basedOn", older.id, False, evidence, confidence=confidence))
        if one.type == "Model":
            statements.append(Statement(one.id, rng.choice(FIGURES), rng.randint(1, 900) * 1000, True, evidence))
            statements.append(
                Statement(one.id, "releaseDate", f"202{rng.randint(0, 5)}-{rng.randint(1, 12):02d}", True, evidence)
            )
    return Extraction(doc, tuple(chosen), tuple(statements), tuple(results), tuple(events), tuple(mentions))
