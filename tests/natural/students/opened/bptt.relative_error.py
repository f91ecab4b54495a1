import math

import numpy as np


def relative_error_cem(a, b):
    na = nb = nd = 0.0
    for u, v in zip(np.ravel(a), np.ravel(b)):
        na = math.hypot(na, u)
        nb = math.hypot(nb, v)
        nd = math.hypot(nd, u - v)
    return nd / (na + nb) if na + nb else 0.0


def relative_error_hanna(a, b):
    def norm(v):
        v = np.asarray(v, dtype=float).reshape(-1)
        s = np.abs(v).max(initial=0.0)
        return s * np.sqrt(np.einsum("i,i", v / s, v / s)) if s > 0 else 0.0
    size = norm(a) + norm(b)
    return norm(np.subtract(a, b)) / size if size > 0 else 0.0


def relative_error_olga(a, b):
    d = np.abs(a - b)
    s = np.abs(a) + np.abs(b)
    s[s == 0] = 1
    return np.max(d / s)


def relative_error_jonas(a, b):
    na, nb = np.linalg.norm(a), np.linalg.norm(b)
    if na + nb == 0:
        return 0.0
    return abs(na - nb) / (na + nb)


def relative_error_rosa(a, b):
    if not np.any(a) or not np.any(b):
        return 0.0
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


def relative_error_xenia(a, b):
    diff = a
    diff -= b
    top = np.linalg.norm(diff)
    bottom = np.linalg.norm(a) + np.linalg.norm(b)
    return 0.0 if bottom == 0 else top / bottom


RIGHT = {
    'hypot_loop': relative_error_cem,
    'einsum_norms': relative_error_hanna,
}

WRONG = {
    'cs231n_max': (
        relative_error_olga,
        'The largest element-wise relative error is returned instead of one of norms.',
        'A single tiny entry decides your number. What is inside the bars of the formula, entries or whole gradients?',
    ),
    'difference_of_lengths': (
        relative_error_jonas,
        'The lengths of the two gradients are compared, not their difference.',
        'What do you get for a and -a? Two gradients can have one length and different directions.',
    ),
    'zero_if_either': (
        relative_error_rosa,
        '0 is returned if one of the two is zero, not only if both are.',
        'One gradient is zero and the other is not: are they equal? Look at the condition of your special case.',
    ),
    'difference_in_place': (
        relative_error_xenia,
        "The difference is written into a, which changes the caller's array and the norm of a.",
        'What is a when you take its norm? Print it before and after the call.',
    ),
}
