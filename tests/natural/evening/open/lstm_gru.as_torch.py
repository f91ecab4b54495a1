"""As a tired student after work: rows and columns cut out and glued together again, one of them the wrong way round."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("cut_and_glue")
def as_torch(theta, b, d):
    H = len(d)
    u, r, n = theta[:H], theta[H:2*H], theta[2*H:]
    W = np.concatenate([r, -u, n])
    b_ih = np.concatenate([b[H:2*H], -b[:H], b[2*H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W[:, H:].copy(), W[:, :H].copy(), b_ih, b_hh


@right("row_after_row")
def as_torch(theta, b, d):
    H = d.shape[0]
    F = theta.shape[1] - H
    W_ih = np.zeros((3 * H, F), dtype=theta.dtype)
    W_hh = np.zeros((3 * H, H), dtype=theta.dtype)
    b_ih = np.zeros(3 * H, dtype=b.dtype)
    b_hh = np.zeros(3 * H, dtype=d.dtype)
    for j in range(H):
        # r
        W_ih[j], W_hh[j], b_ih[j] = theta[H + j, H:], theta[H + j, :H], b[H + j]
        # z = 1 - u
        W_ih[H + j], W_hh[H + j], b_ih[H + j] = -theta[j, H:], -theta[j, :H], -b[j]
        # n
        W_ih[2*H + j], W_hh[2*H + j], b_ih[2*H + j] = theta[2*H + j, H:], theta[2*H + j, :H], b[2*H + j]
        b_hh[2*H + j] = d[j]
    return W_ih, W_hh, b_ih, b_hh


@right("index_and_sign")
def as_torch(theta, b, d):
    H = len(d)
    rows = list(range(H, 2*H)) + list(range(H)) + list(range(2*H, 3*H))
    sign = np.ones(3 * H, dtype=theta.dtype)
    sign[H:2*H] = -1
    W = theta[rows] * sign[:, None]
    b_hh = np.zeros_like(b)
    b_hh[-H:] = d
    return np.array(W[:, H:]), np.array(W[:, :H]), b[rows] * sign, b_hh


@wrong(
    "u_taken_for_z",
    "The rows of u are put where z belongs, without a minus; torch's z is 1 - u.",
    "If u = 1, the state is replaced. What must torch's z be then?",
)
def as_torch(theta, b, d):
    H = len(d)
    u, r, n = theta[:H], theta[H:2*H], theta[2*H:]
    W = np.concatenate([r, u, n])
    b_ih = np.concatenate([b[H:2*H], b[:H], b[2*H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W[:, H:].copy(), W[:, :H].copy(), b_ih, b_hh


@wrong(
    "rows_left_in_their_order",
    "The rows stay in the order u, r, n; torch wants r, z, n.",
    "Which gate do the first H rows belong to in torch, and which in yours?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = theta.copy()
    W[:H] = -W[:H]
    b_ih = b.copy()
    b_ih[:H] = -b_ih[:H]
    b_hh = np.zeros_like(b)
    b_hh[2*H:] = d
    return W[:, H:].copy(), W[:, :H].copy(), b_ih, b_hh


@wrong(
    "input_columns_first",
    "The first F columns are taken for the input; in θ the state comes first.",
    "θ is multiplied by [h, x]. Which columns meet h?",
)
def as_torch(theta, b, d):
    H = len(d)
    F = theta.shape[1] - H
    W = np.concatenate([theta[H:2*H], -theta[:H], theta[2*H:]])
    b_ih = np.concatenate([b[H:2*H], -b[:H], b[2*H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W[:, :F].copy(), W[:, F:].copy(), b_ih, b_hh


@wrong(
    "bias_of_u_not_turned",
    "The weights of u get a minus, its bias does not.",
    "Set θ to zero and b_u to 3. What is u, what is torch's z by your b_ih, and do they add up to 1?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([theta[H:2*H], -theta[:H], theta[2*H:]])
    b_ih = np.concatenate([b[H:2*H], b[:H], b[2*H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W[:, H:].copy(), W[:, :H].copy(), b_ih, b_hh


@wrong(
    "one_minus_the_weights",
    "1 - θ_u is taken for the weights of z, because z = 1 - u; but the 1 - is outside of σ.",
    "1 - σ(a) is σ of what? Try a = 0 and a = 2.",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([theta[H:2*H], 1 - theta[:H], theta[2*H:]])
    b_ih = np.concatenate([b[H:2*H], 1 - b[:H], b[2*H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W[:, H:].copy(), W[:, :H].copy(), b_ih, b_hh


@wrong(
    "d_added_to_b_ih",
    "d is added to b_n in b_ih and b_hh is all zeros; but r multiplies d.",
    "With r = 0, does d still count in the formula of n? Does it in torch with your biases?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([theta[H:2*H], -theta[:H], theta[2*H:]])
    b_ih = np.concatenate([b[H:2*H], -b[:H], b[2*H:] + d])
    b_hh = np.zeros_like(b)
    return W[:, H:].copy(), W[:, :H].copy(), b_ih, b_hh


@wrong(
    "only_input_weights_turned",
    "Only the input weights of u get the minus, those of the state keep their sign.",
    "All of the argument of σ must change its sign. Which part of yours does not?",
)
def as_torch(theta, b, d):
    H = len(d)
    h_part, x_part = theta[:, :H], theta[:, H:]
    W_ih = np.concatenate([x_part[H:2*H], -x_part[:H], x_part[2*H:]])
    W_hh = np.concatenate([h_part[H:2*H], h_part[:H], h_part[2*H:]])
    b_ih = np.concatenate([b[H:2*H], -b[:H], b[2*H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W_ih, W_hh, b_ih, b_hh


@wrong(
    "d_in_the_first_rows",
    "d stands in the first H rows of b_hh, those of r; it belongs to n, the last.",
    "Inside which bracket does d stand in the formula? Which rows are those in torch?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([theta[H:2*H], -theta[:H], theta[2*H:]])
    b_ih = np.concatenate([b[H:2*H], -b[:H], b[2*H:]])
    b_hh = np.zeros_like(b)
    b_hh[:H] = d
    return W[:, H:].copy(), W[:, :H].copy(), b_ih, b_hh


@wrong(
    "reset_turned_instead",
    "The minus is given to r instead of u.",
    "Which of the two gates says the opposite in torch?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([-theta[H:2*H], theta[:H], theta[2*H:]])
    b_ih = np.concatenate([-b[H:2*H], b[:H], b[2*H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W[:, H:].copy(), W[:, :H].copy(), b_ih, b_hh


@wrong(
    "theta_changed_in_place",
    "The minus is written into theta and b of the caller; the four arrays are right.",
    "Call it twice with the same theta. Is the second result the same?",
)
def as_torch(theta, b, d):
    H = len(d)
    theta[:H] *= -1
    b[:H] *= -1
    W = np.concatenate([theta[H:2*H], theta[:H], theta[2*H:]])
    b_ih = np.concatenate([b[H:2*H], b[:H], b[2*H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W[:, H:].copy(), W[:, :H].copy(), b_ih, b_hh


@wrong(
    "state_weights_returned_first",
    "W_hh is returned before W_ih.",
    "In which order are the four arrays asked for?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([theta[H:2*H], -theta[:H], theta[2*H:]])
    b_ih = np.concatenate([b[H:2*H], -b[:H], b[2*H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W[:, :H].copy(), W[:, H:].copy(), b_ih, b_hh


@wrong(
    "bias_in_both",
    "b stands in b_ih and in b_hh too, and torch adds the two: every bias counts double.",
    "torch adds b_ih and b_hh of r. What is your sum?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([theta[H:2*H], -theta[:H], theta[2*H:]])
    b_ih = np.concatenate([b[H:2*H], -b[:H], b[2*H:]])
    b_hh = np.concatenate([b[H:2*H], -b[:H], d])
    return W[:, H:].copy(), W[:, :H].copy(), b_ih, b_hh


@wrong(
    "fresh_arrays_of_float64",
    "np.zeros and np.ones without a dtype: float32 weights become float64.",
    "Print the dtypes of your four arrays for float32 arguments.",
)
def as_torch(theta, b, d):
    H = len(d)
    rows = np.r_[H:2*H, 0:H, 2*H:3*H]
    sign = np.ones(3 * H)
    sign[H:2*H] = -1
    W = theta[rows] * sign[:, None]
    b_hh = np.zeros(3 * H)
    b_hh[2*H:] = d
    return W[:, H:].copy(), W[:, :H].copy(), b[rows] * sign, b_hh
