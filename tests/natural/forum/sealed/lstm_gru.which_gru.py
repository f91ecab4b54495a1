"""As put together from forums, blogs and papers: v1 and v3 of the GRU, reset_after, batch first, norms of all kinds."""
import itertools

import numpy as np
from tests.natural._corpus import corpus
RIGHT, WRONG, right, wrong = corpus()


def sigmoid(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))


def run(x, h0, W_ih, W_hh, b_ih, b_hh, v1, flip, zr):
    """All states (T, B, H) of one of the eight GRUs."""
    H = h0.shape[-1]
    Wr, Wz, Wn = W_ih.reshape(3, H, -1)[[1, 0, 2] if zr else [0, 1, 2]]
    Ur, Uz, Un = W_hh.reshape(3, H, H)[[1, 0, 2] if zr else [0, 1, 2]]
    br, bz, bn = b_ih.reshape(3, H)[[1, 0, 2] if zr else [0, 1, 2]]
    cr, cz, cn = b_hh.reshape(3, H)[[1, 0, 2] if zr else [0, 1, 2]]
    h, hs = h0, []
    for x_t in x:
        r = sigmoid(x_t @ Wr.T + br + h @ Ur.T + cr)
        z = sigmoid(x_t @ Wz.T + bz + h @ Uz.T + cz)
        rec = (r * h) @ Un.T + cn if v1 else r * (h @ Un.T + cn)
        n = np.tanh(x_t @ Wn.T + bn + rec)
        h = h + z * (n - h) if flip else n + z * (h - n)
        hs.append(h)
    return np.stack(hs)


