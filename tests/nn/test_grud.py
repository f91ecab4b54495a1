"""rnncourse.nn.grud.GRUD against the paper's equations, finite differences and torch's own operations."""

import copy
import io
import pickle

import numpy as np
import pytest
import torch

from rnncourse.irregular import Weights
from rnncourse.kernels import grud as kernel
from rnncourse.nn import grud
from rnncourse.nn.grud import GRUD
from tests.nn.test_rnn import assert_equal
from tests.test_irregular import che, problem


@pytest.fixture
def kernel_calls(monkeypatch):
    """Count the calls that reach the kernel, so that no test compares torch with itself."""
    calls, forward = [], kernel.forward_unchecked
    monkeypatch.setattr(kernel, "forward_unchecked", lambda *a: calls.append(1) or forward(*a))
    return calls


@pytest.fixture
def in_torch(monkeypatch):
    """A function that runs another one without the kernel."""

    def run(f):
        with monkeypatch.context() as patched:
            patched.setattr(grud, "_kernel_serves", lambda tensors: False)
            return f()

    return run


def module(F=3, H=4, seed=0, dtype=torch.float32, **kwargs):
    """A module none of whose parameters is 0, with decays at rest and at work."""
    torch.manual_seed(seed)
    m = GRUD(F, H, x_mean=torch.randn(F), dtype=dtype, **kwargs)
    with torch.no_grad():
        for name, parameter in m.named_parameters():
            if "gamma" in name:
                parameter.normal_()
    return m


def data(T=6, B=2, F=3, H=4, seed=0, dtype=torch.float32, requires_grad=False):
    """The arguments x, mask, delta, and a state."""
    g = torch.Generator().manual_seed(seed)
    x, h, last = (torch.randn(s, generator=g, dtype=dtype) for s in ((T, B, F), (1, B, H), (1, B, F)))
    mask = (torch.rand(T, B, F, generator=g) < 0.5).to(dtype)
    delta = 0.1 + torch.rand(T, B, F, generator=g, dtype=dtype)
    for q in (x, delta, h, last):
        q.requires_grad_(requires_grad)
    return (x, mask, delta), (h, last)


def result(m, series, hx, seed=0):
    """Output, state and the gradients of a random function of them."""
    output, state = m(*series, hx)
    g = torch.Generator().manual_seed(seed)
    found = [output, *state]
    loss = sum((q * torch.randn(q.shape, dtype=q.dtype, generator=g)).sum() for q in found)
    leaves = [q for q in (series[0], series[2], *(hx or ())) if q.requires_grad]
    return [*found, *torch.autograd.grad(loss, [*m.parameters(), *leaves])]


@pytest.mark.equation("eq-irregular-forward")
@pytest.mark.equation("eq-irregular-dW")
@pytest.mark.equation("eq-irregular-dx")
@pytest.mark.parametrize("path", ["kernel", "torch"])
@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (6, 3, 2, 4), (4, 4, 3, 3)])
def test_is_the_papers_and_so_are_its_gradients(kernel_calls, in_torch, shape, path):
    a, upstream = problem(*shape)
    m = GRUD(shape[2], shape[3], x_mean=torch.from_numpy(a["x_mean"]), dtype=torch.float64)
    with torch.no_grad():
        for parameter, w in zip(m.parameters(), a["p"], strict=True):
            parameter.copy_(torch.from_numpy(w))
    x, mask, delta, h0, first = (torch.from_numpy(a[name]) for name in ("x", "m", "delta", "h0", "x_first"))
    leaves = [x.requires_grad_(), delta.requires_grad_(), h0.requires_grad_(), first.requires_grad_()]
    expected = che(x, mask, delta, h0, m.x_mean, first, Weights(*m.parameters()))
    call = lambda: m(x, mask, delta, (h0[None], first[None]))  # noqa: E731
    output, (h_n, _) = call() if path == "kernel" else in_torch(call)
    assert bool(kernel_calls) == (path == "kernel")
    assert_equal([output, h_n[0]], [expected, expected[-1]])
    dh_out, found = torch.from_numpy(upstream["dh_out"]), []
    for h in (output, expected):
        wanted = [*m.parameters(), *leaves]
        found.append(torch.autograd.grad((h * dh_out).sum(), wanted, allow_unused=True, materialize_grads=True))
    assert_equal(*found)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("with_hx", [False, True])
