"""Hand-made stores in the shape of the vocabulary page, for the tests of everything that reads the graph."""

from __future__ import annotations

import random
from typing import Any

import pyoxigraph as ox

from aigraph.schema import AIG, ID, OA, PROV, RDF, SCHEMA, SKOS, XSD

HOSTILE = "</script><img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>"


class Made:
    """A store that grows by one call a fact."""

    def __init__(self) -> None:
        self.store = ox.Store()
        self.count = 0

    def add(self, subject: str, predicate: str, obj: Any, graph: str | None = None) -> None:
        target = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        self.store.add(ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), obj, target))

    def document(self, name: str, title: str, date: str | None, url: str = "") -> None:
        iri = ID + name
        self.add(iri, RDF + "type", ox.NamedNode(SCHEMA + "Article"))
        self.add(iri, SCHEMA + "headline", ox.Literal(title))
        if url:
            self.add(iri, SCHEMA + "url", ox.Literal(url))
        if date:
            self.add(iri, SCHEMA + "datePublished", ox.Literal(date, datatype=ox.NamedNode(XSD + "date")))

    def thing(self, name: str, kind: str, en: str, zh: str = "", aliases: tuple[str, ...] = (), sub: str = "") -> None:
        iri = ID + name
        self.add(iri, RDF + "type", ox.NamedNode(AIG + kind))
        if sub:
            self.add(iri, RDF + "type", ox.NamedNode(AIG + sub))
        self.add(iri, SKOS + "prefLabel", ox.Literal(en, language="en"))
        if zh:
            self.add(iri, SKOS + "prefLabel", ox.Literal(zh, language="zh-Hans"))
        for alias in aliases:
            self.add(iri, SKOS + "altLabel", ox.Literal(alias))

    def say(
        self,
        subject: str,
        predicate: str,
        obj: Any,
        quotes: dict[str, str],
        confidence: float = 0.9,
        polarity: str = "asserted",
        **qualifiers: Any,
    ) -> None:
        """A statement with one quote a document; `obj` is a thing's name (str starting with @) or a value."""
        self.count += 1
        key = f"{ID}statement/{self.count:05d}"
        is_thing = isinstance(obj, str) and obj.startswith("@")
        term = ox.NamedNode(ID + obj[1:]) if is_thing else ox.Literal(obj)
        for graph in [*(ID + document for document in quotes), None]:
            self.add(key, RDF + "type", ox.NamedNode(RDF + "Statement"), graph)
            self.add(key, RDF + "subject", ox.NamedNode(ID + subject), graph)
            self.add(key, RDF + "predicate", ox.NamedNode(AIG + predicate), graph)
            self.add(key, RDF + "object", term, graph)
            if polarity in ("asserted", "reported"):
                self.add(ID + subject, AIG + predicate, term, graph)
        for name, value in qualifiers.items():
            for one in value if isinstance(value, list | tuple) else [value]:
                self.add(key, AIG + name, ox.NamedNode(ID + one[1:]) if str(one).startswith("@") else ox.Literal(one))
        self.grade(key, quotes, confidence, polarity)

    def grade(self, key: str, quotes: dict[str, str], confidence: float = 0.9, polarity: str = "asserted") -> None:
        self.add(key, AIG + "confidence", ox.Literal(confidence))
        self.add(key, AIG + "polarity", ox.Literal(polarity))
        for document, quote in quotes.items():
            place = f"{key}/at/{document}"
            self.add(key, PROV + "wasDerivedFrom", ox.NamedNode(place))
            self.add(place, RDF + "type", ox.NamedNode(OA + "SpecificResource"))
            self.add(place, OA + "hasSource", ox.NamedNode(ID + document))
            self.add(place, OA + "hasSelector", ox.NamedNode(place + "/q"))
            self.add(place, OA + "hasSelector", ox.NamedNode(place + "/p"))
            self.add(place + "/q", OA + "exact", ox.Literal(quote))
            self.add(place + "/p", OA + "start", ox.Literal(self.count * 10))
            self.add(place + "/p", OA + "end", ox.Literal(self.count * 10 + len(quote)))

    def result(self, model: str, benchmark: str, value: float, unit: str, quotes: dict[str, str], **more: Any) -> None:
        self.count += 1
        key = f"{ID}result/{self.count:05d}"
        self.add(key, RDF + "type", ox.NamedNode(AIG + "BenchmarkResult"))
        self.add(key, AIG + "model", ox.NamedNode(ID + model))
        self.add(key, AIG + "benchmark", ox.NamedNode(ID + benchmark))
        self.add(key, AIG + "value", ox.Literal(value))
        self.add(key, AIG + "unit", ox.Literal(unit))
        for name, extra in more.items():
            self.add(key, AIG + name, ox.Literal(extra))
        self.grade(key, quotes)

    def event(
        self, name: str, kind: str, date: str, members: list[str], quotes: dict[str, str], label: str = ""
    ) -> None:
        self.count += 1
        key = ID + name
        self.add(key, RDF + "type", ox.NamedNode(AIG + "Event"))
        self.add(key, AIG + "eventType", ox.Literal(kind))
        self.add(key, AIG + "date", ox.Literal(date))
        if label:
            self.add(key, SKOS + "prefLabel", ox.Literal(label, language="en"))
        for member in members:
            self.add(key, AIG + "participant", ox.NamedNode(ID + member))
        self.grade(key, quotes)


