"""As put together from forums, blogs and papers: deltas, einsum, one big matrix, and formulas of the ordinary LSTM."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def sigmoid(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))


def gates(x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o = np.split(x_t @ W_ih.T + h_prev @ W_hh.T + b, 3, axis=-1)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    return f, g, o, np.tanh(f * c_prev + (1 - f) * g)


def weights_back(da, x_t, h_prev, W_ih, W_hh):
    return (
        np.einsum("bg,bf->gf", da, x_t), np.einsum("bg,bh->gh", da, h_prev), np.einsum("bg->g", da),
        np.einsum("bg,gf->bf", da, W_ih), np.einsum("bg,gh->bh", da, W_hh),
    )


@right("einsum_deltas")
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    delta_c = dh_t * o * (1 - y**2) + dc_rec
    delta = np.stack([
        delta_c * (c_prev - g) * f * (1 - f),
        delta_c * (1 - f) * (1 - g**2),
        dh_t * y * o * (1 - o),
    ], axis=1).reshape(len(x_t), -1)
    return (*weights_back(delta, x_t, h_prev, W_ih, W_hh), delta_c * f)


@right("one_big_matrix_and_cut")
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    F = x_t.shape[1]
    z = np.concatenate([x_t, h_prev], axis=1)
    W = np.concatenate([W_ih, W_hh], axis=1)
    a = z @ W.T + b
    H = h_prev.shape[1]
    f, g, o = sigmoid(a[:, :H]), np.tanh(a[:, H:2 * H]), sigmoid(a[:, 2 * H:])
    i = 1 - f
    tc = np.tanh(f * c_prev + i * g)
    dc = dc_rec + dh_t * o * (1 - tc) * (1 + tc)
    df, di = dc * c_prev, dc * g
    da = np.empty_like(a)
    da[:, :H] = (df - di) * f * i  # di/df = -1
    da[:, H:2 * H] = dc * i * (1 - g * g)
    da[:, 2 * H:] = dh_t * tc * o * (1 - o)
    dW, dz = da.T @ z, da @ W
    return dW[:, :F].copy(), dW[:, F:].copy(), da.sum(0), dz[:, :F].copy(), dz[:, F:].copy(), dc * f


@right("complex_step")
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    # L = sum(dh_t * h_t) + sum(dc_rec * c_t); dL/dθ = Im L(θ + iε) / ε, exact to rounding
    args = [np.asarray(v, dtype=complex) for v in (W_ih, W_hh, b, x_t, h_prev, c_prev)]

    def loss():
        W_i, W_h, bias, x, h, c = args
        f, g, o = np.split(x @ W_i.T + h @ W_h.T + bias, 3, axis=1)
        f, g, o = (1 + np.tanh(f / 2)) / 2, np.tanh(g), (1 + np.tanh(o / 2)) / 2
        c = f * c + (1 - f) * g
        return np.sum(dh_t * (o * np.tanh(c))) + np.sum(dc_rec * c)

    grads = []
    for v in args:
        grad = np.zeros(v.shape, dtype=x_t.dtype)
        for index in np.ndindex(*v.shape):
            v[index] += 1e-30j
            grad[index] = loss().imag / 1e-30
            v[index] -= 1e-30j
        grads.append(grad)
    return tuple(grads)


@wrong(
    "big_matrix_cut_at_h",
    "The gradient of [x, h] is cut after H columns instead of after F: the pieces are mixed, and right only where F = H.",
    "How wide is x_t? Where in [x, h] does h begin?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dh_t * o * (1 - y**2) + dc_rec
    da = np.concatenate([dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * y * o * (1 - o)], axis=1)
    z, W = np.concatenate([x_t, h_prev], 1), np.concatenate([W_ih, W_hh], 1)
    dW, dz = da.T @ z, da @ W
    return dW[:, :H].copy(), dW[:, H:].copy(), da.sum(0), dz[:, :H].copy(), dz[:, H:].copy(), dc * f


@wrong(
    "input_and_state_exchanged_in_the_big_matrix",
    "The big matrix is [W_hh, W_ih] and the vector [h, x], but the gradients are cut as if x came first.",
    "Which columns of your dW belong to the state: the first H or the last H?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    F = x_t.shape[1]
    f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dh_t * o * (1 - y**2) + dc_rec
    da = np.concatenate([dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * y * o * (1 - o)], axis=1)
    z, W = np.hstack([h_prev, x_t]), np.hstack([W_hh, W_ih])
    dW, dz = da.T @ z, da @ W
    return dW[:, :F].copy(), dW[:, F:].copy(), da.sum(0), dz[:, :F].copy(), dz[:, F:].copy(), dc * f


@wrong(
    "tanh_of_the_old_cell",
    "The tanh and its slope are taken at c_prev, but h_t reads the new cell c_t.",
    "At which cell is tanh evaluated when h_t is made?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, _ = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    y = np.tanh(c_prev)
    dc = dh_t * o * (1 - y**2) + dc_rec
    da = np.concatenate([dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * y * o * (1 - o)], axis=1)
    return (*weights_back(da, x_t, h_prev, W_ih, W_hh), dc * f)


@wrong(
    "bias_not_summed",
    "db is left with an axis of examples, (B, 3H), and not summed.",
    "Which shape has b, and which has your db?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dh_t * o * (1 - y**2) + dc_rec
    da = np.concatenate([dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * y * o * (1 - o)], axis=1)
    dW_ih, dW_hh, _, dx, dh = weights_back(da, x_t, h_prev, W_ih, W_hh)
    return dW_ih, dW_hh, da, dx, dh, dc * f


@wrong(
    "what_is_stored_also_flows_back",
    "The cell before gets dc (f + (1 - f)), as if the content's share also led to c_prev.",
    "By which factor is c_prev multiplied in the formula of c_t? Only by that one.",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dh_t * o * (1 - y**2) + dc_rec
    da = np.concatenate([dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * y * o * (1 - o)], axis=1)
    return (*weights_back(da, x_t, h_prev, W_ih, W_hh), dc * f + dc * (1 - f))


@wrong(
    "two_places_of_f_averaged",
    "The two shares of f are averaged instead of added: half of the gradient is missing.",
    "If a variable stands at two places, are its gradients added or averaged?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dh_t * o * (1 - y**2) + dc_rec
    df = np.mean([dc * c_prev, -dc * g], axis=0)
    da = np.concatenate([df * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * y * o * (1 - o)], axis=1)
    return (*weights_back(da, x_t, h_prev, W_ih, W_hh), dc * f)


@wrong(
    "new_state_in_the_weight_gradient",
    "dW_hh is made with h_t; the weights met h_prev in this step.",
    "By which state is W_hh multiplied in a_t?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    h_t = o * y
    dc = dh_t * o * (1 - y**2) + dc_rec
    da = np.concatenate([dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * y * o * (1 - o)], axis=1)
    return (*weights_back(da, x_t, h_t, W_ih, W_hh), dc * f)


@wrong(
    "half_a_slope_at_the_output_gate",
    "The slope of the output gate is o in place of o (1 - o).",
    "What is σ' where the gate is quite open? What is your factor there?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dh_t * o * (1 - y**2) + dc_rec
    da = np.concatenate([dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * y * o], axis=1)
    return (*weights_back(da, x_t, h_prev, W_ih, W_hh), dc * f)


@wrong(
    "forget_gate_twice_on_dc_rec",
    "dc_rec is multiplied by f before it is added to what reaches c_t; it already arrives at c_t.",
    "Set dh_t to zero. What is the gradient of c_t itself then?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dh_t * o * (1 - y**2) + dc_rec * f
    da = np.concatenate([dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * y * o * (1 - o)], axis=1)
    return (*weights_back(da, x_t, h_prev, W_ih, W_hh), dc * f)


@wrong(
    "dc_rec_through_tanh",
    "dc_rec is sent through the slope of tanh too; it reaches the cell directly, not through h_t.",
    "Where in your bracket is dc_rec added: before or behind the factor 1 - tanh²?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = (dh_t * o + dc_rec) * (1 - y**2)
    da = np.concatenate([dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * y * o * (1 - o)], axis=1)
    return (*weights_back(da, x_t, h_prev, W_ih, W_hh), dc * f)


@wrong(
    "averaged_over_the_batch",
    "All weight gradients are divided by B, as for a mean loss; the sum is asked for.",
    "The task says summed. By what do you divide, and why?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    m = x_t.shape[0]
    f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dh_t * o * (1 - y**2) + dc_rec
    da = np.concatenate([dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * y * o * (1 - o)], axis=1)
    dW_ih, dW_hh, db, dx, dh = weights_back(da, x_t, h_prev, W_ih, W_hh)
    return dW_ih / m, dW_hh / m, db / m, dx, dh, dc * f


@wrong(
    "stacked_on_the_last_axis",
    "The three parts are stacked on the last axis and flattened, so f, g and o of one unit stand side by side, not in blocks of H.",
    "Print da for numbers you know. Is column 1 that of f of unit 1, or of g of unit 0?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dh_t * o * (1 - y**2) + dc_rec
    da = np.stack([
        dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * y * o * (1 - o)
    ], axis=-1).reshape(len(x_t), -1)
    return (*weights_back(da, x_t, h_prev, W_ih, W_hh), dc * f)


@wrong(
    "slope_from_the_argument",
    "The slope of g is 1 - a², with the argument a, where the output g belongs.",
    "tanh' = 1 - tanh². Did you put the argument or the output into it?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dh_t * o * (1 - y**2) + dc_rec
    dg = dc * (1 - f) * (1 - a[:, H:2 * H]**2)
    da = np.concatenate([dc * (c_prev - g) * f * (1 - f), dg, dh_t * y * o * (1 - o)], axis=1)
    return (*weights_back(da, x_t, h_prev, W_ih, W_hh), dc * f)


@wrong(
    "one_sided_differences",
    "One-sided finite differences with a step of 1e-4: right to about four digits only, and noise in float32.",
    "How many digits does a one-sided difference give? And in float32?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    def loss(W_ih, W_hh, b, x_t, h_prev, c_prev):
        f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
        return np.sum(dh_t * o * y) + np.sum(dc_rec * (f * c_prev + (1 - f) * g))

    args = [v.copy() for v in (W_ih, W_hh, b, x_t, h_prev, c_prev)]
    base, grads = loss(*args), []
    for v in args:
        grad = np.zeros_like(v)
        for index in np.ndindex(*v.shape):
            old = v[index]
            v[index] = old + 1e-4
            grad[index] = (loss(*args) - base) / 1e-4
            v[index] = old
        grads.append(grad)
    return tuple(grads)


@wrong(
    "weights_transposed_on_the_way_back",
    "On the way back to h_prev the square blocks of W_hh are transposed once too often.",
    "Forward, unit k enters unit j by W_hh[j, k]. By which entry does the gradient return?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    f, g, o, y = gates(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dh_t * o * (1 - y**2) + dc_rec
    parts = [dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * y * o * (1 - o)]
    da = np.concatenate(parts, axis=1)
    dW_ih, dW_hh, db, dx, _ = weights_back(da, x_t, h_prev, W_ih, W_hh)
    dh = sum(np.einsum("bj,kj->bk", p, W_hh[n * H:(n + 1) * H]) for n, p in enumerate(parts))
    return dW_ih, dW_hh, db, dx, dh, dc * f
