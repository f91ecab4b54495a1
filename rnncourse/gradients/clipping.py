r"""Why gradients vanish and explode, and what helps: the reading version of the chapter ``book/gradients.md``.

Maps iterated, Jacobians multiplied, gradients clipped, Pascanu's Ω, and where to start. Arrays are
(T, B, features); ``dh`` (T, B, H) holds the total gradient of the loss with respect to every state, ``dy`` the part
that comes from outside. Nothing here changes its arguments.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncourse import bptt, rnn
from rnncourse._arrays import Array, at_least, expect, expect_alike, finite, positive

Map = Callable[[Array], Array]


# ---------------------------------------------------------------- iterated maps


def logistic(x: Array, r: float) -> Array:
    r"""The logistic map, which takes [0, 1] into itself.

    .. math:: f(x) = r\,x\,(1 - x)

    Equation ``eq-gradients-logistic``. Source: May (1976); lecture P with r = 3.5.

    Shape: x of any shape, in [0, 1]; returns the same shape. Raises ValueError for an x outside, or r outside [0, 4],
    ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    _expect_logistic(x, r)
    return r * x * (1 - x)


def logistic_derivative(x: Array, r: float) -> Array:
    r"""Slope of the logistic map.

    .. math:: f'(x) = r\,(1 - 2x)

    Equation ``eq-gradients-slope``. Source: calculus.

    Shape: x of any shape, in [0, 1]; returns the same shape. Raises ValueError as :func:`logistic`.
    """
    _expect_logistic(x, r)
    return r * (1 - 2 * x)


def _expect_logistic(x: Any, r: float) -> None:
    expect_alike(x=np.asarray(x) if isinstance(x, np.floating) else x)  # a map of () gives a NumPy number
    finite(r=r)
    if not 0 <= r <= 4:
        raise ValueError(f"r: expected a number from 0 to 4, got {r}")
    if not np.all((x >= 0) & (x <= 1)):
        raise ValueError(f"x: expected numbers from 0 to 1, got {np.min(x)} to {np.max(x)}")


