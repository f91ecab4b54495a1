"""What is handed in for the exercises of ``narx``: right answers, and wrong ones as they are typed."""

from __future__ import annotations

import numpy as np

from rnncourse import narx

from . import solves

# narx.delay_vectors


@solves("narx.delay_vectors")
def by_indices(s, which, lags):
    t = np.arange(lags.max(), len(s))
    return s[t[:, None] - lags, which]


@solves("narx.delay_vectors")
def row_by_row(s, which, lags):
    rows = []
    for t in range(max(lags), len(s)):
        rows.append([s[t - lag][c] for c, lag in zip(which, lags, strict=True)])
    return np.array(rows, dtype=s.dtype)


@solves("narx.delay_vectors")
def by_rolling(s, which, lags):
    longest = int(max(lags))
    columns = [np.roll(s[:, c], lag) for c, lag in zip(which, lags, strict=True)]
    return np.array(columns).T[longest:]


@solves("narx.delay_vectors")
def by_windows(s, which, lags):
    n = int(lags.max()) + 1
    windows = np.lib.stride_tricks.sliding_window_view(s, n, axis=0)  # (T - n + 1, K, n), oldest first
    return windows[:, which, n - 1 - lags].copy()


# narx.stretch


@solves("narx.stretch")
def in_plain_loops(s, m, tau, w):
    times = list(range(m * tau, len(s)))
    near, a = [], []
    for t in times:
        best, R = None, np.inf
        for other in times:
            if abs(other - t) <= w:
                continue
            distance = max(abs(s[t - j * tau] - s[other - j * tau]) for j in range(m))
            if distance < R:
                best, R = other, distance
        near.append(best)
        a.append(max(R, abs(s[t - m * tau] - s[best - m * tau])) / R)
    return np.array(near), np.array(a, dtype=s.dtype), sum(a) / len(a)


@solves("narx.stretch")
def with_the_librarys_vectors(s, m, tau, w):
    x = narx.delay_embedding(s, m + 1, tau)
    D = np.abs(x[:, None, :] - x[None, :, :])
    small, large = D[..., :m].max(-1), D.max(-1)
    i = np.arange(len(x))
    near = np.where(np.abs(i[:, None] - i[None, :]) > w, small, np.inf).argmin(1)
    a = large[i, near] / small[i, near]
    return near + m * tau, a, np.mean(a)


@solves("narx.stretch")
def with_sorted_distances(s, m, tau, w):
    T, first = len(s), m * tau
    vectors = {t: s[[t - j * tau for j in range(m + 1)]] for t in range(first, T)}
    near, a = np.zeros(T - first, dtype=int), np.zeros_like(s[first:])
    for t, x_t in vectors.items():
        others = [k for k in vectors if abs(k - t) > w]
        R = [np.linalg.norm(x_t[:m] - vectors[k][:m], np.inf) for k in others]
        n = others[int(np.argsort(R)[0])]
        near[t - first] = n
        a[t - first] = np.linalg.norm(x_t - vectors[n], np.inf) / min(R)
    return near, a, float(a.mean())


# narx.fit_arx


@solves("narx.fit_arx")
def by_normal_equations(y, u, known, n_y, n_u, d):
    S = max(n_y, d + n_u - 1)
    t = np.arange(S, len(y))
    t = t[np.all([known[t - j] == 1 for j in range(n_y + 1)], axis=0)]
    X = np.stack(
        [y[t - j] for j in range(1, n_y + 1)] + [u[t - d - j] for j in range(n_u)] + [np.ones(len(t), y.dtype)], 1
    )
    w = np.linalg.solve(X.T @ X, X.T @ y[t])
    return w[:n_y], w[n_y : n_y + n_u], w[n_y + n_u]


@solves("narx.fit_arx")
def with_nan_for_gaps(y, u, known, n_y, n_u, d):
    y = np.where(known == 1, y, np.nan).astype(y.dtype)
    S = max(n_y, d + n_u - 1)
    rows = np.array(
        [[1.0] + [y[t - j] for j in range(n_y + 1)] + [u[t - d - j] for j in range(n_u)] for t in range(S, len(y))],
        y.dtype,
    )
    rows = rows[~np.isnan(rows).any(axis=1)]
    X, target = np.delete(rows, 1, axis=1), rows[:, 1]
    c, *w = np.linalg.pinv(X) @ target
    return np.array(w[:n_y], y.dtype), np.array(w[n_y:], y.dtype), c


@solves("narx.fit_arx")
def with_weights_of_zero_and_one(y, u, known, n_y, n_u, d):
    T, S = len(y), max(n_y, d + n_u - 1)
    good = np.ones(T - S, bool)
    columns = []
    for j in range(1, n_y + 1):
        columns.append(y[S - j : T - j])
        good &= known[S - j : T - j].astype(bool)
    for j in range(n_u):
        columns.append(u[S - d - j : T - d - j])
    good &= known[S:] == 1
    columns.append(np.ones_like(y[S:]))
    X = np.array(columns).T
    X[~good] = 0
    target = np.where(good, y[S:], 0).astype(y.dtype)
    q, r = np.linalg.qr(X)
    w = np.linalg.solve(r, q.T @ target)
    return w[:n_y], w[n_y:-1], float(w[-1])


# narx.k_ahead


