r"""Hopfield networks and the attractors of small recurrent networks: the reading version of ``book/hopfield.md``.

A state s holds +1 or -1 for each of N units, a pattern ξ likewise; arrays are (B, N), one state a row, and (P, N),
one pattern a row, as floats. W (N, N) is symmetric with a zero diagonal, θ (N,) are the thresholds. Nothing here
changes its arguments. The source is Hopfield (1982), Proc. Natl. Acad. Sci. 79, with ±1 for its 1 and 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array, at_least, expect, expect_alike, expect_ids

Ints = np.ndarray[Any, np.dtype[np.int64]]


def _expect_signs(**arrays: Array) -> None:
    for name, array in arrays.items():
        if not (np.abs(array) == 1).all():
            where = tuple(int(i) for i in np.argwhere(np.abs(array) != 1)[0])
            raise ValueError(f"{name}: expected only -1 and +1, got {array[where]} at index {where}")


def _expect_network(W: Array, theta: Array) -> None:
    expect(W=(W, "N N"), theta=(theta, "N"))
    if not np.allclose(W, W.T, rtol=1e-6, atol=1e-6 * np.abs(W).max()):
        i, j = (int(k) for k in np.unravel_index(np.abs(W - W.T).argmax(), W.shape))
        raise ValueError(f"W: expected a symmetric matrix, got W[{i}, {j}] = {W[i, j]} and W[{j}, {i}] = {W[j, i]}")
    if W.diagonal().any():
        i = int(np.flatnonzero(W.diagonal())[0])
        raise ValueError(f"W: expected no self-connection, got W[{i}, {i}] = {W[i, i]}")


# ---------------------------------------------------------------- storing


def hebbian(xi: Array) -> Array:
    r"""Store patterns: units that agree in a pattern are coupled more, units that differ less.

    .. math:: w_{ij} = \frac{1}{N} \sum_{\mu=1}^{P} \xi^\mu_i \xi^\mu_j \quad (i \ne j), \qquad w_{ii} = 0

    Equation ``eq-hopfield-hebb``; N is the number of units, whatever the number of patterns.
    Source: Hopfield (1982), eq. 2.

    Shapes: xi (P, N) of ±1; returns W (N, N).
    Raises ValueError or TypeError unless xi is such an array.
    """
    sizes = expect(xi=(xi, "P N"))
    _expect_signs(xi=xi)
    W = xi.T @ xi / sizes["N"]
    np.fill_diagonal(W, 0)
    return W


def pseudo_inverse(xi: Array) -> Array:
    r"""Store patterns that resemble each other: the projection onto their span, without its diagonal.

    .. math:: w_{ij} = \bigl( \Xi^{+} \Xi \bigr)_{ij} \quad (i \ne j), \qquad w_{ii} = 0

    Equation ``eq-hopfield-pseudo-inverse``; Ξ has the patterns as rows. The field of unit i in pattern μ is
    :math:`(1 - p_{ii})\, \xi^\mu_i` with p the projection: every pattern is a fixed point for θ = 0.
    Source: Personnaz, Guyon and Dreyfus (1985), J. Phys. Lett. 46; Kanter and Sompolinsky (1987) without diagonal.

    Shapes: xi (P, N) of ±1, spanning less than all N dimensions; returns W (N, N).
    Raises ValueError or TypeError unless xi is such an array.
    """
    sizes = expect(xi=(xi, "P N"))
    _expect_signs(xi=xi)
    if (rank := int(np.linalg.matrix_rank(xi))) == sizes["N"]:
        raise ValueError(f"xi: expected fewer than N = {rank} independent patterns, got {rank}: all W would be 0")
    rounding = sizes["N"] * np.finfo(xi.dtype).eps
    W = np.linalg.pinv(xi, rcond=rounding) @ xi
    W = (W + W.T) / 2  # symmetric but for rounding
    W[np.abs(W) <= 10 * rounding] = 0  # of a unit that the others do not tell
    np.fill_diagonal(W, 0)
    return W


# ---------------------------------------------------------------- dynamics


def field(s: Array, W: Array, theta: Array) -> Array:
    r"""What each unit hears from the others, less its threshold.

    .. math:: f_i = \sum_j w_{ij} s_j - \theta_i

    Equation ``eq-hopfield-field``. A sum within its own rounding error of 0 is returned as exactly 0, so that a tie
    is seen as one: 0.1 + 0.2 - 0.3 is not 0 in floating point. Source: Hopfield (1982), eq. 1.

    Shapes: s (B, N), W (N, N), theta (N,); returns (B, N).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(s=(s, "B N"), W=(W, "N N"), theta=(theta, "N"))
    f = s @ W.T - theta
    return np.where(np.abs(f) <= _rounding(W, theta), f.dtype.type(0), f)


