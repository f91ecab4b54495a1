"""Gaps, masks, fillings and GRU-D against the equations of Che et al., pandas, SciPy, torch and autograd."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas
import pytest
import scipy.integrate
import scipy.interpolate
import scipy.optimize
import scipy.signal
import statsmodels.api
import torch
from finite_differences import assert_gradients

from rnncourse import gru, irregular
from rnncourse.irregular import Weights

SHAPES = [(1, 1, 1, 1), (5, 1, 3, 2), (1, 4, 3, 2), (7, 3, 2, 4), (6, 4, 1, 3), (5, 5, 3, 3)]  # T B F H
TOLERANCE = {np.float64: 1e-12, np.float32: 1e-5}
GRADIENTS = irregular.Gradients._fields

Arrays = dict[str, Any]


def series(T: int, B: int, F: int, seed: int = 0, dtype: Any = np.float64, keep: float = 0.4) -> Arrays:
    """Irregular times, and about as many gaps as observations; garbage where nothing was observed."""
    rng = np.random.default_rng(seed)
    time = 3 + np.cumsum(rng.exponential(size=(T, B)), axis=0)
    m = (rng.random((T, B, F)) < keep).astype(dtype)
    return {"time": time.astype(dtype), "x": (2 + rng.normal(size=(T, B, F))).astype(dtype), "m": m}


def problem(T: int, B: int, F: int, H: int, seed: int = 0, dtype: Any = np.float64) -> tuple[Arrays, Arrays]:
    """Arguments of grud_forward, all different and some decays at rest, and what reaches the states."""
    rng = np.random.default_rng(seed)
    s = series(T, B, F, seed, dtype)
    shapes = (3 * H, F), (3 * H, H), (3 * H, F), (3 * H,), (F,), (F,), (H, F), (H,)
    p = Weights(*(rng.normal(scale=0.6, size=shape).astype(dtype) for shape in shapes))
    more = {"h0": (B, H), "x_mean": (F,), "x_first": (B, F), "dh_out": (T, B, H), "dh_T": (B, H)}
    a = {name: rng.normal(size=shape).astype(dtype) for name, shape in more.items()}
    upstream = {name: a.pop(name) for name in ("dh_out", "dh_T")}
    delta = irregular.intervals(s["time"], s["m"])
    return {"x": s["x"], "m": s["m"], "delta": delta, **a, "p": p}, upstream


def tensors(a: Arrays) -> tuple[Arrays, list[Any]]:
    """The same arguments as leaves, and the leaves in the order of irregular.Gradients."""
    v = {name: torch.tensor(array, requires_grad=True) for name, array in a.items() if name != "p"}
    p = [torch.tensor(w, requires_grad=True) for w in a["p"]]
    return {**v, "p": Weights(*p)}, [*p, v["x"], v["delta"], v["h0"], v["x_first"]]


def che(x: Any, m: Any, delta: Any, h0: Any, x_mean: Any, x_first: Any, p: Any) -> Any:
    """GRU-D as the paper writes it, example by example and feature by feature, with its own z; torch for the gradients.

    r_t = σ(W_r x̂_t + U_r h_{t-1} + V_r m_t + b_r), z_t alike, h̃_t = tanh(W x̂_t + U (r_t ⊙ h_{t-1}) + V m_t + b),
    h_t = (1 - z_t) ⊙ h_{t-1} + z_t ⊙ h̃_t, with h_{t-1} decayed before all of it.
    """
    (T, B, F), H = x.shape, h0.shape[1]
    W_r, W_z, W = p.W_ih.split(H)
    U_r, U_z, U = p.W_hh.split(H)
    V_r, V_z, V = p.W_mh.split(H)
    b_r, b_z, b = p.b.split(H)
    states = []
    for n in range(B):
        h, found = h0[n], []
        for t in range(T):
            imputed = []
            for d in range(F):
                earlier = [s for s in range(t) if m[s, n, d] == 1]
                last = x[earlier[-1], n, d] if earlier else x_first[n, d]
                gamma = torch.exp(-torch.clamp(p.w_x[d] * delta[t, n, d] + p.b_x[d], min=0))
                decayed = gamma * last + (1 - gamma) * x_mean[d]
                imputed.append(x[t, n, d] if m[t, n, d] == 1 else decayed)
            x_hat = torch.stack(imputed)
            h = torch.exp(-torch.clamp(p.W_d @ delta[t, n] + p.b_d, min=0)) * h
            r = torch.sigmoid(W_r @ x_hat + U_r @ h + V_r @ m[t, n] + b_r)
            z = 1 - torch.sigmoid(W_z @ x_hat + U_z @ h + V_z @ m[t, n] + b_z)  # the paper's z is 1 minus the course's
            h = (1 - z) * h + z * torch.tanh(W @ x_hat + U @ (r * h) + V @ m[t, n] + b)
            found.append(h)
        states.append(torch.stack(found))
    return torch.stack(states, dim=1)


def assert_close(ours: Any, theirs: Any, tolerance: float = 1e-12, name: str = "") -> None:
    theirs = theirs.detach().numpy() if isinstance(theirs, torch.Tensor) else theirs
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * (1 + np.abs(theirs).max()), err_msg=name)


# --- RNN-Δt


@pytest.mark.equation("eq-irregular-gap")
def test_gaps_are_pandas_differences() -> None:
    time = series(6, 3, 1)["time"]
    np.testing.assert_array_equal(irregular.gaps(time), pandas.DataFrame(time).diff().fillna(0).to_numpy())
    np.testing.assert_array_equal(irregular.gaps(time[:1]), np.zeros((1, 3)))


def rnn_dt(seed: int = 0, T: int = 5, B: int = 3, F: int = 2, H: int = 4) -> tuple[Arrays, Any]:
    rng = np.random.default_rng(seed)
    shapes = {"h0": (B, H), "W_ih": (H, F + 1), "W_hh": (H, H), "b_ih": (H,), "b_hh": (H,)}
    s = series(T, B, F, seed)
    weights = {name: rng.normal(scale=0.6, size=shape) for name, shape in shapes.items()}
    return {"x": s["x"], "time": s["time"], **weights}, rng.normal(size=(T, B, H))


def torch_rnn_dt(v: Arrays) -> Any:
    """torch.nn.RNNCell, with the column of W_ih that the gap meets taken out and put in by hand."""
    F, (T, B) = v["x"].shape[2], v["time"].shape
    module = torch.nn.RNNCell(F, v["h0"].shape[1], dtype=torch.float64)
    h, states = v["h0"], []
    for i in range(T):
        gap = v["time"][i] - v["time"][i - 1] if i > 0 else torch.zeros(B, dtype=torch.float64)
        names = {"weight_ih": v["W_ih"][:, :F], "weight_hh": v["W_hh"], "bias_hh": v["b_hh"]}
        each = []
        for n in range(B):
            bias = v["b_ih"] + v["W_ih"][:, F] * gap[n]
            each.append(torch.func.functional_call(module, names | {"bias_ih": bias}, (v["x"][i, n], h[n])))
        h = torch.stack(each)
        states.append(h)
    return torch.stack(states)


@pytest.mark.equation("eq-irregular-rnn-dt")
@pytest.mark.equation("eq-irregular-rnn-dt-forward")
@pytest.mark.equation("eq-irregular-dtime")
@pytest.mark.parametrize("T", [1, 5])
def test_rnn_dt_and_its_gradients_are_torchs(T: int) -> None:
    a, dh_out = rnn_dt(T=T)
    h = irregular.rnn_dt_forward(**a)
    v = {name: torch.tensor(array, requires_grad=True) for name, array in a.items()}
    expected = torch_rnn_dt(v)
    assert_close(h, expected)
    (expected * torch.from_numpy(dh_out)).sum().backward()
    given = {name: a[name] for name in ("x", "time", "h0", "W_ih", "W_hh")}
    found = irregular.rnn_dt_backward(dh_out, h=h, **given)._asdict()
    for name in ("W_ih", "W_hh", "x", "h0"):
        assert_close(found[f"d{name}"], v[name].grad, 1e-12, name)
    assert_close(found["dtime"], torch.zeros(T, 3) if v["time"].grad is None else v["time"].grad)
    assert_close(found["db"], v["b_ih"].grad)


@pytest.mark.equation("eq-irregular-dtime")
def test_gradients_of_rnn_dt_are_finite_differences() -> None:
    a, dh_out = rnn_dt(T=4)
    a = {name: array.astype(np.float64) for name, array in a.items()}
    h = irregular.rnn_dt_forward(**a)
    found = irregular.rnn_dt_backward(dh_out, h=h, **{k: a[k] for k in ("x", "time", "h0", "W_ih", "W_hh")})._asdict()
    named = {name: found[f"d{name}"] for name in ("x", "time", "h0", "W_ih", "W_hh")}
    named |= {"b_ih": found["db"], "b_hh": found["db"]}
    assert_gradients(lambda **q: (irregular.rnn_dt_forward(**q) * dh_out).sum(), a, named)


@pytest.mark.equation("eq-irregular-rnn-dt")
def test_rnn_dt_knows_the_gaps_and_not_the_date() -> None:
    a, _ = rnn_dt()
    h = irregular.rnn_dt_forward(**a)
    np.testing.assert_allclose(irregular.rnn_dt_forward(**(a | {"time": a["time"] + 100})), h, atol=1e-12)
    assert not np.allclose(irregular.rnn_dt_forward(**(a | {"time": a["time"] * 2})), h)


# --- masks, intervals, fillings


@pytest.mark.equation("eq-irregular-mask")
def test_observed_is_pandas_notna() -> None:
    s = series(7, 2, 3)
    x = np.where(s["m"] == 1, s["x"], np.nan)
    before = x.copy()
    known, m = irregular.observed(x)
    np.testing.assert_array_equal(m.reshape(7, -1), pandas.DataFrame(x.reshape(7, -1)).notna().to_numpy(float))
    np.testing.assert_array_equal(known, np.nan_to_num(x, nan=0.0))
    np.testing.assert_array_equal(x, before)
    assert irregular.observed(x.astype(np.float32))[1].dtype == np.float32


@pytest.mark.equation("eq-irregular-delta")
def test_intervals_are_the_time_since_the_last_observation_before() -> None:
    """Not step by step as the equation, but from the definition: now minus the last time something was observed."""
    s = series(12, 3, 4)
    delta = irregular.intervals(s["time"], s["m"])
    for t, b, f in np.ndindex(delta.shape):
        earlier = [k for k in range(t) if s["m"][k, b, f] == 1]
        expected = s["time"][t, b] - s["time"][earlier[-1] if earlier else 0, b]
        assert delta[t, b, f] == pytest.approx(expected, abs=1e-12)


@pytest.mark.equation("eq-irregular-delta")
def test_intervals_of_a_case_worked_by_hand() -> None:
    """Two features at 0, 0.1, 0.6, 1.6, 2.2, 2.5, 3.1: one observed at steps 2, 5 and 6, one at 1, 2, 4 and 7."""
    time = np.array([0, 0.1, 0.6, 1.6, 2.2, 2.5, 3.1])[:, None]
    m = np.array([[0, 1, 0, 0, 1, 1, 0], [1, 1, 0, 1, 0, 0, 1]], dtype=float).T[:, None]
    expected = np.array([[0, 0.1, 0.5, 1.5, 2.1, 0.3, 0.6], [0, 0.1, 0.5, 1.5, 0.6, 0.9, 1.5]])
    np.testing.assert_allclose(irregular.intervals(time, m)[:, 0].T, expected, atol=1e-12)


@pytest.mark.equation("eq-irregular-mean")
@pytest.mark.equation("eq-irregular-fill-mean")
def test_mean_and_filling_with_it_are_pandas() -> None:
    s = series(9, 1, 3)
    table = pandas.DataFrame(np.where(s["m"] == 1, s["x"], np.nan)[:, 0])
    mean = irregular.empirical_mean(s["x"], s["m"])
    np.testing.assert_allclose(mean, table.mean())
    np.testing.assert_allclose(irregular.fill_mean(s["x"], s["m"], mean)[:, 0], table.fillna(table.mean()))


@pytest.mark.equation("eq-irregular-last")
@pytest.mark.equation("eq-irregular-fill-forward")
def test_filling_forward_is_pandas_ffill() -> None:
    s = series(9, 1, 3)
    first = np.array([[5.0, 6.0, 7.0]])
    table = pandas.DataFrame(np.where(s["m"] == 1, s["x"], np.nan)[:, 0]).ffill()
    last = irregular.last_observed(s["x"], s["m"], first)[:, 0]
    np.testing.assert_array_equal(
        irregular.fill_forward(s["x"], s["m"], first)[:, 0], table.fillna(dict(enumerate(first[0])))
    )
    np.testing.assert_array_equal(last, table.shift().fillna(dict(enumerate(first[0]))))


@pytest.mark.equation("eq-irregular-fill-linear")
def test_linear_filling_is_scipys_and_flat_outside() -> None:
    s = series(15, 3, 2, seed=1)
    first = np.full((3, 2), 9.0)
    s["m"][:, 1, 1] = 0
    filled = irregular.fill_linear(s["time"], s["x"], s["m"], first)
    for b, f in np.ndindex(3, 2):
        known = s["m"][:, b, f] == 1
        if not known.any():
            np.testing.assert_array_equal(filled[:, b, f], 9)
            continue
        t, x = s["time"][known, b], s["x"][known, b, f]
        line = scipy.interpolate.make_interp_spline(t, x, k=1)
        np.testing.assert_allclose(filled[:, b, f], line(s["time"][:, b].clip(t[0], t[-1])), atol=1e-12)


@pytest.mark.equation("eq-irregular-fill-linear")
@pytest.mark.equation("eq-irregular-fill-forward")
@pytest.mark.equation("eq-irregular-delta")
def test_only_the_line_knows_the_future() -> None:
    """Another world from step 6 on: what a filling says of the steps before must stay, and the line's does not."""
    s, first = series(12, 1, 1, seed=3), np.zeros((1, 1))
    s["m"][[0, 6]], s["m"][3:6] = 1, 0
    other = {name: np.concatenate([q[:6], q[6:] + (10 if name != "m" else 0)]) for name, q in s.items()}
    fillings = {
        "mean": lambda s: irregular.fill_mean(s["x"], s["m"], np.ones(1)),
        "forward": lambda s: irregular.fill_forward(s["x"], s["m"], first),
        "intervals": lambda s: irregular.intervals(s["time"], s["m"]),
        "linear": lambda s: irregular.fill_linear(s["time"], s["x"], s["m"], first),
    }
    changed = {name: not np.array_equal(fill(s)[:6], fill(other)[:6]) for name, fill in fillings.items()}
    assert changed == {"mean": False, "forward": False, "intervals": False, "linear": True}


