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
