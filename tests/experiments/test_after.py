"""What linear recurrences learn, follow and hold, over five seeds; counts and rounds, and errors in the wild."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnncourse import after, results
from rnncourse.experiments import after as experiments
from rnncourse.experiments import after_wild

SEEDS = range(300, 305)


@pytest.fixture(scope="module")
def kept() -> Any:
    return results.load("after/steps")


CHOOSES = ("linear", "mingru", "gru", "lstm")
FOLLOWS = ("tanh", "signed", "gru", "lstm")


@pytest.mark.claim("after-modes")
def test_modes_lose_nothing() -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        W_hh, W_ih = rng.normal(size=(6, 6)) / np.sqrt(12), rng.normal(size=(6, 3))
        x, h0 = rng.normal(size=(200, 4, 3)), np.zeros((4, 6))
        h = after.linear_states(x, h0, W_ih, W_hh)
        assert np.abs(h - after.mode_states(x, h0, after.diagonalise(W_ih, W_hh))).max() < 1e-10


@pytest.mark.claim("after-variance-0")
@pytest.mark.claim("after-variance-1")
@pytest.mark.claim("after-variance-2")
@pytest.mark.claim("after-variance-3")
def test_gamma_gives_all_modes_one_size() -> None:
    radii = np.array([0.5, 0.9, 0.99, 0.999])
    nu, one = np.log(-np.log(radii)), np.stack([np.ones((4, 1)), np.zeros((4, 1))])
    for seed in SEEDS:
        x = np.random.default_rng(seed).normal(size=(6000, 50, 1))
        h = after.lru_states(x, nu, np.full(4, 0.3), one)[3000:]
        size = (np.abs(h) ** 2).mean(axis=(0, 1))
        np.testing.assert_allclose(size, [1, 1, 1, 1], atol=0.15)


@pytest.mark.claim("after-scan-far")
@pytest.mark.claim("after-back")
def test_scan_and_looking_back_give_the_states() -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        a, b, h0 = rng.uniform(-1, 1, (1000, 4, 16)), rng.normal(size=(1000, 4, 16)), rng.normal(size=(4, 16))
        assert np.abs(after.loop(a, b, h0) - after.scan(a, b, h0)).max() < 1e-10
        a, k, q = rng.uniform(0.5, 1, (40, 2, 8)), *rng.normal(size=(2, 40, 2, 8))
        v = rng.normal(size=(40, 2, 4))
        assert np.abs(after.memory(a, k, v, q) - after.memory_as_attention(a, k, v, q)).max() < 1e-10


@pytest.mark.claim("after-parity-right")
@pytest.mark.claim("after-cups")
def test_a_sign_follows_parity_and_mirrors_follow_cups() -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        x = rng.integers(0, 2, (10_000, 1)).astype(float)
        assert (after.parity(x)[:, 0] == 1 - 2 * (x[:, 0].cumsum() % 2)).all()
        swaps = np.array([rng.permutation(5)[:2] for _ in range(2_000)])
        h = after.follow_exchanges(swaps[:, :1], swaps[:, 1:], np.arange(1.0, 6.0)[None])
        cups = list(range(1, 6))
        for i, j in swaps:
            cups[i], cups[j] = cups[j], cups[i]
        assert (h[-1, 0] == cups).all()


@pytest.mark.claim("after-newton-5")
@pytest.mark.claim("after-newton-10")
@pytest.mark.claim("after-newton-15")
def test_newton_needs_few_rounds_where_states_come_closer_and_many_where_they_run_apart() -> None:
    needed = {gain: [len(experiments.newton_rounds(gain, seed)) - 1 for seed in SEEDS] for gain in (0.5, 1.0, 1.5, 2.0)}
    assert max(needed[0.5]) <= 5
    assert max(needed[1.0]) <= 12
    assert np.median(needed[1.0]) > np.median(needed[0.5])
    assert min(needed[1.5]) >= 10
    assert np.median(needed[2.0]) == 60  # all that were allowed
    longer = [len(experiments.newton_rounds(0.5, seed, T=1024)) - 1 for seed in SEEDS]
    assert max(longer) <= 5  # whatever the length


@pytest.mark.claim("after-sum-8")
@pytest.mark.claim("after-sum-64")
@pytest.mark.claim("after-delta-8")
@pytest.mark.claim("after-delta-64")
@pytest.mark.claim("after-attention-8")
@pytest.mark.claim("after-attention-64")
def test_a_state_recalls_about_as_many_pairs_as_it_has_columns() -> None:
    right = {
        (how, n): np.array([experiments.recalled(how, n, seed) for seed in SEEDS])
        for how in ("sum", "delta", "attention")
        for n in (8, 64)
    }
    assert all(np.median(right[how, 8]) > 0.95 for how in ("sum", "delta", "attention"))
    assert (right["attention", 64] > 0.99).all()
    assert (right["sum", 64] < 0.85).all()
    assert (right["sum", 64] > 0.65).all()
    assert (right["delta", 64] < right["sum", 64]).all()
    assert np.median(right["delta", 8]) < np.median(right["sum", 8]) + 0.01  # correcting brings nothing
    with pytest.raises(ValueError, match="how: expected 'sum', 'delta' or 'attention'"):
        experiments.recalled("product", 8, 0)


@pytest.mark.claim("after-sum-twice")
@pytest.mark.claim("after-delta-twice")
@pytest.mark.claim("after-attention-twice")
@pytest.mark.claim("after-attention-soft")
def test_only_who_corrects_knows_what_a_key_was_given_last() -> None:
    twice = {
        how: np.array([experiments.recalled(how, 4, seed, twice=True) for seed in SEEDS])
        for how in ("sum", "delta", "attention")
    }
    assert (twice["delta"] > 0.9).all()
    for how in ("sum", "attention"):
        assert 0.6 < np.median(twice[how]) < 0.85
    soft = [experiments.recalled("attention", 64, seed, beta=1 / 32) for seed in SEEDS]  # 1 / sqrt(D) in all
    assert 0.5 < np.median(soft) < 0.65


@pytest.mark.claim("after-cost-ratio")
def test_attention_needs_hundreds_of_times_as_much_for_long_sequences() -> None:
    """No seed: both are counts, which tests/after/test_after.py compares with runs."""
    ratio = after.attention_cost(100_000, 64).multiplications / after.memory_cost(100_000, 64).multiplications
    assert round(ratio) == 521
    assert after.breaks_even(64) == 192


@pytest.mark.claim("after-late-steps")
@pytest.mark.claim("after-late-error")
@pytest.mark.claim("after-restarted")
@pytest.mark.claim("after-divided-200")
@pytest.mark.claim("after-divided-800")
def test_errors_in_the_wild_cost_what_the_page_says() -> None:
    for seed in SEEDS:
        late = after_wild.carried_over(seed)
        assert late["steps"] > 0.95
        assert 0.15 < late["error"] < 0.3
        assert after_wild.carried_over(seed, late=0)["steps"] == 0
        pieces = after_wild.restarted(seed)
        assert 0.5 < pieces["restarted"] < 0.65
        assert pieces["handed on"] < 1e-20
        assert after_wild.divided(seed, 200) == {"divided": 0, "state": 0}
        wrong = after_wild.divided(seed, 800)
        assert wrong["divided"] > 0.4
        assert wrong["state"] == 0
        assert after_wild.divided(seed, 800, np.float64)["divided"] == 0  # there is more room in 64 bits


@pytest.mark.parametrize("model", experiments.MODELS)
@pytest.mark.claim("after-tanh-adding")
@pytest.mark.claim("after-tanh-256")
@pytest.mark.claim("after-linear-adding")
@pytest.mark.claim("after-linear-256")
@pytest.mark.claim("after-diagonal-adding")
@pytest.mark.claim("after-diagonal-256")
@pytest.mark.claim("after-lru-adding")
@pytest.mark.claim("after-lru-256")
@pytest.mark.claim("after-mingru-adding")
@pytest.mark.claim("after-mingru-256")
@pytest.mark.claim("after-signed-adding")
@pytest.mark.claim("after-signed-256")
@pytest.mark.claim("after-gru-adding")
@pytest.mark.claim("after-gru-256")
@pytest.mark.claim("after-lstm-adding")
@pytest.mark.claim("after-lstm-256")
def test_gates_choose_and_signs_follow(kept: Any, model: str) -> None:
    error, right = np.array(kept[f"{model}_adding"]), np.array(kept[f"{model}_256"])
    assert len(error) == len(right) == 5
    assert (np.median(error) < 1 / 60) == (model in CHOOSES)
    if model in FOLLOWS:
        assert (right == 1).all()
    else:
        assert (right < 0.55).all()


def test_what_learns_to_add_on_some_seeds_alone(kept: Any) -> None:
    """A sixtieth is a tenth of what always saying 1 costs."""
    learnt = {model: sum(error < 1 / 60 for error in kept[f"{model}_adding"]) for model in experiments.MODELS}
    assert learnt == {
        "tanh": 0, "linear": 5, "diagonal": 1, "lru": 2, "mingru": 5, "signed": 1, "gru": 5, "lstm": 4
    }  # fmt: skip
    assert max(kept["mingru_40"]) < 0.55, "not on the length it was trained on, either"
    assert np.median(kept["tanh_adding"]) > 0.04


def test_another_model_is_refused() -> None:
    with pytest.raises(ValueError, match="model: expected one of tanh, linear"):
        experiments.network("transformer", 2)


def test_the_scan_in_torch_is_the_modules_own() -> None:
    import torch

    from rnncourse import nn

    torch.manual_seed(0)
    ours, x = nn.MinGRU(3, 4), torch.randn(9, 2, 3)
    torch.testing.assert_close(experiments.scanning(ours)(x)[0], ours(x)[0], rtol=1e-5, atol=1e-6)
    assert experiments.seconds_of(ours, x) > 0
