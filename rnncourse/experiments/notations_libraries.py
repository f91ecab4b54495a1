"""One step of each cell as its library documents it, with the library's own names, and what converters make of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from rnncourse import conventions, gru
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.gates import sigmoid

States = tuple[Array, ...]


def dense(weights: dict[str, Array], x: Array, h: Array, gate: str) -> Array:
    """flax: a layer of the input and a layer of the state, each with a bias or not."""
    inputs, states = x @ weights[f"i{gate}/kernel"], h @ weights[f"h{gate}/kernel"]
    return inputs + weights.get(f"i{gate}/bias", 0) + states + weights.get(f"h{gate}/bias", 0)


# --- the vanilla network


def keras_rnn(x: Array, h: Array, w: dict[str, Array]) -> States:
    """``keras.layers.SimpleRNN``."""
    return (np.tanh(x @ w["kernel"] + w["bias"] + h @ w["recurrent_kernel"]),)


def onnx_rnn(x: Array, h: Array, w: dict[str, Array]) -> States:
    """ONNX's operator RNN."""
    b_input, b_state = np.split(w["B"][0], 2)
    return (np.tanh(x @ w["W"][0].T + h @ w["R"][0].T + b_input + b_state),)


def flax_rnn(x: Array, h: Array, w: dict[str, Array]) -> States:
    """``flax.linen.SimpleCell``."""
    return (np.tanh(dense(w, x, h, "")),)


def haiku_rnn(x: Array, h: Array, w: dict[str, Array]) -> States:
    """``haiku.VanillaRNN``, told to use tanh."""
    return (np.tanh(x @ w["linear/w"] + w["linear/b"] + h @ w["linear_1/w"] + w["linear_1/b"]),)


# --- the LSTM


def lstm_step(c: Array, i: Array, f: Array, g: Array, o: Array) -> States:
    """What all do with the four blocks, once they are found."""
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def keras_lstm(x: Array, h: Array, c: Array, w: dict[str, Array]) -> States:
    """``keras.layers.LSTM``: i, f, c, o."""
    i, f, g, o = np.split(x @ w["kernel"] + h @ w["recurrent_kernel"] + w["bias"], 4, axis=1)
    return lstm_step(c, i, f, g, o)


def tensorflow_lstm(x: Array, h: Array, c: Array, w: dict[str, Array]) -> States:
    """``tf.compat.v1.nn.rnn_cell.LSTMCell``: i, j, f, o, and 1 to f."""
    i, j, f, o = np.split(np.hstack([x, h]) @ w["kernel"] + w["bias"], 4, axis=1)
    return lstm_step(c, i, f + 1, j, o)


def onnx_lstm(x: Array, h: Array, c: Array, w: dict[str, Array]) -> States:
    """ONNX's operator LSTM: i, o, f, c."""
    b_input, b_state = np.split(w["B"][0], 2)
    i, o, f, g = np.split(x @ w["W"][0].T + h @ w["R"][0].T + b_input + b_state, 4, axis=1)
    return lstm_step(c, i, f, g, o)


def flax_lstm(x: Array, h: Array, c: Array, w: dict[str, Array]) -> States:
    """``flax.linen.LSTMCell``: a layer a gate."""
    i, f, g, o = (dense(w, x, h, gate) for gate in "ifgo")
    return lstm_step(c, i, f, g, o)


def haiku_lstm(x: Array, h: Array, c: Array, w: dict[str, Array]) -> States:
    """``haiku.LSTM``: i, g, f, o, and 1 to f."""
    i, g, f, o = np.split(np.hstack([x, h]) @ w["w"] + w["b"], 4, axis=1)
    return lstm_step(c, i, f + 1, g, o)


def equinox_lstm(x: Array, h: Array, c: Array, w: dict[str, Array]) -> States:
    """``equinox.nn.LSTMCell``: i, f, g, o."""
    i, f, g, o = np.split(x @ w["weight_ih"].T + h @ w["weight_hh"].T + w["bias"], 4, axis=1)
    return lstm_step(c, i, f, g, o)