def iterate(f: Map, x0: Array, n: int) -> Array:
    r"""The orbit of a point: what n applications of a map do to it.

    .. math:: x_0, \quad x_1 = f(x_0), \quad \dots, \quad x_n = f(x_{n-1}) = f^{n}(x_0)

    Equation ``eq-gradients-iterate``; f takes and returns arrays of one shape. Source: definition.

    Shape: x0 of any shape; returns (n+1, …), the start first.
    Raises ValueError unless n ≥ 0, ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    at_least(0, n=n)
    start = np.asarray(x0)
    expect_alike(x0=start)
    steps: list[Array] = rnn.unfold(lambda x, _: f(x), start, range(n))
    return np.stack([start, *steps])


def iterate_derivative(f: Map, df: Map, x0: Array, n: int) -> Array:
    r"""Slope of the n-th iterate: one factor for each application.

    .. math:: (f^{n})'(x_0) = \prod_{k=0}^{n-1} f'(x_k)

    Equation ``eq-gradients-derivative``; df is the derivative of f. Source: chain rule.

    Shape: x0 of any shape; returns the same shape. Raises as :func:`iterate`.
    """
    orbit = iterate(f, x0, n)
    return np.prod(df(orbit[:n]), axis=0) if n > 0 else np.ones_like(orbit[0])


def lyapunov(f: Map, df: Map, x0: Array, n: int, skip: int = 0) -> Array:
    r"""Lyapunov exponent along an orbit: the mean logarithm by which a step stretches.

    .. math:: \lambda = \frac1n \sum_{k=s}^{s+n-1} \ln \lvert f'(x_k) \rvert
       = \frac1n \ln \bigl\lvert (f^{n})'(x_s) \bigr\rvert

    Equation ``eq-gradients-lyapunov``, after s = skip steps of transient. Positive: neighbours part, gradients
    explode; negative: they meet, gradients vanish; -∞ if the orbit meets a point of slope 0. Source: definition.

    Shape: x0 of any shape; returns the same shape. Raises ValueError unless n ≥ 1 and skip ≥ 0, or as
    :func:`iterate`.
    """
    at_least(1, n=n)
    at_least(0, skip=skip)
    x_s = iterate(f, x0, skip)[-1]
    with np.errstate(divide="ignore"):
        return np.log(np.abs(df(iterate(f, x_s, n)[:n]))).mean(axis=0)


# ---------------------------------------------------------------- products of derivatives along time


def scalar_gradient(w: float, L: int) -> float:
    r"""One linear unit: what reaches it over L steps. L counts the arrows from h_{T-L} to h_T, not the states.

    .. math:: h_t = w\,h_{t-1} \ \Rightarrow \ \frac{\partial h_T}{\partial h_{T-L}} = w^L

    Equation ``eq-gradients-scalar``; ±∞ when it is too large for a float. Source: chain rule; lecture W.

    Raises ValueError unless L ≥ 0.
    """
    at_least(0, L=L)
    with np.errstate(over="ignore"):
        return float(np.float64(w) ** L)


def jacobian_products(h: Array, W_hh: Array) -> Array:
    r"""How the last state depends on each state before it: the latest step stands on the left.

    .. math:: P_k = \frac{\partial h_T}{\partial h_{T-k}}
       = (D_T W_{hh}) (D_{T-1} W_{hh}) \cdots (D_{T-k+1} W_{hh}), \qquad P_0 = I

    Equation ``eq-gradients-product``; D_t is that of :func:`rnncourse.bptt.jacobian`. Source: Pascanu et al.
    (2013), eq. 5, for h_t = tanh z_t.

    Shapes: h (T, B, H) without h_0, W_hh (H, H); returns P (T+1, B, H, H), first index the lag k.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    sizes = expect(h=(h, "T B H"), W_hh=(W_hh, "H H"))
    P = np.empty((sizes["T"] + 1, sizes["B"], *W_hh.shape), dtype=W_hh.dtype)
    P[0] = np.eye(sizes["H"])
    for k, h_t in enumerate(h[::-1], start=1):
        P[k] = P[k - 1] @ bptt.jacobian(h_t, W_hh)
    return P


def jacobian_norms(h: Array, W_hh: Array) -> Array:
    r"""The most that a change of h_{T-k} can be magnified on its way to h_T.

    .. math:: \lVert P_k \rVert_2 = \sigma_{\max} \Bigl( \frac{\partial h_T}{\partial h_{T-k}} \Bigr)

    Equation ``eq-gradients-norm``. Source: definition of the spectral norm.

    Shapes as in :func:`jacobian_products`; returns (T+1, B).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    return np.linalg.norm(jacobian_products(h, W_hh), ord=2, axis=(-2, -1))


def growth_bound(W_hh: Array, gamma: float = 1.0) -> float:
    r"""The most by which one step can magnify: the largest singular value, which no eigenvalue need show.

    .. math:: \lVert D_t W_{hh} \rVert_2 \le \gamma\, \sigma_{\max}(W_{hh}), \qquad \gamma = \max \phi'

    Equation ``eq-gradients-bound``; γ is 1 for tanh (at 0), 1/4 for the logistic sigmoid. Below 1: every
    gradient vanishes. Above 1: it may explode, and need not. Source: Pascanu et al. (2013), eq. 6–7.

    Shape: W_hh (H, H); returns a float.
    Raises ValueError unless γ > 0, ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(W_hh=(W_hh, "H H"))
    positive(gamma=gamma)
    return gamma * float(np.linalg.norm(W_hh, ord=2))


