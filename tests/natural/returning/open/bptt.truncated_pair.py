import numpy as np


def run_pair(x, h, c, W_ih, W_hh, b, a):
    gs, cs, hs = [], [], []
    for x_t in x:
        g = np.tanh(x_t @ W_ih.T + h @ W_hh.T + b)
        c = a * c + g
        h = np.tanh(c)
        gs.append(g)
        cs.append(c)
        hs.append(h)
    return np.stack(gs), np.stack(cs), np.stack(hs)


def pair_chunk(dy, x, h0, c0, W_ih, W_hh, b, a):
    g, c, h = run_pair(x, h0, c0, W_ih, W_hh, b, a)
    before = np.concatenate([h0[None], h[:-1]])
    dz = np.empty_like(g)
    dh, dc = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(len(x))):
        dc = dc + (1 - h[t] ** 2) * (dy[t] + dh)
        dz[t] = (1 - g[t] ** 2) * dc
        dh, dc = dz[t] @ W_hh, a * dc
    dW_ih = np.einsum("tbh,tbf->hf", dz, x)
    dW_hh = np.einsum("tbh,tbi->hi", dz, before)
    return (dW_ih, dW_hh, dz.sum(axis=(0, 1))), h[-1], c[-1]


def truncated_pair_3(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    total = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)]
    h = h0
    for s in range(0, len(x), k):
        part, h, _ = pair_chunk(dy[s : s + k], x[s : s + k], h, c0, W_ih, W_hh, b, a)
        for i in range(3):
            total[i] += part[i]
    return tuple(total)


