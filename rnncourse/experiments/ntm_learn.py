"""Neural Turing machines that learn recall in seconds, because their heads begin with habits.

Without them the loss of most seeds stays where a machine knows all items but not which is asked. With them, the head
that writes walks from the first batch on, and what is looked for looks like what is written.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array
from rnncourse.data.algorithms import recall
from rnncourse.data.copy import CopyBatch
from rnncourse.experiments.ntm import J, Machine, R, bits_per_bit, loss_and_gradients, start
from rnncourse.kernels.ntm import Gradients, Weights, forward
from rnncourse.results import result
from rnncourse.training import adam

BITS, D, H = 6, 16, 64
BATCH, RATE = 16, 5e-3
P = J * (D + 6) + 2 * (J - R) * D  # what the controller tells the heads


class Task(NamedTuple):
    """What is drawn, and how much of it."""

    draw: Callable[[int, int, int, np.random.Generator], CopyBatch]  # from B, length, times
    marks: int  # columns of the input besides the bits
    rows: Callable[[int], int]  # needed for a length
    shortest: int
    longest: int  # in training
    most: int  # times, in training


def _recall(B: int, items: int, times: int, rng: np.random.Generator) -> CopyBatch:
    return recall(B, items, rng, BITS)


def _walked(items: int) -> int:
    return 2 * items + 2  # steps before the answer, but for the question


RECALL = Task(_recall, marks=2, rows=_walked, shortest=3, longest=6, most=1)


class Habits(NamedTuple):
    """What the heads do before they have learnt anything: biases of that which reads and that which writes."""

    walk: tuple[float, float]  # of the shift by +1
    gate: tuple[float, float]  # below zero: by place rather than by content
    alike: bool  # the key of the head that reads is what the other writes, for the same input
    noticed: float  # standard deviation of what is read before the first step, so that it differs from an empty row


LOOK = Habits(walk=(2, 2), gate=(0, -2), alike=True, noticed=0)
NONE = Habits(walk=(0, 0), gate=(0, 0), alike=False, noticed=0)  # the same start otherwise


def new_machine(rng: np.random.Generator, task: Task, habits: Habits) -> Machine:
    """A feed-forward controller, uniform weights, float32; those of the input are large, of the marks larger."""

    def uniform(rows: int, columns: int, limit: float) -> Array:
        return rng.uniform(-limit, limit, (rows, columns)).astype(np.float32)

    F = BITS + task.marks + R * D
    W_ih, W_hp = uniform(H, F, 2 * math.sqrt(3 / F)), uniform(P, H, math.sqrt(6 / (H + P)))
    W_ih[:, BITS : BITS + task.marks] *= 2
    W_ho, b_hp = uniform(BITS, H + R * D, 1 / math.sqrt(H + R * D)), np.zeros(P, np.float32)
    keys, added, _, g, beta, gamma, s = np.split(np.arange(P), np.cumsum([J * D, D, D, J, J, J]))
    b_hp[beta], b_hp[gamma], b_hp[g], b_hp[s[2::3]] = 2, 1, habits.gate, habits.walk
    if habits.alike:
        W_hp[keys[:D]] = W_hp[added]
    weights = Weights(W_ih, np.zeros(H, np.float32), W_hp, b_hp, W_ho, np.zeros(BITS, np.float32))
    return Machine(weights, (habits.noticed * rng.normal(size=(R, D))).astype(np.float32))


def train(task: Task, habits: Habits, seed: int, batches: int) -> tuple[Machine, Array]:
    """A machine that has learnt the task, and its loss in bits per bit, one a batch; one attempt, no restart.

    The greatest length grows by a tenth a batch while the running loss is below 0.3 bits; the memory has
    one to six rows more than are needed. Adam's rate falls along a cosine, gradients are scaled down to a norm of 1,
    and the weights that count are a running average.
    """
    rng, memory = np.random.default_rng(seed), dict[str, Any]()
    machine = new_machine(rng, task, habits)
    params = {name: q for name, q in machine.weights._asdict().items() if q is not None} | {"r_0": machine.r_0}
    averaged = {name: q.copy() for name, q in params.items()}
    losses, running, limit = list[float](), 1.0, float(task.shortest)
    for i in range(batches):
        length, times = int(rng.integers(task.shortest, int(limit) + 1)), int(rng.integers(1, task.most + 1))
        batch, N = task.draw(BATCH, length, times, rng), task.rows(length) + int(rng.integers(1, 7))
        loss, found = loss_and_gradients(machine.weights, start(machine, BATCH, N), batch)
        adam(params, _clipped(found), memory, lr=RATE * 0.5 * (1 + math.cos(math.pi * i / batches)))
        for name, q in params.items():
            averaged[name] += 0.03 * (q - averaged[name])
        losses.append(loss)
        running += 0.03 * (loss - running)
        if running < 0.3:
            limit = min(limit + 0.1, task.longest)
    r_0 = averaged.pop("r_0")
    return Machine(Weights(**averaged), r_0), np.array(losses)


def _clipped(found: Gradients) -> dict[str, Array]:
    grads = {name: q for name, q in found.dweights._asdict().items() if q is not None}
    grads["r_0"] = found.dstate.r.sum(axis=0)
    norm = math.sqrt(sum(float(np.vdot(q, q)) for q in grads.values()))
    return {name: q * np.float32(1 / max(norm, 1)) for name, q in grads.items()}


def evaluate(task: Task, machine: Machine, length: int, times: int = 1, B: int = 100) -> tuple[float, float]:
    """Bits per bit, and the share of wrong bits, over B sequences that no training has seen."""
    batch = task.draw(B, length, times, np.random.default_rng([1, length, times]))
    o, *_ = forward(batch.x, start(machine, B, task.rows(length) + 3), machine.weights, keep=False)
    wrong = (o[batch.mask] > 0) != (batch.y[batch.mask] > 0.5)
    return bits_per_bit(o, batch), float(wrong.mean())


@result("ntm/recall", seeds=range(5), quick={"batches": 30}, tolerance=1.0)
def recall_learned(seed: int, batches: int = 600) -> dict[str, float]:
    """Share of wrong bits at one, three and six times the most items of training, with the habits and without."""
    machines = {name: train(RECALL, habits, seed, batches)[0] for name, habits in (("habits", LOOK), ("none", NONE))}
    items = [RECALL.longest * k for k in (1, 3, 6)]
    return {f"{name}_{L}": evaluate(RECALL, machine, L)[1] for name, machine in machines.items() for L in items}
