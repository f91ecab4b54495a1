"""Windows, baselines and tasks against torch, SciPy and brute force; hidden Markov models against every path."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from typing import Any

import hmmlearn.hmm
import numpy as np
import pytest
import scipy.linalg
import scipy.ndimage
import scipy.signal
import scipy.stats
import statsmodels.tsa.ar_model
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncourse import rnn, sequences
from rnncourse.data.series import sunspots
from rnncourse.sequences import HMM, Network

seeds = st.integers(0, 10_000)


# ---------------------------------------------------------------- windows, splits, scales


@pytest.mark.equation("eq-sequences-windows")
@given(st.integers(1, 6), st.integers(1, 4), st.integers(0, 9), st.integers(0, 3))
@settings(deadline=None, max_examples=60)
def test_windows_are_torchs_unfold(L: int, h: int, more: int, F: int) -> None:
    s = np.random.default_rng(more).normal(size=(L + h + more, F) if F else L + h + more)
    X, y = sequences.windows(s, L, h)
    both = torch.from_numpy(s).unfold(0, L + h, 1)  # (M, …, L+h)
    both = both.movedim(-1, 1).numpy()
    np.testing.assert_array_equal(X, both[:, :L])
    np.testing.assert_array_equal(y, both[:, -1])
    assert not np.shares_memory(y, s)


@pytest.mark.equation("eq-sequences-windows")
def test_windows_of_one_to_six() -> None:
    X, y = sequences.windows(np.arange(1.0, 7), L=4)
    assert X.tolist() == [[1, 2, 3, 4], [2, 3, 4, 5]]
    assert y.tolist() == [5, 6]
    X, y = sequences.windows(np.arange(1.0, 7), L=2, h=3)
    assert X.tolist() == [[1, 2], [2, 3]]
    assert y.tolist() == [5, 6]


@pytest.mark.equation("eq-sequences-windows-of")
def test_no_window_crosses_a_border() -> None:
    series = [np.arange(start, start + n, dtype=float) for start, n in ((0, 5), (100, 3), (200, 9))]
    X, y, origin = sequences.windows_of(series, L=2)
    inside = np.concatenate([X, y[:, None]], axis=1)
    np.testing.assert_array_equal(np.diff(inside, axis=1), 1)  # consecutive samples differ by 1, borders by more
    np.testing.assert_array_equal(origin, scipy.stats.rankdata(inside[:, 0] // 100, method="dense") - 1)
    assert len(y) == sum(len(s) - 2 for s in series)
    with pytest.raises(ValueError, match=r"sequences\[1\]: expected at least L\+h = 4 samples, got 3"):
        sequences.windows_of(series, L=3)


@pytest.mark.equation("eq-sequences-split")
@given(st.integers(2, 30), st.data())
@settings(deadline=None, max_examples=40)
def test_split_is_numpys_and_windows_cut_afterwards_share_nothing(N: int, data: Any) -> None:
    n = data.draw(st.integers(1, N - 1))
    s = np.arange(float(N))
    train, test = sequences.split(s, n)
    for ours, wanted in zip((train, test), np.split(s, [n]), strict=True):
        np.testing.assert_array_equal(ours, wanted)
    if min(len(train), len(test)) >= 3:
        used = [set(np.concatenate([X.ravel(), y])) for X, y in (sequences.windows(part, 2) for part in (train, test))]
        assert not used[0] & used[1]


@pytest.mark.equation("eq-sequences-moments")
@pytest.mark.equation("eq-sequences-scale")
@pytest.mark.equation("eq-sequences-unscale")
@pytest.mark.parametrize("shape", [(50,), (50, 3)])
def test_scale_is_scipys_on_the_training_data_alone(shape: tuple[int, ...]) -> None:
    s = np.random.default_rng(0).normal(3, 5, shape)
    s[30:] += 100  # a future that the past does not know of
    train, test = sequences.split(s, 30)
    scale = sequences.fit_scale(train)
    np.testing.assert_allclose(scale.apply(train), scipy.stats.zscore(train, axis=0), atol=1e-12)
    np.testing.assert_allclose(scale.apply(test), scipy.stats.zmap(test, train, axis=0), atol=1e-10)
    np.testing.assert_allclose(scale.undo(scale.apply(test)), test, rtol=1e-12)


def test_a_constant_column_stays_finite_and_the_dtype_stays() -> None:
    train = np.stack([np.full(7, 0.1), np.arange(7.0)], axis=1).astype(np.float32)
    scaled = sequences.fit_scale(train).apply(train)
    np.testing.assert_allclose(scaled[:, 0], 0, atol=1e-6)
    assert scaled.dtype == np.float32


@pytest.mark.equation("eq-sequences-columns")
@given(st.integers(1, 40), st.data())
@settings(deadline=None, max_examples=40)
def test_text_runs_down_the_columns(N: int, data: Any) -> None:
    B = data.draw(st.integers(1, N))
    text = "".join(chr(ord("0") + i) for i in range(N))
    columns = sequences.text_columns(np.array([ord(c) for c in text]), B)
    M = N // B
    assert columns.shape == (M, B)
    for b in range(B):
        assert "".join(chr(c) for c in columns[:, b]) == text[b * M : (b + 1) * M]


# ---------------------------------------------------------------- windows of symbols, counted


@pytest.mark.equation("eq-sequences-ngram")
@pytest.mark.parametrize(("L", "K"), [(0, 3), (1, 4), (2, 3), (4, 2)])
def test_ngrams_are_numpys_histogram_of_neighbours(L: int, K: int) -> None:
    ids = np.random.default_rng(L).integers(0, K, 300)
    counted, _ = np.histogramdd(np.lib.stride_tricks.sliding_window_view(ids, L + 1), [np.arange(K + 1)] * (L + 1))
    p = sequences.ngram(ids, L, K)
    assert p.shape == (K,) * (L + 1)
    np.testing.assert_allclose(p, (counted + 1) / (counted.sum(axis=-1, keepdims=True) + K), rtol=1e-14)
    with pytest.raises(ValueError, match=rf"ids: expected at least L\+1 = {L + 2} symbols, got {L + 1}"):
        sequences.ngram(ids[: L + 1], L + 1, K)


def every_sequence(T: int) -> Any:
    return np.array(list(itertools.product((0, 1), repeat=T))).T


@pytest.mark.equation("eq-sequences-window-limit")
@pytest.mark.parametrize("L", [1, 3, 6, 9])
def test_a_window_that_misses_a_bit_knows_nothing_of_echo_and_parity_and_a_little_of_the_majority(L: int) -> None:
    T = 9
    x = every_sequence(T)
    parity, ones = np.bitwise_xor.reduce(x), scipy.stats.binom(L, 0.5)
    assert sequences.window_limit(x, parity, L) == (1 if L == T else 0.5)
    for d in (0, 2, 5):
        assert sequences.window_limit(x, x[T - 1 - d], L) == (1 if d < L else 0.5)
    rest = scipy.stats.binom(T - L, 0.5)
    more = [rest.sf(T // 2 - j) for j in range(L + 1)]  # the probability of a majority of ones, given j of them
    wanted = sum(ones.pmf(j) * max(p, 1 - p) for j, p in enumerate(more))
    majority = (x.sum(axis=0) > T // 2).astype(int)
    assert sequences.window_limit(x, majority, L) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.equation("eq-sequences-window-limit")
def test_no_table_of_a_window_does_better_than_its_limit() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 2, (4, 40)), rng.integers(0, 3, 40)
    code = 2 * x[-2] + x[-1]
    tables = np.array(list(itertools.product(range(3), repeat=4)))
    assert sequences.window_limit(x, y, 2) == (tables[:, code] == y).mean(axis=1).max()


@pytest.mark.equation("eq-sequences-parity")
@pytest.mark.parametrize("gain", [2.0, 3.0, 8.0])
def test_two_units_compute_the_parity_of_any_number_of_bits(gain: float) -> None:
    x = np.random.default_rng(3).integers(0, 2, (400, 50))
    o = sequences.synced(2.0 * x[:, :, None] - 1, sequences.parity_network(gain))
    np.testing.assert_array_equal(o.argmax(axis=-1), np.bitwise_xor.accumulate(x))
    p = o[..., 1] / 10
    np.testing.assert_allclose(o[..., 0], -o[..., 1])
    assert np.abs(np.abs(p) - 1).max() < 0.12


# ---------------------------------------------------------------- persistence and autoregression


@pytest.mark.equation("eq-sequences-persistence")
@pytest.mark.parametrize("h", [1, 3])
@pytest.mark.parametrize("F", [None, 2])
def test_persistence_is_the_series_h_steps_late(h: int, F: int | None) -> None:
    walk = np.random.default_rng(1).normal(size=(100, F) if F else 100).cumsum(axis=0)
    X, y = sequences.windows(walk, 5, h)
    late = scipy.ndimage.shift(walk, (h, 0) if F else h, order=0)
    np.testing.assert_array_equal(sequences.persistence(X), late[-len(y) :])


@pytest.mark.equation("eq-sequences-skill")
def test_skill_with_the_mean_as_baseline_is_the_coefficient_of_determination() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=60)
    y = 2 * x + rng.normal(size=60)
    line = scipy.stats.linregress(x, y)
    wanted = line.rvalue**2
    fit = line.slope * x + line.intercept
    assert sequences.skill(y, fit, np.full(60, y.mean())) == pytest.approx(wanted)
    assert sequences.skill(y, y, fit) == 1
    assert sequences.skill(y, fit, fit) == 0
    assert sequences.skill(y, -fit, fit) < 0
    with pytest.raises(ValueError, match="perfect forecast"):
        sequences.skill(y, fit, y)


def autoregressive_series(w: Any, N: int, seed: int, noise: float = 1.0) -> Any:
    """An AR process by SciPy's filter."""
    return scipy.signal.lfilter(
        [1], np.concatenate([[1], -np.asarray(w)]), noise * np.random.default_rng(seed).normal(size=N)
    )


