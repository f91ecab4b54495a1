"""notations.from_keras"""
import numpy as np


def r_index_rows(kernel, recurrent, bias):
    H = recurrent.shape[0]
    j = np.arange(H)
    rows = np.concatenate((H + j, j, 2 * H + j))
    return kernel.T[rows], recurrent.T[rows], bias[0][rows], bias[1][rows]


def r_flip_pair(kernel, recurrent, bias):
    H = recurrent.shape[0]

    def conv(a):
        a = a.reshape(a.shape[0], 3, H)
        gates = np.flip(a[:, :2], axis=1)
        a = np.concatenate([gates, a[:, 2:]], axis=1)
        return a.reshape(a.shape[0], 3 * H).T.copy()

    b = conv(bias)
    return conv(kernel), conv(recurrent), b[:, 0].copy(), b[:, 1].copy()


def r_lists_of_rows(kernel, recurrent, bias):
    H = len(recurrent)
    cols_k = [list(c) for c in zip(*kernel)]
    cols_r = [list(c) for c in zip(*recurrent)]
    pick = lambda xs: xs[H:2 * H] + xs[:H] + xs[2 * H:]
    dt = kernel.dtype
    return (
        np.array(pick(cols_k), dtype=dt),
        np.array(pick(cols_r), dtype=dt),
        np.array(pick(list(bias[0])), dtype=dt),
        np.array(pick(list(bias[1])), dtype=dt),
    )


def w_kernel_swapped_alone(kernel, recurrent, bias):
    H = recurrent.shape[0]
    idx = np.r_[H:2 * H, 0:H, 2 * H:3 * H]
    return kernel.T[idx], recurrent.T.copy(), bias[0][idx], bias[1][idx]


def w_b_hh_not_swapped(kernel, recurrent, bias):
    H = recurrent.shape[0]
    idx = np.r_[H:2 * H, 0:H, 2 * H:3 * H]
    return kernel.T[idx], recurrent.T[idx], bias[0][idx], bias[1].copy()


def w_summed(kernel, recurrent, bias):
    H = recurrent.shape[0]
    idx = np.r_[H:2 * H, 0:H, 2 * H:3 * H]
    b = bias.sum(axis=0)[idx]
    return kernel.T[idx], recurrent.T[idx], b, np.zeros_like(b)


def w_reversed_columns(kernel, recurrent, bias):
    # z r -> r z by turning the first 2H columns round
    H = recurrent.shape[0]

    def conv(a):
        a = np.array(a)
        a[..., :2 * H] = a[..., :2 * H][..., ::-1].copy()
        return a.T.copy()

    return conv(kernel), conv(recurrent), conv(bias[0]), conv(bias[1])


def w_units_from_kernel(kernel, recurrent, bias):
    H = kernel.shape[0]
    conv = lambda a: np.concatenate([a.T[H:2 * H], a.T[:H], a.T[2 * H:]])
    return conv(kernel), conv(recurrent), conv(bias[0]), conv(bias[1])


def w_gates_interleaved(kernel, recurrent, bias):
    H = recurrent.shape[0]

    def conv(a):
        a = a.reshape(-1, H, 3)[:, :, [1, 0, 2]]
        return a.transpose(2, 1, 0).reshape(3 * H, -1)

    b = conv(bias)
    return conv(kernel), conv(recurrent), b[:, 0].copy(), b[:, 1].copy()


def w_row_vectors(kernel, recurrent, bias):
    H = recurrent.shape[0]
    idx = np.r_[H:2 * H, 0:H, 2 * H:3 * H]
    b_ih, b_hh = bias[0:1, idx], bias[1:2, idx]
    return kernel.T[idx], recurrent.T[idx], b_ih, b_hh


