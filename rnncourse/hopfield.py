r"""Hopfield networks and the attractors of small recurrent networks: the reading version of ``book/hopfield``.

A state s holds +1 or -1 for each of N units, a pattern ξ likewise; arrays are (B, N), one state a row, and (P, N),
one pattern a row, as floats. W (N, N) is symmetric with a zero diagonal, θ (N,) are the thresholds. Nothing here
changes its arguments. The source is Hopfield (1982), Proc. Natl. Acad. Sci. 79, with ±1 for its 1 and 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, NamedTuple

import numpy as np

from rnncourse._arrays import Array, at_least, require
from rnncourse.rnn import softmax
from rnncourse.rules import ids, one_of, signs, symmetric, whole, within
from rnncourse.shapes import (
    B_,
    B_H,
    B_H_H,
    B_N,
    B_P,
    D_,
    H_,
    H_H,
    N_,
    N_N,
    P_,
    P_N,
    TWO_,
    TWO_TWO,
    Alike,
    Count,
    Ints,
    Natural,
    checked,
)

State = Annotated[B_N, signs]
Patterns = Annotated[P_N, signs]
Mode = Annotated[str, one_of("asynchronous", "synchronous")]
Couplings = Annotated[N_N, symmetric]
"""Symmetric, with a zero diagonal."""


# ---------------------------------------------------------------- storing


@checked
def hebbian(xi: Patterns) -> Couplings:
    r"""Store patterns: units that agree in a pattern are coupled more, units that differ less.

    .. math:: w_{ij} = \frac{1}{N} \sum_{\mu=1}^{P} \xi^\mu_i \xi^\mu_j \quad (i \ne j), \qquad w_{ii} = 0

    Equation ``eq-hopfield-hebb``; N is the number of units, whatever the number of patterns.
    Source: Hopfield (1982), eq. 2.
    """
    W = xi.T @ xi / xi.shape[1]
    np.fill_diagonal(W, 0)
    return W


@checked
def pseudo_inverse(xi: Patterns) -> Couplings:
    r"""Store patterns that resemble each other: the projection onto their span, without its diagonal.

    .. math:: w_{ij} = \bigl( \Xi^{+} \Xi \bigr)_{ij} \quad (i \ne j), \qquad w_{ii} = 0

    Equation ``eq-hopfield-pseudo-inverse``; Ξ has the patterns as rows. The field of unit i in pattern μ is
    :math:`(1 - p_{ii})\, \xi^\mu_i` with p the projection: every pattern is a fixed point for θ = 0.
    Source: Personnaz, Guyon and Dreyfus (1985), J. Phys. Lett. 46; Kanter and Sompolinsky (1987) without diagonal.

    Shapes: xi (P, N) of ±1, spanning less than all N dimensions; returns W (N, N).
    """
    N = xi.shape[1]
    if (rank := int(np.linalg.matrix_rank(xi))) == N:
        raise ValueError(f"xi: expected fewer than N = {rank} independent patterns, got {rank}: all W would be 0")
    rounding = N * np.finfo(xi.dtype).eps
    W = np.linalg.pinv(xi, rcond=rounding) @ xi
    W = (W + W.T) / 2  # symmetric but for rounding
    W[np.abs(W) <= 10 * rounding] = 0  # of a unit that the others do not tell
    np.fill_diagonal(W, 0)
    return W


# ---------------------------------------------------------------- dynamics


@checked
def field(s: B_N, W: N_N, theta: N_) -> B_N:
    r"""What each unit hears from the others, less its threshold.

    .. math:: f_i = \sum_j w_{ij} s_j - \theta_i

    Equation ``eq-hopfield-field``. A sum within its own rounding error of 0 is returned as exactly 0, so that a tie
    is seen as one: 0.1 + 0.2 - 0.3 is not 0 in floating point. Source: Hopfield (1982), eq. 1.
    """
    f = s @ W.T - theta
    return np.where(np.abs(f) <= _rounding(W, theta), f.dtype.type(0), f)


def _rounding(W: Array, theta: Array) -> Array:
    """Size of the rounding error of each unit's sum of N terms, which grows like √N."""
    return np.finfo(W.dtype).eps * W.dtype.type(math.sqrt(len(W))) * (np.abs(W).sum(axis=1) + np.abs(theta))


