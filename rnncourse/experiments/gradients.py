"""What the chapter ``book/gradients`` trains and measures: the page calls these functions, the learning tests too.

One layer trains in NumPy over the kernels, which is fastest; torch is needed for the stacked networks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnncourse import bptt, gradients
from rnncourse import rnn as chapter
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.data.digits import digits
from rnncourse.data.tasks import Batch, adding, temporal_order
from rnncourse.kernels import gru, lstm, rnn
from rnncourse.results import result
from rnncourse.training import adam, minibatches

TEST = 1000  # sequences that a trained network is tested on, drawn apart from those it has seen

# --- one layer, its last state read


class _Linear:
    """The network with linear transitions, called as a kernel is: its two biases count as their sum."""

    @staticmethod
    def forward(x: Array, h0: Array, W_ih: Array, W_hh: Array, b_ih: Array, b_hh: Array) -> tuple[Array, Any]:
        h = gradients.linear_forward(x, h0, W_ih, W_hh, b_ih + b_hh)
        return h, (x, h0, h, W_ih, W_hh, b_ih + b_hh)

    @staticmethod
    def backward(dh_out: None, tape: Any, dh_T: Array, input_gradient: bool) -> bptt.Gradients:
        from_outside = np.zeros_like(tape[2])
        from_outside[-1] = dh_T
        return gradients.linear_backward(from_outside, *tape)


class _Cell(NamedTuple):
    kernel: Any
    options: tuple[str, ...]
    blocks: int  # of H rows in the weights
    states: int  # that a step hands on


CELLS = {
    "tanh": _Cell(rnn, ("tanh",), 1, 1),
    "relu": _Cell(rnn, ("relu",), 1, 1),
    "lstm": _Cell(lstm, (), 4, 2),
    "gru": _Cell(gru, (), 3, 1),
    "linear": _Cell(_Linear, (), 1, 1),
}


@dataclass
class Network:
    """A layer of cells, and an output that reads its last state. Weights by the names of the page, float32."""

    cell: str
    weights: dict[str, Array]

    @property
    def H(self) -> int:
        """Width of the state."""
        return self.weights["W_hh"].shape[1]

    def states(self, x: Array) -> tuple[Array, Any]:
        """From x (T, B, F) to h (T, B, H), with the kernel's tape."""
        kernel, options, _, states = CELLS[self.cell]
        zeros, w = np.zeros((x.shape[1], self.H), x.dtype), self.weights
        h, *_, tape = kernel.forward(x, *[zeros] * states, w["W_ih"], w["W_hh"], w["b_ih"], w["b_hh"], *options)
        return h, tape

    def outputs(self, x: Array) -> Array:
        """From x (T, B, F) to o (B, K)."""
        return self.read(self.states(x)[0])

    def read(self, h: Array) -> Array:
        """From h (T, B, H) to o (B, K)."""
        return h[-1] @ self.weights["W_ho"].T + self.weights["b_ho"]


def usual_start(cell: str, F: int, H: int, K: int, seed: int) -> Network:
    """The start of torch's modules: all numbers uniform within 1/√H."""
    rng, G = np.random.default_rng(seed), CELLS[cell].blocks
    shapes = {"W_ih": (G * H, F), "W_hh": (G * H, H), "b_ih": (G * H,), "b_hh": (G * H,), "W_ho": (K, H), "b_ho": (K,)}
    limit = H**-0.5
    return Network(cell, {name: rng.uniform(-limit, limit, s).astype(np.float32) for name, s in shapes.items()})


def identity_start(F: int, H: int, K: int, seed: int) -> Network:
    """An IRNN: :func:`rnncourse.gradients.identity_init`, with inputs large enough to learn fast, under a usual output.

    Le, Jaitly and Hinton draw the input weights with a standard deviation of 0.001; here it is 0.1.
    """
    network = usual_start("relu", F, H, K, seed)
    start = gradients.identity_init(F, H, np.random.default_rng([seed, 1]), std=0.1)
    network.weights.update({name: w.astype(np.float32) for name, w in start.items()})
    return network


