"""Two invented documents told as records, for tests of what comes after extraction."""

from __future__ import annotations

import hashlib

from aigraph.model import BenchmarkResult, Document, Entity, Event, Evidence, Extraction, Statement

FIGURES = ("releaseDate", "license")


class Telling:
    """One document's extraction, built a sentence at a time; evidence offsets are found, not typed."""

    def __init__(self, name: str, sentences: dict[str, str], *, date: str | None = None, lang: str = "en") -> None:
        self.sentences = sentences
        text = "\n".join(sentences.values()) + "\n"
        sha = hashlib.sha256(text.encode()).hexdigest()
        slug = name.split(".")[0]
        self.document = Document(f"{slug}-{sha[:12]}", name, text, sha, date=date, title=name, lang=lang)
        self.statements: list[Statement] = []
        self.results: list[BenchmarkResult] = []
        self.events: list[Event] = []

    def evidence(self, key: str, confidence: float = 0.9) -> tuple[Evidence, ...]:
        quote = self.sentences[key]
        start = self.document.text.index(quote)
        return (Evidence(self.document.id, start, start + len(quote), quote, rule="by hand", confidence=confidence),)

    def say(self, key: str, subject: str, predicate: str, value: str | int, **more: object) -> None:
        qualifiers = tuple(sorted((k, v) for k, v in more.items() if k != "polarity"))
        statement = Statement(
            subject, predicate, value, not isinstance(value, str) or predicate in FIGURES, self.evidence(key),
            qualifiers, str(more.get("polarity", "asserted")), 0.9,
        )  # fmt: skip
        self.statements.append(statement)

    def extraction(self, entities: dict[str, Entity]) -> Extraction:
        used = {s.subject for s in self.statements} | {str(s.object) for s in self.statements if not s.is_figure}
        used |= {x for r in self.results for x in (r.model, r.benchmark)}
        used |= {p for e in self.events for p in e.participants}
        return Extraction(
            self.document,
            tuple(entities[key] for key in sorted(used)),
            tuple(self.statements),
            tuple(self.results),
            tuple(self.events),
        )


def told() -> list[Extraction]:
    """Two invented documents: a model, its maker, an investor, a measured result, a figure, a denied claim."""
    entities = {
        e.id: e
        for e in (
            Entity("lumen-2", "Model", None, "Lumen-2", "en", (("流明 2", "zh-Hans"),)),
            Entity("starworks", "Organization", "Company", "Starworks", "en", (("星工科技", "zh-Hans"),)),
            Entity("oak-capital", "Organization", "InvestmentFirm", "Oak Capital", "en"),
            Entity("mathtrail", "Benchmark", None, "MathTrail", "en"),
            Entity("island", "Person", None, "Ada Island", "en"),
        )
    }
    one = Telling("one.txt", {
        "made": "Starworks released Lumen-2 in August 2025.",
        "size": "Lumen-2 reads 128K tokens.",
        "score": "Lumen-2 scores 71.6% on MathTrail.",
        "denied": "Ada Island does not work for Starworks.",
    }, date="2025-08-27")  # fmt: skip
    one.say("made", "lumen-2", "developedBy", "starworks")
    one.say("made", "lumen-2", "releaseDate", "2025-08")
    one.say("size", "lumen-2", "contextLength", 128000)
    one.say("score", "lumen-2", "evaluatedOn", "mathtrail")
    one.say("denied", "island", "worksFor", "starworks", polarity="negated")
    one.results.append(BenchmarkResult("lumen-2", "mathtrail", 71.6, "%", one.evidence("score"), (), "asserted", 0.9))
    one.events.append(Event("Release", "2025-08", ("lumen-2", "starworks"), one.evidence("made")))
    two = Telling("two.txt", {
        "money": "橡树资本 Oak Capital 投资了星工科技。",
        "made": "星工科技发布流明 2。",
    }, lang="zh-Hans")  # fmt: skip
    two.say("money", "oak-capital", "investedIn", "starworks", pointInTime="2024")
    two.say("made", "lumen-2", "developedBy", "starworks")
    return [one.extraction(entities), two.extraction(entities)]
