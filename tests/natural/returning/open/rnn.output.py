import numpy as np

from rnncourse import rnn


def output_1(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    A, Bu, C = W_hh, W_ih, W_ho
    state = h0
    y = np.empty((x.shape[0], x.shape[1], C.shape[0]), dtype=x.dtype)
    for k in range(x.shape[0]):
        y[k] = state @ C.T + b_ho
        state = np.tanh(state @ A.T + x[k] @ Bu.T + b_ih + b_hh)
    return y


def output_3(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    eta = h @ W_ho.T + b_ho
    return eta - eta.mean(axis=-1, keepdims=True)


def output_7(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    o = np.empty((len(x), len(h0), len(b_ho)), x.dtype)
    z = np.empty_like(h0)
    for t in range(len(x)):
        np.matmul(h0, W_hh.T, out=z)
        z += x[t] @ W_ih.T
        z += b_ih
        z += b_hh
        np.tanh(z, out=h0)
        np.matmul(h0, W_ho.T, out=o[t])
        o[t] += b_ho
    return o


def output_9(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = np.zeros((len(x) + 1, *h0.shape), x.dtype)
    for t in range(len(x)):
        h[t + 1] = rnn.cell(x[t], h[t], W_ih, W_hh, b_ih, b_hh)
    h[0] = h0
    return h[:-1] @ W_ho.T + b_ho


def output_10(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    o = h[0] @ W_ho.T + b_ho
    rest = np.diff(h, axis=0) @ W_ho.T + b_ho
    return np.concatenate([o[None], o[None] + np.cumsum(rest, axis=0)])


def output_a(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = rnn.forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    return np.tensordot(h, W_ho, axes=(2, 1)) + b_ho


RIGHT = {
    "tensordot_on_library_states": output_a,
}
WRONG = {
    "control_engineer_reads_before_the_update": (
        output_1,
        "Reads the output from the state before the update, y_k = C x_k, so that o_t comes from h_{t-1}.",
        "Your first output does not depend on the first input at all. Which state does o_t read in eq-rnn-output?",
    ),
    "statistician_sum_to_zero": (
        output_3,
        "Subtracts the mean over the symbols, so that the scores of each step sum to zero.",
        "The differences between your scores are right, but each row is shifted: eq-rnn-output has no constraint in it.",
    ),
    "c_programmer_state_in_h0_subtle": (
        output_7,
        "Uses the argument h0 as its working buffer, so that the caller's h0 is overwritten and a second call starts elsewhere.",
        "The numbers are right the first time. What has become of the caller's h0 after your call?",
    ),
    "control_engineer_two_slips_double": (
        output_9,
        "Starts the recurrence from a zero state, writes h0 into the array only afterwards, and reads the outputs from the states before each step.",
        "When is h0 in its place, before or after the loop needs it? And which of the T+1 states belong to outputs 1 to T?",
    ),
    "numerics_increments_with_bias_subtle": (
        output_10,
        "Sums up increments of the output and adds b_ho to every increment, so that step t has it t times.",
        "Step 1 is right and the error grows by the same constant at each step: does a difference of two outputs contain the bias?",
    ),
}
