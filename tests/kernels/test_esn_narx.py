"""The kernels of the echo state network and of NARX, against loops in torch's operations with autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from closeness import assert_close_at_scale

from rnncourse import reservoir
from rnncourse.kernels import esn, narx

Arrays = dict[str, Any]
TOLERANCE = {np.float64: 1e-12, np.float32: 2e-5}


def network(
    T: int = 6, B: int = 3, F: int = 2, N: int = 8, a: float = 0.7, seed: int = 0, dtype: Any = float
) -> Arrays:
    """Some columns have many entries, some none."""
    rng = np.random.default_rng(seed)
    shapes = {"x": (T, B, F), "h0": (B, N), "W_ih": (N, F), "weight": (3, N), "b": (N,)}
    arrays: Arrays = {name: rng.normal(scale=0.6, size=shape).astype(dtype) for name, shape in shapes.items()}
    return arrays | {"column": rng.integers(0, N - 2, (3, N)), "a": a}


@pytest.mark.equation("eq-reservoir-cell")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("a", [1.0, 0.3])
@pytest.mark.parametrize("sizes", [(1, 1, 1, 3), (6, 3, 2, 8)])
def test_a_reservoir_is_the_reading_versions_and_its_gradients_are_autograds(sizes: Any, a: float, dtype: Any) -> None:
    g = network(*sizes, a=a, dtype=dtype)
    W_hh = reservoir.SparseMatrix(g["column"], g["weight"]).dense()
    h, tape = esn.forward(**g)
    expected = reservoir.forward(g["x"], g["h0"], g["W_ih"], W_hh, g["b"], a)
    assert h.dtype == dtype
    assert_close_at_scale([h], [expected], TOLERANCE[dtype])
    x, state = (torch.from_numpy(g[name]).requires_grad_() for name in ("x", "h0"))
    W_ih, W, b, states = torch.from_numpy(g["W_ih"]), torch.from_numpy(W_hh), torch.from_numpy(g["b"]), []
    h_t = state
    for x_t in x:
        h_t = (1 - a) * h_t + a * torch.tanh(x_t @ W_ih.T + h_t @ W.T + b)
        states.append(h_t)
    dh_out = np.random.default_rng(1).normal(size=h.shape).astype(dtype)
    theirs = torch.autograd.grad(torch.stack(states), [x, state], torch.from_numpy(dh_out))
    assert_close_at_scale(esn.backward(dh_out, tape), theirs, TOLERANCE[dtype])
    without = esn.backward(dh_out, tape, input_gradient=False)
    assert without.dx is None
    assert_close_at_scale([without.dh0], [theirs[1]], TOLERANCE[dtype])
    assert not any(d.any() for d in esn.backward(None, tape))


def run(
    N: int = 5, B: int = 3, V: int = 4, K: int = 2, H: int = 6, n_y: int = 2, skip: bool = True, seed: int = 0
) -> Arrays:
    rng, P = np.random.default_rng(seed), n_y * K + V
    shapes: dict[str, Any] = {"v": (N, B, V), "y": (n_y + 1 + N, B, K), "W_ih": (H, P), "b_ih": (H,), "W_ho": (K, H)}
    shapes |= {"b_ho": (K,), "W_io": (K, P)}
    arrays: Arrays = {name: rng.normal(scale=0.5, size=shape) for name, shape in shapes.items()}
    arrays["forced"] = rng.random((N, B)) < 0.4
    return arrays | {"n_y": n_y} | ({} if skip else {"W_io": None})


@pytest.mark.equation("eq-narx-run")
@pytest.mark.parametrize("skip", [True, False])
@pytest.mark.parametrize("sizes", [(1, 1, 1, 1, 1, 1), (5, 3, 4, 2, 6, 2), (5, 3, 0, 2, 6, 3)])
def test_a_free_run_and_its_gradients_are_torchs(sizes: Any, skip: bool) -> None:
    g = run(*sizes, skip=skip)
    y_hat, tape = narx.forward(**g)
    names = [name for name in ("v", "y", "W_ih", "b_ih", "W_ho", "b_ho", "W_io") if g[name] is not None]
    t = {name: torch.from_numpy(g[name]).requires_grad_() for name in names}
    S, predictions = len(g["y"]) - len(g["v"]), []
    fed = list(t["y"][:S])
    for k, v_t in enumerate(t["v"]):
        phi = torch.cat([*(fed[-j] for j in range(1, g["n_y"] + 1)), v_t], dim=1)
        out = torch.tanh(phi @ t["W_ih"].T + t["b_ih"]) @ t["W_ho"].T + t["b_ho"]
        predictions.append(out + phi @ t["W_io"].T if skip else out)
        fed.append(torch.where(torch.from_numpy(g["forced"][k])[:, None], t["y"][S + k], predictions[-1]))
    assert_close_at_scale([y_hat], [torch.stack(predictions).detach()], 1e-12)
    d = np.random.default_rng(1).normal(size=y_hat.shape)
    theirs = torch.autograd.grad(torch.stack(predictions), list(t.values()), torch.from_numpy(d))
    found = narx.backward(d, tape)._asdict()
    assert (found["dW_io"] is None) is not skip
    assert_close_at_scale([found[f"d{name}"] for name in names], theirs, 1e-12)
    assert narx.backward(d, tape, input_gradient=False).dv is None


@pytest.mark.parametrize("kernel", [esn, narx])
def test_arguments_stay_and_results_are_the_callers_own(kernel: Any) -> None:
    g = network(a=1.0) if kernel is esn else run()
    before = {name: q.copy() for name, q in g.items() if isinstance(q, np.ndarray)}
    out, tape = kernel.forward(**g)
    d = np.ones_like(out)
    first = [q.copy() for q in kernel.backward(d, tape) if q is not None]
    out[...] = np.nan
    again = [q for q in kernel.backward(d, tape) if q is not None]
    assert all(np.array_equal(p, q) for p, q in zip(first, again, strict=True))
    assert all(np.array_equal(g[name], q) for name, q in before.items())
    theirs = [*g.values(), *tape.kept]
    assert not any(np.shares_memory(p, q) for p in (out, *again) for q in theirs if isinstance(q, np.ndarray))


WRONG: dict[str, tuple[Any, type[Exception], str]] = {
    "column": (
        lambda: esn.forward(**network() | {"column": np.full((3, 8), 8)}),
        ValueError,
        "column: expected numbers",
    ),
    "column of floats": (
        lambda: esn.forward(**network() | {"column": np.ones((3, 8))}),
        TypeError,
        "column: expected a",
    ),
    "leak": (lambda: esn.forward(**network(a=0.0)), ValueError, "a: expected a number above 0 and up to 1, got 0.0"),
    "weight": (lambda: esn.forward(**network() | {"weight": np.ones((3, 7))}), ValueError, "weight: expected shape"),
    "dh_out": (
        lambda: esn.backward(np.ones((5, 3, 8)), esn.forward(**network())[1]),
        ValueError,
        "dh_out: expected shape",
    ),
    "v": (lambda: narx.forward(**run() | {"v": np.ones((5, 3, 3))}), ValueError, r"v: expected shape \(N, B=3, 4\)"),
    "v too long": (lambda: narx.forward(**run() | {"v": np.ones((7, 3, 4))}), ValueError, "1 ≤ N ≤ 6"),
    "NaN": (lambda: narx.forward(**run() | {"v": np.full((5, 3, 4), np.nan)}), ValueError, "v: expected finite"),
    "forced": (
        lambda: narx.forward(**run() | {"forced": np.ones((5, 3))}),
        ValueError,
        "forced: expected an array of b",
    ),
    "W_io": (lambda: narx.forward(**run() | {"W_io": np.ones((2, 7))}), ValueError, "W_io: expected shape"),
    "dy_hat_out": (
        lambda: narx.backward(np.ones((4, 3, 2)), narx.forward(**run())[1]),
        ValueError,
        "dy_hat_out: expected shape",
    ),
}


@pytest.mark.parametrize(("call", "error", "words"), WRONG.values(), ids=WRONG)
def test_wrong_arguments_are_named(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
