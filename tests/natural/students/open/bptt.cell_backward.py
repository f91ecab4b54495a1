import numpy as np


def cell_backward_kira(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dh, x, hp, h = dh_t.T, x_t.T, h_prev.T, h_t.T
    dz = dh - h * h * dh
    return dz @ x.T, dz @ hp.T, dz.sum(axis=1), (W_ih.T @ dz).T, (W_hh.T @ dz).T


def cell_backward_olga(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    z = x_t @ W_ih.T + h_prev @ W_hh.T
    dz = dh_t * (1 - np.tanh(z) ** 2)
    dW_ih = dz.T @ x_t
    dW_hh = dz.T @ h_prev
    return dW_ih, dW_hh, np.sum(dz, axis=0), dz @ W_ih, dz @ W_hh


def cell_backward_sven(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    delta = (1 - h_t ** 2) * dh_t
    grad = {}
    grad["ih"] = delta.T @ x_t
    grad["hh"] = delta.T @ h_t
    grad["b"] = delta.sum(axis=0)
    return grad["ih"], grad["hh"], grad["b"], delta @ W_ih, delta @ W_hh


def cell_backward_dana(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t ** 2) * dh_t
    dW_ih = np.zeros_like(W_ih)
    dW_hh = np.zeros_like(W_hh)
    for n in range(len(dz)):
        dW_ih += np.outer(dz[n], x_t[n])
        dW_hh += np.outer(h_prev[n], dz[n])
    return dW_ih, dW_hh, dz.sum(axis=0), dz @ W_ih, dz @ W_hh


def cell_backward_zoe(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dtanh = 1 - h_t ** 2
    dW_ih = (dh_t * dtanh).T @ x_t
    dW_hh = (dh_t * dtanh).T @ h_prev
    db = dh_t.sum(axis=0)
    dx_t = dh_t @ W_ih
    dh_prev = dh_t @ W_hh
    return dW_ih, dW_hh, db, dx_t, dh_prev


def cell_backward_tara(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t
    dz *= 1 - h_t ** 2
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh


RIGHT = {
    'columns_as_derived': cell_backward_kira,
}

WRONG = {
    'slope_recomputed_without_biases': (
        cell_backward_olga,
        'The state is computed again from x_t and h_prev, but without the biases, which are no arguments.',
        'You do not need to compute the state again. What is missing from your z, and what do you have already?',
    ),
    'wrong_state_in_dWhh': (
        cell_backward_sven,
        'dW_hh is made with h_t instead of h_prev.',
        'What was W_hh multiplied by in the forward step?',
    ),
    'outer_transposed': (
        cell_backward_dana,
        'dW_hh is the outer product the wrong way round, h_prev by dz, so it is transposed.',
        'Which index of dW_hh belongs to the unit that receives? Compare the order of the factors with the one in dW_ih.',
    ),
    'slope_only_for_weights': (
        cell_backward_zoe,
        'The slope of tanh is used for the weights only; bias, input and previous state get dh_t straight.',
        'Three of your five gradients do not pass through tanh. Where do b, x_t and h_prev enter the step?',
    ),
    'dh_scaled_in_place': (
        cell_backward_tara,
        "dh_t is multiplied in place, so that the caller's array changes and a second call gives other numbers.",
        'Call your function twice. What does *= do to the array of the caller?',
    ),
}
