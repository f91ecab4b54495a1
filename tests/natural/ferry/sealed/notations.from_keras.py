"""notations.from_keras"""
import numpy as np


# right

def r_column_index(kernel, recurrent, bias):
    H = recurrent.shape[0]
    z, r, n = np.arange(3 * H).reshape(3, H)
    cols = np.r_[r, z, n]
    W_ih = kernel[:, cols].T
    W_hh = recurrent[:, cols].T
    b_ih, b_hh = bias[:, cols]
    return W_ih, W_hh, b_ih, b_hh


def r_gate_axis_einsum(kernel, recurrent, bias):
    F, H = len(kernel), len(recurrent)
    P = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]], dtype=kernel.dtype)
    W_ih = np.einsum("gk,fkh->ghf", P, kernel.reshape(F, 3, H)).reshape(3 * H, F)
    W_hh = np.einsum("gk,jkh->ghj", P, recurrent.reshape(H, 3, H)).reshape(3 * H, H)
    b = np.einsum("gk,dkh->dgh", P, bias.reshape(2, 3, H)).reshape(2, 3 * H)
    return W_ih, W_hh, b[0], b[1]


def r_stack_of_gates(kernel, recurrent, bias):
    H = recurrent.shape[0]

    def gate(M, name):
        k = ["z", "r", "h"].index(name)
        return M[:, k * H:(k + 1) * H].T

    W_ih = np.vstack([gate(kernel, g) for g in ("r", "z", "h")])
    W_hh = np.vstack([gate(recurrent, g) for g in ("r", "z", "h")])
    b = np.vstack([gate(bias, g) for g in ("r", "z", "h")])
    return W_ih, W_hh, b[:, 0].copy(), b[:, 1].copy()


# wrong

def _rzn(M, H):
    z, r, n = M[..., :H], M[..., H:2 * H], M[..., 2 * H:]
    return np.concatenate([r, z, n], axis=-1)


def w_state_only_turned(kernel, recurrent, bias):
    H = recurrent.shape[0]
    return _rzn(kernel, H).T, recurrent.T.copy(), _rzn(bias[0], H), _rzn(bias[1], H)


def w_h_from_the_inputs(kernel, recurrent, bias):
    H = kernel.shape[0]
    return _rzn(kernel, H).T, _rzn(recurrent, H).T, _rzn(bias[0], H), _rzn(bias[1], H)


def w_rolled_by_one_block(kernel, recurrent, bias):
    # z r h -> r h z
    H = recurrent.shape[0]

    def roll(M):
        return np.roll(M, -H, axis=-1)
    return roll(kernel).T, roll(recurrent).T, roll(bias[0]), roll(bias[1])


def w_every_third_column(kernel, recurrent, bias):
    def take(M):
        return np.concatenate([M[..., 1::3], M[..., 0::3], M[..., 2::3]], axis=-1)
    return take(kernel).T, take(recurrent).T, take(bias[0]), take(bias[1])


def w_bias_by_columns(kernel, recurrent, bias):
    # as in torch: rows are units, so two columns
    H = recurrent.shape[0]
    b = bias.reshape(3 * H, 2)
    return _rzn(kernel, H).T, _rzn(recurrent, H).T, _rzn(b[:, 0], H), _rzn(b[:, 1], H)


def w_b0_for_both(kernel, recurrent, bias):
    H = recurrent.shape[0]
    b_ih = _rzn(bias[0], H)
    b_hh = _rzn(bias[0], H)
    return _rzn(kernel, H).T, _rzn(recurrent, H).T, b_ih, b_hh


def w_candidate_bias_moved(kernel, recurrent, bias):
    # r and z need only the sums: everything that may goes into b_ih
    H = recurrent.shape[0]
    b_ih, b_hh = _rzn(bias, H)
    b_ih[:2 * H] += b_hh[:2 * H]
    b_hh[:2 * H] = 0
    return _rzn(kernel, H).T, _rzn(recurrent, H).T, b_ih, b_hh


def w_written_through_the_bias(kernel, recurrent, bias):
    H = recurrent.shape[0]
    b = bias
    for row in b:
        z = row[:H].copy()
        row[:H] = row[H:2 * H]
        row[H:2 * H] = z
    return _rzn(kernel, H).T, _rzn(recurrent, H).T, b[0].copy(), b[1].copy()


