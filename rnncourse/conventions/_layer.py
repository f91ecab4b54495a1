"""What the notations of all cells share: blocks of rows, two biases, torch's names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from rnncourse._arrays import Array, expect, sign
from rnncourse._extras import needs

if TYPE_CHECKING:
    import torch

Weights = dict[str, Array]
COURSE = ("W_ih", "W_hh", "b_ih", "b_hh")
TORCH = dict(zip(COURSE, ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"), strict=True))
N = TypeVar("N")


class Notation(NamedTuple):
    """From the course's weights, and back to them."""

    to: Callable[[Mapping[str, Array]], Weights]
    back: Callable[[Mapping[str, Array]], Weights]


def find(notations: Mapping[str, N], notation: str) -> N:
    """Look a notation up by its name."""
    if notation not in notations:
        raise ValueError(f"notation: expected one of {', '.join(notations)}, got {notation!r}")
    return notations[notation]


def reorder(W: Array, old: str, new: str) -> Array:
    r"""The same blocks of rows in another order: i, f, g, o for torch and Keras, i, o, f, g for ONNX.

    .. math:: (W_i, W_f, W_g, W_o) \longmapsto (W_i, W_o, W_f, W_g)

    Equation ``eq-lstm-gru-order``: a permutation of the gates, which exchanging ``old`` and ``new`` undoes.
    Source: definition.

    Shape: W (n H,) or (n H, N) for n letters; returns a new array of that shape.
    Raises ValueError unless both orders have the same letters, each once, and n divides the rows, and as
    :func:`rnncourse._arrays.expect` says.
    """
    expect(W=(W, "R" if np.ndim(W) == 1 else "R N"))
    if sorted(old) != sorted(new) or len(set(old)) < len(old):
        raise ValueError(f"expected two orders of the same gates, got {old!r} and {new!r}")
    if len(W) % len(old):
        raise ValueError(f"W: expected {len(old)}H rows, got shape {W.shape}")
    blocks = dict(zip(old, np.split(W, len(old)), strict=True))
    return np.concatenate([blocks[gate] for gate in new])


def merge_biases(b_ih: Array, b_hh: Array) -> Array:
    r"""One bias for the two of torch, cuDNN and ONNX: the RNN and the LSTM see only their sum.

    .. math:: b = b_{ih} + b_{hh}

    Equation ``eq-lstm-gru-biases``. For the GRU see :func:`rnncourse.conventions.gru.merge_biases`. Source:
    :func:`rnncourse.lstm.gates`.

    Shapes: (R,) each; returns (R,). Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(b_ih=(b_ih, "R"), b_hh=(b_hh, "R"))
    return b_ih + b_hh


def split_bias(b: Array) -> tuple[Array, Array]:
    r"""Two biases with the sum b, the second of them 0.

    .. math:: b_{ih} = b, \qquad b_{hh} = 0

    Equation ``eq-lstm-gru-split``: how a sum was shared out cannot be told from the sum. Source: definition.

    Shape: b (R,); returns b_ih and b_hh. Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(b=(b, "R"))
    return b.copy(), np.zeros_like(b)


def expect_names(weights: Mapping[str, Array], wanted: Collection[str], optional: Collection[str] = ()) -> None:
    """Check that the names are the wanted ones, with all of the optional ones or none."""
    if not isinstance(weights, Mapping):
        raise TypeError(f"weights: expected a dictionary of arrays, got {type(weights).__name__}")
    if weights.keys() not in (set(wanted), {*wanted, *optional}):
        more = f", and perhaps {', '.join(optional)}" if optional else ""
        raise ValueError(f"weights: expected {', '.join(wanted)}{more}, got {', '.join(weights) or 'none'}")


def expect_shapes(weights: Mapping[str, Array], **symbols: str) -> None:
    """Check weights by the shapes of their names; those that are not there are passed over."""
    expect(**{name: (weights[name], shape) for name, shape in symbols.items() if name in weights})


def dense(gates: str, prefix: str, W: Array, b: Array | None = None) -> Weights:
    """Blocks of rows as one dense layer a gate, as flax names and turns them: ``ii/kernel`` (F, H), ``hi/bias``."""
    named = {f"{prefix}{k}/kernel": w.T.copy() for k, w in zip(gates, np.split(W, len(gates)), strict=True)}
    if b is not None:
        named |= {f"{prefix}{k}/bias": part.copy() for k, part in zip(gates, np.split(b, len(gates)), strict=True)}
    return named


def stacked(weights: Mapping[str, Array], gates: str, prefix: str, what: str) -> Array:
    """And back: what :func:`dense` took apart, ``what`` being kernel or bias."""
    return np.concatenate([weights[f"{prefix}{k}/{what}"].T for k in gates])


def without_bias(weights: Mapping[str, Array], name: str, like: str, two: bool = False) -> Mapping[str, Array]:
    """Weights of a layer without biases (``use_bias=False`` and its like), with zeros in their place.

    ``like`` is the recurrent kernel: (H, R) in Keras, (1, R, H) in ONNX, (R, H) in equinox. ``two`` rows of biases.
    """
    W = weights.get(like) if isinstance(weights, Mapping) else None
    if not isinstance(W, np.ndarray) or name in weights or W.ndim < 2:
        return weights
    shape = {"recurrent_kernel": W.shape[1:], "R": (1, 2 * W.shape[1])}.get(like, W.shape[:1])
    return {**weights, name: np.zeros((2, *shape) if two else shape, W.dtype)}


def expect_layer(weights: Mapping[str, Array], blocks: int, optional: Mapping[str, str] | None = None) -> int:
    """Check the course's weights of a layer with stacked rows, and return H."""
    optional = dict(optional or {})
    expect_names(weights, COURSE, optional)
    H = expect(W_hh=(weights["W_hh"], "R H"))["H"]
    rows = str(blocks * H)
    expect_shapes(weights, W_hh=f"{rows} H", W_ih=f"{rows} F", b_ih=rows, b_hh=rows, **optional)
    return H


def layer_to_torch(weights: Mapping[str, Array]) -> dict[str, torch.Tensor]:
    """The state_dict of a one-layer torch module; copies."""
    with needs(__name__, "torch"):
        import torch

    return {theirs: torch.from_numpy(weights[ours].copy()) for ours, theirs in TORCH.items()}


def layer_from_torch(state: Mapping[str, torch.Tensor], module: str) -> Weights:
    """The course's weights from the state_dict of a one-layer torch module; a module without bias has zeros here."""
    if not isinstance(state, Mapping):
        raise TypeError(f"state: expected the state_dict of a one-layer {module}, got {type(state).__name__}")
    if not {TORCH["W_ih"], TORCH["W_hh"]} <= state.keys() <= {*TORCH.values()}:
        raise ValueError(f"state: expected the state_dict of a one-layer {module}, got {', '.join(state) or 'none'}")
    W_hh = state[TORCH["W_hh"]]
    tensors = {ours: state.get(theirs, W_hh.new_zeros(len(W_hh))) for ours, theirs in TORCH.items()}
    return {name: tensor.detach().cpu().numpy().copy() for name, tensor in tensors.items()}


sign(globals(), "reorder")
