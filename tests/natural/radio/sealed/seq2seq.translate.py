"""seq2seq.translate"""
import numpy as np


def softmax(z, axis=-1):
    z = np.exp(z - z.max(axis=axis, keepdims=True))
    return z / z.sum(axis=axis, keepdims=True)


class Decoder:
    def __init__(self, memory, mask, E, W_c, W_s, W_ho):
        self.memory, self.mask = memory, mask
        self.E, self.W_c, self.W_s, self.W_ho = E, W_c, W_s, W_ho

    def step(self, symbols, s):
        e = np.sum(self.memory * s[None], axis=2)
        e[~self.mask] = -np.inf
        a = softmax(e, axis=0)
        c = np.sum(a[:, :, None] * self.memory, axis=0)
        s = np.tanh(self.E[symbols] + c @ self.W_c.T + s @ self.W_s.T)
        return s, a, s @ self.W_ho.T


def r_decoder_class(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    mask = np.arange(S)[:, None] < lengths
    x = np.where(mask, x, 0)
    memory = np.zeros((S + 1, B, len(W_hh)), dtype=A.dtype)
    for j in range(S):
        memory[j + 1] = np.tanh(A[x[j]] + memory[j] @ W_hh.T)
    s0 = memory[lengths, np.arange(B)]
    dec = Decoder(memory[1:], mask, E, W_c, W_s, W_ho)
    alpha = np.zeros((steps, S, B), dtype=A.dtype)
    y = np.full((steps, B), end)
    n = np.zeros(B, dtype=int)
    log_p = np.zeros(B, dtype=A.dtype)
    alive = np.ones(B, dtype=bool)
    s, last = s0.copy(), np.full(B, start)
    for t in range(steps):
        s, a, o = dec.step(last, s)
        p = softmax(o)
        last = p.argmax(axis=1)
        alpha[t][:, alive] = a[:, alive]
        y[t, alive] = last[alive]
        n[alive] += 1
        log_p[alive] += np.log(p.max(axis=1))[alive]
        alive &= last != end
        if not alive.any():
            break
    return s0, alpha, y, n, log_p


def r_lists_per_example(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    def encode(symbols):
        hs, h = [], np.zeros(W_hh.shape[0], dtype=A.dtype)
        for k in symbols:
            h = np.tanh(A[k] + W_hh.dot(h))
            hs.append(h)
        return hs

    S, B = x.shape
    first, alphas, answers, sizes, logs = [], [], [], [], []
    for b in range(B):
        hs = encode(x[: lengths[b], b])
        s = hs[-1]
        first.append(s)
        al, said, total = [], [], 0.0
        while len(said) < steps and (not said or said[-1] != end):
            w = softmax(np.array([s.dot(h) for h in hs]))
            c = sum(w_j * h for w_j, h in zip(w, hs))
            s = np.tanh(E[said[-1] if said else start] + W_c.dot(c) + W_s.dot(s))
            p = softmax(W_ho.dot(s))
            said.append(int(p.argmax()))
            total += float(np.log(p.max()))
            al.append(list(w) + [0] * (S - len(w)))
        rest = steps - len(said)
        sizes.append(len(said))
        logs.append(total)
        answers.append(said + [end] * rest)
        alphas.append(al + [[0] * S] * rest)
    alpha = np.array(alphas, dtype=A.dtype).transpose(1, 2, 0)
    return np.array(first), alpha, np.array(answers).T, np.array(sizes), np.array(logs, dtype=A.dtype)


def r_minus_log_of_sum(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    inside = np.arange(S)[:, None] < lengths
    h = np.zeros((B, W_hh.shape[0]), dtype=A.dtype)
    hs = np.zeros((S,) + h.shape, dtype=A.dtype)
    for j in range(S):
        go = np.flatnonzero(inside[j])
        h[go] = np.tanh(A[x[j, go]] + h[go] @ W_hh.T)
        hs[j, go] = h[go]
    s0 = h
    state = h.copy()
    prev = np.array([start] * B)
    open_ = np.ones(B, dtype=A.dtype)
    alpha = np.empty((steps, S, B), dtype=A.dtype)
    y = np.empty((steps, B), dtype=int)
    n = np.zeros(B)
    log_p = np.zeros(B, dtype=A.dtype)
    for t in range(steps):
        e = np.einsum("sbh,bh->sb", hs, state)
        w = np.where(inside, np.exp(e - np.where(inside, e, -np.inf).max(axis=0)), 0)
        w /= w.sum(axis=0)
        ctx = np.einsum("sb,sbh->bh", w, hs)
        state = np.tanh(E[prev] + np.einsum("gh,bh->bg", W_c, ctx) + np.einsum("gh,bh->bg", W_s, state))
        o = np.einsum("kh,bh->bk", W_ho, state)
        top = o.max(axis=1)
        log_p -= open_ * np.log(np.exp(o - top[:, None]).sum(axis=1))
        prev = np.where(open_ > 0, o.argmax(axis=1), end)
        alpha[t] = w * open_
        y[t] = prev
        n += open_
        open_ = open_ * (prev != end)
    return s0, alpha, y, n.astype(int), log_p


def encoder(x, lengths, A, W_hh):
    S, B = x.shape
    h = np.zeros((B, len(W_hh)), dtype=A.dtype)
    hs = []
    for j in range(S):
        symbol = np.where(j < lengths, x[j], 0)
        h = np.where((j < lengths)[:, None], np.tanh(A[symbol] + h @ W_hh.T), h)
        hs.append(h)
    return np.array(hs), h


def attend(s, hs, lengths):
    e = (hs * s).sum(axis=-1)
    e[np.arange(len(hs))[:, None] >= lengths] = -np.inf
    a = softmax(e, axis=0)
    return a, (a[..., None] * hs).sum(axis=0)


def w_alpha_batch_second(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encoder(x, lengths, A, W_hh)
    s, prev = s0, np.full(B, start)
    alive = np.ones(B, dtype=bool)
    alpha = np.zeros((steps, B, S), A.dtype)
    y = np.full((steps, B), end)
    n = np.zeros(B, int)
    log_p = np.zeros(B, A.dtype)
    for t in range(steps):
        a, c = attend(s, hs, lengths)
        s = np.tanh(E[prev] + c @ W_c.T + s @ W_s.T)
        p = softmax(s @ W_ho.T)
        prev = p.argmax(1)
        alpha[t] = (a * alive).T
        y[t, alive] = prev[alive]
        log_p[alive] += np.log(p.max(1)[alive])
        n += alive
        alive = alive & (prev != end)
    return s0, alpha, y, n, log_p


def w_n_by_argmax(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encoder(x, lengths, A, W_hh)
    s, prev = s0, np.full(B, start)
    alpha = np.zeros((steps, S, B), A.dtype)
    y = np.zeros((steps, B), int)
    lp = np.zeros((steps, B), A.dtype)
    for t in range(steps):
        alpha[t], c = attend(s, hs, lengths)
        s = np.tanh(E[prev] + c @ W_c.T + s @ W_s.T)
        p = softmax(s @ W_ho.T)
        prev = p.argmax(1)
        y[t] = prev
        lp[t] = np.log(p.max(1))
    n = (y == end).argmax(axis=0) + 1
    behind = np.arange(steps)[:, None] >= n
    y[behind] = end
    lp[behind] = 0
    alpha = np.where(behind[:, None, :], 0, alpha)
    return s0, alpha, y, n, lp.sum(axis=0)


def w_W_c_and_W_s_exchanged(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encoder(x, lengths, A, W_hh)
    s, prev = s0, np.full(B, start)
    alive = np.ones(B, dtype=bool)
    alpha = np.zeros((steps, S, B), A.dtype)
    y = np.full((steps, B), end)
    n = np.zeros(B, int)
    log_p = np.zeros(B, A.dtype)
    for t in range(steps):
        a, c = attend(s, hs, lengths)
        s = np.tanh(E[prev] + s @ W_c.T + c @ W_s.T)
        p = softmax(s @ W_ho.T)
        prev = p.argmax(1)
        alpha[t] = a * alive
        y[t, alive] = prev[alive]
        log_p[alive] += np.log(p.max(1)[alive])
        n += alive
        alive = alive & (prev != end)
    return s0, alpha, y, n, log_p


def w_one_sentence_only(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    # evaluate() of the tutorial, batch of 1
    S, B = x.shape
    hs, s0 = encoder(x, lengths, A, W_hh)
    s, prev = s0, np.full(B, start)
    alpha = np.zeros((steps, S, B), A.dtype)
    y = np.full((steps, B), end)
    n = np.zeros(B, int)
    log_p = np.zeros(B, A.dtype)
    for t in range(steps):
        alpha[t], c = attend(s, hs, lengths)
        s = np.tanh(E[prev] + c @ W_c.T + s @ W_s.T)
        p = softmax(s @ W_ho.T)
        prev = p.argmax(1)
        y[t] = prev
        n += 1
        log_p += np.log(p.max(1))
        if prev.item() == end:
            break
    return s0, alpha, y, n, log_p


def w_state_zeroed_at_padding(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    mask = np.arange(S)[:, None] < lengths
    h = np.zeros((B, len(W_hh)), dtype=A.dtype)
    hs = []
    for j in range(S):
        h = np.tanh(A[x[j]] + h @ W_hh.T) * mask[j][:, None]
        hs.append(h)
    hs, s0 = np.array(hs), h
    s, prev = s0, np.full(B, start)
    alive = np.ones(B, dtype=bool)
    alpha = np.zeros((steps, S, B), A.dtype)
    y = np.full((steps, B), end)
    n = np.zeros(B, int)
    log_p = np.zeros(B, A.dtype)
    for t in range(steps):
        a, c = attend(s, hs, lengths)
        s = np.tanh(E[prev] + c @ W_c.T + s @ W_s.T)
        p = softmax(s @ W_ho.T)
        prev = p.argmax(1)
        alpha[t] = a * alive
        y[t, alive] = prev[alive]
        log_p[alive] += np.log(p.max(1)[alive])
        n += alive
        alive = alive & (prev != end)
    return s0, alpha, y, n, log_p


def w_probability_itself(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encoder(x, lengths, A, W_hh)
    s, prev = s0, np.full(B, start)
    alive = np.ones(B, dtype=bool)
    alpha = np.zeros((steps, S, B), A.dtype)
    y = np.full((steps, B), end)
    n = np.zeros(B, int)
    prob = np.ones(B, A.dtype)
    for t in range(steps):
        a, c = attend(s, hs, lengths)
        s = np.tanh(E[prev] + c @ W_c.T + s @ W_s.T)
        p = softmax(s @ W_ho.T)
        prev = p.argmax(1)
        alpha[t] = a * alive
        y[t, alive] = prev[alive]
        prob[alive] *= p.max(1)[alive]
        n += alive
        alive = alive & (prev != end)
    return s0, alpha, y, n, prob


def w_s0_overwritten(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encoder(x, lengths, A, W_hh)
    s, prev = s0, np.full(B, start)
    alive = np.ones(B, dtype=bool)
    alpha = np.zeros((steps, S, B), A.dtype)
    y = np.full((steps, B), end)
    n = np.zeros(B, int)
    log_p = np.zeros(B, A.dtype)
    for t in range(steps):
        a, c = attend(s, hs, lengths)
        s[:] = np.tanh(E[prev] + c @ W_c.T + s @ W_s.T)
        p = softmax(s @ W_ho.T)
        prev = p.argmax(1)
        alpha[t] = a * alive
        y[t, alive] = prev[alive]
        log_p[alive] += np.log(p.max(1)[alive])
        n += alive
        alive = alive & (prev != end)
    return s0, alpha, y, n, log_p


def w_arrays_end_with_longest(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encoder(x, lengths, A, W_hh)
    s, prev = s0, np.full(B, start)
    alive = np.ones(B, dtype=bool)
    alphas, ys = [], []
    n = np.zeros(B, int)
    log_p = np.zeros(B, A.dtype)
    for t in range(steps):
        a, c = attend(s, hs, lengths)
        s = np.tanh(E[prev] + c @ W_c.T + s @ W_s.T)
        p = softmax(s @ W_ho.T)
        prev = p.argmax(1)
        alphas.append(a * alive)
        ys.append(np.where(alive, prev, end))
        log_p[alive] += np.log(p.max(1)[alive])
        n += alive
        alive = alive & (prev != end)
        if not alive.any():
            break
    return s0, np.array(alphas), np.array(ys), n, log_p


def w_reads_its_symbol_a_step_late(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encoder(x, lengths, A, W_hh)
    s = s0
    y = np.full((steps + 1, B), start)
    alive = np.ones(B, dtype=bool)
    alpha = np.zeros((steps, S, B), A.dtype)
    n = np.zeros(B, int)
    log_p = np.zeros(B, A.dtype)
    for t in range(1, steps + 1):
        a, c = attend(s, hs, lengths)
        s = np.tanh(E[y[max(t - 2, 0)]] + c @ W_c.T + s @ W_s.T)
        p = softmax(s @ W_ho.T)
        y[t] = np.where(alive, p.argmax(1), end)
        alpha[t - 1] = a * alive
        log_p[alive] += np.log(p.max(1)[alive])
        n += alive
        alive = alive & (y[t] != end)
    return s0, alpha, y[1:], n, log_p


def w_lengths_from_zeros(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    src_mask = x != 0   # <pad> = 0
    hs, s0 = encoder(x, lengths, A, W_hh)
    s, prev = s0, np.full(B, start)
    alive = np.ones(B, dtype=bool)
    alpha = np.zeros((steps, S, B), A.dtype)
    y = np.full((steps, B), end)
    n = np.zeros(B, int)
    log_p = np.zeros(B, A.dtype)
    for t in range(steps):
        e = np.where(src_mask, (hs * s).sum(-1), -1e9).astype(A.dtype)
        a = softmax(e, axis=0)
        c = (a[..., None] * hs).sum(axis=0)
        s = np.tanh(E[prev] + c @ W_c.T + s @ W_s.T)
        p = softmax(s @ W_ho.T)
        prev = p.argmax(1)
        alpha[t] = a * alive
        y[t, alive] = prev[alive]
        log_p[alive] += np.log(p.max(1)[alive])
        n += alive
        alive = alive & (prev != end)
    return s0, alpha, y, n, log_p


def w_log_p_without_end(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encoder(x, lengths, A, W_hh)
    s, prev = s0, np.full(B, start)
    alive = np.ones(B, dtype=bool)
    alpha = np.zeros((steps, S, B), A.dtype)
    y = np.full((steps, B), end)
    n = np.zeros(B, int)
    log_p = np.zeros(B, A.dtype)
    for t in range(steps):
        a, c = attend(s, hs, lengths)
        s = np.tanh(E[prev] + c @ W_c.T + s @ W_s.T)
        p = softmax(s @ W_ho.T)
        prev = p.argmax(1)
        alpha[t] = a * alive
        n += alive
        y[t, alive] = prev[alive]
        alive = alive & (prev != end)
        log_p[alive] += np.log(p.max(1)[alive])
    return s0, alpha, y, n, log_p


def w_attention_from_s0(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encoder(x, lengths, A, W_hh)
    a, c = attend(s0, hs, lengths)   # context vector
    s, prev = s0, np.full(B, start)
    alive = np.ones(B, dtype=bool)
    alpha = np.zeros((steps, S, B), A.dtype)
    y = np.full((steps, B), end)
    n = np.zeros(B, int)
    log_p = np.zeros(B, A.dtype)
    for t in range(steps):
        s = np.tanh(E[prev] + c @ W_c.T + s @ W_s.T)
        p = softmax(s @ W_ho.T)
        prev = p.argmax(1)
        alpha[t] = a * alive
        y[t, alive] = prev[alive]
        log_p[alive] += np.log(p.max(1)[alive])
        n += alive
        alive = alive & (prev != end)
    return s0, alpha, y, n, log_p


RIGHT = {
    "decoder_class": r_decoder_class,
    "lists_per_example": r_lists_per_example,
    "minus_log_of_sum": r_minus_log_of_sum,
}
WRONG = {
    "alpha_batch_second": (w_alpha_batch_second, "alpha is (steps, B, S).", "Compare the shape of alpha with that asked for."),
    "n_by_argmax": (w_n_by_argmax, "argmax of y == end is 0 where an answer has no end, so n is 1 there and the rest is cut off.", "What does argmax give for a column without a single True? How long is an answer that never says end?"),
    "W_c_and_W_s_exchanged": (w_W_c_and_W_s_exchanged, "W_c multiplies the state and W_s the context.", "Which of the two matrices belongs to the context?"),
    "one_sentence_only": (w_one_sentence_only, "The loop is stopped by prev.item() == end, which only works for a batch of one.", "How many symbols are in prev when B is 2? May one answer end while another goes on?"),
    "state_zeroed_at_padding": (w_state_zeroed_at_padding, "The state is multiplied by the mask, so that s0 of shorter sources is 0.", "What is your s0 of a source that is shorter than the others?"),
    "probability_itself": (w_probability_itself, "The probability is returned, not its logarithm.", "May the logarithm of a probability be positive?"),
    "s0_overwritten": (w_s0_overwritten, "s and s0 are the same array; the decoder writes into it, and the last state is returned as s0.", "Print s0 right after the encoder and at the end. What does s = s0 do?"),
    "arrays_end_with_longest": (w_arrays_end_with_longest, "The loop stops when all answers have ended, and alpha and y have fewer than steps steps.", "How many steps have alpha and y to have, if all answers end early?"),
    "reads_its_symbol_a_step_late": (w_reads_its_symbol_a_step_late, "The decoder reads the symbol of two steps before.", "At step 2, which symbol does your decoder read, and which has it said last?"),
    "lengths_from_zeros": (w_lengths_from_zeros, "Attention takes the symbol 0 for padding instead of using lengths.", "May a source have the symbol 0? Which argument says how much of it is real?"),
    "log_p_without_end": (w_log_p_without_end, "The logarithm of the end symbol is not added.", "Which symbols belong to the answer whose probability is asked for?"),
    "attention_from_s0": (w_attention_from_s0, "Attention is looked at once, from s0; weights and context are the same at all steps.", "Is alpha the same at each step in yours? From which state does step t look?"),
}
