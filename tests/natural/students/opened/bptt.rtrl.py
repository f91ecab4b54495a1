import numpy as np

from rnncourse import rnn


class _Rtrl:
    def __init__(self, h0, W_ih, W_hh, b):
        self.h, self.U, self.W, self.b = h0, W_ih, W_hh, b
        (H, F), B = W_ih.shape, len(h0)
        self.P = np.zeros((B, H, H * (H + F + 1)), h0.dtype)

    def step(self, x):
        H = len(self.W)
        u = np.hstack([self.h, x, np.ones((len(x), 1), x.dtype)])
        self.h = np.tanh(x @ self.U.T + self.h @ self.W.T + self.b)
        direct = np.stack([np.kron(np.eye(H, dtype=x.dtype), v) for v in u])
        self.P = (1 - self.h ** 2)[:, :, None] * (np.matmul(self.W, self.P) + direct)
        return self.P


def rtrl_malik(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    hs = np.concatenate([h0[None], rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)])
    T = len(x)

    def tangent(a, signal):
        s, total = np.zeros_like(h0), 0
        for t in range(T):
            v = s @ W_hh.T
            v[:, a] += signal(t)
            s = (1 - hs[t + 1] ** 2) * v
            total += (dy[t] * s).sum()
        return total

    dU, dW, db = np.empty_like(W_ih), np.empty_like(W_hh), np.empty_like(b_ih)
    for a in range(len(W_hh)):
        for i in range(W_ih.shape[1]):
            dU[a, i] = tangent(a, lambda t: x[t][:, i])
        for j in range(len(W_hh)):
            dW[a, j] = tangent(a, lambda t: hs[t][:, j])
        db[a] = tangent(a, lambda t: 1)
    return dU, dW, db


def rtrl_hugo(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    net = _Rtrl(h0, W_ih, W_hh, b_ih + b_hh)
    H = len(W_hh)
    g = sum(np.einsum("bk,bkp->p", d, net.step(x_t)) for d, x_t in zip(dy, x)).reshape(H, -1)
    return g[:, H:-1], g[:, :H], g[:, -1]


def rtrl_mia(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    S = np.zeros((B, H, H, H + F + 1), x.dtype)
    grad = np.zeros((H, H + F + 1), x.dtype)
    h = h0
    E = np.eye(H, dtype=x.dtype)
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), x.dtype)], axis=1)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        S = (1 - h ** 2)[:, :, None, None] * np.einsum("kl,blai->bkai", W_hh, S) + np.einsum("ka,bi->bkai", E, u)
        grad += np.einsum("bk,bkai->ai", dy[t], S)
    return grad[:, H:-1], grad[:, :H], grad[:, -1]


def rtrl_rosa(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P, g, h = np.zeros((B, H, H, H + F + 1), x.dtype), 0, h0
    idx = np.arange(H)
    for x_t, dy_t in zip(x, dy):
        h = rnn.cell(x_t, h, W_ih, W_hh, b_ih, b_hh)
        u = np.hstack([h, x_t, np.ones_like(h[:, :1])])
        P = np.einsum("kl,blai->bkai", W_hh, P)
        P[:, idx, idx] += u[:, None]
        P *= (1 - h ** 2)[..., None, None]
        g = g + np.einsum("bk,bkai->ai", dy_t, P)
    return g[:, H:-1], g[:, :H], g[:, -1]


def rtrl_nils(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((H, H, H + F + 1), x.dtype)
    g = np.zeros((H, H + F + 1), x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), x.dtype)], axis=1).mean(axis=0)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        P = np.einsum("kl,lai->kai", W_hh, P)
        P[range(H), range(H)] += u
        P *= (1 - h ** 2).mean(axis=0)[:, None, None]
        g += np.einsum("k,kai->ai", dy[t].sum(axis=0), P)
    return g[:, H:-1], g[:, :H], g[:, -1]


def rtrl_dana(dy, x, h0, W_ih, W_hh, b_ih, b_hh):
    (T, B, F), H = x.shape, len(W_hh)
    P = np.zeros((B, H, H, H + F + 1), x.dtype)
    S = np.zeros_like(P)
    g = np.zeros((H, H + F + 1), x.dtype)
    h = h0
    for t in range(T):
        u = np.concatenate([h, x[t], np.ones((B, 1), x.dtype)], axis=1)
        h = rnn.cell(x[t], h, W_ih, W_hh, b_ih, b_hh)
        P = np.einsum("kl,blai->bkai", W_hh, P) + np.einsum("ka,bi->bkai", np.eye(H, dtype=x.dtype), u)
        P *= (1 - h ** 2)[:, :, None, None]
        S += P
        g += np.einsum("bk,bkai->ai", dy[t], S)
    return g[:, H:-1], g[:, :H], g[:, -1]


RIGHT = {
    'one_parameter_at_a_time': rtrl_malik,
    'class_with_kron': rtrl_hugo,
}

WRONG = {
    'direct_term_without_slope': (
        rtrl_mia,
        'The slope multiplies only what comes from the sensitivities before, not the direct effect.',
        'With one step your gradient has no slope of tanh at all. How far does the bracket in the equation reach?',
    ),
    'u_with_new_state': (
        rtrl_rosa,
        'u is joined after the state has been updated, so it holds h_t instead of h_{t-1}.',
        'Which state did W_hh multiply in this step? dW_hh is wrong, the others are right.',
    ),
    'batch_averaged_state': (
        rtrl_nils,
        'States and sensitivities are averaged over the batch before the product with dy, to save memory.',
        'Try B = 1 and then B = 2. Is the sum of products the product of means?',
    ),
    'sensitivities_summed': (
        rtrl_dana,
        'The sensitivities are summed over the steps before they meet dy, so that earlier ones are counted again.',
        'dy_t should meet the sensitivity of h_t. What is in your S at step 3 besides that?',
    ),
}
