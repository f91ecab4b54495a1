"""notations.from_onnx"""
import numpy as np


# right

def r_split_and_concatenate(W, R, B):
    Wi, Wo, Wf, Wc = np.split(W[0], 4)
    Ri, Ro, Rf, Rc = np.split(R[0], 4)
    Wbi, Wbo, Wbf, Wbc, Rbi, Rbo, Rbf, Rbc = np.split(B[0], 8)
    W_ih = np.concatenate([Wi, Wf, Wc, Wo])
    W_hh = np.concatenate([Ri, Rf, Rc, Ro])
    b_ih = np.concatenate([Wbi, Wbf, Wbc, Wbo])
    b_hh = np.concatenate([Rbi, Rbf, Rbc, Rbo])
    return W_ih, W_hh, b_ih, b_hh


def r_rows_counted(W, R, B):
    H = R.shape[2]
    rows = []
    for block in (0, 2, 3, 1):
        rows.extend(range(block * H, block * H + H))
    first, second = B[0, :4 * H], B[0, 4 * H:]
    return W[0][rows], R[0][rows], first[rows], second[rows]


def r_loops_into_empty(W, R, B):
    _, H4, F = W.shape
    H = H4 // 4
    onnx = "iofc"
    W_ih = np.empty((H4, F), W.dtype)
    W_hh = np.empty((H4, H), R.dtype)
    b_ih = np.empty(H4, B.dtype)
    b_hh = np.empty(H4, B.dtype)
    for k, gate in enumerate("ifco"):
        q = onnx.index(gate)
        for u in range(H):
            W_ih[k * H + u, :] = W[0, q * H + u, :]
            W_hh[k * H + u, :] = R[0, q * H + u, :]
            b_ih[k * H + u] = B[0, q * H + u]
            b_hh[k * H + u] = B[0, (4 + q) * H + u]
    return W_ih, W_hh, b_ih, b_hh


# wrong

def _reorder(M, order):
    blocks = np.split(M, 4)
    return np.concatenate([blocks[k] for k in order])


def w_direction_still_there(W, R, B):
    H = R.shape[-1]
    idx = np.concatenate([np.arange(k * H, (k + 1) * H) for k in (0, 2, 3, 1)])
    return W[:, idx], R[:, idx], B[:, idx], B[:, 4 * H + idx]


def w_same_order_assumed(W, R, B):
    H = R.shape[-1]
    return W[0].copy(), R[0].copy(), B[0, :4 * H].copy(), B[0, 4 * H:].copy()


def w_permutation_backwards(W, R, B):
    # i stays 0, o goes to 3, f goes to 1, c goes to 2
    order = [0, 3, 1, 2]
    bW, bR = B.reshape(2, -1)
    return _reorder(W[0], order), _reorder(R[0], order), _reorder(bW, order), _reorder(bR, order)


def w_only_o_and_f_swapped(W, R, B):
    order = [0, 2, 1, 3]
    bW, bR = B.reshape(2, -1)
    return _reorder(W[0], order), _reorder(R[0], order), _reorder(bW, order), _reorder(bR, order)


def w_bias_pairs(W, R, B):
    # B = [Wb_i, Rb_i, Wb_o, Rb_o, ...]
    H = R.shape[-1]
    order = [0, 2, 3, 1]
    pairs = B.reshape(4, 2, H)[order]
    b_ih = pairs[:, 0].reshape(-1)
    b_hh = pairs[:, 1].reshape(-1)
    return _reorder(W[0], order), _reorder(R[0], order), b_ih, b_hh


def w_biases_added(W, R, B):
    order = [0, 2, 3, 1]
    b = B.reshape(2, -1).sum(axis=0)
    return _reorder(W[0], order), _reorder(R[0], order), _reorder(b, order), np.zeros_like(b)


def w_biases_stay(W, R, B):
    order = [0, 2, 3, 1]
    H4 = W.shape[1]
    return _reorder(W[0], order), _reorder(R[0], order), B[0, :H4].copy(), B[0, H4:].copy()


def w_transposed_too(W, R, B):
    order = [0, 2, 3, 1]
    bW, bR = B.reshape(2, -1)
    return _reorder(W[0], order).T, _reorder(R[0], order).T, _reorder(bW, order), _reorder(bR, order)


def w_every_fourth_row(W, R, B):
    # rows of gate k: k, k + 4, k + 8, ...
    def take(M):
        return np.concatenate([M[k::4] for k in (0, 2, 3, 1)])
    H = R.shape[-1]
    return take(W[0]), take(R[0]), take(B[0, :4 * H]), take(B[0, 4 * H:])


