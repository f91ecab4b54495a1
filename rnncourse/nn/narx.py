"""NARX: a network over past outputs and inputs, in torch's manner; the free run's backward pass by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from rnncourse.kernels import narx
from rnncourse.nn._bridge import run
from rnncourse.nn._torch import expect_tensor, numpy_serves, recorder


class NARX(torch.nn.Module):
    r"""Nonlinear autoregression with an exogenous input.

    .. math::
       \varphi_t = (y_{t-1}, \dots, y_{t-n_y},\; u_{t-d}, \dots, u_{t-d-n_u+1}), \qquad
       \hat y_t = W_{ho} \tanh(W_{ih} \varphi_t + b_{ih}) + W_{io} \varphi_t + b_{ho}

    Equations ``eq-narx-regressors``, ``eq-narx-hidden``, ``eq-narx-mlp`` and ``eq-narx-run``.

    Parameters
    ----------
    input_size, output_size
        F and K. ``input_size=0`` is a model without input.
    hidden_size
        H units between regressors and prediction.
    output_order, input_order, delay
        n_y, n_u and d; ``input_order`` is 0 exactly where ``input_size`` is.
    skip
        Whether there is a direct path W_io; with it the model holds ARX as a special case.
    batch_first
        (B, T, ·) instead of (T, B, ·).
    device, dtype
        As in torch.nn.

    Attributes
    ----------
    weight_ih (H, P), bias_ih (H), weight_ho (K, H), bias_ho (K), weight_io (K, P) with skip, P = n_y K + n_u F
        Drawn from U(-1/√n, 1/√n), n the number of columns, as torch.nn.Linear does; weight_io starts from zeros.

    Sequences of unequal length are filled up at the end: no prediction sees what comes after it, so that those of the
    filling can be left out of the loss, and of nothing else.

    On a CPU in float32 and float64 a run with feedback is one autograd function with its backward by hand. With some
    tens of hidden units that takes a third of the time of torch's operations one by one for a batch, a ninth for a
    single long record; with hundreds it takes as long. Elsewhere, in second derivatives and in ``torch.func``
    transforms torch's operations run, with the same numbers. Teacher forcing has nothing to loop over: plain torch.
    Forward-mode derivatives outside of ``torch.func`` raise NotImplementedError.
    """

    weight_ih: torch.nn.Parameter
    bias_ih: torch.nn.Parameter
    weight_ho: torch.nn.Parameter
    bias_ho: torch.nn.Parameter
    weight_io: torch.nn.Parameter | None
    _record: Any = None

    def __init__(
        self,
        input_size: int,
        output_size: int,
        hidden_size: int,
        output_order: int,
        input_order: int = 0,
        delay: int = 0,
        skip: bool = True,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        sizes = {"output_size": output_size, "hidden_size": hidden_size, "output_order": output_order}
        others = {"input_size": input_size, "input_order": input_order, "delay": delay}
        for smallest, numbers in ((1, sizes), (0, others)):
            for name, number in numbers.items():
                if not isinstance(number, int) or isinstance(number, bool):
                    raise TypeError(f"{name} should be of type int, got: {type(number).__name__}")
                if number < smallest:
                    raise ValueError(f"{name} must be at least {smallest}, got {number}")
        if (input_size == 0) != (input_order == 0) or (delay and not input_order):
            raise ValueError(
                f"a model without input has input_size, input_order and delay 0, got {input_size}, {input_order}, "
                f"{delay}"
            )
        self.input_size, self.output_size, self.hidden_size = input_size, output_size, hidden_size
        self.output_order, self.input_order, self.delay = output_order, input_order, delay
        self.skip, self.batch_first = skip, batch_first
        P = output_order * output_size + input_order * input_size
        shapes = {"weight_ih": (hidden_size, P), "bias_ih": (hidden_size,), "weight_ho": (output_size, hidden_size)}
        shapes |= {"bias_ho": (output_size,), "weight_io": (output_size, P)}
        for name, shape in shapes.items():
            here = skip or name != "weight_io"
            parameter = torch.nn.Parameter(torch.empty(shape, device=device, dtype=dtype)) if here else None
            self.register_parameter(name, parameter)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights anew."""
        for weight, bias in ((self.weight_ih, self.bias_ih), (self.weight_ho, self.bias_ho)):
            bound = 1 / math.sqrt(weight.shape[1])
            torch.nn.init.uniform_(weight, -bound, bound)
            torch.nn.init.uniform_(bias, -bound, bound)
        if self.weight_io is not None:
            torch.nn.init.zeros_(self.weight_io)

    @property
    def start(self) -> int:
        """The first step S that can be predicted."""
        return max(self.output_order, self.delay + self.input_order - 1 if self.input_order else 0)

    def extra_repr(self) -> str:
        """Sizes and orders, for print."""
        text = f"{self.input_size}, {self.output_size}, {self.hidden_size}, output_order={self.output_order}"
        for name, usual in (("input_order", 0), ("delay", 0), ("skip", True), ("batch_first", False)):
            if getattr(self, name) != usual:
                text += f", {name}={getattr(self, name)}"
        return text

    def forward(self, u: Tensor | None, y: Tensor, forced: Tensor | None = None) -> Tensor:
        """Predict every step of which all past values are known.

        Shapes: u (T, B, F), or None without input; y (T, B, K); returns (T - S, B, K). Unbatched: without B.
        ``forced`` (T - S, B) of bools says which measured outputs later steps see in place of the prediction. None is
        teacher forcing throughout (series-parallel). For training with a mixture draw it anew each step of training,
        ``torch.rand(T - S, B) < epsilon``, with ε falling.
        Raises ValueError or RuntimeError when shapes do not fit, TypeError for what is no tensor.
        """
        u, y, batched = self._checked(u, y)
        steps, S = len(y) - self.start, self.start
        if steps < 1:
            raise ValueError(f"y: expected more than {S} steps, got {len(y)}")
        if forced is None and self._record is not None:
            prediction = self._run(u, y, torch.ones(steps, y.shape[1], dtype=torch.bool, device=y.device))
        elif forced is None:
            parts = [y[S - j : len(y) - j] for j in range(1, self.output_order + 1)]
            prediction = self._mlp(torch.cat([*parts, *self._inputs(u, len(y))], dim=2))
        else:
            if not isinstance(forced, Tensor) or forced.dtype != torch.bool:
                raise TypeError(
                    f"forced: expected a tensor of torch.bool, got {getattr(forced, 'dtype', type(forced))}"
                )
            forced = forced if batched else forced.unsqueeze(-1)
            if batched and self.batch_first:
                forced = forced.transpose(0, 1)
            if tuple(forced.shape) != (steps, y.shape[1]):
                raise RuntimeError(
                    f"forced: expected {(steps, y.shape[1])} steps and examples, got {tuple(forced.shape)}"
                )
            if forced.device != y.device:
                raise RuntimeError(f"forced: expected it on {y.device}, got {forced.device}")
            prediction = self._run(u, y, forced)
        return self._given_back(prediction, batched)

    def simulate(self, u: Tensor | None, y0: Tensor, steps: int | None = None) -> Tensor:
        """The free run (parallel mode): S measured outputs, then inputs and the model's own predictions alone.

        Shapes: u (T, B, F) from the same step on, or None with ``steps``; y0 (S, B, K); returns (T - S, B, K).
        Unbatched: without B. Raises as :meth:`forward`.
        """
        if (u is None) == (steps is None):
            raise ValueError("expected either an input u, or for a model without one the number of steps")
        if isinstance(steps, int) and steps < 1:
            raise ValueError(f"steps: expected at least 1, got {steps}")
        u, y0, batched = self._checked(u, y0, same_length=False)
        if len(y0) != self.start:
            raise ValueError(f"y0: expected {self.start} steps to start from, got {len(y0)}")
        n = steps if u is None else len(u) - self.start
        if n is None or n < 1:
            raise ValueError(f"u: expected more than {self.start} steps, got {0 if u is None else len(u)}")
        y = torch.cat([y0, y0.new_zeros(n, *y0.shape[1:])])
        forced = torch.zeros(n, y.shape[1], dtype=torch.bool, device=y.device)
        return self._given_back(self._run(u, y, forced), batched)

    def _checked(self, u: Tensor | None, y: Tensor, same_length: bool = True) -> tuple[Tensor | None, Tensor, bool]:
        """Input and output as (T, B, ·), once they fit each other and the parameters."""
        if (u is None) != (self.input_size == 0):
            raise ValueError(f"u: expected {'an input' if u is None else 'None'} for input_size={self.input_size}")
        for name, tensor, size in (("y", y, self.output_size), ("u", u, self.input_size)):
            if tensor is not None:
                expect_tensor(name, tensor, self.weight_ih, self._shape(size), ("T", size))
        if u is not None and u.dim() != y.dim():
            raise ValueError(f"u: expected as many dimensions as y, {y.dim()}, got {u.dim()}")
        batched = y.dim() == 3
        turned = [
            t if t is None else t.unsqueeze(1) if not batched else t.transpose(0, 1) if self.batch_first else t
            for t in (u, y)
        ]
        u, y = turned[0], turned[1]  # type: ignore[assignment]
        if u is not None and (u.shape[1] != y.shape[1] or (same_length and len(u) != len(y))):
            raise RuntimeError(
                f"u: expected the steps and examples of y, {tuple(y.shape[:2])}, got {tuple(u.shape[:2])}"
            )
        return u, y, batched

    def _shape(self, size: int) -> tuple[int | str, ...]:
        return ("B", "T", size) if self.batch_first else ("T", "B", size)

    def _given_back(self, prediction: Tensor, batched: bool) -> Tensor:
        if not batched:
            return prediction.squeeze(1)
        return prediction.transpose(0, 1) if self.batch_first else prediction

    def _inputs(self, u: Tensor | None, T: int) -> list[Tensor]:
        """The inputs' share of the regressors, newest first: n_u times (T - S, B, F)."""
        if u is None:
            return []
        return [u[self.start - self.delay - j : T - self.delay - j] for j in range(self.input_order)]

    def _mlp(self, phi: Tensor) -> Tensor:
        linear = torch.nn.functional.linear
        out = linear(torch.tanh(linear(phi, self.weight_ih, self.bias_ih)), self.weight_ho, self.bias_ho)
        return out if self.weight_io is None else out + linear(phi, self.weight_io)

    def _run(self, u: Tensor | None, y: Tensor, forced: Tensor) -> Tensor:
        inputs = self._inputs(u, len(y))
        exogenous = torch.cat(inputs, dim=2) if inputs else y.new_zeros(len(forced), y.shape[1], 0)
        weights = (self.weight_ih, self.bias_ih, self.weight_ho, self.bias_ho, self.weight_io)
        keep = recorder(self)
        given: Any = (exogenous, y, forced, *weights)
        prediction: Tensor
        if keep is None and numpy_serves(given):
            (prediction,) = run(narx, _plain, *given, self.output_order)
        else:
            (prediction,) = _plain(*given, self.output_order, keep)  # type: ignore[call-arg]
        return prediction


def _plain(
    exogenous: Tensor,
    y: Tensor,
    forced: Tensor,
    W_ih: Tensor,
    b_ih: Tensor,
    W_ho: Tensor,
    b_ho: Tensor,
    W_io: Tensor | None,
    n_y: int,
    keep: Callable[..., None] | None = None,
) -> tuple[Tensor]:
    """The loop in torch's operations, with derivatives of every order; ``keep`` gets each prediction."""
    linear, S, predictions = torch.nn.functional.linear, len(y) - len(forced), []
    fed = list(y[:S])
    for t, (m_t, v_t) in enumerate(zip(forced, exogenous, strict=True)):
        phi = torch.cat([*(fed[-j] for j in range(1, n_y + 1)), v_t], dim=1)
        out = linear(torch.tanh(linear(phi, W_ih, b_ih)), W_ho, b_ho)
        predictions.append(out if W_io is None else out + linear(phi, W_io))
        if keep is not None:
            keep(predictions[-1])
        fed.append(torch.where(m_t[:, None], y[S + t], predictions[-1]))
    return (torch.stack(predictions),)
