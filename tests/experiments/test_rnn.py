"""The numbers that ``book/rnn`` prints, as inequalities over several seeds; page and tests run the same code."""

from __future__ import annotations

import platform

import numpy as np
import pytest

from rnncourse import data, results, turing
from rnncourse.experiments import rnn as experiments

SEEDS = range(5)
ROUNDING = 1e-12  # of states below 1 whose errors may grow over the steps; another network differs by 1e-1


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


@pytest.mark.claim("rnn-names-blanks")
def test_a_blank_gives_irish_names_away() -> None:
    train, _, _ = data.names(seed=0)
    blank = np.array([" " in name for name in train.names])
    irish = np.array(train.languages)[train.labels] == "Irish"
    assert (blank & irish).sum() > 0.9 * irish.sum()
    assert (blank & ~irish).sum() < 0.05 * (~irish).sum()


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
