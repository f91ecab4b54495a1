"""notations.hidden_order"""
import numpy as np


# right

def r_gate_axis(order, W_ih, W_hh, b, W_ho):
    H = W_hh.shape[1]
    F = W_ih.shape[1]
    W_ih = W_ih.reshape(4, H, F)[:, order].reshape(4 * H, F)
    W_hh = W_hh.reshape(4, H, H)[:, order][:, :, order].reshape(4 * H, H)
    b = b.reshape(4, H)[:, order].reshape(-1)
    return W_ih, W_hh, b, np.take(W_ho, order, axis=1)


def r_permutation_and_transpose(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    P = np.zeros((H, H), dtype=b.dtype)
    for j, old in enumerate(order):
        P[j, old] = 1
    big = np.kron(np.eye(4, dtype=b.dtype), P)
    return big @ W_ih, big @ W_hh @ P.T, big @ b, W_ho @ P.T


def r_grid_of_lists(order, W_ih, W_hh, b, W_ho):
    units = [int(u) for u in order]
    H = len(units)
    rows = [u + shift for shift in (0, H, 2 * H, 3 * H) for u in units]
    new_b = np.array([b[r] for r in rows])
    new_ih = np.array([W_ih[r] for r in rows])
    new_hh = W_hh[np.ix_(rows, units)]
    new_ho = np.array([[row[u] for u in units] for row in W_ho], dtype=W_ho.dtype)
    return new_ih, new_hh, new_b, new_ho


# wrong

def _all(order):
    H = len(order)
    return (np.arange(4)[:, None] * H + np.asarray(order)[None, :]).ravel()


def w_columns_alone(order, W_ih, W_hh, b, W_ho):
    rows = _all(order)
    return W_ih[rows], W_hh[:, order], b[rows], W_ho[:, order]


def w_scatter_rows_gather_columns(order, W_ih, W_hh, b, W_ho):
    rows = _all(order)
    A, C, d = np.empty_like(W_ih), np.empty_like(W_hh), np.empty_like(b)
    A[rows] = W_ih
    C[rows] = W_hh[:, order]
    d[rows] = b
    return A, C, d, W_ho[:, order]


def w_counted_from_one(order, W_ih, W_hh, b, W_ho):
    order = np.asarray(order) - 1
    H = len(order)
    rows = np.concatenate([g * H + order for g in range(4)])
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho[:, order]


def w_reversed_units(order, W_ih, W_hh, b, W_ho):
    order = np.arange(len(order))[::-1]
    rows = _all(order)
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho[:, order]


def w_gate_axis_last(order, W_ih, W_hh, b, W_ho):
    H, F = W_hh.shape[1], W_ih.shape[1]
    W_ih = W_ih.reshape(H, 4, F)[order].reshape(4 * H, F)
    W_hh = W_hh.reshape(H, 4, H)[order].reshape(4 * H, H)[:, order]
    b = b.reshape(H, 4)[order].ravel()
    return W_ih, W_hh, b, W_ho[:, order]


def w_blocks_of_h(order, W_ih, W_hh, b, W_ho):
    return W_ih[order], W_hh[order][:, order], b[order], W_ho[:, order]


def w_sorted_first(order, W_ih, W_hh, b, W_ho):
    order.sort()
    rows = _all(order)
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho[:, order]


def w_output_upright(order, W_ih, W_hh, b, W_ho):
    rows = _all(order)
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho.T[order]


def w_two_lists_at_once(order, W_ih, W_hh, b, W_ho):
    rows = _all(order)
    return W_ih[rows], W_hh[rows, np.tile(order, 4)], b[rows], W_ho[:, order]


def w_zeros_to_fill(order, W_ih, W_hh, b, W_ho):
    rows = _all(order)
    new = [np.zeros(M.shape) for M in (W_ih, W_hh, b, W_ho)]
    new[0][:] = W_ih[rows]
    new[1][:] = W_hh[np.ix_(rows, order)]
    new[2][:] = b[rows]
    new[3][:] = W_ho[:, order]
    return tuple(new)


def w_two_biases(order, W_ih, W_hh, b, W_ho):
    # torch has b_ih and b_hh
    rows = _all(order)
    return W_ih[rows], W_hh[rows][:, order], b[rows], np.zeros_like(b), W_ho[:, order]


def w_gates_go_too(order, W_ih, W_hh, b, W_ho):
    # keras i f c o -> onnx i o f c on the way
    H = len(order)
    rows = np.concatenate([k * H + np.asarray(order) for k in (0, 3, 1, 2)])
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho[:, order]


RIGHT = {
    "gate_axis": r_gate_axis,
    "permutation_and_transpose": r_permutation_and_transpose,
    "grid_of_lists": r_grid_of_lists,
}
WRONG = {
    "columns_alone": (
        w_columns_alone,
        "In W_hh only the columns are reordered, its rows are not.",
        "A row of W_hh belongs to a unit too. Which unit's row is the first in your W_hh, and in your W_ih?",
    ),
    "scatter_rows_gather_columns": (
        w_scatter_rows_gather_columns,
        "Rows are scattered (new row order[j] is old row j) and columns gathered: the two go opposite ways.",
        "A[rows] = W_ih and A = W_ih[rows]: which of them makes the new unit j out of the old unit order[j]?",
    ),
    "counted_from_one": (
        w_counted_from_one,
        "1 is taken off the order, as if it counted from 1; -1 is the last row in NumPy, so nothing complains.",
        "From which number does order count? What does index -1 mean in NumPy?",
    ),
    "reversed_units": (
        w_reversed_units,
        "The units are turned round, whatever order says.",
        "Call it with two different orders. Do the answers differ?",
    ),
    "gate_axis_last": (
        w_gate_axis_last,
        "The axis of 4H is split as (H, 4), as if the four gates of a unit stood together.",
        "Which rows belong to unit 0, if the blocks i, f, g, o have H rows each?",
    ),
    "blocks_of_h": (
        w_blocks_of_h,
        "order is used for rows as it is: only H of the 4H rows come back.",
        "How many rows has W_ih before and after?",
    ),
    "sorted_first": (
        w_sorted_first,
        "order is sorted in its place, so nothing is reordered, and the argument is changed.",
        "What is order after order.sort()?",
    ),
    "output_upright": (
        w_output_upright,
        "W_ho comes back transposed, (H, K).",
        "What shape has the new W_ho in the docstring?",
    ),
    "two_lists_at_once": (
        w_two_lists_at_once,
        "Two lists of indices in one bracket pick single entries: W_hh becomes a vector.",
        "What shape has M[[0, 1], [0, 1]] for a 2 × 2 matrix M?",
    ),
    "zeros_to_fill": (
        w_zeros_to_fill,
        "The new arrays are np.zeros of float64: float32 is lost.",
        "Which dtype has np.zeros(M.shape), and which has M?",
    ),
    "two_biases": (
        w_two_biases,
        "A second bias of zeros is returned, as torch has it: five arrays instead of four.",
        "How many biases has the LSTM of this task?",
    ),
    "gates_go_too": (
        w_gates_go_too,
        "The units are right, but the blocks are put into ONNX's order i, o, f, g as well.",
        "What does the task say of the gates' order?",
    ),
}
