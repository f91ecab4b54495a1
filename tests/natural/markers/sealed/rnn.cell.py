"""As teaching assistants who have marked hundreds of these: brackets, a square matrix, and the neighbour that is already new."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("stacked")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    # one big matrix instead of two
    xh = np.hstack([x_t, h_prev])
    W = np.hstack([W_ih, W_hh])
    return np.tanh(xh.dot(W.T) + (b_ih + b_hh))


@wrong(
    "tanh_closed_early",
    "The bracket of tanh closes after the input part, so the recurrent part is added outside of tanh.",
    "Your states can be larger than 1, which a tanh never returns. Look where its bracket closes.",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih) + h_prev @ W_hh.T + b_hh


@wrong(
    "square_not_transposed",
    "W_ih got its .T because NumPy complained, W_hh is square, so nobody complained and it stayed without.",
    "Set W_hh to zero and all is right, so the fault is in the recurrent product. Which index of W_hh is the unit that receives?",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = np.dot(x_t, W_ih.T) + b_ih + np.dot(h_prev, W_hh) + b_hh
    return np.tanh(z)


@wrong(
    "sigmoid",
    "Uses the logistic function as the activation, as in the neural network of an earlier lecture.",
    "None of your states is ever negative. Which function does the equation name?",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z_t = x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh
    return 1 / (1 + np.exp(-z_t))


@wrong(
    "unit_by_unit",
    "Overwrites the state unit by unit, so later units read the new values of earlier ones instead of h_prev.",
    "Your first unit is right, the others are not. At the moment you compute unit 1, what does your h hold for unit 0?",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    h = h_prev.copy()
    for i in range(h.shape[1]):
        h[:, i] = np.tanh(x_t @ W_ih[i] + b_ih[i] + h @ W_hh[i] + b_hh[i])
    return h
