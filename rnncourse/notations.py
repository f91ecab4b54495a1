r"""Somebody else's weights, for the chapter ``book/notations``: which reading is right, and what nothing tells.

A *reading* says which block of rows belongs to which gate, and which of the cells that bear one name runs on them. The
converters between notations that are known are :mod:`rnncourse.conventions`. Rows of a batch are examples. Nothing here
changes its arguments.
"""

from __future__ import annotations

import math
from itertools import permutations
from typing import NamedTuple, TypeVar

import numpy as np

from rnncourse import gru, lstm
from rnncourse._arrays import Array, expect, expect_ids, require, sign
from rnncourse.conventions import reorder
from rnncourse.conventions.gru import flip_update
from rnncourse.shapes import B_H, H_, T_B_F, T_B_H, checked

Weights = lstm.Weights | gru.Weights
W = TypeVar("W", lstm.Weights, gru.Weights)
GATES = {lstm.Weights: "ifgo", gru.Weights: "rzn"}
"""The blocks of rows in the course's order, which is torch's."""
CANDIDATE = {"ifgo": 2, "rzn": 2}


def gates_of(w: Weights) -> str:
    """The gates of a cell in the course's order. Raises TypeError for what is no lstm.Weights or gru.Weights."""
    if type(w) not in GATES:
        raise TypeError(f"w: expected lstm.Weights or gru.Weights, got {type(w).__name__}")
    return GATES[type(w)]


class Reading(NamedTuple):
    """What a file does not say of itself."""

    order: str
    """The gates in the order of the blocks of rows: "iofg" for ONNX."""
    added: float = 0.0
    """What an LSTM adds to its forget gate as it runs: 1 in TensorFlow 1 and haiku."""
    keeps: bool = True
    """Does z = 1 keep the state of a GRU, or replace it?"""
    reset: str = "after"
    """Does the reset of a GRU act after the product or before it?"""


def readings(kind: type[Weights]) -> list[Reading]:
    r"""All readings of the weights of an LSTM or a GRU.

    .. math:: 4! \cdot 2 = 48, \qquad 3! \cdot 2 \cdot 2 = 24

    Equation ``eq-notations-readings``: the orders of the gates; for an LSTM with 1 added to the forget gate or not, for
    a GRU with a z that keeps or replaces, and the reset after or before the product. Source: counting.

    ``kind`` is :class:`rnncourse.lstm.Weights` or :class:`rnncourse.gru.Weights`.
    """
    require(kind in GATES, f"kind: expected lstm.Weights or gru.Weights, got {getattr(kind, '__name__', kind)!r}")
    orders = ["".join(order) for order in permutations(GATES[kind])]
    if kind is lstm.Weights:
        return [Reading(order, added) for order in orders for added in (0.0, 1.0)]
    return [Reading(order, 0.0, keeps, reset) for order in orders for keeps in (True, False) for reset in RESETS]


RESETS = ("after", "before")


def as_read(w: Weights, reading: Reading) -> Weights:
    r"""The weights in the course's order and for the course's cell, if the reading is right.

    .. math::
       (W_{\rho_1}, W_{\rho_2}, \dots) \longmapsto (W_i, W_f, W_g, W_o), \qquad b_f \mapsto b_f + 1, \qquad
       W_z \mapsto -W_z

    Equation ``eq-notations-as-read``: blocks to their places; then 1 to the forget bias where the cell adds it, or the
    other sign for the rows of z where z replaces. Source: :func:`rnncourse.conventions.reorder`,
    :func:`rnncourse.conventions.gru.flip_update`.
    """
    gates = gates_of(w)
    ours = type(w)(*(reorder(array, reading.order, gates) for array in w))
    if isinstance(ours, lstm.Weights):
        H = ours.W_hh.shape[1]
        return ours._replace(b_ih=ours.b_ih + reading.added * np.repeat([0.0, 1.0, 0.0, 0.0], H))
    return ours if reading.keeps else type(w)(*(flip_update(array) for array in ours))


