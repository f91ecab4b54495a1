"""reservoir.nvar"""
from itertools import combinations, combinations_with_replacement

import numpy as np


# ---------------------------------------------------------------- right

def r_step_by_step(x, k, apart, degree):
    T, B, F = x.shape
    first = (k - 1) * apart
    out = []
    for t in range(first, T):
        per_seq = []
        for i in range(B):
            v = []
            for j in range(k - 1, -1, -1):
                v.extend(x[t - j * apart, i])
            D = len(v)
            feat = list(v)
            if degree >= 2:
                for p in range(D):
                    for q in range(p, D):
                        feat.append(v[p] * v[q])
            if degree >= 3:
                for p in range(D):
                    for q in range(p, D):
                        for r in range(q, D):
                            feat.append(v[p] * v[q] * v[r])
            feat.append(1)
            per_seq.append(feat)
        out.append(per_seq)
    return np.array(out, dtype=x.dtype)


def r_itertools(x, k, apart, degree):
    T = len(x)
    steps = T - (k - 1) * apart
    v = np.concatenate([x[j * apart : j * apart + steps] for j in range(k)], axis=2)
    blocks = [v]
    for n in range(2, degree + 1):
        for idx in combinations_with_replacement(range(v.shape[2]), n):
            blocks.append(np.prod(v[:, :, idx], axis=2, keepdims=True))
    blocks.append(np.ones_like(v[:, :, :1]))
    return np.concatenate(blocks, axis=2)


def r_triu(x, k, apart, degree):
    T, B, F = x.shape
    d = k * F
    start = (k - 1) * apart
    lin = np.zeros((T - start, B, d), dtype=x.dtype)
    for delay in range(k):
        # delay 0 = now = last block
        block = k - 1 - delay
        lin[:, :, block * F : (block + 1) * F] = x[start - delay * apart : T - delay * apart]
    parts = [lin]
    if degree > 1:
        i, j = np.triu_indices(d)
        parts.append(lin[..., i] * lin[..., j])
    if degree > 2:
        for i in range(d):
            j, l = np.triu_indices(d - i)
            parts.append(lin[..., i : i + 1] * lin[..., i + j] * lin[..., i + l])
    parts.append(np.ones(lin.shape[:2] + (1,), dtype=x.dtype))
    return np.concatenate(parts, axis=-1)


# ---------------------------------------------------------------- wrong

def _delays(x, k, apart):
    steps = len(x) - (k - 1) * apart
    return np.concatenate([x[j * apart : j * apart + steps] for j in range(k)], axis=2)


def _products(v, degree):
    D = v.shape[2]
    cols = []
    if degree >= 2:
        cols += [v[..., i] * v[..., j] for i in range(D) for j in range(i, D)]
    if degree >= 3:
        cols += [v[..., i] * v[..., j] * v[..., l] for i in range(D) for j in range(i, D) for l in range(j, D)]
    return np.stack(cols, axis=-1) if cols else v[..., :0]


def w_newest_first(x, k, apart, degree):
    T = len(x)
    s = (k - 1) * apart
    v = np.concatenate([x[s - j * apart : T - j * apart] for j in range(k)], axis=2)
    return np.concatenate([v, _products(v, degree), np.ones_like(v[..., :1])], axis=2)


def w_without_squares(x, k, apart, degree):
    v = _delays(x, k, apart)
    out = [v]
    for n in range(2, degree + 1):
        for idx in combinations(range(v.shape[2]), n):
            out.append(np.prod(v[..., idx], axis=-1, keepdims=True))
    out.append(np.ones_like(v[..., :1]))
    return np.concatenate(out, axis=-1)


def w_every_pair_twice(x, k, apart, degree):
    v = _delays(x, k, apart)
    steps, B, D = v.shape
    out = [v]
    if degree >= 2:
        out.append(np.einsum("tbi,tbj->tbij", v, v).reshape(steps, B, D * D))
    if degree == 3:
        out.append(np.einsum("tbi,tbj,tbl->tbijl", v, v, v).reshape(steps, B, D**3))
    out.append(np.ones((steps, B, 1), dtype=x.dtype))
    return np.concatenate(out, axis=2)


def w_constant_first(x, k, apart, degree):
    # O_total = c (+) O_lin (+) O_nonlin, Gauthier et al. 2021
    v = _delays(x, k, apart)
    return np.concatenate([np.ones_like(v[..., :1]), v, _products(v, degree)], axis=2)


def w_one_step_late(x, k, apart, degree):
    T, B, F = x.shape
    rows = []
    for t in range(k * apart, T):
        v = np.concatenate([x[t - j * apart] for j in range(k - 1, -1, -1)], axis=1)
        rows.append(v)
    v = np.array(rows, dtype=x.dtype).reshape(-1, B, k * F)
    return np.concatenate([v, _products(v, degree), np.ones_like(v[..., :1])], axis=2)


