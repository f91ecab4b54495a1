"""GRU-D: a GRU for series with gaps, in torch.nn's manner, the backward by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from rnncourse.kernels import grud
from rnncourse.nn._bridge import run
from rnncourse.nn._packed import given_back, like, segments, sorted_as, through
from rnncourse.nn._torch import described, expect_sizes, expect_tensor, numpy_serves, readable, recorder

State = tuple[Tensor, Tensor]
WEIGHTS = (
    "weight_ih",
    "weight_hh",
    "weight_mh",
    "bias",
    "weight_gamma_x",
    "bias_gamma_x",
    "weight_gamma_h",
    "bias_gamma_h",
)  # in the kernel's order


class GRUD(torch.nn.Module):
    r"""A GRU that is told what was observed and how long ago, and lets inputs and state decay in the meantime.

    .. math::
       \hat x_t = m_t \odot x_t
       + (1 - m_t) \odot \bigl(\gamma^x_t \odot x^{last}_t + (1 - \gamma^x_t) \odot \bar x\bigr), \qquad
       \hat h_{t-1} = \gamma^h_t \odot h_{t-1}, \qquad \gamma = e^{-\max(0,\, w \delta_t + b)}
    .. math::
       r_t, z_t = \sigma(W_{ih} \hat x_t + W_{hh} \hat h_{t-1} + W_{mh} m_t + b)_{r,\,z}, \quad
       n_t = \tanh\bigl(W_{in} \hat x_t + W_{hn} (r_t \odot \hat h_{t-1}) + W_{mn} m_t + b_n\bigr), \quad
       h_t = (1 - z_t) \odot n_t + z_t \odot \hat h_{t-1}

    Equations ``eq-irregular-impute``, ``eq-irregular-state``, ``eq-irregular-decay``, ``eq-irregular-gates``,
    ``eq-irregular-candidate`` and ``eq-irregular-update``. Source: Che et al. (2018), whose z is 1 - z here, as in
    torch.nn.GRU.

    Parameters
    ----------
    input_size, hidden_size
        F and H.
    batch_first
        Whether x, mask, delta and output are (B, T, ·) instead of (T, B, ·).
    x_mean
        The mean of each feature (F,), towards which an unobserved input decays; None: zeros, for standardised inputs.
        A buffer: saved, not trained.
    device, dtype
        As in torch.nn.

    Notes
    -----
    Inputs: x, mask and delta
        (T, B, F) or (T, F). The mask is 1 (or True) where a value was observed and 0 where not; what stands in x there,
        NaN too, is never looked at. delta says how long ago the feature was last observed, before this step.
    Input hx
        The state that an earlier call returned: h_0 (1, B, H), and the values last observed (1, B, F). None: zeros, and
        the mean.

    Outputs: output (T, B, H), and the state (h_n (1, B, H), x_n (1, B, F)); without B where the input is. Sequences of
    unequal length: three PackedSequences alike, and the output is one too.

    Parameters are ``weight_ih`` (3H, F), ``weight_hh`` (3H, H), ``weight_mh`` (3H, F) and ``bias`` (3H,), rows in
    torch's order r, z, n, and ``weight_gamma_x``, ``bias_gamma_x`` (F,), ``weight_gamma_h`` (H, F), ``bias_gamma_h``
    (H,). They start as torch's do, from U(-1/√H, 1/√H), but the weights of the decays from U(0, 1/√H) and their biases
    at 0: where a decay begins below 0 no gradient would ever reach it.

    On the CPU in float32 or float64 it runs over :mod:`rnncourse.kernels.grud`. Other devices and dtypes, autocast,
    ``torch.func``, ``torch.compile``, a mask or mean that asks for a gradient, and second derivatives go through
    torch's own operations, with the same numbers. Raises NotImplementedError for forward-mode derivatives outside of
    ``torch.func``, TypeError, ValueError or RuntimeError for arguments that do not fit, a mask of other numbers than 0
    and 1 and a delta that is negative, infinite or NaN among them wherever there are numbers to look at.
    """

    weight_ih: Tensor
    x_mean: Tensor
    _record: Any = None

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        batch_first: bool = False,
        x_mean: Tensor | None = None,
        device: Any = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        expect_sizes(input_size=input_size, hidden_size=hidden_size)
        if x_mean is not None:
            if not isinstance(x_mean, Tensor) or not x_mean.is_floating_point():
                got = getattr(x_mean, "dtype", type(x_mean).__name__)
                raise TypeError(f"x_mean: expected a Tensor of floating-point numbers, got {got}")
            if tuple(x_mean.shape) != (input_size,):
                raise ValueError(f"x_mean: expected shape ({input_size},), got {tuple(x_mean.shape)}")
            if readable([x_mean]) and not x_mean.isfinite().all():
                raise ValueError(f"x_mean: expected finite numbers, got {x_mean.tolist()}")
        F, H, kind = input_size, hidden_size, {"device": device, "dtype": dtype}
        self.input_size, self.hidden_size, self.batch_first = F, H, batch_first
        shapes = (3 * H, F), (3 * H, H), (3 * H, F), (3 * H,), (F,), (F,), (H, F), (H,)
        for name, shape in zip(WEIGHTS, shapes, strict=True):
            self.register_parameter(name, torch.nn.Parameter(torch.empty(shape, **kind)))
        self.register_buffer("x_mean", torch.zeros(F, **kind))
        if x_mean is not None:
            self.x_mean.copy_(x_mean)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the parameters again."""
        k = 1 / math.sqrt(self.hidden_size)
        for name, parameter in self.named_parameters():
            if name.startswith("bias_gamma"):
                torch.nn.init.zeros_(parameter)
            else:
                torch.nn.init.uniform_(parameter, 0 if "gamma" in name else -k, k)

    def extra_repr(self) -> str:
        """As torch's layers."""
        return f"{self.input_size}, {self.hidden_size}" + (", batch_first=True" if self.batch_first else "")

    def forward(self, x: Any, mask: Any, delta: Any, hx: State | None = None) -> tuple[Any, State]:
        """Return the output and the state, as the class says."""
        if isinstance(x, PackedSequence):
            return self._packed(x, mask, delta, hx)
        shape = ("B", "T", self.input_size) if self.batch_first else ("T", "B", self.input_size)
        expect_tensor("x", x, self.weight_ih, shape, ("T", self.input_size))
        expect_tensor("mask", mask, self.weight_ih, tuple(x.shape), or_bool=True)
        expect_tensor("delta", delta, self.weight_ih, tuple(x.shape))
        _expect_numbers(mask, delta)
        batched = x.dim() == 3
        B = [x.size(0 if self.batch_first else 1)] if batched else []
        self._expect_state(hx, [1, *B] if batched else [1])
        series = [q if batched else q.unsqueeze(1) for q in (x, mask.to(x.dtype), delta)]
        if batched and self.batch_first:
            series = [q.transpose(0, 1) for q in series]
        start = self._start(x, B[0] if batched else 1) if hx is None else [q.squeeze(0) if batched else q for q in hx]
        output, h_n, x_n = self._run(series, start)
        if not batched:
            return output.squeeze(1), (h_n, x_n)
        return output.transpose(0, 1) if self.batch_first else output, (h_n.unsqueeze(0), x_n.unsqueeze(0))

    def _packed(self, x: PackedSequence, mask: Any, delta: Any, hx: State | None) -> tuple[Any, State]:
        for name, q in (("mask", mask), ("delta", delta)):
            if not isinstance(q, PackedSequence):
                raise TypeError(f"{name}: expected a PackedSequence, as x is, got {described(q)}")
            if not torch.equal(q.batch_sizes, x.batch_sizes) or not _same(q.sorted_indices, x.sorted_indices):
                raise RuntimeError(f"{name}: expected sequences of the lengths of x, in the same order")
        expect_tensor("x.data", x.data, self.weight_ih, ("rows", self.input_size))
        expect_tensor("mask.data", mask.data, self.weight_ih, tuple(x.data.shape), or_bool=True)
        expect_tensor("delta.data", delta.data, self.weight_ih, tuple(x.data.shape))
        _expect_numbers(mask.data, delta.data)
        parts = segments(x)
        self._expect_state(hx, [1, parts[0][1]])
        start: Any = self._start(x.data, parts[0][1]) if hx is None else sorted_as(x, [q.squeeze(0) for q in hx])

        def step(sequences: Any, states: Any) -> tuple[list[Tensor], list[Tensor]]:
            output, *ends = self._run(sequences, states)
            return [output], ends

        (rows,), last = through(step, parts, [x.data, mask.data.to(x.data.dtype), delta.data], start)
        h_n, x_n = (q.unsqueeze(0) for q in given_back(x, last) if q is not None)
        return like(x, rows), (h_n, x_n)

    def _start(self, x: Tensor, B: int) -> list[Tensor]:
        return [x.new_zeros(B, self.hidden_size), self.x_mean.expand(B, -1)]

    def _run(self, series: Any, start: Any) -> tuple[Tensor, Tensor, Tensor]:
        tensors: Any = (*series, *start, self.x_mean, *(getattr(self, name) for name in WEIGHTS))
        keep = recorder(self)
        if keep is None and _kernel_serves(tensors):
            output, h_n, x_n = run(grud, _plain, *tensors)
            return output, h_n, x_n
        return _plain(*tensors, keep=keep)  # type: ignore[misc]

    def _expect_state(self, hx: Any, before: list[int]) -> None:
        if hx is None:
            return
        if not isinstance(hx, tuple) or len(hx) != 2:
            raise TypeError(f"hx: expected a tuple (h_0, x_0) of two Tensors, got {type(hx).__name__}")
        for name, state, width in zip(("h_0", "x_0"), hx, (self.hidden_size, self.input_size), strict=True):
            expect_tensor(name, state, self.weight_ih, (*before, width))


