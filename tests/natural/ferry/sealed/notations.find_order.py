"""notations.find_order"""
import itertools

import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


# right

def r_all_orders_at_once(x, h, W_ih, W_hh, b):
    T, B, H = h.shape
    orders = np.array(list(itertools.permutations(range(4))))
    A = W_ih.reshape(4, H, -1)[orders]      # 24, 4, H, F
    R = W_hh.reshape(4, H, H)[orders]
    d = b.reshape(4, H)[orders]
    h_t = np.zeros((24, B, H), dtype=h.dtype)
    c_t = np.zeros((24, B, H), dtype=h.dtype)
    total = np.zeros(24, dtype=h.dtype)
    for t in range(T):
        a = np.einsum("bf,nghf->gnbh", x[t], A) + np.einsum("nbk,nghk->gnbh", h_t, R)
        i, f, g, o = a + d.transpose(1, 0, 2)[:, :, None]
        c_t = sigmoid(f) * c_t + sigmoid(i) * np.tanh(g)
        h_t = sigmoid(o) * np.tanh(c_t)
        total += ((h_t - h[t]) ** 2).sum(axis=(1, 2))
    errors = np.sqrt(total / h.size)
    return errors, orders[errors.argmin()]


def r_recursion(x, h, W_ih, W_hh, b):
    H = h.shape[-1]

    def squares(order, t, h_prev, c_prev):
        if t == len(x):
            return 0.0
        a = x[t] @ W_ih.T + h_prev @ W_hh.T + b
        i, f, g, o = [a[..., k * H:k * H + H] for k in order]
        c = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)
        s = sigmoid(o) * np.tanh(c)
        return float(((s - h[t]) ** 2).sum()) + squares(order, t + 1, s, c)

    zero = np.zeros_like(h[0])
    table = {p: (squares(p, 0, zero, zero) / h.size) ** 0.5 for p in itertools.permutations(range(4))}
    best = min(table, key=table.get)
    return np.array(list(table.values()), dtype=h.dtype), np.array(best)


def r_example_by_example(x, h, W_ih, W_hh, b):
    T, B, F = x.shape
    H = h.shape[2]
    orders = [p for p in itertools.permutations(range(4))]
    errors = np.empty(len(orders), dtype=x.dtype)
    for n in range(len(orders)):
        bi, bf, bg, bo = [slice(k * H, (k + 1) * H) for k in orders[n]]
        diffs = []
        for e in range(B):
            state, cell = np.zeros(H, x.dtype), np.zeros(H, x.dtype)
            for t in range(T):
                a = W_ih @ x[t, e] + W_hh @ state + b
                cell = cell * sigmoid(a[bf]) + sigmoid(a[bi]) * np.tanh(a[bg])
                state = sigmoid(a[bo]) * np.tanh(cell)
                diffs.extend(state - h[t, e])
        errors[n] = np.linalg.norm(diffs) / np.sqrt(len(diffs))
    return errors, np.asarray(orders[int(errors.argmin())])


# wrong

def _run(order, x, W_ih, W_hh, b):
    H = W_hh.shape[1]
    h = c = np.zeros((x.shape[1], H), dtype=x.dtype)
    out = []
    for x_t in x:
        a = x_t @ W_ih.T + h @ W_hh.T + b
        i, f, g, o = (a[:, k * H:(k + 1) * H] for k in order)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        out.append(h)
    return np.array(out)


