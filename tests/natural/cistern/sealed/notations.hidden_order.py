"""notations.hidden_order"""
import numpy as np


def r_split_lists(order, W_ih, W_hh, b, W_ho):
    def rows(m):
        return np.concatenate([block[order] for block in np.split(m, 4)])

    return rows(W_ih), rows(W_hh)[:, order], rows(b), W_ho[:, order]


def r_ix(order, W_ih, W_hh, b, W_ho):
    H = W_hh.shape[1]
    rows = [g * H + int(j) for g in range(4) for j in order]
    cols = [int(j) for j in order]
    return W_ih[rows, :], W_hh[np.ix_(rows, cols)], b[rows], W_ho[:, cols]


def r_scatter_with_inverse(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    place = np.empty(H, dtype=int)
    for j, o in enumerate(order):
        place[o] = j
    out = [np.zeros_like(a) for a in (W_ih, W_hh, b, W_ho)]
    for old in range(H):
        new = place[old]
        for g in range(0, 4 * H, H):
            out[0][g + new] = W_ih[g + old]
            out[2][g + new] = b[g + old]
            out[1][g + new, place] = W_hh[g + old, :]
        out[3][:, new] = W_ho[:, old]
    return tuple(out)


def w_columns_only(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    rows = np.concatenate([g * H + order for g in range(4)])
    return W_ih[rows], W_hh[:, order], b[rows], W_ho[:, order]


def w_scatter(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    A, R, bb, O = (np.zeros_like(a) for a in (W_ih, W_hh, b, W_ho))
    for j in range(H):
        for g in range(4):
            A[g * H + order[j]] = W_ih[g * H + j]
            R[g * H + order[j], order] = W_hh[g * H + j]
            bb[g * H + order[j]] = b[g * H + j]
        O[:, order[j]] = W_ho[:, j]
    return A, R, bb, O


def w_no_blocks(order, W_ih, W_hh, b, W_ho):
    return W_ih[order], W_hh[order][:, order], b[order], W_ho[:, order]


def w_inverse_in_columns(order, W_ih, W_hh, b, W_ho):
    # P W P^-1
    H = len(order)
    inv = np.argsort(order)
    rows = np.concatenate([g * H + order for g in range(4)])
    return W_ih[rows], W_hh[rows][:, inv], b[rows], W_ho[:, order]


def w_readout_inverse(order, W_ih, W_hh, b, W_ho):
    # the output has to undo the permutation
    H = len(order)
    rows = np.concatenate([g * H + order for g in range(4)])
    back = np.empty_like(order)
    back[order] = np.arange(H)
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho[:, back]


def w_swaps_in_turn(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    A, R, bb, O = W_ih.copy(), W_hh.copy(), b.copy(), W_ho.copy()
    for j in range(H):
        o = order[j]
        for g in range(4):
            n, m = g * H + j, g * H + o
            A[[n, m]] = A[[m, n]]
            R[[n, m]] = R[[m, n]]
            bb[[n, m]] = bb[[m, n]]
        R[:, [j, o]] = R[:, [o, j]]
        O[:, [j, o]] = O[:, [o, j]]
    return A, R, bb, O


def w_backwards(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    order = order[::-1]
    rows = np.concatenate([g * H + order for g in range(4)])
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho[:, order]


def w_take_flat(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    rows = np.concatenate([g * H + order for g in range(4)])
    return W_ih.take(rows, 0), W_hh.take(rows, 0).take(order, 1), b.take(rows), W_ho.take(order)


def w_new_double_arrays(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    A, R = np.zeros(W_ih.shape), np.zeros(W_hh.shape)
    bb, O = np.zeros(b.shape), np.zeros(W_ho.shape)
    for j, o in enumerate(order):
        A[j::H] = W_ih[o::H]
        R[j::H] = W_hh[o::H][:, order]
        bb[j::H] = b[o::H]
        O[:, j] = W_ho[:, o]
    return A, R, bb, O


def w_blocks_kept_apart(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    A = W_ih.reshape(4, H, -1)[:, order]
    R = W_hh.reshape(4, H, H)[:, order][:, :, order]
    return A, R, b.reshape(4, H)[:, order], W_ho[:, order]


def w_written_into_weights(order, W_ih, W_hh, b, W_ho):
    H = len(order)
    for g in range(4):
        s = slice(g * H, (g + 1) * H)
        W_ih[s] = W_ih[s][order]
        W_hh[s] = W_hh[s][order]
        b[s] = b[s][order]
    W_hh[:] = W_hh[:, order]
    W_ho[:] = W_ho[:, order]
    return W_ih, W_hh, b, W_ho


def w_keras_readout(order, W_ih, W_hh, b, W_ho):
    # Dense kernels are (H, K): units are rows here too
    H = len(order)
    rows = np.concatenate([g * H + order for g in range(4)])
    return W_ih[rows], W_hh[rows][:, order], b[rows], W_ho.T[order]


RIGHT = {"split_lists": r_split_lists, "ix": r_ix, "scatter_with_inverse": r_scatter_with_inverse}
WRONG = {
    "columns_only": (w_columns_only, "the rows of W_hh keep the old order, only its columns are moved", "Which unit does the first row of W_hh belong to, and which the first row of W_ih?"),
    "scatter": (w_scatter, "unit j is written to place order[j], instead of being read from there", "Is order[j] in the task the old or the new number of a unit?"),
    "no_blocks": (w_no_blocks, "order is applied to all 4H rows at once, so only H of them come back", "How many rows has the W_ih that you return?"),
    "inverse_in_columns": (w_inverse_in_columns, "the columns of W_hh are put in the inverse order", "The state's units come in your new order: which old column belongs in place 0?"),
    "readout_inverse": (w_readout_inverse, "the columns of W_ho are put in the inverse order, as if they had to undo the other", "Put the three numbers of the example by hand through your function."),
    "swaps_in_turn": (w_swaps_in_turn, "units are swapped one pair after another, so later swaps move what was placed", "Follow the order 1, 2, 0 step by step: where is unit 0 after the first swap?"),
    "backwards": (w_backwards, "order is reversed before it is used", "Which old unit is the new unit 0 in your network?"),
    "take_flat": (w_take_flat, "take without an axis reads the flattened W_ho", "What shape has the W_ho that you return for two outputs?"),
    "new_double_arrays": (w_new_double_arrays, "the new arrays are float64, whatever dtype came in", "Look at the dtype that you return for float32."),
    "blocks_kept_apart": (w_blocks_kept_apart, "the blocks keep an axis of their own: (4, H, F) instead of (4H, F)", "Look at the shapes in the docstring."),
    "written_into_weights": (w_written_into_weights, "the new weights are written into the arguments", "What do the old weights hold after the call?"),
    "keras_readout": (w_keras_readout, "W_ho comes back transposed, (H, K) as a kernel of Keras", "What is a row of W_ho in the docstring, an output or a unit?"),
}
