"""What readings of weights tell, how near the other GRU comes, what wrong conventions cost; the map of the lectures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.special
import torch

from rnncourse import chapters, checks, conventions, gru, lstm, notations, results
from rnncourse.experiments import notations as experiments
from rnncourse.experiments import notations_libraries as libraries
from rnncourse.notations import Reading

ROOT = Path(__file__).parents[2]
SEEDS = range(200, 205)
ONNX, HAIKU = Reading("iofg"), Reading("zrn", keeps=False, reset="before")


@pytest.mark.equation("eq-notations-by-hand")
def test_the_step_by_hand_is_torchs() -> None:
    w = experiments.by_hand()
    cell = torch.nn.RNNCell(1, 2, dtype=torch.float64)
    state = conventions.to_torch({name: w[name] for name in ("W_ih", "W_hh", "b_ih", "b_hh")})
    cell.load_state_dict({name.removesuffix("_l0"): tensor for name, tensor in state.items()})
    h_t = cell(torch.ones(1, 1, dtype=torch.float64), torch.tensor([[0.5, 0.0]], dtype=torch.float64))
    np.testing.assert_allclose(h_t.detach().numpy()[0], np.tanh([0.8, 0.5]), atol=1e-15)
    np.testing.assert_allclose(np.tanh([0.8, 0.5]), [0.664, 0.462], atol=5e-4)


# --- converters


@pytest.mark.equation("eq-notations-rnn-keras")
@pytest.mark.equation("eq-notations-rnn-from-keras")
@pytest.mark.equation("eq-notations-rnn-onnx")
@pytest.mark.equation("eq-notations-rnn-flax")
@pytest.mark.equation("eq-notations-rnn-haiku")
@pytest.mark.equation("eq-notations-lstm-flax")
@pytest.mark.equation("eq-notations-lstm-haiku")
@pytest.mark.equation("eq-notations-lstm-equinox")
@pytest.mark.equation("eq-notations-gru-flax")
@pytest.mark.equation("eq-notations-gru-haiku")
@pytest.mark.equation("eq-notations-gru-equinox")
@pytest.mark.claim("notations-rnn-states")
@pytest.mark.claim("notations-lstm-states")
@pytest.mark.claim("notations-gru-states")
@pytest.mark.parametrize("cell", libraries.STEPS)
def test_every_librarys_step_gives_torchs_states(cell: str) -> None:
    for seed in SEEDS:
        found = libraries.library_errors(cell, seed)
        assert found.keys() == libraries.STEPS[cell].keys()
        for name, (back, states) in found.items():
            assert back < 1e-15, name
            assert states < 1e-14, name


@pytest.mark.parametrize("cell", libraries.STEPS)
def test_every_notation_of_a_library_has_its_step(cell: str) -> None:
    lectures = {"perdikaris", "atanasov", "wang", "mohajerin", "csc413"}
    assert getattr(conventions, cell).NOTATIONS.keys() - lectures == libraries.STEPS[cell].keys()


def test_a_converter_that_reads_wrongly_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transpose that is left out both ways comes back exactly, and gives other states."""
    right = conventions.rnn.NOTATIONS["keras"]

    def turned(w: Any) -> Any:
        return {**w, "recurrent_kernel": w["recurrent_kernel"].T.copy()}

    wrong = right._replace(to=lambda w: turned(right.to(w)), back=lambda w: right.back(turned(w)))
    monkeypatch.setitem(conventions.rnn.NOTATIONS, "keras", wrong)
    back, states = libraries.library_errors("rnn", 0)["keras"]
    assert back == 0
    assert states > 0.1


@pytest.mark.claim("notations-left-right")
@pytest.mark.claim("notations-left-wrong")
def test_what_is_left_of_a_cell_without_the_one() -> None:
    """No seed: two powers."""
    assert round(float(scipy.special.expit(2.2)) ** 10, 2) == 0.35
    assert round(float(scipy.special.expit(1.2)) ** 10, 2) == 0.07


# --- the two GRUs


