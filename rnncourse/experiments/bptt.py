"""What the chapter ``book/bptt`` measures: the page calls these functions, and so do the tests of its claims."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnncourse import bptt, lstm, rnn
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.checks import find
from rnncourse.kernels import rnn as kernel
from rnncourse.kernels.rtrl import rtrl as rtrl_kernel
from rnncourse.results import result
from rnncourse.training import adam


class Problem(NamedTuple):
    """A random network with inputs, a state to start from, and what to predict: symbols, or numbers."""

    x: Array
    h0: Array
    W_ih: Array
    W_hh: Array
    b_ih: Array
    b_hh: Array
    W_ho: Array
    b_ho: Array
    y: np.ndarray[Any, Any]


def problem(seed: int, T: int = 6, B: int = 3, F: int = 2, H: int = 4, K: int = 3, scale: float = 0.6) -> Problem:
    """Draw a problem of the given sizes; everything that could hide a mistake by being zero is not zero."""
    rng = np.random.default_rng(seed)
    shapes = [(T, B, F), (B, H), (H, F), (H, H), (H,), (H,), (K, H), (K,)]
    return Problem(*(rng.normal(scale=scale, size=s) for s in shapes), rng.integers(0, K, (T, B)))  # type: ignore[call-arg]


def loss(p: Problem) -> float:
    """Mean cross-entropy of the network's predictions: forward only."""
    h = rnn.forward(p.x, p.h0, p.W_ih, p.W_hh, p.b_ih, p.b_hh)
    return rnn.cross_entropy(rnn.output_layer(h, p.W_ho, p.b_ho), p.y)


def by_hand(p: Problem) -> dict[str, Array]:
    """Gradients of the loss by the equations of the chapter."""
    h = rnn.forward(p.x, p.h0, p.W_ih, p.W_hh, p.b_ih, p.b_hh)
    do = bptt.output_gradient(rnn.output_layer(h, p.W_ho, p.b_ho), p.y)
    dW_ho, db_ho, dh_out = bptt.output_backward(do, h, p.W_ho)
    g = bptt.backward(dh_out, p.x, p.h0, h, p.W_ih, p.W_hh)
    return {"W_ih": g.dW_ih, "W_hh": g.dW_hh, "b_hh": g.db, "W_ho": dW_ho, "b_ho": db_ho, "x": g.dx, "h0": g.dh0}


def by_sensitivities(p: Problem) -> dict[str, Array]:
    """Gradients of the recurrent weights by forward sensitivities; they have no others."""
    h = rnn.forward(p.x, p.h0, p.W_ih, p.W_hh, p.b_ih, p.b_hh)
    do = bptt.output_gradient(rnn.output_layer(h, p.W_ho, p.b_ho), p.y)
    dh_out = bptt.output_backward(do, h, p.W_ho)[2]
    dW_ih, dW_hh, db = bptt.rtrl(dh_out, p.x, p.h0, p.W_ih, p.W_hh, p.b_ih, p.b_hh)
    return {"W_ih": dW_ih, "W_hh": dW_hh, "b_hh": db}


def by_autograd(p: Problem) -> dict[str, Array]:
    """Gradients of the loss by torch, from a forward loop and its own cross-entropy."""
    with needs(__name__, "torch"):
        import torch

    v = {name: torch.tensor(a, requires_grad=name != "y") for name, a in p._asdict().items() if name != "y"}
    h_t, o = v["h0"], []
    for x_t in v["x"]:
        h_t = torch.tanh(x_t @ v["W_ih"].T + v["b_ih"] + h_t @ v["W_hh"].T + v["b_hh"])
        o.append(h_t @ v["W_ho"].T + v["b_ho"])
    torch.nn.functional.cross_entropy(torch.cat(o), torch.from_numpy(p.y).flatten()).backward()  # type: ignore[no-untyped-call]
    return {name: leaf.grad.numpy() for name, leaf in v.items() if leaf.grad is not None}


def by_differences(p: Problem, eps: float = 1e-6) -> dict[str, Array]:
    """Gradients of the loss by central differences: the forward pass alone, twice a number."""

    def along(name: str) -> Array:
        return bptt.numerical_gradient(lambda a: loss(p._replace(**{name: a})), getattr(p, name), eps)

    return {name: along(name) for name in ("W_ih", "W_hh", "b_hh", "W_ho", "b_ho", "x", "h0")}


