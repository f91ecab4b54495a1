"""The Neural Turing machine's equations, written out number by number, and against torch and SciPy; the copy task."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import scipy.signal
import scipy.spatial.distance
import scipy.special
import scipy.stats
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncourse import ntm
from rnncourse.data.copy import copy_task

B, N, D = 3, 7, 4


def numbers(*shapes: Any, seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]


def weightings(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).dirichlet(np.ones(shape[-1]), size=shape[:-1])


def close(a: Any, b: Any, tolerance: float = 1e-12) -> None:
    np.testing.assert_allclose(a, b, rtol=0, atol=tolerance)


# --- what a head does


@pytest.mark.equation("eq-ntm-cosine")
def test_cosine_is_scipys_whatever_the_lengths() -> None:
    k, M = numbers((B, D), (B, N, D))
    for factor in (1.0, 1000.0):
        found = ntm.cosine(k, factor * M)
        for b in range(B):
            for i in range(N):
                close(found[b, i], 1 - scipy.spatial.distance.cosine(k[b], M[b, i]), 1e-6)
        expected = torch.nn.functional.cosine_similarity(torch.tensor(k)[:, None], torch.tensor(factor * M), dim=-1)
        close(found, expected, 1e-6)


def test_cosine_of_nothing_is_zero() -> None:
    k, M = numbers((B, D), (B, N, D))
    M[:, 2] = 0
    assert (ntm.cosine(k, M)[:, 2] == 0).all()
    assert (ntm.cosine(np.zeros_like(k), M) == 0).all()


@pytest.mark.equation("eq-ntm-softplus")
def test_softplus_is_torchs_and_never_overflows() -> None:
    a = np.linspace(-30, 30, 601)
    close(ntm.softplus(a), torch.nn.functional.softplus(torch.tensor(a), threshold=100), 1e-13)
    assert ntm.softplus(np.array([1000.0, -1000.0])).tolist() == [1000, 0]
    assert ntm.softplus(a.astype(np.float32)).dtype == np.float32


@pytest.mark.equation("eq-ntm-content")
def test_content_weighting_written_out() -> None:
    k, M, beta = *numbers((B, D), (B, N, D)), np.array([0.0, 2.5, 60.0])
    found = ntm.content_weighting(k, beta, M)
    for b in range(B):
        likeness = [
            sum(k[b, d] * M[b, i, d] for d in range(D))
            / (math.sqrt(sum(k[b] ** 2)) * math.sqrt(sum(M[b, i] ** 2)) + 1e-8)
            for i in range(N)
        ]
        powers = [math.exp(beta[b] * q) for q in likeness]
        close(found[b], [p / sum(powers) for p in powers])
    close(found[0], 1 / N)
    assert found[2].argmax() == ntm.cosine(k, M)[2].argmax()


@pytest.mark.equation("eq-ntm-interpolate")
def test_the_gate_chooses_between_content_and_place() -> None:
    w_c, w_prev, g = weightings(B, N), weightings(B, N, seed=1), np.array([0.0, 0.3, 1.0])
    found = ntm.interpolate(w_c, w_prev, g)
    close(found, torch.lerp(torch.tensor(w_prev), torch.tensor(w_c), torch.tensor(g)[:, None]))
    close(found[0], w_prev[0])
    close(found[2], w_c[2])


@pytest.mark.equation("eq-ntm-shift")
@pytest.mark.parametrize("S", [0, 1, 2, 3])
def test_shift_written_out_and_by_fourier(S: int) -> None:
    w, s = weightings(B, N), weightings(B, 2 * S + 1, seed=1)
    found = ntm.shift(w, s)
    for b in range(B):
        for i in range(N):
            close(found[b, i], sum(s[b, j + S] * w[b, (i - j) % N] for j in range(-S, S + 1)))
        kernel = np.zeros(N)
        kernel[np.arange(-S, S + 1)] = s[b]
        close(found[b], np.fft.ifft(np.fft.fft(w[b]) * np.fft.fft(kernel)).real)


def test_a_shift_of_one_moves_to_the_next_row_and_round_the_end() -> None:
    w, forwards = np.eye(N)[[2, N - 1]], np.array([[0.0, 0, 1], [0, 0, 1]])
    assert ntm.shift(w, forwards).argmax(axis=1).tolist() == [3, 0]
    assert ntm.shift(w, forwards[:, ::-1]).argmax(axis=1).tolist() == [1, N - 2]


@pytest.mark.equation("eq-ntm-sharpen")
def test_sharpening_written_out() -> None:
    w, gamma = weightings(B, N), np.array([1.0, 1.7, 20.0])
    found = ntm.sharpen(w, gamma)
    for b in range(B):
        powers = [q ** gamma[b] for q in w[b]]
        close(found[b], [p / sum(powers) for p in powers])
    close(found[0], w[0])
    many = np.full((1, 500), 1 / 500)
    close(ntm.sharpen(many, np.array([300.0])), many)


@pytest.mark.equation("eq-ntm-read")
def test_reading_written_out() -> None:
    w, (M,) = weightings(B, N), numbers((B, N, D))
    for b in range(B):
        close(ntm.read(w, M)[b], [sum(w[b, i] * M[b, i, d] for i in range(N)) for d in range(D)])


@pytest.mark.equation("eq-ntm-erase")
@pytest.mark.equation("eq-ntm-add")
def test_writing_written_out() -> None:
    w, e, (M, a) = weightings(B, N), weightings(B, D, seed=1), numbers((B, N, D), (B, D))
    for b in range(B):
        for i in range(N):
            for d in range(D):
                erased = M[b, i, d] * (1 - w[b, i] * e[b, d])
                close(ntm.erase(M, w, e)[b, i, d], erased)
                close(ntm.add(ntm.erase(M, w, e), w, a)[b, i, d], erased + w[b, i] * a[b, d])


def test_what_is_written_can_be_read_and_nothing_else_is_touched() -> None:
    (M, a) = numbers((1, N, D), (1, D))
    w, e = np.eye(N)[[5]], np.ones((1, D))
    after = ntm.add(ntm.erase(M, w, e), w, a)
    close(ntm.read(w, after), a)
    close(np.delete(after, 5, axis=1), np.delete(M, 5, axis=1))


# --- backwards


def autograds(function: Any, given: list[Any], upstream: Any) -> Any:
    """Gradients of Σ function(…) ⊙ upstream with respect to what is given."""
    leaves = [torch.tensor(q, requires_grad=True) for q in given]
    return torch.autograd.grad((function(*leaves) * torch.tensor(upstream)).sum(), leaves)


def all_close(ours: Any, theirs: Any) -> None:
    for found, expected in zip(ours, theirs, strict=True):
        assert found.shape == expected.shape
        close(found, expected)


def torch_content(k: Any, beta: Any, M: Any) -> Any:
    return torch.softmax(beta[:, None] * torch_cosine(k, M), dim=1)


def torch_cosine(k: Any, M: Any) -> Any:
    lengths = torch.linalg.vector_norm(M, dim=2) * torch.linalg.vector_norm(k, dim=1)[:, None]
    return (M @ k[:, :, None])[:, :, 0] / (lengths + 1e-8)


@pytest.mark.equation("eq-ntm-dwrite")
@pytest.mark.parametrize("V", [1, 2, 3])
def test_the_gradients_of_writing_are_autograds(V: int) -> None:
    M, a, dM = numbers((B, N, D), (B, V, D), (B, N, D))
    w, e = weightings(B, V, N), np.random.default_rng(1).uniform(size=(B, V, D))
    w[0, 0], e[0, 0] = np.eye(N)[2], 1  # nothing left of a row

    def write(M: Any, w: Any, e: Any, a: Any) -> Any:
        for v in range(V):
            M = M - M * torch.einsum("bn,bd->bnd", w[:, v], e[:, v])
        return M + torch.einsum("bvn,bvd->bnd", w, a)

    all_close(ntm.write_backward(dM, M, w, e, a), autograds(write, [M, w, e, a], dM))


@pytest.mark.equation("eq-ntm-dsharpen")
def test_the_gradients_of_sharpening_are_autograds_also_at_a_weight_of_zero() -> None:
    w, gamma, (dw_t,) = weightings(B, N), np.array([1.0, 1.7, 20.0]), numbers((B, N))
    w[:, 3] = 0

    def sharpen(w: Any, gamma: Any) -> Any:
        raised = w ** gamma[:, None]
        return raised / raised.sum(dim=1, keepdim=True)

    all_close(ntm.sharpen_backward(dw_t, w, gamma), autograds(sharpen, [w, gamma], dw_t))


@pytest.mark.equation("eq-ntm-dshift")
@pytest.mark.parametrize("S", [0, 1, 3])
def test_the_gradients_of_a_shift_are_autograds(S: int) -> None:
    w, s, (dw,) = weightings(B, N), weightings(B, 2 * S + 1, seed=1), numbers((B, N))

    def convolution(w: Any, s: Any) -> Any:
        padded = torch.nn.functional.pad(w[None], (S, S), mode="circular")
        return torch.nn.functional.conv1d(padded, s.flip(1)[:, None], groups=B)[0]

    all_close(ntm.shift_backward(dw, w, s), autograds(convolution, [w, s], dw))


@pytest.mark.equation("eq-ntm-dgate")
def test_the_gradients_of_the_gate_are_autograds() -> None:
    w_c, w_prev, g, (dw,) = weightings(B, N), weightings(B, N, seed=1), np.array([0.0, 0.3, 1.0]), numbers((B, N))
    theirs = autograds(lambda w_c, w_prev, g: torch.lerp(w_prev, w_c, g[:, None]), [w_c, w_prev, g], dw)
    all_close(ntm.interpolate_backward(dw, w_c, w_prev, g), theirs)


@pytest.mark.equation("eq-ntm-dcosine")
@pytest.mark.equation("eq-ntm-dcontent")
def test_the_gradients_of_content_are_autograds_also_at_a_row_of_zeros() -> None:
    k, M, dw = numbers((B, D), (B, N, D), (B, N))
    M[1, 2], dw[1, 2] = 0, 0
    beta = np.array([0.0, 0.8, 9.0])
    all_close(ntm.cosine_backward(dw, k, M), autograds(torch_cosine, [k, M], dw))
    M[1, 2] = 0.1
    all_close(ntm.content_backward(dw, k, beta, M), autograds(torch_content, [k, beta, M], dw))


# --- the network


def network(lstm: bool, R: int = 2, V: int = 2, S: int = 1, N: int = N, seed: int = 3) -> Any:
    H, F, K = 5, 3, 2
    J, G = R + V, 4 * H if lstm else H
    P = J * (D + 3 + 2 * S + 1) + 2 * V * D
    shapes = [(G, F + R * D), (G,), (P, H), (P,), (K, H + R * D), (K,), (G, H)]
    *weights, W_hh, r, M, h, c, x = numbers(*shapes, (B, R, D), (B, N, D), (B, H), (B, H), (4, B, F), seed=seed)
    state = ntm.State(r, weightings(B, J, N), M, h if lstm else None, c if lstm else None)
    return x, state, ntm.Weights(*weights, W_hh if lstm else None)


@pytest.mark.equation("eq-ntm-parameters")
@pytest.mark.equation("eq-ntm-activations")
def test_heads_by_torchs_functions() -> None:
    J, V, C, H = 3, 2, 5, 4
    P = J * (D + 3 + C) + 2 * V * D
    h, W, b = numbers((B, H), (P, H), (P,))
    found = ntm.heads(h, W, b, J, V, D)
    p = torch.nn.functional.linear(*map(torch.tensor, (h, W, b)))
    k, a, e, g, beta, gamma, s = p.split([J * D, V * D, V * D, J, J, J, J * C], 1)
    close(found.k, torch.tanh(k).view(B, J, D))
    close(found.a, torch.tanh(a).view(B, V, D))
    close(found.e, torch.sigmoid(e).view(B, V, D))
    close(found.g, torch.sigmoid(g))
    close(found.beta, torch.nn.functional.softplus(beta))
    close(found.gamma, 1 + torch.nn.functional.softplus(gamma))
    close(found.s, torch.softmax(s.view(B, J, C), -1))
    assert found.gamma.min() > 1
    close(found.s.sum(axis=-1), 1)


@pytest.mark.equation("eq-ntm-address")
def test_address_is_the_four_steps_in_this_order() -> None:
    _, state, weights = network(lstm=True)
    head = ntm.heads(state.h, weights.W_hp, weights.b_hp, 4, 2, D)
    for j in range(4):
        found = ntm.address(state.M, state.w[:, j], head, j)
        for b in range(B):
            lengths = np.sqrt((state.M[b] ** 2).sum(1)) * np.sqrt((head.k[b, j] ** 2).sum())
            likeness = state.M[b] @ head.k[b, j] / (lengths + 1e-8)
            content = scipy.special.softmax(head.beta[b, j] * likeness)
            mixed = head.g[b, j] * content + (1 - head.g[b, j]) * state.w[b, j]
            moved = scipy.signal.convolve(np.concatenate([mixed, mixed, mixed]), head.s[b, j], "same")[N : 2 * N]
            close(found[b], moved ** head.gamma[b, j] / (moved ** head.gamma[b, j]).sum())
    close(found.sum(axis=1), 1)


def assert_distributions(w: Any) -> None:
    assert (w >= 0).all()
    close(w.sum(axis=-1), 1)


sizes = {"R": st.integers(1, 3), "V": st.integers(1, 3), "S": st.integers(0, 2), "seed": st.integers(0, 999)}


@given(**sizes, N=st.integers(5, 12), scale=st.sampled_from([0.1, 1.0, 20.0]))
@settings(deadline=None, max_examples=40)
def test_addresses_are_distributions(R: int, V: int, S: int, N: int, seed: int, scale: float) -> None:
    """After every stage, from all heads and along a sequence, however large the numbers of the controller."""
    x, state, weights = network(lstm=True, R=R, V=V, S=S, N=N, seed=seed)
    weights = weights._replace(W_hp=scale * weights.W_hp, b_hp=scale * weights.b_hp)
    head = ntm.heads(state.h, weights.W_hp, weights.b_hp, R + V, V, D)
    for j in range(R + V):
        w_c = ntm.content_weighting(head.k[:, j], head.beta[:, j], state.M)
        w_g = ntm.interpolate(w_c, state.w[:, j], head.g[:, j])
        w = ntm.shift(w_g, head.s[:, j])
        for stage in (w_c, w_g, w, ntm.sharpen(w, head.gamma[:, j]), ntm.address(state.M, state.w[:, j], head, j)):
            assert_distributions(stage)
    assert_distributions(ntm.forward(x, state, weights)[1])


@pytest.mark.equation("eq-ntm-feedforward")
@pytest.mark.equation("eq-ntm-lstm")
def test_controllers_are_torchs_layers() -> None:
    for lstm in (False, True):
        x, state, weights = network(lstm)
        seen = torch.tensor(np.concatenate([x[0], state.r[:, 0], state.r[:, 1]], axis=1))
        h_t, c_t = ntm.controller(x[0], state, weights)
        if not lstm:
            close(h_t, torch.tanh(torch.nn.functional.linear(seen, *map(torch.tensor, weights[:2]))))
            assert c_t is None
            continue
        cell = torch.nn.LSTMCell(seen.shape[1], 5, dtype=torch.float64)
        names = ("weight_ih", "bias_ih", "weight_hh", "bias_hh")
        arrays = (weights.W_ih, weights.b_h, weights.W_hh, np.zeros(20))
        cell.load_state_dict({name: torch.tensor(array) for name, array in zip(names, arrays, strict=True)})
        h, c = cell(seen, (torch.tensor(state.h), torch.tensor(state.c)))
        close(h_t, h.detach())
        close(c_t, c.detach())


@pytest.mark.equation("eq-ntm-output")
def test_the_output_sees_controller_and_reads() -> None:
    h, r, W, b = numbers((B, 5), (B, 2, D), (3, 13), (3,))
    for i in range(B):
        expected = W[:, :5] @ h[i] + W[:, 5:9] @ r[i, 0] + W[:, 9:] @ r[i, 1] + b
        close(ntm.output(h, r, W, b)[i], expected)


@pytest.mark.equation("eq-ntm-step")
@pytest.mark.equation("eq-ntm-forward")
@pytest.mark.parametrize("lstm", [False, True])
def test_a_step_reads_the_old_memory_and_erases_before_it_adds(lstm: bool) -> None:
    x, state, weights = network(lstm)
    o, w, last = ntm.forward(x, state, weights)
    for t in range(len(x)):
        before = state
        o_t, state = ntm.step(x[t], state, weights)
        head = ntm.heads(ntm.controller(x[t], before, weights)[0], weights.W_hp, weights.b_hp, 4, 2, D)
        close(state.r, np.einsum("bjn,bnd->bjd", state.w[:, :2], before.M))
        left = np.prod([1 - np.einsum("bn,bd->bnd", state.w[:, 2 + v], head.e[:, v]) for v in range(2)], axis=0)
        close(state.M, before.M * left + np.einsum("bvn,bvd->bnd", state.w[:, 2:], head.a))
        close(o[t], o_t)
        close(w[t], state.w)
    close(last.M, state.M)


@pytest.mark.equation("eq-ntm-initial")
def test_the_initial_state_written_out() -> None:
    (r_0,) = numbers((2, D))
    state = ntm.initial_state(B, N, r_0, J=3, H=5)
    for b in range(B):
        close(state.r[b], r_0)
        assert state.w[b].tolist() == [[1] + [0] * (N - 1)] * 3
        assert state.M[b].tolist() == [[1e-6] * D] * N
    assert state.h is not None
    assert state.h.shape == (B, 5)
    assert ntm.initial_state(B, N, r_0, J=3).c is None
    state.h[...] = 1
    assert (state.c == 0).all()


def test_a_longer_memory_needs_no_other_weights_and_dtype_is_kept() -> None:
    x, state, weights = network(lstm=True)
    r_0 = state.r[0].astype(np.float32)
    weights = ntm.Weights(*(q.astype(np.float32) for q in weights))
    for rows in (N, 2 * N):
        o, w, last = ntm.forward(x.astype(np.float32), ntm.initial_state(B, rows, r_0, J=4, H=5), weights)
        assert w.shape == (4, B, 4, rows)
        assert {q.dtype for q in (o, w, *last)} == {np.dtype(np.float32)}


def test_arguments_are_left_alone() -> None:
    x, state, weights = network(lstm=True)
    given = [x, *state, *weights]
    before = [q.copy() for q in given]
    ntm.forward(x, state, weights)
    for q, copy in zip(given, before, strict=True):
        np.testing.assert_array_equal(q, copy)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ntm.cosine(np.ones((2, 3)), np.ones((2, 4, 5))), "M: expected shape"),
        (lambda: ntm.content_weighting(np.ones((1, 2)), np.array([-1.0]), np.ones((1, 3, 2))), "beta: expected"),
        (lambda: ntm.interpolate(np.ones((1, 2)), np.ones((1, 2)), np.array([1.5])), "g: expected numbers from 0 to 1"),
        (lambda: ntm.interpolate(np.ones((1, 2)), np.ones((1, 3)), np.array([0.5])), "w_prev: expected shape"),
        (lambda: ntm.shift(np.ones((1, 4)), np.ones((1, 2))), "an odd number of shifts"),
        (lambda: ntm.shift(np.ones((1, 2)), np.ones((1, 3))), "at most N=2"),
        (lambda: ntm.shift(np.ones((1, 4)), -np.ones((1, 3))), "s: expected"),
        (lambda: ntm.sharpen(np.ones((1, 3)), np.array([0.5])), "gamma: expected numbers from 1"),
        (lambda: ntm.sharpen(-np.ones((1, 3)), np.array([2.0])), "w: expected numbers from 0"),
        (lambda: ntm.sharpen(np.zeros((1, 3)), np.array([2.0])), "a row of zeros"),
        (lambda: ntm.erase(np.ones((1, 3, 2)), np.ones((1, 3)), np.full((1, 2), 2.0)), "e: expected numbers from 0"),
        (lambda: ntm.add(np.ones((1, 3, 2)), np.ones((1, 3)), np.full((1, 2), np.nan)), "a: expected finite"),
        (lambda: ntm.read(np.ones((1, 0)), np.ones((1, 0, 2))), "w: expected at least one entry"),
        (lambda: ntm.heads(np.ones((1, 2)), np.ones((9, 2)), np.ones(9), 2, 1, 3), "W_hp: expected"),
        (lambda: ntm.heads(np.ones((1, 2)), np.ones((9, 2)), np.ones(9), 1, 1, 3), "heads that read"),
        (lambda: ntm.output(np.ones((1, 2)), np.ones((1, 1, 2)), np.ones((3, 5)), np.ones(3)), "W_ho: expected shape"),
        (lambda: ntm.initial_state(0, N, np.ones((1, D)), 2), "sizes of at least 1"),
        (lambda: ntm.initial_state(B, N, np.ones((2, D)), 2), "J > R"),
        (lambda: ntm.forward(np.ones((0, 1, 3)), *network(False)[1:]), "x: expected at least one entry"),
        (lambda: ntm.step(np.ones((B, 3)), network(True)[1]._replace(c=None), network(True)[2]), "h, c and W_hh"),
    ],
)
def test_a_wrong_argument_is_named(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("name", ["write", "sharpen", "shift", "interpolate", "content", "cosine"])
def test_gradients_keep_their_dtype_and_a_wrong_one_is_named(name: str) -> None:
    f, backward = np.float32, getattr(ntm, f"{name}_backward")
    w, one = np.full((1, N), 1 / N, f), np.ones(1, f)
    k, M = np.ones((1, D), f), np.ones((1, N, D), f)
    others = {"write": (M, w[:, None], k[:, None], k[:, None]), "sharpen": (w, one), "shift": (w, one[None])}
    others |= {"interpolate": (w, w, one), "content": (k, one, M), "cosine": (k, M)}
    arguments, upstream = others[name], M if name == "write" else w
    assert {q.dtype for q in backward(upstream, *arguments)} == {np.dtype(f)}
    for wrong in (upstream[:, :0], np.full_like(upstream, np.nan), upstream[None]):
        with pytest.raises(ValueError, match="expected"):
            backward(wrong, *arguments)


def test_another_dtype_is_refused() -> None:
    with pytest.raises(TypeError, match="a: expected float32 or float64, got int64"):
        ntm.softplus(np.arange(3))
    with pytest.raises(TypeError, match="a: expected a NumPy array, got float"):
        ntm.softplus(0.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="expected float32 or float64"):
        ntm.read(np.ones((1, 3), int), np.ones((1, 3, 2)))
    with pytest.raises(TypeError, match="one dtype"):
        ntm.read(np.ones((1, 3), np.float32), np.ones((1, 3, 2)))


# --- the copy task


def test_the_copy_task_written_out() -> None:
    x, y, mask = copy_task(2, 3, bits=4, seed=1)
    assert x.shape == (7, 2, 5)
    assert mask.tolist() == [False] * 4 + [True] * 3
    np.testing.assert_array_equal(y[mask], x[:3, :, :4])
    assert set(np.unique(y[mask])) == {0, 1}
    assert x[3].tolist() == [[0, 0, 0, 0, 1]] * 2
    assert not x[4:].any()
    assert not x[:3, :, 4].any()
    assert not y[~mask].any()


def test_lengths_are_drawn_evenly_and_bits_too() -> None:
    rng = np.random.default_rng(0)
    batches = [copy_task(4, (2, 5), seed=rng) for _ in range(400)]
    counts = np.bincount([len(b.x) // 2 for b in batches], minlength=7)
    assert counts.sum() == counts[2:6].sum()
    assert scipy.stats.chisquare(counts[2:6]).pvalue > 1e-6
    answers = np.concatenate([b.y[b.mask].ravel() for b in batches])
    assert abs(answers.mean() - 0.5) < 4 * 0.5 / math.sqrt(answers.size)


def test_the_same_seed_gives_the_same_batch_in_both_dtypes() -> None:
    first, again, double = copy_task(3, (1, 9), seed=4), copy_task(3, (1, 9), seed=4), copy_task(3, (1, 9), 8, 4, float)
    for ours, theirs, wide in zip(first, again, double, strict=True):
        np.testing.assert_array_equal(ours, theirs)
        np.testing.assert_array_equal(ours, wide)
    assert first.x.dtype == np.float32
    assert double.x.dtype == np.float64
    assert not np.array_equal(copy_task(3, 9, seed=5).x, copy_task(3, 9, seed=6).x)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0, 3), ValueError, "B: expected at least 1, got 0"),
        ((2, 0), ValueError, "lengths: expected at least 1"),
        ((2, (3, 2)), ValueError, "least length first"),
        ((2, 3, 0), ValueError, "bits: expected at least 1"),
        ((2, 3, 8, -1), ValueError, "non-negative"),
        ((2.0, 3), TypeError, "B: expected an integer"),
        ((2, (1, 2.5)), TypeError, "lengths: expected an integer"),
        ((2, 3, True), TypeError, "bits: expected an integer"),
        ((2, 3, 8, 0, int), TypeError, "dtype: expected float32 or float64"),
    ],
)
def test_a_wrong_argument_of_the_copy_task_is_named(arguments: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        copy_task(*arguments)
