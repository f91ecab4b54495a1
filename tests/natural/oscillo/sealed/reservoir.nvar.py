"""reservoir.nvar"""
import numpy as np


# ---------------------------------------------------------------- right

def r_recursive_monomials(x, k, apart, degree):
    span = (k - 1) * apart
    v = np.concatenate([x[span - s : len(x) - s] for s in range(span, -1, -apart)], axis=-1)
    D = v.shape[-1]

    def monomials(n, start):
        """all products of n entries with non-decreasing index >= start"""
        if n == 1:
            return [v[..., i] for i in range(start, D)]
        res = []
        for i in range(start, D):
            for m in monomials(n - 1, i):
                res.append(v[..., i] * m)
        return res

    columns = []
    for n in range(1, degree + 1):
        columns += monomials(n, 0)
    columns.append(np.ones(v.shape[:-1], dtype=x.dtype))
    return np.stack(columns, axis=-1)


def r_index_and_mask(x, k, apart, degree):
    T, B, F = x.shape
    t = np.arange((k - 1) * apart, T)
    lag = apart * np.arange(k - 1, -1, -1)
    v = x[t[:, None] - lag]  # (steps, k, B, F)
    v = v.transpose(0, 2, 1, 3).reshape(len(t), B, k * F)
    D = k * F
    i = np.arange(D)
    parts = [v]
    if degree >= 2:
        keep = i[:, None] <= i
        parts.append((v[..., :, None] * v[..., None, :])[:, :, keep])
    if degree == 3:
        keep = (i[:, None, None] <= i[:, None]) & (i[:, None] <= i)
        cube = np.einsum("abi,abj,abk->abijk", v, v, v)
        parts.append(cube[:, :, keep])
    parts.append(np.ones_like(v[..., :1]))
    return np.concatenate(parts, axis=2)


def r_filled_matrix(x, k, apart, degree):
    T, B, F = x.shape
    d = F * k
    n2 = d * (d + 1) // 2 if degree >= 2 else 0
    n3 = d * (d + 1) * (d + 2) // 6 if degree >= 3 else 0
    warm = (k - 1) * apart
    Phi = np.empty((T - warm, B, d + n2 + n3 + 1), dtype=x.dtype)
    for delay in range(k):
        Phi[:, :, delay * F : (delay + 1) * F] = x[delay * apart : T - warm + delay * apart]
    col = d
    if degree >= 2:
        for row in range(d):
            for column in range(row, d):
                Phi[:, :, col] = Phi[:, :, row] * Phi[:, :, column]
                col += 1
    if degree >= 3:
        for row in range(d):
            for column in range(row, d):
                for span in range(column, d):
                    Phi[:, :, col] = Phi[:, :, row] * Phi[:, :, column] * Phi[:, :, span]
                    col += 1
    Phi[:, :, -1] = 1.0
    return Phi


# ---------------------------------------------------------------- wrong

def embed(x, k, apart):
    n = len(x) - (k - 1) * apart
    return np.concatenate([x[j * apart : j * apart + n] for j in range(k)], axis=2)


def features(v, degree):
    D = v.shape[2]
    c = [v[:, :, i] for i in range(D)]
    if degree >= 2:
        for i in range(D):
            for j in range(i, D):
                c.append(v[:, :, i] * v[:, :, j])
    if degree >= 3:
        for i in range(D):
            for j in range(i, D):
                for l in range(j, D):
                    c.append(v[:, :, i] * v[:, :, j] * v[:, :, l])
    c.append(np.ones_like(v[:, :, 0]))
    return np.stack(c, axis=2)


def w_gaps_between(x, k, apart, degree):
    # "apart" steps lie between two values
    d = apart + 1
    n = max(len(x) - (k - 1) * d, 0)
    v = np.concatenate([x[j * d : j * d + n] for j in range(k)], axis=2)
    return features(v, degree)


def w_padded_with_zeros(x, k, apart, degree):
    T, B, F = x.shape
    pad = np.zeros(((k - 1) * apart, B, F), dtype=x.dtype)
    xp = np.concatenate([pad, x], axis=0)
    v = np.concatenate([xp[j * apart : j * apart + T] for j in range(k)], axis=2)
    return features(v, degree)


def w_no_one(x, k, apart, degree):
    return features(embed(x, k, apart), degree)[:, :, :-1]


def w_apart_unused(x, k, apart, degree):
    T = len(x)
    v = np.concatenate([x[j : T - k + 1 + j] for j in range(k)], axis=2)
    return features(v, degree)


def w_last_step_missing(x, k, apart, degree):
    # the last step has no target any more
    return features(embed(x, k, apart)[:-1], degree)


