"""As teaching assistants who have marked hundreds of these: four indices, and a slice that fits by accident."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("three_separate_arrays")
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = h0.shape[1]
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for e in range(B):  # one example at a time
        h = h0[e]
        P_x = np.zeros((H, F, H), dtype=x.dtype)
        P_h = np.zeros((H, H, H), dtype=x.dtype)
        P_1 = np.zeros((H, H), dtype=x.dtype)
        for t in range(T):
            new = np.tanh(W_ih @ x[t, e] + b_ih + W_hh @ h + b_hh)
            P_x, P_h, P_1 = P_x @ W_hh.T, P_h @ W_hh.T, P_1 @ W_hh.T
            for a in range(H):
                P_x[a, :, a] += x[t, e]
                P_h[a, :, a] += h
                P_1[a, a] += 1
            slope = 1 - new**2
            P_x, P_h, P_1 = P_x * slope, P_h * slope, P_1 * slope
            dW_ih += P_x @ dh_out[t, e]
            dW_hh += P_h @ dh_out[t, e]
            db += P_1 @ dh_out[t, e]
            h = new
    return dW_ih, dW_hh, db


@wrong(
    "slope_on_the_new_term_only",
    "Multiplies only the direct term with D_t and not what comes through W_hh.",
    "The first step is right, later ones are not. What does D_t stand in front of: one term or the whole bracket?",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = W_hh.shape[0]
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    grad = np.zeros((H, H + F + 1), dtype=x.dtype)
    eye = np.eye(H, dtype=x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), dtype=x.dtype)], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        P = np.einsum("kl,blai->bkai", W_hh, P) + np.einsum("bk,ka,bi->bkai", 1 - h**2, eye, u)
        grad += np.einsum("bk,bkai->ai", dh_out[t], P)
    return grad[:, H : H + F], grad[:, :H], grad[:, -1]


@wrong(
    "x_first_h_first",
    "Puts u together as (x, h, 1) but cuts the result as for (h, x, 1); the shapes fit by accident.",
    "db is right, the two matrices hold columns that belong to each other. Compare the order in which you put u together with the order in which you cut.",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = W_hh.shape[0]
    P = np.zeros((B, H, H, F + H + 1), dtype=x.dtype)
    grad = np.zeros((H, F + H + 1), dtype=x.dtype)
    eye = np.eye(H, dtype=x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([x[t], h, np.ones((B, 1), dtype=x.dtype)], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        P = np.einsum("kl,blai->bkai", W_hh, P) + np.einsum("ka,bi->bkai", eye, u)
        P = P * (1 - h**2)[:, :, None, None]
        grad += np.einsum("bk,bkai->ai", dh_out[t], P)
    return grad[:, H : H + F], grad[:, :H], grad[:, -1]


@wrong(
    "felt_by_every_unit",
    "Adds u to the sensitivities of all units instead of only to unit a's own, because e_a was dropped.",
    "Already after one step your sensitivities are not zero where unit k and unit a differ. Whom does a weight of unit a reach at once?",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = W_hh.shape[0]
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    grad = np.zeros((H, H + F + 1), dtype=x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), dtype=x.dtype)], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        P = (1 - h**2)[:, :, None, None] * (np.einsum("kl,blai->bkai", W_hh, P) + u[:, None, None, :])
        grad += np.einsum("bk,bkai->ai", dh_out[t], P)
    return grad[:, H : H + F], grad[:, :H], grad[:, -1]


@wrong(
    "batch_summed_too_early",
    "Sums the sensitivities and dh_out over the batch before multiplying them, so the product mixes different examples.",
    "With a batch of one you are right. Is the sum of products over the batch the product of the sums?",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = W_hh.shape[0]
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    grad = np.zeros((H, H + F + 1), dtype=x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), dtype=x.dtype)], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        for a in range(H):
            P[:, a, a, :] += u
        P = P * (1 - h**2)[:, :, None, None]
        grad += np.tensordot(dh_out[t].sum(axis=0), P.sum(axis=0), axes=1)
    return grad[:, H : H + F], grad[:, :H], grad[:, -1]
