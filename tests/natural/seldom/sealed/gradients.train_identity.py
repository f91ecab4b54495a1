"""As people whose training loop is zero_grad, backward, clip, step, and who write the backward pass of an RNN by hand for once."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("loop_with_dict")
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    dt = x.dtype
    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    p = {
        "W_ih": W_ih.copy(), "W_hh": np.eye(H, dtype=dt), "b": np.zeros(H, dt),
        "W_ho": W_ho.copy(), "b_ho": np.zeros(K, dt),
    }
    losses = np.empty(N, dtype=dt)
    for n in range(N):
        hs = [np.zeros((B, H), dt)]
        for t in range(T):
            hs.append(np.maximum(0, x[t] @ p["W_ih"].T + hs[-1] @ p["W_hh"].T + p["b"]))
        o = hs[-1] @ p["W_ho"].T + p["b_ho"]
        losses[n] = np.mean((o - y) ** 2)

        g = {k: np.zeros_like(a) for k, a in p.items()}
        do = 2 * (o - y) / (B * K)
        g["W_ho"] = do.T @ hs[-1]
        g["b_ho"] = do.sum(0)
        dh = do @ p["W_ho"]
        for t in reversed(range(T)):
            da = dh * (hs[t + 1] > 0)
            g["W_ih"] += da.T @ x[t]
            g["W_hh"] += da.T @ hs[t]
            g["b"] += da.sum(0)
            dh = da @ p["W_hh"]
        norm = float(np.sqrt(sum((a ** 2).sum() for a in g.values())))
        coef = min(1.0, max_norm / (norm + 1e-12))
        for k in p:
            p[k] = (p[k] - lr * coef * g[k]).astype(dt)
    return losses, p["W_hh"]


@right("einsum_over_all_steps")
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    dtype = x.dtype
    T, B, _ = x.shape
    H = W_ih.shape[0]
    params = [W_ih, np.eye(H, dtype=dtype), np.zeros(H, dtype), W_ho, np.zeros(W_ho.shape[0], dtype)]
    losses = []
    for _ in range(N):
        W_ih, W_hh, b, W_ho, b_ho = params
        h = np.zeros((T + 1, B, H), dtype)
        for t in range(1, T + 1):
            h[t] = np.clip(x[t - 1] @ W_ih.T + h[t - 1] @ W_hh.T + b, 0, None)
        err = h[T] @ W_ho.T + b_ho - y
        losses.append((err * err).mean())
        g_o = 2 * err / err.size
        delta = np.zeros((T, B, H), dtype)
        back = g_o @ W_ho
        for t in range(T - 1, -1, -1):
            delta[t] = np.where(h[t + 1] > 0, back, 0)
            back = delta[t] @ W_hh
        grads = [
            np.einsum("tbh,tbf->hf", delta, x),
            np.einsum("tbh,tbk->hk", delta, h[:-1]),
            delta.sum(axis=(0, 1)),
            g_o.T @ h[T],
            g_o.sum(axis=0),
        ]
        flat = np.concatenate([g.ravel() for g in grads])
        norm = float(np.linalg.norm(flat))
        step = float(lr) * (float(max_norm) / norm if norm > max_norm else 1.0)
        params = [a - step * g for a, g in zip(params, grads)]
    return np.array(losses, dtype=dtype), params[1]


def _loss_and_grads_wide(x, y, A, C):
    # A = [W_ih | W_hh | b], C = [W_ho | b_ho], as one matrix each
    T, B, F = x.shape
    H = A.shape[0]
    one = np.ones((B, 1), x.dtype)
    h = np.zeros((B, H), x.dtype)
    ins, masks = [], []
    for t in range(T):
        z = np.concatenate([x[t], h, one], axis=1)
        a = z @ A.T
        h = a * (a > 0)
        ins.append(z)
        masks.append(a > 0)
    top = np.concatenate([h, one], axis=1)
    e = top @ C.T - y
    dC = (2 / e.size) * e.T @ top
    d = (2 / e.size) * e @ C[:, :H]
    dA = np.zeros_like(A)
    while ins:
        d = d * masks.pop()
        dA += d.T @ ins.pop()
        d = d @ A[:, F:F + H]
    return np.mean(e ** 2), dA, dC


@right("biases_as_columns")
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    H, F = W_ih.shape
    K = W_ho.shape[0]
    A = np.hstack([W_ih, np.eye(H), np.zeros((H, 1))]).astype(x.dtype)
    C = np.hstack([W_ho, np.zeros((K, 1))]).astype(x.dtype)
    losses = np.zeros(N, x.dtype)
    for i in range(N):
        losses[i], dA, dC = _loss_and_grads_wide(x, y, A, C)
        n = float(np.sqrt(np.sum(dA ** 2) + np.sum(dC ** 2)))
        s = float(lr) * max_norm / max(n, max_norm)
        A = A - float(s) * dA
        C = C - float(s) * dC
    return losses, A[:, F:F + H].copy()


@wrong(
    "two_forgotten",
    "The gradient of the squared error lacks its factor 2.",
    "Differentiate (o - y)² by o. Then check one entry of a gradient by a small difference of the loss.",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    Wx, Wh, Wo = W_ih.copy(), np.eye(H, dtype=x.dtype), W_ho.copy()
    b, bo = np.zeros(H, x.dtype), np.zeros(K, x.dtype)
    losses = np.zeros(N, x.dtype)
    for n in range(N):
        h = np.zeros((T + 1, B, H), x.dtype)
        for t in range(T):
            h[t + 1] = np.maximum(x[t] @ Wx.T + h[t] @ Wh.T + b, 0)
        o = h[T] @ Wo.T + bo
        losses[n] = ((o - y) ** 2).mean()
        do = (o - y) / o.size
        gWo, gbo = do.T @ h[T], do.sum(0)
        gWx, gWh, gb = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
        d = do @ Wo
        for t in range(T - 1, -1, -1):
            d = d * (h[t + 1] > 0)
            gWx += d.T @ x[t]
            gWh += d.T @ h[t]
            gb += d.sum(0)
            d = d @ Wh
        gs = [gWx, gWh, gb, gWo, gbo]
        norm = float(np.sqrt(sum(np.sum(g * g) for g in gs)))
        c = min(1.0, max_norm / norm) if norm > 0 else 1.0
        for p, g in zip([Wx, Wh, b, Wo, bo], gs):
            p -= lr * c * g
    return losses, Wh


@wrong(
    "gradient_of_the_sum",
    "The loss that is returned is a mean, but the gradient that is used is that of the sum over all entries.",
    "Do the loss you report and the gradient you use belong together? Put the same batch in twice: should the step change?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    dt = x.dtype
    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    W_ih, W_ho = W_ih.copy(), W_ho.copy()
    W_hh, b, b_ho = np.eye(H, dtype=dt), np.zeros(H, dt), np.zeros(K, dt)
    losses = []
    for _ in range(N):
        hs = [np.zeros((B, H), dt)]
        for t in range(T):
            hs.append(np.maximum(0, x[t] @ W_ih.T + hs[t] @ W_hh.T + b))
        o = hs[-1] @ W_ho.T + b_ho
        losses.append(np.mean((o - y) ** 2))
        dL_do = 2 * (o - y)
        dW_ho = dL_do.T @ hs[-1]
        db_ho = dL_do.sum(axis=0)
        dL_dh = dL_do @ W_ho
        dW_ih, dW_hh, db = 0, 0, 0
        for t in reversed(range(T)):
            delta = dL_dh * (hs[t + 1] > 0)
            dW_ih = dW_ih + delta.T @ x[t]
            dW_hh = dW_hh + delta.T @ hs[t]
            db = db + delta.sum(axis=0)
            dL_dh = delta @ W_hh
        grads = [dW_ih, dW_hh, db, dW_ho, db_ho]
        total = np.sqrt(sum((g ** 2).sum() for g in grads))
        clip = min(1.0, float(max_norm / (total + 1e-6)))
        W_ih -= lr * clip * dW_ih
        W_hh -= lr * clip * dW_hh
        b -= lr * clip * db
        W_ho -= lr * clip * dW_ho
        b_ho -= lr * clip * db_ho
    return np.array(losses, dtype=dt), W_hh


@wrong(
    "mean_over_the_batch_only",
    "The gradient is divided by B but not by the number of outputs K, although the loss is a mean over all entries.",
    "Over how many numbers does your loss take its mean, and by how many does your gradient divide? Try K = 1 and K = 2.",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    T, B, F = x.shape
    H = W_ih.shape[0]
    dtype = W_ih.dtype
    theta = [W_ih.copy(), np.eye(H, dtype=dtype), np.zeros(H, dtype), W_ho.copy(), np.zeros(len(W_ho), dtype)]
    losses = np.zeros(N, dtype)
    for it in range(N):
        Wi, Wh, bh, Wo, bo = theta
        h = [np.zeros((B, H), dtype)]
        for xt in x:
            h.append(np.maximum(xt @ Wi.T + h[-1] @ Wh.T + bh, 0))
        diff = h[-1] @ Wo.T + bo - y
        losses[it] = np.mean(diff ** 2)
        dout = 2.0 / B * diff
        g = [np.zeros_like(p) for p in theta]
        g[3] += dout.T @ h[-1]
        g[4] += dout.sum(0)
        dh = dout @ Wo
        for t in range(T, 0, -1):
            dz = dh * (h[t] > 0)
            g[0] += dz.T @ x[t - 1]
            g[1] += dz.T @ h[t - 1]
            g[2] += dz.sum(0)
            dh = dz @ Wh
        norm = np.linalg.norm(np.concatenate([a.ravel() for a in g]))
        k = float(min(1.0, max_norm / (norm + 1e-12)))
        theta = [p - lr * k * a for p, a in zip(theta, g)]
    return losses, theta[1]


@wrong(
    "each_array_clipped_alone",
    "Each of the five gradients is clipped by its own norm, so there are five factors.",
    "How many different factors multiply your gradients in one update?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    def clip(g):
        n = float(np.linalg.norm(g))
        return g * (max_norm / n) if n > max_norm else g

    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    W_hh = np.eye(H, dtype=x.dtype)
    b = np.zeros(H, dtype=x.dtype)
    b_ho = np.zeros(K, dtype=x.dtype)
    losses = np.zeros(N, dtype=x.dtype)
    for i in range(N):
        hs = np.zeros((T + 1, B, H), dtype=x.dtype)
        for t in range(T):
            hs[t + 1] = np.maximum(0, x[t] @ W_ih.T + hs[t] @ W_hh.T + b)
        o = hs[-1] @ W_ho.T + b_ho
        losses[i] = np.mean((o - y) ** 2)
        do = 2 * (o - y) / (B * K)
        dW_ho, db_ho = do.T @ hs[-1], do.sum(0)
        dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
        dh = do @ W_ho
        for t in range(T)[::-1]:
            da = dh * (hs[t + 1] > 0)
            dW_ih += da.T @ x[t]
            dW_hh += da.T @ hs[t]
            db += da.sum(0)
            dh = da @ W_hh
        W_ih = W_ih - lr * clip(dW_ih)
        W_hh = W_hh - lr * clip(dW_hh)
        b = b - lr * clip(db)
        W_ho = W_ho - lr * clip(dW_ho)
        b_ho = b_ho - lr * clip(db_ho)
    return losses, W_hh


@wrong(
    "only_recurrent_clipped",
    "Only the recurrent gradient is measured and clipped; the other four take their full step.",
    "Exploding comes from the recurrence, but which arrays does the task count in the norm?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    dt = x.dtype
    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    W_hh, b, b_ho = np.eye(H, dtype=dt), np.zeros(H, dt), np.zeros(K, dt)
    losses = np.empty(N, dt)
    for n in range(N):
        h, hist = np.zeros((B, H), dt), []
        for t in range(T):
            h_in = h
            h = np.maximum(x[t] @ W_ih.T + h_in @ W_hh.T + b, 0)
            hist.append((h_in, h))
        o = h @ W_ho.T + b_ho
        losses[n] = ((o - y) ** 2).mean()
        do = 2 * (o - y) / y.size
        dh = do @ W_ho
        gi, gh, gb = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
        for t in reversed(range(T)):
            h_in, h_out = hist[t]
            da = dh * (h_out > 0)
            gi += da.T @ x[t]
            gh += da.T @ h_in
            gb += da.sum(0)
            dh = da @ W_hh
        norm = float(np.linalg.norm(gh))      # the part that explodes
        if norm > max_norm:
            gh *= max_norm / norm
        W_ho = W_ho - lr * do.T @ h
        b_ho = b_ho - lr * do.sum(0)
        W_ih, W_hh, b = W_ih - lr * gi, W_hh - lr * gh, b - lr * gb
    return losses, W_hh


@wrong(
    "gradients_not_zeroed",
    "The gradients are made once outside the loop and added to in every update (zero_grad is missing).",
    "Your first update agrees, the second does not. What do your gradient arrays hold when the second pass begins?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    dt = x.dtype
    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    params = [W_ih.copy(), np.eye(H, dtype=dt), np.zeros(H, dt), W_ho.copy(), np.zeros(K, dt)]
    grads = [np.zeros_like(p) for p in params]
    losses = np.zeros(N, dt)
    for n in range(N):
        Wi, Wh, b, Wo, bo = params
        h = np.zeros((T + 1, B, H), dt)
        for t in range(T):
            h[t + 1] = np.maximum(0, x[t] @ Wi.T + h[t] @ Wh.T + b)
        o = h[T] @ Wo.T + bo
        losses[n] = np.mean((o - y) ** 2)
        # backward
        do = 2 * (o - y) / (B * K)
        grads[3] += do.T @ h[T]
        grads[4] += do.sum(0)
        dh = do @ Wo
        for t in reversed(range(T)):
            da = dh * (h[t + 1] > 0)
            grads[0] += da.T @ x[t]
            grads[1] += da.T @ h[t]
            grads[2] += da.sum(0)
            dh = da @ Wh
        # clip_grad_norm_
        norm = float(np.sqrt(sum(np.sum(g ** 2) for g in grads)))
        coef = min(1.0, max_norm / (norm + 1e-6))
        for g in grads:
            g *= coef
        # step
        for p, g in zip(params, grads):
            p -= lr * g
    return losses, params[1]


@wrong(
    "later_state_in_the_gradient",
    "The gradient of W_hh pairs each step's error with the state after the step, where W_hh met the state before it.",
    "At the first step W_hh multiplies h_0, which is zero. What does your code add to the gradient of W_hh at that step?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    dt = x.dtype
    W_hh = np.eye(H, dtype=dt)
    b, c = np.zeros(H, dt), np.zeros(K, dt)
    losses = np.zeros(N, dt)
    for n in range(N):
        h = np.zeros((B, H), dt)
        states = np.zeros((T, B, H), dt)
        for t in range(T):
            h = np.maximum(0, x[t] @ W_ih.T + h @ W_hh.T + b)
            states[t] = h
        o = h @ W_ho.T + c
        losses[n] = ((o - y) ** 2).mean()
        do = 2 * (o - y) / (B * K)
        dWo, dc = do.T @ h, do.sum(0)
        dWi, dWh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
        dh = do @ W_ho
        for t in range(T - 1, -1, -1):
            dz = dh * (states[t] > 0)
            dWi += dz.T @ x[t]
            dWh += dz.T @ states[t]
            db += dz.sum(0)
            dh = dz @ W_hh
        norm = float(np.sqrt((dWi**2).sum() + (dWh**2).sum() + (db**2).sum() + (dWo**2).sum() + (dc**2).sum()))
        f = lr * min(1.0, max_norm / (norm + 1e-12))
        W_ih, W_hh, b = W_ih - f * dWi, W_hh - f * dWh, b - f * db
        W_ho, c = W_ho - f * dWo, c - f * dc
    return losses, W_hh


@wrong(
    "transposed_on_the_way_back",
    "The error goes back through W_hhᵀ in place of W_hh. As the identity is symmetric, the first update is still right.",
    "Your first update agrees and later ones drift away. What is special about W_hh before the first, and where could a transpose hide behind that?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    dt = x.dtype
    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    P = dict(ih=W_ih.copy(), hh=np.eye(H, dtype=dt), b=np.zeros(H, dt), ho=W_ho.copy(), bo=np.zeros(K, dt))
    losses = np.zeros(N, dt)
    for n in range(N):
        hs = np.zeros((T + 1, B, H), dt)
        for t in range(T):
            hs[t + 1] = np.maximum(0, x[t] @ P["ih"].T + hs[t] @ P["hh"].T + P["b"])
        e = hs[T] @ P["ho"].T + P["bo"] - y
        losses[n] = np.mean(e * e)
        do = 2 * e / e.size
        G = {k: np.zeros_like(v) for k, v in P.items()}
        G["ho"], G["bo"] = do.T @ hs[T], do.sum(0)
        dh = do @ P["ho"]
        for t in range(T - 1, -1, -1):
            da = dh * (hs[t + 1] > 0)
            G["ih"] += da.T @ x[t]
            G["hh"] += da.T @ hs[t]
            G["b"] += da.sum(0)
            dh = da @ P["hh"].T
        norm = float(np.sqrt(sum(np.vdot(g, g) for g in G.values())))
        s = max_norm / norm if norm > max_norm else 1.0
        for k in P:
            P[k] -= lr * s * G[k]
    return losses, P["hh"]


@wrong(
    "tanh_slope",
    "Uses 1 - h², the slope of tanh, for a network with max(0, ·).",
    "Which activation is in the forward pass, and whose slope is in the backward pass?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    dt = x.dtype
    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    W_hh, b_h, b_o = np.eye(H, dtype=dt), np.zeros(H, dt), np.zeros(K, dt)
    losses = []
    for epoch in range(N):
        h = {-1: np.zeros((B, H), dt)}
        for t in range(T):
            h[t] = np.maximum(0, x[t] @ W_ih.T + h[t - 1] @ W_hh.T + b_h)
        o = h[T - 1] @ W_ho.T + b_o
        losses.append(((o - y) ** 2).mean())
        do = 2 * (o - y) / o.size
        dWho, dbo = do.T @ h[T - 1], do.sum(0)
        dWih, dWhh, dbh = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_h)
        dh = do @ W_ho
        for t in reversed(range(T)):
            draw = (1 - h[t] * h[t]) * dh
            dWih += draw.T @ x[t]
            dWhh += draw.T @ h[t - 1]
            dbh += draw.sum(0)
            dh = draw @ W_hh
        grads = [dWih, dWhh, dbh, dWho, dbo]
        norm = float(np.sqrt(sum(np.sum(g ** 2) for g in grads)))
        scale = min(1.0, max_norm / (norm + 1e-12))
        W_ih = W_ih - lr * scale * dWih
        W_hh = W_hh - lr * scale * dWhh
        b_h = b_h - lr * scale * dbh
        W_ho = W_ho - lr * scale * dWho
        b_o = b_o - lr * scale * dbo
    return np.array(losses, dt), W_hh


@wrong(
    "biases_not_learnt",
    "The biases start as zeros and stay so: they are neither in the norm nor updated.",
    "The task counts five arrays. Which ones does your update move?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    dt = x.dtype
    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    W_hh = np.eye(H, dtype=dt)
    losses = np.zeros(N, dt)
    for n in range(N):
        hs = [np.zeros((B, H), dt)]
        for t in range(T):       # biases are zero, left out
            hs.append(np.maximum(0, x[t] @ W_ih.T + hs[-1] @ W_hh.T))
        o = hs[-1] @ W_ho.T
        losses[n] = np.mean((o - y) ** 2)
        do = 2 * (o - y) / (B * K)
        dW_ho = do.T @ hs[-1]
        dh = do @ W_ho
        dW_ih, dW_hh = np.zeros_like(W_ih), np.zeros_like(W_hh)
        for t in reversed(range(T)):
            da = dh * (hs[t + 1] > 0)
            dW_ih += da.T @ x[t]
            dW_hh += da.T @ hs[t]
            dh = da @ W_hh
        norm = float(np.sqrt(np.sum(dW_ih**2) + np.sum(dW_hh**2) + np.sum(dW_ho**2)))
        c = lr * min(1.0, max_norm / (norm + 1e-12))
        W_ih, W_hh, W_ho = W_ih - c * dW_ih, W_hh - c * dW_hh, W_ho - c * dW_ho
    return losses, W_hh


def _forward_seldom(x, p):
    T, B, F = x.shape
    h = np.zeros((T + 1, B, p[1].shape[0]), x.dtype)
    for t in range(T):
        h[t + 1] = np.maximum(0, x[t] @ p[0].T + h[t] @ p[1].T + p[2])
    return h, h[T] @ p[3].T + p[4]


def _backward_seldom(x, y, h, o, p):
    g = [np.zeros_like(a) for a in p]
    do = 2 * (o - y) / o.size
    g[3] = do.T @ h[-1]
    g[4] = do.sum(0)
    dh = do @ p[3]
    for t in range(x.shape[0] - 1, -1, -1):
        da = dh * (h[t + 1] > 0)
        g[0] += da.T @ x[t]
        g[1] += da.T @ h[t]
        g[2] += da.sum(0)
        dh = da @ p[1]
    return g


@wrong(
    "loss_after_the_update",
    "The loss is computed after the step, so the first loss, that of the start, is missing.",
    "What is the loss with the weights you were given, before anything was learnt? Look for it in your result.",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    H, K = W_ih.shape[0], W_ho.shape[0]
    p = [W_ih, np.eye(H, dtype=x.dtype), np.zeros(H, x.dtype), W_ho, np.zeros(K, x.dtype)]
    losses = np.zeros(N, x.dtype)
    for n in range(N):
        h, o = _forward_seldom(x, p)
        g = _backward_seldom(x, y, h, o, p)
        norm = float(np.sqrt(sum(np.sum(a ** 2) for a in g)))
        k = min(1.0, max_norm / (norm + 1e-12))
        p = [a - lr * k * d for a, d in zip(p, g)]
        losses[n] = np.mean((_forward_seldom(x, p)[1] - y) ** 2)
    return losses, p[1]


@wrong(
    "caller_weights_changed",
    "W_ih and W_ho are updated in place, so the caller's start is overwritten.",
    "Train twice from the same arrays. Why does the second run start at a lower loss?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    H, K = W_ih.shape[0], W_ho.shape[0]
    W_hh = np.eye(H, dtype=x.dtype)
    b, b_ho = np.zeros(H, x.dtype), np.zeros(K, x.dtype)
    params = [W_ih, W_hh, b, W_ho, b_ho]
    losses = []
    for _ in range(N):
        h, o = _forward_seldom(x, params)
        losses.append(np.mean((o - y) ** 2))
        grads = _backward_seldom(x, y, h, o, params)
        total = float(np.sqrt(sum(np.sum(g * g) for g in grads)))
        clip = min(1.0, max_norm / (total + 1e-6))
        for p, g in zip(params, grads):
            p -= lr * clip * g
    return np.array(losses, x.dtype), W_hh


@wrong(
    "identity_in_float64",
    "np.eye and np.zeros are float64 by default, so everything after the first step is too; float32 is lost.",
    "Which dtype have the arrays that you make yourself, and which the ones you were given?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    W_hh, b, b_ho = np.eye(H), np.zeros(H), np.zeros(K)
    losses = np.zeros(N)
    for n in range(N):
        h = np.zeros((T + 1, B, H))
        for t in range(T):
            h[t + 1] = np.maximum(0, x[t] @ W_ih.T + h[t] @ W_hh.T + b)
        o = h[-1] @ W_ho.T + b_ho
        losses[n] = np.mean((o - y) ** 2)
        g_ih, g_hh, g_b, g_ho, g_bo = _backward_seldom(x, y, h, o, [W_ih * 1.0, W_hh, b, W_ho, b_ho])
        norm = np.sqrt(sum((g ** 2).sum() for g in (g_ih, g_hh, g_b, g_ho, g_bo)))
        c = min(1.0, max_norm / (norm + 1e-12))
        W_ih = W_ih - lr * c * g_ih
        W_hh = W_hh - lr * c * g_hh
        b = b - lr * c * g_b
        W_ho = W_ho - lr * c * g_ho
        b_ho = b_ho - lr * c * g_bo
    return losses, W_hh


@wrong(
    "output_updated_too_early",
    "W_ho takes its step before the error is passed back through it, so the recurrent gradients see the new output weights (and the norm is taken piecewise).",
    "Which W_ho made the output of this pass, and which one does the error go back through in your code?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    dt = x.dtype
    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    W_ih, W_ho = W_ih.copy(), W_ho.copy()
    W_hh, b, b_ho = np.eye(H, dtype=dt), np.zeros(H, dt), np.zeros(K, dt)
    losses = np.zeros(N, dt)
    for n in range(N):
        h = np.zeros((T + 1, B, H), dt)
        for t in range(T):
            h[t + 1] = np.maximum(0, x[t] @ W_ih.T + h[t] @ W_hh.T + b)
        o = h[T] @ W_ho.T + b_ho
        losses[n] = np.mean((o - y) ** 2)
        do = 2 * (o - y) / (B * K)
        # output layer
        g1, g2 = do.T @ h[T], do.sum(0)
        k = min(1.0, float(max_norm / np.sqrt((g1 ** 2).sum() + (g2 ** 2).sum())))
        W_ho -= lr * k * g1
        b_ho -= lr * k * g2
        # recurrent layer
        dh = do @ W_ho
        g3, g4, g5 = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
        for t in reversed(range(T)):
            dh = dh * (h[t + 1] > 0)
            g3 += dh.T @ x[t]
            g4 += dh.T @ h[t]
            g5 += dh.sum(0)
            dh = dh @ W_hh
        k = min(1.0, float(max_norm / np.sqrt((g3 ** 2).sum() + (g4 ** 2).sum() + (g5 ** 2).sum() + 1e-12)))
        W_ih -= lr * k * g3
        W_hh -= lr * k * g4
        b -= lr * k * g5
    return losses, W_hh


@wrong(
    "norms_added",
    "The norm of all is taken as the sum of the five norms, which is too large: it clips too soon and too much.",
    "How do the lengths of two sides of a right-angled triangle give the third? Your five arrays are the sides.",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    H, K = W_ih.shape[0], W_ho.shape[0]
    p = [W_ih, np.eye(H, dtype=x.dtype), np.zeros(H, x.dtype), W_ho, np.zeros(K, x.dtype)]
    losses = np.zeros(N, x.dtype)
    for n in range(N):
        h, o = _forward_seldom(x, p)
        losses[n] = ((o - y) ** 2).mean()
        g = _backward_seldom(x, y, h, o, p)
        total = sum(float(np.linalg.norm(a)) for a in g)
        if total > max_norm:
            g = [a * (max_norm / total) for a in g]
        p = [a - lr * d for a, d in zip(p, g)]
    return losses, p[1]


@wrong(
    "only_the_last_step",
    "The gradient is cut after the last step (the state before is detached), so earlier steps never enter.",
    "With T = 5, how many of the inputs x_t reach the gradient of W_ih in your code?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    dt = x.dtype
    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    W_hh, b, b_ho = np.eye(H, dtype=dt), np.zeros(H, dt), np.zeros(K, dt)
    losses = np.zeros(N, dt)
    for n in range(N):
        h = np.zeros((B, H), dt)
        for t in range(T):
            h_prev = h
            h = np.maximum(0, x[t] @ W_ih.T + h_prev @ W_hh.T + b)
        o = h @ W_ho.T + b_ho
        losses[n] = np.mean((o - y) ** 2)
        do = 2 * (o - y) / (B * K)
        da = (do @ W_ho) * (h > 0)
        grads = [da.T @ x[-1], da.T @ h_prev, da.sum(0), do.T @ h, do.sum(0)]
        norm = float(np.sqrt(sum(np.sum(g ** 2) for g in grads)))
        s = lr * min(1.0, max_norm / (norm + 1e-6))
        W_ih, W_hh, b, W_ho, b_ho = (p - s * g for p, g in zip((W_ih, W_hh, b, W_ho, b_ho), grads))
    return losses, W_hh


@wrong(
    "steps_of_full_length",
    "The gradient is always brought to max_norm, so that small gradients are lengthened.",
    "How long is your step when the loss is almost zero? Compare with what clipping leaves alone.",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    H, K = W_ih.shape[0], W_ho.shape[0]
    p = [W_ih, np.eye(H, dtype=x.dtype), np.zeros(H, x.dtype), W_ho, np.zeros(K, x.dtype)]
    losses = []
    for n in range(N):
        h, o = _forward_seldom(x, p)
        losses.append(np.mean((o - y) ** 2))
        g = _backward_seldom(x, y, h, o, p)
        norm = float(np.linalg.norm(np.concatenate([a.reshape(-1) for a in g])))
        coef = max_norm / (norm + 1e-6)
        p = [a - lr * coef * d for a, d in zip(p, g)]
    return np.array(losses, dtype=x.dtype), p[1]


@wrong(
    "mask_of_the_wrong_state",
    "The mask of each step is taken from the state before it, h_{t-1} > 0; at the first step that is h_0, and nothing passes.",
    "Which state has just been through max(0, ·) at the step you are going back through? What does your mask let through at t = 1?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    dt = x.dtype
    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    W_hh, b, b_ho = np.eye(H, dtype=dt), np.zeros(H, dt), np.zeros(K, dt)
    losses = np.zeros(N, dt)
    for n in range(N):
        h, o = _forward_seldom(x, [W_ih, W_hh, b, W_ho, b_ho])
        losses[n] = np.mean(np.square(o - y))
        do = 2 * (o - y) / (B * K)
        dWho, dbho = do.T @ h[T], do.sum(0)
        dWih, dWhh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
        dh = do @ W_ho
        for t in range(T - 1, -1, -1):
            da = dh * (h[t] > 0)
            dWih += da.T @ x[t]
            dWhh += da.T @ h[t]
            db += da.sum(0)
            dh = da @ W_hh
        norm = float(np.sqrt(sum(np.sum(g * g) for g in (dWih, dWhh, db, dWho, dbho))))
        s = lr * (max_norm / norm if norm > max_norm else 1.0)
        W_ih, W_hh, b = W_ih - s * dWih, W_hh - s * dWhh, b - s * db
        W_ho, b_ho = W_ho - s * dWho, b_ho - s * dbho
    return losses, W_hh


@wrong(
    "matrix_before_the_last_update",
    "The recurrent matrix is noted beside the loss, before the step, and so the last update is missing in what is returned.",
    "For N = 1, is the W_hh you return still the identity?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    H, K = W_ih.shape[0], W_ho.shape[0]
    p = (W_ih, np.eye(H, dtype=x.dtype), np.zeros(H, x.dtype), W_ho, np.zeros(K, x.dtype))
    history = []
    for n in range(N):
        h, o = _forward_seldom(x, p)
        history.append((np.mean((o - y) ** 2), p[1]))
        g = _backward_seldom(x, y, h, o, p)
        norm = float(np.sqrt(sum(np.sum(a ** 2) for a in g)))
        coef = min(1.0, max_norm / (norm + 1e-6))
        p = tuple(a - lr * coef * d for a, d in zip(p, g))
    losses, mats = zip(*history)
    return np.array(losses, x.dtype), mats[-1]


@wrong(
    "bias_gradient_averaged",
    "The gradients of the biases take the mean over the batch once more, although the gradient of the loss holds that division already.",
    "Where was the mean over the batch taken, and how often does your bias gradient divide by B?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    dt = x.dtype
    T, B, F = x.shape
    H, K = W_ih.shape[0], W_ho.shape[0]
    W_hh, b, b_ho = np.eye(H, dtype=dt), np.zeros(H, dt), np.zeros(K, dt)
    losses = np.zeros(N, dt)
    for n in range(N):
        h, o = _forward_seldom(x, [W_ih, W_hh, b, W_ho, b_ho])
        losses[n] = np.mean((o - y) ** 2)
        do = 2 * (o - y) / (B * K)
        g_ho, g_bo = do.T @ h[T], do.mean(axis=0)
        g_ih, g_hh, g_b = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b)
        dh = do @ W_ho
        for t in range(T - 1, -1, -1):
            dpre = np.where(h[t + 1] > 0, dh, 0)
            g_ih += dpre.T @ x[t]
            g_hh += dpre.T @ h[t]
            g_b += dpre.mean(axis=0)
            dh = dpre @ W_hh
        grads = (g_ih, g_hh, g_b, g_ho, g_bo)
        norm = float(np.sqrt(sum((g ** 2).sum() for g in grads)))
        coef = min(1.0, max_norm / (norm + 1e-12))
        W_ih = W_ih - lr * coef * g_ih
        W_hh = W_hh - lr * coef * g_hh
        b = b - lr * coef * g_b
        W_ho = W_ho - lr * coef * g_ho
        b_ho = b_ho - lr * coef * g_bo
    return losses, W_hh


@wrong(
    "small_identity",
    "W_hh starts as 0.01 times the identity, a scale remembered from the paper for tasks without long memory.",
    "What does the task say W_hh starts as? After T steps, how much of h_1 is left in yours?",
)
def train_identity(x, y, W_ih, W_ho, lr, max_norm, N):
    H, K = W_ih.shape[0], W_ho.shape[0]
    alpha = 0.01        # iRNN, Le et al.
    p = [W_ih, (alpha * np.eye(H)).astype(x.dtype), np.zeros(H, x.dtype), W_ho, np.zeros(K, x.dtype)]
    losses = np.zeros(N, x.dtype)
    for n in range(N):
        h, o = _forward_seldom(x, p)
        losses[n] = np.mean((o - y) ** 2)
        g = _backward_seldom(x, y, h, o, p)
        norm = float(np.sqrt(sum(np.sum(a ** 2) for a in g)))
        k = max_norm / max(norm, max_norm)
        p = [a - lr * k * d for a, d in zip(p, g)]
    return losses, p[1]
