r"""The GRU in the notations of two lectures, Keras and ONNX: gate order, z or 1-z, biases, the place of the reset.

The course's weights are torch's, ``{"W_ih": (3H, F), "W_hh": (3H, H), "b_ih": (3H,), "b_hh": (3H,)}`` with blocks in
the order r, z, n. They mean one cell with the reset after the product (:func:`rnncourse.gru.cell`, torch) and
another with the reset before it (:func:`rnncourse.gru.cell_before`): a converter is told which with
``reset``, and refuses where one cell cannot do what the other did. A step takes rows of a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rnncourse._arrays import Array, expect, sign
from rnncourse.conventions._layer import (
    Weights,
    dense,
    expect_layer,
    expect_names,
    expect_shapes,
    find,
    layer_from_torch,
    layer_to_torch,
    reorder,
    stacked,
    without_bias,
)
from rnncourse.gates import sigmoid

if TYPE_CHECKING:
    import torch

# --- a step as the lectures write it


def step_c(x_t: Array, h_prev: Array, W_z: Array, W_r: Array, W: Array) -> Array:
    r"""One step of the CSC413 tutorial: no biases, reset before the product, z = 1 replaces.

    .. math::
       z_t = \sigma(W_z [h_{t-1}, x_t]), \quad r_t = \sigma(W_r [h_{t-1}, x_t]), \quad
       \tilde h_t = \tanh(W [r_t \odot h_{t-1}, x_t]), \quad
       h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde h_t

    Equation ``eq-lstm-gru-notation-c``. Source: the CSC413 tutorial.

    Shapes: x_t (B, F), h_prev (B, H), the weights (H, H+F); returns h_t (B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    sizes = expect(x_t=(x_t, "B F"), h_prev=(h_prev, "B H"))
    wide = f"H {sizes['H'] + sizes['F']}"
    expect(h_prev=(h_prev, "B H"), W_z=(W_z, wide), W_r=(W_r, wide), W=(W, wide))
    hx = np.concatenate([h_prev, x_t], axis=1)
    z_t, r_t = sigmoid(hx @ W_z.T), sigmoid(hx @ W_r.T)
    n_t = np.tanh(np.concatenate([r_t * h_prev, x_t], axis=1) @ W.T)
    return (1 - z_t) * h_prev + z_t * n_t


def step_m(
    u_k: Array, y_prev: Array, Wi_f: Array, Wo_f: Array, Wi_i: Array, Wo_i: Array, Wi_y: Array, Wy_y: Array
) -> Array:
    r"""One step of Mohajerin's lecture: no biases, reset before the product, g_i = 1 keeps.

    .. math::
       g_f = \sigma(W^i_f u + W^o_f y), \quad g_i = \sigma(W^i_i u + W^o_i y), \quad
       m = \tanh\bigl(W^i_y u + W^y_y (g_f \odot y)\bigr), \quad y(k) = g_i \odot y + (1 - g_i) \odot m

    Equation ``eq-lstm-gru-notation-m``, where y stands for y_h(k-1) and u for u(k). Its g_f is the reset gate, its
    g_i the update gate. Source: Mohajerin's lecture, with tanh for its h.

    Shapes: u_k (B, F), y_prev (B, H), Wi_k (H, F), Wo_k and Wy_y (H, H); returns y_h(k) (B, H).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(u_k=(u_k, "B F"), y_prev=(y_prev, "B H"), Wi_f=(Wi_f, "H F"), Wi_i=(Wi_i, "H F"), Wi_y=(Wi_y, "H F"))
    expect(y_prev=(y_prev, "B H"), Wo_f=(Wo_f, "H H"), Wo_i=(Wo_i, "H H"), Wy_y=(Wy_y, "H H"))
    g_f, g_i = sigmoid(u_k @ Wi_f.T + y_prev @ Wo_f.T), sigmoid(u_k @ Wi_i.T + y_prev @ Wo_i.T)
    m = np.tanh(u_k @ Wi_y.T + (g_f * y_prev) @ Wy_y.T)
    return g_i * y_prev + (1 - g_i) * m


# --- z or 1-z, biases


def flip_update(W: Array) -> Array:
    r"""Weights of the convention z from those of 1-z, and back: the rows of z change sign.

    .. math:: 1 - \sigma(a) = \sigma(-a)

    Equation ``eq-lstm-gru-flip``: exact, its own inverse, whether the reset acts before or after the product.
    Source: :func:`rnncourse.gates.sigmoid`.

    Shape: W (3H,) or (3H, N), each of W_ih, W_hh, b_ih, b_hh in turn; returns a new array of that shape.
    Raises ValueError when the first axis is no 3H, and as :func:`rnncourse._arrays.expect` says.
    """
    expect(W=(W, "R" if np.ndim(W) == 1 else "R N"))
    if len(W) % 3:
        raise ValueError(f"W: expected 3H rows, got shape {W.shape}")
    r, z, n = np.split(W, 3)
    return np.concatenate([r, -z, n])


def merge_biases(b_ih: Array, b_hh: Array, reset: str = "after") -> tuple[Array, Array]:
    r"""All of the two biases that only acts as a sum, in the first.

    .. math:: b_{ir} + b_{hr}, \qquad b_{iz} + b_{hz}, \qquad b_{in},\ b_{hn} \text{ apart}

    Equation ``eq-lstm-gru-gru-biases``: with the reset after the product, r multiplies b_hn alone, so a GRU needs
    four biases a unit (Keras keeps two times three); with the reset before it, three, and b_hh is 0 here. Source:
    :func:`rnncourse.gru.gates`, :func:`rnncourse.gru.cell_before`.

    Shapes: (3H,) each; returns b_ih and b_hh.
    Raises ValueError for another reset, a length that is no 3H, or as :func:`rnncourse._arrays.expect` says.
    """
    _expect_reset(reset)
    rows = expect(b_ih=(b_ih, "R"), b_hh=(b_hh, "R"))["R"]
    if rows % 3:
        raise ValueError(f"b_ih: expected shape (3H,), got {b_ih.shape}")
    merged = rows if reset == "before" else rows // 3 * 2
    b_ih, b_hh = b_ih.copy(), b_hh.copy()
    b_ih[:merged] += b_hh[:merged]
    b_hh[:merged] = 0
    return b_ih, b_hh


# --- reset before or after the product


def candidate_hessian(h_prev: Array, A: Array, b: Array, W: Array, d: Array, reset: str) -> Array:
    r"""Second derivatives of what reaches the candidate, for r = σ(A h + b): why the two resets are two functions.

    .. math::
       \text{after, } r_i (W h + d)_i: \quad
       \frac{\partial^2 a_i}{\partial h_j \partial h_k} = r_i'' A_{ij} A_{ik} (W h + d)_i
       + r_i' (A_{ij} W_{ik} + A_{ik} W_{ij})
    .. math::
       \text{before, } (W (r \odot h) + d)_i: \quad
       \frac{\partial^2 a_i}{\partial h_j \partial h_k} = \sum_m W_{im} r_m'' A_{mj} A_{mk} h_m
       + W_{ij} r_j' A_{jk} + W_{ik} r_k' A_{kj}

    Equation ``eq-lstm-gru-mixed``, with r' = r(1-r) and r'' = r'(1-2r). Source: chain rule.

    *Before*, let each reset see its own unit alone (A diagonal), with no 0 on the diagonal of A or anywhere in W:
    a_i is a sum of functions of one state each, none of them linear, and its derivative by two different states is 0
    everywhere. *After*, with any A, b, W, d, let the derivative by h_j and h_k be 0 everywhere. Either A_ij A_ik ≠ 0;
    then (1 - 2 r_i)(W h + d)_i is a constant, which is 0, as where r_i = ½, so that a_i = 0. Or A_ij = 0, say; then
    A_ik = 0 too (a_i is linear in both states) or W_ij = 0 (a_i does not see h_j). None of these is the sum above: no
    candidate with the reset after the product is this one with the reset before it.

    Shapes: h_prev (B, H), A and W (H, H), b and d (H,); returns (B, H, H, H), indices example, i, j, k.
    Raises ValueError for another reset, ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    _expect_reset(reset)
    expect(h_prev=(h_prev, "B H"), A=(A, "H H"), b=(b, "H"), W=(W, "H H"), d=(d, "H"))
    r = sigmoid(h_prev @ A.T + b)
    slope = r * (1 - r)
    curve = slope * (1 - 2 * r)
    if reset == "after":
        bend = np.einsum("ni,ij,ik->nijk", curve * (h_prev @ W.T + d), A, A)
        cross = np.einsum("ni,ij,ik->nijk", slope, A, W)
    else:
        bend = np.einsum("im,nm,mj,mk->nijk", W, curve * h_prev, A, A)
        cross = np.einsum("ij,nj,jk->nijk", W, slope, A)
    return bend + cross + cross.swapaxes(2, 3)


def before_to_after(weights: Mapping[str, Array]) -> Weights:
    r"""Weights with which the reset after the product does what these do with the reset before it.

    .. math:: r \odot (W h) = W (r \odot h) \ \text{ for all } h \iff W_{ij} (r_i - r_j) = 0 \ \text{ for all } i, j

    Equation ``eq-lstm-gru-before-after``: units whose candidates see each other have the same reset gate (a diagonal
    W_hn, one unit, a reset that is the same for all, always open for instance); b_hn moves to b_in, where no reset
    reaches it. Source: the entry (i, j) of both sides is r_i W_ij h_j and W_ij r_j h_j.

    Raises ValueError when units that see each other differ in their reset, for then there is no such conversion in
    general (:func:`candidate_hessian`); and as :func:`rnncourse._arrays.expect` says.
    """
    H = expect_layer(weights, 3)
    _expect_shared_resets(weights, H)
    new = {name: w.copy() for name, w in weights.items()}
    new["b_ih"][2 * H :] += new["b_hh"][2 * H :]
    new["b_hh"][2 * H :] = 0
    return new


def after_to_before(weights: Mapping[str, Array]) -> Weights:
    r"""The way back: the same weights, where there is no b_hn for the reset to act on.

    .. math:: r \odot (W h + b_{hn}) = W (r \odot h) \ \text{ for all } h \iff
       b_{hn} = 0 \ \text{ and } \ W_{ij} (r_i - r_j) = 0 \ \text{ for all } i, j

    Equation ``eq-lstm-gru-after-before``. Source: h = 0, then as :func:`before_to_after`.

    Raises ValueError when b_hn is not 0 or units that see each other differ in their reset, and as
    :func:`rnncourse._arrays.expect` says.
    """
    H = expect_layer(weights, 3)
    if weights["b_hh"][2 * H :].any():
        raise ValueError("b_hh: expected 0 in the rows of n, on which the reset acts; before the product it cannot")
    _expect_shared_resets(weights, H)
    return {name: w.copy() for name, w in weights.items()}


def _expect_shared_resets(weights: Mapping[str, Array], H: int) -> None:
    bias = (weights["b_ih"] + weights["b_hh"])[:H, None]
    r = np.concatenate([weights["W_ih"][:H], weights["W_hh"][:H], bias], axis=1)
    i, j = np.nonzero(weights["W_hh"][2 * H :])
    if (r[i] != r[j]).any():
        raise ValueError(
            "W_hh: expected a W_hn that joins only units with the same reset gate (a diagonal one, for instance); "
            "otherwise the reset before the product and the reset after it are different functions"
        )


def _expect_reset(reset: str) -> None:
    if reset not in ("before", "after"):
        raise ValueError(f"reset: expected 'before' or 'after' (the product), got {reset!r}")


# --- the lectures' weights


def _to_c(weights: Mapping[str, Array]) -> Weights:
    r"""The weights of the CSC413 tutorial, whose z is the course's 1-z.

    .. math:: (W_z, W_r, W) = (-W_{z}, W_r, W_n), \qquad \text{each } [\,W_{hk}\ \ W_{ik}\,]

    Equation ``eq-lstm-gru-to-c``. Source: :func:`step_c` and :func:`flip_update`.
    """
    _expect_no_biases(weights, "the CSC413 tutorial")
    stacked = flip_update(np.concatenate([weights["W_hh"], weights["W_ih"]], axis=1))
    W_r, W_z, W = np.split(stacked, 3)
    return {"W_z": W_z, "W_r": W_r, "W": W}


def _from_c(weights: Mapping[str, Array]) -> Weights:
    r"""The course's weights from those of the CSC413 tutorial.

    .. math:: (W_r, W_z, W_n) = (W_r, -W_z, W)

    Equation ``eq-lstm-gru-from-c``. Source: :func:`step_c` and :func:`flip_update`. Shapes: (H, H+F) each.
    """
    expect_names(weights, ("W_z", "W_r", "W"))
    expect_shapes(weights, W_z="H N", W_r="H N", W="H N")
    stacked = flip_update(np.concatenate([weights["W_r"], weights["W_z"], weights["W"]]))
    H = len(stacked) // 3
    if stacked.shape[1] <= H:
        raise ValueError(f"W: expected shape (H={H}, H+F), got {weights['W'].shape}")
    return _without_biases(stacked[:, H:], stacked[:, :H])


def _to_m(weights: Mapping[str, Array]) -> Weights:
    r"""The weights of Mohajerin's lecture.

    .. math:: (f, i, y) = (r, z, n)

    Equation ``eq-lstm-gru-to-m``. Source: :func:`step_m`.
    """
    _expect_no_biases(weights, "Mohajerin's lecture")
    inputs = zip(("Wi_f", "Wi_i", "Wi_y"), np.split(weights["W_ih"].copy(), 3), strict=True)
    states = zip(("Wo_f", "Wo_i", "Wy_y"), np.split(weights["W_hh"].copy(), 3), strict=True)
    return dict(inputs) | dict(states)


def _from_m(weights: Mapping[str, Array]) -> Weights:
    r"""The course's weights from those of Mohajerin's lecture.

    .. math:: (r, z, n) = (f, i, y)

    Equation ``eq-lstm-gru-from-m``. Source: :func:`step_m`. Shapes: Wi_k (H, F), Wo_k and Wy_y (H, H).
    """
    shapes = {"Wi_f": "H F", "Wi_i": "H F", "Wi_y": "H F", "Wo_f": "H H", "Wo_i": "H H", "Wy_y": "H H"}
    expect_names(weights, shapes)
    expect_shapes(weights, **shapes)
    W_ih, W_hh = (np.concatenate([weights[k] for k in names]) for names in (list(shapes)[:3], list(shapes)[3:]))
    return _without_biases(W_ih, W_hh)


def _expect_no_biases(weights: Mapping[str, Array], lecture: str) -> None:
    if weights["b_ih"].any() or weights["b_hh"].any():
        raise ValueError(f"b_ih, b_hh: expected zeros, since {lecture} has no biases")


def _without_biases(W_ih: Array, W_hh: Array) -> Weights:
    b = np.zeros_like(W_ih[:, 0])
    return {"W_ih": W_ih.copy(), "W_hh": W_hh.copy(), "b_ih": b, "b_hh": b.copy()}


# --- the frameworks' weights


def _to_keras(weights: Mapping[str, Array]) -> Weights:
    r"""The weights of ``keras.layers.GRU(reset_after=True)``, its default: the order z, r, h, z = 1 keeps.

    .. math:: K = (W_z, W_r, W_h)_{ih}^\top, \qquad R = (W_z, W_r, W_h)_{hh}^\top, \qquad b = (b_{ih}, b_{hh})

    Equation ``eq-lstm-gru-gru-keras``. Source: keras.io, GRU layer. Shapes: kernel (F, 3H), recurrent_kernel (H, 3H),
    bias (2, 3H), since r multiplies a bias of its own.
    """
    W, R, b_ih, b_hh = (reorder(weights[name], "rzn", "zrn") for name in ("W_ih", "W_hh", "b_ih", "b_hh"))
    return {"kernel": W.T.copy(), "recurrent_kernel": R.T.copy(), "bias": np.stack([b_ih, b_hh])}


def _from_keras(weights: Mapping[str, Array]) -> Weights:
    r"""The course's weights from those of ``keras.layers.GRU(reset_after=True)``.

    .. math:: (W_r, W_z, W_n)_{ih} = K^\top, \qquad (b_{ih}, b_{hh}) = b

    Equation ``eq-lstm-gru-gru-from-keras``. Source and shapes as in :func:`_to_keras`.
    """
    weights = without_bias(weights, "bias", "recurrent_kernel", two=True)
    _expect_keras(weights, biases="2 ")
    b_ih, b_hh = weights["bias"]
    theirs = {"W_ih": weights["kernel"].T, "W_hh": weights["recurrent_kernel"].T, "b_ih": b_ih, "b_hh": b_hh}
    return {name: reorder(w, "zrn", "rzn") for name, w in theirs.items()}


def _to_keras_before(weights: Mapping[str, Array]) -> Weights:
    r"""The weights of ``keras.layers.GRU(reset_after=False)``: reset before the product, one bias.

    .. math:: b = b_{ih} + b_{hh}

    Equation ``eq-lstm-gru-gru-keras-before``; the kernels as in :func:`_to_keras`. Source: keras.io, GRU layer.
    Shape: bias (3H,).
    """
    bias, _ = merge_biases(weights["b_ih"], weights["b_hh"], "before")
    return _to_keras(weights) | {"bias": reorder(bias, "rzn", "zrn")}


def _from_keras_before(weights: Mapping[str, Array]) -> Weights:
    r"""The course's weights from those of ``keras.layers.GRU(reset_after=False)``.

    .. math:: b_{ih} = b, \qquad b_{hh} = 0

    Equation ``eq-lstm-gru-gru-from-keras-before``. Source and shapes as in :func:`_to_keras_before`.
    """
    weights = without_bias(weights, "bias", "recurrent_kernel")
    _expect_keras(weights)
    bias = weights["bias"]
    return _from_keras({**weights, "bias": np.stack([bias, np.zeros_like(bias)])})


def _expect_keras(weights: Mapping[str, Array], biases: str = "") -> None:
    expect_names(weights, ("kernel", "recurrent_kernel", "bias"))
    rows = 3 * expect(recurrent_kernel=(weights["recurrent_kernel"], "H R"))["H"]
    expect_shapes(weights, recurrent_kernel=f"H {rows}", kernel=f"F {rows}", bias=f"{biases}{rows}")


def _to_onnx(weights: Mapping[str, Array]) -> Weights:
    r"""The inputs of ONNX's operator GRU: an axis for the direction, the order z, r, h, both biases in one.

    .. math:: W = (W_z, W_r, W_h), \qquad B = (b_{ih}, b_{hh})

    Equation ``eq-lstm-gru-gru-onnx``. Source: onnx.ai, GRU. Shapes: W (1, 3H, F), R (1, 3H, H), B (1, 6H). Its
    attribute linear_before_reset is 1 for the reset after the product and 0, the default, for the reset before it.
    """
    W, R, b_ih, b_hh = (reorder(weights[name], "rzn", "zrn") for name in ("W_ih", "W_hh", "b_ih", "b_hh"))
    return {"W": W[None], "R": R[None], "B": np.concatenate([b_ih, b_hh])[None]}


def _from_onnx(weights: Mapping[str, Array]) -> Weights:
    r"""The course's weights from the inputs of ONNX's operator GRU, one direction.

    .. math:: (W_r, W_z, W_n) = (W_r, W_z, W_h), \qquad (b_{ih}, b_{hh}) = B

    Equation ``eq-lstm-gru-gru-from-onnx``. Source and shapes as in :func:`_to_onnx`.
    """
    weights = without_bias(weights, "B", "R")
    expect_names(weights, ("W", "R", "B"))
    H = expect(R=(weights["R"], "1 R H"))["H"]
    expect_shapes(weights, R=f"1 {3 * H} H", W=f"1 {3 * H} F", B=f"1 {6 * H}")
    b_ih, b_hh = np.split(weights["B"][0], 2)
    theirs = {"W_ih": weights["W"][0], "W_hh": weights["R"][0], "b_ih": b_ih, "b_hh": b_hh}
    return {name: reorder(w, "zrn", "rzn") for name, w in theirs.items()}


def _to_flax(weights: Mapping[str, Array]) -> Weights:
    r"""The parameters of ``flax.linen.GRUCell``: a dense layer for each gate and argument, reset after the product.

    .. math:: b_{ir} + b_{hr}, \qquad b_{iz} + b_{hz}, \qquad b_{in},\ b_{hn} \text{ apart}

    Equation ``eq-notations-gru-flax``.
    Source: flax.readthedocs.io, GRUCell. Names as ``flax.traverse_util.flatten_dict(params, sep="/")`` gives them:
    ``ir/kernel`` (F, H), ``hr/kernel`` (H, H), and so for z and n; ``ir/bias``, ``iz/bias``, ``in/bias`` and
    ``hn/bias`` (H,).
    """
    b_ih, b_hh = merge_biases(weights["b_ih"], weights["b_hh"])
    H = len(b_hh) // 3
    theirs = dense("rzn", "i", weights["W_ih"], b_ih) | dense("rzn", "h", weights["W_hh"])
    return theirs | {"hn/bias": b_hh[2 * H :].copy()}


def _from_flax(weights: Mapping[str, Array]) -> Weights:
    """The course's weights from those of ``flax.linen.GRUCell``; source and shapes as in :func:`_to_flax`."""
    shapes = {f"i{k}/kernel": "F H" for k in "rzn"} | {f"h{k}/kernel": "H H" for k in "rzn"}
    shapes |= {f"i{k}/bias": "H" for k in "rzn"} | {"hn/bias": "H"}
    expect_names(weights, shapes)
    expect_shapes(weights, **shapes)
    none = np.zeros_like(weights["hn/bias"])
    W_ih, W_hh = stacked(weights, "rzn", "i", "kernel"), stacked(weights, "rzn", "h", "kernel")
    b_hh = np.concatenate([none, none, weights["hn/bias"]])
    return {"W_ih": W_ih, "W_hh": W_hh, "b_ih": stacked(weights, "rzn", "i", "bias"), "b_hh": b_hh}


def _to_haiku(weights: Mapping[str, Array]) -> Weights:
    r"""The parameters of ``haiku.GRU``: reset before the product, one bias, the order z, r, a, z = 1 replaces.

    .. math:: w_i = (-W_z, W_r, W_n)_{ih}^\top, \qquad w_h = (-W_z, W_r, W_n)_{hh}^\top, \qquad b = b_{ih} + b_{hh}

    Equation ``eq-notations-gru-haiku``.
    Source: dm-haiku.readthedocs.io, GRU. Shapes: w_i (F, 3H), w_h (H, 3H), b (3H,).
    """
    b, _ = merge_biases(weights["b_ih"], weights["b_hh"], "before")
    ours = {"w_i": weights["W_ih"], "w_h": weights["W_hh"], "b": b}
    return {name: reorder(flip_update(w), "rzn", "zrn").T.copy() for name, w in ours.items()}


def _from_haiku(weights: Mapping[str, Array]) -> Weights:
    """The course's weights from those of ``haiku.GRU``; source and shapes as in :func:`_to_haiku`."""
    expect_names(weights, ("w_i", "w_h", "b"))
    rows = 3 * expect(w_h=(weights["w_h"], "H R"))["H"]
    expect_shapes(weights, w_h=f"H {rows}", w_i=f"F {rows}", b=str(rows))
    W_ih, W_hh, b = (flip_update(reorder(weights[name].T, "zrn", "rzn")) for name in ("w_i", "w_h", "b"))
    return {"W_ih": W_ih, "W_hh": W_hh, "b_ih": b, "b_hh": np.zeros_like(b)}


def _to_equinox(weights: Mapping[str, Array]) -> Weights:
    r"""The arrays of ``equinox.nn.GRUCell``: torch's, but one bias, and a second of the candidate alone.

    .. math:: b_{ir} + b_{hr}, \qquad b_{iz} + b_{hz}, \qquad b_{in},\ b_{hn} \text{ apart}

    Equation ``eq-notations-gru-equinox``.
    Source: docs.kidger.site/equinox, GRUCell. Shapes: weight_ih (3H, F), weight_hh (3H, H), bias (3H,), bias_n (H,).
    """
    b_ih, b_hh = merge_biases(weights["b_ih"], weights["b_hh"])
    theirs = {"weight_ih": weights["W_ih"].copy(), "weight_hh": weights["W_hh"].copy()}
    return theirs | {"bias": b_ih, "bias_n": b_hh[len(b_hh) // 3 * 2 :].copy()}


def _from_equinox(weights: Mapping[str, Array]) -> Weights:
    """The course's weights from those of ``equinox.nn.GRUCell``; source and shapes as in :func:`_to_equinox`."""
    expect_names(weights, ("weight_ih", "weight_hh"), ("bias", "bias_n"))
    H = expect(weight_hh=(weights["weight_hh"], "R H"))["H"]
    expect_shapes(weights, weight_hh=f"{3 * H} H", weight_ih=f"{3 * H} F", bias=str(3 * H), bias_n=str(H))
    b_ih = np.zeros_like(weights["weight_hh"][:, 0])
    b_hh = b_ih.copy()
    if "bias" in weights:
        b_ih[:], b_hh[2 * H :] = weights["bias"], weights["bias_n"]
    return {"W_ih": weights["weight_ih"].copy(), "W_hh": weights["weight_hh"].copy(), "b_ih": b_ih, "b_hh": b_hh}


class Notation(NamedTuple):
    """From the course's weights and back, and where the notation's reset acts: before or after the product."""

    to: Callable[[Mapping[str, Array]], Weights]
    back: Callable[[Mapping[str, Array]], Weights]
    reset: str


NOTATIONS = {
    "csc413": Notation(_to_c, _from_c, "before"),
    "mohajerin": Notation(_to_m, _from_m, "before"),
    "keras": Notation(_to_keras, _from_keras, "after"),
    "keras before": Notation(_to_keras_before, _from_keras_before, "before"),
    "onnx": Notation(_to_onnx, _from_onnx, "after"),
    "onnx before": Notation(_to_onnx, _from_onnx, "before"),
    "flax": Notation(_to_flax, _from_flax, "after"),
    "haiku": Notation(_to_haiku, _from_haiku, "before"),
    "equinox": Notation(_to_equinox, _from_equinox, "after"),
}
"""Lectures of CSC413 and Mohajerin; Keras with reset_after true and false; ONNX with linear_before_reset 1 and 0;
and three in JAX."""


def to_notation(weights: Mapping[str, Array], notation: str, reset: str = "after") -> Weights:
    """The course's weights under the names of a lecture or a framework. The arrays are new.

    ``reset`` says which cell the course's weights are for: "after" (gru_cell, torch) or "before" (gru_cell_before).

    Raises ValueError for an unknown notation or reset, for missing names, for what the notation has not (those of
    CSC413 and Mohajerin have no biases), and where the reset would have to change its place and cannot
    (:func:`before_to_after`, :func:`after_to_before`); and as :func:`rnncourse._arrays.expect` says.
    """
    theirs = find(NOTATIONS, notation)
    expect_layer(weights, 3)
    return theirs.to(_move_reset(weights, reset, theirs.reset))


def from_notation(weights: Mapping[str, Array], notation: str, reset: str = "after") -> Weights:
    """The weights of a lecture or a framework under the course's names, for the cell that ``reset`` says.

    The arrays are new. Raises ValueError as :func:`to_notation`.
    """
    theirs = find(NOTATIONS, notation)
    return _move_reset(theirs.back(weights), theirs.reset, reset)


def _move_reset(weights: Mapping[str, Array], old: str, new: str) -> Weights:
    _expect_reset(old)
    _expect_reset(new)
    if old == new:
        return dict(weights)
    return before_to_after(weights) if new == "after" else after_to_before(weights)


def to_torch(weights: Mapping[str, Array]) -> dict[str, torch.Tensor]:
    """The state_dict of a ``torch.nn.GRU(F, H)``, whose reset acts after the product; copies.

    Raises ValueError or TypeError as :func:`to_notation` does.
    """
    expect_layer(weights, 3)
    return layer_to_torch(weights)


def from_torch(state: Mapping[str, torch.Tensor]) -> Weights:
    """The course's weights, for the reset after the product, from the state_dict of a one-layer ``torch.nn.GRU``.

    Copies. A module without bias has biases of 0 here. Raises ValueError when the names are not those of such a module.
    """
    weights = layer_from_torch(state, "torch.nn.GRU")
    expect_layer(weights, 3)
    return weights


sign(globals(), "merge_biases", "to_notation", "from_notation")
