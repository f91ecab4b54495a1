"""Recurrences without tanh, against SciPy, torch, NumPy's own products, and the papers' formulas written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.signal
import torch

from rnncourse import after, mingru, rnn

TIGHT = {"rtol": 1e-10, "atol": 1e-10}


@pytest.fixture(params=[0, 1, 2])
def rng(request: Any) -> np.random.Generator:
    return np.random.default_rng(request.param)


def drawn(rng: np.random.Generator, **shapes: tuple[int, ...]) -> dict[str, np.ndarray]:
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


# ---------------------------------------------------------------- linear


@pytest.mark.equation("eq-after-linear")
def test_linear_states_are_scipys(rng: np.random.Generator) -> None:
    p = drawn(rng, x=(9, 1, 2), W_ih=(3, 2), W_hh=(3, 3))
    system = scipy.signal.StateSpace(p["W_hh"], p["W_ih"], np.eye(3), np.zeros((3, 2)), dt=1)
    u = np.concatenate([p["x"][:, 0], np.zeros((1, 2))])  # SciPy's state is the one before the input
    _, _, states = scipy.signal.dlsim(system, u)
    np.testing.assert_allclose(after.linear_states(h0=np.zeros((1, 3)), **p)[:, 0], states[1:], **TIGHT)


def test_it_is_the_vanilla_network_without_its_tanh(rng: np.random.Generator) -> None:
    p = drawn(rng, x=(6, 2, 3), h0=(2, 4), W_ih=(4, 3), W_hh=(4, 4))
    small = {name: 1e-5 * a if name in ("x", "h0") else a for name, a in p.items()}
    with_tanh = rnn.forward(**small, b_ih=np.zeros(4), b_hh=np.zeros(4))
    with_tanh = getattr(with_tanh, "h", with_tanh)
    np.testing.assert_allclose(after.linear_states(**small), with_tanh, rtol=1e-4, atol=1e-12)


@pytest.mark.equation("eq-after-diagonal")
@pytest.mark.equation("eq-after-modes")
def test_modes_give_the_same_states(rng: np.random.Generator) -> None:
    p = drawn(rng, x=(12, 2, 3), h0=(2, 4), W_ih=(4, 3), W_hh=(4, 4))
    modes = after.diagonalise(p["W_ih"], p["W_hh"])
    np.testing.assert_allclose(modes.V @ np.diag(modes.lam) @ np.linalg.inv(modes.V), p["W_hh"], **TIGHT)
    np.testing.assert_allclose(modes.V @ modes.W_im, p["W_ih"], **TIGHT)
    states, scale = after.linear_states(**p), np.abs(after.linear_states(**p)).max()
    np.testing.assert_allclose(after.mode_states(p["x"], p["h0"], modes) / scale, states / scale, rtol=0, atol=1e-10)


def test_a_matrix_without_enough_eigenvectors_is_refused() -> None:
    with pytest.raises(ValueError, match="W_hh: expected a matrix with H independent eigenvectors"):
        after.diagonalise(np.ones((2, 1)), np.array([[1.0, 1.0], [0.0, 1.0]]))


@pytest.mark.equation("eq-after-disc")
def test_eigenvalues_stay_in_the_disc(rng: np.random.Generator) -> None:
    nu, theta = rng.normal(0, 2, 50), rng.uniform(-9, 9, 50)
    lam = after.eigenvalues(nu, theta)
    np.testing.assert_allclose(np.log(-np.log(np.abs(lam))), nu, **TIGHT)
    np.testing.assert_allclose(np.angle(lam * np.exp(-1j * theta)), 0, atol=1e-12)
    assert (np.abs(lam) < 1).all()


@pytest.mark.equation("eq-after-ring")
def test_eigenvalues_are_spread_over_the_ring_by_area() -> None:
    u = np.random.default_rng(0).random((2, 40_000))
    lam = after.eigenvalues(*after.ring(u, 0.5, 0.9))
    assert (np.abs(lam) >= 0.5 - 1e-12).all()
    assert (np.abs(lam) <= 0.9 + 1e-12).all()
    inner = (np.abs(lam) < 0.7).mean()
    assert abs(inner - (0.7**2 - 0.5**2) / (0.9**2 - 0.5**2)) < 0.01
    assert abs((lam.imag > 0).mean() - 0.5) < 0.01
    with pytest.raises(ValueError, match="expected 0 < low < high < 1"):
        after.ring(u[:, :3], 0.9, 0.5)


@pytest.mark.equation("eq-after-lru")
def test_lru_states_are_scipys_filters_and_keep_their_size(rng: np.random.Generator) -> None:
    nu, theta = after.ring(rng.random((2, 5)), 0.5, 0.95)
    W_ih, x = rng.normal(size=(2, 5, 3)), rng.normal(size=(40, 2, 3))
    h, lam = after.lru_states(x, nu, theta, W_ih), after.eigenvalues(nu, theta)
    for unit in range(5):
        gamma = np.sqrt(1 - np.abs(lam[unit]) ** 2)
        into = gamma * x @ (W_ih[0, unit] + 1j * W_ih[1, unit])
        np.testing.assert_allclose(h[..., unit], scipy.signal.lfilter([1], [1, -lam[unit]], into, axis=0), **TIGHT)


def test_states_have_the_variance_of_what_comes_in() -> None:
    rng = np.random.default_rng(0)
    nu, theta = after.ring(rng.random((2, 20)), 0.5, 0.95)
    h = after.lru_states(rng.normal(size=(300, 400, 1)), nu, theta, np.stack([np.ones((20, 1)), np.zeros((20, 1))]))
    np.testing.assert_allclose((np.abs(h[200:]) ** 2).mean(axis=(0, 1)), 1, atol=0.1)


@pytest.mark.equation("eq-after-kernel")
@pytest.mark.equation("eq-after-convolution")
def test_the_recurrence_is_a_convolution(rng: np.random.Generator) -> None:
    nu, theta = after.ring(rng.random((2, 5)), 0.5, 0.95)
    W_ih, W_ho, x = rng.normal(size=(2, 5, 3)), rng.normal(size=(2, 2, 5)), rng.normal(size=(31, 2, 3))
    o = (after.lru_states(x, nu, theta, W_ih) @ (W_ho[0] + 1j * W_ho[1]).T).real
    K = after.impulse_response(nu, theta, W_ih, W_ho, 31)
    np.testing.assert_allclose(after.convolve(x, K), o, **TIGHT)
    by_scipy = sum(scipy.signal.fftconvolve(x[:, :, None, f], K[:, None, :, f], axes=0)[:31] for f in range(3))
    np.testing.assert_allclose(o, by_scipy, **TIGHT)


@pytest.mark.equation("eq-after-hold")
def test_a_held_input_is_scipys_discretisation(rng: np.random.Generator) -> None:
    a, b, delta = -rng.random(4) - 0.1, rng.normal(size=4), rng.random(3)
    factors, into = after.hold(a, b, delta)
    for t, step in enumerate(delta):
        A, B, *_ = scipy.signal.cont2discrete((np.diag(a), b[:, None], np.eye(4), np.zeros((4, 1))), step, "zoh")
        np.testing.assert_allclose(np.diag(factors[t]), A, **TIGHT)
        np.testing.assert_allclose(into[t], B[:, 0], **TIGHT)
    with pytest.raises(ValueError, match="expected a below 0 and delta of at least 0"):
        after.hold(-a, b, delta)


# ---------------------------------------------------------------- all steps at once


@pytest.mark.equation("eq-after-combine")
def test_combining_is_associative_and_does_both_steps(rng: np.random.Generator) -> None:
    (a, b), (c, d), (e, f) = (rng.normal(size=(2, 5)) for _ in range(3))
    left = after.combine(*after.combine(a, b, c, d), e, f)
    right = after.combine(a, b, *after.combine(c, d, e, f))
    np.testing.assert_allclose(left, right, **TIGHT)
    h = rng.normal(size=5)
    np.testing.assert_allclose(left.a * h + left.b, e * (c * (a * h + b) + d) + f, **TIGHT)


@pytest.mark.equation("eq-after-recurrence")
@pytest.mark.equation("eq-after-scan")
@pytest.mark.parametrize("T", [1, 2, 3, 7, 64, 1000])
def test_scan_and_loop_are_the_same(T: int, rng: np.random.Generator) -> None:
    p = drawn(rng, b=(T, 2, 3), h0=(2, 3)) | {"a": rng.uniform(-1, 1, (T, 2, 3))}
    one_by_one, h_t = [], p["h0"]
    for t in range(T):
        h_t = p["a"][t] * h_t + p["b"][t]
        one_by_one.append(h_t)
    before = {name: array.copy() for name, array in p.items()}
    np.testing.assert_allclose(after.loop(**p), one_by_one, **TIGHT)
    np.testing.assert_allclose(after.scan(**p), one_by_one, **TIGHT)
    assert all((p[name] == before[name]).all() for name in p), "arguments were changed"


def test_the_minimal_gru_is_such_a_recurrence(rng: np.random.Generator) -> None:
    p = drawn(rng, x=(9, 2, 3), h0=(2, 4), W_ih=(8, 3), b_ih=(8,))
    z, candidate = mingru.gates(p["x"], p["W_ih"], p["b_ih"])
    np.testing.assert_allclose(after.scan(1 - z, z * candidate, p["h0"]), mingru.forward(**p), **TIGHT)


@pytest.mark.equation("eq-after-combine-matrices")
def test_a_scan_of_matrices_is_the_loop(rng: np.random.Generator) -> None:
    p = drawn(rng, A=(11, 2, 3, 3), b=(11, 2, 3), h0=(2, 3))
    h_t, h = p["h0"], []
    for t in range(11):
        h_t = np.stack([p["A"][t, i] @ h_t[i] for i in range(2)]) + p["b"][t]
        h.append(h_t)
    scale = np.abs(h).max()
    np.testing.assert_allclose(after.scan_matrices(**p) / scale, np.stack(h) / scale, rtol=0, atol=1e-10)


def tanh_network(rng: np.random.Generator, T: int, H: int, gain: float) -> dict[str, Any]:
    W_hh = gain * rng.normal(size=(H, H)) / np.sqrt(H)
    into = rng.normal(size=(T, 2, H))
    return {
        "step": lambda h: np.tanh(into + h @ W_hh.T),
        "jacobian": lambda h: after.tanh_jacobian(np.tanh(into + h @ W_hh.T), W_hh),
        "h0": np.zeros((2, H)),
        "W_hh": W_hh,
        "into": into,
    }


@pytest.mark.equation("eq-after-newton")
@pytest.mark.parametrize("gain", [0.5, 1.0])
def test_newtons_states_are_torchs(gain: float, rng: np.random.Generator) -> None:
    T, H = 60, 4
    net = tanh_network(rng, T, H, gain)
    found = after.newton(net["step"], net["jacobian"], net["h0"], np.zeros((T, 2, H)))
    module = torch.nn.RNN(H, H, bias=False, dtype=torch.float64)
    with torch.no_grad():
        module.weight_ih_l0.copy_(torch.eye(H, dtype=torch.float64))
        module.weight_hh_l0.copy_(torch.from_numpy(net["W_hh"]))
        wanted = module(torch.from_numpy(net["into"]))[0].numpy()
    np.testing.assert_allclose(found.h, wanted, rtol=0, atol=1e-10)
    assert found.residuals[-1] <= 1e-12
    assert len(found.residuals) < 15


def test_after_i_rounds_the_first_i_states_are_right(rng: np.random.Generator) -> None:
    net = tanh_network(rng, 12, 3, 3.0)
    right = after.newton(net["step"], net["jacobian"], net["h0"], np.zeros((12, 2, 3)), most=12).h
    for rounds in (1, 2, 5):
        h = after.newton(net["step"], net["jacobian"], net["h0"], np.zeros((12, 2, 3)), most=rounds).h
        np.testing.assert_allclose(h[:rounds], right[:rounds], rtol=0, atol=1e-9)


@pytest.mark.equation("eq-after-jacobian")
def test_the_jacobian_is_torchs(rng: np.random.Generator) -> None:
    net = tanh_network(rng, 3, 4, 1.0)
    h = rng.normal(size=(3, 2, 4))
    W, into = torch.from_numpy(net["W_hh"]), torch.from_numpy(net["into"])
    J = net["jacobian"](h)
    for t in range(3):
        for b in range(2):
            wanted = torch.func.jacrev(lambda s, t=t, b=b: torch.tanh(into[t, b] + W @ s))(torch.from_numpy(h[t, b]))
            np.testing.assert_allclose(J[t, b], wanted.numpy(), **TIGHT)


# ---------------------------------------------------------------- following a state


@pytest.mark.equation("eq-after-parity")
def test_parity_is_followed_over_any_length(rng: np.random.Generator) -> None:
    x = rng.integers(0, 2, (5_000, 3)).astype(float)
    assert (after.parity(x) == 1 - 2 * (x.cumsum(axis=0) % 2)).all()
    with pytest.raises(ValueError, match="expected only 0 and 1"):
        after.parity(x + 0.5)


@pytest.mark.equation("eq-after-signed")
def test_a_signed_gate_is_twice_the_gate_less_one(rng: np.random.Generator) -> None:
    a = rng.normal(0, 5, (4, 3, 2))
    np.testing.assert_allclose(after.signed(a), 2 * torch.sigmoid(2 * torch.from_numpy(a)).numpy() - 1, atol=1e-14)


@pytest.mark.equation("eq-after-apart")
def test_two_starts_stay_apart_by_the_product_of_the_factors(rng: np.random.Generator) -> None:
    p = drawn(rng, a=(9, 2, 3), b=(9, 2, 3))
    h0, other = rng.normal(size=(2, 2, 3))
    apart = after.loop(**p, h0=h0) - after.loop(**p, h0=other)
    np.testing.assert_allclose(apart, after.distance_left(p["a"]) * (h0 - other), **TIGHT)


@pytest.mark.equation("eq-after-reflection")
@pytest.mark.equation("eq-after-exchange")
def test_mirrors_exchange_places(rng: np.random.Generator) -> None:
    T, B, H = 30, 4, 5
    places = np.array([[rng.permutation(H)[:2] for _ in range(B)] for _ in range(T)])
    i, j, h0 = places[..., 0], places[..., 1], rng.normal(size=(B, H))
    h, now = after.follow_exchanges(i, j, h0), h0.copy()
    A = after.reflection(np.eye(H)[i] - np.eye(H)[j])
    np.testing.assert_allclose(A @ np.swapaxes(A, -1, -2), np.broadcast_to(np.eye(H), A.shape), atol=1e-12)
    for t in range(T):
        for b in range(B):
            now[b, [i[t, b], j[t, b]]] = now[b, [j[t, b], i[t, b]]]
        np.testing.assert_allclose(h[t], now, atol=1e-12)
        np.testing.assert_allclose(np.einsum("bij,bj->bi", A[t], h[t - 1] if t else h0), now, atol=1e-12)
    with pytest.raises(ValueError, match="two different places"):
        after.follow_exchanges(i, i, h0)
    with pytest.raises(ValueError, match="j: expected shape"):
        after.follow_exchanges(i, j[1:], h0)
    with pytest.raises(ValueError, match="a row of zeros"):
        after.reflection(np.zeros((1, 1, 2)))


# ---------------------------------------------------------------- families


@pytest.mark.equation("eq-after-memory")
@pytest.mark.equation("eq-after-looking-back")
def test_a_memory_is_attention_without_its_softmax(rng: np.random.Generator) -> None:
    p = drawn(rng, k=(9, 2, 3), v=(9, 2, 4), q=(9, 2, 3)) | {"a": rng.random((9, 2, 3))}
    o = after.memory(**p)
    np.testing.assert_allclose(after.memory_as_attention(**p), o, **TIGHT)
    k, v, q = (torch.from_numpy(p[name]).transpose(0, 1) for name in "kvq")
    plain = ((q @ k.transpose(1, 2)).tril() @ v).transpose(0, 1).numpy()  # a = 1
    np.testing.assert_allclose(after.memory(np.ones((9, 2, 3)), p["k"], p["v"], p["q"]), plain, **TIGHT)
    gates = p["a"].cumprod(axis=0)  # the form of gated linear attention: scaled keys and queries
    k_, q_ = (torch.from_numpy(array).transpose(0, 1) for array in (p["k"] / gates, p["q"] * gates))
    np.testing.assert_allclose(((q_ @ k_.transpose(1, 2)).tril() @ v).transpose(0, 1).numpy(), o, rtol=1e-8, atol=1e-8)


@pytest.mark.equation("eq-after-delta")
def test_the_delta_rule_is_gradient_descent_and_remembers_the_last_value(rng: np.random.Generator) -> None:
    p = drawn(rng, k=(7, 2, 3), v=(7, 2, 4), q=(7, 2, 3)) | {"beta": rng.random((7, 2))}
    o = after.delta_rule(**p)
    for b in range(2):
        S = torch.zeros(4, 3, dtype=torch.float64, requires_grad=True)
        for t in range(7):
            k, v, q = (torch.from_numpy(p[name][t, b]) for name in "kvq")
            (slope,) = torch.autograd.grad(0.5 * ((S @ k - v) ** 2).sum(), S)
            S = (S - p["beta"][t, b] * slope).detach().requires_grad_()
            np.testing.assert_allclose(o[t, b], (S @ q).detach().numpy(), **TIGHT)
    k = p["k"] / np.linalg.norm(p["k"], axis=2, keepdims=True)
    np.testing.assert_allclose(after.delta_rule(k, p["v"], k, np.ones((7, 2))), p["v"], **TIGHT)


@pytest.mark.equation("eq-after-selective")
def test_mambas_channel_is_its_formula(rng: np.random.Generator) -> None:
    T, B, H = 8, 2, 3
    x, k, q = rng.normal(size=(T, B)), rng.normal(size=(T, B, H)), rng.normal(size=(T, B, H))
    delta, a = rng.random((T, B)), -rng.random(H)
    o = after.selective(x, delta, a, k, q)
    for t in range(T):
        spent = [delta[s + 1 : t + 1].sum(axis=0) for s in range(t + 1)]  # from step s to t, unrolled
        parts = [(delta[s] * x[s])[:, None] * np.exp(spent[s][:, None] * a) * k[s] for s in range(t + 1)]
        np.testing.assert_allclose(o[t], (q[t] * sum(parts)).sum(axis=1), **TIGHT)


@pytest.mark.equation("eq-after-griffin")
def test_griffins_recurrence_is_its_formula_in_torch(rng: np.random.Generator) -> None:
    p = drawn(rng, x=(6, 2, 3), r=(6, 2, 3), i=(6, 2, 3), a=(3,))
    x, r, i, a = (torch.from_numpy(p[name]) for name in ("x", "r", "i", "a"))
    h = torch.zeros(2, 3, dtype=torch.float64)
    for t in range(6):
        log_alpha = 8 * torch.sigmoid(r[t]) * torch.nn.functional.logsigmoid(a)
        h = log_alpha.exp() * h + torch.sqrt(1 - (2 * log_alpha).exp()) * torch.sigmoid(i[t]) * x[t]
        np.testing.assert_allclose(after.real_gated(**p)[t], h.numpy(), **TIGHT)


@pytest.mark.equation("eq-after-rwkv")
def test_rwkvs_mean_is_its_sum_written_out_and_does_not_overflow(rng: np.random.Generator) -> None:
    p = drawn(rng, k=(7, 2, 3), v=(7, 2, 3), u=(3,)) | {"w": rng.random(3)}
    o = after.weighted_keys(**p)
    for t in range(7):
        weights = [np.exp(-(t - 1 - s) * p["w"] + p["k"][s]) for s in range(t)] + [np.exp(p["u"] + p["k"][t])]
        wanted = sum(w * v for w, v in zip(weights, p["v"], strict=False)) / sum(weights)
        np.testing.assert_allclose(o[t], wanted, **TIGHT)
    np.testing.assert_allclose(after.weighted_keys(p["k"] + 5_000, p["v"], p["w"], p["u"]), o, rtol=1e-8)


@pytest.mark.equation("eq-after-mlstm")
def test_the_matrix_lstm_is_its_sum_written_out(rng: np.random.Generator) -> None:
    p = drawn(rng, i=(6, 2), f=(6, 2), k=(6, 2, 3), v=(6, 2, 4), q=(6, 2, 3))
    o, f = after.matrix_lstm(**p), torch.sigmoid(torch.from_numpy(p["f"])).numpy()
    for t in range(6):
        weight = [
            np.exp(p["i"][s]) * f[s + 1 : t + 1].prod(axis=0) * (p["k"][s] * p["q"][t]).sum(axis=1)
            for s in range(t + 1)
        ]
        above = sum(w[:, None] * p["v"][s] for s, w in enumerate(weight))
        np.testing.assert_allclose(o[t], above / np.maximum(np.abs(sum(weight)), 1)[:, None], **TIGHT)


# ---------------------------------------------------------------- attention


@pytest.mark.equation("eq-after-attention")
def test_causal_attention_is_torchs(rng: np.random.Generator) -> None:
    p = drawn(rng, q=(9, 2, 3), k=(9, 2, 3), v=(9, 2, 4))
    q, k, v = (torch.from_numpy(p[name]).transpose(0, 1) for name in "qkv")
    wanted = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(0, 1).numpy()
    np.testing.assert_allclose(after.causal_attention(**p), wanted, **TIGHT)


class Counted(np.ndarray):
    """An array that counts the multiplications of numbers in it."""

    count = 0

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **more: Any) -> Any:
        plain = [np.asarray(value) for value in inputs]
        made = getattr(ufunc, method)(*plain, **more)
        if ufunc is np.multiply:
            Counted.count += np.size(made)
        return np.asarray(made).view(Counted) if isinstance(made, np.ndarray) else made


@pytest.mark.equation("eq-after-attention-cost")
@pytest.mark.equation("eq-after-memory-cost")
@pytest.mark.equation("eq-after-even")
@pytest.mark.parametrize(("T", "D"), [(1, 2), (7, 3), (40, 8)])
def test_costs_are_what_a_run_multiplies(T: int, D: int) -> None:
    rng = np.random.default_rng(0)
    q, k, v, a = (rng.normal(size=(T, D)).view(Counted) for _ in range(4))
    Counted.count, kept = 0, 0
    for t in range(T):
        score = [(q[t] * k[s]).sum() for s in range(t + 1)]
        for s, weight in enumerate(score):
            np.multiply(np.full(D, float(weight)).view(Counted), v[s])
        kept = k[: t + 1].size + v[: t + 1].size
    assert after.attention_cost(T, D) == (Counted.count, kept)
    Counted.count, S = 0, np.zeros((D, D)).view(Counted)
    for t in range(T):
        S = np.add(np.multiply(S, a[t]), np.multiply(v[t][:, None], k[t][None])).view(Counted)
        np.multiply(S, q[t])
    assert after.memory_cost(T, D) == (Counted.count, S.size)
    T = after.breaks_even(D)
    assert after.attention_cost(T, D).multiplications > after.memory_cost(T, D).multiplications
    assert after.attention_cost(T - 1, D).multiplications <= after.memory_cost(T - 1, D).multiplications
