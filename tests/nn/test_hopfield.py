"""The torch Hopfield network against SciPy, the reading version, every state of small networks and autograd."""

from __future__ import annotations

import copy
import io
import itertools
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncourse import hopfield
from rnncourse.nn.hopfield import Hopfield

DTYPES = [torch.float32, torch.float64]


def patterns(P: int, N: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).choice([-1.0, 1.0], (P, N))).to(dtype)


def network(N: int, seed: int, mode: str = "asynchronous", whole: bool = False) -> Hopfield:
    """Random symmetric couplings and thresholds; whole numbers give ties."""
    rng = np.random.default_rng(seed)
    A = rng.integers(-2, 3, (N, N)).astype(float) if whole else rng.normal(size=(N, N))
    net = Hopfield(N, mode, dtype=torch.float64)
    net.weight.copy_(torch.from_numpy(np.triu(A, 1) + np.triu(A, 1).T))
    net.threshold.copy_(torch.from_numpy(rng.integers(-1, 2, N).astype(float) if whole else rng.normal(size=N)))
    return net


@pytest.mark.equation("eq-hopfield-hebb")
@pytest.mark.equation("eq-hopfield-pseudo-inverse")
@pytest.mark.parametrize("dtype", DTYPES)
def test_stored_weights_are_outer_products_and_scipys_projection(dtype: torch.dtype) -> None:
    xi = patterns(5, 12, dtype=dtype)
    net = Hopfield(12, dtype=dtype).store(xi[:2]).store(xi[2:])
    outer = sum(np.outer(x, x) for x in xi.double().numpy()) / 12 * (1 - np.eye(12))
    np.testing.assert_allclose(net.weight, outer, atol=1e-6 if dtype == torch.float32 else 1e-14)
    net.reset()
    assert not net.weight.any()
    twice = torch.cat([xi, xi[:1]])  # one of them again: the rank is that of five
    basis = scipy.linalg.orth(xi.double().numpy().T)
    projection = net.store(twice, "pseudo-inverse").weight
    np.testing.assert_allclose(projection, basis @ basis.T * (1 - np.eye(12)), atol=1e-5)
    assert torch.equal(net(xi), xi)
    assert torch.equal(projection, projection.T)


@given(st.integers(1, 7), st.integers(0, 10_000), st.booleans(), st.sampled_from(["asynchronous", "synchronous"]))
@settings(deadline=None, max_examples=40)
def test_recall_is_the_reading_versions_from_every_state(N: int, seed: int, whole: bool, mode: str) -> None:
    net = network(N, seed, mode, whole)
    s = torch.from_numpy(hopfield.every_state(N))
    before = s.clone()
    found = net.recall(s)
    wanted = hopfield.recall(s.numpy(), net.weight.numpy(), net.threshold.numpy(), mode)
    np.testing.assert_array_equal(found.state, wanted.s)
    np.testing.assert_array_equal(found.period, wanted.period)
    assert found.steps == wanted.steps
    assert torch.equal(s, before)
    one = net.recall(s[-1])
    assert one.period == found.period[-1]
    if one.period == 1:  # of a cycle, the state at hand when the whole batch was done
        assert torch.equal(one.state, found.state[-1])


@given(st.integers(1, 10), st.integers(0, 10_000), st.booleans())
@settings(deadline=None, max_examples=40)
def test_asynchronous_recall_ends_in_a_minimum_with_no_more_energy(N: int, seed: int, whole: bool) -> None:
    net, s = network(N, seed, whole=whole), patterns(6, N, seed)
    end = net(s, torch.Generator().manual_seed(seed))
    moved = (end != s).any(dim=1)
    assert (net.energy(end)[moved] < net.energy(s)[moved]).all()
    for i in range(N):  # no flip of one unit goes further down
        flipped = end.clone()
        flipped[:, i] *= -1
        assert (net.energy(flipped) >= net.energy(end) - 1e-9).all()


def test_two_units_that_agree_swap_for_ever_when_both_move_at_once() -> None:
    net = Hopfield(2, "synchronous").store(torch.ones(1, 2))
    found = net.recall(torch.tensor([[1.0, -1.0], [1.0, 1.0]]))
    assert found.period.tolist() == [2, 1]
    limited = Hopfield(2, "synchronous", max_steps=1).store(torch.ones(1, 2))
    assert limited.recall(torch.tensor([1.0, -1.0])).period.item() == 0


def test_a_random_order_is_the_generators() -> None:
    ends = set()
    net = network(10, 3)
    s = patterns(1, 10, 5)[0]
    for seed in range(20):
        a, b = (net(s, torch.Generator().manual_seed(seed)) for _ in range(2))
        assert torch.equal(a, b)
        ends.add(tuple(a.tolist()))
    assert len(ends) > 1


