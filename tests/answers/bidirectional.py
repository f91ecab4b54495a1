"""What is handed in for the exercises of ``bidirectional``: right answers, and wrong ones as they are typed."""

from __future__ import annotations

import itertools
import math

import numpy as np

from rnncourse import bidirectional as chapter
from rnncourse import rnn

from . import solves

# bidirectional.both_ways


@solves("bidirectional.both_ways")
def by_library_layers(x, h0, W_ih, W_hh, b):
    there = rnn.forward(x, h0[0], W_ih[0], W_hh[0], b[0], 0 * b[0])
    back = rnn.forward(x[::-1], h0[1], W_ih[1], W_hh[1], b[1], 0 * b[1])
    return (there + back[::-1]) / 2


@solves("bidirectional.both_ways")
def both_directions_at_once(x, h0, W_ih, W_hh, b):
    T = len(x)
    both, h = np.stack([x, np.flip(x, 0)], axis=1), [h0]
    for t in range(T):
        z = np.einsum("dbf,dhf->dbh", both[t], W_ih) + np.einsum("dbg,dhg->dbh", h[-1], W_hh)
        h.append(np.tanh(z + b[:, None]))
    return np.stack([(h[t + 1][0] + h[T - t][1]) / 2 for t in range(T)])


@solves("bidirectional.both_ways")
def with_indices_from_the_end(x, h0, W_ih, W_hh, b):
    T, B, _ = x.shape
    H = h0.shape[-1]
    there, back = np.zeros((T + 1, B, H), x.dtype), np.zeros((T + 1, B, H), x.dtype)
    there[0], back[T] = h0
    for t in range(T):
        there[t + 1] = np.tanh(x[t] @ W_ih[0].T + there[t] @ W_hh[0].T + b[0])
    for t in range(T - 1, -1, -1):
        back[t] = np.tanh(x[t] @ W_ih[1].T + back[t + 1] @ W_hh[1].T + b[1])
    return 0.5 * there[1:] + 0.5 * back[:-1]


@solves("bidirectional.both_ways")
def recursive(x, h0, W_ih, W_hh, b):
    def read(steps, h, k):
        if not len(steps):
            return []
        h = np.tanh((W_ih[k] @ steps[0].T + W_hh[k] @ h.T + b[k][:, None]).T)
        return [h, *read(steps[1:], h, k)]

    return np.mean([read(x, h0[0], 0), read(x[::-1], h0[1], 1)[::-1]], axis=0, dtype=x.dtype)


# bidirectional.turn_round


@solves("bidirectional.turn_round")
def element_by_element(x, mask):
    y = x.copy()
    for b in range(x.shape[0]):
        real = [t for t in range(x.shape[1]) if mask[b, t] == 1]
        for t, other in zip(real, reversed(real), strict=True):
            y[b, t] = x[b, other]
    return y


@solves("bidirectional.turn_round")
def by_boolean_index(x, mask):
    y = x.copy()
    for b, m in enumerate(mask.astype(bool)):
        y[b][m] = x[b][m][::-1]
    return y


@solves("bidirectional.turn_round")
def all_at_once(x, mask):
    B, T, _ = x.shape
    order = np.argsort(1 - mask, axis=1, kind="stable")  # real steps first
    n = mask.sum(axis=1, keepdims=True)
    t = np.arange(T)
    source = np.take_along_axis(order, np.where(t < n, n - 1 - t, t), axis=1)
    y = np.empty_like(x)
    y[np.arange(B)[:, None], order] = x[np.arange(B)[:, None], source]
    return y


@solves("bidirectional.turn_round")
def with_a_stack(x, mask):
    found = []
    for steps, real in zip(x, mask, strict=True):
        pile = [step for step, is_real in zip(steps, real, strict=True) if is_real]
        found.append([pile.pop() if is_real else step for step, is_real in zip(steps, real, strict=True)])
    return np.array(found, dtype=x.dtype)


# bidirectional.fill_gap


@solves("bidirectional.fill_gap")
def in_plain_loops(ids, K, left, right, y):
    n = [[1] * K for _ in range(K)]
    for i, j in itertools.pairwise(ids.tolist()):
        n[i][j] += 1
    A = np.array([[c / sum(row) for c in row] for row in n])
    G, B = y.shape
    p, costs, costs_left = np.zeros((G, B, K)), [], []
    for b in range(B):
        there = [np.eye(K)[left[b]]]
        for _ in range(G):
            there.append(A.T @ there[-1])
        back = [np.eye(K)[right[b]]]
        for _ in range(G):
            back.insert(0, A @ back[0])
        for g in range(G):
            product = there[g + 1] * back[g]
            p[g, b] = product / product.sum()
            costs.append(math.log2(p[g, b, y[g, b]]))
            costs_left.append(math.log2(there[g + 1][y[g, b]]))
    return p, -sum(costs_left) / len(costs), -sum(costs) / len(costs)


@solves("bidirectional.fill_gap")
def counted_by_bins(ids, K, left, right, y):
    n = np.bincount(ids[:-1] * K + ids[1:], minlength=K * K).reshape(K, K) + 1
    A = (n.T / n.sum(1)).T
    powers = [A]
    while len(powers) < len(y):
        powers.append(A @ powers[-1])
    from_left = np.array([P[left] for P in powers])
    from_right = np.array([P[:, right].T for P in reversed(powers)])
    log_p = np.log2(from_left) + np.log2(from_right)
    log_p -= np.log2(np.exp2(log_p).sum(-1, keepdims=True))
    g, b = np.indices(y.shape)
    return np.exp2(log_p), -np.log2(from_left)[g, b, y].mean(), -log_p[g, b, y].mean()


