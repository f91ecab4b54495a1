"""As put together from forums, blogs and papers: packing by hand, gathering, masks from Keras and batch first."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def sigmoid(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))


def step(x_t, h, c, W_ih, W_hh, b):
    i, f, g, o = np.split(np.einsum("bf,gf->bg", x_t, W_ih) + np.einsum("bh,gh->bg", h, W_hh) + b, 4, axis=-1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@right("packed_by_hand")
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    # sort, shrink the batch as sequences end, unsort
    order = np.argsort(-np.asarray(lengths), kind="stable")
    inverse = np.argsort(order)
    x, L = x[:, order], np.asarray(lengths)[order]
    h, c = h0[order], c0[order]
    hs, cs = [], []
    for t in range(len(x)):
        n = int((L > t).sum())
        h_n, c_n = step(x[t, :n], h[:n], c[:n], W_ih, W_hh, b_ih + b_hh)
        h, c = np.concatenate([h_n, h[n:]]), np.concatenate([c_n, c[n:]])
        hs.append(h)
        cs.append(c)
    return np.stack(hs)[:, inverse], np.stack(cs)[:, inverse]


@right("run_all_then_gather")
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    T, B = x.shape[:2]
    h, c, hs, cs = h0, c0, [], []
    for x_t in x:
        h, c = step(x_t, h, c, W_ih, W_hh, b_ih + b_hh)
        hs.append(h)
        cs.append(c)
    # what is computed in the padding is never looked at
    idx = np.minimum(np.arange(T)[:, None], np.asarray(lengths)[None, :] - 1)
    cols = np.arange(B)[None, :]
    return np.stack(hs)[idx, cols], np.stack(cs)[idx, cols]


@right("batch_first_copyto")
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    X = x.transpose(1, 0, 2)
    B, T, _ = X.shape
    mask = np.arange(T) < np.reshape(lengths, (B, 1))
    h, c = h0.copy(), c0.copy()
    Hs = np.empty((B, T, h.shape[1]), h.dtype)
    Cs = np.empty_like(Hs)
    for t in range(T):
        new_h, new_c = step(X[:, t], h, c, W_ih, W_hh, b_ih + b_hh)
        np.copyto(h, new_h, where=mask[:, t, None])
        np.copyto(c, new_c, where=mask[:, t, None])
        Hs[:, t], Cs[:, t] = h, c
    return Hs.transpose(1, 0, 2).copy(), Cs.transpose(1, 0, 2).copy()


@wrong(
    "start_not_sorted",
    "The inputs are sorted by length, h0 and c0 are not: examples start from each other's states.",
    "You have put x into a new order. What else has an axis of examples?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    order = np.argsort(-lengths, kind="stable")
    inverse = np.argsort(order)
    xs, L = x[:, order], lengths[order]
    h, c = h0, c0
    hs, cs = [], []
    for t in range(len(x)):
        n = int((L > t).sum())
        h_n, c_n = step(xs[t, :n], h[:n], c[:n], W_ih, W_hh, b_ih + b_hh)
        h, c = np.concatenate([h_n, h[n:]]), np.concatenate([c_n, c[n:]])
        hs.append(h)
        cs.append(c)
    return np.stack(hs)[:, inverse], np.stack(cs)[:, inverse]


@wrong(
    "sorted_twice_for_unsorted",
    "To undo the sorting it is indexed by the same order again; the inverse is argsort(order). Right only where the two are equal.",
    "Take order = [2, 0, 1]. What are [a, b, c] after indexing by it twice?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    order = np.argsort(lengths)[::-1]
    xs, L = x[:, order], lengths[order]
    h, c = h0[order], c0[order]
    hs, cs = [], []
    for t in range(len(x)):
        n = int((L > t).sum())
        h_n, c_n = step(xs[t, :n], h[:n], c[:n], W_ih, W_hh, b_ih + b_hh)
        h, c = np.concatenate([h_n, h[n:]]), np.concatenate([c_n, c[n:]])
        hs.append(h)
        cs.append(c)
    return np.stack(hs)[:, order], np.stack(cs)[:, order]


@wrong(
    "gathered_one_too_late",
    "The gathered index is min(t, length), counted from 0; the last real step has the index length - 1.",
    "An example of length 1: which index has its last real state?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    T, B = x.shape[:2]
    h, c, hs, cs = h0, c0, [], []
    for x_t in x:
        h, c = step(x_t, h, c, W_ih, W_hh, b_ih + b_hh)
        hs.append(h)
        cs.append(c)
    idx = np.minimum(np.arange(T)[:, None], np.minimum(lengths, T - 1)[None, :])
    cols = np.arange(B)[None, :]
    return np.stack(hs)[idx, cols], np.stack(cs)[idx, cols]


@wrong(
    "cell_not_gathered",
    "Only h is gathered at the last real step; c is returned as it ran through the padding.",
    "Which of your two outputs still depends on the padding?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    T, B = x.shape[:2]
    h, c, hs, cs = h0, c0, [], []
    for x_t in x:
        h, c = step(x_t, h, c, W_ih, W_hh, b_ih + b_hh)
        hs.append(h)
        cs.append(c)
    idx = np.minimum(np.arange(T)[:, None], lengths - 1)
    return np.stack(hs)[idx, np.arange(B)], np.stack(cs)


@wrong(
    "zero_means_padding",
    "As Keras' Masking layer, a step counts as padding where all of x is zero; here padding is any numbers, and lengths says where it is.",
    "Do you use lengths at all? May padding be something else than zeros?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c, hs, cs = h0, c0, [], []
    for x_t in x:
        mask = np.any(x_t != 0, axis=-1, keepdims=True)
        h_new, c_new = step(x_t, h, c, W_ih, W_hh, b_ih + b_hh)
        h, c = np.where(mask, h_new, h), np.where(mask, c_new, c)
        hs.append(h)
        cs.append(c)
    return np.stack(hs), np.stack(cs)


@wrong(
    "mask_of_padding_read_as_mask_of_steps",
    "The mask is True in the padding (key_padding_mask), but is used as if True meant a real step: it waits first and goes on afterwards.",
    "Print your mask for length 1 and T = 3. Is it True where the example has a step?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    pad = np.arange(len(x))[:, None] >= lengths[None, :]
    h, c, hs, cs = h0, c0, [], []
    for t, x_t in enumerate(x):
        h_new, c_new = step(x_t, h, c, W_ih, W_hh, b_ih + b_hh)
        m = pad[t][:, None]
        h, c = np.where(m, h_new, h), np.where(m, c_new, c)
        hs.append(h)
        cs.append(c)
    return np.stack(hs), np.stack(cs)


@wrong(
    "mask_reshaped_for_transposed",
    "The mask (B, T) is brought to (T, B) by reshape, which mixes steps and examples; it should be transposed.",
    "Print your mask with lengths 1 and 3. Is column b true exactly lengths[b] times, from the top?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    T, B = x.shape[:2]
    mask = (np.arange(T)[None, :] < lengths[:, None]).reshape(T, B, 1)
    h, c, hs, cs = h0, c0, [], []
    for t in range(T):
        h_new, c_new = step(x[t], h, c, W_ih, W_hh, b_ih + b_hh)
        h, c = np.where(mask[t], h_new, h), np.where(mask[t], c_new, c)
        hs.append(h)
        cs.append(c)
    return np.stack(hs), np.stack(cs)


@wrong(
    "state_multiplied_by_the_mask",
    "h and c are multiplied by the mask, so an example that is over falls to zero instead of staying.",
    "What is h times 0? And what should an example that is over have?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c, hs, cs = h0, c0, [], []
    for t in range(len(x)):
        m = (t < lengths).astype(x.dtype)[:, None]
        h, c = step(x[t], h, c, W_ih, W_hh, b_ih + b_hh)
        h, c = h * m, c * m
        hs.append(h)
        cs.append(c)
    return np.stack(hs), np.stack(cs)


@wrong(
    "lengths_sorted_alone",
    "The lengths are sorted, as packing wants them, but the examples are not: lengths meet other examples.",
    "After sorting, does lengths[b] still speak of example b of x?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    L = np.sort(lengths)[::-1]  # must be in decreasing order
    h, c, hs, cs = h0, c0, [], []
    for t in range(len(x)):
        m = (t < L)[:, None]
        h_new, c_new = step(x[t], h, c, W_ih, W_hh, b_ih + b_hh)
        h, c = np.where(m, h_new, h), np.where(m, c_new, c)
        hs.append(h)
        cs.append(c)
    return np.stack(hs), np.stack(cs)


@wrong(
    "only_the_input_gate_masked",
    "In the padding nothing is written (i g is masked), but the forget gate still decays the cell and h still changes.",
    "If nothing is written, does the cell stay? What does f do to it?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c, hs, cs = h0, c0, [], []
    for t in range(len(x)):
        m = (t < lengths)[:, None]
        i, f, g, o = np.split(x[t] @ W_ih.T + h @ W_hh.T + b_ih + b_hh, 4, axis=-1)
        c = sigmoid(f) * c + np.where(m, sigmoid(i) * np.tanh(g), np.zeros_like(c))
        h = sigmoid(o) * np.tanh(c)
        hs.append(h)
        cs.append(c)
    return np.stack(hs), np.stack(cs)


@wrong(
    "float_mask_makes_float64",
    "The mask is a float64 array, and mixing with it turns float32 states into float64.",
    "What is float32 times float64? Print the dtype of your mask and of h.",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c, hs, cs = h0, c0, [], []
    for t in range(len(x)):
        m = (t < lengths).astype(float)[:, None]
        h_new, c_new = step(x[t], h, c, W_ih, W_hh, b_ih + b_hh)
        h = m * h_new + (1 - m) * h
        c = m * c_new + (1 - m) * c
        hs.append(h)
        cs.append(c)
    return np.stack(hs), np.stack(cs)


@wrong(
    "padding_wiped_in_the_callers_x",
    "The padding of x is set to zero in place, in the caller's array; the answer itself is right.",
    "Compare x before and after the call.",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    T, B = x.shape[:2]
    mask = np.arange(T)[:, None] < lengths
    x[~mask] = 0
    h, c, hs, cs = h0, c0, [], []
    for t in range(T):
        m = mask[t][:, None]
        h_new, c_new = step(x[t], h, c, W_ih, W_hh, b_ih + b_hh)
        h, c = np.where(m, h_new, h), np.where(m, c_new, c)
        hs.append(h)
        cs.append(c)
    return np.stack(hs), np.stack(cs)


@wrong(
    "second_bias_left_out",
    "Only b_ih is added, as in Keras' single bias; b_hh is missing.",
    "Which of the arguments does your code never use?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c, hs, cs = h0, c0, [], []
    for t in range(len(x)):
        m = (t < lengths)[:, None]
        h_new, c_new = step(x[t], h, c, W_ih, W_hh, b_ih)
        h, c = np.where(m, h_new, h), np.where(m, c_new, c)
        hs.append(h)
        cs.append(c)
    return np.stack(hs), np.stack(cs)


@wrong(
    "gates_in_the_order_i_o_f_g",
    "The rows are taken as i, o, f, g, as ONNX orders them; torch has i, f, g, o.",
    "Set only rows H to 2H of the biases to 1000. Which gate opens in torch, and which in your code?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c, hs, cs = h0, c0, [], []
    for t in range(len(x)):
        m = (t < lengths)[:, None]
        i, o, f, g = np.split(x[t] @ W_ih.T + h @ W_hh.T + b_ih + b_hh, 4, axis=-1)
        c_new = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h_new = sigmoid(o) * np.tanh(c_new)
        h, c = np.where(m, h_new, h), np.where(m, c_new, c)
        hs.append(h)
        cs.append(c)
    return np.stack(hs), np.stack(cs)
