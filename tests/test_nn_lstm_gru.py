"""rnncourse.nn.LSTM and GRU against torch's; what does not depend on the cell is in test_nn_rnn.py."""

import copy
import io
import pickle

import pytest
import torch
from test_nn_rnn import (
    LAYOUTS,
    SERVED_BY_TORCH,
    SIZES,
    assert_equal,
    by_hand,  # noqa: F401  (a fixture, of every test)
    data,
    kernel_calls,  # noqa: F401  (a fixture)
    pair,
    result,
    same_error,
    states,
    sweep,
)
from torch.nn.utils.rnn import pack_padded_sequence

import rnncourse.nn

N_STATES = {"LSTM": 2, "GRU": 1}
KINDS = pytest.mark.parametrize("kind", ["LSTM", "GRU"])


def start(kind, *shape, **kwargs):
    """hx as the module takes it, of one shape."""
    given = tuple(torch.randn(shape, **kwargs) for _ in range(N_STATES[kind]))
    return given if kind == "LSTM" else given[0]


@KINDS
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_equals_torch_forward_and_all_gradients(kernel_calls, kind, layout, dtype):  # noqa: F811
    sweep(kernel_calls, layout, dtype, kind, N_STATES[kind], SIZES)


@KINDS
@pytest.mark.parametrize("enforce_sorted", [True, False])
def test_packed_comes_out_as_torch_packs(kind, enforce_sorted):
    theirs, ours = pair(3, 4, kind=kind, bidirectional=True)
    packed = pack_padded_sequence(
        torch.randn(6, 5, 3), [6, 6, 3, 2, 2] if enforce_sorted else [2, 6, 3, 6, 2], enforce_sorted=enforce_sorted
    )
    hx = start(kind, 2, 5, 4)
    (output, last), (expected, expected_last) = ours(packed, hx), theirs(packed, hx)
    assert_equal([output.data, *states(last)], [expected.data, *states(expected_last)])
    for field in ("batch_sizes", "sorted_indices", "unsorted_indices"):
        assert getattr(output, field) is getattr(packed, field)


@KINDS
def test_gradcheck(kind):
    torch.manual_seed(3)
    module = getattr(rnncourse.nn, kind)(2, 3, bidirectional=True, dtype=torch.float64)
    x = torch.randn(3, 2, 2, dtype=torch.float64, requires_grad=True)
    hx = states(start(kind, 2, 2, 3, dtype=torch.float64, requires_grad=True))

    def f(x, *hx_and_weights):  # gradcheck changes the module's own weights in place
        hx = hx_and_weights[: N_STATES[kind]]
        output, last = module(x, hx if kind == "LSTM" else hx[0])
        return output, *states(last)

    assert torch.autograd.gradcheck(f, (x, *hx, *module.parameters()))


@KINDS
@pytest.mark.parametrize("layout", ["batched", "packed"])
def test_second_derivatives_are_right(kind, layout):
    module = getattr(rnncourse.nn, kind)(2, 3, dtype=torch.float64)
    x = torch.randn(3, 2, 2, dtype=torch.float64, requires_grad=True)
    hx = states(start(kind, 1, 2, 3, dtype=torch.float64, requires_grad=True))

    def f(x, *hx):
        given = hx if kind == "LSTM" else hx[0]
        output, last = module(pack_padded_sequence(x, [3, 2]) if layout == "packed" else x, given)
        return data(output), *states(last)

    assert torch.autograd.gradgradcheck(f, (x, *hx))


@KINDS
@pytest.mark.parametrize("which", ["output", "h_n", "c_n"])
def test_gradient_through_one_output_alone(kind, which):
    theirs, ours = pair(3, 4, 2, kind=kind, dtype=torch.float64)
    x, found = torch.randn(5, 2, 3, dtype=torch.float64), []
    for module in (ours, theirs):
        output, last = module(x)
        q = output if which == "output" else states(last)[0 if which == "h_n" else -1]
        found.append(torch.autograd.grad(q.sin().sum(), list(module.parameters())))
    assert_equal(*found)


@KINDS
def test_gradients_of_the_two_biases_are_apart(kind):
    module = getattr(rnncourse.nn, kind)(3, 4)
    loss = module(torch.randn(5, 2, 3))[0].sum()
    db_ih, db_hh = torch.autograd.grad(loss, [module.bias_ih_l0, module.bias_hh_l0])
    db_ih.zero_()
    assert db_hh.abs().sum() > 0


