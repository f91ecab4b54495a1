import numpy as np


def cell_1(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    B, F = x_t.shape
    H = W_hh.shape[0]
    h = h_prev.copy()
    for b in range(B):
        for i in range(H):
            s = b_ih[i] + b_hh[i]
            for j in range(F):
                s += W_ih[i, j] * x_t[b, j]
            for j in range(H):
                s += W_hh[i, j] * h[b, j]
            h[b, i] = np.tanh(s)
    return h


def cell_2(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    A, Bu = W_hh, W_ih
    bias = b_ih + b_hh
    dh = np.tanh(h_prev @ A.T + x_t @ Bu.T + bias)
    return h_prev + dh


def logistic(z):
    return 1 / (1 + np.exp(-z))


def cell_4(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    eta = x_t @ W_ih.T + h_prev @ W_hh.T + (b_ih + b_hh)
    return 2 * logistic(eta) - 1


def cell_6(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    gx = x_t @ W_ih.T + b_ih
    gh = h_prev @ W_hh.T + b_ih
    return np.tanh(gx + gh)


def fast_tanh(z):
    z2 = z * z
    return np.clip(z * (27 + z2) / (27 + 9 * z2), -1, 1)


def cell_7(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = x_t @ W_ih.T
    z += h_prev @ W_hh.T
    z += b_ih + b_hh
    return fast_tanh(z)


def cell_9(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    wx = np.einsum("bf,hf->bh", x_t, W_ih)
    wh = np.einsum("bi,ij->bj", h_prev, W_hh)
    return np.tanh(wx + wh + b_hh)


def cell_c(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    column = lambda x, h: np.tanh(W_ih @ x + W_hh @ h + b_ih + b_hh)
    return np.stack([column(x, h) for x, h in zip(x_t, h_prev)])


RIGHT = {
    "column_vectors_one_example_at_a_time": cell_c,
}
WRONG = {
    "fortran_updates_in_place_subtle": (
        cell_1,
        "Reads the state from the array that it is overwriting, so that unit i hears the new values of units 0 … i-1 instead of the old ones.",
        "All units speak at the same moment: which values of the other units does unit 2 hear in your loop, those of the step before or some that you have just written?",
    ),
    "control_engineer_adds_an_increment": (
        cell_2,
        "Treats tanh(z) as an increment and adds the previous state to it, as in an Euler step.",
        "With a zero state you are right. In eq-rnn-cell, is there any way from h_prev to h_t that does not go through W_hh and tanh?",
    ),
    "statistician_tanh_by_logistic": (
        cell_4,
        "Uses 2σ(z)-1, which is tanh(z/2), for tanh(z).",
        "Your squashing function has half the slope of tanh at zero; look up again how tanh is written with the logistic function.",
    ),
    "tired_same_bias_twice_subtle": (
        cell_6,
        "Adds b_ih twice and never b_hh.",
        "The products are right and the sum is off by a constant for each unit: which biases are in it?",
    ),
    "numerics_rational_tanh_subtle": (
        cell_7,
        "Replaces tanh by a rational approximation that is accurate only for small z.",
        "Small activations agree, larger ones are off in the second digit: compare your squashing function with np.tanh at 1 and 2.",
    ),
    "two_slips_double": (
        cell_9,
        "Multiplies by W_hh without its transpose and leaves out b_ih.",
        "Look at the state's share and at the constants separately: which index of W_hh is summed over, and how many biases has eq-rnn-cell?",
    ),
}