@checked
def update(f: Alike, s: Alike) -> Alike:
    r"""The rule of one unit: follow the field; keep the state where the field is zero.

    .. math::
       s_i' = \begin{cases} +1 & f_i > 0 \\ -1 & f_i < 0 \\ s_i & f_i = 0 \end{cases}

    Equation ``eq-hopfield-update``. A unit is never 0, and a tie moves nothing: with it, each change lowers the
    energy and the dynamics must end. Source: Hopfield (1982), eq. 1, which leaves the tie open.

    Shapes: f and s of one shape; returns that shape.
    """
    return _follow(f, s)


def _follow(f: Array, s: Array) -> Array:
    return np.where(f > 0, s.dtype.type(1), np.where(f < 0, s.dtype.type(-1), s))


@checked
def synchronous(s: State, W: N_N, theta: N_) -> State:
    r"""All units at once, each from the old state of the others. The energy may rise.

    .. math:: s^{(t+1)} = \operatorname{update}\bigl( W s^{(t)} - \theta,\; s^{(t)} \bigr)

    Equation ``eq-hopfield-synchronous``. Source: Little (1974), Math. Biosci. 19, without noise.
    """
    return update(field(s, W, theta), s)


@checked
def asynchronous(s: State, W: N_N, theta: N_, order: Annotated[Ints, ids("n", below="N")]) -> State:
    r"""One unit after the other, in the order given, each from the state as it is by then. The energy never rises.

    .. math::
       s_i \leftarrow \operatorname{update}\Bigl( \sum_{j} w_{ij} s_j - \theta_i,\; s_i \Bigr), \qquad
       i = i_1, i_2, \dots

    Equation ``eq-hopfield-asynchronous``. Source: Hopfield (1982), eq. 1.

    Shapes: s (B, N) of ±1, W (N, N), theta (N,), order (n,) integers in 0 … N-1 (a permutation is one sweep);
    returns (B, N).
    """
    rounding = _rounding(W, theta)
    s = s.copy()
    for i in order:
        f_i = s @ W[i] - theta[i]
        f_i[np.abs(f_i) <= rounding[i]] = 0
        s[:, i] = _follow(f_i, s[:, i])
    return s


class Recall(NamedTuple):
    """Where each state ended, the steps or sweeps it took, and its period.

    s (B, N); steps: how many were made until nothing new came; period (B,): 1 at a fixed point, 2 in a cycle of
    two states (synchronous updates only; s is the later of the two), 0 where max_steps was reached first.
    """

    s: B_N
    steps: int
    period: Ints


@checked
def recall(
    s: State, W: Couplings, theta: N_, mode: Mode = "asynchronous", seed: int | None = None, max_steps: Count = 1000
) -> Recall:
    r"""Update until nothing changes, or until two states alternate.

    .. math:: s^{(t+1)} = s^{(t)} \quad \text{(fixed point)} \qquad \text{or} \qquad s^{(t+1)} = s^{(t-1)} \ne s^{(t)}

    Equation ``eq-hopfield-recall``. With W symmetric nothing else can happen: each asynchronous change lowers
    :func:`energy`, and synchronous updates never raise :func:`pair_energy`. A step of ``mode="asynchronous"`` is a
    sweep over all units, in order, or with a seed in a new random order each sweep (the same for the whole batch).
    Source: Hopfield (1982); Goles, Fogelman and Pellegrin (1985), Discrete Appl. Math. 12, for the cycle.
    """
    rng, order = np.random.default_rng(seed), np.arange(len(theta))
    before = s
    for steps in range(1, max_steps + 1):
        if mode == "synchronous":
            after = synchronous(s, W, theta)
        else:
            after = asynchronous(s, W, theta, rng.permutation(len(theta)) if seed is not None else order)
        fixed = (after == s).all(axis=1)
        cycling = (after == before).all(axis=1) & ~fixed if mode == "synchronous" and steps > 1 else ~fixed & False
        before, s = s, after
        if (fixed | cycling).all():
            break
    return Recall(s.copy(), steps, np.where(fixed, 1, np.where(cycling, 2, 0)).astype(np.int64))


