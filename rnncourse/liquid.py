r"""A liquid state machine: a column of spiking units that only a linear readout learns from.

Part of the chapter ``book/reservoir``, hence its labels. Spikes are (T, B, channels) arrays of 0 and 1, a step
being dt milliseconds; the readout is :func:`rnncourse.readout.classify`. Nothing here changes its arguments.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np

from rnncourse._arrays import Array, at_least, expect, require
from rnncourse.rules import binary, within
from rnncourse.shapes import (
    B_N,
    N_N,
    T_B,
    T_B_F,
    T_B_N,
    Count,
    NotNegative,
    Positive,
    check_fields,
    checked,
)

Share = Annotated[float, within(0, 1, "a share from 0 to 1")]


@checked
def lif_step(v: B_N, i: B_N, arriving: B_N, dt: Positive, tau_m: Positive, tau_s: Positive) -> tuple[B_N, B_N]:
    r"""Membrane and synaptic current of leaky integrate-and-fire units over one step without spikes, exactly.

    .. math::
       \tau_m \dot v = -v + i, \quad \tau_s \dot i = -i \qquad \Rightarrow \qquad
       v_{t+1} = e^{-\Delta/\tau_m} v_t + \frac{\tau_s \bigl( e^{-\Delta/\tau_s} - e^{-\Delta/\tau_m} \bigr)}
       {\tau_s - \tau_m}\, i_t, \quad i_{t+1} = e^{-\Delta/\tau_s} i_t + \text{arriving}

    Equation ``eq-reservoir-lif``; v is measured from rest. The step may be of any length without an error of
    integration: the equations are linear. For τ_s = τ_m the factor is :math:`(\Delta/\tau) e^{-\Delta/\tau}`.
    Source: Rotter and Diesmann (1999), Biol. Cybern. 81.

    Returns v and i after the step.
    """
    keep_m, keep_s, transfer = _propagators(dt, tau_m, tau_s)
    return keep_m * v + transfer * i, keep_s * i + arriving


def _propagators(dt: float, tau_m: float, tau_s: float) -> tuple[float, float, float]:
    keep_m, keep_s = math.exp(-dt / tau_m), math.exp(-dt / tau_s)
    rate = 1 / tau_s - 1 / tau_m
    # ∫ e^{-(Δ-r)/τ_m} e^{-r/τ_s} dr / τ_m; expm1 keeps it exact where the two time constants are close
    length = dt if rate == 0 else -math.expm1(-rate * dt) / rate
    return keep_m, keep_s, keep_m * length / tau_m


@checked
def trace(spikes: T_B_N, tau: Positive, dt: Positive) -> T_B_N:
    r"""Spikes as a smooth signal: each adds 1, which fades with time constant τ.

    .. math:: r_t = e^{-\Delta/\tau}\, r_{t-1} + s_t, \qquad r_0 = 0

    Equation ``eq-reservoir-trace``. It is what a linear readout sees of a liquid. Source: Maass, Natschläger and
    Markram (2002), Neural Computation 14.
    """
    keep, r = spikes.dtype.type(math.exp(-dt / tau)), spikes.copy()
    for t in range(1, len(r)):
        r[t] += keep * r[t - 1]
    return r


@checked
def depress(
    x: Annotated[B_N, within(0, 1)], spikes: Annotated[B_N, binary], use: Share, recovery: Positive, dt: Positive
) -> B_N:
    r"""What is left of each unit's transmitter: a spike uses up a share U, and it comes back with time constant D.

    .. math:: x_{t+1} = 1 - \bigl( 1 - x_t (1 - U s_t) \bigr)\, e^{-\Delta/D}

    Equation ``eq-reservoir-depression``; the spike itself is passed on with the weight :math:`w_{ij} x_{j,t}`, so that
    w is the effect of a rested synapse. With U = 0 synapses never tire.
    Source: Tsodyks and Markram (1997), Proc. Natl. Acad. Sci. 94, as Maass, Natschläger and Markram (2002), without
    facilitation.

    Returns x after the step.
    """
    return 1 - (1 - x * (1 - use * spikes)) * math.exp(-dt / recovery)


Chances = Annotated[N_N, within(0, 1, "probabilities from 0 to 1")]


@checked
def connection_probability(distance: N_N, C: Chances, length: Positive) -> Chances:
    r"""The chance that one unit is connected to another, falling with their distance.

    .. math:: P(i \to j) = C_{ij}\, e^{-(d_{ij} / \ell)^2}

    Equation ``eq-reservoir-connection``; C depends on the kinds of the two units. Source: Maass, Natschläger and
    Markram (2002), Neural Computation 14, appendix B.
    """
    return C * np.exp(-((distance / length) ** 2))


@checked
def separation(r: T_B_N, r_other: T_B_N) -> T_B:
    r"""How far apart two inputs put the liquid.

    .. math:: d_t = \frac{1}{\sqrt N} \bigl\lVert r_t(u) - r_t(u') \bigr\rVert_2

    Equation ``eq-reservoir-separation``, with the traces r of what the liquid answers to u and to u'.
    Source: Maass, Natschläger and Markram (2002), Neural Computation 14, fig. 2, per unit.
    """
    return np.linalg.norm(r - r_other, axis=2) / math.sqrt(r.shape[2])


@dataclass
class Liquid:
    r"""A column of spiking units: leaky integrate-and-fire, on a grid, connected more often where they are close.

    A share ``inhibitory`` of the units weakens what it reaches, the others strengthen it. A unit fires when its
    membrane reaches 1, falls back to 0 and stays there for ``refractory`` time; a spike arrives one step later.
    Each of F input channels reaches a share ``input_share`` of the units. Times are in milliseconds.

    Membranes and thresholds already mix inputs and remember them for about τ_m: compare with ``strength=0`` before
    the connections are given the credit. They earn it through synapses that tire (``use``, ``recovery``: see
    :func:`depress`), which remember for longer; with ``use=0`` strong connections only add noise of their own.
    """

    F: Count = 4
    shape: tuple[int, int, int] = (3, 3, 15)
    length: Positive = 2.0
    strength: NotNegative = 8.0
    use: Share = 0.5
    recovery: Positive = 1000.0
    input_strength: NotNegative = 8.0
    input_share: Share = 0.3
    inhibitory: Share = 0.2
    tau_m: Positive = 30.0
    tau_s: Positive = 4.0
    refractory: NotNegative = 3.0
    dt: Positive = 1.0
    seed: int = 0
    W_ih: Array = field(init=False, repr=False)
    W_hh: Array = field(init=False, repr=False)
    position: Array = field(init=False, repr=False)
    excites: np.ndarray[Any, np.dtype[np.bool_]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        require(len(self.shape) == 3, f"shape: expected three sides, got {self.shape}")
        at_least(1, **{f"shape[{k}]": side for k, side in enumerate(self.shape)})
        check_fields(self)
        rng = np.random.default_rng(self.seed)
        self.position = np.argwhere(np.ones(self.shape)).astype(np.float64)
        N = len(self.position)
        self.excites = rng.permutation(N) >= round(self.inhibitory * N)
        distance = np.linalg.norm(self.position[:, None] - self.position, axis=2)
        # [to, from]: excitatory to excitatory 0.3, to inhibitory 0.2; inhibitory to excitatory 0.4, to inhibitory 0.1
        C = np.where(self.excites, np.where(self.excites[:, None], 0.3, 0.2), np.where(self.excites[:, None], 0.4, 0.1))
        connected = (rng.random((N, N)) < connection_probability(distance, C, self.length)) & ~np.eye(N, dtype=bool)
        size = rng.gamma(1.0, self.strength, (N, N))
        self.W_hh = np.where(connected, np.where(self.excites, size, -size), 0.0)
        reached = rng.random((N, self.F)) < self.input_share
        self.W_ih = np.where(reached, rng.gamma(1.0, self.input_strength, (N, self.F)), 0.0)

    def run(self, spikes: Array) -> Array:
        r"""The spikes with which the liquid answers spikes.

        .. math::
           i_t = e^{-\Delta/\tau_s} i_{t-1} + W_{ih} u_t + W_{hh} (x_{t-1} \odot s_{t-1}), \qquad
           s_t = \mathbb 1[v_t \ge 1], \qquad v_t \leftarrow 0 \text{ where } s_t = 1

        Equation ``eq-reservoir-liquid``, with the membrane of :func:`lif_step` and the transmitter x of
        :func:`depress`. Source: Maass, Natschläger and Markram (2002), Neural Computation 14, with one synaptic time
        constant, one step of delay, and no facilitation.

        Shapes: spikes (T, B, F) of 0 and 1, a step being dt; returns (T, B, N) of 0 and 1.
        """
        sizes = expect(W_ih=(self.W_ih, f"N {self.F}"), spikes=(spikes, f"T B {self.F}"))
        binary("spikes", spikes, sizes)
        B, N = sizes["B"], sizes["N"]
        v: Array = np.zeros((B, N))
        i, sent = v.copy(), v.copy()
        x: Array = np.ones((B, N))
        resting, pause = np.zeros((B, N)), round(self.refractory / self.dt)
        out = np.empty((sizes["T"], B, N))
        for t, u_t in enumerate(spikes):
            v, i = lif_step(v, i, u_t @ self.W_ih.T + sent @ self.W_hh.T, self.dt, self.tau_m, self.tau_s)
            v[resting > 0] = 0
            s = (v >= 1).astype(float)
            v[s == 1] = 0
            resting = np.where(s == 1, pause, np.maximum(resting - 1, 0))
            sent, x = x * s, depress(x, s, self.use, self.recovery, self.dt)
            out[t] = s
        return out


@checked
def poisson_spikes(T: Count, B: Count, F: Count, rate: NotNegative, dt: Positive = 1.0, seed: int = 0) -> T_B_F:
    """Spike trains of independent events: rate in hertz, dt in milliseconds. Shape (T, B, F) of 0 and 1.

    Source: a Poisson process in steps of dt: a spike with probability rate · dt, whatever came before.
    Raises ValueError for a rate of more than one spike a step.
    """
    require(rate * dt / 1000 <= 1, f"rate: expected 0 to {1000 / dt:g} Hz at steps of {dt} ms, got {rate}")
    return (np.random.default_rng(seed).random((T, B, F)) < rate * dt / 1000).astype(float)


@checked
def jitter(spikes: Annotated[T_B_F, binary], deviation: NotNegative, dt: Positive = 1.0, seed: int = 0) -> T_B_F:
    """The same spikes, each moved by a normal time of the given standard deviation (ms), kept within 0 … T-1.

    Two that meet become one. Source: Maass, Natschläger and Markram (2002), Neural Computation 14, for the task.
    """
    t, b, f = np.nonzero(spikes)
    moved = t + np.rint(np.random.default_rng(seed).normal(0, deviation / dt, len(t))).astype(np.int64)
    out = np.zeros_like(spikes)
    out[moved.clip(0, len(spikes) - 1), b, f] = 1
    return out
