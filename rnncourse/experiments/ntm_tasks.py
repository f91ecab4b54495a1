"""A Neural Turing machine on further small programs: what ``book/ntm/tasks`` and ``book/ntm/grams`` show.

The machine has one head that reads and one that writes, as for copying, and is trained by the same means
(:mod:`rnncourse.experiments.ntm`). Beside it stands an LSTM with about as many weights.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from rnncourse import ntm
from rnncourse._arrays import Array
from rnncourse.data.algorithms import bit_grams, context, recall, repeat_copy
from rnncourse.data.copy import CopyBatch
from rnncourse.experiments.ntm import BATCH, SHIFTS, D, H, J, Machine, R, _by_name, bits_per_bit, loss_and_gradients
from rnncourse.gates import sigmoid
from rnncourse.kernels import lstm
from rnncourse.kernels.ntm import State, Weights, forward
from rnncourse.results import result
from rnncourse.training import adam

Draw = Callable[[int, int, np.random.Generator], CopyBatch]  # B, length
GRAMS = 30  # bits of a sequence in training


class Task(NamedTuple):
    """How to draw a batch, what goes in and out, and how a machine is trained for it."""

    draw: Draw
    F: int
    K: int
    lengths: tuple[int, float, int]  # the least, the greatest at the beginning, and at the end
    rows: tuple[int, int]  # fewest and most rows of a memory
    steps: int
    rate: float
    enough: float = 0.3  # running loss, in bits, below which sequences may grow
    growth: float = 0.05
    recurrent: bool = False  # an LSTM controls the heads
    look: int = 0  # after so many batches an attempt whose running loss is above the next number is given up
    allowed: float = math.inf


def said_again(B: int, L: int, rng: np.random.Generator) -> CopyBatch:
    """Repeated copying, one to three times."""
    return repeat_copy(B, L, int(rng.integers(1, 4)), rng)


TASKS = {
    "repeat": Task(said_again, 7, 6, (1, 2.0, 6), (8, 20), 2000, 3e-3, 0.15, 0.03, look=1000, allowed=0.35),
    "recall": Task(recall, 8, 6, (3, 6.0, 6), (14, 20), 1800, 5e-3, look=900, allowed=0.42),
    "grams": Task(bit_grams, 1, 1, (20, GRAMS, GRAMS), (8, 8), 700, 5e-3, recurrent=True),
}


def fresh(task: Task, rng: np.random.Generator) -> Machine:
    """A machine for a task: as :func:`rnncourse.experiments.ntm.new_machine`, of the sizes of the task."""
    seen, shown = task.F + R * D, H + R * D
    P, G = J * (D + 3 + SHIFTS) + 2 * (J - R) * D, 4 * H if task.recurrent else H

    def uniform(rows: int, columns: int, limit: float) -> Array:
        return rng.uniform(-limit, limit, (rows, columns)).astype(np.float32)

    weights = Weights(
        W_ih=uniform(G, seen, 1 / math.sqrt(H) if task.recurrent else math.sqrt(3 / seen)),
        b_h=np.zeros(G, np.float32),
        W_hp=uniform(P, H, math.sqrt(6 / (H + P))),
        b_hp=np.zeros(P, np.float32),
        W_ho=uniform(task.K, shown, 1 / math.sqrt(shown)),
        b_ho=np.zeros(task.K, np.float32),
        W_hh=uniform(G, H, 1 / math.sqrt(H)) if task.recurrent else None,
    )
    end_g = J * D + 2 * (J - R) * D + J
    weights.b_hp[end_g : end_g + 2 * J] = np.repeat((2, 1), J)
    return Machine(weights, np.zeros((R, D), np.float32))


def begin(machine: Machine, B: int, N: int) -> State:
    """The state before the first step, with N rows, for either controller."""
    return State(*ntm.initial_state(B, N, machine.r_0, J, None if machine.weights.W_hh is None else H))


def train(task: Task, seed: int, steps: int = 0, attempts: int = 4) -> tuple[Machine, int]:
    """A machine that has learnt a task, and how many attempts it took; of the last one, however it went."""
    rng, steps = np.random.default_rng(seed), steps or task.steps
    for begun in range(1, attempts + 1):
        machine, good = _attempt(task, rng, steps, last=begun == attempts)
        if good:
            break
    return machine, begun


def _attempt(task: Task, rng: np.random.Generator, steps: int, last: bool) -> tuple[Machine, bool]:
    machine, memory = fresh(task, rng), dict[str, Any]()
    params = {name: q for name, q in machine.weights._asdict().items() if q is not None} | {"r_0": machine.r_0}
    averaged = {name: q.copy() for name, q in params.items()}
    least, limit, longest = task.lengths
    running = 1.0
    for step in range(steps):
        batch = task.draw(BATCH, int(rng.integers(least, int(limit) + 1)), rng)
        N = int(rng.integers(task.rows[0], task.rows[1] + 1))
        loss, found = loss_and_gradients(machine.weights, begin(machine, BATCH, N), batch)
        adam(params, _by_name(found), memory, lr=task.rate * 0.5 * (1 + math.cos(math.pi * step / steps)))
        for name, q in params.items():
            averaged[name] += 0.03 * (q - averaged[name])
        running += 0.03 * (loss - running)
        if running < task.enough:
            limit = min(limit + task.growth, longest)
        if step + 1 == task.look and running > task.allowed and not last:
            return machine, False
    r_0 = averaged.pop("r_0")
    return Machine(Weights(**averaged), r_0), True


def answers(machine: Machine, batch: CopyBatch, N: int) -> Array:
    """The outputs of a machine with N rows along a batch."""
    o, *_ = forward(batch.x, begin(machine, batch.x.shape[1], N), machine.weights, keep=False)
    return o


def wrong(o: Array, batch: CopyBatch) -> float:
    """Share of the bits asked for that are wrong."""
    return float(((o[batch.mask] > 0) != (batch.y[batch.mask] > 0.5)).mean())


# --- an LSTM beside it


def train_lstm(task: Task, seed: int, steps: int = 0, units: int = 50) -> Callable[[CopyBatch], Array]:
    """An LSTM with an output layer, trained on the longest sequences' task for as many batches: what it answers."""
    rng, steps = np.random.default_rng([seed, 1]), steps or task.steps
    limit, memory = 1 / math.sqrt(units), dict[str, Any]()
    shapes = {"W_ih": (4 * units, task.F), "W_hh": (4 * units, units), "b": (4 * units,)}
    shapes |= {"W_ho": (task.K, units), "b_ho": (task.K,)}
    p = {name: rng.uniform(-limit, limit, shape).astype(np.float32) for name, shape in shapes.items()}
    p["b"][units : 2 * units] += 1

    def run(batch: CopyBatch) -> tuple[Array, Array, Any]:
        zeros = np.zeros((batch.x.shape[1], units), np.float32)
        h, _, tape = lstm.forward(batch.x, zeros, zeros, p["W_ih"], p["W_hh"], p["b"], np.zeros_like(p["b"]))
        return h @ p["W_ho"].T + p["b_ho"], h, tape

    for step in range(steps):
        batch = task.draw(BATCH, int(rng.integers(task.lengths[0], task.lengths[2] + 1)), rng)
        o, h, tape = run(batch)
        do = np.zeros_like(o)
        do[batch.mask] = (sigmoid(o[batch.mask]) - batch.y[batch.mask]) / batch.y[batch.mask].size
        back = lstm.backward(do @ p["W_ho"], tape, input_gradient=False)
        grads = {"W_ih": back.dW_ih, "W_hh": back.dW_hh, "b": back.db}
        grads |= {"W_ho": np.tensordot(do, h, ([0, 1], [0, 1])), "b_ho": do.sum(axis=(0, 1))}
        adam(p, grads, memory, lr=5e-3 * 0.5 * (1 + math.cos(math.pi * step / steps)))
    return lambda batch: run(batch)[0]


