r"""One network in the notations of five lectures: a step as each writes it, and converters between the names.

The course's names are W_ih, W_hh, b_ih, b_hh, W_ho, b_ho (see ``rnncourse.rnn``). A step takes the previous state and
an input, and returns the new state and the output; vectors have shape (n,), except in notation P, where they are
rows (B, n).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnncourse._arrays import Array, expect
from rnncourse.rnn import softmax

if TYPE_CHECKING:
    import torch

Weights = dict[str, Array]


class Notation(NamedTuple):
    """What a lecture calls the weights; b is the only bias of the state, rows says that vectors are rows."""

    W_ih: str
    W_hh: str
    b: str
    W_ho: str
    b_ho: str
    rows: bool = False


NOTATIONS = {
    "P": Notation("U", "W", "b", "V", "c", rows=True),
    "A": Notation("U", "W", "b", "V", "c"),
    "W": Notation("W_x", "W_h", "b_h", "W_y", "b_y"),
    "M": Notation("B", "A", "b_x", "C", "b_y"),
}
"""P perdikaris, A atanasov, W wang, M mohajerin. Lecture C (csc413) has the names of the course and two biases.

Keras is lecture P: ``SimpleRNN`` has kernel U, recurrent_kernel W and bias b, ``Dense`` kernel V and bias c.
"""


def step_p(y_prev: Array, h_prev: Array, W: Array, U: Array, V: Array, b: Array, c: Array) -> tuple[Array, Array]:
    r"""One step of lecture P: vectors are rows, and the input is the series' own previous value.

    .. math:: h_t = \tanh(h_{t-1} W + y_{t-1} U + b), \qquad \hat y_t = h_t V + c

    Equation ``eq-rnn-notation-p``. Source: lecture P.

    Shapes: y_prev (B, F), h_prev (B, H), W (H, H), U (F, H), V (H, K), b (H,), c (K,); returns h_t, ŷ_t.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(y_prev=(y_prev, "B F"), h_prev=(h_prev, "B H"), W=(W, "H H"), U=(U, "F H"), b=(b, "H"))
    expect(h_prev=(h_prev, "B H"), V=(V, "H K"), c=(c, "K"))
    h_t = np.tanh(h_prev @ W + y_prev @ U + b)
    return h_t, h_t @ V + c


def step_a(x_t: Array, h_prev: Array, U: Array, W: Array, V: Array, b: Array, c: Array) -> tuple[Array, Array]:
    r"""One step of lecture A, in the notation of Goodfellow et al.: vectors are columns.

    .. math:: h^{(t)} = \tanh(U x^{(t)} + W h^{(t-1)} + b), \qquad o^{(t)} = V h^{(t)} + c

    Equation ``eq-rnn-notation-a``. Source: lecture A; Goodfellow et al. (2016), eq. 10.8–10.10.

    Shapes: x_t (F,), h_prev (H,), U (H, F), W (H, H), V (K, H), b (H,), c (K,); returns h_t, o_t.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(x_t=(x_t, "F"), h_prev=(h_prev, "H"), U=(U, "H F"), W=(W, "H H"), V=(V, "K H"), b=(b, "H"), c=(c, "K"))
    h_t = np.tanh(U @ x_t + W @ h_prev + b)
    return h_t, V @ h_t + c


def step_w(
    x_l: Array, h_prev: Array, W_h: Array, W_x: Array, W_y: Array, b_h: Array, b_y: Array
) -> tuple[Array, Array]:
    r"""One step of lecture W: an index for what each weight multiplies, ℓ for the step.

    .. math:: h_\ell = \tanh(W_h h_{\ell-1} + W_x x_\ell + b_h), \qquad y_\ell = W_y h_\ell + b_y

    Equation ``eq-rnn-notation-w``. Source: lecture W.

    Shapes: x_l (F,), h_prev (H,), W_h (H, H), W_x (H, F), W_y (K, H), b_h (H,), b_y (K,); returns h_ℓ, y_ℓ.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(x_l=(x_l, "F"), h_prev=(h_prev, "H"), W_h=(W_h, "H H"), W_x=(W_x, "H F"), b_h=(b_h, "H"))
    expect(h_prev=(h_prev, "H"), W_y=(W_y, "K H"), b_y=(b_y, "K"))
    h_l = np.tanh(W_h @ h_prev + W_x @ x_l + b_h)
    return h_l, W_y @ h_l + b_y


