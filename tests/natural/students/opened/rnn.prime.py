import functools

import numpy as np

from rnncourse import rnn


def prime_lena(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    E = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    return functools.reduce(lambda h, s: rnn.cell(E[s], h, W_ih, W_hh, b_ih, b_hh), prompt, h0)


def prime_anton(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    T, B = prompt.shape
    h = h0
    for t in range(T):
        x = np.zeros((B, W_ih.shape[1]), dtype=W_ih.dtype)
        x[:, prompt[t]] = 1
        h = np.tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    return h


def prime_rosa(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    T, B = prompt.shape
    x = np.zeros((B, W_ih.shape[1]), dtype=W_ih.dtype)
    h = h0
    rows = np.arange(B)
    for t in range(T):
        x[rows, prompt[t]] = 1
        h = np.tanh(x @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    return h


def prime_dana(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    def step(s, h):
        return np.tanh(W_ih.T[s] + b_ih + h @ W_hh.T + b_hh)
    h = h0
    for s in prompt:
        h = step(s, h)
    return step(prompt[-1], h)


def prime_bea(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    one_hot = np.eye(W_ih.shape[1], dtype=W_ih.dtype)[prompt]
    x = one_hot.sum(axis=0)
    return np.tanh(x @ W_ih.T + b_ih + h0 @ W_hh.T + b_hh)


def prime_zoe(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    eye = np.eye(W_ih.shape[1], dtype=h0.dtype)
    h = h0
    for ids in prompt[:-1]:
        h = np.tanh(eye[ids] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    return h


RIGHT = {
    'reduce_with_library_cell': prime_lena,
}

WRONG = {
    'columns_set_for_all_rows': (
        prime_anton,
        'x[:, ids] = 1 sets the symbols of the whole batch in every row.',
        'Print x for a batch of two different symbols. How many ones has each row?',
    ),
    'one_hot_not_cleared': (
        prime_rosa,
        'The one-hot buffer is made once and never cleared, so earlier symbols stay switched on.',
        'How many ones are in a row of x at the third step?',
    ),
    'last_symbol_twice': (
        prime_dana,
        'After the loop the last symbol is read once more, as when the first symbol is to be generated.',
        'How many steps does your network make for a prompt of one symbol?',
    ),
    'bag_of_symbols': (
        prime_bea,
        'The one-hot vectors of the prompt are added up and read in a single step.',
        'Exchange two symbols of the prompt. Does your state change? Order should matter.',
    ),
    'last_left_for_generation': (
        prime_zoe,
        'The last symbol of the prompt is not read, because it is kept as the first input of the writing.',
        'What does your function return for a prompt of a single symbol?',
    ),
}