def truncated_pair_4(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    g, c, h = run_pair(x, h0, c0, W_ih, W_hh, b, a)
    before = np.concatenate([h0[None], h[:-1]])
    dz = np.zeros_like(g)
    for s in range(0, len(x), k):
        dh, dc = np.zeros_like(h0), np.zeros_like(c0)
        for t in range(min(s + k, len(x)) - 1, s - 1, -1):
            dc = dc + (1 - h[t] ** 2) * (dy[t] + dh)
            dz[t] = (1 - g[t] ** 2) * dc
            dh = dz[t] @ W_hh
    dW_ih = np.einsum("tbh,tbf->hf", dz, x)
    dW_hh = np.einsum("tbh,tbi->hi", dz, before)
    return dW_ih, dW_hh, dz.sum(axis=(0, 1))


def truncated_pair_8(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    g, c, h = run_pair(x, h0, c0, W_ih, W_hh, b, a)
    before = np.concatenate([c0[None], c[:-1]])
    dz = np.zeros_like(g)
    dh, dc = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(len(x))):
        if (t + 1) % k == 0:
            dh, dc = np.zeros_like(h0), np.zeros_like(c0)
        dc = dc + (1 - h[t] ** 2) * (dy[t] + dh)
        dz[t] = (1 - g[t] ** 2) * dc
        dh, dc = dz[t] @ W_hh, a * dc
    dW_ih = np.einsum("tbh,tbf->hf", dz, x)
    dW_hh = np.einsum("tbh,tbi->hi", dz, before)
    return dW_ih, dW_hh, dz.sum(axis=(0, 1))


def truncated_pair_9(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    g, c, h = run_pair(x, h0, c0, W_ih, W_hh, b, a)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh, dc = np.zeros_like(h0), np.zeros_like(c0)
    for t in reversed(range(len(x))):
        if (t + 1) % k == 0:
            dh, dc = np.zeros_like(h0), np.zeros_like(c0)
        dh = dh + dy[t]
        dc = dc + dh
        dz = (1 - g[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t else h0)
        db += dz.sum(axis=0)
        dh, dc = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db


def truncated_pair_10(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    T = len(x)
    total = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)]
    h, c = h0, np.zeros_like(c0)
    for s in range(0, T - T % k if T > k else T, k):
        part, h, c = pair_chunk(dy[s : s + k], x[s : s + k], h, c, W_ih, W_hh, b, a)
        for i in range(3):
            total[i] += part[i]
    return tuple(total)


def truncated_pair_11(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    g, c, h = run_pair(x, h0, c0, W_ih, W_hh, b, a)
    before = np.concatenate([h0[None], h[:-1]])
    decay = a ** np.arange(k)[:, None, None]
    dz = np.zeros_like(g)
    for s in range(0, len(x), k):
        here = slice(s, min(s + k, len(x)))
        n = here.stop - s
        own = (1 - h[here] ** 2) * dy[here]
        dc = np.stack([(decay[: n - t] * own[t:]).sum(axis=0) for t in range(n)])
        dz[here] = (1 - g[here] ** 2) * dc
    dW_ih = np.einsum("tbh,tbf->hf", dz, x)
    dW_hh = np.einsum("tbh,tbi->hi", dz, before)
    return dW_ih, dW_hh, dz.sum(axis=(0, 1))


def truncated_pair_b(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    part, h, c = pair_chunk(dy[:k], x[:k], h0, c0, W_ih, W_hh, b, a)
    if len(x) <= k:
        return part
    rest = truncated_pair_b(dy[k:], x[k:], h, c, W_ih, W_hh, b, a, k)
    return tuple(p + r for p, r in zip(part, rest))


def truncated_pair_c(dy, x, h0, c0, W_ih, W_hh, b, a, k):
    (T, B, F), H = x.shape, len(b)
    n = H + F + 1
    h, c = h0, c0
    grad = np.zeros((H, n), x.dtype)
    for t in range(T):
        if t % k == 0:
            Ph = np.zeros((B, H, H, n), x.dtype)
            Pc = np.zeros((B, H, H, n), x.dtype)
        u = np.concatenate([h, x[t], np.ones((B, 1), x.dtype)], axis=1)
        g = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b)
        c = a * c + g
        h = np.tanh(c)
        Pz = np.einsum("kl,blai->bkai", W_hh, Ph)
        Pz[:, range(H), range(H)] += u[:, None]
        Pc = a[:, None, None] * Pc + (1 - g**2)[:, :, None, None] * Pz
        Ph = (1 - h**2)[:, :, None, None] * Pc
        grad += np.einsum("bk,bkai->ai", dy[t], Ph)
    return grad[:, H:-1], grad[:, :H], grad[:, -1]


RIGHT = {
    "recursive_on_the_rest": truncated_pair_b,
    "forward_sensitivities_reset_at_borders": truncated_pair_c,
}
WRONG = {
    "tired_c_restarts_in_every_chunk_subtle": (
        truncated_pair_3,
        "Starts c from c0 again in every chunk, while h goes on.",
        "One chunk is right. Which values do both states have when the second chunk begins?",
    ),
    "assistant_carry_without_a": (
        truncated_pair_4,
        "Sends the gradient of c back without the factor a.",
        "If all of c were kept you would be right. By which number is c_{t-1} multiplied on its way to c_t?",
    ),
    "tired_c_for_h_in_one_product_subtle": (
        truncated_pair_8,
        "Takes c_{t-1} instead of h_{t-1} as what W_hh was multiplied by in dW_hh.",
        "dW_ih and db are right. What went into the product with W_hh?",
    ),
    "assistant_lstm_cell_without_outer_tanh": (
        truncated_pair_9,
        "Leaves out the slope of the outer tanh between c_t and h_t.",
        "One step is already off. There are two squashings in the cell: which slopes do you multiply by?",
    ),
    "two_slips_double": (
        truncated_pair_10,
        "Starts c from zero instead of c0, and leaves out the shorter last chunk.",
        "One chunk first: where does c begin? Then T = 7 and k = 3: does step 7 take part?",
    ),
    "numerics_discounted_sum_without_h": (
        truncated_pair_11,
        "Sums the way through c over the chunk in closed form, and drops the way back through h and W_hh.",
        "One step is right. Your closed form follows c alone: what else of step t does step t+1 read?",
    ),
}
