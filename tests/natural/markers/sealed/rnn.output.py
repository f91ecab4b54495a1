"""As teaching assistants who have marked hundreds of these: a softmax too many, a step too few."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)


def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = [], h0
    for x_t in x:
        h_t = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
        h.append(h_t)
    return np.stack(h)


@right("step_by_step")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    o = np.empty((x.shape[0], x.shape[1], len(b_ho)), dtype=x.dtype)
    h = h0
    for t in range(len(x)):
        h = cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        o[t] = (W_ho @ h.T + b_ho[:, None]).T
    return o


@wrong(
    "softmax_anyway",
    "Ends with a softmax, because a network's output is always probabilities.",
    "Your rows add up to 1. The task asks for the scores; read its last sentence again on what is not to be done yet.",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    o = forward(x, h0, W_ih, W_hh, b_ih, b_hh) @ W_ho.T + b_ho
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@wrong(
    "last_step_only",
    "Gives the output of the last state only, as in a network that classifies a whole sequence.",
    "You return (B, K) where (T, B, K) is wanted. At how many steps does this network say something?",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    return h[-1] @ W_ho.T + b_ho


@wrong(
    "speaks_before_it_reads",
    "Computes o_t from the state before x_t was read, because the output line stands above the update in the loop.",
    "Change the last input: none of your outputs changes. From which state does o_t come, the one before or the one after reading x_t?",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h_t = h0
    o = []
    for x_t in x:
        o.append(h_t @ W_ho.T + b_ho)
        h_t = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
    return np.stack(o)


@wrong(
    "tanh_on_the_scores",
    "Treats the output layer as one more cell and puts a tanh around it.",
    "All of your scores lie between -1 and 1. Compare the equation of o with that of h: what is around the one and not around the other?",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    return np.tanh(np.matmul(h, W_ho.T) + b_ho)
