"""As programmers who skim: generalised teacher forcing of other code, scheduled sampling, windows kept flat."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("ring_of_outputs")
def blended_run(y, u, known, W, b, alpha, n_y):
    T, B, K = y.shape
    win = [y[n_y - 1 - j] for j in range(n_y)]
    hats, fed = [], list(y[:n_y])
    for t in range(n_y, T):
        hat = np.concatenate([*win, u[t]], -1) @ W.T + b
        f = np.where(known[t, :, None] == 1, hat + alpha * (y[t] - hat), hat)
        hats.append(hat)
        fed.append(f)
        win = [f] + win[:-1]
    return np.stack(hats), np.stack(fed)


@right("flat_window_rolled")
def blended_run(y, u, known, W, b, alpha, n_y):
    T, B, K = y.shape
    flat = y[:n_y][::-1].transpose(1, 0, 2).reshape(B, n_y * K)
    fed, y_hat = y.copy(), np.empty((T - n_y, B, K), y.dtype)
    for t in range(n_y, T):
        y_hat[t - n_y] = np.concatenate([flat, u[t]], 1) @ W.T + b
        fed[t] = y_hat[t - n_y]
        m = known[t] == 1
        fed[t, m] = (1 - alpha) * y_hat[t - n_y, m] + alpha * y[t, m]
        flat = np.concatenate([fed[t], flat[:, : (n_y - 1) * K]], 1)
    return y_hat, fed


@right("weights_as_tensor")
def blended_run(y, u, known, W, b, alpha, n_y):
    T, B, K = y.shape
    A = W[:, : n_y * K].reshape(K, n_y, K)  # out, lag, in
    drive = u @ W[:, n_y * K :].T + b
    fed = y.copy()
    hat = np.zeros_like(y[n_y:])
    for t in range(n_y, T):
        hat[t - n_y] = drive[t] + np.einsum("olk,lbk->bo", A, fed[t - n_y : t][::-1])
        err = np.where(known[t, :, None] > 0, y[t] - hat[t - n_y], 0)
        fed[t] = hat[t - n_y] + alpha * err
    return hat, fed


@right("fill_first")
def blended_run(y, u, known, W, b, alpha, n_y):
    gate = (known == 1)[..., None]
    obs = np.where(gate, y, 0)
    mix = (gate * alpha).astype(y.dtype)
    fed = np.concatenate([y[:n_y], np.zeros_like(y[n_y:])])
    hat = np.zeros_like(y[n_y:])
    for i in range(len(hat)):
        t = i + n_y
        phi = np.hstack([fed[t - j] for j in range(1, n_y + 1)] + [u[t]])
        hat[i] = phi @ W.T + b
        fed[t] = (1 - mix[t]) * hat[i] + mix[t] * obs[t]
    return hat, fed


@right("in_torch")
def blended_run(y, u, known, W, b, alpha, n_y):
    import torch

    Y, U, Wt, bt = (torch.tensor(z) for z in (y, u, W, b))
    on = torch.tensor(known).bool()
    fed, hats = list(Y[:n_y].unbind(0)), []
    for t in range(n_y, len(y)):
        phi = torch.cat(fed[-1 : -n_y - 1 : -1] + [U[t]], dim=-1)
        h = torch.nn.functional.linear(phi, Wt, bt)
        hats.append(h)
        fed.append(torch.where(on[t, :, None], torch.lerp(h, Y[t], alpha), h))
    return torch.stack(hats).numpy(), torch.stack(fed).numpy()


def _loop(y, u, known, W, b, n_y, feed, row=None, ut=lambda u, t: u[t]):
    T = len(y)
    fed, hat = y.copy(), np.zeros_like(y[n_y:])
    for t in range(n_y, T):
        past = [fed[t - j] for j in range(1, n_y + 1)]
        phi = row(past, ut(u, t)) if row else np.concatenate([*past, ut(u, t)], -1)
        hat[t - n_y] = phi @ W.T + b
        fed[t] = feed(t, hat[t - n_y], y[t], known[t, :, None] == 1, fed)
    return hat, fed


@wrong(
    "alpha_is_the_free_share",
    "alpha and 1 - alpha are swapped, as in code where alpha weights the model.",
    "alpha = 0 is the free run. And in your code?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    return _loop(y, u, known, W, b, n_y, lambda t, p, q, m, f: np.where(m, alpha * p + (1 - alpha) * q, p))


@wrong("mask_ignored", "Missing numbers are blended in.", "What may stand in y where known is 0?")
def blended_run(y, u, known, W, b, alpha, n_y):
    return _loop(y, u, known, W, b, n_y, lambda t, p, q, m, f: (1 - alpha) * p + alpha * q)


@wrong(
    "zero_filled",
    "Missing measurements count as zeros: (1 - alpha) of the prediction is fed back.",
    "Nothing measured: which share of the prediction do you feed?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    return _loop(y, u, known, W, b, n_y, lambda t, p, q, m, f: (1 - alpha) * p + alpha * np.where(m, q, 0))


@wrong("nan_safe_by_multiplication", "known * y: NaN stays NaN.", "0 * nan?")
def blended_run(y, u, known, W, b, alpha, n_y):
    return _loop(y, u, known, W, b, n_y, lambda t, p, q, m, f: p + (alpha * m * (q - p)).astype(p.dtype))


@wrong(
    "gap_not_filled_in_fed",
    "In fed the gaps hold what stood in y, not the prediction that was fed back.",
    "Does fed hold what was fed back at a gap?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    hat, fed = _loop(y, u, known, W, b, n_y, lambda t, p, q, m, f: np.where(m, p + alpha * (q - p), p))
    return hat, np.where(known[..., None] == 1, fed, y)


@wrong("regressors_oldest_first", "y[t-n:t] flattened: oldest first.", "Whose columns come first in W?")
def blended_run(y, u, known, W, b, alpha, n_y):
    row = lambda past, v: np.concatenate([*past[::-1], v], -1)  # noqa: E731
    return _loop(y, u, known, W, b, n_y, lambda t, p, q, m, f: np.where(m, p + alpha * (q - p), p), row)


@wrong("inputs_in_front", "cat([u, y]).", "Which columns of W are for the inputs?")
def blended_run(y, u, known, W, b, alpha, n_y):
    row = lambda past, v: np.concatenate([v, *past], -1)  # noqa: E731
    return _loop(y, u, known, W, b, n_y, lambda t, p, q, m, f: np.where(m, p + alpha * (q - p), p), row)


@wrong(
    "lag_fastest",
    "stack(dim=-1).flatten(1): lags of one output stand together.",
    "K = 2: which number is second in the row?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    row = lambda past, v: np.concatenate([np.stack(past, -1).reshape(len(v), -1), v], -1)  # noqa: E731
    return _loop(y, u, known, W, b, n_y, lambda t, p, q, m, f: np.where(m, p + alpha * (q - p), p), row)


@wrong("previous_input", "u[t-1], as in NARX models elsewhere.", "The inputs of which step stand in the row of t?")
def blended_run(y, u, known, W, b, alpha, n_y):
    return _loop(
        y, u, known, W, b, n_y, lambda t, p, q, m, f: np.where(m, p + alpha * (q - p), p), ut=lambda u, t: u[t - 1]
    )


@wrong(
    "hat_is_the_corrected",
    "The corrected output is returned as prediction.",
    "alpha = 1: are your predictions the measurements?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    _, fed = _loop(y, u, known, W, b, n_y, lambda t, p, q, m, f: np.where(m, p + alpha * (q - p), p))
    return fed[n_y:].copy(), fed


@wrong(
    "alpha_compounds",
    "alpha is multiplied up over the steps (an annealed schedule).",
    "Which alpha do you use in the third step?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    return _loop(y, u, known, W, b, n_y, lambda t, p, q, m, f: np.where(m, p + alpha ** (t - n_y + 1) * (q - p), p))


@wrong(
    "blends_with_last_fed",
    "Exponential smoothing: blends the measurement with the last value fed, not with the prediction.",
    "y-tilde lies between which two numbers?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    return _loop(y, u, known, W, b, n_y, lambda t, p, q, m, f: np.where(m, alpha * q + (1 - alpha) * f[t - 1], p))


@wrong("start_blended_too", "The start is scaled by alpha as well.", "How are the first n_y outputs fed?")
def blended_run(y, u, known, W, b, alpha, n_y):
    z = y.copy()
    z[:n_y] *= alpha
    return _loop(z, u, known, W, b, n_y, lambda t, p, q, m, f: np.where(m, p + alpha * (q - p), p))


@wrong(
    "mask_shifted",
    "known[t-1] decides about step t.",
    "Which step's measurement do you blend, which step's mask do you read?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    k = np.concatenate([known[:1], known[:-1]])
    z = np.nan_to_num(y)
    return _loop(z, u, k, W, b, n_y, lambda t, p, q, m, f: np.where(m, p + alpha * (q - p), p))


@wrong(
    "only_newest_blended",
    "Only the newest regressor is the blended one, older ones are predictions.",
    "Is y-tilde_{t-2} a blended one in your row?",
)
def blended_run(y, u, known, W, b, alpha, n_y):
    T = len(y)
    fed, raw, hat = y.copy(), y.copy(), np.zeros_like(y[n_y:])
    for t in range(n_y, T):
        phi = np.concatenate([fed[t - 1]] + [raw[t - j] for j in range(2, n_y + 1)] + [u[t]], -1)
        raw[t] = hat[t - n_y] = phi @ W.T + b
        fed[t] = np.where(known[t, :, None] == 1, raw[t] + alpha * (y[t] - raw[t]), raw[t])
    return hat, fed


@wrong("y_overwritten", "fed = y without a copy: the caller's record is overwritten.", "Print y before and after.")
def blended_run(y, u, known, W, b, alpha, n_y):
    fed, hat = y, np.zeros_like(y[n_y:])
    for t in range(n_y, len(y)):
        p = np.concatenate([*(fed[t - j] for j in range(1, n_y + 1)), u[t]], -1) @ W.T + b
        hat[t - n_y] = p
        fed[t] = np.where(known[t, :, None] == 1, p + alpha * (fed[t] - p), p)
    return hat, fed
