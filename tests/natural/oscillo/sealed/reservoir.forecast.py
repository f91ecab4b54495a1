"""reservoir.forecast"""
import numpy as np


# ---------------------------------------------------------------- right

def drive(u, Win, Wres, b, lr):
    X = np.zeros((len(u), len(b)), dtype=u.dtype)
    s = np.zeros(len(b), dtype=u.dtype)
    for t in range(len(u)):
        s = (1 - lr) * s + lr * np.tanh(np.dot(Win, u[t]) + np.dot(Wres, s) + b)
        X[t] = s
    return X


def train(X, u, Y, lam):
    ext = np.c_[X, u, np.ones(len(X), dtype=X.dtype)]
    reg = np.diag(np.r_[np.full(ext.shape[1] - 1, lam), 0].astype(X.dtype))
    return np.linalg.solve(ext.T @ ext + reg, ext.T @ Y).T


def read(W, X, u):
    return X @ W[:, : X.shape[-1]].T + u @ W[:, X.shape[-1] : -1].T + W[:, -1]


def r_drive_and_read(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    X = drive(x, W_ih, W_hh, b, a)
    inp, S, target = x[:-1], X[:-1], x[1:]  # row t - 1 belongs to the value of step t
    fit = slice(washout - 1, n_train - 1)
    val = slice(n_train - 1, m - 1)
    errors = []
    for lam in penalties:
        W = train(S[fit], inp[fit], target[fit], lam)
        d = read(W, S[val], inp[val]) - target[val]
        errors.append(np.sqrt((d**2).mean()))
    errors = np.array(errors, dtype=x.dtype)
    best = int(errors.argmin())
    both = slice(washout - 1, m - 1)
    W = train(S[both], inp[both], target[both], penalties[best])
    s, v = X[m - 1], x[m - 1]
    x_hat = []
    for t in range(m, T):
        v = read(W, s, v)
        x_hat.append(v)
        s = (1 - a) * s + a * np.tanh(W_ih @ v + W_hh @ s + b)
    x_hat = np.array(x_hat)
    sigma = np.std(x[:m], axis=0)
    e = np.sqrt((((x_hat - x[m:]) / sigma) ** 2).sum(axis=1) / F)
    off = np.where(e > eps)[0]
    steps = off[0] if len(off) else T - m
    return errors, best, x_hat, e, float(steps * dt * exponent)


def r_all_in_one_loop(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    # sums for the fits are gathered while the reservoir runs
    T, F = x.shape
    N = len(b)
    m = n_train + n_valid
    M = N + F + 1
    A, C = np.zeros((M, M)), np.zeros((M, F))
    z = [None] * T
    h = np.zeros(N)
    for t in range(m):
        if t == n_train:
            A_train, C_train = A.copy(), C.copy()
        if t >= washout:
            A += np.outer(z[t - 1], z[t - 1])
            C += np.outer(z[t - 1], x[t])
        h = (1 - a) * h + a * np.tanh(W_ih @ x[t] + W_hh @ h + b)
        z[t] = np.concatenate([h, x[t], [1.0]])
    D = np.eye(M)
    D[M - 1, M - 1] = 0
    errors = np.zeros(len(penalties), dtype=x.dtype)
    for i in range(len(penalties)):
        W = np.linalg.solve(A_train + float(penalties[i]) * D, C_train)
        total = 0.0
        for t in range(n_train, m):
            total += np.sum((z[t - 1] @ W - x[t]) ** 2)
        errors[i] = np.sqrt(total / (n_valid * F))
    best = 0
    for i in range(1, len(errors)):
        if errors[i] < errors[best]:
            best = i
    W = np.linalg.solve(A + float(penalties[best]) * D, C)
    x_hat = np.zeros((T - m, F), dtype=x.dtype)
    e = np.zeros(T - m, dtype=x.dtype)
    sigma = x[:m].std(axis=0)
    valid, still = 0, True
    for t in range(m, T):
        v = z[t - 1] @ W
        x_hat[t - m] = v
        e[t - m] = np.sqrt(np.mean(((v - x[t]) / sigma) ** 2))
        still = still and e[t - m] <= eps
        valid += int(still)
        h = (1 - a) * h + a * np.tanh(W_ih @ v + W_hh @ h + b)
        z[t] = np.concatenate([h, v, [1.0]])
    return errors, best, x_hat, e, valid * dt * exponent


def r_state_before_reading(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    # X[:, t]: what the reservoir knows BEFORE x[t] is read, columns as in MATLAB
    T, F = x.shape
    N = W_hh.shape[0]
    m = n_train + n_valid
    X = np.zeros((N + F + 1, T), dtype=x.dtype)
    h = np.zeros(N, dtype=x.dtype)
    for t in range(1, m + 1):
        h = (1 - a) * h + a * np.tanh(W_ih @ x[t - 1] + W_hh @ h + b)
        X[:, t] = np.r_[h, x[t - 1], 1]
    D = np.diag(np.r_[np.ones(N + F), 0]).astype(x.dtype)

    def Wout(stop, lam):
        P = X[:, washout:stop]
        return x[washout:stop].T @ P.T @ np.linalg.inv(P @ P.T + lam * D)

    val = [Wout(n_train, lam) @ X[:, n_train:m] - x[n_train:m].T for lam in penalties]
    errors = np.array([np.sqrt(np.mean(v**2)) for v in val])
    best = int(np.argmin(errors))
    W = Wout(m, penalties[best])
    for t in range(m, T):
        now = W @ X[:, t]
        if t + 1 < T:
            h = (1 - a) * h + a * np.tanh(W_ih @ now + W_hh @ h + b)
            X[:, t + 1] = np.r_[h, now, 1]
    x_hat = (W @ X[:, m:]).T
    e = np.sqrt(np.mean(((x_hat - x[m:]) / x[:m].std(axis=0)) ** 2, axis=1))
    valid = np.argmax(np.append(e > eps, True))
    return errors, best, x_hat, e, valid * dt * exponent


# ---------------------------------------------------------------- wrong


def w_teacher_forced(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    X = drive(x, W_ih, W_hh, b, a)
    inp, S, target = x[:-1], X[:-1], x[1:]  # row t - 1 belongs to the value of step t
    fit = slice(washout - 1, n_train - 1)
    val = slice(n_train - 1, m - 1)
    errors = []
    for lam in penalties:
        W = train(S[fit], inp[fit], target[fit], lam)
        d = read(W, S[val], inp[val]) - target[val]
        errors.append(np.sqrt((d**2).mean()))
    errors = np.array(errors, dtype=x.dtype)
    best = int(errors.argmin())
    both = slice(washout - 1, m - 1)
    W = train(S[both], inp[both], target[both], penalties[best])
    x_hat = read(W, S[m - 1 :], inp[m - 1 :])
    sigma = np.std(x[:m], axis=0)
    e = np.sqrt((((x_hat - x[m:]) / sigma) ** 2).sum(axis=1) / F)
    off = np.where(e > eps)[0]
    steps = off[0] if len(off) else T - m
    return errors, best, x_hat, e, float(steps * dt * exponent)


def w_state_from_zero(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid

    def generate(W, v, n):
        s = np.zeros(len(b), dtype=x.dtype)
        out = np.zeros((n, F), dtype=x.dtype)
        for i in range(n):
            v = read(W, s, v)
            out[i] = v
            s = (1 - a) * s + a * np.tanh(W_ih @ v + W_hh @ s + b)
        return out

    X = drive(x, W_ih, W_hh, b, a)
    errors = np.zeros(len(penalties), dtype=x.dtype)
    for i, lam in enumerate(penalties):
        W = train(X[washout - 1 : n_train - 1], x[washout - 1 : n_train - 1], x[washout:n_train], lam)
        errors[i] = np.sqrt(np.mean((read(W, X[n_train - 1 : m - 1], x[n_train - 1 : m - 1]) - x[n_train:m]) ** 2))
    best = int(np.argmin(errors))
    W = train(X[washout - 1 : m - 1], x[washout - 1 : m - 1], x[washout:m], penalties[best])
    x_hat = generate(W, x[m - 1], T - m)
    e = np.sqrt(np.mean(((x_hat - x[m:]) / x[:m].std(axis=0)) ** 2, axis=-1))
    steps = next((j for j in range(T - m) if e[j] > eps), T - m)
    return errors, best, x_hat, e, steps * dt * exponent


def w_argmax_of_none(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    X = drive(x, W_ih, W_hh, b, a)
    inp, S, target = x[:-1], X[:-1], x[1:]  # row t - 1 belongs to the value of step t
    fit = slice(washout - 1, n_train - 1)
    val = slice(n_train - 1, m - 1)
    errors = []
    for lam in penalties:
        W = train(S[fit], inp[fit], target[fit], lam)
        d = read(W, S[val], inp[val]) - target[val]
        errors.append(np.sqrt((d**2).mean()))
    errors = np.array(errors, dtype=x.dtype)
    best = int(errors.argmin())
    both = slice(washout - 1, m - 1)
    W = train(S[both], inp[both], target[both], penalties[best])
    s, v = X[m - 1], x[m - 1]
    x_hat = []
    for t in range(m, T):
        v = read(W, s, v)
        x_hat.append(v)
        s = (1 - a) * s + a * np.tanh(W_ih @ v + W_hh @ s + b)
    x_hat = np.array(x_hat)
    sigma = np.std(x[:m], axis=0)
    e = np.sqrt((((x_hat - x[m:]) / sigma) ** 2).sum(axis=1) / F)
    steps = np.argmax(e > eps)
    return errors, best, x_hat, e, float(steps * dt * exponent)


def w_first_off_included(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    X = drive(x, W_ih, W_hh, b, a)
    past, now = np.hstack([X, x])[:-1], x[1:]
    n = X.shape[1]
    err = {}
    for k, lam in enumerate(penalties):
        q = past[washout - 1 : n_train - 1]
        W = train(q[:, :n], q[:, n:], now[washout - 1 : n_train - 1], lam)
        q = past[n_train - 1 : m - 1]
        err[k] = np.sqrt(np.mean((read(W, q[:, :n], q[:, n:]) - now[n_train - 1 : m - 1]) ** 2))
    best = min(err, key=err.get)
    q = past[washout - 1 : m - 1]
    W = train(q[:, :n], q[:, n:], now[washout - 1 : m - 1], penalties[best])
    s, v, run = X[m - 1], x[m - 1], []
    for t in range(m, T):
        v = read(W, s, v)
        s = (1 - a) * s + a * np.tanh(W_ih @ v + W_hh @ s + b)
        run.append(v)
    x_hat = np.array(run)
    e = np.sqrt(np.mean(((x_hat - x[m:]) / x[:m].std(axis=0)) ** 2, axis=1))
    valid_time = 0.0
    for err_t in e:
        valid_time += dt * exponent
        if err_t > eps:
            break
    return np.array(list(err.values())), best, x_hat, e, valid_time


def w_sample_deviation(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    X = drive(x, W_ih, W_hh, b, a)
    inp, S, target = x[:-1], X[:-1], x[1:]  # row t - 1 belongs to the value of step t
    fit = slice(washout - 1, n_train - 1)
    val = slice(n_train - 1, m - 1)
    errors = []
    for lam in penalties:
        W = train(S[fit], inp[fit], target[fit], lam)
        d = read(W, S[val], inp[val]) - target[val]
        errors.append(np.sqrt((d**2).mean()))
    errors = np.array(errors, dtype=x.dtype)
    best = int(errors.argmin())
    both = slice(washout - 1, m - 1)
    W = train(S[both], inp[both], target[both], penalties[best])
    s, v = X[m - 1], x[m - 1]
    x_hat = []
    for t in range(m, T):
        v = read(W, s, v)
        x_hat.append(v)
        s = (1 - a) * s + a * np.tanh(W_ih @ v + W_hh @ s + b)
    x_hat = np.array(x_hat)
    sigma = np.std(x[:m], axis=0, ddof=1)
    e = np.sqrt((((x_hat - x[m:]) / sigma) ** 2).sum(axis=1) / F)
    off = np.where(e > eps)[0]
    steps = off[0] if len(off) else T - m
    return errors, best, x_hat, e, float(steps * dt * exponent)


def w_one_sigma(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    X = drive(x, W_ih, W_hh, b, a)
    inp, S, target = x[:-1], X[:-1], x[1:]  # row t - 1 belongs to the value of step t
    fit = slice(washout - 1, n_train - 1)
    val = slice(n_train - 1, m - 1)
    errors = []
    for lam in penalties:
        W = train(S[fit], inp[fit], target[fit], lam)
        d = read(W, S[val], inp[val]) - target[val]
        errors.append(np.sqrt((d**2).mean()))
    errors = np.array(errors, dtype=x.dtype)
    best = int(errors.argmin())
    both = slice(washout - 1, m - 1)
    W = train(S[both], inp[both], target[both], penalties[best])
    s, v = X[m - 1], x[m - 1]
    x_hat = []
    for t in range(m, T):
        v = read(W, s, v)
        x_hat.append(v)
        s = (1 - a) * s + a * np.tanh(W_ih @ v + W_hh @ s + b)
    x_hat = np.array(x_hat)
    sigma = np.std(x[:m])
    e = np.sqrt((((x_hat - x[m:]) / sigma) ** 2).sum(axis=1) / F)
    off = np.where(e > eps)[0]
    steps = off[0] if len(off) else T - m
    return errors, best, x_hat, e, float(steps * dt * exponent)


def w_sum_over_features(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    X = drive(x, W_ih, W_hh, b, a)
    inp, S, target = x[:-1], X[:-1], x[1:]  # row t - 1 belongs to the value of step t
    fit = slice(washout - 1, n_train - 1)
    val = slice(n_train - 1, m - 1)
    errors = []
    for lam in penalties:
        W = train(S[fit], inp[fit], target[fit], lam)
        d = read(W, S[val], inp[val]) - target[val]
        errors.append(np.sqrt((d**2).mean()))
    errors = np.array(errors, dtype=x.dtype)
    best = int(errors.argmin())
    both = slice(washout - 1, m - 1)
    W = train(S[both], inp[both], target[both], penalties[best])
    s, v = X[m - 1], x[m - 1]
    x_hat = []
    for t in range(m, T):
        v = read(W, s, v)
        x_hat.append(v)
        s = (1 - a) * s + a * np.tanh(W_ih @ v + W_hh @ s + b)
    x_hat = np.array(x_hat)
    sigma = np.std(x[:m], axis=0)
    e = np.sqrt((((x_hat - x[m:]) / sigma) ** 2).sum(axis=1))
    off = np.where(e > eps)[0]
    steps = off[0] if len(off) else T - m
    return errors, best, x_hat, e, float(steps * dt * exponent)


def w_mean_of_roots(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    X = drive(x, W_ih, W_hh, b, a)
    errors = np.zeros(len(penalties), dtype=x.dtype)
    for i in range(len(penalties)):
        W = train(X[washout - 1 : n_train - 1], x[washout - 1 : n_train - 1], x[washout:n_train], penalties[i])
        p = read(W, X[n_train - 1 : m - 1], x[n_train - 1 : m - 1])
        for f in range(F):
            errors[i] += np.sqrt(np.mean((p[:, f] - x[n_train:m, f]) ** 2)) / F
    best = int(np.argmin(errors))
    W = train(X[washout - 1 : m - 1], x[washout - 1 : m - 1], x[washout:m], penalties[best])
    x_hat = np.zeros((T - m, F), dtype=x.dtype)
    e = np.zeros(T - m, dtype=x.dtype)
    s, v = X[m - 1], x[m - 1]
    sd = x[:m].std(axis=0)
    for t in range(T - m):
        v = read(W, s, v)
        s = (1 - a) * s + a * np.tanh(W_ih @ v + W_hh @ s + b)
        x_hat[t] = v
        e[t] = np.sqrt(np.mean(((v - x[m + t]) / sd) ** 2))
    ok = list(e <= eps) + [False]
    return errors, best, x_hat, e, ok.index(False) * dt * exponent


def w_fitted_to_validation_only(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    X = drive(x, W_ih, W_hh, b, a)
    inp, S, target = x[:-1], X[:-1], x[1:]  # row t - 1 belongs to the value of step t
    fit = slice(washout - 1, n_train - 1)
    val = slice(n_train - 1, m - 1)
    errors = []
    for lam in penalties:
        W = train(S[fit], inp[fit], target[fit], lam)
        d = read(W, S[val], inp[val]) - target[val]
        errors.append(np.sqrt((d**2).mean()))
    errors = np.array(errors, dtype=x.dtype)
    best = int(errors.argmin())
    both = slice(n_train - 1, m - 1)
    W = train(S[both], inp[both], target[both], penalties[best])
    s, v = X[m - 1], x[m - 1]
    x_hat = []
    for t in range(m, T):
        v = read(W, s, v)
        x_hat.append(v)
        s = (1 - a) * s + a * np.tanh(W_ih @ v + W_hh @ s + b)
    x_hat = np.array(x_hat)
    sigma = np.std(x[:m], axis=0)
    e = np.sqrt((((x_hat - x[m:]) / sigma) ** 2).sum(axis=1) / F)
    off = np.where(e > eps)[0]
    steps = off[0] if len(off) else T - m
    return errors, best, x_hat, e, float(steps * dt * exponent)


def w_chosen_on_the_test(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    X = drive(x, W_ih, W_hh, b, a)
    sigma = x[:m].std(axis=0)
    errors = np.zeros(len(penalties), dtype=x.dtype)
    results = []
    for i, lam in enumerate(penalties):
        W = train(X[washout - 1 : n_train - 1], x[washout - 1 : n_train - 1], x[washout:n_train], lam)
        p = read(W, X[n_train - 1 : m - 1], x[n_train - 1 : m - 1])
        errors[i] = np.sqrt(np.mean((p - x[n_train:m]) ** 2))
        # and the forecast that this penalty would give
        W = train(X[washout - 1 : m - 1], x[washout - 1 : m - 1], x[washout:m], lam)
        s, v, run = X[m - 1], x[m - 1], []
        for t in range(m, T):
            v = read(W, s, v)
            run.append(v)
            s = (1 - a) * s + a * np.tanh(W_ih @ v + W_hh @ s + b)
        run = np.array(run)
        e = np.sqrt(np.mean(((run - x[m:]) / sigma) ** 2, axis=1))
        off = np.flatnonzero(e > eps)
        results.append((run, e, (off[0] if len(off) else T - m) * dt * exponent))
    best = int(np.argmin([r[1].mean() for r in results]))
    return (errors, best) + results[best]


def w_washout_forgotten(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    X = drive(x, W_ih, W_hh, b, a)
    inp, S, target = x[:-1], X[:-1], x[1:]  # row t - 1 belongs to the value of step t
    fit = slice(0, n_train - 1)
    val = slice(n_train - 1, m - 1)
    errors = []
    for lam in penalties:
        W = train(S[fit], inp[fit], target[fit], lam)
        d = read(W, S[val], inp[val]) - target[val]
        errors.append(np.sqrt((d**2).mean()))
    errors = np.array(errors, dtype=x.dtype)
    best = int(errors.argmin())
    both = slice(0, m - 1)
    W = train(S[both], inp[both], target[both], penalties[best])
    s, v = X[m - 1], x[m - 1]
    x_hat = []
    for t in range(m, T):
        v = read(W, s, v)
        x_hat.append(v)
        s = (1 - a) * s + a * np.tanh(W_ih @ v + W_hh @ s + b)
    x_hat = np.array(x_hat)
    sigma = np.std(x[:m], axis=0)
    e = np.sqrt((((x_hat - x[m:]) / sigma) ** 2).sum(axis=1) / F)
    off = np.where(e > eps)[0]
    steps = off[0] if len(off) else T - m
    return errors, best, x_hat, e, float(steps * dt * exponent)


def w_steps_without_unit(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    T, F = x.shape
    m = n_train + n_valid
    X = drive(x, W_ih, W_hh, b, a)
    inp, S, target = x[:-1], X[:-1], x[1:]  # row t - 1 belongs to the value of step t
    fit = slice(washout - 1, n_train - 1)
    val = slice(n_train - 1, m - 1)
    errors = []
    for lam in penalties:
        W = train(S[fit], inp[fit], target[fit], lam)
        d = read(W, S[val], inp[val]) - target[val]
        errors.append(np.sqrt((d**2).mean()))
    errors = np.array(errors, dtype=x.dtype)
    best = int(errors.argmin())
    both = slice(washout - 1, m - 1)
    W = train(S[both], inp[both], target[both], penalties[best])
    s, v = X[m - 1], x[m - 1]
    x_hat = []
    for t in range(m, T):
        v = read(W, s, v)
        x_hat.append(v)
        s = (1 - a) * s + a * np.tanh(W_ih @ v + W_hh @ s + b)
    x_hat = np.array(x_hat)
    sigma = np.std(x[:m], axis=0)
    e = np.sqrt((((x_hat - x[m:]) / sigma) ** 2).sum(axis=1) / F)
    off = np.where(e > eps)[0]
    steps = off[0] if len(off) else T - m
    return errors, best, x_hat, e, int(steps)


RIGHT = {
    "drive_and_read": r_drive_and_read,
    "all_in_one_loop": r_all_in_one_loop,
    "state_before_reading": r_state_before_reading,
}
WRONG = {
    "teacher_forced": (
        w_teacher_forced,
        "the run reads measured values after step m - 1: it predicts one step ahead all along",
        "From step m on nothing is measured. What does your network read there?",
    ),
    "state_from_zero": (
        w_state_from_zero,
        "the state is reset to zeros before the run",
        "With which state does the run begin?",
    ),
    "argmax_of_none": (
        w_argmax_of_none,
        "argmax gives 0 where no step is off",
        "What is valid_time if no step is off? What does argmax give then?",
    ),
    "first_off_included": (
        w_first_off_included,
        "the first step that is off is counted too",
        "How many steps come before the first that is off, if that is step m?",
    ),
    "sample_deviation": (
        w_sample_deviation,
        "the standard deviation divides by the number less one",
        "The task says how sigma is meant: by what is the sum divided?",
    ),
    "one_sigma": (
        w_one_sigma,
        "one standard deviation for all features together",
        "How many sigmas are there? Which axis does np.std need?",
    ),
    "sum_over_features": (
        w_sum_over_features,
        "the sum over the features is not divided by F",
        "What is e_t if each feature is off by just one sigma?",
    ),
    "mean_of_roots": (
        w_mean_of_roots,
        "a root for each feature, and the mean of them, in place of one root of the mean over steps and features",
        "In which order do mean and root come, and over what does the mean go?",
    ),
    "fitted_to_validation_only": (
        w_fitted_to_validation_only,
        "the second fit is to the validation part alone",
        "To which steps is the second fit, by the task?",
    ),
    "chosen_on_the_test": (
        w_chosen_on_the_test,
        "best is the penalty whose run on the last part is nearest to the truth, which the choice must not see",
        "Which steps decide on the penalty, and is your best the smallest of your errors?",
    ),
    "washout_forgotten": (
        w_washout_forgotten,
        "washout is not used",
        "What changes in your result if washout changes?",
    ),
    "steps_without_unit": (
        w_steps_without_unit,
        "valid_time is a number of steps, not in Lyapunov times",
        "By what is the number of steps multiplied?",
    ),
}