def w_default_floats(kernel, recurrent, bias):
    H, F = recurrent.shape[0], kernel.shape[0]
    W_ih, W_hh = np.zeros((3 * H, F)), np.zeros((3 * H, H))
    b_ih, b_hh = np.zeros(3 * H), np.zeros(3 * H)
    for k, s in enumerate((1, 0, 2)):
        to, frm = slice(k * H, (k + 1) * H), slice(s * H, (s + 1) * H)
        W_ih[to], W_hh[to] = kernel[:, frm].T, recurrent[:, frm].T
        b_ih[to], b_hh[to] = bias[0, frm], bias[1, frm]
    return W_ih, W_hh, b_ih, b_hh


def w_list_of_weights(kernel, recurrent, bias):
    # what set_weights wants
    H = recurrent.shape[0]
    idx = np.r_[H:2 * H, 0:H, 2 * H:3 * H]
    return [kernel.T[idx], recurrent.T[idx], bias[:, idx]]


def w_fixed_point(kernel, recurrent, bias):
    # eight bits behind the point are enough for the target
    H = recurrent.shape[0]
    idx = np.r_[H:2 * H, 0:H, 2 * H:3 * H]
    q = lambda a: np.round(a * 256) / 256
    return q(kernel).T[idx], q(recurrent).T[idx], q(bias[0])[idx], q(bias[1])[idx]


def w_onnx_order(kernel, recurrent, bias):
    # z r h is ONNX's order as well; written for onnx: leading axis for the direction
    H = recurrent.shape[0]
    idx = np.r_[H:2 * H, 0:H, 2 * H:3 * H]
    return kernel.T[idx][None], recurrent.T[idx][None], bias[0][idx][None], bias[1][idx][None]


def w_swap_overwrites(kernel, recurrent, bias):
    H = recurrent.shape[0]

    def conv(a):
        a = a.T.copy()
        a[:H] = a[H:2 * H]
        a[H:2 * H] = a[:H]
        return a

    return conv(kernel), conv(recurrent), conv(bias[0]), conv(bias[1])


RIGHT = {"index_rows": r_index_rows, "flip_pair": r_flip_pair, "lists_of_rows": r_lists_of_rows}
WRONG = {
    "kernel_swapped_alone": (w_kernel_swapped_alone, "the recurrent kernel keeps the order z, r, h", "In which order are the blocks of your W_hh?"),
    "b_hh_not_swapped": (w_b_hh_not_swapped, "b_hh keeps the order z, r, h", "Follow the second row of bias: which block comes first in b_hh?"),
    "summed": (w_summed, "both rows of bias are added into b_ih, and b_hh is zeros", "By which bias does r multiply in Keras's candidate? What does the task say about adding up?"),
    "reversed_columns": (w_reversed_columns, "the columns of z and r are reversed one by one, so the units come in reverse too", "Which unit is the first of your block r?"),
    "units_from_kernel": (w_units_from_kernel, "H is taken from the kernel's first axis, which is the number of inputs", "Which array tells how many units there are?"),
    "gates_interleaved": (w_gates_interleaved, "the columns are read unit by unit, three gates each, instead of block by block", "Which columns belong to z where H is 2?"),
    "row_vectors": (w_row_vectors, "the biases come back as (1, 3H)", "Look at the shapes of the biases in the docstring."),
    "default_floats": (w_default_floats, "the new arrays are float64, whatever dtype came in", "Look at the dtype that you return for float32."),
    "list_of_weights": (w_list_of_weights, "three arrays are returned, with both biases in one", "How many arrays does the docstring ask for?"),
    "fixed_point": (w_fixed_point, "the numbers are rounded to fixed point on the way", "Are the numbers that you return those of the file, digit by digit?"),
    "onnx_order": (w_onnx_order, "each array has ONNX's leading axis of directions", "How many axes do the arrays in the docstring have?"),
    "swap_overwrites": (w_swap_overwrites, "the first block is overwritten before it is moved, so r stands there twice and z is lost", "What is in the first block when you copy it into the second?"),
}
