"""notations.from_keras"""
import numpy as np


def r_split_columns(kernel, recurrent, bias):
    def t(k):
        z, r, h = np.split(k, 3, axis=-1)
        return np.concatenate([r, z, h], axis=-1).T

    return t(kernel).copy(), t(recurrent).copy(), t(bias[0]).copy(), t(bias[1]).copy()


def r_nested_loops(kernel, recurrent, bias):
    F = len(kernel)
    H = len(recurrent)
    W_ih = np.zeros((3 * H, F), kernel.dtype)
    W_hh = np.zeros((3 * H, H), kernel.dtype)
    b_ih = np.zeros(3 * H, kernel.dtype)
    b_hh = np.zeros(3 * H, kernel.dtype)
    keras_block = {"z": 0, "r": 1, "h": 2}
    for k, gate in enumerate("rzh"):
        s = keras_block[gate]
        for j in range(H):
            for i in range(F):
                W_ih[k * H + j][i] = kernel[i][s * H + j]
            for i in range(H):
                W_hh[k * H + j][i] = recurrent[i][s * H + j]
            b_ih[k * H + j] = bias[0][s * H + j]
            b_hh[k * H + j] = bias[1][s * H + j]
    return W_ih, W_hh, b_ih, b_hh


def r_einsum_blocks(kernel, recurrent, bias):
    H = recurrent.shape[0]
    order = [1, 0, 2]

    def turn(k):
        blocks = k.reshape(k.shape[0], 3, H)[:, order]
        return np.einsum("igj->gji", blocks).reshape(3 * H, -1)

    b_ih, b_hh = bias.reshape(2, 3, H)[:, order].reshape(2, 3 * H)
    return turn(kernel), turn(recurrent), b_ih, b_hh


def w_only_transposed(kernel, recurrent, bias):
    return kernel.T.copy(), recurrent.T.copy(), bias[0].copy(), bias[1].copy()


def w_only_reordered(kernel, recurrent, bias):
    H = recurrent.shape[0]
    idx = np.r_[H:2 * H, 0:H, 2 * H:3 * H]
    return kernel[:, idx], recurrent[:, idx], bias[0, idx], bias[1, idx]


def w_bias_rows_swapped(kernel, recurrent, bias):
    H = recurrent.shape[0]
    idx = np.r_[H:2 * H, 0:H, 2 * H:3 * H]
    b_hh, b_ih = bias[:, idx]
    return kernel.T[idx], recurrent.T[idx], b_ih, b_hh


def w_biases_forgotten_in_swap(kernel, recurrent, bias):
    def turn(k):
        z, r, h = np.split(k.T, 3)
        return np.vstack([r, z, h])

    return turn(kernel), turn(recurrent), bias[0].copy(), bias[1].copy()


def w_reshape_for_transpose(kernel, recurrent, bias):
    H = recurrent.shape[0]
    F = kernel.shape[0]
    idx = np.r_[H:2 * H, 0:H, 2 * H:3 * H]
    return kernel.reshape(3 * H, F)[idx], recurrent.reshape(3 * H, H)[idx], bias[0][idx], bias[1][idx]


def w_square_blocks_not_turned(kernel, recurrent, bias):
    zk, rk, hk = np.split(kernel, 3, axis=1)
    zr, rr, hr = np.split(recurrent, 3, axis=1)
    zb, rb, hb = np.split(bias, 3, axis=1)
    W_ih = np.concatenate([rk.T, zk.T, hk.T])
    W_hh = np.concatenate([rr, zr, hr])  # H x H each
    b = np.concatenate([rb, zb, hb], axis=1)
    return W_ih, W_hh, b[0].copy(), b[1].copy()


def w_negated_update(kernel, recurrent, bias):
    # keras keeps with z, torch writes with it: z -> 1 - z is the sign of its preactivation
    def turn(k):
        z, r, h = np.split(k, 3, axis=-1)
        return np.concatenate([r, -z, h], axis=-1).T.copy()

    return turn(kernel), turn(recurrent), turn(bias[0]), turn(bias[1])


