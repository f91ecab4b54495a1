"""notations.from_onnx"""
import numpy as np


# right

def r_reshape_gates(W, R, B):
    H = R.shape[-1]
    order = [0, 2, 3, 1]
    W_ih = W.reshape(4, H, -1)[order].reshape(4 * H, -1)
    W_hh = R.reshape(4, H, H)[order].reshape(4 * H, H)
    b_ih, b_hh = B.reshape(2, 4, H)[:, order].reshape(2, 4 * H)
    return W_ih, W_hh, b_ih, b_hh


def r_named_gates(W, R, B):
    H = W.shape[1] // 4

    def named(M):
        return {name: M[k * H:(k + 1) * H] for k, name in enumerate(["i", "o", "f", "c"])}

    def torch_order(M):
        gates = named(M)
        return np.concatenate((gates["i"], gates["f"], gates["c"], gates["o"]), axis=0)

    bias = B[0]
    return torch_order(W[0]), torch_order(R[0]), torch_order(bias[:4 * H]), torch_order(bias[4 * H:])


def r_permutation_matrix(W, R, B):
    P = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0]], dtype=W.dtype)
    H = R.shape[-1]
    big = np.kron(P, np.eye(H, dtype=W.dtype))
    return big @ W[0], big @ R[0], big @ B[0, :4 * H], big @ B[0, 4 * H:]


# wrong

_O = (0, 2, 3, 1)


def _blocks(M, H, order=_O):
    return np.concatenate([M[k * H:(k + 1) * H] for k in order])


def w_state_blocks_stay(W, R, B):
    H = R.shape[-1]
    return _blocks(W[0], H), R[0].copy(), _blocks(B[0, :4 * H], H), _blocks(B[0, 4 * H:], H)


def w_block_as_high_as_inputs(W, R, B):
    # H from the last axis
    H = W.shape[2]
    return _blocks(W[0], H), _blocks(R[0], H), _blocks(B[0, :4 * H], H), _blocks(B[0, 4 * H:], H)


def w_ifo_unpacked(W, R, B):
    H = R.shape[-1]

    def move(M):
        i, f, o, c = np.split(M, 4)
        return np.concatenate([i, f, c, o])
    return move(W[0]), move(R[0]), move(B[0][:4 * H]), move(B[0][4 * H:])


def w_fourth_entry(W, R, B):
    H = R.shape[-1]
    bW, bR = B[0][:4], B[0][4:]
    return _blocks(W[0], H), _blocks(R[0], H), _blocks(bW, H), _blocks(bR, H)


def w_halves_swapped(W, R, B):
    H = R.shape[-1]
    b_hh, b_ih = _blocks(B[0, :4 * H], H), _blocks(B[0, 4 * H:], H)
    return _blocks(W[0], H), _blocks(R[0], H), b_ih, b_hh


def w_all_of_length_one_squeezed(W, R, B):
    H = R.shape[-1]
    W, R, B = W.squeeze(), R.squeeze(), B.squeeze()
    return _blocks(W, H), _blocks(R, H), _blocks(B[:4 * H], H), _blocks(B[4 * H:], H)


def w_moved_inside_the_file(W, R, B):
    H = R.shape[-1]
    W_ih, W_hh = W[0], R[0]
    b_ih, b_hh = B[0, :4 * H], B[0, 4 * H:]
    for M in (W_ih, W_hh, b_ih, b_hh):
        old = M.copy()
        for new, k in enumerate(_O):
            M[new * H:(new + 1) * H] = old[k * H:(k + 1) * H]
    return W_ih, W_hh, b_ih, b_hh


def w_copy_paste_w(W, R, B):
    H = R.shape[-1]
    W_ih = np.vstack([W[0, :H], W[0, 2 * H:3 * H], W[0, 3 * H:], W[0, H:2 * H]])
    W_hh = np.vstack([W[0, :H], W[0, 2 * H:3 * H], W[0, 3 * H:], W[0, H:2 * H]])
    b = B[0]
    b_ih = np.hstack([b[:H], b[2 * H:3 * H], b[3 * H:4 * H], b[H:2 * H]])
    b_hh = np.hstack([b[4 * H:5 * H], b[6 * H:7 * H], b[7 * H:], b[5 * H:6 * H]])
    return W_ih, W_hh, b_ih, b_hh


