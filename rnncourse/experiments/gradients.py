"""What the chapter ``book/gradients`` trains and measures: the page calls these functions, the learning tests too.

One layer trains in NumPy over the kernels, which is fastest; torch is needed for the stacked networks.
"""

from __future__ import annotations

from collections.abc import Callable
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
from rnncourse.training import adam, minibatches

TEST = 1000  # sequences that a trained network is tested on, drawn apart from those it has seen

# --- one layer, its last state read


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


def train(
    network: Network,
    batch: Callable[[int], Batch],
    steps: int,
    lr: float,
    omega: float = 0.0,
    max_norm: float = 1.0,
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
            dW_hh = dW_hh + np.float32(omega * left) * gradients.omega_gradient(dh, h, w["W_hh"])
        parts = (g.dW_ih, dW_hh, db_ih, db_hh, do.T @ h[-1], do.sum(axis=0))
        clipped, _ = gradients.clip_by_norm(parts, max_norm)
        names = ("W_ih", "W_hh", "b_ih", "b_hh", "W_ho", "b_ho")
        adam(w, dict(zip(names, clipped, strict=True)), memory, lr * left)
        losses.append(loss)
    return losses


def loss_and_gradient(o: Array, target: NDArray[Any]) -> tuple[float, Array]:
    """Mean squared error, or cross entropy where targets are numbers of classes; and its gradient by o (B, K)."""
    if target.dtype.kind == "i":
        return chapter.cross_entropy(o[None], target[None]), bptt.output_gradient(o[None], target[None])[0]
    e = o - target
    return float((e**2).mean()), (2 / e.size * e).astype(o.dtype)


def accuracy(network: Network, test: Batch) -> float:
    """Share of the sequences whose class has the largest output."""
    return float((network.outputs(test.x).argmax(axis=1) == test.target).mean())


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


def order(seed: int, kind: str = "identity", T: int = 50, steps: int = 1000, lr: float = 2e-3, H: int = 50) -> float:
    """Share of the temporal orders told; 1/4 for a guess. Batches of 32 new sequences."""
    network, rng = start(kind, 6, H, 4, seed), np.random.default_rng([seed, 2])
    train(network, lambda _: temporal_order(T, 32, rng), steps, lr)
    return accuracy(network, temporal_order(T, TEST, [seed, 3]))


def order_with_omega(
    seed: int, omega: float = 2.0, T: int = 100, steps: int = 3000, lr: float = 2e-3, grow: bool = True
) -> float:
    """The same for a tanh network from its usual start, whose gradients vanish, with Ω or (0) without.

    With ``grow`` the sequences grow from 10 steps to T during the first 60 % of the training.
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
