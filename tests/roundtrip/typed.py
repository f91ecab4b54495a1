"""Wrong answers as students type them: by exercise and mistake, which is its id and perhaps a word more."""

from __future__ import annotations

TYPED = {
    ("rnn.cell", "R6"): """
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return np.tanh(x_t @ W_ih.T + b_ih + h_prev @ W_hh + b_hh)
""",
    ("rnn.cell", "R7"): """
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    z = np.dot(x_t, W_ih.T) + np.dot(h_prev, W_hh.T) + b_ih
    return np.tanh(z)
""",
    ("rnn.cell", "R9"): """
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    return sigmoid(x_t @ W_ih.T + b_ih + h_prev @ W_hh.T + b_hh)
""",
    ("rnn.cell", "R10"): """
def cell(x_t, h_prev, W_ih, W_hh, b_ih, b_hh):
    h_t = np.tanh(x_t @ W_ih.T + b_ih) + h_prev @ W_hh.T + b_hh
    return h_t
""",
    ("rnn.forward", "R1"): """
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = W_hh.shape[0]
    h = np.zeros((B, H), dtype=x.dtype)
    hs = []
    for t in range(T):
        h = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        hs.append(h)
    return np.array(hs)
""",
    ("rnn.forward", "R3"): """
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    hs = []
    for x_t in x:
        hs.append(np.tanh(x_t @ W_ih.T + b_ih + h0 @ W_hh.T + b_hh))
    return np.stack(hs)
""",
    ("rnn.forward", "R8"): """
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    a, hs = h0, []
    for x_t in x:
        a = x_t @ W_ih.T + b_ih + a @ W_hh.T + b_hh
        hs.append(np.tanh(a))
    return np.stack(hs)
""",
    ("rnn.forward", "R12"): """
def forward(x, h0, W_ih, W_hh, b_ih, b_hh):
    h = h0.copy()
    hs = []
    for x_t in x:
        h[:] = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        hs.append(h)
    return np.stack(hs)
""",
    ("rnn.cross_entropy", "R14"): """
def softmax(o):
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

def cross_entropy(o, y):
    p = softmax(softmax(o))
    T, B, K = o.shape
    total = 0.0
    for t in range(T):
        for b in range(B):
            total -= np.log(p[t, b, y[t, b]])
    return float(total / (T * B))
""",
    ("rnn.bits_per_character", "R20"): """
def bits_per_character(nll):
    return 2.0 ** nll
""",
    ("rnn.perplexity", "R19"): """
def perplexity(nll_sums, counts):
    return float(np.mean(np.exp(nll_sums / counts)))
""",
    ("rnn.next_symbol_pairs", "R21"): """
def next_symbol_pairs(ids, B, T):
    C = (len(ids) - 1) // (B * T)
    x = ids[: B * C * T].reshape(B, C, T).transpose(1, 2, 0)
    return x, x.copy()
""",
    ("rnn.temperature", "R15"): """
def temperature(o, tau):
    p = np.exp(o - o.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)
    p = p / tau
    return p / p.sum(axis=-1, keepdims=True)
""",
    ("rnn.temperature", "R16"): """
def temperature(o, tau):
    z = o * tau
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)
""",
    ("rnn.sample", "R18"): """
def sample(o, tau, u):
    return o.argmax(axis=-1)
""",
    ("rnn.prime", "R22"): """
def prime(prompt, h0, W_ih, W_hh, b_ih, b_hh):
    X = np.eye(W_ih.shape[1], dtype=W_ih.dtype)
    h = h0
    last = prompt[0]
    for symbol in prompt:
        h = np.tanh(X[last] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        last = symbol
    return h
""",
    ("bptt.cell_backward", "B1"): """
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh
""",
    ("bptt.cell_backward", "B2"): """
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - np.tanh(h_t) ** 2) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh
""",
    ("bptt.cell_backward", "B3"): """
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t) ** 2 * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(axis=0), dz @ W_ih, dz @ W_hh
""",
    ("bptt.cell_backward", "B8"): """
def cell_backward(dh_t, x_t, h_prev, h_t, W_ih, W_hh):
    dz = (1 - h_t * h_t) * dh_t
    return dz.T @ x_t, dz.T @ h_prev, dz.sum(0), dz @ W_ih, dz @ W_hh.T
""",
    ("bptt.backward", "B5"): """
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx = np.zeros_like(x)
    dh_next = np.zeros_like(h0)
    for t in range(len(x) - 1, -1, -1):
        dz = (1 - h[t] ** 2) * (dh_out[t] + dh_next)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h[t]
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        dh_next = dz @ W_hh
    return dW_ih, dW_hh, db, dx, dh_next
""",
    ("bptt.backward", "B6"): """
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dz = (1 - h ** 2) * dh_out
    h_prev = np.concatenate([h0[None], h[:-1]])
    dW_ih = np.einsum("tbh,tbf->hf", dz, x)
    dW_hh = np.einsum("tbh,tbk->hk", dz, h_prev)
    return dW_ih, dW_hh, dz.sum(axis=(0, 1)), dz @ W_ih, dz[0] @ W_hh
""",
    ("bptt.backward", "B9"): """
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dx = np.zeros_like(x)
    carry = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * (dh_out[t] + carry)
        dW_ih = dz.T @ x[t]
        dW_hh = dz.T @ h_prev
        db = dz.sum(axis=0)
        dx[t] = dz @ W_ih
        carry = dz @ W_hh
    return dW_ih, dW_hh, db, dx, carry
""",
    ("bptt.backward", "B15"): """
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx = np.zeros_like(x)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * dh_out[t]
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        if t > 0:
            dh_out[t - 1] += dz @ W_hh
    return dW_ih, dW_hh, db, dx, dz @ W_hh
""",
    ("bptt.backward", "B16"): """
def backward(dh_out, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0])
    dx = np.zeros_like(x)
    carry = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * (dh_out[t] + carry)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        carry = np.clip(dz @ W_hh, -5, 5)  # against exploding gradients
    return dW_ih, dW_hh, db, dx, carry
""",
    ("bptt.truncated", "B15"): """
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * dh_out[t]
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        if t % k:
            dh_out[t - 1] += dz @ W_hh
    return dW_ih, dW_hh, db
""",
    ("bptt.truncated", "B18"): """
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for s in range(0, len(x), k):
        start = h0 if s == 0 else np.zeros_like(h0)
        h = forward(x[s:s+k], start, W_ih, W_hh, b_ih, b_hh)
        carry = np.zeros_like(h0)
        for t in reversed(range(len(h))):
            h_prev = h[t - 1] if t > 0 else start
            dz = (1 - h[t] ** 2) * (dh_out[s + t] + carry)
            dW_ih += dz.T @ x[s + t]
            dW_hh += dz.T @ h_prev
            db += dz.sum(axis=0)
            carry = dz @ W_hh
    return dW_ih, dW_hh, db
""",
    ("bptt.truncated", "B21"): """
def truncated(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    for chunk in range(len(x) // k):
        carry = np.zeros_like(h0)
        for t in reversed(range(chunk * k, (chunk + 1) * k)):
            h_prev = h[t - 1] if t > 0 else h0
            dz = (1 - h[t] ** 2) * (dh_out[t] + carry)
            dW_ih += dz.T @ x[t]
            dW_hh += dz.T @ h_prev
            db += dz.sum(axis=0)
            carry = dz @ W_hh
    return dW_ih, dW_hh, db
""",
    ("bptt.truncated_pair", "B15"): """
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c = [h0], [c0]
    g = []
    for x_t in x:
        g.append(np.tanh(x_t @ W_ih.T + h[-1] @ W_hh.T + b))
        c.append(a * c[-1] + g[-1])
        h.append(np.tanh(c[-1]))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dc_next = 0
    for t in reversed(range(len(x))):
        if (t + 1) % k == 0:
            dc_next = 0
        dc = (1 - h[t + 1] ** 2) * dh_out[t] + dc_next
        dz = (1 - g[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h[t]
        db += dz.sum(axis=0)
        dc_next = a * dc
        if t % k != 0:
            dh_out[t - 1] += dz @ W_hh
    return dW_ih, dW_hh, db
""",
    ("bptt.truncated_pair", "B19"): """
def truncated_pair(dh_out, x, h0, c0, W_ih, W_hh, b, a, k):
    h, c = [h0], [c0]
    g = []
    for x_t in x:
        g.append(np.tanh(x_t @ W_ih.T + h[-1] @ W_hh.T + b))
        c.append(a * c[-1] + g[-1])
        h.append(np.tanh(c[-1]))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
    dh_next, dc_next = 0, 0
    for t in reversed(range(len(x))):
        if (t + 1) % k == 0:
            dh_next = 0
        dc = (1 - h[t + 1] ** 2) * (dh_out[t] + dh_next) + dc_next
        dz = (1 - g[t] ** 2) * dc
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h[t]
        db += dz.sum(axis=0)
        dh_next, dc_next = dz @ W_hh, a * dc
    return dW_ih, dW_hh, db
""",
    ("bptt.numerical_gradient", "B26 float32"): """
def numerical_gradient(f, theta, eps=1e-6):
    theta = theta.astype(np.float32)
    grad = np.zeros(theta.shape)
    for j in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[j] += eps
        down[j] -= eps
        grad[j] = (f(up) - f(down)) / (2 * eps)
    return grad
""",
    ("bptt.numerical_gradient", "B26 tiny"): """
def numerical_gradient(f, theta, eps=1e-12):
    grad = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[j] += eps
        down[j] -= eps
        grad[j] = (f(up) - f(down)) / (2 * eps)
    return grad
""",
    ("bptt.numerical_gradient", "D1"): """
def numerical_gradient(f, theta, eps=1e-6):
    grad = np.zeros_like(theta)
    f0 = f(theta)
    for j in np.ndindex(theta.shape):
        up = theta.copy()
        up[j] += eps
        grad[j] = (f(up) - f0) / eps
    return grad
""",
    ("bptt.numerical_gradient", "D3"): """
def numerical_gradient(f, theta, eps=1e-6):
    grad = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        grad[j] = (f(theta + eps) - f(theta - eps)) / (2 * eps)
    return grad
""",
    ("bptt.numerical_gradient", "D4"): """
def numerical_gradient(f, theta, eps=1e-6):
    grad = np.zeros_like(theta)
    up, down = theta.copy(), theta.copy()
    for j in np.ndindex(theta.shape):
        up[j] += eps
        down[j] -= eps
        grad[j] = (f(up) - f(down)) / (2 * eps)
    return grad
""",
    ("bptt.numerical_gradient", "D5"): """
def numerical_gradient(f, theta, eps=0.1):
    grad = np.zeros_like(theta)
    for j in np.ndindex(theta.shape):
        up, down = theta.copy(), theta.copy()
        up[j] += 0.1
        down[j] -= 0.1
        grad[j] = (f(up) - f(down)) / 0.2
    return grad
""",
    ("bptt.relative_error", "B26"): """
def relative_error(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))
""",
    ("bptt.rtrl", "B15"): """
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    h = forward(x, h0, W_ih, W_hh, b_ih, b_hh)
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for t in reversed(range(len(x))):
        h_prev = h[t - 1] if t > 0 else h0
        dz = (1 - h[t] ** 2) * dh_out[t]
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h_prev
        db += dz.sum(axis=0)
        if t > 0:
            dh_out[t - 1] += dz @ W_hh
    return dW_ih, dW_hh, db
""",
    ("bptt.rtrl", "B22"): """
def rtrl(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h = h0
    for t in range(len(x)):
        h_new = np.tanh(x[t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        dz = (1 - h_new ** 2) * dh_out[t]
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h
        db += dz.sum(axis=0)
        h = h_new
    return dW_ih, dW_hh, db
""",
}
