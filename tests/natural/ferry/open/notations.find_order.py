"""notations.find_order"""
import itertools

import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


# right

def r_loop_over_orders(x, h, W_ih, W_hh, b):
    T, B, F = x.shape
    H = h.shape[2]
    orders = list(itertools.permutations(range(4)))
    errors = np.zeros(24, dtype=x.dtype)
    for n, (i, f, g, o) in enumerate(orders):
        h_t = np.zeros((B, H), dtype=x.dtype)
        c_t = np.zeros((B, H), dtype=x.dtype)
        total = 0
        for t in range(T):
            a = x[t] @ W_ih.T + h_t @ W_hh.T + b
            c_t = sigmoid(a[:, f * H:(f + 1) * H]) * c_t + sigmoid(a[:, i * H:(i + 1) * H]) * np.tanh(a[:, g * H:(g + 1) * H])
            h_t = sigmoid(a[:, o * H:(o + 1) * H]) * np.tanh(c_t)
            total += np.sum((h_t - h[t]) ** 2)
        errors[n] = np.sqrt(total / (T * B * H))
    return errors, np.array(orders[np.argmin(errors)])


def r_states_in_a_list(x, h, W_ih, W_hh, b):
    def run(order):
        h_prev = c_prev = np.zeros_like(h[0])
        states = []
        for x_t in x:
            blocks = np.split(x_t @ W_ih.T + h_prev @ W_hh.T + b, 4, axis=1)
            i, f, g, o = (blocks[k] for k in order)
            c_prev = sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)
            h_prev = sigmoid(o) * np.tanh(c_prev)
            states.append(h_prev)
        return np.stack(states)

    orders = list(itertools.permutations(range(4)))
    errors = np.array([np.sqrt(np.mean((run(p) - h) ** 2)) for p in orders])
    return errors, np.array(orders)[errors.argmin()]


def r_weights_put_in_order(x, h, W_ih, W_hh, b):
    # first to i f g o, then an ordinary LSTM
    H = h.shape[-1]
    errors, best, best_order = [], None, None
    for p in itertools.permutations(range(4)):
        rows = np.concatenate([np.arange(k * H, k * H + H) for k in p])
        A, R, d = W_ih[rows], W_hh[rows], b[rows]
        h_t, c_t = np.zeros_like(h[0]), np.zeros_like(h[0])
        sq = []
        for t in range(len(x)):
            z = np.einsum("bf,gf->bg", x[t], A) + np.einsum("bh,gh->bg", h_t, R) + d
            i, f, o = sigmoid(z[:, :H]), sigmoid(z[:, H:2 * H]), sigmoid(z[:, 3 * H:])
            c_t = f * c_t + i * np.tanh(z[:, 2 * H:3 * H])
            h_t = o * np.tanh(c_t)
            sq.append((h_t - h[t]) ** 2)
        e = np.sqrt(np.mean(sq))
        errors.append(e)
        if best is None or e < best:
            best, best_order = e, p
    return np.array(errors, dtype=h.dtype), np.array(best_order)


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


def w_order_the_other_way(x, h, W_ih, W_hh, b):
    # p[k] = which gate block k is
    orders = list(itertools.permutations(range(4)))
    errors = []
    for p in orders:
        where = [p.index(gate) for gate in range(4)]
        errors.append(np.sqrt(np.mean((_run(where, x, W_ih, W_hh, b) - h) ** 2)))
    errors = np.array(errors)
    return errors, np.array(orders[errors.argmin()])


def w_from_the_recording(x, h, W_ih, W_hh, b):
    T, B, H = h.shape
    before = np.concatenate([np.zeros((1, B, H), h.dtype), h[:-1]])
    a = (x @ W_ih.T + before @ W_hh.T + b).reshape(T, B, 4, H)
    orders = list(itertools.permutations(range(4)))
    errors = np.empty(24, h.dtype)
    for n, (i, f, g, o) in enumerate(orders):
        c = np.zeros((B, H), h.dtype)
        out = np.empty_like(h)
        for t in range(T):
            c = sigmoid(a[t, :, f]) * c + sigmoid(a[t, :, i]) * np.tanh(a[t, :, g])
            out[t] = sigmoid(a[t, :, o]) * np.tanh(c)
        errors[n] = np.sqrt(np.mean((out - h) ** 2))
    return errors, np.array(orders[errors.argmin()])


