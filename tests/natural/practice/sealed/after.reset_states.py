"""after.reset_states"""
import numpy as np


# ---- right
def r_per_episode(a, b, first, h0):
    T, B, H = a.shape
    out = np.empty_like(b)
    for i in range(B):
        starts = [0] + [t for t in range(1, T) if first[t, i]] + [T]
        for s, e in zip(starts[:-1], starts[1:]):
            h = np.zeros_like(h0[i]) if first[s, i] else h0[i]
            for t in range(s, e):
                h = a[t, i] * h + b[t, i]
                out[t, i] = h
    return out


def r_doubling_scan(a, b, first, h0):
    # S5 for RL: operator on (a, b) with reset as a factor 0, Hillis-Steele
    A = np.where(first[..., None] == 1, np.zeros_like(a), a)
    S = b.copy()
    n = 1
    while n < len(a):
        S = np.concatenate([S[:n], A[n:] * S[:-n] + S[n:]])
        A = np.concatenate([A[:n], A[n:] * A[:-n]])
        n = 2 * n
    return A * h0 + S


def r_recursive(a, b, first, h0):
    def state(t):
        if t < 0:
            return [h0]
        past = state(t - 1)
        h = past[-1].copy()
        h[first[t].astype(bool)] = 0
        return past + [a[t] * h + b[t]]

    return np.array(state(len(a) - 1)[1:])


# ---- wrong
def w_flag_masks_b(a, b, first, h0):
    h = h0
    out = []
    for t in range(len(a)):
        keep = (1 - first[t]).astype(a.dtype)[:, None]
        h = a[t] * h + keep * b[t]
        out.append(h)
    return np.stack(out)


def w_flags_of_first_example(a, b, first, h0):
    h = h0
    out = []
    for t in range(len(a)):
        if first[t, 0] == 1:
            h = np.zeros_like(h)
        h = a[t] * h + b[t]
        out.append(h)
    return np.stack(out)


def w_if_on_array(a, b, first, h0):
    h = h0
    out = []
    for t in range(len(a)):
        if first[t] == 1:
            h = b[t]
        else:
            h = a[t] * h + b[t]
        out.append(h)
    return np.stack(out)


def w_last_state(a, b, first, h0):
    h = h0.copy()
    for t in range(len(a)):
        h[first[t] == 1] = 0
        h = a[t] * h + b[t]
    return h


def w_h0_survives(a, b, first, h0):
    # solution from zero with resets, plus the part of h0
    h = np.zeros_like(h0)
    out = []
    for t in range(len(a)):
        h = np.where(first[t][:, None] == 1, b[t], a[t] * h + b[t])
        out.append(h)
    return np.stack(out) + np.cumprod(a, axis=0) * h0


def w_only_first_reset(a, b, first, h0):
    where = np.argmax(first, axis=0)
    h = h0
    out = []
    for t in range(len(a)):
        begins = (where == t) & (first[t] == 1)
        h = np.where(begins[:, None], b[t], a[t] * h + b[t])
        out.append(h)
    return np.stack(out)


def w_flag_of_next_step(a, b, first, h0):
    # done flags: the episode ends where the next step is a first one
    done = np.concatenate([first[1:], np.zeros_like(first[:1])])
    h = h0
    out = []
    for t in range(len(a)):
        h = np.where(done[t][:, None] == 1, b[t], a[t] * h + b[t])
        out.append(h)
    return np.stack(out)


def w_time_and_batch_exchanged(a, b, first, h0):
    out = np.zeros_like(b)
    for n in range(a.shape[0]):
        h = h0[n]
        for t in range(a.shape[1]):
            h = b[n, t] if first[n, t] else a[n, t] * h + b[n, t]
            out[n, t] = h
    return out


def w_list_of_states(a, b, first, h0):
    states = []
    h = h0
    for t in range(len(a)):
        h = np.where(first[t][:, None], b[t], a[t] * h + b[t])
        states.append(h)
    return states


def w_min_gru_weights(a, b, first, h0):
    h = h0
    out = []
    for t in range(len(a)):
        h = np.where(first[t][:, None] == 1, np.zeros_like(h), h)
        h = a[t] * h + (1 - a[t]) * b[t]
        out.append(h)
    return np.stack(out)


def w_reset_to_product(a, b, first, h0):
    # zero counts for the sum: a * (0 + b)
    h = h0
    out = []
    for t in range(len(a)):
        h = np.where(first[t][:, None] == 1, a[t] * b[t], a[t] * h + b[t])
        out.append(h)
    return np.stack(out)


def w_first_column_unfinished(a, b, first, h0):
    T, B, H = a.shape
    out = np.zeros_like(b)
    out[0] = np.where(first[0][:, None] == 1, b[0], a[0] * h0 + b[0])
    for t in range(1, T):
        for i in range(B):
            if first[t, i] == 1:
                out[t, i] = b[t, i]
            # TODO else
    return out


RIGHT = {
    "per_episode": r_per_episode,
    "doubling_scan": r_doubling_scan,
    "recursive": r_recursive,
}
WRONG = {
    "flag_masks_b": (
        w_flag_masks_b,
        "drops b at the first step of an episode and keeps the old state",
        "Which of the two terms stays where f is 1?",
    ),
    "flags_of_first_example": (
        w_flags_of_first_example,
        "the flags of the first example are used for all",
        "Which column of first does your function read?",
    ),
    "if_on_array": (
        w_if_on_array,
        "if asks a whole row of flags, which works for one example only",
        "What is first[t] == 1 when B is 2? Can an if decide on that?",
    ),
    "last_state": (
        w_last_state,
        "returns the last state only",
        "What shape is asked for?",
    ),
    "h0_survives": (
        w_h0_survives,
        "the part of h0 is added with all factors and lives on after a reset",
        "After a reset, may h0 still be heard? Try a large h0.",
    ),
    "only_first_reset": (
        w_only_first_reset,
        "argmax finds the first reset of each example only; later ones are ignored",
        "What does np.argmax give for 0, 1, 0, 1?",
    ),
    "flag_of_next_step": (
        w_flag_of_next_step,
        "reads the flag of the next step, so that resets come one step early",
        "In the example of the text, at which step does your state begin anew?",
    ),
    "time_and_batch_exchanged": (
        w_time_and_batch_exchanged,
        "takes the first axis for the examples and runs along the second",
        "Which axis is time?",
    ),
    "list_of_states": (
        w_list_of_states,
        "returns a list of arrays, not an array (T, B, H)",
        "What is the type of your result?",
    ),
    "min_gru_weights": (
        w_min_gru_weights,
        "weighs b with 1 - a as in a minGRU",
        "Compare your step with the formula, term by term: what multiplies b?",
    ),
    "reset_to_product": (
        w_reset_to_product,
        "multiplies b by a at the first step of an episode",
        "Put zero for the state before into the ordinary step: what is left?",
    ),
    "first_column_unfinished": (
        w_first_column_unfinished,
        "only the first step and resets are written; all other states are zero",
        "What stands in your result at a step where no episode begins?",
    ),
}
