"""What the chapter ``book/bptt`` says in numbers, over several seeds, by the functions that the page calls."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from rnncourse import bptt, rnn
from rnncourse.checks import find
from rnncourse.experiments import bptt as experiments

SEEDS = range(6)
# Two ways to add up the same gradient differ by 2e-16 for each of the hundreds of additions behind a number at most;
# a mistake by 1e-5 and more.
ROUNDING = 1e-12
PAGE = Path(__file__).parents[2] / "book" / "bptt" / "exercises.md"


@pytest.mark.claim("bptt-agreement-exact")
@pytest.mark.claim("bptt-agreement-differences")
@pytest.mark.parametrize("seed", SEEDS)
def test_four_ways_give_one_gradient(seed: int) -> None:
    table = experiments.agreement(experiments.problem(seed))
    assert set(table) == {"W_ih", "W_hh", "b_hh", "W_ho", "b_ho", "x", "h0"}
    assert all("autograd" in row and "differences" in row for row in table.values())
    assert all("sensitivities" in table[name] for name in ("W_ih", "W_hh", "b_hh"))
    exact, differences = experiments.largest_disagreement(table)
    assert exact < ROUNDING
    assert differences < 1e-7


@pytest.mark.claim("bptt-best-float64")
@pytest.mark.claim("bptt-best-float32")
@pytest.mark.parametrize("seed", SEEDS)
def test_differences_have_a_valley_that_float32_fills(seed: int) -> None:
    eps = 10.0 ** np.arange(-12, 0)
    double, single = (experiments.error_of_differences(seed, eps, dtype) for dtype in (np.float64, np.float32))
    assert double.min() < 1e-8
    assert 1e-6 < single.min() < 1e-2
    assert 1e-7 < eps[double.argmin()] < 1e-3
    assert (double[(eps > 5e-8) & (eps < 5e-4)] < 1e-5).all(), "any ε between 1e-7 and 1e-4 will do"
    assert (single[eps < 5e-6] > 0.01).all(), "in float32 small ε show nothing"


@pytest.mark.claim("bptt-mistake-smallest")
@pytest.mark.claim("bptt-blind-largest")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_generic_case_sees_every_mistake_and_the_others_have_blind_spots(seed: int) -> None:
    errors = experiments.what_a_check_sees(seed)
    assert errors[:, experiments.CASES.index("generic")].min() > 0.01
    for (i, j), error in np.ndenumerate(errors):
        if experiments.blind(list(experiments.MISTAKES)[i], experiments.CASES[j]):
            assert error < 1e-6
        else:
            assert error > 1e-5


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", experiments.CASES)
def test_without_a_mistake_the_copy_is_the_reference(seed: int, case: str) -> None:
    dh_out, p = experiments.check_case(case, seed)
    h = rnn.forward(*p[:6])
    ours = find("bptt.backward").variant()(dh_out, p.x, p.h0, h, p.W_ih, p.W_hh)
    np.testing.assert_allclose(ours[1], bptt.backward(dh_out, p.x, p.h0, h, p.W_ih, p.W_hh).dW_hh, atol=1e-13)


@pytest.mark.claim("bptt-double-count")
@pytest.mark.claim("bptt-lecture-double-count")
@pytest.mark.claim("bptt-half-count")
@pytest.mark.claim("bptt-lecture-half-count")
@pytest.mark.parametrize("seed", SEEDS)
def test_one_factor_is_total_and_the_other_direct(seed: int) -> None:
    errors = experiments.four_ways_to_pair(seed)
    assert errors["direct", "total"] < ROUNDING
    assert errors["total", "direct"] < ROUNDING
    assert errors["direct", "direct"] > 0.01
    assert errors["total", "total"] > 0.01


@pytest.mark.claim("bptt-cost-products")
@pytest.mark.claim("bptt-cost-kept")
@pytest.mark.claim("bptt-cost-break-even")
def test_costs_of_a_hundred_units() -> None:
    cost = bptt.cost(T=100, B=1, F=100, H=100)
    assert round(cost.rtrl_products / cost.bptt_products) == 5075
    assert round(cost.rtrl_kept / cost.bptt_kept) == 201
    even = round(cost.rtrl_kept / (cost.bptt_kept / 100))
    for T, saves in ((even - 1, False), (even + 1, True)):
        c = bptt.cost(T=T, B=1, F=100, H=100)
        assert (c.rtrl_kept < c.bptt_kept) == saves


@pytest.mark.parametrize(("H", "times"), [(3, 7), (4, 11.25)])
def test_up_to_three_units_rtrl_takes_at_most_ten_times_the_products(H: int, times: float) -> None:
    """The exercise of the page on costs: as many inputs as units."""
    cost = bptt.cost(T=7, B=2, F=H, H=H)
    assert cost.rtrl_products == times * cost.bptt_products


@pytest.mark.claim("bptt-detach")
@pytest.mark.parametrize("k", [1, 4, 5, 6])
@pytest.mark.parametrize("seed", SEEDS)
def test_truncated_is_detached(seed: int, k: int) -> None:
    dh_out, p = experiments.check_case("generic", seed)
    ours = bptt.truncated(dh_out, *p[:6], k).dW_hh
    assert bptt.relative_error(ours, experiments.detached(dh_out, p, k)) < ROUNDING


@pytest.mark.claim("bptt-short-error")
@pytest.mark.claim("bptt-short-cosine")
@pytest.mark.claim("bptt-long-error")
@pytest.mark.claim("bptt-long-cosine")
def test_truncation_hurts_long_memories_more() -> None:
    windows = (1, 5, 20, 60)
    short, long = (
        np.array([experiments.truncation_bias(seed, forgetting, windows) for seed in range(8)])
        for forgetting in (experiments.SHORT, experiments.LONG)
    )
    assert (short[:, 0, 1] < 0.06).all()
    assert (short[:, 1, 1] > 0.99).all()
    assert (long[:, 0, 1] > 0.08).all()
    assert (long[:, 1, 1] < 0.99).all()
    assert (long[:, 0, :3] > 2 * short[:, 0, :3])[:, 1:].all()
    for bias in (short, long):
        assert (np.diff(np.median(bias[:, 0], axis=0)) < 0).all(), "a longer window is nearer to the full gradient"
        np.testing.assert_allclose(bias[:, 0, -1], 0, atol=ROUNDING)  # k = T


def test_with_chunks_the_error_of_a_short_memory_falls_like_one_over_k() -> None:
    windows = (5, 10, 20)
    error = np.median([experiments.truncation_bias(seed, experiments.SHORT, windows)[0] for seed in range(8)], axis=0)
    assert -1.5 < np.polyfit(np.log(windows), np.log(error), 1)[0] < -0.7


@pytest.mark.claim("bptt-short-chunks-8")
@pytest.mark.claim("bptt-short-window-8")
@pytest.mark.claim("bptt-long-chunks-8")
@pytest.mark.claim("bptt-long-window-8")
def test_a_sliding_window_loses_only_what_is_older_than_the_window() -> None:
    for seed in range(8):
        for forgetting, factor in ((experiments.SHORT, 100), (experiments.LONG, 1)):
            chunks, window = (experiments.truncation_bias(seed, forgetting, (8,), s)[0, 0] for s in (False, True))
            assert factor * window < chunks
            assert forgetting**8 / 1000 < window < forgetting**8, "what is older than k steps"


@pytest.mark.claim("bptt-random-one")
@pytest.mark.claim("bptt-random-mean")
@pytest.mark.parametrize("seed", range(5))
def test_random_cuts_average_away(seed: int) -> None:
    one, mean = experiments.random_cuts(seed, experiments.LONG, 5)
    assert 0.03 < one < 0.2
    assert mean < one / 4  # independent errors of 100 draws: a tenth
    assert mean < experiments.truncation_bias(seed, experiments.LONG, (5,))[0, 0] / 4


@pytest.mark.parametrize("forgetting", [0.3, 0.9, 0.98])
def test_every_path_of_an_lstm_is_that_of_autograd(forgetting: float) -> None:
    """Each step has a copy of W_hh of its own; autograd says what a copy changes in the loss of a step."""
    torch = pytest.importorskip("torch")
    arrays = experiments.triangle(0) | experiments.triangle_lstm(0)
    C = experiments.triangle_lstm_paths(arrays, forgetting)
    G_ih, G_hh, W_ho, x, target = (
        torch.tensor(arrays[name].astype(float)) for name in ("G_ih", "G_hh", "W_ho", "x", "target")
    )
    (T, B, _), H = x.shape, G_hh.shape[1]
    bias = torch.zeros(4 * H, dtype=torch.float64)
    bias[H : 2 * H] = torch.logit(torch.tensor(forgetting, dtype=torch.float64))
    copies = [G_hh.clone().requires_grad_() for _ in range(T)]
    h_t = c_t = torch.zeros((B, H), dtype=torch.float64)
    for t in range(T):
        h_t, c_t = torch.ops.aten.lstm_cell(x[t], [h_t, c_t], G_ih, copies[t], bias, torch.zeros_like(bias))
        loss = 0.5 * ((h_t @ W_ho.T - target[t]) ** 2).sum() / (T * B)
        wanted = torch.autograd.grad(loss, copies[: t + 1], retain_graph=True)
        np.testing.assert_allclose(C[t, : t + 1], np.stack([w.numpy() for w in wanted]), atol=1e-14)
    assert np.all(C[np.triu_indices(T, 1)] == 0)


@pytest.mark.learning
@pytest.mark.claim("bptt-recall-8")
@pytest.mark.claim("bptt-recall-8-best")
@pytest.mark.claim("bptt-recall-9-least")
@pytest.mark.claim("bptt-recall-9-most")
@pytest.mark.claim("bptt-recall-16")
@pytest.mark.claim("bptt-recall-32")
@pytest.mark.claim("bptt-echo-before")
@pytest.mark.claim("bptt-echo-8")
@pytest.mark.claim("bptt-echo-32")
@pytest.mark.parametrize("seed", range(5))
def test_a_window_shorter_than_the_delay_unlearns(seed: int) -> None:
    runs = {k: experiments.recall(k, seed, updates=300) for k in (8, 9, 16, 32)}
    curves = {k: losses.reshape(-1, 10).mean(axis=1) for k, (losses, _, _) in runs.items()}
    echoes = {k: after for k, (_, _, after) in runs.items()}
    before = runs[8][1]
    assert curves[32][-1] < 0.01
    assert curves[16][-1] < 0.02
    assert curves[9][-1] < 0.1, "three losses of 24 that see their input are enough"
    assert curves[8].min() < 0.4, "an echo is read at first"
    assert curves[8][-1] > 0.42, "and wiped out"
    assert before > 0.8
    assert echoes[8] < before - 0.3
    assert echoes[32] > 0.97
    assert all(abs(curve[0] - 0.5) < 0.1 for curve in curves.values())


@pytest.mark.claim("bptt-lecture-transpose")
@pytest.mark.claim("bptt-lecture-own-loss")
@pytest.mark.claim("bptt-lecture-sign")
@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_lectures_leave_out_shows(seed: int) -> None:
    errors = experiments.lecture_readings(seed)
    assert errors["Atanasov, no transpose"] > 0.1
    assert errors["Atanasov, no loss of its own"] > 0.1
    assert errors["Wang, no sign"] == pytest.approx(1, abs=1e-6)


@pytest.mark.claim("bptt-lecture-sum-least")
@pytest.mark.claim("bptt-lecture-sum-most")
@pytest.mark.claim("bptt-lecture-mean-least")
@pytest.mark.claim("bptt-lecture-mean-most")
@pytest.mark.parametrize("seed", range(20))
def test_a_summed_cost_grows_with_the_batch(seed: int) -> None:
    (sum_1, mean_1), (sum_64, mean_64) = (experiments.gradient_length(D, seed) for D in (1, 64))
    assert sum_64 / sum_1 == pytest.approx(64 * mean_64 / mean_1, rel=1e-12)
    assert 8 < sum_64 / sum_1 < 512  # from √64, where gradients have nothing in common
    assert 1 / 8 < mean_64 / mean_1 < 8


@pytest.mark.claim("bptt-reach-9")
@pytest.mark.claim("bptt-reach-12")
@pytest.mark.claim("bptt-reach-15")
@pytest.mark.parametrize("seed", range(8))
def test_gradients_vanish_and_explode_with_the_factor(seed: int) -> None:
    vanishing, even, exploding = (experiments.reach(seed, factor) for factor in (0.9, 1.2, 1.5))
    assert vanishing[0] < 0.9**39
    assert (np.diff(vanishing) > 0).all(), "shorter with each step back"
    assert 0.1 < even[0] < 3
    assert exploding[0] > 5


def test_lengths_of_gradients_are_those_of_autograd() -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    W_hh, dh_T, x = (rng.normal(size=size) for size in ((4, 4), (3, 4), (6, 3, 4)))
    states = [torch.zeros((3, 4), dtype=torch.float64, requires_grad=True)]
    for x_t in torch.tensor(x):
        states.append(torch.tanh(x_t + states[-1] @ torch.tensor(W_hh).T))
    dh = torch.autograd.grad((states[-1] * torch.tensor(dh_T)).sum(), states[1:])
    h = np.stack([s.detach().numpy() for s in states[1:]])
    ours = experiments.gradient_lengths(dh_T, h, W_hh)
    np.testing.assert_allclose(ours, [float(d.norm()) for d in dh], rtol=1e-12)


@pytest.mark.claim("bptt-wild-smallest")
@pytest.mark.parametrize("seed", SEEDS)
def test_errors_in_the_wild_fail_a_generic_check(seed: int) -> None:
    assert experiments.error_of_backward(bptt.backward, seed) < 1e-8
    for name in experiments.WILD.values():
        assert experiments.error_of_backward(find("bptt.backward").variant(name), seed) > 0.1


@pytest.mark.learning
@pytest.mark.claim("bptt-wild-right")
@pytest.mark.claim("bptt-wild-right-least")
@pytest.mark.claim("bptt-wild-transpose")
@pytest.mark.claim("bptt-wild-transpose-least")
@pytest.mark.claim("bptt-wild-later")
@pytest.mark.claim("bptt-wild-later-least")
@pytest.mark.claim("bptt-wild-after")
@pytest.mark.claim("bptt-wild-after-least")
def test_errors_in_the_wild_cost_the_task() -> None:
    right = np.array([experiments.trained(bptt.backward, seed) for seed in range(8)])
    assert (right < 0.003).all()
    for name, cost in (("B8", 0.15), ("B6", 0.08), ("B5", 0.3)):
        wrong = [experiments.trained(find("bptt.backward").variant(name), seed) for seed in range(8)]
        assert np.median(wrong) > cost
        assert (wrong > 3 * right).all(), "bad luck or not, it shows"


@pytest.mark.claim("bptt-wild-in-place")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_right_gradient_fails_a_check_with_the_array_that_it_overwrote(seed: int) -> None:
    before, after, second = experiments.checks_in_place(seed)
    assert before < 1e-8
    assert min(after, second) > 0.1


@pytest.mark.learning
@pytest.mark.claim("bptt-wild-in-train")
@pytest.mark.claim("bptt-wild-in-test")
@pytest.mark.claim("bptt-wild-shu-train")
@pytest.mark.claim("bptt-wild-shu-test")
@pytest.mark.claim("bptt-wild-zer-train")
@pytest.mark.claim("bptt-wild-zer-test")
@pytest.mark.parametrize("seed", range(5))
def test_a_state_from_elsewhere_is_mistrusted(seed: int) -> None:
    runs = {order: experiments.carried(order, seed) for order in ("in order", "shuffled", "zeros")}
    assert max(runs["in order"]) < 0.01
    assert abs(runs["shuffled"][0] - (1 - 0.75**2) / 2) < 0.03
    assert 0.01 < runs["shuffled"][1] < 0.12
    assert abs(runs["zeros"][0] - 4 / 16 / 2) < 0.01
    assert runs["zeros"][1] < 0.015
    assert runs["shuffled"][1] > 3 * max(runs["zeros"][1], runs["in order"][1])


def test_race_runs_programs_that_agree() -> None:
    times, error = experiments.race(T=4, B=3, F=2, H=5, rounds=2)
    assert len(times) == 5
    assert all(t.shape == (2,) and (t > 0).all() for t in times.values())
    assert error < 1e-5


@pytest.mark.parametrize("method", ["BPTT", "RTRL", "RTRL kernel"])
def test_gradient_seconds_times_what_it_says(method: str) -> None:
    assert experiments.gradient_seconds(method, T=2, H=3, repeats=1) > 0


SHOWN = re.compile(r'^:prepend: "def (\w+)\((.*)\):"$', re.MULTILINE)


def test_functions_shown_on_the_pages_have_the_arguments_of_the_package() -> None:
    """The page shows a function's body without its docstring, below a first line of its own."""
    shown = [found for page in PAGE.parent.glob("*.md") for found in SHOWN.findall(page.read_text(encoding="utf-8"))]
    assert {"cell_backward", "backward", "windowed", "sensitivity_step"} <= {name for name, _ in shown}
    for name, arguments in shown:
        function = getattr(bptt, name, None) or getattr(experiments, name)
        assert [a.split("=")[0] for a in arguments.split(", ")] == list(inspect.signature(function).parameters), name


