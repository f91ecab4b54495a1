"""As someone who programs well in MATLAB, R, Julia, C++ or JavaScript and writes NumPy for the first time: no step backwards."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("one_weight_at_a_time")
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = W_hh.shape[0]
    dtheta = np.zeros((H, H + F + 1), dtype=x.dtype)
    # forwards once, keep states and inputs
    states = [h0]
    for t in range(T):
        states.append(np.tanh(x[t] @ W_ih.T + b_ih + states[-1] @ W_hh.T + b_hh))
    for a in range(H):
        for i in range(H + F + 1):
            v = np.zeros_like(h0)
            for t in range(1, T + 1):
                v = v @ W_hh.T
                if i < H:
                    v[:, a] += states[t - 1][:, i]
                elif i < H + F:
                    v[:, a] += x[t - 1][:, i - H]
                else:
                    v[:, a] += 1
                v = (1 - states[t] ** 2) * v
                dtheta[a, i] += np.sum(dh_out[t - 1] * v)
    return dtheta[:, H:-1], dtheta[:, :H], dtheta[:, H + F]


@right("three_separate_sensitivities")
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    one = np.eye(H, dtype=x.dtype)
    Px = np.zeros((B, H, H, F), dtype=x.dtype)
    Ph = np.zeros((B, H, H, H), dtype=x.dtype)
    Pb = np.zeros((B, H, H), dtype=x.dtype)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h = h0
    for t in range(T):
        new = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        D = 1 - new**2
        Px = np.einsum("bk,bkai->bkai", D, np.einsum("kl,blai->bkai", W_hh, Px) + np.einsum("ka,bi->bkai", one, x[t]))
        Ph = np.einsum("bk,bkai->bkai", D, np.einsum("kl,blai->bkai", W_hh, Ph) + np.einsum("ka,bi->bkai", one, h))
        Pb = np.einsum("bk,bka->bka", D, np.einsum("kl,bla->bka", W_hh, Pb) + one)
        dW_ih += np.einsum("bk,bkai->ai", dh_out[t], Px)
        dW_hh += np.einsum("bk,bkai->ai", dh_out[t], Ph)
        db += np.einsum("bk,bka->a", dh_out[t], Pb)
        h = new
    return dW_ih, dW_hh, db


@right("flat_jacobian_for_each_example")
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    # as in MATLAB: an H × H(H+F+1) Jacobian for each example, and Kronecker products
    (T, B, F), H = x.shape, len(W_hh)
    grad = np.zeros(H * (H + F + 1), dtype=x.dtype)
    for n in range(B):
        h = h0[n]
        J = np.zeros((H, grad.size), dtype=x.dtype)
        for t in range(T):
            u = np.concatenate([h, x[t, n], np.ones(1, dtype=x.dtype)])
            h = np.tanh(W_ih @ x[t, n] + b_ih + W_hh @ h + b_hh)
            J = np.diag(1 - h**2) @ (W_hh @ J + np.kron(np.eye(H, dtype=x.dtype), u))
            grad += dh_out[t, n] @ J
    grad = grad.reshape(H, H + F + 1)
    return grad[:, H : H + F], grad[:, :H], grad[:, -1]


@wrong(
    "columns_in_another_order",
    "Builds u as (h, x, 1), but cuts the result as if it were (x, h, 1).",
    "In which order did you put the parts of u together, and in which do you take the columns apart?",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    grad = np.zeros((H, H + F + 1), dtype=x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones_like(x[t][:, :1])], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        for a in range(H):
            P[:, a, a] += u
        P = (1 - h**2)[:, :, None, None] * P
        grad += np.einsum("bk,bkai->ai", dh_out[t], P)
    return grad[:, :F], grad[:, F : F + H], grad[:, -1]


@wrong(
    "felt_by_all_units",
    "Adds u to all units k by broadcasting, instead of only to unit a for the weights of unit a.",
    "At once, a weight of unit a changes which units? Print P after the first step and look where it is not 0.",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    grad = np.zeros((H, H + F + 1), dtype=x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones_like(x[t][:, :1])], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        P = (1 - h**2)[:, :, None, None] * (np.einsum("kl,blai->bkai", W_hh, P) + u[:, None, None, :])
        grad += np.einsum("bk,bkai->ai", dh_out[t], P)
    return grad[:, H : H + F], grad[:, :H], grad[:, -1]


@wrong(
    "state_updated_too_early",
    "Overwrites h before u is built, so that u holds h_t instead of h_{t-1}.",
    "Which state does u contain at the moment when you build it: the one before or after this step?",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    grad = np.zeros((H, H + F + 1), dtype=x.dtype)
    h = h0
    for t in range(T):
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        u = np.hstack([h, x[t], np.ones((B, 1), dtype=x.dtype)])
        P = np.einsum("kl,blai->bkai", W_hh, P)
        for a in range(H):
            P[:, a, a, :] += u
        P *= (1 - h**2)[:, :, None, None]
        grad += np.einsum("bk,bkai->ai", dh_out[t], P)
    return grad[:, H : H + F], grad[:, :H], grad[:, -1]


@wrong(
    "overwritten_while_read",
    "Updates P in place unit by unit, so that later units already read the new values of earlier ones.",
    "In your loop over the units, which of the rows that you read have been overwritten already?",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    grad = np.zeros((H, H + F + 1), dtype=x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones_like(x[t][:, :1])], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        for k in range(H):
            P[:, k] = sum(W_hh[k, l] * P[:, l] for l in range(H))
            P[:, k, k] += u
            P[:, k] *= (1 - h[:, k] ** 2)[:, None, None]
        grad += np.einsum("bk,bkai->ai", dh_out[t], P)
    return grad[:, H : H + F], grad[:, :H], grad[:, -1]


@wrong(
    "mean_over_the_batch",
    "Takes the mean over the examples at the end, where the task sums over the batch.",
    "Your gradient is too small by a factor that depends on B alone. What does the task do with the examples?",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    grad = np.zeros((B, H, H + F + 1), dtype=x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones_like(x[t][:, :1])], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        for a in range(H):
            P[:, a, a] += u
        P *= (1 - h**2)[:, :, None, None]
        grad += np.einsum("bk,bkai->bai", dh_out[t], P)
    grad = np.mean(grad, axis=0)
    return grad[:, H : H + F], grad[:, :H], grad[:, -1]


@wrong(
    "ones_without_a_column",
    "Appends np.ones(B), which has one axis and is no column, to arrays of two axes: concatenate raises.",
    "Which shape have the three things that you put side by side? In NumPy a vector of B numbers is not a column.",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    grad = np.zeros((H, H + F + 1), dtype=x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones(B, dtype=x.dtype)], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        for a in range(H):
            P[:, a, a] += u
        P *= (1 - h**2)[:, :, None, None]
        grad += np.einsum("bk,bkai->ai", dh_out[t], P)
    return grad[:, H : H + F], grad[:, :H], grad[:, -1]


@wrong(
    "zeros_are_double",
    "P and the sum are np.zeros without a dtype, double as in MATLAB: float32 comes back as float64.",
    "The numbers are right. Call your function with float32 arrays: which dtype comes back, and where does it come from?",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1))
    grad = np.zeros((H, H + F + 1))
    h = h0
    for t in range(T):
        u = np.hstack([h, x[t], np.ones((B, 1))])
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        for a in range(H):
            P[:, a, a] += u
        P *= (1 - h**2)[:, :, None, None]
        grad += np.einsum("bk,bkai->ai", dh_out[t], P)
    return grad[:, H : H + F], grad[:, :H], grad[:, -1]
