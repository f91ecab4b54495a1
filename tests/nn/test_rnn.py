"""rnncourse.nn.RNN against torch.nn.RNN: numbers, gradients, interface, errors."""

import copy
import io
import itertools
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_limits
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pack_sequence

import rnncourse.nn.recurrent
from rnncourse.kernels import gru, lstm, rnn
from rnncourse.nn import RNN


@pytest.fixture(autouse=True)
def by_hand(monkeypatch):
    """The kernels, also where torch is faster: on all that is as small as these tests."""
    monkeypatch.setattr(rnncourse.nn.recurrent._Recurrent, "by_hand", True)


TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-12}


def pair(*args, seed=0, kind="RNN", **kwargs):
    """Torch's module and ours from the same seed."""
    torch.manual_seed(seed)
    theirs = getattr(torch.nn, kind)(*args, **kwargs)
    torch.manual_seed(seed)
    return theirs, getattr(rnncourse.nn, kind)(*args, **kwargs)


def data(output):
    return output.data if isinstance(output, PackedSequence) else output


def states(hx):
    """What a step hands on, as a tuple: (h,) or (h, c), or nothing."""
    return hx if isinstance(hx, tuple) else () if hx is None else (hx,)


def result(module, make_input, leaves, hx=None, seed=0):
    """Output, last states and the gradients of a random function of them, with respect to weights, leaves and hx."""
    output, last = module(make_input(), hx)
    generator = torch.Generator().manual_seed(seed)
    found = [data(output), *states(last)]
    loss = sum((q * torch.randn(q.shape, dtype=q.dtype, generator=generator)).sum() for q in found)
    return [*found, *torch.autograd.grad(loss, [*module.parameters(), *leaves, *states(hx)])]


def assert_equal(got, expected):
    for g, e in zip(got, expected, strict=True):
        assert g.dtype == e.dtype
        assert g.shape == e.shape
        # at the number's scale, but no finer than the last digit of the terms of size one that may cancel in it
        atol = max(TOLERANCE[e.dtype] * float(e.detach().abs().max()), 4 * torch.finfo(e.dtype).eps)
        torch.testing.assert_close(g, e, rtol=0, atol=atol)


@pytest.fixture
def kernel_calls(monkeypatch):
    """Count the calls that reach the kernel, so that no test compares torch with itself."""
    calls = []
    for kernel in (gru, lstm, rnn):
        forward = kernel.forward_unchecked
        monkeypatch.setattr(kernel, "forward_unchecked", lambda *a, f=forward: calls.append(1) or f(*a))
    return calls


LAYOUTS = ["batched", "unbatched", "packed"]
SIZES = [(1, 1, 1, 1), (4, 3, 3, 5)]  # T, B, F, H


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_equals_torch_forward_and_all_gradients(kernel_calls, nonlinearity, layout, dtype):
    sweep(kernel_calls, layout, dtype, nonlinearity=nonlinearity)