def state_gradients(dy: Array, h: Array, W_hh: Array) -> Array:
    r"""The total gradient of every state. A weight has one gradient for all t; a state has one at each t.

    .. math:: dh_T = dy_T, \qquad dh_{t-1} = dy_{t-1} + W_{hh}^\top D_t\, dh_t

    Equation ``eq-gradients-state``. Source: Goodfellow et al. (2016), eq. 10.20–10.21.

    Shapes: dy and h (T, B, H), W_hh (H, H); returns dh (T, B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(dy=(dy, "T B H"), h=(h, "T B H"), W_hh=(W_hh, "H H"))
    dh = np.array(dy)
    for t in range(len(h) - 1, 0, -1):
        dh[t - 1] += ((1 - h[t] ** 2) * dh[t]) @ W_hh
    return dh


def gradient_flow(dy: Array, h: Array, W_ih: Sequence[Array], W_hh: Sequence[Array]) -> Array:
    r"""Length of the gradient at each layer and step of a stacked network: the picture of where it fades.

    .. math:: n_{l,t} = \frac1B \sum_b \lVert dh^{(l)}_{t,b} \rVert, \qquad
       dy^{(l-1)}_t = W_{ih}^{(l)\top} D^{(l)}_t\, dh^{(l)}_t

    Equation ``eq-gradients-flow``; layer l reads the states of layer l-1, and ``dy`` reaches the top layer alone.
    Source: chain rule; lecture W.

    Shapes: dy (T, B, H), h (N, T, B, H) for N layers from the bottom; W_ih and W_hh one (H, H) for each layer,
    W_ih[0] of any width (it is not used); returns n (N, T).
    Raises ValueError when there are not N weights, ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    sizes = expect(h=(h, "N T B H"), dy=(dy, "T B H"))
    if not len(W_ih) == len(W_hh) == sizes["N"]:
        raise ValueError(f"W_ih, W_hh: expected {sizes['N']} each, got {len(W_ih)} and {len(W_hh)}")
    n = np.empty((sizes["N"], sizes["T"]), dtype=h.dtype)
    for layer in reversed(range(sizes["N"])):
        dh = state_gradients(dy, h[layer], W_hh[layer])
        n[layer] = np.linalg.norm(dh, axis=-1).mean(axis=-1)
        if layer > 0:
            expect(h=(h[layer], "T B H"), W_ih=(W_ih[layer], "H H"))
            dy = ((1 - h[layer] ** 2) * dh) @ W_ih[layer]
    return n


# ---------------------------------------------------------------- recorded from a network of modules


class Flow:
    """Gradients that reached the states of the recurrent layers of a model, as :func:`record_flow` kept them."""

    def __init__(self) -> None:
        self._states: dict[str, list[list[list[tuple[Any, ...]]]]] = {}  # by call, layer, step: (h_t,) or (h_t, c_t)

    def norms(self, name: str = "", cells: bool = False) -> Array:
        r"""Mean over the batch of the length of dh_t, or with ``cells`` of an LSTM's dc_t, at each layer and step.

        Shape: (N, T); N counts layers from the bottom, both directions of a layer one after the other; T is the
        position in the sequence, through all calls. ``name`` is the layer's name in the model.
        Raises KeyError for a name that has not run, ValueError for cells of what has none.
        """
        if not self._states.get(name):
            raise KeyError(f"expected one of {sorted(n for n, calls in self._states.items() if calls)}, got {name!r}")
        calls, which = self._states[name], int(cells)
        if len(calls[0][0][0]) <= which:
            raise ValueError(f"{name!r} has no cells: expected an LSTM")
        layers = [[step[which].grad for call in calls for step in call[n]] for n in range(len(calls[0]))]
        lengths = [[0.0 if g is None else float(g.norm(dim=-1).mean()) for g in layer] for layer in layers]
        return np.array(lengths)


