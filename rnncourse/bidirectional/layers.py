r"""Layers on layers: the whole interface of torch.nn.RNN. For the chapter ``book/bidirectional``.

Layers count from 0, as torch's names do. Nothing here changes its arguments.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnncourse._arrays import Array, at_least, expect, require, sign
from rnncourse.bidirectional.directions import direction
from rnncourse.shapes import (
    T_B_H,
    Count,
    Ints,
    Probability,
    checked,
)


@checked
def drop(h: T_B_H, u: Array, p: Probability) -> T_B_H:
    r"""Set each number to 0 with probability p, and make up for it in the others.

    .. math:: \tilde h = \frac{[u \ge p]}{1 - p} \odot h, \qquad u \sim \mathrm{U}[0, 1), \qquad
       \mathbb E\,\tilde h = h

    Equation ``eq-bidirectional-dropout``; p = 1 gives zeros. Source: Srivastava et al. (2014), scaled in training as
    torch does.

    Shapes: h and u (T, B, H); returns (T, B, H).
    """
    expect(u=(u, " ".join(map(str, h.shape))))
    return np.where(u >= p, h / h.dtype.type(1 - p), 0) if p < 1 else np.zeros_like(h)


def rnn(
    x: Array,
    h0: Array | None,
    weights: Sequence[Array],
    num_layers: int = 1,
    nonlinearity: str = "tanh",
    bias: bool = True,
    batch_first: bool = False,
    dropout: float = 0.0,
    bidirectional: bool = False,
    lengths: Ints | None = None,
    rng: np.random.Generator | None = None,
) -> tuple[Array, Array]:
    r"""All of torch.nn.RNN: a layer reads the states of the layer below at the same step.

    .. math:: h^{(0)}_t = x_t, \qquad
       h^{(l)}_t = f\bigl(W^{(l)}_{ih} h^{(l-1)}_t + b^{(l)}_{ih} + W^{(l)}_{hh} h^{(l)}_{t-1} + b^{(l)}_{hh}\bigr),
       \qquad l = 1, \dots, L

    Equation ``eq-bidirectional-stack``. Source: Goodfellow et al. (2016), section 10.5; torch.nn.RNN.

    Arguments as torch has them. x is (T, B, F), or (B, T, F) if ``batch_first``, or one example without a batch (T, F).
    h0 is (L·D, B, H), D = 2 if ``bidirectional``, else 1, whatever batch_first says, or (L·D, H) for one example; the
    layer is the slow index: layer 0 there, layer 0 back, layer 1 there, … None stands for zeros. ``weights`` come in
    the order of ``module.parameters()``: for each layer, there and back, W_ih, W_hh and, if ``bias``, b_ih, b_hh; above
    the first layer W_ih has D·H columns. ``dropout`` acts between layers, never after the last, and only while
    training, which is when ``rng`` is given. ``lengths`` (B,) are what torch's packed sequences hold.

    Returns the states of the last layer, in the layout of x, and the last states of all layers, in that of h0.
    """
    D, each = 2 if bidirectional else 1, 4 if bias else 2
    at_least(1, num_layers=num_layers)
    require(0 <= dropout <= 1, f"dropout: expected a probability from 0 to 1, got {dropout}")
    fits = len(weights) == num_layers * D * each
    require(fits, f"weights: expected {num_layers} layers · {D} · {each} arrays, got {len(weights)}")
    H = expect(**{"weights[1]": (weights[1], "H H")})["H"]
    one_example = isinstance(x, np.ndarray) and x.ndim == 2
    if one_example:
        x, h0 = x[:, None], h0 if h0 is None else h0[:, None]
    elif batch_first:
        expect(x=(x, "B T F"))
        x = x.swapaxes(0, 1)
    B = expect(x=(x, "T B F"))["B"]
    h0 = np.zeros((num_layers * D, B, H), x.dtype) if h0 is None else h0
    expect(x=(x, "T B F"), h0=(h0, f"{num_layers * D} B {H}"))

    h, last = x, []
    for layer in range(num_layers):
        if layer > 0 and rng is not None and dropout > 0:
            h = drop(h, rng.random(h.shape).astype(h.dtype), dropout)
        outputs = []
        for k in range(layer * D, (layer + 1) * D):
            own = [*weights[k * each : (k + 1) * each], *([] if bias else [np.zeros(H, x.dtype)] * 2)]
            states, end = direction(h, h0[k], *own, nonlinearity=nonlinearity, lengths=lengths, backwards=k % D == 1)
            outputs.append(states)
            last.append(end)
        h = np.concatenate(outputs, axis=2)
    h_last = np.stack(last)
    if one_example:
        return h[:, 0], h_last[:, 0]
    return (h.swapaxes(0, 1) if batch_first else h), h_last


@checked
def parameter_count(F: Count, H: Count, num_layers: Count = 1, bias: bool = True, bidirectional: bool = False) -> int:
    r"""Numbers to learn in a stack of L layers, D = 2 if bidirectional, else 1.

    .. math:: N = D\,\bigl(HF + H^2 + 2H\bigr) + (L - 1)\, D\,\bigl(DH^2 + H^2 + 2H\bigr)

    Equation ``eq-bidirectional-parameters``, without the 2H if bias is false. Source: the shapes of :func:`rnn`.
    """
    D, biases = 2 if bidirectional else 1, 2 * H if bias else 0
    return D * (H * F + H * H + biases) + (num_layers - 1) * D * (D * H * H + H * H + biases)


sign(globals(), "rnn")
