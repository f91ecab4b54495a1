import numpy as np


def cell_backward_mia(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dU, dW, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx, dhp = [], []
    for g, x, hp, h in zip(dh_t, x_t, h_prev, h_t):
        D = np.diag(1 - h ** 2)
        dz = D @ g
        dU += np.outer(dz, x)
        dW += np.outer(dz, hp)
        db += dz
        dx.append(dz @ W_ih)
        dhp.append((D @ W_hh).T @ g)
    return dU, dW, db, np.array(dx), np.array(dhp)


def cell_backward_malik(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = np.einsum("bh,bh->bh", dh_t, (1 + h_t) * (1 - h_t))
    return (np.einsum("bh,bf->hf", dz, x_t), np.einsum("bi,bj->ij", dz, h_prev), np.einsum("bh->h", dz),
            np.einsum("bh,hf->bf", dz, W_ih), np.einsum("bi,ij->bj", dz, W_hh))


def cell_backward_carla(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t * (1 - np.tanh(h_t) ** 2)
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(0), dz @ W_ih, dz @ W_hh


def cell_backward_hugo(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dtanh = np.square(1 - h_t)
    dz = np.multiply(dtanh, dh_t)
    return np.dot(dz.T, x_t), np.dot(dz.T, h_prev), dz.sum(axis=0), np.dot(dz, W_ih), np.dot(dz, W_hh)


def cell_backward_wim(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz_t = (1 - h_t * h_t) * dh_t
    dh_prev = dh_t + dz_t @ W_hh
    dx_t = dz_t @ W_ih
    return dz_t.T @ x_t, dz_t.T @ h_prev, dz_t.sum(axis=0), dx_t, dh_prev


def cell_backward_nils(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    B = dh_t.shape[0]
    dx_t, dh_prev = np.zeros_like(x_t), np.zeros_like(h_prev)
    for i in range(B):
        dz = dh_t[i] * (1 - h_t[i] ** 2)
        dW_ih = dz[:, None] * x_t[i][None, :]
        dW_hh = dz[:, None] * h_prev[i][None, :]
        db = dz
        dx_t[i] = W_ih.T @ dz
        dh_prev[i] = W_hh.T @ dz
    return dW_ih, dW_hh, db, dx_t, dh_prev


RIGHT = {
    'sum_of_outer_products': cell_backward_mia,
    'all_einsum': cell_backward_malik,
}

WRONG = {
    'tanh_again': (
        cell_backward_carla,
        'h_t is put through tanh once more before the slope is computed from it.',
        'What is h_t: what goes into tanh, or what comes out of it?',
    ),
    'square_of_difference': (
        cell_backward_hugo,
        '(1 - h)² is written for 1 - h².',
        'Put numbers in: what slope do you get at h_t = 0.5, and what should it be?',
    ),
    'carry_plus_dh': (
        cell_backward_wim,
        'dh_t is added to what is sent back, which mixes in the formula for all steps.',
        'What reaches h_prev through this step alone? Is there a way from h_prev to the loss in your result that does not pass through W_hh?',
    ),
    'last_example_only': (
        cell_backward_nils,
        'In the loop over the batch the gradients are assigned instead of added, so only the last example counts.',
        'What happens to the share of example 0 when your loop reaches example 1?',
    ),
}
