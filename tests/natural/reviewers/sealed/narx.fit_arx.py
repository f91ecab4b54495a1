"""As programmers who skim: lagmat of statsmodels, dropna of pandas, Ridge and LinearRegression of sklearn."""

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _design(y, u, n_y, n_u, d):
    S = max(n_y, d + n_u - 1)
    t = np.arange(S, len(y))
    Y = y[t[:, None] - np.arange(1, n_y + 1)]
    U = u[t[:, None] - d - np.arange(n_u)]
    return t, np.concatenate([Y, U, np.ones((len(t), 1))], 1).astype(float)


def _ok(known, t, n_y):
    return known[t[:, None] - np.arange(n_y + 1)].all(1)


def _lstsq(X, Y, n_y, dtype):
    th = np.linalg.lstsq(X, Y.astype(float), rcond=None)[0].astype(dtype)
    return th[:n_y], th[n_y:-1], th[-1]


@right("design_and_lstsq")
def fit_arx(y, u, known, n_y, n_u, d):
    t, X = _design(y, u, n_y, n_u, d)
    ok = _ok(known, t, n_y)
    return _lstsq(X[ok], y[t[ok]], n_y, y.dtype)


@right("dropna")
def fit_arx(y, u, known, n_y, n_u, d):
    T = len(y)
    yk = np.where(known.astype(bool), y.astype(float), np.nan)
    lag = lambda v, k: np.concatenate([np.full(k, np.nan), v[: T - k]])  # noqa: E731
    cols = [yk] + [lag(yk, j) for j in range(1, n_y + 1)] + [lag(u.astype(float), d + j) for j in range(n_u)]
    Z = np.stack(cols, 1)
    Z = Z[~np.isnan(Z).any(1)]
    X = np.column_stack([Z[:, 1:], np.ones(len(Z))])
    return _lstsq(X, Z[:, 0], n_y, y.dtype)


@right("centred_like_linear_regression")
def fit_arx(y, u, known, n_y, n_u, d):
    t, X = _design(y, u, n_y, n_u, d)
    ok = _ok(known, t, n_y)
    X, Y = X[ok, :-1], y[t[ok]].astype(float)
    coef = np.linalg.lstsq(X - X.mean(0), Y - Y.mean(), rcond=None)[0]
    c = Y.mean() - X.mean(0) @ coef
    coef = coef.astype(y.dtype)
    return coef[:n_y], coef[n_y:], float(c)


@right("convolved_validity")
def fit_arx(y, u, known, n_y, n_u, d):
    full = np.convolve(known, np.ones(n_y + 1))[: len(y)] == n_y + 1
    S = max(n_y, d + n_u - 1)
    rows = [t for t in range(S, len(y)) if full[t]]
    X = np.array([np.r_[y[t - n_y : t][::-1], u[t - d - n_u + 1 : t - d + 1][::-1], 1] for t in rows], dtype=float)
    th = np.linalg.solve(X.T @ X, X.T @ y[rows].astype(float)).astype(y.dtype)
    return th[:n_y], th[n_y:-1], th[-1]


@right("zero_weights")
def fit_arx(y, u, known, n_y, n_u, d):
    yz = np.where(known == 1, y, 0)
    t, X = _design(yz, u, n_y, n_u, d)
    wt = np.prod([known[t - j] for j in range(n_y + 1)], axis=0)[:, None].astype(float)
    th, *_ = np.linalg.lstsq(X * wt, (yz[t, None] * wt).astype(float), rcond=None)
    a, b, c = np.split(th[:, 0].astype(y.dtype), [n_y, n_y + n_u])
    return a, b, c.item()


