import itertools

import numpy as np


def forward_4(x, h0, W_ih, W_hh, b_ih, b_hh):
    drive = x @ W_ih.T + (b_ih + b_hh)
    h = np.tanh(drive)
    for _ in range(3):
        before = np.concatenate([h0[None], h[:-1]])
        h = np.tanh(drive + before @ W_hh.T)
    return h


def forward_6(x, h0, W_ih, W_hh, b_ih, b_hh):
    T = len(x)
    h = np.empty((T, *h0.shape), x.dtype)
    for t in range(T):
        h_prev = h[t - 1] if t > 1 else h0
        h[t] = np.tanh(x[t] @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
    return h


def forward_7(x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, _ = x.shape
    H = W_hh.shape[0]
    h = np.zeros((T, B, H), dtype=x.dtype)
    for t in range(T):
        h[t] = np.tanh(x[t] @ W_ih.T + b_ih + h[t - 1] @ W_hh.T + b_hh)
    return h


_last_state = {}


def forward_8(x, h0, W_ih, W_hh, b_ih, b_hh):
    h_t = _last_state.get(h0.shape, h0)
    h = []
    for x_t in x:
        h_t = np.tanh(x_t @ W_ih.T + b_ih + h_t @ W_hh.T + b_hh)
        h.append(h_t)
    _last_state[h0.shape] = h_t
    return np.stack(h).astype(x.dtype)


def forward_10(x, h0, W_ih, W_hh, b_ih, b_hh):
    xs = np.swapaxes(x, 0, 1)
    h = h0
    hs = []
    for t in range(xs.shape[1]):
        h = np.tanh(xs[:, t] @ W_ih.T + h @ W_hh + b_ih + b_hh)
        hs.insert(0, h)
    return np.stack(hs)


def forward_a(x, h0, W_ih, W_hh, b_ih, b_hh):
    drive = x @ W_ih.T + (b_ih + b_hh)
    steps = itertools.accumulate(drive, lambda h, d: np.tanh(d + h @ W_hh.T), initial=h0)
    return np.stack(list(steps)[1:])


def forward_b(x, h0, W_ih, W_hh, b_ih, b_hh):
    T = len(x)
    if T == 1:
        return np.tanh(x[0] @ W_ih.T + b_ih + h0 @ W_hh.T + b_hh)[None]
    head = forward_b(x[: T - 1], h0, W_ih, W_hh, b_ih, b_hh)
    tail = forward_b(x[T - 1 :], head[-1], W_ih, W_hh, b_ih, b_hh)
    return np.concatenate([head, tail])


RIGHT = {
    "accumulate_with_initial": forward_a,
    "recursive": forward_b,
}
WRONG = {
    "numerics_three_sweeps_subtle": (
        forward_4,
        "Iterates over all steps at once but only three times, so that only the first few steps have converged.",
        "The first steps are exact and the later ones are off: how far does information travel in one of your sweeps?",
    ),
    "tired_h0_again_at_step_two_subtle": (
        forward_6,
        "The condition is off by one: the second step starts from h0 again instead of h_1.",
        "Step 1 is right, step 2 is not: print which state each step takes as the one before.",
    ),
    "c_programmer_index_minus_one": (
        forward_7,
        "At t = 0 the index t-1 wraps to the last entry of the zeroed result, so that h0 is never used.",
        "From a zero state you are right. What is h[t - 1] when t is 0?",
    ),
    "keras_stateful": (
        forward_8,
        "Keeps the last state in a module-level dict and starts a later call from it instead of from the h0 that is given.",
        "Call it twice with the same arguments: where does the second call begin?",
    ),
    "jax_two_slips_double": (
        forward_10,
        "Multiplies by W_hh without its transpose and returns the states in reversed order.",
        "Check one step with a given state first, then the order: is your first entry h_1?",
    ),
}
