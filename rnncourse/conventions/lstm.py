r"""The LSTM in the notations of the lectures, Keras, TensorFlow 1 and ONNX, and converters to and from them.

The course's weights are torch's, ``{"W_ih": (4H, F), "W_hh": (4H, H), "b_ih": (4H,), "b_hh": (4H,)}`` with blocks in
the order i, f, g, o, and peepholes ``p_i``, ``p_f``, ``p_o`` (H,) where a cell has them. A notation with one bias gets
the sum of the two; coming back, it is b_ih, and b_hh is 0. A step takes rows of a batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array, expect, sign
from rnncourse.conventions._layer import (
    Notation,
    Weights,
    dense,
    expect_layer,
    expect_names,
    expect_shapes,
    find,
    layer_from_torch,
    layer_to_torch,
    merge_biases,
    reorder,
    split_bias,
    stacked,
    without_bias,
)
from rnncourse.gates import sigmoid

if TYPE_CHECKING:
    import torch

_PEEPHOLES = {"p_i": "H", "p_f": "H", "p_o": "H"}

# --- a step as the lectures write it


def step_pc(
    x_t: Array,
    h_prev: Array,
    C_prev: Array,
    W_f: Array,
    W_i: Array,
    W_C: Array,
    W_o: Array,
    b_f: Array,
    b_i: Array,
    b_C: Array,
    b_o: Array,
) -> tuple[Array, Array]:
    r"""One step of lectures of Perdikaris and CSC413: state and input in one vector, the state first.

    .. math::
       f_t = \sigma(W_f [h_{t-1}, x_t] + b_f), \quad i_t = \sigma(W_i [h_{t-1}, x_t] + b_i), \quad
       o_t = \sigma(W_o [h_{t-1}, x_t] + b_o)
    .. math::
       \tilde C_t = \tanh(W_C [h_{t-1}, x_t] + b_C), \qquad
       C_t = f_t \odot C_{t-1} + i_t \odot \tilde C_t, \qquad h_t = o_t \odot \tanh C_t

    Equation ``eq-lstm-gru-notation-pc``. Source: lectures of Perdikaris and CSC413.

    Shapes: x_t (B, F), h_prev and C_prev (B, H), W_k (H, H+F) and b_k (H,); returns h_t, C_t.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    sizes = expect(x_t=(x_t, "B F"), h_prev=(h_prev, "B H"), C_prev=(C_prev, "B H"))
    wide = f"H {sizes['H'] + sizes['F']}"
    expect(h_prev=(h_prev, "B H"), W_f=(W_f, wide), W_i=(W_i, wide), W_C=(W_C, wide), W_o=(W_o, wide))
    expect(h_prev=(h_prev, "B H"), b_f=(b_f, "H"), b_i=(b_i, "H"), b_C=(b_C, "H"), b_o=(b_o, "H"))
    hx = np.concatenate([h_prev, x_t], axis=1)
    f_t, i_t, o_t = (sigmoid(hx @ W.T + b) for W, b in ((W_f, b_f), (W_i, b_i), (W_o, b_o)))
    C_t = f_t * C_prev + i_t * np.tanh(hx @ W_C.T + b_C)
    return o_t * np.tanh(C_t), C_t


def step_a(x_t: Array, h_prev: Array, s_prev: Array, **weights: Array) -> tuple[Array, Array]:
    r"""One step with the letters of Atanasov's lecture, its gates at t and its candidate through tanh.

    .. math::
       s^{(t)} = f^{(t)} \odot s^{(t-1)} + g^{(t)} \odot \tanh\bigl(b + U x^{(t)} + W h^{(t-1)}\bigr), \qquad
       h^{(t)} = q^{(t)} \odot \tanh s^{(t)}

    Equation ``eq-lstm-gru-notation-a``; each of the gates f, g (input), q (output) is
    :math:`\sigma(b^k + U^k x^{(t)} + W^k h^{(t-1)})`. Source: Atanasov's lecture, mended; see :func:`step_a_literal`.

    Shapes: x_t (B, F), h_prev and s_prev (B, H), U_k (H, F), W_k (H, H), b_k (H,) for k in f, g, q, and U, W, b for
    the candidate; returns h_t, s_t.
    Raises ValueError when a weight is missing, and as :func:`rnncourse._arrays.expect` says.
    """
    _expect_a(weights, x_t=(x_t, "B F"), h_prev=(h_prev, "B H"), s_prev=(s_prev, "B H"))
    f_t, g_t, q_t, s = _layers_a(x_t, h_prev, weights)
    s_t = f_t * s_prev + g_t * np.tanh(s)
    return q_t * np.tanh(s_t), s_t