@pytest.mark.equation("eq-sequences-ar")
def test_ar_forecast_of_one_step_is_scipys_filter() -> None:
    s, w = np.random.default_rng(3).normal(size=40), np.array([0.5, -0.3, 0.2])
    X, _ = sequences.windows(s, 3)
    wanted = scipy.signal.lfilter(np.concatenate([[0], w]), [1], s)[3:] + 0.7
    np.testing.assert_allclose(sequences.ar_predict(X, w, 0.7), wanted, atol=1e-14)


@pytest.mark.equation("eq-sequences-least-squares")
@given(st.integers(1, 5), st.integers(1, 3), seeds)
@settings(deadline=None, max_examples=30)
def test_ar_fit_is_scipys_least_squares(K: int, h: int, seed: int) -> None:
    X, y = sequences.windows(np.random.default_rng(seed).normal(size=60), K, h)
    fit = sequences.ar_fit(X, y)
    wanted = scipy.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), y, lapack_driver="gelsy")[0]
    np.testing.assert_allclose(fit.w[::-1], wanted[:-1], atol=1e-10)
    assert fit.b == pytest.approx(wanted[-1], abs=1e-10)


@pytest.mark.equation("eq-sequences-least-squares")
def test_ar_fit_finds_the_process_and_stays_sound_where_normal_equations_fail() -> None:
    w = [0.6, -0.4, 0.3]  # not symmetric: the order shows
    for seed in range(5):
        fit = sequences.ar_fit(*sequences.windows(autoregressive_series(w, 20_000, seed), 3))
        np.testing.assert_allclose(fit.w, w, atol=0.03)
    slow = 1e4 + 1e-3 * np.sin(np.arange(200) / 5)  # nearly constant: columns all but equal
    X, y = sequences.windows(slow, 2)
    fit = sequences.ar_fit(X, y)
    assert np.abs(sequences.ar_predict(X, *fit) - y).max() < 1e-9
    shifted = sequences.ar_fit(*sequences.windows(5 + autoregressive_series(w, 5000, 1), 3))
    assert sequences.ar_predict(np.full((1, 3), 5.0), *shifted)[0] == pytest.approx(5, abs=0.1)


