"""As programmers who skim: rolling forecasts, direct against iterated, caches over starts."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _F(phi, W_ih, b_ih, W_ho, b_ho):
    return np.tanh(phi @ W_ih.T + b_ih) @ W_ho + b_ho


def _S(W_ih, n_y):
    n_u = W_ih.shape[1] - n_y
    return n_u, max(n_y, n_u)


@right("vectorised_over_starts")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u, S = _S(W_ih, n_y)
    T = len(y)
    i = np.arange(S, T - k + 1)
    hist = np.stack([y[i - j] for j in range(1, n_y + 1)], -1)
    for step in range(k):
        ex = np.stack([u[i + step - j] for j in range(1, n_u + 1)], -1)
        new = _F(np.concatenate([hist, ex], -1), W_ih, b_ih, W_ho, b_ho)
        hist = np.concatenate([new[..., None], hist[..., :-1]], -1)
    return new


@right("deque_per_start")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    from collections import deque

    n_u, S = _S(W_ih, n_y)
    out = []
    for t in range(S + k - 1, len(y)):
        first = t - k + 1
        q = deque([y[first - j] for j in range(1, n_y + 1)], maxlen=n_y)
        for s in range(first, t + 1):
            phi = np.stack([*q, *(u[s - j] for j in range(1, n_u + 1))], -1)
            q.appendleft(_F(phi, W_ih, b_ih, W_ho, b_ho))
        out.append(q[0])
    return np.stack(out)


@right("memo_by_horizon")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    from functools import lru_cache

    n_u, S = _S(W_ih, n_y)

    @lru_cache(None)
    def pred(t, h):
        if h <= 0:
            return y[t]
        phi = np.stack([pred(t - j, h - j) for j in range(1, n_y + 1)] + [u[t - j] for j in range(1, n_u + 1)], -1)
        return _F(phi, W_ih, b_ih, W_ho, b_ho)

    return np.stack([pred(t, k) for t in range(S + k - 1, len(y))])


@right("split_weights")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u, S = _S(W_ih, n_y)
    Wy, Wu = W_ih[:, :n_y], W_ih[:, n_y:]
    T, B = y.shape
    drive = np.zeros((T, B, len(b_ih)), y.dtype)  # inputs and bias, once for all
    for t in range(S, T):
        drive[t] = b_ih + sum(u[t - 1 - j][:, None] * Wu[:, j] for j in range(n_u))
    out = np.empty((T - S - k + 1, B), y.dtype)
    for r in range(len(out)):
        z = y[: S + r].copy()
        for t in range(S + r, S + r + k):
            h = drive[t] + sum(z[-1 - j][:, None] * Wy[:, j] for j in range(n_y))
            z = np.concatenate([z, (np.tanh(h) @ W_ho + b_ho)[None]])
        out[r] = z[-1]
    return out


@right("in_torch")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    import torch

    n_u, S = _S(W_ih, n_y)
    Y, U, A, c, v = (torch.tensor(z) for z in (y, u, W_ih, b_ih, W_ho))
    T = len(y)
    buf = Y.unfold(0, n_y, 1)[S - n_y : T - k - n_y + 1].flip(-1)
    for s in range(k):
        ex = U.unfold(0, n_u, 1)[S - n_u + s : T - k + 1 - n_u + s].flip(-1)
        o = torch.tanh(torch.cat([buf, ex], -1) @ A.T + c) @ v + b_ho
        buf = torch.cat([o.unsqueeze(-1), buf[..., :-1]], -1)
    return o.numpy()


def _iter(y, u, P, n_y, k, steps=None, S=None, ush=0, order=1):
    W_ih, b_ih, W_ho, b_ho = P
    n_u = W_ih.shape[1] - n_y
    S = max(n_y, n_u) if S is None else S
    steps = k if steps is None else steps
    out = []
    for t in range(S + k - 1, len(y)):
        z = y.copy()
        for s in range(t - steps + 1, t + 1):
            ys = [z[s - j] for j in range(1, n_y + 1)][::order]
            us = [u[min(s - j + ush, len(u) - 1)] for j in range(1, n_u + 1)][::order]
            z[s] = _F(np.stack(ys + us, -1), W_ih, b_ih, W_ho, b_ho)
        out.append(z[t])
    return np.stack(out)


@wrong(
    "shifted_one_step",
    "The one-step prediction of t - k + 1 is given out for y_t (a persistence of predictions).",
    "Through how many steps of the network does your prediction go?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u, S = _S(W_ih, n_y)
    i = np.arange(S, len(y) - k + 1)
    phi = np.stack([y[i - j] for j in range(1, n_y + 1)] + [u[i - j] for j in range(1, n_u + 1)], -1)
    return _F(phi, W_ih, b_ih, W_ho, b_ho)


@wrong(
    "direct_forecast",
    "A direct forecast: y_{t-k}, ... as regressors in one step.",
    "Where are y_{t-k+1} to y_{t-1} in your regressors?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u, S = _S(W_ih, n_y)
    i = np.arange(S + k - 1, len(y))
    phi = np.stack([y[i - k + 1 - j] for j in range(1, n_y + 1)] + [u[i - j] for j in range(1, n_u + 1)], -1)
    return _F(phi, W_ih, b_ih, W_ho, b_ho)


@wrong("one_step_everywhere", "Teacher forced: one step ahead for any k.", "k = 3: is y[t-1] among your regressors?")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    return _iter(y, u, (W_ih, b_ih, W_ho, b_ho), n_y, k, steps=1)


@wrong("simulation", "One free run from step S.", "Does the measured y_{t-k} enter your prediction of a late t?")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u, S = _S(W_ih, n_y)
    z = y.copy()
    for t in range(S, len(y)):
        phi = np.stack([z[t - j] for j in range(1, n_y + 1)] + [u[t - j] for j in range(1, n_u + 1)], -1)
        z[t] = _F(phi, W_ih, b_ih, W_ho, b_ho)
    return z[S + k - 1 :].copy()


@wrong("range_k_minus_one", "for _ in range(k - 1): one step too few.", "k = 2: how often does your loop run?")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    return _iter(y, u, (W_ih, b_ih, W_ho, b_ho), n_y, k, steps=max(1, k - 1))


@wrong(
    "inputs_not_advanced",
    "The inputs are not moved on: every step of the way reads those of the first.",
    "In the second step of the way, which is the newest input?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u, S = _S(W_ih, n_y)
    i = np.arange(S, len(y) - k + 1)
    hist = np.stack([y[i - j] for j in range(1, n_y + 1)], -1)
    ex = np.stack([u[i - j] for j in range(1, n_u + 1)], -1)
    for _ in range(k):
        new = _F(np.concatenate([hist, ex], -1), W_ih, b_ih, W_ho, b_ho)
        hist = np.concatenate([new[..., None], hist[..., :-1]], -1)
    return new


@wrong(
    "inputs_of_the_last_step",
    "All steps of the way read the inputs before t.",
    "At step t - k + 1, may u_{t-1} be among the regressors?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u, S = _S(W_ih, n_y)
    i = np.arange(S, len(y) - k + 1)
    hist = np.stack([y[i - j] for j in range(1, n_y + 1)], -1)
    ex = np.stack([u[i + k - 1 - j] for j in range(1, n_u + 1)], -1)
    for _ in range(k):
        new = _F(np.concatenate([hist, ex], -1), W_ih, b_ih, W_ho, b_ho)
        hist = np.concatenate([new[..., None], hist[..., :-1]], -1)
    return new


@wrong(
    "append_on_the_right",
    "New predictions are appended on the oldest side of the history.",
    "Newest first: at which end must a new prediction stand?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u, S = _S(W_ih, n_y)
    i = np.arange(S, len(y) - k + 1)
    hist = np.stack([y[i - j] for j in range(1, n_y + 1)], -1)
    for s in range(k):
        ex = np.stack([u[i + s - j] for j in range(1, n_u + 1)], -1)
        new = _F(np.concatenate([hist, ex], -1), W_ih, b_ih, W_ho, b_ho)
        hist = np.concatenate([hist[..., 1:], new[..., None]], -1)
    return new


@wrong("unfold_not_flipped", "Windows oldest first.", "Which is the first number of a slice y[t-n:t]?")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    return _iter(y, u, (W_ih, b_ih, W_ho, b_ho), n_y, k, order=-1)


@wrong("exogenous_first", "cat([u, y]): inputs before outputs.", "Which columns of W_ih are for the outputs?")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u, _ = _S(W_ih, n_y)
    return _iter(y, u, (np.roll(W_ih, n_y, axis=1), b_ih, W_ho, b_ho), n_y, k)


@wrong("u_t_included", "The inputs start at u_t, as in statsmodels' exog.", "phi_t: is u_t in it?")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    return _iter(y, u, (W_ih, b_ih, W_ho, b_ho), n_y, k, ush=1)


@wrong("tanh_at_the_output", "tanh around the output too.", "Can your prediction be larger than 1?")
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u, S = _S(W_ih, n_y)
    i = np.arange(S, len(y) - k + 1)
    hist = np.stack([y[i - j] for j in range(1, n_y + 1)], -1)
    for s in range(k):
        ex = np.stack([u[i + s - j] for j in range(1, n_u + 1)], -1)
        new = np.tanh(_F(np.concatenate([hist, ex], -1), W_ih, b_ih, W_ho, b_ho))
        hist = np.concatenate([new[..., None], hist[..., :-1]], -1)
    return new


@wrong(
    "restart_every_k",
    "Blocks of k steps from measured outputs: the horizon runs from 1 to k.",
    "How many steps ahead is the first entry of your block?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u, S = _S(W_ih, n_y)
    res = y.copy()
    for s0 in range(S, len(y), k):
        z = y.copy()
        for t in range(s0, min(s0 + k, len(y))):
            phi = np.stack([z[t - j] for j in range(1, n_y + 1)] + [u[t - j] for j in range(1, n_u + 1)], -1)
            z[t] = res[t] = _F(phi, W_ih, b_ih, W_ho, b_ho)
    return res[S + k - 1 :].copy()


@wrong(
    "start_at_n_y",
    "S is n_y; for more inputs than outputs the slice is filled from the record's end.",
    "n_u > n_y: what is u[t - n_u] for t = n_y?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    out = _iter(y, u, (W_ih, b_ih, W_ho, b_ho), n_y, k, S=n_y)
    return out


@wrong(
    "way_skips_one",
    "k + 1 steps where the record allows it (the first row has k).",
    "Which is the last measured output for a late t: y_{t-k} or y_{t-k-1}?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    P = (W_ih, b_ih, W_ho, b_ho)
    right_ = _iter(y, u, P, n_y, k)
    n_u, S = _S(W_ih, n_y)
    late = _iter(y, u, P, n_y, k + 1)
    return np.concatenate([right_[:1], late])


@wrong(
    "blend_of_horizons",
    "Only the newest regressor is a prediction; older ones of the way are measured.",
    "k = 3: is y_{t-2} measured at the time of the prediction?",
)
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u, S = _S(W_ih, n_y)
    prev = y
    for h in range(k):
        cur = y.copy()
        for t in range(S + h, len(y)):
            phi = np.stack(
                [prev[t - 1]] + [y[t - j] for j in range(2, n_y + 1)] + [u[t - j] for j in range(1, n_u + 1)], -1
            )
            cur[t] = _F(phi, W_ih, b_ih, W_ho, b_ho)
        prev = cur
    return prev[S + k - 1 :].copy()