@KINDS
@pytest.mark.parametrize("layout", ["batched", "packed"])
def test_the_graph_holds_what_torch_can_see_and_free(kind, layout):
    module, x = getattr(rnncourse.nn, kind)(3, 4), torch.randn(6, 2, 3)
    kept = []
    with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t.clone()) or len(kept) - 1, kept.__getitem__):
        output, _ = module(pack_padded_sequence(x, [6, 4]) if layout == "packed" else x)
        loss = data(output).sum()
    got = torch.autograd.grad(loss, list(module.parameters()), retain_graph=True)
    again = torch.autograd.grad(loss, list(module.parameters()), retain_graph=True)
    assert all(torch.equal(a, b) for a, b in zip(got, again, strict=True))
    for t in kept:
        t.zero_()
    assert all(bool((g == 0).all()) for g in torch.autograd.grad(loss, list(module.parameters()))[:2])
    assert not any(bool((g == 0).all()) for g in got)


@KINDS
def test_change_in_place_is_refused_or_harmless_never_wrong(kind):
    module, x = getattr(rnncourse.nn, kind)(3, 4), torch.randn(5, 2, 3)
    output, _ = module(x)
    output.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        output.sum().backward()
    output, last = module(x)
    expected = torch.autograd.grad(output.sum(), list(module.parameters()), retain_graph=True)
    for state in states(last):
        state.mul_(2)
    assert_equal(torch.autograd.grad(output.sum(), list(module.parameters())), expected)


@KINDS
@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_without_gradients(kernel_calls, kind, mode):  # noqa: F811
    theirs, ours = pair(3, 4, 2, kind=kind)
    x = torch.randn(5, 2, 3)
    with mode():
        (output, last), (expected, expected_last) = ours(x), theirs(x)
    assert_equal([output, *states(last)], [expected, *states(expected_last)])
    assert kernel_calls
    assert output.grad_fn is None


@pytest.mark.parametrize(
    ("dtype", "T", "B", "threads", "served"),
    [
        (torch.float64, 5, 2, 2, True),
        (torch.float64, 4, 2, 2, False),
        (torch.float64, 16, 2, 2, True),
        (torch.float32, 300, 2, 1, False),
        (torch.float32, 256, 64, 1, True),
        (torch.float32, 255, 64, 1, False),
        (torch.float32, 256, 64, 2, False),
        (torch.float32, 1024, 16, 1, False),
    ],
)
def test_the_lstm_goes_to_torch_where_torch_is_faster(kernel_calls, monkeypatch, dtype, T, B, threads, served):  # noqa: F811
    theirs, ours = pair(1, 64, kind="LSTM", dtype=dtype)
    ours.by_hand = None
    x = torch.randn(T, B, 1, dtype=dtype)
    monkeypatch.setattr(rnncourse.nn.recurrent, "one_thread", lambda: threads == 1)
    got, expected = ours(x), theirs(x)
    assert_equal([got[0], *got[1]], [expected[0], *expected[1]])
    assert bool(kernel_calls) is served
    kernel_calls.clear()
    with torch.no_grad():
        ours(x)
    assert bool(kernel_calls) is (dtype == torch.float64 and T >= 16)
    kernel_calls.clear()
    ours(pack_padded_sequence(x, [T] * B))
    assert bool(kernel_calls) is (T > 4)


@KINDS
def test_nan_goes_through(kind):
    x = torch.randn(5, 2, 3)
    x[2, 0, 0] = torch.nan
    output, _ = getattr(rnncourse.nn, kind)(3, 4)(x)
    assert torch.isnan(output[2:, 0]).all()
    assert not torch.isnan(output[:, 1]).any()


@KINDS
@pytest.mark.parametrize("packed", [False, True])
def test_dropout_draws_as_torch_does(kind, packed):
    theirs, ours = pair(3, 8, 3, kind=kind, dropout=0.4, bidirectional=True)
    x, found = torch.randn(5, 4, 3), []
    make_input = (lambda: pack_padded_sequence(x, [5, 5, 2, 1])) if packed else (lambda: x)
    for module in (ours, theirs):
        torch.manual_seed(7)
        found.append(result(module, make_input, []))
    assert_equal(*found)


@KINDS
def test_what_users_of_torch_rely_on(kind):
    theirs, ours = pair(3, 4, 2, kind=kind, batch_first=True)
    assert repr(ours) == repr(theirs) == f"{kind}(3, 4, num_layers=2, batch_first=True)"
    assert isinstance(ours, getattr(torch.nn, kind))
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), theirs.parameters(), strict=True))
    assert list(ours.state_dict()) == list(theirs.state_dict())
    x = torch.randn(2, 5, 3)
    expected = ours(x)[0]
    buffer = io.BytesIO()
    torch.save(ours, buffer)
    buffer.seek(0)
    for twin in (copy.deepcopy(ours), pickle.loads(pickle.dumps(ours)), torch.load(buffer, weights_only=False)):
        assert type(twin) is type(ours)
        assert_equal([twin(x)[0]], [expected])
    theirs.load_state_dict(getattr(rnncourse.nn, kind)(3, 4, 2).state_dict())


