r"""The hidden Markov model, in logarithms. For the chapter ``book/sequences``.

Symbols y are (T, B) integers, S counts hidden states. Nothing here changes its arguments.
"""

from __future__ import annotations

import importlib
import math
from typing import Annotated, Any, NamedTuple

import numpy as np

from rnncourse import rnn
from rnncourse._arrays import Array
from rnncourse._extras import needs
from rnncourse.rules import rows_of_probabilities
from rnncourse.shapes import (
    B_,
    S_,
    S_K,
    S_S,
    T_B_K,
    T_B_S,
    Count,
    Ints,
    T_B_ids_K,
    checked,
)


class HMM(NamedTuple):
    """Start p(z_1), (S,); transitions A[i, j] = p(z_t = j | z_{t-1} = i), (S, S); emissions E[i, k], (S, K)."""

    pi: Annotated[S_, rows_of_probabilities]
    A: Annotated[S_S, rows_of_probabilities]
    E: Annotated[S_K, rows_of_probabilities]


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


@checked
def hmm_forward(y: T_B_ids_K, model: HMM) -> T_B_S:
    r"""The forward algorithm in logarithms, so that a thousand steps do not underflow.

    .. math::
       \alpha_{1}(j) = \pi_j\, E_{j,y_1}, \qquad
       \alpha_{t}(j) = E_{j,y_t} \sum_{i} \alpha_{t-1}(i)\, A_{ij}, \qquad
       \alpha_t(j) = p(y_1, \dots, y_t, z_t = j)

    Equation ``eq-sequences-hmm-forward``. Source: Rabiner (1989), eq. 19–20.
    """
    emitted = _log(model.E.T)[y]
    log_alpha = np.empty_like(emitted)
    log_alpha[0] = _log(model.pi) + emitted[0]
    for t in range(1, len(y)):
        log_alpha[t] = emitted[t] + _log_sum_exp(log_alpha[t - 1][:, :, None] + _log(model.A), axis=1)
    return log_alpha


@checked
def hmm_backward(y: T_B_ids_K, model: HMM) -> T_B_S:
    r"""The same from the other end: what each state says about the symbols still to come.

    .. math:: \beta_T(i) = 1, \qquad \beta_{t}(i) = \sum_j A_{ij}\, E_{j,y_{t+1}}\, \beta_{t+1}(j)
       = p(y_{t+1}, \dots, y_T \mid z_t = i)

    Equation ``eq-sequences-hmm-backward``. Source: Rabiner (1989), eq. 24–25.
    """
    emitted = _log(model.E.T)[y]
    log_beta = np.zeros_like(emitted)
    for t in range(len(y) - 2, -1, -1):
        log_beta[t] = _log_sum_exp(_log(model.A) + (emitted[t + 1] + log_beta[t + 1])[:, None, :], axis=2)
    return log_beta


def hmm_log_likelihood(y: T_B_ids_K, model: HMM) -> B_:
    r"""Log-probability of each whole sequence: over all paths of hidden states, not the best one.

    .. math:: \log p(y_1, \dots, y_T) = \log \sum_{z_1, \dots, z_T} p(y, z) = \log \sum_j \alpha_T(j)

    Equation ``eq-sequences-hmm-likelihood``; -∞ for what the model cannot say. Source: Rabiner (1989), eq. 21.

    Returns (B,), in nats.
    """
    return _log_sum_exp(hmm_forward(y, model)[-1], axis=-1)


def hmm_posterior(y: T_B_ids_K, model: HMM) -> T_B_S:
    r"""Which state it was, given the whole sequence.

    .. math:: p(z_t = j \mid y_1, \dots, y_T) = \frac{\alpha_t(j)\, \beta_t(j)}{\sum_i \alpha_t(i)\, \beta_t(i)}

    Equation ``eq-sequences-hmm-posterior``. Source: Rabiner (1989), eq. 27.

    Returns (T, B, S), each row sums to 1. Raises ValueError when the model cannot have made a sequence.
    """
    joint = hmm_forward(y, model) + hmm_backward(y, model)
    total = _log_evidence(joint)
    return np.exp(joint - total[..., None])


