import numpy as np


def cell_gustav(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    W = np.block([[W_ih, W_hh, (b_ih + b_hh)[:, None]]])
    v = np.concatenate([x_t, h_prev, np.ones_like(h_prev[:, :1])], axis=1)
    return np.tanh(np.inner(v, W))


def cell_quynh(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    from_input = x_t @ W_ih.T + b_ih
    from_state = h_prev @ W_hh.T + b_ih
    return np.tanh(from_input + from_state)


def cell_deniz(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    i = np.tanh(x_t @ W_ih.T + b_ih)
    r = np.tanh(h_prev @ W_hh.T + b_hh)
    return i + r


def cell_tara(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    h = h_prev.copy()
    B, H = h.shape
    for b in range(B):
        for i in range(H):
            z = b_ih[i] + b_hh[i]
            for j in range(x_t.shape[1]):
                z += W_ih[i, j] * x_t[b, j]
            for j in range(H):
                z += W_hh[i, j] * h[b, j]
            h[b, i] = np.tanh(z)
    return h


def cell_lars(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    def act(z):
        e = np.exp(-z)
        return (1 - e) / (1 + e)
    return act(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)


def cell_ada(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    a_prev = np.tanh(h_prev)
    h_t = x_t @ W_ih.T + a_prev @ W_hh.T + b_ih + b_hh
    a_t = np.tanh(h_t)
    return a_t


RIGHT = {
    'one_big_matrix': cell_gustav,
}

WRONG = {
    'bias_once_twice': (
        cell_quynh,
        'b_ih is added in both places and b_hh never.',
        'Look at which bias stands beside the state. Does every argument of your function appear in its body?',
    ),
    'tanh_of_each_part': (
        cell_deniz,
        'tanh is applied to the share of the input and to that of the state separately, and the results are added.',
        'Is tanh(a + b) the same as tanh(a) + tanh(b)? Your states can leave the interval from -1 to 1.',
    ),
    'gauss_seidel': (
        cell_tara,
        'The new state is written into the array from which later units still read the old one.',
        'In your loop over the units, what does the second unit read for the first one: its value before this step, or the one you have just written?',
    ),
    'own_tanh_half_angle': (
        cell_lars,
        'The home-made tanh has exp(-z) where exp(-2z) belongs, which makes it tanh(z/2).',
        'Compare your activation with np.tanh at z = 1.',
    ),
    'squash_state_again': (
        cell_ada,
        'The state is put through tanh a second time before it meets W_hh.',
        'What has already happened to h_prev when it arrives? Check with zero input how much of the state gets through.',
    ),
}