def _rounding(W: Array, theta: Array) -> Array:
    """Size of the rounding error of each unit's sum of N terms, which grows like √N."""
    return np.finfo(W.dtype).eps * W.dtype.type(math.sqrt(len(W))) * (np.abs(W).sum(axis=1) + np.abs(theta))


def update(f: Array, s: Array) -> Array:
    r"""The rule of one unit: follow the field; keep the state where the field is zero.

    .. math::
       s_i' = \begin{cases} +1 & f_i > 0 \\ -1 & f_i < 0 \\ s_i & f_i = 0 \end{cases}

    Equation ``eq-hopfield-update``. A unit is never 0, and a tie moves nothing: with it, each change lowers the
    energy and the dynamics must end. Source: Hopfield (1982), eq. 1, which leaves the tie open.

    Shapes: f and s of one shape; returns that shape.
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect_alike(f=f, s=s)
    return _follow(f, s)


def _follow(f: Array, s: Array) -> Array:
    return np.where(f > 0, s.dtype.type(1), np.where(f < 0, s.dtype.type(-1), s))


def synchronous(s: Array, W: Array, theta: Array) -> Array:
    r"""All units at once, each from the old state of the others. The energy may rise.

    .. math:: s^{(t+1)} = \operatorname{update}\bigl( W s^{(t)} - \theta,\; s^{(t)} \bigr)

    Equation ``eq-hopfield-synchronous``. Source: Little (1974), Math. Biosci. 19, without noise.

    Shapes: s (B, N) of ±1, W (N, N), theta (N,); returns (B, N).
    Raises ValueError or TypeError unless s holds ±1 and the shapes fit.
    """
    f = field(s, W, theta)
    _expect_signs(s=s)
    return update(f, s)


def asynchronous(s: Array, W: Array, theta: Array, order: np.ndarray[Any, Any]) -> Array:
    r"""One unit after the other, in the order given, each from the state as it is by then. The energy never rises.

    .. math::
       s_i \leftarrow \operatorname{update}\Bigl( \sum_{j} w_{ij} s_j - \theta_i,\; s_i \Bigr), \qquad
       i = i_1, i_2, \dots

    Equation ``eq-hopfield-asynchronous``. Source: Hopfield (1982), eq. 1.

    Shapes: s (B, N) of ±1, W (N, N), theta (N,), order (n,) integers in 0 … N-1 (a permutation is one sweep);
    returns (B, N).
    Raises ValueError or TypeError unless s holds ±1 and the rest fits.
    """
    sizes = expect(s=(s, "B N"), W=(W, "N N"), theta=(theta, "N"))
    _expect_signs(s=s)
    expect_ids("order", order, None, below=sizes["N"])
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

    s: Array
    steps: int
    period: Ints


def recall(
    s: Array, W: Array, theta: Array, mode: str = "asynchronous", seed: int | None = None, max_steps: int = 1000
) -> Recall:
    r"""Update until nothing changes, or until two states alternate.

    .. math:: s^{(t+1)} = s^{(t)} \quad \text{(fixed point)} \qquad \text{or} \qquad s^{(t+1)} = s^{(t-1)} \ne s^{(t)}

    Equation ``eq-hopfield-recall``. With W symmetric nothing else can happen: each asynchronous change lowers
    :func:`energy`, and synchronous updates never raise :func:`pair_energy`. A step of ``mode="asynchronous"`` is a
    sweep over all units, in order, or with a seed in a new random order each sweep (the same for the whole batch).
    Source: Hopfield (1982); Goles, Fogelman and Pellegrin (1985), Discrete Appl. Math. 12, for the cycle.

    Shapes: s (B, N) of ±1, W (N, N) symmetric with a zero diagonal, theta (N,).
    Raises ValueError or TypeError unless arguments are as above and mode is one of the two.
    """
    sizes = expect(s=(s, "B N"), W=(W, "N N"), theta=(theta, "N"))
    _expect_signs(s=s)
    _expect_network(W, theta)
    if mode not in ("asynchronous", "synchronous"):
        raise ValueError(f"mode: expected 'asynchronous' or 'synchronous', got {mode!r}")
    at_least(1, max_steps=max_steps)
    rng, order = np.random.default_rng(seed), np.arange(sizes["N"])
    before = s
    for steps in range(1, max_steps + 1):
        if mode == "synchronous":
            after = synchronous(s, W, theta)
        else:
            after = asynchronous(s, W, theta, rng.permutation(sizes["N"]) if seed is not None else order)
        fixed = (after == s).all(axis=1)
        cycling = (after == before).all(axis=1) & ~fixed if mode == "synchronous" and steps > 1 else ~fixed & False
        before, s = s, after
        if (fixed | cycling).all():
            break
    return Recall(s.copy(), steps, np.where(fixed, 1, np.where(cycling, 2, 0)).astype(np.int64))


# ---------------------------------------------------------------- energy


def energy(s: Array, W: Array, theta: Array) -> Array:
    r"""The energy that every asynchronous update lowers or keeps.

    .. math:: E = -\tfrac12 \sum_{i,j} w_{ij} s_i s_j + \sum_i \theta_i s_i

    Equation ``eq-hopfield-energy``. The sign of θ belongs to the rule: a unit that switches on where
    :math:`\sum_j w_{ij} s_j > \theta_i` needs :math:`+\theta_i s_i`. Lecture A pairs that rule with
    :math:`-\theta_i s_i`, which rises under it: one unit with θ = 1 goes from +1 to -1, and -θs from -1 to +1.
    Source: Hopfield (1982), eq. 7, with its thresholds.

    Shapes: s (B, N), W (N, N), theta (N,); returns (B,).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(s=(s, "B N"), W=(W, "N N"), theta=(theta, "N"))
    return -0.5 * np.einsum("bi,bi->b", s @ W, s) + s @ theta