@pytest.mark.equation("eq-sequences-least-squares")
@pytest.mark.equation("eq-sequences-ar")
@pytest.mark.equation("eq-sequences-forecast")
@pytest.mark.parametrize("K", [1, 2, 9])
def test_ar_on_sunspots_is_statsmodels(K: int) -> None:
    past, future = sequences.split(sunspots().value, 221)
    theirs = statsmodels.tsa.ar_model.AutoReg(past, lags=K, trend="c").fit()
    fit = sequences.ar_fit(*sequences.windows(past, K))
    np.testing.assert_allclose(np.concatenate([[fit.b], fit.w]), theirs.params, rtol=1e-8)
    X, y = sequences.windows(past, K)
    error = y - sequences.ar_predict(X, *fit)
    np.testing.assert_allclose(error, theirs.resid, atol=1e-8)
    n = len(future)
    np.testing.assert_allclose(sequences.ar_forecast(past, *fit, n), theirs.forecast(n), rtol=1e-8)
    if K == 9:  # the score of one year ahead, 1921 to 2008, on their predictions and on ours
        longer = theirs.append(future).predict(len(past), len(past) + n - 1)
        X, y = sequences.windows(np.concatenate([past[-K:], future]), K)
        ours = sequences.skill(y, sequences.ar_predict(X, *fit), sequences.persistence(X))
        assert ours == pytest.approx(sequences.skill(future, longer, sequences.persistence(X)), abs=1e-10)
        assert 0.6 < ours < 0.7


@pytest.mark.equation("eq-sequences-forecast")
@pytest.mark.parametrize("n", [1, 2, 15])
def test_ar_forecast_of_many_steps_is_scipys_recursive_filter(n: int) -> None:
    w, past = np.array([0.5, -0.3, 0.2]), np.random.default_rng(4).normal(size=8)
    denominator = np.concatenate([[1], -w])
    state = scipy.signal.lfiltic([1], denominator, past[::-1][:3])
    wanted, _ = scipy.signal.lfilter([1], denominator, np.full(n, 0.1), zi=state)
    np.testing.assert_allclose(sequences.ar_forecast(past, w, 0.1, n), wanted, atol=1e-14)