def _same(a: Tensor | None, b: Tensor | None) -> bool:
    return a is b or (a is not None and b is not None and torch.equal(a, b))


def _expect_numbers(mask: Tensor, delta: Tensor) -> None:
    """Look at the numbers themselves, where there are some."""
    if not readable((mask, delta)):
        return
    observed, past = mask.detach(), delta.detach()
    if mask.dtype != torch.bool and not torch.equal(observed * observed, observed):
        raise ValueError("GRUD: expected a mask of 0 and 1 alone")
    least, most = (edge.item() for edge in past.aminmax())
    if not 0 <= least <= most < math.inf:
        got = least if not least >= 0 else most
        never = "; before the first observation, how long ago the series began" if got > 0 else ""
        raise ValueError(f"GRUD: expected delta finite and at least 0{never}, got {got}")


def _kernel_serves(tensors: tuple[Tensor, ...]) -> bool:
    mask, x_mean = tensors[1], tensors[5]
    if torch.is_grad_enabled() and (mask.requires_grad or x_mean.requires_grad):
        return False
    return numpy_serves(tensors)


def _plain(
    x: Tensor,
    mask: Tensor,
    delta: Tensor,
    h_0: Tensor,
    x_first: Tensor,
    x_mean: Tensor,
    W_ih: Tensor,
    W_hh: Tensor,
    W_mh: Tensor,
    b: Tensor,
    w_x: Tensor,
    b_x: Tensor,
    W_d: Tensor,
    b_d: Tensor,
    keep: Callable[..., None] | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """The same numbers from torch's operations: states (T, B, H), the last, and the values last observed (B, F).

    ``keep`` gets each state.
    """
    H = W_hh.size(1)
    x = torch.where(mask == 0, 0, x)  # NaN times 0 would be NaN
    W_rz, W_n = W_hh[: 2 * H], W_hh[2 * H :]
    gamma_x = torch.exp(-torch.relu(delta * w_x + b_x))
    gamma_h = torch.exp(-torch.relu(delta @ W_d.T + b_d))
    h, last, states = h_0, x_first, []
    for x_t, m_t, g_x, g_h in zip(x, mask, gamma_x, gamma_h, strict=True):
        x_hat = m_t * x_t + (1 - m_t) * (g_x * last + (1 - g_x) * x_mean)
        last = m_t * x_t + (1 - m_t) * last
        h_hat = g_h * h
        a = x_hat @ W_ih.T + m_t @ W_mh.T + b
        r, z = torch.sigmoid(a[:, : 2 * H] + h_hat @ W_rz.T).chunk(2, dim=1)
        n = torch.tanh(a[:, 2 * H :] + (r * h_hat) @ W_n.T)
        h = (1 - z) * n + z * h_hat
        if keep is not None:
            keep(h)
        states.append(h)
    return torch.stack(states), h, last
