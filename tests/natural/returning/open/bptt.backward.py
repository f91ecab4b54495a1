import functools

import numpy as np

from rnncourse import bptt


def backward_1(dy, x, h0, h, W_ih, W_hh):
    dz = np.empty_like(h)
    carry = np.zeros_like(h0)
    for t in range(len(h) - 1, -1, -1):
        dz[t] = (1 - h[t] ** 2) * (dy[t] + carry)
        carry = dz[t] @ W_hh
    before = np.roll(h, 1, axis=0)
    dW_ih = np.einsum("tbh,tbf->hf", dz, x)
    dW_hh = np.einsum("tbh,tbi->hi", dz, before)
    return dW_ih, dW_hh, dz.sum(axis=(0, 1)), dz @ W_ih, carry


def backward_2(dy, x, h0, h, W_ih, W_hh):
    dz = np.empty_like(h)
    carry = np.zeros_like(h0)
    for t in range(len(h) - 1, -1, -1):
        dh = dy[t] + carry
        dz[t] = (1 - h[t] ** 2) * dh
        carry = dz[t] @ W_hh
    before = np.concatenate([h0[None], h[:-1]])
    dW_ih = np.einsum("tbh,tbf->hf", dz, x)
    dW_hh = np.einsum("tbh,tbi->hi", dz, before)
    return dW_ih, dW_hh, dz.sum(axis=(0, 1)), dz @ W_ih, dh


def backward_3(dy, x, h0, h, W_ih, W_hh):
    T = len(h)
    dW_ih, dW_hh = np.zeros_like(W_ih), np.zeros_like(W_hh)
    db = np.zeros_like(W_hh[0])
    dx = np.zeros_like(x)
    dh_next = np.zeros_like(h0)
    for t in reversed(range(T)):
        dh = dy[t]
        dh += dh_next
        dz = (1 - h[t] ** 2) * dh
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t else h0)
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        dh_next = dz @ W_hh
    return dW_ih, dW_hh, db, dx, dh_next


def backward_6(dy, x, h0, h, W_ih, W_hh):
    dz = np.empty_like(h)
    adjoint = np.zeros_like(h0)
    for t in reversed(range(len(h))):
        adjoint += dy[t]
        dz[t] = (1 - h[t] ** 2) * adjoint
        adjoint += dz[t] @ W_hh
    before = np.concatenate([h0[None], h[:-1]])
    dW_ih = np.einsum("tbh,tbf->hf", dz, x)
    dW_hh = np.einsum("tbh,tbi->hi", dz, before)
    return dW_ih, dW_hh, dz.sum(axis=(0, 1)), dz @ W_ih, dz[0] @ W_hh


def backward_9(dy, x, h0, h, W_ih, W_hh):
    T = x.shape[0]
    dW_ih, dW_hh = np.zeros_like(W_ih), np.zeros_like(W_hh)
    db = np.zeros(W_hh.shape[0], dtype=W_hh.dtype)
    dx = np.zeros_like(x)
    carry = np.zeros_like(h0)
    for t in range(T - 1, 0, -1):
        dz = (1 - h[t] ** 2) * (dy[t] + carry)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ h[t - 1]
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        carry = dz @ W_hh
    return dW_ih, dW_hh, db, dx, carry


_work = {}


def backward_11(dy, x, h0, h, W_ih, W_hh):
    key = (x.shape, h.shape, x.dtype)
    if key not in _work:
        _work[key] = np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0]), np.zeros_like(x)
    dW_ih, dW_hh, db, dx = _work[key]
    carry = np.zeros_like(h0)
    for t in reversed(range(len(h))):
        dz = (1 - h[t] ** 2) * (dy[t] + carry)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t else h0)
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        carry = dz @ W_hh
    return dW_ih, dW_hh, db, dx, carry


def backward_a(dy, x, h0, h, W_ih, W_hh):
    T, B, H = h.shape
    dz = np.empty_like(h)
    for b in range(B):
        system = np.eye(T * H, dtype=h.dtype)
        for t in range(T - 1):
            here, after = slice(t * H, (t + 1) * H), slice((t + 1) * H, (t + 2) * H)
            system[here, after] = -(1 - h[t, b] ** 2)[:, None] * W_hh.T
        own = ((1 - h[:, b] ** 2) * dy[:, b]).ravel()
        dz[:, b] = np.linalg.solve(system, own).reshape(T, H)
    before = np.concatenate([h0[None], h[:-1]])
    dW_ih = np.tensordot(dz, x, axes=((0, 1), (0, 1)))
    dW_hh = np.tensordot(dz, before, axes=((0, 1), (0, 1)))
    return dW_ih, dW_hh, dz.sum((0, 1)), dz @ W_ih, dz[0] @ W_hh


def backward_b(dy, x, h0, h, W_ih, W_hh):
    befores = [h0, *h[:-1]]
    carry, parts = np.zeros_like(h0), []
    for args in zip(dy[::-1], x[::-1], befores[::-1], h[::-1]):
        dy_t, x_t, h_prev, h_t = args
        part = bptt.cell_backward(dy_t + carry, x_t, h_prev, h_t, W_ih, W_hh)
        carry = part[4]
        parts.append(part)
    total = lambda i: functools.reduce(np.add, [part[i] for part in parts])
    return total(0), total(1), total(2), np.stack([part[3] for part in parts[::-1]]), carry


RIGHT = {
    "control_engineer_solves_one_linear_system": backward_a,
    "library_cell_backward_in_a_zip": backward_b,
}
WRONG = {
    "numerics_roll_wraps_subtle": (
        backward_1,
        "Rolls the states by one, so that the first step meets the last state instead of h0 in dW_hh.",
        "Only dW_hh is wrong, and only by the share of one step: which state stands before the first one after your roll?",
    ),
    "tired_dh_one_step_short_subtle": (
        backward_2,
        "Returns the gradient of h_1 as dh0; the last product with W_hh is missing.",
        "All but dh0 are right. Whose gradient is the variable that you return last, after the loop has ended?",
    ),
    "c_programmer_adds_into_dy_subtle": (
        backward_3,
        "dh is a view of dy, and += writes the carry into the caller's array, so that a second call starts from changed gradients.",
        "The first call is right. What does dh += … write into?",
    ),
    "control_engineer_adjoint_accumulates": (
        backward_6,
        "The adjoint is never replaced: the gradient of the later state stays in it beside what is sent back.",
        "One step is right. When you move from step t+1 to t, what of dh_{t+1} may be left besides its way through tanh and W_hh?",
    ),
    "tired_loop_stops_before_the_first_step": (
        backward_9,
        "The loop ends at t = 1, so that the first step never gets its turn.",
        "dx of the first step is zero. Which values does your t take?",
    ),
    "c_programmer_buffers_not_cleared": (
        backward_11,
        "Keeps the gradient buffers between calls and does not clear them, so that a second call adds to the first and changes what the first returned.",
        "The first call is right. Call it twice with the same arguments.",
    ),
}
