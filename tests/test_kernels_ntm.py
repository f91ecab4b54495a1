"""The NTM kernel against a Neural Turing machine written here in plain torch, with autograd, and finite differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.optimize
import torch
from torch.nn.functional import softmax, softplus

from rnncourse import ntm as reading
from rnncourse.kernels import ntm

# T B F H K, heads that read and write, N D, S, LSTM or not
SIZES = [
    (1, 1, 1, 1, 1, 1, 1, 3, 1, 1, False),
    (4, 3, 2, 5, 3, 1, 1, 6, 4, 1, False),
    (4, 3, 2, 5, 3, 1, 1, 6, 4, 1, True),
    (3, 2, 3, 4, 2, 2, 1, 5, 3, 2, True),
    (3, 2, 3, 4, 2, 1, 2, 7, 3, 0, False),
    (5, 2, 1, 3, 2, 2, 3, 4, 5, 1, True),
]
NAMES = ("x", *(f"weights.{n}" for n in ntm.Weights._fields), *(f"state.{n}" for n in ntm.State._fields))
Arrays = dict[str, Any]


def network(size: tuple[Any, ...], seed: int = 0, dtype: Any = np.float64) -> Arrays:
    """Arrays by name: everything random, the weightings positive, one of them on an edge."""
    T, B, F, H, K, R, V, N, D, S, lstm = size
    rng, J, G = np.random.default_rng(seed), R + V, 4 * H if lstm else H
    P = J * D + 2 * V * D + 3 * J + J * (2 * S + 1)
    shapes: dict[str, Any] = {"x": (T, B, F), "weights.W_ih": (G, F + R * D), "weights.b_h": (G,)}
    shapes |= {"weights.W_hp": (P, H), "weights.b_hp": (P,), "weights.W_ho": (K, H + R * D), "weights.b_ho": (K,)}
    shapes |= {"state.r": (B, R, D), "state.M": (B, N, D), "do": (T, B, K)}
    shapes |= {"d.r": (B, R, D), "d.w": (B, J, N), "d.M": (B, N, D)}
    if lstm:
        shapes |= {"weights.W_hh": (G, H), **dict.fromkeys(("state.h", "state.c", "d.h", "d.c"), (B, H))}
    a = {name: rng.normal(scale=0.9, size=shape) for name, shape in shapes.items()}
    a["state.w"] = rng.dirichlet(np.full(N, 0.5), size=(B, J)) + 1e-3
    return {name: array.astype(dtype) for name, array in a.items()}


def packed(a: Arrays) -> tuple[Any, ntm.State, ntm.Weights]:
    state = ntm.State(*(a.get(f"state.{n}") for n in ntm.State._fields))
    return a["x"], state, ntm.Weights(*(a.get(f"weights.{n}") for n in ntm.Weights._fields))


def plain(v: dict[str, torch.Tensor], size: tuple[Any, ...]) -> tuple[torch.Tensor, ...]:
    """The machine in torch, one head at a time, with explicit matrices for the shift."""
    T, B, _, H, _, R, V, N, D, S, lstm = size
    J, C = R + V, 2 * S + 1
    lengths = [D] * J + [D] * V + [D] * V + [1] * 3 * J + [C] * J
    places = torch.arange(N)
    reads = [v["state.r"][:, j] for j in range(R)]
    places_of = [v["state.w"][:, j] for j in range(J)]
    memory, h, c = v["state.M"], v.get("state.h"), v.get("state.c")
    outputs = []
    for t in range(T):
        seen = torch.cat([v["x"][t], *reads], 1)
        z = torch.addmm(v["weights.b_h"], seen, v["weights.W_ih"].T)
        if lstm:
            i, f, g, o = (z + h @ v["weights.W_hh"].T).chunk(4, 1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
        else:
            h = z.tanh()
        pieces = list(torch.addmm(v["weights.b_hp"], h, v["weights.W_hp"].T).split(lengths, 1))
        keys, adds, erases, gates, strengths, powers, shifts = (
            [pieces.pop(0) for _ in range(n)] for n in (J, V, V, J, J, J, J)
        )
        found = []
        for j in range(J):
            k = keys[j].tanh()
            norms = k.norm(dim=1, keepdim=True) * memory.norm(dim=2)
            content = softmax(softplus(strengths[j]) * (memory @ k[:, :, None])[:, :, 0] / (norms + 1e-8), 1)
            gate = gates[j].sigmoid()
            mixed = gate * content + (1 - gate) * places_of[j]
            s = softmax(shifts[j], 1)
            moved = torch.zeros_like(mixed)
            for i in range(C):
                move = (places[:, None] == (places[None] + i - S) % N).to(mixed)  # to row, from row
                moved = moved + s[:, i, None] * (mixed @ move.T)
            raised = moved ** (1 + softplus(powers[j]))
            found.append(raised / raised.sum(1, keepdim=True))
        places_of = found
        reads = [(w[:, :, None] * memory).sum(1) for w in places_of[:R]]
        for w, e in zip(places_of[R:], erases, strict=True):
            memory = memory - memory * torch.einsum("bn,bd->bnd", w, e.sigmoid())
        for w, a in zip(places_of[R:], adds, strict=True):
            memory = memory + torch.einsum("bn,bd->bnd", w, a.tanh())
        outputs.append(torch.addmm(v["weights.b_ho"], torch.cat([h, *reads], 1), v["weights.W_ho"].T))
    last = (torch.stack(reads, 1), torch.stack(places_of, 1), memory, *((h, c) if lstm else ()))
    return torch.stack(outputs), *last


def by_torch(a: Arrays, size: tuple[Any, ...]) -> tuple[list[Any], Arrays]:
    v = {name: torch.tensor(array, requires_grad=not name.startswith("d")) for name, array in a.items()}
    o, *last = plain(v, size)
    loss = (o * v["do"]).sum() + sum((q * v[f"d.{n}"]).sum() for n, q in zip(ntm.State._fields, last, strict=False))
    loss.backward()
    return [q.detach().numpy() for q in (o, *last)], {n: v[n].grad.numpy() for n in NAMES if n in a}


def by_hand(a: Arrays, **options: Any) -> tuple[list[Any], Arrays]:
    o, w, last, tape = ntm.forward(*packed(a), **options)
    np.testing.assert_array_equal(w[-1], last.w)
    found = ntm.backward(a["do"], tape, ntm.State(*(a.get(f"d.{n}") for n in ntm.State._fields)))
    gradients = {f"weights.{n}": q for n, q in found.dweights._asdict().items()}
    gradients |= {f"state.{n}": q for n, q in found.dstate._asdict().items()} | {"x": found.dx}
    return [o, *(q for q in last if q is not None)], {n: gradients[n] for n in NAMES if n in a}


def assert_close(ours: Any, theirs: Any, tolerance: float, name: str = "") -> None:
    assert ours.shape == theirs.shape, name
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * (1 + np.abs(theirs).max()), err_msg=name)


GRADIENTS = ["dwrite", "dsharpen", "dshift", "dgate", "dcosine", "dcontent"]


@pytest.mark.equation("eq-ntm-forward")
@pytest.mark.equation("eq-ntm-dwrite")
@pytest.mark.equation("eq-ntm-dsharpen")
@pytest.mark.equation("eq-ntm-dshift")
@pytest.mark.equation("eq-ntm-dgate")
@pytest.mark.equation("eq-ntm-dcosine")
@pytest.mark.equation("eq-ntm-dcontent")
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-11), (np.float32, 2e-4)])
@pytest.mark.parametrize("size", SIZES)
def test_outputs_states_and_gradients_are_those_of_autograd(size: Any, dtype: Any, tolerance: float) -> None:
    a = network(size, dtype=dtype)
    (theirs, expected), (ours, found) = by_torch(a, size), by_hand(a)
    for q, reference in zip(ours, theirs, strict=True):
        assert q.dtype == dtype
        assert_close(q, reference, tolerance)
    assert found.keys() == expected.keys()
    for name, gradient in found.items():
        assert gradient.dtype == dtype
        assert_close(gradient, expected[name], tolerance, name)
