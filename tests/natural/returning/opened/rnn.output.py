import numpy as np

from rnncourse import rnn


def output_2(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    T = x.shape[0]
    h = h0
    for t in range(T):
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    logits = h @ W_ho.T + b_ho
    return np.repeat(logits[None, :, :], T, axis=0)


def output_4(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    T, B, _ = x.shape
    K, H = W_ho.shape
    h = h0.copy()
    acc = np.zeros((B, K), dtype=x.dtype)
    o = np.zeros((T, B, K), dtype=x.dtype)
    for t in range(T):
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        for j in range(H):
            acc += h[:, j : j + 1] * W_ho[:, j]
        o[t] = acc + b_ho
    return o


def output_5(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    T, B, _ = x.shape
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    flat = h.reshape(-1, h.shape[-1]) @ W_ho.T + b_ho
    return flat.reshape(B, T, -1).transpose(1, 0, 2)


def output_6(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    logits = np.einsum("tbh,kh->tbk", h, W_ho) + b_ho
    m = logits.max(axis=-1, keepdims=True)
    return logits - m - np.log(np.exp(logits - m).sum(axis=-1, keepdims=True))


def output_8(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h_t = h0
    o = []
    for x_t in x:
        z_t = x_t @ W_ih.T + b_ih + h_t @ W_hh.T + b_hh
        h_t = np.tanh(z_t)
        o.append(z_t @ W_ho.T + b_ho)
    return np.stack(o)


def output_b(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    def run(h_t):
        for x_t in x:
            h_t = rnn.cell(x_t, h_t, W_ih, W_hh, b_ih, b_hh)
            yield h_t @ W_ho.T + b_ho

    return np.stack(list(run(h0)))


def output_c(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    T, B, _ = x.shape
    o = np.empty((T, B, W_ho.shape[0]), dtype=x.dtype)
    for b in range(B):
        s = h0[b].copy()
        for t in range(T):
            s = np.tanh(W_hh.dot(s) + W_ih.dot(x[t, b]) + (b_ih + b_hh))
            o[t, b] = W_ho.dot(s) + b_ho
    return o


RIGHT = {
    "generator_of_outputs": output_b,
    "state_space_one_example_at_a_time": output_c,
}
WRONG = {
    "keras_return_sequences_false": (
        output_2,
        "Computes the output of the last state only and repeats it for every step.",
        "Only your last step is right: the output layer is applied at every step, to the state of that step.",
    ),
    "fortran_accumulator_not_reset": (
        output_4,
        "The accumulator of the output is not set to zero at each step, so that the output contains the products of all earlier steps.",
        "The first step is right, and the second contains the first: when does your accumulator begin from zero?",
    ),
    "numerics_flattens_and_refolds_subtle": (
        output_5,
        "Flattens (T, B) but folds back as (B, T) and transposes, so that outputs land at the wrong step and example.",
        "With one step or one example it fits. In which order did you flatten the first two axes, and in which do you unfold them?",
    ),
    "assistant_log_probabilities": (
        output_6,
        "Returns log-probabilities instead of scores.",
        "Each row of the exponentials sums to 1, which scores need not: what does the task ask for, before or after the softmax?",
    ),
    "tired_reads_before_tanh_subtle": (
        output_8,
        "The output layer reads z_t, the value before tanh, instead of h_t; the recurrence is right.",
        "Your states are fine. What exactly does the output layer read, the squashed value or the one before?",
    ),
}
