"""The numbers that ``book/rnn`` prints, as inequalities over several seeds; page and tests run the same code."""

from __future__ import annotations

import functools
import platform
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from rnncourse import conventions, data, results, rnn, turing
from rnncourse.checks import find
from rnncourse.experiments import recurrence
from rnncourse.experiments import rnn as experiments
from rnncourse.experiments import rnn_wild as wild

SEEDS = range(5)
ROUNDING = 1e-12  # of states below 1 whose errors may grow over the steps; another network differs by 1e-1


@pytest.mark.claim("rnn-torch-difference")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_reading_version_is_torchs_layer(seed: int) -> None:
    arguments = recurrence.random_network(seed)
    assert recurrence.difference(rnn.forward(**arguments), recurrence.torch_states(arguments)) < ROUNDING


def test_two_waves_need_four_values_where_one_needs_two() -> None:
    """The exercise of the first page; ``lstsq`` finds the linear rule that continues a series, where there is one."""
    t = np.arange(60)
    one = 1.3 * np.sin(0.3 * t + 0.2)
    two = one + 0.6 * np.sin(0.71 * t + 1)
    cases = ((one, 1, False), (one, 2, True), (two, 2, False), (two, 3, False), (two, 4, True))
    for series, values, continued in cases:
        lags = np.stack([series[values - 1 - i : -1 - i] for i in range(values)], axis=1)
        rule = np.linalg.lstsq(lags, series[values:], rcond=None)[0]
        assert (np.abs(lags @ rule - series[values:]).max() < 1e-9) == continued


def test_the_two_units_in_other_letters() -> None:
    """The exercise of the page on lectures: the network of the cell by hand."""
    W_ih, W_hh, zero = np.array([[1.0], [0.0]]), np.array([[0.0, 0.0], [1.0, 0.0]]), np.zeros(2)
    ours = {"W_ih": W_ih, "W_hh": W_hh, "b_ih": zero, "b_hh": zero, "W_ho": np.eye(2), "b_ho": zero}
    rows, columns = (conventions.to_notation(ours, lecture) for lecture in ("perdikaris", "mohajerin"))
    assert (rows["U"].tolist(), rows["W"].tolist()) == ([[1, 0]], [[0, 1], [0, 0]])
    assert (columns["B"].tolist(), columns["A"].tolist()) == ([[1], [0]], [[0, 0], [1, 0]])


@pytest.mark.claim("rnn-free-linear")
@pytest.mark.claim("rnn-free-tanh")
@pytest.mark.parametrize("seed", SEEDS)
def test_tanh_bounds_what_a_linear_system_lets_explode(seed: int) -> None:
    linear = recurrence.free_states(seed, lambda z: z, radius=1.2)
    squashed = recurrence.free_states(seed, np.tanh, radius=1.2)
    assert linear[0] == squashed[0] == pytest.approx(1)
    assert linear[-1] > 1e6
    assert 1 < squashed[-1] < np.sqrt(20)
    for f in (lambda z: z, np.tanh):
        assert recurrence.free_states(seed, f, radius=0.8)[-1] < 1e-3, "below 1, both fade"


@pytest.mark.claim("rnn-notation-largest")
@pytest.mark.claim("rnn-lecture-c")
@pytest.mark.claim("rnn-lecture-radius")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_lectures_notations(seed: int) -> None:
    assert np.abs(np.linalg.eigvals(recurrence.random_network(seed)["W_hh"])).max() > 1
    differs = recurrence.notation_differences(seed)
    assert max(differs[name] for name in ("Perdikaris", "Atanasov", "Wang", "Mohajerin", "CSC413, a for h")) < ROUNDING
    assert differs["CSC413"] > 1


