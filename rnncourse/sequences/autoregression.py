r"""Sequence data, its tasks and its baselines: the reading version of the chapter ``book/sequences.md``.

Windows and splits, persistence and autoregression, the hidden Markov model, and the five ways to put a sequence in
and get one out. A series s is (N,) or (N, F), oldest first; symbols y are (T, B) integers. Nothing here changes its
arguments.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from rnncourse import rnn
from rnncourse._arrays import Array, at_least, expect, expect_alike, expect_ids

Ints = np.ndarray[Any, np.dtype[np.int64]]


def _expect_series(name: str, s: Any) -> None:
    expect(**{name: (s, "N" if np.ndim(s) == 1 else "N F")})


# ---------------------------------------------------------------- windows, splits, scales


def windows(s: Array, L: int, h: int = 1) -> tuple[Array, Array]:
    r"""Cut a series into inputs of L consecutive samples, oldest first, and the sample h steps after the last of them.

    .. math:: X_i = (s_i, \dots, s_{i+L-1}), \qquad y_i = s_{i+L-1+h}, \qquad i = 0, \dots, N - L - h

    Equation ``eq-sequences-windows``. Source: definition.

    Shapes: s (N,) or (N, F); returns X (M, L) or (M, L, F) and y (M,) or (M, F), with M = N - L - h + 1.
    Raises ValueError unless L, h ≥ 1 and N ≥ L + h, or as :func:`rnncourse._arrays.expect` says.
    """
    at_least(1, L=L, h=h)
    _expect_series("s", s)
    M = len(s) - L - h + 1
    if M < 1:
        raise ValueError(f"s: expected at least L+h = {L + h} samples, got {len(s)}")
    X = np.stack([s[i : i + L] for i in range(M)])
    return X, s[L - 1 + h :].copy()


def windows_of(sequences: Sequence[Array], L: int, h: int = 1) -> tuple[Array, Array, Ints]:
    r"""Windows of several series, none of which crosses a border.

    .. math:: (X, y) = \bigcup_{j} \operatorname{windows}\bigl(s^{(j)}, L, h\bigr)

    Equation ``eq-sequences-windows-of``. Source: definition. A series too short for a window is an error, not
    dropped: its absence should be a decision.

    Shapes: as in :func:`windows`; returns X, y, and for each window the number j of its series, (M,).
    Raises ValueError naming the first series that is too short, or as :func:`windows`.
    """
    at_least(1, L=L, h=h, **{"number of sequences": len(sequences)})
    for j, s in enumerate(sequences):
        if len(s) < L + h:
            raise ValueError(f"sequences[{j}]: expected at least L+h = {L + h} samples, got {len(s)}")
    parts = [windows(s, L, h) for s in sequences]
    origin = np.repeat(np.arange(len(parts)), [len(y) for _, y in parts])
    return np.concatenate([X for X, _ in parts]), np.concatenate([y for _, y in parts]), origin


def split(s: Array, n: int) -> tuple[Array, Array]:
    r"""Past for training, future for testing. Split first, cut windows afterwards: then none lies on both sides.

    .. math:: s_{\text{train}} = (s_0, \dots, s_{n-1}), \qquad s_{\text{test}} = (s_n, \dots, s_{N-1})

    Equation ``eq-sequences-split``. Source: definition.

    Shape: s (N,) or (N, F); returns two copies.
    Raises ValueError unless 1 ≤ n < N, or as :func:`rnncourse._arrays.expect` says.
    """
    _expect_series("s", s)
    if not 1 <= n < len(s):
        raise ValueError(f"n: expected 1 to {len(s) - 1} samples for training, got {n}")
    return s[:n].copy(), s[n:].copy()


class Scale(NamedTuple):
    """Mean and standard deviation of the training data, each () or (F,)."""

    mean: Array
    std: Array

    def apply(self, s: Array) -> Array:
        r"""To mean 0 and deviation 1 on the training data, and by the same numbers anywhere else.

        .. math:: \tilde s = \frac{s - \mu}{\sigma}

        Equation ``eq-sequences-scale``. Source: definition.

        Any shape, with F features last where there are several scales; returns the same shape.
        Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
        """
        self._expect(s)
        return (s - self.mean) / self.std

    def undo(self, s: Array) -> Array:
        r"""Back to the units of the data, in which errors are told.

        .. math:: s = \sigma\, \tilde s + \mu

        Equation ``eq-sequences-unscale``. Source: :meth:`apply`, solved for s. Shapes, errors as there.
        """
        self._expect(s)
        return s * self.std + self.mean

    def _expect(self, s: Array) -> None:
        mean, std = (np.asarray(a) for a in self)  # the mean of a column is a number, not an array
        expect_alike(mean=mean, std=std)
        before = " ".join(f"M_{axis}" for axis in range(np.ndim(s) - mean.ndim))
        expect(s=(s, f"{before} {' '.join(map(str, mean.shape))}"))  # float32 of a network, scales of float64 data


def fit_scale(train: Array) -> Scale:
    r"""Mean and standard deviation of each column of the training data, and of nothing else.

    .. math:: \mu = \frac1n \sum_{i<n} s_i, \qquad \sigma^2 = \frac1n \sum_{i<n} (s_i - \mu)^2

    Equation ``eq-sequences-moments``; σ = 1 for a column that is constant. Source: definition.

    Shape: train (n,) or (n, F). Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    _expect_series("train", train)
    std = np.where(np.ptp(train, axis=0) > 0, train.std(axis=0), 1).astype(train.dtype)
    return Scale(train.mean(axis=0), std)


