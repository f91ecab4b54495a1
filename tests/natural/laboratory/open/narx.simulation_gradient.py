"""As students of control in the lab: sensitivity equations, or the adjoint run backwards in time."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _run(y, u, a, b, c):
    n, T = len(a), len(y)
    h = y.astype(float).copy()
    for t in range(n, T):
        z = c + b * float(u[t - 1])
        for j in range(1, n + 1):
            z += float(a[j - 1]) * h[t - j]
        h[t] = np.tanh(z)
    return h


@right("sensitivities_forwards")
def simulation_gradient(y, u, a, b, c):
    n, T = len(a), len(y)
    h = _run(y, u, a, b, c)
    # columns: a_1..a_n, b, c, start
    S = np.zeros((T, 2 * n + 2))
    for i in range(n):
        S[i, n + 2 + i] = 1
    for t in range(n, T):
        ds = np.zeros(2 * n + 2)
        for j in range(1, n + 1):
            ds[j - 1] += h[t - j]
            ds += a[j - 1] * S[t - j]
        ds[n] += u[t - 1]
        ds[n + 1] += 1
        S[t] = (1 - h[t] ** 2) * ds
    e = h[n:] - y[n:]
    g = (S[n:].T @ e).astype(y.dtype)
    return 0.5 * e @ e, g[:n], g[n], g[n + 1], g[n + 2 :]


@right("adjoint_pushes_back")
def simulation_gradient(y, u, a, b, c):
    n, T = len(a), len(y)
    h = _run(y, u, a, b, c)
    lam = np.zeros(T)
    lam[n:] = h[n:] - y[n:]
    L = 0.5 * np.sum(lam**2)
    da, db, dc = np.zeros(n), 0.0, 0.0
    for t in range(T - 1, n - 1, -1):
        d = lam[t] * (1 - h[t] ** 2)
        for j in range(1, n + 1):
            da[j - 1] += d * h[t - j]
            lam[t - j] += d * a[j - 1]
        db += d * u[t - 1]
        dc += d
    return L, da.astype(y.dtype), db, dc, lam[:n].astype(y.dtype)


@right("adjoint_pulls_from_later")
def simulation_gradient(y, u, a, b, c):
    n, T = len(a), len(y)
    h = _run(y, u, a, b, c)
    delta = np.zeros(T + n)
    g = np.zeros(T)
    for t in reversed(range(T)):
        g[t] = sum(a[j - 1] * delta[t + j] for j in range(1, n + 1))
        if t >= n:
            g[t] += h[t] - y[t]
            delta[t] = g[t] * (1 - h[t] ** 2)
    d = delta[n:T]
    da = np.array([d @ h[n - j : T - j] for j in range(1, n + 1)], dtype=y.dtype)
    return 0.5 * ((h - y)[n:] ** 2).sum(), da, d @ u[n - 1 : T - 1], d.sum(), g[:n].astype(y.dtype)


@right("linear_system")
def simulation_gradient(y, u, a, b, c):
    n, T = len(a), len(y)
    h = _run(y, u, a, b, c)
    # h = f(...): (I - A) dh = D dp, all steps at once
    D = np.ones(T)
    D[n:] = 1 - h[n:] ** 2
    A = np.zeros((T, T))
    P = np.zeros((T, 2 * n + 2))
    P[:n, n + 2 :] = np.eye(n)
    for t in range(n, T):
        A[t, t - n : t] = D[t] * a[::-1]
        P[t, :n] = D[t] * h[t - n : t][::-1]
        P[t, n] = D[t] * u[t - 1]
        P[t, n + 1] = D[t]
    e = h - y
    e[:n] = 0
    g = np.linalg.solve((np.eye(T) - A).T, e) @ P
    return float(0.5 * e @ e), g[:n].astype(y.dtype), g[n], g[n + 1], g[n + 2 :].astype(y.dtype)


@right("state_and_costate")
def simulation_gradient(y, u, a, b, c):
    n, T = len(a), len(y)
    a = np.asarray(a, dtype=float)
    x = y[:n][::-1].astype(float)  # state: newest on top
    xs, hs = [], []
    for t in range(n, T):
        xs.append(x)
        h = np.tanh(c + a @ x + b * u[t - 1])
        hs.append(h)
        x = np.r_[h, x[:-1]]
    e = np.array(hs) - y[n:]
    mu = np.zeros(n)  # costate
    da, db, dc = np.zeros(n), 0, 0
    for i in range(T - n - 1, -1, -1):
        d = (mu[0] + e[i]) * (1 - hs[i] ** 2)
        da = da + d * xs[i]
        db = db + d * u[n + i - 1]
        dc = dc + d
        mu = np.r_[mu[1:], 0] + a * d
    return 0.5 * sum(e**2), da.astype(y.dtype), db, dc, mu[::-1].astype(y.dtype)


def _back(
    y, u, a, b, c, slope=lambda h: 1 - h**2, through=True, scale=1.0, h=None, ush=1, order=1, first=0, lag1=False
):
    n, T = len(a), len(y)
    h = _run(y, u, a, b, c) if h is None else h
    lam = np.zeros(T)
    lam[first or n :] = scale * (h - y)[first or n :]
    da, db, dc = np.zeros(n), 0.0, 0.0
    for t in range(T - 1, n - 1, -1):
        d = lam[t] * slope(h[t])
        for j in range(1, n + 1):
            da[j - 1] += d * h[t - j]
            if through and (j == 1 or not lag1):
                lam[t - j] += d * a[j - 1]
        db += d * u[t - ush]
        dc += d
    e = (h - y)[n:]
    q = lambda v: v.astype(y.dtype)  # noqa: E731
    return 0.5 * np.sum(e**2), q(da), db, dc, q(lam[:n][::order])


@wrong(
    "past_taken_as_measured",
    "Past predictions are taken for constants: no gradient goes back through what was fed back.",
    "Does a change of a move h[t-1] too? Where is that in your da?",
)
def simulation_gradient(y, u, a, b, c):
    L, da, db, dc, s = _back(y, u, a, b, c, through=False)
    _, _, _, _, start = _back(y, u, a, b, c)
    return L, da, db, dc, start


@wrong(
    "teacher_forced",
    "Runs on measured outputs: the loss of one step ahead, not that of the free run.",
    "Which output stands in your regressors at step n+1, measured or predicted?",
)
def simulation_gradient(y, u, a, b, c):
    n, T = len(a), len(y)
    h = y.astype(float).copy()
    for t in range(n, T):
        h[t] = np.tanh(c + b * u[t - 1] + sum(a[j] * y[t - 1 - j] for j in range(n)))
    e = h[n:] - y[n:]
    d = e * (1 - h[n:] ** 2)
    da = np.array([d @ y[n - j : T - j] for j in range(1, n + 1)], dtype=y.dtype)
    ds = np.zeros(n, dtype=y.dtype)
    for t in range(n, T):
        for j in range(1, n + 1):
            if t - j < n:
                ds[t - j] += d[t - n] * a[j - 1]
    return 0.5 * e @ e, da, d @ u[n - 1 : T - 1], d.sum(), ds


@wrong(
    "slope_forgotten", "The slope of tanh is missing.", "What is the derivative of tanh(z)? Where is it in your loop?"
)
def simulation_gradient(y, u, a, b, c):
    return _back(y, u, a, b, c, slope=lambda h: 1.0)


@wrong(
    "slope_of_the_sigmoid",
    "h(1 - h): the slope of the sigmoid.",
    "What is the slope of tanh at 0? And by your formula?",
)
def simulation_gradient(y, u, a, b, c):
    return _back(y, u, a, b, c, slope=lambda h: h * (1 - h))


@wrong(
    "factor_two",
    "Differentiates the square without the half: all derivatives are doubled.",
    "d/dx of x²/2 is x. What do you start from?",
)
def simulation_gradient(y, u, a, b, c):
    return _back(y, u, a, b, c, scale=2.0)


@wrong("mean_loss", "The mean over the steps, not the sum.", "By what do you divide? Does the task divide?")
def simulation_gradient(y, u, a, b, c):
    N = len(y) - len(a)
    L, da, db, dc, s = _back(y, u, a, b, c, scale=1 / N)
    return L / N, da, db, dc, s


@wrong("loss_without_half", "L lacks the factor 1/2, the gradients have it.", "One step with the error 2: what is L?")
def simulation_gradient(y, u, a, b, c):
    L, *rest = _back(y, u, a, b, c)
    return (2 * L, *rest)


@wrong("start_newest_first", "dstart is newest first.", "The first number of dstart belongs to which step?")
def simulation_gradient(y, u, a, b, c):
    return _back(y, u, a, b, c, order=-1)


@wrong(
    "input_of_the_same_step",
    "db is summed with u[t]; the model reads u[t-1].",
    "Which input moves the prediction of step t?",
)
def simulation_gradient(y, u, a, b, c):
    return _back(y, u, a, b, c, ush=0)


@wrong(
    "only_lag_one_carries_back",
    "The gradient goes back through lag 1 only.",
    "h[t-2] acts on h[t] by a_2. Where does your gradient go there?",
)
def simulation_gradient(y, u, a, b, c):
    return _back(y, u, a, b, c, lag1=True)


@wrong(
    "coefficients_reversed",
    "a_1 is put to the oldest output (a convolution slice the wrong way round).",
    "Which output does a_1 multiply, the newest or the oldest?",
)
def simulation_gradient(y, u, a, b, c):
    L, da, db, dc, s = _back(y, u, np.asarray(a)[::-1], b, c)
    return L, da[::-1].copy(), db, dc, s


@wrong(
    "error_sign",
    "The error is y - h, so all derivatives have the wrong sign.",
    "Make a step along minus your gradient. Does L get smaller?",
)
def simulation_gradient(y, u, a, b, c):
    return _back(y, u, a, b, c, scale=-1.0)


@wrong(
    "start_counts_by_itself_only",
    "dstart holds only the direct way from the start, as from the first predicted step.",
    "The start acts on steps n, n+1 and all later ones. Which of them are in your dstart?",
)
def simulation_gradient(y, u, a, b, c):
    n = len(a)
    L, da, db, dc, _ = _back(y, u, a, b, c)
    h = _run(y, u, a, b, c)
    d = (h[n] - y[n]) * (1 - h[n] ** 2)
    return L, da, db, dc, (d * np.asarray(a)[::-1]).astype(y.dtype)


@wrong(
    "slope_at_the_error_twice",
    "The slope is applied again to what comes back.",
    "How often does a gradient meet the slope of step t on its way through step t?",
)
def simulation_gradient(y, u, a, b, c):
    n, T = len(a), len(y)
    h = _run(y, u, a, b, c)
    sl = 1 - h**2
    lam = np.zeros(T)
    e = (h - y)[n:]
    lam[n:] = e * sl[n:]
    da, db, dc = np.zeros(n), 0.0, 0.0
    for t in range(T - 1, n - 1, -1):
        d = lam[t] * sl[t] if t < T - 1 else lam[t]
        for j in range(1, n + 1):
            da[j - 1] += d * h[t - j]
            lam[t - j] += d * a[j - 1]
        db += d * u[t - 1]
        dc += d
    return 0.5 * np.sum(e**2), da.astype(y.dtype), db, dc, lam[:n].astype(y.dtype)


@wrong(
    "rough_differences",
    "Differences of two losses with a step of 1e-3: not accurate enough.",
    "Halve the step of your differences. Do the numbers stay the same?",
)
def simulation_gradient(y, u, a, b, c):
    n = len(a)
    p0 = np.concatenate([a, [b, c], y[:n]]).astype(float)

    def loss(p):
        z = y.astype(float).copy()
        z[:n] = p[n + 2 :]
        h = _run(z, u, p[:n], p[n], p[n + 1])
        return 0.5 * np.sum((h[n:] - y[n:]) ** 2)

    L = loss(p0)
    g = np.array([(loss(p0 + 1e-3 * e) - L) / 1e-3 for e in np.eye(len(p0))])
    return L, g[:n].astype(y.dtype), g[n], g[n + 1], g[n + 2 :].astype(y.dtype)