@solves("bidirectional.fill_gap")
def by_one_hot_rows(ids, K, left, right, y):
    one = np.eye(K)[ids]
    n = one[:-1].T @ one[1:] + 1
    A = n / n.sum(axis=-1)[:, None]
    G = len(y)
    there, back = np.eye(K)[left], np.eye(K)[right]
    lefts, rights = [], []
    for _ in range(G):
        there, back = there @ A, back @ A.T
        lefts.append(there)
        rights.insert(0, back / back.sum(axis=1, keepdims=True))
    p = np.multiply(lefts, rights)
    p = p / np.einsum("gbk->gb", p)[:, :, None]
    true = np.eye(K)[y]
    return p, -(np.log(lefts) * true).sum() / y.size / math.log(2), -(np.log(p) * true).sum() / y.size / math.log(2)


# bidirectional.sentence_vectors


@solves("bidirectional.sentence_vectors")
def sentence_by_sentence(h, lengths):
    H = h.shape[2] // 2
    last, mean, largest = [], [], []
    for b in range(len(lengths)):
        real = h[: lengths[b], b]
        last.append(np.hstack([real[-1, :H], real[0, H:]]))
        mean.append(real.mean(axis=0))
        largest.append(real.max(axis=0))
    return np.array(last), np.array(mean), np.array(largest)


@solves("bidirectional.sentence_vectors")
def by_take_along_axis(h, lengths):
    there, back = np.split(h, 2, axis=2)
    at = (lengths - 1)[None, :, None]
    last = np.concatenate([np.take_along_axis(there, at, axis=0)[0], back[0]], axis=-1)
    m = (np.arange(len(h))[:, None] < lengths[None]).astype(h.dtype)
    mean = np.einsum("tbh,tb->bh", h, m) / m.sum(axis=0)[:, None]
    largest = np.ma.masked_array(h, np.broadcast_to(m[:, :, None] == 0, h.shape)).max(axis=0)
    return last, mean, largest.data


