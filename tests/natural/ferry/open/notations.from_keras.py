"""notations.from_keras"""
import numpy as np


# right

def r_split_and_turn(kernel, recurrent, bias):
    Kz, Kr, Kh = np.split(kernel, 3, axis=1)
    Rz, Rr, Rh = np.split(recurrent, 3, axis=1)
    W_ih = np.concatenate([Kr, Kz, Kh], axis=1).T
    W_hh = np.concatenate([Rr, Rz, Rh], axis=1).T
    (bz, br, bh), (cz, cr, ch) = np.split(bias[0], 3), np.split(bias[1], 3)
    return W_ih, W_hh, np.concatenate([br, bz, bh]), np.concatenate([cr, cz, ch])


def r_swap_in_copies(kernel, recurrent, bias):
    H = recurrent.shape[0]
    W_ih = kernel.T.copy()
    W_hh = recurrent.T.copy()
    b_ih, b_hh = bias[0].copy(), bias[1].copy()
    for new, old in [(W_ih, kernel.T), (W_hh, recurrent.T), (b_ih, bias[0]), (b_hh, bias[1])]:
        new[:H] = old[H:2 * H]
        new[H:2 * H] = old[:H]
    return W_ih, W_hh, b_ih, b_hh


def r_each_unit_of_each_gate(kernel, recurrent, bias):
    H = recurrent.shape[0]
    W_ih, W_hh, b_ih, b_hh = [], [], [], []
    for gate in "rzn":
        q = {"z": 0, "r": 1, "n": 2}[gate]
        for u in range(H):
            col = q * H + u
            W_ih.append(kernel[:, col])
            W_hh.append(recurrent[:, col])
            b_ih.append(bias[0, col])
            b_hh.append(bias[1, col])
    return np.array(W_ih), np.array(W_hh), np.array(b_ih), np.array(b_hh)


# wrong

def _swap(M, H):
    # columns z r h -> r z h
    return np.concatenate([M[..., H:2 * H], M[..., :H], M[..., 2 * H:]], axis=-1)


def w_only_reordered(kernel, recurrent, bias):
    H = recurrent.shape[0]
    return _swap(kernel, H), _swap(recurrent, H), _swap(bias[0], H), _swap(bias[1], H)


def w_only_turned(kernel, recurrent, bias):
    return kernel.T.copy(), recurrent.T.copy(), bias[0].copy(), bias[1].copy()


def w_reshaped_to_rows(kernel, recurrent, bias):
    F, H3 = kernel.shape
    H = H3 // 3
    return (_swap(kernel, H).reshape(H3, F), _swap(recurrent, H).reshape(H3, H),
            _swap(bias[0], H), _swap(bias[1], H))


def w_state_blocks_not_turned(kernel, recurrent, bias):
    H = recurrent.shape[0]
    Rz, Rr, Rh = recurrent[:, :H], recurrent[:, H:2 * H], recurrent[:, 2 * H:]
    W_ih = _swap(kernel, H).T
    W_hh = np.vstack([Rr, Rz, Rh])  # H x H anyway
    return W_ih, W_hh, _swap(bias[0], H), _swap(bias[1], H)


def w_biases_as_they_are(kernel, recurrent, bias):
    H = recurrent.shape[0]
    return _swap(kernel, H).T, _swap(recurrent, H).T, bias[0].copy(), bias[1].copy()


def w_z_turned_in_sign(kernel, recurrent, bias):
    # torch: h = (1 - z) n + z h, so z has to become 1 - z, sigma(-a) = 1 - sigma(a)
    H = recurrent.shape[0]
    W_ih, W_hh = _swap(kernel, H).T.copy(), _swap(recurrent, H).T.copy()
    b_ih, b_hh = _swap(bias, H)
    for p in (W_ih, W_hh, b_ih, b_hh):
        p[H:2 * H] *= -1
    return W_ih, W_hh, b_ih, b_hh


def w_columns_0_1_2(kernel, recurrent, bias):
    # 1, 2, 3 -> 2, 1, 3
    order = [1, 0, 2]
    return kernel[:, order].T, recurrent[:, order].T, bias[0, order], bias[1, order]