def test_three_steps_on_paper_give_one_gradient_in_both_directions(capsys: pytest.CaptureFixture[str]) -> None:
    """The cells of the example of one unit, backwards, by differences and forwards."""
    printed = []
    for page, first in (("index", "w, h = 0.5"), ("sensitivities", "w, h, S, dw")):
        text = (PAGE.parent / f"{page}.md").read_text(encoding="utf-8")
        cells = re.findall(r"```\{code-cell\} ipython3\n(.*?)```", text, re.DOTALL)
        names = {"np": np}
        at = next(i for i, cell in enumerate(cells) if first in cell)
        for cell in cells[at : at + (2 if page == "index" else 1)]:
            exec(cell, names)
        printed += capsys.readouterr().out.splitlines()
    backwards, differences, forwards = printed[6], printed[7], printed[-1]
    x, y = (np.reshape(a, (3, 1, 1)) for a in ((0.5, -0.5, 1.0), (0.5, 0.0, 1.0)))
    one, zero, w, h0 = np.ones((1, 1)), np.zeros(1), np.full((1, 1), 0.5), np.full((1, 1), 0.4)
    h = rnn.forward(x, h0, one, w, zero, zero)
    wanted = f"{bptt.backward(h - y, x, h0, h, one, w).dW_hh.item():+.4f}"
    assert [line.rsplit("dw=", 1)[-1] for line in (backwards, differences, forwards)] == [wanted] * 3


def test_solutions_on_the_page_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the exercises without a check; the others' are the assignment's, and tested there."""
    cells = re.findall(
        r"```\{code-cell\}[^\n]*\n(---\n.*?\n---\n)?(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    solutions = [code for options, code in cells if "hide-cell" in options]
    p = experiments.problem(seed=0)
    names = {"np": np, "bptt": bptt, "rnn": rnn, "experiments": experiments, "p": p}
    names["dh_out_p"] = np.random.default_rng(0).normal(size=(6, 3, 4))
    for code in solutions:
        exec(code, names)
    relu, *checkpoints = capsys.readouterr().out.splitlines()
    assert float(relu) < 1e-7
    assert [int(re.search(r"(\d+) states", line)[1]) for line in checkpoints] == [52, 20, 52]  # type: ignore[index]
    assert all(float(line.rsplit(" ", 1)[1]) < 1e-12 for line in checkpoints)