def w_degree_exactly(x, k, apart, degree):
    v = _delays(x, k, apart)
    D = v.shape[2]
    out = [v]
    if degree == 2:
        for i in range(D):
            for j in range(i, D):
                out.append((v[..., i] * v[..., j])[..., None])
    elif degree == 3:
        for i in range(D):
            for j in range(i, D):
                for l in range(j, D):
                    out.append((v[..., i] * v[..., j] * v[..., l])[..., None])
    out.append(np.ones_like(v[..., :1]))
    return np.concatenate(out, axis=-1)


def w_rolled(x, k, apart, degree):
    v = np.concatenate([np.roll(x, j * apart, axis=0) for j in range(k - 1, -1, -1)], axis=2)
    return np.concatenate([v, _products(v, degree), np.ones_like(v[..., :1])], axis=2)


def w_grouped_by_feature(x, k, apart, degree):
    T, B, F = x.shape
    steps = T - (k - 1) * apart
    v = np.stack([x[j * apart : j * apart + steps] for j in range(k)], axis=-1)  # (steps, B, F, k)
    v = v.reshape(steps, B, F * k)
    return np.concatenate([v, _products(v, degree), np.ones_like(v[..., :1])], axis=2)


def w_only_powers(x, k, apart, degree):
    v = _delays(x, k, apart)
    parts = [v**p for p in range(1, degree + 1)]
    parts.append(np.ones_like(v[..., :1]))
    return np.concatenate(parts, axis=2)


def w_first_sequence_only(x, k, apart, degree):
    u = x[:, 0, :]
    v = _delays(u[:, None, :], k, apart)
    Phi = np.concatenate([v, _products(v, degree), np.ones_like(v[..., :1])], axis=2)
    return Phi[:, 0]


def w_double_array(x, k, apart, degree):
    v = _delays(x, k, apart)
    P = _products(v, degree)
    steps, B, D = v.shape
    Phi = np.ones((steps, B, D + P.shape[2] + 1))
    Phi[:, :, :D] = v
    Phi[:, :, D:-1] = P
    return Phi


def w_squares_then_cross(x, k, apart, degree):
    v = _delays(x, k, apart)
    D = v.shape[2]
    out = [v]
    if degree >= 2:
        out.append(v**2)
        for i in range(D):
            for j in range(i + 1, D):
                out.append((v[..., i] * v[..., j])[..., None])
    if degree >= 3:
        for c in combinations_with_replacement(range(D), 3):
            out.append(v[..., c].prod(-1)[..., None])
    out.append(np.ones_like(v[..., :1]))
    return np.concatenate(out, axis=2)


RIGHT = {
    "step_by_step": r_step_by_step,
    "itertools": r_itertools,
    "triu": r_triu,
}
WRONG = {
    "newest_first": (
        w_newest_first,
        "the newest value comes first, not the oldest",
        "Which of the delayed values is the first of v_t?",
    ),
    "without_squares": (
        w_without_squares,
        "combinations without replacement: squares and cubes are missing",
        "Is i = j among your products?",
    ),
    "every_pair_twice": (
        w_every_pair_twice,
        "all ordered pairs and triples: each product stands there more than once",
        "How many products have two entries? Compare with your number of columns.",
    ),
    "constant_first": (
        w_constant_first,
        "the 1 stands first, not last",
        "Where in the list of the task does the 1 stand?",
    ),
    "one_step_late": (
        w_one_step_late,
        "starts at k apart in place of (k - 1) apart: the first steps are missing",
        "How far back does the oldest of k values lie? Try k = 1.",
    ),
    "degree_exactly": (
        w_degree_exactly,
        "with degree 3 the products of two are missing",
        "What does the task say about products of two when degree is 3?",
    ),
    "rolled": (
        w_rolled,
        "np.roll brings in values of the end, and all T steps stay",
        "What stands in the first rows after np.roll? For which steps are all values there?",
    ),
    "grouped_by_feature": (
        w_grouped_by_feature,
        "delays of one feature stand side by side in place of the features of one delay",
        "With F = 2, what is the second entry of v_t?",
    ),
    "only_powers": (
        w_only_powers,
        "only powers of single entries, no products of different ones",
        "Where is v_0 v_1?",
    ),
    "first_sequence_only": (
        w_first_sequence_only,
        "only the first sequence, and the axis of the batch is dropped",
        "What shape does the result have for B = 3?",
    ),
    "double_array": (
        w_double_array,
        "np.ones without dtype: float32 comes back as float64",
        "Which dtype has np.ones if you do not name one?",
    ),
    "squares_then_cross": (
        w_squares_then_cross,
        "squares first, then products of different entries, in place of the order by i and j",
        "For two entries the task writes the order down. Where does v_1 squared stand?",
    ),
}
