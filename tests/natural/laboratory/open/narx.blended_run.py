"""As students of control in the lab: an observer with gain alpha, simulated step by step."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("observer_per_example")
def blended_run(y, u, known, W, b, alpha, n_y):
    T, B, K = y.shape
    y_hat = np.zeros((T - n_y, B, K), dtype=y.dtype)
    fed = np.zeros((T, B, K), dtype=y.dtype)
    fed[:n_y] = y[:n_y]
    for i in range(B):
        for t in range(n_y, T):
            phi = np.zeros(0, dtype=y.dtype)
            for j in range(1, n_y + 1):
                phi = np.append(phi, fed[t - j, i])
            phi = np.append(phi, u[t, i])
            p = W @ phi + b
            y_hat[t - n_y, i] = p
            if known[t, i] == 1:
                fed[t, i] = p + alpha * (y[t, i] - p)
            else:
                fed[t, i] = p
    return y_hat, fed


@right("lists_over_time")
def blended_run(y, u, known, W, b, alpha, n_y):
    fed = [v.copy() for v in y[:n_y]]
    hats = []
    for t in range(n_y, len(y)):
        phi = np.hstack(fed[::-1][:n_y] + [u[t]])
        p = phi @ W.T + b
        hats.append(p)
        fed.append(np.where(known[t][:, None] == 1, (1 - alpha) * p + alpha * y[t], p))
    return np.array(hats), np.array(fed)


@right("column_state")
def blended_run(y, u, known, W, b, alpha, n_y):
    T, B, K = y.shape
    A, Bu = W[:, : n_y * K], W[:, n_y * K :]
    x = np.concatenate([y[n_y - 1 - j].T for j in range(n_y)], axis=0)  # (n_y K, B), newest on top
    y_hat = np.empty((T - n_y, B, K), dtype=y.dtype)
    fed = y.copy()
    for t in range(n_y, T):
        p = A @ x + Bu @ u[t].T + b[:, None]
        f = p.copy()
        m = known[t] == 1
        f[:, m] += alpha * (y[t].T[:, m] - p[:, m])
        x = np.vstack([f, x[:-K]])
        y_hat[t - n_y] = p.T
        fed[t] = f.T
    return y_hat, fed


@right("gain_matrix")
def blended_run(y, u, known, W, b, alpha, n_y):
    T, B, K = y.shape
    gain = np.where(known == 1, alpha, 0).astype(y.dtype)[:, :, None]
    safe = np.where(known[:, :, None] == 1, y, 0).astype(y.dtype)
    fed = np.array(y)
    y_hat = np.zeros_like(y[n_y:])
    for t in range(n_y, T):
        phi = np.concatenate([fed[t - 1 - j] for j in range(n_y)] + [u[t]], axis=1)
        y_hat[t - n_y] = np.einsum("kp,bp->bk", W, phi) + b
        fed[t] = y_hat[t - n_y] + gain[t] * (safe[t] - y_hat[t - n_y])
    return y_hat, fed


@right("a_sum_over_lags")
def blended_run(y, u, known, W, b, alpha, n_y):
    T, B, K = y.shape
    A = [W[:, j * K : (j + 1) * K] for j in range(n_y)]
    G = W[:, n_y * K :]
    fed = y.copy()
    for t in range(n_y, T):
        fed[t] = u[t] @ G.T + b
        for j in range(n_y):
            fed[t] = fed[t] + fed[t - 1 - j] @ A[j].T
        if t == n_y:
            out = fed[t : t + 1].copy()
        else:
            out = np.append(out, fed[t : t + 1], axis=0)
        for i in np.flatnonzero(known[t]):
            fed[t, i] += alpha * (y[t, i] - fed[t, i])
    return out, fed


def _go(y, u, known, W, b, n_y, mix, regress=None, shift=0):
    T, B, K = y.shape
    fed, hat = y.copy(), np.zeros_like(y[n_y:])
    for t in range(n_y, T):
        past = [fed[t - j] for j in range(1, n_y + 1)]
        phi = np.concatenate(past + [u[t - shift]], axis=1) if regress is None else regress(past, u[t])
        p = phi @ W.T + b
        hat[t - n_y] = p
        fed[t] = np.where(known[t][:, None] == 1, mix(p, y[t]), p)
    return hat, fed


@wrong(
    "alpha_reversed",
    "alpha is the share of the prediction, not of the measurement.",
    "alpha = 1: is your run teacher forcing or the free run?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    return _go(y, u, known, W, b, n_y, lambda p, q: alpha * p + (1 - alpha) * q)


@wrong(
    "gaps_not_looked_at",
    "The numbers at missing measurements are blended in too.",
    "known = 0: what stands in y there, and do you use it?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    k = np.ones_like(known)
    return _go(y, u, k, W, b, n_y, lambda p, q: p + alpha * (q - p))


@wrong(
    "gap_blended_with_last_fed",
    "At a gap the last value fed back is held, not the prediction.",
    "What is fed back where nothing was measured?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    T, B, K = y.shape
    fed, hat = y.copy(), np.zeros_like(y[n_y:])
    for t in range(n_y, T):
        p = np.concatenate([fed[t - j] for j in range(1, n_y + 1)] + [u[t]], axis=1) @ W.T + b
        hat[t - n_y] = p
        fed[t] = np.where(known[t][:, None] == 1, p + alpha * (y[t] - p), fed[t - 1])
    return hat, fed


@wrong("oldest_first", "The regressors stand oldest first.", "Which columns of W belong to the newest output?")
def blended_run(y, u, known, W, b, alpha, n_y):
    return _go(
        y,
        u,
        known,
        W,
        b,
        n_y,
        lambda p, q: p + alpha * (q - p),
        lambda past, v: np.concatenate(past[::-1] + [v], axis=1),
    )


@wrong("inputs_first", "The inputs stand before the outputs.", "Which columns of W belong to u_t?")
def blended_run(y, u, known, W, b, alpha, n_y):
    return _go(
        y, u, known, W, b, n_y, lambda p, q: p + alpha * (q - p), lambda past, v: np.concatenate([v] + past, axis=1)
    )


@wrong(
    "input_one_step_late",
    "Takes u_{t-1}, not the input of the same step.",
    "Which input does the task put into the row for step t?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    return _go(y, u, known, W, b, n_y, lambda p, q: p + alpha * (q - p), shift=1)


@wrong(
    "outputs_interleaved",
    "The row holds output 0 at all lags, then output 1: the reshape has the wrong order.",
    "K = 2, n_y = 2: what stands second in the row?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    def reg(past, v):
        return np.concatenate([np.stack(past, axis=2).reshape(len(v), -1), v], axis=1)

    return _go(y, u, known, W, b, n_y, lambda p, q: p + alpha * (q - p), reg)


@wrong(
    "blended_is_returned_as_prediction",
    "y_hat holds what was fed back, not the predictions.",
    "With alpha = 1, should y_hat equal the measurements?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    _, fed = _go(y, u, known, W, b, n_y, lambda p, q: p + alpha * (q - p))
    return fed[n_y:].copy(), fed


@wrong(
    "predictions_fed_without_blend",
    "Feeds the prediction back and blends only in what is returned.",
    "Does alpha change your y_hat? It should, from the second on.",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    hat, fed = _go(y, u, known, W, b, n_y, lambda p, q: p)
    m = known[n_y:, :, None] == 1
    fed = np.concatenate([y[:n_y], np.where(m, hat + alpha * (y[n_y:] - hat), hat)])
    return hat, fed


@wrong(
    "coin_for_each_step",
    "Scheduled sampling: with probability alpha the measurement, else the prediction.",
    "Call it twice. Does it give the same? Which value lies between the two?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    rng = np.random.default_rng(0)
    return _go(y, u, known, W, b, n_y, lambda p, q: q if rng.random() < alpha else p)


@wrong(
    "whole_batch_by_one_mask",
    "A step is blended only if all examples were measured.",
    "Example 0 lacks a measurement. Is example 1 still corrected in that step?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    k = np.repeat(known.all(axis=1)[:, None], known.shape[1], axis=1).astype(int)
    return _go(y, u, k, W, b, n_y, lambda p, q: p + alpha * (q - p))


@wrong("bias_forgotten", "b is forgotten.", "W = 0: what is predicted?")
def blended_run(y, u, known, W, b, alpha, n_y):
    return _go(y, u, known, W, 0 * b, n_y, lambda p, q: p + alpha * (q - p))


@wrong(
    "error_sign",
    "Moves away from the measurement: p - alpha (y - p).",
    "alpha = 1: is what you feed back the measurement?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    return _go(y, u, known, W, b, n_y, lambda p, q: p - alpha * (q - p))


@wrong(
    "fed_without_the_start",
    "fed lacks the first n_y measured outputs.",
    "How many steps has fed by the stub? T or T - n_y?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    hat, fed = _go(y, u, known, W, b, n_y, lambda p, q: p + alpha * (q - p))
    return hat, fed[n_y:].copy()


@wrong(
    "nan_times_zero",
    "Multiplies the error by known: a NaN in a gap stays NaN, since 0 times NaN is NaN.",
    "What is 0 * nan? What may stand in y where nothing was measured?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    T, B, K = y.shape
    fed, hat = y.copy(), np.zeros_like(y[n_y:])
    g = (alpha * known[:, :, None]).astype(y.dtype)
    for t in range(n_y, T):
        p = np.concatenate([fed[t - j] for j in range(1, n_y + 1)] + [u[t]], axis=1) @ W.T + b
        hat[t - n_y] = p
        fed[t] = p + g[t] * (y[t] - p)
    return hat, fed
