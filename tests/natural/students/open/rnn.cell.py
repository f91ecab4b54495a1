import numpy as np


def cell_kira(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = np.einsum("bf,hf->bh", x_t, W_ih)
    z += np.einsum("bj,ij->bi", h_prev, W_hh)
    z += b_ih
    z += b_hh
    return np.tanh(z, out=z)


def cell_hanna(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    X, Hm = x_t.T, h_prev.T
    Z = W_ih @ X + b_ih[:, None] + W_hh @ Hm + b_hh[:, None]
    return np.tanh(Z).T


def cell_nora(x, h, Wx, Wh, bx, bh):
    return np.tanh(np.dot(x, Wx.T) + np.dot(h, Wh) + bx + bh)


def cell_anton(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    hx = np.hstack((h_prev, x_t))
    W = np.hstack((W_ih, W_hh))
    return np.tanh(hx @ W.T + (b_ih + b_hh))


def cell_ines(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    b = np.sum([b_ih, b_hh])
    z = x_t @ W_ih.T + h_prev @ W_hh.T + b
    return np.tanh(z)


def cell_vera(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = np.matmul(x_t, W_ih.T)
    z += b_ih
    np.matmul(h_prev.copy(), W_hh.T, out=h_prev)
    z += h_prev
    z += b_hh
    return np.tanh(z)


RIGHT = {
    'einsum_one_call_each': cell_kira,
    'columns_as_on_paper': cell_hanna,
}

WRONG = {
    'p_rows_half': (
        cell_nora,
        'W_hh is used untransposed, as in a lecture with row vectors, while W_ih is transposed.',
        'Which units does unit i listen to, those in row i of W_hh or those in column i? Try it with a matrix that is not symmetric.',
    ),
    'concat_orders_differ': (
        cell_anton,
        'The vectors are joined as [h, x] but the matrices as [W_ih, W_hh], so weights meet the wrong entries.',
        'Write down which entry of the joined vector meets the first column of the joined matrix.',
    ),
    'bias_scalar': (
        cell_ines,
        'np.sum of the list of the two biases adds all of their entries to one number.',
        'Print the shape of your b. Every unit should get a bias of its own.',
    ),
    'matmul_out_into_argument': (
        cell_vera,
        "The product with W_hh is written into h_prev, so that the caller's state is overwritten.",
        'Print h_prev before and after the call. Where does the result of your matmul go?',
    ),
}
