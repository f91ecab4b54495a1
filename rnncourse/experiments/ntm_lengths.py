"""Copying beyond the lengths of training, over seeds, and an LSTM beside it: what ``book/ntm/copy`` reads."""

from __future__ import annotations

from rnncourse.experiments.ntm import evaluate, train_copy, train_lstm, walk, weightings
from rnncourse.results import result

LENGTHS = (20, 60, 120)
B = 10


@result("ntm/copy", seeds=range(5), quick={"steps": 20, "attempts": 1}, tolerance=1.0)
def copied(seed: int, steps: int = 700, attempts: int = 20) -> dict[str, float]:
    """Bits per bit and share of wrong bits by length, how the heads walk, attempts; bits per bit of an LSTM."""
    run = train_copy(seed, steps, attempts)
    found: dict[str, float] = {"attempts": run.attempts}
    for L in LENGTHS:
        loss, wrong = evaluate(run.machine, L, N=2 * L, B=B)
        found |= {f"machine_{L}": loss, f"wrong_{L}": wrong / (B * L * 8)}
    written, read = walk(weightings(run.machine, L=40, N=128))
    lstm = train_lstm(seed, steps)
    return found | {"writes_on": written, "reads_on": read} | {f"lstm_{L}": bits for L, bits in lstm.items()}
