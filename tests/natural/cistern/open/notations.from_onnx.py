"""notations.from_onnx"""
import numpy as np


def r_split_concat(W, R, B):
    def reorder(m):
        i, o, f, c = np.split(m, 4)
        return np.concatenate([i, f, c, o])

    wb, rb = np.split(B[0], 2)
    return reorder(W[0]), reorder(R[0]), reorder(wb), reorder(rb)


def r_dict_of_gates(W, R, B):
    H = R.shape[-1]
    gates = "iofc"

    def read(a):
        d = {}
        for n, g in enumerate(gates):
            d[g] = a[n * H:(n + 1) * H]
        d["g"] = d.pop("c")
        return np.concatenate([d[g] for g in "ifgo"], axis=0)

    return read(W[0]), read(R[0]), read(B[0, :4 * H]), read(B[0, 4 * H:])


def r_cpp_copy(W, R, B):
    H, F = R.shape[2], W.shape[2]
    src = [0, 2, 3, 1]
    W_ih = np.zeros((4 * H, F), W.dtype)
    W_hh = np.zeros((4 * H, H), R.dtype)
    b_ih = np.zeros(4 * H, B.dtype)
    b_hh = np.zeros(4 * H, B.dtype)
    for g in range(4):
        for j in range(H):
            dst_row = g * H + j
            src_row = src[g] * H + j
            for k in range(F):
                W_ih[dst_row, k] = W[0, src_row, k]
            for k in range(H):
                W_hh[dst_row, k] = R[0, src_row, k]
            b_ih[dst_row] = B[0, src_row]
            b_hh[dst_row] = B[0, 4 * H + src_row]
    return W_ih, W_hh, b_ih, b_hh


def w_straight_through(W, R, B):
    H = R.shape[2]
    return W[0].copy(), R[0].copy(), B[0, :4 * H].copy(), B[0, 4 * H:].copy()


def w_inverse_permutation(W, R, B):
    H = R.shape[2]
    perm = [0, 3, 1, 2]  # i o f c -> positions in i f g o
    re = lambda m: np.concatenate([m[p * H:(p + 1) * H] for p in perm])
    return re(W[0]), re(R[0]), re(B[0, :4 * H]), re(B[0, 4 * H:])


def w_biases_in_old_order(W, R, B):
    H = R.shape[2]
    idx = np.concatenate([np.arange(p * H, (p + 1) * H) for p in (0, 2, 3, 1)])
    return W[0][idx], R[0][idx], B[0, :4 * H].copy(), B[0, 4 * H:].copy()


def w_keep_direction(W, R, B):
    H = R.shape[2]

    def re(m):
        i, o, f, c = np.split(m, 4, axis=1)
        return np.concatenate([i, f, c, o], axis=1)

    return re(W), re(R), re(B[:, :4 * H]), re(B[:, 4 * H:])


def w_sum_biases(W, R, B):
    def re(m):
        i, o, f, c = np.split(m, 4)
        return np.concatenate([i, f, c, o])

    wb, rb = np.split(B[0], 2)
    b = re(wb + rb)
    return re(W[0]), re(R[0]), b, np.zeros_like(b)


def w_rows_not_blocks(W, R, B):
    idx = [0, 2, 3, 1]
    H = R.shape[2]
    return W[0][idx], R[0][idx], B[0, :4 * H][idx], B[0, 4 * H:][idx]


def w_pairs_per_gate(W, R, B):
    # B: Wb_i Rb_i, Wb_o Rb_o, ...
    H = R.shape[2]
    idx = [0, 2, 3, 1]
    W_ih = W[0].reshape(4, H, -1)[idx].reshape(4 * H, -1)
    W_hh = R[0].reshape(4, H, H)[idx].reshape(4 * H, H)
    b = B[0].reshape(4, 2, H)[idx]
    return W_ih, W_hh, b[:, 0].reshape(-1), b[:, 1].reshape(-1)


