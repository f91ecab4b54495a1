"""As someone who programs well in MATLAB, R, Julia, C++ or Excel and writes NumPy for the first time: one step of the network."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("columns_and_back")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    # as in MATLAB: every example a column, turned back at the end
    z = W_ih @ x_t.T + b_ih.reshape(-1, 1) + W_hh @ h_prev.T + b_hh.reshape(-1, 1)
    return np.tanh(z).T.copy()


@right("preallocated_loops")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    B, F = x_t.shape
    H = W_ih.shape[0]
    h_t = np.zeros((B, H), dtype=h_prev.dtype)
    for n in range(B):
        for i in range(H):
            z = b_ih[i] + b_hh[i]
            for j in range(F):
                z = z + W_ih[i, j] * x_t[n, j]
            for j in range(H):
                z = z + W_hh[i, j] * h_prev[n, j]
            h_t[n, i] = np.tanh(z)
    return h_t


@right("one_augmented_matrix")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    A = np.hstack([W_ih, W_hh, (b_ih + b_hh)[:, np.newaxis]])
    one = np.ones((x_t.shape[0], 1), dtype=x_t.dtype)
    return np.tanh(np.einsum("ij,bj->bi", A, np.hstack([x_t, h_prev, one])))


@wrong(
    "star_as_product",
    "In MATLAB * is the matrix product, in NumPy it multiplies element by element: the shapes do not fit.",
    "Which operator multiplies matrices in NumPy? The one that you use multiplies the numbers in equal places.",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = x_t * W_ih.T + b_ih + h_prev * W_hh.T + b_hh
    return np.tanh(z)


@wrong(
    "reshape_for_transpose",
    "W_ih.reshape(F, H) is used to exchange rows and columns, but it only cuts the same row of numbers in another way.",
    "Print a 2 × 3 matrix, its reshape(3, 2) and its transpose, and compare them.",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    H, F = W_ih.shape
    z = x_t @ W_ih.reshape(F, H) + b_ih + h_prev @ W_hh.T + b_hh
    return np.tanh(z)


@wrong(
    "left_as_columns",
    "Computes with examples as columns, as on paper, and returns (H, B) without turning it back.",
    "Look at the shape of what you return: in this course an example is a row.",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = W_ih @ x_t.T + b_ih[:, None] + W_hh @ h_prev.T + b_hh[:, None]
    return np.tanh(z)


@wrong(
    "square_matrix_not_turned",
    "Transposes W_ih because the shapes demand it, but not the square W_hh, where nothing complains.",
    "One of your two matrices is used the other way round; being square, it raises no error. Which row belongs to unit i?",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = np.matmul(x_t, W_ih.T) + b_ih + np.matmul(h_prev, W_hh) + b_hh
    return np.tanh(z)


@wrong(
    "accumulator_not_reset",
    "The buffer z is set to zero once before the loop over the examples, so each example also gets the sums of those before it.",
    "Your first row is right and the later ones are not: what does z hold when the second example starts?",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    h_t = np.zeros_like(h_prev)
    z = np.zeros_like(b_ih)
    for n in range(x_t.shape[0]):
        for i in range(W_ih.shape[0]):
            z[i] += np.dot(W_ih[i], x_t[n]) + b_ih[i] + np.dot(W_hh[i], h_prev[n]) + b_hh[i]
        h_t[n] = np.tanh(z)
    return h_t


@wrong(
    "recycled_down_the_columns",
    "Fills the biases into a (B, H) matrix column by column, as R's matrix() recycles, so units get each other's biases.",
    "Print your matrix of biases for two examples: every row should be the same. In which order is it filled?",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    B, H = h_prev.shape
    bias = np.resize(b_ih + b_hh, B * H).reshape((B, H), order="F")
    return np.tanh(x_t @ W_ih.T + h_prev @ W_hh.T + bias)


@wrong(
    "bias_changed_in_place",
    "z = b_ih makes no copy as in MATLAB or C++, so z += b_hh changes the caller's b_ih.",
    "The numbers are right once. Print b_ih before and after the call: what does = do with an array in Python?",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    b = b_ih
    b += b_hh
    return np.tanh(x_t @ W_ih.T + h_prev @ W_hh.T + b)