def w_second_bias_unordered(W, R, B):
    H = R.shape[-1]
    b = B.reshape(8, H)
    b_ih = b[[0, 2, 3, 1]].ravel()
    b_hh = b[[4, 5, 6, 7]].ravel()
    return _blocks(W[0], H), _blocks(R[0], H), b_ih, b_hh


def w_last_row_of_block_lost(W, R, B):
    H = R.shape[-1]

    def gate(M, k):
        return M[k * H:(k + 1) * H - 1]

    def move(M):
        return np.concatenate([gate(M, k) for k in _O])
    return move(W[0]), move(R[0]), move(B[0, :4 * H]), move(B[0, 4 * H:])


def w_one_kernel(W, R, B):
    H = R.shape[-1]
    kernel = np.hstack([_blocks(W[0], H), _blocks(R[0], H)])
    b = np.vstack([_blocks(B[0, :4 * H], H), _blocks(B[0, 4 * H:], H)])
    return kernel, b


def w_b_of_the_input_twice(W, R, B):
    H = R.shape[-1]
    b = _blocks(B[0], H)
    return _blocks(W[0], H), _blocks(R[0], H), b, b.copy()


RIGHT = {
    "reshape_gates": r_reshape_gates,
    "named_gates": r_named_gates,
    "permutation_matrix": r_permutation_matrix,
}
WRONG = {
    "state_blocks_stay": (
        w_state_blocks_stay,
        "The blocks of R are not reordered, only those of W and of the biases.",
        "Which of the three arrays has blocks i, o, f, c? Which have you moved?",
    ),
    "block_as_high_as_inputs": (
        w_block_as_high_as_inputs,
        "The height of a block is taken from the last axis of W, which is F, not H.",
        "Which axis of which array has length H? Try F = 3 and H = 2.",
    ),
    "ifo_unpacked": (
        w_ifo_unpacked,
        "The four blocks are unpacked as i, f, o, c, from habit, though ONNX has i, o, f, c.",
        "Compare the names on the left of your split with the task's sequence of ONNX's blocks.",
    ),
    "fourth_entry": (
        w_fourth_entry,
        "B is cut after four numbers instead of after four blocks of H numbers.",
        "How many numbers are four blocks, when H is 2?",
    ),
    "halves_swapped": (
        w_halves_swapped,
        "The biases beside W become b_hh and those beside R b_ih.",
        "Which half of B stands beside W, and which of your two names does it get?",
    ),
    "all_of_length_one_squeezed": (
        w_all_of_length_one_squeezed,
        "squeeze removes every axis of length 1, so with one input or one unit W_ih or W_hh loses an axis.",
        "What shape has W.squeeze() when F is 1?",
    ),
    "moved_inside_the_file": (
        w_moved_inside_the_file,
        "The values are right, but they are written into the arguments, and views of them are returned.",
        "Call your function twice with the same arrays. Is the second answer the same?",
    ),
    "copy_paste_w": (
        w_copy_paste_w,
        "W_hh is made of W too: the line was copied and W not changed into R.",
        "Where does R appear in your function, but for its shape?",
    ),
    "second_bias_unordered": (
        w_second_bias_unordered,
        "The blocks beside R keep ONNX's order in b_hh, those beside W do not.",
        "Your numbers 0, 2, 3, 1 reorder the first four blocks. What do 4, 5, 6, 7 do to the other four?",
    ),
    "last_row_of_block_lost": (
        w_last_row_of_block_lost,
        "Each slice ends one row too early, as if the end of a slice were included.",
        "How many rows does M[0:H - 1] have?",
    ),
    "one_kernel": (
        w_one_kernel,
        "Both matrices come in one array, and both biases in another: two arrays instead of four.",
        "How many arrays does the docstring name? The course keeps input and state apart.",
    ),
    "b_of_the_input_twice": (
        w_b_of_the_input_twice,
        "b_hh is a copy of b_ih; the second half of B is never read.",
        "Change the last number of B. Does anything in your answer change?",
    ),
}
