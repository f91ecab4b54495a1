"""As students at two in the morning: four indices at four minutes to hand-in."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("three_arrays_instead_of_one")
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = len(W_hh)
    P_x = np.zeros((B, H, H, F), dtype=x.dtype)
    P_h = np.zeros((B, H, H, H), dtype=x.dtype)
    P_b = np.zeros((B, H, H), dtype=x.dtype)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h_prev = h0
    for t in range(T):
        h = np.tanh(x[t] @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
        P_x = np.tensordot(P_x, W_hh, axes=(1, 1)).transpose(0, 3, 1, 2)
        P_h = np.tensordot(P_h, W_hh, axes=(1, 1)).transpose(0, 3, 1, 2)
        P_b = np.tensordot(P_b, W_hh, axes=(1, 1)).transpose(0, 2, 1)
        for a in range(H):
            P_x[:, a, a, :] += x[t]
            P_h[:, a, a, :] += h_prev
            P_b[:, a, a] += 1
        D = 1 - h**2
        P_x = P_x * D[:, :, None, None]
        P_h = P_h * D[:, :, None, None]
        P_b = P_b * D[:, :, None]
        # print(t, abs(P_h).max())
        dW_ih += np.einsum("bk,bkai->ai", dh_out[t], P_x)
        dW_hh += np.einsum("bk,bkai->ai", dh_out[t], P_h)
        db += np.einsum("bk,bka->a", dh_out[t], P_b)
        h_prev = h
    return dW_ih, dW_hh, db


@wrong(
    "u_in_the_old_order",
    "u is put together as (x, h, 1), but the columns at the end are cut out as if it were (h, x, 1).",
    "Some columns end up in the wrong matrix. In which order did you stack u, and in which do you take the columns apart?",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    dtheta = np.zeros((H, H + F + 1), dtype=x.dtype)
    h_prev = h0
    for t in range(T):
        h = np.tanh(x[t] @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
        u = np.concatenate([x[t], h_prev, np.ones((B, 1), dtype=x.dtype)], axis=1)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        for a in range(H):
            P[:, a, a] += u
        P = P * (1 - h**2)[:, :, None, None]
        dtheta += np.einsum("bk,bkai->ai", dh_out[t], P)
        h_prev = h
    return dtheta[:, H : H + F], dtheta[:, :H], dtheta[:, -1]


@wrong(
    "u_with_the_new_state",
    "h_prev is overwritten by the new state before u is put together, so u contains h_t instead of h_{t-1}.",
    "dW_ih and db are right, dW_hh is not. Which state did unit a receive in step t, and what is in your variable when you build u?",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    dtheta = np.zeros((H, H + F + 1), dtype=x.dtype)
    h = h0
    for t in range(T):
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        u = np.concatenate([h, x[t], np.ones((B, 1), dtype=x.dtype)], axis=1)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        for a in range(H):
            P[:, a, a] += u
        P = P * (1 - h**2)[:, :, None, None]
        dtheta += np.einsum("bk,bkai->ai", dh_out[t], P)
    return dtheta[:, H : H + F], dtheta[:, :H], dtheta[:, -1]


@wrong(
    "last_step_only",
    "The line with dtheta is not indented into the loop, so only the loss of the last step counts.",
    "Set dh_out to zero at the last step: your gradient is zero then. How often is your line with dh_out run?",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    dtheta = np.zeros((H, H + F + 1), dtype=x.dtype)
    h_prev = h0
    for t in range(T):
        h = np.tanh(x[t] @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
        u = np.concatenate([h_prev, x[t], np.ones((B, 1), dtype=x.dtype)], axis=1)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        for a in range(H):
            P[:, a, a] += u
        P = P * (1 - h**2)[:, :, None, None]
        h_prev = h
    dtheta += np.einsum("bk,bkai->ai", dh_out[t], P)
    return dtheta[:, H : H + F], dtheta[:, :H], dtheta[:, -1]


@wrong(
    "slope_before_the_direct_term",
    "P is multiplied by the slope of tanh before u is added, so the direct term has no slope.",
    "Already with T = 1 your answer is too large. What does the bracket in the formula contain, and which of your lines come before the factor D?",
)
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    dtheta = np.zeros((H, H + F + 1), dtype=x.dtype)
    h_prev = h0
    for t in range(T):
        h = np.tanh(x[t] @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
        u = np.concatenate([h_prev, x[t], np.ones((B, 1), dtype=x.dtype)], axis=1)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        P *= (1 - h**2)[:, :, None, None]
        for a in range(H):
            P[:, a, a] += u
        dtheta += np.einsum("bk,bkai->ai", dh_out[t], P)
        h_prev = h
    return dtheta[:, H : H + F], dtheta[:, :H], dtheta[:, -1]
