import functools
import math

import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


# ---------------------------------------------------------------- right

@right("plain")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)


@right("einsum")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(np.einsum("bf,hf->bh", x_t, W_ih) + np.einsum("bj,hj->bh", h_prev, W_hh) + (b_ih + b_hh))


@right("out_buffers")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = np.empty(h_prev.shape, dtype=h_prev.dtype)
    np.matmul(x_t, W_ih.T, out=z)
    z += np.matmul(h_prev, W_hh.T)
    z += b_ih
    z += b_hh
    np.tanh(z, out=z)
    return z


@right("example_by_example")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.array([np.tanh(W_ih.dot(x) + b_ih + W_hh.dot(h) + b_hh) for x, h in zip(x_t, h_prev)])


class Cell:
    def __init__(self, activation):
        self.activation = activation

    def __call__(self, x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
        return self.activation(np.dot(x_t, W_ih.T) + np.dot(h_prev, W_hh.T) + b_ih + b_hh)


right("callable_class")(Cell(np.tanh))


def _general(activation, x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return activation(np.inner(x_t, W_ih) + b_ih + np.inner(h_prev, W_hh) + b_hh)


@right("other_names_and_default")
def rnn_step(x, h, U, W, b1, b2, phi=np.tanh):
    a = U @ x[..., None] + W @ h[..., None]
    return phi(a[..., 0] + b1 + b2)


def make_cell():
    def affine(W, v, b):
        return v @ W.transpose() + b

    def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
        return np.tanh(affine(W_ih, x_t, b_ih) + affine(W_hh, h_prev, b_hh))

    return cell


right("closure")(make_cell())


class Named(np.ndarray):
    pass


@right("ndarray_subclass_borderline")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh).view(Named)


# ---------------------------------------------------------------- wrong

@wrong("W_hh_not_transposed", "W_hh is used without its transpose.",
       "W_hh is square, so nothing complains: row i of W_hh belongs to unit i, check the transpose of W_hh.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh + b_hh)


@wrong("b_hh_forgotten", "The bias of the recurrent part, b_hh, is left out.", "One of the two biases is missing: b_hh.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + h_prev @ W_hh.T + b_ih)


@wrong("no_biases", "Both biases are left out.", "Neither bias is added.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + h_prev @ W_hh.T)


@wrong("sigmoid", "The logistic function stands where tanh should.", "All values are positive: this is the sigmoid, not tanh.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return 1 / (1 + np.exp(-(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)))


@wrong("np_tan", "A typing mistake: np.tan instead of np.tanh.", "Values outside (-1, 1): look at the spelling of tanh.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tan(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)


@wrong("tanh_of_each", "tanh of the input part plus tanh of the state part.", "One tanh around the sum, not a sum of two tanh.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih) + np.tanh(h_prev @ W_hh.T + b_hh)


@wrong("residual", "The old state is added to the new one.", "h_prev is added outside tanh; the new state replaces the old one.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return h_prev + np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)


@wrong("minus", "A minus for a plus in front of the recurrent term.", "The share of the state has the wrong sign.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih - h_prev @ W_hh.T + b_hh)


@wrong("transpose_and_bias", "Two mistakes: W_hh not transposed and b_hh forgotten.", "Two things: the transpose of W_hh, and b_hh is missing.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + h_prev @ W_hh + b_ih)


@wrong("float64_buffer", "np.zeros without a dtype makes float64 of float32.", "float32 came in, float64 came out: give np.zeros the dtype.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    h_t = np.zeros(h_prev.shape)
    for b in range(len(x_t)):
        h_t[b] = np.tanh(W_ih @ x_t[b] + b_ih + W_hh @ h_prev[b] + b_hh)
    return h_t


@wrong("adds_into_bias", "b_ih += b_hh changes the argument.", "b_ih is changed by `+=`.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    b_ih += b_hh
    return np.tanh(x_t @ W_ih.T + h_prev @ W_hh.T + b_ih)


@wrong("returns_pair", "z_t and h_t are both returned.", "One array is asked for, a tuple came.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z_t = x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh
    return z_t, np.tanh(z_t)


@wrong("first_example_only", "Only the first example of the batch is computed.", "A batch of examples comes in; shape (H,) came out.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(W_ih @ x_t[0] + b_ih + W_hh @ h_prev[0] + b_hh)


@wrong("star_product", "* for @: element-wise product of arrays that do not fit.", "`*` multiplies entries; a matrix product is `@`.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t * W_ih.T + b_ih + h_prev * W_hh.T + b_hh)


@wrong("softmax", "softmax instead of tanh.", "The rows sum to 1: softmax belongs to the output, the state needs tanh.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@wrong("library", "The function of the course answers.", "That is the library's answer; write your own.")
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    from rnncourse import rnn

    return rnn.cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh)


@wrong("five_arguments", "The function has five parameters only (one bias).", "TypeError: the function takes six arguments.")
def cell(x_t, h_prev, W_ih, W_hh, b):
    return np.tanh(x_t @ W_ih.T + h_prev @ W_hh.T + b)
