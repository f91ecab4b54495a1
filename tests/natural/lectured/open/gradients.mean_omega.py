"""As students after the lecture: the regulariser was one slide near the end, and they remember a ratio of two norms and a minus one."""
import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


@right("mask_and_float64")
def mean_omega(dh, h, W_hh):
    dh = dh.astype(np.float64)
    back = (dh * (1 - h.astype(np.float64)**2)) @ W_hh
    before = np.linalg.norm(dh, axis=-1)      # (T, B)
    after = np.linalg.norm(back, axis=-1)
    ok = before > 0
    if not ok.any():
        return 0.0
    r = after[ok] / before[ok]
    return np.mean((r - 1)**2)


@right("loops_with_unit_vectors")
def mean_omega(dh, h, W_hh):
    T, B, H = dh.shape
    total, count = 0.0, 0
    for t in range(T):
        for b in range(B):
            biggest = float(np.abs(dh[t, b]).max())
            if biggest == 0:
                continue
            # r does not care how long dh is, so make it a unit vector (column) first
            e = np.array([float(x) / biggest for x in dh[t, b]])
            e = e / np.sqrt(e @ e)
            r = np.linalg.norm(W_hh.T @ (np.diag(1 - h[t, b]**2) @ e))
            total += (r - 1)**2
            count += 1
    return total / count if count else 0.0


@right("jacobians_and_quadratic_form")
def mean_omega(dh, h, W_hh):
    T, B, H = dh.shape
    d = dh.reshape(T * B, H)
    s = 1 - h.reshape(T * B, H).astype(float)**2
    keep = np.any(d != 0, axis=1)
    d, s = d[keep].astype(float), s[keep]
    if len(d) == 0:
        return 0.0
    G = W_hh.astype(float) @ W_hh.T.astype(float)
    # |W^T D d|^2 = d^T D W W^T D d
    num = np.einsum("ni,ij,nj->n", s * d, G, s * d)
    r = np.sqrt(num / np.einsum("ni,ni->n", d, d))
    return ((r - 1) ** 2).sum() / len(r)


@wrong(
    "ratio_of_total_gradients",
    "Compares the total gradients of neighbouring states; these also hold what comes in from each step's own output, not only what was carried back.",
    "Suppose that every step has a loss of its own. Which part of dh_{t-1} has nothing to do with dh_t?",
)
def mean_omega(dh, h, W_hh):
    norms = np.linalg.norm(dh, axis=2)
    omega, n = 0.0, 0
    for t in range(1, dh.shape[0]):
        for b in range(dh.shape[1]):
            if norms[t, b] > 0:
                omega += (norms[t-1, b] / norms[t, b] - 1)**2
                n += 1
    return omega / n if n else 0.0


