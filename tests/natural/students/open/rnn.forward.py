import functools
import itertools

import numpy as np


def forward_finn(x, h0, W_ih, W_hh, b_ih, b_hh):
    drive = np.einsum("tbf,hf->tbh", x, W_ih) + (b_ih + b_hh)
    states = itertools.accumulate(drive, lambda h, d: np.tanh(d + h @ W_hh.T), initial=h0)
    next(states)
    return np.stack(list(states))


def forward_karim(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = h0.copy()
    states = []
    for x_t in x:
        z = x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        np.tanh(z, out=h)
        states.append(h)
    return np.array(states)


def forward_ivan(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = np.zeros((x.shape[0], x.shape[1], W_hh.shape[0]), dtype=x.dtype)
    for t in range(x.shape[0]):
        if t == 0:
            h[t] = np.tanh(x[t] @ W_ih.T + b_ih + h0 @ W_hh.T)
        else:
            h[t] = np.tanh(x[t] @ W_ih.T + b_ih + h[t - 1] @ W_hh.T + b_hh)
    return h


def forward_uwe(x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    h = np.zeros((T, B, len(b_hh)), x.dtype)
    h_prev = h0
    for t in range(0, T - 1):
        h[t] = np.tanh(x[t] @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
        h_prev = h[t]
    return h


def forward_jule(x, h0, W_ih, W_hh, b_ih, b_hh):
    h_prev = h0
    out = np.empty(x.shape[:2] + (W_hh.shape[0],), dtype=x.dtype)
    for t, x_t in enumerate(x):
        h_t = np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
        out[t] = h_t
    return out


def forward_quynh(x, h0, W_ih, W_hh, b_ih, b_hh):
    def f(acc, x_t):
        return acc + [np.tanh(x_t @ W_ih.T + b_ih + acc[-1] @ W_hh.T + b_hh)]
    return np.stack(functools.reduce(f, x[::-1], [h0])[1:])


RIGHT = {
    'accumulate': forward_finn,
}

WRONG = {
    'same_buffer': (
        forward_karim,
        'The same array is appended at every step and overwritten in place, so that all steps show the last state.',
        'Compare your first and your last state. How many different arrays are in your list?',
    ),
    'no_bhh_at_first': (
        forward_ivan,
        'b_hh is left out at the first step, as if there were no recurrence yet.',
        'Look at the first step alone: what does your z_1 lack that z_2 has?',
    ),
    'range_short': (
        forward_uwe,
        'The loop ends one step early, and the last row stays zero.',
        'Print your last state. How often does the body of your loop run?',
    ),
    'state_not_handed_on': (
        forward_jule,
        'The new state gets a name of its own and never becomes the previous state; every step starts from h0.',
        'Which variable carries the state from one turn of the loop to the next, and where does it change?',
    ),
    'reduce_on_reversed': (
        forward_quynh,
        'Double mistake: the sequence is read from the last step to the first, and the states are left in that order.',
        'In which order does your function read the steps? Change the last input and see whether the first state notices.',
    ),
}
