"""What the chapter ``book/lstm_gru`` trains and measures: the page calls these functions, the learning tests too.

torch is needed to record gradients; training is NumPy over the kernels.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnncourse import bptt, conventions, gradients, lstm_gru, rnn
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.conventions import reorder
from rnncourse.data import one_hot
from rnncourse.data.tasks import adding
from rnncourse.data.text import Text, Vocabulary, stdlib_text
from rnncourse.experiments import lstm_variants as variants
from rnncourse.experiments.bptt import in_turn
from rnncourse.experiments.gradients import (
    CELLS,
    TEST,
    Network,
    _decades,
    add_with,
    identity_start,
    read_digits_with,
    start,
    train,
    usual_start,
)
from rnncourse.experiments.lstm_variants import first_number
from rnncourse.kernels import lstm
from rnncourse.results import result
from rnncourse.training import adam

KINDS = ("tanh", "identity", "lstm", "chrono", "gru")
"""tanh network, IRNN, LSTM from torch's start, LSTM whose forget gates start open for as long as the sequence, GRU."""


def gated_start(kind: str, F: int, H: int, K: int, T: int, seed: int) -> Network:
    """A network of one of :data:`KINDS`; ``"chrono"`` spreads the memories of its cells over up to T steps."""
    if kind != "chrono":
        return start(kind, F, H, K, seed)
    network = usual_start("lstm", F, H, K, seed)
    u = np.random.default_rng([seed, 1]).random(H, dtype=np.float32)
    zeros = np.zeros(4 * H, np.float32)
    network.weights["b_ih"], network.weights["b_hh"] = lstm_gru.chrono_bias(zeros, zeros, u, T)
    return network


def add(seed: int, kind: str = "chrono", T: int = 100, steps: int = 1200, lr: float = 1e-2, H: int = 32) -> float:
    """Mean squared error on the adding problem; 1/6 for who always answers 1."""
    return add_with(gated_start(kind, 2, H, 1, T, seed), seed, T, steps, lr)


def read_digits(
    seed: int, kind: str = "gru", epochs: int = 120, lr: float = 5e-3, H: int = 64, noise: float = 0.5
) -> float:
    """Share of handwritten digits told, read pixel by pixel: :func:`rnncourse.experiments.gradients.read_digits`."""
    return read_digits_with(gated_start(kind, 1, H, 10, 64, seed), seed, epochs, lr, noise)


# --- gates and a cell, without training


def leak(seed: int, bias: float, T: int = 1000, N: int = 500) -> float:
    """Root mean square of N memories m_t = m_{t-1} + σ(bias) x_t after T distractors between -1 and 1."""
    x = np.random.default_rng(seed).uniform(-1, 1, (T, N))
    m = lstm_gru.sigmoid(np.full(1, bias)) * x.sum(axis=0)
    return float(np.sqrt((m**2).mean()))


def by_hand() -> lstm_gru.LSTMWeights:
    """An LSTM with one unit that keeps a tenth of the number u where the mark m is 1; inputs (u, m)."""
    W_ih = np.array([[0.0, 20.0], [0.0, -20.0], [0.1, 0.0], [0.0, 0.0]])
    return lstm_gru.LSTMWeights(W_ih, np.zeros((4, 1)), np.array([-10.0, 10.0, 0.0, 10.0]), np.zeros(4))


def read_by_hand(x: Array) -> Array:
    """What :func:`by_hand` says at each step, ten times its state: (T, B, 1)."""
    zeros = np.zeros((x.shape[1], 1))
    h: Array = lstm_gru.lstm_forward(x.astype(float), zeros, zeros, by_hand())[0]
    return 10 * h


def error_by_hand(seed: int, T: int = 200, B: int = 100) -> float:
    """How far the last output is from the first number at most, over B sequences."""
    x, target = first_number(T, B, [seed, 5])
    return float(np.abs(read_by_hand(x)[-1] - target).max())


