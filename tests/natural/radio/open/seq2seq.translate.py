"""seq2seq.translate"""
import numpy as np


def log_softmax(o):
    o = o - o.max(axis=-1, keepdims=True)
    return o - np.log(np.exp(o).sum(axis=-1, keepdims=True))


def encode(x, lengths, A, W_hh):
    S, B = x.shape
    h = np.zeros((B, W_hh.shape[0]), dtype=A.dtype)
    states = []
    for j in range(S):
        real = (j < lengths)[:, None]
        symbol = np.where(j < lengths, x[j], 0)
        h = np.where(real, np.tanh(A[symbol] + h @ W_hh.T), h)
        states.append(h)
    return np.stack(states), h


def attention(s, hs, lengths):
    S = len(hs)
    e = np.einsum("bh,sbh->sb", s, hs)
    e = np.where(np.arange(S)[:, None] < lengths, e, -np.inf)
    w = np.exp(e - e.max(axis=0))
    w = w / w.sum(axis=0)
    return w, np.einsum("sb,sbh->bh", w, hs)


def r_one_sentence_at_a_time(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    H = W_hh.shape[0]
    s0 = np.zeros((B, H), dtype=A.dtype)
    alpha = np.zeros((steps, S, B), dtype=A.dtype)
    y = np.full((steps, B), end)
    n = np.full(B, steps)
    log_p = np.zeros(B, dtype=A.dtype)
    for b in range(B):
        h = np.zeros(H, dtype=A.dtype)
        hs = []
        for symbol in x[: lengths[b], b]:
            h = np.tanh(A[symbol] + W_hh @ h)
            hs.append(h)
        hs = np.array(hs)
        s = s0[b] = h
        last = start
        for t in range(steps):
            e = hs @ s
            w = np.exp(e - e.max())
            w /= w.sum()
            alpha[t, : lengths[b], b] = w
            s = np.tanh(E[last] + W_c @ (w @ hs) + W_s @ s)
            lp = log_softmax(W_ho @ s)
            last = int(np.argmax(lp))
            y[t, b] = last
            log_p[b] += lp[last]
            if last == end:
                n[b] = t + 1
                break
    return s0, alpha, y, n, log_p


def r_whole_batch_done_flags(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encode(x, lengths, A, W_hh)
    s = s0
    said = np.full(B, start)
    done = np.zeros(B, dtype=bool)
    log_p = np.zeros(B, dtype=A.dtype)
    n = np.zeros(B, dtype=int)
    alphas, ys = [], []
    for t in range(steps):
        w, c = attention(s, hs, lengths)
        s = np.tanh(E[said] + c @ W_c.T + s @ W_s.T)
        lp = log_softmax(s @ W_ho.T)
        said = np.where(done, end, lp.argmax(axis=1))
        log_p = log_p + np.where(done, 0, lp.max(axis=1))
        n += ~done
        alphas.append(np.where(done, 0, w))
        ys.append(said)
        done = done | (said == end)
    return s0, np.array(alphas), np.array(ys), n, log_p


def r_run_all_then_cut(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    hs, s0 = encode(x, lengths, A, W_hh)
    B = len(lengths)
    alpha, y, lps = [], [], []
    s, prev = s0, np.repeat(start, B)
    for _ in range(steps):
        w, c = attention(s, hs, lengths)
        s = np.tanh(E[prev] + c @ W_c.T + s @ W_s.T)
        lp = log_softmax(s @ W_ho.T)
        prev = lp.argmax(axis=-1)
        alpha.append(w)
        y.append(prev)
        lps.append(lp.max(axis=-1))
    alpha, y, lps = np.stack(alpha), np.stack(y), np.stack(lps)
    ended = np.cumsum(y == end, axis=0)
    live = ended - (y == end) == 0
    return s0, np.where(live[:, None, :], alpha, 0), np.where(live, y, end), live.sum(axis=0), np.where(live, lps, 0).sum(axis=0)


def w_s0_of_last_row(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    h = np.zeros((B, len(W_hh)), dtype=A.dtype)
    states = []
    for j in range(S):
        h = np.tanh(A[x[j]] + h @ W_hh.T)
        states.append(h)
    hs = np.stack(states)
    s0 = hs[-1]
    s, said = s0, np.full(B, start)
    done = np.zeros(B, dtype=bool)
    log_p = np.zeros(B, dtype=A.dtype)
    n = np.zeros(B, dtype=int)
    alphas, ys = [], []
    for t in range(steps):
        w, c = attention(s, hs, lengths)
        s = np.tanh(E[said] + c @ W_c.T + s @ W_s.T)
        lp = log_softmax(s @ W_ho.T)
        said = np.where(done, end, lp.argmax(axis=1))
        log_p += np.where(done, 0, lp.max(axis=1))
        n += ~done
        alphas.append(np.where(done, 0, w))
        ys.append(said)
        done |= said == end
    return s0, np.array(alphas), np.array(ys), n, log_p


def w_attention_sees_padding(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encode(x, lengths, A, W_hh)
    s, said = s0, np.full(B, start)
    done = np.zeros(B, dtype=bool)
    log_p = np.zeros(B, dtype=A.dtype)
    n = np.zeros(B, dtype=int)
    alphas, ys = [], []
    for t in range(steps):
        e = (s * hs).sum(axis=-1)
        w = np.exp(e - e.max(axis=0))
        w = w / w.sum(axis=0)
        c = (w[..., None] * hs).sum(axis=0)
        s = np.tanh(E[said] + c @ W_c.T + s @ W_s.T)
        lp = log_softmax(s @ W_ho.T)
        said = np.where(done, end, lp.argmax(axis=1))
        log_p += np.where(done, 0, lp.max(axis=1))
        n += ~done
        alphas.append(np.where(done, 0, w))
        ys.append(said)
        done |= said == end
    return s0, np.array(alphas), np.array(ys), n, log_p


def w_luong_order(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    # rnn step first, then attention with the new state, input feeding
    S, B = x.shape
    hs, s0 = encode(x, lengths, A, W_hh)
    s, said = s0, np.full(B, start)
    c = np.zeros_like(s0)
    done = np.zeros(B, dtype=bool)
    log_p = np.zeros(B, dtype=A.dtype)
    n = np.zeros(B, dtype=int)
    alphas, ys = [], []
    for t in range(steps):
        s = np.tanh(E[said] + c @ W_c.T + s @ W_s.T)
        w, c = attention(s, hs, lengths)
        lp = log_softmax(s @ W_ho.T)
        said = np.where(done, end, lp.argmax(axis=1))
        log_p += np.where(done, 0, lp.max(axis=1))
        n += ~done
        alphas.append(np.where(done, 0, w))
        ys.append(said)
        done |= said == end
    return s0, np.array(alphas), np.array(ys), n, log_p


def w_reads_start_always(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encode(x, lengths, A, W_hh)
    s = s0
    decoder_input = np.full(B, start)
    done = np.zeros(B, dtype=bool)
    log_p = np.zeros(B, dtype=A.dtype)
    n = np.zeros(B, dtype=int)
    alphas, ys = [], []
    for t in range(steps):
        w, c = attention(s, hs, lengths)
        s = np.tanh(E[decoder_input] + c @ W_c.T + s @ W_s.T)
        lp = log_softmax(s @ W_ho.T)
        topi = np.where(done, end, lp.argmax(axis=1))
        log_p += np.where(done, 0, lp.max(axis=1))
        n += ~done
        alphas.append(np.where(done, 0, w))
        ys.append(topi)
        done |= topi == end
    return s0, np.array(alphas), np.array(ys), n, log_p


def w_alpha_behind_end(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encode(x, lengths, A, W_hh)
    s, said = s0, np.full(B, start)
    done = np.zeros(B, dtype=bool)
    log_p = np.zeros(B, dtype=A.dtype)
    n = np.zeros(B, dtype=int)
    alpha = np.zeros((steps, S, B), dtype=A.dtype)
    y = np.zeros((steps, B), dtype=int)
    for t in range(steps):
        alpha[t], c = attention(s, hs, lengths)
        s = np.tanh(E[said] + c @ W_c.T + s @ W_s.T)
        lp = log_softmax(s @ W_ho.T)
        said = np.where(done, end, lp.argmax(axis=1))
        log_p += np.where(done, 0, lp.max(axis=1))
        n += ~done
        y[t] = said
        done |= said == end
    return s0, alpha, y, n, log_p


def w_talks_on_behind_end(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encode(x, lengths, A, W_hh)
    s, said = s0, np.full(B, start)
    done = np.zeros(B, dtype=bool)
    log_p = np.zeros(B, dtype=A.dtype)
    n = np.zeros(B, dtype=int)
    alpha = np.zeros((steps, S, B), dtype=A.dtype)
    y = np.zeros((steps, B), dtype=int)
    for t in range(steps):
        w, c = attention(s, hs, lengths)
        s = np.tanh(E[said] + c @ W_c.T + s @ W_s.T)
        lp = log_softmax(s @ W_ho.T)
        said = lp.argmax(axis=1)
        y[t] = said
        alpha[t] = w * ~done
        log_p += np.where(done, 0, lp.max(axis=1))
        n += ~done
        done |= said == end
    return s0, alpha, y, n, log_p


def w_end_not_counted(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encode(x, lengths, A, W_hh)
    s, said = s0, np.full(B, start)
    done = np.zeros(B, dtype=bool)
    log_p = np.zeros(B, dtype=A.dtype)
    alphas, ys = [], []
    for t in range(steps):
        w, c = attention(s, hs, lengths)
        s = np.tanh(E[said] + c @ W_c.T + s @ W_s.T)
        lp = log_softmax(s @ W_ho.T)
        said = np.where(done, end, lp.argmax(axis=1))
        log_p += np.where(done, 0, lp.max(axis=1))
        alphas.append(np.where(done, 0, w))
        ys.append(said)
        done |= said == end
    y = np.array(ys)
    n = (y != end).sum(axis=0)
    return s0, np.array(alphas), y, n, log_p


def w_log_p_of_all_steps(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encode(x, lengths, A, W_hh)
    s, said = s0, np.full(B, start)
    done = np.zeros(B, dtype=bool)
    log_p = np.zeros(B, dtype=A.dtype)
    n = np.zeros(B, dtype=int)
    alphas, ys = [], []
    for t in range(steps):
        w, c = attention(s, hs, lengths)
        s = np.tanh(E[said] + c @ W_c.T + s @ W_s.T)
        lp = log_softmax(s @ W_ho.T)
        said = np.where(done, end, lp.argmax(axis=1))
        log_p += lp[np.arange(B), said]
        n += ~done
        alphas.append(np.where(done, 0, w))
        ys.append(said)
        done |= said == end
    return s0, np.array(alphas), np.array(ys), n, log_p


def w_log_p_mean(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encode(x, lengths, A, W_hh)
    s, said = s0, np.full(B, start)
    done = np.zeros(B, dtype=bool)
    log_p = np.zeros(B, dtype=A.dtype)
    n = np.zeros(B, dtype=int)
    alphas, ys = [], []
    for t in range(steps):
        w, c = attention(s, hs, lengths)
        s = np.tanh(E[said] + c @ W_c.T + s @ W_s.T)
        lp = log_softmax(s @ W_ho.T)
        said = np.where(done, end, lp.argmax(axis=1))
        log_p += np.where(done, 0, lp.max(axis=1))
        n += ~done
        alphas.append(np.where(done, 0, w))
        ys.append(said)
        done |= said == end
    return s0, np.array(alphas), np.array(ys), n, (log_p / n).astype(A.dtype)   # length normalised


def w_stops_when_one_ends(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encode(x, lengths, A, W_hh)
    s, said = s0, np.full(B, start)
    log_p = np.zeros(B, dtype=A.dtype)
    n = np.zeros(B, dtype=int)
    alpha = np.zeros((steps, S, B), dtype=A.dtype)
    y = np.full((steps, B), end)
    for t in range(steps):
        alpha[t], c = attention(s, hs, lengths)
        s = np.tanh(E[said] + c @ W_c.T + s @ W_s.T)
        lp = log_softmax(s @ W_ho.T)
        said = lp.argmax(axis=1)
        y[t] = said
        log_p += lp.max(axis=1)
        n += 1
        if np.any(said == end):
            break
    return s0, alpha, y, n, log_p


def w_scaled_scores(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    H = len(W_hh)
    hs, s0 = encode(x, lengths, A, W_hh)
    s, said = s0, np.full(B, start)
    done = np.zeros(B, dtype=bool)
    log_p = np.zeros(B, dtype=A.dtype)
    n = np.zeros(B, dtype=int)
    alphas, ys = [], []
    for t in range(steps):
        w, c = attention(s / H**0.5, hs, lengths)
        s = np.tanh(E[said] + c @ W_c.T + s @ W_s.T)
        lp = log_softmax(s @ W_ho.T)
        said = np.where(done, end, lp.argmax(axis=1))
        log_p += np.where(done, 0, lp.max(axis=1))
        n += ~done
        alphas.append(np.where(done, 0, w))
        ys.append(said)
        done |= said == end
    return s0, np.array(alphas), np.array(ys), n, log_p


def w_unnormalised_log_p(x, lengths, A, W_hh, E, W_c, W_s, W_ho, start, end, steps):
    S, B = x.shape
    hs, s0 = encode(x, lengths, A, W_hh)
    s, said = s0, np.full(B, start)
    done = np.zeros(B, dtype=bool)
    log_p = np.zeros(B, dtype=A.dtype)
    n = np.zeros(B, dtype=int)
    alphas, ys = [], []
    for t in range(steps):
        w, c = attention(s, hs, lengths)
        s = np.tanh(E[said] + c @ W_c.T + s @ W_s.T)
        o = s @ W_ho.T
        said = np.where(done, end, o.argmax(axis=1))
        log_p += np.where(done, 0, o.max(axis=1))
        n += ~done
        alphas.append(np.where(done, 0, w))
        ys.append(said)
        done |= said == end
    return s0, np.array(alphas), np.array(ys), n, log_p


RIGHT = {
    "one_sentence_at_a_time": r_one_sentence_at_a_time,
    "whole_batch_done_flags": r_whole_batch_done_flags,
    "run_all_then_cut": r_run_all_then_cut,
}
WRONG = {
    "s0_of_last_row": (w_s0_of_last_row, "s0 is the state after the last row of x: in shorter sources that is after padding.", "After which symbol is the decoder's first state taken? Change the padding of x: does s0 change?"),
    "attention_sees_padding": (w_attention_sees_padding, "The softmax of the weights runs over padding, too.", "What is the weight of a step behind the end of a source in yours?"),
    "luong_order": (w_luong_order, "The state is made first, with the context of the step before (none at first), and attention looks from the new state.", "From which state does attention look at step t, and which context is in s_t?"),
    "reads_start_always": (w_reads_start_always, "The input of the decoder is never replaced by what it has said.", "What does the decoder read at step 2?"),
    "alpha_behind_end": (w_alpha_behind_end, "The weights behind the end of an answer are not 0.", "What should be in alpha behind the end of an answer? Look at the example."),
    "talks_on_behind_end": (w_talks_on_behind_end, "Behind the end y has what the decoder goes on to say, not end.", "What is in y behind the first end of an answer?"),
    "end_not_counted": (w_end_not_counted, "end is not counted in n.", "How long is an answer that says end at once, by the example?"),
    "log_p_of_all_steps": (w_log_p_of_all_steps, "log_p has the logarithms of steps behind the end, too.", "Which steps belong to the answer? When does your sum stop for an example that has ended?"),
    "log_p_mean": (w_log_p_mean, "log_p is divided by n: the mean, not the sum.", "Is the logarithm of a product a sum or a mean?"),
    "stops_when_one_ends": (w_stops_when_one_ends, "All answers stop as soon as one of them has said end.", "Try an example alone, and beside one that ends sooner. Is its answer the same?"),
    "scaled_scores": (w_scaled_scores, "Scores are divided by the root of H, which this formula does not have.", "Compare your scores with the formula of alpha here."),
    "unnormalised_log_p": (w_unnormalised_log_p, "log_p is the sum of the largest outputs: no softmax is taken.", "May the logarithm of a probability be positive? Is yours ever?"),
}