def text_columns(ids: np.ndarray[Any, Any], B: int) -> np.ndarray[Any, Any]:
    r"""Lay a text out in B columns; down a column it is text, across a row it is not.

    .. math:: c_{t,b} = s_{bM + t}, \qquad M = \lfloor N / B \rfloor

    Equation ``eq-sequences-columns``; the last N - BM symbols are left over. Source: definition.

    Shapes: ids (N,) integers; returns (M, B). Raises ValueError or TypeError unless 1 ≤ B ≤ N.
    """
    if not isinstance(ids, np.ndarray) or ids.ndim != 1 or not np.issubdtype(ids.dtype, np.integer):
        raise TypeError(f"ids: expected integers of shape (N,), got {getattr(ids, 'shape', type(ids).__name__)}")
    if not 1 <= B <= len(ids):
        raise ValueError(f"B: expected 1 to N = {len(ids)} columns, got {B}")
    M = len(ids) // B
    return ids[: B * M].reshape(B, M).T.copy()


# ---------------------------------------------------------------- persistence and autoregression


def persistence(X: Array) -> Array:
    r"""The forecast "no change": the last sample of the window, for every horizon.

    .. math:: \hat y_i = s_{i+L-1}

    Equation ``eq-sequences-persistence``. Source: definition; what every model has to beat.

    Shape: X (M, L) or (M, L, F); returns (M,) or (M, F).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(X=(X, "M L" if np.ndim(X) == 2 else "M L F"))
    return X[:, -1].copy()


def skill(y: Array, forecast: Array, baseline: Array) -> float:
    r"""The share of the baseline's squared error that a forecast saves: 1 is perfect, 0 as good, negative worse.

    .. math:: 1 - \frac{\sum_i (y_i - \hat y_i)^2}{\sum_i (y_i - \hat y^{\text{base}}_i)^2}

    Equation ``eq-sequences-skill``. Source: definition of the mean-squared-error skill score.

    Shapes: three arrays of one shape, (M,) or (M, F); returns a float.
    Raises ValueError when the baseline has no error, or as :func:`rnncourse._arrays.expect` says.
    """
    axes = "M" if np.ndim(y) == 1 else "M F"
    expect(y=(y, axes), forecast=(forecast, axes), baseline=(baseline, axes))
    error = float(((y - baseline) ** 2).sum())
    if error == 0:
        raise ValueError("baseline: expected an error to compare with, got a perfect forecast")
    return 1 - float(((y - forecast) ** 2).sum()) / error


class Autoregression(NamedTuple):
    """Coefficients (K,), the newest sample first: w[k-1] multiplies s_{t-k}; and a constant."""

    w: Array
    b: float


def ar_predict(X: Array, w: Array, b: float = 0.0) -> Array:
    r"""Forecast from measured samples: windows are oldest first, coefficients newest first.

    .. math:: \hat s_t = \sum_{k=1}^{K} w_k\, s_{t-k} + b

    Equation ``eq-sequences-ar``. Source: lecture C, with a constant: without it, zeros are followed by zeros.

    Shapes: X (M, K), w (K,); returns (M,).
    Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(X=(X, "M K"), w=(w, "K"))
    return X[:, ::-1] @ w + w.dtype.type(b)


