"""The references of the chapter's exercises, against torch, and against the formulas written out."""

from __future__ import annotations

import collections
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from rnncourse import ntm
from rnncourse.checks import find

SEEDS = pytest.mark.parametrize("seed", range(5))


def drawn(name: str, case: str, seed: int) -> tuple[Any, Any]:
    """The arguments of a case, and what the reference gives."""
    exercise = find(f"ntm.{name}")
    arguments = exercise.case(case, seed)
    return arguments, exercise.reference(*arguments)


def tensors(*arrays: Any) -> list[torch.Tensor]:
    return [torch.from_numpy(np.array(a)) for a in arrays]


@SEEDS
@pytest.mark.parametrize("case", ["general", "one head", "square"])
def test_each_head_reads_as_one_does_and_counts_rows(case: str, seed: int) -> None:
    (w, M), (r, n) = drawn("soft_read", case, seed)
    for h in range(w.shape[1]):
        np.testing.assert_allclose(r[:, h], ntm.read(w[:, h], M), rtol=1e-12, atol=1e-14)
    expected = 1 / functional.normalize(torch.from_numpy(w), p=1, dim=2).square().sum(dim=2)
    np.testing.assert_allclose(n, expected.numpy(), rtol=1e-12)


@SEEDS
def test_rows_looked_at_are_one_where_sharp_and_all_where_even(seed: int) -> None:
    _, (_, sharp) = drawn("soft_read", "sharp", seed)
    (w, _), (_, even) = drawn("soft_read", "even", seed)
    np.testing.assert_allclose(sharp, 1, rtol=1e-12)
    np.testing.assert_allclose(even, w.shape[2], rtol=1e-12)


@SEEDS
@pytest.mark.parametrize("case", ["general", "one head", "one row", "square"])
def test_heads_write_in_turn(case: str, seed: int) -> None:
    (M, w, e, a), found = drawn("write_in_turn", case, seed)
    new = torch.from_numpy(M)
    for w_v, e_v, a_v in zip(*(t.unbind(dim=1) for t in tensors(w, e, a)), strict=True):
        new = new - torch.einsum("bn,bd,bnd->bnd", w_v, e_v, new)
        new = torch.baddbmm(new, w_v[:, :, None], a_v[:, None])
    np.testing.assert_allclose(found, new.numpy(), rtol=1e-12, atol=1e-14)


@SEEDS
@pytest.mark.parametrize("case", ["general", "one head", "one in use", "zeros", "strong"])
def test_rows_not_in_use_are_as_if_they_were_not_there(case: str, seed: int) -> None:
    (k, beta, M, used), w = drawn("find_used", case, seed)
    assert not w[np.broadcast_to(used[:, None] == 0, w.shape)].any()
    for b, rows in enumerate(map(np.flatnonzero, used)):
        keys, memory = tensors(k[b], M[b, rows])
        cosine = functional.cosine_similarity(keys[:, None], memory[None], dim=2)
        expected = torch.softmax(torch.from_numpy(beta[b])[:, None] * cosine, dim=1)
        np.testing.assert_allclose(w[b][:, rows], expected.numpy(), rtol=0, atol=1e-5)


@SEEDS
@pytest.mark.parametrize("case", ["general", "ends", "wide", "beyond", "all, wide"])
def test_a_head_between_walls_moves_as_many_walkers_do(case: str, seed: int) -> None:
    """What is far from the ends is torch's convolution; walls collect what lies beyond them."""
    (w_c, w_prev, g, s, gamma), w = drawn("move", case, seed)
    mixed = torch.lerp(*tensors(w_prev, w_c, np.tile(g[:, None], w_c.shape[1])))
    B, N = w_c.shape
    S = s.shape[1] // 2
    kernel = torch.from_numpy(s).flip(1)[:, None]
    tape = functional.conv1d(mixed[None], kernel, padding=2 * S, groups=B)[0]
    inside = tape[:, S : S + N].clone()
    inside[:, 0] += tape[:, :S].sum(dim=1)
    inside[:, -1] += tape[:, S + N :].sum(dim=1)
    np.testing.assert_allclose(inside.sum(dim=1).numpy(), 1, rtol=1e-12)
    expected = torch.softmax(torch.from_numpy(gamma)[:, None] * inside.log(), dim=1)
    np.testing.assert_allclose(w, expected.numpy(), rtol=1e-11, atol=1e-14)