@pytest.mark.equation("eq-irregular-simple")
def test_simple_is_three_pandas_tables_side_by_side() -> None:
    s = series(6, 2, 3)
    delta = irregular.intervals(s["time"], s["m"])
    table = pandas.DataFrame(np.where(s["m"] == 1, s["x"], np.nan)[:, 1])
    expected = pandas.concat([table.fillna(0), table.notna(), pandas.DataFrame(delta[:, 1])], axis=1)
    np.testing.assert_array_equal(irregular.simple(s["x"], s["m"], delta)[:, 1], expected.to_numpy(float))


# --- GRU-D


@pytest.mark.equation("eq-irregular-decay")
@pytest.mark.equation("eq-irregular-decay-slope")
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_decay_and_its_slope_are_torchs(dtype: Any) -> None:
    a = torch.tensor([-3, -1e-9, 0, 1e-9, 0.2, 1, 40, 200], dtype=dtype, requires_grad=True)
    gamma = torch.exp(-torch.relu(a))
    (slope,) = torch.autograd.grad(gamma.sum(), a)
    np.testing.assert_allclose(irregular.decay(a.detach().numpy()), gamma.detach().numpy(), rtol=1e-6, atol=1e-15)
    np.testing.assert_allclose(irregular.decay_slope(a.detach().numpy()), slope.numpy(), rtol=1e-6, atol=1e-15)