def ar_fit(X: Array, y: Array) -> Autoregression:
    r"""Least squares, by an orthogonal factorisation: normal equations would square the condition number.

    .. math:: w, b = \arg\min \sum_{i} \Bigl( y_i - b - \sum_{k=1}^{K} w_k\, X_{i,K-k} \Bigr)^2

    Equation ``eq-sequences-least-squares``; the windows may have any horizon, and come from several series. Where many
    solutions are as good, the shortest. Source: definition; numpy.linalg.lstsq.

    Shapes: X (M, K), y (M,), M ≥ K+1; returns w (K,) and b.
    Raises ValueError when there are fewer windows than numbers to fit, or as :func:`rnncourse._arrays.expect` says.
    """
    sizes = expect(X=(X, "M K"), y=(y, "M"))
    if sizes["M"] <= sizes["K"]:
        raise ValueError(f"X: expected at least K+1 = {sizes['K'] + 1} windows, got {sizes['M']}")
    design = np.concatenate([X[:, ::-1], np.ones_like(X[:, :1])], axis=1)
    solution = np.linalg.lstsq(design, y, rcond=None)[0]
    return Autoregression(solution[:-1], float(solution[-1]))


def ar_forecast(past: Array, w: Array, b: float, n: int) -> Array:
    r"""Forecast n steps with nothing measured after the past: each forecast is the next one's input.

    .. math:: \hat s_{t+j} = \sum_{k=1}^{K} w_k\, \hat s_{t+j-k} + b, \qquad
       \hat s_i = s_i \ \text{for}\ i < t, \qquad j = 0, \dots, n-1

    Equation ``eq-sequences-forecast``. Source: definition.

    Shapes: past (N,) with N ≥ K, w (K,); returns (n,).
    Raises ValueError unless n ≥ 1 and N ≥ K, or as :func:`rnncourse._arrays.expect` says.
    """
    at_least(1, n=n)
    expect(past=(past, "N"), w=(w, "K"))
    if len(past) < len(w):
        raise ValueError(f"past: expected at least K = {len(w)} samples, got {len(past)}")
    s = np.concatenate([past[-len(w) :], np.zeros(n, dtype=past.dtype)])
    for j in range(n):
        s[len(w) + j] = ar_predict(s[None, j : j + len(w)], w, b)[0]
    return s[len(w) :]


# ---------------------------------------------------------------- the hidden Markov model


class HMM(NamedTuple):
    """Start p(z_1), (S,); transitions A[i, j] = p(z_t = j | z_{t-1} = i), (S, S); emissions E[i, k], (S, K)."""

    pi: Array
    A: Array
    E: Array


def _expect_hmm(model: HMM) -> dict[str, int]:
    sizes = expect(pi=(model.pi, "S"), A=(model.A, "S S"), E=(model.E, "S K"))
    for name, p in zip(HMM._fields, model, strict=True):
        if (p < 0).any() or not np.allclose(p.sum(axis=-1), 1, atol=1e-5):
            raise ValueError(f"{name}: expected rows of probabilities that sum to 1, got {p.sum(axis=-1)}")
    return sizes


