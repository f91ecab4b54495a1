r"""Reservoir computing with an echo state network: the reading version of ``book/reservoir.md``.

The recurrent weights are drawn once and stay; only a linear readout is fitted. Arrays are (T, B, features) as
everywhere: x the input, h the state of the reservoir's N units, o the readout. :class:`EchoStateNetwork` puts the
equations together; the chapter's other reservoir, of spiking units, is :mod:`rnncourse.liquid`. Nothing here changes
its arguments.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array, at_least, expect, expect_alike, expect_ids, finite, not_negative, positive

Ints = np.ndarray[Any, np.dtype[np.int64]]


def _expect_leak(a: float) -> None:
    finite(a=a)
    if not 0 < a <= 1:
        raise ValueError(f"a: expected a leak rate above 0 and up to 1, got {a}")


# ---------------------------------------------------------------- the reservoir


def spectral_radius(W: Array) -> float:
    r"""The largest modulus of an eigenvalue.

    .. math:: \rho(W) = \max_i |\lambda_i(W)|

    Equation ``eq-reservoir-radius``. Eigenvalues come in complex pairs, and the largest may be negative: it is the
    modulus that counts, not the real part, and not the largest singular value. Source: definition.

    Shape: W (N, N). Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(W=(W, "N N"))
    return float(np.abs(np.linalg.eigvals(W)).max())


def scale_to_radius(W: Array, rho: float) -> Array:
    r"""The same matrix with the spectral radius asked for. Do it last: whatever changes W later changes its radius.

    .. math:: W_{hh} = \frac{\rho}{\rho(W)}\, W

    Equation ``eq-reservoir-scale``. Source: Jaeger (2001), GMD Report 148.

    Shape: W (N, N); returns the same shape.
    Raises ValueError when rho is negative or every eigenvalue of W is 0, or as :func:`rnncourse._arrays.expect` says.
    """
    radius = spectral_radius(W)
    not_negative(rho=rho)
    if radius <= len(W) * np.finfo(W.dtype).eps * np.abs(W).max():
        raise ValueError("W: expected an eigenvalue other than 0, got none (no loops): there is nothing to scale")
    return W * W.dtype.type(rho / radius)


@dataclass(frozen=True)
class SparseMatrix:
    """A matrix with as many entries in each row: row n holds weight[k, n] in column column[k, n], summed over k.

    column (K, N) integers, weight (K, N). Its product costs KN multiplications in place of N².
    """

    column: Ints
    weight: Array

    def dense(self) -> Array:
        """The same matrix as an array (N, N)."""
        N = self.column.shape[1]
        W = np.zeros((N, N), self.weight.dtype)
        np.add.at(W, (np.broadcast_to(np.arange(N), self.column.shape), self.column), self.weight)
        return W


def sparse_random(N: int, degree: int, rho: float, seed: int = 0) -> SparseMatrix:
    r"""Recurrent weights with ``degree`` entries a row, uniform in -1 … 1, scaled to the spectral radius rho.

    .. math:: w_{nj} \sim \mathrm{U}(-1, 1) \text{ for } K \text{ random } j, \qquad \rho(W_{hh}) = \rho

    Equation ``eq-reservoir-sparse``. The radius costs N³ operations, 0.3 s for N = 1000; see
    :func:`sparse_orthogonal`. Source: Jaeger (2001), GMD Report 148.

    Raises ValueError unless 1 ≤ degree ≤ N and rho is at least 0.
    """
    at_least(1, N=N, degree=degree)
    if degree > N:
        raise ValueError(f"degree: expected 1 to N = {N} entries a row, got {degree}")
    rng = np.random.default_rng(seed)
    index = rng.random((N, N)).argpartition(degree - 1, axis=1)[:, :degree].T.copy()
    W = SparseMatrix(index, rng.uniform(-1, 1, (degree, N)))
    scaled = scale_to_radius(W.dense(), rho)
    return SparseMatrix(index, scaled[np.arange(N), index])


