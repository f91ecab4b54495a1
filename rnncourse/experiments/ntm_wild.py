"""Errors of public Neural Turing machines beside the right code: what ``book/ntm/wild`` shows and its tests assert."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from rnncourse import ntm
from rnncourse._arrays import Array
from rnncourse.data.copy import copy_task
from rnncourse.experiments.ntm import (
    BATCH,
    BITS,
    D,
    J,
    Machine,
    _by_name,
    loss_and_gradients,
    new_machine,
    start,
)
from rnncourse.kernels.ntm import State, Weights, forward
from rnncourse.results import result
from rnncourse.training import adam

LONGEST, ROWS = 10, 24
Memory = Callable[[int], Array]  # from rows N to the memory at the start, (N, D)


def constant(N: int) -> Array:
    """A small constant, as here."""
    return np.full((N, D), 1e-6, np.float32)


def random(N: int) -> Array:
    """Small random numbers, the same ones at each start: each row differs from the others."""
    limit = 1 / math.sqrt(ROWS + D)
    return np.random.default_rng(7).uniform(-limit, limit, (N, D)).astype(np.float32)


def begin(machine: Machine, B: int, N: int, memory: Memory) -> State:
    """The state before the first step, with another memory."""
    return start(machine, B, N)._replace(M=np.tile(memory(N), (B, 1, 1)))


def learn(
    seed: int,
    steps: int,
    memory: Memory = constant,
    first: float = 4.0,
    longest: float = LONGEST,
    everywhere: bool = False,
) -> Machine:
    """Copying, up to 10 vectors, in one attempt; with ``everywhere`` the loss counts the steps of listening too."""
    rng = np.random.default_rng(seed)
    machine, kept = new_machine(rng), dict[str, Any]()
    params = {name: q for name, q in machine.weights._asdict().items() if q is not None} | {"r_0": machine.r_0}
    averaged = {name: q.copy() for name, q in params.items()}
    running, limit = 1.0, first
    for step in range(steps):
        batch = copy_task(BATCH, (1, int(limit)), BITS, rng)
        asked = batch._replace(mask=np.ones(len(batch.x), bool)) if everywhere else batch
        loss, found = loss_and_gradients(machine.weights, begin(machine, BATCH, ROWS, memory), asked)
        adam(params, _by_name(found), kept, lr=5e-3 * 0.5 * (1 + math.cos(math.pi * step / steps)))
        for name, q in params.items():
            averaged[name] += 0.03 * (q - averaged[name])
        running += 0.03 * (loss - running)
        if running < 0.3:
            limit = min(limit + 0.1, longest)
    r_0 = averaged.pop("r_0")
    return Machine(Weights(**averaged), r_0)


def wrong(machine: Machine, L: int, memory: Memory = constant, B: int = 20) -> float:
    """Share of the bits that it says wrong; a guess has one half."""
    batch = copy_task(B, L, BITS, np.random.default_rng([3, L]))
    o, *_ = forward(batch.x, begin(machine, B, L + 14, memory), machine.weights, keep=False)
    return float(((o[batch.mask] > 0) != (batch.y[batch.mask] > 0.5)).mean())


def flat(w_g: Array, s: Array) -> Array:
    """The shift without going round: zeros come in at both ends, and what leaves is lost."""
    S = s.shape[1] // 2
    padded = np.pad(w_g, ((0, 0), (S, S)))
    moved = [s[:, [j + S]] * padded[:, S - j : S - j + w_g.shape[1]] for j in range(-S, S + 1)]
    return np.sum(moved, axis=0, dtype=w_g.dtype)


def wrong_with(shift: Callable[[Array, Array], Array], machine: Machine, L: int, B: int = 20) -> float:
    """As :func:`wrong`, step by step, with another shift."""
    batch, state = copy_task(B, L, BITS, np.random.default_rng([3, L])), start(machine, B, L + 14)
    weights, outputs = machine.weights, []
    reading = ntm.Weights(*weights)
    for x_t in batch.x:
        h_t, _ = ntm.controller(x_t, ntm.State(*state), reading)
        head = ntm.heads(h_t, weights.W_hp, weights.b_hp, J, 1, D)
        places = []
        for j in range(J):
            w_c = ntm.content_weighting(head.k[:, j], head.beta[:, j], state.M)
            w_g = ntm.interpolate(w_c, state.w[:, j], head.g[:, j])
            places.append(ntm.sharpen(np.maximum(shift(w_g, head.s[:, j]), np.float32(1e-30)), head.gamma[:, j]))
        r_t = ntm.read(places[0], state.M)[:, None]
        M = ntm.add(ntm.erase(state.M, places[1], head.e[:, 0]), places[1], head.a[:, 0])
        outputs.append(ntm.output(h_t, r_t, weights.W_ho, weights.b_ho))
        state = State(r_t, np.stack(places, axis=1), M)
    o = np.stack(outputs)
    return float(((o[batch.mask] > 0) != (batch.y[batch.mask] > 0.5)).mean())


@result("ntm/wild", seeds=range(5), quick={"steps": 10}, tolerance=1.0)
def wild(seed: int, steps: int = 500) -> dict[str, float]:
    """Share of wrong bits at the longest length of training, and at three times that, of machines with each error."""
    machines = {
        "right": learn(seed, steps),
        "random": learn(seed, steps, memory=random),
        "at_once": learn(seed, steps, first=LONGEST),
        "short": learn(seed, steps, first=1, longest=2),
        "everywhere": learn(seed, steps, everywhere=True),
    }
    memories: dict[str, Memory] = {"random": random}
    found = {}
    for name, machine in machines.items():
        for L in (LONGEST, 3 * LONGEST):
            found[f"{name}_{L}"] = wrong(machine, L, memories.get(name, constant))
    return found | {f"flat_{L}": wrong_with(flat, machines["right"], L) for L in (LONGEST, 3 * LONGEST)}


def naive_sharpen(w: Array, gamma: Array) -> Array:
    """Powers, and their sum, as the equation stands there."""
    with np.errstate(invalid="ignore", divide="ignore"):
        p = w ** gamma[:, None]
        found: Array = p / p.sum(axis=1, keepdims=True)
    return found


def largest_power(N: int) -> int:
    """The greatest whole γ at which an even weighting of N rows, in float32, has a sum of powers above zero."""
    w = np.full((1, N), 1 / N, np.float32)
    powers = (gamma for gamma in range(1, 1000) if np.isnan(naive_sharpen(w, np.array([gamma], np.float32))).any())
    return next(powers) - 1
