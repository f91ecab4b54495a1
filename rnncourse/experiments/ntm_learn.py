"""Neural Turing machines that learn recall in seconds, because their heads begin with habits.

Without them the loss of most seeds stays where a machine knows all items but not which is asked. With them, the head
that writes walks from the first batch on, and what is looked for looks like what is written.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array
from rnncourse.data.algorithms import recall
from rnncourse.data.copy import CopyBatch
from rnncourse.experiments.ntm import J, Machine, R, loss_and_gradients, start
from rnncourse.experiments.ntm_copy import with_weights
from rnncourse.kernels.ntm import Gradients, Weights, forward
from rnncourse.results import result
from rnncourse.training import adam

Params = dict[str, Array]
Slopes = Callable[[CopyBatch, int], tuple[float, Params]]  # from a batch and rows: bits per bit, and gradients

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


def parameters(machine: Machine) -> Params:
    """Weights and first read by name: the machine's own arrays."""
    return {name: q for name, q in machine.weights._asdict().items() if q is not None} | {"r_0": machine.r_0}


def learn(
    params: Params,
    slopes: Slopes,
    task: Task,
    rng: np.random.Generator,
    batches: int,
    falls: bool = False,
    demanding: bool = False,
    rate: float = RATE,
) -> tuple[Params, Array]:
    """Change params in place; return a running average of them, and the loss of each batch.

    The greatest length grows by a tenth a batch while the running loss is below 0.3 bits; a memory has one to six
    rows more than are needed. Gradients are scaled down to a norm of 1; Adam's rate stays, or ``falls`` along a
    cosine. If ``demanding``, it ends after half of the batches unless the running loss is below 0.1 by then.
    """
    averaged, memory = {name: q.copy() for name, q in params.items()}, dict[str, Any]()
    losses, running, limit = list[float](), 1.0, float(task.shortest)
    for i in range(batches):
        length, times = int(rng.integers(task.shortest, int(limit) + 1)), int(rng.integers(1, task.most + 1))
        batch, N = task.draw(BATCH, length, times, rng), task.rows(length) + int(rng.integers(1, 7))
        loss, grads = slopes(batch, N)
        norm = math.sqrt(sum(float(np.vdot(q, q)) for q in grads.values()))
        now = rate * 0.5 * (1 + math.cos(math.pi * i / batches)) if falls else rate
        adam(params, {name: q * np.float32(1 / max(norm, 1)) for name, q in grads.items()}, memory, lr=now)
        for name, q in params.items():
            averaged[name] += 0.03 * (q - averaged[name])
        losses.append(loss)
        running += 0.03 * (loss - running)
        if running < 0.3:
            limit = min(limit + 0.1, task.longest)
        if demanding and 2 * (i + 1) == batches and running > 0.1:
            break
    return averaged, np.array(losses)


def machine_slopes(machine: Machine, batch: CopyBatch, N: int) -> tuple[float, Params]:
    """Bits per bit, and gradients by name."""
    loss, found = loss_and_gradients(machine.weights, start(machine, batch.x.shape[1], N), batch)
    return loss, by_name(found)


def by_name(found: Gradients) -> Params:
    """Gradients of the weights and of the first read."""
    grads = {name: q for name, q in found.dweights._asdict().items() if q is not None}
    return grads | {"r_0": found.dstate.r.sum(axis=0)}


def train(task: Task, habits: Habits, seed: int, batches: int) -> tuple[Machine, Array]:
    """A machine that has learnt the task, and its loss in bits per bit, one a batch; one attempt, no restart.

    Adam's rate falls; the weights that count are the running average of :func:`learn`.
    """
    rng = np.random.default_rng(seed)
    machine = new_machine(rng, task, habits)
    averaged, losses = learn(parameters(machine), partial(machine_slopes, machine), task, rng, batches, falls=True)
    return with_weights(averaged), losses


def unseen(task: Task, length: int, times: int = 1, B: int = 50) -> CopyBatch:
    """Sequences that no training has seen."""
    return task.draw(B, length, times, np.random.default_rng([1, length, times]))


def answers(task: Task, machine: Machine, batch: CopyBatch, length: int) -> tuple[Array, Array]:
    """What it says, and where its heads are, with three rows more than are needed."""
    begun = start(machine, batch.x.shape[1], task.rows(length) + 3)
    return forward(batch.x, begun, machine.weights, keep=False)[:2]


def wrong(o: Array, batch: CopyBatch) -> float:
    """Share of the bits that are asked for and wrong."""
    return float(((o[batch.mask] > 0) != (batch.y[batch.mask] > 0.5)).mean())


@result("ntm/recall", seeds=range(5), quick={"batches": 30}, tolerance=1.0)
def recall_learned(seed: int, batches: int = 600) -> dict[str, float]:
    """Share of wrong bits at one, three and six times the most items of training, with the habits and without."""
    machines = {name: train(RECALL, habits, seed, batches)[0] for name, habits in (("habits", LOOK), ("none", NONE))}
    asked = {L: unseen(RECALL, L, B=100) for L in (RECALL.longest * k for k in (1, 3, 6))}
    return {
        f"{name}_{L}": wrong(answers(RECALL, machine, batch, L)[0], batch)
        for name, machine in machines.items()
        for L, batch in asked.items()
    }
