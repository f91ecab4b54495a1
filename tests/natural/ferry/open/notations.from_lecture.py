"""notations.from_lecture"""
import numpy as np


# right

def r_copy_of_transposes(U, W, V, b, c):
    # rows of the course = columns of the lecture
    return U.T.copy(), W.T.copy(), b.copy(), np.zeros_like(b), V.T.copy(), c.copy()


def r_plain_loops(U, W, V, b, c):
    F, H = U.shape
    K = V.shape[1]
    W_ih = np.zeros((H, F), dtype=U.dtype)
    W_hh = np.zeros((H, H), dtype=W.dtype)
    W_ho = np.zeros((K, H), dtype=V.dtype)
    for j in range(H):
        for i in range(F):
            W_ih[j, i] = U[i, j]
        for i in range(H):
            W_hh[j, i] = W[i, j]
    for k in range(K):
        for j in range(H):
            W_ho[k, j] = V[j, k]
    b_ih = np.array(b)
    b_hh = np.zeros(H, dtype=b.dtype)
    b_ho = np.array(c)
    return W_ih, W_hh, b_ih, b_hh, W_ho, b_ho


def r_zipped_columns(U, W, V, b, c):
    def turn(M):
        return np.array([list(col) for col in zip(*M.tolist())], dtype=M.dtype)
    return turn(U), turn(W), 1 * b, 0 * b, turn(V), 1 * c


# wrong

def w_nothing_turned(U, W, V, b, c):
    W_ih = U.copy()
    W_hh = W.copy()
    W_ho = V.copy()
    return W_ih, W_hh, b.copy(), np.zeros_like(b), W_ho, c.copy()


def w_square_left_alone(U, W, V, b, c):
    # W is (H, H) in both, nothing to do
    return U.T.copy(), W.copy(), b.copy(), np.zeros_like(b), V.T.copy(), c.copy()


def w_reshaped(U, W, V, b, c):
    F, H = U.shape
    K = V.shape[-1]
    return (U.reshape(H, F).copy(), W.reshape(H, H).copy(), b.copy(), np.zeros_like(b),
            V.reshape(K, H).copy(), c.copy())


def w_b_in_both(U, W, V, b, c):
    b_ih = b.copy()
    b_hh = b.copy()
    return U.T.copy(), W.T.copy(), b_ih, b_hh, V.T.copy(), c.copy()


def w_b_beside_the_state(U, W, V, b, c):
    # the lecture writes b right behind ... and the state is the recurrent part
    b_hh = b.copy()
    b_ih = np.zeros_like(b)
    return U.T.copy(), W.T.copy(), b_ih, b_hh, V.T.copy(), c.copy()


def w_u_is_the_state(U, W, V, b, c):
    # h = g(U h + W x), V for the output
    W_hh = U.T.copy()
    W_ih = W.T.copy()
    return W_ih, W_hh, b.copy(), np.zeros_like(b), V.T.copy(), c.copy()


def w_biases_beside_their_matrices(U, W, V, b, c):
    W_ih, W_hh, W_ho = [np.array(M.T) for M in (U, W, V)]
    return W_ih, b.copy(), W_hh, np.zeros(len(b), b.dtype), W_ho, c.copy()


def w_zeros_of_numpy(U, W, V, b, c):
    H = W.shape[0]
    return U.T.copy(), W.T.copy(), b.copy(), np.zeros(H), V.T.copy(), c.copy()


def w_one_array_two_names(U, W, V, b, c):
    b_ih = b_hh = b
    b_hh[:] = 0
    return U.T.copy(), W.T.copy(), b_ih, b_hh, V.T.copy(), c.copy()


def w_cat_as_in_tutorial(U, W, V, b, c):
    # i2h = nn.Linear(input_size + hidden_size, hidden_size)
    i2h = np.concatenate([U, W]).T
    h2o = V.T
    return i2h, b.copy(), h2o, c.copy()


def w_five_only(U, W, V, b, c):
    # b_hh is zero anyway
    return U.T.copy(), W.T.copy(), b.copy(), V.T.copy(), c.copy()


def w_rolled_for_the_step_before(U, W, V, b, c):
    # x_t = y_{t-1}, so the input is one step late
    W_ih = np.roll(U.T, 1, axis=1)
    return W_ih, W.T.copy(), b.copy(), np.zeros_like(b), V.T.copy(), c.copy()


RIGHT = {
    "copy_of_transposes": r_copy_of_transposes,
    "plain_loops": r_plain_loops,
    "zipped_columns": r_zipped_columns,
}
WRONG = {
    "nothing_turned": (
        w_nothing_turned,
        "The matrices are handed on as the lecture has them: nothing is transposed.",
        "What shape must W_ih have, and what shape does U have? What does a row of W_ih belong to?",
    ),
    "square_left_alone": (
        w_square_left_alone,
        "W is not transposed, because its shape is the same either way.",
        "Put the lecture's W of the example by hand into your function. What does unit 2 hear in your row 2?",
    ),
    "reshaped": (
        w_reshaped,
        "reshape instead of transposing: the shapes are right, the numbers stand in other places.",
        "Compare U.reshape(3, 2) with U for U = [[1, 2, 3], [4, 5, 6]]. Are its rows the columns of U?",
    ),
    "b_in_both": (
        w_b_in_both,
        "The lecture's b is put into both biases, so it counts twice before tanh.",
        "Add up what stands before tanh in the course: how often is b in it?",
    ),
    "b_beside_the_state": (
        w_b_beside_the_state,
        "b goes into b_hh, and b_ih is zeros: the wrong way round.",
        "Which of the two biases does the task give to b, and which one is zeros?",
    ),
    "u_is_the_state": (
        w_u_is_the_state,
        "U is read as the matrix of the state and W as that of the input, as in another book.",
        "In this lecture's formula, which matrix stands beside h and which beside y?",
    ),
    "biases_beside_their_matrices": (
        w_biases_beside_their_matrices,
        "The six arrays come in another sequence: each bias right behind its matrix.",
        "In which sequence does the docstring name the six arrays?",
    ),
    "zeros_of_numpy": (
        w_zeros_of_numpy,
        "b_hh is np.zeros(H), which is float64, also where float32 came in.",
        "Which dtype does np.zeros have if you say nothing?",
    ),
    "one_array_two_names": (
        w_one_array_two_names,
        "b_ih and b_hh are names of the argument b itself; setting zeros wipes all three.",
        "After b_ih = b_hh = b, how many arrays are there? Print b after your function.",
    ),
    "cat_as_in_tutorial": (
        w_cat_as_in_tutorial,
        "One joint matrix for input and state, as in torch's tutorial, where separate ones are asked; four arrays instead of six.",
        "The course keeps what meets the input and what meets the state apart. How many arrays shall come back?",
    ),
    "five_only": (
        w_five_only,
        "b_hh is left out because it is zero: five arrays come back.",
        "Count the arrays in the docstring. Is an array of zeros one of them?",
    ),
    "rolled_for_the_step_before": (
        w_rolled_for_the_step_before,
        "The columns of W_ih are shifted by one, since the input is of the step before; time is no axis of a weight.",
        "What does the second axis of W_ih count: steps, or inputs?",
    ),
}
