"""One fault, one exception, whatever the module; and words that say what to do where those of torch.nn do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence

import rnncourse.nn
from rnncourse.nn import recurrent

x = torch.zeros(6, 3, 2)
h = torch.zeros(1, 3, 4)
CALLS: dict[str, Callable[[Any], Any]] = {
    "RNN": lambda q: rnncourse.nn.RNN(2, 4)(q),
    "GRU": lambda q: rnncourse.nn.GRU(2, 4)(q),
    "LSTM": lambda q: rnncourse.nn.LSTM(2, 4)(q),
    "GRUD": lambda q: rnncourse.nn.GRUD(2, 4)(q, x, x),
    "NTM": lambda q: rnncourse.nn.NTM(2, 3, 4, 5, 4)(q),
    "ESN": lambda q: rnncourse.nn.ESN(2, 4)(q),
    "NARX": lambda q: rnncourse.nn.NARX(0, 2, 3, 1)(None, q),
    "Hopfield": lambda q: rnncourse.nn.Hopfield(2)(q),
}
FAULTS: dict[str, tuple[Any, type[Exception], str]] = {
    "NumPy": (x.numpy(), TypeError, "got ndarray; torch.from_numpy"),
    "a list": (x.tolist(), TypeError, "got list; torch.tensor"),
    "a layer's result": ((x, h), TypeError, r"got tuple of 2; .* output, state = layer\(input\)"),
    "another dtype": (x.double(), ValueError, r"\.to\(torch.float32\)"),
    "half precision": (x.half(), ValueError, r"\.to\(torch.float32\)"),
    "symbols": (x.long(), ValueError, "torch.nn.Embedding"),
    "truth": (x > 0, ValueError, r"\.to\(torch.float32\)"),
    "four dimensions": (x[None], ValueError, "2D or 3D|expected shape"),
    "another size": (torch.zeros(6, 3, 3), RuntimeError, "Expected 2, got 3|expected shape"),
    "no step": (x[:0], RuntimeError, "larger than 0|at least one entry"),
    "another device": (x.to("meta"), RuntimeError, "at meta|got meta"),
}


@pytest.fixture(autouse=True, params=[True, None])
def by_hand(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurrent._Recurrent, "by_hand", request.param)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", CALLS)
def test_one_fault_one_exception(name: str, fault: str) -> None:
    value, error, words = FAULTS[fault]
    if name == "Hopfield" and fault not in ("a layer's result", "four dimensions"):
        value = x[0, :0] if fault == "no step" else value[0]  # a batch of states, without steps
    with pytest.raises(error, match=words) as raised:
        CALLS[name](value)
    assert type(raised.value) is error


STATES: dict[str, tuple[str, Any, type[Exception], str]] = {
    "RNN, two": ("RNN", (h, h), TypeError, "expected hx to be one Tensor, h_0, got tuple of 2"),
    "GRU, NumPy": ("GRU", h.numpy(), TypeError, "got ndarray; torch.from_numpy"),
    "GRU, float64": ("GRU", h.double(), ValueError, r"h_0: expected torch.float32, .* h_0.to\(torch.float32\)"),
    "RNN, truth": ("RNN", h > 0, ValueError, "h_0: expected torch.float32"),
    "LSTM, h alone": ("LSTM", h, TypeError, r"got one alone; \(h_0, torch.zeros_like\(h_0\)\)"),
    "LSTM, h alone in a tuple": ("LSTM", (h,), TypeError, r"got one alone; \(h_0, torch.zeros_like\(h_0\)\)"),
    "LSTM, h alone of two layers": ("LSTM", torch.zeros(2, 3, 4), TypeError, "got one alone"),
    "LSTM, float64 cells": ("LSTM", (h, h.double()), ValueError, "c_0: expected torch.float32"),
    "LSTM, NumPy": ("LSTM", (h, h.numpy()), TypeError, "c_0 to be a Tensor, got ndarray"),
    "LSTM, a whole result": ("LSTM", (torch.zeros(6, 3, 4), (h, h)), TypeError, r"output, state = layer\(input\)"),
    "GRUD, h alone": ("GRUD", h, TypeError, r"hx: expected a tuple \(h_0, x_0\)"),
    "NTM, h alone": ("NTM", h, TypeError, r"state: expected a tuple \(r, w, M, h, c\)"),
    "ESN, float64": ("ESN", h.double(), ValueError, "hx: expected torch.float32"),
}


@pytest.mark.parametrize(("kind", "state", "error", "words"), STATES.values(), ids=STATES)
def test_states_that_do_not_fit(kind: str, state: Any, error: type[Exception], words: str) -> None:
    module = rnncourse.nn.NTM(2, 3, 4, 5, 4) if kind == "NTM" else getattr(rnncourse.nn, kind)(2, 4)
    series = (x, x, x) if kind == "GRUD" else (x,)
    with pytest.raises(error, match=words):
        module(*series, state)


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_a_layout_taken_for_the_other_is_pointed_at(kind: str) -> None:
    hx = (h, h) if kind == "LSTM" else h
    with pytest.raises(RuntimeError, match=r"Expected hidden.* is it \(B, T, F\)\? batch_first=True"):
        getattr(rnncourse.nn, kind)(2, 4)(x.transpose(0, 1), hx)
    with pytest.raises(RuntimeError, match=r"Expected hidden.* read \(6, 3, 2\) as \(B, T, F\)"):
        getattr(rnncourse.nn, kind)(2, 4, batch_first=True)(x, hx)


def test_symbols_in_a_packed_batch() -> None:
    with pytest.raises(ValueError, match=r"torch\.nn\.Embedding"):
        rnncourse.nn.GRU(2, 4)(pack_padded_sequence(x.long(), [6, 4, 1]))


@pytest.mark.parametrize(("kind", "args"), [("RNN", ("relu",)), ("RNN", ()), ("GRU", ()), ("LSTM", ())])
def test_the_cells_are_torchs_and_a_step_of_the_layers(kind: str, args: tuple[Any, ...]) -> None:
    options = {"nonlinearity": args[0]} if args else {}
    cell, layer = getattr(rnncourse.nn, f"{kind}Cell")(2, 4, **options), getattr(rnncourse.nn, kind)(2, 4, **options)
    cell.load_state_dict({name.removesuffix("_l0"): w for name, w in layer.state_dict().items()})
    state, outputs, series = None, [], torch.randn(7, 3, 2)
    for x_t in series:
        state = cell(x_t, state)
        outputs.append(state[0] if kind == "LSTM" else state)
    torch.testing.assert_close(torch.stack(outputs), layer(series)[0], rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
@pytest.mark.filterwarnings("ignore")  # torch's own: deprecations of its quantisation
def test_what_knows_torchs_classes_by_name_takes_the_modules_as_torchs(kind: str) -> None:
    class Model(torch.nn.Module):
        def __init__(self, layer: torch.nn.Module) -> None:
            super().__init__()
            self.layer = layer

        def forward(self, q: torch.Tensor) -> torch.Tensor:
            return self.layer(q)[0]  # type: ignore[no-any-return]

    module, series = getattr(rnncourse.nn, kind)(2, 4), torch.randn(6, 3, 2)
    plain = module.as_torch()
    assert type(plain) is getattr(torch.nn, kind)
    assert plain.weight_hh_l0 is module.weight_hh_l0
    expected = module(series)[0]
    torch.testing.assert_close(torch.fx.symbolic_trace(Model(plain))(series), expected)
    if kind == "LSTM":
        quantised = torch.ao.quantization.quantize_dynamic(Model(plain), {torch.nn.LSTM}, torch.qint8)
        assert "quantized" in type(quantised.layer).__module__
        torch.testing.assert_close(quantised(series), expected, rtol=0, atol=0.05)