@wrong(
    "dropna_before_lagging",
    "dropna before the lags are made: rows across a gap are glued together.",
    "The row behind a gap: how many steps ago is its first lag?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    k = known.astype(bool)
    yk, uk = y[k], u[k]
    t, X = _design(yk, uk, n_y, n_u, d)
    return _lstsq(X, yk[t], n_y, y.dtype)


@wrong(
    "mask_of_target_only",
    "Only the target's mask is used; missing lags stay in X (as zeros).",
    "y[t-1] is missing: what stands in X there?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    yz = np.where(known == 1, y, 0)
    t, X = _design(yz, u, n_y, n_u, d)
    ok = known[t] == 1
    return _lstsq(X[ok], yz[t[ok]], n_y, y.dtype)


@wrong(
    "mask_of_lags_only",
    "The lags are checked, the target itself is not.",
    "y_t is missing itself: is its step in your sum?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    yz = np.where(known == 1, y, 0)
    t, X = _design(yz, u, n_y, n_u, d)
    ok = known[t[:, None] - np.arange(1, n_y + 1)].all(1)
    return _lstsq(X[ok], yz[t[ok]], n_y, y.dtype)


@wrong(
    "lag_mask_one_short",
    "Checks t to t - n_y + 1: the oldest output is not checked.",
    "range(n_y): which is the oldest lag you check?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    yz = np.where(known == 1, y, 0)
    t, X = _design(yz, u, n_y, n_u, d)
    ok = known[t[:, None] - np.arange(n_y)].all(1)
    return _lstsq(X[ok], yz[t[ok]], n_y, y.dtype)


@wrong(
    "mean_imputed",
    "Missing outputs are filled with the mean (SimpleImputer).",
    "Nothing is filled in. Which steps must be left out?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    k = known == 1
    yf = np.where(k, y, y[k].mean())
    t, X = _design(yf, u, n_y, n_u, d)
    return _lstsq(X, yf[t], n_y, y.dtype)


@wrong("forward_filled_regressors", "Lags are forward filled, targets dropped.", "Is a held value a measured one?")
def fit_arx(y, u, known, n_y, n_u, d):
    idx = np.maximum.accumulate(np.where(known == 1, np.arange(len(y)), 0))
    yf = np.nan_to_num(y[idx])
    t, X = _design(yf, u, n_y, n_u, d)
    ok = known[t] == 1
    return _lstsq(X[ok], y[t[ok]], n_y, y.dtype)


@wrong("ridge_default", "Ridge with alpha = 1, sklearn's default.", "Noiseless data: do you get the true coefficients?")
def fit_arx(y, u, known, n_y, n_u, d):
    t, X = _design(y, u, n_y, n_u, d)
    ok = _ok(known, t, n_y)
    X, Y = X[ok, :-1], y[t[ok]].astype(float)
    mx, my = X.mean(0), Y.mean()
    th = np.linalg.solve((X - mx).T @ (X - mx) + np.eye(X.shape[1]), (X - mx).T @ (Y - my))
    return th[:n_y].astype(y.dtype), th[n_y:].astype(y.dtype), my - mx @ th


@wrong(
    "intercept_is_penalised_away",
    "fit_intercept=False: c is 0.",
    "A plant at rest at y = 5 and u = 0: what does your model say?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    t, X = _design(y, u, n_y, n_u, d)
    ok = _ok(known, t, n_y)
    th = np.linalg.lstsq(X[ok, :-1], y[t[ok]].astype(float), rcond=None)[0].astype(y.dtype)
    return th[:n_y], th[n_y:], 0.0


@wrong(
    "mean_of_y_as_offset",
    "c is the mean of y, from AutoReg on demeaned data: the stationary mean is not the offset.",
    "a = 0.5 and a rest at 4: is c 4 or 2?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    t, X = _design(y, u, n_y, n_u, d)
    ok = _ok(known, t, n_y)
    X, Y = X[ok, :-1], y[t[ok]].astype(float)
    th = np.linalg.lstsq(X - X.mean(0), Y - Y.mean(), rcond=None)[0].astype(y.dtype)
    return th[:n_y], th[n_y:], Y.mean()


@wrong("dead_time_off_by_one", "Lags of u from d + 1 on, as for y.", "d = 0: which input stands first in the model?")
def fit_arx(y, u, known, n_y, n_u, d):
    S = max(n_y, d + n_u)
    t = np.arange(S, len(y))
    X = np.column_stack(
        [y[t[:, None] - np.arange(1, n_y + 1)], u[t[:, None] - d - np.arange(1, n_u + 1)], np.ones(len(t))]
    )
    ok = _ok(known, t, n_y)
    return _lstsq(X[ok].astype(float), y[t[ok]], n_y, y.dtype)


@wrong(
    "dead_time_in_the_wrong_direction", "u is shifted forwards: u[t + d].", "Does the plant answer before its input?"
)
def fit_arx(y, u, known, n_y, n_u, d):
    uu = np.concatenate([u[2 * d :], np.repeat(u[-1:], 2 * d)])
    t, X = _design(y, uu, n_y, n_u, d)
    keep = (t < len(y) - 2 * d - 1) & _ok(known, t, n_y)
    return _lstsq(X[keep], y[t[keep]], n_y, y.dtype)


@wrong(
    "start_at_n_y_plus_n_u_plus_d",
    "Starts at n_y + n_u + d: the first steps are lost.",
    "From which step on do all lags lie within the record?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    t, X = _design(y, u, n_y, n_u, d)
    ok = _ok(known, t, n_y) & (t >= n_y + n_u + d)
    return _lstsq(X[ok], y[t[ok]], n_y, y.dtype)


@wrong(
    "lagmat_order",
    "Inputs come first in the matrix, theta is cut as outputs first.",
    "In which order are the columns, in which do you cut?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    t, X = _design(y, u, n_y, n_u, d)
    X = np.concatenate([X[:, n_y:-1], X[:, :n_y], X[:, -1:]], 1)
    ok = _ok(known, t, n_y)
    return _lstsq(X[ok], y[t[ok]], n_y, y.dtype)


@wrong(
    "slices_oldest_first",
    "y[t-n_y:t] without turning it: oldest first.",
    "y[t-2:t]: which is the newest, the first or the last?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    t, X = _design(y, u, n_y, n_u, d)
    X = np.concatenate([X[:, :n_y][:, ::-1], X[:, n_y:-1][:, ::-1], X[:, -1:]], 1)
    ok = _ok(known, t, n_y)
    return _lstsq(X[ok], y[t[ok]], n_y, y.dtype)


@wrong(
    "standardised_coefficients",
    "The coefficients are those of standardised columns, not scaled back.",
    "Double u. Do your b halve?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    t, X = _design(y, u, n_y, n_u, d)
    ok = _ok(known, t, n_y)
    X, Y = X[ok, :-1], y[t[ok]].astype(float)
    Z = (X - X.mean(0)) / X.std(0)
    th = np.linalg.lstsq(Z, (Y - Y.mean()) / Y.std(), rcond=None)[0].astype(y.dtype)
    return th[:n_y], th[n_y:], Y.mean()


@wrong(
    "longest_run_only",
    "Only the longest stretch without a gap is used.",
    "A record with a gap in the middle: which steps are in your sum?",
)
def fit_arx(y, u, known, n_y, n_u, d):
    cut = np.concatenate([[-1], np.flatnonzero(known == 0), [len(y)]])
    i = np.argmax(np.diff(cut))
    sl = slice(cut[i] + 1, cut[i + 1])
    t, X = _design(y[sl], u[sl], n_y, n_u, d)
    return _lstsq(X, y[sl][t], n_y, y.dtype)