class LiteralStep(NamedTuple):
    """What a step of Atanasov's lecture, taken at its word, hands to the next: the gates too."""

    h_t: Array
    s_t: Array
    f_t: Array
    g_t: Array


def step_a_literal(
    x_t: Array, x_prev: Array, h_prev: Array, s_prev: Array, f_prev: Array, g_prev: Array, **weights: Array
) -> LiteralStep:
    r"""Atanasov's lecture's state update as it is printed: gates and input of the step before, and σ for the candidate.

    .. math::
       s^{(t)} = f^{(t-1)} \odot s^{(t-1)} + g^{(t-1)} \odot \sigma\bigl(b + U x^{(t-1)} + W h^{(t-1)}\bigr)

    Equation ``eq-lstm-gru-notation-a-literal``; gates and h as in :func:`step_a`. Source: Atanasov's lecture. A slip:
    x^{(t)} reaches s^{(t)} a step late, and nothing that is written is ever negative: a state from s = 0 never sinks.

    Shapes: x_t and x_prev (B, F), the other states and gates (B, H), weights as in :func:`step_a`.
    Raises ValueError when a weight is missing, and as :func:`rnncourse._arrays.expect` says.
    """
    gates = {"f_prev": (f_prev, "B H"), "g_prev": (g_prev, "B H")}
    inputs = {"x_t": (x_t, "B F"), "x_prev": (x_prev, "B F")}
    _expect_a(weights, **inputs, h_prev=(h_prev, "B H"), s_prev=(s_prev, "B H"), **gates)
    *_, s = _layers_a(x_prev, h_prev, weights)
    s_t = f_prev * s_prev + g_prev * sigmoid(s)
    f_t, g_t, q_t, _ = _layers_a(x_t, h_prev, weights)
    return LiteralStep(q_t * np.tanh(s_t), s_t, f_t, g_t)


_SUFFIXES_A = ("_f", "_g", "_q", "")


def _expect_a(weights: Mapping[str, Array], **others: tuple[Array, str]) -> None:
    shapes = {f"{name}{k}": shape for k in _SUFFIXES_A for name, shape in (("U", "H F"), ("W", "H H"), ("b", "H"))}
    expect_names(weights, shapes)
    expect(**others, **{name: (weights[name], shape) for name, shape in shapes.items()})


def _layers_a(x: Array, h: Array, weights: Mapping[str, Array]) -> tuple[Array, Array, Array, Array]:
    f, g, q, s = (weights[f"b{k}"] + x @ weights[f"U{k}"].T + h @ weights[f"W{k}"].T for k in _SUFFIXES_A)
    return sigmoid(f), sigmoid(g), sigmoid(q), s


# --- the lectures' weights


def _to_pc(weights: Mapping[str, Array]) -> Weights:
    r"""The weights of lectures of Perdikaris and CSC413 from the course's.

    .. math:: W_k = [\,W_{hk}\ \ W_{ik}\,], \qquad b_k = b_{ik} + b_{hk}, \qquad (i, f, C, o) = (i, f, g, o)

    Equation ``eq-lstm-gru-to-pc``. Source: :func:`step_pc`.
    """
    _without_peepholes(weights, "lectures of Perdikaris and CSC413 have")
    W = np.concatenate([weights["W_hh"], weights["W_ih"]], axis=1)
    stacked = {"W": W, "b": merge_biases(weights["b_ih"], weights["b_hh"])}
    return {
        f"{name}_{k}": block
        for name, blocks in stacked.items()
        for k, block in zip("ifCo", np.split(blocks, 4), strict=True)
    }


