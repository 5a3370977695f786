"""Four documents over a year and a half, made by hand: prices fall, an office changes hands, sources disagree."""

from __future__ import annotations

from typing import Any

from tests.made_extractions import document

from aigraph.model import BenchmarkResult, Entity, Event, Evidence, Extraction, Statement

ENTITIES = {
    "nimbra": Entity("nimbra", "Organization", "Company", "Nimbra", "en", (("凌波科技", "zh-Hans"),)),
    "ostrel": Entity("ostrel", "Model", None, "Ostrel", "en", (("欧斯特", "zh-Hans"),)),
    "ann": Entity("ann", "Person", None, "Ann Lee", "en", (("李安", "zh-Hans"),)),
    "bo": Entity("bo", "Person", None, "Bo Chen", "en", (("陈波", "zh-Hans"),)),
    "fund": Entity("fund", "Organization", "InvestmentFirm", "Alpha Fund", "en"),
    "bench": Entity("bench", "Benchmark", None, "TestBench", "en"),
    "newcomer": Entity("newcomer", "Model", None, "Newcomer", "en"),
}
PRICE = (("currency", "USD"), ("per", "1M input tokens"))


def told(name: str, date: str | None, *facts: tuple[str, Any], names: str = "") -> Extraction:
    """A document of one sentence a fact; `facts` are (sentence, what makes the record of its evidence)."""
    text = "\n".join([*(sentence for sentence, _ in facts), names])
    doc = document(name, text, date=date, lang="en")
    records = []
    for sentence, make in facts:
        start = text.index(sentence)
        records.append(make((Evidence(doc.id, start, start + len(sentence), sentence, f"test.{name}", 0.9),)))
    named = {i for r in records for i in ids(r)} | set(names.split())
    return Extraction(
        document=doc,
        entities=tuple(ENTITIES[i] for i in sorted(named & ENTITIES.keys())),
        statements=tuple(r for r in records if isinstance(r, Statement)),
        results=tuple(r for r in records if isinstance(r, BenchmarkResult)),
        events=tuple(r for r in records if isinstance(r, Event)),
    )


def ids(record: Any) -> set[str]:
    if isinstance(record, Statement):
        return {record.subject, str(record.object)}
    return {record.model, record.benchmark} if isinstance(record, BenchmarkResult) else set(record.participants)


def says(subject: str, predicate: str, value: Any, polarity: str = "asserted", **said: Any) -> Any:
    def make(evidence: tuple[Evidence, ...]) -> Statement:
        figure = str(value) not in ENTITIES
        rows = tuple(sorted(said.items()))
        return Statement(subject, predicate, value, figure, evidence, rows, polarity, 0.8)

    return make


def price(value: float, polarity: str = "asserted") -> Any:
    return says("ostrel", "price", value, polarity, **dict(PRICE))


def scored(value: float) -> Any:
    return lambda evidence: BenchmarkResult("ostrel", "bench", value, "%", evidence, confidence=0.8)


def happened(kind: str, date: str | None, *who: str) -> Any:
    return lambda evidence: Event(kind, date, tuple(sorted(who)), evidence, confidence=0.8)


SPRING = told(
    "spring.txt", "2024-04-01",
    ("Ostrel costs $4.", price(4)),
    ("Ann Lee is CEO of Nimbra.", says("ann", "worksFor", "nimbra", role="CEO")),
    ("Nimbra made Ostrel.", says("ostrel", "developedBy", "nimbra")),
    ("Nimbra was founded in 2019.", says("nimbra", "foundedDate", "2019")),
    ("Nimbra may partner with Alpha Fund.", says("nimbra", "partnerOf", "fund", "planned")),
    ("Ostrel came out on March 5, 2024.", happened("Release", "2024-03-05", "nimbra", "ostrel")),
)  # fmt: skip
AUTUMN = told(
    "autumn.txt", "2024-10-10",
    ("Ostrel now costs $2.", price(2)),
    ("Ostrel scores 71.5% on TestBench.", scored(71.5)),
    ("Nimbra, founded in 2018,", says("nimbra", "foundedDate", "2018")),
    ("Alpha Fund backed Nimbra in May 2024.", says("fund", "investedIn", "nimbra", pointInTime="2024-05")),
)  # fmt: skip
WINTER = told(
    "winter.txt", "2025-02-01",
    ("Bo Chen, chief executive of Nimbra", says("bo", "worksFor", "nimbra", role="chief executive")),
    ("Ann Lee, the former CEO of Nimbra", says("ann", "worksFor", "nimbra", role="CEO", former=True)),
    ("Ostrel costs $1.5.", price(1.5)),
    ("Ostrel has 69.9% on TestBench.", scored(69.9)),
    ("Nimbra was founded in 2019, it says.", says("nimbra", "foundedDate", "2019")),
    ("Nimbra partners with Alpha Fund.", says("nimbra", "partnerOf", "fund")),
)  # fmt: skip
SUMMER = told(
    "summer.txt", "2025-07-20",
    ("Ostrel is said to cost $1.", price(1, "reported")),
    ("Nimbra does not partner with Alpha Fund.", says("nimbra", "partnerOf", "fund", "negated")),
    ("Nimbra makes Newcomer.", says("newcomer", "developedBy", "nimbra")),
    ("Nimbra meets users on November 11, 2025.", happened("Conference", "2025-11-11", "nimbra")),
)  # fmt: skip
UNDATED = told("undated.txt", None, ("Ostrel has a context of 128K.", says("ostrel", "contextLength", 128000)))
EVERY = (SPRING, AUTUMN, WINTER, SUMMER, UNDATED)
