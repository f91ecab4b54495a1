"""An echo state network: a fixed sparse reservoir, and a linear readout that is fitted in one step or trained."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from rnncourse.kernels import esn
from rnncourse.nn._bridge import run
from rnncourse.nn._packed import given_back, like, segments, sorted_as, through
from rnncourse.nn._torch import expect_sizes, expect_tensor, numpy_serves, recorder


class ESN(torch.nn.Module):
    r"""An echo state network that is used as torch.nn.RNN is, and fitted in closed form.

    .. math::
       h_t = (1 - a)\, h_{t-1} + a \tanh(W_{ih} x_t + W_{hh} h_{t-1} + b), \qquad
       o_t = W_{ho} \begin{bmatrix} h_t \\ x_t \\ 1 \end{bmatrix}

    Equations ``eq-reservoir-cell`` and ``eq-reservoir-output``. The reservoir is a set of buffers: it moves, saves and
    loads with the module, and no optimiser sees it. W_hh is a random orthogonal matrix with ``degree`` entries a row,
    times ``spectral_radius`` (``eq-reservoir-orthogonal``), stored as ``weight_hh`` (degree, N) in the columns
    ``column_hh``; any sparse matrix with as many entries in each row may be copied there. ``readout`` is a
    torch.nn.Linear over [h; x]: :meth:`fit` solves for it, an optimiser may train it. With ``increments`` it predicts
    the difference of target and input. Gradients flow to the input, to the first state and to the readout.

    Arguments: ``hidden_size`` N even, ``output_size`` is ``input_size`` unless given, ``leak`` a. Input weights are
    uniform within ±``input_scale``, biases within ±``bias_scale``; torch.manual_seed decides. ``batch_first``: inputs,
    states along them and outputs are (B, T, ·).

    float32 and float64 on the CPU run in NumPy, with the backward by hand; all else, ``torch.func`` transforms and
    second derivatives among it, in torch's operations with the same numbers. Forward-mode derivatives outside of
    ``torch.func`` raise NotImplementedError.
    """

    weight_ih: Tensor
    weight_hh: Tensor
    column_hh: Tensor
    bias: Tensor
    _record: Any = None

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        output_size: int | None = None,
        spectral_radius: float = 0.85,
        leak: float = 1.0,
        input_scale: float = 1.0,
        bias_scale: float = 0.5,
        degree: int = 4,
        increments: bool = False,
        batch_first: bool = False,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        output_size = input_size if output_size is None else output_size
        expect_sizes(input_size=input_size, hidden_size=hidden_size, output_size=output_size)
        if hidden_size % 2:
            raise ValueError(f"hidden_size: expected an even number of units, got {hidden_size}")
        if degree < 2 or degree & (degree - 1) or degree > hidden_size:
            raise ValueError(f"degree: expected 2, 4, 8, … up to hidden_size = {hidden_size}, got {degree}")
        if not 0 < leak <= 1:
            raise ValueError(f"leak: expected a number above 0 and up to 1, got {leak}")
        scales = {"spectral_radius": spectral_radius, "input_scale": input_scale, "bias_scale": bias_scale}
        for name, scale in scales.items():
            if not 0 <= scale < math.inf:
                raise ValueError(f"{name}: expected a number of at least 0, got {scale}")
        if increments and output_size != input_size:
            raise ValueError(f"output_size: expected input_size = {input_size} for increments, got {output_size}")
        self.input_size, self.hidden_size, self.output_size = input_size, hidden_size, output_size
        self.spectral_radius, self.leak, self.degree, self.increments = spectral_radius, leak, degree, increments
        self.input_scale, self.bias_scale, self.batch_first = input_scale, bias_scale, batch_first
        kind: dict[str, Any] = {"device": device, "dtype": dtype}
        self.register_buffer("weight_ih", torch.empty(hidden_size, input_size, **kind))
        self.register_buffer("weight_hh", torch.empty(degree, hidden_size, **kind))
        self.register_buffer("column_hh", torch.empty(degree, hidden_size, device=device, dtype=torch.int64))
        self.register_buffer("bias", torch.empty(hidden_size, **kind))
        self.readout = torch.nn.Linear(hidden_size + input_size, output_size, **kind)
        self.reset_parameters()

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """Draw another reservoir, and a readout as torch.nn.Linear's."""
        column, weight = _sparse_orthogonal(self.hidden_size, self.degree)
        self.column_hh.copy_(column)
        self.weight_hh.copy_(self.spectral_radius * weight)
        self.weight_ih.uniform_(-self.input_scale, self.input_scale)
        self.bias.uniform_(-self.bias_scale, self.bias_scale)
        self.readout.reset_parameters()

    def forward(self, input: Any, hx: Tensor | None = None) -> tuple[Any, Tensor]:
        """From an input (T, B, F) or (T, F) to the readout (T, B, K) or (T, K), and the last state.

        ``hx`` and the last state are (1, B, N) or (1, N); None stands for zeros. A PackedSequence comes out as one. NaN
        goes through, as in torch.nn. Raises TypeError, ValueError or RuntimeError where an argument does not fit.
        """
        h, last = self._states(input, hx)
        if isinstance(input, PackedSequence):
            return like(input, self._read(h.data, input.data)), last
        return self._read(h, input), last

    def states(self, input: Any, hx: Tensor | None = None) -> Any:
        """The states (T, B, N) or (T, N) along an input; arguments as in :meth:`forward`."""
        return self._states(input, hx)[0]

    def _states(self, input: Any, hx: Tensor | None) -> tuple[Any, Tensor]:
        N = self.hidden_size
        if isinstance(input, PackedSequence):
            expect_tensor("input.data", input.data, self.weight_ih, ("rows", self.input_size))
            parts = segments(input)
            if hx is None:
                (h0,) = (input.data.new_zeros(parts[0][1], N),)
            else:
                expect_tensor("hx", hx, self.weight_ih, (1, parts[0][1], N))
                (h0,) = sorted_as(input, [hx[0]])  # type: ignore[assignment]

            def step(sequences: list[Tensor], states: Any) -> tuple[list[Tensor], list[Tensor]]:
                h = self._run(sequences[0], states[0])
                return [h], [h[-1]]

            (rows,), last = through(step, parts, [input.data], [h0])
            (h_T,) = given_back(input, last)
            return like(input, rows), h_T.unsqueeze(0)  # type: ignore[union-attr]
        expect_tensor("input", input, self.weight_ih, self._shape(self.input_size), ("T", self.input_size))
        batched = input.dim() == 3
        x = self._turned(input) if batched else input.unsqueeze(1)
        if hx is None:
            h0 = x.new_zeros(x.size(1), N)
        else:
            expect_tensor("hx", hx, self.weight_ih, (1, x.size(1), N) if batched else (1, N))
            h0 = hx[0] if batched else hx
        h = self._run(x, h0)
        return (self._turned(h), h[-1:]) if batched else (h.squeeze(1), h[-1])

    def _shape(self, size: int) -> tuple[int | str, ...]:
        return ("B", "T", size) if self.batch_first else ("T", "B", size)

    def _turned(self, q: Tensor) -> Tensor:
        """From the user's layout to (T, B, ·), and back."""
        return q.transpose(0, 1) if self.batch_first and q.dim() == 3 else q

    def _run(self, x: Tensor, h0: Tensor) -> Tensor:
        keep, fixed = recorder(self), (self.weight_ih, self.column_hh, self.weight_hh, self.bias, self.leak)
        h: Tensor
        if keep is not None:  # a reservoir has no parameters: the state to start from brings the gradients here
            (h,) = _plain(x, h0 if h0.requires_grad else h0.detach().requires_grad_(), *fixed, keep)
        elif self._numpy_serves(x, h0):
            (h,) = run(esn, _plain, x, h0, *fixed)
        else:
            (h,) = _plain(x, h0, *fixed)
        return h

    def _read(self, h: Tensor, x: Tensor) -> Tensor:
        o: Tensor = self.readout(torch.cat([h, x], dim=-1))
        return o + x if self.increments else o

    @torch.no_grad()
    def fit(self, input: Tensor, target: Tensor, washout: int = 100, penalty: float = 0.0) -> ESN:
        r"""Solve for the readout; ``penalty`` λ weighs the squares of its weights and of its bias.

        .. math:: W_{ho} = \operatorname*{argmin}_W \lVert A W^\top - y \rVert^2 + \lambda \lVert W \rVert^2

        Equation ``eq-reservoir-ridge``, by QR of the states A with √λ I below them, never by normal equations, which
        square the condition number. Where columns of A depend on each other, as one-hot inputs and the column of ones
        do, the smallest W is taken, as :func:`rnncourse.reservoir.ridge` says. The first ``washout`` steps are left
        out on both sides. To predict the next value of a series s, fit ``s[:-1]`` to ``s[1:]``.

        Shapes: input (T, B, F), target (T, B, K) or without B. Returns itself.
        Raises as :meth:`forward` unless they fit, ValueError unless they are finite, 0 ≤ washout < T and penalty ≥ 0.
        """
        expect_tensor("input", input, self.weight_ih, self._shape(self.input_size), ("T", self.input_size))
        h = self.states(input)
        expect_tensor("target", target, self.weight_ih, (*input.shape[:-1], self.output_size))
        h, input, target = (self._turned(q) for q in (h, input, target))
        if not 0 <= washout < len(input):
            raise ValueError(f"washout: expected 0 to T-1 = {len(input) - 1} steps, got {washout}")
        if not 0 <= penalty < math.inf:
            raise ValueError(f"penalty: expected a number of at least 0, got {penalty}")
        for name, numbers in {"input": input, "target": target}.items():
            if not torch.isfinite(numbers).all():
                raise ValueError(f"{name}: expected finite numbers")
        y = (target - input if self.increments else target)[washout:].reshape(-1, self.output_size)
        A = torch.cat([h, input, torch.ones_like(h[..., :1])], dim=-1)[washout:].reshape(len(y), -1)
        W_ho = _least_squares(A, y, penalty).T
        self.readout.weight.copy_(W_ho[:, :-1])
        self.readout.bias.copy_(W_ho[:, -1])
        return self

    def generate(self, input: Tensor, steps: int, hx: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Read an input, then go on with the own predictions as inputs, the state carried over.

        Equation ``eq-reservoir-free-run``. Shapes: input (T, B, F) or (T, F); returns the ``steps`` values after it,
        (steps, B, F) or (steps, F), and the state that read all but the last of them.
        Raises as :meth:`forward`, and ValueError unless steps ≥ 1 and K = F.
        """
        if steps < 1:
            raise ValueError(f"steps: expected at least 1, got {steps}")
        if self.output_size != self.input_size:
            raise ValueError(f"expected output_size = input_size to generate, got {self.output_size}")
        expect_tensor("input", input, self.weight_ih, self._shape(self.input_size), ("T", self.input_size))
        _, hx = self._states(input, hx)
        batched = input.dim() == 3
        x, h = (self._turned(input), hx) if batched else (input.unsqueeze(1), hx.unsqueeze(1))
        out = [self._read(h, x[-1:])]
        while len(out) < steps:
            h = self._run(out[-1], h[0])
            out.append(self._read(h, out[-1]))
        o = torch.cat(out)
        return (self._turned(o), h) if batched else (o.squeeze(1), h.squeeze(1))

    def extra_repr(self) -> str:
        """The arguments."""
        return (
            f"{self.input_size}, {self.hidden_size}, {self.output_size}, spectral_radius={self.spectral_radius}, "
            f"leak={self.leak}, input_scale={self.input_scale}, bias_scale={self.bias_scale}, degree={self.degree}, "
            f"increments={self.increments}" + (", batch_first=True" if self.batch_first else "")
        )

    def _numpy_serves(self, x: Tensor, h0: Tensor) -> bool:
        fixed = self.weight_ih, self.weight_hh, self.bias
        return numpy_serves((x, h0, *fixed)) and not any(t.requires_grad for t in fixed)


def _sparse_orthogonal(N: int, degree: int) -> tuple[Tensor, Tensor]:
    """Columns and weights (degree, N) of a product of shuffles and turns of pairs, as ``eq-reservoir-orthogonal``."""
    column, weight = torch.arange(N, device="cpu")[None], torch.ones(1, N, dtype=torch.float64, device="cpu")
    while len(column) < degree:
        first, second = torch.randperm(N, device="cpu").view(2, -1)
        angle = 2 * math.pi * torch.rand(N // 2, dtype=torch.float64, device="cpu")
        cos, sin = angle.cos(), angle.sin()
        both = torch.cat([column[:, first], column[:, second]])
        column = torch.cat([both, both], dim=1)
        turned = torch.cat([weight[:, first] * cos, weight[:, second] * sin])
        weight = torch.cat([turned, torch.cat([weight[:, first] * -sin, weight[:, second] * cos])], dim=1)
    return column, weight


def _least_squares(A: Tensor, y: Tensor, penalty: float) -> Tensor:
    n = A.size(1)
    rows = torch.cat([A, y], dim=1)
    if penalty:
        below = torch.zeros(n, rows.size(1), dtype=A.dtype, device=A.device)
        rows = torch.cat([rows, below.fill_diagonal_(math.sqrt(penalty))])
    R = torch.linalg.qr(rows, mode="r").R
    R, QTy = R[:n, :n], R[:n, n:]
    # What roundings leave of a direction that is none, of the largest singular value: as in rnncourse.reservoir.ridge.
    nothing = torch.finfo(A.dtype).eps * max(n, 10 * math.sqrt(sum(rows.shape)))
    if penalty and nothing * rows.norm() < math.sqrt(penalty):  # no singular value is smaller than √λ
        return torch.linalg.solve_triangular(R, QTy, upper=True)
    if len(R) == n:
        inverse = torch.linalg.solve_triangular(R, torch.eye(n, dtype=A.dtype, device=A.device), upper=True)
        if nothing * R.norm() * inverse.norm() < 1:  # an upper bound of σ_max / σ_min: every direction counts
            return torch.linalg.solve_triangular(R, QTy, upper=True)
    return torch.linalg.lstsq(R.cpu(), QTy.cpu(), rcond=nothing, driver="gelsd").solution.to(A.device)


def _plain(
    x: Tensor,
    h0: Tensor,
    W_ih: Tensor,
    column: Tensor,
    weight: Tensor,
    b: Tensor,
    a: float,
    keep: Callable[..., None] | None = None,
) -> tuple[Tensor]:
    """The states in torch's operations, each given to ``keep``."""
    h, states = h0, []
    for drive in (x @ W_ih.T + b).unbind():
        h = (1 - a) * h + a * torch.tanh(drive + (h[:, column] * weight).sum(dim=1))
        if keep is not None:
            keep(h)
        states.append(h)
    return (torch.stack(states),)
