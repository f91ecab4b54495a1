"""Modules of torch over :mod:`rnncourse.kernels`: torch.nn's arguments, names and numbers, the backward by hand."""

from __future__ import annotations

import copy
from itertools import groupby
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from rnncourse._arrays import Array
from rnncourse.kernels import rnn as kernel

Segments = list[tuple[int, int]]


class RNN(torch.nn.RNN):
    r"""torch.nn.RNN, faster on the CPU: one autograd function a layer and direction, with BPTT by hand.

    .. math:: h_t = f(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}), \qquad f = \tanh \text{ or } \max(0, \cdot)

    Equation ``eq-rnn-cell``. Arguments, shapes, parameters, initialisation, ``state_dict``, PackedSequence and
    errors are those of torch.nn.RNN, which it inherits. What the kernel does not serve goes to torch.nn.RNN
    itself, with the same numbers: other devices and dtypes, autocast, ``torch.func`` transforms,
    ``torch.compile`` and ``torch.jit``, and every argument that does not fit, so that torch says why.
    Second derivatives go through torch's operations too. Raises besides NotImplementedError for forward-mode
    derivatives outside of ``torch.func``.
    """

    def forward(  # type: ignore[override]
        self, input: Tensor | PackedSequence, hx: Tensor | None = None
    ) -> tuple[Tensor | PackedSequence, Tensor]:
        """Return the output (T, B, D·H) and h_n (layers·D, B, H), with D = 2 if bidirectional, in torch's layouts."""
        if not _kernel_serves(self, input, hx):
            return super().forward(input, hx)
        if isinstance(input, PackedSequence):
            hx = hx if hx is None else self.permute_hidden(hx, input.sorted_indices)
            batch_sizes = input.batch_sizes.tolist()
            segments = [(len(list(run)), B) for B, run in groupby(batch_sizes)]
            backwards = _packed_backwards(batch_sizes) if self.bidirectional else None
            rows, h_n = self._layers(input.data, hx, segments, backwards)
            packed = PackedSequence(rows, input.batch_sizes, input.sorted_indices, input.unsorted_indices)
            return packed, self.permute_hidden(h_n, input.unsorted_indices)

        batched = input.dim() == 3
        if not batched:
            x, hx = input.unsqueeze(1), hx if hx is None else hx.unsqueeze(1)
        else:
            x = input.transpose(0, 1) if self.batch_first else input
        T, B, F = x.shape
        backwards = torch.arange(T * B, device=x.device).view(T, B).flip(0).flatten() if self.bidirectional else None
        rows, h_n = self._layers(x.reshape(T * B, F), hx, [(T, B)], backwards)
        h = rows.view(T, B, -1)
        if not batched:
            return h.squeeze(1), h_n.squeeze(1)
        return h.transpose(0, 1) if self.batch_first else h, h_n

    def _layers(
        self, x: Tensor, hx: Tensor | None, segments: Segments, backwards: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """All layers over rows; ``backwards`` puts the rows of each example in the opposite order."""
        directions = 2 if self.bidirectional else 1
        if hx is None:
            hx = x.new_zeros(self.num_layers * directions, segments[0][1], self.hidden_size)
        h0, last = hx.unbind(), []
        for layer in range(self.num_layers):
            if layer > 0 and self.dropout > 0:
                x = torch.nn.functional.dropout(x, self.dropout, self.training)
            outputs = []
            for i in range(layer * directions, (layer + 1) * directions):
                W_ih, W_hh, *biases = self.all_weights[i]
                b_ih, b_hh = biases or (None, None)
                order = backwards if i % directions == 1 else None
                rows = x if order is None else x.index_select(0, order)
                h, h_n = _Layer.apply(rows, h0[i], W_ih, W_hh, b_ih, b_hh, segments, self.nonlinearity)  # type: ignore[no-untyped-call]
                outputs.append(h if order is None else h.index_select(0, order))
                last.append(h_n)
            x = torch.cat(outputs, dim=1) if directions == 2 else outputs[0]
        return x, torch.stack(last)

    def __prepare_scriptable__(self) -> torch.nn.RNN:
        plain = copy.copy(self)
        plain.__class__ = torch.nn.RNN  # type: ignore[assignment]
        return plain


def _kernel_serves(module: torch.nn.RNN, input: Any, hx: Tensor | None) -> bool:
    """Whether this call fits the kernel; torch serves, or refuses with its own message, what does not."""
    if torch.compiler.is_compiling() or torch._C._get_tracing_state() is not None or torch.is_autocast_enabled("cpu"):
        return False
    if torch._C._are_functorch_transforms_active():
        return False
    packed = isinstance(input, PackedSequence)
    x = input.data if packed else input
    tensors = [x, *(w for weights in module.all_weights for w in weights), *([] if hx is None else [hx])]
    if not all(type(t) in (Tensor, torch.nn.Parameter) and t.device.type == "cpu" for t in tensors):
        return False
    if {t.dtype for t in tensors} not in ({torch.float32}, {torch.float64}):
        return False
    if x.dim() not in ((2,) if packed else (2, 3)) or x.size(-1) != module.input_size or x.numel() == 0:
        return False
    if hx is None:
        return True
    layers = module.num_layers * (2 if module.bidirectional else 1)
    if packed:
        return tuple(hx.shape) == (layers, int(input.batch_sizes[0]), module.hidden_size)
    B = [] if x.dim() == 2 else [x.size(0 if module.batch_first else 1)]
    return tuple(hx.shape) == (layers, *B, module.hidden_size)


def _packed_backwards(batch_sizes: list[int]) -> Tensor:
    """Where each row of a packed batch goes when every example is read from its own end; its own inverse."""
    sizes = np.array(batch_sizes)
    start = np.concatenate([[0], np.cumsum(sizes)])
    length = (sizes[:, None] > np.arange(sizes[0])).sum(axis=0)  # of each example
    step = np.repeat(np.arange(len(sizes)), sizes)
    example = np.arange(start[-1]) - start[step]
    return torch.from_numpy(start[length[example] - 1 - step] + example)


def _matmul(a: Array, b: Array, out: Array) -> None:
    """Torch's product: NumPy's threads and torch's would fight for the same cores."""
    torch.mm(torch.from_numpy(a), torch.from_numpy(b), out=torch.from_numpy(out))


class _Layer(torch.autograd.Function):
    """One layer in one direction over the rows of a batch, step after step.

    A packed batch shrinks as its examples end. ``segments`` says for how many steps T it has how many examples B;
    each is a batch to the kernel and starts where the one before left the examples that go on.
    """

    @staticmethod
    @np.errstate(all="ignore")  # torch goes on through overflow and NaN in silence
    def forward(
        ctx: Any,
        x: Tensor,
        h0: Tensor,
        W_ih: Tensor,
        W_hh: Tensor,
        b_ih: Tensor | None,
        b_hh: Tensor | None,
        segments: Segments,
        nonlinearity: str,
    ) -> tuple[Tensor, Tensor]:
        rows, state = _array(x), _array(h0).copy()
        weights = _array(W_ih), _array(W_hh), _array(b_ih), _array(b_hh)
        outputs, states, start = [], [], 0
        for T, B in segments:
            x_segment = rows[start : start + T * B].reshape(T, B, -1)
            h_segment, tape = kernel.forward_unchecked(x_segment, state[:B], *weights, nonlinearity, _matmul)
            state[:B] = h_segment[-1]
            outputs.append(h_segment)
            states.append(torch.from_numpy(tape.states))
            start += T * B
        h = _rows(outputs)
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x, h0, W_ih, W_hh, b_ih, b_hh, h, *states)
        ctx.segments, ctx.nonlinearity = segments, nonlinearity
        return h, torch.from_numpy(state)

    @staticmethod
    @np.errstate(all="ignore")
    def backward(ctx: Any, dh: Tensor | None, dh_n: Tensor | None) -> tuple[Tensor | None, ...]:
        # torch raises here if one of them was changed in place since; h shares memory with the states
        x, h0, W_ih, W_hh, b_ih, b_hh, _, *states = ctx.saved_tensors
        if torch.is_grad_enabled():
            return _differentiable_backward(ctx, (x, h0, W_ih, W_hh, b_ih, b_hh), dh, dh_n)
        rows, dy, weights = _array(x), _array(dh), (_array(W_ih), _array(W_hh))
        carry = np.zeros_like(_array(h0)) if dh_n is None else _array(dh_n).copy()
        parts, end = [], len(rows)
        for (T, B), segment_states in reversed(list(zip(ctx.segments, states, strict=True))):
            part = slice(end - T * B, end)
            x_segment = rows[part].reshape(T, B, -1)
            dy_segment = None if dy is None else dy[part].reshape(T, B, -1)
            tape = kernel.Tape(x_segment, _array(segment_states), *weights, ctx.nonlinearity, _matmul)
            parts.append(kernel.backward_unchecked(dy_segment, tape, carry[:B], ctx.needs_input_grad[0]))
            carry[:B] = parts[-1].dh0
            end -= T * B
        dW_ih, dW_hh, db = (torch.from_numpy(sum(step[1:], step[0])) for step in list(zip(*parts, strict=True))[:3])
        dx = _rows([part.dx for part in reversed(parts)]) if ctx.needs_input_grad[0] else None
        db_ih, db_hh = (None, None) if b_ih is None else (db, db.clone())
        return dx, torch.from_numpy(carry), dW_ih, dW_hh, db_ih, db_hh, None, None


