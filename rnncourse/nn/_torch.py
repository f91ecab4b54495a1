"""Between torch and NumPy: what the modules share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import numpy as np
import torch
from threadpoolctl import ThreadpoolController
from torch import Tensor

from rnncourse._arrays import Array
from rnncourse.kernels._layer import ONE_THREAD, Product


def eager() -> bool:
    """Whether torch computes at once what is written: it does not compile, trace or transform (``torch.func``)."""
    if torch.compiler.is_compiling() or torch._C._get_tracing_state() is not None:
        return False
    return not torch._C._are_functorch_transforms_active()


def batched(tensors: Iterable[Tensor | None]) -> bool:
    """Whether tensors stand for many at once, as in ``vmap`` and ``is_grads_batched``."""
    kinds = torch._C._functorch.is_batchedtensor, torch._C._functorch.is_legacy_batchedtensor
    return any(kind(t) for t in tensors if t is not None for kind in kinds)


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


def expect_tensor(name: str, value: Any, like: Tensor, *shapes: tuple[int | str, ...], or_bool: bool = False) -> None:
    """Check one tensor of a call; every module raises for the same fault what torch.nn raises.

    TypeError for what is no tensor; ValueError for another number of dimensions and for another dtype than the
    parameters' (autocast chooses dtypes itself); RuntimeError for other sizes, none at all and another device. A number
    in a shape stands for itself, a letter for any size.
    """
    if not isinstance(value, Tensor):
        raise TypeError(f"{name}: expected a Tensor, got {described(value)}")
    spelt = " or ".join(f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})" for shape in shapes)
    fitting = [shape for shape in shapes if len(shape) == value.dim()]
    if not fitting:
        raise ValueError(f"{name}: expected shape {spelt}, got {tuple(value.shape)}")
    expect_dtype(name, value, like, or_bool)
    if value.device != like.device:
        raise RuntimeError(f"{name}: expected it on {like.device}, as the parameters, got {value.device}")
    if not any(all(isinstance(n, str) or n == m for n, m in zip(s, value.shape, strict=True)) for s in fitting):
        raise RuntimeError(f"{name}: expected shape {spelt}, got {tuple(value.shape)}")
    if value.numel() == 0:
        raise RuntimeError(f"{name}: expected at least one entry along each axis, got {tuple(value.shape)}")


def expect_dtype(name: str, value: Tensor, like: Tensor, or_bool: bool = False) -> None:
    """Raise ValueError unless a tensor has the dtype of the parameters, or autocast is on."""
    kind = value.device.type
    if value.dtype == like.dtype or (or_bool and value.dtype == torch.bool):
        return
    if torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind):
        return
    what_to_do = f"{name}.to({like.dtype}) converts it"
    if not (or_bool or value.is_floating_point() or value.is_complex() or value.dtype == torch.bool):
        what_to_do += "; numbers of symbols need torch.nn.Embedding or torch.nn.functional.one_hot first"
    raise ValueError(f"{name}: expected {like.dtype}, as the parameters, got {value.dtype}; {what_to_do}")


def described(value: Any) -> str:
    """What came in place of a tensor, and what to do about it."""
    kind = type(value).__name__
    if isinstance(value, np.ndarray):
        return f"{kind}; torch.from_numpy makes one of it"
    if type(value) is tuple and value and isinstance(value[0], Tensor):
        return f"{kind} of {len(value)}; a layer returns (output, state): output, state = layer(input)"
    if isinstance(value, list | tuple) and value and isinstance(value[0], list | tuple | int | float):
        return f"{kind}; torch.tensor makes one of it"
    return kind


def recorder(module: Any) -> Callable[..., None] | None:
    """What takes the state of each step of a call while :func:`rnncourse.nn.flow.record_flow` asks for it."""
    return module._record() if module._record is not None and torch.is_grad_enabled() else None


def array(tensor: Tensor | None) -> Any:
    """A tensor's numbers, in the same memory."""
    return None if tensor is None else tensor.numpy(force=True)


def tensor(array: Array | None) -> Tensor | None:
    """An array's numbers, in the same memory."""
    return None if array is None else torch.from_numpy(array)


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
