"""RNN, LSTM and GRU: torch.nn's arguments, names and numbers, the backward by hand."""

from __future__ import annotations

import copy
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from rnncourse.kernels import gru, lstm, rnn
from rnncourse.nn._bridge import run
from rnncourse.nn._packed import Segments, like, segments, through
from rnncourse.nn._torch import eager, numpy_serves, one_thread


def _plain_layer(name: str, x: Tensor, states: tuple[Tensor, ...], *weights: Tensor | None) -> tuple[Tensor, ...]:
    """A layer in one direction in torch's operations: its native ones, those of a packed batch, have derivatives."""
    T, B, _ = x.shape
    sizes, given = torch.full((T,), B, device="cpu"), [state.unsqueeze(0) for state in states]
    present = [w for w in weights if w is not None]
    options = weights[2] is not None, 1, 0.0, False, False
    h, *last = getattr(torch, name)(x.flatten(0, 1), sizes, given if len(given) > 1 else given[0], present, *options)
    return h.unflatten(0, (T, B)), *(q.squeeze(0) for q in last)


def _plain_rnn(x: Tensor, h_0: Tensor, *weights_and_nonlinearity: Any) -> tuple[Tensor, ...]:
    *weights, nonlinearity = weights_and_nonlinearity
    return _plain_layer(f"rnn_{nonlinearity}", x, (h_0,), *weights)


def _plain_gru(x: Tensor, h_0: Tensor, *weights: Tensor | None) -> tuple[Tensor, ...]:
    return _plain_layer("gru", x, (h_0,), *weights)


def _plain_lstm(x: Tensor, h_0: Tensor, c_0: Tensor, *weights: Tensor | None) -> tuple[Tensor, ...]:
    return _plain_layer("lstm", x, (h_0, c_0), *weights)


