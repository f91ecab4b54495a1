"""reservoir.readout"""
import numpy as np


# ---------------------------------------------------------------- right

def r_centred(h, x, y, washout, penalty):
    # an offset that costs nothing: remove the means, ridge, put the offset back
    Z = np.concatenate((h, x), axis=2)[washout:]
    Z = Z.reshape(-1, Z.shape[2]).astype(np.float64)
    Y = y[washout:].reshape(-1, y.shape[2]).astype(np.float64)
    mz, my = Z.mean(0), Y.mean(0)
    Zc, Yc = Z - mz, Y - my
    W = np.linalg.solve(Zc.T @ Zc + penalty * np.eye(Z.shape[1]), Zc.T @ Yc)
    offset = my - mz @ W
    rmse = np.sqrt(np.mean((Z @ W + offset - Y) ** 2, axis=0))
    W_ho = np.vstack([W, offset]).T
    return W_ho.astype(h.dtype), rmse.astype(h.dtype)


def r_running_sums(h, x, y, washout, penalty):
    # collects Z Z^T and Y Z^T step by step, as one does with long recordings
    T, B, N = h.shape
    F, K = x.shape[2], y.shape[2]
    M = N + F + 1
    ZZ = np.zeros((M, M))
    YZ = np.zeros((K, M))
    z = np.ones(M)
    for t in range(washout, T):
        for i in range(B):
            z[:N] = h[t, i]
            z[N : N + F] = x[t, i]
            ZZ += np.outer(z, z)
            YZ += np.outer(y[t, i], z)
    for j in range(M - 1):
        ZZ[j, j] += penalty
    W_ho = np.linalg.solve(ZZ, YZ.T).T
    sq = np.zeros(K)
    for t in range(washout, T):
        for i in range(B):
            z[:N] = h[t, i]
            z[N : N + F] = x[t, i]
            sq += (W_ho @ z - y[t, i]) ** 2
    rmse = np.sqrt(sq / ((T - washout) * B))
    return W_ho.astype(h.dtype), rmse.astype(h.dtype)


def r_einsum_inverse(h, x, y, washout, penalty):
    z = np.concatenate([h, x, np.ones_like(h[..., :1])], axis=-1)[washout:]
    yy = y[washout:]
    C = np.einsum("tbi,tbj->ij", z, z)
    P = np.einsum("tbk,tbj->kj", yy, z)
    diag = np.r_[np.repeat(penalty, z.shape[-1] - 1), 0].astype(z.dtype)
    W_ho = P @ np.linalg.inv(C + np.diag(diag))
    err = np.einsum("kj,tbj->tbk", W_ho, z) - yy
    rmse = np.sqrt(np.square(err).mean(axis=(0, 1)))
    return W_ho, rmse


# ---------------------------------------------------------------- wrong

def stack(h, x, y, washout):
    Z = np.concatenate([h, x, np.ones_like(h[:, :, :1])], axis=2)[washout:]
    return Z.reshape(-1, Z.shape[2]), y[washout:].reshape(-1, y.shape[2])


def ridge(Z, Y, penalty):
    reg = penalty * np.identity(Z.shape[1])
    reg[-1, -1] = 0
    return np.linalg.solve(Z.T @ Z + reg, Z.T @ Y).T.astype(Z.dtype)


def w_input_first(h, x, y, washout, penalty):
    Z, Y = stack(x, h, y, washout)
    W = ridge(Z, Y, penalty)
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(0))


def w_zero_at_the_wrong_end(h, x, y, washout, penalty):
    Z, Y = stack(h, x, y, washout)
    reg = penalty * np.identity(Z.shape[1], dtype=Z.dtype)
    reg[0, 0] = 0  # do not penalise the bias
    W = np.linalg.solve(Z.T @ Z + reg, Z.T @ Y).T
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(0))


def w_penalty_squared(h, x, y, washout, penalty):
    Z, Y = stack(h, x, y, washout)
    W = ridge(Z, Y, penalty**2)  # Tikhonov, alpha^2 I
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(0))


def w_washout_forgotten(h, x, y, washout, penalty):
    Z, Y = stack(h, x, y, 0)
    W = ridge(Z, Y, penalty)
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(0))


def w_batch_first(h, x, y, washout, penalty):
    Z = np.concatenate([h, x, np.ones_like(h[:, :, :1])], axis=2)[:, washout:]
    Z = Z.reshape(-1, Z.shape[2])
    Y = y[:, washout:].reshape(-1, y.shape[2])
    W = ridge(Z, Y, penalty)
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(0))


def w_no_constant(h, x, y, washout, penalty):
    Z = np.concatenate([h, x], axis=2)[washout:]
    Z = Z.reshape(-1, Z.shape[2])
    Y = y[washout:].reshape(-1, y.shape[2])
    W = np.linalg.solve(Z.T @ Z + penalty * np.identity(Z.shape[1], dtype=Z.dtype), Z.T @ Y).T
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(0))


