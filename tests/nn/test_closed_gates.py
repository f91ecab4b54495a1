"""Gates that are nearly closed: their gradients are small, and right. In float32, against torch in float64."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special
import torch
from closeness import assert_close_at_scale

import rnncourse.nn
from rnncourse import lstm_gru

CLOSED = [-2.0, -8.0, -18.0, -25.0, -35.0]
GATES = {"LSTM": "ifgo", "GRU": "rzn"}


@pytest.mark.equation("eq-lstm-gru-sigmoid")
@pytest.mark.parametrize(("dtype", "edge"), [(np.float32, 85), (np.float64, 700)])
def test_the_sigmoid_is_scipys_digit_by_digit(dtype: type, edge: float) -> None:
    a = np.linspace(-edge, edge, 10_001).astype(dtype)
    ulp = float(np.finfo(dtype).eps)
    np.testing.assert_allclose(lstm_gru.sigmoid(a), scipy.special.expit(a.astype(np.float64)), rtol=6 * ulp)
    with np.errstate(all="raise", under="ignore"):
        assert lstm_gru.sigmoid(np.array([-1e30, 1e30], dtype)).tolist() == [0, 1]


def layer(kind: str, gate: str, at: float) -> Any:
    """A layer one of whose gates has this bias, and small weights."""
    torch.manual_seed(0)
    module = getattr(rnncourse.nn, kind)(3, 5)
    H, k = 5, GATES[kind].index(gate)
    with torch.no_grad():
        for w in module.parameters():
            w[k * H : (k + 1) * H] *= 0.3
        module.bias_ih_l0[k * H : (k + 1) * H] = at
    module.by_hand = True
    return module


@pytest.mark.parametrize("at", CLOSED)
@pytest.mark.parametrize(("kind", "gate"), [("LSTM", "i"), ("LSTM", "f"), ("LSTM", "o"), ("GRU", "r"), ("GRU", "z")])
def test_gradients_of_closed_gates_gate_by_gate(kind: str, gate: str, at: float) -> None:
    module = layer(kind, gate, at)
    x, found = torch.randn(6, 2, 3), []
    plain = getattr(torch.nn, kind)(3, 5, dtype=torch.float64)
    plain.load_state_dict(module.state_dict())
    for m, dtype in ((module, torch.float32), (plain, torch.float64)):
        output, _ = m(x.to(dtype))
        weight = torch.linspace(-1, 1, output.numel(), dtype=dtype).view_as(output)
        gradients = torch.autograd.grad((output * weight).sum(), list(m.parameters()))
        found.append([output.detach(), *(block for g in gradients for block in g.chunk(len(GATES[kind])))])
    assert_close_at_scale(*found, 5e-5)


def reading(kind: str, gate: str, at: float, dtype: Any) -> list[Any]:
    p = {n.removesuffix("_l0"): w.detach().numpy().astype(dtype) for n, w in layer(kind, gate, at).named_parameters()}
    packed = {"LSTM": lstm_gru.LSTMWeights, "GRU": lstm_gru.GRUWeights}[kind]
    weights: Any = packed(p["weight_ih"], p["weight_hh"], p["bias_ih"], p["bias_hh"])
    rng = np.random.default_rng(0)
    x, zeros, dh_out = rng.normal(size=(6, 2, 3)).astype(dtype), np.zeros((2, 5), dtype), rng.normal(size=(6, 2, 5))
    if kind == "LSTM":
        h, c = lstm_gru.lstm_forward(x, zeros, zeros, weights)
        g: Any = lstm_gru.lstm_backward(dh_out.astype(dtype), x, zeros, zeros, h, c, weights)
    else:
        h = lstm_gru.gru_forward(x, zeros, weights)
        g = lstm_gru.gru_backward(dh_out.astype(dtype), x, zeros, h, weights)
    return [h, *np.split(g.dW_ih, len(GATES[kind])), *np.split(g.dW_hh, len(GATES[kind]))]


@pytest.mark.parametrize("at", CLOSED)
@pytest.mark.parametrize(("kind", "gate"), [("LSTM", "i"), ("LSTM", "f"), ("LSTM", "o"), ("GRU", "r"), ("GRU", "z")])
def test_the_reading_version_too(kind: str, gate: str, at: float) -> None:
    assert_close_at_scale(reading(kind, gate, at, np.float32), reading(kind, gate, at, np.float64), 5e-5)


def grud(at: float) -> tuple[Any, tuple[Any, ...], list[tuple[str, slice]]]:
    torch.manual_seed(0)
    module = rnncourse.nn.GRUD(2, 4)
    with torch.no_grad():
        for w in (module.weight_ih, module.weight_hh, module.weight_mh):
            w[:4] *= 0.3
        module.bias[:4] = at
    mask = (torch.rand(6, 2, 2) < 0.5).float()
    return module, (torch.randn(6, 2, 2), mask, torch.rand(6, 2, 2)), [("weight_ih", slice(4)), ("weight_hh", slice(4))]


def ntm(place: str) -> Callable[[float], tuple[Any, tuple[Any, ...], list[tuple[str, slice]]]]:
    """Erasing, gating (head's parameters: k of two heads, a, e, g of two), or a gate of the controller."""
    rows = {"erase": slice(12, 16), "gate": slice(16, 18), "i": slice(3), "o": slice(9, 12)}[place]
    name = "hp" if place in ("erase", "gate") else "ih"

    def make(at: float) -> tuple[Any, tuple[Any, ...], list[tuple[str, slice]]]:
        torch.manual_seed(0)
        module = rnncourse.nn.NTM(2, 2, 3, 5, 4)
        with torch.no_grad():
            for p in module.parameters():
                p.add_(0.3 * torch.randn_like(p))
            (module.bias_hp if name == "hp" else module.bias_h)[rows] = at
        return module, (torch.randn(6, 2, 2),), [(f"weight_{name}", rows)]

    return make


OTHERS = {"GRUD": grud} | {f"NTM {place}": ntm(place) for place in ("erase", "gate", "i", "o")}


@pytest.mark.parametrize("at", CLOSED)
@pytest.mark.parametrize("make", OTHERS.values(), ids=OTHERS)
def test_gradients_of_closed_gates_in_the_other_modules(make: Any, at: float) -> None:
    module, inputs, blocks = make(at)
    found = []
    for m, dtype in ((module, torch.float32), (copy.deepcopy(module).double(), torch.float64)):
        output = m(*(q.to(dtype) for q in inputs))[0]
        weight = torch.linspace(-1, 1, output.numel(), dtype=dtype).view_as(output)
        wanted = [getattr(m, name) for name, _ in blocks]
        # in float64 torch's own operations, which is what create_graph asks for
        g = torch.autograd.grad((output * weight).sum(), wanted, create_graph=dtype == torch.float64)
        found.append([dw[rows].detach() for dw, (_, rows) in zip(g, blocks, strict=True)])
    assert_close_at_scale(*found, 2e-3)
