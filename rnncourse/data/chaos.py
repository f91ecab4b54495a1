r"""Two chaotic systems, integrated here from their equations. Nothing is downloaded; no licence is needed.

A chaotic series is determined by its last bit: after some 5000 time units of Mackey–Glass, or 40 of Lorenz, another
machine's rounding has become another trajectory. Its statistics, and what a model reaches on it, are the same.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.polynomial import chebyshev

from rnncourse._arrays import Array, at_least, finite, positive

LORENZ_LYAPUNOV = 0.9056
"""Largest Lyapunov exponent of :func:`lorenz` with its default parameters, per time unit (Sprott 2003, table A.5)."""


def mackey_glass(
    T: int, tau: float = 17.0, dt: float = 1.0, beta: float = 0.2, gamma: float = 0.1, n: int = 10, seed: int = 0
) -> Array:
    r"""The Mackey–Glass series: production that answers late, and decay.

    .. math:: \frac{dx}{ds} = \beta\, \frac{x(s - \tau)}{1 + x(s - \tau)^n} - \gamma\, x(s)

    Source: Mackey and Glass (1977), Science 197, eq. 4b; chaotic for τ = 17 and above with these parameters.

    Method of steps: over one delay the late term g is known, so the equation is linear and
    :math:`x(s) = e^{-\gamma (s - s_0)} x(s_0)` :math:`+ \int_{s_0}^{s} e^{-\gamma (s - r)} g(r)\, dr`, integrated in
    Chebyshev polynomials. The history before 0 is constant, drawn from 1.1 to 1.3; 60 delays, at least 1000 time
    units, pass before the first sample.

    Shape: returns (T,) float64, a sample every dt. The same seed gives the same series.
    Raises TypeError unless T and n are integers, ValueError unless they are at least 1 and the others positive.
    """
    at_least(1, T=T, n=n)
    positive(tau=tau, dt=dt, beta=beta, gamma=gamma)
    order = 20 + math.ceil(2.5 * tau)  # polynomials a delay: the error is below 1e-11 a time unit up to τ = 100
    nodes = chebyshev.chebpts2(order)
    s = (nodes + 1) * tau / 2
    to_coefficients = np.linalg.inv(chebyshev.chebvander(nodes, order - 1))
    integral = chebyshev.chebval(nodes, chebyshev.chebint(to_coefficients, lbnd=-1, scl=tau / 2)).T
    integrate = np.exp(-gamma * (s[:, None] - s)) * integral
    decay = np.exp(-gamma * s)

    skipped = math.ceil(max(60.0, 1000.0 / tau))
    stretches = math.ceil((T - 1) * dt / tau) + 1
    x = np.full(order, np.random.default_rng(seed).uniform(1.1, 1.3))
    kept = np.empty((stretches, order))
    for k in range(skipped + stretches):
        x = decay * x[-1] + integrate @ (beta * x / (1 + x**n))
        if k >= skipped:
            kept[k - skipped] = x
    time = np.arange(T) * dt
    which = np.minimum((time / tau).astype(int), stretches - 1)
    polynomials = chebyshev.chebvander(2 * (time - which * tau) / tau - 1, order - 1)
    return np.einsum("tc,tc->t", polynomials, (kept @ to_coefficients.T)[which])


def lorenz(
    T: int,
    dt: float = 0.02,
    sigma: float = 10.0,
    rho: float = 28.0,
    beta: float = 8 / 3,
    seed: int = 0,
    substeps: int = 8,
) -> Array:
    r"""The Lorenz system, sampled every dt on its attractor.

    .. math:: \dot x = \sigma (y - x), \qquad \dot y = x (\rho - z) - y, \qquad \dot z = x y - \beta z

    Source: Lorenz (1963), J. Atmos. Sci. 20, eq. 25–27. Runge–Kutta of fourth order with substeps steps a sample
    (error after one sample 1e-9, after one time unit 1e-6 of a range of 40), from a start drawn within 1 of
    (1, 1, 20); 20 time units pass before the first sample.

    Shape: returns (T, 3) float64. The same seed gives the same series.
    Raises TypeError unless T and substeps are integers, ValueError unless they are at least 1, dt > 0 and the others
    finite, or when the steps are so long that the numbers blow up.
    """
    at_least(1, T=T, substeps=substeps)
    positive(dt=dt)
    finite(sigma=sigma, rho=rho, beta=beta)
    h = dt / substeps
    skipped = math.ceil(20 / dt)
    x, y, z = (np.array([1.0, 1.0, 20.0]) + np.random.default_rng(seed).uniform(-1, 1, 3)).tolist()

    def slope(x: float, y: float, z: float) -> tuple[float, float, float]:
        return sigma * (y - x), x * (rho - z) - y, x * y - beta * z

    out = np.empty((T, 3))
    for t in range(-skipped, T):  # plain floats: ten times faster than arrays of three
        if t >= 0:
            out[t] = x, y, z
        for _ in range(substeps):
            a1, b1, c1 = slope(x, y, z)
            a2, b2, c2 = slope(x + h / 2 * a1, y + h / 2 * b1, z + h / 2 * c1)
            a3, b3, c3 = slope(x + h / 2 * a2, y + h / 2 * b2, z + h / 2 * c2)
            a4, b4, c4 = slope(x + h * a3, y + h * b3, z + h * c3)
            x += h / 6 * (a1 + 2 * a2 + 2 * a3 + a4)
            y += h / 6 * (b1 + 2 * b2 + 2 * b3 + b4)
            z += h / 6 * (c1 + 2 * c2 + 2 * c3 + c4)
    if not np.isfinite(out).all():
        raise ValueError(f"dt: expected steps of at most about 0.05, got dt/substeps = {h:.3g}: the solution blew up")
    return out
