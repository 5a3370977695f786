"""From judged candidates to statements and results: status, qualifiers, evidence; then whole texts, end to end."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.made_analysis import extract, linked, pipeline
from tests.made_judged import all_candidates, judged

from aigraph.model import POLARITIES, STATED, Extraction, Tie
from aigraph.paths import ontology_dir
from aigraph.relate.facts import is_helper, results_of, statements_of, tied_statements
from aigraph.relate.pairs import FLOOR, Reading, group
from aigraph.relate.reader import Judged
from aigraph.schema import load_schema

ORG, MODEL, PERSON, BENCH, CHIP = "Organization", "Model", "Person", "Benchmark", "Hardware"
ROOT = Path(__file__).resolve().parent.parent


def made(text: str, *names: tuple[str, str], literals: bool = False):
    return linked(text, names, literals=literals)


def one(state, predicate: str, subject: str, obj: str, **more: float):
    (statement,) = statements_of(state, [judged(state, predicate, subject, obj, **more)], 0.5)
    return statement


class TestStatements:
    def test_a_relation_with_its_sentence(self):
        state = made("开头一句。Starworks 发布了 Lumen-2。结尾一句。", ("Starworks", ORG), ("Lumen-2", MODEL))
        s = one(state, "developedBy", "Lumen-2", "Starworks")
        assert (s.subject, s.predicate, s.object, s.is_figure) == (
            "model-lumen2",
            "developedBy",
            "organization-starworks",
            False,
        )
        assert s.polarity == "asserted" and s.confidence == 0.9
        (evidence,) = s.evidence
        assert evidence.exact == "Starworks 发布了 Lumen-2。" == state.text[evidence.start : evidence.end]
        assert evidence.rule.startswith("wording:developedBy.zh.")

    def test_a_figure_has_its_canonical_value(self):
        state = made("Lumen-2 有 70 亿参数。", ("Lumen-2", MODEL), literals=True)
        s = one(state, "parameterCount", "Lumen-2", "70 亿")
        assert s.is_figure and s.object == 7_000_000_000 and isinstance(s.object, int)

    def test_below_the_threshold_nothing_is_said(self):
        state = made("Starworks 发布了 Lumen-2。", ("Starworks", ORG), ("Lumen-2", MODEL))
        j = judged(state, "developedBy", "Lumen-2", "Starworks", probability=0.6)
        assert statements_of(state, [j], 0.7) == []
        assert len(statements_of(state, [j], 0.5)) == 1

    def test_a_symmetric_fact_is_said_once(self):
        state = made("Starworks 与 Oakline 合作。", ("Starworks", ORG), ("Oakline", ORG))
        both = [judged(state, "partnerOf", a, b) for a, b in (("Starworks", "Oakline"), ("Oakline", "Starworks"))]
        assert len(statements_of(state, both, 0.5)) == 1

    def test_helpers_are_no_statements(self):
        state = made("Lumen-2 在 MathTrail 上得 71.5 分。", ("Lumen-2", MODEL), ("MathTrail", BENCH), literals=True)
        j = judged(state, "score.model", "Lumen-2", "71.5")
        assert is_helper("score.model") and is_helper("event.Release") and is_helper("on.date")
        assert not is_helper("releaseDate")
        assert statements_of(state, [j], 0.5) == []

    @pytest.mark.parametrize(
        ("text", "status"),
        [
            ("Starworks 没有投资 Oakline。", "negated"),
            ("Starworks 计划投资 Oakline。", "planned"),
            ("如果 Starworks 投资 Oakline，股价会涨。", "hypothetical"),
            ("Starworks did not invest in Oakline.", "negated"),
        ],
    )
    def test_a_denial_a_plan_a_supposition_keep_their_status_where_the_readers_agree(self, text, status):
        state = made(text, ("Starworks", ORG), ("Oakline", ORG))
        s = one(state, "investedIn", "Starworks", "Oakline", probability=0.05, logit=3.0, unstated=2.0)
        assert s.polarity == status

    def test_a_doubtful_denial_is_dropped_rather_than_told(self):
        state = made("Starworks 没有投资 Oakline。", ("Starworks", ORG), ("Oakline", ORG))
        j = judged(state, "investedIn", "Starworks", "Oakline", probability=0.05, logit=0.2, unstated=2.0)
        assert statements_of(state, [j], 0.5) == []

    def test_hearsay_is_told_as_reported(self):
        state = made("据传 Starworks 投资了 Oakline。", ("Starworks", ORG), ("Oakline", ORG))
        assert one(state, "investedIn", "Starworks", "Oakline").polarity == "reported"

    def test_a_fact_that_nobody_denies_is_asserted(self):
        state = made("Starworks 投资了 Oakline。", ("Starworks", ORG), ("Oakline", ORG))
        assert one(state, "investedIn", "Starworks", "Oakline", unstated=FLOOR).polarity == "asserted"


class TestQualifiers:
    def test_the_office_and_that_it_is_a_past_one(self):
        state = made("前 Starworks 首席科学家 Ada Island 发言。", ("Starworks", ORG), ("Ada Island", PERSON))
        q = dict(one(state, "worksFor", "Ada Island", "Starworks").qualifiers)
        assert q["role"] == "首席科学家" and q["former"] is True

    def test_a_present_office(self):
        state = made("Starworks 首席科学家 Ada Island 发言。", ("Starworks", ORG), ("Ada Island", PERSON))
        q = dict(one(state, "worksFor", "Ada Island", "Starworks").qualifiers)
        assert q["role"] == "首席科学家" and "former" not in q

    @pytest.mark.parametrize(
        ("text", "organisation", "role", "former"),
        [
            ("岑若川曾任星工科技副总裁，现为霁川智能创始人。", "星工科技", "副总裁", True),
            ("岑若川曾任星工科技副总裁，现为霁川智能创始人。", "霁川智能", "创始人", False),
            ("CEO 岑若川曾任星工科技副总裁。", "星工科技", "副总裁", True),
            ("霁川智能 CEO 岑若川此前在星工科技担任总监。", "星工科技", "总监", True),
        ],
    )
    def test_each_office_has_its_own_title_and_is_past_by_itself(self, text, organisation, role, former):
        names = [("岑若川", PERSON), *((n, ORG) for n in ("星工科技", "霁川智能") if n in text)]
        q = dict(one(made(text, *names), "worksFor", "岑若川", organisation).qualifiers)
        assert q["role"] == role and q.get("former", False) is former

    def test_the_day_of_another_fact_dates_no_figure(self):
        state = made("Starworks 2019 年成立，有员工 340 人。", ("Starworks", ORG), literals=True)
        people = judged(state, "employeeCount", "Starworks", "340")
        founded = judged(state, "foundedDate", "Starworks", "2019")
        (alone,) = statements_of(state, [people], 0.5)
        assert dict(alone.qualifiers)["pointInTime"] == "2019"
        both = {s.predicate: dict(s.qualifiers) for s in statements_of(state, [people, founded], 0.5)}
        assert "pointInTime" not in both["employeeCount"]

    def test_currency_and_unit_of_a_price(self):
        state = made("Lumen-2 输入价格为每百万 tokens 2 美元。", ("Lumen-2", MODEL), literals=True)
        slot = next(x for x in state.literals if x.kind == "money")
        s = one(state, "price", "Lumen-2", state.text[slot.start : slot.end])
        assert s.object == 2 and dict(s.qualifiers)["currency"] == "USD"

    def test_a_range_keeps_both_ends(self):
        state = made("Lumen-2 参数为 70 亿至 80 亿。", ("Lumen-2", MODEL), literals=True)
        literal = next(x for x in state.literals if x.kind == "parameters")
        s = one(state, "parameterCount", "Lumen-2", state.text[literal.start : literal.end])
        assert (dict(s.qualifiers)["low"], dict(s.qualifiers)["high"]) == (7_000_000_000, 8_000_000_000)

    def test_the_one_benchmark_of_the_sentence(self):
        text = "在 MathTrail 上，Lumen-2 超越 Kestrel。"
        state = made(text, ("Lumen-2", MODEL), ("Kestrel", MODEL), ("MathTrail", BENCH))
        assert dict(one(state, "outperforms", "Lumen-2", "Kestrel").qualifiers)["onBenchmark"] == "benchmark-mathtrail"

    def test_qualifiers_are_sorted_and_known_to_the_schema_or_common(self):
        state = made("前 Starworks 首席科学家 Ada Island 发言。", ("Starworks", ORG), ("Ada Island", PERSON))
        names = [n for n, _ in one(state, "worksFor", "Ada Island", "Starworks").qualifiers]
        assert names == sorted(names)
        assert set(names) <= set(load_schema().relations["worksFor"].qualifiers)


class TestResults:
    TEXT = "Lumen-2 在 MathTrail 上得 71.5 分，Kestrel 得 68.2 分。"

    def state(self):
        return made(self.TEXT, ("Lumen-2", MODEL), ("Kestrel", MODEL), ("MathTrail", BENCH), literals=True)

    def test_a_number_with_its_model_and_benchmark(self):
        state = self.state()
        sides = (("score.model", "Lumen-2"), ("score.benchmark", "MathTrail"))
        ties = [judged(state, p, s, "71.5") for p, s in sides]
        (result,), (statement,) = results_of(state, ties)
        assert (result.model, result.benchmark, result.value) == ("model-lumen2", "benchmark-mathtrail", 71.5)
        assert result.confidence == pytest.approx(0.81)
        assert statement.predicate == "evaluatedOn" and statement.evidence == result.evidence

    def test_a_number_without_a_benchmark_is_no_result(self):
        state = self.state()
        assert results_of(state, [judged(state, "score.model", "Lumen-2", "71.5")]) == ([], [])

    def test_the_likelier_model_gets_the_number(self):
        state = self.state()
        ties = [
            judged(state, "score.model", "Lumen-2", "68.2", probability=0.6),
            judged(state, "score.model", "Kestrel", "68.2", probability=0.8),
            judged(state, "score.benchmark", "MathTrail", "68.2"),
        ]
        (result,), _ = results_of(state, ties)
        assert result.model == "model-kestrel"

    def test_the_same_result_is_given_once(self):
        text = "Lumen-2 在 MathTrail 上得 71.5 分。\n\nLumen-2 在 MathTrail 上得 71.5 分。\n"
        state = made(text, ("Lumen-2", MODEL), ("MathTrail", BENCH), literals=True)
        wanted = ("score.model", "score.benchmark")
        readings = [
            (p, Reading(2.0, c)) for c in all_candidates(state) for p in wanted if p in c.predicates and c.object
        ]
        results, _ = results_of(state, [Judged(pair, 0.9) for pair in group(readings)])
        assert len(results) == 1


class TestTies:
    def test_a_fact_of_the_form_has_the_whole_entry_as_evidence(self):
        state = made("Brook, Ada: Cedar Report.", ("Brook, Ada", PERSON), ("Cedar Report", "Publication"))
        publication = state.text.index("Cedar")
        state.ties.append(Tie(publication, "authoredBy", 0, "grammar:reference", 0.9))
        (s,) = tied_statements(state)
        assert (s.subject, s.predicate, s.object) == ("publication-cedarreport", "authoredBy", "person-brookada")
        assert s.evidence[0].exact == state.text[s.evidence[0].start : s.evidence[0].end]
        assert s.evidence[0].start == 0

    def test_a_tie_to_a_name_that_is_gone_says_nothing(self):
        state = made("Brook, Ada: Cedar Report.", ("Brook, Ada", PERSON))
        state.ties.append(Tie(12, "authoredBy", 0, "grammar:reference", 0.9))
        assert tied_statements(state) == []


# ---- whole texts, read by the shipped weights --------------------------------------------------------------------

TEXTS = {
    "news": "星工科技今日发布大模型 Lumen-2，参数量 70 亿，采用 MoE 架构。"
    "该公司 CEO 岑若川称，Lumen-2 在 MMLU 上取得 71.5 分。\n",
    "denied": "星工科技否认收购橡树智能。星工科技没有投资橡树智能。星工科技从未发布 Lumen-9。\n",
    "planned": "OpenAI 计划明年收购 Anthropic。如果 OpenAI 收购 Anthropic，市场会震动。\n",
    "english": "Starworks released Lumen-2 in August 2025. It has 7B parameters.\n\nIt did not acquire Oakline.\n",
    "hant": "星雲動力於 2025 年 8 月發表 Lumen-2 模型，採用 Apache 2.0 授權。輝達執行長黃仁勳出席。\n",
    "table": "| 模型 | MMLU | GSM8K |\n|---|---|---|\n| Lumen-2 | 71.5 | 80.2 |\n| GPT-4o | 88.7 | 92.1 |\n",
    "odd": "\ufeff  \n\n# \n\n| | |\n|-|-|\n💥💥 İstanbul ﬁne ＧＰＴ－４ \u200b 发布\r\n\r\n——\n",
    "nothing": "今天天气不错，我们去散步吧。\n",
    "empty": "",
}


def quotes(extraction: Extraction):
    facts = (*extraction.statements, *extraction.results, *extraction.events)
    return [e for fact in facts for e in fact.evidence]


def check(extraction: Extraction) -> None:
    """What holds of every extraction, whatever was read."""
    text, ids = extraction.document.text, {e.id for e in extraction.entities}
    for e in quotes(extraction):
        assert e.document == extraction.document.id
        assert text[e.start : e.end] == e.exact and e.exact
        assert e.rule and 0 <= e.confidence <= 1
    schema = load_schema()
    types = {e.id: e.type for e in extraction.entities}
    for s in extraction.statements:
        assert s.evidence and s.polarity in POLARITIES and 0 <= s.confidence <= 1
        assert s.subject in ids
        if s.is_figure:
            assert s.predicate in schema.figures and s.object is not None
        else:
            assert s.object in ids and s.object != s.subject
            assert schema.allows(s.predicate, types[s.subject], types[str(s.object)])
    for r in extraction.results:
        assert r.evidence and {r.model, r.benchmark} <= ids
    for v in extraction.events:
        assert v.evidence and v.type in schema.events and set(v.participants) <= ids
    for m in extraction.mentions:
        assert m.entity in ids and 0 <= m.start < m.end <= len(text)
        assert text[m.start : m.end].strip() == text[m.start : m.end]


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_what_holds_of_every_text(key):
    check(extract(TEXTS[key]))


def test_a_text_without_names_gives_no_facts():
    for key in ("nothing", "empty"):
        extraction = extract(TEXTS[key])
        assert extraction.statements == extraction.results == extraction.events == ()


@pytest.mark.parametrize("key", ["denied", "planned"])
def test_denied_planned_and_supposed_purchases_are_not_stated(key):
    extraction = extract(TEXTS[key])
    stated = [s for s in extraction.statements if s.predicate in ("acquired", "investedIn") and s.polarity in STATED]
    assert stated == []
    assert [e for e in extraction.events if e.type == "Acquisition" and e.polarity in STATED] == []


def test_the_plain_fact_of_a_plain_sentence_is_read():
    extraction = extract("OpenAI 发布了 GPT-4o。\n")
    assert ("gpt-4o", "developedBy", "openai") in {(s.subject, s.predicate, s.object) for s in extraction.statements}


class TestPipeline:
    def test_its_parts_are_spacy_components_in_order(self):
        from aigraph.nlp import COMPONENTS

        assert tuple(pipeline().pipe_names) == COMPONENTS

    def test_parts_can_be_left_out(self):
        from aigraph.nlp import create_pipeline

        nlp = create_pipeline(disable=["aigraph_relations", "aigraph_spans"])
        assert not {"aigraph_relations", "aigraph_spans"} & set(nlp.pipe_names)
        assert nlp.pipe_names

    def test_it_is_called_with_a_text_as_any_spacy_pipeline(self):
        text = "OpenAI 发布了 GPT-4o。"
        doc = pipeline()(text)
        assert doc.text == text
        assert {span.text for span in doc.spans["aigraph"]} >= {"OpenAI"}
        assert doc._.aigraph.text == text


@pytest.fixture(scope="module")
def corpus_documents():
    """Ten annotated documents of this repository, of all three languages, shortest first."""
    chosen: list[Path] = []
    paths = sorted((ROOT / "tests" / "corpus").glob("*.txt"), key=lambda p: (p.stat().st_size, p.name))
    langs = {p: json.loads(p.with_suffix(".json").read_text(encoding="utf-8")).get("lang") for p in paths}
    for lang, number in (("zh-Hans", 4), ("zh-Hant", 3), ("en", 3)):
        chosen += [p for p in paths if langs[p] == lang][20 : 20 + number]
    assert len(chosen) == 10
    return chosen


def test_quotes_equal_the_text_at_their_offsets_in_ten_documents(corpus_documents):
    number = 0
    for path in corpus_documents:
        extraction = extract(path.read_text(encoding="utf-8"))
        check(extraction)
        number += len(quotes(extraction))
    assert number > 100


# ---- in fresh processes ------------------------------------------------------------------------------------------

LINES = """
import sys
from pathlib import Path
from aigraph.graph.assemble import assemble
from aigraph.model import Document
from aigraph.nlp import create_pipeline, extract_document
nlp = create_pipeline()
text = Path(sys.argv[1]).read_text(encoding="utf-8")
sys.stdout.buffer.write("".join(assemble([extract_document(nlp, Document("one", "one.txt", text, "0" * 64))])).encode())
"""

ADDED = """
import sys
from pathlib import Path
import aigraph.paths
aigraph.paths.ontology_dir = lambda: Path(sys.argv[1])
from aigraph.model import Document
from aigraph.nlp import create_pipeline, extract_document
nlp = create_pipeline()
for text in sys.argv[2:]:
    found = extract_document(nlp, Document("d", "d", text, ""))
    names = {e.id: e.name for e in found.entities}
    for s in found.statements:
        if s.predicate == "namedAfter":
            assert all(text[e.start : e.end] == e.exact for e in s.evidence)
            print(names[s.subject], names[s.object], s.polarity, s.evidence[0].rule, sep="|")
