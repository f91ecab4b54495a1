"""As programmers who skim: pipelines of fit, select and forecast; AIC, refits and splits of other libraries."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def lags(v, n):
    t = np.arange(n, len(v))
    return v[t[:, None] - np.arange(1, n + 1)]


def fit(y, u, n):
    X = np.concatenate([lags(y, n), lags(u, n), np.ones((len(y) - n, 1))], 1).astype(float)
    th = np.linalg.lstsq(X, y[n:].astype(float), rcond=None)[0]
    return th[:n], th[n:-1], th[-1]


def simulate(model, start, u):
    a, b, c = model
    n = len(a)
    h = [float(v) for v in start]
    for t in range(len(start), len(u)):
        h.append(c + np.dot(a, h[-1 : -n - 1 : -1]) + np.dot(b, u[t - n : t][::-1].astype(float)))
    return np.array(h[len(start) :])


def rmse(p, q):
    return float(np.sqrt(np.mean((p - q) ** 2)))


@right("fit_select_forecast")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    models = [fit(y, u, n) for n in range(1, n_max + 1)]
    errors = [rmse(simulate(m, y_valid[:n_max], u_valid), y_valid[n_max:]) for m in models]
    best = int(np.argmin(errors))
    return np.array(errors, y.dtype), best + 1, simulate(models[best], y_start, u_test).astype(y.dtype)


@right("models_padded_to_one_order")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    N = n_max
    A, Bm, C = np.zeros((N, N)), np.zeros((N, N)), np.zeros(N)
    for n in range(1, N + 1):
        A[n - 1, :n], Bm[n - 1, :n], C[n - 1] = fit(y, u, n)

    def run(start, uu):  # all orders side by side
        h = np.tile(start.astype(float), (N, 1))
        for t in range(N, len(uu)):
            new = C + (A * h[:, t - N : t][:, ::-1]).sum(1) + Bm @ uu[t - N : t][::-1].astype(float)
            h = np.column_stack([h, new])
        return h[:, N:]

    E = np.sqrt(((run(y_valid[:N], u_valid) - y_valid[N:]) ** 2).mean(1))
    k = E.argmin()
    return E.astype(y.dtype), int(k) + 1, run(y_start, u_test)[k].astype(y.dtype)


@right("class_with_methods")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    class ARX:
        def __init__(self, n):
            self.n = n

        def fit(self, y, u):
            n = self.n
            rows = [np.r_[1, y[t - n : t][::-1], u[t - n : t][::-1]] for t in range(n, len(y))]
            self.theta = np.linalg.lstsq(np.array(rows, float), y[n:].astype(float), rcond=None)[0]
            return self

        def run(self, start, u):
            h = np.concatenate([start, np.zeros(len(u) - len(start))]).astype(float)
            for t in range(len(start), len(u)):
                h[t] = self.theta @ np.r_[1, h[t - self.n : t][::-1], u[t - self.n : t][::-1]]
            return h[len(start) :]

    best, errors = None, []
    for n in range(1, n_max + 1):
        m = ARX(n).fit(y, u)
        errors.append(rmse(m.run(y_valid[:n_max], u_valid), y_valid[n_max:]))
        if best is None or errors[-1] < errors[best.n - 1]:
            best = m
    return np.array(errors, dtype=y.dtype), best.n, best.run(y_start, u_test).astype(y.dtype)


@right("state_space")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    def run(model, start, uu):
        a, b, c = model
        n = len(a)
        Fm = np.eye(n, k=-1)
        Fm[0] = a
        x = start[::-1][:n].astype(float)
        out = []
        for t in range(n_max, len(uu)):
            x = Fm @ x
            x[0] += c + b @ uu[t - n : t][::-1]
            out.append(x[0])
        return np.array(out)

    best = (np.inf,)
    E = np.zeros(n_max, y.dtype)
    for n in range(1, n_max + 1):
        m = fit(y, u, n)
        e = rmse(run(m, y_valid[:n_max], u_valid), y_valid[n_max:])
        E[n - 1] = e
        best = min(best, (e, n, m), key=lambda z: z[0])
    return E, best[1], run(best[2], y_start, u_test).astype(y.dtype)


@right("qr_and_generators")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    def theta(n):
        X = np.column_stack([np.ones(len(y) - n), lags(y, n), lags(u, n)]).astype(float)
        Q, R = np.linalg.qr(X)
        return np.linalg.solve(R, Q.T @ y[n:].astype(float))

    def forecast(th, start, uu):
        n = (len(th) - 1) // 2
        past = list(start[::-1][:n])
        for t in range(n_max, len(uu)):
            v = th[0] + sum(p * q for p, q in zip(th[1:], past + [uu[t - j] for j in range(1, n + 1)]))
            past = [v] + past[: n - 1]
            yield v

    ths = {n: theta(n) for n in range(1, n_max + 1)}
    E = {n: rmse(np.fromiter(forecast(th, y_valid[:n_max], u_valid), float), y_valid[n_max:]) for n, th in ths.items()}
    n = min(E, key=E.get)
    return np.array(list(E.values()), y.dtype), n, np.fromiter(forecast(ths[n], y_start, u_test), y.dtype)


def _end(E, models, y, y_start, u_test, shift=1):
    k = int(np.argmin(E))
    return np.array(E, dtype=y.dtype), k + shift, simulate(models[k], y_start, u_test).astype(y.dtype)


def _ahead(m, y, u, N):
    a, b, c = m
    n = len(a)
    return (c + lags(y, n) @ a + lags(u, n) @ b)[N - n :]


@wrong(
    "one_step_validation",
    "Validates one step ahead, as model.predict does.",
    "Does your validation feed its own predictions back?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [fit(y, u, n) for n in range(1, n_max + 1)]
    E = [rmse(_ahead(m, y_valid, u_valid, n_max), y_valid[n_max:]) for m in ms]
    return _end(E, ms, y, y_start, u_test)


@wrong(
    "training_error",
    "The errors are those of the fit on the training record.",
    "Which record chooses? The largest order always wins in yours. Why?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [fit(y, u, n) for n in range(1, n_max + 1)]
    E = [rmse(_ahead(m, y, u, n_max), y[n_max:]) for m in ms]
    return _end(E, ms, y, y_start, u_test)


@wrong("aic", "The order with the smallest AIC of the training; the errors are right.", "By what does the task choose?")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [fit(y, u, n) for n in range(1, n_max + 1)]
    E = [rmse(simulate(m, y_valid[:n_max], u_valid), y_valid[n_max:]) for m in ms]
    aic = [len(y) * np.log(rmse(_ahead(m, y, u, n_max), y[n_max:]) ** 2) + 2 * (2 * len(m[0]) + 1) for m in ms]
    k = int(np.argmin(aic))
    return np.array(E, y.dtype), k + 1, simulate(ms[k], y_start, u_test).astype(y.dtype)


@wrong(
    "refit_on_everything",
    "Refit on training plus validation, as GridSearchCV's refit.",
    "On which record was the model fitted that makes the test run?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [fit(y, u, n) for n in range(1, n_max + 1)]
    E = [rmse(simulate(m, y_valid[:n_max], u_valid), y_valid[n_max:]) for m in ms]
    n = int(np.argmin(E)) + 1
    m = fit(np.concatenate([y, y_valid]), np.concatenate([u, u_valid]), n)
    return np.array(E, y.dtype), n, simulate(m, y_start, u_test).astype(y.dtype)


@wrong("argmin_returned", "argmin is returned as the order.", "Order 1 is the best: which n do you return?")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [fit(y, u, n) for n in range(1, n_max + 1)]
    E = [rmse(simulate(m, y_valid[:n_max], u_valid), y_valid[n_max:]) for m in ms]
    return _end(E, ms, y, y_start, u_test, shift=0)


@wrong(
    "own_start_for_each_order",
    "Each order runs from its own n; scored on different steps.",
    "On how many steps is order 1 scored, on how many order N?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [fit(y, u, n) for n in range(1, n_max + 1)]
    E = [rmse(simulate(m, y_valid[: n + 1], u_valid), y_valid[n + 1 :]) for n, m in enumerate(ms)]
    return _end(E, ms, y, y_start, u_test)


@wrong(
    "common_fitting_steps",
    "All orders are fitted on the steps from N on, as for a fair AIC.",
    "From which step on is order 1 fitted?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [fit(y[n_max - n :], u[n_max - n :], n) for n in range(1, n_max + 1)]
    E = [rmse(simulate(m, y_valid[:n_max], u_valid), y_valid[n_max:]) for m in ms]
    return _end(E, ms, y, y_start, u_test)


@wrong("mse", "Mean squares, no root.", "Errors in volts or volts squared?")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [fit(y, u, n) for n in range(1, n_max + 1)]
    E = [rmse(simulate(m, y_valid[:n_max], u_valid), y_valid[n_max:]) ** 2 for m in ms]
    return _end(E, ms, y, y_start, u_test)


@wrong("mae", "Mean absolute errors.", "Which mean does the task name?")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [fit(y, u, n) for n in range(1, n_max + 1)]
    E = [float(np.abs(simulate(m, y_valid[:n_max], u_valid) - y_valid[n_max:]).mean()) for m in ms]
    return _end(E, ms, y, y_start, u_test)


@wrong(
    "normalised_error",
    "The error is divided by the standard deviation of the validation output (NRMSE).",
    "Double all outputs: does your error double?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [fit(y, u, n) for n in range(1, n_max + 1)]
    E = [rmse(simulate(m, y_valid[:n_max], u_valid), y_valid[n_max:]) / y_valid.std() for m in ms]
    return _end(E, ms, y, y_start, u_test)


@wrong("no_intercept", "fit_intercept=False.", "Where is c in your model?")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = []
    for n in range(1, n_max + 1):
        th = np.linalg.lstsq(np.hstack([lags(y, n), lags(u, n)]).astype(float), y[n:].astype(float), rcond=None)[0]
        ms.append((th[:n], th[n:], 0.0))
    E = [rmse(simulate(m, y_valid[:n_max], u_valid), y_valid[n_max:]) for m in ms]
    return _end(E, ms, y, y_start, u_test)


@wrong(
    "demeaned_by_each_record",
    "Each record is demeaned by its own mean, and the training mean is added at the end.",
    "Do the records have the same mean input? Where is c?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = []
    for n in range(1, n_max + 1):
        a, b, _ = fit(y - y.mean(), u - u.mean(), n)
        ms.append((a, b, 0.0))
    yv = y_valid - y_valid.mean()
    E = [rmse(simulate(m, yv[:n_max], u_valid - u_valid.mean()), yv[n_max:]) for m in ms]
    e, n, z = _end(E, ms, y, y_start - y.mean(), u_test - u_test.mean())
    return e, n, z + y.mean()


@wrong(
    "current_input", "exog at the same step: u_t to u_{t-n+1}.", "Which input is the newest in the model of the task?"
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    sh = lambda v: np.concatenate([v[1:], v[-1:]])  # noqa: E731
    ms = [fit(y, sh(u), n) for n in range(1, n_max + 1)]
    E = [rmse(simulate(m, y_valid[:n_max], sh(u_valid)), y_valid[n_max:]) for m in ms]
    return _end(E, ms, y, y_start, sh(u_test))


@wrong(
    "start_of_validation_used_for_the_test",
    "The test starts from the validation's first outputs, not from y_start.",
    "Do you use y_start at all?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [fit(y, u, n) for n in range(1, n_max + 1)]
    E = [rmse(simulate(m, y_valid[:n_max], u_valid), y_valid[n_max:]) for m in ms]
    return _end(E, ms, y, y_valid[:n_max], u_test)


@wrong(
    "test_starts_at_n",
    "The test runs from the best n on; the first numbers are cut to fit.",
    "Which outputs are measured in the test: n of them, or N?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [fit(y, u, n) for n in range(1, n_max + 1)]
    E = [rmse(simulate(m, y_valid[:n_max], u_valid), y_valid[n_max:]) for m in ms]
    k = int(np.argmin(E))
    return np.array(E, y.dtype), k + 1, simulate(ms[k], y_start[: k + 1], u_test)[n_max - k - 1 :].astype(y.dtype)


@wrong("start_reversed", "y_start is taken as newest first.", "In which order is y_start given?")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [fit(y, u, n) for n in range(1, n_max + 1)]
    E = [rmse(simulate(m, y_valid[:n_max], u_valid), y_valid[n_max:]) for m in ms]
    return _end(E, ms, y, y_start[::-1], u_test)


@wrong(
    "inputs_restart_at_zero",
    "The inputs of a run begin at u[0] when it starts at step N: they are N steps too old.",
    "At step N, which is the newest input? u[N-1] or u[0]?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    late = lambda v: np.concatenate([np.repeat(v[:1], n_max), v])[: len(v)]  # noqa: E731
    ms = [fit(y, u, n) for n in range(1, n_max + 1)]
    E = [rmse(simulate(m, y_valid[:n_max], late(u_valid)), y_valid[n_max:]) for m in ms]
    return _end(E, ms, y, y_start, late(u_test))


@wrong(
    "free_run_with_start_included",
    "Returns the whole run with the start in front.",
    "From which step on does the task want the run?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [fit(y, u, n) for n in range(1, n_max + 1)]
    E = [rmse(simulate(m, y_valid[:n_max], u_valid), y_valid[n_max:]) for m in ms]
    e, n, z = _end(E, ms, y, y_start, u_test)
    return e, n, np.concatenate([y_start, z])