# --- recall and repeated copying

TESTS: dict[str, tuple[str, Draw, int]] = {
    "recall_6": ("recall", recall, 6),
    "recall_12": ("recall", recall, 12),
    "recall_18": ("recall", recall, 18),
    "repeat_6": ("repeat", partial(repeat_copy, times=3), 6),  # type: ignore[dict-item]
    "repeat_18": ("repeat", partial(repeat_copy, times=3), 18),  # type: ignore[dict-item]
    "repeat_6_9": ("repeat", partial(repeat_copy, times=9), 6),  # type: ignore[dict-item]
}
"""What is measured: a task, how to draw its batch, a length; the first length of each is the longest of training."""


@result("ntm/tasks", seeds=range(5), quick={"steps": 20, "attempts": 1}, tolerance=1.0)
def tasks(seed: int, steps: int = 0, attempts: int = 3) -> dict[str, float]:
    """Share of wrong bits of a machine and of an LSTM, by test; attempts that were needed."""
    found: dict[str, float] = {}
    for name in ("recall", "repeat"):
        machine, found[f"attempts_{name}"] = train(TASKS[name], seed, steps, attempts)
        rival = train_lstm(TASKS[name], seed, steps)
        for test, (of, draw, L) in TESTS.items():
            if of == name:
                batch = draw(100 if of == "recall" else 20, L, rng=np.random.default_rng([4, L]))  # type: ignore[call-arg]
                found[test] = wrong(answers(machine, batch, 2 * L + 10), batch)
                found[f"lstm_{test}"] = wrong(rival(batch), batch)
    return found