"""

STANZA = """
aig:namedAfter a aig:Relation ;
    rdfs:label "named after"@en , "得名于"@zh ;
    skos:definition "the subject took its name from the object"@en , "主体的名字取自客体"@zh ;
    rdfs:domain aig:Model ;
    rdfs:range aig:Person ;
    aig:wording [ aig:template "{s}(以|用){o}(的名字)?命名"@zh ; aig:weight 0.95 ;
        skos:example "[流明|Model|s]以[艾达|Person|o]的名字命名。"@zh ] ;
    aig:wording [ aig:template "{s} (is|was) named after {o}"@en ; aig:weight 0.95 ;
        skos:example "[Lumen|Model|s] is named after [Ada Island|Person|o]."@en ] .
"""


def run(code: str, *arguments: str, seed: str = "0") -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_the_same_text_gives_the_same_bytes_whatever_the_hash_seed(tmp_path):
    path = tmp_path / "one.txt"
    path.write_text("\n".join(TEXTS[k] for k in ("news", "denied", "english", "hant", "table")), encoding="utf-8")
    first, second = run(LINES, str(path), seed="1"), run(LINES, str(path), seed="4242")
    assert first == second
    assert first.count(b" .") > 100


def test_a_new_relation_is_one_stanza(tmp_path):
    folder = tmp_path / "ontology"
    shutil.copytree(ontology_dir(), folder)
    with (folder / "relations.ttl").open("a", encoding="utf-8") as file:
        file.write(STANZA)
    said = run(
        ADDED, str(folder), "GPT-4o was named after Sam Altman.", "GPT-4o 以黄仁勋的名字命名。", "GPT-4o 与黄仁勋无关。"
    )
    lines = [line.split("|") for line in said.decode().splitlines()]
    assert [(s, o, status) for s, o, status, _ in lines] == [
        ("GPT-4o", "Sam Altman", "asserted"),
        ("GPT-4o", "Jensen Huang", "asserted"),
    ]
    assert all(rule.startswith("wording:namedAfter.") for *_, rule in lines)
