"""The LSTM beside what is left of it without one of its parts: the ablations of Greff et al. (2017), trained together.

N networks of one size read the same batch, each a variant of its own: an axis of networks stands before that of the
batch, so that one product or sigmoid serves all. Forward and backward pass are those of :mod:`rnncourse.lstm` with
peepholes; a part that a variant lacks is set to what it does not change, and sends no gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncourse import bptt, rnn
from rnncourse._arrays import Array
from rnncourse.data import Vocabulary, one_hot, stdlib_text
from rnncourse.data.tasks import Batch, adding
from rnncourse.gates import sigmoid
from rnncourse.results import result
from rnncourse.training import adam

VARIANTS = (
    "vanilla",
    "no_peepholes",
    "no_input_gate",
    "no_forget_gate",
    "no_output_gate",
    "no_input_activation",
    "no_output_activation",
    "coupled",
    "full_recurrence",
)
"""Vanilla has peepholes, and so has each but the second; coupled: f = 1 - i; full: gates see the gates before."""


SEEN = (0, 1, 3)  # of the blocks i, f, g, o those of the gates, which a gate of the step after may see


class Weights(NamedTuple):
    """Of N networks, rows in torch's order i, f, g, o; ``R`` of those networks alone that have full gate recurrence."""

    W_ih: Array  # (N, 4H, F)
    W_hh: Array  # (N, 4H, H)
    b: Array  # (N, 4H)
    p: Array  # (N, 3, H), peepholes of i, f, o
    R: Array  # (n, 3H, 3H), from the gates i, f, o of a step to those of the next


class Tape(NamedTuple):
    """What the backward pass reads; the axis of networks before that of the batch, that of steps first or second."""

    variants: Sequence[str]
    w: Weights
    x: Array  # (T, B, F)
    gates: Array  # (T, 4, N, B, H): i, f, g, o
    h: Array  # (N, T+1, B, H)
    c: Array  # (T+1, N, B, H)
    m: Array  # (T, N, B, H): tanh c, or c


def start(variants: Sequence[str], F: int, H: int, seed: int, forget_bias: float = 1.0) -> Weights:
    """The same start for all: uniform within 1/√H, as torch's; forget gates half open or more; no peepholes yet.

    Where f = 1 - i, the forget gate is opened by shutting the input gate.
    """
    rng, N, limit = np.random.default_rng(seed), len(variants), H**-0.5

    def drawn(*shape: int) -> Array:
        return rng.uniform(-limit, limit, shape).astype(np.float32)

    W_ih, W_hh, R = drawn(4 * H, F), drawn(4 * H, H), drawn(3 * H, 3 * H)
    b = np.zeros(4 * H, np.float32)
    b[H : 2 * H] = forget_bias
    everyone = [np.repeat(a[None], N, axis=0) for a in (W_ih, W_hh, b)]
    everyone[2][_places(variants)["coupled"], :H] = -forget_bias
    return Weights(  # type: ignore[call-arg]
        *everyone, np.zeros((N, 3, H), np.float32), np.repeat(R[None], variants.count("full_recurrence"), 0)
    )


def forward(x: Array, h0: Array, c0: Array, w: Weights, variants: Sequence[str]) -> tuple[Array, Array, Tape]:
    """From x (T, B, F), h0 and c0 (N, B, H) to h (N, T, B, H), the last cell and the tape."""
    (T, B, F), (N, _, H) = x.shape, w.W_hh.shape
    without, dtype = _places(variants), w.b.dtype
    a_x = (x.reshape(T * B, F) @ _blocks(w.W_ih)).reshape(4, N, T, B, H)
    a_x += w.b.reshape(N, 4, 1, 1, H).transpose(1, 0, 2, 3, 4)
    W, R = _blocks(w.W_hh), w.R.transpose(0, 2, 1)
    p_i, p_f, p_o = w.p.transpose(1, 0, 2)[:, :, None]
    gates, c, m = np.empty((T, 4, N, B, H), dtype), np.empty((T + 1, N, B, H), dtype), np.empty((T, N, B, H), dtype)
    h = np.empty((N, T + 1, B, H), dtype)
    h[:, 0], c[0] = h0, c0
    full = without["full_recurrence"]
    for t in range(T):
        a = a_x[:, :, t] + h[:, t] @ W
        if full and t:
            i, f, _, o = gates[t - 1][:, full]
            a[np.ix_(SEEN, full)] += _thirds(np.concatenate([i, f, o], axis=-1) @ R)
        a[0] += p_i * c[t]
        a[1] += p_f * c[t]
        i, f, g, o = gates[t]
        i[:], f[:], g[:] = sigmoid(a[0]), sigmoid(a[1]), np.tanh(a[2])
        i[without["no_input_gate"]] = 1
        f[without["no_forget_gate"]] = 1
        f[without["coupled"]] = 1 - i[without["coupled"]]
        g[without["no_input_activation"]] = a[2][without["no_input_activation"]]
        c[t + 1] = f * c[t] + i * g
        o[:] = sigmoid(a[3] + p_o * c[t + 1])
        o[without["no_output_gate"]] = 1
        m[t] = np.tanh(c[t + 1])
        m[t][without["no_output_activation"]] = c[t + 1][without["no_output_activation"]]
        h[:, t + 1] = o * m[t]
    return h[:, 1:], c[T], Tape(variants, w, x, gates, h, c, m)


