"""As teaching assistants who have marked hundreds of these: four lines of calculus, four places to slip."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("example_by_example")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dW_ih, dW_hh = np.zeros_like(W_ih), np.zeros_like(W_hh)
    db = np.zeros_like(W_hh[:, 0])
    dx_t, dh_rec = np.zeros_like(x_t), np.zeros_like(h_prev)
    for b in range(len(dh_t)):
        dz = (1 + h_t[b]) * (1 - h_t[b]) * dh_t[b]
        dW_ih += np.outer(dz, x_t[b])
        dW_hh += np.outer(dz, h_prev[b])
        db += dz
        dx_t[b] = W_ih.T @ dz
        dh_rec[b] = W_hh.T @ dz
    return dW_ih, dW_hh, db, dx_t, dh_rec


@wrong(
    "tanh_of_tanh",
    "Writes the derivative as 1 - tanh(h)**2, although h is the tanh already.",
    "All five are wrong, so the fault is in dz. tanh' z is 1 - tanh² z: which of z and tanh z is h_t?",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t * (1 - np.tanh(h_t) ** 2)
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh


@wrong(
    "forward_matrix_on_the_way_back",
    "Sends the gradient to the state before through W_hh.T, the matrix as it stands in the forward code; being square, it fits.",
    "Only dh_rec is wrong. On the way back the page has the transpose of what it had forwards; what is it then in code, where examples are rows?",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t * (1 - h_t**2)
    dW_ih = dz.T @ x_t
    dW_hh = dz.T @ h_prev
    db = dz.sum(axis=0)
    dx = dz @ W_ih
    dh_rec = dz @ W_hh.T
    return dW_ih, dW_hh, db, dx, dh_rec


@wrong(
    "db_of_each_example",
    "Copies db = dz from the page and does not sum over the batch, so db is (B, H).",
    "Your db has a row for each example, but there is one bias for all of them. What does the task say about the batch above the formulas?",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz_t = (1 - h_t * h_t) * dh_t
    dx_t = dz_t @ W_ih
    dh_rec = dz_t @ W_hh
    dW_ih = dz_t.T @ x_t
    dW_hh = dz_t.T @ h_prev
    db = dz_t
    return dW_ih, dW_hh, db, dx_t, dh_rec


@wrong(
    "order_of_the_page",
    "Returns the five arrays in the order in which the page derives them, dx and dh_rec first.",
    "All five arrays are in your answer, and right. Compare the order of your return with the last lines of the task.",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz_t = (1 - h_t**2) * dh_t
    dx_t = dz_t @ W_ih
    dh_rec = dz_t @ W_hh
    dW_ih = dz_t.T @ x_t
    dW_hh = dz_t.T @ h_prev
    db = np.sum(dz_t, axis=0)
    return dx_t, dh_rec, dW_ih, dW_hh, db
