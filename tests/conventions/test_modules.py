"""Converters of whole modules, and of flax, haiku and equinox: against torch, with steps as those libraries document.

Where the libraries are installed, against themselves; they are no dependencies.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.special
import torch

from rnncourse import conventions, lstm_gru
from rnncourse.conventions import gru, lstm

F, H, B = 3, 4, 2
BLOCKS = {"rnn": 1, "lstm": 4, "gru": 3}
Arrays = dict[str, np.ndarray]


def weights(kind: str, seed: int = 0) -> Arrays:
    rng, R = np.random.default_rng(seed), BLOCKS[kind] * H
    return {
        name: rng.normal(size=shape)
        for name, shape in zip(("W_ih", "W_hh", "b_ih", "b_hh"), ((R, F), (R, H), R, R), strict=True)
    }


def inputs() -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(9)
    return tuple(rng.normal(size=(B, n)) for n in (F, H, H))


def by_torch(kind: str, w: Arrays, x: np.ndarray, *states: np.ndarray) -> Any:
    cell = getattr(torch.nn, f"{kind.upper()}Cell")(F, H, dtype=torch.float64)
    cell.load_state_dict({n.removesuffix("_l0"): v for n, v in getattr(conventions, kind).to_torch(w).items()})
    h = [torch.from_numpy(s) for s in states]
    with torch.no_grad():
        found = cell(torch.from_numpy(x), tuple(h) if kind == "lstm" else h[0])
    return [q.numpy() for q in found] if kind == "lstm" else [found.numpy()]


# --- steps as the libraries document them

sigma = scipy.special.expit


def flax_lstm(w: Arrays, x: Any, h: Any, c: Any) -> Any:
    i, f, g, o = (x @ w[f"i{k}/kernel"] + h @ w[f"h{k}/kernel"] + w[f"h{k}/bias"] for k in "ifgo")
    c = sigma(f) * c + sigma(i) * np.tanh(g)
    return [sigma(o) * np.tanh(c), c]


def flax_gru(w: Arrays, x: Any, h: Any) -> Any:
    r, z = (sigma(x @ w[f"i{k}/kernel"] + w[f"i{k}/bias"] + h @ w[f"h{k}/kernel"]) for k in "rz")
    n = np.tanh(x @ w["in/kernel"] + w["in/bias"] + r * (h @ w["hn/kernel"] + w["hn/bias"]))
    return [(1 - z) * n + z * h]


def flax_rnn(w: Arrays, x: Any, h: Any) -> Any:
    return [np.tanh(x @ w["i/kernel"] + w["i/bias"] + h @ w["h/kernel"])]


def haiku_lstm(w: Arrays, x: Any, h: Any, c: Any) -> Any:
    i, g, f, o = np.split(np.concatenate([x, h], axis=1) @ w["w"] + w["b"], 4, axis=1)
    c = sigma(f + 1) * c + sigma(i) * np.tanh(g)
    return [sigma(o) * np.tanh(c), c]


def haiku_gru(w: Arrays, x: Any, h: Any) -> Any:
    (x_z, x_r, x_a), (h_z, h_r, h_a) = (np.split(w[name], 3, axis=1) for name in ("w_i", "w_h"))
    b_z, b_r, b_a = np.split(w["b"], 3)
    z, r = sigma(x @ x_z + h @ h_z + b_z), sigma(x @ x_r + h @ h_r + b_r)
    return [(1 - z) * h + z * np.tanh(x @ x_a + (r * h) @ h_a + b_a)]


def haiku_rnn(w: Arrays, x: Any, h: Any) -> Any:
    a = x @ w["linear/w"] + w["linear/b"] + h @ w["linear_1/w"] + w["linear_1/b"]
    return [np.tanh(a)]  # told to: its own is max(0, ·)


def equinox_lstm(w: Arrays, x: Any, h: Any, c: Any) -> Any:
    i, f, g, o = np.split(x @ w["weight_ih"].T + h @ w["weight_hh"].T + w["bias"], 4, axis=1)
    c = sigma(f) * c + sigma(i) * np.tanh(g)
    return [sigma(o) * np.tanh(c), c]


def equinox_gru(w: Arrays, x: Any, h: Any) -> Any:
    x_r, x_z, x_n = np.split(x @ w["weight_ih"].T + w["bias"], 3, axis=1)
    h_r, h_z, h_n = np.split(h @ w["weight_hh"].T, 3, axis=1)
    r, z = sigma(x_r + h_r), sigma(x_z + h_z)
    n = np.tanh(x_n + r * (h_n + w["bias_n"]))
    return [n + z * (h - n)]


STEPS = {
    ("lstm", "flax"): flax_lstm,
    ("gru", "flax"): flax_gru,
    ("rnn", "flax"): flax_rnn,
    ("lstm", "haiku"): haiku_lstm,
    ("rnn", "haiku"): haiku_rnn,
    ("lstm", "equinox"): equinox_lstm,
    ("gru", "equinox"): equinox_gru,
}


@pytest.mark.parametrize(("kind", "notation"), STEPS)
def test_their_step_with_converted_weights_is_torchs(kind: str, notation: str) -> None:
    w, (x, h, c) = weights(kind), inputs()
    states = (h, c) if kind == "lstm" else (h,)
    found = STEPS[kind, notation](getattr(conventions, kind).to_notation(w, notation), x, *states)
    np.testing.assert_allclose(found, by_torch(kind, w, x, *states), atol=1e-13)


def test_haikus_gru_resets_before_the_product() -> None:
    w, (x, h, _) = weights("gru"), inputs()
    expected = lstm_gru.gru_cell_before(x, h, lstm_gru.GRUWeights(**w))
    np.testing.assert_allclose(haiku_gru(gru.to_notation(w, "haiku", "before"), x, h), [expected], atol=1e-13)
    with pytest.raises(ValueError, match="reset"):
        gru.to_notation(w, "haiku")


@pytest.mark.parametrize("library", ["flax", "haiku", "equinox"])
def test_the_libraries_themselves_where_they_are_installed(library: str) -> None:
    pytest.importorskip(library)
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    (x, h, c), kinds, found = inputs(), [kind for kind, other in STEPS if other == library], None
    for kind in kinds:
        w = weights(kind)
        theirs, states = getattr(conventions, kind).to_notation(w, library), (h, c) if kind == "lstm" else (h,)
        if library == "flax":
            import flax.linen
            from flax.traverse_util import flatten_dict, unflatten_dict

            name = {"rnn": "SimpleCell", "lstm": "LSTMCell", "gru": "GRUCell"}[kind]
            cell, carry = getattr(flax.linen, name)(H, dtype=float, param_dtype=float), (c, h) if kind == "lstm" else h
            assert flatten_dict(cell.init(jax.random.key(0), carry, x)["params"], sep="/").keys() == theirs.keys()
            found = cell.apply({"params": unflatten_dict(theirs, sep="/")}, carry, x)[1]
        elif library == "haiku":
            import haiku

            def step(x: Any, h: Any, c: Any, kind: str = kind) -> Any:
                return haiku.LSTM(H)(x, haiku.LSTMState(h, c))[0] if kind == "lstm" else haiku.VanillaRNN(H)(x, h)[0]

            run = haiku.without_apply_rng(haiku.transform(step))
            names = run.init(jax.random.key(0), x, h, c)
            filled = {
                module: {n: theirs.get(n, theirs.get(f"{module.rpartition('/')[2]}/{n}")) for n in params}
                for module, params in names.items()
            }
            found = run.apply(filled, x, h, c)
            if kind == "rnn":
                a = x @ w["W_ih"].T + w["b_ih"] + h @ w["W_hh"].T + w["b_hh"]
                np.testing.assert_allclose(found, np.maximum(a, 0), atol=1e-13)
                continue
        else:
            import equinox

            cell = getattr(equinox.nn, f"{kind.upper()}Cell")(F, H, key=jax.random.key(0))
            places = lambda m, theirs=theirs: tuple(getattr(m, name) for name in theirs)  # noqa: E731
            cell = equinox.tree_at(places, cell, tuple(map(jax.numpy.asarray, theirs.values())))
            found = jax.vmap(lambda x, *s, cell=cell: cell(x, s if len(s) > 1 else s[0]))(x, *states)
            found = found[0] if kind == "lstm" else found
        np.testing.assert_allclose(found, by_torch(kind, w, x, *states)[0], atol=1e-13)


# --- layers without biases


@pytest.mark.parametrize(
    ("kind", "notation", "bias"),
    [
        ("rnn", "keras", "bias"),
        ("rnn", "onnx", "B"),
        ("lstm", "keras", "bias"),
        ("lstm", "onnx", "B"),
        ("lstm", "equinox", "bias"),
        ("gru", "keras", "bias"),
        ("gru", "onnx", "B"),
    ],
)
def test_a_layer_without_biases_has_zeros(kind: str, notation: str, bias: str) -> None:
    w, module = weights(kind), getattr(conventions, kind)
    theirs = module.to_notation(w, notation)
    bare = module.from_notation({n: v for n, v in theirs.items() if n != bias}, notation)
    assert not bare["b_ih"].any()
    assert not bare["b_hh"].any()
    assert bare["b_ih"].shape == bare["b_hh"].shape == w["b_ih"].shape
    np.testing.assert_array_equal(bare["W_ih"], w["W_ih"])


def test_a_gru_with_the_reset_before_and_without_biases() -> None:
    w = weights("gru")
    theirs = gru.to_notation(w, "keras before", "before")
    del theirs["bias"]
    assert not gru.from_notation(theirs, "keras before", "before")["b_ih"].any()


# --- stacks, directions, prefixes


@pytest.mark.parametrize("kind", BLOCKS)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("layers", [1, 3])
def test_stacks_go_to_torch_and_back(kind: str, bias: bool, bidirectional: bool, layers: int) -> None:
    torch.manual_seed(0)
    options: dict[str, Any] = {"num_layers": layers, "bidirectional": bidirectional, "dtype": torch.float64}
    module = getattr(torch.nn, kind.upper())(F, H, bias=bias, **options)
    model = torch.nn.ModuleDict({"encoder": module, "head": torch.nn.Linear(H, 2)})
    stack = conventions.stack_from_torch(kind, model.state_dict(), prefix="encoder.")
    assert [len(layer) for layer in stack] == [1 + bidirectional] * layers
    again = getattr(torch.nn, kind.upper())(F, H, **options)
    again.load_state_dict(conventions.stack_to_torch(kind, stack))
    x = torch.randn(5, 2, F, dtype=torch.float64)
    torch.testing.assert_close(again(x)[0], module(x)[0], rtol=0, atol=1e-14)
    assert conventions.stack_to_torch(kind, stack, "encoder.").keys() >= {
        n for n in model.state_dict() if "encoder" in n
    }


def test_other_state_dicts_are_refused_with_what_there_is() -> None:
    module = torch.nn.LSTM(F, H, 2)
    state = torch.nn.ModuleDict({"encoder": module}).state_dict()
    with pytest.raises(ValueError, match=r"after '', got encoder\..*; prefix may be one of 'encoder\.'"):
        conventions.stack_from_torch("lstm", state)
    with pytest.raises(ValueError, match=r"expected the names of a torch.nn.LSTM after 'decoder.', got encoder"):
        conventions.stack_from_torch("lstm", state, "decoder.")
    with pytest.raises(ValueError, match="without projection"):
        conventions.stack_from_torch("lstm", torch.nn.LSTM(F, H, proj_size=2).state_dict())
    with pytest.raises(ValueError, match="expected shape"):
        conventions.stack_from_torch("gru", module.state_dict())
    with pytest.raises(ValueError, match="cell: expected one of rnn, lstm, gru, got 'LSTM'"):
        conventions.stack_from_torch("LSTM", state)
    with pytest.raises(TypeError, match="expected a state_dict, got LSTM"):
        conventions.stack_from_torch("lstm", module)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"one or two directions, got \[1, 2\]"):
        conventions.stack_to_torch("rnn", [[weights("rnn")], [weights("rnn")] * 2])


@pytest.mark.parametrize("kind", BLOCKS)
def test_both_directions_of_onnx(kind: str) -> None:
    layer, cell = [weights(kind), weights(kind, 1)], getattr(conventions, kind)
    theirs = conventions.directions_to_onnx(kind, layer)
    assert theirs["W"].shape == (2, BLOCKS[kind] * H, F)
    for d, w in enumerate(layer):
        one = cell.to_notation(w, "onnx")
        assert all(np.array_equal(theirs[name][d], one[name][0]) for name in one)
    again = conventions.directions_from_onnx(kind, theirs)
    assert all(np.array_equal(a[name], w[name]) for a, w in zip(again, layer, strict=True) for name in w)


# --- Keras layers with their configuration


@pytest.mark.parametrize(("layer", "kind"), [("SimpleRNN", "rnn"), ("LSTM", "lstm"), ("GRU", "gru")])
def test_keras_layers_are_converted_as_they_are_told(layer: str, kind: str) -> None:
    w, cell = weights(kind), getattr(conventions, kind)
    theirs = list(cell.to_notation(w, "keras").values())
    config: dict[str, Any] = {"activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True}
    (found,) = conventions.from_keras(layer, config, theirs)
    x, h, c = inputs()
    states = (h, c) if kind == "lstm" else (h,)
    np.testing.assert_allclose(by_torch(kind, found, x, *states), by_torch(kind, w, x, *states), atol=1e-13)
    (bare,) = conventions.from_keras(layer, {"use_bias": False}, theirs[:2])
    assert not bare["b_ih"].any()
    wrapped = {"layer": {"class_name": layer, "config": config}, "merge_mode": "concat"}
    backward = {"backward_layer": {"class_name": layer, "config": {**config, "go_backwards": True}}}
    both = conventions.from_keras("Bidirectional", wrapped | backward, theirs * 2)
    assert len(both) == 2
    assert all(np.array_equal(d["W_hh"], w["W_hh"]) for d in both)


def test_keras_puts_the_reset_where_it_says() -> None:
    w, (x, h, _) = weights("gru"), inputs()
    theirs = list(gru.to_notation(w, "keras before", "before").values())
    (found,) = conventions.from_keras("GRU", {"reset_after": False}, theirs)
    expected = lstm_gru.gru_cell_before(x, h, lstm_gru.GRUWeights(**w))
    np.testing.assert_allclose(lstm_gru.gru_cell_before(x, h, lstm_gru.GRUWeights(**found)), expected, atol=1e-13)


@pytest.mark.parametrize(
    ("layer", "config", "message"),
    [
        (
            "LSTM",
            {"recurrent_activation": "hard_sigmoid"},
            "activation: expected 'sigmoid', got 'hard_sigmoid'",
        ),
        ("GRU", {"recurrent_activation": "hard_sigmoid"}, "the weights are those of another cell"),
        ("LSTM", {"activation": "relu"}, "activation: expected 'tanh', got 'relu'"),
        ("SimpleRNN", {"activation": "linear"}, "activation: expected 'tanh', got 'linear'"),
        ("LSTM", {"go_backwards": True}, "go_backwards: expected False"),
        ("LSTM", {"use_bias": False}, "weights: expected 2 arrays"),
        ("ConvLSTM2D", {}, "layer: expected SimpleRNN, LSTM, GRU or Bidirectional, got 'ConvLSTM2D'"),
        (
            "Bidirectional",
            {"layer": {"class_name": "LSTM", "config": {"recurrent_activation": "hard_sigmoid"}}},
            "got 'hard_sigmoid'",
        ),
    ],
)
def test_keras_layers_that_are_other_cells_are_refused(layer: str, config: dict[str, Any], message: str) -> None:
    theirs = list(lstm.to_notation(weights("lstm"), "keras").values())
    with pytest.raises(ValueError, match=message):
        conventions.from_keras(layer, config, theirs * (2 if layer == "Bidirectional" else 1))
