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

KEPT = """
reservoir.forgetting, E5: -
reservoir.forgetting, E6 both shares: states; n = -1
reservoir.forgetting, E6 the old state: states; n = -1
reservoir.forgetting, E6 of all that arrives: states; n = -1
reservoir.forgetting, E6 of a sum that is kept: states; n = -1
reservoir.forgetting, E7 all of the old: -
reservoir.forgetting, E7 all of the new: states; n = -1
reservoir.forgetting, E7 both whole: -
reservoir.forgetting, E7 no leak: states; n = -1
reservoir.forgetting, E7 halves: -
reservoir.forgetting, E7 the root of the old: states; n = -1
reservoir.forgetting, E7u the mean: states; n = -1
reservoir.forgetting, E7u the first: states; n = -1
reservoir.forgetting, E7u turned round: states; n = -1
reservoir.forgetting, R6: -
reservoir.forgetting, R3 from the start: -
reservoir.forgetting, R3 tanh from the start: -
reservoir.forgetting, R3 the leak from the start: states; n = -1
reservoir.forgetting, R3 from zeros: -
reservoir.forgetting, E8 one late: -
reservoir.forgetting, E8 one late, the first twice: -
reservoir.forgetting, E8 one early: -
reservoir.forgetting, E8 one early, the last twice: -
reservoir.forgetting, E8 backwards: -
reservoir.forgetting, E8 always the first: -
reservoir.forgetting, E8 none: -
reservoir.forgetting, R7 left out: -
reservoir.forgetting, R7 twice: -
reservoir.forgetting, R7 outside tanh: -
reservoir.forgetting, R7 outside tanh, with its share: -
reservoir.forgetting, R7 taken away: -
reservoir.forgetting, R9 none: -
reservoir.forgetting, R9 logistic: -
reservoir.forgetting, R9 ReLU: -
reservoir.forgetting, R9 around everything: -
reservoir.forgetting, E21 it stays where it started: states; leaky states
reservoir.forgetting, E21 it starts at zero: states; leaky states
reservoir.forgetting, E21 it reads nothing: states; leaky states
reservoir.forgetting, E21 it starts where the first ends: states; leaky states
reservoir.forgetting, E21 it has not leaked: states; leaky states; n = -1
reservoir.forgetting, E21r: distances; n; n after a rise; n = -1
reservoir.forgetting, E21r both: distances; n; n after a rise; n = -1
reservoir.forgetting, E21r their mean: distances; n; n after a rise; n = -1
reservoir.forgetting, E21s with the start: distances; n; n after a rise; n = -1
reservoir.forgetting, E21s with the start, without the last: distances; n; n after a rise; n = -1
reservoir.forgetting, E21s the last alone: distances; n; n after a rise; n = -1
reservoir.forgetting, D1 without the root: states; leaky states
reservoir.forgetting, D1 per unit: states; leaky states
reservoir.forgetting, D1 sizes: states; leaky states
reservoir.forgetting, D1 the mean size: states; leaky states
reservoir.forgetting, D1 the largest: states; leaky states
reservoir.forgetting, D1 with signs: states; leaky states
reservoir.forgetting, D1 of the lengths: states; leaky states
reservoir.forgetting, D1 as a share of the first: states; leaky states
reservoir.forgetting, D1b added up: states; leaky states
reservoir.forgetting, D1b one number a step: states; leaky states
reservoir.forgetting, D1b of the first: states; leaky states
reservoir.forgetting, D1b over the sequences: states; leaky states
reservoir.forgetting, D2 the start left out: states; leaky states
reservoir.forgetting, D2 the last left out: states; leaky states
reservoir.forgetting, D2 the last alone: states; leaky states
reservoir.forgetting, D2 turned round: states; leaky states
reservoir.forgetting, D4: states; leaky states; distances; n; n = -1
reservoir.forgetting, D4 if the last is below: states; leaky states; distances; n; n = -1
reservoir.forgetting, D4 the first step down: states; leaky states; distances; n; n = -1
reservoir.forgetting, D4c those above: states; leaky states; distances; n; n = -1
reservoir.forgetting, D4c those below: states; leaky states; distances; n = -1
reservoir.forgetting, D4o one early: states; leaky states; distances; n = -1
reservoir.forgetting, D4o one late: states; leaky states; distances; n = -1
reservoir.forgetting, D4o never before step 1: states; leaky states; distances; n after a rise; n = -1
reservoir.forgetting, D4o without the start: states; leaky states; distances; n = -1
reservoir.forgetting, D4o from the end: states; leaky states; distances; n = -1
reservoir.forgetting, D4n the number of steps: states; leaky states; distances; n
reservoir.forgetting, D4n one more: states; leaky states; distances; n
reservoir.forgetting, D4n zero: states; leaky states; distances; n
reservoir.forgetting, D4n only if it never was below: states; leaky states; distances; n; n = -1
reservoir.forgetting, D4e squares: states; leaky states; distances; n = -1
reservoir.forgetting, D4e the root: states; leaky states; distances; n = -1
reservoir.forgetting, D4e as a share of the first: states; leaky states; distances; n = -1
reservoir.forgetting, D4e ε squared: states; leaky states; distances; n = -1
reservoir.forgetting, D4b the last to forget: states; leaky states; distances; n = -1
reservoir.forgetting, D4b the first to forget: states; leaky states; distances; n = -1
reservoir.forgetting, D4b of the mean distance: states; leaky states; distances; n = -1
reservoir.forgetting, D4b that of the first: states; leaky states; distances; n = -1
reservoir.forgetting, D4b a single number: states; leaky states; distances
reservoir.scale, E1 the largest real part: positive W_hh
reservoir.scale, E1 the size of the largest real part: positive W_hh
reservoir.scale, E1 the largest as NumPy sorts: positive W_hh
reservoir.scale, E1 the size of that: positive W_hh
reservoir.scale, E1 the largest real part, for the weights: positive W_hh
reservoir.scale, E1 the largest real size, for the weights: positive W_hh
reservoir.scale, E1 the largest real part, for the leaky matrix: positive W_hh; any W_hh; c
reservoir.scale, E1 the largest real size, for the leaky matrix: positive W_hh; any W_hh; c
reservoir.scale, E1 the mean: -
reservoir.scale, E1 the smallest: -
reservoir.scale, E1 the modulus squared: -
reservoir.scale, E2 singular value: -
reservoir.scale, E2 Frobenius: -
reservoir.scale, E2 largest entry: -
reservoir.scale, E2 largest row sum: -
reservoir.scale, E2 expected: -
reservoir.scale, E2 eigenvalue of the symmetric part: -
reservoir.scale, E2 in both: -
reservoir.scale, E2 in the radius: positive W_hh; any W_hh; c
reservoir.scale, E3 ρ below, too: -
reservoir.scale, E3 not divided: -
reservoir.scale, E3 multiplied: -
reservoir.scale, E3 turned round: -
reservoir.scale, E3 without ρ: -
reservoir.scale, E3 not scaled: -
reservoir.scale, E3 under a root: -
reservoir.scale, E3 only where it is too large: positive W_hh; W_hh and radius, no leak
reservoir.scale, E3l divided by its radius: W_hh and radius, no leak
reservoir.scale, E3l times the leak rate: W_hh and radius, no leak
reservoir.scale, E3l over the leak rate: W_hh and radius, no leak
reservoir.scale, E4: -
reservoir.scale, E4 W not cut for the leaky matrix: positive W_hh; any W_hh; W_hh and radius, no leak; c
reservoir.scale, E4k none: -
reservoir.scale, E4k the others: -
reservoir.scale, E4k transposed: -
reservoir.scale, E4k the diagonal, too: -
reservoir.scale, E4k not the diagonal: -
reservoir.scale, E4k whole rows: -
reservoir.scale, E4k set to one: -
reservoir.scale, E18 of W_hh: positive W_hh; any W_hh; W_hh and radius, no leak; c
reservoir.scale, E18 the share left out: positive W_hh; any W_hh; W_hh and radius, no leak; c
reservoir.scale, E18 all kept: positive W_hh; any W_hh; c
reservoir.scale, E18 all new: positive W_hh; any W_hh; W_hh and radius, no leak; c
reservoir.scale, E18 the shares exchanged: positive W_hh; any W_hh; c
reservoir.scale, E18 of the weights before they were scaled: positive W_hh; any W_hh; c
reservoir.scale, E18 minus: positive W_hh; any W_hh; W_hh and radius, no leak; c
reservoir.scale, E18i: positive W_hh; any W_hh; W_hh and radius, no leak; c
reservoir.scale, E18i a matrix of ones: positive W_hh; any W_hh; W_hh and radius, no leak; c
reservoir.scale, E18s: positive W_hh; any W_hh; W_hh and radius, no leak; c
reservoir.scale, E18s the larger of the two: positive W_hh; any W_hh; W_hh and radius, no leak; c
reservoir.scale, E22 the radius: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22 ρ: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22 Frobenius: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22 not the root: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22 the smallest: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22 the last eigenvalue: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22 the largest entry: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22 the largest row sum: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22 the largest column sum: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22w before they were scaled: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22w before they were cut: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22w the leaky one: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22w the leaky one within: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22a σ alone: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22a a σ: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22a the shares exchanged: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22a a minus: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22a without the leak: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22a all kept: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.scale, E22a a product: positive W_hh; any W_hh; W_hh and radius, no leak; radius, leak
reservoir.readout, E9 all steps: least squares; penalty; rmse
reservoir.readout, E9 the end cut off: least squares; penalty; rmse
reservoir.readout, E9 one step more: least squares; penalty; rmse
reservoir.readout, E9 one step fewer: -
reservoir.readout, E9f: least squares; penalty; rmse
reservoir.readout, E9f sequence by sequence: least squares; penalty; rmse
reservoir.readout, E10 cut from one side alone: least squares; penalty; rmse
reservoir.readout, E10 from the other: least squares; penalty; rmse
reservoir.readout, E10 the next step's: -
reservoir.readout, E10 the step before's: -
reservoir.readout, E11 sequences first in one of them: -
reservoir.readout, E11 sequences first in the targets: -
reservoir.readout, E11 reshaped, not transposed: -
reservoir.readout, E11b the first: -
reservoir.readout, E11b the last: -
reservoir.readout, E11b their mean: -
reservoir.readout, E11b a fit each: -
reservoir.readout, E13 none: least squares; washout
reservoir.readout, E13 squared: least squares; washout
reservoir.readout, E13 its root: least squares; washout
reservoir.readout, E13 times the rows: least squares; washout
reservoir.readout, E13 over the rows: least squares; washout
reservoir.readout, E13 times the steps: least squares; washout
reservoir.readout, E13 twice: least squares; washout
reservoir.readout, E13 half: least squares; washout
reservoir.readout, E13 minus: least squares; washout
reservoir.readout, E13a: least squares; washout
reservoir.readout, E13a to the right side, too: least squares; washout
reservoir.readout, E14 the constant, too: least squares; washout
reservoir.readout, E14 not the first, in place of the last: least squares; washout
reservoir.readout, E14 not the inputs: least squares; washout
reservoir.readout, E14 the constant alone: least squares; washout
reservoir.readout, E14c targets centred, states not: -
reservoir.readout, E14c the mean of the targets: -
reservoir.readout, E14c after a fit without: -
reservoir.readout, E15 a zero: -
reservoir.readout, E15 no column: -
reservoir.readout, E15o the constant first: rmse; rmse, washout
reservoir.readout, E15o the input first: rmse; rmse, washout
reservoir.readout, E15o turned round: rmse; rmse, washout
reservoir.readout, E15t: rmse; rmse, washout
reservoir.readout, E16 without the root: least squares; washout; penalty; both
reservoir.readout, E16 sum: least squares; washout; penalty; both
reservoir.readout, E16 the sum of squares: least squares; washout; penalty; both
reservoir.readout, E16 sizes: least squares; washout; penalty; both
reservoir.readout, E16 one row fewer: least squares; washout; penalty; both
reservoir.readout, E16 rows less weights: least squares; washout; penalty; both
reservoir.readout, E16 half: least squares; washout; penalty; both
reservoir.readout, E16 over the spread: least squares; washout; penalty; both
reservoir.readout, E16 per step: least squares; washout; penalty; both
reservoir.readout, E16 the largest: least squares; washout; penalty; both
reservoir.readout, E16k: least squares; washout; penalty; both
reservoir.readout, E16k a single number: least squares; washout; penalty; both
reservoir.readout, E16w all: least squares; washout; penalty; both; rmse
reservoir.readout, E16w the washout alone, where there is one: least squares; washout; penalty; both; rmse
reservoir.readout, E16w divided by all: least squares; washout; penalty; both; rmse
reservoir.readout, E16p: least squares; washout; penalty; both
reservoir.readout, E16p per row: least squares; washout; penalty; both
reservoir.memory, M1: -
reservoir.memory, M1 on all: -
reservoir.memory, M1 fitted on all: -
reservoir.memory, M1 fitted and scored on all: -
reservoir.memory, M1 fitted on the rest: -
reservoir.memory, M1 exchanged: -
reservoir.memory, M1w n steps with the washout: -
reservoir.memory, M1w up to step n, the rest scored: -
reservoir.memory, M1w from K on: -
reservoir.memory, M1w from K on, as far: -
reservoir.memory, M1w one more: -
reservoir.memory, M1w one less: -
reservoir.memory, M1w one late: -
reservoir.memory, M1r the first left out: -
reservoir.memory, M1r the last left out: -
reservoir.memory, M1r after another washout: -
reservoir.memory, M1r from step n on: -
reservoir.memory, M2: -
reservoir.memory, M2 as far as there are any: -
reservoir.memory, M2 states before inputs: -
reservoir.memory, M2o from 0 on: -
reservoir.memory, M2o from 2 on: -
reservoir.memory, M2o from K down: capacity
reservoir.memory, M2o always 1: -
reservoir.memory, M2f to 1: -
reservoir.memory, M2f to the input itself: -
reservoir.memory, M2f scored against the input itself: -
reservoir.memory, M2f scored one late: -
reservoir.memory, M3 not squared: -
reservoir.memory, M3 size: -
reservoir.memory, M3 explained variance: -
reservoir.memory, M3 explained variance, at least 0: -
reservoir.memory, M3 squared error: -
reservoir.memory, M3 share of the error: -
reservoir.memory, M3 covariance: -
reservoir.memory, M3 over the target alone: -
reservoir.memory, M3 over the prediction alone: -
reservoir.memory, M3 one square too many: -
reservoir.memory, M3 without the square above: -
reservoir.memory, M3m both: -
reservoir.memory, M3m of the target: -
reservoir.memory, M3m of the prediction below: -
reservoir.memory, M3m of the target below: -
reservoir.memory, M3m the mean of all inputs: -
reservoir.memory, M3v of all inputs: -
reservoir.memory, M3v of all inputs and predictions: -
reservoir.memory, M4x: -
reservoir.memory, M4: -
reservoir.memory, M4 zeros: -
reservoir.memory, M4p of 1: -
reservoir.memory, M4p small: -
reservoir.memory, M5 the best one: -
reservoir.memory, M5 their mean: -
reservoir.memory, M5 the first: -
reservoir.memory, M5 the mean of their scores: -
reservoir.memory, M5 the sum of their scores: -
reservoir.memory, M6 the mean: r2; r2 and span; r2 and span, a gap; r2 and span, all remembered
reservoir.memory, M6 the largest: r2; r2 and span; r2 and span, a gap; r2 and span, all remembered
reservoir.memory, M6 of the roots: r2; r2 and span; r2 and span, a gap; r2 and span, all remembered
reservoir.memory, M6 of those above one half: r2; r2 and span; r2 and span, a gap; r2 and span, all remembered
reservoir.memory, M6 up to the span: r2; r2 and span; r2 and span, a gap; r2 and span, all remembered
reservoir.memory, M6 how many are above one half: r2; r2 and span; r2 and span, a gap; r2 and span, all remembered
reservoir.memory, M6 as a share of the units: r2; r2 and span; r2 and span, a gap; r2 and span, all remembered
reservoir.memory, M6 with the input itself: r2; r2 and span; r2 and span, a gap; r2 and span, all remembered
reservoir.memory, M6 without the last: r2; r2 and span; r2 and span, a gap; r2 and span, all remembered
reservoir.memory, M7 all above one half: r2; capacity; r2 and span; r2 and span, all remembered
reservoir.memory, M7 the last above one half: r2; capacity; r2 and span; r2 and span, all remembered
reservoir.memory, M7o one more: r2; capacity
reservoir.memory, M7o one less: r2; capacity
reservoir.memory, M7o one more, K at most: r2; capacity; r2 and span, all remembered
reservoir.memory, M7o one less, 0 at least: r2; capacity
reservoir.memory, M7a 0: r2; capacity; r2 and span; r2 and span, a gap
reservoir.memory, M7a one less than K: r2; capacity; r2 and span; r2 and span, a gap
reservoir.memory, M7a -1: r2; capacity; r2 and span; r2 and span, a gap
reservoir.memory, M7t of r: r2; capacity; r2 and span, a gap; r2 and span, all remembered
reservoir.memory, M7t 0.9: r2; capacity
reservoir.memory, M7t 0.1: r2; capacity; r2 and span, a gap; r2 and span, all remembered
reservoir.nvar, N1 the newest first: one value
reservoir.nvar, N1 the newest first, the rest after it: one value
reservoir.nvar, N1 feature by feature: one value
reservoir.nvar, N1 feature by feature, the newest first: one value
reservoir.nvar, N1 turned round: -
reservoir.nvar, N2 next to each other: one value
reservoir.nvar, N2 next to each other, from the first on: one value
reservoir.nvar, N2 one step too far: -
reservoir.nvar, N2 without the newest: -
reservoir.nvar, N2 apart plus one: one value
reservoir.nvar, N2 k and apart exchanged: degree 3
reservoir.nvar, N2k one more: -
reservoir.nvar, N2k one less: one value
reservoir.nvar, N2r zeros before the start: one value
reservoir.nvar, N2r from the end: one value
reservoir.nvar, N2r the first value again: one value
reservoir.nvar, N2r the last left out: -
reservoir.nvar, N2r the first left out: -
reservoir.nvar, N2r the last first: -
reservoir.nvar, N2r every so many: -
reservoir.nvar, N3 without squares: values
reservoir.nvar, N3 squares alone: values
reservoir.nvar, N3 both orders: values
reservoir.nvar, N3 both orders, without squares: values
reservoir.nvar, N3 not across the values: values; one value
reservoir.nvar, N3 of the newest alone: values; one value
reservoir.nvar, N3o by the second factor: values
reservoir.nvar, N3o squares first: values
reservoir.nvar, N3o squares last: values
reservoir.nvar, N3o turned round: values
reservoir.nvar, N4 always 2: one value; products
reservoir.nvar, N4 the highest alone: values; one value; products
reservoir.nvar, N4 one less: values
reservoir.nvar, N4 one more: -
reservoir.nvar, N4 2 at most: values; one value; products
reservoir.nvar, N4 the highest first: values; one value; products
reservoir.nvar, N4 the values twice: -
reservoir.nvar, N4 the highest in place of the values: -
reservoir.nvar, N4t cubes alone: values; one value; products
reservoir.nvar, N4t all different: values; one value; products
reservoir.nvar, N4t the first two the same: values; one value; products
reservoir.nvar, N4t twice: values; one value; products
reservoir.nvar, N4t a value times a square: values; one value; products
reservoir.nvar, N5 first: -
reservoir.nvar, N5 left out: -
reservoir.nvar, N5 zero: -
reservoir.nvar, N5 among the entries: values
reservoir.nvar, N6 sums: values
reservoir.nvar, N6 means: values
reservoir.nvar, N6 sizes: values
reservoir.nvar, N6 of what lies off the mean: values
reservoir.nvar, N6 over their number: values
reservoir.nvar, N7 the axes exchanged: -
reservoir.nvar, N7 one after the other: -
reservoir.nvar, N7 the first alone: -
reservoir.nvar, N7 the first for all: -
reservoir.nvar, N7 features first: -
reservoir.nvar, N7 side by side: -
reservoir.nvar, N7 turned round: -
reservoir.free_run, E16 the last measured value again: first prediction
reservoir.free_run, E16 the first measured value: first prediction
reservoir.free_run, E16 zeros: first prediction
reservoir.free_run, E16 the prediction before: first prediction
reservoir.free_run, E16 measured values from the beginning: first prediction
reservoir.free_run, E16p after the first: -
reservoir.free_run, E16p the last one: -
reservoir.free_run, E17 zero when the free run begins: first prediction
reservoir.free_run, E17 zero after the first prediction: first prediction
reservoir.free_run, E17 zero when the last measured value is read: -
reservoir.free_run, E17 zero at each step: -
reservoir.free_run, E17 zero at each free step: first prediction
reservoir.free_run, E17 kept through the free run: first prediction
reservoir.free_run, E17t the last measured value read twice: -
reservoir.free_run, E17t the first left out: -
reservoir.free_run, E17t the last measured one left out: -
reservoir.free_run, E20 nothing added: -
reservoir.free_run, E20 to the last measured value: first prediction
reservoir.free_run, E20 to the value before: -
reservoir.free_run, E20 taken away: -
reservoir.free_run, E20 to the state's part: -
reservoir.free_run, E21 one late: -
reservoir.free_run, E21 one late, zeros first: -
reservoir.free_run, E21 one early: -
reservoir.free_run, E21 from the beginning again: first prediction
reservoir.free_run, E21 one early in the free run: first prediction
reservoir.free_run, E21 one late in the free run: first prediction
reservoir.free_run, E21 the last one of the measured steps: first prediction
reservoir.free_run, E21n in the free run: first prediction
reservoir.free_run, E21n everywhere: -
reservoir.free_run, E21n in the readout: -
reservoir.free_run, E21n in the reservoir: -
reservoir.free_run, E21o in both: -
reservoir.free_run, E21o in the reservoir: -
reservoir.free_run, E21o in the readout: -
reservoir.free_run, E15o the constant first: -
reservoir.free_run, E15o inputs first: -
reservoir.free_run, E15o no constant: -
reservoir.free_run, E15o the state alone: -
reservoir.free_run, E15o no state: -
reservoir.free_run, E15s before: -
reservoir.free_run, E15s what arrives: -
reservoir.free_run, E15s without the leak: run, no leak
reservoir.free_run, E15s squashed again: -
reservoir.free_run, E15t the change: -
reservoir.free_run, E15t the value: -
reservoir.free_run, E5 exchanged: -
reservoir.free_run, E5 all kept: -
reservoir.free_run, E5 all new: run, no leak
reservoir.free_run, E5 no leak: run, no leak
reservoir.free_run, E5 within tanh: run, no leak
reservoir.free_run, E5 no leak in the free run: first prediction; run, no leak
reservoir.free_run, R6 transposed: -
reservoir.free_run, R6 left out: -
reservoir.free_run, R7: -
reservoir.free_run, R7 in the free run: first prediction
reservoir.free_run, R7 outside tanh: -
reservoir.free_run, R9 none: -
reservoir.free_run, R9 logistic: -
reservoir.free_run, R9 ReLU: -
reservoir.free_run, X13 the first left out: last state
reservoir.free_run, X13 the last left out: last state
reservoir.free_run, X13 with the measured ones: last state
reservoir.free_run, X13 with the last measured one: last state
reservoir.free_run, X13 with the last measured one, without the last: last state
reservoir.free_run, X13 the last alone: last state
reservoir.free_run, X13 turned round: first prediction; last state
reservoir.free_run, X13c: last state
reservoir.free_run, X13c off the last measured: last state
reservoir.free_run, X14 before the last step: first prediction; run, no leak; run
reservoir.free_run, X14 when the free run begins: first prediction; run, no leak; run
reservoir.free_run, X14 one step more: first prediction; run, no leak; run
reservoir.spikes, L1 a straight line: -
reservoir.spikes, L1 upside down: -
reservoir.spikes, L1 without τ: -
reservoir.spikes, L1 without the step: -
reservoir.spikes, L1 τ times the step: -
reservoir.spikes, L1 growing: -
reservoir.spikes, L1 none: -
reservoir.spikes, L1 nothing kept: -
reservoir.spikes, L1 what is lost: -
reservoir.spikes, L1i by the leak: -
reservoir.spikes, L1i by what is lost: -
reservoir.spikes, L1i by the step over τ: -
reservoir.spikes, L1i by the step: -
reservoir.spikes, L1i the spikes of other units alone: silence; no rest; rest; threshold
reservoir.spikes, L2 to 0: silence
reservoir.spikes, L2 the threshold taken away: silence
reservoir.spikes, L2 lower by low: silence
reservoir.spikes, L2 from the threshold down: silence
reservoir.spikes, L2 none: silence
reservoir.spikes, L2 as it is: silence
reservoir.spikes, L2 of all units: silence
reservoir.spikes, L2 to 0, then low in the rest: silence
reservoir.spikes, L2v: silence
reservoir.spikes, L2v set a step later: silence
reservoir.spikes, L2v of the step before: -
reservoir.spikes, L2n from 0: silence
reservoir.spikes, L2n from what it was: silence
reservoir.spikes, L3 none: silence; no rest
reservoir.spikes, L3 one step more: silence
reservoir.spikes, L3 one step less: silence; no rest
reservoir.spikes, L3 in units of time: silence; no rest
reservoir.spikes, L3 for ever: silence; no rest
reservoir.spikes, L3 one step at most: silence; no rest; threshold
reservoir.spikes, L3b of the example: silence; no rest
reservoir.spikes, L3b of all examples: silence; no rest
reservoir.spikes, L3v it goes on, without firing: silence; no rest
reservoir.spikes, L3v it leaks: silence; no rest
reservoir.spikes, L3v held at 0: silence; no rest
reservoir.spikes, L3v held, but stored: silence; no rest; threshold
reservoir.spikes, L3f: silence; no rest; threshold
reservoir.spikes, L4 above it alone: silence; no rest; rest; network
reservoir.spikes, L4 on either side: silence; threshold
reservoir.spikes, L4 one for all: silence; threshold
reservoir.spikes, L4 above the low value: silence; threshold
reservoir.spikes, L4 in the next step: silence
reservoir.spikes, L5 none: silence; no rest; rest; threshold
reservoir.spikes, L5 in the same step: silence; no rest; rest; threshold
reservoir.spikes, L5 two steps late: silence; no rest; rest; threshold
reservoir.spikes, L5 added up: silence; no rest; rest; threshold
reservoir.spikes, L5s: silence; no rest; rest; threshold
reservoir.spikes, L5v: silence; no rest; rest; threshold
reservoir.spikes, L5v of those that fire: silence; no rest; rest; threshold
reservoir.spikes, R6: silence; no rest; rest; threshold
reservoir.spikes, E8 one late: -
reservoir.spikes, E8 one early: -
reservoir.spikes, E8 backwards: -
reservoir.spikes, E8 always the first: -
reservoir.spikes, L6 the mean of all heard: silence; no rest; rest; threshold
reservoir.spikes, L6 all inputs: -
reservoir.spikes, L6 those of the neighbour: -
reservoir.spikes, L8 membranes at low: -
reservoir.spikes, L8 all at rest: no rest
reservoir.spikes, L7 of the step before: silence
reservoir.spikes, L7 counted: silence
reservoir.spikes, L7 also while they rest: silence; no rest
reservoir.spikes, L7 doubled: silence
reservoir.forecast, P1 the steps of the fit: -
reservoir.forecast, P1 one late: free run; e; e and valid time
reservoir.forecast, P1 one late, into the test: free run; e; e and valid time
reservoir.forecast, P1 the last left out: free run; e; e and valid time
reservoir.forecast, P1t in the fit, the same: -
reservoir.forecast, P1t in the fit and on the validation steps, the same: -
reservoir.forecast, P1t in the fit, two later: -
reservoir.forecast, P1t the state one older: -
reservoir.forecast, P9 standardised: -
reservoir.forecast, P9 about its mean: -
reservoir.forecast, P2 with the validation: free run; e; e and valid time
reservoir.forecast, P2 one more: free run; e; e and valid time
reservoir.forecast, P2 one less: free run; e; e and valid time
reservoir.forecast, P2 no washout: free run; e; e and valid time
reservoir.forecast, P2 one step more of the washout: free run; e; e and valid time
reservoir.forecast, P3 without the root: free run; e; e and valid time
reservoir.forecast, P3 sizes: free run; e; e and valid time
reservoir.forecast, P3 sum: free run; e; e and valid time
reservoir.forecast, P3 the features added up: free run; e; e and valid time
reservoir.forecast, P3 lengths: free run; e; e and valid time
reservoir.forecast, P3 roots of each feature: free run; e; e and valid time
reservoir.forecast, P3 in units of the spread: free run; e; e and valid time
reservoir.forecast, P3 the largest: free run; e; e and valid time
reservoir.forecast, P3f: free run; e; e and valid time
reservoir.forecast, P4 the largest error: errors
reservoir.forecast, P4 counted from 1: errors; free run; e; e and valid time
reservoir.forecast, P4 the smallest penalty: errors
reservoir.forecast, P4 the largest penalty: errors
reservoir.forecast, P4 always the first: errors
reservoir.forecast, P4 always the last: errors
reservoir.forecast, P5 not fitted again: errors; errors and best
reservoir.forecast, P5 the last one that was tried: errors; errors and best
reservoir.forecast, P5 fitted again with the last penalty: errors; errors and best
reservoir.forecast, P5 fitted again with the first penalty: errors; errors and best
reservoir.forecast, P5 to the validation alone: errors; errors and best
reservoir.forecast, P5 one less: errors; errors and best
reservoir.forecast, P5 no washout: errors; errors and best
reservoir.forecast, P5 more for more steps: errors; errors and best
reservoir.forecast, P5k: errors; errors and best
reservoir.forecast, E14 the constant, too: -
reservoir.forecast, E14 none: -
reservoir.forecast, E14 times the rows: -
reservoir.forecast, E14 squared: -
reservoir.forecast, E14 not the values: -
reservoir.forecast, E5 the shares exchanged: -
reservoir.forecast, E5 no leak: -
reservoir.forecast, E5 all kept: -
reservoir.forecast, E5 within tanh: -
reservoir.forecast, E5 transposed: -
reservoir.forecast, E5 no bias: -
reservoir.forecast, E17 from zero: errors; errors and best
reservoir.forecast, E17 from the end of the fit: errors; errors and best
reservoir.forecast, E17 the last value read twice: errors; errors and best
reservoir.forecast, E17 not carried on: errors; errors and best
reservoir.forecast, E17 from zero at each step: errors; errors and best
reservoir.forecast, E16 the values of the test: errors; errors and best
reservoir.forecast, E16 the last measured value: errors; errors and best
reservoir.forecast, E16 the test in the state alone: errors; errors and best
reservoir.forecast, X13 with the last measured value: errors; errors and best
reservoir.forecast, X13 the first left out: errors; errors and best
reservoir.forecast, P6 all of the series: errors; errors and best; free run
reservoir.forecast, P6 the test: errors; errors and best; free run
reservoir.forecast, P6 of all features together: errors; errors and best; free run
reservoir.forecast, P6 one value less: errors; errors and best; free run
reservoir.forecast, P6 the variance: errors; errors and best; free run
reservoir.forecast, P6 none: errors; errors and best; free run
reservoir.forecast, P6 the root of the mean square: errors; errors and best; free run
reservoir.forecast, P6 the range: errors; errors and best; free run
reservoir.forecast, P6e without the root: errors; errors and best; free run
reservoir.forecast, P6e the sum over features: errors; errors and best; free run
reservoir.forecast, P6e sizes: errors; errors and best; free run
reservoir.forecast, P6e the largest feature: errors; errors and best; free run
reservoir.forecast, P6e all steps so far: errors; errors and best; free run
reservoir.forecast, P6e the first feature: errors; errors and best; free run
reservoir.forecast, P7 all that are right: errors; errors and best; free run; e
reservoir.forecast, P7 with the first that is off: errors; errors and best; free run; e
reservoir.forecast, P7 none, where none is off: errors; errors and best; free run; e
reservoir.forecast, P7 up to the last that is right: errors; errors and best; free run; e
reservoir.forecast, P7 those that are off: errors; errors and best; free run; e
reservoir.forecast, P7t steps: errors; errors and best; free run; e
reservoir.forecast, P7t without the exponent: errors; errors and best; free run; e
reservoir.forecast, P7t without the step: errors; errors and best; free run; e
reservoir.forecast, P7t divided by the exponent: errors; errors and best; free run; e
reservoir.forecast, P7t divided by the step: errors; errors and best; free run; e
reservoir.forecast, P7c squares: errors; errors and best; free run; e
reservoir.forecast, P7c half: errors; errors and best; free run; e
reservoir.forecast, P7c below it: errors; errors and best; free run; e
"""