@contextmanager
def record_flow(model: Any) -> Iterator[Flow]:
    r"""Record the gradient of every state of a model's recurrent layers, as ``backward`` reaches it.

    .. math:: n_{l,t} = \frac1B \sum_b \lVert dh^{(l)}_{t,b} \rVert

    Equation ``eq-gradients-flow``, for any ``torch.nn.RNNBase`` (RNN, LSTM and GRU of torch.nn and ``rnncourse.nn``,
    stacked, bidirectional, with dropout or projections), for the RNNCell, LSTMCell and GRUCell of torch.nn that
    a model calls step by step, and for the other layers of ``rnncourse.nn``: the controller of NTM (with cells if it is
    an LSTM), GRUD, ESN, and NARX, whose state is its prediction. ``dh`` is the total gradient: from outside and from
    the steps that follow. Inside the ``with`` a layer runs step by step through torch's operations, which gives the
    same numbers more slowly; run the model and ``backward`` there, then ask :meth:`Flow.norms`. Needs torch.

    Raises ValueError for a model without such layers, TypeError for a PackedSequence, and for a Hopfield network, whose
    recall is a step function that no gradient passes.
    """
    import torch

    flow, hooks, unrolled, recorded = Flow(), [], [], []
    for name, module in model.named_modules():
        if type(module).__name__ == "Hopfield":
            raise TypeError(
                f"{name or 'model'}: expected layers that gradients pass, got Hopfield, which is not trained"
            )
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.RNNBase):
            module.forward = partial(_unrolled, module, flow._states.setdefault(name, []))
            unrolled.append(module)
        elif isinstance(module, torch.nn.RNNCellBase):
            hooks.append(module.register_forward_hook(partial(_keep_cell, flow._states.setdefault(name, []))))
        elif hasattr(module, "_record"):
            module._record = partial(_new_call, flow._states.setdefault(name, []))
            recorded.append(module)
    try:
        if not hooks and not unrolled and not recorded:
            raise ValueError("model: expected recurrent layers or cells of torch.nn or rnncourse.nn, got none")
        yield flow
    finally:
        for hook in hooks:
            hook.remove()
        for module in unrolled:
            del module.forward
        for module in recorded:
            del module._record


def _new_call(calls: list[Any]) -> Callable[..., None]:
    """What keeps the states of a call, one step after the other."""
    steps: list[Any] = []
    calls.append([steps])
    return lambda *state: steps.append(_retained(state))


def _keep_cell(calls: list[Any], module: Any, inputs: Any, output: Any) -> None:
    state = output if isinstance(output, tuple) else (output,)
    calls.append([[_retained(state)]])


def _retained(state: Sequence[Any]) -> tuple[Any, ...]:
    for tensor in state:
        if tensor.requires_grad:
            tensor.retain_grad()
    return tuple(state)


def _unrolled(module: Any, calls: list[Any], input: Any, hx: Any = None) -> Any:
    """What module(input, hx) computes, each state a tensor of its own."""
    import torch

    if not isinstance(input, torch.Tensor):
        raise TypeError(f"input: expected a tensor, as states are recorded step by step, got {type(input).__name__}")
    batched, lstm = input.dim() == 3, module.mode == "LSTM"
    x = input.unsqueeze(1) if not batched else input.transpose(0, 1) if module.batch_first else input
    directions = 2 if module.bidirectional else 1
    widths = (module.proj_size or module.hidden_size, module.hidden_size)[: 1 + lstm]
    if hx is None:
        starts = [x.new_zeros(module.num_layers * directions, x.shape[1], width) for width in widths]
    else:
        starts = [state if batched else state.unsqueeze(1) for state in (hx if lstm else (hx,))]
    module.check_forward_args(
        x.transpose(0, 1) if module.batch_first else x, tuple(starts) if lstm else starts[0], None
    )
    layers, ends = [], []
    for layer in range(module.num_layers):
        if layer > 0 and module.dropout > 0:
            x = torch.nn.functional.dropout(x, module.dropout, module.training)
        outputs = []
        for i in range(layer * directions, (layer + 1) * directions):
            state: Any = tuple(start[i] for start in starts)
            steps: list[Any] = [None] * len(x)
            for t in reversed(range(len(x))) if i % directions else range(len(x)):
                state = steps[t] = _retained(_step(module, x[t], state, module.all_weights[i]))
            outputs.append(torch.stack([step[0] for step in steps]))
            layers.append(steps)
            ends.append(state)
        x = torch.cat(outputs, dim=-1)
    calls.append(layers)
    last = [torch.stack(states) for states in zip(*ends, strict=True)]
    if not batched:
        x, last = x.squeeze(1), [state.squeeze(1) for state in last]
    elif module.batch_first:
        x = x.transpose(0, 1)
    return x, tuple(last) if lstm else last[0]


