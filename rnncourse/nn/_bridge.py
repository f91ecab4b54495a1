"""The one bridge between torch's autograd and the kernels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from rnncourse.kernels._layer import Kernel
from rnncourse.nn._torch import array, batched, eager, fastest_product, tensor

Plain = Callable[..., tuple[Tensor | None, ...]]


def run(kernel: Any, plain: Plain, *inputs: Any) -> Any:
    """A kernel's ``Outputs`` from its ``Inputs``, both of tensors, as one operation of torch.

    ``plain`` computes the same from the same arguments in torch's operations. It serves where the backward pass has to
    have derivatives itself (``create_graph=True``) or many gradients come at once (``is_grads_batched``, the
    vectorised Jacobian).
    """
    return kernel.Outputs(*_Operation.apply(kernel, plain, *inputs))  # type: ignore[no-untyped-call]


class _Operation(torch.autograd.Function):
    """What comes out is the caller's own: what the backward pass reads is in no output's memory.

    Inputs that were changed in place since make torch raise when they are unpacked. They are unpacked once a backward
    pass: non-reentrant checkpointing computes the whole operation again where that happens.
    """

    @staticmethod
    def forward(ctx: Any, kernel: Kernel, plain: Plain, *inputs: Any) -> tuple[Tensor | None, ...]:
        with np.errstate(all="ignore"):  # torch goes on through overflow and NaN in silence
            arrays = kernel.Inputs(*(array(q) if isinstance(q, Tensor) else q for q in inputs))
            outputs, kept = kernel.forward_unchecked(arrays, fastest_product(), any(ctx.needs_input_grad))
        ctx.set_materialize_grads(False)
        ctx.kernel, ctx.plain = kernel, plain
        ctx.options = [None if isinstance(q, Tensor) else q for q in inputs]
        if kept is not None:
            tensors = (q if isinstance(q, Tensor) else None for q in inputs)
            ctx.save_for_backward(*tensors, *map(tensor, kept))
        found = kernel.Outputs(*map(tensor, outputs))
        needed = dict(zip(kernel.Inputs._fields, ctx.needs_input_grad[2:], strict=True))
        fixed = [name for name, sources in kernel.DEPENDS.items() if not any(needed[source] for source in sources)]
        ctx.mark_non_differentiable(*(getattr(found, name) for name in fixed))
        return tuple(found)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor | None) -> tuple[Tensor | None, ...]:
        kernel, needed, saved = ctx.kernel, ctx.needs_input_grad[2:], ctx.saved_tensors
        inputs = [q if q is not None else option for q, option in zip(saved, ctx.options, strict=False)]
        if torch.is_grad_enabled() or not eager() or batched(upstream):
            return None, None, *_in_torch(ctx.plain, inputs, upstream, needed)
        with np.errstate(all="ignore"):
            arrays = kernel.Inputs(*(array(q) if isinstance(q, Tensor) else q for q in inputs))
            kept = kernel.Kept(*map(array, saved[len(inputs) :]))
            arrived, wanted = kernel.Outputs(*map(array, upstream)), kernel.Inputs(*needed)
            found = kernel.backward_unchecked(arrived, arrays, kept, fastest_product(), wanted)
        return None, None, *(tensor(d) if need else None for d, need in zip(found, needed, strict=True))


def _in_torch(
    plain: Plain, inputs: Sequence[Any], upstream: Sequence[Tensor | None], needed: Sequence[bool]
) -> list[Tensor | None]:
    """The same gradients from torch's operations; with derivatives themselves where torch asks for a graph."""
    graph = torch.is_grad_enabled()
    with torch.enable_grad():
        # a view of each: one tensor in two places has two gradients
        leaves = [
            q if not need else q.view_as(q) if graph else q.detach().requires_grad_()
            for q, need in zip(inputs, needed, strict=True)
        ]
        outputs = plain(*leaves)
        reached = [
            (q, dq)
            for q, dq in zip(outputs, upstream, strict=True)
            if q is not None and dq is not None and q.requires_grad
        ]
    wanted = [leaf for leaf, need in zip(leaves, needed, strict=True) if need]
    if not reached:
        return [None] * len(inputs)
    ends, arrived = zip(*reached, strict=True)
    found = iter(torch.autograd.grad(ends, wanted, arrived, create_graph=graph, allow_unused=True))
    return [next(found) if need else None for need in needed]
