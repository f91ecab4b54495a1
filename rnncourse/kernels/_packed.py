"""A kernel over a packed batch, whose sequences are of unequal length: a kernel too."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnncourse._arrays import Array
from rnncourse.kernels._layer import Product


class Packed:
    """A kernel whose x and h are rows, (N, ·) instead of (T, B, ·), step after step without filling.

    ``parts`` says for how many steps T the batch has how many examples B, which only fall. Each part is a batch to the
    kernel, and starts where the one before left the examples that go on. ``STATES`` of the kernel says which input is
    followed by which output.
    """

    def __init__(self, kernel: Any, parts: list[tuple[int, int]]) -> None:
        self.kernel, self.parts = kernel, parts
        self.Inputs, self.Outputs, self.DEPENDS = kernel.Inputs, kernel.Outputs, kernel.DEPENDS
        self.Kept = lambda *arrays: arrays  # those of all parts, one part after the other

    def forward_unchecked(self, inputs: Any, product: Product, keep: bool) -> tuple[Any, Any]:
        """As the kernel's, with rows."""
        states = {name: getattr(inputs, name).copy() for name in self.kernel.STATES}
        found, kept, start = [], [], 0
        for T, B in self.parts:
            x = inputs.x[start : start + T * B].reshape(T, B, -1)
            before = {name: state[:B] for name, state in states.items()}
            outputs, of_part = self.kernel.forward_unchecked(inputs._replace(x=x, **before), product, keep)
            for name, last in self.kernel.STATES.items():
                states[name][:B] = getattr(outputs, last)
            found.append(outputs.h.reshape(T * B, -1))
            kept += of_part
            start += T * B
        last = {self.kernel.STATES[name]: state for name, state in states.items()}
        return self.Outputs(h=np.concatenate(found), **last), kept

    def backward_unchecked(self, upstream: Any, inputs: Any, kept: Any, product: Product, wanted: Any) -> Any:
        """As the kernel's, with rows; the gradients of the weights are those of all parts together."""
        arrived = {name: getattr(upstream, last) for name, last in self.kernel.STATES.items()}
        carries = {n: np.zeros_like(getattr(inputs, n)) if d is None else d.copy() for n, d in arrived.items()}
        weights = [name for name in self.Inputs._fields if name != "x" and name not in carries]
        totals: dict[str, Any] = dict.fromkeys(weights)
        of_rows: list[Array] = []
        each, end = len(kept) // len(self.parts), len(inputs.x)
        for k, (T, B) in reversed(list(enumerate(self.parts))):
            rows = slice(end - T * B, end)
            x, dh = (None if q is None else q[rows].reshape(T, B, -1) for q in (inputs.x, upstream.h))
            before = {name: getattr(inputs, name)[:B] for name in carries}
            of_last = {last: carries[name][:B] for name, last in self.kernel.STATES.items()}
            d = self.kernel.backward_unchecked(
                self.Outputs(h=dh, **of_last),
                inputs._replace(x=x, **before),
                self.kernel.Kept(*kept[k * each : (k + 1) * each]),
                product,
                wanted,
            )
            for name, carry in carries.items():
                carry[:B] = getattr(d, name)
            for name in weights:
                part, total = getattr(d, name), totals[name]
                totals[name] = part if total is None or part is None else np.add(total, part, total)
            if d.x is not None:
                of_rows.append(d.x.reshape(T * B, -1))
            end -= T * B
        return self.Inputs(x=np.concatenate(of_rows[::-1]) if of_rows else None, **carries, **totals)
