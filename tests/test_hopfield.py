"""Hopfield networks against every state of small ones, exact arithmetic, SciPy, torch and the theory of their load."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
import scipy.optimize
import scipy.spatial.distance
import scipy.special
import scipy.stats
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncourse import hopfield as hop
from rnncourse import rnn

seeds = st.integers(0, 10_000)


def patterns(P: int, N: int, seed: int = 0, dtype: Any = np.float64) -> np.ndarray:
    return np.random.default_rng(seed).choice([-1, 1], (P, N)).astype(dtype)


def network(N: int, seed: int, whole: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Random symmetric couplings without self-connections, and thresholds; whole numbers give ties."""
    rng = np.random.default_rng(seed)
    A = rng.integers(-2, 3, (N, N)).astype(float) if whole else rng.normal(size=(N, N))
    W = np.triu(A, 1) + np.triu(A, 1).T
    return W, rng.integers(-1, 2, N).astype(float) if whole else rng.normal(size=N)


def energies(W: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """The energy of all 2^N states, pair by pair."""
    N = len(W)
    return np.array(
        [
            sum(t * a for t, a in zip(theta, s, strict=True))
            - sum(W[i, j] * s[i] * s[j] for i, j in itertools.combinations(range(N), 2))
            for s in itertools.product((-1, 1), repeat=N)
        ]
    )


# ---------------------------------------------------------------- storing


@pytest.mark.equation("eq-hopfield-hebb")
@pytest.mark.parametrize(("P", "N"), [(1, 1), (1, 6), (3, 8), (8, 8), (9, 5)])
def test_hebbian_is_the_sum_in_exact_arithmetic(P: int, N: int) -> None:
    xi = patterns(P, N)
    exact = [[Fraction(int(sum(x[i] * x[j] for x in xi)), N) * (i != j) for j in range(N)] for i in range(N)]
    W = hop.hebbian(xi)
    np.testing.assert_allclose(W, np.array(exact, dtype=float), rtol=1e-15)
    assert hop.hebbian(xi.astype(np.float32)).dtype == np.float32
    np.testing.assert_array_equal(W, W.T)
    np.testing.assert_array_equal(W.diagonal(), 0)


@pytest.mark.equation("eq-hopfield-pseudo-inverse")
@pytest.mark.parametrize(("P", "N"), [(1, 5), (4, 9), (12, 20)])
def test_pseudo_inverse_is_scipys_projection_and_keeps_every_pattern(P: int, N: int) -> None:
    rng = np.random.default_rng(1)
    xi = np.where(rng.random((P, N)) < 0.7, 1.0, -1.0)  # alike: more units +1 than -1
    basis = scipy.linalg.orth(xi.T)
    W = hop.pseudo_inverse(xi)
    np.testing.assert_allclose(W, (basis @ basis.T) * (1 - np.eye(N)), atol=1e-12)
    np.testing.assert_array_equal(W, W.T)
    np.testing.assert_array_equal(hop.synchronous(xi, W, np.zeros(N)), xi)


def test_a_unit_that_the_others_do_not_tell_hears_nothing_and_stays() -> None:
    """Two patterns differ in unit 0 alone: e_0 is in their span, its weights are 0 and so is its field, a tie."""
    for seed in range(50):
        rng = np.random.default_rng(seed)
        N = int(rng.integers(6, 40))
        xi = patterns(4, N, seed)
        xi[1] = xi[0]
        xi[1, 0] *= -1
        W = hop.pseudo_inverse(xi)
        np.testing.assert_array_equal(W[0], 0)
        np.testing.assert_array_equal(hop.synchronous(xi, W, np.zeros(N)), xi)


def test_patterns_that_resemble_each_other_need_the_pseudo_inverse() -> None:
    rng = np.random.default_rng(2)
    xi = np.where(rng.random((10, 100)) < 0.85, 1.0, -1.0)
    kept = [(hop.synchronous(xi, f(xi), np.zeros(100)) == xi).all(axis=1) for f in (hop.hebbian, hop.pseudo_inverse)]
    assert not kept[0].any()
    assert kept[1].all()


# ---------------------------------------------------------------- dynamics


@pytest.mark.equation("eq-hopfield-field")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("P", "N"), [(3, 10), (5, 12), (7, 100), (21, 300)])
def test_field_is_zero_exactly_where_whole_numbers_say_so(P: int, N: int, dtype: Any) -> None:
    """N times the field is a whole number; in floating point its zeros would be lost: 1/10 is not a binary fraction."""
    xi, s = patterns(P, N), patterns(50, N, seed=1)
    NW = (xi.T @ xi).astype(np.int64)
    np.fill_diagonal(NW, 0)
    theta = np.random.default_rng(3).integers(-1, 2, N)
    exact = s.astype(np.int64) @ NW - theta
    f = hop.field(s.astype(dtype), hop.hebbian(xi.astype(dtype)), (theta / N).astype(dtype))
    np.testing.assert_allclose(f, exact / N, atol=1e-12 if dtype == np.float64 else 1e-4)
    np.testing.assert_array_equal(np.sign(f), np.sign(exact))
    assert (exact == 0).any()
    assert f.dtype == dtype


