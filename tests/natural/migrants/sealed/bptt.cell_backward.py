"""As someone who programs well in MATLAB, R, Julia, C++ or JavaScript and writes NumPy for the first time: one step backwards."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("columns_as_on_the_page")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    x, hp, h, dh = x_t.T, h_prev.T, h_t.T, dh_t.T
    dz = (1 - h * h) * dh
    return dz @ x.T, dz @ hp.T, dz.sum(axis=1), (W_ih.T @ dz).T, (W_hh.T @ dz).T


@right("outer_products_added_up")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[:, 0])
    dx_t, dh_rec = np.zeros_like(x_t), np.zeros_like(h_prev)
    for n in range(x_t.shape[0]):
        dz = (1 - h_t[n] ** 2) * dh_t[n]
        dW_ih += np.outer(dz, x_t[n])
        dW_hh += np.outer(dz, h_prev[n])
        db += dz
        dx_t[n] = W_ih.T.dot(dz)
        dh_rec[n] = W_hh.T.dot(dz)
    return dW_ih, dW_hh, db, dx_t, dh_rec


@right("factored_tanh_and_einsum")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t) * (1 + h_t) * dh_t
    dW_ih = np.einsum("bi,bj->ij", dz, x_t)
    dW_hh = np.einsum("bi,bj->ij", dz, h_prev)
    db = np.einsum("bi->i", dz)
    return dW_ih, dW_hh, db, np.einsum("bi,ij->bj", dz, W_ih), np.einsum("bi,ij->bj", dz, W_hh)


@wrong(
    "caret_as_power",
    "Writes h_t^2 as in MATLAB, R and Julia; in Python ^ is the exclusive or, which raises for floats.",
    "Read the error: which operation is not defined for floats? Look up how Python writes a power.",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t^2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh


@wrong(
    "np_matrix_keeps_two_axes",
    "Works with np.matrix to have * as the matrix product; its sum over the batch stays a 1 × H matrix.",
    "Your db has two axes. Which type has dz, and does that type ever have fewer than two?",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    h = np.asmatrix(h_t)
    dz = np.multiply(1 - np.multiply(h, h), dh_t)
    dW_ih = dz.T * x_t
    dW_hh = dz.T * h_prev
    db = dz.sum(axis=0)
    return dW_ih, dW_hh, db, dz * W_ih, dz * W_hh


@wrong(
    "transpose_copied_from_the_page",
    "Keeps the transpose of W_hh from the page although the examples are rows; square as it is, nothing complains.",
    "Your dx_t and your dh_rec treat their matrices differently. What does the page's W-transpose become when examples are rows?",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh.T


@wrong(
    "tanh_twice",
    "Puts h_t through tanh once more in the derivative, as if it were z_t.",
    "h_t is what came out of tanh. How does the derivative look in terms of that?",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t * (1 - np.tanh(h_t) ** 2)
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh


@wrong(
    "bias_summed_along_the_row",
    "Sums dz over axis 1, thinking of examples as columns: db has B numbers instead of H.",
    "How many biases are there, and how many numbers has your db? Which axis of dz is the batch?",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - np.square(h_t)) * dh_t
    dW_ih = np.dot(dz.T, x_t)
    dW_hh = np.dot(dz.T, h_prev)
    db = np.sum(dz, 1)
    return dW_ih, dW_hh, db, np.dot(dz, W_ih), np.dot(dz, W_hh)


@wrong(
    "only_the_last_example",
    "In the loop over the batch the weight gradients are assigned, not added, so that only the last example counts.",
    "With one example your answer is right, with more it is not. What happens to the first example's part in your loop?",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dx_t, dh_rec = np.empty_like(x_t), np.empty_like(h_prev)
    for n in range(len(x_t)):
        dz = (1 - h_t[n] ** 2) * dh_t[n]
        dW_ih = np.outer(dz, x_t[n])
        dW_hh = np.outer(dz, h_prev[n])
        db = dz
        dx_t[n] = dz @ W_ih
        dh_rec[n] = dz @ W_hh
    return dW_ih, dW_hh, db, dx_t, dh_rec


@wrong(
    "dh_scaled_in_place",
    "dh_t *= … changes the caller's array, which is not a private copy as in MATLAB or R.",
    "The numbers are right. Print dh_t before and after the call.",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dh_t *= 1 - h_t**2
    return dh_t.T @ x_t, dh_t.T @ h_prev, dh_t.sum(axis=0), dh_t @ W_ih, dh_t @ W_hh