@pytest.mark.parametrize("rule", ["hebbian", "pseudo-inverse"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_patterns_come_back_from_a_tenth_of_their_units_wrong(rule: str, dtype: torch.dtype) -> None:
    xi = patterns(5, 200, dtype=dtype)
    net = Hopfield(200, dtype=dtype).store(xi, rule)
    wrong = torch.from_numpy(hopfield.corrupt(xi.numpy(), 20, seed=0))
    assert torch.equal(net(wrong), xi)


@pytest.mark.equation("eq-hopfield-energy")
def test_energy_is_the_sum_over_pairs_and_has_derivatives() -> None:
    net = network(5, 1)
    s = patterns(4, 5)
    W, theta = net.weight.numpy(), net.threshold.numpy()
    wanted = [
        sum(theta * x) - sum(W[i, j] * x[i] * x[j] for i, j in itertools.combinations(range(5), 2)) for x in s.numpy()
    ]
    np.testing.assert_allclose(net.energy(s), wanted, atol=1e-12)
    x = torch.randn(3, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(net.energy, (x,))
    slope = torch.func.vmap(torch.func.grad(net.energy))(x.detach())
    torch.testing.assert_close(slope, -(x.detach() @ net.weight - net.threshold))  # minus the field
    assert net.energy(s[0]).shape == ()


def test_copies_pickles_and_saved_states_recall_the_same() -> None:
    net, s = Hopfield(30).store(patterns(3, 30, dtype=torch.float32)), patterns(8, 30, 1, torch.float32)
    file = io.BytesIO()
    torch.save(net.state_dict(), file)
    file.seek(0)
    loaded = Hopfield(30)
    loaded.load_state_dict(torch.load(file))
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net)), loaded):
        assert torch.equal(other(s), net(s))
    assert set(net.state_dict()) == {"weight", "threshold"}
    assert not list(net.parameters())
    assert "asynchronous" in repr(net)
    assert Hopfield(4, device="meta").weight.device.type == "meta"


XI = patterns(2, 4, dtype=torch.float32)
NET = Hopfield(4).store(XI)


def lopsided() -> Hopfield:
    net = Hopfield(4)
    net.weight[0, 1] = 1.0
    return net


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: Hopfield(0), ValueError, "num_units must be greater than zero"),
        (lambda: Hopfield(4.0), TypeError, "num_units should be of type int"),
        (lambda: Hopfield(4, "both"), ValueError, "mode: expected 'asynchronous' or 'synchronous', got 'both'"),
        (lambda: Hopfield(4, max_steps=0), ValueError, "max_steps must be greater than zero"),
        (lambda: Hopfield(4, dtype=torch.int64), TypeError, "dtype: expected a floating-point dtype"),
        (lambda: Hopfield(4).store(XI, "hebb"), ValueError, "rule: expected 'hebbian' or 'pseudo-inverse', got 'hebb'"),
        (lambda: Hopfield(4).store(XI[0]), ValueError, r"patterns: expected shape \(P, 4\), got \(4,\)"),
        (lambda: Hopfield(4).store(XI * 0.5), ValueError, "patterns: expected only -1 and \\+1, got -?0.5"),
        (
            lambda: Hopfield(2).store(torch.tensor([[1.0, 1], [1, -1]]), "pseudo-inverse"),
            ValueError,
            "fewer than N = 2",
        ),
        (lambda: NET.store(XI, "pseudo-inverse"), ValueError, "nothing is stored"),
        (lambda: NET(XI.numpy()), TypeError, "state: expected a Tensor, got ndarray"),
        (lambda: NET(XI[:, :3]), RuntimeError, r"state: expected shape \(4,\) or \(B, 4\), got \(2, 3\)"),
        (lambda: NET(XI[:0]), RuntimeError, "state: expected at least one entry"),
        (lambda: NET(XI.double()), ValueError, "state: expected torch.float32, as the parameters"),
        (lambda: NET(XI.to("meta")), RuntimeError, "state: expected it on cpu"),
        (lambda: NET(XI * torch.nan), ValueError, "state: expected only -1 and \\+1, got nan"),
        (lambda: NET(XI.clone().requires_grad_()), RuntimeError, "without a useful gradient"),
        (lambda: torch.func.vmap(NET)(XI), RuntimeError, "torch.func cannot trace"),
        (lambda: lopsided()(XI), ValueError, "weight: expected a symmetric matrix"),
    ],
)
def test_bad_arguments_are_named(call: Callable[[], Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        call()