@pytest.mark.equation("eq-sequences-ar")
def test_a_sine_needs_two_lags_and_beats_persistence() -> None:
    s = np.sin(0.3 * np.arange(200))
    train, test = sequences.split(s, 100)
    fit = sequences.ar_fit(*sequences.windows(train, 2))
    np.testing.assert_allclose(fit.w, [2 * np.cos(0.3), -1], atol=1e-10)
    np.testing.assert_allclose(sequences.ar_forecast(train, *fit, 100), test, atol=1e-8)
    X, y = sequences.windows(test, 2)
    assert sequences.skill(y, sequences.ar_predict(X, *fit), sequences.persistence(X)) > 1 - 1e-12


# ---------------------------------------------------------------- the hidden Markov model


def model(S: int = 3, K: int = 4, seed: int = 0, dtype: Any = np.float64) -> HMM:
    rng = np.random.default_rng(seed)
    return HMM(*(rng.dirichlet(np.ones(n), m).astype(dtype) for n, m in ((S, None), (S, S), (K, S))))


def every_path(y: Any, m: HMM) -> Any:
    """p(z, y) for each of the S^T paths of one sequence, in an array with an axis for each step."""
    S, T = len(m.pi), len(y)
    p = np.empty((S,) * T)
    for z in itertools.product(range(S), repeat=T):
        p[z] = m.pi[z[0]] * m.E[z[0], y[0]]
        for t in range(1, T):
            p[z] *= m.A[z[t - 1], z[t]] * m.E[z[t], y[t]]
    return p


def symbols(T: int, B: int, K: int, seed: int = 1) -> Any:
    return np.random.default_rng(seed).integers(0, K, (T, B))


@pytest.mark.equation("eq-sequences-hmm-forward")
@pytest.mark.equation("eq-sequences-hmm-backward")
@pytest.mark.equation("eq-sequences-hmm-likelihood")
@pytest.mark.equation("eq-sequences-hmm-posterior")
@pytest.mark.equation("eq-sequences-hmm-predict")
@pytest.mark.parametrize(("T", "S", "K"), [(1, 3, 4), (2, 2, 2), (5, 3, 4), (4, 1, 3)])
def test_hmm_is_the_sum_over_every_path(T: int, S: int, K: int) -> None:
    m, y = model(S, K), symbols(T, 3, K)
    alpha, beta = np.exp(sequences.hmm_forward(y, m)), np.exp(sequences.hmm_backward(y, m))
    posterior, predicted = sequences.hmm_posterior(y, m), sequences.hmm_predict(y, m)
    for b in range(3):
        p = every_path(y[:, b], m)
        assert sequences.hmm_log_likelihood(y, m)[b] == pytest.approx(np.log(p.sum()), abs=1e-12)
        for t in range(T):
            others = tuple(i for i in range(T) if i != t)
            np.testing.assert_allclose(posterior[t, b], p.sum(axis=others) / p.sum(), atol=1e-13)
            so_far = every_path(y[: t + 1, b], m)
            np.testing.assert_allclose(alpha[t, b], so_far.sum(axis=tuple(range(t))), atol=1e-14)
            np.testing.assert_allclose(beta[t, b] * alpha[t, b], p.sum(axis=others), atol=1e-14)
            longer = [every_path(np.append(y[: t + 1, b], k), m).sum() for k in range(K)]
            np.testing.assert_allclose(predicted[t, b], np.array(longer) / so_far.sum(), atol=1e-13)


@pytest.mark.equation("eq-sequences-hmm-likelihood")
def test_probabilities_of_all_sequences_sum_to_one() -> None:
    y = np.array(list(itertools.product(range(3), repeat=5))).T
    assert np.exp(sequences.hmm_log_likelihood(y, model(2, 3))).sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.equation("eq-sequences-hmm-forward")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_five_thousand_steps_do_not_underflow(dtype: Any) -> None:
    m, y = model(dtype=dtype), symbols(5000, 2, 4)
    log_p = sequences.hmm_log_likelihood(y, m)
    wanted = np.zeros(2)  # with a scale taken out at each step, as Rabiner (1989), section V.A
    p = np.tile(m.pi.astype(float), (2, 1))
    for y_t in y:
        alpha = p * m.E.T[y_t]
        wanted += np.log(alpha.sum(axis=1))
        p = alpha / alpha.sum(axis=1, keepdims=True) @ m.A
    assert log_p.dtype == dtype
    np.testing.assert_allclose(log_p, wanted, rtol=1e-10 if dtype == np.float64 else 1e-4)
    assert np.exp(log_p).max() == 0
    chain = np.log(np.take_along_axis(sequences.hmm_predict(y, m)[:-1], y[1:, :, None], -1)).sum(axis=(0, 2))
    np.testing.assert_allclose(chain + np.log((m.pi @ m.E)[y[0]]), log_p, rtol=1e-4)


