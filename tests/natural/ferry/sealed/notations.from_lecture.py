"""notations.from_lecture"""
import numpy as np


# right

def r_einsum_arrows(U, W, V, b, c):
    W_ih = np.einsum("fh->hf", U).copy()
    W_hh = np.einsum("ij->ji", W).copy()
    W_ho = np.einsum("hk->kh", V).copy()
    return W_ih, W_hh, b + 0, b - b, W_ho, c + 0


def r_list_of_columns(U, W, V, b, c):
    H = len(b)
    K = len(c)
    W_ih = [U[:, j] for j in range(H)]
    W_hh = [W[:, j] for j in range(H)]
    W_ho = [V[:, k] for k in range(K)]
    b_hh = [0] * H
    return (np.array(W_ih), np.array(W_hh), np.array(b), np.array(b_hh, dtype=b.dtype),
            np.array(W_ho), np.array(c))


def r_asked_with_unit_vectors(U, W, V, b, c):
    # feed e_1, e_2, ... as rows and see what each unit hears
    def heard(M):
        answers = []
        for e in np.eye(M.shape[0], dtype=M.dtype):
            answers.append(e @ M)
        return np.stack(answers, axis=1)

    out = {"W_ih": heard(U), "W_hh": heard(W), "b_ih": b.copy(), "b_hh": np.full_like(b, 0),
           "W_ho": heard(V), "b_ho": c.copy()}
    return tuple(out.values())


# wrong

def w_only_hidden_turned(U, W, V, b, c):
    return U.T.copy(), W.T.copy(), b.copy(), np.zeros_like(b), V.copy(), c.copy()


def w_half_each(U, W, V, b, c):
    b_ih = b / 2
    b_hh = b / 2
    return U.T.copy(), W.T.copy(), b_ih, b_hh, V.T.copy(), c.copy()


def w_c_is_the_second_bias(U, W, V, b, c):
    # two biases in the lecture, b and c, two in the course
    return U.T.copy(), W.T.copy(), b.copy(), c.copy(), V.T.copy(), np.zeros_like(c)


def w_inverse_on_the_other_side(U, W, V, b, c):
    W_hh = np.linalg.inv(W)
    W_ih = np.linalg.pinv(U)
    W_ho = np.linalg.pinv(V)
    return W_ih, W_hh, b.copy(), np.zeros_like(b), W_ho, c.copy()


def w_rot90(U, W, V, b, c):
    return np.rot90(U).copy(), np.rot90(W).copy(), b.copy(), np.zeros_like(b), np.rot90(V).copy(), c.copy()


def w_state_dict(U, W, V, b, c):
    return {
        "rnn.weight_ih_l0": U.T.copy(),
        "rnn.weight_hh_l0": W.T.copy(),
        "rnn.bias_ih_l0": b.copy(),
        "rnn.bias_hh_l0": np.zeros_like(b),
        "fc.weight": V.T.copy(),
        "fc.bias": c.copy(),
    }


def w_columns_for_biases(U, W, V, b, c):
    # W_ih x_t + b_ih: everything is a column in the course
    b_ih = b[:, np.newaxis].copy()
    b_hh = np.zeros_like(b_ih)
    return U.T.copy(), W.T.copy(), b_ih, b_hh, V.T.copy(), c[:, np.newaxis].copy()


def w_torch_is_float32(U, W, V, b, c):
    f = np.float32
    return (U.T.astype(f), W.T.astype(f), b.astype(f), np.zeros(len(b), f), V.T.astype(f), c.astype(f))


def w_turned_in_its_place(U, W, V, b, c):
    H = W.shape[0]
    for i in range(H):
        for j in range(H):
            W[i, j] = W[j, i]
    return U.T.copy(), W.copy(), b.copy(), np.zeros_like(b), V.T.copy(), c.copy()


def w_turned_where_it_does_not_fit(U, W, V, b, c):
    H, K, F = b.size, c.size, U.shape[0]

    def fit(M, shape):
        return M.copy() if M.shape == shape else M.T.copy()

    return fit(U, (H, F)), fit(W, (H, H)), b.copy(), np.zeros_like(b), fit(V, (K, H)), c.copy()


def w_print_it(U, W, V, b, c):
    print("W_ih =", U.T)
    print("W_hh =", W.T)
    print("b_ih =", b, "b_hh =", np.zeros_like(b))
    print("W_ho =", V.T, "b_ho =", c)


def w_zeros_like_c(U, W, V, b, c):
    W_ih, W_hh, W_ho = U.T.copy(), W.T.copy(), V.T.copy()
    b_hh = np.zeros_like(c)
    return W_ih, W_hh, b.copy(), b_hh, W_ho, c.copy()


RIGHT = {
    "einsum_arrows": r_einsum_arrows,
    "list_of_columns": r_list_of_columns,
    "asked_with_unit_vectors": r_asked_with_unit_vectors,
}
WRONG = {
    "only_hidden_turned": (
        w_only_hidden_turned,
        "V is not transposed: W_ho comes back as (H, K).",
        "What shape has W_ho in the docstring? The output layer is written the course's way too.",
    ),
    "half_each": (
        w_half_each,
        "b is shared out, half into each bias; the network is the same, but the task wants all of it in b_ih.",
        "The network does the same. But how much of b does the task put into b_ih?",
    ),
    "c_is_the_second_bias": (
        w_c_is_the_second_bias,
        "The lecture's c is taken for the second bias before tanh, and the output has none.",
        "In which of the lecture's two formulas does c stand: in that of h, or in that of the output?",
    ),
    "inverse_on_the_other_side": (
        w_inverse_on_the_other_side,
        "The matrices are inverted in order to stand on the other side of the vector, instead of transposed.",
        "Take h W for a row h, and write the same numbers as a column. Which rule gives a product its other sequence?",
    ),
    "rot90": (
        w_rot90,
        "The matrices are rotated by a quarter turn instead of transposed: the units come in reversed sequence.",
        "Where does the entry in row 0, column 1 go in a transpose, and where in your result?",
    ),
    "state_dict": (
        w_state_dict,
        "A dictionary with torch's names comes back instead of the six arrays.",
        "What type does the caller need for W_ih, W_hh, ... = from_lecture(...)?",
    ),
    "columns_for_biases": (
        w_columns_for_biases,
        "The biases are columns (H, 1) and (K, 1) instead of vectors.",
        "What shape do the biases have in the docstring?",
    ),
    "torch_is_float32": (
        w_torch_is_float32,
        "All arrays are cast to float32, torch's default, whatever came in.",
        "Pass float64 arrays. Which dtype do you return?",
    ),
    "turned_in_its_place": (
        w_turned_in_its_place,
        "W is transposed in its own memory, entry by entry: overwritten numbers are read again, and the argument is changed.",
        "When your loop comes to (1, 0), what stands in W[0, 1]? And what is W after the call?",
    ),
    "turned_where_it_does_not_fit": (
        w_turned_where_it_does_not_fit,
        "A matrix is transposed only if its shape does not fit: square ones never are.",
        "What does your function do with a square matrix? Does its meaning follow from its shape?",
    ),
    "print_it": (
        w_print_it,
        "The arrays are printed; the function returns None.",
        "What does your function hand back to the one that calls it?",
    ),
    "zeros_like_c": (
        w_zeros_like_c,
        "b_hh has as many zeros as there are outputs, K instead of H.",
        "Does b_hh belong to the hidden units or to the outputs? Compare its length with that of b_ih.",
    ),
}