@pytest.mark.equation("eq-irregular-input-decay")
@pytest.mark.equation("eq-irregular-state-decay")
def test_decays_are_exponential_processes_that_wait() -> None:
    """γ solves dγ/dδ = -w γ from 1 at the δ where wδ + b is 0: SciPy integrates it for one feature and one unit."""
    w, b = 0.7, -0.4
    for decay in (irregular.input_decay, irregular.state_decay):
        weights = np.array([w]) if decay is irregular.input_decay else np.array([[w]])
        for delta in (0.0, 0.3, 0.571, 1.0, 4.0):
            gone = max(0.0, delta + b / w)
            found = scipy.integrate.solve_ivp(lambda _, y: -w * y, (0, max(gone, 1e-12)), [1.0], rtol=1e-10, atol=1e-12)
            got = decay(np.array([[delta]]), weights, np.array([b]))
            assert got[0, 0] == pytest.approx(found.y[0, -1], abs=1e-8)


@pytest.mark.equation("eq-irregular-input-decay")
@pytest.mark.equation("eq-irregular-state-decay")
def test_an_input_decays_by_its_own_interval_and_a_unit_by_all() -> None:
    delta = np.array([[1.0, 2.0, 3.0]])
    none, one = np.zeros(3), np.array([0, 0.5, 0])
    np.testing.assert_allclose(irregular.input_decay(delta, one, none), [[1, np.exp(-1), 1]])
    np.testing.assert_allclose(irregular.state_decay(delta, np.array([[0.1, 0.5, 0.2]]), none[:1]), [[np.exp(-1.7)]])