def agreement(p: Problem) -> dict[str, dict[str, float]]:
    """Relative error of the three other gradients against the one by hand, for each array that has one."""
    ours = by_hand(p)
    others = {"sensitivities": by_sensitivities(p), "autograd": by_autograd(p), "differences": by_differences(p)}
    return {
        name: {how: bptt.relative_error(theirs[name], mine) for how, theirs in others.items() if name in theirs}
        for name, mine in ours.items()
    }


def largest_disagreement(table: dict[str, dict[str, float]]) -> tuple[float, float]:
    """Largest relative error of an exact method, and of finite differences, in a table of :func:`agreement`."""
    exact = [row[how] for row in table.values() for how in ("sensitivities", "autograd") if how in row]
    return max(exact), max(row["differences"] for row in table.values())


# --- mistakes, and the checks that see them

MISTAKES = {  # as the page calls them, and as the checks do
    "tanh′ left out": "B1",
    "W for Wᵀ in the carry": "B8",
    "h_t for h_{t−1}": "B5",
    "= for +=": "B9",
    "later steps forgotten": "B6",
    "own loss forgotten": "B7",
}


CASES = ("generic", "T = 1", "tiny numbers", "W symmetric", "loss at T only")


def check_case(case: str, seed: int) -> tuple[Array, Problem]:
    """A gradient dh_out from outside and a network to check a backward pass on."""
    p = problem(seed, T=1 if case == "T = 1" else 6, scale=3e-4 if case == "tiny numbers" else 0.6)
    if case == "W symmetric":
        p = p._replace(W_hh=(p.W_hh + p.W_hh.T) / 2)
    dh_out = np.random.default_rng(seed + 1000).normal(size=(len(p.x), *p.h0.shape))
    if case == "loss at T only":
        dh_out[:-1] = 0
    return dh_out, p


def blind(mistake: str, case: str) -> bool:
    """Whether this mistake gives the right gradient in this case, or one that rounding could explain."""
    return (mistake, case) in {
        ("tanh′ left out", "tiny numbers"),
        ("W for Wᵀ in the carry", "W symmetric"),
        ("own loss forgotten", "loss at T only"),
    } or (case == "T = 1" and mistake not in ("tanh′ left out", "h_t for h_{t−1}"))


def what_a_check_sees(seed: int) -> Array:
    """Relative error of each mistake (row) against finite differences, on each case (column)."""
    table = np.empty((len(MISTAKES), len(CASES)))
    for j, case in enumerate(CASES):
        dh_out, p = check_case(case, seed)
        core = (p.x, p.h0, p.W_ih, p.W_hh, p.b_ih, p.b_hh)
        h = rnn.forward(*core)

        def f(W_hh: Array, dh_out: Array = dh_out, p: Problem = p) -> float:
            return float((rnn.forward(p.x, p.h0, p.W_ih, W_hh, p.b_ih, p.b_hh) * dh_out).sum())

        numeric = bptt.numerical_gradient(f, p.W_hh)
        for i, mistake in enumerate(MISTAKES.values()):
            wrong = find("bptt.backward").variant(mistake)(dh_out, p.x, p.h0, h, p.W_ih, p.W_hh)
            table[i, j] = bptt.relative_error(wrong[1], numeric)
    return table


def error_of_differences(seed: int, eps: Sequence[float], dtype: Any = np.float64) -> Array:
    """Relative error of central differences in W_hh against the gradient by hand, for each ε; the loss in ``dtype``."""
    p = problem(seed)
    exact = by_hand(p)["W_hh"]
    low = Problem(*(a.astype(dtype) if a.dtype == np.float64 else a for a in p))

    def f(W_hh: Array) -> float:
        return loss(low._replace(W_hh=W_hh.astype(dtype)))

    return np.array([bptt.relative_error(bptt.numerical_gradient(f, p.W_hh, e), exact) for e in eps])


# --- every path once


def four_ways_to_pair(seed: int) -> dict[tuple[str, str], float]:
    """Relative error in dW_hh of Σ_t (∂L/∂h_t)·(∂h_t/∂W_hh), each factor read as direct or as total."""
    dh_out, p = check_case("generic", seed)
    h = rnn.forward(p.x, p.h0, p.W_ih, p.W_hh, p.b_ih, p.b_hh)
    T, B, H = h.shape
    S = np.zeros((B, H, H, H + p.x.shape[2] + 1))
    none = np.zeros_like(S)
    total_dh, direct_S, total_S = np.empty_like(dh_out), [], []
    for t in range(T):
        before = h[t - 1] if t > 0 else p.h0
        S = bptt.sensitivity_step(S, p.x[t], before, h[t], p.W_hh)
        total_S.append(S[..., :H])
        direct_S.append(bptt.sensitivity_step(none, p.x[t], before, h[t], p.W_hh)[..., :H])
    dh_rec = np.zeros_like(p.h0)
    for t in reversed(range(T)):
        total_dh[t] = dh_out[t] + dh_rec
        dh_rec = ((1 - h[t] ** 2) * total_dh[t]) @ p.W_hh
    exact = bptt.backward(dh_out, p.x, p.h0, h, p.W_ih, p.W_hh).dW_hh
    return {
        (left, right): bptt.relative_error(np.einsum("tbj,tbjai->ai", a, np.stack(b)), exact)
        for left, a in (("direct", dh_out), ("total", total_dh))
        for right, b in (("direct", direct_S), ("total", total_S))
    }