def hmm_predict(y: T_B_ids_K, model: HMM) -> T_B_K:
    r"""The next symbol, given those so far: all that the past says passes through S numbers.

    .. math:: p(y_{t+1} = k \mid y_1, \dots, y_t)
       = \frac{\sum_{i,j} \alpha_t(i)\, A_{ij}\, E_{jk}}{\sum_i \alpha_t(i)}

    Equation ``eq-sequences-hmm-predict``. Source: definition of conditional probability.

    Returns p (T, B, K), each row sums to 1. Raises ValueError when the model cannot have made a sequence.
    """
    log_alpha = hmm_forward(y, model)
    total = _log_evidence(log_alpha)
    return np.exp(log_alpha - total[..., None]) @ model.A @ model.E


@checked
def hmm_sample(T: Count, B: Count, model: HMM, rng: np.random.Generator) -> tuple[Ints, Ints]:
    r"""Draw hidden states, and a symbol from each.

    .. math:: z_1 \sim \pi, \qquad z_t \sim A_{z_{t-1}}, \qquad y_t \sim E_{z_t}

    Equation ``eq-sequences-hmm-sample``. Source: definition of the model.

    Returns z and y, both (T, B) integers.
    """
    z, y = np.empty((T, B), dtype=np.int64), np.empty((T, B), dtype=np.int64)
    p = np.tile(model.pi, (B, 1))
    for t in range(T):
        z[t] = rnn.draw(p, rng.random(B).astype(p.dtype))
        y[t] = rnn.draw(model.E[z[t]], rng.random(B).astype(p.dtype))
        p = model.A[z[t]]
    return z, y


@checked
def hmm_fit(y: T_B_ids_K, S: Count, K: Count, seed: int = 0, restarts: Count = 5, steps: Count = 100) -> HMM:
    r"""Fit by expectation–maximisation (hmmlearn's), from several starts; the likeliest wins.

    .. math:: \pi, A, E = \arg\max \sum_b \log p(y_{1,b}, \dots, y_{T,b})

    Equation ``eq-sequences-hmm-fit``; what is found is a local maximum. Source: Baum et al. (1970).

    Raises ImportError without hmmlearn.
    """
    with needs("rnncourse.sequences.hmm_fit", "data"):
        hmmlearn: Any = importlib.import_module("hmmlearn.hmm")
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


@checked
def hmm_limit(k: Count, S: Count) -> float:
    r"""What k random bits cost at least when they come a second time, for any HMM with S states: it forgot the rest.

    .. math:: \mathbb{E}\bigl[-\log_2 p(y_{k+1}, \dots, y_{2k} \mid y_1, \dots, y_k)\bigr] \ge k - \log_2 S,
       \qquad y_{k+i} = y_i

    Equation ``eq-sequences-hmm-limit``; it may be less than 0, which says nothing. Source: given z_k, the second half
    does not depend on the first, so
    :math:`p(u \mid u)` :math:`= \sum_z p(z \mid u)\, p(u \mid z)` :math:`\le \sum_z p(u \mid z)`;
    summed over all words u that is at most S, and Jensen's inequality gives the rest.

    Returns bits.
    """
    return k - math.log2(S)


@checked
def ring_hmm(k: Count) -> HMM:
    r"""The HMM that says any k bits again and again: a state for each word of k bits, so 2^k of them.

    .. math:: z_{t+1} = 2 z_t \bmod 2^k + y_t, \qquad y_t = \lfloor z_t / 2^{k-1} \rfloor

    Equation ``eq-sequences-hmm-ring``: z is a word, whose first bit is said and goes to its end. With fewer states
    there is no such HMM (:func:`hmm_limit`). Source: definition.

    Returns probabilities of shapes (2^k,), (2^k, 2^k), (2^k, 2).
    """
    S = 2**k
    z = np.arange(S)
    y = z // 2 ** (k - 1)
    return HMM(np.full(S, 1 / S), np.eye(S)[2 * z % S + y], np.eye(2)[y])
