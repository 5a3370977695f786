"""Names inside names: found from document and lexicon, always a proper part, never competing with the host."""

from tests.made_analysis import analysis

from aigraph.recognise.lexicon import Lexicon, LexiconEntry
from aigraph.recognise.nested import SOURCE, nested_mentions

ORG, MODEL, HARDWARE = "Organization", "Model", "Hardware"
LEXICON = Lexicon(
    [
        LexiconEntry("starworks", ORG, "Company", (("Starworks", "en"),), ("星工",), ()),
        LexiconEntry("moss", ORG, None, (("Moss Field", "en"),), (), ("Moss",)),
        LexiconEntry("ada", "Person", None, (("Ada Island", "en"),), (), ()),
    ]
)


def nested(text: str, *names: tuple[str, str]) -> list[tuple[str, str, str | None]]:
    state = analysis(text, names)
    found = nested_mentions(state.norm, state.mentions, LEXICON)
    assert all(m.source == SOURCE for m in found)
    return [(text[m.start : m.end], m.type, m.lexicon_id) for m in found]


def test_the_maker_at_the_beginning_by_the_lexicon():
    assert nested("Starworks Beacon 卡", ("Starworks Beacon", HARDWARE)) == [("Starworks", ORG, "starworks")]


def test_a_name_of_the_document_inside_a_title():
    text = "Lumen-2 发布，论文是 Scaling Lumen-2 Further"
    assert nested(text, ("Lumen-2", MODEL), ("Scaling Lumen-2 Further", "Publication")) == [("Lumen-2", MODEL, None)]


def test_a_host_never_holds_itself():
    assert nested("Starworks 和 Starworks", ("Starworks", ORG)) == []


def test_a_name_must_stand_whole_inside_its_host():
    assert nested("Lum 与 Lumenary Desk", ("Lum", MODEL), ("Lumenary Desk", "Software")) == []


def test_weak_names_and_people_are_not_looked_for():
    assert nested("Moss Desk 与 Ada Island Prize", ("Moss Desk", "Software"), ("Ada Island Prize", "Benchmark")) == []


def test_people_events_and_short_names_are_no_hosts():
    assert nested("Starworks Day", ("Starworks Day", "Event")) == []
    assert nested("星工云", ("星工云", ORG)) == []  # three characters


def test_nested_names_do_not_overlap_each_other():
    text = "Starworks Labs 的 Starworks Labs Beacon"
    found = nested(text, ("Starworks Labs", ORG), ("Starworks Labs Beacon", HARDWARE))
    assert ("Starworks Labs", ORG, None) in found
    inside_host = [f for f in found if f[0] == "Starworks"]
    assert len(inside_host) == 1  # in the maker's own name, not twice in the product's


def test_nothing_in_nothing():
    assert nested("没有名字") == []
