"""Neural Turing machines and LSTMs that learn to predict the next bit, beside the counter: ``book/ntm/grams``.

The tables are new in each sequence (:func:`rnncourse.data.algorithms.bit_grams`), so that who predicts has to count.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from rnncourse import ntm
from rnncourse._arrays import Array
from rnncourse.data.algorithms import bit_grams
from rnncourse.data.copy import CopyBatch
from rnncourse.experiments.ntm import J, R, bits_per_bit, loss_and_gradients
from rnncourse.experiments.ntm_learn import Params, Task, by_name, learn
from rnncourse.experiments.ntm_repeat import lstm_slopes, new_lstm, read_by_lstm
from rnncourse.experiments.ntm_tasks import bits_of, counted
from rnncourse.kernels.ntm import State, Weights, forward
from rnncourse.results import result

MARGIN = 0.02  # who needs at most so many bits a bit more than the counter has learnt; set before anything was kept
N, D, H = 8, 8, 32
UNITS = 40  # of the LSTM: about as many weights
RATE = 1e-2
P = J * (D + 6) + 2 * (J - R) * D  # what the controller tells the heads
LENGTHS = (90, 270, 540)  # the greatest in training, three and six times that


def _grams(B: int, T: int, times: int, rng: np.random.Generator) -> CopyBatch:
    return bit_grams(B, T * times, rng)


def _fixed(T: int) -> int:
    return N


GRAMS = Task(_grams, marks=0, rows=_fixed, shortest=30, longest=30, most=3)  # 30, 60 or 90 bits


def new_machine(rng: np.random.Generator) -> Params:
    """An LSTM as controller, its forget bias 1, and what the memory holds before the first step, to be learnt.

    Rows begin different, so that looking by content can tell one from another. The head that writes looks for what is
    like that which it writes: what stands in a row is replaced by its like, and does not grow with the length.
    """

    def uniform(rows: int, columns: int, limit: float) -> Array:
        return rng.uniform(-limit, limit, (rows, columns)).astype(np.float32)

    keys, added, e, g, beta, _, s = np.split(np.arange(P), np.cumsum([J * D, D, D, J, J, J]))
    b_h, b_hp, W_hp = np.zeros(4 * H, np.float32), np.zeros(P, np.float32), uniform(P, H, math.sqrt(6 / (H + P)))
    b_h[H : 2 * H], b_hp[e], b_hp[g], b_hp[beta], b_hp[s[1::3]] = 1, -1, 2, 4, 2
    W_hp[keys[D:]] = W_hp[added]
    return {
        "W_ih": uniform(4 * H, 1 + R * D, 1 / math.sqrt(H)),
        "b_h": b_h,
        "W_hp": W_hp,
        "b_hp": b_hp,
        "W_ho": uniform(1, H + R * D, 1 / math.sqrt(H + R * D)),
        "b_ho": np.zeros(1, np.float32),
        "W_hh": uniform(4 * H, H, 1 / math.sqrt(H)),
        "r_0": rng.normal(0, 0.1, (R, D)).astype(np.float32),
        "M_0": rng.normal(size=(N, D)).astype(np.float32),
    }


def parts(params: Params, B: int) -> tuple[State, Weights]:
    """What :func:`rnncourse.kernels.ntm.forward` needs for B sequences."""
    weights = Weights(*(params[name] for name in Weights._fields))
    begun = State(*ntm.initial_state(B, N, params["r_0"], J, H))
    return begun._replace(M=np.tile(params["M_0"], (B, 1, 1))), weights


def machine_slopes(params: Params, batch: CopyBatch, rows: int = N) -> tuple[float, Params]:
    """Bits per bit, and gradients by name; the number of rows stays."""
    begun, weights = parts(params, batch.x.shape[1])
    loss, found = loss_and_gradients(weights, begun, batch)
    return loss, by_name(found) | {"M_0": found.dstate.M.sum(axis=0)}


def read_by_machine(params: Params, x: Array) -> tuple[Array, Array, Array]:
    """Its outputs (T, B, 1), what these are made from (T, B, H + R·D), and where its heads are (T, B, J, N).

    The first H are what the controller says, the others what is read.
    """
    begun, weights = parts(params, x.shape[1])
    o, w, _, tape = forward(x, begun, weights)
    assert tape is not None
    return o, tape.kept.hr[1:].copy(), w


def unwritten(params: Params) -> Params:
    """The same machine that adds nothing and erases nothing."""
    _, added, erased, _ = np.split(np.arange(P), np.cumsum([J * D, D, D]))
    q = params | {name: params[name].copy() for name in ("W_hp", "b_hp")}
    q["W_hp"][added], q["b_hp"][added], q["W_hp"][erased], q["b_hp"][erased] = 0, 0, 0, -30
    return q


def unseen(T: int, B: int = 200) -> CopyBatch:
    """Sequences, and tables, that no training has seen."""
    return bit_grams(B, T, np.random.default_rng([1, T]))


def counter(batch: CopyBatch, n: int = 2) -> float:
    """Bits per bit of counting with contexts of n bits."""
    return float(bits_of(counted(batch, n), batch)[batch.mask].mean())


def contexts(batch: CopyBatch) -> Array:
    """The number of the last two bits, from the second step on: (T-1, B)."""
    bits = batch.x[:, :, 0].astype(int)
    return 2 * bits[:-1] + bits[1:]


def information(c: np.ndarray[Any, Any], w: Array) -> float:
    """Bits that a row, drawn from the weighting w (…, N) > 0, tells of the context c (…), one of four."""
    joint = np.array([w[c == i].sum(axis=0) for i in range(4)]) / w.sum()
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
    return float((joint * np.log2(np.maximum(joint, 1e-30) / apart)).sum())


def explained(seen: Array, wanted: Array) -> float:
    """Share of the variance of ``wanted`` (…) that a linear function of ``seen`` (…, D) has: its R²."""
    A = np.column_stack([seen.reshape(wanted.size, -1), np.ones(wanted.size)])
    y = wanted.reshape(-1)
    return float(1 - np.var(y - A @ np.linalg.lstsq(A, y, rcond=None)[0]) / np.var(y))


def train(seed: int, batches: int) -> tuple[Params, Array]:
    """A machine, and its loss in bits per bit, one a batch; one attempt, no restart."""
    rng = np.random.default_rng(seed)
    params = new_machine(rng)
    return learn(params, partial(machine_slopes, params), GRAMS, rng, batches, falls=True, rate=RATE)


def train_lstm(seed: int, batches: int) -> Params:
    """An LSTM, trained in the same way."""
    rng = np.random.default_rng(seed)
    params = new_lstm(rng, 1, 1, UNITS)
    return learn(params, partial(lstm_slopes, params), GRAMS, rng, batches, falls=True, rate=RATE)[0]


@result("ntm/grams", seeds=range(5), quick={"batches": 20}, tolerance=0.1)
def grams_learned(seed: int, batches: int = 1300) -> dict[str, Any]:
    """Bits per bit of a machine, as it is and without writing, by length; at the first, what its memory is used for."""
    params, _ = train(seed, batches)
    shut, found = unwritten(params), dict[str, Any]()
    for T in LENGTHS:
        batch = unseen(T)
        found[f"machine_{T}"] = bits_per_bit(read_by_machine(params, batch.x)[0], batch)
        found[f"unwritten_{T}"] = bits_per_bit(read_by_machine(shut, batch.x)[0], batch)
    return found | used(params) | {name: q.astype(np.float16) for name, q in params.items()}


def used(params: Params, T: int = LENGTHS[0]) -> dict[str, float]:
    """Of what the memory is used for: bits of context in the weightings, R² of what is read and said to the counts.

    The head that reads should meet the context of now, that which writes the one before, whose next bit has come.
    """
    batch = unseen(T)
    _, hr, w = read_by_machine(params, batch.x)
    c, p = contexts(batch), counted(batch)[batch.mask]
    logit = np.log(p / (1 - p))
    return {
        "read_context": information(c, w[1:, :, 0]),
        "write_context": information(c[:-1], w[2:, :, 1]),
        "read_counts": explained(hr[batch.mask, :, H:], logit),
        "said_counts": explained(hr[batch.mask, :, :H], logit),
    }


@result("ntm/grams_lstm", seeds=range(5), quick={"batches": 20}, tolerance=0.1)
def grams_by_lstm(seed: int, batches: int = 1300) -> dict[str, float]:
    """Bits per bit of an LSTM by length: after as many batches as a machine, and after four times as many."""
    found = {}
    for name, times in (("lstm", 1), ("longer", 4)):
        params = train_lstm(seed, times * batches)
        for T in LENGTHS:
            batch = unseen(T)
            found[f"{name}_{T}"] = bits_per_bit(read_by_lstm(params, batch.x)[0], batch)
    return found
