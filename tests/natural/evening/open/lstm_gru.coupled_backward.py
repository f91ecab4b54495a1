"""As a tired student after work: the chain rule in small pieces, copied from the notes of an ordinary LSTM."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def sigmoid(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))


def forward(x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = sigmoid(a[:, :H]), np.tanh(a[:, H:2*H]), sigmoid(a[:, 2*H:])
    c = f * c_prev + (1 - f) * g
    return f, g, o, c


@right("piece_by_piece")
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    tc = np.tanh(c)
    do = dh_t * tc
    dc = dc_rec + dh_t * o * (1 - tc**2)
    df = dc * (c_prev - g)
    dg = dc * (1 - f)
    da = np.concatenate([df * f * (1 - f), dg * (1 - g**2), do * o * (1 - o)], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.sum(axis=0), da @ W_ih, da @ W_hh, dc * f


@right("outer_products_added_up")
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dx, dh, dc_prev = np.zeros_like(x_t), np.zeros_like(h_prev), np.zeros_like(c_prev)
    for n in range(len(x_t)):
        th = np.tanh(c[n])
        dc = dc_rec[n] + dh_t[n] * o[n] * (1 - th * th)
        da_f = (dc * c_prev[n] - dc * g[n]) * f[n] * (1 - f[n])
        da_g = dc * (1 - f[n]) * (1 - g[n]**2)
        da_o = dh_t[n] * th * o[n] * (1 - o[n])
        da = np.hstack([da_f, da_g, da_o])
        dW_ih += np.outer(da, x_t[n])
        dW_hh += np.outer(da, h_prev[n])
        db += da
        dx[n] = W_ih.T @ da
        dh[n] = W_hh.T @ da
        dc_prev[n] = dc * f[n]
    return dW_ih, dW_hh, db, dx, dh, dc_prev


@right("gate_by_gate")
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dc_rec + dh_t * o / np.cosh(np.clip(c, -300, 300).astype(float))**2
    dc = dc.astype(c.dtype)
    das = [
        dc * (c_prev - g) * f * (1 - f),
        dc * (1 - f) * (1 - g * g),
        dh_t * np.tanh(c) * o * (1 - o),
    ]
    dx, dh = np.zeros_like(x_t), np.zeros_like(h_prev)
    dWi, dWh, db = [], [], []
    for k, da in enumerate(das):
        dx += da @ W_ih[k*H:(k+1)*H]
        dh += da @ W_hh[k*H:(k+1)*H]
        dWi.append(da.T @ x_t)
        dWh.append(da.T @ h_prev)
        db.append(da.sum(0))
    return np.vstack(dWi), np.vstack(dWh), np.concatenate(db), dx, dh, f * dc


@wrong(
    "f_counted_once",
    "f has only its first place, f * c_prev; the -g from (1 - f) * g is missing in its gradient.",
    "At how many places does f stand in the line of c_t? How many terms has your gradient?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    tc = np.tanh(c)
    dc = dc_rec + dh_t * o * (1 - tc**2)
    da_f = dc * c_prev * f * (1 - f)
    da_g = dc * (1 - f) * (1 - g**2)
    da_o = dh_t * tc * o * (1 - o)
    da = np.concatenate([da_f, da_g, da_o], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.sum(0), da @ W_ih, da @ W_hh, dc * f


@wrong(
    "minus_of_one_minus_f_lost",
    "The second place of f is counted with a plus: c_prev + g instead of c_prev - g.",
    "What is the derivative of (1 - f) g with respect to f? Mind the sign.",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    tc = np.tanh(c)
    dc = dc_rec + dh_t * o * (1 - tc**2)
    da_f = (dc * c_prev + dc * g) * f * (1 - f)
    da_g = dc * (1 - f) * (1 - g**2)
    da_o = dh_t * tc * o * (1 - o)
    da = np.concatenate([da_f, da_g, da_o], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.sum(0), da @ W_ih, da @ W_hh, dc * f


@wrong(
    "dc_rec_forgotten",
    "Only what comes through h_t reaches the cell; dc_rec is never added.",
    "Change dc_rec: does any of your six arrays change?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    tc = np.tanh(c)
    dc = dh_t * o * (1 - tc**2)
    da = np.concatenate([
        dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * tc * o * (1 - o)
    ], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.sum(0), da @ W_ih, da @ W_hh, dc * f


@wrong(
    "only_dc_rec",
    "dc_rec is taken for all that reaches the cell; the way from h_t through o tanh(c_t) is missing.",
    "By two doors the cell leaves the step. Set dc_rec to zero: should da_f be zero then?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dc_rec
    da_f = dc * (c_prev - g) * f * (1 - f)
    da_g = dc * (1 - f) * (1 - g**2)
    da_o = dh_t * np.tanh(c) * o * (1 - o)
    da = np.concatenate([da_f, da_g, da_o], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.sum(0), da @ W_ih, da @ W_hh, dc * f


@wrong(
    "dc_of_this_step_handed_back",
    "The gradient of c_t is returned in place of that of c_prev; it is not multiplied by f.",
    "What is the derivative of c_t with respect to c_prev?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    tc = np.tanh(c)
    dc = dc_rec + dh_t * o * (1 - tc**2)
    da = np.concatenate([
        dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * tc * o * (1 - o)
    ], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.sum(0), da @ W_ih, da @ W_hh, dc


@wrong(
    "slope_from_the_cell_itself",
    "The slope of tanh is taken as 1 - c² and not 1 - tanh²(c): c is not squashed.",
    "The rule 1 - y² is for y = tanh(…). What is y here, and can yours be negative?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dc_rec + dh_t * o * (1 - c**2)
    da_f = dc * (c_prev - g) * f * (1 - f)
    da_g = dc * (1 - f) * (1 - g**2)
    da_o = dh_t * np.tanh(c) * o * (1 - o)
    da = np.concatenate([da_f, da_g, da_o], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.sum(0), da @ W_ih, da @ W_hh, dc * f


@wrong(
    "bias_averaged",
    "db is the mean over the batch; the sum is asked for.",
    "Give the same example twice. By what factor should db grow?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    tc = np.tanh(c)
    dc = dc_rec + dh_t * o * (1 - tc**2)
    da = np.concatenate([
        dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * tc * o * (1 - o)
    ], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.mean(axis=0), da @ W_ih, da @ W_hh, dc * f


@wrong(
    "kernels_transposed",
    "The weight gradients come out as (F, 3H) and (H, 3H), the shape of Keras kernels.",
    "Compare the shape of dW_ih with that of W_ih.",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    tc = np.tanh(c)
    dc = dc_rec + dh_t * o * (1 - tc**2)
    da = np.concatenate([
        dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * tc * o * (1 - o)
    ], axis=1)
    return x_t.T @ da, h_prev.T @ da, da.sum(0), da @ W_ih, da @ W_hh, dc * f


@wrong(
    "g_gets_f",
    "The content g gets the factor f in place of 1 - f.",
    "Which factor stands before g in the line of c_t?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    tc = np.tanh(c)
    dc = dc_rec + dh_t * o * (1 - tc**2)
    da_f = dc * (c_prev - g) * f * (1 - f)
    da_g = dc * f * (1 - g**2)
    da_o = dh_t * tc * o * (1 - o)
    da = np.concatenate([da_f, da_g, da_o], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.sum(0), da @ W_ih, da @ W_hh, dc * f


@wrong(
    "same_slope_for_all_three",
    "s * (1 - s) is applied to all three parts; g is a tanh and has the slope 1 - g².",
    "Through which function did a_g go? What is the slope of that one?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    tc = np.tanh(c)
    dc = dc_rec + dh_t * o * (1 - tc**2)
    act = np.concatenate([f, g, o], axis=1)
    dact = np.concatenate([dc * (c_prev - g), dc * (1 - f), dh_t * tc], axis=1)
    da = dact * act * (1 - act)
    return da.T @ x_t, da.T @ h_prev, da.sum(0), da @ W_ih, da @ W_hh, dc * f


@wrong(
    "cell_before_state",
    "The last two arrays are exchanged: the gradient of c_prev comes before that of h_prev.",
    "In which order does the task list the last two gradients?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    tc = np.tanh(c)
    dc = dc_rec + dh_t * o * (1 - tc**2)
    da = np.concatenate([
        dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * tc * o * (1 - o)
    ], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.sum(0), da @ W_ih, dc * f, da @ W_hh


@wrong(
    "gates_put_together_as_f_o_g",
    "The three parts are put together as f, o, g, but the rows of the weights are f, g, o.",
    "Row 2H of W_ih belongs to which gate? And column 2H of your da?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    tc = np.tanh(c)
    dc = dc_rec + dh_t * o * (1 - tc**2)
    da_f = dc * (c_prev - g) * f * (1 - f)
    da_o = dh_t * tc * o * (1 - o)
    da_g = dc * (1 - f) * (1 - g**2)
    da = np.concatenate([da_f, da_o, da_g], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.sum(0), da @ W_ih, da @ W_hh, dc * f


@wrong(
    "output_gate_without_tanh",
    "The output gate gets dh * c instead of dh * tanh(c).",
    "What is multiplied by o to make h_t?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    dc = dc_rec + dh_t * o * (1 - np.tanh(c)**2)
    da_f = dc * (c_prev - g) * f * (1 - f)
    da_g = dc * (1 - f) * (1 - g**2)
    da_o = dh_t * c * o * (1 - o)
    da = np.concatenate([da_f, da_g, da_o], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.sum(0), da @ W_ih, da @ W_hh, dc * f


@wrong(
    "dc_rec_added_in_place",
    "dc_rec += … writes into the caller's array; the numbers are right.",
    "Print dc_rec before and after the call.",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    tc = np.tanh(c)
    dc = dc_rec
    dc += dh_t * o * (1 - tc**2)
    da = np.concatenate([
        dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * tc * o * (1 - o)
    ], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.sum(0), da @ W_ih, da @ W_hh, dc * f


@wrong(
    "dh_added_to_the_state_before",
    "dh_t itself is added to the gradient of h_prev, as with a skip connection; h_t hears h_prev through the gates only.",
    "Set W_hh to zero. What should the gradient of h_prev be?",
)
def coupled_backward(dh_t, dc_rec, x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o, c = forward(x_t, h_prev, c_prev, W_ih, W_hh, b)
    tc = np.tanh(c)
    dc = dc_rec + dh_t * o * (1 - tc**2)
    da = np.concatenate([
        dc * (c_prev - g) * f * (1 - f), dc * (1 - f) * (1 - g**2), dh_t * tc * o * (1 - o)
    ], axis=1)
    return da.T @ x_t, da.T @ h_prev, da.sum(0), da @ W_ih, dh_t + da @ W_hh, dc * f
