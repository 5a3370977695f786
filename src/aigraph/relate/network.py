"""A small recurrent network over passages, and the score of every candidate from the states of its two slots.

A gated recurrent unit in both directions (Cho et al. 2014) reads the tokens; a second one reads on over the slots of
the document alone, farther than any passage reaches. A candidate is judged by what both made of subject and object, by
the mean and the peak of all mentions of either thing, the product of the two states, the mean of what stands between
them, and how they were tied. It is trained from nothing but the annotated documents (`aigraph.training.network`) and
evaluated here with plain numpy.

It keeps the states of slots only, so that memory grows with the names of a document, not with its words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np

from aigraph.relate.candidates import Candidate
from aigraph.relate.features import name_features, size_bucket
from aigraph.relate.passages import LENGTH, Passages

TIE_BITS = 12
TIES = 24  # features of how two slots are tied
BATCH = 64  # passages read at a time: 40 MB for four networks
ROWS = 1024  # candidates judged at a time: what a processor keeps at hand
STRETCH = 192  # slots that the second unit reads in one go
WAYS = ("forward", "backward")
_TIE_MASK = (1 << TIE_BITS) - 1


@dataclass(slots=True)
class States:
    """What the network made of each slot: its state, and what it brings to the inner layer in each part it can play."""

    hidden: np.ndarray
    subject: np.ndarray
    object: np.ndarray
    before: np.ndarray  # what the tokens of its passage that stand before it bring, as tokens between two slots
    through: np.ndarray  # the same with its own token


@dataclass(slots=True)
class Places:
    """Candidates as rows of numbers: places of subject and object (-1: none), and how they are tied."""

    subject: np.ndarray
    object: np.ndarray
    tie: np.ndarray  # the kind of tie
    kinds: np.ndarray  # the features of each kind of tie, for most come again

    @property
    def ties(self) -> np.ndarray:
        """The features of the tie of every candidate."""
        found: np.ndarray = self.kinds[self.tie]
        return found


@lru_cache(maxsize=20_000)
def _tie(text: str) -> int:
    return (crc32(text.encode()) & _TIE_MASK) or 1


def tie_features(candidate: Candidate, names: Mapping[str, str]) -> list[str]:
    """How the two slots are tied: role, distance, direction, types, wordings that fired, likeness of the names."""
    c, s, o = candidate, candidate.subject, candidate.object
    f = [
        "r=" + c.role,
        f"rd={c.role}{size_bucket(c.distance)}{c.forward}",
        "rv=" + size_bucket(c.rivals),
        "bk=" + c.site.block.kind,
        "st=" + s.type,
    ]
    if o is None:
        return [*f, "single"]
    f += [f"ty={s.type}>{o.type}", f"ro={c.role}{s.type}>{o.type}{c.forward}"]
    f += ["pat=" + p for p in sorted(c.wordings)]
    if o.literal is None:
        f += name_features(names.get(s.entity or "", ""), names.get(o.entity or "", ""))
    if not c.role:
        f.append("cl=" + size_bucket(abs(o.order - s.order)))
    return f


def places_of(candidates: Sequence[Candidate], passages: Passages, names: Mapping[str, str]) -> Places:
    """The candidates as the network takes them; places are rows of `Passages.at`."""
    numbers: dict[tuple[str, ...], int] = {}
    tie = [numbers.setdefault(tuple(tie_features(c, names)[:TIES]), len(numbers)) for c in candidates]
    kinds = np.zeros((len(numbers), TIES), dtype=np.uint16)
    for row, features in zip(kinds, numbers, strict=True):
        row[: len(features)] = [_tie(x) for x in features]
    subject = np.array([passages.row(c.subject) for c in candidates], dtype=np.int32)
    other = np.array([-1 if c.object is None else passages.row(c.object) for c in candidates], dtype=np.int32)
    return Places(subject, other, np.array(tie, dtype=np.int32), kinds)


@dataclass(slots=True)
class Network:
    """The weights of one trained network; names as in `aigraph.training.network`."""

    weights: dict[str, np.ndarray]  # float32

    def read(self, passages: Passages) -> States:
        """The states of all slots of a document."""
        return read_all([self], passages)[0]

    def logits(self, states: States, passages: Passages, places: Places) -> np.ndarray:
        """[candidates, targets]: the logit of every target, whether possible for the types or not."""
        w = self.weights
        ties = _sums(w["ties"], places.kinds) @ w["tie"] + w["inner_bias"]
        found = np.empty((len(places.subject), len(w["outer_bias"])), dtype=np.float32)
        for low in range(0, len(found), ROWS):
            part = slice(low, low + ROWS)
            s, o = places.subject[part], places.object[part]
            inner = states.subject[s] + ties[places.tie[part]]
            pairs = np.flatnonzero(o >= 0)
            s, o = s[pairs], o[pairs]
            of_both = (states.hidden[s] * states.hidden[o]) @ w["product"] + states.object[o]
            inner[pairs] += of_both + _between(states, passages.at, s, o)
            found[part] = np.maximum(inner, 0, out=inner) @ w["outer"] + w["outer_bias"]
        return found


def read_all(networks: Sequence[Network], passages: Passages) -> list[States]:
    """The states of all slots of a document in each of the networks; they read side by side, for that is cheaper.

    The networks are of one size.
    """
    if not networks:
        return []
    plain = [_sums(n.weights["tokens"], passages.kinds) for n in networks]
    unit = _unit_of(networks, "", plain)
    hidden, words, through = _at_slots(unit, np.stack(plain, axis=1), passages)
    farther = _read_on(networks, hidden)
    found = []
    for k, network in enumerate(networks):
        w, mine = network.weights, hidden[:, k]
        wide = np.concatenate([mine, *_of_things(mine, passages.entity), farther[:, k]], axis=1)
        between = np.concatenate([w["between"], w["between_plain"]])
        before = through[:, k] - np.concatenate([mine, words[:, k]], axis=1)
        found.append(States(mine, wide @ w["subject"], wide @ w["object"], before @ between, through[:, k] @ between))
    return found


@dataclass(slots=True)
class _Unit:
    """A recurrent unit of some networks, with what each row brings to it already worked out.

    Its ways are those of the first network ahead and back, those of the second, and so on.
    """

    inputs: np.ndarray  # [way, row, (keep, reset, new), size]
    states: np.ndarray  # [way, (keep, reset, new), size, size]
    new: np.ndarray  # [way, 1, size]

    def run(self, rows: np.ndarray) -> np.ndarray:
        """The states [length, way, sequence, size] at the rows of each sequence; after its end a 0 is no row.

        As long as the longest sequence; what the states are behind the end of a shorter one is left open. A gate is
        the logistic function, as (1 + tanh(x / 2)) / 2.
        """
        lengths = (rows > 0).sum(axis=1)
        length, count = max(1, int(lengths.max())), len(rows)
        rows, begins = rows[:, :length], length - lengths  # where each sequence begins, read backwards
        last_begin = begins.max()
        ways, kinds, _, size = self.inputs.shape
        both = np.stack([rows.T, rows[:, ::-1].T] * (ways // 2), axis=1) + kinds * np.arange(ways)[:, None]
        steps = 3 * both[:, :, None] + np.arange(3)[:, None]
        table = self.inputs.reshape(-1, size)
        out = np.empty((length, ways, count, size), dtype=np.float32)
        now, past = np.empty((2, ways, 3, count, size), dtype=np.float32)
        state = np.zeros((ways, count, size), dtype=np.float32)
        for t in range(length):
            np.take(table, steps[t], axis=0, out=now, mode="clip")
            np.matmul(state[:, None], self.states, out=past)
            gates, new = past[:, :2], past[:, 2]
            gates += now[:, :2]
            _halves(gates)
            new += self.new
            new *= gates[:, 1]
            new += now[:, 2]
            np.tanh(new, out=new)
            state -= new
            state *= gates[:, 0]
            state += new
            if t < last_begin:
                state[1::2] *= (t >= begins)[:, None]
            out[t, ::2], out[length - 1 - t, 1::2] = state[::2], state[1::2]
        return out


def _unit_of(networks: Sequence[Network], name: str, rows: Sequence[np.ndarray]) -> _Unit:
    """The units of that name, made ready to read sequences of `rows`, which are each network's own."""
    ways = [(n.weights, x, f"{name}{way}_") for n, x in zip(networks, rows, strict=True) for way in WAYS]
    size = len(networks[0].weights[f"{name}{WAYS[0]}_new"])
    inputs = np.stack([x @ w[way + "in"] + w[way + "bias"] for w, x, way in ways]).reshape(len(ways), -1, 3, size)
    states = np.stack([w[way + "state"].reshape(size, 3, size).transpose(1, 0, 2) for w, _, way in ways])
    inputs[:, :, :2] *= 0.5  # what a gate's tanh takes, see `_Unit.run`
    states[:, :2] *= 0.5
    return _Unit(inputs, states, np.stack([w[way + "new"] for w, _, way in ways])[:, None])


