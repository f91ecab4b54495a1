"""The references of the chapter's exercises, against SciPy, torch, the package's own functions or closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import norm

from rnncourse import hopfield
from rnncourse.checks import find
from rnncourse.checks.hopfield import project, recall
from rnncourse.checks.hopfield.draws import states

SEEDS = pytest.mark.parametrize("seed", range(5))


def reference(name: str, *arguments: Any) -> Any:
    return find(f"hopfield.{name}").reference(*arguments)


def drawn(name: str, case: str, seed: int) -> Any:
    return find(f"hopfield.{name}").case(case, seed)


@SEEDS
def test_patterns_that_count_once_are_stored_as_the_package_does(seed: int) -> None:
    V, c = drawn("store", "once", seed)
    np.testing.assert_allclose(reference("store", V, c), hopfield.hebbian(2 * V - 1), atol=1e-12)


@SEEDS
def test_shown_twice_is_stored_twice_and_unlearnt_is_taken_away(seed: int) -> None:
    V = np.random.default_rng(seed).integers(0, 2, (3, 6)).astype(float)
    twice = reference("store", V, np.array([1.0, 2.0, -1.0]))
    one = [hopfield.hebbian(2 * v[None] - 1) for v in V]
    np.testing.assert_allclose(twice, one[0] + 2 * one[1] - one[2], atol=1e-12)


@SEEDS
@pytest.mark.parametrize("case", ["general", "no thresholds", "one update", "ties"])
def test_states_and_energies_on_the_way_are_the_packages(case: str, seed: int) -> None:
    s, W, theta, order = drawn("downhill", case, seed)
    end, E = reference("downhill", s, W, theta, order)
    np.testing.assert_array_equal(end, hopfield.asynchronous(s, W, theta, order))
    for n in range(len(order) + 1):
        now = hopfield.asynchronous(s, W, theta, order[:n]) if n else s
        np.testing.assert_allclose(E[n], hopfield.energy(now, W, theta), atol=1e-12)
    assert (np.diff(E, axis=0) <= 0).all()


@SEEDS
def test_of_symmetric_couplings_the_periods_are_the_packages(seed: int) -> None:
    s, W, theta = drawn("find_cycle", "general", seed)
    start, length, mean = reference("find_cycle", s, W, theta)
    for n in range(len(s)):
        found = hopfield.recall(s[n : n + 1], W, theta, mode="synchronous")
        assert found.period[0] == length[n]
    now = s.copy()
    for t in range(start.max() + 1):
        there = start == t
        two = hopfield.synchronous(now, W, theta)
        np.testing.assert_allclose(mean[there], ((now + two) / 2)[there], atol=1e-12)
        now = two


def test_a_ring_of_units_turns_for_as_long_as_it_is_wide() -> None:
    """Each hears the one before it alone: one unit that is on goes round."""
    for N in (3, 5, 8):
        W, s = np.roll(np.eye(N), 1, axis=0), -np.ones((1, N))
        s[0, 2] = 1
        start, length, mean = reference("find_cycle", s, W, np.zeros(N))
        assert (start[0], length[0]) == (0, N)
        np.testing.assert_allclose(mean, 2 / N - 1)


@SEEDS
def test_an_unsymmetric_network_comes_back_after_more_than_two(seed: int) -> None:
    s, W, theta = drawn("find_cycle", "unsymmetric", seed)
    start, length, mean = reference("find_cycle", s, W, theta)
    assert (length > 2).all()
    for n in range(len(s)):
        path = [s[n : n + 1]]
        for _ in range(int(start[n] + length[n])):
            path.append(hopfield.synchronous(path[-1], W, theta))
        path = np.concatenate(path)
        np.testing.assert_array_equal(path[-1], path[start[n]])
        assert len(np.unique(path[:-1], axis=0)) == len(path) - 1
        np.testing.assert_allclose(path[start[n] : -1].mean(axis=0), mean[n], atol=1e-12)


@SEEDS
@pytest.mark.parametrize("case", ["general", "Hebb", "ties"])
def test_units_that_turn_round_are_those_that_the_package_updates(case: str, seed: int) -> None:
    xi, W, theta, q = drawn("stability", case, seed)
    gamma, turned, _ = reference("stability", xi, W, theta, q)
    np.testing.assert_array_equal(turned, (hopfield.synchronous(xi, W, theta) != xi).sum(axis=1))
    if case == "Hebb":
        np.testing.assert_allclose(2 * gamma, hopfield.energy_change(xi, W, theta), atol=1e-12)


def test_how_many_patterns_a_share_allows_says_the_normal_distribution() -> None:
    for N in (20, 100, 333):
        for q in (0.001, 0.0036, 0.01, 0.05, 0.2):
            found = reference("stability", np.ones((1, N)), np.zeros((N, N)), np.zeros(N), q)[2]
            assert found == int(N / norm.isf(q) ** 2)


@SEEDS
@pytest.mark.parametrize("case", ["general", "thresholds", "ties"])
def test_ends_of_recall_are_the_packages(case: str, seed: int) -> None:
    xi, W, theta, turned = drawn("basin", case, seed)
    m, R, spurious = reference("basin", xi, W, theta, turned)
    stored = {x.tobytes() for x in np.concatenate([xi, -xi])}
    for k, probe in enumerate(turned):
        end = hopfield.recall(np.where(probe == 1, -xi, xi), W, theta).s
        np.testing.assert_allclose(m[k], np.diag(hopfield.overlap(end, xi)), atol=1e-12)
        assert R[k] == pytest.approx((end == xi).all(axis=1).mean())
        assert spurious[k] == sum(s.tobytes() not in stored for s in end)


@SEEDS
@pytest.mark.parametrize("case", ["general", "nothing known", "large β"])
def test_an_update_is_torchs_attention_and_goes_downhill(case: str, seed: int) -> None:
    h, known, xi, beta, steps = drawn("complete", case, seed)
    end, p, E = reference("complete", h, known, xi, beta, steps)
    keys, state = torch.from_numpy(xi), torch.from_numpy(h)
    for t in range(steps + 1):
        z = beta * state @ keys.T
        lse = torch.logsumexp(z, dim=1) / beta
        np.testing.assert_allclose(E[t], (0.5 * (state**2).sum(1) - lse).numpy(), rtol=1e-9)
        if t < steps:
            new = torch.nn.functional.scaled_dot_product_attention(state[None], keys[None], keys[None], scale=beta)[0]
            weights = torch.softmax(z, dim=1)
            state = torch.where(torch.from_numpy(known) == 1, state, new)
    np.testing.assert_allclose(p, weights.numpy(), atol=1e-12)
    np.testing.assert_allclose(end, state.numpy(), rtol=1e-9)
    assert (np.diff(E, axis=0) <= 1e-12).all()


@SEEDS
@pytest.mark.parametrize("case", ["general", "more patterns"])
def test_four_memories_by_the_package_and_torch(case: str, seed: int) -> None:
    xi, s, which, beta, sweeps = drawn("memories", case, seed)
    nearest, hebb, projected, modern, R = reference("memories", xi, s, which, beta, sweeps)
    zero, order = np.zeros(xi.shape[1]), np.tile(np.arange(xi.shape[1]), sweeps)
    np.testing.assert_array_equal(nearest, xi[torch.cdist(torch.tensor(s), torch.tensor(xi)).argmin(1).numpy()])
    np.testing.assert_array_equal(hebb, hopfield.asynchronous(s, hopfield.hebbian(xi), zero, order))
    np.testing.assert_array_equal(projected, hopfield.asynchronous(s, hopfield.pseudo_inverse(xi), zero, order))
    attended = torch.softmax(beta * torch.tensor(s @ xi.T), 1) @ torch.tensor(xi)
    np.testing.assert_array_equal(modern, attended.sign().numpy())
    for end, share in zip((nearest, hebb, projected, modern), R, strict=True):
        assert share == pytest.approx(np.mean([np.array_equal(a, b) for a, b in zip(end, xi[which], strict=True)]))


@SEEDS
def test_with_a_large_beta_the_modern_network_is_the_nearest_neighbour(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xi = states(rng, 6, 20)
    s = np.where(rng.random((9, 20)) < 0.2, -xi[rng.integers(0, 6, 9)], xi[rng.integers(0, 6, 9)])
    nearest, _, _, modern, _ = reference("memories", xi, s, np.zeros(9, int), 50.0, 1)
    unique = np.diff(np.sort(s @ xi.T, axis=1)[:, -2:])[:, 0] > 0
    np.testing.assert_array_equal(nearest[unique], modern[unique])


def test_seeds_that_are_kept_are_of_telling_networks() -> None:
    """Recall in other orders, or that stops early, and the usual slips of the project end elsewhere."""
    draws = np.random.default_rng
    for seed in recall.HEBB:
        drawn_there = recall.network(draws(seed), 5, 16)
        assert recall.rough(*drawn_there)
        assert recall.telling(*drawn_there, 3)
    for seed in recall.BIASED:
        assert recall.telling(*recall.network(draws(seed), 3, 8, biased=True), 3)
    for seed in project.FOUR:
        assert project.telling(*project.contest(draws(seed), 4, 12, 4, 0.11))
    for seed in project.FIVE:
        assert project.telling(*project.contest(draws(seed), 5, 9, 3, 0.13))
