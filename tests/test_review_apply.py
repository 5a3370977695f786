"""What decisions do: to one extraction, across documents, in the graph, and on every rebuild."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from tests.made_extractions import ENTITIES, document, extraction, quote

from aigraph import pipeline
from aigraph.ask.dossier import explain, find_facts
from aigraph.errors import UnknownName
from aigraph.graph.rdf import ID, PREFIXES
from aigraph.model import Document, Entity, Evidence, Extraction, Mention, Statement
from aigraph.quality.validate import validate
from aigraph.review.apply import Reviewer, apply_decisions
from aigraph.review.file import parse_decisions
from aigraph.review.names import id_for
from aigraph.review.provenance import carried_out
from aigraph.review.records import Decision, Reviewed
from aigraph.storage.keep import add_documents, refresh_documents
from aigraph.storage.store import GraphStore


def decided(text: str, found: Extraction | None = None) -> Extraction:
    return apply_decisions(found or extraction(), decisions(text))


def decisions(text: str) -> tuple[Decision, ...]:
    return parse_decisions(text, "decisions.toml")


def said(found: Extraction) -> set[tuple[str, str, str]]:
    return {(s.subject, s.predicate, str(s.object)) for s in found.statements}


def rows(store: GraphStore, query: str) -> list[tuple[str, ...]]:
    answer = store.inner.query(query, prefixes=PREFIXES)
    return sorted(tuple("" if term is None else term.value for term in row) for row in answer)  # type: ignore[union-attr]


# -- facts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", ["Xinghe-2", "星河-2", "XINGHE 2", "id:xinghe-2"])
def test_a_rejected_fact_does_not_stand_whatever_name_is_used(subject: str):
    found = decided(f'[[decision]]\nreject = ["{subject}", "contextLength", 128000]')

    assert ("xinghe-2", "contextLength", "128000") not in said(found)
    assert len(found.statements) == len(extraction().statements) - 1


def test_a_rejected_fact_leaves_its_review_and_passages_but_no_triple_or_statement():
    text = (
        '[[decision]]\nreject = ["Xinghe-2", "developedBy", "Example AI"]\nwho = "Li"\nwhen = 2026-11-22\nwhy = "no"\n'
        '[[decision]]\nreject = ["Xinghe-2", "evaluatedOn", "TestBench", 71.5]\n'
        '[[decision]]\nreject = ["Xinghe-2", "Release", "2025-01"]\n'
    )
    store = GraphStore.build([decided(text)])

    assert not rows(store, "SELECT * { id:xinghe-2 aig:developedBy ?o }")
    assert not rows(store, "SELECT * { ?s rdf:predicate aig:developedBy }")
    assert not rows(store, "SELECT * { ?s a aig:BenchmarkResult }")
    assert not rows(store, "SELECT * { ?s aig:eventType 'Release' }")
    kept = rows(
        store,
        "SELECT ?p ?exact ?who ?on ?why { ?f a aig:RejectedFact ; aig:ofProperty ?p ; prov:wasInfluencedBy ?r ; "
        "prov:wasDerivedFrom/oa:hasSelector/oa:exact ?exact . ?r a aig:Review, prov:Activity ; aig:decision 'reject' "
        "OPTIONAL { ?r prov:wasAssociatedWith/schema:name ?who ; aig:reviewedOn ?on ; aig:reason ?why } }",
    )
    assert [row[0].rsplit("#")[1] for row in kept] == ["developedBy", "evaluatedOn", "eventType"]
    assert kept[0][1:] == ("示例智能于2025年1月发布了星河-2模型，上下文 128K。", "Li", "2026-11-22", "no")
    assert validate(store).conforms, "\n".join(validate(store).lines())


def test_a_rejected_fact_is_explained_with_its_decision():
    text = (
        '[[decision]]\nreject = ["Xinghe-2", "developedBy", "Example AI"]\nwho = "Li"\nwhen = 2026-11-22\nwhy = "no"\n'
        '[[decision]]\nreject = ["Xinghe-2", "evaluatedOn", "TestBench", 71.5]\n'
        '[[decision]]\nreject = ["Xinghe-2", "contextLength", 128000]\n'
    )
    store = GraphStore.build([decided(text)]).inner

    (fact,) = find_facts(store, ("xinghe 2", "aig:developedBy", "示例智能"))
    assert (fact.predicate, fact.object, fact.polarity) == ("developedBy", "example-ai", "rejected")
    why = explain(store, fact)
    assert why.reviews == ("reject Xinghe-2 | developedBy | Example AI, by Li, 2026-11-22: no",)
    assert [source.quote for source, _ in why.namings] == ["示例智能于2025年1月发布了星河-2模型，上下文 128K。"]
    assert find_facts(store, (fact.id,)) == [fact]
    (result,) = find_facts(store, ("Xinghe-2", "evaluatedOn", "TestBench"))
    assert result.qualifiers == (("value", 71.5),)
    assert find_facts(store, ("Xinghe-2", "contextLength", "128,000"))[0].is_figure
    with pytest.raises(UnknownName, match="the graph does not say 'developedBy' of Xinghe-2"):
        find_facts(store, ("Xinghe-2", "developedBy", "Alpha"))


def test_an_accepted_fact_has_confidence_one_and_its_review():
    accept = '[[decision]]\naccept = ["Xinghe-2", "developedBy", "Example AI"]'
    store = GraphStore.build([decided(accept), decided(accept, extraction("b.txt", extra_text="B"))])

    (row,) = rows(
        store,
        "SELECT ?c ?d { ?s rdf:predicate aig:developedBy ; aig:confidence ?c ; "
        "prov:wasInfluencedBy/aig:decisionText ?d }",
    )
    assert row == ("1", "accept Xinghe-2 | developedBy | Example AI")
    others = rows(store, "SELECT ?c { ?s rdf:predicate aig:price ; aig:confidence ?c }")
    assert others == [("0.999",)]  # what is only read, however often and surely, is never certain


def test_a_decision_for_one_document_or_sentence_leaves_the_others():
    found = extraction()
    (price,) = [s for s in found.statements if s.predicate == "price"]
    twice = replace(price, evidence=(*price.evidence, quote(found.document, "It may beat OtherNet-1 next year.")))
    found = replace(found, statements=(*(s for s in found.statements if s is not price), twice))
    reject = '[[decision]]\nreject = ["Xinghe-2", "price", 0.5]\n'

    assert decided(reject + 'document = "b.txt"', found) is found
    assert ("xinghe-2", "price", "0.5") not in said(decided(reject + 'document = "a.txt"', found))
    part = decided(reject + 'quote = "beat OtherNet-1"', found)
    assert [s.evidence for s in part.statements if s.predicate == "price"] == [price.evidence]


@pytest.mark.parametrize("order", list(permutations(["accept", "reject"])))
def test_of_two_decisions_on_one_fact_the_later_holds(order: tuple[str, ...]):
    found = decided("\n".join(f'[[decision]]\n{action} = ["Xinghe-2", "price", "0.50"]' for action in order))

    stands = [s.confidence for s in found.statements if s.predicate == "price"]
    assert stands == ([1.0] if order[-1] == "accept" else [])


# -- things -----------------------------------------------------------------------------------------------------------


def test_retype_changes_class_and_id_and_names_what_no_longer_fits():
    lone = replace(
        extraction(),
        entities=(*ENTITIES[:1], Entity("model-xinghe2", "Model", None, "Xinghe-2", "en"), *ENTITIES[2:]),
        statements=(
            Statement("model-xinghe2", "developedBy", "example-ai", False, extraction().statements[0].evidence),
            Statement("model-xinghe2", "contextLength", 128000, True, extraction().statements[0].evidence),
        ),
        results=(), events=(), mentions=(Mention(20, 24, "Model", "t", entity="model-xinghe2"),),
    )  # fmt: skip
    found = decided('[[decision]]\nretype = "Xinghe-2"\nto = "Software"', lone)

    assert {e.id: e.type for e in found.entities}["software-xinghe2"] == "Software"
    assert said(found) == {("software-xinghe2", "developedBy", "example-ai")}
    assert [(m.type, m.entity) for m in found.mentions] == [("Software", "software-xinghe2")]
    assert found.notes[0] == (
        "decisions.toml, line 1: no longer fits, set aside: Xinghe-2 (Software) contextLength 128000"
    )
    store = GraphStore.build([found])
    assert validate(store).conforms
    assert rows(store, "SELECT ?d { id:software-xinghe2 prov:wasInfluencedBy/aig:decision ?d }") == [("retype",)]


def test_retype_to_a_subclass_keeps_the_core_class_and_the_facts():
    found = decided('[[decision]]\nretype = "Example AI"\nto = "University"')

    assert [(e.type, e.subtype) for e in found.entities if e.id == "example-ai"] == [("Organization", "University")]
    assert said(found) == said(extraction())


def one_model(name: str, file: str, *aliases: str) -> Extraction:
    """A document with one model of this name, by Example AI."""
    from aigraph.recognise.link import slug

    doc = document(file, f"Example AI made {name}.", lang="en")
    key, start = f"model-{slug(name)}", doc.text.index(name)
    span = Evidence(doc.id, 0, len(doc.text), doc.text, "t", 0.5)
    return Extraction(
        doc,
        entities=(ENTITIES[0], Entity(key, "Model", None, name, "en", tuple((a, "en") for a in aliases))),
        statements=(Statement(key, "developedBy", "example-ai", False, (span,), confidence=0.5),),
        mentions=(Mention(start, start + len(name), "Model", "t", entity=key),),
    )


def test_merges_chain_over_documents_in_any_order_and_the_store_agrees_with_a_rebuild():
    texts = [
        '[[decision]]\nmerge = ["Borealis", "Corvus"]\n',
        '[[decision]]\nmerge = ["Aquila", "Borealis"]\n',
        '[[decision]]\nreject = ["Corvus", "developedBy", "Nobody"]\n',
    ]
    found = [one_model("Aquila", "a.txt"), one_model("Borealis", "b.txt"), one_model("Corvus", "c.txt")]
    seen = set()
    for order in permutations(texts):
        reviewer = Reviewer(decisions("".join(order)))
        after = [reviewer.apply(one) for one in found]
        assert [s.subject for one in after for s in one.statements] == ["model-aquila"] * 3
        grown = GraphStore()
        for one in reversed(after):
            grown.add(one)
        assert list(grown.lines()) == list(GraphStore.build(after).lines())
        seen.add("".join(grown.lines()))
        assert [d.action for d in reviewer.stale()] == ["reject"]
    assert len(seen) == 1
    store = GraphStore.build(after)
    assert rows(store, "SELECT ?n { id:model-aquila skos:prefLabel ?n }") == [("Aquila",)]
    assert rows(store, "SELECT ?n { id:model-aquila skos:altLabel ?n }") == [("Borealis",), ("Corvus",)]


def test_a_merge_inside_one_document_unites_names_facts_and_drops_what_becomes_circular():
    found = extraction()
    found = replace(
        found,
        entities=(*found.entities, Entity("model-galaxy2", "Model", None, "Galaxy-2", "en")),
        statements=(
            *found.statements,
            Statement("model-galaxy2", "variantOf", "xinghe-2", False, found.statements[0].evidence),
            Statement("model-galaxy2", "license", "MIT", True, found.statements[0].evidence),
        ),
    )
    merged = decided('[[decision]]\nmerge = ["id:xinghe-2", "Galaxy-2"]', found)

    assert "model-galaxy2" not in {e.id for e in merged.entities}
    (model,) = [e for e in merged.entities if e.id == "xinghe-2"]
    assert model.name == "Xinghe-2"
    assert ("Galaxy-2", "en") in model.aliases
    assert ("xinghe-2", "license", "MIT") in said(merged)
    assert not [s for s in merged.statements if s.predicate == "variantOf"]
    assert "set aside: Xinghe-2 (Model) variantOf Xinghe-2 (Model)" in merged.notes[0]


def test_a_merge_stays_within_a_class():
    found = one_model("Aquila", "a.txt")
    both = replace(
        found, entities=(*found.entities, Entity("software-aquilaapp", "Software", None, "Aquila App", "en"))
    )

    merged = decided('[[decision]]\nmerge = ["Aquila", "Aquila App"]', both)

    assert {e.id: e.type for e in merged.entities if e.type != "Organization"} == {
        "model-aquila": "Model", "software-aquila": "Software",
    }  # fmt: skip


def test_split_parts_a_name_off_with_the_facts_of_its_sentences():
    doc = document("s.txt", "Luna made Aquila. Luna Labs made Borealis. Luna and Luna Labs made Corvus.", lang="en")

    def mention(text: str, after: int = 0, **more: str) -> Mention:
        start = doc.text.index(text, after)
        return Mention(start, start + len(text), more.get("kind", "Organization"), "t", entity=more["entity"])

    def fact(model: str, exact: str) -> Statement:
        return Statement(model, "developedBy", "organization-lunalabs", False, (quote(doc, exact),))

    third = doc.text.index("Luna and")
    models = [Entity(f"model-{n.lower()}", "Model", None, n, "en") for n in ("Aquila", "Borealis", "Corvus")]
    luna = Entity("organization-lunalabs", "Organization", None, "Luna Labs", "en", (("Luna", "en"),))
    found = Extraction(
        doc,
        entities=(*models, luna),
        statements=(
            fact("model-aquila", "Luna made Aquila."),
            fact("model-borealis", "Luna Labs made Borealis."),
            fact("model-corvus", "Luna and Luna Labs made Corvus."),
        ),
        mentions=(
            mention("Luna", entity=luna.id), mention("Luna Labs", entity=luna.id),
            mention("Luna", third, entity=luna.id), mention("Luna Labs", third, entity=luna.id),
        ),
    )  # fmt: skip

    parted = decided('[[decision]]\nsplit = "Luna Labs"\nname = "Luna"', found)
    other_way = decided('[[decision]]\nsplit = "Luna"\nname = "Luna Labs"', found)

    for after, luna_id in ((parted, "organization-luna"), (other_way, "organization-luna")):
        assert said(after) >= {
            ("model-aquila", "developedBy", luna_id),
            ("model-borealis", "developedBy", "organization-lunalabs"),
        }
        assert {e.id: e.aliases for e in after.entities if e.type == "Organization"} == {
            "organization-luna": (), "organization-lunalabs": (),
        }  # fmt: skip
        assert "both names stand in “Luna and Luna Labs made Corvus.”" in after.notes[0]
        assert not [m for m in after.mentions if m.entity not in ("organization-luna", "organization-lunalabs")]
    assert ("model-corvus", "developedBy", "organization-lunalabs") in said(parted)


def test_split_can_part_what_one_document_means():
    found = [one_model("Aquila", "a.txt"), one_model("Aquila", "b.txt")]
    text = '[[decision]]\nsplit = "Aquila"\ndocument = "b.txt"\nas = "Aquila (of Example AI)"\nto = "Software"'

    after = [decided(text, one) for one in found]

    assert after[0] is found[0]
    assert said(after[1]) == {("software-aquilaofexampleai", "developedBy", "example-ai")}
    (thing,) = [e for e in after[1].entities if e.id.startswith("software")]
    assert (thing.name, thing.aliases) == ("Aquila (of Example AI)", (("Aquila", "en"),))


def test_alias_adds_a_name_that_the_graph_answers_to():
    store = GraphStore.build([decided('[[decision]]\nalias = "Xinghe-2"\nname = "银河二号"')])

    assert ("银河二号",) in rows(store, "SELECT ?n { id:xinghe-2 skos:altLabel ?n }")
    assert rows(store, "SELECT ?d { id:xinghe-2 prov:wasInfluencedBy/aig:decision ?d }") == [("alias",)]


# -- runs -------------------------------------------------------------------------------------------------------------


def test_an_extraction_that_no_decision_touches_stays_the_very_same():
    found = extraction()

    assert decided('[[decision]]\nreject = ["Nobody", "price", 1]', found) is found
    assert decided("", found) is found


def test_the_report_counts_what_was_done_and_names_what_is_stale_or_odd():
    reviewer = Reviewer(
        decisions(
            '[[decision]]\nreject = ["Xinghe-2", "price", 0.5]\n'
            '[[decision]]\nalias = "Gone"\nname = "Left"\n'
            '[[decision]]\nmerge = ["Xinghe-2", "Xinghe-3"]\n'
        )
    )
    reviewer.apply(extraction())

    lines = list(reviewer.report())

    assert lines[0] == "3 decisions: carried out 1 reject; 2 stale"
    assert lines[1].startswith("stale: decisions.toml, line 3: alias Gone, name Left: no document says this any more")
    assert "merge Xinghe-2 | Xinghe-3" in lines[2]
    assert lines[3] == (
        "look again: decisions.toml, line 6: Xinghe-2 and Xinghe-3 have different numbers in their names"
    )
    assert next(iter(reviewer.report(known=lambda d: True))).endswith("0 waiting")
    assert not list(Reviewer(()).report())


def test_a_store_that_grows_knows_what_was_carried_out_before():
    text = '[[decision]]\nreject = ["Xinghe-2", "price", 0.5]\n[[decision]]\nalias = "Gone"\nname = "Left"\n'
    store = GraphStore.build([decided(text)])
    later = Reviewer(decisions(text))
    later.apply(one_model("Aquila", "b.txt"))

    lines = list(later.report(carried_out(store.inner)))

    assert lines[0] == "2 decisions: carried out none; 1 waiting"
    assert lines[1].startswith("waiting: decisions.toml, line 3: alias Gone")
    assert "aigraph refresh --all" in lines[1]


def test_a_kept_store_carries_decisions_out_and_says_which_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def read(self: pipeline.Extractor, found: Document) -> Extraction:
        reviewer = self._reviewer
        made = one_model(found.text.split()[-1].rstrip("."), found.name)
        assert reviewer is not None
        return reviewer.apply(replace(made, document=found))

    monkeypatch.setattr(pipeline.Extractor, "__call__", read)
    file, store = tmp_path / "decisions.toml", tmp_path / "store"
    for name in ("Aquila", "Borealis"):
        (tmp_path / f"{name}.txt").write_text(f"Example AI made {name}.", encoding="utf-8")
    file.write_text('[[decision]]\nreject = ["Aquila", "developedBy", "Example AI"]\n', encoding="utf-8")

    first = add_documents([tmp_path / "Aquila.txt"], store, decisions=file)
    with file.open("a", encoding="utf-8") as more:
        more.write('[[decision]]\nalias = "Aquila"\nname = "Eagle"\n[[decision]]\nalias = "Gone"\nname = "Left"\n')
    second = add_documents([tmp_path / "Borealis.txt"], store, decisions=file)
    whole = refresh_documents(store, everything=True, decisions=file)

    assert first.review == ["1 decision: carried out 1 reject; 0 waiting"]
    assert second.review[0] == "3 decisions: carried out none; 2 waiting"
    assert "line 3: alias Aquila, name Eagle: nothing read now says this" in second.review[1]
    assert whole.review[0] == "3 decisions: carried out 1 alias, 1 reject; 1 stale"
    assert "line 6: alias Gone, name Left" in whole.review[1]
    with GraphStore.read(store) as kept:
        assert rows(kept, "SELECT ?d { ?r aig:decision ?d }") == [("alias",), ("reject",)]
        assert not rows(kept, "SELECT * { id:model-aquila aig:developedBy ?o }")


def test_withdrawing_a_decision_brings_the_graph_back(tmp_path: Path):
    plain, reviewed = extraction(), decided('[[decision]]\nreject = ["Xinghe-2", "price", 0.5]')
    store = GraphStore.build([reviewed])

    assert isinstance(reviewed, Reviewed)
    assert store.add(plain)
    assert list(store.lines()) == list(GraphStore.build([plain]).lines())


def test_decisions_survive_every_rebuild(tmp_path: Path):
    source = tmp_path / "news.txt"
    source.write_text("OpenAI released GPT-5 in August 2025.\n", encoding="utf-8")
    file = tmp_path / "decisions.toml"
    file.write_text('[[decision]]\nreject = ["GPT-5", "developedBy", "OpenAI"]\nwho = "Li"\n', encoding="utf-8")

    plain = pipeline.build([source], tmp_path / "plain")
    first = pipeline.build([source], tmp_path / "one", decisions=file)
    pipeline.build([source], tmp_path / "two", decisions=file)

    graph = (tmp_path / "one" / "graph.nq").read_text(encoding="utf-8")
    assert not plain.review
    assert first.review == ["1 decision: carried out 1 reject; 0 stale"]
    assert "ontology#developedBy> <https://w3id.org/aigraph/id/openai>" in (tmp_path / "plain/graph.nq").read_text()
    assert "ontology#developedBy> <https://w3id.org/aigraph/id/openai>" not in graph
    assert graph == (tmp_path / "two" / "graph.nq").read_text(encoding="utf-8")
    assert "- 1 decision: carried out 1 reject" in (tmp_path / "one" / "report.md").read_text(encoding="utf-8")


def test_who_took_part_in_a_named_event_can_be_rejected():
    found = extraction()
    expo = Entity("event-expo", "Event", None, "Expo", "en")
    (release, _) = found.events
    named = replace(release, type="Conference", entity="event-expo", name="Expo")
    found = replace(found, entities=(*found.entities, expo), events=(named,))

    after = decided('[[decision]]\nreject = ["Example AI", "participatedIn", "Expo"]', found)

    assert [event.participants for event in after.events] == [("xinghe-2",)]
    store = GraphStore.build([after])
    assert rows(store, "SELECT ?s { ?f a aig:RejectedFact ; aig:ofSubject ?s }") == [(ID + "example-ai",)]


def test_an_explanation_tells_who_decided_what_and_why():
    text = (
        '[[decision]]\naccept = ["Xinghe-2", "developedBy", "Example AI"]\nwho = "Li"\nwhen = "2026-11"\nwhy = "seen"\n'
        '[[decision]]\nalias = "Example AI"\nname = "EAI"\n'
    )
    store = GraphStore.build([decided(text)])

    (told,) = (explain(store.inner, one) for one in find_facts(store.inner, ("Xinghe-2", "developedBy", "EAI")))

    assert told.reviews == (
        "accept Xinghe-2 | developedBy | Example AI, by Li, 2026-11: seen",
        "alias Example AI, name EAI",
    )


def test_retype_never_unites_what_may_never_be_one():
    found = one_model("A100", "a.txt")
    listed = Entity("hardware-a100", "Hardware", None, "A100", "en", (("A800", "en"),))
    listed = replace(listed, id=id_for("A100", "Hardware"))
    found = replace(found, entities=(*found.entities, listed), statements=())

    after = decided('[[decision]]\nretype = "A100"\ntype = "Model"\nto = "Hardware"', found)

    assert {e.id: e.type for e in after.entities if e.id != "example-ai"} == {
        "model-a100": "Hardware", listed.id: "Hardware",
    }  # fmt: skip
    assert "may never be merged" in after.notes[0]
