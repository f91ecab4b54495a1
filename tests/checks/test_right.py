"""Right solutions in many forms: every one has to get every point, whatever it looks like."""

from __future__ import annotations

import math
from collections import namedtuple

import numpy as np
import pytest

from rnncourse import bptt, rnn
from rnncourse.checks import check, exercises, find
from rnncourse.checks.engine import Exercise, examine

pytestmark = pytest.mark.filterwarnings("ignore")  # a warning is no error, as in a notebook

RIGHT: dict[str, list] = {}


def solves(name):
    def keep(function):
        RIGHT.setdefault(name, []).append(function)
        return function

    return keep


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


# bptt.cell_backward

Grads = namedtuple("Grads", "a b c d e")


@solves("bptt.cell_backward")
def by_einsum(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t * (1 - h_t) * (1 + h_t)
    return Grads(
        np.einsum("bh,bf->hf", dz, x_t),
        np.einsum("bi,bj->ij", dz, h_prev),
        np.einsum("bh->h", dz),
        np.einsum("bh,hf->bf", dz, W_ih),
        np.einsum("bi,ij->bj", dz, W_hh),
    )


@solves("bptt.cell_backward")
def by_outer_products(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t - dh_t * np.square(h_t)
    dW_ih = sum(np.outer(dz[b], x_t[b]) for b in range(len(dz)))
    dW_hh = sum(np.outer(dz[b], h_prev[b]) for b in range(len(dz)))
    return [dW_ih, dW_hh, sum(dz), (W_ih.T @ dz.T).T, (W_hh.T @ dz.T).T]


@solves("bptt.cell_backward")
def through_the_cosh(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t / np.cosh(np.arctanh(h_t)) ** 2
    both = dz.T @ np.hstack([x_t, h_prev])
    F = x_t.shape[1]
    return both[:, :F], both[:, F:], np.ones_like(dz[:, 0]) @ dz, dz @ W_ih, dz @ W_hh


# bptt.backward


@solves("bptt.backward")
def all_dz_first(dh_out, x, h0, h, W_ih, W_hh):
    dz, T = np.empty_like(dh_out), len(x)
    for t in range(T - 1, -1, -1):
        dh = dh_out[t] if t == T - 1 else dh_out[t] + dz[t + 1] @ W_hh
        dz[t] = (1 - h[t] ** 2) * dh
    before = np.concatenate([h0[None], h[:-1]])
    dW_ih = np.tensordot(dz, x, axes=([0, 1], [0, 1]))
    dW_hh = np.tensordot(dz, before, axes=([0, 1], [0, 1]))
    return dW_ih, dW_hh, dz.sum((0, 1)), dz @ W_ih, dz[0] @ W_hh


@solves("bptt.backward")
def by_library_steps(dh_out, x, h0, h, W_ih, W_hh):
    steps, carry = [], np.zeros_like(h0)
    for t in range(len(x))[::-1]:
        step = bptt.cell_backward(dh_out[t] + carry, x[t], h[t - 1] if t else h0, h[t], W_ih, W_hh)
        carry = step.dh_rec
        steps.insert(0, step)
    sums = [sum(s[i] for s in steps) for i in range(3)]
    return bptt.Gradients(*sums, np.array([s.dx_t for s in steps]), carry)


@solves("bptt.backward")
def by_path_sums(dh_out, x, h0, h, W_ih, W_hh):
    """Every pair of steps by itself: the gradient of the loss at s that reaches t ≤ s."""
    T = len(x)
    before = [h0, *h[:-1]]
    dz = np.zeros_like(dh_out)
    for s in range(T):
        g = (1 - h[s] ** 2) * dh_out[s]
        dz[s] += g
        for t in range(s - 1, -1, -1):
            g = (1 - h[t] ** 2) * (g @ W_hh)
            dz[t] += g
    dW_hh = sum(dz[t].T @ before[t] for t in range(T))
    return [np.einsum("tbh,tbf->hf", dz, x), dW_hh, dz.reshape(-1, dz.shape[-1]).sum(0), dz @ W_ih, dz[0] @ W_hh]


# bptt.rtrl


@solves("bptt.rtrl")
def rtrl_by_matrix(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    H, F = W_ih.shape
    T, B = x.shape[:2]
    n = H * (H + F + 1)
    grad = np.zeros(n, dtype=x.dtype)
    for b in range(B):
        h, J = h0[b], np.zeros((H, n), dtype=x.dtype)
        for t in range(T):
            u = np.concatenate([h, x[t, b], [1]]).astype(x.dtype)
            h = np.tanh(W_ih @ x[t, b] + W_hh @ h + b_ih + b_hh)
            J = (1 - h**2)[:, None] * (W_hh @ J + np.kron(np.eye(H, dtype=x.dtype), u))
            grad += dh_out[t, b] @ J
    grad = grad.reshape(H, -1)
    return grad[:, H:-1], grad[:, :H], grad[:, -1]


@solves("bptt.rtrl")
def rtrl_three_tensors(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    H, F = W_ih.shape
    B = len(h0)
    P, Q, R = (np.zeros((B, H, *shape), dtype=x.dtype) for shape in ((H, F), (H, H), (H,)))
    out = [0.0, 0.0, 0.0]
    e = np.eye(H, dtype=x.dtype)
    h = h0
    for t in range(len(x)):
        new = rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        D = 1 - new**2
        P = np.einsum("bk,bkai->bkai", D, np.einsum("kl,blai->bkai", W_hh, P) + np.einsum("ka,bi->bkai", e, x[t]))
        Q = np.einsum("bk,bkai->bkai", D, np.einsum("kl,blai->bkai", W_hh, Q) + np.einsum("ka,bi->bkai", e, h))
        R = np.einsum("bk,bka->bka", D, np.einsum("kl,bla->bka", W_hh, R) + e)
        out = [g + np.einsum("bk,bk...->...", dh_out[t], S) for g, S in zip(out, (P, Q, R), strict=True)]
        h = new
    return out


@solves("bptt.rtrl")
def rtrl_library_step(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    H, F = W_ih.shape
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    S, total = np.zeros((len(h0), H, H, H + F + 1), dtype=x.dtype), 0
    for t in range(len(x)):
        S = bptt.sensitivity_step(S, x[t], h[t - 1] if t else h0, h[t], W_hh)
        total = total + np.tensordot(dh_out[t], S, axes=([0, 1], [0, 1]))
    return total[:, H : H + F], total[:, :H], total[:, H + F]


# bptt.truncated


@solves("bptt.truncated")
def carry_cut_at_borders(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = negative_index_done_right(x, h0, W_ih, W_hh, b_ih, b_hh)
    before = np.concatenate([h0[None], h[:-1]])
    dz, carry = np.zeros_like(dh_out), np.zeros_like(h0)
    for t in range(len(x) - 1, -1, -1):
        if t % k == k - 1:
            carry = np.zeros_like(h0)
        dz[t] = (1 - h[t] ** 2) * (dh_out[t] + carry)
        carry = dz[t] @ W_hh
    return np.einsum("tbi,tbj->ij", dz, x), np.einsum("tbi,tbj->ij", dz, before), dz.sum(axis=(0, 1))


@solves("bptt.truncated")
def chunk_by_chunk(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h_prev, out = h0, None
    while len(x):
        h = collected_in_a_list(x[:k], h_prev, W_ih, W_hh, b_ih, b_hh)
        g = all_dz_first(dh_out[:k], x[:k], h_prev, h, W_ih, W_hh)[:3]
        out = g if out is None else [a + b for a, b in zip(out, g, strict=True)]
        x, dh_out, h_prev = x[k:], dh_out[k:], h[-1]
    return out


@solves("bptt.truncated")
def by_library_backward(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    parts = []
    for s in range(0, len(x), k):
        start = h[s - 1] if s else h0
        parts.append(bptt.backward(dh_out[s : s + k], x[s : s + k], start, h[s : s + k], W_ih, W_hh))
    return tuple(np.sum([p[i] for p in parts], axis=0) for i in range(3))


# bptt.truncated_pair


def _pair_states(x, h, c, W_ih, W_hh, b, a):
    out = []
    for x_t in x:
        g = np.tanh(W_ih @ x_t.T + W_hh @ h.T + b[:, None]).T
        c = a * c + g
        out.append((h, g, np.tanh(c)))
        h = out[-1][2]
    return out, h, c


def _pair_back(dh_out, x, states, W_hh, a):
    dW_ih, dW_hh, db, dh, dc = 0, 0, 0, 0, 0
    for t in reversed(range(len(x))):
        before, g, h = states[t]
        dc = dc + (1 - h * h) * (dh_out[t] + dh)
        dz = (1 - g * g) * dc
        dW_ih, dW_hh, db = dW_ih + dz.T @ x[t], dW_hh + dz.T @ before, db + dz.sum(0)
        dh, dc = dz @ W_hh, dc * a
    return dW_ih, dW_hh, db


@solves("bptt.truncated_pair")
def pair_by_chunks(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c, parts = h0, c0, []
    for s in range(0, len(x), k):
        states, h, c = _pair_states(x[s : s + k], h, c, W_ih, W_hh, b, a)
        parts.append(_pair_back(dh_out[s : s + k], x[s : s + k], states, W_hh, a))
    return [sum(p[i] for p in parts) for i in range(3)]


@solves("bptt.truncated_pair")
def pair_recursive(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    states, h, c = _pair_states(x[:k], h0, c0, W_ih, W_hh, b, a)
    here = _pair_back(dh_out[:k], x[:k], states, W_hh, a)
    if len(x) <= k:
        return here
    return tuple(p + q for p, q in zip(here, pair_recursive(dh_out[k:], x[k:], h, c, W_ih, W_hh, b, a, k), strict=True))


@solves("bptt.truncated_pair")
def pair_forwards_in_each_chunk(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    """By forward sensitivities that start at zero in every chunk: no step backwards at all."""
    H, F = W_ih.shape
    h, c, total = h0, c0, 0
    e = np.eye(H, dtype=x.dtype)
    for t in range(len(x)):
        if t % k == 0:
            Ph = Pc = np.zeros((len(h0), H, H, H + F + 1), dtype=x.dtype)
        u = np.concatenate([h, x[t], np.ones_like(h[:, :1])], axis=1)
        g = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        inner = np.einsum("kl,blai->bkai", W_hh, Ph) + np.einsum("ka,bi->bkai", e, u)
        Pc = a[:, None, None] * Pc + (1 - g**2)[..., None, None] * inner
        c = a * c + g
        h = np.tanh(c)
        Ph = (1 - h**2)[..., None, None] * Pc
        total = total + np.einsum("bk,bkai->ai", dh_out[t], Ph)
    return total[:, H : H + F], total[:, :H], total[:, -1]


# bptt.numerical_gradient, bptt.relative_error


@solves("bptt.numerical_gradient")
def copies(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for j in np.ndindex(*theta.shape):
        up, down = theta.copy(), theta.copy()
        up[j] += eps
        down[j] -= eps
        gradient[j] = (f(up) - f(down)) / (2 * eps)
    return gradient


@solves("bptt.numerical_gradient")
def in_place_and_put_back(f, theta):
    flat, out = theta.reshape(-1), []
    for j in range(flat.size):
        old = flat[j]
        flat[j] = old + 1e-6
        up = f(theta)
        flat[j] = old - 1e-6
        out.append((up - f(theta)) / 2e-6)
        flat[j] = old
    return np.array(out).reshape(theta.shape)


@solves("bptt.numerical_gradient")
def five_points(f, theta):
    e, h = np.eye(theta.size), 1e-3
    values = [[f(theta + s * h * row.reshape(theta.shape)) for s in (-2, -1, 1, 2)] for row in e]
    return (np.array(values) @ [1, -8, 8, -1] / (12 * h)).reshape(theta.shape)


@solves("bptt.relative_error")
def ravelled(a, b):
    d, s = (a - b).ravel(), math.sqrt(np.vdot(a, a)) + math.sqrt(np.vdot(b, b))
    return 0.0 if s == 0 else math.sqrt(d @ d) / s


@solves("bptt.relative_error")
def guarded_by_tiny(a, b):
    return np.linalg.norm(a - b) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-300)


@solves("bptt.relative_error")
def equal_first(a, b):
    if np.array_equal(a, b):
        return 0
    return np.sqrt(((a - b) ** 2).sum()) / (np.sqrt((a**2).sum()) + np.sqrt((b**2).sum()))


@pytest.mark.parametrize("name", exercises())
def test_there_are_three_or_more_right_solutions(name):
    assert len(RIGHT[name]) >= 3


EVERY = [(n, f) for n in RIGHT for f in RIGHT[n]]


@pytest.mark.parametrize(("name", "function"), EVERY)
def test_a_right_solution_gets_every_point(name, function):
    for seed in range(3):
        report = check(name, function, seed=seed)
        assert report.passed, f"seed {seed}: {report}"
        assert (report.score, report.mistakes, report.messages, all(report.facets.values())) == (1.0, [], [], True)


# On many seeds: rounding differs from form to form, and from one order of summation to another.


def turned(exercise: Exercise, symbol: str):
    """A right answer that adds up along an axis from its end: everything is turned round before and back after."""

    def turn(value, array):
        axes = (value.axes or "").split()
        places = [i for i, axis in enumerate(axes) if axis == symbol]
        return np.flip(array, places).copy() if places and isinstance(array, np.ndarray) else array

    def function(*arguments):
        answer = exercise.variant()(*map(turn, exercise.arguments, arguments))
        answers = answer if isinstance(answer, (tuple, list)) else [answer]
        back = [turn(output, a) for output, a in zip(exercise.outputs, answers, strict=True)]
        return back[0] if len(back) == 1 else tuple(back)

    return function


def precise(exercise: Exercise):
    """The right answer in higher precision than asked for, rounded at the end."""

    def function(*arguments):
        dtype = next((a.dtype for a in arguments if isinstance(a, np.ndarray) and a.dtype.kind == "f"), np.float64)
        long = [a.astype(np.longdouble) if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a for a in arguments]
        answer = exercise.variant()(*long)
        answers = answer if isinstance(answer, (tuple, list)) else [answer]
        back = [a if np.asarray(a).dtype.kind in "iu" else np.asarray(a).astype(dtype) for a in answers]
        return back[0] if len(back) == 1 else tuple(back)

    return function


def axes(exercise: Exercise) -> set[str]:
    """The axes that may be turned round: time has a direction, and symbols that are given by number an order."""
    found = {a for v in (*exercise.arguments, *exercise.outputs) for a in (v.axes or "").split()}
    numbered = {"rnn.cross_entropy": {"K"}, "rnn.sample": {"K"}, "rnn.prime": {"F"}, "rnn.next_symbol_pairs": {*"NCB"}}
    return found - {"T"} - numbered.get(exercise.name, set())


FORMS = [
    *EVERY,
    *((n, turned(find(n), a)) for n in exercises() for a in sorted(axes(find(n)))),
    *((n, precise(find(n))) for n in exercises() if n != "bptt.numerical_gradient"),
]


@pytest.mark.usefixtures("cases_once")
@pytest.mark.parametrize(("name", "function"), sorted(FORMS, key=lambda form: form[0]))
def test_no_seed_takes_a_point_from_a_right_answer(name, function):
    for seed in range(100):
        held = examine(find(name), function, seed).facets()
        assert all(held.values()), (seed, held)


@pytest.mark.usefixtures("cases_once")
@pytest.mark.parametrize("name", exercises())
def test_what_rounding_may_bring_is_far_below_what_anybody_gets_wrong(name):
    exercise = find(name)
    for seed in range(20):
        seen = examine(exercise, precise(exercise), seed) if name != "bptt.numerical_gradient" else None
        for case in seen.given if seen else ():
            asked = [output for output in exercise.outputs if output.tolerance is None]
            largest = max((seen.tolerance(case, exercise.outputs.index(o)) for o in asked), default=0.0)
            assert largest < (1e-9 if case != "float32" else 1e-2), (seed, case)
