"""notations.hidden_order"""
import numpy as np


# right

def r_rows_of_all_gates(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    rows = np.concatenate([g * H + order for g in range(4)])
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho[:, order]


def r_four_loops(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    new_ih, new_hh = np.empty_like(W_ih), np.empty_like(W_hh)
    new_b, new_ho = np.empty_like(b), np.empty_like(W_ho)
    for j in range(H):
        old = order[j]
        for g in range(4):
            new_ih[g * H + j] = W_ih[g * H + old]
            new_b[g * H + j] = b[g * H + old]
            for k in range(H):
                new_hh[g * H + j, k] = W_hh[g * H + old, order[k]]
        new_ho[:, j] = W_ho[:, old]
    return new_ih, new_hh, new_b, new_ho


def r_split_gates(order, W_ih, W_hh, b, W_ho):
    W_ih = np.concatenate([M[order] for M in np.split(W_ih, 4)])
    W_hh = np.concatenate([M[order][:, order] for M in np.split(W_hh, 4)])
    b = np.concatenate([v[order] for v in np.split(b, 4)])
    return W_ih, W_hh, b, W_ho[:, order]


# wrong

def _rows(order):
    H = len(order)
    return np.concatenate([k * H + np.asarray(order) for k in range(4)])


def w_columns_of_the_state_stay(order, W_ih, W_hh, b, W_ho):
    rows = _rows(order)
    return W_ih[rows], W_hh[rows], b[rows], W_ho[:, order]


def w_output_forgotten(order, W_ih, W_hh, b, W_ho):
    rows = _rows(order)
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho.copy()


def w_order_backwards(order, W_ih, W_hh, b, W_ho):
    # old unit j goes to place order[j]
    back = np.argsort(order)
    rows = _rows(back)
    return W_ih[rows], W_hh[rows][:, back], b[rows], W_ho[:, back]


def w_same_rows_four_times(order, W_ih, W_hh, b, W_ho):
    rows = np.tile(order, 4)
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho[:, order]


def w_only_first_block(order, W_ih, W_hh, b, W_ho):
    W_ih, W_hh, b = W_ih.copy(), W_hh.copy(), b.copy()
    H = len(order)
    W_ih[:H] = W_ih[order]
    W_hh[:H] = W_hh[order]
    W_hh = W_hh[:, order]
    b[:H] = b[order]
    return W_ih, W_hh, b, W_ho[:, order]


def w_rows_of_the_output(order, W_ih, W_hh, b, W_ho):
    rows = _rows(order)
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho[order]


def w_unit_by_unit(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    rows = [g * H + j for j in order for g in range(4)]
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho[:, order]


def w_columns_copied_in_place(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    rows = _rows(order)
    W_hh = W_hh[rows][:, order]
    for j in range(H):
        W_ho[:, j] = W_ho[:, order[j]]
    return W_ih[rows], W_hh, b[rows], W_ho


def w_bias_forgotten(order, W_ih, W_hh, b, W_ho):
    rows = _rows(order)
    return W_ih[rows], W_hh[rows][:, order], b.copy(), W_ho[:, order]


def w_candidate_is_no_gate(order, W_ih, W_hh, b, W_ho):
    # only the gates i, f, o have to move with their units
    H = len(order)
    rows = _rows(order)
    rows[2 * H:3 * H] = np.arange(2 * H, 3 * H)
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho[:, order]


def w_added_on_in_the_loop(order, W_ih, W_hh, b, W_ho):
    W_hh, W_ho = W_hh[:, order], W_ho[:, order]
    H = len(order)
    parts = []
    for g in range(4):
        parts.append(order.copy())
        order += H
    rows = np.concatenate(parts)
    return W_ih[rows], W_hh[rows], b[rows], W_ho


def w_p_on_both_sides(order, W_ih, W_hh, b, W_ho):
    # similarity P W P
    H = len(order)
    P = np.eye(H, dtype=W_ih.dtype)[order]
    P4 = np.kron(np.eye(4, dtype=P.dtype), P)
    return P4 @ W_ih, P4 @ W_hh @ P, P4 @ b, W_ho @ P


RIGHT = {
    "rows_of_all_gates": r_rows_of_all_gates,
    "four_loops": r_four_loops,
    "split_gates": r_split_gates,
}
WRONG = {
    "columns_of_the_state_stay": (
        w_columns_of_the_state_stay,
        "The rows of W_hh are reordered, but its columns, which the units of the step before meet, are not.",
        "Each unit also sends to others. Where in W_hh stands what a unit sends?",
    ),
    "output_forgotten": (
        w_output_forgotten,
        "W_ho is handed on as it was, though its columns belong to hidden units.",
        "Try the example by hand on W_ho. Which axis of it counts hidden units?",
    ),
    "order_backwards": (
        w_order_backwards,
        "The inverse order is used: old unit j goes to place order[j], instead of coming from there.",
        "Try the example by hand: which old unit is the new unit 0 to be, and which is it with you?",
    ),
    "same_rows_four_times": (
        w_same_rows_four_times,
        "The same rows, those of the first block, are taken for all four gates.",
        "In which rows do the numbers of the forget gate stand? Does your list of rows contain them?",
    ),
    "only_first_block": (
        w_only_first_block,
        "Rows are reordered in the input gate's block alone; f, g and o keep the old order.",
        "How many blocks has each unit a row in?",
    ),
    "rows_of_the_output": (
        w_rows_of_the_output,
        "The rows of W_ho, which belong to outputs, are reordered instead of its columns.",
        "W_ho has shape (K, H). Which axis belongs to the hidden units?",
    ),
    "unit_by_unit": (
        w_unit_by_unit,
        "The rows come unit by unit, four gates each, instead of gate by gate.",
        "Whose rows are the first H of your W_ih? What must the whole first block be?",
    ),
    "columns_copied_in_place": (
        w_columns_copied_in_place,
        "The columns of W_ho are copied within the array itself: some are overwritten before they are read, and the argument changes.",
        "With the order 1, 2, 0: when your loop comes to the last column, what stands in column 0?",
    ),
    "bias_forgotten": (
        w_bias_forgotten,
        "b is handed on as it was, though it has a number for each unit of each gate.",
        "Whose bias is b[0] in the new network?",
    ),
    "candidate_is_no_gate": (
        w_candidate_is_no_gate,
        "The block g is left in the old order, since only i, f and o are thought to be gates.",
        "After your change, to which unit belongs the first row of block g, and to which that of block i?",
    ),
    "added_on_in_the_loop": (
        w_added_on_in_the_loop,
        "The values are right, but H is added to the argument order itself at each gate.",
        "Print order after the call.",
    ),
    "p_on_both_sides": (
        w_p_on_both_sides,
        "The permutation matrix itself stands on the right, where its transpose belongs: columns go the inverse way.",
        "Which old column is column 0 of W_ho @ P? Try the order 1, 2, 0, which is not its own inverse.",
    ),
}
