r"""Both directions, several layers, any connections: the reading version of the chapter ``book/bidirectional.md``.

One short function an equation. Arrays are (T, B, features), rows of a batch are examples, ``dq`` is the gradient of
the loss with respect to q. Sequences of unequal length are filled up at the end; ``lengths`` says how many steps of
each example are real, and what stands in the rest changes nothing. Layers count from 0, as torch's names do.
Nothing here changes its arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from rnncourse import bptt
from rnncourse._arrays import Array, at_least, expect, expect_ids, expect_lengths
from rnncourse.rnn import unfold

Ints = np.ndarray[Any, Any]
Weights = Sequence[Array]
"""W_ih, W_hh, b_ih, b_hh of one layer in one direction."""


def _lengths(lengths: Ints | None, T: int, B: int) -> Ints:
    """The lengths, or T for every example where none are given."""
    if lengths is None:
        return np.full(B, T)
    expect_lengths(lengths, T, B)
    return lengths


# --- two directions


def reverse(x: Array, lengths: Ints | None = None) -> Array:
    r"""Every example from its own last step to its first; the padding stays where it is.

    .. math:: \tilde x_{t,b} = x_{n_b + 1 - t,\,b} \quad (t \le n_b), \qquad
       \tilde x_{t,b} = x_{t,b} \quad (t > n_b)

    Equation ``eq-bidirectional-reverse``; n_b is the length of example b. Source: definition; its own inverse.

    Shapes: x (T, B, F), lengths (B,) integers from 1 to T; returns (T, B, F).
    Raises ValueError or TypeError when shapes, dtypes or lengths do not fit.
    """
    sizes = expect(x=(x, "T B F"))
    n, t = _lengths(lengths, sizes["T"], sizes["B"]), np.arange(sizes["T"])[:, None]
    return np.take_along_axis(x, np.where(t < n, n - 1 - t, t)[..., None], axis=0)


def direction(
    x: Array,
    h0: Array,
    W_ih: Array,
    W_hh: Array,
    b_ih: Array,
    b_hh: Array,
    *,
    nonlinearity: str = "tanh",
    lengths: Ints | None = None,
    backwards: bool = False,
) -> tuple[Array, Array]:
    r"""The states of one layer in one direction, each at the step of the input that it read last.

    .. math::
       \overrightarrow h_t = f\bigl(W_{ih} x_t + b_{ih} + W_{hh} \overrightarrow h_{t-1} + b_{hh}\bigr), \qquad
       \overleftarrow h_t = f\bigl(W_{ih} x_t + b_{ih} + W_{hh} \overleftarrow h_{t+1} + b_{hh}\bigr)

    Equation ``eq-bidirectional-direction``; h0 comes before step 1, backwards after step n_b of example b. Each
    direction has weights of its own. Source: Schuster and Paliwal (1997); Goodfellow et al. (2016), section 10.3.

    Shapes: x (T, B, F), h0 (B, H), weights as in :func:`rnncourse.rnn.cell`, nonlinearity "tanh" or "relu", lengths
    (B,); returns h (T, B, H), zero where x is padding, and the state (B, H) after the last step read.
    Raises ValueError or TypeError when shapes, dtypes, lengths or the nonlinearity do not fit.
    """
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f"nonlinearity: expected 'tanh' or 'relu', got {nonlinearity!r}")
    given = {"x": (x, "T B F"), "h0": (h0, "B H"), "W_ih": (W_ih, "H F"), "W_hh": (W_hh, "H H")}
    sizes = expect(**given, b_ih=(b_ih, "H"), b_hh=(b_hh, "H"))
    n = _lengths(lengths, sizes["T"], sizes["B"])

    def step(h_prev: Array, x_t: Array) -> Array:
        z_t = x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh
        return np.tanh(z_t) if nonlinearity == "tanh" else np.maximum(z_t, 0)

    states: list[Array] = unfold(step, h0, reverse(x, n) if backwards else x)
    h = np.stack(states)
    last = h[n - 1, np.arange(sizes["B"])]
    h[np.arange(sizes["T"])[:, None] >= n] = 0
    return (reverse(h, n) if backwards else h), last


def forward(
    x: Array, h0: Array, there: Weights, back: Weights, nonlinearity: str = "tanh", lengths: Ints | None = None
) -> tuple[Array, Array]:
    r"""A bidirectional layer: at every step, what came before and what is still to come, side by side.

    .. math:: h_t = \bigl[\overrightarrow h_t;\ \overleftarrow h_t\bigr]

    Equation ``eq-bidirectional-concat``. Source: Schuster and Paliwal (1997); torch.nn.RNN for the order.

    The whole sequence is summed up by the last state of each direction, which is what comes second; h_T holds
    a backward state that has seen one step.

    Shapes: x (T, B, F), h0 (2, B, H), there and back W_ih, W_hh, b_ih, b_hh of a direction each, lengths (B,);
    returns h (T, B, 2H) and the last states (2, B, H). Raises as :func:`direction`.
    """
    expect(h0=(h0, "2 B H"))
    h_there, last_there = direction(x, h0[0], *there, nonlinearity=nonlinearity, lengths=lengths)
    h_back, last_back = direction(x, h0[1], *back, nonlinearity=nonlinearity, lengths=lengths, backwards=True)
    return np.concatenate([h_there, h_back], axis=2), np.stack([last_there, last_back])


def backward(
    dy: Array,
    x: Array,
    h0: Array,
    h: Array,
    there: Weights,
    back: Weights,
    lengths: Ints | None = None,
    dlast: Array | None = None,
) -> tuple[bptt.Gradients, bptt.Gradients]:
    r"""Back-propagation through a bidirectional tanh layer: each direction against its own time.

    .. math::
       \overrightarrow{dh}_t = \overrightarrow{dy}_t + \overrightarrow W_{hh}^\top \overrightarrow{dz}_{t+1}, \qquad
       \overleftarrow{dh}_t = \overleftarrow{dy}_t + \overleftarrow W_{hh}^\top \overleftarrow{dz}_{t-1}, \qquad
       dx_t = \overrightarrow W_{ih}^\top \overrightarrow{dz}_t + \overleftarrow W_{ih}^\top \overleftarrow{dz}_t

    Equation ``eq-bidirectional-backward``. Source: chain rule on :func:`forward`; the gradients of the weights are
    those of :func:`rnncourse.bptt.backward`, on the sequence as each direction reads it.

    Shapes: dy (T, B, 2H), x, h0, weights and lengths as in :func:`forward`, h what it returned; dlast (2, B, H)
    reaches the last states besides, None stands for zeros. Returns the gradients of both directions; each has its
    own share of dx, and dx is their sum. Raises ValueError or TypeError when shapes, dtypes or lengths do not fit.
    """
    sizes = expect(h0=(h0, "2 B H"), x=(x, "T B F"))
    T, B, H = sizes["T"], sizes["B"], sizes["H"]
    dlast = np.zeros_like(h0) if dlast is None else dlast
    expect(h0=(h0, "2 B H"), dy=(dy, f"T B {2 * H}"), h=(h, f"T B {2 * H}"), dlast=(dlast, "2 B H"))
    n = _lengths(lengths, T, B)
    found = []
    for k, (weights, backwards) in enumerate([(there, False), (back, True)]):
        part = slice(k * H, (k + 1) * H)
        x_k, h_k, dy_k = (reverse(a, n) if backwards else a.copy() for a in (x, h[..., part], dy[..., part]))
        dy_k[np.arange(T)[:, None] >= n] = 0  # an output of 0 at padding depends on nothing
        dy_k[n - 1, np.arange(B)] += dlast[k]
        gradients = bptt.backward(dy_k, x_k, h0[k], h_k, weights[0], weights[1])
        found.append(gradients._replace(dx=reverse(gradients.dx, n)) if backwards else gradients)
    return found[0], found[1]


# --- layers on layers: the whole interface of torch.nn.RNN


def drop(h: Array, u: Array, p: float) -> Array:
    r"""Set each number to 0 with probability p, and make up for it in the others.

    .. math:: \tilde h = \frac{[u \ge p]}{1 - p} \odot h, \qquad u \sim \mathrm{U}[0, 1), \qquad
       \mathbb E\,\tilde h = h

    Equation ``eq-bidirectional-dropout``; p = 1 gives zeros. Source: Srivastava et al. (2014), scaled in training as
    torch does.

    Shapes: h and u (T, B, H); returns (T, B, H). Raises ValueError or TypeError as
    :func:`rnncourse._arrays.expect` says, ValueError unless 0 ≤ p ≤ 1.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p: expected a probability from 0 to 1, got {p}")
    expect(h=(h, "T B H"))
    expect(u=(u, " ".join(map(str, h.shape))))
    return np.where(u >= p, h / h.dtype.type(1 - p), 0) if p < 1 else np.zeros_like(h)


