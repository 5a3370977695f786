"""The ontology's examples as training sentences: what they say, and what they do not."""

from aigraph.schema import load_schema
from aigraph.training.examples import wording_examples


def test_every_example_and_counter_example_is_a_sentence_with_its_pair():
    schema = load_schema()
    terms = [*schema.relations.values(), *schema.figures.values()]
    wanted = sum(len(w.examples) + len(w.counter_examples) for t in terms for w in t.wordings)
    found = list(wording_examples())
    assert len(found) == wanted > 800
    for example in found:
        assert "[" not in example.document.text
        assert example.subject in {s.start for s in example.document.spans}
        assert 0 <= example.object < len(example.document.text)


def test_names_stand_where_the_marks_were_and_figures_are_left_to_their_grammar():
    example = next(e for e in wording_examples() if e.predicate == "parameterCount" and e.stated)
    text, spans = example.document.text, example.document.spans
    assert [text[s.start : s.end] for s in spans if s.entity == "s"] == [example.document.gold["entities"][0]["name"]]
    assert all(s.start != example.object for s in spans)


def test_symmetric_properties_say_so():
    by_predicate = {e.predicate: e.symmetric for e in wording_examples()}
    assert by_predicate["partnerOf"] and not by_predicate["acquired"]