# ---------------------------------------------------------------- energy


@checked
def energy(s: B_N, W: N_N, theta: N_) -> B_:
    r"""The energy that every asynchronous update lowers or keeps.

    .. math:: E = -\tfrac12 \sum_{i,j} w_{ij} s_i s_j + \sum_i \theta_i s_i

    Equation ``eq-hopfield-energy``. The sign of θ belongs to the rule: a unit that switches on where
    :math:`\sum_j w_{ij} s_j > \theta_i` needs :math:`+\theta_i s_i`. Atanasov's lecture pairs that rule with
    :math:`-\theta_i s_i`, which rises under it: one unit with θ = 1 goes from +1 to -1, and -θs from -1 to +1.
    Source: Hopfield (1982), eq. 7, with its thresholds.
    """
    return -0.5 * np.einsum("bi,bi->b", s @ W, s) + s @ theta


@checked
def energy_change(s: B_N, W: Couplings, theta: N_) -> B_N:
    r"""How the energy changes when unit i alone is flipped.

    .. math:: \Delta_i E = 2\, s_i f_i \qquad (w_{ii} = 0,\; w_{ij} = w_{ji})

    Equation ``eq-hopfield-energy-change``: negative exactly where :func:`update` would flip. A state where none is
    negative is a fixed point, and a minimum among its N neighbours. Source: Hopfield (1982), eq. 8.
    """
    return 2 * s * field(s, W, theta)


@checked
def pair_energy(s: B_N, s_prev: B_N, W: N_N, theta: N_) -> B_:
    r"""What synchronous updates lower in place of the energy: a function of two states in a row.

    .. math:: L_t = -\sum_{i,j} w_{ij} s_i^{(t)} s_j^{(t-1)} + \sum_i \theta_i \bigl( s_i^{(t)} + s_i^{(t-1)} \bigr)

    Equation ``eq-hopfield-pair-energy``. It stops falling at a fixed point or in a cycle of two states.
    Source: Goles, Fogelman and Pellegrin (1985), Discrete Appl. Math. 12.
    """
    return -np.einsum("bi,bi->b", s @ W, s_prev) + (s + s_prev) @ theta


@checked
def pair_energy_change(s: B_N, s_prev: B_N, W: N_N, theta: N_) -> B_:
    r"""How :func:`pair_energy` changes in the next synchronous step: no term of the sum is negative.

    .. math:: L_{t+1} - L_t = -\sum_i \bigl( s_i^{(t+1)} - s_i^{(t-1)} \bigr) f_i^{(t)}

    Equation ``eq-hopfield-pair-change``, for symmetric W. Source: Goles, Fogelman and Pellegrin (1985), Discrete Appl.
    Math. 12.
    """
    f = field(s, W, theta)
    return -np.einsum("bi,bi->b", _follow(f, s) - s_prev, f)


@checked
def ising_energy(s: B_N, J: N_N, b: N_) -> B_:
    r"""Energy of an Ising model: N spins, each pair counted once, in an external magnetic field b.

    .. math:: \mathcal H = -\sum_{i<j} J_{ij} s_i s_j - \sum_i b_i s_i

    Equation ``eq-hopfield-ising``. It is :func:`energy` with J = W and b = -θ: a threshold is a field turned round.
    Source: the Ising model with couplings J_ij.
    """
    return -np.einsum("bi,ij,bj->b", s, np.triu(J, 1), s) - s @ b


Temperature = Annotated[float, within(0, math.inf, "a positive temperature", without="low")]


