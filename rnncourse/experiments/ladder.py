"""One table of results: all models of the course on a ladder of tasks, by one protocol. The page is ``book/results``.

Every model of a row learns from the same sequences, chooses its settings, from a few that stand here, on the same
validation part, and is tested once on the same test part. What is kept of each: its error, how many numbers were
fitted, the seconds that fitting the chosen setting took on one core, and which setting was chosen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array
from rnncourse.experiments import ladder_networks, ladder_simple, ladder_tasks
from rnncourse.experiments.ladder_simple import Fitted
from rnncourse.experiments.ladder_tasks import Task, scored
from rnncourse.results import Result, Table, result

SIMPLE = ("constant", "linear", "ngram", "hmm", "nvar")
TRAINED = ("rnn", "irnn", "gru", "lstm", "ntm")
MODELS = (*SIMPLE, "reservoir", *TRAINED)
"""The rows: what is no recurrent network, the reservoir, of which only the readout is fitted, and what is trained."""

ROWS = (*MODELS, "season")
"""Models by the number under which they are kept; the season, a line and waves through the date, is CO₂'s alone."""
WITHOUT = ("constant", "season", *SIMPLE[1:])
"""The rows that are no recurrent network, in the order of the table."""

LABELS = {
    "constant": "constant, last value",
    "season": "season, by date",
    "linear": "linear window",
    "ngram": "n-gram",
    "hmm": "HMM",
    "nvar": "NVAR",
    "reservoir": "reservoir (ESN)",
    "rnn": "RNN",
    "irnn": "IRNN",
    "gru": "GRU",
    "lstm": "LSTM",
    "ntm": "NTM",
}

RATES = (3e-3, 1e-2)
"""Of Adam, one of which each network chooses."""
LEAKS = ((1.0, 0.1), (1.0, 1.0), (0.3, 0.1), (0.3, 1.0))
"""Leak rate and scale of the inputs, of which each reservoir chooses one."""

Grids = Mapping[str, Sequence[Any]]
Fit = Callable[[Task, Any, int], Fitted]
FITS: dict[str, Fit] = {
    "constant": ladder_simple.constant,
    "linear": ladder_simple.linear,
    "ngram": ladder_simple.ngram,
    "hmm": ladder_simple.hmm,
    "nvar": ladder_simple.nvar,
    "reservoir": ladder_simple.reservoir,
}


def compared(task: Task, grids: Grids, seed: int, updates: int, H: int = 32) -> dict[str, list[float]]:
    """Each model that has a grid, by number in MODELS: error, fitted numbers, seconds, and which setting was chosen.

    The setting is that of the least error on the validation part, the first of equals. Seconds are the processor's.
    """
    kept: dict[str, list[float]] = {"models": [], "error": [], "parameters": [], "seconds": [], "chosen": []}
    for number, model in enumerate(MODELS):
        if model not in grids:
            continue
        least = np.inf
        for which, setting in enumerate(grids[model]):
            start = time.process_time()
            if model in FITS:
                fitted = FITS[model](task, setting, seed)
            else:
                fitted = ladder_networks.trained(model, task, setting, seed, updates, H)
            seconds = time.process_time() - start
            error = scored(task, task.valid, fitted.say(task.valid))
            if error < least:
                least, best, took, chosen = error, fitted, seconds, which
        kept["models"].append(number)
        kept["error"].append(scored(task, task.test, best.say(task.test)))
        kept["parameters"].append(best.parameters)
        kept["seconds"].append(took)
        kept["chosen"].append(chosen)
    return kept


def add(kept: dict[str, list[float]], model: str, found: Mapping[str, list[float]]) -> None:
    """To what is kept of a task, a model that reads the sequences in another form and was compared in it alone."""
    for name, numbers in found.items():
        kept[name] += [ROWS.index(model)] if name == "models" else numbers


def only(grids: Grids, models: Sequence[str]) -> Grids:
    """The grids of some models; of all where none is named."""
    return {model: grid for model, grid in grids.items() if not models or model in models}


def networks(*models: str) -> dict[str, Sequence[Any]]:
    """The grid of the networks, the same for all."""
    return dict.fromkeys(models, RATES)


# --- the ladder


@result(
    "ladder/echo",
    seeds=range(5),
    quick={"models": ("linear", "rnn"), "updates": 10},
    tolerance={"models": 0, "error": 0.1, "parameters": 0, "seconds": 100, "chosen": 1},
)
def echo(seed: int, updates: int = 400, models: tuple[str, ...] = ()) -> dict[str, list[float]]:
    """Share of signs that are wrong ten steps later."""
    grids: Grids = {
        "constant": ("mean",),
        "linear": (5, 11, 20),
        "ngram": ((1, None), (4, None), (8, None), (11, None), (12, None)),
        "nvar": (5, 12),
        "reservoir": LEAKS,
        **networks("rnn", "irnn", "gru", "lstm"),
    }
    return compared(ladder_tasks.echo(seed), only(grids, models), seed, updates)


