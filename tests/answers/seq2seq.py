"""What is handed in for the exercises of ``seq2seq``: right answers, and wrong ones as they are typed."""

from __future__ import annotations

import math

import numpy as np

from rnncourse import rnn, seq2seq

from . import solves

# seq2seq.teacher_pairs


@solves("seq2seq.teacher_pairs")
def sentence_by_sentence(y, lengths, start, end, pad):
    T, B = y.shape
    inputs, targets, real = [], [], []
    for b in range(B):
        words = [int(w) for w in y[: lengths[b], b]]
        empty = T - len(words)
        inputs.append([start, *words] + [pad] * empty)
        targets.append([*words, end] + [pad] * empty)
        real.append([1] * (len(words) + 1) + [0] * empty)
    return np.array(inputs).T, np.array(targets).T, np.array(real).T


@solves("seq2seq.teacher_pairs")
def filled_in(y, lengths, start, end, pad):
    T, B = y.shape
    inputs = np.full((T + 1, B), pad, dtype=y.dtype)
    targets, real = inputs.copy(), np.zeros((T + 1, B), dtype=np.int64)
    inputs[0] = start
    for b, n in enumerate(lengths):
        inputs[1 : n + 1, b] = y[:n, b]
        targets[:n, b] = y[:n, b]
        targets[n, b] = end
        real[: n + 1, b] = 1
    return inputs, targets, real


@solves("seq2seq.teacher_pairs")
def with_the_librarys_shift(y, lengths, start, end, pad):
    t = np.arange(len(y) + 1).reshape(-1, 1)
    longer = np.vstack([y, np.full((1, y.shape[1]), pad)])
    targets = np.select([t < lengths, t == lengths], [longer, end], pad)
    inputs = np.where(t <= lengths, seq2seq.shift(targets, start), pad)
    return inputs, targets, 1 * (t <= lengths)


# seq2seq.smoothed_loss


@solves("seq2seq.smoothed_loss")
def symbol_by_symbol(o, y, lengths, epsilon):
    _, B, K = o.shape
    do, total, hits, count = np.zeros_like(o), 0.0, 0, 0
    for b in range(B):
        for t in range(lengths[b]):
            top = o[t, b].max()
            log_z = top + math.log(sum(math.exp(v - top) for v in o[t, b]))
            for k in range(K):
                q = epsilon / K + (1 - epsilon if k == y[t, b] else 0)
                total -= q * (o[t, b, k] - log_z)
                do[t, b, k] = math.exp(o[t, b, k] - log_z) - q
            hits += int(np.argmax(o[t, b]) == y[t, b])
            count += 1
    return total / count, do / np.asarray(count, o.dtype), hits / count


@solves("seq2seq.smoothed_loss")
def over_a_flat_list(o, y, lengths, epsilon):
    t, b = np.nonzero(np.arange(len(o))[:, None] < lengths[None, :])
    flat, wanted, N = o[t, b], y[t, b], len(t)
    log_p = flat - np.logaddexp.reduce(flat, axis=1)[:, None]
    own = log_p[np.arange(N), wanted]
    L = -((1 - epsilon) * own + epsilon * log_p.mean(axis=1)).mean()
    d = np.exp(log_p) - epsilon / o.shape[2]
    d[np.arange(N), wanted] -= 1 - epsilon
    do = np.zeros_like(o)
    do[t, b] = d / N
    return float(L), do, float(np.mean(flat.argmax(1) == wanted))


@solves("seq2seq.smoothed_loss")
def of_two_losses(o, y, lengths, epsilon):
    log_p, p = rnn.log_softmax(o), rnn.softmax(o)
    mask = (np.arange(o.shape[0])[:, None] < lengths).astype(o.dtype)
    hard = -np.take_along_axis(log_p, y[:, :, None], axis=2).squeeze(2)
    even = -log_p.mean(axis=2)
    eps = np.asarray(epsilon, o.dtype)
    L = (mask * ((1 - eps) * hard + eps * even)).sum() / mask.sum()
    one_hot = (y[:, :, None] == np.arange(o.shape[2])).astype(o.dtype)
    do = ((1 - eps) * (p - one_hot) + eps * (p - 1 / np.asarray(o.shape[2], o.dtype))) * mask[..., None] / mask.sum()
    return L, do, ((o.argmax(-1) == y) * mask).sum() / mask.sum()


# seq2seq.edit_distance


@solves("seq2seq.edit_distance")
def by_two_rows(said, n, y, m):
    d = np.zeros(len(n), dtype=int)
    for b in range(len(n)):
        u, v = said[: n[b], b].tolist(), y[: m[b], b].tolist()
        row = list(range(len(v) + 1))
        for i, one in enumerate(u, 1):
            new = [i]
            for j, other in enumerate(v, 1):
                new.append(min(row[j] + 1, new[-1] + 1, row[j - 1] + (one != other)))
            row = new
        d[b] = row[-1]
    return d, d.sum() / m.sum(), np.mean(d == 0)


@solves("seq2seq.edit_distance")
def by_recursion(said, n, y, m):
    found = []
    for b in range(said.shape[1]):
        known = {}

        def least(i, j, b=b, known=known):
            if i == 0 or j == 0:
                return i + j
            if (i, j) not in known:
                known[i, j] = (
                    least(i - 1, j - 1)
                    if said[i - 1, b] == y[j - 1, b]
                    else 1 + min(least(i - 1, j), least(i, j - 1), least(i - 1, j - 1))
                )
            return known[i, j]

        found.append(least(int(n[b]), int(m[b])))
    right = [int(n[b] == m[b] and list(said[: n[b], b]) == list(y[: m[b], b])) for b in range(len(n))]
    return np.array(found), sum(found) / float(sum(m)), sum(right) / len(right)


@solves("seq2seq.edit_distance")
def all_examples_in_one_table(said, n, y, m):
    (T, B), S = said.shape, len(y)
    table = np.zeros((T + 1, S + 1, B), dtype=int)
    table[:, 0] = np.arange(T + 1)[:, None]
    table[0] = np.arange(S + 1)[:, None]
    for i in range(T):
        for j in range(S):
            ways = np.stack([table[i, j + 1] + 1, table[i + 1, j] + 1, table[i, j] + (said[i] != y[j])])
            table[i + 1, j + 1] = ways.min(axis=0)
    d = table[n, m, np.arange(B)]
    return d, float(np.sum(d) / np.sum(m)), float(np.count_nonzero(d == 0) / B)


# seq2seq.attend_all


@solves("seq2seq.attend_all")
def step_by_step(q, k, v, lengths):
    (T, B, D), (S, _, E) = q.shape, v.shape
    c, alpha = np.zeros((T, B, E), q.dtype), np.zeros((T, S, B), q.dtype)
    for t in range(T):
        for b in range(B):
            n = lengths[b]
            e = [float(q[t, b] @ k[j, b]) / math.sqrt(D) for j in range(n)]
            top = max(e)
            a = [math.exp(one - top) for one in e]
            for j in range(n):
                alpha[t, j, b] = a[j] / sum(a)
                c[t, b] += alpha[t, j, b] * v[j, b]
    return c, alpha


@solves("seq2seq.attend_all")
def by_products_of_matrices(q, k, v, lengths):
    Q, K, V = (a.transpose(1, 0, 2) for a in (q, k, v))
    e = Q @ K.transpose(0, 2, 1) / np.asarray(q.shape[-1] ** 0.5, q.dtype)  # (B, T, S)
    hidden = np.arange(len(k))[None, None, :] >= lengths[:, None, None]
    e[np.broadcast_to(hidden, e.shape)] = -np.inf
    alpha = np.exp(e - e.max(-1, keepdims=True))
    alpha /= alpha.sum(-1, keepdims=True)
    return (alpha @ V).transpose(1, 0, 2), alpha.transpose(1, 2, 0)


@solves("seq2seq.attend_all")
def masked_after_and_shared_again(q, k, v, lengths):
    e = (q[:, None] * k[None]).sum(axis=-1) / np.sqrt(np.asarray(q.shape[2], q.dtype))
    real = (np.arange(k.shape[0])[:, None] < lengths).astype(q.dtype)
    best = np.max(e + np.log(np.where(real > 0, 1, 1e-300)) * 1e6, axis=1, keepdims=True).astype(q.dtype)
    a = np.exp(np.minimum(e - best, 0)) * real
    alpha = a / a.sum(axis=1, keepdims=True)
    return np.array([sum(one[j][:, None] * v[j] for j in range(len(k))) for one in alpha]), alpha


