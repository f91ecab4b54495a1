"""A Hopfield network: patterns stored in symmetric weights, recalled by following the energy downhill."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import torch
from torch import Tensor

from rnncourse.nn._torch import expect_sizes, expect_tensor


class Recall(NamedTuple):
    """Where each state ended, the steps or sweeps it took, and its period.

    state (B, N) or (N,); steps: how many were made until nothing new came; period (B,) or a scalar: 1 at a fixed
    point, 2 in a cycle of two states (synchronous updates only), 0 where max_steps was reached first.
    """

    state: Tensor
    steps: int
    period: Tensor


class Hopfield(torch.nn.Module):
    r"""A Hopfield network of N units of -1 and +1: :meth:`store` patterns, then call it on a state to recall one.

    .. math::
       s_i \leftarrow \begin{cases} +1 & f_i > 0 \\ -1 & f_i < 0 \\ s_i & f_i = 0 \end{cases}, \qquad
       f_i = \sum_j w_{ij} s_j - \theta_i, \qquad
       E = -\tfrac12 \sum_{i,j} w_{ij} s_i s_j + \sum_i \theta_i s_i

    Equations ``eq-hopfield-update``, ``eq-hopfield-field`` and ``eq-hopfield-energy``. Buffers: ``weight`` (N, N),
    symmetric without self-connections, and ``threshold`` (N,), zeros until something is stored or loaded there.
    ``mode`` "asynchronous" updates one unit after the other, "synchronous" all at once; a step is a sweep over all
    units or one update of all. A field within its own rounding error of 0 counts as 0.

    Nothing is trained: recall is a step function, so a state that asks for gradients is an error, as are
    ``torch.func`` transforms. The energy has derivatives. Source: Hopfield (1982), Proc. Natl. Acad. Sci. 79.
    """

    weight: Tensor
    threshold: Tensor

    def __init__(
        self,
        num_units: int,
        mode: str = "asynchronous",
        max_steps: int = 1000,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        expect_sizes(num_units=num_units, max_steps=max_steps)
        if mode not in ("asynchronous", "synchronous"):
            raise ValueError(f"mode: expected 'asynchronous' or 'synchronous', got {mode!r}")
        self.num_units, self.mode, self.max_steps = num_units, mode, max_steps
        self.register_buffer("weight", torch.zeros(num_units, num_units, device=device, dtype=dtype))
        self.register_buffer("threshold", torch.zeros(num_units, device=device, dtype=dtype))
        if not self.weight.is_floating_point():
            raise TypeError(f"dtype: expected a floating-point dtype, got {dtype}")

    @torch.no_grad()
    def store(self, patterns: Tensor, rule: str = "hebbian") -> Hopfield:
        r"""Store patterns (P, N) of ±1. Returns itself.

        .. math::
           \text{hebbian:} \quad w_{ij} \mathrel{+}= \frac{1}{N} \sum_{\mu} \xi^\mu_i \xi^\mu_j, \qquad
           \text{pseudo-inverse:} \quad w_{ij} = \bigl( \Xi^{+} \Xi \bigr)_{ij} \qquad (i \ne j)

        Equations ``eq-hopfield-hebb`` and ``eq-hopfield-pseudo-inverse``. Hebbian weights are sums, so patterns may
        come in several calls; the pseudo-inverse takes all at once, into a network where nothing is stored.
        Raises ValueError, TypeError or RuntimeError unless patterns and rule are as above, ValueError where the
        pseudo-inverse of N independent patterns would leave no weights.
        """
        self._expect_signs("patterns", patterns, ("P", self.num_units))
        N = self.num_units
        if rule == "hebbian":
            W = patterns.T @ patterns / N
        elif rule == "pseudo-inverse":
            if self.weight.any():
                raise ValueError("expected a network where nothing is stored: a pseudo-inverse is no sum; call reset")
            _, size, basis = torch.linalg.svd(patterns, full_matrices=False)
            basis = basis[size > size[0] * max(patterns.shape) * torch.finfo(size.dtype).eps]
            if len(basis) == N:
                raise ValueError(f"patterns: expected fewer than N = {N} independent ones: all weights would be 0")
            W = basis.T @ basis
            W = (W + W.T) / 2  # symmetric but for rounding
        else:
            raise ValueError(f"rule: expected 'hebbian' or 'pseudo-inverse', got {rule!r}")
        self.weight += W.fill_diagonal_(0)
        return self

    def reset(self) -> None:
        """Forget all patterns; thresholds stay."""
        self.weight.zero_()

    def forward(self, state: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """The state that :meth:`recall` ends in."""
        return self.recall(state, generator).state

    def recall(self, state: Tensor, generator: torch.Generator | None = None) -> Recall:
        """Update states (B, N) or (N,) until nothing changes, or until two alternate: ``eq-hopfield-recall``.

        A sweep takes the units in order, or with a generator in a new random order each time, the same for the whole
        batch. Raises ValueError, TypeError or RuntimeError unless states are ±1 and fit, ValueError where ``weight``
        is not symmetric or has self-connections, RuntimeError where a gradient is asked for.
        """
        if torch._C._are_functorch_transforms_active():
            raise RuntimeError("Hopfield: recall stops where nothing changes, which torch.func cannot trace")
        self._expect_signs("state", state, *self._shapes)
        if torch.is_grad_enabled() and (state.requires_grad or self.weight.requires_grad):
            raise RuntimeError("Hopfield: recall is a step function without a useful gradient; detach the state")
        W = self.weight
        if not torch.allclose(W, W.T, rtol=1e-6, atol=1e-6 * W.abs().max().item()) or W.diagonal().any():
            raise ValueError("weight: expected a symmetric matrix without self-connections")
        step = self._synchronous if self.mode == "synchronous" else self._asynchronous
        rounding = torch.finfo(W.dtype).eps * math.sqrt(len(W)) * (W.abs().sum(dim=1) + self.threshold.abs())
        s = before = state.detach().reshape(-1, self.num_units)
        for steps in range(1, self.max_steps + 1):
            after = step(s, rounding, generator)
            fixed = (after == s).all(dim=1)
            cycling = (after == before).all(dim=1) & ~fixed & (steps > 1)
            before, s = s, after
            if (fixed | cycling).all():
                break
        period = torch.where(fixed, 1, torch.where(cycling, 2, 0))
        return Recall(s.reshape(state.shape).clone(), steps, period.reshape(state.shape[:-1]))

    def _synchronous(self, s: Tensor, rounding: Tensor, generator: torch.Generator | None) -> Tensor:
        return _update(s @ self.weight.T - self.threshold, s, rounding)

    def _asynchronous(self, s: Tensor, rounding: Tensor, generator: torch.Generator | None) -> Tensor:
        columns = s.T.clone(memory_format=torch.contiguous_format)  # a unit of all examples is a row
        order = torch.arange(self.num_units, device="cpu")
        if generator is not None:
            order = torch.randperm(self.num_units, generator=generator, device=generator.device)
        for i in order.tolist():
            columns[i] = _update(self.weight[i] @ columns - self.threshold[i], columns[i], rounding[i])
        return columns.T

    def energy(self, state: Tensor) -> Tensor:
        """The energy of states (B, N) or (N,): shape (B,) or a scalar. Any numbers will do, and have derivatives."""
        expect_tensor("state", state, self.weight, *self._shapes)
        return -0.5 * ((state @ self.weight) * state).sum(dim=-1) + state @ self.threshold

    @property
    def _shapes(self) -> tuple[tuple[int | str, ...], ...]:
        return (self.num_units,), ("B", self.num_units)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"{self.num_units}, mode={self.mode!r}, max_steps={self.max_steps}"

    def _expect_signs(self, name: str, tensor: Any, *shapes: tuple[int | str, ...]) -> None:
        expect_tensor(name, tensor, self.weight, *shapes)
        if not (tensor.abs() == 1).all():
            raise ValueError(f"{name}: expected only -1 and +1, got {tensor[tensor.abs() != 1][0].item()}")


def _update(f: Tensor, s: Tensor, rounding: Tensor) -> Tensor:
    return torch.where(f.abs() <= rounding, s, f.sign())
