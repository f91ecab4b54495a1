import numpy as np


def backward_4(dy, x, h0, h, W_ih, W_hh):
    dW_ih, dW_hh = np.zeros_like(W_ih), np.zeros_like(W_hh)
    db = np.zeros_like(W_hh[0])
    dx = np.zeros_like(x)
    carry = np.zeros_like(h0)
    for t in range(len(x) - 1, -1, -1):
        dz = (1 - h[t] * h[t]) * (dy[t] + carry)
        dW_ih += dz.T @ x[t]
        dW_hh += dz.T @ (h[t - 1] if t > 0 else h0)
        db += dz.sum(axis=0)
        dx[t] = dz @ W_ih
        carry = np.clip(dz @ W_hh, -0.5, 0.5)
    return dW_ih, dW_hh, db, dx, carry


def backward_5(dy, x, h0, h, W_ih, W_hh):
    dz = np.empty_like(h)
    carry = np.zeros_like(h0)
    for t in reversed(range(len(h))):
        dz[t] = (1 - h[t] ** 2) * (dy[t] + carry)
        carry = dz[t] @ W_hh
    before = np.concatenate([h0[None], h[:-1]])
    H = W_hh.shape[0]
    dW_ih = dz.reshape(-1, H).T @ x.reshape(-1, x.shape[-1])
    dW_hh = dz.reshape(-1, H).T @ before.reshape(-1, H)
    db = dz.mean(axis=0).sum(axis=0)
    return dW_ih, dW_hh, db, dz @ W_ih, carry


def backward_7(dy, x, h0, h, W_ih, W_hh):
    slope = 1 - h**2
    dx = (slope * dy) @ W_ih
    dz = np.empty_like(h)
    carry = np.zeros_like(h0)
    for t in reversed(range(len(h))):
        dz[t] = slope[t] * (dy[t] + carry)
        carry = dz[t] @ W_hh
    before = np.concatenate([h0[None], h[:-1]])
    dW_ih = np.einsum("tbh,tbf->hf", dz, x)
    dW_hh = np.einsum("tbh,tbi->hi", dz, before)
    return dW_ih, dW_hh, dz.sum(axis=(0, 1)), dx, carry


def backward_8(dy, x, h0, h, W_ih, W_hh):
    lam = np.empty_like(h)
    carry = np.zeros_like(h0)
    for k in reversed(range(len(h))):
        lam[k] = dy[k] + carry
        carry = lam[k] @ W_hh
    dz = (1 - h**2) * lam
    before = np.concatenate([h0[None], h[:-1]])
    dW_ih = np.einsum("tbh,tbf->hf", dz, x)
    dW_hh = np.einsum("tbh,tbi->hi", dz, before)
    return dW_ih, dW_hh, dz.sum(axis=(0, 1)), dz @ W_ih, dz[0] @ W_hh


def scan(f, carry, xs):
    ys = []
    for x in xs:
        carry, y = f(carry, x)
        ys.append(y)
    return carry, np.stack(ys)


def backward_10(dy, x, h0, h, W_ih, W_hh):
    def step(carry, inputs):
        dy_t, h_t = inputs
        dz_t = (1 - h_t**2) * (dy_t + carry)
        return dz_t @ W_hh, dz_t

    dh0, dz = scan(step, np.zeros_like(h0), list(zip(dy[::-1], h[::-1])))
    before = np.concatenate([h0[None], h[:-1]])
    dW_ih = np.einsum("tbh,tbf->hf", dz, x)
    dW_hh = np.einsum("tbh,tbi->hi", dz, before)
    return dW_ih, dW_hh, dz.sum(axis=(0, 1)), dz @ W_ih, dh0


def backward_12(dy, x, h0, h, W_ih, W_hh):
    dz = np.empty_like(h)
    carry = np.zeros_like(h0)
    for t in reversed(range(len(h))):
        dz[t] = (1 - h[t] ** 2) * (dy[t] + carry)
        carry = dz[t] @ W_hh
    before = np.concatenate([h[:1], h[:-1]])
    dW_ih = np.einsum("tbh,tbf->hf", dz, x) / len(x)
    dW_hh = np.einsum("tbh,tbi->hi", dz, before)
    return dW_ih, dW_hh, dz.sum(axis=(0, 1)), dz @ W_ih, carry


def backward_c(dy, x, h0, h, W_ih, W_hh):
    if len(x) == 0:
        return np.zeros_like(W_ih), np.zeros_like(W_hh), np.zeros_like(W_hh[0]), x[:0], np.zeros_like(h0)
    later = backward_c(dy[1:], x[1:], h[0], h[1:], W_ih, W_hh)
    dz = (1 - h[0] ** 2) * (dy[0] + later[4])
    return (
        later[0] + dz.T @ x[0],
        later[1] + dz.T @ h0,
        later[2] + dz.sum(axis=0),
        np.concatenate([(dz @ W_ih)[None], later[3]]),
        dz @ W_hh,
    )


RIGHT = {
    "recursive_from_the_front": backward_c,
}
WRONG = {
    "assistant_clips_the_carry_subtle": (
        backward_4,
        "Clips what is sent back to ±0.5, so that the result is no longer the gradient.",
        "Small gradients are right. Is anything in eq-bptt-dh bounded?",
    ),
    "statistician_mean_over_time_in_db_subtle": (
        backward_5,
        "Takes the mean over the steps in db only.",
        "The matrices are right, and db is too small by a whole factor: which one?",
    ),
    "numerics_dx_before_the_loop_subtle": (
        backward_7,
        "Computes dx before the loop from dy alone, so that it lacks what comes back from later steps.",
        "The last step of dx is right. Is the gradient at an earlier input due to its own step's loss alone?",
    ),
    "control_engineer_linear_adjoint": (
        backward_8,
        "Lets the carry go through W_hh only, and applies the slope of tanh just once at the end.",
        "One step is right. What does a gradient pass on its way from h_{t+1} to h_t besides W_hh?",
    ),
    "jax_scan_not_flipped_back": (
        backward_10,
        "The dz of the reversed scan are not brought back into forward order before they meet x and the states.",
        "db and dh0 are right, the rest is not. In which order does your scan return the dz?",
    ),
    "two_slips_double": (
        backward_12,
        "Takes h_1 in place of h0 for the first step in dW_hh, and divides dW_ih by T.",
        "dW_ih: sum or mean over the steps? dW_hh: which state came before the first step?",
    ),
}
