"""As a student who adapts torch, Keras and Theano code: the states along a sequence."""
import itertools

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("inputs_projected_at_once")
def f(x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    pre = (x.reshape(T * B, F) @ W_ih.T).reshape(T, B, -1) + (b_ih + b_hh)
    h = np.empty_like(pre)
    last = h0
    for t in range(T):
        np.tanh(pre[t] + last @ W_hh.T, out=h[t])
        last = h[t]
    return h


@right("scan_by_accumulate")
def f(x, h0, W_ih, W_hh, b_ih, b_hh):
    def step(h, x_t):
        return np.tanh(x_t @ W_ih.T + h @ W_hh.T + b_ih + b_hh)

    states = itertools.accumulate(x, step, initial=h0)
    next(states)
    return np.array(list(states))


@right("columns_in_a_dictionary")
def f(x, h0, W_ih, W_hh, b_ih, b_hh):
    hs = {-1: h0.T}
    for t in range(x.shape[0]):
        hs[t] = np.tanh(W_ih @ x[t].T + W_hh @ hs[t - 1] + b_ih[:, None] + b_hh[:, None])
    return np.stack([hs[t].T for t in range(x.shape[0])])


@wrong(
    "batch_first",
    "Takes the first axis for the batch and walks along the second, as with batch_first=True.",
    "Print the shape of what your loop takes for one step. Which of its axes is the batch, by the conventions at the top?",
)
def f(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, out = h0, []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t, :] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return np.stack(out, axis=1)


@wrong(
    "output_and_last_state",
    "Returns a pair, all states and the last one, as torch.nn.RNN does.",
    "The values are there, but what does your return statement hand back? Compare it with the docstring, word for word.",
)
def f(x, h0, W_ih, W_hh, b_ih, b_hh):
    h_t, out = h0, []
    for x_t in x:
        h_t = np.tanh(x_t @ W_ih.T + b_ih + h_t @ W_hh.T + b_hh)
        out.append(h_t)
    return np.stack(out), h_t[None]


@wrong(
    "starts_from_zeros",
    "Starts every sequence from a state of zeros, the default of the framework, and never uses h0.",
    "One argument does not occur in your code. Call it with two very different values of that argument and compare.",
)
def f(x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    h = np.zeros((T + 1, B, W_hh.shape[0]), dtype=x.dtype)
    for t in range(T):
        h[t] = np.tanh(x[t] @ W_ih.T + b_ih + h[t - 1] @ W_hh.T + b_hh)
    return h[:-1]


@wrong(
    "one_buffer_for_all_states",
    "Writes every state into the same buffer and collects that buffer T times, so that all states are the last one.",
    "Compare h[0] and h[-1] of your result. How many arrays does your list really contain?",
)
def f(x, h0, W_ih, W_hh, b_ih, b_hh):
    state, history = h0.copy(), []
    for x_t in x:
        np.tanh(x_t @ W_ih.T + b_ih + state @ W_hh.T + b_hh, out=state)
        history.append(state)
    return np.stack(history)


@wrong(
    "loop_vectorised_away",
    "Replaces the loop by one broadcast expression in which every step starts from h0.",
    "Your first state is right. From which state does your second step start?",
)
def f(x, h0, W_ih, W_hh, b_ih, b_hh):
    # no slow Python loop needed: broadcasting does all time steps
    return np.tanh(x @ W_ih.T + b_ih + h0 @ W_hh.T + b_hh)


@wrong(
    "state_before_reading",
    "Collects the state before it is updated: h0 comes first and the last state is lost.",
    "Call it with a sequence of one step: what comes out? h[t] should have read x[t] already.",
)
def f(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, states = h0, []
    for t in range(len(x)):
        states.append(h)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    return np.stack(states)


@wrong(
    "go_backwards",
    "Keeps the reversed scan of the bidirectional example: reads the sequence from the end and turns the result round.",
    "Change only the last input and see which of your states move. Which ones may move in a network that reads from left to right?",
)
def f(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, out = h0, []
    for x_t in x[::-1]:
        h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return np.stack(out[::-1])