@solves("bidirectional.sentence_vectors")
def step_by_step(h, lengths):
    T, B, H2 = h.shape
    last, total, largest = np.zeros((B, H2), h.dtype), np.zeros((B, H2), h.dtype), np.full((B, H2), -np.inf, h.dtype)
    for t in range(T):
        real, ends = t < lengths, t == lengths - 1
        last[ends, : H2 // 2] = h[t, ends, : H2 // 2]
        if t == 0:
            last[:, H2 // 2 :] = h[t, :, H2 // 2 :]
        total[real] += h[t, real]
        largest[real] = np.maximum(largest[real], h[t, real])
    return last, (total.T / lengths.astype(h.dtype)).T, largest


# bidirectional.locked_stack


@solves("bidirectional.locked_stack")
def by_library_layers_of_one_direction(x, h0, W_ih, W_hh, b, u, p):
    h, ends = x, []
    for n in range(len(h0)):
        h = rnn.forward(h, h0[n], W_ih[n], W_hh[n], b[n], np.zeros_like(b[n]))
        ends.append(h[-1])
        if n + 1 < len(h0):
            h = chapter.drop(h, np.broadcast_to(u[n], h.shape), p)
    return h, np.stack(ends)


@solves("bidirectional.locked_stack")
def recursive_in_the_layers(x, h0, W_ih, W_hh, b, u, p):
    h, h_t = np.empty_like(x), h0[0]
    for t in range(len(x)):
        h_t = h[t] = np.tanh(x[t] @ W_ih[0].T + h_t @ W_hh[0].T + b[0])
    if len(h0) == 1:
        return h, h[-1:]
    dropped = np.where(u[0] < p, 0, h / (1 - p))
    top, ends = recursive_in_the_layers(dropped, h0[1:], W_ih[1:], W_hh[1:], b[1:], u[1:], p)
    return top, np.concatenate([h[-1:], ends])


@solves("bidirectional.locked_stack")
def on_the_weights(x, h0, W_ih, W_hh, b, u, p):
    """Units that are dropped for one example: example by example, their columns are."""
    T, B, H = x.shape
    L = len(h0)
    h, h_n = np.zeros((T, B, H), x.dtype), np.zeros((L, B, H), x.dtype)
    for i in range(B):
        state = [h0[n, i] for n in range(L)]
        W = [W_ih[0], *(W_ih[n + 1] * (u[n, i] >= p) / x.dtype.type(1 - p) for n in range(L - 1))]
        for t in range(T):
            for n in range(L):
                below = x[t, i] if n == 0 else state[n - 1]
                state[n] = np.tanh(W[n] @ below + W_hh[n] @ state[n] + b[n])
            h[t, i] = state[-1]
        h_n[:, i] = state
    return h, h_n


# bidirectional.paths


@solves("bidirectional.paths")
def in_the_librarys_order(C, T):
    L = len(C)
    P = np.zeros((L, T), dtype=int)
    for d in range(T):
        for i in chapter.network_order(C):
            P[i, d] = C[i, 0] if d == 0 else 0
            for j in range(L):
                P[i, d] += C[i, 1 + j] * P[j, d]
                if d > 0:
                    P[i, d] += C[i, 1 + L + j] * P[j, d - 1]
    return P


@solves("bidirectional.paths")
def asked_for_when_needed(C, T):
    L, known = len(C), {}

    def count(i, d):
        if d < 0:
            return 0
        if (i, d) not in known:
            number = int(C[i, 0]) if d == 0 else 0
            for j in range(L):
                if C[i, 1 + j]:
                    number += count(j, d)
                if C[i, 1 + L + j]:
                    number += count(j, d - 1)
            known[i, d] = number
        return known[i, d]

    return np.array([[count(i, d) for d in range(T)] for i in range(L)])


@solves("bidirectional.paths")
def by_linear_equations(C, T):
    L = len(C)
    through = np.rint(np.linalg.inv(np.eye(L) - C[:, 1 : 1 + L])).astype(int)
    columns = [through @ C[:, 0]]
    for _ in range(T - 1):
        columns.append(through @ C[:, 1 + L :] @ columns[-1])
    return np.stack(columns, axis=1)


@solves("bidirectional.paths")
def every_path_walked(C, T):
    """One path after the other, from the input on."""
    L = len(C)
    P = np.zeros((L, T), dtype=np.int64)
    ways = [(int(i), 0) for i in np.flatnonzero(C[:, 0])]
    while ways:
        i, d = ways.pop()
        if d < T:
            P[i, d] += 1
            ways += [(int(k), d) for k in np.flatnonzero(C[:, 1 + i])]
            ways += [(int(k), d + 1) for k in np.flatnonzero(C[:, 1 + L + i])]
    return P


# bidirectional.decoder_start


@solves("bidirectional.decoder_start")
def layers_and_directions_as_axes(h_n):
    L2, B, H = h_n.shape
    return h_n.reshape(L2 // 2, 2, B, H).transpose(0, 2, 1, 3).reshape(L2 // 2, B, 2 * H)


@solves("bidirectional.decoder_start")
def layer_by_layer(h_n):
    return np.stack([np.hstack(h_n[2 * n : 2 * n + 2]) for n in range(len(h_n) // 2)])


@solves("bidirectional.decoder_start")
def written_into_an_array(h_n):
    L2, B, H = h_n.shape
    s = np.empty((L2 // 2, B, 2 * H), dtype=h_n.dtype)
    for row in range(L2):
        s[row // 2, :, H * (row % 2) : H * (row % 2 + 1)] = h_n[row]
    return s


@solves("bidirectional.decoder_start")
def batch_first_and_back(h_n):
    by_example = np.swapaxes(h_n, 0, 1)
    return by_example.reshape(len(by_example), len(h_n) // 2, -1).swapaxes(0, 1).copy()


# ---------------------------------------------------------------------------------------------------------------------

TYPED = {
    ("bidirectional.both_ways", "D1"): """
def both_ways(x, h0, W_ih, W_hh, b):
    T = x.shape[0]
    forward, backward = [], []
    h = h0[0]
    for t in range(T):
        h = np.tanh(x[t] @ W_ih[0].T + h @ W_hh[0].T + b[0])
        forward.append(h)
    h = h0[1]
    for t in range(T - 1, -1, -1):
        h = np.tanh(x[t] @ W_ih[1].T + h @ W_hh[1].T + b[1])
        backward.append(h)
    return (np.array(forward) + np.array(backward)) / 2
""",
    ("bidirectional.both_ways", "D20"): """
def both_ways(x, h0, W_ih, W_hh, b):
    T = x.shape[0]
    h = h0[0]
    out = np.zeros((T,) + h.shape, dtype=x.dtype)
    for t in range(T):
        h = np.tanh(x[t] @ W_ih[0].T + h @ W_hh[0].T + b[0])
        out[t] = h / 2
    for t in reversed(range(T)):
        h = np.tanh(x[t] @ W_ih[1].T + h @ W_hh[1].T + b[1])
        out[t] += h / 2
    return out
""",
    ("bidirectional.both_ways", "D11"): """
def both_ways(x, h0, W_ih, W_hh, b):
    def run(x, h, W, U, b):
        states = []
        for x_t in x:
            h = np.tanh(x_t @ W.T + h @ U.T + b)
            states.append(h)
        return np.stack(states)

    fw = run(x, h0[0], W_ih[0], W_hh[0], b[0])
    bw = run(x[::-1], h0[1], W_ih[1], W_hh[1], b[1])
    return np.concatenate([fw, bw[::-1]], axis=-1)
""",
    ("bidirectional.turn_round", "D4"): """
def turn_round(x, mask):
    flipped = np.flip(x, axis=1)
    return flipped
""",
    ("bidirectional.turn_round", "D25"): """
def turn_round(x, mask):
    out = x.copy()
    lengths = mask.sum(axis=1)
    for b, n in enumerate(lengths):
        out[b, :n] = x[b, :n][::-1]
    return out
""",
    ("bidirectional.turn_round", "D30"): """
def turn_round(x, mask):
    out = x.copy()
    for b in range(len(x)):
        steps = np.where(mask[b] == 1)[0]
        i, j = 0, len(steps) - 1
        while i < len(steps):
            out[b, steps[i]] = out[b, steps[j]]
            i, j = i + 1, j - 1
    return out
""",
    ("bidirectional.fill_gap", "D1r"): """
def fill_gap(ids, K, left, right, y):
    counts = np.ones((K, K))
    for a, c in zip(ids[:-1], ids[1:]):
        counts[a, c] += 1
    A = counts / counts.sum(axis=1, keepdims=True)
    G, B = y.shape
    p, p_left = np.zeros((G, B, K)), np.zeros((G, B, K))
    for g in range(G):
        p_left[g] = np.linalg.matrix_power(A, g + 1)[left]
        p_right = np.linalg.matrix_power(A, G - g)[right]
        p[g] = p_left[g] * p_right
        p[g] /= p[g].sum(axis=1, keepdims=True)
    true = np.take_along_axis(p, y[:, :, None], axis=2)
    true_left = np.take_along_axis(p_left, y[:, :, None], axis=2)
    return p, -np.log2(true_left).mean(), -np.log2(true).mean()
""",
    ("bidirectional.fill_gap", "K1"): """
def fill_gap(ids, K, left, right, y):
    n = np.ones((K, K))
    n[ids[:-1], ids[1:]] += 1
    A = n / n.sum(axis=1, keepdims=True)
    G, B = y.shape
    left_m, right_m = [A[left]], [A[:, right].T]
    for g in range(G - 1):
        left_m.append(left_m[-1] @ A)
        right_m.append(right_m[-1] @ A.T)
    pl = np.array(left_m)
    p = pl * np.array(right_m)[::-1]
    p = p / p.sum(axis=2, keepdims=True)
    g, b = np.meshgrid(np.arange(G), np.arange(B), indexing="ij")
    return p, -np.log2(pl[g, b, y]).mean(), -np.log2(p[g, b, y]).mean()
""",
    ("bidirectional.sentence_vectors", "D2"): """
def sentence_vectors(h, lengths):
    T, B, H2 = h.shape
    last = h[lengths - 1, np.arange(B)]
    mask = (np.arange(T)[:, None] < lengths)[:, :, None]
    mean = (h * mask).sum(axis=0) / lengths[:, None]
    largest = np.where(mask, h, -np.inf).max(axis=0)
    return last, mean.astype(h.dtype), largest.astype(h.dtype)
""",
    ("bidirectional.sentence_vectors", "P2"): """
def sentence_vectors(h, lengths):
    T, B, H2 = h.shape
    H = H2 // 2
    last = np.zeros((B, H2), dtype=h.dtype)
    mask = np.zeros((T, B, 1), dtype=h.dtype)
    for b in range(B):
        mask[: lengths[b], b] = 1
        last[b, :H] = h[lengths[b] - 1, b, :H]
        last[b, H:] = h[0, b, H:]
    masked = h * mask
    return last, masked.sum(axis=0) / mask.sum(axis=0), masked.max(axis=0)
""",
    ("bidirectional.locked_stack", "D17"): """
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    mask = (u >= p).astype(x.dtype) / x.dtype.type(1 - p)
    h_n = []
    for l in range(len(h0)):
        h = h0[l]
        out = []
        for x_t in x:
            h = np.tanh(x_t @ W_ih[l].T + h @ W_hh[l].T + b[l])
            out.append(h)
        h_n.append(h)
        x = np.array(out) * mask[l]
    return x, np.array(h_n)
""",
    ("bidirectional.locked_stack", "D42"): """
def locked_stack(x, h0, W_ih, W_hh, b, u, p):
    L = len(h0)
    keep = (u >= p) / (1 - p)
    keep[-1] = 1
    h_n = []
    for l in range(L):
        h = h0[l]
        out = []
        for x_t in x:
            h = np.tanh(x_t @ W_ih[l].T + h @ W_hh[l].T + b[l])
            out.append(h)
        x = (np.array(out) * keep[l]).astype(h0.dtype)
        h_n.append(x[-1])
    return x, np.array(h_n)
""",
    ("bidirectional.paths", "D51"): """
def paths(C, T):
    L = len(C)
    P = np.zeros((L, T), dtype=int)
    for d in range(T):
        for i in range(L):
            if d == 0:
                P[i, d] = C[i, 0]
            for j in range(L):
                P[i, d] += C[i, 1 + j] * P[j, d]
                if d > 0:
                    P[i, d] += C[i, 1 + L + j] * P[j, d - 1]
    return P
""",
    ("bidirectional.paths", "D54"): """
def paths(C, T):
    L = len(C)
    R = np.zeros((L, T), dtype=int)
    for d in range(T):
        r = C[:, 0].copy() if d == 0 else C[:, 1 + L:] @ R[:, d - 1]
        for _ in range(L):
            r = r | (C[:, 1:1 + L] @ r > 0)
        R[:, d] = r > 0
    return R
""",
    ("bidirectional.paths", "D61"): """
def paths(C, T):
    L = len(C)

    def ways(i, d):
        if d < 0:
            return 0
        total = C[i, 0] if d == 0 else 0
        for j in range(L):
            total += C[i, 1 + j] * ways(j, d) + C[i, 1 + L + j] * ways(j, d - 1)
        return total

    return np.array([[ways(i, d) for d in range(T)] for i in range(L)])
""",
    ("bidirectional.decoder_start", "D12"): """
def decoder_start(h_n):
    L, B, H = h_n.shape[0] // 2, h_n.shape[1], h_n.shape[2]
    return h_n.reshape(L, B, 2 * H)
""",
    ("bidirectional.decoder_start", "D13"): """
def decoder_start(h_n):
    L = len(h_n) // 2
    forward, backward = h_n[:L], h_n[L:]
    return np.concatenate([forward, backward], axis=-1)
""",
}

KEPT = """
bidirectional.both_ways, D1: a single step; the way there, the other one silent
bidirectional.both_ways, D9 forwards: a single step; the way there, the other one silent
bidirectional.both_ways, D9b backwards: a single step; the way back, the other one silent
bidirectional.both_ways, D9t forwards, turned at the end: a single step; the way there, the other one silent
bidirectional.both_ways, D9h there: -
bidirectional.both_ways, D9h back: -
bidirectional.both_ways, D10 all of there: -
bidirectional.both_ways, D10 all of back: -
bidirectional.both_ways, D10 W_ih: -
bidirectional.both_ways, D10 W_hh: the way there, the other one silent
bidirectional.both_ways, D10 b: -
bidirectional.both_ways, D10 all, h0 too: -
bidirectional.both_ways, D10x weights: -
bidirectional.both_ways, D10x all: a single step
bidirectional.both_ways, D10h h0: -
bidirectional.both_ways, D11 sum: -
bidirectional.both_ways, D11 half of one: the way back, the other one silent
bidirectional.both_ways, D11 half of the other: the way there, the other one silent
bidirectional.both_ways, D11 side by side: -
bidirectional.both_ways, D11 product: -
bidirectional.both_ways, D11 tanh of it: -
bidirectional.both_ways, D11 tanh of the sum: -
bidirectional.both_ways, D11 difference: the way there, the other one silent
bidirectional.both_ways, D11n divided by the steps: a single step
bidirectional.both_ways, D11t of what goes into tanh: -
bidirectional.both_ways, D11m largest: -
bidirectional.both_ways, D5 examples: the way there, the other one silent
bidirectional.both_ways, D5 examples, not back: the way there, the other one silent
bidirectional.both_ways, D5 examples too: the way there, the other one silent
bidirectional.both_ways, D5 features: the way there, the other one silent
bidirectional.both_ways, D5 features, and units: the way there, the other one silent
bidirectional.both_ways, D5 everything: the way there, the other one silent
bidirectional.both_ways, R1 in both: -
bidirectional.both_ways, R1 there: the way back, the other one silent
bidirectional.both_ways, R1 back: the way there, the other one silent
bidirectional.both_ways, D20 where the first one ended: the way there, the other one silent
bidirectional.both_ways, D20 where the first one began: the way there, the other one silent
bidirectional.both_ways, D20 with its first state: the way there, the other one silent
bidirectional.both_ways, R3: a single step
bidirectional.both_ways, R3 from zero: a single step
bidirectional.both_ways, R6: -
bidirectional.both_ways, R6i: -
bidirectional.both_ways, R7 left out: -
bidirectional.both_ways, R7 twice: -
bidirectional.both_ways, R7 there alone: the way there, the other one silent
bidirectional.both_ways, R9 none: -
bidirectional.both_ways, R9 rectifier: -
bidirectional.both_ways, R9 of the mean: -
bidirectional.both_ways, R9s logistic: -
bidirectional.both_ways, D21 back: the way there, the other one silent
bidirectional.both_ways, D21 there: the way back, the other one silent
bidirectional.both_ways, D21 both: -
bidirectional.both_ways, D31: a single step; the way there, the other one silent
bidirectional.both_ways, D31 not back: a single step; the way there, the other one silent
bidirectional.both_ways, D31 back at the right end: a single step; the way there, the other one silent
bidirectional.both_ways, D39: -
bidirectional.both_ways, D22 back, the first: the way there, the other one silent
bidirectional.both_ways, D22 there, the last: the way back, the other one silent
bidirectional.both_ways, D22 back, the last: the way there, the other one silent
bidirectional.both_ways, D23 by the way back: a single step; the way there, the other one silent
bidirectional.both_ways, D23 by both: a single step
bidirectional.turn_round, D4: no padding
bidirectional.turn_round, D4 then masked: no padding
bidirectional.turn_round, D4 masked first: no padding
bidirectional.turn_round, D4 written where it is real: no padding
bidirectional.turn_round, D25 behind: no padding; padding behind
bidirectional.turn_round, D25 before: no padding; padding before
bidirectional.turn_round, D26: no padding; padding behind; padding before
bidirectional.turn_round, D26 from the first on: no padding; padding behind; padding before
bidirectional.turn_round, D26 up to the last: no padding; padding behind
bidirectional.turn_round, D27 zeros: no padding
bidirectional.turn_round, D27 NaN: no padding
bidirectional.turn_round, D27 the last real step: no padding
bidirectional.turn_round, D28 to the front: no padding; padding behind
bidirectional.turn_round, D28 to the front, zeros behind: no padding
bidirectional.turn_round, D28 to the front, padding behind: no padding; padding behind
bidirectional.turn_round, D28 all turned round, then moved: no padding
bidirectional.turn_round, D28 to the end: no padding; padding before
bidirectional.turn_round, D5 features: -
bidirectional.turn_round, D5 features too: -
bidirectional.turn_round, D5 examples: -
bidirectional.turn_round, D29 the first: no padding
bidirectional.turn_round, D29 where any is real: no padding
bidirectional.turn_round, D29 where all are real: no padding
bidirectional.turn_round, D29 the longest: no padding
bidirectional.turn_round, D30: -
bidirectional.turn_round, D31 late: -
bidirectional.turn_round, D31 early: -
bidirectional.turn_round, D31 the last left out: -
bidirectional.turn_round, D31 the first left out: -
bidirectional.turn_round, D32: -
bidirectional.turn_round, D35: -
bidirectional.turn_round, D38: no padding; padding behind; padding before
bidirectional.turn_round, D34: -
bidirectional.turn_round, D36: -
bidirectional.turn_round, D36 then written where it is real: -
bidirectional.turn_round, D37: -
bidirectional.fill_gap, Q13: -
bidirectional.fill_gap, Q13t turned round after dividing: -
bidirectional.fill_gap, K1: -
bidirectional.fill_gap, K1 set to one: -
bidirectional.fill_gap, K2 nothing: -
bidirectional.fill_gap, K2 nothing, rows without counts even: -
bidirectional.fill_gap, K2 1/K: -
bidirectional.fill_gap, K2 two: -
bidirectional.fill_gap, K2 in the sum alone: -
bidirectional.fill_gap, K2 in the counts alone: -
bidirectional.fill_gap, K2 one to the sum: -
bidirectional.fill_gap, K2z where there is none: -
bidirectional.fill_gap, K3 columns: -
bidirectional.fill_gap, K3 columns, by broadcasting: p, one missing; p, several missing; bits from both sides
bidirectional.fill_gap, K3 all: -
bidirectional.fill_gap, K3 none: -
bidirectional.fill_gap, K4 in a circle: -
bidirectional.fill_gap, K4 without the last pair: -
bidirectional.fill_gap, K4 without the first pair: -
bidirectional.fill_gap, K4 every second pair: -
bidirectional.fill_gap, K4 two apart: -
bidirectional.fill_gap, K4 both orders: -
bidirectional.fill_gap, D1r: bits from the left alone
bidirectional.fill_gap, D1r then back: bits from the left alone
bidirectional.fill_gap, D1f further away alone: p, one missing; bits from the left alone
bidirectional.fill_gap, D1 right: p, one missing; bits from the left alone
bidirectional.fill_gap, D1l left: p, one missing
bidirectional.fill_gap, F8: bits from the left alone
bidirectional.fill_gap, F8 one back, then as it should: bits from the left alone
bidirectional.fill_gap, F8 further away alone: p, one missing; bits from the left alone
bidirectional.fill_gap, F7: bits from the left alone
bidirectional.fill_gap, F7 of numbers that do not sum to one: bits from the left alone
bidirectional.fill_gap, F7 the larger one: bits from the left alone
bidirectional.fill_gap, F7g geometric: bits from the left alone
bidirectional.fill_gap, F6: bits from the left alone
bidirectional.fill_gap, F6 over the gap: bits from the left alone
bidirectional.fill_gap, F6 over the batch: bits from the left alone
bidirectional.fill_gap, F6 over everything: bits from the left alone
bidirectional.fill_gap, F6 over gap and symbols: p, one missing; bits from the left alone
bidirectional.fill_gap, F6s softmax: bits from the left alone
bidirectional.fill_gap, F9 of both: p, one missing
bidirectional.fill_gap, F9 of the left one: p, one missing
bidirectional.fill_gap, F9 both as far from all: p, one missing
bidirectional.fill_gap, F9 the left one as far from all: p, one missing
bidirectional.fill_gap, F9r of the right one: p, one missing; bits from the left alone
bidirectional.fill_gap, F9r the right one as far from all: p, one missing; bits from the left alone
bidirectional.fill_gap, F10 left: -
bidirectional.fill_gap, F10 both: -
bidirectional.fill_gap, F10b right, beyond the first: p, one missing; bits from the left alone
bidirectional.fill_gap, F10b left, beyond the first: p, one missing
bidirectional.fill_gap, F10r right: bits from the left alone
bidirectional.fill_gap, F10s left: -
bidirectional.fill_gap, F10s both: -
bidirectional.fill_gap, F10s left, and one too many on the right: -
bidirectional.fill_gap, F10t right: bits from the left alone
bidirectional.fill_gap, F21: p, one missing
bidirectional.fill_gap, F21 left: p, one missing
bidirectional.fill_gap, F21 right: p, one missing; bits from the left alone
bidirectional.fill_gap, F18: p, one missing
bidirectional.fill_gap, F18 from its first step on: -
bidirectional.fill_gap, F18f its first step alone: -
bidirectional.fill_gap, F11 left: bits from the left alone
bidirectional.fill_gap, F11 right: bits from the left alone
bidirectional.fill_gap, F17 from the left: p, one missing
bidirectional.fill_gap, F17 from the right: p, one missing; bits from the left alone
bidirectional.fill_gap, F17 from both: p, one missing
bidirectional.fill_gap, F20 from the left: p, one missing
bidirectional.fill_gap, F20 from the right: p, one missing; bits from the left alone
bidirectional.fill_gap, F20 from both: p, one missing
bidirectional.fill_gap, F12 natural: p, one missing; p, several missing
bidirectional.fill_gap, F12 to base 10: p, one missing; p, several missing
bidirectional.fill_gap, F15: p, one missing; p, several missing
bidirectional.fill_gap, F13 sum: p, one missing; p, several missing
bidirectional.fill_gap, F13 of the gap: p, one missing; p, several missing
bidirectional.fill_gap, F13f the first: p, one missing; p, several missing
bidirectional.fill_gap, F13f the last: p, one missing; p, several missing
bidirectional.fill_gap, F13n of the batch: p, one missing; p, several missing
bidirectional.fill_gap, F13n by the symbols: p, one missing; p, several missing
bidirectional.fill_gap, F14: p, one missing; p, several missing
bidirectional.fill_gap, F12e entropy: p, one missing; p, several missing
bidirectional.fill_gap, F12e the likeliest: p, one missing; p, several missing
bidirectional.fill_gap, F12e all symbols: p, one missing; p, several missing
bidirectional.fill_gap, F12l one minus: p, one missing; p, several missing
bidirectional.fill_gap, F12l no logarithm: p, one missing; p, several missing
bidirectional.fill_gap, F12l no logarithm, missed: p, one missing; p, several missing
bidirectional.fill_gap, F12l perplexity: p, one missing; p, several missing
bidirectional.fill_gap, F16 both of both sides: p, one missing; p, several missing; bits from both sides
bidirectional.fill_gap, F16 both of the left: p, one missing; p, several missing; bits from the left alone
bidirectional.fill_gap, F16r of the right: p, one missing; p, several missing; bits from both sides
bidirectional.fill_gap, F16r of the right, not divided: p, one missing; p, several missing; bits from both sides
bidirectional.fill_gap, F16x exchanged: p, one missing; p, several missing
bidirectional.sentence_vectors, D2: the mean; the largest
bidirectional.sentence_vectors, D2 at the own length: the mean; the largest
bidirectional.sentence_vectors, D2 of the way back: the mean; the largest
bidirectional.sentence_vectors, D3: the mean; the largest
bidirectional.sentence_vectors, D8: last, no padding; the mean; the largest
bidirectional.sentence_vectors, D8 of the longest: last, no padding; the mean; the largest
bidirectional.sentence_vectors, D8 one too far: last, no padding; the mean; the largest
bidirectional.sentence_vectors, D8e one too early: the mean; the largest
bidirectional.sentence_vectors, D8x: the mean; the largest
bidirectional.sentence_vectors, D11 of the vector: the mean; the largest
bidirectional.sentence_vectors, D11 of h: the mean; the largest
bidirectional.sentence_vectors, D39: the mean; the largest
bidirectional.sentence_vectors, D12: the mean; the largest
bidirectional.sentence_vectors, P1 in the sum and the count: last, no padding; last, padding behind; the largest
bidirectional.sentence_vectors, P1 in the count: last, no padding; last, padding behind; the largest
bidirectional.sentence_vectors, P1 in the sum: last, no padding; last, padding behind; the largest
bidirectional.sentence_vectors, P1s sum: last, no padding; last, padding behind; the largest
bidirectional.sentence_vectors, P1s one less: last, no padding; last, padding behind; the largest
bidirectional.sentence_vectors, P1s one more: last, no padding; last, padding behind; the largest
bidirectional.sentence_vectors, P1s root: last, no padding; last, padding behind; the largest
bidirectional.sentence_vectors, P1s by the batch: last, no padding; last, padding behind; the largest
bidirectional.sentence_vectors, P1l the longest: last, no padding; last, padding behind; the largest
bidirectional.sentence_vectors, P1l all together: last, no padding; last, padding behind; the largest
bidirectional.sentence_vectors, P1l the mean length: last, no padding; last, padding behind; the largest
bidirectional.sentence_vectors, P2 as it is: last, no padding; last, padding behind; the mean
bidirectional.sentence_vectors, P2 as zeros: last, no padding; last, padding behind; the mean
bidirectional.sentence_vectors, P2a in size: last, no padding; last, padding behind; the mean
bidirectional.sentence_vectors, P2a in size, with its sign: last, no padding; last, padding behind; the mean
bidirectional.sentence_vectors, P2a smallest: last, no padding; last, padding behind; the mean
bidirectional.sentence_vectors, P2s the longest state: last, no padding; last, padding behind; the mean
bidirectional.sentence_vectors, P2s the step with the largest sum: last, no padding; last, padding behind; the mean
bidirectional.sentence_vectors, P4 many: last, no padding; last, padding behind
bidirectional.sentence_vectors, P4 few: last, no padding; last, padding behind
bidirectional.sentence_vectors, P4 many, as many divided by: last, no padding; last, padding behind
bidirectional.sentence_vectors, P4 few, as many divided by: last, no padding; last, padding behind
bidirectional.sentence_vectors, P4 few, but one: last, no padding; last, padding behind
bidirectional.sentence_vectors, P4 not the first: last, no padding; last, padding behind
bidirectional.sentence_vectors, D29 the longest: last, no padding
bidirectional.sentence_vectors, D29 the first: last, no padding
bidirectional.sentence_vectors, D29 the shortest: last, no padding
bidirectional.sentence_vectors, D29 sorted: last, no padding
bidirectional.sentence_vectors, D29 sorted downwards: last, no padding
bidirectional.sentence_vectors, D40 of all: last, no padding
bidirectional.sentence_vectors, D40 of mean and largest: last, no padding; last, padding behind
bidirectional.locked_stack, D17 after: several layers, p = 0; the last states, with dropout
bidirectional.locked_stack, D17 before: several layers, p = 0
bidirectional.locked_stack, D17 before, by the last draws: several layers, p = 0
bidirectional.locked_stack, D17 before, each by its own draws: several layers, p = 0
bidirectional.locked_stack, D17 both: several layers, p = 0
bidirectional.locked_stack, D17n: one layer; several layers, p = 0
bidirectional.locked_stack, D18 not: one layer; several layers, p = 0
bidirectional.locked_stack, D18 root: one layer; several layers, p = 0
bidirectional.locked_stack, D18m by what was kept: one layer; several layers, p = 0
bidirectional.locked_stack, D18n nothing dropped: one layer; several layers, p = 0
bidirectional.locked_stack, D18t times: one layer; several layers, p = 0
bidirectional.locked_stack, D18t times p: one layer
bidirectional.locked_stack, D18p by p: one layer
bidirectional.locked_stack, D18k: one layer
bidirectional.locked_stack, D18k above the other share: one layer
bidirectional.locked_stack, D18k scaled by p: one layer
bidirectional.locked_stack, D18k scaled by p, by a quotient: one layer
bidirectional.locked_stack, D18o by the other share: one layer; several layers, p = 0
bidirectional.locked_stack, D41: several layers, p = 0
bidirectional.locked_stack, D41 and the start not: several layers, p = 0
bidirectional.locked_stack, D41 of the layer below: one layer; several layers, p = 0
bidirectional.locked_stack, D41 the state itself: one layer; several layers, p = 0
bidirectional.locked_stack, D41 the state itself, everywhere: several layers, p = 0
bidirectional.locked_stack, D42: one layer; several layers, p = 0; the states, with dropout
bidirectional.locked_stack, D42 of all: several layers, p = 0; the states, with dropout
bidirectional.locked_stack, D42 and the output: several layers, p = 0
bidirectional.locked_stack, D43 of the layer that reads: one layer; several layers, p = 0
bidirectional.locked_stack, D43 from the end: one layer; several layers, p = 0
bidirectional.locked_stack, D43f of the first for all: one layer; several layers, p = 0
bidirectional.locked_stack, D44 the first example for all: one layer; several layers, p = 0
bidirectional.locked_stack, D44s at the first step alone: one layer; several layers, p = 0
bidirectional.locked_stack, D44s at the last step alone: one layer; several layers, p = 0
bidirectional.locked_stack, D44u one unit for all: one layer; several layers, p = 0
bidirectional.locked_stack, D44e examples turned: one layer; several layers, p = 0
bidirectional.locked_stack, D15 x: one layer
bidirectional.locked_stack, D15 x, dropped: one layer
bidirectional.locked_stack, D15 x as well: one layer
bidirectional.locked_stack, D15 what the layer below read as well: one layer
bidirectional.locked_stack, D15t the last state alone: one layer
bidirectional.locked_stack, D15t one step earlier: one layer
bidirectional.locked_stack, D15t one step earlier, in a circle: one layer
bidirectional.locked_stack, D15t one step earlier, from h0 on: one layer
bidirectional.locked_stack, D46 the first: one layer
bidirectional.locked_stack, D46 W_ih: one layer
bidirectional.locked_stack, D46 W_hh: one layer
bidirectional.locked_stack, D46 b: one layer
bidirectional.locked_stack, D46 from the last: one layer
bidirectional.locked_stack, D46 of the layer below: one layer
bidirectional.locked_stack, D46 W_ih of the layer below: one layer
bidirectional.locked_stack, D47 where the layer below ended: one layer
bidirectional.locked_stack, D47 as the first: one layer
bidirectional.locked_stack, D47 from zero: -
bidirectional.locked_stack, D47 from zero above the first: one layer
bidirectional.locked_stack, D48 the first ones: the states, with dropout
bidirectional.locked_stack, D48 layers turned: one layer; the states, with dropout
bidirectional.locked_stack, D48 of the last layer for all: one layer; the states, with dropout
bidirectional.locked_stack, D48 of the first layer for all: one layer; the states, with dropout
bidirectional.locked_stack, D48h the first: one layer; the last states, with dropout
bidirectional.locked_stack, D48h the mean: one layer; the last states, with dropout
bidirectional.locked_stack, R3: -
bidirectional.locked_stack, R6 W_hh: -
bidirectional.locked_stack, R6 W_ih: -
bidirectional.locked_stack, R6 both: -
bidirectional.locked_stack, R7 left out: -
bidirectional.locked_stack, R7 twice: -
bidirectional.locked_stack, R9 none: -
bidirectional.locked_stack, R9 none but in the last layer: one layer
bidirectional.locked_stack, R9 rectifier: -
bidirectional.locked_stack, D49 of the input: one layer; several layers, p = 0
bidirectional.locked_stack, D49 of all within tanh: one layer; several layers, p = 0
bidirectional.locked_stack, D43c: one layer; several layers, p = 0
bidirectional.locked_stack, D18h: one layer
bidirectional.locked_stack, D18h scaled by it: one layer
bidirectional.locked_stack, D18u scaled: one layer
bidirectional.locked_stack, D18u where it stays: one layer
bidirectional.locked_stack, D18u as they are: one layer
bidirectional.locked_stack, D18x x in their place: several layers, p = 0
bidirectional.locked_stack, D18x x too: several layers, p = 0
bidirectional.locked_stack, D18x what is returned: several layers, p = 0
bidirectional.locked_stack, R7o: -
bidirectional.paths, D19: -
bidirectional.paths, D19 with delay: within the same step; stacks
bidirectional.paths, D19 without delay: -
bidirectional.paths, D51 by their numbers: stacks
bidirectional.paths, D51 by their numbers, downwards: -
bidirectional.paths, D59: -
bidirectional.paths, D59 two: stacks
bidirectional.paths, D52: within the same step
bidirectional.paths, D52 added up in the end: within the same step
bidirectional.paths, D53 blocks exchanged: -
bidirectional.paths, D53 blocks exchanged, going round: -
bidirectional.paths, D53 all: -
bidirectional.paths, D53 those within a step also later: within the same step
bidirectional.paths, D53t two steps: within the same step
bidirectional.paths, D53b without delay: -
bidirectional.paths, D53b with delay: within the same step
bidirectional.paths, D53b the input: -
bidirectional.paths, D53b the input for all: -
bidirectional.paths, D54 in the end: -
bidirectional.paths, D54 the most of one source: stacks
bidirectional.paths, D60 the longest: -
bidirectional.paths, D60 the longest, counted from 0: -
bidirectional.paths, D55 the own alone: within the same step; stacks
bidirectional.paths, D55 all but the own: within the same step
bidirectional.paths, D55 the own always: within the same step; stacks
bidirectional.paths, D56 within a step: -
bidirectional.paths, D56 with delay: within the same step
bidirectional.paths, D56 both: -
bidirectional.paths, D56 the input last: -
bidirectional.paths, D57 from 1: -
bidirectional.paths, D57 the step itself left out: -
bidirectional.paths, D57 from the end: within the same step
bidirectional.paths, D58 by what comes later: within the same step
bidirectional.paths, D58 if there is any: within the same step
bidirectional.paths, D58 the larger one: within the same step
bidirectional.decoder_start, D12: -
bidirectional.decoder_start, D12 after another swap: -
bidirectional.decoder_start, D12 after a swap: one layer
bidirectional.decoder_start, D13: one layer
bidirectional.decoder_start, D13 and exchanged: -
bidirectional.decoder_start, D13 the second from its end: one layer
bidirectional.decoder_start, D11: -
bidirectional.decoder_start, D39: -
bidirectional.decoder_start, D40 sum: -
bidirectional.decoder_start, D40 mean: -
bidirectional.decoder_start, D40t sum, twice: -
bidirectional.decoder_start, D9 there: -
bidirectional.decoder_start, D9 back: -
bidirectional.decoder_start, D9 there, and zeros: -
bidirectional.decoder_start, D9 zeros, and back: -
bidirectional.decoder_start, D14 the batch: -
bidirectional.decoder_start, D14j joined along the batch: -
bidirectional.decoder_start, D14j joined along the layers: -
bidirectional.decoder_start, D66 turned: one layer
bidirectional.decoder_start, D66 back turned: one layer
bidirectional.decoder_start, D66 the last for all: one layer
bidirectional.decoder_start, D66 the last alone: one layer
bidirectional.decoder_start, D66n rows that follow each other: one layer
bidirectional.decoder_start, D66f the first for all: one layer
bidirectional.decoder_start, D67 of the way back: -
bidirectional.decoder_start, D67 of both: -
bidirectional.decoder_start, D68 of the way back: -
bidirectional.decoder_start, D68 of both: -
"""