def _step(module: Any, x_t: Any, state: tuple[Any, ...], weights: Sequence[Any]) -> tuple[Any, ...]:
    """One step of one layer: (h_t,), or (h_t, c_t) with h_t computed from c_t, so that c_t sees all that arrives."""
    import torch

    if module.mode != "LSTM":
        cell = getattr(torch, module.mode.lower() + "_cell")  # rnn_tanh_cell, rnn_relu_cell or gru_cell
        return (cell(x_t, state[0], *weights),)
    (h_prev, c_prev), projection = state, weights[-1] if module.proj_size else None
    W_ih, W_hh, *biases = weights[: 4 if module.bias else 2]
    a = x_t @ W_ih.T + h_prev @ W_hh.T + sum(biases)
    a_i, a_f, a_g, a_o = a.chunk(4, dim=-1)
    c_t = a_f.sigmoid() * c_prev + a_i.sigmoid() * a_g.tanh()
    h_t = a_o.sigmoid() * c_t.tanh()
    return (h_t if projection is None else h_t @ projection.T), c_t


# ---------------------------------------------------------------- clipping


def global_norm(gradients: Sequence[Array]) -> float:
    r"""Length of all gradients, put end to end in one vector.

    .. math:: \lVert g \rVert = \sqrt{ \textstyle\sum_i \lVert g_i \rVert^2 }

    Equation ``eq-gradients-global-norm``; 0 for no gradient at all. Source: Pascanu et al. (2013), section 3.2.

    Shapes: any; returns a float.
    Raises ValueError or TypeError for what is not an array of finite numbers.
    """
    for i, g in enumerate(gradients):
        expect_alike(**{f"gradients[{i}]": g})
    # as float64: squares of large float32 numbers overflow
    return math.hypot(*(float(np.linalg.norm(g.astype(np.float64))) for g in gradients))


def clip_by_norm(gradients: Sequence[Array], max_norm: float) -> tuple[list[Array], float]:
    r"""Shorten all gradients by one factor, if together they are too long; their direction stays.

    .. math:: g \leftarrow g \cdot \min \Bigl( 1, \frac{m}{\lVert g \rVert + 10^{-6}} \Bigr)

    Equation ``eq-gradients-clip-norm``; m = max_norm, and 10⁻⁶ is torch's: a gradient of zeros stays zeros.
    Source: Pascanu et al. (2013), algorithm 1; torch.nn.utils.clip_grad_norm_.

    Shapes: any; returns new arrays of the same shapes and dtypes, and the norm before clipping.
    Raises ValueError unless m > 0, ValueError or TypeError as :func:`global_norm`.
    """
    positive(max_norm=max_norm)
    norm = global_norm(gradients)
    factor = min(1.0, max_norm / (norm + 1e-6))
    return [g * g.dtype.type(factor) for g in gradients], norm


def clip_by_value(gradients: Sequence[Array], limit: float) -> list[Array]:
    r"""Cut every entry to an interval; the direction changes.

    .. math:: g_j \leftarrow \min(c, \max(-c, g_j))

    Equation ``eq-gradients-clip-value``; c = limit. Source: torch.nn.utils.clip_grad_value_.

    Shapes: any; returns new arrays of the same shapes and dtypes.
    Raises ValueError unless c > 0, ValueError or TypeError as :func:`global_norm`.
    """
    positive(limit=limit)
    global_norm(gradients)
    return [np.clip(g, -limit, limit) for g in gradients]


def rescale(gradients: Sequence[Array], eta: float) -> list[Array]:
    r"""Clipping as lecture P prints it, without the condition: a small gradient is made long.

    .. math:: g \leftarrow \frac{\eta\, g}{\lVert g \rVert}

    Equation ``eq-gradients-rescale``. Source: lecture P; to compare with :func:`clip_by_norm`, not to use.

    Shapes: any; returns new arrays of the same shapes and dtypes.
    Raises ValueError unless η > 0 and the norm is above 0, ValueError or TypeError as :func:`global_norm`.
    """
    positive(eta=eta)
    norm = global_norm(gradients)
    if norm == 0:
        raise ValueError("gradients: expected a norm above 0 (without the condition, zeros are divided by zero), got 0")
    return [g * g.dtype.type(eta / norm) for g in gradients]


