"""The reading version of the RNN against torch, SciPy, closed forms and brute force."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.signal
import scipy.special
import scipy.stats
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rnncourse import rnn

SHAPES = [(1, 1, 1, 1), (5, 1, 3, 2), (1, 4, 3, 2), (6, 4, 1, 3), (6, 4, 3, 1), (7, 3, 2, 5), (4, 4, 3, 3)]  # T B F H
TOLERANCE = {np.float64: 1e-13, np.float32: 1e-5}
logits = hnp.arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(2, 6)), elements=st.floats(-8, 8))


def layer(T: int, B: int, F: int, H: int, dtype: Any = np.float64) -> tuple[torch.nn.RNN, dict[str, Any]]:
    """Torch's layer with its own random weights, and everything as NumPy arrays for ours."""
    torch.manual_seed(T + 10 * B + 100 * F + 1000 * H)
    reference = torch.nn.RNN(F, H, dtype=torch.float64 if dtype == np.float64 else torch.float32)
    names = {"W_ih": "weight_ih_l0", "W_hh": "weight_hh_l0", "b_ih": "bias_ih_l0", "b_hh": "bias_hh_l0"}
    arrays = {ours: getattr(reference, theirs).detach().numpy() for ours, theirs in names.items()}
    rng = np.random.default_rng(0)
    arrays["x"] = rng.normal(size=(T, B, F)).astype(dtype)
    arrays["h0"] = rng.uniform(-1, 1, (B, H)).astype(dtype)
    return reference, arrays


@pytest.mark.equation("eq-rnn-unfold")
@given(st.floats(-1.1, 1.1), st.lists(st.floats(-3, 3), min_size=1, max_size=20), st.floats(-2, 2))
@settings(deadline=None)
def test_unfold_a_scalar_system_is_a_digital_filter(a: float, x: list[float], h0: float) -> None:
    states = rnn.unfold(lambda h, x_t: a * h + x_t, h0, x)
    filtered, _ = scipy.signal.lfilter([1.0], [1.0, -a], x, zi=[a * h0])
    np.testing.assert_allclose(states, filtered, rtol=1e-12, atol=1e-12)


def test_unfold_keeps_order_and_leaves_out_the_start() -> None:
    states = rnn.unfold(lambda h, x_t: h + x_t, "h0", "abc")
    assert states == list(itertools.accumulate("abc", initial="h0"))[1:] == ["h0a", "h0ab", "h0abc"]
    assert rnn.unfold(lambda h, x_t: h, 1, []) == []


@pytest.mark.equation("eq-rnn-cell")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", SHAPES)
def test_cell_is_torchs_cell(shape: tuple[int, int, int, int], dtype: Any) -> None:
    reference, a = layer(*shape, dtype=dtype)
    torch_cell = torch.nn.RNNCell(shape[2], shape[3], dtype=next(reference.parameters()).dtype)
    torch_cell.load_state_dict({k.removesuffix("_l0"): v for k, v in reference.state_dict().items()})
    h_t = rnn.cell(a["x"][0], a["h0"], a["W_ih"], a["W_hh"], a["b_ih"], a["b_hh"])
    wanted = torch_cell(torch.from_numpy(a["x"][0]), torch.from_numpy(a["h0"])).detach().numpy()
    assert h_t.dtype == dtype
    np.testing.assert_allclose(h_t, wanted, atol=TOLERANCE[dtype], rtol=0)


@pytest.mark.equation("eq-rnn-forward")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("shape", SHAPES)
def test_forward_is_torchs_layer(shape: tuple[int, int, int, int], dtype: Any) -> None:
    reference, a = layer(*shape, dtype=dtype)
    before = {name: array.copy() for name, array in a.items()}
    h = rnn.forward(**a)
    wanted, _ = reference(torch.from_numpy(a["x"]), torch.from_numpy(a["h0"])[None])
    assert h.dtype == dtype
    np.testing.assert_allclose(h, wanted.detach().numpy(), atol=TOLERANCE[dtype], rtol=0)
    for name, array in before.items():
        np.testing.assert_array_equal(a[name], array, err_msg=f"forward changed its argument {name}")


