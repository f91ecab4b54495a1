"""As a tired student after work: an LSTM cell translated from Keras or torch, with one gate taken out in a hurry."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def sigmoid(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))


@right("chunk_of_three")
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    # gates = F.linear(x, W_ih, b) + F.linear(h, W_hh)
    gates = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(gates, 3, axis=1)  # .chunk(3, 1)
    f = sigmoid(f)
    g = np.tanh(g)
    o = sigmoid(o)
    c_t = f * c_prev + (1 - f) * g
    h_t = o * np.tanh(c_t)
    return h_t, c_t


@right("one_matrix_a_gate")
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]

    def pre(k):
        rows = slice(k * H, (k + 1) * H)
        return np.dot(x_t, W_ih[rows].T) + np.dot(h_prev, W_hh[rows].T) + b[rows]

    f = sigmoid(pre(0))
    c = f * c_prev + (1 - f) * np.tanh(pre(1))
    return sigmoid(pre(2)) * np.tanh(c), c


@right("numbers_one_by_one")
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    B, H = h_prev.shape
    h_t = np.empty_like(h_prev)
    c_t = np.empty_like(c_prev)
    for n in range(B):
        for j in range(H):
            a_f = W_ih[j] @ x_t[n] + W_hh[j] @ h_prev[n] + b[j]
            a_g = W_ih[H + j] @ x_t[n] + W_hh[H + j] @ h_prev[n] + b[H + j]
            a_o = W_ih[2 * H + j] @ x_t[n] + W_hh[2 * H + j] @ h_prev[n] + b[2 * H + j]
            f = sigmoid(a_f)
            c_t[n, j] = f * c_prev[n, j] + (1 - f) * np.tanh(a_g)
            h_t[n, j] = sigmoid(a_o) * np.tanh(c_t[n, j])
    return h_t, c_t


@wrong(
    "rows_f_o_g",
    "Takes the rows as f, o, g, all sigmoids first; the task has f, g, o.",
    "Which H rows belong to g? Read the order in the task once more.",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    H = h_prev.shape[1]
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, o = sigmoid(a[:, :H]), sigmoid(a[:, H:2*H])
    g = np.tanh(a[:, 2*H:])
    c = f * c_prev + (1 - f) * g
    return o * np.tanh(c), c


@wrong(
    "input_gate_just_deleted",
    "The input gate is taken out and nothing stands in its place: the content g is added whole instead of by 1 - f.",
    "With f = 1 the cell should not change at all. Does yours?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=1)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    c_t = f * c_prev + g
    return o * np.tanh(c_t), c_t


@wrong(
    "f_lets_in",
    "f and 1 - f are exchanged: f lets the new content in and 1 - f keeps the old cell.",
    "A forget gate of 1: does it keep the old cell or throw it away? And in your line?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=1)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    c_t = (1 - f) * c_prev + f * g
    return o * np.tanh(c_t), c_t


@wrong(
    "cell_returned_first",
    "Returns the cell first and the state second; the task wants h_t, then c_t.",
    "Both have the same shape. Which one must lie between -1 and 1, and where does it stand?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=1)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    c_t = f * c_prev + (1 - f) * g
    h_t = o * np.tanh(c_t)
    return c_t, h_t


@wrong(
    "state_without_tanh",
    "The cell reaches the state without tanh: h = o * c.",
    "Start with a cell of 5 and f = 1. How large may h_t be at most?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=1)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    c_t = f * c_prev + (1 - f) * g
    return o * c_t, c_t


@wrong(
    "state_from_the_old_cell",
    "The state is read off the cell before the step, c_prev, not off the new one.",
    "Does g of this step have any effect on your h_t? Should it?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=1)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    h_t = o * np.tanh(c_prev)
    c_t = f * c_prev + (1 - f) * g
    return h_t, c_t


@wrong(
    "sigmoid_on_g_too",
    "All three parts go through the sigmoid, g as well; g needs tanh.",
    "Can your new content ever be negative? Should it?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    f, g, o = np.split(sigmoid(x_t @ W_ih.T + h_prev @ W_hh.T + b), 3, axis=1)
    c_t = f * c_prev + (1 - f) * g
    return o * np.tanh(c_t), c_t


@wrong(
    "cell_updated_in_place",
    "c_prev is multiplied and added to in place: right numbers, but the caller's cell is overwritten and returned.",
    "Print c_prev after the call. Is the array that you return a new one?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=1)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    c_prev *= f
    c_prev += (1 - f) * g
    return o * np.tanh(c_prev), c_prev


@wrong(
    "reshaped_for_transposed",
    "W_hh @ h_prev.T has shape (3H, B) and is brought to (B, 3H) by reshape, which mixes examples and units; a transpose is meant.",
    "Take [[1, 2], [3, 4], [5, 6]] and make it (2, 3) by reshape and by .T. Are they the same?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    B, H = h_prev.shape
    a = (W_ih @ x_t.T + W_hh @ h_prev.T).reshape(B, 3 * H) + b
    f, g, o = np.split(a, 3, axis=1)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    c_t = f * c_prev + (1 - f) * g
    return o * np.tanh(c_t), c_t


@wrong(
    "cell_squashed",
    "The cell goes through tanh already when it is updated, and once more for the state.",
    "With f = 1 the cell stays as it was. Does a cell of 2 stay 2 in yours?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=1)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    c_t = np.tanh(f * c_prev + (1 - f) * g)
    return o * np.tanh(c_t), c_t


@wrong(
    "bias_added_twice",
    "b is added once for the input and once for the state, because torch has two biases; here there is one.",
    "Set x_t, h_prev and all weights to zero. What is a_t, and what is yours?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    def linear(v, W, bias):
        return v @ W.T + bias

    gates = linear(x_t, W_ih, b) + linear(h_prev, W_hh, b)
    f, g, o = np.split(gates, 3, axis=1)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    c_t = f * c_prev + (1 - f) * g
    return o * np.tanh(c_t), c_t


@wrong(
    "one_minus_before_the_sigmoid",
    "1 - f is taken before f is squashed: the content is weighted by 1 - a_f, which may be any number.",
    "Print the two weights of the cell. Do they add up to 1?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3, axis=1)
    i = 1 - f
    c_t = sigmoid(f) * c_prev + i * np.tanh(g)
    return sigmoid(o) * np.tanh(c_t), c_t


@wrong(
    "fresh_float64_arrays",
    "np.zeros((B, H)) is float64 whatever comes in, so float32 is lost.",
    "Print h_t.dtype for float32 arguments.",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    B, H = h_prev.shape
    h_t, c_t = np.zeros((B, H)), np.zeros((B, H))
    for n in range(B):
        a = W_ih @ x_t[n] + W_hh @ h_prev[n] + b
        f = sigmoid(a[:H])
        c_t[n] = f * c_prev[n] + (1 - f) * np.tanh(a[H:2*H])
        h_t[n] = sigmoid(a[2*H:]) * np.tanh(c_t[n])
    return h_t, c_t


@wrong(
    "split_without_an_axis",
    "np.split without axis=1 cuts the batch into three, not the gates.",
    "Print the shape of f. Along which axis does np.split cut if you don't say?",
)
def coupled_cell(x_t, h_prev, c_prev, W_ih, W_hh, b):
    a = x_t @ W_ih.T + h_prev @ W_hh.T + b
    f, g, o = np.split(a, 3)
    f, g, o = sigmoid(f), np.tanh(g), sigmoid(o)
    c_t = f * c_prev + (1 - f) * g
    return o * np.tanh(c_t), c_t
