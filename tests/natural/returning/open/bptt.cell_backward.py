import numpy as np

from rnncourse import bptt


def cell_backward_3(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dtanh = 1 - np.tanh(h_t) ** 2
    dz = dh_t * dtanh
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh


def cell_backward_7(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    ones = np.ones(len(dz))
    return dz.T @ x_t, dz.T @ h_prev, ones @ dz, dz @ W_ih, dz @ W_hh


def cell_backward_8(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    B, H = h_t.shape
    F = x_t.shape[1]
    dW_ih = np.zeros((H, F), dtype=W_ih.dtype)
    dW_hh = np.zeros((H, H), dtype=W_hh.dtype)
    db = np.zeros(H, dtype=W_hh.dtype)
    dx = np.zeros_like(x_t)
    dhp = np.zeros_like(h_prev)
    for b in range(B):
        for i in range(H):
            dz = (1 - h_t[b, i] ** 2) * dh_t[b, i]
            db[i] += dz
            for j in range(F):
                dW_ih[i, j] += dz * x_t[b, j]
                dx[b, j] += dz * W_ih[i, j]
            for j in range(H):
                dW_hh[i, j] = dz * h_prev[b, j]
                dhp[b, j] += dz * W_hh[i, j]
    return dW_ih, dW_hh, db, dx, dhp


def cell_backward_9(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    db = 2 * dz.sum(axis=0)
    return dz.T @ x_t, dz.T @ h_prev, db, dz @ W_ih, dz @ W_hh


def cell_backward_10(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    n = len(dh_t)
    dz = (1 - h_t**2) * dh_t
    dW_ih = dz.T @ (x_t - x_t.mean(axis=0))
    dW_hh = dz.T @ (h_prev - h_prev.mean(axis=0))
    return dW_ih, dW_hh, dz.sum(axis=0), dz @ W_ih, dz @ W_hh


def cell_backward_b(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    J = bptt.jacobian(h_t, W_hh)
    dh_prev = np.einsum("bij,bi->bj", J, dh_t)
    dz = np.einsum("bi,bi->bi", 1 - np.square(h_t), dh_t)
    dW_ih = sum(np.outer(d, x) for d, x in zip(dz, x_t))
    dW_hh = sum(np.outer(d, h) for d, h in zip(dz, h_prev))
    return dW_ih, dW_hh, sum(dz), (W_ih.T @ dz.T).T, dh_prev


def cell_backward_c(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 + h_t) * (1 - h_t) * dh_t
    return (
        np.tensordot(dz, x_t, axes=(0, 0)),
        np.tensordot(dz, h_prev, axes=(0, 0)),
        np.add.reduce(dz),
        np.inner(dz, W_ih.T),
        np.inner(dz, W_hh.T),
    )


RIGHT = {
    "with_the_jacobian": cell_backward_b,
    "tensordot_and_inner": cell_backward_c,
}
WRONG = {
    "assistant_tanh_of_h": (
        cell_backward_3,
        "Applies tanh to h_t once more to get the slope, although h_t is already squashed.",
        "The slope is 1 - tanh² z_t. What is tanh z_t called among your arguments?",
    ),
    "engineer_ones_in_double_subtle": (
        cell_backward_7,
        "The vector of ones is float64, so that db is float64 for float32 arguments.",
        "The numbers are right; one of the five results is wider than the arguments.",
    ),
    "fortran_assigns_in_one_sum_subtle": (
        cell_backward_8,
        "Assigns instead of adding in dW_hh, so that only the last example of the batch counts.",
        "One example is right. What happens to the shares of the others in dW_hh?",
    ),
    "literal_reader_two_biases_subtle": (
        cell_backward_9,
        "Doubles db because there are two biases.",
        "If b_ih alone moves a little, by how much does z_t move? db is the gradient of each, not of both together.",
    ),
    "statistician_centres": (
        cell_backward_10,
        "Centres inputs and states over the batch before multiplying, as for a covariance.",
        "The weight gradients are sums of products, not covariances. With one example yours are zero: should they be?",
    ),
}
