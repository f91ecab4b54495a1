"""reservoir.readout"""
import numpy as np


# ---------------------------------------------------------------- right

def r_normal_equations(h, x, y, washout, penalty):
    T, B, N = h.shape
    F = x.shape[2]
    K = y.shape[2]
    one = np.ones((T, B, 1), dtype=h.dtype)
    Z = np.concatenate([h, x, one], axis=2)[washout:].reshape(-1, N + F + 1)
    Y = y[washout:].reshape(-1, K)
    R = penalty * np.eye(N + F + 1, dtype=h.dtype)
    R[-1, -1] = 0
    W_ho = np.linalg.solve(Z.T @ Z + R, Z.T @ Y).T
    rmse = np.sqrt(np.mean((Z @ W_ho.T - Y) ** 2, axis=0))
    return W_ho, rmse


def r_collected_columns(h, x, y, washout, penalty):
    # like the minimal ESN: one column per time step
    T, B, _ = h.shape
    X, Yt = [], []
    for t in range(washout, T):
        for i in range(B):
            X.append(np.hstack((h[t, i], x[t, i], 1)))
            Yt.append(y[t, i])
    X = np.array(X, dtype=float).T
    Yt = np.array(Yt, dtype=float).T
    reg = np.full(X.shape[0], float(penalty))
    reg[-1] = 0.0
    Wout = np.linalg.solve(X @ X.T + np.diag(reg), X @ Yt.T).T
    err = Wout @ X - Yt
    rmse = np.sqrt((err**2).sum(axis=1) / err.shape[1])
    return Wout.astype(h.dtype), rmse.astype(h.dtype)


def r_rows_for_the_penalty(h, x, y, washout, penalty):
    hx = np.dstack([h, x])[washout:]
    hx = hx.reshape(-1, hx.shape[-1])
    Y = y[washout:].reshape(-1, y.shape[-1])
    n, p = hx.shape
    A = np.zeros((n + p, p + 1))
    A[:n, :p] = hx
    A[:n, p] = 1
    A[n:, :p] = np.sqrt(penalty) * np.eye(p)
    rhs = np.zeros((n + p, Y.shape[1]))
    rhs[:n] = Y
    sol, *_ = np.linalg.lstsq(A, rhs, rcond=None)
    res = A[:n] @ sol - Y
    return sol.T.astype(h.dtype), np.sqrt((res * res).mean(0)).astype(h.dtype)


# ---------------------------------------------------------------- wrong

def _design(h, x):
    return np.concatenate([h, x, np.ones(h.shape[:2] + (1,), dtype=h.dtype)], axis=-1)


def _ridge(Z, Y, penalty):
    D = penalty * np.eye(Z.shape[1], dtype=Z.dtype)
    D[-1, -1] = 0
    return np.linalg.solve(Z.T @ Z + D, Z.T @ Y).T


def w_constant_penalised(h, x, y, washout, penalty):
    Z = _design(h, x)[washout:]
    Z = Z.reshape(-1, Z.shape[-1])
    Y = y[washout:].reshape(-1, y.shape[-1])
    W = np.linalg.solve(Z.T @ Z + penalty * np.eye(Z.shape[1], dtype=Z.dtype), Z.T @ Y).T
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(axis=0))


def w_washout_of_rows(h, x, y, washout, penalty):
    Z = _design(h, x)
    Z = Z.reshape(-1, Z.shape[-1])[washout:]
    Y = y.reshape(-1, y.shape[-1])[washout:]
    W = _ridge(Z, Y, penalty)
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(axis=0))


def w_mean_in_the_cost(h, x, y, washout, penalty):
    Z = _design(h, x)[washout:]
    Z = Z.reshape(-1, Z.shape[-1])
    Y = y[washout:].reshape(-1, y.shape[-1])
    n = len(Z)
    D = penalty * np.eye(Z.shape[1], dtype=Z.dtype)
    D[-1, -1] = 0
    W = np.linalg.solve(Z.T @ Z / n + D, Z.T @ Y / n).T
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(axis=0))


def w_constant_first(h, x, y, washout, penalty):
    # [1; h; x] as in reservoirpy and in Lukosevicius
    T, B, N = h.shape
    Z = np.concatenate([np.ones((T, B, 1), dtype=h.dtype), h, x], axis=-1)[washout:]
    Z = Z.reshape(-1, Z.shape[-1])
    Y = y[washout:].reshape(-1, y.shape[-1])
    D = penalty * np.eye(Z.shape[1], dtype=Z.dtype)
    D[0, 0] = 0
    W = np.linalg.solve(Z.T @ Z + D, Z.T @ Y).T
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(axis=0))


def w_one_step_ahead(h, x, y, washout, penalty):
    Z = _design(h, x)[washout:-1]
    Z = Z.reshape(-1, Z.shape[-1])
    Y = y[washout + 1 :].reshape(-1, y.shape[-1])
    W = _ridge(Z, Y, penalty)
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(axis=0))


def w_penalty_rows_without_root(h, x, y, washout, penalty):
    Z = _design(h, x)[washout:]
    Z = Z.reshape(-1, Z.shape[-1])
    Y = y[washout:].reshape(-1, y.shape[-1])
    extra = penalty * np.eye(Z.shape[1], dtype=Z.dtype)[:-1]
    A = np.vstack([Z, extra])
    R = np.vstack([Y, np.zeros((len(extra), Y.shape[1]), dtype=Y.dtype)])
    W = np.linalg.lstsq(A, R, rcond=None)[0].T
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(axis=0))


