"""Machines that have learnt to copy, kept: that which a figure of ``book/ntm`` copies with, and five beside LSTMs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from rnncourse.data.copy import copy_task
from rnncourse.experiments.ntm import BITS, LONGEST, Machine, copying_lstm, evaluate, train_copy, wrong_bits
from rnncourse.kernels.ntm import Weights
from rnncourse.results import result

SIZES = {10: 13, 20: 23, 40: 64}  # lengths, and rows of the memory for each; none is longer than 20 in training

LENGTHS = tuple(LONGEST * k for k in (1, 2, 3, 6))
SEQUENCES = 20  # unseen ones, of each length


def float16_machine(machine: Machine) -> dict[str, np.ndarray[Any, np.dtype[np.float16]]]:
    """Weights and first read by name, rounded to float16."""
    named = machine.weights._asdict() | {"r_0": machine.r_0}
    return {name: q.astype(np.float16) for name, q in named.items() if q is not None}


def with_weights(weights: Mapping[str, np.ndarray[Any, Any]]) -> Machine:
    """A machine with kept weights, in float32."""
    params = {name: q.astype(np.float32) for name, q in weights.items()}
    r_0 = params.pop("r_0")
    return Machine(Weights(**params), r_0)


@result("ntm/copy_weights", seeds=(0,), quick={"steps": 60, "attempts": 1}, tolerance=0.1)
def copy_weights(seed: int, steps: int = 1000, attempts: int = 20) -> dict[str, Any]:
    """The weights of a machine that has learnt to copy; by length, bits per bit of it and of what float16 leaves."""
    machine = train_copy(seed, steps, attempts).machine
    weights = float16_machine(machine)
    rounded, found = with_weights(weights), dict[str, Any]()
    for L, N in SIZES.items():
        found |= {f"machine_{L}": evaluate(machine, L, N)[0], f"float16_{L}": evaluate(rounded, L, N)[0]}
    return found | weights


@result("ntm/copy", seeds=range(5), quick={"steps": 60, "attempts": 1}, tolerance=1.0)
def copied(seed: int, steps: int = 1000, attempts: int = 20) -> dict[str, float]:
    """Share of wrong bits of a machine, with twice as many rows as vectors, and of an LSTM; the machine's attempts."""
    run, outputs = train_copy(seed, steps, attempts), copying_lstm(seed, steps)
    found = {"attempts": float(run.attempts)}
    for L in LENGTHS:
        batch, asked = copy_task(SEQUENCES, L, BITS, np.random.default_rng([0, L])), SEQUENCES * L * BITS
        found[f"machine_{L}"] = evaluate(run.machine, L, 2 * L, SEQUENCES)[1] / asked
        found[f"lstm_{L}"] = wrong_bits(outputs(batch.x), batch) / asked
    return found