# --- truncation


def detached(dh_out: Array, p: Problem, k: int) -> Array:
    """The gradient of W_hh by torch, with the state detached at every k-th step."""
    with needs(__name__, "torch"):
        import torch

    arrays = (torch.tensor(a, requires_grad=True) for a in p[:6])
    x, h_t, W_ih, W_hh, b_ih, b_hh = arrays
    loss = torch.zeros((), dtype=h_t.dtype)
    for t, x_t in enumerate(x):
        if t % k == 0:
            h_t = h_t.detach()
        h_t = torch.tanh(x_t @ W_ih.T + b_ih + h_t @ W_hh.T + b_hh)
        loss = loss + (h_t * torch.from_numpy(dh_out[t])).sum()
    return torch.autograd.grad(loss, W_hh)[0].numpy()


WINDOWS = (1, 2, 3, 5, 8, 12, 20, 30, 60)
SHORT, LONG = 0.3, 0.98  # factor by which a network forgets in a step


def moving_average(seed: int, forgetting: float) -> tuple[Array, Problem, Array]:
    """What reaches the states from outside, a network with its sequence, and its states.

    The task is a moving average over about twenty steps; W_hh is ``forgetting`` times an orthogonal matrix, so
    that the trace of an input shrinks by this factor a step. A batch of 64 stands for the expectation.
    """
    rng = np.random.default_rng(seed)
    T, B, H = 60, 64, 32
    W_hh = forgetting * np.linalg.qr(rng.normal(size=(H, H)))[0]
    x, h0, zeros = rng.normal(size=(T, B, 1)), np.zeros((B, H)), np.zeros(H)
    W_ih, W_ho = rng.normal(scale=0.2, size=(H, 1)), rng.normal(size=(1, H)) / np.sqrt(H)
    p = Problem(x, h0, W_ih, W_hh, zeros, zeros, W_ho, np.zeros(1), averaged(x, 0.95))
    dh_out, h = from_outside(p)
    return dh_out, p, h


def averaged(x: Array, decay: float) -> Array:
    """The moving average of a sequence (T, B, 1), of variance 1 where that of x is 1."""
    target, average = np.empty_like(x), np.zeros_like(x[0])
    for t, x_t in enumerate(x):
        average = decay * average + np.sqrt(1 - decay**2) * x_t
        target[t] = average
    return target


def from_outside(p: Problem) -> tuple[Array, Array]:
    """What reaches the states from the half mean squared error at every step, and the states."""
    h = rnn.forward(*p[:6])
    e = rnn.output_layer(h, p.W_ho, p.b_ho) - p.y
    return bptt.output_backward(e / e.size, h, p.W_ho)[2], h


def flat(g: bptt.Gradients) -> Array:
    """The gradients of all weights in one row."""
    return np.concatenate([g.dW_ih.ravel(), g.dW_hh.ravel(), g.db])


def truncation_bias(seed: int, forgetting: float, windows: Iterable[int] = WINDOWS, sliding: bool = False) -> Array:
    """Relative error and cosine of the truncated gradient for each window, shape (2, windows): chunks or sliding."""
    dh_out, p, h = moving_average(seed, forgetting)
    of = (dh_out, p.x, p.h0, h, p.W_ih, p.W_hh)
    full = flat(bptt.backward(*of))
    cut = [flat(bptt.windowed(*of, k) if sliding else bptt.truncated(dh_out, *p[:6], k)) for k in windows]
    cosine = [float(g @ full / (np.linalg.norm(g) * np.linalg.norm(full))) for g in cut]
    return np.array([[bptt.relative_error(g, full) for g in cut], cosine])