@pytest.mark.equation("eq-irregular-impute")
def test_imputation_goes_from_the_last_value_to_the_mean() -> None:
    x, last, mean = np.array([[np.pi]]), np.array([[2.0]]), np.array([10.0])
    observed, missing = np.ones((1, 1)), np.zeros((1, 1))
    for gamma in (0.0, 0.25, 1.0):
        got = irregular.impute(x, missing, np.full((1, 1), gamma), last, mean)
        assert got[0, 0] == pytest.approx(np.interp(gamma, [0, 1], [10, 2]))
        assert irregular.impute(x, observed, np.full((1, 1), gamma), last, mean)[0, 0] == np.pi


@pytest.mark.equation("eq-irregular-impute")
@pytest.mark.equation("eq-irregular-state")
@pytest.mark.equation("eq-irregular-gates")
@pytest.mark.equation("eq-irregular-candidate")
@pytest.mark.equation("eq-irregular-update")
@pytest.mark.equation("eq-irregular-forward")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", SHAPES)
def test_grud_is_the_papers(shape: tuple[int, int, int, int], dtype: Any) -> None:
    a, _ = problem(*shape, dtype=dtype)
    h = irregular.grud_forward(**a)
    assert h.dtype == dtype
    assert_close(h, che(**tensors(a)[0]), TOLERANCE[dtype])


@pytest.mark.equation("eq-irregular-da")
@pytest.mark.equation("eq-irregular-carry")
@pytest.mark.equation("eq-irregular-dimpute")
@pytest.mark.equation("eq-irregular-dW")
@pytest.mark.equation("eq-irregular-dx")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", SHAPES)
def test_grud_backward_is_autograds(shape: tuple[int, int, int, int], dtype: Any) -> None:
    a, upstream = problem(*shape, dtype=dtype)
    v, leaves = tensors(a)
    h = che(**v)
    loss = (h * torch.from_numpy(upstream["dh_out"])).sum() + (h[-1] * torch.from_numpy(upstream["dh_T"])).sum()
    theirs = torch.autograd.grad(loss, leaves, allow_unused=True, materialize_grads=True)
    ours = irregular.grud_backward(**a, **upstream)
    for name, got, expected in zip(GRADIENTS, ours, theirs, strict=True):
        assert got.dtype == dtype
        assert_close(got, expected, 10 * TOLERANCE[dtype], name)


