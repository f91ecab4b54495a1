"""notations.find_order"""

import numpy as np
from itertools import permutations


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


PERMS = list(permutations(range(4)))


def lstm(x, W_ih, W_hh, b, order):
    T, B, _ = x.shape
    H = W_hh.shape[1]
    h = np.zeros((B, H), dtype=x.dtype)
    c = np.zeros((B, H), dtype=x.dtype)
    hs = []
    for t in range(T):
        z = x[t] @ W_ih.T + h @ W_hh.T + b
        i, f, g, o = [z[:, k * H:(k + 1) * H] for k in order]
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        hs.append(h)
    return np.stack(hs)


def rmse(a, b):
    return np.sqrt(np.mean(np.square(a - b)))


def r_list_comprehension(x, h, W_ih, W_hh, b):
    errors = [rmse(lstm(x, W_ih, W_hh, b, p), h) for p in PERMS]
    best = errors.index(min(errors))
    return np.array(errors), np.array(list(PERMS[best]))


def r_all_orders_at_once(x, h, W_ih, W_hh, b):
    T, B, H = h.shape
    P = np.array(PERMS)
    W4 = W_ih.reshape(4, H, -1)[P]  # 24, 4, H, F
    R4 = W_hh.reshape(4, H, H)[P]
    b4 = b.reshape(4, H)[P][:, :, None, :]
    s = np.zeros((24, B, H), x.dtype)
    c = np.zeros_like(s)
    sq = np.zeros(24, x.dtype)
    for t in range(T):
        a = np.einsum("bf,pghf->pgbh", x[t], W4) + np.einsum("pbk,pghk->pgbh", s, R4) + b4
        c = sigmoid(a[:, 1]) * c + sigmoid(a[:, 0]) * np.tanh(a[:, 2])
        s = sigmoid(a[:, 3]) * np.tanh(c)
        sq += np.sum((s - h[t]) ** 2, axis=(1, 2))
    errors = np.sqrt(sq / (T * B * H))
    return errors, P[np.argmin(errors)]


def r_one_example_at_a_time(x, h, W_ih, W_hh, b):
    T, B, F = x.shape
    H = h.shape[2]
    errors = []
    for p in PERMS:
        pi, pf, pg, po = p
        total = 0.0
        for n in range(B):
            hn = np.zeros(H, dtype=x.dtype)
            cn = np.zeros(H, dtype=x.dtype)
            for t in range(T):
                v = W_ih.dot(x[t, n]) + W_hh.dot(hn) + b
                i = v[pi * H:pi * H + H]
                f = v[pf * H:pf * H + H]
                g = v[pg * H:pg * H + H]
                o = v[po * H:po * H + H]
                cn = sigmoid(f) * cn + sigmoid(i) * np.tanh(g)
                hn = sigmoid(o) * np.tanh(cn)
                for j in range(H):
                    total += float(hn[j] - h[t, n, j]) ** 2
        errors.append((total / (T * B * H)) ** 0.5)
    errors = np.array(errors, dtype=x.dtype)
    return errors, np.array(PERMS[int(errors.argmin())])


def w_absolute(x, h, W_ih, W_hh, b):
    errors = np.array([np.mean(np.abs(lstm(x, W_ih, W_hh, b, p) - h)) for p in PERMS])
    return errors, np.array(PERMS[errors.argmin()])


def w_mean_of_steps(x, h, W_ih, W_hh, b):
    errors = []
    for p in PERMS:
        per_step = np.sqrt(np.mean((lstm(x, W_ih, W_hh, b, p) - h) ** 2, axis=(1, 2)))
        errors.append(per_step.mean())
    errors = np.array(errors)
    return errors, np.array(PERMS[errors.argmin()])


def w_lists(x, h, W_ih, W_hh, b):
    errors = [rmse(lstm(x, W_ih, W_hh, b, p), h) for p in PERMS]
    return errors, PERMS[int(np.argmin(errors))]


def w_best_first(x, h, W_ih, W_hh, b):
    ranked = sorted((rmse(lstm(x, W_ih, W_hh, b, p), h), p) for p in PERMS)
    errors = np.array([e for e, _ in ranked])
    return errors, np.array(ranked[0][1])


def w_no_tanh_of_cell(x, h, W_ih, W_hh, b):
    T, B, H = h.shape
    errors = []
    for p in PERMS:
        s, c = np.zeros_like(h[0]), np.zeros_like(h[0])
        out = []
        for t in range(T):
            a = np.split(x[t] @ W_ih.T + s @ W_hh.T + b, 4, axis=1)
            i, f, g, o = (a[k] for k in p)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            s = sigmoid(o) * c
            out.append(s)
        errors.append(rmse(np.stack(out), h))
    errors = np.array(errors)
    return errors, np.array(PERMS[errors.argmin()])


