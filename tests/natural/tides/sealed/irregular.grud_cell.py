"""irregular.grud_cell"""

import numpy as np


def logistic(a):
    return 1.0 / (1.0 + np.exp(-a))


def r_einsum_blocks(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    F = x_hat.shape[1]
    Wi, Wh, Wm = W_ih.reshape(3, H, F), W_hh.reshape(3, H, H), W_mh.reshape(3, H, F)
    g = np.einsum("ghf,bf->gbh", Wi, x_hat) + np.einsum("ghf,bf->gbh", Wm, m_t) + b.reshape(3, 1, H)
    h_hat = h_prev * np.exp(-np.maximum(np.einsum("hf,bf->bh", W_d, delta_t) + b_d, 0))
    r, z = logistic(g[:2] + np.einsum("ghk,bk->gbh", Wh[:2], h_hat))
    n = np.tanh(g[2] + np.einsum("hk,bk->bh", Wh[2], r * h_hat))
    return h_hat, r.copy(), z.copy(), n, (1 - z) * n + z * h_hat


def r_concatenated(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    decay = np.minimum(1, np.exp(-(b_d + delta_t @ W_d.T)))
    h_hat = decay * h_prev
    W = np.hstack([W_ih, W_mh, W_hh])
    v = np.hstack([x_hat, m_t, h_hat])
    rz = logistic(v @ W[: 2 * H].T + b[: 2 * H])
    r, z = np.hsplit(rz, 2)
    v2 = np.hstack([x_hat, m_t, r * h_hat])
    n = np.tanh(v2 @ W[2 * H :].T + b[2 * H :])
    h = np.where(z == 1, h_hat, (1 - z) * n + z * h_hat)
    return h_hat, r, z, n, h


def r_plain_python(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    B, H = h_prev.shape
    F = x_hat.shape[1]
    new = lambda: np.zeros((B, H), dtype=h_prev.dtype)
    hh, r, z, n, h = new(), new(), new(), new(), new()
    for i in range(B):
        for k in range(H):
            a = b_d[k] + sum(W_d[k, f] * delta_t[i, f] for f in range(F))
            hh[i, k] = np.exp(-max(0, a)) * h_prev[i, k]

        def pre(row, state):
            s = b[row]
            for f in range(F):
                s = s + W_ih[row, f] * x_hat[i, f] + W_mh[row, f] * m_t[i, f]
            for j in range(H):
                s = s + W_hh[row, j] * state[j]
            return s

        for k in range(H):
            r[i, k] = logistic(pre(k, hh[i]))
            z[i, k] = logistic(pre(H + k, hh[i]))
        for k in range(H):
            n[i, k] = np.tanh(pre(2 * H + k, r[i] * hh[i]))
            h[i, k] = (1 - z[i, k]) * n[i, k] + z[i, k] * hh[i, k]
    return hh, r, z, n, h


def w_candidate_sigmoid(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    rz = logistic(a[:, : 2 * H] + h_hat @ W_hh[: 2 * H].T)
    r, z = rz[:, :H], rz[:, H:]
    n = logistic(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_no_b_d(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    rz = logistic(a[:, : 2 * H] + h_hat @ W_hh[: 2 * H].T)
    r, z = rz[:, :H], rz[:, H:]
    n = np.tanh(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_state_grows(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    rz = logistic(a[:, : 2 * H] + h_hat @ W_hh[: 2 * H].T)
    r, z = rz[:, :H], rz[:, H:]
    n = np.tanh(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_reset_forgotten(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + h_hat @ W_hh.T + m_t @ W_mh.T + b
    r = logistic(a[:, :H])
    z = logistic(a[:, H : 2 * H])
    n = np.tanh(a[:, 2 * H :])
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_kept_part_reset(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    rz = logistic(a[:, : 2 * H] + h_hat @ W_hh[: 2 * H].T)
    r, z = rz[:, :H], rz[:, H:]
    rh = r * h_hat
    n = np.tanh(a[:, 2 * H :] + rh @ W_hh[2 * H :].T)
    return h_hat, r, z, n, (1 - z) * n + z * rh


def w_sigmoid_sign(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    sig = lambda v: 1 / (1 + np.exp(v))
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    rz = sig(a[:, : 2 * H] + h_hat @ W_hh[: 2 * H].T)
    r, z = rz[:, :H], rz[:, H:]
    n = np.tanh(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_every_third_row(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    r = logistic(a[:, 0::3] + h_hat @ W_hh[0::3].T)
    z = logistic(a[:, 1::3] + h_hat @ W_hh[1::3].T)
    n = np.tanh(a[:, 2::3] + (r * h_hat) @ W_hh[2::3].T)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_only_new_state(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    rz = logistic(a[:, : 2 * H] + h_hat @ W_hh[: 2 * H].T)
    r, z = rz[:, :H], rz[:, H:]
    n = np.tanh(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    return (1 - z) * n + z * h_hat


def w_splits_the_batch(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    x_r, x_z, x_n = np.split(x_hat @ W_ih.T + m_t @ W_mh.T + b, 3)
    U_r, U_z, U_n = np.split(W_hh, 3)
    r = logistic(x_r + h_hat @ U_r.T)
    z = logistic(x_z + h_hat @ U_z.T)
    n = np.tanh(x_n + (r * h_hat) @ U_n.T)
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_only_if_observed(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    rz = logistic(a[:, : 2 * H] + h_hat @ W_hh[: 2 * H].T)
    r, z = rz[:, :H], rz[:, H:]
    n = np.tanh(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :].T)
    h = (1 - z) * n + z * h_hat
    seen = m_t.max(axis=1, keepdims=True)
    return h_hat, r, z, n, np.where(seen == 1, h, h_hat)


def w_square_not_transposed(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_hat = np.exp(-np.maximum(0, delta_t @ W_d.T + b_d)) * h_prev
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    r = logistic(a[:, :H] + h_hat @ W_hh[:H])
    z = logistic(a[:, H : 2 * H] + h_hat @ W_hh[H : 2 * H])
    n = np.tanh(a[:, 2 * H :] + (r * h_hat) @ W_hh[2 * H :])
    return h_hat, r, z, n, (1 - z) * n + z * h_hat


def w_decays_argument(x_hat, m_t, delta_t, h_prev, W_ih, W_hh, W_mh, b, W_d, b_d):
    H = h_prev.shape[1]
    h_prev *= np.exp(-np.maximum(0, delta_t @ W_d.T + b_d))
    a = x_hat @ W_ih.T + m_t @ W_mh.T + b
    r = logistic(a[:, :H] + h_prev @ W_hh[:H].T)
    z = logistic(a[:, H : 2 * H] + h_prev @ W_hh[H : 2 * H].T)
    n = np.tanh(a[:, 2 * H :] + (r * h_prev) @ W_hh[2 * H :].T)
    return h_prev, r, z, n, (1 - z) * n + z * h_prev


RIGHT = {"einsum_blocks": r_einsum_blocks, "concatenated": r_concatenated, "plain_python": r_plain_python}
WRONG = {
    "candidate_sigmoid": (
        w_candidate_sigmoid,
        "The candidate goes through the sigmoid instead of tanh.",
        "Can your n be negative? Which function stands in its formula?",
    ),
    "no_b_d": (
        w_no_b_d,
        "b_d is left out of the decay.",
        "Which of the ten arguments does your code never use?",
    ),
    "state_grows": (
        w_state_grows,
        "The minus in the exponent of the decay is missing.",
        "Is your h_hat smaller or greater than h_prev after a long interval?",
    ),
    "reset_forgotten": (
        w_reset_forgotten,
        "r is computed, but not used in the candidate.",
        "Where is r used in your code?",
    ),
    "kept_part_reset": (
        w_kept_part_reset,
        "The part that is kept is the reset state r ⊙ h_hat, not h_hat.",
        "In which formulas does r appear? Does it in the last one?",
    ),
    "sigmoid_sign": (
        w_sigmoid_sign,
        "The sigmoid has the wrong sign in its exponent.",
        "What is your sigmoid of a great positive number?",
    ),
    "every_third_row": (
        w_every_third_row,
        "The weights are taken as interleaved, every third row for a gate, instead of in blocks.",
        "Where do the H rows of r stand in W_ih: side by side, or each third one?",
    ),
    "only_new_state": (
        w_only_new_state,
        "Only the new state is returned.",
        "How many results does the docstring name?",
    ),
    "splits_the_batch": (
        w_splits_the_batch,
        "np.split divides the pre-activations along the batch (axis 0), not along their 3H columns.",
        "Along which axis does np.split cut if you don't say? What shape have the three parts?",
    ),
    "only_if_observed": (
        w_only_if_observed,
        "Where no feature was observed, the gated update is skipped and h_hat returned.",
        "Does the last formula make a difference between steps with and without observations?",
    ),
    "square_not_transposed": (
        w_square_not_transposed,
        "The square blocks of W_hh are not transposed in the product with the rows of the batch.",
        "You transposed W_ih but not W_hh. Why does NumPy not complain, and what does it sum over?",
    ),
    "decays_argument": (
        w_decays_argument,
        "The decay is multiplied into h_prev in place.",
        "What does *= do to the caller's h_prev?",
    ),
}
