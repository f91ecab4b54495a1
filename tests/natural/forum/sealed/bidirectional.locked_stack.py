"""As put together from forums, blogs and papers: locked dropout as in AWD-LSTM, inverted or not, and masks of all shapes."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def rnn(x, h, W, U, b):
    Z = np.einsum("tbf,hf->tbh", x, W) + b
    out = np.empty_like(Z)
    for t in range(len(Z)):
        h = np.tanh(Z[t] + np.einsum("bk,hk->bh", h, U))
        out[t] = h
    return out


@right("locked_module")
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    def locked(y, draws):
        m = (draws >= p).astype(y.dtype)[None]  # (1, B, H), broadcast over time
        return y * m / np.asarray(1 - p, y.dtype)

    finals = []
    for l, (h, W, U, c) in enumerate(zip(h0, W_ih, W_hh, b)):
        x = rnn(x if l == 0 else locked(x, u[l - 1]), h, W, U, c)
        finals.append(x[-1])
    return x, np.stack(finals)


@right("mask_folded_into_the_weights")
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    # a mask that is the same at all steps may as well be put on the columns of W_ih, for each example
    L, B, H = h0.shape
    out = np.empty_like(x)
    h_n = np.empty_like(h0)
    for n in range(B):
        y = x[:, n]
        for l in range(L):
            W = W_ih[l]
            if l:
                keep = np.where(u[l - 1, n] < p, 0.0, 1.0 / (1.0 - p)).astype(x.dtype)
                W = W * keep[None, :]
            h, hs = h0[l, n], []
            for v in y:
                h = np.tanh(W @ v + W_hh[l] @ h + b[l])
                hs.append(h)
            y = np.stack(hs)
            h_n[l, n] = h
        out[:, n] = y
    return out, h_n


@right("recursive_stack")
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    def up_to(l):
        """States of layer l and the last states of all layers up to l."""
        if l == 0:
            below, finals = x, []
        else:
            below, finals = up_to(l - 1)
            below = np.divide(below, 1 - p, dtype=x.dtype)
            below[:, u[l - 1] < p] = 0
        hs = rnn(below, h0[l], W_ih[l], W_hh[l], b[l])
        return hs, finals + [hs[-1]]

    hs, finals = up_to(len(h0) - 1)
    return hs, np.array(finals)


@wrong(
    "strictly_greater",
    "Units are kept where u > p; at u = p they are to be kept as well, and with p = 0 a draw of 0 drops a unit.",
    "What does the formula say for u = p? And for u = 0 with p = 0?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, finals = x, []
    for l in range(len(h0)):
        if l:
            y = (y * (u[l - 1] > p) / np.asarray(1 - p, y.dtype)).astype(x.dtype)
        y = rnn(y, h0[l], W_ih[l], W_hh[l], b[l])
        finals.append(y[-1])
    return y, np.stack(finals)


@wrong(
    "draws_of_the_layer_above",
    "Between layers l - 1 and l the draws u[l] are used, those for the outputs of layer l.",
    "The task says that the draws of the last layer are not needed. Do you need them?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, finals = x, []
    for l in range(len(h0)):
        if l:
            y = (y * (u[l] >= p) / np.asarray(1 - p, y.dtype)).astype(x.dtype)
        y = rnn(y, h0[l], W_ih[l], W_hh[l], b[l])
        finals.append(y[-1])
    return y, np.stack(finals)


@wrong(
    "divided_by_p",
    "The units that stay are divided by p instead of 1 - p.",
    "With p = 0.1 almost all units stay. By how much should they be magnified?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, finals = x, []
    for l in range(len(h0)):
        if l:
            with np.errstate(all="ignore"):
                y = np.where(u[l - 1] < p, 0, y / p).astype(x.dtype)
        y = rnn(y, h0[l], W_ih[l], W_hh[l], b[l])
        finals.append(y[-1])
    return y, np.stack(finals)


@wrong(
    "one_mask_for_the_batch",
    "The draws of example 0 are used for all examples; each has its own.",
    "u[l] has an axis of examples. Do you use all of it?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, finals = x, []
    for l in range(len(h0)):
        if l:
            y = (y * (u[l - 1, :1] >= p) / np.asarray(1 - p, y.dtype)).astype(x.dtype)
        y = rnn(y, h0[l], W_ih[l], W_hh[l], b[l])
        finals.append(y[-1])
    return y, np.stack(finals)


@wrong(
    "scaled_by_what_was_kept",
    "The units that stay are divided by the share that happened to stay, not by 1 - p.",
    "Of four units one was dropped at p = 0.5. By what does the formula divide?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, finals = x, []
    for l in range(len(h0)):
        if l:
            m = (u[l - 1] >= p).astype(x.dtype)
            y = y * m / max(m.mean(), x.dtype.type(1e-6))
        y = rnn(y, h0[l], W_ih[l], W_hh[l], b[l])
        finals.append(y[-1])
    return y, np.stack(finals)


@wrong(
    "variational_in_the_recurrence",
    "As Gal and Ghahramani also do, the state is masked on its way to the next step; here within a layer nothing is dropped.",
    "What does the task say about the way from step to step?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, finals = x, []
    for l in range(len(h0)):
        m = ((u[l] >= p) / (1 - p)).astype(x.dtype)
        h, hs = h0[l], []
        for y_t in y:
            h = np.tanh(y_t @ W_ih[l].T + (h * m) @ W_hh[l].T + b[l])
            hs.append(h)
        hs = np.stack(hs)
        finals.append(h)
        y = hs * m
    return hs, np.stack(finals)


@wrong(
    "draws_used_as_weights",
    "The states are multiplied by the draws themselves, not by a mask made of them.",
    "What is a unit with u = 0.9 and p = 0.5 multiplied by in the formula?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, finals = x, []
    for l in range(len(h0)):
        if l:
            y = (y * u[l - 1] / np.asarray(1 - p, y.dtype)).astype(x.dtype)
        y = rnn(y, h0[l], W_ih[l], W_hh[l], b[l])
        finals.append(y[-1])
    return y, np.stack(finals)


@wrong(
    "dropped_before_the_tanh",
    "The mask is applied to the argument of tanh of the layer below, also in its own recurrence, and what stays is magnified inside of tanh.",
    "In the formula, is h̃ made of h, after tanh, or of its argument?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, finals = x, []
    L = len(h0)
    for l in range(L):
        m = ((u[l] >= p) / (1 - p)).astype(x.dtype) if l < L - 1 else x.dtype.type(1)
        h, hs = h0[l], []
        for y_t in y:
            h = np.tanh((y_t @ W_ih[l].T + h @ W_hh[l].T + b[l]) * m)
            hs.append(h)
        y = np.stack(hs)
        finals.append(h)
    return y, np.stack(finals)


@wrong(
    "all_layers_returned",
    "h has the states of all layers, (L, T, B, H); only those of the last one are asked for.",
    "Which shape has h in the task?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, all_layers = x, []
    for l in range(len(h0)):
        if l:
            y = (y * (u[l - 1] >= p) / np.asarray(1 - p, y.dtype)).astype(x.dtype)
        y = rnn(y, h0[l], W_ih[l], W_hh[l], b[l])
        all_layers.append(y)
    all_layers = np.stack(all_layers)
    return all_layers, all_layers[:, -1].copy()


@wrong(
    "first_states_as_the_last",
    "h_n holds the states of the first step, y[0], not of the last.",
    "Which index has the last step?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, finals = x, []
    for l in range(len(h0)):
        if l:
            y = (y * (u[l - 1] >= p) / np.asarray(1 - p, y.dtype)).astype(x.dtype)
        y = rnn(y, h0[l], W_ih[l], W_hh[l], b[l])
        finals.append(y[0])
    return y, np.stack(finals)


@wrong(
    "square_matrices_from_the_wrong_side",
    "The input weights are used as x @ W, without a transpose; all matrices are square, so it fits.",
    "In W h̃, over which index of W is summed? Over which in x @ W?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, finals = x, []
    for l in range(len(h0)):
        if l:
            y = (y * (u[l - 1] >= p) / np.asarray(1 - p, y.dtype)).astype(x.dtype)
        y = rnn(y, h0[l], W_ih[l].T, W_hh[l], b[l])
        finals.append(y[-1])
    return y, np.stack(finals)


@wrong(
    "weakened_instead_of_dropped",
    "Dropped units are weakened to p times the state instead of set to zero; the others stay as they are.",
    "What is a dropped unit by the formula: exactly what?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, finals = x, []
    for l in range(len(h0)):
        if l:
            y = np.where(u[l - 1] < p, p * y, y).astype(x.dtype)
        y = rnn(y, h0[l], W_ih[l], W_hh[l], b[l])
        finals.append(y[-1])
    return y, np.stack(finals)


@wrong(
    "whole_examples_dropped",
    "One decision for each example, by its first draw: all units of an example are dropped or none.",
    "u[l] has how many draws for one example?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, finals = x, []
    for l in range(len(h0)):
        if l:
            y = (y * (u[l - 1][:, :1] >= p) / np.asarray(1 - p, y.dtype)).astype(x.dtype)
        y = rnn(y, h0[l], W_ih[l], W_hh[l], b[l])
        finals.append(y[-1])
    return y, np.stack(finals)


@wrong(
    "where_makes_float64",
    "np.where(u < p, 0.0, 1 / (1 - p)) is float64, so the states above are too.",
    "What is the dtype of np.where of two Python floats?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, finals = x, []
    for l in range(len(h0)):
        if l:
            y = y * np.where(u[l - 1] < p, 0.0, 1 / (1 - p))
        y = rnn(y, h0[l], W_ih[l], W_hh[l], b[l])
        finals.append(y[-1])
    return y, np.stack(finals)


@wrong(
    "skip_connections_added",
    "Each layer's input is added to its output, as stacks of later years do; the task's layers have no such connection.",
    "Can a state of your stack be larger than 1? Could tanh give that?",
)
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    y, finals = x, []
    for l in range(len(h0)):
        if l:
            y = (y * (u[l - 1] >= p) / np.asarray(1 - p, y.dtype)).astype(x.dtype)
        hs = rnn(y, h0[l], W_ih[l], W_hh[l], b[l])
        finals.append(hs[-1])
        y = hs + y if l else hs
    return y, np.stack(finals)
