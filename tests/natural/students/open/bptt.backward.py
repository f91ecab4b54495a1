import numpy as np

from rnncourse import bptt


def backward_zoe(dy, x, h0, h, W_ih, W_hh):
    T, B, H = h.shape
    dU, dW, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros((H, 1), h.dtype)
    dx, dh0 = np.zeros_like(x), np.zeros_like(h0)
    for n in range(B):
        hs = np.concatenate([h0[n][None], h[:, n]]).T
        back = np.zeros((H, 1), h.dtype)
        for t in range(T, 0, -1):
            dz = (1 - hs[:, [t]] ** 2) * (dy[t - 1, n][:, None] + back)
            dW += dz @ hs[:, [t - 1]].T
            dU += dz @ x[t - 1, n][None, :]
            db += dz
            dx[t - 1, n] = (W_ih.T @ dz).ravel()
            back = W_hh.T @ dz
        dh0[n] = back[:, 0]
    return dU, dW, db[:, 0], dx, dh0


def backward_hugo(dy, x, h0, h, W_ih, W_hh):
    T, B, H = h.shape
    before = np.vstack([h0[None], h[:-1]])
    dzs, carry = [], np.zeros_like(h0)
    for t in range(T)[::-1]:
        dh = dy[t] + carry
        dzs.insert(0, (1 - h[t] * h[t]) * dh)
        carry = bptt.cell_backward(dh, x[t], before[t], h[t], W_ih, W_hh)[4]
    dz = np.concatenate(dzs)
    return dz.T @ x.reshape(T * B, -1), dz.T @ before.reshape(T * B, H), dz.sum(axis=0), (dz @ W_ih).reshape(x.shape), carry


def backward_olga(dy, x, h0, h, W_ih, W_hh):
    T = len(h)
    dzs = []
    dh_next = np.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        dz = (1 - h[t] ** 2) * (dy[t] + dh_next)
        dh_next = dz @ W_hh
        dzs.append(dz)
    dz = np.stack(dzs)
    prev = np.concatenate((h0[None], h[:-1]))
    dW_ih = np.einsum("tbh,tbf->hf", dz, x)
    dW_hh = np.einsum("tbh,tbj->hj", dz, prev)
    return dW_ih, dW_hh, dz.sum((0, 1)), dz @ W_ih, dh_next


def backward_jule(dy, x, h0, h, W_ih, W_hh):
    T, B, H = h.shape
    dz = np.zeros_like(h)
    c = np.zeros_like(h0)
    for t in reversed(range(T)):
        dz[t] = (1 - h[t] ** 2) * (dy[t] + c)
        c = dz[t] @ W_hh
    hprev = np.concatenate([h0[np.newaxis], h[:-1]], axis=0)
    dW_ih = dz.reshape(H, -1) @ x.reshape(T * B, -1)
    dW_hh = dz.reshape(H, -1) @ hprev.reshape(T * B, H)
    return dW_ih, dW_hh, dz.reshape(-1, H).sum(axis=0), dz @ W_ih, c


def backward_kira(dy, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx = np.zeros_like(x)
    carry = np.zeros_like(h0)
    for t in reversed(range(h.shape[0])):
        dz = dy[t] * (1 - h[t] ** 2) + carry
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t > 0 else h0)
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        carry = dz @ W_hh
    return dW_ih, dW_hh, db, dx, carry


def backward_emil(dy, x, h0, h, W_ih, W_hh):
    T = len(dy)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx = np.empty_like(x)
    for t in range(T - 1, -1, -1):
        dh = dy[t]
        if t < T - 1:
            dh += dz @ W_hh
        dz = (1 - h[t] ** 2) * dh
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h0 if t == 0 else h[t - 1])
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
    return dW_ih, dW_hh, db, dx, dz @ W_hh


def backward_anton(dy, x, h0, h, W_ih, W_hh):
    T = len(h)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx = np.zeros_like(x)
    dz = dy[T - 1] * (1 - h[T - 1] ** 2)
    dx[T - 1] = dz @ W_ih
    for t in range(T - 2, -1, -1):
        dz = (dy[t] + dz @ W_hh) * (1 - h[t] ** 2)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t > 0 else h0)
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
    return dW_ih, dW_hh, db, dx, dz @ W_hh


RIGHT = {
    'columns_example_by_example': backward_zoe,
    'library_cell_and_flat_products': backward_hugo,
}

WRONG = {
    'list_not_reversed': (
        backward_olga,
        'The dz are collected from the last step to the first and stacked without being turned round.',
        'Which step does the first entry of your list belong to? It meets the x and the h of which step?',
    ),
    'reshape_for_transpose': (
        backward_jule,
        'The arrays are brought to (H, T·B) by reshape, which mixes units and examples, instead of by a transpose.',
        'Follow one number through reshape(H, -1). Is it still in the row of its unit? The bias and dx are right, the weights are not.',
    ),
    'carry_past_the_slope': (
        backward_kira,
        'What comes back from the next step is added after the slope of tanh, not before.',
        'Through which function does the gradient from step t+1 have to go on its way through h_t? Your own loss goes through it, the carry does not.',
    ),
    'dy_accumulates': (
        backward_emil,
        "dh is an alias of dy[t], to which the carry is added in place, so that the caller's dy is changed.",
        'Is dy the same before and after the call? Look at what your += is applied to.',
    ),
    'last_step_without_weights': (
        backward_anton,
        'The last step is treated before the loop to get the recursion started, and its share in the weights is forgotten.',
        "With one step your weight gradients are zero. Which step's share is never added?",
    ),
}
