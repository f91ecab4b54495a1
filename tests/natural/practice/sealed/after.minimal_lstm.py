"""after.minimal_lstm"""
import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


# ---- right
def r_scalar_loops(x, h0, W_ih, b_ih):
    T, B, F = x.shape
    H = h0.shape[1]
    h = np.empty((T, B, H), x.dtype)
    for t in range(T):
        for b in range(B):
            for j in range(H):
                f = sigmoid(W_ih[j] @ x[t, b] + b_ih[j])
                i = sigmoid(W_ih[H + j] @ x[t, b] + b_ih[H + j])
                c = W_ih[2 * H + j] @ x[t, b] + b_ih[2 * H + j]
                old = h0[b, j] if t == 0 else h[t - 1, b, j]
                h[t, b, j] = (f * old + i * c) / (f + i)
    return h


def r_columns(x, h0, W_ih, b_ih):
    H = h0.shape[1]
    W = W_ih.reshape(3, H, -1)
    c = b_ih.reshape(3, H, 1)
    hs, h = [], h0.T
    for t in range(x.shape[0]):
        pf, pi, n = W @ x[t].T + c
        f, i = sigmoid(pf), sigmoid(pi)
        h = f / (f + i) * h + i / (f + i) * n
        hs.append(h.T)
    return np.stack(hs)


def r_recursive(x, h0, W_ih, b_ih):
    if len(x) == 0:
        return np.zeros((0,) + h0.shape, h0.dtype)
    f, i, n = np.split(x[0] @ W_ih.T + b_ih, 3, axis=1)
    f, i = sigmoid(f), sigmoid(i)
    h1 = f / (f + i) * h0 + i / (f + i) * n
    return np.concatenate([h1[None], r_recursive(x[1:], h1, W_ih, b_ih)])


# ---- wrong
def w_divides_by_new_f(x, h0, W_ih, b_ih):
    f, i, n = np.split(x @ W_ih.T + b_ih, 3, axis=-1)
    f, i = sigmoid(f), sigmoid(i)
    f = f / (f + i)
    i = i / (f + i)
    h = h0
    out = []
    for t in range(len(x)):
        h = f[t] * h + i[t] * n[t]
        out.append(h)
    return np.stack(out)


def w_softplus_sign(x, h0, W_ih, b_ih):
    # log-space code of the paper, sign lost
    f_, i_, n = np.split(x @ W_ih.T + b_ih, 3, axis=2)
    sp = lambda u: np.logaddexp(u, np.zeros_like(u))
    diff = sp(-f_) - sp(-i_)
    f = np.exp(-sp(-diff))
    i = np.exp(-sp(diff))
    h = h0
    out = []
    for t in range(x.shape[0]):
        h = f[t] * h + i[t] * n[t]
        out.append(h)
    return np.stack(out)


def w_always_from_h0(x, h0, W_ih, b_ih):
    f, i, n = np.split(x @ W_ih.T + b_ih, 3, axis=-1)
    f, i = sigmoid(f), sigmoid(i)
    return f / (f + i) * h0 + i / (f + i) * n


def w_gates_hear_state(x, h0, W_ih, b_ih):
    H = h0.shape[1]
    h, out = h0, []
    for t in range(len(x)):
        g = x[t] @ W_ih.T + b_ih
        f = sigmoid(g[:, :H] + h)
        i = sigmoid(g[:, H:2 * H] + h)
        n = g[:, 2 * H:]
        h = (f * h + i * n) / (f + i)
        out.append(h)
    return np.stack(out)


def w_reshape_for_transpose(x, h0, W_ih, b_ih):
    T, B, F = x.shape
    W = W_ih.reshape(F, -1)
    H = h0.shape[1]
    h, out = h0, []
    for t in range(T):
        g = x[t] @ W + b_ih
        f = sigmoid(g[:, :H])
        i = sigmoid(g[:, H:2 * H])
        h = f / (f + i) * h + i / (f + i) * g[:, 2 * H:]
        out.append(h)
    return np.array(out)


def w_precedence(x, h0, W_ih, b_ih):
    f, i, n = np.split(x @ W_ih.T + b_ih, 3, axis=-1)
    f, i = sigmoid(f), sigmoid(i)
    h, out = h0, []
    for t in range(len(x)):
        h = f[t] * h + i[t] * n[t] / (f[t] + i[t])
        out.append(h)
    return np.stack(out)


def w_writes_into_h0(x, h0, W_ih, b_ih):
    f, i, n = np.split(x @ W_ih.T + b_ih, 3, axis=-1)
    f, i = sigmoid(f), sigmoid(i)
    out = np.empty_like(n)
    h = h0
    for t in range(len(x)):
        h *= f[t] / (f[t] + i[t])
        h += i[t] / (f[t] + i[t]) * n[t]
        out[t] = h
    return out