@pytest.mark.equation("eq-irregular-da")
@pytest.mark.equation("eq-irregular-dW")
@pytest.mark.equation("eq-irregular-dx")
@pytest.mark.parametrize("name", GRADIENTS)
def test_grud_backward_is_scipys_finite_difference(name: str) -> None:
    a, upstream = problem(5, 2, 2, 3, seed=1)
    a["delta"] += 0.01  # an interval cannot be made smaller than 0
    of = name[1:]
    at = getattr(a["p"], of) if of in Weights._fields else a[of]

    def loss(flat: Any) -> float:
        q = flat.reshape(at.shape)
        changed = a | ({"p": a["p"]._replace(**{of: q})} if of in Weights._fields else {of: q})
        h = irregular.grud_forward(**changed)
        return float((h * upstream["dh_out"]).sum() + (h[-1] * upstream["dh_T"]).sum())

    there, back = (scipy.optimize.approx_fprime(at.ravel(), loss, eps) for eps in (1e-6, -1e-6))
    got = getattr(irregular.grud_backward(**a, **upstream), name)
    np.testing.assert_allclose(got, ((there + back) / 2).reshape(at.shape), atol=1e-7)


# --- what GRU-D reduces to


def torch_gru(x: Any, h0: Any, W_ih: Any, W_hh: Any, b_ih: Any, b_hh: Any) -> Any:
    module = torch.nn.GRU(x.shape[2], h0.shape[1], dtype=torch.float64)
    with torch.no_grad():
        for parameter, array in zip(module.parameters(), (W_ih, W_hh, b_ih, b_hh), strict=True):
            parameter.copy_(torch.from_numpy(array))
        return module(torch.from_numpy(x), torch.from_numpy(h0)[None])[0]


def without_decay(a: Arrays) -> Weights:
    zeros = {name: np.zeros_like(getattr(a["p"], name)) for name in ("w_x", "b_x", "W_d", "b_d")}
    return a["p"]._replace(**zeros)


def diagonal_candidate(p: Weights) -> Weights:
    """Where a unit's candidate sees its own state alone, the reset before the product is the reset after it."""
    H = p.W_hh.shape[1]
    return p._replace(W_hh=np.concatenate([p.W_hh[: 2 * H], np.diag(np.diag(p.W_hh[2 * H :]))]))


@pytest.mark.equation("eq-irregular-forward")
def test_observed_everywhere_and_without_decay_it_is_a_gru_whose_bias_holds_the_mask() -> None:
    a, _ = problem(7, 3, 2, 4)
    p = diagonal_candidate(without_decay(a))
    a |= {"m": np.ones_like(a["m"]), "p": p}
    b_ih, b_hh = p.b + p.W_mh.sum(axis=1), np.zeros_like(p.b)
    h = irregular.grud_forward(**a)
    assert_close(h, torch_gru(a["x"], a["h0"], p.W_ih, p.W_hh, b_ih, b_hh))
    assert_close(h, gru.forward(a["x"], a["h0"], gru.Weights(p.W_ih, p.W_hh, b_ih, b_hh)))


@pytest.mark.equation("eq-irregular-impute")
@pytest.mark.equation("eq-irregular-fill-forward")
@pytest.mark.equation("eq-irregular-fill-mean")
@pytest.mark.parametrize("filling", ["forward", "mean"])
def test_without_mask_and_with_the_decay_at_its_ends_it_is_a_gru_on_filled_inputs(filling: str) -> None:
    a, _ = problem(7, 3, 2, 4)
    p = diagonal_candidate(without_decay(a))
    p = p._replace(W_mh=np.zeros_like(p.W_mh), b_x=np.full_like(p.b_x, {"forward": 0.0, "mean": 1e3}[filling]))
    table = pandas.DataFrame(np.where(a["m"] == 1, a["x"], np.nan).reshape(7, 6))
    to_start = dict(enumerate(a["x_first"].ravel()))
    filled = (
        table.ffill().fillna(to_start) if filling == "forward" else table.fillna(dict(enumerate([*a["x_mean"]] * 3)))
    )
    expected = torch_gru(filled.to_numpy().reshape(7, 3, 2), a["h0"], p.W_ih, p.W_hh, p.b, np.zeros_like(p.b))
    assert_close(irregular.grud_forward(**(a | {"p": p})), expected)


@pytest.mark.equation("eq-irregular-state")
def test_after_a_long_gap_nothing_is_left_of_the_state() -> None:
    a, _ = problem(1, 2, 2, 3)
    a["p"] = a["p"]._replace(W_d=np.abs(a["p"].W_d))
    a["delta"] = np.full_like(a["delta"], 1e4)
    fresh = irregular.grud_forward(**(a | {"h0": np.zeros_like(a["h0"])}))
    np.testing.assert_array_equal(irregular.grud_forward(**a), fresh)