def w_swapped_in_the_model(kernel, recurrent, bias):
    H = recurrent.shape[0]
    for w in (kernel, recurrent, bias):
        w[:, :H], w[:, H:2 * H] = w[:, H:2 * H], w[:, :H]
    return kernel.T.copy(), recurrent.T.copy(), bias[0].copy(), bias[1].copy()


def w_bias_rows_exchanged(kernel, recurrent, bias):
    H = recurrent.shape[0]
    b_hh, b_ih = _swap(bias, H)
    return _swap(kernel, H).T, _swap(recurrent, H).T, b_ih, b_hh


def w_one_bias_row(kernel, recurrent, bias):
    H = recurrent.shape[0]
    b = bias.sum(axis=0)
    return _swap(kernel, H).T, _swap(recurrent, H).T, _swap(b, H), np.zeros_like(b)


def w_set_weights(kernel, recurrent, bias):
    H = recurrent.shape[0]
    return {
        "weight_ih_l0": _swap(kernel, H).T,
        "weight_hh_l0": _swap(recurrent, H).T,
        "bias_ih_l0": _swap(bias[0], H),
        "bias_hh_l0": _swap(bias[1], H),
    }


def w_h_comes_first(kernel, recurrent, bias):
    # z r h backwards
    H = recurrent.shape[0]

    def turn(M):
        return np.concatenate([M[..., 2 * H:], M[..., H:2 * H], M[..., :H]], axis=-1)
    return turn(kernel).T, turn(recurrent).T, turn(bias[0]), turn(bias[1])


RIGHT = {
    "split_and_turn": r_split_and_turn,
    "swap_in_copies": r_swap_in_copies,
    "each_unit_of_each_gate": r_each_unit_of_each_gate,
}
WRONG = {
    "only_reordered": (
        w_only_reordered,
        "The blocks are reordered but not transposed: they still are columns.",
        "What shape has W_ih in the docstring? Where does torch keep the blocks, in rows or in columns?",
    ),
    "only_turned": (
        w_only_turned,
        "The arrays are transposed, but the blocks stay z, r, h.",
        "Which block is the first in torch? Try the kernel 1, 2, 3 of the example.",
    ),
    "reshaped_to_rows": (
        w_reshaped_to_rows,
        "reshape instead of transposing: the shape is right, but columns do not become rows.",
        "Is the first row of your W_ih a column of kernel? Try two inputs.",
    ),
    "state_blocks_not_turned": (
        w_state_blocks_not_turned,
        "The square blocks of recurrent are stacked without being transposed.",
        "In h R_r with a row h, which axis of R_r belongs to the unit that is computed? And in W_hr h?",
    ),
    "biases_as_they_are": (
        w_biases_as_they_are,
        "The blocks of the biases keep Keras's order z, r, h.",
        "Whose bias are the first H numbers of your b_ih? And whose weights are the first H rows of W_ih?",
    ),
    "z_turned_in_sign": (
        w_z_turned_in_sign,
        "The sign of z is turned, as if Keras and torch used z in opposite ways.",
        "Compare the two formulas of h_t. What does z multiply in each?",
    ),
    "columns_0_1_2": (
        w_columns_0_1_2,
        "Single columns 0, 1, 2 are taken instead of blocks of H columns: right for one unit only.",
        "The example has one unit. How many columns does a block have when H is 2?",
    ),
    "swapped_in_the_model": (
        w_swapped_in_the_model,
        "The blocks are exchanged inside the arguments, through views, so that both become the same.",
        "After the first half of the exchange, what does the view of the old block show? And what is kernel after the call?",
    ),
    "bias_rows_exchanged": (
        w_bias_rows_exchanged,
        "The first row of bias becomes b_hh and the second b_ih.",
        "Which row of bias stands beside the input, and which of your names has it got?",
    ),
    "one_bias_row": (
        w_one_bias_row,
        "The two rows of bias are added up; in the candidate r multiplies only one of them.",
        "Which of the two biases of the candidate does r multiply? What does the task say of adding up?",
    ),
    "set_weights": (
        w_set_weights,
        "A state_dict comes back instead of four arrays.",
        "What does W_ih, W_hh, b_ih, b_hh = from_keras(...) give with your answer?",
    ),
    "h_comes_first": (
        w_h_comes_first,
        "The blocks are turned round to h, r, z instead of r, z, h.",
        "Write the letters of your blocks below torch's r, z, n.",
    ),
}
