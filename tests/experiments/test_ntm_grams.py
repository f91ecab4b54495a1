"""Machines that learn to predict from counts: their slopes, and the measures of what their memory is used for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mutual_info_score

from rnncourse import results
from rnncourse.experiments import ntm_grams
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


def kept_machine() -> dict[str, Any]:
    return {name: q.astype(np.float32) for name, q in results.load("ntm/grams").weights.items()}


def test_the_kept_machine_predicts_as_it_did() -> None:
    """Its weights are kept in float16."""
    batch = ntm_grams.unseen(90)
    found = bits_per_bit(ntm_grams.read_by_machine(kept_machine(), batch.x)[0], batch)
    assert found == pytest.approx(results.load("ntm/grams")["machine_90"][0], abs=0.003)