def step_c(
    x_t: Array, h_prev: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array, W_ho: Array, b_ho: Array
) -> tuple[Array, Array, Array]:
    r"""One step of lecture C to the letter: h is the value before tanh, and it is h that recurs.

    .. math::
       h_t = W_{ih} x_t + W_{hh} h_{t-1} + b_{ih} + b_{hh}, \qquad a_t = \tanh(h_t), \qquad
       o_t = \operatorname{softmax}(W_{ho} a_t + b_{ho})

    Equation ``eq-rnn-notation-c``. Source: lecture C, eq. 1–3.

    The state never passes through tanh, so this is a *linear* dynamical system with a squashed output: another network
    than ``torch.nn.RNN``, from the second step on. Giving it a_{t-1} for h_prev makes it the same network.

    Shapes: x_t (F,), h_prev (H,), weights as in :mod:`rnncourse.rnn`; returns h_t, a_t, o_t.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(x_t=(x_t, "F"), h_prev=(h_prev, "H"), W_ih=(W_ih, "H F"), W_hh=(W_hh, "H H"), b_ih=(b_ih, "H"))
    expect(b_hh=(b_hh, "H"), h_prev=(h_prev, "H"), W_ho=(W_ho, "K H"), b_ho=(b_ho, "K"))
    h_t = W_ih @ x_t + W_hh @ h_prev + b_ih + b_hh
    a_t = np.tanh(h_t)
    return h_t, a_t, softmax(W_ho @ a_t + b_ho)


def _identity(z: Array) -> Array:
    return z


def step_m(
    u_k: Array,
    x_prev: Array,
    A: Array,
    B: Array,
    C: Array,
    b_x: Array,
    b_y: Array,
    f: Callable[[Array], Array] = np.tanh,
    g: Callable[[Array], Array] = _identity,
) -> tuple[Array, Array]:
    r"""One step of lecture M, the state space of control theory: x is the state, u the input, k the step.

    .. math:: x(k) = f(A x(k-1) + B u(k) + b_x), \qquad y(k) = g(C x(k) + b_y)

    Equation ``eq-rnn-notation-m``. Source: lecture M. With f = tanh and g the identity it is the network of the others.

    Shapes: u_k (F,), x_prev (H,), A (H, H), B (H, F), C (K, H), b_x (H,), b_y (K,); returns x(k), y(k).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(u_k=(u_k, "F"), x_prev=(x_prev, "H"), A=(A, "H H"), B=(B, "H F"), C=(C, "K H"), b_x=(b_x, "H"))
    expect(C=(C, "K H"), b_y=(b_y, "K"))
    x_k = f(A @ x_prev + B @ u_k + b_x)
    return x_k, g(C @ x_k + b_y)


def _expect_weights(weights: Mapping[str, Array]) -> None:
    names = {"W_ih": "H F", "W_hh": "H H", "b_ih": "H", "b_hh": "H", "W_ho": "K H", "b_ho": "K"}
    if weights.keys() != names.keys():
        raise ValueError(f"weights: expected {', '.join(names)}, got {', '.join(weights) or 'none'}")
    expect(**{name: (weights[name], symbols) for name, symbols in names.items()})


def _find(lecture: str) -> Notation:
    if lecture not in NOTATIONS:
        raise ValueError(f"lecture: expected one of {', '.join(NOTATIONS)}, got {lecture!r}")
    return NOTATIONS[lecture]