@solves("narx.k_ahead")
def all_ways_at_once(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    """Every t goes on by one step at a time, side by side."""
    n_u, T = W_ih.shape[1] - n_y, len(y)
    S = max(n_y, n_u)
    t = np.arange(S + k - 1, T)
    lags = [y[t - k + 1 - j] for j in range(1, n_y + 1)]
    for i in range(k):
        now = t - k + 1 + i
        phi = np.stack(lags + [u[now - j] for j in range(1, n_u + 1)], axis=-1)
        h = np.tanh(np.einsum("tbp,hp->tbh", phi, W_ih) + b_ih)
        new = np.einsum("tbh,h->tb", h, W_ho) + b_ho
        lags = [new, *lags[:-1]]
    return new.astype(y.dtype)


@solves("narx.k_ahead")
def with_the_librarys_free_run(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u = W_ih.shape[1] - n_y
    orders = narx.Orders(n_y, n_u, 1)
    net = narx.Network(W_ih, b_ih, W_ho[None], np.array([b_ho], y.dtype), 0 * W_ih[:1])
    S = max(n_y, n_u)
    out = []
    for t in range(S + k - 1, len(y)):
        start = t - k + 1 - S
        known = y[start : start + S, :, None]
        out.append(narx.simulate(lambda phi: narx.mlp(phi, net), known, u[start : t + 1, :, None], orders)[-1, :, 0])
    return np.array(out)


@solves("narx.k_ahead")
def with_a_register(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u = W_ih.shape[1] - n_y
    T, B = y.shape
    S = max(n_y, n_u)
    result = np.zeros((T - S - k + 1, B), dtype=y.dtype)
    for b in range(B):
        for row in range(len(result)):
            last = row + S - 1  # the last measured output
            register = [y[last - j, b] for j in range(n_y)]
            for i in range(last + 1, last + k + 1):
                phi = np.array(register + [u[i - j, b] for j in range(1, n_u + 1)])
                register.insert(0, W_ho @ np.tanh(W_ih @ phi + b_ih) + b_ho)
                register.pop()
            result[row, b] = register[0]
    return result


# narx.blended_run


@solves("narx.blended_run")
def weighted_sums(y, u, known, W, b, alpha, n_y):
    T, B, K = y.shape
    fed = np.zeros_like(y)
    fed[:n_y] = y[:n_y]
    y_hat = np.zeros((T - n_y, B, K), y.dtype)
    for t in range(n_y, T):
        for i in range(B):
            phi = np.concatenate([fed[t - j, i] for j in range(1, n_y + 1)] + [u[t, i]])
            y_hat[t - n_y, i] = W @ phi + b
            if known[t, i]:
                fed[t, i] = (1 - alpha) * y_hat[t - n_y, i] + alpha * y[t, i]
            else:
                fed[t, i] = y_hat[t - n_y, i]
    return y_hat, fed


@solves("narx.blended_run")
def with_blocks_of_the_matrix(y, u, known, W, b, alpha, n_y):
    K = y.shape[2]
    A = [W[:, j * K : (j + 1) * K] for j in range(n_y)]
    D = W[:, n_y * K :]
    fed, y_hat = list(y[:n_y]), []
    for t in range(n_y, len(y)):
        guess = b + u[t] @ D.T
        for j in range(n_y):
            guess = guess + fed[-1 - j] @ A[j].T
        y_hat.append(guess)
        fed.append(np.where(known[t, :, None] == 1, alpha * y[t] + (1 - alpha) * guess, guess).astype(y.dtype))
    return np.array(y_hat), np.array(fed)


@solves("narx.blended_run")
def with_errors_of_zero_in_gaps(y, u, known, W, b, alpha, n_y):
    history = np.concatenate(list(y[:n_y][::-1]), axis=1)
    fed, predictions = [*y[:n_y]], []
    for y_t, u_t, known_t in zip(y[n_y:], u[n_y:], known[n_y:], strict=True):
        predictions.append(np.hstack([history, u_t]).dot(W.T) + b)
        error = (y_t - predictions[-1]) * known_t.reshape(-1, 1).astype(y.dtype)
        fed.append(predictions[-1] + np.asarray(alpha, y.dtype) * error)
        history = np.hstack([fed[-1], history])[:, : history.shape[1]]
    return np.stack(predictions), np.stack(fed)


# narx.simulation_gradient


def run_of(y, u, a, b, c):
    run = list(y[: len(a)])
    for t in range(len(a), len(y)):
        run.append(np.tanh(c + sum(a[j] * run[t - 1 - j] for j in range(len(a))) + b * u[t - 1]))
    return np.array(run, y.dtype)


@solves("narx.simulation_gradient")
def step_by_step_forwards(y, u, a, b, c):
    """Sensitivities of all outputs, from the first step on."""
    n, T = len(a), len(y)
    run = run_of(y, u, a, b, c)
    s = np.zeros((T, 2 * n + 2), y.dtype)  # by a, b, c and the start
    s[:n, n + 2 :] = np.eye(n)
    for t in range(n, T):
        direct = np.concatenate([run[t - n : t][::-1], [u[t - 1], 1], np.zeros(n)])
        s[t] = (1 - run[t] ** 2) * (direct + a @ s[t - n : t][::-1])
    e = run - y
    g = e @ s
    return (e @ e) / 2, g[:n], g[n], g[n + 1], g[n + 2 :]


@solves("narx.simulation_gradient")
def gathered_from_later_steps(y, u, a, b, c):
    n, T = len(a), len(y)
    run = run_of(y, u, a, b, c)
    dz = np.zeros(T + n, y.dtype)
    for t in range(T - 1, n - 1, -1):
        back = sum(a[j - 1] * dz[t + j] for j in range(1, n + 1))
        dz[t] = (1 - run[t] ** 2) * (run[t] - y[t] + back)
    da = np.array([sum(dz[t] * run[t - j] for t in range(n, T)) for j in range(1, n + 1)], y.dtype)
    dstart = np.array([sum(a[j - 1] * dz[t + j] for j in range(1, n + 1) if t + j >= n) for t in range(n)], y.dtype)
    return 0.5 * np.sum((run[n:] - y[n:]) ** 2), da, dz[n:T] @ u[n - 1 : T - 1], dz.sum(), dstart


@solves("narx.simulation_gradient")
def by_solving_for_all_steps(y, u, a, b, c):
    """The linearised run is a triangular system; its transpose gives the gradient."""
    n, T = len(a), len(y)
    run = run_of(y, u, a, b, c)
    slope = 1 - run[n:] ** 2
    A = np.zeros((T, T), y.dtype)  # how output t hangs on earlier ones, before tanh
    for t in range(n, T):
        A[t, t - n : t] = a[::-1]
    e = np.concatenate([np.zeros(n, y.dtype), run[n:] - y[n:]])
    J = np.concatenate([np.zeros((n, T), y.dtype), slope[:, None] * A[n:]])
    d = np.linalg.solve((np.eye(T, dtype=y.dtype) - J).T, e)
    dz = slope * d[n:]
    X = np.stack([run[n - j : T - j] for j in range(1, n + 1)], axis=1)
    return (e**2).sum() / 2, dz @ X, (dz * u[n - 1 : -1]).sum(), np.sum(dz), d[:n]


# narx.run_scores


@solves("narx.run_scores")
def output_by_output(y, y_hat, skip):
    T, B, K = y.shape
    fit, skill = np.zeros(K, y.dtype), np.zeros(K, y.dtype)
    for k in range(K):
        true = [y[t, b, k] for t in range(skip, T) for b in range(B)]
        mean = sum(true) / len(true)
        squares = sum((y[t, b, k] - y_hat[t, b, k]) ** 2 for t in range(skip, T) for b in range(B))
        spread = sum((v - mean) ** 2 for v in true)
        steps = sum((y[t, b, k] - y[t - 1, b, k]) ** 2 for t in range(skip, T) for b in range(B))
        fit[k], skill[k] = 1 - (squares / spread) ** 0.5, 1 - squares / steps
    return fit, skill


@solves("narx.run_scores")
def by_means_and_variances(y, y_hat, skip):
    K = y.shape[2]
    true, made = y[skip:].reshape(-1, K), y_hat[skip:].reshape(-1, K)
    mse = np.mean((true - made) ** 2, axis=0)
    naive = np.mean(np.diff(y[skip - 1 :], axis=0) ** 2, axis=(0, 1))
    return 1 - np.sqrt(mse) / true.std(axis=0), (naive - mse) / naive


@solves("narx.run_scores")
def by_norms(y, y_hat, skip):
    e, change = (y - y_hat)[skip:], (y[1:] - y[:-1])[skip - 1 :]
    around = y[skip:] - y[skip:].mean((0, 1), keepdims=True)
    E, D, C = (np.linalg.norm(a.reshape(-1, a.shape[-1]), axis=0) for a in (e, around, change))
    return 1 - E / D, 1 - (E / C) ** 2


# narx.identify


@solves("narx.identify")
def with_the_librarys_models(y, u, y_valid, u_valid, y_start, u_test, n_max):
    column = lambda s: s[:, None, None]  # noqa: E731
    found = []
    for n in range(1, n_max + 1):
        orders = narx.Orders(n, n, 1)
        model = narx.arx_fit(column(y), column(u), orders)
        runs = []
        for start, inputs in ((y_valid[:n_max], u_valid), (y_start, u_test)):
            run = narx.simulate(
                lambda phi, model=model: narx.linear(phi, model),
                column(start[n_max - n :]),
                column(inputs[n_max - n :]),
                orders,
            )
            runs.append(run[:, 0, 0])
        found.append((np.sqrt(np.mean((runs[0] - y_valid[n_max:]) ** 2)), n, runs[1]))
    best = min(found, key=lambda one: one[0])
    return np.array([one[0] for one in found]), best[1], best[2]


@solves("narx.identify")
def with_windows(y, u, y_valid, u_valid, y_start, u_test, n_max):
    view = np.lib.stride_tricks.sliding_window_view

    def run(w, n, first, inputs):
        full = np.zeros(len(inputs))
        full[: len(first)] = first
        for t in range(len(first), len(inputs)):
            full[t] = w[0] + full[t - n : t] @ w[1 : n + 1] + inputs[t - n : t] @ w[n + 1 :]
        return full[len(first) :]

    ws, errors = [], []
    for n in range(1, n_max + 1):
        X = np.hstack([np.ones((len(y) - n, 1)), view(y[:-1], n), view(u[:-1], n)])  # oldest first, here and above
        ws.append(np.linalg.pinv(X) @ y[n:])
        errors.append(((run(ws[-1], n, y_valid[:n_max], u_valid) - y_valid[n_max:]) ** 2).mean() ** 0.5)
    n = np.argmin(errors) + 1
    return np.array(errors), n, run(ws[n - 1], n, y_start, u_test)


@solves("narx.identify")
def with_solve_and_deques(y, u, y_valid, u_valid, y_start, u_test, n_max):
    from collections import deque

    def features(past, inputs):
        return np.array([*past, *inputs, 1.0])

    def simulate(theta, n, start, inputs):
        past, out = deque(start[::-1][:n], maxlen=n), []
        for t in range(n_max, len(inputs)):
            out.append(float(theta @ features(past, [inputs[t - j] for j in range(1, n + 1)])))
            past.appendleft(out[-1])
        return np.array(out)

    thetas, errors = {}, {}
    for n in range(1, n_max + 1):
        A, r = 0, 0
        for t in range(n, len(y)):
            phi = features([y[t - j] for j in range(1, n + 1)], [u[t - j] for j in range(1, n + 1)])
            A, r = A + np.outer(phi, phi), r + phi * y[t]
        thetas[n] = np.linalg.solve(A, r)
        e = simulate(thetas[n], n, y_valid[:n_max], u_valid) - y_valid[n_max:]
        errors[n] = np.linalg.norm(e) / np.sqrt(len(e))
    best = min(errors, key=errors.get)
    return np.array([errors[n] for n in range(1, n_max + 1)]), int(best), simulate(thetas[best], best, y_start, u_test)


TYPED = {
    ("narx.delay_vectors", "X14f"): """
def delay_vectors(s, which, lags):
    rows = []
    for t in range(len(s) - max(lags)):
        rows.append([s[t + lag, c] for lag, c in zip(lags, which)])
    return np.array(rows)
""",
    ("narx.delay_vectors", "X6"): """
def delay_vectors(s, which, lags):
    X = np.zeros((len(s), len(lags)), dtype=s.dtype)
    for j in range(len(lags)):
        X[:, j] = np.roll(s[:, which[j]], lags[j])
    return X
""",
    ("narx.stretch", "N2"): """
def stretch(s, m, tau, w):
    T = len(s)
    X = np.array([[s[t - j * tau] for j in range(m + 1)] for t in range(m * tau, T)])
    near = np.zeros(len(X), dtype=int)
    a = np.zeros(len(X), dtype=s.dtype)
    for i in range(len(X)):
        d = np.max(np.abs(X[:, :m] - X[i, :m]), axis=1)
        d[i] = np.inf
        k = np.argmin(d)
        near[i] = k + m * tau
        a[i] = np.max(np.abs(X[k] - X[i])) / d[k]
    return near, a, a.mean()
""",
    ("narx.stretch", "N6"): """
def stretch(s, m, tau, w):
    first = m * tau
    R = len(s) - first
    X = np.stack([s[first - j * tau : len(s) - j * tau] for j in range(m)], axis=1)
    extra = s[:R]
    D = np.abs(X[:, None] - X[None]).max(axis=2)
    for i in range(R):
        D[i, max(0, i - w) : i + w + 1] = np.inf
    near = D.argmin(axis=1)
    a = np.abs(extra - extra[near]) / D.min(axis=1)
    return near + first, a, a.mean()
""",
    ("narx.fit_arx", "X15"): """
def fit_arx(y, u, known, n_y, n_u, d):
    A, r = [], []
    for t in range(max(n_y, d + n_u - 1), len(y)):
        if all(known[t - j] for j in range(n_y + 1)):
            A.append([y[t - j] for j in range(1, n_y + 1)] + [u[t - d - j] for j in range(n_u)])
            r.append(y[t])
    A, r = np.array(A), np.array(r)
    w, *_ = np.linalg.lstsq(A, r, rcond=None)
    return w[:n_y], w[n_y:], np.mean(r - A @ w)
""",
    ("narx.fit_arx", "M1"): """
def fit_arx(y, u, known, n_y, n_u, d):
    t = np.array([t for t in range(max(n_y, d + n_u - 1), len(y)) if known[t] == 1])
    X = np.column_stack([y[t - j] for j in range(1, n_y + 1)] + [u[t - d - j] for j in range(n_u)] + [np.ones(len(t))])
    w = np.linalg.lstsq(X.astype(y.dtype), y[t], rcond=None)[0]
    return w[:n_y], w[n_y:-1], w[-1]
""",
    ("narx.k_ahead", "X11"): """
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u = W_ih.shape[1] - n_y
    S = max(n_y, n_u)
    T = len(y)
    sim = y.copy()
    for t in range(S, T):
        phi = np.concatenate([sim[t - n_y : t][::-1], u[t - n_u : t][::-1]]).T
        sim[t] = np.tanh(phi @ W_ih.T + b_ih) @ W_ho + b_ho
    return sim[S + k - 1 :]
""",
    ("narx.k_ahead", "X12n"): """
def k_ahead(y, u, W_ih, b_ih, W_ho, b_ho, n_y, k):
    n_u = W_ih.shape[1] - n_y
    S = max(n_y, n_u)
    out = []
    for t in range(S + k - 1, len(y)):
        s = t - k + 1
        phi = np.stack([y[s - j] for j in range(1, n_y + 1)] + [u[s - j] for j in range(1, n_u + 1)], axis=1)
        out.append(np.tanh(phi @ W_ih.T + b_ih) @ W_ho + b_ho)
    return np.array(out)
""",
    ("narx.blended_run", "F1"): """
def blended_run(y, u, known, W, b, alpha, n_y):
    T = len(y)
    fed = y.copy()
    y_hat = np.zeros((T - n_y,) + y.shape[1:], dtype=y.dtype)
    for t in range(n_y, T):
        phi = np.concatenate([fed[t - 1 - j] for j in range(n_y)] + [u[t]], axis=1)
        pred = phi @ W.T + b
        m = known[t][:, None].astype(bool)
        y_hat[t - n_y] = pred
        fed[t] = np.where(m, alpha * pred + (1 - alpha) * y[t], pred)
    return y_hat, fed
""",
    ("narx.blended_run", "F4"): """
def blended_run(y, u, known, W, b, alpha, n_y):
    y = y * known[:, :, None].astype(y.dtype)
    fed, y_hat = list(y[:n_y]), []
    for t in range(n_y, len(y)):
        p = np.hstack([*fed[: -n_y - 1 : -1], u[t]]) @ W.T + b
        y_hat.append(p)
        fed.append((p + alpha * (y[t] - p)).astype(y.dtype))
    return np.stack(y_hat), np.stack(fed)
""",
    ("narx.blended_run", "F2c"): """
def blended_run(y, u, known, W, b, alpha, n_y):
    rng = np.random.default_rng(0)
    fed, y_hat = y.copy(), []
    for t in range(n_y, len(y)):
        phi = np.concatenate([fed[t - j] for j in range(1, n_y + 1)] + [u[t]], axis=1)
        pred = phi @ W.T + b
        coin = rng.random(len(pred)) < alpha
        fed[t] = np.where((coin & (known[t] == 1))[:, None], y[t], pred)
        y_hat.append(pred)
    return np.array(y_hat), fed
""",
    ("narx.blended_run", "F2c by a threshold"): """
def blended_run(y, u, known, W, b, alpha, n_y):
    fed, y_hat = y.copy(), []
    for t in range(n_y, len(y)):
        phi = np.concatenate([fed[t - j] for j in range(1, n_y + 1)] + [u[t]], axis=1)
        pred = phi @ W.T + b
        forced = (known[t] == 1) & (alpha > 0.5)
        fed[t] = np.where(forced[:, None], y[t], pred)
        y_hat.append(pred)
    return np.array(y_hat), fed
""",
    ("narx.simulation_gradient", "B6"): """
def simulation_gradient(y, u, a, b, c):
    n = len(a)
    yh = y.copy()
    L, da, db, dc = 0, np.zeros_like(a), 0, 0
    for t in range(n, len(y)):
        past = yh[t - n : t][::-1]
        yh[t] = np.tanh(c + a @ past + b * u[t - 1])
        e = yh[t] - y[t]
        L += 0.5 * e**2
        dz = e * (1 - yh[t] ** 2)
        da += dz * past
        db += dz * u[t - 1]
        dc += dz
    return L, da, db, dc, np.zeros_like(a)
""",
    ("narx.simulation_gradient", "B8"): """
def simulation_gradient(y, u, a, b, c):
    n, T = len(a), len(y)
    yh = y.copy()
    for t in range(n, T):
        yh[t] = np.tanh(c + np.dot(a, yh[t - n : t][::-1]) + b * u[t - 1])
    grad = np.zeros_like(y)
    da, db, dc = np.zeros_like(a), 0.0, 0.0
    for t in range(T - 1, n - 1, -1):
        dz = (grad[t] + yh[t] - y[t]) * (1 - yh[t] ** 2)
        for j in range(1, n + 1):
            da[j - 1] += dz * yh[t - j]
            grad[t - j] += dz * a[n - j]
        db += dz * u[t - 1]
        dc += dz
    return 0.5 * np.sum((yh - y) ** 2), da, db, dc, grad[:n]
""",
    ("narx.run_scores", "X13"): """
def run_scores(y, y_hat, skip):
    y, y_hat = y[skip:], y_hat[skip:]
    sse = ((y - y_hat) ** 2).sum(axis=(0, 1))
    sst = ((y - y.mean(axis=(0, 1))) ** 2).sum(axis=(0, 1))
    ssp = ((y[1:] - y[:-1]) ** 2).sum(axis=(0, 1))
    return 1 - np.sqrt(sse / sst), 1 - sse / ssp
""",
    ("narx.run_scores", "E19"): """
def run_scores(y, y_hat, skip):
    e = np.sum((y[skip:] - y_hat[skip:]) ** 2, axis=(0, 1))
    m = np.mean(y[skip:], axis=(0, 1))
    fit = 1 - e / np.sum((y[skip:] - m) ** 2, axis=(0, 1))
    skill = 1 - e / np.sum((y[skip:] - y[skip - 1 : -1]) ** 2, axis=(0, 1))
    return fit, skill
""",
    ("narx.identify", "X7"): """
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    def phi(y, u, t, n):
        return np.concatenate([y[t - n : t][::-1], u[t - n : t][::-1], [1.0]])

    errors, models = [], []
    for n in range(1, n_max + 1):
        X = np.array([phi(y, u, t, n) for t in range(n, len(y))])
        w = np.linalg.lstsq(X, y[n:], rcond=None)[0]
        models.append(w)
        pred = np.array([phi(y_valid, u_valid, t, n) @ w for t in range(n_max, len(y_valid))])
        errors.append(np.sqrt(np.mean((pred - y_valid[n_max:]) ** 2)))
    best = int(np.argmin(errors)) + 1
    out = np.concatenate([y_start, np.zeros(len(u_test) - n_max)])
    for t in range(n_max, len(u_test)):
        out[t] = phi(out, u_test, t, best) @ models[best - 1]
    return np.array(errors), best, out[n_max:]
""",
    ("narx.identify", "P4"): """
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    def simulate(w, n, start, u):
        out = list(start)
        for t in range(n_max, len(u)):
            out.append(np.dot(w, out[: t - n - 1 if t > n else None : -1] + list(u[t - n : t][::-1]) + [1.0]))
        return np.array(out[n_max:])

    models, errors = [], np.zeros(n_max)
    for n in range(1, n_max + 1):
        X = [list(y[t - n : t][::-1]) + list(u[t - n : t][::-1]) + [1.0] for t in range(n, len(y))]
        models.append(np.linalg.lstsq(np.array(X), y[n:], rcond=None)[0])
        run = simulate(models[-1], n, y_valid[:n_max], u_valid)
        errors[n - 1] = np.sqrt(np.mean((run - y_valid[n_max:]) ** 2))
    best = int(np.argmin(errors))
    return errors, best, simulate(models[best], best + 1, y_start, u_test)
""",
}

KEPT = """
narx.delay_vectors, X14f: -
narx.delay_vectors, X14f from the end on: -
narx.delay_vectors, X14f in a circle: -
narx.delay_vectors, X14f in a circle, cut: -
narx.delay_vectors, X14f with zeros: -
narx.delay_vectors, X6 zeros: -
narx.delay_vectors, X6 in a circle: -
narx.delay_vectors, X6 the first sample again: -
narx.delay_vectors, X6 nan: -
narx.delay_vectors, X6 by a negative index: -
narx.delay_vectors, X13 the first left out: -
narx.delay_vectors, X13 the last left out: -
narx.delay_vectors, X13 both left out: -
narx.delay_vectors, X13 one early: -
narx.delay_vectors, X13s the sum: -
narx.delay_vectors, X13s m times the largest: -
narx.delay_vectors, X13s as many as coordinates: -
narx.delay_vectors, X13s the count added: -
narx.delay_vectors, X13e: one observable at equal distances; several observables, any lags
narx.delay_vectors, X13e the smallest lag as 0: one observable at equal distances; several observables, any lags
narx.delay_vectors, X2 oldest first: -
narx.delay_vectors, X2 newest first: one observable at equal distances
narx.delay_vectors, X2 turned round: -
narx.delay_vectors, X2 by observable: one observable at equal distances
narx.delay_vectors, X2l lags sorted: one observable at equal distances
narx.delay_vectors, X2l lags turned round: -
narx.delay_vectors, X2l observables turned round: one observable at equal distances
narx.delay_vectors, X2l observables sorted: one observable at equal distances
narx.delay_vectors, X16 the first for all: -
narx.delay_vectors, X16 the last for all: one observable at equal distances
narx.delay_vectors, X16 that of the first coordinate for all: one observable at equal distances
narx.delay_vectors, X16 one after the other: -
narx.delay_vectors, X16 counted from 1: -
narx.delay_vectors, X16 the mean of all: -
narx.delay_vectors, X16a: -
narx.delay_vectors, X16a an axis more: -
narx.delay_vectors, X14 added up: -
narx.delay_vectors, X14 added up, from the largest on: -
narx.delay_vectors, X14 all the largest: -
narx.delay_vectors, X14 all the first: -
narx.delay_vectors, X14 none: -
narx.delay_vectors, X14 equal distances: one observable at equal distances
narx.delay_vectors, X14 one less: -
narx.delay_vectors, X14 one more: -
narx.delay_vectors, X14 by their number: -
narx.delay_vectors, X14 times their number: -
narx.delay_vectors, X14 the largest for all but the smallest: -
narx.delay_vectors, R5 steps along the second axis: -
narx.delay_vectors, R5 reshaped: -
narx.delay_vectors, R5 in one row: -
narx.delay_vectors, X17: -
narx.delay_vectors, X18 mean taken away: -
narx.delay_vectors, X18 standardised: -
narx.delay_vectors, X18 differences from the newest: -
narx.stretch, N1 Euclid's: -
narx.stretch, N1 Euclid's, to find them: -
narx.stretch, N1 Euclid's, to find them alone: -
narx.stretch, N1 sums: -
narx.stretch, N1 squares: -
narx.stretch, N1 means: -
narx.stretch, N1 sums, to find them: -
narx.stretch, N1m: -
narx.stretch, N2: neighbours without a window
narx.stretch, N2 one less: neighbours without a window
narx.stretch, N2 one less, itself too: -
narx.stretch, N2 half of it: neighbours without a window
narx.stretch, N2w one more: -
narx.stretch, N2w in delays: neighbours without a window
narx.stretch, N2w the window of a vector: neighbours further than w in time
narx.stretch, N2s before: neighbours without a window
narx.stretch, N2s after: neighbours without a window
narx.stretch, N2p later ones alone: -
narx.stretch, N2p earlier ones alone: -
narx.stretch, N2p later ones, where there are some: -
narx.stretch, N2p earlier ones, where there are some: -
narx.stretch, N2d: -
narx.stretch, N3 the second: -
narx.stretch, N3 the farthest: -
narx.stretch, N4: -
narx.stretch, N4l one less: -
narx.stretch, N4l the newest alone: -
narx.stretch, N4l the oldest alone: -
narx.stretch, N4l all but the newest: -
narx.stretch, N4e: -
narx.stretch, N5: stretches; their mean
narx.stretch, N5 one delay short: stretches; their mean
narx.stretch, N5 by the count of coordinates: stretches; their mean
narx.stretch, N5 from 1: stretches; their mean
narx.stretch, N5 from t: stretches; their mean
narx.stretch, N6: neighbours without a window; neighbours further than w in time
narx.stretch, N6 beside the newest alone: neighbours without a window; neighbours further than w in time
narx.stretch, N6a sum: neighbours without a window; neighbours further than w in time
narx.stretch, N6a root of squares: neighbours without a window; neighbours further than w in time
narx.stretch, N7 upside down: neighbours without a window; neighbours further than w in time
narx.stretch, N7 the difference: neighbours without a window; neighbours further than w in time
narx.stretch, N7 the growth: neighbours without a window; neighbours further than w in time
narx.stretch, N7 the larger distance: neighbours without a window; neighbours further than w in time
narx.stretch, N7 the smaller distance: neighbours without a window; neighbours further than w in time
narx.stretch, N7 its logarithm: neighbours without a window; neighbours further than w in time
narx.stretch, N7 its root: neighbours without a window; neighbours further than w in time
narx.stretch, N7 its square: neighbours without a window; neighbours further than w in time
narx.stretch, N7 by the spread: neighbours without a window; neighbours further than w in time
narx.stretch, N7 a safe divisor: neighbours without a window; neighbours further than w in time
narx.stretch, N8 the future: neighbours without a window; neighbours further than w in time
narx.stretch, N8 one sample further: neighbours without a window; neighbours further than w in time
narx.stretch, N8 the last one again: neighbours without a window; neighbours further than w in time
narx.stretch, N8 that of t alone: neighbours without a window; neighbours further than w in time
narx.stretch, N8n: neighbours without a window; neighbours further than w in time
narx.stretch, X14 exchanged: -
narx.stretch, X14 without delay: -
narx.stretch, X14f: -
narx.stretch, X14f by their first samples: -
narx.stretch, N9 median: neighbours without a window; neighbours further than w in time; stretches
narx.stretch, N9 sum: neighbours without a window; neighbours further than w in time; stretches
narx.stretch, N9 by the samples: neighbours without a window; neighbours further than w in time; stretches
narx.stretch, N9 of the logarithms: neighbours without a window; neighbours further than w in time; stretches
narx.stretch, N9 of the squares: neighbours without a window; neighbours further than w in time; stretches
narx.stretch, N9 the largest: neighbours without a window; neighbours further than w in time; stretches
narx.stretch, N9 of what grows: neighbours without a window; neighbours further than w in time; stretches
narx.stretch, N9 minus one: neighbours without a window; neighbours further than w in time; stretches
narx.stretch, N9d: neighbours without a window; neighbours further than w in time; stretches
narx.stretch, X17 of the stretches: neighbours without a window; neighbours further than w in time; their mean
narx.stretch, X17 of all: their mean
narx.fit_arx, M1 the mask ignored: complete records without dead time; complete records with a dead time
narx.fit_arx, M1 the output alone asked: complete records without dead time; complete records with a dead time
narx.fit_arx, M1 the past alone asked: complete records without dead time; complete records with a dead time
narx.fit_arx, M1 the newest two asked: complete records without dead time; complete records with a dead time
narx.fit_arx, M1 the two ends asked: complete records without dead time; complete records with a dead time
narx.fit_arx, M1 one of them is enough: complete records without dead time; complete records with a dead time
narx.fit_arx, M1 the oldest left out: complete records without dead time; complete records with a dead time
narx.fit_arx, M1s one output more: complete records without dead time; complete records with a dead time
narx.fit_arx, M1s where inputs are read: complete records without dead time; complete records with a dead time
narx.fit_arx, M1s all after the first gap: complete records without dead time; complete records with a dead time
narx.fit_arx, M1s all before the last gap: complete records without dead time; complete records with a dead time
narx.fit_arx, M1s the next one too: complete records without dead time; complete records with a dead time
narx.fit_arx, M1s all but the longest stretch: complete records without dead time; complete records with a dead time
narx.fit_arx, M1i: -
narx.fit_arx, M2 with zeros: complete records without dead time; complete records with a dead time
narx.fit_arx, M2 with the last one measured: complete records without dead time; complete records with a dead time
narx.fit_arx, M2 with the mean: complete records without dead time; complete records with a dead time
narx.fit_arx, M2 with straight lines: complete records without dead time; complete records with a dead time
narx.fit_arx, M2 with the mean of both sides: complete records without dead time; complete records with a dead time
narx.fit_arx, M2 the past with zeros: complete records without dead time; complete records with a dead time
narx.fit_arx, M2 rows of zeros: complete records without dead time; complete records with a dead time
narx.fit_arx, M2c in both: complete records without dead time; complete records with a dead time
narx.fit_arx, M2c in the outputs: complete records without dead time; complete records with a dead time
narx.fit_arx, X3 none: complete records without dead time
narx.fit_arx, X3 one more: -
narx.fit_arx, X3 one more, from later on: -
narx.fit_arx, X3 one less: complete records without dead time
narx.fit_arx, X3 one, whatever it is: -
narx.fit_arx, X3 twice: complete records without dead time
narx.fit_arx, X3z: complete records with a dead time; samples missing
narx.fit_arx, X3y: complete records without dead time
narx.fit_arx, X3n one more: -
narx.fit_arx, X3n one more, all returned: -
narx.fit_arx, X3j: -
narx.fit_arx, X3j one input, repeated: -
narx.fit_arx, X5 that of the outputs alone: complete records without dead time
narx.fit_arx, X5 one late: complete records without dead time
narx.fit_arx, X5 the larger order: complete records without dead time
narx.fit_arx, X5 the sum: -
narx.fit_arx, X5 the larger order, and the dead time: complete records without dead time
narx.fit_arx, X5 one after both: -
narx.fit_arx, X5e: -
narx.fit_arx, X5e as many as the dead time: -
narx.fit_arx, X1: -
narx.fit_arx, X1 beside the others: -
narx.fit_arx, X15: -
narx.fit_arx, X15 the mean of what is left: -
narx.fit_arx, X15 the mean of the outputs: -
narx.fit_arx, X15 an offset of zeros: -
narx.fit_arx, X15m means taken away, mean as offset: -
narx.fit_arx, X15m means of the rows taken away: -
narx.fit_arx, X15m means taken away, no offset: -
narx.fit_arx, X15m as a level: -
narx.fit_arx, X15w of what was measured: -
narx.fit_arx, X15w of all: -
narx.fit_arx, X2 both oldest first: -
narx.fit_arx, X2 a oldest first: -
narx.fit_arx, X2 b oldest first: -
narx.fit_arx, X2s inputs first: -
narx.fit_arx, X2s inputs first in the rows: -
narx.fit_arx, X2s the 1 first: -
narx.fit_arx, X2s the 1 first in the rows: -
narx.fit_arx, X19 a: -
narx.fit_arx, X19 all: -
narx.fit_arx, X19 b: -
narx.fit_arx, X19 c: -
narx.fit_arx, M3 a penalty: -
narx.fit_arx, M3 a small penalty: -
narx.fit_arx, M3 each column by itself: -
narx.fit_arx, M3 outputs first, inputs after: -
narx.fit_arx, M3r: -
narx.fit_arx, M4 the change: -
narx.fit_arx, M4 the step before: -
narx.fit_arx, M4 the step after: -
narx.fit_arx, M4 the first ones: -
narx.k_ahead, X7 one step ahead, whatever k: one step ahead
narx.k_ahead, X7 all but the newest: one step ahead
narx.k_ahead, X7 the newest: one step ahead
narx.k_ahead, X7 the oldest: one step ahead; k up to the number of past outputs
narx.k_ahead, X7 two steps at most: one step ahead
narx.k_ahead, X11 one free run: -
narx.k_ahead, X11 a free run that goes on: -
narx.k_ahead, X11b all of each: one step ahead
narx.k_ahead, X11b the last of each: one step ahead
narx.k_ahead, X11r: one step ahead
narx.k_ahead, X12 one more: -
narx.k_ahead, X12 one more, from later on: -
narx.k_ahead, X12 one less: one step ahead
narx.k_ahead, X12e: -
narx.k_ahead, X12e with a start before: -
narx.k_ahead, X9: one step ahead
narx.k_ahead, X9 the newest overwritten: one step ahead
narx.k_ahead, X12n: one step ahead
narx.k_ahead, X10: one step ahead
narx.k_ahead, X10 the last one measured is held: one step ahead
narx.k_ahead, X10 zeros for what is not measured: one step ahead
narx.k_ahead, X10 the newest prediction for all: one step ahead
narx.k_ahead, X10 the first prediction for all: one step ahead
narx.k_ahead, X2 both oldest first: -
narx.k_ahead, X2 outputs oldest first: -
narx.k_ahead, X2 inputs oldest first: -
narx.k_ahead, X2 inputs before outputs: -
narx.k_ahead, X2 all turned round: -
narx.k_ahead, X3 from the same step on: -
narx.k_ahead, X3 one step older: -
narx.k_ahead, X3 later ones: -
narx.k_ahead, X3h those of the first step: one step ahead
narx.k_ahead, X3h those of the last step: one step ahead
narx.k_ahead, X3h the last one held: one step ahead
narx.k_ahead, X3h none after step t-k: one step ahead
narx.k_ahead, X5 one late: -
narx.k_ahead, X5 the last left out: -
narx.k_ahead, X5 from the first regressors on: one step ahead
narx.k_ahead, X5 without the horizon: one step ahead
narx.k_ahead, X5 those of the outputs alone: k up to the number of past outputs
narx.k_ahead, X5 those of the inputs alone: one step ahead
narx.k_ahead, X5 the sum: -
narx.k_ahead, X13k all of a way: -
narx.k_ahead, X13k their mean: one step ahead
narx.k_ahead, X13k one left out at the end: one step ahead
narx.k_ahead, N10 no tanh: -
narx.k_ahead, N10 tanh outside: -
narx.k_ahead, N10 tanh twice: -
narx.k_ahead, N10 a sigmoid: -
narx.k_ahead, N10 a rectifier: -
narx.k_ahead, N10b without the inner one: -
narx.k_ahead, N10b without the outer one: -
narx.k_ahead, N10b the outer one within: -
narx.k_ahead, N10b the inner one after tanh: -
narx.k_ahead, N10d: -
narx.k_ahead, X20 prediction minus output: -
narx.k_ahead, X20 output minus prediction: -
narx.k_ahead, R5: -
narx.k_ahead, X17: -
narx.k_ahead, R13: -
narx.blended_run, F1: -
narx.blended_run, F1 in gaps, too: -
narx.blended_run, F2 predictions alone: free run, α = 0
narx.blended_run, F2 measurements, where there are some: teacher forcing, α = 1
narx.blended_run, F2 a half: -
narx.blended_run, F2 squared: free run, α = 0; teacher forcing, α = 1
narx.blended_run, F2 the root: free run, α = 0; teacher forcing, α = 1
narx.blended_run, F2 less from step to step: free run, α = 0; teacher forcing, α = 1
narx.blended_run, F3 the mask ignored: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F3 the number in the gap fed: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F3 measured where any example was: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F3 the mask of the first example: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F3 the mask of the step before: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F3 the mask from its beginning: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F3 the mask the wrong way round: free run, α = 0
narx.blended_run, F3 the measurement fed whole, a gap blended: teacher forcing, α = 1
narx.blended_run, F3 in what is returned: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F3a: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F4 moved towards zero: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F4 zero: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F4 what was fed before: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F4 the measured one before: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F4 moved towards what was fed before: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F4 midway to what was fed before: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F4 the mean of what was measured: free run, α = 0; teacher forcing, α = 1; between the two
narx.blended_run, F5 the measurement added: free run, α = 0
narx.blended_run, F5 the other way: free run, α = 0
narx.blended_run, F5 the correction alone: -
narx.blended_run, F5 a wrong sum: -
narx.blended_run, F5 divided by the weights: free run, α = 0
narx.blended_run, F5 the bias again: -
narx.blended_run, F5r with the measurement: teacher forcing, α = 1
narx.blended_run, F5r with the prediction: -
narx.blended_run, F5r with the prediction, in gaps too: -
narx.blended_run, F5t with the measurement of the step before: free run, α = 0
narx.blended_run, F5t with that of the next step: free run, α = 0
narx.blended_run, F5t with what was fed before: free run, α = 0
narx.blended_run, F5t both of the step before: free run, α = 0
narx.blended_run, F6 the blend as prediction: free run, α = 0
narx.blended_run, F6 the blend of both: free run, α = 0
narx.blended_run, F6f the prediction: free run, α = 0
narx.blended_run, F6f the measured: teacher forcing, α = 1
narx.blended_run, X7 all: teacher forcing, α = 1
narx.blended_run, X7 the newest: teacher forcing, α = 1
narx.blended_run, X7 all but the newest: teacher forcing, α = 1
narx.blended_run, X7 the oldest: teacher forcing, α = 1
narx.blended_run, X10 those of the start: -
narx.blended_run, X10 the newest for all: -
narx.blended_run, X10b all: free run, α = 0
narx.blended_run, X10b all but the newest: free run, α = 0
narx.blended_run, X8 zeros: -
narx.blended_run, X8 the first one for all: -
narx.blended_run, X8 a share of it: teacher forcing, α = 1
narx.blended_run, X8 not written down: -
narx.blended_run, X13 the start among the predictions: -
narx.blended_run, X13 what is fed without the start: -
narx.blended_run, X13 the last step left out: -
narx.blended_run, X13 a step late: -
narx.blended_run, X2 oldest first: -
narx.blended_run, X2 inputs first: -
narx.blended_run, X2 output by output: -
narx.blended_run, X2 oldest first, output by output: -
narx.blended_run, X2 outputs in another order: -
narx.blended_run, X2e: -
narx.blended_run, X3 the step before: -
narx.blended_run, X3 counted from the start: -
narx.blended_run, X3 the next step: -
narx.blended_run, R7 left out: -
narx.blended_run, R7 twice: -
narx.blended_run, R9 tanh: -
narx.blended_run, R9 rectifier: -
narx.blended_run, X20: -
narx.blended_run, X20 the other way: -
narx.simulation_gradient, X7 the gradient as if it had run freely: -
narx.simulation_gradient, X7 and no way back: -
narx.simulation_gradient, X7 and its own start: -
narx.simulation_gradient, B6: the loss
narx.simulation_gradient, B6 in da alone: the loss; db; dc; the gradient of the start
narx.simulation_gradient, B6 but for the start: the loss; the gradient of the start
narx.simulation_gradient, B6 one step back alone: the loss
narx.simulation_gradient, B6n the newest alone: the loss
narx.simulation_gradient, B6n the oldest alone: the loss
narx.simulation_gradient, B6n the newest, with all coefficients: the loss
narx.simulation_gradient, B6n the first coefficient for all: the loss
narx.simulation_gradient, B6n of later steps the last counted alone: the loss
narx.simulation_gradient, B7 the last one alone: the loss
narx.simulation_gradient, B7 what comes back replaces it: the loss
narx.simulation_gradient, B7 the last one left out: the loss
narx.simulation_gradient, B8: the loss
narx.simulation_gradient, X2 in the run: -
narx.simulation_gradient, X2 everywhere: -
narx.simulation_gradient, X2 in da: the loss; db; dc; the gradient of the start
narx.simulation_gradient, X2d: the loss; da; db; dc
narx.simulation_gradient, B1: the loss
narx.simulation_gradient, B1 on the way back alone: the loss
narx.simulation_gradient, B1 of the errors alone: the loss
narx.simulation_gradient, B1t on the way back: the loss
narx.simulation_gradient, B1t at each step: the loss
narx.simulation_gradient, B1t for the errors: the loss
narx.simulation_gradient, B1t for all errors but the last: the loss
narx.simulation_gradient, B2 of tanh once more: the loss
narx.simulation_gradient, B2 the square outside: the loss
narx.simulation_gradient, B2 no square: the loss
narx.simulation_gradient, B2 inverse: the loss
narx.simulation_gradient, B2 of a sigmoid: the loss
narx.simulation_gradient, B2s of the step before: the loss
narx.simulation_gradient, B2s measured: the loss
narx.simulation_gradient, B5 measured: the loss; db; dc; the gradient of the start
narx.simulation_gradient, B5 one step late: the loss; db; dc; the gradient of the start
narx.simulation_gradient, B5 the newest for all: the loss; db; dc; the gradient of the start
narx.simulation_gradient, B5 errors: the loss; db; dc; the gradient of the start
narx.simulation_gradient, B9 a: the loss; db; dc; the gradient of the start
narx.simulation_gradient, B9 b: the loss; da; dc; the gradient of the start
narx.simulation_gradient, B9 c: the loss; da; db; the gradient of the start
narx.simulation_gradient, B9 all: the loss; the gradient of the start
narx.simulation_gradient, B12: the loss
narx.simulation_gradient, B12 sent to the start alone: the loss
narx.simulation_gradient, X3 in both: -
narx.simulation_gradient, X3 in the run: -
narx.simulation_gradient, X3 in the gradient: the loss; da; dc; the gradient of the start
narx.simulation_gradient, X3 counted from the start, in both: -
narx.simulation_gradient, X15: -
narx.simulation_gradient, X9n: -
narx.simulation_gradient, X9n nor in the gradient: -
narx.simulation_gradient, L1 no half: da; db; dc; the gradient of the start
narx.simulation_gradient, L1 mean: da; db; dc; the gradient of the start
narx.simulation_gradient, L1 half of the mean: da; db; dc; the gradient of the start
narx.simulation_gradient, L1 mean with the start: da; db; dc; the gradient of the start
narx.simulation_gradient, L1 root: da; db; dc; the gradient of the start
narx.simulation_gradient, L1 sizes: da; db; dc; the gradient of the start
narx.simulation_gradient, L1 the last error alone: da; db; dc; the gradient of the start
narx.simulation_gradient, L1 the first error left out: da; db; dc; the gradient of the start
narx.simulation_gradient, L1 the last error left out: da; db; dc; the gradient of the start
narx.simulation_gradient, L2 twice: the loss
narx.simulation_gradient, L2 by the steps: the loss
narx.simulation_gradient, L2 twice, by the steps: the loss
narx.simulation_gradient, L2 by the samples: the loss
narx.simulation_gradient, L2n: the loss
narx.simulation_gradient, L2m no half: -
narx.simulation_gradient, L2m mean: -
narx.simulation_gradient, L2m half of the mean: -
narx.simulation_gradient, B13 zeros: the loss; da; db; dc
narx.simulation_gradient, B13 of the steps after it: the loss; da; db; dc
narx.simulation_gradient, B13 its newest for all: the loss; da; db; dc
narx.simulation_gradient, B13 of the first step alone: the loss; da; db; dc
narx.simulation_gradient, B13 minus: the loss; da; db; dc
narx.simulation_gradient, B13 in what went into tanh: the loss; da; db; dc
narx.simulation_gradient, X8 zeros: -
narx.simulation_gradient, X8 the first for all: -
narx.simulation_gradient, B10 b like c: the loss; da; dc; the gradient of the start
narx.simulation_gradient, B10 c times c: the loss; da; db; the gradient of the start
narx.simulation_gradient, B10 b times b: the loss; da; dc; the gradient of the start
narx.simulation_gradient, B10 c without the slope: the loss; da; db; the gradient of the start
narx.simulation_gradient, B10 c as a count: the loss; da; db; the gradient of the start
narx.run_scores, E19 no root: the skill
narx.run_scores, E19 the quotient alone: the skill
narx.run_scores, E19 the quotient without root: the skill
narx.run_scores, E19 percent: the skill
narx.run_scores, E19 root of all: the skill
narx.run_scores, E19 a root above alone: the skill
narx.run_scores, E19 a root below alone: the skill
narx.run_scores, E19 upside down: the skill
narx.run_scores, E19 minus: the skill
narx.run_scores, E19z the fit: the skill
narx.run_scores, E19z the skill: the fit
narx.run_scores, E19z both: -
narx.run_scores, E19c in the fit: the skill
narx.run_scores, E19c variances: the skill
narx.run_scores, E19c in both: -
narx.run_scores, E19r: the skill
narx.run_scores, E19p around their mean: the skill
narx.run_scores, E19p their spread: the skill
narx.run_scores, E19g the range: the skill
narx.run_scores, E19g root mean square by the range: the skill
narx.run_scores, E19g around the median: the skill
narx.run_scores, E19g sizes: the skill
narx.run_scores, E19n: the skill
narx.run_scores, E19m all steps: the skill
narx.run_scores, E19m each experiment its own: the skill
narx.run_scores, E19m each step its own: the skill
narx.run_scores, E19m all outputs together: the skill
narx.run_scores, E19m the steps left out: the skill
narx.run_scores, E19m all but the last: the skill
narx.run_scores, E20 a root: the fit
narx.run_scores, E20 the quotient alone: the fit
narx.run_scores, E20 upside down: the fit
narx.run_scores, E20 percent: the fit
narx.run_scores, E20 sizes: the fit
narx.run_scores, E20 minus: the fit
narx.run_scores, E20 the mean in place of the step before: the fit
narx.run_scores, Q5 two steps before: the fit
narx.run_scores, Q5 the last one in a circle: the fit
narx.run_scores, Q5 the last output before the run: the fit
narx.run_scores, Q5 the first output: the fit
narx.run_scores, Q5p the prediction before: the fit
narx.run_scores, Q5p against the predictions: the fit
narx.run_scores, Q5p changes of the predictions: the fit
narx.run_scores, Q5d: the fit
narx.run_scores, Q5d of all experiments that there are: the fit
narx.run_scores, X13: the fit
narx.run_scores, X13 means in place of sums: the fit
narx.run_scores, X13 in both sums: the fit
narx.run_scores, X13 all steps: the fit
narx.run_scores, E9 none: -
narx.run_scores, E9 none at all: -
narx.run_scores, E9 one more: -
narx.run_scores, E9 one less: -
narx.run_scores, E9 the last ones: -
narx.run_scores, E9 the predictions from their start: -
narx.run_scores, E9 in the spread alone: -
narx.run_scores, E9s: -
narx.run_scores, E9s by means: -
narx.run_scores, E9l: -
narx.run_scores, X12 late: -
narx.run_scores, X12 early: -
narx.run_scores, R13 all outputs together: -
narx.run_scores, R13 one number: -
narx.run_scores, R13e each experiment, then their mean: -
narx.run_scores, R13e each experiment around the common mean: -
narx.run_scores, R13e step by step, then the mean: the fit
narx.run_scores, R13e a score for each experiment: -
narx.run_scores, E21: -
narx.run_scores, E21 over experiments: -
narx.run_scores, E21 of the mean experiment: -
narx.run_scores, E22 mean above: -
narx.run_scores, E22 mean below: -
narx.identify, X7: -
narx.identify, X7 every n_max steps: its free run over the test
narx.identify, X7 and all steps that there are: -
narx.identify, P1 free run over the training record: -
narx.identify, P1 one step ahead in training: -
narx.identify, P1 one step ahead in training, all rows: -
narx.identify, P2 validation: -
narx.identify, P2 both: -
narx.identify, P2h: -
narx.identify, P2r to both: errors of the free runs; the order chosen by them
narx.identify, P2r to both, one after the other: errors of the free runs; the order chosen by them
narx.identify, P2r to validation: errors of the free runs; the order chosen by them
narx.identify, X5 from n_max on: -
narx.identify, X5 one late: -
narx.identify, X5 without the last: -
narx.identify, X1 the output itself: -
narx.identify, X1 targets of the step before: -
narx.identify, X1 changes: -
narx.identify, X3 from the same step on: -
narx.identify, X3 in the run: -
narx.identify, X3 in the fit: -
narx.identify, X3s: -
narx.identify, X3s the inputs before the run thrown away: -
narx.identify, X15 none: -
narx.identify, X15 not in the run: -
narx.identify, X15 means taken away: -
narx.identify, X2 outputs of the run: -
narx.identify, X2 inputs of the run: -
narx.identify, X2 both in the run: -
narx.identify, X2 inputs before outputs in the run: -
narx.identify, X21 no inputs: -
narx.identify, X21 one input: -
narx.identify, X21 one output: -
narx.identify, X21 without the largest: -
narx.identify, X8 from zeros: -
narx.identify, X8 at step n: its free run over the test
narx.identify, X8 at step n, scored later: its free run over the test
narx.identify, X8 from the first outputs: -
narx.identify, X10 the start for ever: -
narx.identify, X10 the newest for all: -
narx.identify, X10 one step behind: -
narx.identify, P3 no root: its free run over the test
narx.identify, P3 sum: its free run over the test
narx.identify, P3 root of the sum: its free run over the test
narx.identify, P3 sizes: its free run over the test
narx.identify, P3 one sample less: its free run over the test
narx.identify, P3 half: its free run over the test
narx.identify, P3 the largest: its free run over the test
narx.identify, P3 by the spread: its free run over the test
narx.identify, P3 by the spread of what is scored: its free run over the test
narx.identify, P3 share of the variance: its free run over the test
narx.identify, P3 spread of the errors: its free run over the test
narx.identify, P3s the start too, as right: its free run over the test
narx.identify, P3s the first left out: its free run over the test
narx.identify, P3s the last left out: its free run over the test
narx.identify, P3t: -
narx.identify, P4: errors of the free runs
narx.identify, P4 the model, too: errors of the free runs
narx.identify, P4m one order higher: errors of the free runs; the order chosen by them
narx.identify, P4m the last: errors of the free runs; the order chosen by them
narx.identify, P4m the first: errors of the free runs; the order chosen by them
narx.identify, P5 the largest error: errors of the free runs
narx.identify, P5 the largest order: errors of the free runs
narx.identify, P5 by the one-step error: errors of the free runs
narx.identify, P5 with a price for each order: errors of the free runs
narx.identify, P5 with a higher price: errors of the free runs
narx.identify, P5 by the training error: errors of the free runs
narx.identify, P6 the validation start: errors of the free runs; the order chosen by them
narx.identify, P6 the end of validation: errors of the free runs; the order chosen by them
narx.identify, P6 the validation inputs: errors of the free runs; the order chosen by them
narx.identify, P6 zeros: errors of the free runs; the order chosen by them
narx.identify, P6n: errors of the free runs; the order chosen by them
narx.identify, P6n cut: errors of the free runs; the order chosen by them
narx.identify, P6n from its last ones: errors of the free runs; the order chosen by them
narx.identify, P6s turned round: errors of the free runs; the order chosen by them
narx.identify, P6s its first outputs: errors of the free runs; the order chosen by them
narx.identify, X13 with the start: errors of the free runs; the order chosen by them
narx.identify, X13 the last left out: errors of the free runs; the order chosen by them
"""
