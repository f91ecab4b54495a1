"""All modules of rnncourse.nn: what lies on another device is refused, and a GPU gives the same numbers."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import torch

import rnncourse.nn
from rnncourse.nn.esn import ESN
from rnncourse.nn.grud import GRUD
from rnncourse.nn.hopfield import Hopfield
from rnncourse.nn.narx import NARX
from rnncourse.nn.ntm import NTM

T, B, F, H = 6, 2, 3, 4
F64: dict[str, Any] = {"dtype": torch.float64}


def call(kind: str) -> tuple[torch.nn.Module, tuple[Any, ...]]:
    """A module, and arguments with a state to start from."""
    torch.manual_seed(0)
    x, h = torch.randn(T, B, F, **F64), torch.randn(1, B, H, **F64)
    if kind in ("RNN", "LSTM", "GRU"):
        return getattr(rnncourse.nn, kind)(F, H, **F64), (x, (h, h.tanh()) if kind == "LSTM" else h)
    if kind == "GRUD":
        return GRUD(F, H, **F64), (x, (x > 0).double(), x.abs(), (h, torch.randn(1, B, F, **F64)))
    if kind.startswith("NTM"):
        machine = NTM(F, 2, H, 6, 5, controller=kind[4:], **F64)
        return machine, (x, tuple(machine.initial_state(B)))
    if kind == "ESN":
        return ESN(F, H, **F64), (x, h)
    if kind == "NARX":
        return NARX(F, 2, H, 2, 1, **F64), (x, torch.randn(T, B, 2, **F64), torch.rand(T - 2, B) < 0.5)
    patterns = torch.randn(2, 40, **F64).sign()
    return Hopfield(40, **F64).store(patterns), (torch.randn(B, 40, **F64).sign(),)


KINDS = ["RNN", "LSTM", "GRU", "GRUD", "NTM lstm", "NTM feedforward", "ESN", "NARX", "Hopfield"]


def to(device: str, given: Any) -> Any:
    return (
        tuple(to(device, q) for q in given) if isinstance(given, tuple) else None if given is None else given.to(device)
    )


def moved_one_by_one(arguments: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The arguments with one tensor among them on device meta."""
    for i, argument in enumerate(arguments):
        if isinstance(argument, tuple):
            others: Any = moved_one_by_one(argument)
        else:
            others = [] if argument is None else [argument.to("meta")]
        for other in others:
            yield (*arguments[:i], other, *arguments[i + 1 :])


@pytest.mark.parametrize("kind", KINDS)
def test_what_lies_on_another_device_is_refused(kind: str) -> None:
    module, arguments = call(kind)
    wrong = "not at the same device|expected .* on (cpu|meta)"
    with pytest.raises((RuntimeError, ValueError), match=wrong):
        copy.deepcopy(module).to("meta")(*arguments)
    for others in moved_one_by_one(arguments):
        with pytest.raises((RuntimeError, ValueError), match=wrong):
            module(*others)


def numbers(module: torch.nn.Module, arguments: tuple[Any, ...]) -> list[torch.Tensor]:
    """Everything that comes out, and the gradients of its sum of sines with respect to the parameters."""
    flat, waiting = [], [module(*arguments)]
    while waiting:
        q = waiting.pop()
        if isinstance(q, torch.Tensor):
            flat.append(q)
        elif q is not None:
            waiting += q
    parameters = list(module.parameters())
    if not parameters:
        return flat
    return [*flat, *torch.autograd.grad(sum(q.sin().sum() for q in flat), parameters, allow_unused=True)]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("kind", KINDS)
def test_on_a_gpu_the_numbers_are_the_same(kind: str) -> None:
    module, arguments = call(kind)
    found = numbers(copy.deepcopy(module).cuda(), to("cuda", arguments))
    for on_gpu, on_cpu in zip(found, numbers(module, arguments), strict=True):
        if on_cpu is None:  # the NTM's first reads, where a state is given
            assert on_gpu is None
        else:
            assert on_gpu.is_cuda
            torch.testing.assert_close(on_gpu.cpu(), on_cpu, rtol=1e-9, atol=1e-9)
