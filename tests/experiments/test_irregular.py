"""Next week's carbon dioxide from a record with holes: what is learned, what leaks, and what needs no network."""

from __future__ import annotations

from functools import cache
from statistics import median

import numpy as np
import pandas as pd
import pytest
import scipy.optimize
import statsmodels.api
import torch

from rnncourse import results
from rnncourse.data.series import sunspots
from rnncourse.experiments import irregular
from rnncourse.experiments import irregular_learning as learning
from rnncourse.experiments import irregular_simple as simple
from rnncourse.experiments import irregular_wild as wild
from rnncourse.experiments.irregular import LENGTH, NETWORKS, TRAIN, WARM_UP, Window
from rnncourse.experiments.irregular_simple import KEEP, dropped, rmse
from rnncourse.irregular import Weights, empirical_mean, grud_step, intervals, last_observed, observed
from rnncourse.nn.grud import GRUD

SEEDS = range(5)


def windows(seed: int = 0, B: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Some windows in ppm and their seasons."""
    value, season = irregular.record()
    rng = np.random.default_rng(seed)
    weeks = rng.integers(0, TRAIN - LENGTH, B) + np.arange(LENGTH)[:, None]
    return dropped(value[weeks], rng), season[weeks + 1]


@torch.no_grad()
def first_forecasts(name: str, w: Window) -> np.ndarray:
    """From a network that has not been trained."""
    torch.manual_seed(0)
    return NETWORKS[name](8)(w).double().numpy() * irregular.PPM + w.level


@pytest.mark.parametrize("name", NETWORKS)
def test_a_forecast_knows_nothing_of_later_weeks_but_by_the_line(name: str) -> None:
    seen, season = windows()
    other = seen.copy()
    other[100:] = dropped(np.full_like(other[100:], 400.0), np.random.default_rng(5), keep=0.6)
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
    seen = dropped(value, np.random.default_rng(0))
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

    x, y = regression(dropped(value, np.random.default_rng([0, 2])), slice(LENGTH - 1, TRAIN - 1))
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
    seen = irregular.seen_in_test(seed)
    design, known = np.stack(parts, axis=1), np.isfinite(seen[:TRAIN])
    fitted = statsmodels.api.OLS(seen[:TRAIN][known], design[:TRAIN][known]).fit()
    curve = design @ fitted.params
    scores = []
    for ratio in (0.02, 0.05, 0.1, 0.2, 0.5):
        model = statsmodels.api.tsa.UnobservedComponents(seen - curve, "llevel")
        model.ssm.initialize_known(np.zeros(1), np.ones((1, 1)))
        model.update([1.0, ratio])
        error = (model.ssm.filter().forecasts[0] + curve - value)[1:]
        training = error[: TRAIN - 1][known[1:]][WARM_UP:]
        scores.append([rmse(training), rmse(error[TRAIN:])])
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


# --- what the pages say


@pytest.mark.claim("irregular-rnn")
@pytest.mark.claim("irregular-rnn-dt")
@pytest.mark.claim("irregular-filter")
@pytest.mark.claim("irregular-filter-not-told")
def test_told_the_gaps_a_network_comes_near_the_filter_that_is_right() -> None:
    kept = results.load("irregular/filter")
    seeds = range(len(kept["RNN"]))
    for name in ("RNN", "GRU"):
        for s in seeds:
            told, untold = kept[f"{name}-Δt"][s], kept[name][s]
            assert kept["filter"][s] < told < kept["filter"][s] + 0.006
            assert untold > kept["filter"][s] + 0.025
            assert abs(untold - kept["filter, not told"][s]) < 0.008
            assert untold < kept["observation"][s] - 0.1
    assert all(kept["GRU"][s] < kept["filter, not told"][s] for s in seeds)  # it guesses the gaps from the values


def test_the_filter_of_a_level_at_uneven_times_is_statsmodels() -> None:
    """As a local level whose step is a factor and a variance for each time."""
    d = simple.levels(np.random.default_rng(0), T=30, B=2)
    found = simple.level_filter(d.time, d.y)
    for b in range(2):
        keep = np.exp(-simple.RATE * np.diff(d.time[:, b]))
        model = statsmodels.api.tsa.statespace.MLEModel(d.y[:, b], k_states=1)
        model["design"], model["selection"] = np.ones((1, 1)), np.ones((1, 1))
        model["obs_cov"] = np.full((1, 1), simple.NOISE)
        model["transition"] = np.append(keep, 1.0)[None, None]
        model["state_cov"] = np.append(1 - keep**2, 1.0)[None, None]
        model.ssm.initialize_known(np.zeros(1), np.ones((1, 1)))
        np.testing.assert_allclose(found[:, b], model.ssm.filter().filtered_state[0], atol=1e-10)


@pytest.mark.claim("irregular-co2-weeks")
@pytest.mark.claim("irregular-co2-missing")
@pytest.mark.claim("irregular-co2-longest")
@pytest.mark.claim("irregular-mean-zeros")
@pytest.mark.claim("irregular-mean-test")
def test_the_record_has_gaps_and_a_mean_that_is_easily_wrong() -> None:
    series = statsmodels.api.datasets.co2.load_pandas().data["co2"]
    assert (len(series), series.isna().sum()) == (2284, 59)
    run = series.isna().groupby(series.notna().cumsum()).sum().max()
    _, m = observed(series.to_numpy()[:, None, None])
    delta = intervals(np.arange(2284.0)[:, None], m)
    assert delta.max() == run + 1 == 19
    early = series[:1700]
    assert 11 < early.mean() - early.fillna(0).mean() < 12
    assert 7.9 < series.mean() - early.mean() < 8.1
    yearly = series.groupby(series.index.year).mean()
    assert (yearly - series.mean()).abs().idxmin() == 1981  # and not a guess of the year 2000
    assert yearly[2000] - series.mean() > 25


@pytest.mark.claim("irregular-fill-co2-line-50")
@pytest.mark.claim("irregular-fill-co2-forward-50")
@pytest.mark.claim("irregular-fill-co2-mean-50")
@pytest.mark.claim("irregular-fill-sunspots-forward-90")
@pytest.mark.claim("irregular-fill-sunspots-mean-90")
def test_which_filling_is_best_depends_on_the_series_and_the_share() -> None:
    for seed in SEEDS:
        air = simple.hidden_errors(irregular.record()[0], seed, 0.5)
        assert air["line"] < 0.45 < 0.75 < air["forward"] < 1.6 < 16 < air["mean"]
        few, many = (simple.hidden_errors(sunspots().value, seed, share) for share in (0.1, 0.9))
        assert few["line"] < few["forward"] < few["mean"]
        assert many["forward"] > many["mean"]
    most = [simple.hidden_errors(sunspots().value, seed, 0.9) for seed in SEEDS]
    assert median(e["line"] for e in most) > median(e["mean"] for e in most)


def test_fillings_of_hidden_values_are_pandas() -> None:
    value = sunspots().value
    seen = pd.Series(dropped(value, np.random.default_rng(3), 0.5))
    found = simple.hidden_errors(value, 3, 0.5)
    hidden = seen.isna()
    for name, filled in (
        ("mean", seen.fillna(seen.mean())),
        ("forward", seen.ffill().fillna(seen.mean())),
        ("line", seen.interpolate(limit_direction="both")),
    ):
        assert found[name] == pytest.approx(float(((filled - value)[hidden] ** 2).mean() ** 0.5))


@pytest.mark.claim("irregular-dead")
def test_a_decay_that_begins_below_zero_stays_there() -> None:
    assert learning.descend_decay(1.5)[-1] == pytest.approx(learning.RIGHT, abs=1e-3)
    np.testing.assert_array_equal(learning.descend_decay(-0.5), -0.5)
    for w in (0.3, 0.9):
        value = scipy.optimize.approx_fprime(np.array([w]), lambda v: learning.decay_loss(float(v[0]))[0], 1e-7)
        assert learning.decay_loss(w)[1] == pytest.approx(float(value[0]), abs=1e-5)
    assert 0.3 < median(learning.share_dead(seed, 32) for seed in SEEDS) < 0.7
    torch.manual_seed(0)
    assert (GRUD(1, 32).weight_gamma_h >= 0).all()


@pytest.mark.claim("irregular-rows-1")
@pytest.mark.claim("irregular-rows-8")
def test_empty_rows_make_a_gap_longer_for_the_state_of_gru_d() -> None:
    left = {n: learning.empty_rows(n) for n in (1, 2, 4, 8)}
    assert left[1][0] == pytest.approx(np.exp(-0.8)) == left[1][1]
    for n, (grud, exact) in left.items():
        assert grud == pytest.approx(np.exp(-0.1 * 8 / n * n * (n + 1) / 2))
        assert exact == pytest.approx(np.exp(-0.8))


@pytest.mark.claim("irregular-bias-value")
@pytest.mark.claim("irregular-bias-last")
def test_the_mean_of_what_is_measured_is_too_high_where_high_values_are_measured() -> None:
    for seed in SEEDS:
        bias = {why: simple.mean_bias(seed, why) for why in ("random", "last", "illness", "value")}
        assert abs(bias["random"]) < 0.06
        assert 0.05 < bias["illness"] < 0.15
        assert 0.95 < bias["last"] < 1.15 < bias["value"] < 1.45
    with pytest.raises(ValueError, match="why: expected random, value, illness or last, got 'dice'"):
        simple.mean_bias(0, "dice")


@pytest.mark.claim("irregular-auc-random-mask")
@pytest.mark.claim("irregular-auc-illness-mask")
@pytest.mark.claim("irregular-auc-illness-values")
@pytest.mark.claim("irregular-auc-illness-both")
@pytest.mark.claim("irregular-moved-both")
@pytest.mark.claim("irregular-moved-values")
def test_the_mask_alone_finds_the_ill_where_they_are_looked_at_and_misleads_elsewhere() -> None:
    for seed in SEEDS:
        assert 0.47 < simple.told_by(seed, "random", "mask") < 0.53
        mask, values, both = (simple.told_by(seed, "illness", what) for what in ("mask", "values", "both"))
        assert 0.7 < values < 0.78 < 0.84 < mask < 0.88 < both < 0.92
        moved, stay = (simple.told_by(seed, "illness", what, "random") for what in ("both", "values"))
        assert 0.58 < moved < 0.66 < 0.7 < stay < 0.78


@pytest.mark.claim("irregular-reader-gru-d-illness")
@pytest.mark.claim("irregular-reader-gru-d-random")
@pytest.mark.claim("irregular-reader-mean-illness")
def test_networks_read_the_mask_and_lose_with_it() -> None:
    kept = results.load("irregular/informative")
    for s in SEEDS:
        assert abs(kept["GRU-D, illness"][s] - kept["mask, illness"][s]) < 0.01
        assert abs(kept["GRU-D, illness"][s] - simple.told_by(s, "illness", "both")) < 0.02
        assert kept["mean, illness"][s] > simple.told_by(s, "illness", "values") + 0.02
        assert kept["GRU-D, random"][s] < simple.told_by(s, "illness", "values", "random") - 0.05
        assert kept["mean, random"][s] > kept["GRU-D, random"][s]


@pytest.mark.claim("irregular-wild-right")
@pytest.mark.claim("irregular-wild-x-of-now")
@pytest.mark.claim("irregular-wild-imputed-last")
@pytest.mark.claim("irregular-wild-mask-of-now")
@pytest.mark.claim("irregular-wild-steps")
@pytest.mark.claim("irregular-wild-no-mean")
def test_what_errors_of_the_input_cost() -> None:
    cost = {v: [wild.imputation_error(seed, v) for seed in SEEDS] for v in wild.VARIANTS}
    for s in SEEDS:
        assert 0.75 < cost["right"][s] < 0.9
        assert cost["x of now"][s] > 1.2
        assert 0.9 < cost["no mean"][s] < 1.15
        for variant in ("imputed last", "mask of now", "steps"):
            assert abs(cost[variant][s] - cost["right"][s]) < 0.04
    assert median(cost["steps"]) > median(cost["right"])


def test_the_right_input_among_them_is_the_cells() -> None:
    r = wild.record(0, T=12, B=3)
    w, mean = np.array([0.3]), empirical_mean(r.x, r.m)
    read = wild.imputed(r, "right", 0.3)
    x_last, delta = last_observed(r.x, r.m, np.broadcast_to(mean, r.x[0].shape)), intervals(r.time, r.m)
    nothing = np.zeros((3, 1))
    p = Weights(nothing, nothing, nothing, np.zeros(3), w, np.zeros(1), np.zeros((1, 1)), np.zeros(1))
    for t in range(12):
        found = grud_step(r.x[t], r.m[t], delta[t], x_last[t], np.zeros((3, 1)), mean, p).x_hat
        np.testing.assert_allclose(read[t], found, atol=1e-12)
    time = np.array([[0.0], [1], [4], [6]])
    m = np.array([1.0, 0, 1, 0]).reshape(4, 1, 1)
    assert wild.intervals_by_mask_of_now(time, m).ravel().tolist() == [0, 1, 3, 5]
    assert intervals(time, m).ravel().tolist() == [0, 1, 4, 2]


@pytest.mark.claim("irregular-wild-backwards")
@pytest.mark.claim("irregular-wild-forwards")
@pytest.mark.claim("irregular-wild-scaled-90")
@pytest.mark.claim("irregular-wild-scaled-10")
def test_what_a_look_ahead_seems_to_bring() -> None:
    for seed in SEEDS:
        found = wild.filled_from_the_future(seed)
        assert found["backwards"] < 0.5 * found["forwards"]
        seen = pd.Series(dropped(sunspots().value, np.random.default_rng(seed), 0.5))
        error = seen.bfill().fillna(seen.mean()) - seen.shift(-1)
        assert found["backwards"] == pytest.approx(float((error**2).mean() ** 0.5))
    gain = {keep: [wild.mean_of_what_is_hidden(s, keep) for s in SEEDS] for keep in (0.9, 0.1)}
    shares = {keep: median(100 * (1 - g["all"] / g["seen"]) for g in runs) for keep, runs in gain.items()}
    assert 0 < shares[0.9] < 1
    assert 0.3 < shares[0.1] < 4


SHARES = (0.0, 0.3, 0.5, 0.7, 0.9)


@pytest.mark.claim("irregular-co2-level-0")
@pytest.mark.claim("irregular-co2-level-50")
@pytest.mark.claim("irregular-co2-level-90")
@pytest.mark.claim("irregular-co2-gru-d-0")
@pytest.mark.claim("irregular-co2-gru-d-50")
@pytest.mark.claim("irregular-co2-gru-d-90")
@pytest.mark.claim("irregular-co2-mask-90")
@pytest.mark.claim("irregular-co2-forward-90")
@pytest.mark.claim("irregular-co2-mean-90")
@pytest.mark.claim("irregular-co2-autoregression-90")
@pytest.mark.claim("irregular-co2-persistence-90")
def test_the_filter_wins_by_little_and_gru_d_is_the_best_network_on_carbon_dioxide() -> None:
    found = results.load("irregular/co2")
    kept = {name: found[name] for name in found}
    middle = {name: np.median(e, axis=0) for name, e in kept.items()}
    for name in ("mean", "forward", "mask", "RNN-Δt", "GRU-D"):
        assert (middle["level"][2:] < middle[name][2:]).all()
    for name in ("mean", "forward", "mask", "RNN-Δt"):
        assert (middle["GRU-D"][1:] < middle[name][1:]).all()
    assert (middle["GRU-D"] < 1.15 * middle["level"]).all()
    level, decaying = np.array(kept["level"]), np.array(kept["GRU-D"])
    assert (level[:, 0] < decaying[:, 0]).all()
    best = np.min([kept[name] for name in ("mean", "forward", "mask", "RNN-Δt", "GRU-D")], axis=0)
    assert ((level < best)[:, 2:].sum(axis=0) > 0).all()
    assert ((level < best)[:, 2:].sum(axis=0) < 5).all()  # the filter wins by its median, not on every seed
    assert middle["GRU-D"][1] == pytest.approx(middle["level"][1], rel=0.02)
    assert middle["RNN-Δt"][0] < middle["level"][0] < middle["GRU-D"][0] < middle["RNN-Δt"][0] + 0.03
    assert middle["mask"][-1] < 0.8 < middle["forward"][-1] < middle["mean"][-1] < middle["persistence"][-1]
    assert 1.2 < middle["autoregression"][-1] < 1.5
    assert max(e[0] for name, e in middle.items() if name not in ("persistence", "year")) < 0.5
    np.testing.assert_allclose(kept["level"][0][3], irregular.local_level(0, keep=0.3), atol=1e-3)


@pytest.mark.claim("irregular-spots-filter-9-50")
@pytest.mark.claim("irregular-spots-filter-9-90")
@pytest.mark.claim("irregular-spots-filter-2-90")
@pytest.mark.claim("irregular-spots-gru-d-50")
@pytest.mark.claim("irregular-spots-gru-d-90")
@pytest.mark.claim("irregular-spots-autoregression-50")
@pytest.mark.claim("irregular-spots-mean-year-90")
def test_an_autoregression_in_a_filter_wins_on_sunspots_while_there_is_something_to_fit_it_to() -> None:
    found = results.load("irregular/sunspots")
    kept = {name: found[name] for name in found}
    middle = {name: np.median(e, axis=0) for name, e in kept.items()}
    networks = ("mean", "forward", "mask", "RNN-Δt", "GRU-D")
    for name in (*networks, "autoregression", "filter 2", "persistence", "mean year"):
        assert (middle["filter 9"][:3] <= middle[name][:3] + 0.1).all()
    assert np.ptp([middle[name][0] for name in ("filter 9", "autoregression", "GRU-D")]) < 0.5
    for name in (*networks, "autoregression", "filter 2", "persistence", "mean year"):
        assert (middle["filter 9"][1:3] < middle[name][1:3] - 2).all()
    assert middle["filter 9"][-1] > 60 > 50 > middle["filter 2"][-1]
    for name in networks:
        assert middle["filter 2"][-1] < middle["mean year"][-1] < middle[name][-1]
    for name in ("mean", "mask"):  # not settled: ranges that overlap
        a, b = kept[name][:, 2:], kept["GRU-D"][:, 2:]
        assert ((a.min(axis=0) < b.max(axis=0)) & (b.min(axis=0) < a.max(axis=0))).all()


def test_the_filled_autoregression_is_scikit_learns_ridge() -> None:
    from sklearn.linear_model import Ridge

    seen = simple.seen_years(0, 0.5)
    mean = np.nanmean(seen[: simple.YEARS])
    last = (pd.Series(seen).ffill().fillna(mean).to_numpy() - mean) / simple.UNIT
    X = np.stack([last[k : len(seen) - 9 + k] for k in range(9)], axis=1)  # rows that end in year k + 8
    coming = np.arange(9, len(seen))
    fit = (coming < simple.YEARS) & np.isfinite(seen[coming])
    model = Ridge(10.0, fit_intercept=False).fit(X[fit], (seen[coming[fit]] - mean) / simple.UNIT)
    late = coming > simple.YEARS
    error = model.predict(X[late]) * simple.UNIT + mean - sunspots().value[coming[late]]
    assert simple.spots_regression(seen) == pytest.approx(float((error**2).mean() ** 0.5))


@pytest.mark.claim("irregular-leak-afterwards")
@pytest.mark.claim("irregular-leak-online")
@pytest.mark.claim("irregular-leak-level")
def test_the_line_looks_best_where_it_is_filled_afterwards_and_is_worst_in_use() -> None:
    kept, air = results.load("irregular/leak"), results.load("irregular/co2")
    at = SHARES.index(0.7)
    rivals = ("level", "GRU-D", "mask", "RNN-Δt", "forward", "mean", "autoregression")
    assert all(median(kept["afterwards"]) < np.median(air[name], axis=0)[at] for name in rivals)
    assert np.median(air["mean"], axis=0)[at] < median(kept["online"]) < np.median(air["persistence"], axis=0)[at]
    for s in SEEDS:
        assert 1.4 * max(kept["afterwards"][s], kept["level"][s]) < kept["online"][s]
        assert kept["level"][s] == pytest.approx(irregular.local_level(s), abs=1e-3)
