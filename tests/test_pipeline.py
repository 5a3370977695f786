"""The wiring: what a run writes, what it does with documents that fail, and that it gives the same bytes twice.

The language pipeline is replaced by a stand-in where only the wiring is asked about.
"""

import dataclasses
import hashlib
import logging
import sys
import types

import pytest
from tests.told import told

from aigraph.errors import OntologyError, UnreadableDocument
from aigraph.model import Document, Extraction
from aigraph.pipeline import BuildResult, DocumentSummary, build, extract_all, extract_graph, guarded, summarise

EXPORTS = {"graph.nq", "graph.ttl", "graph.jsonld", "graph.graphml", "graph.html", "report.md"}


def document(name: str, text: str = "text\n") -> Document:
    sha = hashlib.sha256(text.encode()).hexdigest()
    return Document(f"{name}-{sha[:12]}", name, text, sha)


@pytest.fixture
def stand_in(monkeypatch):
    """Replaces reading and extracting: `found` is what the readers give, extractions are looked up by name."""
    prepared = {extraction.document.name: extraction for extraction in told()}
    state = types.SimpleNamespace(found=[e.document for e in prepared.values()], loaded=0, extractions=prepared)

    def create_pipeline(*, disable=()):
        state.loaded += 1
        return "nlp"

    def extract_document(nlp, document):
        if document.name == "refused":
            raise UnreadableDocument("refused: on purpose")
        if document.name == "bug":
            raise ZeroDivisionError("on purpose")
        return prepared.get(document.name) or Extraction(document)

    class ReadFailure:
        def __init__(self, source, reason):
            self.source, self.reason = source, reason

    nlp = types.ModuleType("aigraph.nlp")
    nlp.create_pipeline, nlp.extract_document = create_pipeline, extract_document
    readers = types.ModuleType("aigraph.readers")
    readers.ReadFailure, readers.read_documents = ReadFailure, lambda sources, *, date=None: iter(state.found)
    monkeypatch.setitem(sys.modules, "aigraph.nlp", nlp)
    monkeypatch.setitem(sys.modules, "aigraph.readers", readers)
    state.failure = ReadFailure
    return state


class TestFailures:
    def test_a_document_that_cannot_be_read_is_named_and_the_rest_goes_on(self, stand_in, tmp_path):
        stand_in.found.insert(0, stand_in.failure("broken.pdf", "no text in it"))

        result = build(["x"], tmp_path / "out")

        assert [(f.name, f.reason, f.expected) for f in result.failures] == [("broken.pdf", "no text in it", True)]
        assert [d.name for d in result.documents] == ["one.txt", "two.txt"]
        assert not result.ok

    def test_an_error_raised_on_purpose_costs_its_document_only(self, stand_in, tmp_path):
        stand_in.found.insert(1, document("refused"))

        result = build(["x"], tmp_path / "out")

        assert [(f.name, f.expected) for f in result.failures] == [("refused", True)]
        assert len(result.documents) == 2

    @pytest.mark.parametrize("part", ["aigraph.schema.load_schema", "aigraph.recognise.lexicon.load_lexicon"])
    def test_a_fault_of_the_ontology_is_raised_before_the_first_document(self, stand_in, tmp_path, monkeypatch, part):
        def broken():
            raise OntologyError("relations.ttl is not valid Turtle")

        monkeypatch.setattr(part, broken)
        seen = []

        with pytest.raises(OntologyError, match=r"relations\.ttl"):
            build(["x"], tmp_path / "out", progress=seen.append)

        assert len(seen) == 1
        assert stand_in.loaded == 0
        assert not (tmp_path / "out").exists()

    def test_a_fault_of_the_ontology_that_comes_out_later_is_no_documents_failure(self, stand_in, tmp_path):
        def work(document):
            raise OntologyError("grammar/dates.toml: broken")

        result = BuildResult()
        with pytest.raises(OntologyError):
            guarded(document("a"), result, work)
        assert result.failures == []

    def test_an_error_nobody_foresaw_is_named_with_class_and_message_and_logged(self, stand_in, tmp_path, caplog):
        stand_in.found.append(document("bug"))

        with caplog.at_level(logging.ERROR):
            result = build(["x"], tmp_path / "out")

        assert [(f.name, f.expected) for f in result.failures] == [("bug", False)]
        assert "ZeroDivisionError: on purpose" in result.failures[0].reason
        assert "bug" in caplog.text

    def test_a_quote_that_is_not_in_the_text_costs_its_document_only(self, stand_in, tmp_path):
        from dataclasses import replace

        good = stand_in.extractions["one.txt"]
        stand_in.extractions["one.txt"] = replace(good, document=replace(good.document, text="something else\n"))

        result = build(["x"], tmp_path / "out")

        assert [f.name for f in result.failures] == ["one.txt"]
        assert "one.txt" not in (tmp_path / "out" / "graph.nq").read_text(encoding="utf-8")
        assert [d.name for d in result.documents] == ["two.txt"]

    def test_nothing_readable_writes_nothing(self, stand_in, tmp_path):
        stand_in.found[:] = [stand_in.failure("a", "empty")]

        result = build(["x"], tmp_path / "out")

        assert result.documents == []
        assert not (tmp_path / "out").exists()
        assert stand_in.loaded == 0


