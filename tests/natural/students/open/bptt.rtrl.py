import numpy as np

from rnncourse import rnn


def rtrl_xenia(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = len(W_hh)
    eye = np.eye(H, dtype=x.dtype)
    Pw = np.zeros((H, H, B, H), x.dtype)
    Pu = np.zeros((H, F, B, H), x.dtype)
    Pb = np.zeros((H, B, H), x.dtype)
    dU, dW, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h = h0
    for t in range(T):
        hn = np.tanh(x[t] @ W_ih.T + h @ W_hh.T + b_ih + b_hh)
        D = 1 - hn ** 2
        Pw = D * (Pw @ W_hh.T + np.einsum("ak,bj->ajbk", eye, h))
        Pu = D * (Pu @ W_hh.T + np.einsum("ak,bf->afbk", eye, x[t]))
        Pb = D * (Pb @ W_hh.T + eye[:, None, :])
        dW += (Pw * dy[t]).sum(axis=(2, 3))
        dU += (Pu * dy[t]).sum(axis=(2, 3))
        db += (Pb * dy[t]).sum(axis=(1, 2))
        h = hn
    return dU, dW, db


def rtrl_cem(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = W_hh.shape[0]
    P = np.zeros((B, H, H, H + F + 1), x.dtype)
    g = np.zeros((H, H + F + 1), x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), x.dtype)], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        for k in range(H):
            new = np.einsum("l,blai->bai", W_hh[k], P)
            new[:, k, :] += u
            P[:, k] = (1 - h[:, k] ** 2)[:, None, None] * new
        g += np.einsum("bk,bkai->ai", dy[t], P)
    return g[:, H:H + F], g[:, :H], g[:, -1]


def rtrl_zoe(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P, g, h = np.zeros((B, H, H, H + F + 1), x.dtype), 0, h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), x.dtype)], axis=1)
        h = rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        P[:, range(H), range(H)] += u[:, None]
        P = P * (1 - h ** 2)[:, None, :, None]
        g = g + np.einsum("bk,bkai->ai", dy[t], P)
    return g[:, H:-1], g[:, :H], g[:, -1]


def rtrl_olga(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), dtype=x.dtype)
    d = np.zeros((H, H + F + 1), dtype=x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate((h, x[t], np.ones((B, 1), dtype=x.dtype)), 1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        for a in range(H):
            P[:, a, a, :] += u
        P = P * (1 - h ** 2)[:, :, None, None]
        d += np.einsum("bk,bkai->ai", dy[t], P)
    return d[:, :F], d[:, F:F + H], d[:, F + H]


def rtrl_fatma(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = len(b_hh)
    I = np.eye(H, dtype=x.dtype)
    Pw, Pu = np.zeros((B, H, H, H), x.dtype), np.zeros((B, H, H, F), x.dtype)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_hh)
    h = h0
    for t in range(T):
        h_new = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        D = (1 - h_new ** 2)
        Pw = D[:, :, None, None] * (np.einsum("kl,blai->bkai", W_hh, Pw) + np.einsum("ka,bi->bkai", I, h))
        Pu = D[:, :, None, None] * (np.einsum("kl,blai->bkai", W_hh, Pu) + np.einsum("ka,bi->bkai", I, x[t]))
        dW_hh += np.einsum("bk,bkai->ai", dy[t], Pw)
        dW_ih += np.einsum("bk,bkai->ai", dy[t], Pu)
        db += (dy[t] * D).sum(axis=0)
        h = h_new
    return dW_ih, dW_hh, db


def rtrl_greta(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), x.dtype)
    P[:, range(H), range(H), :] = 1
    g, h = 0, h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), x.dtype)], axis=1)
        h = rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        P = np.einsum("kl,blai->bkai", W_hh, P)
        P[:, range(H), range(H)] += u[:, None]
        P *= (1 - h ** 2)[:, :, None, None]
        g = g + np.einsum("bk,bkai->ai", dy[t], P)
    return g[:, H:-1], g[:, :H], g[:, -1]


RIGHT = {
    'three_separate_sensitivities': rtrl_xenia,
}

WRONG = {
    'overwritten_while_read': (
        rtrl_cem,
        'P is updated unit by unit in place, so that later units read the new sensitivities of earlier ones.',
        'In the loop over k, which step do the P of the units that you have done already belong to?',
    ),
    'slope_on_weights': (
        rtrl_zoe,
        "The slope of tanh multiplies the axis of the weights' rows a instead of that of the states k.",
        'P has two axes of length H. Which of them is the unit whose tanh the sensitivity passes through?',
    ),
    'sliced_in_signature_order': (
        rtrl_olga,
        'The stacked gradient is cut as [W_ih, W_hh, b] though u was joined as [h, x, 1].',
        'In which order did you join u? Cut in the same order.',
    ),
    'bias_has_no_memory': (
        rtrl_fatma,
        'For the biases only the direct effect is counted, the sensitivities before are left out.',
        'Does a change of a bias at step 1 reach h_3? dW_ih and dW_hh are right.',
    ),
    'starts_from_identity': (
        rtrl_greta,
        'The sensitivities start from ones where unit and row agree, as if h_0 depended on the weights.',
        'How does h_0 depend on the weights? With a single step, what does your P hold before it?',
    ),
}
