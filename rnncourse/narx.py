r"""System identification with NARX models: the reading version of the chapter ``book/narx``.

A model predicts an output from past outputs and inputs. u is (T, B, F), y is (T, B, K), rows of a batch are examples;
steps count from 0. :class:`Orders` says which past values count, S is the first step of which all are known, and
``dq`` stands for the gradient of the loss with respect to q. Regressors are newest first. Nothing here changes its
arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import numpy as np

from rnncourse._arrays import Array, at_least, expect, expect_alike, require
from rnncourse.rules import bools, whole, within
from rnncourse.shapes import (
    D_,
    H_,
    H_P,
    K_,
    K_H,
    K_P,
    N_,
    S_B_K,
    T_B_F,
    T_B_K,
    T_B_P,
    Alike,
    Count,
    N_m,
    N_n,
    N_P_or_T_B_P,
    Natural,
    checked,
)

Bools = Annotated[np.ndarray[Any, np.dtype[np.bool_]], bools]


def _expect_samples(s: N_, needed: int) -> None:
    require(len(s) >= needed, f"s: expected at least {needed} samples, got {len(s)}")


Bins = Annotated[int, whole(2)]


# --- the state from one observable


@checked
def delay_embedding(s: N_, m: Count, tau: Count) -> Array:
    r"""Stand in for a state that nobody measured: m samples of one observable, τ apart, the newest first.

    .. math:: x_t = (s_t, s_{t-\tau}, \dots, s_{t-(m-1)\tau}), \qquad t = (m-1)\tau, \dots, N-1

    Equation ``eq-narx-embedding``. With m above twice the dimension of the attractor, x and the state determine each
    other for almost every observable. Source: Takens (1981), theorem 1.

    Returns (N - (m-1)τ, m). m counts coordinates, τ is a distance in samples. Raises ValueError unless N > (m-1)τ.
    """
    _expect_samples(s, (m - 1) * tau + 1)
    rows = len(s) - (m - 1) * tau
    return np.stack([s[(m - 1 - j) * tau :][:rows] for j in range(m)], axis=1)


@checked
def mutual_information(s: N_, lag: Natural, bins: Bins = 16) -> float:
    r"""What s_t says about s_{t-τ}, in nats, from a histogram with equally wide bins.

    .. math:: I(\tau) = \sum_{a,b} p_{ab} \ln \frac{p_{ab}}{p_a\, p_b}, \qquad
       p_{ab} = \Pr(s_t \text{ in bin } a,\; s_{t-\tau} \text{ in bin } b)

    Equation ``eq-narx-mutual-information``. Its first minimum is a good distance for :func:`delay_embedding`: the
    coordinates say something new, and still belong together. Source: Fraser and Swinney (1986), Phys. Rev. A 33.

    Shape: s (N,) with N > lag ≥ 0; returns a float.
    Raises ValueError for fewer samples.
    """
    _expect_samples(s, lag + 1)
    p_ab = np.histogram2d(s[lag:], s[: len(s) - lag], bins, range=[[s.min(), s.max()]] * 2)[0] / (len(s) - lag)
    independent = p_ab.sum(axis=1, keepdims=True) * p_ab.sum(axis=0)
    occupied = p_ab > 0
    return float((p_ab[occupied] * np.log(p_ab[occupied] / independent[occupied])).sum())


@checked
def choose_delay(s: N_, max_lag: Count, bins: Bins = 16) -> int:
    r"""The distance at which the mutual information has its first minimum; max_lag if it falls all the way.

    .. math:: \tau = \min \{ \tau \ge 1 : I(\tau) < I(\tau - 1),\; I(\tau) \le I(\tau + 1) \}

    Equation ``eq-narx-delay``. Source: Fraser and Swinney (1986).
    """
    information = [mutual_information(s, lag, bins) for lag in range(max_lag + 2)]
    for lag in range(1, max_lag):
        if information[lag] < information[lag - 1] and information[lag] <= information[lag + 1]:
            return lag
    return max_lag


def _squared_distances(A: Array) -> Array:
    squared = np.zeros((len(A), len(A)), A.dtype)
    for column in A.T:  # all at once would take as many times the memory as there are columns
        squared += (column[:, None] - column) ** 2
    return squared


def _keep_apart(squared: Array, apart: int) -> None:
    """Make every pair of rows at most ``apart`` steps from each other infinitely distant, in place."""
    for k in range(-apart, apart + 1):
        i = np.arange(max(0, -k), len(squared) - max(0, k))
        squared[i, i + k] = np.inf


@checked
def false_neighbours(s: N_, tau: Count, m_max: Count, ratio: float = 15.0, size: float = 2.0, apart: Natural = 0) -> D_:
    r"""For each dimension m = 1 … m_max, the share of nearest neighbours that one more coordinate pulls apart.

    .. math:: \text{false:}\quad \lvert s_{t-m\tau} - s_{t'-m\tau} \rvert > r\, R_m(t)
       \quad\text{or}\quad R_{m+1}(t) > A\, \sigma_s

    Equation ``eq-narx-false-neighbours``: t' is the nearest neighbour of t in m dimensions, R_m(t) its distance, in
    m + 1 dimensions R_{m+1}(t). Where the share is near 0 the dimension is enough. Neighbours at most ``apart`` steps
    away do not count: they are near in time, which says nothing about the attractor. Source: Kennel, Brown and
    Abarbanel (1992), Phys. Rev. A 45, eq. 4 and 6, with r = 15 and A = 2.

    N² distances are kept: meant for N up to some thousands.
    Raises ValueError unless ratio and size > 0, and N is large enough for two points that
    are further apart; or as :func:`rnncourse._arrays.expect` says.
    """
    require(ratio > 0 and size > 0, f"expected ratio > 0 and size > 0, got {ratio} and {size}")
    _expect_samples(s, m_max * tau + 2 * apart + 2)
    x = delay_embedding(s, m_max + 1, tau)
    squared, rows = np.zeros((len(x), len(x)), s.dtype), np.arange(len(x))
    _keep_apart(squared, apart)
    shares = []
    for m in range(1, m_max + 1):
        squared += (x[:, None, m - 1] - x[None, :, m - 1]) ** 2
        nearest = squared.argmin(axis=1)
        R, further = np.sqrt(squared[rows, nearest]), np.abs(x[:, m] - x[nearest, m])
        shares.append(((further > ratio * R) | (np.hypot(R, further) > size * s.std())).mean())
    return np.array(shares)


@checked
def neighbours_kept(A: N_m, B: N_n, k: Count, apart: Natural = 0) -> float:
    r"""The share of the k nearest neighbours in A that are among the k nearest in B as well.

    .. math:: \frac{1}{N k} \sum_{t=1}^{N} \bigl\lvert \mathcal N_k^A(t) \cap \mathcal N_k^B(t) \bigr\rvert

    Equation ``eq-narx-neighbours``: 1 where an embedding B keeps who is near whom in the state space A, about k/N where
    the two have nothing in common. Source: definition.

    Shapes: A (N, m) and B (N, n), a row a time; k + 2 apart < N, neighbours at most ``apart`` steps away do not count.
    Raises ValueError otherwise.
    """
    N = len(A)
    require(k + 2 * apart < N, f"k: expected k + 2 apart < N = {N}, got {k} + 2 · {apart}")
    near = []
    for points in (A, B):
        squared = _squared_distances(points)
        _keep_apart(squared, apart)
        near.append(np.zeros((N, N), np.bool_))
        np.put_along_axis(near[-1], np.argpartition(squared, k - 1, axis=1)[:, :k], True, axis=1)
    return float((near[0] & near[1]).sum() / (N * k))


# --- regressors


class Orders(NamedTuple):
    """Which past values a prediction of y_t is made of: y_{t-1} … y_{t-n_y}, and u_{t-d} … u_{t-d-n_u+1}, d = delay.

    With d = 0 the input of the same step counts. n_u = 0 stands for a model without input: AR, or NAR.
    """

    n_y: Count
    n_u: Natural = 0
    delay: Natural = 0

    @property
    def start(self) -> int:
        """The first step S of which all past values are known."""
        return max(self.n_y, self.delay + self.n_u - 1 if self.n_u else 0)


def _expect_record(y: T_B_K, u: T_B_F | None, orders: Orders) -> None:
    """Check orders, outputs and inputs together, with at least one step to predict."""
    _, n_u, delay = orders
    require(not delay or n_u > 0, f"delay: expected 0 for a model without input (n_u = 0), got {delay}")
    require((u is None) == (n_u == 0), f"u: expected {'an' if n_u else 'no'} input for n_u = {n_u}")
    require(len(y) > orders.start, f"y: expected more than {orders.start} steps for {orders}, got {len(y)}")


def _regressors_at(t: int, y: Array, u: Array | None, orders: Orders) -> Array:
    """One step's regressors, (B, P)."""
    n_y, n_u, d = orders
    inputs = [] if u is None else [u[t - d - j] for j in range(n_u)]
    return np.concatenate([y[t - j] for j in range(1, n_y + 1)] + inputs, axis=1)


@checked
def regressors(y: T_B_K, u: T_B_F | None, orders: Orders) -> T_B_P:
    r"""Everything that a one-step prediction may know, step by step: measured outputs, then inputs, newest first.

    .. math:: \varphi_t = (y_{t-1}, \dots, y_{t-n_y},\; u_{t-d}, \dots, u_{t-d-n_u+1}), \qquad t = S, \dots, T-1,
       \quad S = \max(n_y,\, d + n_u - 1)

    Equation ``eq-narx-regressors``. Source: Mohajerin's lecture, with its d_x = n_u - 1 and d_y = n_y.

    Shapes: y (T, B, K), u (T, B, F) or None with n_u = 0; returns (T - S, B, P) with P = n_y K + n_u F.
    """
    _expect_record(y, u, orders)
    return np.stack([_regressors_at(t, y, u, orders) for t in range(orders.start, len(y))])


@checked
def segments(s: T_B_F, length: Count, stride: Count = 1) -> T_B_F:
    r"""Cut long series into pieces that start every ``stride`` steps, side by side as examples of a batch.

    .. math:: s^{(i)}_t = s_{i \cdot \text{stride} + t}, \qquad t = 0, \dots, L-1, \quad
       i = 0, \dots, \lfloor (T - L) / \text{stride} \rfloor

    Equation ``eq-narx-segments``. Source: definition. What is left over at the end is not used.

    Shapes: s (T, B, F), M pieces; returns (L, M·B, F), piece after piece.
    Raises ValueError unless length ≤ T.
    """
    T = len(s)
    require(length <= T, f"length: expected at most T = {T}, got {length}")
    return np.concatenate([s[i : i + length] for i in range(0, T - length + 1, stride)], axis=1)


# --- ARX


class ARX(NamedTuple):
    """Coefficients of a linear model, W (K, P), and constants b (K,)."""

    W: K_P
    b: K_


@checked
def linear(phi: N_P_or_T_B_P, model: ARX) -> Array:
    r"""The linear model: autoregression with an exogenous input.

    .. math:: \hat y_t = W \varphi_t + b = b + \sum_{j=1}^{n_y} A_j\, y_{t-j} + \sum_{j=0}^{n_u-1} B_j\, u_{t-d-j}

    Equation ``eq-narx-arx``, with W = [A_1 … A_{n_y}, B_0 … B_{n_u-1}]. Source: Ljung (1999), section 4.2; the constant
    is needed wherever the signals do not have mean 0.

    Returns (N, K) or (T, B, K).
    """
    return phi @ model.W.T + model.b


def arx_fit(y: T_B_K, u: T_B_F | None, orders: Orders) -> ARX:
    r"""Least squares on the one-step errors; an orthogonal factorisation, not the normal equations.

    .. math:: W, b = \arg\min \sum_{t=S}^{T-1} \bigl\lVert y_t - W \varphi_t - b \bigr\rVert^2

    Equation ``eq-narx-least-squares``, summed over the batch too. Source: Ljung (1999), section 7.3.

    Shapes: y (T, B, K), u (T, B, F) or None. Raises ValueError when there are fewer than P + 1 rows.
    """
    phi = regressors(y, u, orders)
    rows, target = phi.reshape(-1, phi.shape[2]), y[orders.start :].reshape(-1, y.shape[2])
    P = rows.shape[1]
    require(len(rows) > P, f"y: expected at least P + 1 = {P + 1} rows of regressors, got {len(rows)}")
    solution = np.linalg.lstsq(np.concatenate([rows, np.ones_like(rows[:, :1])], axis=1), target, rcond=None)[0]
    return ARX(np.ascontiguousarray(solution[:-1].T), solution[-1])


# --- NARX: the same with a network


class Network(NamedTuple):
    """W_ih (H, P) and b_ih (H,) into the hidden layer, W_ho (K, H) and b_ho (K,) out of it, W_io (K, P) past it."""

    W_ih: H_P
    b_ih: H_
    W_ho: K_H
    b_ho: K_
    W_io: K_P


@checked
def mlp(phi: N_P_or_T_B_P, net: Network) -> Array:
    r"""One hidden layer, and a direct path: with W_ho = 0 the model is ARX.

    .. math:: h_t = \tanh(W_{ih} \varphi_t + b_{ih})
    .. math:: \hat y_t = W_{ho} h_t + W_{io} \varphi_t + b_{ho}

    Equations ``eq-narx-hidden`` (h_t) and ``eq-narx-mlp``. Source: Mohajerin's lecture, with F a network; Narendra and
    Parthasarathy (1990). A network without the direct path has W_io = 0.

    Returns (N, K) or (T, B, K).
    """
    return np.tanh(phi @ net.W_ih.T + net.b_ih) @ net.W_ho.T + phi @ net.W_io.T + net.b_ho


@checked
def mlp_backward(dy_hat: Array, phi: N_P_or_T_B_P, net: Network) -> tuple[Network, N_P_or_T_B_P]:
    r"""Through the network: gradients of its weights, and of the regressors.

    .. math:: dz = (1 - h^2) \odot W_{ho}^\top d\hat y, \qquad d\varphi = W_{ih}^\top dz + W_{io}^\top d\hat y
    .. math:: dW_{ih} = \sum dz\, \varphi^\top, \quad db_{ih} = \sum dz, \quad dW_{ho} = \sum d\hat y\, h^\top, \quad
       dW_{io} = \sum d\hat y\, \varphi^\top, \quad db_{ho} = \sum d\hat y

    Equations ``eq-narx-dphi`` and ``eq-narx-dW``, summed over all rows. Source: chain rule on :func:`mlp`.
    In series-parallel mode this is the whole gradient: no step's prediction enters another.

    Shapes: dy_hat (N, K) and phi (N, P), or (T, B, ·) both; returns a :class:`Network` of gradients, and dphi like phi.
    """
    expect(**{"dy_hat": (dy_hat, " ".join([*map(str, phi.shape[:-1]), "K"])), "W_ho": (net.W_ho, "K H")})
    rows, dy_hat_rows = phi.reshape(-1, phi.shape[-1]), dy_hat.reshape(-1, dy_hat.shape[-1])
    h = np.tanh(rows @ net.W_ih.T + net.b_ih)
    dz = (1 - h**2) * (dy_hat_rows @ net.W_ho)
    gradients = Network(dz.T @ rows, dz.sum(axis=0), dy_hat_rows.T @ h, dy_hat_rows.sum(axis=0), dy_hat_rows.T @ rows)
    return gradients, (dz @ net.W_ih + dy_hat_rows @ net.W_io).reshape(phi.shape)


@checked
def weight_elimination(w: Alike, lam: float, w0: float) -> tuple[float, Alike]:
    r"""A penalty that counts the weights that matter: λ for each that is much larger than w_0, little for a small one.

    .. math:: \Lambda = \lambda \sum_i \frac{w_i^2}{w_0^2 + w_i^2}, \qquad
       d w_i = \frac{2 \lambda\, w_0^2\, w_i}{(w_0^2 + w_i^2)^2}

    Equation ``eq-narx-elimination``. Weight decay pulls at large weights most; this penalty lets them be and pushes
    small ones to zero. Source: Weigend, Huberman and Rumelhart (1990).

    Any shape; returns a float and the gradient in the shape of w.
    Raises ValueError unless λ ≥ 0 and w_0 > 0.
    """
    require(lam >= 0 and w0 > 0, f"expected lam ≥ 0 and w0 > 0, got {lam} and {w0}")
    return float(lam * (w**2 / (w0**2 + w**2)).sum()), 2 * lam * w0**2 * w / (w0**2 + w**2) ** 2


# --- one step ahead, or on its own


@checked
def run(f: Callable[[Array], Array], y: T_B_K, u: T_B_F | None, orders: Orders, forced: Bools) -> tuple[T_B_K, T_B_K]:
    r"""Predict along a record; ``forced`` says which measured outputs later steps see in place of the prediction.

    .. math:: \hat y_t = F(\tilde y_{t-1}, \dots, \tilde y_{t-n_y},\; u_{t-d}, \dots, u_{t-d-n_u+1}), \qquad
       \tilde y_t = \begin{cases} y_t & t < S \text{ or } m_t = 1 \\ \hat y_t & \text{otherwise} \end{cases}

    Equation ``eq-narx-run``. m = 1 throughout is teacher forcing, also called series-parallel: every prediction stands
    on measurements, and ``f(regressors(y, u, orders))`` gives all at once. m = 0 throughout is the free run, also
    called parallel or simulation. Source: Mohajerin's lecture; Narendra and Parthasarathy (1990); for the
    mixture, Bengio et al. (2015).

    Shapes: y (T, B, K), u (T, B, F) or None, forced (T - S, B) of bools; f from (B, P) to (B, K). Returns ŷ (T - S, B,
    K), and ỹ (T, B, K).
    """
    _expect_record(y, u, orders)
    wanted = (len(y) - orders.start, y.shape[1])
    require(forced.shape == wanted, f"forced: expected shape (T - S, B) = {wanted}, got {forced.shape}")
    S, fed, predictions = orders.start, y.copy(), []
    for t in range(S, len(y)):
        y_hat = f(_regressors_at(t, fed, u, orders))
        require(y_hat.shape == y[t].shape, f"f: expected predictions of shape {y[t].shape}, got {y_hat.shape}")
        fed[t] = np.where(forced[t - S][:, None], y[t], y_hat)
        predictions.append(y_hat)
    return np.stack(predictions), fed


@checked
def simulate(
    f: Callable[[Array], Array], y0: S_B_K, u: T_B_F | None, orders: Orders, steps: int | None = None
) -> T_B_K:
    r"""The free run: S measured outputs to start from, then nothing but inputs and the model's own predictions.

    .. math:: \hat y_t = F(\hat y_{t-1}, \dots, \hat y_{t-n_y},\; u_{t-d}, \dots, u_{t-d-n_u+1}), \qquad
       \hat y_t = y_t \text{ for } t < S

    Equation ``eq-narx-simulation``. Source: Ljung (1999), section 4.2, as an output error model; Mohajerin's lecture.

    Shapes: y0 (S, B, K); u (T, B, F) from the same step on, or None with ``steps``. Returns (T - S, B, K), or
    (steps, B, K).
    """
    S = orders.start
    expect(y0=(y0, f"{S} B K"))
    if (u is None) == (steps is None):
        raise ValueError("expected either an input u, or for a model without one the number of steps")
    n = (0 if steps is None else steps) if u is None else len(u) - S
    at_least(1, steps=n)
    y = np.concatenate([y0, np.zeros((n, *y0.shape[1:]), y0.dtype)])
    return run(f, y, u, orders, np.zeros((len(y) - S, y.shape[1]), np.bool_))[0]


@checked
def run_backward(
    dy_hat_out: S_B_K, fed: T_B_K, u: T_B_F | None, net: Network, orders: Orders, forced: Bools
) -> tuple[Network, T_B_K, T_B_F | None]:
    r"""Back-propagation through time along the fed-back outputs; a measured output lets no gradient through.

    .. math:: d\hat y_t = d\hat y_t^{\text{out}} + (1 - m_t) \sum_{j=1}^{n_y}
       \Bigl( \frac{\partial F}{\partial \tilde y_{t}} \Bigr)^{\!\top}_{t+j} d\hat y_{t+j}

    Equation ``eq-narx-feedback``; the derivative is that of step t+j by its jth past output, a block of dφ in
    :func:`mlp_backward`. Source: chain rule on :func:`run`; Narendra and Parthasarathy (1991).

    Shapes: dy_hat_out (T - S, B, K) reaches the predictions from outside, fed (T, B, K) is ỹ of :func:`run`. Returns
    the gradients of the weights, of y (T, B, K) where it was measured and used (0 elsewhere), and of u (T, B, F).
    """
    _expect_record(fed, u, orders)
    wanted = (len(fed) - orders.start, fed.shape[1])
    require(forced.shape == wanted, f"forced: expected shape (T - S, B) = {wanted}, got {forced.shape}")
    (n_y, n_u, d), S, K = orders, orders.start, fed.shape[2]
    P = n_y * K + (0 if u is None else n_u * u.shape[2])
    expect(fed=(fed, "T B K"), dy_hat_out=(dy_hat_out, f"{len(fed) - S} B K"), W_ih=(net.W_ih, f"H {P}"))
    dfed, du = np.zeros_like(fed), None if u is None else np.zeros_like(u)
    total = Network(*(np.zeros_like(w) for w in net))
    for t in reversed(range(S, len(fed))):
        dy_hat = dy_hat_out[t - S] + np.where(forced[t - S][:, None], 0, dfed[t])
        gradients, dphi = mlp_backward(dy_hat, _regressors_at(t, fed, u, orders), net)
        for sum_so_far, gradient in zip(total, gradients, strict=True):
            sum_so_far += gradient
        for j in range(1, n_y + 1):
            dfed[t - j] += dphi[:, (j - 1) * K : j * K]
        if u is not None and du is not None:
            for j, block in enumerate(np.split(dphi[:, n_y * K :], n_u, axis=1)):
                du[t - d - j] += block
    dfed[S:][~forced] = 0
    return total, dfed, du


# --- between the two


def teacher_probability(i: float, k: float) -> float:
    r"""Scheduled sampling: how likely step i of training shows a measured output and not the model's own.

    .. math:: \epsilon_i = \frac{k}{k + e^{i/k}}

    Equation ``eq-narx-schedule``: near 1 at first, ½ at i = k ln k, then down to 0. Source: Bengio et al. (2015),
    section 2.4, inverse sigmoid decay.
    Raises ValueError unless i ≥ 0 and k ≥ 1.
    """
    require(i >= 0 and k >= 1, f"expected i ≥ 0 and k ≥ 1, got {i} and {k}")
    return float(1 / (1 + np.exp(i / k - np.log(k)))) if i / k < 700 else 0.0


Chance = Annotated[float, within(0, 1, "a probability")]


@checked
def draw_forced(T: Count, B: Count, epsilon: Chance, seed: int) -> Bools:
    r"""Toss for every step and example whether its measured output is shown.

    .. math:: m_t \sim \operatorname{Bernoulli}(\epsilon)

    Equation ``eq-narx-mixture``; for :func:`run`. Source: Bengio et al. (2015), section 2.4; one toss a step, not one
    a sequence. The same seed gives the same tosses. Shape: returns (T, B) of bools, T the steps to predict.
    """
    return np.random.default_rng(seed).random((T, B)) < epsilon


# --- scores


def arv(prediction: Alike, target: Alike, variance: float | None = None) -> float:
    r"""Average relative variance: what is left of the variance. 0 is perfect, 1 is as good as the mean.

    .. math:: \mathrm{ARV} = \frac{1}{N \sigma^2} \sum_{i=1}^{N} (\hat y_i - y_i)^2

    Equation ``eq-narx-arv``; σ² is the variance of the target unless it is given, as that of the whole record for
    sunspots. Source: Weigend, Huberman and Rumelhart (1990).

    Any shape; returns a float. Raises ValueError when σ² is not positive.
    """
    expect_alike(target=target, prediction=prediction)
    sigma2 = float(target.var()) if variance is None else variance
    require(sigma2 > 0, f"variance: expected a positive number, got {sigma2}")
    return float(((prediction - target) ** 2).mean() / sigma2)