class Gradients(NamedTuple):
    """Of the weights, and what reached each state and each cell in all: (N, T, B, H) and (T, N, B, H)."""

    w: Weights
    dh: Array
    dc: Array


def backward(dh_out: Array, tape: Tape) -> Gradients:
    """Back-propagation through time from dh_out (N, T, B, H), what reaches every state from outside."""
    variants, w, x, gates, h, c, m = tape
    (T, B, F), (N, _, H), dtype = x.shape, w.W_hh.shape, w.b.dtype
    without = _places(variants)
    full = without["full_recurrence"]
    W = _blocks(w.W_hh).transpose(0, 1, 3, 2)
    p_i, p_f, p_o = w.p.transpose(1, 0, 2)[:, :, None]
    das, dh, dc = np.empty((4, N, T, B, H), dtype), np.empty((N, T, B, H), dtype), np.empty((T, N, B, H), dtype)
    dh_rec, dc_rec, dgates_rec = (np.zeros((*shape, N, B, H), dtype) for shape in ((), (), (3,)))
    for t in reversed(range(T)):
        i, f, g, o = gates[t]
        di, df, do = dgates_rec
        dh[:, t] = dh_out[:, t] + dh_rec
        slope = 1 - m[t] ** 2
        slope[without["no_output_activation"]] = 1
        do = (do + dh[:, t] * m[t]) * o * (1 - o)
        do[without["no_output_gate"]] = 0
        dc[t] = dc_rec + dh[:, t] * o * slope + p_o * do
        di, df, dg = di + dc[t] * g, df + dc[t] * c[t], dc[t] * i
        di[without["coupled"]] -= df[without["coupled"]]
        da = das[:, :, t]
        da[0], da[1], da[2], da[3] = di * i * (1 - i), df * f * (1 - f), dg * (1 - g**2), do
        da[0][without["no_input_gate"]] = 0
        da[1][without["no_forget_gate"] + without["coupled"]] = 0
        da[2][without["no_input_activation"]] = dg[without["no_input_activation"]]
        dh_rec = (da @ W).sum(axis=0)
        dc_rec = dc[t] * f + p_i * da[0] + p_f * da[1]
        if full:
            dgates_rec = np.zeros((3, N, B, H), dtype)
            dgates_rec[:, full] = _thirds(np.concatenate(list(da[np.ix_(SEEN, full)]), axis=-1) @ w.R)
    flat = das.reshape(4, N, T * B, H)
    dW_hh = flat.transpose(0, 1, 3, 2) @ h[:, :-1].reshape(N, T * B, H)
    dW_ih = flat.transpose(0, 1, 3, 2) @ x.reshape(T * B, F)
    dp = np.stack([np.einsum("ntbh,tnbh->nh", das[k], cells) for k, cells in ((0, c[:-1]), (1, c[:-1]), (3, c[1:]))], 1)
    dp[without["no_peepholes"]] = 0
    later = das[:, full, 1:][list(SEEN)].transpose(1, 2, 3, 0, 4).reshape(len(full), (T - 1) * B, 3 * H)
    before = gates[:-1, :, full][:, list(SEEN)].transpose(2, 0, 3, 1, 4).reshape(len(full), (T - 1) * B, 3 * H)
    dw = Weights(
        _rows(dW_ih), _rows(dW_hh), _rows(flat.sum(axis=2)[..., None])[..., 0], dp, later.swapaxes(1, 2) @ before
    )
    return Gradients(dw, dh, dc)


def _places(variants: Sequence[str]) -> dict[str, list[int]]:
    """At which places each variant stands."""
    return {name: [n for n, variant in enumerate(variants) if variant == name] for name in VARIANTS}