# --- counting


def counted(batch: CopyBatch, n: int = 2, alpha: float = 0.5) -> Array:
    r"""The best that can be known: the probability of a 1 after each context, from what came after it before.

    .. math:: p = \frac{N_1 + \tfrac12}{N_0 + N_1 + 1}

    Equation ``eq-ntm-counted``. Source: Graves et al. (2014), section 4.4; the mean of a Beta(½ + N₁, ½ + N₀).

    Returns p (T, B), one half where the context is not complete.
    """
    bits, (T, B) = batch.x[:, :, 0].astype(int), batch.x.shape[:2]
    counts, p, each = np.full((B, 2**n, 2), alpha), np.full((T, B), 0.5), np.arange(B)
    for t in range(n - 1, T):
        seen = counts[each, context(bits[t - n + 1 : t + 1])]
        p[t] = seen[:, 1] / seen.sum(axis=1)
        counts[each, context(bits[t - n + 1 : t + 1]), batch.y[t, :, 0].astype(int)] += 1
    return p


def logits(p: Array) -> Array:
    """What an output would have to be for a probability, (T, B, 1)."""
    q = np.clip(p, 1e-9, 1 - 1e-9)
    odds: Array = np.log(q / (1 - q))[:, :, None]
    return odds


@result("ntm/grams", seeds=range(5), quick={"steps": 10}, tolerance=0.3)
def grams(seed: int, steps: int = 0) -> dict[str, float]:
    """Bits a bit within training and at four times the length: machine, LSTM, counting, counting without a context."""
    task = TASKS["grams"]
    machine, _ = train(task, seed, steps, attempts=1)
    rival, found = train_lstm(task, seed, steps, units=64), dict[str, float]()
    for T in (GRAMS, 4 * GRAMS):
        batch = bit_grams(100, T, np.random.default_rng([5, T]))
        found[f"machine_{T}"] = bits_per_bit(answers(machine, batch, 8), batch)
        found[f"lstm_{T}"] = bits_per_bit(rival(batch), batch)
        found[f"counted_{T}"] = bits_per_bit(logits(counted(batch)), batch)
        found[f"one_{T}"] = bits_per_bit(logits(counted(batch, n=1)), batch)
    return found
