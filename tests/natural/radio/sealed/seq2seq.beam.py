"""seq2seq.beam"""
import heapq

import numpy as np


def log_softmax(o):
    m = np.max(o)
    return o - m - np.log(np.sum(np.exp(o - m)))


class Hypothesis:
    def __init__(self, tokens, logp, state):
        self.tokens, self.logp, self.state = tokens, logp, state

    def __len__(self):
        return len(self.tokens)

    def finished(self, end):
        return len(self.tokens) > 0 and self.tokens[-1] == end

    def padded(self, end, steps):
        return self.tokens + [end] * (steps - len(self.tokens))


def r_hypothesis_class(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [Hypothesis([], 0.0, s)]
    for t in range(steps):
        pool = []
        for hyp in beams:
            if hyp.finished(end):
                pool.append(hyp)
            else:
                prev = hyp.tokens[-1] if t > 0 else start
                state = np.tanh(E[prev] + np.dot(W_hh, hyp.state))
                for k, lp in enumerate(log_softmax(np.dot(W_ho, state))):
                    pool.append(Hypothesis(hyp.tokens + [k], hyp.logp + lp, state))
        beams = sorted(pool, key=lambda h: h.logp, reverse=True)[:width]
    beams.sort(key=lambda h: h.logp / len(h) ** a, reverse=True)
    y = np.array([h.padded(end, steps) for h in beams])
    n = np.array([len(h) for h in beams])
    score = np.array([h.logp / len(h) ** a for h in beams], dtype=s.dtype)
    return y, n, score


def r_heap(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [(0.0, (), s)]
    for _ in range(steps):
        heap = []
        for i, (lp, seq, h) in enumerate(beams):
            if seq and seq[-1] == end:
                heap.append((lp, i, -1, seq, h))
                continue
            h = np.tanh(E[seq[-1] if seq else start] + W_hh @ h)
            for k, l in enumerate(log_softmax(W_ho @ h).tolist()):
                heap.append((lp + l, i, k, seq + (k,), h))
        beams = [(lp, seq, h) for lp, _, _, seq, h in heapq.nlargest(width, heap, key=lambda c: c[:3])]
    final = heapq.nlargest(width, [(lp / len(seq) ** a, seq) for lp, seq, _ in beams])
    y = np.full((width, steps), end)
    for w, (_, seq) in enumerate(final):
        y[w, : len(seq)] = seq
    return y, np.array([len(seq) for _, seq in final]), np.array([f for f, _ in final]).astype(s.dtype)


def r_back_pointers(s, E, W_hh, W_ho, start, end, steps, width, a):
    K = len(E)
    states, last, total = [s], [start], [0.0]
    done = [False]
    pointers, symbols = [], []
    for _ in range(steps):
        cand = []
        fresh = []
        for i in range(len(states)):
            if done[i]:
                fresh.append(states[i])
                cand.append((total[i], i, end))
                continue
            h = np.tanh(E[last[i]] + W_hh @ states[i])
            fresh.append(h)
            lp = log_softmax(W_ho @ h)
            cand += [(total[i] + lp[k], i, k) for k in range(K)]
        cand.sort(key=lambda c: c[0], reverse=True)
        cand = cand[:width]
        total = [c[0] for c in cand]
        pointers.append([c[1] for c in cand])
        last = [c[2] for c in cand]
        symbols.append(last)
        done = [k == end for k in last]
        states = [fresh[c[1]] for c in cand]
    y = np.zeros((width, steps), dtype=int)
    for w in range(width):
        i = w
        for t in reversed(range(steps)):
            y[w, t] = symbols[t][i]
            i = pointers[t][i]
    hit = y == end
    n = np.where(hit.any(axis=1), hit.argmax(axis=1) + 1, steps)
    score = (np.array(total) / n**a).astype(s.dtype)
    order = np.argsort(score)[::-1]
    return y[order], n[order], score[order]


def finish(beams, end, steps, a, dtype, fill=None):
    fill = end if fill is None else fill
    rows = sorted(((b[0] / len(b[1]) ** a, b[1]) for b in beams), key=lambda r: r[0], reverse=True)
    y = np.array([list(q) + [fill] * (steps - len(q)) for _, q in rows])
    return y, np.array([len(q) for _, q in rows]), np.array([c for c, _ in rows], dtype=dtype)


def w_fairseq_finalized(s, E, W_hh, W_ho, start, end, steps, width, a):
    # finalized hypos leave the beam, which always has `width` active ones
    active, finalized = [(0.0, [], s)], []
    for _ in range(steps):
        cand = []
        for lp, seq, h in active:
            h = np.tanh(E[seq[-1] if seq else start] + W_hh @ h)
            l = log_softmax(W_ho @ h)
            cand += [(lp + l[k], seq + [k], h) for k in range(len(E))]
        cand.sort(key=lambda c: c[0], reverse=True)
        cand = cand[: 2 * width]
        finalized += [c for c in cand[:width] if c[1][-1] == end]
        active = [c for c in cand if c[1][-1] != end][:width]
    y, n, score = finish(finalized + active, end, steps, a, s.dtype)
    return y[:width], n[:width], score[:width]


def w_stops_at_first_end(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [(0.0, [], s)]
    for _ in range(steps):
        cand = []
        for lp, seq, h in beams:
            if seq and seq[-1] == end:
                cand.append((lp, seq, h))
                continue
            h = np.tanh(E[seq[-1] if seq else start] + W_hh @ h)
            l = log_softmax(W_ho @ h)
            cand += [(lp + l[k], seq + [k], h) for k in range(len(E))]
        beams = sorted(cand, key=lambda c: c[0], reverse=True)[:width]
        if beams[0][1][-1] == end:
            break
    return finish(beams, end, steps, a, s.dtype)


def w_probabilities_summed(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [(0.0, [], s)]
    for _ in range(steps):
        cand = []
        for p, seq, h in beams:
            if seq and seq[-1] == end:
                cand.append((p, seq, h))
                continue
            h = np.tanh(E[seq[-1] if seq else start] + W_hh @ h)
            probs = np.exp(log_softmax(W_ho @ h))
            cand += [(p + probs[k], seq + [k], h) for k in range(len(E))]
        beams = sorted(cand, key=lambda c: c[0], reverse=True)[:width]
    return finish(beams, end, steps, a, s.dtype)


def w_filled_with_zero(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [(0.0, [], s)]
    for _ in range(steps):
        cand = []
        for lp, seq, h in beams:
            if seq and seq[-1] == end:
                cand.append((lp, seq, h))
                continue
            h = np.tanh(E[seq[-1] if seq else start] + W_hh @ h)
            l = log_softmax(W_ho @ h)
            cand += [(lp + l[k], seq + [k], h) for k in range(len(E))]
        beams = sorted(cand, key=lambda c: c[0], reverse=True)[:width]
    return finish(beams, end, steps, a, s.dtype, fill=0)


def w_start_is_a_symbol_said(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [(0.0, [start], s)]
    for _ in range(steps):
        cand = []
        for lp, seq, h in beams:
            if seq[-1] == end and len(seq) > 1:
                cand.append((lp, seq, h))
                continue
            h = np.tanh(E[seq[-1]] + W_hh @ h)
            l = log_softmax(W_ho @ h)
            cand += [(lp + l[k], seq + [k], h) for k in range(len(E))]
        beams = sorted(cand, key=lambda c: c[0], reverse=True)[:width]
    return finish(beams, end, steps + 1, a, s.dtype)


def w_divided_by_steps(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [(0.0, [], s)]
    for _ in range(steps):
        cand = []
        for lp, seq, h in beams:
            if seq and seq[-1] == end:
                cand.append((lp, seq, h))
                continue
            h = np.tanh(E[seq[-1] if seq else start] + W_hh @ h)
            l = log_softmax(W_ho @ h)
            cand += [(lp + l[k], seq + [k], h) for k in range(len(E))]
        beams = sorted(cand, key=lambda c: c[0], reverse=True)[:width]
    y = np.array([q + [end] * (steps - len(q)) for _, q, _ in beams])
    n = np.array([len(q) for _, q, _ in beams])
    score = np.array([lp for lp, _, _ in beams], dtype=s.dtype) / y.shape[1] ** a
    return y, n, score


def w_always_reads_start(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [(0.0, [], s)]
    for _ in range(steps):
        cand = []
        for lp, seq, h in beams:
            if seq and seq[-1] == end:
                cand.append((lp, seq, h))
                continue
            h = np.tanh(E[start] + W_hh @ h)
            l = log_softmax(W_ho @ h)
            cand += [(lp + l[k], seq + [k], h) for k in range(len(E))]
        beams = sorted(cand, key=lambda c: c[0], reverse=True)[:width]
    return finish(beams, end, steps, a, s.dtype)


def w_transposed_W_hh(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [(0.0, [], s)]
    for _ in range(steps):
        cand = []
        for lp, seq, h in beams:
            if seq and seq[-1] == end:
                cand.append((lp, seq, h))
                continue
            h = np.tanh(E[seq[-1] if seq else start] + h @ W_hh)
            l = log_softmax(W_ho @ h)
            cand += [(lp + l[k], seq + [k], h) for k in range(len(E))]
        beams = sorted(cand, key=lambda c: c[0], reverse=True)[:width]
    return finish(beams, end, steps, a, s.dtype)


def w_start_ruled_out(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [(0.0, [], s)]
    for _ in range(steps):
        cand = []
        for lp, seq, h in beams:
            if seq and seq[-1] == end:
                cand.append((lp, seq, h))
                continue
            h = np.tanh(E[seq[-1] if seq else start] + W_hh @ h)
            l = log_softmax(W_ho @ h)
            l[start] = -np.inf  # never generate <s>
            cand += [(lp + l[k], seq + [k], h) for k in range(len(E))]
        beams = sorted(cand, key=lambda c: c[0], reverse=True)[:width]
    return finish(beams, end, steps, a, s.dtype)


def w_only_the_best(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [(0.0, [], s)]
    for _ in range(steps):
        cand = []
        for lp, seq, h in beams:
            if seq and seq[-1] == end:
                cand.append((lp, seq, h))
                continue
            h = np.tanh(E[seq[-1] if seq else start] + W_hh @ h)
            l = log_softmax(W_ho @ h)
            cand += [(lp + l[k], seq + [k], h) for k in range(len(E))]
        beams = sorted(cand, key=lambda c: c[0], reverse=True)[:width]
    y, n, score = finish(beams, end, steps, a, s.dtype)
    return y[0], n[0], score[0]


def w_end_still_costs(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [(0.0, [], s)]
    for _ in range(steps):
        cand = []
        for lp, seq, h in beams:
            h = np.tanh(E[seq[-1] if seq else start] + W_hh @ h)
            l = log_softmax(W_ho @ h)
            if seq and seq[-1] == end:
                cand.append((lp + l[end], seq + [end], h))
            else:
                cand += [(lp + l[k], seq + [k], h) for k in range(len(E))]
        beams = sorted(cand, key=lambda c: c[0], reverse=True)[:width]
    cut = [(lp, q[: q.index(end) + 1] if end in q else q) for lp, q, _ in beams]
    return finish(cut, end, steps, a, s.dtype)


def w_outputs_of_old_state(s, E, W_hh, W_ho, start, end, steps, width, a):
    beams = [(0.0, [], s)]
    for _ in range(steps):
        cand = []
        for lp, seq, h in beams:
            if seq and seq[-1] == end:
                cand.append((lp, seq, h))
                continue
            l = log_softmax(W_ho @ h)
            new = np.tanh(E[seq[-1] if seq else start] + W_hh @ h)
            cand += [(lp + l[k], seq + [k], new) for k in range(len(E))]
        beams = sorted(cand, key=lambda c: c[0], reverse=True)[:width]
    return finish(beams, end, steps, a, s.dtype)


RIGHT = {
    "hypothesis_class": r_hypothesis_class,
    "heap": r_heap,
    "back_pointers": r_back_pointers,
}
WRONG = {
    "fairseq_finalized": (w_fairseq_finalized, "As in fairseq, complete sentences leave the beam, which is filled up with W open ones; the best of all ever completed are returned.", "A complete sentence takes one of the W places here. How many open beginnings are left beside it, and how many have you?"),
    "stops_at_first_end": (w_stops_at_first_end, "The search stops as soon as the likeliest beginning is complete; the others are not continued to the last step.", "How long are your sentences that have no end? How many steps should these have made?"),
    "probabilities_summed": (w_probabilities_summed, "Probabilities are added, not their logarithms.", "How does the probability of a sentence follow from those of its symbols? What of it is a sum?"),
    "filled_with_zero": (w_filled_with_zero, "Behind the end, rows are filled up with 0, not with end.", "What should stand in y behind the first end?"),
    "start_is_a_symbol_said": (w_start_is_a_symbol_said, "start is kept as the first symbol of y and counted in n.", "Is start said or read? How many columns has y to have?"),
    "divided_by_steps": (w_divided_by_steps, "log p is divided by steps to the power a for all sentences, not by each one's own n.", "Does division by the same number change the order? Whose length should it be?"),
    "always_reads_start": (w_always_reads_start, "The decoder reads start at each step, not the symbol said last.", "What does the decoder read at the second step?"),
    "transposed_W_hh": (w_transposed_W_hh, "h @ W_hh multiplies by the transposed weights.", "Compare W_hh s of the formula with your product: over which axis of W_hh is the sum?"),
    "start_ruled_out": (w_start_ruled_out, "start gets the logarithm -inf: it can never be said.", "What does the text say on symbols that are ruled out?"),
    "only_the_best": (w_only_the_best, "Only the best sentence is returned, not all W.", "How many rows should y have?"),
    "end_still_costs": (w_end_still_costs, "A complete sentence goes on saying end, and the logarithms of these are added.", "Does the log p of a complete sentence still change in yours? What does the text say of it?"),
    "outputs_of_old_state": (w_outputs_of_old_state, "The outputs are made of the state before the step, so the symbol just read has no influence on them.", "Of which state is o_t made?"),
}