def sweep(kernel_calls, layout, dtype, kind="RNN", n_states=1, sizes=SIZES, projected=False, **kwargs):
    """Compare every combination of torch.nn's arguments."""
    options = itertools.product(sizes, (1, 2), *[(False, True)] * 4)
    for seed, ((T, B, F, H), layers, bias, batch_first, bidirectional, with_hx) in enumerate(options):
        arguments = {"bias": bias, "batch_first": batch_first, "bidirectional": bidirectional, "dtype": dtype}
        arguments |= {"proj_size": H // 2} if projected else {}
        theirs, ours = pair(F, H, layers, kind=kind, seed=seed, **arguments, **kwargs)
        rows = layers * (2 if bidirectional else 1)
        shape = {"batched": (B, T, F) if batch_first else (T, B, F), "unbatched": (T, F)}
        if layout == "packed":
            leaves = [torch.randn(length, F, dtype=dtype, requires_grad=True) for length in (T - T // 2, T, 1)[:B]]
            make_input = lambda leaves=leaves: pack_sequence(leaves, enforce_sorted=False)  # noqa: E731
        else:
            leaves = [torch.randn(shape[layout], dtype=dtype, requires_grad=True)]
            make_input = lambda leaves=leaves: leaves[0]  # noqa: E731
        hx_shape, widths = (rows,) if layout == "unbatched" else (rows, B), (H // 2 if projected else H, H)[:n_states]
        given = tuple(torch.randn(*hx_shape, width, dtype=dtype, requires_grad=True) for width in widths)
        hx = None if not with_hx else given if n_states > 1 else given[0]
        kernel_calls.clear()
        assert_equal(result(ours, make_input, leaves, hx), result(theirs, make_input, leaves, hx))
        assert kernel_calls


@pytest.mark.parametrize("enforce_sorted", [True, False])
@pytest.mark.parametrize("batch_first", [True, False])
def test_packed_comes_out_as_torch_packs(batch_first, enforce_sorted):
    theirs, ours = pair(3, 4, batch_first=batch_first, bidirectional=True)
    lengths = [6, 6, 3, 2, 2] if enforce_sorted else [2, 6, 3, 6, 2]
    x = torch.randn((5, 6, 3) if batch_first else (6, 5, 3))
    packed = pack_padded_sequence(x, lengths, batch_first=batch_first, enforce_sorted=enforce_sorted)
    (output, h_n), (expected, expected_h_n) = ours(packed), theirs(packed)
    assert isinstance(output, PackedSequence)
    assert_equal([output.data, h_n], [expected.data, expected_h_n])
    for field in ("batch_sizes", "sorted_indices", "unsorted_indices"):
        assert getattr(output, field) is getattr(packed, field)


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_gradcheck(nonlinearity):
    # An outside authority for the gradients besides torch.nn: finite differences.
    torch.manual_seed(3)
    module = RNN(2, 3, 2, nonlinearity, bidirectional=True, dtype=torch.float64)
    names = [name for name, _ in module.named_parameters()]
    x, hx = (torch.randn(s, dtype=torch.float64, requires_grad=True) for s in ((3, 2, 2), (4, 2, 3)))
    weights = [w.detach().requires_grad_() for w in module.parameters()]

    def f(x, hx, *weights):
        return torch.func.functional_call(module, dict(zip(names, weights, strict=True)), (x, hx))

    assert torch.autograd.gradcheck(f, (x, hx, *weights))


@pytest.mark.parametrize("layout", ["batched", "packed"])
def test_second_derivatives_are_right(layout):
    module = RNN(2, 3, dtype=torch.float64)
    x = torch.randn(3, 2, 2, dtype=torch.float64, requires_grad=True)
    hx = torch.randn(1, 2, 3, dtype=torch.float64, requires_grad=True)

    def f(x, hx):
        output, h_n = module(pack_padded_sequence(x, [3, 2]) if layout == "packed" else x, hx)
        return data(output), h_n

    assert torch.autograd.gradgradcheck(f, (x, hx))


def test_gradient_penalty_reaches_the_weights_as_in_torch():
    theirs, ours = pair(2, 3, 1, "relu", dtype=torch.float64)
    x = torch.randn(4, 2, 2, dtype=torch.float64, requires_grad=True)
    found = []
    for module in (ours, theirs):
        (dx,) = torch.autograd.grad(module(x)[0].pow(2).sum(), x, create_graph=True)
        found.append(torch.autograd.grad(dx.pow(2).sum(), list(module.parameters())))
    assert_equal(*found)


@pytest.mark.parametrize("which", [0, 1])
def test_gradient_through_one_output_alone(which):
    theirs, ours = pair(3, 4, 2, dtype=torch.float64)
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    found = [torch.autograd.grad(m(x)[which].sin().sum(), list(m.parameters())) for m in (ours, theirs)]
    assert_equal(*found)


def test_gradients_of_the_two_biases_are_apart():
    module = RNN(3, 4)
    loss = module(torch.randn(5, 2, 3))[0].sum()
    db_ih, db_hh = torch.autograd.grad(loss, [module.bias_ih_l0, module.bias_hh_l0])
    db_ih.zero_()
    assert db_hh.abs().sum() > 0


def test_what_comes_from_above_stays_as_it_is():
    output, h_n = RNN(3, 4)(torch.randn(5, 2, 3))
    upstream = torch.ones_like(output), torch.ones_like(h_n)
    torch.autograd.backward((output, h_n), upstream)
    assert all(bool((d == 1).all()) for d in upstream)


def test_backward_twice_through_a_kept_graph():
    module, x = RNN(3, 4), torch.randn(5, 2, 3, requires_grad=True)
    loss = module(x)[0].sum()
    (first,) = torch.autograd.grad(loss, x, retain_graph=True)
    module(x)  # another call does not touch what the first one kept
    (second,) = torch.autograd.grad(loss, x)
    assert torch.equal(first, second)
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        torch.autograd.grad(loss, x)


@pytest.mark.parametrize("layout", ["batched", "packed"])
def test_the_graph_holds_what_torch_can_see_and_free(layout):
    module, x = RNN(3, 4), torch.randn(6, 2, 3)
    kept = []
    with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t.clone()) or len(kept) - 1, kept.__getitem__):
        output, _ = module(pack_padded_sequence(x, [6, 4]) if layout == "packed" else x)
        loss = data(output).sum()
    got = torch.autograd.grad(loss, list(module.parameters()), retain_graph=True)
    for t in kept:
        t.zero_()
    assert all(bool((g == 0).all()) for g in torch.autograd.grad(loss, list(module.parameters()))[:2])
    assert not any(bool((g == 0).all()) for g in got)


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_without_gradients(kernel_calls, mode):
    theirs, ours = pair(3, 4, 2)
    x = torch.randn(5, 2, 3)
    with mode():
        output, h_n = ours(x)
        assert_equal([output, h_n], theirs(x))
    assert kernel_calls
    assert not output.requires_grad
    assert output.grad_fn is None


def test_nan_goes_through():
    x = torch.randn(5, 2, 3)
    x[2, 0, 0] = torch.nan
    output, _ = RNN(3, 4)(x)
    assert torch.isnan(output[2:, 0]).all()
    assert not torch.isnan(output[:, 1]).any()


def test_overflow_goes_through_in_silence():
    theirs, ours = pair(3, 4, 1, "relu", bias=False)
    found = []
    for module in (ours, theirs):
        with torch.no_grad():
            module.weight_hh_l0.copy_(torch.eye(4))
            module.weight_ih_l0.fill_(7e37)
        output, _ = module(torch.ones(5, 2, 3))
        output.backward(torch.full_like(output, 3e38))
        found.append([output.detach(), module.weight_hh_l0.grad])
    assert torch.isinf(found[0][0]).any()
    torch.testing.assert_close(*found, equal_nan=True)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("p", [0.0, 0.4, 1.0])
def test_dropout_draws_as_torch_does(p, packed):
    theirs, ours = pair(3, 8, 3, dropout=p, bidirectional=True)
    x = torch.randn(5, 4, 3)
    make_input = (lambda: pack_padded_sequence(x, [5, 5, 2, 1])) if packed else (lambda: x)
    found = []
    for module in (ours, theirs):
        torch.manual_seed(7)
        found.append(result(module, make_input, []))
    assert_equal(*found)
    assert_equal(result(ours.eval(), make_input, []), result(theirs.eval(), make_input, []))


def test_same_initial_weights_and_state_dict_both_ways():
    theirs, ours = pair(3, 4, 2, bidirectional=True)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), theirs.parameters(), strict=True))
    other_theirs, other_ours = pair(3, 4, 2, bidirectional=True, seed=1)
    assert not torch.equal(ours.weight_hh_l1_reverse, other_ours.weight_hh_l1_reverse)
    ours.load_state_dict(other_theirs.state_dict())
    theirs.load_state_dict(other_ours.state_dict())
    x = torch.randn(5, 2, 3)
    assert_equal(ours(x), other_theirs(x))
    assert_equal(theirs(x), ours(x))
    with pytest.raises(RuntimeError, match="Missing key"):
        ours.load_state_dict(torch.nn.RNN(3, 4).state_dict())


