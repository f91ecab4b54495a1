"""after.newton_round"""
import numpy as np


# ---- right
def r_loop(h, x, w, h0):
    new = np.empty_like(h)
    guess_prev, new_prev = h0, h0
    for t in range(len(x)):
        f = np.tanh(w * guess_prev + x[t])
        J = w * (1 - f**2)
        new[t] = f + J * (new_prev - guess_prev)
        guess_prev = h[t]
        new_prev = new[t]
    return new


def r_shift_then_scan(h, x, w, h0):
    # DEER: linearise everywhere at once, then a linear recurrence
    hprev = np.concatenate([h0[None], h[:-1]], axis=0)
    f = np.tanh(w * hprev + x)
    J = w * (1 - f * f)
    b = f - J * hprev
    out = []
    s = h0
    for Jt, bt in zip(J, b):
        s = Jt * s + bt
        out.append(s)
    return np.stack(out)


def r_corrections(h, x, w, h0):
    T = h.shape[0]
    d = np.zeros_like(h0)
    res = []
    for t in range(T):
        g = h[t - 1] if t > 0 else h0
        f = np.tanh(x[t] + g * w)
        h_new = f + d * w * (1 - np.square(f))
        d = h_new - h[t]
        res.append(h_new)
    return np.array(res)


# ---- wrong
def w_just_runs_the_rnn(h, x, w, h0):
    out = np.empty_like(h)
    s = h0
    for t in range(len(x)):
        s = np.tanh(w * s + x[t])
        out[t] = s
    return out


def w_guess_of_same_step(h, x, w, h0):
    f = np.tanh(w * h + x)
    J = w * (1 - f**2)
    new = np.empty_like(h)
    prev_new, prev_old = h0, h0
    for t in range(len(h)):
        new[t] = f[t] + J[t] * (prev_new - prev_old)
        prev_new, prev_old = new[t], h[t]
    return new


def w_slope_without_w(h, x, w, h0):
    hp = np.concatenate([h0[None], h[:-1]])
    f = np.tanh(w * hp + x)
    J = 1 - f**2
    out = []
    prev = h0
    for t in range(len(h)):
        prev = f[t] + J[t] * (prev - hp[t])
        out.append(prev)
    return np.stack(out)


def w_slope_square_missing(h, x, w, h0):
    out = np.zeros_like(h)
    old, new = h0, h0
    for t in range(h.shape[0]):
        f = np.tanh(w * old + x[t])
        J = w * (1 - f)
        new = f + J * (new - old)
        out[t] = new
        old = h[t]
    return out


def w_tanh_twice(h, x, w, h0):
    out = np.zeros_like(h)
    old, new = h0, h0
    for t in range(h.shape[0]):
        f = np.tanh(w * old + x[t])
        J = w * (1 - np.tanh(f) ** 2)
        new = f + J * (new - old)
        out[t] = new
        old = h[t]
    return out


def w_guess_not_subtracted(h, x, w, h0):
    hp = np.concatenate([h0[None], h[:-1]])
    f = np.tanh(w * hp + x)
    J = w * (1 - f**2)
    s = h0
    out = []
    for t in range(len(h)):
        s = f[t] + J[t] * s
        out.append(s)
    return np.stack(out)


def w_subtracts_current_guess(h, x, w, h0):
    new = np.zeros_like(h)
    for t in range(len(h)):
        hp = h[t - 1] if t else h0
        npv = new[t - 1] if t else h0
        f = np.tanh(w * hp + x[t])
        J = w * (1 - f**2)
        new[t] = f + J * (npv - h[t])
    return new


def w_fixed_point(h, x, w, h0):
    # one iteration, all steps in parallel
    h_prev = np.concatenate([h0[np.newaxis], h[:-1]], axis=0)
    return np.tanh(w * h_prev + x)


def w_into_h(h, x, w, h0):
    hp = np.concatenate([h0[None], h[:-1]])
    f = np.tanh(w * hp + x)
    J = w * (1 - f**2)
    s = h0
    for t in range(len(h)):
        s = f[t] + J[t] * (s - hp[t])
        h[t] = s
    return h


def w_until_convergence(h, x, w, h0):
    for _ in range(100):
        hp = np.concatenate([h0[None], h[:-1]])
        f = np.tanh(w * hp + x)
        J = w * (1 - f**2)
        s = h0
        new = []
        for t in range(len(h)):
            s = f[t] + J[t] * (s - hp[t])
            new.append(s)
        new = np.stack(new)
        if np.abs(new - h).max() < 1e-6:
            break
        h = new
    return new


def w_zero_initial(h, x, w, h0):
    hp = np.concatenate([np.zeros_like(h[:1]), h[:-1]])
    f = np.tanh(w * hp + x)
    J = w * (1 - f**2)
    s = np.zeros_like(h0)
    out = []
    for t in range(len(h)):
        s = f[t] + J[t] * (s - hp[t])
        out.append(s)
    return np.stack(out)


def w_double_precision(h, x, w, h0):
    T, B, H = x.shape
    g = np.zeros((T + 1, B, H))
    g[0] = h0
    g[1:] = h
    n = np.zeros((T + 1, B, H))
    n[0] = h0
    for t in range(1, T + 1):
        f = np.tanh(w * g[t - 1] + x[t - 1])
        n[t] = f + w * (1 - f**2) * (n[t - 1] - g[t - 1])
    return n[1:]


RIGHT = {
    "loop": r_loop,
    "shift_then_scan": r_shift_then_scan,
    "corrections": r_corrections,
}
WRONG = {
    "just_runs_the_rnn": (
        w_just_runs_the_rnn,
        "runs the recurrence itself step by step and never reads the guesses",
        "Change the guesses h: does your result change?",
    ),
    "guess_of_same_step": (
        w_guess_of_same_step,
        "takes the step at the guess of the same time, not of the time before",
        "Which guess goes into the step that leads to h_t?",
    ),
    "slope_without_w": (
        w_slope_without_w,
        "the slope lacks the weight w",
        "Differentiate tanh(w h + x) by h: what does the chain rule bring?",
    ),
    "slope_square_missing": (
        w_slope_square_missing,
        "the slope is w (1 - f), not w (1 - f²)",
        "What is the derivative of tanh, in terms of its value?",
    ),
    "tanh_twice": (
        w_tanh_twice,
        "the slope takes the tanh of f, which is a tanh already",
        "How many times does tanh act on w h + x in your J?",
    ),
    "guess_not_subtracted": (
        w_guess_not_subtracted,
        "J multiplies the new state, not the difference from its guess",
        "If the guesses are right already, the round should leave them: does yours?",
    ),
    "subtracts_current_guess": (
        w_subtracts_current_guess,
        "subtracts the guess of the step itself instead of that of the step before",
        "Of which time are the two states in the brackets?",
    ),
    "fixed_point": (
        w_fixed_point,
        "returns f alone, without the correction by the slope",
        "How far does a change in x_1 reach within one round of yours?",
    ),
    "into_h": (
        w_into_h,
        "writes the new guesses into the argument h",
        "Print h before and after the call.",
    ),
    "until_convergence": (
        w_until_convergence,
        "goes on until nothing changes, instead of one round",
        "How many rounds are asked for?",
    ),
    "zero_initial": (
        w_zero_initial,
        "starts from zero instead of h0",
        "What is the state before step 1 in yours?",
    ),
    "double_precision": (
        w_double_precision,
        "the result is float64 although float32 came in",
        "What dtype has an array from np.zeros?",
    ),
}
