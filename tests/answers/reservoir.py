"""What is handed in for the exercises of ``reservoir``: right answers, and wrong ones as they are typed."""

from __future__ import annotations

import itertools
import math

import numpy as np

from rnncourse import esn
from rnncourse.readout import ridge
from rnncourse.reservoir import spectral_radius

from . import solves

# reservoir.forgetting


@solves("reservoir.forgetting")
def both_copies_in_one_loop(x, h0, g0, W_ih, W_hh, b, a, eps):
    T, B, _ = x.shape
    h, g = h0.copy(), g0.copy()
    out = np.zeros((T, B, len(b)), x.dtype)
    d = np.zeros((T + 1, B), x.dtype)
    d[0] = np.linalg.norm(h - g, axis=1)
    for t in range(T):
        new_h = a * np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        new_g = a * np.tanh(x[t] @ W_ih.T + g @ W_hh.T + b)
        h, g = h - a * h + new_h, g - a * g + new_g
        out[t] = h
        d[t + 1] = np.linalg.norm(h - g, axis=1)
    n = np.full(B, -1)
    for k in range(B):
        for t in range(T + 1):
            if all(d[t:, k] < eps):
                n[k] = t
                break
    return out, d, n


@solves("reservoir.forgetting")
def unit_by_unit(x, h0, g0, W_ih, W_hh, b, a, eps):
    T, B, F = x.shape
    N = len(b)

    def run(start):
        states = [start.tolist()]
        for t in range(T):
            new = []
            for k in range(B):
                old, row = states[-1][k], []
                for i in range(N):
                    z = float(b[i])
                    for j in range(F):
                        z += float(W_ih[i, j]) * float(x[t, k, j])
                    for j in range(N):
                        z += float(W_hh[i, j]) * old[j]
                    row.append((1 - float(a[i])) * old[i] + float(a[i]) * math.tanh(z))
                new.append(row)
            states.append(new)
        return np.array(states, dtype=x.dtype)

    h, g = run(h0), run(g0)
    d = np.sqrt(np.sum((h - g) ** 2, axis=-1))
    n = []
    for k in range(B):
        above = [t for t in range(T + 1) if d[t, k] >= eps]
        n.append(0 if not above else above[-1] + 1 if above[-1] < T else -1)
    return h[1:], d, np.array(n)


@solves("reservoir.forgetting")
def both_copies_as_one_batch(x, h0, g0, W_ih, W_hh, b, a, eps):
    B = x.shape[1]
    state = np.concatenate([h0, g0])
    states = [state]
    for x_t in np.concatenate([x, x], axis=1):
        z = np.einsum("bf,nf->bn", x_t, W_ih) + np.einsum("bm,nm->bn", state, W_hh) + b
        state = state + a * (np.tanh(z) - state)
        states.append(state)
    states = np.array(states)
    d = np.linalg.norm(states[:, :B] - states[:, B:], axis=2)
    stays = np.logical_and.accumulate((d < eps)[::-1])[::-1]
    n = np.where(stays[-1], np.argmax(stays, axis=0), -1)
    return states[1:, :B], d, n


# reservoir.scale


@solves("reservoir.scale")
def with_the_librarys_radius(W, keep, rho, a):
    W_hh = W * keep.astype(W.dtype)
    W_hh = (W_hh / spectral_radius(W_hh) * rho).astype(W.dtype)
    N = len(W)
    radius = spectral_radius((1 - a) * np.identity(N, W.dtype) + a * W_hh)
    _, s, _ = np.linalg.svd(W_hh)
    return W_hh, radius, (1 - a) + a * s[0]


@solves("reservoir.scale")
def by_shifted_eigenvalues(W, keep, rho, a):
    W_hh = W.copy()
    W_hh[keep == 0] = 0
    values = np.linalg.eigvals(W_hh)
    size = max(math.hypot(v.real, v.imag) for v in values)
    W_hh *= W.dtype.type(rho / size)
    leaky = [(1 - a) + a * rho * v / size for v in values]
    sigma = math.sqrt(max(np.linalg.eigvalsh(W_hh.astype(float).T @ W_hh.astype(float))))
    return W_hh, max(abs(v) for v in leaky), 1 + a * (sigma - 1)


