"""Tasks of memory and digits: definitions counted again in other ways, scikit-learn's images, arguments."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.ndimage
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from rnncourse.data import tasks
from rnncourse.data.digits import digits, shift

TASKS: list[Callable[..., tasks.Batch]] = [
    tasks.adding,
    tasks.temporal_order,
    lambda *a: tasks.delayed_echo(*a[:2], 3, *a[2:]),
]


@pytest.mark.parametrize("task", TASKS)
def test_a_seed_gives_one_batch_and_a_generator_goes_on(task: Callable[..., tasks.Batch]) -> None:
    first, again, other = task(20, 8, 1), task(20, 8, 1), task(20, 8, 2)
    np.testing.assert_array_equal(first.x, again.x)
    np.testing.assert_array_equal(first.target, again.target)
    assert (first.x != other.x).any()
    rng = np.random.default_rng(1)
    np.testing.assert_array_equal(task(20, 8, rng).x, first.x)
    assert (task(20, 8, rng).x != first.x).any()
    assert first.x.dtype == np.float32


@given(st.integers(2, 30), st.integers(1, 5), st.integers(0, 1000))
def test_adding_marks_one_number_in_each_half(T: int, B: int, seed: int) -> None:
    x, target = tasks.adding(T, B, seed)
    assert x.shape == (T, B, 2)
    for b in range(B):
        first, second = np.flatnonzero(x[:, b, 1])
        assert first < T // 2 <= second
        assert target[b, 0] == pytest.approx(x[first, b, 0] + x[second, b, 0])


def test_adding_is_uniform_and_the_mean_leaves_the_variance() -> None:
    x, target = tasks.adding(20, 5000)
    assert scipy.stats.kstest(x[..., 0].ravel(), "uniform").pvalue > 1e-6
    assert np.mean((target - 1) ** 2) == pytest.approx(1 / 6, rel=0.1)  # six standard deviations
    positions = np.stack([np.flatnonzero(x[:, b, 1]) for b in range(5000)])
    for column, start in enumerate((0, 10)):
        assert scipy.stats.chisquare(np.bincount(positions[:, column] - start, minlength=10)).pvalue > 1e-6


@given(st.integers(10, 60), st.integers(0, 1000))
def test_temporal_order_is_told_by_its_two_symbols(T: int, seed: int) -> None:
    x, target = tasks.temporal_order(T, 4, seed)
    assert x.shape == (T, 4, 6)
    np.testing.assert_array_equal(x.sum(axis=-1), 1)
    for b in range(4):
        spelt = "".join("XYabcd"[k] for k in x[:, b].argmax(axis=-1))
        (i, first), (j, second) = [(t, c) for t, c in enumerate(spelt) if c in "XY"]
        assert T // 10 <= i <= 2 * T // 10 < 5 * T // 10 <= j <= 6 * T // 10
        assert target[b] == ["XX", "XY", "YX", "YY"].index(first + second)


def test_every_order_and_distractor_is_as_frequent() -> None:
    x, target = tasks.temporal_order(20, 4000)
    assert scipy.stats.chisquare(np.bincount(target)).pvalue > 1e-6
    assert scipy.stats.chisquare(x[..., 2:].sum(axis=(0, 1))).pvalue > 1e-6


@given(st.integers(1, 20), st.data())
def test_echo_is_the_response_to_a_shifted_impulse(T: int, data: Any) -> None:
    delay = data.draw(st.integers(0, T - 1))
    x, target = tasks.delayed_echo(T, 3, delay, seed=5)
    impulse = np.eye(delay + 1)[delay]
    for b in range(3):
        np.testing.assert_array_equal(target[:, b, 0], np.convolve(x[:, b, 0], impulse)[:T])
    assert set(np.unique(x)) <= {-1, 1}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: tasks.adding(1, 2), ValueError, "T: expected at least 2, got 1"),
        (lambda: tasks.adding(10, 0), ValueError, "B: expected at least 1, got 0"),
        (lambda: tasks.adding(10.0, 2), TypeError, "T: expected an integer, got float"),  # type: ignore[arg-type]
        (lambda: tasks.temporal_order(9, 2), ValueError, "T: expected at least 10, got 9"),
        (lambda: tasks.temporal_order(10, True), TypeError, "B: expected an integer, got bool"),
        (lambda: tasks.delayed_echo(5, 2, -1), ValueError, "delay: expected at least 0, got -1"),
        (lambda: tasks.delayed_echo(5, 2, 5), ValueError, "T: expected at least 6, got 5"),
        (lambda: digits(0), ValueError, "test_share: expected a number between 0 and 1, got 0"),
        (lambda: digits(0.001), ValueError, "an image of every digit"),
        (lambda: shift(np.zeros((63, 2, 1)), 0), ValueError, "x: expected shape"),
        (lambda: shift(np.zeros((64, 2, 1), int), 0), TypeError, "x: expected float32 or float64"),
    ],
)
def test_a_wrong_argument_is_named(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_without_scikit_learn_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match=r"scikit-learn.*rnncourse\[data\]"):
        digits()


def test_digits_are_scikit_learns_standardised_and_every_image_is_in_one_part() -> None:
    train, test, background = digits(seed=3)
    raw, labels = load_digits(return_X_y=True)
    assert train.x.dtype == test.x.dtype == np.float32
    assert train.x.std(dtype=float) == pytest.approx(1, rel=1e-5)
    assert train.x.mean(dtype=float) == pytest.approx(0, abs=1e-5)
    assert min(train.x.min(), test.x.min()) == pytest.approx(background)
    scale = 16 / (train.x.max() - background)
    pairs = [
        (int(label), tuple(np.rint((image - background) * scale).astype(int)))
        for part in (train, test)
        for image, label in zip(part.x[:, :, 0].T, part.labels, strict=True)
    ]
    assert sorted(pairs) == sorted((int(k), tuple(image.astype(int))) for image, k in zip(raw, labels, strict=True))
    shares = np.bincount(test.labels) / np.bincount(labels)
    np.testing.assert_allclose(shares, 0.2, atol=0.005)
    assert (digits(seed=4)[1].x[:, : len(test.labels)] != test.x[:, : len(digits(seed=4)[1].labels)]).any()


def test_shifts_are_scipys_and_all_nine_occur() -> None:
    x = np.random.default_rng(0).normal(size=(64, 200, 1))
    before = x.copy()
    moved = shift(x, -2.0, seed=1)
    np.testing.assert_array_equal(x, before)
    seen = set()
    for b in range(200):
        image, result = x[:, b, 0].reshape(8, 8), moved[:, b, 0].reshape(8, 8)
        for d in np.ndindex(3, 3):
            wanted = scipy.ndimage.shift(image, np.array(d) - 1, order=0, cval=-2.0)
            if np.array_equal(wanted, result):
                seen.add(d)
                break
        else:
            pytest.fail(f"image {b} is no shift by -1, 0 or 1")
    assert len(seen) == 9