def w_not_turned_back(h, x, y, washout, penalty):
    Z = _design(h, x)[washout:]
    Z = Z.reshape(-1, Z.shape[-1])
    Y = y[washout:].reshape(-1, y.shape[-1])
    D = penalty * np.eye(Z.shape[1], dtype=Z.dtype)
    D[-1, -1] = 0
    W_ho = np.linalg.solve(Z.T @ Z + D, Z.T @ Y)
    return W_ho, np.sqrt(((Z @ W_ho - Y) ** 2).mean(axis=0))


def w_one_rmse(h, x, y, washout, penalty):
    Z = _design(h, x)[washout:]
    Z = Z.reshape(-1, Z.shape[-1])
    Y = y[washout:].reshape(-1, y.shape[-1])
    W = _ridge(Z, Y, penalty)
    rmse = np.sqrt(np.mean((Z @ W.T - Y) ** 2))
    return W, rmse


def w_error_with_washout(h, x, y, washout, penalty):
    Z = _design(h, x)
    p = Z.shape[-1]
    W = _ridge(Z[washout:].reshape(-1, p), y[washout:].reshape(-1, y.shape[-1]), penalty)
    o = Z @ W.T
    return W, np.sqrt(((o - y) ** 2).mean(axis=(0, 1)))


def w_pinv(h, x, y, washout, penalty):
    # pyESN: W_out = dot(pinv(extended_states), teachers).T
    Z = _design(h, x)[washout:]
    Z = Z.reshape(-1, Z.shape[-1])
    Y = y[washout:].reshape(-1, y.shape[-1])
    W_out = np.dot(np.linalg.pinv(Z), Y).T
    return W_out, np.sqrt(np.mean((np.dot(Z, W_out.T) - Y) ** 2, axis=0))


def w_rows_of_different_order(h, x, y, washout, penalty):
    # put sequences one after the other
    hs = h[washout:].transpose(1, 0, 2).reshape(-1, h.shape[2])
    xs = x[washout:].transpose(1, 0, 2).reshape(-1, x.shape[2])
    Y = y[washout:].reshape(-1, y.shape[2])
    Z = np.hstack([hs, xs, np.ones((len(hs), 1), dtype=h.dtype)])
    W = _ridge(Z, Y, penalty)
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(axis=0))


def w_normalised(h, x, y, washout, penalty):
    Z = _design(h, x)[washout:]
    Z = Z.reshape(-1, Z.shape[-1])
    Y = y[washout:].reshape(-1, y.shape[-1])
    W = _ridge(Z, Y, penalty)
    nrmse = np.sqrt(((Z @ W.T - Y) ** 2).mean(axis=0) / Y.var(axis=0))
    return W, nrmse


RIGHT = {
    "normal_equations": r_normal_equations,
    "collected_columns": r_collected_columns,
    "rows_for_the_penalty": r_rows_for_the_penalty,
}
WRONG = {
    "constant_penalised": (
        w_constant_penalised,
        "the identity has a 1 for the constant too, which is not to be penalised",
        "Which columns of W_ho are in the sum of the penalty? How long is the diagonal of yours?",
    ),
    "washout_of_rows": (
        w_washout_of_rows,
        "flattened first, then cut: washout rows are left out, not washout steps of each sequence",
        "After the reshape, how many rows belong to one step?",
    ),
    "mean_in_the_cost": (
        w_mean_in_the_cost,
        "the mean of the squared errors in place of the sum, so the penalty weighs n times as much",
        "Is the cost of the task a sum or a mean? What does that do to the weight of the penalty?",
    ),
    "constant_first": (
        w_constant_first,
        "the constant is the first column in place of the last",
        "Compare the order of your columns with the vector in the equation.",
    ),
    "one_step_ahead": (
        w_one_step_ahead,
        "targets are moved one step on, as for a prediction",
        "To which step does y_t belong, and which state should give it?",
    ),
    "penalty_rows_without_root": (
        w_penalty_rows_without_root,
        "the rows added for least squares hold the penalty in place of its root, so it is squared",
        "Least squares squares every row. What does a row of penalty times one weight add to the cost?",
    ),
    "not_turned_back": (
        w_not_turned_back,
        "W_ho is (N + F + 1, K) in place of (K, N + F + 1)",
        "What shape should W_ho have so that it can be multiplied from the left?",
    ),
    "one_rmse": (
        w_one_rmse,
        "one error over all outputs in place of one for each",
        "How many numbers should rmse have, and over which axes does your mean go?",
    ),
    "error_with_washout": (
        w_error_with_washout,
        "the error counts the steps of the washout too",
        "Over which steps is the mean of rmse taken?",
    ),
    "pinv": (
        w_pinv,
        "the pseudoinverse: the penalty is not used",
        "What changes in your result if penalty is ten times as large?",
    ),
    "rows_of_different_order": (
        w_rows_of_different_order,
        "states and inputs are ordered by sequence, targets by step, so rows do not belong together",
        "Which step and which sequence is row 1 of your states, and which is row 1 of your targets?",
    ),
    "normalised": (
        w_normalised,
        "the error is divided by the standard deviation of the targets (NRMSE)",
        "Is there a division by the spread of y in the definition of rmse?",
    ),
}