class _Recurrent(torch.nn.RNNBase):
    """What RNN, LSTM and GRU share: layers, directions, layouts, and torch itself where the kernel does not serve."""

    _plain: type[torch.nn.RNNBase]  # torch's class
    _kernel: ModuleType
    _in_torch: Callable[..., tuple[Tensor, ...]]  # what the kernel does, in torch's operations
    _states = 1  # that a step hands on
    by_hand: bool | None = None  # True: the kernel wherever it serves; False: torch; None: the faster one, as measured

    @property
    def _options(self) -> tuple[str, ...]:
        """What the kernel wants to know besides."""
        return ()

    def _kernel_is_faster(self, T: int, B: int, x: Tensor, packed: bool) -> bool:
        """Whether T steps make up for the time that a call of the kernel takes before its first step."""
        least = 5 if torch.is_grad_enabled() else 16
        return least <= T

    def forward(self, input: Any, hx: Any = None) -> Any:
        """Return the output (T, B, D·H) and the last states (layers·D, B, H), D = 2 if bidirectional, as torch does."""
        if not _kernel_serves(self, input, hx):
            return super().forward(input, hx)
        if isinstance(input, PackedSequence):
            hx = hx if hx is None else self.permute_hidden(hx, input.sorted_indices)
            batch_sizes = input.batch_sizes.tolist()
            backwards = _packed_backwards(batch_sizes) if self.bidirectional else None
            rows, last = self._layers(input.data, _tuple(hx), segments(input), backwards)
            return like(input, rows), self.permute_hidden(self._as_torch(last), input.unsorted_indices)

        batched, given = input.dim() == 3, _tuple(hx)
        if not batched:
            x, given = input.unsqueeze(1), tuple(state.unsqueeze(1) for state in given)
        else:
            x = input.transpose(0, 1) if self.batch_first else input
        T, B, F = x.shape
        backwards = torch.arange(T * B, device=x.device).view(T, B).flip(0).flatten() if self.bidirectional else None
        rows, last = self._layers(x.reshape(T * B, F), given, [(T, B)], backwards)
        h = rows.view(T, B, -1)
        if not batched:
            return h.squeeze(1), self._as_torch(tuple(state.squeeze(1) for state in last))
        return h.transpose(0, 1) if self.batch_first else h, self._as_torch(last)

    def _layers(
        self, x: Tensor, given: tuple[Tensor, ...], parts: Segments, backwards: Tensor | None
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """All layers over rows; ``backwards`` puts the rows of each example in the opposite order."""
        directions = 2 if self.bidirectional else 1
        if not given:
            zeros = x.new_zeros(self.num_layers * directions, parts[0][1], self.hidden_size)
            given = (zeros[..., : self.proj_size], zeros) if self.proj_size else (zeros,) * self._states
        starts, last = list(zip(*(state.unbind() for state in given), strict=True)), []
        for layer in range(self.num_layers):
            if layer > 0 and self.dropout > 0:
                x = torch.nn.functional.dropout(x, self.dropout, self.training)
            outputs = []
            for i in range(layer * directions, (layer + 1) * directions):
                W_ih, W_hh, *others = self.all_weights[i]
                W_hr = others.pop() if self.proj_size else None
                b_ih, b_hh = others or (None, None)
                weights = (W_ih, W_hh, b_ih, b_hh, *((W_hr,) if self._states > 1 else self._options))
                order = backwards if i % directions == 1 else None
                h, ends = self._layer(x if order is None else x.index_select(0, order), parts, starts[i], weights)
                outputs.append(h if order is None else h.index_select(0, order))
                last.append(ends)
            x = torch.cat(outputs, dim=1) if directions == 2 else outputs[0]
        return x, tuple(torch.stack(ends) for ends in zip(*last, strict=True))

    def _layer(
        self, x: Tensor, parts: Segments, states: tuple[Tensor, ...], weights: tuple[Any, ...]
    ) -> tuple[Tensor, list[Tensor]]:
        """One layer in one direction over the rows of a batch: states h of all rows, and the last ones.

        A packed batch shrinks as its examples end. ``parts`` says for how many steps T it has how many examples B; each
        is a batch to the kernel.
        """
        if len(parts) == 1:
            h, *last = run(self._kernel, self._in_torch, x.view(*parts[0], -1), *states, *weights)
            return h.flatten(0, 1), last

        def step(sequences: Any, given: Any) -> tuple[list[Tensor], list[Tensor]]:
            h, *ends = run(self._kernel, self._in_torch, *sequences, *given, *weights)
            return [h], ends

        (rows,), last = through(step, parts, [x], states)
        return rows, last

    def _as_torch(self, last: tuple[Tensor, ...]) -> Any:
        return last if self._states > 1 else last[0]

    def __prepare_scriptable__(self) -> torch.nn.RNNBase:
        plain = copy.copy(self)
        plain.__class__ = self._plain  # type: ignore[assignment]
        return plain


class RNN(_Recurrent, torch.nn.RNN):
    r"""torch.nn.RNN, faster on the CPU: one autograd function a layer and direction, with BPTT by hand.

    .. math:: h_t = f(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}), \qquad f = \tanh \text{ or } \max(0, \cdot)

    Equation ``eq-rnn-cell``. Arguments, shapes, parameters, initialisation, ``state_dict``, PackedSequence and
    errors are those of torch.nn.RNN, which it inherits. What the kernel does not serve goes to torch.nn.RNN
    itself, with the same numbers: other devices and dtypes, autocast, ``torch.func`` transforms,
    ``torch.compile`` and ``torch.jit``, and every argument that does not fit, so that torch says why.
    So do sequences of fewer than 5 steps, or 16 without gradients, unless ``module.by_hand = True``; with False
    all goes to torch.
    Second derivatives go through torch's operations too. Raises besides NotImplementedError for forward-mode
    derivatives outside of ``torch.func``.
    """

    _plain, _kernel, _in_torch = torch.nn.RNN, rnn, staticmethod(_plain_rnn)

    @property
    def _options(self) -> tuple[str, ...]:
        return (self.nonlinearity,)


class LSTM(_Recurrent, torch.nn.LSTM):
    r"""torch.nn.LSTM with its backward by hand: one autograd function a layer and direction.

    .. math:: c_t = f_t \odot c_{t-1} + i_t \odot g_t, \qquad h_t = W_{hr} (o_t \odot \tanh c_t)

    Equations ``eq-lstm-gru-cell`` and ``eq-lstm-gru-hidden``; :math:`W_{hr}` is there with ``proj_size`` alone.
    Everything else as in :class:`RNN`, but that float32 that is neither packed nor projected goes to torch.nn.LSTM
    itself, unless ``module.by_hand = True``: there torch's own is fused, and the faster one but where one thread
    trains over tens of megabytes of gates.
    """

    _plain, _kernel, _states, _in_torch = torch.nn.LSTM, lstm, 2, staticmethod(_plain_lstm)

    def _kernel_is_faster(self, T: int, B: int, x: Tensor, packed: bool) -> bool:
        if x.dtype == torch.float32 and not packed and not self.proj_size:
            large = T * B * self.hidden_size >= 2**20 and B >= 32 and self.hidden_size <= 256
            return large and torch.is_grad_enabled() and one_thread()
        return super()._kernel_is_faster(T, B, x, packed)


class GRU(_Recurrent, torch.nn.GRU):
    r"""torch.nn.GRU, faster on the CPU: one autograd function a layer and direction.

    .. math:: h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}

    Equation ``eq-lstm-gru-gru``. Everything else as in :class:`RNN`.
    """

    _plain, _kernel, _in_torch = torch.nn.GRU, gru, staticmethod(_plain_gru)


def _tuple(hx: Any) -> tuple[Tensor, ...]:
    return hx if isinstance(hx, tuple) else () if hx is None else (hx,)


def _kernel_serves(module: _Recurrent, input: Any, hx: Any) -> bool:
    """Whether this call fits the kernel, and is its; torch serves, or refuses with its own message, what does not."""
    packed, given = isinstance(input, PackedSequence), _tuple(hx)
    x = input.data if packed else input
    if module.by_hand is False or not eager() or not isinstance(x, Tensor):
        return False
    if x.dim() not in ((2,) if packed else (2, 3)) or x.size(-1) != module.input_size or x.numel() == 0:
        return False
    T, *B = x.shape[:-1] if x.dim() == 2 or not module.batch_first else (x.size(1), x.size(0))
    if packed:
        T, B = len(input.batch_sizes), [int(input.batch_sizes[0])]
    # First what is known at once: a call that is torch's should not wait for a look at every tensor.
    if module.by_hand is None and not module._kernel_is_faster(T, B[0] if B else 1, x, packed):
        return False
    if hx is not None and (isinstance(hx, tuple) != (module._states > 1) or len(given) != module._states):
        return False
    layers = module.num_layers * (2 if module.bidirectional else 1)
    if not numpy_serves([x, *(w for weights in module.all_weights for w in weights), *given]):
        return False
    widths = module.proj_size or module.hidden_size, module.hidden_size  # of h and c
    return all(tuple(state.shape) == (layers, *B, width) for state, width in zip(given, widths, strict=False))


def _packed_backwards(batch_sizes: list[int]) -> Tensor:
    """Where each row of a packed batch goes when every example is read from its own end; its own inverse."""
    sizes = np.array(batch_sizes)
    start = np.concatenate([[0], np.cumsum(sizes)])
    length = (sizes[:, None] > np.arange(sizes[0])).sum(axis=0)  # of each example
    step = np.repeat(np.arange(len(sizes)), sizes)
    example = np.arange(start[-1]) - start[step]
    return torch.from_numpy(start[length[example] - 1 - step] + example)