@pytest.mark.equation("eq-hopfield-update")
def test_update_follows_the_field_and_keeps_the_state_at_a_tie() -> None:
    f, s = np.array([[2.0, 1e-300, 0.0, 0.0, -1e-300, -3.0]]), np.array([[-1.0, -1.0, 1.0, -1.0, 1.0, 1.0]])
    np.testing.assert_array_equal(hop.update(f, s), [[1, 1, 1, -1, -1, -1]])


@pytest.mark.equation("eq-hopfield-synchronous")
@pytest.mark.equation("eq-hopfield-asynchronous")
@given(st.integers(1, 7), seeds, st.booleans())
@settings(deadline=None, max_examples=50)
def test_both_updates_are_the_rule_in_python(N: int, seed: int, whole: bool) -> None:
    W, theta = network(N, seed, whole)
    s = patterns(4, N, seed)
    order = np.random.default_rng(seed).permutation(N)

    def rule(i: int, old: list[float]) -> float:
        f = sum(W[i, j] * old[j] for j in range(N)) - theta[i]
        return 1.0 if f > 0 else -1.0 if f < 0 else old[i]

    at_once, in_turn = [[rule(i, list(x)) for i in range(N)] for x in s], [list(x) for x in s]
    for x in in_turn:
        for i in order:
            x[i] = rule(i, x)
    before = s.copy()
    np.testing.assert_array_equal(hop.synchronous(s, W, theta), at_once)
    np.testing.assert_array_equal(hop.asynchronous(s, W, theta, order), in_turn)
    np.testing.assert_array_equal(s, before, err_msg="an update changed its argument")


@pytest.mark.equation("eq-hopfield-recall")
@given(st.integers(1, 6), seeds, st.booleans(), st.sampled_from([None, 3]))
@settings(deadline=None, max_examples=40)
def test_recall_ends_as_the_theorems_say(N: int, seed: int, whole: bool, shuffle: int | None) -> None:
    """Asynchronous: in a fixed point. Synchronous: in one or in a cycle of two. From every state."""
    W, theta = network(N, seed, whole)
    s = hop.every_state(N)
    settled = hop.recall(s, W, theta, seed=shuffle)
    assert (settled.period == 1).all()
    known = {tuple(x) for x in hop.fixed_points(W, theta)}
    assert {tuple(x) for x in settled.s} == known
    both = hop.recall(s, W, theta, mode="synchronous")
    assert set(both.period) <= {1, 2}
    for x, period in zip(both.s, both.period, strict=True):
        once = hop.synchronous(x[None], W, theta)
        assert (tuple(x) in known) == (period == 1) == bool((once[0] == x).all())
        np.testing.assert_array_equal(hop.synchronous(once, W, theta)[0], x)


def test_two_units_that_agree_swap_for_ever_when_both_move_at_once() -> None:
    W, theta, s = np.array([[0.0, 1.0], [1.0, 0.0]]), np.zeros(2), np.array([[1.0, -1.0]])
    at_once, in_turn = hop.recall(s, W, theta, mode="synchronous"), hop.recall(s, W, theta)
    assert at_once.period.tolist() == [2]
    assert at_once.steps <= 3
    assert in_turn.period.tolist() == [1]
    np.testing.assert_array_equal(in_turn.s, [[-1, -1]])
    np.testing.assert_array_equal(s, [[1, -1]])


def test_recall_says_when_the_limit_came_first() -> None:
    """A chain of ten that a strong first unit turns round, one unit a synchronous step."""
    W = np.diag(np.ones(9), 1) + np.diag(np.ones(9), -1)
    theta = np.array([-2.0] + [-0.5] * 9)
    s = -np.ones((1, 10))
    order_against_the_chain = hop.recall(s[:, ::-1].copy(), W, theta[::-1].copy(), max_steps=3)
    assert order_against_the_chain.period.tolist() == [0]
    assert order_against_the_chain.steps == 3
    done = hop.recall(s[:, ::-1].copy(), W, theta[::-1].copy())
    assert done.steps > 9
    np.testing.assert_array_equal(done.s, np.ones((1, 10)))
    assert hop.recall(s, W, theta).steps == 2  # along the chain: one sweep, and one that finds nothing to do


