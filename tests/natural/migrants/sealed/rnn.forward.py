"""As someone who programs well in MATLAB, R, Julia, C++ or JavaScript and writes NumPy for the first time: along the sequence."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):  # exercise 1, done
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)


@right("slot_for_h0")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    # states counted from 1 as on the page, with h0 in slot 0
    T = x.shape[0]
    states = np.zeros((T + 1,) + h0.shape, dtype=h0.dtype)
    states[0] = h0
    for t in range(1, T + 1):
        states[t] = cell(x[t - 1], states[t - 1], W_ih, W_hh, b_ih, b_hh)
    return states[1:]


@right("time_last_as_in_matlab")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    X = np.transpose(x, (2, 1, 0))  # features, examples, time
    S = np.empty((W_hh.shape[0], x.shape[1], x.shape[0]), dtype=x.dtype)
    s = h0.T
    for t in range(X.shape[2]):
        s = np.tanh(W_ih @ X[:, :, t] + W_hh @ s + (b_ih + b_hh)[:, None])
        S[:, :, t] = s
    return np.ascontiguousarray(np.transpose(S, (2, 1, 0)))


@right("reduce_as_in_javascript")
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    from functools import reduce

    def push(states, x_t):
        return states + [cell(x_t, states[-1], W_ih, W_hh, b_ih, b_hh)]

    return np.array(reduce(push, x, [h0])[1:])


@wrong(
    "h0_in_the_first_place",
    "Counts from 1: puts h0 at h[0] and starts the loop at t = 1, so the first input is never read.",
    "Change x[0] and see what changes. What should h[0] be: the state before or after reading x[0]?",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    h = np.zeros((T, B, h0.shape[1]), dtype=x.dtype)
    h[0] = h0
    for t in range(1, T):
        h[t] = cell(x[t], h[t - 1], W_ih, W_hh, b_ih, b_hh)
    return h


@wrong(
    "same_buffer_every_step",
    "One state buffer is refilled in place and appended T times; the list holds T references to it, so all states equal the last.",
    "Compare h[0] and h[1] of your answer. Does append store the numbers, or the array that you go on writing into?",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    state = h0.copy()
    out = []
    for t in range(len(x)):
        state[:] = cell(x[t], state, W_ih, W_hh, b_ih, b_hh)
        out.append(state)
    return np.stack(out)


@wrong(
    "previous_wraps_round",
    "At t = 0 the index t-1 is -1, the last (still empty) state: no error, and h0 is never used.",
    "What is h[t - 1] when t is 0? And where in your function does h0 occur?",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, _ = x.shape
    h = np.zeros((T, B, W_hh.shape[0]), dtype=x.dtype)
    for t in range(T):
        h[t] = cell(x[t], h[t - 1], W_ih, W_hh, b_ih, b_hh)
    return h


@wrong(
    "vectorised_over_time",
    "Gets rid of the loop as one does in MATLAB, so that every step starts from h0 instead of the state before.",
    "Not every loop can be vectorised: which value does step 2 need that does not exist before step 1 is done?",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x @ W_ih.T + b_ih + h0 @ W_hh.T + b_hh)


@wrong(
    "integer_preallocation",
    "np.full(shape, 0) is an integer array, so every state between -1 and 1 is cut to 0 when it is stored.",
    "Your states are all zero: look at the dtype of the array that you store them in.",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B = x.shape[0], x.shape[1]
    h = np.full((T, B, h0.shape[1]), 0)
    h_t = h0
    for t in range(T):
        h_t = cell(x[t], h_t, W_ih, W_hh, b_ih, b_hh)
        h[t] = h_t
    return h


@wrong(
    "time_in_the_third_dimension",
    "Stacks the states along the third dimension as cat(3, …) does, and returns (B, H, T).",
    "Your numbers are there, but in which axis does the time stand? Compare the shape with the one asked for.",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    states = []
    h_t = h0
    for t in range(x.shape[0]):
        h_t = cell(x[t], h_t, W_ih, W_hh, b_ih, b_hh)
        states.append(h_t)
    return np.dstack(states)


@wrong(
    "prepared_in_the_shape_of_x",
    "Preallocates with zeros_like(x), which has F columns where the states have H: storing the first state fails.",
    "How many numbers has one input, and how many has one state? Your array has room for the former.",
)
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = np.zeros_like(x)
    h_prev = h0
    for t in range(h.shape[0]):
        h[t, :, :] = cell(x[t, :, :], h_prev, W_ih, W_hh, b_ih, b_hh)
        h_prev = h[t, :, :]
    return h
