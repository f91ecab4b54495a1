"""seq2seq.beam"""
import numpy as np


def decoder_step(symbol, s, E, W_hh, W_ho):
    s = np.tanh(E[symbol] + W_hh @ s)
    o = W_ho @ s
    o = o - o.max()
    return s, o - np.log(np.exp(o).sum())


def pack(hyps, end, steps, a, dtype):
    """[(symbols, log p)] -> y, n, score"""
    ranked = sorted(((lp / len(ys) ** a, ys) for ys, lp in hyps), key=lambda h: h[0], reverse=True)
    y = np.array([list(ys) + [end] * (steps - len(ys)) for _, ys in ranked])
    n = np.array([len(ys) for _, ys in ranked])
    return y, n, np.array([sc for sc, _ in ranked], dtype=dtype)


def r_list_of_hypotheses(s, E, W_hh, W_ho, start, end, steps, width, a):
    hyps = [([], 0.0, s)]
    for _ in range(steps):
        candidates = []
        for ys, lp, h in hyps:
            if ys and ys[-1] == end:
                candidates.append((ys, lp, h))
                continue
            new, logp = decoder_step(ys[-1] if ys else start, h, E, W_hh, W_ho)
            for k in range(len(E)):
                candidates.append((ys + [k], lp + float(logp[k]), new))
        candidates.sort(key=lambda c: c[1], reverse=True)
        hyps = candidates[:width]
    return pack([(ys, lp) for ys, lp, _ in hyps], end, steps, a, s.dtype)


def r_topk_arrays(s, E, W_hh, W_ho, start, end, steps, width, a):
    K, H = E.shape
    y = np.zeros((1, 0), dtype=int)
    last = np.array([start])
    done = np.array([False])
    logp = np.zeros(1, dtype=s.dtype)
    n = np.zeros(1, dtype=int)
    state = s[None]
    for _ in range(steps):
        new = np.tanh(E[last] + state @ W_hh.T)
        o = new @ W_ho.T
        o = o - o.max(axis=1, keepdims=True)
        step = o - np.log(np.exp(o).sum(axis=1, keepdims=True))
        step[done] = -np.inf
        step[done, end] = 0
        total = logp[:, None] + step
        best = np.argsort(-total, axis=None)[:width]
        parent, last = best // K, best % K
        logp = total[parent, last]
        y = np.concatenate([y[parent], last[:, None]], axis=1)
        n = n[parent] + ~done[parent]
        done = done[parent] | (last == end)
        state = new[parent]
    score = (logp / n**a).astype(s.dtype)
    order = np.argsort(-score)
    return y[order], n[order], score[order]


def r_recursive(s, E, W_hh, W_ho, start, end, steps, width, a):
    def search(beams, left):
        if left == 0:
            return beams
        grown = []
        for total, path, h in beams:
            if path[-1:] == (end,):
                grown.append((total, path, h))
            else:
                h2, lp = decoder_step(path[-1] if path else start, h, E, W_hh, W_ho)
                grown.extend((total + lp[k], path + (k,), h2) for k in range(lp.size))
        return search(sorted(grown, key=lambda g: -g[0])[:width], left - 1)

    return pack([(p, t) for t, p, _ in search([(0, (), s)], steps)], end, steps, a, s.dtype)


def w_normalised_at_each_step(s, E, W_hh, W_ho, start, end, steps, width, a):
    hyps = [([], 0.0, s)]
    for _ in range(steps):
        cand = []
        for ys, lp, h in hyps:
            if ys and ys[-1] == end:
                cand.append((ys, lp, h))
                continue
            h2, logp = decoder_step(ys[-1] if ys else start, h, E, W_hh, W_ho)
            for k in range(len(E)):
                cand.append((ys + [k], lp + logp[k], h2))
        cand.sort(key=lambda c: c[1] / len(c[0]) ** a, reverse=True)
        hyps = cand[:width]
    return pack([c[:2] for c in hyps], end, steps, a, s.dtype)


def w_best_child_of_each(s, E, W_hh, W_ho, start, end, steps, width, a):
    h, logp = decoder_step(start, s, E, W_hh, W_ho)
    first = np.argsort(logp)[::-1][:width]
    hyps = [([int(k)], logp[k], h) for k in first]
    for _ in range(steps - 1):
        new = []
        for ys, lp, h in hyps:
            if ys[-1] == end:
                new.append((ys, lp, h))
            else:
                h2, logp = decoder_step(ys[-1], h, E, W_hh, W_ho)
                k = int(np.argmax(logp))
                new.append((ys + [k], lp + logp[k], h2))
        hyps = new
    return pack([c[:2] for c in hyps], end, steps, a, s.dtype)


def w_ends_are_continued(s, E, W_hh, W_ho, start, end, steps, width, a):
    hyps = [([], 0.0, s)]
    for _ in range(steps):
        cand = []
        for ys, lp, h in hyps:
            h2, logp = decoder_step(ys[-1] if ys else start, h, E, W_hh, W_ho)
            for k in range(len(E)):
                cand.append((ys + [k], lp + logp[k], h2))
        cand.sort(key=lambda c: c[1], reverse=True)
        hyps = cand[:width]
    cut = []
    for ys, lp, _ in hyps:
        if end in ys:
            ys = ys[: ys.index(end) + 1]
        cut.append((ys, lp))
    return pack(cut, end, steps, a, s.dtype)


