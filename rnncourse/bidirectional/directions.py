r"""Two directions: a layer that has seen what came before and what is still to come. For ``book/bidirectional``.

Sequences of unequal length are filled up at the end; ``lengths`` says how many steps of each example are real, and what
stands in the rest changes nothing. Nothing here changes its arguments.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from rnncourse import bptt
from rnncourse._arrays import Array, sign
from rnncourse.rnn import unfold
from rnncourse.rules import one_of
from rnncourse.shapes import (
    B_H,
    H_,
    H_F,
    H_H,
    T_B_F,
    T_B_H,
    T_B_H2,
    TWO_B_H,
    Ints,
    T_lengths,
    checked,
)


class Weights(NamedTuple):
    """Weights of one layer in one direction."""

    W_ih: H_F
    W_hh: H_H
    b_ih: H_
    b_hh: H_


Nonlinearity = Annotated[str, one_of("tanh", "relu")]


def _lengths(lengths: Ints | None, x: T_B_F) -> Ints:
    """The lengths, or T for every example where none are given."""
    T, B, _ = x.shape
    return np.full(B, T) if lengths is None else lengths


@checked
def reverse(x: T_B_F, lengths: T_lengths | None = None) -> T_B_F:
    r"""Every example from its own last step to its first; the padding stays where it is.

    .. math:: \tilde x_{t,b} = x_{n_b + 1 - t,\,b} \quad (t \le n_b), \qquad
       \tilde x_{t,b} = x_{t,b} \quad (t > n_b)

    Equation ``eq-bidirectional-reverse``; n_b is the length of example b. Source: definition; its own inverse.
    """
    n, t = _lengths(lengths, x), np.arange(len(x))[:, None]
    return np.take_along_axis(x, np.where(t < n, n - 1 - t, t)[..., None], axis=0)


@checked
def direction(
    x: T_B_F,
    h0: B_H,
    W_ih: H_F,
    W_hh: H_H,
    b_ih: H_,
    b_hh: H_,
    *,
    nonlinearity: Nonlinearity = "tanh",
    lengths: T_lengths | None = None,
    backwards: bool = False,
) -> tuple[T_B_H, B_H]:
    r"""The states of one layer in one direction, each at the step of the input that it read last.

    .. math::
       \overrightarrow h_t = f\bigl(W_{ih} x_t + b_{ih} + W_{hh} \overrightarrow h_{t-1} + b_{hh}\bigr), \qquad
       \overleftarrow h_t = f\bigl(W_{ih} x_t + b_{ih} + W_{hh} \overleftarrow h_{t+1} + b_{hh}\bigr)

    Equation ``eq-bidirectional-direction``; h0 comes before step 1, backwards after step n_b of example b. Each
    direction has weights of its own. Source: Schuster and Paliwal (1997); Goodfellow et al. (2016), section 10.3.

    Shapes: x (T, B, F), h0 (B, H), weights as in :func:`rnncourse.rnn.cell`, nonlinearity "tanh" or "relu", lengths
    (B,); returns h (T, B, H), zero where x is padding, and the state (B, H) after the last step read.
    """
    (T, B, _), n = x.shape, _lengths(lengths, x)

    def step(h_prev: Array, x_t: Array) -> Array:
        z_t = x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh
        return np.tanh(z_t) if nonlinearity == "tanh" else np.maximum(z_t, 0)

    states: list[Array] = unfold(step, h0, reverse(x, n) if backwards else x)
    h = np.stack(states)
    last = h[n - 1, np.arange(B)]
    h[np.arange(T)[:, None] >= n] = 0
    return (reverse(h, n) if backwards else h), last


@checked
def forward(
    x: T_B_F,
    h0: TWO_B_H,
    there: Weights,
    back: Weights,
    nonlinearity: Nonlinearity = "tanh",
    lengths: T_lengths | None = None,
) -> tuple[T_B_H2, TWO_B_H]:
    r"""A bidirectional layer: at every step, what came before and what is still to come, side by side.

    .. math:: h_t = \bigl[\overrightarrow h_t;\ \overleftarrow h_t\bigr]

    Equation ``eq-bidirectional-concat``. Source: Schuster and Paliwal (1997); torch.nn.RNN for the order.

    The whole sequence is summed up by the last state of each direction, which is what comes second; h_T holds
    a backward state that has seen one step.

    Shapes: x (T, B, F), h0 (2, B, H), there and back W_ih, W_hh, b_ih, b_hh of a direction each, lengths (B,);
    returns h (T, B, 2H) and the last states (2, B, H).
    """
    h_there, last_there = direction(x, h0[0], *there, nonlinearity=nonlinearity, lengths=lengths)
    h_back, last_back = direction(x, h0[1], *back, nonlinearity=nonlinearity, lengths=lengths, backwards=True)
    return np.concatenate([h_there, h_back], axis=2), np.stack([last_there, last_back])


@checked
def backward(
    dh_out: T_B_H2,
    x: T_B_F,
    h0: TWO_B_H,
    h: T_B_H2,
    there: Weights,
    back: Weights,
    lengths: T_lengths | None = None,
    dlast: TWO_B_H | None = None,
) -> tuple[bptt.Gradients, bptt.Gradients]:
    r"""Back-propagation through a bidirectional tanh layer: each direction against its own time.

    .. math::
       \overrightarrow{dh}_t = \overrightarrow{dh}_t^{\text{out}}
       + \overrightarrow W_{hh}^\top \overrightarrow{dz}_{t+1}, \qquad
       \overleftarrow{dh}_t = \overleftarrow{dh}_t^{\text{out}}
       + \overleftarrow W_{hh}^\top \overleftarrow{dz}_{t-1}, \qquad
       dx_t = \overrightarrow W_{ih}^\top \overrightarrow{dz}_t + \overleftarrow W_{ih}^\top \overleftarrow{dz}_t

    Equation ``eq-bidirectional-backward``. Source: chain rule on :func:`forward`; the gradients of the weights are
    those of :func:`rnncourse.bptt.backward`, on the sequence as each direction reads it.

    Shapes: dh_out (T, B, 2H), x, h0, weights and lengths as in :func:`forward`, h what it returned; dlast (2, B, H)
    reaches the last states besides, None stands for zeros. Returns the gradients of both directions; each has its
    own share of dx, and dx is their sum.
    """
    (T, B, _), H = x.shape, h0.shape[2]
    dlast = np.zeros_like(h0) if dlast is None else dlast
    n = _lengths(lengths, x)
    found = []
    for k, (weights, backwards) in enumerate([(there, False), (back, True)]):
        part = slice(k * H, (k + 1) * H)
        x_k, h_k, dh_out_k = (reverse(a, n) if backwards else a.copy() for a in (x, h[..., part], dh_out[..., part]))
        dh_out_k[np.arange(T)[:, None] >= n] = 0  # an output of 0 at padding depends on nothing
        dh_out_k[n - 1, np.arange(B)] += dlast[k]
        gradients = bptt.backward(dh_out_k, x_k, h0[k], h_k, weights[0], weights[1])
        found.append(gradients._replace(dx=reverse(gradients.dx, n)) if backwards else gradients)
    return found[0], found[1]


sign(globals(), "direction", "forward")