def test_what_users_of_torch_rely_on():
    theirs, ours = pair(3, 4, 2, batch_first=True)
    assert repr(ours) == repr(theirs) == "RNN(3, 4, num_layers=2, batch_first=True)"
    assert isinstance(ours, torch.nn.RNN)
    ours.flatten_parameters()
    assert [[w.shape for w in layer] for layer in ours.all_weights] == [
        [w.shape for w in layer] for layer in theirs.all_weights
    ]
    x = torch.randn(2, 5, 3)
    expected = ours(x)
    ours.by_hand = False
    buffer = io.BytesIO()
    torch.save(ours, buffer)
    buffer.seek(0)
    for twin in (copy.deepcopy(ours), pickle.loads(pickle.dumps(ours)), torch.load(buffer, weights_only=False)):
        assert type(twin) is RNN
        assert twin.by_hand is False
        twin.by_hand = True
        assert_equal(twin(x), expected)
        assert twin.weight_hh_l0.data_ptr() != ours.weight_hh_l0.data_ptr()


def test_weights_replaced_or_parametrized(kernel_calls):
    theirs, ours = pair(3, 4)
    x = torch.randn(5, 2, 3)
    for module in (ours, theirs):
        torch.manual_seed(1)
        module.weight_hh_l0 = torch.nn.Parameter(torch.randn(4, 4))
        torch.nn.utils.parametrizations.weight_norm(module, "weight_ih_l0")
    assert_equal(result(ours, lambda: x, []), result(theirs, lambda: x, []))
    assert kernel_calls