def random_cuts(seed: int, forgetting: float, k: int, draws: int = 100) -> tuple[float, float]:
    """Relative error of one gradient cut at random every k steps on average, and of the mean of many such."""
    dh_out, p, h = moving_average(seed, forgetting)
    of, q = (dh_out, p.x, p.h0, h, p.W_ih, p.W_hh), 1 - 1 / k
    full, rng = flat(bptt.backward(*of)), np.random.default_rng([seed, k])
    cut = [flat(bptt.randomised(*of, (rng.random(len(h)) < q).astype(float), q)) for _ in range(draws)]
    return float(np.median([bptt.relative_error(g, full) for g in cut])), bptt.relative_error(np.mean(cut, 0), full)


@result("bptt/triangle", seeds=(0,), tolerance=1e-3)
def triangle(seed: int, forgetting: float = 0.9) -> dict[str, Any]:
    """A small task for the figure of all paths, as arrays of float16; and how far two truncations are off at k = 5.

    The target is a moving average, as in :func:`truncation_bias`; W_hh is a factor times Q, which is orthogonal.
    """
    rng = np.random.default_rng(seed)
    T, B, H = 20, 8, 8
    kept = {
        "Q": np.linalg.qr(rng.normal(size=(H, H)))[0],
        "W_ih": rng.normal(scale=0.2, size=(H, 1)),
        "W_ho": rng.normal(size=(1, H)) / np.sqrt(H),
        "x": rng.normal(size=(T, B, 1)),
    }
    kept["target"] = averaged(kept["x"], 0.9)
    arrays = {name: a.astype(np.float16) for name, a in kept.items()}
    C = triangle_paths(arrays, forgetting)
    return arrays | {how: truncated_paths(C, how, k=5)["error"] for how in ("chunks", "window")}


def triangle_paths(arrays: Mapping[str, np.ndarray[Any, Any]], forgetting: float) -> Array:
    """Every path C (T, T, H, H) of the gradient of W_hh = forgetting · Q, from the arrays of :func:`triangle`."""
    Q, W_ih, W_ho, x, target = (arrays[name].astype(np.float64) for name in ("Q", "W_ih", "W_ho", "x", "target"))
    (B, H), W_hh = (x.shape[1], len(Q)), forgetting * Q
    h0, zeros = np.zeros((B, H)), np.zeros(H)
    dh_out, h = from_outside(Problem(x, h0, W_ih, W_hh, zeros, zeros, W_ho, np.zeros(1), target))
    return bptt.paths(dh_out, h0, h, W_hh)


def truncated_paths(C: Array, how: str, k: int) -> dict[str, float]:
    """What truncation keeps: its share of the sizes of C; error and cosine of its gradient against the full one.

    ``"chunks"`` of k steps, or a ``"window"`` that slides: every loss sees its own step and the k - 1 before it.
    """
    t, s = np.indices(C.shape[:2])
    keep = t // k == s // k if how == "chunks" else t - s < k
    sizes, part, full = np.linalg.norm(C, axis=(2, 3)), C[keep & (s <= t)].sum(axis=0), C.sum(axis=(0, 1))
    cosine = (part * full).sum() / (np.linalg.norm(part) * np.linalg.norm(full))
    share = sizes[keep].sum() / sizes.sum()
    return {"share": float(share), "error": bptt.relative_error(part, full), "cosine": float(cosine)}


def recall(
    k: int,
    seed: int,
    updates: int = 400,
    delay: int = 8,
    T: int = 32,
    B: int = 16,
    H: int = 32,
    rate: float = 5e-3,
) -> tuple[Array, float, float]:
    """Train to say the bit of ``delay`` steps ago, gradients cut after k steps.

    NumPy alone: forward pass, output layer, truncated back-propagation, Adam. Returns the loss of each update, and
    the share of :func:`echo` before and after.
    """
    rng = np.random.default_rng(seed)
    bound = 1 / np.sqrt(H)
    shapes = {"W_ih": (H, 1), "W_hh": (H, H), "b": (H,), "W_ho": (1, H), "b_ho": (1,)}
    p = {name: rng.uniform(-bound, bound, shape) for name, shape in shapes.items()}
    h0, no_bias, memory, losses = np.zeros((B, H)), np.zeros(H), dict[str, Any](), []
    before = echo(p, delay)
    for _ in range(updates):
        bits = rng.choice([-1.0, 1.0], size=(T + delay, B, 1))
        x, target = bits[delay:], bits[:-delay]
        h = rnn.forward(x, h0, p["W_ih"], p["W_hh"], p["b"], no_bias)
        y = rnn.output_layer(h, p["W_ho"], p["b_ho"])
        # What it never saw, it need not say.
        target = np.where(np.arange(T)[:, None, None] < delay, y, target)
        count = (T - delay) * B
        losses.append(bptt.sse(y, target) / count)
        do = (y - target) / count
        dW_ho, db_ho, dh_out = bptt.output_backward(do, h, p["W_ho"])
        g = bptt.truncated(dh_out, x, h0, p["W_ih"], p["W_hh"], p["b"], no_bias, k)
        dp = {"W_ih": g.dW_ih, "W_hh": g.dW_hh, "b": g.db}
        adam(p, dp | {"W_ho": dW_ho, "b_ho": db_ho}, memory, lr=rate)
    return np.array(losses), before, echo(p, delay)