def w_blocks_empty_float(kernel, recurrent, bias):
    F, H = kernel.shape[0], recurrent.shape[0]
    W_ih, W_hh = np.empty((3 * H, F)), np.empty((3 * H, H))
    b_ih, b_hh = np.empty(3 * H), np.empty(3 * H)
    for to, fr in ((0, 1), (1, 0), (2, 2)):
        s, q = slice(to * H, to * H + H), slice(fr * H, fr * H + H)
        W_ih[s] = kernel[:, q].T
        W_hh[s] = recurrent[:, q].T
        b_ih[s] = bias[0, q]
        b_hh[s] = bias[1, q]
    return W_ih, W_hh, b_ih, b_hh


def w_kernels_mixed_up(kernel, recurrent, bias):
    # get_weights() gives W_hh, W_ih, b ?
    H = recurrent.shape[0]
    return _rzn(recurrent, H).T, _rzn(kernel, H).T, _rzn(bias[0], H), _rzn(bias[1], H)


def w_units_outside_gates(kernel, recurrent, bias):
    F, H = kernel.shape[0], recurrent.shape[0]
    order = [1, 0, 2]
    W_ih = kernel.T.reshape(H, 3, F)[:, order].reshape(3 * H, F)
    W_hh = recurrent.T.reshape(H, 3, H)[:, order].reshape(3 * H, H)
    b = bias.reshape(2, H, 3)[:, :, order].reshape(2, 3 * H)
    return W_ih, W_hh, b[0], b[1]


def w_bias_left_whole(kernel, recurrent, bias):
    H = recurrent.shape[0]
    return _rzn(kernel, H).T, _rzn(recurrent, H).T, _rzn(bias, H)


RIGHT = {
    "column_index": r_column_index,
    "gate_axis_einsum": r_gate_axis_einsum,
    "stack_of_gates": r_stack_of_gates,
}
WRONG = {
    "state_only_turned": (
        w_state_only_turned,
        "recurrent is transposed, but its blocks stay z, r, h.",
        "What has happened to kernel that has not happened to recurrent?",
    ),
    "h_from_the_inputs": (
        w_h_from_the_inputs,
        "H is taken from the first axis of kernel, which has F entries.",
        "What does the first axis of kernel count? Try F = 2 and H = 3.",
    ),
    "rolled_by_one_block": (
        w_rolled_by_one_block,
        "All three blocks are rolled by one place, to r, h, z; torch has r, z, n.",
        "Your first block is right. Which one does torch have second?",
    ),
    "every_third_column": (
        w_every_third_column,
        "A gate is taken to own every third column, instead of H columns side by side.",
        "With H = 2, which column numbers are those of z?",
    ),
    "bias_by_columns": (
        w_bias_by_columns,
        "bias is reshaped to two columns, so the numbers of its two rows are mixed.",
        "What does the first row of bias hold? Does it all come together in your b_ih?",
    ),
    "b0_for_both": (
        w_b0_for_both,
        "b_hh is made of the first row of bias as well; the second is never read.",
        "Change bias[1]. What changes in your answer?",
    ),
    "candidate_bias_moved": (
        w_candidate_bias_moved,
        "The gates' two biases are added up into b_ih; the GRU is the same, but nothing was to be added.",
        "The network does the same. Which sentence of the task says where the two rows go?",
    ),
    "written_through_the_bias": (
        w_written_through_the_bias,
        "The values are right, but the blocks are exchanged within the argument bias.",
        "b = bias: how many arrays is that? Compare bias before and after.",
    ),
    "blocks_empty_float": (
        w_blocks_empty_float,
        "np.empty without a dtype makes float64 of float32.",
        "Which dtype has np.empty((2, 2))? Which one came in?",
    ),
    "kernels_mixed_up": (
        w_kernels_mixed_up,
        "W_ih is made of recurrent and W_hh of kernel.",
        "Which of the two meets the input x? Look at its shape when F is not H.",
    ),
    "units_outside_gates": (
        w_units_outside_gates,
        "The axis of 3H is split as (H, 3), unit by unit, instead of gate by gate.",
        "Which of two neighbouring columns changes first along the axis: the gate or the unit?",
    ),
    "bias_left_whole": (
        w_bias_left_whole,
        "The biases come as one array with two rows: three arrays instead of four.",
        "How many arrays does the docstring name?",
    ),
}