@result(
    "ladder/adding",
    seeds=range(5),
    quick={"models": ("linear", "rnn"), "updates": 10},
    tolerance={"models": 0, "error": 0.1, "parameters": 2_000, "seconds": 100, "chosen": 1},
)
def sums(seed: int, updates: int = 800, models: tuple[str, ...] = ()) -> dict[str, list[float]]:
    """Root mean square error of the sum of two marked numbers."""
    grids: Grids = {
        "constant": ("mean",),
        "linear": (10, 30),
        "nvar": (10, 30),
        "reservoir": LEAKS,
        **networks("rnn", "irnn", "gru", "lstm"),
    }
    return compared(ladder_tasks.sums(seed), only(grids, models), seed, updates)


@result(
    "ladder/copy",
    seeds=range(5),
    quick={"models": ("linear", "rnn"), "updates": 10},
    tolerance={"models": 0, "error": 0.1, "parameters": 500, "seconds": 100, "chosen": 1},
)
def copies(seed: int, updates: int = 600, models: tuple[str, ...] = ()) -> dict[str, list[float]]:
    """Share of symbols that are wrong when they are said again."""
    grids: Grids = {
        "constant": ("mean",),
        "linear": (7, 13),
        "ngram": ((1, None), (3, None), (6, None), (8, None)),
        "nvar": (7, 13),
        "reservoir": LEAKS,
        **networks(*TRAINED),
    }
    return compared(ladder_tasks.copies(seed), only(grids, models), seed, updates)


@result(
    "ladder/order",
    seeds=range(5),
    quick={"models": ("linear", "rnn"), "updates": 10},
    tolerance={"models": 0, "error": 0.1, "parameters": 0, "seconds": 100, "chosen": 1},
)
def order(seed: int, updates: int = 400, models: tuple[str, ...] = ()) -> dict[str, list[float]]:
    """Share of temporal orders that are told wrongly."""
    grids: Grids = {
        "constant": ("mean",),
        "linear": (10, 30),
        "ngram": ((1, None), (2, None), (3, None)),
        "hmm": (5, 8),
        "reservoir": LEAKS,
        **networks("rnn", "irnn", "gru", "lstm"),
    }
    return compared(ladder_tasks.order(seed), only(grids, models), seed, updates)


@result(
    "ladder/mackey_glass",
    seeds=range(5),
    quick={"models": ("linear", "rnn"), "updates": 10},
    tolerance={"models": 0, "error": 0.1, "parameters": 100, "seconds": 100, "chosen": 2},
)
def chaos(seed: int, updates: int = 300, models: tuple[str, ...] = ()) -> dict[str, list[float]]:
    """Root mean square error 84 steps ahead, in standard deviations of the series."""
    grids: Grids = {
        "constant": ("mean", "last"),
        "linear": (10, 50, 100),
        "hmm": (8, 16),
        "nvar": (10, 20, 30),
        "reservoir": LEAKS,
        **networks("rnn", "irnn", "gru", "lstm"),
    }
    return compared(ladder_tasks.chaos(seed), only(grids, models), seed, updates)


@result(
    "ladder/sunspots",
    seeds=range(5),
    data=("statsmodels",),
    quick={"models": ("linear", "rnn"), "updates": 10},
    tolerance={"models": 0, "error": 5, "parameters": 20, "seconds": 100, "chosen": 4},
)
def spots(seed: int, updates: int = 150, models: tuple[str, ...] = ()) -> dict[str, list[float]]:
    """Root mean square error of the sunspots of the next year."""
    grids: Grids = {
        "constant": ("mean", "last"),
        "linear": (3, 6, 9, 12, 20),
        "hmm": (4, 8),
        "nvar": (2, 3, 6),
        "reservoir": LEAKS,
        **networks("rnn", "irnn", "gru", "lstm"),
    }
    return compared(ladder_tasks.spots(seed), only(grids, models), seed, updates)


@result(
    "ladder/co2",
    seeds=range(5),
    data=("statsmodels",),
    quick={"models": ("linear", "season", "rnn"), "updates": 10},
    tolerance={"models": 0, "error": 0.5, "parameters": 100, "seconds": 100, "chosen": 5},
)
def air(seed: int, updates: int = 150, models: tuple[str, ...] = ()) -> dict[str, list[float]]:
    """Root mean square error of carbon dioxide half a year ahead, in ppm."""
    grids: Grids = {
        "constant": ("mean",),
        "linear": (3, 6, 12, 13, 24, 25),
        "hmm": (4, 8),
        "nvar": (4, 6, 12),
        "reservoir": LEAKS,
        **networks("rnn", "irnn", "gru", "lstm"),
    }
    task = ladder_tasks.air(seed)
    kept = compared(task, only(grids, models), seed, updates)
    if not models or "season" in models:
        add(kept, "season", compared(ladder_tasks.dated(task), {"linear": (1,)}, seed, 0))
    return kept


