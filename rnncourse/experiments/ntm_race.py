"""The hand-written way back of the Neural Turing machine beside differences and beside torch: ``book/ntm/backward``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from rnncourse import ntm
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.data.copy import copy_task
from rnncourse.experiments.bptt import in_turn
from rnncourse.experiments.ntm import BITS, loss_and_gradients, new_machine, start


def agreement(seed: int, B: int = 2, N: int = 7, D: int = 3, eps: float = 1e-6) -> dict[str, float]:
    """Largest relative difference of each backward function to central differences, along a random direction each."""
    rng = np.random.default_rng(seed)
    w, w_prev, M = rng.dirichlet(np.ones(N), B), rng.dirichlet(np.ones(N), B), rng.normal(size=(B, N, D))
    k, beta, g, gamma = rng.normal(size=(B, D)), 1 + rng.random(B), rng.random(B), 1 + rng.random(B)
    s, e, a = rng.dirichlet(np.ones(3), B), rng.random((B, 2, D)), rng.normal(size=(B, 2, D))
    heads = rng.dirichlet(np.ones(N), (B, 2))

    def write(M: Array, w: Array, e: Array, a: Array) -> Array:
        for v in range(2):
            M = ntm.erase(M, w[:, v], e[:, v])
        for v in range(2):
            M = ntm.add(M, w[:, v], a[:, v])
        return M

    pairs: dict[str, tuple[Callable[..., Any], Callable[[Array], Any], tuple[Array, ...]]] = {
        "write": (write, lambda d: ntm.write_backward(d, M, heads, e, a), (M, heads, e, a)),
        "sharpen": (ntm.sharpen, lambda d: ntm.sharpen_backward(d, w, gamma), (w, gamma)),
        "shift": (ntm.shift, lambda d: ntm.shift_backward(d, w, s), (w, s)),
        "interpolate": (ntm.interpolate, lambda d: ntm.interpolate_backward(d, w, w_prev, g), (w, w_prev, g)),
        "content": (ntm.content_weighting, lambda d: ntm.content_backward(d, k, beta, M), (k, beta, M)),
        "cosine": (ntm.cosine, lambda d: ntm.cosine_backward(d, k, M), (k, M)),
    }
    found = {}
    for name, (function, back, arguments) in pairs.items():
        upstream = rng.normal(size=function(*arguments).shape)
        worst = 0.0
        for i, dq in enumerate(back(upstream)):
            v = eps * rng.normal(size=arguments[i].shape)
            up, down = (
                function(*arguments[:i], np.clip(arguments[i] + sign * v, *_range(name, i)), *arguments[i + 1 :])
                for sign in (1, -1)
            )
            measured, said = float(((up - down) * upstream).sum()) / 2, float((dq * v).sum())
            worst = max(worst, abs(measured - said) / float(np.linalg.norm(dq) * np.linalg.norm(v)))
        found[name] = worst
    return found


def _range(name: str, i: int) -> tuple[float, float]:
    """Where a function is defined: weights and shifts are not below 0. The draws keep away from the borders."""
    return (0, np.inf) if name in ("sharpen", "shift") and i == 0 else (-np.inf, np.inf)


def race(T: int, B: int, N: int, rounds: int, seed: int = 0) -> tuple[dict[str, Array], float]:
    """A forward and a backward pass by hand and by torch's operations: seconds, one a round, and the largest error."""
    with needs(__name__, "torch"):
        import torch

    from rnncourse.nn import ntm as module

    machine = new_machine(np.random.default_rng(seed))
    batch, begin = copy_task(B, T // 2, BITS, seed), start(machine, B, N)
    weights = [q for q in machine.weights if q is not None]
    leaves = [torch.tensor(q, requires_grad=True) for q in weights]
    x, y, r, w, M = (torch.from_numpy(q) for q in (batch.x, batch.y, begin.r, begin.w, begin.M))
    mask = torch.from_numpy(batch.mask)

    def by_hand() -> Array:
        return loss_and_gradients(machine.weights, begin, batch)[1].dweights.W_hp

    def by_torch() -> Array:
        o = module._plain(x, r, w, M, None, None, *leaves, None)[0]  # type: ignore[arg-type, call-arg]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(o[mask], y[mask])
        return torch.autograd.grad(loss, leaves)[2].numpy()

    programs = {"by hand": by_hand, "torch's operations": by_torch}
    return in_turn(programs, "torch's operations", rounds, np.random.default_rng(seed))
