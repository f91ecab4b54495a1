"""What is handed in for the exercises of ``rnn``: right answers, and wrong ones as they are typed."""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np

from rnncourse import rnn

from . import solves

# rnn.cell


@solves("rnn.cell")
def merged_bias_and_stacked_weights(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(np.hstack([x_t, h_prev]) @ np.hstack([W_ih, W_hh]).T + (b_ih + b_hh))


@solves("rnn.cell")
def einsum_cell(x, h, W, U, b, c):
    return np.tanh(np.einsum("bf,hf->bh", x, W) + np.einsum("bj,hj->bh", h, U) + b + c)


@solves("rnn.cell")
def columns_and_fortran_order(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.asfortranarray(np.tanh(W_ih @ x_t.T + W_hh @ h_prev.T + (b_ih + b_hh)[:, None]).T)


@solves("rnn.cell")
def number_by_number(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    print("working")
    h_t = np.empty_like(h_prev)
    for b in range(len(x_t)):
        for i in range(len(W_ih)):
            z = b_ih[i] + b_hh[i]
            z += sum(W_ih[i, j] * x_t[b, j] for j in range(x_t.shape[1]))
            z += sum(W_hh[i, j] * h_prev[b, j] for j in range(len(W_hh)))
            h_t[b, i] = math.tanh(z)
    return h_t


@solves("rnn.cell")
def logistic_form(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    np.log(np.zeros(1))  # a warning is no error
    z = x_t @ W_ih.T + h_prev @ W_hh.T + b_ih + b_hh
    return 2 / (1 + np.exp(-2 * z)) - 1


# rnn.forward


@solves("rnn.forward")
def collected_in_a_list(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, out = h0, []
    for x_t in x:
        h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h)
    return np.array(out)


@solves("rnn.forward")
def negative_index_done_right(x, h0, W_ih, W_hh, b_ih, b_hh):
    hs = np.empty((len(x) + 1, *h0.shape), dtype=x.dtype)
    hs[-1] = h0
    for t in range(len(x)):
        hs[t] = np.tanh(x[t] @ W_ih.T + hs[t - 1] @ W_hh.T + b_ih + b_hh)
    return hs[:-1]


@solves("rnn.forward")
def inputs_hoisted(x, h0, W_ih, W_hh, b_ih, b_hh):
    z = np.einsum("tbf,hf->tbh", x, W_ih) + (b_ih + b_hh)
    h = np.zeros_like(z)
    h_prev = h0.copy()
    for t in range(len(z)):
        h_prev = np.tanh(z[t] + np.dot(h_prev, W_hh.T))
        h[t] = h_prev
    return h


@solves("rnn.forward")
def example_by_example(x, h0, W_ih, W_hh, b_ih, b_hh):
    out = np.empty((x.shape[1], len(x), len(W_hh)), dtype=x.dtype)
    for b in range(x.shape[1]):
        h = h0[b]
        for t in range(len(x)):
            h = out[b, t] = np.tanh(W_ih @ x[t, b] + W_hh @ h + b_ih + b_hh)
    return out.transpose(1, 0, 2)


@solves("rnn.forward")
def recursive(x, h0, W_ih, W_hh, b_ih, b_hh):
    if len(x) == 0:
        return np.empty((0, *h0.shape), dtype=h0.dtype)
    h = rnn.cell(x[0], h0, W_ih, W_hh, b_ih, b_hh)  # a smaller function of the library is allowed
    return np.concatenate([h[None], recursive(x[1:], h, W_ih, W_hh, b_ih, b_hh)])


# rnn.output


@solves("rnn.output")
def output_in_the_loop(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h, out = h0, []
    for x_t in x:
        h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        out.append(h @ W_ho.T + b_ho)
    return np.stack(out)


@solves("rnn.output")
def output_flattened(x, h0, *rest):
    h = collected_in_a_list(x, h0, *rest[:4])
    return (h.reshape(-1, h.shape[-1]) @ rest[4].T + rest[5]).reshape(*h.shape[:2], -1)


@solves("rnn.output")
def output_by_library_forward(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    return np.einsum("tbh,kh->tbk", rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh), W_ho) + b_ho


# rnn.cross_entropy


def _log_softmax(o):
    shifted = o - o.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


@solves("rnn.cross_entropy")
def log_softmax_twice(o, y):
    log_p = _log_softmax(_log_softmax(o))  # idempotent
    T, B = y.shape
    return -log_p[np.arange(T)[:, None], np.arange(B), y].mean()


@solves("rnn.cross_entropy")
def symbol_by_symbol(o, y):
    total = 0.0
    for t, b in np.ndindex(y.shape):
        top = max(o[t, b])
        total += math.log(sum(math.exp(v - top) for v in o[t, b])) + top - o[t, b, y[t, b]]
    return total / y.size


@solves("rnn.cross_entropy")
def one_hot_and_zero_dimensional(o, y):
    return np.array(-(np.eye(o.shape[-1])[y] * _log_softmax(o)).sum() / y.size)


@solves("rnn.cross_entropy")
def means_of_means(o, y):
    return np.float64(-np.take_along_axis(_log_softmax(o), y[:, :, None], 2).squeeze(2).mean(axis=0).mean())


@solves("rnn.cross_entropy")
def by_logsumexp_in_long_double(o, y):
    z = o.astype(np.longdouble)
    return float(np.mean(np.logaddexp.reduce(z, axis=-1) - np.take_along_axis(z, y[..., None], axis=-1)[..., 0]))


@solves("rnn.cross_entropy")
def with_logaddexp(o, y):
    picked = np.sum(np.where(np.arange(o.shape[-1]) == y[..., None], o, 0), axis=-1)
    return float(np.mean(np.logaddexp.reduce(o, axis=-1) - picked))


# rnn.temperature


@solves("rnn.temperature")
def by_logsumexp(o, tau):
    z = o / tau
    return np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))


@solves("rnn.temperature")
def from_the_last_symbol_on(o, tau):
    e = np.exp((o - o.max(axis=-1)[:, None]) / tau)
    return e / sum(e[:, k] for k in reversed(range(o.shape[-1])))[:, None]


@solves("rnn.temperature")
def einsum_of_weights(o, tau):
    e = np.exp((o - o.max(axis=-1, keepdims=True)) / tau)
    return np.einsum("bk,b->bk", e, 1 / np.einsum("bk->b", e))


@solves("rnn.temperature")
def exponentials_of_logs(o, tau):
    return np.exp(_log_softmax(o / tau))


@solves("rnn.temperature")
def row_by_row(o, tau):
    rows = []
    for row in o:
        e = np.exp((row - np.max(row)) / tau)
        rows.append(e / e.sum())
    return np.array(rows)


@solves("rnn.temperature")
def columns(o, tau):
    z = o.T / tau
    e = np.exp(z - z.max(axis=0))
    return (e / e.sum(axis=0)).T


@solves("rnn.temperature")
def by_library_softmax(o, tau):
    return rnn.softmax(o / tau)


# rnn.sample


def power_renormalised(o, tau):
    p = np.exp(o - o.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    q = p ** (1 / tau)
    return q / q.sum(axis=1, keepdims=True)


@solves("rnn.sample")
def by_searchsorted(o, tau, u):
    p = row_by_row(o, tau)
    return np.array([np.searchsorted(np.cumsum(p[b]), u[b], side="right") for b in range(len(o))])


@solves("rnn.sample")
def first_true(o, tau, u):
    return np.argmax(np.cumsum(power_renormalised(o, tau), axis=1) > u[:, None], axis=1).astype(np.int32)


@solves("rnn.sample")
def subtracting(o, tau, u):
    out = np.zeros(len(o), dtype=int)
    for b, row in enumerate(row_by_row(o, tau)):
        left, k = u[b], 0
        while left >= row[k]:
            left -= row[k]
            k += 1
        out[b] = k
    return out


@solves("rnn.sample")
def library_temperature(o, tau, u):
    return (rnn.temperature(o, tau).cumsum(axis=1) <= u[:, None]).sum(axis=1)


# rnn.perplexity, rnn.bits_per_character


@solves("rnn.perplexity")
def weighted_mean(nll_sums, counts):
    return np.exp(np.average(nll_sums / counts, weights=counts))


@solves("rnn.perplexity")
def in_bits(nll_sums, counts):
    return 2 ** (sum(nll_sums) / sum(counts) / math.log(2))


@solves("rnn.perplexity")
def product_of_parts(nll_sums, counts):
    return math.prod(math.exp(s / counts.sum()) for s in nll_sums)


@solves("rnn.bits_per_character")
def times_log2_e(nll):
    return nll * np.log2(np.e)


@solves("rnn.bits_per_character")
def over_math_log(nll):
    return nll / math.log(2)


@solves("rnn.bits_per_character")
def log2_of_exp(nll):
    return np.array(math.log2(math.exp(nll)))


# rnn.next_symbol_pairs


@solves("rnn.next_symbol_pairs")
def index_arithmetic(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    c, t, b = np.meshgrid(np.arange(C), np.arange(T), np.arange(B), indexing="ij")
    where = b * C * T + c * T + t
    return [ids[where], ids[where + 1]]


@solves("rnn.next_symbol_pairs")
def triple_loop(ids, B, T):
    C = (ids.size - 1) // (B * T)
    x, y = np.zeros((C, T, B), dtype=ids.dtype), np.zeros((C, T, B), dtype=ids.dtype)
    for b in range(B):
        for c in range(C):
            for t in range(T):
                x[c, t, b], y[c, t, b] = ids[b * C * T + c * T + t : b * C * T + c * T + t + 2]
    return x, y


Pair = namedtuple("Pair", "x y")


@solves("rnn.next_symbol_pairs")
def columns_of_text(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x, y = (s[: B * C * T].reshape(B, -1).T.reshape(C, T, B) for s in (ids, ids[1:]))
    return Pair(np.asfortranarray(x), y.astype(np.uint16))


# rnn.prime


@solves("rnn.prime")
def columns_of_weights(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    h = h0
    for s in prompt:
        h = np.tanh(W_ih[:, s].T + b_ih + h @ W_hh.T + b_hh)
    return h


@solves("rnn.prime")
def one_hot_and_forward(prompt, h0, *weights):
    x = (prompt[..., None] == np.arange(weights[0].shape[1])).astype(h0.dtype)
    return rnn.forward(x, h0, *weights)[-1]


@solves("rnn.prime")
def scattered_one_hot(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    h = h0.copy()
    for t in range(prompt.shape[0]):
        x_t = np.zeros((prompt.shape[1], W_ih.shape[1]), dtype=h0.dtype)
        x_t[np.arange(prompt.shape[1]), prompt[t]] = 1
        h = merged_bias_and_stacked_weights(x_t, h, W_ih, W_hh, b_ih, b_hh)
    return h


TYPED = {
    ("rnn.cell", "R6"): """
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh + b_hh)
""",
    ("rnn.cell", "R7"): """
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = np.dot(x_t, W_ih.T) + np.dot(h_prev, W_hh.T) + b_ih
    return np.tanh(z)
""",
    ("rnn.cell", "R9"): """
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return sigmoid(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
""",
    ("rnn.cell", "R10"): """
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    h_t = np.tanh(x_t @ W_ih.T + b_ih) + h_prev @ W_hh.T + b_hh
    return h_t
""",
    ("rnn.forward", "R1"): """
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = W_hh.shape[0]
    h = np.zeros((B, H), dtype=x.dtype)
    hs = []
    for t in range(T):
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        hs.append(h)
    return np.array(hs)
""",
    ("rnn.forward", "R3"): """
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    hs = []
    for x_t in x:
        hs.append(np.tanh(x_t @ W_ih.T + b_ih + h0 @ W_hh.T + b_hh))
    return np.stack(hs)
""",
    ("rnn.forward", "R8"): """
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    a, hs = h0, []
    for x_t in x:
        a = x_t @ W_ih.T + b_ih + a @ W_hh.T + b_hh
        hs.append(np.tanh(a))
    return np.stack(hs)
""",
    ("rnn.forward", "R12"): """
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = h0.copy()
    hs = []
    for x_t in x:
        h[:] = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        hs.append(h)
    return np.stack(hs)
""",
    ("rnn.output", "R12"): """
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = h0
    for x_t in x:
        h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    return np.stack([h @ W_ho.T + b_ho] * len(x))
""",
    ("rnn.cross_entropy", "R14"): """
def softmax(o):
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

def cross_entropy(o, y):
    p = softmax(softmax(o))
    T, B, K = o.shape
    total = 0.0
    for t in range(T):
        for b in range(B):
            total -= np.log(p[t, b, y[t, b]])
    return float(total / (T * B))
""",
    ("rnn.cross_entropy", "C12"): """
def cross_entropy(o, y):
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    return float(-np.log(np.take_along_axis(p, y[..., None], axis=-1) + 1e-9).mean())
""",
    ("rnn.bits_per_character", "R20p"): """
def bits_per_character(nll):
    return 2.0 ** nll
""",
    ("rnn.perplexity", "R19"): """
def perplexity(nll_sums, counts):
    return float(np.mean(np.exp(nll_sums / counts)))
""",
    ("rnn.next_symbol_pairs", "R21"): """
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = ids[: B * C * T].reshape(B, C, T).transpose(1, 2, 0)
    return x, x.copy()
""",
    ("rnn.temperature", "R15"): """
def temperature(o, tau):
    p = np.exp(o - o.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    p = p / tau
    return p / p.sum(axis=-1, keepdims=True)
""",
    ("rnn.temperature", "R16"): """
def temperature(o, tau):
    z = o * tau
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)
""",
    ("rnn.sample", "R18"): """
def sample(o, tau, u):
    return o.argmax(axis=-1)
""",
    ("rnn.prime", "R22f"): """
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    X = np.eye(prompt.max() + 1, dtype=h0.dtype)
    h = h0
    for symbols in prompt:
        h = np.tanh(X[symbols] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    return h
""",
    ("rnn.prime", "R22"): """
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    X = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    h = h0
    last = prompt[0]
    for symbol in prompt:
        h = np.tanh(X[last] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        last = symbol
    return h
""",
}

KEPT = """
rnn.cell, R1 cell: the share of the input (zero state)
rnn.cell, R6: the share of the input (zero state)
rnn.cell, R6c state first: -
rnn.cell, R6c input first: -
rnn.cell, R6i: -
rnn.cell, R6r: the share of the state (zero input)
rnn.cell, R7 no b_ih: -
rnn.cell, R7 no b_hh: -
rnn.cell, R7 b_ih twice: -
rnn.cell, R7 b_hh twice: -
rnn.cell, R7 b_ih for b_hh: -
rnn.cell, R7 b_hh for b_ih: -
rnn.cell, R7 neither: -
rnn.cell, R7s: -
rnn.cell, R8t: the share of the input (zero state)
rnn.cell, R9 linear: -
rnn.cell, R9 logistic: -
rnn.cell, R9 rectifier: -
rnn.cell, R9 arctan: -
rnn.cell, R9 tan: -
rnn.cell, R9h: -
rnn.cell, R9w: -
rnn.cell, R10: the share of the input (zero state)
rnn.cell, R10 b_hh outside: -
rnn.cell, R10 biases outside: -
rnn.cell, R10 input outside: -
rnn.cell, R10 each by itself: -
rnn.forward, R1: a sequence from a zero state
rnn.forward, R3: one step
rnn.forward, R3 from zero: one step
rnn.forward, R3n: -
rnn.forward, R3n no b_hh: -
rnn.forward, R4: -
rnn.forward, R4 stacked: -
rnn.forward, R5 inputs: one step
rnn.forward, R5 swapped inputs: one step
rnn.forward, R5 states: one step
rnn.forward, R6: -
rnn.forward, R6c state first: -
rnn.forward, R6c input first: -
rnn.forward, R6i: -
rnn.forward, R6r: -
rnn.forward, R7 no b_ih: -
rnn.forward, R7 no b_hh: -
rnn.forward, R7 b_ih twice: -
rnn.forward, R7 b_hh twice: -
rnn.forward, R7 b_ih for b_hh: -
rnn.forward, R7 b_hh for b_ih: -
rnn.forward, R7 neither: -
rnn.forward, R7s: -
rnn.forward, R8t: -
rnn.forward, R9 linear: -
rnn.forward, R9 logistic: -
rnn.forward, R9 rectifier: -
rnn.forward, R9 arctan: -
rnn.forward, R9 tan: -
rnn.forward, R9h: -
rnn.forward, R9w: -
rnn.forward, R10: -
rnn.forward, R10 b_hh outside: -
rnn.forward, R10 biases outside: -
rnn.forward, R10 input outside: -
rnn.forward, R10 each by itself: -
rnn.forward, R7g: one step
rnn.forward, R7t b_hh later: -
rnn.forward, R7t b_hh at first: one step
rnn.forward, R7t recurrence later: -
rnn.forward, R8: one step
rnn.forward, R8z: -
rnn.forward, R11: -
rnn.forward, R11 h0 put in too late: -
rnn.forward, R11f h0 first: -
rnn.forward, R11f zeros first: -
rnn.forward, R11l: -
rnn.forward, R11r: one step
rnn.forward, R12: one step
rnn.output, R1: a sequence from a zero state
rnn.output, R3: one step
rnn.output, R3 from zero: one step
rnn.output, R3n: -
rnn.output, R3n no b_hh: -
rnn.output, R4: -
rnn.output, R4 stacked: -
rnn.output, R5 inputs: one step
rnn.output, R5 swapped inputs: one step
rnn.output, R5 states: one step
rnn.output, R6: -
rnn.output, R6c state first: -
rnn.output, R6c input first: -
rnn.output, R6i: -
rnn.output, R7 no b_ih: -
rnn.output, R7 no b_hh: -
rnn.output, R7 b_ih twice: -
rnn.output, R7 b_hh twice: -
rnn.output, R7 b_ih for b_hh: -
rnn.output, R7 b_hh for b_ih: -
rnn.output, R7 neither: -
rnn.output, R7s: -
rnn.output, R8t: -
rnn.output, R9 linear: -
rnn.output, R9 logistic: -
rnn.output, R9 rectifier: -
rnn.output, R9 arctan: -
rnn.output, R9 tan: -
rnn.output, R9h: -
rnn.output, R9w: -
rnn.output, R10: -
rnn.output, R10 b_hh outside: -
rnn.output, R10 biases outside: -
rnn.output, R10 input outside: -
rnn.output, R10 each by itself: -
rnn.output, R7t b_hh later: -
rnn.output, R7t b_hh at first: one step
rnn.output, R7t recurrence later: -
rnn.output, R8: one step
rnn.output, R8z: -
rnn.output, R11: -
rnn.output, R11 h0 put in too late: -
rnn.output, R11f h0 first: -
rnn.output, R11f zeros first: -
rnn.output, R11l: -
rnn.output, R11r: one step
rnn.output, R12: one step
rnn.output, R6r W_ih: -
rnn.output, R6r W_ho: -
rnn.output, R7g b_hh: one step
rnn.output, R7g b_ho: one step
rnn.output, R6o: -
rnn.output, R7o: -
rnn.output, R9o: -
rnn.output, R9o logistic: -
rnn.output, R14c: one step
rnn.output, R14o: -
rnn.output, R14h: -
rnn.output, R14s largest: -
rnn.output, R14s mean: -
rnn.output, R14s logarithm: -
rnn.cross_entropy, R13 time: -
rnn.cross_entropy, R13 batch: -
rnn.cross_entropy, R13 time and batch: -
rnn.cross_entropy, R13 all: one symbol
rnn.cross_entropy, R14: -
rnn.cross_entropy, R20: -
rnn.cross_entropy, R20 base 10: -
rnn.cross_entropy, R20 in the sum: -
rnn.cross_entropy, R5 targets: one symbol
rnn.cross_entropy, R5 scores: one symbol
rnn.cross_entropy, C1: one symbol
rnn.cross_entropy, C1 time: one symbol
rnn.cross_entropy, C1 batch: one symbol
rnn.cross_entropy, C2: -
rnn.cross_entropy, C3: -
rnn.cross_entropy, C4 naive: one symbol; a batch of sequences
rnn.cross_entropy, C4 logarithm: one symbol; a batch of sequences
rnn.cross_entropy, C4 one maximum: one symbol; a batch of sequences
rnn.cross_entropy, C5: -
rnn.cross_entropy, C8: one symbol
rnn.cross_entropy, C9: -
rnn.cross_entropy, C10 not from the score: -
rnn.cross_entropy, C10 not from the sum: -
rnn.cross_entropy, C11: one symbol
rnn.cross_entropy, C13 50: one symbol; a batch of sequences
rnn.cross_entropy, C13 100: one symbol; a batch of sequences
rnn.cross_entropy, C13 500: one symbol; a batch of sequences
rnn.cross_entropy, C13 700: one symbol; a batch of sequences
rnn.cross_entropy, C14: one symbol
rnn.cross_entropy, C15: -
rnn.cross_entropy, C16: -
rnn.cross_entropy, C16 shifted: -
rnn.cross_entropy, C17: -
rnn.cross_entropy, C18: -
rnn.temperature, R13: -
rnn.temperature, R13 rows shifted: -
rnn.temperature, R13 one maximum: -
rnn.temperature, R13 all: -
rnn.temperature, R13 all, rows shifted: -
rnn.temperature, R13 naive: -
rnn.temperature, R13 naive, all: -
rnn.temperature, R15: a temperature of 1
rnn.temperature, R15 p/τ: a temperature of 1
rnn.temperature, R15 p·τ: a temperature of 1
rnn.temperature, R15s: -
rnn.temperature, R16: a temperature of 1
rnn.temperature, R16 power: a temperature of 1
rnn.temperature, R17: a temperature of 1
rnn.temperature, R18: -
rnn.temperature, C4 naive: a temperature of 1; a temperature below 1; a temperature above 1
rnn.temperature, C4 one maximum: a temperature of 1; a temperature below 1; a temperature above 1
rnn.temperature, C4 NaN to 0: a temperature of 1; a temperature below 1; a temperature above 1
rnn.temperature, C6: -
rnn.temperature, C6 stable: -
rnn.temperature, C7: -
rnn.temperature, C7 shifted: -
rnn.temperature, C7 power: a temperature of 1
rnn.temperature, C13 50: a temperature of 1; a temperature below 1; a temperature above 1
rnn.temperature, C13 100: a temperature of 1; a temperature below 1; a temperature above 1
rnn.temperature, C13 500: a temperature of 1; a temperature below 1; a temperature above 1
rnn.temperature, C13 700: a temperature of 1; a temperature below 1; a temperature above 1
rnn.temperature, C13 50 after τ: a temperature of 1; a temperature below 1; a temperature above 1
rnn.temperature, C13 100 after τ: a temperature of 1; a temperature below 1; a temperature above 1
rnn.temperature, C13 500 after τ: a temperature of 1; a temperature below 1; a temperature above 1
rnn.temperature, C13 700 after τ: a temperature of 1; a temperature below 1; a temperature above 1
rnn.temperature, T1 the score: a temperature of 1; a temperature below 1; a temperature above 1
rnn.temperature, T1 the maximum: a temperature of 1
rnn.temperature, T2: a temperature of 1; a temperature below 1; a temperature above 1
rnn.sample, R13: -
rnn.sample, R13 rows shifted: -
rnn.sample, R13 one maximum: -
rnn.sample, R13 all: -
rnn.sample, R13 all, rows shifted: -
rnn.sample, R13 naive: -
rnn.sample, R13 naive, all: -
rnn.sample, R15: a temperature of 1; u on the border of two symbols
rnn.sample, R15 p/τ: a temperature of 1
rnn.sample, R15 p·τ: a temperature of 1
rnn.sample, R15s: u on the border of two symbols
rnn.sample, R16: a temperature of 1; u on the border of two symbols
rnn.sample, R16 power: a temperature of 1; u on the border of two symbols
rnn.sample, R17: a temperature of 1; u on the border of two symbols
rnn.sample, R18: -
rnn.sample, R18 below 1: a temperature of 1; a temperature above 1
rnn.sample, R18b: a temperature of 1; a temperature below 1; a temperature above 1
rnn.sample, R18c more: -
rnn.sample, R18c less: -
rnn.sample, R18f: -
rnn.sample, R18f flat: -
rnn.sample, R18o descending: u on the border of two symbols
rnn.sample, R18o ascending: u on the border of two symbols
rnn.sample, R18o backwards: -
rnn.sample, R18o backwards, not put back: u on the border of two symbols
rnn.sample, R18o not put back: u on the border of two symbols
rnn.sample, R18o ascending, not put back: u on the border of two symbols
rnn.sample, R18p nearest: -
rnn.sample, R18p first above: -
rnn.sample, R18p counted: u on the border of two symbols
rnn.sample, R18t: -
rnn.sample, R18t one more: -
rnn.sample, R18t 1 - u: -
rnn.sample, R18u: -
rnn.sample, C7: -
rnn.sample, C7 shifted: -
rnn.sample, C7 power: a temperature of 1
rnn.perplexity, R19 mean of exp: one part
rnn.perplexity, R19 mean of means: one part; parts of equal length
rnn.perplexity, R19 sum of means: one part
rnn.perplexity, R19 sum of exp: one part
rnn.perplexity, R19 mean by sum: one part
rnn.perplexity, R19 sum by mean: one part
rnn.perplexity, R19 median of means: one part
rnn.perplexity, R19 weighted: one part
rnn.perplexity, R19 median: one part
rnn.perplexity, R19 short parts count most: one part; parts of equal length
rnn.perplexity, R19 halved: one part
rnn.perplexity, R19c one less each: -
rnn.perplexity, R19c one less: -
rnn.perplexity, R19c one more each: -
rnn.perplexity, R19d: -
rnn.perplexity, R19e: -
rnn.perplexity, R19f first: one part; parts of equal length
rnn.perplexity, R19f last: one part; parts of equal length
rnn.perplexity, R19i: -
rnn.perplexity, R19n: -
rnn.perplexity, R19s: -
rnn.perplexity, R19s sum: -
rnn.perplexity, R19s weighted: -
rnn.perplexity, R20: -
rnn.perplexity, R20 bits: -
rnn.bits_per_character, R20: -
rnn.bits_per_character, R20 times: -
rnn.bits_per_character, R20 halved: -
rnn.bits_per_character, R20 doubled: -
rnn.bits_per_character, R20 base 10: -
rnn.bits_per_character, R20 logarithm of base 10: -
rnn.bits_per_character, R20 upside down: -
rnn.bits_per_character, R20 base 3: -
rnn.bits_per_character, R20m: -
rnn.bits_per_character, R20p power: -
rnn.bits_per_character, R20p logarithm: -
rnn.bits_per_character, R20p exp: -
rnn.bits_per_character, R20p natural logarithm: -
rnn.bits_per_character, R20p exp over: -
rnn.bits_per_character, R20w up: -
rnn.bits_per_character, R20w down: -
rnn.bits_per_character, R20w nearest: -
rnn.bits_per_character, R20y: -
rnn.next_symbol_pairs, R21 same: inputs
rnn.next_symbol_pairs, R21 both ahead: targets
rnn.next_symbol_pairs, R21 wrapped: inputs
rnn.next_symbol_pairs, R21 zero at the end: inputs
rnn.next_symbol_pairs, R21 last again: inputs
rnn.next_symbol_pairs, R21 before: inputs
rnn.next_symbol_pairs, R21 two ahead: inputs
rnn.next_symbol_pairs, R21a: inputs
rnn.next_symbol_pairs, R21b column: inputs
rnn.next_symbol_pairs, R21b chunk: inputs
rnn.next_symbol_pairs, R21b a chunk ahead: inputs
rnn.next_symbol_pairs, R21c interleaved: -
rnn.next_symbol_pairs, R21c chunk by chunk: -
rnn.next_symbol_pairs, R21c columns interleaved: -
rnn.next_symbol_pairs, R21c steps far apart: -
rnn.next_symbol_pairs, R21c every C-th: -
rnn.next_symbol_pairs, R21c overlapping: -
rnn.next_symbol_pairs, R21e its first: inputs
rnn.next_symbol_pairs, R21e the text's first: inputs
rnn.next_symbol_pairs, R21e its last: inputs
rnn.next_symbol_pairs, R21e zero: inputs
rnn.next_symbol_pairs, R21g: -
rnn.next_symbol_pairs, R21m N - 1: -
rnn.next_symbol_pairs, R21m N: -
rnn.next_symbol_pairs, R21m T: -
rnn.next_symbol_pairs, R21n whole: inputs; targets
rnn.next_symbol_pairs, R21n one less: -
rnn.next_symbol_pairs, R21n one less than N: -
rnn.next_symbol_pairs, R21p: -
rnn.next_symbol_pairs, R4: -
rnn.next_symbol_pairs, R5: -
rnn.prime, R1: a prompt read from a zero state
rnn.prime, R3: a prompt of one symbol
rnn.prime, R3 from zero: a prompt of one symbol
rnn.prime, R3n: -
rnn.prime, R3n no b_hh: -
rnn.prime, R4: -
rnn.prime, R5: a prompt of one symbol
rnn.prime, R6: -
rnn.prime, R6c state first: -
rnn.prime, R6c input first: -
rnn.prime, R6i: -
rnn.prime, R6r: -
rnn.prime, R7 no b_ih: -
rnn.prime, R7 no b_hh: -
rnn.prime, R7 b_ih twice: -
rnn.prime, R7 b_hh twice: -
rnn.prime, R7 b_ih for b_hh: -
rnn.prime, R7 b_hh for b_ih: -
rnn.prime, R7 neither: -
rnn.prime, R7s: -
rnn.prime, R8t: -
rnn.prime, R9 linear: -
rnn.prime, R9 logistic: -
rnn.prime, R9 rectifier: -
rnn.prime, R9 arctan: -
rnn.prime, R9 tan: -
rnn.prime, R9h: -
rnn.prime, R9w: -
rnn.prime, R10: -
rnn.prime, R10 b_hh outside: -
rnn.prime, R10 biases outside: -
rnn.prime, R10 input outside: -
rnn.prime, R10 each by itself: -
rnn.prime, R8z: -
rnn.prime, R22 first twice, last never: a prompt of one symbol
rnn.prime, R22 last never: -
rnn.prime, R22 first never: -
rnn.prime, R22 first twice: -
rnn.prime, R22 last twice: -
rnn.prime, R22 backwards: a prompt of one symbol
rnn.prime, R22 another one before: -
rnn.prime, R22 twice: -
rnn.prime, R22a mean: a prompt of one symbol
rnn.prime, R22a sum: a prompt of one symbol
rnn.prime, R22b: a prompt of one symbol
rnn.prime, R22c: a prompt of one symbol
rnn.prime, R22o: a prompt of one symbol
rnn.prime, R22r: a prompt of one symbol
rnn.prime, R22s from 1: -
rnn.prime, R22s one more: -
rnn.prime, R22z: -
"""
