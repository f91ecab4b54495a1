"""reservoir.free_run"""
import numpy as np


# ---------------------------------------------------------------- right

def r_one_loop(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    S = u.shape[0]
    one = np.ones((B, 1), dtype=x.dtype)
    h = np.zeros((B, W_hh.shape[0]), dtype=x.dtype)
    preds = []
    for t in range(S):
        x_t = x[t] if t < T else preds[-1]
        z = np.concatenate([x_t, u[t]], axis=1)
        h = (1 - a) * h + a * np.tanh(z @ W_ih.T + h @ W_hh.T + b)
        if t >= T - 1:
            preds.append(x_t + np.concatenate([h, z, one], axis=1) @ W_ho.T)
    return np.stack(preds), h


def r_two_phases(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    S, _, C = u.shape
    N = len(b)

    def update(h, xt, ut):
        return (1 - a) * h + a * np.tanh(np.hstack((xt, ut)) @ W_ih.T + h @ W_hh.T + b)

    def predict(h, xt, ut):
        ext = np.hstack((h, xt, ut, np.ones((B, 1), dtype=x.dtype)))
        return xt + ext @ W_ho.T

    # listening
    h = np.zeros((B, N), dtype=x.dtype)
    for t in range(T):
        h = update(h, x[t], u[t])
    x_hat = np.empty((S - T + 1, B, K), dtype=x.dtype)
    x_hat[0] = predict(h, x[T - 1], u[T - 1])
    # on its own
    for j in range(1, S - T + 1):
        h = update(h, x_hat[j - 1], u[T + j - 1])
        x_hat[j] = predict(h, x_hat[j - 1], u[T + j - 1])
    return x_hat, h


def r_blocks_of_weights(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    N = W_hh.shape[0]
    C = u.shape[2]
    Wx, Wu = W_ih[:, :K], W_ih[:, K:]
    Vh, Vx, Vu, v1 = W_ho[:, :N], W_ho[:, N : N + K], W_ho[:, N + K : N + K + C], W_ho[:, -1]
    drive = np.einsum("nc,tbc->tbn", Wu, u) + b
    h = np.zeros((B, N), x.dtype)
    cur = x[0]
    out = []
    for t in range(len(u)):
        pre = drive[t] + cur @ Wx.T + h @ W_hh.T
        h = h + a * (np.tanh(pre) - h)
        nxt = cur + h @ Vh.T + cur @ Vx.T + u[t] @ Vu.T + v1
        if t + 1 >= T:
            out.append(nxt)
            cur = nxt
        else:
            cur = x[t + 1]
    return np.array(out), h


# ---------------------------------------------------------------- wrong

def _step(h, z, W_ih, W_hh, b, a):
    return (1 - a) * h + a * np.tanh(z @ W_ih.T + h @ W_hh.T + b)


def _ext(h, z):
    return np.concatenate([h, z, np.ones((len(h), 1), dtype=h.dtype)], axis=1)


def w_value_not_change(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), dtype=x.dtype)
    out = []
    for t in range(len(u)):
        xt = x[t] if t < T else out[-1]
        z = np.concatenate([xt, u[t]], axis=1)
        h = _step(h, z, W_ih, W_hh, b, a)
        if t >= T - 1:
            out.append(_ext(h, z) @ W_ho.T)
    return np.stack(out), h


def w_state_reset(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), dtype=x.dtype)
    for t in range(T):
        z = np.concatenate([x[t], u[t]], axis=1)
        h = _step(h, z, W_ih, W_hh, b, a)
    out = [x[T - 1] + _ext(h, z) @ W_ho.T]
    h = np.zeros_like(h)
    for t in range(T, len(u)):
        z = np.concatenate([out[-1], u[t]], axis=1)
        h = _step(h, z, W_ih, W_hh, b, a)
        out.append(out[-1] + _ext(h, z) @ W_ho.T)
    return np.stack(out), h


def w_first_prediction_dropped(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), dtype=x.dtype)
    out = []
    for t in range(len(u)):
        if t < T:
            xt = x[t]
        z = np.concatenate([xt, u[t]], axis=1)
        h = _step(h, z, W_ih, W_hh, b, a)
        xt = xt + _ext(h, z) @ W_ho.T
        if t >= T:
            out.append(xt)
    return np.array(out, dtype=x.dtype).reshape(-1, B, K), h


def w_u_from_the_start_again(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    S = len(u)
    h = np.zeros((B, len(b)), dtype=x.dtype)
    for t in range(T):
        z = np.concatenate([x[t], u[t]], axis=1)
        h = _step(h, z, W_ih, W_hh, b, a)
    out = [x[-1] + _ext(h, z) @ W_ho.T]
    for t in range(S - T):
        z = np.concatenate([out[-1], u[t]], axis=1)
        h = _step(h, z, W_ih, W_hh, b, a)
        out.append(out[-1] + _ext(h, z) @ W_ho.T)
    return np.stack(out), h


def w_known_first(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), dtype=x.dtype)
    out = []
    for t in range(len(u)):
        xt = x[t] if t < T else out[-1]
        z = np.concatenate([u[t], xt], axis=1)
        h = _step(h, z, W_ih, W_hh, b, a)
        if t >= T - 1:
            out.append(xt + _ext(h, z) @ W_ho.T)
    return np.stack(out), h


