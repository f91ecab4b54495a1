"""As a student who copies a training loop with detach, or another kind of truncation: truncated back-propagation."""
import numpy as np
from tests.natural._corpus import corpus

RIGHT, WRONG, right, wrong = corpus()


@right("one_pass_with_a_mask")
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    T = len(x)
    h = [h0]
    for x_t in x:
        h.append(np.tanh(x_t @ W_ih.T + b_ih + h[-1] @ W_hh.T + b_hh))
    before, h = np.stack(h[:-1]), np.stack(h[1:])
    slope = 1 - h**2
    dz = slope * dh_out
    for t in range(T - 2, -1, -1):
        if t // k == (t + 1) // k:
            dz[t] += slope[t] * (dz[t + 1] @ W_hh)
    return np.einsum("tbi,tbf->if", dz, x), np.einsum("tbi,tbj->ij", dz, before), dz.sum(axis=(0, 1))


@right("detach_and_go_on")
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    W_ih_grad, W_hh_grad, b_grad = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    hidden = h0
    borders = list(range(k, len(x), k))
    for data, outside in zip(np.split(x, borders), np.split(dh_out, borders)):
        hidden = hidden.copy()  # detach
        tape = []
        for x_t in data:
            new = np.tanh(np.dot(x_t, W_ih.T) + np.dot(hidden, W_hh.T) + (b_ih + b_hh))
            tape.append((x_t, hidden, new))
            hidden = new
        back = np.zeros_like(h0)
        for (x_t, old, new), dh in zip(reversed(tape), outside[::-1]):
            dz = (dh + back) * (1 - new * new)
            W_ih_grad += dz.T @ x_t
            W_hh_grad += dz.T @ old
            b_grad += dz.sum(axis=0)
            back = dz @ W_hh
    return W_ih_grad, W_hh_grad, b_grad


@right("columns_recursive_in_chunks")
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    W = np.column_stack([W_ih, W_hh, b_ih + b_hh])
    F, H = W_ih.shape[1], len(W_hh)

    def step(t, h):
        """Gradient from step t on, and what step t sends to the state before it."""
        if t == len(x):
            return np.zeros_like(W), np.zeros_like(h)
        u = np.vstack([x[t].T, h, np.ones_like(h[:1])])
        new = np.tanh(W @ u)
        later, rec = step(t + 1, new)
        if (t + 1) % k == 0:
            rec = 0
        dz = (1 - new * new) * (dh_out[t].T + rec)
        return later + dz @ u.T, W_hh.T @ dz

    dW, _ = step(0, h0.T)
    return dW[:, :F], dW[:, F : F + H], dW[:, -1]


@wrong(
    "state_reset_in_every_chunk",
    "Starts every chunk from h0 again, as with batches that are not stateful.",
    "For k = 1 and two steps, from which state does your second step start? Which of state and gradient stops at the border?",
)
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for start in range(0, len(x), k):
        h, hs = h0, [h0]
        for x_t in x[start : start + k]:
            h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
            hs.append(h)
        dh_rec = np.zeros_like(h0)
        for i in reversed(range(len(hs) - 1)):
            dz = (1 - hs[i + 1] ** 2) * (dh_out[start + i] + dh_rec)
            dW_ih += dz.T @ x[start + i]
            dW_hh += dz.T @ hs[i]
            db += dz.sum(axis=0)
            dh_rec = dz @ W_hh
    return dW_ih, dW_hh, db


@wrong(
    "window_from_every_step",
    "Goes k steps back from every step, the bptt_truncate of a tutorial, and not to the border of a chunk.",
    "For k = 2, how far does the gradient of each step go back with you? Draw the borders of the chunks and see which arrows cross them.",
)
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    s = [h0]
    for x_t in x:
        s.append(np.tanh(x_t @ W_ih.T + b_ih + s[-1] @ W_hh.T + b_hh))
    dU, dW, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    for t in reversed(range(len(x))):
        delta = dh_out[t] * (1 - s[t + 1] ** 2)
        for step in range(t, max(-1, t - k), -1):
            dU += delta.T @ x[step]
            dW += delta.T @ s[step]
            db += delta.sum(axis=0)
            delta = (delta @ W_hh) * (1 - s[step] ** 2)
    return dU, dW, db


