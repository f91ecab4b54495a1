"""As a tired student after work: two running gradients in one loop backwards, and indices that slip."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def gates_back(dh, dc, i, f, g, o, c_prev, c):
    da_i = dc * g * i * (1 - i)
    da_f = dc * c_prev * f * (1 - f)
    da_g = dc * i * (1 - g**2)
    da_o = dh * np.tanh(c) * o * (1 - o)
    return np.concatenate([da_i, da_f, da_g, da_o], axis=-1)


@right("two_running_gradients")
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct, full = np.zeros_like(c), np.zeros_like(c)
    direct[-1] = full[-1] = dc_T
    dh = np.zeros_like(dc_T)  # nobody reads h_T
    for t in range(T - 1, 0, -1):
        direct[t - 1] = direct[t] * f[t]
        da = gates_back(dh, full[t], i[t], f[t], g[t], o[t], c[t - 1], c[t])
        dh = da @ W_hh
        full[t - 1] = full[t] * f[t] + dh * o[t - 1] * (1 - np.tanh(c[t - 1])**2)
    return direct, full


@right("lists_turned_round")
def two_paths(dc_T, i, f, g, o, c, W_hh):
    W_i, W_f, W_g, W_o = np.split(W_hh, 4)
    d, dc, dh = dc_T, dc_T, 0 * dc_T
    ds, dcs = [d], [dc]
    for t in reversed(range(1, c.shape[0])):
        tc = np.tanh(c[t])
        dh_prev = (dc * g[t] * i[t] * (1 - i[t])) @ W_i
        dh_prev = dh_prev + (dc * c[t - 1] * f[t] * (1 - f[t])) @ W_f
        dh_prev = dh_prev + (dc * i[t] * (1 - g[t] * g[t])) @ W_g
        dh_prev = dh_prev + (dh * tc * o[t] * (1 - o[t])) @ W_o
        d = d * f[t]
        dc = dc * f[t] + dh_prev * o[t - 1] * (1 - np.tanh(c[t - 1])**2)
        dh = dh_prev
        ds.append(d)
        dcs.append(dc)
    return np.array(ds[::-1]), np.array(dcs[::-1])


@right("example_after_example")
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T, B, H = c.shape
    direct, full = np.empty_like(c), np.empty_like(c)
    for b in range(B):
        for t in range(T):
            prod = dc_T[b].copy()
            for s in range(t + 1, T):
                prod = prod * f[s, b]
            direct[t, b] = prod
        dc, dh = dc_T[b].copy(), np.zeros(H, dtype=c.dtype)
        for t in range(T - 1, -1, -1):
            if t < T - 1:
                n = t + 1
                da = gates_back(dh, dc, i[n, b], f[n, b], g[n, b], o[n, b], c[t, b], c[n, b])
                dh = W_hh.T @ da
                dc = dc * f[n, b] + dh * o[t, b] * (1 - np.tanh(c[t, b])**2)
            full[t, b] = dc
    return direct, full


@wrong(
    "gate_of_the_same_step",
    "The direct way from step t+1 to t is multiplied by f_t instead of f_{t+1}.",
    "Which gate stands between c_{T-1} and c_T: that of step T-1 or that of T?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct, full = np.zeros_like(c), np.zeros_like(c)
    direct[-1] = full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for t in range(T - 1, 0, -1):
        direct[t - 1] = direct[t] * f[t - 1]
        da = gates_back(dh, full[t], i[t], f[t], g[t], o[t], c[t - 1], c[t])
        dh = da @ W_hh
        full[t - 1] = full[t] * f[t - 1] + dh * o[t - 1] * (1 - np.tanh(c[t - 1])**2)
    return direct, full


@wrong(
    "product_from_the_front",
    "direct has the product of the gates from the first step to t, not from t+1 to T.",
    "Which row of direct is dc_T itself: the first or the last?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct, full = np.zeros_like(c), np.zeros_like(c)
    full[-1] = dc_T
    p = dc_T
    for t in range(T):
        if t > 0:
            p = p * f[t]
        direct[t] = p
    dh = np.zeros_like(dc_T)
    for t in range(T - 1, 0, -1):
        da = gates_back(dh, full[t], i[t], f[t], g[t], o[t], c[t - 1], c[t])
        dh = da @ W_hh
        full[t - 1] = full[t] * f[t] + dh * o[t - 1] * (1 - np.tanh(c[t - 1])**2)
    return direct, full


@wrong(
    "output_gate_left_out",
    "The way through the output gate of later steps is left out (da_o = 0), right only for the last two rows.",
    "h_{t+1} has a gradient too, from step t+2. Through which gates of step t+1 does it come back?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct, full = np.zeros_like(c), np.zeros_like(c)
    direct[-1] = full[-1] = dc_T
    for t in range(T - 1, 0, -1):
        direct[t - 1] = direct[t] * f[t]
        da = gates_back(np.zeros_like(dc_T), full[t], i[t], f[t], g[t], o[t], c[t - 1], c[t])
        dh = da @ W_hh
        full[t - 1] = full[t] * f[t] + dh * o[t - 1] * (1 - np.tanh(c[t - 1])**2)
    return direct, full


@wrong(
    "gates_fed_with_direct",
    "The gates of step t+1 get the direct gradient of its cell instead of the full one: ways that pass states twice or more are lost.",
    "What reaches c_{t+1} on all ways together? That is what its gates get.",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct, full = np.zeros_like(c), np.zeros_like(c)
    direct[-1] = full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for t in range(T - 1, 0, -1):
        direct[t - 1] = direct[t] * f[t]
        da = gates_back(dh, direct[t], i[t], f[t], g[t], o[t], c[t - 1], c[t])
        dh = da @ W_hh
        full[t - 1] = full[t] * f[t] + dh * o[t - 1] * (1 - np.tanh(c[t - 1])**2)
    return direct, full


@wrong(
    "only_through_states",
    "full holds what comes through the state of each step alone; the straight part dc f is not in it.",
    "On all ways together: is the straight one among them?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct, full = np.zeros_like(c), np.zeros_like(c)
    direct[-1] = full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for t in range(T - 1, 0, -1):
        direct[t - 1] = direct[t] * f[t]
        da = gates_back(dh, full[t], i[t], f[t], g[t], o[t], c[t - 1], c[t])
        dh = da @ W_hh
        full[t - 1] = dh * o[t - 1] * (1 - np.tanh(c[t - 1])**2)
    return direct, full


@wrong(
    "new_cell_at_the_forget_gate",
    "The forget gate gets dc times the new cell; it was multiplied by the old one.",
    "By which cell is f_t multiplied in c_t = f_t ⊙ … ?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct, full = np.zeros_like(c), np.zeros_like(c)
    direct[-1] = full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for t in range(T - 1, 0, -1):
        direct[t - 1] = direct[t] * f[t]
        da = gates_back(dh, full[t], i[t], f[t], g[t], o[t], c[t], c[t])
        dh = da @ W_hh
        full[t - 1] = full[t] * f[t] + dh * o[t - 1] * (1 - np.tanh(c[t - 1])**2)
    return direct, full


@wrong(
    "rows_i_f_o_g",
    "The gate gradients are put together as i, f, o, g, but W_hh has the rows i, f, g, o.",
    "Row 2H of W_hh belongs to which gate?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct, full = np.zeros_like(c), np.zeros_like(c)
    direct[-1] = full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for t in range(T - 1, 0, -1):
        direct[t - 1] = direct[t] * f[t]
        da_i, da_f, da_g, da_o = np.split(gates_back(dh, full[t], i[t], f[t], g[t], o[t], c[t - 1], c[t]), 4, axis=1)
        dh = np.concatenate([da_i, da_f, da_o, da_g], axis=1) @ W_hh
        full[t - 1] = full[t] * f[t] + dh * o[t - 1] * (1 - np.tanh(c[t - 1])**2)
    return direct, full


@wrong(
    "squashed_once_more",
    "The gates go through sigmoid and tanh again, though they are given already squashed.",
    "What does the task say about i, f, g and o? Between which numbers are they?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    def sigmoid(a):
        return 1 / (1 + np.exp(-a))

    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    T = len(c)
    direct, full = np.zeros_like(c), np.zeros_like(c)
    direct[-1] = full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for t in range(T - 1, 0, -1):
        direct[t - 1] = direct[t] * f[t]
        da = gates_back(dh, full[t], i[t], f[t], g[t], o[t], c[t - 1], c[t])
        dh = da @ W_hh
        full[t - 1] = full[t] * f[t] + dh * o[t - 1] * (1 - np.tanh(c[t - 1])**2)
    return direct, full


@wrong(
    "slope_of_tanh_left_out",
    "From h_t to c_t only o_t is multiplied; the slope of tanh is missing.",
    "h_t = o_t tanh(c_t): what is its derivative with respect to c_t?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct, full = np.zeros_like(c), np.zeros_like(c)
    direct[-1] = full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for t in range(T - 1, 0, -1):
        direct[t - 1] = direct[t] * f[t]
        da = gates_back(dh, full[t], i[t], f[t], g[t], o[t], c[t - 1], c[t])
        dh = da @ W_hh
        full[t - 1] = full[t] * f[t] + dh * o[t - 1]
    return direct, full


@wrong(
    "last_state_given_a_loss",
    "dc_T is also used as the gradient of h_T, though no state has a loss of its own.",
    "What reaches h_T, if the loss reads the last cell alone?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct, full = np.zeros_like(c), np.zeros_like(c)
    direct[-1] = full[-1] = dc_T
    dh = dc_T
    for t in range(T - 1, 0, -1):
        direct[t - 1] = direct[t] * f[t]
        da = gates_back(dh, full[t], i[t], f[t], g[t], o[t], c[t - 1], c[t])
        dh = da @ W_hh
        full[t - 1] = full[t] * f[t] + dh * o[t - 1] * (1 - np.tanh(c[t - 1])**2)
    return direct, full


@wrong(
    "output_gate_of_the_next_step",
    "From h_t to c_t the gate o_{t+1} and the slope at c_{t+1} are taken instead of those of step t.",
    "h_t was made by which output gate? Look at its index in the task.",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct, full = np.zeros_like(c), np.zeros_like(c)
    direct[-1] = full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for t in range(T - 1, 0, -1):
        direct[t - 1] = direct[t] * f[t]
        da = gates_back(dh, full[t], i[t], f[t], g[t], o[t], c[t - 1], c[t])
        dh = da @ W_hh
        full[t - 1] = full[t] * f[t] + dh * o[t] * (1 - np.tanh(c[t])**2)
    return direct, full


@wrong(
    "full_first",
    "full is returned first and direct second.",
    "In which order does the task want the two?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct, full = np.zeros_like(c), np.zeros_like(c)
    direct[-1] = full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for t in range(T - 1, 0, -1):
        direct[t - 1] = direct[t] * f[t]
        da = gates_back(dh, full[t], i[t], f[t], g[t], o[t], c[t - 1], c[t])
        dh = da @ W_hh
        full[t - 1] = full[t] * f[t] + dh * o[t - 1] * (1 - np.tanh(c[t - 1])**2)
    return full, direct


@wrong(
    "float64_results",
    "np.zeros(c.shape) makes float64 also of float32.",
    "Print the dtype of direct for float32 arguments.",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    T = len(c)
    direct, full = np.zeros(c.shape), np.zeros(c.shape)
    direct[-1] = full[-1] = dc_T
    dh = np.zeros_like(dc_T)
    for t in range(T - 1, 0, -1):
        direct[t - 1] = direct[t] * f[t]
        da = gates_back(dh, full[t], i[t], f[t], g[t], o[t], c[t - 1], c[t])
        dh = da @ W_hh
        full[t - 1] = full[t] * f[t] + dh * o[t - 1] * (1 - np.tanh(c[t - 1])**2)
    return direct, full


@wrong(
    "one_array_for_all_rows_of_direct",
    "d is multiplied in place and appended each time, so all rows of direct are the earliest one; dc_T itself is changed as well.",
    "Is the last row of direct still dc_T? And what has become of dc_T?",
)
def two_paths(dc_T, i, f, g, o, c, W_hh):
    d, dc, dh = dc_T, dc_T.copy(), np.zeros_like(dc_T)
    ds, dcs = [d], [dc]
    for t in range(len(c) - 1, 0, -1):
        d *= f[t]
        ds.append(d)
        da = gates_back(dh, dc, i[t], f[t], g[t], o[t], c[t - 1], c[t])
        dh = da @ W_hh
        dc = dc * f[t] + dh * o[t - 1] * (1 - np.tanh(c[t - 1])**2)
        dcs.append(dc)
    return np.array(ds[::-1]), np.array(dcs[::-1])
