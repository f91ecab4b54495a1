"""Between torch and NumPy: what the modules share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
from threadpoolctl import ThreadpoolController
from torch import Tensor

from rnncourse._arrays import Array
from rnncourse.kernels._layer import Product

ONE_THREAD = 2**18  # multiplications up to which OpenBLAS keeps to one thread


def eager() -> bool:
    """Whether torch computes at once what is written: it does not compile, trace or transform (``torch.func``)."""
    if torch.compiler.is_compiling() or torch._C._get_tracing_state() is not None:
        return False
    return not torch._C._are_functorch_transforms_active()


def readable(tensors: Iterable[Tensor]) -> bool:
    """Whether there are numbers to look at: torch is :func:`eager`, the tensors are plain and not on device meta."""
    return eager() and all(type(t) in (Tensor, torch.nn.Parameter) and t.device.type != "meta" for t in tensors)


def numpy_serves(tensors: Iterable[Tensor | None]) -> bool:
    """Whether NumPy can compute with these tensors as torch would.

    They are :func:`readable`, of one floating-point dtype on the CPU, bool besides, and torch does not cast them.
    """
    given = [t for t in tensors if t is not None]
    if torch.is_autocast_enabled("cpu") or not readable(given) or any(t.device.type != "cpu" for t in given):
        return False
    return {t.dtype for t in given} - {torch.bool} in ({torch.float32}, {torch.float64})


def expect_sizes(**sizes: Any) -> None:
    """Raise TypeError or ValueError unless all are integers of at least 1."""
    for name, size in sizes.items():
        if not isinstance(size, int) or isinstance(size, bool):
            raise TypeError(f"{name} should be of type int, got: {type(size).__name__}")
        if size < 1:
            raise ValueError(f"{name} must be greater than zero, got {size}")


def expect_like(weight: Tensor, **tensors: Any) -> None:
    """Raise TypeError, RuntimeError or ValueError unless all are tensors on the weight's device, in its dtype.

    Autocast chooses dtypes itself.
    """
    for name, t in tensors.items():
        if not isinstance(t, Tensor):
            raise TypeError(f"expected {name} to be a Tensor, got {type(t).__name__}")
        if t.device != weight.device:
            raise RuntimeError(f"expected {name} on {weight.device}, as the parameters, got {t.device}")
        kind = t.device.type
        if t.dtype != weight.dtype and not (torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind)):
            raise RuntimeError(f"expected {name} of dtype {weight.dtype}, as the parameters, got {t.dtype}")


def recorder(module: Any) -> Callable[..., None] | None:
    """What takes the state of each step of a call while :func:`rnncourse.nn.flow.record_flow` asks for it."""
    return module._record() if module._record is not None and torch.is_grad_enabled() else None


def array(tensor: Tensor | None) -> Any:
    """A tensor's numbers, in the same memory."""
    return None if tensor is None else tensor.numpy(force=True)


def tensor(array: Array | None) -> Tensor | None:
    """An array's numbers, in the same memory."""
    return None if array is None else torch.from_numpy(array)


def gradients(
    outputs: Iterable[Tensor], upstream: Iterable[Tensor | None], inputs: Sequence[Any], needed: Iterable[bool]
) -> list[Tensor | None]:
    """Gradients that have derivatives themselves (``create_graph=True``), of the inputs that need them."""
    reached = [(q, dq) for q, dq in zip(outputs, upstream, strict=True) if dq is not None]
    ends, arrived = zip(*reached, strict=True)
    wanted = [i for i, need in enumerate(needed) if need]
    found = torch.autograd.grad(ends, [inputs[i] for i in wanted], arrived, create_graph=True, allow_unused=True)
    return [dict(zip(wanted, found, strict=True)).get(i) for i in range(len(inputs))]


def fastest_product() -> Product:
    """NumPy's where no two pools of threads meet, else :func:`shared_product`."""
    return np.dot if one_thread() else shared_product


def shared_product(a: Array, b: Array, out: Array) -> None:
    """NumPy's product where its threads cannot fight torch's for the same cores, else torch's."""
    if a.shape[0] * a.shape[1] * b.shape[1] <= ONE_THREAD:
        np.dot(a, b, out)
    else:
        torch.mm(torch.from_numpy(a), torch.from_numpy(b), out=torch.from_numpy(out))


@cache
def _numpy_libraries() -> list[Any]:
    return [library for library in ThreadpoolController().lib_controllers if library.user_api == "blas"]


def one_thread() -> bool:
    """Whether torch and NumPy have been told to compute in one thread each."""
    return torch.get_num_threads() == 1 and all(library.num_threads == 1 for library in _numpy_libraries())