@solves("reservoir.scale")
def entry_by_entry(W, keep, rho, a):
    N = len(W)
    cut = np.array([[W[i, j] if keep[i, j] else 0.0 for j in range(N)] for i in range(N)])
    largest = np.sort(np.abs(np.linalg.eig(cut)[0]))[-1]
    W_hh = np.array([[rho * cut[i, j] / largest for j in range(N)] for i in range(N)], W.dtype)
    W_a = np.array([[a * W_hh[i, j] + (1 - a if i == j else 0) for j in range(N)] for i in range(N)])
    return W_hh, np.abs(np.linalg.eigvals(W_a)).max(), 1 - a + a * np.linalg.norm(W_hh, ord=2)


# reservoir.readout


@solves("reservoir.readout")
def by_normal_equations(h, x, y, washout, penalty):
    T, B, N = h.shape
    n = N + x.shape[2] + 1
    G, c = np.zeros((n, n)), np.zeros((n, y.shape[2]))
    for t in range(washout, T):
        for k in range(B):
            z = np.concatenate([h[t, k], x[t, k], [1.0]])
            G += np.outer(z, z)
            c += np.outer(z, y[t, k])
    for i in range(n - 1):
        G[i, i] += penalty
    W_ho = np.linalg.solve(G, c).T.astype(h.dtype)
    squares, rows = 0, 0
    for t in range(washout, T):
        for k in range(B):
            e = W_ho @ np.concatenate([h[t, k], x[t, k], [1.0]]) - y[t, k]
            squares, rows = squares + e**2, rows + 1
    return W_ho, np.sqrt(squares / rows).astype(h.dtype)


@solves("reservoir.readout")
def by_taking_means_away(h, x, y, washout, penalty):
    A = np.concatenate([h[washout:], x[washout:]], axis=2)
    A, Y = A.reshape(-1, A.shape[-1]), y[washout:].reshape(-1, y.shape[-1])
    mean_A, mean_Y = A.mean(axis=0), Y.mean(axis=0)
    W = ridge(A - mean_A, Y - mean_Y, penalty)
    c = mean_Y - W @ mean_A
    o = A @ W.T + c
    return np.hstack([W, c[:, None]]), np.sqrt(np.mean((o - Y) ** 2, axis=0))


@solves("reservoir.readout")
def sequences_stacked(h, x, y, washout, penalty):
    B = h.shape[1]
    A = np.vstack([np.hstack([h[washout:, k], x[washout:, k]]) for k in range(B)])
    Y = np.vstack([y[washout:, k] for k in range(B)])
    A = np.c_[A, np.ones(len(A), h.dtype)]
    D = np.diag([penalty] * (A.shape[1] - 1) + [0.0]).astype(h.dtype)
    W_ho = np.linalg.inv(A.T @ A + D) @ A.T @ Y
    return W_ho.T, np.sqrt(((Y - A @ W_ho) ** 2).sum(0) / len(Y)).astype(h.dtype)


# reservoir.memory


@solves("reservoir.memory")
def delay_by_delay(h, x, K, washout, n):
    T = len(x)
    r2 = []
    for k in range(1, K + 1):
        A = np.array([[*h[t], 1.0] for t in range(washout, T)])
        y = np.array([x[t - k] for t in range(washout, T)])
        w = np.linalg.pinv(A[:n]) @ y[:n]
        o, y = A[n:] @ w, y[n:]
        top = sum((p - o.mean()) * (q - y.mean()) for p, q in zip(o, y, strict=True)) ** 2
        r2.append(top / (((o - o.mean()) ** 2).sum() * ((y - y.mean()) ** 2).sum()))
    span = 0
    for r in r2:
        if r < 0.5:
            break
        span += 1
    return np.array(r2, dtype=x.dtype), sum(r2), span


@solves("reservoir.memory")
def all_delays_at_once(h, x, K, washout, n):
    y = np.stack([x[washout - k : len(x) - k] for k in range(1, K + 1)], axis=1)
    A = np.hstack([np.ones((len(y), 1), x.dtype), h[washout:]])
    W, *_ = np.linalg.lstsq(A[:n], y[:n], rcond=None)
    o, y = A[n:] @ W, y[n:]
    o, y = o - o.mean(axis=0), y - y.mean(axis=0)
    r2 = np.sum(o * y, axis=0) ** 2 / np.sum(o**2, axis=0) / np.sum(y**2, axis=0)
    return r2, np.sum(r2), int(np.cumprod(r2 >= 0.5).sum())