@pytest.mark.claim("notations-bridges")
def test_there_are_two_families_and_no_bridge() -> None:
    after = {"keras", "onnx", "flax", "equinox"}
    for seed in SEEDS:
        found = experiments.bridges(seed)
        for (source, target), how in found.items():
            assert (how > 0) == ((source in after) == (target in after)), (source, target)
            bare = target in experiments.BARE and source not in experiments.BARE
            assert how < 2 or not bare
            assert how == 2 or bare or (source in after) != (target in after)
        assert sum(how > 0 for how in found.values()) == 4 * 4 + 5 * 5 == 41


@pytest.mark.claim("notations-before_by_after")
@pytest.mark.claim("notations-after_by_before")
@pytest.mark.claim("notations-after_by_after")
def test_the_other_gru_stays_away_and_the_same_one_is_found() -> None:
    kept = {name: np.array(results.load("notations/nearest")[name]) for name in NEAREST}
    other = np.array([kept["before_by_after"], kept["after_by_before"]])
    same = np.array([kept["before_by_before"], kept["after_by_after"]])
    assert other.shape == same.shape == (2, 5)
    assert (other > 0.01).all()
    assert (same < 1e-3).all()
    assert other.min() > 50 * same.max()
    assert (np.median(other, axis=1) < 0.1).all()


NEAREST = ("before_by_after", "after_by_before", "before_by_before", "after_by_after")


@pytest.mark.equation("eq-notations-nearest")
@pytest.mark.parametrize("reset", ["after", "before"])
def test_the_gradient_of_the_distance_is_that_of_finite_differences(reset: str) -> None:
    w, other = (experiments.drawn(gru.Weights, seed, H=2, F=1) for seed in (0, 1))
    x, h0, h = experiments.recorded(other, 0, "before", T=3)
    _, gradient = experiments.mean_square(w, x, h0, h, reset)

    def value(v: gru.Weights) -> float:
        module = gru.forward if reset == "after" else gru.forward_before
        return float(((module(x, h0, v) - h) ** 2).mean())

    for name, array in w._asdict().items():
        for at in list(np.ndindex(array.shape))[::2]:
            up, down = array.copy(), array.copy()
            up[at], down[at] = array[at] + 1e-6, array[at] - 1e-6
            slope = (value(w._replace(**{name: up})) - value(w._replace(**{name: down}))) / 2e-6
            np.testing.assert_allclose(getattr(gradient, name)[at], slope, atol=1e-8)


@pytest.mark.equation("eq-notations-nearest")
def test_a_single_unit_without_the_inner_bias_has_a_twin_of_the_other_kind() -> None:
    """The distance that is minimised is 0 where the closed form says so, and its root is scipy's norm."""
    w = experiments.drawn(gru.Weights, 3, H=1, F=2)
    w = w._replace(b_hh=w.b_hh * np.array([1.0, 1.0, 0.0]))
    x, h0, h = experiments.recorded(w, 3, "before")
    assert experiments.mean_square(w, x, h0, h, "after")[0] < 1e-30
    w, x, h0, h = (v := experiments.drawn(gru.Weights, 3)), *experiments.recorded(v, 3, "before")
    away = gru.forward(x, h0, w) - h
    np.testing.assert_allclose(
        np.sqrt(experiments.mean_square(w, x, h0, h)[0]), np.linalg.norm(away) / np.sqrt(away.size)
    )


# --- readings


@pytest.mark.claim("notations-second")
@pytest.mark.claim("notations-third")
def test_a_trained_networks_order_is_beyond_doubt_and_its_one_is_the_next_thing() -> None:
    w, true = experiments.trained_lstm(), Reading("iofg", added=1.0)
    for seed in SEEDS:
        found = list(notations.errors(*experiments.recorded(w, seed), experiments.filed(w, true)).items())
        (best, least), (second, error), (third, far) = found[:3]
        assert best == true
        assert least < 1e-15
        assert second == true._replace(added=0.0)
        assert 0.02 < error < 0.1
        assert third.order != true.order
        assert far > 0.3


