"""after.newton_round"""
import numpy as np


# ---- right
def r_block_bidiagonal(h, x, w, h0):
    # solve (I - L) d = residual for each unit: the textbook Newton step on the whole trajectory
    T, B, H = h.shape
    hp = np.concatenate([h0[None], h[:-1]])
    f = np.tanh(w * hp + x)
    J = w * (1 - f**2)
    r = f - h
    out = np.empty_like(h)
    for b in range(B):
        for j in range(H):
            M = np.eye(T)
            for t in range(1, T):
                M[t, t - 1] = -J[t, b, j]
            out[:, b, j] = h[:, b, j] + np.linalg.solve(M, r[:, b, j])
    return out


def r_associative_scan(h, x, w, h0):
    hp = np.concatenate([h0[None], h[:-1]])
    f = np.tanh(w * hp + x)
    A = w * (1 - f**2)
    b = f - A * hp
    shift = 1
    while shift < len(h):
        A2, b2 = A.copy(), b.copy()
        A2[shift:] = A[shift:] * A[:-shift]
        b2[shift:] = A[shift:] * b[:-shift] + b[shift:]
        A, b = A2, b2
        shift *= 2
    return A * h0 + b


def r_generator(h, x, w, h0):
    def states():
        old = new = h0
        for guess, inp in zip(h, x):
            f = np.tanh(w * old + inp)
            new = f + w * (1 - f) * (1 + f) * (new - old)
            old = guess
            yield new

    return np.stack(list(states()))


# ---- wrong
def w_tangent_at_new_state(h, x, w, h0):
    new = np.empty_like(h)
    p, g = h0, h0
    for t in range(len(h)):
        f = np.tanh(w * p + x[t])
        J = w * (1 - f**2)
        new[t] = f + J * (p - g)
        p, g = new[t], h[t]
    return new


def w_difference_turned(h, x, w, h0):
    new = np.empty_like(h)
    p, g = h0, h0
    for t in range(len(h)):
        f = np.tanh(w * g + x[t])
        J = w * (1 - f**2)
        new[t] = f + J * (g - p)
        p, g = new[t], h[t]
    return new


def w_roll(h, x, w, h0):
    hp = np.roll(h, 1, axis=0)
    f = np.tanh(w * hp + x)
    J = w * (1 - f**2)
    s = h0
    out = []
    for t in range(len(h)):
        s = f[t] + J[t] * (s - hp[t])
        out.append(s)
    return np.stack(out)


def w_newton_per_step(h, x, w, h0):
    # x - f/f' for  h - tanh(w h_prev + x) = 0
    hp = np.concatenate([h0[None], h[:-1]])
    f = np.tanh(w * hp + x)
    J = w * (1 - f**2)
    return h - (h - f) / (1 - J)


def w_dot_with_w(h, x, w, h0):
    new = np.empty_like(h)
    p, g = h0, h0
    for t in range(len(h)):
        f = np.tanh(np.dot(g, w) + x[t])
        J = w * (1 - f**2)
        new[t] = f + J * (p - g)
        p, g = new[t], h[t]
    return new


def w_slope_from_guess(h, x, w, h0):
    # 1 - h_t^2: h_t is the tanh already
    new = np.empty_like(h)
    p, g = h0, h0
    for t in range(len(h)):
        f = np.tanh(w * g + x[t])
        J = w * (1 - h[t] ** 2)
        new[t] = f + J * (p - g)
        p, g = new[t], h[t]
    return new


def w_slope_of_preactivation(h, x, w, h0):
    hp = np.concatenate([h0[None], h[:-1]])
    z = w * hp + x
    f = np.tanh(z)
    J = w * (1 - z**2)
    s = h0
    out = []
    for t in range(len(h)):
        s = f[t] + J[t] * (s - hp[t])
        out.append(s)
    return np.stack(out)


