"""As someone who programs well in MATLAB, R, Julia, C++ or JavaScript and writes NumPy for the first time: the output layer."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):  # exercise 1, done
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)


def forward(x, h0, W_ih, W_hh, b_ih, b_hh):  # exercise 2, done
    h, h_t = [], h0
    for x_t in x:
        h_t = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
        h.append(h_t)
    return np.stack(h)


@right("flatten_multiply_unflatten")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    T, B, H = h.shape
    long = h.reshape(T * B, H)
    return (long @ W_ho.T + b_ho).reshape(T, B, -1)


@right("columns_step_by_step")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    T, B = x.shape[:2]
    o = np.zeros((T, B, W_ho.shape[0]), dtype=x.dtype)
    h_t = h0.T
    for t in range(T):
        h_t = np.tanh(W_ih @ x[t].T + W_hh @ h_t + (b_ih + b_hh)[:, None])
        o[t] = (W_ho @ h_t + b_ho[:, None]).T
    return o


@right("contraction_then_axes")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    o = np.tensordot(W_ho, h, axes=(1, 2))  # (K, T, B)
    return np.moveaxis(o, 0, -1) + b_ho


@wrong(
    "softmax_in_the_layer",
    "Applies softmax, as an output layer of TensorFlow.js is usually declared with, although scores were asked for.",
    "Each of your rows has the sum 1. Does the formula contain anything that would do that?",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    o = forward(x, h0, W_ih, W_hh, b_ih, b_hh) @ W_ho.T + b_ho
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@wrong(
    "two_orders_mixed",
    "Flattens column by column (order F, as MATLAB does) and unflattens row by row: steps and examples are exchanged.",
    "The numbers are right but in other places. In which order does each of your two reshapes run through the array?",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    T, B, H = h.shape
    tall = h.reshape((T * B, H), order="F")
    return (tall @ W_ho.T + b_ho).reshape((T, B, W_ho.shape[0]))


@wrong(
    "only_the_final_state",
    "Applies the output layer to the last state only, as in classifying a sequence, and returns (B, K).",
    "How many answers does the network give here, one for each sequence or one for each step?",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    return h[-1] @ W_ho.T + b_ho


@wrong(
    "output_before_update",
    "In the loop the output is computed before the state is updated, so o[t] belongs to the state one step earlier.",
    "Look at the order of the two lines in your loop: has the network read x[t] when it speaks?",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    o = np.empty((x.shape[0], x.shape[1], W_ho.shape[0]), dtype=x.dtype)
    h_t = h0
    for t in range(x.shape[0]):
        o[t] = h_t @ W_ho.T + b_ho
        h_t = cell(x[t], h_t, W_ih, W_hh, b_ih, b_hh)
    return o


@wrong(
    "inclusive_range",
    "Writes range(T-1) for '0 to T-1' as if the end were included, as in R and Julia: the last step stays zero.",
    "Print list(range(3)). Which step is missing from your loop?",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    T, B, _ = h.shape
    o = np.zeros((T, B, len(b_ho)), dtype=h.dtype)
    for t in range(0, T - 1):
        o[t, :, :] = h[t, :, :] @ W_ho.T + b_ho
    return o


@wrong(
    "matrix_on_the_left",
    "Writes W_ho @ h as on the page, where the axes of the product do not match (unless B happens to be H).",
    "On the page a state is a column, in your array it is a row. Write the shapes of both factors side by side.",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    return W_ho @ h + b_ho


@wrong(
    "zeros_are_double",
    "Collects the outputs in np.zeros without a dtype, which is double as in MATLAB: float32 comes back as float64.",
    "The numbers are right. Call your function with float32 arrays and look at the dtype of what comes out.",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    o = np.zeros((h.shape[0], h.shape[1], W_ho.shape[0]))
    for b in range(h.shape[1]):
        o[:, b, :] = h[:, b, :] @ W_ho.T + b_ho
    return o