def w_width_shrinks(s, E, W_hh, W_ho, start, end, steps, width, a):
    # as in a-PyTorch-Tutorial-to-Image-Captioning: k -= len(complete_inds)
    alive, complete = [([], 0.0, s)], []
    k_left = width
    for _ in range(steps):
        cand = []
        for ys, lp, h in alive:
            h2, logp = decoder_step(ys[-1] if ys else start, h, E, W_hh, W_ho)
            for k in range(len(E)):
                cand.append((ys + [k], lp + logp[k], h2))
        cand.sort(key=lambda c: c[1], reverse=True)
        alive = []
        for c in cand[:k_left]:
            (complete if c[0][-1] == end else alive).append(c)
        k_left = width - len(complete)
        if k_left == 0:
            break
    return pack([c[:2] for c in complete + alive], end, steps, a, s.dtype)


def w_end_not_counted(s, E, W_hh, W_ho, start, end, steps, width, a):
    hyps = [([], 0.0, s)]
    for _ in range(steps):
        cand = []
        for ys, lp, h in hyps:
            if ys and ys[-1] == end:
                cand.append((ys, lp, h))
                continue
            h2, logp = decoder_step(ys[-1] if ys else start, h, E, W_hh, W_ho)
            cand += [(ys + [k], lp + logp[k], h2) for k in range(len(E))]
        hyps = sorted(cand, key=lambda c: -c[1])[:width]
    out = []
    for ys, lp, _ in hyps:
        words = [k for k in ys if k != end]
        n = len(words)
        out.append((lp / max(n, 1) ** a, words + [end] * (steps - n), n))
    out.sort(key=lambda r: -r[0])
    return np.array([r[1] for r in out]), np.array([r[2] for r in out]), np.array([r[0] for r in out], dtype=s.dtype)


def w_gnmt_length_penalty(s, E, W_hh, W_ho, start, end, steps, width, a):
    hyps = [([], 0.0, s)]
    for _ in range(steps):
        cand = []
        for ys, lp, h in hyps:
            if ys and ys[-1] == end:
                cand.append((ys, lp, h))
                continue
            h2, logp = decoder_step(ys[-1] if ys else start, h, E, W_hh, W_ho)
            cand += [(ys + [k], lp + logp[k], h2) for k in range(len(E))]
        hyps = sorted(cand, key=lambda c: -c[1])[:width]

    def penalty(n):
        return ((5 + n) / 6) ** a

    hyps.sort(key=lambda c: c[1] / penalty(len(c[0])), reverse=True)
    y = np.array([c[0] + [end] * (steps - len(c[0])) for c in hyps])
    n = np.array([len(c[0]) for c in hyps])
    return y, n, np.array([c[1] / penalty(len(c[0])) for c in hyps], dtype=s.dtype)


def w_states_not_reordered(s, E, W_hh, W_ho, start, end, steps, width, a):
    K = len(E)
    h, logp = decoder_step(start, s, E, W_hh, W_ho)
    top = np.argsort(logp)[::-1][:width]
    seqs = [[int(k)] for k in top]
    scores = [logp[k] for k in top]
    states = [h] * width
    for _ in range(steps - 1):
        cand = []
        for i in range(width):
            if seqs[i][-1] == end:
                cand.append((scores[i], seqs[i]))
                continue
            states[i], logp = decoder_step(seqs[i][-1], states[i], E, W_hh, W_ho)
            for k in range(K):
                cand.append((scores[i] + logp[k], seqs[i] + [k]))
        cand.sort(key=lambda c: c[0], reverse=True)
        scores = [c[0] for c in cand[:width]]
        seqs = [c[1] for c in cand[:width]]
    return pack(list(zip(seqs, scores)), end, steps, a, s.dtype)


def w_outputs_summed(s, E, W_hh, W_ho, start, end, steps, width, a):
    hyps = [([], 0.0, s)]
    for _ in range(steps):
        cand = []
        for ys, lp, h in hyps:
            if ys and ys[-1] == end:
                cand.append((ys, lp, h))
                continue
            h2 = np.tanh(E[ys[-1] if ys else start] + W_hh @ h)
            o = W_ho @ h2
            for k in range(len(E)):
                cand.append((ys + [k], lp + o[k], h2))
        cand.sort(key=lambda c: c[1], reverse=True)
        hyps = cand[:width]
    return pack([c[:2] for c in hyps], end, steps, a, s.dtype)