def w_cubes_from_quadratic(x, k, apart, degree):
    v = embed(x, k, apart)
    D = v.shape[2]
    parts = [v]
    if degree >= 2:
        i, j = np.triu_indices(D)
        quad = v[:, :, i] * v[:, :, j]
        parts.append(quad)
    if degree >= 3:
        cubic = v[:, :, :, None] * quad[:, :, None, :]
        parts.append(cubic.reshape(v.shape[0], v.shape[1], -1))
    parts.append(np.ones_like(v[:, :, :1]))
    return np.concatenate(parts, axis=2)


def w_ordered_by_second(x, k, apart, degree):
    v = embed(x, k, apart)
    D = v.shape[2]
    c = [v[:, :, i] for i in range(D)]
    if degree >= 2:
        for i in range(D):
            for j in range(i + 1):  # lower triangle
                c.append(v[:, :, i] * v[:, :, j])
    if degree >= 3:
        for i in range(D):
            for j in range(i + 1):
                for l in range(j + 1):
                    c.append(v[:, :, i] * v[:, :, j] * v[:, :, l])
    c.append(np.ones_like(v[:, :, 0]))
    return np.stack(c, axis=2)


def w_products_of_now_only(x, k, apart, degree):
    v = embed(x, k, apart)
    now = v[:, :, -x.shape[2] :]
    return np.concatenate([v, features(now, degree)[:, :, x.shape[2] :]], axis=2)


def w_batch_first_out(x, k, apart, degree):
    return np.array([features(embed(x[:, [i]], k, apart), degree)[:, 0] for i in range(x.shape[1])])


def w_series_run_together(x, k, apart, degree):
    T, B, F = x.shape
    long = x.reshape(T * B, F)
    start = (k - 1) * apart
    v = np.stack([np.concatenate([long[t - j * apart] for j in range(k - 1, -1, -1)]) for t in range(start, T * B)])
    v = v[: (T - start) * B].reshape(T - start, B, k * F)
    return features(v, degree)


def w_standardised(x, k, apart, degree):
    v = embed(x, k, apart)
    v = (v - v.mean(axis=0)) / (v.std(axis=0) + 1e-8)
    return features(v.astype(x.dtype), degree)


def w_index_slip(x, k, apart, degree):
    v = embed(x, k, apart)
    D = v.shape[2]
    c = [v[:, :, i] for i in range(D)]
    if degree >= 2:
        c += [v[:, :, i] * v[:, :, j] for i in range(D) for j in range(i, D)]
    if degree >= 3:
        c += [v[:, :, i] * v[:, :, j] * v[:, :, l] for i in range(D) for j in range(i, D) for l in range(i, D)]
    c.append(np.ones_like(v[:, :, 0]))
    return np.stack(c, axis=2)


RIGHT = {
    "recursive_monomials": r_recursive_monomials,
    "index_and_mask": r_index_and_mask,
    "filled_matrix": r_filled_matrix,
}
WRONG = {
    "gaps_between": (
        w_gaps_between,
        "apart is taken for the number of steps between two values: they are apart + 1 apart",
        "With apart = 1, which value comes before x_t in v_t?",
    ),
    "padded_with_zeros": (
        w_padded_with_zeros,
        "zeros stand for values before the start, and all T steps are returned",
        "For which steps are there features? What does the task say of those that lack a value?",
    ),
    "no_one": (
        w_no_one,
        "the 1 at the end is missing",
        "What is the last item of the list of features?",
    ),
    "apart_unused": (
        w_apart_unused,
        "apart is not used: the values are consecutive",
        "What changes in your result if apart changes?",
    ),
    "last_step_missing": (
        w_last_step_missing,
        "the last step is left out",
        "Of which step is the last row?",
    ),
    "cubes_from_quadratic": (
        w_cubes_from_quadratic,
        "each entry times each product of two: products of three occur more than once",
        "How often does v_0 v_0 v_1 occur among your products of three?",
    ),
    "ordered_by_second": (
        w_ordered_by_second,
        "i >= j in place of i <= j: the same products in another order",
        "For three entries, which product comes after v_0 v_1?",
    ),
    "products_of_now_only": (
        w_products_of_now_only,
        "products are made of x_t alone, not of all of v_t",
        "How many entries does v_t have, and which of them are in your products?",
    ),
    "batch_first_out": (
        w_batch_first_out,
        "the result is (B, steps, features)",
        "Which axis comes first in the result?",
    ),
    "series_run_together": (
        w_series_run_together,
        "time and batch are flattened, so delayed values come from other sequences",
        "In x.reshape(T * B, F), what is the row before row 1?",
    ),
    "standardised": (
        w_standardised,
        "the delayed values are standardised",
        "Compare the first entries of your result with x itself.",
    ),
    "index_slip": (
        w_index_slip,
        "the third index starts at i in place of j",
        "Where does l start in the task?",
    ),
}
