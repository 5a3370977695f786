"""Passages and the network: what it reads, that its arithmetic is the trained one, that it can learn."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from tests.made_analysis import linked

from aigraph.model import Analysis
from aigraph.relate import network as network_module
from aigraph.relate.context import Slot
from aigraph.relate.network import Network, Places, places_of, read_all, tie_features
from aigraph.relate.passages import LENGTH, OVERLAP, WIDTH, Passages, hashed, read_passages
from aigraph.relate.reader import candidate_finder, mixed, surface_names

WAIT = "The market waited. " * 60
TEXT = f"Acme Labs released Orca-2 in May. It beats Seal-1.\n\n{WAIT}Acme Labs bought Seal Inc."
NAMES = [("Acme Labs", "Organization"), ("Orca-2", "Model"), ("Seal-1", "Model"), ("Seal Inc", "Organization")]


@pytest.fixture(scope="module")
def state() -> Analysis:
    return linked(TEXT, NAMES)


def passages_of(state: Analysis) -> Passages:
    sentences = candidate_finder().sentences(state)
    return read_passages([s.site for s in sentences], [s.masked for s in sentences])


def weights(targets: int = 3, seed: int = 0) -> dict[str, np.ndarray]:
    training = pytest.importorskip("aigraph.training.network")
    return training._initial(targets, np.random.RandomState(seed))


def candidates_of(state: Analysis) -> tuple[list, Places]:
    finder = candidate_finder()
    found = list(finder.find(state.norm, finder.sentences(state), surface_names(state)))
    return found, places_of(found, passages_of(state), surface_names(state))


def example_of(passages: Passages, places: Places):
    training = pytest.importorskip("aigraph.training.network")
    none = np.zeros(0, dtype=np.int32)
    return training.Example(
        passages.ids, passages.at, passages.entity, places.subject, places.object, places.ties, none, none, none
    )


class TestPassages:
    def test_a_slot_stands_at_a_token_of_its_own_type(self, state):
        passages = passages_of(state)
        flat = passages.ids.reshape(-1, WIDTH)
        for sentence in candidate_finder().sentences(state):
            for slot in sentence.site.slots:
                assert flat[passages.at[passages.row(slot)], 0] == hashed(f"<{slot.type}>")

    def test_long_texts_take_several_passages_that_begin_with_the_end_of_the_one_before(self, state):
        ids = passages_of(state).ids
        assert len(ids) > 1
        for before, after in pairwise(ids):
            full = int((before[:, 0] > 0).sum())
            assert (after[:OVERLAP] == before[full - OVERLAP : full]).all()
            assert after[OVERLAP, 0] == hashed("[S]")

    def test_slots_of_one_thing_share_a_number(self, state):
        passages = passages_of(state)
        by_number: dict[int, set[str]] = {}
        for sentence in candidate_finder().sentences(state):
            for slot in sentence.site.slots:
                by_number.setdefault(int(passages.entity[passages.row(slot)]), set()).add(slot.entity or slot.type)
        assert all(len(found) == 1 for found in by_number.values())
        assert len(passages.entity) > len(by_number)  # Acme Labs stands twice

    def test_a_sentence_longer_than_a_passage_loses_its_end_alone(self):
        long = linked("Orca-2 " + "and more " * LENGTH + "beats Seal-1.", NAMES[1:3])
        passages = passages_of(long)
        assert passages.ids.shape == (1, LENGTH, WIDTH)
        assert passages.at.max() == LENGTH - 1

    def test_names_do_not_show(self):
        one = passages_of(linked("Orca-2 beats Seal-1.", NAMES))
        other = passages_of(linked("Zeta-9 beats Yak-7.", [("Zeta-9", "Model"), ("Yak-7", "Model")]))
        assert (one.ids == other.ids).all()

    def test_words_share_what_they_have_in_common(self):
        def ids(text: str) -> set[int]:
            return set(passages_of(linked(text, NAMES)).ids.ravel().tolist())

        assert hashed("c=购") in ids("Acme Labs 收购 Seal Inc") & ids("Acme Labs 采购 Seal Inc")
        assert hashed("p=acqu") in ids("Acme Labs acquired Seal Inc") & ids("Acme Labs acquires Seal Inc")


class TestArithmetic:
    def test_states_do_not_depend_on_how_many_passages_are_read_at_a_time(self, state, monkeypatch):
        passages, net = passages_of(state), Network(weights())
        together = net.read(passages)
        monkeypatch.setattr(network_module, "BATCH", 1)
        alone = net.read(passages)
        for name in ("hidden", "subject", "object", "before", "through"):
            a, b = getattr(together, name), getattr(alone, name)
            assert np.allclose(a, b, atol=1e-4)

    def test_a_name_by_itself_has_no_other_side(self, state):
        found, places = candidates_of(state)
        single = next(i for i, c in enumerate(found) if c.object is None)
        assert places.object[single] == -1
        assert "single" in tie_features(found[single], surface_names(state))

    def test_the_same_as_in_training(self, state, monkeypatch):
        pytest.importorskip("jax")
        training = pytest.importorskip("aigraph.training.network")
        import jax

        for name in ("FEATURE", "TOKEN", "STATE", "TIE", "INNER"):
            monkeypatch.setattr(training, f"DROP_{name}", 0.0)
        w, passages = weights(), passages_of(state)
        w["tokens"][0] = w["ties"][0] = 0
        _, places = candidates_of(state)
        key = jax.random.PRNGKey(0)
        batch = training._joined([(example_of(passages, places), np.zeros(0, dtype=np.float32))])
        plain, hidden = training._encode(w, batch["ids"], key)
        wanted = training._score(w, plain, hidden, batch, key)
        net = Network(w)
        assert np.allclose(net.logits(net.read(passages), passages, places), np.asarray(wanted), atol=1e-3)

    def test_one_logit_from_two(self):
        assert mixed(1.0, 3.0) == 2.0
        assert mixed(-500.0, 3.0) == pytest.approx(-4.5)


class TestTraining:
    def test_it_learns_and_gives_the_same_weights_again(self, state, monkeypatch):
        pytest.importorskip("jax")
        training = pytest.importorskip("aigraph.training.network")
        monkeypatch.setattr(training, "FIRST", training.Course(12, 3, 4e-3))
        monkeypatch.setattr(training, "LEAST_DOCUMENTS", 1)
        found, places = candidates_of(state)
        passages = passages_of(state)
        pairs = [i for i, c in enumerate(found) if c.object is not None]
        verdict = np.array([int(found[i].subject.type == "Organization") for i in pairs], dtype=np.int32)
        example = replace(
            example_of(passages, places),
            candidate=np.array(pairs, dtype=np.int32),
            target=np.zeros(len(pairs), dtype=np.int32),
            verdict=verdict,
        )
        examples = [example, replace(example)] * 4
        net, again = training.train_network(examples, 0, targets=1), training.train_network(examples, 0, targets=1)
        logits = net.logits(net.read(passages), passages, places)[pairs, 0]
        assert logits[verdict == 1].mean() > 1 + logits[verdict == 0].mean()
        assert all((net.weights[k] == again.weights[k]).all() for k in net.weights)
        once = training.train_network([replace(x, typical=False) for x in examples], 0, targets=1)
        assert any((net.weights[k] != once.weights[k]).any() for k in net.weights)


def test_a_nested_name_stands_where_its_host_stands(state):
    passages = passages_of(state)
    host = candidate_finder().sentences(state)[0].site.slots[0]
    inner = Slot(host.start, host.start + 4, "Organization", "x", sentence=host.sentence, order=host.order)
    assert passages.row(inner) == passages.row(host)


def test_networks_side_by_side_read_what_each_reads_alone(state):
    passages, networks = passages_of(state), [Network(weights(seed=0)), Network(weights(seed=1))]
    for together, network in zip(read_all(networks, passages), networks, strict=True):
        alone = network.read(passages)
        for name in ("hidden", "subject", "object", "before", "through"):
            assert np.allclose(getattr(together, name), getattr(alone, name), atol=1e-4)
    assert read_all([], passages) == []


def test_a_text_without_names_has_no_states():
    states = Network(weights()).read(passages_of(linked("Nothing is said of anybody.", [])))
    assert len(states.hidden) == len(states.subject) == len(states.through) == 0
