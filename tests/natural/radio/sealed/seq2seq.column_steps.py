"""seq2seq.column_steps"""
import numpy as np


def r_reduceat(a, widths, pool):
    B, D, I, J = a.shape
    starts = np.arange(0, J, pool)
    x = np.zeros((len(starts), B, D, I), dtype=a.dtype)
    lengths = np.empty(B, dtype=int)
    for b, w in enumerate(widths):
        idx = starts[starts < w]
        lengths[b] = len(idx)
        m = np.maximum.reduceat(a[b, :, :, :w], idx, axis=2)
        x[: len(idx), b] = np.moveaxis(m, 2, 0)
    return x.reshape(len(starts), B, D * I), lengths


def r_running_maximum(a, widths, pool):
    B, D, I, J = a.shape
    cols = a.reshape(B, D * I, J)
    T = (J - 1) // pool + 1
    x = np.full((T, B, D * I), -np.inf, dtype=a.dtype)
    for j in range(J):
        real = (j < widths)[:, None]
        x[j // pool] = np.where(real, np.maximum(x[j // pool], cols[:, :, j]), x[j // pool])
    x = np.where(np.isneginf(x), 0, x)
    return x.astype(a.dtype), (widths - 1) // pool + 1


def r_nested_lists(a, widths, pool):
    B, D, I, J = a.shape
    x = []
    for first in range(0, J, pool):
        step = []
        for b in range(B):
            last = min(first + pool, J, widths[b])
            if last <= first:
                step.append([0] * (D * I))
            else:
                step.append([max(a[b, d, i, first:last]) for d in range(D) for i in range(I)])
        x.append(step)
    lengths = [len(range(0, w, pool)) for w in widths]
    return np.array(x, dtype=a.dtype), np.array(lengths)


def w_overwrites_padding(a, widths, pool):
    B, D, I, J = a.shape
    for b in range(B):
        a[b, :, :, widths[b]:] = -np.inf
    T = -(-J // pool)
    x = np.zeros((T, B, D * I), a.dtype)
    lengths = -(-widths // pool)
    for b in range(B):
        for t in range(lengths[b]):
            x[t, b] = a[b, :, :, t * pool:(t + 1) * pool].max(-1).reshape(-1)
    return x, lengths


def w_lengths_floor(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    x = np.zeros((T, B, D * I), a.dtype)
    for b in range(B):
        for t in range(T):
            g = a[b, :, :, t * pool:min(t * pool + pool, widths[b])]
            if g.size:
                x[t, b] = g.max(-1).reshape(-1)
    return x, np.maximum(widths // pool, 1)


def w_one_step_more(a, widths, pool):
    B, D, I, J = a.shape
    T = J // pool + 1
    x = np.zeros((T, B, D * I), a.dtype)
    lengths = widths // pool + 1
    for b in range(B):
        for t in range(T):
            g = a[b, :, :, t * pool:min(t * pool + pool, widths[b])]
            if g.size:
                x[t, b] = g.max(-1).reshape(-1)
    return x, lengths


def w_batch_first(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    x = np.zeros((B, T, D * I), a.dtype)
    lengths = -(-widths // pool)
    for b in range(B):
        for t in range(lengths[b]):
            x[b, t] = a[b, :, :, t * pool:min(t * pool + pool, widths[b])].max(-1).reshape(-1)
    return x, lengths


def w_not_flattened(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    x = np.zeros((T, B, D, I), a.dtype)
    lengths = -(-widths // pool)
    for b in range(B):
        for t in range(lengths[b]):
            x[t, b] = a[b, :, :, t * pool:min(t * pool + pool, widths[b])].max(-1)
    return x, lengths


def w_rows_pooled(a, widths, pool):
    # took I for the axis of steps
    B, D, I, J = a.shape
    T = -(-I // pool)
    x = np.zeros((T, B, D * J), a.dtype)
    for b in range(B):
        for t in range(T):
            x[t, b] = a[b, :, t * pool:(t + 1) * pool, :].max(axis=1).reshape(-1)
            x[t, b].reshape(D, J)[:, widths[b]:] = 0
    return x, np.full(B, T)


def w_absolute_largest(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    x = np.zeros((T, B, D * I), a.dtype)
    lengths = -(-widths // pool)
    for b in range(B):
        for t in range(lengths[b]):
            g = np.abs(a[b, :, :, t * pool:min(t * pool + pool, widths[b])])
            x[t, b] = g.max(-1).reshape(-1)
    return x, lengths


def w_every_pool_th_column(a, widths, pool):
    B, D, I, J = a.shape
    cols = a[:, :, :, ::pool]                    # stride
    T = cols.shape[-1]
    x = cols.transpose(3, 0, 1, 2).reshape(T, B, D * I).copy()
    lengths = -(-widths // pool)
    x[np.arange(T)[:, None] >= lengths] = 0
    return x, lengths


def w_columns_concatenated(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    x = np.zeros((T, B, D * I * pool), a.dtype)
    lengths = -(-widths // pool)
    for b in range(B):
        for t in range(lengths[b]):
            for p in range(pool):
                j = t * pool + p
                if j < widths[b]:
                    x[t, b, p * D * I:(p + 1) * D * I] = a[b, :, :, j].reshape(-1)
    return x, lengths


def w_padding_kept_behind(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    x = np.zeros((T, B, D * I), a.dtype)
    for b in range(B):
        for t in range(T):
            g = a[b, :, :, t * pool:min(t * pool + pool, widths[b])]
            if g.shape[-1] == 0:
                g = a[b, :, :, t * pool:(t + 1) * pool]
            x[t, b] = g.max(-1).reshape(-1)
    return x, -(-widths // pool)


def w_float64_zeros(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    x = np.zeros((T, B, D * I))
    lengths = np.zeros(B, dtype=int)
    for b in range(B):
        lengths[b] = int(np.ceil(widths[b] / pool))
        for t in range(lengths[b]):
            x[t, b] = a[b, :, :, t * pool:min(t * pool + pool, widths[b])].max(-1).reshape(-1)
    return x, lengths


def w_last_column_missed(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    x = np.zeros((T, B, D * I), a.dtype)
    lengths = -(-widths // pool)
    for b in range(B):
        for t in range(lengths[b]):
            lo = t * pool
            hi = min(lo + pool, widths[b]) - 1
            x[t, b] = a[b, :, :, lo:max(hi, lo + 1)].max(-1).reshape(-1)
    return x, lengths


RIGHT = {
    "reduceat": r_reduceat,
    "running_maximum": r_running_maximum,
    "nested_lists": r_nested_lists,
}
WRONG = {
    "overwrites_padding": (w_overwrites_padding, "Padding of the argument a is overwritten with -inf.", "Print a before and after the call."),
    "lengths_floor": (w_lengths_floor, "lengths are rounded down: a last step with few columns is not counted.", "How many steps with a real column has an image of 3 columns in groups of 2?"),
    "one_step_more": (w_one_step_more, "// pool + 1 instead of rounding up: a step too many wherever the width is a multiple of pool.", "How many steps do 4 columns need in groups of 2, and how many do you make?"),
    "batch_first": (w_batch_first, "x is (B, T, D I), batch first.", "Which axis is time in this course? Print the shape of x."),
    "not_flattened": (w_not_flattened, "x is left as (T, B, D, I), its features and rows not in one axis.", "How many axes has x to have?"),
    "rows_pooled": (w_rows_pooled, "Rows are taken together and are the steps, not columns.", "Which axis does the RNN read along, from left to right?"),
    "absolute_largest": (w_absolute_largest, "The largest absolute number is taken.", "Which is the larger of -5 and 2?"),
    "every_pool_th_column": (w_every_pool_th_column, "Every pool-th column is taken (a stride), no maximum over the group.", "Change the second column of the first group. Does x change?"),
    "columns_concatenated": (w_columns_concatenated, "The columns of a group are put one behind another, not their maximum taken.", "How many numbers has a step to have?"),
    "padding_kept_behind": (w_padding_kept_behind, "Steps behind an image hold the maxima of padding, not 0.", "What is in x behind the steps of a narrow image?"),
    "float64_zeros": (w_float64_zeros, "np.zeros without a dtype makes x float64.", "Which dtype has x, when a is float32?"),
    "last_column_missed": (w_last_column_missed, "The upper end of a group is one too small: its last column is left out (slices exclude their end already).", "Which columns does a[..., 0:1] have? Which should the first group of two have?"),
}