@checked
def states_as_read(x: T_B_F, h0: B_H, w: Weights, reading: Reading, c0: B_H | None = None) -> T_B_H:
    """The states of the cell that the reading takes the weights for; c0 of an LSTM is 0 unless given."""
    ours = as_read(w, reading)
    if isinstance(ours, lstm.Weights):
        return lstm.forward(x, h0, np.zeros_like(h0) if c0 is None else c0, ours)[0]
    return (gru.forward if reading.reset == "after" else gru.forward_before)(x, h0, ours)


@checked
def errors(x: T_B_F, h0: B_H, h: T_B_H, w: Weights, c0: B_H | None = None) -> dict[Reading, float]:
    r"""How far each reading is from a recording of inputs and states, the best one first.

    .. math:: e(\rho) = \sqrt{\frac{1}{TBH} \sum_{t,b,j} \bigl(h^{\rho}_{tbj} - h_{tbj}\bigr)^2}

    Equation ``eq-notations-error``, the root mean square over steps, examples and units. Source: definition.
    """
    found = {}
    for reading in readings(type(w)):
        away = states_as_read(x, h0, w, reading, c0) - h
        found[reading] = float(np.sqrt((away**2).mean()))
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


# --- networks that no recording of inputs and outputs tells apart


def permute_units(w: W, order: Array) -> W:
    r"""The same network with its units in another order.

    .. math:: W_{ih}^k \mapsto P\, W_{ih}^k, \qquad W_{hh}^k \mapsto P\, W_{hh}^k P^\top, \qquad b^k \mapsto P\, b^k

    Equation ``eq-notations-permute``, for each block k of rows: its states are P h. An output layer has
    W_ho P^T in the place of W_ho. Source: definition.

    ``order`` (H,) says which unit comes first, second, …; P has a 1 in row j and column order[j].
    Raises ValueError unless it has each unit once.
    """
    H = w.W_hh.shape[1]
    expect_ids("order", order, (H,), below=H)
    require(len(set(order.tolist())) == H, f"order: expected each unit from 0 to {H - 1} once, got {order}")
    rows = (np.arange(len(w.b_ih) // H)[:, None] * H + order).ravel()
    return type(w)(w.W_ih[rows], w.W_hh[rows][:, order], w.b_ih[rows], w.b_hh[rows])


def mirror_units(w: W, s: H_) -> W:
    r"""The same network with some units turned round: where s is -1, states have the other sign.

    .. math::
       W_{hh}^k \mapsto W_{hh}^k S, \qquad \text{and for the candidate} \quad
       W_{ih}^g \mapsto S\, W_{ih}^g, \quad W_{hh}^g \mapsto S\, W_{hh}^g S, \quad b^g \mapsto S\, b^g

    Equation ``eq-notations-mirror``, S = diag(s): gates read the turned state with turned weights, and
    tanh(-a) = -tanh(a) turns the candidate. An output layer has W_ho S. Source: tanh is odd.

    Raises ValueError unless each entry of s is 1 or -1.
    """
    expect(W_hh=(w.W_hh, "R H"), s=(s, "H"))
    require(bool((np.abs(s) == 1).all()), f"s: expected entries 1 and -1, got {s}")
    gates = gates_of(w)
    rows = np.concatenate([s if k == CANDIDATE[gates] else np.ones_like(s) for k in range(len(gates))])
    return type(w)(w.W_ih * rows[:, None], w.W_hh * rows[:, None] * s, w.b_ih * rows, w.b_hh * rows)


def twins(H: int) -> int:
    r"""How many networks with H units, other numbers each, give the same outputs: orders and signs of the units.

    .. math:: H!\; 2^H

    Equation ``eq-notations-twins``. Source: Albertini and Sontag (1993), who show for
    networks in continuous time that, but for special weights, there are no others.

    Raises ValueError unless H is at least 1.
    """
    require(H >= 1, f"H: expected at least 1, got {H}")
    return math.factorial(H) * 2**H


sign(globals(), "permute_units", "mirror_units", "errors", "as_read", "states_as_read")
