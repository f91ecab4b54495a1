"""What is learned, how well and how fast, over seeds. Each item calls a function of ``rnncourse.experiments``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.harness import Effort, Row, process

FIRST_SEED = 1000  # settings were chosen on others


@dataclass(frozen=True)
class Item:
    """A row: what is measured, by which function of a seed, and what it should reach.

    ``most`` or ``least`` bounds the median over seeds, or each seed's value where ``every`` is set; ``seconds``
    bounds the median of the processor time of one seed.
    """

    what: str
    function: str
    unit: str
    seeds: int = 5
    most: float | None = None
    least: float | None = None
    seconds: float | None = None
    every: bool = False
    scale: float = 1.0
    arguments: tuple[Any, ...] = ()

    @property
    def target(self) -> str:
        """As text."""
        each = "every seed " if self.every else ""
        bounds = [f"{each}≤ {self.most:g} {self.unit}"] if self.most is not None else []
        bounds += [f"{each}≥ {self.least:g} {self.unit}"] if self.least is not None else []
        bounds += [f"≤ {self.seconds:g} s"] if self.seconds is not None else []
        return ", ".join(bounds)

    def reached(self, values: Any, seconds: Any) -> bool:
        """Whether values and times over seeds are within the bounds."""
        judged = values if self.every else np.median(values, keepdims=True)
        fine = self.most is None or bool((judged <= self.most).all())
        fine &= self.least is None or bool((judged >= self.least).all())
        return fine and (self.seconds is None or float(np.median(seconds)) <= self.seconds)


# What has to be put together from several functions, or picked out of what they return.


def lorenz(seed: int) -> float:
    from rnncourse.experiments import reservoir

    return float(np.median(reservoir.lorenz_valid_times(seed)))


def hopfield_overlap(seed: int, load: float) -> float:
    from rnncourse.experiments import hopfield

    return float(hopfield.capacity_curve(seed)[load])


def sunspots(seed: int) -> float:
    from rnncourse.experiments import narx

    return narx.sunspot_arv(seed)["1921–1955"]


def language_model(seed: int) -> float:
    from rnncourse.experiments import lstm_gru

    return lstm_gru.held_out_bits(lstm_gru.train_language_model(seed))


def copy_bits(seed: int) -> float:
    from rnncourse.experiments import ntm

    return float(ntm.evaluate(ntm.train_copy(seed).machine, 20, 24)[0])


def copy_wrong_bits(seed: int, N: int) -> float:
    from rnncourse.experiments import ntm

    return float(ntm.evaluate(ntm.train_copy(seed).machine, 120, N)[1])


def _experiment(name: str) -> str:
    return f"rnncourse.experiments.{name}"


def _here(name: str) -> str:
    return f"benchmarks.learning:{name}"


ITEMS = [
    Item("ESN, Mackey–Glass, 1000 units", _experiment("reservoir:mackey_glass_error"), "NRMSE84", 9, 1e-5, seconds=0.5),
    Item("reservoirpy, the same", _experiment("reservoir:reservoirpy_error"), "NRMSE84", 5),
    Item("ESN, Lorenz", _here("lorenz"), "Lyapunov times", 9, least=7.0, seconds=0.5),
    Item("adding, T=100, IRNN", _experiment("gradients:add"), "mse", 5, 0.01, seconds=4.0, every=True),
    Item(
        "adding, T=100, LSTM with chrono start", _experiment("lstm_gru:add"), "mse", 5, 0.01, seconds=15.0, every=True
    ),
    Item(
        "adding, T=100, tanh RNN fails", _experiment("gradients:add"), "mse", 5, least=0.1, every=True,
        arguments=("tanh",),
    ),
    Item(
        "digits by pixel, IRNN", _experiment("gradients:read_digits"), "%", 5, least=91.0, seconds=15.0, scale=100.0
    ),
    Item("digits by pixel, GRU", _experiment("lstm_gru:read_digits"), "%", 5, least=92.0, seconds=30.0, scale=100.0),
    Item(
        "temporal order, T=50, IRNN with clipping", _experiment("gradients:order"), "%", 5, least=99.0, seconds=6.0,
        scale=100.0,
    ),
    Item(
        "temporal order, T=100, tanh RNN with Ω", _experiment("gradients:order_with_omega"), "%", 5, least=99.0,
        seconds=60.0, scale=100.0,
    ),
    Item(
        "temporal order, T=100, the same without Ω", _experiment("gradients:order_with_omega"), "%", 5, scale=100.0,
        arguments=(0.0,),
    ),
    Item("sunspots, NAR 12-8-1, 1921–55", _here("sunspots"), "ARV", 9, 0.10, seconds=1.0),
    Item(
        "CO₂, 70 % dropped, next week, GRU-D", _experiment("irregular:forecast"), "ppm", 5, 0.50, seconds=20.0,
        arguments=("GRU-D",),
    ),
    Item("CO₂, the same, RNN-Δt", _experiment("irregular:forecast"), "ppm", 5, arguments=("RNN-Δt",)),
    Item("characters of Python's source, LSTM-256", _here("language_model"), "bits a character", 5, 2.2, seconds=40.0),
    Item("Hopfield, N=1000, 7 loads, overlap at α=0.10", _here("hopfield_overlap"), "", 5, least=0.999, seconds=2.5,
         arguments=(0.10,)),
    Item("Hopfield, the same at α=0.138", _here("hopfield_overlap"), "", 5, arguments=(0.138,)),
    Item("NTM, copy, length ≤ 20", _here("copy_bits"), "bits a bit", 5, 0.01, seconds=6.0, every=True),
    Item("NTM, copy, length 120, N=256", _here("copy_wrong_bits"), "wrong bits of 19200", 5, 0.0, seconds=15.0,
         every=True, arguments=(256,)),
    Item("NTM, copy, length 120, N=128", _here("copy_wrong_bits"), "wrong bits of 19200", 5, arguments=(128,)),
]  # fmt: skip


def timed(path: str, *arguments: Any) -> tuple[float, float]:
    """A function's value and the seconds of processor time that it took; runs in a worker."""
    import importlib

    module, name = path.split(":")
    function: Callable[..., float] = getattr(importlib.import_module(module), name)
    start = time.process_time()
    value = float(function(*arguments))
    return value, time.process_time() - start


def ready(path: str) -> bool:
    """Whether a function is there; its module has been imported then."""
    import importlib

    module, name = path.split(":")
    return hasattr(importlib.import_module(module), name)


def measure(item: Item, seeds: int) -> Row:
    """A row of the table."""
    with process(1) as ask:
        ask("call", _here("ready"), item.function)  # importing is no part of it
        found = [ask("call", _here("timed"), item.function, FIRST_SEED + i, *item.arguments) for i in range(seeds)]
    values, seconds = np.array(found).T
    values = values * item.scale
    middle = float(np.median(values))
    text = f"{middle:.4g} ({values.min():.4g}–{values.max():.4g}) {item.unit}, {np.median(seconds):.2f} s"
    row = {"what": item.what, "text": text, "value": middle, "values": values.tolist(), "seconds": seconds.tolist()}
    return row | {
        "unit": item.unit,
        "target": item.target,
        "reached": seeds < item.seeds or item.reached(values, seconds),
    }


def rows(effort: Effort) -> Iterator[Row]:
    for item in ITEMS:
        yield measure(item, item.seeds if effort.seconds else 1)