def start(kind: str, F: int, H: int, K: int, seed: int) -> Network:
    """``"identity"``, or the usual start of a kind of cell."""
    return identity_start(F, H, K, seed) if kind == "identity" else usual_start(kind, F, H, K, seed)


Clip = Callable[[Sequence[Array], float], Sequence[Array]]
OmegaGradient = Callable[[Array, Array, Array], Array]


def clipped(parts: Sequence[Array], max_norm: float) -> Sequence[Array]:
    """As it should be: all together, by their norm."""
    return gradients.clip_by_norm(parts, max_norm)[0]


def train(
    network: Network,
    batch: Callable[[int], Batch],
    steps: int,
    lr: float,
    omega: float = 0.0,
    max_norm: float = 1.0,
    clip: Clip = clipped,
    omega_gradient: OmegaGradient = gradients.omega_gradient,
) -> list[float]:
    """Adam on clipped gradients, in place; ``batch`` makes the batch of a step. Returns the loss of every step.

    The learning rate and the weight of Ω (for tanh alone) fall to zero along a line.
    """
    losses, memory, w = [], dict[str, Any](), network.weights
    for step in range(steps):
        x, target = batch(step)
        h, tape = network.states(x)
        loss, do = loss_and_gradient(network.read(h), target)
        dh_T, left = do @ w["W_ho"], 1 - step / steps
        g = CELLS[network.cell].kernel.backward(None, tape, dh_T, input_gradient=False)
        db_ih, db_hh = (g.db, g.db) if hasattr(g, "db") else (g.db_ih, g.db_hh)
        dW_hh = g.dW_hh
        if omega:
            dh_out = np.zeros_like(h)
            dh_out[-1] = dh_T
            dh = gradients.state_gradients(dh_out, h, w["W_hh"])
            dW_hh = dW_hh + np.float32(omega * left) * omega_gradient(dh, h, w["W_hh"])
        parts = (g.dW_ih, dW_hh, db_ih, db_hh, do.T @ h[-1], do.sum(axis=0))
        names = ("W_ih", "W_hh", "b_ih", "b_hh", "W_ho", "b_ho")
        adam(w, dict(zip(names, clip(parts, max_norm), strict=True)), memory, lr * left)
        losses.append(loss)
    return losses


def loss_and_gradient(o: Array, target: NDArray[Any]) -> tuple[float, Array]:
    """Mean squared error, or cross entropy where targets are numbers of classes; and its gradient by o (B, K)."""
    if target.ndim == 2 and target.dtype.kind == "i":  # several symbols, all read from one state
        o_each = o.reshape(*target.shape, -1)
        return chapter.cross_entropy(o_each, target), bptt.output_gradient(o_each, target).reshape(o.shape)
    if target.dtype.kind == "i":
        return chapter.cross_entropy(o[None], target[None]), bptt.output_gradient(o[None], target[None])[0]
    e = o - target
    return float((e**2).mean()), (2 / e.size * e).astype(o.dtype)


def accuracy(network: Network, test: Batch) -> float:
    """Share of the sequences, or of their symbols, whose class has the largest output."""
    o = network.outputs(test.x)
    return float((o.reshape(*test.target.shape, -1).argmax(axis=-1) == test.target).mean())


# --- tasks: each function trains from a seed and returns what the network does on sequences that it has not seen


def add(seed: int, kind: str = "identity", T: int = 100, steps: int = 1500, lr: float = 4e-3, H: int = 64) -> float:
    """Mean squared error on the adding problem; 1/6 for who always answers 1. Batches of 32 new sequences."""
    return add_with(start(kind, 2, H, 1, seed), seed, T, steps, lr)


def add_with(network: Network, seed: int, T: int, steps: int, lr: float) -> float:
    """:func:`add` from a network that is already there, which is trained in place."""
    rng = np.random.default_rng([seed, 2])
    train(network, lambda _: adding(T, 32, rng), steps, lr)
    x, target = adding(T, TEST, [seed, 3])
    return float(((network.outputs(x) - target) ** 2).mean())


