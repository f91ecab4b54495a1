import numpy as np


class _Network:
    def __init__(self, W_ih, W_hh, b_ih, b_hh):
        self.U, self.W, self.b = W_ih, W_hh, (b_ih + b_hh).reshape(-1, 1)

    def step(self, h, x):
        return np.tanh(self.U @ x + self.W @ h + self.b)

    def run(self, xs, h):
        out = []
        for x in xs:
            h = self.step(h, x.T)
            out.append(h.T)
        return np.stack(out)


def forward_nora(x, h0, W_ih, W_hh, b_ih, b_hh):
    T = x.shape[0]
    hs = {-1: h0}
    for t in range(T):
        hs[t] = np.tanh(np.dot(W_ih, x[t].T).T + np.dot(W_hh, hs[t - 1].T).T + b_ih + b_hh)
    return np.array([hs[t] for t in range(T)])


def forward_carla(x, h0, W_ih, W_hh, b_ih, b_hh):
    return _Network(W_ih, W_hh, b_ih, b_hh).run(x, h0.T)


def forward_ines(x, h0, W_ih, W_hh, b_ih, b_hh):
    hs = []
    h = h0
    for t in range(len(x)):
        hs.append(h)
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
    return np.stack(hs)


def forward_kira(x, h0, W_ih, W_hh, b_ih, b_hh):
    u = x @ W_ih.T + b_ih + b_hh
    prev = np.concatenate([h0[None], np.tanh(u[:-1])], axis=0)
    return np.tanh(u + prev @ W_hh.T)


def forward_elif(x, h0, W_ih, W_hh, b_ih, b_hh):
    state = h0
    out = np.empty((len(x),) + h0.shape, x.dtype)
    for t in range(len(x)):
        state[:] = np.tanh(x[t].dot(W_ih.T) + state.dot(W_hh.T) + b_ih + b_hh)
        out[t] = state
    return out


def forward_anton(x, h0, W_ih, W_hh, b_ih, b_hh):
    B, T, F = x.shape
    h = np.zeros((B, T, W_hh.shape[0]), dtype=x.dtype)
    h_t = h0
    for t in range(T):
        h_t = np.tanh(x[:, t, :] @ W_ih.T + b_ih + h_t @ W_hh.T + b_hh)
        h[:, t, :] = h_t
    return h


RIGHT = {
    'karpathy_minus_one': forward_nora,
    'class_with_columns': forward_carla,
}

WRONG = {
    'store_before_update': (
        forward_ines,
        'The state is stored before it is updated, so h0 comes first and h_T is missing.',
        'Which state is in your first row, and which in your last? The text says that one of them should not be there.',
    ),
    'two_passes': (
        forward_kira,
        'The recurrence is replaced by two vectorised passes: the state before is computed as if it had no state before it.',
        'Is there a step for which your result depends on the input of three steps ago? Compare for T = 2 and T = 3.',
    ),
    'h0_written_in_place': (
        forward_elif,
        "The state is an alias of h0 and is overwritten with [:], so that the caller's h0 is changed and a second call starts elsewhere.",
        'Call your function twice with the same arrays. What is h0 after the first call?',
    ),
    'pytorch_batch_first': (
        forward_anton,
        'The sequence is taken to be (B, T, F) and the loop runs over the batch.',
        'Which axis of x is time in this course? The order of the axes is in the list of arguments.',
    ),
}
