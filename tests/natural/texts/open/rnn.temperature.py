import functools

import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("plain")
def temperature(o, tau):
    z = (o - o.max(axis=-1, keepdims=True)) / tau
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


@right("logsumexp")
def temperature(o, tau):
    z = o / tau
    return np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])


@right("pairwise_differences_with_overflow_warning")
def temperature(o, tau):
    return 1 / np.exp((o[:, None, :] - o[:, :, None]) / tau).sum(axis=-1)


@right("own_copy_in_place")
def temperature(o, tau):
    p = o.copy()
    p -= p.max(axis=1).reshape(-1, 1)
    p /= tau
    np.exp(p, out=p)
    p /= p.sum(axis=1).reshape(-1, 1)
    return p


@right("einsum")
def temperature(o, tau):
    e = np.exp((o - np.amax(o, 1, keepdims=True)) / tau)
    return np.einsum("bk,b->bk", e, 1 / np.einsum("bk->b", e))


def _softmax(axis, o, tau):
    e = np.exp((o - o.max(axis, keepdims=True)) / tau)
    return e / e.sum(axis, keepdims=True)


@right("library_softmax")
def temperature(o, tau):
    from rnncourse import rnn

    return rnn.softmax(o / tau)


# ---------------------------------------------------------------- wrong

@wrong("times_tau", "Multiplied by τ instead of divided.", "τ works the wrong way round: divide by it.")
def temperature(o, tau):
    return _softmax(-1, o, 1 / tau)


@wrong("probabilities_over_tau", "The probabilities are divided by τ: rows do not sum to 1.", "Divide scores, not probabilities: the rows do not sum to 1.")
def temperature(o, tau):
    return _softmax(-1, o, 1.0) / tau


@wrong("softmax_of_p_over_tau", "softmax of softmax(o)/τ.", "The softmax is applied twice; the temperature belongs to the scores.")
def temperature(o, tau):
    return _softmax(-1, _softmax(-1, o, 1.0), tau)


@wrong("max_not_divided", "The maximum is taken away after the division by τ, undivided: exp(o/τ - max o).", "Take away the maximum of o/τ, else it overflows for τ < 1.")
def temperature(o, tau):
    e = np.exp(o / tau - o.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@wrong("clipped", "Scores are clipped to ±500 against overflow.", "Clipping changes large scores; subtract the maximum.")
def temperature(o, tau):
    e = np.exp(np.clip(o / tau, -500, 500))
    return e / e.sum(axis=-1, keepdims=True)


@wrong("sum_of_all", "Normalised by the sum of everything.", "The whole array sums to 1; each row should.")
def temperature(o, tau):
    e = np.exp((o - o.max()) / tau)
    return e / e.sum()


@wrong("power_of_p", "p^(1/τ) and normalise: right on paper, but p underflows to 0 at large scores.", "Right for small scores; p underflows before it is raised to 1/τ. Divide the scores.")
def temperature(o, tau):
    p = _softmax(-1, o, 1.0) ** (1 / tau)
    return p / p.sum(axis=-1, keepdims=True)


@wrong("max_only_divided", "The maximum is subtracted, but only the maximum is divided by τ (bracket).", "A bracket: (o - max) / τ.")
def temperature(o, tau):
    e = np.exp(o - o.max(axis=-1, keepdims=True) / tau)
    return e / e.sum(axis=-1, keepdims=True)


@wrong("minus_scores", "exp(-o/τ), as for energies.", "The sign: the largest score should get the largest probability.")
def temperature(o, tau):
    return _softmax(-1, -o, tau)


@wrong("argmax_one_hot", "All on the largest.", "All probability is on one symbol.")
def temperature(o, tau):
    return np.eye(o.shape[1], dtype=o.dtype)[o.argmax(axis=1)]


@wrong("in_place", "o /= tau changes the argument.", "o is changed.")
def temperature(o, tau):
    o -= o.max(axis=-1, keepdims=True)
    o /= tau
    e = np.exp(o)
    return e / e.sum(axis=-1, keepdims=True)


@wrong("nan_to_num", "Overflow is papered over by nan_to_num.", "inf/inf became 0: rows do not sum to 1; subtract the maximum.")
def temperature(o, tau):
    e = np.exp(o / tau)
    return np.nan_to_num(e / e.sum(axis=-1, keepdims=True))


@wrong("torch_softmax", "torch.softmax.", "NumPy only.")
def temperature(o, tau):
    import torch

    return torch.softmax(torch.from_numpy(o) / tau, dim=-1).numpy()


@wrong("none", "No return.", "Nothing is returned.")
def temperature(o, tau):
    p = _softmax(-1, o, tau)
