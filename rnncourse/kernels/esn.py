r"""The echo state network's reservoir made fast: the mathematics of :mod:`rnncourse.reservoir`, and its backward pass.

What buys the time, most first:

- A row of :math:`W_{hh}` has K entries, so a step gathers, multiplies and adds KN numbers, in memory already there.
- What the reservoir sees of the inputs is one product over all steps, and so is the gradient of the inputs.
- The slopes :math:`1 - \tanh^2` of all steps are computed before the first step back.

Going back needs the transpose of the sparse matrix, whose rows have unequal numbers of entries: the shorter are filled
with zeros. The reservoir is not trained, so it has no gradients.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array, expect, expect_ids
from rnncourse.kernels._layer import Product, Tape, empty, everything_but, expect_upstream, ordered


class Inputs(NamedTuple):
    """As in :func:`forward`; also their gradients, which x and h0 alone have."""

    x: Array
    h0: Array
    W_ih: Array
    column: Any
    weight: Array
    b: Array
    a: float


class Outputs(NamedTuple):
    """All states (T, B, N); also what reaches them, None for zeros."""

    h: Any


class Kept(NamedTuple):
    """What the backward pass reads."""

    f: Array  # (T, B, N): the tanh of each step


class Gradients(NamedTuple):
    """Gradients of the loss; dx is None where it was not asked for."""

    dx: Any
    dh0: Any


DEPENDS: dict[str, tuple[str, ...]] = {}


def forward(
    x: Array,
    h0: Array,
    W_ih: Array,
    column: Any,
    weight: Array,
    b: Array,
    a: float = 1.0,
    product: Product = np.dot,
) -> tuple[Array, Tape]:
    r"""The states along a sequence.

    .. math:: h_t = (1 - a)\, h_{t-1} + a \tanh(W_{ih} x_t + W_{hh} h_{t-1} + b)

    Equation ``eq-reservoir-cell``. Source: Jaeger (2001), leaky units.

    Shapes: x (T, B, F), h0 (B, N), W_ih (N, F), b (N,); :math:`W_{hh}` as K entries a row, ``weight`` (K, N) in the
    columns ``column`` (K, N). Returns h (T, B, N) and the tape. ``product(a, b, out)`` multiplies two matrices into a
    C-contiguous third. Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says, ValueError unless
    0 < a ≤ 1.
    """
    N = expect(x=(x, "T B F"), h0=(h0, "B N"), W_ih=(W_ih, "N F"), weight=(weight, "K N"), b=(b, "N"))["N"]
    expect_ids("column", column, weight.shape, below=N)
    if not 0 < a <= 1:
        raise ValueError(f"a: expected a number above 0 and up to 1, got {a}")
    inputs = Inputs(x, h0, W_ih, column, weight, b, a)
    outputs, kept = forward_unchecked(inputs, product)
    return outputs.h, Tape(inputs, kept, product)


def forward_unchecked(inputs: Inputs, product: Product, keep: bool = True) -> tuple[Outputs, Kept]:
    """:func:`forward` without a look at its arguments; NaN goes through, as in torch."""
    x, h0, W_ih, column, weight, b, a = inputs
    (T, B, F), N = x.shape, len(b)
    f = empty((T, B, N), x.dtype)  # what drives the units first, then their tanh
    product(x.reshape(T * B, F), W_ih.T, f.reshape(T * B, N))
    f += b
    h = f if a == 1 else empty(f.shape, f.dtype)
    h_prev, recurrent = h0, _Sparse(column, weight, B)
    for f_t, h_t in zip(f, h, strict=True):
        f_t += recurrent(h_prev)
        np.tanh(f_t, out=f_t)
        if a < 1:
            np.multiply(f_t, a, out=h_t)
            h_t += (1 - a) * h_prev
        h_prev = h_t
    return Outputs(ordered(f) if h is f and keep else h), Kept(f)


def backward(dh_out: Array | None, tape: Tape, input_gradient: bool = True) -> Gradients:
    r"""Back-propagation through the states.

    .. math::
       dz_t = a\, (1 - f_t^2) \odot dh_t, \qquad
       dh_{t-1} = dh_{t-1}^{\text{out}} + (1 - a)\, dh_t + W_{hh}^\top dz_t, \qquad dx_t = W_{ih}^\top dz_t

    Here f is the tanh. Source: chain rule on ``eq-reservoir-cell``.

    Shape: dh_out (T, B, N), what reaches every state from outside. Returns :class:`Gradients`, without dx if
    ``input_gradient`` is false. Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    inputs, kept, product = tape
    expect_upstream(len(inputs.x), inputs.h0, dh_out)
    wanted = everything_but(Inputs) if input_gradient else everything_but(Inputs, "x")
    d = backward_unchecked(Outputs(dh_out), inputs, kept, product, wanted)
    return Gradients(d.x, d.h0)


def backward_unchecked(upstream: Any, inputs: Inputs, kept: Kept, product: Product, wanted: Any) -> Inputs:
    """:func:`backward` without a look at its arguments."""
    (x, h0, W_ih, column, weight, _, a), f = inputs, kept.f
    (T, B, F), N = x.shape, f.shape[2]
    dh_out = np.broadcast_to(f.dtype.type(0), f.shape) if upstream.h is None else upstream.h
    dh = np.zeros(h0.shape, f.dtype)
    dz = np.multiply(f, f, empty(f.shape, f.dtype))
    np.subtract(1, dz, out=dz)
    back = _Sparse(*_transpose(column, weight), B)
    for dz_t, dh_out_t in zip(dz[::-1], dh_out[::-1], strict=True):
        dh += dh_out_t
        dz_t *= dh
        if a < 1:
            dz_t *= a
        dh *= 1 - a
        dh += back(dz_t)
    dx = None
    if wanted.x:
        dx = empty(x.shape, x.dtype)
        product(dz.reshape(T * B, N), W_ih, dx.reshape(T * B, F))
    return Inputs(dx, dh, None, None, None, None, None)  # type: ignore[arg-type]


class _Sparse:
    """Rows times the transpose of a sparse matrix with K entries in each of N rows: KN multiplications each."""

    def __init__(self, column: Any, weight: Any, B: int) -> None:
        self.column, self.weight = column, weight
        K, N = column.shape
        self.terms, self.sum = np.empty((B, K, N), weight.dtype), np.empty((B, N), weight.dtype)

    def __call__(self, h: Array) -> Array:
        np.take(h, self.column, axis=1, out=self.terms, mode="clip")
        self.terms *= self.weight
        return np.add.reduce(self.terms, axis=1, out=self.sum)


def _transpose(column: Any, weight: Any) -> tuple[Any, Any]:
    """Columns and weights of the transpose; rows with fewer entries than the longest are filled with zeros."""
    K, N = column.shape
    order = np.argsort(column, axis=None, kind="stable")
    row, length = column.ravel()[order], np.bincount(column.ravel(), minlength=N)
    place = np.arange(K * N) - np.repeat(np.cumsum(length) - length, length)
    columns, weights = np.zeros((length.max(), N), np.int64), np.zeros((length.max(), N), weight.dtype)
    columns[place, row], weights[place, row] = order % N, weight.ravel()[order]
    return columns, weights
