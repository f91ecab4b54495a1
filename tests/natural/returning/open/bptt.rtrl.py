import numpy as np

from rnncourse import bptt, rnn


def rtrl_3(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((H, H, H + F + 1), x.dtype)
    grad = np.zeros((H, H + F + 1), x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), x.dtype)], axis=1)
        h = rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        D = 1 - h**2
        direct = np.einsum("bk,ka,bi->kai", D, np.eye(H, dtype=x.dtype), u) / B
        P = D.mean(axis=0)[:, None, None] * np.einsum("kl,lai->kai", W_hh, P) + direct
        grad += np.einsum("k,kai->ai", dy[t].sum(axis=0), P)
    return grad[:, H:-1], grad[:, :H], grad[:, -1]


def rtrl_5(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    own = np.diag(W_hh)
    P = np.zeros((B, H, H + F + 1), x.dtype)
    grad = np.zeros((H, H + F + 1), x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), x.dtype)], axis=1)
        h = rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        P = (1 - h**2)[:, :, None] * (own[:, None] * P + u[:, None])
        grad += np.einsum("bk,bki->ki", dy[t], P)
    return grad[:, H:-1], grad[:, :H], grad[:, -1]


def rtrl_6(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F), x.dtype)
    grad = np.zeros((H, H + F), x.dtype)
    db = np.zeros(H, x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t]], axis=1)
        h = rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        D = 1 - h**2
        P = np.einsum("kl,blai->bkai", W_hh, P)
        P[:, range(H), range(H)] += u[:, None]
        P *= D[:, :, None, None]
        grad += np.einsum("bk,bkai->ai", dy[t], P)
        db += (dy[t] * D).sum(axis=0)
    return grad[:, H:], grad[:, :H], db


def rtrl_9(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), x.dtype)
    grad = np.zeros((H, H + F + 1), x.dtype)
    h = h0
    D = 1 - h0**2
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), x.dtype)], axis=1)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        P[:, range(H), range(H)] += u[:, None]
        P *= D[:, :, None, None]
        h = rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        D = 1 - h**2
        grad += np.einsum("bk,bkai->ai", dy[t], P)
    return grad[:, H:-1], grad[:, :H], grad[:, -1]


def rtrl_10(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P, grad, h = np.zeros((B, H, H, H + F + 1)), 0, h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1))], axis=1)
        h = rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        P[:, range(H), range(H)] += u[:, None]
        P *= (1 - h**2)[:, :, None, None]
        grad = grad + np.einsum("bk,bkai->ai", dy[t], P)
    return grad[:, H:-1], grad[:, :H], grad[:, -1]


def rtrl_12(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    n = H + F + 1
    P = np.zeros((B, H, H * n), x.dtype)
    grad = np.zeros(H * n, x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), x.dtype)], axis=1)
        h = rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        P = W_hh @ P
        for a in range(H):
            P[:, a, a * n : (a + 1) * n] += u
        P *= (1 - h**2)[:, :, None]
        grad += np.einsum("bk,bkp->p", dy[t], P)
    grad = grad.reshape(n, H).T
    return grad[:, H:-1], grad[:, :H], grad[:, -1]


def rtrl_b(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P, h, grad = np.zeros((B, H, H, H + F + 1), x.dtype), h0, 0
    for dy_t, x_t in zip(dy, x):
        h_t = rnn.cell(x_t, h, W_ih, W_hh, b_ih, b_hh)
        P = bptt.sensitivity_step(P, x_t, h, h_t, W_hh)
        h = h_t
        grad = grad + np.tensordot(dy_t, P, axes=((0, 1), (0, 1)))
    dW_hh, dW_ih, db = np.split(grad, [H, H + F], axis=1)
    return dW_ih, dW_hh, db.ravel()


RIGHT = {
    "library_sensitivity_step": rtrl_b,
}
WRONG = {
    "statistician_averages_sensitivities_subtle": (
        rtrl_3,
        "Keeps one sensitivity, averaged over the batch, instead of one for each example.",
        "One example is right. May the mean of a product be taken as the product of means?",
    ),
    "numerics_keeps_the_diagonal": (
        rtrl_5,
        "Keeps only how a unit depends on its own weights, an approximation that drops every way through other units.",
        "One step is right. Can a weight of unit 1 reach the loss through unit 2 a step later?",
    ),
    "tired_db_direct_only_subtle": (
        rtrl_6,
        "Computes db from the direct effect of each step alone, with no way through later states.",
        "The matrices are right. Does a change of b at an early step not act on later losses as well?",
    ),
    "tired_slope_of_the_state_before": (
        rtrl_9,
        "Multiplies by the slope at h_{t-1} instead of h_t.",
        "One step from a zero state already shows it. Through which tanh does a change at step t pass?",
    ),
    "numerics_double_sensitivities_subtle": (
        rtrl_10,
        "Keeps the sensitivities in float64, so that float32 arguments give float64 gradients.",
        "The numbers are right; for float32 arguments, which of your own arrays is wider?",
    ),
    "numerics_unflattens_in_the_wrong_order": (
        rtrl_12,
        "Unfolds the flat gradient with the axes exchanged, so that the entries land at other weights.",
        "All numbers are there, at wrong places. In your flat index, which runs faster, the unit or what it receives?",
    ),
}
