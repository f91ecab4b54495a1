r"""The RNN in the notations of five lectures, Keras and ONNX: a step as each lecture writes it, and converters.

The course's weights are torch's, ``{"W_ih": (H, F), "W_hh": (H, H), "b_ih": (H,), "b_hh": (H,)}``, and for a network
with outputs ``"W_ho": (K, H), "b_ho": (K,)`` too: the lectures have these, the frameworks' cells do not. A step takes
the previous state and an input, and returns the new state and the output; vectors have shape (n,), except in notation
P, where they are rows (B, n).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from rnncourse._arrays import Array, expect, sign
from rnncourse.conventions._layer import (
    Notation,
    Weights,
    expect_layer,
    expect_names,
    expect_shapes,
    find,
    layer_from_torch,
    layer_to_torch,
    merge_biases,
    split_bias,
    without_bias,
)
from rnncourse.rnn import softmax

if TYPE_CHECKING:
    import torch

# --- a step as the lectures write it


def step_p(y_prev: Array, h_prev: Array, W: Array, U: Array, V: Array, b: Array, c: Array) -> tuple[Array, Array]:
    r"""One step of Perdikaris's lecture: vectors are rows, and the input is the series' own previous value.

    .. math:: h_t = \tanh(h_{t-1} W + y_{t-1} U + b), \qquad \hat y_t = h_t V + c

    Equation ``eq-rnn-notation-p``. Source: Perdikaris's lecture.

    Shapes: y_prev (B, F), h_prev (B, H), W (H, H), U (F, H), V (H, K), b (H,), c (K,); returns h_t, ŷ_t.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(y_prev=(y_prev, "B F"), h_prev=(h_prev, "B H"), W=(W, "H H"), U=(U, "F H"), b=(b, "H"))
    expect(h_prev=(h_prev, "B H"), V=(V, "H K"), c=(c, "K"))
    h_t = np.tanh(h_prev @ W + y_prev @ U + b)
    return h_t, h_t @ V + c


def step_a(x_t: Array, h_prev: Array, U: Array, W: Array, V: Array, b: Array, c: Array) -> tuple[Array, Array]:
    r"""One step of Atanasov's lecture, in the notation of Goodfellow et al.: vectors are columns.

    .. math:: h^{(t)} = \tanh(U x^{(t)} + W h^{(t-1)} + b), \qquad o^{(t)} = V h^{(t)} + c

    Equation ``eq-rnn-notation-a``. Source: Atanasov's lecture; Goodfellow et al. (2016), eq. 10.8–10.10.

    Shapes: x_t (F,), h_prev (H,), U (H, F), W (H, H), V (K, H), b (H,), c (K,); returns h_t, o_t.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(x_t=(x_t, "F"), h_prev=(h_prev, "H"), U=(U, "H F"), W=(W, "H H"), V=(V, "K H"), b=(b, "H"), c=(c, "K"))
    h_t = np.tanh(U @ x_t + W @ h_prev + b)
    return h_t, V @ h_t + c


def step_w(
    x_l: Array, h_prev: Array, W_h: Array, W_x: Array, W_y: Array, b_h: Array, b_y: Array
) -> tuple[Array, Array]:
    r"""One step of Wang's lecture: an index for what each weight multiplies, ℓ for the step.

    .. math:: h_\ell = \tanh(W_h h_{\ell-1} + W_x x_\ell + b_h), \qquad y_\ell = W_y h_\ell + b_y

    Equation ``eq-rnn-notation-w``. Source: Wang's lecture.

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
    r"""One step of the CSC413 tutorial to the letter: h is the value before tanh, and it is h that recurs.

    .. math::
       h_t = W_{ih} x_t + W_{hh} h_{t-1} + b_{ih} + b_{hh}, \qquad a_t = \tanh(h_t), \qquad
       o_t = \operatorname{softmax}(W_{ho} a_t + b_{ho})

    Equation ``eq-rnn-notation-c``. Source: the CSC413 tutorial, eq. 1–3.

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
    r"""One step of Mohajerin's lecture, the state space of control theory: x is the state, u the input, k the step.

    .. math:: x(k) = f(A x(k-1) + B u(k) + b_x), \qquad y(k) = g(C x(k) + b_y)

    Equation ``eq-rnn-notation-m``. Source: Mohajerin's lecture. With f = tanh and g the identity it is that
    of the others.

    Shapes: u_k (F,), x_prev (H,), A (H, H), B (H, F), C (K, H), b_x (H,), b_y (K,); returns x(k), y(k).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(u_k=(u_k, "F"), x_prev=(x_prev, "H"), A=(A, "H H"), B=(B, "H F"), C=(C, "K H"), b_x=(b_x, "H"))
    expect(C=(C, "K H"), b_y=(b_y, "K"))
    x_k = f(A @ x_prev + B @ u_k + b_x)
    return x_k, g(C @ x_k + b_y)


# --- the lectures' weights

_OURS = ("W_ih", "W_hh", "W_ho", "b", "b_ho")
_OUTPUT = {"W_ho": "K H", "b_ho": "K"}


