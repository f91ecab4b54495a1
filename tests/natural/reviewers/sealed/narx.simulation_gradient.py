"""As programmers who skim: backpropagation by hand, autograd, truncated at some step, signs and shifts of other code."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _sim(y, u, a, b, c):
    n = len(a)
    h = [float(v) for v in y[:n]]
    for t in range(n, len(y)):
        h.append(float(np.tanh(c + np.dot(a, h[-1 : -n - 1 : -1]) + b * u[t - 1])))
    return np.array(h)


def _grad(y, u, a, b, c, cut=None, slope=None, err=None, h=None):
    n, T = len(a), len(y)
    h = _sim(y, u, a, b, c) if h is None else h
    e = np.zeros(T)
    e[n:] = (h - y)[n:]
    bar = e.copy() if err is None else err(e, h)
    da, db, dc = np.zeros(n), 0.0, 0.0
    for t in range(T - 1, n - 1, -1):
        g = bar[t] * ((1 - h[t] ** 2) if slope is None else slope(h, t))
        past = h[t - n : t][::-1]
        da += g * past
        db += g * u[t - 1]
        dc += g
        if cut is None or (T - 1 - t) % cut != cut - 1:
            bar[t - n : t] += g * np.asarray(a, float)[::-1]
    return 0.5 * (e @ e), da.astype(y.dtype), db, dc, bar[:n].astype(y.dtype)


@right("reverse_mode")
def simulation_gradient(y, u, a, b, c):
    return _grad(y, u, a, b, c)


@right("autograd")
def simulation_gradient(y, u, a, b, c):
    import torch

    n = len(a)
    td = torch.float64
    A = torch.tensor(a, dtype=td, requires_grad=True)
    bb, cc = (torch.tensor(float(v), dtype=td, requires_grad=True) for v in (b, c))
    s = torch.tensor(y[:n], dtype=td, requires_grad=True)
    h = list(s.unbind(0))
    loss = torch.zeros((), dtype=td)
    for t in range(n, len(y)):
        h.append(torch.tanh(cc + sum(A[j] * h[t - 1 - j] for j in range(n)) + bb * float(u[t - 1])))
        loss = loss + 0.5 * (h[t] - float(y[t])) ** 2
    loss.backward()
    return loss.item(), A.grad.numpy().astype(y.dtype), bb.grad.item(), cc.grad.item(), s.grad.numpy().astype(y.dtype)


@right("forward_mode_with_tangents")
def simulation_gradient(y, u, a, b, c):
    n, T = len(a), len(y)
    m = 2 * n + 2
    win = [(float(y[n - 1 - j]), np.eye(m)[n + 2 + n - 1 - j]) for j in range(n)]
    L, g = 0.0, np.zeros(m)
    for t in range(n, T):
        z = c + b * float(u[t - 1]) + sum(float(a[j]) * win[j][0] for j in range(n))
        dz = sum(float(a[j]) * win[j][1] for j in range(n))
        dz = dz + np.r_[[v for v, _ in win], float(u[t - 1]), 1.0, np.zeros(n)]
        v = np.tanh(z)
        win = [(v, (1 - v * v) * dz)] + win[:-1]
        L += 0.5 * (v - y[t]) ** 2
        g += (v - y[t]) * win[0][1]
    return L, g[:n].astype(y.dtype), g[n], g[n + 1], g[n + 2 :].astype(y.dtype)


@right("complex_step")
def simulation_gradient(y, u, a, b, c):
    n = len(a)
    th = np.concatenate([np.asarray(a, float), [b, c], y[:n].astype(float)]).astype(complex)

    def loss(p):
        h = list(p[n + 2 :])
        total = 0
        for t in range(n, len(y)):
            h.append(np.tanh(p[n + 1] + sum(p[j] * h[t - 1 - j] for j in range(n)) + p[n] * u[t - 1]))
            total = total + 0.5 * (h[t] - y[t]) ** 2
        return total

    g = np.array([loss(th + 1e-30j * np.eye(len(th))[i]).imag / 1e-30 for i in range(len(th))])
    return loss(th).real, g[:n].astype(y.dtype), g[n], g[n + 1], g[n + 2 :].astype(y.dtype)


@right("companion_matrices")
def simulation_gradient(y, u, a, b, c):
    n, T = len(a), len(y)
    h = _sim(y, u, a, b, c)
    lam = np.zeros(n)  # gradient by the window (h[t-1], ..., h[t-n])
    gz = np.zeros(T)
    shift = np.eye(n, k=-1)
    for t in range(T - 1, n - 1, -1):
        d = 1 - h[t] ** 2
        gz[t] = (lam[0] + h[t] - y[t]) * d
        J = shift.copy()
        J[0] = d * np.asarray(a, float)
        lam = J.T @ (lam + np.eye(n)[0] * (h[t] - y[t]))
    H = np.array([h[n - j : T - j] for j in range(1, n + 1)])
    return (
        0.5 * np.sum((h - y)[n:] ** 2),
        (H @ gz[n:]).astype(y.dtype),
        gz[n:] @ u[n - 1 : T - 1],
        gz.sum(),
        lam[::-1].astype(y.dtype),
    )


@wrong(
    "detached_feedback",
    "The outputs fed back are detached: one-step gradients along the free run.",
    "Does your da know that a moved the earlier outputs as well?",
)
def simulation_gradient(y, u, a, b, c):
    return _grad(y, u, a, b, c, cut=1)


@wrong(
    "truncated", "Truncated after every 3 steps.", "How far back does the gradient of the last step go in your loop?"
)
def simulation_gradient(y, u, a, b, c):
    return _grad(y, u, a, b, c, cut=3)


@wrong(
    "teacher_forcing_loss",
    "Measured outputs as regressors: another loss.",
    "Which y stands in the sum, with a hat or without?",
)
def simulation_gradient(y, u, a, b, c):
    n, T = len(a), len(y)
    P = np.array([y[n - j : T - j] for j in range(1, n + 1)], float)
    h = np.tanh(c + np.asarray(a, float) @ P + b * u[n - 1 : T - 1])
    e = h - y[n:]
    g = e * (1 - h**2)
    ds = np.zeros(T)
    for j in range(1, n + 1):
        ds[n - j : T - j] += g * a[j - 1]
    return 0.5 * e @ e, (P @ g).astype(y.dtype), g @ u[n - 1 : T - 1], g.sum(), ds[:n].astype(y.dtype)


@wrong(
    "identity_activation",
    "The model is linear in the backward pass: no factor 1 - h².",
    "How large is the slope of tanh where the unit saturates?",
)
def simulation_gradient(y, u, a, b, c):
    return _grad(y, u, a, b, c, slope=lambda h, t: 1.0)


@wrong(
    "slope_of_previous_output",
    "1 - h[t-1]² is used at step t (off by one).",
    "Which output is the tanh of step t's sum?",
)
def simulation_gradient(y, u, a, b, c):
    return _grad(y, u, a, b, c, slope=lambda h, t: 1 - h[t - 1] ** 2)


@wrong("slope_taken_of_tanh_of_output", "1 - tanh(h)²: the tanh is taken twice.", "Is h the sum or its tanh already?")
def simulation_gradient(y, u, a, b, c):
    return _grad(y, u, a, b, c, slope=lambda h, t: 1 - np.tanh(h[t]) ** 2)


@wrong("mse", "The mean square error with its 2/N.", "By what do the task's L and yours differ?")
def simulation_gradient(y, u, a, b, c):
    N = len(y) - len(a)
    L, *g = _grad(y, u, a, b, c)
    return (2 * L / N, *(x * (np.asarray(2 / N, y.dtype) if isinstance(x, np.ndarray) else 2 / N) for x in g))


@wrong("last_step_only", "Only the error of the last step enters.", "Which steps does the loss count?")
def simulation_gradient(y, u, a, b, c):
    def last(e, h):
        z = np.zeros_like(e)
        z[-1] = e[-1]
        return z

    L, *g = _grad(y, u, a, b, c, err=last)
    return (L, *g)


@wrong(
    "first_predicted_step_not_counted",
    "The loss counts from n + 1 on (off by one).",
    "Is step n predicted? Does its error count?",
)
def simulation_gradient(y, u, a, b, c):
    n = len(a)

    def late(e, h):
        z = e.copy()
        z[n] = 0
        return z

    h = _sim(y, u, a, b, c)
    _, *g = _grad(y, u, a, b, c, err=late, h=h)
    return (0.5 * np.sum((h - y)[n + 1 :] ** 2), *g)


@wrong("start_reversed", "dstart is in the order of a: newest first.", "Which step has dstart[0]?")
def simulation_gradient(y, u, a, b, c):
    L, da, db, dc, s = _grad(y, u, a, b, c)
    return L, da, db, dc, s[::-1].copy()


@wrong(
    "start_with_its_error",
    "The measured start is subtracted from dstart, as if the start had an error of its own.",
    "The start equals the measurement. Why is anything added to its gradient?",
)
def simulation_gradient(y, u, a, b, c):
    n = len(a)
    L, da, db, dc, s = _grad(y, u, a, b, c)
    return L, da, db, dc, s - y[:n]


@wrong("u_of_step_t", "b multiplies u[t] in the run and in db.", "Which input moves step t: u_t or u_{t-1}?")
def simulation_gradient(y, u, a, b, c):
    return _grad(y, np.concatenate([u[1:], u[:1]]), a, b, c)


@wrong("lags_reversed", "np.dot(a, h[t-n:t]): a_1 meets the oldest output.", "h[t-n:t]: what stands first?")
def simulation_gradient(y, u, a, b, c):
    L, da, db, dc, s = _grad(y, u, np.asarray(a)[::-1], b, c)
    return L, da[::-1].copy(), db, dc, s


@wrong(
    "gradient_clipped",
    "The gradient is clipped to ±0.1 on the way 'against explosion'.",
    "Compare with a difference quotient where the gradient is large.",
)
def simulation_gradient(y, u, a, b, c):
    n, T = len(a), len(y)
    h = _sim(y, u, a, b, c)
    bar = np.zeros(T)
    bar[n:] = (h - y)[n:]
    L = 0.5 * np.sum(bar**2)
    da, db, dc = np.zeros(n), 0.0, 0.0
    for t in range(T - 1, n - 1, -1):
        g = np.clip(bar[t] * (1 - h[t] ** 2), -0.1, 0.1)
        da += g * h[t - n : t][::-1]
        db += g * u[t - 1]
        dc += g
        bar[t - n : t] += g * np.asarray(a, float)[::-1]
    return L, da.astype(y.dtype), db, dc, bar[:n].astype(y.dtype)


@wrong(
    "error_overwrites_what_came_back",
    "The error is assigned, not added: what came back from later steps is lost.",
    "bar[t] = e[t]: what stood in bar[t] before?",
)
def simulation_gradient(y, u, a, b, c):
    n, T = len(a), len(y)
    h = _sim(y, u, a, b, c)
    bar = np.zeros(T)
    da, db, dc, L = np.zeros(n), 0.0, 0.0, 0.0
    for t in range(T - 1, n - 1, -1):
        e = h[t] - y[t]
        L += 0.5 * e * e
        bar[t] = e
        g = bar[t] * (1 - h[t] ** 2)
        da += g * h[t - n : t][::-1]
        db += g * u[t - 1]
        dc += g
        bar[t - n : t] += g * np.asarray(a, float)[::-1]
    return L, da.astype(y.dtype), db, dc, bar[:n].astype(y.dtype)


@wrong(
    "da_with_measured_outputs",
    "da multiplies by the measured outputs y[t-j], the run by its own.",
    "Which outputs did a_j multiply in the run?",
)
def simulation_gradient(y, u, a, b, c):
    n, T = len(a), len(y)
    h = _sim(y, u, a, b, c)
    bar = np.zeros(T)
    bar[n:] = (h - y)[n:]
    L = 0.5 * np.sum(bar**2)
    da, db, dc = np.zeros(n), 0.0, 0.0
    for t in range(T - 1, n - 1, -1):
        g = bar[t] * (1 - h[t] ** 2)
        da += g * y[t - n : t][::-1]
        db += g * u[t - 1]
        dc += g
        bar[t - n : t] += g * np.asarray(a, float)[::-1]
    return L, da.astype(y.dtype), db, dc, bar[:n].astype(y.dtype)