def w_absolute_error(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = np.array([np.abs(_run(p, x, W_ih, W_hh, b) - h).mean() for p in orders])
    return errors, np.array(orders[errors.argmin()])


def w_root_inside_the_mean(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = []
    for p in orders:
        d = _run(p, x, W_ih, W_hh, b) - h
        per_step = np.sqrt((d ** 2).mean(axis=(1, 2)))
        errors.append(per_step.mean())
    errors = np.array(errors)
    return errors, np.array(orders[errors.argmin()])


def w_best_first(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = np.array([np.sqrt(np.mean((_run(p, x, W_ih, W_hh, b) - h) ** 2)) for p in orders])
    rank = np.argsort(errors)
    return errors[rank], np.array(orders[rank[0]])


def w_argmax_of_errors(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = np.array([np.sqrt(np.mean((_run(p, x, W_ih, W_hh, b) - h) ** 2)) for p in orders])
    return errors, np.array(orders[np.argmax(errors)])


def w_cell_not_carried(x, h, W_ih, W_hh, b):
    # h_0 = c_0 = 0, h_t from h_{t-1}
    H = h.shape[-1]
    orders = list(itertools.permutations(range(4)))
    errors = []
    for p in orders:
        h_t = np.zeros_like(h[0])
        c_0 = np.zeros_like(h[0])
        out = np.zeros_like(h)
        for t in range(len(x)):
            a = x[t] @ W_ih.T + h_t @ W_hh.T + b
            i, f, g, o = (a[:, k * H:(k + 1) * H] for k in p)
            c = sigmoid(f) * c_0 + sigmoid(i) * np.tanh(g)
            h_t = sigmoid(o) * np.tanh(c)
            out[t] = h_t
        errors.append(np.sqrt(np.mean((out - h) ** 2)))
    errors = np.array(errors)
    return errors, np.array(orders[errors.argmin()])


def w_old_cell_in_the_output(x, h, W_ih, W_hh, b):
    H = h.shape[-1]
    orders = list(itertools.permutations(range(4)))
    errors = []
    for p in orders:
        h_t = c_t = np.zeros_like(h[0])
        sq = []
        for x_t, r_t in zip(x, h):
            a = x_t @ W_ih.T + h_t @ W_hh.T + b
            i, f, g, o = (a[:, k * H:(k + 1) * H] for k in p)
            h_t = sigmoid(o) * np.tanh(c_t)
            c_t = sigmoid(f) * c_t + sigmoid(i) * np.tanh(g)
            sq.append((h_t - r_t) ** 2)
        errors.append(np.sqrt(np.mean(sq)))
    errors = np.array(errors)
    return errors, np.array(orders[errors.argmin()])


def w_stops_when_found(x, h, W_ih, W_hh, b):
    errors = np.zeros(24, x.dtype)
    order = np.zeros(4, int)
    for n, p in enumerate(itertools.permutations(range(4))):
        errors[n] = np.sqrt(np.mean((_run(p, x, W_ih, W_hh, b) - h) ** 2))
        if errors[n] < 1e-3:
            order = np.array(p)
            break
    return errors, order


def w_first_example_only(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = np.array([np.sqrt(np.mean((_run(p, x[:, :1], W_ih, W_hh, b) - h[:, :1]) ** 2)) for p in orders])
    return errors, np.array(orders[errors.argmin()])


def w_recurrent_not_turned(x, h, W_ih, W_hh, b):
    H = h.shape[-1]
    orders = list(itertools.permutations(range(4)))
    errors = []
    for p in orders:
        h_t = c_t = np.zeros_like(h[0])
        out = []
        for x_t in x:
            pre = []
            for k in p:
                s = slice(k * H, (k + 1) * H)
                pre.append(x_t @ W_ih[s].T + h_t @ W_hh[s] + b[s])
            i, f, g, o = pre
            c_t = sigmoid(f) * c_t + sigmoid(i) * np.tanh(g)
            h_t = sigmoid(o) * np.tanh(c_t)
            out.append(h_t)
        errors.append(np.sqrt(np.mean((np.array(out) - h) ** 2)))
    errors = np.array(errors)
    return errors, np.array(orders[errors.argmin()])


def w_standard_deviation(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = np.array([np.std(_run(p, x, W_ih, W_hh, b) - h) for p in orders])
    return errors, np.array(orders[errors.argmin()])


def w_python_lists(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = [float(np.sqrt(np.mean((_run(p, x, W_ih, W_hh, b) - h) ** 2))) for p in orders]
    return errors, list(orders[errors.index(min(errors))])


def w_i_f_o_g(x, h, W_ih, W_hh, b):
    H = h.shape[-1]
    orders = list(itertools.permutations(range(4)))
    errors = np.zeros(24, h.dtype)
    for n, p in enumerate(orders):
        h_t = c_t = np.zeros_like(h[0])
        out = np.zeros_like(h)
        for t in range(len(x)):
            a = x[t] @ W_ih.T + h_t @ W_hh.T + b
            i, f, o, g = (a[:, k * H:(k + 1) * H] for k in p)
            c_t = sigmoid(f) * c_t + sigmoid(i) * np.tanh(g)
            h_t = sigmoid(o) * np.tanh(c_t)
            out[t] = h_t
        errors[n] = np.sqrt(np.mean((out - h) ** 2))
    return errors, np.array(orders[errors.argmin()])


RIGHT = {
    "all_orders_at_once": r_all_orders_at_once,
    "recursion": r_recursion,
    "example_by_example": r_example_by_example,
}
WRONG = {
    "absolute_error": (
        w_absolute_error,
        "The mean of the absolute differences instead of the root of the mean square.",
        "What does the formula do with each difference before it adds them up?",
    ),
    "root_inside_the_mean": (
        w_root_inside_the_mean,
        "The root is taken step by step, and then the mean over steps.",
        "Is a mean of roots the root of a mean? Where does the root stand in the formula?",
    ),
    "best_first": (
        w_best_first,
        "The errors are sorted; the task wants them in the sequence of the permutations.",
        "Whose error is errors[0] to be?",
    ),
    "argmax_of_errors": (
        w_argmax_of_errors,
        "order is the one with the largest error.",
        "Is a good order one with a small error or a large one?",
    ),
    "cell_not_carried": (
        w_cell_not_carried,
        "c starts from zero at every step; only h goes on.",
        "What is c_{t-1} at the second step, in the formula and in your loop?",
    ),
    "old_cell_in_the_output": (
        w_old_cell_in_the_output,
        "h is made of the cell of the step before, since c is computed afterwards.",
        "Which c stands in the second formula, and which one has your variable at that line?",
    ),
    "stops_when_found": (
        w_stops_when_found,
        "The loop stops at the first order with a small error; the rest of errors are zeros that nobody measured.",
        "How many of your 24 errors did you compute? What is the error of the last order?",
    ),
    "first_example_only": (
        w_first_example_only,
        "Only the first example is run and compared.",
        "Change x[:, 1]. Do your errors change?",
    ),
    "recurrent_not_turned": (
        w_recurrent_not_turned,
        "The blocks of W_hh are not transposed beside rows of states, those of W_ih are.",
        "A row of W_hh belongs to one unit. Which axis does h_t @ W_hh[s] add up over?",
    ),
    "standard_deviation": (
        w_standard_deviation,
        "np.std subtracts the mean of the differences first.",
        "What is np.std of differences that are all 1, and what does the formula give?",
    ),
    "python_lists": (
        w_python_lists,
        "Both results are Python lists; arrays of the dtype that came in are asked for.",
        "What types does the task name for errors and order?",
    ),
    "i_f_o_g": (
        w_i_f_o_g,
        "The four numbers are taken for i, f, o, g instead of i, f, g, o.",
        "In which sequence does the task name the four gates of an order?",
    ),
}
