"""reservoir.free_run"""
import numpy as np


# ---------------------------------------------------------------- right

def r_columns(x, u, W_ih, W_hh, b, a, W_ho):
    # everything as columns, sequences side by side
    T, B, K = x.shape
    S = u.shape[0]
    h = np.zeros((W_hh.shape[0], B), dtype=x.dtype)
    bias = b.reshape(-1, 1)
    series = [x[t].T for t in range(T)]
    for t in range(S):
        z = np.vstack([series[t], u[t].T])
        h = (1 - a) * h + a * np.tanh(W_ih @ z + W_hh @ h + bias)
        if t >= T - 1:
            ext = np.vstack([h, z, np.ones((1, B), dtype=x.dtype)])
            series.append(series[t] + W_ho @ ext)
    x_hat = np.array([s.T for s in series[T:]])
    return x_hat, h.T.copy()


def r_recursive(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    S = len(u)

    def read(h, xt, t):
        z = np.concatenate((xt, u[t]), axis=-1)
        h = (1 - a) * h + a * np.tanh(np.einsum("ni,bi->bn", W_ih, z) + np.einsum("nm,bm->bn", W_hh, h) + b)
        ext = np.concatenate((h, z, np.ones_like(h[:, :1])), axis=-1)
        return h, xt + np.einsum("ki,bi->bk", W_ho, ext)

    def go_on(h, xt, t):
        h, nxt = read(h, xt, t)
        if t == S - 1:
            return h, [nxt]
        h, later = go_on(h, nxt, t + 1)
        return h, [nxt] + later

    h = np.zeros((B, W_hh.shape[0]), dtype=x.dtype)
    for t in range(T - 1):
        h, _ = read(h, x[t], t)
    h, preds = go_on(h, x[T - 1], T - 1)
    return np.array(preds), h


def r_sequence_by_sequence(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    S = len(u)
    N = len(W_hh)
    x_hat = np.zeros((S - T + 1, B, K), dtype=x.dtype)
    h_out = np.zeros((B, N), dtype=x.dtype)
    for i in range(B):
        h = np.zeros(N, dtype=x.dtype)
        for t in range(S):
            now = x[t, i] if t < T else x_hat[t - T, i]
            z = np.r_[now, u[t, i]]
            h = (1 - a) * h + a * np.tanh(W_ih @ z + W_hh @ h + b)
            if t + 1 >= T:
                x_hat[t + 1 - T, i] = now + W_ho[:, :N] @ h + W_ho[:, N:-1] @ z + W_ho[:, -1]
        h_out[i] = h
    return x_hat, h_out


# ---------------------------------------------------------------- wrong

def res(h, z, W_ih, W_hh, b, a):
    return (1 - a) * h + a * np.tanh(z @ W_ih.T + h @ W_hh.T + b)


def ext(h, z):
    return np.hstack([h, z, np.ones((h.shape[0], 1), dtype=h.dtype)])


def w_last_prediction_missing(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    S = len(u)
    h = np.zeros((B, len(b)), x.dtype)
    out = []
    for t in range(S):
        xt = x[t] if t < T else out[-1]
        z = np.hstack([xt, u[t]])
        h = res(h, z, W_ih, W_hh, b, a)
        if T - 1 <= t < S - 1:
            out.append(xt + ext(h, z) @ W_ho.T)
    return np.array(out, dtype=x.dtype).reshape(-1, B, K), h


def w_state_at_T(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), x.dtype)
    for t in range(T):
        z = np.hstack([x[t], u[t]])
        h = res(h, z, W_ih, W_hh, b, a)
    out = [x[T - 1] + ext(h, z) @ W_ho.T]
    state = h
    for t in range(T, len(u)):
        z = np.hstack([out[-1], u[t]])
        state = res(state, z, W_ih, W_hh, b, a)
        out.append(out[-1] + ext(state, z) @ W_ho.T)
    return np.array(out), h


def w_known_input_of_next_step(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    S = len(u)
    h = np.zeros((B, len(b)), x.dtype)
    out = []
    for t in range(S):
        xt = x[t] if t < T else out[-1]
        # the prediction is for t+1, so take u of t+1
        z = np.hstack([xt, u[min(t + 1, S - 1)]])
        h = res(h, z, W_ih, W_hh, b, a)
        if t >= T - 1:
            out.append(xt + ext(h, z) @ W_ho.T)
    return np.array(out), h


def w_change_from_last_measured(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), x.dtype)
    out = []
    for t in range(len(u)):
        xt = x[t] if t < T else out[-1]
        z = np.hstack([xt, u[t]])
        h = res(h, z, W_ih, W_hh, b, a)
        if t >= T - 1:
            out.append(x[-1] + ext(h, z) @ W_ho.T)
    return np.array(out), h


def w_closed_loop_from_start(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    S = len(u)
    h = np.zeros((B, len(b)), x.dtype)
    xt = x[0]
    out = []
    for t in range(S):
        z = np.hstack([xt, u[t]])
        h = res(h, z, W_ih, W_hh, b, a)
        xt = xt + ext(h, z) @ W_ho.T
        out.append(xt)
    return np.array(out)[T - 1 :], h


def w_no_leak(x, u, W_ih, W_hh, b, a, W_ho):
    # pyESN has no leak
    T, B, K = x.shape
    h = np.zeros((B, len(b)), x.dtype)
    out = []
    for t in range(len(u)):
        xt = x[t] if t < T else out[-1]
        z = np.hstack([xt, u[t]])
        h = np.tanh(np.dot(h, W_hh.T) + np.dot(z, W_ih.T) + b)
        if t >= T - 1:
            out.append(xt + ext(h, z) @ W_ho.T)
    return np.array(out), h


def w_recurrent_turned(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), x.dtype)
    out = []
    for t in range(len(u)):
        xt = x[t] if t < T else out[-1]
        z = np.hstack([xt, u[t]])
        h = (1 - a) * h + a * np.tanh(z @ W_ih.T + h @ W_hh + b)
        if t >= T - 1:
            out.append(xt + ext(h, z) @ W_ho.T)
    return np.array(out), h


def w_first_sequence(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros(len(b), x.dtype)
    out = []
    for t in range(len(u)):
        xt = x[t, 0] if t < T else out[-1]
        z = np.concatenate([xt, u[t, 0]])
        h = (1 - a) * h + a * np.tanh(W_ih @ z + W_hh @ h + b)
        if t >= T - 1:
            out.append(xt + W_ho @ np.concatenate([h, z, np.ones(1, x.dtype)]))
    return np.array(out)[:, None, :], h[None, :]


def w_ones_double(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)))
    out = []
    for t in range(len(u)):
        xt = x[t] if t < T else out[-1]
        z = np.hstack([xt, u[t]])
        h = res(h, z, W_ih, W_hh, b, a)
        if t >= T - 1:
            out.append(xt + np.hstack([h, z, np.ones((B, 1))]) @ W_ho.T)
    return np.array(out), h


def w_one_list_entry(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), x.dtype)
    cur = x[0].copy()
    out = []
    for t in range(len(u)):
        if t < T:
            cur[:] = x[t]
        z = np.hstack([cur, u[t]])
        h = res(h, z, W_ih, W_hh, b, a)
        if t >= T - 1:
            cur += ext(h, z) @ W_ho.T
            out.append(cur)
    return np.array(out), h


