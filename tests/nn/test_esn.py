"""The torch echo state network against torch.nn.RNN, gradcheck, SciPy, reservoirpy and the reading version."""

from __future__ import annotations

import copy
import io
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rnncourse import reservoir
from rnncourse.nn.esn import ESN, _plain

DTYPES = [torch.float32, torch.float64]


def network(*sizes: int, seed: int = 0, dtype: torch.dtype = torch.float64, **options: Any) -> ESN:
    torch.manual_seed(seed)
    return ESN(*(sizes or (3, 12)), dtype=dtype, **options)


def dense(esn: ESN) -> np.ndarray:
    return reservoir.SparseMatrix(esn.column_hh.numpy(), esn.weight_hh.numpy()).dense()


def irregular(esn: ESN, seed: int = 0) -> ESN:
    """Another sparse matrix in its place, some of whose columns have many entries and some none."""
    torch.manual_seed(seed)
    esn.column_hh.copy_(torch.randint(0, esn.hidden_size // 2, esn.column_hh.shape))
    esn.weight_hh.copy_(torch.randn(esn.weight_hh.shape) / 2)
    return esn


# ---------------------------------------------------------------- the reservoir


@given(st.integers(4, 20), st.sampled_from([2, 4, 8]), st.floats(0, 2), st.integers(0, 10_000))
@settings(deadline=None, max_examples=30)
def test_reservoir_is_an_orthogonal_matrix_times_its_radius(half: int, degree: int, rho: float, seed: int) -> None:
    W = dense(network(1, 2 * half, degree=degree, spectral_radius=rho, seed=seed))
    np.testing.assert_allclose(W @ W.T, rho**2 * np.eye(2 * half), atol=1e-12)
    np.testing.assert_allclose(np.abs(scipy.linalg.eigvals(W)), rho, atol=1e-9)
    assert ((W != 0).sum(axis=1) <= degree).all()


def test_reservoir_is_drawn_by_torchs_seed_within_its_scales() -> None:
    a, b, c = (network(2, 200, input_scale=0.3, bias_scale=0.1, seed=seed) for seed in (1, 1, 2))
    for name, array in a.state_dict().items():
        assert torch.equal(array, b.state_dict()[name])
        assert not torch.equal(array, c.state_dict()[name])
    assert 0.29 < a.weight_ih.abs().max() <= 0.3
    assert 0.09 < a.bias.abs().max() <= 0.1
    a.reset_parameters()
    assert not torch.equal(a.weight_hh, b.weight_hh)


@pytest.mark.equation("eq-reservoir-cell")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("batched", [True, False])
def test_without_leak_it_is_torchs_rnn_and_a_linear_layer(dtype: torch.dtype, batched: bool) -> None:
    esn = network(dtype=dtype)
    rnn = torch.nn.RNN(3, 12, dtype=dtype)
    W_hh = torch.from_numpy(dense(esn))
    with torch.no_grad():
        for theirs, ours in zip(rnn.parameters(), (esn.weight_ih, W_hh, esn.bias, 0 * esn.bias), strict=True):
            theirs.copy_(ours)
    x, hx = (torch.randn(*shape, dtype=dtype) for shape in (((7, 2, 3), (1, 2, 12)) if batched else ((7, 3), (1, 12))))
    wanted, last = rnn(x, hx)
    o, h_T = esn(x, hx)
    tolerance = {"rtol": 0, "atol": 1e-13 if dtype == torch.float64 else 1e-5}
    torch.testing.assert_close(esn.states(x, hx), wanted, **tolerance)
    torch.testing.assert_close(h_T, last, **tolerance)
    torch.testing.assert_close(o, esn.readout(torch.cat([wanted, x], dim=-1)), **tolerance)
    torch.testing.assert_close(esn.states(x), rnn(x)[0], **tolerance)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("leak", "B"), [(1.0, 1), (0.3, 3)])
def test_states_are_the_reading_versions_reservoirpys_and_the_plain_paths(
    dtype: torch.dtype, leak: float, B: int
) -> None:
    nodes = pytest.importorskip("reservoirpy.nodes")
    esn = irregular(network(dtype=dtype, leak=leak))
    x, h0 = torch.randn(20, B, 3, dtype=dtype), torch.randn(B, 12, dtype=dtype)
    before = x.clone(), h0.clone()
    h = esn.states(x, h0[None])
    assert torch.equal(x, before[0])
    assert torch.equal(h0, before[1])
    tolerance = {"rtol": 0, "atol": 1e-13 if dtype == torch.float64 else 1e-5}
    arrays = (t.numpy() for t in (x, h0, esn.weight_ih))
    read = reservoir.forward(*arrays, dense(esn), esn.bias.numpy(), leak)
    np.testing.assert_allclose(h, read, **tolerance)
    fixed = esn.weight_ih, esn.column_hh, esn.weight_hh, esn.bias, leak
    torch.testing.assert_close(h, _plain(x, h0, *fixed)[0], **tolerance)
    theirs = nodes.Reservoir(W=dense(esn), Win=esn.weight_ih.numpy(), bias=esn.bias.numpy(), lr=leak)
    theirs = theirs.run(x[:, 0].double().numpy())
    np.testing.assert_allclose(esn.states(x)[:, 0], theirs, **tolerance)
    again = torch.cat([esn.states(x[:8]), esn.states(x[8:], esn(x[:8])[1])])  # the state handed on
    torch.testing.assert_close(again, esn.states(x), **tolerance)


@pytest.mark.parametrize("leak", [1.0, 0.3])
@pytest.mark.parametrize("regular", [True, False])
def test_backward_by_hand_is_the_derivative(leak: float, regular: bool) -> None:
    esn = network(2, 6, leak=leak)
    esn = esn if regular else irregular(esn)
    x, hx = (torch.randn(*shape, dtype=torch.float64, requires_grad=True) for shape in ((5, 2, 2), (1, 2, 6)))
    assert torch.autograd.gradcheck(esn, (x, hx))
    assert torch.autograd.gradcheck(lambda x: esn(x)[0], (x,))
    assert torch.autograd.gradcheck(lambda hx: esn(x.detach(), hx)[1], (hx,))
    assert torch.autograd.gradgradcheck(lambda x, hx: esn(x, hx)[0], (x, hx))


def test_gradients_of_a_penalty_on_gradients_are_those_of_the_plain_path() -> None:
    esn, x = irregular(network(leak=0.5)), torch.randn(6, 2, 3, dtype=torch.float64, requires_grad=True)
    found = []
    for fixed_weights_ask in (
        False,
        True,
    ):  # a reservoir that asks for gradients itself goes through torch's operations
        esn.weight_hh.requires_grad_(fixed_weights_ask)
        (dx,) = torch.autograd.grad(esn(x)[0].pow(2).sum(), x, create_graph=True)
        found.append(torch.autograd.grad(dx.pow(2).sum(), x)[0])
    torch.testing.assert_close(*found)
    esn(x)[0].sum().backward()
    assert esn.weight_hh.grad is not None


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")  # torch's own, at the first dual number
def test_torch_func_goes_through_torchs_operations_and_forward_mode_is_refused() -> None:
    esn, x = network(), torch.randn(4, 5, 2, 3, dtype=torch.float64)
    each = torch.stack([esn(one)[0] for one in x])
    torch.testing.assert_close(torch.func.vmap(lambda one: esn(one)[0])(x), each)
    jacobian = torch.func.jacrev(lambda one: esn(one)[0].sum(dim=1))(x[0])
    by_hand = torch.autograd.functional.jacobian(lambda one: esn(one)[0].sum(dim=1), x[0])
    torch.testing.assert_close(jacobian, by_hand)
    forward = torch.func.jacfwd(lambda one: esn(one)[0].sum(dim=1))(x[0])
    torch.testing.assert_close(forward, by_hand)
    with torch.autograd.forward_ad.dual_level():
        dual = torch.autograd.forward_ad.make_dual(x[0], torch.ones_like(x[0]))
        with pytest.raises(NotImplementedError):
            esn(dual)


def test_half_precision_autocast_and_a_device_without_numbers_take_the_plain_path() -> None:
    esn = network(leak=0.5)
    x = torch.randn(6, 2, 3, dtype=torch.float64)
    half = copy.deepcopy(esn).to(torch.bfloat16)
    torch.testing.assert_close(half(x.bfloat16())[0].double(), esn(x)[0], rtol=0, atol=0.1)
    single = copy.deepcopy(esn).float()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        torch.testing.assert_close(single(x.float())[0].double(), esn(x)[0], rtol=0, atol=0.1)
    o, h = copy.deepcopy(esn).to("meta")(x.to("meta"))
    assert (o.shape, h.shape, o.device.type) == ((6, 2, 3), (1, 2, 12), "meta")
    assert ESN(3, 12, device="meta").column_hh.device.type == "meta"


# ---------------------------------------------------------------- the readout


@pytest.mark.equation("eq-reservoir-ridge")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("increments", [False, True])
@pytest.mark.parametrize("penalty", [0.5, 1e-4])
def test_fit_is_scipys_least_squares_after_the_washout(dtype: torch.dtype, increments: bool, penalty: float) -> None:
    esn = network(dtype=dtype, increments=increments)
    x, y = torch.randn(60, 2, 3, dtype=dtype), torch.randn(60, 2, 3, dtype=dtype)
    assert esn.fit(x, y, washout=11, penalty=penalty) is esn
    h = torch.cat([esn.states(x), x, torch.ones(60, 2, 1)], dim=2)[11:].reshape(98, 16).double().numpy()
    target = (y - x if increments else y)[11:].reshape(98, 3).double().numpy()
    wanted = scipy.linalg.lstsq(np.vstack([h, math.sqrt(penalty) * np.eye(16)]), np.vstack([target, np.zeros((16, 3))]))
    found = torch.cat([esn.readout.weight, esn.readout.bias[:, None]], dim=1).detach()
    np.testing.assert_allclose(found, wanted[0].T, atol=1e-9 if dtype == torch.float64 else 1e-3)


def test_fit_keeps_the_digits_that_normal_equations_lose() -> None:
    """Läuchli's columns (1961) as inputs: eps² is lost beside 1 in their products, on every processor."""
    eps = 1e-9
    rows = torch.tensor([[1, 1], [eps, 0], [0, eps]], dtype=torch.float64)
    x = torch.cat([rows, -rows])
    assert torch.equal(x.T @ x, torch.full((2, 2), 2.0, dtype=torch.float64))  # 1, -1 and 0, 0 are one to it
    esn = network(2, 2, 1, degree=2, bias_scale=0.5)
    esn.weight_ih.zero_()  # states that do not see the inputs: these alone decide the condition number, about 1e9
    esn.fit(x, x @ torch.tensor([[1.0], [-1]], dtype=torch.float64), washout=0)
    # An error of about 2e-16 · 1e9: the theory of least squares by QR where the residual is 0.
    wanted = torch.tensor([[0.0, 0, 1, -1]], dtype=torch.float64)
    torch.testing.assert_close(esn.readout.weight.detach(), wanted, rtol=0, atol=1e-3)
    torch.testing.assert_close(esn.readout.bias.detach(), torch.zeros(1, dtype=torch.float64), rtol=0, atol=1e-3)


def test_fit_gives_the_smallest_weights_where_many_fit() -> None:
    esn = network(3, 40)
    x, y = torch.randn(20, 3, dtype=torch.float64), torch.randn(20, 3, dtype=torch.float64)
    esn.fit(x, y, washout=0)  # 20 equations, 44 unknowns
    A = torch.cat([esn.states(x), x, torch.ones(20, 1)], dim=1).numpy()
    found = torch.cat([esn.readout.weight, esn.readout.bias[:, None]], dim=1).detach().numpy()
    np.testing.assert_allclose(found, (np.linalg.pinv(A) @ y.numpy()).T, atol=1e-9)


@pytest.mark.equation("eq-reservoir-ridge")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("seed", range(5))
def test_fit_gives_the_smallest_weights_where_columns_depend_on_each_other(seed: int, dtype: torch.dtype) -> None:
    """One-hot inputs add up to the column of ones."""
    esn = network(4, 8, input_scale=2.0, seed=seed, dtype=dtype)
    symbols = torch.randint(0, 4, (1000,))
    x = torch.nn.functional.one_hot(symbols, 4).to(dtype)
    esn.fit(x[:-1], x[1:])
    A = torch.cat([esn.states(x[:-1]), x[:-1], torch.ones(999, 1)], dim=1)[100:].double().numpy()
    found = torch.cat([esn.readout.weight, esn.readout.bias[:, None]], dim=1).detach().double().numpy().T
    wanted = np.linalg.pinv(A, rcond=1e-6) @ x[101:].double().numpy()
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9 if dtype == torch.float64 else 1e-3)


