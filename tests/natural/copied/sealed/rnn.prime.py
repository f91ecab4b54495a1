"""As a student who copies the warm-up of a text generator: the state after a prompt."""
import functools

import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("embedding_is_a_column_of_W")
def f(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    embedding = W_ih.T
    h = h0
    for s in prompt:
        h = np.tanh(embedding[s] + b_ih + h @ W_hh.T + b_hh)
    return h


@right("reduce_over_a_table")
def f(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    table = W_ih + (b_ih + b_hh)[:, None]
    return functools.reduce(lambda h, s: np.tanh(table[:, s].T + np.dot(h, W_hh.T)), prompt, h0)


@right("to_categorical_and_columns")
def f(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    T, B = prompt.shape
    h = h0.T
    for t in range(T):
        e = np.zeros((W_ih.shape[1], B), dtype=W_ih.dtype)
        e[prompt[t], np.arange(B)] = 1
        h = np.tanh(W_ih @ e + W_hh @ h + b_ih[:, None] + b_hh[:, None])
    return np.ascontiguousarray(h.T)


@wrong(
    "embedding_rows",
    "Looks the symbols up as rows of W_ih, as in an embedding table (F, H); here a symbol is a column.",
    "What is the shape of W_ih, and how many rows has it? Write out W_ih times a one-hot vector: which numbers remain?",
)
def f(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    h = h0
    for s in prompt:
        h = np.tanh(W_ih[s] + b_ih + h @ W_hh.T + b_hh)
    return h


@wrong(
    "last_symbol_left_for_the_sampling_loop",
    "Reads all but the last symbol, which the copied generator feeds in its own loop afterwards.",
    "Change the last symbol of the prompt only. Does your state change?",
)
def f(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    eye = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    h = h0.copy()
    for s in prompt[:-1]:
        h = np.tanh(eye[s] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    return h


@wrong(
    "symbol_zero_is_padding",
    "Skips symbol 0, which is padding in the framework (mask_zero=True); here it is a symbol like the others.",
    "Prime with a prompt that consists of zeros only and look at your state. What is symbol 0 in this course?",
)
def f(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    eye = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    h = h0
    for s in prompt:
        new = np.tanh(eye[s] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        h = np.where((s != 0)[:, None], new, h)
    return h


@wrong(
    "start_symbol_first",
    "Feeds a start symbol, number 0, before the prompt, as in a translation tutorial.",
    "Count how often your cell is called for a prompt of T symbols. What does it read first?",
)
def f(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    SOS_token = 0
    eye = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    h = h0
    for s in [np.full(prompt.shape[1], SOS_token), *prompt]:
        h = np.tanh(eye[s] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    return h


@wrong(
    "hidden_state_reset",
    "Resets the state to zeros before it reads, as the copied generator does with reset_states.",
    "Which of your arguments has no influence on the result?",
)
def f(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    eye = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    h = np.zeros_like(h0)
    for s in prompt:
        h = np.tanh(eye[s] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    return h


@wrong(
    "float64_one_hot",
    "Makes the one-hot vectors in float64, so that float32 weights give a float64 state.",
    "Call it with float32 weights and print the dtype of the result. Where does the wider type come in?",
)
def f(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    one_hot = np.eye(W_ih.shape[1])[prompt]
    h = h0
    for e in one_hot:
        h = np.tanh(e @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    return h


@wrong(
    "all_states_returned",
    "Returns the states of all steps, the output of the framework's layer, not the last one.",
    "Compare the shape of your result with the docstring. From which state does the network go on to write?",
)
def f(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    eye = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    h, output = h0, []
    for s in prompt:
        h = np.tanh(eye[s] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        output.append(h)
    return np.stack(output)
