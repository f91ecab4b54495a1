"""notations.find_order"""
import itertools

import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


def cell(x, h, c, W_ih, W_hh, b, order):
    blocks = np.split(x @ W_ih.T + h @ W_hh.T + b, 4, axis=-1)
    i, f, g, o = (blocks[k] for k in order)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def r_plain(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = []
    for order in orders:
        hh = np.zeros_like(h[0])
        cc = np.zeros_like(h[0])
        out = []
        for t in range(len(x)):
            hh, cc = cell(x[t], hh, cc, W_ih, W_hh, b, order)
            out.append(hh)
        errors.append(np.sqrt(np.mean((np.array(out) - h) ** 2)))
    errors = np.array(errors)
    return errors, np.array(orders[np.argmin(errors)])


def r_reorder_the_weights(x, h, W_ih, W_hh, b):
    T, B, H = h.shape

    def run(W, R, d):
        s = np.zeros((B, H), x.dtype)
        c = np.zeros((B, H), x.dtype)
        total = 0
        for xt, ht in zip(x, h):
            a = np.einsum("bf,af->ba", xt, W) + np.einsum("bh,ah->ba", s, R) + d
            c = sigmoid(a[:, H:2 * H]) * c + sigmoid(a[:, :H]) * np.tanh(a[:, 2 * H:3 * H])
            s = sigmoid(a[:, 3 * H:]) * np.tanh(c)
            total = total + ((s - ht) ** 2).sum()
        return np.sqrt(total / (T * B * H))

    errors = np.zeros(24, dtype=x.dtype)
    best, best_error = None, np.inf
    for n, order in enumerate(itertools.permutations(range(4))):
        rows = np.concatenate([np.arange(k * H, (k + 1) * H) for k in order])
        errors[n] = run(W_ih[rows], W_hh[rows], b[rows])
        if errors[n] < best_error:
            best, best_error = order, errors[n]
    return errors, np.array(best)


def r_recursive(x, h, W_ih, W_hh, b):
    def states(t, order):
        if t < 0:
            z = np.zeros_like(h[0])
            return [], z, z
        out, hp, cp = states(t - 1, order)
        hp, cp = cell(x[t], hp, cp, W_ih, W_hh, b, order)
        return out + [hp], hp, cp

    table = {}
    for order in itertools.permutations(range(4)):
        out = np.stack(states(len(x) - 1, order)[0])
        table[order] = ((out - h) ** 2).mean() ** 0.5
    errors = np.array(list(table.values()), dtype=h.dtype)
    return errors, np.array(min(table, key=table.get))


def w_recorded_states(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = []
    for order in orders:
        c = np.zeros_like(h[0])
        prev = np.zeros_like(h[0])
        out = np.zeros_like(h)
        for t in range(len(x)):
            out[t], c = cell(x[t], prev, c, W_ih, W_hh, b, order)
            prev = h[t]
        errors.append(np.sqrt(np.mean((out - h) ** 2)))
    return np.array(errors), np.array(orders[np.argmin(errors)])


def w_never_reset(x, h, W_ih, W_hh, b):
    orders = list(itertools.permutations(range(4)))
    errors = []
    s, c = np.zeros_like(h[0]), np.zeros_like(h[0])
    for order in orders:
        out = np.zeros_like(h)
        for t in range(len(x)):
            s, c = cell(x[t], s, c, W_ih, W_hh, b, order)
            out[t] = s
        errors.append(np.sqrt(np.mean((out - h) ** 2)))
    return np.array(errors), np.array(orders[np.argmin(errors)])


def run(x, h, W_ih, W_hh, b, order):
    s, c = np.zeros_like(h[0]), np.zeros_like(h[0])
    out = np.zeros_like(h)
    for t in range(len(x)):
        s, c = cell(x[t], s, c, W_ih, W_hh, b, order)
        out[t] = s
    return out


ORDERS = list(itertools.permutations(range(4)))


def w_no_root(x, h, W_ih, W_hh, b):
    errors = np.array([np.mean((run(x, h, W_ih, W_hh, b, o) - h) ** 2) for o in ORDERS])
    return errors, np.array(ORDERS[errors.argmin()])


def w_last_state(x, h, W_ih, W_hh, b):
    errors = np.array([np.sqrt(np.mean((run(x, h, W_ih, W_hh, b, o)[-1] - h[-1]) ** 2)) for o in ORDERS])
    return errors, np.array(ORDERS[errors.argmin()])


def w_gates_of_blocks(x, h, W_ih, W_hh, b):
    errors = []
    for order in ORDERS:
        s, c = np.zeros_like(h[0]), np.zeros_like(h[0])
        out = []
        for xt in x:
            a = np.split(xt @ W_ih.T + s @ W_hh.T + b, 4, axis=1)
            gate = {}
            for k in range(4):
                gate["ifgo"[order[k]]] = a[k]
            c = sigmoid(gate["f"]) * c + sigmoid(gate["i"]) * np.tanh(gate["g"])
            s = sigmoid(gate["o"]) * np.tanh(c)
            out.append(s)
        errors.append(np.sqrt(np.mean((np.stack(out) - h) ** 2)))
    errors = np.array(errors)
    return errors, np.array(ORDERS[errors.argmin()])


def w_number_of_the_order(x, h, W_ih, W_hh, b):
    errors = np.array([np.sqrt(np.mean((run(x, h, W_ih, W_hh, b, o) - h) ** 2)) for o in ORDERS])
    return errors, np.argmin(errors)


def w_stops_when_found(x, h, W_ih, W_hh, b):
    errors = np.full(24, np.inf, dtype=x.dtype)
    for n, o in enumerate(ORDERS):
        errors[n] = np.sqrt(np.mean((run(x, h, W_ih, W_hh, b, o) - h) ** 2))
        if errors[n] < 1e-3:
            break
    return errors, np.array(ORDERS[np.argmin(errors)])


def w_hard_sigmoid(x, h, W_ih, W_hh, b):
    # recurrent_activation of old Keras
    hs = lambda a: np.clip(a * a.dtype.type(0.2) + a.dtype.type(0.5), 0, 1)
    errors = []
    for order in ORDERS:
        s, c = np.zeros_like(h[0]), np.zeros_like(h[0])
        out = np.zeros_like(h)
        for t in range(len(x)):
            blocks = np.split(x[t] @ W_ih.T + s @ W_hh.T + b, 4, axis=-1)
            i, f, g, o = (blocks[k] for k in order)
            c = hs(f) * c + hs(i) * np.tanh(g)
            s = hs(o) * np.tanh(c)
            out[t] = s
        errors.append(np.sqrt(np.mean((out - h) ** 2)))
    errors = np.array(errors)
    return errors, np.array(ORDERS[errors.argmin()])


def w_rounded_too(x, h, W_ih, W_hh, b):
    # the recording is rounded, so round ours as well
    errors = np.array([np.sqrt(np.mean((np.round(run(x, h, W_ih, W_hh, b, o), 3) - h) ** 2)) for o in ORDERS])
    return errors, np.array(ORDERS[errors.argmin()])


def w_norm_of_all(x, h, W_ih, W_hh, b):
    errors = np.array([np.linalg.norm(run(x, h, W_ih, W_hh, b, o) - h) for o in ORDERS])
    return errors, np.array(ORDERS[errors.argmin()])


def w_one_example(x, h, W_ih, W_hh, b):
    x, h = x[:, 0], h[:, 0]
    errors = np.array([np.sqrt(np.mean((run(x, h, W_ih, W_hh, b, o) - h) ** 2)) for o in ORDERS])
    return errors, np.array(ORDERS[errors.argmin()])


def w_double_start(x, h, W_ih, W_hh, b):
    T, B, H = h.shape
    errors = np.zeros(24)
    for n, order in enumerate(ORDERS):
        s, c = np.zeros((B, H)), np.zeros((B, H))
        sq = 0.0
        for t in range(T):
            s, c = cell(x[t], s, c, W_ih, W_hh, b, order)
            sq += np.sum((s - h[t]) ** 2)
        errors[n] = np.sqrt(sq / (T * B * H))
    return errors, np.array(ORDERS[errors.argmin()])


RIGHT = {"plain": r_plain, "reorder_the_weights": r_reorder_the_weights, "recursive": r_recursive}
WRONG = {
    "recorded_states": (w_recorded_states, "each step starts from the recorded state instead of the LSTM's own", "From which state does each of your steps start, and which has the hat in the task?"),
    "never_reset": (w_never_reset, "the state is not set to zero before the next order", "From which state does the second of the 24 runs begin?"),
    "no_root": (w_no_root, "the square root is missing", "Compare your error with the formula, from outside in."),
    "last_state": (w_last_state, "only the last step's states are compared", "Over what does the sum in the error go?"),
    "gates_of_blocks": (w_gates_of_blocks, "an order is read as the gate of each block instead of the block of each gate", "What do ONNX's blocks i, o, f, g give in your reading? Compare with the example by hand."),
    "number_of_the_order": (w_number_of_the_order, "the position of the best order in the list is returned instead of its four numbers", "What does the docstring say that order is?"),
    "stops_when_found": (w_stops_when_found, "the search ends at the first small error, so the later errors are missing", "How many of the 24 errors have you measured?"),
    "hard_sigmoid": (w_hard_sigmoid, "the gates use Keras's old hard sigmoid", "Which function squashes the gates in the task?"),
    "rounded_too": (w_rounded_too, "the computed states are rounded to three digits before they are compared", "Does the error's formula round the states with the hat?"),
    "norm_of_all": (w_norm_of_all, "the sum of squares is not divided by T B H", "What happens to your error where the recording is twice as long?"),
    "one_example": (w_one_example, "only the first example of the batch is compared", "Over what does the sum in the error go?"),
    "double_start": (w_double_start, "the first state and the errors are float64, whatever dtype came in", "Look at the dtype of the errors for float32."),
}
