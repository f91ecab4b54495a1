r"""Two systems to identify, simulated from their equations, and signals to excite them. No licence is needed.

Signals are series (T,); a :class:`Record` holds the input and the output of one experiment. Inputs are held constant
from one sample to the next, as a digital-to-analogue converter does.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rnncourse._arrays import Array, at_least, expect, finite, not_negative, positive
from rnncourse._extras import needs


class Record(NamedTuple):
    """Input u (T,) and output y (T,) of one experiment, sampled every dt seconds; y[t] was read before u[t] acted."""

    u: Array
    y: Array
    dt: float


# --- excitation


def multisine(
    T: int, dt: float, f_max: float, f_min: float = 0.0, decay: float = 0.0, rms: float = 1.0, seed: int = 0
) -> Array:
    r"""A sum of cosines with random phases: one period of T samples, power exactly where it is wanted.

    .. math:: u_t = c \sum_k k^{-\text{decay}} \cos(2\pi k t / T + \phi_k), \qquad
       f_{\min} \le \frac{k}{T\,dt} \le f_{\max}, \quad \phi_k \sim \mathrm U[0, 2\pi)

    Source: Pintelon and Schoukens (2012), section 2.2; c makes the root mean square ``rms``, the mean is 0.

    Shape: returns (T,) float64; dt in seconds, frequencies in Hz. The same seed gives the same phases.
    Raises ValueError unless T ≥ 1, dt and rms > 0, f_min and decay ≥ 0, and a frequency k/(T dt), k ≥ 1, lies between
    f_min and f_max, all of them below half the sampling rate.
    """
    at_least(1, T=T)
    positive(dt=dt, f_max=f_max, rms=rms)
    not_negative(f_min=f_min, decay=decay)
    k = np.arange(1, T // 2 + 1)
    k = k[(k >= f_min * T * dt * (1 - 1e-12)) & (k <= f_max * T * dt * (1 + 1e-12))]
    if not len(k) or f_max * dt >= 0.5:
        raise ValueError(f"expected frequencies below {0.5 / dt:g} Hz, in steps of {1 / (T * dt):g} Hz, "
                         f"got {f_min} to {f_max}")  # fmt: skip
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, len(k))
    u = (k**-decay) @ np.cos(2 * np.pi * np.outer(k, np.arange(T)) / T + phases[:, None])
    return u * (rms / np.sqrt((u**2).mean()))


def filtered_noise(T: int, dt: float, cutoff: float, rms: float = 1.0, seed: int = 0) -> Array:
    r"""White Gaussian noise through a Butterworth low-pass filter of fourth order, after the filter has settled.

    Shape: returns (T,) float64 with the given root mean square over all possible records; dt in seconds, cutoff in Hz.
    The same seed gives the same noise. Source: scipy.signal.butter.
    Raises ValueError unless T ≥ 1, dt and rms > 0, and 0 < cutoff < 1/(2 dt); ImportError without SciPy.
    """
    at_least(1, T=T)
    positive(dt=dt, cutoff=cutoff, rms=rms)
    if cutoff >= 0.5 / dt:
        raise ValueError(f"cutoff: expected less than half the sampling rate, {0.5 / dt:g} Hz, got {cutoff}")
    with needs(__name__, "data"):
        from scipy.signal import butter, sosfilt

    sections, settle = butter(4, cutoff, fs=1 / dt, output="sos"), math.ceil(20 / (cutoff * dt))
    response = sosfilt(sections, np.eye(1, settle)[0])
    noise = np.random.default_rng(seed).standard_normal(settle + T)
    return np.asarray(sosfilt(sections, noise)[settle:]) * (rms / np.sqrt((response**2).sum()))


# --- systems


def duffing(
    u: Array,
    dt: float = 0.2,
    damping: float = 0.2,
    stiffness: float = 1.0,
    cubic: float = 1.0,
    start: tuple[float, float] = (0.0, 0.0),
    noise: float = 0.0,
    substeps: int = 8,
    seed: int = 0,
) -> Record:
    r"""A forced mass on a spring that hardens: the oscillator of Duffing.

    .. math:: \ddot x + \delta \dot x + \alpha x + \beta x^3 = u(t), \qquad y_t = x(t\,dt) + \text{noise} \cdot
       \epsilon_t

    The Silverbox of :func:`rnncourse.data.download.silverbox` is an electronic one. Source: Duffing (1918); Wigren and
    Schoukens (2013). Runge–Kutta of fourth order, substeps steps a sample. Mass 1: time in seconds, x in metres, u in
    newtons; δ = damping, α = stiffness, β = cubic, ε standard normal; start is position and velocity.

    Shapes: u (T,) float64; returns a :class:`Record`. The same seed gives the same noise.
    Raises ValueError unless dt > 0, substeps ≥ 1, noise ≥ 0 and all are finite, or when the solution blows up;
    TypeError for what is not a number; ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(u=(u, "T"))
    positive(dt=dt)
    not_negative(noise=noise)
    at_least(1, substeps=substeps)
    finite(damping=damping, stiffness=stiffness, cubic=cubic, **{f"start[{k}]": start[k] for k in range(2)})
    (x, v), h, out = start, dt / substeps, np.empty(len(u))

    def force(x: float, v: float, u_t: float) -> float:
        return u_t - damping * v - (stiffness + cubic * x * x) * x

    for t, u_t in enumerate(u.tolist()):  # plain floats: several times faster than arrays of two
        out[t] = x
        for _ in range(substeps):
            a1 = force(x, v, u_t)
            v2 = v + h / 2 * a1
            a2 = force(x + h / 2 * v, v2, u_t)
            v3 = v + h / 2 * a2
            a3 = force(x + h / 2 * v2, v3, u_t)
            v4 = v + h * a3
            a4 = force(x + h * v3, v4, u_t)
            x += h / 6 * (v + 2 * v2 + 2 * v3 + v4)
            v += h / 6 * (a1 + 2 * a2 + 2 * a3 + a4)
            if not abs(x) + abs(v) < 1e100:
                raise ValueError(f"dt: the solution blew up at sample {t}; expected a shorter dt or smaller input")
    return Record(u.copy(), out + noise * np.random.default_rng(seed).standard_normal(len(u)), dt)