@pytest.mark.parametrize("layout", ["batched", "batch_first", "unbatched"])
def test_kernel_and_torch_give_the_same_numbers(kernel_calls, in_torch, layout, with_hx, dtype):
    m = module(dtype=dtype, batch_first=layout == "batch_first")
    (x, mask, delta), hx = data(dtype=dtype)
    if layout == "unbatched":
        x, mask, delta, *hx = (q[:, 0] for q in (x, mask, delta, *hx))
    elif layout == "batch_first":
        x, mask, delta = (q.transpose(0, 1) for q in (x, mask, delta))
    hx = tuple(q.contiguous().requires_grad_() for q in hx) if with_hx else None
    series = [x.contiguous().requires_grad_(), mask, delta.contiguous().requires_grad_()]
    got = result(m, series, hx)
    assert kernel_calls
    assert_equal(got, in_torch(lambda: result(m, series, hx)))
    T, B, H = 6, 2, 4
    shapes = {"batched": (T, B, H), "batch_first": (B, T, H), "unbatched": (T, H)}
    assert got[0].shape == shapes[layout]
    assert got[1].shape == ((1, H) if layout == "unbatched" else (1, B, H))
    assert got[2].shape == ((1, 3) if layout == "unbatched" else (1, B, 3))


def test_gradcheck(kernel_calls):
    m = module(2, 3, dtype=torch.float64)
    (x, mask, delta), hx = data(4, 2, 2, 3, dtype=torch.float64, requires_grad=True)

    def f(x, delta, h, last, *weights):  # gradcheck changes the module's own weights in place
        output, state = m(x, mask, delta, (h, last))
        return output, *state

    assert torch.autograd.gradcheck(f, (x, delta, *hx, *m.parameters()))
    assert kernel_calls


def test_second_derivatives_are_right():
    m = module(2, 3, dtype=torch.float64)
    (x, mask, delta), hx = data(3, 1, 2, 3, dtype=torch.float64, requires_grad=True)

    def f(x, delta, h, last, *weights):
        output, state = m(x, mask, delta, (h, last))
        return output, *state

    assert torch.autograd.gradgradcheck(f, (x, delta, *hx, m.weight_hh, m.weight_gamma_x, m.weight_gamma_h))


def test_gradient_penalty_of_the_weights_alone():
    """What was last observed does not depend on the weights: only the states reach them, the second time too."""
    m = module(dtype=torch.float64)
    series, _ = data(dtype=torch.float64)
    output, (_, x_n) = m(*series)
    assert not x_n.requires_grad
    first = torch.autograd.grad(output.pow(2).sum(), list(m.parameters()), create_graph=True)
    second = torch.autograd.grad(sum(g.pow(2).sum() for g in first), list(m.parameters()))
    assert all(bool(torch.isfinite(g).all()) for g in second)
    assert float(second[0].abs().sum()) > 0


@pytest.mark.parametrize("which", [0, 1, 2])
def test_gradient_through_one_output_alone(in_torch, which):
    m, (series, hx) = module(dtype=torch.float64), data(dtype=torch.float64, requires_grad=True)

    def gradients():
        output, state = m(*series, hx)
        leaves = [series[0], series[2], *hx, *m.parameters()]
        loss = (output, *state)[which].sin().sum()
        return torch.autograd.grad(loss, leaves, allow_unused=True, materialize_grads=True)

    assert_equal(gradients(), in_torch(gradients))


@pytest.mark.parametrize("which", range(4))
def test_gradient_of_one_input_alone(in_torch, which):
    m, ((x, mask, delta), hx) = module(dtype=torch.float64).requires_grad_(False), data(dtype=torch.float64)
    leaves = (x, delta, *hx)
    leaves[which].requires_grad_()

    def gradient():
        output, state = m(x, mask, delta, hx)
        return torch.autograd.grad(output.sin().sum() + state[0].sum(), leaves[which])

    assert_equal(gradient(), in_torch(gradient))


def test_a_sequence_in_two_halves_is_one_sequence(kernel_calls):
    m, (series, hx) = module(), data(T=7)
    whole, (h_n, x_n) = m(*series, hx)
    first, hx = m(*(q[:3] for q in series), hx)
    second, (h_2, x_2) = m(*(q[3:] for q in series), hx)
    assert_equal([torch.cat([first, second]), h_2, x_2], [whole, h_n, x_n])
    assert len(kernel_calls) == 3