@pytest.mark.equation("eq-sequences-hmm-likelihood")
def test_what_the_model_cannot_say_has_probability_zero() -> None:
    m = HMM(np.array([1.0, 0]), np.array([[0.0, 1], [1, 0]]), np.eye(2))  # says 0 1 0 1 …
    y = np.array([[0, 0], [1, 0], [0, 1]])
    assert sequences.hmm_log_likelihood(y, m).tolist() == [0, -np.inf]
    np.testing.assert_array_equal(sequences.hmm_posterior(y[:, :1], m)[:, 0], [[1, 0], [0, 1], [1, 0]])
    for function in (sequences.hmm_posterior, sequences.hmm_predict):
        with pytest.raises(ValueError, match=r"probability 0 at y\[:, 1\]"):
            function(y, m)


@pytest.mark.equation("eq-sequences-hmm-sample")
def test_samples_have_the_probabilities_of_the_model() -> None:
    m = model()
    z, y = sequences.hmm_sample(3, 20_000, m, np.random.default_rng(5))
    starts = np.bincount(z[0], minlength=3)
    assert scipy.stats.chisquare(starts, m.pi * 20_000).pvalue > 1e-6
    for t in (1, 2):
        pairs = np.zeros((3, 3))
        np.add.at(pairs, (z[t - 1], z[t]), 1)
        said = np.zeros((3, 4))
        np.add.at(said, (z[t], y[t]), 1)
        for i in range(3):
            assert scipy.stats.chisquare(pairs[i], m.A[i] * pairs[i].sum()).pvalue > 1e-6
            assert scipy.stats.chisquare(said[i], m.E[i] * said[i].sum()).pvalue > 1e-6


@pytest.mark.equation("eq-sequences-hmm-likelihood")
@pytest.mark.equation("eq-sequences-hmm-posterior")
def test_hmm_is_hmmlearns() -> None:
    m, y = model(), symbols(200, 1, 4)
    theirs = hmmlearn.hmm.CategoricalHMM(3, n_features=4)
    theirs.startprob_, theirs.transmat_, theirs.emissionprob_ = m
    log_p, posterior = theirs.score_samples(y)
    assert sequences.hmm_log_likelihood(y, m)[0] == pytest.approx(log_p, rel=1e-12)
    np.testing.assert_allclose(sequences.hmm_posterior(y, m)[:, 0], posterior, atol=1e-10)


@pytest.mark.equation("eq-sequences-hmm-fit")
def test_fitted_hmm_is_as_likely_as_the_one_that_made_the_data() -> None:
    m = HMM(np.array([0.5, 0.5]), np.array([[0.95, 0.05], [0.1, 0.9]]), np.array([[0.8, 0.1, 0.1], [0.1, 0.2, 0.7]]))
    _, y = sequences.hmm_sample(50, 60, m, np.random.default_rng(6))
    _, fresh = sequences.hmm_sample(50, 60, m, np.random.default_rng(7))
    fit = sequences.hmm_fit(y, S=2, K=3, steps=50)
    truth = sequences.hmm_log_likelihood(y, m).sum()
    assert sequences.hmm_log_likelihood(y, fit).sum() > truth
    wanted = sequences.hmm_log_likelihood(fresh, m).mean()
    assert sequences.hmm_log_likelihood(fresh, fit).mean() == pytest.approx(wanted, abs=0.5)
    assert sequences.hmm_fit(np.zeros((3, 2), dtype=int), S=1, K=3, steps=2).E.shape == (1, 3)


@pytest.mark.equation("eq-sequences-hmm-fit")
def test_the_likeliest_of_several_starts_is_kept() -> None:
    _, y = sequences.hmm_sample(20, 30, model(4, 6, seed=3), np.random.default_rng(0))
    which = set()
    for first in range(3):
        alone = [hmmlearns_score(y, sequences.hmm_fit(y, 4, 6, first + i, restarts=1, steps=15)) for i in range(4)]
        best = hmmlearns_score(y, sequences.hmm_fit(y, 4, 6, first, restarts=4, steps=15))
        assert best == pytest.approx(max(alone), abs=1e-9)
        assert max(alone) - min(alone) > 1
        which.add(int(np.argmax(alone)))
    assert which - {0, 3}  # neither the first nor the last would do


def hmmlearns_score(y: Any, m: HMM) -> float:
    theirs = hmmlearn.hmm.CategoricalHMM(len(m.pi), n_features=m.E.shape[1])
    theirs.startprob_, theirs.transmat_, theirs.emissionprob_ = m
    return float(theirs.score(y.T.reshape(-1, 1), [len(y)] * y.shape[1]))


# ---------------------------------------------------------------- what a hidden Markov model cannot remember


def every_word(k: int) -> Any:
    return np.array(list(itertools.product((0, 1), repeat=k))).T


