"""Extractions built by hand for the tests of writing, storing, asking and checking a graph."""

from __future__ import annotations

import hashlib
from typing import Any

from aigraph.model import (
    BenchmarkResult,
    Document,
    Entity,
    Event,
    Evidence,
    Extraction,
    Mention,
    Statement,
)

TEXT = (
    "示例智能于2025年1月发布了星河-2模型，上下文 128K。\n"
    "The model Xinghe-2 by Example AI reaches 71.5% on TestBench; Li Ming is CEO of Example AI.\n"
    "It may beat OtherNet-1 next year. Price: $0.5 per 1M input tokens.\n"
)
ENTITIES = (
    Entity("example-ai", "Organization", "Company", "Example AI", "en", (("示例智能", "zh-Hans"),), "L1"),
    Entity("xinghe-2", "Model", None, "Xinghe-2", "en", (("Xinghe 2", "en"), ("星河-2", "zh-Hans"))),
    Entity("othernet-1", "Model", None, "OtherNet-1", "en"),
    Entity("testbench", "Benchmark", None, "TestBench", "en"),
    Entity("li-ming", "Person", None, "Li Ming", "en"),
)


def document(name: str = "a.txt", text: str = TEXT, **more: Any) -> Document:
    sha = hashlib.sha256(text.encode()).hexdigest()
    return Document(id=f"{name.replace('.', '-')}-{sha[:12]}", name=name, text=text, sha256=sha, **more)


def quote(doc: Document, exact: str, rule: str = "test.rule", confidence: float = 0.9) -> Evidence:
    start = doc.text.index(exact)
    return Evidence(doc.id, start, start + len(exact), exact, rule, confidence)


def extraction(name: str = "a.txt", *, extra_text: str = "", confidence: float = 0.8, **more: Any) -> Extraction:
    """Relations, figures, a plan, a score, events, of one small document."""
    doc = document(name, TEXT + extra_text, **({"date": "2025-02-03", "lang": "zh-Hans"} | more))
    released = quote(doc, "示例智能于2025年1月发布了星河-2模型，上下文 128K。")
    scored = quote(doc, "Xinghe-2 by Example AI reaches 71.5% on TestBench")
    office = quote(doc, "Li Ming is CEO of Example AI")
    plan = quote(doc, "It may beat OtherNet-1 next year.")
    price = quote(doc, "Price: $0.5 per 1M input tokens.")
    at = doc.text.index("Xinghe-2")
    return Extraction(
        document=doc,
        entities=ENTITIES,
        statements=(
            Statement("xinghe-2", "developedBy", "example-ai", False, (released,), confidence=confidence),
            Statement("xinghe-2", "releaseDate", "2025-01", True, (released,), confidence=confidence),
            Statement("xinghe-2", "contextLength", 128000, True, (released,), confidence=confidence),
            Statement("xinghe-2", "price", 0.5, True, (price,), (("currency", "USD"), ("per", "1M input tokens"))),
            Statement("li-ming", "worksFor", "example-ai", False, (office,), (("former", True), ("role", "CEO"))),
            Statement(
                "xinghe-2", "outperforms", "othernet-1", False, (plan,), (("onBenchmark", "testbench"),), "hypothetical"
            ),
        ),
        results=(
            BenchmarkResult(
                "xinghe-2", "testbench", 71.5, "%", (scored,), (("metric", "pass@1"),), confidence=confidence
            ),
            BenchmarkResult("othernet-1", "testbench", 10.0, "%", (plan,), polarity="planned"),
        ),
        events=(
            Event("Release", "2025-01", ("example-ai", "xinghe-2"), (released,), confidence=confidence),
            Event("Other", None, ("xinghe-2",), (plan,), polarity="planned"),
        ),
        mentions=(Mention(at, at + 8, "Model", "lexicon", entity="xinghe-2"),),
        notes=("row 3: no subject",),
    )