def order_with_omega(
    seed: int, omega: float = 2.0, T: int = 100, steps: int = 3000, lr: float = 2e-3, grow: bool = True
) -> float:
    """Share of the temporal orders told (a guess: 1/4) by a tanh network from its usual start, with Ω or (0) without.

    Batches of 32 new sequences. With ``grow`` they grow from 10 steps to T during the first 60 % of the training.
    """
    network, rng = usual_start("tanh", 6, 50, 4, seed), np.random.default_rng([seed, 2])

    def batch(step: int) -> Batch:
        share = min(1.0, step / (0.6 * steps)) if grow else 1.0
        return temporal_order(int(10 + (T - 10) * share), 32, rng)

    train(network, batch, steps, lr, omega)
    return accuracy(network, temporal_order(T, TEST, [seed, 3]))


def read_digits(
    seed: int, kind: str = "identity", epochs: int = 100, lr: float = 1e-3, H: int = 100, noise: float = 0.4
) -> float:
    """Share of handwritten digits told, read pixel by pixel; 1/10 for a guess.

    Grey values of the training images, standardised, meet new normal noise at every visit: it keeps a network from
    learning 1437 images by heart. The seed also splits the images.
    """
    return read_digits_with(start(kind, 1, H, 10, seed), seed, epochs, lr, noise)


