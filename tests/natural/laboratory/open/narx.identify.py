"""As students of control in the lab: arx, sim, compare, and the order with the best validation."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _arx(y, u, n):
    T = len(y)
    Phi = np.column_stack(
        [y[n - j : T - j] for j in range(1, n + 1)] + [u[n - j : T - j] for j in range(1, n + 1)] + [np.ones(T - n)]
    )
    th = np.linalg.lstsq(Phi.astype(float), y[n:].astype(float), rcond=None)[0]
    return th[:n], th[n : 2 * n], th[-1]


def _sim(model, y0, u, N):
    a, b, c = model
    z = np.zeros(len(u))
    z[:N] = y0[:N]
    for t in range(N, len(u)):
        z[t] = c + sum(a[j] * z[t - 1 - j] + b[j] * u[t - 1 - j] for j in range(len(a)))
    return z


@right("arx_sim_compare")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    models = [_arx(y, u, n) for n in range(1, n_max + 1)]
    errors = np.zeros(n_max, dtype=y.dtype)
    for i, m in enumerate(models):
        z = _sim(m, y_valid, u_valid, n_max)
        errors[i] = np.sqrt(np.mean((z[n_max:] - y_valid[n_max:]) ** 2))
    best = int(np.argmin(errors))
    z = _sim(models[best], y_start, u_test, n_max)
    return errors, best + 1, z[n_max:].astype(y.dtype)


@right("everything_in_one_function")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    best_err, best_n, best_theta = float("inf"), 0, None
    errors = []
    for n in range(1, n_max + 1):
        rows = []
        for t in range(n, len(y)):
            rows.append([1.0] + [y[t - j] for j in range(1, n + 1)] + [u[t - j] for j in range(1, n + 1)])
        theta = np.linalg.pinv(np.array(rows, dtype=float)) @ y[n:].astype(float)
        yv = list(y_valid[:n_max])
        for t in range(n_max, len(u_valid)):
            phi = [1.0] + [yv[t - j] for j in range(1, n + 1)] + [u_valid[t - j] for j in range(1, n + 1)]
            yv.append(np.dot(theta, phi))
        sq = [(p - q) ** 2 for p, q in zip(yv[n_max:], y_valid[n_max:])]
        err = (sum(sq) / len(sq)) ** 0.5
        errors.append(err)
        if err < best_err:
            best_err, best_n, best_theta = err, n, theta
    yt = list(y_start)
    for t in range(n_max, len(u_test)):
        phi = [1.0] + [yt[t - j] for j in range(1, best_n + 1)] + [u_test[t - j] for j in range(1, best_n + 1)]
        yt.append(np.dot(best_theta, phi))
    return np.array(errors, dtype=y.dtype), best_n, np.array(yt[n_max:], dtype=y.dtype)


@right("state_shifted_like_a_register")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    def run(m, y0, uu):
        a, b, c = m
        n = len(a)
        reg = np.array(y0[n_max - n : n_max][::-1], dtype=float)
        out = []
        for t in range(n_max, len(uu)):
            p = c + a @ reg + b @ uu[t - n : t][::-1]
            reg = np.r_[p, reg[:-1]]
            out.append(p)
        return np.array(out, dtype=y.dtype)

    ms = {n: _arx(y, u, n) for n in range(1, n_max + 1)}
    errs = {
        n: np.linalg.norm(run(m, y_valid, u_valid) - y_valid[n_max:]) / np.sqrt(len(y_valid) - n_max)
        for n, m in ms.items()
    }
    n = min(errs, key=errs.get)
    return np.array([errs[i] for i in sorted(errs)], dtype=y.dtype), n, run(ms[n], y_start, u_test)


@right("lfilter_for_the_inputs")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    from scipy.signal import lfilter, lfiltic

    def run(m, y0, uu):
        a, b, c = m
        n = len(a)
        f = lfilter(np.r_[0, b], [1], uu.astype(float))[n_max:] + c
        zi = lfiltic([1.0], np.r_[1, -a], y0[n_max - n : n_max][::-1].astype(float))
        return lfilter([1.0], np.r_[1, -a], f, zi=zi)[0].astype(y.dtype)

    models = [_arx(y, u, n + 1) for n in range(n_max)]
    E = np.array([np.sqrt(np.mean((run(m, y_valid, u_valid) - y_valid[n_max:]) ** 2)) for m in models])
    k = int(E.argmin())
    return E, k + 1, run(models[k], y_start, u_test)


@right("normal_equations_with_means")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    yd, ud = y.astype(float), u.astype(float)
    models, errors = [], np.empty(n_max, dtype=y.dtype)
    for n in range(1, n_max + 1):
        t = np.arange(n, len(y))
        X = np.hstack([yd[t[:, None] - np.arange(1, n + 1)], ud[t[:, None] - np.arange(1, n + 1)]])
        mx, my = X.mean(0), yd[t].mean()
        th = np.linalg.solve((X - mx).T @ (X - mx), (X - mx).T @ (yd[t] - my))
        models.append((th[:n], th[n:], my - mx @ th))
        z = _sim(models[-1], y_valid, u_valid, n_max)[n_max:]
        errors[n - 1] = np.sqrt(((z - y_valid[n_max:]) ** 2).mean())
    n = 1 + list(errors).index(min(errors))
    return errors, n, _sim(models[n - 1], y_start, u_test, n_max)[n_max:].astype(y.dtype)


def _done(models, errors, y, y_start, u_test, N):
    errors = np.array(errors, dtype=y.dtype)
    k = int(np.argmin(errors))
    return errors, k + 1, _sim(models[k], y_start, u_test, N)[N:].astype(y.dtype)


def _rms(z, y):
    return np.sqrt(np.mean((z - y) ** 2))


def _one_ahead(model, y, u, N):
    a, b, c = model
    return np.array(
        [c + sum(a[j] * y[t - 1 - j] + b[j] * u[t - 1 - j] for j in range(len(a))) for t in range(N, len(y))]
    )


@wrong(
    "validated_one_step_ahead",
    "The orders are scored one step ahead on the validation record, not in a free run.",
    "Which outputs does your model read in the validation, measured or its own?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [_arx(y, u, n) for n in range(1, n_max + 1)]
    E = [_rms(_one_ahead(m, y_valid, u_valid, n_max), y_valid[n_max:]) for m in ms]
    return _done(ms, E, y, y_start, u_test, n_max)


@wrong(
    "scored_on_the_training_record", "The errors are those of the training record.", "Which record chooses the order?"
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [_arx(y, u, n) for n in range(1, n_max + 1)]
    E = [_rms(_sim(m, y, u, n_max)[n_max:], y[n_max:]) for m in ms]
    return _done(ms, E, y, y_start, u_test, n_max)


@wrong(
    "each_from_its_own_n",
    "Each order is run and scored from its own step n, so the orders are scored on different steps.",
    "From which step on does order 1 run in your validation?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [_arx(y, u, n) for n in range(1, n_max + 1)]
    E = [_rms(_sim(m, y_valid, u_valid, n + 1)[n + 1 :], y_valid[n + 1 :]) for n, m in enumerate(ms)]
    return _done(ms, E, y, y_start, u_test, n_max)


@wrong(
    "run_from_n_scored_from_N",
    "Scored from N on, but the run starts at n already.",
    "Is y_{N-1} in the run of order 1 a measured output?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [_arx(y, u, n) for n in range(1, n_max + 1)]
    E = [_rms(_sim(m, y_valid, u_valid, n + 1)[n_max:], y_valid[n_max:]) for n, m in enumerate(ms)]
    return _done(ms, E, y, y_start, u_test, n_max)


@wrong(
    "fitted_from_N_on",
    "All orders are fitted from step N on, not from n.",
    "How many rows has the matrix of order 1? From which step on?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    N = n_max
    ms = [_arx(y[N - n :], u[N - n :], n) for n in range(1, N + 1)]
    E = [_rms(_sim(m, y_valid, u_valid, N)[N:], y_valid[N:]) for m in ms]
    return _done(ms, E, y, y_start, u_test, N)


@wrong(
    "refitted_to_both_records",
    "The best order is fitted again to training and validation together.",
    "With which coefficients does the test run by the task?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [_arx(y, u, n) for n in range(1, n_max + 1)]
    E = np.array([_rms(_sim(m, y_valid, u_valid, n_max)[n_max:], y_valid[n_max:]) for m in ms], dtype=y.dtype)
    n = int(np.argmin(E)) + 1
    m = _arx(np.r_[y, y_valid], np.r_[u, u_valid], n)
    return E, n, _sim(m, y_start, u_test, n_max)[n_max:].astype(y.dtype)


@wrong(
    "zero_based_order",
    "Returns the index of the best order, which is one less.",
    "The first error is the smallest: is your order 0 or 1?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [_arx(y, u, n) for n in range(1, n_max + 1)]
    E, n, z = _done(
        ms, [_rms(_sim(m, y_valid, u_valid, n_max)[n_max:], y_valid[n_max:]) for m in ms], y, y_start, u_test, n_max
    )
    return E, n - 1, z


@wrong(
    "mean_square_without_root",
    "The mean square, without the root.",
    "Which unit has your error, that of y or its square?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [_arx(y, u, n) for n in range(1, n_max + 1)]
    E = [_rms(_sim(m, y_valid, u_valid, n_max)[n_max:], y_valid[n_max:]) ** 2 for m in ms]
    return _done(ms, E, y, y_start, u_test, n_max)


@wrong(
    "mean_over_all_steps",
    "The mean goes over all steps, also the N given ones, which have no error.",
    "By how many steps do you divide? V or V - N?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [_arx(y, u, n) for n in range(1, n_max + 1)]
    E = [_rms(_sim(m, y_valid, u_valid, n_max), y_valid) for m in ms]
    return _done(ms, E, y, y_start, u_test, n_max)


@wrong("no_offset", "The model has no offset c.", "u = 0 and y at rest at 5: can your model stay there?")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = []
    for n in range(1, n_max + 1):
        t = np.arange(n, len(y))
        X = np.hstack([y[t[:, None] - np.arange(1, n + 1)], u[t[:, None] - np.arange(1, n + 1)]]).astype(float)
        th = np.linalg.lstsq(X, y[n:].astype(float), rcond=None)[0]
        ms.append((th[:n], th[n:], 0.0))
    E = [_rms(_sim(m, y_valid, u_valid, n_max)[n_max:], y_valid[n_max:]) for m in ms]
    return _done(ms, E, y, y_start, u_test, n_max)


@wrong(
    "input_of_the_same_step",
    "The inputs start at u_t, not at u_{t-1}.",
    "Which is the newest input in the model of the task?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    sh = lambda v: np.r_[v[1:], v[-1:]]  # noqa: E731
    ms = [_arx(y, sh(u), n) for n in range(1, n_max + 1)]
    E = [_rms(_sim(m, y_valid, sh(u_valid), n_max)[n_max:], y_valid[n_max:]) for m in ms]
    return _done(ms, E, y, y_start, sh(u_test), n_max)


@wrong("start_turned_round", "y_start is taken newest first; it is in the order of time.", "Which step has y_start[0]?")
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [_arx(y, u, n) for n in range(1, n_max + 1)]
    E = [_rms(_sim(m, y_valid, u_valid, n_max)[n_max:], y_valid[n_max:]) for m in ms]
    return _done(ms, E, y, y_start[::-1], u_test, n_max)


@wrong(
    "start_of_order_n_from_the_beginning",
    "An order n below N starts from the first n of y_start, not from the last.",
    "For order 1 and N = 4: from which step's output does the run go on?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [_arx(y, u, n) for n in range(1, n_max + 1)]
    E = [_rms(_sim(m, y_valid, u_valid, n_max)[n_max:], y_valid[n_max:]) for m in ms]
    k = int(np.argmin(E))
    n = k + 1
    ys = np.r_[np.zeros(n_max - n), y_start[:n]]
    return np.array(E, dtype=y.dtype), n, _sim(ms[k], ys, u_test, n_max)[n_max:].astype(y.dtype)


@wrong(
    "test_starts_at_rest",
    "The test run starts from zeros in place of y_start.",
    "Change y_start. Does your test run change?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [_arx(y, u, n) for n in range(1, n_max + 1)]
    E = [_rms(_sim(m, y_valid, u_valid, n_max)[n_max:], y_valid[n_max:]) for m in ms]
    return _done(ms, E, y, 0 * y_start, u_test, n_max)


@wrong(
    "largest_order_used",
    "The test runs with the largest order whatever was chosen.",
    "Which model makes your test run, and which has the smallest error?",
)
def identify(y, u, y_valid, u_valid, y_start, u_test, n_max):
    ms = [_arx(y, u, n) for n in range(1, n_max + 1)]
    E = [_rms(_sim(m, y_valid, u_valid, n_max)[n_max:], y_valid[n_max:]) for m in ms]
    e, n, _ = _done(ms, E, y, y_start, u_test, n_max)
    return e, n, _sim(ms[-1], y_start, u_test, n_max)[n_max:].astype(y.dtype)