@pytest.mark.claim("rnn-lecture-transpose")
@pytest.mark.claim("rnn-lecture-bias")
@pytest.mark.parametrize("seed", SEEDS)
def test_transposed_and_summed(seed: int) -> None:
    a = recurrence.random_network(seed)
    h = rnn.forward(**a)
    assert recurrence.difference(h, rnn.forward(**{**a, "W_hh": a["W_hh"].T})) > 0.5
    summed = {"b_ih": a["b_ih"] + a["b_hh"], "b_hh": np.zeros_like(a["b_hh"])}
    assert recurrence.difference(h, rnn.forward(**{**a, **summed})) < ROUNDING


@pytest.mark.parametrize("seed", SEEDS)
def test_both_biases_receive_the_same_gradient(seed: int) -> None:
    torch.manual_seed(seed)
    layer = torch.nn.RNN(4, 5, dtype=torch.float64)
    layer(torch.randn(20, 3, 4, dtype=torch.float64))[0].square().sum().backward()
    torch.testing.assert_close(layer.bias_ih_l0.grad, layer.bias_hh_l0.grad)


@pytest.mark.claim("rnn-lecture-own-layer")
@pytest.mark.claim("rnn-lecture-layer-below")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_layer_recurs_on_its_own_state(seed: int) -> None:
    own, below = recurrence.two_layers(seed)
    assert own < ROUNDING
    assert below > 0.2


@pytest.mark.claim("rnn-lecture-distance")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_contraction_is_not_chaotic(seed: int) -> None:
    for T in (1, 3, 10):
        assert 0 < recurrence.distance_of_two_states(seed, norm=0.9, T=T) < 0.9**T


@pytest.mark.claim("rnn-turing-steps")
@pytest.mark.claim("rnn-turing-ones")
def test_the_busy_beaver_runs_exactly() -> None:
    """107 steps and 13 ones are the published values of the four-state champion."""
    run = turing.compile_machine(turing.parse("1RB1LB_1LA0LC_1RH1LD_1RD0RA"), blank="0").run("")
    assert (run.steps, run.halted) == (107, True)
    assert (run.configuration.left + run.configuration.right).count("1") == 13


@pytest.mark.claim("rnn-turing-exact")
@pytest.mark.claim("rnn-lecture-turing-exact")
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floating_point_loses_the_bottom_of_the_stack(dtype: type) -> None:
    writer = turing.compile_machine({("go", "_"): ("1", "R", "go")})
    failed = turing.first_float_error(writer, dtype=dtype)
    bits = np.finfo(dtype).nmant + 1
    assert failed is not None
    assert failed.depth - 1 == (bits - 1) // 2, "exact while 2d + 1 bits suffice"


@functools.cache
def sine(seed: int) -> recurrence.Weights:
    """The tests of a seed look at one network."""
    return recurrence.train_sine(seed)[0]


@pytest.mark.learning
@pytest.mark.claim("rnn-sine-one-step")
@pytest.mark.claim("rnn-sine-free")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_network_continues_the_wave(seed: int) -> None:
    one_step, free = recurrence.sine_errors(sine(seed))
    assert one_step < 0.01
    assert 2 * one_step < free < 0.06
    _, noisy = recurrence.sine_errors(recurrence.train_sine(seed, noise=0.05)[0])
    assert noisy > 5 * free


@pytest.mark.learning
@pytest.mark.claim("rnn-sine-orbit")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_network_returns_to_its_orbit(seed: int) -> None:
    for scale in (0.5, 1.2):
        amplitude = recurrence.orbit(sine(seed), scale, periods=50)
        assert abs(amplitude[0] - scale) < 0.15
        assert 0.94 < amplitude[-1] < 1.02


@pytest.mark.learning
@pytest.mark.claim("rnn-sine-rms-10")
@pytest.mark.claim("rnn-sine-rms-200")
@pytest.mark.parametrize("seed", SEEDS)
def test_phase_errors_grow(seed: int) -> None:
    true, free = recurrence.continue_sine(sine(seed), 200 * recurrence.PERIOD)
    rms = np.sqrt(((true - free) ** 2).reshape(200, -1).mean(axis=1))
    assert rms[9] < 0.06
    assert rms[199] > 3 * rms[9]
    assert rms[9] < rms[49] < rms[199]
    assert 0.9 < np.abs(free[-recurrence.PERIOD :]).max() < 1.05, "and yet the amplitude is right"