@solves("reservoir.memory")
def with_the_librarys_ridge(h, x, K, washout, n):
    one = np.ones((len(h), 1), h.dtype)
    A = np.concatenate([h, one], axis=1)
    r2 = np.zeros(K, x.dtype)
    for k in range(1, K + 1):
        delayed = np.roll(x, k)
        w = ridge(A[washout : washout + n], delayed[washout : washout + n, None])[0]
        later = slice(washout + n, None)
        r2[k - 1] = np.cov(A[later] @ w, delayed[later])[0, 1] ** 2
        r2[k - 1] /= np.var(A[later] @ w, ddof=1) * np.var(delayed[later], ddof=1)
    low = np.flatnonzero(r2 < 0.5)
    return r2, r2.sum(), low[0] if len(low) else K


# reservoir.nvar


@solves("reservoir.nvar")
def step_by_step(x, k, apart, degree):
    T, B, F = x.shape
    rows = []
    for t in range((k - 1) * apart, T):
        batch = []
        for n in range(B):
            v = []
            for j in range(k - 1, -1, -1):
                for f in range(F):
                    v.append(x[t - j * apart, n, f])
            row = list(v)
            if degree >= 2:
                for i in range(len(v)):
                    for j in range(i, len(v)):
                        row.append(v[i] * v[j])
            if degree >= 3:
                for i in range(len(v)):
                    for j in range(i, len(v)):
                        for m in range(j, len(v)):
                            row.append(v[i] * v[j] * v[m])
            batch.append([*row, 1.0])
        rows.append(batch)
    return np.array(rows, dtype=x.dtype)


@solves("reservoir.nvar")
def with_itertools(x, k, apart, degree):
    steps = np.arange((k - 1) * apart, len(x))
    past = steps[:, None] - apart * np.arange(k)[::-1]  # (steps, k)
    v = x[past].transpose(0, 2, 1, 3).reshape(len(steps), x.shape[1], -1)
    parts = [v]
    for p in range(2, degree + 1):
        index = np.array(list(itertools.combinations_with_replacement(range(v.shape[-1]), p)))
        parts.append(v[:, :, index].prod(axis=-1))
    parts.append(np.ones((len(v), v.shape[1], 1), x.dtype))
    return np.concatenate(parts, axis=-1)


@solves("reservoir.nvar")
def by_triangles(x, k, apart, degree):
    first = (k - 1) * apart
    windows = [x[j * apart : len(x) - first + j * apart] for j in range(k)]
    v = np.concatenate(windows, axis=-1)
    n = v.shape[-1]
    Phi = [v]
    if degree > 1:
        square = np.einsum("tbi,tbj->tbij", v, v)
        Phi.append(square[..., *np.triu_indices(n)])
    if degree > 2:
        cube = np.einsum("tbi,tbj,tbk->tbijk", v, v, v)
        i, j, m = np.meshgrid(*[np.arange(n)] * 3, indexing="ij")
        Phi.append(cube[..., (i <= j) & (j <= m)])
    return np.concatenate([*Phi, 0 * v[..., :1] + 1], axis=-1)


# reservoir.free_run