@pytest.mark.equation("eq-sequences-hmm-ring")
@pytest.mark.parametrize("k", [1, 2, 5])
def test_ring_says_each_word_again_and_again(k: int) -> None:
    words, m = every_word(k), sequences.ring_hmm(k)
    assert m.A.shape == (2**k, 2**k)
    for times in (1, 2, 3):
        log_p = sequences.hmm_log_likelihood(np.concatenate([words] * times), m)
        np.testing.assert_allclose(log_p, k * np.log(0.5))  # k bits the first time, nothing after it
    again = np.concatenate([words, words])
    again[-1] = 1 - again[-1]
    assert np.isneginf(sequences.hmm_log_likelihood(again, m)).all()


@pytest.mark.equation("eq-sequences-hmm-limit")
@given(st.integers(1, 5), st.integers(1, 8), st.floats(-2, 0.5), seeds)
@settings(deadline=None, max_examples=60)
def test_no_hmm_says_random_bits_again_for_less_than_its_states_hold(
    k: int, S: int, sharpness: float, seed: int
) -> None:
    rng, words = np.random.default_rng(seed), every_word(k)
    m = HMM(*(rng.dirichlet(np.full(n, 10**sharpness), rows) + 1e-9 for n, rows in ((S, None), (S, S), (2, S))))
    m = HMM(*(p / p.sum(axis=-1, keepdims=True) for p in m))
    first, both = (np.array([hmmlearns_score(w[:, None], m) for w in y.T]) for y in (words, np.tile(words, (2, 1))))
    cost = (first - both).mean() / np.log(2)
    assert cost >= sequences.hmm_limit(k, S) - 1e-9


@pytest.mark.equation("eq-sequences-hmm-limit")
@pytest.mark.equation("eq-sequences-hmm-ring")
def test_the_limit_is_reached_by_the_ring_and_by_a_single_state() -> None:
    for k in (1, 3, 6):
        words = every_word(k)
        for m, S in ((sequences.ring_hmm(k), 2**k), (HMM(np.ones(1), np.ones((1, 1)), np.full((1, 2), 0.5)), 1)):
            first, both = (sequences.hmm_log_likelihood(y, m) for y in (words, np.tile(words, (2, 1))))
            assert (first - both).mean() / np.log(2) == pytest.approx(sequences.hmm_limit(k, S), abs=1e-12)


@pytest.mark.equation("eq-sequences-shift-register")
@pytest.mark.parametrize("k", [1, 2, 7, 20])
def test_shift_register_is_a_delay_of_k_steps(k: int) -> None:
    y = np.random.default_rng(k).integers(0, 2, (60, 4))
    net = sequences.shift_register(k)
    assert net.W_hh.shape == (k, k)
    o = torch.from_numpy(sequences.synced(2.0 * y[:, :, None] - 1, net))
    late = torch.from_numpy(scipy.ndimage.shift(y, (k - 1, 0), order=0))
    assert torch.nn.functional.cross_entropy(o[k - 1 :].flatten(0, 1), late[k - 1 :].flatten()) < 1e-6


# ---------------------------------------------------------------- one network, five tasks


def network(
    F: int = 2, H: int = 4, K: int = 3, dtype: Any = np.float64
) -> tuple[Network, torch.nn.RNN, torch.nn.Linear]:
    """Ours, and torch's two modules with the same numbers."""
    torch.manual_seed(0)
    kind = torch.float64 if dtype == np.float64 else torch.float32
    layer, out = torch.nn.RNN(F, H, dtype=kind), torch.nn.Linear(H, K, dtype=kind)
    theirs = [*layer.parameters(), *out.parameters()]
    return Network(*(p.detach().numpy() for p in theirs)), layer, out


@pytest.mark.equation("eq-sequences-one-to-one")
@pytest.mark.equation("eq-sequences-one-to-many")
@pytest.mark.equation("eq-sequences-many-to-one")
@pytest.mark.equation("eq-sequences-many-to-many")
@pytest.mark.equation("eq-sequences-synced")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("T", "B", "T_out"), [(1, 1, 1), (5, 3, 2), (2, 3, 6)])
def test_each_mode_is_torchs(T: int, B: int, T_out: int, dtype: Any) -> None:
    net, layer, out = network(dtype=dtype)
    x = np.random.default_rng(8).normal(size=(T, B, 2)).astype(dtype)
    v = torch.from_numpy(x)
    nothing = torch.zeros(T_out, B, 2, dtype=v.dtype)
    h, h_T = layer(v)
    first = layer(v[:1])[1]
    wanted = {
        "synced": out(h),
        "many_to_one": out(h_T[0]),
        "many_to_many": out(layer(nothing, h_T)[0]),  # a second call, from the state that reading left
        "one_to_many": out(torch.cat([first, layer(nothing, first)[0]])),
        "one_to_one": out(torch.tanh(v[0] @ layer.weight_ih_l0.T + layer.bias_ih_l0 + layer.bias_hh_l0)),
    }
    ours = {
        "synced": sequences.synced(x, net),
        "many_to_one": sequences.many_to_one(x, net),
        "many_to_many": sequences.many_to_many(x, net, T_out),
        "one_to_many": sequences.one_to_many(x[0], net, T_out + 1),
        "one_to_one": sequences.one_to_one(x[0], net),
    }
    for mode, o in ours.items():
        assert o.dtype == dtype
        assert o.shape == wanted[mode].shape
        np.testing.assert_allclose(o, wanted[mode].detach(), atol=1e-12 if dtype == np.float64 else 1e-5, err_msg=mode)