def _from_pc(weights: Mapping[str, Array]) -> Weights:
    r"""The course's weights from those of lectures of Perdikaris and CSC413.

    .. math:: [\,W_{hk}\ \ W_{ik}\,] = W_k, \qquad (i, f, g, o) = (i, f, C, o)

    Equation ``eq-lstm-gru-from-pc``. Source: :func:`step_pc`. Shapes: W_k (H, H+F), b_k (H,).
    """
    shapes = {f"{name}_{k}": shape for name, shape in (("b", "H"), ("W", "H N")) for k in "ifCo"}
    expect_names(weights, shapes)
    expect_shapes(weights, **shapes)
    W, b = (np.concatenate([weights[f"{name}_{k}"] for k in "ifCo"]) for name in "Wb")
    H = len(b) // 4
    if W.shape[1] <= H:
        raise ValueError(f"W_i: expected shape (H={H}, H+F), got {weights['W_i'].shape}")
    b_ih, b_hh = split_bias(b)
    return {"W_ih": W[:, H:].copy(), "W_hh": W[:, :H].copy(), "b_ih": b_ih, "b_hh": b_hh}


def _to_a(weights: Mapping[str, Array]) -> Weights:
    r"""The weights of Atanasov's lecture from the course's.

    .. math:: (f, g, q) = (f, i, o), \qquad \text{without a letter: } g

    Equation ``eq-lstm-gru-to-a``: Atanasov's lecture's g is the input gate, the course's g the candidate. Source:
    :func:`step_a`.
    """
    _without_peepholes(weights, "Atanasov's lecture has")
    b = merge_biases(weights["b_ih"], weights["b_hh"])
    ours = {"U": weights["W_ih"], "W": weights["W_hh"], "b": b}
    return {
        f"{name}{k}": block
        for name, stacked in ours.items()
        for k, block in zip(_SUFFIXES_A, np.split(reorder(stacked, "ifgo", "fiog"), 4), strict=True)
    }


def _from_a(weights: Mapping[str, Array]) -> Weights:
    r"""The course's weights from those of Atanasov's lecture.

    .. math:: (i, f, g, o) = (g, f, \cdot, q)

    Equation ``eq-lstm-gru-from-a``. Source: :func:`step_a`. Shapes: U_k (H, F), W_k (H, H), b_k (H,).
    """
    _expect_a(weights)
    W_ih, W_hh, b = (np.concatenate([weights[f"{name}{k}"] for k in ("_g", "_f", "", "_q")]) for name in "UWb")
    b_ih, b_hh = split_bias(b)
    return {"W_ih": W_ih, "W_hh": W_hh, "b_ih": b_ih, "b_hh": b_hh}


# --- the frameworks' weights


def _to_keras(weights: Mapping[str, Array]) -> Weights:
    r"""The weights of ``keras.layers.LSTM``: rows of a batch times a kernel, one bias, the order i, f, c, o.

    .. math:: K = W_{ih}^\top, \qquad R = W_{hh}^\top, \qquad b = b_{ih} + b_{hh}

    Equation ``eq-lstm-gru-keras``. Source: keras.io, LSTM layer. Shapes: kernel (F, 4H), recurrent_kernel (H, 4H),
    bias (4H,). Keras adds no 1 to the forget gate as it runs; ``unit_forget_bias`` only sets where its bias starts.
    """
    _without_peepholes(weights, "Keras has")
    b = merge_biases(weights["b_ih"], weights["b_hh"])
    return {"kernel": weights["W_ih"].T.copy(), "recurrent_kernel": weights["W_hh"].T.copy(), "bias": b}


def _from_keras(weights: Mapping[str, Array]) -> Weights:
    r"""The course's weights from those of ``keras.layers.LSTM``.

    .. math:: W_{ih} = K^\top, \qquad W_{hh} = R^\top

    Equation ``eq-lstm-gru-from-keras``. Source and shapes as in :func:`_to_keras`.
    """
    weights = without_bias(weights, "bias", "recurrent_kernel")
    expect_names(weights, ("kernel", "recurrent_kernel", "bias"))
    H = expect(recurrent_kernel=(weights["recurrent_kernel"], "H R"))["H"]
    expect_shapes(weights, kernel=f"F {4 * H}", recurrent_kernel=f"H {4 * H}", bias=str(4 * H))
    b_ih, b_hh = split_bias(weights["bias"])
    W_ih, W_hh = weights["kernel"].T.copy(), weights["recurrent_kernel"].T.copy()
    return {"W_ih": W_ih, "W_hh": W_hh, "b_ih": b_ih, "b_hh": b_hh}


