"""Sequences of unequal length, without the axis of the batch, batch first: each example as if it were alone."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from closeness import assert_close_at_scale
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence, pack_sequence, pad_packed_sequence

from rnncourse.nn import ESN, GRUD, NARX, NTM

LENGTHS = [3, 6, 1, 6]
MODULES: dict[str, Any] = {
    "GRUD": lambda **options: GRUD(2, 4, dtype=torch.float64, **options),
    "NTM": lambda **options: NTM(2, 3, 4, 5, 4, dtype=torch.float64, **options),
    "NTM feedforward": lambda **options: NTM(2, 3, 4, 5, 4, controller="feedforward", dtype=torch.float64, **options),
    "ESN": lambda **options: ESN(2, 6, leak=0.6, dtype=torch.float64, **options),
}
MODULE = pytest.mark.parametrize("name", MODULES)


def module(name: str, **options: Any) -> Any:
    torch.manual_seed(0)
    return MODULES[name](**options)


def tensors(state: Any) -> list[Tensor]:
    return [state] if isinstance(state, Tensor) else [q for q in state if q is not None]


def inputs(name: str) -> list[list[Tensor]]:
    """For each argument a sequence of each length."""
    torch.manual_seed(1)
    x = [torch.randn(T, 2, dtype=torch.float64, requires_grad=True) for T in LENGTHS]
    if name != "GRUD":
        return [x]
    return [x, [(torch.rand(T, 2) < 0.5).double() for T in LENGTHS], [torch.rand(T, 2).double() for T in LENGTHS]]


def start(name: str, m: Any) -> Any:
    """A state of four examples."""
    torch.manual_seed(2)
    if name == "GRUD":
        return torch.randn(1, 4, 4, dtype=torch.float64), torch.randn(1, 4, 2, dtype=torch.float64)
    if name == "ESN":
        return torch.randn(1, 4, 6, dtype=torch.float64)
    state = m.initial_state(4)
    return state._replace(M=torch.randn(4, 5, 4, dtype=torch.float64))


def one(name: str, state: Any, k: int) -> Any:
    """The state of an example, without the axis of the batch."""
    if name == "ESN":
        return state[:, k]
    if name == "GRUD":
        return tuple(q[:, k] for q in state)
    return type(state)(*(None if q is None else q[k] for q in state))


@MODULE
@pytest.mark.parametrize("with_state", [False, True])
@pytest.mark.parametrize("enforce_sorted", [False, True])
def test_a_packed_batch_is_its_examples_one_by_one(name: str, with_state: bool, enforce_sorted: bool) -> None:
    m, arguments = module(name), inputs(name)
    if enforce_sorted:
        arguments = [sorted(q, key=len, reverse=True) for q in arguments]
    state = start(name, m) if with_state else None
    output, last = m(
        *(pack_sequence(q, enforce_sorted=enforce_sorted) for q in arguments), *([state] if with_state else [])
    )
    assert isinstance(output, PackedSequence)
    filled, lengths = pad_packed_sequence(output)
    leaves = [*arguments[0], *(p for p in m.parameters() if p.requires_grad)]
    got, expected, losses = [], [], [torch.zeros((), dtype=torch.float64)] * 2
    for k, T in enumerate(lengths.tolist()):
        alone, end = m(*(q[k] for q in arguments), *([one(name, state, k)] if with_state else []))
        assert alone.shape == (T, filled.size(2))
        pair = [filled[:T, k], *tensors(one(name, last, k))], [alone, *tensors(end)]
        got += pair[0]
        expected += pair[1]
    for side, found in enumerate((got, expected)):
        losses[side] = sum(  # type: ignore[call-overload]
            (q * torch.linspace(-1, 1, q.numel(), dtype=q.dtype).view_as(q)).sum() for q in found if q.requires_grad
        )
    assert_close_at_scale([q.detach() for q in got], [q.detach() for q in expected], 1e-12)
    gradients = [torch.autograd.grad(loss, leaves, materialize_grads=True, allow_unused=True) for loss in losses]
    assert_close_at_scale(*gradients, 1e-11)


@MODULE
def test_batch_first_is_a_layout_and_nothing_else(name: str) -> None:
    torch.manual_seed(1)
    series = [torch.randn(6, 3, 2).double(), (torch.rand(6, 3, 2) < 0.5).double(), torch.rand(6, 3, 2).double()]
    series = series if name == "GRUD" else series[:1]
    output, last = module(name)(*series)
    first, end = module(name, batch_first=True)(*(q.transpose(0, 1) for q in series))
    assert_close_at_scale([first.transpose(0, 1).detach()], [output.detach()], 1e-12)
    assert_close_at_scale([q.detach() for q in tensors(end)], [q.detach() for q in tensors(last)], 1e-12)


def test_an_echo_state_network_that_reads_batches_first_is_fitted_and_goes_on_alike() -> None:
    torch.manual_seed(1)
    x, y = torch.randn(2, 50, 3, 2, dtype=torch.float64)
    a, b = module("ESN"), module("ESN", batch_first=True)
    a.fit(x, y, washout=5, penalty=1e-3)
    b.fit(x.transpose(0, 1), y.transpose(0, 1), washout=5, penalty=1e-3)
    assert_close_at_scale([b.readout.weight.detach()], [a.readout.weight.detach()], 1e-10)
    b.load_state_dict(a.state_dict())
    (o, h), (first, h_first) = a.generate(x, 4), b.generate(x.transpose(0, 1), 4)
    assert first.shape == (3, 4, 2)
    assert_close_at_scale([first.transpose(0, 1).detach(), h_first.detach()], [o.detach(), h.detach()], 1e-12)
    assert "batch_first=True" in repr(b)


def test_the_heads_places_are_packed_too() -> None:
    m = module("NTM")
    (x,) = inputs("NTM")
    _, _, places = m(pack_sequence(x, enforce_sorted=False), None, True)
    _, _, alone = m(x[0], None, True)
    assert_close_at_scale([pad_packed_sequence(places)[0][: LENGTHS[0], 0]], [alone], 1e-12)


def test_mask_and_intervals_have_to_be_packed_as_the_inputs() -> None:
    m, (x, mask, delta) = module("GRUD"), inputs("GRUD")
    packed = [pack_sequence(q, enforce_sorted=False) for q in (x, mask, delta)]
    with pytest.raises(TypeError, match="mask: expected a PackedSequence, as x is, got Tensor"):
        m(packed[0], torch.ones(6, 4, 2), packed[2])
    with pytest.raises(RuntimeError, match="delta: expected sequences of the lengths of x"):
        m(*packed[:2], pack_sequence(delta[::-1], enforce_sorted=False))
    with pytest.raises(RuntimeError, match=r"h_0: expected shape \(1, 4, 4\), got \(1, 3, 4\)"):
        m(*packed, (torch.zeros(1, 3, 4).double(), torch.zeros(1, 4, 2).double()))


def test_filling_at_the_end_changes_no_prediction_of_narx() -> None:
    torch.manual_seed(0)
    model = NARX(2, 1, 4, output_order=2, input_order=1, dtype=torch.float64)
    u, y = torch.randn(9, 2, 2, dtype=torch.float64), torch.randn(9, 2, 1, dtype=torch.float64)
    forced = torch.rand(7, 2) < 0.5
    for measured in (None, forced):
        whole = model(u, y, measured)
        alone = model(u[:6, 1], y[:6, 1], None if measured is None else measured[:4, 1])
        assert_close_at_scale([whole[:4, 1].detach()], [alone.detach()], 1e-13)
    assert_close_at_scale([model.simulate(u, y[:2])[:4].detach()], [model.simulate(u[:6], y[:2]).detach()], 1e-13)


def test_what_takes_no_packed_batch_says_so() -> None:
    esn, packed = module("ESN"), pack_sequence(inputs("ESN")[0], enforce_sorted=False)
    for call in (lambda: esn.fit(packed, packed), lambda: esn.generate(packed, 3)):
        with pytest.raises(TypeError, match="input: expected a Tensor, got PackedSequence"):
            call()