def echo(p: Mapping[str, Array], delay: int, T: int = 200, B: int = 16) -> float:
    """The share of the bit of ``delay`` steps ago that the best linear readout finds in the state, from 0 to 1."""
    H = len(p["b"])
    bits = np.random.default_rng(9).choice([-1.0, 1.0], size=(T, B, 1))
    h = rnn.forward(bits, np.zeros((B, H)), p["W_ih"], p["W_hh"], p["b"], np.zeros(H))
    features = np.concatenate([h[delay:], np.ones((T - delay, B, 1))], axis=2).reshape(-1, H + 1)
    wanted = bits[:-delay].ravel()
    readout = np.linalg.lstsq(features, wanted, rcond=None)[0]
    return float(1 - np.mean((features @ readout - wanted) ** 2))


# --- what the lectures say


def lecture_readings(seed: int) -> dict[str, float]:
    """Relative error of formulas of the lectures, read as they stand, against the right ones."""
    dh_out, p = check_case("generic", seed)
    h = rnn.forward(p.x, p.h0, p.W_ih, p.W_hh, p.b_ih, p.b_hh)
    dh_2, J = dh_out[1], bptt.jacobian(h[1], p.W_hh)
    right = np.einsum("bi,bij->bj", dh_2, J)  # Jᵀ dh for every row of the batch
    e = rnn.output_layer(h, p.W_ho, p.b_ho) - 1.0

    def sse_of(b_ho: Array) -> float:
        return bptt.sse(rnn.output_layer(h, p.W_ho, b_ho), np.ones_like(e))

    return {
        "Atanasov, no transpose": bptt.relative_error(np.einsum("bi,bji->bj", dh_2, J), right),
        "Atanasov, no loss of its own": bptt.relative_error(right, right + dh_out[0]),
        "Wang, no sign": bptt.relative_error(-e.sum(axis=(0, 1)), bptt.numerical_gradient(sse_of, p.b_ho)),
    }


def gradient_length(D: int, seed: int, T: int = 20) -> tuple[float, float]:
    """Length of dW_hh for a batch of D sequences: of the summed squared error, and of its mean."""
    rng = np.random.default_rng(seed)
    p = problem(seed)
    x, target = rng.normal(size=(T, D, 2)), rng.normal(size=(T, D, 3)) + 1
    h = rnn.forward(x, np.zeros((D, 4)), p.W_ih, p.W_hh, p.b_ih, p.b_hh)
    e = rnn.output_layer(h, p.W_ho, p.b_ho) - target
    dh_out = bptt.output_backward(e, h, p.W_ho)[2]
    summed = float(np.linalg.norm(bptt.backward(dh_out, x, np.zeros((D, 4)), h, p.W_ih, p.W_hh).dW_hh))
    return summed, summed / e.size


# --- time


def seconds(f: Callable[[], Any], repeats: int = 1, clock: Callable[[], float] = time.perf_counter) -> float:
    """The shortest of several runs: what the machine did besides only ever adds."""
    times = []
    for _ in range(repeats):
        start = clock()
        f()
        times.append(clock() - start)
    return min(times)


def gradient_seconds(method: str, T: int, H: int, repeats: int = 4) -> float:
    """Processor time of one gradient of the recurrent weights on one thread, forward pass included.

    ``method`` is ``"BPTT"``, ``"RTRL"`` or ``"RTRL kernel"``.
    """
    with needs(__name__, "torch"):
        from threadpoolctl import threadpool_limits

    p = problem(0, T=T, B=1, F=1, H=H, scale=0.3 / np.sqrt(H))
    dh_out = np.random.default_rng(1).normal(size=(T, 1, H))
    weights = (p.W_ih, p.W_hh, p.b_ih, p.b_hh)

    def backwards() -> Any:
        h = rnn.forward(p.x, p.h0, *weights)
        return bptt.backward(dh_out, p.x, p.h0, h, p.W_ih, p.W_hh)

    runs: dict[str, Callable[[], Any]] = {
        "BPTT": backwards,
        "RTRL": lambda: bptt.rtrl(dh_out, p.x, p.h0, *weights),
        "RTRL kernel": lambda: rtrl_kernel(dh_out, p.x, p.h0, *weights),
    }
    with threadpool_limits(1):
        return seconds(runs[method], repeats, time.process_time)