def small() -> ox.Store:
    """Three documents, a dozen things, every kind of fact, one hostile name, one denied fact."""
    made = Made()
    made.document("d1", "DeepSeek opens its model", "2025-01-20", "https://example.org/a?b=1&c=2")
    made.document("d2", "英伟达发布新芯片", "2025-03-18")
    made.document("d3", "Undated note", None, "javascript:window.hacked=1")
    made.thing("deepseek", "Organization", "DeepSeek", "深度求索", ("幻方 AI",), sub="Company")
    made.thing("nvidia", "Organization", "NVIDIA", "英伟达", ("輝達",), sub="Company")
    made.thing("highflyer", "Organization", "High-Flyer", "幻方量化", sub="InvestmentFirm")
    made.thing("tiger", "Organization", "Tiger Fund", sub="InvestmentFirm")
    made.thing("deepseek-r1", "Model", "DeepSeek-R1", aliases=("R1",))
    made.thing("deepseek-v3", "Model", "DeepSeek-V3")
    made.thing("gpt-4o", "Model", "GPT-4o")
    made.thing("liang", "Person", "Liang Wenfeng", "梁文锋")
    made.thing("aime", "Benchmark", "AIME 2024")
    made.thing("h800", "Hardware", "H800")
    made.thing("moe", "Technique", "MoE", "混合专家")
    made.thing("evil", "Software", HOSTILE)
    two = {"d1": "DeepSeek released DeepSeek-R1.", "d2": "深度求索发布 R1。"}
    made.say("deepseek-r1", "developedBy", "@deepseek", two)
    made.say("deepseek-v3", "developedBy", "@deepseek", {"d1": "DeepSeek-V3 is by DeepSeek."})
    made.say("deepseek-r1", "basedOn", "@deepseek-v3", {"d1": "R1 was trained from V3."}, 0.8)
    made.say("deepseek-r1", "outperforms", "@gpt-4o", {"d1": "R1 beats GPT-4o."}, 0.6, "reported")
    made.say("deepseek-r1", "evaluatedOn", "@aime", {"d1": "R1 was tested on AIME 2024."})
    made.say("gpt-4o", "outperforms", "@deepseek-r1", {"d3": "GPT-4o does not beat R1."}, 0.7, "negated")
    made.say("liang", "founderOf", "@deepseek", {"d1": "Liang Wenfeng founded DeepSeek."})
    made.say("liang", "worksFor", "@deepseek", {"d1": "Liang Wenfeng, CEO of DeepSeek"}, role="CEO")
    made.say("highflyer", "investedIn", "@deepseek", {"d3": "High-Flyer funded DeepSeek."}, pointInTime="2023-05")
    made.say("highflyer", "investedIn", "@deepseek", {"d3": "High-Flyer funded it again."}, pointInTime="2024-05")
    made.say("tiger", "investedIn", "@deepseek", {"d3": "So did Tiger Fund."}, 0.5)
    made.say("deepseek-v3", "usesTechnique", "@moe", {"d1": "V3 采用 MoE 架构。"})
    made.say("deepseek-v3", "trainedOnHardware", "@h800", {"d1": "V3 was trained on 2,048 H800."}, count=2048)
    made.say("h800", "developedBy", "@nvidia", {"d2": "英伟达的 H800"})
    made.say("evil", "supports", "@deepseek-v3", {"d3": HOSTILE}, condition=HOSTILE)
    made.say("evil", "license", HOSTILE, {"d3": HOSTILE})
    made.say("deepseek-v3", "parameterCount", 671_000_000_000, {"d1": "671B parameters"})
    made.say("deepseek-v3", "license", "MIT", {"d1": "under the MIT licence"})
    made.result("deepseek-r1", "aime", 79.8, "%", {"d1": "79.8% on AIME 2024"}, metric="pass@1")
    made.result("gpt-4o", "aime", 9.3, "%", {"d1": "GPT-4o has 9.3%"})
    both = ["deepseek", "deepseek-r1"]
    made.event("release-r1", "Release", "2025-01-20", both, {"d1": "R1 came out."}, "Release of R1")
    made.event("gtc", "Conference", "2025-03", ["nvidia"], {"d2": "英伟达在 GTC"}, "GTC 2025")
    return made.store


KINDS = ("Organization", "Model", "Person", "Hardware", "Benchmark", "Software", "Technique", "Dataset")
VERBS = ("developedBy", "usesTechnique", "basedOn", "partnerOf", "evaluatedOn", "uses", "worksFor", "investedIn")


def big(nodes: int, edges: int, *, seed: int = 7) -> ox.Store:
    """A random graph with hubs, in 40 documents over three years, for speed and layout."""
    made, rng = Made(), random.Random(seed)
    for n in range(40):
        made.document(f"d{n}", f"Article {n} 文章", f"{2023 + n % 3}-{1 + n % 12:02d}-15")
    for n in range(nodes):
        made.thing(f"n{n}", KINDS[n % len(KINDS)], f"Thing number {n}", f"事物{n}")
    for n in range(edges):
        group = rng.randrange(max(1, nodes // 60))
        low, high = group * 60, min(nodes, group * 60 + 60)
        source = rng.randrange(low, high)
        target = low + int((high - low) * rng.random() ** 3) if rng.random() < 0.9 else int(nodes * rng.random() ** 4)
        if source != target:
            quote = f"Thing {source} and thing {target} 有关系, says sentence {n}."
            made.say(f"n{source}", VERBS[n % len(VERBS)], f"@n{target}", {f"d{n % 40}": quote}, rng.randint(4, 10) / 10)
    return made.store
