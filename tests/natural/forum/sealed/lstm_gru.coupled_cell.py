"""As put together from forums, blogs and papers: one big matrix, einsum, lerp, and what other libraries add to a cell."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def sigmoid(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))


@right("one_big_matrix")
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    z = np.concatenate([x_t, h_prev], axis=-1)
    W = np.concatenate([W_ih, W_hh], axis=-1)
    f, g, o = np.moveaxis((z @ W.T + b).reshape(len(z), 3, -1), 1, 0)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c_prev + (1 - f) * g
    return o * np.tanh(c), c


@right("lerp")
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[-1]
    U, V = W_ih.reshape(3, H, -1), W_hh.reshape(3, H, H)
    a = np.einsum("ghf,bf->gbh", U, x_t) + np.einsum("ghk,bk->gbh", V, h_prev) + b.reshape(3, 1, H)
    g = np.tanh(a[1])
    # torch.lerp(g, c, f) = g + f (c - g)
    c = g + sigmoid(a[0]) * (c_prev - g)
    return sigmoid(a[2]) * np.tanh(c), c


@right("columns_as_in_the_paper")
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    X, Hp, C = x_t.T, h_prev.T, c_prev.T
    A = W_ih @ X + W_hh @ Hp + b[:, None]
    F = sigmoid(A[0:H])
    I = sigmoid(-A[0:H])  # 1 - σ(a) = σ(-a)
    C_new = F * C + I * np.tanh(A[H:2 * H])
    H_new = sigmoid(A[2 * H:]) * np.tanh(C_new)
    return H_new.T.copy(), C_new.T.copy()


@wrong(
    "gates_interleaved",
    "reshape(B, H, 3) takes every third number as f; the rows stand in blocks of H, so it should be (B, 3, H).",
    "Row 1 of W_ih, with H > 1: is it a row of f or of g? And in your reshape?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    B, H = h_prev.shape
    a = (x_t @ W_ih.T + h_prev @ W_hh.T + b).reshape(B, H, 3)
    f, g, o = sigmoid(a[..., 0]), np.tanh(a[..., 1]), sigmoid(a[..., 2])
    c = f * c_prev + (1 - f) * g
    return o * np.tanh(c), c


@wrong(
    "sigmoid_of_one_minus_a",
    "1 - σ(a) is written as σ(1 - a); it would be σ(-a).",
    "Put a = 0 into both: 1 - σ(0) and σ(1 - 0). Are they equal?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=-1)
    c = sigmoid(f) * c_prev + sigmoid(1 - f) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@wrong(
    "lerp_turned_round",
    "c + f (g - c) gives the weight f to the new content; it should be g + f (c - g).",
    "Put f = 1 into your line. Is what remains the old cell or the new content?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=-1)
    c = c_prev + sigmoid(f) * (np.tanh(g) - c_prev)
    return sigmoid(o) * np.tanh(c), c


@wrong(
    "state_first_in_one_matrix_not_the_other",
    "[h, x] is multiplied by [W_ih, W_hh]: the order of the two halves differs, and only the total width fits.",
    "Which numbers do the first F columns of your big matrix meet?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    hx = np.hstack([h_prev, x_t])
    W = np.hstack([W_ih, W_hh])
    f, g, o = np.split(hx @ W.T + b, 3, axis=-1)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c_prev + (1 - f) * g
    return o * np.tanh(c), c


@wrong(
    "forget_bias_of_one",
    "1 is added to the forget gate, TensorFlow's forget_bias; the task's formula has only b.",
    "With all arguments zero f should be 0.5. What is yours?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b, forget_bias=1.0):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=-1)
    f = sigmoid(f + forget_bias)
    c = f * c_prev + (1 - f) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@wrong(
    "hard_sigmoid",
    "The gates use the hard sigmoid max(0, min(1, 0.2 a + 0.5)), the recurrent activation of old Keras.",
    "Compare your gate with σ(2). What is the difference?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    def hs(a):
        return np.maximum(0, np.minimum(1, 0.2 * a + 0.5))

    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=-1)
    f, g, o = hs(f), np.tanh(g), hs(o)
    c = f * c_prev + (1 - f) * g
    return o * np.tanh(c), c


@wrong(
    "reset_gate_of_the_gru",
    "The content hears f ⊙ h_prev, as the reset gate does in a GRU; here it hears h_prev itself.",
    "Does a^g contain f in the task? Write out its row block.",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    fo = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, o = sigmoid(fo[:, :H]), sigmoid(fo[:, 2 * H:])
    g = np.tanh(x_t @ W_ih[H:2 * H].T + (f * h_prev) @ W_hh[H:2 * H].T + b[H:2 * H])
    c = f * c_prev + (1 - f) * g
    return o * np.tanh(c), c


@wrong(
    "peephole_on_the_output",
    "The output gate also sees the new cell, a peephole without weights; the task's o hears x_t and h_prev only.",
    "Change c_prev alone: should o change?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=-1)
    f, g = sigmoid(f), np.tanh(g)
    c = f * c_prev + (1 - f) * g
    o = sigmoid(o + c)
    return o * np.tanh(c), c


@wrong(
    "tanh_of_the_sigmoid",
    "The sigmoid is applied to all rows first, and tanh to the already squashed g.",
    "How many functions does a^g go through in the task? And in your code?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = sigmoid(x_t @ W_ih.T + h_prev @ W_hh.T + b)
    f, g, o = np.split(a, 3, axis=-1)
    g = np.tanh(g)
    c = f * c_prev + (1 - f) * g
    return o * np.tanh(c), c


@wrong(
    "tanh_trick_without_the_two",
    "tanh by one call of the sigmoid, but 2σ(a) - 1 in place of 2σ(2a) - 1.",
    "Compare your g with np.tanh at a = 1.",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    s = sigmoid(x_t @ W_ih.T + h_prev @ W_hh.T + b)
    f, g, o = np.split(s, 3, axis=-1)
    g = 2 * g - 1
    c = f * c_prev + (1 - f) * g
    return o * np.tanh(c), c


@wrong(
    "buffers_reused",
    "The new state and cell are written into the arrays that came in and these are returned; the numbers are right.",
    "Keep a copy of h_prev and compare it after the call. Is the returned array a new one?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=-1)
    f = sigmoid(f)
    c_prev[...] = f * c_prev + (1 - f) * np.tanh(g)
    h_prev[...] = sigmoid(o) * np.tanh(c_prev)
    return h_prev, c_prev


@wrong(
    "weights_reshaped_not_transposed",
    "W.reshape(H, 3H) has the shape of the transpose but other entries in it.",
    "Is W_hh.reshape(H, 3H)[0] a column of W_hh or a piece of its rows?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    F, H = x_t.shape[1], h_prev.shape[1]
    a = x_t @ W_ih.reshape(F, 3 * H) + h_prev @ W_hh.reshape(H, 3 * H) + b
    f, g, o = np.split(a, 3, axis=-1)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c_prev + (1 - f) * g
    return o * np.tanh(c), c


@wrong(
    "minus_f_times_the_cell",
    "(1 - f) multiplies the difference to the old cell: c + (1 - f) g; the old cell is never weakened.",
    "With f = 0 the new cell should be g alone. Is it?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=-1)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    c = c_prev + (1 - f) * g
    return o * np.tanh(c), c


@wrong(
    "square_recurrent_blocks_transposed",
    "The recurrent blocks are taken one by one and multiplied from the wrong side; they are square, so it fits.",
    "In einsum, over which index of a block of W_hh do you sum? Over which in W h?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[-1]
    a = np.einsum("bf,ghf->gbh", x_t, W_ih.reshape(3, H, -1))
    a = a + np.einsum("bk,gkh->gbh", h_prev, W_hh.reshape(3, H, H)) + b.reshape(3, 1, H)
    f, g, o = sigmoid(a[0]), np.tanh(a[1]), sigmoid(a[2])
    c = f * c_prev + (1 - f) * g
    return o * np.tanh(c), c