@checked
def glauber(s: State, W: N_N, theta: N_, tau: Temperature, u: B_N) -> State:
    r"""One sweep at temperature τ: unit i becomes +1 with a probability that grows with its field.

    .. math:: P(s_i' = +1) = \frac{1}{1 + e^{-2 f_i / \tau}}, \qquad i = 1, \dots, N

    Equation ``eq-hopfield-glauber``. It leaves the Boltzmann distribution :math:`e^{-E/\tau} / Z` as it is; as τ
    goes to 0 it becomes :func:`asynchronous`, but for ties. Source: Glauber (1963), J. Math. Phys. 4.

    Shapes: s (B, N) of ±1, W (N, N), theta (N,), u (B, N) from U[0, 1); returns (B, N).
    """
    s = s.copy()
    for i in range(s.shape[1]):
        p = 0.5 + 0.5 * np.tanh((s @ W[i] - theta[i]) / tau)  # the logistic function of 2f/τ, without overflow
        s[:, i] = np.where(u[:, i] < p, 1, -1)
    return s


# ---------------------------------------------------------------- memories


@checked
def overlap(s: B_N, xi: P_N) -> B_P:
    r"""How much a state resembles each pattern: 1 the same, -1 the opposite, near 0 neither.

    .. math:: m^\mu = \frac{1}{N} \sum_i \xi^\mu_i s_i

    Equation ``eq-hopfield-overlap``. Source: Amit, Gutfreund and Sompolinsky (1985), Phys. Rev. A 32.
    """
    return s @ xi.T / xi.shape[1]


@checked
def corrupt(xi: Patterns, flips: Natural, seed: int) -> Patterns:
    """Patterns with exactly ``flips`` different units of each turned round: the probe of a recall.

    Source: definition.
    """
    require(flips <= xi.shape[1], f"flips: expected 0 to {xi.shape[1]}, got {flips}")
    ranks = np.random.default_rng(seed).random(xi.shape).argsort(axis=1).argsort(axis=1)
    return np.where(ranks < flips, -xi, xi)


@checked
def mixture(xi: Patterns) -> N_:
    r"""A state that was never stored and is often stable: the majority of an odd number of patterns.

    .. math:: s_i = \operatorname{sign} \sum_{\mu=1}^{P} \xi^\mu_i, \qquad P \text{ odd}

    Equation ``eq-hopfield-mixture``; for P = 3 its overlap with each is near 1/2.
    Source: Amit, Gutfreund and Sompolinsky (1985), Phys. Rev. A 32.

    Shapes: xi (P, N) of ±1, P odd; returns (N,).
    """
    require(len(xi) % 2 != 0, f"xi: expected an odd number of patterns, got {len(xi)}: a majority needs one")
    return np.sign(xi.sum(axis=0))


@checked
def recall_rate(
    xi: Patterns,
    W: Couplings,
    theta: N_,
    flips: Sequence[int],
    trials: Count = 10,
    seed: int = 0,
    mode: Mode = "asynchronous",
    m_min: float = 1.0,
) -> D_:
    r"""The basin of attraction of the stored patterns: how often recall leads back from d flipped units.

    .. math::
       R(d) = \frac{1}{PK} \sum_{\mu, k} \mathbb 1 \bigl[ m^\mu \bigl( \operatorname{recall}(s^{\mu,k,d}) \bigr)
       \ge m_{\min} \bigr]

    Equation ``eq-hopfield-basin``; the probe s differs from ξ^μ in d units, K probes a pattern.
    Source: definition of a basin, sampled.

    Shapes: xi (P, N) of ±1, W (N, N), theta (N,), flips D numbers; returns (D,), rates in 0 … 1.
    """
    wanted = np.tile(xi, (trials, 1))
    rates = []
    for d in flips:
        at_least(0, flips=d)
        end = recall(corrupt(wanted, d, seed), W, theta, mode, seed).s
        m = np.einsum("bi,bi->b", end, wanted) / len(theta)
        rates.append((m >= m_min - 1e-9).mean())
    return np.array(rates)