@pytest.mark.equation("eq-sequences-synced")
def test_a_synced_output_has_seen_no_later_input() -> None:
    net, _, _ = network()
    x = np.random.default_rng(9).normal(size=(6, 2, 2))
    changed = x.copy()
    changed[3:] += 1
    np.testing.assert_array_equal(sequences.synced(changed, net)[:3], sequences.synced(x, net)[:3])
    assert not np.isclose(sequences.synced(changed, net)[3:], sequences.synced(x, net)[3:]).any()


@pytest.mark.equation("eq-sequences-mlp-parameters")
@pytest.mark.parametrize(("T", "F", "H", "K"), [(1, 1, 1, 1), (10, 3, 5, 2), (100, 1, 8, 4)])
def test_parameters_are_those_of_torchs_modules(T: int, F: int, H: int, K: int) -> None:
    mlp = torch.nn.Sequential(torch.nn.Linear(T * F, H), torch.nn.Tanh(), torch.nn.Linear(H, K))
    assert sequences.mlp_parameter_count(T, F, H, K) == sum(p.numel() for p in mlp.parameters())
    grows = sequences.mlp_parameter_count(T + 1, F, H, K) - sequences.mlp_parameter_count(T, F, H, K)
    assert grows == H * F
    if H < F * (T - 1) - 1:  # otherwise the square of W_hh costs more than the steps
        assert rnn.parameter_count(F, H, K) < sequences.mlp_parameter_count(T, F, H, K)


# ---------------------------------------------------------------- arguments