def _at_slots(unit: _Unit, plain: np.ndarray, passages: Passages) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """[slot, network, size]: the state of each slot, the sum of its token's features, and both summed up to it."""
    networks, parts = plain.shape[1], []
    for low in range(0, len(passages.tokens), BATCH):
        tokens = passages.tokens[low : low + BATCH]
        a, b = np.searchsorted(passages.at, (low * LENGTH, (low + len(tokens)) * LENGTH))
        row, column = passages.at[a:b] // LENGTH - low, passages.at[a:b] % LENGTH
        states = unit.run(tokens)
        words = plain[tokens[:, : len(states)].T]
        size = 2 * states.shape[3]
        own = states[column, :, row].reshape(-1, networks, size), words[column, row]
        for t in range(1, len(states)):
            states[t] += states[t - 1]
            words[t] += words[t - 1]
        sums = states[column, :, row].reshape(-1, networks, size), words[column, row]
        parts.append((*own, np.concatenate(sums, axis=2)))
    hidden, words, through = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return hidden, words, through


def _read_on(networks: Sequence[Network], hidden: np.ndarray) -> np.ndarray:
    """The second units over the slots, in stretches of `STRETCH`."""
    count = len(hidden)
    rows = np.zeros((max(1, -(-count // STRETCH)), STRETCH), dtype=np.int32)
    rows.reshape(-1)[:count] = np.arange(1, count + 1)
    known = np.pad(hidden, ((1, 0), (0, 0), (0, 0)))  # 0 is no row
    out = _unit_of(networks, "slots_", [known[:, k] for k in range(len(networks))]).run(rows)
    return out.transpose(2, 0, 1, 3).reshape(-1, len(networks), 2 * out.shape[3])[:count]


def _sums(table: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """The sum of the rows of a table that each kind names."""
    total = np.zeros((len(kinds), table.shape[1]), dtype=np.float32)
    for column in kinds.T:
        total += table[column]
    return total


def _of_things(hidden: np.ndarray, entity: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each slot the mean and the peak of the states of all slots of the same thing."""
    if not len(hidden):
        return hidden, hidden
    order = np.argsort(entity, kind="stable")
    starts = np.flatnonzero(np.diff(entity[order], prepend=-1))
    count = np.diff(starts, append=len(order))[:, None]
    thing = np.empty(len(order), dtype=np.int64)
    thing[order] = np.repeat(np.arange(len(starts)), count[:, 0])
    mean = np.add.reduceat(hidden[order], starts) / count
    return mean.astype(np.float32)[thing], np.maximum.reduceat(hidden[order], starts)[thing]


def _between(states: States, at: np.ndarray, s: np.ndarray, o: np.ndarray) -> np.ndarray:
    """The mean of what the tokens between two slots of one passage bring; else zero."""
    low, high = np.where(at[s] <= at[o], s, o), np.where(at[s] <= at[o], o, s)
    count = at[high] - at[low] - 1
    near = (count > 0) & (at[low] // LENGTH == at[high] // LENGTH)
    share = np.where(near, 1 / np.maximum(count, 1), 0).astype(np.float32)
    mean: np.ndarray = (states.before[high] - states.through[low]) * share[:, None]
    return mean


def _halves(gates: np.ndarray) -> None:
    """The logistic function of twice the values, in place."""
    np.tanh(gates, out=gates)
    gates *= 0.5
    gates += 0.5
