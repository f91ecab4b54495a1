"""The references of the chapter's exercises, against torch, the package's own functions or closed forms."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch

from rnncourse import rnn, seq2seq
from rnncourse.checks import find
from rnncourse.checks.engine import Exercise, close, forms, quiet
from rnncourse.checks.seq2seq import EXERCISES
from rnncourse.checks.seq2seq.draws import SEEDS

SEEDS_OF_CASES = pytest.mark.parametrize("seed", range(5))


def reference(name: str, *arguments: Any) -> Any:
    return find(f"seq2seq.{name}").reference(*arguments)


def drawn(name: str, case: str, seed: int) -> Any:
    return find(f"seq2seq.{name}").case(case, seed)


def tensor(a: Any) -> torch.Tensor:
    return torch.tensor(a, requires_grad=a.dtype.kind == "f")


# --- what a decoder is taught with


@SEEDS_OF_CASES
@pytest.mark.parametrize("case", ["general", "full rows", "pad is a symbol", "pad is 0"])
def test_inputs_are_the_packages_shift_of_the_targets(case: str, seed: int) -> None:
    y, lengths, start, end, pad = drawn("teacher_pairs", case, seed)
    inputs, targets, real = reference("teacher_pairs", y, lengths, start, end, pad)
    np.testing.assert_array_equal(inputs, np.where(real == 1, seq2seq.shift(targets, start), pad))
    np.testing.assert_array_equal(real.sum(axis=0), lengths + 1)
    for b, n in enumerate(lengths):
        assert targets[: n + 1, b].tolist() == [*y[:n, b], end]
        assert (targets[n + 1 :, b] == pad).all()


def test_wrong_lengths_and_numbers_are_named() -> None:
    y = np.array([[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="lengths: expected numbers from 0 to 2, got 1 to 3"):
        reference("teacher_pairs", y, np.array([1, 3]), 0, 1, 2)
    with pytest.raises(ValueError, match="lengths: expected at least 1 step of every example, got 0"):
        reference("teacher_pairs", y, np.array([0, 2]), 0, 1, 2)
    with pytest.raises(ValueError, match="n: expected numbers from 0 to 2"):
        reference("edit_distance", y, np.array([0, 3]), y, np.array([1, 2]))
    with pytest.raises(ValueError, match="width: expected at most 2, got 3"):
        reference("beam", np.ones(1), np.ones((2, 1)), np.ones((1, 1)), np.ones((2, 1)), 0, 1, 2, 3, 1.0)
    with pytest.raises(ValueError, match="lengths: expected numbers from 0 to 3, got 4"):
        reference("column_steps", np.ones((1, 1, 1, 3)), np.array([4]), 2)


# --- its loss


@SEEDS_OF_CASES
@pytest.mark.parametrize("case", ["general", "ε is 0", "large ε", "large outputs"])
def test_the_loss_and_its_gradient_are_torchs(case: str, seed: int) -> None:
    o, y, lengths, epsilon = drawn("smoothed_loss", case, seed)
    L, do, right = reference("smoothed_loss", o, y, lengths, epsilon)
    ignored = np.where(np.arange(len(o))[:, None] < lengths, y, -100)
    outputs = tensor(o)
    wanted = torch.nn.functional.cross_entropy(
        outputs.reshape(-1, o.shape[2]), torch.tensor(ignored).reshape(-1), ignore_index=-100, label_smoothing=epsilon
    )
    wanted.backward()
    assert pytest.approx(wanted.item(), rel=1e-10) == L
    np.testing.assert_allclose(do, outputs.grad.numpy(), atol=1e-12)
    said = [o[t, b].argmax() == y[t, b] for b, n in enumerate(lengths) for t in range(n)]
    assert right == pytest.approx(np.mean(said))
    if epsilon == 0:
        assert pytest.approx(seq2seq.masked_cross_entropy(o, y, lengths), rel=1e-12) == L
        np.testing.assert_allclose(do, seq2seq.masked_output_gradient(o, y, lengths), atol=1e-12)


# --- edit distance


@SEEDS_OF_CASES
def test_the_distance_is_the_least_number_of_changes_by_trying(seed: int) -> None:
    """Breadth first through all sequences that single changes make."""
    rng = np.random.default_rng(seed)
    for _ in range(4):
        u, v = (rng.integers(0, 3, int(rng.integers(low, 5))).tolist() for low in (0, 1))
        seen, now, steps = {tuple(u)}, {tuple(u)}, 0
        while tuple(v) not in seen:
            steps += 1
            more = set()
            for one in now:
                for i in range(len(one) + 1):
                    more |= {(*one[:i], k, *one[i:]) for k in range(3)}
                    if i < len(one):
                        more |= {(*one[:i], *one[i + 1 :])} | {(*one[:i], k, *one[i + 1 :]) for k in range(3)}
            now = {one for one in more if len(one) <= 5} - seen
            seen |= now
        said = np.array([[*u, 9]]).T
        d, rate, exact = reference("edit_distance", said, np.array([len(u)]), np.array([v]).T, np.array([len(v)]))
        assert d[0] == steps
        assert rate == steps / len(v)
        assert exact == (u == v)


# --- attention, and the way back


def attended(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, lengths: Any) -> torch.Tensor:
    """By torch's own function, batch first and with a mask."""
    mask = torch.arange(len(k))[None, None, :] < torch.tensor(lengths)[:, None, None]
    by_example = (a.transpose(0, 1) for a in (q, k, v))
    return torch.nn.functional.scaled_dot_product_attention(*by_example, attn_mask=mask).transpose(0, 1)