def test_arguments_are_left_alone() -> None:
    m, y, (net, _, _) = model(), symbols(4, 2, 4), network()
    s, x = np.arange(9.0), np.ones((3, 2, 2))
    X, target = sequences.windows(s, 3)
    given_arrays = [*m, y, *net, s, x, X, target]
    before = [a.copy() for a in given_arrays]
    for function in (sequences.hmm_forward, sequences.hmm_backward, sequences.hmm_posterior, sequences.hmm_predict):
        function(y, m)
    for mode in (sequences.synced, sequences.many_to_one):
        mode(x, net)
    sequences.many_to_many(x, net, 2)
    sequences.one_to_many(x[0], net, 2)
    fit = sequences.ar_fit(X, target)
    sequences.ar_forecast(s, *fit, 5)
    for part in (*sequences.split(s, 4), sequences.persistence(X), *sequences.windows(s, 3)):
        part += 1  # and nothing that comes back is a view of what went in
    for array, copy in zip(given_arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


ONES = np.ones(5)
SCALE = sequences.Scale(np.zeros(2), np.ones(2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sequences.windows(ONES, 0), "L: expected at least 1, got 0"),
        (lambda: sequences.windows(ONES, 2, 0), "h: expected at least 1, got 0"),
        (lambda: sequences.windows(ONES, 3, 3), r"s: expected at least L\+h = 6 samples, got 5"),
        (lambda: sequences.windows(np.ones((2, 2, 2)), 1), "s: expected shape"),
        (lambda: sequences.windows(np.array([1, np.nan, 3]), 1), "s: expected finite numbers, got nan"),
        (lambda: sequences.windows_of([], 1), "number of sequences: expected at least 1, got 0"),
        (lambda: sequences.split(ONES, 5), "n: expected 1 to 4 samples for training, got 5"),
        (lambda: sequences.fit_scale(np.ones((2, 2, 2))), "train: expected shape"),
        (lambda: SCALE.apply(np.ones((4, 3))), r"s: expected shape \(M_0, 2\), got \(4, 3\)"),
        (lambda: SCALE.undo(np.ones((4, 1))), r"s: expected shape \(M_0, 2\), got \(4, 1\)"),
        (lambda: SCALE.apply(np.array([[0.0, np.nan]])), "s: expected finite numbers, got nan"),
        (lambda: sequences.text_columns(np.arange(5), 6), "B: expected 1 to N = 5 columns, got 6"),
        (lambda: sequences.persistence(ONES), "X: expected shape"),
        (lambda: sequences.skill(ONES, ONES[:4], ONES), "forecast: expected shape"),
        (lambda: sequences.ar_predict(np.ones((2, 3)), np.ones(2)), r"w: expected shape \(K=3\), got \(2,\)"),
        (lambda: sequences.ar_fit(np.ones((3, 3)), np.ones(3)), r"X: expected at least K\+1 = 4 windows, got 3"),
        (lambda: sequences.ar_forecast(ONES, np.ones(6), 0.0, 1), "past: expected at least K = 6 samples, got 5"),
        (lambda: sequences.ar_forecast(ONES, np.ones(2), 0.0, 0), "n: expected at least 1, got 0"),
        (lambda: sequences.hmm_forward(symbols(2, 1, 4) + 4, model()), "y: expected numbers from 0 to 3"),
        (lambda: sequences.hmm_backward(symbols(2, 1, 4)[0], model()), r"y: expected shape \(T, B\)"),
        (lambda: sequences.hmm_log_likelihood(symbols(2, 1, 4), model()._replace(A=np.eye(2))), "A: expected shape"),
        (
            lambda: sequences.hmm_posterior(symbols(2, 1, 4), model()._replace(A=2 * np.eye(3))),
            "A: expected rows of probabilities that sum to 1",
        ),
        (
            lambda: sequences.hmm_predict(symbols(2, 1, 4), model()._replace(pi=np.array([2.0, -1, 0]))),
            "pi: expected rows",
        ),
        (lambda: sequences.hmm_sample(0, 1, model(), np.random.default_rng()), "T: expected at least 1, got 0"),
        (lambda: sequences.hmm_fit(symbols(2, 1, 4), S=0, K=4), "S: expected at least 1, got 0"),
        (lambda: sequences.hmm_fit(symbols(9, 9, 4), S=2, K=3), "y: expected numbers from 0 to 2"),
        (lambda: sequences.one_to_one(np.ones((1, 1, 2)), network()[0]), "x: expected shape"),
        (lambda: sequences.one_to_many(np.ones((1, 2)), network()[0], 0), "T: expected at least 1, got 0"),
        (lambda: sequences.many_to_one(np.ones((2, 1, 5)), network()[0]), "W_ih: expected shape"),
        (lambda: sequences.many_to_many(np.ones((2, 1, 2)), network()[0], 0), "T_out: expected at least 1, got 0"),
        (lambda: sequences.synced(np.ones((1, 2)), network()[0]), "x: expected shape"),
        (lambda: sequences.hmm_limit(0, 2), "k: expected at least 1, got 0"),
        (lambda: sequences.hmm_limit(2, 0), "S: expected at least 1, got 0"),
        (lambda: sequences.ring_hmm(0), "k: expected at least 1, got 0"),
        (lambda: sequences.ngram(np.array([0, 1]), 2, 2), r"ids: expected at least L\+1 = 3 symbols, got 2"),
        (lambda: sequences.ngram(np.array([0, 2]), 1, 2), "ids"),
        (lambda: sequences.window_limit(np.zeros((3, 2), int), np.zeros(2, int), 4), "L: expected at most T = 3"),
        (lambda: sequences.window_limit(np.zeros((3, 2), int), np.zeros(3, int), 1), "y: expected B = 2 labels, got 3"),
        (lambda: sequences.parity_network(1.0), "gain: expected more than 1, got 1.0"),
        (lambda: sequences.shift_register(0), "k: expected at least 1, got 0"),
        (lambda: sequences.shift_register(3, 1.0), "gain: expected more than 1, got 1.0"),
        (lambda: sequences.mlp_parameter_count(1, 0, 1, 1), "F: expected at least 1, got 0"),
    ],
)
def test_what_is_wrong_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_wrong_types_are_named() -> None:
    with pytest.raises(TypeError, match="s: expected a NumPy array, got list"):
        sequences.windows([1.0, 2.0], 1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"ids: expected integers of shape \(N,\)"):
        sequences.text_columns(np.ones(4), 2)
    with pytest.raises(TypeError, match="y: expected a NumPy array of integers, got float64"):
        sequences.hmm_forward(np.ones((2, 1)), model())


def test_hmm_fit_says_which_package_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "hmmlearn.hmm", None)
    with pytest.raises(ImportError, match=r"hmmlearn.*rnncourse\[data\]"):
        sequences.hmm_fit(symbols(9, 9, 4), S=2, K=4)


def test_every_public_function_is_tried_with_wrong_arguments() -> None:
    public = {
        n for n, f in inspect.getmembers(sequences, inspect.isfunction) if f.__module__.startswith(sequences.__name__)
    }
    source = inspect.getsource(inspect.getmodule(test_what_is_wrong_is_named))  # type: ignore[arg-type]
    source = source[source.index("ONES = ") :]
    assert not {name for name in public if not name.startswith("_") and f"sequences.{name}(" not in source}