@pytest.mark.equation("eq-reservoir-free-run")
@pytest.mark.parametrize("increments", [False, True])
def test_generate_feeds_predictions_back(increments: bool) -> None:
    esn = network(2, 20, leak=0.7, increments=increments)
    x = torch.randn(9, 3, 2, dtype=torch.float64)
    hx = torch.randn(1, 3, 20, dtype=torch.float64)
    out, h = esn.generate(x, 6, hx)
    for step in range(6):  # the whole past again, each time one own prediction longer
        o, last = esn(x, hx)
        torch.testing.assert_close(out[step], o[-1])
        x = torch.cat([x, o[-1:]])
    torch.testing.assert_close(h, last)
    assert esn.generate(x[:, 0], 4)[0].shape == (4, 2)


def test_generate_can_be_differentiated() -> None:
    esn, x = network(1, 6), torch.randn(4, 1, 1, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: esn.generate(x, 3)[0], (x,))


def test_an_ordinary_loop_trains_the_readout_alone_down_to_the_fit() -> None:
    torch.manual_seed(0)
    x = torch.randn(200, 4, 1, dtype=torch.float64)
    y = torch.roll(x, 2, dims=0)
    esn = network(1, 20, spectral_radius=0.6)
    before = {name: t.clone() for name, t in esn.named_buffers()}
    assert [name for name, _ in esn.named_parameters()] == ["readout.weight", "readout.bias"]
    start = ((esn(x)[0] - y)[5:] ** 2).mean().item()
    optimiser = torch.optim.LBFGS(esn.parameters(), max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = ((esn(x)[0] - y)[5:] ** 2).mean()
        loss.backward()
        return loss

    optimiser.step(closure)
    trained = closure().item()
    fitted = ((esn.fit(x, y, washout=5)(x)[0] - y)[5:] ** 2).mean().item()
    assert fitted <= trained * (1 + 1e-9)
    assert trained < fitted * 1.05
    assert trained < 0.2 * start
    for name, t in esn.named_buffers():
        assert torch.equal(t, before[name])


# ---------------------------------------------------------------- a module like any other


def test_copies_pickles_and_saved_states_give_the_same_numbers() -> None:
    esn, x = network(leak=0.4), torch.randn(5, 2, 3, dtype=torch.float64)
    wanted = esn(x)[0]
    file = io.BytesIO()
    torch.save(esn.state_dict(), file)
    file.seek(0)
    loaded = network(leak=0.4, seed=9)
    loaded.load_state_dict(torch.load(file))
    for other in (copy.deepcopy(esn), pickle.loads(pickle.dumps(esn)), loaded):
        assert torch.equal(other(x)[0], wanted)
    assert set(esn.state_dict()) == {*("weight_ih", "weight_hh", "column_hh", "bias", "readout.weight", "readout.bias")}
    assert "leak=0.4" in repr(esn)


def test_nan_goes_through() -> None:
    x = torch.ones(5, 2, 3, dtype=torch.float64)
    x[2, 0, 0] = torch.nan
    o, h = network()(x)
    assert not o[:2].isnan().any()
    assert o[2:, 0].isnan().all()
    assert h[0, 0].isnan().any()
    assert not o[:, 1].isnan().any()


X = torch.ones(5, 2, 3, dtype=torch.float64)
NET = network()


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: ESN(0, 4), ValueError, "input_size must be greater than zero"),
        (lambda: ESN(1, 4.0), TypeError, "hidden_size should be of type int"),
        (lambda: ESN(1, 5), ValueError, "hidden_size: expected an even number of units, got 5"),
        (lambda: ESN(1, -2), ValueError, "hidden_size must be greater than zero"),
        (lambda: ESN(1, 4, 0), ValueError, "output_size must be greater"),
        (lambda: ESN(1, 4, degree=3), ValueError, "degree: expected 2, 4, 8, … up to hidden_size = 4, got 3"),
        (lambda: ESN(1, 4, leak=0.0), ValueError, "leak: expected"),
        (lambda: ESN(1, 4, spectral_radius=float("nan")), ValueError, "spectral_radius: expected"),
        (lambda: ESN(1, 4, 2, increments=True), ValueError, "output_size: expected input_size = 1 for increments"),
        (lambda: NET(X.numpy()), TypeError, "input: expected a Tensor, got ndarray"),
        (lambda: NET(X[..., :2]), RuntimeError, r"input: expected shape \(T, B, 3\) or \(T, 3\), got \(5, 2, 2\)"),
        (lambda: NET(X[None]), ValueError, r"input: expected shape \(T, B, 3\) or \(T, 3\), got \(1, 5, 2, 3\)"),
        (lambda: NET(X[:0]), RuntimeError, "input: expected at least one entry"),
        (lambda: NET(X.float()), ValueError, "input: expected torch.float64, as the parameters, got torch.float32"),
        (lambda: NET(X.to("meta")), RuntimeError, "input: expected it on cpu, as the parameters, got meta"),
        (lambda: NET(X, X[0]), ValueError, r"hx: expected shape \(1, 2, 12\), got \(2, 3\)"),
        (lambda: NET(X[:, 0], torch.ones(1, 1, 12)), ValueError, r"hx: expected shape \(1, 12\)"),
        (lambda: NET.fit(X, X[:4]), RuntimeError, r"target: expected shape \(5, 2, 3\), got \(4, 2, 3\)"),
        (lambda: NET.fit(X, X, washout=5), ValueError, "washout: expected 0 to T-1 = 4 steps, got 5"),
        (lambda: NET.fit(X, X, 0, penalty=-1.0), ValueError, "penalty: expected"),
        (lambda: NET.fit(X, X * torch.nan, 0), ValueError, "target: expected finite numbers"),
        (lambda: NET.generate(X, 0), ValueError, "steps: expected at least 1, got 0"),
        (lambda: network(3, 12, 2).generate(X, 2), ValueError, "expected output_size = input_size to generate, got 2"),
    ],
)
def test_bad_arguments_are_named(call: Callable[[], Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        call()
