"""notations.from_onnx"""
import numpy as np


def r_reshape_take(W, R, B):
    H, F = R.shape[2], W.shape[2]
    order = [0, 2, 3, 1]
    W_ih = W.reshape(4, H, F)[order].reshape(4 * H, F)
    W_hh = R.reshape(4, H, H)[order].reshape(4 * H, H)
    b_ih, b_hh = B.reshape(2, 4, H)[:, order].reshape(2, 4 * H)
    return W_ih, W_hh, b_ih, b_hh


def r_permutation_matrix(W, R, B):
    H = R.shape[2]
    P4 = np.zeros((4, 4), dtype=W.dtype)
    for new, old in enumerate((0, 2, 3, 1)):
        P4[new, old] = 1
    P = np.kron(P4, np.eye(H, dtype=W.dtype))
    return P @ W[0], P @ R[0], P @ B[0, :4 * H], P @ B[0, 4 * H:]


def r_roll_tail(W, R, B):
    # o f c is f c o rolled by one block
    H = R.shape[2]

    def fix(m):
        m = m.copy()
        m[H:] = np.roll(m[H:], -H, axis=0)
        return m

    return fix(W[0]), fix(R[0]), fix(B[0][:4 * H]), fix(B[0][4 * H:])


def w_iofc_misread_as_ifoc(W, R, B):
    def re(m):
        i, f, o, g = np.split(m, 4)
        return np.concatenate([i, f, g, o])

    wb, rb = np.split(B[0], 2)
    return re(W[0]), re(R[0]), re(wb), re(rb)


def w_even_and_odd(W, R, B):
    def re(m):
        i, o, f, c = np.split(m, 4)
        return np.concatenate([i, f, c, o])

    return re(W[0]), re(R[0]), re(B[0, ::2]), re(B[0, 1::2])


def w_keras_kernels(W, R, B):
    def re(m):
        i, o, f, c = np.split(m, 4)
        return np.concatenate([i, f, c, o])

    wb, rb = np.split(B[0], 2)
    return re(W[0]).T, re(R[0]).T, re(wb), re(rb)


def w_hidden_from_inputs(W, R, B):
    H = W.shape[2]

    def re(m):
        return np.concatenate([m[:H], m[2 * H:3 * H], m[3 * H:4 * H], m[H:2 * H]])

    return re(W[0]), re(R[0]), re(B[0, :4 * H]), re(B[0, 4 * H:])


def w_forget_bias_one(W, R, B):
    H = R.shape[2]

    def re(m):
        i, o, f, c = np.split(m, 4)
        return np.concatenate([i, f, c, o])

    wb, rb = np.split(B[0], 2)
    b_ih = re(wb)
    b_ih[H:2 * H] += 1  # forget_bias
    return re(W[0]), re(R[0]), b_ih, re(rb)


def w_tanh_by_sigmoid(W, R, B):
    # tanh(a) = 2 sigmoid(2a) - 1: one lookup table for all four blocks
    def re(m):
        i, o, f, c = np.split(m, 4)
        return np.concatenate([i, f, 2 * c, o])

    wb, rb = np.split(B[0], 2)
    return re(W[0]), re(R[0]), re(wb), re(rb)


def w_state_not_reordered(W, R, B):
    def re(m):
        i, o, f, c = np.split(m, 4)
        return np.concatenate([i, f, c, o])

    wb, rb = np.split(B[0], 2)
    return re(W[0]), R[0].copy(), re(wb), re(rb)


def w_last_row_lost(W, R, B):
    H = R.shape[2]

    def re(m):
        return np.concatenate([m[0:H], m[2 * H:3 * H], m[3 * H:-1], m[H:2 * H]])

    return re(W[0]), re(R[0]), re(B[0][0:4 * H]), re(B[0][4 * H:8 * H])


def w_sorted_names(W, R, B):
    def re(m):
        blocks = dict(zip("iofc", np.split(m, 4)))
        return np.concatenate([blocks[k] for k in sorted(blocks)])

    wb, rb = np.split(B[0], 2)
    return re(W[0]), re(R[0]), re(wb), re(rb)


def w_double_buffers(W, R, B):
    H, F = R.shape[2], W.shape[2]
    W_ih, W_hh = np.empty((4 * H, F)), np.empty((4 * H, H))
    b_ih, b_hh = np.empty(4 * H), np.empty(4 * H)
    for n, p in enumerate([0, 2, 3, 1]):
        dst, src = slice(n * H, n * H + H), slice(p * H, p * H + H)
        W_ih[dst] = W[0, src]
        W_hh[dst] = R[0, src]
        b_ih[dst] = B[0, :4 * H][src]
        b_hh[dst] = B[0, 4 * H:][src]
    return W_ih, W_hh, b_ih, b_hh


def w_only_first_half_of_b(W, R, B):
    H = R.shape[2]

    def re(m):
        m = m.copy()
        tmp = m[H:2 * H].copy()
        m[H:2 * H] = m[2 * H:3 * H]
        m[2 * H:3 * H] = m[3 * H:4 * H]
        m[3 * H:4 * H] = tmp
        return m

    b = re(B[0])
    return re(W[0]), re(R[0]), b[:4 * H], b[4 * H:]


def w_block_list(W, R, B):
    i, f, g, o = 0, 2, 3, 1
    H = R.shape[2]
    w = W.reshape(4, H, -1)
    r = R.reshape(4, H, H)
    bw, br = B.reshape(2, 4, H)
    return [[m[k].copy() for k in (i, f, g, o)] for m in (w, r, bw, br)]


RIGHT = {"reshape_take": r_reshape_take, "permutation_matrix": r_permutation_matrix, "roll_tail": r_roll_tail}
WRONG = {
    "iofc_misread_as_ifoc": (w_iofc_misread_as_ifoc, "the file's order is read as i, f, o, c", "Read the order of ONNX's blocks again: which is the second?"),
    "even_and_odd": (w_even_and_odd, "B is split into even and odd entries instead of halves", "Where in B do the biases beside R begin?"),
    "keras_kernels": (w_keras_kernels, "the weights are transposed, though ONNX's rows are units already", "Compare the shapes that you return with the docstring."),
    "hidden_from_inputs": (w_hidden_from_inputs, "H is read off W's last axis, which is the number of inputs", "Which of the three arrays tells how many units there are?"),
    "forget_bias_one": (w_forget_bias_one, "1 is added to the forget gate's bias, as TensorFlow's old cell did", "Is every number that you return in the file?"),
    "tanh_by_sigmoid": (w_tanh_by_sigmoid, "the candidate's rows are doubled for a tanh computed by the sigmoid", "Does the course's cell expect the candidate's weights scaled?"),
    "state_not_reordered": (w_state_not_reordered, "R keeps ONNX's order", "Follow the blocks of R: in which order do you return them?"),
    "last_row_lost": (w_last_row_lost, "the slice of the last block ends one row early", "How many rows have the arrays that you return?"),
    "sorted_names": (w_sorted_names, "the blocks are put into the alphabet's order c, f, i, o", "In which order do you go through the names of the blocks?"),
    "double_buffers": (w_double_buffers, "the new arrays are float64, whatever dtype came in", "Look at the dtype that you return for float32."),
    "only_first_half_of_b": (w_only_first_half_of_b, "of B's eight blocks only the first four are reordered, so b_hh stays in ONNX's order", "In which order are the blocks of your b_hh?"),
    "block_list": (w_block_list, "lists of blocks are returned instead of arrays with the blocks below each other", "Look at the shapes in the docstring: how many arrays are there?"),
}
