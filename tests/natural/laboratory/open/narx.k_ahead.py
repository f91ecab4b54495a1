"""As students of control in the lab: predict of MATLAB with a horizon k, one trajectory for each start."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _net(phi, W_ih, b_ih, W_ho, b_ho):
    return np.tanh(phi @ W_ih.T + b_ih) @ W_ho + b_ho


@right("a_short_record_for_each_t")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    T, B = y.shape
    n_u = W_ih.shape[1] - n_y
    S = max(n_y, n_u)
    out = np.zeros((T - S - k + 1, B), dtype=y.dtype)
    for t in range(S + k - 1, T):
        z = y.copy()
        for q in range(t - k + 1, t + 1):
            phi = np.concatenate([z[q - n_y : q][::-1], u[q - n_u : q][::-1]])  # columns are records
            z[q] = W_ho @ np.tanh(W_ih @ phi + b_ih[:, None]) + b_ho
        out[t - (S + k - 1)] = z[t]
    return out


@right("record_by_record")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    T, B = y.shape
    n_u = W_ih.shape[1] - n_y
    S = max(n_y, n_u)
    out = np.zeros((T - S - k + 1, B), dtype=y.dtype)
    for b in range(B):
        for i in range(out.shape[0]):
            start = S + i  # first predicted step
            past = [y[start - j, b] for j in range(1, n_y + 1)]
            for q in range(start, start + k):
                phi = np.array(past + [u[q - j, b] for j in range(1, n_u + 1)])
                p = _net(phi, W_ih, b_ih, W_ho, b_ho)
                past = [p] + past[:-1]
            out[i, b] = p
    return out


@right("all_starts_at_once")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    T, B = y.shape
    n_u = W_ih.shape[1] - n_y
    S = max(n_y, n_u)
    t0 = np.arange(S, T - k + 1)
    past = np.stack([y[t0 - j] for j in range(1, n_y + 1)], axis=-1)
    for h in range(k):
        uu = np.stack([u[t0 + h - j] for j in range(1, n_u + 1)], axis=-1) if n_u else past[..., :0]
        p = _net(np.concatenate([past, uu], axis=-1), W_ih, b_ih, W_ho, b_ho)
        past = np.concatenate([p[..., None], past[..., :-1]], axis=-1)
    return p


@right("table_of_horizons")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    # P[h][t]: y_t predicted h steps ahead, P[0] is what was measured
    T, B = y.shape
    n_u = W_ih.shape[1] - n_y
    S = max(n_y, n_u)
    P = [y.copy()]
    for h in range(1, k + 1):
        Ph = np.full_like(y, np.nan)
        for t in range(S + h - 1, T):
            reg = [P[max(h - j, 0)][t - j] for j in range(1, n_y + 1)]
            reg += [u[t - j] for j in range(1, n_u + 1)]
            Ph[t] = _net(np.array(reg).T, W_ih, b_ih, W_ho, b_ho)
        P.append(Ph)
    return P[k][S + k - 1 :]


@right("recursive")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u = W_ih.shape[1] - n_y
    S = max(n_y, n_u)

    def value(t, last):
        if t <= last:
            return y[t]
        reg = np.stack([value(t - j, last) for j in range(1, n_y + 1)] + [u[t - j] for j in range(1, n_u + 1)], axis=1)
        return _net(reg, W_ih, b_ih, W_ho, b_ho)

    return np.stack([value(t, t - k) for t in range(S + k - 1, len(y))])


def _way(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k, first, steps, un=None, last=0):
    """Predictions for each step t from `first`, on the way of `steps` steps that ends in t."""
    n_u = W_ih.shape[1] - n_y
    out = []
    for t in range(first, len(y)):
        z = y.copy()
        for q in range(t - steps + 1, t + 1):
            reg = [z[q - j] for j in range(1, n_y + 1)] + [
                u[min(q - j, t - k) if un else q - j] for j in range(1, n_u + 1)
            ]
            z[q] = _net(np.stack(reg, axis=1), W_ih, b_ih, W_ho, b_ho)
        out.append(z[t])
    return np.array(out)


@wrong(
    "always_one_step_ahead",
    "One step ahead whatever k is; only the start is cut.",
    "Change y[t-1] alone. With k = 3, may the prediction of y_t change?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    S = max(n_y, W_ih.shape[1] - n_y)
    return _way(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k, S + k - 1, 1)


@wrong(
    "one_step_too_many",
    "k + 1 steps on the way: the last measured output is y_{t-k-1}.",
    "With k = 1, is y[t-1] used as it was measured?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    S = max(n_y, W_ih.shape[1] - n_y)
    n = len(y) - S - k + 1
    out = _way(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k, S + k, k + 1)
    return np.concatenate([_way(y[: S + k], u[: S + k], W_ih, b_ih, W_ho, b_ho, n_y, k, S + k - 1, k), out])[:n]


@wrong(
    "one_step_too_few",
    "k - 1 steps on the way: y_{t-k+1} is still a measured one.",
    "With k = 2, which is the last measured output that you use?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    S = max(n_y, W_ih.shape[1] - n_y)
    return _way(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k, S + k - 1, max(k - 1, 1))


@wrong(
    "free_run_from_the_start",
    "One free run from the start: the way does not begin anew for each t.",
    "For a late t, does y_{t-k} still matter in your run?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u = W_ih.shape[1] - n_y
    S = max(n_y, n_u)
    z = y.copy()
    for t in range(S, len(y)):
        reg = [z[t - j] for j in range(1, n_y + 1)] + [u[t - j] for j in range(1, n_u + 1)]
        z[t] = _net(np.stack(reg, axis=1), W_ih, b_ih, W_ho, b_ho)
    return z[S + k - 1 :]


@wrong(
    "restarted_every_k_steps",
    "Starts anew only every k steps, in blocks: within a block the horizon runs from 1 to k.",
    "How many steps ahead is the first prediction of a block?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u = W_ih.shape[1] - n_y
    S = max(n_y, n_u)
    out = y.copy()
    z = y.copy()
    for t in range(S, len(y)):
        if (t - S) % k == 0:
            z = y.copy()
        reg = [z[t - j] for j in range(1, n_y + 1)] + [u[t - j] for j in range(1, n_u + 1)]
        z[t] = _net(np.stack(reg, axis=1), W_ih, b_ih, W_ho, b_ho)
        out[t] = z[t]
    return out[S + k - 1 :]


@wrong(
    "inputs_held",
    "Inputs after step t-k are held at their last value, as if they were not known.",
    "Inputs are known at all steps. Which u do you use in the last step of the way?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    S = max(n_y, W_ih.shape[1] - n_y)
    return _way(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k, S + k - 1, k, un=True)


@wrong("oldest_first", "Regressors oldest first.", "Which column of W_ih belongs to y[t-1]? And in your vector?")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    W = np.concatenate([W_ih[:, :n_y][:, ::-1], W_ih[:, n_y:][:, ::-1]], axis=1)
    S = max(n_y, W_ih.shape[1] - n_y)
    return _way(y, u, W, b_ih, W_ho, b_ho, n_y, k, S + k - 1, k)


@wrong(
    "inputs_before_outputs",
    "The inputs stand before the outputs.",
    "Which columns of W_ih belong to the outputs by the task?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u = W_ih.shape[1] - n_y
    W = np.concatenate([W_ih[:, n_u:], W_ih[:, :n_u]], axis=1)
    S = max(n_y, n_u)
    return _way(y, u, W, b_ih, W_ho, b_ho, n_y, k, S + k - 1, k)


@wrong(
    "input_of_the_same_step",
    "Uses u_t, ..., u_{t-n_u+1}: the inputs are one step too new.",
    "Which is the newest input in the regressors of the task?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    S = max(n_y, W_ih.shape[1] - n_y)
    u = np.concatenate([u[1:], u[-1:]])
    return _way(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k, S + k - 1, k)


@wrong(
    "starts_at_S",
    "The predictions start at S, with fewer steps ahead at first.",
    "For t = S, does the way of k steps lie within the record?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    S = max(n_y, W_ih.shape[1] - n_y)
    head = [_way(y[: t + 1], u[: t + 1], W_ih, b_ih, W_ho, b_ho, n_y, k, t, t - S + 1) for t in range(S, S + k - 1)]
    return np.concatenate(head + [_way(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k, S + k - 1, k)])


@wrong("bias_of_the_output_forgotten", "b_ho is forgotten.", "All weights 0: what does the network say?")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    S = max(n_y, W_ih.shape[1] - n_y)
    return _way(y, u, W_ih, b_ih, W_ho, 0.0, n_y, k, S + k - 1, k)


@wrong(
    "only_newest_output_replaced",
    "Only y_{t-1} is replaced by a prediction; the older ones stay measured, though some are later than t-k.",
    "k = 3: is y_{t-2} in your regressors a measured one?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u = W_ih.shape[1] - n_y
    S = max(n_y, n_u)
    out = []
    for t in range(S + k - 1, len(y)):
        p = y[t - k]
        for q in range(t - k + 1, t + 1):
            reg = [p] + [y[q - j] for j in range(2, n_y + 1)] + [u[q - j] for j in range(1, n_u + 1)]
            p = _net(np.stack(reg, axis=1), W_ih, b_ih, W_ho, b_ho)
        out.append(p)
    return np.array(out)


@wrong(
    "predictions_written_into_y",
    "Writes the predictions into the measured record: later ways start from predictions (and y is changed).",
    "Print y after the call. From what does the way of the next t start?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u = W_ih.shape[1] - n_y
    S = max(n_y, n_u)
    out = []
    for t in range(S + k - 1, len(y)):
        for q in range(t - k + 1, t + 1):
            reg = [y[q - j] for j in range(1, n_y + 1)] + [u[q - j] for j in range(1, n_u + 1)]
            y[q] = _net(np.stack(reg, axis=1), W_ih, b_ih, W_ho, b_ho)
        out.append(y[t].copy())
    return np.array(out)


@wrong(
    "last_t_lost",
    "The last prediction is missing and a step before the first is put in its place.",
    "Which t has your last row? It should be T-1.",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    S = max(n_y, W_ih.shape[1] - n_y)
    out = _way(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k, S + k - 1, k)
    return np.concatenate([y[S + k - 2 : S + k - 1], out[:-1]])
