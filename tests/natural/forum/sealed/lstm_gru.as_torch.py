"""As put together from forums, blogs and papers: converters between Keras, TensorFlow and torch, half remembered."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("three_axes")
def as_torch(theta, b, d):
    H = d.size
    W = theta.reshape(3, H, -1)[[1, 0, 2]]  # fancy indexing copies
    W[1] = -W[1]
    bias = b.reshape(3, H)[[1, 0, 2]]
    bias[1] = -bias[1]
    b_hh = np.stack([0 * d, 0 * d, d])
    return (
        W[..., H:].reshape(3 * H, -1).copy(),
        W[..., :H].reshape(3 * H, -1).copy(),
        bias.reshape(-1),
        b_hh.reshape(-1),
    )


@right("permutation_matrix")
def as_torch(theta, b, d):
    H = len(d)
    I, O = np.eye(H, dtype=theta.dtype), np.zeros((H, H), dtype=theta.dtype)
    P = np.block([[O, I, O], [-I, O, O], [O, O, I]])
    M = P @ theta
    return M[:, H:].copy(), M[:, :H].copy(), P @ b, np.concatenate([O[0], O[0], d])


@right("dict_of_gates")
def as_torch(theta, b, d):
    H = d.shape[0]
    W = dict(zip("urn", np.split(theta, 3)))
    v = dict(zip("urn", np.split(b, 3)))
    W["z"], v["z"] = -W.pop("u"), -v.pop("u")  # 1 - σ(a) = σ(-a)
    zero = np.zeros_like(d)
    hid = {"r": zero, "z": zero, "n": d}
    order = "rzn"
    return (
        np.concatenate([W[k][:, H:] for k in order]),
        np.concatenate([W[k][:, :H] for k in order]),
        np.concatenate([v[k] for k in order]),
        np.concatenate([hid[k] for k in order]),
    )


@wrong(
    "exchanged_through_views",
    "u and r change places by W[:H], W[H:2H] = W[H:2H], W[:H]; the right side is views, so the first is overwritten before it is read.",
    "Print the first and the second H rows of your W. Why are they alike up to a sign?",
)
def as_torch(theta, b, d):
    H = len(d)
    W, bias = theta.copy(), b.copy()
    W[:H], W[H:2 * H] = W[H:2 * H], W[:H]
    bias[:H], bias[H:2 * H] = bias[H:2 * H], bias[:H]
    W[H:2 * H] *= -1
    bias[H:2 * H] *= -1
    b_hh = np.zeros_like(b)
    b_hh[-H:] = d
    return W[:, H:].copy(), W[:, :H].copy(), bias, b_hh


@wrong(
    "sign_before_the_reordering",
    "The second block gets the minus while the rows are still in the order u, r, n: it is r that is turned.",
    "Which gate stands in rows H to 2H at the moment when you change the sign?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = theta.reshape(3, H, -1).copy()
    bias = b.reshape(3, H).copy()
    W[1], bias[1] = -W[1], -bias[1]
    W, bias = W[[1, 0, 2]].reshape(3 * H, -1), bias[[1, 0, 2]].reshape(-1)
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W[:, H:].copy(), W[:, :H].copy(), bias, b_hh


@wrong(
    "kernels_as_in_keras",
    "The matrices are returned transposed, (F, 3H) and (H, 3H), as Keras keeps its kernels.",
    "Which shape has torch's W_ih: (3H, F) or (F, 3H)?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([theta[H:2 * H], -theta[:H], theta[2 * H:]])
    bias = np.concatenate([b[H:2 * H], -b[:H], b[2 * H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W[:, H:].T.copy(), W[:, :H].T.copy(), bias, b_hh


@wrong(
    "interleaved",
    "reshape(H, 3, …) takes every third row for u; the rows stand in blocks of H.",
    "With H = 2, are rows 0 and 1 of θ those of u, or rows 0 and 3?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = theta.reshape(H, 3, -1)
    v = b.reshape(H, 3)
    W = np.concatenate([W[:, 1], -W[:, 0], W[:, 2]])
    bias = np.concatenate([v[:, 1], -v[:, 0], v[:, 2]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W[:, H:].copy(), W[:, :H].copy(), bias, b_hh


@wrong(
    "bias_left_in_the_old_order",
    "The rows of the matrices are put into the new order, those of b are not.",
    "Row j of W_ih and number j of b_ih: do they belong to the same gate?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([theta[H:2 * H], -theta[:H], theta[2 * H:]])
    bias = b.copy()
    bias[:H] = -bias[:H]
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W[:, H:].copy(), W[:, :H].copy(), bias, b_hh


@wrong(
    "state_weights_left_in_the_old_order",
    "Only the input weights and b are put into the new order; W_hh keeps u, r, n and its signs.",
    "Which rows of W_hh does torch use for r? Which gate are they in θ?",
)
def as_torch(theta, b, d):
    H = len(d)
    x = theta[:, H:]
    W_ih = np.concatenate([x[H:2 * H], -x[:H], x[2 * H:]])
    bias = np.concatenate([b[H:2 * H], -b[:H], b[2 * H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W_ih, theta[:, :H].copy(), bias, b_hh


@wrong(
    "content_turned_as_well",
    "n gets a minus as well, as if the opposite gate also asked for the opposite content.",
    "Which of the three formulas differ between the two GRUs? Is that of n among them?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([theta[H:2 * H], -theta[:H], -theta[2 * H:]])
    bias = np.concatenate([b[H:2 * H], -b[:H], -b[2 * H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), -d])
    return W[:, H:].copy(), W[:, :H].copy(), bias, b_hh


@wrong(
    "one_over_theta",
    "The weights of u are inverted by 1 / θ instead of -θ.",
    "σ(-a) = 1 - σ(a). Does a number have to be turned over for that, or only its sign?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([theta[H:2 * H], 1 / theta[:H], theta[2 * H:]])
    bias = np.concatenate([b[H:2 * H], 1 / b[:H], b[2 * H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W[:, H:].copy(), W[:, :H].copy(), bias, b_hh


@wrong(
    "bias_one_minus_b",
    "The weights are turned to -θ_u, but the bias to 1 - b_u, for the 1 in 1 - u.",
    "Set θ to zero and b_u to 0. Then u = ½. What is z by your bias?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([theta[H:2 * H], -theta[:H], theta[2 * H:]])
    bias = np.concatenate([b[H:2 * H], 1 - b[:H], b[2 * H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W[:, H:].copy(), W[:, :H].copy(), bias, b_hh


@wrong(
    "biases_of_n_exchanged",
    "d stands in b_ih and b_n in b_hh: the reset gate multiplies the wrong one.",
    "Which of b_n and d is inside r ⊙ ( … )? Which of b_in and b_hn?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([theta[H:2 * H], -theta[:H], theta[2 * H:]])
    bias = np.concatenate([b[H:2 * H], -b[:H], d])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), b[2 * H:]])
    return W[:, H:].copy(), W[:, :H].copy(), bias, b_hh


@wrong(
    "bias_shared_half_and_half",
    "Half of b stands in each bias. For r and z the sum is right, but b_hh was to have zeros there, and half of b_n is now reset.",
    "What does the task say b_hh holds beside d?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([theta[H:2 * H], -theta[:H], theta[2 * H:]])
    half = np.concatenate([b[H:2 * H], -b[:H], b[2 * H:]]) / 2
    b_hh = half.copy()
    b_hh[2 * H:] += d
    return W[:, H:].copy(), W[:, :H].copy(), half, b_hh


@wrong(
    "z_first_as_in_keras",
    "The rows come out as z, r, n, the order of Keras; torch has r, z, n.",
    "Which gate is first in torch's GRU?",
)
def as_torch(theta, b, d):
    H = len(d)
    u, r, n = np.split(theta, 3)
    W = np.concatenate([-u, r, n])
    bu, br, bn = np.split(b, 3)
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return np.ascontiguousarray(W[:, H:]), np.ascontiguousarray(W[:, :H]), np.concatenate([-bu, br, bn]), b_hh


@wrong(
    "rows_taken_for_columns_of_the_state",
    "The square blocks that meet the state are transposed, as in a conversion from Keras; θ has its rows as torch has.",
    "θ_u h: is row j of θ_u that of unit j of u? Then what is there to transpose?",
)
def as_torch(theta, b, d):
    H = len(d)
    u, r, n = np.split(theta, 3)
    W_ih = np.concatenate([r[:, H:], -u[:, H:], n[:, H:]])
    W_hh = np.concatenate([r[:, :H].T, -u[:, :H].T, n[:, :H].T])
    bias = np.concatenate([b[H:2 * H], -b[:H], b[2 * H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W_ih, W_hh, bias, b_hh


@wrong(
    "half_of_the_columns",
    "θ is cut in the middle of its columns, right only where F is H or H - 1; the state has H of them, the input F.",
    "How many columns of θ meet the state if H = 2 and F = 3?",
)
def as_torch(theta, b, d):
    H = len(d)
    W = np.concatenate([theta[H:2 * H], -theta[:H], theta[2 * H:]])
    W_hh, W_ih = np.array_split(W, 2, axis=1)
    bias = np.concatenate([b[H:2 * H], -b[:H], b[2 * H:]])
    b_hh = np.concatenate([np.zeros_like(d), np.zeros_like(d), d])
    return W_ih.copy(), W_hh.copy(), bias, b_hh