def test_forward_keeps_examples_apart() -> None:
    _, a = layer(4, 4, 3, 3)
    h = rnn.forward(**a)
    order = np.array([2, 0, 3, 1])
    np.testing.assert_allclose(
        rnn.forward(**{**a, "x": a["x"][:, order], "h0": a["h0"][order]}), h[:, order], atol=1e-15
    )


@pytest.mark.equation("eq-rnn-output")
def test_output_is_torchs_linear() -> None:
    rng = np.random.default_rng(1)
    h, W_ho, b_ho = rng.normal(size=(5, 3, 4)), rng.normal(size=(2, 4)), rng.normal(size=2)
    wanted = torch.nn.functional.linear(*map(torch.from_numpy, (h, W_ho, b_ho)))
    np.testing.assert_allclose(rnn.output_layer(h, W_ho, b_ho), wanted, atol=1e-14)


@pytest.mark.equation("eq-rnn-softmax")
@given(logits, st.floats(-1e4, 1e4))
@settings(deadline=None)
def test_softmax_is_scipys_and_blind_to_a_shift(o: np.ndarray, shift: float) -> None:
    p = rnn.softmax(o)
    np.testing.assert_allclose(p, scipy.special.softmax(o, axis=-1), rtol=1e-13)
    np.testing.assert_allclose(rnn.log_softmax(o), scipy.special.log_softmax(o, axis=-1), atol=1e-13)
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-14)
    np.testing.assert_allclose(rnn.softmax(o + shift), p, rtol=1e-9)


def test_softmax_does_not_overflow() -> None:
    o = np.array([[1e4, 0.0, -1e4]])
    np.testing.assert_array_equal(rnn.softmax(o), [[1.0, 0.0, 0.0]])
    np.testing.assert_array_equal(rnn.log_softmax(o), torch.log_softmax(torch.from_numpy(o), -1))
    assert rnn.softmax(o.astype(np.float32)).dtype == np.float32


@pytest.mark.equation("eq-rnn-nll")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_cross_entropy_is_torchs(dtype: Any) -> None:
    rng = np.random.default_rng(2)
    o, y = rng.normal(scale=3, size=(6, 4, 5)).astype(dtype), rng.integers(0, 5, (6, 4))
    wanted = torch.nn.functional.cross_entropy(torch.from_numpy(o).flatten(0, 1), torch.from_numpy(y).flatten())
    assert rnn.cross_entropy(o, y) == pytest.approx(float(wanted), abs=TOLERANCE[dtype] * 10)


@pytest.mark.equation("eq-rnn-chain")
def test_the_probabilities_of_all_sequences_sum_to_one() -> None:
    """A network that reads its own last symbol is a distribution over whole sequences: try all of them."""
    K, T, H = 3, 4, 5
    _, a = layer(1, 1, K, H)
    rng = np.random.default_rng(3)
    W_ho, b_ho = rng.normal(size=(K, H)), rng.normal(size=K)
    y = np.array(list(itertools.product(range(K), repeat=T))).T  # (T, K**T): every sequence is a column
    x = np.eye(K)[np.concatenate([np.zeros((1, K**T), int), y[:-1]])]
    weights = {k: a[k] for k in ("W_ih", "W_hh", "b_ih", "b_hh")}
    o = rnn.output_layer(rnn.forward(x, np.repeat(a["h0"], K**T, axis=0), **weights), W_ho, b_ho)
    log_p = rnn.log_likelihood(o, y)
    assert np.exp(log_p).sum() == pytest.approx(1, abs=1e-13)
    assert log_p.mean() / T == pytest.approx(-rnn.cross_entropy(o, y), rel=1e-13)


@pytest.mark.equation("eq-rnn-bits")
@pytest.mark.parametrize("K", [2, 3, 27, 96])
def test_guessing_among_k_symbols_costs_log2_k_bits(K: int) -> None:
    nll = rnn.cross_entropy(np.zeros((1, 1, K)), np.array([[K - 1]]))
    assert rnn.bits_per_character(nll) == pytest.approx(scipy.stats.entropy(np.full(K, 1 / K), base=2), rel=1e-14)