@pytest.mark.claim("rnn-names-blanks")
def test_a_blank_gives_irish_names_away() -> None:
    train, _, _ = data.names(seed=0)
    blank = np.array([" " in name for name in train.names])
    irish = np.array(train.languages)[train.labels] == "Irish"
    assert (blank & irish).sum() > 0.9 * irish.sum()
    assert (blank & ~irish).sum() < 0.05 * (~irish).sum()


@pytest.mark.claim("rnn-sine-linear")
@pytest.mark.parametrize("period", [17, 20, 24, 31, 40])
def test_linear_regression_continues_the_wave_exactly(period: int) -> None:
    y = data.sine(340, period=period)
    weights = np.linalg.lstsq(np.stack([y[1:99], y[:98]], axis=1), y[2:100])[0]
    free = rnn.free_run(lambda newer, older: weights @ [newer, older], y[98], y[99], 240)
    np.testing.assert_allclose(free, y[100:], atol=1e-10)


def test_the_loop_on_the_page_is_the_one_that_experiments_run() -> None:
    page = (Path(__file__).parents[2] / "book" / "rnn" / "wave.md").read_text(encoding="utf-8")
    cells = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    imports, [loop] = cells[0], [cell for cell in cells if "squared_error(model" in cell]
    assert "steps, rate = experiments.drawn_weights(seed=0, F=1, H=16, K=1), 2000, 0.01" in loop
    found: dict[str, object] = {"y": data.sine(100, period=recurrence.PERIOD)}
    exec(imports, found)
    exec(loop.replace("2000", "40"), found)
    _, history = recurrence.train_sine(seed=0, steps=40)
    np.testing.assert_allclose(found["losses"], history.losses, rtol=1e-12)  # type: ignore[arg-type]


@pytest.mark.claim("rnn-names-accuracy")
@pytest.mark.claim("rnn-names-bag")
def test_the_order_of_letters_tells_the_language() -> None:
    """As kept; tests/results/test_results.py trains one of each again."""
    found, spelt = results.load("rnn/names"), results.load("rnn/spellings")
    network, bag = found["network"], found["letters_1"]
    assert (bag > 0.40).all()
    assert (bag < 0.56).all()
    assert (network > bag + 0.07).all()
    assert spelt.seeds == found.seeds[:5]
    network, bag, ordered = network[:5], bag[:5], spelt["sorted"]
    assert (ordered > bag - 0.08).all()
    assert (ordered < np.minimum(bag + 0.08, network - 0.04)).all()
    assert (abs(spelt["backward"] - network) < 0.06).all(), "read from the other end"


def test_triples_of_letters_beat_the_network_on_every_split_and_pairs_on_most() -> None:
    found = results.load("rnn/names")
    assert len(found.seeds) == 20
    assert (found["letters_3"] > found["network"]).all()
    assert (found["letters_2"] > found["network"]).mean() > 0.8
    assert (found["network"] > found["letters_1"]).all()


def test_counting_letters_is_bayes_rule_with_add_one() -> None:
    """By hand: a says "aa" and "ab", b says "bb"; every letter, and every pair, that anybody says counts once more."""
    train = data.NameSet(("aa", "ab", "bb"), np.array([0, 0, 1]), ("A", "B"))
    assert experiments.bag_of_letters(train, ["a", "b", "bb"]).tolist() == [0, 1, 1]
    # Pairs of "ba": ^b, ba, a$; nobody says ba. A: (0 + 1)(1 + 1) / (6 + 7)²; B: (1 + 1)(0 + 1) / (3 + 7)².
    assert experiments.bag_of_letters(train, ["ba"], n=2).tolist() == [1]
    assert experiments.bag_of_letters(train, ["a"], n=2).tolist() == [0]


