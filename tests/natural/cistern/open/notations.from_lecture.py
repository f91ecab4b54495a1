"""notations.from_lecture"""
import numpy as np


def r_transpose(U, W, V, b, c):
    return U.T, W.T, b, np.zeros_like(b), V.T, c


def r_cpp_loops(U, W, V, b, c):
    nF = U.shape[0]
    nH = U.shape[1]
    nK = V.shape[1]
    Wih = np.empty((nH, nF), dtype=U.dtype)
    Whh = np.empty((nH, nH), dtype=W.dtype)
    Who = np.empty((nK, nH), dtype=V.dtype)
    for i in range(nH):
        for j in range(nF):
            Wih[i, j] = U[j, i]
        for j in range(nH):
            Whh[i, j] = W[j, i]
    for k in range(nK):
        for i in range(nH):
            Who[k, i] = V[i, k]
    bih = np.array([b[i] for i in range(nH)], dtype=b.dtype)
    bhh = np.array([0 for i in range(nH)], dtype=b.dtype)
    return Wih, Whh, bih, bhh, Who, c.copy()


def r_probe_with_units(U, W, V, b, c):
    # feed unit vectors through the lecture's layer, each answer is a column of ours
    def probe(M):
        eye = np.eye(M.shape[0], dtype=M.dtype)
        return np.stack([e @ M for e in eye], axis=1)

    return probe(U), probe(W), b + 0, b * 0, probe(V), c + 0


def w_only_rectangles(U, W, V, b, c):
    # W is square, the shape fits already
    return U.T.copy(), W.copy(), b.copy(), np.zeros_like(b), V.T.copy(), c.copy()


def w_keras_letters(U, W, V, b, c):
    # kernel W, recurrent kernel U
    W_ih = W.T
    W_hh = U.T
    return W_ih, W_hh, b, np.zeros_like(b), V.T, c


def w_half_each(U, W, V, b, c):
    return U.T, W.T, b / 2, b / 2, V.T, c


def w_bias_on_state(U, W, V, b, c):
    zeros = np.zeros_like(b)
    return U.T.copy(), W.T.copy(), zeros, b.copy(), V.T.copy(), c.copy()


def w_reshape(U, W, V, b, c):
    F, H = U.shape
    K = V.shape[1]
    return U.reshape(H, F), W.reshape(H, H), b.copy(), np.zeros_like(b), V.reshape(K, H), c.copy()


def w_double_zeros(U, W, V, b, c):
    H = W.shape[0]
    return np.ascontiguousarray(U.T), np.ascontiguousarray(W.T), b.copy(), np.zeros(H), np.ascontiguousarray(V.T), c.copy()


def w_torch_cell_order(U, W, V, b, c):
    W_ih, W_hh, W_ho = (m.T.copy() for m in (U, W, V))
    return W_ih, b.copy(), W_hh, np.zeros_like(b), W_ho, c.copy()


def w_column_vectors(U, W, V, b, c):
    b_ih = b.reshape(-1, 1)
    return U.T, W.T, b_ih, np.zeros_like(b_ih), V.T, c.reshape(-1, 1)


def w_one_bias(U, W, V, b, c):
    return U.T.copy(), W.T.copy(), b.copy(), V.T.copy(), c.copy()


def w_zero_through_alias(U, W, V, b, c):
    b_ih = b
    b_hh = b
    b_hh[:] = 0
    return U.T, W.T, b_ih, b_hh, V.T, c


def w_single_precision(U, W, V, b, c):
    # the microcontroller computes in single
    U, W, V, b, c = (np.asarray(a, dtype=np.float32) for a in (U, W, V, b, c))
    return U.T.copy(), W.T.copy(), b.copy(), np.zeros_like(b), V.T.copy(), c.copy()


def w_swap_both_ways(U, W, V, b, c):
    H = W.shape[0]
    W_hh = W.copy()
    for i in range(H):
        for j in range(H):
            tmp = W_hh[i, j]
            W_hh[i, j] = W_hh[j, i]
            W_hh[j, i] = tmp
    return U.T.copy(), W_hh, b.copy(), np.zeros_like(b), V.T.copy(), c.copy()


RIGHT = {"transpose": r_transpose, "cpp_loops": r_cpp_loops, "probe_with_units": r_probe_with_units}
WRONG = {
    "only_rectangles": (w_only_rectangles, "W is left as it is, because a square matrix has the right shape already", "Which entry of W_hh is the weight from unit 1 to unit 2? Look at the example by hand."),
    "keras_letters": (w_keras_letters, "W is taken for the input's and U for the state's weights, as Keras's papers have it", "Look in the lecture's equation at what U and what W is multiplied with."),
    "half_each": (w_half_each, "b is shared half and half between the two biases", "Read again which of the two biases is to have all of b."),
    "bias_on_state": (w_bias_on_state, "b goes into b_hh, and b_ih is zeros", "Which of the two biases gets b, and which is zeros?"),
    "reshape": (w_reshape, "the matrices are reshaped instead of transposed", "Does reshape keep each number at its pair of units? Try it with a 2 x 3 matrix."),
    "double_zeros": (w_double_zeros, "the zeros are float64, whatever dtype came in", "Look at the dtype of each array for arguments in float32."),
    "torch_cell_order": (w_torch_cell_order, "the arrays are returned in another order: each bias right after its matrix", "Compare the order of what you return with the docstring."),
    "column_vectors": (w_column_vectors, "the biases are columns (H, 1) instead of vectors (H,)", "Look at the shapes of the biases in the docstring."),
    "one_bias": (w_one_bias, "b_hh is not returned: five arrays instead of six", "How many arrays does the course have for this network?"),
    "zero_through_alias": (w_zero_through_alias, "b_ih and b_hh are the same array as the argument b, and setting one to zero sets all", "What do b and b_ih hold after b_hh was set to zero?"),
    "single_precision": (w_single_precision, "all arrays are cast to float32, whatever came in", "Which dtype is to come out where float64 went in?"),
    "swap_both_ways": (w_swap_both_ways, "the loop swaps each pair twice, so W comes out as it went in", "How often does your loop swap entries (1, 2) and (2, 1)?"),
}