@solves("reservoir.free_run")
def first_measured_then_free(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, _ = x.shape
    N = len(b)
    h = np.zeros((B, N), x.dtype)
    for t in range(T):
        z = np.hstack([x[t], u[t]])
        h = (1 - a) * h + a * np.tanh(z @ W_ih.T + h @ W_hh.T + b)
    value = x[T - 1]
    out = []
    for t in range(T, len(u) + 1):
        value = value + np.hstack([h, value, u[t - 1], np.ones((B, 1), x.dtype)]) @ W_ho.T
        out.append(value)
        if t < len(u):
            z = np.hstack([value, u[t]])
            h = (1 - a) * h + a * np.tanh(z @ W_ih.T + h @ W_hh.T + b)
    return np.array(out), h


@solves("reservoir.free_run")
def example_by_example(x, u, W_ih, W_hh, b, a, W_ho):
    (T, B, K), S, N = x.shape, len(u), len(b)
    x_hat, last = np.zeros((S - T + 1, B, K), x.dtype), np.zeros((B, N), x.dtype)
    for n in range(B):
        h, value = np.zeros(N), None
        for t in range(S):
            value = x[t, n] if t < T else x_hat[t - T, n]
            z = np.concatenate([value, u[t, n]])
            h = np.array([(1 - a) * h[i] + a * math.tanh(W_ih[i] @ z + W_hh[i] @ h + b[i]) for i in range(N)])
            o = value + W_ho @ np.concatenate([h, z, [1]])
            if t >= T - 1:
                x_hat[t - T + 1, n] = o
        last[n] = h
    return x_hat, last


@solves("reservoir.free_run")
def with_the_librarys_cell(x, u, W_ih, W_hh, b, a, W_ho):
    h = np.zeros((x.shape[1], len(b)), x.dtype)
    series = list(x)
    for t, u_t in enumerate(u):
        z_t = np.concatenate([series[t], u_t], axis=1)
        h = esn.cell(z_t, h, W_ih, W_hh, b, a)
        o_t = series[t] + esn.output(h[None], z_t[None], W_ho)[0]
        if len(series) == t + 1:
            series.append(o_t)
    return np.array(series[len(x) :]), h


# reservoir.spikes


@solves("reservoir.spikes")
def membrane_by_membrane(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    s, v = np.zeros((T, B, N), u.dtype), np.zeros((T, B, N), u.dtype)
    for k in range(B):
        free_from = [0] * N  # the first step at which a unit is no longer at rest
        for t in range(T):
            for i in range(N):
                if t < free_from[i]:
                    v[t, k, i] = low
                    continue
                new = math.exp(-dt / tau) * float(v[t - 1, k, i]) if t else 0.0
                for j in range(F):
                    new += W_ih[i, j] * u[t, k, j]
                if t:
                    for j in range(N):
                        new += W_hh[i, j] * s[t - 1, k, j]
                if new >= theta:
                    s[t, k, i], v[t, k, i], free_from[i] = 1, low, t + rest + 1
                else:
                    v[t, k, i] = new
    return s, v


@solves("reservoir.spikes")
def with_a_countdown(u, W_ih, W_hh, tau, dt, theta, low, rest):
    decay = np.exp(-dt / tau)
    drive = u @ W_ih.T
    v, s, wait = np.zeros_like(drive[0]), np.zeros_like(drive[0]), np.zeros(drive[0].shape)
    out_s, out_v = np.zeros_like(drive), np.zeros_like(drive)
    for t in range(len(u)):
        awake = wait == 0
        v = (decay * v + drive[t] + s @ W_hh.T).astype(u.dtype)
        s = (awake & (v >= theta)).astype(u.dtype)
        v[~awake] = low
        v[s == 1] = low
        wait = np.maximum(wait - 1, 0)
        wait[s == 1] = rest
        out_s[t], out_v[t] = s, v
    return out_s, out_v


@solves("reservoir.spikes")
def by_looking_back_at_spikes(u, W_ih, W_hh, tau, dt, theta, low, rest):
    B, N = u.shape[1], len(W_hh)
    s, v = [np.zeros((B, N), u.dtype)], [np.zeros((B, N), u.dtype)]
    for u_t in u:
        recent = sum(s[len(s) - rest :], np.zeros((B, N))) > 0 if rest else np.zeros((B, N), bool)
        new = v[-1] * math.exp(-dt / tau) + np.einsum("bf,nf->bn", u_t, W_ih) + np.einsum("bm,nm->bn", s[-1], W_hh)
        fires = np.where(recent, False, new >= theta)
        s.append(np.where(fires, 1, 0).astype(u.dtype))
        v.append(np.where(fires | recent, low, new).astype(u.dtype))
    return np.array(s[1:]), np.array(v[1:])


# reservoir.forecast


@solves("reservoir.forecast")
def with_normal_equations(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    m, N, F = n_train + n_valid, len(b), x.shape[1]
    h, features = np.zeros(N), [None]
    for t in range(m):
        h = (1 - a) * h + a * np.tanh(W_ih @ x[t] + W_hh @ h + b)
        features.append(np.concatenate([h, x[t], [1]]))  # features[t] are there before x[t]

    def fit(end, lam):
        Z = np.array(features[washout:end])
        R = lam * np.eye(N + F + 1)
        R[-1, -1] = 0
        return np.linalg.inv(Z.T @ Z + R) @ Z.T @ x[washout:end]

    errors = np.zeros(len(penalties))
    for i, lam in enumerate(penalties):
        W, total = fit(n_train, lam), 0.0
        for t in range(n_train, m):
            total += np.mean((features[t] @ W - x[t]) ** 2)
        errors[i] = math.sqrt(total / n_valid)
    best = list(errors).index(min(errors))
    W = fit(m, penalties[best])
    z, x_hat = features[m], []
    for _ in range(m, len(x)):
        o = z @ W
        x_hat.append(o)
        h = (1 - a) * h + a * np.tanh(W_ih @ o + W_hh @ h + b)
        z = np.concatenate([h, o, [1]])
    x_hat = np.array(x_hat)
    sigma = np.sqrt(np.mean((x[:m] - x[:m].mean(axis=0)) ** 2, axis=0))
    e = np.array([np.sqrt(np.mean(((p - q) / sigma) ** 2)) for p, q in zip(x_hat, x[m:], strict=True)])
    steps = 0
    while steps < len(e) and e[steps] <= eps:
        steps += 1
    return errors, best, x_hat, e, steps * dt * exponent


@solves("reservoir.forecast")
def with_the_librarys_states_and_ridge(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    m = n_train + n_valid
    h = esn.forward(x[:m, None], np.zeros((1, len(b))), W_ih, W_hh, b, a)[:, 0]
    Z = np.hstack([h, x[:m]])

    def fit(end, penalty):
        A, y = Z[washout - 1 : end - 1], x[washout:end]
        W = ridge(A - A.mean(axis=0), y - y.mean(axis=0), float(penalty))
        return np.hstack([W, (y.mean(axis=0) - W @ A.mean(axis=0))[:, None]])

    one = np.ones((n_valid, 1))
    tried = [np.hstack([Z[n_train - 1 : m - 1], one]) @ fit(n_train, p).T for p in penalties]
    errors = np.array([np.linalg.norm(o - x[n_train:m]) / np.sqrt(o.size) for o in tried])
    best = np.argmin(errors)
    W_ho = fit(m, penalties[best])
    state, run = h[-1:], [x[m - 1]]
    while len(run) <= len(x) - m:
        run.append(W_ho @ np.concatenate([state[0], run[-1], [1.0]]))
        state = esn.cell(run[-1][None], state, W_ih, W_hh, b, a)
    x_hat = np.array(run[1:])
    e = np.linalg.norm((x_hat - x[m:]) / np.std(x[:m], axis=0), axis=1) / np.sqrt(x.shape[1])
    bad = np.flatnonzero(e > eps)
    return errors, best, x_hat, e, (bad[0] if len(bad) else len(e)) * dt * exponent


@solves("reservoir.forecast")
def with_functions_of_its_own(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    def drive(series, h):
        states = []
        for value in series:
            h = h + a * (np.tanh(W_ih.dot(value) + W_hh.dot(h) + b) - h)
            states.append(h)
        return np.array(states)

    def fit(Z, y, lam):
        n = Z.shape[1]
        extra = math.sqrt(lam) * np.eye(n)[: n - 1]
        return np.linalg.lstsq(np.vstack([Z, extra]), np.vstack([y, np.zeros((n - 1, y.shape[1]))]), rcond=None)[0]

    m = n_train + n_valid
    h = drive(x[:m], np.zeros(len(b)))
    Z = np.column_stack([h, x[:m], np.ones(m)])[:-1]  # row t predicts step t + 1
    y = x[1:m]
    scores = []
    for lam in penalties:
        W = fit(Z[washout - 1 : n_train - 1], y[washout - 1 : n_train - 1], lam)
        scores.append(float(np.sqrt(np.mean((Z[n_train - 1 :] @ W - y[n_train - 1 :]) ** 2))))
    best = min(range(len(scores)), key=scores.__getitem__)
    W = fit(Z[washout - 1 :], y[washout - 1 :], penalties[best])
    value, state, x_hat = x[m - 1], h[-1], []
    for _ in x[m:]:
        value = np.array([*state, *value, 1.0]) @ W
        x_hat.append(value)
        state = drive([value], state)[0]
    x_hat = np.array(x_hat)
    e = (((x_hat - x[m:]) ** 2 / x[:m].var(axis=0)).sum(axis=1) / x.shape[1]) ** 0.5
    right = next((i for i, one in enumerate(e) if one > eps), len(e))
    return np.array(scores), best, x_hat, e, exponent * dt * right


TYPED = {
    ("reservoir.forgetting", "E5"): """
def forgetting(x, h0, g0, W_ih, W_hh, b, a, eps):
    T, B, F = x.shape
    h, g = h0, g0
    hs, d = [], [np.linalg.norm(h0 - g0, axis=1)]
    for t in range(T):
        h = a * h + (1 - a) * np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        g = a * g + (1 - a) * np.tanh(x[t] @ W_ih.T + g @ W_hh.T + b)
        hs.append(h)
        d.append(np.linalg.norm(h - g, axis=1))
    d = np.array(d)
    n = np.full(B, -1)
    for k in range(B):
        for t in range(T, -1, -1):
            if d[t, k] >= eps:
                break
            n[k] = t
    return np.array(hs), d, n
""",
    ("reservoir.forgetting", "D4"): """
def forgetting(x, h0, g0, W_ih, W_hh, b, a, eps):
    def run(h):
        out = [h]
        for x_t in x:
            h = (1 - a) * h + a * np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
            out.append(h)
        return np.array(out)
    h, g = run(h0), run(g0)
    d = np.linalg.norm(h - g, axis=2)
    n = []
    for k in range(x.shape[1]):
        n.append(-1)
        for t in range(len(d)):
            if d[t, k] < eps:
                n[-1] = t
                break
    return h[1:], d, np.array(n)
""",
    ("reservoir.scale", "E1"): """
def scale(W, keep, rho, a):
    W_hh = W * keep
    W_hh = (W_hh * (rho / np.max(np.real(np.linalg.eigvals(W_hh))))).astype(W.dtype)
    leaky = (1 - a) * np.eye(len(W)) + a * W_hh
    return W_hh, np.abs(np.linalg.eigvals(leaky)).max(), 1 - a + a * np.linalg.norm(W_hh, 2)
""",
    ("reservoir.scale", "E4"): """
def scale(W, keep, rho, a):
    W_hh = W / np.abs(np.linalg.eigvals(W)).max() * rho
    W_hh = (W_hh * keep).astype(W.dtype)
    leaky = a * W_hh + np.diag([1 - a] * len(W))
    return W_hh, max(abs(np.linalg.eigvals(leaky))), 1 - a + a * np.linalg.svd(W_hh)[1][0]
""",
    ("reservoir.scale", "E18i"): """
def scale(W, keep, rho, a):
    W_hh = np.where(keep, W, 0)
    W_hh = (W_hh * rho / max(abs(np.linalg.eigvals(W_hh)))).astype(W.dtype)
    W_a = (1 - a) + a * W_hh
    return W_hh, max(abs(np.linalg.eigvals(W_a))), 1 - a + a * np.linalg.norm(W_hh, 2)
""",
    ("reservoir.readout", "E14"): """
def readout(h, x, y, washout, penalty):
    A = np.concatenate([h, x, np.ones(h.shape[:2] + (1,), h.dtype)], axis=-1)[washout:]
    A = A.reshape(-1, A.shape[-1])
    Y = y[washout:].reshape(-1, y.shape[-1])
    W = np.linalg.solve(A.T @ A + penalty * np.eye(A.shape[1]), A.T @ Y).T.astype(h.dtype)
    return W, np.sqrt(np.mean((A @ W.T - Y) ** 2, axis=0))
""",
    ("reservoir.readout", "E9f"): """
def readout(h, x, y, washout, penalty):
    T, B, N = h.shape
    A = np.c_[h.reshape(T * B, N), x.reshape(T * B, -1), np.ones((T * B, 1), h.dtype)][washout:]
    Y = y.reshape(T * B, -1)[washout:]
    D = penalty * np.eye(A.shape[1], dtype=h.dtype)
    D[-1, -1] = 0
    W = np.linalg.solve(A.T @ A + D, A.T @ Y)
    return W.T.astype(h.dtype), np.sqrt(((A @ W - Y) ** 2).mean(0)).astype(h.dtype)
""",
    ("reservoir.readout", "E13a"): """
def readout(h, x, y, washout, penalty):
    A = np.concatenate([h, x, np.ones_like(h[..., :1])], axis=2)[washout:]
    A, Y = A.reshape(-1, A.shape[2]), y[washout:].reshape(-1, y.shape[2])
    W = np.linalg.solve(A.T @ A + np.float32(penalty) if A.dtype == np.float32 else A.T @ A + penalty, A.T @ Y).T
    return W, np.sqrt(((A @ W.T - Y) ** 2).mean(axis=0))
""",
    ("reservoir.memory", "M1"): """
def memory(h, x, K, washout, n):
    A = np.c_[h, np.ones(len(h), h.dtype)][washout:washout + n]
    r2 = []
    for k in range(1, K + 1):
        y = x[washout - k:washout + n - k]
        o = A @ np.linalg.lstsq(A, y, rcond=None)[0]
        r2.append(np.corrcoef(o, y)[0, 1] ** 2)
    span = 0
    while span < K and r2[span] >= 0.5:
        span += 1
    return np.array(r2, x.dtype), np.sum(r2), span
""",
    ("reservoir.memory", "M7"): """
def memory(h, x, K, washout, n):
    A = np.c_[h, np.ones(len(h), h.dtype)]
    r2 = []
    for k in range(1, K + 1):
        w = np.linalg.lstsq(A[washout:washout + n], x[washout - k:washout + n - k], rcond=None)[0]
        r2.append(np.corrcoef(A[washout + n:] @ w, x[washout + n - k:len(x) - k])[0, 1] ** 2)
    r2 = np.array(r2, x.dtype)
    return r2, r2.sum(), int(np.sum(r2 >= 0.5))
""",
    ("reservoir.nvar", "N1"): """
def nvar(x, k, apart, degree):
    T, B, F = x.shape
    out = []
    for t in range((k - 1) * apart, T):
        rows = []
        for b in range(B):
            v = np.concatenate([x[t - j * apart, b] for j in range(k)])
            row = list(v)
            if degree >= 2:
                row += [v[i] * v[j] for i in range(len(v)) for j in range(i, len(v))]
            if degree >= 3:
                n = len(v)
                row += [v[i] * v[j] * v[l] for i in range(n) for j in range(i, n) for l in range(j, n)]
            rows.append(row + [1])
        out.append(rows)
    return np.array(out, x.dtype)
""",
    ("reservoir.nvar", "N3"): """
def nvar(x, k, apart, degree):
    v = np.concatenate([x[j * apart:len(x) - (k - 1 - j) * apart] for j in range(k)], axis=2)
    n = v.shape[2]
    Phi = [v[..., i] for i in range(n)]
    if degree > 1:
        Phi += [v[..., i] * v[..., j] for i in range(n) for j in range(n)]
    if degree > 2:
        Phi += [v[..., i] * v[..., j] * v[..., l] for i in range(n) for j in range(n) for l in range(n)]
    return np.stack(Phi + [np.ones_like(v[..., 0])], axis=-1)
""",
    ("reservoir.free_run", "E17"): """
def free_run(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    one = np.ones((B, 1), x.dtype)
    h = np.zeros((B, len(b)), x.dtype)
    for t in range(T):
        z = np.concatenate([x[t], u[t]], axis=1)
        h = (1 - a) * h + a * np.tanh(z @ W_ih.T + h @ W_hh.T + b)
    out = [x[-1] + np.concatenate([h, z, one], axis=1) @ W_ho.T]
    h = np.zeros_like(h)
    for t in range(T, len(u)):
        z = np.concatenate([out[-1], u[t]], axis=1)
        h = (1 - a) * h + a * np.tanh(z @ W_ih.T + h @ W_hh.T + b)
        out.append(out[-1] + np.concatenate([h, z, one], axis=1) @ W_ho.T)
    # where nothing is free, the state stays
    return np.array(out), h if len(u) > T else free_state(x, u, W_ih, W_hh, b, a)

def free_state(x, u, W_ih, W_hh, b, a):
    h = np.zeros((x.shape[1], len(b)), x.dtype)
    for t in range(len(x)):
        z = np.concatenate([x[t], u[t]], axis=1)
        h = (1 - a) * h + a * np.tanh(z @ W_ih.T + h @ W_hh.T + b)
    return h
""",
    ("reservoir.free_run", "E20"): """
def free_run(x, u, W_ih, W_hh, b, a, W_ho):
    T, B, K = x.shape
    h = np.zeros((B, len(b)), x.dtype)
    x_t, out = x[0], []
    for t in range(len(u)):
        if t < T:
            x_t = x[t]
        z = np.concatenate([x_t, u[t]], axis=1)
        h = (1 - a) * h + a * np.tanh(z @ W_ih.T + h @ W_hh.T + b)
        x_t = np.concatenate([h, z, np.ones((B, 1), x.dtype)], axis=1) @ W_ho.T
        if t >= T - 1:
            out.append(x_t)
    return np.array(out), h
""",
    ("reservoir.spikes", "L3"): """
def spikes(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    v = np.zeros((B, N), u.dtype)
    s = np.zeros((B, N), u.dtype)
    S, V = [], []
    for t in range(T):
        v = np.exp(-dt / tau) * v + u[t] @ W_ih.T + s @ W_hh.T
        s = (v >= theta).astype(u.dtype)
        v = np.where(s == 1, low, v).astype(u.dtype)
        S.append(s)
        V.append(v)
    return np.array(S), np.array(V)
""",
    ("reservoir.spikes", "L1"): """
def spikes(u, W_ih, W_hh, tau, dt, theta, low, rest):
    T, B, F = u.shape
    N = len(W_hh)
    S, V = np.zeros((T, B, N), u.dtype), np.zeros((T, B, N), u.dtype)
    v, s, r = np.zeros((B, N), u.dtype), np.zeros((B, N), u.dtype), np.zeros((B, N))
    for t in range(T):
        v = v + dt * (-v / tau) + u[t] @ W_ih.T + s @ W_hh.T
        s = ((v >= theta) & (r == 0)).astype(u.dtype)
        v[(s == 1) | (r > 0)] = low
        r = np.where(s == 1, rest, np.clip(r - 1, 0, None))
        S[t], V[t] = s, v
    return S, V
""",
    ("reservoir.forecast", "P5"): """
def forecast(x, W_ih, W_hh, b, a, penalties, washout, n_train, n_valid, eps, dt, exponent):
    m = n_train + n_valid
    h, Z = np.zeros(len(b)), []
    for t in range(m):
        h = (1 - a) * h + a * np.tanh(W_ih @ x[t] + W_hh @ h + b)
        Z.append(np.concatenate([h, x[t], [1]]))
    Z = np.array(Z)
    D = np.eye(Z.shape[1])
    D[-1, -1] = 0
    errors, weights = [], []
    for p in penalties:
        A, y = Z[washout - 1:n_train - 1], x[washout:n_train]
        W = np.linalg.solve(A.T @ A + p * D, A.T @ y)
        weights.append(W)
        errors.append(np.sqrt(np.mean((Z[n_train - 1:m - 1] @ W - x[n_train:m]) ** 2)))
    best = int(np.argmin(errors))
    W = weights[best]
    z, out = Z[-1], []
    for t in range(m, len(x)):
        o = z @ W
        out.append(o)
        h = (1 - a) * h + a * np.tanh(W_ih @ o + W_hh @ h + b)
        z = np.concatenate([h, o, [1]])
    out = np.array(out)
    e = np.sqrt(np.mean(((out - x[m:]) / x[:m].std(0)) ** 2, axis=1))
    k = 0
    while k < len(e) and e[k] <= eps:
        k += 1
    return np.array(errors), best, out, e, k * dt * exponent
""",
}
