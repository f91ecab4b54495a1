"""The references of the exercises for practice, against torch, the package's own functions or closed forms."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from rnncourse import after
from rnncourse.checks import find

SEEDS = pytest.mark.parametrize("seed", range(5))
CLOSE = {"rtol": 1e-10, "atol": 1e-10}


def reference(name: str, *arguments: Any) -> Any:
    return find(f"after.{name}").reference(*arguments)


def drawn(name: str, case: str, seed: int) -> Any:
    return find(f"after.{name}").case(case, seed)


@SEEDS
def test_blocks_do_what_their_steps_do(seed: int) -> None:
    a, b, L = drawn("fold", "general", seed)
    A, S = reference("fold", a, b, L)
    h0 = np.random.default_rng(seed).normal(size=a.shape[1:])
    np.testing.assert_allclose(after.loop(A, S, h0), after.loop(a, b, h0)[L - 1 :: L], **CLOSE)


@SEEDS
def test_the_minimal_lstm_is_its_formula_in_torch(seed: int) -> None:
    x, h0, W_ih, b_ih = drawn("minimal_lstm", "general", seed)
    f, i, candidate = torch.nn.functional.linear(*map(torch.from_numpy, (x, W_ih, b_ih))).chunk(3, dim=2)
    f, i = torch.sigmoid(f), torch.sigmoid(i)
    share, h_t = (f / (f + i)).numpy(), h0
    h = reference("minimal_lstm", x, h0, W_ih, b_ih)
    for t in range(len(x)):
        h_t = share[t] * h_t + (1 - share[t]) * candidate[t].numpy()
        np.testing.assert_allclose(h[t], h_t, **CLOSE)


@SEEDS
def test_a_round_is_that_of_the_package_and_rounds_lead_to_the_states(seed: int) -> None:
    h, x, w, h0 = drawn("newton_round", "general", seed)

    def step(before: Any) -> Any:
        return np.tanh(w * before + x)

    one = after.newton(step, lambda s: after.tanh_jacobian(step(s), np.diag(w)), h0, h, most=1).h
    np.testing.assert_allclose(reference("newton_round", h, x, w, h0), one, **CLOSE)
    for _ in range(len(x)):
        h = reference("newton_round", h, x, w, h0)
    right, h_t = [], h0
    for x_t in x:
        h_t = np.tanh(w * h_t + x_t)
        right.append(h_t)
    np.testing.assert_allclose(h, right, **CLOSE)


@SEEDS
def test_the_circle_is_that_of_the_complex_roots_of_one(seed: int) -> None:
    x, m = drawn("count_modulo", "general", seed)
    z = np.exp(2j * np.pi * x.cumsum(axis=0) / m)
    np.testing.assert_allclose(reference("count_modulo", x, m), np.stack([z.real, z.imag], axis=2), **CLOSE)


@SEEDS
def test_linear_attention_is_torchs_elu_plus_one(seed: int) -> None:
    k, v, q = drawn("normalised_memory", "general", seed)
    fk, fq = (torch.nn.functional.elu(torch.from_numpy(u).transpose(0, 1)) + 1 for u in (k, q))
    weights = (fq @ fk.transpose(1, 2)).tril()
    wanted = (weights / weights.sum(dim=2, keepdim=True)) @ torch.from_numpy(v).transpose(0, 1)
    np.testing.assert_allclose(reference("normalised_memory", k, v, q), wanted.transpose(0, 1).numpy(), **CLOSE)


@SEEDS
def test_pieces_add_up_to_the_packages_memory(seed: int) -> None:
    k, v, q, L = drawn("by_chunks", "general", seed)
    inside, before, S = reference("by_chunks", k, v, q, L)
    np.testing.assert_allclose(inside + before, after.memory(np.ones_like(k), k, v, q), **CLOSE)
    np.testing.assert_allclose(S[-1], np.einsum("tbv,tbd->bvd", v, k), **CLOSE)
    assert len(S) == -(-len(k) // L)


@SEEDS
def test_episodes_are_sequences_of_their_own(seed: int) -> None:
    a, b, first, h0 = drawn("reset_states", "general", seed)
    h = reference("reset_states", a, b, first, h0)
    for example in range(a.shape[1]):
        starts = [0, *(t for t in range(1, len(a)) if first[t, example]), len(a)]
        for start, stop in pairwise(starts):
            piece = slice(start, stop), slice(example, example + 1)
            state = h0[piece[1]] if start == 0 and not first[0, example] else np.zeros((1, a.shape[2]))
            np.testing.assert_allclose(h[piece], after.loop(a[piece], b[piece], state), **CLOSE)