def _to_flax(weights: Mapping[str, Array]) -> Weights:
    r"""The parameters of ``flax.linen.LSTMCell`` and ``OptimizedLSTMCell``: a dense layer for each gate and argument.

    .. math:: K_{ik} = W_{ik}^\top, \qquad K_{hk} = W_{hk}^\top, \qquad b_{hk} = b_{ik} + b_{hk}

    Equation ``eq-notations-lstm-flax``.
    Source: flax.readthedocs.io, LSTMCell. Names as ``flax.traverse_util.flatten_dict(params, sep="/")`` gives them:
    ``ii/kernel`` (F, H), ``hi/kernel`` (H, H), ``hi/bias`` (H,), and so for f, g and o.
    """
    _without_peepholes(weights, "flax has")
    b = merge_biases(weights["b_ih"], weights["b_hh"])
    return dense("ifgo", "i", weights["W_ih"]) | dense("ifgo", "h", weights["W_hh"], b)


def _from_flax(weights: Mapping[str, Array]) -> Weights:
    """The course's weights from those of ``flax.linen.LSTMCell``; source and shapes as in :func:`_to_flax`."""
    shapes = {f"i{k}/kernel": "F H" for k in "ifgo"} | {f"h{k}/kernel": "H H" for k in "ifgo"}
    shapes |= {f"h{k}/bias": "H" for k in "ifgo"}
    expect_names(weights, shapes)
    expect_shapes(weights, **shapes)
    b_ih, b_hh = split_bias(stacked(weights, "ifgo", "h", "bias"))
    W_ih, W_hh = stacked(weights, "ifgo", "i", "kernel"), stacked(weights, "ifgo", "h", "kernel")
    return {"W_ih": W_ih, "W_hh": W_hh, "b_ih": b_ih, "b_hh": b_hh}


def _to_haiku(weights: Mapping[str, Array]) -> Weights:
    r"""The parameters of ``haiku.LSTM``'s linear layer: input before state, the order i, g, f, o, and 1 not there.

    .. math:: w = [\,W_{ih}\ \ W_{hh}\,]^\top, \qquad f_t = \sigma(a^f_t + 1), \qquad b_f = b_{if} + b_{hf} - 1

    Equation ``eq-notations-lstm-haiku``: TensorFlow 1's variables under other names.
    Source: dm-haiku.readthedocs.io, LSTM. Shapes: w (F+H, 4H), b (4H,).
    """
    _without_peepholes(weights, "haiku has")
    theirs = _to_tensorflow(weights)
    return {"w": theirs["kernel"], "b": theirs["bias"]}


def _from_haiku(weights: Mapping[str, Array]) -> Weights:
    """The course's weights from those of ``haiku.LSTM``; source and shapes as in :func:`_to_haiku`."""
    expect_names(weights, ("w", "b"))
    return _from_tensorflow({"kernel": weights["w"], "bias": weights["b"]})


def _to_equinox(weights: Mapping[str, Array]) -> Weights:
    r"""The arrays of ``equinox.nn.LSTMCell``: torch's, with one bias.

    .. math:: b = b_{ih} + b_{hh}

    Equation ``eq-notations-lstm-equinox``.
    Source: docs.kidger.site/equinox, LSTMCell. Shapes: weight_ih (4H, F), weight_hh (4H, H), bias (4H,).
    """
    _without_peepholes(weights, "equinox has")
    b = merge_biases(weights["b_ih"], weights["b_hh"])
    return {"weight_ih": weights["W_ih"].copy(), "weight_hh": weights["W_hh"].copy(), "bias": b}