def rnn(
    x: Array,
    h0: Array | None,
    weights: Sequence[Array],
    num_layers: int = 1,
    nonlinearity: str = "tanh",
    bias: bool = True,
    batch_first: bool = False,
    dropout: float = 0.0,
    bidirectional: bool = False,
    lengths: Ints | None = None,
    rng: np.random.Generator | None = None,
) -> tuple[Array, Array]:
    r"""All of torch.nn.RNN: a layer reads the states of the layer below at the same step.

    .. math:: h^{(0)}_t = x_t, \qquad
       h^{(l)}_t = f\bigl(W^{(l)}_{ih} h^{(l-1)}_t + b^{(l)}_{ih} + W^{(l)}_{hh} h^{(l)}_{t-1} + b^{(l)}_{hh}\bigr),
       \qquad l = 1, \dots, L

    Equation ``eq-bidirectional-stack``. Source: Goodfellow et al. (2016), section 10.5; torch.nn.RNN.

    Arguments as torch has them. x is (T, B, F), or (B, T, F) if ``batch_first``, or one example without a batch (T, F).
    h0 is (L·D, B, H), D = 2 if ``bidirectional``, else 1, whatever batch_first says, or (L·D, H) for one example; the
    layer is the slow index: layer 0 there, layer 0 back, layer 1 there, … None stands for zeros. ``weights`` come in
    the order of ``module.parameters()``: for each layer, there and back, W_ih, W_hh and, if ``bias``, b_ih, b_hh; above
    the first layer W_ih has D·H columns. ``dropout`` acts between layers, never after the last, and only while
    training, which is when ``rng`` is given. ``lengths`` (B,) are what torch's packed sequences hold.

    Returns the states of the last layer, in the layout of x, and the last states of all layers, in that of h0.
    Raises ValueError or TypeError when shapes, dtypes, lengths, options or the number of weights do not fit.
    """
    D, each = 2 if bidirectional else 1, 4 if bias else 2
    at_least(1, num_layers=num_layers)
    if not 0 <= dropout <= 1:
        raise ValueError(f"dropout: expected a probability from 0 to 1, got {dropout}")
    if len(weights) != num_layers * D * each:
        raise ValueError(f"weights: expected {num_layers} layers · {D} · {each} arrays, got {len(weights)}")
    H = expect(**{"weights[1]": (weights[1], "H H")})["H"]
    one_example = isinstance(x, np.ndarray) and x.ndim == 2
    if one_example:
        x, h0 = x[:, None], h0 if h0 is None else h0[:, None]
    elif batch_first:
        expect(x=(x, "B T F"))
        x = x.swapaxes(0, 1)
    B = expect(x=(x, "T B F"))["B"]
    h0 = np.zeros((num_layers * D, B, H), x.dtype) if h0 is None else h0
    expect(x=(x, "T B F"), h0=(h0, f"{num_layers * D} B {H}"))

    h, last = x, []
    for layer in range(num_layers):
        if layer > 0 and rng is not None and dropout > 0:
            h = drop(h, rng.random(h.shape).astype(h.dtype), dropout)
        outputs = []
        for k in range(layer * D, (layer + 1) * D):
            own = [*weights[k * each : (k + 1) * each], *([] if bias else [np.zeros(H, x.dtype)] * 2)]
            states, end = direction(h, h0[k], *own, nonlinearity=nonlinearity, lengths=lengths, backwards=k % D == 1)
            outputs.append(states)
            last.append(end)
        h = np.concatenate(outputs, axis=2)
    h_last = np.stack(last)
    if one_example:
        return h[:, 0], h_last[:, 0]
    return (h.swapaxes(0, 1) if batch_first else h), h_last


