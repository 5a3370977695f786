"""Trains the network of the relation reader. Deterministic: fixed seeds, fixed order, fixed number of steps.

The arithmetic is that of `aigraph.relate.network`, written for JAX (chosen because it differentiates plain array code
on any machine, as one wheel without a GPU stack) with the optimiser of optax. It refuses any outside weights.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from aigraph.relate.network import STRETCH, TIE_BITS, Network
from aigraph.relate.passages import LENGTH, TOKEN_BITS

TOKEN_SIZE, STATE_SIZE, SLOT_SIZE, TIE_SIZE, INNER_SIZE = 64, 64, 48, 48, 160
DOCUMENTS_A_STEP = 4
DECAY, CLIP = 1e-3, 5.0
NEGATIVE_SHARE = 0.35  # of the candidates without any annotated fact; they weigh the more
DROP_FEATURE, DROP_TOKEN, DROP_STATE, DROP_TIE, DROP_INNER = 0.25, 0.3, 0.35, 0.15, 0.4
LEAST_DOCUMENTS = 2  # a token feature of fewer documents teaches nothing

Weights = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Course:
    """So many epochs; the weights are the mean of those after the last `averaged` ones. `rate` is the highest."""

    epochs: int
    averaged: int
    rate: float


# What is typical is read again at the end: one to three points of average precision on real texts, one on the corpus.
FIRST, LAST = Course(6, 3, 4e-3), Course(3, 1, 1e-3)


@dataclass(slots=True)
class Example:
    """One document: its token features, its candidates, and the verdicts on their possible predicates."""

    ids: np.ndarray  # uint16 [passages, LENGTH, WIDTH]
    at: np.ndarray  # token of each slot
    entity: np.ndarray  # number of the thing of each slot
    subject: np.ndarray  # slot of each candidate's subject
    object: np.ndarray  # slot of its object, -1 for none
    ties: np.ndarray
    candidate: np.ndarray  # of each verdict
    target: np.ndarray
    verdict: np.ndarray  # 1 stated here, 0 not stated, -1 unknown
    typical: bool = True  # of documents as people read them


def one_processor() -> None:
    """Keep the arithmetic of this process on one processor; to be called before its first network."""
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def train_network(examples: Sequence[Example], seed: int, *, targets: int) -> Network:
    """A network for `targets` targets from annotated documents: all of them, and in the end the typical ones again."""
    import jax

    frequent = _frequent(examples)
    random, key = np.random.RandomState(seed), jax.random.PRNGKey(seed)
    weights = _initial(targets, random)
    for number, (course, used) in enumerate(((FIRST, examples), (LAST, [x for x in examples if x.typical]))):
        if used:
            weights = _trained(weights, used, frequent, course, random, jax.random.fold_in(key, number))
            weights["tokens"] = weights["tokens"] * frequent[:, None]
            weights["ties"][0] = 0
    return Network({k: v.astype(np.float16).astype(np.float32) for k, v in weights.items()})


def _trained(
    start: dict[str, np.ndarray],
    examples: Sequence[Example],
    frequent: np.ndarray,
    course: Course,
    random: np.random.RandomState,
    key: Any,
) -> dict[str, np.ndarray]:
    """The mean of the weights after the last epochs of a course."""
    import jax
    import jax.numpy as jnp
    import optax

    units = _units(examples)
    weights: Weights = {k: jnp.asarray(v) for k, v in start.items()}
    steps = course.epochs * len(range(0, len(examples), DOCUMENTS_A_STEP))
    rate = optax.warmup_cosine_decay_schedule(0.0, course.rate, max(1, steps // 20), steps, course.rate * 0.03)
    rates = iter(np.asarray(rate(np.arange(steps))))
    optimiser, step = _stepper()
    state = optimiser.init(weights)
    total: Weights = {}
    for epoch in range(course.epochs):
        for batch in _batches(examples, frequent, units, random):
            key, used = jax.random.split(key)
            weights, state = step(weights, state, batch, used, next(rates))
        if epoch >= course.epochs - course.averaged:
            total = {k: v + total.get(k, 0) for k, v in weights.items()}
    return {k: np.asarray(v) / course.averaged for k, v in total.items()}


@cache
def _stepper() -> tuple[Any, Any]:
    """The optimiser and one compiled step of it; compiled once for all networks of a run."""
    import jax
    import optax

    optimiser = optax.chain(optax.clip_by_global_norm(CLIP), optax.adamw(1.0, weight_decay=DECAY))

    @jax.jit
    def step(weights: Weights, state: Any, batch: Any, key: Any, rate: Any) -> tuple[Weights, Any]:
        updates, state = optimiser.update(jax.grad(_loss)(weights, batch, key), state, weights)
        return optax.apply_updates(weights, jax.tree.map(lambda x: x * rate, updates)), state

    return optimiser, step


def _frequent(examples: Sequence[Example]) -> np.ndarray:
    """Which token features are common enough to be learned; 0, no feature, is none."""
    counts = np.zeros(1 << TOKEN_BITS, dtype=np.int64)
    for example in examples:
        counts[np.unique(example.ids)] += 1
    found: np.ndarray = counts >= LEAST_DOCUMENTS
    found[0] = False
    return found


def _initial(targets: int, random: np.random.RandomState) -> dict[str, np.ndarray]:
    def normal(*shape: int, scale: float | None = None) -> np.ndarray:
        return (random.randn(*shape) * (scale or shape[0] ** -0.5)).astype(np.float32)

    weights = {
        "tokens": normal(1 << TOKEN_BITS, TOKEN_SIZE, scale=0.1),
        "ties": normal(1 << TIE_BITS, TIE_SIZE, scale=0.1),
    }
    for unit, size, states in (("", TOKEN_SIZE, STATE_SIZE), ("slots_", 2 * STATE_SIZE, SLOT_SIZE)):
        for way in (unit + "forward", unit + "backward"):
            weights[f"{way}_in"] = normal(size, 3 * states)
            weights[f"{way}_state"] = normal(states, 3 * states)
            weights[f"{way}_bias"] = np.zeros(3 * states, dtype=np.float32)
            weights[f"{way}_new"] = np.zeros(states, dtype=np.float32)
    wide = 3 * 2 * STATE_SIZE + 2 * SLOT_SIZE  # a slot: its state, mean and peak of its thing, what the slots say
    rows = {"subject": wide, "object": wide, "product": 2 * STATE_SIZE, "between": 2 * STATE_SIZE}
    rows |= {"between_plain": TOKEN_SIZE, "tie": TIE_SIZE}
    for name, size in rows.items():
        weights[name] = normal(size, INNER_SIZE, scale=sum(rows.values()) ** -0.5)
    weights["inner_bias"] = np.zeros(INNER_SIZE, dtype=np.float32)
    weights["outer"] = normal(INNER_SIZE, targets, scale=0.05)
    weights["outer_bias"] = np.full(targets, -3.0, dtype=np.float32)  # most candidates are no facts
    return weights


def _units(examples: Sequence[Example]) -> dict[str, int]:
    """The smallest size of each array of a batch; all arrays of a batch grow together, so that few sizes come up."""

    def typical(sizes: list[int], share: float = DOCUMENTS_A_STEP / 2) -> int:
        return max(1, int(share * float(np.median(sizes))))

    slots = typical([len(x.at) for x in examples])
    rows = typical([len(x.subject) for x in examples], DOCUMENTS_A_STEP / 4)
    verdicts = typical([len(x.verdict) for x in examples], DOCUMENTS_A_STEP / 4)
    passages = typical([len(x.ids) for x in examples])
    return {"ids": passages, "at": slots, "stretches": DOCUMENTS_A_STEP, "subject": rows, "verdict": verdicts}


def _batches(
    examples: Sequence[Example], frequent: np.ndarray, units: dict[str, int], random: np.random.RandomState
) -> Iterator[dict[str, np.ndarray]]:
    order = random.permutation(len(examples))
    for low in range(0, len(order), DOCUMENTS_A_STEP):
        batch = _joined([_thinned(examples[i], random) for i in order[low : low + DOCUMENTS_A_STEP]])
        batch["ids"] = np.where(frequent[batch["ids"]], batch["ids"], 0).astype(np.int32)
        grown = max(_level(len(batch[name]), unit) for name, unit in units.items())
        sizes = {name: _size(unit, grown) for name, unit in units.items()}
        yield {name: _filled(rows, sizes[_LIKE.get(name, name)]) for name, rows in batch.items()}


_LIKE = {"entity": "at", "place": "at", "is_slot": "at", "object": "subject", "ties": "subject"}
_LIKE |= {"candidate": "verdict", "target": "verdict", "weight": "verdict"}


def _joined(parts: Sequence[tuple[Example, np.ndarray]]) -> dict[str, np.ndarray]:
    """Several documents as one, their places counted on. Slot 0 is no slot: what is empty points there."""
    none = np.zeros(1, dtype=np.int64)
    found: dict[str, list[np.ndarray]] = {name: [none] for name in ("at", "entity", "place")}
    token, slot, row, thing, stretch = 0, 1, 0, 1, 0
    for x, weight in parts:
        count = len(x.at)
        stretches = np.zeros((-(-count // STRETCH), STRETCH), dtype=np.int64)
        stretches.reshape(-1)[:count] = np.arange(slot, slot + count)
        columns = {
            "ids": x.ids, "ties": x.ties, "target": x.target, "weight": weight, "stretches": stretches,
            "at": x.at + token, "entity": x.entity + thing, "place": np.arange(count) + stretch * STRETCH,
            "subject": x.subject + slot, "object": np.where(x.object < 0, 0, x.object + slot),
            "candidate": x.candidate + row, "verdict": x.verdict,
        }  # fmt: skip
        for name, values in columns.items():
            found.setdefault(name, []).append(values)
        token, slot, row = token + len(x.ids) * LENGTH, slot + count, row + len(x.subject)
        thing, stretch = thing + int(x.entity.max(initial=-1)) + 1, stretch + len(stretches)
    batch = {name: np.concatenate(values).astype(np.int32) for name, values in found.items() if name != "weight"}
    batch["weight"] = np.concatenate(found["weight"]).astype(np.float32)
    batch["verdict"] = batch["verdict"].astype(np.float32)
    batch["is_slot"] = (np.arange(len(batch["at"])) > 0).astype(np.float32)
    return batch


def _thinned(example: Example, random: np.random.RandomState) -> tuple[Example, np.ndarray]:
    """A share of the candidates without facts, all others, and the weight of each verdict that is known."""
    marked = np.zeros(len(example.subject), dtype=bool)
    marked[example.candidate[example.verdict != 0]] = True
    kept = marked | (random.rand(len(marked)) < NEGATIVE_SHARE)
    place = np.cumsum(kept) - 1
    known = (example.verdict >= 0) & kept[example.candidate]
    owner = example.candidate[known]
    weight = np.where(marked[owner], 1, 1 / NEGATIVE_SHARE).astype(np.float32)
    thin = Example(
        example.ids, example.at, example.entity, example.subject[kept], example.object[kept], example.ties[kept],
        place[owner], example.target[known], example.verdict[known],
    )  # fmt: skip
    return thin, weight


def _size(unit: int, level: int) -> int:
    return int(unit * 1.35**level)


def _level(rows: int, unit: int) -> int:
    level = 0
    while _size(unit, level) < rows:
        level += 1
    return level


def _filled(rows: np.ndarray, size: int) -> np.ndarray:
    """With empty rows up to one of a few sizes, for each new size is compiled anew."""
    return np.concatenate([rows, np.zeros((size - len(rows), *rows.shape[1:]), rows.dtype)])


def _loss(w: Weights, batch: dict[str, Any], key: Any) -> Any:
    """The summed cross-entropy of the verdicts; empty rows weigh nothing."""
    import jax
    import optax

    keys = jax.random.split(key, 2)
    plain, hidden = _encode(w, batch["ids"], keys[0])
    logits = _score(w, plain, hidden, batch, keys[1])[batch["candidate"], batch["target"]]
    return (optax.sigmoid_binary_cross_entropy(logits, batch["verdict"]) * batch["weight"]).sum() / 100


def _kept(key: Any, x: Any, share: float, shape: Any = None) -> Any:
    """Dropout."""
    import jax

    return x * jax.random.bernoulli(key, 1 - share, shape or x.shape) / (1 - share)


def _encode(w: Weights, ids: Any, key: Any) -> tuple[Any, Any]:
    import jax

    keys = jax.random.split(key, 3)
    features = w["tokens"][ids] * (ids > 0)[..., None]
    plain = _kept(keys[1], _kept(keys[0], features, DROP_FEATURE, (*ids.shape, 1)).sum(2), DROP_TOKEN)
    return plain, _kept(keys[2], _both(w, plain, ids[..., 0] > 0, ""), DROP_STATE)


def _both(w: Weights, x: Any, real: Any, unit: str) -> Any:
    import jax.numpy as jnp

    return jnp.concatenate([_run(w, x, real, unit + way) for way in ("forward", "backward")], -1)


def _run(w: Weights, x: Any, real: Any, way: str) -> Any:
    import jax
    import jax.numpy as jnp

    size = len(w[f"{way}_new"])
    inputs = jnp.swapaxes(x @ w[f"{way}_in"] + w[f"{way}_bias"], 0, 1)

    def step(state: Any, here: Any) -> tuple[Any, Any]:
        now, kept = here
        past = state @ w[f"{way}_state"]
        gates = jax.nn.sigmoid(now[:, : 2 * size] + past[:, : 2 * size])
        keep, reset = jnp.where(kept[:, None], gates[:, :size], 1), gates[:, size:]
        new = jnp.tanh(now[:, 2 * size :] + reset * (past[:, 2 * size :] + w[f"{way}_new"]))
        state = (1 - keep) * new + keep * state
        return state, state

    rows = inputs, jnp.swapaxes(real, 0, 1)
    _, out = jax.lax.scan(step, jnp.zeros((len(x), size)), rows, reverse=way.endswith("backward"))
    return jnp.swapaxes(out, 0, 1)


def _score(w: Weights, plain: Any, hidden: Any, batch: dict[str, Any], key: Any) -> Any:
    import jax
    import jax.numpy as jnp

    keys = jax.random.split(key, 3)
    s, o, at = batch["subject"], batch["object"], batch["at"]
    there = (o > 0)[:, None]
    states = hidden.reshape(-1, hidden.shape[-1])[at]
    wide = jnp.concatenate([states, *_of_things(states, batch), _read_on(w, states, batch, keys[2])], -1)
    inner = (wide @ w["subject"])[s] + jnp.where(there, (wide @ w["object"])[o], 0)
    inner += jnp.where(there, states[s] * states[o], 0) @ w["product"]
    inner += _between(hidden @ w["between"] + plain @ w["between_plain"], at[s], at[o], there)
    ties = batch["ties"]
    tied = w["ties"][ties] * (ties > 0)[..., None]
    inner += _kept(keys[0], tied, DROP_TIE, (*ties.shape, 1)).sum(1) @ w["tie"]
    return _kept(keys[1], jax.nn.relu(inner + w["inner_bias"]), DROP_INNER) @ w["outer"] + w["outer_bias"]


def _between(tokens: Any, s: Any, o: Any, there: Any) -> Any:
    """The mean over the tokens between two of one passage."""
    import jax.numpy as jnp

    low, high = jnp.minimum(s, o), jnp.maximum(s, o)
    count = (high - low - 1)[:, None]
    near = there & (count > 0) & (low // LENGTH == high // LENGTH)[:, None]
    sums, flat = (x.reshape(-1, x.shape[-1]) for x in (jnp.cumsum(tokens, 1), tokens))
    return jnp.where(near, (sums[high] - flat[high] - sums[low]) / jnp.where(near, count, 1), 0)


def _of_things(states: Any, batch: dict[str, Any]) -> tuple[Any, Any]:
    """The mean and the peak of the states of each slot's thing."""
    import jax
    import jax.numpy as jnp

    thing, real, things = batch["entity"], batch["is_slot"][:, None], len(batch["entity"])
    count = jnp.maximum(jax.ops.segment_sum(real, thing, things), 1)
    mean = jax.ops.segment_sum(states * real, thing, things) / count
    peak = jnp.maximum(jax.ops.segment_max(jnp.where(real > 0, states, -10.0), thing, things), -10.0)
    return mean[thing], peak[thing]


def _read_on(w: Weights, states: Any, batch: dict[str, Any], key: Any) -> Any:
    """The second unit, over the slots."""
    stretches = batch["stretches"]
    real = stretches > 0
    read = _both(w, states[stretches] * real[..., None], real, "slots_")
    return _kept(key, read, DROP_STATE).reshape(-1, read.shape[-1])[batch["place"]]