def read_by_two_tanh_units(x: Array, small: float = 1e-3) -> Array:
    """What two tanh units set by hand say of the number u where the mark m was 1: (T, B, 1); inputs (u, m).

    The first is a gate: it passes u on where m is 1, and is saturated elsewhere. The second adds up, near 0, where tanh
    is straight.
    """
    W_ih, W_hh = np.array([[0.1, 20.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [small, 1.0]])
    h0 = np.tile([-1.0, 0.0], (x.shape[1], 1))
    h: Array = rnn.forward(x.astype(float), h0, W_ih, W_hh, np.array([-20.0, small]), np.zeros(2))
    return 10 * (h[..., 1:] / small - 1)


def error_of_two_tanh_units(seed: int, T: int = 200, B: int = 100) -> float:
    """How far they are from the first number at most, over B sequences."""
    x, target = first_number(T, B, [seed, 5])
    return float(np.abs(read_by_two_tanh_units(x)[-1] - target).max())


def random_lstm(seed: int, T: int = 12, B: int = 3, F: int = 4, H: int = 5) -> tuple[Any, ...]:
    """Inputs x, states h0 and c0, weights, and what reaches every state from outside; all normal."""
    rng = np.random.default_rng(seed)
    shapes = ((4 * H, F), (4 * H, H), (4 * H,), (4 * H,))
    w = lstm_gru.LSTMWeights(*(rng.normal(0, 0.5, shape) for shape in shapes))
    return (*(rng.normal(size=s) for s in ((T, B, F), (B, H), (B, H))), w, rng.normal(size=(T, B, H)))


def agreement(seed: int, eps: float = 1e-5) -> dict[str, tuple[float, float]]:
    """Relative difference of each gradient of a random LSTM to torch's, and to differences.

    Central ones, along a random direction of each array.
    """
    with needs(__name__, "torch"):
        import torch

    x, h0, c0, w, dh_out = random_lstm(seed)
    h, c = lstm_gru.lstm_forward(x, h0, c0, w)
    g = lstm_gru.lstm_backward(dh_out, x, h0, c0, h, c, w)
    ours = {"x": g.dx, "h0": g.dh0, "c0": g.dc0, "W_ih": g.dW_ih, "W_hh": g.dW_hh}
    ours |= {"b_ih": g.db, "b_hh": g.db}
    arguments = {"x": x, "h0": h0, "c0": c0, **w._asdict()}
    layer = torch.nn.LSTM(x.shape[2], h0.shape[1]).double()
    leaves = {name: torch.tensor(a, requires_grad=True) for name, a in arguments.items()}
    named = {f"{part}_l0": leaves[name] for part, name in zip(_TORCH, w._fields, strict=True)}
    start = leaves["h0"][None], leaves["c0"][None]
    out = torch.func.functional_call(layer, named, (leaves["x"], start))[0]
    out.backward(torch.from_numpy(dh_out))
    rng = np.random.default_rng([seed, 1])

    def loss(**changed: Array) -> float:
        a = arguments | changed
        weights = lstm_gru.LSTMWeights(*(a[name] for name in w._fields))
        return float((lstm_gru.lstm_forward(a["x"], a["h0"], a["c0"], weights)[0] * dh_out).sum())

    found = {}
    for name, dq in ours.items():
        theirs = leaves[name].grad.numpy()  # type: ignore[union-attr]
        v = rng.normal(size=dq.shape)
        up, down = (loss(**{name: arguments[name] + sign * eps * v}) for sign in (1, -1))
        exact = float((dq * v).sum())
        difference = abs(exact - (up - down) / (2 * eps)) / (np.linalg.norm(dq) * np.linalg.norm(v))
        apart = np.linalg.norm(dq - theirs) / np.linalg.norm(theirs)
        found[f"d{name}"] = float(apart), float(difference)
    return found


_TORCH = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def race(T: int, B: int, F: int, H: int, rounds: int, seed: int = 0) -> tuple[dict[str, Array], float]:
    """Forward and backward pass of an LSTM by five programs, as :func:`rnncourse.experiments.bptt.race` does for RNNs.

    Returns seconds, one a round, and the largest relative error of dW_hh against torch's.
    """
    with needs(__name__, "torch"):
        import torch

    from rnncourse import nn

    made = random_lstm(seed, T, B, F, H)
    x, h0, c0, dh_out = (np.asarray(a, np.float32) for a in (*made[:3], made[4] / (T * B)))
    w = lstm_gru.LSTMWeights(*(np.asarray(a, np.float32) for a in made[3]))
    leaves = [torch.tensor(a, requires_grad=True) for a in w]
    x_torch, h0_torch, c0_torch, dh_torch = map(torch.from_numpy, (x, h0, c0, dh_out))
    layers = {"torch.nn.LSTM": torch.nn.LSTM(F, H), "rnncourse.nn.LSTM": nn.LSTM(F, H)}
    for layer in layers.values():
        with torch.no_grad():
            for parameter, leaf in zip(layer.parameters(), leaves, strict=True):
                parameter.copy_(leaf)

    def reading() -> Array:
        h, c = lstm_gru.lstm_forward(x, h0, c0, w)
        return lstm_gru.lstm_backward(dh_out, x, h0, c0, h, c, w).dW_hh

    def by_kernel() -> Array:
        return lstm.backward(dh_out, lstm.forward(x, h0, c0, *w)[2], input_gradient=False).dW_hh

    def loop() -> Array:
        W_ih, W_hh, b_ih, b_hh = leaves
        h_t, c_t, h = h0_torch, c0_torch, []
        for x_t in x_torch:
            i, f, g, o = (x_t @ W_ih.T + b_ih + h_t @ W_hh.T + b_hh).chunk(4, dim=1)
            c_t = f.sigmoid() * c_t + i.sigmoid() * g.tanh()
            h_t = o.sigmoid() * c_t.tanh()
            h.append(h_t)
        return torch.autograd.grad(torch.stack(h), leaves, dh_torch)[1].numpy()

    def of(layer: Any) -> Callable[[], Array]:
        parameters, zero = list(layer.parameters()), (h0_torch[None], c0_torch[None])
        return lambda: torch.autograd.grad(layer(x_torch, zero)[0], parameters, dh_torch)[1].numpy()

    programs: dict[str, Callable[[], Array]] = {"reading version": reading, "kernel": by_kernel, "autograd, loop": loop}
    programs.update((name, of(layer)) for name, layer in layers.items())
    return in_turn(programs, "torch.nn.LSTM", rounds, np.random.default_rng(seed))


# --- do LSTMs solve vanishing gradients?


def as_module(network: Network) -> Any:
    """The layer of a network as a module of ``rnncourse.nn``, with the same weights."""
    with needs(__name__, "torch"):
        import torch

    from rnncourse import nn

    w = network.weights
    if network.cell in ("tanh", "relu"):
        layer: Any = nn.RNN(w["W_ih"].shape[1], network.H, nonlinearity=network.cell)
    else:
        layer = getattr(nn, network.cell.upper())(w["W_ih"].shape[1], network.H)
    names = {"weight_ih_l0": "W_ih", "weight_hh_l0": "W_hh", "bias_ih_l0": "b_ih", "bias_hh_l0": "b_hh"}
    layer.load_state_dict({theirs: torch.from_numpy(w[ours]) for theirs, ours in names.items()})
    return layer


def gradient_against_lag(network: Network, x: Array) -> Array:
    """Length of the gradient that an output sends to the memory k steps before, in units of lag 0: (T,), k = 0 … T-1.

    The memory is h, and c in an LSTM, whose h is made anew from c at each step. A mean over the batch x (T, B, F).
    """
    with needs(__name__, "torch"):
        import torch

    from rnncourse.nn.flow import record_flow

    layer, W_ho = as_module(network), torch.from_numpy(network.weights["W_ho"])
    with record_flow(layer) as flow:
        (layer(torch.from_numpy(x))[0][-1] @ W_ho.T).sum().backward()
    norms = flow.norms(cells=network.cell == "lstm")[0, ::-1]
    return norms / norms[0]


def gradients_of_every_cell(
    seed: int, T: int = 100, steps: int = 1000, H: int = 32, lr: float = 5e-3
) -> dict[str, tuple[Array, Array]]:
    """:func:`gradient_against_lag` of each of :data:`KINDS`, before and after it learns to add."""
    x, found = adding(T, 50, [seed, 4]).x, {}
    for kind in KINDS:
        network = gated_start(kind, 2, H, 1, T, seed)
        before = gradient_against_lag(network, x)
        add_with(network, seed, T, steps, lr)
        found[kind] = before, gradient_against_lag(network, x)
    return found


def forget_gates(network: Network, x: Array) -> Array:
    """Forget gates f (T, B, H) of an LSTM as it reads x (T, B, F)."""
    w, zeros = network.weights, np.zeros((x.shape[1], network.H), x.dtype)
    weights = lstm_gru.LSTMWeights(w["W_ih"], w["W_hh"], w["b_ih"], w["b_hh"])
    h, _ = lstm_gru.lstm_forward(x, zeros, zeros, weights)
    before = np.concatenate([zeros[None], h[:-1]])
    return np.stack([lstm_gru.lstm_gates(x_t, h_prev, weights).f_t for x_t, h_prev in zip(x, before, strict=True)])


def direct_paths(network: Network, x: Array) -> Array:
    """What the forget gates alone let through from lag k: mean over batch and cells, (T,), k = 0 … T-1."""
    f = forget_gates(network, x)
    ones = np.ones_like(f[:1])
    return np.array([1.0, *(float((ones * lstm_gru.direct_path(f[-k:])).mean()) for k in range(1, len(f)))])


LSTMS = {"lstm_0": "no_peepholes", "lstm_1": "no_peepholes", "chrono": "no_peepholes", "peephole": "vanilla"}
"""LSTMs trained side by side: forget bias 0 and 1, biases for T steps, and peepholes with a forget bias of 1."""


def lstms(T: int, H: int, seed: int) -> variants.Networks:
    """The networks of :data:`LSTMS` for the adding problem; they differ in biases alone."""
    nets = variants.networks([*LSTMS.values()], 2, H, 1, seed)
    zeros, b = np.zeros(4 * H, np.float32), nets.layer.b
    u = np.random.default_rng([seed, 1]).random(H, dtype=np.float32)
    b[0] = lstm_gru.forget_bias(zeros, zeros, 0.0)[0]
    b[2] = lstm_gru.chrono_bias(zeros, zeros, u, T)[0]
    return nets


def cell_gradients_against_lag(nets: variants.Networks, kinds: list[str], x: Array) -> Array:
    """As :func:`gradient_against_lag`, of the cells c of several LSTMs: (N, T)."""
    h, tape = variants.states(nets, kinds, x)
    dh_out = np.zeros_like(h)
    dh_out[:, -1] = nets.W_ho.sum(axis=1)[:, None]
    norms = np.linalg.norm(variants.backward(dh_out, tape).dc, axis=-1).mean(axis=-1)[::-1]  # (T, N)
    return (norms / norms[0]).T


@result("lstm_gru/lags", seeds=range(5), quick={"steps": 5}, tolerance=1.0)
def lags(seed: int, T: int = 40, steps: int = 600, H: int = 32, lr: float = 1e-2) -> dict[str, Any]:
    """Gradient against lag of every cell before and after it learns to add, as logarithms; the errors it then makes."""
    x, target = adding(T, TEST, [seed, 3])
    nets, kinds, found = lstms(T, H, seed), [*LSTMS.values()], dict[str, Any]()
    flows = [cell_gradients_against_lag(nets, kinds, x[:, :50])]
    variants.train_to_add(nets, kinds, seed, T, steps, lr)
    flows.append(cell_gradients_against_lag(nets, kinds, x[:, :50]))
    errors = ((variants.last_outputs(nets, kinds, x) - target) ** 2).mean(axis=(1, 2))
    for n, name in enumerate(LSTMS):
        found |= {f"{name}_before": flows[0][n], f"{name}_after": flows[1][n], f"{name}_error": float(errors[n])}
    for kind in ("tanh", "gru", "identity"):
        network = start(kind, 2, H, 1, seed)
        found[f"{kind}_before"] = gradient_against_lag(network, x[:, :50])
        found[f"{kind}_error"] = add_with(network, seed, T, steps, lr if kind != "identity" else 4e-3)
        found[f"{kind}_after"] = gradient_against_lag(network, x[:, :50])
    return {name: value if isinstance(value, float) else _decades(value) for name, value in found.items()}


# --- to keep one number


BIASES = ("lstm_0", "lstm_1", "lstm_2", "lstm_5", "chrono")


def keeping_start(kind: str, T: int, H: int, seed: int) -> Network:
    """An LSTM with a forget bias of 0, 1, 2, 5 or chrono's, an identity start, or another cell from torch's start."""
    if kind == "identity":
        return identity_start(2, H, 1, seed)
    if kind in CELLS:
        return usual_start(kind, 2, H, 1, seed)
    if kind == "chrono":
        return gated_start("chrono", 2, H, 1, T, seed)
    network, zeros = usual_start("lstm", 2, H, 1, seed), np.zeros(4 * H, np.float32)
    network.weights["b_ih"], network.weights["b_hh"] = lstm_gru.forget_bias(zeros, zeros, float(kind[-1]))
    return network


def unexplained(network: Network, seed: int, T: int, steps: int, lr: float) -> float:
    """Train to keep the first of T numbers; the share of its variance that is not told: 1 for who always answers 0."""
    rng = np.random.default_rng([seed, 2])
    train(network, lambda _: first_number(T, 32, rng), steps, lr)
    x, target = first_number(T, TEST, [seed, 3])
    return float(((network.outputs(x) - target) ** 2).mean() / (target**2).mean())


@result("lstm_gru/bias", seeds=range(5), quick={"steps": 10}, tolerance=0.5)
def biases_compared(
    seed: int, steps: int = 400, H: int = 16, lr: float = 1e-2, lags: tuple[int, ...] = (20, 200)
) -> dict[str, float]:
    """What is not told of the first number after 20 and 200 others, by the start of the biases, and by other cells."""
    return {
        f"{kind}_{T}": unexplained(keeping_start(kind, T, H, seed), seed, T, steps, lr if kind != "identity" else 4e-3)
        for T in lags
        for kind in (*BIASES, "gru", "identity")
    }


def open_gru(F: int, H: int, K: int, T: int, seed: int) -> Network:
    """A GRU whose update gates keep as long as chrono's forget gates; its reset and its candidate start as usual."""
    network = usual_start("gru", F, H, K, seed)
    b_z = np.log1p(np.random.default_rng([seed, 1]).random(H, dtype=np.float32) * (T - 2))
    network.weights["b_ih"][H : 2 * H], network.weights["b_hh"][H : 2 * H] = b_z, 0
    return network


@result("lstm_gru/bias_others", seeds=range(5), quick={"steps": 10}, tolerance=0.5)
def other_starts_compared(
    seed: int, steps: int = 400, H: int = 16, lr: float = 1e-2, lags: tuple[int, ...] = (20, 200)
) -> dict[str, float]:
    """What is not told of the first number by a GRU that starts open, and by tanh from torch's start."""
    found = {}
    for T in lags:
        found[f"gru_open_{T}"] = unexplained(open_gru(2, H, 1, T, seed), seed, T, steps, lr)
        found[f"tanh_{T}"] = unexplained(usual_start("tanh", 2, H, 1, seed), seed, T, steps, lr)
    return found


# --- three cells of one size read text


@cache
def documentation() -> Text:
    """Documentation of Python's standard library, as in the chapter on vanilla RNNs."""
    return stdlib_text(500_000, 40_000, kind="docstrings")


SIZES = {"tanh": 128, "gru": 68, "lstm": 57}
"""Units with which a network for the characters of a text has about as many parameters as any other: 41,000."""


RATES = {"tanh": 1e-2, "gru": 3e-2, "lstm": 3e-2}
"""The better of 0.01 and 0.03 for each, on one seed: tanh is lost with the larger, gates are slow with the smaller."""


def read(network: Network, ids: NDArray[np.int64], states: list[Array]) -> tuple[Array, list[Array], Any]:
    """Read symbols (T, B) on from states: all h, the last states and the tape."""
    cell, w = CELLS[network.cell], network.weights
    x = one_hot(ids, w["W_ih"].shape[1], np.float32)
    h, *rest, tape = cell.kernel.forward(x, *states, w["W_ih"], w["W_hh"], w["b_ih"], w["b_hh"], *cell.options)
    return h, [h[-1].copy(), *rest], tape


def no_states(network: Network, B: int) -> list[Array]:
    """Zeros for all that a step hands on."""
    return [np.zeros((B, network.H), np.float32)] * CELLS[network.cell].states


def read_documentation(seed: int, cell: str, steps: int = 2000, B: int = 16, T: int = 25) -> Network:
    """A network of one kind of cell that learns to predict the next character, its state carried on."""
    vocabulary = Vocabulary()
    K, memory = len(vocabulary), dict[str, Any]()
    xs, ys = rnn.next_symbol_pairs(vocabulary.encode(documentation().train), B, T)
    network = usual_start(cell, K, SIZES[cell], K, seed)
    w, states = network.weights, no_states(network, B)
    if cell == "lstm":
        w["b_ih"], w["b_hh"] = lstm_gru.forget_bias(w["b_ih"], w["b_hh"])
    for step in range(steps):
        chunk = step % len(xs)
        h, states, tape = read(network, xs[chunk], states)
        do = bptt.output_gradient(h @ w["W_ho"].T + w["b_ho"], ys[chunk])
        g = CELLS[cell].kernel.backward(do @ w["W_ho"], tape, input_gradient=False)
        db = (g.db, g.db) if hasattr(g, "db") else (g.db_ih, g.db_hh)
        rows = do.reshape(T * B, K)
        parts = (g.dW_ih, g.dW_hh, *db, rows.T @ h.reshape(T * B, network.H), rows.sum(axis=0))
        clipped, _ = gradients.clip_by_norm(parts, 1.0)
        names = ("W_ih", "W_hh", "b_ih", "b_hh", "W_ho", "b_ho")
        adam(w, dict(zip(names, clipped, strict=True)), memory, RATES[cell] * (1 - step / steps))
    return network


def bits_held_out(network: Network) -> float:
    """Bits a character on the documentation of other modules, in 50 streams, the state carried on."""
    w, losses, states = network.weights, [], no_states(network, 50)
    for x, y in zip(*rnn.next_symbol_pairs(Vocabulary().encode(documentation().valid), 50, 100), strict=True):
        h, states, _ = read(network, x, states)
        losses.append(rnn.cross_entropy(h @ w["W_ho"].T + w["b_ho"], y))
    return rnn.bits_per_character(float(np.mean(losses)))


def bits_by_memory(network: Network, n: int = 40) -> Array:
    """Bits for the next character after 1, 2, …, n characters have been read from zeros, held out: (n,)."""
    w, text = network.weights, documentation().valid
    starts = np.arange(0, len(text) - n, n // 2)
    ids = Vocabulary().encode(text)[starts + np.arange(n + 1)[:, None]]  # (n+1, B)
    h, _, _ = read(network, ids[:-1], no_states(network, len(starts)))
    p = rnn.softmax(h @ w["W_ho"].T + w["b_ho"])
    told = np.take_along_axis(p, ids[1:, :, None], axis=2)[..., 0]
    return -np.log2(told).mean(axis=1)


@result("lstm_gru/text", seeds=range(5), data=("python",), quick={"steps": 40}, tolerance=0.1)
def text_compared(seed: int, steps: int = 2000) -> dict[str, Any]:
    """Bits a character of three kinds of cell with equally many parameters, on held-out text; and by memory."""
    found: dict[str, Any] = {}
    for cell in SIZES:
        network = read_documentation(seed, cell, steps)
        found[cell] = bits_held_out(network)
        found[f"{cell}_by_memory"] = bits_by_memory(network).round(3).tolist()
    return found


# --- a language model of characters


@cache
def source() -> Text:
    """Source of Python's standard library: 2,500,000 characters to learn from, 500,000 of other modules to test.

    Modules are not equally hard: the first 50,000 characters held out cost 0.2 bits each more than all of them.
    """
    return stdlib_text(2_500_000, 500_000)


def shuffled_pieces(ids: NDArray[np.int64], n: int, seed: int) -> NDArray[np.int64]:
    """The same text in pieces of n symbols, in random order; the last piece is dropped where it is shorter.

    Read from end to end, the text shows a network few modules at a time, and what it learns carries less to others.
    """
    return np.random.default_rng([seed, 2]).permutation(ids[: len(ids) // n * n].reshape(-1, n)).ravel()


def train_language_model(
    seed: int, steps: int = 2000, H: int = 256, B: int = 32, T: int = 32, lr: float = 2e-2
) -> Network:
    """An LSTM that learns to predict the next character of :func:`source`, T steps at a time, its state carried on."""
    vocabulary = Vocabulary()
    K, memory = len(vocabulary), dict[str, Any]()
    x, y = rnn.next_symbol_pairs(shuffled_pieces(vocabulary.encode(source().train), 1000, seed), B, T)  # (C, T, B) each
    network = usual_start("lstm", K, H, K, seed)
    w = network.weights
    w["W_ih"] *= np.float32(8)  # a symbol is one column; the usual limit 1/√H is for inputs of length √F
    w["b_ih"], w["b_hh"] = lstm_gru.forget_bias(w["b_ih"], w["b_hh"])
    h_0 = c_0 = np.zeros((B, H), np.float32)
    for step in range(steps):
        chunk = step % len(x)
        h, c_0, tape = lstm.forward(
            one_hot(x[chunk], K, np.float32), h_0, c_0, w["W_ih"], w["W_hh"], w["b_ih"], w["b_hh"]
        )
        h_0 = h[-1].copy()
        do = bptt.output_gradient(h @ w["W_ho"].T + w["b_ho"], y[chunk])
        g = lstm.backward(do @ w["W_ho"], tape, input_gradient=False)
        rows = do.reshape(T * B, K)  # one product, where bptt.output_backward adds up step by step
        parts = (g.dW_ih, g.dW_hh, g.db, g.db, rows.T @ h.reshape(T * B, H), rows.sum(axis=0))
        clipped, _ = gradients.clip_by_norm(parts, 1.0)
        names = ("W_ih", "W_hh", "b_ih", "b_hh", "W_ho", "b_ho")
        adam(w, dict(zip(names, clipped, strict=True)), memory, lr * (1 - step / steps), (0.9, 0.99))
    return network


def held_out_bits(network: Network) -> float:
    """Bits a character on the text of modules that were not trained on, in 50 streams, the state carried on."""
    vocabulary = Vocabulary()
    K, w = len(vocabulary), network.weights
    h_0 = c_0 = np.zeros((50, network.H), np.float32)
    losses = []
    for x, y in zip(*rnn.next_symbol_pairs(vocabulary.encode(source().valid), 50, 100), strict=True):
        h, c_0, _ = lstm.forward(one_hot(x, K, np.float32), h_0, c_0, w["W_ih"], w["W_hh"], w["b_ih"], w["b_hh"])
        h_0 = h[-1].copy()
        losses.append(rnn.cross_entropy(h @ w["W_ho"].T + w["b_ho"], y))
    return rnn.bits_per_character(float(np.mean(losses)))


# --- two GRUs


def two_grus(seed: int, T: int, B: int = 4, F: int = 3, H: int = 5, start: bool = True, bias: bool = True) -> float:
    """Largest difference of the states of a random GRU with its reset after the product, and before it.

    ``start`` says whether the first state is random or 0, ``bias`` whether there are biases.
    """
    rng = np.random.default_rng(seed)
    w = lstm_gru.GRUWeights(
        *(rng.normal(0, 0.7, s) for s in ((3 * H, F), (3 * H, H))), *(bias * rng.normal(0, 0.7, (2, 3 * H)))
    )
    x, h0 = rng.normal(size=(T, B, F)), start * rng.normal(size=(B, H))
    return float(np.abs(lstm_gru.gru_forward(x, h0, w) - lstm_gru.gru_before_forward(x, h0, w)).max())


# --- errors in the wild: each makes of right weights, or of right steps, what somebody's program did


def onnx_read_as_torch(w: lstm_gru.LSTMWeights) -> lstm_gru.LSTMWeights:
    """Weights as ONNX keeps them, rows i, o, f, g, taken for torch's i, f, g, o."""
    return lstm_gru.LSTMWeights(*(reorder(a, "ifgo", "iofg") for a in w))


def forget_gate_with_the_bias_of_o(w: lstm_gru.LSTMWeights) -> lstm_gru.LSTMWeights:
    """A line copied: the bias of the output gate added in the forget gate too."""

    def copied(b: Array) -> Array:
        b_i, _, b_g, b_o = np.split(b, 4)
        return np.concatenate([b_i, b_o, b_g, b_o])

    return w._replace(b_ih=copied(w.b_ih), b_hh=copied(w.b_hh))


def first_step_without_b_hn(x: Array, h0: Array, w: lstm_gru.GRUWeights) -> Array:
    """No state yet, so the recurrent part of the candidate is left out at the first step, and its bias with it."""
    b_r, b_z, b_n = np.split(w.b_hh, 3)
    h_1 = lstm_gru.gru_cell(x[0], h0, w._replace(b_hh=np.concatenate([b_r, b_z, 0 * b_n])))
    return np.concatenate([h_1[None], lstm_gru.gru_forward(x[1:], h_1, w)])


def reset_never_used(w: lstm_gru.GRUWeights) -> lstm_gru.GRUWeights:
    """The reset gate is computed and forgotten: as if it were 1, which a bias of 100 makes it."""
    H, dtype = w.W_hh.shape[1], w.W_hh.dtype
    r = np.repeat(np.array([0, 1, 1], dtype), H)
    shut = w._replace(W_ih=w.W_ih * r[:, None], W_hh=w.W_hh * r[:, None])
    return shut._replace(b_ih=w.b_ih * r + 100 * (1 - r), b_hh=w.b_hh * r)


@result("lstm_gru/wild", seeds=range(5), quick={"steps": 10}, tolerance=0.5)
def wild(seed: int, T: int = 40, steps: int = 600, H: int = 32, lr: float = 1e-2) -> dict[str, float]:
    """Share of sums told to within 0.1 by a trained LSTM and a trained GRU, and by each of them run with an error."""
    x, target = adding(T, TEST, [seed, 3])
    zeros = np.zeros((TEST, H), np.float32)

    def trained(kind: str) -> Network:
        network, rng = gated_start(kind, 2, H, 1, T, seed), np.random.default_rng([seed, 2])
        train(network, lambda _: adding(T, 32, rng), steps, lr)
        return network

    def told(network: Network, h: Array) -> float:
        return float((np.abs(network.read(h) - target) < 0.1).mean())

    cells = {kind: trained(kind) for kind in ("chrono", "gru")}
    names = ("W_ih", "W_hh", "b_ih", "b_hh")
    w = lstm_gru.LSTMWeights(*(cells["chrono"].weights[name] for name in names))
    u = lstm_gru.GRUWeights(*(cells["gru"].weights[name] for name in names))
    lstms = {"lstm": w, "onnx": onnx_read_as_torch(w), "bias_of_o": forget_gate_with_the_bias_of_o(w)}
    found = {k: told(cells["chrono"], lstm_gru.lstm_forward(x, zeros, zeros, v)[0]) for k, v in lstms.items()}
    grus = {
        "gru": lstm_gru.gru_forward(x, zeros, u),
        "before": lstm_gru.gru_before_forward(x, zeros, u),
        "first_step": first_step_without_b_hn(x, zeros, u),
        "no_reset": lstm_gru.gru_forward(x, zeros, reset_never_used(u)),
    }
    return found | {k: told(cells["gru"], h) for k, h in grus.items()}


def wrong_order(seed: int, order: str) -> float:
    """How far states of a random LSTM are off when its blocks, in another library's order, are taken for torch's."""
    x, h0, c0, w, _ = random_lstm(seed, T=20)
    taken = lstm_gru.LSTMWeights(*(reorder(a, "ifgo", order) for a in w))
    return float(np.abs(lstm_gru.lstm_forward(x, h0, c0, w)[0] - lstm_gru.lstm_forward(x, h0, c0, taken)[0]).max())


# --- what the lectures print


def notation_differences(seed: int, T: int = 20, B: int = 3, F: int = 4, H: int = 5) -> dict[str, float]:
    """Largest difference of the states of each lecture's cell, its weights translated, to those of this book's."""
    x, h0, c0, w, _ = random_lstm(seed, T, B, F, H)
    x, h0, c0 = (3 * a for a in (x, h0, c0))
    h, _ = lstm_gru.lstm_forward(x, h0, c0, w)
    found = {}
    for name, notation, step in (
        ("Perdikaris, CSC413", "csc413", conventions.lstm.step_pc),
        ("Atanasov, mended", "atanasov", conventions.lstm.step_a),
    ):
        theirs, h_t, c_t, worst = conventions.lstm.to_notation(w._asdict(), notation), h0, c0, 0.0
        for x_t, ours in zip(x, h, strict=True):
            h_t, c_t = step(x_t, h_t, c_t, **theirs)
            worst = max(worst, float(np.abs(h_t - ours).max()))
        found[name] = worst
    theirs = conventions.lstm.to_notation(w._asdict(), "atanasov")
    literal, before, worst = (
        conventions.lstm.LiteralStep(h0, c0, np.ones((B, H)), np.zeros((B, H))),
        np.zeros((B, F)),
        0.0,
    )
    for x_t, ours in zip(x, h, strict=True):
        literal = conventions.lstm.step_a_literal(x_t, before, *literal, **theirs)
        before, worst = x_t, max(worst, float(np.abs(literal.h_t - ours).max()))
    found["Atanasov, as printed"] = worst
    rng = np.random.default_rng([seed, 2])
    u = {
        "W_ih": rng.normal(0, 0.5, (3 * H, F)),
        "W_hh": rng.normal(0, 0.5, (3 * H, H)),
        **dict.fromkeys(("b_ih", "b_hh"), np.zeros(3 * H)),
    }
    states = lstm_gru.gru_before_forward(x, h0, lstm_gru.GRUWeights(**u))
    for name, notation, unit in (
        ("CSC413, GRU", "csc413", conventions.gru.step_c),
        ("Mohajerin, GRU", "mohajerin", conventions.gru.step_m),
    ):
        weights, h_t, worst = conventions.gru.to_notation(u, notation, reset="before"), h0, 0.0
        for x_t, ours in zip(x, states, strict=True):
            h_t = unit(x_t, h_t, **weights)
            worst = max(worst, float(np.abs(h_t - ours).max()))
        found[name] = worst
    return found
