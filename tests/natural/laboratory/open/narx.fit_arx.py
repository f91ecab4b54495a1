"""As students of control in the lab: arx of MATLAB, the regressor matrix, theta = Phi backslash y."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _phi(y, u, n_y, n_u, d):
    S = max(n_y, d + n_u - 1)
    t = np.arange(S, len(y))
    cols = [y[t - j] for j in range(1, n_y + 1)] + [u[t - d - j] for j in range(n_u)] + [np.ones(len(t))]
    return t, np.column_stack(cols).astype(float)


def _keep(known, t, n_y):
    return np.all([known[t - j] == 1 for j in range(n_y + 1)], axis=0)


@right("regressor_rows_in_a_loop")
def fit_arx(y, u, known, n_y, n_u, d):
    S = max(n_y, d + n_u - 1)
    Phi, Y = [], []
    for t in range(S, len(y)):
        ok = known[t] == 1
        for j in range(1, n_y + 1):
            ok = ok and known[t - j] == 1
        if not ok:
            continue
        row = [y[t - j] for j in range(1, n_y + 1)]
        row += [u[t - d - j] for j in range(n_u)]
        row += [1.0]
        Phi.append(row)
        Y.append(y[t])
    th, *_ = np.linalg.lstsq(np.array(Phi), np.array(Y), rcond=None)
    th = th.astype(y.dtype)
    return th[:n_y], th[n_y : n_y + n_u], th[-1]


@right("phi_and_mask")
def fit_arx(y, u, known, n_y, n_u, d):
    t, Phi = _phi(y, u, n_y, n_u, d)
    ok = _keep(known, t, n_y)
    th = np.linalg.lstsq(Phi[ok], y[t][ok].astype(float), rcond=None)[0].astype(y.dtype)
    return th[:n_y], th[n_y:-1], th[-1]


@right("nan_like_matlab")
def fit_arx(y, u, known, n_y, n_u, d):
    yy = np.where(known == 1, y, np.nan).astype(float)
    t, Phi = _phi(yy, u, n_y, n_u, d)
    ok = np.isfinite(Phi).all(axis=1) & np.isfinite(yy[t])
    from scipy.linalg import lstsq

    th = lstsq(Phi[ok], yy[t][ok])[0]
    a, b, c = np.split(th.astype(y.dtype), [n_y, n_y + n_u])
    return a, b, c[0]


@right("qr")
def fit_arx(y, u, known, n_y, n_u, d):
    t, Phi = _phi(y, u, n_y, n_u, d)
    ok = _keep(known, t, n_y)
    Q, Rm = np.linalg.qr(Phi[ok])
    th = np.linalg.solve(Rm, Q.T @ y[t[ok]].astype(float)).astype(y.dtype)
    return th[0:n_y].copy(), th[n_y : n_y + n_u].copy(), float(th[n_y + n_u])


@right("deviations_from_the_mean_of_the_used_rows")
def fit_arx(y, u, known, n_y, n_u, d):
    t, Phi = _phi(y, u, n_y, n_u, d)
    ok = _keep(known, t, n_y)
    X, Y = Phi[ok][:, :-1], y[t[ok]].astype(float)
    mx, my = X.mean(axis=0), Y.mean()
    th = np.linalg.pinv(X - mx) @ (Y - my)
    c = my - mx @ th
    th = th.astype(y.dtype)
    return th[:n_y], th[n_y:], y.dtype.type(c)


def _solve(Phi, Y, n_y, n_u, dtype):
    th = np.linalg.lstsq(np.asarray(Phi, float), np.asarray(Y, float), rcond=None)[0].astype(dtype)
    return th[:n_y], th[n_y : n_y + n_u], th[-1]


@wrong(
    "only_the_output_checked",
    "Leaves out steps whose own output is missing, but keeps those with a missing past output.",
    "y[t-1] was not measured: what stands in that row of your matrix?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    y = np.nan_to_num(y)
    t, Phi = _phi(y, u, n_y, n_u, d)
    ok = known[t] == 1
    return _solve(Phi[ok], y[t[ok]], n_y, n_u, y.dtype)


@wrong(
    "gaps_cut_out_first",
    "Cuts the missing samples out first, so steps beside a gap get wrong neighbours.",
    "After your cut, which step stands before the one behind the gap?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    k = known == 1
    y, u = y[k], u[k]
    t, Phi = _phi(y, u, n_y, n_u, d)
    return _solve(Phi, y[t], n_y, n_u, y.dtype)


@wrong(
    "last_value_held",
    "Holds the last measured value over a gap.",
    "The task says nothing is filled in. What stands in your y at a gap?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    y = y.copy()
    for t in range(1, len(y)):
        if not known[t]:
            y[t] = y[t - 1]
    y[~np.isfinite(y)] = 0
    t, Phi = _phi(y, u, n_y, n_u, d)
    return _solve(Phi, y[t], n_y, n_u, y.dtype)


@wrong("interpolated", "Interpolates linearly over the gaps.", "Is an interpolated output a measured one?")
def fit_arx(y, u, known, n_y, n_u, d):
    i = np.arange(len(y))
    k = known == 1
    yi = np.interp(i, i[k], y[k]).astype(y.dtype)
    t, Phi = _phi(yi, u, n_y, n_u, d)
    return _solve(Phi, yi[t], n_y, n_u, y.dtype)


@wrong(
    "means_removed_no_offset",
    "Removes the means of the whole record and makes c from them: not the least squares with an offset.",
    "Is the mean of y over all samples that of the rows in your sum?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    k = known == 1
    my, mu = y[k].mean(), u.mean()
    t, Phi = _phi(np.where(k, y, my) - my, u - mu, n_y, n_u, d)
    ok = _keep(known, t, n_y)
    th = np.linalg.lstsq(Phi[ok][:, :-1], (y[t[ok]] - my).astype(float), rcond=None)[0].astype(y.dtype)
    a, b = th[:n_y], th[n_y:]
    return a, b, my * (1 - a.sum()) - mu * b.sum()


@wrong("no_offset", "No column of ones: c is 0.", "Both signals have the mean 5. Who carries that in your model?")
def fit_arx(y, u, known, n_y, n_u, d):
    t, Phi = _phi(y, u, n_y, n_u, d)
    ok = _keep(known, t, n_y)
    th = np.linalg.lstsq(Phi[ok][:, :-1], y[t[ok]].astype(float), rcond=None)[0].astype(y.dtype)
    return th[:n_y], th[n_y:], 0.0


@wrong(
    "matlab_sign_of_a",
    "The signs of A(q) y = B(q) u: a has the opposite sign.",
    "In the model of the task, does a stand on the right with a plus?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    t, Phi = _phi(y, u, n_y, n_u, d)
    Phi[:, :n_y] *= -1
    ok = _keep(known, t, n_y)
    return _solve(Phi[ok], y[t[ok]], n_y, n_u, y.dtype)


@wrong(
    "dead_time_plus_one",
    "The inputs start at u[t-d-1], as without direct feedthrough.",
    "With d = 0, which input counts first by the task?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    S = max(n_y, d + n_u)
    t = np.arange(S, len(y))
    cols = [y[t - j] for j in range(1, n_y + 1)] + [u[t - d - j] for j in range(1, n_u + 1)] + [np.ones(len(t))]
    Phi = np.column_stack(cols)
    ok = _keep(known, t, n_y)
    return _solve(Phi[ok], y[t[ok]], n_y, n_u, y.dtype)


@wrong(
    "start_after_d_n_u",
    "Starts at max(n_y, d + n_u), one step late.",
    "u[t-d-n_u+1] is the oldest input. For which t is it sample 0?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    t, Phi = _phi(y, u, n_y, n_u, d)
    ok = _keep(known, t, n_y) & (t >= max(n_y, d + n_u))
    return _solve(Phi[ok], y[t[ok]], n_y, n_u, y.dtype)


@wrong(
    "start_too_early",
    "Starts at n_y; inputs before the record are taken from its end.",
    "u[-1] in Python: is it the input before step 0?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    t = np.arange(n_y, len(y))
    cols = [y[t - j] for j in range(1, n_y + 1)] + [u[t - d - j] for j in range(n_u)] + [np.ones(len(t))]
    Phi = np.column_stack(cols)
    ok = _keep(known, t, n_y)
    return _solve(Phi[ok], y[t[ok]], n_y, n_u, y.dtype)


@wrong("oldest_first", "The coefficients come out oldest first.", "Which of your a belongs to y[t-1]?")
def fit_arx(y, u, known, n_y, n_u, d):
    t, Phi = _phi(y, u, n_y, n_u, d)
    ok = _keep(known, t, n_y)
    a, b, c = _solve(Phi[ok], y[t[ok]], n_y, n_u, y.dtype)
    return a[::-1].copy(), b[::-1].copy(), c


@wrong(
    "offset_first",
    "The ones stand first in the matrix, but theta is cut as if they stood last.",
    "In which column are your ones? And where do you cut theta?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    t, Phi = _phi(y, u, n_y, n_u, d)
    Phi = np.roll(Phi, 1, axis=1)
    ok = _keep(known, t, n_y)
    return _solve(Phi[ok], y[t[ok]], n_y, n_u, y.dtype)


@wrong(
    "missing_inputs_too",
    "Also leaves out steps whose past inputs fall on a gap of y.",
    "All inputs are known. Which steps do you leave out without need?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    t, Phi = _phi(y, u, n_y, n_u, d)
    S = t[0]
    ok = np.array([known[i - S : i + 1].all() for i in t])
    if ok.sum() < Phi.shape[1]:
        ok = _keep(known, t, n_y)
    return _solve(Phi[ok], y[t[ok]], n_y, n_u, y.dtype)


@wrong(
    "ridge",
    "A small ridge is added to the normal equations.",
    "Fit noiseless data. Do you get the coefficients exactly?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    t, Phi = _phi(y, u, n_y, n_u, d)
    ok = _keep(known, t, n_y)
    P = Phi[ok]
    th = np.linalg.solve(P.T @ P + 1e-2 * np.eye(P.shape[1]), P.T @ y[t[ok]].astype(float)).astype(y.dtype)
    return th[:n_y], th[n_y:-1], th[-1]


@wrong(
    "rows_zeroed_in_part",
    "Multiplies only the missing samples by 0: they take part as zeros.",
    "A gap filled with zeros: does that row pull at your coefficients?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    y = np.where(known == 1, y, 0).astype(y.dtype)
    t, Phi = _phi(y, u, n_y, n_u, d)
    return _solve(Phi, y[t], n_y, n_u, y.dtype)