@pytest.mark.parametrize("path", ["kernel", "torch"])
def test_what_was_not_observed_may_be_nan_and_the_mask_may_be_boolean(in_torch, path):
    m, ((x, mask, delta), hx) = module(), data(requires_grad=True)
    with_nan = torch.where(mask == 1, x, torch.nan).detach().requires_grad_()
    got = [lambda: result(m, (x, mask, delta), hx), lambda: result(m, (with_nan, mask.bool(), delta), hx)]
    assert_equal(*(f() if path == "kernel" else in_torch(f) for f in got))


def test_an_observed_nan_goes_through():
    m, ((x, mask, delta), _) = module(), data()
    x[2, 0, 0], mask[2, 0, 0] = torch.nan, 1
    output, _ = m(x, mask, delta)
    assert torch.isnan(output[2:, 0]).all()
    assert not torch.isnan(output[:, 1]).any()


def test_a_mask_or_a_mean_that_asks_for_a_gradient_gets_one(kernel_calls):
    m, ((x, mask, delta), _) = module(dtype=torch.float64), data(dtype=torch.float64)
    mean = m.x_mean.clone().requires_grad_()
    mask.requires_grad_()

    def f(mask, mean):
        return torch.func.functional_call(m, {"x_mean": mean}, (x, mask, delta))[0]

    assert torch.autograd.gradcheck(lambda mean: f(mask.detach(), mean), (mean,))
    (got,) = torch.autograd.grad(f(mask, mean).sum(), mask)
    assert float(got.abs().sum()) > 0
    assert not kernel_calls


def test_starts_as_torch_does_and_every_decay_is_alive():
    torch.manual_seed(0)
    m = GRUD(50, 100)
    k = 0.1
    for name, parameter in m.named_parameters():
        low, high = (0, 0) if name.startswith("bias_gamma") else (0, k) if "gamma" in name else (-k, k)
        assert low <= parameter.min() <= parameter.max() <= high
        if high > 0 and parameter.numel() > 1000:
            assert float(parameter.detach().mean()) == pytest.approx((low + high) / 2, abs=0.01)
    x = torch.randn(5, 2, 50)
    mask, delta = torch.zeros_like(x), torch.ones_like(x)
    hx = torch.randn(1, 2, 100), torch.randn(1, 2, 50)
    m(x, mask, delta, hx)[0].pow(2).sum().backward()
    assert (m.weight_gamma_h.grad != 0).all()
    assert (m.weight_gamma_x.grad != 0).all()


def test_what_users_of_torch_rely_on():
    m = module(batch_first=True)
    assert repr(m) == "GRUD(3, 4, batch_first=True)"
    assert list(m.state_dict()) == [*grud.WEIGHTS, "x_mean"]
    series = [q.transpose(0, 1) for q in data()[0]]
    expected = m(*series)[0]
    buffer = io.BytesIO()
    torch.save(m, buffer)
    buffer.seek(0)
    for twin in (copy.deepcopy(m), pickle.loads(pickle.dumps(m)), torch.load(buffer, weights_only=False)):
        assert type(twin) is GRUD
        assert torch.equal(twin(*series)[0], expected)
        assert twin.weight_hh.data_ptr() != m.weight_hh.data_ptr()
    other = module(batch_first=True, seed=1)
    assert not torch.equal(other(*series)[0], expected)
    other.load_state_dict(m.state_dict())
    assert torch.equal(other(*series)[0], expected)
    assert module(dtype=torch.float64).double().x_mean.dtype == torch.float64


def test_weights_parametrized(kernel_calls):
    m, (series, _) = module(), data()
    expected = m(*series)[0]
    torch.nn.utils.parametrizations.weight_norm(m, "weight_hh")
    output = m(*series)[0]
    assert_equal([output], [expected])
    output.sum().backward()
    assert m.parametrizations.weight_hh.original0.grad is not None
    assert len(kernel_calls) == 2