def w_leaked_output(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), x.dtype)
    out = []
    for t in range(len(u)):
        xt = x[t] if t < T else out[-1]
        z = np.hstack([xt, u[t]])
        h = res(h, z, W_ih, W_hh, b, a)
        if t >= T - 1:
            out.append((1 - a) * xt + a * (ext(h, z) @ W_ho.T))
    return np.array(out), h


def w_all_states(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    H = [np.zeros((B, len(b)), x.dtype)]
    out = []
    for t in range(len(u)):
        xt = x[t] if t < T else out[-1]
        z = np.hstack([xt, u[t]])
        H.append(res(H[-1], z, W_ih, W_hh, b, a))
        if t >= T - 1:
            out.append(xt + ext(H[-1], z) @ W_ho.T)
    return np.array(out), np.array(H[1:])


RIGHT = {
    "columns": r_columns,
    "recursive": r_recursive,
    "sequence_by_sequence": r_sequence_by_sequence,
}
WRONG = {
    "last_prediction_missing": (
        w_last_prediction_missing,
        "the prediction of step S + 1 is missing",
        "The last step read is S. What does the readout predict there?",
    ),
    "state_at_T": (
        w_state_at_T,
        "h is the state after the measured part, not after step S",
        "Of which step is the state that is to be returned?",
    ),
    "known_input_of_next_step": (
        w_known_input_of_next_step,
        "u of the next step is read beside x_t",
        "Which row of u stands beside x_t in the equation?",
    ),
    "change_from_last_measured": (
        w_change_from_last_measured,
        "the change is always added to the last measured value in place of the present one",
        "To what is the change added in the second step on its own?",
    ),
    "closed_loop_from_start": (
        w_closed_loop_from_start,
        "it reads its own predictions from the second step on, although x was measured up to T",
        "What is x_t in the steps 1 to T?",
    ),
    "no_leak": (
        w_no_leak,
        "the leak rate is not used",
        "What changes in your result if a changes?",
    ),
    "recurrent_turned": (
        w_recurrent_turned,
        "h @ W_hh in place of h @ W_hh.T",
        "With states as rows, which index of W_hh has to be summed over?",
    ),
    "first_sequence": (
        w_first_sequence,
        "only the first sequence is run",
        "What shape has the result for B = 2?",
    ),
    "ones_double": (
        w_ones_double,
        "zeros and ones are float64, so float32 is lost",
        "Which dtype have np.zeros and np.ones if you do not name one?",
    ),
    "one_list_entry": (
        w_one_list_entry,
        "the list holds the same array again and again, so all predictions are the last",
        "Compare x_hat[0] with x_hat[-1]. What does append keep, a copy or the array itself?",
    ),
    "leaked_output": (
        w_leaked_output,
        "the output is leaky too: (1 - a) x_t + a times the readout",
        "Is there an a in the equation of the prediction?",
    ),
    "all_states": (
        w_all_states,
        "the states of all steps are returned",
        "How many states are asked for?",
    ),
}
