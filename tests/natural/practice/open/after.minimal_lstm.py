"""after.minimal_lstm"""
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# ---- right
def r_step_by_step(x, h0, W_ih, b_ih):
    H = h0.shape[1]
    W_if, W_ii, W_in = W_ih[:H], W_ih[H:2 * H], W_ih[2 * H:]
    b_if, b_ii, b_in = b_ih[:H], b_ih[H:2 * H], b_ih[2 * H:]
    h = h0
    out = []
    for x_t in x:
        f = sigmoid(x_t @ W_if.T + b_if)
        i = sigmoid(x_t @ W_ii.T + b_ii)
        n = x_t @ W_in.T + b_in
        f_prime = f / (f + i)
        i_prime = i / (f + i)
        h = f_prime * h + i_prime * n
        out.append(h)
    return np.stack(out)


def r_gates_ahead(x, h0, W_ih, b_ih):
    g = np.einsum("tbf,gf->tbg", x, W_ih) + b_ih
    f, i, n = np.split(g, 3, axis=-1)
    f, i = sigmoid(f), sigmoid(i)
    a = f / (f + i)
    h = np.empty_like(n)
    prev = h0
    for t in range(len(x)):
        h[t] = prev = a[t] * prev + (1 - a[t]) * n[t]
    return h


def r_repo_softplus(x, h0, W_ih, b_ih):
    # minLSTM of the paper's appendix: diff = softplus(-f) - softplus(-i)
    f_, i_, n = np.split(x @ W_ih.T + b_ih, 3, axis=2)
    softplus = lambda u: np.logaddexp(u, np.zeros_like(u))
    diff = softplus(-f_) - softplus(-i_)
    f = np.exp(-softplus(diff))
    i = np.exp(-softplus(-diff))
    hs = [h0]
    for t in range(x.shape[0]):
        hs.append(f[t] * hs[-1] + i[t] * n[t])
    return np.array(hs[1:])


# ---- wrong
def w_torch_order(x, h0, W_ih, b_ih):
    # torch: i, f, g
    H = h0.shape[-1]
    out = np.zeros((len(x),) + h0.shape, dtype=x.dtype)
    h = h0
    for t in range(len(x)):
        g = x[t] @ W_ih.T + b_ih
        i = sigmoid(g[:, :H])
        f = sigmoid(g[:, H:2 * H])
        n = g[:, 2 * H:]
        h = (f * h + i * n) / (f + i)
        out[t] = h
    return out


def w_not_normalised(x, h0, W_ih, b_ih):
    f, i, n = np.split(x @ W_ih.T + b_ih, 3, axis=-1)
    f, i = sigmoid(f), sigmoid(i)
    h = h0
    out = []
    for t in range(len(x)):
        h = f[t] * h + i[t] * n[t]
        out.append(h)
    return np.stack(out)


def w_tanh_candidate(x, h0, W_ih, b_ih):
    H = h0.shape[1]
    h = h0.copy()
    hs = []
    for t in range(x.shape[0]):
        z = x[t] @ W_ih.T + b_ih
        f = sigmoid(z[:, :H])
        i = sigmoid(z[:, H:2 * H])
        h_tilde = np.tanh(z[:, 2 * H:])
        h = f / (f + i) * h + i / (f + i) * h_tilde
        hs.append(h)
    return np.array(hs)


def w_paper_g(x, h0, W_ih, b_ih):
    # def g(x): return torch.where(x >= 0, x+0.5, torch.sigmoid(x))
    f, i, n = np.split(x @ W_ih.T + b_ih, 3, axis=-1)
    f, i = sigmoid(f), sigmoid(i)
    n = np.where(n >= 0, n + n.dtype.type(0.5), sigmoid(n))
    h = h0
    out = []
    for t in range(len(x)):
        h = f[t] / (f[t] + i[t]) * h + i[t] / (f[t] + i[t]) * n[t]
        out.append(h)
    return np.stack(out)


def w_mingru_coupled(x, h0, W_ih, b_ih):
    H = h0.shape[1]
    h = h0
    out = np.empty((x.shape[0], x.shape[1], H), x.dtype)
    for t in range(x.shape[0]):
        f = sigmoid(x[t] @ W_ih[:H].T + b_ih[:H])
        n = x[t] @ W_ih[2 * H:].T + b_ih[2 * H:]
        h = f * h + (1 - f) * n
        out[t] = h
    return out


def w_softmax_of_gates(x, h0, W_ih, b_ih):
    f, i, n = np.split(x @ W_ih.T + b_ih, 3, axis=-1)
    e_f, e_i = np.exp(sigmoid(f)), np.exp(sigmoid(i))
    a = e_f / (e_f + e_i)
    h = h0
    out = []
    for t in range(len(x)):
        h = a[t] * h + (1 - a[t]) * n[t]
        out.append(h)
    return np.stack(out)


