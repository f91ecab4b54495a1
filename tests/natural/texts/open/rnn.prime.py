import functools

import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)


def forward(x, h0, *w):
    h, h_t = [], h0
    for x_t in x:
        h_t = cell(x_t, h_t, *w)
        h.append(h_t)
    return np.stack(h)


@right("eye_and_forward")
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    return forward(np.eye(W_ih.shape[1], dtype=h0.dtype)[prompt], h0, W_ih, W_hh, b_ih, b_hh)[-1]


@right("one_hot_by_assignment")
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    T, B = prompt.shape
    x = np.zeros((T, B, W_ih.shape[1]), dtype=W_ih.dtype)
    for t in range(T):
        for b in range(B):
            x[t, b, prompt[t, b]] = 1
    h = h0.copy()
    for t in range(T):
        h = cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
    return h


@right("recursive")
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    if len(prompt) == 0:
        return h0
    before = RIGHT["recursive"](prompt[:-1], h0, W_ih, W_hh, b_ih, b_hh)
    return np.tanh(W_ih.T[prompt[-1]] + before @ W_hh.T + b_ih + b_hh)


@right("take_and_einsum")
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    drive = np.take(W_ih, prompt, axis=1)          # (H, T, B)
    h = np.asfortranarray(h0)
    for t in range(prompt.shape[0]):
        h = np.tanh(drive[:, t].T + b_ih + b_hh + np.einsum("bj,ij->bi", h, W_hh))
    return h


class Reader:
    def __call__(self, prompt, h0, *weights):
        h, F = h0, weights[0].shape[1]
        eye = np.identity(F, h0.dtype)
        for t in range(len(prompt)):
            h = cell(eye[prompt[t]], h, *weights)
        return h


right("class")(Reader())


# ---------------------------------------------------------------- wrong

def _eye(prompt, W_ih):
    return np.eye(W_ih.shape[1], dtype=W_ih.dtype)[prompt]


@wrong("all_states", "All states come back.", "Only the last state is asked for.")
def prime(prompt, h0, *w):
    return forward(_eye(prompt, w[0]), h0, *w)


@wrong("last_symbol_twice", "The last symbol is read twice.", "The last symbol is read twice.")
def prime(prompt, h0, *w):
    h = forward(_eye(prompt, w[0]), h0, *w)[-1]
    return cell(_eye(prompt[-1], w[0]), h, *w)


@wrong("first_symbol_twice", "The first symbol is read before the loop and in it.", "The first symbol is read twice.")
def prime(prompt, h0, *w):
    h = cell(_eye(prompt[0], w[0]), h0, *w)
    for s in prompt:
        h = cell(_eye(s, w[0]), h, *w)
    return h


@wrong("only_last_symbol", "Only the last symbol is read, from h0 (state reset at each step).", "The state is not handed on: only the last symbol counts.")
def prime(prompt, h0, *w):
    for s in prompt:
        h = cell(_eye(s, w[0]), h0, *w)
    return h


@wrong("first_state", "h[0] is returned.", "The first state, not the last.")
def prime(prompt, h0, *w):
    return forward(_eye(prompt, w[0]), h0, *w)[0]


@wrong("keeps_time_axis", "h[-1:]: (1, B, H).", "One axis too many: h[-1], not h[-1:].")
def prime(prompt, h0, *w):
    return forward(_eye(prompt, w[0]), h0, *w)[-1:]


@wrong("off_by_one_symbol", "The one-hot vector of s+1 (mod F).", "The symbols are shifted by one.")
def prime(prompt, h0, *w):
    return forward(_eye((prompt + 1) % w[0].shape[1], w[0]), h0, *w)[-1]


@wrong("integers_fed", "The integers themselves are fed: shapes do not fit.", "prompt[t] is (B,), the cell wants (B, F): one-hot vectors.")
def prime(prompt, h0, *w):
    return forward(prompt, h0, *w)[-1]


@wrong("size_from_prompt", "F = prompt.max() + 1: fails if the last symbols do not occur.", "F is the number of inputs, W_ih.shape[1], not the largest symbol of this prompt.")
def prime(prompt, h0, *w):
    return forward(np.eye(prompt.max() + 1, dtype=h0.dtype)[prompt], h0, *w)[-1]


@wrong("bag_of_symbols", "All symbols at once: the sum of one-hots in a single step.", "One symbol a step, in order.")
def prime(prompt, h0, *w):
    return cell(_eye(prompt, w[0]).sum(axis=0), h0, *w)


@wrong("prompt_transposed", "The prompt is read as (B, T).", "prompt is (T, B): time first.")
def prime(prompt, h0, *w):
    return forward(_eye(prompt.T, w[0]), h0, *w)[-1]


@wrong("W_hh_not_transposed", "W_hh not transposed.", "The transpose of W_hh.")
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    return forward(_eye(prompt, W_ih), h0, W_ih, W_hh.T, b_ih, b_hh)[-1]


@wrong("zero_and_last", "Two mistakes: h0 ignored and the last symbol not read.", "h0 is not used, and the last symbol is not read.")
def prime(prompt, h0, *w):
    h = np.zeros_like(h0)
    for s in prompt[:-1]:
        h = cell(_eye(s, w[0]), h, *w)
    return h


@wrong("returns_symbol", "A symbol instead of the state.", "The state (B, H) is asked for.")
def prime(prompt, h0, *w):
    return forward(_eye(prompt, w[0]), h0, *w)[-1].argmax(axis=-1)


@wrong("library", "The library's prime.", "Write your own.")
def prime(prompt, h0, *w):
    from rnncourse import rnn

    return rnn.prime(prompt, h0, *w)