@pytest.mark.equation("eq-rnn-perplexity")
@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(0, 99))
@settings(deadline=None)
def test_perplexity_does_not_depend_on_how_the_text_was_cut(counts: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    o, y = torch.from_numpy(rng.normal(size=(sum(counts), 4))), torch.from_numpy(rng.integers(0, 4, sum(counts)))
    parts = [
        torch.nn.functional.cross_entropy(a, b, reduction="sum")
        for a, b in zip(o.split(counts), y.split(counts), strict=True)
    ]
    whole = torch.nn.functional.cross_entropy(o, y).exp()
    assert rnn.perplexity(np.array(parts), np.array(counts)) == pytest.approx(float(whole), rel=1e-12)


@pytest.mark.equation("eq-rnn-temperature")
@given(logits, st.floats(0.1, 10))
@settings(deadline=None)
def test_temperature_is_a_power_renormalised(o: np.ndarray, tau: float) -> None:
    p = scipy.special.softmax(o, axis=-1) ** (1 / tau)
    np.testing.assert_allclose(rnn.temperature(o, tau), p / p.sum(axis=-1, keepdims=True), rtol=1e-10, atol=1e-200)
    np.testing.assert_allclose(
        rnn.temperature(o, tau), torch.softmax(torch.from_numpy(o) / tau, -1), rtol=1e-10, atol=1e-200
    )


@given(logits, st.floats(0.1, 10), st.floats(0.1, 10))
@settings(deadline=None)
def test_entropy_rises_with_temperature(o: np.ndarray, a: float, b: float) -> None:
    cold, hot = (scipy.stats.entropy(rnn.temperature(o, tau), axis=-1) for tau in sorted((a, b)))
    assert (cold <= hot + 1e-12).all()


def test_temperature_limits() -> None:
    o = np.array([[1.0, 3.0, 2.0]])
    np.testing.assert_allclose(rnn.temperature(o, 1e-3), [[0, 1, 0]], atol=1e-300)
    np.testing.assert_allclose(rnn.temperature(o, 1e6), np.full((1, 3), 1 / 3), atol=1e-6)
    np.testing.assert_array_equal(rnn.temperature(o, 1.0), rnn.softmax(o))
    assert rnn.temperature(o.astype(np.float32), 0.5).dtype == np.float32


@pytest.mark.equation("eq-rnn-sample")
@pytest.mark.parametrize("seed", range(5))
def test_sampled_frequencies_are_the_probabilities(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p, n = rng.dirichlet(np.ones(7)), 50_000
    counts = np.bincount(rnn.draw(np.tile(p, (n, 1)), rng.random(n)), minlength=7)
    assert scipy.stats.chisquare(counts, n * p).pvalue > 1e-6


@given(
    hnp.arrays(np.float64, (3, 5), elements=st.floats(0, 1)),
    hnp.arrays(np.float64, 3, elements=st.floats(0, 1, exclude_max=True)),
)
@settings(deadline=None)
def test_sample_inverts_the_cumulative_distribution(w: np.ndarray, u: np.ndarray) -> None:
    p = (w + 1e-3) / (w + 1e-3).sum(axis=-1, keepdims=True)
    wanted = [min(np.searchsorted(np.cumsum(row), v, side="right"), 4) for row, v in zip(p, u, strict=True)]
    assert rnn.draw(p, u).tolist() == wanted


def test_sample_never_draws_the_impossible() -> None:
    p = np.array([[0.0, 1.0, 0.0], [0.5, 0.0, 0.5], [0.5, 0.0, 0.5]])
    assert rnn.draw(p, np.array([0.0, 0.5, np.nextafter(0.5, 0)])).tolist() == [1, 2, 0]
    assert rnn.draw(np.full((1, 10), 0.1), np.array([np.nextafter(1, 0)])).tolist() == [9]  # 10 × 0.1 < 1 in float64


@given(
    hnp.arrays(np.float64, (40, 30), elements=st.sampled_from([0.0, 0.0, 1e-30, 0.1, 0.3, 1.0])),
    st.sampled_from([np.float32, np.float64]),
)
@settings(deadline=None)
def test_sample_never_draws_the_impossible_where_the_sum_is_below_one(w: np.ndarray, dtype: type) -> None:
    w[:, 3] = 1
    p = (w / w.sum(axis=-1, keepdims=True)).astype(dtype)
    u = np.full(40, np.nextafter(dtype(1), dtype(0)))
    assert (p[np.arange(40), rnn.draw(p, u)] > 0).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("tau", [1e-20, 1e-40, 5e-324])
def test_the_coldest_temperature_chooses_the_largest_score(tau: float, dtype: type) -> None:
    o = np.array([[1.0, 3.0, 2.0], [1e30, -1e30, 0.0], [-5.0, 7.0, 7.0]], dtype)
    with np.errstate(all="raise", under="ignore"):
        assert rnn.temperature(o, tau).tolist() == [[0, 1, 0], [1, 0, 0], [0, 0.5, 0.5]]


@pytest.mark.equation("eq-rnn-prime")
def test_prime_reads_every_symbol_of_the_prompt_once() -> None:
    reference, a = layer(1, 3, 6, 4)
    prompt = np.array([[5, 0, 2], [1, 1, 3], [4, 5, 0]])
    one_hot = torch.nn.functional.one_hot(torch.from_numpy(prompt), 6).double()
    _, h_T = reference(one_hot, torch.from_numpy(a["h0"])[None])
    np.testing.assert_allclose(rnn.prime(prompt, **{k: a[k] for k in a if k != "x"}), h_T[0].detach(), atol=1e-14)


@pytest.mark.equation("eq-rnn-targets")
@given(st.integers(2, 80), st.integers(1, 5), st.integers(1, 7))
@settings(deadline=None)
def test_next_symbol_pairs(N: int, B: int, T: int) -> None:
    ids = np.arange(N)  # every symbol names its own place in the text
    if N < B * T + 1:
        with pytest.raises(ValueError, match="expected shape"):
            rnn.next_symbol_pairs(ids, B, T)
        return
    x, y = rnn.next_symbol_pairs(ids, B, T)
    C = (N - 1) // (B * T)
    assert x.shape == y.shape == (C, T, B)
    assert (y == x + 1).all(), "the target is the next symbol of the text"
    for b in range(B):
        assert x[:, :, b].ravel().tolist() == list(range(b * C * T, (b + 1) * C * T)), (
            "a column continues from chunk to chunk"
        )


@pytest.mark.equation("eq-rnn-parameters")
@pytest.mark.parametrize(("F", "H", "K"), [(1, 1, 1), (3, 5, 2), (96, 128, 96)])
def test_parameter_count_is_torchs(F: int, H: int, K: int) -> None:
    modules = torch.nn.RNN(F, H), torch.nn.Linear(H, K)
    assert rnn.parameter_count(F, H, K) == sum(p.numel() for m in modules for p in m.parameters())


def _text(N: int, K: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).choice(K, size=N, p=np.arange(1, K + 1) / (K * (K + 1) / 2))


@pytest.mark.equation("eq-rnn-unigram")
def test_unigram_bits() -> None:
    """Add-one is the posterior mean under a uniform Dirichlet; on much text it is the entropy."""
    train, valid = _text(40, 5), _text(30, 5, seed=1)
    p = scipy.stats.dirichlet.mean(np.bincount(train, minlength=5) + 1.0)
    assert rnn.unigram_bits(train, valid, 5) == pytest.approx(-np.log2(p[valid]).mean(), rel=1e-13)
    much = _text(100_000, 5)
    assert rnn.unigram_bits(much, much, 5) == pytest.approx(scipy.stats.entropy(np.bincount(much), base=2), abs=1e-6)


@pytest.mark.equation("eq-rnn-bigram")
def test_bigram_bits() -> None:
    train, valid = _text(60, 4), _text(30, 4, seed=1)
    bits = 0.0
    for before, after in itertools.pairwise(valid.tolist()):
        followers = [b for a, b in itertools.pairwise(train.tolist()) if a == before]
        bits -= np.log2((followers.count(after) + 1) / (len(followers) + 4)) / (len(valid) - 1)
    assert rnn.bigram_bits(train, valid, 4) == pytest.approx(bits, rel=1e-12)
    cycle = np.arange(400_000) % 4
    assert rnn.bigram_bits(cycle, cycle, 4) == pytest.approx(0, abs=1e-4), "the symbol before tells everything"
    assert rnn.unigram_bits(cycle, cycle, 4) == pytest.approx(2, abs=1e-6), "and its frequency nothing"


@pytest.mark.equation("eq-rnn-free-run")
@pytest.mark.parametrize("period", [5.0, 25.0, 7.3])
def test_free_run_of_the_sine_recurrence_is_a_sine(period: float) -> None:
    omega = 2 * np.pi / period
    y = np.sin(omega * np.arange(60))
    ran = rnn.free_run(lambda y_1, y_2: 2 * np.cos(omega) * y_1 - y_2, y[0], y[1], 58)
    np.testing.assert_allclose(ran, y[2:], atol=1e-11)


def _forward(**change: Any) -> Callable[[], object]:
    return lambda: rnn.forward(**{**layer(4, 3, 2, 5)[1], **change})


o43, y43 = np.zeros((4, 3, 2)), np.zeros((4, 3), int)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (_forward(x=np.zeros((4, 3, 7))), ValueError, r"W_ih: expected shape \(H=5, F=7\), got \(5, 2\)"),
        (_forward(h0=np.zeros((4, 5))), ValueError, r"h0: expected shape \(B=3, H\), got \(4, 5\)"),
        (_forward(h0=np.zeros(5)), ValueError, r"h0: expected shape \(B=3, H\), got \(5,\)"),
        (_forward(b_hh=np.zeros(1)), ValueError, r"b_hh: expected shape \(H=5\), got \(1,\)"),
        (_forward(W_hh=np.zeros((5, 4))), ValueError, r"W_hh: expected shape \(H=5, H=5\), got \(5, 4\)"),
        (_forward(x=np.zeros((0, 3, 2))), ValueError, "x: expected at least one entry"),
        (_forward(x=np.full((4, 3, 2), np.nan)), ValueError, r"expected finite numbers, got nan at index \(0, 0, 0\)"),
        (_forward(x=np.zeros((4, 3, 2), np.float32)), TypeError, "expected one dtype for all arrays"),
        (_forward(x=[[[0.0, 0.0]]]), TypeError, "x: expected a NumPy array, got list"),
        (_forward(b_ih=np.zeros(5, int)), TypeError, "b_ih: expected float32 or float64, got int64"),
        (lambda: rnn.cross_entropy(o43, y43[:2]), ValueError, r"y: expected shape \(4, 3\), got \(2, 3\)"),
        (lambda: rnn.cross_entropy(o43, y43 + 2), ValueError, "y: expected numbers from 0 to 1, got 2 to 2"),
        (lambda: rnn.cross_entropy(o43, y43.astype(float)), TypeError, "y: expected a NumPy array of integers"),
        (lambda: rnn.perplexity(np.ones(2), np.ones(3)), ValueError, "expected nll_sums and counts of one shape"),
        (lambda: rnn.perplexity(np.ones(2), np.zeros(2)), ValueError, "expected at least one symbol"),
        (lambda: rnn.temperature(np.ones(2), 0), ValueError, "tau: expected a positive temperature, got 0"),
        (lambda: rnn.temperature(np.ones(2), np.nan), ValueError, "tau: expected a positive temperature, got nan"),
        (lambda: rnn.draw(np.ones((2, 3)) / 3, np.zeros(3)), ValueError, r"u: expected shape \(B=2\), got \(3,\)"),
        (lambda: rnn.next_symbol_pairs(np.arange(9), 0, 2), ValueError, "expected B ≥ 1 and T ≥ 1, got B=0 and T=2"),
        (lambda: rnn.log_likelihood(o43, y43 - 1), ValueError, "y: expected numbers from 0 to 1, got -1 to -1"),
        (lambda: rnn.unigram_bits(y43[0] + 5, y43[0], 5), ValueError, "train: expected numbers from 0 to 4, got 5"),
        (lambda: rnn.bigram_bits(y43[0], y43[0, :1], 5), ValueError, r"valid: expected shape \(2,\), got \(1,\)"),
        (lambda: rnn.free_run(max, 0.0, 1.0, 0), ValueError, "n: expected at least 1 step, got 0"),
        (lambda: rnn.parameter_count(1, 0, 1), ValueError, r"expected F, H, K ≥ 1, got \(1, 0, 1\)"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(call: Callable[[], object], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        call()