@checked
def crosstalk_error(P: Count, N: Count) -> float:
    r"""Share of the units of a stored random pattern that the other patterns turn round in the first step.

    .. math::
       P_{\text{error}} \approx \Phi\bigl( -\sqrt{N / P} \bigr) = \tfrac12 \operatorname{erfc} \sqrt{\tfrac{N}{2P}}

    Equation ``eq-hopfield-crosstalk``: the field of a unit is its pattern's sign plus a sum of about NP random
    signs over N, a normal number of variance P/N. Source: Hertz, Krogh and Palmer (1991), section 2.2.
    """
    return 0.5 * math.erfc(math.sqrt(N / (2 * P)))


def _mean_field_load(y: float) -> float:
    """The load at which the equation of the theory has the root y."""
    return 0.5 * (math.erf(y) / y - 2 / math.sqrt(math.pi) * math.exp(-(y**2))) ** 2


def _crossing(f: Callable[[float], bool], low: float, high: float) -> float:
    """Where a condition that holds at low and not at high ends: halved until floating point has no number between."""
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if f(middle) else (low, middle)
    return low


@checked
def critical_load() -> tuple[float, float]:
    r"""The largest load at which an infinite network remembers, and its overlap there: about 0.138 and 0.967.

    .. math:: \alpha_c = \max_y \tfrac12 \Bigl( \frac{\operatorname{erf} y}{y}
       - \frac{2}{\sqrt\pi} e^{-y^2} \Bigr)^2, \qquad m_c = \operatorname{erf} y_c

    Equation ``eq-hopfield-critical``: :func:`mean_field_overlap`'s equation solved for the load, which has a maximum.
    Source: Amit, Gutfreund and Sompolinsky (1985), Phys. Rev. Lett. 55.
    """
    y_c = _critical_y()
    return _mean_field_load(y_c), math.erf(y_c)


def _critical_y() -> float:
    def still_rises(y: float) -> bool:
        return math.exp(-(y**2)) * (2 * y + 4 * y**3) > math.sqrt(math.pi) * math.erf(y)

    return _crossing(still_rises, 1.0, 3.0)


@checked
def mean_field_overlap(load: Annotated[float, within(0, math.inf, "a positive number", without="low")]) -> float:
    r"""The overlap of an infinite network with a stored pattern, at temperature 0; 0 where no memory is left.

    .. math:: \operatorname{erf} y = y \Bigl( \sqrt{2\alpha} + \tfrac{2}{\sqrt\pi} e^{-y^2} \Bigr), \qquad
       m = \operatorname{erf} y \text{ at the largest root } y

    Equation ``eq-hopfield-mean-field``. Source: Amit, Gutfreund and Sompolinsky (1985), Phys. Rev. Lett. 55.
    """
    y_c = _critical_y()
    if load > _mean_field_load(y_c):
        return 0.0
    return math.erf(_crossing(lambda y: _mean_field_load(y) > load, y_c, y_c + 1 / math.sqrt(2 * load)))


class Capacity(NamedTuple):
    """A point of the capacity curve: the load α = P/N, the mean final overlap, and that of each pattern (P,)."""

    load: float
    overlap: float
    overlaps: P_


@checked
def capacity(
    N: Annotated[int, whole(2)], loads: Sequence[float], seed: int = 0, max_steps: Count = 50
) -> Iterator[Capacity]:
    r"""Store P = αN random patterns, start at each of them and see how far the network moves away.

    .. math:: \bar m(\alpha) = \frac{1}{P} \sum_{\mu} m^\mu \bigl( \text{synchronous recall from } \xi^\mu \bigr)

    Equation ``eq-hopfield-capacity``. In the limit of large N the overlap stays above 0.967 up to α ≈ 0.138 and
    then breaks down; a small network breaks down gradually. Source: Amit, Gutfreund and Sompolinsky (1985),
    Phys. Rev. Lett. 55.

    All patterns step together, in one matrix product, with N·W in place of W: its entries and sums are whole
    numbers, which float32 holds exactly below 2²⁴, so a tie is a tie. Yields a :class:`Capacity` a load, as each is
    done. Raises ValueError unless each load gives 1 ≤ P and NP < 2²⁴.
    """
    for load in loads:
        fits = load * N >= 1 and load * N * N < 2**24
        require(fits, f"loads: expected from 1/N = {1 / N:.3g} to below {2**24 / N**2:.3g}, got {load}")
    rng = np.random.default_rng(seed)
    return (_drift(rng, N, int(round(load * N, 9)), max_steps) for load in loads)