def to_notation(weights: Mapping[str, Array], lecture: str) -> Weights:
    """The course's weights under a lecture's names; its one bias is the sum of our two. The arrays are new.

    Raises ValueError for another lecture than P, A, W, M or for missing names, and as
    :func:`rnncourse._arrays.expect` says.
    """
    _expect_weights(weights)
    n = _find(lecture)
    matrices = {n.W_ih: weights["W_ih"], n.W_hh: weights["W_hh"], n.W_ho: weights["W_ho"]}
    biases = {n.b: weights["b_ih"] + weights["b_hh"], n.b_ho: weights["b_ho"].copy()}
    return {name: (W.T if n.rows else W).copy() for name, W in matrices.items()} | biases


def from_notation(weights: Mapping[str, Array], lecture: str) -> Weights:
    """A lecture's weights under the course's names; its bias becomes b_ih, and b_hh is 0. The arrays are new.

    Raises ValueError for another lecture than P, A, W, M or for missing names, and as
    :func:`rnncourse._arrays.expect` says.
    """
    n = _find(lecture)
    wanted = (n.W_ih, n.W_hh, n.W_ho, n.b, n.b_ho)
    if weights.keys() != set(wanted):
        raise ValueError(f"weights: expected {', '.join(wanted)}, got {', '.join(weights) or 'none'}")
    W_ih, W_hh, W_ho = ((W.T if n.rows else W).copy() for W in (weights[name] for name in wanted[:3]))
    b = weights[n.b].copy()
    course = {
        "W_ih": W_ih,
        "W_hh": W_hh,
        "b_ih": b,
        "b_hh": np.zeros_like(b),
        "W_ho": W_ho,
        "b_ho": weights[n.b_ho].copy(),
    }
    _expect_weights(course)
    return course


def to_torch(weights: Mapping[str, Array]) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """The state_dict of a ``torch.nn.RNN(F, H)`` and that of a ``torch.nn.Linear(H, K)`` for its outputs; copies.

    Raises ValueError or TypeError as :func:`to_notation` does.
    """
    import torch

    _expect_weights(weights)
    t = {name: torch.from_numpy(w.copy()) for name, w in weights.items()}
    rnn = {f"{long}_{role}_l0": t[f"{short}_{role}"] for short, long in _LONG.items() for role in ("ih", "hh")}
    return rnn, {"weight": t["W_ho"], "bias": t["b_ho"]}


def from_torch(rnn: Mapping[str, torch.Tensor], linear: Mapping[str, torch.Tensor]) -> Weights:
    """The course's weights from the state_dicts of a one-layer ``torch.nn.RNN`` and a ``torch.nn.Linear``; copies.

    A module without bias has biases of 0 here. Raises ValueError when the names are not those of such modules.
    """
    allowed = {f"{long}_{role}_l0" for long in _LONG.values() for role in ("ih", "hh")}
    if not {"weight_ih_l0", "weight_hh_l0"} <= rnn.keys() <= allowed:
        raise ValueError(f"rnn: expected the state_dict of a one-layer torch.nn.RNN, got {', '.join(rnn)}")
    if not {"weight"} <= linear.keys() <= {"weight", "bias"}:
        raise ValueError(f"linear: expected the state_dict of a torch.nn.Linear, got {', '.join(linear)}")
    W_hh, W_ho = rnn["weight_hh_l0"], linear["weight"]
    tensors = {
        "W_ih": rnn["weight_ih_l0"],
        "W_hh": W_hh,
        "b_ih": rnn.get("bias_ih_l0", W_hh.new_zeros(len(W_hh))),
        "b_hh": rnn.get("bias_hh_l0", W_hh.new_zeros(len(W_hh))),
        "W_ho": W_ho,
        "b_ho": linear.get("bias", W_ho.new_zeros(len(W_ho))),
    }
    weights = {name: tensor.detach().cpu().numpy().copy() for name, tensor in tensors.items()}
    _expect_weights(weights)
    return weights


_LONG = {"W": "weight", "b": "bias"}
