"""As students at two in the morning: one step of the network, between the third coffee and the deadline."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("left_overs_but_right")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    # z = W_ih @ x_t   <- shapes!!
    z = (W_ih @ x_t.T).T
    z = z + b_ih
    # z = z + W_hh @ h_prev
    z2 = (W_hh @ h_prev.T).T
    z2 = z2 + b_hh
    h = z + z2
    h_t = np.tanh(h)
    # print(h_t.shape, h.shape)
    return h_t


@wrong(
    "same_bias_twice",
    "The line of x was copied for h and its b_ih was not renamed, so b_ih is added twice and b_hh never.",
    "Go through your arguments one by one and tick where each is used. Which of the six never occurs in your function?",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    from_x = x_t @ W_ih.T + b_ih
    from_h = h_prev @ W_hh.T + b_ih
    return np.tanh(from_x + from_h)


@wrong(
    "second_line_overwrites",
    "The second line says z = where z += was meant, so what x contributes is thrown away.",
    "What is in z after the first line, and what is left of that after the second? Try two different x_t: does the result change?",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = x_t @ W_ih.T + b_ih
    z = h_prev @ W_hh.T + b_hh
    return np.tanh(z)


@wrong(
    "transpose_fixed_in_one_place",
    "The .T was added to W_ih after an error, but not to W_hh, which is square and gives no error without it.",
    "A square matrix never complains about its orientation. In h_{t-1} → z_t, should unit i collect with row i or with column i of W_hh, and which does your code do?",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    # ValueError: matmul mismatch -> .T
    z_t = x_t @ W_ih.T + b_ih + h_prev @ W_hh + b_hh
    return np.tanh(z_t)


@wrong(
    "debug_zero_state",
    "To test the part of x alone the state was set to zero, and the line was never taken out.",
    "Your result does not change when h_prev does. Look for a line that you put in for a test only.",
)
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    h_prev = np.zeros_like(h_prev)  # TODO remove, only testing x
    z_t = x_t @ W_ih.T + b_ih
    z_t += h_prev @ W_hh.T + b_hh
    return np.tanh(z_t)