# ---------------------------------------------------------------- energy


@pytest.mark.equation("eq-hopfield-energy")
@pytest.mark.equation("eq-hopfield-ising")
@pytest.mark.parametrize("N", [1, 2, 5, 8])
def test_energy_is_that_of_an_ising_model_with_the_thresholds_as_a_field_turned_round(N: int) -> None:
    W, theta = network(N, seed=N)
    s = hop.every_state(N)
    np.testing.assert_allclose(hop.energy(s, W, theta), energies(W, theta), atol=1e-12)
    np.testing.assert_allclose(hop.ising_energy(s, W, -theta), energies(W, theta), atol=1e-12)


@pytest.mark.equation("eq-hopfield-energy-change")
@pytest.mark.equation("eq-hopfield-fixed-point")
@given(st.integers(1, 8), seeds, st.booleans())
@settings(deadline=None, max_examples=30)
def test_fixed_points_are_the_minima_among_all_states(N: int, seed: int, whole: bool) -> None:
    W, theta = network(N, seed, whole)
    E, s = energies(W, theta), hop.every_state(N)
    neighbours = np.arange(2**N)[:, None] ^ (1 << np.arange(N)[::-1])  # row k with unit i flipped
    change = E[neighbours] - E[:, None]
    np.testing.assert_allclose(hop.energy_change(s, W, theta), change, atol=1e-11)
    np.testing.assert_array_equal(hop.fixed_points(W, theta), s[(change > -1e-11).all(axis=1)])
    assert E.argmin() in np.flatnonzero((hop.energy_change(s, W, theta) >= 0).all(axis=1))


@given(st.integers(1, 12), seeds, st.booleans())
@settings(deadline=None, max_examples=60)
def test_energy_never_rises_one_unit_at_a_time(N: int, seed: int, whole: bool) -> None:
    W, theta = network(N, seed, whole)
    s = patterns(5, N, seed)
    for i in np.random.default_rng(seed).integers(0, N, 3 * N):
        after = hop.asynchronous(s, W, theta, np.array([i]))
        change = hop.energy(after, W, theta) - hop.energy(s, W, theta)
        moved = (after != s).any(axis=1)
        assert (change[moved] < 0).all()
        assert (change[~moved] == 0).all()
        s = after


def test_energy_may_rise_when_all_units_move_at_once() -> None:
    W, theta, s = np.array([[0.0, -1.0], [-1.0, 0.0]]), np.array([0.5, 0.0]), np.array([[-1.0, -1.0]])
    after = hop.synchronous(s, W, theta)
    np.testing.assert_array_equal(after, [[1, 1]])
    assert hop.energy(after, W, theta) > hop.energy(s, W, theta)


@pytest.mark.equation("eq-hopfield-pair-energy")
@pytest.mark.equation("eq-hopfield-pair-change")
@given(st.integers(1, 10), seeds, st.booleans())
@settings(deadline=None, max_examples=40)
def test_pair_energy_never_rises_all_units_at_once(N: int, seed: int, whole: bool) -> None:
    W, theta = network(N, seed, whole)
    s = [patterns(5, N, seed)]
    for _ in range(12):
        s.append(hop.synchronous(s[-1], W, theta))
    L = [hop.pair_energy(b, a, W, theta) for a, b in itertools.pairwise(s)]
    assert (np.diff(L, axis=0) <= 1e-11).all()
    change = [hop.pair_energy_change(b, a, W, theta) for a, b in itertools.pairwise(s[:-1])]
    np.testing.assert_allclose(change, np.diff(L, axis=0), atol=1e-11)
    np.testing.assert_allclose(hop.pair_energy(s[0], s[0], W, theta), 2 * hop.energy(s[0], W, theta), atol=1e-11)


def test_lecture_a_pairs_its_rule_with_the_energy_of_another() -> None:
    """Under s_i = +1 where Σ w s > θ_i, the lecture's -½ΣΣwss - Σθs rises; with +Σθs it falls."""
    W, theta, s = np.zeros((1, 1)), np.array([1.0]), np.array([[1.0]])
    after = hop.asynchronous(s, W, theta, np.array([0]))
    lectures = [float(-0.5 * x @ W @ x - theta @ x) for x in (s[0], after[0])]
    ours = [float(hop.energy(x, W, theta)[0]) for x in (s, after)]
    assert (lectures, ours) == ([-1.0, 1.0], [1.0, -1.0])