def energy_change(s: Array, W: Array, theta: Array) -> Array:
    r"""How the energy changes when unit i alone is flipped.

    .. math:: \Delta_i E = 2\, s_i f_i \qquad (w_{ii} = 0,\; w_{ij} = w_{ji})

    Equation ``eq-hopfield-energy-change``: negative exactly where :func:`update` would flip. A state where none is
    negative is a fixed point, and a minimum among its N neighbours. Source: Hopfield (1982), eq. 8.

    Shapes: s (B, N), W (N, N), theta (N,); returns (B, N).
    Raises ValueError or TypeError unless W is symmetric with a zero diagonal and the shapes fit.
    """
    expect(s=(s, "B N"), W=(W, "N N"), theta=(theta, "N"))
    _expect_network(W, theta)
    return 2 * s * field(s, W, theta)


def pair_energy(s: Array, s_prev: Array, W: Array, theta: Array) -> Array:
    r"""What synchronous updates lower in place of the energy: a function of two states in a row.

    .. math:: L_t = -\sum_{i,j} w_{ij} s_i^{(t)} s_j^{(t-1)} + \sum_i \theta_i \bigl( s_i^{(t)} + s_i^{(t-1)} \bigr)

    Equation ``eq-hopfield-pair-energy``. It stops falling at a fixed point or in a cycle of two states.
    Source: Goles, Fogelman and Pellegrin (1985), Discrete Appl. Math. 12.

    Shapes: s and s_prev (B, N), W (N, N), theta (N,); returns (B,).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(s=(s, "B N"), s_prev=(s_prev, "B N"), W=(W, "N N"), theta=(theta, "N"))
    return -np.einsum("bi,bi->b", s @ W, s_prev) + (s + s_prev) @ theta


def ising_energy(s: Array, J: Array, b: Array) -> Array:
    r"""Energy of an Ising model: N spins, each pair counted once, in an external magnetic field b.

    .. math:: \mathcal H = -\sum_{i<j} J_{ij} s_i s_j - \sum_i b_i s_i

    Equation ``eq-hopfield-ising``. It is :func:`energy` with J = W and b = -θ: a threshold is a field turned round.
    Source: the Ising model with couplings J_ij.

    Shapes: s (B, N), J (N, N), b (N,); returns (B,).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(s=(s, "B N"), J=(J, "N N"), b=(b, "N"))
    return -np.einsum("bi,ij,bj->b", s, np.triu(J, 1), s) - s @ b