def _blocks(W: Array) -> Array:
    """From (N, 4H, F) to (4, N, F, H): a product for each block."""
    N, rows, F = W.shape
    return np.ascontiguousarray(W.reshape(N, 4, rows // 4, F).transpose(1, 0, 3, 2))


def _rows(W: Array) -> Array:
    """From (4, N, H, F) back to (N, 4H, F)."""
    _, N, H, F = W.shape
    return np.ascontiguousarray(W.transpose(1, 0, 2, 3)).reshape(N, 4 * H, F)


def _thirds(a: Array) -> Array:
    """From (n, B, 3H) to (3, n, B, H)."""
    return np.stack(np.split(a, 3, axis=-1))


# --- training: each network by its own clipped gradient


class Networks(NamedTuple):
    """N layers, and an output of each: weights (N, K, H) and bias (N, K)."""

    layer: Weights
    W_ho: Array
    b_ho: Array


def networks(variants: Sequence[str], F: int, H: int, K: int, seed: int, forget_bias: float = 1.0) -> Networks:
    """N networks with the same start."""
    limit = H**-0.5
    W_ho = np.random.default_rng([seed, 1]).uniform(-limit, limit, (K, H)).astype(np.float32)
    N = len(variants)
    return Networks(start(variants, F, H, seed, forget_bias), np.repeat(W_ho[None], N, 0), np.zeros((N, K), np.float32))


Loss = Callable[[Array], tuple[Array, Array]]


def step(nets: Networks, tape: Tape, h: Array, loss: Loss, memory: dict[str, Any], lr: float, last: bool) -> Array:
    """One step of Adam in place; ``loss`` makes of outputs (N, T, B, K) the losses (N,) and the gradient.

    With ``last`` the last state alone is read, and outputs are (N, 1, B, K). A network whose gradient is not finite
    stays as it is. Returns the losses.
    """
    read = h[:, -1:] if last else h
    o = read @ nets.W_ho[:, None].swapaxes(2, 3) + nets.b_ho[:, None, None]
    losses, do = loss(o)
    dh_out = np.zeros_like(h)
    dh_out[:, -read.shape[1] :] = do @ nets.W_ho[:, None]
    dw = backward(dh_out, tape).w
    dW_ho = np.einsum("ntbk,ntbh->nkh", do, read)
    parts = {**dw._asdict(), "W_ho": dW_ho, "b_ho": do.sum(axis=(1, 2))}
    R_at = _places(tape.variants)["full_recurrence"]
    squares = sum((g.reshape(len(g), -1) ** 2).sum(axis=1) for name, g in parts.items() if name != "R")
    squares[R_at] += (parts["R"] ** 2).sum(axis=(1, 2))
    factor = np.minimum(1, 1 / (np.sqrt(squares) + 1e-6)).astype(h.dtype)
    for name, g in parts.items():
        by = factor[R_at] if name == "R" else factor
        parts[name] = np.nan_to_num(g * by.reshape(-1, *[1] * (g.ndim - 1)), posinf=0, neginf=0)
    adam({**nets.layer._asdict(), "W_ho": nets.W_ho, "b_ho": nets.b_ho}, parts, memory, lr)
    return losses


# --- what each variant learns


def train_on(nets: Networks, variants: Sequence[str], batch: Callable[[], Batch], steps: int, lr: float) -> None:
    """Train in place on mean squared errors of the last output, at a rate that falls to zero along a line."""
    memory = dict[str, Any]()
    for update in range(steps):
        x, target = batch()

        def loss(o: Array, target: NDArray[Any] = target) -> tuple[Array, Array]:
            e = o - target
            return (e**2).mean(axis=(1, 2, 3)), (2 / e[0].size * e).astype(o.dtype)

        h, tape = states(nets, variants, x)
        step(nets, tape, h, loss, memory, lr * (1 - update / steps), last=True)


def train_to_add(nets: Networks, variants: Sequence[str], seed: int, T: int, steps: int, lr: float) -> None:
    """Train in place on the adding problem, batches of 32 new sequences."""
    rng = np.random.default_rng([seed, 2])
    train_on(nets, variants, lambda: adding(T, 32, rng), steps, lr)


def states(nets: Networks, variants: Sequence[str], x: Array) -> tuple[Array, Tape]:
    """All states (N, T, B, H) from zeros, and the tape."""
    zeros = np.zeros((len(variants), x.shape[1], nets.W_ho.shape[2]), x.dtype)
    h, _, tape = forward(x, zeros, zeros, nets.layer, variants)
    return h, tape


def last_outputs(nets: Networks, variants: Sequence[str], x: Array) -> Array:
    """Outputs (N, B, K) that read the last state."""
    h, _ = states(nets, variants, x)
    return h[:, -1] @ nets.W_ho.swapaxes(1, 2) + nets.b_ho[:, None]


def first_number(T: int, B: int, seed: Any) -> Batch:
    """Read T numbers from -1 to 1, then say the first again: one thing to keep, all else not to store.

    Columns of x: the number, and 1 at the first step. Who always answers 0 has a mean squared error of 1/3.
    """
    rng = np.random.default_rng(seed)
    x = np.zeros((T, B, 2), np.float32)
    x[:, :, 0] = 2 * rng.random((T, B), dtype=np.float32) - 1
    x[0, :, 1] = 1
    return Batch(x, x[0, :, :1].copy())


def lost_numbers(
    seed: int, H: int = 16, T: int = 50, steps: int = 300, lr: float = 1e-2, forget_bias: float = 4.0
) -> dict[str, float]:
    """Share of the variance of the first of T numbers that each variant does not tell; 1 for who always answers 0."""
    nets, rng = networks(VARIANTS, 2, H, 1, seed, forget_bias), np.random.default_rng([seed, 2])
    train_on(nets, VARIANTS, lambda: first_number(T, 32, rng), steps, lr)
    x, target = first_number(T, 1000, [seed, 3])
    errors = ((last_outputs(nets, VARIANTS, x) - target) ** 2).mean(axis=(1, 2)) / (target**2).mean()
    return dict(zip(VARIANTS, errors.tolist(), strict=True))


LOST = 9.0  # written for so many bits a character and for more, and where states are not finite any more


def bits_of_text(
    seed: int, H: int = 32, steps: int = 800, B: int = 16, T: int = 25, lr: float = 2e-2, n_valid: int = 20_000
) -> dict[str, float]:
    """Bits a character of each variant on documentation of modules that it was not trained on; its state goes on."""
    vocabulary, text = Vocabulary(), stdlib_text(500_000, 40_000, kind="docstrings")
    K, N, memory = len(vocabulary), len(VARIANTS), dict[str, Any]()
    xs, ys = rnn.next_symbol_pairs(vocabulary.encode(text.train), B, T)
    nets = networks(VARIANTS, K, H, K, seed)
    h0 = c0 = np.zeros((N, B, H), np.float32)
    for update in range(steps):
        chunk = (update + 97 * seed) % len(xs)
        y = ys[chunk]

        def loss(o: Array, y: NDArray[Any] = y) -> tuple[Array, Array]:
            do = np.stack([bptt.output_gradient(each, y) for each in o])
            return np.zeros(len(o)), do

        h, c0, tape = forward(one_hot(xs[chunk], K, np.float32), h0, c0, nets.layer, VARIANTS)
        step(nets, tape, h, loss, memory, lr * (1 - update / steps), last=False)
        h0, c0 = h[:, -1].copy(), c0.copy()
    xs, ys = rnn.next_symbol_pairs(vocabulary.encode(text.valid[:n_valid]), 20, 50)
    h0 = c0 = np.zeros((N, 20, H), np.float32)
    losses = []
    for x, y in zip(xs, ys, strict=True):
        h, c0, _ = forward(one_hot(x, K, np.float32), h0, c0, nets.layer, VARIANTS)
        h0 = h[:, -1]
        o = h @ nets.W_ho[:, None].swapaxes(2, 3) + nets.b_ho[:, None, None]
        losses.append([rnn.cross_entropy(each, y) for each in o])
    bits = [rnn.bits_per_character(float(nats)) for nats in np.mean(losses, axis=0)]
    return dict(zip(VARIANTS, [b if b < LOST else LOST for b in bits], strict=True))


def counted_bits(n: int = 3, n_valid: int = 20_000) -> float:
    """Bits a character of the same text by counts of up to n characters in a row, without a network."""
    from rnncourse.experiments.rnn import counted_log_probabilities

    vocabulary, text = Vocabulary(), stdlib_text(500_000, 40_000, kind="docstrings")
    learnt, ids = vocabulary.encode(text.train), vocabulary.encode(text.valid[:n_valid])
    return rnn.bits_per_character(-float(counted_log_probabilities(learnt, ids, len(vocabulary), n).mean()))


@result("lstm_gru/variants", seeds=range(5), data=("python",), quick={"steps": 10}, tolerance=0.2)
def variants_compared(seed: int, steps: int | None = None) -> dict[str, float]:
    """What each variant loses of a number that it is to keep, and its bits a character of text."""
    settings = {} if steps is None else {"steps": steps}
    found = {f"number_{name}": lost for name, lost in lost_numbers(seed, **settings).items()}
    return found | {f"text_{name}": bits for name, bits in bits_of_text(seed, **settings).items()}
