"""notations.hidden_order"""
import numpy as np


def r_reshape(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    W_ih2 = W_ih.reshape(4, H, -1)[:, order].reshape(W_ih.shape)
    W_hh2 = W_hh.reshape(4, H, H)[:, order][:, :, order].reshape(W_hh.shape)
    b2 = b.reshape(4, H)[:, order].reshape(-1)
    return W_ih2, W_hh2, b2, W_ho[:, order]


def r_loops(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    nW_ih, nW_hh, nb, nW_ho = (np.empty_like(a) for a in (W_ih, W_hh, b, W_ho))
    for g in range(4):
        for j in range(H):
            new = g * H + j
            old = g * H + order[j]
            nb[new] = b[old]
            for f in range(W_ih.shape[1]):
                nW_ih[new, f] = W_ih[old, f]
            for k in range(H):
                nW_hh[new, k] = W_hh[old, order[k]]
    for o in range(W_ho.shape[0]):
        for j in range(H):
            nW_ho[o, j] = W_ho[o, order[j]]
    return nW_ih, nW_hh, nb, nW_ho


def r_permutation_matrix(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    P = np.eye(H, dtype=W_hh.dtype)[order]
    P4 = np.kron(np.eye(4, dtype=W_hh.dtype), P)
    return P4 @ W_ih, P4 @ W_hh @ P.T, P4 @ b, W_ho @ P.T


def w_rows_only(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    rows = np.concatenate([g * H + np.asarray(order) for g in range(4)])
    return W_ih[rows], W_hh[rows], b[rows], W_ho[:, order]


def w_inverse_order(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    inv = np.argsort(order)
    rows = np.concatenate([g * H + inv for g in range(4)])
    return W_ih[rows], W_hh[rows][:, inv], b[rows], W_ho[:, inv]


def w_first_block_alone(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    a, r, bb = W_ih.copy(), W_hh.copy(), b.copy()
    a[:H] = W_ih[order]
    r[:H] = W_hh[order]
    r = r[:, order]
    bb[:H] = b[order]
    return a, r, bb, W_ho[:, order]


def w_bias_left(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    rows = (np.arange(4)[:, None] * H + order[None, :]).ravel()
    return W_ih[rows], W_hh[np.ix_(rows, order)], b.copy(), W_ho[:, order]


def w_from_one(order, W_ih, W_hh, b, W_ho):
    # matlab counts from 1
    H = len(order)
    p = np.asarray(order) - 1
    rows = np.concatenate([g * H + p for g in range(4)])
    return W_ih[rows], W_hh[rows][:, p], b[rows], W_ho[:, p]


def w_gates_beside_each_other(order, W_ih, W_hh, b, W_ho):
    rows = [4 * o + g for o in order for g in range(4)]
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho[:, order]


def w_output_left(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    rows = np.hstack([g * H + order for g in range(4)])
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho.copy()


def w_shift_order_in_place(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    W_ho2 = W_ho[:, order]
    cols = W_hh[:, order]
    a, r, bb = [], [], []
    for g in range(4):
        a.append(W_ih[order])
        r.append(cols[order])
        bb.append(b[order])
        order += H
    return np.concatenate(a), np.concatenate(r), np.concatenate(bb), W_ho2


def w_read_after_write(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    a, r, bb, o = W_ih.copy(), W_hh.copy(), b.copy(), W_ho.copy()
    for g in range(4):
        for j in range(H):
            a[g * H + j] = a[g * H + order[j]]
            r[g * H + j] = r[g * H + order[j]]
            bb[g * H + j] = bb[g * H + order[j]]
    for j in range(H):
        r[:, j] = r[:, order[j]]
        o[:, j] = o[:, order[j]]
    return a, r, bb, o


def w_three_gates(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    a, r, bb = W_ih.copy(), W_hh[:, order], b.copy()
    r2 = r.copy()
    for g in range(3):
        s = slice(g * H, (g + 1) * H)
        a[s] = W_ih[s][order]
        r2[s] = r[s][order]
        bb[s] = b[s][order]
    return a, r2, bb, W_ho[:, order]


def w_outputs_moved(order, W_ih, W_hh, b, W_ho):
    # rows of W_ho as rows of everything else
    H = len(order)
    rows = np.concatenate([g * H + order for g in range(4)])
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho[order]


def w_no_output_returned(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    rows = np.concatenate([g * H + order for g in range(4)])
    return W_ih[rows], W_hh[rows][:, order], b[rows]


RIGHT = {"reshape": r_reshape, "loops": r_loops, "permutation_matrix": r_permutation_matrix}
WRONG = {
    "rows_only": (w_rows_only, "the columns of W_hh, which meet the old state, keep the old order", "Which unit does the second column of W_hh listen to after your reordering?"),
    "inverse_order": (w_inverse_order, "the inverse order is used: old unit j goes to place order[j]", "Put 10, 20, 30 with the order 1, 2, 0 through your function."),
    "first_block_alone": (w_first_block_alone, "only the rows of the first block are put in the new order", "A unit has a row in how many blocks?"),
    "bias_left": (w_bias_left, "b keeps the old order", "Does every number of a unit go with it, its bias too?"),
    "from_one": (w_from_one, "1 is subtracted from order, as if it counted from 1", "From which number does the task count the units?"),
    "gates_beside_each_other": (w_gates_beside_each_other, "the rows are taken as four gates of a unit beside each other", "Which rows belong to unit 0 where H is 3?"),
    "output_left": (w_output_left, "W_ho keeps the old order", "What does a column of W_ho meet?"),
    "shift_order_in_place": (w_shift_order_in_place, "order itself is shifted block by block, so the caller's array changes", "What does order hold after the call?"),
    "read_after_write": (w_read_after_write, "rows are read from the array that has been overwritten already", "Go through order 1, 2, 0 by hand: what stands in row 0 when you need it for row 2?"),
    "three_gates": (w_three_gates, "the loop ends after three blocks, so the output gate keeps the old order", "How many blocks has an LSTM?"),
    "outputs_moved": (w_outputs_moved, "the rows of W_ho, the outputs, are reordered and not its columns", "Is an output or a hidden unit a row of W_ho?"),
    "no_output_returned": (w_no_output_returned, "W_ho is not returned", "How many arrays does the docstring ask for?"),
}
