r"""Gradients recorded at every state of a model, for the chapter ``book/gradients``: where they fade."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import torch

from rnncourse._arrays import Array
from rnncourse.nn.esn import ESN
from rnncourse.nn.grud import GRUD
from rnncourse.nn.hopfield import Hopfield
from rnncourse.nn.narx import NARX
from rnncourse.nn.ntm import NTM


class Flow:
    """Gradients that reached the states of the recurrent layers of a model, as :func:`record_flow` kept them."""

    def __init__(self) -> None:
        self._states: dict[str, list[list[list[tuple[Any, ...]]]]] = {}  # by call, layer, step: (h_t,) or (h_t, c_t)

    def norms(self, name: str = "", cells: bool = False) -> Array:
        r"""Mean over the batch of the length of dh_t, or with ``cells`` of an LSTM's dc_t, at each layer and step.

        Shape: (N, T); N counts layers from the bottom, both directions of a layer one after the other; T is the
        position in the sequence, through all calls. ``name`` is the layer's name in the model.
        Raises KeyError for a name that has not run, ValueError for cells of what has none.
        """
        if not self._states.get(name):
            raise KeyError(f"expected one of {sorted(n for n, calls in self._states.items() if calls)}, got {name!r}")
        calls, which = self._states[name], int(cells)
        if len(calls[0][0][0]) <= which:
            raise ValueError(f"{name!r} has no cells: expected an LSTM")
        layers = [[step[which].grad for call in calls for step in call[n]] for n in range(len(calls[0]))]
        lengths = [[0.0 if g is None else float(g.norm(dim=-1).mean()) for g in layer] for layer in layers]
        return np.array(lengths)


@contextmanager
def record_flow(model: Any) -> Iterator[Flow]:
    r"""Record the gradient of every state of a model's recurrent layers, as ``backward`` reaches it.

    .. math:: n_{l,t} = \frac1B \sum_b \lVert dh^{(l)}_{t,b} \rVert

    Equation ``eq-gradients-flow``, for any ``torch.nn.RNNBase`` (RNN, LSTM and GRU of torch.nn and ``rnncourse.nn``,
    stacked, bidirectional, with dropout or projections), for the RNNCell, LSTMCell and GRUCell of torch.nn that
    a model calls step by step, and for the other layers of ``rnncourse.nn``: the controller of NTM (with cells if it is
    an LSTM), GRUD, ESN, and NARX, whose state is its prediction. ``dh`` is the total gradient: from outside and from
    the steps that follow. Inside the ``with`` a layer runs step by step through torch's operations, which gives the
    same numbers more slowly; run the model and ``backward`` there, then ask :meth:`Flow.norms`.

    Raises ValueError for a model without such layers, TypeError for a PackedSequence, and for a Hopfield network, whose
    recall is a step function that no gradient passes.
    """
    flow, hooks, unrolled, recorded = Flow(), [], [], []
    for name, module in model.named_modules():
        if isinstance(module, Hopfield):
            raise TypeError(
                f"{name or 'model'}: expected layers that gradients pass, got Hopfield, which is not trained"
            )
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.RNNBase):
            module.forward = partial(_unrolled, module, flow._states.setdefault(name, []))
            unrolled.append(module)
        elif isinstance(module, torch.nn.RNNCellBase):
            hooks.append(module.register_forward_hook(partial(_keep_cell, flow._states.setdefault(name, []))))
        elif isinstance(module, ESN | GRUD | NARX | NTM):
            module._record = partial(_new_call, flow._states.setdefault(name, []))
            recorded.append(module)
    try:
        if not hooks and not unrolled and not recorded:
            raise ValueError("model: expected recurrent layers or cells of torch.nn or rnncourse.nn, got none")
        yield flow
    finally:
        for hook in hooks:
            hook.remove()
        for module in unrolled:
            del module.forward
        for module in recorded:
            del module._record


def _new_call(calls: list[Any]) -> Callable[..., None]:
    """What keeps the states of a call, one step after the other."""
    steps: list[Any] = []
    calls.append([steps])
    return lambda *state: steps.append(_retained(state))


def _keep_cell(calls: list[Any], module: Any, inputs: Any, output: Any) -> None:
    state = output if isinstance(output, tuple) else (output,)
    calls.append([[_retained(state)]])


def _retained(state: Sequence[Any]) -> tuple[Any, ...]:
    for tensor in state:
        if tensor.requires_grad:
            tensor.retain_grad()
    return tuple(state)


def _unrolled(module: Any, calls: list[Any], input: Any, hx: Any = None) -> Any:
    """What module(input, hx) computes, each state a tensor of its own."""
    if not isinstance(input, torch.Tensor):
        raise TypeError(f"input: expected a tensor, as states are recorded step by step, got {type(input).__name__}")
    batched, lstm = input.dim() == 3, module.mode == "LSTM"
    x = input.unsqueeze(1) if not batched else input.transpose(0, 1) if module.batch_first else input
    directions = 2 if module.bidirectional else 1
    widths = (module.proj_size or module.hidden_size, module.hidden_size)[: 1 + lstm]
    if hx is None:
        starts = [x.new_zeros(module.num_layers * directions, x.shape[1], width) for width in widths]
    else:
        starts = [state if batched else state.unsqueeze(1) for state in (hx if lstm else (hx,))]
    module.check_forward_args(
        x.transpose(0, 1) if module.batch_first else x, tuple(starts) if lstm else starts[0], None
    )
    layers, ends = [], []
    for layer in range(module.num_layers):
        if layer > 0 and module.dropout > 0:
            x = torch.nn.functional.dropout(x, module.dropout, module.training)
        outputs = []
        for i in range(layer * directions, (layer + 1) * directions):
            state: Any = tuple(start[i] for start in starts)
            steps: list[Any] = [None] * len(x)
            for t in reversed(range(len(x))) if i % directions else range(len(x)):
                state = steps[t] = _retained(_step(module, x[t], state, module.all_weights[i]))
            outputs.append(torch.stack([step[0] for step in steps]))
            layers.append(steps)
            ends.append(state)
        x = torch.cat(outputs, dim=-1)
    calls.append(layers)
    last = [torch.stack(states) for states in zip(*ends, strict=True)]
    if not batched:
        x, last = x.squeeze(1), [state.squeeze(1) for state in last]
    elif module.batch_first:
        x = x.transpose(0, 1)
    return x, tuple(last) if lstm else last[0]


def _step(module: Any, x_t: Any, state: tuple[Any, ...], weights: Sequence[Any]) -> tuple[Any, ...]:
    """One step of one layer: (h_t,), or (h_t, c_t) with h_t computed from c_t, so that c_t sees all that arrives."""
    if module.mode != "LSTM":
        cell = getattr(torch, module.mode.lower() + "_cell")  # rnn_tanh_cell, rnn_relu_cell or gru_cell
        return (cell(x_t, state[0], *weights),)
    (h_prev, c_prev), projection = state, weights[-1] if module.proj_size else None
    W_ih, W_hh, *biases = weights[: 4 if module.bias else 2]
    a = x_t @ W_ih.T + h_prev @ W_hh.T + sum(biases)
    a_i, a_f, a_g, a_o = a.chunk(4, dim=-1)
    c_t = a_f.sigmoid() * c_prev + a_i.sigmoid() * a_g.tanh()
    h_t = a_o.sigmoid() * c_t.tanh()
    return (h_t if projection is None else h_t @ projection.T), c_t
