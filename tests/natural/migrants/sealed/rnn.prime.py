"""As someone who programs well in MATLAB, R, Julia, C++ or JavaScript and writes NumPy for the first time: read a prompt."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):  # exercise 1, done
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)


def forward(x, h0, W_ih, W_hh, b_ih, b_hh):  # exercise 2, done
    h, h_t = [], h0
    for x_t in x:
        h_t = cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
        h.append(h_t)
    return np.stack(h)


@right("column_of_the_weights")
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    # W times e_s is column s of W
    h_t = h0
    for symbols in prompt:
        h_t = np.tanh(W_ih[:, symbols].T + b_ih + h_t @ W_hh.T + b_hh)
    return h_t


@right("filled_one_hot")
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    T, B = prompt.shape
    x = np.zeros((T, B, W_ih.shape[1]), dtype=h0.dtype)
    for t in range(T):
        for b in range(B):
            x[t, b, prompt[t, b]] = 1
    return forward(x, h0, W_ih, W_hh, b_ih, b_hh)[T - 1]


@right("compared_and_as_columns")
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    places = np.arange(W_ih.shape[1])[:, None]
    s = h0.T
    for t in range(prompt.shape[0]):
        e = (places == prompt[t]).astype(W_ih.dtype)  # (F, B)
        s = np.tanh(W_ih @ e + W_hh @ s + (b_ih + b_hh)[:, None])
    return s.T.copy()


@wrong(
    "eye_is_double",
    "np.eye is float64, and everything it touches becomes float64, also for float32 weights.",
    "The task warns of one thing about np.eye. Give your function float32 arrays and look at what comes out.",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    x = np.eye(W_ih.shape[1])[prompt]
    return forward(x, h0, W_ih, W_hh, b_ih, b_hh)[-1]


@wrong(
    "symbols_from_one",
    "Subtracts 1 as if symbol s were the s-th one counted from 1; symbol 0 takes the last place without an error.",
    "Which place has the 1 for symbol 0? Print one of your one-hot vectors next to its symbol.",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    onehot = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    h_t = h0
    for t in range(prompt.shape[0]):
        h_t = cell(onehot[prompt[t] - 1], h_t, W_ih, W_hh, b_ih, b_hh)
    return h_t


@wrong(
    "end_is_length",
    "Takes element len(h) for the last one, as end in MATLAB, which is one past the end.",
    "Counting from 0, which index has the last of T states?",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    e = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    h = forward(e[prompt], h0, W_ih, W_hh, b_ih, b_hh)
    return h[len(h)]


@wrong(
    "prompt_recut",
    "Wants the prompt as (B, T) and gets it by reshape, which cuts the symbols anew and mixes the examples.",
    "Print the prompt before and after your reshape: is column 0 still the text of example 0?",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    T, B = prompt.shape
    texts = prompt.reshape(B, T)
    e = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    h_t = h0
    for t in range(T):
        h_t = cell(e[texts[:, t]], h_t, W_ih, W_hh, b_ih, b_hh)
    return h_t


@wrong(
    "ones_for_everybody",
    "x[:, prompt[t]] = 1 sets the symbols of all examples in every row, not one for each row.",
    "Print x for two examples with different symbols: how many ones are in each row?",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    T, B = prompt.shape
    h_t = h0
    for t in range(T):
        x = np.zeros((B, W_ih.shape[1]), dtype=W_ih.dtype)
        x[:, prompt[t]] = 1
        h_t = cell(x, h_t, W_ih, W_hh, b_ih, b_hh)
    return h_t


@wrong(
    "one_hot_buffer_not_cleared",
    "The one-hot buffer is made once before the loop and never cleared, so the ones of earlier symbols stay in it.",
    "How many ones does your input hold at the third step? What happens to those of the step before?",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    T, B = prompt.shape
    x = np.zeros((B, W_ih.shape[1]), dtype=W_ih.dtype)
    rows = np.arange(B)
    h_t = h0
    for t in range(T):
        x[rows, prompt[t]] = 1
        h_t = cell(x, h_t, W_ih, W_hh, b_ih, b_hh)
    return h_t


@wrong(
    "last_symbol_unread",
    "range(T - 1) for '0 to T-1' leaves out the last symbol, since the end of a range is not included.",
    "How many symbols of the prompt does your loop read? Change the last one and see whether the result changes.",
)
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    e = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    h_t = h0.copy()
    for t in range(0, prompt.shape[0] - 1):
        h_t = cell(e[prompt[t]], h_t, W_ih, W_hh, b_ih, b_hh)
    return h_t