@SEEDS
@pytest.mark.parametrize("case", ["general", "two rows", "β zero", "strong", "square"])
def test_the_way_back_is_autograds(case: str, seed: int) -> None:
    (dr, k, beta, M), found = drawn("recall_backward", case, seed)
    leaves = [t.requires_grad_() for t in tensors(k, beta, M)]
    key, strength, memory = leaves
    w = torch.softmax(strength[:, None] * torch.einsum("bd,bnd->bn", key, memory), dim=1)
    torch.einsum("bn,bnd->bd", w, memory).backward(torch.from_numpy(dr))  # type: ignore[no-untyped-call]
    for mine, leaf in zip(found, leaves, strict=True):
        assert leaf.grad is not None
        np.testing.assert_allclose(mine, leaf.grad.numpy(), rtol=0, atol=1e-9 * np.abs(mine).max(initial=1))


@SEEDS
@pytest.mark.parametrize("case", ["general", "one head", "one column", "large"])
def test_each_number_of_a_head_is_brought_into_its_range(case: str, seed: int) -> None:
    (p, J, D), found = drawn("head_numbers", case, seed)
    C = p.shape[1] // J - 3 * D - 3
    for j, row in enumerate(torch.from_numpy(p).chunk(J, dim=1)):
        k, beta, g, s, gamma, e, a = torch.split(row, [D, 1, 1, C, 1, D, D], dim=1)
        expected = (
            torch.tanh(k),
            torch.logaddexp(beta[:, 0], torch.zeros(())),
            torch.sigmoid(g[:, 0]),
            torch.softmax(s, dim=1),
            1 + torch.logaddexp(gamma[:, 0], torch.zeros(())),
            torch.sigmoid(e),
            torch.tanh(a),
        )
        for mine, theirs in zip(found, expected, strict=True):
            assert np.isfinite(mine).all()
            np.testing.assert_allclose(mine[:, j], theirs.numpy(), rtol=1e-12, atol=1e-15)


@SEEDS
@pytest.mark.parametrize("case", ["general", "one example", "once", "three times", "large"])
def test_what_is_heard_is_said_n_times_and_scored_as_torch_does(case: str, seed: int) -> None:
    (b, lengths, n, o), (x, y, mask, bits) = drawn("repeat_copy", case, seed)
    for i, length in enumerate(lengths.tolist()):
        sequence = b[:length, i].tolist()
        silence = [[0.0] * b.shape[2]]
        rest = len(o) - (n + 1) * length - 1
        assert y[:, i].tolist() == silence * (length + 1) + sequence * n + silence * rest
        assert x[:, i, :-1].tolist() == sequence + silence * (len(o) - length)
        assert np.flatnonzero(x[:, i, -1]).tolist() == [length]
        assert mask[:, i].tolist() == [0.0] * (length + 1) + [1.0] * (n * length) + [0.0] * rest
    logits, target, said = tensors(o, y, mask == 1)
    nats = functional.binary_cross_entropy_with_logits(logits[said], target[said])
    assert bits == pytest.approx(nats.item() / np.log(2), rel=1e-12)


@SEEDS
@pytest.mark.parametrize("case", ["general", "one sequence", "bits", "several", "longer contexts"])
def test_counting_is_the_mean_of_a_dirichlet_given_what_came(case: str, seed: int) -> None:
    (x, K, n, alpha), (p, bits) = drawn("count_contexts", case, seed)
    costs = []
    for b, sequence in enumerate(x.T.tolist()):
        after: dict[tuple[int, ...], collections.Counter[int]] = collections.defaultdict(collections.Counter)
        for t in range(n, len(sequence)):
            counts = after[tuple(sequence[t - n : t])]
            posterior = torch.distributions.Dirichlet(
                torch.tensor([alpha + counts[k] for k in range(K)], dtype=torch.float64)
            )
            np.testing.assert_allclose(p[t - n, b], posterior.mean.numpy(), rtol=1e-12)
            costs.append(-np.log2(p[t - n, b, sequence[t]]))
            counts[sequence[t]] += 1
    assert bits == pytest.approx(np.mean(costs), rel=1e-12)