def w_swap_in_views(W, R, B):
    H = R.shape[2]
    w, r = W[0], R[0]
    b1, b2 = B[0, :4 * H], B[0, 4 * H:]
    for m in (w, r, b1, b2):
        o, f, g = m[H:2 * H].copy(), m[2 * H:3 * H].copy(), m[3 * H:].copy()
        m[H:2 * H] = f
        m[2 * H:3 * H] = g
        m[3 * H:] = o
    return w, r, b1, b2


def w_swap_o_and_f(W, R, B):
    # i o f c -> i f o c, the candidate comes last as in MATLAB's drawings
    def re(m):
        i, o, f, c = np.split(m, 4)
        return np.concatenate([i, f, o, c])

    wb, rb = np.split(B[0], 2)
    return re(W[0]), re(R[0]), re(wb), re(rb)


def w_squeeze(W, R, B):
    W, R, B = W.squeeze(), R.squeeze(), B.squeeze()

    def re(m):
        i, o, f, c = np.split(m, 4)
        return np.concatenate([i, f, c, o])

    wb, rb = np.split(B, 2)
    return re(W), re(R), re(wb), re(rb)


def w_unit_major(W, R, B):
    H, F = R.shape[2], W.shape[2]
    idx = [0, 2, 3, 1]
    W_ih = W[0].reshape(H, 4, F)[:, idx].reshape(4 * H, F)
    W_hh = R[0].reshape(H, 4, H)[:, idx].reshape(4 * H, H)
    bb = B[0].reshape(2, H, 4)[:, :, idx].reshape(2, 4 * H)
    return W_ih, W_hh, bb[0].copy(), bb[1].copy()


def w_swap_bias_halves(W, R, B):
    def re(m):
        i, o, f, c = np.split(m, 4)
        return np.concatenate([i, f, c, o])

    b_hh, b_ih = np.split(B[0], 2)
    return re(W[0]), re(R[0]), re(b_ih), re(b_hh)


RIGHT = {"split_concat": r_split_concat, "dict_of_gates": r_dict_of_gates, "cpp_copy": r_cpp_copy}
WRONG = {
    "straight_through": (w_straight_through, "the blocks stay in ONNX's order i, o, f, c", "Which gate does your second block of rows belong to, and which does the course expect there?"),
    "inverse_permutation": (w_inverse_permutation, "the permutation is used the wrong way round: where a block goes instead of whence it comes", "Put 1, 2, 3, 4 through your order and compare with the example by hand."),
    "biases_in_old_order": (w_biases_in_old_order, "the biases are split but not reordered", "In which order are the blocks of your biases?"),
    "keep_direction": (w_keep_direction, "the axis of the direction is kept", "How many axes do the arrays in the docstring have?"),
    "sum_biases": (w_sum_biases, "both biases are added into b_ih, and b_hh is zeros", "What does the task say about adding the biases up?"),
    "rows_not_blocks": (w_rows_not_blocks, "single rows are taken instead of blocks of H rows; right for one unit only", "How many rows has a block where there are three units?"),
    "pairs_per_gate": (w_pairs_per_gate, "B is read as two blocks per gate in turn, instead of four blocks and then four", "Which of the eight blocks of B stand beside W?"),
    "swap_in_views": (w_swap_in_views, "the blocks are moved within the arguments", "Are W, R and B after the call what they were before?"),
    "swap_o_and_f": (w_swap_o_and_f, "only o and f change places, so the order is i, f, o, c", "Name the gate of each of your four blocks: where does the course have the output gate?"),
    "squeeze": (w_squeeze, "squeeze drops every axis of length one, also F or H where they are 1", "What shapes do you return where there is one input and one unit?"),
    "unit_major": (w_unit_major, "the rows are read unit by unit, four gates each, instead of gate by gate", "Which rows of W belong to the input gate where H is 3?"),
    "swap_bias_halves": (w_swap_bias_halves, "b_ih and b_hh are exchanged", "Which half of B stands beside W?"),
}