@pytest.mark.filterwarnings("ignore")  # torch's own: deprecations of its compilers
@KINDS
@pytest.mark.parametrize("how", [how for how in SERVED_BY_TORCH if how not in ("func.hessian", "func.jvp")])
def test_torch_serves_what_the_kernel_does_not(kernel_calls, kind, how):  # noqa: F811
    theirs, ours = pair(3, 4, kind=kind)
    x = torch.randn(5, 2, 3)
    got, expected = SERVED_BY_TORCH[how](ours, x), SERVED_BY_TORCH[how](theirs, x)
    assert not kernel_calls
    assert got == expected if how == "meta" else torch.equal(got, expected)


@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning")  # by make_dual itself
@KINDS
def test_what_torch_cannot_do_is_an_error(kind):
    module, x = getattr(rnncourse.nn, kind)(3, 4), torch.randn(5, 2, 3)
    with pytest.raises(NotImplementedError, match="jvp"), torch.autograd.forward_ad.dual_level():
        module(torch.autograd.forward_ad.make_dual(x, x))
    with pytest.raises(RuntimeError, match="Batching rule not implemented"):
        torch.func.vmap(lambda x: module(x)[0])(x[None])


@KINDS
def test_trains_as_torch_does(kind):
    theirs, ours = pair(2, 8, kind=kind, dtype=torch.float64)
    x, target = torch.randn(10, 4, 2, dtype=torch.float64), torch.randn(10, 4, 8, dtype=torch.float64)
    losses = []
    for module in (ours, theirs):
        optimizer = torch.optim.Adam(module.parameters(), lr=1e-2)
        for _ in range(20):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(module(x)[0], target)
            loss.backward()
            optimizer.step()
        losses.append(loss.detach())
    assert_equal(losses[:1], losses[1:])


@pytest.mark.filterwarnings("ignore")  # torch's own, on what its projections are not served by
@pytest.mark.parametrize("with_hx", [False, True])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_projections_go_to_torch(kernel_calls, dtype, packed, bidirectional, with_hx):  # noqa: F811
    theirs, ours = pair(3, 4, 2, kind="LSTM", proj_size=2, bidirectional=bidirectional, dtype=dtype)
    x, rows = torch.randn(5, 2, 3, dtype=dtype, requires_grad=True), 4 if bidirectional else 2
    hx = tuple(torch.randn(rows, 2, width, dtype=dtype, requires_grad=True) for width in (2, 4)) if with_hx else None
    make_input = (lambda: pack_padded_sequence(x, [5, 3])) if packed else (lambda: x)
    got, expected = (result(module, make_input, [x], hx) for module in (ours, theirs))
    assert got[0].shape[-1] == rows
    assert_equal(got, expected)
    assert not kernel_calls


@pytest.mark.filterwarnings("ignore")
@KINDS
def test_torch_jit(kernel_calls, kind):  # noqa: F811
    class Model(torch.nn.Module):
        def __init__(self, layer):
            super().__init__()
            self.layer = layer

        def forward(self, x):
            return self.layer(x)[0]

    x, module = torch.randn(5, 2, 3), getattr(rnncourse.nn, kind)(3, 4)
    expected = module(x)[0]
    traced = torch.jit.trace(Model(module), x)
    kernel_calls.clear()
    torch.testing.assert_close(traced(x), expected)
    torch.testing.assert_close(torch.jit.script(Model(module))(x), expected)
    assert not kernel_calls


x = torch.zeros(5, 2, 3)
CALL_ERRORS = {
    "input size": lambda m, hx: m(torch.randn(5, 2, 4)),
    "dtype": lambda m, hx: m(x.double()),
    "length 0": lambda m, hx: m(x[:0]),
    "hx batch": lambda m, hx: m(x, hx(1, 3, 4)),
    "hx size": lambda m, hx: m(x, hx(1, 2, 5)),
    "hx dimensions": lambda m, hx: m(x, hx(1, 4)),
    "hx dimensions, unbatched": lambda m, hx: m(x[:, 0], hx(1, 1, 4)),
    "hx size, packed": lambda m, hx: m(pack_padded_sequence(x, [5, 3]), hx(1, 3, 4)),
    "NumPy": lambda m, hx: m(x.numpy()),
}


@KINDS
@pytest.mark.parametrize("call", CALL_ERRORS.values(), ids=CALL_ERRORS)
def test_call_errors_are_those_of_torch(kind, call):
    theirs, ours = pair(3, 4, kind=kind)
    hx = lambda *shape: start(kind, *shape)  # noqa: E731
    same_error(lambda: call(theirs, hx), lambda: call(ours, hx))


def test_another_number_of_states_is_an_error_as_in_torch():
    h = torch.zeros(1, 2, 4)
    for kind, hx in (("LSTM", h), ("LSTM", (h,)), ("GRU", (h, h))):
        theirs, ours = pair(3, 4, kind=kind)
        same_error(lambda m=theirs, hx=hx: m(x, hx), lambda m=ours, hx=hx: m(x, hx))
