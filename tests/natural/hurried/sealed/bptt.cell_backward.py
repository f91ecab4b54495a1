"""As students at two in the morning: five gradients of one step, typed from the page line by line."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("outer_products_summed")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dtanh = 1 - h_t * h_t
    dz = dh_t * dtanh
    dW_ih = np.zeros_like(W_ih)
    dW_hh = np.zeros_like(W_hh)
    db = np.zeros_like(W_hh[0])
    for i in range(len(dz)):  # over the batch
        dW_ih += np.outer(dz[i], x_t[i])
        dW_hh += np.outer(dz[i], h_prev[i])
        db += dz[i]
    dx = (W_ih.T @ dz.T).T
    dh = (W_hh.T @ dz.T).T
    # print(dx.shape, dh.shape)
    return dW_ih, dW_hh, db, dx, dh


@wrong(
    "slope_at_h_prev",
    "h_prev and h_t were mixed up: the slope of tanh is taken at the state before.",
    "tanh of this step gave h_t. At which of your two states is its slope, and which is in your first line?",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_prev**2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh


@wrong(
    "db_still_from_dh",
    "dz was put in everywhere later on, but the bias line still sums dh_t.",
    "Four of your five results are right. The bias stands inside tanh too: which gradient arrives there?",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    dW_ih = dz.T @ x_t
    dW_hh = dz.T @ h_prev
    db = dh_t.sum(axis=0)
    dx_t = dz @ W_ih
    dh_rec = dz @ W_hh
    return dW_ih, dW_hh, db, dx_t, dh_rec


@wrong(
    "transpose_left_in_dh_rec",
    "The .T of the forward line was taken away for W_ih, where the shapes complained, and left at W_hh, which is square.",
    "You changed one of the last two products after an error. The other raises none because its matrix is square: does the same reason hold for it?",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    dx_t = dz @ W_ih
    dh_rec = dz @ W_hh.T
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dx_t, dh_rec


@wrong(
    "last_two_exchanged",
    "All five are right, but dh_rec was computed before dx_t and is returned before it too.",
    "Print the shapes of what you return, one by one, and lay them beside the list in the task.",
)
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    dh_rec = dz @ W_hh
    dx_t = dz @ W_ih
    dW_ih = dz.T @ x_t
    dW_hh = dz.T @ h_prev
    db = np.sum(dz, axis=0)
    return dW_ih, dW_hh, db, dh_rec, dx_t
