import numpy as np

from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


def _states(x, h0, W_ih, W_hh, b_ih, b_hh):
    h, h_t = [], h0
    for x_t in x:
        h_t = np.tanh(x_t @ W_ih.T + b_ih + h_t @ W_hh.T + b_hh)
        h.append(h_t)
    return np.stack(h)


def _softmax(o):
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# ---------------------------------------------------------------- right

@right("forward_then_product")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    return _states(x, h0, W_ih, W_hh, b_ih, b_hh) @ W_ho.T + b_ho


@right("einsum")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    return np.einsum("kh,tbh->tbk", W_ho, _states(x, h0, W_ih, W_hh, b_ih, b_hh)) + b_ho[None, None, :]


@right("preallocated_examples")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    T, B, _ = x.shape
    o = np.empty((T, B, len(b_ho)), dtype=x.dtype)
    for b in range(B):
        h = h0[b]
        for t in range(T):
            h = np.tanh(W_ih @ x[t, b] + b_ih + W_hh @ h + b_hh)
            o[t, b] = W_ho @ h + b_ho
    return o


@right("homogeneous")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h = _states(x, h0, W_ih, W_hh, b_ih, b_hh)
    ones = np.ones(h.shape[:2] + (1,), h.dtype)
    return np.matmul(np.concatenate([h, ones], axis=2), np.column_stack([W_ho, b_ho]).T)


@right("library_forward")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    from rnncourse.rnn import forward

    return forward(x, h0, W_ih, W_hh, b_ih, b_hh) @ W_ho.T + b_ho


# ---------------------------------------------------------------- wrong

@wrong("softmaxed", "softmax is applied.", "Rows sum to 1: scores are asked for, no softmax yet.")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    return _softmax(_states(x, h0, W_ih, W_hh, b_ih, b_hh) @ W_ho.T + b_ho)


@wrong("no_b_ho", "b_ho is forgotten.", "The output bias is missing.")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    return _states(x, h0, W_ih, W_hh, b_ih, b_hh) @ W_ho.T


@wrong("last_step_only", "Only the last step's output.", "An output at every step is asked for; one came.")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    return _states(x, h0, W_ih, W_hh, b_ih, b_hh)[-1] @ W_ho.T + b_ho


@wrong("from_preactivation", "The output is read from z_t, before tanh.", "The output reads h_t = tanh z_t, not z_t.")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    o, h = [], h0
    for x_t in x:
        z = x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        o.append(z @ W_ho.T + b_ho)
        h = np.tanh(z)
    return np.stack(o)


@wrong("h0_ignored", "The state starts from zeros.", "h0 is not used.")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    return _states(x, 0 * h0, W_ih, W_hh, b_ih, b_hh) @ W_ho.T + b_ho


@wrong("no_recurrence", "No recurrence: a feed-forward net, W_hh is unused.", "W_hh and the state before are not used.")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    return np.tanh(x @ W_ih.T + b_ih + b_hh) @ W_ho.T + b_ho


@wrong("batch_first_out", "(B, T, K) comes back.", "The shape is (B, T, K): time first.")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    return np.swapaxes(_states(x, h0, W_ih, W_hh, b_ih, b_hh) @ W_ho.T + b_ho, 0, 1)


@wrong("returns_states", "Returns the states, the output layer is forgotten.", "These are the states: the output layer is missing.")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    return _states(x, h0, W_ih, W_hh, b_ih, b_hh)


@wrong("biases_swapped", "b_hh is used for b_ho; the hidden bias stays out (swap): crash or wrong shape.", "b_hh (H,) does not fit K outputs.")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    h, h_t = [], h0
    for x_t in x:
        h_t = np.tanh(x_t @ W_ih.T + b_ih + h_t @ W_hh.T)
        h.append(h_t)
    return np.stack(h) @ W_ho.T + b_hh


@wrong("feeds_output_state", "Two mistakes: h0 ignored and b_ho forgotten.", "h0 is not used, and b_ho is missing.")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    return _states(x, 0 * h0, W_ih, W_hh, b_ih, b_hh) @ W_ho.T


@wrong("float64", "A float64 buffer.", "float32 in, float64 out.")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    o = np.zeros((x.shape[0], x.shape[1], W_ho.shape[0]))
    o[:] = _states(x, h0, W_ih, W_hh, b_ih, b_hh) @ W_ho.T + b_ho
    return o


@wrong("torch_linear", "torch layers.", "NumPy only.")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    import torch

    h = torch.from_numpy(_states(x, h0, W_ih, W_hh, b_ih, b_hh))
    return torch.nn.functional.linear(h, torch.from_numpy(W_ho), torch.from_numpy(b_ho))


@wrong("none", "No return.", "Nothing is returned.")
def output(x, h0, W_ih, W_hh, b_ih, b_hh, W_ho, b_ho):
    o = _states(x, h0, W_ih, W_hh, b_ih, b_hh) @ W_ho.T + b_ho
