"""seq2seq.column_steps"""
import math

import numpy as np


def r_plain_loops(a, widths, pool):
    B, D, I, J = a.shape
    T = math.ceil(J / pool)
    x = np.zeros((T, B, D * I), dtype=a.dtype)
    lengths = np.zeros(B, dtype=int)
    for b in range(B):
        w = widths[b]
        lengths[b] = math.ceil(w / pool)
        for t in range(lengths[b]):
            for d in range(D):
                for i in range(I):
                    best = a[b, d, i, t * pool]
                    for j in range(t * pool + 1, min(t * pool + pool, w)):
                        if a[b, d, i, j] > best:
                            best = a[b, d, i, j]
                    x[t, b, d * I + i] = best
    return x, lengths


def r_minus_inf_padding(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    padded = np.full((B, D, I, T * pool), -np.inf, dtype=a.dtype)
    padded[..., :J] = np.where(np.arange(J) < widths[:, None, None, None], a, -np.inf)
    x = padded.reshape(B, D, I, T, pool).max(axis=-1)
    x = x.transpose(3, 0, 1, 2).reshape(T, B, D * I)
    lengths = (widths + pool - 1) // pool
    x[np.arange(T)[:, None] >= lengths] = 0
    return x, lengths


def r_slices(a, widths, pool):
    B, D, I, J = a.shape
    T = (J + pool - 1) // pool
    x = np.zeros((T, B, D * I), a.dtype)
    lengths = []
    for b in range(B):
        img = a[b, :, :, : widths[b]].reshape(D * I, -1)
        groups = [img[:, s : s + pool] for s in range(0, img.shape[1], pool)]
        for t, g in enumerate(groups):
            x[t, b] = g.max(axis=1)
        lengths.append(len(groups))
    return x, np.array(lengths)


def w_zero_padding(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    z = np.zeros((B, D, I, T * pool), dtype=a.dtype)
    z[..., :J] = a * (np.arange(J) < widths[:, None, None, None])
    x = z.reshape(B, D, I, T, pool).max(axis=-1)
    x = x.transpose(3, 0, 1, 2).reshape(T, B, D * I)
    return x, -(-widths // pool)


def w_features_last(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    x = np.zeros((T, B, D * I), dtype=a.dtype)
    for b in range(B):
        for t in range(-(-widths[b] // pool)):
            g = a[b, :, :, t * pool : min((t + 1) * pool, widths[b])].max(axis=-1)
            x[t, b] = g.T.reshape(-1)     # i * D + d
    return x, -(-widths // pool)


def w_floor_like_maxpool(a, widths, pool):
    # nn.MaxPool2d((1, pool)): ceil_mode=False
    B, D, I, J = a.shape
    T = J // pool
    x = np.zeros((T, B, D * I), dtype=a.dtype)
    lengths = widths // pool
    for b in range(B):
        for t in range(lengths[b]):
            x[t, b] = a[b, :, :, t * pool : (t + 1) * pool].max(axis=-1).reshape(-1)
    return x, lengths


def w_mean_pooling(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    lengths = -(-widths // pool)
    x = np.zeros((T, B, D * I), dtype=a.dtype)
    for b in range(B):
        for t in range(lengths[b]):
            x[t, b] = a[b, :, :, t * pool : min((t + 1) * pool, widths[b])].mean(axis=-1).reshape(-1)
    return x, lengths


def w_padding_in_last_group(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    lengths = -(-widths // pool)
    x = np.zeros((T, B, D * I), dtype=a.dtype)
    for t in range(T):
        x[t] = a[:, :, :, t * pool : (t + 1) * pool].max(axis=-1).reshape(B, -1)
    for b in range(B):
        x[lengths[b] :, b] = 0
    return x, lengths


def w_widths_as_lengths(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    x = np.zeros((T, B, D * I), dtype=a.dtype)
    for b in range(B):
        for t in range(T):
            g = a[b, :, :, t * pool : min((t + 1) * pool, widths[b])]
            if g.shape[-1] > 0:
                x[t, b] = g.max(axis=-1).ravel()
    return x, widths.copy()


def w_float_lengths(a, widths, pool):
    B, D, I, J = a.shape
    lengths = np.ceil(widths / pool)
    T = int(np.ceil(J / pool))
    x = np.zeros((T, B, D * I), dtype=a.dtype)
    for b in range(B):
        for t in range(int(lengths[b])):
            x[t, b] = a[b, :, :, t * pool : min((t + 1) * pool, widths[b])].max(axis=-1).ravel()
    return x, lengths


def w_T_from_widest(a, widths, pool):
    B, D, I, J = a.shape
    lengths = -(-widths // pool)
    T = lengths.max()
    x = np.zeros((T, B, D * I), dtype=a.dtype)
    for b in range(B):
        for t in range(lengths[b]):
            x[t, b] = a[b, :, :, t * pool : min((t + 1) * pool, widths[b])].max(axis=-1).ravel()
    return x, lengths


def w_sliding_window(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    lengths = -(-widths // pool)
    x = np.zeros((T, B, D * I), dtype=a.dtype)
    for b in range(B):
        for t in range(lengths[b]):
            x[t, b] = a[b, :, :, t : min(t + pool, widths[b])].max(axis=-1).ravel()
    return x, lengths


def w_max_over_rows_too(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    lengths = -(-widths // pool)
    x = np.zeros((T, B, D), dtype=a.dtype)
    for b in range(B):
        for t in range(lengths[b]):
            x[t, b] = a[b, :, :, t * pool : min((t + 1) * pool, widths[b])].max(axis=(1, 2))
    return x, lengths


def w_minus_inf_left(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    padded = np.full((B, D, I, T * pool), -np.inf, dtype=a.dtype)
    for b in range(B):
        padded[b, :, :, : widths[b]] = a[b, :, :, : widths[b]]
    x = padded.reshape(B, D, I, T, pool).max(axis=-1)
    x = x.transpose(3, 0, 1, 2).reshape(T, B, D * I)
    return x, -(-widths // pool)


def w_reshape_without_transpose(a, widths, pool):
    B, D, I, J = a.shape
    T = -(-J // pool)
    lengths = -(-widths // pool)
    padded = np.full((B, D, I, T * pool), -np.inf, dtype=a.dtype)
    padded[..., :J] = np.where(np.arange(J) < widths[:, None, None, None], a, -np.inf)
    x = padded.reshape(B, D, I, T, pool).max(axis=-1)
    x[x == -np.inf] = 0
    return x.reshape(T, B, D * I), lengths


RIGHT = {
    "plain_loops": r_plain_loops,
    "minus_inf_padding": r_minus_inf_padding,
    "slices": r_slices,
}
WRONG = {
    "zero_padding": (w_zero_padding, "Padding is set to 0 before the maximum, so 0 wins against negative numbers in a last, shorter group.", "What is the largest number of a group with only negative numbers and one column of padding?"),
    "features_last": (w_features_last, "The numbers of a step are in the order i D + d, not d I + i.", "At which index of a step is row 1 of feature 0 by the formula, and in yours?"),
    "floor_like_maxpool": (w_floor_like_maxpool, "As in MaxPool2d, a last group that is not full is dropped.", "How many steps do 5 columns in groups of 2 make by the example?"),
    "mean_pooling": (w_mean_pooling, "The mean of a group is taken, not the largest number.", "Which number of the group is asked for?"),
    "padding_in_last_group": (w_padding_in_last_group, "The last group of a narrower image has padding in its maximum.", "Change a column right behind the width of an image. Does x change?"),
    "widths_as_lengths": (w_widths_as_lengths, "lengths are the widths in columns, not steps.", "How many steps has an image of 4 columns in groups of 2?"),
    "float_lengths": (w_float_lengths, "np.ceil makes lengths floats.", "Which dtype have your lengths?"),
    "T_from_widest": (w_T_from_widest, "x has as many steps as the widest image needs, not as J needs.", "What is the shape of x, if no image of the batch is J wide?"),
    "sliding_window": (w_sliding_window, "The groups begin at t, not at pool times t: they overlap.", "With which column does the group of step 1 begin?"),
    "max_over_rows_too": (w_max_over_rows_too, "The maximum is taken over the rows as well, so a step has D numbers.", "How many numbers has a step to have? Over which axis only is the maximum?"),
    "minus_inf_left": (w_minus_inf_left, "Steps behind an image are -inf, not 0.", "What is in your x behind the last step of a narrow image?"),
    "reshape_without_transpose": (w_reshape_without_transpose, "The array is reshaped to (T, B, D I) without moving the axis of time to the front: numbers are mixed.", "Which axis of your array is time before the last reshape? Does reshape move axes?"),
}