def w_same_array_appended(x, h0, W_ih, b_ih):
    H = h0.shape[1]
    h = h0.copy()
    hs = []
    for x_t in x:
        g = x_t @ W_ih.T + b_ih
        f, i = sigmoid(g[:, :H]), sigmoid(g[:, H:2 * H])
        h[:] = (f * h + i * g[:, 2 * H:]) / (f + i)
        hs.append(h)
    return np.stack(hs)


def w_split_wrong_axis(x, h0, W_ih, b_ih):
    g = x @ W_ih.T + b_ih
    f, i, n = np.split(g, 3, axis=1)
    f, i = sigmoid(f), sigmoid(i)
    h, out = h0, []
    for t in range(len(x)):
        h = (f[t] * h + i[t] * n[t]) / (f[t] + i[t])
        out.append(h)
    return np.stack(out)


def w_input_gate_no_sigmoid(x, h0, W_ih, b_ih):
    H = h0.shape[1]
    h = h0
    out = []
    for t in range(len(x)):
        f = sigmoid(x[t] @ W_ih[:H].T + b_ih[:H])
        i = x[t] @ W_ih[H:2 * H].T + b_ih[H:2 * H]
        n = x[t] @ W_ih[2 * H:].T + b_ih[2 * H:]
        h = f / (f + i) * h + i / (f + i) * n
        out.append(h)
    return np.stack(out)


def w_full_lstm_habit(x, h0, W_ih, b_ih):
    # keep the cell state and give out tanh(c)
    f, i, n = np.split(x @ W_ih.T + b_ih, 3, axis=-1)
    f, i = sigmoid(f), sigmoid(i)
    c = h0
    out = []
    for t in range(len(x)):
        c = f[t] / (f[t] + i[t]) * c + i[t] / (f[t] + i[t]) * n[t]
        out.append(np.tanh(c))
    return np.stack(out)


def w_sum_over_units(x, h0, W_ih, b_ih):
    f, i, n = np.split(x @ W_ih.T + b_ih, 3, axis=-1)
    f, i = sigmoid(f), sigmoid(i)
    total = (f + i).sum(axis=-1, keepdims=True)
    f, i = f / total, i / total
    h, out = h0, []
    for t in range(len(x)):
        h = f[t] * h + i[t] * n[t]
        out.append(h)
    return np.stack(out)


RIGHT = {
    "scalar_loops": r_scalar_loops,
    "columns": r_columns,
    "recursive": r_recursive,
}
WRONG = {
    "divides_by_new_f": (
        w_divides_by_new_f,
        "overwrites f with its share, then divides i by a sum that has the new f",
        "After your line for f, which f does the line for i see?",
    ),
    "softplus_sign": (
        w_softplus_sign,
        "a sign is turned, so that the forget gate's share weighs the candidate and the input gate's the state",
        "Make the forget gate nearly 1 and the input gate nearly 0: does the state stay?",
    ),
    "always_from_h0": (
        w_always_from_h0,
        "each step begins at h0 instead of at the state of the step before",
        "Which state does your second step use?",
    ),
    "gates_hear_state": (
        w_gates_hear_state,
        "the gates look at the state before, as in an LSTM",
        "On what do the gates of this unit depend?",
    ),
    "reshape_for_transpose": (
        w_reshape_for_transpose,
        "reshapes W_ih to (F, 3H) instead of transposing it",
        "Print a small matrix, its reshape and its transpose: are they the same?",
    ),
    "precedence": (
        w_precedence,
        "only the candidate's part is divided by f + i, not the state's",
        "What does your division reach? Python divides before it adds.",
    ),
    "writes_into_h0": (
        w_writes_into_h0,
        "h is h0 itself and is changed in place",
        "Print h0 before and after the call.",
    ),
    "same_array_appended": (
        w_same_array_appended,
        "the list holds the same array T times, so all rows are the last state",
        "Are the rows of your result different from each other? What does h[:] = do to those appended before?",
    ),
    "split_wrong_axis": (
        w_split_wrong_axis,
        "splits the examples in three, not the 3H rows",
        "Which axis of g has length 3H?",
    ),
    "input_gate_no_sigmoid": (
        w_input_gate_no_sigmoid,
        "the input gate goes without the sigmoid",
        "Print the smallest and largest value of your gates: are both between 0 and 1?",
    ),
    "full_lstm_habit": (
        w_full_lstm_habit,
        "returns the tanh of the states, as an LSTM's output does",
        "What does the task return: h itself, or something made of it?",
    ),
    "sum_over_units": (
        w_sum_over_units,
        "divides by the sum over all units instead of unit by unit",
        "Over what do f and i share: one unit's two gates, or all units'?",
    ),
}