def w_mse(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = np.array([np.mean((_run(p, x, W_ih, W_hh, b) - h) ** 2) for p in orders])
    return errors, np.array(orders[errors.argmin()])


def w_last_state_only(x, h, W_ih, W_hh, b):
    # return_sequences=False
    orders = list(itertools.permutations(range(4)))
    errors = np.array([np.sqrt(np.mean((_run(p, x, W_ih, W_hh, b)[-1] - h[-1]) ** 2)) for p in orders])
    return errors, np.array(orders[errors.argmin()])


def w_state_goes_on(x, h, W_ih, W_hh, b):
    T, B, H = h.shape
    orders = list(itertools.permutations(range(4)))
    errors = np.zeros(24, x.dtype)
    h_t = np.zeros((B, H), x.dtype)
    c_t = np.zeros((B, H), x.dtype)
    for n, order in enumerate(orders):
        sq = 0
        for t in range(T):
            a = x[t] @ W_ih.T + h_t @ W_hh.T + b
            i, f, g, o = (a[:, k * H:(k + 1) * H] for k in order)
            c_t = sigmoid(f) * c_t + sigmoid(i) * np.tanh(g)
            h_t = sigmoid(o) * np.tanh(c_t)
            sq += ((h_t - h[t]) ** 2).sum()
        errors[n] = np.sqrt(sq / (T * B * H))
    return errors, np.array(orders[errors.argmin()])


def w_number_of_the_best(x, h, W_ih, W_hh, b):
    errors = np.array([np.sqrt(np.mean((_run(p, x, W_ih, W_hh, b) - h) ** 2))
                       for p in itertools.permutations(range(4))])
    return errors, np.argmin(errors)


def w_bias_left_out(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = np.array([np.sqrt(np.mean((_run(p, x, W_ih, W_hh, 0) - h) ** 2)) for p in orders])
    return errors, np.array(orders[errors.argmin()])


def w_cell_without_tanh(x, h, W_ih, W_hh, b):
    H = W_hh.shape[1]
    orders = list(itertools.permutations(range(4)))
    errors = []
    for p in orders:
        h_t = c_t = np.zeros_like(h[0])
        out = []
        for x_t in x:
            i, f, g, o = [np.split(x_t @ W_ih.T + h_t @ W_hh.T + b, 4, axis=-1)[k] for k in p]
            c_t = sigmoid(f) * c_t + sigmoid(i) * np.tanh(g)
            h_t = sigmoid(o) * c_t
            out.append(h_t)
        errors.append(np.sqrt(np.mean((np.array(out) - h) ** 2)))
    errors = np.array(errors)
    return errors, np.array(orders[errors.argmin()])


def w_keras_batch_first(x, h, W_ih, W_hh, b):
    B, T, F = x.shape
    H = h.shape[-1]
    orders = list(itertools.permutations(range(4)))
    errors = []
    for p in orders:
        h_t = c_t = np.zeros((B, H), x.dtype)
        out = np.zeros_like(h)
        for t in range(T):
            a = x[:, t] @ W_ih.T + h_t @ W_hh.T + b
            i, f, g, o = (a[:, k * H:(k + 1) * H] for k in p)
            c_t = sigmoid(f) * c_t + sigmoid(i) * np.tanh(g)
            h_t = sigmoid(o) * np.tanh(c_t)
            out[:, t] = h_t
        errors.append(np.sqrt(np.mean((out - h) ** 2)))
    errors = np.array(errors)
    return errors, np.array(orders[errors.argmin()])


def w_rounded_like_the_recording(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = np.array([np.sqrt(np.mean((_run(p, x, W_ih, W_hh, b).round(3) - h) ** 2)) for p in orders])
    return errors, np.array(orders[errors.argmin()])


def w_norm_over_units(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = []
    for p in orders:
        d = _run(p, x, W_ih, W_hh, b) - h
        errors.append(np.linalg.norm(d, axis=-1).mean())
    errors = np.array(errors)
    return errors, np.array(orders[errors.argmin()])


def w_subtracted_in_the_recording(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = []
    for p in orders:
        d = h
        d -= _run(p, x, W_ih, W_hh, b)
        errors.append(np.sqrt(np.mean(d ** 2)))
    errors = np.array(errors)
    return errors, np.array(orders[errors.argmin()])


RIGHT = {
    "loop_over_orders": r_loop_over_orders,
    "states_in_a_list": r_states_in_a_list,
    "weights_put_in_order": r_weights_put_in_order,
}
WRONG = {
    "order_the_other_way": (
        w_order_the_other_way,
        "An order is read as the gate of each block, instead of the block of each gate: the inverse permutation.",
        "Take ONNX's blocks i, o, f, g: which four numbers do you give, and which does the task?",
    ),
    "from_the_recording": (
        w_from_the_recording,
        "Each step begins from the recorded state, not from the LSTM's own.",
        "In the formula, which h does W_hh meet: the recorded one or the one with a hat?",
    ),
    "mse": (
        w_mse,
        "The root is missing: the errors are mean squares.",
        "Compare your errors with the formula from the outside in.",
    ),
    "last_state_only": (
        w_last_state_only,
        "Only the last step's states are compared.",
        "Over what does the sum in the formula run? Change h[0]. Do your errors change?",
    ),
    "state_goes_on": (
        w_state_goes_on,
        "h and c are set to zero once, before all orders: each order begins with the last one's state.",
        "What is h_t at the first step of the second order?",
    ),
    "number_of_the_best": (
        w_number_of_the_best,
        "order is the place of the best order among the 24, not its four numbers.",
        "How many numbers is order to have?",
    ),
    "bias_left_out": (
        w_bias_left_out,
        "b is not added.",
        "Change b. Do your errors change?",
    ),
    "cell_without_tanh": (
        w_cell_without_tanh,
        "The state is sigmoid(o) times c, without tanh.",
        "Compare your line for h with the second formula. Can your h be larger than 1?",
    ),
    "keras_batch_first": (
        w_keras_batch_first,
        "The first axis is taken for the examples and the second for the steps.",
        "What are the three axes of x in the docstring? Which of them does your loop run over?",
    ),
    "rounded_like_the_recording": (
        w_rounded_like_the_recording,
        "The LSTM's own states are rounded to three digits too before they are compared.",
        "Does the formula round the states with a hat?",
    ),
    "norm_over_units": (
        w_norm_over_units,
        "The error is the mean distance of the vectors of states, over steps and examples, not the root of the mean square of all numbers.",
        "By how many numbers does the formula divide, and when is the root taken?",
    ),
    "subtracted_in_the_recording": (
        w_subtracted_in_the_recording,
        "d is h itself, and -= changes it: each order is measured against what the ones before left of the recording.",
        "After d = h, how many arrays are there? Print h after the first order.",
    ),
}