def w_offset_is_mean_target(h, x, y, washout, penalty):
    Z, Y = stack(h, x, y, washout)
    A = Z[:, :-1]
    Ac = A - A.mean(0)
    W = np.linalg.solve(Ac.T @ Ac + penalty * np.identity(A.shape[1], dtype=A.dtype), Ac.T @ (Y - Y.mean(0))).T
    W_ho = np.hstack([W, Y.mean(0)[:, None]])
    return W_ho, np.sqrt(((Z @ W_ho.T - Y) ** 2).mean(0))


def w_fit_of_each_sequence(h, x, y, washout, penalty):
    Ws = []
    for i in range(h.shape[1]):
        Z, Y = stack(h[:, i : i + 1], x[:, i : i + 1], y[:, i : i + 1], washout)
        reg = penalty * np.identity(Z.shape[1])
        reg[-1, -1] = 0
        Ws.append((Y.T @ Z @ np.linalg.pinv(Z.T @ Z + reg)).astype(h.dtype))
    W = np.mean(Ws, axis=0)
    Z, Y = stack(h, x, y, washout)
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(0))


def w_without_root(h, x, y, washout, penalty):
    Z, Y = stack(h, x, y, washout)
    W = ridge(Z, Y, penalty)
    mse = ((Z @ W.T - Y) ** 2).mean(0)
    return W, mse


def w_cost_as_error(h, x, y, washout, penalty):
    Z, Y = stack(h, x, y, washout)
    W = ridge(Z, Y, penalty)
    cost = ((Z @ W.T - Y) ** 2).sum(0) + penalty * (W[:, :-1] ** 2).sum(1)
    return W, np.sqrt(cost / len(Z))


def w_double_ones(h, x, y, washout, penalty):
    T, B, N = h.shape
    Z = np.concatenate([h, x, np.ones((T, B, 1))], axis=2)[washout:].reshape((T - washout) * B, -1)
    Y = y[washout:].reshape(-1, y.shape[2])
    reg = penalty * np.eye(Z.shape[1])
    reg[-1, -1] = 0
    W = np.linalg.solve(Z.T @ Z + reg, Z.T @ Y).T
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(0))


def w_rmse_over_features(h, x, y, washout, penalty):
    Z, Y = stack(h, x, y, washout)
    W = ridge(Z, Y, penalty)
    return W, np.sqrt(((Z @ W.T - Y) ** 2).mean(1))


RIGHT = {
    "centred": r_centred,
    "running_sums": r_running_sums,
    "einsum_inverse": r_einsum_inverse,
}
WRONG = {
    "input_first": (
        w_input_first,
        "columns in the order input, state, constant",
        "Which comes first in the vector of the equation?",
    ),
    "zero_at_the_wrong_end": (
        w_zero_at_the_wrong_end,
        "the first state is left without penalty in place of the constant, which is the last",
        "At which place of your rows of Z does the 1 stand?",
    ),
    "penalty_squared": (
        w_penalty_squared,
        "the penalty is squared",
        "Set the derivative of the cost to zero: with which power does the penalty come in?",
    ),
    "washout_forgotten": (
        w_washout_forgotten,
        "washout is not used",
        "What changes in your result if washout changes?",
    ),
    "batch_first": (
        w_batch_first,
        "washout cuts the second axis: sequences are dropped in place of steps",
        "Which axis of (T, B, features) is time?",
    ),
    "no_constant": (
        w_no_constant,
        "the constant is missing: W_ho has N + F columns",
        "How many columns does W_ho have in the equation, and what is the last for?",
    ),
    "offset_is_mean_target": (
        w_offset_is_mean_target,
        "the offset is the mean of the targets; the means of states and inputs are not taken off it",
        "You fitted centred states. What has to be added for states that are not centred?",
    ),
    "fit_of_each_sequence": (
        w_fit_of_each_sequence,
        "a readout for each sequence, and their mean",
        "Over what does the sum of the cost go: is there one minimum or B of them?",
    ),
    "without_root": (
        w_without_root,
        "the mean squared error without its root",
        "What does the first letter of rmse stand for?",
    ),
    "cost_as_error": (
        w_cost_as_error,
        "the penalty is added to the error",
        "Should rmse grow with the weights, if the predictions were exact?",
    ),
    "double_ones": (
        w_double_ones,
        "ones and identity are float64, so float32 is lost",
        "Which dtype have np.ones and np.eye if you do not name one?",
    ),
    "rmse_over_features": (
        w_rmse_over_features,
        "the mean is over the outputs, one error for each step, in place of one for each output",
        "What shape has your rmse, and what is asked for?",
    ),
}
