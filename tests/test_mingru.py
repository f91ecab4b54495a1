"""The minimal GRU: reading version, kernel and module against torch's operations, as a loop and as a scan."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from closeness import assert_close_at_scale
from torch.nn.utils.rnn import pack_sequence, pad_packed_sequence

from rnncourse import after, mingru
from rnncourse.kernels import _layer
from rnncourse.kernels import mingru as kernel
from rnncourse.nn import MinGRU

SIZES = [(1, 1, 1, 1), (7, 3, 2, 5), (16, 2, 3, 4), (33, 1, 4, 2)]
TOLERANCE = {np.float64: 1e-12, np.float32: 2e-5}


def problem(T: int, B: int, F: int, H: int, dtype: Any = np.float64, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    shapes = {"x": (T, B, F), "h0": (B, H), "W_ih": (2 * H, F), "b_ih": (2 * H,), "dh_out": (T, B, H), "dh_T": (B, H)}
    return {name: rng.normal(size=shape).astype(dtype) for name, shape in shapes.items()}


def by_loop(a: torch.Tensor, b: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
    states = []
    for a_t, b_t in zip(a, b, strict=True):
        h = a_t * h + b_t
        states.append(h)
    return torch.stack(states)


def by_scan(a: torch.Tensor, b: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
    """Hillis and Steele's."""
    reach = 1
    while reach < len(a):
        b = torch.cat([b[:reach], b[reach:] + a[reach:] * b[:-reach]])
        a = torch.cat([a[:reach], a[reach:] * a[:-reach]])
        reach *= 2
    return a * h + b


def by_torch(p: dict[str, Any], how: Any, last: bool = True) -> tuple[np.ndarray, list[np.ndarray]]:
    """States, and the gradients of W_ih, b_ih, x and h0."""
    x, h0, W, b = (torch.from_numpy(p[name]).requires_grad_() for name in ("x", "h0", "W_ih", "b_ih"))
    a_z, candidate = torch.nn.functional.linear(x, W, b).chunk(2, dim=-1)
    z = torch.sigmoid(a_z)
    h = how(1 - z, z * candidate, h0)
    loss = (h * torch.from_numpy(p["dh_out"])).sum() + last * (h[-1] * torch.from_numpy(p["dh_T"])).sum()
    return h.detach().numpy(), [g.numpy() for g in torch.autograd.grad(loss, [W, b, x, h0])]