@right("product_of_flags")
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in itertools.product([0, 1], repeat=3):
        diff = run(x, h0, W_ih, W_hh, b_ih, b_hh, *flags) - h
        errors[flags] = np.linalg.norm(diff.ravel()) / np.sqrt(diff.size)
    k = int(errors.argmin())
    return errors, np.array([k // 4, k // 2 % 2, k % 2])


@right("all_eight_at_once")
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    # a leading axis of eight variants, masks for the differences between them
    v = np.array(list(itertools.product([False, True], repeat=3)))
    reset_before, replace, z_first = (m[:, None, None] for m in v.T)
    H = h0.shape[1]
    s = np.repeat(h0[None], 8, axis=0)
    sq = np.zeros(8, dtype=h.dtype)
    for t in range(x.shape[0]):
        a = np.einsum("bf,gf->bg", x[t], W_ih) + b_ih
        p = np.einsum("vbh,gh->vbg", s, W_hh) + b_hh
        g1, g2 = sigmoid(a + p)[..., :H], sigmoid(a + p)[..., H:2 * H]
        r, z = np.where(z_first, g2, g1), np.where(z_first, g1, g2)
        rec = np.where(reset_before, np.einsum("vbh,gh->vbg", r * s, W_hh[2 * H:]) + b_hh[2 * H:], r * p[..., 2 * H:])
        n = np.tanh(a[..., 2 * H:] + rec)
        keep = np.where(replace, 1 - z, z)
        s = keep * s + (1 - keep) * n
        sq += np.sum((s - h[t])**2, axis=(1, 2))
    errors = np.sqrt(sq / h.size).reshape(2, 2, 2)
    return errors, np.array(np.unravel_index(errors.argmin(), (2, 2, 2)))


@right("sorted_list_of_errors")
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    found = []
    for a, b, c in itertools.product(range(2), range(2), range(2)):
        e = np.sqrt(((run(x, h0, W_ih, W_hh, b_ih, b_hh, a, b, c) - h)**2).mean(axis=(0, 1, 2)))
        found.append((float(e), a, b, c))
    errors = np.array([e for e, *_ in found]).reshape(2, 2, 2).astype(x.dtype)
    return errors, np.array(sorted(found)[0][1:])


@wrong(
    "mean_of_norms",
    "The norm over the units is taken first and then averaged over steps and examples; a mean of roots is not the root of a mean.",
    "Over which axes does the sum under the root go in the task?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in itertools.product([0, 1], repeat=3):
        diff = run(x, h0, W_ih, W_hh, b_ih, b_hh, *flags) - h
        errors[flags] = np.linalg.norm(diff, axis=-1).mean()
    return errors, np.array(np.unravel_index(errors.argmin(), (2, 2, 2)))


@wrong(
    "relative_error",
    "The error is divided by the size of the recording, a relative error.",
    "By what does the formula divide: by the number of terms or by the size of h?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in itertools.product([0, 1], repeat=3):
        diff = run(x, h0, W_ih, W_hh, b_ih, b_hh, *flags) - h
        errors[flags] = np.linalg.norm(diff) / np.linalg.norm(h)
    return errors, np.array(np.unravel_index(errors.argmin(), (2, 2, 2)))


@wrong(
    "standard_deviation",
    "The standard deviation of the differences is taken: their mean is subtracted first.",
    "If all states are 0.3 too large, what is the error by the formula? And by yours?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in itertools.product([0, 1], repeat=3):
        errors[flags] = np.std(run(x, h0, W_ih, W_hh, b_ih, b_hh, *flags) - h)
    return errors, np.array(np.unravel_index(errors.argmin(), (2, 2, 2)))


@wrong(
    "root_for_each_example",
    "A root mean square is taken for each example and these are averaged.",
    "Is the mean over examples inside or outside the root of the formula?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in itertools.product([0, 1], repeat=3):
        diff = run(x, h0, W_ih, W_hh, b_ih, b_hh, *flags) - h
        errors[flags] = np.sqrt((diff**2).mean(axis=(0, 2))).mean()
    return errors, np.array(np.unravel_index(errors.argmin(), (2, 2, 2)))


@wrong(
    "recording_shifted_by_one",
    "The states are compared with h0 at their front, so state t meets record t+1.",
    "Is the first of the states that you compare h0? What is the first of h?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in itertools.product([0, 1], repeat=3):
        states = np.concatenate([h0[None], run(x, h0, W_ih, W_hh, b_ih, b_hh, *flags)])
        errors[flags] = np.sqrt(np.mean((states[:-1] - h)**2))
    return errors, np.array(np.unravel_index(errors.argmin(), (2, 2, 2)))


@wrong(
    "first_step_not_counted",
    "The first step is left out as a warm-up.",
    "How many terms has the sum over t? How many has yours?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    skip = 1 if len(x) > 1 else 0
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in itertools.product([0, 1], repeat=3):
        diff = run(x, h0, W_ih, W_hh, b_ih, b_hh, *flags) - h
        errors[flags] = np.sqrt(np.mean(diff[skip:]**2))
    return errors, np.array(np.unravel_index(errors.argmin(), (2, 2, 2)))


@wrong(
    "starts_from_zeros",
    "Each run starts from zeros, a framework's default, and not from h0.",
    "Is h0 used anywhere but for its shape?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in itertools.product([0, 1], repeat=3):
        diff = run(x, np.zeros_like(h0), W_ih, W_hh, b_ih, b_hh, *flags) - h
        errors[flags] = np.sqrt(np.mean(diff**2))
    return errors, np.array(np.unravel_index(errors.argmin(), (2, 2, 2)))


@wrong(
    "each_question_decided_alone",
    "Each index is chosen by the mean error over the other two questions; the smallest of the eight may lie elsewhere.",
    "Look at the error at your three indices. Is it the smallest of the eight?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in itertools.product([0, 1], repeat=3):
        errors[flags] = np.sqrt(np.mean((run(x, h0, W_ih, W_hh, b_ih, b_hh, *flags) - h)**2))
    which = [errors.mean(axis=(1, 2)).argmin(), errors.mean(axis=(0, 2)).argmin(), errors.mean(axis=(0, 1)).argmin()]
    return errors, np.array(which)


@wrong(
    "reset_before_and_after_exchanged",
    "Index 0 of the first question has the reset before the product and index 1 after it.",
    "Where does r stand in the formula that has the number 0?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for reset_after, flip, zr in itertools.product([0, 1], repeat=3):
        diff = run(x, h0, W_ih, W_hh, b_ih, b_hh, 1 - reset_after, flip, zr) - h
        errors[reset_after, flip, zr] = np.sqrt(np.mean(diff**2))
    return errors, np.array(np.unravel_index(errors.argmin(), (2, 2, 2)))


@wrong(
    "reset_state_kept",
    "Where the reset acts before the product, h is overwritten by r ⊙ h, and the mixing with z then uses that reset state.",
    "Which state stands in h_t = z ⊙ h_{t-1} + …: the whole one or the reset one?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    H = h0.shape[1]
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for i, j, k in itertools.product([0, 1], repeat=3):
        s, sq = h0, 0.0
        for x_t, target in zip(x, h):
            a, p = x_t @ W_ih.T + b_ih, s @ W_hh.T + b_hh
            g = sigmoid(a + p)
            r, z = (g[:, H:2 * H], g[:, :H]) if k else (g[:, :H], g[:, H:2 * H])
            if i:
                s = r * s
                n = np.tanh(a[:, 2 * H:] + s @ W_hh[2 * H:].T + b_hh[2 * H:])
            else:
                n = np.tanh(a[:, 2 * H:] + r * p[:, 2 * H:])
            s = (1 - z) * s + z * n if j else z * s + (1 - z) * n
            sq += ((s - target)**2).sum()
        errors[i, j, k] = np.sqrt(sq / h.size)
    return errors, np.array(np.unravel_index(errors.argmin(), (2, 2, 2)))


@wrong(
    "h0_reset_in_place",
    "With the reset before the product, the state is multiplied by r in place; at the first step that array is the caller's h0, so all later runs start elsewhere.",
    "Print h0 after the call. Why do your errors depend on the order of the runs?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    H = h0.shape[1]
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for i, j, k in itertools.product([0, 1], repeat=3):
        s, sq = h0, 0.0
        for x_t, target in zip(x, h):
            a, p = x_t @ W_ih.T + b_ih, s @ W_hh.T + b_hh
            g = sigmoid(a + p)
            r, z = (g[:, H:2 * H], g[:, :H]) if k else (g[:, :H], g[:, H:2 * H])
            old = s.copy()
            if i:
                s *= r
                n = np.tanh(a[:, 2 * H:] + s @ W_hh[2 * H:].T + b_hh[2 * H:])
            else:
                n = np.tanh(a[:, 2 * H:] + r * p[:, 2 * H:])
            s = (1 - z) * old + z * n if j else z * old + (1 - z) * n
            sq += ((s - target)**2).sum()
        errors[i, j, k] = np.sqrt(sq / h.size)
    return errors, np.array(np.unravel_index(errors.argmin(), (2, 2, 2)))


@wrong(
    "rows_interleaved",
    "The rows are cut as (H, 3, …): every third row for r; they stand in blocks of H.",
    "With H = 2: are the rows of the first gate 0 and 1, or 0 and 3?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    H = h0.shape[1]

    def blocks(w):
        return np.swapaxes(w.reshape((H, 3) + w.shape[1:]), 0, 1).reshape(w.shape)

    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in itertools.product([0, 1], repeat=3):
        hs = run(x, h0, blocks(W_ih), blocks(W_hh), blocks(b_ih), blocks(b_hh), *flags)
        errors[flags] = np.sqrt(np.mean((hs - h)**2))
    return errors, np.array(np.unravel_index(errors.argmin(), (2, 2, 2)))


@wrong(
    "other_order_n_first",
    "The other order is taken as n, r, z; the task has z, r, n.",
    "Which gate has the last H rows in order 1 of question 3?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    H = h0.shape[1]
    rows = np.r_[H:2 * H, 2 * H:3 * H, 0:H]
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for i, j, k in itertools.product([0, 1], repeat=3):
        w = [v[rows] if k else v for v in (W_ih, W_hh, b_ih, b_hh)]
        errors[i, j, k] = np.sqrt(np.mean((run(x, h0, *w, i, j, 0) - h)**2))
    return errors, np.array(np.unravel_index(errors.argmin(), (2, 2, 2)))


@wrong(
    "errors_rounded_like_the_recording",
    "The errors are rounded to three digits because the recording is.",
    "What was rounded in the task: the recording, or also the errors?",
)
def which_gru(x, h0, h, W_ih, W_hh, b_ih, b_hh):
    errors = np.empty((2, 2, 2), dtype=h.dtype)
    for flags in itertools.product([0, 1], repeat=3):
        errors[flags] = np.sqrt(np.mean((run(x, h0, W_ih, W_hh, b_ih, b_hh, *flags) - h)**2))
    errors = errors.round(3)
    return errors, np.array(np.unravel_index(errors.argmin(), (2, 2, 2)))