def in_turn(
    programs: Mapping[str, Callable[[], Array]], right: str, rounds: int, rng: np.random.Generator
) -> tuple[dict[str, Array], float]:
    """Seconds of each program, one a round, on one thread; and the largest relative error beside the right one.

    Every round runs all of them, in an order drawn anew, so that what slows the machine for a while slows all.
    """
    with needs(__name__, "torch"):
        import torch
        from threadpoolctl import threadpool_limits

    times: dict[str, list[float]] = {name: [] for name in programs}
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            wanted = programs[right]()
            error = max(bptt.relative_error(program(), wanted) for program in programs.values())
            for _ in range(rounds):
                for name in rng.permutation(list(programs)):
                    times[name].append(seconds(programs[name]))
    finally:
        torch.set_num_threads(threads)
    return {name: np.array(t) for name, t in times.items()}, error


def race(T: int, B: int, F: int, H: int, rounds: int, seed: int = 0) -> tuple[dict[str, Array], float]:
    """Forward and backward pass of one layer by five programs, timed in turn on one thread.

    Every round runs all of them, in an order drawn anew, so that what slows the machine for a while slows all.
    Same weights, inputs and gradient from outside, float32, no gradient of x. Returns seconds, one a round, and the
    largest relative error of dW_hh against torch's.
    """
    with needs(__name__, "torch"):
        import torch

    from rnncourse import nn

    p, rng = problem(seed, T, B, F, H, scale=1 / np.sqrt(H)), np.random.default_rng(seed)
    dh_out = rng.normal(size=(T, B, H)).astype(np.float32) / (T * B)
    x, h0, W_ih, W_hh, b_ih, b_hh = (np.asarray(a, np.float32) for a in p[:6])
    leaves = [torch.tensor(a, requires_grad=True) for a in (W_ih, W_hh, b_ih, b_hh)]
    x_torch, h0_torch, dh_out_torch = map(torch.from_numpy, (x, h0, dh_out))
    layers = {"torch.nn.RNN": torch.nn.RNN(F, H), "rnncourse.nn.RNN": nn.RNN(F, H)}
    for layer in layers.values():
        with torch.no_grad():
            for parameter, leaf in zip(layer.parameters(), leaves, strict=True):
                parameter.copy_(leaf)

    def reading() -> Array:
        h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
        return bptt.backward(dh_out, x, h0, h, W_ih, W_hh).dW_hh

    def by_kernel() -> Array:
        tape = kernel.forward(x, h0, W_ih, W_hh, b_ih, b_hh)[1]
        return kernel.backward(dh_out, tape, input_gradient=False).dW_hh

    def loop() -> Array:
        W, R, b, c = leaves
        h_t, h = h0_torch, []
        for x_t in x_torch:
            h_t = torch.tanh(x_t @ W.T + b + h_t @ R.T + c)
            h.append(h_t)
        return torch.autograd.grad(torch.stack(h), leaves, dh_out_torch)[1].numpy()

    def of(layer: torch.nn.RNN) -> Callable[[], Array]:
        parameters = list(layer.parameters())
        return lambda: torch.autograd.grad(layer(x_torch, h0_torch[None])[0], parameters, dh_out_torch)[1].numpy()

    programs = {"reading version": reading, "kernel": by_kernel, "autograd, loop": loop}
    programs.update((name, of(layer)) for name, layer in layers.items())
    return in_turn(programs, "torch.nn.RNN", rounds, rng)


# --- how far back a gradient reaches


def gradient_lengths(dh_T: Array, h: Array, W_hh: Array) -> Array:
    """Length of dh_t at each step, (T,): the last step alone has a loss."""
    dh = dh_T
    lengths = [np.linalg.norm(dh)]
    for h_t in h[:0:-1]:  # from the last step to the second
        dh = ((1 - h_t**2) * dh) @ W_hh
        lengths.append(np.linalg.norm(dh))
    return np.array(lengths[::-1])


