"""A small recurrent network over passages, and the score of every candidate from the states of its two slots.

A gated recurrent unit in both directions (Cho et al. 2014) reads the tokens; a candidate is judged by the states of
subject and object, their product, the mean of what stands between them, and how they were tied. It is trained from
nothing but the annotated documents (`aigraph.training.network`) and evaluated here with plain numpy.

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
BATCH = 48  # passages read at a time: 30 MB
_TIE_MASK = (1 << TIE_BITS) - 1


@dataclass(slots=True)
class States:
    """What the network made of each slot: its state, its own features, and the sums of both up to it."""

    hidden: np.ndarray
    plain: np.ndarray
    hidden_sum: np.ndarray  # over the tokens of its passage that stand before it
    plain_sum: np.ndarray


@dataclass(slots=True)
class Places:
    """Candidates as rows of numbers: places of subject and object (-1: none), features of their tie."""

    subject: np.ndarray
    object: np.ndarray
    ties: np.ndarray


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
    ties = np.zeros((len(candidates), TIES), dtype=np.uint16)
    subject = np.array([passages.row(c.subject) for c in candidates], dtype=np.int32)
    other = np.array([-1 if c.object is None else passages.row(c.object) for c in candidates], dtype=np.int32)
    for row, candidate in zip(ties, candidates, strict=True):
        found = [_tie(x) for x in tie_features(candidate, names)[:TIES]]
        row[: len(found)] = found
    return Places(subject, other, ties)


@dataclass(slots=True)
class Network:
    """The weights of one trained network; names as in `aigraph.training.network`."""

    weights: dict[str, np.ndarray]  # float32

    def read(self, passages: Passages) -> States:
        """The states of all slots of a document."""
        parts = []
        for low in range(0, len(passages.ids), BATCH):
            ids = passages.ids[low : low + BATCH]
            a, b = np.searchsorted(passages.at, (low * LENGTH, (low + len(ids)) * LENGTH))
            parts.append(self._read(ids, passages.at[a:b] - low * LENGTH))
        return States(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def _read(self, ids: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, ...]:
        length = max(1, int((ids[:, :, 0] > 0).sum(axis=1).max()))
        plain = self.weights["tokens"][ids[:, :length]].sum(axis=2)
        hidden = np.concatenate([self._run(plain, "forward"), self._run(plain[:, ::-1], "backward")[:, ::-1]], axis=2)
        row, column = at // LENGTH, at % LENGTH
        found = []
        for values in (hidden, plain):
            sums = np.cumsum(values, axis=1)
            found += [values[row, column], sums[row, column] - values[row, column]]
        return found[0], found[2], found[1], found[3]

    def _run(self, x: np.ndarray, way: str) -> np.ndarray:
        """One direction of the recurrent unit over [passages, length, size]."""
        w = self.weights
        size = len(w[f"{way}_new"])
        inputs = x @ w[f"{way}_in"] + w[f"{way}_bias"]
        state = np.zeros((len(x), size), dtype=np.float32)
        out = np.empty((*x.shape[:2], size), dtype=np.float32)
        for t in range(x.shape[1]):
            past = state @ w[f"{way}_state"]
            now = inputs[:, t]
            gates = _sigmoid(now[:, : 2 * size] + past[:, : 2 * size])
            keep, reset = gates[:, :size], gates[:, size:]
            new = np.tanh(now[:, 2 * size :] + reset * (past[:, 2 * size :] + w[f"{way}_new"]))
            state = (1 - keep) * new + keep * state
            out[:, t] = state
        return out

    def logits(self, states: States, passages: Passages, places: Places) -> np.ndarray:
        """[candidates, targets]: the logit of every target, whether possible for the types or not."""
        w = self.weights
        s, o = places.subject, np.maximum(places.object, 0)
        there = (places.object >= 0)[:, None]
        a, b = states.hidden[s], np.where(there, states.hidden[o], 0)
        parts = [a, b, a * b, *_between(states, passages.at, s, o, there), w["ties"][places.ties].sum(axis=1)]
        inner = np.maximum(np.concatenate(parts, axis=1) @ w["inner"] + w["inner_bias"], 0)
        found: np.ndarray = inner @ w["outer"] + w["outer_bias"]
        return found


def _between(
    states: States, at: np.ndarray, s: np.ndarray, o: np.ndarray, there: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The means of states and of plain features over the tokens between two slots of one passage; else zero."""
    low, high = np.where(at[s] <= at[o], s, o), np.where(at[s] <= at[o], o, s)
    count = (at[high] - at[low] - 1)[:, None]
    near = there & (count > 0) & (at[low] // LENGTH == at[high] // LENGTH)[:, None]
    count = np.where(near, count, 1)
    means = []
    for total, values in ((states.hidden_sum, states.hidden), (states.plain_sum, states.plain)):
        means.append(np.where(near, (total[high] - total[low] - values[low]) / count, 0).astype(np.float32))
    return means[0], means[1]


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))