def read_digits_with(network: Network, seed: int, epochs: int, lr: float, noise: float) -> float:
    """:func:`read_digits` from a network that is already there, which is trained in place."""
    images, test, _ = digits(seed=seed)
    pick, rng = minibatches(len(images.labels), 32, seed), np.random.default_rng([seed, 2])

    def batch(step: int) -> Batch:
        x = images.x[:, pick(step)]
        x = x + np.float32(noise) * rng.standard_normal(x.shape, dtype=np.float32)
        return Batch(x, images.labels[pick(step)])

    train(network, batch, epochs * -(-len(images.labels) // 32), lr)
    return accuracy(network, Batch(*test))


def omega_read_as(reading: str) -> OmegaGradient:
    """The gradient of Ω: with the square of Mohajerin's lecture ("squared"), or Atanasov's lecture's ("as printed")."""
    return gradients.omega_gradient if reading == "squared" else gradients.omega_without_square_gradient


@result("gradients/omega", seeds=range(5), quick={"steps": 20}, tolerance=0.5)
def omega_compared(seed: int, T: int = 50, steps: int = 800, lr: float = 2e-3) -> dict[str, float]:
    """Share of the temporal orders that a tanh network tells without Ω and with it, read in two ways, and an LSTM.

    All sequences have T steps from the first on, so that nothing else helps.
    """

    def told(kind: str, omega: float = 0.0, reading: str = "squared") -> float:
        network, rng = usual_start(kind, 6, 50, 4, seed), np.random.default_rng([seed, 2])
        train(
            network,
            lambda _: temporal_order(T, 32, rng),
            steps,
            lr,
            omega,
            omega_gradient=omega_read_as(reading),
        )
        return accuracy(network, temporal_order(T, TEST, [seed, 3]))

    return {
        "without": told("tanh"),
        "squared": told("tanh", 2.0),
        "as_printed": told("tanh", 2.0, "as printed"),
        "lstm": told("lstm"),
    }


@result("gradients/digits", seeds=range(5), data=("scikit-learn",), quick={"epochs": 1}, tolerance=0.15)
def digits_compared(seed: int, epochs: int = 10, H: int = 32, lr: float = 4e-3) -> dict[str, float]:
    """Share of the test digits told pixel by pixel by three networks; and by the most similar training image."""
    images, test, _ = digits(seed=seed)
    found = {kind: read_digits(seed, kind, epochs, lr, H) for kind in ("tanh", "identity", "lstm")}
    a, b = (part.x[:, :, 0] for part in (images, test))
    distance = (a**2).sum(axis=0)[:, None] - 2 * a.T @ b  # (train, test), but for what all images share
    found["nearest"] = float((images.labels[distance.argmin(axis=0)] == test.labels).mean())
    return found


# --- a larger learning rate

RATES = (1e-3, 4e-3, 1e-2, 1e-1, 1.0)
LOST = 9.0  # written for any error as large, and for a training that ended in numbers that are not finite


@result("gradients/rates", seeds=range(5), quick={"steps": 20}, tolerance=0.3)
def rates(seed: int, T: int = 60, steps: int = 400) -> dict[str, list[float]]:
    """Mean squared error of adding, of a tanh network and of one from an identity start, at each of RATES."""

    def error(kind: str, lr: float) -> float:
        with np.errstate(all="ignore"), suppress(ValueError):  # Adam refuses gradients that are not finite
            found = add(seed, kind, T, steps, lr)
            return found if found < LOST else LOST
        return LOST

    return {kind: [error(kind, lr) for lr in RATES] for kind in ("tanh", "identity")}


def share_by_lag(seed: int, T: int = 100, H: int = 64) -> Array:
    """How long the part of dW_hh is that comes from each lag, (T,), for the adding problem and a usual tanh network.

    Lag k is the use of W_hh at step T - k. The output reads the last state alone.
    """
    network = usual_start("tanh", 2, H, 1, seed)
    x, target = adding(T, 32, [seed, 4])
    h, _ = network.states(x)
    dh_out = np.zeros_like(h)
    dh_out[-1] = loss_and_gradient(network.read(h), target)[1] @ network.weights["W_ho"]
    dz = (1 - h**2) * gradients.state_gradients(dh_out, h, network.weights["W_hh"])
    before = np.concatenate([np.zeros_like(h[:1]), h[:-1]])
    parts = np.einsum("tbi,tbj->tij", dz, before)
    return np.linalg.norm(parts, axis=(1, 2))[::-1]


# --- mistakes in clipping


def squared_norm(parts: Sequence[Array], max_norm: float) -> Sequence[Array]:
    """Clipped without the square root: the factor is max_norm over the square of the norm."""
    squared = gradients.global_norm(parts) ** 2
    factor = min(1.0, max_norm / (squared + 1e-6))
    return [g * g.dtype.type(factor) for g in parts]


def one_by_one(parts: Sequence[Array], max_norm: float) -> Sequence[Array]:
    """Each array clipped by its own norm."""
    return [gradients.clip_by_norm([g], max_norm)[0][0] for g in parts]


def too_late(parts: Sequence[Array], max_norm: float) -> Sequence[Array]:
    """Clipped after the step, or with the result thrown away: what the optimiser sees is not clipped."""
    gradients.clip_by_norm(parts, max_norm)
    return parts


CLIPPED: dict[str, Clip] = {
    "right": clipped,
    "too_late": too_late,
    "squared_norm": squared_norm,
    "one_by_one": one_by_one,
    "by_value": gradients.clip_by_value,
    "no_condition": gradients.rescale,
}


@result("gradients/clipping", seeds=range(5), quick={"steps": 20}, tolerance=0.5)
def clipping_compared(seed: int, T: int = 100, steps: int = 800, lr: float = 4e-3) -> dict[str, float]:
    """Share of sums told to within 0.1 by a network from an identity start, clipped in each way of CLIPPED."""

    def told(clip: Clip) -> float:
        network, rng = identity_start(2, 64, 1, seed), np.random.default_rng([seed, 2])
        x, target = adding(T, TEST, [seed, 3])
        with np.errstate(all="ignore"):
            with suppress(ValueError):  # Adam refuses gradients that are not finite: there the training ends
                train(network, lambda _: adding(T, 32, rng), steps, lr, clip=clip)
            return float((np.abs(network.outputs(x) - target) < 0.1).mean())

    return {name: told(clip) for name, clip in CLIPPED.items()}


# --- what a start is for


SYMBOLS, SAID = 4, 5  # of the task to say again: how many different ones, and how many come


def say_again(T: int, B: int, seed: Any) -> Batch:
    """Read SAID symbols, then nothing; after step T name all of them, in their order. A guess is right in 1/SYMBOLS."""
    rng = np.random.default_rng(seed)
    symbols, x = rng.integers(0, SYMBOLS, (SAID, B)), np.zeros((T, B, SYMBOLS), np.float32)
    x[:SAID] = np.eye(SYMBOLS, dtype=np.float32)[symbols]
    return Batch(x, symbols.T)


def linear_start(kind: str, F: int, H: int, K: int, seed: int) -> Network:
    """A network with linear transitions; W_hh is the identity, orthogonal, or uniform as torch's is ("usual")."""
    network = usual_start("linear", F, H, K, seed)
    rng = np.random.default_rng([seed, 1])
    limit = F**-0.5
    network.weights["W_ih"] = rng.uniform(-limit, limit, (H, F)).astype(np.float32)
    W_hh = {"identity": np.eye(H), "orthogonal": gradients.orthogonal_init(H, rng), "usual": network.weights["W_hh"]}
    network.weights["W_hh"] = W_hh[kind].astype(np.float32)
    return network


@result("gradients/starts", seeds=range(5), quick={"steps": 20}, tolerance=0.2)
def starts(seed: int, T: int = 200, H: int = 64, steps: int = 500, lr: float = 2e-3) -> dict[str, float]:
    """Two starts and torch's own by two tasks: squared error of adding, share of symbols said again after T steps."""
    found = {}
    for kind in ("identity", "orthogonal", "usual"):
        network, rng = linear_start(kind, 2, H, 1, seed), np.random.default_rng([seed, 2])
        found[f"adding_{kind}"] = add_with(network, seed, T, steps, lr)
        network = linear_start(kind, SYMBOLS, H, SAID * SYMBOLS, seed)
        train(network, lambda _, rng=rng: say_again(T, 32, rng), steps, lr)  # type: ignore[misc]
        found[f"again_{kind}"] = accuracy(network, say_again(T, TEST, [seed, 3]))
    return found


# --- gradient flow over time and depth


def stacked_flow(
    seed: int, kind: str = "LSTM", layers: int = 3, T: int = 30, steps: int = 400, lr: float = 5e-3, H: int = 32
) -> tuple[Array, Array, float]:
    """Gradient norms (layers, T) of a stacked network of ``rnncourse.nn`` before and after it learns temporal order.

    Both are measured on the same 200 sequences, with the gradient at the top layer's last state set to length 1.
    Returns them with the share of orders that the trained network tells.
    """
    with needs(__name__, "torch"):
        import torch

    from rnncourse import nn
    from rnncourse.nn.flow import record_flow
    from rnncourse.training import fit, seed_everything

    seed_everything(seed)
    layer, out, rng = getattr(nn, kind)(6, H, layers), torch.nn.Linear(H, 4), np.random.default_rng([seed, 2])
    test_x, test_target = (torch.from_numpy(a) for a in temporal_order(T, 200, [seed, 3]))

    def flow() -> Array:
        with record_flow(layer) as recorded:
            loss = torch.nn.functional.cross_entropy(out(layer(test_x)[0][-1]), test_target, reduction="sum")
            loss.backward()  # type: ignore[no-untyped-call]
        norms = recorded.norms()
        layer.zero_grad()
        return norms / norms[-1, -1]

    def loss(batch: Batch) -> torch.Tensor:
        x, target = (torch.from_numpy(a) for a in batch)
        return torch.nn.functional.cross_entropy(out(layer(x)[0][-1]), target)

    before = flow()
    optimiser = torch.optim.Adam([*layer.parameters(), *out.parameters()], lr)
    fit(loss, lambda _: temporal_order(T, 32, rng), optimiser, steps, clip_norm=1.0, progress=False)
    with torch.no_grad():
        share = (out(layer(test_x)[0][-1]).argmax(dim=1) == test_target).double().mean().item()
    return before, flow(), share


@result("gradients/flow", seeds=range(5), quick={"steps": 5}, tolerance=1.0)
def flow(seed: int, steps: int = 150) -> dict[str, Any]:
    """Logarithms (base 10) of :func:`stacked_flow` for two kinds of cell before and after, and what each tells."""
    found: dict[str, Any] = {}
    for kind in ("RNN", "GRU"):
        before, after, share = stacked_flow(seed, kind, T=20, steps=steps)
        name = kind.lower()
        found |= {f"{name}_before": _decades(before), f"{name}_after": _decades(after), f"{name}_told": share}
    return found


def _decades(norms: Array) -> list[Any]:
    """Logarithms to base 10, from 1e-12 on: float32 knows little that is smaller beside 1."""
    found: list[Any] = np.log10(np.maximum(norms, 1e-12)).round(2).tolist()
    return found


def norms_by_lag(network: Network, x: Array) -> Array:
    """Length of the gradient of every state, (T,), over that of the last: lag 0 first. By torch, from these weights."""
    with needs(__name__, "torch"):
        import torch

    from rnncourse.nn.flow import record_flow

    w, F = network.weights, x.shape[2]
    layer: Any = torch.nn.LSTM(F, network.H)
    if network.cell != "lstm":
        layer = torch.nn.RNN(F, network.H, nonlinearity=network.cell)
    names = {"weight_ih_l0": "W_ih", "weight_hh_l0": "W_hh", "bias_ih_l0": "b_ih", "bias_hh_l0": "b_hh"}
    layer.load_state_dict({theirs: torch.from_numpy(w[ours].copy()) for theirs, ours in names.items()})
    direction = torch.from_numpy(w["W_ho"].sum(axis=0))
    with record_flow(layer) as recorded:
        (layer(torch.from_numpy(x))[0][-1] @ direction).sum().backward()
    norms = recorded.norms()[0][::-1]
    return norms / norms[0]


@result("gradients/lags", seeds=range(5), quick={"steps": 5}, tolerance=1.0)
def lags(seed: int, T: int = 50, steps: int = 1000, lr: float = 2e-3, H: int = 50) -> dict[str, Any]:
    """Gradient against lag before and after a network learns temporal order, as logarithms; what it then tells."""
    found: dict[str, Any] = {}
    for kind in ("tanh", "identity", "lstm"):
        network, rng = start(kind, 6, H, 4, seed), np.random.default_rng([seed, 2])
        test = temporal_order(T, TEST, [seed, 3])
        found[f"{kind}_before"] = _decades(norms_by_lag(network, test.x[:, :200]))
        train(network, lambda _, rng=rng: temporal_order(T, 32, rng), steps, lr)  # type: ignore[misc]
        found[f"{kind}_after"] = _decades(norms_by_lag(network, test.x[:, :200]))
        found[f"{kind}_told"] = accuracy(network, test)
    return found


# --- iterated maps and the cliff, without training


def iterates(r: float = 3.5, counts: tuple[int, ...] = (1, 2, 3, 6), points: int = 401) -> tuple[Array, Array]:
    """A grid x (points,) of [0, 1], and the given iterates of the logistic map on it: (len(counts), points)."""
    x = np.linspace(0, 1, points)
    orbit = gradients.iterate(lambda x: gradients.logistic(x, r), x, max(counts))
    return x, orbit[list(counts)]


def exponents(r: Array, n: int = 1000, skip: int = 500) -> Array:
    """Lyapunov exponent of the logistic map at each r, from x = 0.3: (len(r),)."""

    def exponent(r: float) -> float:
        f, df = (lambda x: gradients.logistic(x, r)), (lambda x: gradients.logistic_derivative(x, r))
        return gradients.lyapunov(f, df, np.array([0.3]), n, skip)[0]

    return np.array([exponent(float(each)) for each in r])


def cliff_landscape(points: int = 121) -> tuple[Array, Array, Array]:
    """The loss of :func:`rnncourse.gradients.cliff` over w and b: three arrays (points, points)."""
    w, b = np.meshgrid(np.linspace(0.5, 2.5, points), np.linspace(-0.6, 0.2, points))
    return w, b, gradients.cliff(w, b).loss


def cliff_paths(lr: float = 0.02, steps: int = 300, max_norm: float = 1.0) -> tuple[Array, Array]:
    """Paths (steps+1, 2) of gradient descent from above the cliff, without clipping and with."""
    theta = np.array([1.5, -0.3])
    return gradients.descend(theta, lr, steps), gradients.descend(theta, lr, steps, max_norm)


def cliff_survey(
    seed: int, starts: int = 200, lr: float = 0.02, steps: int = 200, max_norm: float = 1.0
) -> dict[str, tuple[float, float, float]]:
    """Descents from starts drawn over the landscape, not clipped and clipped in three ways.

    Of each way: the share that is thrown farther than 3 from its start, the share that ends with a loss below 1e-2, and
    the median loss at the end.
    """
    rng = np.random.default_rng(seed)
    first = np.stack([rng.uniform(0.5, 2.5, starts), rng.uniform(-0.6, 0.2, starts)])
    shortened: dict[str, Callable[[Array], Array]] = {
        "none": lambda g: g,
        "norm": lambda g: g * np.minimum(1, max_norm / (np.linalg.norm(g, axis=0) + 1e-6)),
        "value": lambda g: np.clip(g, -max_norm, max_norm),
        "always": lambda g: g * max_norm / np.linalg.norm(g, axis=0),
    }
    found = {}
    for name, shorten in shortened.items():
        theta, farthest = first, np.zeros(starts)
        for _ in range(steps):
            theta = theta - lr * shorten(np.stack(gradients.cliff(*theta)[1:]))
            farthest = np.maximum(farthest, np.linalg.norm(theta - first, axis=0))
        loss = gradients.cliff(*theta).loss
        found[name] = (float((farthest > 3).mean()), float((loss < 1e-2).mean()), float(np.median(loss)))
    return found


# --- products of Jacobians


def growth(seed: int, gain: float, T: int = 100, H: int = 64) -> dict[str, float]:
    """Factors a step: of the product of T Jacobians, by its bound, and by the largest eigenvalue; W_hh is normal.

    The network starts at a random state and reads nothing; entries of W_hh have the standard deviation gain/√H.
    """
    rng = np.random.default_rng(seed)
    W_hh, zeros = rng.normal(0, gain / np.sqrt(H), (H, H)), np.zeros(H)
    h0 = rng.normal(size=(1, H))
    h = chapter.forward(np.zeros((T, 1, 1)), h0, np.zeros((H, 1)), W_hh, zeros, zeros)
    return {
        "exact": float(np.linalg.norm(gradients.jacobian_products(h, W_hh)[-1, 0], ord=2) ** (1 / T)),
        "bound": gradients.growth_bound(W_hh),
        "radius": float(np.abs(np.linalg.eigvals(W_hh)).max()),
    }


def long_run(seed: int, gain: float, T: int = 1000, skip: int = 1000, H: int = 64) -> float:
    """Factor a step of a random direction, carried along the states of the network of :func:`growth` after ``skip``."""
    rng = np.random.default_rng(seed)
    W_hh = rng.normal(0, gain / np.sqrt(H), (H, H))
    h, direction, decades = rng.normal(size=H), rng.normal(size=H), 0.0
    for t in range(skip + T):
        h = np.tanh(W_hh @ h)
        direction = (1 - h**2) * (W_hh @ direction)
        length = np.linalg.norm(direction)
        direction /= length
        decades += np.log10(length) if t >= skip else 0.0
    return float(10 ** (decades / T))


def one_step(seed: int, H: int = 4) -> tuple[float, float]:
    """A nilpotent matrix: its largest eigenvalue, which is 0, and by how much one step can stretch."""
    W_hh = np.triu(np.random.default_rng(seed).normal(size=(H, H)), 1)
    return float(np.abs(np.linalg.eigvals(W_hh)).max()), gradients.growth_bound(W_hh)


# --- two more mistakes


def piled_shares(seed: int, parts: int = 4, n: int = 1000, size: float = 0.2) -> tuple[float, float]:
    """Small batches of equal weight, clipped to 1 whenever one is added: what first and last have in the sum."""
    g: Array = np.random.default_rng(seed).normal(0, size, (parts, n))
    piled: Array = np.zeros(n)
    for part in g:
        piled = gradients.clip_by_norm([piled + part], 1.0)[0][0]
    shares = g @ piled / (g**2).sum(axis=1)
    return float(shares[0] / shares.sum()), float(shares[-1] / shares.sum())


def gate_stretch(seed: int, H: int = 64, gates: int = 4) -> tuple[float, float]:
    """Mean singular value of a gate's block, with one orthonormal matrix for all gates, and with one for each."""
    rng = np.random.default_rng(seed)
    fused = np.linalg.qr(rng.normal(size=(gates * H, H)))[0]
    apart = gradients.orthogonal_init(H, rng, gates)
    return tuple(  # type: ignore[return-value]
        float(np.mean([np.linalg.svd(Q, compute_uv=False).mean() for Q in np.split(W, gates)])) for W in (fused, apart)
    )


# --- what the lectures print


def cycle_of_the_lecture(x0: float, r: float = 3.5) -> tuple[int, float]:
    """After how many steps the orbit of the logistic map comes back to where it was, and its Lyapunov exponent."""
    f, df = (lambda x: gradients.logistic(x, r)), (lambda x: gradients.logistic_derivative(x, r))
    orbit = gradients.iterate(f, np.array([x0]), 1064)[1000:, 0]
    back = np.flatnonzero(np.abs(orbit[1:] - orbit[0]) < 1e-9)
    return int(back[0]) + 1, float(gradients.lyapunov(f, df, np.array([x0]), 1000, 1000)[0])


def steps_down_omega(seed: int, lr: float = 0.02, steps: int = 20) -> tuple[float, float, float]:
    """Factor of a gradient in a step back through a random network: as it is, and after it has followed each Ω."""
    rng = np.random.default_rng(seed)
    T, B, F, H = 30, 8, 3, 16
    W_ih, W_hh = rng.normal(0, 0.3, (H, F)), rng.normal(0, 0.6 / np.sqrt(H), (H, H))
    x, h0, zeros = rng.normal(size=(T, B, F)), np.zeros((B, H)), np.zeros(H)
    dh_out = np.zeros((T, B, H))
    dh_out[-1] = rng.normal(size=(B, H))

    def factor(W_hh: Array) -> float:
        h = chapter.forward(x, h0, W_ih, W_hh, zeros, zeros)
        length = np.linalg.norm(gradients.state_gradients(dh_out, h, W_hh), axis=-1).mean(axis=-1)
        return float((length[0] / length[-1]) ** (1 / (T - 1)))

    found = [factor(W_hh)]
    for reading in ("squared", "as printed"):
        W = W_hh
        for _ in range(steps):
            h = chapter.forward(x, h0, W_ih, W, zeros, zeros)
            W = W - lr * omega_read_as(reading)(gradients.state_gradients(dh_out, h, W), h, W)
        found.append(factor(W))
    return found[0], found[1], found[2]


# --- cheap answers to the tasks


def linear_adding(seed: int, T: int = 200, B: int = 2000) -> float:
    """Mean squared error of adding by linear regression on all inputs at once, on other sequences."""
    (x, y), (x_new, y_new) = (adding(T, B, [seed, part]) for part in (5, 6))
    flat = [np.concatenate([a.transpose(1, 0, 2).reshape(B, -1), np.ones((B, 1))], axis=1) for a in (x, x_new)]
    w = np.linalg.lstsq(flat[0], y, rcond=None)[0]
    return float(((flat[1] @ w - y_new) ** 2).mean())


def order_at_once(seed: int, T: int = 50, B: int = 2000) -> dict[str, float]:
    """Share of temporal orders told without a state: from how often X and Y come, and by a line through all inputs."""
    (x, y), (x_new, y_new) = (temporal_order(T, B, [seed, part]) for part in (5, 6))
    targets = np.eye(4)[y]
    found = {}
    views: dict[str, Callable[[Array], Array]] = {
        "counts": lambda x: x.sum(axis=0)[:, :2],
        "everything": lambda x: x.transpose(1, 0, 2).reshape(B, -1),
    }
    for name, see in views.items():
        a, b = (np.concatenate([see(part), np.ones((B, 1))], axis=1) for part in (x, x_new))
        if name == "counts":  # how many X: 0, 1 or 2; a class for each
            told = np.array([3, 1, 0])[b[:, 0].astype(int)]
        else:
            told = (b @ np.linalg.lstsq(a, targets, rcond=None)[0]).argmax(axis=1)
        found[name] = float((told == y_new).mean())
    return found
