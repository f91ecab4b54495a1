import numpy as np


def _probs(o, tau):
    z = (o - o.max(axis=1, keepdims=True)) / tau
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


def sample_greta(o, tau, u):
    w = np.exp((o - o.max(axis=1, keepdims=True)) / tau)
    cdf = (w / w.sum(axis=1, keepdims=True)).cumsum(axis=1)
    K = o.shape[1]
    return np.array([min(np.searchsorted(c, v, side="right"), K - 1) for c, v in zip(cdf, u)])


def sample_ada(o, tau, u):
    p = _probs(o, tau)
    order = np.argsort(-p, axis=1)
    p_sorted = np.take_along_axis(p, order, axis=1)
    c = np.cumsum(p_sorted, axis=1)
    return np.minimum((c <= u[:, None]).sum(axis=1), o.shape[1] - 1)


def sample_sven(o, tau, u):
    p = _probs(o, tau)
    ladder = np.cumsum(p).reshape(p.shape)
    k = (ladder <= u.reshape(-1, 1)).sum(axis=1)
    return np.clip(k, 0, o.shape[1] - 1)


def sample_malik(o, tau, u):
    p = _probs(o, tau)
    cs = np.apply_along_axis(np.cumsum, 1, p)
    k = np.array([sum(cs[b, ] <= u[b]) + 1 for b in range(len(u))])
    return np.minimum(k, p.shape[1] - 1)


def sample_fatma(o, tau, u):
    g = -np.log(-np.log(np.clip(u, 1e-12, 1 - 1e-12)))
    return np.argmax(o / tau + g[:, None], axis=1)


RIGHT = {
    'searchsorted_right': sample_greta,
}

WRONG = {
    'sorted_not_mapped_back': (
        sample_ada,
        'The probabilities are sorted before the draw and the rank is returned instead of the symbol.',
        "What does the number that you return count: symbols in the order of the scores' columns, or ranks?",
    ),
    'flat_cumsum': (
        sample_sven,
        'cumsum without an axis runs through all rows, so that only the first row has its own ladder.',
        "Which is the last rung of each row's ladder in your function? Print it for two rows.",
    ),
    'count_plus_one': (
        sample_malik,
        'One is added to the number of rungs passed, as if symbols were counted from 1.',
        'Which symbol should come out for u = 0 when the first one has some probability?',
    ),
    'gumbel_one_u': (
        sample_fatma,
        'The Gumbel trick is used with one number for the whole row, which adds the same amount to all scores.',
        'You add the same number to every score of a row. Can that change which one is largest?',
    ),
}