def _drift(rng: np.random.Generator, N: int, P: int, max_steps: int) -> Capacity:
    xi = (2 * rng.integers(0, 2, (P, N)) - 1).astype(np.float32)
    NW = xi.T @ xi
    np.fill_diagonal(NW, 0)
    s = before = xi
    for _ in range(max_steps):
        after = update(s @ NW, s)
        if (after == s).all() or (after == before).all():
            break
        before, s = s, after
    m = np.einsum("bi,bi->b", s, xi) / N
    return Capacity(P / N, float(m.mean()), m)


# ---------------------------------------------------------------- sharper energies, and attention


Separation = Callable[[Array], Array]
"""How a pattern's overlap counts in the energy: x² in Hopfield's network, x³, exp(x)."""


@checked
def dense_energy(s: State, xi: P_N, F: Separation) -> B_:
    r"""The energy of a dense associative memory: each pattern digs its own valley, sharper where F grows faster.

    .. math:: E = -\sum_{\mu=1}^{P} F\Bigl( \sum_i \xi^\mu_i s_i \Bigr)

    Equation ``eq-hopfield-dense-energy``. With F(x) = x² it is 2N times :func:`energy` of :func:`hebbian` with θ = 0,
    less NP. Source: Krotov and Hopfield (2016), Adv. Neural Inf. Process. Syst. 29, eq. 2; F = exp: Demircigil et al.
    (2017), J. Stat. Phys. 168.
    """
    E: Array = -F(s @ xi.T).sum(axis=1)
    return E


@checked
def dense_field(s: State, xi: Patterns, F: Separation) -> B_N:
    r"""How much lower the energy is with unit i at +1 than at -1, the others as they are.

    .. math:: f_i = \sum_{\mu=1}^{P} \bigl[ F(r_i^\mu + \xi_i^\mu) - F(r_i^\mu - \xi_i^\mu) \bigr], \qquad
       r_i^\mu = \sum_{j \ne i} \xi_j^\mu s_j

    Equation ``eq-hopfield-dense-field``; :func:`update` follows it, one unit at a time or all at once. Source: Krotov
    and Hopfield (2016), eq. 3.
    """
    x = s @ xi.T  # overlaps; a unit that agrees with the pattern takes 2 from it when it turns, one that differs adds 2
    now, less, more = F(x), F(x - 2), F(x + 2)
    return ((now - less) + (more - now)) @ xi / 2 + s * ((2 * now - less - more).sum(axis=1, keepdims=True) / 2)


Sharpness = Annotated[float, within(0, math.inf, "a positive number", without="low")]


@checked
def attention_energy(h: B_N, xi: P_N, beta: Sharpness) -> B_:
    r"""The energy of a state of real numbers that :func:`attend` never raises.

    .. math:: E = -\frac1\beta \log \sum_{\mu=1}^{P} e^{\beta\, \xi^\mu \cdot h} + \tfrac12 \lVert h \rVert^2

    Equation ``eq-hopfield-attention-energy``. Source: Ramsauer et al. (2021), ICLR, eq. 2, without its constants.
    """
    x = beta * (h @ xi.T)
    largest = x.max(axis=1, keepdims=True)
    lse: Array = largest[:, 0] + np.log(np.exp(x - largest).sum(axis=1))
    return 0.5 * np.einsum("bi,bi->b", h, h) - lse / h.dtype.type(beta)


@checked
def attend(h: B_N, xi: P_N, beta: Sharpness) -> B_N:
    r"""One step of recall: the mean of the patterns, each with the weight that its likeness to the state gives.

    .. math:: h' = \sum_{\mu=1}^{P} p^\mu \xi^\mu, \qquad
       p^\mu = \frac{e^{\beta\, \xi^\mu \cdot h}}{\sum_\nu e^{\beta\, \xi^\nu \cdot h}}

    Equation ``eq-hopfield-attend``: attention with the state for a query, the patterns for keys and values. Source:
    Ramsauer et al. (2021), ICLR, eq. 3.
    """
    return softmax(h.dtype.type(beta) * (h @ xi.T)) @ xi