@pytest.mark.equation("eq-hopfield-glauber")
@pytest.mark.parametrize("seed", range(5))
def test_glauber_dynamics_keeps_the_boltzmann_distribution(seed: int) -> None:
    W, theta = network(3, seed)
    rng = np.random.default_rng(seed)
    p = scipy.special.softmax(-energies(W, theta) / 1.5)
    s = hop.every_state(3)[rng.choice(8, 20_000, p=p)]
    after = hop.glauber(s, W, theta, 1.5, rng.random(s.shape))
    counts = np.bincount(((after + 1) / 2 @ [4, 2, 1]).astype(int), minlength=8)
    assert scipy.stats.chisquare(counts, len(s) * p).pvalue > 1e-6
    assert (after != s).any(axis=1).mean() > 0.01


def test_glauber_dynamics_without_heat_is_the_asynchronous_rule() -> None:
    W, theta = network(6, 0)
    s, u = hop.every_state(6), np.random.default_rng(0).random((64, 6))
    np.testing.assert_array_equal(
        hop.glauber(s, W, theta, 1e-6, u), hop.asynchronous(s, W, theta, np.arange(6)), strict=True
    )


# ---------------------------------------------------------------- memories


@pytest.mark.equation("eq-hopfield-overlap")
@given(st.integers(1, 30), seeds, st.data())
@settings(deadline=None, max_examples=40)
def test_overlap_counts_the_units_that_differ(N: int, seed: int, data: st.DataObject) -> None:
    flips = data.draw(st.integers(0, N))
    xi = patterns(3, N, seed)
    s = hop.corrupt(xi, flips, seed)
    hamming = np.array([[scipy.spatial.distance.hamming(a, b) for b in xi] for a in s])
    np.testing.assert_allclose(hop.overlap(s, xi), 1 - 2 * hamming, atol=1e-15)
    np.testing.assert_array_equal((s != xi).sum(axis=1), flips)


@pytest.mark.equation("eq-hopfield-mixture")
@pytest.mark.parametrize("seed", range(5))
def test_majority_of_three_is_stable_and_half_like_each(seed: int) -> None:
    xi = patterns(3, 1000, seed)
    s = hop.mixture(xi)
    vote = scipy.stats.mode(xi, axis=0).mode
    np.testing.assert_array_equal(s, vote)
    np.testing.assert_allclose(hop.overlap(s[None], xi), 0.5, atol=5 / np.sqrt(1000))
    np.testing.assert_array_equal(hop.recall(s[None], hop.hebbian(xi), np.zeros(1000)).s[0], s)


def test_spurious_states_are_neither_stored_nor_opposites() -> None:
    xi = np.array([[1, 1, 1, 1, 1, 1, 1, 1.0], [1, 1, 1, 1, -1, -1, -1, -1], [1, 1, -1, -1, 1, 1, -1, -1]])
    W, theta = hop.hebbian(xi), np.zeros(8)
    found = hop.spurious(W, theta, xi)
    stored = {tuple(x) for x in np.vstack([xi, -xi])}
    everything = {tuple(x) for x in hop.fixed_points(W, theta)}
    assert stored <= everything
    assert {tuple(x) for x in found} == everything - stored
    assert len(found) > 0


@pytest.mark.equation("eq-hopfield-basin")
def test_one_pattern_is_recalled_from_less_than_half_of_its_units_wrong() -> None:
    """With one pattern the field of unit i is ξ_i (N m - ξ_i s_i) / N: the sign of the overlap decides."""
    for seed in range(3):
        xi = patterns(1, 21, seed)
        rate = hop.recall_rate(xi, hop.hebbian(xi), np.zeros(21), [0, 1, 5, 9, 12, 16, 21], seed=seed)
        np.testing.assert_array_equal(rate, [1, 1, 1, 1, 0, 0, 0])


def test_basins_shrink_with_the_load() -> None:
    theta, flips = np.zeros(200), [0, 30, 60]
    rates = [
        hop.recall_rate(xi, hop.hebbian(xi), theta, flips, trials=2, mode="synchronous", m_min=0.95)
        for xi in (patterns(4, 200), patterns(40, 200))
    ]
    np.testing.assert_array_equal(rates[0], 1)
    assert (np.diff(rates[1]) <= 0).all()
    assert rates[1][2] < 0.3


@pytest.mark.equation("eq-hopfield-crosstalk")
@pytest.mark.parametrize(("P", "N"), [(100, 1000), (185, 1000), (50, 200)])
def test_crosstalk_error_is_a_tail_of_the_normal_distribution(P: int, N: int) -> None:
    assert hop.crosstalk_error(P, N) == pytest.approx(scipy.stats.norm.sf(np.sqrt(N / P)), rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_crosstalk_error_is_what_the_first_step_gets_wrong(seed: int) -> None:
    """200 patterns of 600 units: a crosstalk of variance 1/3 and an error of 4 %."""
    xi = patterns(200, 600, seed)
    wrong = (hop.synchronous(xi, hop.hebbian(xi), np.zeros(600)) != xi).mean()
    assert wrong == pytest.approx(hop.crosstalk_error(200, 600), rel=0.1)


@pytest.mark.equation("eq-hopfield-capacity")
@pytest.mark.parametrize("seed", range(3))
def test_capacity_is_recall_from_each_pattern_of_its_own_network(seed: int) -> None:
    (point,) = hop.capacity(90, [0.2], seed)
    rng = np.random.default_rng(seed)
    xi = 2.0 * rng.integers(0, 2, (18, 90)) - 1
    end = hop.recall(xi, hop.hebbian(xi), np.zeros(90), mode="synchronous").s
    assert point.load == 0.2
    cycling = hop.synchronous(end, hop.hebbian(xi), np.zeros(90))
    m = [np.einsum("bi,bi->b", x, xi) / 90 for x in (end, cycling)]  # either state of a cycle
    assert (np.isclose(point.overlaps, m[0], atol=1e-6) | np.isclose(point.overlaps, m[1], atol=1e-6)).all()
    assert point.overlap == pytest.approx(point.overlaps.mean(), abs=1e-6)


def test_every_state_is_every_product() -> None:
    for N in (1, 3, 6):
        np.testing.assert_array_equal(hop.every_state(N), list(itertools.product((-1, 1), repeat=N)))


# ---------------------------------------------------------------- a continuous network


def continuous(seed: int = 0, H: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(-0.9, 0.9, (4, H)), rng.normal(size=(H, H)), rng.normal(size=H)


@pytest.mark.equation("eq-hopfield-flow")
def test_a_step_along_the_flow_is_torchs_cell() -> None:
    h, W_hh, b = continuous()
    cell = torch.nn.RNNCell(1, 3, dtype=torch.float64)
    with torch.no_grad():
        cell.weight_hh.copy_(torch.from_numpy(W_hh))
        cell.bias_hh.copy_(torch.from_numpy(b))
        cell.bias_ih.zero_()
    wanted = cell(torch.zeros(4, 1, dtype=torch.float64), torch.from_numpy(h)).detach().numpy()
    np.testing.assert_allclose(h + 2.5 * hop.flow(h, W_hh, b, tau=2.5), wanted, atol=1e-14)
    np.testing.assert_allclose(
        h + hop.flow(h, W_hh, b), rnn.cell(np.zeros((4, 1)), h, np.zeros((3, 1)), W_hh, 0 * b, b), atol=1e-14
    )


@pytest.mark.equation("eq-hopfield-flow-jacobian")
def test_flow_jacobian_is_autograds() -> None:
    h, W_hh, b = continuous(1)
    W, c = torch.from_numpy(W_hh), torch.from_numpy(b)
    wanted = [
        torch.autograd.functional.jacobian(lambda x: (torch.tanh(W @ x + c) - x) / 0.7, x) for x in torch.from_numpy(h)
    ]
    np.testing.assert_allclose(hop.flow_jacobian(h, W_hh, b, 0.7), torch.stack(wanted), atol=1e-13)


@pytest.mark.equation("eq-hopfield-settle")
def test_settle_is_scipys_solution() -> None:
    h, W_hh, b = continuous(2)
    for start, end in zip(h, hop.settle(h, 2 * W_hh, b, duration=3.05), strict=True):
        wanted = scipy.integrate.solve_ivp(
            lambda _, x: hop.flow(x[None], 2 * W_hh, b)[0], (0, 3.05), start, rtol=1e-10, atol=1e-12
        )
        np.testing.assert_allclose(end, wanted.y[:, -1], atol=1e-5)


@pytest.mark.equation("eq-hopfield-continuous-energy")
@pytest.mark.parametrize("seed", range(5))
def test_continuous_energy_is_an_integral_and_falls_along_the_flow(seed: int) -> None:
    h, A, b = continuous(seed)
    W_hh = A + A.T
    integral = [[scipy.integrate.quad(np.arctanh, 0, v)[0] for v in x] for x in h]
    wanted = -np.einsum("bi,ij,bj->b", h, W_hh, h) / 2 - h @ b + np.sum(integral, axis=1)
    np.testing.assert_allclose(hop.continuous_energy(h, W_hh, b), wanted, atol=1e-10)
    falling = [hop.continuous_energy(hop.settle(h, W_hh, b, t), W_hh, b) for t in (0.1, 0.5, 1.0, 3.0, 20.0)]
    assert (np.diff([wanted, *falling], axis=0) < 1e-12).all()
    corners = hop.continuous_energy(np.ones((1, 3)), np.zeros((3, 3)), np.zeros(3))
    np.testing.assert_allclose(corners, 3 * np.log(2))  # ∫₀¹ artanh v dv = ln 2


@pytest.mark.equation("eq-hopfield-basins")
def test_two_units_on_their_own_have_four_attractors_a_quadrant_each() -> None:
    root = scipy.optimize.brentq(lambda x: np.tanh(2 * x) - x, 0.5, 1)
    found = hop.basins(2 * np.eye(2), np.zeros(2), n=20, duration=60)
    np.testing.assert_allclose(found.attractors, root * np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]]), atol=1e-5)
    up, right = (found.axis > 0)[:, None], (found.axis > 0)[None, :]
    np.testing.assert_array_equal(found.label, 2 * right + up)