@pytest.mark.equation("eq-irregular-forward")
def test_what_was_not_observed_is_not_looked_at() -> None:
    a, upstream = problem(6, 3, 2, 4)
    other = a | {"x": np.where(a["m"] == 1, a["x"], 1e6)}
    np.testing.assert_array_equal(irregular.grud_forward(**a), irregular.grud_forward(**other))
    assert (irregular.grud_backward(**a, **upstream).dx[a["m"] == 0] == 0).all()


@pytest.mark.equation("eq-irregular-forward")
def test_before_the_first_observation_stands_the_mean() -> None:
    a, upstream = problem(5, 3, 2, 4)
    mean = np.broadcast_to(a["x_mean"], (3, 2)).copy()
    without = {name: q for name, q in a.items() if name != "x_first"}
    np.testing.assert_array_equal(irregular.grud_forward(**without), irregular.grud_forward(**without, x_first=mean))
    for got, expected in zip(
        irregular.grud_backward(**without, dh_out=upstream["dh_out"]),
        irregular.grud_backward(**without, x_first=mean, dh_T=np.zeros_like(a["h0"]), dh_out=upstream["dh_out"]),
        strict=True,
    ):
        np.testing.assert_array_equal(got, expected)


# --- a level that wanders, and continuous time


@pytest.mark.equation("eq-irregular-level")
@pytest.mark.equation("eq-irregular-level-predict")
@pytest.mark.parametrize(("q", "r"), [(0.5, 1.0), (0.0, 2.0), (3.0, 0.1)])
def test_the_local_level_is_statsmodels_kalman_filter(q: float, r: float) -> None:
    rng = np.random.default_rng(0)
    x, m = rng.normal(size=(40, 3)), (rng.random((40, 3)) < 0.4).astype(float)
    a0, P0 = rng.normal(size=3), rng.uniform(0.5, 2, 3)
    found = irregular.local_level(x, m, a0, P0, q, r)
    for b in range(3):
        model = statsmodels.api.tsa.UnobservedComponents(np.where(m[:, b] == 1, x[:, b], np.nan), "llevel")
        model.ssm.initialize_known(a0[b : b + 1], P0[b : b + 1, None])
        model.update([r, q])
        seen = model.ssm.filter()
        pairs = (
            (found.a_pred, seen.predicted_state[0, :-1]),
            (found.P_pred, seen.predicted_state_cov[0, 0, :-1]),
            (found.a, seen.filtered_state[0]),
            (found.P, seen.filtered_state_cov[0, 0]),
        )
        for ours, theirs in pairs:
            np.testing.assert_allclose(ours[:, b], theirs, atol=1e-9)


@pytest.mark.equation("eq-irregular-level")
def test_a_level_that_is_certain_to_move_is_filled_forward_and_one_that_rests_is_the_mean() -> None:
    s = series(30, 4, 1, keep=0.5)
    x, m = s["x"][:, :, 0], s["m"][:, :, 0]
    m[0] = 1
    last = irregular.fill_forward(s["x"], m[:, :, None], np.zeros((4, 1)))[:, :, 0]
    moving = irregular.local_level(x, m, np.zeros(4), np.ones(4), 1e9, 1e-6)
    np.testing.assert_allclose(moving.a, last, atol=1e-5)
    resting = irregular.local_level(x, m, np.zeros(4), np.full(4, 1e9), 0.0, 1.0)
    np.testing.assert_allclose(resting.a[-1], (m * x).sum(axis=0) / m.sum(axis=0), atol=1e-6)