@SEEDS_OF_CASES
@pytest.mark.parametrize("case", ["general", "no padding", "square", "large scores"])
def test_attention_of_all_steps_is_torchs(case: str, seed: int) -> None:
    q, k, v, lengths = drawn("attend_all", case, seed)
    c, alpha = reference("attend_all", q, k, v, lengths)
    np.testing.assert_allclose(c, attended(*(torch.tensor(a) for a in (q, k, v)), lengths).numpy(), atol=1e-10)
    np.testing.assert_allclose(alpha.sum(axis=1), 1)
    assert (alpha[:, np.arange(len(k))[:, None] >= lengths] == 0).all()


@SEEDS_OF_CASES
@pytest.mark.parametrize("case", ["general", "no padding", "square"])
def test_the_way_back_is_torchs(case: str, seed: int) -> None:
    dc, q, k, v, lengths = drawn("attention_gradient", case, seed)
    tensors = [tensor(a) for a in (q, k, v)]
    attended(tensors[0][None], *tensors[1:], lengths)[0].backward(torch.tensor(dc))
    for got, want in zip(reference("attention_gradient", dc, q, k, v, lengths), tensors, strict=True):
        np.testing.assert_allclose(got, want.grad.numpy(), atol=1e-12)


# --- columns


@SEEDS_OF_CASES
@pytest.mark.parametrize("case", ["general", "one column a step", "full groups", "below 0", "square"])
def test_columns_are_pooled_as_torch_does(case: str, seed: int) -> None:
    a, widths, pool = drawn("column_steps", case, seed)
    x, lengths = reference("column_steps", a, widths, pool)
    for b, w in enumerate(widths):
        one = torch.tensor(a[b : b + 1, :, :, :w])
        pooled = torch.nn.functional.max_pool2d(one, (1, pool), ceil_mode=True).numpy()
        assert lengths[b] == pooled.shape[3]
        np.testing.assert_array_equal(x[: lengths[b], b], seq2seq.columns(pooled)[:, 0])
        assert (x[lengths[b] :, b] == 0).all()


# --- beam search


def step_of(E: Any, W_hh: Any, W_ho: Any) -> Any:
    def step(y_prev: Any, state: Any) -> Any:
        state = np.tanh(E[y_prev] + state @ W_hh.T)
        return state @ W_ho.T, state

    return step


@SEEDS_OF_CASES
@pytest.mark.parametrize("case", ["general", "one beginning", "a is 0", "wide"])
def test_the_beams_are_the_packages(case: str, seed: int) -> None:
    s, E, W_hh, W_ho, start, end, steps, width, a = drawn("beam", case, seed)
    y, n, score = reference("beam", s, E, W_hh, W_ho, start, end, steps, width, a)
    found = seq2seq.beam_search(step_of(E, W_hh, W_ho), s[None], start, end, steps, width)
    found.sort(key=lambda one: -one[1] / len(one[0]) ** a)
    for i, (said, log_p) in enumerate(found):
        assert y[i].tolist() == said + [end] * (steps - len(said))
        assert n[i] == len(said)
        assert score[i] == pytest.approx(log_p / len(said) ** a)
    if width == 1:
        greedy, length = seq2seq.greedy(step_of(E, W_hh, W_ho), s[None], start, end, steps)
        np.testing.assert_array_equal(y[0, : len(greedy)], greedy[:, 0])
        assert n[0] == length[0]


