"""notations.from_lecture"""
import numpy as np


def r_einsum(U, W, V, b, c):
    W_ih = np.einsum("fh->hf", U).copy()
    W_hh = np.einsum("ij->ji", W).copy()
    W_ho = np.einsum("hk->kh", V).copy()
    return W_ih, W_hh, b.copy(), np.zeros_like(b), W_ho, c.copy()


def r_lists(U, W, V, b, c):
    def turn(m):
        return [list(col) for col in zip(*m.tolist())]

    out = [turn(U), turn(W), b.tolist(), [0.0] * len(b), turn(V), c.tolist()]
    return tuple(np.array(o, dtype=U.dtype) for o in out)


def r_column_major(U, W, V, b, c):
    # a column-major buffer read as row-major is the transpose
    def t(m):
        rows, cols = m.shape
        buf = m.flatten(order="F")
        return buf.reshape(cols, rows)

    zeros = np.full(b.shape, 0, b.dtype)
    return [t(U), t(W), np.array(b), zeros, t(V), np.array(c)]


def w_as_is(U, W, V, b, c):
    return U.copy(), W.copy(), b.copy(), np.zeros_like(b), V.copy(), c.copy()


def w_both_biases(U, W, V, b, c):
    # onnx wants both filled
    return U.T.copy(), W.T.copy(), b.copy(), b.copy(), V.T.copy(), c.copy()


def w_output_not_turned(U, W, V, b, c):
    return U.T.copy(), W.T.copy(), b.copy(), np.zeros_like(b), V.copy(), c.copy()


def w_fortran_reshape(U, W, V, b, c):
    (F, H), K = U.shape, V.shape[1]
    W_ih = np.reshape(U, (H, F), order="F")
    W_hh = np.reshape(W, (H, H), order="F")
    W_ho = np.reshape(V, (K, H), order="F")
    return W_ih, W_hh, b.copy(), np.zeros_like(b), W_ho, c.copy()


def w_state_dict(U, W, V, b, c):
    return {
        "rnn.weight_ih_l0": U.T.copy(),
        "rnn.weight_hh_l0": W.T.copy(),
        "rnn.bias_ih_l0": b.copy(),
        "rnn.bias_hh_l0": np.zeros_like(b),
        "fc.weight": V.T.copy(),
        "fc.bias": c.copy(),
    }


def w_half_precision(U, W, V, b, c):
    # target has fp16 only
    q = lambda a: a.astype(np.float16).astype(a.dtype)
    return q(U).T, q(W).T, q(b), np.zeros_like(b), q(V).T, q(c)


def w_transpose_in_place(U, W, V, b, c):
    H = W.shape[0]
    for i in range(H):
        for j in range(i):
            W[i, j], W[j, i] = W[j, i], W[i, j]
    return U.T.copy(), W, b.copy(), np.zeros_like(b), V.T.copy(), c.copy()


def w_rot90(U, W, V, b, c):
    return np.rot90(U), np.rot90(W), b.copy(), np.zeros_like(b), np.rot90(V), c.copy()


def w_pseudo_inverse(U, W, V, b, c):
    # to bring the matrix to the other side of the vector
    inv = np.linalg.pinv
    return inv(U), inv(W), b.copy(), np.zeros_like(b), inv(V), c.copy()


def w_stacked(U, W, V, b, c):
    # one matrix for [x, h] saves a gemm
    W_cat = np.hstack([U.T, W.T])
    return W_cat, b.copy(), V.T.copy(), c.copy()


def w_no_output_bias(U, W, V, b, c):
    K = V.shape[1]
    b_ho = np.zeros(K, dtype=V.dtype)
    return U.T.copy(), W.T.copy(), b.copy(), np.zeros_like(b), V.T.copy(), b_ho


def w_zeros_of_inputs(U, W, V, b, c):
    W_ih = U.T.copy()
    b_hh = np.zeros(W_ih.shape[1], dtype=b.dtype)
    return W_ih, W.T.copy(), b.copy(), b_hh, V.T.copy(), c.copy()


RIGHT = {"einsum": r_einsum, "lists": r_lists, "column_major": r_column_major}
WRONG = {
    "as_is": (w_as_is, "no matrix is transposed", "On which side of its matrix does the vector stand in the lecture, and on which in the course?"),
    "both_biases": (w_both_biases, "b stands in both biases, so it is added twice", "What is added before tanh in your network, in all?"),
    "output_not_turned": (w_output_not_turned, "V is not transposed", "Look at the shape of W_ho."),
    "fortran_reshape": (w_fortran_reshape, "the matrices are reshaped column by column instead of transposed", "Does reading and writing in the same order move a number to another pair of units?"),
    "state_dict": (w_state_dict, "a dictionary is returned instead of six arrays", "What does the docstring say that is returned?"),
    "half_precision": (w_half_precision, "the numbers are rounded to half precision", "Are your weights exactly those that came in?"),
    "transpose_in_place": (w_transpose_in_place, "W is transposed in place, so the caller's array changes", "Look at W after the call."),
    "rot90": (w_rot90, "the matrices are rotated by a quarter instead of transposed", "Which number of U is first in your W_ih?"),
    "pseudo_inverse": (w_pseudo_inverse, "the matrices are inverted instead of transposed", "Write x_t times U out for two inputs: which operation brings the vector to the right of the matrix?"),
    "stacked": (w_stacked, "W_ih and W_hh are returned as one matrix side by side, and b_hh is missing", "Which arrays does the docstring ask for?"),
    "no_output_bias": (w_no_output_bias, "c is forgotten: b_ho is zeros", "Where has c gone?"),
    "zeros_of_inputs": (w_zeros_of_inputs, "b_hh has F zeros instead of H", "To what is b_hh added, and how many units has that?"),
}
