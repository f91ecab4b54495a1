"""Absolute times on an accelerator, where there is one: torch's operations, forward and backward, float32."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.harness import Effort, Row, process
from benchmarks.recurrent import CELLS, SIZES


def name() -> str:
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else ""


def milliseconds(what: str, size: str, repeats: int) -> float:
    """The median of a training pass, the device waited for; the clock starts after five passes."""
    import torch

    from rnncourse import nn

    B, T, F, H = SIZES[size]
    x = torch.randn(T, B, F, device="cuda")
    module: Any = nn.NTM(F, F, H) if what == "NTM" else getattr(nn, what)(F, H)
    module.to("cuda")

    def run() -> None:
        module.zero_grad()
        module(x)[0].square().mean().backward()
        torch.cuda.synchronize()

    return timed(run, repeats)


def timed(run: Callable[[], None], repeats: int) -> float:
    times = []
    for _ in range(5 + repeats):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return float(np.median(times[5:]))


def rows(effort: Effort) -> Iterator[Row]:
    with process(None) as ask:
        device = ask("call", "benchmarks.device:name")
        for what in (*CELLS, "NTM") if device else ():
            for size in SIZES:
                value = ask("call", "benchmarks.device:milliseconds", what, size, effort.pairs)
                row = {"what": f"nn.{what} {size}, {device}", "value": value, "unit": "ms"}
                yield row | {"target": "", "reached": True}
