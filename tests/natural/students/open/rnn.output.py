import numpy as np


def output_finn(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    T, B, _ = x.shape
    o = np.empty((T, B, W_ho.shape[0]), dtype=x.dtype)
    for n in range(B):
        s = h0[n]
        for t in range(T):
            s = np.tanh(W_ih @ x[t, n] + b_ih + W_hh @ s + b_hh)
            o[t, n] = W_ho @ s + b_ho
    return o


def output_lars(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h_t, os = h0, []
    for x_t in x:
        h_t = np.tanh(x_t @ W_ih.T + b_ih + h_t @ W_hh.T + b_hh)
        o_t = h_t @ W_ho.T + b_ho
        os.append(o_t - np.max(o_t, axis=-1, keepdims=True))
    return np.stack(os)


def output_cem(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = h0
    outs = []
    for t in range(x.shape[0]):
        b = b_ih
        b += b_hh
        h = np.tanh(np.dot(x[t], W_ih.T) + np.dot(h, W_hh.T) + b)
        outs.append(np.dot(h, W_ho.T) + b_ho)
    return np.array(outs)


def output_kira(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    hidden = h0
    result = []
    for inp in x:
        result.append(hidden @ W_ho.T + b_ho)
        hidden = np.tanh(inp @ W_ih.T + b_ih + hidden @ W_hh.T + b_hh)
    return np.stack(result)


def output_hugo(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = np.zeros_like(h0)
    y = []
    for i in range(len(x)):
        h = np.tanh(x[i] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        y.append(h @ W_ho.T)
    return np.asarray(y)


def output_olga(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    T, B, F = x.shape
    o = np.zeros((T, B, W_ho.shape[0]))
    h = h0
    for t in range(T):
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        o[t] = h @ W_ho.T + b_ho
    return o


RIGHT = {
    'per_example_loops': output_finn,
}

WRONG = {
    'stabilised_scores': (
        output_lars,
        "The largest score of each row is subtracted 'for stability', so that the scores returned are shifted.",
        'Is the largest of your scores always 0? The shift belongs to a later computation; nobody asked for it here.',
    ),
    'bias_grows': (
        output_cem,
        "b_ih is an alias that is increased by b_hh at every step, so the bias grows along the sequence and the caller's array changes.",
        'Print the bias in every turn of the loop. What does += do to an array that came in as an argument?',
    ),
    'output_from_old_state': (
        output_kira,
        'The output of a step is computed before the state is updated, so it is read from the state before.',
        'Does the output of step 1 depend on the first input in your function? Look at the order of your two lines.',
    ),
    'zero_start_no_bho': (
        output_hugo,
        'Double mistake: the network starts from zeros instead of h0, and b_ho is left out.',
        'Two of your arguments never appear in the function. Which ones?',
    ),
    'float64_buffer': (
        output_olga,
        'The result is collected in np.zeros without a dtype, so float32 inputs come back as float64.',
        'Which dtype has np.zeros when you do not say so? Compare the dtype of what goes in with that of what comes out.',
    ),
}