def test_units_that_help_each_other_agree_and_a_network_that_turns_settles_nowhere() -> None:
    agree = hop.basins(np.array([[0.0, 2.0], [2.0, 0.0]]), np.zeros(2), n=20, duration=60)
    assert np.sign(agree.attractors).tolist() == [[-1, -1], [1, 1]]
    off_diagonal = ~np.eye(20, dtype=bool)[::-1]  # the border h_1 = -h_2 leads to the saddle at 0
    total = agree.axis[:, None] + agree.axis[None, :]
    np.testing.assert_array_equal(agree.label[off_diagonal], (total > 0)[off_diagonal])
    turning = hop.basins(np.array([[1.2, -1.5], [1.5, 1.2]]), np.zeros(2), n=10, duration=30)
    assert len(turning.attractors) == 0
    assert (turning.label == -1).all()
    one = hop.basins(0.5 * np.eye(2), np.zeros(2), n=10, duration=60)
    np.testing.assert_allclose(one.attractors, [[0, 0]], atol=1e-5)
    assert (one.label == 0).all()


@pytest.mark.equation("eq-hopfield-mean-field")
@pytest.mark.parametrize("load", [0.02, 0.08, 0.10, 0.13, 0.137, 0.15])
def test_mean_field_overlap_solves_the_papers_three_equations(load: float) -> None:
    """m = erf(m/√(2αr)), C = √(2/(παr)) exp(-m²/(2αr)), r = 1/(1-C)², iterated from m = 1; nothing is left at 0.15."""
    m, r = 1.0, 1.0
    for _ in range(3000):
        if m < 0.1:
            m = 0.0
            break
        C = math.sqrt(2 / (math.pi * load * r)) * math.exp(-(m**2) / (2 * load * r))
        m, r = math.erf(m / math.sqrt(2 * load * r)), 1 / (1 - C) ** 2
    assert hop.mean_field_overlap(load) == pytest.approx(m, abs=1e-4)
    assert (m == 0) == (load > 0.138)


@pytest.mark.equation("eq-hopfield-critical")
def test_memory_ends_where_scipy_finds_the_maximum_and_the_paper_says() -> None:
    def load(y: float) -> float:
        return float(0.5 * (scipy.special.erf(y) / y - 2 / math.sqrt(math.pi) * math.exp(-(y**2))) ** 2)

    found = scipy.optimize.minimize_scalar(
        lambda y: -load(y), bounds=(0.5, 4), method="bounded", options={"xatol": 1e-9}
    )
    alpha, m = hop.critical_load()
    assert alpha == pytest.approx(-found.fun, rel=1e-9)
    assert m == pytest.approx(scipy.special.erf(found.x), rel=1e-6)
    assert (round(alpha, 3), round(m, 3)) == (0.138, 0.967)
    assert hop.mean_field_overlap(0.999 * alpha) > m
    assert hop.mean_field_overlap(1.001 * alpha) == 0
    assert hop.mean_field_overlap(1e-6) == 1


# ---------------------------------------------------------------- sharper energies, and attention


SEPARATIONS: list[Callable[[np.ndarray], np.ndarray]] = [np.square, lambda x: x**3, lambda x: x**4, np.exp]


@pytest.mark.equation("eq-hopfield-dense-energy")
def test_the_dense_energy_of_squares_is_hopfields() -> None:
    P, N = 4, 9
    xi, s = patterns(P, N), hop.every_state(N)
    E = hop.energy(s, hop.hebbian(xi), np.zeros(N))
    np.testing.assert_allclose(hop.dense_energy(s, xi, np.square), 2 * N * E - N * P, atol=1e-10)
    for F in SEPARATIONS:
        in_python = [
            -sum(F(np.float64(sum(x * a for x, a in zip(row, state, strict=True)))) for row in xi) for state in s
        ]
        np.testing.assert_allclose(hop.dense_energy(s, xi, F), in_python, rtol=1e-12)


@pytest.mark.equation("eq-hopfield-dense-field")
@pytest.mark.parametrize("F", SEPARATIONS)
def test_the_dense_field_is_the_difference_of_two_energies(F: Callable[[np.ndarray], np.ndarray]) -> None:
    xi, s = patterns(6, 8), patterns(5, 8, seed=1)
    f = hop.dense_field(s, xi, F)
    for i in range(8):
        up, down = s.copy(), s.copy()
        up[:, i], down[:, i] = 1, -1
        np.testing.assert_allclose(f[:, i], hop.dense_energy(down, xi, F) - hop.dense_energy(up, xi, F), atol=1e-9)


def test_the_dense_field_of_squares_is_hopfields() -> None:
    xi, s = patterns(6, 8), patterns(5, 8, seed=1)
    field = hop.field(s, hop.hebbian(xi), np.zeros(8))
    np.testing.assert_allclose(hop.dense_field(s, xi, np.square), 4 * 8 * field, atol=1e-12)


@pytest.mark.equation("eq-hopfield-attend")
@pytest.mark.parametrize("beta", [0.1, 1.0, 30.0])
@pytest.mark.parametrize(("B", "P", "N"), [(1, 1, 1), (3, 5, 4), (2, 7, 16)])
def test_attend_is_torchs_attention(B: int, P: int, N: int, beta: float) -> None:
    rng = np.random.default_rng(N)
    h, xi = rng.normal(size=(B, N)), rng.normal(size=(P, N))
    q, k = torch.from_numpy(h), torch.from_numpy(xi)
    theirs = torch.nn.functional.scaled_dot_product_attention(q[None], k[None], k[None], scale=beta)[0].numpy()
    np.testing.assert_allclose(hop.attend(h, xi, beta), theirs, atol=1e-12)
    assert hop.attend(h.astype(np.float32), xi.astype(np.float32), beta).dtype == np.float32


@pytest.mark.equation("eq-hopfield-attention-energy")
@pytest.mark.parametrize("beta", [0.1, 1.0, 30.0])
def test_attention_goes_down_the_slope_of_its_energy_and_never_up(beta: float) -> None:
    """A step is h minus autograd's gradient of the energy, and torch's logsumexp gives that energy."""
    rng = np.random.default_rng(1)
    h, xi = 2 * rng.normal(size=(20, 6)), rng.normal(size=(9, 6))
    at = torch.from_numpy(h).requires_grad_()
    E = -torch.logsumexp(beta * at @ torch.from_numpy(xi).T, dim=1) / beta + (at**2).sum(dim=1) / 2
    np.testing.assert_allclose(hop.attention_energy(h, xi, beta), E.detach().numpy(), rtol=1e-12)
    (slope,) = torch.autograd.grad(E.sum(), at)
    np.testing.assert_allclose(hop.attend(h, xi, beta), h - slope.numpy(), atol=1e-12)
    for _ in range(20):
        after = hop.attend(h, xi, beta)
        rise = hop.attention_energy(after, xi, beta) - hop.attention_energy(h, xi, beta)
        assert rise.max() < 1e-12
        h = after


@pytest.mark.equation("eq-hopfield-nearest")
def test_nearest_is_scipys_smallest_hamming_distance_and_attention_that_is_sharp() -> None:
    xi, s = patterns(5, 12), patterns(30, 12, seed=1)
    distances = scipy.spatial.distance.cdist(s, xi, "hamming")
    np.testing.assert_array_equal(hop.nearest(s, xi), xi[distances.argmin(axis=1)])
    alone = np.sort(distances, axis=1)[:, 0] < np.sort(distances, axis=1)[:, 1]
    np.testing.assert_allclose(hop.attend(s, xi, 50.0)[alone], hop.nearest(s, xi)[alone], atol=1e-12)
    assert 0 < alone.sum() < 30


