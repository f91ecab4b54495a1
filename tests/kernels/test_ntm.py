"""The NTM kernel against a Neural Turing machine written here in plain torch, with autograd, and finite differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.optimize
import torch
from torch.nn.functional import softmax, softplus

from rnncourse import ntm as reading
from rnncourse.data.copy import copy_task
from rnncourse.experiments import ntm as experiments
from rnncourse.kernels import _layer, ntm

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
    (T, *_), (R, V, N, D, S, lstm) = size[:5], size[5:]
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
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * np.abs(theirs).max(), err_msg=name)


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


@pytest.mark.parametrize("name", ["x", "weights.W_hp", "weights.W_hh", "state.w", "state.M", "state.c"])
def test_gradients_are_those_of_finite_differences(name: str) -> None:
    size = (3, 2, 2, 3, 2, 1, 1, 5, 3, 1, True)
    a = network(size, seed=1)
    _, found = by_hand(a)
    rng = np.random.default_rng(2)

    def loss(array: Any) -> float:
        o, _, last, _ = ntm.forward(*packed({**a, name: array}))
        return float(np.sum(o * a["do"]) + sum(np.sum(q * a[f"d.{n}"]) for n, q in last._asdict().items()))

    for _ in range(5):
        direction = rng.normal(size=a[name].shape)
        slope = scipy.optimize.approx_fprime([0.0], lambda u, d=direction: loss(a[name] + u[0] * d), 1e-6)
        back = scipy.optimize.approx_fprime([0.0], lambda u, d=direction: loss(a[name] + u[0] * d), -1e-6)
        assert float(slope[0] + back[0]) / 2 == pytest.approx(
            float(np.sum(found[name] * direction)), rel=1e-6, abs=1e-8
        )


@pytest.mark.parametrize("size", SIZES)
def test_the_reading_version_gives_the_same_numbers(size: Any) -> None:
    x, state, weights = packed(network(size))
    o, w, last, _ = ntm.forward(x, state, weights)
    expected, weightings, end = reading.forward(x, reading.State(*state), reading.Weights(*weights))
    assert_close(o, expected, 1e-12)
    assert_close(w, weightings, 1e-12)
    for q, reference in zip(last, end, strict=True):
        assert (q is None) == (reference is None)
        if q is not None:
            assert_close(q, reference, 1e-12)


def test_memory_used_again_changes_nothing_and_a_state_goes_on() -> None:
    size = SIZES[2]
    for other in (SIZES[3], size, (7, *size[1:]), size):
        a = network(other, seed=5)
        _layer.free_memory()
        fresh, gradients = by_hand(a)
        again, found = by_hand(a)
        for q, reference in zip(again, fresh, strict=True):
            np.testing.assert_array_equal(q, reference)
        for name, gradient in gradients.items():
            np.testing.assert_array_equal(found[name], gradient)
    x, state, weights = packed(network(size))
    o, _, last, _ = ntm.forward(x, state, weights)
    first, _, between, _ = ntm.forward(x[:2], state, weights)
    second, _, end, _ = ntm.forward(x[2:], between, weights)
    assert_close(np.concatenate([first, second]), o, 1e-13)
    assert_close(end.M, last.M, 1e-13)


def test_without_a_tape_the_numbers_are_the_same() -> None:
    for T in (1, 4, 5):
        x, state, weights = packed(network((T, *SIZES[3][1:])))
        o, w, last, _ = ntm.forward(x, state, weights)
        o_alone, w_alone, last_alone, tape = ntm.forward(x, state, weights, keep=False)
        assert tape is None
        for q, reference in zip((o_alone, w_alone, *last_alone), (o, w, *last), strict=True):
            np.testing.assert_array_equal(q, reference)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_zero_rows_and_large_strengths_stay_finite(dtype: Any) -> None:
    size = SIZES[1]
    a = network(size, dtype=dtype)
    a["state.M"][:, 1:] = 0
    a["state.w"][...] = 0
    a["state.w"][:, :, 2] = 1
    J, V, D = 2, 1, size[8]
    a["weights.b_hp"][J * D + 2 * V * D + J :] = 200  # beta and gamma beyond what e^a holds in float32; s even
    (ours, found), (theirs, expected) = by_hand(a), by_torch(a, size)
    for q in ours:
        assert np.isfinite(q).all()
    for name, gradient in found.items():
        assert np.isfinite(gradient).all(), name
    if dtype == np.float64:
        assert_close(ours[0], theirs[0], 1e-9)
        assert_close(found["weights.W_ho"], expected["weights.W_ho"], 1e-9)


def test_arguments_are_left_alone_and_what_comes_back_is_not_shared() -> None:
    a = network(SIZES[5])
    before = {name: array.copy() for name, array in a.items()}
    o, w, last, tape = ntm.forward(*packed(a))
    first = ntm.backward(a["do"], tape)
    for q in (o, w, *last):
        q[...] = np.nan
    second = ntm.backward(a["do"], tape)
    np.testing.assert_array_equal(first.dx, second.dx)
    for name, array in a.items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)
    assert (
        ntm.backward(None, tape, ntm.State(*(a[f"d.{n}"] for n in ntm.State._fields)), input_gradient=False).dx is None
    )


@pytest.mark.parametrize(
    ("name", "wrong", "message"),
    [
        ("x", np.zeros((0, 2, 1)), "x: expected at least one entry"),
        ("x", np.zeros((5, 3, 1)), r"r: expected shape \(B=3, R, D\)"),
        ("x", np.zeros((5, 2, 4)), r"W_ih: expected shape \(12, 14\)"),
        ("state.M", np.zeros((2, 3, 5)), "M: expected shape"),
        ("state.h", None, "h, c and W_hh"),
        ("weights.W_hp", np.zeros((90, 3)), "W_hp: expected J"),
        ("weights.b_hp", np.zeros(3), "b_hp: expected shape"),
        ("weights.W_ho", np.full((2, 13), np.nan), "W_ho: expected finite"),
    ],
)
def test_a_wrong_argument_is_named(name: str, wrong: Any, message: str) -> None:
    a = network(SIZES[5])
    with pytest.raises(ValueError, match=message):
        ntm.forward(*packed({**a, name: wrong}))


def test_more_shifts_than_rows_a_mixed_dtype_and_a_wrong_gradient_are_named() -> None:
    a = network((1, 1, 1, 1, 1, 1, 1, 3, 1, 1, False))
    with pytest.raises(ValueError, match="2S"):
        ntm.forward(*packed({**a, "state.w": np.ones((1, 2, 2)), "state.M": np.ones((1, 2, 1))}))
    with pytest.raises(TypeError, match="one dtype"):
        ntm.forward(*packed({**a, "x": np.zeros((1, 1, 1), np.float32)}))
    *_, tape = ntm.forward(*packed(a))
    with pytest.raises(ValueError, match=r"do: expected shape \(1, B=1, 1\)|do: expected shape"):
        ntm.backward(np.zeros((2, 1, 1)), tape)
    with pytest.raises(ValueError, match="dM: expected shape"):
        ntm.backward(a["do"], tape, ntm.State(a["d.r"], a["d.w"], np.zeros((1, 2, 1))))


def test_the_step_that_is_timed_is_torchs() -> None:
    """The published settings, three steps: the same losses and weights as autograd with torch's RMSprop."""
    weights, step = experiments.published_step(B=2, seed=3)
    v = {f"weights.{n}": torch.tensor(q, requires_grad=True) for n, q in weights._asdict().items()}
    start = reading.initial_state(2, 128, np.zeros((1, 20), np.float32), 2, 100)
    v |= {f"state.{n}": torch.tensor(q) for n, q in start._asdict().items()}
    params = [q for q in v.values() if q.requires_grad]
    optimiser = torch.optim.RMSprop(params, 1e-4, alpha=0.95, momentum=0.9)
    for k in range(3):
        x, y, mask = batch = copy_task(2, 3, 8, seed=k)
        o, *_ = plain(v | {"x": torch.tensor(x)}, (7, 2, 9, 100, 8, 1, 1, 128, 20, 1, True))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(o[mask], torch.tensor(y)[mask])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_value_(params, 10)
        optimiser.step()
        assert step(batch) == pytest.approx(loss.item() / np.log(2), rel=1e-4)
    for name, q in weights._asdict().items():
        assert_close(q, v[f"weights.{name}"].detach().numpy(), 2e-4, name)
        moved = np.abs(q - experiments.published_step(B=2, seed=3)[0]._asdict()[name]).max()
        assert moved > 5e-4, "the tolerance would not see a step left out"