@pytest.mark.parametrize("T", [1, 4, 5, 15, 16])
@pytest.mark.parametrize("mode", [torch.enable_grad, torch.no_grad])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("by_hand", [None, True, False])
@pytest.mark.parametrize("batch_first", [True, False])
def test_short_sequences_go_to_torch_unless_by_hand(kernel_calls, batch_first, by_hand, layout, mode, T):
    theirs, ours = pair(3, 4, batch_first=batch_first)
    ours.by_hand = by_hand
    shape = {"batched": (2, T, 3) if batch_first else (T, 2, 3), "unbatched": (T, 3)}
    x = pack_sequence([torch.randn(T, 3), torch.randn(1, 3)]) if layout == "packed" else torch.randn(shape[layout])
    with mode():
        got, expected = ours(x), theirs(x)
    assert_equal([data(got[0]), got[1]], [data(expected[0]), expected[1]])
    faster = (5 if mode is torch.enable_grad else 16) <= T
    assert bool(kernel_calls) is (faster if by_hand is None else by_hand)


@pytest.mark.parametrize(("size", "threads"), [((64, 64, 64), 2), ((64, 64, 65), 2), ((64, 64, 65), 1)])
def test_products_never_set_two_pools_of_threads_against_each_other(monkeypatch, size, threads):
    m, k, n = size
    a, b, out, by = np.ones((m, k)), np.ones((k, n)), np.empty((m, n)), []
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    dot, mm = np.dot, torch.mm
    monkeypatch.setattr(np, "dot", lambda *args: by.append("numpy") or dot(*args))
    monkeypatch.setattr(torch, "mm", lambda *args, **kwargs: by.append("torch") or mm(*args, **kwargs))
    with threadpool_limits(1, "blas"):
        rnncourse.nn._torch.fastest_product()(a, b, out)
    assert (out == k).all()
    assert by == ["torch" if threads > 1 and n > 64 else "numpy"]
    monkeypatch.setattr(rnncourse.nn._torch, "_numpy_libraries", lambda: [SimpleNamespace(num_threads=8)])
    rnncourse.nn._torch.fastest_product()(a, b, out)
    assert by[1:] == ["torch" if n > 64 else "numpy"]


def test_trains_as_torch_does():
    theirs, ours = pair(2, 8, dtype=torch.float64)
    x, target = torch.randn(10, 4, 2, dtype=torch.float64), torch.randn(10, 4, 8, dtype=torch.float64)
    losses = []
    for module in (ours, theirs):
        optimizer = torch.optim.Adam(module.parameters(), lr=1e-2)
        for _ in range(20):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(module(x)[0], target)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(module.parameters(), 0.1)
            optimizer.step()
        losses.append(loss.detach())
    assert_equal(losses[:1], losses[1:])


SERVED_BY_TORCH = {
    "bfloat16": lambda m, x: m.to(torch.bfloat16)(x.to(torch.bfloat16))[0].to(x.dtype),
    "meta": lambda m, x: m.to("meta")(x.to("meta"))[0].shape,
    "autocast": lambda m, x: torch.autocast("cpu", torch.bfloat16)(m)(x)[0],
    "func.grad": lambda m, x: torch.func.grad(lambda x: m(x)[0].sum())(x),
    "func.hessian": lambda m, x: torch.func.hessian(lambda x: m(x)[0].sum())(x),
    "func.jvp": lambda m, x: torch.func.jvp(lambda x: m(x)[0], (x,), (x,))[1],
    "compile": lambda m, x: torch.compile(m, backend="eager")(x)[0],
    "empty batch": lambda m, x: m(x[:, :0])[0],
}


