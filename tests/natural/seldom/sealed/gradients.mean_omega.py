"""As people who read the paper on the vanishing-gradient regulariser once and write it from memory, with an eps for safety."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("float64_and_a_mask")
def mean_omega(dh, h, W_hh):
    dh = dh.astype(np.float64)
    back = (dh * (1 - h.astype(np.float64) ** 2)) @ W_hh
    num = np.linalg.norm(back, axis=-1)
    den = np.linalg.norm(dh, axis=-1)
    alive = den > 0
    r = num[alive] / den[alive]
    return np.mean((r - 1) ** 2)


@right("directions_first")
def mean_omega(dh, h, W_hh):
    # scale each gradient by its largest entry: r does not depend on the length
    biggest = np.abs(dh).max(axis=2, keepdims=True)
    keep = biggest[..., 0] > 0
    d = dh[keep] / biggest[keep]
    p = (d * (1 - h[keep] ** 2)) @ W_hh
    r = np.sqrt((p ** 2).sum(-1) / (d ** 2).sum(-1))
    return float(((r - 1.0) ** 2).mean())


@right("loop_over_everything")
def mean_omega(dh, h, W_hh):
    T, B, H = dh.shape
    total, count = 0.0, 0
    W = np.asarray(W_hh, dtype=float)
    for t in range(T):
        for b in range(B):
            g = np.asarray(dh[t, b], dtype=float)
            if not g.any():
                continue
            slope = 1 - np.asarray(h[t, b], dtype=float) ** 2
            left = W.T @ (slope * g)
            total += (np.sqrt(left @ left) / np.sqrt(g @ g) - 1) ** 2
            count += 1
    return total / count


@right("nan_and_nanmean")
def mean_omega(dh, h, W_hh):
    g = dh.astype("f8")
    back = np.einsum("tbi,ij->tbj", g * (1 - h * h), W_hh)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.linalg.norm(back, axis=2) / np.linalg.norm(g, axis=2)
    return np.nanmean((ratio - 1) ** 2)


@wrong(
    "eps_in_the_denominator",
    "Adds 1e-8 to the norm below the line; for gradients of 1e-20 the ratio becomes nearly zero.",
    "How large are your gradients at their smallest, beside the constant you add? Does r change when dh is scaled by 1e-15?",
)
def mean_omega(dh, h, W_hh):
    back = (dh * (1 - h ** 2)) @ W_hh
    num = np.sqrt((back ** 2).sum(-1))
    den = np.sqrt((dh ** 2).sum(-1))
    keep = den != 0
    r = num / (den + 1e-8)
    return ((r[keep] - 1) ** 2).mean()


@wrong(
    "small_taken_for_zero",
    "Counts gradients below 1e-12 as zero and leaves them out.",
    "Which gradients does the task tell you to leave out, and how small may the others be?",
)
def mean_omega(dh, h, W_hh):
    norm = np.linalg.norm(dh, axis=-1)
    mask = norm > 1e-12
    back = (dh[mask] * (1 - h[mask] ** 2)) @ W_hh
    r = np.linalg.norm(back, axis=-1) / norm[mask]
    return ((r - 1) ** 2).mean() if mask.any() else 0.0


@wrong(
    "weights_transposed",
    "Multiplies by W_hhᵀ from the right as in the forward pass; backwards it is the other way.",
    "Going forward h meets W_hh.T on the right in this layout. What does the gradient meet on its way back?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(np.float64)
    back = (dh * (1 - h**2)) @ W_hh.T
    num, den = np.linalg.norm(back, axis=-1), np.linalg.norm(dh, axis=-1)
    ok = den > 0
    return np.mean((num[ok] / den[ok] - 1) ** 2)


@wrong(
    "slope_of_the_state_before",
    "Takes the slope at h_{t-1} (with zeros for h_0), where the step back from h_t passes the tanh that made h_t.",
    "Between h_{t-1} and h_t there is one tanh. Is h_{t-1} its input or its output?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(np.float64)
    h_prev = np.concatenate([np.zeros_like(h[:1]), h[:-1]])
    back = (dh * (1 - h_prev ** 2)) @ W_hh
    den = np.linalg.norm(dh, axis=2)
    num = np.linalg.norm(back, axis=2)
    m = den > 0
    return ((num[m] / den[m] - 1) ** 2).mean()


@wrong(
    "slope_after_the_weights",
    "Goes through the weights first and then through tanh; backwards the tanh comes first.",
    "What was done last on the way forward? That is what a gradient meets first on the way back.",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(np.float64)
    dx = (dh @ W_hh) * (1 - h ** 2)
    r = []
    for t in range(dh.shape[0]):
        for b in range(dh.shape[1]):
            n = np.linalg.norm(dh[t, b])
            if n > 0:
                r.append(np.linalg.norm(dx[t, b]) / n)
    return np.mean((np.array(r) - 1) ** 2)


@wrong(
    "slope_forgotten",
    "The step back is only W_hh; the slope of tanh is missing and h is never used.",
    "One of your arguments is never read. What do saturated units let through?",
)
def mean_omega(dh, h, W_hh):
    g = dh.reshape(-1, dh.shape[-1]).astype(np.float64)
    g = g[np.any(g != 0, axis=1)]
    r = np.linalg.norm(g @ W_hh, axis=1) / np.linalg.norm(g, axis=1)
    return np.mean((r - 1) ** 2)


@wrong(
    "zeros_in_the_count",
    "Zero gradients add nothing to the sum but are still counted: the sum is divided by T·B.",
    "How many terms does your sum have, and by which number do you divide?",
)
def mean_omega(dh, h, W_hh):
    T, B, H = dh.shape
    dh = dh.astype(np.float64)
    back = (dh * (1 - h ** 2)) @ W_hh
    num = np.linalg.norm(back, axis=-1)
    den = np.linalg.norm(dh, axis=-1)
    safe = np.where(den > 0, den, 1.0)
    terms = np.where(den > 0, (num / safe - 1) ** 2, 0.0)
    return terms.sum() / (T * B)


@wrong(
    "zeros_as_ratio_zero",
    "A zero gradient is given the ratio 0, as nan_to_num does, and so counts as fully vanished, with (0 - 1)² = 1.",
    "What does a step contribute to your mean if no gradient set out there? Should it contribute anything?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(np.float64)
    back = (dh * (1 - h ** 2)) @ W_hh
    with np.errstate(all="ignore"):
        r = np.nan_to_num(np.linalg.norm(back, axis=-1) / np.linalg.norm(dh, axis=-1))
    return np.mean((r - 1) ** 2)


@wrong(
    "square_of_the_mean",
    "Averages the ratios first and squares the distance of the average from 1: growth and decay cancel.",
    "Two gradients, one with the ratio 2 and one with 0: how far is each of them from 1, and what does your code return?",
)
def mean_omega(dh, h, W_hh):
    dh = np.float64(dh)
    back = (dh * (1 - h ** 2)) @ W_hh
    den = np.linalg.norm(dh, axis=-1)
    r = np.linalg.norm(back, axis=-1)[den > 0] / den[den > 0]
    return (r.mean() - 1) ** 2


@wrong(
    "squared_lengths",
    "The ratio is that of the squared lengths: the roots are missing.",
    "If every gradient is halved, what should r be? Yours is a quarter: why?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(np.float64)
    back = (dh * (1 - h ** 2)) @ W_hh
    num = np.sum(back ** 2, axis=-1)
    den = np.sum(dh ** 2, axis=-1)
    keep = den > 0
    r = num[keep] / den[keep]
    return np.mean((r - 1) ** 2)


@wrong(
    "upside_down",
    "The ratio is upside down: what set out, divided by what is left.",
    "If nothing is left after the step, what should r be, and what does your division give?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(np.float64)
    back = (dh * (1 - h ** 2)) @ W_hh
    num = np.linalg.norm(dh, axis=-1)
    den = np.linalg.norm(back, axis=-1)
    valid = num > 0
    return np.mean((num[valid] / den[valid] - 1) ** 2)


@wrong(
    "batch_in_the_norm",
    "One norm over batch and units together gives one ratio per step, in place of one per step and example.",
    "How many ratios does your code have? Steps and examples are both to be averaged over.",
)
def mean_omega(dh, h, W_hh):
    T = dh.shape[0]
    dh = dh.astype(np.float64)
    back = (dh * (1 - h ** 2)) @ W_hh
    num = np.linalg.norm(back.reshape(T, -1), axis=1)
    den = np.linalg.norm(dh.reshape(T, -1), axis=1)
    k = den > 0
    return np.mean((num[k] / den[k] - 1) ** 2)


@wrong(
    "total_gradients_compared",
    "Compares the total gradient of the state before with that of the state after; the one before may also hold what its own outputs and loss add.",
    "dh holds totals. If a loss is attached at every step, does dh of the earlier state hold only what came back through the step?",
)
def mean_omega(dh, h, W_hh):
    n = np.linalg.norm(dh.astype(np.float64), axis=-1)     # (T, B)
    before, after = n[:-1], n[1:]
    m = after > 0
    r = before[m] / after[m]
    return np.mean((r - 1) ** 2)


@wrong(
    "float32_clamped_at_tiny",
    "Goes to float32, as a framework would, and holds the squared norm above finfo.tiny (about 1e-38): the square of 1e-20 lies below that, so r comes out too small.",
    "What is the square of 1e-20, and what does your maximum make of it? Print both for a gradient of that size.",
)
def mean_omega(dh, h, W_hh):
    dh, h, W_hh = (a.astype(np.float32) for a in (dh, h, W_hh))
    tiny = np.finfo(np.float32).tiny
    alive = (dh != 0).any(axis=-1)
    back = (dh * (1 - h ** 2)) @ W_hh
    num2 = (back ** 2).sum(axis=-1)
    den2 = np.maximum((dh ** 2).sum(axis=-1), tiny)
    r = np.sqrt(num2 / den2)
    return float(np.mean((r[alive] - 1) ** 2))


@wrong(
    "mean_of_step_means",
    "Averages over the examples of each step and then over the steps; where steps have different numbers of zero gradients the weights are wrong.",
    "If one step has a single gradient that is not zero and the next has ten, how much does each gradient weigh in your mean?",
)
def mean_omega(dh, h, W_hh):
    per_step = []
    for g, s in zip(dh.astype(np.float64), h):
        n = np.linalg.norm(g, axis=1)
        if not (n > 0).any():
            continue
        g, s, n = g[n > 0], s[n > 0], n[n > 0]
        left = np.linalg.norm((g * (1 - s ** 2)) @ W_hh, axis=1)
        per_step.append(np.mean((left / n - 1) ** 2))
    return np.mean(per_step)


@wrong(
    "no_square",
    "Averages |r - 1|, as an L1 penalty would, without the square.",
    "A gradient that doubles and one that grows to three times its length: how should their shares compare?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(np.float64)
    back = (dh * (1 - h ** 2)) @ W_hh
    a, b = np.linalg.norm(back, axis=-1), np.linalg.norm(dh, axis=-1)
    return np.abs(a[b > 0] / b[b > 0] - 1).mean()


@wrong(
    "sum_as_a_loss",
    "Returns the sum of all terms, as a regulariser that is summed, not the mean.",
    "Put the same batch in twice side by side. Should the result double?",
)
def mean_omega(dh, h, W_hh):
    omega = 0.0
    for t in range(dh.shape[0]):
        g = dh[t].astype(np.float64)
        back = (g * (1 - h[t] ** 2)) @ W_hh
        n = np.linalg.norm(g, axis=1)
        m = n > 0
        omega += np.sum((np.linalg.norm(back, axis=1)[m] / n[m] - 1) ** 2)
    return omega


@wrong(
    "any_zero_entry",
    "Leaves out every gradient that has any entry of zero, not only those that are zero altogether.",
    "Is (0, 3, 1) a zero gradient? Look at what your mask asks of the entries.",
)
def mean_omega(dh, h, W_hh):
    keep = np.all(dh != 0, axis=-1)
    d = dh[keep].astype(np.float64)
    back = (d * (1 - h[keep] ** 2)) @ W_hh
    r = np.linalg.norm(back, axis=-1) / np.linalg.norm(d, axis=-1)
    return np.mean((r - 1) ** 2)


@wrong(
    "dim_keyword",
    "dim is torch's word; NumPy's norm raises an error about the unknown argument.",
    "Read the error: which argument does it not know, and what is that one called here?",
)
def mean_omega(dh, h, W_hh):
    back = (dh * (1 - h ** 2)) @ W_hh
    num = np.linalg.norm(back, dim=-1)
    den = np.linalg.norm(dh, dim=-1)
    mask = den > 0
    return ((num[mask] / den[mask] - 1) ** 2).mean()
