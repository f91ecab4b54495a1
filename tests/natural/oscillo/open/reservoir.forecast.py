"""reservoir.forecast"""
import numpy as np


# ---------------------------------------------------------------- right

def _states(x, W_ih, W_hh, b, a):
    h = np.zeros(len(b), dtype=x.dtype)
    H = []
    for x_t in x:
        h = (1 - a) * h + a * np.tanh(W_ih @ x_t + W_hh @ h + b)
        H.append(h)
    return np.array(H)


def _ridge(Z, Y, penalty):
    R = penalty * np.eye(Z.shape[1], dtype=Z.dtype)
    R[-1, -1] = 0
    return np.linalg.solve(Z.T @ Z + R, Z.T @ Y).T


def r_straight_on(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    H = _states(x, W_ih, W_hh, b, a)
    Z = np.hstack([H, x, np.ones((T, 1), dtype=x.dtype)])
    # row t - 1 of Z predicts x[t]
    errors = np.zeros(len(penalties), dtype=x.dtype)
    for i, p in enumerate(penalties):
        W = _ridge(Z[washout - 1 : n_train - 1], x[washout:n_train], p)
        o = Z[n_train - 1 : m - 1] @ W.T
        errors[i] = np.sqrt(np.mean((o - x[n_train:m]) ** 2))
    best = int(np.argmin(errors))
    W = _ridge(Z[washout - 1 : m - 1], x[washout:m], penalties[best])
    h, cur = H[m - 1], x[m - 1]
    x_hat = np.zeros((T - m, F), dtype=x.dtype)
    for j in range(T - m):
        cur = W @ np.concatenate([h, cur, np.ones(1, dtype=x.dtype)])
        x_hat[j] = cur
        h = (1 - a) * h + a * np.tanh(W_ih @ cur + W_hh @ h + b)
    sigma = x[:m].std(axis=0)
    e = np.sqrt(np.mean(((x_hat - x[m:]) / sigma) ** 2, axis=1))
    n = 0
    while n < T - m and e[n] <= eps:
        n += 1
    return errors, best, x_hat, e, n * dt * exponent


def r_centred_and_list(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    m = n_train + n_valid
    T, F = x.shape
    N = len(b)
    seen = [np.concatenate([h, v]) for h, v in zip(_states(x, W_ih, W_hh, b, a), x)]

    def fit(first, stop, lam):
        Q = np.array([seen[t - 1] for t in range(first, stop)], dtype=float)
        Y = np.array([x[t] for t in range(first, stop)], dtype=float)
        qm, ym = Q.mean(0), Y.mean(0)
        M = np.linalg.solve((Q - qm).T @ (Q - qm) + float(lam) * np.eye(N + F), (Q - qm).T @ (Y - ym))
        return M, ym - qm @ M

    errors = []
    for lam in penalties:
        M, c = fit(washout, n_train, lam)
        sq = [((seen[t - 1] @ M + c - x[t]) ** 2).mean() for t in range(n_train, m)]
        errors.append(np.sqrt(np.mean(sq)))
    best = errors.index(min(errors))
    M, c = fit(washout, m, penalties[best])
    state = seen[m - 1]
    path = []
    while len(path) < T - m:
        nxt = state @ M + c
        path.append(nxt)
        h = (1 - a) * state[:N] + a * np.tanh(W_ih @ nxt + W_hh @ state[:N] + b)
        state = np.concatenate([h, nxt])
    x_hat = np.array(path)
    e = np.linalg.norm((x_hat - x[m:]) / x[:m].std(0), axis=1) / np.sqrt(F)
    good = next((i for i, v in enumerate(e) if v > eps), T - m)
    return np.array(errors, x.dtype), best, x_hat.astype(x.dtype), e.astype(x.dtype), good * dt * exponent


def r_least_squares_rows(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    H = _states(x[:m], W_ih, W_hh, b, a)
    past = np.column_stack([H, x[:m]])

    def solve(stop, lam):
        A = past[washout - 1 : stop - 1]
        p = A.shape[1]
        top = np.column_stack([A, np.ones(len(A))])
        low = np.column_stack([np.sqrt(lam) * np.eye(p), np.zeros(p)])
        rhs = np.vstack([x[washout:stop], np.zeros((p, F))])
        return np.linalg.lstsq(np.vstack([top, low]), rhs, rcond=None)[0]

    A_val = np.column_stack([past[n_train - 1 : m - 1], np.ones(n_valid)])
    res = np.array([A_val @ solve(n_train, lam) for lam in penalties]) - x[n_train:m]
    errors = np.sqrt(np.square(res).mean(axis=(1, 2)))
    best = np.argmin(errors)
    W = solve(m, penalties[best])
    h, v, out = H[-1], x[m - 1], []
    for _ in range(m, T):
        v = np.hstack([h, v, 1]) @ W
        h = h + a * (np.tanh(W_ih @ v + W_hh @ h + b) - h)
        out.append(v)
    out = np.vstack(out)
    z = (out - x[m:]) / np.sqrt(np.mean((x[:m] - x[:m].mean(0)) ** 2, axis=0))
    e = np.sqrt(np.mean(z * z, axis=1))
    fine = np.cumprod(e <= eps).sum()
    return errors.astype(x.dtype), best, out.astype(x.dtype), e.astype(x.dtype), fine * dt * exponent


# ---------------------------------------------------------------- wrong


def w_no_shift(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    H = _states(x, W_ih, W_hh, b, a)
    Z = np.hstack([H, x, np.ones((T, 1), dtype=x.dtype)])
    errors = np.zeros(len(penalties), dtype=x.dtype)
    for i, p in enumerate(penalties):
        W = _ridge(Z[washout:n_train], x[washout:n_train], p)
        o = Z[n_train:m] @ W.T
        errors[i] = np.sqrt(np.mean((o - x[n_train:m]) ** 2))
    best = int(np.argmin(errors))
    W = _ridge(Z[washout:m], x[washout:m], penalties[best])
    h, cur = H[m - 1], x[m - 1]
    x_hat = np.zeros((T - m, F), dtype=x.dtype)
    for j in range(T - m):
        cur = W @ np.concatenate([h, cur, np.ones(1, dtype=x.dtype)])
        x_hat[j] = cur
        h = (1 - a) * h + a * np.tanh(W_ih @ cur + W_hh @ h + b)
    sigma = x[:m].std(axis=0)
    e = np.sqrt(np.mean(((x_hat - x[m:]) / sigma) ** 2, axis=1))
    n = 0
    while n < T - m and e[n] <= eps:
        n += 1
    return errors, best, x_hat, e, n * dt * exponent


def w_washout_of_states(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    H = _states(x, W_ih, W_hh, b, a)
    Z = np.hstack([H, x, np.ones((T, 1), dtype=x.dtype)])
    # row t - 1 of Z predicts x[t]
    errors = np.zeros(len(penalties), dtype=x.dtype)
    for i, p in enumerate(penalties):
        W = _ridge(Z[washout : n_train - 1], x[washout + 1 : n_train], p)
        o = Z[n_train - 1 : m - 1] @ W.T
        errors[i] = np.sqrt(np.mean((o - x[n_train:m]) ** 2))
    best = int(np.argmin(errors))
    W = _ridge(Z[washout : m - 1], x[washout + 1 : m], penalties[best])
    h, cur = H[m - 1], x[m - 1]
    x_hat = np.zeros((T - m, F), dtype=x.dtype)
    for j in range(T - m):
        cur = W @ np.concatenate([h, cur, np.ones(1, dtype=x.dtype)])
        x_hat[j] = cur
        h = (1 - a) * h + a * np.tanh(W_ih @ cur + W_hh @ h + b)
    sigma = x[:m].std(axis=0)
    e = np.sqrt(np.mean(((x_hat - x[m:]) / sigma) ** 2, axis=1))
    n = 0
    while n < T - m and e[n] <= eps:
        n += 1
    return errors, best, x_hat, e, n * dt * exponent


def w_not_fitted_again(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    H = _states(x[:m], W_ih, W_hh, b, a)
    Z = np.hstack([H, x[:m], np.ones((m, 1), dtype=x.dtype)])
    readouts = [_ridge(Z[washout - 1 : n_train - 1], x[washout:n_train], p) for p in penalties]
    errors = np.array([np.sqrt(np.mean((Z[n_train - 1 : m - 1] @ W.T - x[n_train:m]) ** 2)) for W in readouts])
    best = int(np.argmin(errors))
    W = readouts[best]
    z = Z[-1]
    N = len(b)
    x_hat = []
    for t in range(m, T):
        v = W @ z
        x_hat.append(v)
        h = (1 - a) * z[:N] + a * np.tanh(W_ih @ v + W_hh @ z[:N] + b)
        z = np.concatenate([h, v, np.ones(1, dtype=x.dtype)])
    x_hat = np.array(x_hat)
    e = np.sqrt(np.mean(((x_hat - x[m:]) / x[:m].std(0)) ** 2, axis=1))
    k = 0
    for err in e:
        if err > eps:
            break
        k += 1
    return errors, best, x_hat, e, k * dt * exponent


def w_validated_on_its_own(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    H = _states(x, W_ih, W_hh, b, a)
    Z = np.hstack([H, x, np.ones((T, 1), dtype=x.dtype)])
    # row t - 1 of Z predicts x[t]
    errors = np.zeros(len(penalties), dtype=x.dtype)
    for i, p in enumerate(penalties):
        W = _ridge(Z[washout - 1 : n_train - 1], x[washout:n_train], p)
        o = np.zeros((n_valid, F), dtype=x.dtype)
        h, cur = H[n_train - 1], x[n_train - 1]
        for j in range(n_valid):
            cur = W @ np.concatenate([h, cur, np.ones(1, dtype=x.dtype)])
            o[j] = cur
            h = (1 - a) * h + a * np.tanh(W_ih @ cur + W_hh @ h + b)
        errors[i] = np.sqrt(np.mean((o - x[n_train:m]) ** 2))
    best = int(np.argmin(errors))
    W = _ridge(Z[washout - 1 : m - 1], x[washout:m], penalties[best])
    h, cur = H[m - 1], x[m - 1]
    x_hat = np.zeros((T - m, F), dtype=x.dtype)
    for j in range(T - m):
        cur = W @ np.concatenate([h, cur, np.ones(1, dtype=x.dtype)])
        x_hat[j] = cur
        h = (1 - a) * h + a * np.tanh(W_ih @ cur + W_hh @ h + b)
    sigma = x[:m].std(axis=0)
    e = np.sqrt(np.mean(((x_hat - x[m:]) / sigma) ** 2, axis=1))
    n = 0
    while n < T - m and e[n] <= eps:
        n += 1
    return errors, best, x_hat, e, n * dt * exponent


def w_mean_square(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    # columns as in the demo of the minimal ESN, time runs to the right
    data = x.T
    F, T = data.shape
    N = W_hh.shape[0]
    m = n_train + n_valid
    X = np.zeros((N + F + 1, T), dtype=x.dtype)
    s = np.zeros((N, 1), dtype=x.dtype)
    bias = b[:, None]
    for t in range(T):
        u = data[:, t : t + 1]
        s = (1 - a) * s + a * np.tanh(np.dot(W_ih, u) + np.dot(W_hh, s) + bias)
        X[:, t] = np.vstack((s, u, np.ones((1, 1))))[:, 0]
    reg = np.eye(N + F + 1, dtype=x.dtype)
    reg[-1, -1] = 0
    mse = np.zeros(len(penalties), dtype=x.dtype)
    for i in range(len(penalties)):
        Xt, Yt = X[:, washout - 1 : n_train - 1], data[:, washout:n_train]
        Wout = np.linalg.solve(Xt @ Xt.T + penalties[i] * reg, Xt @ Yt.T).T
        err = Wout @ X[:, n_train - 1 : m - 1] - data[:, n_train:m]
        mse[i] = (err**2).sum() / err.size
    best = int(np.argmin(mse))
    Xt, Yt = X[:, washout - 1 : m - 1], data[:, washout:m]
    Wout = np.linalg.solve(Xt @ Xt.T + penalties[best] * reg, Xt @ Yt.T).T
    Y = np.zeros((F, T - m), dtype=x.dtype)
    z = X[:, m - 1]
    for t in range(T - m):
        y = Wout @ z
        Y[:, t] = y
        h = (1 - a) * z[:N] + a * np.tanh(W_ih @ y + W_hh @ z[:N] + b)
        z = np.concatenate((h, y, z[-1:]))
    x_hat = Y.T.copy()
    sd = np.std(x[:m], axis=0)
    e = np.sqrt((((x_hat - x[m:]) / sd) ** 2).mean(1))
    off = np.where(e > eps)[0]
    k = T - m if off.size == 0 else off[0]
    return mse, best, x_hat, e, k * dt * exponent


def w_last_value_read_twice(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    H = _states(x, W_ih, W_hh, b, a)
    Z = np.hstack([H, x, np.ones((T, 1), dtype=x.dtype)])
    # row t - 1 of Z predicts x[t]
    errors = np.zeros(len(penalties), dtype=x.dtype)
    for i, p in enumerate(penalties):
        W = _ridge(Z[washout - 1 : n_train - 1], x[washout:n_train], p)
        o = Z[n_train - 1 : m - 1] @ W.T
        errors[i] = np.sqrt(np.mean((o - x[n_train:m]) ** 2))
    best = int(np.argmin(errors))
    W = _ridge(Z[washout - 1 : m - 1], x[washout:m], penalties[best])
    h, cur = H[m - 1], x[m - 1]
    x_hat = np.zeros((T - m, F), dtype=x.dtype)
    for j in range(T - m):
        h = (1 - a) * h + a * np.tanh(W_ih @ cur + W_hh @ h + b)
        cur = W @ np.concatenate([h, cur, np.ones(1, dtype=x.dtype)])
        x_hat[j] = cur
    sigma = x[:m].std(axis=0)
    e = np.sqrt(np.mean(((x_hat - x[m:]) / sigma) ** 2, axis=1))
    n = 0
    while n < T - m and e[n] <= eps:
        n += 1
    return errors, best, x_hat, e, n * dt * exponent


def w_sigma_of_everything(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    H = _states(x, W_ih, W_hh, b, a)
    Z = np.hstack([H, x, np.ones((T, 1), dtype=x.dtype)])
    # row t - 1 of Z predicts x[t]
    errors = np.zeros(len(penalties), dtype=x.dtype)
    for i, p in enumerate(penalties):
        W = _ridge(Z[washout - 1 : n_train - 1], x[washout:n_train], p)
        o = Z[n_train - 1 : m - 1] @ W.T
        errors[i] = np.sqrt(np.mean((o - x[n_train:m]) ** 2))
    best = int(np.argmin(errors))
    W = _ridge(Z[washout - 1 : m - 1], x[washout:m], penalties[best])
    h, cur = H[m - 1], x[m - 1]
    x_hat = np.zeros((T - m, F), dtype=x.dtype)
    for j in range(T - m):
        cur = W @ np.concatenate([h, cur, np.ones(1, dtype=x.dtype)])
        x_hat[j] = cur
        h = (1 - a) * h + a * np.tanh(W_ih @ cur + W_hh @ h + b)
    sigma = x.std(axis=0)
    e = np.sqrt(np.mean(((x_hat - x[m:]) / sigma) ** 2, axis=1))
    n = 0
    while n < T - m and e[n] <= eps:
        n += 1
    return errors, best, x_hat, e, n * dt * exponent


def w_good_steps_anywhere(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    H = _states(x, W_ih, W_hh, b, a)
    one = np.ones((T, 1), dtype=x.dtype)
    Z = np.concatenate((H, x, one), axis=1)[:-1]
    Y = x[1:]
    errors = []
    for p in penalties:
        W = _ridge(Z[washout - 1 : n_train - 1], Y[washout - 1 : n_train - 1], p)
        diff = Z[n_train - 1 : m - 1] @ W.T - Y[n_train - 1 : m - 1]
        errors.append(np.sqrt(np.mean(diff**2)))
    best = int(np.argmin(errors))
    W = _ridge(Z[washout - 1 : m - 1], Y[washout - 1 : m - 1], penalties[best])
    h = H[m - 1]
    pred = x[m - 1]
    x_hat, e = [], []
    valid_steps = 0
    for t in range(m, T):
        pred = W[:, :-1] @ np.concatenate((h, pred)) + W[:, -1]
        h = (1 - a) * h + a * np.tanh(W_ih @ pred + W_hh @ h + b)
        dev = (pred - x[t]) / x[:m].std(axis=0)
        err = np.sqrt(np.sum(dev**2) / F)
        if err <= eps:
            valid_steps += 1
        x_hat.append(pred)
        e.append(err)
    return np.array(errors), best, np.array(x_hat), np.array(e, dtype=x.dtype), valid_steps * dt * exponent


def w_time_over_exponent(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    H = _states(x, W_ih, W_hh, b, a)
    Z = np.hstack([H, x, np.ones((T, 1), dtype=x.dtype)])
    # row t - 1 of Z predicts x[t]
    errors = np.zeros(len(penalties), dtype=x.dtype)
    for i, p in enumerate(penalties):
        W = _ridge(Z[washout - 1 : n_train - 1], x[washout:n_train], p)
        o = Z[n_train - 1 : m - 1] @ W.T
        errors[i] = np.sqrt(np.mean((o - x[n_train:m]) ** 2))
    best = int(np.argmin(errors))
    W = _ridge(Z[washout - 1 : m - 1], x[washout:m], penalties[best])
    h, cur = H[m - 1], x[m - 1]
    x_hat = np.zeros((T - m, F), dtype=x.dtype)
    for j in range(T - m):
        cur = W @ np.concatenate([h, cur, np.ones(1, dtype=x.dtype)])
        x_hat[j] = cur
        h = (1 - a) * h + a * np.tanh(W_ih @ cur + W_hh @ h + b)
    sigma = x[:m].std(axis=0)
    e = np.sqrt(np.mean(((x_hat - x[m:]) / sigma) ** 2, axis=1))
    n = 0
    while n < T - m and e[n] <= eps:
        n += 1
    return errors, best, x_hat, e, n * dt / exponent


def w_penalty_itself(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    H = _states(x, W_ih, W_hh, b, a)
    Z = np.hstack([H, x, np.ones((T, 1), dtype=x.dtype)])
    # row t - 1 of Z predicts x[t]
    errors = np.zeros(len(penalties), dtype=x.dtype)
    for i, p in enumerate(penalties):
        W = _ridge(Z[washout - 1 : n_train - 1], x[washout:n_train], p)
        o = Z[n_train - 1 : m - 1] @ W.T
        errors[i] = np.sqrt(np.mean((o - x[n_train:m]) ** 2))
    best = int(np.argmin(errors))
    W = _ridge(Z[washout - 1 : m - 1], x[washout:m], penalties[best])
    h, cur = H[m - 1], x[m - 1]
    x_hat = np.zeros((T - m, F), dtype=x.dtype)
    for j in range(T - m):
        cur = W @ np.concatenate([h, cur, np.ones(1, dtype=x.dtype)])
        x_hat[j] = cur
        h = (1 - a) * h + a * np.tanh(W_ih @ cur + W_hh @ h + b)
    sigma = x[:m].std(axis=0)
    e = np.sqrt(np.mean(((x_hat - x[m:]) / sigma) ** 2, axis=1))
    n = 0
    while n < T - m and e[n] <= eps:
        n += 1
    best = penalties[best]
    return errors, best, x_hat, e, n * dt * exponent


def w_constant_penalised(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    H = _states(x, W_ih, W_hh, b, a)
    Z = np.hstack([H, x, np.ones((T, 1), dtype=x.dtype)])
    # row t - 1 of Z predicts x[t]
    errors = np.zeros(len(penalties), dtype=x.dtype)
    for i, p in enumerate(penalties):
        A, Y = Z[washout - 1 : n_train - 1], x[washout:n_train]
        W = np.linalg.solve(A.T @ A + p * np.eye(A.shape[1], dtype=x.dtype), A.T @ Y).T
        o = Z[n_train - 1 : m - 1] @ W.T
        errors[i] = np.sqrt(np.mean((o - x[n_train:m]) ** 2))
    best = int(np.argmin(errors))
    A, Y = Z[washout - 1 : m - 1], x[washout:m]
    W = np.linalg.solve(A.T @ A + penalties[best] * np.eye(A.shape[1], dtype=x.dtype), A.T @ Y).T
    h, cur = H[m - 1], x[m - 1]
    x_hat = np.zeros((T - m, F), dtype=x.dtype)
    for j in range(T - m):
        cur = W @ np.concatenate([h, cur, np.ones(1, dtype=x.dtype)])
        x_hat[j] = cur
        h = (1 - a) * h + a * np.tanh(W_ih @ cur + W_hh @ h + b)
    sigma = x[:m].std(axis=0)
    e = np.sqrt(np.mean(((x_hat - x[m:]) / sigma) ** 2, axis=1))
    n = 0
    while n < T - m and e[n] <= eps:
        n += 1
    return errors, best, x_hat, e, n * dt * exponent


def w_x_standardised(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    x -= x[:m].mean(axis=0)
    x /= x[:m].std(axis=0)
    H = _states(x, W_ih, W_hh, b, a)
    Z = np.hstack([H, x, np.ones((T, 1), dtype=x.dtype)])
    # row t - 1 of Z predicts x[t]
    errors = np.zeros(len(penalties), dtype=x.dtype)
    for i, p in enumerate(penalties):
        W = _ridge(Z[washout - 1 : n_train - 1], x[washout:n_train], p)
        o = Z[n_train - 1 : m - 1] @ W.T
        errors[i] = np.sqrt(np.mean((o - x[n_train:m]) ** 2))
    best = int(np.argmin(errors))
    W = _ridge(Z[washout - 1 : m - 1], x[washout:m], penalties[best])
    h, cur = H[m - 1], x[m - 1]
    x_hat = np.zeros((T - m, F), dtype=x.dtype)
    for j in range(T - m):
        cur = W @ np.concatenate([h, cur, np.ones(1, dtype=x.dtype)])
        x_hat[j] = cur
        h = (1 - a) * h + a * np.tanh(W_ih @ cur + W_hh @ h + b)
    sigma = x[:m].std(axis=0)
    e = np.sqrt(np.mean(((x_hat - x[m:]) / sigma) ** 2, axis=1))
    n = 0
    while n < T - m and e[n] <= eps:
        n += 1
    return errors, best, x_hat, e, n * dt * exponent


RIGHT = {
    "straight_on": r_straight_on,
    "centred_and_list": r_centred_and_list,
    "least_squares_rows": r_least_squares_rows,
}
WRONG = {
    "no_shift": (
        w_no_shift,
        "state and value of the same step are fitted to each other, as in exercise 3: x_t is predicted from itself",
        "Is the value that you predict among what the readout reads?",
    ),
    "washout_of_states": (
        w_washout_of_states,
        "the washout is taken from the states, so the value of step washout is missing in the fit",
        "Which is the first value in the fit, by the task? How many are there?",
    ),
    "not_fitted_again": (
        w_not_fitted_again,
        "after the choice the readout is fitted to the training part only",
        "To which steps is the readout fitted that runs on its own?",
    ),
    "validated_on_its_own": (
        w_validated_on_its_own,
        "the penalties are compared by runs on own predictions, not one step ahead",
        "What does the network read in the steps of the choice: what was measured or what it predicted?",
    ),
    "mean_square": (
        w_mean_square,
        "errors are mean squares without the root",
        "Is there a root in the definition of errors?",
    ),
    "last_value_read_twice": (
        w_last_value_read_twice,
        "the state has read x_{m-1} already and reads it once more before the run",
        "How often does the reservoir read the last measured value?",
    ),
    "sigma_of_everything": (
        w_sigma_of_everything,
        "the standard deviation is over all steps, those of the test too",
        "Over which steps is sigma taken?",
    ),
    "good_steps_anywhere": (
        w_good_steps_anywhere,
        "all steps that are not off are counted, also those after the first that is",
        "What is valid_time if the second step is off and the third is not?",
    ),
    "time_over_exponent": (
        w_time_over_exponent,
        "divided by the Lyapunov exponent in place of multiplied",
        "A Lyapunov time is 1 over the exponent. How many of them are in a time t?",
    ),
    "penalty_itself": (
        w_penalty_itself,
        "best is the penalty, not its index",
        "What is best to be: a penalty or where it stands?",
    ),
    "constant_penalised": (
        w_constant_penalised,
        "the weight of the constant is penalised too",
        "Which weights are in the penalty, and how long is your diagonal?",
    ),
    "x_standardised": (
        w_x_standardised,
        "x is standardised in place: the argument changes, and the reservoir reads other values",
        "Look at x after the call. What does the reservoir read by the task?",
    ),
}
