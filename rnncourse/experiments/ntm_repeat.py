"""Neural Turing machines that learn to repeat in seconds, and LSTMs that are trained on the same batches.

The heads begin with habits, as for recall in :mod:`rnncourse.experiments.ntm_learn`; a start that is behind half-way
is given up, as in copying.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from rnncourse._arrays import Array
from rnncourse.data.algorithms import repeat_marked
from rnncourse.data.copy import CopyBatch
from rnncourse.experiments.ntm import Machine, bits_per_bit
from rnncourse.experiments.ntm_copy import float16_machine, with_weights
from rnncourse.experiments.ntm_learn import (
    BITS,
    RECALL,
    Habits,
    Params,
    Task,
    answers,
    learn,
    machine_slopes,
    new_machine,
    parameters,
    unseen,
    wrong,
)
from rnncourse.gates import sigmoid
from rnncourse.kernels import lstm
from rnncourse.results import result

UNITS = 64  # of the LSTM


def _repeat(B: int, L: int, times: int, rng: np.random.Generator) -> CopyBatch:
    return repeat_marked(B, L, times, rng, BITS)


def _kept(L: int) -> int:
    return L


REPEAT = Task(_repeat, marks=3, rows=_kept, shortest=2, longest=8, most=3)
LOOP = Habits(walk=(0, 2), gate=(-1, -2), alike=False, noticed=1)


def train(task: Task, habits: Habits, seed: int, batches: int, attempts: int) -> tuple[Machine, Array, int]:
    """A machine, its loss in bits per bit, one a batch, and which attempt it is.

    All attempts but the last are given up where they are behind half-way; nothing is chosen by a test.
    """
    losses: Array
    rng, losses, attempt = np.random.default_rng(seed), np.zeros(0), 0
    while len(losses) < batches:
        machine, attempt = new_machine(rng, task, habits), attempt + 1
        slopes, demanding = partial(machine_slopes, machine), attempt < attempts
        averaged, losses = learn(parameters(machine), slopes, task, rng, batches, demanding=demanding)
    return with_weights(averaged), losses, attempt


def new_lstm(rng: np.random.Generator, F: int, K: int, H: int = UNITS) -> Params:
    """An LSTM, forget bias 1, and a linear layer; with 64 units it has more than twice a machine's weights."""
    shapes = {"W_ih": (4 * H, F), "W_hh": (4 * H, H), "W_ho": (K, H)}
    limit, b = 1 / math.sqrt(H), np.zeros(4 * H, np.float32)
    b[H : 2 * H] = 1
    drawn = {name: rng.uniform(-limit, limit, shape).astype(np.float32) for name, shape in shapes.items()}
    return drawn | {"b": b, "b_ho": np.zeros(K, np.float32)}


def read_by_lstm(params: Params, x: Array) -> tuple[Array, Array, Any]:
    """Its outputs, its states, and the tape."""
    zero, q = np.zeros((x.shape[1], params["W_hh"].shape[1]), np.float32), params
    h, _, tape = lstm.forward(x, zero, zero, q["W_ih"], q["W_hh"], q["b"], np.zeros_like(q["b"]))
    return h @ q["W_ho"].T + q["b_ho"], h, tape


def lstm_slopes(params: Params, batch: CopyBatch, N: int = 0) -> tuple[float, Params]:
    """Bits per bit, and gradients of the same loss in natural logarithms; there are no rows."""
    o, h, tape = read_by_lstm(params, batch.x)
    do = np.zeros_like(o)
    do[batch.mask] = (sigmoid(o[batch.mask]) - batch.y[batch.mask]) / o[batch.mask].size
    found = lstm.backward(do @ params["W_ho"], tape, input_gradient=False)
    out = {"W_ho": np.einsum("tbk,tbh->kh", do, h), "b_ho": do.sum(axis=(0, 1))}
    return bits_per_bit(o, batch), out | {"W_ih": found.dW_ih, "W_hh": found.dW_hh, "b": found.db}


def train_lstm(task: Task, seed: int, batches: int, falls: bool = False) -> Params:
    """An LSTM, trained on as many batches as a machine, drawn in the same way."""
    rng = np.random.default_rng(seed)
    params = new_lstm(rng, BITS + task.marks, BITS)
    return learn(params, partial(lstm_slopes, params), task, rng, batches, falls)[0]


@result("ntm/repeat", seeds=range(5), quick={"batches": 30, "attempts": 1}, tolerance=1.0)
def repeat_learned(seed: int, batches: int = 600, attempts: int = 5) -> dict[str, Any]:
    """Share of wrong bits of a machine and of an LSTM: at up to six times the greatest length; more times than ever."""
    machine, _, attempt = train(REPEAT, LOOP, seed, batches, attempts)
    params, found = train_lstm(REPEAT, seed, batches), dict[str, Any](attempts=float(attempt))
    for L, times in ((8, 3), (16, 3), (24, 3), (48, 3), (8, 9)):
        batch = unseen(REPEAT, L, times)
        found[f"machine_{L}x{times}"] = wrong(answers(REPEAT, machine, batch, L)[0], batch)
        found[f"lstm_{L}x{times}"] = wrong(read_by_lstm(params, batch.x)[0], batch)
    return found | float16_machine(machine)


@result("ntm/recall_lstm", seeds=range(5), quick={"batches": 30}, tolerance=1.0)
def recalled_by_lstm(seed: int, batches: int = 600) -> dict[str, float]:
    """Share of wrong bits, as ``ntm/recall`` has it of machines."""
    params = train_lstm(RECALL, seed, batches, falls=True)
    batches_of = {items: unseen(RECALL, items, B=100) for items in (6, 18, 36)}
    return {f"lstm_{items}": wrong(read_by_lstm(params, b.x)[0], b) for items, b in batches_of.items()}
