"""after.reset_states"""
import numpy as np


# ---- right
def r_plain_loops(a, b, first, h0):
    T, B, H = a.shape
    out = np.zeros((T, B, H), dtype=a.dtype)
    for i in range(B):
        h = h0[i]
        for t in range(T):
            if first[t, i] == 1:
                h = b[t, i]
            else:
                h = a[t, i] * h + b[t, i]
            out[t, i] = h
    return out


def r_where(a, b, first, h0):
    h = h0
    hs = []
    for a_t, b_t, f_t in zip(a, b, first):
        h = np.where(f_t[:, None] == 1, b_t, a_t * h + b_t)
        hs.append(h)
    return np.stack(hs)


def r_factor_zero(a, b, first, h0):
    # a reset is a factor of 0, the scan itself needs no change
    a = a * (1 - first)[..., None].astype(a.dtype)
    out = np.empty_like(b)
    prev = h0
    for t in range(len(a)):
        out[t] = a[t] * prev + b[t]
        prev = out[t]
    return out


# ---- wrong
def w_reset_after_step(a, b, first, h0):
    h = h0
    out = []
    for t in range(len(a)):
        h = a[t] * h + b[t]
        out.append(h)
        h = np.where(first[t][:, None] == 1, np.zeros_like(h), h)
    return np.stack(out)


def w_flag_turned(a, b, first, h0):
    h = h0
    out = []
    for t in range(len(a)):
        h = a[t] * h * first[t][:, None].astype(a.dtype) + b[t]
        out.append(h)
    return np.stack(out)


def w_any_resets_all(a, b, first, h0):
    h = h0
    out = []
    for t in range(len(a)):
        if first[t].any():
            h = np.zeros_like(h0)
        h = a[t] * h + b[t]
        out.append(h)
    return np.stack(out)


def w_state_zero_at_first(a, b, first, h0):
    h = h0
    out = []
    for t in range(len(a)):
        h = a[t] * h + b[t]
        h = np.where(first[t][:, None] == 1, np.zeros_like(h), h)
        out.append(h)
    return np.stack(out)


def w_back_to_h0(a, b, first, h0):
    h = h0
    out = []
    for t in range(len(a)):
        h = np.where(first[t][:, None] == 1, h0, h)
        h = a[t] * h + b[t]
        out.append(h)
    return np.stack(out)


def w_mask_without_axis(a, b, first, h0):
    h = h0
    out = []
    for t in range(len(a)):
        h = np.where(first[t] == 1, b[t], a[t] * h + b[t])
        out.append(h)
    return np.stack(out)


def w_int_mask_makes_float64(a, b, first, h0):
    h = h0
    out = []
    for t in range(len(a)):
        h = (1 - first[t])[:, None] * a[t] * h + b[t]
        out.append(h)
    return np.stack(out)


def w_starts_from_zero(a, b, first, h0):
    h = np.zeros_like(h0)
    out = []
    for t in range(len(a)):
        keep = (first[t] == 0)[:, None]
        h = a[t] * (h * keep) + b[t]
        out.append(h)
    return np.stack(out)


def w_zeroes_h0(a, b, first, h0):
    h = h0
    out = []
    for t in range(len(a)):
        h[first[t] == 1] = 0
        h = a[t] * h + b[t]
        out.append(h.copy())
    return np.stack(out)


def w_zeroes_a(a, b, first, h0):
    a[first == 1] = 0
    h = h0
    out = []
    for t in range(len(a)):
        h = a[t] * h + b[t]
        out.append(h)
    return np.stack(out)


def w_division_scan(a, b, first, h0):
    # closed form: h_t = A_t (h_0 + sum b_s / A_s); resets set the factor to 0
    a = np.where(first[:, :, None] == 1, np.zeros_like(a), a)
    A = np.cumprod(a, axis=0)
    return A * (h0 + np.cumsum(b / A, axis=0))


def w_h0_in_result(a, b, first, h0):
    h = [h0]
    for t in range(len(a)):
        h.append(np.where(first[t][:, None] == 1, b[t], a[t] * h[-1] + b[t]))
    return np.stack(h)


RIGHT = {
    "plain_loops": r_plain_loops,
    "where": r_where,
    "factor_zero": r_factor_zero,
}
WRONG = {
    "reset_after_step": (
        w_reset_after_step,
        "sets the state to zero after the first step of an episode, so that it takes effect one step late",
        "Which state counts as zero: that before the first step or that after it?",
    ),
    "flag_turned": (
        w_flag_turned,
        "keeps the state where an episode begins and drops it elsewhere",
        "What does a 1 in first mean? What does your product do with it?",
    ),
    "any_resets_all": (
        w_any_resets_all,
        "resets all examples as soon as one begins an episode",
        "Two examples, only one begins anew: what happens to the other in yours?",
    ),
    "state_zero_at_first": (
        w_state_zero_at_first,
        "the state at the first step itself becomes zero, so that b of that step is lost",
        "What is h at the first step of an episode by the formula: zero or something else?",
    ),
    "back_to_h0": (
        w_back_to_h0,
        "episodes begin at h0 instead of at zero",
        "In the example of the text, what is the state at the second step? What is yours?",
    ),
    "mask_without_axis": (
        w_mask_without_axis,
        "the flags (B,) line up with the units instead of the examples",
        "Print the shapes of first[t] and b[t]. Which axes does NumPy put together?",
    ),
    "int_mask_makes_float64": (
        w_int_mask_makes_float64,
        "multiplying by whole numbers makes float64 of float32",
        "What dtype has int64 times float32?",
    ),
    "starts_from_zero": (
        w_starts_from_zero,
        "h0 is never read: the row begins at zero",
        "Does your result depend on h0? From what does a step 1 go on if no episode begins there?",
    ),
    "zeroes_h0": (
        w_zeroes_h0,
        "h is h0 itself, and a reset at step 1 writes zeros into it",
        "Print h0 before and after, with first[0] = 1.",
    ),
    "zeroes_a": (
        w_zeroes_a,
        "writes zeros into the argument a",
        "Print a before and after the call.",
    ),
    "division_scan": (
        w_division_scan,
        "divides by the running product of the factors, which is 0 from the first reset on",
        "What is your running product after a reset, and what do you divide by it?",
    ),
    "h0_in_result": (
        w_h0_in_result,
        "returns T + 1 states, h0 in front",
        "How many states are there after T steps?",
    ),
}
