"""As students of control in the lab: cosine by the dot product, rows picked by a mask as in MATLAB."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("find_like_matlab")
def find_used(k, beta, M, used):
    B, J, D = k.shape
    w = np.zeros((B, J, M.shape[1]), dtype=k.dtype)
    for b in range(B):
        idx = np.nonzero(used[b] == 1)[0]
        m = M[b, idx, :]
        for j in range(J):
            c = m @ k[b, j] / (np.linalg.norm(m, axis=1) * np.linalg.norm(k[b, j]) + 1e-8)
            z = beta[b, j] * c
            z = np.exp(z - max(z))
            w[b, j, idx] = z / sum(z)
    return w


@right("minus_infinity_outside")
def find_used(k, beta, M, used):
    M = np.where(used[:, :, None] == 1, M, 0)
    kn = np.sqrt((k**2).sum(-1))
    mn = np.sqrt((M**2).sum(-1))
    K = k @ M.transpose(0, 2, 1) / (kn[:, :, None] * mn[:, None, :] + 1e-8)
    z = np.where(used[:, None, :] == 1, beta[:, :, None] * K, -np.inf)
    z = z - z.max(axis=-1, keepdims=True)
    p = np.exp(z)
    return p / p.sum(axis=-1, keepdims=True)


@right("row_by_row")
def find_used(k, beta, M, used):
    B, J, _ = k.shape
    N = M.shape[1]
    w = np.zeros((B, J, N), dtype=M.dtype)
    for b in range(B):
        for j in range(J):
            z = {}
            for i in range(N):
                if not used[b, i]:
                    continue
                num = np.dot(k[b, j], M[b, i])
                den = np.linalg.norm(k[b, j]) * np.linalg.norm(M[b, i]) + 1e-8
                z[i] = beta[b, j] * num / den
            top = max(z.values())
            total = sum(np.exp(v - top) for v in z.values())
            for i, v in z.items():
                w[b, j, i] = np.exp(v - top) / total
    return w


@right("logsumexp_of_scipy")
def find_used(k, beta, M, used):
    from scipy.special import softmax

    w = np.zeros(k.shape[:2] + M.shape[1:2], dtype=k.dtype)
    for b, u in enumerate(used.astype(bool)):
        m = M[b][u]
        den = np.outer(np.linalg.norm(k[b], axis=1), np.linalg.norm(m, axis=1)) + 1e-8
        w[b][:, u] = softmax(beta[b][:, None] * (k[b] @ m.T) / den, axis=1)
    return w


@right("largest_possible_subtracted_from_used")
def find_used(k, beta, M, used):
    on = used.astype(bool)[:, None, :]
    Mz = M * 1
    Mz[used == 0] = 0
    K = np.einsum("bjd,bnd->bjn", k, Mz)
    K = K / (np.linalg.norm(k, axis=2)[:, :, None] * np.linalg.norm(Mz, axis=2)[:, None, :] + 1e-8)
    best = np.max(K, axis=2, keepdims=True, where=on, initial=-2)
    ex = np.exp(np.minimum(beta[:, :, None] * (K - best), 0))
    ex[~np.broadcast_to(on, ex.shape)] = 0
    return ex / np.sum(ex, axis=2, keepdims=True)


@wrong(
    "mask_multiplies_scores",
    "Multiplies the scores by used before the exponential: rows that are not in use get exp(0).",
    "What is exp of a score 0? Which weight have rows that are not in use?",
)
def find_used(k, beta, M, used):
    K = k @ M.transpose(0, 2, 1) / (np.linalg.norm(k, axis=2)[:, :, None] * np.linalg.norm(M, axis=2)[:, None] + 1e-8)
    z = beta[:, :, None] * K * used[:, None, :]
    p = np.exp(z - z.max(axis=2, keepdims=True))
    return (p / p.sum(axis=2, keepdims=True)).astype(k.dtype)


@wrong(
    "masked_not_renormalised",
    "A softmax over all rows, masked afterwards: the rows in use do not share all of it.",
    "Sum your weights over the rows. Is it 1?",
)
def find_used(k, beta, M, used):
    K = k @ M.transpose(0, 2, 1) / (np.linalg.norm(k, axis=2)[:, :, None] * np.linalg.norm(M, axis=2)[:, None] + 1e-8)
    z = beta[:, :, None] * K
    p = np.exp(z - z.max(axis=2, keepdims=True))
    p = p / p.sum(axis=2, keepdims=True)
    return (p * used[:, None, :]).astype(k.dtype)


@wrong(
    "no_maximum_subtracted",
    "exp(beta K) overflows for a large strength.",
    "What is exp(1000)? What can you subtract without changing the quotient?",
)
def find_used(k, beta, M, used):
    w = np.zeros(k.shape[:2] + M.shape[1:2], dtype=k.dtype)
    for b in range(len(k)):
        u = used[b] == 1
        m = M[b][u]
        K = k[b] @ m.T / (np.outer(np.linalg.norm(k[b], axis=1), np.linalg.norm(m, axis=1)) + 1e-8)
        p = np.exp(beta[b][:, None] * K)
        w[b][:, u] = p / p.sum(axis=1, keepdims=True)
    return w


@wrong(
    "maximum_over_all_rows",
    "The maximum is taken over all rows, so with a large strength all rows in use underflow to 0/0.",
    "A row not in use fits best, and beta is 1000. What is left of the others?",
)
def find_used(k, beta, M, used):
    K = k @ M.transpose(0, 2, 1) / (np.linalg.norm(k, axis=2)[:, :, None] * np.linalg.norm(M, axis=2)[:, None] + 1e-8)
    z = beta[:, :, None] * K
    p = np.exp(z - z.max(axis=2, keepdims=True)) * used[:, None, :].astype(k.dtype)
    return p / p.sum(axis=2, keepdims=True)


@wrong(
    "no_length_of_rows",
    "Divides by the key's length only: long rows look more alike.",
    "Double a row. Should its weight change?",
)
def find_used(k, beta, M, used):
    w = np.zeros(k.shape[:2] + M.shape[1:2], dtype=k.dtype)
    for b in range(len(k)):
        u = used[b] == 1
        K = k[b] @ M[b][u].T / (np.linalg.norm(k[b], axis=1)[:, None] + 1e-8)
        z = beta[b][:, None] * K
        p = np.exp(z - z.max(axis=1, keepdims=True))
        w[b][:, u] = p / p.sum(axis=1, keepdims=True)
    return w


@wrong(
    "correlation_coefficient",
    "Subtracts the means first, as a correlation coefficient does.",
    "Add 1 to all entries of a row. Should its likeness change?",
)
def find_used(k, beta, M, used):
    w = np.zeros(k.shape[:2] + M.shape[1:2], dtype=k.dtype)
    for b in range(len(k)):
        u = used[b] == 1
        m = M[b][u] - M[b][u].mean(axis=1, keepdims=True)
        q = k[b] - k[b].mean(axis=1, keepdims=True)
        K = q @ m.T / (np.outer(np.linalg.norm(q, axis=1), np.linalg.norm(m, axis=1)) + 1e-8)
        z = beta[b][:, None] * K
        p = np.exp(z - z.max(axis=1, keepdims=True))
        w[b][:, u] = p / p.sum(axis=1, keepdims=True)
    return w


@wrong(
    "normalised_over_heads",
    "The sum in the denominator goes over the heads.",
    "Along which axis do your weights sum to 1?",
)
def find_used(k, beta, M, used):
    w = np.zeros(k.shape[:2] + M.shape[1:2], dtype=k.dtype)
    for b in range(len(k)):
        u = used[b] == 1
        m = M[b][u]
        K = k[b] @ m.T / (np.outer(np.linalg.norm(k[b], axis=1), np.linalg.norm(m, axis=1)) + 1e-8)
        z = beta[b][:, None] * K
        p = np.exp(z - z.max(axis=0))
        w[b][:, u] = p / p.sum(axis=0)
    return w


@wrong(
    "beta_of_first_head", "Uses the strength of head 0 for all heads.", "Change beta[0, 1] alone. Does head 1 change?"
)
def find_used(k, beta, M, used):
    w = np.zeros(k.shape[:2] + M.shape[1:2], dtype=k.dtype)
    for b in range(len(k)):
        u = used[b] == 1
        m = M[b][u]
        K = k[b] @ m.T / (np.outer(np.linalg.norm(k[b], axis=1), np.linalg.norm(m, axis=1)) + 1e-8)
        z = beta[b, 0] * K
        p = np.exp(z - z.max(axis=1, keepdims=True))
        w[b][:, u] = p / p.sum(axis=1, keepdims=True)
    return w


@wrong(
    "strength_outside_exponential",
    "beta multiplies exp(K) and cancels in the quotient.",
    "Double beta. Does any weight of yours change?",
)
def find_used(k, beta, M, used):
    w = np.zeros(k.shape[:2] + M.shape[1:2], dtype=k.dtype)
    for b in range(len(k)):
        u = used[b] == 1
        m = M[b][u]
        K = k[b] @ m.T / (np.outer(np.linalg.norm(k[b], axis=1), np.linalg.norm(m, axis=1)) + 1e-8)
        p = beta[b][:, None] * np.exp(K)
        w[b][:, u] = p / p.sum(axis=1, keepdims=True)
    return w


@wrong(
    "packed_to_the_front",
    "The weights of the rows in use are put into the first places, not into their own.",
    "used = [0, 1, 1]: which entries of w are not 0?",
)
def find_used(k, beta, M, used):
    w = np.zeros(k.shape[:2] + M.shape[1:2], dtype=k.dtype)
    for b in range(len(k)):
        u = np.flatnonzero(used[b])
        m = M[b][u]
        K = k[b] @ m.T / (np.outer(np.linalg.norm(k[b], axis=1), np.linalg.norm(m, axis=1)) + 1e-8)
        z = beta[b][:, None] * K
        p = np.exp(z - z.max(axis=1, keepdims=True))
        w[b, :, : len(u)] = p / p.sum(axis=1, keepdims=True)
    return w


@wrong(
    "first_rows_in_use",
    "Takes the first sum(used) rows for those in use.",
    "used = [0, 1, 1]: which rows does your slice take?",
)
def find_used(k, beta, M, used):
    w = np.zeros(k.shape[:2] + M.shape[1:2], dtype=k.dtype)
    for b in range(len(k)):
        n = int(used[b].sum())
        m = M[b, :n]
        K = k[b] @ m.T / (np.outer(np.linalg.norm(k[b], axis=1), np.linalg.norm(m, axis=1)) + 1e-8)
        z = beta[b][:, None] * K
        p = np.exp(z - z.max(axis=1, keepdims=True))
        w[b, :, :n] = p / p.sum(axis=1, keepdims=True)
    return w


@wrong(
    "rows_set_to_zero_only",
    "Rows not in use are set to zero, but still take part with likeness 0.",
    "A zero row has likeness 0. What is exp(0), and who gets that share?",
)
def find_used(k, beta, M, used):
    M = np.where(used[:, :, None] > 0, M, 0)
    K = k @ M.transpose(0, 2, 1) / (np.linalg.norm(k, axis=2)[:, :, None] * np.linalg.norm(M, axis=2)[:, None] + 1e-8)
    z = beta[:, :, None] * K
    p = np.exp(z - z.max(axis=2, keepdims=True))
    return p / p.sum(axis=2, keepdims=True)


@wrong(
    "squared_lengths", "Divides by the squared lengths (no root).", "For a key equal to a row, is your K equal to 1?"
)
def find_used(k, beta, M, used):
    w = np.zeros(k.shape[:2] + M.shape[1:2], dtype=k.dtype)
    for b in range(len(k)):
        u = used[b] == 1
        m = M[b][u]
        K = k[b] @ m.T / (np.outer(np.sum(k[b] ** 2, axis=1), np.sum(m**2, axis=1)) + 1e-8)
        z = beta[b][:, None] * K
        p = np.exp(z - z.max(axis=1, keepdims=True))
        w[b][:, u] = p / p.sum(axis=1, keepdims=True)
    return w
