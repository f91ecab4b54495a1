"""An echo state network: a fixed sparse reservoir, and a linear readout that is fitted in one step or trained."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from rnncourse.kernels import esn
from rnncourse.nn._bridge import run
from rnncourse.nn._torch import expect_sizes, numpy_serves, recorder


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
    uniform within ±``input_scale``, biases within ±``bias_scale``; torch.manual_seed decides.

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
        self.input_scale, self.bias_scale = input_scale, bias_scale
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

    def forward(self, input: Tensor, hx: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """From an input (T, B, F) or (T, F) to the readout (T, B, K) or (T, K), and the last state.

        ``hx`` and the last state are (1, B, N) or (1, N); None stands for zeros. NaN goes through, as in torch.nn.
        Raises ValueError or TypeError where a shape, dtype or device does not fit.
        """
        h = self.states(input, hx)
        return self._read(h, input), h[-1:]

    def states(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """The states (T, B, N) or (T, N) along an input; arguments as in :meth:`forward`."""
        batched = getattr(input, "ndim", 3) != 2
        self._expect("input", input, ("T", "B", self.input_size) if batched else ("T", self.input_size))
        x = input if batched else input.unsqueeze(1)
        if hx is None:
            h0 = x.new_zeros(x.size(1), self.hidden_size)
        else:
            self._expect("hx", hx, (1, x.size(1), self.hidden_size) if batched else (1, self.hidden_size))
            h0 = hx[0] if batched else hx
        keep, fixed = recorder(self), (self.weight_ih, self.column_hh, self.weight_hh, self.bias, self.leak)
        h: Tensor
        if keep is not None:  # a reservoir has no parameters: the state to start from brings the gradients here
            (h,) = _plain(x, h0 if h0.requires_grad else h0.detach().requires_grad_(), *fixed, keep)
        elif self._numpy_serves(x, h0):
            (h,) = run(esn, _plain, x, h0, *fixed)
        else:
            (h,) = _plain(x, h0, *fixed)
        return h if batched else h.squeeze(1)

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
        Raises ValueError or TypeError unless they fit and are finite, 0 ≤ washout < T and penalty ≥ 0.
        """
        h = self.states(input)
        self._expect("target", target, (*input.shape[:-1], self.output_size))
        if not 0 <= washout < len(input):
            raise ValueError(f"washout: expected 0 to T-1 = {len(input) - 1} steps, got {washout}")
        if not 0 <= penalty < math.inf:
            raise ValueError(f"penalty: expected a number of at least 0, got {penalty}")
        for name, tensor in {"input": input, "target": target}.items():
            if not torch.isfinite(tensor).all():
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
        Raises ValueError or TypeError unless steps ≥ 1, K = F and the input is one of :meth:`forward`.
        """
        if steps < 1:
            raise ValueError(f"steps: expected at least 1, got {steps}")
        if self.output_size != self.input_size:
            raise ValueError(f"expected output_size = input_size to generate, got {self.output_size}")
        hx = self.states(input, hx)[-1:]
        out = [self._read(hx, input[-1:])]
        while len(out) < steps:
            o, hx = self(out[-1], hx)
            out.append(o)
        return torch.cat(out), hx

    def extra_repr(self) -> str:
        """The arguments."""
        return (
            f"{self.input_size}, {self.hidden_size}, {self.output_size}, spectral_radius={self.spectral_radius}, "
            f"leak={self.leak}, input_scale={self.input_scale}, bias_scale={self.bias_scale}, degree={self.degree}, "
            f"increments={self.increments}"
        )

    def _expect(self, name: str, tensor: Any, shape: tuple[int | str, ...]) -> None:
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{name}: expected a Tensor, got {type(tensor).__name__}")
        fits = tensor.dim() == len(shape) and all(
            n == m or isinstance(m, str) for n, m in zip(tensor.shape, shape, strict=True)
        )
        if not fits:
            raise ValueError(f"{name}: expected shape ({', '.join(map(str, shape))}), got {tuple(tensor.shape)}")
        if tensor.numel() == 0:
            raise ValueError(f"{name}: expected at least one entry along each axis, got {tuple(tensor.shape)}")
        if tensor.dtype != self.weight_ih.dtype:
            raise TypeError(f"{name}: expected {self.weight_ih.dtype} as the reservoir has, got {tensor.dtype}")
        if tensor.device != self.weight_ih.device:
            raise ValueError(f"{name}: expected it on {self.weight_ih.device} as the reservoir is, got {tensor.device}")

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
    nothing = torch.finfo(A.dtype).eps * max(n, math.sqrt(len(rows)))  # of the largest singular value
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
