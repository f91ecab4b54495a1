import numpy as np

from rnncourse import rnn


def prime_2(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    H, F = W_ih.shape
    embedding = W_ih.reshape(F, H)
    h = h0
    for s_t in prompt:
        h = np.tanh(embedding[s_t] + b_ih + h @ W_hh.T + b_hh)
    return h


def prime_6(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    eye = np.eye(W_ih.shape[1], dtype=h0.dtype)
    total = eye[prompt].sum(axis=0)
    return np.tanh(total @ W_ih.T + b_ih + h0 @ W_hh.T + b_hh)


def prime_7(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    table = W_ih.T
    h = h0
    for s_t in prompt:
        h = np.tanh(table[s_t] + (h @ W_hh.T + b_hh))
    return h


def prime_8(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    h_T = h0.copy()
    for b in range(prompt.shape[1]):
        for s in dict.fromkeys(prompt[:, b].tolist()):
            h_T[b] = np.tanh(W_ih[:, s] + b_ih + W_hh @ h_T[b] + b_hh)
    return h_T


def prime_9(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    h = h0
    for s_t in prompt:
        new = np.tanh(W_ih.T[s_t] + b_ih + h @ W_hh.T + b_hh)
        mask = (s_t != 0)[:, None]
        h = np.where(mask, new, h)
    return h


def prime_12(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    h = np.zeros_like(h0)
    for s_t in prompt[::-1]:
        h = np.tanh(W_ih.T[s_t] + b_ih + h @ W_hh.T + b_hh)
    return h


def prime_b(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    T, B = prompt.shape
    x = np.zeros((T, B, W_ih.shape[1]), h0.dtype)
    np.put_along_axis(x, prompt[..., None], 1, axis=-1)
    return rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)[-1]


def prime_c(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    drive = np.take(W_ih, prompt, axis=1) + (b_ih + b_hh)[:, None, None]
    h = h0.T
    for t in range(drive.shape[1]):
        h = np.tanh(drive[:, t] + W_hh @ h)
    return np.ascontiguousarray(h.T)


RIGHT = {
    "put_along_axis_and_library_forward": prime_b,
    "examples_in_columns": prime_c,
}
WRONG = {
    "jax_embedding_by_reshape": (
        prime_2,
        "Makes an embedding table of W_ih with reshape, whose rows are not the columns of W_ih.",
        "W_ih times e_s is a column of W_ih. Is row s of your table that column?",
    ),
    "numerics_all_symbols_at_once": (
        prime_6,
        "Adds up the one-hot vectors and takes a single step, which loses order and all steps between.",
        "One symbol is right. How many times does tanh act on a prompt of three symbols?",
    ),
    "jax_embedding_without_bias_subtle": (
        prime_7,
        "Looks the column of W_ih up but leaves b_ih out.",
        "Right wherever b_ih is zero. A one-hot vector picks a column of W_ih; what else does the input's share contain?",
    ),
    "literal_reader_each_symbol_once_subtle": (
        prime_8,
        "Reads a symbol that occurs several times in a prompt only the first time.",
        "Prompts without repetitions are right. A place in the prompt is read once; how often may the same letter come?",
    ),
    "keras_masks_symbol_zero_subtle": (
        prime_9,
        "Treats symbol 0 as padding and skips it.",
        "Prompts without symbol 0 are right. Is 0 among the symbols 0 … F-1?",
    ),
    "two_slips_double": (
        prime_12,
        "Starts from zeros instead of h0, and reads the prompt backwards.",
        "Try one symbol with a given state first, then two different symbols from a zero state.",
    ),
}