@solves("seq2seq.attend_all")
def with_the_librarys_weights(q, k, v, lengths):
    alpha = np.stack(
        [seq2seq.attention_weights((k * q_t).sum(axis=2) / np.sqrt(q.shape[2]).astype(q.dtype), lengths) for q_t in q]
    )
    return np.stack([seq2seq.context(one, v) for one in alpha]), alpha


# seq2seq.attention_gradient


@solves("seq2seq.attention_gradient")
def example_by_example(dc, q, k, v, lengths):
    dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    root = np.sqrt(q.shape[1]).astype(q.dtype)
    for b in range(len(q)):
        n = lengths[b]
        keys, values = k[:n, b], v[:n, b]
        e = keys @ q[b] / root
        alpha = np.exp(e - e.max())
        alpha = alpha / alpha.sum()
        jacobian = np.diag(alpha) - np.outer(alpha, alpha)
        de = jacobian @ (values @ dc[b])
        dq[b] = de @ keys / root
        dk[:n, b] = np.outer(de, q[b]) / root
        dv[:n, b] = np.outer(alpha, dc[b])
    return dq, dk, dv


@solves("seq2seq.attention_gradient")
def with_the_librarys_steps_back(dc, q, k, v, lengths):
    root = np.sqrt(q.shape[1]).astype(q.dtype)
    alpha = seq2seq.attention_weights(np.einsum("bd,sbd->sb", q, k) / root, lengths)
    dalpha, dv = seq2seq.context_backward(dc, alpha, v)
    de = seq2seq.weights_backward(dalpha, alpha) / root
    return np.einsum("sb,sbd->bd", de, k), np.einsum("sb,bd->sbd", de, q), dv


@solves("seq2seq.attention_gradient")
def through_the_context(dc, q, k, v, lengths):
    scale = np.asarray(1 / np.sqrt(q.shape[1]), q.dtype)
    e = (k * q).sum(-1) * scale
    e[np.arange(len(k))[:, None] >= lengths] = -np.inf
    alpha = np.exp(e - np.max(e, axis=0))
    alpha = alpha / np.sum(alpha, axis=0)
    c = (alpha[:, :, None] * v).sum(axis=0)
    de = alpha * ((v - c) * dc).sum(axis=-1) * scale  # the mean of dα is dc · c
    return (de[..., None] * k).sum(axis=0), de[..., None] * q[None], alpha[..., None] * dc[None]


# seq2seq.column_steps


@solves("seq2seq.column_steps")
def number_by_number(a, widths, pool):
    B, D, rows, J = a.shape
    T = math.ceil(J / pool)
    x, lengths = np.zeros((T, B, D * rows), dtype=a.dtype), []
    for b in range(B):
        lengths.append(math.ceil(widths[b] / pool))
        for t in range(lengths[b]):
            for d in range(D):
                for i in range(rows):
                    seen = [a[b, d, i, j] for j in range(t * pool, (t + 1) * pool) if j < widths[b]]
                    x[t, b, d * rows + i] = max(seen)
    return x, np.array(lengths)


@solves("seq2seq.column_steps")
def by_a_reshape(a, widths, pool):
    B, D, rows, J = a.shape
    T = (J + pool - 1) // pool
    wide = np.full((B, D, rows, T * pool), -np.inf, dtype=a.dtype)
    wide[..., :J] = np.where(np.arange(J) < widths[:, None, None, None], a, -np.inf)
    top = wide.reshape(B, D, rows, T, pool).max(axis=-1)
    top[np.isneginf(top)] = 0
    return top.transpose(3, 0, 1, 2).reshape(T, B, D * rows), (widths + pool - 1) // pool


@solves("seq2seq.column_steps")
def by_the_librarys_columns(a, widths, pool):
    columns = seq2seq.columns(a)
    J, real = len(columns), np.arange(a.shape[3])[:, None] < widths
    hidden = np.where(real[..., None], columns, np.finfo(a.dtype).min)
    x = np.maximum.reduceat(hidden, np.arange(0, J, pool), axis=0)
    lengths = np.ceil(widths / pool).astype(int)
    x[np.arange(len(x))[:, None] >= lengths] = 0
    return x, lengths


# seq2seq.beam


@solves("seq2seq.beam")
def with_a_list_of_dictionaries(s, E, W_hh, W_ho, start, end, steps, width, a):
    alive = [{"y": [], "log_p": 0.0, "s": s, "last": start, "done": False}]
    for _ in range(steps):
        new = []
        for one in alive:
            if one["done"]:
                new.append(one)
                continue
            state = np.tanh(E[one["last"]] + W_hh.dot(one["s"]))
            o = W_ho.dot(state)
            log_z = np.log(np.sum(np.exp(o - np.max(o)))) + np.max(o)
            for k in range(len(o)):
                new.append(
                    {
                        "y": one["y"] + [k],
                        "log_p": one["log_p"] + o[k] - log_z,
                        "s": state,
                        "last": k,
                        "done": k == end,
                    }
                )
        alive = sorted(new, key=lambda one: one["log_p"], reverse=True)[:width]
    alive.sort(key=lambda one: one["log_p"] / len(one["y"]) ** a, reverse=True)
    y = np.array([one["y"] + [end] * (steps - len(one["y"])) for one in alive])
    n = np.array([len(one["y"]) for one in alive])
    return y, n, np.array([one["log_p"] / len(one["y"]) ** a for one in alive], dtype=s.dtype)


@solves("seq2seq.beam")
def all_beginnings_side_by_side(s, E, W_hh, W_ho, start, end, steps, width, a):
    K = len(E)
    states, log_p, last = s[None], np.zeros(1, s.dtype), np.array([start])
    done, y = np.zeros(1, bool), np.zeros((1, 0), int)
    for _ in range(steps):
        new = np.tanh(E[last] + states @ W_hh.T)
        more = rnn.log_softmax(new @ W_ho.T)
        more[done] = -np.inf
        more[done, end] = 0  # what is complete has one way on
        total = (log_p[:, None] + more).ravel()
        best = np.argsort(-total, kind="stable")[:width]
        parent, last = best // K, best % K
        states, log_p, done = new[parent], total[best], done[parent] | (last == end)
        y = np.concatenate([y[parent], last[:, None]], axis=1)
    n = np.where((y == end).any(axis=1), (y == end).argmax(axis=1) + 1, steps)
    score = (log_p / n**a).astype(s.dtype)
    order = np.argsort(-score)
    return y[order], n[order], score[order]


@solves("seq2seq.beam")
def with_a_heap(s, E, W_hh, W_ho, start, end, steps, width, a):
    import heapq

    beams = [(0.0, (), s)]
    for _ in range(steps):
        found = []
        for log_p, said, state in beams:
            if said[-1:] == (end,):
                found.append((log_p, said, state))
            else:
                state = np.tanh(E[said[-1] if said else start] + state @ W_hh.T)
                o = (W_ho * state).sum(axis=1)
                p = np.exp(o) / np.exp(o).sum()
                found += [(log_p + math.log(p[k]), (*said, k), state) for k in range(len(p))]
        beams = heapq.nlargest(width, found, key=lambda one: one[0])
    ends = sorted(beams, key=lambda one: one[0] / len(one[1]) ** a, reverse=True)
    y = np.full((width, steps), end)
    for i, (_, said, _) in enumerate(ends):
        y[i, : len(said)] = said
    scores = [log_p / len(said) ** a for log_p, said, _ in ends]
    return y, np.array([len(said) for _, said, _ in ends]), np.array(scores).astype(s.dtype)


# seq2seq.translate


