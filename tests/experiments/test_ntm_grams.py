"""Machines that learn to predict from counts, beside the counter and beside LSTMs; what their memory is used for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mutual_info_score

from rnncourse import results
from rnncourse.experiments import ntm_grams, ntm_tasks
from rnncourse.experiments.ntm import bits_per_bit
from rnncourse.kernels.ntm import forward


def test_slopes_of_what_the_memory_begins_with_agree_with_differences() -> None:
    """In float64, along a random direction of all parameters at once."""
    rng = np.random.default_rng(0)
    params: Any = {name: q.astype(float) for name, q in ntm_grams.new_machine(rng).items()}
    drawn = ntm_grams.unseen(12, B=3)
    batch = drawn._replace(x=drawn.x.astype(float), y=drawn.y.astype(float))
    _, grads = ntm_grams.machine_slopes(params, batch)
    assert grads.keys() == params.keys()
    for names in (["M_0"], list(params)):
        way = {name: rng.normal(size=params[name].shape) for name in names}

        def at(step: float, way: dict[str, Any] = way) -> float:
            moved = {name: params[name] + step * v for name, v in way.items()}
            return ntm_grams.machine_slopes(params | moved, batch)[0]

        said = sum(float((grads[name] * v).sum()) for name, v in way.items())
        assert (at(1e-5) - at(-1e-5)) / 2e-5 * np.log(2) == pytest.approx(said, rel=1e-4)


def test_information_is_scikit_learn_s() -> None:
    rng = np.random.default_rng(1)
    c = rng.integers(0, 4, 3000)
    rows = (c + (rng.random(3000) < 0.4)) % 4 + 4 * rng.integers(0, 2, 3000)
    found = ntm_grams.information(c, np.eye(ntm_grams.N)[rows])
    assert found == pytest.approx(mutual_info_score(c, rows) / np.log(2), rel=1e-9)
    assert ntm_grams.information(c, np.full((3000, ntm_grams.N), 1 / ntm_grams.N)) == pytest.approx(0, abs=1e-12)


def test_the_share_explained_is_scikit_learn_s() -> None:
    rng = np.random.default_rng(2)
    seen = rng.normal(size=(20, 5, 3))
    wanted = seen @ np.array([1.0, -2, 0]) + rng.normal(size=(20, 5)) + 7
    X, y = seen.reshape(100, 3), wanted.reshape(100)
    assert ntm_grams.explained(seen, wanted) == pytest.approx(LinearRegression().fit(X, y).score(X, y), rel=1e-9)


def test_who_writes_nothing_keeps_the_memory_and_changes_nothing_else() -> None:
    params = ntm_grams.new_machine(np.random.default_rng(3))
    batch = ntm_grams.unseen(30, B=4)
    begun, weights = ntm_grams.parts(ntm_grams.unwritten(params), 4)
    np.testing.assert_allclose(forward(batch.x, begun, weights)[2].M, begun.M, atol=1e-6)
    assert np.abs(forward(batch.x, *ntm_grams.parts(params, 4))[2].M - begun.M).max() > 0.1
    changed = [name for name, q in ntm_grams.unwritten(params).items() if not np.array_equal(q, params[name])]
    assert changed == ["W_hp", "b_hp"]


def test_contexts_are_the_last_two_bits() -> None:
    batch = ntm_grams.unseen(40, B=2)
    bits, c = batch.x[:, :, 0].astype(int), ntm_grams.contexts(batch)
    assert c.shape == (39, 2)
    assert all(c[t - 1, b] == int(f"{bits[t - 1, b]}{bits[t, b]}", 2) for t in range(1, 40) for b in range(2))


def test_before_training_what_is_written_is_what_is_looked_for() -> None:
    params = ntm_grams.new_machine(np.random.default_rng(4))
    keys, added = params["W_hp"][ntm_grams.D : 2 * ntm_grams.D], params["W_hp"][2 * ntm_grams.D : 3 * ntm_grams.D]
    np.testing.assert_array_equal(keys, added)


@pytest.mark.learning
def test_a_short_training_is_below_a_guess_and_the_same_again() -> None:
    first, again = (ntm_grams.train(7, 60) for _ in range(2))
    np.testing.assert_array_equal(first[1], again[1])
    assert first[1][-20:].mean() < 0.93 < first[1][:5].mean()


def kept_machine() -> ntm_grams.Params:
    return {name: q.astype(np.float32) for name, q in results.load("ntm/grams").weights.items()}


def test_the_kept_machine_predicts_as_it_did() -> None:
    """Its weights are kept in float16."""
    batch = ntm_grams.unseen(90)
    found = bits_per_bit(ntm_grams.read_by_machine(kept_machine(), batch.x)[0], batch)
    assert found == pytest.approx(results.load("ntm/grams")["machine_90"][0], abs=0.003)


def above_the_counter(result: str, name: str) -> dict[int, Any]:
    """Bits a bit more than the counter, by length: one a seed."""
    kept = results.load(result)
    assert len(kept.seeds) == 5
    counts = {T: ntm_grams.counter(ntm_grams.unseen(T)) for T in ntm_grams.LENGTHS}
    return {T: kept[f"{name}_{T}"] - bits for T, bits in counts.items()}


@pytest.mark.claim("ntm-grams-machine-90")
@pytest.mark.claim("ntm-grams-machine-90-worst")
@pytest.mark.claim("ntm-grams-machine-90-within")
@pytest.mark.claim("ntm-grams-machine-270")
@pytest.mark.claim("ntm-grams-machine-540")
def test_four_of_five_machines_learn_to_count_within_the_margin_and_leave_it_beyond_their_training() -> None:
    more = above_the_counter("ntm/grams", "machine")
    assert ntm_grams.LENGTHS == (90, 270, 540)
    assert ntm_grams.GRAMS.longest * ntm_grams.GRAMS.most == 90
    assert ntm_grams.MARGIN == 0.02
    assert (more[90] <= ntm_grams.MARGIN).sum() == 4
    assert more[90].max() < ntm_grams.MARGIN + 0.002
    assert ntm_grams.MARGIN < np.median(more[270]) < np.median(more[540])
    for T in ntm_grams.LENGTHS:
        assert more[T].min() > 0, "nothing beats the counter"
        with_less = ntm_grams.counter(ntm_grams.unseen(T), 1) - ntm_grams.counter(ntm_grams.unseen(T))
        assert np.median(more[T]) < with_less
        assert T == 540 or more[T].max() < with_less


@pytest.mark.claim("ntm-grams-lstm-90")
@pytest.mark.claim("ntm-grams-lstm-540")
@pytest.mark.claim("ntm-grams-longer-90")
@pytest.mark.claim("ntm-grams-longer-270")
@pytest.mark.claim("ntm-grams-longer-540")
def test_an_lstm_is_behind_after_as_many_batches_and_ahead_after_as_much_time() -> None:
    machine = above_the_counter("ntm/grams", "machine")
    lstm, longer = (above_the_counter("ntm/grams_lstm", name) for name in ("lstm", "longer"))
    assert np.median(lstm[90]) > np.median(machine[90])
    assert np.median(lstm[540]) < np.median(machine[540])
    for T in ntm_grams.LENGTHS:
        assert 0 < longer[T].min() <= longer[T].max() < ntm_grams.MARGIN
        assert np.median(longer[T]) < np.median(machine[T])
    sizes = [
        sum(q.size for q in params.values())
        for params in (
            ntm_grams.new_machine(np.random.default_rng(0)),
            ntm_grams.new_lstm(np.random.default_rng(0), 1, 1, ntm_grams.UNITS),
        )
    ]
    assert sizes == [6941, 6761]


@pytest.mark.claim("ntm-grams-unwritten")
@pytest.mark.claim("ntm-grams-unwritten-least")
@pytest.mark.claim("ntm-grams-read-context")
@pytest.mark.claim("ntm-grams-write-context")
@pytest.mark.claim("ntm-grams-read-counts")
@pytest.mark.claim("ntm-grams-read-context-least")
@pytest.mark.claim("ntm-grams-read-context-most")
@pytest.mark.claim("ntm-grams-read-counts-least")
@pytest.mark.claim("ntm-grams-said-counts-most")
def test_what_machines_have_counted_lies_in_the_memory() -> None:
    kept = results.load("ntm/grams")
    worst = kept["machine_90"].argmax()
    assert kept["unwritten_90"].min() > kept["machine_90"].max() + 0.05
    assert np.median(kept["read_context"]) > 0.8
    assert np.median(kept["write_context"]) < 0.6
    assert np.median(kept["read_counts"]) > 0.7
    assert 0.3 < kept["read_context"].min() < 0.4 < 1 < kept["read_context"].max() < 1.2
    assert kept["read_counts"].argmin() == kept["said_counts"].argmax() == worst
    assert kept["said_counts"][worst] > kept["read_counts"][worst] + 0.3


@pytest.mark.claim("ntm-grams-machine-from-90")
@pytest.mark.claim("ntm-grams-machine-from-450")
@pytest.mark.claim("ntm-grams-counter-from-90")
@pytest.mark.claim("ntm-grams-counter-from-450")
def test_a_bit_costs_the_kept_machine_more_again_beyond_its_training_though_no_row_grows() -> None:
    params, batch = kept_machine(), ntm_grams.unseen(540)
    o, _, _ = ntm_grams.read_by_machine(params, batch.x)
    said, counted = 1 / (1 + np.exp(-o[:, :, 0].astype(float))), ntm_tasks.counted(batch)
    machine, counter = (ntm_tasks.bits_of(p, batch).reshape(6, 90).mean(axis=1) for p in (said, counted))
    assert machine.argmin() == 1
    assert machine[5] > machine[1] + 0.03
    assert counter[5] < counter[1] - 0.02
    begun, weights = ntm_grams.parts(params, 200)
    early, late = (
        np.linalg.norm(forward(batch.x[:T], begun, weights, keep=False)[2].M, axis=2).mean() for T in (90, 540)
    )
    assert late < 1.3 * early