def glauber(s: Array, W: Array, theta: Array, tau: float, u: Array) -> Array:
    r"""One sweep at temperature τ: unit i becomes +1 with a probability that grows with its field.

    .. math:: P(s_i' = +1) = \frac{1}{1 + e^{-2 f_i / \tau}}, \qquad i = 1, \dots, N

    Equation ``eq-hopfield-glauber``. It leaves the Boltzmann distribution :math:`e^{-E/\tau} / Z` as it is; as τ
    goes to 0 it becomes :func:`asynchronous`, but for ties. Source: Glauber (1963), J. Math. Phys. 4.

    Shapes: s (B, N) of ±1, W (N, N), theta (N,), u (B, N) from U[0, 1); returns (B, N).
    Raises ValueError or TypeError unless s holds ±1, τ > 0 and the shapes fit.
    """
    expect(s=(s, "B N"), W=(W, "N N"), theta=(theta, "N"))
    expect(s=(s, "B N"), u=(u, "B N"))
    _expect_signs(s=s)
    if not tau > 0:
        raise ValueError(f"tau: expected a positive temperature, got {tau}")
    s = s.copy()
    for i in range(s.shape[1]):
        p = 0.5 + 0.5 * np.tanh((s @ W[i] - theta[i]) / tau)  # the logistic function of 2f/τ, without overflow
        s[:, i] = np.where(u[:, i] < p, 1, -1)
    return s


# ---------------------------------------------------------------- memories