def _from_equinox(weights: Mapping[str, Array]) -> Weights:
    """The course's weights from those of ``equinox.nn.LSTMCell``; source and shapes as in :func:`_to_equinox`."""
    weights = without_bias(weights, "bias", "weight_hh")
    expect_names(weights, ("weight_ih", "weight_hh", "bias"))
    H = expect(weight_hh=(weights["weight_hh"], "R H"))["H"]
    expect_shapes(weights, weight_hh=f"{4 * H} H", weight_ih=f"{4 * H} F", bias=str(4 * H))
    b_ih, b_hh = split_bias(weights["bias"])
    return {"W_ih": weights["weight_ih"].copy(), "W_hh": weights["weight_hh"].copy(), "b_ih": b_ih, "b_hh": b_hh}


def _to_tensorflow(weights: Mapping[str, Array]) -> Weights:
    r"""The weights of TensorFlow 1's ``LSTMCell``: input before state, the order i, j, f, o, and 1 that is not there.

    .. math:: K = [\,W_{ih}\ \ W_{hh}\,]^\top, \qquad f_t = \sigma(a^f_t + 1), \qquad b_f = b_{if} + b_{hf} - 1

    Equation ``eq-lstm-gru-tensorflow``: the cell adds ``forget_bias`` = 1 as it runs, so its variable is 1 less than
    ours (Jozefowicz et al., 2015, found that the 1 helps). Source: tf.compat.v1.nn.rnn_cell.LSTMCell.

    Shapes: kernel (F+H, 4H), bias (4H,), with peepholes w_i_diag, w_f_diag, w_o_diag (H,).
    """
    kernel = np.concatenate([weights["W_ih"], weights["W_hh"]], axis=1)
    bias = merge_biases(weights["b_ih"], weights["b_hh"]) - _forget_bias(len(kernel), kernel.dtype)
    peepholes = {f"w_{k}_diag": weights[f"p_{k}"].copy() for k in "ifo" if "p_i" in weights}
    return {"kernel": reorder(kernel, "ifgo", "igfo").T.copy(), "bias": reorder(bias, "ifgo", "igfo")} | peepholes


def _from_tensorflow(weights: Mapping[str, Array]) -> Weights:
    r"""The course's weights from those of TensorFlow 1's ``LSTMCell``.

    .. math:: [\,W_{ih}\ \ W_{hh}\,] = K^\top, \qquad b_f \mapsto b_f + 1

    Equation ``eq-lstm-gru-from-tensorflow``. Source and shapes as in :func:`_to_tensorflow`.
    """
    peepholes = [f"w_{k}_diag" for k in "ifo"]
    expect_names(weights, ("kernel", "bias"), peepholes)
    rows = expect(bias=(weights["bias"], "R"))["R"]
    H = rows // 4
    expect_shapes(weights, kernel=f"N {4 * H}", bias=str(4 * H), **dict.fromkeys(peepholes, str(H)))
    W, b = (reorder(weights[name].T, "igfo", "ifgo") for name in ("kernel", "bias"))
    F = W.shape[1] - H
    if F < 1:
        raise ValueError(f"kernel: expected shape (F+H, 4H) with H={H}, got {weights['kernel'].shape}")
    b_ih, b_hh = split_bias(b + _forget_bias(rows, b.dtype))
    seen = {f"p_{name[2]}": weights[name].copy() for name in peepholes if name in weights}
    return {"W_ih": W[:, :F].copy(), "W_hh": W[:, F:].copy(), "b_ih": b_ih, "b_hh": b_hh} | seen


def _to_onnx(weights: Mapping[str, Array]) -> Weights:
    r"""The inputs of ONNX's operator LSTM: an axis for the direction, the order i, o, f, c, both biases in one.

    .. math:: W = (W_i, W_o, W_f, W_c), \qquad B = (b_{ih}, b_{hh}), \qquad P = (p_i, p_o, p_f)

    Equation ``eq-lstm-gru-onnx``. Source: onnx.ai, LSTM. Shapes: W (1, 4H, F), R (1, 4H, H), B (1, 8H), with
    peepholes P (1, 3H).
    """
    W, R, b_ih, b_hh = (reorder(weights[name], "ifgo", "iofg") for name in ("W_ih", "W_hh", "b_ih", "b_hh"))
    peepholes = {"P": np.concatenate([weights[f"p_{k}"] for k in "iof"])[None]} if "p_i" in weights else {}
    return {"W": W[None], "R": R[None], "B": np.concatenate([b_ih, b_hh])[None]} | peepholes