@checked
def nearest(s: State, xi: Patterns) -> State:
    r"""The stored pattern from which the fewest units differ, the first of several: no network at all.

    .. math:: s' = \xi^{\mu^*}, \qquad \mu^* = \arg\max_\mu \sum_i \xi^\mu_i s_i

    Equation ``eq-hopfield-nearest``. Source: nearest neighbour by Hamming distance.
    """
    return xi[(s @ xi.T).argmax(axis=1)]


# ---------------------------------------------------------------- every state of a small network


@checked
def every_state(N: Count) -> State:
    """All 2^N states, shape (2^N, N): row k is k in binary, the first unit the highest digit, 0 as -1.

    Source: definition. Raises ValueError unless N ≤ 20.
    """
    require(N <= 20, f"N: expected 1 to 20 units (2^N states), got {N}")
    return ((np.arange(2**N)[:, None] >> np.arange(N)[::-1]) & 1) * 2.0 - 1.0


@checked
def fixed_points(W: Couplings, theta: N_) -> State:
    r"""All fixed points of a small network, stored or spurious, by trying every state.

    .. math:: s_i f_i \ge 0 \quad \text{for all } i

    Equation ``eq-hopfield-fixed-point``: the local minima of the energy. Source: :func:`update` with s' = s.

    Shapes: W (N, N), theta (N,) with N ≤ 20; returns (n, N).
    """
    s = every_state(len(W)).astype(W.dtype)
    return s[(energy_change(s, W, theta) >= 0).all(axis=1)]


@checked
def spurious(W: Couplings, theta: N_, xi: P_N) -> State:
    """The fixed points that are neither a stored pattern nor the opposite of one, shape (n, N).

    Source: Amit, Gutfreund and Sompolinsky (1985), Phys. Rev. A 32.
    """
    s = fixed_points(W, theta)
    return s[np.abs(overlap(s, xi)).max(axis=1) < 1 - 1e-6]


# ---------------------------------------------------------------- a continuous network and its attractors


TimeConstant = Annotated[float, within(0, math.inf, "a positive time constant", without="low")]


@checked
def flow(h: B_H, W_hh: H_H, b: H_, tau: TimeConstant = 1.0) -> B_H:
    r"""How fast the state of a recurrent network in continuous time moves.

    .. math:: \frac{dh}{dt} = \frac{1}{\tau} \bigl( -h + \tanh(W_{hh} h + b) \bigr)

    Equation ``eq-hopfield-flow``. A step of Euler's method of length τ is the cell of the chapter on RNNs without
    input; of length aτ, the leaky cell of an echo state network. Source: Hopfield (1984), Proc. Natl. Acad. Sci. 81,
    eq. 5, written for the outputs.
    """
    return (np.tanh(h @ W_hh.T + b) - h) / h.dtype.type(tau)


@checked
def flow_jacobian(h: B_H, W_hh: H_H, b: H_, tau: TimeConstant = 1.0) -> B_H_H:
    r"""The flow's derivative: a fixed point attracts where all its eigenvalues have a negative real part.

    .. math:: \frac{\partial \dot h}{\partial h} = \frac{1}{\tau} \bigl( D W_{hh} - I \bigr), \qquad
       D = \operatorname{diag}\bigl( 1 - \tanh^2(W_{hh} h + b) \bigr)

    Equation ``eq-hopfield-flow-jacobian``. Source: linear stability of an ordinary differential equation.
    """
    D = 1 - np.tanh(h @ W_hh.T + b) ** 2
    return (D[:, :, None] * W_hh - np.eye(len(b), dtype=h.dtype)) / h.dtype.type(tau)