def _array(tensor: Tensor | None) -> Any:
    return None if tensor is None else tensor.numpy(force=True)


def _rows(segments: list[Any]) -> Tensor:
    rows = [segment.reshape(-1, segment.shape[-1]) for segment in segments]
    return torch.from_numpy(rows[0] if len(rows) == 1 else np.concatenate(rows))


def _differentiable_backward(
    ctx: Any, inputs: tuple[Any, ...], dh: Tensor | None, dh_n: Tensor | None
) -> tuple[Tensor | None, ...]:
    """The same gradients from torch's own operations, which have derivatives themselves (``create_graph=True``)."""
    x, h0, *weights = inputs
    weights = [w for w in weights if w is not None]
    batch_sizes = torch.tensor([B for T, B in ctx.segments for _ in range(T)], device="cpu")
    layer = torch.rnn_tanh if ctx.nonlinearity == "tanh" else torch.rnn_relu
    h, h_n = layer(x, batch_sizes, h0.unsqueeze(0), weights, len(weights) == 4, 1, 0.0, False, False)
    outputs, upstream = zip(*[(q, dq) for q, dq in ((h, dh), (h_n[0], dh_n)) if dq is not None], strict=True)
    needed = [i for i, need in enumerate(ctx.needs_input_grad) if need]
    gradients: list[Tensor | None] = [None] * len(ctx.needs_input_grad)
    found = torch.autograd.grad(outputs, [inputs[i] for i in needed], upstream, create_graph=True, allow_unused=True)
    for i, gradient in zip(needed, found, strict=True):
        gradients[i] = gradient
    return tuple(gradients)
