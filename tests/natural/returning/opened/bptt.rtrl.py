import numpy as np

from rnncourse import bptt, rnn


def rtrl_1(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), x.dtype)
    grad = np.zeros((H, H + F + 1), x.dtype)
    h = h0
    units = np.arange(H)
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), x.dtype)], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        slope = 1 - h**2
        P = np.einsum("kl,blai->bkai", W_hh, P)
        P[:, units, units] += slope[:, :, None] * u[:, None]
        grad += np.einsum("bk,bkai->ai", dy[t], P)
    return grad[:, H:-1], grad[:, :H], grad[:, -1]


def rtrl_2(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = W_hh.shape[0]
    P_A = np.zeros((B, H, H, H), x.dtype)
    P_B = np.zeros((B, H, H, F), x.dtype)
    P_b = np.zeros((B, H, H), x.dtype)
    dA, dB, db = np.zeros_like(W_hh), np.zeros_like(W_ih), np.zeros_like(b_ih)
    h = h0
    for t in range(T):
        h_new = np.tanh(h @ W_hh.T + x[t] @ W_ih.T + b_ih + b_hh)
        D = 1 - h_new**2
        for b in range(B):
            for k in range(H):
                P_A[b, k] = D[b, k] * (np.tensordot(W_hh[k], P_A[b], 1))
                P_A[b, k, k] += D[b, k] * h[b]
                P_B[b, k] = D[b, k] * (np.tensordot(W_hh[k], P_B[b], 1))
                P_B[b, k, k] += D[b, k] * x[t, b]
                P_b[b, k] = D[b, k] * (W_hh[k] @ P_b[b])
                P_b[b, k, k] += D[b, k]
            dA += np.tensordot(dy[t, b], P_A[b], 1)
            dB += np.tensordot(dy[t, b], P_B[b], 1)
            db += dy[t, b] @ P_b[b]
        h = h_new
    return dB, dA, db


def rtrl_4(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), x.dtype)
    h = h0
    for t in range(T):
        h_prev, h = h, rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        P = bptt.sensitivity_step(P, x[t], h_prev, h, W_hh)
    grad = np.einsum("bk,bkai->ai", dy.sum(axis=0), P)
    return grad[:, H:-1], grad[:, :H], grad[:, -1]


def rtrl_7(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), x.dtype)
    grad = np.zeros((H, H + F + 1), x.dtype)
    h = h0.copy()
    for t in range(T):
        grad += np.einsum("bk,bkai->ai", dy[t], P)
        h_prev, h = h, rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        P = bptt.sensitivity_step(P, x[t], h_prev, h, W_hh)
    return grad[:, H:-1], grad[:, :H], grad[:, -1]


def rtrl_8(dy, x, h0, W_ih, W_hh, b_ih, b_hh, _trace={}):
    (T, B, F), H = x.shape, len(W_hh)
    key = (B, F, H, str(x.dtype))
    P = _trace.get(key, np.zeros((B, H, H, H + F + 1), x.dtype))
    grad = np.zeros((H, H + F + 1), x.dtype)
    h = h0
    for t in range(T):
        h_prev, h = h, rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        P = bptt.sensitivity_step(P, x[t], h_prev, h, W_hh)
        grad += np.einsum("bk,bkai->ai", dy[t], P)
    _trace[key] = P
    return grad[:, H:-1], grad[:, :H], grad[:, -1]


def rtrl_11(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), x.dtype)
    grad = np.zeros((H, H + F + 1), x.dtype)
    h = h0
    for t in range(T):
        h = rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        u = np.concatenate([h, x[t], np.ones((B, 1), x.dtype)], axis=1)
        P = np.einsum("lk,blai->bkai", W_hh, P)
        P[:, range(H), range(H)] += u[:, None]
        P *= (1 - h**2)[:, :, None, None]
        grad += np.einsum("bk,bkai->ai", dy[t], P)
    return grad[:, H:-1], grad[:, :H], grad[:, -1]


def rtrl_a(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    def tangent(dW_ih, dW_hh, db):
        h, v, total = h0, np.zeros_like(h0), 0
        for dy_t, x_t in zip(dy, x):
            z = x_t @ dW_ih.T + h @ dW_hh.T + db + v @ W_hh.T
            h = rnn.cell(x_t, h, W_ih, W_hh, b_ih, b_hh)
            v = (1 - h**2) * z
            total = total + (dy_t * v).sum()
        return total

    zeros = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    result = tuple(np.zeros_like(z) for z in zeros)
    for i, z in enumerate(zeros):
        for j in np.ndindex(z.shape):
            one = [w.copy() for w in zeros]
            one[i][j] = 1
            result[i][j] = tangent(*one)
    return result


def rtrl_c(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    n = H + F + 1
    grad = np.zeros((H, n), x.dtype)
    eye = np.eye(H, dtype=x.dtype)
    for b in range(B):
        S, h = np.zeros((H, H * n), x.dtype), h0[b]
        for t in range(T):
            u = np.concatenate([h, x[t, b], np.ones(1, x.dtype)])
            h = np.tanh(W_ih @ x[t, b] + W_hh @ h + b_ih + b_hh)
            S = (1 - h**2)[:, None] * (W_hh @ S + np.kron(eye, u))
            grad += (dy[t, b] @ S).reshape(H, n)
    return grad[:, H : H + F], grad[:, :H], grad[:, n - 1]


RIGHT = {
    "one_tangent_for_each_parameter": rtrl_a,
    "kronecker_product_one_example_at_a_time": rtrl_c,
}
WRONG = {
    "tired_slope_on_direct_term_only": (
        rtrl_1,
        "Multiplies only the direct term by the slope of tanh, not the sensitivity that comes through the previous state.",
        "One step is right. Where does D_t stand in eq-bptt-sensitivity, before one term or before both?",
    ),
    "fortran_overwrites_sensitivities_subtle": (
        rtrl_2,
        "Updates the sensitivities of unit k in place while those of later units still need its old ones.",
        "One step is right. When unit 1 is updated, has unit 0's sensitivity that it reads been overwritten already?",
    ),
    "assistant_only_final_sensitivities": (
        rtrl_4,
        "Sums dy over the steps and multiplies once with the sensitivities of the last state.",
        "A loss at the last step alone is right. With which sensitivities does dy_t belong together?",
    ),
    "tired_gradient_before_the_step": (
        rtrl_7,
        "Multiplies dy_t with the sensitivities of h_{t-1}, before they were brought up to date.",
        "With one step you get zero. Of which state is dy_t the gradient, and of which are your sensitivities at that moment?",
    ),
    "online_learner_keeps_sensitivities": (
        rtrl_8,
        "Keeps the sensitivities in a mutable default argument and starts the next call from them instead of from zero.",
        "The first call is right. With which sensitivities does a sequence begin?",
    ),
    "two_slips_double": (
        rtrl_11,
        "Takes the new state instead of the old one as what a unit received, and the transpose of W_hh in the recursion.",
        "First one step: what did the units receive, h_{t-1} or h_t? Then two steps: over which index of W_hh is the sum?",
    ),
}