def w_with_h0_in_front(x, h0, W_ih, b_ih):
    T, B, _ = x.shape
    H = h0.shape[1]
    f, i, n = np.split(x @ W_ih.T + b_ih, 3, axis=-1)
    f, i = sigmoid(f), sigmoid(i)
    s = f + i
    h = np.zeros((T + 1, B, H), x.dtype)
    h[0] = h0
    for t in range(T):
        h[t + 1] = f[t] / s[t] * h[t] + i[t] / s[t] * n[t]
    return h


def w_only_last(x, h0, W_ih, b_ih):
    f, i, n = np.split(x @ W_ih.T + b_ih, 3, axis=-1)
    f, i = sigmoid(f), sigmoid(i)
    h = h0
    for f_t, i_t, n_t in zip(f, i, n):
        h = (f_t * h + i_t * n_t) / (f_t + i_t)
    return h


def w_zero_start(x, h0, W_ih, b_ih):
    H = h0.shape[1]
    h = np.zeros_like(h0)
    out = []
    for t in range(len(x)):
        g = x[t] @ W_ih.T + b_ih
        f, i, n = sigmoid(g[:, :H]), sigmoid(g[:, H:-H]), g[:, -H:]
        h = (f * h + i * n) / (f + i)
        out.append(h)
    return np.stack(out)


def w_float64_out(x, h0, W_ih, b_ih):
    T, B, F = x.shape
    H = h0.shape[1]
    out = np.zeros((T, B, H))
    h = h0
    for t in range(T):
        g = x[t] @ W_ih.T + b_ih
        f = sigmoid(g[:, :H])
        i = sigmoid(g[:, H:2 * H])
        h = (f * h + i * g[:, 2 * H:]) / (f + i)
        out[t] = h
    return out


def w_rows_interleaved(x, h0, W_ih, b_ih):
    T, B, F = x.shape
    H = h0.shape[1]
    g = (x @ W_ih.T + b_ih).reshape(T, B, H, 3)
    f, i, n = sigmoid(g[..., 0]), sigmoid(g[..., 1]), g[..., 2]
    h = h0
    out = []
    for t in range(T):
        h = (f[t] * h + i[t] * n[t]) / (f[t] + i[t])
        out.append(h)
    return np.stack(out)


def w_no_bias(x, h0, W_ih, b_ih):
    H = h0.shape[1]
    Wf, Wi, Wn = W_ih[:H], W_ih[H:2 * H], W_ih[2 * H:]
    h, out = h0, []
    for xt in x:
        f = sigmoid(xt @ Wf.T)
        i = sigmoid(xt @ Wi.T)
        h = f / (f + i) * h + i / (f + i) * (xt @ Wn.T)
        out.append(h)
    return np.stack(out)


RIGHT = {
    "step_by_step": r_step_by_step,
    "gates_ahead": r_gates_ahead,
    "repo_softplus": r_repo_softplus,
}
WRONG = {
    "torch_order": (
        w_torch_order,
        "takes the input gate from the first rows and the forget gate from the second",
        "In which order do the rows of W_ih come here?",
    ),
    "not_normalised": (
        w_not_normalised,
        "the gates are not divided by their sum",
        "What do the weights of the old state and of the candidate add up to in yours?",
    ),
    "tanh_candidate": (
        w_tanh_candidate,
        "bends the candidate with tanh as an LSTM does",
        "Compare your candidate with the formula: what has been taken from the LSTM?",
    ),
    "paper_g": (
        w_paper_g,
        "sends the candidate through the function g of the paper's code",
        "What does the task's formula do with the candidate after W x + b?",
    ),
    "mingru_coupled": (
        w_mingru_coupled,
        "uses 1 - f as the share of the candidate, like a minGRU, and never the input gate",
        "Which of the rows of W_ih does your function never read?",
    ),
    "softmax_of_gates": (
        w_softmax_of_gates,
        "shares by a softmax of the gates instead of by the gates themselves",
        "With f = 0.9 and i = 0.1, which share should the old state have? Which has it in yours?",
    ),
    "with_h0_in_front": (
        w_with_h0_in_front,
        "returns T + 1 states, h0 in front",
        "How many states are there after T steps? Is h0 one after a step?",
    ),
    "only_last": (
        w_only_last,
        "returns the last state only",
        "Which shape is asked for, which do you return?",
    ),
    "zero_start": (
        w_zero_start,
        "begins from zero, not from h0",
        "Where does your function read h0's values?",
    ),
    "float64_out": (
        w_float64_out,
        "the array of states is float64 although float32 came in",
        "What dtype does np.zeros make when you do not say?",
    ),
    "rows_interleaved": (
        w_rows_interleaved,
        "takes every third row for a gate instead of a block of H rows",
        "In your reshape, which rows of W_ih end up in f?",
    ),
    "no_bias": (
        w_no_bias,
        "the biases are left out",
        "Which argument does your function never use?",
    ),
}
