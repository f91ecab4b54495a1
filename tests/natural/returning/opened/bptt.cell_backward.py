import numpy as np


def cell_backward_1(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t * (1 - h_t**2)
    dW_ih = dz.T @ x_t
    dW_hh = dz.T @ h_prev
    db = dz.mean(axis=0)
    return dW_ih, dW_hh, db, dz @ W_ih, dz @ W_hh


def cell_backward_2(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    slope = 1 - h_t * h_t
    dz_t = slope * dh_t
    dW_ih = dz_t.T @ x_t
    dW_hh = dz_t.T @ h_prev
    db = dz_t.sum(axis=0)
    dx_t = dz_t @ W_ih
    dh_prev = dh_t @ W_hh
    return dW_ih, dW_hh, db, dx_t, dh_prev


def cell_backward_4(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    lam = (1 - h_t**2) * dh_t
    dB = np.einsum("bi,bj->ij", lam, x_t)
    dA = np.einsum("bi,bj->ij", h_prev, lam)
    return dB, dA, lam.sum(axis=0), lam @ W_ih, lam @ W_hh


def cell_backward_5(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t
    dz *= 1 - h_t * h_t
    dW_ih = dz.T @ x_t
    dW_hh = dz.T @ h_prev
    db = dz.sum(axis=0)
    return dW_ih, dW_hh, db, dz @ W_ih, dz @ W_hh


def cell_backward_6(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    z = x_t @ W_ih.T + h_prev @ W_hh.T
    dz = dh_t / np.cosh(z) ** 2
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh


def cell_backward_11(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    dW_ih = dz.T @ x_t / len(x_t)
    dW_hh = dz.T @ h_prev
    return dW_ih, dW_hh, dz.sum(axis=0), dz @ W_ih, dh_t + dz @ W_hh


def cell_backward_a(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    F = x_t.shape[1]
    dz = dh_t - dh_t * h_t * h_t
    u = np.hstack([x_t, h_prev, np.ones_like(h_t[:, :1])])
    dtheta = dz.T @ u
    du = dz @ np.hstack([W_ih, W_hh])
    return dtheta[:, :F], dtheta[:, F:-1], dtheta[:, -1], du[:, :F], du[:, F:]


RIGHT = {
    "one_augmented_product": cell_backward_a,
}
WRONG = {
    "statistician_mean_in_db_only_subtle": (
        cell_backward_1,
        "Takes the mean over the batch for db, but sums for the matrices.",
        "One example is right. Are all three weight gradients sums over the batch?",
    ),
    "tired_slope_missing_in_carry_subtle": (
        cell_backward_2,
        "Sends dh_t instead of dz_t back to the previous state.",
        "Four of five are right. What is multiplied by W_hh in eq-bptt-carry, the gradient before or after tanh?",
    ),
    "control_engineer_transposed_outer_product": (
        cell_backward_4,
        "Returns the transpose of dW_hh.",
        "dW_hh is square, so its shape says nothing. Which index belongs to the unit that receives?",
    ),
    "c_programmer_dz_in_dh_subtle": (
        cell_backward_5,
        "Computes dz in place in dh_t, so that the caller's array is changed.",
        "The numbers are right the first time. Look at dh_t after your call.",
    ),
    "numerics_recomputes_z_without_biases_subtle": (
        cell_backward_6,
        "Recomputes z from the inputs to get the slope, without the biases, which are not among the arguments.",
        "Right without biases. Can z_t be had from your arguments, and do you need it?",
    ),
    "two_slips_double": (
        cell_backward_11,
        "Takes the mean over the batch in dW_ih only, and adds dh_t to what is sent to the previous state.",
        "First dW_ih: sum or mean? Then dh_prev: does h_prev reach h_t by any way besides W_hh?",
    ),
}