def w_constant_first(x, u, W_ih, W_hh, b, a, W_ho):
    # Wout . vstack((1, u, x)) as in the demo
    T, B, K = x.shape
    h = np.zeros((B, len(b)), dtype=x.dtype)
    one = np.ones((B, 1), dtype=x.dtype)
    out = []
    for t in range(len(u)):
        xt = x[t] if t < T else out[-1]
        z = np.concatenate([xt, u[t]], axis=1)
        h = _step(h, z, W_ih, W_hh, b, a)
        if t >= T - 1:
            out.append(xt + np.concatenate([one, z, h], axis=1) @ W_ho.T)
    return np.stack(out), h


def w_state_of_step_before(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), dtype=x.dtype)
    out = []
    for t in range(len(u)):
        xt = x[t] if t < T else out[-1]
        z = np.concatenate([xt, u[t]], axis=1)
        if t >= T - 1:
            out.append(xt + _ext(h, z) @ W_ho.T)
        h = _step(h, z, W_ih, W_hh, b, a)
    return np.stack(out), h


def w_plus_equals(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), dtype=x.dtype)
    out = []
    for t in range(len(u)):
        if t < T:
            xt = x[t]
        z = np.concatenate([xt, u[t]], axis=1)
        h = _step(h, z, W_ih, W_hh, b, a)
        if t >= T - 1:
            xt += _ext(h, z) @ W_ho.T
            out.append(xt.copy())
    return np.stack(out), h


def w_reads_the_change(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), dtype=x.dtype)
    out = []
    for t in range(len(u)):
        xt = x[t] if t < T else delta
        z = np.concatenate([xt, u[t]], axis=1)
        h = _step(h, z, W_ih, W_hh, b, a)
        delta = _ext(h, z) @ W_ho.T
        if t == T - 1:
            out.append(x[t] + delta)
        elif t >= T:
            out.append(out[-1] + delta)
    return np.stack(out), h


def w_all_predictions(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), dtype=x.dtype)
    out = []
    for t in range(len(u)):
        xt = x[t] if t < T else out[-1]
        z = np.concatenate([xt, u[t]], axis=1)
        h = _step(h, z, W_ih, W_hh, b, a)
        out.append(xt + _ext(h, z) @ W_ho.T)
    return np.stack(out), h


def w_u_held(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    S = len(u)
    h = np.zeros((B, len(b)), dtype=x.dtype)
    for t in range(T):
        z = np.concatenate([x[t], u[t]], axis=1)
        h = _step(h, z, W_ih, W_hh, b, a)
    out = [x[-1] + _ext(h, z) @ W_ho.T]
    while len(out) < S - T + 1:
        z = np.concatenate([out[-1], u[T - 1]], axis=1)
        h = _step(h, z, W_ih, W_hh, b, a)
        out.append(out[-1] + _ext(h, z) @ W_ho.T)
    return np.stack(out), h


def w_tanh_of_leaky_sum(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), dtype=x.dtype)
    out = []
    for t in range(len(u)):
        xt = x[t] if t < T else out[-1]
        z = np.concatenate([xt, u[t]], axis=1)
        h = np.tanh((1 - a) * h + a * (z @ W_ih.T + h @ W_hh.T + b))
        if t >= T - 1:
            out.append(xt + _ext(h, z) @ W_ho.T)
    return np.stack(out), h


RIGHT = {
    "one_loop": r_one_loop,
    "two_phases": r_two_phases,
    "blocks_of_weights": r_blocks_of_weights,
}
WRONG = {
    "value_not_change": (
        w_value_not_change,
        "the readout is taken for the next value; it is the change of it",
        "What does the readout say, the next value or by how much it changes?",
    ),
    "state_reset": (
        w_state_reset,
        "the state is set to zeros before the network runs on its own",
        "With which state does the first step after T begin?",
    ),
    "first_prediction_dropped": (
        w_first_prediction_dropped,
        "the prediction of step T + 1, made from the last measured value, is dropped",
        "How many predictions are returned if S = T?",
    ),
    "u_from_the_start_again": (
        w_u_from_the_start_again,
        "after step T the known inputs are read from the first row again",
        "Which row of u belongs to step T + 1?",
    ),
    "known_first": (
        w_known_first,
        "u stands before x",
        "Which stands on top in the vector that the reservoir reads?",
    ),
    "constant_first": (
        w_constant_first,
        "the readout gets constant, input, state in place of state, input, constant",
        "Compare the order of what W_ho multiplies with the equation.",
    ),
    "state_of_step_before": (
        w_state_of_step_before,
        "the readout uses h_{t-1}: the state is updated after it",
        "When you predict at step t, has the reservoir read x_t yet?",
    ),
    "plus_equals": (
        w_plus_equals,
        "+= on x[T - 1], which is a view: the argument x changes",
        "Look at the last row of x after the call.",
    ),
    "reads_the_change": (
        w_reads_the_change,
        "the reservoir reads the predicted change in place of the predicted value",
        "What is x_t in the steps after T?",
    ),
    "all_predictions": (
        w_all_predictions,
        "the predictions of all S steps are returned",
        "For which steps are predictions asked? How many are they?",
    ),
    "u_held": (
        w_u_held,
        "the last known input of the measured part is held",
        "u has S rows. Which of them do you read?",
    ),
    "tanh_of_leaky_sum": (
        w_tanh_of_leaky_sum,
        "the leak is inside tanh",
        "Where in the equation does (1 - a) h stand, inside tanh or outside?",
    ),
}