def test_counted_probabilities_add_up_to_one_and_are_witten_and_bells() -> None:
    train = np.array([0, 1, 0, 1, 0, 2])
    p = np.array(
        [
            [np.exp(experiments.counted_log_probabilities(train, np.array([0, 1, 0, k]), 3, n)[-1]) for k in range(3)]
            for n in (1, 2, 3)
        ]
    )
    np.testing.assert_allclose(p.sum(axis=1), 1)
    empty = (np.array([3, 2, 1]) + 3 / 3) / (6 + 3)  # three of three symbols: T = 3
    after_0 = (np.array([0, 2, 1]) + 2 * empty) / (3 + 2)
    after_10 = (np.array([0, 1, 1]) + 2 * after_0) / (2 + 2)
    np.testing.assert_allclose(p, [empty, after_0, after_10])


@pytest.mark.learning
def test_the_kept_network_predicts_the_held_out_text_as_it_did() -> None:
    kept = results.load("rnn/text_weights")
    if kept.made["packages"]["Python"].split(".")[:2] != platform.python_version().split(".")[:2]:
        pytest.skip("another Python's library is another text")
    ids = data.Vocabulary().encode(experiments.text().valid)
    log_p = experiments.read_through(experiments.with_weights(kept.weights), ids)
    bits = -log_p[np.arange(len(log_p)), ids[1:]][4:].mean() / np.log(2)
    assert bits == pytest.approx(kept["float16"][0], abs=2e-3)
    assert abs(kept["float16"][0] - kept["network"][0]) < 0.01
    assert kept["same_argmax"][0] > 0.99
    assert abs(kept["counts_5"][0] - kept["network"][0]) < 0.05, "as well"
    assert abs(results.load("rnn/text")["network"][0] - kept["network"][0]) < 0.05, (
        "in columns or from one end to the other"
    )
    assert kept["counts_5"][0] < kept["counts_4"][0] < kept["counts_3"][0] < kept["counts_2"][0]


@pytest.mark.claim("rnn-text-rnn")
@pytest.mark.claim("rnn-text-bigram")
@pytest.mark.claim("rnn-text-unigram")
@pytest.mark.claim("rnn-text-perplexity")
@pytest.mark.claim("rnn-text-after-one")
@pytest.mark.claim("rnn-text-after-six")
@pytest.mark.claim("rnn-text-after-late")
def test_the_character_model_uses_more_than_the_last_character() -> None:
    """As kept; tests/results/test_results.py trains one for some steps again."""
    found = results.load("rnn/text")
    bigram, bits, by_memory = found["bigram"], found["network"], found["by_memory"].T
    assert len(found.seeds) == 5
    assert (bigram < found["unigram"] - 0.5).all()
    assert (bits < bigram - 0.9).all()
    assert (2**bits < 8).all()
    assert (by_memory[0] > bigram).all()
    assert (bigram > by_memory[5]).all()
    assert (np.diff(by_memory[:4], axis=0) < 0).all()
    assert (by_memory[3] > by_memory[5] + 0.1).all()
    assert (abs(by_memory[20:].mean(axis=0) - bits) < 0.1).all(), "as when it reads the whole text"
    assert (abs(by_memory[5:12].mean(axis=0) - by_memory[20:].mean(axis=0)) < 0.15).all(), "level from about six on"


@pytest.mark.claim("rnn-initial-radius")
@pytest.mark.claim("rnn-initial-left")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_new_network_forgets(seed: int) -> None:
    """Entries uniform in ±1/√H have the variance 1/(3H): by the circular law the radius tends to 1/√3."""
    assert recurrence.initial_radius(seed, H=512) == pytest.approx(3**-0.5, rel=0.06)
    assert 0.55 < recurrence.initial_radius(seed) < 0.68
    assert recurrence.initial_radius(seed) ** 10 < 0.02


@pytest.mark.claim("rnn-names-masked")
@pytest.mark.claim("rnn-names-embedding")
@pytest.mark.parametrize("seed", SEEDS)
def test_masks_and_tables_give_the_same(seed: int) -> None:
    assert experiments.masking_difference(seed) < ROUNDING
    assert experiments.embedding_difference(seed) == 0


