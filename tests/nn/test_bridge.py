"""What every module over a kernel owes its users, whichever the kernel: torch's own ways of asking for gradients.

Right is what torch's operations give: the same module with the kernels switched off.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from closeness import assert_close_at_scale
from torch import Tensor
from torch.nn.utils.rnn import pack_padded_sequence

import rnncourse.kernels
import rnncourse.nn
from rnncourse.nn import recurrent

# All kernels but rtrl, which goes forward alone.
FOUND = [name for _, name, _ in pkgutil.iter_modules(rnncourse.kernels.__path__) if not name.startswith("_")]
KERNELS = {name: importlib.import_module(f"rnncourse.kernels.{name}") for name in FOUND if name != "rtrl"}
MODULES: dict[str, Callable[[], torch.nn.Module]] = {
    "RNN": lambda: rnncourse.nn.RNN(2, 4),
    "RNN relu": lambda: rnncourse.nn.RNN(2, 4, nonlinearity="relu"),
    "RNN stacked": lambda: rnncourse.nn.RNN(2, 4, 2, bidirectional=True, batch_first=True),
    "GRU": lambda: rnncourse.nn.GRU(2, 4),
    "LSTM": lambda: rnncourse.nn.LSTM(2, 4),
    "LSTM projected": lambda: rnncourse.nn.LSTM(2, 4, proj_size=3),
    "GRU packed": lambda: rnncourse.nn.GRU(2, 4, bidirectional=True),
    "MinGRU": lambda: rnncourse.nn.MinGRU(2, 4),
    "GRUD": lambda: rnncourse.nn.GRUD(2, 4),
    "NTM": lambda: rnncourse.nn.NTM(2, 3, 4, 5, 4),
    "NTM feedforward": lambda: rnncourse.nn.NTM(2, 3, 4, 5, 4, controller="feedforward"),
    "ESN": lambda: rnncourse.nn.ESN(2, 6),
    "ESN leaky": lambda: rnncourse.nn.ESN(2, 6, leak=0.5),
    "NARX": lambda: rnncourse.nn.NARX(2, 2, 3, output_order=1, input_order=1),
}
MODULE = pytest.mark.parametrize("name", MODULES)


def flat(found: Any) -> list[Any]:
    """The tensors in nested tuples."""
    if isinstance(found, Tensor):
        return [found]
    if isinstance(found, torch.nn.utils.rnn.PackedSequence):
        return [found.data]
    return [] if found is None else [q for part in found for q in flat(part)]


class Case:
    """A module, its inputs and a function of the inputs that gives all that it returns; ``T`` decides who serves."""

    def __init__(self, name: str, T: int = 6) -> None:
        torch.manual_seed(0)
        self.name, self.module = name, MODULES[name]().double()
        self.B = 1 if name == "GRU packed" and T == 1 else 2
        shape = (self.B, T, 2) if getattr(self.module, "batch_first", False) else (T, self.B, 2)
        self.x = torch.randn(shape, dtype=torch.float64, requires_grad=True)
        self.mask, self.delta = (torch.rand(shape) < 0.6).double(), torch.rand(shape, dtype=torch.float64)
        self.weights = [p for p in self.module.parameters() if p.requires_grad]

    def outputs(self, x: Tensor | None = None) -> list[Tensor]:
        x = self.x if x is None else x
        if self.name == "GRUD":
            return flat(self.module(x, self.mask, self.delta))
        if self.name == "NTM":
            return flat(self.module(x, None, True))
        if self.name == "GRU packed":
            return flat(self.module(pack_padded_sequence(x, [len(x), max(1, len(x) - 2)][: self.B])))
        if self.name.startswith("ESN"):
            return [*flat(self.module(x)), self.module.states(x)]  # type: ignore[operator]
        if self.name == "NARX":
            return [self.module.simulate(x, x[:1])]  # type: ignore[operator]
        return flat(self.module(x))

    def leaves(self) -> list[Tensor]:
        return [self.x, *self.weights]


@pytest.fixture
def in_torch(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], Any]:
    """A function that runs another one without the kernels."""

    def run(f: Callable[[], Any]) -> Any:
        with monkeypatch.context() as patched:
            for module in (each for each in vars(rnncourse.nn).values() if hasattr(each, "numpy_serves")):
                patched.setattr(module, "numpy_serves", lambda tensors: False)
            return f()

    return run


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurrent._Recurrent, "by_hand", True)


def gradients(outputs: list[Tensor], leaves: list[Tensor], **options: Any) -> list[Tensor]:
    loss = sum((q * torch.linspace(-1, 1, q.numel(), dtype=q.dtype).view_as(q)).sum() for q in outputs)
    return list(torch.autograd.grad(loss, leaves, allow_unused=True, materialize_grads=True, **options))


def test_every_module_over_a_kernel_is_tried() -> None:
    others = {"RNNCell", "LSTMCell", "GRUCell", "Hopfield"}  # torch's own, and torch's operations
    assert {name.partition(" ")[0] for name in MODULES} == set(rnncourse.nn.__all__) - others


@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_declares_what_goes_in_and_out_by_name(name: str) -> None:
    kernel = KERNELS[name]
    for part in ("Inputs", "Outputs", "Kept"):
        assert getattr(kernel, part)._fields
    assert set(kernel.DEPENDS) <= set(kernel.Outputs._fields)
    assert {source for sources in kernel.DEPENDS.values() for source in sources} <= set(kernel.Inputs._fields)
    for function, arguments in (
        ("forward_unchecked", ["inputs", "product", "keep"]),
        ("backward_unchecked", ["upstream", "inputs", "kept", "product", "wanted"]),
    ):
        assert list(inspect.signature(getattr(kernel, function)).parameters) == arguments


@MODULE
@pytest.mark.parametrize("T", [1, 4, 5, 6])
def test_the_kernels_answers_are_torchs(name: str, T: int, in_torch: Any) -> None:
    T = max(T, 2) if name == "NARX" else T
    case, found = Case(name, T), []
    for how in (lambda f: f(), in_torch):
        outputs = how(case.outputs)
        found.append(
            [*(q.detach() for q in outputs), *gradients([q for q in outputs if q.requires_grad], case.leaves())]
        )
    assert_close_at_scale(*found, 1e-11)


CHANGES: dict[str, Callable[[Tensor], Any]] = {
    "in torch": lambda q: q.mul_(3),
    "a part": lambda q: q[:1].fill_(2.0),
    "ReLU": lambda q: torch.nn.functional.relu(q, inplace=True),
    "dropout": lambda q: torch.nn.functional.dropout(q, 0.5, True, inplace=True),
    "a mask": lambda q: q.masked_fill_(q > 0, 0.0),
}


@MODULE
@pytest.mark.parametrize("T", [4, 6])
@pytest.mark.parametrize("change", CHANGES)
def test_outputs_may_be_changed_in_place_as_torchs(name: str, change: str, T: int) -> None:
    """Each output and each state; the gradient is that of the changed values, written without any change in place."""
    case = Case(name, T)
    for k, output in enumerate(case.outputs()):
        if not output.requires_grad:
            continue
        found = []
        for copy in (False, True):
            outputs = case.outputs()
            q = outputs[k].clone() if copy else outputs[k]
            torch.manual_seed(1)
            CHANGES[change](q)
            others = [other for j, other in enumerate(outputs) if j != k and other.requires_grad]
            found.append(gradients([q, *others], case.leaves()))
        assert_close_at_scale(*found, 1e-12)


@MODULE
def test_numpy_may_write_into_outputs(name: str) -> None:
    """No version counter sees this, so nothing that the backward pass reads may lie there."""
    case = Case(name)
    expected = gradients([q for q in case.outputs() if q.requires_grad], case.leaves())
    outputs = case.outputs()
    for q in outputs:
        q.detach().numpy()[...] = 7.78
    assert_close_at_scale(gradients([q for q in outputs if q.requires_grad], case.leaves()), expected, 1e-12)


@MODULE
def test_one_output_is_not_in_another_ones_memory(name: str) -> None:
    outputs = Case(name).outputs()[: 2 if name.startswith("ESN") else None]  # the states come of another call
    before = [q.detach().clone() for q in outputs]
    for k, q in enumerate(outputs):
        q.detach().numpy()[...] = 9.0
        for other, was in zip(outputs[k + 1 :], before[k + 1 :], strict=True):
            assert torch.equal(other.detach(), was)


@MODULE
def test_inputs_changed_after_the_call_are_refused_or_harmless(name: str) -> None:
    """Each input and each parameter in turn: torch says so, or the gradient is the one that it was."""
    expected = (lambda case: gradients([q for q in case.outputs() if q.requires_grad], [case.x]))(Case(name))
    refused = []
    for k in range(len(Case(name).leaves())):
        case = Case(name)
        outputs = [q for q in case.outputs() if q.requires_grad]
        with torch.no_grad():
            case.leaves()[k].mul_(2)
        try:
            assert_close_at_scale(gradients(outputs, [case.x]), expected, 1e-12)
        except RuntimeError as error:
            assert "modified by an inplace operation" in str(error)  # noqa: PT017
            refused.append(k)
    assert refused


@MODULE
def test_the_vectorised_jacobian_is_the_loops(name: str) -> None:
    case = Case(name)

    def f(x: Tensor) -> Tensor:
        return case.outputs(x)[0].flatten()[-5:]

    loop, vectorised = (torch.autograd.functional.jacobian(f, case.x, vectorize=v) for v in (False, True))
    assert_close_at_scale([vectorised], [loop], 1e-11)


@MODULE
@pytest.mark.parametrize("create_graph", [False, True])
def test_many_gradients_at_once(name: str, create_graph: bool) -> None:
    case = Case(name)
    q = case.outputs()[0]
    upstream = torch.randn(3, *q.shape, dtype=q.dtype)
    options: Any = {"retain_graph": True, "allow_unused": True, "materialize_grads": True}
    together = torch.autograd.grad(
        q, case.leaves(), upstream, is_grads_batched=True, create_graph=create_graph, **options
    )
    apart = [torch.autograd.grad(q, case.leaves(), d, **options) for d in upstream]
    assert_close_at_scale([d.detach() for d in together], [torch.stack(d) for d in zip(*apart, strict=True)], 1e-11)


@MODULE
@pytest.mark.parametrize("use_reentrant", [False, True])
def test_checkpointing(name: str, use_reentrant: bool) -> None:
    case = Case(name)
    expected = gradients([q for q in case.outputs() if q.requires_grad], case.leaves())
    outputs = torch.utils.checkpoint.checkpoint(lambda x: tuple(case.outputs(x)), case.x, use_reentrant=use_reentrant)
    loss = sum(
        (q * torch.linspace(-1, 1, q.numel(), dtype=q.dtype).view_as(q)).sum() for q in outputs if q.requires_grad
    )
    loss.backward()
    got = [torch.zeros_like(p) if p.grad is None else p.grad for p in case.leaves()]
    assert_close_at_scale(got, expected, 1e-12)


@MODULE
def test_second_derivatives(name: str, in_torch: Any) -> None:
    case, found = Case(name), []
    for how in (lambda f: f(), in_torch):
        first = how(lambda: gradients(case.outputs()[:1], [case.x], create_graph=True))
        found.append(gradients(first, case.leaves()))
    assert_close_at_scale(*found, 1e-9)


@pytest.mark.parametrize("create_graph", [False, True])
def test_one_tensor_in_two_places_has_the_sum_of_both_gradients(create_graph: bool, in_torch: Any) -> None:
    torch.manual_seed(0)
    module, x = rnncourse.nn.LSTM(2, 4).double(), torch.randn(6, 3, 2, dtype=torch.float64)
    h = torch.randn(1, 3, 4, dtype=torch.float64, requires_grad=True)
    found = [
        how(lambda: gradients(flat(module(x, (h, h))), [h], create_graph=create_graph))
        for how in (lambda f: f(), in_torch)
    ]
    assert_close_at_scale([q.detach() for q in found[0]], [q.detach() for q in found[1]], 1e-11)


def test_numpys_complaints_stay_as_they_are_in_every_thread() -> None:
    """An errstate that decorates a function is one for all threads in NumPy 1: it leaks where two are in it at once."""
    case, before, seen = Case("NTM", 40), np.geterr(), []
    package = Path(rnncourse.nn.__file__).parents[1]
    assert not [path for path in package.rglob("*.py") if "@np.errstate" in path.read_text(encoding="utf-8")]

    def work() -> None:
        for _ in range(5):
            gradients(case.outputs()[:1], case.leaves())
        seen.append(np.geterr())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [before] * 4
    assert np.geterr() == before


def test_memory_of_a_thread_can_be_given_back() -> None:
    from rnncourse import kernels
    from rnncourse.kernels import _layer

    case = rnncourse.nn.GRU(8, 64)
    case(torch.randn(50, 16, 8))[0].sum().backward()
    assert _layer._memory.shelves
    kernels.free_memory()
    assert not _layer._memory.shelves
    assert _layer._memory.bytes == 0