def parameter_count(F: int, H: int, num_layers: int = 1, bias: bool = True, bidirectional: bool = False) -> int:
    r"""Numbers to learn in a stack of L layers, D = 2 if bidirectional, else 1.

    .. math:: N = D\,\bigl(HF + H^2 + 2H\bigr) + (L - 1)\, D\,\bigl(DH^2 + H^2 + 2H\bigr)

    Equation ``eq-bidirectional-parameters``, without the 2H if bias is false. Source: the shapes of :func:`rnn`.
    Raises ValueError unless F, H and num_layers are at least 1.
    """
    at_least(1, F=F, H=H, num_layers=num_layers)
    D, biases = 2 if bidirectional else 1, 2 * H if bias else 0
    return D * (H * F + H * H + biases) + (num_layers - 1) * D * (D * H * H + H * H + biases)


# --- the connection matrix


class NetworkGradients(NamedTuple):
    """Gradients of the loss: dW, db and dh0 one a layer, dx in the shape of x."""

    dW: list[Array]
    db: list[Array]
    dx: Array
    dh0: list[Array]


def stacked(L: int, skip: bool = False, feedback: bool = False) -> Ints:
    r"""The connection matrix of L layers, each over the one below and with a recurrence of its own.

    .. math::
       C_{l,\cdot} = \bigl[\,[l = 0 \text{ or skip}],\ \ [j = l - 1],\ \ [j = l \text{ or feedback and } j > l]\,\bigr]

    Equation ``eq-bidirectional-stacked``, j from 0 to L-1 in the second and third block. ``skip`` lets every layer
    see the input, ``feedback`` every layer the states, one step ago, of all layers above. L = 1 is the RNN.
    Source: lecture M; Graves (2013) for skip, Chung et al. (2015) for feedback, there with gates.

    Returns (L, 1+2L) integers. Raises ValueError unless L ≥ 1.
    """
    at_least(1, L=L)
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
    that order. Source: lecture M.

    Row and column of C are those of a weight matrix, to and from: ``C[1, 1 + 0] = 1`` lets layer 0 feed layer 1
    within the step, ``C[0, 1 + L + 1] = 1`` layer 1 feed layer 0 with a step of delay.

    Shapes: x (T, B, F), h0[i] (B, H_i), C (L, 1+2L) of zeros and ones, W[i] (H_i, as many as u^i has), b[i] (H_i,);
    returns h, one array (T, B, H_i) a layer.
    Raises ValueError or TypeError when shapes or dtypes do not fit, ValueError as :func:`network_order` says.
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
    dy: Sequence[Array], x: Array, h0: Sequence[Array], h: Sequence[Array], C: Ints, W: Sequence[Array]
) -> NetworkGradients:
    r"""Back-propagation through any such network: every arrow of C once, in the opposite direction.

    .. math::
       dz^i_t = \bigl(1 - (h^i_t)^2\bigr) \odot dh^i_t, \qquad du^i_t = {W^i}^\top dz^i_t, \qquad
       dW^i = \sum_t dz^i_t\, {u^i_t}^\top, \quad db^i = \sum_t dz^i_t
    .. math::
       dh^j_t = dy^j_t + \sum_{i:\,C_{i,1+j}} du^i_t\big|_{h^j_t} + \sum_{i:\,C_{i,1+L+j}} du^i_{t+1}\big|_{h^j_t}

    Equations ``eq-bidirectional-network-dW`` and ``eq-bidirectional-network-dh``; du|_s is the part of du that
    belongs to source s, and dx_t sums those of x_t. Source: chain rule on :func:`network_forward`.

    Shapes: dy[i] and h[i] (T, B, H_i), others as in :func:`network_forward`; returns :class:`NetworkGradients`.
    Raises ValueError or TypeError as :func:`network_forward`.
    """
    order, L = network_order(C), len(C)
    _expect_network(x, h0, C, W, h=h, dy=dy)
    dW, db = [np.zeros_like(w) for w in W], [np.zeros_like(state[0]) for state in h0]
    dx, carry = np.zeros_like(x), [np.zeros_like(state) for state in h0]
    for t in reversed(range(len(x))):
        h_t, h_prev = [layer[t] for layer in h], [layer[t - 1] for layer in h] if t > 0 else list(h0)
        dh_t = [dy_i[t] + carry_i for dy_i, carry_i in zip(dy, carry, strict=True)]
        carry = [np.zeros_like(state) for state in h0]
        targets = [dx[t], *dh_t, *carry]  # where the gradient of each source is gathered
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
    return NetworkGradients(dW, db, dx, carry)


