"""A Neural Turing machine on four further programs: what ``book/ntm/tasks`` and ``book/ntm/grams`` show.

The machine has one head that reads and one that writes, as for copying; it is trained by the same means
(:mod:`rnncourse.experiments.ntm`), without restarts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rnncourse import ntm
from rnncourse._arrays import Array
from rnncourse.data.algorithms import bit_grams, priority_sort, recall, repeat_copy
from rnncourse.data.copy import CopyBatch
from rnncourse.experiments.ntm import BATCH, SHIFTS, D, H, J, Machine, R, _by_name, loss_and_gradients
from rnncourse.kernels.ntm import State, Weights
from rnncourse.training import adam

Draw = Callable[[int, int, np.random.Generator], CopyBatch]  # B, length


class Task(NamedTuple):
    """How to draw a batch, what goes in and out, and how a machine is trained for it."""

    draw: Draw
    F: int
    K: int
    least: int  # shortest sequences
    first: float  # longest ones at the beginning, and at the end
    longest: int
    rows: tuple[int, int]  # fewest and most rows of a memory
    steps: int
    rate: float = 5e-3
    controller: str = "feedforward"
    enough: float = 0.3  # running loss, in bits, below which sequences may grow
    growth: float = 0.05


def _repeat(B: int, L: int, rng: np.random.Generator) -> CopyBatch:
    return repeat_copy(B, L, int(rng.integers(1, 4)), rng)


TASKS = {
    "repeat": Task(_repeat, 7, 6, 1, 2, 8, (10, 30), 3000, 3e-3, enough=0.1),
    "recall": Task(recall, 8, 6, 2, 3, 6, (12, 30), 3000, growth=0.02),
    "sort": Task(priority_sort, 8, 6, 1, 2, 6, (16, 30), 3000),
    "grams": Task(bit_grams, 1, 1, 20, 40, 60, (16, 16), 1500, controller="lstm", enough=2.0),
}


def fresh(task: Task, rng: np.random.Generator) -> Machine:
    """A machine for a task: as :func:`rnncourse.experiments.ntm.new_machine`, of the sizes of the task."""
    lstm, seen, shown = task.controller == "lstm", task.F + R * D, H + R * D
    P, G = J * (D + 3 + SHIFTS) + 2 * (J - R) * D, 4 * H if lstm else H

    def uniform(rows: int, columns: int, limit: float) -> Array:
        return rng.uniform(-limit, limit, (rows, columns)).astype(np.float32)

    weights = Weights(
        W_ih=uniform(G, seen, 1 / math.sqrt(H) if lstm else math.sqrt(3 / seen)),
        b_h=np.zeros(G, np.float32),
        W_hp=uniform(P, H, math.sqrt(6 / (H + P))),
        b_hp=np.zeros(P, np.float32),
        W_ho=uniform(task.K, shown, 1 / math.sqrt(shown)),
        b_ho=np.zeros(task.K, np.float32),
        W_hh=uniform(G, H, 1 / math.sqrt(H)) if lstm else None,
    )
    if lstm:
        weights.b_h[H : 2 * H] = 1
    end_g = J * D + 2 * (J - R) * D + J
    weights.b_hp[end_g : end_g + 2 * J] = np.repeat((2, 1), J)
    return Machine(weights, np.zeros((R, D), np.float32))


def begin(machine: Machine, B: int, N: int) -> State:
    """The state before the first step, with N rows, for either controller."""
    return State(*ntm.initial_state(B, N, machine.r_0, J, None if machine.weights.W_hh is None else H))


def train(task: Task, seed: int, steps: int | None = None) -> tuple[Machine, Array]:
    """Learn a task: the machine whose weights are a running average, and the loss of each step in bits."""
    rng, steps = np.random.default_rng(seed), steps or task.steps
    machine, memory = fresh(task, rng), dict[str, Any]()
    params = {name: q for name, q in machine.weights._asdict().items() if q is not None} | {"r_0": machine.r_0}
    averaged = {name: q.copy() for name, q in params.items()}
    losses, running, limit = list[float](), 1.0, float(task.first)
    for step in range(steps):
        batch = task.draw(BATCH, int(rng.integers(task.least, int(limit) + 1)), rng)
        N = int(rng.integers(task.rows[0], task.rows[1] + 1))
        loss, found = loss_and_gradients(machine.weights, begin(machine, BATCH, N), batch)
        adam(params, _by_name(found), memory, lr=task.rate * 0.5 * (1 + math.cos(math.pi * step / steps)))
        for name, q in params.items():
            averaged[name] += 0.03 * (q - averaged[name])
        losses.append(loss)
        running += 0.03 * (loss - running)
        if running < task.enough:
            limit = min(limit + task.growth, task.longest)
    r_0 = averaged.pop("r_0")
    return Machine(Weights(**averaged), r_0), np.array(losses)