def sparse_orthogonal(N: int, degree: int, rho: float, seed: int = 0) -> SparseMatrix:
    r"""Recurrent weights that turn the state and shrink it by rho: a sparse orthogonal matrix times rho.

    .. math:: W_{hh} = \rho\, R_m P_m \cdots R_1 P_1, \qquad K = 2^m

    Equation ``eq-reservoir-orthogonal``: P shuffles the units, R turns each pair of neighbours by a random angle.
    All eigenvalues have modulus rho exactly, at no cost, and all directions are forgotten equally slowly.
    Source: products of plane rotations; White, Lee and Sompolinsky (2004), Phys. Rev. Lett. 92, for the memory.

    Raises ValueError unless N is even, degree is 2, 4, 8, … up to N, and rho is at least 0.
    """
    at_least(1, N=N, degree=degree)
    if N % 2:
        raise ValueError(f"N: expected an even number of units, got {N}")
    if degree < 2 or degree & (degree - 1) or degree > N:
        raise ValueError(f"degree: expected 2, 4, 8, … up to N = {N}, got {degree}")
    not_negative(rho=rho)
    rng = np.random.default_rng(seed)
    index, weight = np.arange(N)[None], np.full((1, N), float(rho))
    while len(index) < degree:
        order, angle = rng.permutation(N), rng.uniform(0, 2 * np.pi, N // 2)
        first, second = order[0::2], order[1::2]
        cos, sin = np.cos(angle), np.sin(angle)
        index = np.repeat(np.concatenate([index[:, first], index[:, second]]), 2, axis=1)
        turned = np.concatenate([weight[:, first] * cos, weight[:, second] * sin])
        other = np.concatenate([weight[:, first] * -sin, weight[:, second] * cos])
        weight = np.stack([turned, other], axis=2).reshape(-1, N)
    return SparseMatrix(index, weight)


def cell(x_t: Array, h_prev: Array, W_ih: Array, W_hh: Array, b: Array, a: float) -> Array:
    r"""One step of a leaky reservoir: a share a of the state is new, the rest is kept.

    .. math:: h_t = (1 - a)\, h_{t-1} + a \tanh(W_{ih} x_t + W_{hh} h_{t-1} + b)

    Equation ``eq-reservoir-cell``; h_t knows x_t. With a = 1 it is the cell of the chapter on RNNs.
    Source: Jaeger, Lukoševičius, Popovici and Siewert (2007), Neural Networks 20, as Lukoševičius (2012), eq. 2–3.

    Shapes: x_t (B, F), h_prev (B, N), W_ih (N, F), W_hh (N, N), b (N,); returns h_t (B, N).
    Raises ValueError or TypeError unless 0 < a ≤ 1 and the shapes fit.
    """
    expect(x_t=(x_t, "B F"), h_prev=(h_prev, "B N"), W_ih=(W_ih, "N F"), W_hh=(W_hh, "N N"), b=(b, "N"))
    _expect_leak(a)
    return (1 - a) * h_prev + a * np.tanh(x_t @ W_ih.T + h_prev @ W_hh.T + b)


def forward(x: Array, h0: Array, W_ih: Array, W_hh: Array, b: Array, a: float) -> Array:
    r"""The states of the reservoir along a sequence.

    .. math:: h_t = \operatorname{cell}(x_t, h_{t-1}), \qquad t = 1, \dots, T

    Equation ``eq-reservoir-forward``. Source: :func:`cell`, unfolded.

    Shapes: x (T, B, F), h0 (B, N), weights as in :func:`cell`; returns h (T, B, N).
    Raises ValueError or TypeError unless 0 < a ≤ 1 and the shapes fit.
    """
    expect(x=(x, "T B F"), h0=(h0, "B N"), W_ih=(W_ih, "N F"), W_hh=(W_hh, "N N"), b=(b, "N"))
    h = [h0]
    for x_t in x:
        h.append(cell(x_t, h[-1], W_ih, W_hh, b, a))
    return np.stack(h[1:])


def jacobian(h_t: Array, h_prev: Array, W_hh: Array, a: float) -> Array:
    r"""How each unit of one state depends on each unit of the state before.

    .. math::
       \frac{\partial h_t}{\partial h_{t-1}} = (1 - a) I + a D_t W_{hh}, \qquad
       D_t = \operatorname{diag} \Bigl( 1 - \bigl( \tfrac{h_t - (1 - a) h_{t-1}}{a} \bigr)^2 \Bigr)

    Equation ``eq-reservoir-jacobian``. Its eigenvalues, not those of W_hh alone, say whether a disturbance grows.
    Source: the chain rule on :func:`cell`; lecture M asks for eigenvalues close to one.

    Shapes: h_t and h_prev (B, N), W_hh (N, N); returns (B, N, N).
    Raises ValueError or TypeError unless 0 < a ≤ 1 and the shapes fit.
    """
    sizes = expect(h_t=(h_t, "B N"), h_prev=(h_prev, "B N"), W_hh=(W_hh, "N N"))
    _expect_leak(a)
    D = 1 - ((h_t - (1 - a) * h_prev) / a) ** 2
    return (1 - a) * np.eye(sizes["N"], dtype=h_t.dtype) + a * D[:, :, None] * W_hh


def lyapunov_exponent(
    x: Array, h0: Array, W_ih: Array, W_hh: Array, b: Array, a: float, washout: int = 0, seed: int = 0
) -> Array:
    r"""How fast a small disturbance of the driven reservoir grows (above 0) or is forgotten (below 0), a step.

    .. math:: \lambda = \frac{1}{T} \ln \frac{\lVert J_T \cdots J_1 v \rVert}{\lVert v \rVert}

    Equation ``eq-reservoir-lyapunov``, with the J_t of :func:`jacobian` and a random v; the edge of stability is
    λ = 0. Source: largest (conditional) Lyapunov exponent.

    Shapes: x (T, B, F), h0 (B, N), weights as in :func:`cell`; returns (B,), averaged over the steps after washout.
    Raises ValueError or TypeError unless 0 ≤ washout < T, 0 < a ≤ 1 and the shapes fit.
    """
    h = np.concatenate([h0[None], forward(x, h0, W_ih, W_hh, b, a)])
    _expect_washout(washout, len(x))
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


def _expect_washout(washout: int, T: int) -> None:
    at_least(0, washout=washout)
    if washout >= T:
        raise ValueError(f"washout: expected 0 to T-1 = {T - 1} steps, got {washout}")


class EchoStates(NamedTuple):
    """Whether a reservoir forgets where it started.

    distance (T,): the largest distance of two states after each step, from several starts and the same input;
    forgets: it ended below the tolerance; contracts: a sufficient condition holds whatever the input, the largest
    singular value of W_hh is below 1; radius: its spectral radius, which by itself decides nothing for all inputs.
    """

    distance: Array
    forgets: bool
    contracts: bool
    radius: float


def echo_states(
    x: Array, W_ih: Array, W_hh: Array, b: Array, a: float, starts: int = 8, tolerance: float = 1e-6, seed: int = 0
) -> EchoStates:
    r"""The echo state property, tried: from any start, the same input leads to the same states.

    .. math:: \lim_{t \to \infty} \lVert h_t - h_t' \rVert = 0 \quad \text{for all } h_0, h_0'

    Equation ``eq-reservoir-echo``. Where the largest singular value σ of W_hh is below 1 the distance shrinks by
    :math:`1 - a + a \sigma` a step or faster, whatever the input. With input, and through the flat ends of tanh, a
    radius above 1 can still forget; with a radius below 1 an input can be found that does not let it.
    Source: Jaeger (2001), GMD Report 148, definition 1 and proposition 3.

    Shapes: x (T, F) one input sequence, weights as in :func:`cell`. Starts are drawn from -1 … 1.
    Raises ValueError or TypeError unless starts ≥ 2, 0 < a ≤ 1 and the shapes fit.
    """
    sizes = expect(x=(x, "T F"), W_ih=(W_ih, "N F"), W_hh=(W_hh, "N N"), b=(b, "N"))
    at_least(2, starts=starts)
    h0 = np.random.default_rng(seed).uniform(-1, 1, (starts, sizes["N"])).astype(x.dtype)
    h = forward(np.repeat(x[:, None], starts, axis=1), h0, W_ih, W_hh, b, a)
    distance = np.max([np.linalg.norm(h - h[:, [k]], axis=2).max(axis=1) for k in range(starts)], axis=0)
    contracts = bool(np.linalg.norm(W_hh, 2) < 1)
    return EchoStates(distance, bool(distance[-1] < tolerance), contracts, spectral_radius(W_hh))


# ---------------------------------------------------------------- the readout


def output(h: Array, x: Array, W_ho: Array) -> Array:
    r"""The linear readout of state, input and a constant.

    .. math:: o_t = W_{ho} \begin{bmatrix} h_t \\ x_t \\ 1 \end{bmatrix}

    Equation ``eq-reservoir-output``. Source: Jaeger and Haas (2004), Science 304.

    Shapes: h (T, B, N), x (T, B, F), W_ho (K, N+F+1); returns o (T, B, K).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    sizes = expect(h=(h, "T B N"), x=(x, "T B F"))
    N, F = sizes["N"], sizes["F"]
    expect(h=(h, "T B N"), W_ho=(W_ho, f"K {N + F + 1}"))
    return h @ W_ho[:, :N].T + x @ W_ho[:, N : N + F].T + W_ho[:, -1]


def ridge(A: Array, y: Array, penalty: float = 0.0) -> Array:
    r"""Linear weights by least squares, with a penalty λ on their squares.

    .. math::
       W = \operatorname*{argmin}_W \lVert A W^\top - y \rVert^2 + \lambda \lVert W \rVert^2, \qquad
       \begin{bmatrix} A \\ \sqrt\lambda\, I \end{bmatrix} = Q R, \quad
       R\, W^\top = Q^\top \begin{bmatrix} y \\ 0 \end{bmatrix}

    Equation ``eq-reservoir-ridge``. Every column of A is penalised, one of ones too. The normal equations
    :math:`(A^\top A + \lambda I) W^\top = A^\top y` say the same, but square the condition number: states of a
    reservoir resemble each other so much that 1e-16 becomes 1e-8 of error there. Q itself is not formed: y is
    factored along with A, and comes out as Qᵀy. Source: Golub and Van Loan (2013), section 5.3.

    Shapes: A (M, n), y (M, K); returns W (K, n), the smallest where several fit.
    Raises ValueError or TypeError unless the penalty is at least 0 and the shapes fit.
    """
    sizes = expect(A=(A, "M n"), y=(y, "M K"))
    not_negative(penalty=penalty)
    M, n, K = sizes["M"], sizes["n"], sizes["K"]
    rows = np.zeros((M + (n if penalty else 0), n + K), A.dtype)
    rows[:M, :n], rows[:M, n:] = A, y
    np.fill_diagonal(rows[M:, :n], math.sqrt(penalty))
    QR = np.asarray(np.linalg.qr(rows, mode="r"))
    R, QTy = QR[:n, :n], QR[:n, n:]
    diagonal = np.abs(R.diagonal())
    if len(R) < n or diagonal.min() <= np.finfo(A.dtype).eps * diagonal.max():
        return np.linalg.lstsq(R, QTy, rcond=None)[0].T
    return np.linalg.solve(R, QTy).T  # R is triangular: elimination finds nothing to eliminate


def classify(A: Array, labels: Ints, A_new: Array, penalty: float = 1.0) -> Ints:
    r"""The classes that a linear readout, fitted to one-hot targets, gives to new states.

    .. math:: \hat y = \operatorname*{argmax}_k \; \bigl( W_{ho} [r; 1] \bigr)_k

    Equation ``eq-reservoir-classify``, W_ho from :func:`ridge`. Source: least squares on class indicators.

    Shapes: A (M, N) states, labels (M,) integers from 0, A_new (L, N); returns (L,).
    Raises ValueError or TypeError unless the shapes fit and penalty is at least 0.
    """
    sizes = expect(A=(A, "M N"), A_new=(A_new, "L N"))
    expect_ids("labels", labels, (sizes["M"],), below=sizes["M"])
    one, new = (np.concatenate([a, np.ones_like(a[:, :1])], axis=1) for a in (A, A_new))
    W_ho = ridge(one, np.eye(int(labels.max()) + 1, dtype=A.dtype)[labels], penalty)
    return (new @ W_ho.T).argmax(axis=1)


@dataclass
class EchoStateNetwork:
    r"""An echo state network: a random sparse reservoir, and a readout fitted in one step.

    F inputs (and as many outputs where it runs freely), N units. ``kind`` is "orthogonal"
    (:func:`sparse_orthogonal`) or "random" (:func:`sparse_random`), with ``degree`` entries a row and spectral radius
    ``rho``; input weights are uniform within ±``input_scale``, biases within ±``bias_scale``; ``a`` is the leak rate.
    The readout predicts the target, or with ``increments`` the difference of target and input; ``penalty`` is the
    λ of :func:`ridge`.

    Raises ValueError for sizes below 1, an unknown kind, and numbers out of range.
    """

    F: int = 1
    N: int = 500
    rho: float = 0.85
    a: float = 1.0
    input_scale: float = 1.0
    bias_scale: float = 0.5
    penalty: float = 0.0
    degree: int = 4
    kind: str = "orthogonal"
    increments: bool = False
    seed: int = 0
    W_ih: Array = field(init=False, repr=False)
    W_hh: SparseMatrix = field(init=False, repr=False)
    b: Array = field(init=False, repr=False)
    W_ho: Array | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        at_least(1, F=self.F, N=self.N)
        if self.kind not in ("orthogonal", "random"):
            raise ValueError(f"kind: expected 'orthogonal' or 'random', got {self.kind!r}")
        for name in ("input_scale", "bias_scale", "penalty"):
            not_negative(**{name: getattr(self, name)})
        _expect_leak(self.a)
        make = sparse_orthogonal if self.kind == "orthogonal" else sparse_random
        self.W_hh = make(self.N, self.degree, self.rho, self.seed)
        rng = np.random.default_rng([self.seed, 1])
        self.W_ih = rng.uniform(-self.input_scale, self.input_scale, (self.N, self.F))
        self.b = rng.uniform(-self.bias_scale, self.bias_scale, self.N)

    def drive(self, x: Array, h0: Array | None = None) -> Array:
        """The states along an input, as :func:`forward` computes them with the dense matrix.

        Shapes: x (T, B, F) float64, h0 (B, N) or zeros; returns h (T, B, N).
        Raises ValueError or TypeError unless the shapes fit.
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

    def fit(self, x: Array, y: Array, washout: int = 100) -> EchoStateNetwork:
        """Fit the readout: inputs x drive the reservoir, y is the target of each step, teacher-forced throughout.

        The first ``washout`` steps, in which the reservoir forgets its start, are left out on both sides. To
        predict the next value of a series s, fit ``s[:-1]`` to ``s[1:]``.

        Shapes: x (T, B, F), y (T, B, K) float64. Returns itself.
        Raises ValueError or TypeError unless 0 ≤ washout < T, the shapes fit, and K = F with increments.
        """
        sizes = expect(x=(x, f"T B {self.F}"), y=(y, "T B K"))
        _expect_washout(washout, sizes["T"])
        if self.increments and sizes["K"] != self.F:
            raise ValueError(f"y: expected F = {self.F} features to predict increments of x, got {sizes['K']}")
        h = self.drive(x)[washout:]
        x, y = x[washout:], y[washout:]
        A = np.concatenate([h, x, np.ones_like(h[..., :1])], axis=2).reshape(-1, self.N + self.F + 1)
        target = y - x if self.increments else y
        self.W_ho = ridge(A, target.reshape(len(A), -1), self.penalty)
        return self

    def read(self, h: Array, x: Array) -> Array:
        """The prediction from states and inputs of the same steps, shape (T, B, K).

        Raises RuntimeError before :meth:`fit`, ValueError or TypeError unless the shapes fit.
        """
        if self.W_ho is None:
            raise RuntimeError("expected a fitted readout: call fit first")
        return output(h, x, self.W_ho) + (x if self.increments else 0)

    def free_run(self, x: Array, steps: int) -> Array:
        r"""Continue a series: read x, then go on with the own predictions as inputs, the state carried over.

        .. math:: x_{t+1} = o_t, \qquad h_{t+1} = \operatorname{cell}(x_{t+1}, h_t), \qquad t \ge T

        Equation ``eq-reservoir-free-run``. Source: Jaeger and Haas (2004), Science 304.

        Shapes: x (T, B, F), the B sequences to continue; returns the ``steps`` values after each, (steps, B, F).
        Raises ValueError unless steps ≥ 1 and the readout has F outputs, RuntimeError before :meth:`fit`.
        """
        at_least(1, steps=steps)
        state, x_t = self.drive(x)[-1], x[-1]
        o_t = self.read(state[None], x_t[None])[0]
        if o_t.shape != x_t.shape:
            raise ValueError(f"expected a readout of F = {self.F} outputs to run freely, got {o_t.shape[1]}")
        out, (reached, terms) = [o_t], self._buffers(len(state))
        while len(out) < steps:
            drive = o_t @ self.W_ih.T + self.b
            self._step(state, drive, reached, terms)
            state, x_t = drive, o_t
            o_t = self.read(state[None], x_t[None])[0]
            out.append(o_t)
        return np.stack(out)


# ---------------------------------------------------------------- scores


def nrmse(prediction: Array, target: Array, variance: float | None = None) -> float:
    r"""Root of the mean squared error, relative to the standard deviation: 1 is as good as the mean.

    .. math:: \mathrm{NRMSE} = \sqrt{\frac{\langle \lVert o - y \rVert^2 \rangle}{\operatorname{var} y}}

    Equation ``eq-reservoir-nrmse``. NRMSE84 is this score of the 84th value of a free run of Mackey–Glass, over many
    starts, with the variance of the whole series. Source: Jaeger and Haas (2004), Science 304.

    Shapes: prediction and target of one shape; the variance is that of the target over all its entries unless given.
    Raises ValueError when shapes differ or the variance is not positive, or as :func:`rnncourse._arrays.expect` says.
    """
    expect_alike(target=target, prediction=prediction)
    variance = float(np.var(target)) if variance is None else variance
    positive(variance=variance)
    return float(np.sqrt(np.mean((prediction - target) ** 2) / variance))


def valid_time(
    prediction: Array, target: Array, dt: float, exponent: float, scale: Array, threshold: float = 0.4
) -> Array:
    r"""How long a free run follows a chaotic system, in Lyapunov times.

    .. math::
       t_{\text{valid}} = \lambda\, \Delta t \cdot \min \Bigl\{ n : \sqrt{\tfrac{1}{F} \textstyle\sum_i
       \bigl( (o_{n,i} - y_{n,i}) / \sigma_i \bigr)^2 } > \epsilon \Bigr\}

    Equation ``eq-reservoir-valid-time``: n steps are right before the first that is off by more than ε, all of them
    where none is. λ is the largest Lyapunov exponent per time unit, σ_i the standard deviation of feature i.
    Source: valid prediction time as in Vlachas et al. (2020), Neural Networks 126, with ε = 0.4.

    Shapes: prediction and target (T, B, F), scale (F,); returns (B,). A free run may blow up: what is NaN or infinite
    in the prediction is off.
    Raises ValueError or TypeError unless dt, exponent and threshold are positive and the shapes fit.
    """
    known = np.nan_to_num(prediction) if isinstance(prediction, np.ndarray) else prediction
    expect(target=(target, "T B F"), prediction=(known, "T B F"), scale=(scale, "F"))
    positive(dt=dt, exponent=exponent, threshold=threshold, scale=float(scale.min()))
    off = ~(np.sqrt((((prediction - target) / scale) ** 2).mean(axis=2)) <= threshold)
    steps = np.where(off.any(axis=0), off.argmax(axis=0), len(off))
    return steps * dt * exponent


class Memory(NamedTuple):
    """The memory curve r² (K,), for delays 1 … K, and its sum, the capacity."""

    curve: Array
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
    if network.F != 1:
        raise ValueError(f"network: expected F = 1 input, got {network.F}")
    skipped = max(washout, delays)
    if delays < 1 or (half := (T - skipped) // 2) <= network.N + 2:
        raise ValueError(
            f"expected delays ≥ 1 and T above 2(N+2) + max(washout, delays) = {2 * (network.N + 2) + skipped}, "
            f"got delays={delays} and T={T}"
        )
    x = np.random.default_rng(seed).uniform(-1, 1, (T, 1, 1))
    h = network.drive(x)[skipped:, 0]
    A = np.concatenate([h, np.ones((len(h), 1))], axis=1)
    y = np.stack([x[skipped - k : T - k, 0, 0] for k in range(1, delays + 1)], axis=1)
    o = A[half:] @ ridge(A[:half], y[:half], network.penalty).T
    o, y = o - o.mean(axis=0), y[half:] - y[half:].mean(axis=0)
    spread = (o**2).sum(axis=0) * (y**2).sum(axis=0)
    curve = (o * y).sum(axis=0) ** 2 / np.where(spread > 0, spread, 1)
    return Memory(curve, float(curve.sum()))
