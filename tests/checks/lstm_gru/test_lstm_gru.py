"""What the exercises on LSTM and GRU ask, against torch: its layers, its packed sequences, its autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from closeness import assert_close_at_scale

from rnncourse.checks import check, find

SEEDS = range(3)


def assert_close(ours: Any, theirs: Any) -> None:
    assert_close_at_scale([ours], [theirs], 1e-12)


def case(name: str, case: str, seed: int) -> tuple[Any, ...]:
    return find(f"lstm_gru.{name}").case(case, seed)


def right(name: str, arguments: tuple[Any, ...]) -> Any:
    return find(f"lstm_gru.{name}").variant()(*arguments)


def tensors(*arrays: Any, grad: bool = False) -> list[torch.Tensor]:
    return [torch.tensor(a, requires_grad=grad) for a in arrays]


def layer(kind: str, W_ih: Any, W_hh: Any, b_ih: Any, b_hh: Any) -> Any:
    """torch's layer with these weights."""
    made = getattr(torch.nn, kind)(W_ih.shape[1], W_hh.shape[1], dtype=torch.float64)
    weights = zip(made.parameters(), (W_ih, W_hh, b_ih, b_hh), strict=True)
    with torch.no_grad():
        for parameter, array in weights:
            parameter.copy_(torch.as_tensor(array))
    return made