@pytest.mark.equation("eq-after-mingru-gates")
@pytest.mark.equation("eq-after-mingru")
@pytest.mark.equation("eq-after-mingru-backward")
@pytest.mark.parametrize("how", [by_loop, by_scan])
@pytest.mark.parametrize("sizes", SIZES)
def test_loop_scan_and_gradients_of_the_reading_version_are_torchs(sizes: Any, how: Any) -> None:
    p = problem(*sizes)
    arguments = {name: p[name] for name in ("x", "h0", "W_ih", "b_ih")}
    expected, gradients = by_torch(p, how, last=False)
    h = mingru.forward(**arguments)
    z, candidate = mingru.gates(*(arguments[name] for name in ("x", "W_ih", "b_ih")))
    by_rounds = after.scan(1 - z, z * candidate, arguments["h0"])
    assert_close_at_scale([h, by_rounds], [expected] * 2, 1e-12)
    assert_close_at_scale(mingru.backward(dh_out=p["dh_out"], h=h, **arguments), gradients, 1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("numbers", [2**18, 100, 1])
@pytest.mark.parametrize("sizes", SIZES)
def test_the_kernel_is_torchs_span_by_span(
    monkeypatch: pytest.MonkeyPatch, sizes: Any, numbers: int, dtype: Any
) -> None:
    monkeypatch.setattr(_layer, "CACHE", numbers)
    p = problem(*sizes, dtype=dtype)
    h, tape = kernel.forward(p["x"], p["h0"], p["W_ih"], p["b_ih"])
    assert h.dtype == dtype
    for how in (by_loop, by_scan):
        expected, gradients = by_torch(p, how)
        assert_close_at_scale([h], [expected], TOLERANCE[dtype])
        assert_close_at_scale(kernel.backward(p["dh_out"], tape, p["dh_T"]), gradients, TOLERANCE[dtype])
    without = kernel.backward(None, tape, p["dh_T"], input_gradient=False)
    assert without.dx is None
    assert_close_at_scale([without.dh0], [by_torch(p | {"dh_out": np.zeros_like(h)}, by_loop)[1][3]], TOLERANCE[dtype])


@pytest.mark.parametrize("at", [-2.0, -18.0, -35.0])
def test_gradients_of_gates_that_are_closed(at: float) -> None:
    p = problem(7, 3, 2, 5)
    p["W_ih"][:5] *= 0.3
    p["b_ih"][:5] = at
    small = {name: q.astype(np.float32) for name, q in p.items()}
    p = {name: q.astype(np.float64) for name, q in small.items()}
    _, tape = kernel.forward(*(small[name] for name in ("x", "h0", "W_ih", "b_ih")))
    found = kernel.backward(small["dh_out"], tape, small["dh_T"])
    expected = by_torch(p, by_loop)[1]
    halves = [half for q in (found.dW_ih, found.db_ih) for half in np.split(q, 2)]
    assert_close_at_scale(halves, [half for q in expected[:2] for half in np.split(q, 2)], 5e-5)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("layout", ["batched", "batch_first", "unbatched"])
def test_the_module_reads_every_layout(bias: bool, layout: str) -> None:
    torch.manual_seed(0)
    module = MinGRU(2, 4, bias, layout == "batch_first", dtype=torch.float64)
    x, hx = torch.randn(6, 3, 2, dtype=torch.float64), torch.randn(1, 3, 4, dtype=torch.float64)
    a_z, candidate = torch.nn.functional.linear(x, module.weight_ih_l0, module.bias_ih_l0).chunk(2, dim=-1)
    z = torch.sigmoid(a_z)
    expected = by_loop(1 - z, z * candidate, hx[0])
    if layout == "unbatched":
        output, h_n = module(x[:, 1], hx[:, 1])
        expected, last = expected[:, 1], expected[-1:, 1]
    else:
        output, h_n = module(x.transpose(0, 1) if layout == "batch_first" else x, hx)
        output, last = output.transpose(0, 1) if layout == "batch_first" else output, expected[-1:]
    torch.testing.assert_close(output, expected, rtol=0, atol=1e-12)
    torch.testing.assert_close(h_n, last, rtol=0, atol=1e-12)
    assert ("batch_first" in repr(module)) == (layout == "batch_first")


@pytest.mark.parametrize("path", ["kernel", "torch"])
def test_a_packed_batch_is_its_examples_one_by_one(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    if path == "torch":
        monkeypatch.setattr("rnncourse.nn.mingru.numpy_serves", lambda tensors: False)
    torch.manual_seed(0)
    module = MinGRU(2, 4, dtype=torch.float64)
    series = [torch.randn(T, 2, dtype=torch.float64, requires_grad=True) for T in (3, 6, 1, 6)]
    hx = torch.randn(1, 4, 4, dtype=torch.float64)
    output, h_n = module(pack_sequence(series, enforce_sorted=False), hx)
    filled, lengths = pad_packed_sequence(output)
    alone = [module(x, hx[:, k]) for k, x in enumerate(series)]
    got = [filled[:T, k] for k, T in enumerate(lengths.tolist())]
    assert_close_at_scale([q.detach() for q in got], [h.detach() for h, _ in alone], 1e-12)
    assert_close_at_scale([h_n[:, k].detach() for k in range(4)], [h.detach() for _, h in alone], 1e-12)
    losses = [sum(q.sin().sum() for q in side) for side in (got, [h for h, _ in alone])]
    leaves = [*series, *module.parameters()]
    assert_close_at_scale(*(torch.autograd.grad(loss, leaves) for loss in losses), 1e-11)


@pytest.mark.parametrize("name", ["x", "h0", "W_ih", "b_ih"])
def test_wrong_arguments_are_named(name: str) -> None:
    p = {n: q for n, q in problem(4, 2, 3, 5).items() if n not in ("dh_out", "dh_T")}
    for function in (kernel.forward, mingru.forward):
        with pytest.raises(ValueError, match=f"{name}: expected shape"):
            function(**p | {name: p[name][None]})
        with pytest.raises(TypeError, match=f"{name}: expected a NumPy array, got list"):
            function(**p | {name: p[name].tolist()})
    with pytest.raises(ValueError, match="W_ih: expected 2H rows"):
        mingru.gates(p["x"], p["W_ih"][:9], p["b_ih"][:9])
    with pytest.raises(ValueError, match=r"input: expected shape \(T, B, 3\)|expected shape"):
        MinGRU(3, 5)(torch.zeros(1, 4, 2, 3))