def _expect_network(x: Array, h0: Sequence[Array], C: Ints, W: Sequence[Array], b: Any = None, **others: Any) -> None:
    L = len(C)
    lists = {"h0": h0, "W": W, **others} | ({} if b is None else {"b": b})
    for name, arrays in lists.items():
        if len(arrays) != L:
            raise ValueError(f"{name}: expected {L} arrays, one a layer, got {len(arrays)}")
    given = {"x": (x, "T B F")} | {f"h0[{i}]": (h0[i], f"B H_{i}") for i in range(L)}
    sizes = expect(**given)
    widths = np.array([sizes["F"], *(sizes[f"H_{i}"] for i in range(L)), *(sizes[f"H_{i}"] for i in range(L))])
    for i in range(L):
        columns = int(widths[C[i] == 1].sum())
        if columns > 0:
            given |= {f"W[{i}]": (W[i], f"H_{i} {columns}")}
        elif W[i].shape != (sizes[f"H_{i}"], 0):
            raise ValueError(
                f"W[{i}]: expected shape ({sizes[f'H_{i}']}, 0), layer {i} has no source, got {W[i].shape}"
            )
        given |= {f"{name}[{i}]": (arrays[i], f"T B H_{i}") for name, arrays in others.items()}
        given |= {} if b is None else {f"b[{i}]": (b[i], f"H_{i}")}
    expect(**given)