@pytest.mark.filterwarnings("ignore")  # torch's own: deprecations of its compilers
@pytest.mark.parametrize("how", SERVED_BY_TORCH)
def test_torch_serves_what_the_kernel_does_not(kernel_calls, how):
    theirs, ours = pair(3, 4)
    x = torch.randn(5, 2, 3)
    got, expected = SERVED_BY_TORCH[how](ours, x), SERVED_BY_TORCH[how](theirs, x)
    assert not kernel_calls
    assert got == expected if how == "meta" else torch.equal(got, expected)


@pytest.mark.filterwarnings("ignore")
def test_torch_jit(kernel_calls):
    class Model(torch.nn.Module):
        def __init__(self, layer):
            super().__init__()
            self.layer = layer

        def forward(self, x):
            return self.layer(x)[0]

    x, module = torch.randn(5, 2, 3), RNN(3, 4)
    expected = module(x)[0]
    traced = torch.jit.trace(Model(module), x)
    kernel_calls.clear()
    longer = torch.randn(7, 2, 3)
    torch.testing.assert_close(traced(x), expected)
    torch.testing.assert_close(traced(longer), torch.nn.RNN.forward(module, longer)[0])
    torch.testing.assert_close(torch.jit.script(Model(module))(x), expected)
    assert not kernel_calls


def test_what_torch_cannot_do_is_an_error():
    module, x = RNN(3, 4), torch.randn(5, 2, 3)
    with pytest.raises(NotImplementedError, match="jvp"), torch.autograd.forward_ad.dual_level():
        module(torch.autograd.forward_ad.make_dual(x, x))
    with pytest.raises(RuntimeError, match="Batching rule not implemented"):
        torch.func.vmap(lambda x: module(x)[0])(x[None])


CONSTRUCTOR_ERRORS = [
    ((3, 4), {"nonlinearity": "sigmoid"}),
    ((3, 4), {"proj_size": 4}),  # as large as the state
    ((3, 4), {"proj_size": -1}),
    ((0, 4), {}),
    ((3, 0), {}),
    ((3, 4, 0), {}),
    ((-1, 4), {}),
    ((3, -4), {}),
    ((3, 4, -1), {}),
    ((3, 4.0), {}),
    ((3, 4, 2), {"dropout": 1.5}),
    ((3, 4), {"bias": 1}),
]


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize(("args", "kwargs"), CONSTRUCTOR_ERRORS)
def test_constructor_errors(kind, args, kwargs):
    same_error(lambda: getattr(torch.nn, kind)(*args, **kwargs), lambda: getattr(rnncourse.nn, kind)(*args, **kwargs))


def test_dropout_with_one_layer_warns():
    with pytest.warns(UserWarning, match="dropout option adds dropout after all but last"):
        RNN(3, 4, dropout=0.5)


x, packed = torch.zeros(5, 2, 3), pack_padded_sequence(torch.zeros(5, 2, 3), [5, 3])
CALL_ERRORS = {
    "input size": lambda m: m(torch.randn(5, 2, 4)),
    "dimensions": lambda m: m(torch.randn(1, 5, 2, 3)),
    "one dimension": lambda m: m(torch.randn(3)),
    "dtype": lambda m: m(x.double()),
    "length 0": lambda m: m(x[:0]),
    "hx batch": lambda m: m(x, torch.zeros(1, 3, 4)),
    "hx size": lambda m: m(x, torch.zeros(1, 2, 5)),
    "hx layers": lambda m: m(x, torch.zeros(2, 2, 4)),
    "hx dimensions": lambda m: m(x, torch.zeros(1, 4)),
    "hx dimensions, unbatched": lambda m: m(x[:, 0], torch.zeros(1, 1, 4)),
    "hx size, packed": lambda m: m(packed, torch.zeros(1, 3, 4)),
    "input size, packed": lambda m: m(pack_padded_sequence(torch.randn(5, 2, 4), [5, 3])),
}


@pytest.mark.parametrize("call", CALL_ERRORS.values(), ids=CALL_ERRORS)
def test_call_errors_are_those_of_torch(call):
    theirs, ours = pair(3, 4)
    same_error(lambda: call(theirs), lambda: call(ours))


def same_error(theirs, ours):
    with pytest.raises(Exception) as expected:
        theirs()
    with pytest.raises(type(expected.value)) as got:
        ours()
    assert str(got.value) == str(expected.value)