@wrong(
    "w_transposed",
    "Row gradients are multiplied by W_hh.T as in the forward pass; on the way back they meet W_hh.",
    "Forwards, rows meet W_hh.T. If a unit j feeds unit i by W_hh[i, j], how does the gradient of i get to j?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(float)
    g = (dh * (1 - h**2)) @ W_hh.T
    n0 = np.sqrt((dh**2).sum(-1))
    n1 = np.sqrt((g**2).sum(-1))
    mask = n0 != 0
    r = n1[mask] / n0[mask]
    return ((r - 1)**2).mean() if mask.any() else 0.0


@wrong(
    "slope_forgotten",
    "Only W_hh is applied; the slope of tanh is missing.",
    "What does your ratio say of a network whose states all sit near ±1?",
)
def mean_omega(dh, h, W_hh):
    omega = 0.0
    count = 0
    T, B, H = dh.shape
    for t in range(T):
        for b in range(B):
            before = np.linalg.norm(dh[t, b].astype(float))
            if before == 0:
                continue
            after = np.linalg.norm(W_hh.T @ dh[t, b].astype(float))
            omega += (after / before - 1)**2
            count += 1
    return omega / max(count, 1)


@wrong(
    "epsilon_in_the_denominator",
    "1e-8 is added to the norm below the bar; beside gradients of 1e-20 this is huge, and the ratio becomes zero.",
    "Multiply all of dh by 1e-20. Should the result change? Compare your ε with the norms then.",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(np.float64)
    back = (dh * (1 - h**2)) @ W_hh
    n_before = np.linalg.norm(dh, axis=-1)
    n_after = np.linalg.norm(back, axis=-1)
    r = n_after / (n_before + 1e-8)
    counted = n_before > 0
    return np.sum(((r - 1)**2)[counted]) / max(1, counted.sum())


@wrong(
    "zeros_counted_as_lost",
    "Where dh is zero the ratio is set to 0 and still counted, so that each adds 1.",
    "Add an example with dh = 0 everywhere. Should the mean change?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(np.float64)
    before = np.linalg.norm(dh, axis=-1)
    after = np.linalg.norm((dh * (1 - h**2)) @ W_hh, axis=-1)
    r = np.divide(after, before, out=np.zeros_like(before), where=before > 0)
    return np.mean((r - 1)**2)


@wrong(
    "divided_by_all",
    "Zero gradients are skipped in the sum, but it is divided by T·B all the same.",
    "Over how many terms does your sum run, and by what do you divide?",
)
def mean_omega(dh, h, W_hh):
    T, B, H = dh.shape
    omega = 0.0
    for t in range(T):
        for b in range(B):
            d = dh[t, b].astype(float)
            if np.any(d):
                J = np.diag(1 - h[t, b]**2) @ W_hh
                r = np.linalg.norm(d @ J) / np.linalg.norm(d)
                omega += (r - 1)**2
    return omega / (T * B)


@wrong(
    "mean_before_the_square",
    "Averages the ratios first and squares the distance of the average from 1; ratios above and below 1 cancel.",
    "Two ratios, 0 and 2. What should come out, and what do you get?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(float)
    before = np.sqrt(np.sum(dh**2, axis=-1))
    after = np.sqrt(np.sum(((dh * (1 - h**2)) @ W_hh)**2, axis=-1))
    ok = before > 0
    if not np.any(ok):
        return 0.0
    return (np.mean(after[ok] / before[ok]) - 1)**2


@wrong(
    "one_norm_for_the_batch",
    "The norm runs over the examples too, so that there is one ratio for each step, ruled by the examples with the longest gradients.",
    "What shape has your r? Does an example with a tiny gradient count as much as another?",
)
def mean_omega(dh, h, W_hh):
    omegas = []
    for t in range(len(dh)):
        before = np.linalg.norm(dh[t].astype(float))
        after = np.linalg.norm((dh[t].astype(float) * (1 - h[t]**2)) @ W_hh)
        if before > 0:
            omegas.append((after / before - 1)**2)
    return np.mean(omegas) if omegas else 0.0


@wrong(
    "distance_not_squared",
    "The mean of |r - 1|, without the square.",
    "If every ratio were 3, what should come out?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(float)
    a = np.linalg.norm((dh * (1 - h * h)) @ W_hh, axis=2)
    b = np.linalg.norm(dh, axis=2)
    r = a[b > 0] / b[b > 0]
    return np.abs(r - 1).mean() if r.size else 0.0


@wrong(
    "squared_norms_in_the_ratio",
    "The root is missing in both norms, so that r² stands where r should.",
    "With W_hh = 2·I and states of zero, how much longer does a gradient get? What is your r?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(np.float64)
    back = (dh * (1 - h**2)) @ W_hh
    num = np.sum(back**2, axis=-1)
    den = np.sum(dh**2, axis=-1)
    r = num[den > 0] / den[den > 0]
    if r.size == 0:
        return 0.0
    return np.mean((r - 1)**2)


@wrong(
    "small_taken_for_zero",
    "Everything under 1e-12 is taken for zero and left out; such gradients do count.",
    "The task says how small gradients may be. What does your mask make of them?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(float)
    before = np.linalg.norm(dh, axis=-1)
    after = np.linalg.norm((dh * (1 - h**2)) @ W_hh, axis=-1)
    mask = before > 1e-12
    if mask.sum() == 0:
        return 0.0
    return np.mean((after[mask] / before[mask] - 1)**2)


@wrong(
    "no_mask",
    "Divides for all steps and examples; where dh is zero, 0/0 makes the whole mean nan.",
    "Set dh to zero for one example. What is 0/0, and what does a mean make of it?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(np.float64)
    back = (dh * (1 - h**2)) @ W_hh
    r = np.linalg.norm(back, axis=-1) / np.linalg.norm(dh, axis=-1)
    return np.mean((r - 1)**2)


@wrong(
    "one_zero_entry_is_enough",
    "Leaves out a vector as soon as any one of its entries is zero; only if all are zero there is no gradient.",
    "Does the gradient (0, 3, 4) set out or not? What does your test say?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(float)
    r_list = []
    for t in range(dh.shape[0]):
        for b in range(dh.shape[1]):
            if (dh[t, b] == 0).any():
                continue
            r = np.linalg.norm((dh[t, b] * (1 - h[t, b]**2)) @ W_hh) / np.linalg.norm(dh[t, b])
            r_list.append((r - 1)**2)
    return np.mean(r_list) if r_list else 0.0


@wrong(
    "summed_not_averaged",
    "The sum over steps and examples, as Ω on the slide, not the mean.",
    "Put the batch in twice. Should the number double?",
)
def mean_omega(dh, h, W_hh):
    # Omega = sum_t ( |dh_{t+1} J| / |dh_{t+1}| - 1 )^2
    dh = dh.astype(float)
    Omega = 0.0
    for t in range(dh.shape[0]):
        back = (dh[t] * (1 - h[t]**2)) @ W_hh
        for b in range(dh.shape[1]):
            n = np.linalg.norm(dh[t, b])
            if n != 0:
                Omega += (np.linalg.norm(back[b]) / n - 1)**2
    return Omega


def _safe_norm(g):
    # +eps under the root, otherwise its derivative is infinite at 0
    return np.sqrt(np.sum(g**2, axis=-1) + 1e-12)


@wrong(
    "epsilon_under_the_root",
    "1e-12 is added under both roots; beside tiny gradients both norms become 1e-6 and each ratio 1, so that nothing seems lost.",
    "Multiply dh by 1e-20: should r change? Print both of your norms then.",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(np.float64)
    back = (dh * (1 - h**2)) @ W_hh
    r = _safe_norm(back) / _safe_norm(dh)
    ok = np.any(dh != 0, axis=-1)
    if not ok.any():
        return 0.0
    return np.mean((r[ok] - 1)**2)


@wrong(
    "slope_at_the_state_before",
    "The step back from h_t goes through the tanh that made h_t, but the slope is taken at h_{t-1}.",
    "dh_t goes back through the squashing of which step? Which state came out of it?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(float)
    h_prev = np.concatenate([np.zeros_like(h[:1]), h[:-1]])
    back = (dh * (1 - h_prev**2)) @ W_hh
    before = np.linalg.norm(dh, axis=-1)
    keep = before > 0
    if not keep.any():
        return 0.0
    r = np.linalg.norm(back, axis=-1)[keep] / before[keep]
    return np.mean((r - 1)**2)


@wrong(
    "norm_over_the_steps",
    "The norms run over axis 0, the steps: one ratio for each example and unit, when gradients are vectors over the units.",
    "Which of the three axes of dh is the vector whose length is asked for?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(float)
    back = (dh * (1 - h**2)) @ W_hh
    r = np.linalg.norm(back, axis=0) / np.linalg.norm(dh, axis=0)
    r = r[np.isfinite(r)]
    return np.mean((r - 1)**2) if r.size else 0.0


@wrong(
    "ratio_upside_down",
    "The ratio is before/after: a gradient that is shortened to a half gets 2.",
    "If a gradient dies out altogether, what is left of it, as a ratio? And what is yours?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(float)
    before = np.linalg.norm(dh, axis=-1)
    after = np.linalg.norm((dh * (1 - h**2)) @ W_hh, axis=-1)
    ok = before > 0
    return np.mean((before[ok] / after[ok] - 1)**2) if ok.any() else 0.0


@wrong(
    "squashed_again",
    "Takes tanh of h again in the slope, though h is squashed already.",
    "Read what the task says about h. What is the slope for h = 1?",
)
def mean_omega(dh, h, W_hh):
    def f_prime(a):
        return 1 - np.tanh(a)**2

    dh = dh.astype(float)
    d_prev = (dh * f_prime(h)) @ W_hh
    n = np.linalg.norm(dh, axis=-1)
    m = np.linalg.norm(d_prev, axis=-1)
    r = m[n > 0] / n[n > 0]
    return np.mean((r - 1)**2) if len(r) else 0.0


@wrong(
    "slope_after_the_weights",
    "Goes back through W_hh first and through the tanh after; the gradient of h_t meets its tanh first.",
    "Forwards, h goes through W_hh and then through tanh. In which order do you meet the two on the way back?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(float)
    back = (dh @ W_hh) * (1 - h**2)
    before = np.linalg.norm(dh, axis=-1)
    after = np.linalg.norm(back, axis=-1)
    ok = before > 0
    if not ok.any():
        return 0.0
    return np.mean((after[ok] / before[ok] - 1)**2)


@wrong(
    "norm_of_the_jacobian",
    "Takes the largest singular value of the Jacobian, the most that any gradient could keep, in place of what this gradient keeps.",
    "Turn dh into another direction. Does your r change? Should it?",
)
def mean_omega(dh, h, W_hh):
    T, B, H = dh.shape
    total, n = 0.0, 0
    for t in range(T):
        for b in range(B):
            if not dh[t, b].any():
                continue
            J = np.diag(1 - h[t, b]**2) @ W_hh
            total += (np.linalg.norm(J, 2) - 1)**2
            n += 1
    return total / n if n else 0.0


@wrong(
    "dh_scaled_in_place",
    "dh *= 1 - h² changes the caller's gradients, and the norm below the bar is that of the changed ones.",
    "Which dh do you measure in the denominator, the one that came in? Print it before and after.",
)
def mean_omega(dh, h, W_hh):
    dh *= 1 - h**2
    back = dh @ W_hh
    n = np.linalg.norm(dh.astype(float), axis=-1)
    m = np.linalg.norm(back.astype(float), axis=-1)
    ok = n > 0
    return np.mean((m[ok] / n[ok] - 1)**2) if ok.any() else 0.0


@wrong(
    "mean_of_means",
    "Averages over the examples of each step and then over the steps; where steps have different numbers of counted examples, they weigh too much or too little.",
    "One step has a single example that counts, another has ten. Which weight does each example have in your mean?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(float)
    per_step = []
    for t in range(len(dh)):
        before = np.linalg.norm(dh[t], axis=1)
        after = np.linalg.norm((dh[t] * (1 - h[t]**2)) @ W_hh, axis=1)
        ok = before > 0
        if ok.any():
            per_step.append(np.mean((after[ok] / before[ok] - 1)**2))
    return np.mean(per_step) if per_step else 0.0


@wrong(
    "one_number_per_step",
    "Averages over the batch only and returns a list of T numbers.",
    "The task wants 'a number'. What is the shape of what you return?",
)
def mean_omega(dh, h, W_hh):
    dh = dh.astype(float)
    before = np.linalg.norm(dh, axis=-1)
    after = np.linalg.norm((dh * (1 - h**2)) @ W_hh, axis=-1)
    with np.errstate(invalid="ignore"):
        r = after / before
    return np.nanmean((r - 1)**2, axis=1)