@pytest.mark.learning
@pytest.mark.claim("rnn-writing-own")
@pytest.mark.claim("rnn-writing-own-counted")
@pytest.mark.claim("rnn-writing-true-counted")
@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_network_writes_is_not_like_the_text(seed: int) -> None:
    model = experiments.with_weights(results.load("rnn/text_weights").weights)
    bits = experiments.surprise_at_itself(model, seed)
    assert bits["own"] < bits["true"] + 0.1, "content with its own"
    assert bits["own-counted"] > bits["true-counted"] + 0.4


# --- errors in the wild


@pytest.mark.claim("rnn-wild-right")
@pytest.mark.claim("rnn-wild-softmax_twice")
@pytest.mark.claim("rnn-wild-viewed")
@pytest.mark.claim("rnn-wild-another_step")
def test_what_errors_cost_in_accuracy() -> None:
    """As kept; tests/results/test_results.py trains one of each again."""
    found = results.load("rnn/wild")
    assert len(found.seeds) == 5
    right = found["right"]
    assert (right > 0.58).all()
    assert (right - 0.12 < found["softmax_twice"]).all(), "accuracy hardly tells"
    assert (found["softmax_twice"] < right).all()
    assert (found["viewed"] < 0.3).all()
    assert (found["another_step"] < right - 0.25).all()


@pytest.mark.claim("rnn-wild-floor")
@pytest.mark.parametrize("seed", SEEDS)
def test_two_softmaxes_have_a_floor(seed: int) -> None:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 10, (4, 3))
    sure = 100.0 * np.eye(10)[y]
    twice = find("rnn.cross_entropy").variant("R14")
    assert rnn.cross_entropy(sure, y) < 1e-9
    assert twice(sure, y) == pytest.approx(np.log(1 + 9 / np.e))
    assert twice(rng.normal(size=sure.shape, scale=9), y) > np.log(1 + 9 / np.e)


@pytest.mark.claim("rnn-wild-moved")
@pytest.mark.parametrize("seed", SEEDS)
def test_reshaping_mixes_examples(seed: int) -> None:
    right = recurrence.random_network(seed)
    changed = {**right, "x": right["x"].copy()}
    changed["x"][:, 2] += 1
    wrong = find("rnn.forward").variant("R5 inputs")
    assert np.abs(rnn.forward(**right) - rnn.forward(**changed))[:, :2].max() == 0
    assert np.abs(wrong(**right) - wrong(**changed))[:, 0].max() > 0.1


@pytest.mark.claim("rnn-wild-li")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_name_that_is_read_before_it_begins_is_any_name(seed: int) -> None:
    torch.manual_seed(seed)
    layer = torch.nn.RNN(len(data.LETTERS), 8)
    with torch.no_grad():
        for read, same in ((wild.another_step, True), (wild.packed, False)):
            li, wu = (read(layer, [name, "virtanen"])[0] for name in ("li", "wu"))
            assert torch.equal(li, wu) == same
        torch.testing.assert_close(*(wild.packed(layer, names)[0] for names in (["li"], ["li", "virtanen"])))


@pytest.mark.claim("rnn-wild-prompt-right")
@pytest.mark.claim("rnn-wild-prompt-off-by-one")
@pytest.mark.claim("rnn-wild-perplexity")
@pytest.mark.claim("rnn-wild-exponentials")
@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_prompt_off_by_one_and_a_mean_of_exponentials_cost(seed: int) -> None:
    right, wrong = wild.prompted(seed, wrong=False), wild.prompted(seed, wrong=True)
    assert right.mean() / np.log(2) < 3.2
    assert wrong.mean() / np.log(2) > np.log2(96), "worse than equal probabilities"
    parts = right, np.ones(len(right), int)
    perplexity = rnn.perplexity(*parts)
    assert perplexity == pytest.approx(np.exp(right.mean()))
    assert find("rnn.perplexity").variant("R19 mean of exp")(*parts) > 8 * perplexity