def _expect_symbols(y: Any, model: HMM) -> None:
    K = _expect_hmm(model)["K"]
    expect_ids("y", y, None, below=K)
    if y.ndim != 2 or y.size == 0:
        raise ValueError(f"y: expected shape (T, B) with T, B ≥ 1, got {y.shape}")


def _log(p: Array) -> Array:
    with np.errstate(divide="ignore"):  # the logarithm of an impossible event is -∞, and stays so through every sum
        return np.log(p)


def _log_sum_exp(a: Array, axis: int) -> Array:
    top = a.max(axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    return _log(np.exp(a - top).sum(axis=axis)) + np.squeeze(top, axis)


def _log_evidence(log_joint: Array) -> Array:
    """Sum the states out, (T, B, S) to (T, B); there is no dividing by a probability of 0."""
    total = _log_sum_exp(log_joint, axis=-1)
    if not np.isfinite(total).all():
        b = int(np.argwhere(~np.isfinite(total))[0, 1])
        raise ValueError(f"y: expected sequences that the model can make, got one of probability 0 at y[:, {b}]")
    return total


def hmm_forward(y: np.ndarray[Any, Any], model: HMM) -> Array:
    r"""The forward algorithm in logarithms, so that a thousand steps do not underflow.

    .. math::
       \alpha_{1}(j) = \pi_j\, E_{j,y_1}, \qquad
       \alpha_{t}(j) = E_{j,y_t} \sum_{i} \alpha_{t-1}(i)\, A_{ij}, \qquad
       \alpha_t(j) = p(y_1, \dots, y_t, z_t = j)

    Equation ``eq-sequences-hmm-forward``. Source: Rabiner (1989), eq. 19–20.

    Shapes: y (T, B) integers in 0 … K-1; returns log α (T, B, S).
    Raises ValueError or TypeError when shapes, dtypes, symbol numbers or probabilities do not fit.
    """
    _expect_symbols(y, model)
    emitted = _log(model.E.T)[y]
    log_alpha = np.empty_like(emitted)
    log_alpha[0] = _log(model.pi) + emitted[0]
    for t in range(1, len(y)):
        log_alpha[t] = emitted[t] + _log_sum_exp(log_alpha[t - 1][:, :, None] + _log(model.A), axis=1)
    return log_alpha


def hmm_backward(y: np.ndarray[Any, Any], model: HMM) -> Array:
    r"""The same from the other end: what each state says about the symbols still to come.

    .. math:: \beta_T(i) = 1, \qquad \beta_{t}(i) = \sum_j A_{ij}\, E_{j,y_{t+1}}\, \beta_{t+1}(j)
       = p(y_{t+1}, \dots, y_T \mid z_t = i)

    Equation ``eq-sequences-hmm-backward``. Source: Rabiner (1989), eq. 24–25.

    Shapes: y (T, B) integers; returns log β (T, B, S). Raises as :func:`hmm_forward`.
    """
    _expect_symbols(y, model)
    emitted = _log(model.E.T)[y]
    log_beta = np.zeros_like(emitted)
    for t in range(len(y) - 2, -1, -1):
        log_beta[t] = _log_sum_exp(_log(model.A) + (emitted[t + 1] + log_beta[t + 1])[:, None, :], axis=2)
    return log_beta


def hmm_log_likelihood(y: np.ndarray[Any, Any], model: HMM) -> Array:
    r"""Log-probability of each whole sequence: over all paths of hidden states, not the best one.

    .. math:: \log p(y_1, \dots, y_T) = \log \sum_{z_1, \dots, z_T} p(y, z) = \log \sum_j \alpha_T(j)

    Equation ``eq-sequences-hmm-likelihood``; -∞ for what the model cannot say. Source: Rabiner (1989), eq. 21.

    Shapes: y (T, B) integers; returns (B,), in nats. Raises as :func:`hmm_forward`.
    """
    return _log_sum_exp(hmm_forward(y, model)[-1], axis=-1)


def hmm_posterior(y: np.ndarray[Any, Any], model: HMM) -> Array:
    r"""Which state it was, given the whole sequence.

    .. math:: p(z_t = j \mid y_1, \dots, y_T) = \frac{\alpha_t(j)\, \beta_t(j)}{\sum_i \alpha_t(i)\, \beta_t(i)}

    Equation ``eq-sequences-hmm-posterior``. Source: Rabiner (1989), eq. 27.

    Shapes: y (T, B) integers; returns (T, B, S), each row sums to 1.
    Raises ValueError when the model cannot have made a sequence, or as :func:`hmm_forward`.
    """
    joint = hmm_forward(y, model) + hmm_backward(y, model)
    total = _log_evidence(joint)
    return np.exp(joint - total[..., None])


def hmm_predict(y: np.ndarray[Any, Any], model: HMM) -> Array:
    r"""The next symbol, given those so far: all that the past says passes through S numbers.

    .. math:: p(y_{t+1} = k \mid y_1, \dots, y_t)
       = \frac{\sum_{i,j} \alpha_t(i)\, A_{ij}\, E_{jk}}{\sum_i \alpha_t(i)}

    Equation ``eq-sequences-hmm-predict``. Source: definition of conditional probability.

    Shapes: y (T, B) integers; returns p (T, B, K), each row sums to 1.
    Raises ValueError when the model cannot have made a sequence, or as :func:`hmm_forward`.
    """
    log_alpha = hmm_forward(y, model)
    total = _log_evidence(log_alpha)
    return np.exp(log_alpha - total[..., None]) @ model.A @ model.E


def hmm_sample(T: int, B: int, model: HMM, rng: np.random.Generator) -> tuple[Ints, Ints]:
    r"""Draw hidden states, and a symbol from each.

    .. math:: z_1 \sim \pi, \qquad z_t \sim A_{z_{t-1}}, \qquad y_t \sim E_{z_t}

    Equation ``eq-sequences-hmm-sample``. Source: definition of the model.

    Returns z and y, both (T, B) integers. Raises ValueError unless T, B ≥ 1, or for a model that does not fit.
    """
    at_least(1, T=T, B=B)
    _expect_hmm(model)
    z, y = np.empty((T, B), dtype=np.int64), np.empty((T, B), dtype=np.int64)
    p = np.tile(model.pi, (B, 1))
    for t in range(T):
        z[t] = rnn.sample(p, rng.random(B).astype(p.dtype))
        y[t] = rnn.sample(model.E[z[t]], rng.random(B).astype(p.dtype))
        p = model.A[z[t]]
    return z, y


def hmm_fit(y: np.ndarray[Any, Any], S: int, K: int, seed: int = 0, restarts: int = 5, steps: int = 100) -> HMM:
    r"""Fit by expectation–maximisation (hmmlearn's), from several starts; the likeliest wins.

    .. math:: \pi, A, E = \arg\max \sum_b \log p(y_{1,b}, \dots, y_{T,b})

    Equation ``eq-sequences-hmm-fit``; what is found is a local maximum. Source: Baum et al. (1970).

    Shapes: y (T, B) integers in 0 … K-1. Raises ImportError without hmmlearn, ValueError unless S, restarts and
    steps ≥ 1, ValueError or TypeError when y does not fit.
    """
    at_least(1, S=S, K=K, restarts=restarts, steps=steps)
    _expect_symbols(y, HMM(np.ones(1), np.ones((1, 1)), np.full((1, K), 1 / K)))
    try:
        hmmlearn: Any = importlib.import_module("hmmlearn.hmm")
    except ImportError as error:
        raise ImportError('hmm_fit needs hmmlearn; install it with: pip install "rnncourse[book]"') from error
    column, lengths = y.T.reshape(-1, 1), [len(y)] * y.shape[1]
    best, likeliest = None, -math.inf
    for restart in range(restarts):
        settings = {"n_iter": steps, "random_state": seed + restart, "implementation": "scaling"}  # 6 times the speed
        found = hmmlearn.CategoricalHMM(S, n_features=K, **settings)
        score = found.fit(column, lengths).score(column, lengths)
        if score > likeliest:
            best, likeliest = HMM(found.startprob_, found.transmat_, found.emissionprob_), score
    assert best is not None
    return best


def hmm_limit(k: int, S: int) -> float:
    r"""What k random bits cost at least when they come a second time, for any HMM with S states: it forgot the rest.

    .. math:: \mathbb{E}\bigl[-\log_2 p(y_{k+1}, \dots, y_{2k} \mid y_1, \dots, y_k)\bigr] \ge k - \log_2 S,
       \qquad y_{k+i} = y_i

    Equation ``eq-sequences-hmm-limit``; it may be less than 0, which says nothing. Source: given z_k, the second half
    does not depend on the first, so :math:`p(u \mid u) = \sum_z p(z \mid u)\, p(u \mid z) \le \sum_z p(u \mid z)`;
    summed over all words u that is at most S, and Jensen's inequality gives the rest.

    Returns bits. Raises ValueError unless k and S are at least 1.
    """
    at_least(1, k=k, S=S)
    return k - math.log2(S)


def ring_hmm(k: int) -> HMM:
    r"""The HMM that says any k bits again and again: a state for each word of k bits, so 2^k of them.

    .. math:: z_{t+1} = 2 z_t \bmod 2^k + y_t, \qquad y_t = \lfloor z_t / 2^{k-1} \rfloor

    Equation ``eq-sequences-hmm-ring``: z is a word, whose first bit is said and goes to its end. With fewer states
    there is no such HMM (:func:`hmm_limit`). Source: definition.

    Returns probabilities of shapes (2^k,), (2^k, 2^k), (2^k, 2). Raises ValueError unless k is at least 1.
    """
    at_least(1, k=k)
    S = 2**k
    z = np.arange(S)
    y = z // 2 ** (k - 1)
    return HMM(np.full(S, 1 / S), np.eye(S)[2 * z % S + y], np.eye(2)[y])


# ---------------------------------------------------------------- one network, five tasks


class Network(NamedTuple):
    """A recurrent network with its output layer: W_ih (H, F), W_hh (H, H), b_ih, b_hh (H,), W_ho (K, H), b_ho (K,)."""

    W_ih: Array
    W_hh: Array
    b_ih: Array
    b_hh: Array
    W_ho: Array
    b_ho: Array

    def outputs(self, x: Array) -> Array:
        """Outputs (T, B, K) along x (T, B, F), from the state 0."""
        sizes = expect(x=(x, "T B F"), W_ih=(self.W_ih, "H F"))
        h = rnn.forward(x, np.zeros((sizes["B"], sizes["H"]), x.dtype), self.W_ih, self.W_hh, self.b_ih, self.b_hh)
        return rnn.output(h, self.W_ho, self.b_ho)


def one_to_one(x: Array, net: Network) -> Array:
    r"""One vector in, one out: a single step, which no state precedes. W_hh does nothing.

    .. math:: o = W_{ho} \tanh(W_{ih} x + b_{ih} + b_{hh}) + b_{ho}

    Equation ``eq-sequences-one-to-one``. Source: lectures P, W, C.

    Shapes: x (B, F); returns (B, K). Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    expect(x=(x, "B F"))
    return net.outputs(x[None])[0]


def one_to_many(x: Array, net: Network, T: int) -> Array:
    r"""One vector in, a sequence out: the input comes at the first step, zeros after it.

    .. math:: x_1 = x, \quad x_2 = \dots = x_T = 0, \qquad o_t = W_{ho} h_t + b_{ho}, \quad t = 1, \dots, T

    Equation ``eq-sequences-one-to-many``. Source: lectures P, W, C; a caption from an image.

    Shapes: x (B, F); returns (T, B, K).
    Raises ValueError unless T ≥ 1, ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    at_least(1, T=T)
    expect(x=(x, "B F"))
    return net.outputs(np.concatenate([x[None], np.zeros((T - 1, *x.shape), x.dtype)]))


def many_to_one(x: Array, net: Network) -> Array:
    r"""A sequence in, one vector out: the output of the last step.

    .. math:: o = W_{ho} h_T + b_{ho}

    Equation ``eq-sequences-many-to-one``. Source: lectures P, W, C; the language of a name.

    Shapes: x (T, B, F); returns (B, K). Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    return net.outputs(x)[-1]


def many_to_many(x: Array, net: Network, T_out: int) -> Array:
    r"""A sequence in, then a sequence out, of another length: reading stops before writing starts.

    .. math:: x_{T+1} = \dots = x_{T+T'} = 0, \qquad o_t = W_{ho} h_t + b_{ho}, \quad t = T+1, \dots, T+T'

    Equation ``eq-sequences-many-to-many``; T' = T_out. Source: lectures P, W, C; a translation.

    Shapes: x (T, B, F); returns (T_out, B, K).
    Raises ValueError unless T_out ≥ 1, ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    at_least(1, T_out=T_out)
    expect(x=(x, "T B F"))
    return net.outputs(np.concatenate([x, np.zeros((T_out, *x.shape[1:]), x.dtype)]))[len(x) :]


def synced(x: Array, net: Network) -> Array:
    r"""A sequence in, an output at every step: output t has seen the inputs up to t, and none after.

    .. math:: o_t = W_{ho} h_t + b_{ho}, \qquad t = 1, \dots, T

    Equation ``eq-sequences-synced``. Source: lectures P, W, C; the next character.

    Shapes: x (T, B, F); returns (T, B, K). Raises ValueError or TypeError as :func:`rnncourse._arrays.expect` says.
    """
    return net.outputs(x)


def shift_register(k: int, gain: float = 3.0) -> Network:
    r"""A network of k units that predicts what came k steps before: each unit takes over what the last one held.

    .. math:: h_t^1 = \tanh(a\, x_t), \qquad h_t^i = \tanh(a\, h_{t-1}^{i-1}), \quad i = 2, \dots, k, \qquad
       o_t = (-10\, h_t^k,\ 10\, h_t^k)

    Equation ``eq-sequences-shift-register``, for inputs -1 and 1 and a gain a > 1, which keeps them apart: k numbers
    do what takes an HMM 2^k states (:func:`ring_hmm`). Source: definition.

    The network reads (T, B, 1); output t is for symbol t+1. Raises ValueError unless k ≥ 1 and a > 1.
    """
    at_least(1, k=k)
    if not gain > 1:
        raise ValueError(f"gain: expected more than 1, got {gain}")
    W_ih, W_hh, W_ho = np.zeros((k, 1)), gain * np.eye(k, k=-1), np.zeros((2, k))
    W_ih[0], W_ho[:, -1] = gain, (-10, 10)
    return Network(W_ih, W_hh, np.zeros(k), np.zeros(k), W_ho, np.zeros(2))


def mlp_parameter_count(T: int, F: int, H: int, K: int) -> int:
    r"""Numbers to learn in a network with one hidden layer that reads T steps at once; an RNN's do not grow with T.

    .. math:: N_{\mathrm{MLP}} = H\,TF + H + KH + K

    Equation ``eq-sequences-mlp-parameters``; compare :func:`rnncourse.rnn.parameter_count`. Source: the shapes of two
    dense layers.

    Raises ValueError unless all four are at least 1.
    """
    at_least(1, T=T, F=F, H=H, K=K)
    return H * T * F + H + K * H + K