# ---------------------------------------------------------------- the cliff


class Cliff(NamedTuple):
    """Loss, and its derivatives by w and by b, in one shape."""

    loss: Array
    dw: Array
    db: Array


def cliff(w: Array | float, b: Array | float, h0: float = 0.5, T: int = 50, target: float = 0.7) -> Cliff:
    r"""One unit that must reach a value after T steps: where it changes sides, its loss is a cliff.

    .. math:: h_t = \tanh(w\,h_{t-1} + b), \qquad L(w, b) = (h_T - y)^2

    .. math:: dh_T = 2 (h_T - y), \quad dz_t = (1 - h_t^2)\, dh_t, \quad dh_{t-1} = w\, dz_t, \quad
       dw = \sum_t dz_t h_{t-1}, \quad db = \sum_t dz_t

    Equations ``eq-gradients-cliff`` and ``eq-gradients-cliff-gradient``; y = target. Source: Pascanu et al. (2013),
    figure 6, with tanh in place of the sigmoid.

    Shapes: w and b numbers, or float arrays that broadcast to one shape, such as a grid; returns loss, dw, db of that
    shape, float64.
    Raises ValueError unless T ≥ 1, ValueError or TypeError for what is not a finite number or an array of them.
    """
    at_least(1, T=T)
    finite(h0=h0, target=target)
    for name, value in {"w": w, "b": b}.items():
        if isinstance(value, np.ndarray):
            expect_alike(**{name: value})
        else:
            finite(**{name: value})
    w, b = np.broadcast_arrays(np.asarray(w, float), np.asarray(b, float))
    h = iterate(lambda h_prev: np.tanh(w * h_prev + b), np.full(w.shape, float(h0)), T)
    dh, dw, db = 2 * (h[-1] - target), np.zeros(w.shape), np.zeros(w.shape)
    for t in range(T, 0, -1):
        dz = (1 - h[t] ** 2) * dh
        dw, db, dh = dw + dz * h[t - 1], db + dz, w * dz
    return Cliff((h[-1] - target) ** 2, dw, db)


def descend(theta: Array, lr: float, steps: int, max_norm: float | None = None, **cliff_settings: Any) -> Array:
    r"""Gradient descent on :func:`cliff`, with clipping or without.

    .. math:: \theta \leftarrow \theta - \eta\, \operatorname{clip}(dL/d\theta), \qquad \theta = (w, b)

    Equation ``eq-gradients-step``; without max_norm nothing is clipped. Source: Pascanu et al. (2013), algorithm 1.

    Shape: theta (2,); returns the path (steps+1, 2), the start first.
    Raises ValueError unless lr > 0, steps ≥ 0 and max_norm is positive, or as :func:`rnncourse._arrays.expect` says.
    """
    expect(theta=(theta, "2"))
    positive(lr=lr)
    at_least(0, steps=steps)

    def step(theta: Array, _: Any) -> Array:
        g = [np.stack(cliff(theta[0], theta[1], **cliff_settings)[1:])]
        if max_norm is not None:
            g, _ = clip_by_norm(g, max_norm)
        return theta - lr * g[0]

    path: list[Array] = rnn.unfold(step, theta, range(steps))
    return np.stack([theta, *path])


# ---------------------------------------------------------------- Pascanu's Ω


