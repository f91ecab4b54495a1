r"""Maps iterated: orbits, their slopes, and how fast neighbours part. For the chapter ``book/gradients``.

Nothing here changes its arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np

from rnncourse import rnn
from rnncourse._arrays import Array, sign
from rnncourse.rules import within
from rnncourse.shapes import (
    Alike,
    Count,
    Natural,
    checked,
)

Map = Callable[[Array], Array]
Unit = Annotated[Alike, within(0, 1)]
Rate = Annotated[float, within(0, 4)]


@checked
def logistic(x: Unit, r: Rate) -> Alike:
    r"""The logistic map, which takes [0, 1] into itself.

    .. math:: f(x) = r\,x\,(1 - x)

    Equation ``eq-gradients-logistic``. Source: May (1976); Perdikaris's lecture with r = 3.5.

    Shape: x of any shape, in [0, 1]; returns the same shape.
    """
    return r * x * (1 - x)


@checked
def logistic_derivative(x: Unit, r: Rate) -> Alike:
    r"""Slope of the logistic map.

    .. math:: f'(x) = r\,(1 - 2x)

    Equation ``eq-gradients-slope``. Source: calculus.

    Shape: x of any shape, in [0, 1]; returns the same shape.
    """
    return r * (1 - 2 * x)


@checked
def iterate(f: Map, x0: Alike, n: Natural) -> Array:
    r"""The orbit of a point: what n applications of a map do to it.

    .. math:: x_0, \quad x_1 = f(x_0), \quad \dots, \quad x_n = f(x_{n-1}) = f^{n}(x_0)

    Equation ``eq-gradients-iterate``; f takes and returns arrays of one shape. Source: definition.

    Shape: x0 of any shape; returns (n+1, …), the start first.
    """
    start = np.asarray(x0)
    steps: list[Array] = rnn.unfold(lambda x, _: f(x), start, range(n))
    return np.stack([start, *steps])


@checked
def iterate_derivative(f: Map, df: Map, x0: Alike, n: Natural) -> Alike:
    r"""Slope of the n-th iterate: one factor for each application.

    .. math:: (f^{n})'(x_0) = \prod_{k=0}^{n-1} f'(x_k)

    Equation ``eq-gradients-derivative``; df is the derivative of f. Source: chain rule.

    Shape: x0 of any shape; returns the same shape.
    """
    orbit = iterate(f, x0, n)
    return np.prod(df(orbit[:n]), axis=0) if n > 0 else np.ones_like(orbit[0])


@checked
def lyapunov(f: Map, df: Map, x0: Alike, n: Count, skip: Natural = 0) -> Alike:
    r"""Lyapunov exponent along an orbit: the mean logarithm by which a step stretches.

    .. math:: \lambda = \frac1n \sum_{k=s}^{s+n-1} \ln \lvert f'(x_k) \rvert
       = \frac1n \ln \bigl\lvert (f^{n})'(x_s) \bigr\rvert

    Equation ``eq-gradients-lyapunov``, after s = skip steps of transient. Positive: neighbours part, gradients
    explode; negative: they meet, gradients vanish; -∞ if the orbit meets a point of slope 0. Source: definition.

    Shape: x0 of any shape; returns the same shape.
    """
    x_s = iterate(f, x0, skip)[-1]
    with np.errstate(divide="ignore"):
        return np.log(np.abs(df(iterate(f, x_s, n)[:n]))).mean(axis=0)


sign(globals(), "iterate_derivative", "lyapunov")