def test_trains_in_an_ordinary_loop_as_torchs_operations_do(in_torch):
    def train():
        m, (series, _) = module(dtype=torch.float64), data(dtype=torch.float64)
        target = torch.randn(6, 2, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
        optimiser, losses = torch.optim.Adam(m.parameters(), lr=1e-2), []
        for _ in range(20):
            optimiser.zero_grad()
            loss = torch.nn.functional.mse_loss(m(*series)[0], target)
            loss.backward()
            optimiser.step()
            losses.append(loss.detach())
        return losses

    ours, theirs = train(), in_torch(train)
    torch.testing.assert_close(ours, theirs)
    assert ours[-1] < ours[0]


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_without_gradients(kernel_calls, mode):
    m, (series, hx) = module(), data()
    expected = m(*series, hx)[0]
    with mode():
        output, _ = m(*series, hx)
    assert torch.equal(output, expected)
    assert output.grad_fn is None
    assert len(kernel_calls) == 2


def test_the_graph_holds_what_torch_can_see_and_free():
    m, (series, _) = module(), data()
    kept = []
    with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t.clone()) or len(kept) - 1, kept.__getitem__):
        loss = m(*series)[0].sum()
    got = torch.autograd.grad(loss, list(m.parameters()), retain_graph=True)
    again = torch.autograd.grad(loss, list(m.parameters()), retain_graph=True)
    assert all(torch.equal(a, b) for a, b in zip(got, again, strict=True))
    for t in kept:
        t.zero_()
    assert all(bool((g == 0).all()) for g in torch.autograd.grad(loss, list(m.parameters())))


def test_change_in_place_is_refused_or_harmless_never_wrong():
    m, (series, hx) = module(), data()
    output, state = m(*series, hx)
    expected = torch.autograd.grad(output.sum(), list(m.parameters()), retain_graph=True)
    for state_ in state:
        state_.data.mul_(2)
    assert_equal(torch.autograd.grad(output.sum(), list(m.parameters()), retain_graph=True), expected)
    output.data.mul_(2)  # nothing that is kept lies in the output
    assert_equal(torch.autograd.grad(output.sum(), list(m.parameters())), expected)
    output, _ = m(*series, hx)
    with torch.no_grad():
        m.weight_hh.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        output.sum().backward()


def as_vector(m, series):
    return lambda x: m(x, *series[1:])[0]


SERVED_BY_TORCH = {
    "autocast": lambda m, s: torch.autocast("cpu", torch.bfloat16)(m)(*s)[0],
    "bfloat16": lambda m, s: m.to(torch.bfloat16)(*(q.to(torch.bfloat16) for q in s))[0].to(s[0].dtype),
    "func.grad": lambda m, s: torch.func.grad(lambda x: as_vector(m, s)(x).pow(2).sum())(s[0]),
    "func.jvp": lambda m, s: torch.func.jvp(as_vector(m, s), (s[0],), (s[0],))[1],
    "func.vmap": lambda m, s: torch.func.vmap(as_vector(m, s))(torch.stack([s[0], 2 * s[0]])),
    "compile": lambda m, s: torch.compile(m, backend="eager")(*s)[0],
}


@pytest.mark.filterwarnings("ignore")  # torch's own: deprecations of its compilers
@pytest.mark.parametrize("how", SERVED_BY_TORCH)
def test_torch_serves_what_the_kernel_does_not(kernel_calls, how):
    m, (series, _) = module(), data()
    got = SERVED_BY_TORCH[how](copy.deepcopy(m), series)
    assert not kernel_calls
    x = series[0].clone().requires_grad_()
    output = m(x, *series[1:])[0]
    expected = {
        "func.grad": lambda: torch.autograd.grad(output.pow(2).sum(), x)[0],
        "func.jvp": lambda: (torch.autograd.functional.jacobian(as_vector(m, series), x) * x).flatten(3).sum(3),
        "func.vmap": lambda: torch.stack([as_vector(m, series)(k * series[0]) for k in (1, 2)]),
    }.get(how, lambda: output)()
    tolerance = 0.05 if how in ("autocast", "bfloat16") else 1e-5
    torch.testing.assert_close(got.float(), expected, rtol=0, atol=tolerance)


def test_meta_tensors():
    m, (series, _) = module().to("meta"), data()
    output, (h_n, x_n) = m(*(q.to("meta") for q in series))
    assert (output.shape, h_n.shape, x_n.shape) == ((6, 2, 4), (1, 2, 4), (1, 2, 3))


def test_what_it_cannot_do_is_an_error():
    m, ((x, mask, delta), _) = module(), data()
    with pytest.raises(NotImplementedError, match="jvp"), torch.autograd.forward_ad.dual_level():
        m(torch.autograd.forward_ad.make_dual(x, x), mask, delta)


