"""What helps against vanishing and exploding gradients, over seeds: the experiments of the chapter, some shorter."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rnncourse import gradients, results, rnn
from rnncourse.experiments import gradients as experiments

SEEDS = range(5)
PAGE = Path(__file__).parents[2] / "book" / "gradients" / "exercises.md"


def kept(name: str) -> Any:
    """What the page reads: every seed of it is asserted here, and `learning` computes some of it again."""
    found = results.load(f"gradients/{name}")
    assert len(found.seeds) >= 5
    return found


def test_the_training_step_is_torchs() -> None:
    """One clipped step of Adam for every kind of cell, on both kinds of target, against modules of torch.nn."""
    for kind, (F, K) in {"tanh": (6, 4), "relu": (2, 1), "lstm": (2, 1), "gru": (6, 4)}.items():
        network = experiments.usual_start(kind, F, 5, K, seed=1)
        batch = experiments.adding(12, 7, 0) if K == 1 else experiments.temporal_order(12, 7, 0)
        layer = (
            torch.nn.RNN(F, 5, nonlinearity=kind) if kind in ("tanh", "relu") else getattr(torch.nn, kind.upper())(F, 5)
        )
        out = torch.nn.Linear(5, K)
        names = {"weight_ih_l0": "W_ih", "weight_hh_l0": "W_hh", "bias_ih_l0": "b_ih", "bias_hh_l0": "b_hh"}
        layer.load_state_dict(
            {theirs: torch.from_numpy(network.weights[ours].copy()) for theirs, ours in names.items()}
        )
        out.load_state_dict(
            {n: torch.from_numpy(network.weights[w].copy()) for n, w in (("weight", "W_ho"), ("bias", "b_ho"))}
        )
        parameters = [*layer.parameters(), *out.parameters()]
        optimiser = torch.optim.Adam(parameters, lr=0.01)
        x, target = (torch.from_numpy(array) for array in batch)
        lost = []
        for rate in (0.01, 0.005):
            optimiser.param_groups[0]["lr"] = rate
            o = out(layer(x)[0][-1])
            loss = torch.nn.functional.mse_loss(o, target) if K == 1 else torch.nn.functional.cross_entropy(o, target)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 0.1)
            optimiser.step()
            lost.append(loss.item())
        assert experiments.train(network, lambda _: batch, 2, 0.01, max_norm=0.1) == pytest.approx(lost, rel=1e-4)  # noqa: B023
        for parameter, name in zip(parameters, ("W_ih", "W_hh", "b_ih", "b_hh", "W_ho", "b_ho"), strict=True):
            np.testing.assert_allclose(network.weights[name], parameter.detach(), atol=2e-4, err_msg=f"{kind} {name}")


@pytest.mark.usefixtures("one_thread")
def test_a_seed_decides_everything() -> None:
    short = {"T": 20, "steps": 5}
    assert experiments.add(1, **short) == experiments.add(1, **short) != experiments.add(2, **short)
    assert experiments.read_digits(1, epochs=1, H=8) == experiments.read_digits(1, epochs=1, H=8)
    first, again = (experiments.stacked_flow(3, "GRU", steps=2, layers=2, T=12) for _ in range(2))
    np.testing.assert_array_equal(first[1], again[1])
    assert first[0].shape == first[1].shape == (2, 12)


def test_iterates_and_exponents_of_the_lecture() -> None:
    x, y = experiments.iterates()
    np.testing.assert_allclose(y[0], 3.5 * x * (1 - x))
    np.testing.assert_allclose(y[2], np.interp(y[1], x, y[0]), atol=1e-4)  # the third iterate is f of the second
    fixed, chaotic = experiments.exponents(np.array([2.9, 4.0]))
    assert fixed == pytest.approx(np.log(0.9), abs=1e-6)
    assert chaotic == pytest.approx(np.log(2), abs=0.02)


def test_the_cliff_throws_the_path_that_is_not_clipped() -> None:
    _, _, loss = experiments.cliff_landscape(61)
    assert np.abs(np.diff(loss, axis=0)).max() > 0.1 * np.ptp(loss)  # from one row of the grid to the next
    free, clipped = experiments.cliff_paths()
    np.testing.assert_array_equal(free[0], clipped[0])
    assert np.linalg.norm(free[-1] - free[0]) > 10
    assert gradients.cliff(*clipped[-1]).loss < 1e-3


@pytest.mark.learning
def test_identity_start_learns_to_add_over_100_steps_and_tanh_does_not() -> None:
    identity, tanh = ([experiments.add(seed, kind, steps=800) for seed in SEEDS] for kind in ("identity", "tanh"))
    assert np.median(identity) < 0.01, identity
    assert min(tanh) > 0.12, tanh  # the variance is 0.167: nothing, or little, was learnt


# --- what the pages say in numbers


@pytest.mark.claim("gradients-lyapunov-350")
@pytest.mark.claim("gradients-lyapunov-400")
@pytest.mark.claim("gradients-lecture-cycle")
@pytest.mark.claim("gradients-lecture-exponent")
@pytest.mark.parametrize("x0", [0.11, 0.2, 0.3, 0.41, 0.63, 0.77])
def test_the_lectures_map_is_a_cycle_of_four_and_chaos_begins_later(x0: float) -> None:
    back, exponent = experiments.cycle_of_the_lecture(x0)
    assert back == 4
    assert exponent == pytest.approx(-0.8725, abs=1e-3)
    chaotic = gradients.lyapunov(
        lambda x: gradients.logistic(x, 4.0), lambda x: gradients.logistic_derivative(x, 4.0), np.array([x0]), 4000, 500
    )
    assert chaotic[0] == pytest.approx(np.log(2), abs=0.05)


@pytest.mark.claim("gradients-growth-bound-half")
@pytest.mark.claim("gradients-growth-exact-half")
@pytest.mark.claim("gradients-growth-radius-half")
@pytest.mark.claim("gradients-growth-bound-4")
@pytest.mark.claim("gradients-growth-radius-4")
@pytest.mark.claim("gradients-growth-exact-4")
@pytest.mark.claim("gradients-growth-decades-4")
@pytest.mark.claim("gradients-lecture-tanh")
@pytest.mark.parametrize("seed", SEEDS)
def test_neither_bound_nor_spectral_radius_is_the_growth(seed: int) -> None:
    small, middle, large = (experiments.growth(seed, gain) for gain in (0.6, 2.0, 4.0))
    assert small["bound"] > 1 > small["exact"]
    assert small["exact"] == pytest.approx(small["radius"], rel=0.05)
    assert large["bound"] > large["radius"] > 2 * large["exact"]
    assert 1.3 < large["exact"] < 1.7
    assert 1.05 < middle["exact"] < 1.3


@pytest.mark.claim("gradients-growth-short-12")
@pytest.mark.claim("gradients-growth-long-12")
@pytest.mark.claim("gradients-growth-short-20")
@pytest.mark.claim("gradients-growth-long-20")
@pytest.mark.parametrize("seed", SEEDS)
def test_what_grows_over_a_hundred_steps_need_not_grow_in_the_long_run(seed: int) -> None:
    for gain, least, most in ((1.2, 0.99, 1.003), (2.0, 1.005, 1.25)):
        assert experiments.growth(seed, gain)["exact"] > 1.005
        assert least < experiments.long_run(seed, gain) < most
    quiet = experiments.growth(seed, 0.6)["radius"]  # at rest every slope is 1, and eigenvalues tell the truth
    assert experiments.long_run(seed, 0.6) == pytest.approx(quiet, rel=0.01)


@pytest.mark.parametrize("seed", SEEDS)
def test_eigenvalues_bound_no_step(seed: int) -> None:
    largest, stretch = experiments.one_step(seed)
    assert largest < 1e-6
    assert stretch > 1


@pytest.mark.claim("gradients-order-counts")
@pytest.mark.claim("gradients-order-counts-again")
@pytest.mark.claim("gradients-order-everything")
@pytest.mark.parametrize("seed", SEEDS)
def test_temporal_order_is_trivial_for_whom_the_past_lies_open(seed: int) -> None:
    told = experiments.order_at_once(seed)
    assert 0.7 < told["counts"] < 0.8
    assert told["everything"] > 0.98


@pytest.mark.claim("gradients-lag-tanh-before")
@pytest.mark.claim("gradients-lag-tanh-after")
@pytest.mark.claim("gradients-lag-identity-before")
@pytest.mark.claim("gradients-lag-identity-after")
@pytest.mark.claim("gradients-lag-lstm-before")
@pytest.mark.claim("gradients-lag-lstm-after")
@pytest.mark.claim("gradients-told-tanh")
@pytest.mark.claim("gradients-told-identity")
@pytest.mark.claim("gradients-told-lstm")
@pytest.mark.claim("gradients-told-lost")
@pytest.mark.claim("gradients-told-one-lstm")
def test_gradients_against_lag_before_and_after_training() -> None:
    r = kept("lags")
    at_40 = {f"{kind}_{when}": r[f"{kind}_{when}"][:, 40] for kind in KINDS for when in ("before", "after")}
    assert (at_40["tanh_before"] < -8).all()
    assert (at_40["identity_before"] > -1.5).all()
    assert (at_40["lstm_before"] < -4).all()
    assert (at_40["identity_before"] > at_40["lstm_before"]).all()
    assert (np.abs(at_40["identity_after"]) < 3).all()
    assert (r["identity_told"] > 0.95).all()
    for told, after in ((r[f"{kind}_told"], at_40[f"{kind}_after"]) for kind in KINDS):
        assert (told[after < -5] < 0.4).all(), "nothing is learnt where nothing arrives"
        assert (after[told > 0.5] > -3).all(), "and who has learnt lets gradients through"
    assert r["lstm_told"].max() > 0.9 > 0.4 > np.median(r["lstm_told"])


KINDS = ("tanh", "identity", "lstm")


@pytest.mark.claim("gradients-flow-rnn-before")
@pytest.mark.claim("gradients-flow-rnn-after")
@pytest.mark.claim("gradients-flow-gru-before")
@pytest.mark.claim("gradients-flow-gru-after")
@pytest.mark.claim("gradients-flow-told-rnn")
@pytest.mark.claim("gradients-flow-told-gru")
def test_training_brings_gradients_of_stacks_to_early_steps() -> None:
    r = kept("flow")
    rise = {}
    for cell in ("rnn", "gru"):
        before, after = (r[f"{cell}_{when}"][:, :, 2:5].mean(axis=(1, 2)) for when in ("before", "after"))
        assert (before < -2).all()
        rise[cell] = after - before
    assert (rise["gru"] > 0.5).all()
    assert np.median(r["gru_told"]) > 0.9
    assert np.median(rise["gru"]) > np.median(rise["rnn"]) > 0.5
    assert (rise["rnn"] < 0).sum() == 1, "one of five"
    assert (r["rnn_told"] > 0.95).all()


@pytest.mark.claim("gradients-far-share")
@pytest.mark.parametrize("seed", SEEDS)
def test_distant_terms_are_nothing_in_the_sum(seed: int) -> None:
    part = experiments.share_by_lag(seed)
    far = part[20:].sum() / part.sum()
    assert 1e-8 < far < 1e-3
    assert part[0] == part.max()


@pytest.mark.claim("gradients-rates-tanh")
@pytest.mark.claim("gradients-rates-identity")
def test_no_learning_rate_teaches_tanh_to_add() -> None:
    r = kept("rates")
    assert r["tanh"].min() > 0.12
    assert (r["identity"].min(axis=1) < 0.05).all()
    assert {experiments.RATES[i] for i in r["identity"].argmin(axis=1)} <= {4e-3, 1e-2}
    assert (r["identity"][:, 3:] > 1).all()


@pytest.mark.claim("gradients-cliff-steepest-least")
@pytest.mark.claim("gradients-cliff-steepest-most")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_wall_is_steep(seed: int) -> None:
    w, b = np.random.default_rng(seed).uniform((0.5, -0.6), (2.5, 0.2), (5000, 2)).T
    c = gradients.cliff(w, b)
    lengths = np.hypot(c.dw, c.db)
    assert lengths.max() / np.median(lengths) > 100


@pytest.mark.claim("gradients-cliff-none-thrown")
@pytest.mark.claim("gradients-cliff-norm-arrived")
@pytest.mark.claim("gradients-cliff-norm-last")
@pytest.mark.claim("gradients-cliff-always-arrived")
@pytest.mark.claim("gradients-cliff-always-last")
@pytest.mark.parametrize("seed", SEEDS)
def test_descents_over_the_landscape(seed: int) -> None:
    found = experiments.cliff_survey(seed)
    assert 0 < found["none"][0] < 0.1
    assert all(found[way][0] == 0 for way in ("norm", "value", "always"))
    assert found["norm"][1] > found["none"][1]
    assert found["norm"][1] == pytest.approx(found["value"][1], abs=0.05), (
        "by norm and by value, alike in two dimensions"
    )
    assert found["always"][1] > found["norm"][1]
    assert found["always"][2] > 1e3 * found["norm"][2], "but it does not settle"


def test_the_surveys_steps_are_those_of_the_chapter() -> None:
    rng = np.random.default_rng(3)
    first = np.stack([rng.uniform(0.5, 2.5, 4), rng.uniform(-0.6, 0.2, 4)]).T
    for way, max_norm in (("none", None), ("norm", 0.5)):
        last = [gradients.descend(theta, 0.02, 40, max_norm)[-1] for theta in first]
        loss = [gradients.cliff(*theta).loss for theta in last]
        found = experiments.cliff_survey(3, starts=4, steps=40, max_norm=0.5)[way]
        assert found[2] == pytest.approx(np.median(loss), rel=1e-6)


@pytest.mark.claim("gradients-omega-without")
@pytest.mark.claim("gradients-omega-squared")
@pytest.mark.claim("gradients-omega-squared-least")
@pytest.mark.claim("gradients-omega-squared-most")
@pytest.mark.claim("gradients-omega-as_printed")
@pytest.mark.claim("gradients-omega-as_printed-least")
@pytest.mark.claim("gradients-omega-as_printed-most")
@pytest.mark.claim("gradients-omega-lstm")
def test_the_square_of_omega_is_what_helps() -> None:
    r = kept("omega")
    assert (r["squared"] > r["without"]).all()
    assert (r["squared"] > r["as_printed"]).all()
    assert np.median(r["without"]) < 0.4
    assert np.median(r["as_printed"]) < 0.4
    assert np.median(r["squared"]) > 0.9 > 0.8 > r["squared"].min(), "more than counting gives, not on every seed"


@pytest.mark.claim("gradients-lecture-start")
@pytest.mark.claim("gradients-lecture-squared")
@pytest.mark.claim("gradients-lecture-printed")
@pytest.mark.parametrize("seed", SEEDS)
def test_down_the_printed_penalty_gradients_vanish(seed: int) -> None:
    start, squared, printed = experiments.steps_down_omega(seed)
    assert printed < 0.6 * start
    assert start < 0.7
    assert 0.85 < squared < 1.05


@pytest.mark.claim("gradients-adding-identity")
@pytest.mark.claim("gradients-adding-orthogonal")
@pytest.mark.claim("gradients-adding-usual")
@pytest.mark.claim("gradients-again-identity")
@pytest.mark.claim("gradients-again-orthogonal")
@pytest.mark.claim("gradients-again-orthogonal-least")
@pytest.mark.claim("gradients-again-usual")
def test_the_identity_adds_and_an_orthogonal_matrix_says_again() -> None:
    r = kept("starts")
    assert r["adding_identity"].max() < min(r["adding_orthogonal"].min(), r["adding_usual"].min())
    assert r["adding_orthogonal"].min() > 0.15
    assert (r["again_orthogonal"] > r["again_identity"]).all()
    assert np.median(r["again_orthogonal"]) > 0.9
    assert (np.abs(r["again_usual"] - 0.25) < 0.03).all()
    assert 0.4 < np.median(r["again_identity"]) < 0.6


@pytest.mark.claim("gradients-adding-linear")
@pytest.mark.parametrize("seed", SEEDS)
def test_linear_regression_does_not_add_marked_numbers(seed: int) -> None:
    assert experiments.linear_adding(seed) > 1 / 6


@pytest.mark.claim("gradients-digits-tanh")
@pytest.mark.claim("gradients-digits-identity")
@pytest.mark.claim("gradients-digits-lstm")
@pytest.mark.claim("gradients-digits-nearest")
def test_digits_pixel_by_pixel_and_the_nearest_image() -> None:
    r = kept("digits")
    assert np.median(r["lstm"]) > np.median(r["identity"]) > np.median(r["tanh"])
    assert (r["identity"] < r["tanh"]).any(), "not on every seed"
    assert (r["nearest"] > 0.95).all()
    assert (r["nearest"] > np.maximum(r["identity"], r["lstm"])).all()


@pytest.mark.claim("gradients-wild-right")
@pytest.mark.claim("gradients-wild-too_late")
@pytest.mark.claim("gradients-wild-squared_norm")
@pytest.mark.claim("gradients-wild-one_by_one")
@pytest.mark.claim("gradients-wild-by_value")
@pytest.mark.claim("gradients-wild-no_condition")
def test_what_mistakes_in_clipping_cost() -> None:
    r = kept("clipping")
    for name in ("too_late", "squared_norm", "one_by_one", "by_value"):
        assert (r["right"] > r[name]).all(), name
    assert np.median(r["right"]) > 0.8
    for name in ("too_late", "squared_norm", "by_value"):
        assert np.median(r[name]) < 0.25, name
    assert np.median(r["no_condition"]) > 0.8


@pytest.mark.claim("gradients-wild-first")
@pytest.mark.claim("gradients-wild-last")
@pytest.mark.parametrize("seed", SEEDS)
def test_clipping_what_piles_up_forgets_the_first(seed: int) -> None:
    first, last = experiments.piled_shares(seed)
    assert first < 0.1
    assert last > 0.7


@pytest.mark.claim("gradients-wild-fused")
@pytest.mark.parametrize("seed", SEEDS)
def test_one_matrix_for_four_gates_shrinks(seed: int) -> None:
    fused, apart = experiments.gate_stretch(seed)
    assert 0.4 < fused < 0.5
    assert apart == pytest.approx(1)
    torch.manual_seed(seed)
    theirs = torch.nn.init.orthogonal_(torch.empty(256, 64, dtype=torch.float64))
    assert torch.linalg.svdvals(theirs[:64]).mean().item() == pytest.approx(fused, abs=0.03)


def test_clipping_as_it_should_be_is_torchs_and_the_mistakes_are_not() -> None:
    parts = [np.array([3.0, 0.0]), np.array([0.0, 0.4])]
    weights = [torch.nn.Parameter(torch.zeros(2, dtype=torch.float64)) for _ in parts]
    for w, part in zip(weights, parts, strict=True):
        w.grad = torch.tensor(part)
    torch.nn.utils.clip_grad_norm_(weights, 0.5)
    wanted = np.concatenate([w.grad.numpy() for w in weights])  # type: ignore[union-attr]
    for name, clip in experiments.CLIPPED.items():
        close = np.allclose(np.concatenate(clip(parts, 0.5)), wanted, atol=1e-5)
        assert close == (name in ("right", "no_condition")), name


def test_solutions_on_the_page_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the exercises without a check; the others' are the assignment's, and tested there."""
    cells = re.findall(
        r"```\{code-cell\}[^\n]*\n(---\n.*?\n---\n)?(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    for code in [code for options, code in cells if "hide-cell" in options]:
        exec(code, {"np": np, "gradients": gradients, "rnn": rnn, "experiments": experiments})
    adding, *apart = capsys.readouterr().out.splitlines()
    assert float(adding.rsplit(" ", 1)[1]) < 1e-5
    assert len(apart) == 2
    for line in apart:
        distance, growth = (float(number) for number in re.findall(r"by (\d\.\d+)", line))
        assert distance == pytest.approx(growth, abs=0.15)
