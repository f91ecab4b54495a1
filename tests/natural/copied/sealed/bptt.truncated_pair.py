"""As a student who starts from LSTM code and takes away what seems too much: two states across the borders."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("chunk_by_chunk")
def f(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    h, c = h0, c0
    for start in range(0, len(x), k):
        cache = []
        for x_t in x[start : start + k]:
            g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
            c = a * c + g
            h_prev, h = h, np.tanh(c)
            cache.append((x_t, h_prev, g, h))
        dh_next, dc_next = np.zeros_like(h0), np.zeros_like(c0)
        for i, (x_t, h_prev, g, h_t) in reversed(list(enumerate(cache))):
            dc = (dh_out[start + i] + dh_next) * (1 - h_t * h_t) + dc_next
            dz = dc * (1 - g * g)
            dW_ih += dz.T @ x_t
            dW_hh += dz.T @ h_prev
            db += dz.sum(axis=0)
            dh_next, dc_next = dz @ W_hh, dc * a
    return dW_ih, dW_hh, db


@right("columns_with_a_gate_of_zero_and_one")
def f(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    T = len(x)
    a_, b_ = a[:, None], b[:, None]
    hs, cs, gs = {-1: h0.T}, {-1: c0.T}, {}
    for t in range(T):
        gs[t] = np.tanh(W_ih @ x[t].T + W_hh @ hs[t - 1] + b_)
        cs[t] = a_ * cs[t - 1] + gs[t]
        hs[t] = np.tanh(cs[t])
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    rec_h = rec_c = np.zeros_like(h0.T)
    for t in range(T - 1, -1, -1):
        dc = (1 - hs[t] ** 2) * (dh_out[t].T + rec_h) + rec_c
        dz = (1 - gs[t] ** 2) * dc
        dW_ih += dz @ x[t]
        dW_hh += dz @ hs[t - 1].T
        db += dz.sum(axis=1)
        keep = int(t % k != 0)  # 0 if step t is the first of its chunk
        rec_h, rec_c = keep * (W_hh.T @ dz), keep * (a_ * dc)
    return dW_ih, dW_hh, db


@right("all_dz_then_three_sums")
def f(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    T = len(x)
    h, c, g = np.empty_like(dh_out), np.empty_like(dh_out), np.empty_like(dh_out)
    before = np.empty_like(dh_out)
    h_t, c_t = h0, c0
    for t in range(T):
        before[t] = h_t
        g[t] = np.tanh(x[t] @ W_ih.T + h_t @ W_hh.T + b)
        c[t] = c_t = a * c_t + g[t]
        h[t] = h_t = np.tanh(c_t)
    dc = (1 - h**2) * dh_out
    dz = np.empty_like(dc)
    for t in reversed(range(T)):
        if t + 1 < T and (t + 1) % k:
            dc[t] += (1 - h[t] ** 2) * (dz[t + 1] @ W_hh) + a * dc[t + 1]
        dz[t] = (1 - g[t] ** 2) * dc[t]
    flat = dz.reshape(-1, dz.shape[2])
    return flat.T @ x.reshape(len(flat), -1), flat.T @ before.reshape(flat.shape), flat.sum(axis=0)


@wrong(
    "only_h_detached",
    "Stops the gradient of h at the border but lets the one of c go on, as if only hidden were detached.",
    "How many ways lead from chunk to chunk in this cell? Follow each of your two carried gradients across a border.",
)
def f(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c, tape = h0, c0, []
    for x_t in x:
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        c = a * c + g
        h_prev, h = h, np.tanh(c)
        tape.append((h_prev, g, h))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(len(x))):
        h_prev, g, h_t = tape[t]
        if (t + 1) % k == 0:
            dh_rec = np.zeros_like(h0)
        dc = (1 - h_t**2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - g**2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


@wrong(
    "constant_error_carousel",
    "Sends dc back without the share a, the constant error carousel of the first LSTM.",
    "With k = 1 you are right. By what was c of the step before multiplied on its way forwards?",
)
def f(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c, tape = h0, c0, []
    for x_t in x:
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        c = a * c + g
        h_prev, h = h, np.tanh(c)
        tape.append((h_prev, g, h))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    for t in reversed(range(len(x))):
        h_prev, g, h_t = tape[t]
        if t == len(x) - 1 or (t + 1) % k == 0:
            dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        dc = (1 - h_t**2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - g**2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, dc
    return dW_ih, dW_hh, db


@wrong(
    "slope_from_the_cell_state",
    "Takes 1 - c**2 for the slope of the outer tanh, though c goes in and h comes out.",
    "How large can c_t become, and may a slope of tanh be negative? Which of c and h is the value of the tanh?",
)
def f(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c, tape = h0, c0, []
    for x_t in x:
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        c = a * c + g
        tape.append((h, g, c))
        h = np.tanh(c)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    for t in reversed(range(len(x))):
        h_prev, g, c_t = tape[t]
        if t == len(x) - 1 or (t + 1) % k == 0:
            dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        dc = (1 - c_t**2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - g**2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


@wrong(
    "coupled_input_gate",
    "Multiplies g by 1 - a on the way forwards and back, the coupled gates of a GRU.",
    "Take one step with c_0 = 0: what is c_1 in the task, and what is it with you?",
)
def f(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c, tape = h0, c0, []
    for x_t in x:
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        c = a * c + (1 - a) * g
        h_prev, h = h, np.tanh(c)
        tape.append((h_prev, g, h))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    for t in reversed(range(len(x))):
        h_prev, g, h_t = tape[t]
        if t == len(x) - 1 or (t + 1) % k == 0:
            dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        dc = (1 - h_t**2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - g**2) * (1 - a) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


@wrong(
    "a_as_a_matrix",
    "Multiplies by a with @ as if it were a matrix; a is a vector of shares, and the shapes do not fit.",
    "Which sign stands between a and c in the formula, and what is the shape of a?",
)
def f(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c, tape = h0, c0, []
    for x_t in x:
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        c = c @ a.T + g
        h_prev, h = h, np.tanh(c)
        tape.append((h_prev, g, h))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    for t in reversed(range(len(x))):
        h_prev, g, h_t = tape[t]
        if t == len(x) - 1 or (t + 1) % k == 0:
            dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        dc = (1 - h_t**2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - g**2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, dc @ a
    return dW_ih, dW_hh, db


@wrong(
    "one_carried_gradient",
    "Adds both returning gradients into one and sends it through the outer tanh, though what returns to c does not pass it.",
    "Draw the arrows into c_t. Does the one from c_{t+1} go through the tanh that makes h_t?",
)
def f(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c, tape = h0, c0, []
    for x_t in x:
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        c = a * c + g
        h_prev, h = h, np.tanh(c)
        tape.append((h_prev, g, h))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    for t in reversed(range(len(x))):
        h_prev, g, h_t = tape[t]
        if t == len(x) - 1 or (t + 1) % k == 0:
            dnext = np.zeros_like(h0)
        dc = (1 - h_t**2) * (dh_out[t] + dnext)
        dz = (1 - g**2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dnext = dz @ W_hh + a * dc
    return dW_ih, dW_hh, db


@wrong(
    "da_returned_as_well",
    "Returns the gradient of a as a fourth array, as the gates of the LSTM need it.",
    "How many arrays does the docstring name, and how many do you return?",
)
def f(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c, tape = h0, c0, []
    for x_t in x:
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        h_prev, c_prev = h, c
        c = a * c + g
        h = np.tanh(c)
        tape.append((h_prev, c_prev, g, h))
    dW_ih, dW_hh, db, da = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b), np.zeros_like(a)
    for t in reversed(range(len(x))):
        h_prev, c_prev, g, h_t = tape[t]
        if t == len(x) - 1 or (t + 1) % k == 0:
            dh_rec, dc_rec = np.zeros_like(h0), np.zeros_like(c0)
        dc = (1 - h_t**2) * (dh_out[t] + dh_rec) + dc_rec
        dz = (1 - g**2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        da += (dc * c_prev).sum(axis=0)
        dh_rec, dc_rec = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db, da
