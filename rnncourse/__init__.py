"""rnncourse: the package of the course on recurrent neural networks.

Cells and what they are made of, to be read; each needs NumPy alone:

* ``rnn``: the vanilla recurrent network, its tasks and losses
* ``bptt``: back-propagation through time by hand
* ``lstm``: the LSTM, and its variant with peepholes
* ``gru``: the GRU, its reset after the product or before it
* ``mingru``: the minimal GRU, whose gates see the input alone
* ``grud``: GRU-D, a GRU for series with gaps
* ``esn``: the echo state network
* ``ntm``: a network with a memory that it reads and writes
* ``narx``: system identification with NARX models
* ``hopfield``: Hopfield networks, and attractors of small recurrent networks
* ``liquid``: a liquid state machine of spiking units
* ``turing``: any Turing machine as a network with fixed weights
* ``gates``: numbers between 0 and 1 that say how much passes
* ``sparse``: recurrent weights that are drawn and not trained
* ``readout``: a linear readout, fitted in one step

Chapters that gather cells and parts:

* ``sequences``: sequence data, its tasks and its baselines
* ``gradients``: why gradients vanish and explode, and what helps
* ``lstm_gru``: gated cells: gates, the LSTM and the GRU
* ``bidirectional``: both directions, several layers, any connections
* ``seq2seq``: vectors, images and sequences into sequences
* ``irregular``: series with gaps and uneven times
* ``reservoir``: drawn weights, a fitted readout, scores
* ``notations``: somebody else's weights: how they are to be read, and what cannot be told
* ``after``: recurrences that run on all steps at once, and attention beside them

What is used beside them:

* ``nn``: the systems as modules in torch.nn's manner
* ``kernels``: the mathematics made fast, backward passes derived by hand
* ``conventions``: one network under the names of other libraries
* ``checks``: checks of an answer that say which mistake was made
* ``data``: tasks and data sets
* ``training``: a training loop that can be watched, interrupted and resumed
* ``plots``: figures of the book
* ``experiments``: what a page measures and its tests measure again
* ``results``: what takes longer than a page may, computed before and kept
* ``grading``: grading of a class, in a jail
* ``assignments``: the assignments' notebooks as students get them
* ``shapes``: shapes in signatures, ``x: T_B_F`` is an array of T steps, B examples and F features
* ``rules``: what else a signature can ask of an argument
* ``chapters``: the chapters of the book, read from a checkout
* ``equations``: which equation is computed where and tested where
* ``cli``: the command ``rnncourse``

Each is imported when it is first asked for: ``import rnncourse``, then ``rnncourse.rnn.cell``. What needs more than
NumPy says which extra brings it. A bad argument raises ValueError or TypeError with its name, what was expected and
what came.
"""

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import a module when it is first asked for; AttributeError where there is none, or where its extra is missing."""
    if name.startswith("_") or name not in (modules := _modules()):
        nearest = [] if name.startswith("_") else _nearest(name, modules)
        hint = f": did you mean {nearest[0]!r}?" if nearest else ""
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")
    from importlib import import_module

    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:  # so that hasattr and help do not fail where an extra is missing
        raise AttributeError(str(error)) from error


def __dir__() -> list[str]:
    return sorted({*globals(), *_modules()})


def _modules() -> list[str]:
    from pkgutil import iter_modules

    return [module.name for module in iter_modules(__path__) if not module.name.startswith("_")]


def _nearest(name: str, names: list[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(name.lower(), names, 1)