@checked
def continuous_energy(h: Annotated[B_H, within(-1, 1, "values from -1 to 1")], W_hh: H_H, b: H_) -> B_:
    r"""The energy that the flow of a symmetric network never raises.

    .. math::
       E = -\tfrac12\, h^\top W_{hh} h - b^\top h + \sum_i \int_0^{h_i} \operatorname{artanh} v \, dv

    Equation ``eq-hopfield-continuous-energy``; self-connections are allowed. Source: Hopfield (1984), eq. 7.

    Shapes: h (B, H) within -1 … 1, W_hh (H, H) symmetric, b (H,); returns (B,).
    """
    require(np.allclose(W_hh, W_hh.T), "W_hh: expected a symmetric matrix; without symmetry there is no such energy")
    integral = 0.5 * (_x_log_x(1 + h) + _x_log_x(1 - h))
    return -0.5 * np.einsum("bi,bi->b", h @ W_hh, h) - h @ b + integral.sum(axis=1)


def _x_log_x(x: Array) -> Array:
    return x * np.log(np.where(x > 0, x, 1))


@checked
def settle(h: B_H, W_hh: H_H, b: H_, duration: float = 50.0, dt: float = 0.1) -> B_H:
    r"""Follow the flow of :func:`flow` with τ = 1 from each state, by Runge–Kutta steps of fourth order.

    .. math:: h(t) = h(0) + \int_0^t \bigl( -h + \tanh(W_{hh} h + b) \bigr) \, dt'

    Equation ``eq-hopfield-settle``. Source: Runge–Kutta of fourth order.

    Returns the states after ``duration``, (B, H).
    Raises ValueError unless both times are positive.
    """
    require(duration > 0 and dt > 0, f"expected positive times, got duration={duration} and dt={dt}")
    n = math.ceil(duration / dt)
    step = h.dtype.type(duration / n)
    for _ in range(n):
        k1 = flow(h, W_hh, b)
        k2 = flow(h + step / 2 * k1, W_hh, b)
        k3 = flow(h + step / 2 * k2, W_hh, b)
        k4 = flow(h + step * k3, W_hh, b)
        h = h + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return h


class Basins(NamedTuple):
    """Where the states of a phase plane end.

    axis (n,): the coordinates along both axes; attractors (A, 2): the attracting fixed points; label (n, n): the
    number of the attractor that the state (axis[j], axis[i]) reaches, -1 where it settles at none (a cycle, or a
    border between basins).
    """

    axis: Array
    attractors: Array
    label: Ints


@checked
def basins(W_hh: TWO_TWO, b: TWO_, limit: float = 1.5, n: int = 101, duration: float = 100.0) -> Basins:
    r"""The basins of attraction of a network of two units, from a grid over its phase plane.

    .. math:: \mathcal B(h^*) = \bigl\{ h : \lim_{t \to \infty} h(t) = h^* \bigr\}

    Equation ``eq-hopfield-basins``. Every grid point is followed by :func:`settle`; ends where the flow vanishes and
    :func:`flow_jacobian` is stable are attractors, numbered from left to right, then from below.
    Source: definition of a basin, on a grid.

    Shapes: W_hh (2, 2), b (2,), float64.
    Raises ValueError unless limit > 0 and n ≥ 2.
    """
    require(limit > 0 and n >= 2, f"expected limit > 0 and n ≥ 2, got limit={limit} and n={n}")
    axis = np.linspace(-limit, limit, n).astype(W_hh.dtype)
    start = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    end = settle(start, W_hh, b, duration)
    still = np.abs(flow(end, W_hh, b)).max(axis=1) < 1e-6
    centres = np.empty((0, 2), W_hh.dtype)
    for candidate in np.unique(end[still].round(6), axis=0):  # in order of the first coordinate, then of the second
        if not (np.abs(centres - candidate).max(axis=1) < 1e-3).any():
            centres = np.vstack([centres, candidate])
    if len(centres):
        centres = centres[(np.linalg.eigvals(flow_jacobian(centres, W_hh, b)).real < 0).all(axis=1)]
    label = np.full(n * n, -1)
    for k, attractor in enumerate(centres):
        label[still & (np.abs(end - attractor).max(axis=1) < 1e-3)] = k
    return Basins(axis, centres, label.reshape(n, n))