@result(
    "ladder/names",
    seeds=range(5),
    data=("Faker",),
    quick={"models": ("constant", "rnn"), "updates": 10},
    tolerance={"models": 0, "error": 0.2, "parameters": 100_000, "seconds": 100, "chosen": 6},
)
def letters(seed: int, updates: int = 300, models: tuple[str, ...] = ()) -> dict[str, list[float]]:
    """Bits that the next letter of a surname costs, the end of the name among them."""
    grids: Grids = {
        "constant": ("mean",),
        "ngram": ((2, None), (3, None), (4, None), (2, 0.75), (3, 0.75), (4, 0.75), (5, 0.75)),
        "hmm": (8, 16),
        "reservoir": LEAKS[:2],
        **networks("rnn", "irnn", "gru", "lstm"),
    }
    return compared(ladder_tasks.letters(seed), only(grids, models), seed, updates)


@result(
    "ladder/characters",
    seeds=range(5),
    data=("python",),
    quick={"models": ("constant", "rnn"), "updates": 10},
    tolerance={"models": 0, "error": 0.3, "parameters": 100_000, "seconds": 100, "chosen": 5},
)
def characters(seed: int, updates: int = 300, models: tuple[str, ...] = ()) -> dict[str, list[float]]:
    """Bits that the next character of docstrings costs."""
    grids: Grids = {
        "constant": ("mean",),
        "ngram": ((4, None), (3, 0.75), (4, 0.75), (5, 0.75), (6, 0.75)),
        "hmm": (8, 16),
        "reservoir": LEAKS[:2],
        **networks("rnn", "irnn", "gru", "lstm"),
    }
    return compared(ladder_tasks.characters(seed), only(grids, models), seed, updates)


# --- the table


class Cell(NamedTuple):
    """A model at a task: errors, one a seed, how many numbers were fitted, and seconds, medians over the seeds."""

    errors: Array
    parameters: int
    seconds: float


def column(kept: Result) -> dict[str, Cell]:
    """What is kept of a task, by model: ``column(results.load("ladder/echo"))["lstm"].errors``."""
    found = {
        ROWS[int(number)]: Cell(
            kept["error"][:, i], int(np.median(kept["parameters"][:, i])), float(np.median(kept["seconds"][:, i]))
        )
        for i, number in enumerate(kept["models"][0])
    }
    return {model: found[model] for model in (*WITHOUT, "reservoir", *TRAINED) if model in found}


def medians(cells: Mapping[str, Cell], models: Sequence[str] = ROWS) -> dict[str, float]:
    """The median error of each of some models that there are."""
    return {model: float(np.median(cells[model].errors)) for model in models if model in cells}


def best(cells: Mapping[str, Cell], models: Sequence[str] = ROWS) -> str:
    """The model of the least median error, the first of equals."""
    found = medians(cells, models)
    return min(found, key=found.__getitem__)


def winners(cells: Mapping[str, Cell]) -> list[str]:
    """The simple models whose median error is at most that of every network, the reservoir among them."""
    least = min(medians(cells, ("reservoir", *TRAINED)).values())
    return [model for model, error in medians(cells, WITHOUT).items() if error <= least]


def table(kept: Result, form: str = "{:.3f}") -> Table:
    """A row a model: median error, lowest and highest of the seeds, fitted numbers, seconds; a star where it wins."""
    cells, rows = column(kept), []
    starred = winners(cells)
    for model, cell in cells.items():
        low, high = (form.format(error) for error in (cell.errors.min(), cell.errors.max()))
        name = f"★ {LABELS[model]}" if model in starred else LABELS[model]
        middle = form.format(np.median(cell.errors))
        seconds = "<0.01" if cell.seconds < 0.01 else f"{cell.seconds:.2f}"
        rows.append((name, middle, f"{low}–{high}", f"{cell.parameters:,}", seconds))
    return Table((f"{len(kept.seeds)} seeds", "error", "range", "fitted", "s"), rows)


FORMS = {"sunspots": "{:.1f}"}
"""How errors of a task are written, where three decimals are too many."""


def overview(kept: Mapping[str, Result]) -> Table:
    """A row a task: the best simple model and the best of the others, a star at the simple one where it wins."""
    rows = []
    for task, found in kept.items():
        cells, form = column(found), FORMS.get(task, "{:.3f}")

        def said(model: str, cells: Mapping[str, Cell] = cells, form: str = form) -> str:
            errors = cells[model].errors
            middle, low, high = (form.format(error) for error in (np.median(errors), errors.min(), errors.max()))
            return f"{LABELS[model]} {middle} ({low}–{high})"

        simple, other = best(cells, WITHOUT), best(cells, ("reservoir", *TRAINED))
        star = "★ " if simple in winners(cells) else ""
        rows.append((task, star + said(simple), said(other)))
    return Table(("", "best simple model", "best recurrent network"), rows)