# --- the GRU


def keras_gru(x: Array, h: Array, w: dict[str, Array]) -> States:
    """``keras.layers.GRU``: z, r, h; z keeps, reset after."""
    x_z, x_r, x_h = np.split(x @ w["kernel"] + w["bias"][0], 3, axis=1)
    h_z, h_r, h_h = np.split(h @ w["recurrent_kernel"] + w["bias"][1], 3, axis=1)
    z, n = sigmoid(x_z + h_z), np.tanh(x_h + sigmoid(x_r + h_r) * h_h)
    return (z * h + (1 - z) * n,)


def keras_before_gru(x: Array, h: Array, w: dict[str, Array]) -> States:
    """``keras.layers.GRU`` with ``reset_after=False``: one bias."""
    K_z, K_r, K_h = np.split(w["recurrent_kernel"], 3, axis=1)
    x_z, x_r, x_h = np.split(x @ w["kernel"] + w["bias"], 3, axis=1)
    z, r = sigmoid(x_z + h @ K_z), sigmoid(x_r + h @ K_r)
    return (z * h + (1 - z) * np.tanh(x_h + (r * h) @ K_h),)


def onnx_blocks(w: dict[str, Array]) -> tuple[list[Array], list[Array], list[Array]]:
    """W and R of z, r, h as columns, and the six biases."""
    return np.split(w["W"][0].T, 3, axis=1), np.split(w["R"][0].T, 3, axis=1), np.split(w["B"][0], 6)


def onnx_gru(x: Array, h: Array, w: dict[str, Array]) -> States:
    """ONNX's operator GRU with ``linear_before_reset = 1``."""
    (W_z, W_r, W_h), (R_z, R_r, R_h), (b_z, b_r, b_h, d_z, d_r, d_h) = onnx_blocks(w)
    z, r = sigmoid(x @ W_z + h @ R_z + b_z + d_z), sigmoid(x @ W_r + h @ R_r + b_r + d_r)
    return ((1 - z) * np.tanh(x @ W_h + b_h + r * (h @ R_h + d_h)) + z * h,)


def onnx_before_gru(x: Array, h: Array, w: dict[str, Array]) -> States:
    """ONNX's operator GRU with ``linear_before_reset = 0``, as it is by default."""
    (W_z, W_r, W_h), (R_z, R_r, R_h), (b_z, b_r, b_h, d_z, d_r, d_h) = onnx_blocks(w)
    z, r = sigmoid(x @ W_z + h @ R_z + b_z + d_z), sigmoid(x @ W_r + h @ R_r + b_r + d_r)
    return ((1 - z) * np.tanh(x @ W_h + b_h + (r * h) @ R_h + d_h) + z * h,)


def flax_gru(x: Array, h: Array, w: dict[str, Array]) -> States:
    """``flax.linen.GRUCell``: z keeps, reset after."""
    r, z = sigmoid(dense(w, x, h, "r")), sigmoid(dense(w, x, h, "z"))
    n = np.tanh(x @ w["in/kernel"] + w["in/bias"] + r * (h @ w["hn/kernel"] + w["hn/bias"]))
    return ((1 - z) * n + z * h,)


def haiku_gru(x: Array, h: Array, w: dict[str, Array]) -> States:
    """``haiku.GRU``: z, r, a; z replaces, reset before."""
    (x_z, x_r, x_a), (K_z, K_r, K_a) = np.split(x @ w["w_i"] + w["b"], 3, axis=1), np.split(w["w_h"], 3, axis=1)
    z, r = sigmoid(x_z + h @ K_z), sigmoid(x_r + h @ K_r)
    return ((1 - z) * h + z * np.tanh(x_a + (r * h) @ K_a),)


def equinox_gru(x: Array, h: Array, w: dict[str, Array]) -> States:
    """``equinox.nn.GRUCell``: r, z, n; z keeps, reset after, a bias of its own."""
    x_r, x_z, x_n = np.split(x @ w["weight_ih"].T + w["bias"], 3, axis=1)
    h_r, h_z, h_n = np.split(h @ w["weight_hh"].T, 3, axis=1)
    z, n = sigmoid(x_z + h_z), np.tanh(x_n + sigmoid(x_r + h_r) * (h_n + w["bias_n"]))
    return (n + z * (h - n),)