def overlap(s: Array, xi: Array) -> Array:
    r"""How much a state resembles each pattern: 1 the same, -1 the opposite, near 0 neither.

    .. math:: m^\mu = \frac{1}{N} \sum_i \xi^\mu_i s_i

    Equation ``eq-hopfield-overlap``. Source: Amit, Gutfreund and Sompolinsky (1985), Phys. Rev. A 32.

    Shapes: s (B, N), xi (P, N); returns (B, P).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    sizes = expect(s=(s, "B N"), xi=(xi, "P N"))
    return s @ xi.T / sizes["N"]


def corrupt(xi: Array, flips: int, seed: int) -> Array:
    """Patterns with exactly ``flips`` different units of each turned round: the probe of a recall.

    Source: definition. Shapes: xi (P, N) of ±1; returns (P, N).
    Raises ValueError or TypeError unless xi is such an array and flips an integer from 0 to N.
    """
    sizes = expect(xi=(xi, "P N"))
    _expect_signs(xi=xi)
    at_least(0, flips=flips)
    if flips > sizes["N"]:
        raise ValueError(f"flips: expected 0 to {sizes['N']}, got {flips}")
    ranks = np.random.default_rng(seed).random(xi.shape).argsort(axis=1).argsort(axis=1)
    return np.where(ranks < flips, -xi, xi)


def mixture(xi: Array) -> Array:
    r"""A state that was never stored and is often stable: the majority of an odd number of patterns.

    .. math:: s_i = \operatorname{sign} \sum_{\mu=1}^{P} \xi^\mu_i, \qquad P \text{ odd}

    Equation ``eq-hopfield-mixture``; for P = 3 its overlap with each is near 1/2.
    Source: Amit, Gutfreund and Sompolinsky (1985), Phys. Rev. A 32.

    Shapes: xi (P, N) of ±1, P odd; returns (N,).
    Raises ValueError or TypeError unless xi is such an array.
    """
    sizes = expect(xi=(xi, "P N"))
    _expect_signs(xi=xi)
    if sizes["P"] % 2 == 0:
        raise ValueError(f"xi: expected an odd number of patterns, got {sizes['P']}: a majority needs one")
    return np.sign(xi.sum(axis=0))


def recall_rate(
    xi: Array,
    W: Array,
    theta: Array,
    flips: Sequence[int],
    trials: int = 10,
    seed: int = 0,
    mode: str = "asynchronous",
    m_min: float = 1.0,
) -> Array:
    r"""The basin of attraction of the stored patterns: how often recall leads back from d flipped units.

    .. math::
       R(d) = \frac{1}{PK} \sum_{\mu, k} \mathbb 1 \bigl[ m^\mu \bigl( \operatorname{recall}(s^{\mu,k,d}) \bigr)
       \ge m_{\min} \bigr]

    Equation ``eq-hopfield-basin``; the probe s differs from ξ^μ in d units, K probes a pattern.
    Source: definition of a basin, sampled.

    Shapes: xi (P, N) of ±1, W (N, N), theta (N,), flips D numbers; returns (D,), rates in 0 … 1.
    Raises ValueError or TypeError as :func:`recall` and :func:`corrupt` do, and when trials is below 1.
    """
    sizes = expect(xi=(xi, "P N"), W=(W, "N N"), theta=(theta, "N"))
    at_least(1, trials=trials)
    wanted = np.tile(xi, (trials, 1))
    rates = []
    for d in flips:
        end = recall(corrupt(wanted, d, seed), W, theta, mode, seed).s
        m = np.einsum("bi,bi->b", end, wanted) / sizes["N"]
        rates.append((m >= m_min - 1e-9).mean())
    return np.array(rates)


def crosstalk_error(P: int, N: int) -> float:
    r"""Share of the units of a stored random pattern that the other patterns turn round in the first step.

    .. math::
       P_{\text{error}} \approx \Phi\bigl( -\sqrt{N / P} \bigr) = \tfrac12 \operatorname{erfc} \sqrt{\tfrac{N}{2P}}

    Equation ``eq-hopfield-crosstalk``: the field of a unit is its pattern's sign plus a sum of about NP random
    signs over N, a normal number of variance P/N. Source: Hertz, Krogh and Palmer (1991), section 2.2.
    Raises ValueError unless both are at least 1.
    """
    at_least(1, P=P, N=N)
    return 0.5 * math.erfc(math.sqrt(N / (2 * P)))


class Capacity(NamedTuple):
    """A point of the capacity curve: the load α = P/N, the mean final overlap, and that of each pattern (P,)."""

    load: float
    overlap: float
    overlaps: Array


def capacity(N: int, loads: Sequence[float], seed: int = 0, max_steps: int = 50) -> Iterator[Capacity]:
    r"""Store P = αN random patterns, start at each of them and see how far the network moves away.

    .. math:: \bar m(\alpha) = \frac{1}{P} \sum_{\mu} m^\mu \bigl( \text{synchronous recall from } \xi^\mu \bigr)

    Equation ``eq-hopfield-capacity``. In the limit of large N the overlap stays above 0.967 up to α ≈ 0.138 and
    then breaks down; a small network breaks down gradually. Source: Amit, Gutfreund and Sompolinsky (1985),
    Phys. Rev. Lett. 55.

    All patterns step together, in one matrix product, with N·W in place of W: its entries and sums are whole
    numbers, which float32 holds exactly below 2²⁴, so a tie is a tie. Yields a :class:`Capacity` a load, as each is
    done. Raises ValueError unless N ≥ 2 and each load gives 1 ≤ P and NP < 2²⁴.
    """
    at_least(2, N=N)
    at_least(1, max_steps=max_steps)
    for load in loads:
        if not (load * N >= 1 and load * N * N < 2**24):
            raise ValueError(f"loads: expected from 1/N = {1 / N:.3g} to below {2**24 / N**2:.3g}, got {load}")
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


# ---------------------------------------------------------------- every state of a small network


def every_state(N: int) -> Array:
    """All 2^N states, shape (2^N, N): row k is k in binary, the first unit the highest digit, 0 as -1.

    Source: definition. Raises TypeError unless N is an integer, ValueError unless 1 ≤ N ≤ 20.
    """
    at_least(1, N=N)
    if N > 20:
        raise ValueError(f"N: expected 1 to 20 units (2^N states), got {N}")
    return ((np.arange(2**N)[:, None] >> np.arange(N)[::-1]) & 1) * 2.0 - 1.0


def fixed_points(W: Array, theta: Array) -> Array:
    r"""All fixed points of a small network, stored or spurious, by trying every state.

    .. math:: s_i f_i \ge 0 \quad \text{for all } i

    Equation ``eq-hopfield-fixed-point``: the local minima of the energy. Source: :func:`update` with s' = s.

    Shapes: W (N, N), theta (N,) with N ≤ 20; returns (n, N).
    Raises ValueError or TypeError unless W is symmetric with a zero diagonal and the shapes fit.
    """
    sizes = expect(W=(W, "N N"), theta=(theta, "N"))
    s = every_state(sizes["N"]).astype(W.dtype)
    return s[(energy_change(s, W, theta) >= 0).all(axis=1)]


def spurious(W: Array, theta: Array, xi: Array) -> Array:
    """The fixed points that are neither a stored pattern nor the opposite of one, shape (n, N).

    Source: Amit, Gutfreund and Sompolinsky (1985), Phys. Rev. A 32. Shapes: W (N, N), theta (N,), xi (P, N).
    Raises ValueError or TypeError as :func:`fixed_points` does.
    """
    expect(W=(W, "N N"), theta=(theta, "N"), xi=(xi, "P N"))
    s = fixed_points(W, theta)
    return s[np.abs(overlap(s, xi)).max(axis=1) < 1 - 1e-6]


# ---------------------------------------------------------------- a continuous network and its attractors


def flow(h: Array, W_hh: Array, b: Array, tau: float = 1.0) -> Array:
    r"""How fast the state of a recurrent network in continuous time moves.

    .. math:: \frac{dh}{dt} = \frac{1}{\tau} \bigl( -h + \tanh(W_{hh} h + b) \bigr)

    Equation ``eq-hopfield-flow``. A step of Euler's method of length τ is the cell of the chapter on RNNs without
    input; of length aτ, the leaky cell of an echo state network. Source: Hopfield (1984), Proc. Natl. Acad. Sci. 81,
    eq. 5, written for the outputs.

    Shapes: h (B, H), W_hh (H, H), b (H,); returns (B, H).
    Raises ValueError or TypeError unless τ > 0 and the shapes fit.
    """
    expect(h=(h, "B H"), W_hh=(W_hh, "H H"), b=(b, "H"))
    if not tau > 0:
        raise ValueError(f"tau: expected a positive time constant, got {tau}")
    return (np.tanh(h @ W_hh.T + b) - h) / h.dtype.type(tau)


def flow_jacobian(h: Array, W_hh: Array, b: Array, tau: float = 1.0) -> Array:
    r"""The flow's derivative: a fixed point attracts where all its eigenvalues have a negative real part.

    .. math:: \frac{\partial \dot h}{\partial h} = \frac{1}{\tau} \bigl( D W_{hh} - I \bigr), \qquad
       D = \operatorname{diag}\bigl( 1 - \tanh^2(W_{hh} h + b) \bigr)

    Equation ``eq-hopfield-flow-jacobian``. Source: linear stability of an ordinary differential equation.

    Shapes: h (B, H), W_hh (H, H), b (H,); returns (B, H, H).
    Raises ValueError or TypeError unless τ > 0 and the shapes fit.
    """
    flow(h, W_hh, b, tau)
    D = 1 - np.tanh(h @ W_hh.T + b) ** 2
    return (D[:, :, None] * W_hh - np.eye(len(b), dtype=h.dtype)) / h.dtype.type(tau)


def continuous_energy(h: Array, W_hh: Array, b: Array) -> Array:
    r"""The energy that the flow of a symmetric network never raises.

    .. math::
       E = -\tfrac12\, h^\top W_{hh} h - b^\top h + \sum_i \int_0^{h_i} \operatorname{artanh} v \, dv

    Equation ``eq-hopfield-continuous-energy``; self-connections are allowed. Source: Hopfield (1984), eq. 7.

    Shapes: h (B, H) within -1 … 1, W_hh (H, H) symmetric, b (H,); returns (B,).
    Raises ValueError or TypeError unless arguments are as above.
    """
    expect(h=(h, "B H"), W_hh=(W_hh, "H H"), b=(b, "H"))
    if (np.abs(h) > 1).any():
        raise ValueError(f"h: expected values from -1 to 1, got {h.min()} to {h.max()}")
    if not np.allclose(W_hh, W_hh.T):
        raise ValueError("W_hh: expected a symmetric matrix; without symmetry there is no such energy")
    integral = 0.5 * (_x_log_x(1 + h) + _x_log_x(1 - h))
    return -0.5 * np.einsum("bi,bi->b", h @ W_hh, h) - h @ b + integral.sum(axis=1)


def _x_log_x(x: Array) -> Array:
    return x * np.log(np.where(x > 0, x, 1))


def settle(h: Array, W_hh: Array, b: Array, duration: float = 50.0, dt: float = 0.1) -> Array:
    r"""Follow the flow of :func:`flow` with τ = 1 from each state, by Runge–Kutta steps of fourth order.

    .. math:: h(t) = h(0) + \int_0^t \bigl( -h + \tanh(W_{hh} h + b) \bigr) \, dt'

    Equation ``eq-hopfield-settle``. Source: Runge–Kutta of fourth order.

    Shapes: h (B, H), W_hh (H, H), b (H,); returns the states after ``duration``, (B, H).
    Raises ValueError or TypeError unless duration and dt are positive and the shapes fit.
    """
    expect(h=(h, "B H"), W_hh=(W_hh, "H H"), b=(b, "H"))
    if not (duration > 0 and dt > 0):
        raise ValueError(f"expected positive times, got duration={duration} and dt={dt}")
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


def basins(W_hh: Array, b: Array, limit: float = 1.5, n: int = 101, duration: float = 100.0) -> Basins:
    r"""The basins of attraction of a network of two units, from a grid over its phase plane.

    .. math:: \mathcal B(h^*) = \bigl\{ h : \lim_{t \to \infty} h(t) = h^* \bigr\}

    Equation ``eq-hopfield-basins``. Every grid point is followed by :func:`settle`; ends where the flow vanishes and
    :func:`flow_jacobian` is stable are attractors, numbered from left to right, then from below.
    Source: definition of a basin, on a grid.

    Shapes: W_hh (2, 2), b (2,), float64. Raises ValueError or TypeError unless the shapes fit, limit > 0 and n ≥ 2.
    """
    expect(W_hh=(W_hh, "2 2"), b=(b, "2"))
    if not (limit > 0 and n >= 2):
        raise ValueError(f"expected limit > 0 and n ≥ 2, got limit={limit} and n={n}")
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
