import numpy as np


def forward_1(x, h0, W_ih, W_hh, b_ih, b_hh):
    h_t = h0.copy()
    states = []
    for t in range(x.shape[0]):
        z = x[t] @ W_ih.T + h_t @ W_hh.T + b_ih + b_hh
        np.tanh(z, out=h_t)
        states.append(h_t)
    return np.stack(states)


def forward_2(x, h0, W_ih, W_hh, b_ih, b_hh):
    T, B, F = x.shape
    H = W_hh.shape[0]
    out = np.empty((B, T, H), dtype=x.dtype)
    for b in range(B):
        h = h0[b]
        for t in range(T):
            h = np.tanh(W_ih @ x[t, b] + b_ih + W_hh @ h + b_hh)
            out[b, t] = h
    return out.reshape(T, B, H)


def scan(f, carry, xs):
    ys = []
    for x in xs:
        carry, y = f(carry, x)
        ys.append(y)
    return carry, np.stack(ys)


def forward_3(x, h0, W_ih, W_hh, b_ih, b_hh):
    def step(h, x_t):
        h_new = np.tanh(x_t @ W_ih.T + b_ih + h @ W_hh.T + b_hh)
        return h_new, h

    _, hs = scan(step, h0, x)
    return hs


def forward_5(x, h0, W_ih, W_hh, b_ih, b_hh):
    A, Bu, d = W_hh, W_ih, b_ih + b_hh
    s = h0
    y = np.zeros((x.shape[0],) + h0.shape, dtype=x.dtype)
    for k in range(x.shape[0]):
        s = s @ A.T + x[k] @ Bu.T + d
        y[k] = np.tanh(s)
    return y


def forward_9(x, h0, W_ih, W_hh, b_ih, b_hh):
    wx = x @ W_ih.T + b_ih
    wh = h0 @ W_hh.T + b_hh
    h = np.empty_like(wx)
    for t in range(len(x)):
        h[t] = np.tanh(wx[t] + wh)
        wh = h[t] @ W_hh.T
    return h


def forward_c(x, h0, W_ih, W_hh, b_ih, b_hh):
    drive = x @ W_ih.T + (b_ih + b_hh)
    h = np.tanh(drive)
    for _ in range(len(x)):
        h = np.tanh(drive + np.concatenate([h0[None], h[:-1]]) @ W_hh.T)
    return h


RIGHT = {
    "T_sweeps_over_all_steps": forward_c,
}
WRONG = {
    "fortran_one_buffer_appended": (
        forward_1,
        "Appends the same buffer T times and overwrites it at every step, so that all returned states are the last one.",
        "Your last state is right. What do the entries of your list point to when the loop is over?",
    ),
    "keras_reshape_to_time_first_subtle": (
        forward_2,
        "Computes (B, T, H) and reshapes to (T, B, H) instead of transposing, so that states of different examples and steps are mixed up.",
        "For one example, or one step, all is right. Does reshape swap two axes?",
    ),
    "jax_emits_the_old_carry": (
        forward_3,
        "The scan emits the carry before the update, so that it returns h_0 to h_{T-1}.",
        "Compare your first state with h0, and your second with what h_1 should be: which of the two states does a step hand out?",
    ),
    "control_engineer_linear_state": (
        forward_5,
        "Lets the linear value before tanh recur and applies tanh only to what is returned.",
        "One step is right. Which quantity enters the product with W_hh at the next step, h_{t-1} or what came before the squashing?",
    ),
    "tired_bias_only_at_first_step_subtle": (
        forward_9,
        "Adds b_hh in the recurrent share of the first step only.",
        "One step is right, and the second is off by a constant before tanh: what is in your recurrent share at step 1 that is missing later?",
    ),
}