def reach(seed: int, factor: float, T: int = 40, B: int = 16, H: int = 32) -> Array:
    """Lengths of dh_t as a share of the last, for a random network; W_hh is a factor times an orthogonal matrix."""
    rng = np.random.default_rng(seed)
    W_hh = factor * np.linalg.qr(rng.normal(size=(H, H)))[0]
    x, W_ih, zeros = rng.normal(size=(T, B, 1)), rng.normal(scale=0.2, size=(H, 1)), np.zeros(H)
    h = rnn.forward(x, np.zeros((B, H)), W_ih, W_hh, zeros, zeros)
    lengths = gradient_lengths(rng.normal(size=(B, H)), h, W_hh)
    return lengths / lengths[-1]


# --- errors in the wild

WILD = {  # where each stands, and what the checks call it
    "rnn-from-scratch": "B8",
    "qixianbiao/RNN #2": "B6",
    "zero_to_gpt #9": "B5",
}


def small_network(rng: np.random.Generator, H: int) -> dict[str, Array]:
    """A network of one input and one output with uniform weights, as torch starts its own."""
    shapes = {"W_ih": (H, 1), "W_hh": (H, H), "b": (H,), "W_ho": (1, H), "b_ho": (1,)}
    return {name: rng.uniform(-1, 1, shape) / np.sqrt(H) for name, shape in shapes.items()}


def trained(backward: Callable[..., Any], seed: int, T: int = 16, B: int = 16, H: int = 16) -> float:
    """Half squared error a bit after training by a given backward pass to say the bit of 4 steps ago.

    The mean of the last 10 updates; a constant answer has 0.5.
    """
    rng, delay, memory, losses = np.random.default_rng(seed), 4, dict[str, Any](), []
    p, h0, no_bias = small_network(rng, H), np.zeros((B, H)), np.zeros(H)
    for _ in range(300):
        bits = rng.choice([-1.0, 1.0], size=(T, B, 1))
        h = rnn.forward(bits, h0, p["W_ih"], p["W_hh"], p["b"], no_bias)
        e = np.zeros_like(bits)
        e[delay:] = rnn.output_layer(h, p["W_ho"], p["b_ho"])[delay:] - bits[:-delay]
        count = (T - delay) * B
        losses.append((e**2).sum() / (2 * count))
        dW_ho, db_ho, dh_out = bptt.output_backward(e / count, h, p["W_ho"])
        dW_ih, dW_hh, db, *_ = backward(dh_out, bits, h0, h, p["W_ih"], p["W_hh"])
        adam(p, {"W_ih": dW_ih, "W_hh": dW_hh, "b": db, "W_ho": dW_ho, "b_ho": db_ho}, memory, lr=5e-3)
    return float(np.mean(losses[-10:]))


def error_of_backward(backward: Callable[..., Any], seed: int) -> float:
    """Relative error of the dW_hh of a backward pass against finite differences, on the generic case."""
    dh_out, p = check_case("generic", seed)
    h = rnn.forward(*p[:6])
    return bptt.relative_error(backward(dh_out, p.x, p.h0, h, p.W_ih, p.W_hh)[1], of_differences(dh_out, p))


def of_differences(dh_out: Array, p: Problem) -> Array:
    """dW_hh of the loss Σ dh_out·h by central differences."""

    def f(W_hh: Array) -> float:
        return float((rnn.forward(p.x, p.h0, p.W_ih, W_hh, p.b_ih, p.b_hh) * dh_out).sum())

    return bptt.numerical_gradient(f, p.W_hh)


def in_place(dh_out: Array, h0: Array, h: Array, W_hh: Array) -> Array:
    """A right dW_hh, at the price of the caller's dh_out."""
    dW_hh, dh_rec = np.zeros_like(W_hh), np.zeros_like(h0)
    for t in reversed(range(len(h))):
        dh_out[t] += dh_rec  # overwrites the caller's array
        dz_t = (1 - h[t] ** 2) * dh_out[t]
        dW_hh += dz_t.T @ (h[t - 1] if t > 0 else h0)
        dh_rec = dz_t @ W_hh
    return dW_hh


def checks_in_place(seed: int) -> tuple[float, float, float]:
    """Relative error of :func:`in_place`: checked before, checked after with what is left of dh_out, called again."""
    dh_out, p = check_case("generic", seed)
    h, before = rnn.forward(*p[:6]), of_differences(dh_out, p)
    first = in_place(dh_out, p.h0, h, p.W_hh)
    after = of_differences(dh_out, p)
    second = in_place(dh_out, p.h0, h, p.W_hh)
    return bptt.relative_error(first, before), bptt.relative_error(first, after), bptt.relative_error(second, before)