@pytest.mark.equation("eq-irregular-ode")
@pytest.mark.equation("eq-irregular-relax")
def test_a_state_relaxes_as_scipy_integrates_it() -> None:
    rng = np.random.default_rng(0)
    h, rest, rate, gap = rng.normal(size=(3, 4)), rng.normal(size=4), rng.uniform(0.1, 2, 4), rng.exponential(2, 3)
    found = irregular.relax(h, rest, rate, gap)
    for b in range(3):
        seen = scipy.integrate.solve_ivp(lambda _, y: -rate * (y - rest), (0, gap[b]), h[b], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(found[b], seen.y[:, -1], atol=1e-8)
    halves = irregular.relax(irregular.relax(h, rest, rate, gap / 2), rest, rate, gap / 2)
    np.testing.assert_allclose(halves, found, atol=1e-12)


@pytest.mark.equation("eq-irregular-relax")
@pytest.mark.equation("eq-irregular-impute")
def test_between_observations_an_imputed_input_relaxes_to_the_mean() -> None:
    rng = np.random.default_rng(1)
    last, mean, w = rng.normal(size=(3, 2)), rng.normal(size=2), np.array([0.3, 1.0])
    age = rng.exponential(1, 3)
    gamma = irregular.input_decay(np.repeat(age[:, None], 2, axis=1), w, np.zeros(2))
    read = irregular.impute(np.full((3, 2), 99.0), np.zeros((3, 2)), gamma, last, mean)
    np.testing.assert_allclose(read, irregular.relax(last, mean, w, age), atol=1e-12)


@pytest.mark.equation("eq-irregular-euler")
def test_euler_is_the_power_of_a_step_and_comes_to_the_solution() -> None:
    rng = np.random.default_rng(0)
    h, rest, rate, gap = rng.normal(size=(3, 4)), rng.normal(size=4), rng.uniform(0.1, 2, 4), rng.exponential(1, 3)
    exact = irregular.relax(h, rest, rate, gap)
    for n in (1, 5):
        closed = rest + np.array([[(1 - r * g / n) ** n for r in rate] for g in gap]) * (h - rest)
        np.testing.assert_allclose(irregular.euler(h, rest, rate, gap, n), closed, atol=1e-12)
    errors = [np.abs(irregular.euler(h, rest, rate, gap, n) - exact).max() for n in (100, 200)]
    assert errors[1] == pytest.approx(errors[0] / 2, rel=0.05)


@pytest.mark.equation("eq-irregular-state-space")
def test_the_state_space_model_is_scipys_zero_order_hold() -> None:
    s = series(6, 2, 3)
    rng = np.random.default_rng(2)
    h0, rate, B_in = rng.normal(size=(2, 4)), rng.uniform(0.1, 2, 4), rng.normal(size=(4, 3))
    found = irregular.state_space(s["x"], s["time"], h0, rate, B_in)
    gap = np.diff(s["time"], axis=0, prepend=s["time"][:1])
    for b in range(2):
        h = h0[b]
        for t in range(6):
            if gap[t, b] > 0:
                A, B, *_ = scipy.signal.cont2discrete((-np.diag(rate), B_in, np.eye(4), np.zeros((4, 3))), gap[t, b])
                h = A @ h + B @ s["x"][t, b]
            np.testing.assert_allclose(found[t, b], h, atol=1e-10)


# --- arguments


def calls() -> dict[str, tuple[Any, Arrays]]:
    """Every public function with arguments that fit."""
    a, upstream = problem(5, 3, 2, 4)
    s, first, mean = series(5, 3, 2), a["x_first"], a["x_mean"]
    dt, dh_out = rnn_dt(T=5)
    step = {"x_t": a["x"][0], "m_t": a["m"][0], "delta_t": a["delta"][0], "x_last": first, "h_prev": a["h0"]}
    step |= {"x_mean": mean, "p": a["p"]}
    xm = {"x": s["x"], "m": s["m"]}
    d = a["delta"][0]
    flow = {"h_prev": a["h0"], "rest": np.ones(4), "rate": np.array([0.2, 0.5, 1.0, 2.0]), "gap": np.array([0.5, 1, 4])}
    backward_dt = {name: dt[name] for name in ("x", "time", "h0", "W_ih", "W_hh")}
    return {
        "gaps": (irregular.gaps, {"time": s["time"]}),
        "with_gaps": (irregular.with_gaps, {"x": s["x"], "time": s["time"]}),
        "rnn_dt_forward": (irregular.rnn_dt_forward, dt),
        "rnn_dt_backward": (
            irregular.rnn_dt_backward,
            {"dh_out": dh_out, "h": irregular.rnn_dt_forward(**dt), **backward_dt},
        ),
        "intervals": (irregular.intervals, {"time": s["time"], "m": s["m"]}),
        "empirical_mean": (irregular.empirical_mean, xm),
        "fill_mean": (irregular.fill_mean, {**xm, "x_mean": mean}),
        "last_observed": (irregular.last_observed, {**xm, "x_first": first}),
        "fill_forward": (irregular.fill_forward, {**xm, "x_first": first}),
        "fill_linear": (irregular.fill_linear, {**xm, "time": s["time"], "x_first": first}),
        "simple": (irregular.simple, {**xm, "delta": a["delta"]}),
        "input_decay": (irregular.input_decay, {"delta_t": d, "w_x": a["p"].w_x, "b_x": a["p"].b_x}),
        "state_decay": (irregular.state_decay, {"delta_t": d, "W_d": a["p"].W_d, "b_d": a["p"].b_d}),
        "impute": (irregular.impute, {"x_t": d, "m_t": d, "gamma_x": d, "x_last": d, "x_mean": mean}),
        "local_level": (
            partial(irregular.local_level, q=0.5, r=1.0),
            {"x": s["x"][:, :, 0], "m": s["m"][:, :, 0], "a0": np.zeros(3), "P0": np.ones(3)},
        ),
        "relax": (irregular.relax, flow),
        "euler": (partial(irregular.euler, n=3), flow),
        "state_space": (
            irregular.state_space,
            {"x": s["x"], "time": s["time"], "h0": a["h0"], "rate": flow["rate"], "B_in": np.ones((4, 2))},
        ),
        "grud_step": (irregular.grud_step, step),
        "grud_step_backward": (irregular.grud_step_backward, {"dh_t": upstream["dh_out"][0], **step}),
        "grud_forward": (irregular.grud_forward, a),
        "grud_backward": (irregular.grud_backward, {**a, **upstream}),
    }


CALLS = calls()


def flat(arguments: Arrays) -> Arrays:
    named = {name: q for name, q in arguments.items() if name != "p"}
    return named | (arguments["p"]._asdict() if "p" in arguments else {})


def call(function: Any, arguments: Arrays, name: str, q: Any) -> Any:
    if "p" in arguments and name in Weights._fields:
        return function(**(arguments | {"p": arguments["p"]._replace(**{name: q})}))
    return function(**(arguments | {name: q}))


@pytest.mark.parametrize(("function", "arguments"), CALLS.values(), ids=CALLS)
def test_arguments_stay_as_they_are(function: Any, arguments: Arrays) -> None:
    before = {name: q.copy() for name, q in flat(arguments).items()}
    found = function(**arguments)
    assert all(np.array_equal(q, before[name]) for name, q in flat(arguments).items())
    found = found if isinstance(found, tuple) else (found,)
    assert not any(np.shares_memory(q, a) for q in found for a in flat(arguments).values() if isinstance(q, np.ndarray))


@pytest.mark.parametrize(("function", "arguments"), CALLS.values(), ids=CALLS)
def test_wrong_arguments_are_named(function: Any, arguments: Arrays) -> None:
    for name, q in flat(arguments).items():
        with pytest.raises(ValueError, match=f"^{name}: expected shape"):
            call(function, arguments, name, q[None])
        with pytest.raises(ValueError, match="expected"):
            call(function, arguments, name, q[:0])
        with pytest.raises(TypeError, match=f"^{name}: expected a NumPy array, got list"):
            call(function, arguments, name, q.tolist())
        with pytest.raises(TypeError, match=f"^{name}: expected float32 or float64"):
            call(function, arguments, name, q.astype(int))
        with pytest.raises(ValueError, match=f"^{name}: expected finite numbers"):
            call(function, arguments, name, q * np.nan)
        if len(flat(arguments)) > 1:
            with pytest.raises(TypeError, match="expected one dtype"):
                call(function, arguments, name, q.astype(np.float32))


@pytest.mark.parametrize("function", [irregular.decay, irregular.decay_slope])
def test_a_decay_is_of_finite_floats_of_any_shape(function: Any) -> None:
    assert [function(np.ones(shape)).shape for shape in ((), (3,), (2, 3, 4))] == [(), (3,), (2, 3, 4)]
    with pytest.raises(TypeError, match="a: expected float32 or float64, got int64"):
        function(np.arange(3))
    with pytest.raises(ValueError, match="a: expected finite numbers, got nan"):
        function(np.array([np.nan]))


@pytest.mark.parametrize("name", [name for name, (_, arguments) in CALLS.items() if "m" in arguments])
def test_a_mask_is_zero_or_one(name: str) -> None:
    function, arguments = CALLS[name]
    with pytest.raises(ValueError, match=r"^m: expected 1 where a value was observed and 0 elsewhere, got 0\.5"):
        function(**(arguments | {"m": np.full_like(arguments["m"], 0.5)}))


@pytest.mark.parametrize("name", [name for name, (_, arguments) in CALLS.items() if "time" in arguments])
def test_time_does_not_go_back(name: str) -> None:
    function, arguments = CALLS[name]
    with pytest.raises(ValueError, match=r"^time: expected times that never go back"):
        function(**(arguments | {"time": arguments["time"][::-1].copy()}))


def test_the_rest_of_what_is_refused() -> None:
    function, flow = CALLS["state_space"]
    with pytest.raises(ValueError, match=r"^rate: expected positive numbers, got 0\.0"):
        function(**(flow | {"rate": np.zeros(4)}))
    function, level = CALLS["local_level"]
    with pytest.raises(ValueError, match=r"^r: expected a positive number"):
        function(**level, r=0.0)
    a, _ = problem(5, 3, 2, 4)
    with pytest.raises(ValueError, match=r"^delta: expected intervals of at least 0"):
        irregular.grud_forward(**(a | {"delta": a["delta"] - 1}))
    s = series(5, 3, 2)
    s["m"][:, :, 1] = 0
    with pytest.raises(ValueError, match=r"^m: expected every feature to be observed, got none of feature 1"):
        irregular.empirical_mean(s["x"], s["m"])
    with pytest.raises(TypeError, match=r"^x: expected a NumPy array, got list"):
        irregular.observed([[[1.0]]])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^x: expected float32 or float64, got int64"):
        irregular.observed(np.ones((2, 1, 1), int))
    for bad, words in (
        (np.ones((2, 1)), "shape"),
        (np.ones((0, 1, 1)), "at least"),
        (np.full((2, 1, 1), np.inf), "finite"),
    ):
        with pytest.raises(ValueError, match=f"^x: expected {words}"):
            irregular.observed(bad)
