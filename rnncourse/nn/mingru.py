"""The minimal GRU in torch.nn's manner, the backward by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from rnncourse.kernels import mingru
from rnncourse.kernels._packed import Packed
from rnncourse.nn._bridge import run
from rnncourse.nn._packed import Segments, given_back, like, segments, sorted_as, through
from rnncourse.nn._torch import expect_sizes, expect_tensor, numpy_serves, recorder


class MinGRU(torch.nn.Module):
    r"""A GRU whose gates and candidates see the input alone.

    .. math::
       z_t = \sigma(W_{iz} x_t + b_{iz}), \qquad \tilde h_t = W_{in} x_t + b_{in}, \qquad
       h_t = (1 - z_t) \odot h_{t-1} + z_t \odot \tilde h_t

    Used as torch.nn.GRU of one layer: ``output, h_n = module(input, hx)``; input (T, B, F), with ``batch_first``
    (B, T, F), (T, F) or a PackedSequence, hx and h_n (1, B, H) or (1, H). Parameters are ``weight_ih_l0`` (2H, F) and
    ``bias_ih_l0`` (2H,), rows z, n, from U(-1/√H, 1/√H). Source: Feng et al. (2024).

    float32 and float64 on the CPU run over :mod:`rnncourse.kernels.mingru`; all else, as in the other modules, in
    torch's operations with the same numbers. Raises TypeError, ValueError or RuntimeError for what does not fit.
    """

    bias_ih_l0: torch.nn.Parameter | None
    _record: Any = None

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        batch_first: bool = False,
        device: Any = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        expect_sizes(input_size=input_size, hidden_size=hidden_size)
        self.input_size, self.hidden_size, self.batch_first = input_size, hidden_size, batch_first
        kind: dict[str, Any] = {"device": device, "dtype": dtype}
        self.weight_ih_l0 = torch.nn.Parameter(torch.empty(2 * hidden_size, input_size, **kind))
        b = torch.nn.Parameter(torch.empty(2 * hidden_size, **kind)) if bias else None
        self.register_parameter("bias_ih_l0", b)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters again."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            torch.nn.init.uniform_(parameter, -bound, bound)

    def extra_repr(self) -> str:
        """As torch's layers."""
        options = ", bias=False" * (self.bias_ih_l0 is None) + ", batch_first=True" * self.batch_first
        return f"{self.input_size}, {self.hidden_size}{options}"

    def forward(self, input: Any, hx: Tensor | None = None) -> tuple[Any, Tensor]:
        """Return the states along the input and the last one, as the class says."""
        H, packed = self.hidden_size, isinstance(input, PackedSequence)
        if packed:
            x, parts = input.data, segments(input)
            expect_tensor("input.data", x, self.weight_ih_l0, ("rows", self.input_size))
            B = [parts[0][1]]
        else:
            shape = ("B", "T", self.input_size) if self.batch_first else ("T", "B", self.input_size)
            expect_tensor("input", input, self.weight_ih_l0, shape, ("T", self.input_size))
            x, parts, B = input, None, [input.size(0 if self.batch_first else 1)] if input.dim() == 3 else []
        if hx is not None:
            expect_tensor("hx", hx, self.weight_ih_l0, (1, *B, H))
        h_0 = x.new_zeros(*(B or [1]), H) if hx is None else hx[0] if B else hx
        if packed:
            (start,) = sorted_as(input, [h_0])
            rows, last = self._run(x, start, parts)
            return like(input, rows), given_back(input, [last])[0].unsqueeze(0)  # type: ignore[union-attr]
        x = x.unsqueeze(1) if not B else x.transpose(0, 1) if self.batch_first else x
        h, last = self._run(x, h_0, None)
        if not B:
            return h.squeeze(1), last
        return h.transpose(0, 1) if self.batch_first else h, last.unsqueeze(0)

    def _run(self, x: Tensor, h_0: Any, parts: Segments | None) -> tuple[Tensor, Tensor]:
        inputs: Any = (x, h_0, self.weight_ih_l0, self.bias_ih_l0)
        keep = recorder(self)
        if keep is None and numpy_serves(inputs):
            kernel: Any = mingru if parts is None else Packed(mingru, parts)
            h, last = run(kernel, partial(_plain, parts=parts), *inputs)
            return h, last
        return _plain(*inputs, keep=keep, parts=parts)  # type: ignore[misc]


def _plain(
    x: Tensor,
    h: Tensor,
    W_ih: Tensor,
    b_ih: Tensor | None,
    keep: Callable[..., None] | None = None,
    parts: Segments | None = None,
) -> tuple[Tensor, Tensor]:
    """The same numbers from torch's operations; ``keep`` gets each state."""
    if parts is not None:

        def step(sequences: Any, states: Any) -> tuple[list[Tensor], list[Tensor]]:
            rows, last = _plain(sequences[0], states[0], W_ih, b_ih, keep)
            return [rows], [last]

        (rows,), (last,) = through(step, parts, [x], [h])
        return rows, last
    a_z, candidate = torch.nn.functional.linear(x, W_ih, b_ih).chunk(2, dim=-1)
    states = []
    for z_t, n_t in zip(torch.sigmoid(a_z), candidate, strict=True):
        h = (1 - z_t) * h + z_t * n_t
        if keep is not None:
            keep(h)
        states.append(h)
    return torch.stack(states), h
