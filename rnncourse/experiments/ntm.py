"""What the chapter ``book/ntm`` trains and measures: the page calls these functions, the learning tests too.

The machine is trained through :mod:`rnncourse.kernels.ntm` with Adam in NumPy; torch is needed for the LSTM that it
is compared with.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rnncourse._extras import needs

with needs(__name__, "torch"):
    import torch

from rnncourse import ntm
from rnncourse._arrays import Array
from rnncourse.data.copy import CopyBatch, copy_task
from rnncourse.gates import sigmoid
from rnncourse.kernels.ntm import Gradients, State, Weights, backward, forward
from rnncourse.training import adam

BITS, D, H = 8, 20, 100
R, J, SHIFTS = 1, 2, 3
F, P = BITS + 1 + R * D, J * (D + 3 + SHIFTS) + 2 * (J - R) * D  # what the controller sees, what it tells the heads
BATCH, RATE = 16, 5e-3
FIRST, LONGEST = 4, 20  # bounds of the greatest length while it grows
ROWS = (21, 40)
# After so many steps: the share of the greatest length that must be reached, the running loss allowed.
MILESTONES = {200: (0.5, math.inf), 300: (0.9, math.inf), 500: (1.0, 0.03)}
LEARNED = 0.012  # running loss that ends the search


class Machine(NamedTuple):
    """A Neural Turing machine with one head that reads and one that writes: its weights and its first read (1, D)."""

    weights: Weights
    r_0: Array


class CopyRun(NamedTuple):
    """A machine that has been trained, and how."""

    machine: Machine
    losses: Array  # bits per bit, one a step, of the last attempt
    lengths: Array  # of the sequences, likewise
    attempts: int
    steps: int  # of all attempts


Attempt = tuple[Machine, list[float], list[int], bool]  # losses, lengths, and whether it has learnt


def new_machine(rng: np.random.Generator) -> Machine:
    """A feed-forward controller of 100 tanh units, uniform weights, float32; heads that choose sharply from the start.

    The biases are zero, but 2 for the key strengths and 1 for the sharpening: more attempts then succeed.
    """

    def uniform(rows: int, columns: int, limit: float) -> Array:
        return rng.uniform(-limit, limit, (rows, columns)).astype(np.float32)

    def zeros(size: int) -> Array:
        return np.zeros(size, np.float32)

    weights = Weights(
        W_ih=uniform(H, F, math.sqrt(3 / F)),
        b_h=zeros(H),
        W_hp=uniform(P, H, math.sqrt(6 / (H + P))),
        b_hp=zeros(P),
        W_ho=uniform(BITS, H + R * D, 1 / math.sqrt(H + R * D)),
        b_ho=zeros(BITS),
    )
    end_g = J * D + 2 * (J - R) * D + J
    weights.b_hp[end_g : end_g + 2 * J] = np.repeat((2, 1), J)
    return Machine(weights, zeros(R * D).reshape(R, D))


def start(machine: Machine, B: int, N: int) -> State:
    """The state before the first step, with N rows: :func:`rnncourse.ntm.initial_state`."""
    return State(*ntm.initial_state(B, N, machine.r_0, J))


def bits_per_bit(o: Array, batch: CopyBatch) -> float:
    """Cross entropy of base two in the steps of the answer: 1 for a guess, 0 for certainty."""
    o, y = o[batch.mask].astype(np.float64), batch.y[batch.mask]
    return float(np.mean(np.logaddexp(0, o) - o * y) / math.log(2))


def train_copy(seed: int, steps: int = 1000, attempts: int = 20) -> CopyRun:
    """Learn to copy up to 20 vectors, with restarts that look at the training loss alone.

    The longest sequences grow from 4 to 20 while the running loss is below 0.3 bits. Each batch has
    another number of rows, in the second half only 2 to 5 more than vectors to keep, so that none can be wasted.
    Adam's rate falls along a cosine; the weights that count are a running average. An attempt that is behind at one
    of the ``MILESTONES``, or has not ``LEARNED`` at its end, is given up and another begins, from new weights.
    Raises ValueError unless ``steps`` and ``attempts`` are at least 1.
    """
    if attempts < 1 or steps < 1:
        raise ValueError(f"expected at least 1, got {attempts=} and {steps=}")
    rng, begun, total, good = np.random.default_rng(seed), 0, 0, False
    while not good and begun < attempts:
        machine, losses, lengths, good = _attempt(rng, steps)
        begun, total = begun + 1, total + len(losses)
    return CopyRun(machine, np.array(losses), np.array(lengths), begun, total)


def _attempt(rng: np.random.Generator, steps: int) -> Attempt:
    machine, memory = new_machine(rng), dict[str, Any]()
    params = {name: q for name, q in machine.weights._asdict().items() if q is not None} | {"r_0": machine.r_0}
    averaged = {name: q.copy() for name, q in params.items()}
    losses, lengths, running, limit, good = (
        list[float](),
        list[int](),
        1.0,
        float(FIRST),
        True,
    )
    for step in range(steps):
        batch = copy_task(BATCH, (1, int(limit)), BITS, rng)
        L = len(batch.x) // 2
        N = int(rng.integers(ROWS[0], ROWS[1] + 1)) if 2 * step < steps else L + int(rng.integers(2, 6))
        loss, found = loss_and_gradients(machine.weights, start(machine, BATCH, N), batch)
        adam(params, _by_name(found), memory, lr=RATE * 0.5 * (1 + math.cos(math.pi * step / steps)))
        for name, q in params.items():
            averaged[name] += 0.03 * (q - averaged[name])
        losses.append(loss)
        lengths.append(L)
        running += 0.03 * (loss - running)
        if running < 0.3:
            limit = min(limit + 0.1, LONGEST)
        needed, allowed = MILESTONES.get(step + 1, (0.0, math.inf))
        good = limit >= needed * LONGEST and running <= allowed
        if not good:
            break
    r_0 = averaged.pop("r_0")
    return Machine(Weights(**averaged), r_0), losses, lengths, good and running <= LEARNED


def loss_and_gradients(weights: Weights, state: State, batch: CopyBatch) -> tuple[float, Gradients]:
    """Bits per bit, and the gradients of the same loss in natural logarithms."""
    o, _, _, tape = forward(batch.x, state, weights)
    assert tape is not None
    answer, do = o[batch.mask], np.zeros_like(o)
    do[batch.mask] = (sigmoid(answer) - batch.y[batch.mask]) / answer.size
    return bits_per_bit(o, batch), backward(do, tape, input_gradient=False)


def _by_name(found: Gradients) -> dict[str, Array]:
    """The gradients, scaled down to a norm of 10 if theirs is larger."""
    grads = {name: q for name, q in found.dweights._asdict().items() if q is not None}
    grads["r_0"] = found.dstate.r.sum(axis=0)
    norm = math.sqrt(sum(float(np.vdot(q, q)) for q in grads.values()))
    return {name: q * np.float32(10 / max(norm, 10)) for name, q in grads.items()}


def evaluate(machine: Machine, L: int, N: int, B: int = 20, seed: int = 0) -> tuple[float, int]:
    """Bits per bit and the number of wrong bits over B sequences of length L, with a memory of N rows."""
    batch = copy_task(B, L, BITS, np.random.default_rng([seed, L]))
    o, *_ = forward(batch.x, start(machine, B, N), machine.weights, keep=False)
    return bits_per_bit(o, batch), wrong_bits(o, batch)


def wrong_bits(o: Array, batch: CopyBatch) -> int:
    """How many of the bits that are asked for are wrong."""
    return int(((o[batch.mask] > 0) != (batch.y[batch.mask] > 0.5)).sum())


def weightings(machine: Machine, L: int, N: int, seed: int = 0) -> Array:
    """Where the two heads are along one sequence, (T, J, N), that which reads first: to be drawn."""
    batch = copy_task(1, L, BITS, np.random.default_rng([seed, L]))
    _, w, *_ = forward(batch.x, start(machine, 1, N), machine.weights, keep=False)
    return w[:, 0]


def walk(w: Array) -> tuple[float, float]:
    """What the heads do: how often the writing one steps on by one row while listening, the reading one in answering.

    From w (2L+1, J, N). A step is one row in either direction, round the end; the direction is that of most steps.
    """
    L, N = len(w) // 2, w.shape[2]
    places = w.argmax(axis=2)

    def steady(places: Array) -> float:
        moves = np.diff(places) % N
        return float(max(np.mean(moves == 1), np.mean(moves == N - 1)))

    return steady(places[:L, 1]), steady(places[L + 1 :, 0])


def published_step(B: int, seed: int = 0) -> tuple[Weights, Callable[[CopyBatch], float]]:
    """A machine, and the function that makes one training step of it in place and returns bits per bit: to be timed.

    The settings are those that pytorch-ntm publishes: an LSTM of 100 units, 128 rows of 20 columns, RMSprop with rate
    1e-4, decay 0.95 and momentum 0.9, each entry of a gradient cut off at 10.
    """
    rng = np.random.default_rng(seed)
    shapes = [(4 * H, F), (4 * H,), (P, H), (P,), (BITS, H + R * D), (BITS,), (4 * H, H)]
    weights = Weights(*(rng.uniform(-0.1, 0.1, shape).astype(np.float32) for shape in shapes))
    state = State(*ntm.initial_state(B, 128, np.zeros((R, D), np.float32), J, H))
    params = [q for q in weights if q is not None]
    squares, velocities = [np.zeros_like(q) for q in params], [np.zeros_like(q) for q in params]

    def step(batch: CopyBatch) -> float:
        loss, found = loss_and_gradients(weights, state, batch)
        grads = [dq for dq in found.dweights if dq is not None]
        for q, dq, square, velocity in zip(params, grads, squares, velocities, strict=True):
            np.clip(dq, -10, 10, out=dq)
            square += np.float32(0.05) * (dq * dq - square)
            velocity *= np.float32(0.9)
            velocity += dq / (np.sqrt(square) + np.float32(1e-8))
            q -= np.float32(1e-4) * velocity
        return loss

    return weights, step


def copying_lstm(seed: int, steps: int = 1000, longest: int = LONGEST) -> Callable[[Array], Array]:
    """An LSTM of about as many parameters, trained with as many sequences: the function from x to its outputs.

    Its longest sequences grow from 4 to ``longest`` by one every 20 steps.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    lstm, out = torch.nn.LSTM(BITS + 1, 50), torch.nn.Linear(50, BITS)
    optimiser = torch.optim.Adam([*lstm.parameters(), *out.parameters()], RATE)
    decay = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for step in range(steps):
        batch = copy_task(BATCH, (1, min(FIRST + step // 20, longest)), BITS, rng)
        x, y, mask = map(torch.from_numpy, batch)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(out(lstm(x)[0][mask]), y[mask])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(lstm.parameters(), 10)
        optimiser.step()
        decay.step()

    @torch.no_grad()
    def outputs(x: Array) -> Array:
        return out(lstm(torch.from_numpy(x))[0]).numpy()

    return outputs


def train_lstm(seed: int, steps: int = 1000, longest: int = LONGEST) -> dict[int, float]:
    """Bits per bit at lengths 5, 20 and 120 of :func:`copying_lstm`."""
    outputs = copying_lstm(seed, steps, longest)
    asked = {L: copy_task(20, L, BITS, np.random.default_rng([0, L])) for L in (5, 20, 120)}
    return {L: bits_per_bit(outputs(batch.x), batch) for L, batch in asked.items()}
