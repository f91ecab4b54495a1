"""The references of the chapter's exercises, against torch, SciPy, pandas, statsmodels, scikit-learn or all paths."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.lib.stride_tricks import sliding_window_view
from scipy.stats import dirichlet
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler
from statsmodels.tsa.ar_model import AutoReg

from rnncourse import sequences
from rnncourse.checks import find
from rnncourse.checks.sequences.project import SIZES, TELLING, cost, drawn, tells

SEEDS = pytest.mark.parametrize("seed", range(5))


def asked(name: str, case: str, seed: int) -> tuple[Any, ...]:
    """The arguments of a case, and what is right."""
    exercise = find(f"sequences.{name}")
    arguments = exercise.case(case, seed)
    return arguments, exercise.reference(*arguments)


@SEEDS
@pytest.mark.parametrize("case", ["general", "equal lengths", "one step", "zero steps", "large"])
def test_a_batch_is_padded_and_scored_as_torch_does(case: str, seed: int) -> None:
    (x, labels, W, b), (X, mask, f, loss) = asked("pad_batch", case, seed)
    steps = [torch.from_numpy(one) for one in x]
    np.testing.assert_array_equal(X, torch.nn.utils.rnn.pad_sequence(steps))
    np.testing.assert_array_equal(mask, torch.nn.utils.rnn.pad_sequence([torch.ones(len(one)) for one in x]))
    parts = torch.stack([torch.cat([one.mean(dim=0), one[-1]]) for one in steps])
    np.testing.assert_allclose(f, parts, rtol=1e-12)
    scores = torch.nn.functional.linear(parts, torch.from_numpy(W), torch.from_numpy(b))
    assert loss == pytest.approx(float(torch.nn.functional.cross_entropy(scores, torch.from_numpy(labels))), rel=1e-10)


@SEEDS
@pytest.mark.parametrize("case", ["general", "one step ahead", "one window", "one column", "constant column"])
def test_windows_are_cut_from_what_scikit_learn_has_scaled(case: str, seed: int) -> None:
    (s, n, L, h, d), found = asked("windows_apart", case, seed)
    scaler = StandardScaler().fit(s[:n])
    for part, X, y in ((s[:n], *found[:2]), (s[n:], *found[2:])):
        windows = sliding_window_view(scaler.transform(part), L + h, axis=0)[::d]
        np.testing.assert_allclose(X, windows[:, :, :L].swapaxes(1, 2), rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(y, windows[:, 0, -1], rtol=1e-10, atol=1e-12)


@SEEDS
def test_no_training_window_knows_the_test(seed: int) -> None:
    (s, n, *sizes), found = asked("windows_apart", "general", seed)
    other = s.copy()
    other[n:] = 1e6
    for before, after in zip(found[:2], find("sequences.windows_apart").reference(other, n, *sizes)[:2], strict=True):
        np.testing.assert_array_equal(before, after)


@SEEDS
@pytest.mark.parametrize("case", ["general", "one sample", "one step ahead", "far"])
def test_an_autoregression_is_statsmodels(case: str, seed: int) -> None:
    (train, test, K, h), (w, b, ratio) = asked("ar_ratio", case, seed)
    lags = list(range(h, h + K))
    theirs = AutoReg(train, lags=lags, trend="c").fit()
    np.testing.assert_allclose([b, *w], theirs.params, rtol=1e-8)
    past = [test[K + h - 1 - lag : len(test) - lag] for lag in lags]
    residuals = test[K + h - 1 :] - theirs.params @ np.array([np.ones_like(past[0]), *past])
    still = pd.Series(test).diff(h).to_numpy()[K + h - 1 :]
    assert ratio == pytest.approx(np.square(residuals).sum() / np.square(still).sum(), rel=1e-8)


@SEEDS
@pytest.mark.parametrize("case", ["general", "no context", "one symbol", "a new symbol"])
def test_each_context_is_the_mean_of_a_dirichlet_around_the_shorter_one(case: str, seed: int) -> None:
    (train, text, K, L, alpha), (p, bits) = asked("ngram_bits", case, seed)
    words = {m: sliding_window_view(train, m + 1) for m in range(L + 1)}
    costs = []
    for t in range(L, len(text)):
        mean = np.full(K, 1 / K)
        for m in range(L + 1):
            after = words[m][(words[m][:, :m] == text[t - m : t]).all(axis=1), m]
            mean = dirichlet.mean(np.bincount(after, minlength=K) + alpha * mean)
        np.testing.assert_allclose(p[t - L], mean, rtol=1e-10)
        costs.append(-np.log2(mean[text[t]]))
    assert bits == pytest.approx(np.mean(costs))


@SEEDS
@pytest.mark.parametrize("case", ["general", "one example", "a long window"])
def test_a_cell_of_memory_fills_forward_as_pandas_does(case: str, seed: int) -> None:
    (x, w, h0, L), (h, g, share) = asked("hold", case, seed)
    there = pd.DataFrame(np.where(w == 1, x, np.nan))
    np.testing.assert_array_equal(h, there.ffill().fillna(dict(enumerate(h0))))
    np.testing.assert_array_equal(g, there.ffill(limit=L - 1).fillna(0))
    assert share == pytest.approx((h == g).mean())


@SEEDS
@pytest.mark.parametrize("case", ["no gaps", "one step", "gaps first"])
def test_predictions_and_states_are_sums_over_all_paths(case: str, seed: int) -> None:
    (y, pi, A, E), (p, q, bits) = asked("hmm_gaps", case, seed)
    S, K = E.shape

    def joint(seen: list[int]) -> np.ndarray:
        """Probability of these symbols and of each last state; -1 is any symbol."""
        total = np.zeros(S)
        for z in itertools.product(range(S), repeat=len(seen)):
            path = pi[z[0]] * np.prod([A[i, j] for i, j in itertools.pairwise(z)])
            total[z[-1]] += path * np.prod([E[j, k] for j, k in zip(z, seen, strict=True) if k >= 0])
        return total

    for t in range(len(y)):
        each = np.array([joint([*y[:t], k]).sum() for k in range(K)])
        np.testing.assert_allclose(p[t], each / each.sum(), rtol=1e-10)
        states = joint(list(y[: t + 1]))
        np.testing.assert_allclose(q[t], states / states.sum(), rtol=1e-10)
    assert bits == pytest.approx(np.mean([-np.log2(p[t, k]) for t, k in enumerate(y) if k >= 0]))


@SEEDS
def test_without_gaps_it_is_the_librarys_prediction(seed: int) -> None:
    (y, pi, A, E), (p, _, _) = asked("hmm_gaps", "long", seed)
    y = np.maximum(y, 0)
    p, _, _ = find("sequences.hmm_gaps").reference(y, pi, A, E)
    after = sequences.hmm_predict(y[:, None], sequences.HMM(pi, A, E))[:, 0]
    np.testing.assert_allclose(p[1:], after[:-1], rtol=1e-8)


@SEEDS
@pytest.mark.parametrize("case", ["general", "no rest", "one column", "a rest of one"])
def test_numbers_to_learn_are_those_of_torchs_modules(case: str, seed: int) -> None:
    (L, T, F, H, K), (N_mlp, N_rnn, M_mlp, M_rnn, L_more) = asked("costs", case, seed)

    def count(*modules: torch.nn.Module, least: int = 1) -> int:
        return sum(p.numel() for module in modules for p in module.parameters() if p.ndim >= least)

    def mlp(steps: int) -> tuple[torch.nn.Module, ...]:
        return torch.nn.Linear(steps * F, H), torch.nn.Linear(H, K)

    rnn = torch.nn.RNN(F, H), torch.nn.Linear(H, K)
    assert (N_mlp, N_rnn) == (count(*mlp(L)), count(*rnn))
    assert (M_mlp, M_rnn) == (T * count(*mlp(L), least=2), T * count(*rnn, least=2))
    assert count(*mlp(L_more)) > N_rnn >= count(*mlp(L_more - 1)) if L_more > 1 else count(*mlp(1)) > N_rnn


@SEEDS
@pytest.mark.parametrize("case", ["states win", "the line wins", "counts win"])
def test_the_three_models_are_scikit_learns_tables_and_the_librarys(case: str, seed: int) -> None:
    (train, valid, test, K, L, pi, A, E), (bits, best, test_bits) = asked("choose", case, seed)
    assert best == ("the line wins", "counts win", "states win").index(case) == bits.argmin()
    start = max(K, L)
    line = LinearRegression().fit(sliding_window_view(train[:-1], K), train[K:])

    def scores(s: Any) -> list[float]:
        tables = pd.Series(train[L:]).groupby([train[i : len(train) - L + i] for i in range(L)]).agg(["sum", "count"])
        contexts = [tuple(int(bit) for bit in s[t - L : t]) for t in range(L, len(s))]
        found = tables.reindex([c if L > 1 else c[0] for c in contexts]).fillna(0)
        counts = ((found["sum"] + 0.5) / (found["count"] + 1)).to_numpy()
        states = sequences.hmm_predict(s[:, None], sequences.HMM(pi, A, E))[:-1, 0, 1]
        said = line.predict(sliding_window_view(s[:-1], K)).clip(0.02, 0.98)
        return [cost(p, s, start) for p in (said, counts, states)]

    np.testing.assert_allclose(bits, scores(valid), rtol=1e-8)
    assert test_bits == pytest.approx(scores(test)[best], rel=1e-8)


@pytest.mark.parametrize("kind", TELLING)
def test_records_of_the_project_tell_one_choice_from_another(kind: str) -> None:
    for seed in TELLING[kind]:
        assert tells(drawn(np.random.default_rng(seed), kind, *SIZES[kind]), kind)
