"""As a student who copies an old RTRL program, a newer approximation of it, or its loops: gradients without a step backwards."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("three_sensitivities")
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (H, F), B = W_ih.shape, len(h0)
    eye = np.eye(H, dtype=x.dtype)
    P_ih = np.zeros((B, H, H, F), dtype=x.dtype)
    P_hh = np.zeros((B, H, H, H), dtype=x.dtype)
    P_b = np.zeros((B, H, H), dtype=x.dtype)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h = h0
    for x_t, e_t in zip(x, dh_out):
        new = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        D = 1 - new**2
        P_ih = D[:, :, None, None] * (np.tensordot(P_ih, W_hh, (1, 1)).transpose(0, 3, 1, 2) + np.einsum("ka,bi->bkai", eye, x_t))
        P_hh = D[:, :, None, None] * (np.tensordot(P_hh, W_hh, (1, 1)).transpose(0, 3, 1, 2) + np.einsum("ka,bi->bkai", eye, h))
        P_b = D[:, :, None] * (np.einsum("kl,bla->bka", W_hh, P_b) + eye)
        dW_ih += np.einsum("bk,bkai->ai", e_t, P_ih)
        dW_hh += np.einsum("bk,bkai->ai", e_t, P_hh)
        db += np.einsum("bk,bka->a", e_t, P_b)
        h = new
    return dW_ih, dW_hh, db


@right("jacobian_matrix_of_each_example")
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    H, F = W_ih.shape
    n = H + F + 1
    total = np.zeros(H * n, dtype=x.dtype)
    for b in range(x.shape[1]):
        J, h = np.zeros((H, H * n), dtype=x.dtype), h0[b]
        for t in range(len(x)):
            u = np.concatenate([h, x[t, b], np.ones(1, dtype=x.dtype)])
            h = np.tanh(W_ih @ x[t, b] + b_ih + W_hh @ h + b_hh)
            J = np.diag(1 - h * h) @ (W_hh @ J + np.kron(np.eye(H, dtype=x.dtype), u))
            total += dh_out[t, b] @ J
    dtheta = total.reshape(H, n)
    return dtheta[:, H:-1], dtheta[:, :H], dtheta[:, -1]


@right("old_program_with_a_new_array")
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = len(h0[0])
    p = np.zeros((H, B, H, F + H + 1), dtype=x.dtype)  # unit, example, weight
    grad = np.zeros((H, F + H + 1), dtype=x.dtype)
    y = h0
    for t in range(T):
        z = np.concatenate([x[t], y, np.ones((B, 1), dtype=x.dtype)], axis=1)
        y = np.tanh(z[:, :F] @ W_ih.T + b_ih + z[:, F:-1] @ W_hh.T + b_hh)
        new = np.zeros_like(p)
        for k in range(H):
            for l in range(H):
                new[k] += W_hh[k, l] * p[l]
            new[k][:, k] += z
            new[k] *= (1 - y[:, k] ** 2)[:, None, None]
            grad += (dh_out[t, :, k, None, None] * new[k]).sum(axis=0)
        p = new
    return grad[:, :F], grad[:, F:-1], grad[:, -1]


@wrong(
    "traces_of_a_unit_alone",
    "Keeps for every weight only the effect on its own unit, as approximations of RTRL do; what goes by way of the other units is lost.",
    "With a diagonal W_hh you are right. Which units feel a weight of unit a one step later, and where do you keep that?",
)
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (_, B, F), H = x.shape, len(W_hh)
    trace = np.zeros((B, H, H + F + 1), dtype=x.dtype)
    dtheta, h = np.zeros((H, H + F + 1), dtype=x.dtype), h0
    for t in range(len(x)):
        u = np.concatenate([h, x[t], np.ones_like(x[t][:, :1])], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        trace = (1 - h**2)[:, :, None] * (np.diag(W_hh)[:, None] * trace + u[:, None, :])
        dtheta += (dh_out[t][:, :, None] * trace).sum(axis=0)
    return dtheta[:, H : H + F], dtheta[:, :H], dtheta[:, -1]


@wrong(
    "direct_term_for_every_unit",
    "Adds u to the sensitivity of every unit: e_a is missing, and broadcasting hides it.",
    "Take one step with one example. Which units feel the weight with which unit 0 receives its first input, and which do with you?",
)
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (_, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    dtheta, h_prev = np.zeros(P.shape[2:], dtype=x.dtype), h0
    for t in range(len(x)):
        h_t = np.tanh(x[t] @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
        u = np.concatenate([h_prev, x[t], np.ones_like(x[t][:, :1])], axis=1)
        P = (1 - h_t**2)[:, :, None, None] * (np.einsum("kl,blai->bkai", W_hh, P) + u[:, None, None, :])
        dtheta += np.einsum("bk,bkai->ai", dh_out[t], P)
        h_prev = h_t
    return dtheta[:, H : H + F], dtheta[:, :H], dtheta[:, -1]


@wrong(
    "sensitivities_overwritten",
    "Updates P unit by unit in the same array, so later units already use new sensitivities of earlier ones.",
    "Your first step is right, and so is unit 0 of the second. From which time are the P[l] that unit 1 reads?",
)
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    dtheta, h = np.zeros((H, H + F + 1), dtype=x.dtype), h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones_like(x[t][:, :1])], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        for k in range(H):
            s = sum(W_hh[k, l] * P[:, l] for l in range(H))
            s[:, k] += u
            P[:, k] = (1 - h[:, k] ** 2)[:, None, None] * s
        dtheta += np.einsum("bk,bkai->ai", dh_out[t], P)
    return dtheta[:, H : H + F], dtheta[:, :H], dtheta[:, -1]


@wrong(
    "inputs_before_states",
    "Joins u as (x, h, 1), the order of the copied code, but cuts the columns as if it were (h, x, 1).",
    "Which numbers stand in column 0 of your u, and to which weight matrix do you assign column 0 at the end?",
)
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (_, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    dtheta, h_prev = np.zeros(P.shape[2:], dtype=x.dtype), h0
    for t in range(len(x)):
        h_t = np.tanh(x[t] @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
        u = np.concatenate([x[t], h_prev, np.ones_like(x[t][:, :1])], axis=1)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        P[:, np.arange(H), np.arange(H)] += u[:, None]
        P *= (1 - h_t**2)[:, :, None, None]
        dtheta += np.einsum("bk,bkai->ai", dh_out[t], P)
        h_prev = h_t
    return dtheta[:, H : H + F], dtheta[:, :H], dtheta[:, -1]


@wrong(
    "learning_while_running",
    "Changes the weights at every step, the real-time learning of the old program, so the gradient is that of no fixed weights.",
    "With one step you are right. Are the weights at your second step still those you were given?",
)
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    alpha = 0.1
    (_, B, F), H = x.shape, len(W_hh)
    W = np.concatenate([W_hh, W_ih, (b_ih + b_hh)[:, None]], axis=1)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    dW, h = np.zeros_like(W), h0
    for t in range(len(x)):
        u = np.concatenate([h, x[t], np.ones_like(x[t][:, :1])], axis=1)
        h = np.tanh(u @ W.T)
        P = np.einsum("kl,blai->bkai", W[:, :H], P)
        P[:, np.arange(H), np.arange(H)] += u[:, None]
        P *= (1 - h**2)[:, :, None, None]
        step = np.einsum("bk,bkai->ai", dh_out[t], P)
        dW += step
        W = W - alpha * step
    return dW[:, H : H + F], dW[:, :H], dW[:, -1]


@wrong(
    "error_of_the_last_step_only",
    "Multiplies by dh_out after the loop, for the last step only, as with one target at the end of a sequence.",
    "Set dh_out to zero at the last step. What is left of your gradient, and what does the second formula add up?",
)
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (_, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    h = h0
    for t in range(len(x)):
        u = np.concatenate([h, x[t], np.ones_like(x[t][:, :1])], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        P[:, np.arange(H), np.arange(H)] += u[:, None]
        P *= (1 - h**2)[:, :, None, None]
    dtheta = np.einsum("bk,bkai->ai", dh_out[-1], P)
    return dtheta[:, H : H + F], dtheta[:, :H], dtheta[:, -1]


@wrong(
    "weights_by_input_and_unit",
    "Keeps the weights as (input, unit), the layout of the copied code, and returns the gradients transposed.",
    "Compare the shape of each gradient with that of the weight it belongs to. Which index of θ counts the units?",
)
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    (_, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H + F + 1, H), dtype=x.dtype)  # example, unit, input, receiving unit
    dtheta, h = np.zeros(P.shape[2:], dtype=x.dtype), h0
    for t in range(len(x)):
        u = np.concatenate([h, x[t], np.ones_like(x[t][:, :1])], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        P = np.einsum("kl,blia->bkia", W_hh, P)
        for a in range(H):
            P[:, a, :, a] += u
        P *= (1 - h**2)[:, :, None, None]
        dtheta += np.einsum("bk,bkia->ia", dh_out[t], P)
    return dtheta[H : H + F], dtheta[:H], dtheta[-1]