@pytest.mark.parametrize("kind", [lstm.Weights, gru.Weights])
def test_every_reading_is_recognised(kind: Any) -> None:
    for seed in SEEDS:
        w = experiments.drawn(kind, seed)
        for true in notations.readings(kind)[seed % 5 :: 5]:
            errors, best = experiments.gap(w, seed, true)
            assert best == true
            assert errors[0] < 1e-14
            assert errors[1] > 0.01


@pytest.mark.claim("notations-left-one-step")
def test_which_recordings_tell() -> None:
    shown = {
        (ONNX, 1, False, False): 2, (ONNX, 1, False, True): 2, (ONNX, 1, True, True): 2,
        (ONNX, 2, False, False): 1, (ONNX, 10, True, True): 1,
        (HAIKU, 1, False, False): 2, (HAIKU, 1, False, True): 1, (HAIKU, 1, True, True): 1,
        (HAIKU, 2, False, False): 1, (HAIKU, 10, True, True): 1,
    }  # fmt: skip
    for seed in SEEDS:
        for (true, T, start, bias), left in shown.items():
            found = experiments.left_over(seed, true, T=T, start=start, bias=bias)
            assert true in found
            assert len(found) == left, (true, T, start, bias)


@pytest.mark.claim("notations-digits")
def test_a_decimal_place_is_enough_for_ten_steps() -> None:
    true = Reading("iofg", added=1.0)
    left = [len(experiments.left_over(seed, true, 0.5e-2, T=10, start=False)) for seed in SEEDS]
    assert left == [1] * 5
    assert min(len(experiments.left_over(seed, true, 0.5e-4, T=1, start=False)) for seed in SEEDS) == 2


@pytest.mark.claim("notations-twins")
def test_five_units_have_3840_twins() -> None:
    """No seed: a count, which tests/test_notations.py compares with all that there are."""
    assert notations.twins(5) == 3840
    assert 107.5 < np.log10(float(notations.twins(64))) < 108.5


# --- errors in the wild


@pytest.fixture(scope="module")
def kept() -> Any:
    return results.load("notations/wild")


@pytest.mark.claim("notations-wild-lstm")
@pytest.mark.claim("notations-wild-forget")
@pytest.mark.claim("notations-wild-hard")
@pytest.mark.claim("notations-wild-cell")
@pytest.mark.claim("notations-wild-gru")
@pytest.mark.claim("notations-wild-order")
@pytest.mark.claim("notations-wild-bias")
def test_errors_in_the_wild_cost_what_the_page_says(kept: Any) -> None:
    share = {name: np.array(kept[name]) for name in kept}
    assert all(len(values) == 5 for values in share.values())
    assert (share["lstm"] > 0.6).all()
    assert (share["gru"] > 0.95).all()
    assert (share["lstm"] - share["forget"] > 0.15).all()
    assert (share["hard"] < 0.3).all()
    assert (share["cell"] < 0.05).all()
    assert (share["order"] < 0.05).all()
    assert share["bias"].min() < 0.05  # from nothing to nearly all
    assert share["bias"].max() > 0.85
    assert (share["bias"] < 0.5).sum() == 3


def wrong_states(name: str, w: Any, x: Any, h0: Any, c0: Any) -> Any:
    """The states of a run with an error, for the cell that it is of."""
    zeros = np.zeros_like(h0)
    runs = {
        "forget": lambda: lstm.forward(x, h0, c0, experiments.one_not_added(w))[0],
        "hard": lambda: experiments.hard_gates(x, h0, c0, w),
        "cell": lambda: lstm.forward(x, h0, c0, w)[1],
        "order": lambda: gru.forward(x, h0, experiments.keras_read_as_torch(w)),
        "bias": lambda: gru.forward(x, h0, experiments.one_bias(w)),
        "lstm": lambda: lstm.forward(x, h0, c0, w)[0],
        "gru": lambda: gru.forward(x, h0, w),
    }
    assert zeros.shape == h0.shape
    return runs[name]()


