"""What the pages on sequences print: kept results on all their seeds, the rest on seeds that chose no setting.

What is kept is computed again, a seed or a quick run of each, by the tests of results.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnncourse import results, rnn, sequences
from rnncourse.experiments import sequences as experiments
from rnncourse.experiments import sequences_simple as simple
from rnncourse.experiments import sequences_wild as wild
from rnncourse.sequences import HMM

SEEDS = range(5)


def kept(name: str) -> Any:
    """What the page reads, a number a seed."""
    found = results.load(f"sequences/{name}")
    assert len(found.seeds) >= 5
    return found


# --- five modes


@pytest.mark.claim("sequences-modes-label")
@pytest.mark.claim("sequences-modes-nearest")
@pytest.mark.claim("sequences-modes-spelt")
def test_networks_tell_and_write_digits_better_than_their_mean_images() -> None:
    r = kept("digits")
    assert (r["label_network"] > r["label_nearest"] + 0.02).all()
    assert np.median(r["label_network"]) > 0.95
    assert np.median(r["spelt_network"]) > np.median(r["spelt_nearest"]) + 0.02
    assert r["spelt_network"].min() > 0.87
    assert (r["label_nearest"] > 0.8).all(), "a baseline worth beating"
    assert (r["label_nearest"] == r["spelt_nearest"]).all()
    assert (r["label_commonest"] < 0.15).all()


@pytest.mark.claim("sequences-modes-image")
def test_the_nearest_image_names_more_digits_than_both_networks() -> None:
    r, near = kept("digits"), kept("nearest")
    for task in ("label", "spelt"):
        assert (near["label_image"] > r[f"{task}_network"]).all()
    x, labels, test, _ = experiments.images(30)
    for i, digit in enumerate(simple.nearest_image(x, labels, test[:20])):
        distance = [float(((test[i] - image) ** 2).sum()) for image in x]
        assert digit == labels[distance.index(min(distance))]


@pytest.mark.claim("sequences-modes-sun")
@pytest.mark.claim("sequences-modes-ar")
@pytest.mark.claim("sequences-ar-behind")
def test_nine_coefficients_beat_every_other_model_of_the_sunspots() -> None:
    r = kept("sunspots")
    for name in ("mean", "last", "hmm", "mlp", "network"):
        assert (r[name] > r["ar"]).all(), name
    assert (r["network"] < 0.75 * r["last"]).all()
    assert (r["mlp"] < 0.8 * r["last"]).all()
    assert (r["last"] < r["hmm"]).all()
    assert (r["hmm"] < 0.8 * r["mean"]).all()
    assert 0.02 < np.median(r["network"] / r["ar"] - 1) < 0.2


@pytest.mark.claim("sequences-modes-air")
@pytest.mark.claim("sequences-modes-increments")
def test_an_autoregression_of_increments_beats_the_network_on_carbon_dioxide() -> None:
    r = kept("co2")
    for name in ("last", "year", "ar"):
        assert (r["network"] < 0.9 * r[name]).all(), name
    assert (r["year"] < 0.5 * r["last"]).all()
    assert (r["increments"] < r["network"]).all()
    assert (r["increments"] > 0.5).all()


@pytest.mark.claim("sequences-modes-letters")
@pytest.mark.claim("sequences-modes-counts")
@pytest.mark.claim("sequences-counts-added")
@pytest.mark.claim("sequences-counts-two")
@pytest.mark.claim("sequences-counts-fallback")
@pytest.mark.claim("sequences-counts-mlp")
@pytest.mark.claim("sequences-counts-network")
@pytest.mark.claim("sequences-counts-kneser")
@pytest.mark.claim("sequences-modes-kneser")
def test_the_network_and_the_best_counts_need_the_same_bits_for_letters() -> None:
    r, counted = kept("letters"), kept("kneser")
    witten = {n: counted[f"witten_{n}"] for n in (2, 3, 4, 5, 6)}
    for values in (*(r[f"laplace_{n}"] for n in (2, 3, 4)), *witten.values(), r["hmm"], r["mlp"]):
        assert (r["network"] < values).all()
    assert abs(witten[3].mean() - witten[4].mean()) < 0.01, "least at three and four"
    assert min(witten, key=lambda n: float(witten[n].mean())) in (3, 4)
    ahead = r["network"] - counted["kneser"]
    assert 0 < (ahead > 0).sum() < len(ahead), "now one, now the other"
    assert abs(ahead.mean()) < 0.02
    falling = [float(counted[f"kneser_{n}"].mean()) for n in (2, 3, 4, 5, 6)]
    assert falling == sorted(falling, reverse=True)
    assert (counted["kneser"] < r["mlp"]).all()
    assert (r["laplace_4"] > r["laplace_2"] + 0.1).all(), "too much to learn"
    assert (r["laplace_2"] > r["hmm"]).all(), "between two letters and the network"
    assert 3.2 < np.median(r["network"]) < 3.45


def test_contexts_of_counts_begin_with_the_name() -> None:
    train, test = experiments.spellings(30)
    stream, K = train.stream(), experiments.K
    assert experiments.bits(sequences.ngram(stream, 1, K)[test.contexts(1)[..., 0]], test) == pytest.approx(
        rnn.bigram_bits(stream, test.stream(), K), abs=1e-9
    )
    assert len(experiments.padded_stream(train, 3)) == train.there.sum() + 3 * train.read.shape[1]


def test_counts_that_lean_on_shorter_windows_are_the_ones_by_hand() -> None:
    word = ["abrcd".index(c) for c in "abracadabra"]
    single, pair = simple.witten_bell([word], 2)
    assert single[()] == {0: 5, 1: 2, 2: 2, 3: 1, 4: 1}
    assert pair[(0,)] == {1: 2, 3: 1, 4: 1}
    different, _ = simple.kneser_ney([word], 2)
    assert different[()] == {0: 4, 1: 1, 2: 1, 3: 1, 4: 1}, "a begins, and follows r, c, d; the others follow one"


@pytest.mark.parametrize("n", [1, 2, 4])
@pytest.mark.parametrize("discount", [None, 0.85])
def test_counts_give_probabilities_and_never_ask_another_name(n: int, discount: float | None) -> None:
    words = simple.split_names(30).train[:50]
    counts = simple.witten_bell(words, n) if discount is None else simple.kneser_ney(words, n)
    for start in ([], words[0][:1], words[0][:3]):
        before = simple.counted_bits([start], counts, discount) * len(start) if start else 0.0
        costs = [simple.counted_bits([[*start, k]], counts, discount) * (len(start) + 1) for k in range(experiments.K)]
        assert sum(2.0 ** (before - cost) for cost in costs) == pytest.approx(1)
    both = simple.counted_bits(words[:2], counts, discount) * (len(words[0]) + len(words[1]))
    alone = [simple.counted_bits([word], counts, discount) * len(word) for word in words[:2]]
    assert both == pytest.approx(sum(alone))


def test_counts_of_two_in_a_row_are_the_ones_of_a_stream_of_names() -> None:
    assert kept("kneser")["witten_2"].tolist() == pytest.approx(kept("letters")["counts_2"].tolist(), abs=2e-3)
    split, (_, test) = simple.split_names(30), experiments.spellings(30)
    np.testing.assert_array_equal(np.concatenate([[experiments.END], *split.test]), test.stream())


# --- windows


def nearest(X: Any, y: Any, new: Any) -> Any:
    return y[((new[:, None] - X) ** 2).sum(axis=-1).argmin(axis=1)]


@pytest.mark.claim("sequences-windows-shuffled")
@pytest.mark.claim("sequences-windows-in-time")
@pytest.mark.parametrize("seed", range(10, 15))
def test_windows_drawn_at_random_foretell_a_random_walk(seed: int) -> None:
    rng = np.random.default_rng(seed)
    walk = rng.normal(size=600).cumsum()
    X, y = sequences.windows(walk, L=16, h=10)
    order = rng.permutation(len(y))
    train, test = order[:460], order[460:]
    guess = nearest(X[train], y[train], X[test])
    assert sequences.skill(y[test], guess, sequences.persistence(X[test])) > 0.2
    before, after = sequences.split(walk, n=480)
    (X, y), (new, later) = (sequences.windows(part, L=16, h=10) for part in (before, after))
    assert sequences.skill(later, nearest(X, y, new), sequences.persistence(new)) < 0


@pytest.mark.claim("sequences-windows-mean")
def test_the_sun_has_become_more_active() -> None:
    past, future = sequences.split(kept("sunspots")["series"][0], 221)
    scale = sequences.fit_scale(past)
    assert 0.5 < scale.apply(future).mean() < 0.8
    assert scale.apply(future[: len(future) // 2]).mean() > 0.2


# --- autoregression


@pytest.mark.claim("sequences-ar-last")
@pytest.mark.claim("sequences-ar-2")
@pytest.mark.claim("sequences-ar-9")
def test_errors_of_an_autoregression_fall_with_its_order_in_every_half_of_the_future() -> None:
    r = kept("sunspots")
    s = r["series"][0]
    past, future = sequences.split(s, 221)
    X, y = sequences.windows(np.concatenate([past[-9:], future]), 9)
    e = {0: y - sequences.persistence(X)}
    for K in (1, 2, 9):
        e[K] = y - sequences.ar_predict(X[:, -K:].copy(), *sequences.ar_fit(*sequences.windows(past, K)))
    for rows in (slice(None), slice(0, 44), slice(44, 88)):
        error = {K: experiments.rms(values[rows]) for K, values in e.items()}
        assert error[0] > error[2] > error[9]
        assert error[1] < 1.02 * error[0]
    assert experiments.rms(e[0]) == pytest.approx(r["last"][0], rel=1e-3)
    assert experiments.rms(e[9]) == pytest.approx(r["ar"][0], rel=1e-3)


@pytest.mark.claim("sequences-ar-t")
def test_a_line_is_ahead_of_the_network_on_waves_higher_than_any_before() -> None:
    parts, r = kept("years"), kept("sunspots")
    assert (parts["ar_late"] < parts["network_late"]).all()
    assert np.median(parts["network_early"]) < parts["ar_early"][0]
    assert (np.abs(parts["t"]) < 2.5).all()
    assert np.median(parts["t"]) < 2
    s = r["series"][0]
    assert s[256:].max() > s[:221].max() > s[221:256].max() * 0.99
    for how in ("ar", "network"):
        whole = np.sqrt((35 * parts[f"{how}_early"] ** 2 + 53 * parts[f"{how}_late"] ** 2) / 88)
        np.testing.assert_allclose(whole, r[how], rtol=2e-3)


@pytest.mark.claim("sequences-ar-roots")
def test_nine_coefficients_for_square_roots_are_closer_in_every_half_and_not_on_validation() -> None:
    s = kept("sunspots")["series"][0]

    def errors(n: int, end: int, power: float, K: int = 9) -> Any:
        w, b = sequences.ar_fit(*sequences.windows(s[:n] ** power, K))
        X, y = sequences.windows(s[n - K : end] ** power, K)
        return np.maximum(sequences.ar_predict(X, w, b), 0) ** (1 / power) - y ** (1 / power)

    line, root = errors(221, 309, 1), errors(221, 309, 0.5)
    for rows in (slice(0, 44), slice(44, 88)):
        assert experiments.rms(root[rows]) < experiments.rms(line[rows])
    assert experiments.rms(root) == pytest.approx(15.4, abs=0.1)
    assert experiments.rms(errors(181, 221, 0.5)) > experiments.rms(errors(181, 221, 1))
    orders = sorted(range(1, 16), key=lambda K: experiments.rms(errors(181, 221, 1, K)))
    assert set(orders[:2]) == {9, 10}


# --- beyond the window


@pytest.mark.claim("sequences-beyond-majority")
def test_four_bits_of_eleven_know_little_of_the_majority() -> None:
    x = experiments.every_sequence()
    assert sequences.window_limit(x, experiments.majority(x)[-1], 4) == pytest.approx(0.6914, abs=1e-4)
    fresh = np.random.default_rng(0).integers(0, 2, (11, 200_000))
    ones = fresh[-4:].sum(axis=0)
    guess = np.where(ones == 2, fresh[-1], ones > 2)
    assert (guess == experiments.majority(fresh)[-1]).mean() == pytest.approx(0.6914, abs=0.005)


@pytest.mark.claim("sequences-beyond-parity-mlp")
@pytest.mark.claim("sequences-beyond-parity-end")
@pytest.mark.claim("sequences-beyond-parity-every")
@pytest.mark.claim("sequences-beyond-parity-long")
@pytest.mark.claim("sequences-beyond-echo-end")
@pytest.mark.claim("sequences-beyond-echo-long")
def test_parity_is_learnt_where_every_step_is_told() -> None:
    r = kept("beyond")
    assert (r["parity_every"] > 0.99).all()
    assert np.median(r["parity_every_long"]) > 0.95
    assert (r["parity_every_long"] > 0.8).all()
    assert np.median(r["parity_end"]) < 0.5
    assert (r["parity_end"] > 0.9).sum() == 1, "one seed found the way"
    assert (abs(r["parity_end_long"] - 0.5) < 0.06).all()
    assert (r["parity_mlp"] > 0.85).all()
    assert (r["parity_mlp"] < 0.95).all()
    for task in ("echo", "majority"):
        assert (r[f"{task}_mlp"] > 0.99).all()
        assert (r[f"{task}_end"] > 0.99).all()
    assert (abs(r["echo_end_long"] - 0.5) < 0.07).all()
    assert (r["majority_end_long"] < 0.9).all()


# --- hidden states


@pytest.mark.claim("sequences-hmm-alone")
@pytest.mark.claim("sequences-hmm-so-far")
@pytest.mark.claim("sequences-hmm-all")
@pytest.mark.parametrize("seed", SEEDS)
def test_more_words_find_more_seasons(seed: int) -> None:
    z, y = sequences.hmm_sample(400, 20, wild.WEATHER, np.random.default_rng(seed))
    alone = (wild.WEATHER.E.argmax(axis=0)[y] == z).mean()
    so_far = (sequences.hmm_forward(y, wild.WEATHER).argmax(axis=-1) == z).mean()
    everything = (sequences.hmm_posterior(y, wild.WEATHER).argmax(axis=-1) == z).mean()
    assert 0.73 < alone < 0.80
    assert 0.86 < so_far < 0.90
    assert 0.92 < everything < 0.95


@pytest.mark.equation("eq-sequences-hmm-limit")
@pytest.mark.equation("eq-sequences-shift-register")
@pytest.mark.claim("sequences-limit-hmm-4")
@pytest.mark.claim("sequences-limit-hmm-16")
@pytest.mark.claim("sequences-limit-network")
def test_an_hmm_forgets_what_a_network_keeps() -> None:
    r = kept("memory")
    for S in (4, 16):
        assert (r[f"hmm_{S}"] > r[f"limit_{S}"] + 0.3).all(), "the fitted ones do not reach it"
    assert np.median(r["hmm_4"]) < 5.9, "it keeps something"
    assert (r["hmm_16"] < r["hmm_4"]).all()
    assert (r["network"] < 0.1).all()


# --- order


@pytest.mark.claim("sequences-order-mlp")
@pytest.mark.claim("sequences-order-network")
def test_shuffled_years_disturb_a_state_and_no_window() -> None:
    r = kept("sunspots")
    assert abs((r["mlp_shuffled"] / r["mlp"]).mean() - 1) < 0.05
    assert (r["network_shuffled"] / r["network"]).mean() > 1.1
    assert np.ptp(r["mlp"]) / r["mlp"].mean() > 0.02


@pytest.mark.claim("sequences-order-moved")
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_learnt_at_a_place_is_lost_one_place_later(seed: int) -> None:
    x = np.random.default_rng(100 + seed).integers(0, 2, (500, 12)).astype(float)
    v = np.linalg.lstsq(np.c_[x[:400], np.ones(400)], x[:400, 8], rcond=None)[0]
    moved = np.c_[np.full(100, 0.5), x[400:, :-1]]
    for bits, low, high in ((x[400:], 1.0, 1.0), (moved, 0.3, 0.7)):
        right = ((np.c_[bits, np.ones(100)] @ v > 0.5) == (x[400:, 8] > 0.5)).mean()
        assert low <= right <= high


# --- errors in the wild


@pytest.mark.claim("sequences-wild-off")
def test_a_dropped_batch_moves_a_score_either_way() -> None:
    found = [wild.last_batch_dropped(seed) for seed in range(10)]
    ratio = np.array([scores["dropped"] / scores["all"] for scores in found])
    assert ratio.min() < 0.99
    assert ratio.max() > 1.03
    assert np.abs(ratio - 1).max() < 0.5


@pytest.mark.claim("sequences-wild-in-time")
@pytest.mark.claim("sequences-wild-shuffled")
@pytest.mark.claim("sequences-wild-columns")
@pytest.mark.claim("sequences-wild-reshape")
@pytest.mark.parametrize("seed", range(5, 10))
def test_order_that_is_lost_is_all_that_there_was(seed: int) -> None:
    steps = wild.steps_shuffled(seed)
    assert steps["in time"] < 0.02
    assert steps["shuffled"] > 0.9
    columns = wild.columns_exchanged(seed)
    assert columns["columns"] < 0.45
    assert columns["reshape"] > 1.85


def test_one_window_short_lacks_the_newest() -> None:
    s = np.arange(200.0)
    X, _ = sequences.windows(np.append(s, 0), 50)
    np.testing.assert_array_equal(wild.windows_one_short(s, 50, 50), X[::50][:-1])


@pytest.mark.claim("sequences-wild-zero")
@pytest.mark.claim("sequences-wild-products")
@pytest.mark.claim("sequences-wild-logarithms")
@pytest.mark.parametrize("seed", range(5, 10))
def test_products_of_probabilities_end_at_zero(seed: int) -> None:
    found = wild.underflow(seed, T=2500)
    assert 780 < found["zero after"] < 880
    assert 0.87 < found["logarithms"] < 0.89
    assert found["products"] < found["logarithms"] - 0.1
    _, y = sequences.hmm_sample(100, 3, wild.WEATHER, np.random.default_rng(seed))
    logarithms = sequences.hmm_forward(y, wild.WEATHER)
    np.testing.assert_allclose(np.log(wild.forward_in_products(y, wild.WEATHER)), logarithms)


# --- the lectures


@pytest.mark.claim("sequences-lectures-without")
@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_constant_a_level_is_kept_by_not_changing(seed: int) -> None:
    e, s = np.random.default_rng(seed).normal(size=3000), np.zeros(3000)
    for t in range(1, 3000):
        s[t] = 0.5 * s[t - 1] + e[t]
    X, y = sequences.windows(s + 5, L=1)
    w = (X[:2000, 0] @ y[:2000]) / (X[:2000, 0] @ X[:2000, 0])
    fit = sequences.ar_fit(X[:2000], y[:2000])
    ratio = ((y[2000:] - w * X[2000:, 0]) ** 2).mean() / ((y[2000:] - sequences.ar_predict(X[2000:], *fit)) ** 2).mean()
    assert w > 0.95
    assert 1.2 < ratio < 1.45


@pytest.mark.claim("sequences-lectures-stays")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_chain_that_stays_remembers_for_ever(seed: int) -> None:
    staying = HMM(np.array([0.5, 0.5]), np.eye(2), np.array([[0.9, 0.1], [0.1, 0.9]]))
    z, y = sequences.hmm_sample(1000, 50, staying, np.random.default_rng(seed))
    assert (sequences.hmm_forward(y, staying)[-1].argmax(axis=-1) == z[0]).all()


# --- training


@pytest.mark.learning
@pytest.mark.usefixtures("one_thread")
def test_a_seed_gives_the_same_numbers_again() -> None:
    first, again, other = (experiments.train_digits(seed, steps=5) for seed in (0, 0, 1))
    assert isinstance(first, sequences.Network)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first.W_hh, other.W_hh)
    assert experiments.hmm_forecast(3).tolist() == experiments.hmm_forecast(3).tolist()