def carry_ratio(dh: Array, h: Array, W_hh: Array) -> Array:
    r"""By how much the gradient grows on its way from step t to step t-1: what arrives, divided by what set out.

    .. math:: r_t = \frac{\lVert W_{hh}^\top D_t\, dh_t \rVert}{\lVert dh_t \rVert}, \qquad 1 \text{ where } dh_t = 0

    Equation ``eq-gradients-ratio``. Source: Pascanu et al. (2013), eq. 9. Where no gradient sets out, none can
    vanish: r_t = 1 takes the step out of Ω.

    Shapes: dh and h (T, B, H), W_hh (H, H); returns r (T, B).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(dh=(dh, "T B H"), h=(h, "T B H"), W_hh=(W_hh, "H H"))
    u, sets_out = _directions(dh)
    return np.where(sets_out, np.linalg.norm(((1 - h**2) * u) @ W_hh, axis=-1), h.dtype.type(1))


def _directions(vectors: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Vectors (…, H) of length 1, zeros where there was no direction, and where there was one: (…)."""
    largest = np.abs(vectors).max(axis=-1)  # first by this: squares of what has nearly vanished are 0 in float32
    found = largest > 0
    scaled = vectors / np.where(found, largest, 1)[..., None]
    return scaled / np.where(found, np.linalg.norm(scaled, axis=-1), 1)[..., None], found


def omega(dh: Array, h: Array, W_hh: Array) -> float:
    r"""Pascanu's regulariser: the gradient should keep its length on its way back.

    .. math:: \Omega = \frac1B \sum_{b} \sum_{t=1}^{T} (r_{t,b} - 1)^2

    Equation ``eq-gradients-omega``. Source: Pascanu et al. (2013), eq. 9, as a mean over the batch; lecture M.

    Shapes as in :func:`carry_ratio`; returns a float of at least 0.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    return float(((carry_ratio(dh, h, W_hh) - 1) ** 2).sum(axis=0).mean())


def omega_without_square(dh: Array, h: Array, W_hh: Array) -> float:
    r"""Ω as lecture A prints it: negative for vanishing gradients, so that to minimise it is to make them vanish.

    .. math:: \Omega_A = \frac1B \sum_{b} \sum_{t=1}^{T} (r_{t,b} - 1) \ge -T

    Equation ``eq-gradients-omega-a``. Source: lecture A; to compare with :func:`omega`, not to use.

    Shapes as in :func:`carry_ratio`; returns a float.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    return float((carry_ratio(dh, h, W_hh) - 1).sum(axis=0).mean())


def omega_gradient(dh: Array, h: Array, W_hh: Array) -> Array:
    r"""Gradient of Ω with respect to W_hh, with dh and h held fixed.

    .. math:: \frac{\partial^{+} \Omega}{\partial W_{hh}} = \frac1B \sum_{b,t}
       \frac{2\,(r_t - 1)}{\lVert dh_t \rVert\, \lVert v_t \rVert}\; dz_t\, v_t^\top, \qquad
       dz_t = D_t\, dh_t, \quad v_t = W_{hh}^\top dz_t

    Equation ``eq-gradients-omega-gradient``. Source: Pascanu et al. (2013), eq. 10: the immediate derivative, which
    needs no second pass through time. A step with dh_t = 0 or v_t = 0 gives nothing.

    Shapes as in :func:`carry_ratio`; returns (H, H), to be added to dW_hh with a weight.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    r = carry_ratio(dh, h, W_hh)
    dz = (1 - h**2) * _directions(dh)[0]
    v, _ = _directions(dz @ W_hh)
    return np.tensordot((r - 1)[..., None] * dz, v, axes=((0, 1), (0, 1))) * W_hh.dtype.type(2 / h.shape[1])


# ---------------------------------------------------------------- where to start


def relu_cell(x_t: Array, h_prev: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array) -> Array:
    r"""One step of the network with the rectifier in place of tanh.

    .. math:: h_t = \max(0,\; W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})

    Equation ``eq-gradients-relu``. Source: Le, Jaitly and Hinton (2015); torch.nn.RNN with nonlinearity="relu".

    Shapes: as in :func:`rnncourse.rnn.cell`.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(x_t=(x_t, "B F"), h_prev=(h_prev, "B H"), W_ih=(W_ih, "H F"), W_hh=(W_hh, "H H"))
    expect(h_prev=(h_prev, "B H"), b_ih=(b_ih, "H"), b_hh=(b_hh, "H"))
    return np.maximum(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh, 0)


