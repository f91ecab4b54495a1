r"""All steps at once: pairs of steps put together, and Newton's method over the whole sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnncourse._arrays import Array
from rnncourse.shapes import B_H, B_H_H, T_B_H, T_B_H_H, Alike, Count, NotNegative, checked


class Step(NamedTuple):
    """What a step, or a run of steps, does to a state: h becomes a h + b."""

    a: Array
    b: Array


class Newton(NamedTuple):
    """States found for all steps at once, and how the search went."""

    h: Array
    """(T, B, H)."""
    residuals: list[float]
    """The largest error of any step, of the first guess and after each round."""


@checked
def combine(first_a: Alike, first_b: Alike, then_a: Alike, then_b: Alike) -> Step:
    r"""Two steps are one step.

    .. math:: (a, b) \bullet (a', b') = (a' a,\; a' b + b')

    Equation ``eq-after-combine``. Associative: whichever neighbours go together first, what comes out is the same.
    Source: Blelloch (1990).
    """
    return Step(then_a * first_a, then_a * first_b + then_b)


@checked
def loop(a: T_B_H, b: T_B_H, h0: B_H) -> T_B_H:
    r"""The states of a linear recurrence with a factor for each step and unit, one after the other.

    .. math:: h_t = a_t \odot h_{t-1} + b_t

    Equation ``eq-after-recurrence``. Source: definition.
    """
    h, h_t = np.empty_like(b), h0
    for t in range(len(b)):
        h_t = h[t] = a[t] * h_t + b[t]
    return h


@checked
def scan(a: T_B_H, b: T_B_H, h0: B_H) -> T_B_H:
    r"""The same states in :math:`\lceil \log_2 T \rceil` rounds, each of which works on all steps at once.

    .. math:: (a, b)^{(r+1)}_t = (a, b)^{(r)}_{t - 2^r} \bullet (a, b)^{(r)}_t \quad (t > 2^r)

    Equation ``eq-after-scan``. After round r each step stands for itself and the :math:`2^{r+1} - 1` before it; at
    the end for all. Source: Hillis and Steele (1986).
    """
    a, b = a.copy(), b.copy()
    reach = 1
    while reach < len(a):
        pair = combine(a[:-reach], b[:-reach], a[reach:], b[reach:])
        a[reach:], b[reach:] = pair
        reach *= 2
    return a * h0 + b


@checked
def scan_matrices(A: T_B_H_H, b: T_B_H, h0: B_H) -> T_B_H:
    r"""The scan for a matrix a step: a product of matrices where the other multiplies numbers.

    .. math:: (A, b) \bullet (A', b') = (A' A,\; A' b + b')

    Equation ``eq-after-combine-matrices``. Source: as :func:`combine`.
    """
    A, b = A.copy(), b.copy()
    reach = 1
    while reach < len(A):
        A[reach:], b[reach:] = (
            A[reach:] @ A[:-reach],
            np.einsum("tbij,tbj->tbi", A[reach:], b[:-reach]) + b[reach:],
        )
        reach *= 2
    return np.einsum("tbij,bj->tbi", A, h0) + b


def newton(
    step: Callable[[Array], Array],
    jacobian: Callable[[Array], Array],
    h0: B_H,
    guess: T_B_H,
    tolerance: NotNegative = 1e-12,
    most: Count = 100,
) -> Newton:
    r"""A recurrence that is not linear, solved for all steps at once: in each round, a linear one.

    .. math::
       h_t^{(i+1)} = f_t\bigl(h_{t-1}^{(i)}\bigr)
       + J_t\bigl(h_{t-1}^{(i)}\bigr)\,\bigl(h_{t-1}^{(i+1)} - h_{t-1}^{(i)}\bigr),
       \qquad J_t = \frac{\partial f_t}{\partial h_{t-1}}

    Equation ``eq-after-newton``. The first i states are right after i rounds, so that T rounds are enough; where the
    recurrence forgets, a few are. Source: Lim et al. (2024); Newton's method on :math:`h_t - f_t(h_{t-1}) = 0`.

    Shapes: ``step`` takes the states before each step (T, B, H) and returns those after it, ``jacobian`` returns
    (T, B, H, H); h0 (B, H), guess (T, B, H). Stops when no step is wrong by more than the tolerance, or after
    ``most`` rounds.
    """
    h, residuals = guess, []
    for _ in range(most):
        before = np.concatenate([h0[None], h[:-1]])
        after = step(before)
        residuals.append(float(np.abs(h - after).max()))
        if residuals[-1] <= tolerance:
            return Newton(h, residuals)
        J = jacobian(before)
        h = scan_matrices(J, after - np.einsum("tbij,tbj->tbi", J, before), h0)
    residuals.append(float(np.abs(h - step(np.concatenate([h0[None], h[:-1]]))).max()))
    return Newton(h, residuals)


@checked
def tanh_jacobian(h: T_B_H, W_hh: Array) -> B_H_H:
    r"""The Jacobian of a tanh network's step, from the state after it.

    .. math:: J_t = \mathrm{diag}(1 - h_t^2)\, W_{hh}

    Equation ``eq-after-jacobian``. Source: chain rule.

    Shapes: h (T, B, H), what the step gives, W_hh (H, H); returns (T, B, H, H).
    """
    return (1 - h**2)[..., None] * W_hh
