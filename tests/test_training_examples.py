"""The ontology's examples as training sentences: what they say, and what they do not."""

from aigraph.relate.reader import candidate_finder, surface_names
from aigraph.schema import load_schema
from aigraph.training.examples import WordingExample, verdict, wording_examples
from aigraph.training.run import _analysed, _annotated


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


def verdicts(example: WordingExample, predicate: str) -> set[tuple[str, str, int]]:
    """(subject, object, verdict) of the candidates of a sentence."""
    state = _analysed(example.document, _annotated(example.document))
    finder, names = candidate_finder(), surface_names(state)
    found = finder.find(state.norm, finder.sentences(state), names)
    text = state.text
    return {
        (text[c.subject.start : c.subject.end], text[c.object.start : c.object.end], verdict(example, c, predicate)[0])
        for c in found
        if c.object is not None and predicate in c.predicates
    }


def test_only_the_marked_pair_is_known_and_the_wrong_way_round_is_no_fact():
    example = next(e for e in wording_examples() if e.predicate == "acquired" and e.stated)
    buyer, bought = (e["name"] for e in sorted(example.document.gold["entities"], key=lambda e: e["id"], reverse=True))
    assert verdicts(example, "acquired") == {(buyer, bought, 1), (bought, buyer, 0)}
    assert {v for *_, v in verdicts(example, "partnerOf")} == {-1}


def test_a_counter_example_states_nothing_and_what_holds_both_ways_is_known_both_ways():
    counter = next(e for e in wording_examples() if e.predicate == "acquired" and not e.stated)
    assert {v for *_, v in verdicts(counter, "acquired")} == {0}
    mutual = next(e for e in wording_examples() if e.predicate == "partnerOf" and e.stated)
    assert {v for *_, v in verdicts(mutual, "partnerOf")} == {1, -1}