def test_a_beam_as_wide_as_all_sentences_finds_the_likeliest() -> None:
    s, E, W_hh, W_ho, start, end, *_ = drawn("beam", "wide", 0)
    K, step = len(E), step_of(E, W_hh, W_ho)
    best = -np.inf
    for said in itertools.product(range(K), repeat=2):
        o = seq2seq.teacher_forced(step, s[None], np.array(said)[:, None], start)
        log_p = rnn.log_softmax(o)[[0, 1], 0, said]
        best = max(best, log_p[0] if said[0] == end else log_p.sum())
    assert reference("beam", s, E, W_hh, W_ho, start, end, 2, K, 0.0)[2][0] == pytest.approx(best)


# --- the project


@SEEDS_OF_CASES
@pytest.mark.parametrize("case", ["general", "full sources", "square"])
def test_the_project_is_the_packages_encoder_attention_and_greedy_decoder(case: str, seed: int) -> None:
    x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps = drawn("translate", case, seed)
    s0, alpha, y, n, log_p = reference("translate", x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps)
    H, B = len(W_hh), x.shape[1]
    zero = np.zeros(H)
    h, c = seq2seq.encode(A[x], lengths, np.zeros((B, H)), np.eye(H), W_hh, zero, zero)
    np.testing.assert_allclose(s0, c, atol=1e-12)
    for b in range(B):  # one at a time, cut to its length
        own, seen = h[: lengths[b], b : b + 1], []

        def step(y_prev: Any, state: Any, own: Any = own, seen: Any = seen) -> Any:
            e = seq2seq.multiplicative_scores(state, own, np.eye(H))
            weights = seq2seq.attention_weights(e, np.array([len(own)]))
            o_t, state = seq2seq.decoder_step(
                y_prev, state, seq2seq.context(weights, own), E, np.hstack([np.eye(H), W_c]), W_s, zero, zero, W_ho,
                np.zeros(len(E)),
            )  # fmt: skip
            seen.append((weights[:, 0], rnn.log_softmax(o_t)[0].max()))
            return o_t, state

        said, length = seq2seq.greedy(step, s0[b : b + 1], start, end, steps)
        assert n[b] == length[0]
        assert y[:, b].tolist() == [*said[:, 0], *[end] * (steps - len(said))]
        assert log_p[b] == pytest.approx(sum(one for _, one in seen))
        for t in range(steps):
            own_weights = seen[t][0] if t < len(seen) else np.zeros(lengths[b])
            np.testing.assert_allclose(alpha[t, : lengths[b], b], own_weights, atol=1e-12)
            assert (alpha[t, lengths[b] :, b] == 0).all()


# --- draws that are kept


@pytest.mark.parametrize("exercise", [e for e in EXERCISES if any(k.startswith(e.name[8:] + "/") for k in SEEDS)])
def test_every_kept_seed_shows_every_mistake_in_the_same_parts(exercise: Exercise) -> None:
    """Where an output decides whether a part holds; of some forms one case decides for all seeds of the others."""
    short = exercise.name.removeprefix("seq2seq.")
    for _, form in forms(exercise):
        wrong = exercise.variant(form)
        held = []  # by case: of each seed which outputs are right
        for case in exercise.cases:
            rows = set()
            for seed in range(len(SEEDS.get(f"{short}/{case}", range(3)))):
                given = exercise.case(case, seed)
                try:
                    with quiet():
                        got = exercise.call(wrong, given)
                except Exception:
                    got = []
                want = exercise.answer(given)
                rate = 1e-4 if case == "float32" else 1e-8
                rows.add(tuple(len(got) > i and close(got[i], one, rate) for i, one in enumerate(want)))
            held.append(rows)
        for facet in exercise.facets:
            places = exercise.places[facet.name]
            cases = list(exercise.cases)
            always = [{row[i] for row in held[cases.index(case)]} for case, i in places]
            assert {False} in always or all(one == {True} for one in always), (form, facet.name)