def relu_forward(x: Array, h0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array) -> Array:
    r"""The states along a sequence: :func:`relu_cell`, unfolded.

    .. math:: h_t = \max(0,\; W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}), \qquad t = 1, \dots, T

    Equation ``eq-gradients-relu``. Source: Le, Jaitly and Hinton (2015).

    Shapes: x (T, B, F), h0 (B, H); returns h (T, B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(x=(x, "T B F"), h0=(h0, "B H"), W_ih=(W_ih, "H F"), W_hh=(W_hh, "H H"), b_ih=(b_ih, "H"), b_hh=(b_hh, "H"))
    h: list[Array] = rnn.unfold(lambda h_prev, x_t: relu_cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh), h0, x)
    return np.stack(h)


def relu_backward(dy: Array, x: Array, h0: Array, h: Array, W_ih: Array, W_hh: Array) -> bptt.Gradients:
    r"""Back-propagation through time for :func:`relu_forward`: a step passes the gradient whole, or not at all.

    .. math:: dz_t = [h_t > 0] \odot \bigl( dy_t + W_{hh}^\top dz_{t+1} \bigr)

    Equation ``eq-gradients-relu-backward``; the rest as in :func:`rnncourse.bptt.backward`. Source: chain rule, with
    torch's slope 0 at 0.

    Shapes as in :func:`rnncourse.bptt.backward`.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(dy=(dy, "T B H"), x=(x, "T B F"), h0=(h0, "B H"), h=(h, "T B H"), W_ih=(W_ih, "H F"), W_hh=(W_hh, "H H"))
    dz, carry = np.empty_like(h), np.zeros_like(h0)
    for t in reversed(range(len(h))):
        dz[t] = (h[t] > 0) * (dy[t] + carry)
        carry = dz[t] @ W_hh
    before = np.concatenate([h0[None], h[:-1]])
    return bptt.Gradients(
        dW_ih=np.tensordot(dz, x, axes=((0, 1), (0, 1))),
        dW_hh=np.tensordot(dz, before, axes=((0, 1), (0, 1))),
        db=dz.sum(axis=(0, 1)),
        dx=dz @ W_ih,
        dh0=carry,
    )


def identity_init(F: int, H: int, rng: np.random.Generator, alpha: float = 1.0, std: float = 0.001) -> dict[str, Array]:
    r"""Start of an IRNN: with no input, a step of :func:`relu_cell` leaves a state as it is.

    .. math:: W_{hh} = \alpha I, \qquad b_{ih} = b_{hh} = 0, \qquad W_{ih} \sim \mathcal N(0, s^2)

    Equation ``eq-gradients-identity``; s = std. For the rectifier, and W_hh alone: under tanh the identity shrinks
    every state. Source: Le, Jaitly and Hinton (2015), section 2.

    Returns W_ih (H, F), W_hh (H, H), b_ih and b_hh (H,).
    Raises ValueError unless F, H ≥ 1 and α, s > 0.
    """
    at_least(1, F=F, H=H)
    positive(alpha=alpha, std=std)
    return {"W_ih": rng.normal(0, std, (H, F)), "W_hh": alpha * np.eye(H), "b_ih": np.zeros(H), "b_hh": np.zeros(H)}


def orthogonal_init(H: int, rng: np.random.Generator, gates: int = 1) -> Array:
    r"""An orthogonal matrix for each gate, one below the other: each block keeps lengths.

    .. math:: W_{hh} = \begin{pmatrix} Q_1 \\ \vdots \\ Q_G \end{pmatrix}, \qquad Q_g^\top Q_g = I_H

    Equation ``eq-gradients-orthogonal``; G = gates. One orthonormal (GH, H) matrix would not do: its blocks shrink.
    Source: Saxe et al. (2014); uniform over the orthogonal group by Mezzadri (2007).

    Returns (GH, H). Raises ValueError unless H, gates ≥ 1.
    """
    at_least(1, H=H, gates=gates)
    Q, R = np.linalg.qr(rng.normal(size=(gates, H, H)))
    signs = np.sign(np.einsum("gii->gi", R))  # QR's own choice of signs is not uniform
    return (Q * signs[:, None, :]).reshape(gates * H, H)