@pytest.mark.parametrize("name", ["forget", "hard", "cell", "order", "bias"])
def test_three_steps_find_all_five_and_one_step_from_zeros_all_but_the_first(name: str) -> None:
    kind: Any = gru.Weights if name in ("order", "bias") else lstm.Weights
    right = "gru" if kind is gru.Weights else "lstm"
    for seed in SEEDS:
        w, rng = experiments.drawn(kind, seed), np.random.default_rng(seed)
        x, (h0, c0) = rng.normal(size=(3, 4, 3)), rng.normal(size=(2, 4, 5))
        assert np.abs(wrong_states(name, w, x, h0, c0) - wrong_states(right, w, x, h0, c0)).max() > 0.01
        zero = 0 * h0
        one_step = wrong_states(name, w, x[:1], zero, zero) - wrong_states(right, w, x[:1], zero, zero)
        assert (np.abs(one_step).max() > 0.01) == (name != "forget")


def test_the_hard_sigmoid_is_the_documented_one() -> None:
    a = np.array([-9.0, -2.5, -1.0, 0.0, 1.0, 2.5, 9.0])
    np.testing.assert_allclose(experiments.hard_sigmoid(a), [0, 0, 0.3, 0.5, 0.7, 1, 1], atol=1e-15)


def test_torchs_cell_with_one_bias_is_what_the_target_computes() -> None:
    """tanh(W x + r (W h) + b), both biases of the candidate outside the bracket: written out here."""
    w, rng = experiments.drawn(gru.Weights, 0), np.random.default_rng(0)
    x, h = rng.normal(size=(1, 4, 3)), rng.normal(size=(4, 5))
    a, u = np.split(x[0] @ w.W_ih.T, 3, axis=1), np.split(h @ w.W_hh.T, 3, axis=1)
    b = np.split(w.b_ih + w.b_hh, 3)
    r, z = (scipy.special.expit(a[k] + u[k] + b[k]) for k in (0, 1))
    n = np.tanh(a[2] + r * u[2] + b[2])
    np.testing.assert_allclose(gru.forward(x, h, experiments.one_bias(w))[0], (1 - z) * n + z * h, atol=1e-14)


# --- the map of the lectures


def systems() -> list[list[str]]:
    """The rows of the table: number, system, lectures, pages, exercise."""
    text = (ROOT / "book" / "notations" / "systems.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    return [list(row) for row in rows]


def test_the_map_has_all_39_systems_and_what_the_figure_draws() -> None:
    rows = systems()
    assert [int(row[0]) for row in rows] == list(range(1, 40))
    for row, letters in zip(rows, experiments.BROUGHT, strict=True):
        assert {lecture for lecture in experiments.LECTURES if lecture[0] in letters} == set(row[2].split(", ")), row


@pytest.mark.parametrize("row", systems(), ids=lambda row: row[1])
def test_every_system_has_its_page_and_its_exercise(row: list[str]) -> None:
    _, _, _, links, exercise = row
    pages = re.findall(r"\{doc\}`/([\w/]+)`", links)
    assert pages
    assert set(pages) <= set(chapters.pages(ROOT)), row
    texts = "".join((ROOT / "book" / f"{page}.md").read_text(encoding="utf-8") for page in pages)
    if exercise == "in the page":
        assert "Exercise" in texts, f"{pages} have none"
    else:
        name = exercise.strip("`")
        assert name in checks.exercises()
        assert f"```{{exercise}} {name}\n" in texts, f"{name} stands on none of {pages}"


@pytest.mark.claim("notations-all-five")
@pytest.mark.claim("notations-alone")
def test_how_many_lectures_have_a_system() -> None:
    """No seed: counts of the table."""
    sizes = [len(row[2].split(", ")) for row in systems()]
    assert sizes.count(5) == 2
    assert [row[1] for row, n in zip(systems(), sizes, strict=True) if n == 5] == [
        "vanilla network, five notations",
        "LSTM in three notations",
    ]
    assert sizes.count(1) == sum(len(who) == 1 for who in experiments.BROUGHT) == 20