# ---------------------------------------------------------------- bad arguments

XI, THETA = patterns(2, 4), np.zeros(4)
NET = hop.hebbian(XI)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: hop.hebbian((XI + 1) / 2), ValueError, "xi: expected only -1 and \\+1, got 0.0"),
        (lambda: hop.hebbian(XI.astype(int)), TypeError, "xi: expected float32 or float64"),
        (lambda: hop.hebbian(XI[0]), ValueError, r"xi: expected shape \(P, N\)"),
        (lambda: hop.pseudo_inverse(np.array([[1.0, 1], [1, -1]])), ValueError, "fewer than N = 2"),
        (lambda: hop.field(XI, NET, np.zeros(3)), ValueError, r"theta: expected shape \(N=4\)"),
        (lambda: hop.update(XI[:1], XI), ValueError, r"s: expected shape \(N_0=1, N_1=4\), got \(2, 4\)"),
        (lambda: hop.update(np.nan * XI, XI), ValueError, "f: expected finite numbers"),
        (lambda: hop.corrupt(XI, 1.0, 0), TypeError, "flips: expected an integer"),  # type: ignore[arg-type]
        (lambda: hop.synchronous(0.5 * XI, NET, THETA), ValueError, "s: expected only"),
        (lambda: hop.asynchronous(XI, NET, THETA, np.array([4])), ValueError, "order: expected numbers from 0 to 3"),
        (lambda: hop.asynchronous(XI, NET, THETA, np.array([0.0])), TypeError, "order: expected a NumPy array of int"),
        (lambda: hop.recall(XI, np.triu(NET), THETA), ValueError, "symmetric"),
        (lambda: hop.recall(XI, NET + np.eye(4), THETA), ValueError, "self-connection"),
        (lambda: hop.recall(XI, NET, THETA, mode="both"), ValueError, "'both'"),
        (lambda: hop.recall(XI, NET, THETA, max_steps=0), ValueError, "max_steps"),
        (lambda: hop.energy(XI, NET * np.nan, THETA), ValueError, "W: expected finite"),
        (lambda: hop.energy_change(XI, NET + np.eye(4), THETA), ValueError, "self-connection"),
        (lambda: hop.pair_energy(XI, XI[:1], NET, THETA), ValueError, "s_prev: expected shape"),
        (lambda: hop.ising_energy(XI, NET[:3], THETA), ValueError, "J: expected shape"),
        (lambda: hop.glauber(XI, NET, THETA, 0.0, np.zeros((2, 4))), ValueError, "tau: expected a positive"),
        (lambda: hop.overlap(XI, XI[:, :3]), ValueError, r"xi: expected shape \(P, N=4\)"),
        (lambda: hop.corrupt(XI, 5, 0), ValueError, "flips: expected 0 to 4, got 5"),
        (lambda: hop.mixture(XI), ValueError, "odd number of patterns, got 2"),
        (lambda: hop.recall_rate(XI, NET, THETA, [1], trials=0), ValueError, "trials"),
        (lambda: hop.crosstalk_error(0, 5), ValueError, "P: expected at least 1, got 0"),
        (lambda: hop.capacity(1, [0.1]), ValueError, "N: expected at least 2"),
        (lambda: hop.capacity(100, [0.1, 0.001]), ValueError, "loads: expected from"),
        (lambda: hop.every_state(21), ValueError, "got 21"),
        (lambda: hop.flow(XI, NET, THETA, tau=0), ValueError, "tau"),
        (lambda: hop.continuous_energy(2 * XI, NET, THETA), ValueError, "h: expected values from -1 to 1"),
        (lambda: hop.continuous_energy(XI, np.triu(NET) + np.eye(4), THETA), ValueError, "symmetric"),
        (lambda: hop.settle(XI, NET, THETA, dt=-1), ValueError, "positive times"),
        (lambda: hop.basins(np.eye(3), np.zeros(3)), ValueError, r"W_hh: expected shape \(2, 2\)"),
        (lambda: hop.basins(np.eye(2), np.zeros(2), n=1), ValueError, "n ≥ 2"),
    ],
)
def test_bad_arguments_are_named(call: Callable[[], Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        call()