def _to_lecture(names: Mapping[str, str], rows: bool, weights: Mapping[str, Array]) -> Weights:
    """A lecture's weights: its one bias is the sum of our two, and rows of a batch meet the transposed matrices."""
    ours = {**weights, "b": merge_biases(weights["b_ih"], weights["b_hh"])}
    return {theirs: (ours[name].T if rows else ours[name]).copy() for name, theirs in names.items() if name in ours}


def _from_lecture(names: Mapping[str, str], rows: bool, weights: Mapping[str, Array]) -> Weights:
    """The course's weights from those of a lecture, whose bias becomes b_ih."""
    W_ih, W_hh, W_ho, b, b_ho = names.values()
    expect_names(weights, (W_ih, W_hh, b), (W_ho, b_ho))
    shapes = ("F H", "H H", "H K", "H", "K") if rows else ("H F", "H H", "K H", "H", "K")
    expect_shapes(weights, **dict(zip(names.values(), shapes, strict=True)))
    found = {name: weights[theirs] for name, theirs in names.items() if theirs in weights}
    b_ih, b_hh = split_bias(found.pop("b"))
    return {name: (w.T if rows else w).copy() for name, w in found.items()} | {"b_ih": b_ih, "b_hh": b_hh}


def _lecture(names: str, rows: bool = False) -> Notation:
    theirs = dict(zip(_OURS, names.split(), strict=True))
    return Notation(partial(_to_lecture, theirs, rows), partial(_from_lecture, theirs, rows))


# --- the frameworks' weights


def _to_keras(weights: Mapping[str, Array]) -> Weights:
    r"""The weights of ``keras.layers.SimpleRNN``: rows of a batch times a kernel, one bias, as in Perdikaris's lecture.

    .. math:: K = W_{ih}^\top, \qquad R = W_{hh}^\top, \qquad b = b_{ih} + b_{hh}

    Equation ``eq-notations-rnn-keras``.
    Source: keras.io, SimpleRNN layer. Shapes: kernel (F, H), recurrent_kernel (H, H), bias (H,).
    """
    _without_output(weights, "keras.layers.SimpleRNN")
    b = merge_biases(weights["b_ih"], weights["b_hh"])
    return {"kernel": weights["W_ih"].T.copy(), "recurrent_kernel": weights["W_hh"].T.copy(), "bias": b}


def _from_keras(weights: Mapping[str, Array]) -> Weights:
    r"""The course's weights from those of ``keras.layers.SimpleRNN``.

    .. math:: W_{ih} = K^\top, \qquad W_{hh} = R^\top

    Equation ``eq-notations-rnn-from-keras``. Source and shapes as in :func:`_to_keras`.
    """
    weights = without_bias(weights, "bias", "recurrent_kernel")
    shapes = {"kernel": "F H", "recurrent_kernel": "H H", "bias": "H"}
    expect_names(weights, shapes)
    expect_shapes(weights, **shapes)
    b_ih, b_hh = split_bias(weights["bias"])
    W_ih, W_hh = weights["kernel"].T.copy(), weights["recurrent_kernel"].T.copy()
    return {"W_ih": W_ih, "W_hh": W_hh, "b_ih": b_ih, "b_hh": b_hh}


def _to_onnx(weights: Mapping[str, Array]) -> Weights:
    r"""The inputs of ONNX's operator RNN: an axis for the direction, both biases in one.

    .. math:: W = W_{ih}, \qquad R = W_{hh}, \qquad B = (b_{ih}, b_{hh})

    Equation ``eq-notations-rnn-onnx``. Source: onnx.ai, RNN. Shapes: W (1, H, F), R (1, H, H), B (1, 2H).
    """
    _without_output(weights, "ONNX's operator RNN")
    B = np.concatenate([weights["b_ih"], weights["b_hh"]])
    return {"W": weights["W_ih"][None].copy(), "R": weights["W_hh"][None].copy(), "B": B[None]}


def _from_onnx(weights: Mapping[str, Array]) -> Weights:
    r"""The course's weights from the inputs of ONNX's operator RNN, one direction.

    .. math:: W_{ih} = W, \qquad W_{hh} = R, \qquad (b_{ih}, b_{hh}) = B

    Source and shapes as in :func:`_to_onnx`.
    """
    weights = without_bias(weights, "B", "R")
    expect_names(weights, ("W", "R", "B"))
    H = expect(R=(weights["R"], "1 H H"))["H"]
    expect_shapes(weights, R="1 H H", W="1 H F", B=f"1 {2 * H}")
    b_ih, b_hh = np.split(weights["B"][0].copy(), 2)
    return {"W_ih": weights["W"][0].copy(), "W_hh": weights["R"][0].copy(), "b_ih": b_ih, "b_hh": b_hh}


