"""As students at two in the morning: the output layer, with half of the exercise before pasted in."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def _forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = [], h0
    for x_t in x:
        h_t = np.tanh(x_t @ W_ih.T + b_ih + h_t @ W_hh.T + b_hh)
        h.append(h_t)
    return np.stack(h)


@right("loop_pasted_again")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    o = []
    h = h0
    for t in range(len(x)):
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        o_t = h.dot(W_ho.T)
        # o_t = softmax(o_t)  no softmax yet
        o.append(o_t + b_ho)
    o = np.stack(o, axis=0)
    return o


@wrong(
    "output_before_update",
    "The output line stands above the line that updates the state, so step t answers from the state before it and h0 gives the first output.",
    "Does your first output depend on x[0]? Read the two lines in your loop in the order in which they are run.",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    o, h_t = [], h0
    for x_t in x:
        o.append(h_t @ W_ho.T + b_ho)
        h_t = np.tanh(x_t @ W_ih.T + b_ih + h_t @ W_hh.T + b_hh)
    return np.stack(o)


@wrong(
    "bias_added_twice",
    "b_ho was forgotten, then added in two places, in the loop and once more in the return line.",
    "Set W_ho to zero: what should come out then, and what does come out of yours?",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = _forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    o = np.zeros((h.shape[0], h.shape[1], len(b_ho)), dtype=h.dtype)
    for t in range(len(h)):
        o[t] = h[t] @ W_ho.T + b_ho
    return o + b_ho  # forgot the bias


@wrong(
    "renamed_in_one_place",
    "The states were renamed from hs to h_all and the return line still says hs; in the student's notebook an old hs was lying about, in a fresh one it is a NameError.",
    "Restart the kernel and run all cells. Which name in your return line is not made in your function?",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h_all = _forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    return hs @ W_ho.T + b_ho


@wrong(
    "only_last_step",
    "The loop variable h_t is used after the loop, so only the last step gets scores and the result is (B, K).",
    "The task asks for scores at every step. What does your variable hold once the loop is over, and what happened to the states before it?",
)
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = _forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    for h_t in h:
        o = h_t @ W_ho.T + b_ho
    return o