def w_worst_first(s, E, W_hh, W_ho, start, end, steps, width, a):
    hyps = [([], 0.0, s)]
    for _ in range(steps):
        cand = []
        for ys, lp, h in hyps:
            if ys and ys[-1] == end:
                cand.append((ys, lp, h))
                continue
            h2, logp = decoder_step(ys[-1] if ys else start, h, E, W_hh, W_ho)
            cand += [(ys + [k], lp + logp[k], h2) for k in range(len(E))]
        hyps = sorted(cand, key=lambda c: c[1])[-width:]
    y = np.array([c[0] + [end] * (steps - len(c[0])) for c in hyps])
    n = np.array([len(c[0]) for c in hyps])
    score = np.array([c[1] / len(c[0]) ** a for c in hyps], dtype=s.dtype)
    order = np.argsort(score)
    return y[order], n[order], score[order]


def w_not_ranked_again(s, E, W_hh, W_ho, start, end, steps, width, a):
    hyps = [([], 0.0, s)]
    for _ in range(steps):
        cand = []
        for ys, lp, h in hyps:
            if ys and ys[-1] == end:
                cand.append((ys, lp, h))
                continue
            h2, logp = decoder_step(ys[-1] if ys else start, h, E, W_hh, W_ho)
            cand += [(ys + [k], lp + logp[k], h2) for k in range(len(E))]
        hyps = sorted(cand, key=lambda c: -c[1])[:width]
    y = np.array([c[0] + [end] * (steps - len(c[0])) for c in hyps])
    n = np.array([len(c[0]) for c in hyps])
    score = np.array([c[1] / len(c[0]) ** a for c in hyps], dtype=s.dtype)
    return y, n, score


def w_width_copies_at_start(s, E, W_hh, W_ho, start, end, steps, width, a):
    # input_ids.expand(num_beams, -1)
    hyps = [([], 0.0, s) for _ in range(width)]
    for _ in range(steps):
        cand = []
        for ys, lp, h in hyps:
            if ys and ys[-1] == end:
                cand.append((ys, lp, h))
                continue
            h2, logp = decoder_step(ys[-1] if ys else start, h, E, W_hh, W_ho)
            for k in range(len(E)):
                cand.append((ys + [k], lp + logp[k], h2))
        cand.sort(key=lambda c: c[1], reverse=True)
        hyps = cand[:width]
    return pack([c[:2] for c in hyps], end, steps, a, s.dtype)


def w_sentences_in_columns(s, E, W_hh, W_ho, start, end, steps, width, a):
    hyps = [([], 0.0, s)]
    for _ in range(steps):
        cand = []
        for ys, lp, h in hyps:
            if ys and ys[-1] == end:
                cand.append((ys, lp, h))
                continue
            h2, logp = decoder_step(ys[-1] if ys else start, h, E, W_hh, W_ho)
            for k in range(len(E)):
                cand.append((ys + [k], lp + logp[k], h2))
        cand.sort(key=lambda c: c[1], reverse=True)
        hyps = cand[:width]
    y, n, score = pack([c[:2] for c in hyps], end, steps, a, s.dtype)
    return y.T, n, score   # time first


RIGHT = {
    "list_of_hypotheses": r_list_of_hypotheses,
    "topk_arrays": r_topk_arrays,
    "recursive": r_recursive,
}
WRONG = {
    "normalised_at_each_step": (w_normalised_at_each_step, "The beginnings kept at each step are chosen by log p / n^a, not by log p.", "When is divided by n^a, and by what are beginnings chosen until then?"),
    "best_child_of_each": (w_best_child_of_each, "After the first step each beginning is continued only by its own best symbol; beginnings do not compete.", "May two of the W kept have the same beginning? Of how many continuations do you choose at step 2?"),
    "ends_are_continued": (w_ends_are_continued, "Beginnings that have said end are continued like others, and cut only at the end.", "What becomes of log p after a sentence has said end, in your function?"),
    "width_shrinks": (w_width_shrinks, "Complete sentences are set aside and the width shrinks; so a complete one is never thrown out by a likelier beginning.", "At a later step, may W other beginnings be likelier than a sentence that is complete? What should become of it?"),
    "end_not_counted": (w_end_not_counted, "end is not counted in n.", "How long is a sentence that says end at once, by the example?"),
    "gnmt_length_penalty": (w_gnmt_length_penalty, "The length penalty is that of Wu et al., ((5 + n)/6)^a, not n^a.", "By what is log p divided in this task? Try n = 2, a = 1."),
    "states_not_reordered": (w_states_not_reordered, "States stay at their places in the beam when sentences move: a sentence goes on from another's state.", "Your second sentence may come from the first beginning. Whose state does it go on with?"),
    "outputs_summed": (w_outputs_summed, "Outputs are added, not the logarithms of their softmax.", "May log p be positive? Is yours ever?"),
    "worst_first": (w_worst_first, "argsort puts the smallest score first: the answers are returned worst first.", "In which order does argsort sort?"),
    "not_ranked_again": (w_not_ranked_again, "The sentences left are returned in the order of log p, not of score.", "Are the scores that you return in falling order?"),
    "width_copies_at_start": (w_width_copies_at_start, "The search begins with W copies of the empty beginning, so the same sentence is kept several times.", "Are all rows of your y different? How many beginnings are there before the first step?"),
    "sentences_in_columns": (w_sentences_in_columns, "y is (steps, W): sentences in columns.", "Compare the shape of y with that asked for."),
}
