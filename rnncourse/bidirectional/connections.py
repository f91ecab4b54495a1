r"""Any connections: the network that a 0/1 matrix describes. For the chapter ``book/bidirectional``.

Layers count from 0, as torch's names do. ``dq`` is the gradient of the loss with respect to q. Nothing here changes
its arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array, expect, expect_ids, require
from rnncourse.shapes import (
    Count,
    Ints,
    checked,
)


class NetworkGradients(NamedTuple):
    """Gradients of the loss: dW, db and dh0 one a layer, dx in the shape of x."""

    dW: list[Array]
    db: list[Array]
    dx: Array
    dh0: list[Array]


@checked
def stacked(L: Count, skip: bool = False, feedback: bool = False) -> Ints:
    r"""The connection matrix of L layers, each over the one below and with a recurrence of its own.

    .. math::
       C_{l,\cdot} = \bigl[\,[l = 0 \text{ or skip}],\ \ [j = l - 1],\ \ [j = l \text{ or feedback and } j > l]\,\bigr]

    Equation ``eq-bidirectional-stacked``, j from 0 to L-1 in the second and third block. ``skip`` lets every layer
    see the input, ``feedback`` every layer the states, one step ago, of all layers above. L = 1 is the RNN.
    Source: Mohajerin's lecture; Graves (2013) for skip, Chung et al. (2015) for feedback, there with gates.

    Returns (L, 1+2L) integers.
    """
    to, source = np.indices((L, L))
    sees_x = (np.arange(L) == 0) | skip
    delayed = (source == to) | (feedback & (source > to))
    return np.column_stack([sees_x, source == to - 1, delayed]).astype(int)


def network_order(C: Ints) -> list[int]:
    r"""The order in which the layers of a step can be computed: whoever feeds another without delay, first.

    .. math:: C_{i,\,1+j} = 1 \implies j \text{ before } i

    Equation ``eq-bidirectional-order``. Source: topological order; the lowest number first where there is a choice.

    Shape: C (L, 1+2L), zeros and ones; see :func:`network_forward`.
    Raises TypeError unless C holds integers, ValueError unless it is a connection matrix, and when layers feed each
    other in a circle without a delay: then no order exists.
    """
    L = _expect_connections(C)
    waits_for = [set(np.flatnonzero(row).tolist()) for row in C[:, 1 : 1 + L]]
    order: list[int] = []
    while len(order) < L:
        ready = [i for i in range(L) if i not in order and waits_for[i] <= set(order)]
        if not ready:
            raise ValueError(f"C: expected a delay in every circle, got {_circle(waits_for, order)} without one")
        order.append(ready[0])
    return order


def _expect_connections(C: Ints) -> int:
    expect_ids("C", C, None, below=2)
    if C.ndim != 2 or C.shape[0] < 1 or C.shape[1] != 1 + 2 * C.shape[0]:
        raise ValueError(f"C: expected shape (L, 1+2L) with at least one layer, got {C.shape}")
    return len(C)


def _circle(waits_for: list[set[int]], computed: list[int]) -> str:
    """Walk against the arrows among the layers that cannot be computed, until one comes up again."""
    path = [next(i for i in range(len(waits_for)) if i not in computed)]
    while path.count(path[-1]) < 2:
        path.append(min(waits_for[path[-1]] - set(computed)))
    start = path.index(path[-1])
    return " → ".join(f"layer {i}" for i in reversed(path[start:]))


def _sources(C_i: Ints, x_t: Array, h_t: Sequence[Array], h_prev: Sequence[Array]) -> Array:
    chosen = [s for s, connected in zip([x_t, *h_t, *h_prev], C_i, strict=True) if connected]
    return np.concatenate([x_t[:, :0], *chosen], axis=1)  # a layer without any source has its bias


def network_forward(x: Array, h0: Sequence[Array], C: Ints, W: Sequence[Array], b: Sequence[Array]) -> list[Array]:
    r"""The network that a 0/1 matrix describes: row i of C says what layer i receives.

    .. math::
       u^i_t = \bigl[\,x_t \text{ if } C_{i,0};\ \ h^j_t \text{ if } C_{i,1+j};\ \
       h^j_{t-1} \text{ if } C_{i,1+L+j}\,\bigr], \qquad h^i_t = \tanh\bigl(W^i u^i_t + b^i\bigr)

    Equation ``eq-bidirectional-network``, j = 0 … L-1 in each block; the columns of W^i are those of u^i, in
    that order. Source: Mohajerin's lecture.

    Row and column of C are those of a weight matrix, to and from: ``C[1, 1 + 0] = 1`` lets layer 0 feed layer 1
    within the step, ``C[0, 1 + L + 1] = 1`` layer 1 feed layer 0 with a step of delay.

    Shapes: x (T, B, F), h0[i] (B, H_i), C (L, 1+2L) of zeros and ones, W[i] (H_i, as many as u^i has), b[i] (H_i,);
    returns h, one array (T, B, H_i) a layer.
    """
    order = network_order(C)
    _expect_network(x, h0, C, W, b)
    h = [np.empty((len(x), *state.shape), x.dtype) for state in h0]
    h_prev = list(h0)
    for t, x_t in enumerate(x):
        h_t = [layer[t] for layer in h]
        for i in order:
            h_t[i][:] = np.tanh(_sources(C[i], x_t, h_t, h_prev) @ W[i].T + b[i])
        h_prev = h_t
    return h


def network_backward(
    dh_out: Sequence[Array], x: Array, h0: Sequence[Array], h: Sequence[Array], C: Ints, W: Sequence[Array]
) -> NetworkGradients:
    r"""Back-propagation through any such network: every arrow of C once, in the opposite direction.

    .. math::
       dz^i_t = \bigl(1 - (h^i_t)^2\bigr) \odot dh^i_t, \qquad du^i_t = {W^i}^\top dz^i_t, \qquad
       dW^i = \sum_t dz^i_t\, {u^i_t}^\top, \quad db^i = \sum_t dz^i_t
    .. math::
       dh^j_t = dh^{j,\text{out}}_t + \sum_{i:\,C_{i,1+j}} du^i_t\big|_{h^j_t}
       + \sum_{i:\,C_{i,1+L+j}} du^i_{t+1}\big|_{h^j_t}

    Equations ``eq-bidirectional-network-dW`` and ``eq-bidirectional-network-dh``; du|_s is the part of du that
    belongs to source s, and dx_t sums those of x_t. Source: chain rule on :func:`network_forward`.

    Shapes: dh_out[i] and h[i] (T, B, H_i), others as in :func:`network_forward`; returns :class:`NetworkGradients`.
    """
    order, L = network_order(C), len(C)
    _expect_network(x, h0, C, W, h=h, dh_out=dh_out)
    dW, db = [np.zeros_like(w) for w in W], [np.zeros_like(state[0]) for state in h0]
    dx, dh_rec = np.zeros_like(x), [np.zeros_like(state) for state in h0]
    for t in reversed(range(len(x))):
        h_t, h_prev = [layer[t] for layer in h], [layer[t - 1] for layer in h] if t > 0 else list(h0)
        dh_t = [out[t] + rec for out, rec in zip(dh_out, dh_rec, strict=True)]
        dh_rec = [np.zeros_like(state) for state in h0]
        targets = [dx[t], *dh_t, *dh_rec]  # where the gradient of each source is gathered
        for i in reversed(order):
            dz = (1 - h_t[i] ** 2) * dh_t[i]
            dW[i] += dz.T @ _sources(C[i], x[t], h_t, h_prev)
            db[i] += dz.sum(axis=0)
            du, start = dz @ W[i], 0
            for k in range(1 + 2 * L):
                if C[i, k]:
                    width = targets[k].shape[1]
                    targets[k] += du[:, start : start + width]
                    start += width
    return NetworkGradients(dW, db, dx, dh_rec)


def _expect_network(x: Array, h0: Sequence[Array], C: Ints, W: Sequence[Array], b: Any = None, **others: Any) -> None:
    states = [f"H_{i}" for i in range(len(C))]
    lists = {"h0": h0, "W": W, **others} | ({} if b is None else {"b": b})
    for name, arrays in lists.items():
        require(len(arrays) == len(C), f"{name}: expected {len(C)} arrays, one a layer, got {len(arrays)}")
    given = {"x": (x, "T B F")} | {f"h0[{i}]": (h0[i], f"B {H}") for i, H in enumerate(states)}
    for i, H in enumerate(states):
        sources = "+".join(source for source, connected in zip(["F", *states, *states], C[i], strict=True) if connected)
        given |= {f"W[{i}]": (W[i], f"{H} {sources}")} if sources else {}
        given |= {f"{name}[{i}]": (arrays[i], f"T B {H}") for name, arrays in others.items()}
        given |= {} if b is None else {f"b[{i}]": (b[i], H)}
    sizes = expect(**given)
    for i in np.flatnonzero(~C.any(axis=1)):
        wanted = f"({sizes[states[i]]}, 0), layer {i} has no source"
        require(W[i].shape == (sizes[states[i]], 0), f"W[{i}]: expected shape {wanted}, got {W[i].shape}")