def _to_flax(weights: Mapping[str, Array]) -> Weights:
    r"""The parameters of ``flax.linen.SimpleCell``: a dense layer of the input, with the bias, and one of the state.

    .. math:: K_i = W_{ih}^\top, \qquad K_h = W_{hh}^\top, \qquad b = b_{ih} + b_{hh}

    Equation ``eq-notations-rnn-flax``.
    Source: flax.readthedocs.io, SimpleCell. Names as ``flax.traverse_util.flatten_dict(params, sep="/")`` gives them:
    i/kernel (F, H), i/bias (H,), h/kernel (H, H).
    """
    theirs = _to_keras(weights)
    return {"i/kernel": theirs["kernel"], "i/bias": theirs["bias"], "h/kernel": theirs["recurrent_kernel"]}


def _from_flax(weights: Mapping[str, Array]) -> Weights:
    """The course's weights from those of ``flax.linen.SimpleCell``; source and shapes as in :func:`_to_flax`."""
    shapes = {"i/kernel": "F H", "h/kernel": "H H", "i/bias": "H"}
    expect_names(weights, shapes)
    expect_shapes(weights, **shapes)
    return _from_keras({n: weights[k] for n, k in zip(("kernel", "recurrent_kernel", "bias"), shapes, strict=True)})


def _to_haiku(weights: Mapping[str, Array]) -> Weights:
    r"""The parameters of ``haiku.VanillaRNN``, whose f is max(0, ·) where torch's is tanh unless told otherwise.

    .. math:: w_i = W_{ih}^\top, \qquad w_h = W_{hh}^\top

    Equation ``eq-notations-rnn-haiku``.
    Source: dm-haiku.readthedocs.io, VanillaRNN. Its two linear layers: linear/w (F, H) and /b (H,),
    linear_1/w (H, H) and /b (H,).
    """
    _without_output(weights, "haiku.VanillaRNN")
    return {
        "linear/w": weights["W_ih"].T.copy(),
        "linear/b": weights["b_ih"].copy(),
        "linear_1/w": weights["W_hh"].T.copy(),
        "linear_1/b": weights["b_hh"].copy(),
    }


def _from_haiku(weights: Mapping[str, Array]) -> Weights:
    """The course's weights from those of ``haiku.VanillaRNN``; source and shapes as in :func:`_to_haiku`."""
    shapes = {"linear/w": "F H", "linear_1/w": "H H"}
    shapes |= {"linear/b": "H", "linear_1/b": "H"}
    expect_names(weights, shapes)
    expect_shapes(weights, **shapes)
    return {ours: weights[name].T.copy() for ours, name in zip(("W_ih", "W_hh", "b_ih", "b_hh"), shapes, strict=True)}


def _without_output(weights: Mapping[str, Array], who: str) -> None:
    if "W_ho" in weights:
        raise ValueError(f"weights: {who} has no output layer, got W_ho, b_ho")


NOTATIONS = {
    "perdikaris": _lecture("U W V b c", rows=True),
    "atanasov": _lecture("U W V b c"),
    "wang": _lecture("W_x W_h W_y b_h b_y"),
    "mohajerin": _lecture("B A C b_x b_y"),
    "keras": Notation(_to_keras, _from_keras),
    "onnx": Notation(_to_onnx, _from_onnx),
    "flax": Notation(_to_flax, _from_flax),
    "haiku": Notation(_to_haiku, _from_haiku),
}
"""P perdikaris, A atanasov, W wang, M mohajerin; ``keras.layers.SimpleRNN``; ONNX's operator; flax and haiku.

The CSC413 tutorial (csc413) has the names of the course and two biases.
"""


def to_notation(weights: Mapping[str, Array], notation: str) -> Weights:
    """The course's weights under the names of a lecture or a framework. The arrays are new.

    Raises ValueError for an unknown notation, for missing names, and for W_ho and b_ho where a notation has no output
    layer; and as :func:`rnncourse._arrays.expect` says.
    """
    theirs = find(NOTATIONS, notation)
    expect_layer(weights, 1, _OUTPUT)
    return theirs.to(weights)


def from_notation(weights: Mapping[str, Array], notation: str) -> Weights:
    """The weights of a lecture or a framework under the course's names. The arrays are new.

    Where they have one bias it becomes b_ih, and b_hh is 0.

    Raises ValueError for an unknown notation or missing names, and as :func:`rnncourse._arrays.expect` says.
    """
    return find(NOTATIONS, notation).back(weights)


def to_torch(weights: Mapping[str, Array]) -> dict[str, torch.Tensor]:
    """The state_dict of a ``torch.nn.RNN(F, H)``; copies. Raises as :func:`to_notation`: it has no output layer."""
    expect_layer(weights, 1, _OUTPUT)
    _without_output(weights, "torch.nn.RNN")
    return layer_to_torch(weights)


def from_torch(state: Mapping[str, torch.Tensor]) -> Weights:
    """The course's weights from the state_dict of a one-layer ``torch.nn.RNN``; copies.

    A module without bias has biases of 0 here. Raises ValueError when the names are not those of such a module.
    """
    weights = layer_from_torch(state, "torch.nn.RNN")
    expect_layer(weights, 1)
    return weights


sign(globals(), "to_notation", "from_notation")
