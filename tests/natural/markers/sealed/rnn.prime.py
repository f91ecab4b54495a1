"""As teaching assistants who have marked hundreds of these: what the prompt is, and how long."""
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


@right("column_lookup")
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    # W_ih @ one_hot is just a column of W_ih
    h = h0
    for s in prompt:
        h = np.tanh(W_ih[:, s].T + b_ih + h @ W_hh.T + b_hh)
    return h


@wrong(
    "eye_as_large_as_the_prompt",
    "Makes one-hot vectors as long as the largest symbol of this prompt needs, not F, so the product with W_ih fails for most prompts.",
    "It fails unless the last symbol of the alphabet happens to be in the prompt. How many inputs does the network have, whatever the prompt says?",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    n = prompt.max() + 1
    x = np.eye(n, dtype=h0.dtype)[prompt]
    return forward(x, h0, W_ih, W_hh, b_ih, b_hh)[-1]


@wrong(
    "all_symbols_at_once",
    "Adds the one-hot vectors of the prompt up and reads them in a single step, so the order is lost.",
    "Exchange two symbols of the prompt: your state stays the same. How many steps does the network make for a prompt of T symbols?",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    x = np.eye(W_ih.shape[1], dtype=W_ih.dtype)[prompt].sum(axis=0)
    return cell(x, h0, W_ih, W_hh, b_ih, b_hh)


@wrong(
    "float64_one_hot",
    "np.eye without a dtype is float64, so float32 weights give a float64 state.",
    "The values are right, the dtype is not: print that of your one-hot vectors when the weights are float32.",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    F = W_ih.shape[1]
    x = np.eye(F)[prompt]
    h = h0
    for t in range(len(x)):
        h = cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
    return h


@wrong(
    "last_symbol_kept_for_writing",
    "Leaves the last symbol of the prompt unread, because in generation code it is the first input of the writing loop.",
    "Change the last symbol of the prompt: your state stays the same. Up to which symbol does the task want it read?",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    eye = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    h = h0
    for s in prompt[:-1]:
        h = cell(eye[s], h, W_ih, W_hh, b_ih, b_hh)
    return h