def w_swapped_on_views(W, R, B):
    # torch wants i f g o, here it is i o f g: rotate the last three
    H = R.shape[-1]
    bW, bR = B[0, :4 * H], B[0, 4 * H:]
    for M in (W[0], R[0], bW, bR):
        o, f, g = M[H:2 * H], M[2 * H:3 * H], M[3 * H:]
        M[H:2 * H], M[2 * H:3 * H], M[3 * H:] = f, g, o
    return W[0], R[0], bW, bR


def w_forget_bias_one(W, R, B):
    # unit_forget_bias=True
    order = [0, 2, 3, 1]
    H = R.shape[-1]
    bW, bR = B.reshape(2, -1)
    b_ih = _reorder(bW, order)
    b_ih[H:2 * H] += 1
    return _reorder(W[0], order), _reorder(R[0], order), b_ih, _reorder(bR, order)


def w_buffers_of_float64(W, R, B):
    H = R.shape[-1]
    F = W.shape[-1]
    W_ih = np.zeros((4 * H, F))
    W_hh = np.zeros((4 * H, H))
    b_ih = np.zeros(4 * H)
    b_hh = np.zeros(4 * H)
    for new, old in enumerate([0, 2, 3, 1]):
        n, q = slice(new * H, new * H + H), slice(old * H, old * H + H)
        W_ih[n], W_hh[n] = W[0, q], R[0, q]
        b_ih[n], b_hh[n] = B[0, :4 * H][q], B[0, 4 * H:][q]
    return W_ih, W_hh, b_ih, b_hh


RIGHT = {
    "split_and_concatenate": r_split_and_concatenate,
    "rows_counted": r_rows_counted,
    "loops_into_empty": r_loops_into_empty,
}
WRONG = {
    "direction_still_there": (
        w_direction_still_there,
        "The axis of the direction is kept: all four arrays have a first axis of length 1 too many.",
        "How many axes has W_ih in the docstring, and how many has yours?",
    ),
    "same_order_assumed": (
        w_same_order_assumed,
        "The blocks are copied as they stand: i, o, f, c instead of i, f, g, o.",
        "Which block stands second in ONNX's file, and which in the course's?",
    ),
    "permutation_backwards": (
        w_permutation_backwards,
        "The permutation is the inverse one: it says where each old block goes, and is used as where each new block comes from.",
        "Try your order on the biases 1, 2, 3, 4 of the example. What does entry k of your list say: from where, or to where?",
    ),
    "only_o_and_f_swapped": (
        w_only_o_and_f_swapped,
        "Only o and f are exchanged, which gives i, f, o, g: the last two blocks are still in the wrong places.",
        "Write down the four letters after your exchange, beside i, f, g, o.",
    ),
    "bias_pairs": (
        w_bias_pairs,
        "B is read as pairs, a bias beside W and one beside R for each gate in turn, instead of four of W and then four of R.",
        "Which are the first four of the eight blocks of B?",
    ),
    "biases_added": (
        w_biases_added,
        "The two biases are added up into b_ih, and b_hh is zeros.",
        "Read the last sentence on b_ih and b_hh again: what is to be added up?",
    ),
    "biases_stay": (
        w_biases_stay,
        "W and R are reordered, but the biases keep ONNX's order.",
        "The example by hand is on biases: try it on yours.",
    ),
    "transposed_too": (
        w_transposed_too,
        "W and R are transposed as well, though in both notations a row belongs to a unit.",
        "What belongs to a row in ONNX, and what in the course? Compare the shapes in the docstring.",
    ),
    "every_fourth_row": (
        w_every_fourth_row,
        "A gate is taken to own every fourth row, instead of H rows that stand together.",
        "With H = 2, which row numbers does the first block have?",
    ),
    "swapped_on_views": (
        w_swapped_on_views,
        "The blocks are moved within the arguments themselves, through views that are overwritten before they are read.",
        "After M[H:2*H] = f, what does the name o still show? And what has become of W after the call?",
    ),
    "forget_bias_one": (
        w_forget_bias_one,
        "1 is added to the bias of the forget gate, as Keras does when it initialises; here weights are only moved.",
        "Which number of the file has changed in your result? Is this a start or a trained network?",
    ),
    "buffers_of_float64": (
        w_buffers_of_float64,
        "The new arrays are made by np.zeros without a dtype: float32 becomes float64.",
        "Pass float32 arrays. Which dtype comes back, and where does it arise?",
    ),
}