CALL_ERRORS = {
    "input size": (
        lambda m, s, hx: m(*(q[:, :, :2] for q in s)),
        RuntimeError,
        r"x: expected shape \(T, B, 3\) or \(T, 3\), got \(6, 2, 2\)",
    ),
    "dimensions": (
        lambda m, s, hx: m(*(q[None] for q in s)),
        ValueError,
        r"x: expected shape \(T, B, 3\) or \(T, 3\), got \(1, 6, 2, 3\)",
    ),
    "dtype": (
        lambda m, s, hx: m(*(q.double() for q in s)),
        ValueError,
        "x: expected torch.float32, as the parameters, got torch.float64",
    ),
    "length 0": (lambda m, s, hx: m(*(q[:0] for q in s)), RuntimeError, "x: expected at least one entry"),
    "mask missing a step": (
        lambda m, s, hx: m(s[0], s[1][1:], s[2]),
        RuntimeError,
        r"mask: expected shape \(6, 2, 3\)",
    ),
    "mask of one feature": (lambda m, s, hx: m(s[0], s[1][:, :, :1], s[2]), RuntimeError, r"mask: expected shape"),
    "delta": (lambda m, s, hx: m(*s[:2], s[2][0]), ValueError, r"delta: expected shape \(6, 2, 3\), got \(2, 3\)"),
    "mask of integers": (
        lambda m, s, hx: m(s[0], s[1].long(), s[2]),
        ValueError,
        "mask: expected torch.float32, as the parameters, got torch.int64",
    ),
    "NumPy": (
        lambda m, s, hx: m(*s[:2], np.asarray(s[2])),
        TypeError,
        "delta: expected a Tensor, got ndarray; torch.from_numpy",
    ),
    "mask of halves": (lambda m, s, hx: m(s[0], s[1] / 2, s[2]), ValueError, "expected a mask of 0 and 1"),
    "mask of NaN": (lambda m, s, hx: m(s[0], s[1] * torch.nan, s[2]), ValueError, "expected a mask of 0 and 1"),
    "time back": (lambda m, s, hx: m(*s[:2], s[2] - 2), ValueError, "expected delta finite and at least 0, got -1"),
    "never": (lambda m, s, hx: m(*s[:2], s[2] / 0), ValueError, "before the first observation, .* got inf"),
    "no time": (lambda m, s, hx: m(*s[:2], s[2] * torch.nan), ValueError, "delta finite and at least 0, got nan"),
    "mean": (lambda m, s, hx: GRUD(1, 4, x_mean=torch.tensor([torch.nan])), ValueError, "x_mean: expected finite"),
    "hx NumPy": (lambda m, s, hx: m(*s, (hx[0].numpy(), hx[1])), TypeError, "h_0: expected a Tensor, got ndarray"),
    "hx dtype": (lambda m, s, hx: m(*s, (hx[0], hx[1].double())), ValueError, "x_0: expected torch.float32"),
    "hx alone": (lambda m, s, hx: m(*s, hx[0]), TypeError, r"hx: expected a tuple \(h_0, x_0\)"),
    "hx batch": (lambda m, s, hx: m(*s, (hx[0][:, :1], hx[1])), RuntimeError, r"h_0: expected shape \(1, 2, 4\)"),
    "hx size": (
        lambda m, s, hx: m(*s, (hx[0], hx[0])),
        RuntimeError,
        r"x_0: expected shape \(1, 2, 3\), got \(1, 2, 4\)",
    ),
}


@pytest.mark.parametrize(("call", "error", "words"), CALL_ERRORS.values(), ids=CALL_ERRORS)
def test_call_errors(call, error, words):
    with pytest.raises(error, match=words):
        call(module(), *data())


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((0, 4), ValueError, "input_size must be greater than zero, got 0"),
        ((3, -1), ValueError, "hidden_size must be greater than zero, got -1"),
        ((3, 4.0), TypeError, "hidden_size should be of type int, got: float"),
        ((True, 4), TypeError, "input_size should be of type int, got: bool"),
        ((3, 4, False, torch.zeros(2)), ValueError, r"x_mean: expected shape \(3,\), got \(2,\)"),
        ((3, 4, False, torch.zeros(3).long()), TypeError, "x_mean: expected a Tensor .* got torch.int64"),
        ((3, 4, False, np.zeros(3)), TypeError, "x_mean: expected a Tensor .* got float64"),
        ((3, 4, False, [0.0] * 3), TypeError, "x_mean: expected a Tensor .* got list"),
    ],
)
def test_constructor_errors(arguments, error, words):
    with pytest.raises(error, match=words):
        GRUD(*arguments)
