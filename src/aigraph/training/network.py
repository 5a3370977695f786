"""Trains the network of the relation reader. Deterministic: fixed seeds, fixed order, fixed number of steps.

The arithmetic is that of `aigraph.relate.network`, written for JAX (chosen because it differentiates plain array code
on any machine, as one wheel without a GPU stack) with the optimiser of optax. It refuses any outside weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from aigraph.relate.network import TIE_BITS, Network
from aigraph.relate.passages import LENGTH, TOKEN_BITS

TOKEN_SIZE, STATE_SIZE, TIE_SIZE, INNER_SIZE = 64, 64, 48, 160
EPOCHS = 10
AVERAGED = 3  # the weights are the mean of those after the last epochs
DOCUMENTS_A_STEP = 4
RATE, DECAY, CLIP = 4e-3, 1e-3, 5.0
NEGATIVE_SHARE = 0.35  # of the candidates without any annotated fact; they weigh the more
DROP_FEATURE, DROP_TOKEN, DROP_STATE, DROP_TIE, DROP_INNER = 0.15, 0.2, 0.25, 0.1, 0.3
LEAST_DOCUMENTS = 2  # a token feature of fewer documents teaches nothing

Weights = dict[str, Any]


@dataclass(slots=True)
class Example:
    """One document: its token features, its candidates, and the verdicts on their possible predicates."""

    ids: np.ndarray  # uint16 [passages, LENGTH, WIDTH]
    subject: np.ndarray  # token of each candidate's subject
    object: np.ndarray  # token of its object, -1 for none
    ties: np.ndarray
    candidate: np.ndarray  # of each verdict
    target: np.ndarray
    verdict: np.ndarray  # 1 stated here, 0 not stated, -1 unknown


def train_network(examples: Sequence[Example], targets: int, *, seed: int = 0) -> Network:
    """A network for `targets` targets from annotated documents."""
    import jax
    import jax.numpy as jnp
    import optax

    frequent = _frequent(examples)
    random, key = np.random.RandomState(seed), jax.random.PRNGKey(seed)
    weights: Weights = {k: jnp.asarray(v) for k, v in _initial(targets, random).items()}
    steps = EPOCHS * len(range(0, len(examples), DOCUMENTS_A_STEP))
    rate = optax.warmup_cosine_decay_schedule(0.0, RATE, max(1, steps // 20), steps, RATE * 0.03)
    rates = iter(np.asarray(rate(np.arange(steps))))
    optimiser, step = _stepper()
    state = optimiser.init(weights)
    total: Weights = {}
    for epoch in range(EPOCHS):
        for batch in _batches(examples, frequent, random):
            key, used = jax.random.split(key)
            weights, state = step(weights, state, batch, used, next(rates))
        if epoch >= EPOCHS - AVERAGED:
            total = {k: v + total.get(k, 0) for k, v in weights.items()}
    mean = {k: np.asarray(v) / min(AVERAGED, EPOCHS) for k, v in total.items()}
    mean["tokens"] = mean["tokens"] * frequent[:, None]
    mean["ties"][0] = 0
    return Network({k: v.astype(np.float16).astype(np.float32) for k, v in mean.items()})


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
    for way in ("forward", "backward"):
        weights[f"{way}_in"] = normal(TOKEN_SIZE, 3 * STATE_SIZE)
        weights[f"{way}_state"] = normal(STATE_SIZE, 3 * STATE_SIZE)
        weights[f"{way}_bias"] = np.zeros(3 * STATE_SIZE, dtype=np.float32)
        weights[f"{way}_new"] = np.zeros(STATE_SIZE, dtype=np.float32)
    weights["inner"] = normal(4 * 2 * STATE_SIZE + TOKEN_SIZE + TIE_SIZE, INNER_SIZE)
    weights["inner_bias"] = np.zeros(INNER_SIZE, dtype=np.float32)
    weights["outer"] = normal(INNER_SIZE, targets, scale=0.05)
    weights["outer_bias"] = np.full(targets, -3.0, dtype=np.float32)  # most candidates are no facts
    return weights


def _batches(
    examples: Sequence[Example], frequent: np.ndarray, random: np.random.RandomState
) -> Iterator[tuple[np.ndarray, ...]]:
    order = random.permutation(len(examples))
    for low in range(0, len(order), DOCUMENTS_A_STEP):
        parts = [_thinned(examples[i], random) for i in order[low : low + DOCUMENTS_A_STEP]]
        tokens = np.cumsum([0] + [len(x.ids) * LENGTH for x, _ in parts])
        rows = np.cumsum([0] + [len(x.subject) for x, _ in parts])
        ids = np.concatenate([x.ids for x, _ in parts]).astype(np.int32)
        placed = list(zip(parts, tokens.tolist(), strict=False))
        columns = [
            np.concatenate([x.subject + t for (x, _), t in placed]),
            np.concatenate([np.where(x.object < 0, -1, x.object + t) for (x, _), t in placed]),
            np.concatenate([x.ties for x, _ in parts]),
        ]
        verdicts = [
            np.concatenate([x.candidate + r for (x, _), r in zip(parts, rows, strict=False)]),
            np.concatenate([x.target for x, _ in parts]),
            np.concatenate([x.verdict for x, _ in parts]).astype(np.float32),
            np.concatenate([weight for _, weight in parts]),
        ]
        yield (
            _filled(np.where(frequent[ids], ids, 0), 8),
            *(_filled(x.astype(np.int32), 1024) for x in columns),
            *(_filled(x if x.dtype == np.float32 else x.astype(np.int32), 4096) for x in verdicts),
        )


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
        example.ids, example.subject[kept], example.object[kept], example.ties[kept],
        place[owner], example.target[known], example.verdict[known],
    )  # fmt: skip
    return thin, weight


def _filled(rows: np.ndarray, unit: int) -> np.ndarray:
    """With empty rows up to one of a few sizes, for each new size is compiled anew."""
    size = unit
    while size < len(rows):
        size = size * 3 // 2
    return np.concatenate([rows, np.zeros((size - len(rows), *rows.shape[1:]), rows.dtype)])


def _loss(w: Weights, batch: tuple[Any, ...], key: Any) -> Any:
    """The summed cross-entropy of the verdicts; empty rows weigh nothing."""
    import jax
    import optax

    ids, subject, other, ties, candidate, target, verdict, weight = batch
    keys = jax.random.split(key, 2)
    plain, hidden = _encode(w, ids, keys[0])
    logits = _score(w, plain, hidden, subject, other, ties, keys[1])[candidate, target]
    return (optax.sigmoid_binary_cross_entropy(logits, verdict) * weight).sum() / 100


def _kept(key: Any, x: Any, share: float, shape: Any = None) -> Any:
    """Dropout."""
    import jax

    return x * jax.random.bernoulli(key, 1 - share, shape or x.shape) / (1 - share)


def _encode(w: Weights, ids: Any, key: Any) -> tuple[Any, Any]:
    import jax
    import jax.numpy as jnp

    keys = jax.random.split(key, 3)
    features = w["tokens"][ids] * (ids > 0)[..., None]
    plain = _kept(keys[1], _kept(keys[0], features, DROP_FEATURE, (*ids.shape, 1)).sum(2), DROP_TOKEN)
    both = [_run(w, plain, way) for way in ("forward", "backward")]
    return plain, _kept(keys[2], jnp.concatenate(both, -1), DROP_STATE)


def _run(w: Weights, x: Any, way: str) -> Any:
    import jax
    import jax.numpy as jnp

    size = STATE_SIZE
    inputs = jnp.swapaxes(x @ w[f"{way}_in"] + w[f"{way}_bias"], 0, 1)

    def step(state: Any, now: Any) -> tuple[Any, Any]:
        past = state @ w[f"{way}_state"]
        gates = jax.nn.sigmoid(now[:, : 2 * size] + past[:, : 2 * size])
        keep, reset = gates[:, :size], gates[:, size:]
        new = jnp.tanh(now[:, 2 * size :] + reset * (past[:, 2 * size :] + w[f"{way}_new"]))
        state = (1 - keep) * new + keep * state
        return state, state

    _, out = jax.lax.scan(step, jnp.zeros((len(x), size)), inputs, reverse=way == "backward")
    return jnp.swapaxes(out, 0, 1)


def _score(w: Weights, plain: Any, hidden: Any, subject: Any, other: Any, ties: Any, key: Any) -> Any:
    import jax
    import jax.numpy as jnp

    keys = jax.random.split(key, 2)
    there, o = (other >= 0)[:, None], jnp.maximum(other, 0)
    low, high = jnp.minimum(subject, o), jnp.maximum(subject, o)
    count = (high - low - 1)[:, None]
    near = there & (count > 0) & (low // LENGTH == high // LENGTH)[:, None]
    count = jnp.where(near, count, 1)
    parts = []
    for values in (hidden, plain):
        sums = jnp.cumsum(values, 1).reshape(-1, values.shape[-1])
        flat = values.reshape(-1, values.shape[-1])
        if values is hidden:
            a, b = flat[subject], jnp.where(there, flat[o], 0)
            parts += [a, b, a * b]
        parts.append(jnp.where(near, (sums[high] - flat[high] - sums[low]) / count, 0))
    tied = w["ties"][ties] * (ties > 0)[..., None]
    parts.append(_kept(keys[0], tied, DROP_TIE, (*ties.shape, 1)).sum(1))
    inner = jax.nn.relu(jnp.concatenate(parts, -1) @ w["inner"] + w["inner_bias"])
    return _kept(keys[1], inner, DROP_INNER) @ w["outer"] + w["outer_bias"]
