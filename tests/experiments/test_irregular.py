"""Next week's carbon dioxide from a record with holes: what is learned, what leaks, and what needs no network."""

from __future__ import annotations

from functools import cache
from statistics import median

import numpy as np
import pandas as pd
import pytest
import statsmodels.api
import torch

from rnncourse.experiments import irregular
from rnncourse.experiments.irregular import KEEP, LENGTH, NETWORKS, TRAIN, WARM_UP, Window

SEEDS = range(5)


def windows(seed: int = 0, B: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Some windows in ppm and their seasons."""
    value, season = irregular.record()
    rng = np.random.default_rng(seed)
    weeks = rng.integers(0, TRAIN - LENGTH, B) + np.arange(LENGTH)[:, None]
    return irregular.dropped(value[weeks], rng), season[weeks + 1]


@torch.no_grad()
def first_forecasts(name: str, w: Window) -> np.ndarray:
    """From a network that has not been trained."""
    torch.manual_seed(0)
    return NETWORKS[name](8)(w).double().numpy() * irregular.PPM + w.level


@pytest.mark.parametrize("name", NETWORKS)
def test_a_forecast_knows_nothing_of_later_weeks_but_by_the_line(name: str) -> None:
    seen, season = windows()
    other = seen.copy()
    other[100:] = irregular.dropped(np.full_like(other[100:], 400.0), np.random.default_rng(5), keep=0.6)
    a, b = (first_forecasts(name, irregular.window(s, season)) for s in (seen, other))
    assert not np.allclose(a[100:], b[100:])
    assert np.allclose(a[WARM_UP:100], b[WARM_UP:100], atol=1e-3) == (name != "linear")


@pytest.mark.parametrize("name", NETWORKS)
def test_a_forecast_moves_with_the_level_and_not_with_what_else_is_in_the_batch(name: str) -> None:
    seen, season = windows()
    whole = first_forecasts(name, irregular.window(seen, season))
    shifted = first_forecasts(name, irregular.window(seen + 30, season))
    alone = first_forecasts(name, irregular.window(seen[:, 1:2], season[:, 1:2]))
    np.testing.assert_allclose(shifted[WARM_UP:] - 30, whole[WARM_UP:], atol=1e-3)
    np.testing.assert_allclose(alone[WARM_UP:], whole[WARM_UP:, 1:2], atol=1e-3)


def test_rnn_dt_is_asked_for_a_week_so_and_so_far_ahead() -> None:
    """Without a season, only the time since the last observation can move its forecast within a gap."""
    seen, season = windows()
    seen[100:104] = np.nan
    forecasts = first_forecasts("RNN-Δt", irregular.window(seen, 0 * season))
    steps = np.abs(np.diff(forecasts[100:104], axis=0))
    assert (steps > 1e-5).all()
    np.testing.assert_allclose(steps[1:], steps[:-1], rtol=0.5)


def test_an_example_without_a_level_counts_nowhere() -> None:
    seen, season = windows()
    seen[:WARM_UP, 1] = np.nan
    forecasts = first_forecasts("GRU-D", irregular.window(seen, season))
    np.testing.assert_array_equal(np.isnan(forecasts).all(axis=0), [False, True, False])
    np.testing.assert_array_equal(np.isnan(forecasts).any(axis=0), [False, True, False])


def test_dropped_keeps_its_share_and_the_real_gaps() -> None:
    value, _ = irregular.record()
    seen = irregular.dropped(value, np.random.default_rng(0))
    assert np.isfinite(seen).mean() == pytest.approx(KEEP, abs=0.03)
    assert np.isnan(seen[np.isnan(value)]).all()
    np.testing.assert_array_equal(seen[np.isfinite(seen)], value[np.isfinite(seen)])


def test_persistence_is_what_statsmodels_and_pandas_make_of_it() -> None:
    series = statsmodels.api.datasets.co2.load_pandas().data["co2"]
    assert irregular.full_persistence() == pytest.approx(float((series.diff()[TRAIN + 1 :] ** 2).mean() ** 0.5))
    seen = series.where(np.isfinite(irregular.seen_in_test(0))).ffill()
    expected = float(((seen.shift() - series)[TRAIN + 1 :] ** 2).mean() ** 0.5)
    assert irregular.persistence(0) == pytest.approx(expected)


def test_autoregression_of_one_week_is_statsmodels_regression_on_what_was_seen_last() -> None:
    """Of what comes, less the mean of what was seen in a year of windows of three; both from pandas."""
    value, _ = irregular.record()
    coming = pd.Series(value).shift(-1)

    def regression(seen: np.ndarray, weeks: slice) -> tuple[np.ndarray, np.ndarray]:
        s = pd.Series(seen)
        level = s.rolling(WARM_UP, min_periods=1).mean().shift(LENGTH - WARM_UP)
        return (s.ffill() - level)[weeks].to_numpy(), (coming - level)[weeks].to_numpy()

    x, y = regression(irregular.dropped(value, np.random.default_rng([0, 2])), slice(LENGTH - 1, TRAIN - 1))
    fitted = statsmodels.api.OLS(y, statsmodels.api.add_constant(x), missing="drop").fit()
    x, y = regression(irregular.seen_in_test(0), slice(TRAIN, -1))
    error = fitted.predict(statsmodels.api.add_constant(x)) - y
    assert irregular.autoregression(0, K=1) == pytest.approx(np.nanmean(error**2) ** 0.5)


@pytest.mark.parametrize("seed", SEEDS)
def test_local_level_is_statsmodels_kalman_filter(seed: int) -> None:
    """Found without a network: trend, season, and a level that wanders; close to what networks reach."""
    value, _ = irregular.record()
    years = np.arange(len(value)) * 7 / 365.2425
    parts = [years**k for k in range(3)] + [f(2 * np.pi * k * years) for k in (1, 2, 3) for f in (np.sin, np.cos)]
    design, known = np.stack(parts, axis=1), np.isfinite(value[:TRAIN])
    fitted = statsmodels.api.OLS(value[:TRAIN][known], design[:TRAIN][known]).fit()
    curve = design @ fitted.params
    scores = []
    for ratio in (0.02, 0.05, 0.1, 0.2, 0.5):
        model = statsmodels.api.tsa.UnobservedComponents(irregular.seen_in_test(seed) - curve, "llevel")
        model.ssm.initialize_known(np.zeros(1), np.ones((1, 1)))
        model.update([1.0, ratio])
        error = (model.ssm.filter().forecasts[0] + curve - value)[1:]
        scores.append([irregular.rmse(error[WARM_UP : TRAIN - 1]), irregular.rmse(error[TRAIN:])])
    best = min(scores)[1]
    assert irregular.local_level(seed) == pytest.approx(best, abs=1e-6)
    assert best < 0.55 * irregular.persistence(seed)


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("name", ["GRU-D", "RNN-Δt"])
def test_the_same_seed_gives_the_same_number(name: str) -> None:
    assert irregular.forecast(3, name, steps=3) == irregular.forecast(3, name, steps=3)
    assert irregular.forecast(3, name, steps=3) != irregular.forecast(4, name, steps=3)


@cache
def learned(name: str) -> list[float]:
    """RMSE in ppm over the seeds, after a shorter training than the chapter's."""
    return [irregular.forecast(seed, name, steps=250) for seed in SEEDS]


@pytest.mark.learning
@pytest.mark.parametrize("name", ["GRU-D", "RNN-Δt"])
def test_with_a_third_of_the_weeks_it_beats_persistence_with_all_of_them(name: str) -> None:
    assert median(learned(name)) < irregular.full_persistence()
    assert max(learned(name)) < 0.6
    assert max(learned(name)) < 0.5 * min(map(irregular.persistence, SEEDS))


@pytest.mark.learning
@pytest.mark.parametrize(("fill", "cost"), [("mean", 0.1), ("forward", 0.03)])
def test_filling_gaps_costs_more_than_to_let_memory_decay(fill: str, cost: float) -> None:
    """With the mean of the warm-up, or with what was seen last."""
    assert median(a - b for a, b in zip(learned(fill), learned("GRU-D"), strict=True)) > cost
    assert all(a > b for a, b in zip(learned(fill), learned("GRU-D"), strict=True))


@pytest.mark.learning
def test_gru_d_beats_an_autoregression_and_that_persistence() -> None:
    linear, last = (list(map(f, SEEDS)) for f in (irregular.autoregression, irregular.persistence))
    assert max(learned("GRU-D")) < min(linear) - 0.1
    assert max(linear) < min(last) - 0.2


@pytest.mark.learning
def test_the_line_looks_best_where_it_is_filled_afterwards_and_fails_where_it_is_used() -> None:
    models = [irregular.train(seed, "linear", steps=150) for seed in SEEDS]
    leaking = [irregular.afterwards(model, seed) for seed, model in enumerate(models)]
    used = [irregular.online(model, seed) for seed, model in enumerate(models)]
    assert all(a < 0.7 * b for a, b in zip(leaking, used, strict=True))
    assert median(leaking) < median(map(irregular.local_level, SEEDS)) < median(used)
