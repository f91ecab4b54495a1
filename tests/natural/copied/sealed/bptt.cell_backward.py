"""As a student who copies a backward pass from cs231n, a gist or a course with column vectors: one step backwards."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("one_product_for_all_weights")
def f(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    F = x_t.shape[1]
    dz = dh_t - dh_t * h_t * h_t
    u = np.hstack([x_t, h_prev, np.ones_like(x_t[:, :1])])
    dtheta = dz.T @ u
    du = dz @ np.hstack([W_ih, W_hh])
    return dtheta[:, :F], dtheta[:, F:-1], dtheta[:, -1], du[:, :F], du[:, F:]


@right("columns_inside")
def f(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dh, x, h_1, h = dh_t.T, x_t.T, h_prev.T, h_t.T
    dz = (1 + h) * (1 - h) * dh
    dWxh = np.dot(dz, x.T)
    dWhh = np.dot(dz, h_1.T)
    dbh = np.sum(dz, axis=1)
    return dWxh, dWhh, dbh, np.dot(W_ih.T, dz).T, np.dot(W_hh.T, dz).T


@right("outer_products_by_example")
def f(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[:, 0])
    dx, dh_rec = np.zeros_like(x_t), np.zeros_like(h_prev)
    for b in range(len(h_t)):
        D = np.diag(1 - h_t[b] ** 2)
        dz = D @ dh_t[b]
        dW_ih += np.outer(dz, x_t[b])
        dW_hh += np.outer(dz, h_prev[b])
        db += dz
        dx[b], dh_rec[b] = W_ih.T @ dz, W_hh.T @ dz
    return dW_ih, dW_hh, db, dx, dh_rec


@wrong(
    "tanh_of_the_state",
    "Computes the slope as 1 - tanh(h)**2 although h_t is already the tanh.",
    "In tanh' z = 1 - tanh² z, what is z and what is tanh z? Which of the two did you get as an argument?",
)
def f(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - np.tanh(h_t) ** 2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh


@wrong(
    "slope_of_the_sigmoid",
    "Uses h (1 - h), the slope of the logistic sigmoid.",
    "What is the slope at h = 0, where tanh is steepest, and what does your line give?",
)
def f(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    delta = h_t * (1 - h_t) * dh_t
    return delta.T @ x_t, delta.T @ h_prev, delta.sum(axis=0), delta @ W_ih, delta @ W_hh


@wrong(
    "one_over_m",
    "Divides the gradients of the weights by the batch size, the 1/m of another course.",
    "Repeat every example of the batch twice. What should happen to a sum over the batch, and what happens with yours?",
)
def f(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    m = x_t.shape[0]
    dz = (1 - h_t**2) * dh_t
    dW_ih = 1 / m * np.dot(dz.T, x_t)
    dW_hh = 1 / m * np.dot(dz.T, h_prev)
    db = 1 / m * np.sum(dz, axis=0)
    return dW_ih, dW_hh, db, np.dot(dz, W_ih), np.dot(dz, W_hh)


@wrong(
    "transpose_kept_from_the_columns",
    "Keeps the transpose of the column formula at W_hh although the examples are rows; the matrix is square, so it runs.",
    "Your dx_t is right and dh_rec is not. Compare the two products, and go once more through what a transposed product is for rows.",
)
def f(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh.T


@wrong(
    "gradients_clipped",
    "Scales the gradients of the weights down to a norm of 1, the grad_clipping of the book that the code comes from.",
    "Double dh_t: every gradient must double. Which of yours do not, and which lines cause that?",
)
def f(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    grads = [dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0)]
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    if norm > 1:
        grads = [g / norm for g in grads]
    return (*grads, dz @ W_ih, dz @ W_hh)


@wrong(
    "order_of_cs231n",
    "Returns dx, dh_prev, dW_ih, dW_hh, db, the order of the code it was copied from.",
    "The five arrays are right. Read the docstring aloud while you look at your return statement.",
)
def f(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t * (1 - h_t * h_t)
    dx = dz.dot(W_ih)
    dprev_h = dz.dot(W_hh)
    dWx = dz.T.dot(x_t)
    dWh = dz.T.dot(h_prev)
    db = np.sum(dz, axis=0)
    return dx, dprev_h, dWx, dWh, db


@wrong(
    "dh_multiplied_in_place",
    "Multiplies dh_t by the slope in place, so the caller's gradient is changed.",
    "Call your function twice with the same arrays. Why does the second call give something else?",
)
def f(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t
    dz *= 1 - h_t**2
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh
