"""RNN, LSTM and GRU: torch.nn's arguments, names and numbers, the backward by hand."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from rnncourse.kernels import gru, lstm, rnn
from rnncourse.kernels._packed import Packed
from rnncourse.nn._bridge import run
from rnncourse.nn._packed import Segments, like, segments
from rnncourse.nn._torch import described, eager, expect_dtype, numpy_serves, one_thread


def _plain_layer(
    name: str, x: Tensor, states: tuple[Tensor, ...], weights: Sequence[Any], parts: Segments | None
) -> tuple[Tensor, ...]:
    """A layer in one direction in torch's operations: its native ones, those of a packed batch, have derivatives."""
    given, present = [state.unsqueeze(0) for state in states], [w for w in weights if w is not None]
    sizes = [B for T, B in parts or [(x.size(0), x.size(1))] for _ in range(T)]
    rows = x.flatten(0, 1) if parts is None else x
    options = weights[2] is not None, 1, 0.0, False, False
    state = given if len(given) > 1 else given[0]
    h, *last = getattr(torch, name)(rows, torch.tensor(sizes, device="cpu"), state, present, *options)
    return h.unflatten(0, x.shape[:2]) if parts is None else h, *(q.squeeze(0) for q in last)


def _plain_rnn(x: Tensor, h_0: Tensor, *others: Any, parts: Segments | None = None) -> tuple[Tensor, ...]:
    *weights, nonlinearity = others
    return _plain_layer(f"rnn_{nonlinearity}", x, (h_0,), weights, parts)


def _plain_gru(x: Tensor, h_0: Tensor, *weights: Any, parts: Segments | None = None) -> tuple[Tensor, ...]:
    return _plain_layer("gru", x, (h_0,), weights, parts)


def _plain_lstm(x: Tensor, h_0: Tensor, c_0: Tensor, *weights: Any, parts: Segments | None = None) -> Any:
    return _plain_layer("lstm", x, (h_0, c_0), weights, parts)


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
            if not eager():
                return super().forward(input, hx)
            try:
                return super().forward(input, hx)
            except Exception as error:
                _explain(self, input, hx, error)
                raise
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

        ``parts`` says for how many steps T it has how many examples B: a packed batch shrinks as its examples end.
        """
        if len(parts) == 1:
            h, *last = run(self._kernel, self._in_torch, x.view(*parts[0], -1), *states, *weights)
            return h.flatten(0, 1), last
        rows, *last = run(Packed(self._kernel, parts), partial(self._in_torch, parts=parts), x, *states, *weights)
        return rows, last

    def _as_torch(self, last: tuple[Tensor, ...]) -> Any:
        return last if self._states > 1 else last[0]

    def as_torch(self) -> Any:
        """The module of torch.nn that this one is, with the same parameters.

        For whatever knows torch's classes by their names: ``torch.fx``, ``torch.ao.quantization``, exporters.
        """
        return self.__prepare_scriptable__()

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
    ``torch.compile``, ``torch.jit`` traced or scripted, and every argument that does not fit, so that torch says why.
    So do sequences of fewer than 5 steps, or 16 without gradients, unless ``module.by_hand = True``; with False
    all goes to torch.
    Second derivatives and many gradients at once (``is_grads_batched``, ``torch.autograd.functional.jacobian`` with
    ``vectorize=True``) go through torch's operations too. What knows torch's classes by their names does not know this
    one: ``torch.fx``, which traces into it, and ``torch.ao.quantization.quantize_dynamic``, which passes it over in
    silence; give them :meth:`as_torch`. ``torch.func.vmap`` has no rule for torch.nn.RNN's own operation, so none here.

    Raises besides NotImplementedError for forward-mode derivatives outside of ``torch.func``; and where torch refuses
    what is no Tensor (TypeError), a state in another dtype or symbols for inputs (ValueError), it says what to do.
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
    tensors = [x, *(w for weights in module.all_weights for w in weights), *given]
    if not numpy_serves(tensors) or any(q.dtype == torch.bool for q in tensors):
        return False
    widths = module.proj_size or module.hidden_size, module.hidden_size  # of h and c
    return all(tuple(state.shape) == (layers, *B, width) for state, width in zip(given, widths, strict=False))


def _explain(module: _Recurrent, input: Any, hx: Any, error: Exception) -> None:
    """Raise again in words what torch refused, where torch's own leave open what to do."""
    name, weight = type(module).__name__, module.all_weights[0][0]
    x = input.data if isinstance(input, PackedSequence) else input
    if not isinstance(x, Tensor):
        raise TypeError(f"{name}: expected input to be a Tensor or PackedSequence, got {described(x)}") from error
    if module._states == 1 and hx is not None and not isinstance(hx, Tensor):
        raise TypeError(f"{name}: expected hx to be one Tensor, h_0, got {described(hx)}") from error
    if module._states == 2 and hx is not None:
        if isinstance(hx, Tensor) or len(hx) != 2:
            got = described(hx)
            if isinstance(hx, Tensor) or len(hx) == 1:
                zeros = "" if module.proj_size else "; (h_0, torch.zeros_like(h_0)) starts the cells from zeros"
                got = f"one alone{zeros}"
            raise TypeError(f"{name}: expected hx to be two Tensors, (h_0, c_0), got {got}") from error
        if any(isinstance(q, tuple) for q in hx):
            state = "a state within a tuple; output, state = layer(input) takes a result apart"
            raise TypeError(f"{name}: expected hx to be two Tensors, (h_0, c_0), got {state}") from error
    for label, q in zip(("h_0", "c_0"), _tuple(hx), strict=False):
        if not isinstance(q, Tensor):
            raise TypeError(f"{name}: expected {label} to be a Tensor, got {described(q)}") from error
        expect_dtype(label, q, weight)
    if not x.is_floating_point():
        expect_dtype("input", x, weight)
    if not module.batch_first and x.dim() == 3 and x is input and "hidden" in str(error):
        B = _tuple(hx)[0].shape[1:2]
        if tuple(B) == (x.size(0),):
            layout = f"({x.size(0)}, {x.size(1)}, {x.size(2)}) as (T, B, F)"
            raise RuntimeError(
                f"{error}. The input was read {layout}; is it (B, T, F)? batch_first=True says so"
            ) from error
    if module.batch_first and x.dim() == 3 and x is input and "hidden" in str(error):
        B = _tuple(hx)[0].shape[1:2]
        if tuple(B) == (x.size(1),):
            layout = f"({x.size(0)}, {x.size(1)}, {x.size(2)}) as (B, T, F), for batch_first=True"
            raise RuntimeError(f"{error}. The input was read {layout}; states are (layers, B, H) always") from error


def _packed_backwards(batch_sizes: list[int]) -> Tensor:
    """Where each row of a packed batch goes when every example is read from its own end; its own inverse."""
    sizes = np.array(batch_sizes)
    start = np.concatenate([[0], np.cumsum(sizes)])
    length = (sizes[:, None] > np.arange(sizes[0])).sum(axis=0)  # of each example
    step = np.repeat(np.arange(len(sizes)), sizes)
    example = np.arange(start[-1]) - start[step]
    return torch.from_numpy(start[length[example] - 1 - step] + example)
