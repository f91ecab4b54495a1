"""rnncourse.nn.LSTM, projected too, and GRU against torch's; what does not depend on the cell is in test_rnn.py."""

import copy
import io
import pickle

import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence

import rnncourse.nn
from tests.nn.test_rnn import (
    LAYOUTS,
    SERVED_BY_TORCH,
    SIZES,
    assert_equal,
    by_hand,  # noqa: F401  (a fixture, of every test)
    data,
    kernel_calls,  # noqa: F401  (a fixture)
    result,
    same_error,
    states,
    sweep,
)
from tests.nn.test_rnn import pair as pair_of

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")  # torch's own
N_STATES = {"LSTM": 2, "projected": 2, "GRU": 1}
KINDS = pytest.mark.parametrize("kind", N_STATES)


def pair(*args, kind, **kwargs):
    """Torch's module and ours; a projected LSTM's h is half as wide as its c."""
    projection = {"proj_size": args[1] // 2} if kind == "projected" else {}
    return pair_of(*args, kind="GRU" if kind == "GRU" else "LSTM", **projection, **kwargs)


def start(kind, *shape, **kwargs):
    """hx as the module takes it, c of this shape."""
    *others, H = shape
    widths = (H // 2 if kind == "projected" else H, H)[: N_STATES[kind]]
    given = tuple(torch.randn(*others, width, **kwargs) for width in widths)
    return given[0] if kind == "GRU" else given


@KINDS
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_equals_torch_forward_and_all_gradients(kernel_calls, kind, layout, dtype):  # noqa: F811
    if kind == "projected":
        sweep(kernel_calls, layout, dtype, "LSTM", 2, [(1, 1, 1, 2), SIZES[1]], projected=True)
    else:
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
    _, module = pair(2, 3, kind=kind, seed=3, bidirectional=True, dtype=torch.float64)
    x = torch.randn(3, 2, 2, dtype=torch.float64, requires_grad=True)
    hx = states(start(kind, 2, 2, 3, dtype=torch.float64, requires_grad=True))

    def f(x, *hx_and_weights):  # gradcheck changes the module's own weights in place
        hx = hx_and_weights[: N_STATES[kind]]
        output, last = module(x, hx[0] if kind == "GRU" else hx)
        return output, *states(last)

    assert torch.autograd.gradcheck(f, (x, *hx, *module.parameters()))


@KINDS
@pytest.mark.parametrize("layout", ["batched", "packed"])
def test_second_derivatives_are_right(kind, layout):
    _, module = pair(2, 3, kind=kind, dtype=torch.float64)
    x = torch.randn(3, 2, 2, dtype=torch.float64, requires_grad=True)
    hx = states(start(kind, 1, 2, 3, dtype=torch.float64, requires_grad=True))

    def f(x, *hx):
        given = hx[0] if kind == "GRU" else hx
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
    _, module = pair(3, 4, kind=kind)
    loss = module(torch.randn(5, 2, 3))[0].sum()
    db_ih, db_hh = torch.autograd.grad(loss, [module.bias_ih_l0, module.bias_hh_l0])
    db_ih.zero_()
    assert db_hh.abs().sum() > 0


@KINDS
@pytest.mark.parametrize("layout", ["batched", "packed"])
def test_the_graph_holds_what_torch_can_see_and_free(kind, layout):
    (_, module), x = pair(3, 4, kind=kind), torch.randn(6, 2, 3)
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
    ("kind", "dtype", "T", "B", "threads", "served"),
    [
        ("LSTM", torch.float64, 5, 2, 2, True),
        ("LSTM", torch.float64, 4, 2, 2, False),
        ("LSTM", torch.float64, 16, 2, 2, True),
        ("LSTM", torch.float32, 300, 2, 1, False),
        ("LSTM", torch.float32, 256, 64, 1, True),
        ("LSTM", torch.float32, 255, 64, 1, False),
        ("LSTM", torch.float32, 256, 64, 2, False),
        ("LSTM", torch.float32, 1024, 16, 1, False),
        ("projected", torch.float32, 5, 2, 2, True),
        ("projected", torch.float32, 4, 2, 2, False),
        ("projected", torch.float32, 16, 2, 2, True),
    ],
)
def test_the_lstm_goes_to_torch_where_torch_is_faster(kernel_calls, monkeypatch, kind, dtype, T, B, threads, served):  # noqa: F811
    theirs, ours = pair(1, 64, kind=kind, dtype=dtype)
    ours.by_hand = None
    x = torch.randn(T, B, 1, dtype=dtype)
    monkeypatch.setattr(rnncourse.nn.recurrent, "one_thread", lambda: threads == 1)
    got, expected = ours(x), theirs(x)
    assert_equal([got[0], *got[1]], [expected[0], *expected[1]])
    assert bool(kernel_calls) is served
    kernel_calls.clear()
    with torch.no_grad():
        ours(x)
    assert bool(kernel_calls) is (T >= 16 and (dtype == torch.float64 or kind == "projected"))
    kernel_calls.clear()
    ours(pack_padded_sequence(x, [T] * B))
    assert bool(kernel_calls) is (T > 4)


@KINDS
def test_nan_goes_through(kind):
    x = torch.randn(5, 2, 3)
    x[2, 0, 0] = torch.nan
    output, _ = pair(3, 4, kind=kind)[1](x)
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
    name, projection = ("LSTM", ", proj_size=2") if kind == "projected" else (kind, "")
    assert repr(ours) == repr(theirs) == f"{name}(3, 4{projection}, num_layers=2, batch_first=True)"
    assert isinstance(ours, getattr(torch.nn, name))
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
    theirs.load_state_dict(pair(3, 4, 2, kind=kind)[1].state_dict())
    assert ("weight_hr_l1" in ours.state_dict()) is (kind == "projected")


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
    (_, module), x = pair(3, 4, kind=kind), torch.randn(5, 2, 3)
    with pytest.raises(NotImplementedError, match="jvp"), torch.autograd.forward_ad.dual_level():
        module(torch.autograd.forward_ad.make_dual(x, x))
    with pytest.raises(RuntimeError, match="Batching rule not implemented"):
        torch.func.vmap(lambda x: module(x)[0])(x[None])


@KINDS
def test_trains_as_torch_does(kind):
    theirs, ours = pair(2, 8, kind=kind, dtype=torch.float64)
    x = torch.randn(10, 4, 2, dtype=torch.float64)
    target = torch.randn_like(theirs(x)[0])
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


@pytest.mark.filterwarnings("ignore")
@KINDS
def test_torch_jit(kernel_calls, kind):  # noqa: F811
    class Model(torch.nn.Module):
        def __init__(self, layer):
            super().__init__()
            self.layer = layer

        def forward(self, x):
            return self.layer(x)[0]

    x, (_, module) = torch.randn(5, 2, 3), pair(3, 4, kind=kind)
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
}


@KINDS
@pytest.mark.parametrize("call", CALL_ERRORS.values(), ids=CALL_ERRORS)
def test_call_errors_are_those_of_torch(kind, call):
    theirs, ours = pair(3, 4, kind=kind)
    hx = lambda *shape: start(kind, *shape)  # noqa: E731
    same_error(lambda: call(theirs, hx), lambda: call(ours, hx))
