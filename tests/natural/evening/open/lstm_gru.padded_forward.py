"""As a tired student after work: the LSTM loop is old, the lengths are stuck on at the end."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def sigmoid(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))


def lstm_cell(x_t, h, c, W_ih, W_hh, b_ih, b_hh):
    H = h.shape[-1]
    a = x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh
    i = sigmoid(a[..., :H])
    f = sigmoid(a[..., H:2*H])
    g = np.tanh(a[..., 2*H:3*H])
    o = sigmoid(a[..., 3*H:])
    c = f * c + i * g
    return o * np.tanh(c), c


@right("where_alive")
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c = h0, c0
    hs, cs = [], []
    for t in range(len(x)):
        h_new, c_new = lstm_cell(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        alive = (t < lengths)[:, None]
        h = np.where(alive, h_new, h)
        c = np.where(alive, c_new, c)
        hs.append(h)
        cs.append(c)
    return np.stack(hs), np.stack(cs)


@right("each_example_and_fill_up")
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    T, B, _ = x.shape
    H = h0.shape[1]
    hs = np.zeros((T, B, H), dtype=h0.dtype)
    cs = np.zeros((T, B, H), dtype=c0.dtype)
    for b in range(B):
        h, c = h0[b], c0[b]
        n = int(lengths[b])
        for t in range(n):
            h, c = lstm_cell(x[t, b], h, c, W_ih, W_hh, b_ih, b_hh)
            hs[t, b], cs[t, b] = h, c
        hs[n:, b] = h
        cs[n:, b] = c
    return hs, cs


@right("only_the_active_ones")
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c = h0.copy(), c0.copy()
    hs, cs = [], []
    for t in range(x.shape[0]):
        active = np.where(np.asarray(lengths) > t)[0]
        if len(active) > 0:
            h[active], c[active] = lstm_cell(x[t][active], h[active], c[active], W_ih, W_hh, b_ih, b_hh)
        hs.append(h.copy())
        cs.append(c.copy())
    return np.array(hs), np.array(cs)


@wrong(
    "zeros_in_the_padding",
    "In the padding the outputs are zeros, as pad_packed_sequence returns them; the task wants the last state and cell kept.",
    "Look at the last row of your h for a short example. What does the task promise to find there?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c = h0, c0
    hs, cs = [], []
    for t in range(len(x)):
        h, c = lstm_cell(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        mask = (t < lengths)[:, None]
        hs.append(np.where(mask, h, np.zeros_like(h)))
        cs.append(np.where(mask, c, np.zeros_like(c)))
    return np.array(hs), np.array(cs)


@wrong(
    "cell_goes_on",
    "Only h is held; the cell goes on reading the padding.",
    "Print c of a short example after its end. Does it stay?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c = h0, c0
    hs, cs = [], []
    for t in range(len(x)):
        h_new, c = lstm_cell(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        h = np.where((t < lengths)[:, None], h_new, h)
        hs.append(h)
        cs.append(c)
    return np.array(hs), np.array(cs)


@wrong(
    "state_goes_on",
    "Only the cell is held; the output gate still reads the padding, so h changes after the end.",
    "Print h of a short example after its end. Which of your gates still hears x_t?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    T, B, _ = x.shape
    H = h0.shape[1]
    h, c = h0, c0
    hs = np.empty((T, B, H), x.dtype)
    cs = np.empty((T, B, H), x.dtype)
    for t in range(T):
        a = x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, g, o = np.split(a, 4, axis=1)
        c = np.where((t < lengths)[:, None], sigmoid(f) * c + sigmoid(i) * np.tanh(g), c)
        h = sigmoid(o) * np.tanh(c)
        hs[t], cs[t] = h, c
    return hs, cs


@wrong(
    "one_step_too_many",
    "t <= lengths with t counted from 0: every example takes one step of padding more.",
    "An example of length 1: for which t of your loop is the condition true?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c = h0, c0
    hs, cs = [], []
    for t in range(len(x)):
        h_new, c_new = lstm_cell(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        go = (t <= lengths)[:, None]
        h, c = np.where(go, h_new, h), np.where(go, c_new, c)
        hs.append(h)
        cs.append(c)
    return np.array(hs), np.array(cs)


@wrong(
    "one_step_too_few",
    "t < lengths - 1: the last real step of every example is left out.",
    "An example of length 1 should take one step. How many does it take in your loop?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c = h0, c0
    hs, cs = [], []
    for t in range(len(x)):
        h_new, c_new = lstm_cell(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        go = (t < lengths - 1)[:, None]
        h, c = np.where(go, h_new, h), np.where(go, c_new, c)
        hs.append(h)
        cs.append(c)
    return np.array(hs), np.array(cs)


@wrong(
    "padding_set_to_zero_and_read",
    "The padding is replaced by zeros and then read like any input: with zeros the LSTM still goes on.",
    "What does the cell do with x_t = 0? Is that the same as doing nothing?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c = h0, c0
    hs, cs = [], []
    for t in range(len(x)):
        x_t = np.where((t < lengths)[:, None], x[t], np.zeros_like(x[t]))
        h, c = lstm_cell(x_t, h, c, W_ih, W_hh, b_ih, b_hh)
        hs.append(h)
        cs.append(c)
    return np.array(hs), np.array(cs)


@wrong(
    "rows_i_f_o_g",
    "The rows are taken as i, f, o, g; in torch they are i, f, g, o.",
    "Which of the four parts goes through tanh, the third or the fourth?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c = h0, c0
    hs, cs = [], []
    for t in range(len(x)):
        a = x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        i, f, o, g = np.split(a, 4, axis=1)
        c_new = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h_new = sigmoid(o) * np.tanh(c_new)
        go = (t < lengths)[:, None]
        h, c = np.where(go, h_new, h), np.where(go, c_new, c)
        hs.append(h)
        cs.append(c)
    return np.array(hs), np.array(cs)


@wrong(
    "back_to_the_start",
    "After the end h and c jump back to h0 and c0 instead of staying at the step before.",
    "Which two things do you choose from when an example is over, and which of them is its last state?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c = h0, c0
    hs, cs = [], []
    for t in range(len(x)):
        h_new, c_new = lstm_cell(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        go = (t < lengths)[:, None]
        h, c = np.where(go, h_new, h0), np.where(go, c_new, c0)
        hs.append(h)
        cs.append(c)
    return np.array(hs), np.array(cs)


@wrong(
    "length_of_the_step_not_the_example",
    "One number, the length with index t (at most the last one), decides for the whole batch; lengths has one entry per example.",
    "lengths has shape (B,). By which index do you read it, that of the step or that of the example?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c = h0, c0
    hs, cs = [], []
    for t in range(len(x)):
        if t < lengths[min(t, len(lengths) - 1)]:
            h, c = lstm_cell(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        hs.append(h)
        cs.append(c)
    return np.array(hs), np.array(cs)


@wrong(
    "stops_for_all_at_the_shortest",
    "All examples stop at the shortest length.",
    "Take lengths 1 and 5. How many different states should the second example have?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c = h0, c0
    hs, cs = [], []
    for t in range(len(x)):
        if t < min(lengths):
            h, c = lstm_cell(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        hs.append(h)
        cs.append(c)
    return np.array(hs), np.array(cs)


@wrong(
    "sorted_and_left_sorted",
    "The batch is sorted by length for packing and never put back into its own order.",
    "Give it lengths 2 and 5. Does example 0 of your answer still belong to example 0 of x?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    order = np.argsort(-lengths)
    x, h, c, lengths = x[:, order], h0[order], c0[order], lengths[order]
    hs, cs = [], []
    for t in range(len(x)):
        n = int(np.sum(lengths > t))
        h, c = h.copy(), c.copy()
        h[:n], c[:n] = lstm_cell(x[t, :n], h[:n], c[:n], W_ih, W_hh, b_ih, b_hh)
        hs.append(h)
        cs.append(c)
    return np.array(hs), np.array(cs)


@wrong(
    "zeros_in_double_precision",
    "The outputs are collected in np.zeros((T, B, H)), which is float64 also for float32 inputs.",
    "Which dtype have your h and c if everything came in as float32?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    T, B, _ = x.shape
    H = h0.shape[1]
    hs, cs = np.zeros((T, B, H)), np.zeros((T, B, H))
    h, c = h0, c0
    for t in range(T):
        h_new, c_new = lstm_cell(x[t], h, c, W_ih, W_hh, b_ih, b_hh)
        go = (t < lengths)[:, None]
        h, c = np.where(go, h_new, h), np.where(go, c_new, c)
        hs[t], cs[t] = h, c
    return hs, cs


@wrong(
    "last_ones_only",
    "Returns the last state and cell of each example, as h_n and c_n in torch, not those of all T steps.",
    "Which shape does the task want: (B, H) or (T, B, H)?",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c = h0.copy(), c0.copy()
    for b in range(x.shape[1]):
        for t in range(lengths[b]):
            h[b], c[b] = lstm_cell(x[t, b], h[b], c[b], W_ih, W_hh, b_ih, b_hh)
    return h, c


@wrong(
    "views_of_one_changing_array",
    "h and c are updated in place and the same two arrays are appended each time, so every step shows the last state.",
    "Are hs[0] and hs[1] two arrays or one? Ask with `is`.",
)
def padded_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths):
    h, c = h0.copy(), c0.copy()
    hs, cs = [], []
    for t in range(len(x)):
        go = lengths > t
        if go.any():
            h[go], c[go] = lstm_cell(x[t][go], h[go], c[go], W_ih, W_hh, b_ih, b_hh)
        hs.append(h)
        cs.append(c)
    return np.array(hs), np.array(cs)