def w_recurrent_not_turned(x, h, W_ih, W_hh, b):
    T, B, H = h.shape
    R = W_hh.reshape(4, H, H)
    errors = []
    for p in PERMS:
        s, c = np.zeros_like(h[0]), np.zeros_like(h[0])
        out = []
        for t in range(T):
            xs = x[t] @ W_ih.T + b
            i, f, g, o = [xs[:, k * H:(k + 1) * H] + s @ R[k] for k in p]
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            s = sigmoid(o) * np.tanh(c)
            out.append(s)
        errors.append(rmse(np.stack(out), h))
    errors = np.array(errors)
    return errors, np.array(PERMS[errors.argmin()])


def w_rolled_orders(x, h, W_ih, W_hh, b):
    orders = [np.roll(np.arange(4), k) for k in range(4)]
    orders += [p[::-1] for p in orders]
    errors = np.array([rmse(lstm(x, W_ih, W_hh, b, p), h) for p in orders])
    return errors, orders[int(errors.argmin())]


def w_one_step_late(x, h, W_ih, W_hh, b):
    # what came out at t is seen at t + 1
    errors = []
    for p in PERMS:
        ours = lstm(x, W_ih, W_hh, b, p)
        if len(x) > 1:
            errors.append(rmse(ours[:-1], h[1:]))
        else:
            errors.append(rmse(ours, h))
    errors = np.array(errors)
    return errors, np.array(PERMS[errors.argmin()])


def w_counted_from_one(x, h, W_ih, W_hh, b):
    errors = np.array([rmse(lstm(x, W_ih, W_hh, b, p), h) for p in PERMS])
    return errors, np.array(PERMS[errors.argmin()]) + 1


def w_units_then_gates(x, h, W_ih, W_hh, b):
    T, B, H = h.shape
    errors = []
    for p in PERMS:
        s, c = np.zeros_like(h[0]), np.zeros_like(h[0])
        out = []
        for t in range(T):
            a = (x[t] @ W_ih.T + s @ W_hh.T + b).reshape(B, H, 4)
            i, f, g, o = (a[:, :, k] for k in p)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            s = sigmoid(o) * np.tanh(c)
            out.append(s)
        errors.append(rmse(np.stack(out), h))
    errors = np.array(errors)
    return errors, np.array(PERMS[errors.argmin()])


def w_relative(x, h, W_ih, W_hh, b):
    scale = np.sqrt(np.mean(h**2))
    errors = np.array([rmse(lstm(x, W_ih, W_hh, b, p), h) / scale for p in PERMS])
    return errors, np.array(PERMS[errors.argmin()])


def w_cell_not_carried(x, h, W_ih, W_hh, b):
    T, B, H = h.shape
    errors = []
    for p in PERMS:
        s = np.zeros_like(h[0])
        out = []
        for t in range(T):
            c = np.zeros_like(s)
            z = x[t] @ W_ih.T + s @ W_hh.T + b
            i, f, g, o = [z[:, k * H:(k + 1) * H] for k in p]
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            s = sigmoid(o) * np.tanh(c)
            out.append(s)
        errors.append(rmse(np.stack(out), h))
    errors = np.array(errors)
    return errors, np.array(PERMS[errors.argmin()])


RIGHT = {
    "list_comprehension": r_list_comprehension,
    "all_orders_at_once": r_all_orders_at_once,
    "one_example_at_a_time": r_one_example_at_a_time,
}
WRONG = {
    "absolute": (w_absolute, "the mean absolute difference is taken instead of the root of the mean square", "Compare your error with the formula, from outside in."),
    "mean_of_steps": (w_mean_of_steps, "the root is taken step by step, and then the mean over steps", "Where does the root stand in the formula, and where the sum over t?"),
    "lists": (w_lists, "a list and a tuple are returned instead of arrays", "What does the task say that errors and order are?"),
    "best_first": (w_best_first, "the errors are sorted", "To which order does the first of your errors belong?"),
    "no_tanh_of_cell": (w_no_tanh_of_cell, "the tanh of the cell state is missing in the output", "Compare your line for the state with the task's second equation."),
    "recurrent_not_turned": (w_recurrent_not_turned, "each block of W_hh is used transposed", "Is a row of W_hh one unit, or what one unit sends?"),
    "rolled_orders": (w_rolled_orders, "only eight orders are tried, those rolled and reversed", "How many orders are there, and in which sequence are the errors to be?"),
    "one_step_late": (w_one_step_late, "the states are compared with the recording one step later", "With which recorded step do you compare your first state?"),
    "counted_from_one": (w_counted_from_one, "the blocks of the order are counted from 1", "From which number does the task count the blocks?"),
    "units_then_gates": (w_units_then_gates, "the rows are read unit by unit, four gates each, instead of block by block", "Which rows form the first block where H is 3?"),
    "relative": (w_relative, "the error is divided by the size of the recording", "Which sizes does the formula divide by?"),
    "cell_not_carried": (w_cell_not_carried, "the cell state is set to zero at every step", "What is c before your second step?"),
}
