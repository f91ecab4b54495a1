import collections

import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("plain")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh


@right("example_by_example")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[:, 0])
    dx, dh_prev = np.zeros_like(x_t), np.zeros_like(h_prev)
    for b in range(len(dh_t)):
        dz = dh_t[b] - h_t[b] * h_t[b] * dh_t[b]
        dW_ih += np.outer(dz, x_t[b])
        dW_hh += np.outer(dz, h_prev[b])
        db += dz
        dx[b] = W_ih.T @ dz
        dh_prev[b] = W_hh.T @ dz
    return dW_ih, dW_hh, db, dx, dh_prev


@right("columns")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (np.ones_like(h_t) - h_t * h_t).T * dh_t.T      # (H, B)
    return [dz @ x_t, dz @ h_prev, dz.sum(axis=1), (W_ih.T @ dz).T, (W_hh.T @ dz).T]


Step = collections.namedtuple("Step", "dW_ih dW_hh db dx_t dh_prev")


@right("generator_of_results")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t.copy()
    dz *= 1 - h_t**2
    return tuple(np.asfortranarray(a) for a in (np.dot(dz.T, x_t), np.dot(dz.T, h_prev), dz.sum(0), dz.dot(W_ih), dz.dot(W_hh)))


class Backward:
    def __call__(self, dh_t, x_t, h_prev, h_t, W_ih, W_hh):
        self.dz = np.multiply(dh_t, 1 - np.power(h_t, 2))
        return self.weights(x_t), self.weights(h_prev), np.sum(self.dz, axis=0), self.dz @ W_ih, self.dz @ W_hh

    def weights(self, u):
        return np.tensordot(self.dz, u, axes=(0, 0))


@right("diag_jacobians")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = np.stack([np.diag(1 - h**2) @ dh for h, dh in zip(h_t, dh_t)])
    return sum(map(np.outer, dz, x_t)), sum(map(np.outer, dz, h_prev)), sum(dz), dz @ W_ih, dz @ W_hh


# ---------------------------------------------------------------- wrong

def _rest(dz, x_t, h_prev, W_ih, W_hh):
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh


@wrong("no_slope", "The slope of tanh is left out: dz = dh.", "The slope of tanh is missing.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    return _rest(dh_t, x_t, h_prev, W_ih, W_hh)


@wrong("sigmoid_slope", "h (1 - h), the slope of the sigmoid.", "h(1-h) is the slope of the sigmoid; tanh has 1 - h².")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    return _rest(h_t * (1 - h_t) * dh_t, x_t, h_prev, W_ih, W_hh)


@wrong("tanh_of_h", "1 - tanh(h)²: tanh applied once more.", "h_t is squashed already: 1 - h².")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    return _rest((1 - np.tanh(h_t) ** 2) * dh_t, x_t, h_prev, W_ih, W_hh)


@wrong("slope_times_two", "(1 - h_t)**2: the bracket.", "A bracket: 1 - h², not (1 - h)².")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    return _rest((1 - h_t) ** 2 * dh_t, x_t, h_prev, W_ih, W_hh)


@wrong("recomputes_without_bias", "The slope is recomputed from x and h_prev, but the biases are not at hand.", "h_t is given: the recomputed state lacks the biases.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    z = x_t @ W_ih.T + h_prev @ W_hh.T
    return _rest((1 - np.tanh(z) ** 2) * dh_t, x_t, h_prev, W_ih, W_hh)


@wrong("dW_hh_transposed", "dW_hh transposed (square, so silent).", "dW_hh is transposed: rows belong to the unit that receives.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    return dz.T @ x_t, h_prev.T @ dz, dz.sum(axis=0), dz @ W_ih, dz @ W_hh


@wrong("W_hh_T_on_the_way_back", "dh_prev = dz @ W_hh.T.", "On rows the way back is dz @ W_hh, without transpose.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh.T


@wrong("mean_over_batch", "Weight gradients are averaged over the batch.", "Sums over the batch, no means.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz, B = (1 - h_t**2) * dh_t, len(x_t)
    return dz.T @ x_t / B, dz.T @ h_prev / B, dz.mean(axis=0), dz @ W_ih, dz @ W_hh


@wrong("db_not_summed", "db = dz (B, H).", "db is summed over the batch: (H,).")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz, dz @ W_ih, dz @ W_hh


@wrong("db_number", "dz.sum() without axis: one number.", "axis=0: one number for each unit.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(), dz @ W_ih, dz @ W_hh


@wrong("db_twice", "db doubled, since it serves two biases.", "db serves each bias: not the sum of two.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, 2 * dz.sum(axis=0), dz @ W_ih, dz @ W_hh


@wrong("dh_prev_from_dh", "dh_prev from dh instead of dz.", "On the way back the slope is missing: W_hhᵀ dz, not W_hhᵀ dh.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dh_t @ W_hh


@wrong("dh_prev_with_slope", "dh_prev also multiplied by 1 - h_prev² (that belongs to the next call).", "The slope of the step before comes in its own step.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, (dz @ W_hh) * (1 - h_prev**2)


@wrong("first_two_swapped", "dW_hh, dW_ih, …: the first two swapped.", "The first two are exchanged.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    a, b, c, d, e = _rest((1 - h_t**2) * dh_t, x_t, h_prev, W_ih, W_hh)
    return b, a, c, d, e


@wrong("four_only", "dx is left out: four arrays.", "Five arrays are asked for, four came.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    a, b, c, d, e = _rest((1 - h_t**2) * dh_t, x_t, h_prev, W_ih, W_hh)
    return a, b, c, e


@wrong("minus", "A minus for gradient descent.", "All signs are wrong: the gradient, not the step of descent.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    return _rest(-(1 - h_t**2) * dh_t, x_t, h_prev, W_ih, W_hh)


@wrong("float64", "np.zeros buffers in float64.", "float32 in, float64 out.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    dW_ih, dW_hh, db = np.zeros(W_ih.shape), np.zeros(W_hh.shape), np.zeros(len(W_hh))
    dW_ih += dz.T @ x_t
    dW_hh += dz.T @ h_prev
    db += dz.sum(axis=0)
    return dW_ih, dW_hh, db, dz @ W_ih, dz @ W_hh


@wrong("transposes_both", "Two mistakes: dW_hh transposed and dh_prev with W_hh.T.", "dW_hh is transposed, and the way back has W_hh.T.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    return dz.T @ x_t, h_prev.T @ dz, dz.sum(axis=0), dz @ W_ih, dz @ W_hh.T


@wrong("at_for_star", "@ for * with the slope.", "The slope acts entry by entry: `*`, not `@`.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    return _rest((1 - h_t**2) @ dh_t.T, x_t, h_prev, W_ih, W_hh)


@wrong("library", "The library.", "Write your own.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    from rnncourse import bptt

    return bptt.cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh)


@wrong("none", "No return.", "Nothing is returned.")
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t**2) * dh_t
    dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh
