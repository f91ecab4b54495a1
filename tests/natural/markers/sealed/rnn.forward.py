"""As teaching assistants who have marked hundreds of these: where does it start, and which array did I keep?"""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)


@right("padded")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = h0.shape[1]
    hs = np.zeros((T + 1, B, H), dtype=h0.dtype)
    hs[0] = h0
    for t in range(1, T + 1):
        hs[t] = cell(x[t - 1], hs[t - 1], W_ih, W_hh, b_ih, b_hh)
    return hs[1:].copy()


@wrong(
    "kept_before_the_step",
    "Appends the state before it is updated, so h0 comes first and the last state is missing.",
    "Your list has the right length, but look at its first entry: has it read any input? Compare the order of two lines in your loop.",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    states = []
    h = h0
    for t in range(x.shape[0]):
        states.append(h)
        h = cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
    return np.array(states)


@wrong(
    "h_minus_one_is_zero",
    "Uses h[t-1] at t = 0 too, which is the last row of an array of zeros, so h0 is never used.",
    "Change h0 and nothing in your result changes. Which row of h does your loop read at t = 0?",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = np.zeros((x.shape[0],) + h0.shape, dtype=x.dtype)
    for t in range(x.shape[0]):
        h[t] = cell(x[t], h[t - 1], W_ih, W_hh, b_ih, b_hh)
    return h


@wrong(
    "same_array_appended",
    "Writes each state into the array h0 itself and appends that one array T times, so all steps show the last state and h0 is overwritten.",
    "All T states you return are the same, and h0 has changed. Does your list hold T arrays, or one array T times?",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h_t = h0
    out = []
    for x_t in x:
        h_t[:] = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
        out.append(h_t)
    return np.array(out)


@wrong(
    "h0_in_the_list",
    "Starts the list with h0 and returns it with the others, T + 1 states instead of T.",
    "You return one state more than there are steps. Which of yours is not the state after reading an input?",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = [h0]
    for t in range(len(x)):
        h.append(cell(x[t], h[-1], W_ih, W_hh, b_ih, b_hh))
    return np.array(h)
