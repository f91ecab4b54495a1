"""What is left of a recurrent network step by step, what each can follow, and what a memory holds: measured.

All models stand in one frame: a layer with ReLU, the recurrence, a linear output.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from rnncourse import after
from rnncourse._arrays import Array
from rnncourse.data.tasks import adding
from rnncourse.results import result
from rnncourse.rnn import softmax

if TYPE_CHECKING:
    import torch

MODELS = ("tanh", "linear", "diagonal", "lru", "mingru", "signed", "gru", "lstm")
"""A tanh network; without tanh; with modes of its own, from a disc; the LRU; two minimal GRUs; a GRU, an LSTM."""
UNITS = 32


# ---------------------------------------------------------------- models


def recurrence(model: str, H: int) -> torch.nn.Module:
    """The recurrence of a model, from (T, B, H) to (T, B, H). Raises ValueError for another name."""
    import torch

    from rnncourse import nn

    class First(torch.nn.Module):
        """A module of torch's kind, its states alone."""

        def __init__(self, module: torch.nn.Module) -> None:
            super().__init__()
            self.module = module

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            out: torch.Tensor = self.module(x)[0]
            return out

    class Linear(torch.nn.Module):
        """A matrix, and nothing bent."""

        def __init__(self) -> None:
            super().__init__()
            self.W_ih = torch.nn.Parameter(torch.randn(H, H) * H**-0.5)
            self.W_hh = torch.nn.Parameter(torch.linalg.qr(torch.randn(H, H))[0] * 0.99)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            h_t, h = torch.zeros_like(x[0]), []
            for into_t in x @ self.W_ih.T:
                h_t = h_t @ self.W_hh.T + into_t
                h.append(h_t)
            return torch.stack(h)

    class Diagonal(torch.nn.Module):
        """Modes of their own, H/2 complex ones, by Fourier transforms; real and imaginary parts are the output."""

        def __init__(self, low: float, high: float, normal: bool) -> None:
            super().__init__()
            u = torch.rand(2, H // 2).numpy()
            nu, theta = after.ring(u, low, high)
            self.nu, self.theta = (torch.nn.Parameter(torch.from_numpy(a.astype(np.float32))) for a in (nu, theta))
            self.W_ih = torch.nn.Parameter(torch.randn(2, H // 2, H) * (2 * H) ** -0.5)
            self.normal = normal

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            T, size = len(x), -torch.exp(self.nu)
            gamma = torch.sqrt(1 - torch.exp(2 * size)) if self.normal else 1.0
            K = torch.exp(torch.arange(T)[:, None] * torch.complex(size, self.theta)) * gamma
            into = torch.complex(x @ self.W_ih[0].T, x @ self.W_ih[1].T)
            spectrum = torch.fft.fft(K, 2 * T, dim=0)[:, None] * torch.fft.fft(into, 2 * T, dim=0)
            h = torch.fft.ifft(spectrum, dim=0)[:T]
            return torch.cat([h.real, h.imag], dim=2)

    class Signed(torch.nn.Module):
        """A minimal GRU whose factor lies between -1 and 1, by a scan."""

        def __init__(self) -> None:
            super().__init__()
            self.into = torch.nn.Linear(H, 2 * H)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            gate, b = self.into(x).chunk(2, dim=2)
            return scan_in_torch(torch.tanh(gate), b)

    made: dict[str, Callable[[], torch.nn.Module]] = {
        "tanh": lambda: First(nn.RNN(H, H)),
        "linear": Linear,
        "diagonal": lambda: Diagonal(0.01, 0.99, normal=False),
        "lru": lambda: Diagonal(0.9, 0.999, normal=True),
        "mingru": lambda: First(nn.MinGRU(H, H)),
        "signed": Signed,
        "gru": lambda: First(nn.GRU(H, H)),
        "lstm": lambda: First(nn.LSTM(H, H)),
    }
    if model not in made:
        raise ValueError(f"model: expected one of {', '.join(MODELS)}, got {model!r}")
    return made[model]()


def scan_in_torch(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """:func:`rnncourse.after.scan` in torch's operations, from a state of zeros; a and b (T, B, H)."""
    import torch

    reach = 1
    while reach < len(a):
        b = torch.cat([b[:reach], b[reach:] + a[reach:] * b[:-reach]])
        a = torch.cat([a[:reach], a[reach:] * a[:-reach]])
        reach *= 2
    return b


def network(model: str, F: int, H: int = UNITS) -> torch.nn.Module:
    """A recurrence in the frame that all models share; one output."""
    import torch

    return torch.nn.Sequential(torch.nn.Linear(F, H), torch.nn.ReLU(), recurrence(model, H), torch.nn.Linear(H, 1))


# ---------------------------------------------------------------- trained


def descend(net: torch.nn.Module, rate: float, batches: int | None = None) -> Callable[[torch.Tensor], float]:
    """A function that takes the loss of a batch and makes a step of Adam.

    With a number of batches the rate rises and falls to zero over them; else it stays.
    """
    import torch

    optimiser = torch.optim.Adam(net.parameters(), rate)
    plan = batches and torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=batches)

    def step(loss: torch.Tensor) -> float:
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        if plan:
            plan.step()
        return loss.item()

    return step


def adding_error(model: str, seed: int, batches: int, T: int = 100) -> float:
    """Mean squared error of the sum of two marked numbers, on 2,000 new sequences; 1/6 is that of always saying 1."""
    import torch

    torch.manual_seed(seed)
    rng, net = np.random.default_rng(seed), network(model, 2)
    step = descend(net, 3e-3, batches)
    for _ in range(batches):
        x, target = map(torch.from_numpy, adding(T, 50, rng))
        step(((net(x)[-1] - target) ** 2).mean())
    x, target = map(torch.from_numpy, adding(T, 2_000, np.random.default_rng([seed, 1])))
    with torch.no_grad():
        return float(((net(x)[-1] - target) ** 2).mean())


def bits(T: int, B: int, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Bits as -1 and 1, and after each whether the ones so far are odd in number; both (T, B, 1)."""
    import torch

    x = rng.integers(0, 2, (T, B, 1))
    return torch.from_numpy((2 * x - 1).astype(np.float32)), torch.from_numpy((x.cumsum(0) % 2).astype(np.float32))


def parity_right(model: str, seed: int, batches: int, longest: int = 40) -> dict[int, float]:
    """Share of right answers at the last step of 40 bits and of 256, where up to 40 were learnt from.

    Sequences begin with 4 bits, and are one longer after each batch with a loss below 0.1.
    """
    import torch

    torch.manual_seed(seed)
    rng, net, T = np.random.default_rng(seed), network(model, 1), 4
    step = descend(net, 5e-3)
    for _ in range(batches):
        x, odd = bits(T, 64, rng)
        learnt = step(torch.nn.functional.binary_cross_entropy_with_logits(net(x), odd)) < 0.1
        T = min(T + learnt, longest)
    right = {}
    for steps in (longest, 256):
        x, odd = bits(steps, 2_000, np.random.default_rng([seed, 1]))
        with torch.no_grad():
            right[steps] = float(((net(x)[-1] > 0) == (odd[-1] > 0.5)).float().mean())
    return right


@result("after/steps", seeds=range(5), tolerance=0.3, quick={"models": ("mingru",), "batches": (60, 60)})
def steps(seed: int, models: tuple[str, ...] = MODELS, batches: tuple[int, int] = (1_200, 1_500)) -> dict[str, float]:
    """Every model at adding over 100 steps and at parity; ``batches`` of each."""
    found = {}
    for model in models:
        found[f"{model}_adding"] = adding_error(model, seed, batches[0])
        for T, right in parity_right(model, seed, batches[1]).items():
            found[f"{model}_{T}"] = right
    return found


def scanning(ours: torch.nn.Module) -> torch.nn.Module:
    """The minimal GRU of ``rnncourse.nn`` in torch's own operations, its states by a scan; the same parameters."""
    import torch

    class Scanning(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight: Any = ours.weight_ih_l0
            self.bias: Any = ours.bias_ih_l0

        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            gate, candidate = torch.nn.functional.linear(x, self.weight, self.bias).chunk(2, dim=2)
            z = torch.sigmoid(gate)
            h = scan_in_torch(1 - z, z * candidate)
            return h, h[-1:]

    return Scanning()


def seconds_of(module: torch.nn.Module, x: torch.Tensor) -> float:
    """Of one pass forwards and backwards."""
    start = perf_counter()
    module(x)[0].sum().backward()
    return perf_counter() - start


# ---------------------------------------------------------------- measured, without training


def newton_rounds(gain: float, seed: int, T: int = 256, H: int = 16, tolerance: float = 1e-6) -> list[float]:
    """The largest error of any state after each round of Newton's method, for a drawn tanh network.

    Recurrent weights have the spectral radius ``gain`` in expectation; inputs are of variance 1/4. At most 60 rounds.
    """
    rng = np.random.default_rng(seed)
    W_hh = gain * rng.normal(size=(H, H)) / np.sqrt(H)
    into = 0.5 * rng.normal(size=(T, 1, H))

    def step(h: Array) -> Array:
        return np.tanh(into + h @ W_hh.T)

    found = after.newton(
        step, lambda h: after.tanh_jacobian(step(h), W_hh), np.zeros((1, H)), np.zeros((T, 1, H)), tolerance, 60
    )
    return found.residuals


def recalled(how: str, pairs: int, seed: int, D: int = 32, beta: float = 8.0, twice: bool = False) -> float:
    """Share of values, signs of length D, that are right when each key of a list of pairs is asked for again.

    Keys are drawn directions. ``how``: "sum" for the memory that adds, "delta" for the one that corrects, "attention",
    whose scores are multiplied by ``beta``. ``twice``: each key has been written before, with another value. Raises
    ValueError for another word.
    """
    rng = np.random.default_rng(seed)
    k = rng.normal(size=(pairs, 1, D))
    k /= np.linalg.norm(k, axis=2, keepdims=True)
    v = rng.choice([-1.0, 1.0], (pairs, 1, D))
    zeros = np.zeros_like(k)
    old_k, old_v = (k, rng.choice([-1.0, 1.0], (pairs, 1, D))) if twice else (k[:0], v[:0])
    keys, values = np.concatenate([old_k, k, zeros]), np.concatenate([old_v, v, zeros])
    queries, writes = np.concatenate([0 * old_k, zeros, k]), np.repeat([1.0, 0.0], [len(keys) - pairs, pairs])
    if how == "sum":
        o = after.memory(np.ones_like(keys), keys, values, queries)[-pairs:]
    elif how == "delta":
        o = after.delta_rule(keys, values, queries, writes[:, None])[-pairs:]
    elif how == "attention":
        listed, said = np.concatenate([old_k, k])[:, 0], np.concatenate([old_v, v])[:, 0]
        o = (softmax(beta * np.sqrt(D) * k[:, 0] @ listed.T) @ said)[:, None]
    else:
        raise ValueError(f"how: expected 'sum', 'delta' or 'attention', got {how!r}")
    return float((np.sign(o) == v).mean())