def w_sigmoid_slope(h, x, w, h0):
    hp = np.concatenate([h0[None], h[:-1]])
    f = np.tanh(w * hp + x)
    J = w * f * (1 - f)
    s = h0
    out = []
    for t in range(len(h)):
        s = f[t] + J[t] * (s - hp[t])
        out.append(s)
    return np.stack(out)


def w_slope_of_step_before(h, x, w, h0):
    hp = np.concatenate([h0[None], h[:-1]])
    f = np.tanh(w * hp + x)
    J = w * (1 - f**2)
    out = np.empty_like(h)
    out[0] = f[0]
    for t in range(1, len(h)):
        out[t] = f[t] + J[t - 1] * (out[t - 1] - h[t - 1])
    return out


def w_returns_the_change(h, x, w, h0):
    hp = np.concatenate([h0[None], h[:-1]])
    f = np.tanh(w * hp + x)
    J = w * (1 - f**2)
    d = np.zeros_like(h0)
    out = []
    for t in range(len(h)):
        d = f[t] - h[t] + J[t] * d
        out.append(d)
    return np.stack(out)


def w_parallel_without_recursion(h, x, w, h0):
    # corrections from the old residuals only, no loop needed
    hp = np.concatenate([h0[None], h[:-1]])
    f = np.tanh(w * hp + x)
    J = w * (1 - f**2)
    f_prev = np.concatenate([h0[None], f[:-1]])
    return f + J * (f_prev - hp)


def w_first_guess_kept(h, x, w, h0):
    out = h.copy()
    for t in range(1, len(h)):
        f = np.tanh(w * h[t - 1] + x[t])
        J = w * (1 - f**2)
        out[t] = f + J * (out[t - 1] - h[t - 1])
    return out


RIGHT = {
    "block_bidiagonal": r_block_bidiagonal,
    "associative_scan": r_associative_scan,
    "generator": r_generator,
}
WRONG = {
    "tangent_at_new_state": (
        w_tangent_at_new_state,
        "computes step and slope at the new state instead of at the guess",
        "Where does the tangent touch: at the guess or at the new state?",
    ),
    "difference_turned": (
        w_difference_turned,
        "the difference is guess minus new, its sign turned",
        "If the new state before is larger than its guess and J is positive, which way should the step move?",
    ),
    "roll": (
        w_roll,
        "shifts the guesses with np.roll, so that the first step sees the last guess instead of h0",
        "What does np.roll put in the first row?",
    ),
    "newton_per_step": (
        w_newton_per_step,
        "does x - f/f' for each step by itself instead of going through the tangents",
        "Does the new h_1 have any influence on your new h_2?",
    ),
    "dot_with_w": (
        w_dot_with_w,
        "sums over the units with a dot product; each unit should hear itself alone",
        "How many units does unit 1 hear in your function?",
    ),
    "slope_from_guess": (
        w_slope_from_guess,
        "takes the slope from the guess h_t instead of from f_t",
        "Is h_t, a guess, equal to the tanh of your step?",
    ),
    "slope_of_preactivation": (
        w_slope_of_preactivation,
        "squares what is inside the tanh, not the tanh",
        "Can your slope get much larger than w in size? Can that of a tanh?",
    ),
    "sigmoid_slope": (
        w_sigmoid_slope,
        "uses the derivative of the sigmoid, f (1 - f), for the tanh",
        "At which f is your slope zero? Is tanh flat there?",
    ),
    "slope_of_step_before": (
        w_slope_of_step_before,
        "uses the slope of the step before",
        "Step and slope of one tangent belong to the same t: do yours?",
    ),
    "returns_the_change": (
        w_returns_the_change,
        "returns the changes of the guesses, not the new guesses",
        "If the guesses are right already, what should come back? What does yours return?",
    ),
    "parallel_without_recursion": (
        w_parallel_without_recursion,
        "puts f of the step before where the new state of the step before belongs",
        "Which state of the step before is in the brackets, f or h'?",
    ),
    "first_guess_kept": (
        w_first_guess_kept,
        "leaves the first guess as it was",
        "What is the new h_1, by the formula with h_0?",
    ),
}
