import numpy as np


def cell_3(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    kernel = W_ih.reshape(x_t.shape[-1], -1)
    recurrent_kernel = W_hh.T
    return np.tanh(x_t @ kernel + h_prev @ recurrent_kernel + b_ih + b_hh)


def cell_5(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    combined = np.concatenate([h_prev, x_t], axis=1)
    weight = np.concatenate([W_ih, W_hh], axis=1)
    return np.tanh(combined @ weight.T + b_ih + b_hh)


_packed = {}


def cell_8(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    key = (W_ih.shape, W_hh.shape, W_ih.dtype)
    if key not in _packed:
        _packed[key] = np.vstack([W_ih.T, W_hh.T, (b_ih + b_hh)[None]])
    one = np.ones((len(x_t), 1), x_t.dtype)
    return np.tanh(np.hstack([x_t, h_prev, one]) @ _packed[key])


def cell_10(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    B = x_t.shape[0]
    xi = np.concatenate([x_t, h_prev, np.ones((B, 1))], axis=1)
    theta = np.column_stack([W_ih, W_hh, b_ih + b_hh])
    return np.tanh(xi @ theta.T)


_h_buffer = {}


def cell_11(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    shape, dtype = h_prev.shape, h_prev.dtype
    if (shape, dtype) not in _h_buffer:
        _h_buffer[shape, dtype] = np.empty(shape, dtype)
    out = _h_buffer[shape, dtype]
    z = h_prev @ W_hh.T
    z += x_t @ W_ih.T
    z += b_ih
    z += b_hh
    np.tanh(z, out=out)
    return out


def cell_a(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    B, F = x_t.shape
    H = W_hh.shape[0]
    h_t = np.empty((B, H), dtype=x_t.dtype)
    for b in range(B):
        for i in range(H):
            s = b_ih[i] + b_hh[i]
            for j in range(F):
                s = s + W_ih[i, j] * x_t[b, j]
            for j in range(H):
                s = s + W_hh[i, j] * h_prev[b, j]
            h_t[b, i] = np.tanh(s)
    return h_t


def cell_b(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    u = np.hstack([h_prev, x_t, np.ones_like(x_t[:, :1])])
    theta = np.hstack([W_hh, W_ih, (b_ih + b_hh)[:, None]])
    return np.tanh(np.inner(u, theta))


RIGHT = {
    "fortran_four_loops": cell_a,
    "one_augmented_product": cell_b,
}
WRONG = {
    "keras_reshapes_the_kernel": (
        cell_3,
        "Brings W_ih to shape (F, H) with reshape instead of a transpose, which shuffles its entries.",
        "The share of the input is wrong unless W_ih is one row or one column: reshape gives the right shape, but does the entry of unit i and input j stay theirs?",
    ),
    "assistant_concatenates_in_two_orders": (
        cell_5,
        "Concatenates state and input in one order and the two weight matrices in the other, so that weights meet the wrong entries.",
        "The lengths add up either way. Which column of the joined matrix meets the first entry of the joined vector?",
    ),
    "numerics_cache_by_shape_subtle": (
        cell_8,
        "Keeps the packed weights in a module-level cache keyed by shape, so that a later call with other weights of the same shape uses the old ones.",
        "The first call is right. What does a second call with new weights of the same shapes use?",
    ),
    "engineer_ones_in_double": (
        cell_10,
        "The column of ones is float64 and turns a float32 computation into float64.",
        "The numbers are right; for float32 arguments, which of your own arrays is not float32?",
    ),
    "fortran_returns_its_buffer_subtle": (
        cell_11,
        "Returns a module-level buffer that the next call of the same shape overwrites, so that states kept from earlier steps change.",
        "Each call is right. Keep the result of one call, make another with other arguments, and look at the first again.",
    ),
}
