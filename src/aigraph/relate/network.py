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
BATCH = 48  # passages read at a time: 40 MB
STRETCH = 192  # slots that the second unit reads in one go
_TIE_MASK = (1 << TIE_BITS) - 1


@dataclass(slots=True)
class States:
    """What the network made of each slot: its state, and what it brings to the inner layer in each part it can play."""

    hidden: np.ndarray
    subject: np.ndarray
    object: np.ndarray
    token: np.ndarray  # as one of the tokens between two slots
    before: np.ndarray  # the sum of the same over the tokens of its passage that stand before it


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
        hidden, token, before = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        wide = np.concatenate([hidden, *_of_things(hidden, passages.entity), self._read_on(hidden)], axis=1)
        return States(hidden, wide @ self.weights["subject"], wide @ self.weights["object"], token, before)

    def _read(self, ids: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        w = self.weights
        length = max(1, int((ids[:, :, 0] > 0).sum(axis=1).max()))
        plain = w["tokens"][ids[:, :length]].sum(axis=2)
        hidden = self._both(plain, ids[:, :length, 0] > 0, "")
        between = hidden @ w["between"] + plain @ w["between_plain"]
        row, column = at // LENGTH, at % LENGTH
        token = between[row, column]
        return hidden[row, column], token, np.cumsum(between, axis=1)[row, column] - token

    def _read_on(self, hidden: np.ndarray) -> np.ndarray:
        """The second unit over the slots, in stretches of `STRETCH`."""
        stretches = max(1, -(-len(hidden) // STRETCH))
        padded = np.zeros((stretches * STRETCH, hidden.shape[1]), dtype=np.float32)
        padded[: len(hidden)] = hidden
        real = (np.arange(len(padded)) < len(hidden)).reshape(stretches, STRETCH)
        out = self._both(padded.reshape(stretches, STRETCH, -1), real, "slots_")
        return out.reshape(stretches * STRETCH, -1)[: len(hidden)]

    def _both(self, x: np.ndarray, real: np.ndarray, unit: str) -> np.ndarray:
        """Both directions of a recurrent unit, side by side."""
        ahead, back = self._run(x, real, unit + "forward"), self._run(x[:, ::-1], real[:, ::-1], unit + "backward")
        return np.concatenate([ahead, back[:, ::-1]], axis=2)

    def _run(self, x: np.ndarray, real: np.ndarray, way: str) -> np.ndarray:
        """One direction of the recurrent unit over [passages, length, size]; empty places leave the state alone."""
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
            keep = np.where(real[:, t, None], keep, 1)
            state = (1 - keep) * new + keep * state
            out[:, t] = state
        return out

    def logits(self, states: States, passages: Passages, places: Places) -> np.ndarray:
        """[candidates, targets]: the logit of every target, whether possible for the types or not."""
        w = self.weights
        s, o = places.subject, np.maximum(places.object, 0)
        there = (places.object >= 0)[:, None]
        inner = states.subject[s] + np.where(there, states.object[o], 0)
        inner += np.where(there, states.hidden[s] * states.hidden[o], 0) @ w["product"]
        inner += _between(states, passages.at, s, o, there)
        inner += w["ties"][places.ties].sum(axis=1) @ w["tie"]
        found: np.ndarray = np.maximum(inner + w["inner_bias"], 0) @ w["outer"] + w["outer_bias"]
        return found


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


def _between(states: States, at: np.ndarray, s: np.ndarray, o: np.ndarray, there: np.ndarray) -> np.ndarray:
    """The mean of what the tokens between two slots of one passage bring; else zero."""
    low, high = np.where(at[s] <= at[o], s, o), np.where(at[s] <= at[o], o, s)
    count = (at[high] - at[low] - 1)[:, None]
    near = there & (count > 0) & (at[low] // LENGTH == at[high] // LENGTH)[:, None]
    sums = states.before[high] - states.before[low] - states.token[low]
    return np.where(near, sums / np.where(near, count, 1), 0).astype(np.float32)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    half: np.ndarray = np.tanh(x * np.float32(0.5))
    return half * np.float32(0.5) + np.float32(0.5)