def stream(rng: np.random.Generator, chunks: int, k: int, B: int, delay: int = 4) -> tuple[Array, Array]:
    """B endless rows of bits, cut into chunks (chunks, k, B, 1), and the bit of some steps ago for each."""
    bits = rng.choice([-1.0, 1.0], size=(delay + chunks * k, B, 1))
    x, y = bits[delay:], bits[:-delay]
    return x.reshape(chunks, k, B, 1), y.reshape(chunks, k, B, 1)


def carried(order: str, seed: int, epochs: int = 8, chunks: int = 32, k: int = 16) -> tuple[float, float]:
    """Train on chunks of a stream: ``"in order"``, ``"shuffled"``, or in order from ``"zeros"``.

    Half squared error a bit in the last epoch; and on a new stream, read in order from its beginning.
    """
    rng, B, H, memory = np.random.default_rng(seed), 16, 32, dict[str, Any]()
    p, no_bias, zeros = small_network(rng, H), np.zeros(H), np.zeros((B, H))
    x, y = stream(rng, chunks, k, B)
    for _ in range(epochs):
        state, losses = zeros, []
        for c in rng.permutation(chunks) if order == "shuffled" else range(chunks):
            h0 = zeros if order == "zeros" else state
            h = rnn.forward(x[c], h0, p["W_ih"], p["W_hh"], p["b"], no_bias)
            e = rnn.output_layer(h, p["W_ho"], p["b_ho"]) - y[c]
            losses.append((e**2).mean() / 2)
            dW_ho, db_ho, dh_out = bptt.output_backward(e / e.size, h, p["W_ho"])
            g = bptt.backward(dh_out, x[c], h0, h, p["W_ih"], p["W_hh"])
            dp = {"W_ih": g.dW_ih, "W_hh": g.dW_hh, "b": g.db, "W_ho": dW_ho, "b_ho": db_ho}
            adam(p, dp, memory, lr=5e-3)
            state = h[-1]
    x, y = (a.reshape(-1, B, 1) for a in stream(np.random.default_rng([seed, 1]), chunks, k, B))
    h = rnn.forward(x, zeros, p["W_ih"], p["W_hh"], p["b"], no_bias)
    e = rnn.output_layer(h, p["W_ho"], p["b_ho"]) - y
    return float(np.mean(losses)), float((e**2).mean() / 2)


# --- every path of an LSTM


@result("bptt/triangle_lstm", seeds=(0,), tolerance=1e-3)
def triangle_lstm(seed: int, forgetting: float = 0.9) -> dict[str, Any]:
    """Weights of an LSTM for the figure of all paths, as arrays of float16, and two truncations of it at k = 5."""
    rng, H = np.random.default_rng([seed, 1]), 8
    kept = {name: rng.uniform(-1, 1, size) / np.sqrt(H) for name, size in (("G_ih", (4 * H, 1)), ("G_hh", (4 * H, H)))}
    arrays = {name: a.astype(np.float16) for name, a in kept.items()}
    C = triangle_lstm_paths(triangle(seed) | arrays, forgetting)
    return arrays | {how: truncated_paths(C, how, k=5)["error"] for how in ("chunks", "window")}


def triangle_lstm_paths(arrays: Mapping[str, Any], forgetting: float) -> Array:
    """Every path C (T, T, 4H, H) of the gradient of an LSTM's W_hh, on the task of :func:`triangle`.

    The bias of the forget gates is such that they are ``forgetting``, below 1, where nothing else reaches them.
    """
    G_ih, G_hh, W_ho, x, target = (arrays[name].astype(np.float64) for name in ("G_ih", "G_hh", "W_ho", "x", "target"))
    (T, B, _), H = x.shape, G_hh.shape[1]
    bias, zeros = np.zeros(4 * H), np.zeros((B, H))
    bias[H : 2 * H] = np.log(forgetting / (1 - forgetting))
    w = lstm.Weights(G_ih, G_hh, bias, np.zeros(4 * H))
    h, c = lstm.forward(x, zeros, zeros, w)
    e = rnn.output_layer(h, W_ho, np.zeros(1)) - target
    dh_out = bptt.output_backward(e / e.size, h, W_ho)[2]
    C = np.zeros((T, T, 4 * H, H))
    for t in range(T):
        dh, dc = dh_out[t], zeros
        for s in reversed(range(t + 1)):
            h_prev, c_prev = (h[s - 1], c[s - 1]) if s > 0 else (zeros, zeros)
            step = lstm.cell_backward(dh, dc, x[s], h_prev, c_prev, w)
            C[t, s], dh, dc = step.dW_hh, step.dh_rec, step.dc_rec
    return C
