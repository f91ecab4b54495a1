r"""A rival without a reservoir: least squares on products of delays, for the chapter ``book/reservoir``.

Nonlinear vector autoregression (NVAR), which Gauthier et al. (2021) call next-generation reservoir computing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations_with_replacement

import numpy as np

from rnncourse._arrays import Array, expect, require
from rnncourse.readout import ridge
from rnncourse.shapes import P_, T_B_F, Count, NotNegative, check_fields, checked


def monomials(phi: Array, degree: int) -> Array:
    """All products of up to ``degree`` of the last axis's entries, the constant first: shape (…, P)."""
    columns = [np.ones_like(phi[..., :1])]
    for d in range(1, degree + 1):
        which = np.array(list(combinations_with_replacement(range(phi.shape[-1]), d)))
        columns.append(phi[..., which].prod(axis=-1))
    return np.concatenate(columns, axis=-1)


@checked
def nvar_features(x: T_B_F, delays: Count = 2, apart: Count = 1, degree: Count = 2) -> Array:
    r"""What a nonlinear vector autoregression knows at each step: products of the last values.

    .. math::
       \varphi_t = \bigl( \textstyle\prod_{j \in J} u_j \bigr)_{|J| \le d}, \qquad
       u = (x_t, x_{t-s}, \dots, x_{t-(k-1)s})

    Equation ``eq-reservoir-nvar``, with k ``delays`` that are s = ``apart`` steps apart, and products of at most
    d = ``degree`` factors, repeated ones too; J = ∅ is the constant 1. Source: Gauthier, Bollt, Griffith and Barbosa
    (2021), Nature Communications 12.

    Returns (T - (k-1)s, B, P), its first row that of step (k-1)s; P = C(kF + d, d). The constant comes first, then the
    newest value.
    Raises ValueError where T is not above (k-1)s.
    """
    first = (delays - 1) * apart
    require(len(x) > first, f"x: expected more than (delays - 1) * apart = {first} steps, got {len(x)}")
    u = np.concatenate([x[first - j * apart : len(x) - j * apart] for j in range(delays)], axis=2)
    return monomials(u, degree)


@dataclass
class NVAR:
    """A nonlinear vector autoregression: the features of :func:`nvar_features`, and a readout fitted in one step.

    It is used as :class:`rnncourse.esn.EchoStateNetwork` is. Each feature is divided by its root mean square in the
    record, so that the ``penalty`` is alike for all; with ``increments`` the readout predicts differences.
    """

    F: Count = 1
    delays: Count = 2
    apart: Count = 1
    degree: Count = 2
    penalty: NotNegative = 0.0
    increments: bool = True
    W_ho: Array | None = field(init=False, repr=False, default=None)
    scale: P_ = field(init=False, repr=False)

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def first(self) -> int:
        """The first step that has all its delays."""
        return (self.delays - 1) * self.apart

    def features(self, x: Array) -> Array:
        """The features along x (T, B, F), as :func:`nvar_features`."""
        return nvar_features(x, self.delays, self.apart, self.degree)

    @checked
    def fit(self, x: T_B_F, y: T_B_F) -> NVAR:
        """Fit the readout to the target y of each step of x. Shapes (T, B, F). Returns itself."""
        A = self.features(x)
        self.scale = np.sqrt((A**2).mean(axis=(0, 1)))
        target = y - x if self.increments else y
        rows = (A / self.scale).reshape(-1, A.shape[2])
        self.W_ho = ridge(rows, target[self.first :].reshape(len(rows), -1), self.penalty)
        return self

    @checked
    def free_run(self, x: T_B_F, steps: Count) -> T_B_F:
        """Continue a series with the own predictions as inputs: (T, B, F), T above (k-1)s, to (steps, B, F).

        A polynomial may leave for good: what it overflows to is infinite or NaN.
        Raises RuntimeError before :meth:`fit`.
        """
        if self.W_ho is None:
            raise RuntimeError("expected a fitted readout: call fit first")
        expect(x=(x, f"T B {self.F}"))
        require(len(x) > self.first, f"x: expected more than {self.first} steps, got {len(x)}")
        known, W = [*x[-self.first - 1 :]], (self.W_ho / self.scale).T
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(steps):
                u = np.concatenate(known[: -self.first - 2 : -self.apart], axis=1)
                o_t = monomials(u, self.degree) @ W
                known.append(o_t + known[-1] if self.increments else o_t)
        return np.stack(known[-steps:])