def with_an_input_gate(W: Any) -> Any:
    """Rows of f, g, o become those of i, f, g, o, where 1 - σ(a) = σ(-a)."""
    return np.concatenate([-W[: len(W) // 3], W])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_memory_stores_torchs_gated_linear_unit(seed: int) -> None:
    arguments = case("gated_memory", "general", seed)
    x, m, A_k, b_k, A_s, b_s = tensors(*arguments)
    states = []
    for x_t in x:
        stored = torch.nn.functional.glu(torch.cat([x_t, torch.nn.functional.linear(x_t, A_s, b_s)], dim=1))
        m = torch.addcmul(stored, torch.sigmoid(torch.nn.functional.linear(x_t, A_k, b_k)), m)
        states.append(m)
    assert_close(right("gated_memory", arguments), torch.stack(states).numpy())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_coupled_step_is_torchs_with_the_opposite_of_the_forget_gate(seed: int) -> None:
    arguments = case("coupled_cell", "general", seed)
    x_t, h_prev, c_prev, W_ih, W_hh, b = arguments
    cell = layer("LSTMCell", *map(with_an_input_gate, (W_ih, W_hh, b, 0 * b)))
    theirs = cell(torch.tensor(x_t), tuple(tensors(h_prev, c_prev)))
    for ours, other in zip(right("coupled_cell", arguments), theirs, strict=True):
        assert_close(ours, other.detach().numpy())


@pytest.mark.parametrize("seed", SEEDS)
def test_its_gradients_are_autograds(seed: int) -> None:
    arguments = case("coupled_backward", "general", seed)
    dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b = arguments
    inputs = tensors(W_ih, W_hh, b, x_t, h_prev, c_prev, grad=True)
    W, U, bias, x, h, c = inputs
    f, g, o = (x @ W.T + h @ U.T + bias).chunk(3, dim=1)
    c_t = torch.lerp(torch.tanh(g), c, torch.sigmoid(f))
    h_t = torch.sigmoid(o) * torch.tanh(c_t)
    theirs = torch.autograd.grad((h_t, c_t), inputs, tuple(tensors(dh_t, dc_rec)))
    for ours, other in zip(right("coupled_backward", arguments), theirs, strict=True):
        assert_close(ours, other.numpy())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_padded_batch_is_torchs_packed_one(seed: int) -> None:
    arguments = case("padded_forward", "general", seed)
    x, h0, c0, *weights, lengths = arguments
    packed = torch.nn.utils.rnn.pack_padded_sequence(torch.tensor(x), torch.tensor(lengths), enforce_sorted=False)
    out, (h_n, c_n) = layer("LSTM", *weights)(packed, tuple(q[None] for q in tensors(h0, c0)))
    out, _ = torch.nn.utils.rnn.pad_packed_sequence(out, total_length=len(x))
    h, c = right("padded_forward", arguments)
    runs = np.arange(len(x))[:, None] < lengths
    assert_close(h[runs], out.detach().numpy()[runs])
    assert_close(h[-1], h_n[0].detach().numpy())
    assert_close(c[-1], c_n[0].detach().numpy())


@pytest.mark.parametrize("seed", SEEDS)
def test_half_of_the_cell_is_left_after_a_half_life(seed: int) -> None:
    """By torch's cell, which writes nothing where the candidate rests at 0."""
    b_ih, b_hh, _ = case("half_life_bias", "general", seed)
    n = np.array([1.0, 2, 3, 5, 8])
    given = b_ih.copy()
    b_ih[10:15] = b_hh[10:15] = 0  # the rows of g
    b = right("half_life_bias", (b_ih, b_hh, n))
    cell = layer("LSTMCell", np.zeros((20, 1)), np.zeros((20, 5)), b, b_hh)
    h, c = torch.zeros(1, 5, dtype=torch.float64), torch.ones(1, 5, dtype=torch.float64)
    left = []
    for _ in range(8):
        h, c = cell(torch.zeros(1, 1, dtype=torch.float64), (h, c))
        left.append(c.detach().numpy()[0])
    assert_close(np.array([left[int(k) - 1][j] for j, k in enumerate(n)]), np.full(5, 0.5))
    np.testing.assert_array_equal(np.delete(b, np.s_[5:15]), np.delete(given, np.s_[5:15]))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_full_gradient_is_autograds_and_the_direct_one_where_no_state_is_heard(seed: int) -> None:
    """Of a whole LSTM, whose gates are read off; each cell is given a perturbation of its own."""
    rng = np.random.default_rng(seed)
    T, B, H = 5, 2, 3
    W_hh, x = rng.normal(size=(4 * H, H)), rng.normal(size=(T, B, 4 * H))
    dc_T = rng.normal(size=(B, H))
    for U in (W_hh, 0 * W_hh):
        moved = torch.zeros(T, B, H, dtype=torch.float64, requires_grad=True)
        h = c = torch.zeros(B, H, dtype=torch.float64)
        steps = []
        for t in range(T):
            a_i, a_f, a_g, a_o = (torch.tensor(x[t]) + h @ torch.tensor(U).T).chunk(4, dim=1)
            gates = torch.sigmoid(a_i), torch.sigmoid(a_f), torch.tanh(a_g), torch.sigmoid(a_o)
            c = gates[1] * c + gates[0] * gates[2] + moved[t]
            h = gates[3] * torch.tanh(c)
            steps.append((*gates, c))
        theirs = torch.autograd.grad((c * torch.tensor(dc_T)).sum(), moved)[0].numpy()
        seen = [torch.stack(q).detach().numpy() for q in zip(*steps, strict=True)]
        direct, full = right("two_paths", (dc_T, *seen, U))
        assert_close(full, theirs)
    assert_close(direct, theirs)


@pytest.mark.parametrize("seed", SEEDS)
def test_torchs_gru_does_what_theirs_did(seed: int) -> None:
    theta, b, d = case("as_torch", "general", seed)
    rng, H = np.random.default_rng(seed), len(d)
    x, h0 = rng.normal(size=(4, 2, theta.shape[1] - H)), rng.normal(size=(2, H))
    gru, given = layer("GRU", *right("as_torch", (theta, b, d))), torch.tensor(theta)
    states, h = [], torch.tensor(h0)
    for x_t in torch.tensor(x):
        u, r = torch.sigmoid(torch.cat([h, x_t], dim=1) @ given[: 2 * H].T + torch.tensor(b[: 2 * H])).chunk(2, dim=1)
        inner = r * (h @ given[2 * H :, :H].T + torch.tensor(d))
        n = torch.tanh(x_t @ given[2 * H :, H:].T + torch.tensor(b[2 * H :]) + inner)
        h = torch.lerp(h, n, u)
        states.append(h)
    ours = gru(torch.tensor(x), torch.tensor(h0)[None])[0]
    assert_close(ours.detach().numpy(), torch.stack(states).numpy())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_recording_of_torchs_gru_is_found(seed: int) -> None:
    x, h0, _, *weights = case("which_gru", "general", seed)
    h = layer("GRU", *weights)(torch.tensor(x), torch.tensor(h0)[None])[0].detach().numpy()
    errors, which = right("which_gru", (x, h0, h, *weights))
    assert errors[0, 0, 0] < 1e-12 < 1e-2 < np.sort(errors, axis=None)[1]
    assert which.tolist() == [0, 0, 0]


@pytest.mark.parametrize("name", find("lstm_gru.which_gru").cases)
def test_each_case_of_which_gru_has_a_form_of_its_own_that_is_found(name: str) -> None:
    exercise = find("lstm_gru.which_gru")
    truths = set()
    for seed in range(20):
        errors, which = exercise.variant()(*exercise.case(name, seed))
        truths.add(tuple(which))
        assert errors.min() < 1e-3 < 0.02 < np.sort(errors, axis=None)[1], seed
    assert len(truths) == 1


@pytest.mark.parametrize("kind", [tuple, list, np.array])
def test_three_indices_may_come_as_numpy_gives_them(kind: Any) -> None:
    """Whole numbers have nothing to do with float32: a tuple of them is a hint, and costs no part."""

    def answer(*arguments: Any) -> Any:
        errors, which = right("which_gru", arguments)
        return errors, kind(which.tolist())

    assert check("lstm_gru.which_gru", answer).score == 1
