r"""The echo state network: the reading version, for the chapter ``book/reservoir``.

The recurrent weights are drawn once and stay (:mod:`rnncourse.sparse`); only a linear readout is fitted
(:mod:`rnncourse.readout`). Arrays are (T, B, features) as everywhere: x the input, h the state of the reservoir's N
units, o the readout. :class:`EchoStateNetwork` puts the equations together. Nothing here changes its arguments.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Annotated, NamedTuple

import numpy as np

from rnncourse._arrays import Array, expect, require
from rnncourse.readout import ridge
from rnncourse.rules import fewer_than, one_of, whole, within
from rnncourse.shapes import (
    B_,
    B_F,
    B_N,
    B_N_N,
    K_,
    K_NF1,
    N_,
    N_F,
    N_N,
    T_,
    T_B_F,
    T_B_K,
    T_B_N,
    T_F,
    Count,
    NotNegative,
    check_fields,
    checked,
)
from rnncourse.sparse import SparseMatrix, sparse_orthogonal, sparse_random, spectral_radius

Leak = Annotated[float, within(0, 1, "a leak rate above 0 and up to 1", without="low")]
Washout = Annotated[int, fewer_than("T")]
Kind = Annotated[str, one_of("orthogonal", "random")]
Starts = Annotated[int, whole(2)]


@checked
def cell(x_t: B_F, h_prev: B_N, W_ih: N_F, W_hh: N_N, b: N_, a: Leak) -> B_N:
    r"""One step of a leaky reservoir: a share a of the state is new, the rest is kept.

    .. math:: h_t = (1 - a)\, h_{t-1} + a \tanh(W_{ih} x_t + W_{hh} h_{t-1} + b)

    Equation ``eq-reservoir-cell``; h_t knows x_t. With a = 1 it is the cell of the chapter on RNNs.
    Source: Jaeger, Lukoševičius, Popovici and Siewert (2007), Neural Networks 20, as Lukoševičius (2012), eq. 2–3.
    """
    return (1 - a) * h_prev + a * np.tanh(x_t @ W_ih.T + h_prev @ W_hh.T + b)


@checked
def forward(x: T_B_F, h0: B_N, W_ih: N_F, W_hh: N_N, b: N_, a: Leak) -> T_B_N:
    r"""The states of the reservoir along a sequence.

    .. math:: h_t = \operatorname{cell}(x_t, h_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-reservoir-forward``. Source: :func:`cell`, unfolded.
    """
    h = [h0]
    for x_t in x:
        h.append(cell(x_t, h[-1], W_ih, W_hh, b, a))
    return np.stack(h[1:])


@checked
def jacobian(h_t: B_N, h_prev: B_N, W_hh: N_N, a: Leak) -> B_N_N:
    r"""How each unit of one state depends on each unit of the state before.

    .. math::
       \frac{\partial h_t}{\partial h_{t-1}} = (1 - a) I + a D_t W_{hh}, \qquad
       D_t = \operatorname{diag} \Bigl( 1 - \bigl( \tfrac{h_t - (1 - a) h_{t-1}}{a} \bigr)^2 \Bigr)

    Equation ``eq-reservoir-jacobian``. Its eigenvalues, not those of W_hh alone, say whether a disturbance grows.
    Source: the chain rule on :func:`cell`; Mohajerin's lecture asks for eigenvalues close to one.
    """
    D = 1 - ((h_t - (1 - a) * h_prev) / a) ** 2
    return (1 - a) * np.eye(len(W_hh), dtype=h_t.dtype) + a * D[:, :, None] * W_hh


@checked
def lyapunov_exponent(
    x: T_B_F, h0: B_N, W_ih: N_F, W_hh: N_N, b: N_, a: Leak, washout: Washout = 0, seed: int = 0
) -> B_:
    r"""How fast a small disturbance of the driven reservoir grows (above 0) or is forgotten (below 0), a step.

    .. math:: \lambda = \frac{1}{T} \ln \frac{\lVert J_T \cdots J_1 v \rVert}{\lVert v \rVert}

    Equation ``eq-reservoir-lyapunov``, with the J_t of :func:`jacobian` and a random v; the edge of stability is
    λ = 0. Source: largest (conditional) Lyapunov exponent.

    Returns (B,), averaged over the steps after washout.
    """
    h = np.concatenate([h0[None], forward(x, h0, W_ih, W_hh, b, a)])
    v = np.random.default_rng(seed).standard_normal(h0.shape).astype(h0.dtype)
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    growth = []
    for h_prev, h_t in itertools.pairwise(h):
        D = 1 - ((h_t - (1 - a) * h_prev) / a) ** 2
        v = (1 - a) * v + a * D * (v @ W_hh.T)  # J v without forming J
        size = np.maximum(np.linalg.norm(v, axis=1, keepdims=True), np.finfo(v.dtype).tiny)
        growth.append(np.log(size[:, 0]))
        v = v / size
    return np.mean(growth[washout:], axis=0)


@checked
def leaky_matrix(W_hh: N_N, a: Leak) -> N_N:
    r"""What moves a small state of a leaky reservoir without input and biases.

    .. math:: W_a = (1 - a)\, I + a\, W_{hh}

    Equation ``eq-reservoir-leaky``: the :func:`jacobian` at h = 0. It is this matrix whose spectral radius says whether
    small states die out, not W_hh. Source: Jaeger, Lukoševičius, Popovici and Siewert (2007), Neural Networks 20.
    """
    return (1 - a) * np.eye(len(W_hh), dtype=W_hh.dtype) + a * W_hh


@checked
def contraction(W_hh: N_N, a: Leak) -> float:
    r"""A factor by which two states of the same inputs come closer at each step, at least.

    .. math:: \lVert h_t - h_t' \rVert \le c\, \lVert h_{t-1} - h_{t-1}' \rVert, \qquad c = 1 - a + a\, \sigma(W_{hh})

    Equation ``eq-reservoir-contraction``, σ the largest singular value: no slope of tanh is above 1. Where c < 1 the
    start is forgotten whatever the inputs are; where it is not, nothing follows. Source: Jaeger (2001), GMD Report 148,
    proposition 3a.
    """
    return float(1 - a + a * np.linalg.norm(W_hh, 2))


class EchoStates(NamedTuple):
    """Whether a reservoir forgets where it started.

    distance (T,): the largest distance of two states after each step, from several starts and the same input;
    forgets: it ended below the tolerance; contracts: a sufficient condition holds whatever the input, the largest
    singular value of W_hh is below 1; radius: its spectral radius, which by itself decides nothing for all inputs.
    """

    distance: T_
    forgets: bool
    contracts: bool
    radius: float


@checked
def echo_states(
    x: T_F, W_ih: N_F, W_hh: N_N, b: N_, a: Leak, starts: Starts = 8, tolerance: float = 1e-6, seed: int = 0
) -> EchoStates:
    r"""The echo state property, tried: from any start, the same input leads to the same states.

    .. math:: \lim_{t \to \infty} \lVert h_t - h_t' \rVert = 0 \quad \text{for all } h_0, h_0'

    Equation ``eq-reservoir-echo``. Where the largest singular value σ of W_hh is below 1 the distance shrinks by
    :math:`1 - a + a \sigma` a step or faster, whatever the input. With input, and through the flat ends of tanh, a
    radius above 1 can still forget; with a radius below 1 an input can be found that does not let it.
    Source: Jaeger (2001), GMD Report 148, definition 1 and proposition 3.

    Shapes: x (T, F) one input sequence, weights as in :func:`cell`. Starts are drawn from -1 … 1.
    """
    h0 = np.random.default_rng(seed).uniform(-1, 1, (starts, len(b))).astype(x.dtype)
    h = forward(np.repeat(x[:, None], starts, axis=1), h0, W_ih, W_hh, b, a)
    distance = np.max([np.linalg.norm(h - h[:, [k]], axis=2).max(axis=1) for k in range(starts)], axis=0)
    contracts = contraction(W_hh, a) < 1
    return EchoStates(distance, bool(distance[-1] < tolerance), contracts, spectral_radius(W_hh))


# --- the network


@checked
def output(h: T_B_N, x: T_B_F, W_ho: K_NF1) -> T_B_K:
    r"""The linear readout of state, input and a constant.

    .. math:: o_t = W_{ho} \begin{bmatrix} h_t \\ x_t \\ 1 \end{bmatrix}

    Equation ``eq-reservoir-output``. Source: Jaeger and Haas (2004), Science 304.
    """
    N, F = h.shape[2], x.shape[2]
    return h @ W_ho[:, :N].T + x @ W_ho[:, N : N + F].T + W_ho[:, -1]


@dataclass
class EchoStateNetwork:
    r"""An echo state network: a random sparse reservoir, and a readout fitted in one step.

    F inputs (and as many outputs where it runs freely), N units. ``kind`` is "orthogonal"
    (:func:`sparse_orthogonal`) or "random" (:func:`sparse_random`), with ``degree`` entries a row and spectral radius
    ``rho``; input weights are uniform within ±``input_scale``, biases within ±``bias_scale``; ``a`` is the leak rate.
    The readout predicts the target, or with ``increments`` the difference of target and input; ``penalty`` is the
    λ of :func:`ridge`.
    """

    F: Count = 1
    N: Count = 500
    rho: NotNegative = 0.85
    a: Leak = 1.0
    input_scale: NotNegative = 1.0
    bias_scale: NotNegative = 0.5
    penalty: NotNegative = 0.0
    degree: Count = 4
    kind: Kind = "orthogonal"
    increments: bool = False
    seed: int = 0
    W_ih: N_F = field(init=False, repr=False)
    W_hh: SparseMatrix = field(init=False, repr=False)
    b: N_ = field(init=False, repr=False)
    W_ho: K_NF1 | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        check_fields(self)
        make = sparse_orthogonal if self.kind == "orthogonal" else sparse_random
        self.W_hh = make(self.N, self.degree, self.rho, self.seed)
        rng = np.random.default_rng([self.seed, 1])
        self.W_ih = rng.uniform(-self.input_scale, self.input_scale, (self.N, self.F))
        self.b = rng.uniform(-self.bias_scale, self.bias_scale, self.N)

    def drive(self, x: T_B_F, h0: B_N | None = None) -> T_B_N:
        """The states along an input, as :func:`forward` computes them with the dense matrix.

        Shapes: x (T, B, F) float64, h0 (B, N) or zeros; returns h (T, B, N).
        """
        expect(b=(self.b, f"{self.N}"), x=(x, f"T B {self.F}"))
        if h0 is not None:
            expect(x=(x, "T B F"), h0=(h0, f"B {self.N}"))
        h = x @ self.W_ih.T
        h += self.b
        state = np.zeros_like(h[0]) if h0 is None else h0
        reached, terms = self._buffers(len(state))
        for h_t in h:  # in place: each row is first the drive of its step, then the state
            self._step(state, h_t, reached, terms)
            state = h_t
        return h

    def _buffers(self, B: int) -> tuple[Array, Array]:
        return np.empty((B, self.N)), np.empty((B, *self.W_hh.column.shape))

    def _step(self, state: Array, drive: Array, reached: Array, terms: Array) -> None:
        """Turn the drive of a step into the state after it. The sparse product gathers, multiplies and adds up."""
        np.take(state, self.W_hh.column, axis=1, out=terms, mode="clip")
        terms *= self.W_hh.weight
        np.add.reduce(terms, axis=1, out=reached)
        drive += reached
        np.tanh(drive, out=drive)
        if self.a < 1:
            drive *= self.a
            drive += (1 - self.a) * state

    @checked
    def fit(self, x: T_B_F, y: T_B_K, washout: Washout = 100) -> EchoStateNetwork:
        """Fit the readout: inputs x drive the reservoir, y is the target of each step, teacher-forced throughout.

        The first ``washout`` steps, in which the reservoir forgets its start, are left out on both sides. To
        predict the next value of a series s, fit ``s[:-1]`` to ``s[1:]``.

        Shapes: x (T, B, F), y (T, B, K) float64. Returns itself.
        """
        if self.increments and y.shape[2] != self.F:
            raise ValueError(f"y: expected F = {self.F} features to predict increments of x, got {y.shape[2]}")
        h = self.drive(x)[washout:]
        x, y = x[washout:], y[washout:]
        A = np.concatenate([h, x, np.ones_like(h[..., :1])], axis=2).reshape(-1, self.N + self.F + 1)
        target = y - x if self.increments else y
        self.W_ho = ridge(A, target.reshape(len(A), -1), self.penalty)
        return self

    def read(self, h: T_B_N, x: T_B_F) -> T_B_K:
        """The prediction from states and inputs of the same steps, shape (T, B, K).

        Raises RuntimeError before :meth:`fit`.
        """
        if self.W_ho is None:
            raise RuntimeError("expected a fitted readout: call fit first")
        return output(h, x, self.W_ho) + (x if self.increments else 0)

    @checked
    def free_run(self, x: T_B_F, steps: Count) -> T_B_F:
        r"""Continue a series: read x, then go on with the own predictions as inputs, the state carried over.

        .. math:: x_{t+1} = o_t, \qquad h_{t+1} = \operatorname{cell}(x_{t+1}, h_t), \qquad t \ge T

        Equation ``eq-reservoir-free-run``. Source: Jaeger and Haas (2004), Science 304.

        Shapes: x (T, B, F), the B sequences to continue; returns the ``steps`` values after each, (steps, B, F).
        Raises ValueError unless the readout has F outputs, RuntimeError before :meth:`fit`.
        """
        state, x_t = self.drive(x)[-1], x[-1]
        o_t = self.read(state[None], x_t[None])[0]
        require(o_t.shape == x_t.shape, f"expected a readout of F = {self.F} outputs to run freely, got {o_t.shape[1]}")
        out, (reached, terms) = [o_t], self._buffers(len(state))
        with np.errstate(over="ignore", invalid="ignore"):  # a run may leave for good
            while len(out) < steps:
                drive = o_t @ self.W_ih.T + self.b
                self._step(state, drive, reached, terms)
                state, x_t = drive, o_t
                o_t = self.read(state[None], x_t[None])[0]
                out.append(o_t)
        return np.stack(out)


class Memory(NamedTuple):
    """The memory curve r² (K,), for delays 1 … K, and its sum, the capacity."""

    curve: K_
    capacity: float


def memory_capacity(network: EchoStateNetwork, delays: int, T: int = 4000, washout: int = 200, seed: int = 0) -> Memory:
    r"""How much of a random input a linear readout finds again, k steps later.

    .. math:: \mathrm{MC} = \sum_{k=1}^{K} r_k^2, \qquad r_k = \operatorname{corr}(x_{t-k}, o_t^{(k)})

    Equation ``eq-reservoir-memory``. For independent inputs it is at most N. The readouts are fitted on one half of
    the steps and correlated on the other: on the steps of the fit, chance alone gives each delay about N/T.
    Source: Jaeger (2001), GMD Report 152.

    The network must have one input; its own readout is left alone. Inputs are uniform in -1 … 1, to be scaled by
    ``input_scale``.
    Raises ValueError unless F = 1, delays ≥ 1 and more than N + 2 steps remain in each half.
    """
    require(network.F == 1, f"network: expected F = 1 input, got {network.F}")
    skipped = max(washout, delays)
    half, least = (T - skipped) // 2, f"2(N+2) + max(washout, delays) = {2 * (network.N + 2) + skipped}"
    fits = delays >= 1 and half > network.N + 2
    require(fits, f"expected delays ≥ 1 and T above {least}, got delays={delays} and T={T}")
    x = np.random.default_rng(seed).uniform(-1, 1, (T, 1, 1))
    h = network.drive(x)[skipped:, 0]
    A = np.concatenate([h, np.ones((len(h), 1))], axis=1)
    y = np.stack([x[skipped - k : T - k, 0, 0] for k in range(1, delays + 1)], axis=1)
    o = A[half:] @ ridge(A[:half], y[:half], network.penalty).T
    o, y = o - o.mean(axis=0), y[half:] - y[half:].mean(axis=0)
    spread = (o**2).sum(axis=0) * (y**2).sum(axis=0)
    curve = (o * y).sum(axis=0) ** 2 / np.where(spread > 0, spread, 1)
    return Memory(curve, float(curve.sum()))