def w_rolled(kernel, recurrent, bias):
    # z r h -> r h z
    H = recurrent.shape[0]
    turn = lambda k: np.roll(k, -H, axis=-1).T.copy()
    return turn(kernel), turn(recurrent), turn(bias[0]), turn(bias[1])


def w_swap_without_copy(kernel, recurrent, bias):
    H = recurrent.shape[0]
    W_ih, W_hh = kernel.T, recurrent.T
    b_ih, b_hh = bias
    for a in (W_ih, W_hh, b_ih, b_hh):
        tmp = a[:H].copy()
        a[:H] = a[H:2 * H]
        a[H:2 * H] = tmp
    return W_ih, W_hh, b_ih, b_hh


def w_three_columns(kernel, recurrent, bias):
    idx = [1, 0, 2]
    return kernel[:, idx].T, recurrent[:, idx].T, bias[0, idx], bias[1, idx]


def w_reset_before_bias(kernel, recurrent, bias):
    # GRU(reset_after=False) has one bias
    H = recurrent.shape[0]
    idx = np.r_[H:2 * H, 0:H, 2 * H:3 * H]
    b = bias[0][idx]
    return kernel.T[idx], recurrent.T[idx], b, np.zeros_like(b)


def w_gate_biases_folded(kernel, recurrent, bias):
    H = recurrent.shape[0]
    idx = np.r_[H:2 * H, 0:H, 2 * H:3 * H]
    b_ih, b_hh = bias[0][idx], bias[1][idx]
    b_ih[:2 * H] += b_hh[:2 * H]
    b_hh[:2 * H] = 0
    return kernel.T[idx], recurrent.T[idx], b_ih, b_hh


RIGHT = {"split_columns": r_split_columns, "nested_loops": r_nested_loops, "einsum_blocks": r_einsum_blocks}
WRONG = {
    "only_transposed": (w_only_transposed, "the blocks stay in Keras's order z, r, h", "Look at the example by hand: in which order do 1, 2, 3 come out?"),
    "only_reordered": (w_only_reordered, "the kernels are not transposed", "Is a unit a row or a column of what you return?"),
    "bias_rows_swapped": (w_bias_rows_swapped, "the bias beside the state becomes b_ih, and the other b_hh", "Which row of bias stands beside the input?"),
    "biases_forgotten_in_swap": (w_biases_forgotten_in_swap, "z and r change places in the weights but not in the biases", "In which order are the blocks of your biases?"),
    "reshape_for_transpose": (w_reshape_for_transpose, "the kernels are reshaped to the transposed shape", "Does reshape keep each weight with its input and unit?"),
    "square_blocks_not_turned": (w_square_blocks_not_turned, "the blocks of the recurrent kernel are stacked without being transposed", "On which side of R does the state stand in Keras? Shapes say nothing about square blocks."),
    "negated_update": (w_negated_update, "the update gate changes its sign, though both libraries keep the old state with z", "Compare the two equations of h_t term by term: what does z multiply in each?"),
    "rolled": (w_rolled, "the blocks are rolled into r, h, z", "Name the gate of each of your three blocks."),
    "swap_without_copy": (w_swap_without_copy, "the blocks change places within views of the arguments", "What do kernel and bias hold after the call?"),
    "three_columns": (w_three_columns, "three columns are taken instead of three blocks; right for one unit only", "How many columns belong to one block where H is 2?"),
    "reset_before_bias": (w_reset_before_bias, "the second row of bias is dropped, as if reset_after were off", "What becomes of the second row of bias?"),
    "gate_biases_folded": (w_gate_biases_folded, "the gates' biases are added up in b_ih and set to zero in b_hh", "What does the task say about adding the biases up?"),
}
