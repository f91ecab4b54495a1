"""Every known mistake is recognised as itself, keeps the parts that it leaves right, and loses the others."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest

from rnncourse import bptt, rnn
from rnncourse.checks import check, exercises, find
from rnncourse.checks.engine import CONDUCT, DTYPE, close, examine, forms
from rnncourse.checks.mistakes import CannotBeCombinedError
from tests.checks.parts_kept import chapters, parts, table, written

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # a warning is no error, as in a notebook
    pytest.mark.usefixtures("cases_once"),
]

KEPT = parts()
MADE = [(name, mistake) for name in exercises() for mistake in find(name).mistakes if mistake.forms]
SEEDS = 3


def go(name, one, other):
    """Can both be made at once?"""
    try:
        find(name).variant(one[1], other[1])
    except CannotBeCombinedError:
        return False
    return True


def held(report):
    return {name for name, holds in report.facets.items() if holds}


def expected(name, keeps):
    """Nothing right: no part holds. Else the parts named, and those about manners."""
    asked = {DTYPE.name} if find(name).dtype_asked else set()
    return {*keeps, *asked, find(name).conduct.name} if keeps else set()


@pytest.mark.parametrize("name", exercises())
def test_the_variant_without_mistakes_is_the_reading_version(name):
    exercise = find(name)
    for seed, case in itertools.product(range(3), exercise.cases):
        given = exercise.drawn(case, seed)
        want, got = exercise.call(exercise.reference, given), exercise.call(exercise.variant(), given)
        assert len(want) == len(got) == len(exercise.results)
        for output, g, w in zip(exercise.results, got, want, strict=True):
            assert g.dtype.kind == w.dtype.kind
            assert close(g, w, output.tolerance or 1e-4 if case == "float32" else output.tolerance or 1e-12)


@pytest.mark.parametrize("chapter", chapters())
def test_what_mistakes_leave_right_is_what_is_written_down(chapter):
    """The computed table; if the change is meant: python -m tests.checks.parts_kept, and read the difference."""
    assert table(chapter) == written(chapter)


def is_recognised(name, mistake, form, seed):
    """It is named alone, its first hint is said and its second kept back, and the parts that it loses are lost."""
    report = check(name, find(name).variant(form), seed=seed)
    where = f"{form}, seed {seed}: {report}"
    assert report.mistakes == [mistake.id], where
    assert not report.passed, where
    assert mistake.hint in report.messages, where
    assert mistake.hint in str(report), where
    assert mistake.more in report.hints[0], where
    assert mistake.more not in str(report), where
    assert held(report) == expected(name, KEPT[name, form]), where


@pytest.mark.parametrize(("name", "mistake"), MADE, ids=lambda v: v if isinstance(v, str) else v.id)
def test_a_mistake_is_recognised_and_loses_its_parts(name, mistake):
    """Every form, with one seed; another one comes to the next form."""
    for n, form in enumerate(mistake.forms):
        is_recognised(name, mistake, form, seed=n % SEEDS)


@pytest.mark.again
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", exercises())
def test_every_form_is_recognised_with_every_seed(name):
    for mistake in find(name).mistakes:
        for n, form in enumerate(mistake.forms):
            for seed in {*range(SEEDS)} - {n % SEEDS}:
                is_recognised(name, mistake, form, seed)


@pytest.mark.parametrize("name", exercises())
def test_two_mistakes_at_once_are_both_named(name):
    """Of each pair: both, or one if the other then changes nothing, or two that give the same numbers."""
    rng = np.random.default_rng(0)
    pairs = [(a, b) for a, b in itertools.combinations(forms(find(name)), 2) if a[0].id != b[0].id and go(name, a, b)]
    both = 0
    chosen = [pairs[i] for i in rng.permutation(len(pairs))[:6]]
    for (first, form), (second, other) in chosen:
        report = check(name, find(name).variant(form, other), seed=1)
        assert not report.passed
        said = set(report.mistakes)
        if said == {first.id, second.id}:
            both += 1
            for mistake in (
                first,
                second,
            ):  # where one hides the other in an experiment, its idea comes first
                assert {mistake.hint, mistake.more if mistake.tries else mistake.hint} & {*report.messages}
        else:
            assert len(said) <= 2
            assert report.messages
    if name not in (
        "rnn.bits_per_character",
        "bptt.numerical_gradient",
        "bptt.relative_error",
        "rnn.temperature",
        "gradients.orthogonal_start",
        "narx.delay_vectors",  # most of them change the number of rows: then no pair is sought
    ):  # here one excludes the other
        assert both >= min(2, len(chosen)), f"{both} of {len(chosen)}"


@pytest.mark.parametrize("name", exercises())
def test_hints_point_and_do_not_tell(name):
    for mistake in find(name).mistakes:
        assert "?" in mistake.hint
        assert mistake.more
        assert mistake.more != mistake.hint
        assert not re.search(r"@|\bnp\.|\.T\b|\[.*\] =", mistake.hint + mistake.more)


# ---------------------------------------------------------------------------------------------------------------------
# The same mistakes as people write them, not as our variants do


def h_t(x_t, h, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + h @ W_hh.T + b_ih + b_hh)


def negative_index(x, h0, *w):
    hs = np.zeros((len(x), *h0.shape), dtype=x.dtype)
    for t in range(len(x)):
        hs[t] = h_t(x[t], hs[t - 1], *w)
    return hs


def same_array_appended(x, h0, *w):
    h, hs = h0.copy(), []
    for x_t in x:
        h[...] = h_t(x_t, h, *w)
        hs.append(h)
    return np.array(hs)


def loop_over_the_batch_axis(x, h0, *w):
    h, hs = h0, np.zeros((len(x), x.shape[1], len(w[1])), dtype=x.dtype)
    for t in range(x.shape[1]):
        h = h_t(x[:, t], h, *w)
        hs[:, t] = h
    return hs


def features_first(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, hs = h0, []
    for x_t in x:
        h = np.tanh(x_t @ W_ih + h @ W_hh + b_ih + b_hh)
        hs.append(h)
    return np.stack(hs)


def state_before_tanh(x, h0, W_ih, W_hh, b_ih, b_hh):
    z, hs = h0, []
    for x_t in x:
        z = x_t @ W_ih.T + z @ W_hh.T + b_ih + b_hh
        hs.append(np.tanh(z))
    return np.stack(hs)


def one_softmax_over_everything(o, y):
    p = np.exp(o - o.max()) / np.exp(o - o.max()).sum()
    return -np.log(np.take_along_axis(p, y[..., None], -1)).mean()


def loss_of_probabilities(o, y):
    e = np.exp(o - o.max(-1, keepdims=True))
    p = e / e.sum(-1, keepdims=True)
    e = np.exp(p)
    return -np.log(np.take_along_axis(e / e.sum(-1, keepdims=True), y[..., None], -1)).mean()


def overflowing(o, y):
    total = 0.0
    for t, b in np.ndindex(y.shape):
        total += math.log(sum(math.exp(v) for v in o[t, b])) - o[t, b, y[t, b]]
    return total / y.size


def temperature_on_probabilities(o, tau):
    e = np.exp(o - o.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True) / tau
    return p / p.sum(1, keepdims=True)


def likeliest(o, tau, u):
    return np.argmax(o / tau, axis=1)


def batches_of_columns(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    cut = lambda s: s[: B * C * T].reshape(-1, B).reshape(C, T, B)  # noqa: E731
    return cut(ids), cut(ids[1:])


def target_wraps_round(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = ids[: B * C * T].reshape(B, C, T).transpose(1, 2, 0)
    y = x.copy()
    y[:, :-1], y[:, -1] = x[:, 1:], x[:, 0]
    return x, y


def back(
    dh_out, x, h0, h, W_ih, W_hh, *, before="prev", use=lambda t, dh_out, c: dh_out[t] + c, order=reversed, clip=None
):
    dW, dU, db, dx, c = np.zeros_like(W_ih), np.zeros_like(W_hh), 0, np.zeros_like(x), np.zeros_like(h0)
    for t in order(range(len(x))):
        dz = (1 - h[t] ** 2) * use(t, dh_out, c)
        dW += dz.T @ x[t]
        dU += dz.T @ {"prev": h[t - 1] if t else h0, "now": h[t], "wrap": h[t - 1]}[before]
        db, dx[t], c = db + dz.sum(0), dz @ W_ih, dz @ W_hh
        c = clip(c) if clip else c
    return dW, dU, db, dx, c


def in_place(t, dh_out, c):
    dh_out[t] += c
    return dh_out[t]


def norm_clipped(c):
    return c * min(1, 2.5 / np.linalg.norm(c))


def tiny_eps(f, theta):
    return np.array(
        [(f(theta + 1e-13 * e) - f(theta - 1e-13 * e)) / 2e-13 for e in np.eye(theta.size).reshape(-1, *theta.shape)]
    ).reshape(theta.shape)


def walk(f, theta, up=1e-6, down=1e-6, back=True, kind=float):
    theta, out = theta.astype(kind), np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        old = theta[j]
        theta[j] = old + kind(up)
        above = f(theta.copy())
        theta[j] = old - kind(down)
        out[j] = (above - f(theta.copy())) / (up + down)
        if back:
            theta[j] = old
    return out


def all_at_once(f, theta):
    return np.full(theta.shape, (f(theta + 1e-6) - f(theta - 1e-6)) / 2e-6)


def shares_of_entries(f, theta):
    return np.array(
        [
            (f(theta + 1e-6 * e * theta) - f(theta - 1e-6 * e * theta)) / 2e-6
            for e in np.eye(theta.size).reshape(-1, *theta.shape)
        ]
    ).reshape(theta.shape)


def stop_chunks(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k, *, reset=False, floor=False, cut=True):
    w, state, total = (W_ih, W_hh, b_ih, b_hh), h0, None
    for s in range(0, len(x) // k * k if floor else len(x), k):
        h = rnn.forward(x[s : s + k], h0 if reset else state, *w)
        g = bptt.backward(dh_out[s : s + k], x[s : s + k], h0 if reset else state, h, W_ih, W_hh)[:3]
        total, state = g if total is None else [a + b for a, b in zip(total, g, strict=True)], h[-1]
    return total or (0 * W_ih, 0 * W_hh, 0 * b_ih)


PEOPLE = {
    "R1 by a negative index": ("rnn.forward", negative_index, ["R1"]),
    "R12 by shared memory": ("rnn.forward", same_array_appended, ["R12"]),
    "R4 in a loop": ("rnn.forward", loop_over_the_batch_axis, ["R4"]),
    "R6 and R6i": ("rnn.forward", features_first, ["R6", "R6i"]),
    "R8": ("rnn.forward", state_before_tanh, ["R8"]),
    "R13 over everything, and a logarithm of zero": ("rnn.cross_entropy", one_softmax_over_everything, ["R13", "C4"]),
    "R14": ("rnn.cross_entropy", loss_of_probabilities, ["R14"]),
    "R15": ("rnn.temperature", temperature_on_probabilities, ["R15"]),
    "R18": ("rnn.sample", likeliest, ["R18"]),
    "R21c": ("rnn.next_symbol_pairs", batches_of_columns, ["R21c"]),
    "R21": ("rnn.next_symbol_pairs", target_wraps_round, ["R21"]),
    "R1 in dW_hh": ("bptt.backward", lambda *a: back(*a, before="wrap"), ["R1"]),
    "B5": ("bptt.backward", lambda *a: back(*a, before="now"), ["B5"]),
    "B6": ("bptt.backward", lambda *a: back(*a, use=lambda t, dh_out, c: dh_out[t]), ["B6"]),
    "B7": (
        "bptt.backward",
        lambda *a: back(*a, use=lambda t, dh_out, c: c if t < len(dh_out) - 1 else dh_out[t]),
        ["B7"],
    ),
    "B12": ("bptt.backward", lambda *a: back(*a, order=iter), ["B12"]),
    "B15": ("bptt.backward", lambda *a: back(*a, use=in_place), ["B15"]),
    "B16 by value": ("bptt.backward", lambda *a: back(*a, clip=lambda c: np.clip(c, -5, 5)), ["B16"]),
    "B16 by norm": ("bptt.backward", lambda *a: back(*a, clip=norm_clipped), ["B16"]),
    "B17": (
        "bptt.truncated",
        lambda *a: bptt.backward(*a[:3], rnn.forward(*a[1:-1]), *a[3:5])[:3],
        ["B17"],
    ),
    "B18": ("bptt.truncated", lambda *a: stop_chunks(*a, reset=True), ["B18"]),
    "B21": ("bptt.truncated", lambda *a: stop_chunks(*a, floor=True), ["B21"]),
    "B26 tiny": ("bptt.numerical_gradient", tiny_eps, ["B26"]),
    "B26 float32": ("bptt.numerical_gradient", lambda f, theta: walk(f, theta, kind=np.float32), ["B26"]),
    "B26 as a division by zero": (
        "bptt.relative_error",
        lambda a, b: math.dist(a.ravel(), b.ravel()) / (math.hypot(*a.ravel()) + math.hypot(*b.ravel())),
        ["B26"],
    ),
    "C4 as an overflow": ("rnn.cross_entropy", overflowing, ["C4"]),
    "D1": ("bptt.numerical_gradient", lambda f, theta: walk(f, theta, down=0), ["D1"]),
    "D1 backwards": ("bptt.numerical_gradient", lambda f, theta: walk(f, theta, up=0, down=1e-4), ["D1"]),
    "D3": ("bptt.numerical_gradient", all_at_once, ["D3"]),
    "D4": ("bptt.numerical_gradient", lambda f, theta: walk(f, theta, 0.01, 0.01, back=False), ["D4"]),
    "D5": ("bptt.numerical_gradient", lambda f, theta: walk(f, theta, 0.1, 0.1), ["D5"]),
    "D6 with the wrong divisor": ("bptt.numerical_gradient", shares_of_entries, ["D6"]),
    "E7 by a least size": (
        "bptt.relative_error",
        lambda a, b: np.linalg.norm(a - b) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-4),
        ["E7"],
    ),
}


@pytest.mark.parametrize("title", PEOPLE)
def test_mistakes_as_people_write_them(title):
    name, function, ids = PEOPLE[title]
    for seed in range(3):
        report = check(name, function, seed=seed)
        assert sorted(report.mistakes) == sorted(ids), str(report)
        hints = {m.hint for m in find(name).mistakes if m.id in ids}
        assert len(hints & set(report.messages)) == len(ids)
        assert not report.passed


def test_an_overwritten_argument_costs_its_own_part_alone():
    report = check("bptt.backward", PEOPLE["B15"][1])
    assert {name for name, holds in report.facets.items() if not holds} == {CONDUCT.name}
    assert any("argument dh_out" in message for message in report.messages)


@pytest.mark.parametrize("title", ["B16 by value", "B16 by norm"])
def test_clipping_keeps_what_it_does_not_touch(title):
    report = check("bptt.backward", PEOPLE[title][1])
    assert not any(report.facets[name] for name in ("dW_ih", "dW_hh", "db", "dx", "dh0"))


def test_one_sided_differences_fail_only_where_f_curves():
    assert held(check("bptt.numerical_gradient", lambda f, theta: walk(f, theta, 1e-7, 0))) == {
        "a vector",
        "an array of any shape",
        CONDUCT.name,
    }


def test_stopping_is_no_evidence_of_a_mistake():
    """Right wherever it answers: what it would have answered elsewhere is not known."""

    def stops(ids, B, T):
        if len(ids) == B * T * (len(ids) // (B * T)):
            raise ValueError("no target left")
        C = (len(ids) - 1) // (B * T)
        return tuple(ids[s : s + B * C * T].reshape(B, C, T).transpose(1, 2, 0) for s in (0, 1))

    report = check("rnn.next_symbol_pairs", stops)
    assert report.mistakes == []
    assert "With N=24, B=3, T=2, your function stops" in str(report)
    assert report.facets["targets"]


def test_of_three_mistakes_none_is_named_but_each_output_is_told_what_it_is():
    """No two mistakes explain all of it, and for db there are two that do: none is named while that is open."""
    report = check("bptt.backward", find("bptt.backward").variant("B8t", "B10 mean", "B13 zeros"))
    assert report.mistakes == []
    assert report.messages == [
        "dW_hh is transposed: rows and columns have changed places.",
        "db is right up to one factor, the same for all numbers: 1/B.",
        "All numbers of dh0 are 0: is the result ever written? If 0 is meant: is it right in every case?",
    ]


# ---------------------------------------------------------------------------------------------------------------------
# What a mistake costs is the same whatever the cases' numbers are


def one_maximum(o, tau):
    e = np.exp((o - o.max()) / tau)
    return e / e.sum(axis=-1, keepdims=True)


def power_of_p(o, tau):
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    p = (e / e.sum(axis=-1, keepdims=True)) ** (1 / tau)
    return p / p.sum(axis=-1, keepdims=True)


def reaches_u(o, tau, u):
    p = np.cumsum(find("rnn.temperature").variant()(o, tau), axis=-1)
    return np.array([min(np.searchsorted(row, v), len(row) - 1) for row, v in zip(p, u, strict=True)])


def size_from_the_prompt(prompt, h0, *w):
    for x_t in np.eye(prompt.max() + 1, dtype=h0.dtype)[prompt]:
        h0 = h_t(x_t, h0, *w)
    return h0


def one_maximum_loss(o, y):
    o = o - o.max()
    return -np.take_along_axis(o - np.log(np.exp(o).sum(axis=-1, keepdims=True)), y[..., None], -1).mean()


def log_softmax(o):
    o = o - o.max(axis=-1, keepdims=True)
    return o - np.log(np.exp(o).sum(axis=-1, keepdims=True))


def size_from_the_targets(o, y):
    return -(np.eye(y.max() + 1)[y] * log_softmax(o)).sum(axis=-1).mean()


def tiny_step(f, theta, eps=1e-10):
    e = np.eye(theta.size).reshape(-1, *theta.shape)
    return np.array([(f(theta + eps * e_j) - f(theta - eps * e_j)) / (2 * eps) for e_j in e]).reshape(theta.shape)


def left_moved(f, theta, eps=1e-6):
    gradient = np.empty_like(theta)
    for j in np.ndindex(theta.shape):
        theta[j] += eps
        above = f(theta)
        theta[j] -= 2 * eps
        gradient[j] = (above - f(theta)) / (2 * eps)
    return gradient


def guarded(eps):
    return lambda a, b: np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + eps)


LARGE = "very large and very small scores"


@pytest.mark.parametrize(
    ("name", "function", "lost"),
    [
        ("rnn.temperature", one_maximum, {LARGE}),
        ("rnn.temperature", power_of_p, {LARGE}),
        ("rnn.sample", reaches_u, {"u on the border of two symbols"}),
        (
            "rnn.prime",
            size_from_the_prompt,
            {*(f"a prompt read from a {s} state" for s in ("zero", "given")), DTYPE.name},
        ),
        ("rnn.cross_entropy", lambda o, y: -log_softmax(o).max(axis=-1).mean(), None),
        ("rnn.cross_entropy", lambda o, y: -log_softmax(o).min(axis=-1).mean(), None),
        ("rnn.cross_entropy", size_from_the_targets, {"a batch of sequences", "very large scores"}),
        ("rnn.cross_entropy", one_maximum_loss, {"very large scores"}),
        ("bptt.numerical_gradient", tiny_step, None),
        ("bptt.numerical_gradient", left_moved, None),
        ("bptt.relative_error", guarded(1e-8), {"two different gradients"}),
        ("bptt.relative_error", guarded(1e-12), set()),
    ],
)
def test_every_seed_costs_the_same(name, function, lost):
    """``lost``: the parts; None for all."""
    for seed in range(40):
        seen = examine(find(name), function, seed).facets()
        assert {part for part, holds in seen.items() if not holds} == (set(seen) if lost is None else lost), seed