@wrong(
    "gradients_zeroed_in_every_chunk",
    "Sets the gradients to zero at the start of each chunk, as optimiser.zero_grad() in the loop: only the last chunk is left.",
    "Set dh_out to zero in the last chunk. What is left of your result, and what should be?",
)
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = h0
    for start in range(0, len(x), k):
        dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
        hs = [h]
        for x_t in x[start : start + k]:
            h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
            hs.append(h)
        dh_rec = np.zeros_like(h0)
        for i in reversed(range(len(hs) - 1)):
            dz = (1 - hs[i + 1] ** 2) * (dh_out[start + i] + dh_rec)
            dW_ih += dz.T @ x[start + i]
            dW_hh += dz.T @ hs[i]
            db += dz.sum(axis=0)
            dh_rec = dz @ W_hh
    return dW_ih, dW_hh, db


@wrong(
    "border_one_step_late",
    "Cuts the gradient before the step with t % k == 0 is done, so that each border lies one step late.",
    "For k = 2, list which pairs of neighbouring steps are joined in your loop. Is the first chunk made of steps 0 and 1?",
)
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    h = [h0]
    for x_t in x:
        h.append(np.tanh(x_t @ W_ih.T + b_ih + h[-1] @ W_hh.T + b_hh))
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    dh_rec = np.zeros_like(h0)
    for t in reversed(range(len(x))):
        if t % k == 0:
            dh_rec = np.zeros_like(h0)
        dz = (1 - h[t + 1] ** 2) * (dh_out[t] + dh_rec)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h[t]
        db += dz.sum(axis=0)
        dh_rec = dz @ W_hh
    return dW_ih, dW_hh, db


@wrong(
    "weights_updated_between_chunks",
    "Takes an optimiser step after each chunk, as the training loop does, so that later chunks see other weights.",
    "With a single chunk you are right. What happens to the weights in your loop before the second chunk begins?",
)
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    lr = 0.1
    U, W, b = W_ih.copy(), W_hh.copy(), b_ih + b_hh
    total = [np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)]
    h = h0
    for start in range(0, len(x), k):
        hs = [h]
        for x_t in x[start : start + k]:
            h = np.tanh(x_t @ U.T + h @ W.T + b)
            hs.append(h)
        dU, dW, db, dh_rec = np.zeros_like(U), np.zeros_like(W), np.zeros_like(b), np.zeros_like(h0)
        for i in reversed(range(len(hs) - 1)):
            dz = (1 - hs[i + 1] ** 2) * (dh_out[start + i] + dh_rec)
            dU += dz.T @ x[start + i]
            dW += dz.T @ hs[i]
            db += dz.sum(axis=0)
            dh_rec = dz @ W
        for sum_, g in zip(total, (dU, dW, db)):
            sum_ += g
        U -= lr * dU
        W -= lr * dW
        b -= lr * db
    return tuple(total)


@wrong(
    "k_chunks",
    "Takes k for the number of chunks, not for their length.",
    "What is k = 1 supposed to mean: no way back at all, or no border at all? Print the lengths of your chunks.",
)
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h = h0
    for x_k, dh_k in zip(np.array_split(x, k), np.array_split(dh_out, k)):
        hs = [h]
        for x_t in x_k:
            h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
            hs.append(h)
        dh_rec = np.zeros_like(h0)
        for i in reversed(range(len(x_k))):
            dz = (1 - hs[i + 1] ** 2) * (dh_k[i] + dh_rec)
            dW_ih += dz.T @ x_k[i]
            dW_hh += dz.T @ hs[i]
            db += dz.sum(axis=0)
            dh_rec = dz @ W_hh
    return dW_ih, dW_hh, db


@wrong(
    "folded_into_equal_chunks",
    "Reshapes to (T/k, k, B, F), which raises when T is not a multiple of k.",
    "Try five steps with k = 2. What does the task say about the last chunk?",
)
def f(dh_out, x, h0, W_ih, W_hh, b_ih, b_hh, k):
    xs, outs = x.reshape(-1, k, *x.shape[1:]), dh_out.reshape(-1, k, *dh_out.shape[1:])
    dW_ih, dW_hh, db = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(b_ih)
    h = h0
    for x_k, dh_k in zip(xs, outs):
        hs = [h]
        for x_t in x_k:
            h = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
            hs.append(h)
        dh_rec = np.zeros_like(h0)
        for i in reversed(range(k)):
            dz = (1 - hs[i + 1] ** 2) * (dh_k[i] + dh_rec)
            dW_ih += dz.T @ x_k[i]
            dW_hh += dz.T @ hs[i]
            db += dz.sum(axis=0)
            dh_rec = dz @ W_hh
    return dW_ih, dW_hh, db