class TestBuild:
    def test_writes_every_export_and_says_so(self, stand_in, tmp_path):
        result = build(["x"], tmp_path / "out")

        assert {path.name for path in result.files} == EXPORTS
        assert {path.name for path in (tmp_path / "out").iterdir()} == EXPORTS

    def test_the_same_documents_give_the_same_bytes_in_any_order(self, stand_in, tmp_path):
        build(["x"], tmp_path / "a")
        build(["x"], tmp_path / "b")
        stand_in.found.reverse()
        build(["x"], tmp_path / "c")

        def read(name):
            return {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}

        assert read("a") == read("b")
        assert {k: v for k, v in read("c").items() if k != "report.md"} == {
            k: v for k, v in read("a").items() if k != "report.md"
        }

    def test_tells_each_name_before_the_work(self, stand_in, tmp_path):
        names = []
        build(["x"], tmp_path / "out", progress=names.append)
        assert names == ["one.txt", "two.txt"]

    def test_loads_the_language_pipeline_once(self, stand_in, tmp_path):
        build(["x"], tmp_path / "out")
        assert stand_in.loaded == 1

    def test_documents_stream(self, stand_in):
        seen = []

        def endless():
            for number in range(1000):
                seen.append(number)
                yield document(f"d{number}")

        stand_in.found = endless()
        extractions = extract_all(["x"], result=BuildResult())
        next(extractions)

        assert seen == [0]

    def test_one_shot_graph_stays_in_memory(self, stand_in):
        result = BuildResult()
        with extract_graph(["x"], result=result) as store:
            assert store.path is None
            assert len(store) > 20
        assert result.ok


def test_a_summary_counts_kinds_of_facts_apart():
    one = summarise(told()[0])

    assert one == DocumentSummary(
        id=one.id, name="one.txt", lang="en", date="2025-08-27", characters=len(told()[0].document.text), blocks=(),
        mentions=0, entities=4, relations=3, figures=2, results=1, events=1,
    )  # fmt: skip
    assert one.facts == 7


def test_what_reading_could_not_use_is_told_with_the_document():
    from aigraph.nlp import create_pipeline, extract_document

    nlp = create_pipeline(disable=("aigraph_names", "aigraph_linker", "aigraph_relations", "aigraph_spans"))
    read = dataclasses.replace(document("a.csv#1"), notes=("the date 'soon' of its row was not understood",))

    assert summarise(extract_document(nlp, read)).notes == read.notes


def test_components_are_listed_swapped_and_added_with_spacys_own_means(tmp_path):
    from spacy.language import Language

    from aigraph.nlp import COMPONENTS, create_pipeline

    for word in ("instead", "beside"):
        Language.component(f"test_{word}", func=lambda doc, word=word: doc._.aigraph.notes.append(word) or doc)
    nlp = create_pipeline()
    assert tuple(nlp.pipe_names) == COMPONENTS
    nlp.replace_pipe("aigraph_relations", "test_instead")
    nlp.add_pipe("test_beside", after="aigraph_names")
    (tmp_path / "a.txt").write_text("OpenAI acquired Rockset.", encoding="utf-8")
    result = BuildResult()

    extract_graph([tmp_path / "a.txt"], result=result, nlp=nlp).close()

    assert result.documents[0].notes == ("beside", "instead")
    assert result.documents[0].facts == 0