# --- there and back, and through the library's own step

STEPS: dict[str, dict[str, Callable[..., States]]] = {
    "rnn": {"keras": keras_rnn, "onnx": onnx_rnn, "flax": flax_rnn, "haiku": haiku_rnn},
    "lstm": {
        **{"keras": keras_lstm, "tensorflow": tensorflow_lstm, "onnx": onnx_lstm},
        **{"flax": flax_lstm, "haiku": haiku_lstm, "equinox": equinox_lstm},
    },
    "gru": {
        **{"keras": keras_gru, "keras before": keras_before_gru, "onnx": onnx_gru, "onnx before": onnx_before_gru},
        **{"flax": flax_gru, "haiku": haiku_gru, "equinox": equinox_gru},
    },
}


def random_weights(cell: str, seed: int, F: int = 2, H: int = 4) -> dict[str, Array]:
    """The course's weights of "rnn", "lstm" or "gru", each drawn from a normal distribution of deviation 0.7."""
    rng, rows = np.random.default_rng([seed, 10]), {"rnn": 1, "lstm": 4, "gru": 3}[cell] * H
    shapes = {"W_ih": (rows, F), "W_hh": (rows, H), "b_ih": (rows,), "b_hh": (rows,)}
    return {name: rng.normal(0, 0.7, shape) for name, shape in shapes.items()}


def torch_states(cell: str, weights: dict[str, Array], x: Array) -> Array:
    """The states of torch.nn.RNN, LSTM or GRU with the course's weights, from zeros."""
    with needs(__name__, "torch"):
        import torch

    module = getattr(torch.nn, cell.upper())(x.shape[2], weights["W_hh"].shape[1], dtype=torch.float64)
    module.load_state_dict(getattr(conventions, cell).to_torch(weights))
    with torch.no_grad():
        return np.asarray(module(torch.from_numpy(x))[0])


def library_errors(cell: str, seed: int, T: int = 20, B: int = 3) -> dict[str, tuple[float, float]]:
    """Two errors for each library: of weights that went there and back, and of states of its own step.

    Weights that come back are compared as far as the cell's function depends on them: where one bias is enough, by the
    sum of the two. States are compared with torch.nn's; those of a GRU with its reset before the product with
    :func:`rnncourse.gru.forward_before`.
    """
    one, ours, found = getattr(conventions, cell), random_weights(cell, seed), {}
    x = np.random.default_rng([seed, 11]).normal(size=(T, B, ours["W_ih"].shape[1]))
    for name, step in STEPS[cell].items():
        reset = getattr(one.NOTATIONS[name], "reset", "after")
        told: dict[str, Any] = {"reset": reset} if cell == "gru" else {}
        theirs = one.to_notation(ours, name, **told)
        again = one.from_notation(theirs, name, **told)
        kept = (np.abs(a - b).max() for a, b in zip(*(_merged(cell, w, reset) for w in (again, ours)), strict=True))
        states: list[Array] = [np.zeros((B, ours["W_hh"].shape[1]))] * (2 if cell == "lstm" else 1)
        h: list[Array] = []
        for x_t in x:
            states = list(step(x_t, *states, theirs))
            h.append(states[0])
        right = (
            torch_states(cell, ours, x) if reset == "after" else gru.forward_before(x, 0 * h[0], gru.Weights(**ours))
        )
        found[name] = float(max(kept)), float(np.abs(np.stack(h) - right).max())
    return found


def _merged(cell: str, w: dict[str, Array], reset: str) -> list[Array]:
    pair = w["b_ih"], w["b_hh"]
    biases = conventions.gru.merge_biases(*pair, reset) if cell == "gru" else [conventions.merge_biases(*pair)]
    return [w["W_ih"], w["W_hh"], *biases]