def _from_onnx(weights: Mapping[str, Array]) -> Weights:
    r"""The course's weights from the inputs of ONNX's operator LSTM, one direction.

    .. math:: (W_i, W_f, W_g, W_o) = (W_i, W_f, W_c, W_o), \qquad (b_{ih}, b_{hh}) = B

    Equation ``eq-lstm-gru-from-onnx``. Source and shapes as in :func:`_to_onnx`.
    """
    weights = without_bias(weights, "B", "R")
    expect_names(weights, ("W", "R", "B"), ("P",))
    H = expect(R=(weights["R"], "1 R H"))["H"]
    expect_shapes(weights, W=f"1 {4 * H} F", R=f"1 {4 * H} H", B=f"1 {8 * H}", P=f"1 {3 * H}")
    b_ih, b_hh = np.split(weights["B"][0], 2)
    theirs = {"W_ih": weights["W"][0], "W_hh": weights["R"][0], "b_ih": b_ih, "b_hh": b_hh}
    peepholes = zip("iof", np.split(weights["P"][0], 3), strict=True) if "P" in weights else ()
    stacked = {name: reorder(w, "iofg", "ifgo") for name, w in theirs.items()}
    return stacked | {f"p_{k}": p.copy() for k, p in peepholes}


def _forget_bias(rows: int, dtype: Any) -> Array:
    """1 in the rows of f, 0 elsewhere."""
    return np.repeat(np.array([0, 1, 0, 0], dtype), rows // 4)


def _without_peepholes(weights: Mapping[str, Array], who: str) -> None:
    if "p_i" in weights:
        raise ValueError(f"weights: {who} no peepholes, got p_i, p_f, p_o")


NOTATIONS = {
    "perdikaris": Notation(_to_pc, _from_pc),
    "csc413": Notation(_to_pc, _from_pc),
    "atanasov": Notation(_to_a, _from_a),
    "keras": Notation(_to_keras, _from_keras),
    "tensorflow": Notation(_to_tensorflow, _from_tensorflow),
    "onnx": Notation(_to_onnx, _from_onnx),
    "flax": Notation(_to_flax, _from_flax),
    "haiku": Notation(_to_haiku, _from_haiku),
    "equinox": Notation(_to_equinox, _from_equinox),
}
"""Lectures of Perdikaris, CSC413 and Atanasov; ``keras.layers.LSTM``; ``LSTMCell`` of TensorFlow 1; ONNX's operator;
flax, haiku, equinox."""


def to_notation(weights: Mapping[str, Array], notation: str) -> Weights:
    """The course's weights under the names of a lecture or a framework. The arrays are new.

    Raises ValueError for an unknown notation, for missing names, and for peepholes where a notation has none; and as
    :func:`rnncourse._arrays.expect` says.
    """
    theirs = find(NOTATIONS, notation)
    expect_layer(weights, 4, _PEEPHOLES)
    return theirs.to(weights)


def from_notation(weights: Mapping[str, Array], notation: str) -> Weights:
    """The weights of a lecture or a framework under the course's names. The arrays are new.

    Raises ValueError for an unknown notation or missing names, and as :func:`rnncourse._arrays.expect` says.
    """
    return find(NOTATIONS, notation).back(weights)


def to_torch(weights: Mapping[str, Array]) -> dict[str, torch.Tensor]:
    """The state_dict of a ``torch.nn.LSTM(F, H)``; copies. Raises as :func:`to_notation`: torch has no peepholes."""
    expect_layer(weights, 4, _PEEPHOLES)
    _without_peepholes(weights, "torch.nn.LSTM has")
    return layer_to_torch(weights)


def from_torch(state: Mapping[str, torch.Tensor]) -> Weights:
    """The course's weights from the state_dict of a one-layer ``torch.nn.LSTM``; copies.

    A module without bias has biases of 0 here. Raises ValueError when the names are not those of such a module.
    """
    weights = layer_from_torch(state, "torch.nn.LSTM")
    expect_layer(weights, 4)
    return weights


sign(globals(), "to_notation", "from_notation")