@solves("seq2seq.translate")
def one_source_after_the_other(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    (S, B), H = x.shape, len(W_hh)
    s0, alpha = np.zeros((B, H), A.dtype), np.zeros((steps, S, B), A.dtype)
    y, n, log_p = np.full((steps, B), end), np.zeros(B, dtype=int), np.zeros(B, A.dtype)
    for b in range(B):
        state, states = np.zeros(H, A.dtype), []
        for j in range(lengths[b]):
            state = np.tanh(A[x[j, b]] + W_hh @ state)
            states.append(state)
        h = np.array(states)
        s0[b] = state
        last = start
        for t in range(steps):
            e = h @ state
            w = np.exp(e - e.max())
            w /= w.sum()
            alpha[t, : lengths[b], b] = w
            state = np.tanh(E[last] + W_c @ (w @ h) + W_s @ state)
            o = W_ho @ state
            last = int(np.argmax(o))
            y[t, b] = last
            n[b] += 1
            log_p[b] += o[last] - o.max() - np.log(np.sum(np.exp(o - o.max())))
            if last == end:
                break
    return s0, alpha, y, n, log_p


@solves("seq2seq.translate")
def in_a_batch_with_masks(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    h = rnn.forward(
        A[x], np.zeros((B, len(W_hh)), A.dtype), np.eye(len(W_hh), dtype=A.dtype), W_hh, 0 * W_hh[0], 0 * W_hh[0]
    )
    s0 = h[lengths - 1, np.arange(B)]
    s, last, alive = s0, np.array([start] * B), np.ones(B, dtype=bool)
    alpha = np.zeros((steps, S, B), A.dtype)
    y = np.full((steps, B), end)
    log_p, n = np.zeros(B, A.dtype), np.zeros(B, int)
    for t in range(steps):
        w = seq2seq.attention_weights(np.einsum("bh,sbh->sb", s, h), lengths)
        s = np.tanh(E[last] + seq2seq.context(w, h) @ W_c.T + s @ W_s.T)
        p = rnn.log_softmax(s @ W_ho.T)
        last = np.argmax(p, axis=1)
        alpha[t][:, alive] = w[:, alive]
        y[t, alive] = last[alive]
        log_p[alive] += p.max(axis=1)[alive]
        n[alive] += 1
        alive = alive & (last != end)
        last = np.where(alive, last, end)
    return s0, alpha, y, n, log_p


@solves("seq2seq.translate")
def everything_first_and_cut_afterwards(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    now, h = np.zeros((B, W_hh.shape[0]), A.dtype), []
    for j in range(S):
        now = np.where(j < lengths[:, None], np.tanh(A[x[j]] + np.dot(now, W_hh.T)), now)
        h.append(now)
    h, s, read = np.array(h), now, np.full(B, start)
    weights, said, logs = [], [], []
    for _ in range(steps):
        e = np.where(np.arange(S)[:, None] < lengths, (s[None] * h).sum(2), np.finfo(A.dtype).min)
        a = np.exp(e - e.max(0))
        a = a / a.sum(0)
        s = np.tanh(E[read] + (a[..., None] * h).sum(0) @ W_c.T + s @ W_s.T)
        o = s @ W_ho.T
        read = o.argmax(1)
        weights.append(a)
        said.append(read)
        logs.append(-np.log(np.exp(o - o.max(1, keepdims=True)).sum(1)))
    said = np.array(said)
    before = np.cumsum(said == end, axis=0) - (said == end) > 0
    return (
        now,
        np.where(before[:, None], 0, np.array(weights)),
        np.where(before, end, said),
        (~before).sum(0),
        np.where(before, 0, np.array(logs)).sum(0),
    )


TYPED = {
    ("seq2seq.teacher_pairs", "S1"): """
def teacher_pairs(y, lengths, start, end, pad):
    T, B = y.shape
    targets = np.full((T + 1, B), pad)
    real = np.zeros((T + 1, B), dtype=int)
    for b in range(B):
        targets[: lengths[b], b] = y[: lengths[b], b]
        targets[lengths[b], b] = end
        real[: lengths[b] + 1, b] = 1
    inputs = targets.copy()
    return inputs, targets, real
""",
    ("seq2seq.teacher_pairs", "S3n"): """
def teacher_pairs(y, lengths, start, end, pad):
    T, B = y.shape
    inputs, targets = np.full((T + 1, B), pad), np.full((T + 1, B), pad)
    inputs[0] = start
    for b in range(B):
        n = lengths[b]
        inputs[1 : n + 1, b] = y[:n, b]
        targets[:n, b] = y[:n, b]
        targets[n, b] = end
    real = (np.arange(T + 1)[:, None] < lengths[None, :]).astype(int)
    return inputs, targets, real
""",
    ("seq2seq.smoothed_loss", "S6"): """
def smoothed_loss(o, y, lengths, epsilon):
    T, B, K = o.shape
    mask = np.arange(T)[:, None] < lengths
    z = o - o.max(axis=-1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    q = np.full(o.shape, epsilon / K, dtype=o.dtype)
    for t in range(T):
        for b in range(B):
            q[t, b, y[t, b]] += 1 - epsilon
    L = (-(q * logp).sum(axis=-1) * mask).mean()
    do = (np.exp(logp) - q) * mask[..., None] / lengths.sum()
    right = (o.argmax(axis=-1) == y)[mask].mean()
    return float(L), do.astype(o.dtype), float(right)
""",
    ("seq2seq.smoothed_loss", "S7"): """
def smoothed_loss(o, y, lengths, epsilon):
    T, B, K = o.shape
    do = np.zeros_like(o)
    losses, right = [], 0
    for b in range(B):
        loss = 0
        for t in range(lengths[b]):
            z = o[t, b] - o[t, b].max()
            logp = z - np.log(np.exp(z).sum())
            q = np.full(K, epsilon / K)
            q[y[t, b]] += 1 - epsilon
            loss -= (q * logp).sum()
            do[t, b] = (np.exp(logp) - q) / lengths.sum()
            right += o[t, b].argmax() == y[t, b]
        losses.append(loss / lengths[b])
    return float(np.mean(losses)), do, float(right / lengths.sum())
""",
    ("seq2seq.edit_distance", "E1"): """
def edit_distance(said, n, y, m):
    d = np.zeros(len(n), dtype=int)
    for b in range(len(n)):
        for i in range(max(n[b], m[b])):
            if i >= n[b] or i >= m[b] or said[i, b] != y[i, b]:
                d[b] += 1
    return d, float(d.sum() / m.sum()), float(np.mean(d == 0))
""",
    ("seq2seq.edit_distance", "E9"): """
def edit_distance(said, n, y, m):
    d, rates = [], []
    for b in range(len(n)):
        D = np.zeros((n[b] + 1, m[b] + 1), dtype=int)
        D[:, 0] = range(n[b] + 1)
        D[0, :] = range(m[b] + 1)
        for i in range(n[b]):
            for j in range(m[b]):
                cost = 0 if said[i, b] == y[j, b] else 1
                D[i + 1, j + 1] = min(D[i, j + 1] + 1, D[i + 1, j] + 1, D[i, j] + cost)
        d.append(D[-1, -1])
        rates.append(D[-1, -1] / m[b])
    d = np.array(d)
    return d, float(np.mean(rates)), float(np.mean(d == 0))
""",
    ("seq2seq.attend_all", "S16"): """
def attend_all(q, k, v, lengths):
    e = np.einsum("tbd,sbd->tsb", q, k) / np.sqrt(q.shape[-1]).astype(q.dtype)
    e = np.exp(e - e.max(axis=1, keepdims=True))
    alpha = e / e.sum(axis=1, keepdims=True)
    mask = (np.arange(len(k))[:, None] < lengths).astype(q.dtype)
    alpha = alpha * mask
    return np.einsum("tsb,sbe->tbe", alpha, v), alpha
""",
    ("seq2seq.attend_all", "A1"): """
def attend_all(q, k, v, lengths):
    T, B, D = q.shape
    S = len(k)
    alpha = np.zeros((T, S, B), dtype=q.dtype)
    c = np.zeros((T, B, v.shape[2]), dtype=q.dtype)
    for b in range(B):
        for t in range(T):
            e = k[: lengths[b], b] @ q[t, b]
            w = np.exp(e - e.max())
            alpha[t, : lengths[b], b] = w / w.sum()
            c[t, b] = alpha[t, :, b] @ v[:, b]
    return c, alpha
""",
    ("seq2seq.attention_gradient", "A8"): """
def attention_gradient(dc, q, k, v, lengths):
    D = q.shape[1]
    dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    for b in range(len(q)):
        n = lengths[b]
        e = k[:n, b] @ q[b] / np.sqrt(D).astype(q.dtype)
        a = np.exp(e - e.max())
        a /= a.sum()
        da = v[:n, b] @ dc[b]
        de = da * a * (1 - a)
        dq[b] = de @ k[:n, b] / np.sqrt(D).astype(q.dtype)
        dk[:n, b] = np.outer(de, q[b]) / np.sqrt(D).astype(q.dtype)
        dv[:n, b] = np.outer(a, dc[b])
    return dq, dk, dv
""",
    ("seq2seq.attention_gradient", "A9q"): """
def attention_gradient(dc, q, k, v, lengths):
    root = np.sqrt(q.shape[1]).astype(q.dtype)
    e = (k * q).sum(axis=2) / root
    e = np.where(np.arange(len(k))[:, None] < lengths, e, -np.inf)
    a = np.exp(e - e.max(axis=0))
    a = a / a.sum(axis=0)
    da = (v * dc).sum(axis=2)
    de = a * (da - (a * da).sum(axis=0)) / root
    dq = (de[:, :, None] * q).sum(axis=0)
    dk = de[:, :, None] * k
    return dq, dk, a[:, :, None] * dc
""",
    ("seq2seq.attention_gradient", "A1"): """
def attention_gradient(dc, q, k, v, lengths):
    e = (k * q).sum(axis=2) / np.sqrt(q.shape[1]).astype(q.dtype)
    e = np.where(np.arange(len(k))[:, None] < lengths, e, -np.inf)
    a = np.exp(e - e.max(axis=0))
    a = a / a.sum(axis=0)
    da = (v * dc).sum(axis=2)
    de = a * (da - (a * da).sum(axis=0))
    return (de[..., None] * k).sum(axis=0), de[..., None] * q, a[..., None] * dc
""",
    ("seq2seq.column_steps", "C1z"): """
def column_steps(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    m = np.zeros((B, D, I, T * pool), dtype=a.dtype)
    for b in range(B):
        m[b, :, :, : widths[b]] = a[b, :, :, : widths[b]]
    x = m.reshape(B, D, I, T, pool).max(axis=4)
    return x.transpose(3, 0, 1, 2).reshape(T, B, D * I), -(-widths // pool)
""",
    ("seq2seq.column_steps", "C5"): """
def column_steps(a, widths, pool):
    B, D, I, J = a.shape
    T = int(np.ceil(J / pool))
    lengths = np.ceil(widths / pool).astype(int)
    x = np.zeros((T, B, D * I), dtype=a.dtype)
    for b in range(B):
        for t in range(lengths[b]):
            step = []
            for i in range(I):
                for d in range(D):
                    step.append(a[b, d, i, t * pool : min((t + 1) * pool, widths[b])].max())
            x[t, b] = step
    return x, lengths
""",
    ("seq2seq.beam", "B5d"): """
def beam(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [([], 0.0, s)]
    for _ in range(steps):
        new = []
        for said, lp, h in beams:
            if said and said[-1] == end:
                new.append((said, lp, h))
                continue
            last = said[-1] if said else start
            h2 = np.tanh(E[last] + W_hh @ h)
            o = W_ho @ h2
            lps = o - o.max() - np.log(np.exp(o - o.max()).sum())
            for k in range(len(lps)):
                new.append((said + [k], lp + lps[k], h2))
        new.sort(key=lambda b: b[1] / len(b[0]) ** a, reverse=True)
        beams = new[:width]
    y = np.full((width, steps), end)
    for i, (said, _, _) in enumerate(beams):
        y[i, : len(said)] = said
    n = np.array([len(b[0]) for b in beams])
    return y, n, np.array([b[1] / len(b[0]) ** a for b in beams], dtype=s.dtype)
""",
    ("seq2seq.beam", "B5o"): """
def beam(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [([start], 0.0, s)]
    for _ in range(steps):
        new = []
        for said, lp, h in beams:
            if len(said) > 1 and said[-1] == end:
                new.append((said, lp, h))
            else:
                h2 = np.tanh(E[said[-1]] + W_hh @ h)
                o = W_ho @ h2
                lps = o - np.log(np.exp(o).sum())
                new += [(said + [k], lp + lps[k], h2) for k in range(len(E))]
        beams = sorted(new, key=lambda b: b[1], reverse=True)[:width]
    y = np.array([said[1:] + [end] * (steps + 1 - len(said)) for said, _, _ in beams])
    n = np.array([len(said) - 1 for said, _, _ in beams])
    score = np.array([lp for _, lp, _ in beams]) / n**a
    return y, n, score.astype(s.dtype)
""",
    ("seq2seq.translate", "S10"): """
def translate(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    h = np.zeros((S, B, len(W_hh)), dtype=A.dtype)
    state = np.zeros((B, len(W_hh)), dtype=A.dtype)
    for j in range(S):
        state = np.tanh(A[x[j]] + state @ W_hh.T)
        h[j] = state
    s0 = state
    s, last, done = s0, np.full(B, start), np.zeros(B, dtype=bool)
    alpha, y = np.zeros((steps, S, B), dtype=A.dtype), np.full((steps, B), end)
    n, log_p = np.zeros(B, dtype=int), np.zeros(B, dtype=A.dtype)
    for t in range(steps):
        e = np.where(np.arange(S)[:, None] < lengths, (h * s).sum(axis=2), -np.inf)
        w = np.exp(e - e.max(axis=0))
        w = w / w.sum(axis=0)
        s = np.tanh(E[last] + (w[..., None] * h).sum(axis=0) @ W_c.T + s @ W_s.T)
        o = s @ W_ho.T
        p = o - o.max(axis=1, keepdims=True)
        p = p - np.log(np.exp(p).sum(axis=1, keepdims=True))
        last = o.argmax(axis=1)
        for b in range(B):
            if not done[b]:
                alpha[t, :, b] = w[:, b]
                y[t, b] = last[b]
                n[b] += 1
                log_p[b] += p[b, last[b]]
                done[b] = last[b] == end
    return s0, alpha, y, n, log_p
""",
    ("seq2seq.translate", "S21"): """
def translate(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    h, s = [], np.zeros((B, len(W_hh)), dtype=A.dtype)
    for j in range(S):
        s = np.where((j < lengths)[:, None], np.tanh(A[x[j]] + s @ W_hh.T), s)
        h.append(s)
    h, s0 = np.array(h), s
    last = np.full(B, start)
    alpha, y, log_p = [], [], np.zeros(B, dtype=A.dtype)
    for t in range(steps):
        e = np.where(np.arange(S)[:, None] < lengths, (h * s).sum(axis=2), -np.inf)
        w = np.exp(e - e.max(axis=0))
        w = w / w.sum(axis=0)
        s = np.tanh(E[last] + (w[..., None] * h).sum(axis=0) @ W_c.T + s @ W_s.T)
        o = s @ W_ho.T
        last = o.argmax(axis=1)
        log_p += o.max(axis=1) - np.log(np.exp(o).sum(axis=1))
        alpha.append(w)
        y.append(last)
    return s0, np.array(alpha), np.array(y), np.full(B, steps), log_p
""",
}

KEPT = """
seq2seq.teacher_pairs, S1: targets; which steps count
seq2seq.teacher_pairs, S1 without the end: targets; which steps count
seq2seq.teacher_pairs, S1 the one after: targets; which steps count
seq2seq.teacher_pairs, S2 pad: targets; which steps count
seq2seq.teacher_pairs, S2 end: targets; which steps count
seq2seq.teacher_pairs, S2 the first symbol: targets; which steps count
seq2seq.teacher_pairs, S2 the last symbol: targets; which steps count
seq2seq.teacher_pairs, S2t: inputs; which steps count
seq2seq.teacher_pairs, S2t and the end behind: inputs; which steps count
seq2seq.teacher_pairs, S3 behind the sentence: targets; which steps count
seq2seq.teacher_pairs, S3 in place of the last symbol: targets; which steps count
seq2seq.teacher_pairs, S21 none: inputs; which steps count
seq2seq.teacher_pairs, S21 in the last row: inputs; which steps count
seq2seq.teacher_pairs, S21 behind the longest: inputs; which steps count
seq2seq.teacher_pairs, S21 behind the first sentence: inputs; which steps count
seq2seq.teacher_pairs, S21 over the last symbol: inputs; which steps count
seq2seq.teacher_pairs, S21 over all that is left: inputs; which steps count
seq2seq.teacher_pairs, S21 a step late: inputs; which steps count
seq2seq.teacher_pairs, S21s: inputs; which steps count
seq2seq.teacher_pairs, S9g: which steps count
seq2seq.teacher_pairs, S9g in the inputs: targets; which steps count
seq2seq.teacher_pairs, S9g in the targets: inputs; which steps count
seq2seq.teacher_pairs, S9z with zeros: which steps count
seq2seq.teacher_pairs, S9z with minus one: which steps count
seq2seq.teacher_pairs, S9z inputs with the end symbol: targets; which steps count
seq2seq.teacher_pairs, S9z both with the end symbol: which steps count
seq2seq.teacher_pairs, S9z with the start symbol: which steps count
seq2seq.teacher_pairs, S9z inputs with the start symbol: targets; which steps count
seq2seq.teacher_pairs, S9 counted: -
seq2seq.teacher_pairs, S9 counted, the end too: -
seq2seq.teacher_pairs, S9 real where no pad: inputs; targets
seq2seq.teacher_pairs, S9 up to the first pad: -
seq2seq.teacher_pairs, S9 inputs that are no pad: inputs; targets
seq2seq.teacher_pairs, S3n without the end: inputs; targets
seq2seq.teacher_pairs, S3n one more: inputs; targets
seq2seq.teacher_pairs, S3n without the first: inputs; targets
seq2seq.teacher_pairs, S3n all: inputs; targets
seq2seq.teacher_pairs, S3n turned round: inputs; targets
seq2seq.teacher_pairs, S3n the last alone: inputs; targets
seq2seq.teacher_pairs, S3f in the inputs: targets; which steps count
seq2seq.teacher_pairs, S3f everywhere: -
seq2seq.teacher_pairs, S10l of the first: -
seq2seq.teacher_pairs, S10l of the last: -
seq2seq.teacher_pairs, S10l the longest: -
seq2seq.teacher_pairs, S10l all rows: -
seq2seq.teacher_pairs, S10l turned round: -
seq2seq.teacher_pairs, S10l the longest, for what counts: -
seq2seq.teacher_pairs, S3r T: -
seq2seq.teacher_pairs, S3r T + 2: -
seq2seq.teacher_pairs, S3r up to the longest: -
seq2seq.teacher_pairs, S3o: which steps count
seq2seq.smoothed_loss, S5: gradient; share
seq2seq.smoothed_loss, S5 summed, not counted: gradient; share
seq2seq.smoothed_loss, S5 as zeros of the loss and the share: gradient
seq2seq.smoothed_loss, S5 everywhere: -
seq2seq.smoothed_loss, S6 all steps: -
seq2seq.smoothed_loss, S6 in the loss: gradient; share
seq2seq.smoothed_loss, S6 in loss and gradient: share
seq2seq.smoothed_loss, S6 in the gradient: loss, ε is 0; loss, smoothed; share
seq2seq.smoothed_loss, S6a all steps: loss, ε is 0; loss, smoothed; gradient
seq2seq.smoothed_loss, S6a padding counted as right: loss, ε is 0; loss, smoothed; gradient
seq2seq.smoothed_loss, S6a padding judged: loss, ε is 0; loss, smoothed; gradient
seq2seq.smoothed_loss, S6a hits of padding too: loss, ε is 0; loss, smoothed; gradient
seq2seq.smoothed_loss, S6a the number: loss, ε is 0; loss, smoothed; gradient
seq2seq.smoothed_loss, S6a of those that are wrong: loss, ε is 0; loss, smoothed; gradient
seq2seq.smoothed_loss, S6s by examples: loss, ε is 0; loss, smoothed; gradient
seq2seq.smoothed_loss, S6s whole sentences: loss, ε is 0; loss, smoothed; gradient
seq2seq.smoothed_loss, S7: gradient; share
seq2seq.smoothed_loss, S7 in the gradient too: share
seq2seq.smoothed_loss, S7 in the gradient: loss, ε is 0; loss, smoothed; share
seq2seq.smoothed_loss, S7s the sum: gradient; share
seq2seq.smoothed_loss, S7s the sum, and its gradient: share
seq2seq.smoothed_loss, S7s over examples: gradient; share
seq2seq.smoothed_loss, S7s over examples, and its gradient: share
seq2seq.smoothed_loss, S7s over steps: gradient; share
seq2seq.smoothed_loss, S7s over the longest: gradient; share
seq2seq.smoothed_loss, S8 zero: gradient; share
seq2seq.smoothed_loss, S8 zero, the mean of all: gradient; share
seq2seq.smoothed_loss, S22 one more: -
seq2seq.smoothed_loss, S22 one less: -
seq2seq.smoothed_loss, S22 turned round: -
seq2seq.smoothed_loss, S22 without the first: -
seq2seq.smoothed_loss, S22 from the end: -
seq2seq.smoothed_loss, S10l of the first: -
seq2seq.smoothed_loss, S10l the longest: -
seq2seq.smoothed_loss, S10l the shortest: -
seq2seq.smoothed_loss, S10l turned round: -
seq2seq.smoothed_loss, L1 none: loss, ε is 0; share
seq2seq.smoothed_loss, L1 in the loss alone: loss, ε is 0; loss, smoothed; share
seq2seq.smoothed_loss, L1 in the gradient alone: loss, ε is 0; gradient; share
seq2seq.smoothed_loss, L2 over the others alone: loss, ε is 0; share
seq2seq.smoothed_loss, L2 the right one gets no share: loss, ε is 0; share
seq2seq.smoothed_loss, L2 over K - 1: loss, ε is 0; share
seq2seq.smoothed_loss, L2 nothing taken away: loss, ε is 0; share
seq2seq.smoothed_loss, L2 ε to each: loss, ε is 0; share
seq2seq.smoothed_loss, L2 nothing spread: loss, ε is 0; share
seq2seq.smoothed_loss, L2 exchanged: share
seq2seq.smoothed_loss, L2 over K + 1: loss, ε is 0; share
seq2seq.smoothed_loss, L2p: loss, ε is 0; share
seq2seq.smoothed_loss, R13 steps: share
seq2seq.smoothed_loss, R13 examples: share
seq2seq.smoothed_loss, R13 steps, the largest too: share
seq2seq.smoothed_loss, R13 examples, the largest too: share
seq2seq.smoothed_loss, R13 everything: share
seq2seq.smoothed_loss, R13 no sum: share; large outputs
seq2seq.smoothed_loss, R13 twice: share
seq2seq.smoothed_loss, L3: loss, ε is 0; loss, smoothed; gradient; share
seq2seq.smoothed_loss, L3 the logarithm of the softmax: loss, ε is 0; loss, smoothed; gradient; share
seq2seq.smoothed_loss, L3 nothing subtracted: loss, ε is 0; loss, smoothed; gradient; share
seq2seq.smoothed_loss, L3 nothing subtracted, real steps chosen: loss, ε is 0; loss, smoothed; gradient; share
seq2seq.smoothed_loss, L3 nothing subtracted, the best probability: loss, ε is 0; loss, smoothed; gradient; share
seq2seq.smoothed_loss, L3 outputs cut off: loss, ε is 0; loss, smoothed; gradient; share
seq2seq.smoothed_loss, L3c a small number added: share
seq2seq.smoothed_loss, L3c cut off: loss, ε is 0; loss, smoothed; gradient; share
seq2seq.smoothed_loss, L3c cut off at 1e-7 in the loss: loss, ε is 0; loss, smoothed; gradient; share
seq2seq.smoothed_loss, L3c cut off at 1e-8 in the loss: loss, ε is 0; loss, smoothed; gradient; share
seq2seq.smoothed_loss, L3c cut off at 1e-12 in the loss: loss, ε is 0; loss, smoothed; gradient; share
seq2seq.smoothed_loss, L3u of everything: loss, ε is 0; loss, smoothed; gradient; share
seq2seq.smoothed_loss, L3u of each example: loss, ε is 0; loss, smoothed; gradient; share
seq2seq.smoothed_loss, L4 minus: gradient; share
seq2seq.smoothed_loss, L4 base 2: gradient; share
seq2seq.smoothed_loss, L4 base 10: gradient; share
seq2seq.smoothed_loss, L4 perplexity: gradient; share
seq2seq.smoothed_loss, L4 of probabilities: gradient; share
seq2seq.smoothed_loss, L4 squares: gradient; share
seq2seq.smoothed_loss, L4 the mean over symbols: gradient; share
seq2seq.smoothed_loss, L4 less the entropy of the target: loss, ε is 0; gradient; share
seq2seq.smoothed_loss, L5 turned round: loss, ε is 0; loss, smoothed; share
seq2seq.smoothed_loss, L5 not divided: loss, ε is 0; loss, smoothed; share
seq2seq.smoothed_loss, L5 of the logarithms: loss, ε is 0; loss, smoothed; share
seq2seq.smoothed_loss, L5 without the softmax: loss, ε is 0; loss, smoothed; share
seq2seq.smoothed_loss, L5 of the probabilities: loss, ε is 0; loss, smoothed; share
seq2seq.smoothed_loss, L5 times the slope: loss, ε is 0; loss, smoothed; share
seq2seq.smoothed_loss, L5 by examples: loss, ε is 0; loss, smoothed; share
seq2seq.smoothed_loss, L5 by steps: loss, ε is 0; loss, smoothed; share
seq2seq.smoothed_loss, L5p: loss, ε is 0; loss, smoothed; share
seq2seq.smoothed_loss, L5p all steps counted: loss, ε is 0; loss, smoothed; share
seq2seq.smoothed_loss, L6 the smallest: loss, ε is 0; loss, smoothed; gradient
seq2seq.smoothed_loss, L6 among the examples: loss, ε is 0; loss, smoothed; gradient
seq2seq.smoothed_loss, L6 the probability: loss, ε is 0; loss, smoothed; gradient; large outputs
seq2seq.smoothed_loss, L6 more than one half: loss, ε is 0; loss, smoothed; gradient; large outputs
seq2seq.smoothed_loss, L6 among the two best: loss, ε is 0; loss, smoothed; gradient
seq2seq.edit_distance, E1: right as a whole
seq2seq.edit_distance, E1 as far as both go: -
seq2seq.edit_distance, E1 whatever is nearer: right as a whole
seq2seq.edit_distance, E2 two: right as a whole
seq2seq.edit_distance, E2 is not known: right as a whole
seq2seq.edit_distance, E2 nothing: -
seq2seq.edit_distance, E2 one always: -
seq2seq.edit_distance, E2 turned round: -
seq2seq.edit_distance, E2 a half: -
seq2seq.edit_distance, E2 how far apart: right as a whole
seq2seq.edit_distance, E3 no deletion: right as a whole
seq2seq.edit_distance, E3 no insertion: right as a whole
seq2seq.edit_distance, E3 replacements alone: right as a whole
seq2seq.edit_distance, E4 zeros: -
seq2seq.edit_distance, E4 zeros above: -
seq2seq.edit_distance, E4 zeros on the left: right as a whole
seq2seq.edit_distance, E4 from one: right as a whole
seq2seq.edit_distance, E4 ones: right as a whole
seq2seq.edit_distance, E5 the first of what was said: -
seq2seq.edit_distance, E5 the first of the target: -
seq2seq.edit_distance, E5 one before: right as a whole
seq2seq.edit_distance, E6: right as a whole
seq2seq.edit_distance, E7 symbols counted: -
seq2seq.edit_distance, E7 sets: -
seq2seq.edit_distance, E7 target symbols not said: -
seq2seq.edit_distance, E7 sorted: -
seq2seq.edit_distance, E8 of both: -
seq2seq.edit_distance, E8 of what was said: -
seq2seq.edit_distance, E8 of the target: -
seq2seq.edit_distance, E8 both as long as the target: -
seq2seq.edit_distance, E8 both as long as what was said: -
seq2seq.edit_distance, E8 lengths exchanged: right as a whole
seq2seq.edit_distance, E8 both as long as the shorter: -
seq2seq.edit_distance, E8l of the first: -
seq2seq.edit_distance, E8l one symbol more: -
seq2seq.edit_distance, E8l without the first: right as a whole
seq2seq.edit_distance, E11 cut off: -
seq2seq.edit_distance, E11 in a table for all: -
seq2seq.edit_distance, E11 of what was said: -
seq2seq.edit_distance, E11 of the target: -
seq2seq.edit_distance, E9 of the rates: distances; nothing said; right as a whole
seq2seq.edit_distance, E9 by examples: distances; nothing said; right as a whole
seq2seq.edit_distance, E9 the number: distances; nothing said; right as a whole
seq2seq.edit_distance, E9 by what was said: distances; nothing said; right as a whole
seq2seq.edit_distance, E9 by the longer: distances; nothing said; right as a whole
seq2seq.edit_distance, E9 by both: distances; nothing said; right as a whole
seq2seq.edit_distance, E9 by all places: distances; nothing said; right as a whole
seq2seq.edit_distance, E9 by the longest: distances; nothing said; right as a whole
seq2seq.edit_distance, E9 of the rates, by the longer: distances; nothing said; right as a whole
seq2seq.edit_distance, E9 one less: distances; nothing said; right as a whole
seq2seq.edit_distance, E9 at most one: distances; nothing said; right as a whole
seq2seq.edit_distance, E10 of symbols: distances; nothing said; error rate
seq2seq.edit_distance, E10 one less the rate: distances; nothing said; error rate
seq2seq.edit_distance, E10 one change is forgiven: distances; nothing said; error rate
seq2seq.edit_distance, E10 of the right length: distances; nothing said; error rate
seq2seq.edit_distance, E10 that are wrong: distances; nothing said; error rate
seq2seq.edit_distance, E10 the number: distances; nothing said; error rate
seq2seq.edit_distance, E10 beginnings too: distances; nothing said; error rate
seq2seq.edit_distance, E10 what begins with the target: distances; nothing said; error rate
seq2seq.edit_distance, E10 any order: distances; nothing said; error rate
seq2seq.edit_distance, E10a are all right: distances; nothing said; error rate
seq2seq.edit_distance, E10a is any right: distances; nothing said; error rate
seq2seq.edit_distance, E10w of both: distances; nothing said; error rate
seq2seq.attend_all, A1 not at all: large scores
seq2seq.attend_all, A1 by D: large scores
seq2seq.attend_all, A1 times the root: large scores
seq2seq.attend_all, A1 by the root of S: large scores
seq2seq.attend_all, A1 by the root of T: large scores
seq2seq.attend_all, A1 by the root of B: large scores
seq2seq.attend_all, A1 weights divided: -
seq2seq.attend_all, A1 by lengths of the vectors: -
seq2seq.attend_all, A1 by the root of E: large scores
seq2seq.attend_all, A1 by the root of the source: large scores
seq2seq.attend_all, S15: weights, no padding
seq2seq.attend_all, S17 scores: weights, no padding
seq2seq.attend_all, S17 keys and values: weights, no padding
seq2seq.attend_all, S17 a small number: weights, no padding
seq2seq.attend_all, S17m minus ten: weights, no padding
seq2seq.attend_all, S17m minus a hundred: weights, no padding; weights with padding; contexts
seq2seq.attend_all, S17m the least: weights, no padding; large scores
seq2seq.attend_all, S17m a hundred less: weights, no padding; weights with padding; contexts
seq2seq.attend_all, S17m ten less: weights, no padding
seq2seq.attend_all, S17m one less: weights, no padding
seq2seq.attend_all, S16: weights, no padding
seq2seq.attend_all, S16 in the context alone: weights, no padding
seq2seq.attend_all, S18: weights, no padding; weights with padding; contexts
seq2seq.attend_all, S22 one more: weights, no padding
seq2seq.attend_all, S22 one less: -
seq2seq.attend_all, S22 turned round: weights, no padding
seq2seq.attend_all, S22 from the end: weights, no padding
seq2seq.attend_all, S10l of the first: weights, no padding
seq2seq.attend_all, S10l the longest: weights, no padding
seq2seq.attend_all, S10l the shortest: weights, no padding
seq2seq.attend_all, S10l turned round: weights, no padding
seq2seq.attend_all, S19 the decoder's steps: -
seq2seq.attend_all, S19 the decoder's steps, masked behind: -
seq2seq.attend_all, S19 examples: -
seq2seq.attend_all, S19 source and examples: -
seq2seq.attend_all, S19 both kinds of steps: -
seq2seq.attend_all, S19 everything: -
seq2seq.attend_all, A2 exponentials alone: large scores
seq2seq.attend_all, A2 by the largest: large scores
seq2seq.attend_all, A2 by the number: -
seq2seq.attend_all, A2 by their length: large scores
seq2seq.attend_all, A2 logistic: -
seq2seq.attend_all, A2e twice: -
seq2seq.attend_all, A2e powers of two: large scores
seq2seq.attend_all, A2e the best alone: large scores
seq2seq.attend_all, A2e squares: large scores
seq2seq.attend_all, A2e minus: -
seq2seq.attend_all, A2l: -
seq2seq.attend_all, A2l none below 0: -
seq2seq.attend_all, A2l sizes: -
seq2seq.attend_all, A3: weights, no padding; weights with padding; contexts
seq2seq.attend_all, A3 then made zero: weights, no padding; weights with padding; contexts
seq2seq.attend_all, A3 cut off: weights, no padding; weights with padding; contexts
seq2seq.attend_all, A3 cut off below too: weights, no padding; weights with padding; contexts
seq2seq.attend_all, A3u of everything: weights, no padding; weights with padding; contexts
seq2seq.attend_all, A3u of all steps: weights, no padding; weights with padding; contexts
seq2seq.attend_all, A4 keys are mixed: weights, no padding; weights with padding
seq2seq.attend_all, A4 values are compared: -
seq2seq.attend_all, A4 both: -
seq2seq.attend_all, A4 queries are mixed: weights, no padding; weights with padding
seq2seq.attend_all, A5 by the number: weights, no padding; weights with padding
seq2seq.attend_all, A5 by the lengths: weights, no padding; weights with padding
seq2seq.attend_all, A5 the best value: weights, no padding; weights with padding; large scores
seq2seq.attend_all, A5 the mean of the values: weights, no padding; weights with padding
seq2seq.attend_all, A5 squares of the weights: weights, no padding; weights with padding; large scores
seq2seq.attend_all, A5 the query beside it: weights, no padding; weights with padding
seq2seq.attend_all, A5 values of the first example: weights, no padding; weights with padding
seq2seq.attend_all, A5 values of all examples: weights, no padding; weights with padding
seq2seq.attend_all, A6 of the first step: -
seq2seq.attend_all, A6 of the last step: -
seq2seq.attend_all, A6 the step before: -
seq2seq.attend_all, A6 of the first example: -
seq2seq.attend_all, A6 keys of the first example: -
seq2seq.attend_all, A6 keys of all examples: -
seq2seq.attend_all, A6 the mean of the steps: -
seq2seq.attend_all, A6 keys turned round: -
seq2seq.attend_all, A7: -
seq2seq.attention_gradient, A8 times α: values
seq2seq.attention_gradient, A8 as of a logistic function: values
seq2seq.attention_gradient, A8 not at all: values
seq2seq.attention_gradient, A8 the mean of dα alone: values
seq2seq.attention_gradient, A8 the sum of dα: values
seq2seq.attention_gradient, A8 the sum of α: values
seq2seq.attention_gradient, A8 α added: values
seq2seq.attention_gradient, A8 without the factor: values
seq2seq.attention_gradient, A8 each its own mean: values
seq2seq.attention_gradient, A8 α less the mean: values
seq2seq.attention_gradient, A8 turned round: values
seq2seq.attention_gradient, A8m examples: values
seq2seq.attention_gradient, A8m everything: values
seq2seq.attention_gradient, A8m of the first example: values
seq2seq.attention_gradient, A1 left out: values
seq2seq.attention_gradient, A1 left out for q: values; keys
seq2seq.attention_gradient, A1 left out for k: values; query
seq2seq.attention_gradient, A1 multiplied: values
seq2seq.attention_gradient, A1 by D: values
seq2seq.attention_gradient, A1 of E: values
seq2seq.attention_gradient, A1f in neither direction: -
seq2seq.attention_gradient, A1f on the way back alone: -
seq2seq.attention_gradient, A1f by D in both directions: -
seq2seq.attention_gradient, A9 for the keys: values; query
seq2seq.attention_gradient, A9 one always: values
seq2seq.attention_gradient, A9v values for the query: values; keys
seq2seq.attention_gradient, A9v α for the query: values; keys
seq2seq.attention_gradient, A9v α for the keys: values; query
seq2seq.attention_gradient, A9v dα for the query: values; keys
seq2seq.attention_gradient, A9v dα for the keys: values; query
seq2seq.attention_gradient, A10 not weighted: query; keys
seq2seq.attention_gradient, A10 by the scores' gradient: query; keys
seq2seq.attention_gradient, A10 times the value: query; keys
seq2seq.attention_gradient, A10 by the slope of the softmax: query; keys
seq2seq.attention_gradient, A10 by the mean: query; keys
seq2seq.attention_gradient, A10 by the root: query; keys
seq2seq.attention_gradient, A10 squared: query; keys
seq2seq.attention_gradient, A10 gradient of the first example: query; keys
seq2seq.attention_gradient, A11 a mean: values
seq2seq.attention_gradient, A11 of dc alone: values
seq2seq.attention_gradient, A11 of the value alone: values
seq2seq.attention_gradient, A11 one feature: values
seq2seq.attention_gradient, A11 sums multiplied: values
seq2seq.attention_gradient, A11 dc of the first example: values
seq2seq.attention_gradient, A11 times α: values
seq2seq.attention_gradient, A11 the last feature: values
seq2seq.attention_gradient, A12 the query's, over examples: values; keys
seq2seq.attention_gradient, A12 the keys', over the source: values; query
seq2seq.attention_gradient, A12 the keys', over examples: values; query
seq2seq.attention_gradient, A12 divided by the examples: -
seq2seq.attention_gradient, A14 of all steps: values; keys
seq2seq.attention_gradient, A14 of the real steps: values; keys
seq2seq.attention_gradient, S15 no mask: -
seq2seq.attention_gradient, S15 scores made 0: -
seq2seq.attention_gradient, S15 gradients alone: -
seq2seq.attention_gradient, S15 gradients alone, those of scores too: -
seq2seq.attention_gradient, S15 after the softmax: -
seq2seq.attention_gradient, S22 one more: -
seq2seq.attention_gradient, S22 one less: -
seq2seq.attention_gradient, S22 of the first: -
seq2seq.attention_gradient, S19 examples: -
seq2seq.attention_gradient, S19 everything: -
seq2seq.attention_gradient, S19 exponentials alone: -
seq2seq.attention_gradient, A13 keys and values exchanged: query
seq2seq.attention_gradient, A13 minus: -
seq2seq.column_steps, C1: one column a step; full groups; lengths
seq2seq.column_steps, C1 with the last step: lengths
seq2seq.column_steps, C1 in groups that begin before: one column a step; full groups; lengths
seq2seq.column_steps, C1z: one column a step; full groups; lengths
seq2seq.column_steps, C1z and groups filled up with 0: one column a step; full groups; lengths
seq2seq.column_steps, C1z none below 0: lengths
seq2seq.column_steps, C1z sizes: lengths
seq2seq.column_steps, C1z small: one column a step; full groups; lengths
seq2seq.column_steps, C1z times the mask: one column a step; full groups; lengths
seq2seq.column_steps, C2 minus infinity: lengths
seq2seq.column_steps, C2 one: lengths
seq2seq.column_steps, C2 the last again: lengths
seq2seq.column_steps, C2 what padding has: lengths
seq2seq.column_steps, C3: one column a step; full groups
seq2seq.column_steps, C3 of the steps: one column a step; full groups; lengths
seq2seq.column_steps, C3 of the lengths: one column a step; full groups
seq2seq.column_steps, C3 of the lengths alone: one column a step; full groups; groups cut short
seq2seq.column_steps, C3 at least one: one column a step; full groups
seq2seq.column_steps, C3m of the lengths: one column a step; full groups; groups cut short
seq2seq.column_steps, C3m of both: groups cut short
seq2seq.column_steps, C3m of the steps: groups cut short; lengths
seq2seq.column_steps, C4: one column a step; full groups; groups cut short
seq2seq.column_steps, C4 all steps: one column a step; full groups; groups cut short
seq2seq.column_steps, C4 all columns: one column a step; full groups; groups cut short
seq2seq.column_steps, C4 columns that are left: one column a step; full groups; groups cut short
seq2seq.column_steps, C4 one less: one column a step; full groups; groups cut short
seq2seq.column_steps, C4 padded steps: one column a step; full groups; groups cut short
seq2seq.column_steps, C4 by features: one column a step; full groups; groups cut short
seq2seq.column_steps, C5 rows first: lengths
seq2seq.column_steps, C5 from the end: lengths
seq2seq.column_steps, C5 rows turned round: lengths
seq2seq.column_steps, C5 features turned round: lengths
seq2seq.column_steps, C5r: lengths
seq2seq.column_steps, C5r steps within: lengths
seq2seq.column_steps, C5r the batch first: lengths
seq2seq.column_steps, C6 the mean: one column a step; lengths
seq2seq.column_steps, C6 the mean of all: one column a step; lengths
seq2seq.column_steps, C6 the sum: one column a step; lengths
seq2seq.column_steps, C6 the first: one column a step; lengths
seq2seq.column_steps, C6 the last: one column a step; lengths
seq2seq.column_steps, C6 the smallest: one column a step; lengths
seq2seq.column_steps, C6 the largest size: one column a step; lengths
seq2seq.column_steps, C6a of rows: lengths
seq2seq.column_steps, C6a of features: lengths
seq2seq.column_steps, C6a of all: lengths
seq2seq.column_steps, C6a of the batch: lengths
seq2seq.column_steps, C7 they overlap: one column a step; lengths
seq2seq.column_steps, C7 one more: lengths
seq2seq.column_steps, C7 every so many: one column a step; lengths
seq2seq.column_steps, C7 from the right: lengths
seq2seq.column_steps, C7 centred: lengths
seq2seq.column_steps, C8 of the first: -
seq2seq.column_steps, C8 the widest: -
seq2seq.column_steps, C8 the narrowest: -
seq2seq.column_steps, C8 turned round: -
seq2seq.column_steps, C9 one more: one column a step; full groups; lengths
seq2seq.column_steps, C9 one less: lengths
seq2seq.column_steps, C9 from the right: lengths
seq2seq.column_steps, C10: one column a step; full groups; lengths
seq2seq.beam, B1: one beginning
seq2seq.beam, B1 all but the best of a beginning dropped: one beginning
seq2seq.beam, B1w one more: -
seq2seq.beam, B1w one: one beginning
seq2seq.beam, B1w all: -
seq2seq.beam, B1w one less, later: one beginning
seq2seq.beam, B1c: one beginning
seq2seq.beam, B2 by place: symbols; lengths
seq2seq.beam, B2 of the best: one beginning; lengths
seq2seq.beam, B2 the one made last: one beginning
seq2seq.beam, B2 before the step: -
seq2seq.beam, B2 always the first: -
seq2seq.beam, B3: -
seq2seq.beam, B3 cut at the end: one beginning
seq2seq.beam, B3 with ends alone: one beginning
seq2seq.beam, B3d lost: -
seq2seq.beam, B3d when another one is longer: one beginning
seq2seq.beam, B3k: one beginning
seq2seq.beam, B3s when the best is complete: one beginning
seq2seq.beam, B3s when one is complete: one beginning
seq2seq.beam, B4 of the last step alone: one beginning
seq2seq.beam, B4 outputs: one beginning
seq2seq.beam, B4 probabilities: one beginning
seq2seq.beam, B4 base 2: one beginning; symbols; lengths
seq2seq.beam, B4 turned round: -
seq2seq.beam, B4 products: -
seq2seq.beam, B4 probabilities of answers: one beginning
seq2seq.beam, B4 means of two: one beginning
seq2seq.beam, B5 not at all: one beginning
seq2seq.beam, B5 n times a: one beginning; symbols; lengths
seq2seq.beam, B5 the mean: one beginning
seq2seq.beam, B5 all steps: one beginning
seq2seq.beam, B5 multiplied: one beginning
seq2seq.beam, B5 without the end: one beginning
seq2seq.beam, B5 with the start: one beginning
seq2seq.beam, B5 five more: one beginning
seq2seq.beam, B5 powers of log p: one beginning
seq2seq.beam, B5 a root of it: one beginning
seq2seq.beam, B5 the length subtracted: one beginning; symbols; lengths
seq2seq.beam, B5d: one beginning
seq2seq.beam, B5d the sum itself: one beginning
seq2seq.beam, B5o by log p: one beginning
seq2seq.beam, B5o the worst first: one beginning
seq2seq.beam, B5o by length: one beginning
seq2seq.beam, B5o the longest first: one beginning
seq2seq.beam, B5o scores alone: one beginning; scores
seq2seq.beam, B6 without the end: symbols; scores
seq2seq.beam, B6 with the start: symbols; scores
seq2seq.beam, B6 all steps: symbols; scores
seq2seq.beam, B6 without the end, in the score too: -
seq2seq.beam, B6 ends not counted: symbols; scores
seq2seq.beam, B6y the start first: lengths; scores
seq2seq.beam, B6y zeros: lengths; scores
seq2seq.beam, B6y minus one: lengths; scores
seq2seq.beam, B6y the start: lengths; scores
seq2seq.beam, B6y turned round: lengths; scores
seq2seq.beam, B6y the last symbol: lengths; scores
seq2seq.beam, B7 no tanh: -
seq2seq.beam, B7 transposed: -
seq2seq.beam, B7 no embedding: -
seq2seq.beam, B7 no state: -
seq2seq.beam, B7 outputs of the state before: -
seq2seq.beam, B7 the next symbol's row: -
seq2seq.beam, B7 tanh of the state alone: -
seq2seq.beam, B7 outputs squashed: one beginning
seq2seq.beam, B8 zeros: -
seq2seq.beam, B8 the end symbol: -
seq2seq.beam, B8 symbol 0: -
seq2seq.beam, B8 symbol 1: -
seq2seq.beam, B8 no symbol: -
seq2seq.beam, B8 the last symbol: -
seq2seq.beam, B8 the start at every step: -
seq2seq.beam, B8 as if the start had been said before: -
seq2seq.beam, B9 one less: -
seq2seq.beam, B9 one more: -
seq2seq.beam, B9 as long as there are symbols: -
seq2seq.beam, B10 no end at first: -
seq2seq.beam, B10 no start: -
seq2seq.beam, B10 no symbol twice: -
seq2seq.beam, B10 an end at the last step: lengths; scores
seq2seq.beam, B10 answers without end last: one beginning
seq2seq.translate, S10: -
seq2seq.translate, S10 longest: -
seq2seq.translate, S10z zeros: -
seq2seq.translate, S10z the first: -
seq2seq.translate, S10z the mean: -
seq2seq.translate, S10z one before: -
seq2seq.translate, S10z of the first example: -
seq2seq.translate, S10z tanh again: -
seq2seq.translate, S10z zeros behind a short source: -
seq2seq.translate, S10z the sum: -
seq2seq.translate, S10z that of the last length: -
seq2seq.translate, T1 no tanh: -
seq2seq.translate, T1 no state: -
seq2seq.translate, T1 transposed: -
seq2seq.translate, T1 from the end: -
seq2seq.translate, T1 the decoder's matrix: -
seq2seq.translate, T1 tanh of the state alone: -
seq2seq.translate, T1 the first symbol always: -
seq2seq.translate, S15: first state
seq2seq.translate, S15 scores made 0: first state
seq2seq.translate, S15 after the softmax: first state
seq2seq.translate, S15 one length for all: first state
seq2seq.translate, S15 one step more: first state
seq2seq.translate, S15 one step less: first state
seq2seq.translate, S19 examples: first state
seq2seq.translate, S19 everything: first state
seq2seq.translate, S19 not divided: first state
seq2seq.translate, S19 even: first state
seq2seq.translate, S19 the best alone: first state
seq2seq.translate, S19s by the root of the units: first state
seq2seq.translate, S19s by the units: first state
seq2seq.translate, T2 always the first: first state
seq2seq.translate, T2 after the step, its context in the next: first state
seq2seq.translate, T2 after the step: first state; symbols; log p
seq2seq.translate, T2 after a step of its own: first state
seq2seq.translate, T2 the encoder's last: first state
seq2seq.translate, T2 the context left out: first state
seq2seq.translate, T3 the first state: first state
seq2seq.translate, T3 the best state: first state
seq2seq.translate, T3 the mean: first state
seq2seq.translate, T3 divided by the steps: first state
seq2seq.translate, T3 of the symbols' rows: first state
seq2seq.translate, T4 contexts and states exchanged: first state
seq2seq.translate, T4 W_c transposed: first state
seq2seq.translate, T4 W_s transposed: first state
seq2seq.translate, T4 both transposed: first state
seq2seq.translate, T4 no tanh: first state
seq2seq.translate, T4 no symbol: first state
seq2seq.translate, T4 no state: first state
seq2seq.translate, T4 the encoder's matrix: first state
seq2seq.translate, S14: first state
seq2seq.translate, S14 nor looked from: first state
seq2seq.translate, T5 always the start: first state
seq2seq.translate, T5 the end first: first state
seq2seq.translate, T5 symbol 0 first: first state
seq2seq.translate, T5 nothing first: first state
seq2seq.translate, T5 the source: first state
seq2seq.translate, T5 mixed rows: first state
seq2seq.translate, T5 of the first example: first state
seq2seq.translate, T6 the smallest: first state
seq2seq.translate, T6 of the first example: first state
seq2seq.translate, T6 never the end: first state
seq2seq.translate, T6 never the start: first state
seq2seq.translate, T6 the second best: first state
seq2seq.translate, S21 symbols: first state; weights; log p
seq2seq.translate, S21 symbols alone: first state; weights; log p
seq2seq.translate, S21 all: first state
seq2seq.translate, S21 until all have ended: first state
seq2seq.translate, S21 as soon as one has ended: first state
seq2seq.translate, T7 without the end: first state; weights; log p
seq2seq.translate, T7 all steps: first state; weights; log p
seq2seq.translate, T7 with the start: first state; weights; log p
seq2seq.translate, T7 symbols that are no end: first state; weights; log p
seq2seq.translate, T7 ends counted: first state; weights; log p
seq2seq.translate, T7 the end always: first state; weights; log p
seq2seq.translate, T8 left: first state; symbols; log p
seq2seq.translate, T8 none at the end: first state; symbols; log p
seq2seq.translate, T8 even: first state; symbols; log p
seq2seq.translate, T8 the last again: first state; symbols; log p
seq2seq.translate, T8 a step late: first state; symbols; log p
seq2seq.translate, T9 behind the end, too: first state; weights; symbols
seq2seq.translate, T9 without the end: first state; weights; symbols
seq2seq.translate, T9 the last alone: first state; weights; symbols
seq2seq.translate, T9 the mean: first state; weights; symbols
seq2seq.translate, T9 base 2: first state; weights; symbols
seq2seq.translate, T9 probabilities: first state; weights; symbols
seq2seq.translate, T9 the product: first state; weights; symbols
seq2seq.translate, T9 outputs: first state; weights; symbols
seq2seq.translate, T9 a softmax over examples: first state; weights; symbols
seq2seq.translate, T9 turned round: first state; weights; symbols
seq2seq.translate, T9 of the end: first state; weights; symbols
"""