class Tanks(NamedTuple):
    """Rates of :func:`cascaded_tanks`, per second: outflow of the upper tank, what of it reaches the lower one,
    outflow of the lower tank, pump; and the share of what overflows above that falls into the lower tank.
    """

    k1: float = 0.11
    k2: float = 0.11
    k3: float = 0.11
    k4: float = 0.08
    share: float = 0.5


def cascaded_tanks(
    u: Array,
    dt: float = 4.0,
    tanks: Tanks = Tanks(),  # noqa: B008 - cannot change
    capacity: float = 10.0,
    start: tuple[float, float] = (4.0, 4.0),
    noise: float = 0.03,
    substeps: int = 16,
    seed: int = 0,
) -> Record:
    r"""A pump fills a tank, that leaks into a second one, whose level is measured; both can run over.

    .. math::
       \dot x_1 = -k_1 \sqrt{x_1} + k_4 u, \qquad
       \dot x_2 = k_2 \sqrt{x_1} - k_3 \sqrt{x_2} + s\, o, \qquad
       y_t = \min(x_2(t\,dt) + \text{noise} \cdot \epsilon_t,\; c)

    Where x_1 stands at the capacity c and more flows in than out, it stays there, and the surplus
    :math:`o = k_4 u - k_1 \sqrt c` runs over: a share s of it into the lower tank, the rest away. The lower tank stops
    at c too, and the sensor reads from 0 to c. Source: Schoukens, Mattsson, Wigren and Noël (2016), the cascaded tanks
    benchmark, with square-root outflow (soft) and overflow (hard); there the share is random. The parameters are ours,
    chosen for levels, times and noise of about the benchmark's; :func:`rnncourse.data.download.tanks_benchmark` has
    the measurements.

    Midpoint rule, substeps steps a sample (error up to 0.01 where a tank starts to run over). Levels, input and output
    in volts of pump and sensor, time in seconds; a negative u pumps nothing. ε is standard normal.

    Shapes: u (T,) float64; returns a :class:`Record`. The same seed gives the same noise.
    Raises ValueError unless dt and capacity > 0, substeps ≥ 1, noise and all rates ≥ 0, s ≤ 1, and start lies between 0
    and c; ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(u=(u, "T"))
    positive(dt=dt, capacity=capacity)
    not_negative(noise=noise, **tanks._asdict())
    at_least(1, substeps=substeps)
    if tanks.share > 1:
        raise ValueError(f"share: expected at most 1, got {tanks.share}")
    if not all(0 <= level <= capacity for level in start):
        raise ValueError(f"start: expected levels from 0 to {capacity}, got {start}")
    (x1, x2), h, levels = start, dt / substeps, np.empty(len(u))
    k1, k2, k3, k4, share = tanks

    def slopes(x1: float, x2: float, u_t: float) -> tuple[float, float]:
        filling = k4 * u_t - k1 * math.sqrt(x1)
        overflow = filling if x1 >= capacity and filling > 0 else 0.0
        return filling, k2 * math.sqrt(x1) - k3 * math.sqrt(x2) + share * overflow

    def inside(x: float) -> float:
        return min(max(x, 0.0), capacity)

    for t, u_t in enumerate(np.maximum(u, 0).tolist()):
        levels[t] = x2
        for _ in range(substeps):
            s1, s2 = slopes(x1, x2, u_t)
            s1, s2 = slopes(inside(x1 + h / 2 * s1), inside(x2 + h / 2 * s2), u_t)
            x1, x2 = inside(x1 + h * s1), inside(x2 + h * s2)
    y = (levels + noise * np.random.default_rng(seed).standard_normal(len(u))).clip(0, capacity)
    return Record(u.copy(), y, dt)


def tanks_record(seed: int, T: int = 1024) -> Record:
    """An experiment on :func:`cascaded_tanks` like the benchmark's: 1024 samples, a slow multisine up to 0.0144 Hz.

    The low frequencies are the strong ones; the pump runs at 3 V on average, and the upper tank overflows at the peaks.
    The seed draws phases and noise. Source: Schoukens, Mattsson, Wigren and Noël (2016), for the experiment.
    Raises ValueError or TypeError as :func:`multisine` does: T must reach the period of a frequency.
    """
    return cascaded_tanks(3.0 + multisine(T, 4.0, 0.0144, decay=0.5, rms=1.2, seed=seed), seed=seed + 1)


def duffing_record(seed: int, T: int = 2000) -> Record:
    """An experiment on :func:`duffing`: filtered noise up to 0.4 Hz of 0.5 N, sampled at 5 Hz, noise of 0.01 m.

    The resonance of small motions is at 0.16 Hz, of larger ones higher up. The seed draws input and noise.
    Source: :func:`duffing`. Raises ValueError or TypeError as :func:`filtered_noise` does, ImportError without SciPy.
    """
    return duffing(filtered_noise(T, 0.2, 0.4, rms=0.5, seed=seed), noise=0.01, seed=seed + 1)
