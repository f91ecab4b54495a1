"""Whole modules: stacked layers, both directions, names with a prefix, and Keras layers with what they are told.

A *stack* is a list of layers from the input upwards; a layer is a list of the course's weights, one for each direction:
``[[forward], [forward]]`` or ``[[forward, backward], …]``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rnncourse._arrays import Array
from rnncourse.conventions import gru, lstm, rnn
from rnncourse.conventions._layer import TORCH, Weights

if TYPE_CHECKING:
    import torch

Stack = list[list[Weights]]
_CELLS: dict[str, Any] = {"rnn": rnn, "lstm": lstm, "gru": gru}
_KERAS = {"SimpleRNN": "rnn", "LSTM": "lstm", "GRU": "gru"}


def stack_from_torch(cell: str, state: Mapping[str, torch.Tensor], prefix: str = "") -> Stack:
    """The course's weights from the state_dict of a torch.nn.RNN, LSTM or GRU of any depth and direction; copies.

    ``cell`` is "rnn", "lstm" or "gru". With a ``prefix`` the module may be part of a larger one: ``"encoder."`` reads
    ``encoder.weight_ih_l0`` and passes over what begins otherwise. A module without bias has biases of 0 here.

    Raises ValueError for another cell, for names that are none of such a module's, with those that there are, and for
    projections (``proj_size``), which the course's weights do not have; TypeError for what is no mapping.
    """
    one = _cell(cell)
    if not isinstance(state, Mapping):
        raise TypeError(f"state: expected a state_dict, got {type(state).__name__}")
    names = {name.removeprefix(prefix): w for name, w in state.items() if name.startswith(prefix)}
    if any(name.startswith("weight_hr_l") for name in names):
        raise ValueError("state: expected a module without projection (proj_size=0), got weight_hr_l0")
    stack: Stack = []
    while f"weight_ih_l{len(stack)}" in names:
        layer = []
        for direction in ("", "_reverse"):
            end = f"_l{len(stack)}{direction}"
            found = {n: names.pop(n.replace("_l0", end)) for n in TORCH.values() if n.replace("_l0", end) in names}
            if found:
                layer.append(one.from_torch(found))
        stack.append(layer)
    if not stack or names or len({len(layer) for layer in stack}) > 1:
        there = ", ".join(sorted(names or state)[:8]) or "none"
        starts = sorted({name[: name.index("weight_ih_l0")] for name in state if name.endswith("weight_ih_l0")})
        hint = "" if prefix in starts else f"; prefix may be one of {', '.join(map(repr, starts)) or 'none'}"
        raise ValueError(f"state: expected the names of a torch.nn.{cell.upper()} after {prefix!r}, got {there}{hint}")
    return stack


def stack_to_torch(cell: str, stack: Sequence[Sequence[Weights]], prefix: str = "") -> dict[str, torch.Tensor]:
    """The state_dict of a torch.nn.RNN, LSTM or GRU with these layers and directions; copies.

    Raises ValueError unless every layer has one or two directions, all as many, and as ``to_torch`` of the cell.
    """
    one = _cell(cell)
    if not stack or {len(layer) for layer in stack} not in ({1}, {2}):
        raise ValueError(f"stack: expected layers of one or two directions, got {[len(layer) for layer in stack]}")
    return {
        f"{prefix}{name.replace('_l0', f'_l{k}{direction}')}": w
        for k, layer in enumerate(stack)
        for direction, weights in zip(("", "_reverse"), layer, strict=False)
        for name, w in one.to_torch(weights).items()
    }


def directions_from_onnx(cell: str, weights: Mapping[str, Array], **options: Any) -> list[Weights]:
    """One layer from the inputs of ONNX's operator, whose first axis is the direction: one or two.

    ``options`` go to ``from_notation`` of the cell: ``reset`` for a GRU. Raises as it does.
    """
    one, D = _cell(cell), max((len(w) for w in weights.values()), default=0)
    return [
        one.from_notation({n: w[d : d + 1] for n, w in weights.items()}, "onnx", **options) for d in range(max(1, D))
    ]


def directions_to_onnx(cell: str, layer: Sequence[Weights], **options: Any) -> Weights:
    """And back: the inputs of ONNX's operator for one layer of one or two directions."""
    each = [_cell(cell).to_notation(weights, "onnx", **options) for weights in layer]
    return {name: np.concatenate([weights[name] for weights in each]) for name in each[0]}


def from_keras(layer: str, config: Mapping[str, Any], weights: Sequence[Array]) -> list[Weights]:
    """One layer from Keras' own description of it: class name, ``layer.get_config()``, ``layer.get_weights()``.

    ``layer`` is "SimpleRNN", "LSTM", "GRU" or "Bidirectional" around one of them; returns the course's weights for each
    direction, for a GRU with the reset where ``reset_after`` puts it: :func:`rnncourse.lstm_gru.gru_cell` for True,
    :func:`rnncourse.lstm_gru.gru_cell_before` for False.

    The arrays do not say which cell they are for; the configuration does. Raises ValueError for another layer, and for
    activations that make it another cell than the course's: ``hard_sigmoid``, the usual gate of Keras 1 and of
    TensorFlow.js, is no sigmoid, and weights trained with it mean something else under one.
    """
    if layer == "Bidirectional":
        inner, half = config["layer"], len(weights) // 2
        back = {**inner["config"], **config.get("backward_layer", {}).get("config", {}), "go_backwards": False}
        ahead = {**inner["config"], "go_backwards": False}
        both = (ahead, weights[:half]), (back, weights[half:])
        return [from_keras(inner["class_name"], c, w)[0] for c, w in both]
    if layer not in _KERAS:
        raise ValueError(f"layer: expected {', '.join(_KERAS)} or Bidirectional, got {layer!r}")
    expected = {"activation": "tanh"} | ({} if layer == "SimpleRNN" else {"recurrent_activation": "sigmoid"})
    for name, wanted in expected.items():
        if config.get(name, wanted) != wanted:
            raise ValueError(
                f"{name}: expected {wanted!r}, got {config[name]!r}: the weights are those of another cell"
            )
    if config.get("go_backwards", False):
        raise ValueError(
            "go_backwards: expected False, got True: reverse the sequence and convert the layer without it"
        )
    named = dict(zip(("kernel", "recurrent_kernel", "bias"), weights, strict=False))
    if len(weights) != (3 if config.get("use_bias", True) else 2):
        raise ValueError(f"weights: expected 2 arrays, 3 with use_bias=True, got {len(weights)}")
    if layer != "GRU":
        return [_cell(_KERAS[layer]).from_notation(named, "keras")]
    after = config.get("reset_after", True)
    return [gru.from_notation(named, "keras" if after else "keras before", "after" if after else "before")]


def _cell(name: str) -> Any:
    if name not in _CELLS:
        raise ValueError(f"cell: expected one of {', '.join(_CELLS)}, got {name!r}")
    return _CELLS[name]
